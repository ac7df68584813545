"""Tagging: the tags of a part, ready to be written wherever the part comes to stand.

The numbers of objects and pages are not known before the whole booklet is: each part is a text
with gaps for them (`%d`), made once, and filled in when the PDF is written. ISO 32000-1, 14.7
says how a structure tree is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pdf.objects import WrittenObject
from booklet.pdf.tags.structure import Hotspot, MarkedContent, Tag

if TYPE_CHECKING:
    from collections.abc import Sequence

_STRUCTURE = frozenset({"/OBJR", "/StructElem", "/StructTreeRoot"})

# Between two elements; HTML has no such character.
_GAP = b"\0"


@dataclass(frozen=True)
class TaggedLink:
    """A link that an element holds: the page, counted in the part, and its annotation.

    That is WeasyPrint's, by its `place` among those of the page, or a `new` one. `words` is what
    it is described by, if that is to be changed.
    """

    page: int
    place: int
    words: bytes
    element: int
    new: pydyf.Dictionary | None


@dataclass(frozen=True)
class Tagging:
    """The elements of a part and what leads to them.

    `elements` and `parents` are texts with gaps, the former one element after the other, the
    latter with what each page holds; `gaps` and `parent_gaps` say what goes into each: a place in
    the row of all numbers (see `_numbers`). `tops` are the elements that stand in no other,
    `levels` those of the headings, `names` the elements with names, `held` the marks on each page
    that some element holds.
    """

    elements: bytes
    gaps: tuple[int, ...]
    parents: bytes
    parent_gaps: tuple[int, ...]
    count: int
    pages: int
    tops: tuple[int, ...]
    levels: tuple[int, ...]
    links: tuple[TaggedLink, ...]
    names: tuple[tuple[str, int], ...]
    held: tuple[frozenset[int], ...]


def tagged(tags: Sequence[Tag], first: int, pages: int) -> Tagging:
    """Return the tags of a part as they are written; they count its pages from `first`."""
    return _TagWriter(tags, first, pages).tagging()


class _TagWriter:
    """Writes tags as a text with gaps, and notes which element holds what.

    What goes into a gap is noted by kind and number first, as the row of all numbers can only be
    divided when all of them have been counted.
    """

    def __init__(self, tags: Sequence[Tag], first: int, pages: int) -> None:
        self._first = first
        self._texts: list[bytes] = []
        self._gaps: list[list[tuple[str, int]]] = []
        self._levels: list[int] = []
        self._links: list[TaggedLink] = []
        self._names: list[tuple[str, int]] = []
        self._held: list[dict[int, int]] = [{} for _ in range(pages)]
        self._tops = tuple(self._write(tag, -1) for tag in tags)

    def tagging(self) -> Tagging:
        """Return what was written."""
        counts = {
            "document": 1,
            "element": len(self._texts),
            "page": len(self._held),
            "ordinal": len(self._held),
            "link": len(self._links),
            "level": len(self._levels),
        }
        starts, start = {}, 0
        for kind, count in counts.items():
            starts[kind] = start
            start += count
        parents, parent_gaps = self._parents()
        return Tagging(
            elements=_GAP.join(self._texts),
            gaps=tuple(starts[kind] + n for gaps in self._gaps for kind, n in gaps),
            parents=parents,
            parent_gaps=tuple(starts[kind] + n for kind, n in parent_gaps),
            count=len(self._texts),
            pages=len(self._held),
            tops=self._tops,
            levels=tuple(self._levels),
            links=tuple(self._links),
            names=tuple(self._names),
            held=tuple(frozenset(held) for held in self._held),
        )

    def _write(self, tag: Tag, parent: int) -> int:
        """Write a tag and all below it; return the number of its element."""
        own = len(self._texts)
        self._texts.append(b"")
        gaps: list[tuple[str, int]] = []
        self._gaps.append(gaps)
        role = tag.role.encode()
        if tag.role[:1] == "H" and tag.role[1:].isdecimal():
            role = b"H%d"
            gaps.append(("level", len(self._levels)))
            self._levels.append(int(tag.role[1:]))
        text = b"<</S /" + role + b"/P %d 0 R"
        gaps.append(("document", 0) if parent < 0 else ("element", parent))
        home = next((kid.page for kid in tag.kids if isinstance(kid, MarkedContent)), -1)
        if home >= 0:
            text += b"/Pg %d 0 R"
            gaps.append(("page", home - self._first))
        if "ID" in tag.entries:
            self._names.append((tag.entries["ID"].string, own))
        entries = pydyf.Dictionary(tag.entries).data[2:-2]
        text += entries.replace(_GAP, b"\\000").replace(b"%", b"%%")
        kids = [self._kid(kid, own, home, gaps) for kid in tag.kids]
        self._texts[own] = text + b"/K [" + b" ".join(kids) + b"]>>"
        return own

    def _kid(
        self, kid: Tag | MarkedContent | Hotspot, own: int, home: int, gaps: list[tuple[str, int]]
    ) -> bytes:
        """Return what the element `own` has for one of its kids; it stands on the page `home`."""
        if isinstance(kid, Tag):
            gaps.append(("element", self._write(kid, own)))
            return b"%d 0 R"
        if isinstance(kid, Hotspot):
            gaps.append(("link", len(self._links)))
            gaps.append(("page", kid.page - self._first))
            words = kid.annotation["Contents"].data
            new = kid.annotation if kid.place < 0 else None
            self._links.append(TaggedLink(kid.page - self._first, kid.place, words, own, new))
            return b"<</Type /OBJR/Obj %d 0 R/Pg %d 0 R>>"
        self._held[kid.page - self._first][kid.number] = own
        if kid.page == home:
            return b"%d" % kid.number
        gaps.append(("page", kid.page - self._first))
        return b"<</Type /MCR/Pg %%d 0 R/MCID %d>>" % kid.number

    def _parents(self) -> tuple[bytes, list[tuple[str, int]]]:
        """Return the part's piece of the parent tree, and what goes into its gaps."""
        text, gaps = [], []
        for page, held in enumerate(self._held):
            gaps.append(("ordinal", page))
            row = []
            for mark in range(max(held, default=-1) + 1):
                if mark in held:
                    gaps.append(("element", held[mark]))
                row.append(b"%d 0 R" if mark in held else b"null")
            text.append(b"%d [" + b" ".join(row) + b"]")
        return b" ".join(text), gaps


