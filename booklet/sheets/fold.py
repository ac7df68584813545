"""Fold and read: what a hand does to printed sheets, done to their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from booklet.sheets.place import BACK, COVER, FRONT, Sheet
from booklet.sheets.plan import Binding, Plan, Scheme


@dataclass(frozen=True, order=True)
class SheetSpot:
    """A place on a printed sheet: its number, its side, a row from the top, a column from 0."""

    sheet: int
    side: str
    row: int
    column: int


@dataclass(frozen=True)
class _Piece:
    """A folded piece of paper: a sheet, or one of the rows it is cut into."""

    sheet: int
    row: int

    def first(self, right: int) -> tuple[SheetSpot, SheetSpot]:
        """Return the recto and the verso of the leaf that is read on the way in."""
        return (
            SheetSpot(self.sheet, FRONT, self.row, right),
            SheetSpot(self.sheet, BACK, self.row, 1 - right),
        )

    def last(self, right: int) -> tuple[SheetSpot, SheetSpot]:
        """Return the recto and the verso of the leaf that is read on the way out."""
        return (
            SheetSpot(self.sheet, BACK, self.row, right),
            SheetSpot(self.sheet, FRONT, self.row, 1 - right),
        )


def fold(sheets: Iterable[Sheet], plan: Plan) -> tuple[SheetSpot, ...]:
    """Return the places on `sheets` in the order in which a reader comes to them.

    It follows the paper, not the formulas: only the numbers of the sheets and their signatures
    are looked at, never the pages that stand on them.
    """
    right = 0 if plan.binding is Binding.RIGHT else 1
    stack = list(sheets)
    if plan.scheme is Scheme.TWO_UP:
        return tuple(
            SheetSpot(sheet.number, side, 0, column)
            for sheet in stack
            for side in (FRONT, BACK)
            for column in (1 - right, right)
        )
    if plan.scheme is Scheme.CUT_AND_STACK:
        pieces = [_Piece(sheet.number, row) for row in range(plan.rows) for sheet in stack]
        return tuple(_nested(pieces, right))
    around = [_Piece(COVER, 0) for sheet in stack if sheet.signature == 0]
    inner: list[SheetSpot] = []
    for signature in sorted({sheet.signature for sheet in stack if sheet.signature}):
        inner += _nested(
            [_Piece(sheet.number, 0) for sheet in stack if sheet.signature == signature], right
        )
    return tuple(
        [spot for cover in around for spot in cover.first(right)]
        + inner
        + [spot for cover in around for spot in cover.last(right)]
    )


def _nested(pieces: list[_Piece], right: int) -> Iterator[SheetSpot]:
    """Yield the places on pieces laid in one another: inwards leaf by leaf, and out again."""
    for piece in pieces:
        yield from piece.first(right)
    for piece in reversed(pieces):
        yield from piece.last(right)


def read(sheets: Iterable[Sheet], plan: Plan) -> tuple[int, ...]:
    """Return the pages as the folded sheets are read, 0 for a blank."""
    stack = tuple(sheets)
    sides = {(sheet.number, side.name): side for sheet in stack for side in sheet.sides}
    return tuple(
        sides[spot.sheet, spot.side].rows[spot.row][spot.column].page for spot in fold(stack, plan)
    )
