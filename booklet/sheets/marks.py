"""Marks: where to fold, cut, stitch and collate, drawn in hairlines on a side of a sheet.

All of it is in the coordinates of the frame, in points, as operators of a PDF content stream.
"""

from __future__ import annotations

from collections.abc import Iterator

from booklet.lengths import Length
from booklet.sheets.creep import shift
from booklet.sheets.frame import Box, Frame
from booklet.sheets.place import BACK, COVER, FRONT, Cell
from booklet.sheets.plan import BlankPages, Plan, Scheme
from booklet.sheets.runs import PrintedSide

MM = Length.mm(1).pt
GAP = 2 * MM  # between the trim, or the bleed, and the marks
LONG = 5 * MM  # a crop mark
_LEAST = 1.5 * MM  # a mark shorter than this is left out
_EDGE, _TICK = 5 * MM, 3 * MM  # what printers leave white, and a fold mark beyond it
_STAPLE = 12 * MM  # a little less than the crown of a 24/6 or 26/6 staple, 13 mm
_STATION = 3 * MM  # a sewing hole's mark
_BAR = Box(-2 * MM, -5 * MM, 2 * MM, 0)  # a collation mark, hung on the fold by its top
KETTLE = 12 * MM  # the outermost sewing holes from head and foot


def number(value: float) -> str:
    """Return a number as short as a PDF may have it, to a hundredth of a point."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def marks(face: PrintedSide, frame: Frame, plan: Plan, bleed: float, signatures: int) -> str:
    """Return the operators that draw a side's marks, as the plan's switches say.

    `bleed` keeps marks off ink beyond the trim; `signatures` is how many there are in all.
    """
    wanted = plan.marks
    drawn: list[str] = []
    for row, (cell, _) in enumerate(face.side.rows):
        trims = frame.trim(row, 0, shift(cell, plan)), frame.trim(row, 1, shift(cell, plan))
        spread = Box(trims[0].left, trims[0].bottom, trims[1].right, trims[1].top)
        if wanted.crop:
            drawn += _crop(spread, frame.spare, max(bleed, GAP))
        if wanted.fold and plan.folded and face.side.name == BACK:
            for x in _folds(cell, trims, frame):
                drawn += _fold(x, spread, frame, max(bleed, GAP), cell.inside == 0)
        if wanted.stitch and plan.folded:
            drawn += _stitch(spread, frame.width / 2, face.side.name, cell, plan)
        if wanted.collation and signatures > 1 and _is_spine(face, cell):
            drawn.append(_collation(spread, frame.width / 2, face.sheet.signature))
    if wanted.crop and plan.scheme is Scheme.CUT_AND_STACK and face.side.name == FRONT:
        middle = frame.height / 2
        drawn += [_line(0, middle, 2 * LONG, middle)]
        drawn += [_line(frame.width - 2 * LONG, middle, frame.width, middle)]
    return f"q 0.25 w {' '.join(drawn)} Q" if drawn else ""


def _line(x0: float, y0: float, x1: float, y1: float) -> str:
    """Return a line from one point to the other."""
    return f"{number(x0)} {number(y0)} m {number(x1)} {number(y1)} l S"


def has_crop_marks(frame: Frame, bleed: float = 0.0) -> bool:
    """Return whether there is room beside the pages for marks to cut along."""
    return max(frame.spare) - max(bleed, GAP) >= _LEAST


def _crop(spread: Box, spare: tuple[float, float], gap: float) -> Iterator[str]:
    """Yield two lines at each corner of a pair of pages, as far as there is room for them.

    Room is what the trim leaves before creep, so that all sheets have the same marks.
    """
    beside, above = (min(LONG, room - gap) for room in spare)
    for y in (spread.bottom, spread.top) if beside >= _LEAST else ():
        yield _line(spread.left - gap, y, spread.left - gap - beside, y)
        yield _line(spread.right + gap, y, spread.right + gap + beside, y)
    for x in (spread.left, spread.right) if above >= _LEAST else ():
        yield _line(x, spread.bottom - gap, x, spread.bottom - gap - above)
        yield _line(x, spread.top + gap, x, spread.top + gap + above)


def _folds(cell: Cell, trims: tuple[Box, Box], frame: Frame) -> tuple[float, ...]:
    """Return where a sheet is folded: in the middle; a cover on both sides of its spine."""
    return (trims[0].right, trims[1].left) if cell.wraps else (frame.width / 2,)


def _fold(x: float, spread: Box, frame: Frame, gap: float, innermost: bool) -> Iterator[str]:
    """Yield dashes on a fold, beyond head and foot.

    They stand on the back, which one sees while folding. Without room they are ticks within the
    trim, and only on the innermost sheet, where the whole book is folded.
    """
    room = frame.spare[1]
    if room - gap >= _LEAST:
        reach = min(LONG, room - gap)
        yield "[2 1.5] 0 d"
        yield _line(x, spread.top + gap, x, spread.top + gap + reach)
        yield _line(x, spread.bottom - gap, x, spread.bottom - gap - reach)
        yield "[] 0 d"
    elif innermost:
        yield _line(x, spread.top - _EDGE, x, spread.top - _EDGE - _TICK)
        yield _line(x, spread.bottom + _EDGE, x, spread.bottom + _EDGE + _TICK)


def _stitch(spread: Box, x: float, side: str, cell: Cell, plan: Plan) -> Iterator[str]:
    """Yield two staples on the outside of a saddle, or five holes to sew a signature from within.

    Staples stand a quarter of the height from head and foot; holes are the two kettle stitches
    and three between them.
    """
    if plan.scheme is not Scheme.SIGNATURES and side == FRONT and not cell.outside:
        for y in (spread.bottom + spread.height / 4, spread.top - spread.height / 4):
            yield _line(x, y - _STAPLE / 2, x, y + _STAPLE / 2)
    if plan.scheme is Scheme.SIGNATURES and side == BACK and not cell.inside and not cell.wraps:
        between = (spread.height - 2 * KETTLE) / 4
        for hole in range(5):
            y = spread.bottom + KETTLE + hole * between
            yield _line(x - _STATION / 2, y, x + _STATION / 2, y)


def _is_spine(face: PrintedSide, cell: Cell) -> bool:
    """Whether the fold on this side is the back of a signature."""
    return face.side.name == FRONT and not cell.outside and face.sheet.number != COVER


def _collation(spread: Box, x: float, signature: int) -> str:
    """Return a bar on the back of a signature, a step lower for each: together, a staircase."""
    step = -_BAR.bottom
    steps = max(1, int((spread.height - 8 * step) / step))
    top = spread.top - 4 * step - (signature - 1) % steps * step
    return " ".join(
        [*map(number, (x + _BAR.left, top + _BAR.bottom, _BAR.width, _BAR.height)), "re f"]
    )


def notes(width: float, height: float, kind: BlankPages) -> str:
    """Return the lines or the dots of a page for notes, of that trim: 8 mm apart, or 5."""
    side = min(15 * MM, width / 9)
    step = (8 if kind is BlankPages.RULED else 5) * MM
    left, right = side, side + (width - 2 * side) // step * step
    right = width - side if kind is BlankPages.RULED else right
    rows = int((height - 3 * side) // step)
    pen = "0.6 G 0.3 w" if kind is BlankPages.RULED else f"0.5 G 1 J 0.8 w [0 {number(step)}] 0 d"
    tops = [height - 1.5 * side - step * at for at in range(rows + 1)]
    return " ".join([pen, *(_line(left, y, right + 0.01, y) for y in tops)])
