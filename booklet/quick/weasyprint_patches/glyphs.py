"""The operators that show a line of text, made of what Pango has in one piece of memory."""

from __future__ import annotations

from struct import Struct
from typing import Any

from booklet.pdf.actual_text import is_intricate
from booklet.quick.private_api import FROM_UNITS, ffi, pango

# A glyph of Pango's: which it is, how wide, moved by how much, and raised by how much.
_GLYPH = Struct("=Iiii4x")

# Text of this size is not drawn at all.
_NOTHING = 1e-6

# The first Pango that says in which size a font is, 1.48.2.
_SINCE = 14802


class _NotPlain(Exception):
    """A line has something that is left to WeasyPrint."""


def faster_reactivate(own: Any) -> Any:
    """Return the function that prepares the layout of a line again, which is to be drawn.

    It is done when it has to be: a line that was drawn just before, such as the dots of a leader,
    needs none.
    """

    def reactivate(layout: Any, style: Any) -> None:
        layout.layout, layout.language, layout.style = None, None, style
        layout.awake = own

    return reactivate


def faster_draw_first_line(own: Any) -> Any:
    """Return the function that draws a line of text.

    The line is drawn here if its glyphs are those of plain fonts, none of them is missing, empty,
    or raised, and each is a letter.
    """

    def draw_first_line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        layout, style, fonts = box.pango_layout, box.style, stream._fonts
        plain = overflow != "ellipsis" and ellipsis == "none" and box.text.strip()
        plain = plain and style["font_size"] >= _NOTHING and pango.pango_version() >= _SINCE
        plain = plain and not is_intricate(box.text)
        last = vars(stream).get("drawn")
        if plain and last and last[0] is layout and last[1] is style and last[2] is fonts:
            shown = last[3]
        else:
            layout.awake(layout, style)
            try:
                shown = _line(stream, layout) if plain else []
            except _NotPlain:
                shown = []
            if not shown:
                return own(stream, box, overflow, ellipsis, matrix)
            stream.drawn = layout, style, fonts, shown
        stream.set_text_matrix(*matrix.values)
        for font, size, operands in shown:
            stream.set_font_size(font, size)
            stream.show_text(operands)
        return []

    return draw_first_line


def _line(stream: Any, layout: Any) -> list[tuple[str, float, str]]:
    """Return the fonts of a line in their order, each with its size and what shows its glyphs.

    Pango has a run of glyphs for every word, if the line is justified.
    """
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    run = layout.get_first_line()[0].runs[0]
    shown: list[tuple[str, float, str]] = []
    last, row, text = ffi.NULL, "", layout.text.encode()
    font: Any = None
    size, known = 0.0, {}
    while run != ffi.NULL:
        item, run = run.data, run.next
        used = item.item.analysis.font
        if used != last:
            if row:
                shown.append((font.hash, size, row))
            last, row = used, ""
            font, size = stream.add_font(used)
            if font.bitmap or font.svg or font.png or font.colr:
                raise _NotPlain
            known = vars(font).setdefault("pieces", {}).setdefault(size, {})
        row += "<"
        glyphs = item.glyphs
        many = glyphs.num_glyphs
        buffer = ffi.buffer(glyphs.glyphs, many * _GLYPH.size)
        for at, glyph in enumerate(_GLYPH.iter_unpack(buffer)):
            piece = known.get(glyph)
            if piece is None:
                piece = known[glyph] = _piece(stream, item, (at, many), glyph, font, size, text)
            row += piece
        row = row[:-1] if row[-1] == "<" else f"{row}>"
        if not row:
            raise _NotPlain
    if not row:
        raise _NotPlain
    shown.append((font.hash, size, row))
    return shown


def _piece(
    stream: Any,
    item: Any,
    place: tuple[int, int],
    glyph: tuple[int, int, int, int],
    font: Any,
    size: float,
    text: bytes,
) -> str:
    """Return what shows a glyph of a run, and note that its font is used for it.

    `place` is where it stands among how many.
    """
    number, width, shift, rise = glyph
    unknown, empty = pango.PANGO_GLYPH_UNKNOWN_FLAG, pango.PANGO_GLYPH_EMPTY
    if rise or number == empty or number & unknown:
        raise _NotPlain
    if number not in font.to_unicode:
        font.to_unicode[number] = _read(item, *place, text)
    if number not in font.widths:
        used = item.item.analysis.font
        pango.pango_font_get_glyph_extents(used, number, stream.ink_rect, stream.logical_rect)
        font.widths[number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    offset = shift / size
    piece = f">{-offset}<{number:04x}" if offset else f"{number:04x}"
    kerning = font.widths[number] + offset - width * 1000 * FROM_UNITS / size
    return f"{piece}>{int(kerning)}<" if kerning else piece


def _read(item: Any, at: int, many: int, text: bytes) -> str:
    """Return what a glyph is of a text."""
    clusters, length = item.glyphs.log_clusters, item.item.length
    if item.item.analysis.level % 2:  # from right to left
        end = length if at == 0 else clusters[at - 1]
    else:
        end = length if at == many - 1 else clusters[at + 1]
    start = item.item.offset
    return text[start + clusters[at] : start + end].decode()
