"""Notes at the foot: each on the page of its call, or, where no page can hold it, at the end.

WeasyPrint 70 would rather put a page's notes off to the next page than leave its last line empty:
where the second line of a paragraph no longer fits, it makes room for it by sending notes away,
and on rare pages it forgets one. A paragraph that is made to begin on the next page keeps the
notes where they belong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.editions import call_anchor, note_anchor
from booklet.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from booklet.editions import Edition, Part
    from booklet.layout import Laid, Leaf, Spot
    from booklet.manuscript import Chapter
    from booklet.manuscript.blocks import Note

# Each paragraph that is held is a layout of its part more. A text of up to so many words has
# every note on the page of its call; in longer ones a note may begin on the next page, and only
# those that are lost are worth the time.
_PATIENCE = 15_000
_MOST_HOLDS = 12

# A paragraph that opens one of these has its mark or its indent on the page before.
_OPENS = r"<(?:li|dd|blockquote|div)\b[^>]*>\s*"


class Holds:
    """The paragraphs that are held for the next page, part by part."""

    def __init__(self, edition: Edition) -> None:
        """Take the edition, nothing of which is held yet."""
        self._patient = edition.manuscript.words <= _PATIENCE
        self._chapters = {c.id: c for c in edition.manuscript.chapters}
        self._endnotes = edition.endnotes
        self._held: dict[str, list[str]] = {}

    def rules(self, part: Part) -> str:
        """Return the rules that hold the paragraphs of a part."""
        held = self._held.get(part.name, ())
        return "".join(f'[id="{anchor}"] {{ break-before: page }}\n' for anchor in held)

    def grow(self, part: Part, laid: Laid) -> bool:
        """Hold one paragraph more if a note of the part has gone astray; return whether it did."""
        chapter = self._chapters.get(part.name)
        held = self._held.setdefault(part.name, [])
        if chapter is None or len(held) >= _MOST_HOLDS:
            return False
        page = min(self._astray(chapter, laid), default=-1)
        block = _last_beginning(chapter, part, laid, page) if page >= 0 else None
        if block is None or block in held:
            return False
        held.append(block)
        return True

    def _astray(self, chapter: Chapter, laid: Laid) -> Iterator[int]:
        """Yield the page of the call of each note that is not where it should be."""
        where = _pages(laid)
        for note in chapter.notes:
            at, call = where.get(note_anchor(note)), where.get(call_anchor(note))
            if note.key in self._endnotes or call is None or at == call:
                continue
            if self._patient or at is None or not 0 <= at - call <= 1:
                yield call


def homeless(edition: Edition, spots: Mapping[str, Spot]) -> frozenset[str]:
    """Return the keys of the notes that no page can hold.

    WeasyPrint never divides a note: one that is taller than the page runs off it
    (WeasyPrint#1833), and many on one page wait for later pages.
    """
    return frozenset(
        note.key
        for note in edition.manuscript.notes
        if note.key not in edition.endnotes and not _has_room(note, edition, spots)
    )


def moved(
    edition: Edition, keys: frozenset[str], spots: Mapping[str, Spot], leaves: Sequence[Leaf]
) -> Iterator[Finding]:
    """Yield a finding for each note that went to the end, with the page that calls it."""
    for note in edition.manuscript.notes:
        if note.key in keys:
            call = spots.get(call_anchor(note))
            folio = leaves[call.page].folio if call else ""
            message = f"the page has no room for note {note.number}"
            yield Finding("P01", message, note.where, folio)


def _has_room(note: Note, edition: Edition, spots: Mapping[str, Spot]) -> bool:
    """Whether a note lies within the page of its call, or the next."""
    at, call = spots.get(note_anchor(note)), spots.get(call_anchor(note))
    if at is None or call is None:
        return False
    return 0 <= at.page - call.page <= 1 and at.top > 0 and at.bottom < edition.trim.height.pt


def _pages(laid: Laid) -> dict[str, int]:
    """Return the first page of each anchor, counted from 0 within the part."""
    where: dict[str, int] = {}
    for number, anchors in enumerate(laid.pages):
        for anchor in anchors:
            where.setdefault(anchor, number)
    return where


def _last_beginning(chapter: Chapter, part: Part, laid: Laid, page: int) -> str | None:
    """Return the last paragraph that begins on a page, or the heading that it belongs to.

    None where it cannot be moved by itself, such as the first of a list's item.
    """
    where, tops = _pages(laid), laid.pages[page]
    begun = [b for b in chapter.blocks if b.id and where.get(b.id) == page]
    if not begun:
        return None
    last = max(begun, key=lambda b: tops[b.id][1])
    if last.kind not in ("p", "div") or re.search(rf'{_OPENS}<p\b[^>]*id="{last.id}"', part.html):
        return None
    position = chapter.blocks.index(last)
    while position and chapter.blocks[position - 1].kind.startswith("h"):
        position -= 1
        last = chapter.blocks[position]
    return last.id if where.get(last.id) == page else None
