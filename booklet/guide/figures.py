"""Figures of sheets: what a side shows, and what hands do with paper. Drawn from the placement.

Whatever is drawn follows the plan: which pages stand on a side, where it is folded and cut, at
which edge it is bound. Lengths are millimetres of the figure, not of the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from booklet.editions import own_words
from booklet.guide.svg import HAIR, INK, PALE, PAPER, QUIET, THICK, THIN, Drawing, Point
from booklet.lengths import UNITS
from booklet.sheets import Binding, Cell, Plan, Scheme, Sheet, Side
from booklet.sheets.frame import Frame
from booklet.sheets.marks import KETTLE

_MM = UNITS["mm"]
_FOLD = "1.4 1"
_CUT = "2.4 0.8 0.4 0.8"
_SLOPE = 0.45  # of the table, as it is seen
_MOST = 4  # sheets that are drawn of a pile; more would be a grey bar
_GREY = "#cfcfcf"
_ENGLISH = own_words.guide("en")


def millimetres(points: float) -> str:
    """Return a length in whole millimetres; a half goes down, whatever rounding has left of it."""
    return f"{int(points / _MM + 0.49)} mm"


def name_of(sheet: Sheet, said: Mapping[str, str]) -> str:
    """Return what a sheet is called in some language: its number, or that it is the cover."""
    return said["sheet"].replace("{number}", str(sheet.number)) if sheet.number else said["cover"]


def sides(
    sheet: Sheet, plan: Plan, frame: Frame, most: tuple[float, float] = (96, 54), title: str = "",
    said: Mapping[str, str] = _ENGLISH,
) -> str:  # fmt: skip
    """Return a sheet as one holds it: its front, and its back beside it, turned over.

    The figure is no wider and no higher than `most`; `said` has the words in it.
    """
    gap, caption = 14.0, 6.0
    scale = min((most[0] - gap - 0.6) / 2 / frame.width, (most[1] - caption) / frame.height)
    wide, high = frame.width * scale, frame.height * scale
    width = 2 * wide + gap + 0.6
    drawing = Drawing(width, high + caption, title or f"{sheet.name}, front and back")
    for at, side in enumerate(sheet.sides):
        left = 0.3 + at * (wide + gap)
        _side(drawing, side, plan, frame, (left, 0.3), scale, said)
        named = said["side"].replace("{sheet}", name_of(sheet, said))
        named = named.replace("{side}", said["back" if at else "front"])
        drawing.text(left + wide / 2, high + 4.6, named, 3.1)
    middle = width / 2
    drawing.curve((middle - 4, high / 2), (middle, high / 2 - 6), (middle + 4.6, high / 2))
    return drawing.svg()


def _side(
    drawing: Drawing, side: Side, plan: Plan, frame: Frame, at: Point, scale: float,
    said: Mapping[str, str],
) -> None:  # fmt: skip
    """Draw a side of a sheet: its pages with their numbers, its fold and its cuts."""
    left, top = at
    wide, high = frame.width * scale, frame.height * scale
    drawing.box(left, top, wide, high)
    for row, cells in enumerate(side.rows):
        for column, cell in enumerate(cells):
            trim = frame.trim(row, column)
            x, y = left + trim.left * scale, top + high - trim.top * scale
            page = (x, y, trim.width * scale, trim.height * scale)
            if max(frame.spare) > 4 * _MM:
                drawing.box(*page, fill="none", ink=QUIET, pen=HAIR)
            _page(drawing, page, cell.page, said["blank"])
        if row:
            y = top + high * row / plan.rows
            ends = max(0.2, left - 2), min(drawing.width - 0.2, left + wide + 2)
            drawing.line([(x, y) for x in ends], INK, THIN, _CUT)
    if plan.folded:
        x = left + wide / 2
        drawing.line([(x, top), (x, top + high)], QUIET, THIN, _FOLD)
    else:
        drawing.line([(left + wide / 2, top), (left + wide / 2, top + high)], _GREY, HAIR)


def _page(
    drawing: Drawing, page: tuple[float, float, float, float], number: int, blank: str
) -> None:
    """Draw a page: its number and some lines, which show where its head is; a blank says so."""
    x, y, width, height = page
    size = min(width * 0.42, height * 0.3)
    if not number:
        drawing.text(x + width / 2, y + height * 0.55, blank, min(3.1, width * 0.2), QUIET)
        return
    drawing.text(x + width / 2, y + height * 0.16 + size * 0.75, str(number), size)
    line = y + height * 0.3 + size * 0.75
    while line < y + height * 0.88:
        drawing.line([(x + width * 0.18, line), (x + width * 0.82, line)], _GREY, HAIR * 1.5)
        line += max(height * 0.075, 1.1)


@dataclass(frozen=True)
class _Table:
    """A table seen from the front and above: x to the right, y away from one, z up."""

    left: float
    bottom: float

    def __call__(self, x: float, y: float, z: float = 0.0) -> Point:
        """Return where a point comes to lie on the figure."""
        return self.left + x + _SLOPE * y, self.bottom - _SLOPE * y - z

    # the floor's own axes, for words that lie on it
    floor = (1.0, 0.0, -_SLOPE, _SLOPE)

    def flat(self, x: float, y: float, width: float, depth: float, z: float) -> list[Point]:
        """Return the corners of a sheet that lies on the table."""
        return [self(x, y, z), self(x + width, y, z), self(x + width, y + depth, z),
                self(x, y + depth, z)]  # fmt: skip


@dataclass(frozen=True)
class _FoldedPiece:
    """What is folded: a sheet, or one of the rows that it is cut into; its name and its inside."""

    name: str
    inside: tuple[Cell, Cell]


def _pieces(
    sheets: Sequence[Sheet], plan: Plan, said: Mapping[str, str] = _ENGLISH
) -> list[_FoldedPiece]:
    """Return the pieces of one pile, the outermost first: those of upper rows lie outside."""
    return [
        _FoldedPiece(name_of(sheet, said) if plan.rows == 1 else "", sheet.back.rows[row])
        for row in range(plan.rows)
        for sheet in sheets
    ]


def pile(
    sheets: Sequence[Sheet], plan: Plan, frame: Frame, title: str = "",
    said: Mapping[str, str] = _ENGLISH,
) -> str:  # fmt: skip
    """Return the sheets on one another: the first lies lowest, its front down, the last on top."""
    pieces = _pieces(sheets, plan, said)
    layers = min(len(pieces), _MOST)
    wide, deep = _fit(frame, 37, 40, plan.rows)
    top = (layers - 1) * 2.6
    table = _Table(14, top + _SLOPE * deep + 1)
    drawing = Drawing(66, table.bottom + 2.6, title or "the pile of sheets, the first one lowest")
    for at in range(layers):
        drawing.polygon(table.flat(0, 0, wide, deep, at * 2.6))
    for column, cell in enumerate(pieces[-1].inside):
        x, y = table((column + 0.5) * wide / 2, deep * 0.38, top)
        drawing.text(x, y, str(cell.page or "–"), 7, matrix=table.floor)
    drawing.line([table(wide / 2, 0, top), table(wide / 2, deep, top)], QUIET, THIN, _FOLD)
    for at, piece in ((0, pieces[0]), (layers - 1, pieces[-1]))[: min(layers, 2)]:
        x, y = table(0, 0, at * 2.6)
        apart = 0.9 if layers == 2 else 0.0  # two labels need more room than two sheets
        drawing.text(x - 1.2, y + (apart if not at else -apart) + 0.9, piece.name, 3.1,
                     anchor="end")  # fmt: skip
    return drawing.svg()


def _fit(frame: Frame, wide: float, deep: float, rows: int) -> tuple[float, float]:
    """Return width and depth of a piece on the table, as large as the room allows."""
    scale = min(wide / frame.width, deep / (frame.height / rows))
    return frame.width * scale, frame.height / rows * scale


def folding(sheets: Sequence[Sheet], plan: Plan, frame: Frame, title: str = "") -> str:
    """Return the pile half folded: the half with the front cover beneath it comes over."""
    wide, deep = _fit(frame, 42, 30, plan.rows)
    half, layers = wide / 2, min(len(_pieces(sheets, plan)), _MOST)
    lean, rise = 0.42, 0.91  # of the half that is raised
    table = _Table(25, half * rise + _SLOPE * deep + layers * 1.1 + 1)
    drawing = Drawing(66, table.bottom + 1, title or "the pile, folded once")

    def held(points: list[Point]) -> list[Point]:
        if plan.binding is Binding.RIGHT:  # the other half comes over
            return [(drawing.width - x, y) for x, y in points]
        return points

    for at in range(layers):
        z, inset = at * 1.1, at * 0.5
        drawing.polygon(held(table.flat(inset, 0, half - inset, deep, z)))
        raised = [
            table(inset, 0, z), table(inset, deep, z),
            table(inset - half * lean, deep, z + half * rise),
            table(inset - half * lean, 0, z + half * rise),
        ]  # fmt: skip
        drawing.polygon(held(raised), PAPER if at < layers - 1 else "#f2f2f2")
    edge = table(-half * lean, deep * 0.5, half * rise + layers)
    end = table(half * 0.8, deep * 0.5, layers + 3)
    start, bend, end = held([(edge[0] + 3, edge[1] + 1), (end[0], edge[1] - 1), end])
    drawing.curve(start, bend, end)
    return drawing.svg()


def stapling(plan: Plan, frame: Frame, title: str = "") -> str:
    """Return the outside of the open booklet with its two staples in the fold, and their places."""
    scale = min(44 / (2 * frame.trim_width), 36 / frame.trim_height)
    wide, high = frame.trim_width * scale, frame.trim_height * scale
    left, top = 0.5, 0.5
    drawing = Drawing(66, high + 1, title or "two staples in the fold, from outside")
    drawing.box(left, top, 2 * wide, high)
    front = left if plan.binding is Binding.RIGHT else left + wide
    _cover(drawing, (front, top, wide, high))
    fold = left + wide
    drawing.line([(fold, top), (fold, top + high)], QUIET, THIN, _FOLD)
    staple = 13 * _MM * scale
    for y in (top + high / 4, top + high * 3 / 4):
        drawing.line([(fold, y - staple / 2), (fold, y + staple / 2)], INK, THICK * 1.4)
    x = left + 2 * wide + 3.5
    quarter = millimetres(frame.trim_height / 4)
    for a, b in ((top, top + high / 4), (top + high * 3 / 4, top + high)):
        drawing.measure((x, a), (x, b), quarter)
    return drawing.svg()


def _cover(drawing: Drawing, page: tuple[float, float, float, float]) -> None:
    """Draw the front cover: a title of two lines, and a name at the foot."""
    x, y, width, height = page
    for at, part in ((0.2, 0.6), (0.28, 0.42)):
        drawing.line([(x + width * 0.18, y + height * at),
                      (x + width * (0.18 + part), y + height * at)], INK, THICK)  # fmt: skip
    drawing.line([(x + width * 0.18, y + height * 0.84), (x + width * 0.5, y + height * 0.84)],
                 QUIET, THIN)  # fmt: skip


def cutting(
    sheet: Sheet, plan: Plan, frame: Frame, title: str = "", said: Mapping[str, str] = _ENGLISH
) -> str:
    """Return the pile, fronts up, cut in two, and the upper half laid on the lower one."""
    scale = min(24 / frame.width, 35 / frame.height)
    wide, high = frame.width * scale, frame.height * scale
    drawing = Drawing(
        66, high + 3, title or "the pile is cut across, the upper half laid on the lower"
    )
    half = replace(frame, height=frame.height / 2, rows=1)
    halves = [Side(sheet.front.name, (row,)) for row in sheet.front.rows]
    top, uncut = 0.5, replace(plan, scheme=Scheme.SADDLE)
    # where each half is drawn: both on the left, and on the right the upper one, on the lower
    for left, drawn in ((2.0, {0: 0.0, 1: 0.5}), (40.0, {0: 0.25})):
        for layer in (1.6, 0.8):
            for drop in drawn.values():
                drawing.box(left + layer, top + drop * high + layer, wide, high / 2)
        for row, drop in drawn.items():
            _side(drawing, halves[row], uncut, half, (left, top + drop * high), scale, said)
    drawing.line([(0.3, top + high / 2), (wide + 6, top + high / 2)], INK, THICK * 0.6, _CUT)
    drawing.arrow((wide + 6, top + high * 0.62), (38.6, top + high * 0.62))
    return drawing.svg()


def gathering(
    sheets: Sequence[Sheet], marks: bool, title: str = "", said: Mapping[str, str] = _ENGLISH
) -> str:
    """Return folded signatures on one another, seen from the back, with the bars that order them.

    Below each other stand the sheets that each one holds.
    """
    groups = [
        [sheet.number for sheet in sheets if sheet.signature == number]
        for number in sorted({sheet.signature for sheet in sheets if sheet.signature})
    ]
    shown = groups if len(groups) <= 7 else [*groups[:3], [], *groups[-3:]]
    step, wide, left, top = min(6.0, 34 / len(shown)), 42.0, 14.0, 5.0
    title = title or "folded signatures in order, seen from the back"
    drawing = Drawing(66, top + step * len(shown) + 0.5, title)
    for at, group in enumerate(shown):
        y = top + at * step
        if not group:
            drawing.text(left + wide / 2, y + step * 0.62, "…", 4)
            continue
        drawing.box(left, y + 0.3, wide, step - 0.6)
        for layer in range(1, 4):
            line = y + 0.3 + layer * (step - 0.6) / 4
            drawing.line([(left + 0.8, line), (left + wide, line)], _GREY, HAIR)
        if marks:
            place = len(groups) - 1 if at == len(shown) - 1 and len(groups) > 7 else at
            x = left + 6 + place % 12 * 2.2
            drawing.box(x, y + 0.5, 3, step - 1, INK, INK, 0)
        name = f"{group[0]}–{group[-1]}" if len(group) > 1 else str(group[0])
        drawing.text(left - 2.4, y + step / 2 + 1.1, name, min(3.1, step * 0.8), anchor="end")
    drawing.text(left - 2.4, top - 1.6, said["sheets"], 2.9, QUIET, "end")
    return drawing.svg()


def sewing(frame: Frame, title: str = "") -> str:
    """Return an open signature from within, with the holes to sew it through."""
    scale = min(44 / (2 * frame.trim_width), 36 / frame.trim_height)
    wide, high = frame.trim_width * scale, frame.trim_height * scale
    left, top = 0.5, 0.5
    drawing = Drawing(66, high + 1, title or "five holes in the fold of each signature")
    drawing.box(left, top, 2 * wide, high)
    fold = left + wide
    drawing.line([(fold, top), (fold, top + high)], QUIET, THIN, _FOLD)
    kettle = KETTLE * scale
    holes = [top + kettle + at * (high - 2 * kettle) / 4 for at in range(5)]
    for first, second in ((0, 1), (2, 3)):
        drawing.line([(fold, holes[first]), (fold, holes[second])], INK, THICK)
    for y in holes:
        drawing.line([(fold - 1.4, y), (fold + 1.4, y)], INK, THICK)
    x = left + 2 * wide + 3.5
    drawing.measure((x, top), (x, holes[0]), millimetres(KETTLE))
    drawing.measure((x, holes[1]), (x, holes[2]),
                    millimetres((frame.trim_height - 2 * KETTLE) / 4))  # fmt: skip
    return drawing.svg()


def corner(
    plan: Plan, frame: Frame, sheet: Sheet, title: str = "", said: Mapping[str, str] = _ENGLISH
) -> str:
    """Return sheets that are not folded, stapled at the corner where one begins to read."""
    scale = min(46 / frame.width, 34 / frame.height)
    wide, high = frame.width * scale, frame.height * scale
    left, top = 0.5, 0.5
    drawing = Drawing(66, high + 3, title or "a staple at the corner")
    for layer in (1.6, 0.8):
        drawing.box(left + layer, top + layer, wide, high)
    _side(drawing, sheet.front, plan, frame, (left, top), scale, said)
    right = plan.binding is Binding.RIGHT
    x = left + wide - 2.4 if right else left + 2.4
    turn = 1 if right else -1
    drawing.line([(x - 1.6, top + 2.4 - 1.6 * turn), (x + 1.6, top + 2.4 + 1.6 * turn)],
                 INK, THICK * 1.4)  # fmt: skip
    return drawing.svg()


def closed(plan: Plan, frame: Frame, stapled: bool = True, title: str = "") -> str:
    """Return the finished booklet, its spine towards the reader."""
    scale = min(44 / frame.trim_height, 34 / frame.trim_width)
    wide, deep, thick = frame.trim_height * scale, frame.trim_width * scale, 2.4
    table = _Table(3, _SLOPE * deep + thick + 1)
    drawing = Drawing(66, table.bottom + 1, title or "the finished booklet")
    back = [table(wide, 0), table(wide, deep), table(wide, deep, thick), table(wide, 0, thick)]
    drawing.polygon(back, PALE)
    drawing.polygon([table(0, 0), table(wide, 0), table(wide, 0, thick), table(0, 0, thick)])
    drawing.polygon(table.flat(0, 0, wide, deep, thick))
    right = plan.binding is Binding.RIGHT  # then the head is at the right, too
    for at, part, pen in ((0.2, 0.6, THICK), (0.28, 0.42, THICK), (0.84, 0.32, THIN)):
        x = wide * (1 - at if right else at)
        ends = (0.82 - part, 0.82) if right else (0.18, 0.18 + part)
        drawing.line([table(x, y * deep, thick) for y in ends], INK if at < 0.5 else QUIET, pen)
    for x in (wide / 4, wide * 3 / 4) if stapled else ():
        length = 13 * _MM * scale / 2
        drawing.line([table(x - length, 0, thick / 2), table(x + length, 0, thick / 2)],
                     INK, THICK * 1.4)  # fmt: skip
    return drawing.svg()


def scheme(sheets: Sequence[Sheet], plan: Plan, frame: Frame) -> tuple[str, ...]:
    """Return the figures of a scheme, in the order of the work: sides, and what is done to them."""
    number = next((sheet for sheet in sheets if sheet.number), sheets[0])
    figures = [sides(number, plan, frame)]
    if plan.scheme is Scheme.TWO_UP:
        return (*figures, corner(plan, frame, number))
    if plan.scheme is Scheme.CUT_AND_STACK:
        figures.append(cutting(number, plan, frame))
    first = [sheet for sheet in sheets if sheet.signature == 1]
    figures += [pile(first, plan, frame), folding(first, plan, frame)]
    if plan.scheme is Scheme.SIGNATURES:
        return (*figures, gathering(sheets, plan.marks.collation), sewing(frame))
    return (*figures, stapling(plan, frame), closed(plan, frame))
