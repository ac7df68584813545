"""Watches the folders that a booklet is made from, and says what changes in them."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change
from watchfiles import watch as notice

from booklet.editions import TEMPLATES
from booklet.editions.style import STYLES
from booklet.preview.stopping import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# Folders of one essay that are watched at most. Who keeps a manuscript in a home folder does not
# want a hundred thousand of them watched; the nearest ones come first.
MOST_FOLDERS = 1000

# Milliseconds: changes that follow one another this closely are one (an editor that writes by
# renaming makes four), but none is held back longer than the second figure. A round without a
# change ends after the third.
_STEP, _MOST = 3, 100
_ROUND = 200

# Seconds: a change that comes so soon after one that was taken belongs to a burst (a formatter, a
# checkout), whose end is waited for: until nothing has come for a while, or it takes too long.
_SOON, _QUIET, _LONGEST = 0.25, 0.03, 0.6

# How long to wait for a folder that has gone, as when a branch is changed, before looking again.
_GONE = 0.2

_BESIDE = {"__pycache__", "node_modules", "site-packages"}
_PASSING = ("~", ".swp", ".swx", ".part", ".pdf")


class Changes:
    """The files that have changed and were not looked at yet; one thread waits for another."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()
        self._news = threading.Condition()
        self._came = self._taken = float("-inf")

    def add(self, paths: Iterable[Path]) -> None:
        """Add some; whoever waits goes on."""
        with self._news:
            self._paths.update(paths)
            self._came = time.monotonic()
            self._news.notify_all()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._paths)

    def take(self) -> frozenset[Path]:
        """Wait until there are some, and return them all.

        A change that comes after a while without any is returned at once, and one that follows
        with the whole burst that it is in. Raises Stopped if somebody has said stop.
        """
        check()
        with self._news:
            self._news.wait_for(lambda: self._paths)
            end = time.monotonic() + (_LONGEST if self._came < self._taken + _SOON else 0)
            while (left := min(end, self._came + _QUIET) - time.monotonic()) > 0:
                self._news.wait(left)
            self._taken = time.monotonic()
            taken, self._paths = frozenset(self._paths), set()
            return taken

    def follow(self) -> bool:
        """Return whether there are some, or come before a burst would be at its end."""
        with self._news:
            return self._news.wait_for(lambda: bool(self._paths), _QUIET)


class Watch:
    """Watches the folders of an essay and the house's own, in a thread that ends with it."""

    def __init__(self, root: Path, out: Path, heard: Callable[[set[Path]], None]) -> None:
        """Watch `root`, the folder of the essay; `out` is where the booklets are written.

        `heard` is called, in another thread, with the files that have changed.
        """
        self.root, self.out, self.heard = root.resolve(), out.resolve(), heard
        self._stop = threading.Event()
        self._is_on = threading.Event()
        self._polls: bool | None = None  # as WATCHFILES_FORCE_POLLING says, or else not
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        """Begin; what changes from here on is heard of."""
        self._thread.start()
        self._is_on.wait()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        """Watch until told to stop, and anew each time that there are other folders."""
        again = False
        while not self._stop.is_set():
            try:
                self._hear(self._folders(), again)
            except FileNotFoundError:
                self._stop.wait(_GONE)
            except OSError:  # the system has no watches left, or no such thing
                if self._polls:
                    self._is_on.set()
                    raise
                self._polls = True
            again = True

    def _hear(self, known: Mapping[Path, int], again: bool) -> None:
        """Hear of changes until there are other folders than `known`, or it is time to stop.

        What changed while nobody watched is in no round: after an earlier watch, it is said once
        that anything may have changed.
        """
        rounds = notice(
            *known,
            debounce=_MOST,
            step=_STEP,
            rust_timeout=_ROUND,
            force_polling=self._polls,
            recursive=False,
            stop_event=self._stop,
            watch_filter=self._counts,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for changes in rounds:
            paths = {Path(path) for _, path in changes}
            if again or paths:
                self.heard(paths or {self.root})
            again = False
            self._is_on.set()
            if (paths or _number(self.root) != known[self.root]) and self._folders() != known:
                return

    def _counts(self, change: Change, path: str) -> bool:
        """Whether a change is one of the author's, in something that a booklet may use."""
        file = Path(path)
        if file.is_relative_to(self.out) and self.out != self.root:
            return False
        if file.parent == self.out and file.name.endswith((".html", ".json")):
            return False
        if change == Change.modified and file.is_dir():
            return False
        return not (file.name.startswith(".") or file.name.endswith(_PASSING))

    def _folders(self) -> dict[Path, int]:
        """Return the folders to watch, each by itself, with their numbers in the file system."""
        folders = (*_below(TEMPLATES), *_below(STYLES), *_below(self.root, {self.out}))
        return {folder: _number(folder) for folder in folders}


def _number(folder: Path) -> int:
    """Return the number that tells a folder from another that takes its name, or 0 if it is gone.

    A watch stays with the folder that it was set on, wherever that goes.
    """
    try:
        return folder.stat().st_ino
    except OSError:
        return 0


def _below(root: Path, but: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield a folder and those below it, the nearest first, without those that no essay uses."""
    waiting, count = [root], 0
    without = set(but) - {root}
    while waiting and count < MOST_FOLDERS:
        folder, count = waiting.pop(0), count + 1
        yield folder
        try:
            with os.scandir(folder) as entries:
                inner = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            continue
        waiting += [
            folder / name
            for name in inner
            if not name.startswith(".") and name not in _BESIDE and folder / name not in without
        ]
