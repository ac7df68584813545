"""Where pages come to lie: paper, frames, creep, and what it takes to print and to bind them."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as some

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.sheets import Cell, Creep, Flip, Paper, Plan, Scheme, estimate, place
from booklet.sheets.creep import shift, tight
from booklet.sheets.frame import Box, Frame, Matrix, frame, move, turn
from tests.drawing import MM, plan

A5, A6 = Size.parse("A5"), Size.parse("A6")
WIDE, HIGH = 148 * MM, 210 * MM


def shifts(pages: int, **words: object) -> list[float]:
    """Return the shift of each sheet in millimetres, from the outermost."""
    way = Plan.parse(words)
    return [round(shift(s.front.cells[0], way) / MM, 3) for s in place(pages, way)]


# -- Paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "thickness"),
    [
        ("80 g/m2", 0.104),
        ("80 g/m²", 0.104),
        ("80gsm", 0.104),
        ("80 g", 0.104),
        ("coated 135 g/m2", 0.1215),
        ("bulky, 80 gsm", 0.14),
        ("0.1 mm", 0.1),
        ("80 gsm 0.11mm", 0.11),
    ],
)
def test_paper_is_as_thick_as_it_says(text: str, thickness: float) -> None:
    """Thickness is grammage times bulk, or what was measured."""
    assert Paper.parse(text).caliper().to("mm") == pytest.approx(thickness)


def test_copying_paper_as_the_trade_measures_it() -> None:
    """The table stays within a tenth of what charts of bond paper give for each grammage."""
    chart = {60.2: 0.081, 75.2: 0.097, 90.3: 0.12, 105.35: 0.147, 116.6: 0.155}
    for grammage, thickness in chart.items():
        assert Paper(grammage).caliper().to("mm") == pytest.approx(thickness, rel=0.1)


def test_a_sheet_of_copying_paper_weighs_five_grams() -> None:
    """Sixteen sheets of A4 make a square metre."""
    assert Paper(80).weight(Size.parse("A4")) == pytest.approx(5, rel=0.01)


# -- Frames ----------------------------------------------------------------------------------------


def test_a5_on_a4_lies_on_its_side() -> None:
    """Two A5 pages fill an A4 sheet held with its long edge level, half a millimetre to spare."""
    found = frame(Plan(), A5)
    assert (found.width, found.height) == pytest.approx((297 * MM, 210 * MM))
    assert found.trim(0, 0) == pytest.approx(Box(0.5 * MM, 0, 148.5 * MM, HIGH))
    assert found.trim(0, 1) == pytest.approx(Box(148.5 * MM, 0, 296.5 * MM, HIGH))
    assert found.natural is Flip.SHORT


def test_a6_cut_from_a4_stands() -> None:
    """Four A6 pages fill an A4 sheet that stands, the first row above the second."""
    found = frame(Plan(scheme=Scheme.CUT_AND_STACK), A6)
    assert (found.width, found.height) == pytest.approx((210 * MM, 297 * MM))
    assert found.trim(0, 0) == pytest.approx(Box(0, 148.75 * MM, 105 * MM, 296.75 * MM))
    assert found.trim(1, 1) == pytest.approx(Box(105 * MM, 0.25 * MM, 210 * MM, 148.25 * MM))
    assert found.natural is Flip.LONG


@pytest.mark.parametrize(
    ("scheme", "sheet", "trim", "message", "hint"),
    [
        ("saddle", "A5", "A5", "`A5` does not fit twice on a sheet of `A5`", "`paper: A4`"),
        ("saddle", "letter", "A5", "`A5` does not fit twice on a sheet of `letter`", "`paper: A4`"),
        ("cut-and-stack", "A4", "A5", "does not fit four times on a sheet of `A4`", "`paper: A3`"),
        ("two-up", "A3", "A3", "`A3` does not fit twice", "`trim: A4`"),
    ],
)
def test_a_trim_that_does_not_fit(
    scheme: str, sheet: str, trim: str, message: str, hint: str
) -> None:
    """Pages are never made smaller: one message, with a sheet on which they fit."""
    with pytest.raises(BookletError) as slip:
        frame(Plan.parse({"scheme": scheme, "sheet": sheet}), Size.parse(trim))
    assert message in slip.value.message
    assert hint in slip.value.hint


@given(
    quarters=some.integers(-8, 8),
    width=some.floats(1, 2000),
    height=some.floats(1, 2000),
    x=some.floats(-50, 50),
    y=some.floats(-50, 50),
)
def test_turns_keep_the_page_and_can_be_taken_back(
    quarters: int, width: float, height: float, x: float, y: float
) -> None:
    """A page that is turned still begins at 0, 0, and turns back to where it was."""
    there = turn(quarters, width, height)
    turned = there.box(Box(0, 0, width, height))
    assert turned[:2] == pytest.approx((0, 0), abs=1e-6)
    assert sorted((turned.width, turned.height)) == pytest.approx(sorted((width, height)))
    moved = there.then(move(x, y))
    assert moved.then(moved.inverse()) == pytest.approx(Matrix(), abs=1e-6)


def behind(frame_: Frame, flip: Flip, row: int, column: int) -> Box:
    """Return what of a front lies behind a page of the back, on a sheet that a printer has turned.

    The paper is the portrait page of the front; a printer turns it about one of its edges.
    """
    width, height = frame_.page
    printed = frame_.onto_page("back", flip).box(frame_.trim(row, column))
    over = Matrix(1, 0, 0, -1, 0, height) if flip is Flip.SHORT else Matrix(-1, 0, 0, 1, width, 0)
    paper = over.box(printed)
    return frame_.onto_page("front", flip).inverse().box(paper)


@pytest.mark.parametrize("flip", Flip)
@pytest.mark.parametrize(
    ("scheme", "trim"), [("saddle", A5), ("two-up", A5), ("cut-and-stack", A6)]
)
def test_recto_and_verso_lie_back_to_back(scheme: str, trim: Size, flip: Flip) -> None:
    """Whichever edge a printer turns the sheet about, the verso is printed behind its recto."""
    way = Plan.parse({"scheme": scheme, "flip": flip})
    found = frame(way, trim)
    for row in range(way.rows):
        for column in (0, 1):
            assert behind(found, flip, row, column) == pytest.approx(found.trim(row, 1 - column))


# -- Creep -----------------------------------------------------------------------------------------


def test_push_in_keeps_the_outermost_sheet() -> None:
    """Each sheet's pages lie a thickness nearer to the fold than those of the sheet around it."""
    assert shifts(16, paper="0.1mm") == [0, -0.1, -0.2, -0.3]


