"""The start: a process that lays out begins before all else, if it is likely to be wanted.

A person waits for it, so that this imports next to nothing.
"""

from __future__ import annotations

import os
import sys
from hashlib import blake2b

TYPE_CHECKING = False  # `typing` has the same, and is long in coming
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from typing import IO

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
FOLDER = os.path.join(ROOT, "build", ".store")

# How an entry of the store begins: with this, and a checksum of so many bytes.
FORMAT = b"booklet store 1\n"
SUM = 32

# What a process that lays out may take: a book of 180,000 words in 100 chapters takes 0.8 GB of
# addresses, and it is addresses that the system can limit.
MEMORY = 4 << 30


def digest(*pieces: bytes | str) -> str:
    """Return a digest of `pieces`, other for the same bytes divided otherwise: 40 hex digits."""
    whole = blake2b(digest_size=20)
    for piece in pieces:
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass")
        whole.update(len(raw).to_bytes(8, "little"))
        whole.update(raw)
    return whole.hexdigest()


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
    if "--plain" in words:
        return True
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


_begun: list[tuple[int, subprocess.Popen[bytes], IO[bytes]]] = []


def begin(memory: int = MEMORY) -> None:
    """Start a process for whoever wants the first one, who then has to wait less.

    If nobody does, it ends with this process.
    """
    _begun.append((memory, *_started(memory)))


def is_begun(memory: int) -> bool:
    """Whether a process with this limit was begun that nobody has taken."""
    return bool(_begun) and _begun[-1][0] == memory


def process(memory: int) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Return a process that runs `booklet.layout.worker`, and the file that has its standard error.

    It is one that was begun, if one was; it may have so many bytes of `memory`.
    """
    return _begun.pop()[1:] if is_begun(memory) else _started(memory)


def _started(memory: int) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start a process."""
    import subprocess

    said = _scratch()  # what C libraries print, and a last traceback
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    words = ("-P", "-s", "-X", "utf8", "-m", "booklet.layout.worker", str(memory))
    begun = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env={**clean, "PYTHONPATH": ROOT, "PYTHONHASHSEED": "0"},
        start_new_session=True,  # an interrupt is for the parent, which ends the worker
    )
    return begun, said


def _scratch() -> IO[bytes]:
    """Return a file that vanishes when it is closed; where it can be, in memory."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("said"), "w+b")
    import tempfile

    return tempfile.TemporaryFile()
