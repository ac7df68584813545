"""WeasyPrint's inner works: all that this project uses of it and that it does not promise to keep.

Pages are drawn one by one, each as if it were alone, and become plain data; plain data becomes
pages again that WeasyPrint's own writer joins. Both are exact: the PDF is the same, byte for byte,
as that of pages which were never frozen. What would make a page depend on others (a number that
counts what was drawn before, a width that was rounded for another size) is put in when the pages
are joined, or makes the page unfit.

It fits the versions below and no other: `misfit` says so, and the plain way is taken then.
"""

from __future__ import annotations

import copy
import pickle
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pages.frozen import (
    Entry,
    Face,
    FrozenPage,
    FrozenPart,
    Picture,
    Slot,
    Unfit,
    digest_of,
)
from booklet.pages.sorts import find
from booklet.pages.tags import arranged
from booklet.pages.tags.structure import Structure
from booklet.pages.tags.tagging import unmark
from booklet.pages.weasy import VERSION, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from booklet.pages.weasy import FontConfiguration, Page

FITS = ("70.0", "0.13.0")

try:
    from weasyprint import DEFAULT_OPTIONS
    from weasyprint.formatting_structure.boxes import PageBox
    from weasyprint.images import RasterImage, get_image_from_uri
    from weasyprint.matrix import Matrix
    from weasyprint.pdf.anchors import add_links
    from weasyprint.pdf.fonts import Font
    from weasyprint.pdf.stream import Stream
    from weasyprint.pdf.tags import add_tags
    from weasyprint.text.ffi import TO_UNITS, ffi, gobject, pango
    from weasyprint.text.fonts import get_pango_font_key

    # two functions that WeasyPrint does not call, of libraries that it has open
    ffi.cdef("void * g_object_ref (void *);")
    ffi.cdef("PangoFontDescription * pango_font_description_from_string (const char *);")
except (ImportError, AttributeError, ValueError) as _error:  # another version
    _missing = f"WeasyPrint, which is not what it was: {_error}"
    Stream = pydyf.Stream
else:
    _missing = ""

_SCALE = 0.75  # points to a CSS pixel

# What draws something that was noted under a name: an object, a pattern, a shading, a state.
_NAMING = {b"Do": "XObject", b"scn": "Pattern", b"SCN": "Pattern", b"sh": "Shading",
           b"gs": "ExtGState"}  # fmt: skip
_KINDS = ("ExtGState", "XObject", "Pattern", "Shading")

# What stands for the colour space in a page that is drawn alone.
_SPACE = "/space"


def misfit() -> str:
    """Return why nothing can be frozen with the WeasyPrint that is there, or nothing."""
    found = (VERSION, pydyf.VERSION)
    if found != FITS:
        return f"WeasyPrint {found[0]} with pydyf {found[1]}; {FITS[0]} with {FITS[1]} is known"
    return _missing


# -- Drawing and freezing --------------------------------------------------------------------------


