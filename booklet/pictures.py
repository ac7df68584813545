"""Pictures: what is wrong with one, told before anything is drawn."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# A square of 7,000 dots fills A2 in print; a small file can hold a hundred times as many, and
# each dot takes four bytes and more while it is set.
MOST_PIXELS = 50_000_000

# A map of a country has some ten thousand shapes. A drawing that repeats itself ten times, and
# what repeats itself too, and so on, has a thousand million after nine lines.
MOST_SHAPES = 100_000
DEEPEST = 100

NONE = "is not a picture that can be set"

# Byte order marks and white space, and the zeros between the letters of UTF-16.
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"

_HREF = "{http://www.w3.org/1999/xlink}href"
_TARGET = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_PHOTOGRAPH = re.compile(
    r"data:image/(?!svg)|[^:]+\.(?:png|jpe?g|gif|webp|tiff?)$|https?:[^?#]+\.(?:png|jpe?g|gif|webp)$",
    re.IGNORECASE,
)


# What WeasyPrint sets and people have; Pillow's reader of EPS would call another program.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")


def fault(content: bytes) -> str:
    """Return what is wrong with a picture, such as NONE, as the end of a sentence; or nothing."""
    if content.lstrip(_BEFORE)[:1] == b"<":
        return _fault_of_drawing(content)
    return _fault_of_photograph(content)


def _fault_of_photograph(content: bytes) -> str:
    """Look at the size that a raster image claims, without decoding it."""
    import warnings

    from PIL import Image  # late: most manuscripts have no photographs

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                width, height = image.size
    except Image.DecompressionBombError:
        width = height = MOST_PIXELS
    except (OSError, ValueError, SyntaxError):
        return NONE
    return f"has more than {MOST_PIXELS // 1_000_000} million pixels" * (
        width * height > MOST_PIXELS
    )


def _fault_of_drawing(content: bytes) -> str:
    """Look at an SVG file: whether it is one, and how much it has to draw."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - expat limits what entities can do
    except (ElementTree.ParseError, ValueError) as error:
        is_meant = b"svg" in content[:10_000].replace(b"\0", b"").lower()
        return f"is not well-formed SVG: {error}" if is_meant else NONE
    if root.tag.rpartition("}")[2] != "svg":
        return NONE
    try:
        shapes = _Weighing(root).weigh(root)
    except _Fault as found:
        return str(found)
    return "repeats itself more often than can be drawn" * (shapes > MOST_SHAPES)


class _Fault(Exception):
    """Something in a drawing that cannot be drawn."""


class _Weighing:
    """Counts what there is to draw, everything that is drawn again included."""

    def __init__(self, root: Element) -> None:
        """Take the whole drawing."""
        self.named: dict[str, list[Element]] = {}
        for element in root.iter():
            if name := element.get("id"):
                self.named.setdefault(name, []).append(element)
        self.known: dict[Element, int] = {}
        self.open: set[Element] = set()

    def weigh(self, element: Element, depth: int = 0) -> int:
        """Return how many elements are drawn for this one; raises _Fault for one without end."""
        if element in self.known:
            return self.known[element]
        if element in self.open:
            raise _Fault("repeats itself without end")
        if depth > DEEPEST:
            raise _Fault(f"is nested more than {DEEPEST} deep")
        self.open.add(element)
        total = 1
        for other in (*element, *self._drawn_with(element)):
            total += self.weigh(other, depth + 1)
            if total > MOST_SHAPES:
                break
        self.open.discard(element)
        self.known[element] = total
        return total

    def _drawn_with(self, element: Element) -> Iterator[Element]:
        """Yield what else is drawn for an element: what it uses, and is filled or cut out with."""
        tag, href = str(element.tag).rpartition("}")[2], element.get("href") or element.get(_HREF)
        if tag == "image" and href and not _PHOTOGRAPH.match(href):
            raise _Fault("holds another drawing; only photographs can stand in one")
        if tag == "use" and href:
            yield from self.named.get(href.removeprefix("#"), ())
        for name, value in element.items():
            if "url(" in value and name not in ("filter", "href"):
                for found in _TARGET.findall(value):
                    yield from self.named.get(found, ())
