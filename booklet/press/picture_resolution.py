"""Finds pictures of pixels that are coarse at the size at which they are printed."""

from __future__ import annotations

import io
import re
from math import hypot, inf
from typing import TYPE_CHECKING, NamedTuple

from booklet.errors import BookletError
from booklet.findings import Finding
from booklet.sheets.frame import Matrix
from booklet.source import photographs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pikepdf import Object

    from booklet.editions import Edition
    from booklet.manuscript.model import Picture
    from booklet.source import Shelf

# Dots to the inch: below the first a photograph is soft; a drawing in black and white alone, whose
# edges nothing softens, shows its steps below the second.
LEAST, LEAST_OF_LINES = 150, 300

_RASTER = re.compile(r"\.(?:png|jpe?g|gif|webp|tiff?|bmp)$", re.IGNORECASE)
_DRAWN = re.compile(rb"/\S+\s+Do\b")
_DEEPEST = 8  # of forms within forms
_TURNED = range(5, 9)  # EXIF's orientations by a quarter
_ORIENTATION = 0x0112

_Size = tuple[int, int]


class PlacedPicture(NamedTuple):
    """A picture on a page, counted from 0: its size in dots, and how many there are to the inch."""

    page: int
    size: _Size
    dots: float


def coarse(pdf: bytes, folios: Sequence[str], edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each picture of the text that is too coarse as it is set.

    A picture that is fine enough may have been made smaller in the PDF; one that is coarse has the
    dots of its file, by which it is found again. `folios` are the numbers on the pages.
    """
    files = _files(edition)
    if not files:
        return
    shown: dict[_Size, list[PlacedPicture]] = {}
    for one in _shown(pdf):
        shown.setdefault(one.size, []).append(one)
    for size, pictures in files.items():
        places = shown.get(size, [])
        if len(places) != len(pictures):  # set more than once, as in the contents: which is which?
            places = [min(places, key=lambda one: one.dots)] * len(pictures) if places else []
        for (picture, least), place in zip(pictures, places, strict=False):
            if place.dots < least:
                wanted = round(size[0] * least / place.dots)
                message = f"the picture `{picture.src}` has {place.dots:.0f} dots to the inch"
                folio = folios[place.page] or f"{place.page + 1} of all"
                hint = f"take one that is {wanted} dots wide, or set it smaller"
                yield Finding("I08", message, picture.where, page=folio, hint=hint)


def _files(edition: Edition) -> dict[_Size, list[tuple[Picture, int]]]:
    """Return the raster pictures of the text by their sizes, in order, and what each needs."""
    found: dict[_Size, list[tuple[Picture, int]]] = {}
    known: dict[str, tuple[_Size, int] | None] = {}
    for chapter in edition.manuscript.chapters:
        for picture in chapter.pictures:
            if not _RASTER.search(picture.src):
                continue
            if picture.src not in known:
                known[picture.src] = _measured(picture.src, edition.shelf)
            if measured := known[picture.src]:
                found.setdefault(measured[0], []).append((picture, measured[1]))
    return found


def _measured(src: str, shelf: Shelf) -> tuple[_Size, int] | None:
    """Return the size of a picture as it is shown, and the dots that it needs to the inch."""
    try:
        with photographs.opened(shelf.take(src)) as image:
            width, height = image.size
            if image.getexif().get(_ORIENTATION) in _TURNED:
                width, height = height, width
            return (width, height), LEAST_OF_LINES if image.mode == "1" else LEAST
    except (BookletError, *photographs.DAMAGED):
        return None  # said where the manuscript is read


def _shown(pdf: bytes) -> Iterator[PlacedPicture]:
    """Yield the pictures on all pages of a PDF, in the order in which they are drawn."""
    from pikepdf import Pdf

    with Pdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            page.contents_coalesce()
            if _DRAWN.search(page.Contents.read_bytes() if "/Contents" in page else b""):
                yield from _drawn(page.obj, Matrix(), number, 0)


def _drawn(item: Object, matrix: Matrix, page: int, depth: int) -> Iterator[PlacedPicture]:
    """Yield the pictures that a page or a form draws, itself drawn by a map."""
    from pikepdf import Dictionary, Name, parse_content_stream

    nothing = Dictionary()
    named = item.get("/Resources", nothing).get("/XObject", nothing)
    kept: list[Matrix] = []
    for words, operator in parse_content_stream(item, "q Q cm Do"):  # type: ignore[misc]
        match str(operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop() if kept else matrix
            case "cm":
                matrix = Matrix(*(float(word) for word in words)).then(matrix)
            case "Do" if (drawn := named.get(str(words[0]))) is not None:
                if drawn.get("/Subtype") == Name.Image:
                    yield _of(drawn, matrix, page)
                elif depth < _DEEPEST:
                    own = Matrix(*(float(edge) for edge in drawn.get("/Matrix", Matrix())))
                    yield from _drawn(drawn, own.then(matrix), page, depth + 1)


def _of(image: Object, matrix: Matrix, page: int) -> PlacedPicture:
    """Return a picture that is drawn by a map of a square of one point."""
    size = int(image.Width), int(image.Height)
    sides = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
    dots = [72 * many / side for many, side in zip(size, sides, strict=True) if side]
    return PlacedPicture(page, size, min(dots, default=inf))
