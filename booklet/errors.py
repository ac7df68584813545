"""What goes wrong, and how it is shown: a place, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from booklet.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a file of the author's: its path as the author would type it, and a line from 1."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        """Return `path:line`, or the path alone where no line is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


class BookletError(Exception):
    """The author's mistake, or the machine's: it stops the press and is shown without a traceback.

    `message` is one line without a full stop, literals in backticks; `where` is the place in the
    author's file, if there is one; `hint` says what to do.
    """

    def __init__(self, message: str, where: Place | None = None, hint: str = "") -> None:
        """Take the sentence, its place and its hint."""
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        """Return the error as it is shown to the author."""
        return show("error", self.message, self.where, self.hint)

    def __reduce__(self) -> tuple[type[BookletError], tuple[str, Place | None, str]]:
        """Let the error travel whole from the process that lays out to the one that shows it."""
        return type(self), (self.message, self.where, self.hint)


def show(kind: str, message: str, where: Place | None = None, hint: str = "") -> str:
    """Return `kind: where: message` and, after a blank line, `hint: …`; readable without colour.

    A message may quote the author's text, which must neither steer the terminal nor add lines.
    """
    line = plain(f"{kind}: {where}: {message}" if where else f"{kind}: {message}")
    return f"{line}\n\nhint: {plain(hint)}" if hint else line


def did_you_mean(word: str, known: Iterable[str], near: float = 0.6) -> str:
    """Return "did you mean `…`?" for the known word nearest to `word`, or an empty string.

    `near` says how much alike they must be at least, from 0 to 1.
    """
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=near)
    return f"did you mean `{close[0]}`?" if close else ""
