"""A PDF read back with PDFium: its text, its anchors, its links, its labels."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pypdfium2.raw as pdfium

from booklet.preflight.hidden_text import Eye
from booklet.preflight.scripts import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BETWEEN = re.compile(r"[\s\u2010-\u2015-]+")  # a line may end at a hyphen
_DIGITS = re.compile(r"\d+")
_NOISE = re.compile("[\\W_\u0640]+")  # U+0640 only makes a word longer
_LEFT = "\u0590-\u08ff\ufb1d-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_ALIKE = re.compile(rf"\d+|[^\W\d{_LEFT}]+|[{_LEFT}]+")


# How far a page's ink stays from the left and right edge of its trim, in points, if that is known.
Margins = tuple[float, float] | None


@dataclass(frozen=True)
class Page:
    """One page as it was read, for as long as it stays the same.

    `letters` and `words` are as in Printed; `beyond` are the texts that reach out of the page, None
    if none do; `links` are the names of the places in the book that its links lead to; `unseen` and
    `tiny` are texts that cannot be seen or read; `margins` are how near its ink comes.
    """

    letters: str
    words: frozenset[str]
    beyond: tuple[str, ...] | None
    links: tuple[str, ...]
    unseen: tuple[str, ...]
    tiny: tuple[str, ...]
    margins: Margins


class KnownPages(Protocol):
    """Pages that were read before, by what is in them."""

    def look_at(self, pdf: bytes, rtl: bool) -> None:
        """Take the PDF in hand, which is read from right to left if `rtl`."""

    def page(self, number: int) -> Page | None:
        """Return a page of the PDF in hand (from 0) if it is known."""

    def keep(self, number: int, page: Page) -> None:
        """Take a page of the PDF in hand (from 0) that was read."""


@dataclass(frozen=True)
class Printed:
    """What a PDF holds, as PDFium reads it. Pages are counted from 0.

    `letters` is the text of each page as `letters` makes it, and `words` the same word by word,
    each as `jumbled` makes it, where the order is lost; `beyond` has the texts that reach out of
    their pages, by page; `unseen` are the texts of each page that nobody can see, and `tiny` those
    that are too small to be read; `anchors` maps the names in the PDF to pages; `links` are the
    page and the target page (-1 if it has none) of each link inside the PDF; `labels` the page
    labels; `margins` how near the ink of each page comes to its edges.
    """

    letters: tuple[str, ...]
    words: tuple[frozenset[str], ...]
    beyond: Mapping[int, tuple[str, ...]]
    unseen: tuple[tuple[str, ...], ...]
    tiny: tuple[tuple[str, ...], ...]
    anchors: Mapping[str, int]
    links: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]
    margins: tuple[Margins, ...]


def letters(text: str) -> str:
    """Return only the letters and digits of `text`, folded, as they compare across typesetting.

    Hyphens, spaces, quotation marks and ligatures are what a typesetter changes; they go.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def alike(text: str) -> list[str]:
    """Return the pieces of a text that stay together in any direction, as `letters` makes them.

    Those are letters from right to left, other letters, and digits; what is between them may part
    them.
    """
    return [found for piece in _ALIKE.findall(text) if (found := letters(piece))]


def jumbled(text: str) -> frozenset[str]:
    """Return the words of `text`, the letters of each in the order of the alphabet.

    Words from right to left are read back backwards, but for ligatures in them, which are not.
    """
    words = (letters(word) for word in _BETWEEN.split(text))
    return frozenset("".join(sorted(word)) for word in words if word)


def _words(text: str) -> frozenset[str]:
    """Return the words of a page; the number of a note may stand at a word, or not."""
    return jumbled(text) | jumbled(_DIGITS.sub(" ", text))


def read_back(pdf: bytes, rtl: bool = False, known: KnownPages | None = None) -> Printed:
    """Return what stands in the PDF of a book, which is read from right to left if `rtl`.

    Pages that are `known` from before are not read again, and what is read is known from then
    on; the result is the same. Raises RuntimeError if PDFium cannot open it.
    """
    if known:
        known.look_at(pdf, rtl)
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(pdf, len(pdf), None)
    if not document:
        raise RuntimeError("the PDF that was written cannot be opened")
    try:
        count = pdfium.FPDF_GetPageCount(document)
        anchors = dict(_anchors(document))
        pages: list[Page] = []
        links: list[tuple[int, int]] = []
        for number in range(count):
            page = known.page(number) if known else None
            if page:
                targets = [anchors.get(name, -1) for name in page.links]
            else:
                page, targets = _read(document, number, rtl)
                by_name = [anchors.get(name, -1) for name in page.links]
                if known and all(page.links) and targets == by_name:
                    known.keep(number, page)
            pages.append(page)
            links += [(number, target) for target in targets]
        labels = tuple(_label(document, number) for number in range(count))
    finally:
        pdfium.FPDF_CloseDocument(document)
    return Printed(
        tuple(page.letters for page in pages),
        tuple(page.words for page in pages),
        {at: page.beyond for at, page in enumerate(pages) if page.beyond is not None},
        tuple(page.unseen for page in pages),
        tuple(page.tiny for page in pages),
        anchors,
        tuple(links),
        labels,
        tuple(page.margins for page in pages),
    )


