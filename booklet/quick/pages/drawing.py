"""Pages are drawn and frozen: body and margins apart, since these alone change if pages move."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pdf.compression import packed
from booklet.pdf.tags import arranged
from booklet.pdf.tags.structure import Structure
from booklet.pdf.tags.tagging import Tagging, unmark
from booklet.quick.frozen_pages import (
    CannotFreeze,
    FontUse,
    FrozenPage,
    FrozenPart,
    PictureUse,
    digest_of,
)
from booklet.quick.pages.fonts import FontCache, PageStream
from booklet.quick.pages.pictures import framed
from booklet.quick.pages.placeholders import is_lacking, lacks, loose, plain, settled
from booklet.quick.pages.resources import KINDS, SPACE, divided, entries, joined
from booklet.quick.private_api import (
    MarginBox,
    Matrix,
    RasterImage,
    StackingContext,
    add_links,
    add_tags,
    draw_stacking_context,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from booklet.layout.weasyprint_api import Document, Page
    from booklet.quick.frozen_pages import PageResource, Slot
    from booklet.quick.pages.resuming import Note

_SCALE = 0.75  # points to a CSS pixel


@dataclass(frozen=True)
class _Half:
    """What was drawn of a page, its body or its margins: operators as text, and what they need."""

    texts: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    faces: Mapping[int, FontUse]
    entries: tuple[PageResource, ...]
    pictures: tuple[PictureUse, ...]


@dataclass(frozen=True)
class _Body:
    """The body of a page, what ends the page after its margins, and the tags that hold it.

    Without `tail` body and margins could not be told apart, and are one. `marks` is how many texts
    and pictures of the page stand in its body.
    """

    half: _Half
    tail: bytes
    marks: int


@dataclass
class _Drawing:
    """A page that was drawn: its body, the whole of it frozen, and what was said and used.

    `marks` are the texts and pictures on it and their tags, if it has any; `tagged` says which of
    them stand in the structure tree, and which in the text.
    """

    page: Page
    marks: dict[Any, Any] | None
    tagged: tuple[frozenset[int], set[int]]
    body: _Body
    frozen: FrozenPage
    note: Note


class Freezer:
    """Freezes the pages of one part, and keeps their bodies: if the pages move, they stay."""

    def __init__(self, name: str, html: Element, case: FontCache, tagged: bool) -> None:
        """Take the name of the part and its HTML; whether its pages are to have tags."""
        self._name, self._html, self._case, self._tagged = name, html, case, tagged
        self._drawings: list[_Drawing] = []
        self._earlier: Freezer | None = None
        self._tagging: Tagging | None = None
        self._said: list[Note] = []

    def take(self, earlier: Freezer) -> None:
        """Take what was drawn of an earlier text of the part: it may have some of the pages."""
        self._earlier = earlier if earlier._drawings else earlier._earlier
        earlier._earlier = None

    def freeze(
        self, document: Document, pictures: Mapping[str, object], heard: Callable[[], Note]
    ) -> tuple[FrozenPart, list[Note]]:
        """Draw the pages and return them as plain data, and what was said and used for each.

        Those that were drawn before are as they were, or have moved and need only new margins.
        `pictures` are WeasyPrint's, by their addresses; `heard` returns what was said and used
        since the last call. Raises CannotFreeze for what cannot be frozen.
        """
        if document.color_profiles:
            raise CannotFreeze("colour profiles")
        if not (self._moved_only(document) and self._move(document)):
            urls = {id(image): url for url, image in pictures.items()}
            self._drawings = self._draw(document, urls, heard)
        self._earlier = None
        pages = tuple(each.frozen for each in self._drawings)
        notes = [self._said[0], *(each.note for each in self._drawings), *self._said[1:]]
        return FrozenPart(pages, self._tagging, (), document.metadata), notes

    def _moved_only(self, document: Document) -> bool:
        """Whether all pages have been drawn, now or as those of an earlier text, in all but their
        margins."""
        if self._drawings or not self._earlier:
            return bool(self._drawings)
        drawings = self._earlier._drawings
        were = [drawing.page._page_box for drawing in drawings]
        if [id(page._page_box) for page in document.pages] != [id(box) for box in were]:
            return False
        if any(was.page is page for was, page in zip(drawings, document.pages, strict=True)):
            return False
        self._drawings, self._said = drawings, self._earlier._said
        self._tagging = self._earlier._tagging
        return True

    def _draw(
        self, document: Document, urls: Mapping[int, str], heard: Callable[[], Note]
    ) -> list[_Drawing]:
        """Draw all pages whole, but for those that are known."""
        pdf = pydyf.PDF()
        pdf.catalog["Lang"] = pydyf.String()
        drawings = self._earlier._drawings if self._earlier else []
        earlier = {id(each.page): each for each in drawings}
        known = [earlier.get(id(page)) for page in document.pages]
        notes, sheets = [heard()], []
        for at, (page, was) in enumerate(zip(document.pages, known, strict=True)):
            sheets.append(sheet := self._begun(page, pdf, at))
            if was:
                sheet._tags = was.marks and dict(was.marks)
            else:
                page.paint(sheet, _SCALE)
            notes.append(was.note if was else heard())
        marks = [sheet._tags and dict(sheet._tags) for sheet in sheets]
        tagged = self._tag(document, pdf, sheets)
        self._said = [notes[0], heard()]
        drawings = []
        for at, (page, sheet, was) in enumerate(zip(document.pages, sheets, known, strict=True)):
            for *_, box in page.links:  # the annotation was for the tags of this PDF alone
                box.link_annotation = None
            if was and was.tagged == tagged[at]:
                drawings.append(was)
                continue
            if was:
                page.paint(sheet, _SCALE)
                heard()  # it was said before
            if self._tagged:
                unmark(sheet.stream, *tagged[at])
            body, margin = _halves(page, sheet, urls)
            frozen = _frozen(page, body, margin)
            drawings.append(_Drawing(page, marks[at], tagged[at], body, frozen, notes[at + 1]))
        return drawings

    def _tag(
        self, document: Document, pdf: pydyf.PDF, sheets: Sequence[PageStream]
    ) -> list[tuple[frozenset[int], set[int]]]:
        """Take the tags of all pages; return what of each is in them, and in the text."""
        if not self._tagged:
            return [(frozenset(), set())] * len(sheets)
        add_tags(pdf, SimpleNamespace(pages=document.pages), "1.7", sheets)
        structure = Structure(pdf)
        anchors = [page.anchors for page in document.pages]
        self._tagging = arranged(structure, self._name, self._html, 0, anchors)
        return list(zip(self._tagging.held, structure.flow, strict=True))

    def _begun(self, page: Page, pdf: pydyf.PDF, at: int) -> PageStream:
        """Begin a page as WeasyPrint's writer would, in a PDF that is there for the tags alone."""
        sheet = self._sheet(page)
        left, top, width, height = (side * _SCALE for side in sheet.page_rectangle)
        bleed = {side: size * _SCALE for side, size in page.bleed.items()}
        trim = [
            *(left + bleed["left"], top + bleed["top"]),
            *(left + width - bleed["right"], top + height - bleed["bottom"]),
        ]
        leaf = pydyf.Dictionary({"StructParents": at, "TrimBox": pydyf.Array(trim)})
        pdf.add_object(sheet)
        pdf.add_page(leaf)
        matrix = Matrix(_SCALE, 0, 0, -_SCALE, 0, page.height * _SCALE)
        add_links((page.links, ()), matrix, pdf, leaf, [], sheet._tags)
        return sheet

    def _sheet(self, page: Page) -> PageStream:
        """Return an empty stream for a page."""
        resources: dict[str, Any] = {kind: {} for kind in KINDS} | {"ColorSpace": SPACE}
        left, top = -_SCALE * page.bleed["left"], -_SCALE * page.bleed["top"]
        right = left + _SCALE * (page.width + page.bleed["left"] + page.bleed["right"])
        bottom = top + _SCALE * (page.height + page.bleed["top"] + page.bleed["bottom"])
        edges = (left, top, right - left, bottom - top)
        rectangle = tuple(edge / _SCALE for edge in edges)
        tags: dict[Any, Any] | None = {} if self._tagged else None
        sheet = PageStream({}, rectangle, resources, {}, tags, {}, None, compress=True)
        sheet.case, sheet.moves = self._case, []
        sheet.transform(d=-1, f=page.height * _SCALE)
        return sheet

    def _move(self, document: Document) -> bool:
        """Draw the margins of all pages, and put the bodies to them that were drawn before.

        Return whether that can be done; it cannot where a page has to be drawn whole.
        """
        drawings = []
        for page, was in zip(document.pages, self._drawings, strict=True):
            margin, marks = None, was.marks
            if any(isinstance(child, MarginBox) for child in page._page_box.children):
                margin, more = self._margin(page) if was.body.tail else (None, {})
                if margin is None:
                    return False
                marks = was.marks and {
                    **dict(list(was.marks.items())[: was.body.marks]),
                    **{box: {**mark, "mcid": mark["mcid"] + was.body.marks}
                       for box, mark in more.items()},
                }  # fmt: skip
            frozen = _frozen(page, was.body, margin)
            drawings.append(replace(was, page=page, frozen=frozen, marks=marks))
        self._drawings = drawings
        return True

    def _margin(self, page: Page) -> tuple[_Half | None, dict[Any, Any]]:
        """Draw the margins of a page, and return them with the marks of their texts.

        There are none where they need more than fonts.
        """
        sheet = self._sheet(page)
        sheet.push_state()
        sheet.transform(a=_SCALE, d=_SCALE)
        sheet.push_state()
        sheet.push_state()
        start = len(sheet.stream)
        for box in page._page_box.children:
            if isinstance(box, MarginBox):
                context = StackingContext.from_box(box, page._page_box)
                draw_stacking_context(sheet, context)
        del sheet.stream[:start]
        unmark(sheet.stream, frozenset(), set())
        if sheet._images:
            return None, {}
        half = _half(sheet, sheet.stream, _faces(sheet._fonts), sheet._resources, {}, {})
        return half if _is_plain(half) else None, sheet._tags or {}


