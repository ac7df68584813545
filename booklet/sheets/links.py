"""Links: moved with their pages, and pointed at the sheet on which their target stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, String

from booklet.sheets.frame import Box, Matrix

# What a link keeps: its place, its looks and its words. Where it leads is written anew.
_KEPT = {"/Type", "/Subtype", "/Rect", "/QuadPoints", "/Border", "/BS", "/C", "/H", "/Contents"}


@dataclass
class Landing:
    """Where a page has come to: the sheet's page in the PDF, and the page's trim on it."""

    page: Object
    trim: Box
    _goal: Object | None = None

    def goal(self, pdf: Pdf) -> Object:
        """Return the destination that shows the trim, one for all links that lead there."""
        if self._goal is None:
            self._goal = pdf.make_indirect(Array([self.page, Name.FitR, *_rounded(self.trim)]))
        return self._goal


def named(pdf: Pdf) -> dict[str, Object]:
    """Return the document's named destinations (PDF 32000-1, 12.3.2.3), new style and old."""
    found: dict[str, Object] = {}
    old = pdf.Root.get("/Dests")
    if isinstance(old, Dictionary):
        found.update({str(key).removeprefix("/"): value for key, value in old.items()})
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and "/Dests" in names:
        found.update({str(key): value for key, value in NameTree(names.Dests).items()})
    return found


def moved(
    pdf: Pdf,
    page: Object,
    matrix: Matrix,
    names: Mapping[str, Object],
    landings: Mapping[tuple[int, int], Landing],
) -> Iterator[Object]:
    """Yield a page's links, changed in place into what they are on the sheet.

    `matrix` takes the page's coordinates to the sheet's; `landings` knows where pages have come
    to, by the object number of the old page. A link whose target is not among them is left out, as
    are actions that neither stay in the document nor open an address.
    """
    annotations = page.get("/Annots")
    for link in annotations.as_list() if isinstance(annotations, Array) else ():
        if isinstance(link, Dictionary) and link.get("/Subtype") == Name.Link:
            action = link.get("/A", Dictionary())
            landing = None
            if action.get("/S") != Name.URI:
                landing = _landing(link, action, names, landings)
                if landing is None:
                    continue
            for key in set(link.keys()) - _KEPT:
                del link[key]
            if landing is None:
                link.A = Dictionary(S=Name.URI, URI=action.URI)
            else:
                link.Dest = landing.goal(pdf)
            _place(link, matrix)
            yield link


def _landing(
    link: Dictionary,
    action: Object,
    names: Mapping[str, Object],
    landings: Mapping[tuple[int, int], Landing],
) -> Landing | None:
    """Return where the page has come to that a link within the document leads to, if it has."""
    target = action.get("/D") if action.get("/S") == Name.GoTo else link.get("/Dest")
    if isinstance(target, (String, Name)):
        target = names.get(str(target).removeprefix("/"))
    if isinstance(target, Dictionary):
        target = target.get("/D")
    if not isinstance(target, Array) or not isinstance(target[0], Dictionary):
        return None
    return landings.get(target[0].objgen)


def _place(link: Dictionary, matrix: Matrix) -> None:
    """Move a link, by its box and by its lines if it runs over several, and let it be printed."""
    left, bottom, right, top = (float(edge) for edge in link.Rect.as_list())
    link.Rect = Array(_rounded(matrix.box(Box(left, bottom, right, top))))
    link.F = 4
    if "/QuadPoints" in link:
        at = [float(number) for number in link.QuadPoints.as_list()]
        points = (matrix.point(x, y) for x, y in zip(at[::2], at[1::2], strict=True))
        link.QuadPoints = Array(_rounded([xy for point in points for xy in point]))


def _rounded(values: Sequence[float]) -> list[float]:
    """Return numbers to a thousandth of a point."""
    return [round(value, 3) for value in values]
