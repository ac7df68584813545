"""What stands in for a number until pages are joined is found wherever it stands."""

from __future__ import annotations

from booklet.quick.pages.placeholders import settled


def test_moves_side_by_side_are_worked_out_one_by_one() -> None:
    """Glyphs that are moved may follow each other without a space between them."""
    operators = b"[<05>?moved 7 1 20 500.5?<0538>0<053e>?moved 7 2 4 501.0?<03>] TJ"
    assert settled(operators, {7: {1: 480, 2: 500}}) == b"[<05>0<0538>0<053e>3<03>] TJ"


def test_a_glyph_that_is_not_moved_leaves_no_gap() -> None:
    """Where width and offset make up the real width, the string goes on."""
    assert settled(b"[<05>?moved 7 1 0 500.0?<0538>] TJ", {7: {1: 500}}) == b"[<050538>] TJ"
