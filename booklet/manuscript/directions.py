"""Directions: words that run the other way stand in the text as wholes.

WeasyPrint 70 sets each element by itself, one after the other: the words of a phrase that runs
against the text, with emphasis in it, would stand in the wrong order. Signs at the end of a word
would go to its other side, as Unicode has it for text of which nothing more is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.language import is_leftward
from booklet.manuscript.typography import closing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_core import StateCore

# The letters of Hebrew, Arabic, Syriac and their kin.
_LEFTWARDS = (
    "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
)
_BACK = re.compile(f"[{_LEFTWARDS}]")
_FORTH = re.compile(f"[^\\W\\d_{_LEFTWARDS}]")

# Isolates of Unicode, for text that has no elements: a title as it runs over the pages.
_OPENS, _CLOSES = {"ltr": "\u2066", "rtl": "\u2067"}, "\u2069"

# What reads from the left to the right with its signs, though it stands in other text: addresses,
# words of a programmer's such as C++, --help and /etc/, numbers with a sign before them, and with a
# unit in Latin letters behind them.
_BEGINS = r"(?<![^\s(\[{«“\"'])"
_UNIT = (
    r"(?:°[CFK]?|[kKMG]?(?:B|b|Hz|W|Wh|V|bps)|[kMGTP]i?B|[kdcmµn]?m[²³2]?|km/h|[km]?g|[cmd]?[lL]|m?s"
    r"|[kmh]?Pa|ppm|px|pt|dpi|mol|kcal|A|N|Ω|USD|EUR)"
)
_TERM = re.compile(
    r"(?:https?://|www\.|doi:|\b10\.\d{4,}/)\S*[^\s.,;:!?'\")\]}»”’]"
    rf"|{_BEGINS}(?:--?|[$@#~.]|[.~]{{0,2}}/)[A-Za-z](?:[\w./:@\\+#=-]*[\w/+#])?"
    rf"|{_BEGINS}[A-Za-z][\w.:\\-]*(?:\+\+?|\#|/)(?!\w)"
    rf"|{_BEGINS}[-−+±]?[0-9](?:[0-9.,:/–-]*[0-9])?[ \u00a0\u202f]?{_UNIT}(?![\w°/])"
    rf"|{_BEGINS}[-−+±][0-9۰-۹](?:[0-9۰-۹.,٫٬]*[0-9۰-۹])?%?",
    re.ASCII,
)

# In Hebrew, pages from one to another read from the left as well, as they do where they are typed
# with a hyphen; in Arabic they read from the right.
_HEBREW = re.compile("[\u0590-\u05ff]")
_HEBREW_TERM = re.compile(
    rf"{_TERM.pattern}|{_BEGINS}[0-9]+(?:[.:/][0-9]+)*[-–][0-9]+(?:[.:/][0-9]+)*(?![\w%])", re.ASCII
)


def isolate(state: StateCore, lang: str) -> None:
    """Make wholes of what runs against the text, in each block of a manuscript in `lang`."""
    rtl = is_leftward(lang)
    for token in state.tokens:
        if token.type == "inline" and (rtl or _BACK.search(token.content)):
            token.children = _isolated(token.children or [], rtl)
    for note in state.env.get("footnotes", {}).get("list", {}).values():
        if note.get("tokens") and (rtl or _BACK.search(note.get("content", ""))):
            note["tokens"] = _isolated(note["tokens"], rtl)


def spoken(token: Token) -> str:
    """Return what stands for the bounds of an element in text that has none."""
    return str(token.meta.get("isolate", "")) if token.nesting else ""


def enclosed(token: Token) -> str:
    """Return the text of code, enclosed as what runs another way if it does."""
    opens = str(token.meta.get("isolate", ""))
    return f"{opens}{token.content}{_CLOSES}" if opens else token.content


@dataclass(frozen=True)
class _Item:
    """A piece of running text: a text, an element with all that is in it, or something else.

    `flat` is what it counts as beside the others: its text, or one letter for all its letters.
    """

    tokens: list[Token]
    flat: str

    @property
    def is_text(self) -> bool:
        """Whether it is a text that can be cut."""
        return len(self.tokens) == 1 and self.tokens[0].type == "text"


def _isolated(children: list[Token], rtl: bool) -> list[Token]:
    """Return running text that is set from right to left if `rtl`, its foreign pieces as wholes."""
    items = [piece for item in _items(children, rtl) for piece in _terms(item, rtl)]
    flat = "".join(item.flat for item in items)
    out: list[Token] = []
    done = 0
    for found in re.finditer(_AGAINST[rtl], flat):
        inside = _between(items, *found.span())
        if len(inside) > 1:
            out += _tokens(_between(items, done, found.start()))
            out += _whole(_tokens(inside), "ltr" if rtl else "rtl")
            done = found.end()
    return out + _tokens(_between(items, done, len(flat)))


# From one letter that runs against the text to the last one, or to a number after it.
_AGAINST = {
    True: f"{_FORTH.pattern}(?:[^{_LEFTWARDS}\n]*(?:{_FORTH.pattern}|\\d))?",
    False: f"[{_LEFTWARDS}](?:(?:(?!{_FORTH.pattern})[^\n])*[{_LEFTWARDS}\\d])?",
}


def _items(children: list[Token], rtl: bool) -> Iterator[_Item]:
    """Yield the pieces of running text; an element all of which runs against it says so itself."""
    at = 0
    while at < len(children):
        token = children[at]
        end = closing(children, at) if token.nesting == 1 else at
        if token.nesting == 1:
            own = _own(token)
            inner = _isolated(children[at + 1 : end], rtl if own is None else own)
            letters = _letters(inner) if own is None else _NEUTRAL
            whole = [token, *inner, *children[end : end + 1]]
            if letters == _FOREIGN[rtl]:
                _direct(whole, "ltr" if rtl else "rtl")
            yield _Item(whole, letters)
        else:
            if token.type in ("code_inline", "typed") and rtl:
                token.meta["isolate"] = _OPENS["ltr"]  # styles/rtl.css does the same on the page
            yield _Item([token], token.content if token.type == "text" else _counts_as(token))
        at = end + 1


def _own(token: Token) -> bool | None:
    """Whether an element says that it is set from right to left; None if it says nothing."""
    if "dir" in token.attrs:
        return str(token.attrs["dir"]).lower() == "rtl"
    return is_leftward(str(token.attrs["lang"])) if "lang" in token.attrs else None


# What counts as a letter of no direction, as one of either, and as the end of a line.
_NEUTRAL, _FOREIGN, _BREAK = "\ufffc", {True: "a", False: "א"}, "\n"


def _letters(inner: list[Token]) -> str:
    """Return the letter that an element counts as: one of its own, if all run the same way."""
    text = "".join(token.content for token in inner if token.type == "text")
    back, forth = _BACK.search(text), _FORTH.search(text)
    if back and forth:
        return _BREAK
    digit = "0" if re.search(r"\d", text) else _NEUTRAL
    return "א" if back else "a" if forth else digit


def _counts_as(token: Token) -> str:
    """Return what a token that is no text counts as: raw HTML may open or close anything."""
    return _BREAK if token.type in ("hardbreak", "html_inline") else _NEUTRAL


def _terms(item: _Item, rtl: bool) -> Iterator[_Item]:
    """Yield a text of a right-to-left manuscript with addresses and such in it as wholes."""
    text, at = item.tokens[0].content, 0
    terms = _HEBREW_TERM if _HEBREW.search(text) else _TERM
    for found in terms.finditer(text) if rtl and item.is_text else ():
        if at < found.start():
            yield _text(text[at : found.start()])
        yield _Item(_whole([_text(found[0]).tokens[0]], "ltr"), _NEUTRAL)
        at = found.end()
    if at == 0:
        yield item
    elif at < len(text):
        yield _text(text[at:])


def _between(items: list[_Item], start: int, end: int) -> list[_Item]:
    """Return the items that make up a piece of the flat text, cut where it begins and ends."""
    found = []
    at = 0
    for item in items:
        first, last = max(start - at, 0), min(end - at, len(item.flat))
        at += len(item.flat)
        if first < last:
            whole = last - first == len(item.flat)
            found.append(item if whole else _text(item.flat[first:last]))
    return found


def _text(content: str) -> _Item:
    """Return a piece of text."""
    return _Item([Token("text", "", 0, content=content)], content)


def _tokens(items: list[_Item]) -> list[Token]:
    """Return the tokens of some items."""
    return [token for item in items for token in item.tokens]


def _whole(tokens: list[Token], direction: str) -> list[Token]:
    """Return tokens in an element that is set in a direction."""
    return _direct(
        [Token("span_open", "span", 1), *tokens, Token("span_close", "span", -1)], direction
    )


def _direct(element: list[Token], direction: str) -> list[Token]:
    """Give an element a direction, and return it."""
    element[0].attrs["dir"] = direction
    element[0].meta["isolate"], element[-1].meta["isolate"] = _OPENS[direction], _CLOSES
    return element
