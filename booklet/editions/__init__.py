"""Edition: a manuscript dressed for one purpose. Templates make its parts, styles clothe them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, TypeVar, cast

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
)
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from booklet.editions import own_words
from booklet.editions.style import PARTS, SHEETS, STYLES
from booklet.editions.table_rules import table_rules
from booklet.errors import BookletError, Place
from booklet.fonts import faces as casting
from booklet.lengths import Length, Size
from booklet.manuscript import placeholders
from booklet.manuscript.language import is_upright
from booklet.manuscript.model import shortened
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from booklet.editions.style import Style
    from booklet.manuscript import Chapter, Manuscript, Settings
    from booklet.manuscript.blocks import Heading, Note
    from booklet.source import Shelf, Source

TEMPLATES = ROOT / "templates"

_T = TypeVar("_T")


@dataclass(frozen=True)
class Part:
    """Whatever begins on a new page: cover, imprint, contents, a chapter, notes, colophon.

    `html` is a whole document with marks for page numbers; `css` are rules for this part alone;
    `side` is where its first page lies (`recto`, `verso`, or `next` for whichever comes);
    `numbering` is how its pages count (`roman`, `arabic`).
    """

    name: str
    kind: str
    html: str
    css: str
    side: str
    numbering: str
    words: int


@dataclass(frozen=True)
class StyleSheet:
    """A style sheet: the path by which messages name it, its text, whether it is the author's."""

    path: str
    css: str
    own: bool = False


@dataclass(frozen=True)
class Edition:
    """An edition, ready to be laid out."""

    manuscript: Manuscript
    style: Style
    trim: Size
    parts: tuple[Part, ...]
    sheets: tuple[StyleSheet, ...]
    endnotes: frozenset[str]
    digest: str
    shelf: Shelf
    network: bool

    @property
    def has_own(self) -> bool:
        """Whether the author has rules or templates of their own."""
        own = any(sheet.own for sheet in self.sheets)
        return own or (self.shelf.root / "templates").exists()

    @property
    def entries(self) -> tuple[Heading, ...]:
        """The headings that the contents list, in order."""
        return tuple(_entries(self.manuscript)) if "contents" in self.style.parts else ()


class Maker:
    """Makes what an edition consists of. Another one may take what it made before instead."""

    def make(self, name: str, inputs: object, make: Callable[[], _T]) -> _T:  # noqa: ARG002
        """Return what `make` makes of `inputs`, which are all that it looks at."""
        return make()

    def templates(self) -> SandboxedEnvironment:
        """Return the house's templates; one that changed on the disk is read again."""
        return _house_templates(get_ident())


def compose(
    manuscript: Manuscript,
    style: Style,
    source: Source,
    endnotes: frozenset[str] = frozenset(),
    maker: Maker | None = None,
) -> Edition:
    """Return the edition of `manuscript` that `style` describes.

    Templates and `style.css` in the essay's folder stand before the house's own. `endnotes` are
    the keys of notes that no page can hold at its foot. Another `maker` than the usual one
    may save work; the edition is the same. Raises BookletError, naming
    file and line, for a template that cannot be used.
    """
    settings = manuscript.settings
    if (style.notes or settings.notes) == "end":
        endnotes = frozenset(note.key for note in manuscript.notes)
    trim = style.page(settings)
    backwards = ("rtl.css",) if settings.rtl else ()
    upright = ("upright.css",) if is_upright(settings.lang) else ()
    numbers = ("numbers.css",) if style.paragraph_numbers else ()
    house = map(_sheet, (*SHEETS, *backwards, *upright, *numbers, *style.styles))
    sheets = (*house, _tokens(trim, style, settings))
    sheets += tuple(_faces(manuscript, source))
    own = (*([source.style] if source.style else ()), *map(source.text, style.own))
    sheets += tuple(StyleSheet(text.path, text.text, own=True) for text in own)
    setter = _Setter(manuscript, style, trim, source, endnotes, maker or Maker())
    parts = tuple(setter.parts())
    return Edition(
        manuscript,
        style,
        trim,
        parts,
        sheets,
        endnotes,
        setter.digest,
        source.shelf,
        source.network,
    )


def leaflet(kind: str, facts: Mapping[str, object], rules: str, source: Source) -> tuple[str, str]:
    """Return what is printed beside a booklet, such as the guide, as HTML, and the rules for it.

    `kind` names its template and its style sheet, `facts` are what the template is filled with,
    `rules` come before those of the sheet. Raises BookletError, naming file and line, for a
    template of the author's that fails.
    """
    html = _filled(_templates(source, Maker()), kind, dict(facts))
    return html, rules + _sheet(f"{kind}.css").css


