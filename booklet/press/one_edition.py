"""Making one edition: composed, laid out, checked, and set on its sheets."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from booklet.errors import BookletError, Place
from booklet.press.fitting import fit, saving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.findings import Finding
    from booklet.layout import Pages
    from booklet.manuscript import Manuscript
    from booklet.preflight import Margins, Report
    from booklet.press.fitting import Fitted
    from booklet.quick.early_pages import Early
    from booklet.quick.last_work import Recall
    from booklet.quick.layout import Crew
    from booklet.sheets import Mismatch, Plan, Sheets
    from booklet.source import Source

# Times that notes far from their calls are moved to the end and the book is laid out again.
_MOST_TRIES = 3

# Sheets that do not fold: the one error that says nothing against the pages.
MISFOLDED = "I03"

# PDFium, which reads back what was written, serves one thread at a time.
_READING = threading.Lock()


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


def make(
    manuscript: Manuscript,
    style: Style,
    source: Source,
    plan: Plan | None,
    crew: Crew,
    say: Callable[[str], None],
    copies: int = 1,
    fitting: bool = False,
    recall: Recall | None = None,
    early: Early | None = None,
) -> Made:
    """Return the edition of `manuscript` that `style` describes, on the sheets of `plan` if any.

    With the sheets comes a guide, for so many copies. `say` hears of progress. Raises BookletError
    where a room does. Sheets that do not fold into the pages are a finding: the pages are good.

    `fitting` makes the edition tighter, within its limits, if that saves a sheet; `recall` saves
    work that was done before; `early` is offered pages before all is done.
    """
    from booklet.findings import Finding
    from booklet.press.paper_findings import of_pages, of_sheets

    crew.forget()
    edition, pages, report, margins = _settle(manuscript, style, source, crew, say, recall, early)
    if plan is None or report.of("error"):
        on_paper = () if report.of("error") else tuple(of_pages(edition, pages))
        return Made(edition, pages, report.with_(on_paper), plan, {})
    planned = saving(edition, pages, plan, crew) if not fitting else ""
    if fitting:
        fitted = _fit(manuscript, style, source, plan, crew, len(pages.leaves), say)
        planned = fitted.said
        if fitted.style != style:
            edition, pages, report, margins = _settle(
                manuscript, fitted.style, source, crew, say, recall
            )
            if report.of("error"):
                return Made(edition, pages, report, plan, {})
    say("making the sheets")
    try:
        sheets, tight = on_sheets(manuscript, pages, plan, margins)
    except Misfolded as error:
        found = Finding(MISFOLDED, error.message, Place(manuscript.path))
        return Made(edition, pages, report.with_((found,)), plan, error.runs, planned)
    guide, remarks = _explain(sheets, edition, source, crew, copies)
    runs = {run.name: run.pdf for run in sheets.runs} | {"guide": guide}
    noted = (*of_sheets(manuscript, style, sheets), *of_pages(edition, pages))
    said = (*tight, *report.beside(remarks), *noted)
    return Made(edition, pages, report.with_(said), plan, runs, planned)


def _fit(
    manuscript: Manuscript,
    style: Style,
    source: Source,
    plan: Plan,
    crew: Crew,
    pages: int,
    say: Callable[[str], None],
) -> Fitted:
    """Return what comes of the wish for a sheet less than so many pages take."""
    from booklet.layout.paginate import paginate

    def count(tighter: Style) -> int:
        say(f"fitting: {tighter.tightened}")
        dressed = _dresser(manuscript, tighter, source, crew)
        return len(paginate(dressed(frozenset()), crew, dressed)[1].leaves)

    return fit(style, pages, plan, count)


def prefix(style: Style) -> str:
    """Return what the names of an edition's files for the printer begin with."""
    return "" if style.name == "booklet" else f"{style.name}-"


def _settle(
    manuscript: Manuscript,
    style: Style,
    source: Source,
    crew: Crew,
    say: Callable[[str], None],
    recall: Recall | None,
    early: Early | None = None,
) -> tuple[Edition, Pages, Report, tuple[Margins, ...]]:
    """Return the edition, its pages, the report and margins, once every note has found a place.

    A note that the finished PDF shows far from its call goes to the end, and once more.
    """
    from booklet.layout.paginate import paginate

    dressed = _dresser(manuscript, style, source, crew, recall)
    essay = source.shelf.root / source.essay.name
    strays: frozenset[str] = frozenset()
    for _ in range(_MOST_TRIES):
        composed = dressed(strays)
        with _loading(essay, style.name, recall):
            edition, pages = paginate(composed, crew, dressed, say, early)
        from booklet.preflight import inspect, report

        known = recall.known(essay, style.name) if recall else None
        say("checking")
        with _READING:
            read = inspect(edition, pages, known)
        checked = report(manuscript.findings, pages.findings, read.findings)
        if checked.of("error") and pages.digests:
            # a loss in pages that were put together, some of them long ago: are they to blame?
            say("making all anew")
            with crew.plainly():
                anew = paginate(dressed(strays), crew, dressed, say)
            if anew[1].pdf != pages.pdf:
                crew.standing.distrust()
                edition, pages = anew
                with _READING:
                    read = inspect(edition, pages)
                remark = _differs(edition)
                checked = report(manuscript.findings, pages.findings, read.findings, remark)
        if not checked.strays:
            break
        strays = edition.endnotes | checked.strays
    return edition, pages, checked, read.margins


