"""Small words drawn as outlines of glyphs, for what stands beside the text.

Outlines and not a font: what stands beside the pages must not turn up when their text is searched,
copied, read aloud or compared, and needs no font of its own.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any, NamedTuple

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

# The package and the file in it: Source Sans, the face of the booklet's apparatus.
_FACE = ("font_source_sans_pro", "files/SourceSansPro-Regular.otf")


# Units to an em: at 5 points a unit is 0.02 points, and the numbers are short.
EM = 250


class Outline(NamedTuple):
    """A word as operators of a PDF that fill it, an em being EM units, and its width in these."""

    operators: bytes
    width: float


class _GlyphPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Writes a glyph down as path operators."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []

    def _say(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = [f"{x * EM / 1000:.0f} {y * EM / 1000:.0f}" for x, y in points]
        self.path.append(" ".join([*numbers, operator]))

    def _moveTo(self, point: tuple[float, float]) -> None:
        self._say("m", point)

    def _lineTo(self, point: tuple[float, float]) -> None:
        self._say("l", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self._say("c", *points)

    def _closePath(self) -> None:
        self._say("h")


@cache
def _face() -> tuple[dict[int, str], Any]:
    """Return the face's characters and its glyphs."""
    package, path = _FACE
    font = TTFont(BytesIO(files(package).joinpath(path).read_bytes()), lazy=True)
    return font.getBestCmap(), font.getGlyphSet()


def can_set(text: str) -> bool:
    """Return whether the face has every character of `text`."""
    return all(ord(character) in _face()[0] for character in text)


@lru_cache(maxsize=1000)
def outline(text: str) -> Outline:
    """Return `text`, which the face must have, drawn on one line from 0, 0.

    Each letter is drawn from its own origin, so that the same letters are the same bytes.
    """
    characters, glyphs = _face()
    operators: list[str] = []
    width = 0.0
    for character in text:
        glyph = glyphs[characters[ord(character)]]
        pen = _GlyphPen(glyphs)
        glyph.draw(pen)
        advance = glyph.width * EM / 1000
        operators += [*pen.path, "f"] if pen.path else []  # a space has no path
        operators.append(f"1 0 0 1 {advance:g} 0 cm")
        width += advance
    return Outline(" ".join(operators).encode(), width)
