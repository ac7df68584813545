"""Spelling: what a reader of the PDF gets who copies text whose glyphs are not its letters.

In many scripts glyphs stand in another order than the letters, several letters share a glyph or a
letter has several: `कि` is drawn as its vowel and then its consonant, `ำ` as two marks. WeasyPrint
tells a reader of each glyph what it first stood for, which may be nothing. Here a glyph means the
letter that its font has it for, wherever it stands for that; and where the letters of a line still
cannot be told from its glyphs, the line says them (ISO 32000-1, 14.9.4, ActualText).

A line from right to left never says them: readers turn round what they read, and would turn that
round as well. There only glyphs say theirs that cannot be told apart otherwise: naskh types draw
several letters with one stroke and other dots, and nastaliq types build them of pieces.
"""

from __future__ import annotations

import re
from collections import Counter
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
_SILENT = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))

_BRACKET = re.compile(rb"[<>]")


def is_intricate(text: str) -> bool:
    """Whether the letters of a text may not be told from its glyphs, one by one."""
    return not text.isascii() and _INTRICATE.search(text) is not None


def _by_four(codes: bytes) -> Iterator[bytes]:
    """Yield the codes of some glyphs: four hexadecimal digits each."""
    return (codes[at : at + 4] for at in range(0, len(codes), 4))


def mend() -> None:
    """Let WeasyPrint draw intricate lines with their letters, if it is the one that is known."""
    with suppress(ImportError, AttributeError):
        from weasyprint.draw import text as drawing
        from weasyprint.pdf.fonts import harfbuzz
        from weasyprint.text.ffi import ffi, pango

        ffi.cdef(
            "int hb_font_get_nominal_glyph (hb_font_t *, hb_codepoint_t, hb_codepoint_t *);"
            "int hb_font_get_glyph_name (hb_font_t *, hb_codepoint_t, char *, unsigned int);"
        )
        drawing.draw_first_line = _spelled(drawing.draw_first_line, _Glyphs(ffi, pango, harfbuzz))


def _spelled(own: Any, glyphs: _Glyphs) -> Any:
    """Return the function that draws a line of text, and its letters where it has to."""

    def draw_first_line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        if not is_intricate(box.text) or overflow == "ellipsis" or ellipsis != "none":
            return own(stream, box, overflow, ellipsis, matrix)
        is_told, doubtful = glyphs.tell(stream, box.pango_layout)
        start = len(stream.stream)
        drawn = own(stream, box, overflow, ellipsis, matrix)
        if doubtful:
            stream.stream[start:] = _say_each(stream.stream[start:], doubtful)
        elif not is_told and not _LEFTWARDS.search(box.text):
            _say(stream.stream, start, box.text.replace("\u00ad", ""))
        return drawn

    return draw_first_line


def _say(operators: list[Any], start: int, text: str) -> None:
    """Put the letters of a line round what shows it, from the place `start` on.

    A font is named only where it is another than before: what shows glyphs comes first.
    """
    shows = (at for at in range(start, len(operators)) if bytes(operators[at]).endswith(b" TJ"))
    if (first := next(shows, None)) is not None:
        operators.insert(first, _spells(text))
        operators.append(b"EMC")


def _spells(text: str) -> bytes:
    """Return the operator before glyphs that says what their letters are."""
    spelled = f"\ufeff{text}".encode("utf-16-be").hex()
    return f"/Span <</ActualText <{spelled}>>> BDC".encode()


def _say_each(operators: list[Any], doubtful: dict[int, tuple[int, str]]) -> Iterator[bytes]:
    """Yield what draws a line, with their letters round some of its glyphs.

    `doubtful` has how many glyphs they are, and the letters, by the number of the first.
    """
    at, end = 0, -1
    for operator in map(bytes, operators):
        if not operator.endswith(b"] TJ"):
            yield operator
            continue
        shown = b""
        for place, piece in enumerate(_BRACKET.split(operator[1:-4])):
            if place % 2 == 0:
                shown += piece + b" "  # a number between strings, or one of two
                continue
            for code in _by_four(piece):
                if at in doubtful:
                    yield from _show(shown)
                    yield _spells(doubtful[at][1])
                    shown, end = b"", at + doubtful[at][0]
                shown += b"<" + code + b">"
                at += 1
                if at == end:
                    yield from _show(shown)
                    yield b"EMC"
                    shown = b""
        yield from _show(shown)


def _show(strings: bytes) -> Iterator[bytes]:
    """Yield the operator that shows strings of glyphs, if there are any."""
    if strings.strip():
        yield b"[" + strings.replace(b"> <", b"><").replace(b"><", b"").strip() + b"] TJ"


def _before(letters: str) -> str:
    """Return the vowel that is drawn before a consonant as a part of another one, in Khmer."""
    return "\u17c1" if _AROUND.intersection(letters) else ""


# What glyphs are called that stand for letters: `uni0644.init`, `uni06440627`, `uni064E_uni0651`.
_NAMED = re.compile(r"((?:uni(?:[0-9A-F]{4})+)(?:_uni(?:[0-9A-F]{4})+)*)(?:\..*)?")
_FOUR = re.compile("[0-9A-F]{4}")
_LONGEST = 64

# It makes an Arabic letter longer; some types put it in to justify lines, or to clear a dot.
_STRETCH = "\u0640"

