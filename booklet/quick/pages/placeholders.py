"""Placeholders for what WeasyPrint counts or rounds by the pages before, until pages are joined.

A character that no font has gets a number after those of its font's glyphs, in the order in which
the booklet has such characters first. A glyph is as wide as where it is first used, rounded in that
size; elsewhere it is moved by the rest. On a page that is drawn alone, names stand for both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from booklet.quick.frozen_pages import CannotFreeze
from booklet.quick.private_api import FROM_UNITS, Font, ffi, pango

if TYPE_CHECKING:
    from collections.abc import Mapping

# Fonts have no glyph with this number or a higher one.
_BEYOND = 1 << 16

# No text is moved so far, in thousandths of its size: such a number is a place in a list.
_FAR = 10**9

# Sizes from which on it is foreseen that a width may be rounded otherwise, in CSS pixels.
_SMALL = 4.0

# A character that its font lacks: the key of the font, and the character.
_LACKING = re.compile(rb"\?lacking (\d+) ([0-9a-f]+)\?")

# How far a glyph is moved: the key of its font, its number, and what makes up the sum.
_MOVED = re.compile(rb"(<?)>\?moved (\d+) (\d+) ([^\s?]+) ([^\s?]+)\?(<?)")

_PLACE = re.compile(rb">(1\d{9})(?!\d)")
_PARTED = re.compile(rb"(?<!\d)1\d{9} ")  # by letters that are said in the midst of a line

Move = tuple[int, int, float, float]
"""How far a glyph is moved: the key of its font, its number, its own offset, its real width."""


class _Lacking(int):
    """The glyph of a character that a font lacks, beyond all that it has."""

    font: int

    def __format__(self, _: str) -> str:
        """Return how it stands in an operator."""
        return f"?lacking {self.font} {self - _BEYOND:x}?"


class _Width(int):
    """A width that would be rounded otherwise in another size; what is worked out with it is a
    move, of which only the place in `moves` is told."""

    key: int
    glyph: int
    moves: list[Move]

    def __add__(self, offset: float) -> Any:
        """Return the width with the glyph's own offset."""
        return _Sum(self, offset)


class _Sum:
    """A width and an offset, without the real width once that is known."""

    def __init__(self, width: _Width, offset: float, real: float = 0.0) -> None:
        self.width, self.offset, self.real = width, offset, real

    def __sub__(self, other: Any) -> Any:
        """Return the move, or of two sums the difference."""
        if isinstance(other, _Sum):
            return float(self) - float(other)
        return _Sum(self.width, self.offset, other)

    def __float__(self) -> float:
        """Return the sum."""
        return int(self.width) + self.offset - self.real

    def __int__(self) -> int:
        """Return the number that stands for it."""
        moves = self.width.moves
        moves.append((self.width.key, self.width.glyph, self.offset, self.real))
        return _FAR + len(moves) - 1


class _Widths(dict[int, int]):
    """The widths of glyphs on a page that is drawn alone, each as it is asked for."""

    def __init__(self, font: Alone) -> None:
        super().__init__()
        self._font = font

    def __contains__(self, glyph: object) -> bool:
        """Whether a glyph has a width; one that the font has is given one."""
        there = super().__contains__(glyph)
        if there or not isinstance(glyph, int) or not glyph or is_lacking(glyph):
            return there
        self[glyph] = self._font.width(glyph)
        return True


