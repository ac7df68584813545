"""Tags of Liquid, Hugo, Quarto, Jinja, Templater and kramdown: dropped, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# What is dropped, and what it is called.
_TAGS = (
    (re.compile(r"\{\{[<%][^{}]{0,2000}[>%]\}\}"), "the shortcode {} was dropped"),
    (
        re.compile(
            r"\{%-?\s?[^%\n]{0,1000}(?:%(?!\})[^%\n]{0,1000}){0,9}%\}|\{%-?\s[^%]{0,1000}%\}"
        ),
        "the tag {} of a template was dropped",
    ),
    (
        re.compile(r"\{\{!(?:--[^\n]{0,500}?--|[^{}-][^{}]{0,500})\}\}"),
        "",  # a remark of Handlebars
    ),
    (
        re.compile(r"\{\{(?:-?\s*[\w.$\"'(][^{}]{0,500}|[#/^&>=~-]\s?[\w.$/][^{}]{0,300})?\s*\}\}"),
        "the variable {} of a template was dropped",
    ),
    (re.compile(r"<%[-=*_~+]?\s[^%<>]{0,1000}%>"), "the code {} of a template was dropped"),
)
_ATTRIBUTES = re.compile(
    r"""\{:(?:toc|[\w-]{1,40}:)?+(?:\s*+(?:[#.][\w:-]++|[\w-]++(?:="[^"\n]*+"|='[^'\n]*+'|=[^\s{}"']++)?+))*+\s*+\}"""
)
_OPTIONS = re.compile(
    r"\{::(?:options|nomarkdown)[^{}]{0,300}/\}|\{:/?(?:nomarkdown)?/?\}|\{::nomarkdown\}"
)
_MOST_LINES = 60
_CONTENTS = re.compile(
    r"\[TOC\](?![(\[:])|\[\[_?TOC_?\]\](?![(\[])|\$\{toc\}|\{\{>?\s*toc\s*\}\}|@\[toc\](?:\([^()\n]*\))?",
    re.IGNORECASE,
)

_DROPPED_ATTRIBUTES = (
    "M15",
    "the attributes {} of kramdown were dropped",
    "write `{.name}` or `{#name}` right above the block, without a colon",
)
_DROPPED_CONTENTS = (
    "M15",
    "{} was dropped: the booklet has contents of its own",
    "set `toc-depth` to choose how deep they go",
)


def templates_plugin(md: MarkdownIt) -> None:
    """Teach `md` to drop the tags of templates."""
    md.inline.ruler.before("escape", "templates", _tag)
    md.block.ruler.before("fence", "template_lines", _lines, {"alt": ["paragraph", "blockquote"]})


def _lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a shortcode that goes over several lines, whatever is in it."""
    opens = said.line_of(state, start)[:3]
    closes = {"{{<": ">}}", "{{%": "%}}"}.get(opens)
    if not closes or state.is_code_block(start):
        return False
    depth = 0
    for number in range(start, min(end, start + _MOST_LINES)):
        line = said.line_of(state, number)
        depth += line.count(opens) - line.count(closes)
        if depth <= 0:
            if number == start or not line.rstrip().endswith(closes):
                return False
            if not silent:
                said.dropped_lines(state, start, number + 1, ("M15", _TAGS[0][1], ""))
            return True
    said.open_at_end(state)
    return False


def _tag(state: StateInline, silent: bool) -> bool:
    """Take `{% include card.html %}`, `{{< video … >}}`, `{{ name }}`, `{: .class }`, `[TOC]`."""
    text, at, last = state.src, state.pos, state.posMax
    sign = text[at]
    if sign not in "{<[$@":
        return False
    if found := _CONTENTS.match(text, at, last):
        is_alone = found[0].strip() == _line(text, at)
        return is_alone and said.dropped_if(state, silent, found, _DROPPED_CONTENTS)
    if sign not in "{<":
        return False
    if found := _ATTRIBUTES.match(text, at, last) or _OPTIONS.match(text, at, last):
        return said.dropped_if(state, silent, found, _DROPPED_ATTRIBUTES)
    for pattern, sentence in _TAGS:
        if found := pattern.match(text, at, last):
            what = ("M15", sentence, "") if sentence else None
            return said.dropped_if(state, silent, found, what)
    return False


def _line(text: str, at: int) -> str:
    """Return the line of a text on which the sign at `at` stands, without space around it."""
    end = text.find("\n", at)
    return text[text.rfind("\n", 0, at) + 1 : end if end >= 0 else len(text)].strip()
