"""Formes: pages of a PDF locked up as form XObjects, ready to be set on sheets."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Page, PasswordError, Pdf, PdfError, Stream

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.sheets.frame import SLACK, Box, Matrix, move, turn


@dataclass(frozen=True)
class Forme:
    """One page: its content as a form XObject, and what places it.

    `upright` maps the page's own coordinates to upright ones with the lower left corner of the
    trim at 0, 0. `bleed` is how far its ink may reach beyond the trim, in points, on every side.
    `page` is the old page's object, which links point to.
    """

    form: Object
    trim: Size
    bleed: float
    upright: Matrix
    page: Object


def open_pages(pages: bytes) -> Pdf:
    """Return the opened PDF. Raises BookletError if it is none, is encrypted or has no pages."""
    try:
        pdf = Pdf.open(BytesIO(pages))
        count = len(pdf.pages)
    except PasswordError:
        raise _locked() from None
    except PdfError as error:
        raise BookletError(
            f"the pages cannot be read: {str(error).splitlines()[0]}",
            hint="is it a PDF, and whole? `qpdf --check` says more",
        ) from error
    if pdf.is_encrypted:
        raise _locked()
    if not count:
        raise BookletError("the PDF has no pages to put on sheets", hint="is the essay empty?")
    return pdf


def _locked() -> BookletError:
    """Return the error for a PDF that is encrypted, be it with an empty password."""
    return BookletError(
        "the PDF is encrypted, so its pages cannot be set on sheets",
        hint="save it without a password: `qpdf --decrypt`",
    )


def lock_up(pdf: Pdf) -> tuple[Forme, ...]:
    """Return a forme for each page, made in place: fonts, images and the bytes of content stay.

    Raises BookletError where the trims of two pages differ by more than half a point.
    """
    pages = list(pdf.pages)
    trims = [_trim(page) for page in pages]
    _same_size([_size(page, trim) for page, trim in zip(pages, trims, strict=True)])
    boxes: dict[Box, Object] = {}
    formes = []
    for page, trim in zip(pages, trims, strict=True):
        bleed = _bleed(page, trim)
        reach = Box(trim.left - bleed, trim.bottom - bleed, trim.right + bleed, trim.top + bleed)
        if reach not in boxes:
            boxes[reach] = pdf.make_indirect(Array([round(edge, 3) for edge in reach]))
        quarters = -_turned(page)
        upright = move(-trim.left, -trim.bottom).then(turn(quarters, trim.width, trim.height))
        form = _form(pdf, page, boxes[reach])
        formes.append(Forme(form, _size(page, trim), bleed, upright, page.obj))
    return tuple(formes)


def _inherited(page: Page, key: str) -> Object | None:
    """Return a page's entry, its own or that of a node above it (PDF 32000-1, 7.7.3.4)."""
    node: Object | None = page.obj
    for _ in range(64):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)


def _box(page: Page, key: str) -> Box | None:
    """Return one of a page's boxes with its corners in order."""
    found = _inherited(page, key)
    if found is None:
        return None
    a, b, c, d = (float(edge) for edge in found.as_list())
    return Box(min(a, c), min(b, d), max(a, c), max(b, d))


def _trim(page: Page) -> Box:
    """Return the trim box; a page without one is trimmed where it is cropped."""
    for key in ("/TrimBox", "/CropBox", "/MediaBox"):
        box = _box(page, key)
        if box:
            return box
    raise BookletError("a page of the PDF has no size", hint="`qpdf --check` says more")


def _bleed(page: Page, trim: Box) -> float:
    """Return how far the bleed reaches beyond the trim on the side where it reaches least."""
    bleed = _box(page, "/BleedBox")
    if not bleed:
        return 0.0
    return max(0.0, min(trim.left - bleed.left, trim.bottom - bleed.bottom,
                        bleed.right - trim.right, bleed.top - trim.top))  # fmt: skip


def _turned(page: Page) -> int:
    """Return by how many quarters, clockwise, a viewer turns the page."""
    rotate = _inherited(page, "/Rotate")
    return int(rotate or 0) // 90 % 4


def _size(page: Page, trim: Box) -> Size:
    """Return the size of the trim as a viewer shows it."""
    width, height = (trim.height, trim.width) if _turned(page) % 2 else (trim.width, trim.height)
    return Size(Length(width), Length(height))


def _same_size(sizes: list[Size]) -> None:
    """Raise BookletError where a page differs from the first one."""
    first = sizes[0]
    for number, size in enumerate(sizes, 1):
        if max(abs(size.width.pt - first.width.pt), abs(size.height.pt - first.height.pt)) > SLACK:
            raise BookletError(
                f"page {number} is `{size.name()}` and page 1 is `{first.name()}`",
                hint="sheets need pages of one size: give each edition a single trim",
            )


def _form(pdf: Pdf, page: Page, reach: Object) -> Object:
    """Return the page's content stream, made into a form XObject (PDF 32000-1, 8.10.2).

    The stream keeps its compressed bytes. A stream that two pages share is copied.
    """
    if isinstance(page.obj.get("/Contents"), Array):
        page.contents_coalesce()
    stream = page.obj.get("/Contents")
    if stream is None:
        stream = pdf.make_stream(b"")
    elif "/BBox" in stream:
        copy = Stream(pdf, stream.read_raw_bytes())
        for key in ("/Filter", "/DecodeParms"):
            if key in stream:
                copy[key] = stream[key]
        stream = copy
    stream.Subtype = Name.Form
    stream.BBox = reach
    stream.Resources = _inherited(page, "/Resources") or Dictionary()
    group = page.obj.get("/Group")
    if group is not None:
        stream.Group = group
    return stream
