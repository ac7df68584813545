"""The fold proof: printed sheets are read back by another program, folded, and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot
from unicodedata import bidirectional

from PIL import Image, ImageChops, ImageStat

from booklet.measure import Length
from booklet.sheets.creep import Tight, shift, tight
from booklet.sheets.fold import Spot, fold
from booklet.sheets.frame import Box, Frame, Matrix, frame, move, turn
from booklet.sheets.imposing import Sheets
from booklet.sheets.marks import MM
from booklet.sheets.place import BACK, Cell, Sheet, Side, line_up
from booklet.sheets.plan import Flip, Notes, Plan
from booklet.sheets.viewer import View, Viewer, ink

# Pictures are compared in blocks of grey 2 mm wide, roughly first, and more finely where that
# raises a doubt. Two drawings of one page differ, where PDFium snaps glyphs to pixels, by up to 53
# of 255 in a block at 72 dpi, and at 200 dpi by 17, or 0.2 % of all ink; of a page with four lines,
# one of which is snapped, by 9 %, and at 400 dpi by 0.3 %. A page that lies 2 mm off differs by
# more than 32 in some block, or by 17 % of its ink if that is but a folio.
_ROUGH, _FINE = 72, 200
_PASSES = ((_ROUGH, 6), (_FINE, 16), (2 * _FINE, 32))
_MOST, _PART = 32, 0.02
_RIM = 4 * MM  # not looked at: marks may stand there
_OFF = 0.5 * MM
_TOLD = 10  # of so many pages it is said what stands in their place: it takes long to find


@dataclass(frozen=True)
class Mismatch:
    """A page that is not found where a reader of the folded sheets looks for it.

    `page` is counted from 1; 0 stands for a blank.
    """

    sheet: str
    side: str
    page: int
    what: str

    def __str__(self) -> str:
        """Return the mismatch as it is shown."""
        page = f"page {self.page}" if self.page else "a blank"
        return f"{self.sheet}, {self.side}: {page} {self.what}"


@dataclass(frozen=True)
class Proof:
    """What a reader of the folded sheets finds, in the order of reading."""

    mismatches: tuple[Mismatch, ...]
    """Pages that are not where they should be: none, if the sheets are right."""
    tight: tuple[Tight, ...]
    """Pages whose ink creep has brought too near to an edge: a warning."""


def prove(sheets: Sheets, pages: bytes) -> Proof:
    """Return what is wrong with printed sheets, and what is too near to an edge on them.

    The sheets' bytes are drawn and read by PDFium, turned over about the edge that the printer
    turns them about, nested and folded as their scheme says. Each page must look like the page of
    `pages` that is read there, in 2 mm blocks of grey, and have its text. `pages` is the PDF that
    the sheets were made from.
    """
    wanted = Viewer(pages)
    frame_ = frame(sheets.plan, sheets.trim)
    due: dict[tuple[int, str], list[tuple[int, Spot, int]]] = {}
    spots = fold(sheets.placed, sheets.plan)
    for at, (spot, page) in enumerate(zip(spots, line_up(sheets.pages, sheets.plan), strict=True)):
        due.setdefault((spot.sheet, spot.side), []).append((at, spot, page))
    found: list[tuple[int, Mismatch]] = []
    inks: list[Box | None] = [None] * sheets.pages
    for sheet, side, view in _printed(sheets):
        for at, spot, page in due[sheet.number, side.name]:
            region = _Region(frame_, sheets.plan, spot, side.rows[spot.row][spot.column])
            original = _read(page, wanted) if page else None
            what = _wrong(view, region, original, wanted if len(found) < _TOLD else None)
            if what:
                found.append((at, Mismatch(sheet.name, side.name, page, what)))
            if original:
                inks[page - 1] = ink(original.picture(_ROUGH), _ROUGH)
    mismatches = tuple(mismatch for _, mismatch in sorted(found, key=lambda one: one[0]))
    return Proof(mismatches, _tight(sheets, frame_, inks, wanted))


def _tight(
    sheets: Sheets, frame_: Frame, inks: list[Box | None], wanted: Viewer
) -> tuple[Tight, ...]:
    """Return the pages that are too near to an edge: by a rough measure, and then by a fine one."""
    near = {warning.page for warning in tight(sheets.placed, sheets.plan, frame_, inks)}
    finely = [
        ink(_read(page, wanted).picture(_FINE), _FINE) if page in near else None
        for page in range(1, sheets.pages + 1)
    ]
    return tight(sheets.placed, sheets.plan, frame_, finely)


def _printed(sheets: Sheets) -> Iterator[tuple[Sheet, Side, View | None]]:
    """Yield each side that should have been printed, and what came out: None if nothing did."""
    for run in sheets.runs:
        viewer = Viewer(run.pdf)
        for at, (sheet, side) in enumerate(run.faces):
            yield sheet, side, viewer[at] if at < len(viewer) else None


@dataclass(frozen=True)
class _Reading:
    """A trim on a page of a PDF, held upright: `upright` maps the page to the trim at 0, 0."""

    view: View
    upright: Matrix
    width: float
    height: float

    def picture(self, dpi: int) -> Image.Image:
        """Return the trim in grey."""
        return self.view.picture(self.upright, self.width, self.height, dpi)

    def text(self) -> str:
        """Return the characters within the trim, without space."""
        return self.view.text(self.upright.inverse().box(Box(0, 0, self.width, self.height)))

    def turned(self) -> _Reading:
        """Return the same, held upside down."""
        return replace(self, upright=self.upright.then(turn(2, self.width, self.height)))


def _read(page: int, wanted: Viewer) -> _Reading:
    """Return the trim of a page of the PDF that the sheets were made from."""
    view = wanted[page - 1]
    upright, trim = view.trim()
    box = upright.box(trim)
    return _Reading(view, upright, box.width, box.height)


@dataclass(frozen=True)
class _Region:
    """The part of a printed side in which a page is looked for."""

    frame: Frame
    plan: Plan
    spot: Spot
    cell: Cell

    def read(self, view: View) -> _Reading:
        """Return the trim on a printed side, as the reader holds the folded sheet.

        A front is read as it is. A back is found by turning the sheet over: once as the printer
        did, about an edge of the portrait page, to lie behind the front, and once as the reader
        does, about the fold. Both are reflections, so that nothing is mirrored in the end.
        """
        width, height = self.frame.page
        held = turn(-self.frame.quarters, width, height)
        if self.spot.side == BACK:
            short = self.plan.flip is Flip.SHORT
            printer = Matrix(1, 0, 0, -1, 0, height) if short else Matrix(-1, 0, 0, 1, width, 0)
            held = printer.then(held).then(Matrix(-1, 0, 0, 1, self.frame.width, 0))
        moved = shift(self.cell, self.plan)
        trim = self.frame.trim(self.spot.row, self.spot.column, moved)
        view.hold(_clockwise(held))
        upright = held.then(move(-trim.left, -trim.bottom))
        return _Reading(view, upright, trim.width, trim.height)

    def seen(self, picture: Image.Image, dpi: int) -> Image.Image:
        """Return what is looked at of a picture of the trim: not its rim, nor what is cut off."""
        rim = round(_RIM * dpi / 72)
        spine = rim + max(0, round(-shift(self.cell, self.plan) * dpi / 72))
        left, right = (spine, rim) if self.spot.column else (rim, spine)
        return picture.crop((left, rim, picture.width - right, picture.height - rim))

    def alike(self, one: _Reading, other: _Reading) -> bool:
        """Return whether two trims look the same, as far as they are seen here."""
        return any(
            _same_grey(
                in_blocks(self.seen(one.picture(dpi), dpi), block),
                in_blocks(self.seen(other.picture(dpi), dpi), block),
            )
            for dpi, block in _PASSES
        )


def _clockwise(matrix: Matrix) -> int:
    """Return by how many quarters a matrix turns, clockwise."""
    return [(1, 0), (0, -1), (-1, 0), (0, 1)].index((round(matrix.a), round(matrix.b)))


def in_blocks(picture: Image.Image, block: int) -> Image.Image:
    """Return a picture with a pixel for each whole block of so many.

    Of a block that the edge cuts short, one pixel would count as much as a whole one.
    """
    whole = (picture.width // block * block, picture.height // block * block)
    return picture.crop((0, 0, *whole)).reduce(block)


def _same_grey(one: Image.Image, other: Image.Image) -> bool:
    """Return whether no block differs much, and the difference is little beside the ink."""
    if one.size != other.size:
        return False
    difference = ImageChops.difference(one, other)
    if any(difference.histogram()[_MOST:]):
        return False
    return _sum(difference) <= _PART * (_sum(ImageChops.invert(one)) + 1)


def _sum(picture: Image.Image) -> float:
    """Return the sum of a picture's pixels."""
    return ImageStat.Stat(picture).sum[0]


