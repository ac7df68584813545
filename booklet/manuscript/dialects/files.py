"""Links to files whose names have spaces, as editors write them: `[words](my file.md)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.helpers import parseLinkLabel

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_FILE = re.compile(
    r"\([ \t]*(?P<path>[^()<>\"\n]{1,300}\.(?:md|markdown|html?|pdf|docx?|odt)"
    r"(?:#[^()<>\"\n]{0,200})?)\)"
)


def files_plugin(md: MarkdownIt) -> None:
    """Teach `md` links to files whose names have spaces."""
    md.inline.ruler.before("link", "file", _file)


def _file(state: StateInline, silent: bool) -> bool:
    """Take `[words](my file.md#place)`."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    start, limit = state.pos, state.posMax
    end = parseLinkLabel(state, start, True)
    found = _FILE.match(state.src, end + 1, limit) if end >= 0 else None
    if not found or not re.search(r"\s", found["path"].strip()):
        return False
    if not silent:
        opening = state.push("link_open", "a", 1)
        opening.attrs["href"] = quote(found["path"].strip(), safe="/%:#?&=+,;@~")
        opening.meta["at"] = start
        state.pos, state.posMax = start + 1, end
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.posMax = limit
    state.pos = found.end()
    return True
