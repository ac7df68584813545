"""Pages that are printed as they are: in the middle of their sides, turned as readers turn."""

from __future__ import annotations

from io import BytesIO

import pytest
from pikepdf import Pdf

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.sheets import Flip, Plan, Printing, Tray
from booklet.sheets.frame import Box
from booklet.sheets.singles import single, singles
from tests.drawing import MM, pages
from tests.sheets.test_sheets_print import find

A4, A5, LYING = Size.parse("A4"), Size.parse("A5"), Size.parse("210mm x 148mm")


def sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Return width and height of each page, in whole millimetres."""
    with Pdf.open(BytesIO(pdf)) as opened:
        boxes = [[float(edge) for edge in page.mediabox] for page in opened.pages]
    return [(round((b[2] - b[0]) / MM), round((b[3] - b[1]) / MM)) for b in boxes]


def middle(box: Box) -> tuple[float, float]:
    """Return the middle of a box."""
    return (box.left + box.right) / 2, (box.bottom + box.top) / 2


def made(source: bytes, plan: Plan) -> bytes:
    """Return the one run that a plan makes."""
    (run,) = singles(source, plan).runs
    return run.pdf


def test_each_page_has_a_side_and_the_last_sheet_a_back() -> None:
    """Three pages take two sheets, and the fourth side is blank."""
    sheets = singles(pages(3), single(A5, A4))
    assert [sheet.name for sheet in sheets.placed] == ["sheet 1", "sheet 2"]
    (run,) = sheets.runs
    assert sizes(run.pdf) == [(210, 297)] * 4
    with Pdf.open(BytesIO(run.pdf)) as opened:
        assert [("/Contents" in page.obj) for page in opened.pages] == [True, True, True, False]
        assert str(opened.Root.ViewerPreferences.Duplex) == "/DuplexFlipLongEdge"


def test_a_page_stands_in_the_middle_at_its_full_size() -> None:
    """What stood so far from the middle of the page does so on the sheet."""
    source = pages(2)
    sheet = made(source, single(A5, A4))
    for at, word in enumerate(("1", "2")):
        x, y = middle(find(source, at, word))
        across, up = middle(find(sheet, at, word))
        assert (across - x, up - y) == pytest.approx((31 * MM, 43.5 * MM), abs=0.6)


def test_backs_are_turned_for_a_printer_that_turns_about_the_short_edge() -> None:
    """Fronts stay, and a back lies at the other end, upside down."""
    right = made(pages(2), single(A5, A4))
    turned = made(pages(2), Plan.parse({"scheme": "two-up", "flip": "short-edge", "creep": "none"}))
    assert middle(find(right, 0, "1")) == pytest.approx(middle(find(turned, 0, "1")), abs=0.6)
    x, y = middle(find(right, 1, "2"))
    across, up = middle(find(turned, 1, "2"))
    assert (x + across, y + up) == pytest.approx((210 * MM, 297 * MM), abs=0.6)


def test_pages_that_lie_are_turned_with_the_paper_and_about_its_short_edge() -> None:
    """So that a reader turns them like those of a book."""
    plan = single(LYING, A4)
    assert plan.flip is Flip.SHORT
    source = pages(2, size="210mm 148mm")
    sheet = made(source, plan)
    assert sizes(sheet) == [(210, 297)] * 2
    for at, word in enumerate(("1", "2")):
        x, y = middle(find(source, at, word))
        turned = (105 + 74) * MM - y, (148.5 - 105) * MM + x
        assert middle(find(sheet, at, word)) == pytest.approx(turned, abs=1)


@pytest.mark.parametrize(
    ("trim", "paper", "wanted"), [("A5", "A4", "A4"), ("A4", "A4", "A4"), ("A3", "A4", "A3")]
)
def test_pages_that_are_larger_than_the_paper_get_their_own(
    trim: str, paper: str, wanted: str
) -> None:
    """No page is made smaller."""
    assert single(Size.parse(trim), Size.parse(paper)).sheet.name() == wanted


def test_sheets_of_pages_can_be_printed_one_by_one_and_side_by_side() -> None:
    """By their numbers, and by a printer with one side."""
    plan = single(A5, A4, only="2")
    with Pdf.open(BytesIO(made(pages(6), plan))) as opened:
        assert len(opened.pages) == 2
    by_hand = Plan(
        scheme=plan.scheme, sheet=A4, flip=Flip.LONG, creep=plan.creep,
        printing=Printing.TWO_FILES, tray=Tray.FACE_DOWN,
    )  # fmt: skip
    runs = singles(pages(5), by_hand).runs
    assert [run.name for run in runs] == ["sheets-fronts", "sheets-backs"]
    assert [face.side.cells[0].page for run in runs for face in run.faces] == [1, 3, 5, 0, 4, 2]
    with pytest.raises(BookletError, match="there is no sheet 4"):
        singles(pages(6), single(A5, A4, only="4"))


def test_what_bleeds_goes_on_beyond_the_trim() -> None:
    """The sheet has room for it."""
    plan = single(A5, A4)
    source = pages(1, css="@page{bleed:3mm;background:black}")
    with Pdf.open(BytesIO(made(source, plan))) as opened:
        box = [float(edge) for edge in opened.pages[0].Resources.XObject.P.BBox]
    assert box[2] - box[0] == pytest.approx(Length.mm(154).pt, abs=0.1)
