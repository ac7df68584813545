"""Page numbers in the text: set as literals, and corrected in the forme where only digits change.

A reference to a later page is set before that page is known. Its digits are of one width
(tabular), so that any number with as many digits breaks the lines alike: the layout stands, and
only the digits have to be changed in the finished page, as a printer changes sorts in a locked
forme. So that they are found there, each number is set in an ink of its own. Where a number of
another length is due, the part is laid out again.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from booklet.layout.reference_colours import ink
from booklet.manuscript import placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from booklet.editions import Edition, Part

# Words that a page holds, until the book itself has shown it; only a number's length hangs on it.
_WORDS_A_PAGE = 260

# As wide as a digit.
_FIGURE_SPACE = "\u2007"

# A tag in which a page is named, such as that of a picture with a description; or such a name.
_MARKED = re.compile("(<[^>\ufdd2]*\ufdd2[^>]*>|\ufdd2[^\ufdd3]*\ufdd3)")
_ID = re.compile('id="([^"]+)"')  # without a word's beginning, which makes the search slow


@dataclass(frozen=True)
class Reference:
    """A number in the text: the anchor whose page it names, and the digits that were set."""

    anchor: str
    printed: str


class Numbers:
    """The numbers of an edition's pages, and those that stand in the text of each part."""

    def __init__(self, edition: Edition) -> None:
        """Take the edition, whose anchors are not on any page yet."""
        self.known: dict[str, str] = {}
        self._set: dict[str, tuple[Reference, ...]] = {}
        self._exact: set[str] = set()
        self._longest: dict[str, int] = {}
        self._calm = False
        self._words_before = _words_before(edition.parts)
        self._places = {part.name: place for place, part in enumerate(edition.parts)}
        self._sort, self._pace = 0, 0.0
        self._last = (0, "")  # the highest number of a page, and the first anchor on it
        self._divided: dict[str, list[str]] = {}

    def learn(self, anchor: str, folio: str) -> bool:
        """Take the number of an anchor's page; return whether it was known."""
        was = self.known.get(anchor)
        self.known[anchor] = folio
        if was is not None and was != folio:
            self._last = _last(self.known)
        elif folio.isdecimal() and int(folio) > self._last[0]:
            self._last = int(folio), anchor
        return was == folio

    def fill(self, part: Part) -> tuple[str, str]:
        """Return a part's HTML with its numbers in it, and the rules for their inks.

        What was set before is kept as long as it can be corrected.
        """
        if part.kind != "essay":
            return placeholders.fill_pages(
                part.html, lambda anchor: self.known.get(anchor, "00")
            ), ""
        self._sort = 3 * self._places[part.name]
        self._pace = 0.0
        if part.name not in self._divided:
            self._divided[part.name] = _MARKED.split(part.html)
        pieces = [*self._divided[part.name]]
        for at in range(1, len(pieces), 2):
            if pieces[at][0] == "<":
                pieces[at] = placeholders.fill_pages(pieces[at], self._now)
        places = [at for at in range(1, len(pieces), 2) if pieces[at][0] != "<"]
        kept = self._kept(part, [pieces[at][1:-1] for at in places])
        for number, (at, reference) in enumerate(zip(places, kept, strict=True)):
            pieces[at] = f'<span class="page-number ink-{number}">{reference.printed}</span>'
        rules = [f".ink-{number} {{ color: {ink(number)} }}" for number in range(len(kept))]
        return "".join(pieces), "\n".join(rules)

    def _kept(self, part: Part, anchors: Sequence[str]) -> tuple[Reference, ...]:
        """Return the numbers to set in a part for these anchors: those of before if they fit."""
        kept = self._set.get(part.name, ())
        if [r.anchor for r in kept] == anchors and all(self._fits(r, part) for r in kept):
            return kept
        set_ = self._now if self._calm or part.name in self._exact else self._stand_in
        kept = tuple(Reference(anchor, set_(anchor)) for anchor in anchors)
        self._set[part.name] = kept
        for r in kept:
            self._longest[r.anchor] = max(len(r.printed), self._longest.get(r.anchor, 0))
        return kept

    def likely(self, part: Part) -> tuple[str, str]:
        """Return what `fill` will most likely return for a part, without having set it."""
        other = copy.copy(self)
        other._set, other._longest = dict(self._set), dict(self._longest)
        return other.fill(part)

    def corrections(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return, for each part with numbers in its text, what was set and what is true."""
        return {
            name: tuple((r.printed, self._true(r)) for r in references)
            for name, references in self._set.items()
            if references
        }

    def last(self, name: str, known: Mapping[str, str]) -> tuple[tuple[str, str], ...] | None:
        """Return, for a part, what was set and what is `known` from another time.

        There is nothing if one of them is not known, or has another length than what was set.
        """
        pairs = [(r.printed, known.get(r.anchor, "")) for r in self._set.get(name, ())]
        pairs = [(set_, set_ if set_.strip(_FIGURE_SPACE) == was else was) for set_, was in pairs]
        return tuple(pairs) if all(len(set_) == len(was) for set_, was in pairs) else None

    def _true(self, reference: Reference) -> str:
        """Return what should stand in the place of a reference's number."""
        printed = reference.printed
        true = self.known.get(reference.anchor, printed)
        return printed if printed.strip(_FIGURE_SPACE) == true else true

    def hopeless(self) -> set[str]:
        """Return the parts that need a digit which stands in no number of the whole text."""
        sorts = {digit for refs in self._set.values() for r in refs for digit in r.printed}
        return {
            name
            for name, refs in self._set.items()
            if any(
                r.printed != (true := self.known.get(r.anchor, r.printed))
                and not sorts.issuperset(true)
                for r in refs
            )
        }

    def insist(self, parts: set[str]) -> None:
        """Have these parts laid out with their true numbers: they cannot be corrected."""
        self._exact |= parts

    def calm(self) -> None:
        """From now on let no number in the text become shorter: a space takes the digit's place.

        Where a paragraph goes on over a page, one more digit can bring a word in it to the page
        before: if that is the word whose page the digit is of, the two would never agree.
        """
        self._calm = True

    def _fits(self, reference: Reference, part: Part) -> bool:
        """Whether what was set is true, or can be made true digit by digit."""
        true, printed = self.known.get(reference.anchor, ""), reference.printed
        return printed.strip(_FIGURE_SPACE) == true or (
            part.name not in self._exact
            and len(printed) == len(true)
            and printed.isdecimal()
            and true.isdecimal()
        )

    def _now(self, anchor: str) -> str:
        """Return the number of an anchor's page, or what stands in for it."""
        if anchor in self.known:
            width = self._longest.get(anchor, 0) if self._calm else 0
            return self.known[anchor].rjust(width, _FIGURE_SPACE)
        return self._stand_in(anchor)

    def _stand_in(self, anchor: str) -> str:
        """Return as many digits as the number of an anchor's page has, or will have.

        They are others than the number even if that is known: so a text stays the same, and need
        not be laid out again, when all that it refers to moves. The digits run through all ten,
        since those that were set are the sorts to correct with.
        """
        known = self.known.get(anchor)
        if known is not None and not known.isdecimal():
            return known
        length = len(known or self._guess(anchor))
        digits = "".join(str((self._sort + i) % 10) for i in range(1, length + 1))
        self._sort += length
        return digits

    def _guess(self, anchor: str) -> str:
        """Return about what the number of an anchor's page will be."""
        self._pace = self._pace or self._words_a_page()  # all of a part are guessed alike
        return str(1 + int(self._words_before.get(anchor, 0) / self._pace))

    def _words_a_page(self) -> float:
        """Return how many words a page of this book holds, as far as it is laid out."""
        page, anchor = self._last
        words = self._words_before.get(anchor, 0)
        return words / page if words and page > 2 else _WORDS_A_PAGE


def _last(known: Mapping[str, str]) -> tuple[int, str]:
    """Return the highest number among those of anchors' pages, and the first anchor there."""
    folios = {anchor: int(folio) for anchor, folio in known.items() if folio.isdecimal()}
    anchor = max(folios, key=lambda a: folios[a], default="")
    return folios.get(anchor, 0), anchor


def _words_before(parts: tuple[Part, ...]) -> Mapping[str, float]:
    """Return about how many words of the body stand before each anchor."""
    body = [part for part in parts if part.numbering == "arabic"]
    ends = accumulate(part.words for part in body)
    return {
        found[1]: end - part.words * (1 - found.start() / len(part.html))
        for part, end in zip(body, ends, strict=True)
        for found in _ID.finditer(part.html)
    }
