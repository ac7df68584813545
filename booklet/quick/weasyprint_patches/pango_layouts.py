"""What Pango needs for a line is prepared once for each face, not for each try at a line."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from booklet.layout.missing_letters import asks_for_samples, measure_boxes
from booklet.quick.private_api import (
    FROM_UNITS,
    LST_TO_ISO,
    PANGO_DIRECTION,
    Dimension,
    ffi,
    gobject,
    line_break,
    pango,
)

FACE = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_variant_ligatures"),
    *("font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
    *("font_variation_settings", "font_language_override", "lang", "font_size"),
)
_height = itemgetter(*FACE, "line_height")
_face = itemgetter(*FACE, "font_kerning", "direction")


# What is kept with the fonts, and depends on which there are.
_OF_FONTS = ("breaks", "faces", "kinds", "measured", "struts")


def forgetful_font_face(own: Any) -> Any:
    """Return the function that takes one more font; what was found without it is forgotten."""

    def add_font_face(fonts: Any, *words: Any) -> Any:
        for name in _OF_FONTS:
            vars(fonts).pop(name, None)
        return own(fonts, *words)

    return add_font_face


def faster_strut(own: Any) -> Any:
    """Return the function that says how high a line is, and where its baseline is."""

    def strut(style: Any) -> Any:
        family, *rest, line_height = _height(style)
        if type(line_height) not in (str, int, float, Dimension):
            return own(style)
        known = vars(style.font_config).setdefault("struts", {})
        key = (tuple(family), *rest, line_height)
        if key not in known:
            known[key] = own(style)
        return known[key]

    return strut


def faster_setup(_: Any) -> Any:
    """Return the function that prepares a layout of Pango's for a style.

    WeasyPrint makes a list of font features (old-style figures, ligatures) for every line that it
    tries, and frees none of them, since all share one feature: some 200 bytes a line, 25 kB a page.
    Here each line has a list of its own, that goes with it.
    """

    def setup(layout: Any, style: Any) -> None:
        family, *rest = _face(style)
        known = vars(style.font_config).setdefault("faces", {})
        key = (tuple(family), *rest)
        if key not in known:
            known[key] = _prepared(style)
        context, language, description, features = known[key]
        layout.style, layout.language, layout.first_line_direction = style, language, 0
        layout.ascent = layout.underline_position = layout.strikethrough_position = None
        if asks_for_samples(style):
            measured = vars(style.font_config).setdefault("measured", set())
            if key not in measured:
                measure_boxes(context, description)
                measured.add(key)
        if style["text_decoration_line"] != "none":
            _decorate(layout, context, language, description)
        layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(layout.layout, False)
        pango.pango_layout_set_font_description(layout.layout, description)
        if features is not None:
            attributes = pango.pango_attr_list_copy(features)
            attributes = ffi.gc(attributes, pango.pango_attr_list_unref)
            pango.pango_layout_set_attributes(layout.layout, attributes)

    return setup


def _prepared(style: Any) -> tuple[Any, Any, Any, Any]:
    """Return a context of Pango's, a language, a description of a font, and a list of features.

    Pango keeps what it finds out of fonts with a context.
    """
    fonts = style.font_config.font_map
    context = ffi.gc(pango.pango_font_map_create_context(fonts), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override, language = style["font_language_override"], style["lang"]
    if override != "normal":
        language = LST_TO_ISO.get(override.lower(), override)
    if language:
        name = line_break.unicode_to_char_p(language)
        known = pango.pango_language_from_string(name[0])
        pango.pango_context_set_language(context, known)
    else:
        known = pango.pango_language_get_default()
    description = line_break.get_font_description(style)
    features = line_break.font_features(
        *(style[f"font_{name}"] for name in ("kerning", "variant_ligatures", "variant_position")),
        *(style[f"font_variant_{name}"] for name in ("caps", "numeric", "alternates")),
        *(style[f"font_{name}"] for name in ("variant_east_asian", "feature_settings")),
    )
    attributes = None
    if features:
        words = ",".join(f"{name} {value}" for name, value in features.items())
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
        feature = pango.pango_attr_font_features_new(words.encode())
        pango.pango_attr_list_insert(attributes, feature)
    return context, known, description, attributes


def _decorate(layout: Any, context: Any, language: Any, description: Any) -> None:
    """Say where lines over, under and through a text are to be drawn."""
    metrics = pango.pango_context_get_metrics(context, description, language)
    metrics = ffi.gc(metrics, pango.pango_font_metrics_unref)
    layout.ascent = FROM_UNITS * pango.pango_font_metrics_get_ascent(metrics)
    for name in ("underline_position", "strikethrough_position",
                 "underline_thickness", "strikethrough_thickness"):  # fmt: skip
        measure = getattr(pango, f"pango_font_metrics_get_{name}")
        setattr(layout, name, FROM_UNITS * measure(metrics))
