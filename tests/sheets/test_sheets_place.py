"""Which page stands where: sheets as drawings, folded and read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from booklet.errors import BookletError
from booklet.lengths import Length
from booklet.sheets import (
    Binding,
    BlankPages,
    Creep,
    Marks,
    Paper,
    Plan,
    Printing,
    Scheme,
    Sheet,
    Side,
    Tray,
    instruction,
    place,
)
from booklet.sheets.fold import fold, read
from booklet.sheets.place import balanced, equal_signature, line_up
from booklet.sheets.runs import chosen, runs
from tests.drawing import draw, plan

# Every way to put pages on sheets.
WAYS = [
    Plan(scheme=scheme, binding=binding, cover=cover, signature=signature, closing=closing)
    for scheme in Scheme
    for binding in Binding
    for cover in (False, True)
    for signature in ((0, 1, 4, 7) if scheme is Scheme.SIGNATURES else (0,))
    for closing in (0, 1, 2)
    if not cover or scheme in (Scheme.SADDLE, Scheme.SIGNATURES)
]


def pages_of(sheets: tuple[Sheet, ...]) -> list[int]:
    return sorted(
        cell.page for sheet in sheets for side in sheet.sides for cell in side.cells if cell.page
    )


# -- Drawings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "drawing"),
    [
        (1, ".|1  .|."),
        (2, "2|1  .|."),
        (3, "3|1  2|."),
        (4, "4|1  2|3"),
        (5, "5|1  2|. / .|3  4|."),
        (8, "8|1  2|7 / 6|3  4|5"),
        (10, "10|1  2|. / .|3  4|9 / 8|5  6|7"),
        (12, "12|1  2|11 / 10|3  4|9 / 8|5  6|7"),
    ],
)
def test_saddle(pages: int, drawing: str) -> None:
    """A saddle is nested: first page and last on the front of the outermost sheet."""
    assert draw(plan(pages)) == drawing


@pytest.mark.parametrize(
    ("words", "drawing"),
    [
        ({"binding": "right"}, "1|8  7|2 / 3|6  5|4"),
        ({"scheme": "two-up"}, "1|2  3|4 / 5|6  7|8"),
        ({"scheme": "two-up", "binding": "right"}, "2|1  4|3 / 6|5  8|7"),
        ({"scheme": "cut-and-stack"}, "8|1,6|3  2|7,4|5"),
        ({"scheme": "signatures", "signature": 1}, "4|1  2|3 / 8|5  6|7"),
        ({"scheme": "signatures", "signature": 1, "cover": True}, "8|1  2|7 / 6|3  4|5"),
    ],
)
def test_eight_pages(words: dict[str, object], drawing: str) -> None:
    """Eight pages lie on two sheets in each scheme's own way (one that is cut holds all)."""
    assert draw(plan(8, **words)) == drawing


def test_cut_sheets_are_stacked() -> None:
    """The upper halves of all sheets lie outside the lower ones."""
    drawing = "16|1,12|5  2|15,6|11 / 14|3,10|7  4|13,8|9"
    assert draw(plan(16, scheme="cut-and-stack")) == drawing


def test_signatures_lie_behind_one_another() -> None:
    """Twenty pages in signatures of two sheets are two full ones and a thin one between them."""
    drawing = "8|1  2|7 / 6|3  4|5 / 12|9  10|11 / 20|13  14|19 / 18|15  16|17"
    assert draw(plan(20, scheme="signatures", signature=2)) == drawing


def test_two_up_has_its_blanks_at_the_end() -> None:
    """Pages that are not folded have no back cover to keep."""
    assert draw(plan(5, scheme="two-up")) == "1|2  3|4 / 5|.  .|."


# -- Fold and read ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_fold_and_read(way: Plan) -> None:
    """Nested, folded and read, the sheets of every booklet of 1 to 130 pages give 1 to n."""
    for pages in range(1, 131):
        found = read(place(pages, way), way)
        assert [page for page in found if page] == list(range(1, pages + 1))
        assert found == line_up(pages, way)


