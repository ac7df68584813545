"""Drawings (SVG): what is wrong with one, told before anything is drawn, at little cost."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# A map of a country has some ten thousand shapes. A drawing that repeats itself ten times, and
# what repeats itself too, and so on, has a thousand million after nine lines.
MOST_SHAPES = 100_000
DEEPEST = 100

# What takes WeasyPrint a second or two: the letters of one attribute, but for a photograph in it,
# which it cuts off piece by piece; those that are set as text; the colours of one gradient; and
# rules times elements, since each is tried on each.
MOST_LETTERS = 300_000
_MOST_SQUARED = 2 * MOST_LETTERS**2
MOST_TEXT = 30_000
MOST_STOPS = 1_000
MOST_TRIES = 1_000_000

# Names for a text in a DTD: some programs shorten addresses by them, and that is all they are for.
_LONGEST_NAMED = 300
_MOST_NAMED = 1_000_000

_SET = frozenset({"a", "text", "textPath", "tspan"})

_HREF = "{http://www.w3.org/1999/xlink}href"
_TARGET = re.compile(r"url\(\s*['\"]?#([^'\")]+)")
_PHOTOGRAPH = re.compile(
    r"data:image/(?!svg)|[^:]+\.(?:png|jpe?g|gif|webp|tiff?)$|https?:[^?#]+\.(?:png|jpe?g|gif|webp)$",
    re.IGNORECASE,
)

# Attributes that measure, and the numbers in them that a PDF cannot hold: from a thousand million.
_MEASURES = frozenset(
    "cx cy d dx dy font-size fx fy gradientTransform height letter-spacing markerHeight "  # noqa: SIM905  read as lines
    "markerWidth offset patternTransform points r refX refY rx ry stroke-dasharray "
    "stroke-dashoffset stroke-miterlimit stroke-width style textLength transform viewBox width "
    "x x1 x2 y y1 y2".split()
)
_BEYOND = re.compile(
    r"(?<![\d.])\d{10}|\d[eE]\+?0*(?:[1-9]\d|9)"
    r"|\b(?:nan|inf(?:inity)?)(?:%|\b|(?:em|ex|px|pt|pc|in|cm|mm|q)\b)",
    re.IGNORECASE,
)
# Colours and names in a style may have such digits: `fill: #1e90ff`.
_NO_NUMBERS = re.compile(r"url\([^)]*\)|#[\w-]+|\"[^\"]*\"|'[^']*'")
_NEARLY_NOTHING = 1e-6


NONE = "is not a picture that can be set"


def fault(content: bytes) -> str:
    """Return what is wrong with a drawing, as the end of a sentence; nothing if all is well."""
    try:
        _look_at_names(content)
        parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - what entities can do is limited
        parser.feed(content)
        root: Element = parser.close()
        if root.tag.rpartition("}")[2] != "svg":
            return NONE
        shapes = _Weighing(root).weigh(root)
    except (ElementTree.ParseError, expat.ExpatError, ValueError) as error:
        is_meant = b"svg" in content[:10_000].replace(b"\0", b"").lower()
        return f"is not well-formed SVG: {error}" if is_meant else NONE
    except _Fault as found:
        return str(found)
    return "repeats itself more often than can be drawn" * (shapes > MOST_SHAPES)


class _Fault(Exception):
    """Something in a drawing that cannot be drawn."""


def _look_at_names(content: bytes) -> None:
    """Raise _Fault for names in a DTD that stand for more than a few addresses.

    They are replaced by what they stand for wherever they are used, and that is done by the parser.
    """
    longest = given = 0

    def named(_: str, is_parameter: bool, value: str | None, *_more: object) -> None:
        nonlocal longest
        longest = max(longest, len(value or ""))
        if is_parameter or longest > _LONGEST_NAMED or "&" in (value or ""):
            raise _Fault("has names for more than an address in its DTD")

    def defaulted(*words: object) -> None:
        nonlocal given
        given += len(str(words[3] or ""))
        if given > _LONGEST_NAMED:
            raise _Fault("has more than an address in its DTD")

    class _Begun(Exception):
        """All names are known."""

    def begin(*_: object) -> None:
        if longest * content.count(b"&") > _MOST_NAMED:
            raise _Fault("uses the names in its DTD too often")
        raise _Begun

    parser = expat.ParserCreate()
    parser.EntityDeclHandler, parser.AttlistDeclHandler = named, defaulted
    parser.StartElementHandler = begin
    with suppress(_Begun):
        parser.Parse(content, True)


class _Builder(ElementTree.TreeBuilder):
    """Makes a tree of a drawing, as long as there is not too much in it."""

    def __init__(self) -> None:
        super().__init__()
        self._elements = self._text = self._rules = self._squared = 0
        self._open: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """Begin an element; raises _Fault where it is one too many, or holds too much."""
        self._elements += 1
        if self._elements > MOST_SHAPES:
            raise _Fault(f"has more than {MOST_SHAPES:,} elements")
        for name, value in attrs.items():
            _look_at_value(name, value)
            self._squared += len(value) ** 2 * (name in _MEASURES)
        if self._squared > _MOST_SQUARED:
            raise _Fault("has too many long attributes")
        self._open.append(tag.rpartition("}")[2])
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        """End an element."""
        self._open.pop()
        return super().end(tag)

    def data(self, data: str) -> None:
        """Take text: words that are set, or rules for all elements."""
        inside = self._open[-1] if self._open else ""
        self._rules += (data.count("{") + data.count(",")) * (inside == "style")
        self._text += len(data) * (inside in _SET)
        if self._text > MOST_TEXT:
            raise _Fault(f"has more than {MOST_TEXT:,} letters of text")
        super().data(data)

    def close(self) -> Element:
        """Return the tree."""
        if self._rules * self._elements > MOST_TRIES:
            raise _Fault("has more rules than can be tried on so many elements")
        return super().close()


def _look_at_value(name: str, value: str) -> None:
    """Raise _Fault for the value of an attribute that is too long, or measures too much."""
    if len(value) > MOST_LETTERS and not value[:5].lower() == "data:":
        raise _Fault(f"has an attribute of more than {MOST_LETTERS:,} letters")
    measured = _NO_NUMBERS.sub(" ", value) if name == "style" else value
    if name in _MEASURES and (beyond := _BEYOND.search(measured)):
        raise _Fault(f"has a number that no page can hold, `{beyond[0]}`")
    if name == "viewBox":
        with suppress(ValueError):  # a value that is none is ignored
            sizes = [abs(float(size)) for size in value.replace(",", " ").split()[2:]]
            if any(0 < size < _NEARLY_NOTHING for size in sizes):
                raise _Fault("shows next to nothing of itself: its `viewBox` is too small")


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
        if tag.endswith("Gradient") and len(element) > MOST_STOPS:
            raise _Fault(f"has a gradient of more than {MOST_STOPS:,} colours")
        if tag == "use" and href:
            yield from self.named.get(href.removeprefix("#"), ())
        for name, value in element.items():
            if "url(" in value and name not in ("filter", "href"):
                drawn = [e for found in _TARGET.findall(value) for e in self.named.get(found, ())]
                yield from drawn * self._times(element, name)

    def _times(self, element: Element, name: str) -> int:
        """Return how often a marker stands on a path: at each of its points."""
        if not name.startswith("marker"):
            return 1
        return max(
            1, len(re.findall(r"[\d.]+", element.get("d") or element.get("points") or "")) // 2
        )
