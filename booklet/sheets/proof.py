"""The fold proof: printed sheets are read back from their bytes, folded, and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from io import BytesIO
from math import hypot

from pikepdf import Array, Object, Pdf, Stream

from booklet.lengths import Length
from booklet.sheets.appearance import FINE, ROUGH, original, seen_wrong
from booklet.sheets.creep import Tight, strips, tight
from booklet.sheets.fold import fold
from booklet.sheets.folded_region import Region
from booklet.sheets.frame import Box, Frame, frame
from booklet.sheets.imposing import Sheets
from booklet.sheets.operators import PageContent, Thing, common, drawn, upright
from booklet.sheets.place import Sheet, Side, line_up
from booklet.sheets.plan import BlankPages
from booklet.sheets.rendered import View, Viewer, ink
from booklet.sheets.runs import Run
from booklet.sheets.same_objects import Twins

_TOLD = 10  # of so many pages it is said what stands in their place: it takes long to find
_LOOKED_AT = 4  # so many pages are drawn as well
_NEAR, _SAME = 0.05, 1e-4  # points that numbers in a PDF are rounded by; parts of a turn or a scale


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
    """What a reader of the folded sheets finds.

    `mismatches` are the pages that are not where they should be, in the order of reading: none, if
    the sheets are right.
    """

    mismatches: tuple[Mismatch, ...]
    _measure: Callable[[], tuple[Tight, ...]]

    @cached_property
    def tight(self) -> tuple[Tight, ...]:
        """Pages whose ink creep has brought too near to an edge: a warning.

        They are measured when they are asked for: the proof itself does without pictures of all.
        """
        return self._measure()


@dataclass(frozen=True)
class _Due:
    """A page that is due in a place on a printed side; `at` is when it is read. 0 is a blank."""

    at: int
    page: int
    region: Region


def prove(
    sheets: Sheets, pages: bytes, margins: Sequence[tuple[float, float] | None] = ()
) -> Proof:
    """Return what is wrong with printed sheets, and what is too near to an edge on them.

    The sheets' bytes are read again, operator by operator, turned over about the edge that the
    printer turns them about, nested and folded as their scheme says. In each place must stand what
    the page of `pages` draws that is read there: its content with all that it needs, on its very
    place, whole, alone, and with nothing in force that changes its looks. A few of them are drawn
    by PDFium besides. `pages` is the PDF that the sheets were made from; `margins` are how far the
    ink of each stays from the left and right edge of its trim, at least, in points, where known.
    """
    wanted, frame_ = Viewer(pages), frame(sheets.plan, sheets.trim)
    found: list[tuple[int, Mismatch]] = []
    with Pdf.open(BytesIO(pages)) as source:
        originals = [page.obj for page in source.pages]
        for run in sheets.runs:
            for due, sheet, side, look, what in _read(run, sheets, frame_, originals):
                if what or due.at in _looked_at(sheets.pages):
                    told = wanted if len(found) < _TOLD else None
                    page = original(due.page, wanted) if due.page else None
                    near = originals[due.page - 1 :][:1] if due.page else originals
                    spelled = not what and any(_is_spelled(one) for one in near)
                    what = seen_wrong(look(), due.region, page, told, bool(spelled)) or what
                if what:
                    mismatch = Mismatch(sheet.name, side.name, due.page, what)
                    found.append((due.at, mismatch))
    mismatches = tuple(mismatch for _, mismatch in sorted(found, key=lambda one: one[0]))
    return Proof(mismatches, partial(_tight, sheets, pages, margins))


def _tight(
    sheets: Sheets, pages: bytes, margins: Sequence[tuple[float, float] | None]
) -> tuple[Tight, ...]:
    """Return the pages that creep has brought too near to an edge: a warning for each.

    `pages` is the PDF that the sheets were made from. Most pages have no ink along that edge at
    all, as their `margins` say; the ink of the others is measured, roughly first and then finely.
    """
    frame_ = frame(sheets.plan, sheets.trim)
    doubtful = {
        page: strip
        for page, strip in strips(sheets.placed, sheets.plan, frame_).items()
        if not _keeps_off(strip, margins[page - 1] if margins else None)
    }
    if not doubtful:
        return ()
    wanted = Viewer(pages)
    close = {page for page, strip in doubtful.items() if original(page, wanted).has_ink(strip)}
    found: tuple[Tight, ...] = ()
    for dpi in (ROUGH, FINE) if close else ():
        inks = [
            ink(original(page, wanted).picture(dpi), dpi) if page in close else None
            for page in range(1, sheets.pages + 1)
        ]
        found = tight(sheets.placed, sheets.plan, frame_, inks)
        close = {warning.page for warning in found}
    return found


def _keeps_off(strip: Box, margins: tuple[float, float] | None) -> bool:
    """Whether all ink keeps off a strip along the left or right edge, by what is known of it."""
    return margins is not None and margins[strip.left > 0] > strip.width


def _is_spelled(page: Object) -> bool:
    """Whether a page says the letters of some of its glyphs, which cannot be told from them."""
    contents = page.get("/Contents", Array())
    streams = [contents] if isinstance(contents, Stream) else list(contents)
    return any(b"/ActualText" in stream.read_bytes() for stream in streams)


def _looked_at(pages: int) -> frozenset[int]:
    """Return which places, counted as they are read, are looked at as well: the ends, and more."""
    return frozenset(pages * at // (_LOOKED_AT - 1) - (at > 0) for at in range(_LOOKED_AT))


def _read(
    run: Run, sheets: Sheets, frame_: Frame, originals: Sequence[Object]
) -> Iterator[tuple[_Due, Sheet, Side, Callable[[], View | None], str]]:
    """Yield each page that is due on the sides of a run, and what is wrong with it there.

    With it comes what opens the side to be looked at, which is None where nothing was printed.
    """
    due = _due(sheets, frame_)
    twins, viewer = Twins(), Viewer(run.pdf)
    with Pdf.open(BytesIO(run.pdf)) as printed:
        for at, (sheet, side) in enumerate(run.faces):
            there = drawn(printed.pages[at]) if at < len(printed.pages) else None
            look = cache(partial(viewer.get, at))  # PDFium holds a page as it was last turned
            for each in due[sheet.number, side.name]:
                page = originals[each.page - 1] if each.page else None
                what = _wrong(there, each.region, page, twins)
                yield each, sheet, side, look, what


def _due(sheets: Sheets, frame_: Frame) -> dict[tuple[int, str], list[_Due]]:
    """Return the pages that are due on each side, by the number of its sheet and its name."""
    sides = {(sheet.number, side.name): side for sheet in sheets.placed for side in sheet.sides}
    due: dict[tuple[int, str], list[_Due]] = {place: [] for place in sides}
    spots = fold(sheets.placed, sheets.plan)
    for at, (spot, page) in enumerate(zip(spots, line_up(sheets.pages, sheets.plan), strict=True)):
        cell = sides[spot.sheet, spot.side].rows[spot.row][spot.column]
        due[spot.sheet, spot.side].append(_Due(at, page, Region(frame_, sheets.plan, spot, cell)))
    return due


def _wrong(there: PageContent | None, region: Region, page: Object | None, twins: Twins) -> str:
    """Return what is wrong with what is drawn in a region, or an empty string."""
    if there is None:
        return "is missing: the sheets end before it"
    if max(abs(a - b) for a, b in zip(there.size, region.frame.page, strict=True)) > 1:
        return "stands on a sheet of another size"
    if there.odd:
        return there.odd
    inner, matrix = region.inner(), region.upright
    found = [each for each in there.things if _overlap(matrix.box(each.reach), inner)]
    if page is None:
        return _not_blank(found, region)
    if len(found) != 1:
        return "shares its place with something else" if found else "is not there"
    (thing,) = found
    if thing.form is None or not twins.form_of(thing.form, page):
        return "is not there: something else is in its place"
    return _misplaced(thing, region, page)


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have more in common than numbers are rounded by."""
    both = common(one, other)
    return both.width > _NEAR and both.height > _NEAR


def _not_blank(found: Sequence[Thing], region: Region) -> str:
    """Return what is wrong with a blank: that it is none. Lines for notes are let be."""
    if any(each.has_text for each in found):
        return "has text"
    return "has ink" if found and region.plan.notes is BlankPages.NONE else ""


def _misplaced(thing: Thing, region: Region, page: Object) -> str:
    """Return what is wrong with how the right page is set, or an empty string."""
    if not thing.is_plain:
        return "is drawn with something in force that changes its looks"
    matrix, trim = upright(page)
    placed = thing.matrix.then(region.upright)
    if any(abs(a - b) > _SAME for a, b in zip(placed[:4], matrix[:4], strict=True)):
        return "is turned, mirrored or scaled"
    off = hypot(placed.e - matrix.e, placed.f - matrix.f)
    if off > 2 * _NEAR:
        return f"lies {Length(off).to('mm'):.1f} mm off its place"
    reach, shown = region.upright.box(thing.reach), common(region.shown(), trim)
    cut = (reach.left - shown.left, reach.bottom - shown.bottom,
           shown.right - reach.right, shown.top - reach.top)  # fmt: skip
    return "is cut off" if max(cut) > 2 * _NEAR else ""
