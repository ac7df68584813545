"""Records: a table of far more columns than a page holds, set row by row, each value by its head.

Tree  Age  ...          Tree: Ash
Ash   90   ...    is    Age: 90
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

# A head that names a place, or holds a picture or raw HTML, cannot stand there again and again.
_ONCE = frozenset({"image", "html_inline", "footnote_ref", "footnote_anchor"})


class _Row(NamedTuple):
    """A row of a table: the running text of its cells, and its line."""

    cells: list[Token]
    line: int


def records(inside: list[Token]) -> list[Token] | None:
    """Return the tokens of a table as records, or None for one that cannot be set so.

    It has a head of one row, and cells of running text that span nothing.
    """
    rows = _rows(inside)
    if not rows or len(rows) < 2 or not any(token.type == "thead_open" for token in inside):
        return None
    heads, *rest = rows
    columns = len(heads.cells)
    if any(len(row.cells) != columns for row in rest) or not all(map(_may_repeat, heads.cells)):
        return None
    level = inside[0].level
    out = [_token("div_open", "div", 1, level, rows[0].line, "records")]
    for row in rest:
        out.append(_token("div_open", "div", 1, level + 1, row.line, "record"))
        for head, cell in zip(heads.cells, row.cells, strict=True):
            if cell.children:
                out += _line(head, cell, level + 2, row.line)
        out.append(_token("div_close", "div", -1, level + 1))
    return [*out, _token("div_close", "div", -1, level)]


def _rows(inside: list[Token]) -> list[_Row] | None:
    """Return the rows of a table, or None if one of its cells spans or holds more than a line."""
    rows: list[_Row] = []
    for i, token in enumerate(inside):
        if token.type == "tr_open":
            rows.append(_Row([], token.map[0] if token.map else 0))
        elif token.type in ("td_open", "th_open"):
            if "colspan" in token.attrs or "rowspan" in token.attrs or "id" in token.attrs:
                return None
            held = inside[i + 1]
            if held.type == "inline" and inside[i + 2].nesting == -1:
                rows[-1].cells.append(held)
            elif held.nesting == -1:
                rows[-1].cells.append(Token("inline", "", 0, children=[]))
            else:
                return None
    return rows


def _may_repeat(head: Token) -> bool:
    """Whether the words of a head can stand at each value."""
    return all(child.type not in _ONCE and "id" not in child.attrs for child in head.children or ())


def _line(head: Token, cell: Token, level: int, line: int) -> Iterator[Token]:
    """Yield the tokens of one value: its head, and the value."""
    yield _token("paragraph_open", "p", 1, level, line)
    inline = Token("inline", "", 0, content=cell.content, level=level + 1, block=True)
    inline.map = [line, line + 1]
    inline.children = [*_named(head), *(cell.children or [])]
    for child in inline.children:
        child.meta.pop("at", None)
    yield inline
    yield _token("paragraph_close", "p", -1, level)


def _named(head: Token) -> list[Token]:
    """Return the running text of a head with a colon, to stand before a value."""
    if not head.children:
        return []
    words = deepcopy(head.children)
    last = words[-1].content.rstrip() if words[-1].type == "text" else ""
    sign = " " if last.endswith((":", "?", "!", "：")) else ": "
    return [
        Token("strong_open", "strong", 1),
        *words,
        Token("strong_close", "strong", -1),
        Token("text", "", 0, content=sign),
    ]


def _token(
    kind: str, tag: str, nesting: int, level: int, line: int | None = None, name: str = ""
) -> Token:
    """Return a token of a block."""
    token = Token(kind, tag, nesting, level=level, block=True)  # type: ignore[arg-type]
    token.map = None if line is None else [line, line + 1]
    if name:
        token.attrs["class"] = name
    return token
