"""What WeasyPrint asks of its fonts for each line of text, given back when the line is gone.

WeasyPrint 70 makes a list of font features (old-style figures, ligatures) for every line that it
tries, and frees none of them, since all share one feature: some 200 bytes a line, 25 kB a page. A
preview would grow with each edit. Here each line has a list of its own, with a feature of its own.
"""

from __future__ import annotations

from typing import Any

from booklet.pages.works.inner import ffi, line_break, misfit, pango

# For each set of features a list to copy from; a booklet has a handful.
_lists: dict[bytes, Any] = {}

# What was asked for last.
_asked: list[bytes] = []


def _take_over() -> None:
    """Put our own functions into the place of two of WeasyPrint's."""
    features_of, set_up = line_break.font_features, line_break.Layout.setup

    def font_features(*words: Any) -> dict[str, int]:
        features = features_of(*words)
        _asked[:] = [",".join(f"{name} {value}" for name, value in features.items()).encode()]
        return {}

    def setup(layout: Any, style: Any) -> None:
        set_up(layout, style)
        if _asked[0]:
            attributes = pango.pango_attr_list_copy(_list(_asked[0]))
            attributes = ffi.gc(attributes, pango.pango_attr_list_unref)
            pango.pango_layout_set_attributes(layout.layout, attributes)

    line_break.font_features, line_break.Layout.setup = font_features, setup


def _list(features: bytes) -> Any:
    """Return the list of some features, as in `onum 1,liga 1`."""
    if features not in _lists:
        _lists[features] = pango.pango_attr_list_new()
        feature = pango.pango_attr_font_features_new(features)
        pango.pango_attr_list_insert(_lists[features], feature)
    return _lists[features]


if not misfit():
    _take_over()
