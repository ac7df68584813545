"""What paper a booklet takes, what would save a sheet, and how to staple it."""

from __future__ import annotations

from dataclasses import dataclass

from booklet.errors import BookletError, quoted
from booklet.lengths import Length
from booklet.sheets.place import COVER, line_up, place
from booklet.sheets.plan import BlankPages, Plan, Scheme

# What a staple's legs hold: leg length less what is bent over. Boxes of 24/6 and 26/6 staples (legs
# of 6 mm) promise 20 to 25 sheets of 80 g/m², boxes of 24/8 and 23/8 (8 mm) 40 to 50: legs less
# some 3.5 mm. We stay at the lower figures. Print shops stop saddle stitching at 64 to 80 pages,
# 16 to 20 sheets, beyond which a booklet does not stay closed.
SHORT_STAPLE, LONG_STAPLE = Length.mm(2.1), Length.mm(4.2)
_REAM = 500


@dataclass(frozen=True)
class Estimate:
    """The paper for a number of copies of one booklet."""

    pages: int
    copies: int
    sheets: int
    """Sheets in a copy, without a separate cover."""
    covers: int
    signatures: int
    blanks: int
    over: int
    """How many pages fewer would save a sheet; 0 where there is but one."""
    caliper: Length | None
    """The thickness of a sheet, where it is known."""
    plan: Plan

    @property
    def paper(self) -> int:
        """Sheets in all copies, without separate covers."""
        return self.sheets * self.copies

    @property
    def weight(self) -> float:
        """The weight of these in grams; 0 where the grammage is unknown."""
        return self.paper * self.plan.paper.weight(self.plan.sheet)

    @property
    def stitched(self) -> Length | None:
        """What a staple goes through: the open sheets of a copy, a separate cover included."""
        layers = self.sheets * self.plan.rows + self.covers
        return Length(self.caliper.pt * layers) if self.caliper else None

    @property
    def spine(self) -> Length | None:
        """How thick a copy is when it is folded."""
        return Length(self.stitched.pt * 2) if self.stitched else None

    def __str__(self) -> str:
        """Return the line that a build shows: `18 pages: 5 sheets of A4, 2 blank`."""
        said = f"{_many(self.pages, 'page')}: {_many(self.sheets, 'sheet')} of "
        said += self.plan.sheet.name()
        if self.signatures > 1:
            said += f" in {self.signatures} signatures"
        if self.covers:
            said += " and a cover"
        if self.blanks:
            said += (
                f", {self.blanks} {'blank' if self.plan.notes is BlankPages.NONE else 'for notes'}"
            )
        return said

    def saving(self) -> str:
        """Return what would save a sheet, or an empty string."""
        return f"{_many(self.over, 'page')} fewer would save a sheet" if self.over else ""

    def for_copies(self) -> str:
        """Return the line for all copies: `30 copies: 150 sheets of A4, 0.7 kg`."""
        said = f"{_many(self.copies, 'copy', 'copies')}: {_many(self.paper, 'sheet')}"
        said += f" of {self.plan.sheet.name()}"
        if self.paper > _REAM:
            said += f" ({-(-self.paper // _REAM)} reams)"
        if self.covers:
            said += f" and {_many(self.covers * self.copies, 'cover')}"
        if not self.weight:
            return said
        heavy = self.weight >= 1000
        return said + (f", {self.weight / 1000:.1f} kg" if heavy else f", {self.weight:.0f} g")

    @property
    def staples(self) -> str:
        """The staples that hold a copy; nothing where none do, or the thickness is unknown."""
        sewn = self.plan.scheme is Scheme.SIGNATURES and self.sheets
        if not self.plan.folded or sewn or self.stitched is None:
            return ""
        if self.stitched <= SHORT_STAPLE:
            return "24/6 or 26/6"
        return "24/8 or 23/8" if self.stitched <= LONG_STAPLE else ""

    def binding(self) -> str:
        """Return how a copy is best bound: with which staples, or how else."""
        if not self.plan.folded:
            return "staple the sheets at the corner"
        if self.stitched is None or self.spine is None:
            return "the paper has no thickness, so that there is no advice on staples"
        through = f"{self.stitched.to('mm'):.1f} mm of paper"
        if self.plan.scheme is Scheme.SIGNATURES and self.sheets:
            return f"sew or glue the signatures: the spine is {self.spine.to('mm'):.1f} mm thick"
        if self.stitched <= SHORT_STAPLE:
            return f"staple twice through the fold, {self.staples}: {through}"
        if self.stitched <= LONG_STAPLE:
            return (
                f"staple twice through the fold, {self.staples}: {through}; "
                f"so thick a booklet does not stay closed, `{Scheme.SIGNATURES}` do"
            )
        return f"too thick to staple, {through}: use `{Scheme.SIGNATURES}`"


def check_copies(copies: int) -> None:
    """Raise BookletError unless that many copies can be printed."""
    if not 1 <= copies <= _MOST_COPIES:
        hint = f"ask for 1 to {_MOST_COPIES:,}"
        raise BookletError(f"{quoted(copies)} is not a number of copies", hint=hint)


_MOST_COPIES = 1_000_000


def estimate(pages: int, plan: Plan, copies: int = 1) -> Estimate:
    """Return what paper `copies` copies of a booklet of so many pages take.

    Raises BookletError where `place` and `check_copies` do.
    """
    check_copies(copies)
    placed = place(pages, plan)
    line = line_up(pages, plan)
    covers = sum(sheet.number == COVER for sheet in placed)
    last = 4 * plan.rows
    return Estimate(
        pages=pages,
        copies=copies,
        sheets=len(placed) - covers,
        covers=covers,
        signatures=max(sheet.signature for sheet in placed),
        blanks=len(line) - pages,
        over=(pages - 1) % last + 1 if len(placed) > 1 else 0,
        caliper=_caliper(plan),
        plan=plan,
    )


def _caliper(plan: Plan) -> Length | None:
    """Return the paper's thickness, or None where it has none."""
    try:
        return plan.paper.caliper()
    except BookletError:
        return None


def _many(count: int, one: str, several: str = "") -> str:
    """Return `1 sheet` or `5 sheets`."""
    return f"{count} {one if count == 1 else several or one + 's'}"
