"""Divs: blocks between lines of colons, `::: name` or `::: {.class #id}` up to `:::`.

As in Pandoc, a line of colons with a name opens one, whatever their number, and one without ends
the innermost. Where the name is a kind of box (`note`, `callout-tip`), it is one, with a title:
`:::tip Title`, `:::tip[Title]`, `::: {.callout-tip title="Title"}`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.token import Token

from booklet.manuscript.attributes import give, parse
from booklet.manuscript.dialects.boxes import KINDS, MORE_KINDS, open_box
from booklet.manuscript.dialects.cells import line_of
from booklet.manuscript.dialects.remarks import Remark, remark_alone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_FENCE = re.compile(r":{3,}+")
_NAME = re.compile(r"\{(?P<directive>[A-Za-z][\w:-]*)\}|(?P<name>[^\W\d][\w-]*)")
_TITLE = re.compile(r"\[([^\[\]]*)\]")
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}

_OPENS = frozenset({"div_open", "box_open"})
_CLOSES = frozenset({"div_close", "box_close"})


def divs_plugin(md: MarkdownIt, titles: Mapping[str, str]) -> None:
    """Teach `md`, the parser for a text whose boxes have these titles, fenced divs."""

    def div(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
        return _div(state, start, silent, titles)

    md.block.ruler.before("fence", "div", div, _ALT)
    md.core.ruler.before("block", "div_ends", _unindent)
    md.core.ruler.after("block", "divs", _settle)


_OF_DIV = re.compile(r"( *)(:{3,}+)[ \t]*(\S?)")
_OF_CODE = re.compile(r" *(`{3,}+|~{3,}+)")


def _unindent(state: StateCore) -> None:
    """Move the end of a div, which editors indent with the list before it, under its beginning."""
    if ":::" not in state.src:
        return
    lines, opened, code = state.src.split("\n"), list[str](), ""
    for number, line in enumerate(lines):
        if fence := _OF_CODE.match(line):
            code = "" if code and fence[1].startswith(code) else code or fence[1]
        found = None if code else _OF_DIV.match(line)
        if found and found[3]:
            opened.append(found[1])
        elif found and opened and len(begun := opened.pop()) < len(found[1]):
            lines[number] = begun + found[2]
    state.src = "\n".join(lines)


class _Opening(NamedTuple):
    """What stands in the line that opens a div: its names and attributes, and a title."""

    given: dict[str, str]
    title: str | None
    is_named: bool


def _div(state: StateBlock, start: int, silent: bool, titles: Mapping[str, str]) -> bool:
    """Take a line of colons, which opens or ends a div."""
    text = line_of(state, start).strip()
    found = _FENCE.match(text)
    if not found or state.is_code_block(start):
        return False
    words = text[found.end() :].rstrip(":").strip()
    opening = _opening(words) if words else None
    if words and not opening:
        return False
    if not silent:
        state.line = start + 1
        if opening:
            _open(state, start, opening, titles)
        else:
            _close(state, start)
    return True


def _opening(text: str) -> _Opening | None:
    """Return what an opening line says, or None if it is not one."""
    given: dict[str, str] = {}
    name = _NAME.match(text)
    at = name.end() if name else 0
    title = _TITLE.match(text, at) if name else None
    at = title.end() if title else at
    rest = text[at:].lstrip()
    if found := parse(rest):
        given, end = dict(found[0]), found[1]
        rest = rest[end:].lstrip()
    elif not name:
        return None
    if name:
        given["class"] = f"{name['directive'] or name['name']} {given.get('class', '')}".strip()
    return _Opening(given, title[1] if title else rest or None, is_named=bool(name))


def _open(state: StateBlock, line: int, opening: _Opening, titles: Mapping[str, str]) -> None:
    """Push the tokens that begin a div or a box."""
    kind = _kind(opening)
    if kind:
        title = opening.given.pop("title", None) if opening.title is None else opening.title
        _opened(state).append(open_box(state, line, kind, title, opening.given, titles))
        return
    token = state.push("div_open", "div", 1)
    token.map = [line, line + 1]
    give(token, opening.given)
    _opened(state).append(token)
    if opening.title:
        state.push("paragraph_open", "p", 1).map = [line, line + 1]
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = opening.title, [line, line + 1], []
        state.push("paragraph_close", "p", -1)


def _kind(opening: _Opening) -> str:
    """Return the kind of box that a div is, or an empty string."""
    for name in opening.given.get("class", "").split():
        kind = name.lower().removeprefix("callout-")
        if kind in KINDS or (name.lower() != kind and kind):
            return kind
        if opening.is_named and opening.title and kind in MORE_KINDS:
            return kind
    return ""


def _close(state: StateBlock, line: int) -> None:
    """Push the token that ends the innermost open div, if that stands in the same block."""
    opened = _opened(state)
    if opened and opened[-1].level == state.level - 1:
        state.push(opened.pop().type.replace("_open", "_close"), "div", -1)
        return
    hint = "remove it, or write `::: name` where the block begins"
    remark_alone(state, Remark("M19", "this line of colons ends nothing", hint, line))


def _opened(state: StateBlock) -> list[Token]:
    """Return the tokens of the divs that are open in a text, the innermost last."""
    opened: dict[int, list[Token]] = state.env.setdefault("divs", {})
    return opened.setdefault(id(state.tokens), [])


def _settle(state: StateCore) -> None:
    """Find the end of each div, and let what is in a plain one stand as if it were not there.

    A heading in it is a heading, and a paragraph one of the text's.
    """
    opened: list[int] = []
    for i, token in enumerate(state.tokens):
        if token.nesting == 1:
            opened.append(i)
        elif token.nesting == -1:
            while opened and not _belong(state.tokens[begun := opened.pop()], token):
                state.tokens[begun].meta["is_unclosed"] = True
            if token.type == "div_close":
                for inner in state.tokens[begun : i + 1]:
                    inner.level -= inner is not token and inner is not state.tokens[begun]
    for begun in opened:
        state.tokens[begun].meta["is_unclosed"] = True


def _belong(opening: Token, closing: Token) -> bool:
    """Whether two tokens are the beginning and the end of one block."""
    return opening.type.replace("_open", "_close") == closing.type or opening.type not in _OPENS


def parted_div(div: Token) -> Token:
    """Return a token that opens a div again, where a chapter has parted it."""
    attrs = {name: value for name, value in div.attrs.items() if name != "id"}
    return Token(div.type, div.tag, 1, attrs=attrs, block=True)
