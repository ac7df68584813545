"""What is shown: the facts of an edition that go from a build to the preview."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from booklet.editions import note_anchor
from booklet.errors import Place
from booklet.findings import CODES
from booklet.summary import likeness, ranked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from booklet.errors import BookletError
    from booklet.findings import Finding
    from booklet.layout import Leaf
    from booklet.manuscript import Chapter, Manuscript
    from booklet.manuscript.model import Heading
    from booklet.press import Booklet, BookletSet
    from booklet.quick.early_pages import Advance
    from booklet.sheets import Plan

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Offer:
    """An edition that can be looked at: its name, what it is for, and whether it is folded."""

    name: str
    about: str
    folded: bool


@dataclass(frozen=True)
class Spotted:
    """A block of the manuscript on a page, counted from 0: where it was written, and its box.

    The box is in points from the top left of the page.
    """

    page: int
    box: Box
    path: str
    line: int
    kind: str
    anchor: str


@dataclass(frozen=True)
class ContentsLine:
    """A line of the contents: its words, how deep it is (from 1), and its page from 0."""

    text: str
    level: int
    page: int


@dataclass(frozen=True)
class ShownRemark:
    """An error or a finding, with its place in the manuscript and on the pages.

    `page` counts from 0, and is -1 where there is none; `anchor` is that of the block. Those with
    the same `kin` are of one kind.
    """

    kind: str
    code: str
    message: str
    hint: str
    path: str
    line: int
    page: int = -1
    anchor: str = ""
    kin: str = ""


@dataclass(frozen=True)
class EditionView:
    """An edition as it is shown: the pages in `pdf`, and what is known of them.

    `folios` and `blanks` have an item for each page, and `digests` if the build knows them; `plan`
    is how its sheets are made, and None where it comes out as pages, `paper` says what they take;
    `edited` is the anchor of the first block that differs from the last time, if any does.
    """

    edition: str
    title: str
    lang: str
    rtl: bool
    pdf: bytes
    digests: tuple[str, ...]
    folios: tuple[str, ...]
    blanks: tuple[bool, ...]
    blocks: tuple[Spotted, ...]
    entries: tuple[ContentsLine, ...]
    remarks: tuple[ShownRemark, ...]
    plan: Plan | None
    paper: str
    edited: str
    seconds: float


@dataclass(frozen=True)
class EarlyView:
    """Pages that are shown ahead of their booklet, in the places of others of the last one.

    `pdf` has these pages alone; for each of them there are its number in the booklet and its
    digest. `blocks` are those on them, `edited` is the anchor of the block that was edited and
    `page` the number of its page.
    """

    pdf: bytes
    numbers: tuple[int, ...]
    digests: tuple[str, ...]
    blocks: tuple[Spotted, ...]
    edited: str
    page: int


def shown(made: BookletSet, before: Manuscript | None, files: Collection[Path] = ()) -> EditionView:
    """Return what is shown of a set of one booklet.

    `before` is the manuscript as it was the last time; `files` are those that have changed since.
    """
    (booklet,) = made.booklets
    edition, leaves, spots = booklet.edition, booklet.pages.leaves, booklet.pages.spots
    manuscript = edition.manuscript
    blocks = tuple(_spotted(manuscript, enumerate(leaves)))
    entries = tuple(
        ContentsLine(entry.text, entry.level, spots[entry.id].page)
        for entry in _contents(manuscript)
        if entry.id in spots
    )
    return EditionView(
        edition.style.name,
        manuscript.title,
        manuscript.settings.lang,
        manuscript.settings.rtl,
        booklet.pages.pdf,
        booklet.pages.digests,
        tuple(leaf.folio for leaf in leaves),
        tuple(leaf.blank for leaf in leaves),
        blocks,
        entries,
        tuple(_found(finding, blocks) for finding in ranked(made.report.findings)),
        booklet.plan,
        _paper(booklet),
        (edited(before, manuscript) or _pictured(manuscript, files)) if before else "",
        made.seconds,
    )


def ahead(advance: Advance, before: Manuscript) -> EarlyView:
    """Return what is shown of some pages; `before` is the manuscript as it was the last time."""
    manuscript, numbers = advance.manuscript, advance.numbers
    blocks = tuple(_spotted(manuscript, zip(numbers, advance.leaves, strict=True)))
    anchor = edited(before, manuscript)
    page = next((block.page for block in blocks if block.anchor == anchor), -1)
    if page < 0:  # it is on a page of another part
        anchor, page = "", numbers[0]
    return EarlyView(advance.pdf, numbers, advance.digests, blocks, anchor, page)


def _paper(booklet: Booklet) -> str:
    """Return what paper the sheets of a booklet take, and what would save one."""
    if booklet.plan is None:
        return ""
    from booklet.sheets import estimate

    return "; ".join(
        filter(None, (str(estimate(len(booklet.pages.leaves), booklet.plan)), booklet.planned))
    )


def refused(error: BookletError, blocks: Iterable[Spotted]) -> ShownRemark:
    """Return an error as it is shown, at the block of the last good booklet that it is about."""
    where = error.where or Place("")
    return _placed("error", "", error.message, error.hint, where, tuple(blocks))


def edited(before: Manuscript, after: Manuscript) -> str:
    """Return the anchor of the first block or note of `after` that differs, or an empty string.

    It is the words that count, and if these are the same, how they are dressed.

    Where something was taken out, it is the block that stands there now; where only the title page
    differs, it is the cover.
    """
    for old, new in (
        (_words(before), _words(after)),
        (_notes(before), _notes(after)),
    ):
        for one, other in zip(old, new, strict=False):
            if one[1:] != other[1:]:
                return other[0]
        if len(old) != len(new) and new:
            return new[min(len(old), len(new) - 1)][0]
    for was, now in zip(before.chapters, after.chapters, strict=False):
        if was.html != now.html and now.blocks:
            pairs = enumerate(zip(was.html, now.html, strict=False))
            ends = min(len(was.html), len(now.html))
            return _around(now, next((at for at, (a, b) in pairs if a != b), ends))
    return "" if before.settings == after.settings else "cover"


def _around(chapter: Chapter, at: int) -> str:
    """Return the anchor of the block that a place in a chapter's HTML is in."""
    begins = [(chapter.html.find(f'id="{block.id}"'), block.id) for block in chapter.blocks]
    return max((each for each in begins if 0 <= each[0] <= at), default=begins[0])[1]


