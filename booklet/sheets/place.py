"""Which page stands where: sheets, their sides, and the cells of each side. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace

from booklet.errors import BookletError
from booklet.sheets.plan import Binding, Creep, Plan, Scheme

FRONT, BACK = "front", "back"
COVER = 0


@dataclass(frozen=True)
class Cell:
    """Room for one page on a side of a sheet."""

    page: int
    """The page, counted from 1; 0 for a blank."""
    inside: int = 0
    """How many sheets of the same signature lie inside this one when folded."""
    outside: int = 0
    """How many lie outside it."""
    wraps: int = 0
    """How many sheets, laid in signatures behind one another, this one goes round as a cover."""


@dataclass(frozen=True)
class Side:
    """One side of a sheet as one holds it to read: rows from the top, each a left and a right."""

    name: str
    rows: tuple[tuple[Cell, Cell], ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, from the left of the top row to the right of the last one."""
        return tuple(cell for row in self.rows for cell in row)


@dataclass(frozen=True)
class Sheet:
    """A printed sheet. Fronts are outsides: folded, the back is within."""

    number: int
    """From 1 in the order of printing; COVER (0) for a separate cover."""
    signature: int
    """From 1; 0 for a separate cover that goes round several."""
    front: Side
    back: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """Front and back."""
        return self.front, self.back

    @property
    def name(self) -> str:
        """`cover`, or `sheet 3`."""
        return f"sheet {self.number}" if self.number else "cover"


def place(count: int, plan: Plan) -> tuple[Sheet, ...]:
    """Return the sheets on which `count` pages stand, the outermost or first one first.

    A separate cover comes first. `plan.only` is not looked at. Raises BookletError where there are
    no pages, or where the plan asks for what its scheme cannot do.
    """
    check(plan)
    pages = line_up(count, plan)
    if plan.scheme is Scheme.TWO_UP:
        sheets = _two_up(pages)
    elif plan.scheme is Scheme.CUT_AND_STACK:
        sheets = _cut_and_stack(pages)
    elif plan.scheme is Scheme.SADDLE:
        first = COVER if plan.cover else 1
        sheets = [Sheet(first + k, 1, *sides) for k, sides in enumerate(nest(pages))]
    else:
        sheets = _signatures(pages, plan)
    return tuple(map(_mirrored, sheets) if plan.binding is Binding.RIGHT else sheets)


def check(plan: Plan) -> None:
    """Raise BookletError where the plan contradicts itself, whatever the pages."""
    if plan.cover and plan.scheme not in (Scheme.SADDLE, Scheme.SIGNATURES):
        raise BookletError(
            f"a `{plan.scheme}` has no separate cover",
            hint=f"use `{Scheme.SADDLE}` or `{Scheme.SIGNATURES}`, or leave `cover` out",
        )
    wraps = plan.cover and plan.scheme is Scheme.SIGNATURES
    if plan.folded and (wraps or plan.creep is not Creep.NONE):
        plan.paper.caliper()


def line_up(count: int, plan: Plan) -> tuple[int, ...]:
    """Return the pages in the order in which they are read, 0 for a blank.

    Blanks fill up to the next multiple of 4 (8 where a sheet is cut in two) and stand before the
    last pages, so that the back cover stays the back cover; a two-up has them at the end.
    """
    if count < 1:
        raise BookletError("there are no pages to put on sheets", hint="is the essay empty?")
    last = min(plan.tail, count - 1)
    blanks = -count % (4 * plan.rows)
    pages = range(1, count + 1)
    return (*pages[: count - last], *(0,) * blanks, *pages[count - last :])