def test_push_out_keeps_the_innermost_sheet() -> None:
    """Each sheet's pages lie a thickness further from the fold than those of the sheet in it."""
    assert shifts(16, paper="0.1mm", creep="push-out") == [0.3, 0.2, 0.1, 0]


def test_no_creep() -> None:
    """Creep can be turned off, and pages that are not folded have none."""
    assert shifts(16, creep="none") == [0] * 4
    assert shifts(16, scheme="two-up") == [0] * 4


def test_a_round_fold_takes_more_paper() -> None:
    """Over a round fold a sheet is displaced by pi/2 thicknesses."""
    assert shifts(8, paper="0.1mm", crease="round") == [0, round(-0.1 * pi / 2, 3)]


def test_sixty_four_pages() -> None:
    """A saddle of 64 pages on 80 g/m2 creeps 1.6 mm with a sharp fold, 2.5 with a round one."""
    assert shifts(64)[-1] == pytest.approx(-1.6, abs=0.05)
    assert shifts(64, crease="round")[-1] == pytest.approx(-2.5, abs=0.05)


def test_signatures_creep_by_themselves() -> None:
    """Creep begins anew in every signature."""
    assert shifts(16, scheme="signatures", signature=2, paper="0.1mm") == [0, -0.1] * 2


def test_cut_sheets_creep_as_they_are_stacked() -> None:
    """The lower half of a sheet lies inside the upper halves of all of them."""
    way = Plan.parse({"scheme": "cut-and-stack", "paper": "0.1mm"})
    rows = [[round(shift(row[0], way) / MM, 3) for row in s.front.rows] for s in place(16, way)]
    assert rows == [[0, -0.2], [-0.1, -0.3]]


