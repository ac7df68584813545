"""A part's HTML that is amended: if nothing but words has changed, the tree stays as it was read.

Then the same rules hold for each element, and need not be looked for again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

# A tag, or what only looks like one: both texts are cut in the same way.
_TAG = re.compile(r"(<[^>]*>)")

# What stands in a text as it is written, but for the first space in some elements.
_AS_WRITTEN = re.compile(r"[^&\r\0]+")

# Runs of words that may differ: a paragraph that was edited, and numbers of pages in others.
_MOST = 20

# Elements whose words are no text, or rules.
_NO_TEXT = {"style", "script", "noscript", "template"}


def amended(html: Any, old: str, new: str) -> bool:
    """Make WeasyPrint's HTML of the text `old`, which has been laid out, that of the text `new`.

    Return whether that was done: if more than some words differs, the HTML is left as it is.
    """
    runs = _runs(_TAG.split(old), _TAG.split(new))
    if not runs:
        return False
    homes = [_home(html.etree_element, was) for was, _ in runs]
    if None in homes:
        return False
    for (element, place), (_, words) in zip(filter(None, homes), runs, strict=True):
        setattr(element, place, words)
    html.styled = html.context.style_for
    return True


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Return the runs of words that differ, as they were and as they are; none if there is more.

    Words and tags take turns in the texts. Each of the runs stands between two tags, and no other
    one was the same.
    """
    if len(old) != len(new) or old[1::2] != new[1::2]:
        return []
    runs = [(was, now) for was, now in zip(old[::2], new[::2], strict=True) if was != now]
    plain = all(_is_plain(was, now) and old.count(was) == 1 for was, now in runs)
    return runs if plain and len(runs) <= _MOST else []


def _is_plain(was: str, now: str) -> bool:
    """Whether words are read as they are written, and others in their place are as well."""
    both = _AS_WRITTEN.fullmatch(was) and _AS_WRITTEN.fullmatch(now)
    if not both or was.isspace() or now.isspace():
        return False
    return was[0] == now[0] or not (was[0].isspace() or now[0].isspace())


def _home(root: Element, words: str) -> tuple[Element, str] | None:
    """Return the element that has these words, and whether it is as its text or its tail.

    There is none if there are several, or if they are no text.
    """
    found = [
        (element, place)
        for element in root.iter()
        for place in ("text", "tail")
        if getattr(element, place) == words
    ]
    if len(found) != 1 or (found[0][1] == "text" and found[0][0].tag in _NO_TEXT):
        return None
    return found[0]
