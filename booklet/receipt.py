"""The receipt of a build: what it was made of, what came of it, and what was said.

When the same words are typed again and all is as it was, there is nothing to do. This is found out
without reading the manuscript, so this module imports as little as it can.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.source import ROOT, locate
from booklet.store import digest, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from booklet.store import Store

# An essay's folder with more in it is looked through too slowly; then the press looks for itself.
_MOST_FILES = 2000
_MOST_BYTES = 64_000_000

_HOUSE = (ROOT / "styles", ROOT / "templates")


@dataclass(frozen=True)
class Seen:
    """What a build finds before it begins: its essay as it was asked for, and all files around.

    `essay` is the real path of its first file; `files` has a digest of each file in its folder,
    whether the build will use it or not, since one that was missed may come; `house` is a digest
    of our own styles and templates.
    """

    asked: str | None
    essay: str
    files: Mapping[str, str]
    house: str


@dataclass(frozen=True)
class Receipt:
    """A build that went well: what it found, a digest of each file that it wrote, what it said."""

    seen: Seen
    written: Mapping[str, str]
    out: str
    err: str
    warnings: int
    status: int


def look(asked: str | None, cwd: Path) -> Seen | None:
    """Return what there is for the essay `asked`, or None if it is nothing or too much."""
    try:
        essay = locate(asked, cwd).resolve(strict=True)
        files = dict(_files(essay.parent))
        house = digest(*(f"{path}\n{sum_}" for f in _HOUSE for path, sum_ in _files(f)))
    except (BookletError, OSError, ValueError, _TooMuch):
        return None
    return Seen(asked, str(essay), files, house)


class _TooMuch(Exception):
    """There is more in a folder than is looked at."""


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file below a folder with a digest of its content; links with where they lead."""
    count = weight = 0
    for path, folders, names in os.walk(folder):
        for name in sorted((*names, *folders)):
            whole = os.path.join(path, name)
            count += 1
            if os.path.islink(whole):
                yield whole, f"link {os.readlink(whole)}"
            elif name in names and os.path.isfile(whole):
                weight += os.path.getsize(whole)
                if weight > _MOST_BYTES or count > _MOST_FILES:
                    raise _TooMuch
                yield whole, _sum(whole)


def _sum(path: str) -> str:
    """Return a digest of what is in a file."""
    with open(path, "rb") as file:
        return digest(file.read())


def keep(receipt: Receipt, words: Sequence[str], store: Store) -> None:
    """Keep the receipt of a build that these words ordered."""
    store.put("receipt", _key(words), json.dumps(asdict(receipt)).encode())


def again(words: Sequence[str]) -> int | None:
    """Return the exit status of the build that these words order, if there is nothing to do.

    It is the same then as the last time: what was said is said again.
    """
    started = time.perf_counter()
    receipt = None
    with contextlib.suppress(OSError):  # the folder one stands in may be gone
        kept = _take(opened(), words)
        receipt = kept if kept and _holds(kept) else None
    if receipt is None:
        return None
    sys.stderr.write(receipt.err)
    sys.stdout.write(receipt.out)
    if receipt.out:
        print(closing(receipt.warnings, time.perf_counter() - started, nothing=True))
    return receipt.status


def _take(store: Store, words: Sequence[str]) -> Receipt | None:
    """Return the receipt for these words, if there is one."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        kept = json.loads(store.take("receipt", _key(words)) or b"{}")
        return Receipt(**(kept | {"seen": Seen(**kept["seen"])}))
    return None


def _holds(receipt: Receipt) -> bool:
    """Whether all is there as it was: the essay and all around it, and what was made of it."""
    now, seen = look(receipt.seen.asked, Path.cwd()), receipt.seen
    if now is None or (now.essay, now.house) != (seen.essay, seen.house):
        return False
    if _others(now, receipt.written) != _others(seen, receipt.written):
        return False
    with contextlib.suppress(OSError):
        return all(_sum(path) == known for path, known in receipt.written.items())
    return False


def _others(seen: Seen, written: Mapping[str, str]) -> dict[str, str]:
    """Return the files that were not written by the build, but for what is hidden there."""
    return {path: known for path, known in seen.files.items() if path not in written}


def _key(words: Sequence[str]) -> str:
    """Return the digest of the words of a command, and of where they were said."""
    return digest(os.getcwd(), *words)


def closing(warnings: int, seconds: float, *, nothing: bool) -> str:
    """Return the last line of a build: what was found, how long it took, if there was anything."""
    found = [f"{warnings} warning{'s' * (warnings != 1)}"] if warnings else []
    return ", ".join([*found, *["nothing has changed"] * nothing, f"{seconds:.1f} s"])
