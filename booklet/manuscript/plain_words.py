"""Plain words: a value of the front matter, set as text is, without the markup it cannot hold."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from booklet.manuscript.dialect import parser_for, words
from booklet.manuscript.limits import TooMuch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    from booklet.manuscript.dialects.said import Said

# Notes and HTML cannot stand there: with a backslash before it their first sign is text.
_NOT_THERE = re.compile(r"(\^?\[\^|\^\[|<(?!https?:|mailto:))")
_TYPED = re.compile(
    r"\^?\[\^[^\]\n]{1,100}\]|\^\[[^\]\n]{1,100}\]|<(?!https?:)/?[A-Za-z][^<>@\n]{0,100}>"
)
_STRESS = {"em_open": "*", "strong_open": "**", "s_open": "~~", "mark_open": "=="}
_SHOWN = 40

_HINT = "the text below can hold it"


@lru_cache(maxsize=500)
def plain(text: str, lang: str, key: str) -> tuple[str, tuple[Said, ...]]:
    """Return the value of a key as words alone, and what is to be said of markup in it.

    It is set by the rules of the dialect in the language `lang`; paragraphs stay parted by an
    empty line.
    """
    found: list[str] = []
    said: dict[Said, None] = {}
    for part in re.split(r"\n\s*\n", text.strip()):
        try:
            children = parser_for(lang).parseInline(_NOT_THERE.sub(r"\\\1", part), {})[0].children
        except TooMuch:
            found.append(part)
            continue
        said |= dict.fromkeys(_remarks(part, children or [], key))
        for child in children or []:
            if child.type == "dropped" and child.meta.get("said"):
                child.type = "typed"  # it may be what the author has for words
        found.append(re.sub(r"[ \n]+", " ", words(children or [])).strip(" "))
    return "\n\n".join(found), tuple(said)


def _remarks(text: str, children: list[Token], key: str) -> Iterator[Said]:
    """Yield what is to be said of the markup in a value: words alone are printed."""
    for typed in _TYPED.findall(text):
        yield "M25", f"{_short(typed)} in `{key}` is printed as typed", _HINT
    for i, child in enumerate(children):
        told = child.meta.get("said")
        if child.type == "dropped" and told:
            yield "M25", f"{_short(child.content)} in `{key}` is printed as typed", ""
        elif child.type == "typed" and told and not child.meta.get("only_with"):
            yield told
        elif child.type == "image":
            source = _short(str(child.attrs.get("src", "")))
            yield "M25", f"the picture {source} in `{key}` is not set", _HINT
        elif child.type in _STRESS:
            yield "M25", f"the stress in `{key}` is not set", _HINT
        elif child.type == "link_open" and (address := _lost(children, i)):
            yield "M25", f"the address {_short(address)} in `{key}` is not printed", _HINT


def _lost(children: list[Token], i: int) -> str:
    """Return the address of the link at `i`, if its words do not say it."""
    address = str(children[i].attrs.get("href", ""))
    inside = children[i + 1].content if i + 1 < len(children) else ""
    is_kept = address.startswith("#") or inside.strip("/") in address
    return "" if is_kept else address


def _short(markup: str) -> str:
    """Return markup for a sentence."""
    line = " ".join(markup.split()).replace("`", "'")
    return f"`{line}`" if len(line) <= _SHOWN else f"`{line[:_SHOWN].rstrip()}…`"
