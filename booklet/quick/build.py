"""A build by all that is kept from the ones before it."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from booklet.pipeline import make
from booklet.quick import likely_work
from booklet.quick.last_work import LastWork
from booklet.quick.part_cache import PartCache
from booklet.quick.prestart import is_likely
from booklet.quick.side_by_side import layouts_for
from booklet.quick.stages import stages
from booklet.source import locate

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.press import BookletSet, Order


def build(
    order: Order,
    say: Callable[[str], None] = lambda _: None,
    beside: Callable[[], object] = lambda: None,
) -> BookletSet:
    """Make the booklets that `order` names, as `booklet.pipeline.make` does.

    `beside` is called in another thread while pages are laid out.
    """
    words = sys.argv[3:]
    standing = PartCache(likely_work.store())
    last = LastWork(standing.store)
    layouts = partial(layouts_for, standing=standing, at_once=is_likely(words))
    made = make(order, stages(layouts, last, beside), say)
    last.keep()
    likely_work.note(words, locate(order.essay, order.cwd))
    return made