def write(pdf: pydyf.PDF, parts: Sequence[Tagging]) -> None:
    """Put a structure tree of these parts, one after the other, in the place of WeasyPrint's.

    A link of WeasyPrint's that none of them holds is taken away.
    """
    leaves = [_object(pdf, reference) for reference in pdf.page_references]
    _clear(pdf)
    root = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(root)
    pdf.catalog["StructTreeRoot"] = root.reference
    document = pydyf.Dictionary({"S": "/Document", "P": root.reference})
    pdf.add_object(document)
    root["K"] = pydyf.Array([document.reference])
    kids: list[bytes] = []
    parents: list[_Leaf] = []
    led: list[_Leaf] = []
    count = 0
    names: dict[str, bytes] = {}
    kept: set[int] = set()
    first = level = 0
    for part in parts:
        pages = leaves[first : first + part.pages]
        links = [_annotation(pdf, link, pages[link.page]) for link in part.links]
        kept.update(annotation.number for annotation in links)
        base = len(pdf.objects)
        levels, level = _levelled(part.levels, level)
        row = _numbers(part, document.number, base, first, pages, links, levels)
        if part.count:
            elements = map(WrittenObject, _filled(part.elements, part.gaps, row).split(_GAP))
            for number, element in enumerate(elements, base):
                element.number = number
                pdf.objects.append(element)
        parents.append((first, part.pages, _filled(part.parents, part.parent_gaps, row)))
        led.append((len(leaves) + count, len(links), _led(len(leaves) + count, base, part, links)))
        count += len(links)
        kids += [b"%d 0 R" % (base + top) for top in part.tops]
        names |= {name: b"%d 0 R" % (base + element) for name, element in part.names}
        first += part.pages
    document["K"] = pydyf.Array(kids)
    root["ParentTree"] = _tree(pdf, [leaf for leaf in (*parents, *led) if leaf[1]])
    if names:
        pairs = [x for name in sorted(names) for x in (pydyf.String(name), names[name])]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
    _drop_links(pdf, leaves, kept)


_Leaf = tuple[int, int, bytes]
"""A piece of the parent tree: its first key, how many it has, and its text."""


