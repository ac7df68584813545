"""Spelling: what a reader of the PDF gets who copies text whose glyphs are not its letters.

In many scripts glyphs stand in another order than the letters, several letters share a glyph or a
letter has several: `कि` is drawn as its vowel and then its consonant, `ำ` as two marks. WeasyPrint
tells a reader of each glyph what it first stood for, which may be nothing. Here a glyph means the
letter that its font has it for, wherever it stands for that; and where the letters of a line still
cannot be told from its glyphs, the line says them (ISO 32000-1, 14.9.4, ActualText).

Text from right to left never says them: readers turn it round, and would turn that round as well.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

# Marks, joiners and selectors; right-to-left, Indic and South-East Asian scripts; jamo; emoji.
_INTRICATE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u109f\u1100-\u11ff\u135d-\u135f\u1700-\u18af\u1900-\u1cff"
    "\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ua66f-\ua69f\ua800-\uabff"
    "\ud7b0-\ud7ff\ufb1d-\ufdff\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefc"
    "\U00010800-\U00011fff\U0001e800-\U0001efff\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff"
    "\U000e0000-\U000e01ef]"
)
_LEFTWARDS = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)

# What nobody misses: a soft hyphen, and where a line may be broken or not.
_UNSAID = " \t\n\u00ad\u200b\u2060\ufeff"


def is_intricate(text: str) -> bool:
    """Whether the letters of a text may not be told from its glyphs, one by one."""
    return not text.isascii() and _INTRICATE.search(text) is not None


def mend() -> None:
    """Let WeasyPrint draw intricate lines with their letters, if it is the one that is known."""
    with suppress(ImportError, AttributeError):
        from weasyprint.draw import text as drawing
        from weasyprint.pdf.fonts import harfbuzz
        from weasyprint.text.ffi import ffi, pango

        ffi.cdef("int hb_font_get_nominal_glyph (hb_font_t *, hb_codepoint_t, hb_codepoint_t *);")
        drawing.draw_first_line = _spelled(drawing.draw_first_line, _Glyphs(ffi, pango, harfbuzz))


def _spelled(own: Any, glyphs: _Glyphs) -> Any:
    """Return the function that draws a line of text, and its letters where it has to."""

    def draw_first_line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        if not is_intricate(box.text) or overflow == "ellipsis" or ellipsis != "none":
            return own(stream, box, overflow, ellipsis, matrix)
        is_told = glyphs.tell(stream, box.pango_layout)
        start = len(stream.stream)
        drawn = own(stream, box, overflow, ellipsis, matrix)
        if not is_told and not _LEFTWARDS.search(box.text):
            _say(stream.stream, start, box.text.replace("\u00ad", ""))
        return drawn

    return draw_first_line


def _say(operators: list[Any], start: int, text: str) -> None:
    """Put the letters of a line round what draws it, which begins at `start`."""
    spelled = f"\ufeff{text}".encode("utf-16-be").hex()
    fonts = (at for at in range(start, len(operators)) if bytes(operators[at]).endswith(b" Tf"))
    if (first := next(fonts, None)) is not None:
        operators.insert(first + 1, f"/Span <</ActualText <{spelled}>>> BDC".encode())
        operators.append(b"EMC")


def _before(letters: str) -> str:
    """Return the vowel that is drawn before a consonant as a part of another one, in Khmer."""
    return "\u17c1" if _AROUND.intersection(letters) else ""


_AROUND = frozenset("\u17be\u17bf\u17c0\u17c4\u17c5")


class _Glyphs:
    """What Pango and HarfBuzz know of the glyphs of a line."""

    def __init__(self, ffi: Any, pango: Any, harfbuzz: Any) -> None:
        """Take the libraries, as WeasyPrint has opened them."""
        self._ffi, self._pango, self._harfbuzz = ffi, pango, harfbuzz
        self._found = ffi.new("hb_codepoint_t *")

    def tell(self, stream: Any, layout: Any) -> bool:
        """Note what the glyphs of a line mean; return whether that is all its letters, in order."""
        self._pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        run, is_told = layout.get_first_line()[0].runs[0], True
        text = layout.text.encode()
        while run != self._ffi.NULL:
            item, run = run.data, run.next
            font, _ = stream.add_font(item.item.analysis.font)
            for letters, glyphs in self._clusters(item, text):
                meant = self._meant(font.hb_font, letters, glyphs)
                for glyph, letter, _ in meant:
                    font.to_unicode.setdefault(glyph, letter)
                said = "".join(letter for _, letter, is_its_own in meant if is_its_own)
                is_told &= said == (letters if glyphs else letters.strip(_UNSAID))
        return is_told

    def _clusters(self, item: Any, text: bytes) -> Iterator[tuple[str, list[int]]]:
        """Yield what belongs together in a run: some letters, and the glyphs that draw them."""
        string, start = item.glyphs, item.item.offset
        unknown, empty = self._pango.PANGO_GLYPH_UNKNOWN_FLAG, self._pango.PANGO_GLYPH_EMPTY
        groups: dict[int, list[int]] = {}
        for at in range(string.num_glyphs):
            glyph = string.glyphs[at].glyph
            found = groups.setdefault(string.log_clusters[at], [])
            if glyph != empty and not glyph & unknown:
                found.append(glyph)
        firsts = sorted(groups)
        for first, end in zip(firsts, [*firsts[1:], item.item.length], strict=True):
            yield text[start + first : start + end].decode(), groups[first]

    def _meant(self, font: Any, letters: str, glyphs: list[int]) -> list[tuple[int, str, bool]]:
        """Return what each glyph of a cluster means, and whether it means that everywhere.

        That is the letter that the font has it for, or a part of one: `ำ` is a ring and `า`. The
        first that is for no letter of these means those that are left.
        """
        left = list(letters)
        parts = [part for part in normalize("NFKD", letters) + _before(letters) if part not in left]
        own: list[str] = []
        for glyph in glyphs:
            known = (each for each in (*left, *parts) if self._nominal(font, each) == glyph)
            own.append(next(known, ""))
            if own[-1] in left:
                left.remove(own[-1])
        meant = [(glyph, letter, bool(letter)) for glyph, letter in zip(glyphs, own, strict=True)]
        if "" in own:
            meant[own.index("")] = glyphs[own.index("")], "".join(left), False
        return meant

    def _nominal(self, font: Any, letter: str) -> int:
        """Return the glyph that a font has for a letter by itself, or -1."""
        found = self._harfbuzz.hb_font_get_nominal_glyph(font, ord(letter), self._found)
        return int(self._found[0]) if found else -1
