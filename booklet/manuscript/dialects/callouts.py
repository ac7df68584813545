"""Callouts: quotations that are boxes, `> [!note] Title`, as GitHub and Obsidian have them.

The title of a box may also be its first heading, or a div `.title`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.boxes import dress, title_tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_MARK = re.compile(r"\[!(?P<kind>[A-Za-z][\w-]*)(?:\|[^\]\n]*)?\][+-]?[ \t]*(?P<title>[^\n]*)\n?")


def callouts_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, callouts."""

    def callouts(state: StateCore) -> None:
        _boxes(state, titles)

    md.core.ruler.after("divs", "callouts", callouts)
    md.core.ruler.after("callouts", "box_titles", _titles)


def _boxes(state: StateCore, titles: Mapping[str, str]) -> None:
    """Make boxes of the quotations that begin with `[!kind]`."""
    out: list[Token] = []
    quotations: list[bool] = []
    tokens = iter(enumerate(state.tokens))
    for i, token in tokens:
        out.append(token)
        if token.type == "blockquote_open":
            mark = _marked(state.tokens, i)
            quotations.append(bool(mark))
            if mark and token.map:
                token.type, token.tag = "box_open", "div"
                kind = mark["kind"].lower()
                dress(token, kind, {})
                title = mark["title"].strip() or None
                out += title_tokens(kind, title, token.map[0], token.level + 1, titles)
                if not _shorten(state.tokens[i + 2], mark.end()):
                    for _ in range(3):
                        next(tokens)
        elif token.type == "blockquote_close" and quotations.pop():
            token.type, token.tag = "box_close", "div"
    state.tokens = out


def _marked(tokens: list[Token], i: int) -> re.Match[str] | None:
    """Return the mark of a callout, if the quotation at `i` begins with one."""
    if i + 1 == len(tokens) or tokens[i + 1].type != "paragraph_open":
        return None
    return _MARK.match(tokens[i + 2].content)


def _shorten(inline: Token, at: int) -> bool:
    """Take the mark from the running text of a paragraph; return whether anything is left."""
    inline.content = inline.content[at:]
    if inline.map:
        inline.map = [inline.map[0] + 1, inline.map[1]]
    return bool(inline.content)


def _titles(state: StateCore) -> None:
    """Let the first heading in a box, or a div `.title`, take the place of a made title."""
    out: list[Token] = []
    for i, token in enumerate(state.tokens):
        out.append(token)
        titled = token.type == "paragraph_close" and len(out) > 3 and out[-4].type == "box_open"
        if not titled or out[-3].attrs.get("class") != "box-title":
            continue
        if not out[-3].meta.get("is_given", True) and (title := _own_title(state.tokens, i + 1)):
            del out[-3:]
            title.attrJoin("class", "box-title")
    state.tokens = out


def _own_title(tokens: list[Token], i: int) -> Token | None:
    """Return the token at `i` made the beginning of a title, if there is one and it is one."""
    if i == len(tokens):
        return None
    if tokens[i].type == "heading_open":
        tokens[i].type, tokens[i + 2].type = "paragraph_open", "paragraph_close"
        tokens[i].tag = tokens[i + 2].tag = "p"
        return tokens[i]
    if tokens[i].type == "div_open" and "title" in str(tokens[i].attrs.get("class", "")).split():
        return tokens[i]
    return None
