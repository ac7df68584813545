"""Tokens for markup that is dropped, or printed as typed, and what the author is told of it.

A rule that meets such markup makes one of these tokens; the finding is kept when the text is
read, at the line on which the markup stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# What is said of a piece of markup: the code of the finding, a sentence in which `{}` stands for
# the markup, and a hint.
Said = tuple[str, str, str]

_ANYTHING = re.compile(".*", re.DOTALL)

# The end of what is open is looked for in so many letters, not to the end of the text.
_LONGEST = 5000

# Nor is it looked for below so many lines.
_MOST_LINES = 1000

# A sentence shows no more of what was typed than this.
_SHOWN = 40


def whole(state: StateInline, end: int) -> re.Match[str] | None:
    """Return the text from the sign at hand up to `end`, as a rule finds it; None if that is 0."""
    return _ANYTHING.match(state.src, state.pos, end) if end else None


def line_of(state: StateBlock, number: int) -> str:
    """Return a line of a block without what it is indented by."""
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def in_vain(state: StateBlock, what: str, end: int) -> list[int]:
    """Return two lines: from the first up to the second the end of something does not come.

    A rule that has looked for it in vain, up to the line `end` of the block around, writes them
    down here: text with a thousand beginnings is not read a thousand times.
    """
    known: dict[object, list[int]] = state.env.setdefault("in vain", {})
    return known.setdefault((what, state.src, end, state.blkIndent, state.level), [0, 0])


def ending(state: StateBlock, start: int, end: int, closes: str) -> int:
    """Return the line after `start` that is nothing but `closes`, in small letters, or 0."""
    for line in range(start + 1, min(end, start + _MOST_LINES)):
        if line_of(state, line).rstrip().lower() == closes:
            return line
    open_at_end(state)
    return 0


def blocks(state: StateBlock, first: int, last: int) -> None:
    """Push the blocks on the lines from `first` up to `last`, as those of another block."""
    before = state.lineMax, state.parentType
    state.lineMax, state.parentType = last, "blockquote"
    state.md.block.tokenize(state, first, last)
    state.lineMax, state.parentType = before


def open_at_end(state: StateBlock) -> None:
    """Let it be known that something began whose end was not found.

    A file is read in pieces: the end may stand in the next one (booklet.quick.file_pieces).
    """
    state.env["open"] = True


def before(state: StateInline) -> str:
    """Return the sign before the one at hand, or nothing."""
    return state.src[state.pos - 1] if state.pos else ""


def in_word(state: StateInline) -> bool:
    """Whether a Latin letter or a digit stands before the sign at hand.

    Chinese and Japanese have no spaces between words: there it says nothing.
    """
    sign = before(state)
    return sign.isascii() and sign.isalnum()


def within(state: StateInline, opening: str, closing: str) -> int:
    """Return where `closing` begins, if `opening` stands at hand and it follows soon; or 0."""
    at = state.pos
    if not state.src.startswith(opening, at):
        return 0
    last = min(state.posMax, at + _LONGEST)
    return max(state.src.find(closing, at + len(opening), last), 0)


def dropped_if(
    state: StateInline, silent: bool, found: re.Match[str] | None, what: Said | None = None
) -> bool:
    """Leave out what was found, with one of the spaces around it; return whether it was."""
    if found and not silent:
        _token(state, "dropped", found, what).content = found[0]
    if found:
        begins = not found.start() or state.src[found.start() - 1] in " \n"
        state.pos = found.end() + (begins and state.src[found.end() : found.end() + 1] == " ")
    return bool(found)


def typed_if(
    state: StateInline,
    silent: bool,
    found: re.Match[str] | None,
    what: Said | None = None,
    only_with: str = "",
) -> bool:
    """Print what was found as it was typed, without any other rule; return whether it was.

    It is said only if the front matter has the key `only_with`, if one is given.
    """
    if found and not silent:
        token = _token(state, "typed", found, what)
        token.content, token.meta["only_with"] = found[0], only_with
    if found:
        state.pos = found.end()
    return bool(found)


def _token(state: StateInline, kind: str, found: re.Match[str], what: Said | None) -> Token:
    """Push a token that knows its place in the text, and what is said of it."""
    token = state.push(kind, "", 0)
    token.meta = {"at": found.start(), "said": what and about(what, found[0])}
    return token


def dropped_lines(state: StateBlock, start: int, end: int, what: Said | None = None) -> None:
    """Leave out the lines from `start` up to `end`."""
    token = state.push("dropped", "", 0)
    token.map = [start, start + 1]
    token.meta = {"said": what and about(what, _lines(state, start, end))}
    state.line = end


def typed_lines(state: StateBlock, start: int, end: int, what: Said | None = None) -> None:
    """Print the lines from `start` up to `end` as they were typed, one below the other."""
    text = _lines(state, start, end)
    opening = state.push("paragraph_open", "p", 1)
    opening.map, opening.attrs = [start, end], {"class": "typed-lines"}
    inline = state.push("inline", "", 0)
    inline.map, inline.content = [start, end], text
    inline.children = _as_typed(text, what and about(what, text))
    inline.meta = {"is_typed": True}
    state.push("paragraph_close", "p", -1)
    state.line = end


def _lines(state: StateBlock, start: int, end: int) -> str:
    """Return lines of a block as they were typed."""
    return state.getLines(start, end, state.blkIndent, False).strip("\n")


def _as_typed(text: str, what: Said | None) -> list[Token]:
    """Return the running text of lines that no other rule reads."""
    children: list[Token] = []
    at = 0
    for line in text.split("\n"):
        if children:
            children.append(Token("hardbreak", "br", 0))
        meta = {"at": at, "said": None if children else what}
        children.append(Token("typed", "", 0, content=line, meta=meta))
        at += len(line) + 1
    return children


def about(what: Said, markup: str) -> Said:
    """Return what is said with the markup that it is about, on one line and not too long."""
    code, sentence, hint = what
    line = " ".join(markup.split()).replace("`", "'")
    words = line if len(line) <= _SHOWN else f"{line[:_SHOWN].rstrip()}…"
    return code, sentence.replace("{}", f"`{words}`"), hint