class _Sheet(Stream):  # type: ignore[misc]  # WeasyPrint has no types
    """The stream of a page that is drawn alone: it takes its fonts from a case that is kept."""

    case: Case

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Return a font without any glyph of another page, and the size in which it is used."""
        key, description, size = get_pango_font_key(pango_font)
        if key not in self._fonts:
            self._fonts[key] = self.case.fresh(key, pango_font, description, size)
        return self._fonts[key], size

    def clone(self, **words: Any) -> Any:
        """Return a stream for something inside this one."""
        inner = super().clone(**words)
        inner.__class__, inner.case = _Sheet, self.case
        return inner


class Case:
    """The fonts of an engine, in their cases: read once, and used afresh for each page."""

    def __init__(self, fonts: FontConfiguration) -> None:
        """Take the font configuration, which has to outlive the case."""
        self._fonts = fonts
        self._cases: dict[tuple[int, float], tuple[Any, str]] = {}

    def fresh(self, key: int, pango_font: Any, description: Any, size: float) -> Any:
        """Return the font of this key, first used in this size, with no glyph used so far."""
        if (key, size) not in self._cases:
            gobject.g_object_ref(pango_font)
            named = ffi.string(pango.pango_font_description_to_string(description)).decode()
            font = Font(pango_font, description, size)
            font.held = ffi.gc(pango_font, gobject.g_object_unref)
            self._cases[key, size] = (font, named)
        font, named = self._cases[key, size]
        font = copy.copy(font)
        font.description, font.to_unicode, font.widths, font.missing = named, {}, {}, {}
        font.variations = dict(font.variations)
        return font

    def thawed(self, key: int, face: Face) -> Any:
        """Return the font of a face with no glyph used so far.

        Raises Unfit if it is not the font that was frozen.
        """
        if (key, face.size) not in self._cases:
            wanted = ffi.gc(
                pango.pango_font_description_from_string(face.description.encode()),
                pango.pango_font_description_free,
            )
            size = round(face.size * TO_UNITS)
            pango.pango_font_description_set_absolute_size(wanted, size)
            context = ffi.gc(
                pango.pango_font_map_create_context(self._fonts.font_map), gobject.g_object_unref
            )
            found = pango.pango_font_map_load_font(self._fonts.font_map, context, wanted)
            if found == ffi.NULL:
                raise Unfit(f"the font {face.description} is gone")
            key_, description, size_ = get_pango_font_key(found)
            if (key_, size_) != (key, face.size):
                raise Unfit(f"the font {face.description} is another")
            return self.fresh(key, found, description, size_)
        return self.fresh(key, None, None, face.size)


def freeze(
    name: str,
    html: Element,
    document: Document,
    case: Case,
    pictures: Mapping[str, object],
    tagged: bool,
) -> FrozenPart:
    """Draw the pages of a part and return them as plain data, with tags if it is to have them.

    `pictures` are WeasyPrint's, by their addresses. Raises Unfit for what cannot be frozen.
    """
    if document.color_profiles:
        raise Unfit("colour profiles")
    urls = {id(image): url for url, image in pictures.items()}
    pdf = pydyf.PDF()
    pdf.catalog["Lang"] = pydyf.String()
    drawn = [_draw(page, pdf, number, case, tagged) for number, page in enumerate(document.pages)]
    if not tagged:
        pages = [
            _frozen(page, stream, urls) for page, stream in zip(document.pages, drawn, strict=True)
        ]
        return FrozenPart(tuple(pages), None, (), document.metadata)
    add_tags(pdf, SimpleNamespace(pages=document.pages), "1.7", drawn)
    for page in document.pages:
        for *_, box in page.links:  # the annotations were for the tags of this PDF alone
            box.link_annotation = None
    structure = Structure(pdf)
    anchors = [page.anchors for page in document.pages]
    tagging = arranged(structure, name, html, 0, anchors)
    pages = []
    for page, stream, held, flow in zip(
        document.pages, drawn, tagging.held, structure.flow, strict=True
    ):
        unmark(stream.stream, held, flow)
        pages.append(_frozen(page, stream, urls))
    return FrozenPart(tuple(pages), tagging, (), document.metadata)


def _draw(page: Page, pdf: pydyf.PDF, number: int, case: Case, tagged: bool) -> Any:
    """Draw a page, as WeasyPrint's writer would, into a PDF that is only there for the tags."""
    resources: dict[str, Any] = {kind: {} for kind in _KINDS} | {"ColorSpace": _SPACE}
    bleed = page.bleed
    left, top = -_SCALE * bleed["left"], -_SCALE * bleed["top"]
    right = left + _SCALE * (page.width + bleed["left"] + bleed["right"])
    bottom = top + _SCALE * (page.height + bleed["top"] + bleed["bottom"])
    rectangle = (
        left / _SCALE,
        top / _SCALE,
        (right - left) / _SCALE,
        (bottom - top) / _SCALE,
    )
    tags: dict[Any, Any] | None = {} if tagged else None
    stream = _Sheet({}, rectangle, resources, {}, tags, {}, None, compress=True)
    stream.case = case
    stream.transform(d=-1, f=page.height * _SCALE)
    pdf.add_object(stream)
    trim_left, trim_bottom = left + bleed["left"] * _SCALE, bottom - bleed["bottom"] * _SCALE
    leaf = pydyf.Dictionary(
        {
            "StructParents": number,
            "TrimBox": pydyf.Array(
                [
                    trim_left,
                    top + bleed["top"] * _SCALE,
                    right - bleed["right"] * _SCALE,
                    trim_bottom,
                ]
            ),
        }
    )
    pdf.add_page(leaf)
    matrix = Matrix(_SCALE, 0, 0, -_SCALE, 0, page.height * _SCALE)
    add_links((page.links, ()), matrix, pdf, leaf, [], tags)
    page.paint(stream, _SCALE)
    return stream