def _sheet(name: str) -> StyleSheet:
    """Return a style sheet of the house."""
    return StyleSheet(f"styles/{name}", (STYLES / name).read_text(encoding="utf-8"))


def _faces(manuscript: Manuscript, source: Source) -> Iterator[StyleSheet]:
    """Yield the style sheet that brings types for what the house's lack, if any are there.

    The author's own stand before those that were added by script. Raises BookletError for a file
    in `fonts/` that is not a font.
    """
    faces = []
    if source.fonts:
        from booklet.fonts.coverage import face  # late: it reads the fonts' tables

        faces = [face(name, source.shelf.take(name)) for name in source.fonts]
    added = casting.there(_characters(manuscript), manuscript.settings.lang)
    pieces = casting.abroad(_tongues(manuscript))
    zero = manuscript.settings.zero
    numbers = casting.digits(zero)
    every = (*added, *pieces.values(), *numbers)
    added = tuple({group.name: group for group in every}.values())
    if faces or added:
        own = tuple(dict.fromkeys(face.family for face in faces))
        css = (
            *(face.css() for face in faces),
            casting.rules(added, zero),
            casting.choice(own, added),
        )
        css += (casting.shapes(pieces, own), casting.numbered(zero) if numbers else "")
        yield StyleSheet("(fonts of this essay)", "\n".join(css))


_EASTERN = re.compile(r' lang="((?:zh|ja|ko|yue)(?:-[\w-]*)?)"')


def _tongues(manuscript: Manuscript) -> set[str]:
    """Return the languages of the East in which there are pieces, other than the text's own."""
    texts = (
        *(chapter.html for chapter in manuscript.chapters),
        *(n.html for n in manuscript.notes),
    )
    found = {tag for text in texts if ' lang="' in text for tag in _EASTERN.findall(text)}
    return found - {manuscript.settings.lang}


def _characters(manuscript: Manuscript) -> Callable[[], set[str]]:
    """Return what tells the characters of a manuscript, in its text and about it."""

    def characters() -> set[str]:
        texts = [block.text for block in manuscript.blocks]
        texts += [note.text for note in manuscript.notes]
        texts += [chapter.title.text for chapter in manuscript.chapters if chapter.title]
        spoken = own_words.words(manuscript.settings.lang).values()
        return set("".join((*texts, *spoken, manuscript.title, repr(manuscript.settings))))

    return characters


# The type size of an A5 page, and how slowly it grows with the page: 8.5 pt on A6, 11.75 on A4.
_TYPE_ON_A5, _GROWTH = 10.0, 0.45

# Millimetres around the bleed of a print shop's page, for crop marks.
_MARKS = 7


def _tokens(trim: Size, style: Style, settings: Settings) -> StyleSheet:
    """Return the tokens that page and edition decide; styles/tokens.css has the others."""
    given = style.type(settings)
    grown = _TYPE_ON_A5 * (trim.width.to("mm") / 148) ** _GROWTH
    size = Length.parse(given).pt if given else round(grown * 4) / 4
    leading, margins, shrunk = style.tightened
    wide = "{}" if margins == 1 else f"calc({{}} * {margins:.4g})"
    tokens = {
        "tight-leading": f"{leading:.4g}" if leading != 1 else "",
        "tight-margins": f"{margins:.4g}" if margins != 1 else "",
        "trim-height": trim.height.css(),
        "trim-width": trim.width.css(),
        "type-size": f"{size * shrunk:.4g}pt",
        "leading": f"calc(var(--type-size) * {style.leading * leading:.4g})"
        if style.leading
        else "",
    }
    given_margins = {
        "margin-inner": style.margin_inner,
        "margin-top": style.margin_top,
        "margin-outer": style.margin_outer,
        "margin-foot-least": style.margin_foot,
    }
    tokens |= {
        name: wide.format(Length.parse(value).css())
        for name, value in given_margins.items()
        if value
    }
    said = "; ".join(f"--{name}: {value}" for name, value in tokens.items() if value)
    css = f":root {{ {said} }}\n"
    marks = Length.mm(_MARKS).pt if style.standard == "pdf/x-4" and style.marks == "crop" else 0
    around = Length((Length.parse(style.bleed).pt if style.bleed else 0) + marks)
    if around.pt:
        css += f"@page {{ bleed: {around.to('mm'):.4g}mm }}\n"
    return StyleSheet("(paper and type of this edition)", css)


