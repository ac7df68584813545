"""Addresses of the web in running text: links, printed as they were typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_inline import autolink

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# What can stand in an address, up to brackets and the signs that end a phrase in any script.
_REST = re.compile(r"//[^\s<>\[\]`\"“”„«»‘’、。，；：！？（）「」『』《》【】\u3000]{1,4000}")
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\[\]`\"“”]{1,300}")
_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])(?:https?|ftp)$", re.IGNORECASE)
_IS_DOI = re.compile(r"(?<![A-Za-z0-9+.-])doi$", re.IGNORECASE)
_LONGEST_SCHEME = 8
_LAST = ".,;:!?'*_~^|\\"
_PAIRS = {")": "(", "}": "{"}


def addresses_plugin(md: MarkdownIt) -> None:
    """Teach `md` addresses without brackets; those in `<…>` keep every sign."""
    md.inline.ruler.before("escape", "address", _address)
    md.inline.ruler.at("autolink", as_typed)


def as_typed(state: StateInline, silent: bool) -> bool:
    """Take `<https://…>` as the parser's own rule does, but print it as it was typed."""
    start, made = state.pos, len(state.tokens)
    if not autolink(state, silent):
        return False
    if not silent:
        for token in state.tokens[made:]:
            if token.type == "text" and token.level:
                token.content = state.src[start + 1 : state.pos - 1]
            elif token.nesting == 1:
                token.attrs["class"] = "address"
    return True


def _address(state: StateInline, silent: bool) -> bool:
    """Take `https://…` and `doi:10.…`, whose beginning was taken for text."""
    if state.src[state.pos] != ":" or silent:
        return False
    before = state.pending[-_LONGEST_SCHEME:]
    is_doi = _IS_DOI.search(before)
    scheme = is_doi or _SCHEME.search(before)
    if not scheme:
        return False
    at = state.pos + 1
    found = (_DOI if is_doi else _REST).match(state.src, at, state.posMax)
    rest = _whole(found[0]) if found else ""
    if len(rest) < 4:
        return False
    words = f"{scheme[0]}:{rest}"
    state.pending = state.pending[: len(state.pending) - len(scheme[0])]
    _push(state, words, f"https://doi.org/{rest}" if is_doi else words)
    state.pos = at + len(rest)
    return True


def _push(state: StateInline, words: str, href: str) -> None:
    """Push the tokens of an address; within another link it is words alone."""
    linked = not state.linkLevel
    if linked:
        opening = state.push("link_open", "a", 1)
        opening.attrs, opening.markup = {"href": state.md.normalizeLink(href)}, "autolink"
        opening.attrs["class"] = "address"
        opening.meta["at"] = state.pos
    state.push("text", "", 0).content = words
    if linked:
        state.push("link_close", "a", -1).markup = "autolink"


def _whole(text: str) -> str:
    """Return an address without the points and brackets of the sentence that it stands in."""
    while True:
        text = text.rstrip(_LAST)
        last = text[-1:]
        if last in _PAIRS and text.count(last) > text.count(_PAIRS[last]):
            text = text[:-1]
            continue
        return text
