"""Pipe tables: what their author gets wrong is said, since the parser drops it or prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import table
from markdown_it.rules_block.table import escapedSplit

from booklet.manuscript.dialects.cells import line_of
from booklet.manuscript.dialects.remarks import Remark, remark
from booklet.manuscript.dialects.said import typed_lines
from booklet.manuscript.limits import MOST_CELLS, MOST_COLUMNS, measure_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_HYPHENS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_CROSSED = re.compile(r"\|[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|")
_ATTRIBUTES = re.compile(r"\{:?[ \t]*[.#:\w][^{}|]*\}")
_CAPTION = re.compile(r"(?:[Tt]able)?:[ \t]+\S")


def pipes_plugin(md: MarkdownIt) -> None:
    """Let `md` say what is wrong with a pipe table."""
    md.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("hr", "caption", _caption, {"alt": ["blockquote"]})
    md.block.ruler.before("hr", "below_table", _below, {"alt": ["blockquote"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a pipe table, and say which of its rows have more cells than its head."""
    made = len(state.tokens)
    if not silent and start + 1 < end and "|" in line_of(state, start + 1):
        _measure(state, start, end)
    if not _made(state, start, end, silent):
        wrong = None if silent else _nearly(state, start, end)
        if wrong:
            _as_typed(state, start, end, wrong)
        return bool(wrong)
    if not silent:
        opening = state.tokens[made]
        most = len(_cells(line_of(state, start)))
        for line in range(start + 2, state.line):
            if len(cells := _cells(line_of(state, line))) > most:
                lost = " | ".join(cells[most:]).strip()[:40]
                message = f"this row has {len(cells)} cells, its table {most}: `{lost}` was dropped"
                hint = "a bar within a cell is typed `\\|`"
                remark(opening, Remark("M18", message, hint, line))
    return True


def _measure(state: StateBlock, start: int, end: int) -> None:
    """Raise TooMuch for a table that is larger than pages hold."""
    columns = line_of(state, start + 1).count("|")
    if columns > MOST_COLUMNS or (end - start) * columns > MOST_CELLS:
        last = start + 2
        while last < end and line_of(state, last).strip():
            last += 1
        hyphens = line_of(state, start + 1).strip()
        if _HYPHENS.fullmatch(hyphens) or _CROSSED.fullmatch(hyphens):
            measure_table(last - start, len(_cells(hyphens.replace("+", "|"))), start)


def _made(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Let the parser make a table; plus signs between hyphens, as Org has them, count as bars."""
    below = start + 1
    crossed = below < end and _CROSSED.fullmatch(line_of(state, below).strip())
    if not crossed:
        return table(state, start, end, silent)
    text, first, last = state.src, state.bMarks[below], state.eMarks[below]
    state.src = text[:first] + text[first:last].replace("+", "|") + text[last:]
    done = table(state, start, end, silent)
    state.src = text
    return done


def _as_typed(state: StateBlock, start: int, end: int, wrong: Remark) -> None:
    """Set lines with bars line by line, as they were typed, and say why."""
    last = start
    while last < end and state.sCount[last] >= state.blkIndent and "|" in line_of(state, last):
        last += 1
    made = len(state.tokens)
    typed_lines(state, start, last)
    remark(state.tokens[made], wrong)


def _cells(text: str) -> list[str]:
    """Return the cells of a row, as the parser counts them."""
    cells = escapedSplit(text.strip())
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def _nearly(state: StateBlock, start: int, end: int) -> Remark | None:
    """Return what is wrong with what is meant as a pipe table and is none."""
    if start + 1 >= end or state.sCount[start + 1] < state.blkIndent or state.is_code_block(start):
        return None
    head, hyphens = line_of(state, start).strip(), line_of(state, start + 1).strip()
    if "|" not in head:
        return None
    if "|" in hyphens and _HYPHENS.fullmatch(hyphens):
        there, below = len(_cells(head)), len(_cells(hyphens))
        message = f"a table has {there} cells in its head and {below} in the line of hyphens"
        hint = "give both as many; until then it is set as it was typed"
        return Remark("M18", message, hint, start)
    if (_is_row(head) or _CROSSED.fullmatch(head)) and _is_row(hyphens):
        hint = "write a line such as `| --- | --- |` below the first row"
        return Remark(
            "M18", "a table has no line of hyphens, so it is set as it was typed", hint, start
        )
    return None


def _is_row(text: str) -> bool:
    """Whether a line begins with a bar, and has more of them."""
    return text.startswith("|") and len(_cells(text)) > 1


def _below(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Let a line of attributes right below the last row of a pipe table end the table."""
    is_below = silent and state.parentType == "table"
    return is_below and bool(_ATTRIBUTES.fullmatch(line_of(state, start).strip()))


def _caption(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Let the caption right below the last row of a pipe table end the table."""
    return silent and state.parentType == "table" and bool(_CAPTION.match(line_of(state, start)))
