"""Why a part is laid out: what it is made of, beside what it was made of the last time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trace(NamedTuple):
    """What a part was made of the last time, as digests: by these it is told what changed."""

    style: str
    html: str
    css: str
    side: str


def reason(now: Trace, before: Mapping[str, Trace], name: str) -> str:
    """Return why a part is made anew, told by what it was made of before."""
    if not before:
        return "as nothing was kept"
    if name not in before:
        return "as it was not there before"
    last = before[name]
    if last.style != now.style:
        return "as the style changed"
    if last.html != now.html:
        return "as its text changed"
    if last.side != now.side:
        return "as it begins on the other side"
    if last.css != now.css:
        return "as its place or its own rules changed"
    return "as a picture changed, or it was not kept"
