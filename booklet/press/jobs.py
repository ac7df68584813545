"""The editions to make of a manuscript, each on its sheets if it comes out as such."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from booklet.editions.style import asks, chosen, styles
from booklet.errors import BookletError
from booklet.findings import Finding
from booklet.press import idle_settings, paper_findings
from booklet.press.print_job import for_paper
from booklet.press.sheet_plan import misfit, plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from booklet.editions.style import Style
    from booklet.manuscript import Manuscript
    from booklet.press import Order
    from booklet.sheets import Plan


class EditionJob(NamedTuple):
    """An edition to make: its style, and the plan of its sheets; None for one that has none."""

    style: Style
    plan: Plan | None


def jobs_of(order: Order, manuscript: Manuscript) -> tuple[list[EditionJob], tuple[Finding, ...]]:
    """Return the editions to make, each with the plan of its sheets if it comes out as such.

    Sheets that nobody asked for by name are left out where the pages do not fit them, and there
    is a finding that says so; those that somebody asked for are then an error.
    """

    known = styles(manuscript)
    names = order.editions or (tuple(known) if order.every else ())
    named = bool(order.editions or order.of_sheets) or (asks(manuscript) and not order.every)
    plans = {style.name: plan(manuscript, style, order.sheets) for style in known.values()}
    jobs: list[EditionJob] = []
    left_out: list[Finding] = []
    for style in chosen(manuscript, known, names):
        if style.output == "pages":
            jobs.append(EditionJob(style, None))
        elif (error := misfit(manuscript, style)) is None:
            jobs.append(EditionJob(style, plans[style.name]))
        elif named:
            raise error
        else:
            left_out.append(Finding("I02", error.message, error.where, hint=error.hint))
    left_out += _of_settings(order, manuscript, jobs)
    if order.of_sheets and all(job.plan is None for job in jobs):
        hint = "add `--edition booklet`, or leave `--edition` out"
        raise BookletError("no edition that is made comes out as sheets", hint=hint)
    if order.to_print and not order.editions:
        printed = for_paper([job.style for job in jobs])
        jobs = [job for job in jobs if job.style in printed]
    return jobs, tuple(left_out)


def _of_settings(
    order: Order, manuscript: Manuscript, jobs: Sequence[EditionJob]
) -> Iterator[Finding]:
    """Yield a finding for each setting that does nothing in what is made, or something else."""

    styles = [job.style for job in jobs]
    yield from paper_findings.of_sizes(manuscript)
    yield from paper_findings.of_margins(manuscript, jobs)
    yield from idle_settings.of_editions(manuscript, styles)
    yield from idle_settings.of_sheets(manuscript, jobs)
    if asks(manuscript) and not order.editions and not order.every:
        yield from idle_settings.of_set(manuscript, styles)
