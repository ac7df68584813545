"""Limits: more of one thing than pages hold, told before it is read further.

Each is some ten times what a book has that people read, and takes about half a minute to lay out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

# A page of A5 has 40 lines and some 2,000 letters.
MOST_LINES = 100_000
MOST_CELLS = 20_000
MOST_COLUMNS = 100
MOST_ITEMS = 20_000
MOST_BLOCKS = 50_000
MOST_CHAPTERS = 3_000
LONGEST = 300_000
LONGEST_CODE = 1_000_000

_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_LISTS = ("bullet_list", "ordered_list", "dl")
_ITEMS = ("list_item_open", "dt_open", "dd_open")


class TooMuch(Exception):
    """More than a page can show: what it is, its line (from 0) in the text, and what to do."""

    def __init__(self, what: str, line: int, hint: str = "make it flatter") -> None:
        super().__init__(what)
        self.what, self.line, self.hint = what, line, hint


def measure_lines(text: str) -> None:
    """Raise TooMuch for a file that has too many lines to be looked at one by one."""
    if text.count("\n") > MOST_LINES:
        message = f"this file has more than {MOST_LINES:,} lines"
        raise TooMuch(message, 0, "divide it, and name the pieces in `chapters:`")


def measure_table(rows: int, columns: int, line: int) -> None:
    """Raise TooMuch for a table that begins on a line (from 0) and that no pages hold."""
    if columns > MOST_COLUMNS:
        message = f"this table has {columns:,} columns, and a page holds {MOST_COLUMNS} at most"
        raise TooMuch(message, line, "divide it into tables of a few columns")
    if rows * columns > MOST_CELLS:
        message = f"this table has more than {MOST_CELLS:,} cells"
        raise TooMuch(message, line, "divide it into tables of some hundred rows, or print less")


def measure(found: Sequence[Token]) -> None:
    """Raise TooMuch for blocks that are too large, or too many for their chapter or their list."""
    for line, items in _lists(found):
        if items > MOST_ITEMS:
            message = f"this list has more than {MOST_ITEMS:,} items"
            raise TooMuch(message, line, "divide it by paragraphs or headings")
    blocks = chapters = chapter = 0
    for token in found:
        line = token.map[0] if token.map else 0
        if token.type == "heading_open" and token.tag == "h1" and not token.level:
            blocks, chapter, chapters = 0, line, chapters + 1
        blocks += token.nesting >= 0 and token.type != "inline"
        _measure_text(token, line)
        if blocks > MOST_BLOCKS:
            message = f"the chapter that begins here has more than {MOST_BLOCKS:,} blocks"
            raise TooMuch(message, chapter, "divide it: `# Name` begins another chapter")
        if chapters > MOST_CHAPTERS:
            message = f"here begins chapter {chapters:,}, and a book has {MOST_CHAPTERS:,} at most"
            raise TooMuch(message, line, "begin sections with `##`")


def _measure_text(token: Token, line: int) -> None:
    """Raise TooMuch for the text of one block that is too long."""
    if token.type == "inline" and len(token.content) > LONGEST:
        message = f"this paragraph has more than {LONGEST:,} letters"
        raise TooMuch(message, line, "divide it: an empty line begins another paragraph")
    if token.type == "html_block" and len(_CELL.findall(token.content)) > MOST_CELLS:
        measure_table(MOST_CELLS + 1, 1, line)
    if token.type in ("fence", "code_block", "html_block") and len(token.content) > LONGEST_CODE:
        kind = "HTML" if token.type == "html_block" else "code"
        message = f"this block of {kind} has more than {LONGEST_CODE:,} letters"
        raise TooMuch(message, line, "divide it, or print less of it")


def _lists(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the line of each list, and how many items it has itself."""
    open_ones: list[list[int]] = []
    for token in found:
        if token.type.removesuffix("_open") in _LISTS:
            open_ones.append([token.map[0] if token.map else 0, 0])
        elif token.type.removesuffix("_close") in _LISTS and open_ones:
            line, items = open_ones.pop()
            yield line, items
        elif token.type in _ITEMS and open_ones:
            open_ones[-1][1] += 1
