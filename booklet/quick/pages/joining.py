"""Frozen pages become pages again, which WeasyPrint's own writer joins."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.digest import digest
from booklet.layout.weasyprint_api import Document
from booklet.pdf.compression import begin, packed_again
from booklet.pdf.objects import text_of
from booklet.quick.frozen_pages import Anew, CannotFreeze
from booklet.quick.pages.pictures import Framed
from booklet.quick.pages.placeholders import completed, counted, is_lacking
from booklet.quick.pages.resources import copied, joined
from booklet.quick.private_api import (
    DEFAULT_OPTIONS,
    PageBox,
    RasterImage,
    Stream,
    get_image_from_uri,
    misfit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from booklet.layout.weasyprint_api import FontConfiguration
    from booklet.quick.frozen_pages import FontUse, FrozenPage, FrozenPart
    from booklet.quick.pages.fonts import FontCache


# A glyph in an operator that shows some.
_GLYPH = re.compile(rb"[0-9a-f]{4}")


class _Ready(Stream):  # type: ignore[misc]  # WeasyPrint has no types
    """The stream of a page that was frozen."""

    packed: Callable[[], bytes]

    @property
    def data(self) -> bytes:
        """The stream as it stands in the PDF."""
        return _standing(self, self.packed())


class _Seldom(pydyf.Stream):  # type: ignore[misc]  # pydyf has no types
    """A stream that is likely to be what it was the last time: a font."""

    @property
    def data(self) -> bytes:
        """The stream as it stands in the PDF."""
        return _standing(self, packed_again(joined(self.stream)))


def _standing(stream: Any, content: bytes) -> bytes:
    """Return a stream with its compressed content as it stands in the PDF."""
    extra = pydyf.Dictionary(stream.extra)
    extra["Filter"] = "/FlateDecode"
    extra["Length"] = len(content)
    return b"\n".join((text_of(extra), b"stream", content, b"endstream"))


def spare(pdf: pydyf.PDF) -> None:
    """Let the fonts of a PDF not be compressed again if they are what they were."""
    for item in pdf.objects:
        if type(item) is pydyf.Stream and item.compress:
            item.__class__ = _Seldom


class Thawed:
    """A frozen page, as WeasyPrint's writer takes it."""

    def __init__(
        self,
        page: FrozenPage,
        shown: Mapping[int, bytes],
        case: FontCache,
        picture: Callable[[str], Any],
    ) -> None:
        """Take a page, and the operators for the numbers in its text that are to be changed."""
        self._page, self._shown, self._case, self._picture = page, shown, case, picture
        self.is_painted = False
        self._others: list[tuple[int, int, str]] = []
        self._is_as_alone = True
        self.width, self.height, self.bleed = page.width, page.height, page.bleed
        self.bookmarks, self.anchors = page.bookmarks, page.anchors
        self.forms: dict[None, list[Any]] = {None: []}
        self.links = [(*link, SimpleNamespace()) for link in page.links]
        self._page_box = _BARE

    @property
    def digest(self) -> str:
        """A digest of what the page shows, and of how its text is read, once it was painted."""
        return look(self._page, self._shown, self._others)

    def paint(self, stream: Any, scale: float) -> None:  # noqa: ARG002 - WeasyPrint's
        """Put the page into a stream of the booklet's."""
        page = self._page
        self._take_fonts(stream._fonts)
        self.is_painted = True
        stream.__class__ = _Ready
        names = self._take_entries(stream) if page.entries or page.slots else []
        if page.packed and (self._is_as_alone or not page.slots):  # nothing in it can differ
            stream.packed = lambda: page.packed
            return
        pieces = [page.texts[0]]
        for slot, text in zip(page.slots, page.texts[1:], strict=True):
            before, after = slot.set
            if slot.run:
                pieces.append(self._shown.get(slot.run.number, before))
            elif slot.open:
                pieces.append(completed(before, stream._fonts))
            else:
                pieces.append(before + names[slot.entry].encode() + after)
            pieces.append(text)
        stream.packed = begin(joined([piece for piece in pieces if piece]))

    def _take_fonts(self, fonts: dict[int, Any]) -> None:
        """Note the glyphs of the page, the first time that any page has them."""
        for key, face in self._page.faces.items():
            font = fonts.get(key)
            if font is None:
                font = fonts[key] = self._case.thawed(key, face)
            if face.widths.items() <= font.widths.items() and (
                face.texts.items() <= font.to_unicode.items()
            ):
                continue  # as for most pages: others have had all of its glyphs
            for glyph, width in face.widths.items():
                self._take_width(font, face, glyph, width)
            for glyph, text in face.texts.items():
                first = font.to_unicode.setdefault(counted(font, glyph), text)
                if first != text:
                    self._others.append((key, glyph, first))

    def _take_width(self, font: Any, face: FontUse, glyph: int, width: int) -> None:
        """Note how wide a glyph is: as when it was used first, or last if no font has it.

        Then it is drawn as the glyph 0, whose width is that of the first such character, unless it
        is in the text as well. Raises Anew for a glyph that is wider on another page.
        """
        if is_lacking(glyph):
            font.widths[counted(font, glyph)] = width
        elif font.widths.setdefault(glyph, width) != width and (glyph or 0 in face.texts):
            if glyph not in face.loose:
                widths = f"the widths of {face.description} in several sizes"
                raise Anew(widths, loose=face.description)
            self._is_as_alone = False

    def _take_entries(self, stream: Any) -> list[str]:
        """Put the entries of the page among the booklet's; return their names there."""
        names = []
        known: dict[int, Any] = {}
        space = stream._resources["ColorSpace"]
        for entry in self._page.entries:
            there = stream._resources[entry.kind]
            name = f"{entry.name[0]}{len(there)}" if entry.counted else entry.name
            if name not in there:
                there[name] = copied(entry.content, known, space, stream._fonts)
            names.append(name)
        for picture in self._page.pictures:
            used = stream._images.setdefault(
                picture.name,
                {
                    "image": Framed(partial(self._picture, picture.url)),
                    "interpolate": picture.interpolate,
                    "dpi_ratios": set(),
                    "x_object": None,
                },
            )
            used["dpi_ratios"] |= picture.ratios
            ratio, made = picture.made
            used["image"].known[ratio] = made
        return names