def _led(start: int, base: int, part: Tagging, links: Sequence[Any]) -> bytes:
    """Give links of a part their keys in the parent tree, from `start` on, and return its piece
    for them. The elements of the part are numbered from `base`."""
    text = []
    for key, (annotation, link) in enumerate(zip(links, part.links, strict=True), start):
        annotation["StructParent"] = key
        annotation["F"] = 4  # on paper as on the screen
        text.append(b"%d %d 0 R" % (key, base + link.element))
    return b" ".join(text)


def _tree(pdf: pydyf.PDF, leaves: Sequence[_Leaf]) -> pydyf.Dictionary:
    """Return a number tree of some leaves, which become objects (ISO 32000-1, 7.9.7)."""
    kids = []
    for first, count, text in leaves:
        leaf = WrittenObject(b"<</Limits [%d %d]/Nums [%s]>>" % (first, first + count - 1, text))
        pdf.add_object(leaf)
        kids.append(leaf.reference)
    return pydyf.Dictionary({"Kids": pydyf.Array(kids)})


def _numbers(
    part: Tagging,
    document: int,
    base: int,
    first: int,
    pages: Sequence[Any],
    links: Sequence[Any],
    levels: Sequence[int],
) -> list[int]:
    """Return the row of all numbers that can stand in a gap: the document's, those of the
    elements, of the pages, their order in the book, those of the links, the levels of headings."""
    return [
        document,
        *range(base, base + part.count),
        *(page.number for page in pages),
        *range(first, first + part.pages),
        *(link.number for link in links),
        *levels,
    ]


def _filled(text: bytes, gaps: Sequence[int], row: Sequence[int]) -> bytes:
    """Return a text with its gaps filled."""
    return text % tuple(map(row.__getitem__, gaps))


def _levelled(levels: Sequence[int], level: int) -> tuple[list[int], int]:
    """Return the levels of headings after one of `level`, and the last of them.

    None is more than one below the one before it, as ISO 14289-1, 7.4.2 asks.
    """
    found = []
    for given in levels:
        level = min(given, level + 1)
        found.append(level)
    return found, level


def _annotation(pdf: pydyf.PDF, link: TaggedLink, page: Any) -> Any:
    """Return the annotation of a link, which may be new to the PDF."""
    if link.new is None:
        annotation = _object(pdf, page["Annots"][link.place])
        annotation["Contents"] = link.words
        return annotation
    annotation = pydyf.Dictionary(link.new)
    pdf.add_object(annotation)
    page.setdefault("Annots", pydyf.Array()).append(annotation.reference)
    return annotation


def _clear(pdf: pydyf.PDF) -> None:
    """Take the old tree out of a PDF.

    Its objects are among the last; those after them (the metadata) move up, and the catalogue
    learns their new numbers.
    """
    first = _object(pdf, _object(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    later = pdf.objects[first.number :]
    del pdf.objects[first.number :]
    for item in later:
        is_tag = isinstance(item, pydyf.Dictionary) and item.get("Type") in _STRUCTURE
        if item is first or is_tag:
            continue
        old = item.reference
        pdf.add_object(item)
        for key, value in pdf.catalog.items():
            if value == old:
                pdf.catalog[key] = item.reference


def _drop_links(pdf: pydyf.PDF, leaves: Sequence[Any], kept: set[int]) -> None:
    """Take away the links that are not in the tree."""
    for page in leaves:
        for reference in tuple(page.get("Annots", ())):
            if (number := _number(reference)) in kept:
                continue
            annotation = pdf.objects[number]
            if annotation.get("Subtype") == "/Link":
                page["Annots"].remove(reference)
                annotation.clear()


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    """Return the object that `reference` (`12 0 R`) means."""
    return pdf.objects[_number(reference)]


def _number(reference: bytes) -> int:
    """Return the number of the object that `reference` means."""
    return int(reference.split(b" ", 1)[0])


def unmark(stream: list[Any], held: frozenset[int], flow: set[int]) -> None:
    """Turn the content of a page that no element holds into artifacts.

    What is not in the `flow` stands in the margins: it is there because pages are.
    """
    for i, item in enumerate(stream):
        if isinstance(item, pydyf.Dictionary) and "MCID" in item and item["MCID"] not in held:
            kind = "/Layout" if item["MCID"] in flow else "/Pagination"
            stream[i - 1 : i + 1] = [b"/Artifact", pydyf.Dictionary({"Type": kind})]