def _halves(page: Page, sheet: PageStream, urls: Mapping[int, str]) -> tuple[_Body, _Half | None]:
    """Return what was drawn of a page, its margins apart if they can be told apart."""
    stream, starts, ends = sheet.stream, sheet.starts, sheet.ends
    level = all(child.style["z_index"] == "auto" for child in page._page_box.children)
    tail = stream[ends:] if ends >= 0 else []
    clean = 0 < starts <= ends and stream[starts - 1] != b"q" and tail == [b"Q"] * 3
    if level and clean:
        margin = _half(sheet, stream[starts:ends], _faces(sheet._fonts), sheet.noted(), {}, urls)
        if _is_plain(margin) and not sheet.pictured:
            fonts, resources = sheet.before
            body = _half(sheet, stream[:starts], _faces(fonts), resources, sheet._images, urls)
            return _Body(body, joined(tail), sheet.bodys_marks), margin
    faces = _faces(sheet._fonts)
    if starts >= 0:
        faces = _both(_faces(sheet.before[0]), faces)
    half = _half(sheet, stream, faces, sheet._resources, sheet._images, urls)
    return _Body(half, b"", 0), None


def _half(
    sheet: PageStream,
    stream: list[Any],
    faces: Mapping[int, FontUse],
    resources: Mapping[str, Mapping[str, Any]],
    images: Mapping[str, Any],
    urls: Mapping[int, str],
) -> _Half:
    """Return what was drawn as plain data."""
    noted = tuple(entries(resources, sheet.moves))
    pictures = tuple(
        PictureUse(
            name,
            _url(used["image"], urls),
            used["interpolate"],
            frozenset(used["dpi_ratios"]),
            framed(used["image"], used["interpolate"], used["dpi_ratios"]),
        )
        for name, used in images.items()
    )
    texts, slots = divided(stream, noted, sheet.moves)
    return _Half(texts, slots, faces, noted, pictures)


