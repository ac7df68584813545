"""Patches: what WeasyPrint works out again for each box, line and glyph, worked out once.

Each function here takes the place of one of WeasyPrint's, is a few times as quick, and comes to the
same: the values of styles that come of the same rules; the used widths and heights of boxes without
percentages; how high a line is; a context of Pango's for each face; the operators that show a line.
Whatever is unusual is left to WeasyPrint's own function. With a WeasyPrint of another version, all
of these are taken out.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import pyphen

from booklet.layout.weasyprint_api import FontConfiguration
from booklet.quick.private_api import (
    ComputedStyle,
    ElementWrapper,
    Matrix,
    StyleFor,
    draw_text,
    line_break,
    misfit,
    pdf,
    pdf_fonts,
    percent,
)
from booklet.quick.weasyprint_patches.glyphs import faster_draw_first_line, faster_reactivate
from booklet.quick.weasyprint_patches.hyphens import faster_hyphen_places, faster_read_patterns
from booklet.quick.weasyprint_patches.line_breaks import faster_split
from booklet.quick.weasyprint_patches.links import (
    Rows,
    faster_links,
    faster_point,
    faster_product,
)
from booklet.quick.weasyprint_patches.pango_layouts import (
    faster_setup,
    faster_strut,
    forgetful_font_face,
)
from booklet.quick.weasyprint_patches.rules import faster_query, faster_rules
from booklet.quick.weasyprint_patches.styles import (
    counter,
    faster_resolve_percentages,
    faster_style_copy,
    faster_style_value,
)

__all__ = ["hasten"]


class _Places:
    """The places of WeasyPrint's functions, with these and with ours."""

    def __init__(self) -> None:
        """Find them."""
        self.is_on = False
        self._places: list[tuple[Any, str, Any, Any]] = []
        for owner, name, ours in (
            (ComputedStyle, "__missing__", faster_style_value),
            (ComputedStyle, "copy", faster_style_copy),
            (StyleFor, "__init__", faster_rules),
            (ElementWrapper, "query_all", faster_query),
            (line_break.Layout, "setup", faster_setup),
            (line_break.Layout, "reactivate", faster_reactivate),
            (Matrix, "__matmul__", faster_product),
            (Matrix, "transform_point", faster_point),
            (pdf_fonts, "ffi", Rows),
            (pdf, "add_links", faster_links),
            (FontConfiguration, "add_font_face", forgetful_font_face),
            (pyphen.HyphDict, "__init__", faster_read_patterns),
            (pyphen.HyphDict, "positions", faster_hyphen_places),
        ):
            own = getattr(owner, name)
            self._places.append((owner, name, own, ours(own)))
        for owner, name, ours in (
            (percent, "resolve_percentages", faster_resolve_percentages),
            (line_break, "strut", faster_strut),
            (line_break, "split_first_line", faster_split),
            (draw_text, "draw_first_line", faster_draw_first_line),
        ):
            own = getattr(owner, name)
            theirs = ours(own)
            # Other modules have it under its name, too. A copy is looked through, since the thread
            # that reads orders imports modules as well.
            there = sys.modules.copy()
            for module in [m for key, m in there.items() if key.startswith("weasyprint.")]:
                if getattr(module, name, None) is own:
                    self._places.append((module, name, own, theirs))
        logging.getLogger("weasyprint").addFilter(counter)

    def put(self, on: bool) -> None:
        """Put ours into the places of WeasyPrint's, or take them out."""
        if on != self.is_on:
            for owner, name, own, ours in self._places:
                setattr(owner, name, ours if on else own)
            pyphen.hdcache.clear()  # what was read in the other way
            self.is_on = on


_places = None if misfit() else _Places()


def hasten(on: bool) -> None:
    """Let WeasyPrint work with our functions in the place of its own, or without."""
    if _places:
        _places.put(on)
