"""Links, embeds, marked words and names of blocks as Obsidian and other wikis have them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.inclusions import NOT_SET
from booklet.manuscript.dialects.pictures import IS_PICTURE, push_picture

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_LINK = re.compile(
    r"\[\[(?P<to>[^\s\[\]|][^\[\]|\n]{0,300}?)\\?(?:\|(?P<alias>[^\[\]\n]{0,300}))?\]\](?![(\[])"
)
_EMBED = re.compile(
    r"!\[\[(?P<to>[^\[\]|\n]{1,300}?)\\?(?P<more>(?:\|[^\[\]|\n]{0,300}?\\?){0,3})\]\]"
)
_SIZE = re.compile(r"\s*(\d{1,4})(?:\s*x\s*\d{1,4})?\s*")
_MARKED = re.compile(r"==(?=[^\s=])[^=\n]{1,2000}?(?:=(?!=)[^=\n]{1,2000}?){0,9}(?<=[^\s=])==(?!=)")
_NAME = re.compile(r"\^([A-Za-z0-9][A-Za-z0-9-]{0,100})[ \t]*(?=\n|$)")

_MARKS = {
    "==": _MARKED,
    "^^": re.compile(r"\^\^(?=[^\s^\[])[^^\n]{0,500}[^\s^]\^\^(?!\^)"),
}


def obsidian_plugin(md: MarkdownIt) -> None:
    """Teach `md` the links, the embeds, the marked words and the names of Obsidian."""
    md.inline.ruler.before("link", "wiki_embed", _embed)
    md.inline.ruler.before("link", "wiki_link", _link)
    md.inline.ruler.before("emphasis", "marked", _marked)
    md.inline.ruler.before("emphasis", "block_name", _block_name)


def _link(state: StateInline, silent: bool) -> bool:
    """Take `[[Note]]`, `[[Note#Heading|alias]]` and `[[#Heading]]`."""
    if (
        not state.src.startswith("[[", state.pos)
        or said.in_word(state)
        or said.before(state) == "]"
    ):
        return False
    found = _LINK.match(state.src, state.pos, state.posMax)
    if not found or state.linkLevel or found["to"].casefold().strip("_") == "toc":
        return False
    to = found["to"].strip()
    if " ".join(to.split()).upper() in state.env.get("references", {}):
        return False  # the text in brackets is a link in brackets
    if not silent:
        opening = state.push("link_open", "a", 1)
        opening.attrs["href"] = "#" + quote(f"[[{to}", safe="")
        opening.meta["at"] = state.pos
        words = (found["alias"] or to.replace("#^", "#").strip("#").replace("#", " › ")).strip()
        state.push("text", "", 0).content = words
        state.push("link_close", "a", -1)
    state.pos = found.end()
    return True


def _embed(state: StateInline, silent: bool) -> bool:
    """Take `![[picture.png|300]]`, and drop `![[Note]]`."""
    if not state.src.startswith("![[", state.pos):
        return False
    found = _EMBED.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    to = found["to"].strip()
    to = to.partition("#")[0]
    if not IS_PICTURE.search(to):
        return said.dropped_if(state, silent, found, NOT_SET)
    if not silent:
        more = [part.strip().rstrip("\\") for part in found["more"].split("|")[1:]]
        sizes = [size[1] for part in more if (size := _SIZE.fullmatch(part))]
        words = [part for part in more if part and not _SIZE.fullmatch(part)]
        push_picture(state, " ".join(words), quote(f"[[{to}"), sizes[0] if sizes else "")
    state.pos = found.end()
    return True


def _marked(state: StateInline, silent: bool) -> bool:
    """Take `==marked words==`, and `^^words^^` as Logseq has them."""
    signs = state.src[state.pos : state.pos + 2]
    if signs not in _MARKS or said.before(state) == signs[0]:
        return False
    found = _MARKS[signs].match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        limit, state.posMax = state.posMax, found.end() - 2
        state.pos += 2
        state.push("mark_open", "mark", 1)
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = limit
    state.pos = found.end()
    return True


def _block_name(state: StateInline, silent: bool) -> bool:
    """Take `^name` at the end of a block, or on a line of its own: an anchor."""
    if state.src[state.pos] != "^" or (state.pos and not said.before(state).isspace()):
        return False
    found = _NAME.match(state.src, state.pos, state.posMax)
    if not found or state.src[found.end() :].strip():
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        state.push("span_open", "span", 1).attrs["id"] = f"^{found[1]}"
        state.push("span_close", "span", -1)
    state.pos = found.end()
    return True
