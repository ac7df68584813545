"""The receipt of a build: what it was made of, what came of it, and what was said.

When the same words are typed again and all is as it was, there is nothing to do. This is found out
without reading the manuscript, so this module imports as little as it can.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.fonts import added, installed
from booklet.quick.store import opened
from booklet.source import ROOT, locate
from booklet.terminal import closing, say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from booklet.quick.store import Store

# An essay's folder with more in it is looked through too slowly; then a build is begun.
_MOST_FILES = 20_000
_MOST_BYTES = 512_000_000

_HOUSE = (ROOT / "styles", ROOT / "templates")


@dataclass(frozen=True)
class BuildInputs:
    """What a build finds before it begins: its essay as it was asked for, and all files around.

    `essay` is the path of its first file in its real folder; `files` has a digest of each file in
    there, whether the build will use it or not, since one that was missed may come; `house` is a
    digest of our own styles and templates, of the machine's fonts, and of those that were added.
    """

    asked: str | None
    essay: str
    files: Mapping[str, str]
    house: str


@dataclass(frozen=True)
class Receipt:
    """A build that went well: what it found, a digest of each file that it wrote, what it said."""

    seen: BuildInputs
    written: Mapping[str, str]
    out: str
    err: str
    warnings: int
    status: int


def look(asked: str | None, cwd: Path) -> BuildInputs | None:
    """Return what there is for the essay `asked`, or None if it is nothing or too much."""
    try:
        essay = _essay(asked, cwd)
        files = dict(_files(essay.parent))
        house = [f"{path}\n{sum_}" for folder in _HOUSE for path, sum_ in _files(folder)]
        house += [f"{group}\n{sum_}" for group, sum_ in added.made().items()]
    except (BookletError, OSError, ValueError, _TooMuch):
        return None
    return BuildInputs(asked, str(essay), files, digest(installed.fonts(), *house))


def touches(asked: str | None, cwd: Path) -> dict[str, str]:
    """Return when each file that `look` looks at was touched last: another time for each change.

    A file that was changed during a build and changed back has the same content, and the booklet
    may have been made of the other one. None are returned for what `look` has nothing for.
    """
    try:
        folders = (_essay(asked, cwd).parent, *_HOUSE)
        return {path: _touched(path) for folder in folders for path in _paths(folder)}
    except (BookletError, OSError, ValueError, _TooMuch):
        return {}


class Looked:
    """What there is for an essay when a build begins; it is looked at when there is time.

    What is seen is what was there `before` if nothing was touched until it was seen.
    """

    def __init__(self, asked: str | None, cwd: Path) -> None:
        """Take when each file was touched last."""
        self._asked, self._cwd = asked, cwd
        self.before = self.touches()
        self._found: list[BuildInputs | None] = []
        self._looking = threading.Lock()

    def touches(self) -> dict[str, str]:
        """Return when each file was touched last, by now."""
        return touches(self._asked, self._cwd)

    def seen(self) -> BuildInputs | None:
        """Return what there is, or None if it is nothing or too much; look, if nobody has yet."""
        with self._looking:
            if not self._found:
                self._found.append(look(self._asked, self._cwd))
        return self._found[0]


def _touched(path: str) -> str:
    """Return which file is at a path, and when its content and its name were changed last."""
    stats = (os.lstat(path), os.stat(path) if os.path.exists(path) else os.lstat(path))
    return " ".join(f"{s.st_ino} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns}" for s in stats)


def _essay(asked: str | None, cwd: Path) -> Path:
    """Return the first file of an essay, in its real folder: the file itself may be a link."""
    found = locate(asked, cwd)
    return found.parent.resolve(strict=True) / found.name


class _TooMuch(Exception):
    """There is more in a folder than is looked at."""


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each file below a folder with a digest of its content; links with where they lead."""
    weight = 0
    for path in _paths(folder):
        is_file = os.path.isfile(path)
        weight += os.path.getsize(path) if is_file else 0
        if weight > _MOST_BYTES:
            raise _TooMuch
        content = _sum(path) if is_file else ""
        yield path, f"link {os.readlink(path)} {content}" if os.path.islink(path) else content


def _paths(folder: Path) -> Iterator[str]:
    """Yield the path of each file and each link below a folder."""
    count = 0
    for path, folders, names in os.walk(folder):
        for name in sorted((*names, *folders)):
            whole = os.path.join(path, name)
            count += 1
            if os.path.islink(whole) or (name in names and os.path.isfile(whole)):
                if count > _MOST_FILES:
                    raise _TooMuch
                yield whole


def _sum(path: str) -> str:
    """Return a digest of what is in a file."""
    with open(path, "rb") as file:
        return digest(file.read())


def _known(path: str) -> str:
    """Return a digest of what is in a file; nothing for one that cannot be read."""
    with contextlib.suppress(OSError, ValueError):
        return _sum(path)
    return ""


def untouched(
    before: Mapping[str, str], after: Mapping[str, str], written: Collection[str]
) -> bool:
    """Whether nothing was touched between two looks but for what the build has written itself."""
    names = (before.keys() | after.keys()) - set(written)
    return all(before.get(name) == after.get(name) for name in names)


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
        say(closing(receipt.warnings, time.perf_counter() - started, nothing=True))
    return receipt.status


def _take(store: Store, words: Sequence[str]) -> Receipt | None:
    """Return the receipt for these words, if there is one."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        kept = json.loads(store.take("receipt", _key(words)) or b"{}")
        return Receipt(**(kept | {"seen": BuildInputs(**kept["seen"])}))
    return None


def _holds(receipt: Receipt) -> bool:
    """Whether all is there as it was: the essay and all around it, and what was made of it.

    What is edited most is looked at first, and nothing else if it is another.
    """
    seen = receipt.seen
    if not os.path.islink(seen.essay) and _known(seen.essay) != seen.files.get(seen.essay):
        return False
    now = look(seen.asked, Path.cwd())
    if now is None or (now.essay, now.house) != (seen.essay, seen.house):
        return False
    if _others(now, receipt.written) != _others(seen, receipt.written):
        return False
    with contextlib.suppress(OSError):
        return all(_sum(path) == known for path, known in receipt.written.items())
    return False


def _others(seen: BuildInputs, written: Mapping[str, str]) -> dict[str, str]:
    """Return the files that were not written by the build, but for what is hidden there."""
    return {path: known for path, known in seen.files.items() if path not in written}


def _key(words: Sequence[str]) -> str:
    """Return the digest of the words of a command, and of where they were said."""
    return digest(os.getcwd(), *words)
