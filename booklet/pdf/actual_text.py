"""What a reader of the PDF gets who copies text whose glyphs are not its letters.

In many scripts glyphs stand in another order than the letters, several letters share a glyph or a
letter has several: `कि` is drawn as its vowel and then its consonant, `ำ` as two marks. WeasyPrint
tells a reader of each glyph what it first stood for, which may be nothing. Here a glyph means the
letter that its font has it for, wherever it stands for that; and where the letters of a line still
cannot be told from its glyphs, the line says them (ISO 32000-1, 14.9.4, ActualText).

A line from right to left never says them as a whole: readers turn round what they read, and would
turn that round as well. `leftwards` draws such lines, where glyphs do not say their letters one by
one: naskh types draw several letters with one stroke and other dots, points lie over others.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from booklet.pdf import leftwards
from booklet.pdf.leftwards import Cluster, Glyph, GlyphRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
_UNDRAWN = str.maketrans("", "", "\u00ad\u200b")
_SILENT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def is_intricate(text: str) -> bool:
    """Whether the letters of a text may not be told from its glyphs, one by one."""
    return not text.isascii() and _INTRICATE.search(text) is not None


def mend() -> None:
    """Let WeasyPrint draw intricate lines with their letters, if it is the one that is known."""
    with suppress(ImportError, AttributeError):
        from weasyprint.draw import text as drawing
        from weasyprint.pdf.fonts import harfbuzz
        from weasyprint.text.ffi import ffi, pango

        glyphs = cache(lambda: _Glyphs(ffi, pango, harfbuzz))  # few texts have such a line
        drawing.draw_first_line = _spelled(drawing.draw_first_line, glyphs)


def _spelled(own: Any, glyphs: Callable[[], _Glyphs]) -> Any:
    """Return the function that draws a line of text, and its letters where it has to."""

    def draw_first_line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        if not is_intricate(box.text) or overflow == "ellipsis" or ellipsis != "none":
            return own(stream, box, overflow, ellipsis, matrix)
        is_told = glyphs().tell(stream, box.pango_layout)
        start = len(stream.stream)
        drawn = own(stream, box, overflow, ellipsis, matrix)
        if _LEFTWARDS.search(box.text):
            runs = [] if drawn else glyphs().runs(stream, box.pango_layout)
            if not all(cluster.is_plain for run in runs for cluster in run.clusters):
                stream.stream[start + 1 :] = leftwards.operators(runs)
        elif not is_told:
            _say(stream.stream, start, box.text.translate(_UNDRAWN))
        return drawn

    return draw_first_line


def _say(operators: list[Any], start: int, text: str) -> None:
    """Put the letters of a line round what shows it, from the place `start` on.

    A font is named only where it is another than before: what shows glyphs comes first.
    """
    shows = (at for at in range(start, len(operators)) if bytes(operators[at]).endswith(b" TJ"))
    if (first := next(shows, None)) is not None:
        operators.insert(first, leftwards.spells(text).encode())
        operators.append(b"EMC")


def _before(letters: str) -> str:
    """Return the vowel that is drawn before a consonant as a part of another one, in Khmer."""
    return "\u17c1" if _AROUND.intersection(letters) else ""


# What glyphs are called that stand for letters: `uni0644.init`, `uni06440627`, `uni064E_uni0651`.
_NAMED = re.compile(r"((?:uni(?:[0-9A-F]{4})+)(?:_uni(?:[0-9A-F]{4})+)*)(?:\..*)?")
_FOUR = re.compile("[0-9A-F]{4}")
_LONGEST = 64

# Pango's units in a CSS pixel.
_UNITS = 1024

# It makes an Arabic letter longer; some types put it in to justify lines, or to clear a dot.
_STRETCH = "\u0640"

# Arabic vowel signs, which some types draw letters with: U+06C7 is a waw with a damma.
_VOWELS = "".join(map(chr, (*range(0x64B, 0x656), 0x670)))

_AROUND = frozenset("\u17be\u17bf\u17c0\u17c4\u17c5")


# What is shown, but not painted, where a letter is said: the first of these that a font has.
_STOPS = "\u05d0\u0627\u0710\u07ca\u0780.|-"

# Forms of letters from right to left that have code points of their own: Hebrew with points, Arabic
# by place in the word, and joined.
_FORMS = (*range(0xFB1D, 0xFB50), *range(0xFB50, 0xFDFD), *range(0xFE70, 0xFEFD))


@cache
def _forms() -> dict[str, list[tuple[str, str]]]:
    """Return forms of letters and the letters that they stand for, by the first of these."""
    forms: dict[str, list[tuple[str, str]]] = {}
    for code in _FORMS:
        if (meant := normalize("NFKD", chr(code))) != chr(code) and " " not in meant:
            forms.setdefault(meant[0], []).append((chr(code), meant))
    return forms


class _Glyphs:
    """What Pango and HarfBuzz know of the glyphs of a line."""

    def __init__(self, ffi: Any, pango: Any, harfbuzz: Any) -> None:
        """Take the libraries, as WeasyPrint has opened them, and declare what it does not call."""
        ffi.cdef(
            "int hb_font_get_nominal_glyph (hb_font_t *, hb_codepoint_t, hb_codepoint_t *);"
            "int hb_font_get_glyph_name (hb_font_t *, hb_codepoint_t, char *, unsigned int);"
        )
        self._ffi, self._pango, self._harfbuzz = ffi, pango, harfbuzz
        self._found = ffi.new("hb_codepoint_t *")
        self._name = ffi.new("char[]", _LONGEST)

    def tell(self, stream: Any, layout: Any) -> bool:
        """Note what the glyphs of a line mean; return whether that is all its letters, in order.

        Where a glyph from right to left means several letters, the last of them comes first.
        """
        self._pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        is_told, text = True, layout.text.encode()
        for item in self._items(layout):
            font, _ = stream.add_font(item.item.analysis.font)
            for letters, places in self._clusters(item, text):
                glyphs = self._known(item, places)
                meant = self._meant(font.hb_font, letters, list(glyphs.values()))
                for glyph, letter, _ in meant:
                    turned = letter[::-1] if item.item.analysis.level % 2 else letter
                    font.to_unicode.setdefault(glyph, turned)
                said = "".join(letter for _, letter, is_its_own in meant if is_its_own)
                is_told &= said == (letters if glyphs else letters.strip(_UNSAID))
        return is_told

    def runs(self, stream: Any, layout: Any) -> list[GlyphRun]:
        """Return a line that was drawn, as it is drawn from right to left; nothing if it cannot."""
        runs, text = [], layout.text.encode()
        for item in self._items(layout):
            used = item.item.analysis.font
            font, size = stream.add_font(used)
            stop, space = (self._aside(stream, font, used, each) for each in (_STOPS, " "))
            if font.bitmap or font.png or font.svg or font.colr or not (stop and space):
                return []
            clusters = [self._cluster(font, item, *each) for each in self._clusters(item, text)]
            runs.append(GlyphRun(font.hash, size, leftwards.joined(clusters, size), stop, space))
        return runs

    def _items(self, layout: Any) -> Iterator[Any]:
        """Yield the runs of glyphs in a line, from left to right."""
        run = layout.get_first_line()[0].runs[0]
        while run != self._ffi.NULL:
            item, run = run.data, run.next
            yield item

    def _clusters(self, item: Any, text: bytes) -> Iterator[tuple[str, list[int]]]:
        """Yield what belongs together in a run: some letters, and the places of their glyphs."""
        string, start = item.glyphs, item.item.offset
        groups: dict[int, list[int]] = {}
        for at in range(string.num_glyphs):
            groups.setdefault(string.log_clusters[at], []).append(at)
        firsts = sorted(groups)
        ends = dict(zip(firsts, [*firsts[1:], item.item.length], strict=True))
        for first, places in groups.items():
            yield text[start + first : start + ends[first]].decode(), places

    def _known(self, item: Any, places: list[int]) -> dict[int, int]:
        """Return the glyphs of a run at some places, without those that are not in its font."""
        unknown, empty = self._pango.PANGO_GLYPH_UNKNOWN_FLAG, self._pango.PANGO_GLYPH_EMPTY
        found = {at: item.glyphs.glyphs[at].glyph for at in places}
        return {at: glyph for at, glyph in found.items() if glyph != empty and not glyph & unknown}

    def _cluster(self, font: Any, item: Any, letters: str, places: list[int]) -> Cluster:
        """Return what belongs together in a run: some letters, and their glyphs as they stand."""
        known = self._known(item, places)
        meant = dict(zip(known, self._meant(font.hb_font, letters, [*known.values()]), strict=True))
        glyphs, advance = [], 0.0
        for at in places:
            glyph = item.glyphs.glyphs[at]
            width = glyph.geometry.width / _UNITS
            advance += width
            if glyph.glyph == self._pango.PANGO_GLYPH_EMPTY:
                continue
            if at not in meant:  # no font has it
                code = font.get_unused_glyph_id(glyph.glyph - self._pango.PANGO_GLYPH_UNKNOWN_FLAG)
                meant[at] = code, letters, True
            shift, rise = glyph.geometry.x_offset / _UNITS, glyph.geometry.y_offset / 1000
            glyphs.append(Glyph(*meant[at], shift, rise, width, font.widths[meant[at][0]]))
        is_leftward = bool(item.item.analysis.level % 2)
        return Cluster(letters, tuple(glyphs), advance, is_leftward)

    def _aside(self, stream: Any, font: Any, used: Any, some: str) -> tuple[int, float] | None:
        """Return the glyph of the first of some letters that a font has, and its width."""
        had = ((self._nominal(font.hb_font, letter), letter) for letter in some)
        glyph, letter = next((each for each in had if each[0] > 0), (0, ""))
        if not glyph:
            return None
        room = stream.logical_rect
        self._pango.pango_font_get_glyph_extents(used, glyph, self._ffi.NULL, room)
        font.to_unicode.setdefault(glyph, letter)
        if glyph not in font.widths:
            font.widths[glyph] = round(room.width * 1000 / _UNITS / stream.add_font(used)[1])
        return glyph, room.width / _UNITS

    def _meant(self, font: Any, letters: str, glyphs: list[int]) -> list[tuple[int, str, bool]]:
        """Return what each glyph of a cluster means, and whether it means that everywhere.

        That is the letter that the font has it for, or that it is named after, or a part of one:
        `ำ` is a ring and `า`. The first that is for no letter of these means those that are left;
        that is all it ever means if it is several letters from right to left that are joined.
        """
        left = list(letters)
        parts = [part for part in normalize("NFKD", letters) + _before(letters) if part not in left]
        own: list[str | None] = []
        names = [self._name_of(font, glyph) for glyph in glyphs]
        if _LEFTWARDS.search(letters):
            names = [
                self._form(font, glyph, letters) if name is None else name
                for glyph, name in zip(glyphs, names, strict=True)
            ]
        for glyph, name in zip(glyphs, names, strict=True):
            known = (each for each in (*left, *parts) if self._nominal(font, each) == glyph)
            is_named = name is not None and not Counter(name) - Counter([*left, *parts])
            own.append(next(known, name if is_named else None))
            for letter in own[-1] or "":
                if letter in left:
                    left.remove(letter)
        meant = [
            (glyph, letter if letter is not None else name or "", letter is not None)
            for glyph, letter, name in zip(glyphs, own, names, strict=True)
        ]
        for at, (glyph, _, is_its_own) in enumerate(meant):
            if not is_its_own and names[at] is None:
                is_joined = len(glyphs) == 1 and sum(map(str.isalpha, left)) > 1
                is_joined = is_joined and _LEFTWARDS.search(letters) is not None
                meant[at] = glyph, "".join(left), is_joined
                break
        return meant

    def _form(self, font: Any, glyph: int, letters: str) -> str | None:
        """Return those of some letters that a glyph is a form of, or the vowel sign that it is."""
        forms = (form for first in dict.fromkeys(letters) for form in _forms().get(first, ()))
        for code, meant in (*forms, *zip(_VOWELS, _VOWELS, strict=True)):
            if self._nominal(font, code) == glyph and (
                code == meant or not Counter(meant) - Counter(letters)
            ):
                return meant
        return None

    def _name_of(self, font: Any, glyph: int) -> str | None:
        """Return the letters that a glyph is named after, or None.

        `uni062C.medi` is a form of U+062C, `uni064E_uni0651` stands for two (the Adobe glyph list
        has the rules). What only makes a word longer is for none.
        """
        if not self._harfbuzz.hb_font_get_glyph_name(font, glyph, self._name, _LONGEST):
            return None
        named = _NAMED.fullmatch(self._ffi.string(self._name).decode("ascii", "replace"))
        if not named:
            return None
        text = "".join(chr(int(code, 16)) for code in _FOUR.findall(named[1].replace("uni", "")))
        return normalize("NFKC", text).replace(_STRETCH, "")

    def _nominal(self, font: Any, letter: str) -> int:
        """Return the glyph that a font has for a letter by itself, or -1."""
        found = self._harfbuzz.hb_font_get_nominal_glyph(font, ord(letter), self._found)
        return int(self._found[0]) if found else -1
