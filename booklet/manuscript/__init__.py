"""Manuscript: what the author wrote, understood. Each block knows its file and its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape, unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from booklet.errors import BookletError, Place
from booklet.findings import Finding
from booklet.manuscript import marks, raw
from booklet.manuscript.body import Body, Draft, Heading
from booklet.manuscript.dialect import dialect
from booklet.manuscript.frontmatter import FrontMatter, Settings, front_matter
from booklet.manuscript.links import Names
from booklet.source import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from booklet.manuscript.body import Block, Note, Picture
    from booklet.source import Source, Text


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title (empty for an essay that has none), its HTML, and what is in it.

    `html` holds marks (booklet.manuscript.marks) for notes and page numbers.
    """

    id: str
    title: Heading | None
    html: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]
    pictures: tuple[Picture, ...]
    widths: tuple[tuple[str, str], ...]

    @property
    def words(self) -> int:
        """About how many words the chapter has, notes included."""
        return sum(len(b.text.split()) for b in self.blocks) + sum(
            len(n.text.split()) for n in self.notes
        )


@dataclass(frozen=True)
class Manuscript:
    """A manuscript: settings, chapters, and what was noticed on the way."""

    slug: str
    title: str
    settings: Settings
    foreign: Mapping[str, Any]
    chapters: tuple[Chapter, ...]
    findings: tuple[Finding, ...]
    path: str

    @property
    def notes(self) -> Iterator[Note]:
        """All notes, in the order of their calls."""
        return (note for chapter in self.chapters for note in chapter.notes)

    @property
    def blocks(self) -> Iterator[Block]:
        """All blocks of the body, in order."""
        return (block for chapter in self.chapters for block in chapter.blocks)

    @property
    def words(self) -> int:
        """About how many words the manuscript has."""
        return sum(chapter.words for chapter in self.chapters)


def parse(source: Source) -> Manuscript:
    """Return the manuscript that stands in `source`.

    Raises BookletError, with file and line, for a front matter that is wrong, a chapter that is
    not there, and a manuscript without a word.
    """
    front = front_matter(source.essay)
    findings = list(front.findings)
    names = Names()
    drafts: list[Draft] = []
    md = dialect(front.settings.lang)
    bodies: dict[str, Body] = {}
    for text, inner in _files(source, front):
        body = bodies[text.name] = Body(md, text.path, text.name, names)
        found = body.read(inner.body, inner.offset, len(drafts))
        if inner is not front and inner.settings.title:
            _entitle(body, found, inner)
        drafts += found
        findings += body.findings + list(inner.findings if inner is not front else ())
    title, drafts = _title(front.settings, drafts)
    if not any(d.blocks or d.title for d in drafts):
        raise BookletError(
            "there is no text to set", Place(source.essay.path), "write at least one paragraph"
        )
    numbers = _numbers(drafts) if front.settings.number_sections else {}
    chapters = tuple(_chapter(d, bodies[d.file], names, source, findings, numbers) for d in drafts)
    return Manuscript(
        source.slug,
        title or source.slug.replace("-", " ").capitalize(),
        front.settings,
        front.foreign,
        chapters,
        (*findings, *names.dead()),
        source.essay.path,
    )


def _files(source: Source, front: FrontMatter) -> Iterator[tuple[Text, FrontMatter]]:
    """Yield each file of the manuscript with its front matter: the essay, then its chapters."""
    yield source.essay, front
    for name in front.settings.chapters:
        where = Place(source.essay.path, front.lines["chapters"])
        try:
            text = source.text(name)
        except BookletError as error:
            raise BookletError(error.message, error.where or where, error.hint) from error
        yield text, front_matter(text)


def _entitle(body: Body, drafts: list[Draft], inner: FrontMatter) -> None:
    """Give a chapter that has no heading of the first level the title of its front matter."""
    if drafts[0].title is None and (drafts[0].tokens or len(drafts) == 1):
        title = inner.settings.title
        where = Place(body.path, inner.lines["title"])
        anchor = body.names.claim(body.name, slugify(title), where, body.findings, given=False)
        drafts[0].title = Heading(anchor, 1, escape(title), title, where)


