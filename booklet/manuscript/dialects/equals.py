"""Tables drawn by equals signs: the simple tables of reStructuredText.

=====  =====
Tree   Age
=====  =====
Ash    90
Oak    300
=====  =====
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.cells import is_blank, line_of, push_table
from booklet.manuscript.dialects.columns import row_on, spans_of
from booklet.manuscript.dialects.remarks import Remark, remark_alone
from booklet.manuscript.dialects.said import open_at_end

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

    from booklet.manuscript.dialects.cells import TableRow

_RULE = re.compile(r" *=+(?: +=+)+ *")
_UNDERLINE = re.compile(r" *-+(?: +-+)* *")

_MOST_LINES = 2000


def equals_plugin(md: MarkdownIt) -> None:
    """Teach `md` tables that are drawn by equals signs."""
    md.block.ruler.before("other_line", "equals", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table that begins on the line `start`."""
    here = line_of(state, start)
    if not _RULE.fullmatch(here) or "==" not in here or state.is_code_block(start):
        return False
    if silent:
        return True
    rules = _rules(state, start, end)
    if len(rules) < 2:
        open_at_end(state)
        hint = "end the table with a line of equals signs, and an empty line below it"
        message = "a table begins here and has no end"
        remark_alone(state, Remark("M18", message, hint, start))
        return False
    spans = spans_of(here)
    parts = [_rows(state, (a + 1, b), spans) for a, b in pairwise(rules)]
    heads = [row for part in parts[:-1] for row in part]
    push_table(state, (start, rules[-1] + 1), heads, parts[-1], [""] * len(spans))
    state.line = rules[-1] + 1
    return True


def _rules(state: StateBlock, start: int, end: int) -> list[int]:
    """Return the lines of equals signs of a table; an empty line follows the last one."""
    rules = [start]
    for line in range(start + 1, min(end, start + _MOST_LINES)):
        text = line_of(state, line)
        if text.startswith("# "):
            return []
        if _RULE.fullmatch(text):
            rules.append(line)
            if line + 1 >= end or is_blank(line_of(state, line + 1)):
                return rules
    return []


def _rows(
    state: StateBlock, lines: tuple[int, int], spans: list[tuple[int, int]]
) -> list[TableRow]:
    """Return the rows on these lines: one whose first column is empty goes on with the last."""
    begun: list[list[int]] = []
    for line in range(*lines):
        text = line_of(state, line)
        if is_blank(text) or _UNDERLINE.fullmatch(text):
            continue
        goes_on = bool(begun) and not text[: spans[0][1]].strip()
        if goes_on and begun[-1][1] == line:
            begun[-1][1] = line + 1
        else:
            begun.append([line, line + 1])
    return [row_on(state, (first, last), spans) for first, last in begun]
