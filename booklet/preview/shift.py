"""A shift: the press at work, from the first pull until somebody says stop."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from booklet.errors import BookletError
from booklet.pages.crew import Crew, Limits
from booklet.press import BUILD, pull
from booklet.preview.watching import Changes, Watch
from booklet.source import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Collection

    from booklet.press import Booklet, Order

# How often in a row a booklet is left unfinished because of newer changes. Somebody may save, or
# a program write, again and again without end: then one is finished nevertheless.
_PATIENCE = 3


class Hears(Protocol):
    """Whoever is told how the work goes."""

    def step(self, edition: str, what: str) -> None:
        """Hear what the press does."""

    def good(self, edition: str, booklet: Booklet, files: Collection[Path]) -> None:
        """Hear of a booklet, and of the files that had changed before it was made."""

    def bad(self, edition: str, error: BookletError, files: Collection[Path]) -> None:
        """Hear of an error; the last good booklet is still there."""

    def wanted(self) -> tuple[str, ...]:
        """Return the editions that somebody looks at, the one that matters most first."""

    def begin(self, changes: Changes) -> None:
        """Begin to add to `changes` what somebody asks for."""


class _Superseded(Exception):
    """What was being made is no longer what is wanted."""


class Shift:
    """Presses after each change. A change during the work is never lost: it begins anew."""

    def __init__(self, order: Order, *hearers: Hears) -> None:
        """Take what to make, and who hears of it."""
        self.order, self.hearers = order, hearers
        self.changes = Changes()
        self.fresh: set[str] = set()

    def work(self) -> None:
        """Press, wait for changes, and press again, without end.

        Raises BookletError if there is no essay to begin with, and whatever interrupts it.
        """
        order = self.order
        source = read(order.essay, order.cwd)
        root = source.shelf.root
        out = order.cwd / order.out if order.out else BUILD
        limits = Limits(seconds=order.seconds) if order.seconds else Limits()
        for each in self.hearers:
            each.begin(self.changes)
        with Crew(limits) as crew, Watch(root, out, self.changes.add):
            files: frozenset[Path] = frozenset()
            while True:
                files = self._round(crew, files)

    def _round(self, crew: Crew, files: frozenset[Path]) -> frozenset[Path]:
        """Make the editions that are wanted, as often as it takes; return what changes next."""
        patience = _PATIENCE
        while True:
            try:
                for edition in self._stale():
                    self._press(edition, crew, files, patience)
                    self.fresh.add(edition)
                break
            except _Superseded:
                patience -= 1
                files |= self._news()
        return self._news()

    def _news(self) -> frozenset[Path]:
        """Wait for changes and return them. A wish to see an edition changes no file."""
        news = self.changes.take()
        files = news - {WISH}
        if files:
            self.fresh.clear()
        return files

    def _stale(self) -> list[str]:
        """Return the editions to make, those that somebody looks at first."""
        wanted = [name for each in self.hearers for name in each.wanted()] or [self.order.edition]
        return [name for name in dict.fromkeys(wanted) if name not in self.fresh]

    def _press(self, edition: str, crew: Crew, files: frozenset[Path], patience: int) -> None:
        """Make one edition and say how it went. Raises _Superseded where that is no use any more.

        An error of ours is shown as well, and its traceback printed.
        """

        def say(step: str) -> None:
            if patience > 0 and self.changes:
                raise _Superseded
            for each in self.hearers:
                each.step(edition, step)

        try:
            booklet = pull(replace(self.order, edition=edition), crew, say)
        except BookletError as error:
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
                each.good(edition, booklet, files)
            return
        for each in self.hearers:
            each.bad(edition, failure, files)


# What is added to the changes when somebody wants to see another edition.
WISH = Path("/wish")


def named(files: Collection[Path], most: int = 3) -> str:
    """Return the names of some files, for a line of text."""
    names = sorted({path.name for path in files if path != ROOT})
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