def _read(document: Any, number: int, rtl: bool) -> tuple[Page, list[int]]:
    """Return a page as it is read, and the target page of each link on it."""
    page = pdfium.FPDF_LoadPage(document, number)
    text = pdfium.FPDFText_LoadPage(page)
    whole, inside = _text(page, text)
    found, beyond = letters(whole), None
    if _bare(whole) != _bare(inside) and letters(inside) != found:
        beyond = _EYE.beyond(page, text) or None  # a letter may be read elsewhere than it stands
    seen = _EYE.look(page, text)
    names, targets = [], []
    for name, target in _links(document, page):
        names.append(name)
        targets.append(target)
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    words = _words(whole) if rtl or right_to_left(whole) else frozenset()
    return Page(found, words, beyond, tuple(names), *seen), targets


_EYE = Eye()


def _text(page: Any, text: Any) -> tuple[str, str]:
    """Return all text of a page, and the text inside its box."""
    count = pdfium.FPDFText_CountChars(text)
    whole = (ctypes.c_ushort * (count + 1))()
    pdfium.FPDFText_GetText(text, 0, count, whole)
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    size = pdfium.FPDFText_GetBoundedText(text, 0, height, width, 0, None, 0)
    inside = (ctypes.c_ushort * (size + 1))()
    pdfium.FPDFText_GetBoundedText(text, 0, height, width, 0, inside, size)
    return _decoded(whole), _decoded(inside)


def _bare(text: str) -> str:
    """Return a text without white space and hyphens, which two readings of a page may not share."""
    return "".join(text.split()).replace("\x02", "").replace("-", "")


def _decoded(units: Any) -> str:
    """Return the string in a buffer of UTF-16 units that ends with a zero."""
    return bytes(units).decode("utf-16-le", "replace").replace("\0", "").replace("\ufffe", "")


def _links(document: Any, page: Any) -> Iterator[tuple[str, int]]:
    """Yield the name and the target page of each link on a page that leads into the document."""
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        if action and pdfium.FPDFAction_GetType(action) == pdfium.PDFACTION_URI:
            continue
        target = pdfium.FPDFLink_GetDest(document, link)
        number = pdfium.FPDFDest_GetDestPageIndex(document, target) if target else -1
        yield _name(page, link), number


def _name(page: Any, link: Any) -> str:
    """Return the name of the place that a link leads to, or an empty string."""
    found = pdfium.FPDFLink_GetAnnot(page, link)
    size = pdfium.FPDFAnnot_GetStringValue(found, b"Dest", None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    pdfium.FPDFAnnot_GetStringValue(
        found, b"Dest", ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
    )
    pdfium.FPDFPage_CloseAnnot(found)
    return _string(buffer, size)


def _anchors(document: Any) -> Iterator[tuple[str, int]]:
    """Yield the name and the page of each named destination."""
    room = ctypes.create_string_buffer(_LETTERS)
    for number in range(pdfium.FPDF_CountNamedDests(document)):
        size = ctypes.c_long(len(room))
        target = pdfium.FPDF_GetNamedDest(document, number, room, size)
        if size.value < 0:  # the name is longer than any before
            pdfium.FPDF_GetNamedDest(document, number, None, size)
            room = ctypes.create_string_buffer(size.value)
            target = pdfium.FPDF_GetNamedDest(document, number, room, size)
        if target:
            yield _string(room, size.value), pdfium.FPDFDest_GetDestPageIndex(document, target)


# Bytes for a name, at first: to ask how many it needs takes as long as to ask for the name.
_LETTERS = 1000


def _label(document: Any, number: int) -> str:
    """Return the label of a page."""
    size = pdfium.FPDF_GetPageLabel(document, number, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    pdfium.FPDF_GetPageLabel(document, number, buffer, size)
    return _string(buffer, size)


def _string(buffer: Any, size: int) -> str:
    """Return the string in the first `size` bytes of a buffer, up to a zero."""
    # `raw` copies the buffer to its end, and decoding that costs more than asking PDFium did
    return ctypes.string_at(buffer, size).decode("utf-16-le", "replace").split("\0")[0]