def look(
    page: FrozenPage, shown: Mapping[int, bytes], others: Sequence[tuple[int, int, str]] = ()
) -> str:
    """Return the digest of a page with these numbers in its text.

    `others` are glyphs that are read otherwise in the booklet than on the page alone.
    """
    set_ = [shown.get(run.number, b"") for run in page.runs]
    return digest(page.digest, repr(list(others)), *set_)


def supplied(
    page: FrozenPage, shown: Mapping[int, bytes], others: Iterable[FrozenPage], case: FontCache
) -> FrozenPage:
    """Return a page with the glyphs of the numbers that are `shown` among those of its fonts.

    A digit that is not on the page itself is on one of the `others`. Raises CannotFreeze if
    it is not.
    """
    keys = {case.thawed(key, face).hash.encode(): key for key, face in page.faces.items()}
    wanted = {
        (keys[run.face], int(glyph, 16))
        for run in page.runs
        for glyph in _GLYPH.findall(shown.get(run.number, b""))
    }
    faces = dict(page.faces)
    lacking = {(key, glyph) for key, glyph in wanted if glyph not in faces[key].texts}
    for other in others if lacking else ():
        for key, glyph in [*lacking]:
            if key in other.faces and glyph in other.faces[key].texts:
                mine, more = faces[key], other.faces[key]
                texts = {**mine.texts, glyph: more.texts[glyph]}
                widths = {**mine.widths, glyph: more.widths[glyph]}
                faces[key] = replace(mine, texts=texts, widths=widths)
                lacking.discard((key, glyph))
    if lacking:
        raise CannotFreeze("a digit that is on no page")
    return replace(page, faces=faces)


def _bare() -> Any:
    """Return a box of a page that holds nothing: the tags are not taken from it."""
    box = PageBox.__new__(PageBox)
    box.element, box.children = None, ()
    return box


_BARE = None if misfit() else _bare()


def join(
    parts: Sequence[FrozenPart],
    shown: Sequence[Mapping[int, bytes]],
    case: FontCache,
    fonts: FontConfiguration,
    fetcher: Any,
    picture: Callable[[str], Any],
) -> Document:
    """Return a document of frozen parts.

    `shown` are the operators of numbers in the text that are to be changed, for each part;
    `picture` gets a picture by its address. Raises CannotFreeze if a link leads nowhere.
    """
    known = {name for part in parts for page in part.pages for name in page.anchors}
    for part in parts:
        for page in part.pages:
            for kind, target, _ in page.links:
                if kind == "internal" and target not in known:
                    raise CannotFreeze(f"the link to `{target}`, which leads nowhere")
    pages = [
        Thawed(page, changed, case, picture)
        for part, changed in zip(parts, shown, strict=True)
        for page in part.pages
    ]
    return Document(pages, copy.copy(parts[0].metadata), fetcher, fonts, {}, None)


def reached(document: Document, counts: Sequence[int]) -> int:
    """Return which part has the first page that was not painted; `counts` are the pages of each."""
    at = next(n for n, page in enumerate(document.pages) if not page.is_painted)
    return next(n for n in range(len(counts)) if at < sum(counts[: n + 1]))


def picture(url: str, album: dict[str, Any], fetcher: Any, standard: str | None) -> Any:
    """Return the picture at an address, from `album` if it is there, as WeasyPrint has it."""
    options = {**DEFAULT_OPTIONS, "cache": album, "pdf_variant": standard}
    found = get_image_from_uri(album, fetcher, options, url)
    if not isinstance(found, RasterImage):
        raise CannotFreeze("a picture that is gone")
    return found