def test_a_cover_leaves_room_for_the_spine() -> None:
    """Round signatures, the pages of a cover are as far apart as the folded block is thick."""
    way = Plan.parse({"scheme": "signatures", "cover": True, "paper": "0.1mm"})
    cover, *body = place(44, way)
    assert 2 * shift(cover.front.cells[0], way) == pytest.approx(2 * len(body) * 0.1 * MM)


@given(
    inside=some.integers(0, 100),
    outside=some.integers(0, 100),
    creep=some.sampled_from(Creep),
    column=some.integers(0, 1),
)
def test_creep_moves_pages_and_not_the_sheet(
    inside: int, outside: int, creep: Creep, column: int
) -> None:
    """Both pages of a side move by as much, in opposite ways; their size and the sheet's stay."""
    way, found = Plan(creep=creep), frame(Plan(), A5)
    moved = shift(Cell(1, inside, outside), way)
    trim, still = found.trim(0, column, moved), found.trim(0, column)
    assert trim.left - still.left == pytest.approx(moved if column else -moved)
    assert (trim.width, trim.height) == pytest.approx((WIDE, HIGH))


# -- Too near --------------------------------------------------------------------------------------


def ink(count: int, left: float, right: float) -> list[Box | None]:
    """Return the ink of pages with those margins, in millimetres."""
    return [Box(left * MM, 0, WIDE - right * MM, HIGH)] * count


def warned(pages: int, margins: tuple[float, float], **words: object) -> list[str]:
    way = Plan.parse({"paper": "0.2mm", **words})
    return [str(w) for w in tight(place(pages, way), way, frame(way, A5), ink(pages, *margins))]


def test_a_page_moved_too_near_the_fold() -> None:
    """The warning says which page, on which sheet, how near it comes, and by how much too near."""
    assert warned(16, (5.5, 20))[0] == (
        "page 7 (sheet 4, front) comes to 4.9 mm from the fold after creep, "
        "0.1 mm nearer than is safe"
    )


def test_only_inner_margins_count_when_pages_move_inwards() -> None:
    """With 5.5 mm at the left, only rectos of the innermost sheet come too near to the fold."""
    pages = [w.split(" (")[0] for w in warned(16, (5.5, 20))]
    assert pages == ["page 7", "page 9"]
    assert warned(16, (20, 5.5)) == [
        w.replace("page 7 (sheet 4, front)", "page 8 (sheet 4, back)").replace(
            "page 9 (sheet 4, back)", "page 10 (sheet 4, front)"
        )
        for w in warned(16, (5.5, 20))
    ]


def test_spare_paper_is_used_first() -> None:
    """Pushed outwards by 0.6 mm, a page on A4 has half a millimetre to go before it loses any."""
    assert warned(16, (20, 5), creep="push-out")[0] == (
        "page 1 (sheet 1, front) comes to 4.9 mm from the fore edge after creep, "
        "0.1 mm nearer than is safe"
    )
    assert warned(16, (20, 5.1), creep="push-out") == []


def test_a_safe_margin_of_ones_own() -> None:
    """The safe margin is the author's."""
    assert warned(16, (5.5, 20), safe="4mm") == []
    assert len(warned(16, (5.5, 20), safe="5.5mm")) == 6


