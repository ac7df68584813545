"""What WeasyPrint, and the libraries under it, say while they work: kept instead of printed."""

from __future__ import annotations

import logging
import os
import re
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# `(process:1): Pango-CRITICAL **: 10:51:25.452: what is wrong`
_GLIB = re.compile(r"\): (\w+)-(?:CRITICAL|WARNING) \*\*: (?:[\d:.]+: )?(.+)")


class LogCapture(logging.Handler):
    """Keeps what WeasyPrint logs instead of printing it. One hears: the last that listened."""

    listening: LogCapture | None = None

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.listen()

    def listen(self) -> None:
        """Hear what is said from now on, whoever did so before."""
        if LogCapture.listening is self:
            return
        LogCapture.listening = self
        self.read = _printed()  # what was said of an essay before is not said of this one
        for name in ("weasyprint", "fontTools"):
            logger = logging.getLogger(name)
            logger.handlers[:] = [self]
            logger.propagate = False
            logger.setLevel(logging.WARNING if name == "weasyprint" else logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())

    def take(self) -> tuple[str, ...]:
        """Return what was said since the last call, each line once."""
        lines, self.lines = tuple(dict.fromkeys([*self.lines, *self._muttered()])), []
        return lines

    def _muttered(self) -> Iterator[str]:
        """Yield what C libraries have printed, if standard error is a file that keeps it."""
        size = _printed()
        printed = os.pread(2, size - self.read, self.read) if size > self.read else b""
        self.read += len(printed)
        for found in _GLIB.finditer(printed.decode("utf-8", "replace")):
            yield f"{found[1]}: {found[2]}"


def _printed() -> int:
    """Return how many bytes C libraries have printed, or 0 if standard error does not keep them."""
    try:
        status = os.fstat(2)
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
