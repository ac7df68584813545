"""The stages of a build, each with what is kept of the last one put round it."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from booklet.pipeline import Stages
from booklet.quick.falling_back import settle
from booklet.quick.layout import QuickLayout
from booklet.quick.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout import Layout, Pages
    from booklet.manuscript import Manuscript
    from booklet.pipeline import Build, Order
    from booklet.preflight import Inspection
    from booklet.press.one_edition import Settled
    from booklet.quick.last_work import LastWork
    from booklet.source import Source


def stages(
    layouts: Callable[[Order], AbstractContextManager[Sequence[Layout]]],
    last: LastWork,
    beside: Callable[[], object] = lambda: None,
) -> Stages:
    """Return the stages of a build that take up what is known of the `last` work.

    `beside` is called in another thread while layouts work.
    """
    first: list[Layout] = []

    @contextmanager
    def opened(order: Order) -> Iterator[Sequence[Layout]]:
        with layouts(order) as given:
            first[:] = given[:1]
            yield given

    return Stages(
        layouts=opened,
        parse=partial(_parse, last, first),
        compose=partial(_compose, last),
        inspect=partial(_inspect, last),
        settle=partial(_settle, last, beside),
        each=side_by_side,
    )


def with_layouts(layouts: Sequence[Layout], last: LastWork | None = None) -> Stages:
    """Return stages with layouts that are there already, and stay when the build has ended."""
    if last:
        return stages(lambda _: nullcontext(layouts), last)
    forgetful = partial(settle, load=lambda: None)
    return replace(
        Stages(), layouts=lambda _: nullcontext(layouts), settle=forgetful, each=side_by_side
    )


def _parse(last: LastWork, first: Sequence[Layout], source: Source) -> Manuscript:
    """Return the manuscript, of which only what has changed is read.

    Of one that is read for the first time all has to be laid out: the `first` layout is told.
    """
    from booklet.quick import rereading

    memory = last.memory(source.shelf.root / source.essay.name)
    for layout in first:
        if memory.is_empty and isinstance(layout, QuickLayout):
            layout.start_ahead(len(source.essay.text))
    return rereading.parse(source, memory)


def _compose(
    last: LastWork, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
) -> Edition:
    """Return the edition, of which only what has changed is composed."""
    from booklet import editions

    return editions.compose(manuscript, style, source, endnotes, last.kept(style.name))


def _inspect(last: LastWork, edition: Edition, pages: Pages) -> Inspection:
    """Return what is found in the PDF, of which only pages that are new are read."""
    from booklet import preflight

    known = last.known(edition.shelf.root, edition.manuscript.path, edition.style.name)
    return preflight.inspect(edition, pages, known)


def _settle(
    last: LastWork, beside: Callable[[], object], build: Build, style: Style, layout: Layout
) -> Settled:
    """Return the edition once its notes have found a place; the check is loaded meanwhile."""

    def load() -> None:
        import booklet.preflight
        import booklet.press.concordance
        import booklet.quick.same_pages  # noqa: F401 - they are late in coming otherwise

        last.known(build.source.shelf.root, build.source.essay.path, style.name)
        beside()

    return settle(build, style, layout, load)
