"""Links and anchors are put into a PDF with less work, and fonts are cut down with less."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pydyf

from booklet.pdf.objects import text_of
from booklet.quick.private_api import Matrix


def faster_product(_: Any) -> Any:
    """Return the function that multiplies matrices, in the same order of operations.

    It is half of the time in which links and anchors are put into a PDF.
    """

    def product(self: Any, other: Any) -> Any:
        (a, b, c), (d, e, f), (g, h, i) = other
        rows = [
            [x * a + y * d + z * g, x * b + y * e + z * h, x * c + y * f + z * i]
            for x, y, z in self
        ]
        return Matrix(matrix=rows)

    return product


def faster_point(_: Any) -> Any:
    """Return the function that takes a point through a matrix."""

    def point(self: Any, x: float, y: float) -> list[float]:
        (a, b, _), (c, d, _), (e, f, _) = self
        return [x * a + y * c + e, x * b + y * d + f]

    return point


# What all links have.
_LINK = {"Type": "/Annot", "Subtype": "/Link"}


def faster_links(_: Any) -> Any:
    """Return the function that puts the links and anchors of a page into a PDF.

    Where they are becomes text at once. There are no other links than to a place in the book, and
    to an address: the others were taken out.
    """

    def links(found: Any, matrix: Any, whole: Any, page: Any, names: Any, tags: Any) -> None:
        (a, b, _), (c, d, _), (e, f, _) = matrix
        ends = a, b, c, d, e, f
        on_page, anchors = found
        for kind, target, (left, top, right, bottom), box in on_page:
            if kind not in ("internal", "external"):
                continue
            box.link_annotation = link = pydyf.Dictionary(_LINK)
            corners = _point(ends, left, top), _point(ends, right, bottom)
            link["Rect"] = b"[%b %b]" % corners
            link["BS"] = b"<</W 0>>"
            words = pydyf.String(target)
            if tags is not None:
                link["Contents"] = words
            if kind == "internal":
                link["Dest"] = words
            else:
                link["A"] = pydyf.Dictionary({"Type": "/Action", "S": "/URI", "URI": words})
            whole.add_object(link)
            page.setdefault("Annots", pydyf.Array()).append(link.reference)
        for name, x, y in anchors:
            names.append([name, b"[%b /XYZ %b 0]" % (page.reference, _point(ends, x, y))])

    return links


@lru_cache(maxsize=30_000)
def _point(ends: tuple[float, ...], x: float, y: float) -> bytes:
    """Return a point on a page as text, by the numbers of its matrix: most are as they were."""
    a, b, c, d, e, f = ends
    return b"%b %b" % (text_of(x * a + y * c + e), text_of(x * b + y * d + f))


class Rows:
    """The functions of C libraries, which make rows of glyphs without a C parser for each length.

    cffi parses the type of a row again for each: for all fonts that takes as long as to cut them
    down.
    """

    def __init__(self, own: Any) -> None:
        """Take cffi's own."""
        self._ffi, self._row = own, own.typeof("hb_codepoint_t[]")

    def __getattr__(self, name: str) -> Any:
        """Return what is asked for as it is."""
        return getattr(self._ffi, name)

    def new(self, kind: str, *filling: Any) -> Any:
        """Return new room for a kind of thing, filled with something; a row is filled whole."""
        is_row = kind.startswith("hb_codepoint_t[") and filling
        return self._ffi.new(self._row if is_row else kind, *filling)
