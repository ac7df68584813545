"""What WeasyPrint does not promise: every private name that is used, imported here alone.

It fits the versions that are known and no other: `misfit` says so, and the plain way is taken then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf

from booklet.layout.weasyprint_api import strangers

if TYPE_CHECKING:
    from booklet.layout.weasyprint_api import Document

try:
    import weasyprint.document
    import weasyprint.draw
    from cssselect2 import ElementWrapper
    from weasyprint import DEFAULT_OPTIONS, pdf
    from weasyprint.css import ComputedStyle, InitialStyle, StyleFor
    from weasyprint.css.properties import (
        INHERITED,
        INITIAL_NOT_COMPUTED,
        INITIAL_VALUES,
        Dimension,
    )
    from weasyprint.document import Document as _Document
    from weasyprint.draw import draw_stacking_context
    from weasyprint.draw import text as draw_text
    from weasyprint.formatting_structure import boxes
    from weasyprint.formatting_structure.boxes import MarginBox, PageBox
    from weasyprint.images import RasterImage, get_image_from_uri
    from weasyprint.layout import initialize_page_maker, percent
    from weasyprint.layout.background import layout_backgrounds, layout_box_backgrounds
    from weasyprint.layout.page import (
        PageType,
        make_margin_boxes,
        remake_page,
        set_page_type_computed_styles,
    )
    from weasyprint.matrix import Matrix
    from weasyprint.pdf import fonts as pdf_fonts
    from weasyprint.pdf.anchors import add_links
    from weasyprint.pdf.fonts import Font, harfbuzz, harfbuzz_subset
    from weasyprint.pdf.stream import Stream
    from weasyprint.pdf.tags import add_tags
    from weasyprint.stacking import StackingContext
    from weasyprint.text import line_break
    from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
    from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, gobject, pango
    from weasyprint.text.fonts import get_pango_font_key

    # three functions that WeasyPrint does not call, of libraries that it has open
    ffi.cdef("""
        void * g_object_ref (void *);
        PangoAttrList * pango_attr_list_copy (PangoAttrList *);
        PangoFontDescription * pango_font_description_from_string (const char *);
    """)
except (ImportError, AttributeError, ValueError) as _error:  # another version
    _missing = f"WeasyPrint, which is not what it was: {_error}"
    Stream = pydyf.Stream
    _Document = Font = object
else:
    _missing = ""

__all__ = [
    "DEFAULT_OPTIONS",
    "FROM_UNITS",
    "INHERITED",
    "INITIAL_NOT_COMPUTED",
    "INITIAL_VALUES",
    "LST_TO_ISO",
    "PANGO_DIRECTION",
    "TO_UNITS",
    "ComputedStyle",
    "Dimension",
    "ElementWrapper",
    "Font",
    "InitialStyle",
    "MarginBox",
    "Matrix",
    "PageBox",
    "PageType",
    "RasterImage",
    "StackingContext",
    "Stream",
    "StyleFor",
    "add_links",
    "add_tags",
    "boxes",
    "draw_stacking_context",
    "draw_text",
    "ffi",
    "get_image_from_uri",
    "get_pango_font_key",
    "gobject",
    "harfbuzz",
    "harfbuzz_subset",
    "initialize_page_maker",
    "layout_backgrounds",
    "layout_box_backgrounds",
    "line_break",
    "listen",
    "make_margin_boxes",
    "misfit",
    "pango",
    "pdf",
    "pdf_fonts",
    "percent",
    "remake_page",
    "rendered",
    "set_page_type_computed_styles",
]

if _missing:  # what there is not is never used, but other modules import it
    globals().update({name: None for name in __all__ if name not in globals()})


def misfit() -> str:
    """Return why nothing can be frozen with the WeasyPrint that is there, or nothing."""
    return strangers() or _missing


class _OpenDocument(_Document):  # type: ignore[misc]  # WeasyPrint has no types
    """A document that shows the context in which it was laid out."""

    @classmethod
    def _build_layout_context(cls, html: Any, *words: Any) -> Any:
        """Return the context, and leave it with the HTML."""
        html.context = super()._build_layout_context(html, *words)
        return html.context


def rendered(html: Any, fonts: Any, options: dict[str, Any], lay: Any) -> tuple[Document, Any]:
    """Return what `HTML.render` does, and the context of the layout.

    `lay` is called in the place of WeasyPrint's own function that lays out all pages, which is
    its first word; the others are the HTML, the boxes and the context.
    """
    own = weasyprint.document.layout_document

    def layout_document(html: Any, root: Any, context: Any) -> Any:
        return lay(own, html, root, context)

    weasyprint.document.layout_document = layout_document
    try:
        document = _OpenDocument._render(html, fonts, None, None, {**DEFAULT_OPTIONS, **options})
    finally:
        weasyprint.document.layout_document = own
    return document, html.context


def listen(hear: Any) -> None:
    """Have `hear` called for each stacking context that is drawn, in the place of WeasyPrint's
    own function, which is its first word."""
    own = weasyprint.draw.draw_stacking_context

    def draw(stream: Any, context: Any) -> None:
        hear(own, stream, context)

    weasyprint.draw.draw_stacking_context = draw
