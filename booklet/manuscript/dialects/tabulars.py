r"""Tables of LaTeX, `\begin{tabular}{lr}` and `\begin{tabbing}`: set as tables if they are plain.

One with cells over several columns or rows, or with an environment in it, is left to the rule that
drops such things.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.cells import TableCell, TableRow, push_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_MOST_LINES = 500
_BEGIN = re.compile(r"\\begin\{(tabular|tabbing)\}(?:\[[a-z]\])?(?:\{((?:[^{}]|\{[^{}]*\})*)\})?")
_NOT_PLAIN = re.compile(r"\\(?:begin|multicolumn|multirow|pushtabs|poptabs)\b|\\[`'+<-]")
_RULE = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|cmidrule\S*)[ \t]*")
_PARTS = {
    "tabular": re.compile(r"(?<!\\)&"),
    "tabbing": re.compile(r"\\[=>]"),
}
_COLUMN = re.compile(r"[@!]\{[^}]*\}|([lcr])|[pmbX](?:\{[^}]*\})?")
_SIDES = {"l": "left", "c": "center", "r": "right"}


def tabulars_plugin(md: MarkdownIt) -> None:
    """Teach `md` the plain tables of LaTeX."""
    options = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("latex", "tabulars", _tabular, options)  # type: ignore[arg-type]


def _tabular(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table that begins on the line `start`."""
    found = None if state.is_code_block(start) else _BEGIN.match(said.line_of(state, start))
    if not found:
        return False
    lines = [said.line_of(state, start)[found.end() :]]
    for number in range(start + 1, min(end, start + _MOST_LINES)):
        lines.append(said.line_of(state, number))
        if f"\\end{{{found[1]}}}" in lines[-1]:
            break
    body, closing, after = "\n".join(lines).partition(f"\\end{{{found[1]}}}")
    if not closing or after.strip() or _NOT_PLAIN.search(body):
        return False
    heads, rows = _rows(body, found[1], start)
    if not rows:
        return False
    if not silent:
        aligned = [_SIDES.get(column[1] or "l", "") for column in _columns(found[2] or "")]
        push_table(state, (start, start + len(lines)), heads, rows, aligned)
        state.line = start + len(lines)
    return True


def _columns(drawn: str) -> list[re.Match[str]]:
    """Return the columns in what says how they are set: `l|r@{ }p{2cm}`."""
    return [column for column in _COLUMN.finditer(drawn) if column[0][0] not in "@!"]


def _rows(body: str, kind: str, line: int) -> tuple[list[TableRow], list[TableRow]]:
    """Return the head of a table, and its other rows; the head is a first row above a rule."""
    rows: list[TableRow] = []
    ruled: list[int] = []
    for text in re.split(r"\\\\(?:\[[^\]]*\])?", body):
        if _RULE.search(text):
            ruled.append(len(rows))
        plain = _RULE.sub("", text)
        at = line + len(plain) - len(plain.lstrip("\n"))
        line += text.count("\n")
        if plain.strip() and not plain.rstrip().endswith("\\kill"):
            parts = [_words(part) for part in _PARTS[kind].split(plain)]
            rows.append(
                TableRow(tuple(TableCell(part, at, column=n) for n, part in enumerate(parts)), at)
            )
    wide = max((len(row.cells) for row in rows), default=0)
    rows = [_filled(row, wide) for row in rows]
    has_head = 1 in ruled and len(rows) > 1 and not {2, 3} & set(ruled) - {len(rows)}
    return (rows[:1], rows[1:]) if has_head else ([], rows)


def _words(part: str) -> str:
    """Return the words of a cell, on one line, without the ties that set them apart."""
    return " ".join(part.split()).strip("~ ")


def _filled(row: TableRow, wide: int) -> TableRow:
    """Return a row with as many cells as the widest."""
    cells = (
        cell or TableCell("", row.line, column=n)
        for n, (cell, _) in enumerate(zip_longest(row.cells, range(wide)))
    )
    return TableRow(tuple(cells), row.line)
