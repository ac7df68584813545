"""Blocks of Org and Logseq: boxes, quotations and code between `#+BEGIN_NOTE` and `#+END_NOTE`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.boxes import KINDS, open_box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_OPENS = re.compile(r"#\+BEGIN_(?P<kind>[A-Z]+)(?:[ \t]+(?P<rest>.*))?", re.IGNORECASE)
_CODE = frozenset({"src", "example"})
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def org_blocks_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, the blocks of Org."""

    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _block(state, start, end, silent, titles)

    md.block.ruler.before("fence", "org_block", block, _ALT)


def _block(
    state: StateBlock, start: int, end: int, silent: bool, titles: Mapping[str, str]
) -> bool:
    """Take a block from its first line to its last."""
    line = said.line_of(state, start).rstrip()
    found = _OPENS.fullmatch(line) if line.startswith("#+") else None
    kind = found["kind"].lower() if found else ""
    if not found or kind not in KINDS | _CODE | {"quote"} or state.is_code_block(start):
        return False
    last = said.ending(state, start, end, f"#+end_{kind}")
    if not last:
        return False
    if silent:
        return True
    if kind in _CODE:
        token = state.push("fence", "code", 0)
        token.info = (found["rest"] or "").split(" ")[0] if kind == "src" else ""
        token.content = state.getLines(start + 1, last, state.sCount[start], True)
        token.markup, token.map = "```", [start, last + 1]
    elif kind == "quote":
        state.push("blockquote_open", "blockquote", 1).map = [start, last + 1]
        said.blocks(state, start + 1, last)
        state.push("blockquote_close", "blockquote", -1)
    else:
        open_box(state, start, kind, found["rest"] or None, {}, titles)
        said.blocks(state, start + 1, last)
        state.push("box_close", "div", -1)
    state.line = last + 1
    return True