def _faces(fonts: Mapping[int, Any]) -> Mapping[int, FontUse]:
    """Return how fonts were used."""
    for font in fonts.values():
        if font.png or font.svg or font.colr or font.bitmap:
            raise CannotFreeze("glyphs that are pictures")
    return {
        key: FontUse(
            font.description,
            font.font_size,
            plain(font.to_unicode),
            plain(font.widths),
            loose(font.widths),
        )
        for key, font in fonts.items()
    }


def _is_plain(half: _Half) -> bool:
    """Whether what was drawn needs nothing but fonts and opacities."""
    return all(slot.open for slot in half.slots) and not any(
        entry.counted for entry in half.entries
    )


def _frozen(page: Page, body: _Body, margin: _Half | None) -> FrozenPage:
    """Return a page of its halves."""
    half = body.half
    texts, slots = half.texts, half.slots
    if margin:
        texts, slots = _after(texts, margin.texts), (*slots, *margin.slots)
    texts = _after(texts, (body.tail,))
    faces = _both(half.faces, margin.faces) if margin else half.faces
    known = {(entry.kind, entry.name) for entry in half.entries}
    more = margin.entries if margin else ()
    noted = (*half.entries, *(e for e in more if (e.kind, e.name) not in known))
    seen = repr((page.width, page.height, page.bleed, faces, half.pictures))
    kept = pickle.dumps([(e.kind, e.name, e.content) for e in noted])
    return FrozenPage(
        page.width,
        page.height,
        page.bleed,
        tuple(page.bookmarks),
        tuple(link[:3] for link in page.links),
        page.anchors,
        texts if slots else (),
        slots,
        packed(_set(texts, slots, faces)) if all(map(_may_stay, slots)) else b"",
        faces,
        noted,
        half.pictures,
        digest_of(seen.encode(), kept, *texts),
    )


