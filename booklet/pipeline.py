"""The whole build, on one screen: an essay on disk becomes booklets on disk."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from booklet import editions, manuscript
from booklet.errors import Mistakes
from booklet.layout.plain import PlainLayout
from booklet.layout.process import Limits
from booklet.press import BookletSet, Order, one_edition
from booklet.press.build_folders import noted
from booklet.press.jobs import jobs_of
from booklet.press.sheet_plan import mistakes
from booklet.sheets import check_copies
from booklet.source import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout import Layout, Pages
    from booklet.manuscript import Manuscript
    from booklet.preflight import Inspection
    from booklet.press.jobs import EditionJob
    from booklet.press.one_edition import Made, Settled
    from booklet.source import Source

__all__ = ["Build", "Order", "Stages", "make"]


@contextmanager
def plain_layouts(order: Order) -> Iterator[Sequence[Layout]]:
    """Give a layout that begins at once, in a process of its own, and ends with the build."""
    with PlainLayout(limits_of(order)) as layout:
        yield (layout,)


def limits_of(order: Order) -> Limits:
    """Return the limits of time and memory that an order sets to its layout."""
    return Limits(seconds=order.seconds) if order.seconds else Limits()


def inspect(edition: Edition, pages: Pages) -> Inspection:
    """Return what `booklet.preflight` finds in the PDF of `pages`, read back by another program."""
    from booklet import preflight  # late: PDFium is slow to load, and not needed before

    return preflight.inspect(edition, pages)


def one_by_one(
    make: Callable[[EditionJob, Layout], Made],
    jobs: Sequence[EditionJob],
    layouts: Sequence[Layout],
) -> list[Made]:
    """Return what `make` makes of each job."""
    return [make(job, layouts[0]) for job in jobs]


@dataclass(frozen=True)
class Stages:
    """What a build consists of. Other functions in their places may save work, and make the same.

    `layouts` is entered before anything is read, since a layout is slow to start; `settle` lays
    out an edition until its notes have found a place, and `each` makes all that are wanted.
    """

    layouts: Callable[[Order], AbstractContextManager[Sequence[Layout]]] = plain_layouts
    parse: Callable[[Source], Manuscript] = manuscript.parse
    compose: Callable[[Manuscript, Style, Source, frozenset[str]], Edition] = editions.compose
    inspect: Callable[[Edition, Pages], Inspection] = inspect
    settle: Callable[[Build, Style, Layout], Settled] = one_edition.settle
    each: Callable[
        [Callable[[EditionJob, Layout], Made], Sequence[EditionJob], Sequence[Layout]],
        Sequence[Made],
    ] = one_by_one


@dataclass(frozen=True)
class Build:
    """What all editions of one build have in common; `say` hears of progress."""

    order: Order
    source: Source
    manuscript: Manuscript
    stages: Stages = field(repr=False)
    say: Callable[[str], None] = field(default=lambda _: None, repr=False)

    def named(self, edition: str) -> Build:
        """Return this build with progress that names an edition."""
        say = lambda step: self.say(f"{edition}: {step}")  # noqa: E731 - it is one expression
        return Build(self.order, self.source, self.manuscript, self.stages, say)


def make(
    order: Order, stages: Stages | None = None, say: Callable[[str], None] = lambda _: None
) -> BookletSet:
    """Make the booklets that `order` names, check them, and write them; `say` hears of progress.

    Raises BookletError for the author's mistakes; nothing is written then. All files are written
    together: if a booklet of the set has a loss, or a warning where the order is strict, none
    takes the place of a good one, and all go beside them, under names that end in `-unsound`. So
    do sheets that do not fold, but these alone.
    """
    stages = stages or Stages()
    started = time.perf_counter()
    check_copies(order.copies)
    with noted(order), stages.layouts(order) as layouts:
        say("reading")
        source = read(order.essay, order.cwd, network=order.network)
        build = Build(order, source, _parsed(source, stages), stages, say)
        jobs, left_out = jobs_of(order, build.manuscript)

        def one(job: EditionJob, layout: Layout) -> Made:
            mine = build.named(job.style.name) if len(jobs) > 1 else build
            return one_edition.make(mine, job, layout)

        made = stages.each(one, jobs, layouts)
        from booklet.press.concordance import concord  # late: layouts work meanwhile
        from booklet.press.output_files import merged, written

        report = merged(made).with_(left_out)
        shared, remarks = concord(build, made, report, layouts[0])
    report = report.with_(remarks)
    return written(build, made, report, shared, started)


def _parsed(source: Source, stages: Stages) -> Manuscript:
    """Return the manuscript, whose options for editions and sheets can be met.

    Raises Mistakes for all that is wrong in its front matter, at once.
    """
    try:
        parsed = stages.parse(source)
    except Mistakes as error:
        raise Mistakes((*error.each, *mistakes(error.asked))) from None
    if wrong := mistakes(parsed.options):
        raise Mistakes(wrong)
    return parsed
