"""Blocks of PyMdown between lines of slashes: boxes, tabs and captions.

/// note | Title        /// tab | Title        /// caption
Words.                  Words.                 Words.
///                     ///                    ///
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.boxes import MORE_KINDS, open_box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_OPENS = re.compile(r"(?P<fence>/{3,})[ ]?(?P<kind>[A-Za-z][\w-]*)(?:[ \t]*\|[ \t]*(?P<title>.*))?")
_OPTION = re.compile(r"[ \t]{4,}[\w-]+:.*")
_OF_PYMDOWN = frozenset({"admonition", "caption", "define", "details", "html", "tab"})
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}

_DROPPED = ("M15", "the line {} round a block was dropped", "write `::: {.name}` and `:::`")
_ENDLESS = ("M16", "the block that begins with {} never ends", "write `///` where it ends")


def slashes_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, blocks of PyMdown."""

    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _block(state, start, end, silent, titles)

    md.block.ruler.before("fence", "slashes", block, _ALT)


def _block(
    state: StateBlock, start: int, end: int, silent: bool, titles: Mapping[str, str]
) -> bool:
    """Take `/// kind | Title` and all up to the line of as many slashes."""
    line = said.line_of(state, start).rstrip()
    found = _OPENS.fullmatch(line) if line.startswith("///") else None
    if not found or state.is_code_block(start):
        return False
    kind = found["kind"].lower()
    if found["title"] is None and kind not in MORE_KINDS | _OF_PYMDOWN:
        return False
    if silent:
        return True
    last = said.ending(state, start, end, found["fence"])
    if not last:
        said.typed_lines(state, start, start + 1, _ENDLESS)
        return True
    first = start + 1
    while first < last and _OPTION.fullmatch(_raw(state, first)):
        first += 1
    is_box = kind in MORE_KINDS | {"tab"}
    title = found["title"] or ("" if kind in ("details", "tab") else None)
    if is_box:
        open_box(state, start, kind, title, {}, titles)
    elif "caption" not in kind:
        said.dropped_lines(state, start, start + 1, _DROPPED)
    said.blocks(state, first, last)
    if is_box:
        state.push("box_close", "div", -1)
    state.line = last + 1
    return True


def _raw(state: StateBlock, line: int) -> str:
    """Return a line as it was typed."""
    return state.src[state.bMarks[line] : state.eMarks[line]]
