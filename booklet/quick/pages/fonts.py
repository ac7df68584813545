"""Fonts of a page that is drawn alone: each is read once, and notes the glyphs of each page."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from booklet.quick.frozen_pages import Anew
from booklet.quick.pages.placeholders import Alone
from booklet.quick.private_api import (
    TO_UNITS,
    Font,
    MarginBox,
    Stream,
    ffi,
    get_pango_font_key,
    gobject,
    harfbuzz,
    harfbuzz_subset,
    listen,
    misfit,
    pango,
)

if TYPE_CHECKING:
    from booklet.layout.weasyprint_api import FontConfiguration
    from booklet.quick.frozen_pages import FontUse
    from booklet.quick.pages.placeholders import Move


class PageStream(Stream):  # type: ignore[misc]  # WeasyPrint has no types
    """The stream of a page that is drawn alone: it takes its fonts from a case that is kept.

    What is in the margins is drawn last, from `starts` to `ends` among the operators, if anything.
    """

    case: FontCache
    moves: list[Move]
    starts = ends = -1
    pictured = False
    bodys_marks = 0
    _fonts: dict[int, Any]
    before: tuple[dict[int, Any], dict[str, dict[str, Any]]]

    def begin_margins(self) -> None:
        """Begin with the margins: note what the body used, and take the fonts afresh."""
        self.starts = len(self.stream)
        resources = {k: dict(v) for k, v in self._resources.items() if isinstance(v, dict)}
        self.before = self._fonts, resources
        self._bodys_pictures, self.bodys_marks = len(self._images), len(self._tags or ())
        self._fonts = {}

    def end_margins(self) -> None:
        """Note that the margins end here, as far as is known."""
        self.ends = len(self.stream)
        self.pictured = len(self._images) > self._bodys_pictures

    def noted(self) -> dict[str, dict[str, Any]]:
        """Return what the margins alone have noted among the resources."""
        return {
            kind: {name: item for name, item in self._resources[kind].items() if name not in had}
            for kind, had in self.before[1].items()
        }

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Return a font without any glyph of another page, and the size in which it is used."""
        key, description, size = get_pango_font_key(pango_font)
        if key not in self._fonts:
            self._fonts[key] = self.case.fresh(key, pango_font, description, size)
            self._fonts[key].moves = self.moves
        self._fonts[key].now = pango_font, size
        return self._fonts[key], size

    def clone(self, **words: Any) -> Any:
        """Return a stream for something inside this one."""
        inner = super().clone(**words)
        inner.__class__, inner.case, inner.moves = PageStream, self.case, self.moves
        return inner


class _SubsetFont(Font):  # type: ignore[misc]  # WeasyPrint has no types
    """A font that was cut down before, and is not cut again to the same glyphs."""

    cuts: dict[Any, bytes]
    file_content: bytes

    def clean(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Remove what is not needed from the font, as WeasyPrint does.

        Only what HarfBuzz cuts is kept, and not of fonts of which more is taken away: of them,
        something may have to be said again.
        """
        more = "fvar" in self.tables or self.png or self.svg or self.colr
        if more or not (harfbuzz_subset and harfbuzz.hb_version_atleast(4, 1, 0)):
            super().clean(to_unicode, hinting)
            return
        key = (frozenset(to_unicode), hinting, bool(self.missing))
        cut = self.cuts.pop(key, None)
        if cut is None:
            whole = self.file_content
            super().clean(to_unicode, hinting)
            if self.file_content is whole:
                return
            cut = self.file_content
        self.file_content = self.cuts[key] = cut
        if len(self.cuts) > _MOST_CUTS:
            del self.cuts[next(iter(self.cuts))]


# Of one font: those of the booklets of a set, and of some pages that are shown before them.
_MOST_CUTS = 6


class FontCache:
    """The fonts of an engine, in their cases: read once, and used afresh for each page."""

    def __init__(self, fonts: FontConfiguration) -> None:
        """Take the font configuration, which has to outlive the case."""
        self._fonts = fonts
        self._cases: dict[tuple[int, float], tuple[Any, str]] = {}
        self.loose: set[str] = set()
        self._cuts: dict[tuple[int, float], dict[Any, bytes]] = {}

    def fresh(self, key: int, pango_font: Any, description: Any, size: float) -> Any:
        """Return the font of this key, first used in this size, with no glyph used so far."""
        if (key, size) not in self._cases:
            gobject.g_object_ref(pango_font)
            named = ffi.string(pango.pango_font_description_to_string(description)).decode()
            font = Font(pango_font, description, size)
            font.held = ffi.gc(pango_font, gobject.g_object_unref)
            self._cases[key, size] = (font, named)
        font, named = self._cases[key, size]
        font = copy.copy(font)
        font.description, font.to_unicode, font.missing = named, {}, {}
        font.variations = dict(font.variations)
        font.__class__ = Alone
        font.begin(key, named in self.loose)
        return font

    def thawed(self, key: int, face: FontUse) -> Any:
        """Return the font of a face with no glyph used so far.

        Raises Anew if it is not the font that was frozen.
        """
        if (key, face.size) not in self._cases:
            wanted = ffi.gc(
                pango.pango_font_description_from_string(face.description.encode()),
                pango.pango_font_description_free,
            )
            size = round(face.size * TO_UNITS)
            pango.pango_font_description_set_absolute_size(wanted, size)
            context = ffi.gc(
                pango.pango_font_map_create_context(self._fonts.font_map), gobject.g_object_unref
            )
            found = pango.pango_font_map_load_font(self._fonts.font_map, context, wanted)
            if found == ffi.NULL:
                raise Anew(f"the font {face.description} is gone")
            key_, description, size_ = get_pango_font_key(found)
            if (key_, size_) != (key, face.size):
                raise Anew(f"the font {face.description} is another")
            self.fresh(key, found, description, size_)
        font = self.fresh(key, None, None, face.size)
        font.widths = {}
        font.__class__, font.cuts = _SubsetFont, self._cuts.setdefault((key, face.size), {})
        return font


def _hear(draw: Any, stream: Any, context: Any) -> None:
    """Note where the margins of a page begin and end."""
    if isinstance(context.box, MarginBox) and isinstance(stream, PageStream):
        if stream.starts < 0:
            stream.begin_margins()
        draw(stream, context)
        stream.end_margins()
    else:
        draw(stream, context)


if not misfit():
    listen(_hear)
