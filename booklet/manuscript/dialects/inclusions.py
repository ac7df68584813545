"""Lines that set another file, as many tools have them: dropped, and said.

!include tide.md        @import "tide.md"        --8<-- "tide.md"        {!tide.md!}
!!!include(tide.md)!!!  <<[code/tide.py]         <<< @/tide.js           :[Tide](tide.md)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# The name of a file has a point in it, and what follows that is no number.
_FILE = (
    r"(?:[^\s\"'`()\[\]{}<>|]{0,300}\.[A-Za-z][A-Za-z0-9]{0,9})(?:[#:][^\s\"'()\[\]{}<>]{0,80})?"
)
_LINE = re.compile(
    rf"""(?:
      !{{1,3}}include:?[ ]?\(?[ ]?["'<]?{_FILE}["'>]?[ ]?\)?!{{0,3}}
    | @(?:import|include)[ ]?\(?["']{_FILE}["']\)?(?:[ ]\{{[^{{}}\n]{{0,200}}\}})?
    | @(?:import|include)[ ]?\({_FILE}\)
    | -{{1,5}}8<-{{1,5}}(?:[ ]["'][^"'\n]{{1,300}}["'])?
    | <<(?:\[[^\[\]\n]{{0,200}}\])?[\[({{]{_FILE}[\])}}]
    | <<<[ ]\S{{1,300}}(?:[ ]?\{{[^{{}}\n]{{0,200}}\}})?
    )[ \t]*""",
    re.VERBOSE,
)
_INLINE = re.compile(rf"\{{![ ]*{_FILE}[^{{}}\n]{{0,200}}!\}}")
_ALONE = re.compile(rf":\[[^\[\]\n]{{0,200}}\]\({_FILE}\)(?=[ \t]*(?:\n|\Z))")
_NAMED = re.compile(
    r"\{\{[ ]?[^\s{}|]{1,200}\.(?:md|markdown|mmd|txt|text|tex|html?|csv|rst)[ ]?\}\}"
    r"|\{\{[<%][ ]?(?:include|embed|readfile|include-code)\b[^{}\n]{0,500}\}\}"
    r"|\{\{#(?:rustdoc_)?include [^{}\n]{1,500}\}\}"
    r"|\{%-?[ ]?include(?:_relative)?\b[^%\n]{1,300}\.(?:md|markdown|txt)\b[^%\n]{0,99}%\}"
    r"|\\(?:input|include|subfile)\{[^{}\n]{1,300}\}"
)

NOT_SET = (
    "M15",
    "{} was dropped: a text is not set within another",
    "name its file in `chapters:`, or copy it",
)


def inclusions_plugin(md: MarkdownIt) -> None:
    """Teach `md` to drop the lines that set another file."""
    md.inline.ruler.before("escape", "inclusion", _words)
    md.block.ruler.before("fence", "inclusion", _line, {"alt": ["paragraph", "reference"]})


def _line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that is nothing but the order to set another file."""
    line = said.line_of(state, start)
    if not line.startswith(("!", "@", "-", "<<")) or state.is_code_block(start):
        return False
    if not _LINE.fullmatch(line):
        return False
    if not silent:
        said.dropped_lines(state, start, start + 1, NOT_SET)
    return True


def _words(state: StateInline, silent: bool) -> bool:
    """Take `{!tide.md!}`, `:[Tide](tide.md)`, `{{tide.md}}`, `{{< include tide.md >}}`."""
    text, at, last = state.src, state.pos, state.posMax
    if text[at] == ":" and (not at or text[at - 1] == "\n"):
        return said.dropped_if(state, silent, _ALONE.match(text, at, last), NOT_SET)
    if text[at] not in "{\\" or (text[at] == "\\" and said.in_word(state)):
        return False
    found = _INLINE.match(text, at, last) or _NAMED.match(text, at, last)
    return said.dropped_if(state, silent, found, NOT_SET)