def nest(pages: tuple[int, ...]) -> list[tuple[Side, Side]]:
    """Return front and back of each sheet of one signature, the outermost first, bound at the left.

    With n pages and sheets k from 0 at the outside, from 1: front n-2k | 2k+1, back 2k+2 | n-2k-1.
    The numbers on a side add up to n+1. `pages` must hold a multiple of 4.
    """
    n = len(pages)
    sheets = []
    for k in range(n // 4):
        depth = n // 4 - 1 - k, k
        front = Cell(pages[n - 1 - 2 * k], *depth), Cell(pages[2 * k], *depth)
        back = Cell(pages[2 * k + 1], *depth), Cell(pages[n - 2 - 2 * k], *depth)
        sheets.append((Side(FRONT, (front,)), Side(BACK, (back,))))
    return sheets


def _two_up(pages: tuple[int, ...]) -> list[Sheet]:
    """Return sheets that are read as they are: front left, front right, back left, back right."""
    cells = [Cell(page) for page in pages]
    return [
        Sheet(
            at // 4 + 1,
            1,
            Side(FRONT, ((cells[at], cells[at + 1]),)),
            Side(BACK, ((cells[at + 2], cells[at + 3]),)),
        )
        for at in range(0, len(pages), 4)
    ]


def _cut_and_stack(pages: tuple[int, ...]) -> list[Sheet]:
    """Return sheets with two folded pieces each; cut, the upper pile is laid on the lower one.

    With S sheets the piece in row r of sheet k is the (r*S + k)th from the outside: the rule of
    cutting and stacking, page = 2*(cell*sheets + sheet) + side, with a folded piece for a cell.
    """
    pieces = nest(pages)
    half = len(pieces) // 2
    return [
        Sheet(
            k + 1,
            1,
            Side(FRONT, upper[0].rows + lower[0].rows),
            Side(BACK, upper[1].rows + lower[1].rows),
        )
        for k, (upper, lower) in enumerate(zip(pieces[:half], pieces[half:], strict=True))
    ]


def _signatures(pages: tuple[int, ...], plan: Plan) -> list[Sheet]:
    """Return signature behind signature, and first of all a cover that goes round them."""
    sheets: list[Sheet] = []
    body = pages[2:-2] if plan.cover else pages
    if plan.cover:
        around = nest(pages[:2] + pages[-2:])[0]
        front, back = (_wrapping(side, len(body) // 4) for side in around)
        sheets.append(Sheet(COVER, 0, front, back))
    number, at = 1, 0
    sizes = balanced(len(body) // 4, plan.signature or equal_signature(len(body) // 4))
    for signature, size in enumerate(sizes, 1):
        for sides in nest(body[at : at + 4 * size]):
            sheets.append(Sheet(number, signature, *sides))
            number += 1
        at += 4 * size
    return sheets


def _wrapping(side: Side, sheets: int) -> Side:
    """Return a side of the cover that knows how many sheets it goes round."""
    return Side(side.name, tuple((replace(a, wraps=sheets), replace(b, wraps=sheets))
                                 for a, b in side.rows))  # fmt: skip


def balanced(sheets: int, most: int) -> tuple[int, ...]:
    """Return the sizes of the fewest signatures of at most `most` sheets, as equal as can be.

    They differ by one sheet at most; the fuller ones stand first and last, where a spine is
    handled hardest.
    """
    if not sheets:
        return ()
    many = -(-sheets // most)
    size, fuller = divmod(sheets, many)
    before = -(-fuller // 2)
    return (*(size + 1,) * before, *(size,) * (many - fuller), *(size + 1,) * (fuller - before))


def equal_signature(sheets: int) -> int:
    """Return how many sheets to a signature: 3 to 6, such that all come out equal, near 4 best.

    Four sheets of copying paper (16 pages) is what a hand folds sharply. Balanced signatures never
    have more than 3 blanks among them, whatever their size, so blanks do not decide.
    """

    def rank(most: int) -> tuple[bool, int]:
        sizes = balanced(sheets, most)
        return len(set(sizes)) > 1, abs(most - 4)

    return min((4, 5, 3, 6), key=rank)


def _mirrored(sheet: Sheet) -> Sheet:
    """Return the sheet for a binding at the right: its halves swapped."""
    front, back = (
        Side(side.name, tuple((right, left) for left, right in side.rows)) for side in sheet.sides
    )
    return Sheet(sheet.number, sheet.signature, front, back)
