"""The editions that a browser is shown, their pictures, and what is said of them."""

from __future__ import annotations

import time
from base64 import b64encode
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from booklet.errors import BookletError
from booklet.preview.page_digests import digests
from booklet.preview.page_images import Plates
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.preview.view import EarlyView, EditionView, ShownRemark, Spotted

Size = tuple[float, float]

# Sets of pages that are kept for pictures that are still asked for.
_MOST_SETS = 4

# Pictures that are kept, and the width in dots from which on they are no small ones.
_MOST_PICTURES = 16
_LARGE = 200

# Pages of which the words are kept: those around the one that is looked at.
_MOST_READ = 40

# Places that a search shows at most.
_MOST_HITS = 300


_NO_SIZES: Mapping[str, Size] = {}


@dataclass
class Set:
    """Pages that can be looked at: a PDF, the digest of each page, and its size in points.

    `turns` are quarter turns, clockwise, from the page to how one holds it to read.
    """

    plates: Plates
    digests: tuple[str, ...]
    sizes: tuple[Size, ...]
    turns: tuple[int, ...]

    @classmethod
    def of(
        cls,
        pdf: bytes,
        known: tuple[str, ...] = (),
        turns: tuple[int, ...] = (),
        sizes: Mapping[str, Size] = _NO_SIZES,
    ) -> Set:
        """Return the pages of a PDF, with their digests if they are known.

        They are turned by `turns`, and shown with all that is beside the trim; or neither. `sizes`
        has those of pages that were shown before, by their digests.
        """
        plates = Plates(pdf, trimmed=not turns)
        marks = known or digests(pdf)
        turns = turns or (0,) * len(marks)
        flat = [sizes.get(mark) or plates.size(at) for at, mark in enumerate(marks)]
        held = [(h, w) if turn % 2 else (w, h) for (w, h), turn in zip(flat, turns, strict=True)]
        return cls(plates, marks, tuple(held), turns)

    def picture(self, digest: str, width: int) -> bytes:
        """Return the picture of the page that has this digest."""
        number = self.digests.index(digest)
        return self.plates.picture(number, width, self.turns[number])


class PageFacts(TypedDict):
    """What a browser is told of how a page looks: its digest, and its size in points."""

    digest: str
    width: float
    height: float


class NewPages(TypedDict, total=False):
    """What a browser is told of pages that take the place of others, by their numbers.

    `edited` is the number of the page that was edited, or -1, `anchor` the block on it; `picture`
    is how it looks. Nothing is in it where there is nothing to tell.
    """

    number: int
    pages: dict[int, PageFacts]
    edited: int
    anchor: str
    picture: dict[str, str]


@dataclass
class ShownEdition:
    """An edition on show: its facts, its pages, and its sheets if somebody has asked for them.

    Some pages have been shown since, ahead of the booklet that they will be in: for each of these
    `ahead` has where it is.
    """

    number: int
    shown: EditionView
    pages: Set
    sheets: dict[str, object] | None = None
    ahead: dict[int, _Ahead] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ahead:
    """A page that is shown before its booklet is done: its place in a set, its blocks."""

    pages: Set
    place: int
    blocks: tuple[Spotted, ...]


