"""How a page looks on a printed side, as another program draws it, beside how it should look."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from math import hypot
from unicodedata import normalize

from PIL import Image, ImageChops, ImageStat

from booklet.lengths import Length
from booklet.sheets.folded_region import RIM, Region
from booklet.sheets.frame import Box, Matrix, move, turn
from booklet.sheets.marks import MM
from booklet.sheets.plan import BlankPages
from booklet.sheets.rendered import View, Viewer, ink

# Pictures are compared in blocks of grey 2 mm wide, roughly first, and more finely where that
# raises a doubt. Two drawings of one page differ, where PDFium snaps glyphs to pixels, by up to 53
# of 255 in a block at 72 dpi, and at 200 dpi by 17, or 0.2 % of all ink; of a page with four lines,
# one of which is snapped, by 9 %, and at 400 dpi by 0.3 %. A page that lies 2 mm off differs by
# more than 32 in some block, or by 17 % of its ink if that is but a folio.
ROUGH, FINE = 72, 200
_PASSES = ((ROUGH, 6), (FINE, 16), (2 * FINE, 32))
_MOST, _PART = 32, 0.02
_OFF = 0.5 * MM

# Spaces, control characters, hyphens, and letters of which nothing is known.
_UNSURE = re.compile(
    "[\\s\\x00-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u2010-\\u2015\\ufffe\\uffff\\ufffd-]+"
)


@dataclass(frozen=True)
class TrimLook:
    """A trim on a page of a PDF, held upright: `upright` maps the page to the trim at 0, 0."""

    view: View
    upright: Matrix
    width: float
    height: float

    def picture(self, dpi: int) -> Image.Image:
        """Return the trim in grey."""
        return self.view.picture(self.upright, self.width, self.height, dpi)

    def has_ink(self, strip: Box) -> bool:
        """Whether there is ink in a part of the trim, which is drawn roughly."""
        upright = self.upright.then(move(-strip.left, -strip.bottom))
        picture = self.view.picture(upright, strip.width, strip.height, ROUGH)
        return ink(picture, ROUGH) is not None

    def text(self) -> str:
        """Return the characters within the trim, without space."""
        return self.view.text(self.upright.inverse().box(Box(0, 0, self.width, self.height)))

    def turned(self) -> TrimLook:
        """Return the same, held upside down."""
        return replace(self, upright=self.upright.then(turn(2, self.width, self.height)))


def original(page: int, wanted: Viewer) -> TrimLook:
    """Return the trim of a page of the PDF that the sheets were made from."""
    view = wanted[page - 1]
    upright, trim = view.trim()
    box = upright.box(trim)
    return TrimLook(view, upright, box.width, box.height)


def printed_in(region: Region, view: View) -> TrimLook:
    """Return the trim on a printed side, as the reader holds the folded sheet."""
    view.hold(_clockwise(region.held))
    return TrimLook(view, region.upright, region.trim.width, region.trim.height)


def _seen(region: Region, picture: Image.Image, dpi: int) -> Image.Image:
    """Return what is looked at of a picture of the trim: not its rim, nor what is cut off."""
    rim = round(RIM * dpi / 72)
    spine = rim + max(0, round(-region.shift * dpi / 72))
    left, right = (spine, rim) if region.spot.column else (rim, spine)
    return picture.crop((left, rim, picture.width - right, picture.height - rim))


def alike(region: Region, one: TrimLook, other: TrimLook) -> bool:
    """Return whether two trims look the same, as far as they are seen in a region."""
    return any(
        _same_grey(
            in_blocks(_seen(region, one.picture(dpi), dpi), block),
            in_blocks(_seen(region, other.picture(dpi), dpi), block),
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
    """Return whether a text is printed, as far as two readings of one page agree.

    PDFium reads a page that is turned in another order, takes an automatic hyphen at the end of a
    line for U+0002 or for "-", and drops or doubles what it holds for spaces: so letters, digits
    and signs are counted, and no more. A neighbour may have more of them that are clipped.
    """
    return _counted(text) <= _counted(printed)


def _counted(text: str) -> Counter[str]:
    """Return how often each character stands in a text, without what a reading may add."""
    return Counter(_UNSURE.sub("", normalize("NFKC", text)))


def seen_wrong(
    view: View | None,
    region: Region,
    page: TrimLook | None,
    wanted: Viewer | None,
    is_spelled: bool = False,
) -> str:
    """Return what is seen to be wrong with the `page` in a region, or an empty string.

    It is None for a blank. What stands in its place is looked for among `wanted`, if that is given.
    Text that says its letters (`is_spelled`) is not held against a page that looks right: PDFium
    loses some of it where the page is turned, and finds it far beside its letters, on a blank too.
    """
    if view is None:
        return "is missing: the sheets end before it"
    if max(abs(a - b) for a, b in zip(view.size, region.frame.page, strict=True)) > 1:
        return "stands on a sheet of another size"
    printed = printed_in(region, view)
    if page is None:
        return _not_blank(printed, region, is_spelled)
    same_text = _is_in(page.text(), printed.text())
    if alike(region, printed, page):
        return "" if same_text or is_spelled else "looks right but has other text"
    if alike(region, printed.turned(), page):
        return "stands upside down"
    if same_text:
        return _off(printed, page)
    return _instead(printed, region, wanted)


def _not_blank(printed: TrimLook, region: Region, is_spelled: bool) -> str:
    """Return what is wrong with a blank: that it is none. Lines for notes are let be."""
    if printed.text() and not is_spelled:
        return "has text"
    picture = _seen(region, printed.picture(FINE), FINE)
    inked = sum(picture.histogram()[: 256 - _MOST]) > 0
    return "has ink" if inked and region.plan.notes is BlankPages.NONE else ""


def _off(printed: TrimLook, page: TrimLook) -> str:
    """Return how far a page with the right text lies off its place, by the edges of its ink."""
    boxes = [one.picture(FINE).point(lambda grey: 255 if grey < 128 else 0).getbbox()
             for one in (printed, page)]  # fmt: skip
    if boxes[0] and boxes[1]:
        across, down = (abs(boxes[0][at] - boxes[1][at]) * 72 / FINE for at in (0, 1))
        if max(across, down) > _OFF:
            return f"lies {Length(hypot(across, down)).to('mm'):.1f} mm off its place"
    return "does not look as it should"


def _instead(printed: TrimLook, region: Region, wanted: Viewer | None) -> str:
    """Return which page stands in a region, as far as that can be told."""
    text = printed.text()
    if not text or wanted is None:
        return "is not there"
    for page in range(1, len(wanted) + 1):
        other = original(page, wanted)
        if other.text() == text and alike(region, printed, other):
            return f"is not there: page {page} is in its place"
    return "is not there: something else is in its place"
