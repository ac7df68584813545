"""The layout engine that saves work: a part is laid out only where it is another than before.

Drawn pages are frozen, and frozen pages are joined without being drawn again. All of it gives the
bytes that `booklet.layout.engine` gives.
"""

from __future__ import annotations

import gc
import pickle
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from booklet.digest import digest
from booklet.layout import Written
from booklet.layout.addresses import HOME
from booklet.layout.digits import correct
from booklet.layout.engine import DPI, Engine, LaidPart, measure, place_rules
from booklet.layout.weasyprint_api import CSS, HTML
from booklet.pdf.compression import learn
from booklet.pdf.document import finish
from booklet.quick import pages as works
from booklet.quick.frozen_pages import Anew, CannotFreeze, FrozenPart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import pydyf

    from booklet.layout import Files, Laid, Look, PartText
    from booklet.layout.fetcher import Fetcher
    from booklet.layout.weasyprint_api import Document, FontConfiguration

# Editions after which pages that were forgotten are collected: that looks at all that are there.
_COLLECT = 8

# Pages that were let go of until what is left of them is collected.
_MANY = 16


@dataclass
class KeptPart(LaidPart):
    """A part that was laid out, of which the first page has the number `first`.

    Its text is `html`; `place` says `where` it begins, and `css` are its own `rules`, each as text
    and as read: another text of the part must have the same `css` to share its pages; None says
    that no text has. `laying` is how the layout went, and `freezer` what freezes it. It is `bound`
    to the number of its first page if more than the margins depends on it; 0 if not.
    """

    html: str
    laying: Any
    place: str
    where: CSS
    css: str | None
    rules: CSS
    bound: int
    first: int
    freezer: Any


class QuickEngine(Engine):
    """Lays out parts from where an earlier text of them is the same no more; freezes and joins."""

    laid: dict[str, KeptPart]  # type: ignore[assignment]  # unless WeasyPrint is another one

    def __init__(
        self, look: Look, fetcher: Fetcher, fonts: FontConfiguration | None = None
    ) -> None:
        """Take the style sheets and what else all parts have in common.

        `fonts` are those of `warm_up`, which nothing else may use any more.
        """
        self.misfit = works.misfit()
        works.hasten(not self.misfit)
        self.frozen: dict[str, FrozenPart] = {}
        self._sorts: dict[tuple[bytes, str], bytes] = {}
        # digests of pages that were looked at ahead of the booklet in hand, and of the one before
        self._ahead: set[str] = set()
        self._ahead_before: set[str] = set()
        self._forgotten = self._shed = 0
        self.case: Any = None
        super().__init__(look, fetcher, fonts)

    def lay(self, key: str, part: PartText, before: str | None = "") -> Laid:
        """Lay out one part, keep it under `key`, and return the facts.

        An earlier text of it is kept under `before`, and used up: those of its pages that are the
        same are not laid out again. None as `before` says that no other text of it will come
        either.
        """
        if self.misfit:
            return super().lay(key, part)
        self.case = self.case or works.FontCache(self.fonts)
        earlier = used_up = self.laid.pop(before or "", None)
        place = place_rules(part, self.rtl)
        where = earlier.where if earlier and earlier.place == place else self.sheet(place)
        own = earlier.rules if earlier and earlier.css == part.css else self.sheet(part.css)
        source = self._source(earlier, part.html)
        if earlier and (earlier.css != part.css or earlier.bound not in (0, part.first)):
            earlier = None
        stands = earlier.laying if earlier else None
        options = self.options(where, own)
        words = (source, self.fonts, options, part.first, stands, before is not None, self._note)
        laying, notes = works.laid_out(*words)
        document = laying.document
        self._heed(notes)
        self.take_out(document)
        measure(document.pages)
        is_bound = not works.can_move(document, laying.context, part.first)
        bound = part.first if is_bound else 0
        freezer = self._frost(part.name, source)
        if earlier:
            freezer.take(earlier.freezer)
        if used_up:
            used_up.laying.close()
        self.laid[key] = KeptPart(
            *(part.name, source, document, part.html, laying, place, where, part.css, own),
            *(bound, part.first, freezer),
        )
        return self.facts(document, bound)

    def _source(self, earlier: KeptPart | None, html: str) -> Any:
        """Return WeasyPrint's HTML of a text: that of an earlier one, amended, if that can be."""
        if earlier and works.amended(earlier.source, earlier.html, html):
            return earlier.source
        return HTML(string=html, base_url=HOME, url_fetcher=self.fetcher)

    def _frost(self, name: str, source: Any) -> Any:
        """Return what freezes a part."""
        return works.Freezer(name, source.etree_element, self.case, bool(self.standard))

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
            part.freezer = self._frost(part.name, part.source)
        try:
            if part.first != first:
                works.move(part.document, part.laying.context, first)
                part.first = part.laying.first = first
                self.take_out(part.document)
                self.heard.take()  # it was said of the margins before
            frozen, notes = part.freezer.freeze(part.document, self.images, self._note)
            self._heed(notes)
        except CannotFreeze as error:
            self.heard.take()
            return str(error)
        content = pickle.dumps(replace(frozen, log=self.said()), pickle.HIGHEST_PROTOCOL)
        identity = digest(content)
        self.frozen[identity] = pickle.loads(content)  # noqa: S301 - as the others come
        if sheds:
            self._shed += len(part.document.pages)
            part.laying.close()
            del self.laid[key], part, frozen
            if self._shed >= _MANY:
                self._shed = 0
                gc.collect()  # boxes live in cycles
        return identity, content, self.files()

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
        except CannotFreeze as error:
            self.heard.take()
            return str(error)
        log = dict.fromkeys(line for part in parts for line in part.log)
        log |= dict.fromkeys(self.heard.take())
        self.files()
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
        except CannotFreeze:
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
            if key not in keys:
                part = self.laid.pop(key)
                if not self.misfit:
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
            if not self.misfit:
                for part in self.laid.values():
                    part.css = None
