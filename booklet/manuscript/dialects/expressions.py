"""Expressions in braces and remarks of other languages in a text: printed as typed, and said.

{props.title}  {list.map(x => x)}  ${name}  #{name}  [% name %]  % a remark of LaTeX
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# Words and sets stand in braces as well: an expression has a point, an arrow or a call in it.
_NAME = r"[A-Za-z_$][\w$]{0,60}"
_BRACED = re.compile(
    rf"\{{(?:{_NAME}(?:\??\.{_NAME}|\[[^\[\]\n]{{1,60}}\]|\([^()\n]{{0,100}}\)){{1,9}}"
    rf"(?:\s*(?:[-+*/?:<>=&|]|&&|\|\|)[^{{}}\n]{{1,200}})?"
    rf"|!?{_NAME}\s(?:[+*/%]|&&|\|\||[=!]==?|[<>]=?)\s[^{{}}\n]{{1,200}}"
    rf"|!?{_NAME}\s\?\s[^{{}}\n:]{{1,200}}\s:\s[^{{}}\n]{{1,200}}"
    rf"|`[^`\n]{{0,200}}`"
    rf"|[^{{}}\n]{{0,200}}=>(?:[^{{}}\n]|\{{[^{{}}\n]{{0,200}}\}}){{0,500}})\}}"
)
_VARIABLE = re.compile(
    r"[$#]\{[^\W\d][^{}\n]{0,100}\}|\[%-?\s[^%\n]{1,200}%\]|%\[https?://[^\s\[\]]{1,300}\]"
)
_REMARK = re.compile(r"%{1,3}[ \t][^\n]*")

_PRINTED = (
    "M16",
    "{} looks like an expression of a program, and is printed as typed",
    "write what it stands for, or put it into backticks",
)
_LATEX = (
    "M16",
    "{} looks like a remark of LaTeX, and is printed as typed",
    "write it as `<!-- -->`, or put `\\` before the sign",
)


def expressions_plugin(md: MarkdownIt) -> None:
    """Teach `md` to know expressions when it sees them."""
    md.inline.ruler.before("escape", "expression", _expression)


def _expression(state: StateInline, silent: bool) -> bool:
    """Take `{props.title}`, `${name}`, and the remarks of LaTeX up to the end of their line."""
    text, at, last = state.src, state.pos, state.posMax
    sign = text[at]
    if sign == "{":
        return said.typed_if(state, silent, _BRACED.match(text, at, last), _PRINTED)
    if sign in "$#[%" and (found := _VARIABLE.match(text, at, last)):
        return said.typed_if(state, silent, found, _PRINTED)
    return sign == "%" and _remark(state, silent)


def _remark(state: StateInline, silent: bool) -> bool:
    """Take `% words` at the beginning of a line, or after the end of a sentence."""
    text, at = state.src, state.pos
    found = _REMARK.match(text, at, state.posMax)
    begins = text.rfind("\n", 0, at) + 1
    before = text[begins:at]
    if not found or said.before(state) == "%":
        return False
    above = text[:begins].rstrip()
    if before.strip():
        is_one = bool(_AFTER_SENTENCE.search(before))
    else:  # a line that begins so in the middle of a sentence is one that was broken there
        is_one = not above or above[-1] in ".;:?!}"
    return is_one and said.typed_if(state, silent, found, _LATEX)


_AFTER_SENTENCE = re.compile(r"[.;:?!}\]]\s+\Z")
