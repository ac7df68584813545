"""Sheets as a person gets them: with the booklet, in one run of the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet import sheets
from booklet.errors import BookletError
from booklet.sheets import Mismatch, Proof

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.conftest import Shop


def test_sheets_come_only_when_they_are_asked_for(press: Shop) -> None:
    """A booklet to read needs none; `--sheets` makes them beside it."""
    assert press().sheets == ()
    booklet = press(sheets="")
    assert [path.name for path in booklet.sheets] == ["sheets.pdf"]
    assert booklet.sheets[0].parent == booklet.path.parent


def test_four_pages_stand_on_each_sheet(press: Shop) -> None:
    """A booklet of A5 comes on sheets of A4, standing, two sides to a sheet, none turned."""
    booklet = press(sheets="")
    with pikepdf.open(booklet.sheets[0]) as pdf:
        assert len(pdf.pages) == 2 * -(-len(booklet.pages.leaves) // 4)
        for page in pdf.pages:
            assert [round(float(x)) for x in page.mediabox] == [0, 0, 595, 842]
            assert "/Rotate" not in page


def test_only_some_sheets_can_be_made(press: Shop) -> None:
    """`--sheets 1` makes the outermost sheet and no other."""
    with pikepdf.open(press(sheets="1").sheets[0]) as pdf:
        assert len(pdf.pages) == 2


def test_a_booklet_from_right_to_left_is_bound_at_the_right(press: Shop) -> None:
    """Its first page stands at the left of the outermost sheet's front."""
    from booklet.press import plan
    from booklet.sheets import Binding

    booklet = press("---\ntitle: T\ndir: rtl\n---\nText.\n", sheets="")
    assert plan(booklet.edition).binding is Binding.RIGHT


def test_pages_that_do_not_fit_twice_are_an_error_and_write_nothing(press: Shop) -> None:
    """A page as large as the sheet has no half to stand on: the author is told, once."""
    with pytest.raises(BookletError, match="does not fit"):
        press("---\ntitle: T\ntrim: A4\n---\nText.\n", sheets="")
    assert not (press.folder / "out" / "booklet.pdf").exists()


def test_a_sheet_that_does_not_fold_right_stops_the_press(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the proof finds, the last good sheets stay and the new ones are not written."""
    good = press(sheets="").sheets[0].read_bytes()
    wrong = Proof((Mismatch("sheet 1", "front", 2, "another page stands there"),), ())
    monkeypatch.setattr(sheets, "prove", lambda *_: wrong, raising=False)
    with pytest.raises(BookletError, match="do not fold into the booklet"):
        press("# Another\n\nAnother text.\n", sheets="")
    assert (press.folder / "out" / "sheets.pdf").read_bytes() == good


def test_the_verb_says_how_to_print(inv: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """The option without a value makes all sheets, and the line tells the print window's words."""
    done = inv("build", "--out", "out", "--sheets")
    assert done.returncode == 0, done.stderr
    assert "sheets.pdf: print on both sides, flip on the short edge, actual size" in done.stdout
