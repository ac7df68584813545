"""What is done when pages that were put together have a loss: they are made anew, and compared."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.layout.plain import PlainLayout
from booklet.press import one_edition
from booklet.quick.layout import QuickLayout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.editions.style import Style
    from booklet.layout import Layout
    from booklet.pipeline import Build
    from booklet.press.one_edition import Settled


def settle(build: Build, style: Style, layout: Layout, load: Callable[[], object]) -> Settled:
    """Return what `booklet.press.one_edition.settle` does; `load` is done beside it.

    Where there is a loss in pages that were put together, some of them long ago, these may be to
    blame: the edition is made plainly. If that gives another PDF, what was kept is trusted no
    more, and it is said.
    """
    with _beside(layout, load):
        settled = one_edition.settle(build, style, layout)
    if not settled.report.of("error") or not settled.pages.digests:
        return settled
    assert isinstance(layout, QuickLayout)  # noqa: S101 - others know no digests
    build.say("making all anew")
    from booklet.pipeline import Stages
    from booklet.preflight import report

    with PlainLayout(layout.limits) as plain:
        anew = one_edition.settle(replace(build, stages=Stages()), style, plain)
    if anew.pages.pdf == settled.pages.pdf:
        return settled
    layout.standing.distrust()
    message = "the pages that were kept made another booklet; it was made anew"
    remark = Finding("P04", message, Place(build.manuscript.path))
    return replace(anew, report=report(anew.report.findings, (remark,)))


@contextmanager
def _beside(layout: Layout, load: Callable[[], object]) -> Iterator[None]:
    """Load something in another thread, as soon as the layout has something to wait for."""

    def quietly() -> None:
        with suppress(Exception):  # it will be said when it is wanted
            load()

    beside = threading.Thread(target=quietly)
    if isinstance(layout, QuickLayout):
        layout.meanwhile = beside.start
    try:
        yield
    finally:
        if beside.ident is not None:
            beside.join()
