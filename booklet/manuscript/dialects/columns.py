"""Tables drawn by columns: what Pandoc calls simple and multiline tables.

Tree      Age        ---------------------------------
------  -----        Path    Remarks
Ash        90        ------- -------------------------
Oak       300        Long    A row that goes on
                             in a second line.
                     ---------------------------------
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.cells import (
    TableCell,
    TableRow,
    as_columns,
    ends_here,
    is_blank,
    line_of,
    push_table,
)
from booklet.manuscript.dialects.remarks import Remark, remark, remark_alone
from booklet.manuscript.dialects.said import in_vain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_RULE = re.compile(r" *-{3,} *")
_GROUPS = re.compile(r" *-+(?: +-+)+ *")
_GROUP = re.compile("[-=]+")

# Lines that the head of a multiline table may have.
_MOST_HEAD = 12


def columns_plugin(md: MarkdownIt) -> None:
    """Teach `md` tables that are drawn by columns."""
    md.block.ruler.before("table", "columns", _table)


@dataclass(frozen=True)
class _Drawn:
    """A table as it is drawn: its heads, rows and end are lines (from 0), `end` after the last.

    `groups` is the line of hyphens that shows where the columns are.
    """

    head: tuple[int, int]
    groups: int
    body: tuple[int, int]
    end: int
    is_multiline: bool


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table that begins on the line `start`."""
    found = None if silent else _found(state, start, end)
    if not found:
        return False
    if isinstance(found, Remark):
        remark_alone(state, found)
        return False
    spans = spans_of(line_of(state, found.groups))
    ranges = _paragraphs(state, found.body) if found.is_multiline else _lines(found.body)
    heads = [row_on(state, found.head, spans)] if found.head[0] < found.head[1] else []
    rows = [row_on(state, one, spans) for one in ranges]
    first = found.head if heads else found.body
    aligned = _alignment(state, first[0], spans, multiline=found.is_multiline, last=first[1])
    token = push_table(state, (start, found.end), heads, rows, aligned)
    lines = (*range(*found.head), *range(*found.body))
    remark(token, *_crossing(state, lines, spans))
    state.line = found.end
    return True


def _found(state: StateBlock, start: int, end: int) -> _Drawn | Remark | None:
    """Return the table that begins on a line, what is wrong with it, or None."""
    here = line_of(state, start)
    if _is_groups(here):
        return _headless(state, start, end)
    if start + 1 >= end or ends_here(state, start + 1):
        return None
    if _RULE.fullmatch(here):
        return _with_rules(state, start, end)
    if _is_groups(line_of(state, start + 1)) and "|" not in here:
        return _simple(state, start, end)
    return None


def _is_groups(text: str) -> bool:
    """Whether a line of hyphens shows columns: more than one, and not the rule `- - -`."""
    return bool(_GROUPS.fullmatch(text)) and "--" in text


def _simple(state: StateBlock, start: int, end: int) -> _Drawn | None:
    """Return a table of one line for the head and one for each row; an empty line ends it."""
    last = start + 2
    while last < end and not is_blank(line_of(state, last)) and not ends_here(state, last):
        if _is_groups(line_of(state, last)) or _RULE.fullmatch(line_of(state, last)):
            break
        last += 1
    if last == start + 2:
        return None
    closed = last < end and not is_blank(line_of(state, last)) and not ends_here(state, last)
    body = (start + 2, last)
    return _Drawn((start, start + 1), start + 1, body, last + closed, is_multiline=False)


def _headless(state: StateBlock, start: int, end: int) -> _Drawn | Remark | None:
    """Return a table without a head, between two lines of hyphens."""
    if start + 1 >= end or is_blank(line_of(state, start + 1)):
        return None
    last, blank = _closing(state, start + 1, end)
    if last is None:
        return _open(start)
    return _Drawn((start, start), start, (start + 1, last), last + 1, is_multiline=blank)


def _with_rules(state: StateBlock, start: int, end: int) -> _Drawn | Remark | None:
    """Return a table between two rules, with a head of one or more lines."""
    groups = start + 1
    while groups < min(end, start + _MOST_HEAD) and not ends_here(state, groups):
        text = line_of(state, groups)
        if is_blank(text):
            return None
        if _is_groups(text):
            break
        groups += 1
    else:
        return None
    if groups == start + 1:
        return None
    last, _ = _closing(state, groups + 1, end)
    if last is None:
        return _open(start)
    return _Drawn((start + 1, groups), groups, (groups + 1, last), last + 1, is_multiline=True)


