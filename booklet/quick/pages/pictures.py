"""Pictures as they stand in a PDF: made small and packed once, when their page is drawn.

WeasyPrint does so for each PDF anew, and of a picture that was made small before it makes a small
one again, with a loss each time where it is a JPEG.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.quick.pages.resources import copied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Bytes of one picture up to which it is kept with its page; a larger one is made from its file.
_MOST = 8_000_000


def framed(image: Any, interpolate: bool, ratios: Iterable[float]) -> tuple[float, Any]:
    """Return the finest of some ratios, and the picture's object for it, or none if it is large."""
    known = vars(image).setdefault("framed", {})
    key = (interpolate, max(ratios))
    if key not in known:
        made = _made(image, *key)
        known[key] = made if _weight(made) <= _MOST else None
    return key[1], known[key]


def _made(image: Any, interpolate: bool, ratio: float) -> Any:
    """Return a picture's object, as WeasyPrint makes it, and leave the picture as it is."""
    own = copy.copy(image)
    own._cache = {}
    return _plain(own.get_x_object(interpolate, ratio))


def _plain(made: Any) -> Any:
    """Return a picture's object and its mask with their content as bytes."""
    stream = pydyf.Stream([item.data for item in made.stream], {}, made.compress)
    stream.extra = pydyf.Dictionary(made.extra)
    if "SMask" in stream.extra:
        stream.extra["SMask"] = _plain(stream.extra["SMask"])
    return stream


def _weight(made: Any) -> int:
    """Return how many bytes a picture's object has, with its mask."""
    mask = made.extra.get("SMask")
    return sum(map(len, made.stream)) + (_weight(mask) if mask else 0)


class Framed:
    """A picture of frozen pages, as WeasyPrint's writer takes it.

    `load` gets the picture itself, if none of the pages has it as finely as it is wanted.
    """

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load
        self.known: dict[float, Any] = {}

    def get_x_object(self, interpolate: bool, ratio: float) -> Any:
        """Return the object of the picture."""
        made = self.known.get(ratio)
        return copied(made, {}, None) if made else _made(self._load(), interpolate, ratio)
