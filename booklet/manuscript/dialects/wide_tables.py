"""Wide tables: how much room the columns of a table need, before any page is known.

Widths are in em of the table's type, of Source Sans as far as that matters here. What becomes of
them is the edition's: smaller type, and at last words that are divided.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from booklet.manuscript import dialect, marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

# Every page has room for less than the first; the page of a booklet, in its smallest type, for the
# second. A table of more rows than the third may be divided.
_ALWAYS_FITS, _FITS, _UNDIVIDED = 24.0, 47.0, 12

# Between two columns; and what a heavier face takes more.
GAP, _BOLD, _SAFE = 0.6, 1.06, 1.04

_NARROW, _WIDE = frozenset("iljtfrI.,;:'!|()[]-/\u2019\u00a0 "), frozenset("mwMW@%&—")
_BREAKS = re.compile(r"[\s\u2013\u2014\u200b]+|(?<=\w)-(?=\w)")

# Addresses can be divided anywhere, and other words by syllables from so many letters on.
_ADDRESS, _LONGEST_ADDRESS = re.compile(r"https?://|www\."), 12.0


def settle(tokens: list[Token], i: int) -> bool:
    """Give the table at `i` what its page must know; return whether words in it will be divided."""
    inside = list(_inside(tokens, i))
    if sum(token.type == "tr_open" for token in inside) > _UNDIVIDED:
        tokens[i].attrJoin("class", "long")
    columns = _columns(inside)
    need = sum(columns) + GAP * (len(columns) - 1)
    if need <= _ALWAYS_FITS:
        return False
    tokens[i].attrs["data-columns"] = " ".join(f"{one:.1f}" for one in columns)
    return need > _FITS


def _inside(tokens: list[Token], i: int) -> Iterator[Token]:
    """Yield the tokens of the table at `i`."""
    depth = 0
    for at in range(i, len(tokens)):
        depth += (tokens[at].type == "table_open") - (tokens[at].type == "table_close")
        yield tokens[at]
        if not depth:
            return


def _columns(tokens: list[Token]) -> list[float]:
    """Return the width of the longest word in each column; cells that span several count not."""
    columns: list[float] = []
    column, counts, face = 0, False, 1.0
    for token in tokens:
        if token.type == "tr_open":
            column = 0
        elif token.type in ("td_open", "th_open"):
            span = int(token.attrs.get("colspan", 1))
            counts, face = span == 1, _BOLD if token.type == "th_open" else 1.0
            columns += [0.0] * (column + span - len(columns))
            column += span
        elif token.type == "inline" and counts and column:
            longest = _longest(dialect.words(token.children or []))
            columns[column - 1] = max(columns[column - 1], longest * face * _SAFE)
    return columns


def _longest(text: str) -> float:
    """Return the width of the longest word in a text."""
    text = marks.fill_pages(marks.fill_notes(text, lambda _key: "00"), lambda _name: "000")
    return max((_width(word) for word in _BREAKS.split(text)), default=0.0)


def _width(word: str) -> float:
    """Return about how wide a word is."""
    width = sum(_sign(sign) for sign in word)
    return min(width, _LONGEST_ADDRESS) if _ADDRESS.match(word) else width


def _sign(sign: str) -> float:
    """Return about how wide a sign is."""
    if sign in _NARROW:
        return 0.31
    if sign in _WIDE:
        return 0.86
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.0 if unicodedata.combining(sign) else 0.6 if sign.isupper() else 0.52
