"""Several editions at a time, each with a layout of its own."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from booklet.pipeline import limits_of
from booklet.quick.layout import QuickLayout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from booklet.layout import Layout
    from booklet.pipeline import Order
    from booklet.press.jobs import EditionJob
    from booklet.press.one_edition import Made
    from booklet.quick.part_cache import PartCache

# Layouts, at most, for every edition that there is.
_MOST = 4


@contextmanager
def layouts_for(order: Order, standing: PartCache, at_once: bool) -> Iterator[Sequence[Layout]]:
    """Give the layouts that an order is worth; they begin `at_once`, or when they are needed.

    Each has one process before the essay is read, and may have its share of the processors.
    """
    from booklet.editions.style import USUAL

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    wanted = _MOST if order.every else len(order.editions) or len(USUAL)
    several = max(1, min(cores or 1, wanted))
    share, limits = max(1, (cores or 1) // several), limits_of(order)
    with ExitStack() as stack:
        made = (QuickLayout(limits, standing, share, at_once, once=True) for _ in range(several))
        yield [stack.enter_context(layout) for layout in made]


def side_by_side(
    make: Callable[[EditionJob, Layout], Made],
    jobs: Sequence[EditionJob],
    layouts: Sequence[Layout],
) -> list[Made]:
    """Return what `make` makes of each job; a layout takes the next when it is done with one.

    Layouts without a job lend their processes to the others.
    """
    quick = [layout for layout in layouts if isinstance(layout, QuickLayout)]
    for number, idle_one in enumerate(quick[len(jobs) :]):
        quick[number % len(jobs)].borrow(idle_one)
    if len(jobs) == 1 or len(layouts) == 1:
        return [make(job, layouts[0]) for job in jobs]
    import queue
    from concurrent.futures import ThreadPoolExecutor

    idle: queue.SimpleQueue[Layout] = queue.SimpleQueue()
    for layout in layouts:
        idle.put(layout)

    def next_one(job: EditionJob) -> Made:
        layout = idle.get()
        try:
            return make(job, layout)
        finally:
            idle.put(layout)

    with ThreadPoolExecutor(min(len(layouts), len(jobs))) as pool:
        futures = [pool.submit(next_one, job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:  # the others work in vain, and the pool would wait for them
            pool.shutdown(wait=False, cancel_futures=True)
            for each in quick:
                each.halt()
            raise
