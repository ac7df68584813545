"""Finished pages as pictures, lines of text and links, as PDFium has them.

PDFium is for one thread at a time; whoever asks sees to that.
"""

from __future__ import annotations

import ctypes
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from unicodedata import bidirectional, category, combining, normalize

import pypdfium2
from PIL import ImageChops
from pypdfium2 import raw

Box = tuple[float, float, float, float]

# The widest picture, in dots: a page of A5 at some 800 to the inch.
MOST_DOTS = 4800

# What PDFium puts where a hyphen ends a line, and the letters that are no part of a word's look.
_HYPHENS = "\ufffe\x02\u00ad"
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_SPACE = re.compile(r"\s")

# Classes of marks over and under letters (UAX 44): accents, points of Hebrew, Arabic, Syriac.
_MARKS = frozenset((*range(10, 37), *range(200, 241)))
_TATWEEL = "\u0640"
_LEFTWARDS = ("R", "AL")

# A lam with an alef is one glyph, of which PDFium has the letters the other way about.
_TURNED = ("\u0644\u0627", "\u0627\u0644")


@dataclass(frozen=True)
class Line:
    """A piece of a line of text, and its box in points from the top left of the page."""

    text: str
    box: Box


@dataclass(frozen=True)
class Link:
    """A link: its box, and the page from 0 that it leads to, or else its address."""

    box: Box
    page: int
    address: str = ""


@dataclass(frozen=True)
class Hit:
    """A place where words were found: the page, boxes of the words, and the text around them."""

    page: int
    boxes: tuple[Box, ...]
    before: str
    words: str
    after: str


