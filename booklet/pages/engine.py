"""WeasyPrint, as this project uses it.

Its objects never leave the process that made them: what goes out are facts and bytes.
"""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Any

from booklet.pages import Laid, Written
from booklet.pages.ending import Ending
from booklet.pages.home import HOME
from booklet.pages.remarks import OF_SHEET
from booklet.pages.sorts import correct
from booklet.pages.weasy import CSS, HTML, FontConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pydyf

    from booklet.pages.weasy import Document, URLFetcher

# A page box lives in cycles and by the hundred thousand; collecting them all again and again
# takes a fifth of the time of a book.
gc.collect()
gc.freeze()
gc.set_threshold(200_000, 50, 100)

_POINTS = 0.75  # to a CSS pixel


class Engine:
    """Lays out parts with one set of style sheets and fonts, keeps them, joins and writes them."""

    def __init__(
        self, sheets: Sequence[str], standard: str, rtl: bool, fetcher: URLFetcher
    ) -> None:
        """Take the style sheets in their order and the PDF standard, such as `pdf/ua-1`."""
        self.fonts = FontConfiguration()
        self.fetcher, self.standard, self.rtl = fetcher, standard, rtl
        self.heard = _Ear()
        self.documents: dict[str, Document] = {}
        self.images: dict[str, object] = {}
        self.sheets = []
        log = []
        for number, sheet in enumerate(sheets):
            self.sheets.append(self._sheet(sheet))
            log += [f"{number}{OF_SHEET}{line}" for line in self.heard.take()]
        self.dressing = tuple(log)

    def _sheet(self, css: str) -> CSS:
        """Return a style sheet, read; its relative addresses start at the essay's folder."""
        return CSS(string=css, base_url=HOME, url_fetcher=self.fetcher, font_config=self.fonts)

    def lay(self, name: str, html: str, css: str, side: str) -> Laid:
        """Lay out one part whose first page lies on `side`, keep it, and return the facts."""
        first = "left" if (side == "verso") != self.rtl else "right"
        own = self._sheet(f"html {{ break-before: {first} }}\n{css}")
        document = HTML(string=html, base_url=HOME, url_fetcher=self.fetcher).render(
            font_config=self.fonts,
            stylesheets=[*self.sheets, own],
            cache=self.images,
            pdf_variant=self.standard,
        )
        self.documents[name] = document
        pages = tuple(
            {a: tuple(x * _POINTS for x in box) for a, box in page.anchors.items()}
            for page in document.pages
        )
        return Laid(pages, self.heard.take())

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts named in `order`; `folios` has a label for each page.

        `corrections` are the page numbers in the text of each part: what was set, what is true.
        """
        owners = [name for name in order for _ in self.documents[name].pages]
        pages = [page for name in order for page in self.documents[name].pages]
        document = self.documents[order[0]].copy(pages)
        ending = Ending(tuple(folios), self.rtl)
        unsound: set[str] = set()

        def finish(document: Document, pdf: pydyf.PDF) -> None:
            streams = list(zip(owners, _streams(pdf), strict=True))
            unsound.update(correct(streams, corrections))
            ending(document, pdf)

        pdf = document.write_pdf(
            finisher=finish,
            pdf_variant=self.standard,
            pdf_identifier=True,
            dpi=300,
        )
        return Written(pdf, self.heard.take(), ending.fonts, frozenset(unsound))


def _streams(pdf: pydyf.PDF) -> Iterator[list[Any]]:
    """Yield the operators of each page, in a list that can be changed."""
    for number in pdf.pages["Kids"][::3]:
        contents = pdf.objects[number]["Contents"]
        yield pdf.objects[int(contents.split(b" ", 1)[0])].stream


class _Ear(logging.Handler):
    """Keeps what WeasyPrint logs instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
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
        lines, self.lines = tuple(dict.fromkeys(self.lines)), []
        return lines