@contextmanager
def _loading(essay: Path, edition: str, recall: Recall | None) -> Iterator[None]:
    """Load the check, and what it knows of the pages of an edition, while the crew works."""

    def load() -> None:
        with suppress(Exception):  # it will be said when the check is wanted
            if recall:
                recall.known(essay, edition)

    beside = threading.Thread(target=load)
    beside.start()
    try:
        yield
    finally:
        beside.join()


def _differs(edition: Edition) -> tuple[Finding, ...]:
    """Return the finding for pages that are others when they are made anew."""
    from booklet.findings import Finding

    message = "the pages that were kept made another booklet; it was made anew"
    return (Finding("P04", message, Place(edition.manuscript.path)),)


def _dresser(
    manuscript: Manuscript,
    style: Style,
    source: Source,
    crew: Crew,
    recall: Recall | None = None,
) -> Callable[[frozenset[str]], Edition]:
    """Return what makes the edition, given the notes that go to the end."""
    from booklet.editions import compose

    # an author's templates are programs: only the crew has limits
    if (source.shelf.root / "templates").exists():
        return lambda endnotes: crew.compose(manuscript, style, source, endnotes)
    kept = recall.kept(style.name) if recall else None
    return lambda endnotes: compose(manuscript, style, source, endnotes, kept)


def on_sheets(
    manuscript: Manuscript, pages: Pages, plan: Plan, margins: Sequence[Margins] = ()
) -> tuple[Sheets, tuple[Finding, ...]]:
    """Return the sheets of some pages, folded and proved, and what is tight on them.

    `margins` are those of the pages as they were read back, if they were.

    Raises Misfolded if a sheet does not fold into the pages that it should hold.
    """
    from booklet.findings import Finding
    from booklet.sheets import impose, prove

    sheets, where = impose(pages.pdf, plan), Place(manuscript.path)
    with _READING:
        proof = prove(sheets, pages.pdf, margins)
        if not proof.mismatches:
            return sheets, tuple(Finding("I01", str(each), where) for each in proof.tight)
    raise _misfolded(proof.mismatches, sheets)


def _explain(
    sheets: Sheets, edition: Edition, source: Source, crew: Crew, copies: int
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the guide to some sheets as a PDF, and what was remarked while it was laid out."""
    from booklet.editions import own_words
    from booklet.guide import explain

    title, lang = edition.manuscript.title, edition.manuscript.settings.lang
    said = own_words.of_guide(source, lang)
    guide = explain(sheets, title, edition.digest, copies, prefix(edition.style), said)
    return beside("guide", {"guide": guide}, guide.rules, edition, source, crew)


def beside(
    kind: str,
    facts: Mapping[str, object],
    rules: Sequence[str],
    edition: Edition,
    source: Source,
    crew: Crew,
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return what is printed beside a booklet as a PDF, and what was remarked of it.

    It is laid out as one more part, in the style sheets of `edition`, once this is written, by the
    first of the `rules` with which it is one page; by the first where there is none. See
    `booklet.editions.leaflet` for the words.
    """
    from booklet.editions import leaflet
    from booklet.layout import engine_warnings

    fill = crew.leaflet if (source.shelf.root / "templates").exists() else leaflet
    with engine_warnings.blamed(engine_warnings.start_of(edition, kind)):
        for given in (*rules, rules[0]) if len(rules) > 1 else rules:
            html, css = fill(kind, facts, given, source)
            laid = crew.lay(kind, html, css, "recto")
            if len(laid.pages) == 1:
                break
        written = crew.write((kind,), [str(at + 1) for at in range(len(laid.pages))], {})
    said = [(kind, line) for line in (*laid.log, *written.log)]
    return written.pdf, tuple(engine_warnings.findings(edition, said))


def concord(
    made: Sequence[tuple[str, Made]], as_page: bool, source: Source, crew: Crew
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Return the files of the concordance of editions, each with its file, and what was remarked.

    It is JSON, and `as_page` a PDF too, in the style sheets of the first edition.
    """
    from booklet.editions import own_words
    from booklet.press.concordance import align

    found = align([(file, one.edition, one.pages) for file, one in made])
    files = {"concordance.json": found.json().encode()}
    if not as_page:
        return files, ()
    edition = made[0][1].edition
    settings = edition.manuscript.settings
    facts = {
        "concordance": found,
        "lang": settings.lang,
        "rtl": settings.rtl,
        "words": own_words.of(source, settings.lang),
    }
    crew.forget()
    crew.dress(edition)
    pdf, remarks = beside("concordance", facts, ("",), edition, source, crew)
    return files | {"concordance.pdf": pdf}, remarks
