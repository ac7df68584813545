"""Concordance: each heading and paragraph, with its page in each edition of a set.

So that a room with three editions on its tables can turn to one place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from booklet.editions import own_words
from booklet.manuscript import placeholders
from booklet.press.leaflets import beside
from booklet.press.output_files import names, pages_are_lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from booklet.editions import Edition
    from booklet.findings import Finding
    from booklet.layout import Layout, Pages
    from booklet.manuscript import Manuscript
    from booklet.pipeline import Build
    from booklet.preflight import Report
    from booklet.press.one_edition import Made

# So many letters of a paragraph tell it from others.
_BEGINNING = 40


@dataclass(frozen=True)
class Spread:
    """A page of one edition: its folio as printed, and its number, from 1 at the cover."""

    folio: str
    page: int


@dataclass(frozen=True)
class ConcordanceEntry:
    """A place in the text: a heading with its level, or a paragraph with its number.

    The other of the two is 0. `words` are the heading's, or those that the paragraph begins with;
    `pages` has its page in each edition, by name, the first one if it runs over several.
    """

    anchor: str
    level: int
    number: int
    words: str
    pages: Mapping[str, Spread]


@dataclass(frozen=True)
class Concordance:
    """All places of a text in their order, and the editions in which they were looked up.

    `files` are the names of the editions' files.
    """

    title: str
    version: str
    files: Mapping[str, str]
    lengths: Mapping[str, int]
    entries: tuple[ConcordanceEntry, ...]

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The names of the editions; those that agree on every page stand together."""
        found: dict[tuple[str, ...], list[str]] = {}
        for name in self.files:
            folios = tuple(e.pages[name].folio if name in e.pages else "" for e in self.entries)
            found.setdefault(folios, []).append(name)
        return tuple(map(tuple, found.values()))

    def json(self) -> str:
        """Return it as JSON; docs/editions.md describes its shape."""
        editions = [
            {"name": name, "file": file, "pages": self.lengths[name]}
            for name, file in self.files.items()
        ]
        shape = {
            "title": self.title,
            "version": self.version,
            "editions": editions,
            "places": [_shape(entry) for entry in self.entries],
        }
        return json.dumps(shape, ensure_ascii=False, indent=1) + "\n"


def _shape(entry: ConcordanceEntry) -> dict[str, object]:
    """Return an entry as JSON has it."""
    kind = (
        {"kind": "heading", "level": entry.level}
        if entry.level
        else {"kind": "paragraph", "number": entry.number}
    )
    pages = {name: {"folio": s.folio, "page": s.page} for name, s in entry.pages.items()}
    return {**kind, "anchor": entry.anchor, "text": entry.words, "pages": pages}


def align(made: Sequence[tuple[str, Edition, Pages]]) -> Concordance:
    """Return the concordance of editions of one manuscript, each with its file and its pages."""
    manuscript = made[0][1].manuscript

    def pages(anchor: str) -> dict[str, Spread]:
        return {
            edition.style.name: Spread(found.leaves[spot.page].folio, spot.page + 1)
            for _, edition, found in made
            if (spot := found.spots.get(anchor))
        }

    entries = tuple(
        ConcordanceEntry(anchor, level, number, words, pages(anchor))
        for anchor, level, number, words in _places(manuscript)
    )
    return Concordance(
        manuscript.title,
        made[0][1].digest,
        {edition.style.name: file for file, edition, _ in made},
        {edition.style.name: len(found.leaves) for _, edition, found in made},
        entries,
    )


def _places(manuscript: Manuscript) -> Iterator[tuple[str, int, int, str]]:
    """Yield the anchor, level, number and words of each heading and paragraph, in order."""
    for chapter in manuscript.chapters:
        headings = {heading.id: heading for heading in chapter.headings}
        if chapter.title:
            yield chapter.title.id, chapter.title.level, 0, _plain(chapter.title.text)
        for block in chapter.blocks:
            if block.number:
                yield block.id, 0, block.number, _beginning(_plain(block.text))
            elif block.id in headings:
                heading = headings.pop(block.id)
                yield heading.id, heading.level, 0, _plain(heading.text)


def _plain(text: str) -> str:
    """Return a text without its calls and its pages."""
    bare = placeholders.fill_pages(
        placeholders.fill_notes(text, lambda _key: ""), lambda _anchor: "…"
    )
    return " ".join(bare.split())


def _beginning(text: str) -> str:
    """Return what a paragraph begins with, in whole words."""
    if len(text) <= _BEGINNING:
        return text
    return text[:_BEGINNING].rpartition(" ")[0].rstrip(",;:–—") + "\u00a0…"


def concord(
    build: Build, made: Sequence[Made], report: Report, layout: Layout
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Return the files of the concordance of a set, by name, and what was remarked of them.

    There is one where there are several editions, or where it was asked for, unless pages have
    losses. It is JSON, and as it was asked for a PDF too, in the style sheets of the first.
    """
    if pages_are_lost(report) or not (len(made) > 1 or build.order.concordance):
        return {}, ()
    found = align([(names(one, sound=True)[0], one.edition, one.pages) for one in made])
    files = {"concordance.json": found.json().encode()}
    if not build.order.concordance:
        return files, ()
    edition = made[0].edition
    settings = edition.manuscript.settings
    facts = {
        "concordance": found,
        "lang": settings.lang,
        "rtl": settings.rtl,
        "words": own_words.of(build.source, settings.lang),
    }
    layout.forget()
    layout.dress(edition)
    pdf, remarks = beside(layout, edition, build.source, "concordance", facts)
    return files | {"concordance.pdf": pdf}, report.beside(remarks)
