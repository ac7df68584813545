"""Styles that come of the same rules, and boxes of the same lengths, share what they come to."""

from __future__ import annotations

import logging
from operator import itemgetter
from typing import Any

from booklet.quick.private_api import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

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

# What no rule names: it is what it is at first, or what it is above. Both are worked out already.
_INHERITED, _COMPUTED = set(INHERITED or ()), set(INITIAL_NOT_COMPUTED or ())
_AT_FIRST = _OWN - _INHERITED - _COMPUTED - {"float", "page", "position"}
_AS_ABOVE = _OWN & _INHERITED | {"page"}

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


counter = _Counter()


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


def faster_style_value(own: Any) -> Any:
    """Return the function that finds a value of a style which it has not been asked for."""

    def missing(style: Any, key: str) -> Any:
        if key in _OWN:
            if key not in style.cascaded:
                if key in _AT_FIRST:
                    value = style[key] = INITIAL_VALUES[key]
                    return value
                if key in _AS_ABOVE and style.parent_style is not None:
                    value = style[key] = style.parent_style[key]
                    return value
            return own(style, key)
        if key[:2] == "__" or style.__dict__.get("is_copy"):
            return own(style, key)
        kind = _kind(style)
        shared = kind.shared
        if key in shared:
            value = style[key] = shared[key]
            return value
        said = counter.said
        value = own(style, key)
        if counter.said != said:
            kind.loud.add(key)
        elif kind.is_quiet(key):
            shared[key] = value
        return value

    return missing


def faster_style_copy(own: Any) -> Any:
    """Return the function that copies a style, which will be changed: it shares nothing."""

    def copy(style: Any) -> Any:
        copied = own(style)
        copied.is_copy = True
        return copied

    return copy


_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_WIDTHS = tuple(f"border_{side}_width" for side in _SIDES)
_USED = (*_LENGTHS, "border_collapse", *_WIDTHS, "box_sizing")
_lengths = itemgetter(*_USED)


def faster_resolve_percentages(own: Any) -> Any:
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