def _title(settings: Settings, drafts: list[Draft]) -> tuple[str, list[Draft]]:
    """Return the title of the whole, and the drafts without a heading that only repeats it.

    The title is that of the front matter, or else the first heading.
    """
    drafts = [d for d in drafts if d.title or d.tokens]
    titled = [d for d in drafts if d.title]
    if not titled:
        first = next((h for d in drafts for h in d.headings), None)
        return settings.title or (first.text if first else ""), drafts
    first = titled[0]
    assert first.title is not None
    title = settings.title or first.title.text
    if len(titled) == 1 and _same(title, first.title.text):
        first.tokens[:0] = [t for d in drafts if d is not first for t in d.tokens]
        for name in ("headings", "blocks", "notes", "pictures"):
            getattr(first, name)[:0] = [x for d in drafts if d is not first for x in getattr(d, name)]
        first.title = None
        return title, [first]
    if _same(title, first.title.text) and not first.tokens:
        drafts.remove(first)
    return title, drafts


def _same(one: str, other: str) -> bool:
    """Whether two titles are the same but for marks and capitals."""
    return slugify(one) == slugify(other)


def _numbers(drafts: list[Draft]) -> dict[str, str]:
    """Return the number of each heading by its anchor: `2`, `2.1`; the top level counts first."""
    top = 1 if any(d.title for d in drafts) else 2
    counts = [0] * 7
    numbers = {}
    for draft in drafts:
        for heading in ([draft.title] if draft.title else []) + draft.headings:
            if heading.numbered and heading.level >= top:
                counts[heading.level] += 1
                counts[heading.level + 1 :] = [0] * (6 - heading.level)
                numbers[heading.id] = ".".join(str(n) for n in counts[top : heading.level + 1])
    return numbers


def _chapter(
    draft: Draft,
    body: Body,
    names: Names,
    source: Source,
    findings: list[Finding],
    numbers: Mapping[str, str],
) -> Chapter:
    """Return the finished chapter of a draft: clean, its links resolved, its pictures looked at."""
    unusable = _unusable(draft, source, findings)

    def finish(html: str) -> str:
        html = _resolved(raw.clean(html), draft.file, names)
        html = _IMG.sub(lambda found: _or_placeholder(found, unusable), html)
        return marks.fill_numbers(html, lambda key: _number_html(numbers.get(key, "")))

    def words(text: str) -> str:
        return _resolved(text, draft.file, names)

    def heading(h: Heading) -> Heading:
        number = numbers.get(h.id, "")
        html = marks.fill_notes(finish(_number_html(number) + h.html), lambda _key: "")
        return replace(h, html=html, text=f"{number} {h.text}".strip())

    opener = None
    if draft.title:
        opener = replace(heading(draft.title), html=finish(_number_html(numbers.get(draft.title.id, "")) + draft.title.html))
    return Chapter(
        draft.id,
        opener,
        finish(body.render(draft)),
        tuple(heading(h) for h in draft.headings),
        tuple(replace(b, text=words(b.text)) for b in draft.blocks),
        tuple(
            replace(n, html=finish(n.html), text=words(n.text))
            for n in sorted(draft.notes, key=lambda n: n.number)
        ),
        tuple(p for p in draft.pictures if p.src not in unusable),
        tuple(sorted(draft.widths.items())),
    )


def _number_html(number: str) -> str:
    """Return the number of a heading as HTML."""
    return f'<span class="number">{number}</span> ' if number else ""


def _unusable(draft: Draft, source: Source, findings: list[Finding]) -> set[str]:
    """Return the pictures of a draft that cannot be set, each with a finding."""
    bad = set()
    for picture in draft.pictures:
        if picture.src.startswith(("http://", "https://")) and source.network:
            continue
        try:
            if urlsplit(picture.src).scheme or picture.src.startswith("//"):
                raise BookletError(
                    f"`{picture.src[:80]}` is not in the folder of the essay",
                    hint="copy it there, or allow web pictures with --allow-network",
                )
            source.shelf.picture(picture.src)
        except BookletError as error:
            bad.add(picture.src)
            message = f"the picture {error.message}"
            findings.append(Finding("M06", message, picture.where, hint=error.hint))
    return bad


def _or_placeholder(found: re.Match[str], unusable: set[str]) -> str:
    """Return an `<img>` as it is, or what stands in its place if its file cannot be set."""
    src = unescape(found[1])
    if src not in unusable:
        return found[0]
    return f'<span class="missing">picture missing: {escape(src[:80])}</span>'


def _resolved(html: str, file: str, names: Names) -> str:
    """Return `html` with links and page marks pointing to anchors; dead ones become plain."""

    def link(found: re.Match[str]) -> str:
        anchor = names.resolve(file, unescape(found[1]))
        return f'href="#{anchor}"' if anchor else 'class="dead"'

    def page(name: str) -> str:
        anchor = names.resolve(file, name)
        return marks.page_mark(anchor) if anchor else "?"

    return marks.fill_pages(_HREF.sub(link, html), page)


_HREF = re.compile(r'href="#([^"]*)"')
_IMG = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"[^>]*>')