_A = re.compile(r"</?a\b[^>]*>")


def _entries(manuscript: Manuscript) -> Iterator[Heading]:
    """Yield the headings for the contents, as deep as the author wants them."""
    top = 1 if any(chapter.title for chapter in manuscript.chapters) else 2
    deepest = top + manuscript.settings.toc_depth - 1
    for chapter in manuscript.chapters:
        if chapter.title and deepest >= 1:
            yield chapter.title
        yield from (h for h in chapter.headings if h.level <= deepest)


# How a template can fail that an author has written.
_FAILURES = (
    TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RuntimeError,
)  # fmt: skip


# Parts in which nothing stands that an edit of another one changes, and what does so in others.
_OF_ITS_OWN = ("contents", "essay")
_OF_ALL = ("booklet", "digest", "profile")


@dataclass(frozen=True)
class _Titled:
    """What such a part is told of the whole, or of its chapter: the title, or that it has one."""

    title: object


class _Setter:
    """Sets the parts of one edition, template by template."""

    def __init__(
        self,
        manuscript: Manuscript,
        style: Style,
        trim: Size,
        source: Source,
        endnotes: frozenset[str],
        maker: Maker,
    ) -> None:
        self.manuscript, self.style, self.endnotes = manuscript, style, endnotes
        self.maker = maker
        self.notes = {note.key: note for note in manuscript.notes}
        self.digest = sha256(
            "\0".join(
                [c.html + "".join(n.html for n in c.notes) for c in manuscript.chapters]
                + [repr(manuscript.settings)]
            ).encode()
        ).hexdigest()[:8]
        self.jinja = _templates(source, maker)
        self.is_house = not _has_templates(source)
        self.context: dict[str, object] = {
            "booklet": manuscript,
            "date": _written(manuscript.settings),
            "digest": self.digest,
            "edition": style,
            "foreign": manuscript.foreign,
            "page_of": lambda anchor: Markup(placeholders.page_mark(anchor)),  # noqa: S704 - ours
            "profile": _profile(manuscript, maker),
            "rtl": manuscript.settings.rtl,
            "running_title": _running(manuscript.title),
            "settings": manuscript.settings,
            "trim": trim,
            "words": own_words.of(source, manuscript.settings.lang),
        }

    def parts(self) -> Iterator[Part]:
        """Yield the parts that the edition has, in the order in which they are bound."""
        for kind in PARTS:
            if kind in self.style.parts or kind == "notes":  # no note may be lost
                yield from getattr(self, f"_{kind}")()

    def _cover(self) -> Iterator[Part]:
        """Yield the cover."""
        yield self._part("cover", "recto", "roman")

    def _imprint(self) -> Iterator[Part]:
        """Yield the imprint, on the back of the cover."""
        yield self._part("imprint", "verso", "roman")

    def _contents(self) -> Iterator[Part]:
        """Yield the contents, if there is anything to list."""
        # a line of the contents is a link, and cannot hold others
        entries = tuple(replace(e, html=_A.sub("", e.html)) for e in _entries(self.manuscript))
        if entries:
            yield self._part("contents", "recto", "roman", entries=entries)

    def _essay(self) -> Iterator[Part]:
        """Yield the chapters."""
        manuscript = self.manuscript
        for i, chapter in enumerate(manuscript.chapters):
            recto = i == 0 or manuscript.settings.chapter_start == "recto"
            opening, body = self._noted(chapter)
            title = replace(chapter.title, html=opening) if chapter.title else None
            yield self._part(
                "essay",
                "recto" if recto else "next",
                "arabic",
                name=chapter.id,
                css=_widths(chapter) + table_rules(chapter),
                words=chapter.words,
                chapter=chapter,
                title=title or _untitled(manuscript),
                body=Markup(body),  # noqa: S704 - cleaned
                head=i == 0 and "cover" not in self.style.parts,
            )

    def _notes(self) -> Iterator[Part]:
        """Yield the notes at the end, if there are any."""
        ends = tuple((c, self._ends(c)) for c in self.manuscript.chapters)
        if any(notes for _, notes in ends):
            yield self._part("notes", "next", "arabic", groups=[g for g in ends if g[1]])

    def _colophon(self) -> Iterator[Part]:
        """Yield the colophon: on a verso, so that the last page is not blank by accident."""
        yield self._part("colophon", "verso", "arabic")

    def _part(
        self,
        kind: str,
        side: str,
        numbering: str,
        *,
        name: str = "",
        css: str = "",
        words: int = 0,
        **context: object,
    ) -> Part:
        """Return the part that the template `kind` makes."""
        context |= {"kind": kind, "numbering": numbering}
        if kind in _OF_ITS_OWN and self.is_house and not context.get("head"):
            html = self._kept_html(kind, name or kind, context)
        else:
            html = _filled(self.jinja, kind, self.context | context)
        return Part(name or kind, kind, html, css, side, numbering, words)

    def _kept_html(self, kind: str, name: str, context: dict[str, object]) -> str:
        """Return the HTML of a part in which nothing stands that an edit elsewhere changes.

        Its template does not get what would tell it of such an edit.
        """
        shared = {key: value for key, value in self.context.items() if key not in _OF_ALL}
        told = shared | {"booklet": _Titled(self.manuscript.title)} | context
        if "chapter" in context:
            told["chapter"] = _Titled(bool(cast("Chapter", context["chapter"]).title))
        facts = [value for key, value in told.items() if key != "page_of"]
        return self.maker.make(f"{name} as HTML", facts, lambda: _filled(self.jinja, kind, told))

    def _noted(self, chapter: Chapter) -> tuple[str, str]:
        """Return the HTML of a chapter's title and of its text with their notes in them.

        Where paragraph numbers are not shown, they are not there: a new paragraph would change
        all chapters after it.
        """
        shown = self.style.paragraph_numbers
        notes = tuple((n.key, n.number, n.html, n.key in self.endnotes) for n in chapter.notes)

        def make() -> tuple[str, str]:
            seen: set[str] = set()
            opening = self._with_notes(chapter.opening, chapter, seen)
            html = chapter.html if shown else _PARAGRAPH.sub("", chapter.html)
            return opening, self._with_notes(html, chapter, seen)

        words = (chapter.opening, chapter.html, notes, shown)
        return self.maker.make(f"{chapter.id} with notes", words, make)

    def _with_notes(self, html: str, chapter: Chapter, seen: set[str]) -> str:
        """Return HTML of a chapter with each note set where it is called for the first time.

        `seen` are the notes that were called before, and takes those that are called here.
        """
        return placeholders.fill_notes(_held(html), lambda key: self._call(key, chapter, seen))

    def _call(self, key: str, chapter: Chapter, seen: set[str]) -> str:
        """Return the call of a note, with the note itself in it if it goes to the foot."""
        note = self.notes[key]
        anchor, number = note_anchor(note), note.number
        if key in seen:
            return f'<a class="call again" href="#{anchor}">{number}</a>'
        seen.add(key)
        if key in self.endnotes:
            # notes that this one calls follow it to the end
            return f'<a class="call" id="{call_anchor(note)}" href="#{anchor}">{number}</a>'
        inner: list[str] = []
        body = placeholders.fill_notes(
            _apart(_tight(note.html)), lambda k: self._inner(k, chapter, seen, inner)
        )
        return (
            f'<span class="called" id="{call_anchor(note)}"><span class="note" id="{anchor}" '
            f'data-number="{number}">{body}</span></span>' + "".join(inner)
        )

    def _inner(self, key: str, chapter: Chapter, seen: set[str], after: list[str]) -> str:
        """Return the call of a note inside a note; the note called goes after the calling one."""
        first = key not in seen
        whole = self._call(key, chapter, seen)
        if first and key not in self.endnotes:
            after.append(whole.replace('class="note"', 'class="note silent"', 1))
            return _plain_call(self.notes[key])
        return whole

    def _ends(self, chapter: Chapter) -> list[dict[str, object]]:
        """Return the notes of a chapter that are set at the end of the book."""
        out = []
        called = set(placeholders.called(chapter.opening + chapter.html))
        for note in chapter.notes:
            if note.key in self.endnotes:
                body = placeholders.fill_notes(
                    _apart(note.html), lambda k: self._end_call(k, called)
                )
                anchors = {"anchor": note_anchor(note), "call": call_anchor(note)}
                html = Markup(body)  # noqa: S704 - cleaned by booklet.manuscript.raw_html
                out.append({"note": note, "html": html, **anchors})
        return out

    def _end_call(self, key: str, called: set[str]) -> str:
        """Return a call in a note at the end; the first call of all is what its note leads to."""
        if key in called:
            return _plain_call(self.notes[key])
        called.add(key)
        anchor = call_anchor(self.notes[key])
        return _plain_call(self.notes[key]).replace("<a ", f'<a id="{anchor}" ', 1)