@given(pages=some.integers(1, 3000), way=some.sampled_from(WAYS), signature=some.integers(0, 40))
def test_fold_and_read_any(pages: int, way: Plan, signature: int) -> None:
    """So do those of any other booklet, in signatures of any size."""
    way = replace(way, signature=signature)
    sheets = place(pages, way)
    assert [page for page in read(sheets, way) if page] == list(range(1, pages + 1))


@given(pages=some.integers(1, 400), way=some.sampled_from(WAYS))
def test_every_page_once(pages: int, way: Plan) -> None:
    """Each page stands on one cell, and no cell is read twice."""
    sheets = place(pages, way)
    assert pages_of(sheets) == list(range(1, pages + 1))
    spots = fold(sheets, way)
    assert len(set(spots)) == len(spots) == sum(len(s.front.cells) * 2 for s in sheets)


def test_folding_looks_at_the_paper_only() -> None:
    """Two pages that change places are read in the wrong order: the fold does not know them."""
    first, second = plan(8)
    left, right = second.front.rows[0]
    swapped = replace(second, front=Side("front", ((right, left),)))
    assert read((first, swapped), Plan()) == (1, 2, 6, 4, 5, 3, 7, 8)


def test_sheets_in_the_wrong_order_are_noticed() -> None:
    """A sheet nested in its neighbour instead of around it is read too late."""
    assert read(plan(8)[::-1], Plan()) == (3, 4, 1, 2, 7, 8, 5, 6)


@given(pages=some.integers(1, 200).map(lambda n: n * 4), binding=some.sampled_from(Binding))
def test_a_side_adds_up(pages: int, binding: Binding) -> None:
    """The two pages of each side of a saddle add up to one more than there are pages."""
    for sheet in place(pages, Plan(binding=binding)):
        assert [sum(cell.page for cell in side.cells) for side in sheet.sides] == [pages + 1] * 2


@given(pages=some.integers(1, 200))
def test_right_to_left_swaps_the_halves(pages: int) -> None:
    """A booklet bound at the right is the mirror image of one bound at the left."""
    for left, right in zip(plan(pages), plan(pages, binding="right"), strict=True):
        for one, other in zip(left.sides, right.sides, strict=True):
            assert [row[::-1] for row in one.rows] == list(other.rows)


# -- Blanks, signatures, covers --------------------------------------------------------------------


@given(pages=some.integers(1, 2000), way=some.sampled_from(WAYS))
def test_blanks_are_few(pages: int, way: Plan) -> None:
    """Fewer than 4 pages are blank in all, and fewer than 8 where a sheet is cut in two."""
    assert line_up(pages, way).count(0) < 4 * way.rows


@given(pages=some.integers(2, 400), way=some.sampled_from([w for w in WAYS if w.tail]))
def test_the_back_cover_stays(pages: int, way: Plan) -> None:
    """The last page is the last that is read, however many blanks there are."""
    assert line_up(pages, way)[-1] == pages


def test_blanks_stand_before_the_closing_pages() -> None:
    """With two closing pages, blanks stand before the inside of the back cover."""
    assert line_up(6, Plan(closing=2)) == (1, 2, 3, 4, 0, 0, 5, 6)


def test_two_hundred_pages_in_sixteens_stay() -> None:
    """200 pages in signatures of 16 are 13 signatures and no blank."""
    sheets = plan(200, scheme="signatures", signature=4)
    assert (len(sheets), sheets[-1].signature) == (50, 13)
    assert pages_of(sheets) == list(range(1, 201))


