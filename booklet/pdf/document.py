"""The last touches to a PDF before it is written: page labels, direction, metadata, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pydyf

from booklet.pdf.tags.tagging import write as write_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from booklet.layout.weasyprint_api import Document
    from booklet.pdf.tags.tagging import Tagging


def finish(
    document: Document,
    pdf: pydyf.PDF,
    folios: Sequence[str],
    rtl: bool,
    parts: Sequence[Tagging],
) -> tuple[str, ...]:
    """Add what WeasyPrint does not, and return the names of the fonts in the PDF.

    `parts` are the tags of all parts in their order, if the PDF is to have tags.
    """
    pdf.catalog["PageLabels"] = labels(folios)
    preferences = pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary())
    preferences["Direction"] = "/R2L" if rtl else "/L2R"
    pdf.catalog["PageMode"] = "/UseOutlines" if "Outlines" in pdf.catalog else "/UseNone"
    _complete_xmp(document, pdf)
    fonts = tuple(sorted(set(_fonts(pdf))))  # before the tags: they are most of the objects
    if "StructTreeRoot" in pdf.catalog:
        write_tags(pdf, parts)
    _divide_names(pdf)
    return fonts


# Names in one leaf of their tree.
_LEAF = 64


def _divide_names(pdf: pydyf.PDF) -> None:
    """Put the places that have names into leaves of a tree (ISO 32000-1, 7.9.6).

    WeasyPrint has them in one row, which a reader has to go through for each link.
    """
    places = pdf.catalog.get("Names", {}).get("Dests")
    if not places:
        return
    row, kids = places.pop("Names"), pydyf.Array()
    for at in range(0, len(row), 2 * _LEAF):
        piece = row[at : at + 2 * _LEAF]
        limits = pydyf.Array([piece[0], piece[-2]])
        leaf = pydyf.Dictionary({"Limits": limits, "Names": pydyf.Array(piece)})
        pdf.add_object(leaf)
        kids.append(leaf.reference)
    places["Kids"] = kids


def _complete_xmp(document: Document, pdf: pydyf.PDF) -> None:
    """Add language and keywords to the XMP metadata, where WeasyPrint has neither."""
    bags = {
        "language": [document.metadata.lang] if document.metadata.lang else [],
        "subject": document.metadata.keywords,
    }
    more = "".join(
        f"<dc:{name}><rdf:Bag>{''.join(f'<rdf:li>{escape(item)}</rdf:li>' for item in items)}"
        f"</rdf:Bag></dc:{name}>"
        for name, items in bags.items()
        if items
    )
    space = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    description = f'<rdf:Description rdf:about="" {space}>{more}</rdf:Description>'
    reference = pdf.catalog.get("Metadata")
    if more and reference:
        stream = pdf.objects[int(reference.split(b" ", 1)[0])].stream
        end = b"</rdf:RDF>"
        stream[0] = stream[0].replace(end, description.encode() + end)


def _fonts(pdf: pydyf.PDF) -> Iterator[str]:
    """Yield the name of each font in the PDF, without the prefix of its subset."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and "BaseFont" in item:
            yield item["BaseFont"].decode().lstrip("/").split("+")[-1]


def labels(folios: Sequence[str]) -> pydyf.Dictionary:
    """Return the PageLabels number tree for the folios of all pages (ISO 32000-1, 12.4.2).

    Runs of roman and of arabic numerals become ranges; a blank page belongs to the run before it.
    """
    nums = pydyf.Array()
    style, expected = "", 0
    for i, folio in enumerate(folios):
        expected += 1
        if not folio:
            continue
        now = "/D" if folio.isdecimal() else "/r"
        number = int(folio) if now == "/D" else _arabic(folio)
        if now != style or number != expected:
            nums += [i, pydyf.Dictionary({"S": now, "St": number})]
            style, expected = now, number
    return pydyf.Dictionary({"Nums": nums})


def _arabic(folio: str) -> int:
    """Return the value of a small roman numeral."""
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[c] for c in folio]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))
