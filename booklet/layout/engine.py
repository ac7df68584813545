"""WeasyPrint, as this project uses it.

Its objects never leave the process that made them: what goes out are facts and bytes.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError
from booklet.layout import BLANK, Dressed, Laid, PartText, Written
from booklet.layout.addresses import HOME, SCHEMES
from booklet.layout.css_numbers import tamed
from booklet.layout.digits import correct, find
from booklet.layout.engine_warnings import OF_SHEET
from booklet.layout.line_positions import lines
from booklet.layout.log_capture import LogCapture
from booklet.layout.weasyprint_api import CSS, HTML, FontConfiguration
from booklet.pdf.document import finish
from booklet.pdf.tags import arranged
from booklet.pdf.tags.structure import Structure
from booklet.pdf.tags.tagging import unmark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pydyf

    from booklet.layout import Files, Lines, Look
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

_POINTS = 0.75  # to a CSS pixel
_MM = 25.4 / 96  # to a CSS pixel


def warm_up(fetcher: Fetcher) -> FontConfiguration:
    """Lay out a line of the house's types, and return their fonts, for the first engine to take.

    It is work that every first page waits for; done while the parent still reads, it costs nothing.
    """
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
    """Lays out parts with one set of style sheets and fonts, keeps them, and writes them."""

    def __init__(
        self, look: Look, fetcher: Fetcher, fonts: FontConfiguration | None = None
    ) -> None:
        """Take the style sheets and what else all parts have in common.

        `fonts` are those of `warm_up`, which nothing else may use any more.
        """
        self.fonts = fonts or FontConfiguration()
        self.fetcher, self.rtl = fetcher, look.rtl
        # PDF/UA is WeasyPrint's; what else there is, is made of a PDF without a standard
        self.standard = look.standard if look.standard == "pdf/ua-1" else None
        self.heard = LogCapture()
        self.laid: dict[str, LaidPart] = {}
        self.images = Images(fetcher.used)
        self._failed: dict[str, list[str]] = {}
        self.sheets: list[CSS] = []
        log = []
        for number, sheet in enumerate(look.sheets):
            rules, remarks = tamed(sheet)
            self.sheets.append(self.sheet(rules))
            lines = (*remarks, *self.fetcher.said(), *self.heard.take())
            log += [f"{number}{OF_SHEET}{line}" for line in lines]
        self.dressed = Dressed(tuple(log), self.files())
        # pages that cannot be are found before all others
        self.lay("", PartText("", BLANK, "", "recto", 0))

    def sheet(self, css: str) -> CSS:
        """Return a style sheet, read; its relative addresses start at the essay's folder."""
        self.fetcher.in_a_sheet = True
        try:
            return CSS(string=css, base_url=HOME, url_fetcher=self.fetcher, font_config=self.fonts)
        finally:
            self.fetcher.in_a_sheet = False

    def lay(self, key: str, part: PartText) -> Laid:
        """Lay out one part, keep it under `key`, and return the facts."""
        source = HTML(string=part.html, base_url=HOME, url_fetcher=self.fetcher)
        place, own = self.sheet(place_rules(part, self.rtl)), self.sheet(part.css)
        document = source.render(font_config=self.fonts, **self.options(place, own))
        self.take_out(document)
        measure(document.pages)
        self.laid[key] = LaidPart(part.name, source, document)
        return self.facts(document, bound=part.first)

    def options(self, place: CSS, own: CSS) -> dict[str, Any]:
        """Return what WeasyPrint is told of a part with these rules for its place and its own."""
        return {
            "stylesheets": [*self.sheets, place, own],
            "cache": self.images,
            "pdf_variant": self.standard,
            "presentational_hints": True,  # the number at which a list starts
        }

    def facts(self, document: Document, bound: int) -> Laid:
        """Return the facts of a document that was just laid out, and is `bound` to a number."""
        pages = tuple(
            {a: tuple(x * _POINTS for x in box) for a, box in page.anchors.items()}
            for page in document.pages
        )
        return Laid(pages, self.said(), self.files(), bound)

    def said(self) -> tuple[str, ...]:
        """Return what WeasyPrint has said, of each picture that failed as when it failed first."""
        lines = dict.fromkeys((*self.fetcher.said(), *self.heard.take()))
        for url in sorted(self.fetcher.used):
            if url in self.images.failed:
                said = self._failed.setdefault(url, [line for line in lines if url in line])
                lines |= dict.fromkeys(said)
        return tuple(lines)

    def files(self) -> Files | None:
        """Return the files that were used since the last call."""
        found: Files | None = self.fetcher.files()
        self.images.used = self.fetcher.used
        return found

    def lines(self, key: str) -> Lines:
        """Return where the lines of running text stand on each page of a part.

        Raises BookletError with a WeasyPrint that does not tell.
        """
        return tuple(lines(page) for page in self.laid[key].document.pages)

    def take_out(self, document: Document) -> None:
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
        part: what was set, what is true.
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
        self.files()
        return Written(pdf, self.heard.take(), fonts, frozenset(unsound))

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


def place_rules(part: PartText, rtl: bool) -> str:
    """Return the rules by which a part begins on its side, with its number."""
    start = "left" if (part.side == "verso") != rtl else "right"
    number = f"@page :first {{ counter-reset: page {part.first} }}\n" if part.first else ""
    return f"html {{ break-before: {start} }}\n{number}"


def measure(pages: Sequence[Page]) -> None:
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
class LaidPart:
    """A part that was laid out: its name, its HTML as WeasyPrint has read it, and its pages."""

    name: str
    source: Any
    document: Document


class Images(dict[str, Any]):
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
