"""What an edition wants of its pages that the layout engine cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.layout import engine_warnings
from booklet.lengths import Length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from booklet.editions import Edition
    from booklet.layout import Layout, Leaf


def finished(pdf: bytes, edition: Edition, leaves: Sequence[Leaf], layout: Layout) -> bytes:
    """Return the PDF with line numbers, and made for a print shop, if the edition is so.

    `leaves` are its pages; `layout` has laid them out. Raises BookletError for an ICC profile of
    the author's that is none, and where lines cannot be counted.
    """
    if edition.style.line_numbers:
        pdf = _numbered(pdf, edition, leaves, layout)
    if edition.style.standard == "pdf/x-4":
        pdf = _for_press(pdf, edition)
    return pdf


def _numbered(pdf: bytes, edition: Edition, leaves: Sequence[Leaf], layout: Layout) -> bytes:
    """Return the PDF with numbers beside the lines of its chapters."""
    from booklet.pdf.line_numbers import number_lines  # late, as most editions do without

    counted = {p.name: iter(layout.lines(p.name)) for p in edition.parts if p.kind == "essay"}
    pages = [next(counted[x.part]) if x.part in counted else () for x in leaves]
    rtl = edition.manuscript.settings.rtl
    return number_lines(pdf, pages, edition.style.line_numbers, rtl)


def _for_press(pdf: bytes, edition: Edition) -> bytes:
    """Return the PDF as PDF/X-4, with the bleed and for the print that the edition names."""
    from booklet.pdf.icc_profile import NAME, PROFILE
    from booklet.pdf.pdfx import for_press, intent

    style, manuscript = edition.style, edition.manuscript
    with engine_warnings.blamed(Place(manuscript.path)):
        given = edition.shelf.take(style.profile) if style.profile else PROFILE.read_bytes()
        aim = intent(given, style.profile or NAME)
    bleed = Length.parse(style.bleed) if style.bleed else Length(0)
    marked = style.marks == "crop"
    return for_press(pdf, manuscript.title, manuscript.settings.date, bleed, aim, marked)