@given(sheets=some.integers(1, 500), most=some.integers(1, 40))
def test_signatures_are_balanced(sheets: int, most: int) -> None:
    """Signatures differ by one sheet at most, none is too thick, and there are no more than due."""
    sizes = balanced(sheets, most)
    assert sum(sizes) == sheets
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == -(-sheets // most)


@pytest.mark.parametrize(
    ("sheets", "sizes"),
    [(1, [1]), (5, [5]), (8, [4] * 2), (9, [3] * 3), (30, [5] * 6), (36, [4] * 9), (50, [5] * 10)],
)
def test_the_size_that_comes_out_equal(sheets: int, sizes: list[int]) -> None:
    """Where no size is asked for, the signatures come out equal, near four sheets each."""
    assert list(balanced(sheets, equal_signature(sheets))) == sizes


def test_no_body_has_no_signature() -> None:
    """A cover with nothing in it is a cover."""
    (cover,) = plan(3, scheme="signatures", cover=True)
    assert (cover.name, draw([cover])) == ("cover", "3|1  .|2")


def test_a_separate_cover_is_the_outermost_sheet() -> None:
    """The four outer pages stand on a sheet of their own; the others are numbered from 1."""
    cover, *body = plan(12, cover=True)
    assert draw([cover]) == "12|1  2|11"
    assert [sheet.number for sheet in (cover, *body)] == [0, 1, 2]


def test_depth_is_counted_from_both_sides() -> None:
    """Each cell knows how many sheets of its signature lie inside and outside of it."""
    depths = [(s.front.cells[0].inside, s.front.cells[0].outside) for s in plan(12)]
    assert depths == [(2, 0), (1, 1), (0, 2)]
    halves = [[(cell.inside, cell.outside) for cell in s.back.cells[::2]]
              for s in plan(16, scheme="cut-and-stack")]  # fmt: skip
    assert halves == [[(3, 0), (1, 2)], [(2, 1), (0, 3)]]


# -- Runs ------------------------------------------------------------------------------------------


def order(pages: int, **words: object) -> dict[str, str]:
    way = Plan.parse(words)
    return {
        run.name: " ".join(f"{face.sheet.number}{face.side.name[0]}" for face in run.faces)
        for run in runs(place(pages, way), way)
    }


def test_two_sided() -> None:
    """A printer with two sides gets front and back of each sheet in turn."""
    assert order(12) == {"sheets": "1f 1b 2f 2b 3f 3b"}


@pytest.mark.parametrize(("tray", "backs"), [("face-down", "3b 2b 1b"), ("face-up", "1b 2b 3b")])
def test_one_sided(tray: str, backs: str) -> None:
    """With one side, backs follow fronts: in reverse where the last front lies uppermost."""
    one, two = (order(12, printing=way, tray=tray) for way in ("one-run", "two-files"))
    assert one == {"sheets": f"1f 2f 3f {backs}"}
    assert two == {"sheets-fronts": "1f 2f 3f", "sheets-backs": backs}


@pytest.mark.parametrize("tray", Tray)
@pytest.mark.parametrize("sheets", [1, 2, 7])
def test_a_pile_that_goes_back_in(tray: Tray, sheets: int) -> None:
    """Fronts that leave a printer and go back in as they were told meet their own backs."""
    way = Plan(printing=Printing.TWO_FILES, tray=tray)
    fronts, backs = runs(place(4 * sheets, way), way)
    pile = [face.sheet.number for face in fronts.faces]  # from below
    if "Turn the pile over" in instruction(way):
        pile.reverse()
    assert [face.sheet.number for face in backs.faces] == pile[::-1]


def test_the_one_instruction() -> None:
    """What to do with the pile is said in a sentence, and nothing where nothing is to do."""
    assert instruction(Plan()) == ""
    down = instruction(Plan(printing=Printing.ONE_RUN))
    assert down.startswith("Leave the pile as it lies, without sorting it")
    assert down.endswith("the edge that went in first now going in last.")
    up = instruction(Plan.parse({"printing": "one-run", "tray": "face-up", "flip": "long-edge"}))
    assert up.startswith("Turn the pile over")
    assert up.endswith("now going in first again.")


def test_a_cover_is_a_run_of_its_own() -> None:
    """Other stock is printed apart."""
    assert order(12, cover=True) == {"cover": "0f 0b", "sheets": "1f 1b 2f 2b"}


@pytest.mark.parametrize(
    ("only", "kept"),
    [("", [0, 1, 2, 3, 4]), ("3", [3]), ("4,1-2", [1, 2, 4]), (" 2 - 3 ", [2, 3]), ("cover", [0])],
)
def test_some_sheets_only(only: str, kept: list[int]) -> None:
    """Sheets are chosen by number, by range, or as the cover; they keep their order."""
    assert [sheet.number for sheet in chosen(plan(20, cover=True), only)] == kept


# -- Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ({"scheme": "sadle"}, "`sadle` is no scheme that is known", "did you mean `saddle`?"),
        ({"scheme": "x"}, "`x` is no scheme that is known", "choose one of saddle, signatures,"),
        ({"flip": "short"}, "`short` is no flip that is known", "short-edge"),
        ({"shceme": "saddle"}, "`shceme` is nothing", "did you mean `scheme`?"),
        ({"sheet": "A44"}, "`A44` is not a size of paper", "did you mean `A4`?"),
        ({"paper": "velvet"}, "`velvet` is not a paper", "80 g/m2"),
        ({"paper": "coatd"}, "`coatd` is not a paper", "did you mean `coated`?"),
        ({"marks": "fold crops"}, "`crops` is no mark", "did you mean `crop`?"),
        ({"signature": "four"}, "`four` is not a count", "whole number"),
        ({"cover": "perhaps"}, "`perhaps` is neither yes nor no", "write `yes` or `no`"),
        ({"safe": "wide"}, "`wide` is not a length", "write a number and a unit"),
    ],
)
def test_a_plan_with_a_slip(words: dict[str, object], message: str, hint: str) -> None:
    """A word that no plan knows is one message, and a hint with what was meant."""
    with pytest.raises(BookletError) as slip:
        Plan.parse(words)
    assert message in slip.value.message
    assert hint in slip.value.hint