def test_ink_that_runs_off_the_page_is_meant() -> None:
    """A page that bleeds, and an empty one, are not warned of."""
    assert warned(16, (0, 0)) == []
    way = Plan()
    assert tight(place(16, way), way, frame(way, A5), [None] * 16) == ()


# -- What it takes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "words", "line"),
    [
        (18, {}, "18 pages: 5 sheets of A4, 2 blank"),
        (1, {}, "1 page: 1 sheet of A4, 3 blank"),
        (20, {"sheet": "letter"}, "20 pages: 5 sheets of letter"),
        (18, {"notes": "ruled"}, "18 pages: 5 sheets of A4, 2 for notes"),
        (18, {"cover": True}, "18 pages: 4 sheets of A4 and a cover, 2 blank"),
        (200, {"scheme": "signatures", "signature": 4},
         "200 pages: 50 sheets of A4 in 13 signatures"),
        (12, {"scheme": "cut-and-stack"}, "12 pages: 2 sheets of A4, 4 blank"),
    ],
)  # fmt: skip
def test_the_line_of_the_planner(pages: int, words: dict[str, object], line: str) -> None:
    """One line says what paper a booklet takes."""
    assert str(estimate(pages, Plan.parse(words))) == line


@pytest.mark.parametrize(
    ("pages", "saving"),
    [(18, "2 pages fewer would save a sheet"), (17, "1 page fewer would save a sheet"),
     (20, "4 pages fewer would save a sheet"), (4, "")],
)  # fmt: skip
def test_what_would_save_a_sheet(pages: int, saving: str) -> None:
    """The planner says how many pages are too many, as long as there is a sheet to save."""
    found = estimate(pages, Plan())
    assert found.saving() == saving
    if saving:
        assert estimate(pages - found.over, Plan()).sheets == found.sheets - 1


def test_thirty_copies() -> None:
    """For a seminar: sheets and weight of all copies."""
    found = estimate(18, Plan(), copies=30)
    assert (found.paper, round(found.weight)) == (150, 748)
    assert found.for_copies() == "30 copies: 150 sheets of A4, 748 g"
    assert estimate(64, Plan(cover=True), 100).for_copies() == (
        "100 copies: 1500 sheets of A4 (3 reams) and 100 covers, 7.5 kg"
    )
    assert estimate(18, Plan(paper=Paper.parse("0.1mm"))).for_copies() == "1 copy: 5 sheets of A4"


@pytest.mark.parametrize(
    ("pages", "words", "advice"),
    [
        (18, {}, "staple twice through the fold, 24/6 or 26/6: 0.5 mm of paper"),
        (80, {}, "staple twice through the fold, 24/6 or 26/6: 2.1 mm of paper"),
        (84, {}, "staple twice through the fold, 24/8 or 23/8: 2.2 mm of paper"),
        (200, {}, "too thick to staple, 5.2 mm of paper: use `signatures`"),
        (200, {"scheme": "signatures"}, "the spine is 10.4 mm thick"),
        (8, {"scheme": "cut-and-stack"}, "staple twice through the fold, 24/6 or 26/6: 0.2 mm"),
        (8, {"scheme": "two-up"}, "staple the sheets at the corner"),
        (8, {"paper": "bulky", "creep": "none"}, "no advice on staples"),
    ],
)
def test_how_to_bind_it(pages: int, words: dict[str, object], advice: str) -> None:
    """Staples are chosen by the paper that they go through, until none is long enough."""
    assert advice in estimate(pages, Plan.parse(words)).binding()


def test_no_copies() -> None:
    """Fewer copies than one are a mistake."""
    with pytest.raises(BookletError, match="`0` is not a number of copies"):
        estimate(18, Plan(), 0)


def test_spine_is_twice_what_is_stapled() -> None:
    """A folded booklet is as thick as twice its sheets."""
    found = estimate(64, Plan())
    assert found.spine == Length(found.stitched.pt * 2 if found.stitched else 0)
    assert [sheet.number for sheet in plan(64)][-1] == found.sheets
