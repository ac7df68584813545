"""Where on a printed side a page is looked for, once the sheets are folded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from booklet.sheets.creep import shift
from booklet.sheets.fold import SheetSpot
from booklet.sheets.frame import Box, Frame, Matrix, move, turn
from booklet.sheets.marks import MM
from booklet.sheets.place import BACK, Cell
from booklet.sheets.plan import Flip, Plan

RIM = 4 * MM
"""Along the edges of a trim marks may stand, in points."""


@dataclass(frozen=True)
class Region:
    """The part of a printed side in which a page is looked for."""

    frame: Frame
    plan: Plan
    spot: SheetSpot
    cell: Cell

    @cached_property
    def shift(self) -> float:
        """How far the page is moved away from the fold, in points."""
        return shift(self.cell, self.plan)

    @cached_property
    def trim(self) -> Box:
        """The trim, on the side as the reader holds it."""
        return self.frame.trim(self.spot.row, self.spot.column, self.shift)

    @cached_property
    def held(self) -> Matrix:
        """The map from a page of the PDF to the side as the reader of the sheets holds it.

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
        return held

    @cached_property
    def upright(self) -> Matrix:
        """The map from a page of the PDF to the upright trim at 0, 0."""
        return self.held.then(move(-self.trim.left, -self.trim.bottom))

    def shown(self) -> Box:
        """Return the part of the trim at 0, 0 that is not cut off at the fold."""
        trim, half = self.trim, self.frame.half(self.spot.row, self.spot.column)
        left, right = max(trim.left, half.left), min(trim.right, half.right)
        bottom, top = max(trim.bottom, half.bottom), min(trim.top, half.top)
        return Box(left - trim.left, bottom - trim.bottom, right - trim.left, top - trim.bottom)

    def inner(self) -> Box:
        """Return the part of the trim at 0, 0 where nothing but the page may stand."""
        spine = RIM + max(0.0, -self.shift)
        left, right = (spine, RIM) if self.spot.column else (RIM, spine)
        return Box(left, RIM, self.trim.width - right, self.trim.height - RIM)