class ShownEditions:
    """What is on show. All of it is for one thread at a time, as PDFium is."""

    def __init__(self, base: Path) -> None:
        """Take the folder from which the paths of the manuscript start."""
        self.base = base
        self.hung: dict[str, ShownEdition] = {}
        self.lost: dict[str, tuple[ShownRemark, ...]] = {}
        self._sets: deque[Set] = deque()
        self._pictures: dict[tuple[str, int], bytes] = {}
        self._read: dict[str, dict[str, object]] = {}
        self._width = 0
        # a page that was opened before this server began has versions of an earlier one
        self._count = time.time_ns() // 1_000_000

    def hang(self, edition: str, shown: EditionView) -> None:
        """Show an edition in the place of what was shown of it."""
        self._count += 1
        pages = self._keep(Set.of(shown.pdf, shown.digests, sizes=self._sizes(edition)))
        self.hung[edition] = ShownEdition(self._count, shown, pages)
        self.lost.pop(edition, None)

    def advance(self, edition: str, ahead: EarlyView) -> NewPages:
        """Show pages of an edition ahead of their booklet; return what a browser is told of them.

        With it comes the picture of the page that was edited, as wide as pages were wanted last, so
        that nobody has to ask for it. Without pages of the edition on show, there is nothing to
        tell.
        """
        hung = self.hung.get(edition)
        if not hung:
            return {}
        pages = self._keep(Set.of(ahead.pdf, ahead.digests))
        for place, number in enumerate(ahead.numbers):
            blocks = tuple(block for block in ahead.blocks if block.page == number)
            hung.ahead[number] = _Ahead(pages, place, blocks)
        told = self._turned(hung, ahead.numbers, ahead.page, ahead.edited)
        digest, width = told["pages"][ahead.page]["digest"], self._width
        if width and (png := self.picture(digest, width)):
            address = f"picture/{digest}/{width}"
            told["picture"] = {"address": address, "png": b64encode(png).decode()}
        return told

    def lose(self, edition: str, remarks: tuple[ShownRemark, ...]) -> NewPages:
        """Show what is wrong, beside the last good pages.

        If others were shown ahead of a booklet that does not come, they are taken back, and what a
        browser is told of that is returned.
        """
        self.lost[edition] = remarks
        hung = self.hung.get(edition)
        if not hung or not hung.ahead:
            return {}
        numbers = tuple(hung.ahead)
        hung.ahead = {}
        return self._turned(hung, numbers)

    def _turned(
        self, hung: ShownEdition, numbers: tuple[int, ...], edited: int = -1, anchor: str = ""
    ) -> NewPages:
        """Return what a browser is told of pages that others take the place of."""
        self._count += 1
        pages = {number: self._page(hung, number) for number in numbers}
        return {"number": self._count, "pages": pages, "edited": edited, "anchor": anchor}

    def _sizes(self, edition: str) -> dict[str, Size]:
        """Return the sizes of the pages of an edition that are on show, by their digests."""
        hung = self.hung.get(edition)
        return dict(zip(hung.pages.digests, hung.pages.sizes, strict=True)) if hung else {}

    def facts(self, edition: str) -> dict[str, object]:
        """Return what a browser is told of an edition: all but text and pictures."""
        lost = [asdict(remark) for remark in self.lost.get(edition, ())]
        hung = self.hung.get(edition)
        if not hung:
            return {"edition": edition, "number": 0, "pages": [], "lost": lost}
        shown = hung.shown
        anchors = {block.anchor: block.page for block in reversed(shown.blocks)}
        edited = 0 if shown.edited == "cover" else anchors.get(shown.edited, -1)
        return {
            "edition": edition,
            "number": hung.number,
            "title": shown.title,
            "lang": shown.lang,
            "rtl": shown.rtl,
            "pages": [
                {"folio": folio, "blank": blank, **self._page(hung, number)}
                for number, (folio, blank) in enumerate(
                    zip(shown.folios, shown.blanks, strict=True)
                )
            ],
            "entries": [asdict(entry) for entry in shown.entries],
            "remarks": [asdict(remark) for remark in shown.remarks],
            "lost": lost,
            "edited": edited,
            "anchor": shown.edited,
            "seconds": shown.seconds,
            "paper": shown.paper,
        }

    def _page(self, hung: ShownEdition, number: int) -> PageFacts:
        """Return the digest of a page that is on show, and its size."""
        ahead = hung.ahead.get(number)
        pages, place = (ahead.pages, ahead.place) if ahead else (hung.pages, number)
        width, height = pages.sizes[place]
        return {"digest": pages.digests[place], "width": width, "height": height}

    def page(self, edition: str, number: int) -> dict[str, object] | None:
        """Return the text, links and blocks of a page, or None if there is no such page."""
        hung = self.hung.get(edition)
        if not hung or not 0 <= number < len(hung.pages.sizes):
            return None
        pages, place = hung.pages, number
        blocks = tuple(block for block in hung.shown.blocks if block.page == number)
        if ahead := hung.ahead.get(number):
            pages, place, blocks = ahead.pages, ahead.place, ahead.blocks
        return {
            "number": hung.number,
            **self._words(pages, place),
            "links": [asdict(link) for link in pages.plates.links(place)],
            "blocks": [asdict(block) for block in blocks],
        }

    def _words(self, pages: Set, place: int) -> dict[str, object]:
        """Return the words of a page, as lines and as text; those of the same page are known."""
        digest = pages.digests[place]
        found = self._read.pop(digest, None)
        if found is None:
            lines = [asdict(line) for line in pages.plates.lines(place)]
            found = {"lines": lines, "text": pages.plates.text(place)}
        self._read[digest] = found
        for old in [*self._read][:-_MOST_READ]:
            del self._read[old]
        return found

    def picture(self, digest: str, width: int) -> bytes | None:
        """Return the picture of the page that has this digest, or None if it is not on show."""
        if width >= _LARGE:
            self._width = width
        if (digest, width) in self._pictures:
            return self._pictures[digest, width]
        for each in self._sets:
            if digest in each.digests:
                picture = self._pictures[digest, width] = each.picture(digest, width)
                for old in [*self._pictures][:-_MOST_PICTURES]:
                    del self._pictures[old]
                return picture
        return None

    def find(self, edition: str, words: str, start: int) -> dict[str, object]:
        """Return the places in an edition where some words stand, and whether these are all.

        If there are too many, it is those from the page `start` on.
        """
        hung = self.hung.get(edition)
        found = hung.pages.plates.find(words, _MOST_HITS, start) if hung else ()
        return {"hits": [asdict(hit) for hit in found], "all": len(found) < _MOST_HITS}

    def sheets(self, edition: str) -> dict[str, object] | None:
        """Return the sides of the sheets of an edition, and its pages as they are folded.

        Raises BookletError where it cannot be printed in this way.
        """
        hung = self.hung.get(edition)
        if not hung:
            return None
        if hung.sheets is None:
            hung.sheets = self._impose(hung)
        return hung.sheets

    def _impose(self, hung: ShownEdition) -> dict[str, object]:
        """Make the sheets of an edition."""
        from booklet.sheets import impose
        from booklet.sheets.fold import fold
        from booklet.sheets.frame import frame
        from booklet.sheets.place import BACK, FRONT

        if hung.shown.plan is None:
            raise BookletError("this edition is not folded", hint="choose another one")
        made = impose(hung.shown.pdf, hung.shown.plan)
        held = frame(made.plan, made.trim)
        back = held.quarters if made.plan.flip is held.natural else held.quarters + 2
        turns = {FRONT: held.quarters, BACK: back}
        sides: list[dict[str, object]] = []
        for run in made.runs:
            pages = self._keep(Set.of(run.pdf, turns=tuple(turns[f[1].name] for f in run.faces)))
            sides += [
                {
                    "digest": digest,
                    "width": width,
                    "height": height,
                    "sheet": face[0].name,
                    "side": face[1].name,
                    "pages": [[cell.page for cell in row] for row in face[1].rows],
                }
                for face, digest, (width, height) in zip(
                    run.faces, pages.digests, pages.sizes, strict=True
                )
            ]
        places = {
            (sheet.number, side.name, row, column): cell.page
            for sheet in made.placed
            for side in sheet.sides
            for row, cells in enumerate(side.rows)
            for column, cell in enumerate(cells)
        }
        folded = [
            places[(spot.sheet, spot.side, spot.row, spot.column)]
            for spot in fold(made.placed, made.plan)
        ]
        return {"number": hung.number, "sides": sides, "folded": folded}

    def _keep(self, pages: Set) -> Set:
        """Keep a set of pages for pictures, and let the oldest go that nobody shows."""
        self._sets.appendleft(pages)
        on_show = [hung.pages for hung in self.hung.values()]
        on_show += [ahead.pages for hung in self.hung.values() for ahead in hung.ahead.values()]
        old = [each for each in self._sets if each not in on_show]
        for each in old[_MOST_SETS:]:
            self._sets.remove(each)
            each.plates.close()
        return pages

    def file(self, path: str, line: int) -> Path | None:
        """Return the file of a place that is on show, or None: no other file is ever opened."""
        known: set[tuple[str, int]] = set()
        for hung in self.hung.values():
            ahead = (block for each in hung.ahead.values() for block in each.blocks)
            known |= {(block.path, block.line) for block in (*hung.shown.blocks, *ahead)}
            known |= {(remark.path, remark.line) for remark in hung.shown.remarks}
        for lost in self.lost.values():
            known |= {(remark.path, remark.line) for remark in lost}
        if (path, line) not in known:
            return None
        for folder in (self.base, ROOT):
            if (folder / path).is_file():
                return folder / path
        return None