# Arabic vowel signs, which some types draw letters with: U+06C7 is a waw with a damma.
_VOWELS = "".join(map(chr, (*range(0x64B, 0x656), 0x670)))

_AROUND = frozenset("\u17be\u17bf\u17c0\u17c4\u17c5")


def _tells(meant: list[tuple[int, str, bool]], letters: str) -> bool:
    """Whether the letters of a cluster can be told from its glyphs, in whatever order."""
    if not meant or _STRETCH in letters or not _LEFTWARDS.search(letters):
        return True
    is_sure = all(is_its_own for _, _, is_its_own in meant)
    said = Counter("".join(letter for _, letter, _ in meant))
    return is_sure and said == Counter(letters.translate(_SILENT))


def _rest(meant: list[tuple[int, str, bool]], letters: str) -> tuple[int, int, str]:
    """Return which glyphs of a cluster cannot be told, from the first on, and their letters.

    That is all but the marks at both its ends that have glyphs of their own. What is left over is
    but one letter in most types; of more the last comes first, since readers turn them round.
    """
    first, end, left = 0, len(meant), list(letters)
    while end - first > 1 and meant[first][2] and meant[first][1] in left[1:]:
        left.remove(meant[first][1])
        first += 1
    while end - first > 1 and meant[end - 1][2] and meant[end - 1][1] in left[1:]:
        left.remove(meant[end - 1][1])
        end -= 1
    return first, end - first, "".join(reversed(left))


class _Glyphs:
    """What Pango and HarfBuzz know of the glyphs of a line."""

    def __init__(self, ffi: Any, pango: Any, harfbuzz: Any) -> None:
        """Take the libraries, as WeasyPrint has opened them."""
        self._ffi, self._pango, self._harfbuzz = ffi, pango, harfbuzz
        self._found = ffi.new("hb_codepoint_t *")
        self._name = ffi.new("char[]", _LONGEST)

    def tell(self, stream: Any, layout: Any) -> tuple[bool, dict[int, tuple[int, str]]]:
        """Note what the glyphs of a line mean; return whether that is all its letters, in order.

        With it come glyphs from right to left whose letters cannot be told from them: how many
        they are and the letters, by the number of the first among those that are drawn.
        """
        self._pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        run, is_told, count = layout.get_first_line()[0].runs[0], True, 0
        doubtful: dict[int, tuple[int, str]] = {}
        text = layout.text.encode()
        while run != self._ffi.NULL:
            item, run = run.data, run.next
            font, _ = stream.add_font(item.item.analysis.font)
            for letters, at, glyphs in self._clusters(item, text):
                meant = self._meant(font.hb_font, letters, glyphs)
                for glyph, letter, _ in meant:
                    font.to_unicode.setdefault(glyph, letter)
                said = "".join(letter for _, letter, is_its_own in meant if is_its_own)
                is_told &= said == (letters if glyphs else letters.strip(_UNSAID))
                if item.item.analysis.level % 2 and not _tells(meant, letters) and not font.bitmap:
                    first, size, told = _rest(meant, letters)
                    doubtful[count + at + first] = size, told
            count += self._drawn(item)
        return is_told, doubtful

    def _drawn(self, item: Any) -> int:
        """Return how many glyphs of a run are drawn."""
        string, empty = item.glyphs, self._pango.PANGO_GLYPH_EMPTY
        return sum(string.glyphs[at].glyph != empty for at in range(string.num_glyphs))

    def _clusters(self, item: Any, text: bytes) -> Iterator[tuple[str, int, list[int]]]:
        """Yield what belongs together in a run: some letters, and the glyphs that draw them.

        Between them stands the number of the first of the glyphs, among those that are drawn.
        """
        string, start = item.glyphs, item.item.offset
        unknown, empty = self._pango.PANGO_GLYPH_UNKNOWN_FLAG, self._pango.PANGO_GLYPH_EMPTY
        groups: dict[int, tuple[int, list[int]]] = {}
        drawn = 0
        for at in range(string.num_glyphs):
            glyph = string.glyphs[at].glyph
            _, found = groups.setdefault(string.log_clusters[at], (drawn, []))
            drawn += glyph != empty
            if glyph != empty and not glyph & unknown:
                found.append(glyph)
        firsts = sorted(groups)
        for first, end in zip(firsts, [*firsts[1:], item.item.length], strict=True):
            yield text[start + first : start + end].decode(), *groups[first]

    def _meant(self, font: Any, letters: str, glyphs: list[int]) -> list[tuple[int, str, bool]]:
        """Return what each glyph of a cluster means, and whether it means that everywhere.

        That is the letter that the font has it for, or that it is named after, or a part of one:
        `ำ` is a ring and `า`. The first that is for no letter of these means those that are left.
        """
        left = list(letters)
        parts = [part for part in normalize("NFKD", letters) + _before(letters) if part not in left]
        own: list[str | None] = []
        names = [self._name_of(font, glyph) for glyph in glyphs]
        if _LEFTWARDS.search(letters):
            names = [
                self._mark(font, glyph) if name is None else name
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
                meant[at] = glyph, "".join(left), False
                break
        return meant

    def _mark(self, font: Any, glyph: int) -> str | None:
        """Return the vowel sign that a glyph is by itself, or None."""
        return next((mark for mark in _VOWELS if self._nominal(font, mark) == glyph), None)

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
