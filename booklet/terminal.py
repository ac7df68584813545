"""Whatever is printed on a terminal, names from outside included, cannot steer it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` has the same, and is long in coming
if TYPE_CHECKING:
    from typing import TextIO

# What moves the cursor, hides or colours text (C0 and C1), and what turns the order of letters
# round so that a name reads as another one (Unicode's bidirectional embeddings, overrides and
# isolates). Half a surrogate pair, as in a path that is not UTF-8, cannot be printed at all.
_STEERING = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F),
             *range(0x2066, 0x206A), *range(0xD800, 0xE000))  # fmt: skip
_HARMLESS = dict.fromkeys(_STEERING, "\ufffd")
_LINES = _HARMLESS | {ord("\n"): "\n"}
_LINE = _HARMLESS | dict.fromkeys(map(ord, "\t\n"), " ")


def plain(text: str) -> str:
    """Return `text` as a single line that a terminal only shows."""
    return text.translate(_LINE)


def say(*lines: object, to: TextIO | None = None, end: str = "\n", now: bool = False) -> None:
    """Print lines, or texts of several lines, without anything that steers the terminal.

    They go `to` standard output unless to standard error; `now` means at once, whole or not.
    """
    text = "\n".join(map(str, lines)).translate(_LINES)
    print(text, end=end, file=to or sys.stdout, flush=now)


def closing(warnings: int, seconds: float, *, nothing: bool) -> str:
    """Return the last line of a build: what was found, how long it took, if there was anything."""
    found = [f"{warnings} warning{'s' * (warnings != 1)}"] if warnings else []
    return ", ".join([*found, *["nothing has changed"] * nothing, f"{seconds:.1f} s"])