class Alone(Font):  # type: ignore[misc]  # WeasyPrint has no types
    """A font for a page that is drawn alone.

    `key` is what it is known by, `now` the font of Pango's that is drawn with and its size, and
    `moves` are those of the page.
    """

    key: int
    now: tuple[Any, float]
    moves: list[Move]

    def begin(self, key: int, is_loose: bool) -> None:
        """Begin without a glyph; if the font `is_loose`, it has other widths on other pages."""
        self._is_loose, self.key = is_loose, key
        self.moves, self.widths = [], _Widths(self)
        self._room = ffi.new("PangoRectangle *")

    def get_unused_glyph_id(self, codepoint: int) -> int:
        """Return what stands for a character until the page is joined to others."""
        glyph = _Lacking(_BEYOND + codepoint)
        glyph.font = self.key
        return glyph

    def width(self, glyph: int) -> int:
        """Return the width of a glyph as WeasyPrint rounds it, in thousandths of the size."""
        font, size = self.now
        pango.pango_font_get_glyph_extents(font, glyph, ffi.NULL, self._room)
        exact = self._room.width * 1000 * FROM_UNITS / size
        width: int = round(exact)
        unsure = 500 * FROM_UNITS * (1 / size + 1 / _SMALL)
        is_sure = not self._is_loose and abs(exact % 1 - 0.5) > unsure
        if is_sure or self.png or self.svg or self.colr:
            return width
        loose = _Width(width)
        loose.key, loose.glyph, loose.moves = self.key, glyph, self.moves
        return loose


def plain(glyphs: Mapping[int, Any]) -> dict[int, Any]:
    """Return what is known of glyphs, as it can be kept."""
    return {int(g): int(k) if isinstance(k, int) else k for g, k in glyphs.items()}


def loose(widths: Mapping[int, int]) -> frozenset[int]:
    """Return the glyphs that may be rounded otherwise in another size."""
    return frozenset(glyph for glyph, width in widths.items() if isinstance(width, _Width))


def is_lacking(glyph: int) -> bool:
    """Whether a glyph stands for a character that its font lacks."""
    return glyph >= _BEYOND


def counted(font: Any, glyph: int) -> int:
    """Return the number that a glyph has in a booklet, of which `font` is one.

    Raises CannotFreeze if the font has so many that WeasyPrint gives one number to several
    characters.
    """
    if not is_lacking(glyph):
        return glyph
    if glyph - _BEYOND not in font.missing and font.glyph_count + len(font.missing) >= _BEYOND:
        raise CannotFreeze("characters that no font has, beside a font without room for them")
    number: int = font.get_unused_glyph_id(glyph - _BEYOND)
    return number


def named(operators: bytes, moves: list[Move]) -> bytes:
    """Return operators of a page that was drawn alone, with all moves named.

    Raises CannotFreeze where it is not certain what WeasyPrint writes if there is no move.
    """

    def name(found: re.Match[bytes]) -> bytes:
        key, glyph, offset, real = moves[int(found[1]) - _FAR]
        if (real - offset).is_integer() and operators[found.start() - 1 : found.start()] == b"<":
            raise CannotFreeze("raised glyphs in several sizes")
        return b">?moved %d %d %a %a?" % (key, glyph, offset, real)

    if moves and _PARTED.search(operators):
        raise CannotFreeze("glyphs in several sizes, between which letters are said")
    return _PLACE.sub(name, operators) if moves else operators


def stands_in(operators: bytes) -> bool:
    """Whether there are stand-ins in operators."""
    return b"?moved " in operators or b"?lacking " in operators


def lacks(operators: bytes) -> bool:
    """Whether there are characters in operators that no font has."""
    return b"?lacking " in operators


def settled(operators: bytes, widths: Mapping[int, Mapping[int, int]]) -> bytes:
    """Return operators with all moves worked out, by the widths of each font's glyphs."""

    def move(found: re.Match[bytes]) -> bytes:
        before, key, glyph, offset, real, after = found.groups()
        by = widths[int(key)][int(glyph)] + float(offset) - float(real)
        if by:
            return b"%b>%d%b" % (before, int(by), after)
        return before if after else b">"

    return _MOVED.sub(move, operators) if b"?moved " in operators else operators


def completed(operators: bytes, fonts: Mapping[int, Any]) -> bytes:
    """Return operators without stand-ins, as they are in a booklet with these fonts."""

    def number(found: re.Match[bytes]) -> bytes:
        return b"%04x" % fonts[int(found[1])].missing[int(found[2], 16)]

    if b"?lacking " in operators:
        operators = _LACKING.sub(number, operators)
    if b"?moved " in operators:
        operators = settled(operators, {key: font.widths for key, font in fonts.items()})
    return operators
