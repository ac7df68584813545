"""Whether to start a process ahead: not if the same words made a booklet of the same essay before.

All of it is then likely to be in the store, and the start would be the most of the work.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.store import digest, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from booklet.store import Store


@cache
def store() -> Store:
    """Return the project's store, opened once."""
    return opened()


def is_likely(words: Sequence[str]) -> bool:
    """Whether there will be work for a process, as far as can be told by the words of a command."""
    if "--plain" in words:
        return True
    known = (store().take("ahead", _key(words)) or b"").decode().rpartition("\n")
    return known[2] != _look(known[0])


def note(words: Sequence[str], essay: Path) -> None:
    """Note that these words made a booklet of an essay as it is now."""
    path = os.path.abspath(essay)
    store().put("ahead", _key(words), f"{path}\n{_look(path)}".encode())


def _key(words: Sequence[str]) -> str:
    """Return the digest of the words of a command and of where they were said."""
    return digest(os.path.abspath("."), *words)


def _look(path: str) -> str:
    """Return how a file looks from outside: its size, and when it was written."""
    try:
        status = os.stat(path)
    except OSError:
        return "nothing"
    return f"{status.st_size} {status.st_mtime_ns}"
