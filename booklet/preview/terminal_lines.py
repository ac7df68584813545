"""What a person at the terminal sees of a preview: a line for each booklet, or the error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from booklet.console import shortest
from booklet.preview.rebuild_loop import named
from booklet.summary import summed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from booklet.errors import BookletError
    from booklet.press import BookletSet
    from booklet.preview.file_watch import Changes
    from booklet.preview.view import Offer


class Lines:
    """Tells of each booklet in a line."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Take what prints a line."""
        self.tell = tell
        self._refused = ("", "")

    def begin(self, changes: Changes) -> None:
        """Begin: nothing is asked for here."""

    def wanted(self) -> tuple[str, ...]:
        """Return no edition: whatever was ordered is made."""
        return ()

    def offer(self, first: str, editions: tuple[Offer, ...]) -> None:
        """Say nothing of the editions there are."""

    def step(self, edition: str, what: str) -> None:
        """Say nothing of a step."""

    def early(self, edition: str) -> None:
        """Want no pages before all is done."""

    def good(self, edition: str, made: BookletSet, files: Collection[Path]) -> None:  # noqa: ARG002
        """Print when, what, how long it took and why, and the errors and warnings there are."""
        self._refused = ("", "")
        (booklet,) = made.booklets
        pages = len(booklet.pages.leaves)
        what = f"{shortest(booklet.path)}: {pages} pages, {made.seconds:.1f} s"
        self.tell(_line(what, files))
        for line in summed(f for f in made.report.findings if f.kind != "note"):
            self.tell(f"  {line}")

    def bad(self, edition: str, error: BookletError, files: Collection[Path]) -> None:
        """Print the error, once for all editions that it stops."""
        before, said = self._refused
        if said == str(error) and before != edition:
            return
        self._refused = (edition, str(error))
        self.tell(_line("not made; the last good booklet is still there", files))
        self.tell(str(error))


def _line(what: str, files: Collection[Path]) -> str:
    """Return a line with the time, and with the files that have changed."""
    why = f" ({named(files)})" if files else ""
    return f"{time.strftime('%H:%M:%S')}  {what}{why}"
