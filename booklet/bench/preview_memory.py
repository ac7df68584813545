"""The bench of the preview: what it takes in memory as edits go on.

It is started as a person starts it, and does the work that a person gives it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import IO, TYPE_CHECKING

from booklet.bench.builds import ROOT, family, resident
from booklet.errors import BookletError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The line for a booklet that was made, and for one that was not.
_MADE = re.compile(r"\d\d:\d\d:\d\d  .* \d+ pages, ")
_NOT_MADE = re.compile(r"\d\d:\d\d:\d\d  not made|error: ")

# How many edits in a row the memory is looked at: it goes up and down with each.
_LOOKS = 5


@dataclass(frozen=True)
class Preview:
    """A preview at work, and what it prints."""

    pid: int
    said: IO[str]

    def wait(self) -> None:
        """Wait until it says that the booklet is made; raises BookletError if it is not."""
        for line in self.said:
            if _MADE.match(line):
                return
            if _NOT_MADE.match(line):
                break
        raise BookletError("the preview made no booklet", hint=line.strip())

    def memory(self) -> float:
        """Return the memory of its processes in bytes, what they share counted once."""
        return float(sum(resident(pid)[0] for pid in family(self.pid)))


@contextmanager
def previewed(essay: Path, folder: Path) -> Iterator[Preview]:
    """Start a preview of an essay that keeps what it makes below `folder`; stop it in the end."""
    words = ("./inv", "preview", "--no-open", "--edition", "reader")
    with subprocess.Popen(
        [*words, "--essay", str(essay), "--out", str(folder / "out")],
        cwd=ROOT,
        env={**os.environ, "BOOKLET_STORE": str(folder / "store")},
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        try:
            yield Preview(process.pid, process.stdout)
        finally:
            process.send_signal(signal.SIGTERM)  # Ctrl-C is not heard in the background
            process.stdout.read()  # a pipe that nobody empties would stop it


def memory(
    essay: Path, folder: Path, edit: Callable[[], object], looks: tuple[int, int]
) -> tuple[float, float]:
    """Return the memory of a preview, in bytes, after as many edits as `looks` says, twice.

    Each is the median of that after this edit and the few before it.
    """
    early, late = looks
    taken = []
    with previewed(essay, folder) as preview:
        preview.wait()
        for _ in range(late):
            edit()
            preview.wait()
            taken.append(preview.memory())
    return median(taken[max(0, early - _LOOKS) : early]), median(taken[-_LOOKS:])
