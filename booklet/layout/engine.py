"""WeasyPrint, as this project uses it.

Its objects never leave the process that made them: what goes out are facts and bytes.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import re
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.layout import BLANK, Laid, Written
from booklet.layout.addresses import HOME, SCHEMES
from booklet.layout.css_numbers import tamed
from booklet.layout.digits import correct, find
from booklet.layout.engine_warnings import OF_SHEET
from booklet.layout.weasyprint_api import CSS, HTML, FontConfiguration
from booklet.pdf.compression import learn
from booklet.pdf.document import finish
from booklet.pdf.tags import arranged
from booklet.pdf.tags.structure import Structure
from booklet.pdf.tags.tagging import unmark
from booklet.quick import pages as works
from booklet.quick.frozen_pages import Anew, FrozenPart, Unfit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    import pydyf

    from booklet.layout import Files, Lines
    from booklet.layout.fetcher import Fetcher
    from booklet.layout.weasyprint_api import Document, Page
    from booklet.pdf.tags.tagging import Tagging

# A page box lives in cycles and by the hundred thousand; collecting them all again and again
# takes a fifth of the time of a book.
gc.freeze()
gc.set_threshold(200_000, 50, 100)
gc.enable()

# A picture finer than this gains nothing on paper.
DPI = 300

# Editions after which pages that were forgotten are collected: that looks at all that are there.
_COLLECT = 8

# Pages that were let go of until what is left of them is collected.
_MANY = 16

_POINTS = 0.75  # to a CSS pixel
_MM = 25.4 / 96  # to a CSS pixel

# `(process:1): Pango-CRITICAL **: 10:51:25.452: what is wrong`
_GLIB = re.compile(r"\): (\w+)-(?:CRITICAL|WARNING) \*\*: (?:[\d:.]+: )?(.+)")


def warm_up(fetcher: Fetcher) -> FontConfiguration:
    """Lay out a line of the house's types, and return their fonts, for the first engine to take.

    It is work that every first page waits for; done while the parent still reads, it costs nothing.
    """
    works.hasten(True)
    fonts = FontConfiguration()
    css = fetcher.shelf.take("fonts.css").decode() + _WARM
    sheet = CSS(string=css, base_url=HOME, url_fetcher=fetcher, font_config=fonts)
    line = "<html lang=en><p>Hyphenation <i>extraordinarily</i> characteristically set.</p>"
    HTML(string=line, base_url=HOME, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[sheet]
    )
    gc.freeze()
    return fonts


_WARM = """
@page { size: 30mm 60mm; margin: 2mm }
html { font-family: "Booklet Serif"; hyphens: auto; text-align: justify }
i { font-family: "Booklet Sans" }
"""


class Engine:
    """Lays out parts with one set of style sheets and fonts, keeps them, joins and writes them."""

    def __init__(
        self,
        sheets: Sequence[str],
        standard: str,
        rtl: bool,
        fetcher: Fetcher,
        fonts: FontConfiguration | None = None,
        plain: bool = False,
    ) -> None:
        """Take the style sheets in their order and the PDF standard, such as `pdf/ua-1`.

        A `plain` engine uses only what WeasyPrint promises, and freezes nothing.
        `fonts` are those of `warm_up`, which nothing else may use any more.
        """
        self.fonts = fonts or FontConfiguration()
        self.fetcher, self.rtl = fetcher, rtl
        self.standard = standard if standard == "pdf/ua-1" else None  # others are made of plain
        self.heard = _Ear()
        self.laid: dict[str, _Part] = {}
        self.frozen: dict[str, FrozenPart] = {}
        self.misfit = "a wish" if plain else works.misfit()
        works.hasten(not self.misfit)
        self.case = works.Case(self.fonts)
        self.images = _Album(fetcher.used)
        self._failed: dict[str, list[str]] = {}
        self._sorts: dict[tuple[bytes, str], bytes] = {}
        # digests of pages that were looked at ahead of the booklet in hand, and of the one before
        self._ahead: set[str] = set()
        self._ahead_before: set[str] = set()
        self._forgotten = self._shed = 0
        self.sheets = []
        log = []
        for number, sheet in enumerate(sheets):
            rules, remarks = tamed(sheet)
            self.sheets.append(self._sheet(rules))
            lines = (*remarks, *self.fetcher.said(), *self.heard.take())
            log += [f"{number}{OF_SHEET}{line}" for line in lines]
        self.dressing, self.files = tuple(log), self._files()
        self.lay("", "", BLANK, "", "recto", 0)  # pages that cannot be are found before all others

    def _sheet(self, css: str) -> CSS:
        """Return a style sheet, read; its relative addresses start at the essay's folder."""
        self.fetcher.in_a_sheet = True
        try:
            return CSS(string=css, base_url=HOME, url_fetcher=self.fetcher, font_config=self.fonts)
        finally:
            self.fetcher.in_a_sheet = False

    def lay(
        self,
        key: str,
        name: str,
        html: str,
        css: str,
        side: str,
        first: int,
        before: str | None = "",
    ) -> Laid:
        """Lay out one part whose first page lies on `side`, keep it, and return the facts.

        The number of that page is `first`; 0 if it has none. The part is kept under `key`; an
        earlier text of it under `before`, which is used up: those of its pages that are the same
        are not laid out again. None as `before` says that no other text of it will come either.
        """
        earlier = used_up = self.laid.pop(before or "", None)
        start = "left" if (side == "verso") != self.rtl else "right"
        number = f"@page :first {{ counter-reset: page {first} }}\n" if first else ""
        place = f"html {{ break-before: {start} }}\n{number}"
        where = earlier.where if earlier and earlier.place == place else self._sheet(place)
        own = earlier.rules if earlier and earlier.css == css else self._sheet(css)
        source = self._source(earlier, html)
        options: dict[str, Any] = {
            "stylesheets": [*self.sheets, where, own],
            "cache": self.images,
            "pdf_variant": self.standard,
            "presentational_hints": True,  # the number at which a list starts
        }
        laying = None
        if self.misfit:
            document = source.render(font_config=self.fonts, **options)
        else:
            if earlier and (earlier.css != css or earlier.bound not in (0, first)):
                earlier = None
            stands = earlier.laying if earlier else None
            words = (source, self.fonts, options, first, stands, before is not None, self._note)
            laying, notes = works.laid_out(*words)
            document = laying.document
            self._heed(notes)
        self._take_out(document)
        _measure(document.pages)
        is_bound = laying is None or not works.can_move(document, laying.context, first)
        bound = first if is_bound else 0
        part = self.laid[key] = _Part(
            name, html, source, document, laying, place, where, css, own, bound, first
        )
        if not self.misfit:
            part.frost = self._frost(name, source)
            if earlier:
                part.frost.take(earlier.frost)
            if used_up:
                used_up.laying.close()
        pages = tuple(
            {a: tuple(x * _POINTS for x in box) for a, box in page.anchors.items()}
            for page in document.pages
        )
        log = self._heard()
        return Laid(pages, log, self._files(), bound)

    def _frost(self, name: str, source: Any) -> Any:
        """Return what freezes a part."""
        return works.Frost(name, source.etree_element, self.case, bool(self.standard))

    def _source(self, earlier: _Part | None, html: str) -> Any:
        """Return WeasyPrint's HTML of a text: that of an earlier one, amended, if that can be."""
        if earlier and not self.misfit and works.amended(earlier.source, earlier.html, html):
            return earlier.source
        return HTML(string=html, base_url=HOME, url_fetcher=self.fetcher)

    def _note(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return what WeasyPrint has said, and the addresses that it used, since the last call."""
        used = frozenset(self.fetcher.used)
        self.fetcher.used.clear()
        return self.heard.take(), used

    def _heed(self, notes: Iterable[tuple[tuple[str, ...], frozenset[str]]]) -> None:
        """Take notes as if all in them had just been said and used."""
        for said, used in notes:
            self.heard.lines += said
            self.fetcher.used |= used

    def _heard(self) -> tuple[str, ...]:
        """Return what WeasyPrint has said, of each picture that failed as when it failed first."""
        lines = dict.fromkeys((*self.fetcher.said(), *self.heard.take()))
        for url in sorted(self.fetcher.used):
            if url in self.images.failed:
                said = self._failed.setdefault(url, [line for line in lines if url in line])
                lines |= dict.fromkeys(said)
        return tuple(lines)

    def _files(self) -> Files | None:
        """Return the files that were used since the last call."""
        found: Files | None = self.fetcher.files()
        self.images.used = self.fetcher.used
        return found

    def lines(self, key: str) -> Lines:
        """Return where the lines of running text stand on each page of a part.

        Raises BookletError with a WeasyPrint that does not tell.
        """
        return tuple(works.lines(page) for page in self.laid[key].document.pages)

    def _take_out(self, document: Document) -> None:
        """Take out what no booklet has: attachments, forms, and links that run programs."""
        if document.metadata.attachments:
            document.metadata.attachments = []
            self.heard.lines.append("an attachment was dropped")
        for page in document.pages:
            page.forms.clear()
            bad = [link for link in page.links if not _may_lead(*link[:2])]
            self.heard.lines += [f"the link to `{link[1][:60]}` was dropped" for link in bad]
            page.links[:] = [link for link in page.links if link not in bad]

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts that are kept under the keys in `order`.

        `folios` has a label for each page. `corrections` are the page numbers in the text of each
        part: what was set, what is true. This is the plain way: all of it is promised by
        WeasyPrint.
        """
        parts = [self.laid[key] for key in order]
        pages = [page for part in parts for page in part.document.pages]
        owners = [part.name for part in parts for _ in part.document.pages]
        fonts: tuple[str, ...] = ()
        unsound: set[str] = set()

        def finisher(document: Document, pdf: pydyf.PDF) -> None:
            nonlocal fonts
            streams = list(_streams(pdf))
            unsound.update(_corrected(zip(owners, streams, strict=True), corrections))
            tags = self._tagged(pdf, order, streams) if "StructTreeRoot" in pdf.catalog else []
            fonts = finish(document, pdf, folios, self.rtl, tags)

        first = parts[0].document.copy(pages)
        pdf = first.write_pdf(finisher=finisher, pdf_variant=self.standard, dpi=DPI)
        self._files()
        return Written(pdf, self.heard.take(), fonts, frozenset(unsound))

    def freeze(
        self, key: str, first: int, sheds: bool = False, loose: str = ""
    ) -> tuple[str, bytes, Files | None] | str:
        """Draw the part that is kept under `key`; return it frozen, with its digest and its files.

        If its first page has another number by now, all that is drawn anew are the margins. Where
        the part cannot be frozen, the reason is returned. If the engine `sheds` the part, it keeps
        only the frozen pages. A `loose` font is one that has other widths in other parts.
        """
        if self.misfit:
            return self.misfit
        part = self.laid[key]
        if loose:
            self.case.loose.add(loose)
            part.frost = self._frost(part.name, part.source)
        try:
            if part.first != first:
                works.move(part.document, part.laying.context, first)
                part.first = part.laying.first = first
                self._take_out(part.document)
                self.heard.take()  # it was said of the margins before
            frozen, notes = part.frost.freeze(part.document, self.images, self._note)
            self._heed(notes)
        except Unfit as error:
            self.heard.take()
            return str(error)
        content = pickle.dumps(replace(frozen, log=self._heard()), pickle.HIGHEST_PROTOCOL)
        identity = digest(content)
        self.frozen[identity] = pickle.loads(content)  # noqa: S301 - as the others come
        if sheds:
            self._shed += len(part.document.pages)
            part.laying.close()
            del self.laid[key], part, frozen
            if self._shed >= _MANY:
                self._shed = 0
                gc.collect()  # boxes live in cycles
        return identity, content, self._files()

    def join(
        self,
        order: Sequence[tuple[str, str]],
        given: Mapping[str, bytes],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
        last: bytes = b"",
    ) -> Written | str | tuple[int, str]:
        """Return the PDF of frozen parts: `order` has their names and digests.

        `given` are those that this engine may not have. The rest is as for `write`; where they
        cannot be joined, the reason is returned, or the place in `order` of a part that is to be
        drawn anew here, and a font that is to be loose. `last` is an earlier PDF, of which much
        may be as it was.
        """
        for identity, content in given.items():
            self.frozen[identity] = pickle.loads(content)  # noqa: S301 - our own parent's
        parts = [self.frozen[identity] for _, identity in order]
        slotted = sum(not page.packed for part in parts for page in part.pages)
        learn(last, pages=slotted * 8 > len(folios))
        runs = [
            (name, run)
            for (name, _), part in zip(order, parts, strict=True)
            for page in part.pages
            for run in page.runs
        ]
        self._sorts = {}
        changed, unsound = correct(runs, corrections, self._sorts)
        shown = [
            {number: item for (part, number), item in changed.items() if part == name}
            for name, _ in order
        ]
        fonts: tuple[str, ...] = ()

        def finisher(document: Document, pdf: pydyf.PDF) -> None:
            nonlocal fonts
            tags = [part.tagging for part in parts if part.tagging]
            works.spare(pdf)
            fonts = finish(document, pdf, folios, self.rtl, tags)

        try:
            document = works.join(parts, shown, self.case, self.fonts, self.fetcher, self._picture)
            pdf = document.write_pdf(finisher=finisher, pdf_variant=self.standard, dpi=DPI)
        except Anew as error:
            self.heard.take()
            return works.reached(document, [len(part.pages) for part in parts]), error.loose
        except Unfit as error:
            self.heard.take()
            return str(error)
        log = dict.fromkeys(line for part in parts for line in part.log)
        log |= dict.fromkeys(self.heard.take())
        self._files()
        self._ahead_before, self._ahead = self._ahead, set()
        digests = [page.digest for page in document.pages]
        return Written(pdf, tuple(log), fonts, frozenset(unsound), tuple(digests))

    def ahead(
        self,
        identity: str,
        content: bytes,
        numbers: Sequence[tuple[str, str]],
        before: Sequence[str],
    ) -> tuple[bytes, tuple[tuple[int, str], ...]] | None:
        """Return those pages of a frozen part that differ from what was before, as a PDF.

        `content` is the part, if this engine may not have it; `numbers` are the page numbers in its
        text, what was set and what is to stand there; `before` are the digests of as many pages.
        With the PDF comes the place of each page in the part, with its digest. Links and bookmarks
        are left out. There is nothing if no page differs, or they cannot be joined.

        A page that was on the way to the last booklet as well is none that differs, though other
        numbers were set in it than in that booklet.
        """
        if content:
            self.frozen[identity] = pickle.loads(content)  # noqa: S301 - our own parent's
        part = self.frozen[identity]
        runs = [("", run) for page in part.pages for run in page.runs]
        changed, unsound = correct(runs, {"": numbers}, dict(self._sorts))
        shown = {number: item for (_, number), item in changed.items()}
        new = [
            (at, page)
            for at, (page, was) in enumerate(zip(part.pages, before, strict=True))
            if works.look(page, shown) != was and page.digest not in self._ahead_before
        ]
        self._ahead.update(page.digest for page in part.pages)
        if unsound or not new:
            return None
        known = [page for each in self.frozen.values() for page in each.pages]
        try:
            pages = tuple(
                replace(works.supplied(page, shown, known, self.case), bookmarks=(), links=())
                for _, page in new
            )
            document = works.join(
                [replace(part, pages=pages)],
                [shown],
                self.case,
                self.fonts,
                self.fetcher,
                self._picture,
            )
            pdf = document.write_pdf(finisher=lambda _, pdf: works.spare(pdf), dpi=DPI)
        except Unfit:
            return None
        finally:
            self.heard.take()  # it is said again of the whole
        places = [at for at, _ in new]
        return pdf, tuple(zip(places, (page.digest for page in document.pages), strict=True))

    def _picture(self, url: str) -> Any:
        """Return a picture by its address, as WeasyPrint has it."""
        return works.picture(url, self.images, self.fetcher, self.standard)

    def keep(self, keys: Collection[str], frozen: Collection[str]) -> None:
        """Forget all parts but those kept under `keys`, and frozen ones but those of a digest."""
        for key in [*self.laid]:
            if key not in keys and (part := self.laid.pop(key)).laying:
                part.laying.close()
        self.frozen = {key: part for key, part in self.frozen.items() if key in frozen}
        self._forgotten += 1
        if self._forgotten % _COLLECT == 0:  # Python itself would wait too long
            gc.collect()

    def refresh(self) -> None:
        """Forget the pictures that have changed since they were loaded, and then all pages."""
        for url in self.fetcher.changed():
            self.images.pop(url, None)
            self._failed.pop(url, None)
            for part in self.laid.values():
                part.css = None

    def _tagged(
        self, pdf: pydyf.PDF, order: Sequence[str], streams: Sequence[list[Any]]
    ) -> list[Tagging]:
        """Return the tags of the parts under the keys in `order`.

        `streams` are the operators of each page; what no tag holds is made an artifact in them.
        """
        structure = Structure(pdf)
        parts: list[Tagging] = []
        first = 0
        for key in order:
            part = self.laid[key]
            anchors = [page.anchors for page in part.document.pages]
            parts.append(arranged(structure, part.name, part.source.etree_element, first, anchors))
            first += len(anchors)
        held = (marks for part in parts for marks in part.held)
        for stream, marks, flow in zip(streams, held, structure.flow, strict=True):
            unmark(stream, marks, flow)
        return parts


def _streams(pdf: pydyf.PDF) -> Iterator[list[Any]]:
    """Yield the operators of each page, in a list that can be changed."""
    for number in pdf.pages["Kids"][::3]:
        contents = pdf.objects[number]["Contents"]
        yield pdf.objects[int(contents.split(b" ", 1)[0])].stream


def _corrected(
    streams: Iterable[tuple[str, list[Any]]],
    corrections: Mapping[str, Sequence[tuple[str, str]]],
) -> set[str]:
    """Correct the page numbers in the streams of pages, which come with the names of their parts.

    Return the parts that have to be laid out again instead.
    """
    found = [(part, stream, at, run) for part, stream in streams for at, run in find(stream)]
    changed, unsound = correct(((part, run) for part, _, _, run in found), corrections)
    for part, stream, at, run in found:
        stream[at] = changed.get((part, run.number), stream[at])
    return unsound


def _may_lead(kind: str, target: str) -> bool:
    """Whether a link is to a place in the book, or to an address that a reader can follow."""
    if kind != "external":
        return kind == "internal"
    return target.partition(":")[0].lower() in SCHEMES and not target.startswith(HOME)


def _measure(pages: Sequence[Page]) -> None:
    """Raise BookletError for a page that no printer has, and that takes forever to fill."""
    for page in pages:
        width, height = page.width * _MM, page.height * _MM
        if not (59.9 < width < 1000.1 and 79.9 < height < 1500.1):
            raise BookletError(
                f"the style makes pages of {width:.0f} × {height:.0f} mm",
                hint="a page is from 60 × 80 mm to 1000 × 1500 mm: look for `size` in `style.css`, "
                "or set `trim` in the front matter instead",
            )


@dataclass
class _Part:
    """A part that was laid out: its pages, of which the first has the number `first`.

    Its text is `html`, and `source` that as WeasyPrint has read it; `place` says `where` it begins,
    and `css` are its own `rules`, each as text and as read: another text of the part must have the
    same `css` to share its pages. `laying` is how the layout went, and `frost` what freezes it,
    unless the engine is plain. It is `bound` to the number of its first page if more than the
    margins depends on it; 0 if not.
    """

    name: str
    html: str
    source: Any
    document: Document
    laying: Any
    place: str
    where: CSS
    css: str | None
    rules: CSS
    bound: int
    first: int
    frost: Any = None


class _Album(dict[str, Any]):
    """The pictures that WeasyPrint has loaded, by their addresses; `used` has those asked for."""

    def __init__(self, used: set[str]) -> None:
        super().__init__()
        self.used = used

    def __contains__(self, url: object) -> bool:
        """Whether a picture was loaded, if only to find that it cannot be."""
        self.used.add(str(url))
        return super().__contains__(url)

    @property
    def failed(self) -> set[str]:
        """The addresses at which there is no picture."""
        return {url for url, picture in self.items() if picture is None}


class _Ear(logging.Handler):
    """Keeps what WeasyPrint logs instead of printing it. One hears: the last that listened."""

    listening: _Ear | None = None

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.listen()

    def listen(self) -> None:
        """Hear what is said from now on, whoever did so before."""
        if _Ear.listening is self:
            return
        _Ear.listening = self
        self.read = _printed()  # what was said of an essay before is not said of this one
        for name in ("weasyprint", "fontTools"):
            logger = logging.getLogger(name)
            logger.handlers[:] = [self]
            logger.propagate = False
            logger.setLevel(logging.WARNING if name == "weasyprint" else logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())

    def take(self) -> tuple[str, ...]:
        """Return what was said since the last call, each line once."""
        lines, self.lines = tuple(dict.fromkeys([*self.lines, *self._muttered()])), []
        return lines

    def _muttered(self) -> Iterator[str]:
        """Yield what C libraries have printed, if standard error is a file that keeps it."""
        size = _printed()
        printed = os.pread(2, size - self.read, self.read) if size > self.read else b""
        self.read += len(printed)
        for found in _GLIB.finditer(printed.decode("utf-8", "replace")):
            yield f"{found[1]}: {found[2]}"


def _printed() -> int:
    """Return how many bytes C libraries have printed, or 0 if standard error does not keep them."""
    try:
        status = os.fstat(2)
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
