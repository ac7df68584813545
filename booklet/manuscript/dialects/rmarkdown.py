"""What R Markdown computes or names: printed as typed, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CODE = re.compile(r"`(?:r [^`\n]{1,300}|\{(?:r|python|julia)\} ?[^`\n]{1,300})`(?!`)")
_CALL = re.compile(r"`r [^`]*[(\[$+*/=-]|`\{")
_NAMED = re.compile(r"\(\\#(?:fig|tab|eq|thm|lem|def|exm):[\w-]{1,80}\)|\(ref:[\w-]{1,80}\)")
_PART = re.compile(r"\((?:PART|APPENDIX)\\?\*?\) ?")

_NOT_RUN = ("M22", "the code {} in the text is printed, and not run", "write what it makes")
_NAME = ("M17", "the name {} is printed as typed: names of bookdown are not set", "remove it")
_HEADING = ("M15", "{} of bookdown was dropped from a heading", "write it as a word")


def rmarkdown_plugin(md: MarkdownIt) -> None:
    """Teach `md` the code in the text and the names of R Markdown and bookdown."""
    md.inline.ruler.before("backticks", "inline_code", _code)
    md.inline.ruler.before("escape", "bookdown_name", _name)


def _code(state: StateInline, silent: bool) -> bool:
    """Take `r nrow(x)` between backticks."""
    if state.src[state.pos] != "`" or said.before(state) == "`":
        return False
    found = _CODE.match(state.src, state.pos, state.posMax)
    if not found or not _CALL.match(found[0]):
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.markup, token.content = "`", found[0].strip("`")
        token.meta |= {"at": state.pos, "said": said.about(_NOT_RUN, found[0])}
    state.pos = found.end()
    return True


def _name(state: StateInline, silent: bool) -> bool:
    """Take `(\\#tab:x)` and `(ref:x)`, and `(PART)` at the beginning of a heading."""
    if state.src[state.pos] != "(":
        return False
    if found := _NAMED.match(state.src, state.pos, state.posMax):
        return said.typed_if(state, silent, found, _NAME)
    found = None if state.pos else _PART.match(state.src, 0, state.posMax)
    return said.dropped_if(state, silent, found, _HEADING)