def _closing(state: StateBlock, line: int, end: int) -> tuple[int | None, bool]:
    """Return the line of hyphens that ends a table, and whether empty lines part its rows."""
    blank = False
    first = line
    vain = in_vain(state, "table", end)
    if vain[0] <= line < vain[1]:
        return None, blank
    while line < end and not ends_here(state, line):
        text = line_of(state, line)
        over = line + 1 >= end or is_blank(line_of(state, line + 1))
        if line > first and over and (_RULE.fullmatch(text) or _is_groups(text)):
            return line, blank
        blank = blank or is_blank(text)
        line += 1
    vain[:] = [first, line]
    return None, blank


def _open(line: int) -> Remark:
    """Return what is said of a table without an end."""
    hint = "end the table with a line of hyphens, and an empty line below it"
    return Remark("M18", "a table begins here and has no end", hint, line)


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return where each column of a line of hyphens, or of equals signs, begins and ends."""
    return [found.span() for found in _GROUP.finditer(text)]


def _lines(body: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the rows of a table that has one in each line."""
    return [(line, line + 1) for line in range(*body)]


def _paragraphs(state: StateBlock, body: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the rows of a table whose rows are parted by empty lines."""
    rows: list[tuple[int, int]] = []
    begun: int | None = None
    for line in range(*body):
        blank = is_blank(line_of(state, line))
        if blank and begun is not None:
            rows.append((begun, line))
            begun = None
        elif not blank and begun is None:
            begun = line
    return [*rows, (begun, body[1])] if begun is not None else rows


def row_on(state: StateBlock, lines: tuple[int, int], spans: list[tuple[int, int]]) -> TableRow:
    """Return the row that stands on these lines."""
    drawn = [_cut(as_columns(line_of(state, line)), spans)[0] for line in range(*lines)]
    texts = ("\n".join(one).rstrip() for one in zip(*drawn, strict=True))
    cells = tuple(TableCell(text, lines[0], column=number) for number, text in enumerate(texts))
    return TableRow(cells, lines[0])


def _cut(drawn: list[str], spans: list[tuple[int, int]]) -> tuple[list[str], str]:
    """Return what a line has in each column, and a word that lies across two of them, if any.

    A word is never cut: it goes to the column that has more of it.
    """
    cuts, across = [0], ""
    for (_, end), (start, _) in pairwise(spans):
        cut = next((at for at in range(start, end - 1, -1) if _is_free(drawn, at)), None)
        if cut is None:
            begin, stop = _word_at(drawn, start)
            across = across or "".join(drawn[begin:stop])
            cut = begin if stop - start > start - begin else stop
        cuts.append(max(cut, cuts[-1]))
    pieces = ["".join(drawn[a:b]).strip() for a, b in zip(cuts, [*cuts[1:], None], strict=True)]
    return pieces, across


def _is_free(drawn: list[str], at: int) -> bool:
    """Whether no word lies across a place in a line."""
    return at >= len(drawn) or drawn[at - 1] == " " or drawn[at] == " "


def _word_at(drawn: list[str], at: int) -> tuple[int, int]:
    """Return where the word begins and ends that lies across a place."""
    begin = end = at
    while begin and drawn[begin - 1] != " ":
        begin -= 1
    while end < len(drawn) and drawn[end] != " ":
        end += 1
    return begin, end


def _alignment(
    state: StateBlock, line: int, spans: list[tuple[int, int]], *, multiline: bool, last: int
) -> list[str]:
    """Return how each column is set: as its head, or its first cell, stands to the hyphens."""
    lines = range(line, last if multiline else line + 1)
    drawn = [as_columns(line_of(state, one)) for one in lines]
    return [_aligned(drawn, spans, number) for number in range(len(spans))]


def _aligned(drawn: list[list[str]], spans: list[tuple[int, int]], number: int) -> str:
    """Return how one column is set."""
    start, end = spans[number]
    stop = spans[number + 1][0] if number + 1 < len(spans) else None
    texts = ["".join(line[start:stop]) for line in drawn]
    texts = [text for text in texts if text.strip()]
    if not texts:
        return ""
    left = any(not text.startswith(" ") for text in texts)
    right = any(len(text.rstrip()) >= end - start for text in texts)
    return "" if left and right else "left" if left else "right" if right else "center"


def _crossing(
    state: StateBlock, lines: tuple[int, ...], spans: list[tuple[int, int]]
) -> Iterator[Remark]:
    """Yield a remark for each line in which a word lies across two columns."""
    for line in lines:
        if across := _cut(as_columns(line_of(state, line)), spans)[1]:
            hint = "put it below the hyphens of its column"
            yield Remark("M18", f"`{across[:40]}` lies across two columns", hint, line)