def _has_templates(source: Source) -> bool:
    """Whether the author may have templates of their own."""
    return os.path.lexists(source.shelf.root / "templates")


def _templates(source: Source, maker: Maker) -> SandboxedEnvironment:
    """Return the templates: those in the essay's folder stand before the house's own."""
    if not _has_templates(source):
        return maker.templates()
    own = FunctionLoader(lambda name: _own_template(name, source))
    return environment(ChoiceLoader([own, FileSystemLoader(TEMPLATES)]))


@cache
def _house_templates(_: int) -> SandboxedEnvironment:
    """Return the house's own templates for a thread; one changed on the disk is read again.

    Editions are composed side by side, and no two threads share an environment of Jinja's.
    """
    return environment(FileSystemLoader(TEMPLATES))


def environment(loader: BaseLoader, compiled: BytecodeCache | None = None) -> SandboxedEnvironment:
    """Return the templates that a loader has, some of which may be compiled already."""
    return SandboxedEnvironment(
        autoescape=True,
        bytecode_cache=compiled,
        loader=loader,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _filled(templates: SandboxedEnvironment, kind: str, context: dict[str, object]) -> str:
    """Return the HTML of a template; raises BookletError at its line for one that fails."""
    try:
        return templates.get_template(f"{kind}.html").render(context)
    except _FAILURES as error:
        raise _blame(kind, error) from error


def _blame(kind: str, error: Exception) -> BookletError:
    """Return the author's mistake in a template, with the template's file and line."""
    path = getattr(error, "filename", None) or f"templates/{kind}.html"
    line = getattr(error, "lineno", None) or 0
    trace = None if line else error.__traceback__
    while trace:  # the last frame in a template knows the line
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            path, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    if Path(path).is_relative_to(TEMPLATES):
        path = f"templates/{Path(path).name}"
    if isinstance(error, TemplateNotFound):
        return BookletError(f"there is no template `{error.name}`", Place(path, line))
    return BookletError(f"the template fails: {error}", Place(path, line))


def _own_template(name: str, source: Source) -> tuple[str, str, Callable[[], bool]] | None:
    """Return a template from the essay's folder, the name of its file, and that it is fresh.

    Raises BookletError for one that lies elsewhere, by a symbolic link.
    """
    if not os.path.lexists(source.shelf.root / "templates" / name):
        return None
    text = source.text(f"templates/{name}")
    return text.text, text.path, lambda: True


def note_anchor(note: Note) -> str:
    """Return the anchor of a note: `c0-n3` is the third note of the first chapter."""
    return f"{note.key.split(':')[0]}-n{note.number}"


def call_anchor(note: Note) -> str:
    """Return the anchor of the first call of a note."""
    return f"{note.key.split(':')[0]}-r{note.number}"


_PARAGRAPH = re.compile(r' data-paragraph="\d+"')
_WORD = "[^\\s<>&;\ufdd1]{1,24}"
# Calls that touch, be it across the end of an emphasis: 1 and 2 must not be read as 12.
_APART = '<span class="apart">,\u00a0</span>'
_TOUCHING = re.compile("(?<=\ufdd1)(?=(?:</?(?:em|strong|s|i|b|mark|span)\\b[^>]*>)*\ufdd0)")
_CALLS = f"((?:\ufdd0[^\ufdd1]*\ufdd1(?:{_APART})?)+)"
_BEFORE_CALL = re.compile(
    rf"(?:({_WORD})(</(?:em|strong|cite|i|b)>))?((?<=>)[^\w\s<>&;\ufdd1]*|{_WORD}){_CALLS}"
)


def _apart(html: str) -> str:
    """Return `html` with a comma between calls that touch."""
    return _TOUCHING.sub(_APART, html) if "\ufdd1" in html else html


def _held(html: str) -> str:
    """Return `html` with each call held to the word before it.

    WeasyPrint would let a line begin with a call: it sees no text beyond the call's own box.
    Only what stands right before a call is looked at: to look everywhere for what may do so takes
    as long as all else that is composed.
    """
    parted = re.split(_CALLS, _apart(html))
    pieces = []
    for before, calls in zip(parted[::2], parted[1::2], strict=False):
        near = -_REACH if _NEAR.search(before[-_NEAREST:]) else 0
        pieces += [before[:near], _BEFORE_CALL.sub(_hold, f"{before[near:]}{calls}")]
    return "".join([*pieces, parted[-1]])


# A word of so many letters before a call, with what closes an element and another word before it,
# unless signs without an end stand before it.
_REACH, _NEAREST = 100, 30
_NEAR = re.compile(r"[\w\s<>&;]")


def _hold(found: re.Match[str]) -> str:
    """Return a call with the word before it, and that word's own element closed and opened anew."""
    word, closing, after, call = found[1] or "", found[2] or "", found[3], found[4]
    inside = f"{closing.replace('/', '')}{word}{closing}{after}{call}"
    return f'{closing}<span class="held">{inside}</span>' if word or after else found[0]


_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_BLOCK = (
    r"</?(?:p|div|ul|ol|li|dl|dt|dd|blockquote|table|caption|t[a-z]+|figure|figcaption|pre)\b[^>]*>"
)
_AROUND = re.compile(rf"\s*({_BLOCK}|<span class=\"note-paragraph\"[^>]*>)\s*")


def _tight(html: str) -> str:
    """Return a note's HTML without the white space that does not count.

    WeasyPrint 70 does not collapse it in footnotes: a line's end in the manuscript would end the
    line in print, and one between paragraphs would print an empty line.
    """
    pieces = _PRE.split(html.strip())
    return (
        "".join(
            piece if piece.startswith("<pre") else _AROUND.sub(r"\1", re.sub(r"\s+", " ", piece))
            for piece in pieces
        )
        .replace('</span> <span class="note-p', '</span><span class="note-p')
        .strip()
    )


def _plain_call(note: Note) -> str:
    """Return a call that is only a link."""
    return f'<a class="call again" href="#{note_anchor(note)}">{note.number}</a>'


def _untitled(manuscript: Manuscript) -> object:
    """Return the opener of an essay without chapters: its title; later chapters have none."""
    if len(manuscript.chapters) > 1:
        return None
    title, running = manuscript.title, _running(manuscript.title)
    return {"id": "opener", "html": title, "text": title, "running": running}


# A running head longer than this says more than a glance can read.
_GLANCE = 50


def _running(title: str) -> str:
    """Return a title as it runs over the pages: without what follows a colon, if it is long."""
    title = title.split(": ")[0] if len(title) > _GLANCE else title
    return shortened(title) or title


def _widths(chapter: Chapter) -> str:
    """Return the rules for the widths that the author gave to figures."""
    return "".join(f'[id="{name}"] img {{ width: {width} }}\n' for name, width in chapter.widths)


def _written(settings: Settings) -> str:
    """Return the date as the language writes it, if it is an ISO date; any other text as it is."""
    given, lang = settings.date, settings.lang
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return given
    from babel import Locale, UnknownLocaleError  # late: only a real date needs its tables
    from babel.dates import format_date

    try:
        locale = Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    shown = str(format_date(day, "long", locale))
    if not casting.digits(settings.zero):
        return shown
    return shown.translate({0x30 + at: settings.zero + at for at in range(10)})


# Lines in the drawing on the cover: closer than this they would be a grey field.
_MOST_LINES = 240
_SENTENCE = re.compile(r"(?<=[.!?…。؟])[”’»\"']?\s+")


def _profile(manuscript: Manuscript, maker: Maker) -> tuple[float, ...]:
    """Return the text as lines for the cover: one a sentence, 0 to 1 by its length.

    A zero is the gap before a section. A long text has one line for several sentences.
    """
    lines: list[int] = []
    for chapter in manuscript.chapters:
        texts = [(block.kind, block.text) for block in chapter.blocks]
        for number in maker.make(f"{chapter.id} in lines", texts, partial(_lines, texts)):
            if number or (lines and lines[-1]):
                lines.append(number)
    group = -(-len(lines) // _MOST_LINES) or 1
    if group > 1:
        whole = [n for n in lines if n]
        lines = [sum(whole[i : i + group]) for i in range(0, len(whole), group)]
    longest = max(lines, default=1) or 1
    return tuple(round(n / longest, 4) for n in lines)


def _lines(texts: list[tuple[str, str]]) -> list[int]:
    """Return the lengths of the sentences in blocks of these kinds, and a zero for a heading."""
    lines: list[int] = []
    for kind, text in texts:
        if kind.startswith("h"):
            lines.append(0)
        elif kind in ("p", "div", "li", "dd"):
            lines += [len(s) for s in _SENTENCE.split(text) if s]
    return lines
