"""Cells: the tokens of a table, whichever way its author drew it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.limits import measure_table

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock


@dataclass(frozen=True)
class TableCell:
    """A cell: its text, its first line (from 0), and how many columns and rows it takes.

    `is_block` says that its text is blocks of Markdown, and not only running text.
    """

    text: str
    line: int
    columns: int = 1
    rows: int = 1
    column: int = 0
    is_block: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row of cells, and its first line (from 0)."""

    cells: tuple[TableCell, ...]
    line: int


def push_table(
    state: StateBlock,
    lines: tuple[int, int],
    heads: list[TableRow],
    rows: list[TableRow],
    aligned: list[str],
) -> Token:
    """Push the tokens of a table that stands on `lines`; return the one that opens it.

    `aligned` has `left`, `right`, `center` or nothing for each column. Raises TooMuch.
    """
    every = (*heads, *rows)
    measure_table(len(every), max((len(row.cells) for row in every), default=0), lines[0])
    opening = state.push("table_open", "table", 1)
    opening.map = [*lines]
    for kind, cell, group in (("thead", "th", heads), ("tbody", "td", rows)):
        if group:
            _push(state, kind, [group[0].line, lines[1]])
            for row in group:
                _push(state, "tr", [row.line, row.line + 1])
                for one in row.cells:
                    _push_cell(state, cell, one, aligned)
                state.push("tr_close", "tr", -1)
            state.push(f"{kind}_close", kind, -1)
    state.push("table_close", "table", -1)
    return opening


def _push(state: StateBlock, tag: str, lines: list[int]) -> Token:
    """Push the token that opens an element on these lines."""
    token = state.push(f"{tag}_open", tag, 1)
    token.map = lines
    return token


def _push_cell(state: StateBlock, tag: str, cell: TableCell, aligned: list[str]) -> None:
    """Push the tokens of a cell."""
    token = _push(state, tag, [cell.line, cell.line + cell.text.count("\n") + 1])
    if cell.column < len(aligned) and aligned[cell.column]:
        token.attrs["style"] = f"text-align:{aligned[cell.column]}"
    if cell.columns > 1:
        token.attrs["colspan"] = str(cell.columns)
    if cell.rows > 1:
        token.attrs["rowspan"] = str(cell.rows)
    inside = _blocks(state, cell) if cell.is_block else []
    state.tokens += inside or [_running(cell, state.level)]
    state.push(f"{tag}_close", tag, -1)


def _running(cell: TableCell, level: int) -> Token:
    """Return the running text of a cell, which begins on its own line."""
    text = cell.text.strip()
    before = cell.text[: len(cell.text) - len(cell.text.lstrip())].count("\n")
    line = cell.line + before
    token = Token("inline", "", 0, content=text, children=[], level=level, block=True)
    token.map = [line, line + text.count("\n") + 1]
    return token


def _blocks(state: StateBlock, cell: TableCell) -> list[Token]:
    """Return the blocks in a cell; nothing if they are only one paragraph."""
    tokens: list[Token] = []
    state.md.block.parse(cell.text, state.md, state.env, tokens)
    if len(tokens) <= 3 and (not tokens or tokens[0].type == "paragraph_open"):
        return []
    for token in tokens:
        token.level += state.level
        if token.map:
            token.map = [line + cell.line for line in token.map]
    return tokens


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without the indent of the block it stands in, its tabs made spaces."""
    if state.blkIndent:
        text = state.getLines(line, line + 1, state.blkIndent, False)
    else:  # the usual case: it is asked for again and again
        text = state.src[state.bMarks[line] : state.eMarks[line]]
    return text.expandtabs(4).rstrip()


def is_blank(text: str) -> bool:
    """Whether nothing stands in a line."""
    return not text.strip()


def ends_here(state: StateBlock, line: int) -> bool:
    """Whether a table cannot hold a line: a heading begins, or the block around it ends.

    The file may be cut at a heading: what stands before it never depends on what follows.
    """
    text = line_of(state, line)
    outside = not is_blank(text) and state.sCount[line] < state.blkIndent
    return outside or bool(_HEADING.match(text))


_HEADING = re.compile(r"#{1,6} ")


def as_columns(text: str) -> list[str]:
    """Return what stands in each column of a line, as a fixed-width face shows it.

    A wide sign of Chinese, Japanese or Korean takes two columns, a combining one none.
    """
    columns: list[str] = []
    for sign in text:
        if unicodedata.combining(sign) and columns:
            columns[-1] += sign
        else:
            columns.append(sign)
            if unicodedata.east_asian_width(sign) in "WF":
                columns.append("")
    return columns
