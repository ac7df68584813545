"""Files are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.source import printable, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def write(files: dict[Path, bytes]) -> frozenset[Path]:
    """Write all the files or none: each whole under another name first, then renamed.

    Files that are there already with the same content are left as they are; the others are
    returned. Presses that write into one folder wait for one another, so that their files do not
    mix. Raises BookletError where the disk does not allow it; the last good files are then still
    there.
    """
    folder = next(iter(files)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _turn(folder):
            new = [path for path, content in files.items() if not _is_there(path, content)]
            drafts = {path: path.with_name(f".{path.name}.part") for path in new}
            try:
                _write_whole({draft: files[path] for path, draft in drafts.items()})
                for path, draft in drafts.items():
                    draft.replace(path)
            finally:
                for draft in drafts.values():
                    with contextlib.suppress(OSError):
                        draft.unlink(missing_ok=True)
    except OSError as error:
        raise BookletError(
            f"`{short(printable(str(folder)))}` cannot be written: {error.strerror}",
            hint=f"{remedy(error, '--out')}; the last good booklet is still there",
        ) from error
    return frozenset(new)


# What the system says of a disk that is full, and of a folder that is not ours to write to.
_FULL = {errno.EDQUOT, errno.EFBIG, errno.ENOSPC}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def remedy(error: OSError, other: str) -> str:
    """Return what helps where something cannot be written; `other` names another folder."""
    if error.errno in _FULL:
        return f"free some space, or name another folder with {other}"
    if error.errno in _FORBIDDEN:
        return f"you may not write there: name another folder with {other}"
    return f"name another folder with {other}"


def _is_there(path: Path, content: bytes) -> bool:
    """Whether a file is there with this very content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


def _write_whole(files: Mapping[Path, bytes]) -> None:
    """Write new files, and see them on the disk; what a killed press left behind is replaced.

    They are waited for together: a disk that takes two at once needs a fraction of the time.
    """
    with contextlib.ExitStack() as stack:
        opened = []
        for path, content in files.items():
            path.unlink(missing_ok=True)
            opened.append(stack.enter_context(path.open("xb")))
            opened[-1].write(content)
            opened[-1].flush()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(os.fsync, file.fileno()) for file in opened]:
                done.result()


# Files that are waited for together; a set has some ten.
_AT_ONCE = 4


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other press writes into this folder, where the file system can say so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
