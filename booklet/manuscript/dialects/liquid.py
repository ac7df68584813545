"""Blocks between tags: code as Jekyll has it, boxes and tabs of GitBook, contents of kramdown.

{% highlight ruby %}        {% hint style="info" %}        * TOC
code                        Words.                         {:toc}
{% endhighlight %}          {% endhint %}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.boxes import KINDS, open_box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_CODE = re.compile(
    r"\{(?:%-?|\{[<%])\s*(?P<tag>highlight|code)\b(?P<given>[^%>]{0,300})(?:%\}|[%>]\}\})"
)
_BOX = re.compile(r"\{%-?\s*(?P<tag>hint|tab)\b(?P<given>[^%]{0,300})%\}")
_STYLE = re.compile(r"""\bstyle=["']?(\w+)""")
_TITLE = re.compile(r"""\btitle="([^"]*)\"""")
_PLACE = re.compile(r"(?:[*+-]|\d{1,3}[.)])\s+.{0,60}\b(?:toc|contents)\b.{0,60}", re.IGNORECASE)
_CONTENTS = re.compile(r"\{:\s*toc\b[^{}]*\}")

_MOST_LINES = 500
_GONE = (
    "M15",
    "{} was dropped: the booklet has contents of its own",
    "set `toc-depth` to choose how deep they go",
)
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
_AS = {"success": "tip", "working": "note"}


def liquid_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, blocks between tags."""

    def box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _box(state, start, end, silent, titles)

    md.block.ruler.before("fence", "liquid_code", _code, _ALT)
    md.block.ruler.before("fence", "liquid_box", box, _ALT)
    md.block.ruler.before("list", "place_of_contents", _place)


def _code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `{% highlight ruby %}` with all lines up to its end, as a fence."""
    found = _opens(state, start, _CODE)
    last = _last(state, start, end, found["tag"]) if found and found["tag"] == "highlight" else 0
    if not found or not last:
        return False
    if not silent:
        token = state.push("fence", "code", 0)
        token.info = (found["given"].split() or [""])[0]
        token.content = state.getLines(start + 1, last, state.sCount[start], True)
        token.markup, token.map = "```", [start, last + 1]
        state.line = last + 1
    return True


def _box(state: StateBlock, start: int, end: int, silent: bool, titles: Mapping[str, str]) -> bool:
    """Take `{% hint style="info" %}` and `{% tab title="x" %}` as boxes."""
    found = _opens(state, start, _BOX)
    last = _last(state, start, end, found["tag"]) if found else 0
    if not found or not last:
        return False
    if not silent:
        style, title = _STYLE.search(found["given"]), _TITLE.search(found["given"])
        kind = style[1] if style else "info"
        kind = "tab" if found["tag"] == "tab" else _AS.get(kind, kind)
        words = title[1] if title else ""
        open_box(state, start, kind, words if kind not in KINDS else None, {}, titles)
        said.blocks(state, start + 1, last)
        state.push("box_close", "div", -1)
        state.line = last + 1
    return True


def _opens(state: StateBlock, line: int, tag: re.Pattern[str]) -> re.Match[str] | None:
    """Return a tag that stands alone on a line, if it is one of these."""
    text = said.line_of(state, line)
    return tag.fullmatch(text.rstrip()) if text.startswith(("{%", "{{")) else None


def _last(state: StateBlock, start: int, end: int, tag: str) -> int:
    """Return the line on which a block ends that begins on the line `start`, or 0."""
    closes = re.compile(rf"\{{%-?\s*end{tag}\s*-?%\}}|\{{\{{[<%]\s*/\s*{tag}\s*[%>]\}}\}}")
    if not closes.search(state.src, state.eMarks[start]):
        said.open_at_end(state)
        return 0
    for line in range(start + 1, min(end, start + _MOST_LINES)):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return 0
        text = said.line_of(state, line)
        if text.startswith("{") and closes.fullmatch(text.rstrip()):
            return line
    return 0


def _place(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Drop a list of one item that kramdown puts the contents in the place of."""
    if silent or start + 1 >= end or state.is_code_block(start):
        return False
    if not _CONTENTS.fullmatch(said.line_of(state, start + 1).strip()):
        return False
    if not _PLACE.fullmatch(said.line_of(state, start).rstrip()):
        return False
    said.dropped_lines(state, start, start + 2, _GONE)
    return True
