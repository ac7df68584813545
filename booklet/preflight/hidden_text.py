"""Text that nobody can see: of the ink that is behind it, transparent, covered, or cut away."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2.raw as pdfium

from booklet.preflight.scripts import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""
Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, from 0 to 255."""

# A colour this light may be that of the paper, two this near that of one another.
_LIGHT, _NEAR = 190, 48
# Only what is less opaque is looked at.
_OPAQUE = 128
# Points: a rule is no area; what is smaller cannot be read.
_THIN, _TINY = 2.0, 2.0
# A box this low or narrow may hold letters that are smaller than that.
_SMALL = 4.0
# Of a text that lies under an area or outside a clip, so much has to, for it to be looked at.
_PART = 0.4
# Dots to a point, and by how much of 255 a dot must change where a text is left out.
_DOTS, _SEEN = 2, 10
_DEEP = 8  # forms in forms
_FAR = 1e6  # points that no page has
# Letters may lean out of the box that their widths make, by this part of its height.
_LEANS = 0.5
# What PDFium says is the colour of a pattern.
_PATTERN = (191, 191, 191)
# What is not painted says the letters of what is painted after it (`pdf/leftwards.py`).
_UNPAINTED = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE


class _Text(NamedTuple):
    """A text object: where it is among all that is drawn, its colour, and the forms it is in.

    It is `doubtful` whether it can be seen, and whether it can be read if it is `small`. `says` are
    texts that are not painted, and say its letters if it says none itself.
    """

    at: int
    handle: Any
    box: Box
    colour: Colour
    is_doubtful: bool
    is_small: bool
    says: tuple[Any, ...] = ()


class VisibleText(NamedTuple):
    """What an eye sees of a page: texts that nobody else does, tiny ones, and the page's margins.

    `margins` are how far all that is drawn stays from the left and right edge of the trim, at
    least, in points; None where the page is turned.
    """

    unseen: tuple[str, ...]
    tiny: tuple[str, ...]
    margins: tuple[float, float] | None


@dataclass
class _Page:
    """What is drawn on a page: its texts, and areas of colour or of pictures (which have none).

    `left` and `right` are how far it may reach; `unpainted` are texts since the last that is.
    """

    texts: list[_Text] = field(default_factory=list)
    areas: list[tuple[int, Box, Colour | None]] = field(default_factory=list)
    count: int = 0
    unpainted: list[_Text] = field(default_factory=list)
    left: float = _FAR
    right: float = -_FAR