def _is_in(text: str, printed: str) -> bool:
    """Return whether a text is printed; a neighbour may have more of it that is clipped.

    What runs from right to left is read back in another order where the page is turned: then
    each character is counted.
    """
    leftwards = any(bidirectional(character) in ("R", "AL") for character in text)
    return text in printed or (leftwards and Counter(text) <= Counter(printed))


def _wrong(
    view: View | None, region: _Region, original: _Reading | None, wanted: Viewer | None
) -> str:
    """Return what is wrong with the page in a region, or an empty string.

    What stands in its place is looked for among `wanted`, if that is given.
    """
    if view is None:
        return "is missing: the sheets end before it"
    if max(abs(a - b) for a, b in zip(view.size, region.frame.page, strict=True)) > 1:
        return "stands on a sheet of another size"
    printed = region.read(view)
    if original is None:
        return _not_blank(printed, region)
    same_text = _is_in(original.text(), printed.text())
    if region.alike(printed, original):
        return "" if same_text else "looks right but has other text"
    if region.alike(printed.turned(), original):
        return "stands upside down"
    if same_text:
        return _off(printed, original)
    return _instead(printed, region, wanted)


def _not_blank(printed: _Reading, region: _Region) -> str:
    """Return what is wrong with a blank: that it is none. Lines for notes are let be."""
    if printed.text():
        return "has text"
    picture = region.seen(printed.picture(_FINE), _FINE)
    inked = sum(picture.histogram()[: 256 - _MOST]) > 0
    return "has ink" if inked and region.plan.notes is Notes.NONE else ""


def _off(printed: _Reading, original: _Reading) -> str:
    """Return how far a page with the right text lies off its place, by the edges of its ink."""
    boxes = [one.picture(_FINE).point(lambda grey: 255 if grey < 128 else 0).getbbox()
             for one in (printed, original)]  # fmt: skip
    if boxes[0] and boxes[1]:
        across, down = (abs(boxes[0][at] - boxes[1][at]) * 72 / _FINE for at in (0, 1))
        if max(across, down) > _OFF:
            return f"lies {Length(hypot(across, down)).to('mm'):.1f} mm off its place"
    return "does not look as it should"


def _instead(printed: _Reading, region: _Region, wanted: Viewer | None) -> str:
    """Return which page stands in a region, as far as that can be told."""
    text = printed.text()
    if not text or wanted is None:
        return "is not there"
    for page in range(1, len(wanted) + 1):
        other = _read(page, wanted)
        if other.text() == text and region.alike(printed, other):
            return f"is not there: page {page} is in its place"
    return "is not there: something else is in its place"
