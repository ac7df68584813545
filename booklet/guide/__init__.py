"""The guide: one page made for one booklet, which says how to print, fold and bind it.

The verb is `explain(sheets, title, digest, copies)`. It returns facts and figures; the words are
those of `templates/guide.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from booklet.guide import figures
from booklet.measure import Length, Size
from booklet.sheets import (
    Binding,
    Creep,
    Estimate,
    Plan,
    Scheme,
    Sheet,
    Sheets,
    estimate,
)
from booklet.sheets import instruction as between
from booklet.sheets.estimate import SHORT_STAPLE
from booklet.sheets.frame import Frame, frame
from booklet.sheets.marks import has_crop_marks
from booklet.sheets.naming import has_line_outside
from booklet.sheets.place import COVER

# Who prints on these has letter at hand for the guide as well.
_AMERICAN = ("letter", "half-letter", "legal", "tabloid")

# A title may take two lines.
_LONGEST = 90

# Paper that sticks out by less than this is nothing to be cut off.
_SEEN = Length.mm(0.3)


@dataclass(frozen=True)
class Guide:
    """What the guide knows of one booklet. Its properties are what a template can print."""

    title: str
    digest: str
    plan: Plan
    trim: Size
    placed: tuple[Sheet, ...]
    files: tuple[str, ...]
    """The names of the files to print, in their order."""
    estimate: Estimate

    @property
    def page(self) -> Size:
        """The size of the guide itself: letter where the sheets are American, else A4."""
        return Size.parse("letter" if self.plan.sheet.name() in _AMERICAN else "A4")

    @property
    def is_cut(self) -> bool:
        """Whether sheets are cut in two before they are folded."""
        return self.plan.scheme is Scheme.CUT_AND_STACK

    @property
    def is_sewn(self) -> bool:
        """Whether there are signatures behind one another, which no staple goes through.

        There are none where all pages stand on a separate cover.
        """
        within = any(sheet.number != COVER for sheet in self.placed)
        return self.plan.scheme is Scheme.SIGNATURES and within

    @property
    def pile(self) -> tuple[Sheet, ...]:
        """The sheets that are folded first: a signature, or the cover if that is all there is."""
        return tuple(s for s in self.placed if s.signature == 1) or self.placed

    @property
    def from_left(self) -> bool:
        """Whether it is bound at the left."""
        return self.plan.binding is Binding.LEFT

    @property
    def instruction(self) -> str:
        """What to do with the pile between fronts and backs; nothing if the printer does both."""
        return between(self.plan)

    @property
    def first(self) -> Sheet:
        """The sheet to look at: the first that is not a separate cover."""
        return next((sheet for sheet in self.placed if sheet.number), self.placed[0])

    @property
    def behind(self) -> tuple[int, int]:
        """A page of the first sheet's front, and the page on its back; zeros if all are blank."""
        for (left, right), (back_left, back_right) in zip(
            self.first.front.rows, self.first.back.rows, strict=True
        ):
            for page, other in ((right.page, back_left.page), (left.page, back_right.page)):
                if page and other:
                    return page, other
        return 0, 0

    @property
    def middle(self) -> tuple[str, str]:
        """The two pages that lie uppermost before the (first) pile is folded; a blank says so."""
        cells = self.pile[-1].back.rows[-1]
        left, right = (str(cell.page) if cell.page else "a blank" for cell in cells)
        return left, right

    @property
    def crop_marks(self) -> bool:
        """Whether the sheets have marks to cut along."""
        return self.plan.marks.crop and has_crop_marks(self._frame)

    @property
    def sticks_out(self) -> Length | None:
        """How far the innermost sheet reaches beyond the outermost one, if it can be seen."""
        caliper = self.estimate.caliper
        if not self.plan.folded or self.is_sewn or caliper is None:
            return None
        inside = self.estimate.sheets * self.plan.rows + self.estimate.covers - 1
        out = Length(caliper.pt * self.plan.crease.factor * inside)
        return out if out >= _SEEN else None

    @property
    def may_be_cut(self) -> bool:
        """Whether what sticks out may be cut off: pages were moved to make up for it."""
        return self.plan.creep is not Creep.NONE

    @property
    def springs_open(self) -> bool:
        """Whether it is too thick to stay closed."""
        return self.estimate.stitched is not None and self.estimate.stitched > SHORT_STAPLE

    @property
    def staple_at(self) -> str:
        """How far staples are from head and foot."""
        return figures.millimetres(self.trim.height.pt / 4)

    @property
    def named_where(self) -> str:
        """Where a sheet says its number."""
        beside = self.plan.marks.name and has_line_outside(self._frame)
        inside = "in the fold" if self.plan.folded else "between the pages"
        return "beside the pages" if beside else inside

    @cached_property
    def figures(self) -> dict[str, str]:
        """The figures, by the name of what they show, as SVG."""
        plan, frame_ = self.plan, self._frame
        drawn = {"sides": figures.sides(self.first, plan, frame_, most=(80, 40))}
        if not plan.folded:
            return drawn | {"corner": figures.corner(plan, frame_, self.first)}
        drawn |= {
            "pile": figures.pile(self.pile, plan, frame_),
            "folding": figures.folding(self.pile, plan, frame_),
            "closed": figures.closed(plan, frame_, stapled=not self.is_sewn),
        }
        if self.is_cut:
            drawn["cutting"] = figures.cutting(self.first, plan, frame_)
        if self.is_sewn:
            drawn["gathering"] = figures.gathering(self.placed, plan.marks.collation)
            drawn["sewing"] = figures.sewing(frame_)
        else:
            drawn["stapling"] = figures.stapling(plan, frame_)
        return drawn

    @property
    def _frame(self) -> Frame:
        """Where pages stand on the sheets."""
        return frame(self.plan, self.trim)


def explain(sheets: Sheets, title: str, digest: str, copies: int = 1, prefix: str = "") -> Guide:
    """Return the guide to `sheets`, for so many copies; `prefix` begins the names of the files.

    Raises BookletError for fewer copies than one.
    """
    said = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
    return Guide(
        title=said,
        digest=digest,
        plan=sheets.plan,
        trim=sheets.trim,
        placed=sheets.placed,
        files=tuple(f"{prefix}{run.name}.pdf" for run in sheets.runs),
        estimate=estimate(sheets.pages, sheets.plan, copies),
    )
