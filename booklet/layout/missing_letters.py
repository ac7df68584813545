"""Missing letters: a character that no font has is drawn as a box, as wide as it was measured.

Pango 1.50 takes the width of such a box from a sample of the user's own language. Where it is first
asked for the sample of another, in whose letters no font is there (`th`, where a word is
underlined, or a line is empty), it forgets the first, and the box has no width: the line runs off
the page.
"""

from __future__ import annotations

from typing import Any


def mend() -> None:
    """Have lines for which Pango may set a sample know first how wide a box is in their font."""
    from weasyprint.text import line_break

    own = line_break.Layout.setup

    def setup(layout: Any, style: Any) -> None:
        if asks_for_samples(style):
            fonts = style.font_config.font_map
            context = line_break.pango.pango_font_map_create_context(fonts)
            context = line_break.ffi.gc(context, line_break.gobject.g_object_unref)
            measure_boxes(context, line_break.get_font_description(style))
        own(layout, style)

    line_break.Layout.setup = setup


def asks_for_samples(style: Any) -> bool:
    """Whether Pango may set a sample in the language of a style, for a line or for none at all.

    It does so for the height of a line without a word, and to draw a line under one. Of English
    each font has all letters.
    """
    language = style["lang"] or "en"
    return style["text_decoration_line"] != "none" or not language.lower().startswith("en")


def measure_boxes(context: Any, description: Any) -> None:
    """Have Pango find out how wide a missing letter is in a font, before a sample is set in it."""
    from weasyprint.text.line_break import ffi, pango

    own_language = pango.pango_language_get_default()
    metrics = pango.pango_context_get_metrics(context, description, own_language)
    ffi.gc(metrics, pango.pango_font_metrics_unref)
