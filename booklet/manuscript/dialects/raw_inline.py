"""Raw text for one format, as Pandoc has it: HTML is taken, what is for others is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_RAW = re.compile(r"(?<!`)(`{1,3})(?!`)([^`\n]{1,2000})\1\{=([A-Za-z0-9+_-]{1,30})\}")
_DROPPED = ("M15", "{} was dropped: it is for another format", "write it in Markdown")


def raw_inline_plugin(md: MarkdownIt) -> None:
    """Teach `md` raw text for one format."""
    md.inline.ruler.before("backticks", "raw_inline", _raw)


def _raw(state: StateInline, silent: bool) -> bool:
    """Take `` `\\newline`{=latex} `` and `` `<br>`{=html} ``."""
    if state.src[state.pos] != "`":
        return False
    found = _RAW.match(state.src, state.pos, state.posMax)
    if not found or found[3] not in ("html", "html5", "html4"):
        return said.dropped_if(state, silent, found, _DROPPED)
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content, token.meta["at"] = found[2], state.pos
    state.pos = found.end()
    return True
