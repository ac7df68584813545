"""The Markdown that an author may write: CommonMark, its kept plugins, and their order."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.attrs import attrs_block_plugin, attrs_plugin
from mdit_py_plugins.attrs.parse import ParseError
from mdit_py_plugins.attrs.parse import parse as parse_attributes
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from booklet.errors import BookletError, Place
from booklet.manuscript.language import polisher, quotes

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# Attributes that an author may give to a block, a span, a link or a picture.
ATTRIBUTES = ("id", "class", "width", "lang", "dir", "fig-alt", "alt", "start")

# Deeper than any text that means something, and far below Python's own limit of recursion.
DEEPEST = 40

_ELISION = re.compile(r"(?<![\w’])'(?=(?:\d\ds?|tis|twas|em|til|cause)\b)")
_BARE_PER_CENT = re.compile(r'\{(?:"[^"]*"|[^{}"])*=[\d.]+%(?:"[^"]*"|[^{}"])*\}')
_LAST_BRACES = re.compile(r"\s*(\{[^{}]*\})\s*$")


@cache
def dialect(lang: str) -> MarkdownIt:
    """Return the parser for a manuscript in the language `lang` (a BCP 47 tag)."""
    md = MarkdownIt(
        "commonmark",
        {"typographer": True, "quotes": quotes(lang), "maxNesting": 4 * DEEPEST},
    )
    md.enable(["table", "strikethrough", "smartquotes"])
    md.use(footnote_plugin, inline=True, move_to_end=False, always_match_refs=True)
    md.use(attrs_plugin, spans=True, allowed=ATTRIBUTES)
    md.inline.ruler.before("attr", "per_cent", _per_cent)
    md.use(attrs_block_plugin, allowed=ATTRIBUTES)
    for plugin in (deflist_plugin, tasklists_plugin, sub_plugin, superscript_plugin):
        md.use(plugin)
    md.validateLink = lambda _url: True  # type: ignore[method-assign]  # judged, and reported, later
    polish = polisher(lang)
    md.core.ruler.after("block", "last_braces", _last_braces)
    md.core.ruler.before("smartquotes", "elisions", lambda state: _in_text(state, _elide))
    md.core.ruler.after("text_join", "polish", lambda state: _in_text(state, polish))
    return md


def tokens(md: MarkdownIt, text: str, path: str, offset: int) -> tuple[list[Token], dict[str, object]]:
    """Return the tokens of `text` and the parser's notes to itself (footnotes among them).

    `offset` is the line of the file (from 0) on which the text begins. Raises BookletError for
    nesting that no page can show.
    """
    for number, line in enumerate(text.split("\n"), start=offset + 1):
        marks = re.match(r"[\s>*+-]*", line)
        if marks and len(re.findall(r"[>*+-](?=[\s>])", marks[0])) > DEEPEST:
            raise _too_deep(Place(path, number))
    env: dict[str, object] = {}
    try:
        found = md.parse(text, env)
    except RecursionError as error:
        raise _too_deep(Place(path)) from error
    for token in found:
        if token.level > 2 * DEEPEST:
            raise _too_deep(Place(path, offset + (token.map[0] if token.map else 0) + 1))
    return found, env


def _too_deep(where: Place) -> BookletError:
    """Return the error for lists, quotations or brackets inside one another without end."""
    return BookletError(
        f"lists or quotations are nested more than {DEEPEST} deep", where, "make them flatter"
    )


def _elide(text: str) -> str:
    """Return `text` with the apostrophes that no rule of quotation marks can know: the '90s."""
    return _ELISION.sub("’", text)


def _in_text(state: StateCore, change: object) -> None:
    """Apply `change` to the running text of all blocks, leaving code and addresses alone."""
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text":
                token.content = change(token.content)  # type: ignore[operator]


def _per_cent(state: StateInline, silent: bool) -> bool:
    """Take `{width=60%}` after a picture, as users of Pandoc write it.

    To the kept plugin a per cent sign outside quotation marks begins a comment.
    """
    braces = _BARE_PER_CENT.match(state.src, state.pos)
    if not braces or state.pending or not state.tokens or state.tokens[-1].type != "image":
        return False
    try:
        _, attributes = parse_attributes(re.sub(r"=([\d.]+%)", r'="\1"', braces[0]))
    except ParseError:
        return False
    if not silent:
        known = {k: v for k, v in attributes.items() if k in ATTRIBUTES}
        state.tokens[-1].attrs.update(known)
    state.pos = braces.end()
    return True


def _last_braces(state: StateCore) -> None:
    """Take `{#id .class}` from the end of a heading or of a table's caption line.

    It is where users of Pandoc write them; the kept plugin knows only a line of their own.
    """
    before: Token | None = None
    for token in state.tokens:
        if token.type == "inline" and before is not None:
            caption = before.type == "paragraph_open" and re.match(r"(Table)?: ", token.content)
            braces = _LAST_BRACES.search(token.content)
            if braces and (caption or before.type == "heading_open"):
                try:
                    _, attributes = parse_attributes(braces[1])
                except ParseError:
                    continue
                token.content = token.content[: braces.start()]
                before.attrs.update({k: v for k, v in attributes.items() if k in ATTRIBUTES})
        before = token
