"""Sheets as a person gets them: with the booklet, in one run of the press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from booklet import sheets
from booklet.errors import BookletError
from booklet.sheets import Binding, Mismatch, Proof

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.press import Booklet
    from tests.conftest import Shop


@pytest.fixture
def print_(press: Shop) -> Callable[..., Booklet]:
    """Return a press that makes the sheets, and nothing else."""
    return lambda *files, **order: press(*files, editions=("booklet",), **order)


def test_a_booklet_to_read_has_no_sheets(press: Shop) -> None:
    """Whoever asks for one edition gets one."""
    press()
    assert sorted(path.name for path in (press.folder / "out").iterdir()) == [
        "booklet.html",
        "booklet.pdf",
        "findings.json",
    ]


def test_four_pages_stand_on_each_sheet(print_: Callable[..., Booklet]) -> None:
    """A booklet of A5 comes on sheets of A4, standing, two sides to a sheet, none turned."""
    booklet = print_()
    assert [path.name for path in booklet.files] == ["sheets.pdf", "guide.pdf"]
    with pikepdf.open(booklet.path) as pdf:
        assert len(pdf.pages) == 2 * -(-len(booklet.pages.leaves) // 4)
        for page in pdf.pages:
            assert [round(float(x)) for x in page.mediabox] == [0, 0, 595, 842]
            assert "/Rotate" not in page


def test_only_some_sheets_can_be_made(print_: Callable[..., Booklet]) -> None:
    """`--sheets 1` makes the outermost sheet and no other."""
    with pikepdf.open(print_(sheets="1").path) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.parametrize("order", [{"sheets": "1"}, {"fit": True}, {"copies": 30}])
def test_sheets_of_an_edition_that_has_none_are_an_error(
    press: Shop, order: dict[str, Any]
) -> None:
    """Whoever names sheets, fits them or counts copies of them wants to see some."""
    with pytest.raises(BookletError, match="no edition that is made comes out as sheets"):
        press(**order)


def test_a_booklet_from_right_to_left_is_bound_at_the_right(
    print_: Callable[..., Booklet],
) -> None:
    """Its first page stands at the left of the outermost sheet's front."""
    plan = print_("---\ntitle: T\ndir: rtl\n---\nText.\n").plan
    assert plan
    assert plan.binding is Binding.RIGHT


@pytest.mark.parametrize("title", ["عن الشاي", "On tea"])
def test_text_from_right_to_left_is_proved(print_: Callable[..., Booklet], title: str) -> None:
    """Though it is read back in another order from a sheet, whose pages lie on their side."""
    section = "## قسم\n\n" + "يغني الإبريق ويدور الحديث حول المائدة كما في كل مساء. " * 3 + "\n\n"
    made = print_(f"---\ntitle: {title}\nlang: ar\n---\n" + section * 10)
    assert not made.report.of("error")
    assert made.path.exists()


def test_pages_that_do_not_fit_twice_are_an_error_and_write_nothing(
    press: Shop, print_: Callable[..., Booklet]
) -> None:
    """A page as large as the sheet has no half to stand on: the author is told, once."""
    with pytest.raises(BookletError, match="does not fit"):
        print_("---\ntitle: T\ntrim: A4\n---\nText.\n")
    assert not (press.folder / "out").exists()


def test_a_sheet_that_does_not_fold_costs_no_page(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an error, and the last good sheets stay; the edition to read is new all the same."""
    press.set(editions=())
    out = press.folder / "out"
    sheet, page = (out / "sheets.pdf").read_bytes(), (out / "booklet.pdf").read_bytes()
    with monkeypatch.context() as broken:
        wrong = Proof((Mismatch("sheet 1", "front", 2, "is not there"),), tuple)
        broken.setattr(sheets, "prove", lambda *_: wrong, raising=False)
        made = press.set("# Another\n\nAnother text.\n", editions=())
    (error,) = made.report.of("error")
    assert (error.code, error.edition) == ("I03", "booklet")
    assert "sheet 1, front: page 2 is not there" in error.message
    assert (out / "sheets.pdf").read_bytes() == sheet
    assert (out / "booklet.pdf").read_bytes() != page
    assert (out / "sheets-unsound.pdf").exists()
    press.set("# Another\n\nAnother text.\n", editions=())
    assert (out / "sheets.pdf").read_bytes() != sheet
    assert not (out / "sheets-unsound.pdf").exists()


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ("stock: coated", "the paper has no thickness, and creep needs one"),
        ("{scheme: cut-and-stack, cover: yes}", "a `cut-and-stack` has no separate cover"),
    ],
)
def test_a_plan_that_contradicts_itself_is_an_error_with_its_line(
    press: Shop, sheets: str, message: str
) -> None:
    """It is said before anything is laid out, at the line of the author's that asks for it."""
    steps: list[str] = []
    text = "---\ntitle: T\ntrim: A6\nsheets:\n  " + sheets.strip("{}").replace(", ", "\n  ")
    with pytest.raises(BookletError, match=message) as caught:
        press(f"{text}\n---\nText.\n", editions=("booklet",), say=steps.append)
    last = 4 + len(sheets.split(","))
    assert str(caught.value.where) == f"essay.md:{last}"
    assert steps == ["reading"]
