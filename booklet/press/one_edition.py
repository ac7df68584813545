"""One edition: composed, laid out, checked, and set on its sheets."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from booklet.errors import BookletError, Place
from booklet.findings import Finding
from booklet.layout.paginate import paginate
from booklet.press.fitting import fit, saving
from booklet.press.leaflets import beside
from booklet.press.paper_findings import of_pages, of_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout import Layout, Pages
    from booklet.manuscript import Manuscript
    from booklet.pipeline import Build
    from booklet.preflight import Margins, Report
    from booklet.press.fitting import Fitted
    from booklet.press.jobs import EditionJob
    from booklet.sheets import Mismatch, Plan, Sheets

# Times that notes far from their calls are moved to the end and the book is laid out again.
_MOST_TRIES = 3

# Sheets that do not fold: the one error that says nothing against the pages.
MISFOLDED = "I03"

# PDFium, which reads back what was written, serves one thread at a time.
READING = threading.Lock()


@dataclass(frozen=True)
class Settled:
    """An edition whose notes have all found a place: its pages, and what was found in them.

    `margins` are how near the ink of each page comes to its edges.
    """

    edition: Edition
    pages: Pages
    report: Report
    margins: tuple[Margins, ...]


@dataclass(frozen=True)
class Made:
    """An edition as it was made, not yet on the disk: its pages, and what was found.

    `plan` is the one of its sheets, None for one that comes out as pages; `runs` are the files of
    these by their names, with the guide to them: none if the pages have losses, and only some to
    look at if the sheets do not fold. `planned` says what would save a sheet, or what was done to
    save one.
    """

    edition: Edition
    pages: Pages
    report: Report
    plan: Plan | None
    runs: Mapping[str, bytes]
    planned: str = ""

    @property
    def is_misfolded(self) -> bool:
        """Whether its pages are good, and its sheets do not fold into them."""
        return any(finding.code == MISFOLDED for finding in self.report.findings)


class Misfolded(BookletError):
    """Sheets that do not fold into their pages; `runs` are their files, to be looked at."""

    runs: Mapping[str, bytes] = MappingProxyType({})


def _misfolded(mismatches: Sequence[Mismatch], sheets: Sheets) -> Misfolded:
    """Return the error for sheets in which some pages are not where they should be."""
    more = f", and {len(mismatches) - 1} more" if len(mismatches) > 1 else ""
    error = Misfolded(
        f"the sheets do not fold into the booklet: {mismatches[0]}{more}",
        hint="the booklet itself is sound; report this with the manuscript",
    )
    error.runs = {run.name: run.pdf for run in sheets.runs}
    return error


def make(build: Build, job: EditionJob, layout: Layout) -> Made:
    """Return the edition of a job, with its sheets and the guide to them if it comes out as such.

    Raises BookletError where a room does. Sheets that do not fold into the pages are a finding:
    the pages are good.
    """
    layout.forget()
    style, plan = job
    settled = build.stages.settle(build, style, layout)
    if plan is None or settled.report.of("error"):
        sound = not settled.report.of("error")
        remarks = of_pages(settled.edition, settled.pages) if sound else ()
        return Made(settled.edition, settled.pages, settled.report.with_(remarks), plan, {})
    if build.order.fit:
        fitted = _fit(build, job, layout, len(settled.pages.leaves))
        planned = fitted.said
        if fitted.style != style:
            settled = build.stages.settle(build, fitted.style, layout)
            if settled.report.of("error"):
                return Made(settled.edition, settled.pages, settled.report, plan, {})
    else:
        planned = saving(settled.edition, settled.pages, plan, layout)
    build.say("making the sheets")
    return _with_sheets(build, settled, plan, layout, planned)


def _with_sheets(build: Build, settled: Settled, plan: Plan, layout: Layout, planned: str) -> Made:
    """Return an edition with its sheets, and the guide to them unless they do not fold."""
    edition, pages, report = settled.edition, settled.pages, settled.report
    manuscript = build.manuscript
    try:
        sheets, tight = on_sheets(manuscript, pages, plan, settled.margins)
    except Misfolded as error:
        found = Finding(MISFOLDED, error.message, Place(manuscript.path))
        return Made(edition, pages, report.with_((found,)), plan, error.runs, planned)
    guide, remarks = _explain(sheets, build, edition, layout)
    runs = {run.name: run.pdf for run in sheets.runs} | {"guide": guide}
    told = report.beside(remarks)
    told = (*tight, *told, *of_sheets(manuscript, edition.style, sheets), *of_pages(edition, pages))
    return Made(edition, pages, report.with_(told), plan, runs, planned)


def _fit(build: Build, job: EditionJob, layout: Layout, pages: int) -> Fitted:
    """Return what comes of the wish for a sheet less than so many pages take."""

    def count(tighter: Style) -> int:
        build.say(f"fitting: {tighter.tightened}")
        composed = composer(build, tighter, layout)
        return len(paginate(composed(frozenset()), layout, composed)[1].leaves)

    assert job.plan is not None  # noqa: S101 - no sheets, nothing to fit
    return fit(job.style, pages, job.plan, count)


def prefix(style: Style) -> str:
    """Return what the names of an edition's files for the printer begin with."""
    return "" if style.name == "booklet" else f"{style.name}-"


