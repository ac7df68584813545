"""The last touches to a PDF before it is written: page labels, direction, artifacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass
class Ending:
    """A finisher for WeasyPrint's `write_pdf`: it is called with the document and the PDF.

    Afterwards `fonts` has the names of the fonts in the PDF.
    """

    folios: tuple[str, ...]
    rtl: bool
    fonts: tuple[str, ...] = ()

    def __call__(self, _document: object, pdf: pydyf.PDF) -> None:
        """Add what WeasyPrint does not."""
        pdf.catalog["PageLabels"] = labels(self.folios)
        preferences = pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary())
        preferences["Direction"] = "/R2L" if self.rtl else "/L2R"
        pdf.catalog["PageMode"] = "/UseOutlines" if "Outlines" in pdf.catalog else "/UseNone"
        if "StructTreeRoot" in pdf.catalog:
            _margins_to_artifacts(pdf)
        self.fonts = tuple(sorted(set(_fonts(pdf))))


def _fonts(pdf: pydyf.PDF) -> Iterator[str]:
    """Yield the name of each font in the PDF, without the prefix of its subset."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and "BaseFont" in item:
            yield str(item["BaseFont"]).lstrip("/").split("+")[-1]


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


def _margins_to_artifacts(pdf: pydyf.PDF) -> None:
    """Make running heads and folios artifacts, as ISO 14289-1, 7.1 and 7.8, asks.

    WeasyPrint marks them as content and gives them elements that no parent lists: a reader for
    the blind would not know what they are. Those elements are emptied, their marks become
    artifacts, and their places in the parent tree become null.
    """
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    listed = set(_descendants(pdf, root))
    strays = [o for o in pdf.objects if _is_element(o) and o.number not in listed]
    parents = _object(pdf, root["ParentTree"])["Nums"]
    marks = _parents_by_page(parents)
    streams: dict[bytes, set[int]] = {}
    for stray in strays:
        streams.setdefault(stray["Pg"], set()).update(k for k in stray["K"] if isinstance(k, int))
        stray.clear()
    for page_reference, numbers in streams.items():
        page = _object(pdf, page_reference)
        _unmark(_object(pdf, page["Contents"]).stream, numbers)
        for number in numbers:
            marks[page["StructParents"]][number] = b"null"


def _is_element(candidate: object) -> bool:
    """Whether an object of the PDF is an element of the structure tree."""
    return isinstance(candidate, pydyf.Dictionary) and candidate.get("Type") == "/StructElem"


def _object(pdf: pydyf.PDF, reference: Any) -> Any:
    """Return the object that `reference` (`12 0 R`) means."""
    return pdf.objects[int(bytes(reference).split(b" ", 1)[0])]


def _descendants(pdf: pydyf.PDF, root: Any) -> Iterator[int]:
    """Yield the numbers of all objects below `root` in the structure tree."""
    waiting = [root]
    while waiting:
        for kid in waiting.pop().get("K", ()):
            if isinstance(kid, bytes):
                below = _object(pdf, kid)
                yield below.number
                if _is_element(below):
                    waiting.append(below)


def _parents_by_page(nums: Sequence[Any]) -> dict[int, Any]:
    """Return the parent tree's array of each page, by the page's number in the tree."""
    pairs = zip(nums[::2], nums[1::2], strict=True)
    return {key: value for key, value in pairs if isinstance(value, pydyf.Array)}


def _unmark(stream: list[Any], numbers: set[int]) -> None:
    """Turn the marked content with these numbers, in a page's stream, into artifacts."""
    for i, item in enumerate(stream):
        if isinstance(item, pydyf.Dictionary) and item.get("MCID") in numbers:
            stream[i - 1 : i + 2] = ["/Artifact", b"", b"BMC"]
