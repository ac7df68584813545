"""Whether a build will have work for a process that lays out, guessed before all else.

A person waits for it, so that this imports next to nothing.
"""

from __future__ import annotations

import os

from booklet.digest import digest
from booklet.start import ROOT

TYPE_CHECKING = False  # `typing` has the same, and is long in coming
if TYPE_CHECKING:
    from collections.abc import Sequence

# The module that a process runs which saves work.
WORKER = "booklet.quick.worker"

FOLDER = os.path.join(ROOT, "build", ".store")

# How an entry of the store begins: with this, and a checksum of so many bytes.
FORMAT = b"booklet store 1\n"
SUM = 32


def folder() -> str:
    """Return the folder of the store.

    The variable BOOKLET_STORE names another one, for a machine whose `build/` is slow or does not
    last.
    """
    return os.environ.get("BOOKLET_STORE") or FOLDER


def is_likely(words: Sequence[str]) -> bool:
    """Whether there will be work for a process, as far as can be told by the words of a command.

    Not if the same words made a booklet of the same essay before: all of it is then likely to be in
    the store. It is a guess, for which the store is not asked whether what it says is sound.
    """
    try:
        with open(os.path.join(folder(), "ahead", key(words)), "rb", opener=_at_once) as file:
            entry = file.read(_LONGEST)[len(FORMAT) + SUM :]
    except (OSError, ValueError):
        return True
    path, _, was = entry.decode("utf-8", "surrogateescape").rpartition("\n")
    return was != look(path)


# An entry has a path and two numbers.
_LONGEST = 20_000


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for anybody who would write it, as a pipe makes one wait."""
    return os.open(path, flags | os.O_NONBLOCK)


def key(words: Sequence[str]) -> str:
    """Return the digest of the words of a command and of where they were said."""
    return digest(os.path.abspath("."), *words)


def look(path: str) -> str:
    """Return how a file looks from outside: its size, and when it was written."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return "nothing"
    return f"{status.st_size} {status.st_mtime_ns}"
