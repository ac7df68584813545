"""Hyphens below a paragraph: a heading by the letter, but a break where a sentence ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.rules_block import lheading

from booklet.manuscript.dialects.remarks import Remark, remark

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock

_SENTENCE = re.compile(r"[^.][.;:,][\"'”’»)\]*_]*$")

# No heading has more lines, and a sentence that is one is not longer.
_MOST_LINES, _LONGEST_SENTENCE = 2, 40


def underlined_plugin(md: MarkdownIt) -> None:
    """Let `md` make no heading of a whole paragraph that a rule follows without an empty line."""
    md.block.ruler.at("lheading", _underlined)


def _underlined(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a heading that is underlined, or a paragraph and the break below it."""
    made = len(state.tokens)
    if not lheading(state, start, end, silent):
        return False
    if silent or len(state.tokens) < made + 3:
        return True
    opening, inline, closing = state.tokens[made : made + 3]
    text = inline.content
    said = len(text) > _LONGEST_SENTENCE and _SENTENCE.search(text)
    if opening.markup == "-" and (said or text.count("\n") >= _MOST_LINES):
        opening.type, closing.type = "paragraph_open", "paragraph_close"
        opening.tag = closing.tag = "p"
        opening.map = [start, state.line - 1]
        rule = state.push("hr", "hr", 0)
        rule.map, rule.markup = [state.line - 1, state.line], "---"
        hint = "an empty line above the hyphens says so; a heading begins with `##`"
        message = "the line of hyphens below this paragraph is a break, and no heading of it"
        remark(opening, Remark("M24", message, hint, start))
    return True
