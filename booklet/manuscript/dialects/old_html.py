"""Old HTML: elements and attributes for looks, and what says the same here."""

from __future__ import annotations

import re

# Elements of old, by those that stand for them now.
NOW = {"center": "div", "strike": "s", "tt": "code"}

_ALIGN = {"left": "start", "start": "start", "right": "end", "end": "end", "center": "center",
          "middle": "center", "justify": ""}  # fmt: skip
_BLOCKS = frozenset({"div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "section",
                     "figure", "caption", "figcaption", "blockquote", "aside"})  # fmt: skip
_ALIGNED = re.compile(r"text-align\s*:\s*(\w+)")
_BREAKS = re.compile(r"(?:page-)?break-(before|after)\s*:\s*(?:always|page|left|right|recto|verso)")


def class_for(tag: str, attribute: str, value: str) -> str | None:
    """Return the class that says what an attribute does, or None if there is none for it.

    A style counts only if it says nothing else.
    """
    value = value.strip().rstrip(";").lower()
    if tag not in _BLOCKS:
        return None
    if attribute == "align":
        return _ALIGN.get(value)
    if attribute == "style" and (found := _ALIGNED.fullmatch(value)):
        return _ALIGN.get(found[1])
    if attribute == "style" and (found := _BREAKS.fullmatch(value)):
        return "new-page" if found[1] == "before" else "page-ends"
    return None