class Eye:
    """Looks at the objects of pages. One serves for all, since it keeps what PDFium writes to."""

    def __init__(self) -> None:
        """Make room for what PDFium tells."""
        self._edges, self._inks = (ctypes.c_float * 4)(), (ctypes.c_uint * 4)()
        self._to_edges = _pointers(self._edges, ctypes.c_float)
        self._to_inks = _pointers(self._inks, ctypes.c_uint)

    def look(self, page: Any, text: Any) -> VisibleText:
        """Return what is to be seen of a page, and what is not.

        `page` and `text` are PDFium's, opened. Objects are looked at first; where that raises a
        doubt, the page is drawn with the doubtful texts and without them.
        """
        found = self._objects(page)
        tiny = [each for each in found.texts if each.is_small and _is_tiny(each)]
        hidden = _without_trace(page, _doubtful(found))
        return VisibleText(_words(hidden, text), _words(tiny, text), self._margins(page, found))

    def _objects(self, page: Any) -> _Page:
        """Return what is drawn on a page."""
        found = _Page()
        for at in range(pdfium.FPDFPage_CountObjects(page)):
            self._note(pdfium.FPDFPage_GetObject(page, at), found, ())
        found.texts += found.unpainted
        return found

    def _margins(self, page: Any, found: _Page) -> tuple[float, float] | None:
        """Return how far all that is drawn on a page stays from the sides of its trim, at least."""
        if pdfium.FPDFPage_GetRotation(page):
            return None
        if pdfium.FPDFPage_GetTrimBox(page, *self._to_edges):
            left, _, right, _ = self._edges
        else:
            whole = pdfium.FS_RECTF()
            pdfium.FPDF_GetPageBoundingBox(page, whole)
            left, right = whole.left, whole.right
        return found.left - left, right - found.right

    def beyond(self, page: Any, text: Any) -> tuple[str, ...]:
        """Return the texts that reach out of the page by more than a part of a letter."""
        whole = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, whole)
        edges = (whole.left, whole.bottom, whole.right, whole.top)
        return _words(
            [each for each in self._objects(page).texts if _is_out(each.box, edges)], text
        )

    def _note(self, handle: Any, found: _Page, forms: tuple[Any, ...]) -> None:
        """Note an object, which may stand in forms within forms, or be one."""
        kind = pdfium.FPDFPageObj_GetType(handle)
        found.count += 1
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self._note_text(handle, found, forms)
        elif kind != pdfium.FPDF_PAGEOBJ_FORM:
            found.areas += self._area(handle, kind, found, forms)
        elif len(forms) < _DEEP:
            for at in range(pdfium.FPDFFormObj_CountObjects(handle)):
                self._note(pdfium.FPDFFormObj_GetObject(handle, at), found, (*forms, handle))

    def _note_text(self, handle: Any, found: _Page, forms: tuple[Any, ...]) -> None:
        """Note a text; one that is not painted waits for the next one beside it that is."""
        box, colour = self._box(handle, forms), self._colour(handle)
        if pdfium.FPDFTextObj_GetTextRenderMode(handle) == _UNPAINTED:
            found.unpainted.append(_Text(found.count, handle, box, colour, True, False))
            return
        small = box[2] - box[0] < _SMALL or box[3] - box[1] < _SMALL
        doubtful = bool(forms) or self._is_doubtful(handle, box, colour)
        beside = [each for each in found.unpainted if _are_beside(each.box, box)]
        found.texts += [each for each in found.unpainted if each not in beside]
        found.unpainted = []
        says = tuple(each.handle for each in beside)
        found.texts.append(_Text(found.count, handle, box, colour, doubtful, small, says))
        _widen(found, box, (box[3] - box[1]) * _LEANS)

    def _is_doubtful(self, handle: Any, box: Box, colour: Colour) -> bool:
        """Whether a text is light, transparent or cut, so that it may not be seen."""
        red, green, blue, opacity = colour
        if opacity < _OPAQUE or (red > _LIGHT and green > _LIGHT and blue > _LIGHT):
            return True
        if pdfium.FPDFTextObj_GetTextRenderMode(handle) == pdfium.FPDF_TEXTRENDERMODE_CLIP:
            return True
        if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(handle)) < 1:
            return False
        return _covered(box, self._clipped(handle, box)) < 1 - _PART

    def _area(
        self, handle: Any, kind: int, found: _Page, forms: tuple[Any, ...]
    ) -> Iterator[tuple[int, Box, Colour | None]]:
        """Yield an area that may hide text: a path that is filled, a picture, a shading."""
        box = self._box(handle, forms)
        _widen(found, box)
        box = self._clipped(handle, box)
        if min(box[2] - box[0], box[3] - box[1]) < _THIN:
            return
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            yield found.count, box, None
            return
        fill, stroke = ctypes.c_int(0), ctypes.c_int(0)
        pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
        if fill.value:
            colour = self._colour(handle)
            yield found.count, box, None if colour[:3] == _PATTERN else colour

    def _box(self, handle: Any, forms: tuple[Any, ...]) -> Box:
        """Return the box of an object on the page, out of the forms that it stands in."""
        pdfium.FPDFPageObj_GetBounds(handle, *self._to_edges)
        left, bottom, right, top = self._edges
        for form in reversed(forms):
            matrix = pdfium.FS_MATRIX()
            pdfium.FPDFPageObj_GetMatrix(form, matrix)
            xs = [
                matrix.a * x + matrix.c * y + matrix.e for x in (left, right) for y in (bottom, top)
            ]
            ys = [
                matrix.b * x + matrix.d * y + matrix.f for x in (left, right) for y in (bottom, top)
            ]
            left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
        return left, bottom, right, top

    def _colour(self, handle: Any) -> Colour:
        """Return the colour that an object is filled with."""
        if not pdfium.FPDFPageObj_GetFillColor(handle, *self._to_inks):
            return 255, 255, 255, 0  # a pattern: it is looked at
        red, green, blue, opacity = self._inks
        return red, green, blue, opacity

    def _clipped(self, handle: Any, box: Box) -> Box:
        """Return what of a box lies within the paths that an object is clipped to."""
        clip = pdfium.FPDFPageObj_GetClipPath(handle)
        for number in range(pdfium.FPDFClipPath_CountPaths(clip)):
            xs, ys = [], []
            for at in range(pdfium.FPDFClipPath_CountPathSegments(clip, number)):
                segment = pdfium.FPDFClipPath_GetPathSegment(clip, number, at)
                pdfium.FPDFPathSegment_GetPoint(segment, *self._to_edges[:2])
                xs.append(self._edges[0])
                ys.append(self._edges[1])
            edges = (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)
            left, bottom = max(box[0], edges[0]), max(box[1], edges[1])
            box = left, bottom, min(box[2], edges[2]), min(box[3], edges[3])
        return box


def _doubtful(found: _Page) -> list[_Text]:
    """Return the texts of a page that may not be seen; tiny ones are told of as such."""
    return [
        each
        for each in found.texts
        if each.is_doubtful or (found.areas and _is_overlaid(each, found))
    ]


