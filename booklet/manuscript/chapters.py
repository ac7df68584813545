"""Drafts become chapters: the title is found, headings numbered, links resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING

from booklet.findings import Finding
from booklet.manuscript import placeholders, raw_html
from booklet.manuscript.blocks import copied, number_html
from booklet.source import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from booklet.manuscript.blocks import Body
    from booklet.manuscript.links import Names
    from booklet.manuscript.model import Block, Draft, Heading, Note, Picture

_ID = re.compile(r' id="([^"]*)"')
_HREF = re.compile(r'(<a\b[^>]*?)\bhref="#([^"]*)"')


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title (None for an essay that has none), its HTML, and what is in it.

    `html` holds marks (booklet.manuscript.placeholders) for notes and page numbers. So does
    `opening`, the HTML of the title: `title` itself is without its notes. Notes are numbered
    through both, `opening` first. `widths` are those of figures, by anchor.
    """

    id: str
    title: Heading | None
    html: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    pictures: tuple[Picture, ...]
    widths: tuple[tuple[str, str], ...]
    opening: str = ""

    @cached_property
    def words(self) -> int:
        """About how many words the chapter has, notes included."""
        return sum(len(b.text.split()) for b in self.blocks) + sum(
            len(n.text.split()) for n in self.notes
        )


def entitle(title: str, drafts: list[Draft], names: Names) -> tuple[str, list[Draft]]:
    """Return the title of the whole, and the drafts without a heading that only repeats it.

    `title` is that of the front matter; without one it is the first heading's. A heading of the
    first level below other headings is one of them.
    """
    titled = [draft for draft in drafts if draft.title]
    before = drafts[: drafts.index(titled[0])] if titled else drafts
    if above := [heading for draft in before for heading in draft.headings]:
        return title or above[0].text, drafts
    if not titled:
        return title, drafts
    first, heading = titled[0], titled[0].title
    if heading is None or (title and slugify(title) != slugify(heading.text)):
        return title, drafts
    anchors = [heading.id, *_ID.findall(first.opening)]
    if copied(first.opening) != heading.html:  # a note is called in it, which has no other place
        pass
    elif len(titled) > 1 and not first.tokens:  # the title page of a book with chapters
        _move(anchors, "cover", names)
        drafts = [draft for draft in drafts if draft is not first]
    elif len(titled) == 1:
        drafts = _untitled(first, drafts)
        _move(anchors, "opener" if len(drafts) == 1 else "cover", names)
    return title or _plain(heading.text), drafts


def without_picture(opening: str, heading: Heading) -> Iterator[Finding]:
    """Yield a finding for each picture in a heading that is the title of the whole.

    `opening` is its HTML; the title is words.
    """
    for found in re.finditer(r'<img src="([^"]*)"', opening):
        message = f"the picture `{unescape(found[1])[:80]}` in the title is not set"
        yield Finding("M15", message, heading.where, hint="put it on a line below the title")


def _move(anchors: list[str], to: str, names: Names) -> None:
    """Let links to a heading, or to a place within it, go to where it is set."""
    for anchor in anchors:
        names.move(unescape(anchor), to)


def _untitled(first: Draft, drafts: list[Draft]) -> list[Draft]:
    """Return the drafts; `first` has lost its title, and taken in what its file has before it."""
    first.title, first.opening = None, ""
    at = drafts.index(first)
    if at and drafts[at - 1].file == first.file:
        drafts[at - 1].put_before(first)
        return drafts[: at - 1] + drafts[at:]
    return drafts


def numbered(drafts: list[Draft]) -> dict[str, str]:
    """Return the number of each heading by its anchor: `2`, `2.1`; the top level counts first."""
    top = 1 if any(draft.title for draft in drafts) else 2
    counts = [0] * 7
    numbers = {}
    for draft in drafts:
        for heading in ([draft.title] if draft.title else []) + draft.headings:
            if heading.numbered and heading.level >= top:
                counts[heading.level] += 1
                counts[heading.level + 1 :] = [0] * (6 - heading.level)
                numbers[heading.id] = ".".join(str(n) for n in counts[top : heading.level + 1])
    return numbers


def number_paragraphs(drafts: list[Draft]) -> dict[str, int]:
    """Give each paragraph its number, from 1 through the whole book; return these by anchor.

    The number is the same in every edition, whether it is shown there or not.
    """
    numbers: dict[str, int] = {}
    for draft in drafts:
        for anchor in draft.paragraphs:
            numbers[anchor] = len(numbers) + 1
        for token in draft.tokens:
            if token.type == "paragraph_open" and str(token.attrs.get("id")) in numbers:
                token.attrs["data-paragraph"] = str(numbers[str(token.attrs["id"])])
    return numbers


def finished(
    draft: Draft,
    body: Body,
    names: Names,
    numbers: Mapping[str, str],
    paragraphs: Mapping[str, int],
) -> Chapter:
    """Return the chapter of a draft that `body` has read: its HTML clean, its links resolved.

    `numbers` are those of headings, `paragraphs` those of paragraphs, by anchor.
    """

    def html(given: str) -> str:
        return _resolved(raw_html.clean(given), draft.file, names)

    def words(text: str) -> str:
        text = _numbered(text, draft.file, names)
        return placeholders.fill_pages(text, lambda name: _page(names.resolve(draft.file, name)))

    def heading(one: Heading) -> Heading:
        number = numbers.get(one.id, "")
        text = f"{number} {words(one.text)}".strip()
        return replace(one, html=html(number_html(number) + one.html), text=text)

    title = heading(draft.title) if draft.title else None
    opening = number_html(numbers.get(title.id, "")) + draft.opening if title else ""
    notes = sorted(draft.notes, key=lambda note: note.number)
    return Chapter(
        draft.id,
        title,
        html(body.render(draft, numbers)),
        tuple(heading(one) for one in draft.headings),
        tuple(
            replace(block, text=words(block.text), number=paragraphs.get(block.id, 0))
            for block in draft.blocks
        ),
        tuple(replace(note, html=html(note.html), text=words(note.text)) for note in notes),
        tuple(draft.pictures),
        tuple(sorted(draft.widths.items())),
        html(opening),
    )


def _resolved(html: str, file: str, names: Names) -> str:
    """Return `html` with links and page marks pointing to anchors; dead links are plain text."""

    def link(found: re.Match[str]) -> str:
        anchor = names.resolve(file, unescape(found[2]))
        return found[1] + (f'href="#{anchor}"' if anchor else 'class="dead"')

    html = _numbered(html, file, names)
    return placeholders.fill_pages(
        _HREF.sub(link, html), lambda name: _page(names.resolve(file, unescape(name)))
    )


def _numbered(text: str, file: str, names: Names) -> str:
    """Return a text with the numbers of the examples that it names."""
    return placeholders.fill_numbers(text, lambda name: names.resolve(file, f"(@{name})") or "?")


def _page(anchor: str | None) -> str:
    """Return the mark for the page of an anchor, or what stands there if there is none."""
    return placeholders.page_mark(anchor) if anchor else "?"


def _plain(text: str) -> str:
    """Return the words of a heading without the pages that it names."""
    return " ".join(placeholders.fill_pages(text, lambda _name: "").split())