def _pictured(manuscript: Manuscript, files: Collection[Path]) -> str:
    """Return the anchor of the first figure whose picture is one of `files`, or nothing."""
    names = {path.name for path in files}
    for chapter in manuscript.chapters:
        for picture in chapter.pictures:
            if picture.src.rpartition("/")[2] in names:
                return next((b.id for b in chapter.blocks if b.where == picture.where), "")
    return ""


def _words(manuscript: Manuscript) -> list[tuple[str, str, str]]:
    """Return the anchor, kind and words of each block, titles of chapters among them."""
    out = []
    for chapter in manuscript.chapters:
        if chapter.title:
            out.append((chapter.title.id, "h1", chapter.title.html))
        out += [(block.id, block.kind, block.text) for block in chapter.blocks]
    return out


def _notes(manuscript: Manuscript) -> list[tuple[str, str]]:
    """Return the anchor and the HTML of each note."""
    return [(note_anchor(note), note.html) for note in manuscript.notes]


def _contents(manuscript: Manuscript) -> Iterator[Heading]:
    """Yield all headings, those that the printed contents leave out as well."""
    for chapter in manuscript.chapters:
        if chapter.title:
            yield chapter.title
        yield from chapter.headings


def _spotted(manuscript: Manuscript, pages: Iterable[tuple[int, Leaf]]) -> Iterator[Spotted]:
    """Yield each block on each page where a part of it stands; `pages` are these, numbered."""
    written: dict[str, tuple[Place, str]] = {}
    for chapter in manuscript.chapters:
        if chapter.title:
            written.setdefault(chapter.title.id, (chapter.title.where, "h1"))
        for block in chapter.blocks:
            written.setdefault(block.id, (block.where, block.kind))
        for note in chapter.notes:
            written.setdefault(note_anchor(note), (note.where, "note"))
    written.setdefault("opener", (Place(manuscript.path, 1), "h1"))
    for page, leaf in pages:
        for anchor, box in leaf.boxes.items():
            if anchor in written:
                where, kind = written[anchor]
                yield Spotted(page, box, where.path, where.line, kind, anchor)


def _found(finding: Finding, blocks: tuple[Spotted, ...]) -> ShownRemark:
    """Return a finding as it is shown."""
    hint = finding.hint or CODES[finding.code][2]
    where = finding.where or Place("")
    placed = _placed(finding.kind, finding.code, finding.message, hint, where, blocks)
    return replace(placed, kin=likeness(finding))


def _placed(
    kind: str, code: str, message: str, hint: str, where: Place, blocks: tuple[Spotted, ...]
) -> ShownRemark:
    """Return a remark at the last block that begins at its line or before it."""
    near = [b for b in blocks if b.path == where.path and b.line <= where.line]
    best = max(near, key=lambda b: (b.line, -b.page), default=None)
    page = best.page if best else (0 if where.line and blocks else -1)
    anchor = best.anchor if best else ""
    return ShownRemark(kind, code, message, hint, where.path, where.line, page, anchor)
