"""Guesses at what will be laid out next, and where it will begin.

Where a guess is wrong, little is to be done again: the text is most likely the same, and margins
are made last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.layout import PartText

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from booklet.editions import Edition, Part
    from booklet.layout.footnotes import Holds
    from booklet.layout.page_references import Numbers

# Parts, at most, that are laid out while the one before them is waited for.
FORESEEN = 8

# Letters of HTML on a page of the usual size: to guess where the next part will begin.
_LETTERS_A_PAGE = 2_100


class Lookahead:
    """What is guessed in one way through the parts of an edition."""

    def __init__(self, edition: Edition, numbers: Numbers, holds: Holds) -> None:
        """Take the edition, and the numbers and notes of this way through it."""
        self.edition, self.numbers, self.holds = edition, numbers, holds

    def small(self) -> Iterator[PartText]:
        """Yield the parts that say something of the whole text, for a process that is idle.

        Each has one page; if not, they will be moved.
        """
        front = [part for part in self.edition.parts if part.numbering == "roman"]
        body = [part for part in self.edition.parts if part.numbering == "arabic"]
        letters = sum(len(part.html) for part in body)
        yield from self._small(front, 0)
        yield from self._small(body, letters // _LETTERS_A_PAGE)

    def _small(self, parts: Sequence[Part], pages: int) -> Iterator[PartText]:
        """Yield the small ones of these parts, the first of them after so many pages."""
        for part in parts:
            if part.kind not in ("contents", "essay"):
                yield (guess := self.likely(part, pages))
                pages = guess.first

    def likely(self, part: Part, pages: int) -> PartText:
        """Return a part as it will most likely be laid out, which may come after so many pages."""
        first = pages + 1
        first += part.side not in ("next", "recto" if first % 2 else "verso")
        html, inks = self.numbers.likely(part)
        css = f"{part.css}{inks}\n{self.holds.rules(part)}"
        return PartText(part.name, html, css, "recto" if first % 2 else "verso", first)

    def end(self, part: Part, guess: PartText) -> int:
        """Return after how many pages the next part will most likely come."""
        return guess.first - 1 + max(1, round(len(part.html) / _LETTERS_A_PAGE))