class Plates:
    """A PDF, opened to be looked at."""

    def __init__(self, pdf: bytes, trimmed: bool = True) -> None:
        """Open a PDF, to be looked at as it is after trimming, or else with all that is printed."""
        self._pdf = pypdfium2.PdfDocument(pdf)
        self._trimmed = trimmed
        self._folded: dict[tuple[int, bool], tuple[str, list[int], str]] = {}

    def close(self) -> None:
        """Let go of it."""
        self._pdf.close()

    def size(self, number: int) -> tuple[float, float]:
        """Return the width and height of a page, in points."""
        page = self._pdf[number]
        left, bottom, right, top = self._frame(page)
        page.close()
        return right - left, top - bottom

    def _frame(self, page: Any) -> Box:
        """Return what is shown of a page: left, bottom, right and top, as the PDF counts."""
        box: Box = page.get_trimbox() if self._trimmed else page.get_mediabox()
        return box

    def _within(self, page: Any) -> Callable[[Box], Box]:
        """Return what turns a box of a page (left, bottom, right, top) into one from the top left.

        The sides of the given box may stand in any order.
        """
        left, _, _, top = self._frame(page)

        def turned(box: Box) -> Box:
            xs, ys = sorted((box[0], box[2])), sorted((box[1], box[3]))
            return (xs[0] - left, top - ys[1], xs[1] - left, top - ys[0])

        return turned

    def picture(self, number: int, width: int, turns: int = 0) -> bytes:
        """Return a page as a PNG, `width` dots wide; it is grey if the page has no colour.

        It is turned clockwise by `turns` quarters.
        """
        page = self._pdf[number]
        frame, whole = self._frame(page), page.get_mediabox()
        side = frame[3] - frame[1] if turns % 2 else frame[2] - frame[0]
        picture = page.render(
            scale=min(width, MOST_DOTS) / side * (1 - 1e-9),  # PDFium's helper rounds up
            rotation=turns % 4 * 90,
            crop=tuple(abs(one - other) for one, other in zip(frame, whole, strict=True)),
            may_draw_forms=False,
        ).to_pil()
        page.close()
        red, green, blue = picture.split()
        grey = not any(ImageChops.difference(red, c).getbbox() for c in (green, blue))
        out = io.BytesIO()
        (red if grey else picture).save(out, "PNG", compress_level=1)
        return out.getvalue()

    def lines(self, number: int) -> tuple[Line, ...]:
        """Return the lines of a page, in the order of reading."""
        page = self._pdf[number]
        text, within = page.get_textpage(), self._within(page)
        found: list[Line] = []
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            words = _plain(text.get_text_bounded(left, bottom, right, top))
            box = within((left, bottom, right, top))
            if found and _goes_on(found[-1], box):
                last = found.pop()
                found.append(Line(_joined(last, words, box), _around(last.box, box)))
            elif words.strip():
                found.append(Line(words, box))
        text.close()
        page.close()
        return tuple(found)

    def text(self, number: int) -> str:
        """Return the text of a page, words that were broken at a line's end put together."""
        return re.sub(rf"[{_HYPHENS}]\s*", "", self._text(number))

    def links(self, number: int) -> tuple[Link, ...]:
        """Return the links of a page."""
        page = self._pdf[number]
        found = tuple(_links(self._pdf.raw, page.raw, self._within(page)))
        page.close()
        return found

    def find(self, words: str, most: int, start: int = 0) -> tuple[Hit, ...]:
        """Return where `words` stand, page by page; letters count, not how they are set.

        There are `most` places at most, those from the page `start` on and then those before it.
        Capitals are as good as small letters, letters as good as those with accents or points, a
        word may be broken at the end of a line, and any space is as good as any other.
        """
        loose = any(bidirectional(letter) in _LEFTWARDS for letter in words)
        wanted = " ".join(_folded(words, loose)[0].split())
        ways = (wanted, wanted.replace(*_TURNED))
        hits: list[Hit] = []
        count = len(self._pdf)
        for number in [(start + i) % count for i in range(count)] if wanted else ():
            if (number, loose) not in self._folded:
                given = self._text(number)
                self._folded[number, loose] = (*_folded(given, loose), given)
            text, origins, given = self._folded[number, loose]
            found = re.finditer("|".join(map(re.escape, dict.fromkeys(ways))), text)
            places = [
                (origins[each.start()], origins[each.end() - 1] + 1)
                for each in islice(found, most - len(hits))
            ]
            if loose:
                places = [at for at in places if _gaps(given[slice(*at)]) <= _gaps(words.strip())]
            if places:
                hits += self._hits(number, given, places)
        return tuple(sorted(hits, key=lambda hit: hit.page))

    def _hits(self, number: int, given: str, places: list[tuple[int, int]]) -> Iterator[Hit]:
        """Yield the places on a page, each given by its first letter and the one after its last.

        What is no text of the book, such as a running head or the dots of a leader, is none.
        """
        page = self._pdf[number]
        text, within = page.get_textpage(), self._within(page)
        for start, end in places:
            if _is_artifact(text.raw, start):
                continue
            boxes = [
                within(text.get_rect(at)) for at in range(text.count_rects(start, end - start))
            ]
            before = _plain(given[max(0, start - 40) : start])
            after = _plain(given[end : end + 60])
            yield Hit(number, tuple(boxes), before, _plain(given[start:end]), after)
        text.close()
        page.close()

    def _text(self, number: int) -> str:
        """Return the text of a page as PDFium has it: its letters count as PDFium's do."""
        page = self._pdf[number]
        text = page.get_textpage()
        count = text.count_chars()
        buffer = (ctypes.c_ushort * (count + 1))()
        size = raw.FPDFText_GetText(text.raw, 0, count, buffer)
        found = bytes(buffer).decode("utf-16-le", "replace")[:count]
        if size != count + 1 or len(found) != count:  # some have no place in such a text
            units = (raw.FPDFText_GetUnicode(text.raw, at) for at in range(count))
            found = "".join(chr(unit) if unit < 0x110000 else " " for unit in units)
        text.close()
        page.close()
        return found


