"""Emphasis beside the punctuation of Chinese, Japanese and Korean, and as Google Docs writes it.

CommonMark takes a star between a letter and a punctuation mark for text: right where words have
spaces between them, and wrong where they have none. The rule is the one proposed for its
specification (commonmark/commonmark-spec#650).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Strong words that end in a space, `**so **it`, where the stars begin nothing.
_SPACED = re.compile(r"\*\*(?=[^\s*])(?P<words>[^*\n]{1,1000}?)(?P<space>[ \t]+)\*\*(?=[^\s*])")
_NEXT, _BEGINS = re.compile(r"(?<=\S)\*\*"), re.compile(r"\s\*\*")


def emphasis_plugin(md: MarkdownIt) -> None:
    """Teach `md` emphasis beside punctuation without spaces."""
    inline = md.inline

    def parse(src: str, md: MarkdownIt, env: dict[str, object], tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        inline.tokenize(state)
        for rule in inline.ruler2.getRules(""):
            rule(state)
        return state.tokens

    inline.parse = parse  # type: ignore[method-assign, assignment]  # it makes the state
    inline.ruler.before("emphasis", "spaced_strong", _spaced)
    md.core.ruler.after("inline", "plain_headings", _plain_headings)


def _plain_headings(state: StateCore) -> None:
    """Take the stars from headings that are strong as a whole: all headings look alike."""
    for opening, token in pairwise(state.tokens):
        children = [c for c in token.children or [] if c.type != "text" or c.content]
        if opening.type != "heading_open" or len(children) < 3:
            continue
        ends = [i for i, child in enumerate(children) if child.type == "strong_close"]
        is_whole = children[0].type == "strong_open" and ends == [len(children) - 1]
        if is_whole:
            token.children = children[1:-1]


class _State(StateInline):
    """Running text in which stars and tildes are looked at with both sides in mind."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Return whether the signs at `start` can open or close an emphasis, and their number."""
        usual = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        end = start + usual.length
        after = self.src[end] if end < self.posMax else " "
        if not canSplitWord or (before.isascii() and after.isascii()):
            return usual
        return Scanned(_flanks(before, after), _flanks(after, before), usual.length)


def _flanks(near: str, inner: str) -> bool:
    """Whether signs between two letters can open before `inner`, or close after it."""
    if isWhiteSpace(ord(inner)):
        return False
    if not _is_point(inner):
        return True
    return isWhiteSpace(ord(near)) or _is_point(near) or _is_wide(near)


def _is_point(sign: str) -> bool:
    """Whether a sign is punctuation, and not that of Chinese, Japanese or Korean."""
    return (isMdAsciiPunct(ord(sign)) or isPunctChar(sign)) and not _is_wide(sign)


def _is_wide(sign: str) -> bool:
    """Whether a sign belongs to a script that has no spaces between words, or is wide as those."""
    return not sign.isascii() and (
        unicodedata.east_asian_width(sign) in "WFH" or "\u1100" <= sign <= "\u11ff"
    )


def _spaced(state: StateInline, silent: bool) -> bool:
    """Take `**so **it`, unless the stars after the space begin strong words of their own."""
    found = _SPACED.match(state.src, state.pos, state.posMax)
    if not found or (state.src[state.pos - 1 : state.pos] == "*" and state.pos):
        return False
    if not _BEGINS.search(state.src, found.end(), state.posMax):
        line = state.src.find("\n", found.end(), state.posMax)
        if _NEXT.search(state.src, found.end(), line if line >= 0 else state.posMax):
            return False
    if not silent:
        limit = state.posMax
        state.pos, state.posMax = found.start("words"), found.end("space")
        state.push("strong_open", "strong", 1).markup = "**"
        state.md.inline.tokenize(state)
        state.push("strong_close", "strong", -1).markup = "**"
        state.posMax = limit
    state.pos = found.end()
    return True
