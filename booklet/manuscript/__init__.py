"""Manuscript: what the author wrote, understood. Each block knows its file and its line."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from booklet.editions import own_words
from booklet.errors import BookletError, Mistakes, Place, gathered
from booklet.findings import Finding
from booklet.manuscript.blocks import Body
from booklet.manuscript.chapters import (
    Chapter,
    entitle,
    number_paragraphs,
    numbered,
    without_picture,
)
from booklet.manuscript.dialect import parser_for
from booklet.manuscript.edition_options import EditionOption, from_toml
from booklet.manuscript.file_reader import FileReader
from booklet.manuscript.front_matter import front_matter
from booklet.manuscript.letters import unnamed
from booklet.manuscript.links import Album, Names
from booklet.manuscript.model import Block, Draft, Heading, Note, Picture
from booklet.manuscript.reader import WholeReader
from booklet.manuscript.settings import Settings
from booklet.source import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from booklet.manuscript.front_matter import FrontMatter
    from booklet.manuscript.reader import Reader
    from booklet.source import Source, Text

__all__ = [
    "Block",
    "Chapter",
    "EditionOption",
    "Heading",
    "Manuscript",
    "Note",
    "Picture",
    "Settings",
    "parse",
]


@dataclass(frozen=True)
class Manuscript:
    """A manuscript: settings, chapters, and what was noticed on the way.

    `foreign` are the keys of the front matter that belong to other tools; `options` what the
    author wants of editions and sheets, the later ones being the stronger; `path` is the path of
    its first file.
    """

    slug: str
    title: str
    settings: Settings
    foreign: Mapping[str, object]
    chapters: tuple[Chapter, ...]
    findings: tuple[Finding, ...]
    path: str
    options: tuple[EditionOption, ...] = ()

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


def parse(source: Source, reader: Reader | None = None) -> Manuscript:
    """Return the manuscript that stands in `source`.

    Another `reader` than the usual one may save work, but reads the same. Raises BookletError,
    with file and line, for a front matter that is wrong, a chapter that is not there, nesting that
    no page can show, and a manuscript without a word.
    """
    reader = reader or WholeReader()
    front, asked = _settings(source)
    settings = front.settings
    names, album = Names(), Album(source)
    keys = frozenset(front.foreign)
    bodies: dict[str, Body] = {}
    drafts: list[Draft] = []
    findings: list[Finding] = [*_unspoken(source, front)]
    titles = own_words.titles(source)
    for text, inner in _files(source, front):
        file_reader = FileReader(text, album, names, inner.offset, len(drafts), keys)
        body = bodies[text.name] = Body(file_reader, parser_for(settings.lang, titles))
        reader.read(body, inner.body, (settings.lang, titles))
        if inner is not front:
            _apply(inner, file_reader)
            _look_for_text(file_reader)
        names.files[text.name] = _beginning(file_reader.drafts) or "cover"
        drafts += (draft for draft in file_reader.drafts if draft.title or draft.tokens)
        findings += (*inner.findings, *file_reader.findings)
    if not any(_says_anything(draft) for draft in drafts):
        where = Place(source.essay.path)
        raise BookletError("there is no text to set", where, "write at least one paragraph")
    reader.entitled(drafts)
    headed = [(draft, draft.title, draft.opening) for draft in drafts if draft.title][:1]
    title, drafts = entitle(settings.title, drafts, names)
    for draft, heading, opening in headed:
        if draft.title is None or draft not in drafts:  # it is the title of the whole
            findings += without_picture(opening, heading)
    numbers = numbered(drafts) if settings.number_sections else {}
    paragraphs = number_paragraphs(drafts)
    finish = reader.finish
    chapters = tuple(finish(d, bodies[d.file], names, numbers, paragraphs) for d in drafts)
    findings += unnamed(front, chapters, source.essay.path)
    manuscript = Manuscript(
        source.slug,
        title or source.slug.replace("-", " ").capitalize(),
        settings,
        front.foreign,
        chapters,
        (*findings, *names.dead()),
        source.essay.path,
        asked,
    )
    reader.close()
    return manuscript


def _settings(source: Source) -> tuple[FrontMatter, tuple[EditionOption, ...]]:
    """Return the front matter of the essay, and the options in it and in its `booklet.toml`.

    Raises Mistakes for all that is wrong in the two.
    """
    mistakes: list[BookletError] = []
    asked: list[EditionOption] = []
    with gathered(mistakes):
        try:
            asked += from_toml(source.asked) if source.asked else ()
        except Mistakes as error:
            asked += error.asked
            raise
    try:
        front = front_matter(source.essay)
    except Mistakes as error:
        raise Mistakes((*error.each, *mistakes), (*asked, *error.asked)) from None
    except BookletError as error:
        raise Mistakes((error, *mistakes), asked) from error
    if mistakes:
        raise Mistakes(mistakes, (*asked, *front.asked))
    return front, (*asked, *front.asked)


def _unspoken(source: Source, front: FrontMatter) -> Iterator[Finding]:
    """Yield a finding if the booklet has no words of its own in the language of the text.

    An author's template for the guide has words of its own.
    """
    lang, where = front.settings.lang, Place(source.essay.path, front.lines.get("lang", 0))
    lacking: list[tuple[str, str]] = []
    template = (source.shelf.root / "templates/guide.html").exists()
    for file, what in (
        (own_words.FILE, "contents and notes"),
        (own_words.GUIDE, "" if template else "the guide to printing"),
    ):
        if what and not own_words.has_words(lang, source, file):
            lacking.append((what, f"`{file}`"))
    if lacking:
        said = (
            f"there are no words in `{lang}` for {', nor for '.join(what for what, _ in lacking)}"
        )
        hint = f"write them into {' and '.join(file for _, file in lacking)}"
        yield Finding("M60", f"{said}: they are English", where, hint=hint)


def _says_anything(draft: Draft) -> bool:
    """Whether there is anything in a draft to be set."""
    texts = [block.text for block in draft.blocks] + [draft.title.text if draft.title else ""]
    return any(text.strip() for text in texts) or bool(draft.pictures)


def _files(source: Source, front: FrontMatter) -> Iterator[tuple[Text, FrontMatter]]:
    """Yield each file of the manuscript with its front matter: the essay, then its chapters."""
    yield source.essay, front
    seen = {source.essay.name: front.lines.get("chapters", 0)}
    for number, name in enumerate(front.settings.chapters):
        line = front.lines[f"chapters/{number}"]
        where = Place(source.essay.path, line)
        try:
            text = source.chapter(name)
        except BookletError as error:
            raise BookletError(error.message, error.where or where, error.hint) from error
        if text.name in seen:
            hint = "each file is set once; a link leads to it from anywhere else"
            raise BookletError(f"`{name}` is in the booklet already", where, hint)
        seen[text.name] = line
        yield text, front_matter(text, front.settings.lang)


def _apply(inner: FrontMatter, file_reader: FileReader) -> None:
    """Use the front matter of a chapter: its title, where the chapter has no heading for it."""
    for key in inner.lines:
        if "/" not in key and key not in ("title", *inner.foreign):
            message = f"the key `{key}` has no effect in the file of a chapter"
            hint = "write it into the front matter of the first file"
            file_reader.find("M14", message, hint, inner.lines[key])
    title, draft = inner.settings.title, file_reader.drafts[0]
    if not title:
        return
    if draft.title is None and (draft.tokens or len(file_reader.drafts) == 1):
        file_reader.line = inner.lines["title"]
        anchor = file_reader.claim(slugify(title, "section"), given=False)
        draft.title = Heading(anchor, 1, escape(title), title, file_reader.place())
        draft.opening = draft.title.html
    elif all(slugify(title) != slugify(d.title.text) for d in file_reader.drafts if d.title):
        message = "the title of this chapter is not set: it has headings of the first level"
        file_reader.find("M14", message, "begin its sections with `##`", inner.lines["title"])


def _look_for_text(file_reader: FileReader) -> None:
    """Keep a finding if there is nothing to be set in the file of a chapter."""
    if not any(_says_anything(draft) for draft in file_reader.drafts):
        file_reader.find(
            "M14", "there is no text in this chapter", "write it, or take it out of `chapters:`", 1
        )


def _beginning(drafts: list[Draft]) -> str:
    """Return the anchor of the first place in a file that has one, or an empty string."""
    for draft in drafts:
        if draft.title:
            return draft.title.id
        for block in draft.blocks:
            if block.id:
                return block.id
    return ""