def settle(build: Build, style: Style, layout: Layout) -> Settled:
    """Return the edition that `style` describes, once every note has found a place.

    A note that the finished PDF shows far from its call goes to the end, and once more.
    """
    from booklet.preflight import report  # late: it is slow to import, and not needed before

    composed = composer(build, style, layout)
    strays: frozenset[str] = frozenset()
    for _ in range(_MOST_TRIES):
        edition, pages = paginate(composed(strays), layout, composed, build.say)
        build.say("checking")
        with READING:
            read = build.stages.inspect(edition, pages)
        checked = report(build.manuscript.findings, pages.findings, read.findings)
        if not checked.strays:
            break
        strays = edition.endnotes | checked.strays
    return Settled(edition, pages, checked, read.margins)


def composer(build: Build, style: Style, layout: Layout) -> Callable[[frozenset[str]], Edition]:
    """Return what makes the edition, given the notes that go to the end.

    An author's templates are programs: only the layout has limits of time and memory.
    """
    own = (build.source.shelf.root / "templates").exists()
    compose = layout.compose if own else build.stages.compose
    return lambda endnotes: compose(build.manuscript, style, build.source, endnotes)


def on_sheets(
    manuscript: Manuscript, pages: Pages, plan: Plan, margins: Sequence[Margins] = ()
) -> tuple[Sheets, tuple[Finding, ...]]:
    """Return the sheets of some pages, folded and proved, and what is tight on them.

    `margins` are those of the pages as they were read back, if they were.

    Raises Misfolded if a sheet does not fold into the pages that it should hold.
    """
    from booklet.sheets import impose, prove

    sheets, where = impose(pages.pdf, plan), Place(manuscript.path)
    with READING:
        proof = prove(sheets, pages.pdf, margins)
        if not proof.mismatches:
            return sheets, tuple(Finding("I01", str(each), where) for each in proof.tight)
    raise _misfolded(proof.mismatches, sheets)


def _explain(
    sheets: Sheets, build: Build, edition: Edition, layout: Layout
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the guide to some sheets as a PDF, and what was remarked while it was laid out."""
    from booklet.editions import own_words
    from booklet.guide import explain

    title, lang = edition.manuscript.title, edition.manuscript.settings.lang
    said = own_words.of_guide(build.source, lang)
    copies, names = build.order.copies, prefix(edition.style)
    guide = explain(sheets, title, edition.digest, copies, names, said)
    facts, rules = {"guide": guide}, guide.rules
    return beside(layout, edition, build.source, "guide", facts, rules)
