"""Line blocks: verse, each line after a bar and a space, `| The river goes down`.

Stanzas are parted by a bar alone, spaces after the bar indent a line, and a line without a bar that
begins with a space goes on with the last. A fence called `verse` holds such lines without bars.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.dialects.cells import is_blank, line_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

# A line of verse: its line in the text (from 0), how far it is indented, its words.
_Line = tuple[int, int, str]

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*\{?\.?(?:verse|poem)\}?[ \t]*")

# A stanza of so many lines is not divided.
_UNDIVIDED = 8

# Steps are 0.75 em: two spaces. A verse stands in the middle, seen from its longest line, but not
# farther in than the most; so many letters are in a whole line, and in a step.
_SPACES_IN_STEP, _MOST_STEPS, _MOST_IN, _LETTERS, _LETTERS_IN_STEP = 2, 16, 9, 60, 1.7


def line_blocks_plugin(md: MarkdownIt) -> None:
    """Teach `md` line blocks."""
    options = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.after("table", "line_block", _barred, options)  # type: ignore[arg-type]
    md.core.ruler.after("block", "broken_lines", _broken_lines)
    md.core.ruler.push("hung_lines", _hung_lines)
    md.block.ruler.before("fence", "verse", _fenced, options)  # type: ignore[arg-type]


def _barred(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line block that begins on the line `start`."""
    if state.is_code_block(start) or not _has_bar(state, start):
        return False
    if silent and not (start + 1 < end and _has_bar(state, start + 1)):
        return False
    if silent:
        return True
    lines: list[_Line] = []
    line = start
    while line < end and state.sCount[line] >= state.blkIndent:
        text = line_of(state, line)
        if _has_bar(state, line):
            lines.append(_read(line, text.lstrip()[1:].removeprefix(" ")))
        elif text.startswith(" ") and not is_blank(text) and lines[-1][2]:
            at, indent, words = lines.pop()
            lines.append((at, indent, f"{words}\n{text.strip()}"))
        else:
            break
        line += 1
    _push(state, (start, line), lines)
    return True


def _has_bar(state: StateBlock, line: int) -> bool:
    """Whether a line begins as one of a line block, and not as a row of a table does."""
    text = line_of(state, line).strip()
    return text == "|" or (text.startswith("| ") and not text.endswith(" |"))


def _fenced(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the lines between fences that are called `verse`."""
    found = _FENCE.fullmatch(line_of(state, start).lstrip())
    if not found or state.is_code_block(start):
        return False
    last = start + 1
    while last < end and line_of(state, last).strip() != found[1]:
        last += 1
    if last == end:
        return False
    if not silent:
        lines = [_read(line, line_of(state, line)) for line in range(start + 1, last)]
        _push(state, (start, last + 1), lines)
    return True


def _read(line: int, text: str) -> _Line:
    """Return a line of verse; no-break spaces indent it too."""
    words = text.strip(" \u00a0")
    return line, len(text) - len(text.lstrip(" \u00a0")), words


def _push(state: StateBlock, lines: tuple[int, int], verse: list[_Line]) -> None:
    """Push the tokens of a verse that stands on these lines."""
    token = state.push("verse_open", "div", 1)
    token.map, state.line = [*lines], lines[1]
    longest = max((len(words) + indent for _, indent, words in verse), default=0)
    inwards = (_LETTERS - longest) / 2 / _LETTERS_IN_STEP
    token.attrs["class"] = _stepped("verse", min(int(inwards), _MOST_IN))
    for stanza in _stanzas(verse):
        kept = "stanza kept" if len(stanza) <= _UNDIVIDED else "stanza"
        opening = state.push("stanza_open", "div", 1)
        opening.attrs["class"] = kept
        opening.map = [stanza[0][0], stanza[-1][0] + 1]
        for one in stanza:
            _push_line(state, *one)
        state.push("stanza_close", "div", -1)
    state.push("verse_close", "div", -1)


def _stanzas(verse: list[_Line]) -> list[list[_Line]]:
    """Return the stanzas of a verse, which lines without words part."""
    stanzas: list[list[_Line]] = [[]]
    for line in verse:
        if line[2]:
            stanzas[-1].append(line)
        elif stanzas[-1]:
            stanzas.append([])
    return [stanza for stanza in stanzas if stanza]


def _push_line(state: StateBlock, line: int, indent: int, words: str) -> None:
    """Push the tokens of a line of verse."""
    steps = min(-(-indent // _SPACES_IN_STEP), _MOST_STEPS)
    token = state.push("paragraph_open", "p", 1)
    token.attrs["class"] = _stepped("line", steps)
    token.map = [line, line + words.count("\n") + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = words, token.map, []
    state.push("paragraph_close", "p", -1)


def _stepped(name: str, steps: int) -> str:
    """Return the classes of something that stands so many steps in."""
    return f"{name} step-{steps}" if steps > 0 else name


# A paragraph of so many lines, each broken by its author, is set as lines; one of fewer, if most
# have no more than so many letters, or if it stands below such a paragraph, as a last stanza does.
_FEWEST, _SHORT = 4, 60


def _broken_lines(state: StateCore) -> None:
    """Let a paragraph whose lines are all broken by its author be set as lines, with their indents.

    It stays a paragraph: an address is one as well.
    """
    below = False
    for opening, token in pairwise(state.tokens):
        if opening.type == "heading_open":
            below = False
        if opening.type != "paragraph_open" or token.type != "inline":
            continue
        lines = token.content.split("\n")
        below = _are_lines(lines, below)
        if not below:
            continue
        short = " kept" if len(lines) <= _UNDIVIDED else ""
        opening.attrJoin("class", f"lines{short}")
        token.content = "\n".join(_INDENT.sub(_kept, line) for line in lines)


def _are_lines(lines: list[str], below: bool) -> bool:
    """Whether lines of a paragraph, which may stand `below` such a one, are set as lines."""
    if len(lines) == 1 or not all(_BROKEN.search(line) for line in lines[:-1]):
        return False
    short = sum(len(line) <= _SHORT for line in lines)
    return below or len(lines) >= _FEWEST or 2 * short > len(lines)


def _hung_lines(state: StateCore) -> None:
    """Let each line of a paragraph of lines be one by itself, so that what turns over is hung.

    Where stress or a link goes over the end of a line, they stay as they are.
    """
    for opening, token in pairwise(state.tokens):
        children = token.children or []
        if opening.type != "paragraph_open" or "lines" not in str(opening.attrGet("class")).split():
            continue
        depths = list(accumulate(child.nesting for child in children))
        breaks = [at for at, child in enumerate(children) if child.type == "hardbreak"]
        if any(depths[at] for at in breaks):
            continue
        opening.attrJoin("class", "hung")
        ends = [*breaks[1:], len(children) - 1]
        for first, last in reversed(list(zip(breaks, ends, strict=True))):
            children.insert(last + 1, Token("span_close", "span", -1))
            children.insert(first + 1, Token("span_open", "span", 1, attrs={"class": "line"}))


def _kept(found: re.Match[str]) -> str:
    """Return an indent that stays: no-break spaces, half as wide again as those in the text."""
    return "\u00a0" * (len(found[0].expandtabs(4)) * 3 // 2)


_BROKEN, _INDENT = re.compile(r"(?: {2,}|\\)$"), re.compile(r"^[ \t]+")