def _widen(found: _Page, box: Box, lean: float = 0.0) -> None:
    """Note how far an object may reach, which leans out of its box by so many points."""
    if box[0] - lean < found.left:
        found.left = box[0] - lean
    if box[2] + lean > found.right:
        found.right = box[2] + lean


def _are_beside(one: Box, other: Box) -> bool:
    """Whether two boxes are not farther from each other than a letter is high."""
    far = max(one[3] - one[1], other[3] - other[1])
    across = max(one[0], other[0]) - min(one[2], other[2])
    upwards = max(one[1], other[1]) - min(one[3], other[3])
    return across < far and upwards < far


def _is_one(one: Box, other: Box) -> bool:
    """Whether two boxes stand beside each other on a line."""
    return _are_beside(one, other) and max(one[1], other[1]) < min(one[3], other[3])


def _is_tiny(text: _Text) -> bool:
    """Whether a text is set in letters that are too small to be read."""
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(text.handle, size)
    pdfium.FPDFPageObj_GetMatrix(text.handle, matrix)
    return float(size.value * (matrix.c**2 + matrix.d**2) ** 0.5) < _TINY


def _pointers(room: Any, kind: Any) -> list[Any]:
    """Return a pointer to each number in an array."""
    size, pointer = ctypes.sizeof(kind), ctypes.POINTER(kind)
    return [ctypes.cast(ctypes.byref(room, at * size), pointer) for at in range(len(room))]


def _covered(box: Box, area: Box) -> float:
    """Return how much of a box lies in an area, from 0 to 1."""
    width, height = max(box[2] - box[0], 0.01), max(box[3] - box[1], 0.01)
    across = min(box[2], area[2]) - max(box[0], area[0])
    upwards = min(box[3], area[3]) - max(box[1], area[1])
    return min(max(across, 0) / width, 1) * min(max(upwards, 0) / height, 1)


def _is_overlaid(text: _Text, found: _Page) -> bool:
    """Whether a text lies under an area, or on one of much its own colour or a picture."""
    return any(
        _covered(text.box, box) >= _PART
        for at, box, colour in found.areas
        if at > text.at or colour is None or _alike(colour, text.colour)
    )


def _is_out(box: Box, page: Box) -> bool:
    """Whether a box reaches out of a page."""
    outside = (page[0] - box[0], page[1] - box[1], box[2] - page[2], box[3] - page[3])
    return max(outside) > _THIN


def _alike(one: Colour, other: Colour) -> bool:
    """Whether two colours are much the same."""
    return all(abs(a - b) < _NEAR for a, b in zip(one[:3], other[:3], strict=True))


def _without_trace(page: Any, texts: Sequence[_Text]) -> list[_Text]:
    """Return those texts, of some, without which a page looks the same."""
    if not texts:
        return []
    from PIL import ImageChops  # late: few pages have to be drawn

    before = _drawn(page)
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, False)
    changed = ImageChops.difference(before, _drawn(page))
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text.handle, True)
    whole = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, whole)
    return [text for text in texts if not _shows(changed, text.box, whole.left, whole.top)]


def _shows(changed: Any, box: Box, left: float, top: float) -> bool:
    """Whether anything in a box has changed; `left` and `top` are the edges of the page."""
    edges = (
        max(int((box[0] - left) * _DOTS) - 1, 0),
        max(int((top - box[3]) * _DOTS) - 1, 0),
        min(int((box[2] - left) * _DOTS) + 2, changed.width),
        min(int((top - box[1]) * _DOTS) + 2, changed.height),
    )
    if edges[0] >= edges[2] or edges[1] >= edges[3]:
        return False
    return any(most >= _SEEN for _, most in changed.crop(edges).getextrema())


def _drawn(page: Any) -> Any:
    """Return a page as PDFium draws it on white, in colour."""
    from PIL import Image

    width = round(pdfium.FPDF_GetPageWidthF(page) * _DOTS)
    height = round(pdfium.FPDF_GetPageHeightF(page) * _DOTS)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGRx, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        dots = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    return Image.frombytes("RGB", (width, height), dots, "raw", "BGRX", stride)


def _words(texts: list[_Text], text: Any) -> tuple[str, ...]:
    """Return what some texts say; pieces of a line from right to left say it together."""
    said: list[str] = []
    last: _Text | None = None
    for each in texts:
        words = _said(each.handle, text)
        # what says letters from right to left begins with the last of them
        words = words or "".join(_said(handle, text) for handle in reversed(each.says))
        if words and last and _is_one(last.box, each.box) and right_to_left(words + said[-1]):
            said[-1] = words + said[-1]
        elif words:
            said.append(words)
        last = each if words else last
    return tuple(said)


def _said(handle: Any, text: Any) -> str:
    """Return what a text object says."""
    size = pdfium.FPDFTextObj_GetText(handle, text, None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(handle, text, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").replace("\0", "").strip()
