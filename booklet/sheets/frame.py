"""Where things lie on a sheet, in points: its frame, boxes, and the turns between them.

A *frame* is a side of a sheet as one holds it to read, the fold upright in the middle. A *page* is
the same side in the PDF, always portrait. Both have their origin at the lower left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from booklet.errors import BookletError
from booklet.lengths import SIZES, Length, Size
from booklet.sheets.place import BACK
from booklet.sheets.plan import Flip, Plan

# A trim that is larger than its half of the sheet by less than this still fits: half a point is
# what a trim box may be off by rounding, and far below what a printer can register.
SLACK = 0.5

# Nobody is told to make pages narrower than this.
_LEAST = Length.mm(60)


class Box(NamedTuple):
    """A rectangle: its edges in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From the left edge to the right one."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the bottom edge to the top one."""
        return self.top - self.bottom


class Matrix(NamedTuple):
    """An affine map (x, y) -> (a*x + c*y + e, b*x + d*y + f), as PDF 32000-1, 8.3.3 has it."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, other: Matrix) -> Matrix:
        """Return the map that does this one first and then `other`."""
        return Matrix(
            self.a * other.a + self.b * other.c,
            self.a * other.b + self.b * other.d,
            self.c * other.a + self.d * other.c,
            self.c * other.b + self.d * other.d,
            self.e * other.a + self.f * other.c + other.e,
            self.e * other.b + self.f * other.d + other.f,
        )

    def inverse(self) -> Matrix:
        """Return the map that takes everything back."""
        a, b, c, d, e, f = self
        by = a * d - b * c
        return Matrix(d / by, -b / by, -c / by, a / by, (c * f - d * e) / by, (b * e - a * f) / by)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where the point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, box: Box) -> Box:
        """Return the box around the places of `box`'s corners."""
        xs, ys = zip(*(self.point(x, y) for x in box[::2] for y in box[1::2]), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def move(x: float, y: float) -> Matrix:
    """Return the map that moves by `x` and `y` points."""
    return Matrix(e=x, f=y)


def turn(quarters: int, width: float, height: float) -> Matrix:
    """Return the map that turns a page of that size anticlockwise and keeps its corner at 0, 0."""
    return (
        Matrix(),
        Matrix(0, 1, -1, 0, height, 0),
        Matrix(-1, 0, 0, -1, width, height),
        Matrix(0, -1, 1, 0, 0, width),
    )[quarters % 4]


@dataclass(frozen=True)
class Frame:
    """The measures of a side of a sheet, in points, and of the pages on it."""

    width: float
    height: float
    trim_width: float
    trim_height: float
    rows: int
    quarters: int
    """Quarter turns, anticlockwise, from the frame of a front to its page."""
    natural: Flip
    """The edge about which the sheet turns as the finished page does."""

    def trim(self, row: int, column: int, shift: float = 0.0) -> Box:
        """Return where a page's trim lies, moved by `shift` away from the fold."""
        left = self.width / 2 + (shift if column else -self.trim_width - shift)
        room = self.half(row, column)
        bottom = (room.bottom + room.top - self.trim_height) / 2
        return Box(left, bottom, left + self.trim_width, bottom + self.trim_height)

    def half(self, row: int, column: int) -> Box:
        """Return the part of the sheet that belongs to one page, from the fold to the edge."""
        height = self.height / self.rows
        left, bottom = column * self.width / 2, self.height - (row + 1) * height
        return Box(left, bottom, left + self.width / 2, bottom + height)

    @property
    def spare(self) -> tuple[float, float]:
        """Room beside and above each pair of pages: one margin's width, and its height."""
        return self.width / 2 - self.trim_width, (self.height / self.rows - self.trim_height) / 2

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the PDF page, portrait."""
        return min(self.width, self.height), max(self.width, self.height)

    def onto_page(self, side: str, flip: Flip) -> Matrix:
        """Return the map from the frame of a side to its PDF page.

        Backs are turned by 180 degrees where the printer turns the sheet about the other edge.
        """
        over = 2 if side == BACK and flip is not self.natural else 0
        return turn(self.quarters + over, self.width, self.height)


def frame(plan: Plan, trim: Size) -> Frame:
    """Return the frame in which pages of size `trim` stand on the plan's sheets.

    A sheet is held with its long edge level if the pages fit so (a cut one with its short edge).
    Raises BookletError where they fit neither way; the trim is never scaled.
    """
    short, long = sorted((plan.sheet.width.pt, plan.sheet.height.pt))
    lying = (long, short, 1, Flip.SHORT)
    standing = (short, long, 0, Flip.LONG)
    width, height = trim.width.pt, trim.height.pt
    for frame_width, frame_height, quarters, natural in (
        (standing, lying) if plan.rows > 1 else (lying, standing)
    ):
        if 2 * width <= frame_width + SLACK and plan.rows * height <= frame_height + SLACK:
            return Frame(frame_width, frame_height, width, height, plan.rows, quarters, natural)
    raise BookletError(
        f"`{trim.name()}` does not fit {'four times' if plan.rows > 1 else 'twice'} "
        f"on a sheet of `{plan.sheet.name()}`",
        hint=_what_fits(plan, width, height),
    )


def _what_fits(plan: Plan, width: float, height: float) -> str:
    """Return a hint that names the smallest usual sheet that the pages fit on, and the page that
    fits on the sheet."""
    page = plan.sheet.half().half() if plan.rows > 1 else plan.sheet.half()
    smaller = f"write `trim: {_written(page)}`"
    if page.width < _LEAST:
        smaller = "make the trim smaller"
    need = sorted((2 * width, plan.rows * height))
    for name in sorted(SIZES, key=lambda name: SIZES[name][0] * SIZES[name][1]):
        size = Size.parse(name)
        if need[0] <= size.width.pt + SLACK and need[1] <= size.height.pt + SLACK:
            return f"{smaller}, or `paper: {_written(size)}`"
    return smaller


def _written(size: Size) -> str:
    """Return a size as the front matter takes it."""
    return size.name().replace("×", "x")
