"""Builds again after each change, from the first build until somebody says stop."""

from __future__ import annotations

import os
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from booklet.editions import TEMPLATES, own_words
from booklet.editions.style import STYLES, USUAL, chosen, forget, styles
from booklet.errors import BookletError
from booklet.layout.plain import PlainLayout
from booklet.manuscript import parse
from booklet.pipeline import limits_of, make
from booklet.press.build_folders import BUILD
from booklet.preview.file_watch import Changes, Watch
from booklet.preview.stopping import check
from booklet.preview.view import Offer
from booklet.quick.last_work import LastWork
from booklet.quick.layout import QuickLayout
from booklet.quick.part_cache import PartCache
from booklet.quick.stages import with_layouts
from booklet.quick.store import NONE, opened
from booklet.source import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Collection

    from booklet.manuscript import Manuscript
    from booklet.press import BookletSet, Order
    from booklet.quick.early_pages import Early

# How often in a row a booklet is left unfinished because of newer changes. Somebody may save, or
# a program write, again and again without end: then one is finished nevertheless.
_PATIENCE = 3

# Seconds for which a step has to last so that anybody could read of it.
_READABLE = 0.3


Layouts = PlainLayout | QuickLayout


class Hears(Protocol):
    """Whoever is told how the work goes."""

    def step(self, edition: str, what: str) -> None:
        """Hear what the build does."""

    def early(self, edition: str) -> Early | None:
        """Return who is to have pages of an edition before all is done, if anybody."""

    def good(self, edition: str, made: BookletSet, files: Collection[Path]) -> None:
        """Hear of a set of one booklet, and of the files that had changed before it was made."""

    def bad(self, edition: str, error: BookletError, files: Collection[Path]) -> None:
        """Hear of an error; the last good booklet is still there."""

    def wanted(self) -> tuple[str, ...]:
        """Return the editions that somebody looks at, the one that matters most first."""

    def offer(self, first: str, editions: tuple[Offer, ...]) -> None:
        """Hear which editions there are, and which one comes first."""

    def begin(self, changes: Changes) -> None:
        """Begin to add to `changes` what somebody asks for."""


class _Superseded(Exception):
    """What was being made is no longer what is wanted."""


class RebuildLoop:
    """Presses after each change. A change during the work is never lost: it begins anew."""

    def __init__(self, order: Order, *hearers: Hears) -> None:
        """Take what to make, and who hears of it."""
        self.order, self.hearers = order, hearers
        self.changes = Changes()
        self.fresh: set[str] = set()
        self.patience = _PATIENCE
        self.names: tuple[str, ...] = order.editions or USUAL
        self.recall: LastWork | None = None

    def work(self) -> None:
        """Build, wait for changes, and build again, without end.

        Raises BookletError if there is no essay to begin with, and whatever interrupts it.
        """
        order = self.order
        source = read(order.essay, order.cwd)
        out = order.cwd / order.out if order.out else BUILD
        for each in self.hearers:
            each.begin(self.changes)
        files: frozenset[Path] = frozenset()
        standing = PartCache(NONE if order.plain else opened())
        self.recall = None if order.plain else LastWork(standing.store)
        with Watch(source.shelf.root, out, self.changes.add):
            while True:
                with self._layout(standing) as layout:
                    with suppress(BookletError):  # it is said again when the booklet is made
                        self._learn(parse(read(order.essay, order.cwd)))
                    while not _ours(files := self._round(layout, files)):
                        pass
                _forget()

    def _layout(self, standing: PartCache) -> Layouts:
        """Return what lays out, until one of the house's own files changes."""
        limits = limits_of(self.order)
        if self.order.plain:
            return PlainLayout(limits)
        return QuickLayout(limits, standing, os.cpu_count() or 1)

    def _round(self, layout: Layouts, files: frozenset[Path]) -> frozenset[Path]:
        """Make the editions that are wanted, then wait; return the files that have changed.

        `files` changed before; what is given up for newer changes leaves them to the next round.
        """
        try:
            while stale := self._stale():
                self._press(stale[0], layout, files)
                self.fresh.add(stale[0])
                self.patience = _PATIENCE
            files = frozenset()
        except _Superseded:
            self.patience -= 1
        return files | self._news()

    def _learn(self, manuscript: Manuscript) -> None:
        """Learn from a manuscript which editions there are, and say so.

        Raises BookletError for editions that cannot be.
        """
        known = styles(manuscript)
        names = tuple(known) if self.order.every else self.order.editions
        self.names = tuple(style.name for style in chosen(manuscript, known, names))
        offers = tuple(Offer(s.name, s.about, s.output == "sheets") for s in known.values())
        for each in self.hearers:
            each.offer(self.names[0], offers)

    def _news(self) -> frozenset[Path]:
        """Wait for changes and return them. A wish to see an edition changes no file."""
        news = self.changes.take()
        files = news - {WISH}
        if files:
            self.fresh.clear()
        return files

    def _stale(self) -> list[str]:
        """Return the editions to make: those that somebody looks at first, then the set."""
        wanted = [name for each in self.hearers for name in each.wanted()]
        return [n for n in dict.fromkeys((*wanted, *self.names)) if n not in self.fresh]

    def _press(self, edition: str, layout: Layouts, files: frozenset[Path]) -> None:
        """Make one edition and say how it went. Raises _Superseded where that is no use any more.

        An error of ours is shown as well, and its traceback printed.
        """

        told = time.monotonic()

        def say(step: str) -> None:
            nonlocal told
            check()
            if self.patience > 0 and self.changes:
                raise _Superseded
            if time.monotonic() < told + _READABLE:
                return  # and who shows it has something better to do
            told = time.monotonic()
            for each in self.hearers:
                each.step(edition, step)

        try:
            order = replace(self.order, editions=(edition,), every=False)
            early = next(filter(None, (each.early(edition) for each in self.hearers)), None)
            if isinstance(layout, QuickLayout):
                layout.early = early
            made = make(order, with_layouts((layout,), self.recall), say)
        except BookletError as error:
            if self.patience > 0 and self.changes.follow():  # it was half written
                raise _Superseded from None
            failure = error
        except (_Superseded, KeyboardInterrupt):
            raise
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            said = " ".join(str(error).split())[:200]
            failure = BookletError(
                f"the press failed: {said}", hint="report it with the manuscript"
            )
        else:
            for each in self.hearers:
                each.good(edition, made, files)
            with suppress(BookletError):
                self._learn(made.booklets[0].edition.manuscript)
            return
        for each in self.hearers:
            each.bad(edition, failure, files)


def _ours(files: Collection[Path]) -> bool:
    """Whether one of the house's own files is among these: some of them stay in memory."""
    return any(file.is_relative_to(each) for file in files for each in (STYLES, TEMPLATES))


def _forget() -> None:
    """Forget what was read of the house's own files."""
    forget()
    own_words.forget()


# What is added to the changes when somebody wants to see another edition.
WISH = Path("/wish")


def named(files: Collection[Path], most: int = 3) -> str:
    """Return the names of some files, for a line of text."""
    names = sorted({path.name for path in files if path != ROOT})
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
