"""The structure tree of a PDF: read from what WeasyPrint made of it, and written anew.

ISO 32000-1, 14.7 says how a tree is written; what stands in it is decided in `roles`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Elements that say something even where they hold nothing: a cell keeps its column.
_EMPTY = frozenset({"LI", "TD", "TH", "TR"})

# Elements that only group: text in them belongs into a paragraph.
GROUPS = frozenset({"Art", "BlockQuote", "Caption", "Div", "Document", "Part", "Sect"})

# Elements that stand in a line of text.
INLINE = frozenset({"Code", "Link", "NonStruct", "Quote", "Reference", "Span"})

_STRUCTURE = frozenset({"/OBJR", "/StructElem", "/StructTreeRoot"})


class Mark(NamedTuple):
    """A piece of a page's content: the page, from 0, and the number (MCID) it has there."""

    page: int
    number: int


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a place on a page, in CSS pixels from its top left."""


@dataclass(eq=False, slots=True)
class Hotspot:
    """The annotation that makes a link of a place on a page."""

    page: int
    annotation: pydyf.Dictionary


@dataclass(eq=False, slots=True)
class Tag:
    """An element of the tree: its role (`P`, `H1`), what it holds, and its further entries.

    `notes` are called in it, and are to be set after the block that it is or stands in.
    """

    role: str
    kids: list[Tag | Mark | Hotspot] = field(default_factory=list)
    entries: dict[str, Any] = field(default_factory=dict)
    notes: list[Tag] = field(default_factory=list)


def is_tag(kid: object, *roles: str) -> TypeGuard[Tag]:
    """Whether something is a tag, and has one of these roles."""
    return isinstance(kid, Tag) and kid.role in roles


class Structure:
    """The structure tree of a PDF that is about to be written: `pages` has the tags of each page.

    A text is a mark of its parent, not an element of its own. Elements that hold nothing are left
    out. What WeasyPrint keeps apart from the tree is in the margins of the pages.
    """

    def __init__(self, pdf: pydyf.PDF) -> None:
        """Read the tree of `pdf`."""
        self._pdf = pdf
        references = pdf.page_references
        self._numbers = {reference: number for number, reference in enumerate(references)}
        self._pages = [self._object(reference) for reference in references]
        self._root = self._object(pdf.catalog["StructTreeRoot"])
        self._flow: set[Mark] = set()
        self.pages: list[list[Tag]] = [[] for _ in references]
        for reference in self._object(self._root["K"][0])["K"]:
            element = self._object(reference)
            tag = self._read(element, in_link=False)
            if isinstance(tag, Tag):
                self.pages[self._numbers[element["Pg"]]].append(tag)

    def _object(self, reference: bytes) -> Any:
        """Return the object that `reference` (`12 0 R`) means."""
        return self._pdf.objects[int(reference.split(b" ", 1)[0])]

    def _read(self, element: Any, *, in_link: bool) -> Tag | Mark | None:
        """Return the tag of an element and all below it, or the mark of a text, or None.

        What is in a link has WeasyPrint's annotation for the same link once more: that is left.
        """
        page, role = self._numbers[element["Pg"]], element["S"][1:]
        tag, inside = Tag(role), in_link or role == "Link"
        for kid in element["K"]:
            if isinstance(kid, int):
                mark = Mark(page, kid)
                self._flow.add(mark)
                if role == "Span":
                    return mark
                tag.kids.append(mark)
                continue
            below = self._object(kid)
            if below["Type"] == "/OBJR":
                if not in_link:
                    tag.kids.append(Hotspot(page, self._object(below["Obj"])))
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

    def write(self, tags: Sequence[Tag]) -> None:
        """Put a tree of these tags in the place of the one that was read.

        Content that none of them holds becomes an artifact, a link that none holds is taken away.
        """
        self._clear()
        parents: list[dict[int, bytes]] = [{} for _ in self._pages]
        links: list[tuple[Hotspot, bytes]] = []
        names: dict[str, bytes] = {}
        root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self._pdf.add_object(root)
        self._pdf.catalog["StructTreeRoot"] = root.reference
        writer = _Writer(self._pdf, self._pages, parents, links, names)
        document = writer.write(Tag("Document", list(tags)), root.reference)
        root["K"] = pydyf.Array([document])
        root["ParentTree"] = self._parent_tree(parents, links)
        if names:
            pairs = [x for name in sorted(names) for x in (pydyf.String(name), names[name])]
            root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
        self._keep_links({hotspot.annotation.number for hotspot, _ in links})
        for page, held in zip(self._pages, parents, strict=True):
            self._unmark(page, held)

    def _clear(self) -> None:
        """Take the old tree out of the PDF.

        Its objects are among the last; those after them (the metadata) move up, and the catalogue
        learns their new numbers.
        """
        objects = self._pdf.objects
        first = self._object(self._root["ParentTree"])
        later = objects[first.number :]
        del objects[first.number :]
        for item in later:
            is_tag = isinstance(item, pydyf.Dictionary) and item.get("Type") in _STRUCTURE
            if item is first or is_tag:
                continue
            old = item.reference
            self._pdf.add_object(item)
            for key, value in self._pdf.catalog.items():
                if value == old:
                    self._pdf.catalog[key] = item.reference

    def _parent_tree(
        self, parents: Sequence[dict[int, bytes]], links: Sequence[tuple[Hotspot, bytes]]
    ) -> pydyf.Dictionary:
        """Return the number tree that leads from content and annotations to their elements."""
        nums = pydyf.Array()
        for number, held in enumerate(parents):
            last = max(held, default=-1)
            nums += [number, pydyf.Array(held.get(i, b"null") for i in range(last + 1))]
        for number, (hotspot, element) in enumerate(links, start=len(parents)):
            hotspot.annotation["StructParent"] = number
            hotspot.annotation["F"] = 4  # on paper as on the screen
            nums += [number, element]
        return pydyf.Dictionary({"Nums": nums})

    def _keep_links(self, kept: set[int]) -> None:
        """Take away the links of a tree that are not in it any more."""
        for page in self._pages:
            for reference in tuple(page.get("Annots", ())):
                annotation = self._object(reference)
                if annotation.get("Subtype") == "/Link" and annotation.number not in kept:
                    page["Annots"].remove(reference)
                    annotation.clear()

    def _unmark(self, page: Any, held: dict[int, bytes]) -> None:
        """Turn the content of a page that no element holds into artifacts.

        What was never in the tree stands in the margins: it is there because pages are.
        """
        stream = self._object(page["Contents"]).stream
        number = page["StructParents"]
        for i, item in enumerate(stream):
            if isinstance(item, pydyf.Dictionary) and "MCID" in item and item["MCID"] not in held:
                margin = Mark(number, item["MCID"]) not in self._flow
                kind = "/Pagination" if margin else "/Layout"
                stream[i - 1 : i + 1] = [b"/Artifact", pydyf.Dictionary({"Type": kind})]


class _Writer:
    """Writes tags as objects of a PDF, and notes which element holds what."""

    def __init__(
        self,
        pdf: pydyf.PDF,
        leaves: Sequence[Any],
        parents: list[dict[int, bytes]],
        links: list[tuple[Hotspot, bytes]],
        names: dict[str, bytes],
    ) -> None:
        self.pdf, self.leaves = pdf, leaves
        self.parents, self.links, self.names = parents, links, names
        self.pages = pdf.page_references

    def write(self, tag: Tag, parent: bytes) -> bytes:
        """Write a tag and all below it; return the reference of its element."""
        element = pydyf.Dictionary({"S": f"/{tag.role}", "P": parent})
        self.pdf.add_object(element)
        own: bytes = element.reference
        home = next((kid.page for kid in tag.kids if isinstance(kid, Mark)), None)
        if home is not None:
            element["Pg"] = self.pages[home]
        element.update(tag.entries)
        if "ID" in tag.entries:
            self.names[tag.entries["ID"].string] = own
        element["K"] = pydyf.Array(self._kids(tag, own, home))
        return own

    def _kids(self, tag: Tag, own: bytes, home: int | None) -> Iterator[Any]:
        """Yield what the element of a tag has as its kids; `home` is the page it stands on."""
        for kid in tag.kids:
            if isinstance(kid, Tag):
                yield self.write(kid, own)
            elif isinstance(kid, Hotspot):
                yield self._link(kid, own)
            else:
                self.parents[kid.page][kid.number] = own
                if kid.page == home:
                    yield kid.number
                else:
                    page = self.pages[kid.page]
                    yield pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid.number})

    def _link(self, hotspot: Hotspot, own: bytes) -> pydyf.Dictionary:
        """Return what stands in an element for a link, which may be new to the PDF."""
        page, annotation = self.pages[hotspot.page], hotspot.annotation
        if annotation.number is None:
            self.pdf.add_object(annotation)
            annotations = self.leaves[hotspot.page].setdefault("Annots", pydyf.Array())
            annotations.append(annotation.reference)
        self.links.append((hotspot, own))
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": page})
