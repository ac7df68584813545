"""Links as editors write them: to files with spaces in their names, and in a table of contents.

`[words](my file.md)`, and `[words [3](#place)](#place)`, where 3 is a page of the word processor.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.helpers import parseLinkLabel

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_FILE = re.compile(
    r"\([ \t]*(?P<path>[^()<>\"\n]{1,300}\.(?:md|markdown|html?|pdf|docx?|odt)"
    r"(?:#[^()<>\"\n]{0,200})?)\)"
)


_CONTENTS = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,300}?)[ \t]*\[[0-9ivxlcIVXLC]{1,7}\]"
    r"\((?P<to>#[^()\s]{1,200})\)\]\((?P=to)\)"
)
_PAGE = ("M15", "the page in {} is that of another tool, and was dropped", "remove these contents")


def files_plugin(md: MarkdownIt) -> None:
    """Teach `md` links to files whose names have spaces, and those of contents."""
    md.inline.ruler.before("link", "file", _file)
    md.inline.ruler.before("link", "contents_line", _contents_line)


def _contents_line(state: StateInline, silent: bool) -> bool:
    """Take `[words [3](#place)](#place)`: a link round the words."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    found = _CONTENTS.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        opening = state.push("link_open", "a", 1)
        opening.attrs["href"], opening.meta["at"] = found["to"], state.pos
        limit, state.pos, state.posMax = state.posMax, found.start("words"), found.end("words")
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.push("dropped", "", 0).meta = {
            "at": found.start(),
            "said": said.about(_PAGE, found[0]),
        }
        state.posMax = limit
    state.pos = found.end()
    return True


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
