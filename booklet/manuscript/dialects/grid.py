"""Grid tables: cells in boxes drawn with `+`, `-`, `=` and `|`, which may span and hold blocks.

Cells are found as docutils does: each begins at a corner, and is as small as its borders allow.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from heapq import heappop, heappush
from itertools import groupby
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.cells import TableCell, TableRow, as_columns, line_of, push_table
from booklet.manuscript.dialects.remarks import Remark, remark
from booklet.manuscript.dialects.said import typed_lines

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_BORDER = re.compile(r"\+(?:[-=:]+\+)+")
_HEAD = re.compile(r"\+(?::?=+:?\+)+")

# A box: its top, left, bottom and right border, as lines and columns of the drawing.
_Box = tuple[int, int, int, int]


def grid_plugin(md: MarkdownIt) -> None:
    """Teach `md` grid tables."""
    md.block.ruler.before("table", "grid", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a grid table that begins on the line `start`."""
    if state.is_code_block(start) or not _BORDER.fullmatch(line_of(state, start).strip()):
        return False
    last = start
    while last < end and state.sCount[last] >= state.blkIndent and _is_part(state, last):
        last += 1
    if last - start < 3:
        return False
    if silent:
        return True
    drawn = [as_columns(line_of(state, line).strip()) for line in range(start, last)]
    state.line = last
    try:
        _push(state, drawn, start)
    except _Misdrawn as error:
        made = len(state.tokens)
        typed_lines(state, start, last)
        hint = "let its bars and plus signs stand below one another"
        message = "a table has borders that do not meet, so it is set as it was typed"
        remark(state.tokens[made], Remark("M18", message, hint, start + error.line))
    return True


def _is_part(state: StateBlock, line: int) -> bool:
    """Whether a line may belong to a grid table."""
    return line_of(state, line).strip()[:1] in ("+", "|")


class _Misdrawn(Exception):
    """A border that does not meet another one, on a line of the drawing."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _push(state: StateBlock, drawn: list[list[str]], start: int) -> None:
    """Push the tokens of a table. Raises _Misdrawn."""
    width = len(drawn[0])
    for number, line in enumerate(drawn):
        if len(line) != width or line[-1] not in ("+", "|"):
            raise _Misdrawn(number)
    heads = [i for i, line in enumerate(drawn) if _HEAD.fullmatch("".join(line))]
    if heads and heads[0] == len(drawn) - 1:
        heads = []
    plain = [_plain(line) for line in drawn]
    boxes = _boxes(plain)
    tops = sorted({box[0] for box in boxes})
    lefts = sorted({box[1] for box in boxes})
    _check(boxes, plain)
    rows = []
    for top, mine in groupby(sorted(boxes), key=lambda box: box[0]):
        cells = tuple(_cell(plain, box, start, tops, lefts) for box in mine)
        rows.append(TableRow(cells, start + top + 1))
    head = sum(top < heads[0] for top in tops) if heads else 0
    aligned = _alignment("".join(drawn[heads[0] if heads else 0]), lefts)
    push_table(state, (start, start + len(drawn)), rows[:head], rows[head:], aligned)


def _plain(line: list[str]) -> list[str]:
    """Return a line of a drawing; a border from one end to the other is all hyphens and pluses."""
    if not _BORDER.fullmatch("".join(line)):
        return line
    return [sign if sign == "+" else "-" for sign in line]


def _cell(
    drawn: list[list[str]], box: _Box, start: int, tops: list[int], lefts: list[int]
) -> TableCell:
    """Return the cell in a box."""
    top, left, bottom, right = box
    lines = ["".join(line[left + 1 : right]).rstrip() for line in drawn[top + 1 : bottom]]
    shift = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(line[shift:] for line in lines).rstrip()
    column = bisect_left(lefts, left)
    columns = bisect_left(lefts, right) - column
    rows = bisect_left(tops, bottom) - bisect_left(tops, top)
    return TableCell(text, start + top + 1, columns, rows, column, is_block=True)


def _boxes(drawn: list[list[str]]) -> list[_Box]:
    """Return all boxes of a drawing, each found from its upper left corner."""
    found: list[_Box] = []
    corners, seen = [(0, 0)], set[tuple[int, int]]()
    while corners:
        corner = heappop(corners)
        if corner in seen or corner[0] == len(drawn) - 1 or corner[1] == len(drawn[0]) - 1:
            continue
        seen.add(corner)
        box = _box(drawn, *corner)
        if box is None:
            raise _Misdrawn(corner[0])
        found.append(box)
        heappush(corners, (box[0], box[3]))
        heappush(corners, (box[2], box[1]))
    return found


def _box(drawn: list[list[str]], top: int, left: int) -> _Box | None:
    """Return the smallest box whose upper left corner is here."""
    for right in range(left + 1, len(drawn[0])):
        sign = drawn[top][right]
        if sign == "+":
            for bottom in range(top + 1, len(drawn)):
                if drawn[bottom][left] not in ("|", "+") or drawn[bottom][right] not in ("|", "+"):
                    break
                if _is_bottom(drawn[bottom], left, right):
                    return top, left, bottom, right
        elif sign != "-":
            return None
    return None


def _is_bottom(line: list[str], left: int, right: int) -> bool:
    """Whether a border goes from one corner to the other."""
    if line[left] != "+" or line[right] != "+":
        return False
    return all(sign in ("-", "+") for sign in line[left:right])


def _check(boxes: list[_Box], drawn: list[list[str]]) -> None:
    """Raise _Misdrawn unless the boxes cover the whole drawing, each place once."""
    area = sum((bottom - top) * (right - left) for top, left, bottom, right in boxes)
    if area != (len(drawn) - 1) * (len(drawn[0]) - 1):
        raise _Misdrawn(0)


def _alignment(border: str, lefts: list[int]) -> list[str]:
    """Return how each column is set, by the colons in the border below the head."""
    ends = [*lefts[1:], len(border) - 1]
    found = []
    for left, right in zip(lefts, ends, strict=True):
        one = border[left + 1 : right]
        begins, stops = one.startswith(":"), one.endswith(":")
        found.append(
            "center" if begins and stops else "left" if begins else "right" if stops else ""
        )
    return found