def _is_artifact(text: Any, at: int) -> bool:
    """Whether a letter is marked as no part of the text (ISO 32000-1, 14.8.2.2)."""
    drawn = raw.FPDFText_GetTextObject(text, at)
    name, size = (ctypes.c_ushort * 40)(), ctypes.c_ulong()
    for number in range(raw.FPDFPageObj_CountMarks(drawn)) if drawn else ():
        mark = raw.FPDFPageObj_GetMark(drawn, number)
        raw.FPDFPageObjMark_GetName(mark, name, ctypes.sizeof(name), size)
        if bytes(name)[: size.value].decode("utf-16-le", "replace").rstrip("\0") == "Artifact":
            return True
    return False


def _plain(text: str) -> str:
    """Return text as one line, with the hyphens that end lines taken out of its words."""
    return re.sub(r"\s+", " ", re.sub(rf"[{_HYPHENS}]\s*", "", text))


def _folded(text: str, loose: bool = False) -> tuple[str, list[int]]:
    """Return the letters of a text as they compare, and where each of them was.

    Runs of space are one space; a hyphen that PDFium marks as ending a line is nothing, nor is
    the end of the line behind it. With `loose` there are no spaces: PDFium puts some between
    letters and points that stand over them, in scripts that run from right to left.
    """
    out: list[str] = []
    origins: list[int] = []
    broken = False
    for at, letter in enumerate(text):
        if letter in _HYPHENS:
            broken = True
            continue
        if _SPACE.match(letter):
            if loose or broken or (out and out[-1] == " "):
                continue
            folded = " "
        else:
            broken = False
            folded = _compared(letter)
        out += folded
        origins += [at] * len(folded)
    return "".join(out), origins


def _gaps(text: str) -> int:
    """Return the number of spaces between words: one beside a mark is PDFium's own."""
    marked = {at for at, letter in enumerate(text) if combining(letter)}
    spaces = {at for at, letter in enumerate(text) if _SPACE.match(letter)}
    ours = {at for at in spaces if not marked & {at - 1, at + 1}}
    return len({at for at in ours if at - 1 not in spaces})


@lru_cache(maxsize=4096)
def _compared(letter: str) -> str:
    """Return a letter as it compares: small, plain, without what stands over or under it.

    Marks that make another letter of it stay: vowels of Indic scripts, the voicing of kana.
    """
    parts = normalize("NFKD", letter.casefold().translate(_QUOTES))
    return "".join(
        part
        for part in parts
        if not (combining(part) in _MARKS or category(part) == "Cf" or part == _TATWEEL)
    )


def _goes_on(last: Line, box: Box) -> bool:
    """Whether a box goes on where a line ends: at its height, and no wider away than a word is."""
    left, top, right, bottom = last.box
    overlap = min(bottom, box[3]) - max(top, box[1])
    gap = max(box[0] - right, left - box[2])
    return overlap > 0.5 * min(bottom - top, box[3] - box[1]) and gap < 0.8 * (bottom - top)


def _joined(last: Line, words: str, box: Box) -> str:
    """Return the words of a line and of what follows, with a space if there is room for one."""
    gap = max(box[0] - last.box[2], last.box[0] - box[2])
    room = gap > 0.12 * (last.box[3] - last.box[1]) and not last.text.endswith(" ")
    return last.text + (" " if room and not words.startswith(" ") else "") + words


def _around(one: Box, other: Box) -> Box:
    """Return the box around two boxes."""
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _links(document: Any, page: Any, within: Callable[[Box], Box]) -> Iterator[Link]:
    """Yield the links of a page."""
    position, link, rect = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page, position, link):
        if not raw.FPDFLink_GetAnnotRect(link, rect):
            continue
        box = within((rect.left, rect.bottom, rect.right, rect.top))
        action = raw.FPDFLink_GetAction(link)
        if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
            size = raw.FPDFAction_GetURIPath(document, action, None, 0)
            buffer = ctypes.create_string_buffer(max(size, 1))
            raw.FPDFAction_GetURIPath(document, action, buffer, size)
            yield Link(box, -1, buffer.value.decode("utf-8", "replace"))
            continue
        target = raw.FPDFLink_GetDest(document, link)
        if target:
            yield Link(box, raw.FPDFDest_GetDestPageIndex(document, target))
