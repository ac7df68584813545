"""A process that lays out begins before all else, if it is likely to be wanted.

A person waits for it, so that this imports next to nothing.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` has the same, and is long in coming
if TYPE_CHECKING:
    import subprocess
    from typing import IO

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

# What a process that lays out may take: a book of 180,000 words in 100 chapters takes 0.8 GB of
# addresses, and it is addresses that the system can limit.
MEMORY = 4 << 30

# The module that a process runs which saves no work.
WORKER = "booklet.layout.worker"

_begun: list[tuple[tuple[int, str], subprocess.Popen[bytes], IO[bytes]]] = []


def begin(memory: int = MEMORY, module: str = WORKER) -> None:
    """Start a process for whoever wants the first one, who then has to wait less.

    If nobody does, it ends with this process.
    """
    _begun.append(((memory, module), *_started(memory, module)))


def is_begun(memory: int, module: str = WORKER) -> bool:
    """Whether a process for this module with this limit was begun that nobody has taken."""
    return bool(_begun) and _begun[-1][0] == (memory, module)


def process(memory: int, module: str = WORKER) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Return a process that runs a module, and the file that has its standard error.

    It is one that was begun, if one was; it may have so many bytes of `memory`.
    """
    return _begun.pop()[1:] if is_begun(memory, module) else _started(memory, module)


def _started(memory: int, module: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """Start a process."""
    import subprocess

    said = _scratch()  # what C libraries print, and a last traceback
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    words = ("-P", "-s", "-X", "utf8", "-m", module, str(memory))
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