@pytest.mark.parametrize(
    ("pages", "words", "message"),
    [
        (0, {}, "there are no pages to put on sheets"),
        (8, {"cover": True, "scheme": "two-up"}, "a `two-up` has no separate cover"),
        (8, {"cover": True, "scheme": "cut-and-stack"}, "a `cut-and-stack` has no separate cover"),
        (8, {"paper": "coated"}, "the paper has no thickness, and creep needs one"),
        (8, {"scheme": "signatures", "cover": True, "paper": "bulky", "creep": "none"},
         "the paper has no thickness"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be(pages: int, words: dict[str, object], message: str) -> None:
    """A plan that contradicts itself is one message, and a hint."""
    with pytest.raises(BookletError, match=message) as slip:
        plan(pages, **words)
    assert slip.value.hint


@pytest.mark.parametrize(
    ("only", "message"),
    [
        ("6", "there is no sheet 6"),
        ("0", "`0` is neither a sheet nor a range"),
        ("3-2", "`3-2` is neither a sheet nor a range"),
        ("1,,2", "`` is neither a sheet nor a range"),
        ("one", "`one` is neither a sheet nor a range"),
        ("1-99999", "there is no sheet 99999"),
        ("1-99999999999", "there is no sheet 99999999999"),
        (f"2-1{'0' * 5_000}", "there is no sheet 10000"),
        (f"1{'0' * 5_000}-2", "is neither a sheet nor a range"),
        ("cover", "there is no separate cover"),
    ],
)
def test_a_sheet_that_is_not_there(only: str, message: str) -> None:
    """A choice that names no sheet is one message, and a hint."""
    with pytest.raises(BookletError, match=message) as slip:
        chosen(plan(20), only)
    assert slip.value.hint


def test_paper_without_thickness_lies_flat() -> None:
    """Where nothing creeps, nobody asks how thick the paper is."""
    flat = Paper()
    assert place(8, Plan(paper=flat, creep=Creep.NONE))
    assert place(8, Plan(paper=flat, scheme=Scheme.TWO_UP))


def test_a_plan_as_an_author_writes_it() -> None:
    """Every field of a plan can be written as text, a number or a truth value."""
    words = {
        "scheme": "Signatures", "sheet": "a3", "trim": "A5", "binding": "right",
        "flip": "long-edge", "signature": 4, "paper": "coated 135 gsm", "crease": "round",
        "creep": "push-out", "safe": "4mm", "marks": ["fold", "stitch"], "cover": True,
        "closing": "2", "notes": "dotted", "only": "1-3", "printing": "one-run", "tray": "face-up",
    }  # fmt: skip
    found = Plan.parse(words)
    assert set(words) == set(Plan.__dataclass_fields__)
    assert found != Plan()
    assert (found.signature, found.cover, found.closing) == (4, True, 2)
    assert (found.paper, found.safe) == (Paper(135, "coated"), Length.mm(4))
    assert found.marks == Marks(True, False, True, False, False)
    assert found.notes is BlankPages.DOTTED
    assert Plan.parse({}) == Plan()
