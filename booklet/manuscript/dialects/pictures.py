"""Pictures as editors write them: with a size in their words or address, and with spaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_inline.image import image

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# `p.png =200x100`, and names with spaces or brackets in them, up to the first end of a picture's
# name that a bracket or a title follows.
_ADDRESS = re.compile(
    r"""\([ \t]*<?(?P<path>[^\n<>"]{1,500}?)>?
    (?:[ \t]+(?:"(?P<title>[^"\n]*)"|'[^'\n]*'))?
    (?:[ \t]+=(?P<width>\d{0,4}(?:\.\d+)?%?)x(?P<height>\d{0,4}(?:\.\d+)?%?))?
    [ \t]*\)""",
    re.VERBOSE,
)
IS_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|tiff?|bmp|avif)$", re.IGNORECASE)
_SIZE = re.compile(r"\s*\|\s*(\d{1,4})(?:\s*x\s*\d{1,4})?\s*$")


# No name of a picture has more of these in it.
_MOST_BRACKETS = 10


def pictures_plugin(md: MarkdownIt) -> None:
    """Teach `md` sizes of pictures, and names with spaces."""
    md.inline.ruler.before("image", "other_picture", _other)
    md.inline.ruler.at("image", picture)


def picture(state: StateInline, silent: bool) -> bool:
    """Take a picture; `|300` at the end of its words is its width."""
    made = len(state.tokens)
    if not image(state, silent):
        return False
    if not silent:
        _size(next(token for token in state.tokens[made:] if token.type == "image"))
    return True


def push_picture(state: StateInline, words: str, src: str, width: str) -> None:
    """Push a picture with these words; a width without a unit counts pixels."""
    children: list[Token] = []
    state.md.inline.parse(words, state.md, state.env, children)
    token = state.push("image", "img", 0)
    token.attrs = {"src": src, "alt": ""}
    token.meta["at"] = state.pos
    token.children, token.content = children, words
    if width:
        token.attrs["width"] = width
    _size(token)


def _size(token: Token) -> None:
    """Take the size of a picture out of its words."""
    found = _SIZE.search(token.content)
    if not found:
        return
    token.content = token.content[: found.start()]
    last = token.children[-1] if token.children else None
    if last is not None and last.type == "text":
        last.content = _SIZE.sub("", last.content)
        if not last.content:
            token.children = (token.children or [])[:-1]
    token.attrs.setdefault("width", found[1])


def _other(state: StateInline, silent: bool) -> bool:
    """Take `![words](my picture.png)`, `![words](p.png =200x)`, and both together."""
    if not state.src.startswith("![", state.pos):
        return False
    end = parseLinkLabel(state, state.pos + 1, False)
    found = _ADDRESS.match(state.src, end + 1, state.posMax) if end >= 0 else None
    brackets = 0
    while found and not IS_PICTURE.search(found["path"]):
        brackets += 1
        closing = state.src.find(")", found.end(), state.posMax)
        line = state.src.find("\n", found.end(), state.posMax)
        if closing < 0 or -1 < line < closing or brackets > _MOST_BRACKETS:
            return False
        found = _WHOLE.match(state.src, end + 1, closing + 1)
    if not found or not (
        " " in found["path"] or "(" in found["path"] or found["height"] is not None
    ):
        return False
    if not silent:
        words = state.src[state.pos + 2 : end]
        push_picture(state, words, quote(found["path"], safe="/%:#?&=+,;@~"), found["width"] or "")
    state.pos = found.end()
    return True


_WHOLE = re.compile(_ADDRESS.pattern.replace("{1,500}?", "{1,500}") + r"\Z", re.VERBOSE)
