"""Wide tables: how much room the columns of a table need, before any page is known.

Widths are in em of the table's type, of Source Sans as far as that matters here. What becomes of
them is the edition's: smaller type, and at last words that are divided.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from booklet.manuscript import dialect, placeholders
from booklet.manuscript.dialects.records import records
from booklet.manuscript.dialects.remarks import Remark, remark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markdown_it.token import Token

# How the caption of a table begins.
CAPTION = re.compile(r"^(?:Table)?:\s+")

# Every page has room for less than the first; the page of a booklet, in its smallest type, for the
# second. A table of more rows than the third may be divided.
_ALWAYS_FITS, _FITS, _UNDIVIDED = 24.0, 47.0, 12

# A column in which words are divided has room for more than this.
_TOO_NARROW = 4.0

# Between two columns; and what a heavier face takes more.
GAP, _BOLD, _SAFE = 0.6, 1.06, 1.04

_NARROW, _WIDE = frozenset("iljtfrI.,;:'!|()[]-/\u2019\u00a0 "), frozenset("mwMW@%&—")
_BREAKS = re.compile(r"[\s\u2013\u2014\u200b]+|(?<=\w)-(?=\w)")

# Addresses can be divided anywhere, and other words by syllables from so many letters on.
_ADDRESS, _LONGEST_ADDRESS = re.compile(r"https?://|www\."), 12.0


def as_records(tokens: list[Token]) -> list[Token]:
    """Return the tokens with each table that no page holds set as records, which is said."""
    out: list[Token] = []
    after = 0
    for i, token in enumerate(tokens):
        if i < after:
            continue
        inside = list(_inside(tokens, i)) if token.type == "table_open" else []
        made = records(inside) if inside and _is_beyond(_columns(inside)) else None
        if made is None:
            out.append(token)
            continue
        remark(made[0], Remark(*_AS_RECORDS, token.map[0] if token.map else 0))
        made[0].attrs.update({k: v for k, v in token.attrs.items() if k == "id"})
        after = i + len(inside)
        if _is_caption(out[-3:]):
            _set_apart(out[-3:])
        elif _is_caption(below := tokens[after : after + 3]):
            _set_apart(below)
            out += below
            after += len(below)
        out += made
    return out


def _is_caption(tokens: list[Token]) -> bool:
    """Whether these tokens are a paragraph that begins as the caption of a table does."""
    return [token.type for token in tokens] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ] and CAPTION.match(tokens[1].content) is not None


def _set_apart(caption: list[Token]) -> None:
    """Make a paragraph the caption of records."""
    caption[0].attrJoin("class", "records-caption")
    for first in (caption[1].children or [])[:1]:
        first.content = CAPTION.sub("", first.content) if first.type == "text" else first.content


_AS_RECORDS = (
    "M23",
    "this table is far wider than the page: each row is set as lines of its own",
    "give it fewer columns, or divide it",
)


def _is_beyond(columns: list[float]) -> bool:
    """Whether words of a table would be divided into pieces of a few letters."""
    gaps = GAP * (len(columns) - 1)
    left, count = _FITS - gaps, len(columns)
    if sum(columns) <= left:
        return False
    most = left / count
    for width in sorted(columns):
        most = left / count
        if width >= most:
            break
        left, count = left - width, count - 1
    return most < _TOO_NARROW


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


def settle_html(html: str, name: Callable[[], str]) -> tuple[str, bool]:
    """Return raw HTML whose wide tables have what their page must know.

    Return as well whether words will be divided in one of them. `name` gives an anchor for a table
    that has none.
    """
    divided = False

    def one(table: re.Match[str]) -> str:
        nonlocal divided
        columns = _columns_of_html(table[0])
        need = sum(columns) + GAP * sum(width > 0 for width in columns[1:])
        if need <= _ALWAYS_FITS or "<table" in table[0][1:]:
            return table[0]
        divided = divided or need > _FITS
        given = table["given"]
        if " id=" not in given:
            given += f' id="{name()}"'
        widths = " ".join(f"{width:.1f}" for width in columns)
        return f'<table data-columns="{widths}"{given}>{table["inside"]}</table>'

    return _HTML_TABLE.sub(one, html), divided


_HTML_TABLE = re.compile(r"<table(?P<given>(?: [^<>]*)?)>(?P<inside>.*?)</table>", re.DOTALL)
_HTML_CELL = re.compile(
    r"<(?P<kind>t[dh])(?P<given>(?: [^<>]*)?)>(?P<inside>.*?)"
    r"(?=</?t(?:[dhr]|body|head|foot)\b|\Z)",
    re.DOTALL,
)
_HTML_TAG = re.compile(r"<(?:br|p|li|div)\b[^<>]*>|(<[^<>]*>)")


def _columns_of_html(table: str) -> list[float]:
    """Return the width of the longest word in each column of a table in HTML.

    As far as cells span nothing: those that do make room enough, or are told by the page.
    """
    columns: list[float] = []
    for row in re.split(r"<tr\b[^<>]*>", table)[1:]:
        column = 0
        for cell in _HTML_CELL.finditer(row):
            spans = re.search(r'colspan="(\d+)"', cell["given"])
            span = int(spans[1]) if spans else 1
            words = unescape(_HTML_TAG.sub(lambda tag: "" if tag[1] else " ", cell["inside"]))
            face = _BOLD if cell["kind"] == "th" else 1.0
            columns += [0.0] * (column + span - len(columns))
            if span == 1:
                columns[column] = max(columns[column], _longest(words) * face * _SAFE)
            column += span
    return columns


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
    text = placeholders.fill_pages(
        placeholders.fill_notes(text, lambda _key: "00"), lambda _name: "000"
    )
    return max((_width(word) for word in _BREAKS.split(text)), default=0.0)


@lru_cache(maxsize=10_000)
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
