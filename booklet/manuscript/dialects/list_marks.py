"""The marks of numbered lists: `1.` `1)` `(1)` `a.` `(a)` `iv.` `A)` `#.` `(@)` `(@name)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.cells import ends_here

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_MARK = re.compile(
    r"(?P<open>\(?)(?:(?P<digits>\d{1,9})|(?P<auto>#)|@(?P<label>[\w-]*)|(?P<letters>[A-Za-z]{1,8}))"
    r"(?P<close>\.\)|[.)])(?P<space>[ \t]+|$)"
)
_BULLET = re.compile("([•‣◦●▪■∙])[ \t]+(?=\\S)")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_TENS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip

# Lines that are looked through for the next item of a list.
_FAR = 60


@dataclass(frozen=True)
class ListMark:
    """The mark of an item: `1.`, `(b)`.

    `style` is `1`, `a`, `A`, `i`, `I`, `#`, `@` or `•`, `around` the signs before and after,
    `value` its number, `typed` the number, letters or name as they were typed, `at` where in the
    text the line goes on. `wide` says that two spaces follow it.
    """

    style: str
    around: str
    value: int
    typed: str
    at: int
    wide: bool

    def text(self, value: int) -> str:
        """Return the mark with another value, as it is printed."""
        number = _written(value, self.style)
        return f"({number})" if self.around == "()" else f"{number}{self.around}"

    @property
    def kind(self) -> tuple[str, str]:
        """What the marks of one list have in common."""
        return self.style, self.around


def mark_at(state: StateBlock, line: int) -> ListMark | None:
    """Return the mark with which a line begins, or None. A letter `i` counts as Roman."""
    start = state.bMarks[line] + state.tShift[line]
    if bullet := _BULLET.match(state.src, start, state.eMarks[line]):
        return ListMark("•", bullet[1], 1, bullet[1], bullet.end(1), wide=True)
    found = _MARK.match(state.src, start, state.eMarks[line])
    if not found or (found["open"] and found["close"] != ")"):
        return None
    around = "()" if found["open"] else found["close"]
    style, value = _style(found)
    typed = found["digits"] or found["letters"] or found["label"] or ""
    if not style or (style == "@" and around != "()"):
        return None
    if style == "1" and around == "()" and len(typed) > 3:  # a year
        return None
    if not found["space"] and (style != "1" or around == "()"):
        return None
    wide = len(found["space"].expandtabs(4)) > 1
    return ListMark(style, around, value, typed, found.end("close"), wide)


def first_mark(state: StateBlock, line: int, end: int) -> ListMark | None:
    """Return the mark on a line that may begin a list: `v.` is Roman where `vi.` follows."""
    mark = mark_at(state, line)
    if mark and mark.style in "aA" and mark.typed.lower() in _VALUES:
        style = "i" if mark.style == "a" else "I"
        roman = replace(mark, style=style, value=_VALUES[mark.typed.lower()])
        if not has_next(state, line, end, mark) and has_next(state, line, end, roman):
            return roman
    return mark


def _style(found: re.Match[str]) -> tuple[str, int]:
    """Return the style of a mark and its value; no style for letters that are no number."""
    letters = found["letters"]
    if found["digits"]:
        return "1", int(found["digits"])
    if not letters:
        return ("#" if found["auto"] else "@"), 1
    if len(letters) == 1 and letters not in "iI":
        return ("a" if letters.islower() else "A"), ord(letters.lower()) - ord("a") + 1
    if not (letters.islower() or letters.isupper()) or not _ROMAN.fullmatch(letters):
        return "", 0
    return ("i" if letters.islower() else "I"), _roman(letters)


def in_list(mark: ListMark, first: ListMark) -> ListMark:
    """Return a mark as the list means it that began with `first`: `i` may be a letter.

    `#.` goes on with any list.
    """
    if mark.style == "#" and first.style not in "@•":
        return replace(mark, style=first.style, around=first.around, value=first.value)
    letters = {mark.style, first.style} <= set("aAiI")
    if not letters or mark.typed.islower() != first.typed.islower() or len(mark.typed) > 1:
        return mark
    letter = mark.typed.lower()
    if first.style in "aA":
        return replace(mark, style=first.style, value=ord(letter) - ord("a") + 1)
    return replace(mark, style=first.style, value=_VALUES[letter]) if letter in _VALUES else mark


def _roman(letters: str) -> int:
    """Return the value of a Roman number."""
    values = [_VALUES[letter] for letter in letters.lower()]
    following = [*values[1:], 0]
    return sum(-one if one < next_ else one for one, next_ in zip(values, following, strict=True))


def _written(value: int, style: str) -> str:
    """Return a number as a style writes it."""
    if style in "aA" and 1 <= value <= 26:
        letter = chr(ord("a") + value - 1)
        return letter if style == "a" else letter.upper()
    if style in "iI":
        out = ""
        for worth, letters in _TENS:
            out += letters * (value // worth)
            value %= worth
        return out if style == "i" else out.upper()
    return str(value)


def has_next(state: StateBlock, line: int, end: int, mark: ListMark) -> bool:
    """Whether an item with the next mark follows that on `line`, as far indented."""
    indent = state.sCount[line]
    blank = False
    for below in range(line + 1, min(end, line + _FAR)):
        if state.isEmpty(below):
            blank = True
            continue
        if state.sCount[below] < indent or ends_here(state, below):
            return False
        if state.sCount[below] > indent:
            continue
        other = mark_at(state, below)
        if other and in_list(other, mark).kind == mark.kind:
            return in_list(other, mark).value in (mark.value, mark.value + 1)
        if blank:
            return False
    return False
