"""Citations and references, which are not set yet: printed as they were typed, and said.

`me@example.org` and `@ home` cite nothing. Nor does a bare `@name`, unless the front matter names
a bibliography, or the name has the form of a key or of a reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_KEY = r"(?:\{[^\s{}]{1,200}+\}|[^\W\d_](?:[:.#$%&+?<>~/-]?+\w)*+|\d\w*+)"
_CITATIONS = re.compile(
    rf"\[[^\[\]@^]{{0,300}}+(?:(?<![A-Za-z0-9_@])@{_KEY}[^\[\]@]{{0,300}}+){{1,50}}+\](?![(\[{{:])"
)
_BARE = re.compile(rf"-?@({_KEY})(\s\[[^\[\]@]{{1,200}}\](?![(\[:]))?")

# Prefixes of names in Quarto, pandoc-crossref and bookdown.
_REFERENCE = re.compile(
    r"(?:[Ff]ig|[Tt]bl|[Tt]ab|[Ss]ec|[Ee]qn?|[Ll]st|thm|lem|cor|prp|cnj|def|exm|exr|alg|rem|sol|"
    r"tip|nte|wrn|imp|cau)[:-]\w.*"
)
_YEAR = re.compile(r".*\D(?:1[5-9]|20)\d\d[a-z]{0,3}(?![0-9]).*|.*\w:\w.*")
_BOOKDOWN = re.compile(r"\\@ref\([^\s()]{1,100}\)")

_NO_CITATIONS = ("M17", "{} is printed as typed: citations are not set yet", "write them as notes")
_NO_REFERENCES = (
    "M17",
    "{} is printed as typed: references by name are not set yet",
    "write `[page {page}](#name)`",
)


def citations_plugin(md: MarkdownIt) -> None:
    """Teach `md` to print citations and references as they were typed."""
    md.inline.ruler.before("escape", "citations", _citations)


def _citations(state: StateInline, silent: bool) -> bool:
    """Take `[@key, p. 3]`, `@key [p. 3]`, `-@key`, `@fig-x` and `\\@ref(fig:x)`."""
    text, at = state.src, state.pos
    sign = text[at]
    if sign == "[":
        found = _CITATIONS.match(text, at, state.posMax)
        if found and "`" in found[0]:
            return False
        names = re.findall(r"@([\w:.-]+)", found[0]) if found else []
        refers = bool(names) and all(_REFERENCE.fullmatch(name) for name in names)
        return said.typed_if(state, silent, found, _NO_REFERENCES if refers else _NO_CITATIONS)
    if sign == "\\":
        return said.typed_if(state, silent, _BOOKDOWN.match(text, at, state.posMax), _NO_REFERENCES)
    if sign not in "-@" or said.in_word(state) or (at and text[at - 1] in "_@./:-"):
        return False
    return _bare(state, silent, _BARE.match(text, at, state.posMax))


def _bare(state: StateInline, silent: bool, found: re.Match[str] | None) -> bool:
    """Take a key that stands outside brackets."""
    if not found:
        return False
    if _REFERENCE.fullmatch(found[1]):
        return said.typed_if(state, silent, found, _NO_REFERENCES)
    if found[2] or _YEAR.fullmatch(found[1]):
        return said.typed_if(state, silent, found, _NO_CITATIONS)
    return said.typed_if(state, silent, found, _NO_CITATIONS, only_with="bibliography")
