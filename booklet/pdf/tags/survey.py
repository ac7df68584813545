"""The HTML of a part, as far as its tags can be told from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}svg"

_GIVEN = {
    "a": "Link", "article": "Art", "blockquote": "BlockQuote", "caption": "Caption", "dd": "LI",
    "div": "Div", "dl": "L", "dt": "LI", "figcaption": "Caption", "h1": "H1", "h2": "H2",
    "h3": "H3", "h4": "H4", "h5": "H5", "h6": "H6", "img": "Figure", "li": "LI", "main": "Part",
    "ol": "L", "p": "P", "section": "Sect", "span": "Span", "table": "Table", "tbody": "TBody",
    "td": "TD", "tfoot": "TFoot", "th": "TH", "thead": "THead", "tr": "TR", "ul": "L",
    _SVG: "Figure",
}  # fmt: skip

_SEEN = frozenset({"dd", "dt", "hr", "img", "li", "td", "th", "tr", _SVG})


def given(element: Element) -> str:
    """Return the role that WeasyPrint gives to an element."""
    return _GIVEN.get(element.tag, "NonStruct")


def is_comment(element: Element) -> bool:
    """Whether something in the tree is no element, but a remark in the HTML."""
    return not isinstance(element.tag, str)


def classes(element: Element) -> list[str]:
    """Return the classes of an element."""
    return element.get("class", "").split()


class Survey:
    """What is where in the HTML of a part: `notes` has the elements of notes by their names."""

    def __init__(self, html: Element) -> None:
        """Look through the whole part once."""
        self.body = next(html.iter("body"))
        self.lang = html.get("lang", "")
        self.notes: dict[str, Element] = {}
        self._chains: dict[str, tuple[Element, ...]] = {}
        self._seen: set[Element] = set()
        for child in self.body:
            self._look(child, (), in_note=False)

    def _look(self, element: Element, chain: tuple[Element, ...], *, in_note: bool) -> bool:
        """Note what is in an element; return whether a reader sees anything of it."""
        if is_comment(element):
            return False
        name, is_note = element.get("id"), "note" in classes(element)
        chain = (*chain, element)
        if name and is_note:
            self.notes[name] = element
        elif name and not in_note:
            self._chains[name] = chain
        seen = element.tag in _SEEN or bool((element.text or "").strip())
        if element.tag != _SVG:
            for child in element:
                inner = self._look(child, chain, in_note=in_note or is_note)
                seen = inner or seen or bool((child.tail or "").strip())
        if seen:
            self._seen.add(element)
        # where a note is called, there is its number, if any
        return seen and "silent" not in classes(element)

    def kids(self, element: Element) -> Iterator[Element | str]:
        """Yield what a reader sees in an element, in order: texts, and elements but for notes."""
        if element.text:
            yield element.text
        for child in element:
            if child in self._seen and "note" not in classes(child):
                yield child
            if child.tail:
                yield child.tail

    def breaks(self, anchors: Sequence[Collection[str]]) -> list[list[str]]:
        """Return, for each page but the last, the roles of the elements that go on overleaf.

        They are those that hold both an anchor on that page or before it, and one after it.
        """
        known = [[self._chains[n] for n in page if n in self._chains] for page in anchors]
        until = {e: i for i, page in enumerate(known) for chain in page for e in chain}
        found = []
        last: tuple[Element, ...] = ()
        for i, page in enumerate(known[:-1]):
            last = page[-1] if page else last
            found.append([given(element) for element in last if until[element] > i])
        return found