def _may_stay(slot: Slot) -> bool:
    """Whether what stands in a slot is most likely to be what it is on the page alone."""
    return slot.open and not lacks(slot.set[0])


def _set(texts: tuple[bytes, ...], slots: Sequence[Slot], faces: Mapping[int, FontUse]) -> bytes:
    """Return the operators of a page as they are if it stands alone."""
    widths = {key: face.widths for key, face in faces.items()}
    pieces = [texts[0]]
    for slot, text in zip(slots, texts[1:], strict=True):
        pieces += [settled(slot.set[0], widths), text]
    return joined([piece for piece in pieces if piece])


def _after(texts: tuple[bytes, ...], more: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return operators that are divided at slots, and others after them."""
    between = joined([text for text in (texts[-1], more[0]) if text])
    return (*texts[:-1], between, *more[1:])


def _both(faces: Mapping[int, FontUse], more: Mapping[int, FontUse]) -> Mapping[int, FontUse]:
    """Return the fonts of body and margins together, in the order of their use."""
    both = dict(faces)
    for key, face in more.items():
        if key not in both:
            both[key] = face
            continue
        first = both[key]
        sized = {glyph: width for glyph, width in face.widths.items() if not is_lacking(glyph)}
        if 0 not in face.texts:  # it stands for those that are lacking, as wide as the first
            sized.pop(0, None)
        for glyph in first.loose & face.loose:
            sized.pop(glyph, None)
        if any(first.widths.get(glyph, width) != width for glyph, width in sized.items()):
            raise CannotFreeze(f"the widths of {face.description} in several sizes")
        new = {g: w for g, w in face.widths.items() if g not in first.widths or is_lacking(g)}
        both[key] = FontUse(
            first.description,
            first.size,
            {**first.texts, **{g: t for g, t in face.texts.items() if g not in first.texts}},
            {**first.widths, **new},
            _loose(first, face) | _loose(face, first),
        )
    return both


def _loose(face: FontUse, other: FontUse) -> frozenset[int]:
    """Return the loose glyphs of a face that are so, if they are there, in another one as well."""
    return frozenset(g for g in face.loose if g in other.loose or g not in other.widths)


def _url(image: object, urls: Mapping[int, str]) -> str:
    """Return the address of a picture."""
    if not isinstance(image, RasterImage) or id(image) not in urls:
        raise CannotFreeze("a picture without an address")
    return urls[id(image)]
