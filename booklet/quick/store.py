"""The store: bytes that were costly to make, kept on disk by kind and digest for the next press.

Everything in it can be made again. It may be deleted at any time; an entry that is broken, old or
not ours is the same as none; and a disk that takes nothing is the same as an empty store.
"""

from __future__ import annotations

import contextlib
import os
import platform
import stat
import sys
import time
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from booklet import start
from booklet.digest import digest
from booklet.quick import prestart
from booklet.quick.prestart import FORMAT, SUM

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(start.ROOT)

# Some eighty books of 341 pages.
MOST = 256_000_000

# A draft this old, in seconds, was left behind by a build that was killed.
_ABANDONED = 3600.0

# No need to say so more often: the order of what was used counts, not the second.
_USED_LATELY = 60.0


def version(root: Path = ROOT) -> str:
    """Return a digest of the programs that make what is kept.

    They are this project's own code, Python, and the versions of all installed packages, which
    their folders are named after; of the machine's libraries, when the loader last heard of one.
    """
    sources = sorted(_sources(str(root / "booklet")))
    pieces = [piece for path in sources for piece in (os.path.basename(path), _content(path))]
    packages = sorted(name for name in _installed() if name.endswith(".dist-info"))
    return digest(sys.version, platform.machine(), *packages, str(_libraries()), *pieces)


def _sources(folder: str) -> Iterator[str]:
    """Yield the path of each module in or below a folder."""
    for place, _, names in os.walk(folder):
        yield from (os.path.join(place, name) for name in names if name.endswith(".py"))


def _content(path: str) -> bytes:
    """Return what is in a file."""
    with open(path, "rb") as file:
        return file.read()


@cache
def _present() -> str:
    """Return the version of the programs as they were when this process began to ask for it."""
    return version()


def _installed() -> Iterator[str]:
    """Yield the names of what lies in the folders that Python imports packages from."""
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            with contextlib.suppress(OSError):
                yield from os.listdir(folder)


def _libraries() -> int:
    """Return when a library was installed last, in nanoseconds, where the system tells; or 0."""
    with contextlib.suppress(OSError):
        return os.stat("/etc/ld.so.cache").st_mtime_ns
    return 0


@dataclass
class Store:
    """A folder of entries. Without a folder it keeps nothing and has nothing.

    `most` is how many bytes it may hold; what was not used for longest goes first. `stamp` is the
    version of the programs: what another version kept is not taken.
    """

    folder: Path | None
    stamp: str
    most: int = MOST
    _size: int | None = None

    def take(self, kind: str, key: str) -> bytes | None:
        """Return the content that is kept under `key` (a digest), or None.

        It is what `put` was given: its kind, key, version and every byte are under its checksum.
        The file belongs to this user, and nobody else can write it.
        """
        if self.folder is None:
            return None
        try:
            with open(self.folder / kind / key, "rb", opener=_carefully) as file:
                status = os.fstat(file.fileno())
                if not _is_ours(status) or status.st_size > self.most:
                    return None
                raw = file.read()
                if time.time() - status.st_mtime > _USED_LATELY:
                    os.utime(file.fileno())
        except (OSError, ValueError):
            return None
        beginning = len(FORMAT) + SUM
        content = raw[beginning:]
        return content if raw[:beginning] == self._head(kind, key, content) else None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep `content` under `key`; if the disk does not take it, nothing is kept any more.

        The file appears whole or not at all; of two writers the later one wins.
        """
        if self.folder is None or len(content) > self.most // 4:
            return
        path = self.folder / kind / key
        draft = path.with_name(f".{key}.{os.getpid()}.{time.monotonic_ns()}")
        try:
            self._open(path.parent)
            try:
                with open(draft, "xb", opener=_for_us) as file:
                    file.write(self._head(kind, key, content))
                    file.write(content)
                draft.replace(path)
            finally:
                draft.unlink(missing_ok=True)
            self._bound(len(FORMAT) + SUM + len(content))
        except FileNotFoundError:  # the store was deleted at this very moment
            self._size = None
        except OSError:
            self.folder = None

    def _head(self, kind: str, key: str, content: bytes) -> bytes:
        """Return how the file of an entry begins: the format, and a checksum of all of it."""
        whose = digest(self.stamp, kind, key).encode()
        return FORMAT + blake2b(content, digest_size=SUM, key=whose).digest()

    def _open(self, folder: Path) -> None:
        """Make the folder of a kind; raises OSError if somebody else has made one."""
        for path in (folder.parent, folder):
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=0o700, parents=path == folder.parent)
            status = path.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
                raise PermissionError(path)

    def _bound(self, more: int) -> None:
        """Count `more` bytes, and make room when there are too many."""
        if self._size is not None:
            self._size += more
        if self._size is None or self._size > self.most:
            self._size = self._clear()

    def _clear(self) -> int:
        """Return how many bytes there are, after clearing away what is too much.

        A quarter stays free then, so that this is not done for each entry.
        """
        entries = sorted(self._entries())
        size = sum(weight for _, weight, _ in entries)
        room = self.most if size <= self.most else self.most * 3 // 4
        for _, weight, path in entries:
            if size <= room:
                break
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                size -= weight
        return size

    def _entries(self) -> Iterator[tuple[float, int, Path]]:
        """Yield each entry: when it was used last, its bytes, its file. Old drafts are removed."""
        for path in self.folder.glob("*/*") if self.folder else ():
            with contextlib.suppress(OSError):
                status = path.lstat()
                if path.name.startswith(".") and time.time() - status.st_mtime > _ABANDONED:
                    path.unlink(missing_ok=True)
                elif stat.S_ISREG(status.st_mode):
                    yield status.st_mtime, status.st_size, path


# A store that keeps nothing.
NONE = Store(None, "")


def opened(folder: Path | None = None, most: int = MOST) -> Store:
    """Return the store of this project, or that in a `folder`, as the present programs may use it.

    It holds at `most` so many bytes.
    """
    try:
        return Store(folder or Path(prestart.folder()), _present(), most)
    except OSError:  # programs that cannot be read have no version
        return NONE


def _carefully(path: str, flags: int) -> int:
    """Open a file to read it, if it is one: no link, and nothing that waits for a writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _for_us(path: str, flags: int) -> int:
    """Open a new file that nobody else can read or write."""
    return os.open(path, flags, 0o600)


def _is_ours(status: os.stat_result) -> bool:
    """Whether only this user, and the system's, can have written a file."""
    own = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
    return own and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
