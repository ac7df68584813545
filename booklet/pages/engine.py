"""WeasyPrint, as this project uses it.

Its objects never leave the process that made them: what goes out are facts and bytes.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import stat
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError
from booklet.pages import BLANK, Laid, Written
from booklet.pages.ending import finish
from booklet.pages.home import HOME, SCHEMES
from booklet.pages.lines import lines
from booklet.pages.remarks import OF_SHEET
from booklet.pages.sorts import correct, find
from booklet.pages.tags import arranged
from booklet.pages.tags.structure import Structure
from booklet.pages.tags.tagging import unmark
from booklet.pages.weasy import CSS, HTML, FontConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    import pydyf

    from booklet.pages.tags.tagging import Tagging
    from booklet.pages.weasy import Document, Page, URLFetcher

# A page box lives in cycles and by the hundred thousand; collecting them all again and again
# takes a fifth of the time of a book.
gc.freeze()
gc.set_threshold(200_000, 50, 100)

# A picture finer than this gains nothing on paper.
DPI = 300

_POINTS = 0.75  # to a CSS pixel
_MM = 25.4 / 96  # to a CSS pixel

# `(process:1): Pango-CRITICAL **: 10:51:25.452: what is wrong`
_GLIB = re.compile(r"\): (\w+)-(?:CRITICAL|WARNING) \*\*: (?:[\d:.]+: )?(.+)")


def warm_up(fetcher: URLFetcher) -> FontConfiguration:
    """Lay out a line of the house's types, and return their fonts, for the first engine to take.

    It is work that every first page waits for; done while the parent still reads, it costs nothing.
    """
    fonts = FontConfiguration()
    css = fetcher.fetch(f"{HOME}fonts.css").read().decode() + _WARM
    sheet = CSS(string=css, base_url=HOME, url_fetcher=fetcher, font_config=fonts)
    line = "<html lang=en><p>Hyphenation <i>extraordinarily</i> characteristically set.</p>"
    HTML(string=line, base_url=HOME, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[sheet]
    )
    gc.collect()
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
        fetcher: URLFetcher,
        fonts: FontConfiguration | None = None,
    ) -> None:
        """Take the style sheets in their order and the PDF standard, `pdf/ua-1` or `plain`.

        `fonts` are those of `warm_up`, which nothing else may use any more.
        """
        self.fonts = fonts or FontConfiguration()
        self.fetcher, self.rtl = fetcher, rtl
        self.standard = None if standard == "plain" else standard
        self.heard = _Ear()
        self.documents: dict[str, Document] = {}
        self.trees: dict[str, Element] = {}
        self.images: dict[str, object] = {}
        self.said: dict[str, dict[str, None]] = {}
        self.sheets = []
        log = []
        for number, sheet in enumerate(sheets):
            self.sheets.append(self._sheet(sheet))
            log += [f"{number}{OF_SHEET}{line}" for line in self.heard.take()]
        self.dressing = tuple(log)
        self.lay("", BLANK, "", "recto")  # pages that cannot be are found before all the others

    def _sheet(self, css: str) -> CSS:
        """Return a style sheet, read; its relative addresses start at the essay's folder."""
        return CSS(string=css, base_url=HOME, url_fetcher=self.fetcher, font_config=self.fonts)

    def lay(self, name: str, html: str, css: str, side: str) -> Laid:
        """Lay out one part whose first page lies on `side`, keep it, and return the facts."""
        first = "left" if (side == "verso") != self.rtl else "right"
        own = self._sheet(f"html {{ break-before: {first} }}\n{css}")
        source = HTML(string=html, base_url=HOME, url_fetcher=self.fetcher)
        document = source.render(
            font_config=self.fonts,
            stylesheets=[*self.sheets, own],
            cache=self.images,
            pdf_variant=self.standard,
            presentational_hints=True,  # the number at which a list starts
        )
        self._take_out(document)
        _measure(document.pages)
        self.documents[name], self.trees[name] = document, source.etree_element
        pages = tuple(
            {a: tuple(x * _POINTS for x in box) for a, box in page.anchors.items()}
            for page in document.pages
        )
        # A picture that fails is said once, though the part be laid out again.
        said = self.said.setdefault(name, {})
        said |= dict.fromkeys(self.heard.take())
        return Laid(pages, tuple(said))

    def lines(self, name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Return where the lines of running text stand on each page of a part."""
        return tuple(lines(page) for page in self.documents[name].pages)

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
        """Return the PDF of the parts named in `order`; `folios` has a label for each page.

        `corrections` are the page numbers in the text of each part: what was set, what is true.
        """
        pages = [page for name in order for page in self.documents[name].pages]
        owners = [name for name in order for _ in self.documents[name].pages]
        fonts: tuple[str, ...] = ()
        unsound: set[str] = set()

        def finisher(document: Document, pdf: pydyf.PDF) -> None:
            nonlocal fonts
            streams = list(_streams(pdf))
            unsound.update(_corrected(zip(owners, streams, strict=True), corrections))
            parts = self._tagged(pdf, order, streams) if "StructTreeRoot" in pdf.catalog else []
            fonts = finish(document, pdf, folios, self.rtl, parts)

        pdf = (
            self.documents[order[0]]
            .copy(pages)
            .write_pdf(finisher=finisher, pdf_variant=self.standard, dpi=DPI)
        )
        return Written(pdf, self.heard.take(), fonts, frozenset(unsound))

    def _tagged(
        self, pdf: pydyf.PDF, order: Sequence[str], streams: Sequence[list[Any]]
    ) -> list[Tagging]:
        """Return the tags of the parts named in `order`; what they do not hold becomes artifacts.

        `streams` are the operators of each page, which are changed.
        """
        structure = Structure(pdf)
        parts: list[Tagging] = []
        first = 0
        for name in order:
            anchors = [page.anchors for page in self.documents[name].pages]
            parts.append(arranged(structure, name, self.trees[name], first, anchors))
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


class _Ear(logging.Handler):
    """Keeps what WeasyPrint logs instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
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
