"""Line numbers: drawn beside the text of finished pages, where the layout has none."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from booklet.sheets.lettering import EM, outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pikepdf import Object

# The size of the numbers, and how far from the text they stand, in points.
SIZE, GAP = 7.0, 7.0


def number_lines(
    pdf: bytes, pages: Sequence[Sequence[tuple[float, float]]], every: int, rtl: bool = False
) -> bytes:
    """Return a PDF with each `every`-th line of its pages numbered, from 1 on each page.

    `pages` has the lines of each page, in points from its top left: baseline, and end of the
    column. The numbers are artifacts: no reader says them, no search finds them. The same PDF and
    lines give the same bytes.
    """
    with Pdf.open(BytesIO(pdf)) as document:
        forms: dict[int, tuple[Object, float]] = {}
        for page, lines in zip(document.pages, pages, strict=True):
            left, _bottom, _right, top = (float(edge) for edge in page.trimbox)
            drawn = []
            for number in range(every, len(lines) + 1, every):
                if number not in forms:
                    forms[number] = _form(document, number)
                form, width = forms[number]
                y, edge = lines[number - 1]
                page.add_resource(form, Name.XObject, Name(f"/Line{number}"))
                x = left + (edge + GAP if not rtl else edge - GAP - width)
                drawn.append(f"q 1 0 0 1 {x:.2f} {top - y:.2f} cm /Line{number} Do Q")
            if drawn:
                page.contents_add(b"q", prepend=True)
                page.contents_add(" ".join(["Q /Artifact BMC", *drawn, "EMC"]).encode())
        out = BytesIO()
        document.save(out, object_stream_mode=ObjectStreamMode.preserve, deterministic_id=True)
    return out.getvalue()


def _form(document: Pdf, number: int) -> tuple[Object, float]:
    """Return a number as a form XObject that stands on its baseline at 0, 0, and its width."""
    operators, width = outline(str(number))
    scale = SIZE / EM
    box = Array([0, round(-0.3 * EM), round(width), EM])
    matrix = Array([round(scale, 4), 0, 0, round(scale, 4), 0, 0])
    form = document.make_stream(operators, Dictionary(Subtype=Name.Form, BBox=box, Matrix=matrix))
    return form, width * scale
