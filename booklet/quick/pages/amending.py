"""A part's HTML that is amended: if nothing but words has changed, the tree stays as it was read.

Then the same rules hold for each element, and need not be looked for again.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# A tag, or what only looks like one: both texts are cut in the same way.
_TAG = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")

# WeasyPrint changes the tree of a drawing when it draws it.
_DRAWING = re.compile("<svg", re.IGNORECASE)

# A parser moves words that stand between the cells of a table to before it.
_TABLE = re.compile("<table", re.IGNORECASE)

# What stands in a text as it is written, but for the first space in some elements.
_AS_WRITTEN = re.compile(r"[^&<\r\0]+")

# Elements whose words are no text, or rules.
_NO_TEXT = {"style", "script", "noscript", "template"}


def amended(html: Any, old: str, new: str) -> bool:
    """Make WeasyPrint's HTML of the text `old`, which has been laid out, that of the text `new`.

    Return whether that was done: if more than some words differs, the HTML is left as it is.
    """
    changed = [] if old == new else _changed(html, old, new)
    if changed is None or _DRAWING.search(old):
        return False
    for element, name, words in changed:
        setattr(element, name, words)
    html.styled = html.context.style_for
    return True


def _changed(html: Any, old: str, new: str) -> list[tuple[Element, str, str]] | None:
    """Return the words that have changed: the element, whether they are its text or its tail, and
    what they are now. None if that is not certain, or not all."""
    before, now = _TAG.split(old), _TAG.split(new)
    if len(before) != len(now) or before[1::2] != now[1::2]:
        return None
    pairs = list(zip(before[::2], now[::2], strict=True))
    if any(was != words for was, words in pairs if not was.strip()):
        return None
    runs = [pair for pair in pairs if pair[0].strip()]
    places = list(_places(html.etree_element))
    if len(runs) != len(places) or not all(
        _reads(was, *place) for (was, _), place in zip(runs, places, strict=True)
    ):
        return None
    both = zip(places, runs, strict=True)
    changed = [(*place, was, words) for place, (was, words) in both if was != words]
    if not changed or not all(_can_be(*each) for each in changed):
        return None
    if _TABLE.search(old):
        count = Counter(was for was, _ in runs)
        if any(count[was] > 1 for _, _, was, _ in changed):
            return None
    return [(element, name, words) for element, name, _, words in changed]


def _places(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield where words stand in a tree, in the order of the text, but for mere spaces: the element
    and whether they are its text or its tail."""
    if element.text and not element.text.isspace() and isinstance(element.tag, str):
        yield element, "text"  # that of a comment is none
    for child in element:
        yield from _places(child)
        if child.tail and not child.tail.isspace():
            yield child, "tail"


def _reads(words: str, element: Element, name: str) -> bool:
    """Whether words of a text are those in a place of the tree; some elements drop a first line."""
    there = getattr(element, name)
    return words == there or unescape(words) in (there, f"\n{there}")


def _can_be(element: Element, name: str, was: str, now: str) -> bool:
    """Whether words are read as they are written, and others in their place are as well."""
    both = _AS_WRITTEN.fullmatch(was) and _AS_WRITTEN.fullmatch(now)
    if (
        not both
        or was != getattr(element, name)
        or not now
        or now.isspace()
        or (name == "text" and element.tag in _NO_TEXT)
    ):
        return False
    return was[0] == now[0] or not (was[0].isspace() or now[0].isspace())
