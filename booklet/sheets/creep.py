"""Creep: paper grows out of the fold, so pages are moved along it, and some come too near."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from booklet.lengths import Length
from booklet.sheets.frame import Box, Frame
from booklet.sheets.place import Cell, Sheet
from booklet.sheets.plan import Creep, Plan

# Ink that comes this near to the edge of its own page is meant to run off it.
_BLEEDS = Length.mm(1).pt
# Nobody sees less than this, and no printer can place it.
_LITTLE = Length.mm(0.05).pt


def shift(cell: Cell, plan: Plan) -> float:
    """Return how far a page is moved away from the fold, in points; below 0, towards it.

    With S sheets of thickness t and k from 0 at the outside, t*(S-1-k) for push-out and -t*k for
    push-in. Round a fold of radius r a sheet needs pi*r, so that each sheet is displaced by t
    (sharp crease) to pi/2*t (round). The size of the sheet never changes. On a cover that goes
    round signatures the pages are moved apart by the thickness of the block, half on each side.

    Raises BookletError where the paper has no thickness.
    """
    if cell.wraps:
        return plan.paper.caliper().pt * cell.wraps
    if plan.creep is Creep.NONE or not (cell.inside or cell.outside):
        return 0.0
    sheets = cell.inside if plan.creep is Creep.OUT else -cell.outside
    return plan.paper.caliper().pt * plan.crease.factor * sheets


@dataclass(frozen=True)
class Tight:
    """A warning: a page's ink comes nearer to an edge than the safe margin, because it was moved.

    `clear` is what is left between ink and edge; below 0 the ink is cut off. `edge` is the one the
    page was moved to: `fold`, or `fore edge` (where the paper ends).
    """

    page: int
    sheet: str
    side: str
    edge: str
    clear: Length
    safe: Length

    @property
    def short(self) -> Length:
        """By how much the safe margin is missed."""
        return Length(self.safe.pt - self.clear.pt)

    def __str__(self) -> str:
        """Return the warning as it is shown."""
        return (
            f"page {self.page} ({self.sheet}, {self.side}) comes to {self.clear.to('mm'):.1f} mm "
            f"from the {self.edge} after creep, {self.short.to('mm'):.1f} mm nearer than is safe"
        )


def tight(
    sheets: Sequence[Sheet], plan: Plan, frame: Frame, ink: Sequence[Box | None]
) -> tuple[Tight, ...]:
    """Return a warning for each page that its shift brings too near to an edge, in page order.

    `ink` holds, for each page, the box around all that is printed on it, in points from the lower
    left corner of its trim, or None for an empty page. Pages that run off the edge on purpose are
    passed over.
    """
    found = []
    for sheet in sheets:
        for side in sheet.sides:
            for column, cell in enumerate(side.cells):
                box = ink[cell.page - 1] if cell.page else None
                if box and (close := _closeness(box, column % 2, shift(cell, plan), frame)):
                    edge, before, after = close
                    if before > _BLEEDS and after < min(plan.safe.pt - _LITTLE, before):
                        found.append(Tight(cell.page, sheet.name, side.name, edge,
                                           Length(after), plan.safe))  # fmt: skip
    return tuple(sorted(found, key=lambda warning: warning.page))


def strips(sheets: Sequence[Sheet], plan: Plan, frame: Frame) -> dict[int, Box]:
    """Return where ink would be too near, by pages: a strip of the trim along one of its edges.

    It is in points from the lower left corner of the trim. Pages that come no nearer to an edge by
    their shift have none.
    """
    found: dict[int, Box] = {}
    for sheet in sheets:
        for side in sheet.sides:
            for column, cell in enumerate(side.cells):
                moved = shift(cell, plan)
                nearer = -moved if moved < 0 else moved - frame.spare[0]
                if cell.page and moved and nearer > 0:
                    deep = min(plan.safe.pt + nearer, frame.trim_width)
                    at_left = (moved < 0) == bool(column % 2)
                    left = 0.0 if at_left else frame.trim_width - deep
                    found[cell.page] = Box(left, 0.0, left + deep, frame.trim_height)
    return found


def _closeness(
    box: Box, column: int, moved: float, frame: Frame
) -> tuple[str, float, float] | None:
    """Return the edge that a page is moved to, and its distance from the ink before and after.

    Outwards there may be spare paper, which is used up first; inwards the fold is at the trim.
    """
    left, right = box.left, frame.trim_width - box.right
    if moved > 0:
        outer = right if column else left
        return "fore edge", outer, outer - max(0.0, moved - frame.spare[0])
    if moved < 0:
        inner = left if column else right
        return "fold", inner, inner + moved
    return None
