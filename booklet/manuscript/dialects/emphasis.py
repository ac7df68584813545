"""Emphasis beside the punctuation of Chinese, Japanese and Korean, and as Google Docs writes it.

CommonMark takes a star between a letter and a punctuation mark for text: right where words have
spaces between them, and wrong where they have none. The rule is the one proposed for its
specification (commonmark/commonmark-spec#650). Notion writes `**so:**it`, which ends there too.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

# Strong words that end in a space, `**so **it`, where the stars begin nothing; or that begin
# with one, `** so**`.
_SPACED = re.compile(r"\*\*(?=[^\s*])(?P<words>[^*\n]{1,1000}?)(?P<space>[ \t]+)\*\*(?!\*)")
_SPACE_FIRST = re.compile(
    r"(?<!\S)\*\*(?P<space>[ \t])(?P<words>[^\W\d][^*\n]{0,200}?)(?<!\s)\*\*(?!\w)"
)
_NEXT, _BEGINS = re.compile(r"(?<=\S)\*\*"), re.compile(r"\s\*\*")


def emphasis_plugin(md: MarkdownIt) -> None:
    """Teach `md` emphasis beside punctuation without spaces."""
    inline = md.inline

    def parse(src: str, md: MarkdownIt, env: dict[str, object], tokens: list[Token]) -> list[Token]:
        state = _EmphasisState(src, md, env, tokens)
        inline.tokenize(state)
        for rule in inline.ruler2.getRules(""):
            rule(state)
        return state.tokens

    inline.parse = parse  # type: ignore[method-assign, assignment]  # it makes the state
    inline.ruler.before("emphasis", "spaced_strong", _spaced)
    md.core.ruler.after("inline", "plain_headings", _plain_headings)
    md.core.ruler.after("inline", "stray_signs", _stray)


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


class _EmphasisState(StateInline):
    """Running text in which stars and tildes are looked at with both sides in mind."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Return whether the signs at `start` can open or close an emphasis, and their number."""
        usual = super().scanDelims(start, canSplitWord)
        before = self.src[start - 1] if start else " "
        end = start + usual.length
        after = self.src[end] if end < self.posMax else " "
        if self.src.startswith("**", start) and _is_point(before) and after.isalnum():
            return Scanned(usual.can_open, True, usual.length)
        if before.isascii() and after.isascii():
            return usual
        if not canSplitWord:
            return _underscores(usual, before, after)
        return Scanned(_flanks(before, after), _flanks(after, before), usual.length)


def _underscores(usual: Scanned, before: str, after: str) -> Scanned:
    """Return what underscores beside a letter of Chinese or Japanese can do.

    Two of them stress, and so does one beside punctuation; `name_of_file` stays as it is, in any
    script.
    """

    def stresses(inner: str, near: str) -> bool:
        if usual.length > 1:
            return _is_wide(inner)
        return _is_wide(inner) and isPunctChar(inner) and _is_wide(near)

    return Scanned(
        usual.can_open or stresses(after, before),
        usual.can_close or stresses(before, after),
        usual.length,
    )


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


def _stray(state: StateCore) -> None:
    """Say of `**` and `__` beside a word that they have no other half, and are printed."""
    for token in state.tokens:
        if token.type == "inline" and any(sign in token.content for sign in ("**", "__", "~~")):
            text = "".join(_bare(child) for child in token.children or [])
            for pattern, sentence in ((_STRAY, _ALONE), (_LOOSE, _APART)):
                if found := pattern.search(text):
                    number = text.count("\n", 0, found.start())
                    told = number, said.about(sentence, found[0])
                    token.meta.setdefault("said_at", []).append(told)


def _bare(child: Token) -> str:
    """Return the text of a token in which signs of emphasis may be left."""
    if child.type == "text":
        return child.content
    breaks = "\n" if child.type in ("softbreak", "hardbreak") else "\ufffc"
    return "\n" * child.content.count("\n") or breaks * (not child.nesting)


# Signs that begin or end a word, as `2**8`, `f(**given)`, `a/**/b` and `__init__` do not.
_STRAY = re.compile(
    r"(?<![\w*_/.(\[{,\\])(?:\*\*|__)(?=[^\W\d_])[^\s*_]{1,20}"
    r"|(?<![^\s*_])[^\s*_/(]{0,20}[^\W_](?:\*\*|__)(?![\w*_/.(])"
)
# Words with a space on both sides within the signs; between two figures they are sums.
_LOOSE = re.compile(
    r"(?<!\S)(?P<sign>\*\*|__|~~) (?=[^\n*_~]{0,80}[^\W\d_]{2})"
    r"[^\s*_~][^\n*_~]{0,80} (?P=sign)(?![\w*_~])"
)
_APART = (
    "M16",
    "{} is no emphasis: it is printed as typed",
    "write the signs right at the words, without a space",
)
_ALONE = (
    "M16",
    "the signs of emphasis in {} have no other half, and are printed as typed",
    "write them right at the words on both sides, or a backslash before each",
)


def _may_end(src: str, at: int) -> bool:
    """Whether stars stand right behind a word or a sign, and end what others began before."""
    if not at or src[at - 1].isspace():
        return False
    return src[at - 1] == "*" or src.count("**", 0, at) % 2 == 1


def _spaced(state: StateInline, silent: bool) -> bool:
    """Take `**so **it`, unless the stars after the space begin strong words; and `** so**`."""
    if state.src[state.pos] != "*" or _may_end(state.src, state.pos):
        return False
    found = _SPACED.match(state.src, state.pos, state.posMax)
    if found and not _BEGINS.search(state.src, found.end(), state.posMax):
        line = state.src.find("\n", found.end(), state.posMax)
        if _NEXT.search(state.src, found.end(), line if line >= 0 else state.posMax):
            return False
    found = found or _SPACE_FIRST.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        limit = state.posMax
        state.pos = found.start("words")
        state.posMax = max(found.end("words"), found.end("space"))
        state.push("strong_open", "strong", 1).markup = "**"
        state.md.inline.tokenize(state)
        state.push("strong_close", "strong", -1).markup = "**"
        state.posMax = limit
    state.pos = found.end()
    return True