def _frozen(page: Page, stream: Any, urls: Mapping[int, str]) -> FrozenPage:
    """Return a page that was drawn into `stream` as plain data."""
    for font in stream._fonts.values():
        if font.missing:
            raise Unfit("characters that no font has")
        if font.png or font.svg or font.colr or font.bitmap:
            raise Unfit("glyphs that are pictures")
    faces = {
        key: Face(font.description, font.font_size, font.to_unicode, font.widths)
        for key, font in stream._fonts.items()
    }
    entries = tuple(_entries(stream._resources))
    pictures = tuple(
        Picture(name, _url(used["image"], urls), used["interpolate"], frozenset(used["dpi_ratios"]))
        for name, used in stream._images.items()
    )
    texts, slots = _divided(stream.stream, entries)
    packed = b"" if slots else _packed(texts[0])
    seen = pickle.dumps((page.width, page.height, page.bleed, faces, entries, pictures))
    return FrozenPage(
        page.width,
        page.height,
        page.bleed,
        tuple(page.bookmarks),
        tuple(link[:3] for link in page.links),
        page.anchors,
        texts if slots else (),
        slots,
        packed,
        faces,
        entries,
        pictures,
        digest_of(seen, *texts),
    )


def _entries(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[Entry]:
    """Yield what a page noted among its resources, in order.

    A name that counts those before it is another in the booklet; one of a picture, or of how
    opaque something is, says all by itself.
    """
    known: dict[int, Any] = {}
    for kind in _KINDS:
        for name, content in resources[kind].items():
            stable = content is None or (kind == "ExtGState" and name[0] in "aA")
            yield Entry(kind, name, _copied(content, known, _SPACE), counted=not stable)


def _copied(content: Any, known: dict[int, Any], space: Any) -> Any:
    """Return a copy of something of pydyf's and all that is in it, streams as plain text.

    What comes more than once is copied once: `known` has it. `space` is put in the place of the
    colour space, which is the same for all streams of a PDF.
    """
    if id(content) in known:
        return known[id(content)]
    if content == _SPACE:
        return space
    if isinstance(content, pydyf.Stream):
        copied = known[id(content)] = pydyf.Stream([_joined(content.stream)], {}, content.compress)
        copied.extra = _copied(content.extra, known, space)
        return copied
    if isinstance(content, pydyf.Dictionary):
        copied = known[id(content)] = pydyf.Dictionary()
        copied |= {key: _copied(item, known, space) for key, item in content.items()}
        return copied
    if isinstance(content, pydyf.Array):
        return pydyf.Array(_copied(item, known, space) for item in content)
    return content


def _url(image: object, urls: Mapping[int, str]) -> str:
    """Return the address of a picture."""
    if not isinstance(image, RasterImage) or id(image) not in urls:
        raise Unfit("a picture without an address")
    return urls[id(image)]


def _divided(
    stream: list[Any], entries: Sequence[Entry]
) -> tuple[tuple[bytes, ...], tuple[Slot, ...]]:
    """Return the operators of a page as text, divided at its slots, and these."""
    cuts: dict[int, Slot] = {}
    for at, run in find(stream):
        cuts[at] = Slot((pydyf._to_bytes(stream[at]), b""), run=run)
    counted = {(entry.kind, entry.name): i for i, entry in enumerate(entries) if entry.counted}
    if counted:
        for at, item in enumerate(stream):
            if isinstance(item, bytes) and (slot := _naming(item, counted)):
                cuts[at] = slot
    texts, last = [], -1
    for at in sorted(cuts):
        texts.append(_joined(stream[last + 1 : at]))
        last = at
    texts.append(_joined(stream[last + 1 :]))
    return tuple(texts), tuple(cuts[at] for at in sorted(cuts))


def _naming(item: bytes, counted: Mapping[tuple[str, str], int]) -> Slot | None:
    """Return the slot for an operator that names an entry whose name counts others."""
    before, _, operator = item.rpartition(b" ")
    operands, slash, name = before.rpartition(b"/")
    entry = counted.get((_NAMING.get(operator, ""), name.decode("ascii", "replace")), -1)
    return Slot((operands + slash, b" " + operator), entry=entry) if entry >= 0 else None


def _joined(items: Sequence[Any]) -> bytes:
    """Return operators as they stand in a PDF."""
    return b"\n".join(pydyf._to_bytes(item) for item in items)


def _packed(text: bytes) -> bytes:
    """Return the operators of a page compressed, as pydyf does."""
    packer = zlib.compressobj(level=9)
    return packer.compress(text) + packer.flush()


# -- Joining ---------------------------------------------------------------------------------------


class _Ready(Stream):  # type: ignore[misc]  # WeasyPrint has no types
    """The stream of a page that was frozen."""

    packed: bytes

    @property
    def data(self) -> bytes:
        """The stream as it stands in the PDF."""
        extra = pydyf.Dictionary(self.extra.copy())
        extra["Filter"] = "/FlateDecode"
        extra["Length"] = len(self.packed)
        return b"\n".join((extra.data, b"stream", self.packed, b"endstream"))


class _Thawed:
    """A frozen page, as WeasyPrint's writer takes it."""

    def __init__(
        self,
        page: FrozenPage,
        shown: Mapping[int, bytes],
        case: Case,
        picture: Callable[[str], Any],
    ) -> None:
        """Take a page, and the operators for the numbers in its text that are to be changed."""
        self._page, self._shown, self._case, self._picture = page, shown, case, picture
        self.width, self.height, self.bleed = page.width, page.height, page.bleed
        self.bookmarks, self.anchors = page.bookmarks, page.anchors
        self.forms: dict[None, list[Any]] = {None: []}
        self.links = [(*link, SimpleNamespace()) for link in page.links]
        self._page_box = _BARE

    def paint(self, stream: Any, scale: float) -> None:  # noqa: ARG002 - WeasyPrint's
        """Put the page into a stream of the booklet's."""
        page = self._page
        self._take_fonts(stream._fonts)
        stream.__class__ = _Ready
        if not page.entries and not page.slots:
            stream.packed = page.packed
            return
        names = self._take_entries(stream)
        if not page.slots:
            stream.packed = page.packed
            return
        pieces = [page.texts[0]]
        for slot, text in zip(page.slots, page.texts[1:], strict=True):
            before, after = slot.set
            if slot.run:
                pieces.append(self._shown.get(slot.run.number, before))
            else:
                pieces.append(before + names[slot.entry].encode() + after)
            pieces.append(text)
        stream.packed = _packed(_joined([piece for piece in pieces if piece]))

    def _take_fonts(self, fonts: dict[int, Any]) -> None:
        """Note the glyphs of the page, the first time that any page has them."""
        for key, face in self._page.faces.items():
            font = fonts.get(key)
            if font is None:
                font = fonts[key] = self._case.thawed(key, face)
            for glyph, width in face.widths.items():
                if font.widths.setdefault(glyph, width) != width:
                    raise Unfit(f"the widths of {face.description} in several sizes")
            for glyph, text in face.texts.items():
                font.to_unicode.setdefault(glyph, text)

    def _take_entries(self, stream: Any) -> list[str]:
        """Put the entries of the page among the booklet's; return their names there."""
        names = []
        known: dict[int, Any] = {}
        for entry in self._page.entries:
            there = stream._resources[entry.kind]
            name = f"{entry.name[0]}{len(there)}" if entry.counted else entry.name
            if name not in there:
                there[name] = _copied(entry.content, known, stream._resources["ColorSpace"])
            names.append(name)
        for picture in self._page.pictures:
            used = stream._images.setdefault(
                picture.name,
                {
                    "image": self._picture(picture.url),
                    "interpolate": picture.interpolate,
                    "dpi_ratios": set(),
                    "x_object": None,
                },
            )
            used["dpi_ratios"] |= picture.ratios
        return names


def _bare() -> Any:
    """Return a box of a page that holds nothing: the tags are not taken from it."""
    box = PageBox.__new__(PageBox)
    box.element, box.children = None, ()
    return box


_BARE = None if _missing else _bare()


def join(
    parts: Sequence[FrozenPart],
    shown: Sequence[Mapping[int, bytes]],
    case: Case,
    fonts: FontConfiguration,
    fetcher: Any,
    picture: Callable[[str], Any],
) -> Document:
    """Return a document of frozen parts.

    `shown` are the operators of numbers in the text that are to be changed, for each part;
    `picture` gets a picture by its address. Raises Unfit if a link leads nowhere.
    """
    known = {name for part in parts for page in part.pages for name in page.anchors}
    for part in parts:
        for page in part.pages:
            for kind, target, _ in page.links:
                if kind == "internal" and target not in known:
                    raise Unfit(f"the link to `{target}`, which leads nowhere")
    pages = [
        _Thawed(page, changed, case, picture)
        for part, changed in zip(parts, shown, strict=True)
        for page in part.pages
    ]
    return Document(pages, copy.copy(parts[0].metadata), fetcher, fonts, {}, None)


def picture(url: str, album: dict[str, Any], fetcher: Any, standard: str | None) -> Any:
    """Return the picture at an address, from `album` if it is there, as WeasyPrint has it."""
    options = {**DEFAULT_OPTIONS, "cache": album, "pdf_variant": standard}
    found = get_image_from_uri(album, fetcher, options, url)
    if not isinstance(found, RasterImage):
        raise Unfit("a picture that is gone")
    return found
