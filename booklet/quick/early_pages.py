"""Pages ahead of their booklet: those of an edited part, as soon as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from booklet.editions import Edition
    from booklet.layout import Laid, Leaf, Pages
    from booklet.layout.page_references import Numbers
    from booklet.manuscript import Manuscript
    from booklet.quick.layout import QuickLayout


@dataclass(frozen=True)
class Advance:
    """Pages of one part that are no longer what they were, ahead of the rest of their booklet.

    `pdf` has these pages alone. For each of them `numbers` has its place (from 0) among the pages
    of the last booklet, `leaves` what is known of it, `digests` what will be its digest. Numbers of
    pages in its text are those of the last booklet.
    """

    manuscript: Manuscript
    pdf: bytes
    numbers: tuple[int, ...]
    leaves: tuple[Leaf, ...]
    digests: tuple[str, ...]


class Early:
    """Hands pages out early, if they take the places of pages in the last booklet."""

    def __init__(self, last: Pages, hear: Callable[[Advance], None]) -> None:
        """Take the pages of the last booklet, and who hears of new ones."""
        self._last, self._hear = last, hear
        self._offered: dict[str, Laid] = {}

    def offer(
        self,
        edition: Edition,
        laid: Laid,
        leaves: Sequence[Leaf],
        layout: QuickLayout,
        numbers: Numbers,
    ) -> bool:
        """Hand out what has changed of a part, which has just been laid out on `leaves`; return
        whether anything was handed out.

        Nothing is handed out if the part has other folios than in the last booklet, if numbers in
        its text will have it laid out again, or if its pages are to be finished in other ways.
        """
        style, last, name = edition.style, self._last, leaves[0].part
        if self._offered.get(name) is laid:
            return False  # numbers in other parts needed another round
        self._offered[name] = laid
        if style.line_numbers or style.standard == "pdf/x-4" or not last.digests:
            return False
        places = [at for at, leaf in enumerate(last.leaves) if leaf.part == name]
        known = numbers.last(name, last.numbers)
        if known is None or [last.leaves[at].folio for at in places] != [x.folio for x in leaves]:
            return False
        found = layout.ahead(name, known, [last.digests[at] for at in places])
        if found:
            pdf, changed = found
            self._hear(
                Advance(
                    edition.manuscript,
                    pdf,
                    tuple(places[at] for at, _ in changed),
                    tuple(leaves[at] for at, _ in changed),
                    tuple(digest for _, digest in changed),
                )
            )
        return found is not None
