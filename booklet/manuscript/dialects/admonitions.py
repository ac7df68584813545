"""Admonitions and tabs: boxes as MkDocs and MyST have them.

!!! note "Title"            ```{note} Title         === "Title"
    Words, indented.        Words.                      Words, indented.
                            ```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.boxes import MORE_KINDS, open_box
from booklet.manuscript.dialects.cells import is_blank, line_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_MARKED = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?P<kinds>[A-Za-z][\w-]*(?:[ \t]+[A-Za-z][\w-]*)*)"
    r'(?:[ \t]+"(?P<title>[^"]*)")?'
)
_TAB = re.compile(r"""===[!+]?[ \t]+(?:"(?P<title>[^"]*)"|'(?P<single>[^']*)')""")
_FENCED = re.compile(r"(?P<fence>`{3,}|:{3,})\{(?P<kind>[A-Za-z-]+)\}[ \t]*(?P<title>.*)")
_OPTION = re.compile(r":[a-z-]+:(?: .*)?")
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
_INDENT = 4
_BEGIN = ("#", ":::", "!!!", "???", "===")


def admonitions_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, admonitions and tabs."""

    def marked(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _marked(state, start, end, silent, titles)

    def fenced(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _fenced(state, start, end, silent, titles)

    md.block.ruler.before("fence", "admonition", marked, _ALT)
    md.block.ruler.before("fence", "tab", _tab, _ALT)
    md.block.ruler.before("fence", "fenced_admonition", fenced, _ALT)


def _marked(
    state: StateBlock, start: int, end: int, silent: bool, titles: Mapping[str, str]
) -> bool:
    """Take `!!! note "Title"` and the indented lines below it."""
    text = line_of(state, start).strip()
    found = _MARKED.fullmatch(text) if text[:3] in ("!!!", "???") else None
    if not found or state.is_code_block(start):
        return False
    kind, *more = found["kinds"].split()
    more = [name for name in more if name not in ("inline", "end")]  # where on a screen it floats
    indent = _indent(state, start + 1, end)
    if kind.lower() not in MORE_KINDS and found["title"] is None and not indent:
        return False
    if not silent:
        last = _after(state, start + 1, end, indent)
        given = {"class": " ".join(more)} if more else {}
        open_box(state, start, kind.lower(), found["title"], given, titles)
        _inside(state, (start + 1, last), state.blkIndent + indent)
        state.line = last
    return True


def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `=== "Title"` and the indented lines below it: on paper, a box below the others."""
    text = line_of(state, start).strip()
    found = _TAB.fullmatch(text) if text.startswith("===") else None
    if not found or state.is_code_block(start):
        return False
    if not silent:
        indent = _indent(state, start + 1, end)
        last = _after(state, start + 1, end, indent)
        open_box(state, start, "tab", found["title"] or found["single"] or "", {}, {})
        _inside(state, (start + 1, last), state.blkIndent + indent)
        state.line = last
    return True


def _indent(state: StateBlock, line: int, end: int) -> int:
    """Return how far the words of an admonition are indented that begin on a line, or below it."""
    first = state.skipEmptyLines(line)
    return _INDENT if first < end and state.sCount[first] >= state.blkIndent + _INDENT else 0


def _after(state: StateBlock, line: int, end: int, indent: int) -> int:
    """Return the line after what belongs to an admonition whose words are indented so far.

    Where they are not indented, as people forget, they are the lines up to an empty one.
    """
    least = state.blkIndent + indent
    last = line
    while line < end:
        blank = is_blank(line_of(state, line))
        if blank and not indent:
            break
        if not blank and (state.sCount[line] < least if indent else _begins(state, line)):
            break
        line += 1
        last = last if blank else line
    return last


def _begins(state: StateBlock, line: int) -> bool:
    """Whether something else begins on a line: a heading, a box, or what ends the one around."""
    return state.sCount[line] < state.blkIndent or line_of(state, line).startswith(_BEGIN)


def _fenced(
    state: StateBlock, start: int, end: int, silent: bool, titles: Mapping[str, str]
) -> bool:
    """Take a box between fences, whose kind stands in braces."""
    text = line_of(state, start).strip()
    found = _FENCED.fullmatch(text) if text.startswith("```") else None
    if not found or found["kind"] not in MORE_KINDS or state.is_code_block(start):
        return False
    last = start + 1
    while last < end and not _ends(line_of(state, last).strip(), found["fence"]):
        if not state.isEmpty(last) and state.sCount[last] < state.blkIndent:
            return False
        last += 1
    if last == end:
        return False
    if not silent:
        first = start + 1
        while first < last and _OPTION.fullmatch(line_of(state, first).strip()):
            first += 1
        open_box(state, start, found["kind"], found["title"].strip() or None, {}, titles)
        _inside(state, (first, last), state.blkIndent)
        state.line = last + 1
    return True


def _ends(text: str, fence: str) -> bool:
    """Whether a line is the end of a fence."""
    return len(text) >= len(fence) and not text.strip(fence[0])


def _inside(state: StateBlock, lines: tuple[int, int], indent: int) -> None:
    """Push the blocks on these lines, which are indented so far, and end the box."""
    before = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax = indent, lines[1]
    state.parentType = "blockquote"
    state.md.block.tokenize(state, *lines)
    state.blkIndent, state.lineMax, state.parentType = before
    state.push("box_close", "div", -1)
