"""The structure tree that WeasyPrint makes, read: tags, and what they hold.

What stands in the tree that is written is decided in `roles`; it is written in `tagging`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

import pydyf

# Elements that say something even where they hold nothing: a cell keeps its column.
_EMPTY = frozenset({"LI", "TD", "TH", "TR"})

# Elements that only group: text in them belongs into a paragraph.
GROUPS = frozenset({"Art", "BlockQuote", "Caption", "Div", "Document", "Part", "Sect"})

# Elements that stand in a line of text.
INLINE = frozenset({"Code", "Link", "NonStruct", "Quote", "Reference", "Span"})


class MarkedContent(NamedTuple):
    """A piece of a page's content: the page, from 0, and the number (MCID) it has there."""

    page: int
    number: int


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a place on a page, in CSS pixels from its top left."""


@dataclass(eq=False, slots=True)
class Hotspot:
    """The annotation that makes a link of a place on a page: WeasyPrint's, by its place among the
    annotations of the page, or a new one, which has none (-1)."""

    page: int
    annotation: pydyf.Dictionary
    place: int = -1


@dataclass(eq=False, slots=True)
class Tag:
    """An element of the tree: its role (`P`, `H1`), what it holds, and its further entries.

    `notes` are called in it, and are to be set after the block that it is or stands in.
    """

    role: str
    kids: list[Tag | MarkedContent | Hotspot] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    notes: list[Tag] = field(default_factory=list)


def is_tag(kid: object, *roles: str) -> TypeGuard[Tag]:
    """Whether something is a tag, and has one of these roles."""
    return isinstance(kid, Tag) and kid.role in roles


class Structure:
    """The structure tree of a PDF that is about to be written: `pages` has the tags of each page.

    A text is a mark of its parent, not an element of its own. Elements that hold nothing are left
    out. What WeasyPrint keeps apart from the tree is in the margins of the pages: `flow` has the
    numbers of all else, page by page.
    """

    def __init__(self, pdf: pydyf.PDF) -> None:
        """Read the tree of `pdf`."""
        self._pdf = pdf
        references = pdf.page_references
        self._numbers = {reference: number for number, reference in enumerate(references)}
        self._pages = [self._object(reference) for reference in references]
        root = self._object(pdf.catalog["StructTreeRoot"])
        self.flow: list[set[int]] = [set() for _ in references]
        self.pages: list[list[Tag]] = [[] for _ in references]
        for reference in self._object(root["K"][0])["K"]:
            element = self._object(reference)
            tag = self._read(element, in_link=False)
            if isinstance(tag, Tag):
                self.pages[self._numbers[element["Pg"]]].append(tag)

    def _object(self, reference: bytes) -> Any:
        """Return the object that `reference` (`12 0 R`) means."""
        return self._pdf.objects[int(reference.split(b" ", 1)[0])]

    def _read(self, element: Any, *, in_link: bool) -> Tag | MarkedContent | None:
        """Return the tag of an element and all below it, or the mark of a text, or None.

        What is in a link has WeasyPrint's annotation for the same link once more: that is left.
        """
        page, role = self._numbers[element["Pg"]], element["S"][1:]
        tag, inside = Tag(role), in_link or role == "Link"
        for kid in element["K"]:
            if isinstance(kid, int):
                self.flow[page].add(kid)
                mark = MarkedContent(page, kid)
                if role == "Span":
                    return mark
                tag.kids.append(mark)
                continue
            below = self._object(kid)
            if below["Type"] == "/OBJR":
                links = self._pages[page].get("Annots", ())  # one that leads nowhere is not there
                if not in_link and below["Obj"] in links:
                    place = links.index(below["Obj"])
                    tag.kids.append(Hotspot(page, self._object(below["Obj"]), place))
            elif (inner := self._read(below, in_link=inside)) is not None:
                tag.kids.append(inner)
        if not tag.kids and role not in _EMPTY:
            return None
        tag.entries = {key: element[key] for key in ("A", "Alt") if key in element}
        if role == "Figure":
            self._mend_box(tag, page)
        return tag

    def _mend_box(self, figure: Tag, page: int) -> None:
        """Give the box of a figure as the PDF measures: WeasyPrint counts pixels from the top."""
        figure.entries["A"]["BBox"] = self._rectangle(page, figure.entries["A"]["BBox"])

    def _rectangle(self, page: int, box: Box) -> pydyf.Array:
        """Return a box in pixels from the top left of a page as the PDF measures it."""
        top = self._pages[page]["TrimBox"][3]
        left, upper, right, lower = (pixels * 0.75 for pixels in box)
        return pydyf.Array([left, top - lower, right, top - upper])

    def link(self, page: int, box: Box, target: str, words: str) -> Hotspot:
        """Return a new link from a box on a page to a named place, which `words` describe."""
        entries = {
            "Type": "/Annot",
            "Subtype": "/Link",
            "Rect": self._rectangle(page, box),
            "BS": pydyf.Dictionary({"W": 0}),
            "Contents": pydyf.String(words),
            "Dest": pydyf.String(target),
        }
        return Hotspot(page, pydyf.Dictionary(entries))
