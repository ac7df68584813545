"""Haste: what WeasyPrint works out again for each box, line and glyph, worked out once.

Each function here takes the place of one of WeasyPrint's, is a few times as quick, and comes to the
same: the values of styles that come of the same rules; the used widths and heights of boxes without
percentages; how high a line is; a context of Pango's for each face; the operators that show a line.
Whatever is not plain is left to WeasyPrint's own function. An engine that works in the plain way
has all of these taken out.
"""

from __future__ import annotations

import logging
import re
import sys
from operator import itemgetter
from struct import Struct
from typing import TYPE_CHECKING, Any

import pydyf
import pyphen

from booklet.pages.objects import text_of
from booklet.pages.works.inner import (
    FROM_UNITS,
    LST_TO_ISO,
    PANGO_DIRECTION,
    ComputedStyle,
    Dimension,
    Matrix,
    draw_text,
    ffi,
    gobject,
    line_break,
    misfit,
    pango,
    pdf,
    pdf_fonts,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# -- Styles ----------------------------------------------------------------------------------------

# What is never shared: it says something of one element, or WeasyPrint changes it afterwards.
_OWN = frozenset(
    {
        *("anchor", "bookmark_label", "bookmark_level", "bookmark_state", "break_before"),
        *("content", "counter_increment", "counter_reset", "counter_set", "display", "float"),
        *("lang", "link", "overflow", "page", "position", "quotes", "string_set", "white_space"),
        *("background_image", "border_image_source", "list_style_image", "mask_border_source"),
    }
)

# Of these, nothing that is shared depends on.
_FREE = _OWN - {"display", "float", "lang", "overflow", "position", "quotes", "white_space"}

# So many sets of rules are known, and of lengths; a booklet has some hundreds.
_MOST = 3_000


class _Kind:
    """All styles that come of the same rules in the same surroundings, and what they share."""

    __slots__ = ("above", "loud", "rules", "shared")

    def __init__(self, above: _Kind | None, rules: Any) -> None:
        """Take the kind of the style above, and the rules, which have to be kept as they are."""
        self.above, self.rules = above, rules
        self.shared: dict[str, Any] = {}
        self.loud: set[str] = set()

    def is_quiet(self, key: str) -> bool:
        """Whether nothing is said when this value is worked out, here or above."""
        kind: _Kind | None = self
        while kind:
            if key in kind.loud:
                return False
            kind = kind.above
        return True


class _Counter(logging.Filter):
    """Counts what WeasyPrint says."""

    said = 0

    def filter(self, _: logging.LogRecord) -> bool:
        """Count a line, and let it pass."""
        self.said += 1
        return True


_counter = _Counter()


def _kind(style: Any) -> _Kind:
    """Return the kind of a style."""
    sizes = style.initial_page_sizes
    seen = style.__dict__.get("kind")
    if seen and seen[0] is sizes["box"]:
        kind: _Kind = seen[1]
        return kind
    above = None if style.parent_style is None else _kind(style.parent_style)
    rules = [
        (name, repr(value) if name == "lang" else id(value), *weight[:2], *weight[2])
        for name, (value, weight) in style.cascaded.items()
        if name not in _FREE
    ]
    measures = sizes["box"] and (*sizes["box"], *sizes["area"])
    key = (above, style.pseudo_type, measures, style.base_url, *rules)
    # all are forgotten with the fonts
    kinds: dict[Any, _Kind] = vars(style.font_config).setdefault("kinds", {})
    if (found := kinds.get(key)) is None:
        if len(kinds) > _MOST:
            kinds.clear()
        found = kinds[key] = _Kind(above, style.cascaded)  # else other rules may have these ids
    style.kind = sizes["box"], found
    return found


def _style_value(own: Any) -> Any:
    """Return the function that finds a value of a style which it has not been asked for."""

    def missing(style: Any, key: str) -> Any:
        if key in _OWN or key[:2] == "__" or style.__dict__.get("is_copy"):
            return own(style, key)
        kind = _kind(style)
        shared = kind.shared
        if key in shared:
            value = style[key] = shared[key]
            return value
        said = _counter.said
        value = own(style, key)
        if _counter.said != said:
            kind.loud.add(key)
        elif kind.is_quiet(key):
            shared[key] = value
        return value

    return missing


def _style_copy(own: Any) -> Any:
    """Return the function that copies a style, which will be changed: it shares nothing."""

    def copy(style: Any) -> Any:
        copied = own(style)
        copied.is_copy = True
        return copied

    return copy


# -- Used values -----------------------------------------------------------------------------------

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_WIDTHS = tuple(f"border_{side}_width" for side in _SIDES)
_USED = (*_LENGTHS, "border_collapse", *_WIDTHS, "box_sizing")
_lengths = itemgetter(*_USED)


def _resolve_percentages(own: Any) -> Any:
    """Return the function that gives a box its used widths and heights."""
    known: dict[Any, dict[str, Any]] = {}

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        style = box.style
        values = _lengths(style)
        seen = style.__dict__.get("used")
        if not seen or seen[0] != values:
            lengths = values[: len(_LENGTHS)]
            if values[len(_LENGTHS)] == "collapse" or not all(map(_is_fixed, lengths)):
                own(box, containing_block)
                return
            if values not in known:
                if len(known) > _MOST:
                    known.clear()
                own(box, containing_block)
                known[values] = {name: vars(box)[name] for name in (*_LENGTHS, *_WIDTHS)}
            seen = style.used = values, known[values]
        vars(box).update(seen[1])

    return resolve_percentages


def _is_fixed(value: Any) -> bool:
    """Whether a length is the same wherever a box stands."""
    return value is None or value == "auto" or getattr(value, "unit", None) == "px"


# -- Lines -----------------------------------------------------------------------------------------

_FACE = (
    *("font_family", "font_style", "font_stretch", "font_weight", "font_variant_ligatures"),
    *("font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings"),
    *("font_variation_settings", "font_language_override", "lang", "font_size"),
)
_height = itemgetter(*_FACE, "line_height")
_face = itemgetter(*_FACE, "font_kerning", "direction")


def _strut(own: Any) -> Any:
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


def _setup(_: Any) -> Any:
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


# -- Words -----------------------------------------------------------------------------------------

# What is not in a file of plain patterns, such as `.mis1k4`: at most one digit between two letters.
_ODD = re.compile(r"[/=^ \t\r]|[0-9]{2}")

# What begins a line that is no pattern.
_NO_PATTERN = ("%", "#", "LEFTHYPHENMIN", "RIGHTHYPHENMIN", "COMPOUND")

_DIGITS = str.maketrans("", "", "0123456789")


def _read_patterns(own: Any) -> Any:
    """Return the function that reads the patterns of a language, for Pyphen.

    Those of English take half as long to read as a process to start; of them a few hundred are
    ever used. Here each is left as it was written until it is.
    """

    def read(words: Any, path: Any) -> None:
        encoding, _, text = path.read_bytes().partition(b"\n")
        if encoding == b"UTF-8":
            lines = [x for x in text.decode().split("\n") if x and not x.startswith(_NO_PATTERN)]
            whole = "\n".join(lines)
            letters = whole.translate(_DIGITS)
            patterns = dict(zip(letters.split("\n"), lines, strict=True))
            if len(patterns) == len(lines) and not _ODD.search(whole):
                words.patterns, words.cache, words.is_written = patterns, {}, True
                words.maxlen = max(map(len, patterns))
                return
        own(words, path)

    return read


def _hyphen_places(own: Any) -> Any:
    """Return the function that finds where a word can be divided, by Liang's algorithm."""

    def positions(words: Any, word: str) -> Any:
        if "is_written" not in vars(words):
            return own(words, word)
        word = word.lower()
        if word not in words.cache:
            within, patterns = f".{word}.", words.patterns
            marks = [0] * (len(within) + 1)
            for start in range(len(within) - 1):
                for end in range(start + 1, min(start + words.maxlen, len(within)) + 1):
                    pattern = patterns.get(within[start:end])
                    if pattern is None:
                        continue
                    if type(pattern) is str:
                        pattern = patterns[within[start:end]] = tuple(_values(pattern))
                    for at, value in pattern:
                        marks[start + at] = max(marks[start + at], value)
            odd = [at - 1 for at, mark in enumerate(marks) if mark % 2]
            words.cache[word] = [pyphen.DataInt(at) for at in odd]
        return words.cache[word]

    return positions


def _values(pattern: str) -> Iterator[tuple[int, int]]:
    """Yield the digits of a pattern, each with the number of letters before it."""
    letters = 0
    for sign in pattern:
        if "0" <= sign <= "9":
            yield letters, int(sign)
        else:
            letters += 1


# -- Drawing ---------------------------------------------------------------------------------------

# A glyph of Pango's: which it is, how wide, moved by how much, and raised by how much.
_GLYPH = Struct("=Iiii4x")

# Text of this size is not drawn at all.
_NOTHING = 1e-6

# The first Pango that says in which size a font is, 1.48.2.
_SINCE = 14802


class _NotPlain(Exception):
    """A line has something that is left to WeasyPrint."""


def _reactivate(own: Any) -> Any:
    """Return the function that prepares the layout of a line again, which is to be drawn.

    It is done when it has to be: a line that was drawn just before, such as the dots of a leader,
    needs none.
    """

    def reactivate(layout: Any, style: Any) -> None:
        layout.layout, layout.language, layout.style = None, None, style
        layout.awake = own

    return reactivate


def _draw_first_line(own: Any) -> Any:
    """Return the function that draws a line of text.

    The line is drawn here if its glyphs are those of plain fonts, and none of them is missing,
    empty, or raised.
    """

    def draw_first_line(stream: Any, box: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        layout, style, fonts = box.pango_layout, box.style, stream._fonts
        plain = overflow != "ellipsis" and ellipsis == "none" and box.text.strip()
        plain = plain and style["font_size"] >= _NOTHING and pango.pango_version() >= _SINCE
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


# -- Matrices and rows -----------------------------------------------------------------------------


def _product(_: Any) -> Any:
    """Return the function that multiplies matrices, in the same order of operations.

    It is half of the time in which links and anchors are put into a PDF.
    """

    def product(self: Any, other: Any) -> Any:
        (a, b, c), (d, e, f), (g, h, i) = other
        rows = [
            [x * a + y * d + z * g, x * b + y * e + z * h, x * c + y * f + z * i]
            for x, y, z in self
        ]
        return Matrix(matrix=rows)

    return product


def _point(_: Any) -> Any:
    """Return the function that takes a point through a matrix."""

    def point(self: Any, x: float, y: float) -> list[float]:
        (a, b, _), (c, d, _), (e, f, _) = self
        return [x * a + y * c + e, x * b + y * d + f]

    return point


# What all links have.
_LINK = {"Type": "/Annot", "Subtype": "/Link"}


def _links(_: Any) -> Any:
    """Return the function that puts the links and anchors of a page into a PDF.

    Where they are becomes text at once. There are no other links than to a place in the book, and
    to an address: the others were taken out.
    """

    def links(found: Any, matrix: Any, whole: Any, page: Any, names: Any, tags: Any) -> None:
        (a, b, _), (c, d, _), (e, f, _) = matrix

        def at(x: float, y: float) -> bytes:
            return b"%b %b" % (text_of(x * a + y * c + e), text_of(x * b + y * d + f))

        on_page, anchors = found
        for kind, target, (left, top, right, bottom), box in on_page:
            if kind not in ("internal", "external"):
                continue
            box.link_annotation = link = pydyf.Dictionary(_LINK)
            link["Rect"] = b"[%b %b]" % (at(left, top), at(right, bottom))
            link["BS"] = b"<</W 0>>"
            words = pydyf.String(target)
            if tags is not None:
                link["Contents"] = words
            if kind == "internal":
                link["Dest"] = words
            else:
                link["A"] = pydyf.Dictionary({"Type": "/Action", "S": "/URI", "URI": words})
            whole.add_object(link)
            page.setdefault("Annots", pydyf.Array()).append(link.reference)
        for name, x, y in anchors:
            names.append([name, b"[%b /XYZ %b 0]" % (page.reference, at(x, y))])

    return links


class _Rows:
    """The functions of C libraries, which make rows of glyphs without a C parser for each length.

    cffi parses the type of a row again for each: for all fonts that takes as long as to cut them
    down.
    """

    def __init__(self, own: Any) -> None:
        """Take cffi's own."""
        self._ffi, self._row = own, own.typeof("hb_codepoint_t[]")

    def __getattr__(self, name: str) -> Any:
        """Return what is asked for as it is."""
        return getattr(self._ffi, name)

    def new(self, kind: str, *filling: Any) -> Any:
        """Return new room for a kind of thing, filled with something; a row is filled whole."""
        is_row = kind.startswith("hb_codepoint_t[") and filling
        return self._ffi.new(self._row if is_row else kind, *filling)


# -- In WeasyPrint's place -------------------------------------------------------------------------


class _Places:
    """The places of WeasyPrint's functions, with these and with ours."""

    def __init__(self) -> None:
        """Find them."""
        self.is_on = False
        self._places: list[tuple[Any, str, Any, Any]] = []
        for owner, name, ours in (
            (ComputedStyle, "__missing__", _style_value),
            (ComputedStyle, "copy", _style_copy),
            (line_break.Layout, "setup", _setup),
            (line_break.Layout, "reactivate", _reactivate),
            (Matrix, "__matmul__", _product),
            (Matrix, "transform_point", _point),
            (pdf_fonts, "ffi", _Rows),
            (pdf, "add_links", _links),
            (pyphen.HyphDict, "__init__", _read_patterns),
            (pyphen.HyphDict, "positions", _hyphen_places),
        ):
            own = getattr(owner, name)
            self._places.append((owner, name, own, ours(own)))
        for owner, name, ours in (
            (percent, "resolve_percentages", _resolve_percentages),
            (line_break, "strut", _strut),
            (draw_text, "draw_first_line", _draw_first_line),
        ):
            own = getattr(owner, name)
            theirs = ours(own)
            # other modules have it under its name, too
            for module in [m for key, m in sys.modules.items() if key.startswith("weasyprint.")]:
                if getattr(module, name, None) is own:
                    self._places.append((module, name, own, theirs))
        logging.getLogger("weasyprint").addFilter(_counter)

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
