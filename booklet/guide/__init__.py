"""The guide: one page made for one booklet, which says how to print, fold and bind it.

The verb is `explain(sheets, title, digest, copies)`. It returns facts and figures; the order of
the sentences is that of `templates/guide.html`, their words are in `templates/guide.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

from booklet.editions import own_words
from booklet.guide import figures, svg
from booklet.lengths import Length, Size
from booklet.manuscript.language import is_leftward
from booklet.sheets import (
    Binding,
    Creep,
    Estimate,
    Plan,
    Printing,
    Scheme,
    Sheet,
    Sheets,
    Tray,
    estimate,
)
from booklet.sheets.estimate import SHORT_STAPLE
from booklet.sheets.frame import Frame, frame
from booklet.sheets.marks import has_crop_marks
from booklet.sheets.place import COVER

# Who prints on these has letter at hand for the guide as well.
_AMERICAN = ("letter", "half-letter", "legal", "tabloid")

# A title may take two lines.
_LONGEST = 90

# Paper that sticks out by less than this is nothing to be cut off.
_SEEN = Length.mm(0.3)

# How much smaller its types may be, to have it on one page.
_SCALES = (1, 0.95, 0.9, 0.85, 0.8)

# A sign that is as wide as a letter, its gap within it, and the space after it.
_WIDE = re.compile(r"([。，、：；！？）])\s+")


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
    said: Mapping[str, str]
    """The words of the guide, and under `lang` their language."""

    @property
    def lang(self) -> str:
        """The language that it speaks."""
        return self.said["lang"]

    @property
    def rtl(self) -> bool:
        """Whether it is read from right to left, whatever the booklet is."""
        return is_leftward(self.lang)

    def say(self, key: str, **values: object) -> Markup:
        """Return a sentence, with values in the places of their names in braces.

        From right to left each value is a whole of its own, its signs in their places.
        """
        text = escape(self.said[key])
        for name, value in values.items():
            held = escape(value)
            text = text.replace(f"{{{name}}}", f"\u2066{held}\u2069" if self.rtl else held)
        return text

    def flow(self, text: str) -> Markup:
        """Return text without spaces after signs that bring their own, as Chinese ones do."""
        return Markup(_WIDE.sub(r"\1", text))  # noqa: S704 - a piece of our template

    def mm(self, length: Length) -> str:
        """Return millimetres to a tenth, with the comma of the language."""
        return f"{length.to('mm'):.1f}".replace(".", _comma(self.lang))

    @property
    def staples(self) -> str:
        """The staples that hold a copy: `24/6 or 26/6`."""
        kinds = self.estimate.staples.split(" or ")
        held = [f"\u2066{kind}\u2069" if self.rtl else kind for kind in kinds]
        return f" {self.said['or']} ".join(held)

    @property
    def sum(self) -> str:
        """The paper for all copies: `30 × A4, 150 g`."""
        paper = self.estimate
        said = f"{paper.paper} × {self.plan.sheet.name()}"
        if paper.covers:
            said += f" + {paper.covers * paper.copies} × {self.said['cover']}"
        if paper.weight >= 1000:
            return f"{said}, {paper.weight / 1000:.1f} kg".replace(".", _comma(self.lang))
        return f"{said}, {paper.weight:.0f} g" if paper.weight else said

    @property
    def page(self) -> Size:
        """The size of the guide itself: letter where the sheets are American, else A4."""
        return Size.parse("letter" if self.plan.sheet.name() in _AMERICAN else "A4")

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules for its page, with ever smaller types for languages that need more room."""
        largest = 9.5 if self.page.name() == "letter" else 10.2  # letter is 18 mm shorter
        page = f"@page guide {{ size: {self.page.css()} }}\n"
        sizes = (largest * scale for scale in _SCALES)
        return tuple(f"{page}:root {{ --guide-size: {size:.2f}pt }}\n" for size in sizes)

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
    def one_sided(self) -> bool:
        """Whether backs are printed once all fronts are, on the pile put back."""
        return self.plan.printing is not Printing.TWO_SIDED

    @property
    def turned(self) -> bool:
        """Whether the pile is turned over before it is put back."""
        return self.plan.tray is Tray.FACE_UP

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
        """The two pages that are uppermost before the first pile is folded; a dash if blank."""
        cells = self.pile[-1].back.rows[-1]
        left, right = (str(cell.page) if cell.page else "–" for cell in cells)
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

    @cached_property
    def figures(self) -> dict[str, str]:
        """The figures, by the name of what they show."""
        return {name: svg.over(drawn) for name, drawn in self._drawn()}

    def _drawn(self) -> Iterator[tuple[str, str]]:
        """Yield each figure and its name; for those who cannot see it, it is called as its card."""
        plan, frame_, said = self.plan, self._frame, self.said
        yield "sides", figures.sides(self.first, plan, frame_, (80, 40), said["look"], said)
        if not plan.folded:
            yield "corner", figures.corner(plan, frame_, self.first, said["staple"], said)
            return
        yield "pile", figures.pile(self.pile, plan, frame_, said["lay"], said)
        yield "folding", figures.folding(self.pile, plan, frame_, said["fold"])
        yield "closed", figures.closed(plan, frame_, not self.is_sewn, said["finish"])
        if self.is_cut:
            yield "cutting", figures.cutting(self.first, plan, frame_, said["cut"], said)
        if self.is_sewn:
            bars = plan.marks.collation
            yield "gathering", figures.gathering(self.placed, bars, said["gather"], said)
            yield "sewing", figures.sewing(frame_, said["sew"])
        else:
            yield "stapling", figures.stapling(plan, frame_, said["staple"])

    @property
    def _frame(self) -> Frame:
        """Where pages stand on the sheets."""
        return frame(self.plan, self.trim)


def _comma(lang: str) -> str:
    """Return what stands before the tenths of a number; a point where nobody knows."""
    from babel import Locale, UnknownLocaleError  # late: its tables are large
    from babel.numbers import get_decimal_symbol

    try:
        return str(get_decimal_symbol(Locale.parse(lang, sep="-"), numbering_system="latn"))
    except (UnknownLocaleError, ValueError):
        return "."


def explain(
    sheets: Sheets,
    title: str,
    digest: str,
    copies: int = 1,
    prefix: str = "",
    said: Mapping[str, str] | None = None,
) -> Guide:
    """Return the guide to `sheets`, for so many copies, in the words of `said`, else in English.

    `prefix` begins the names of the files. Raises BookletError for fewer copies than one.
    """
    short = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
    return Guide(
        title=short,
        digest=digest,
        plan=sheets.plan,
        trim=sheets.trim,
        placed=sheets.placed,
        files=tuple(f"{prefix}{run.name}.pdf" for run in sheets.runs),
        estimate=estimate(sheets.pages, sheets.plan, copies),
        said=said or own_words.guide("en"),
    )
