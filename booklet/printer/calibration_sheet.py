"""The calibration sheet: what is printed to find out how a printer turns and places its sheets."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from booklet.lengths import Length, Size
from booklet.printer.paper import portrait
from booklet.sheets.lettering import EM, outline

MM = Length.mm(1).pt
REACH = 10
"""How far scales and steps reach, in millimetres: to each side of nought, and from each edge."""


def drawing(size: Size) -> bytes:
    """Return the calibration sheet: a PDF of two portrait pages, the front and the back.

    At the tip of the front's arrow a sheet that is turned about its short edge has a 1 behind it,
    and one that is turned about its long edge a 2. The cross of the front stands in the middle,
    where both scales of the back have their nought.
    """
    width, height = (millimetres * MM for millimetres in portrait(size))
    pdf = pikepdf.new()
    for draw in (_front, _back):
        drawn = "\n".join([*_steps(width, height), *draw(width, height)])
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
            Resources=Dictionary(),
            Contents=pdf.make_stream(drawn.encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    pdf.docinfo["/Title"] = "Calibration sheet"
    pdf.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"))
    return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the bytes of a PDF."""
    out = BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def halves(pdf: bytes) -> tuple[bytes, bytes]:
    """Return the pages of the calibration sheet as a PDF each."""
    halves = []
    for drop in (1, 0):
        with pikepdf.open(BytesIO(pdf)) as opened:
            del opened.pages[drop]
            halves.append(_saved(opened))
    return halves[0], halves[1]


def _front(width: float, height: float) -> Iterator[str]:
    """Yield the operators of the front: an arrow to the top edge, and a cross in the middle."""
    middle, top = width / 2, height - 15 * MM
    yield _line(middle, top, middle, top - 25 * MM, 2)
    yield f"{middle:.2f} {top:.2f} m {middle - 9:.2f} {top - 18:.2f} l"
    yield f"{middle + 9:.2f} {top - 18:.2f} l f"
    yield _set("FRONT", 30, middle, height * 0.75)
    yield _set("Calibration sheet: the questions are on the screen", 9, middle, height * 0.72)
    arm = 30 * MM
    yield _line(middle - arm, height / 2, middle + arm, height / 2, 0.5)
    yield _line(middle, height / 2 - arm, middle, height / 2 + arm, 0.5)


def _back(width: float, height: float) -> Iterator[str]:
    """Yield the operators of the back: a number at each short edge, and two scales."""
    middle = width / 2
    yield _set("1", 60, middle, 15 * MM)
    yield _set("2", 60, middle, height - 15 * MM - 42)
    yield _set("BACK", 30, middle, height * 0.75)
    for matrix in (f"1 0 0 1 {middle:.2f} {height / 2 + 20 * MM:.2f}",
                   f"0 1 -1 0 {middle + 20 * MM:.2f} {height / 2:.2f}"):  # fmt: skip
        yield " ".join(["q", matrix, "cm", *_scale(), "Q"])


def _scale() -> Iterator[str]:
    """Yield the operators of a scale along the x axis, with its nought at 0, 0."""
    for half in range(-2 * REACH, 2 * REACH + 1):
        at = half * MM / 2
        tall = 4 if half % 10 == 0 else 2.5 if half % 2 == 0 else 1.2
        yield _line(at, 0, at, -tall * MM, 0.3)
        if half % 10 == 0:
            yield _set(f"{half // 2:+d}" if half else "0", 8, at, 1.2 * MM)


def _steps(width: float, height: float) -> Iterator[str]:
    """Yield the operators of the steps that lead away from each edge, a millimetre at a time."""
    for matrix, long in (
        ("1 0 0 1 0 0", height),
        (f"0 1 -1 0 {width:.2f} 0", width),
        (f"-1 0 0 -1 {width:.2f} {height:.2f}", height),
        (f"0 -1 1 0 0 {height:.2f}", width),
    ):
        start = 0.08 * long
        yield f"q {matrix} cm"
        for number in range(1, REACH + 1):
            at, low = number * MM, start + number * 3.5 * MM
            yield _line(at, low, at, low + 3 * MM, 0.5)
            yield _set(str(number), 7, at + 2 * MM, low + 0.5 * MM)
        yield "Q"


def _line(x: float, y: float, to_x: float, to_y: float, thick: float) -> str:
    """Return the operators of a line."""
    return f"{thick:g} w {x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l S"


def _set(text: str, size: float, x: float, y: float) -> str:
    """Return the operators of a line of text, centred above a point, as outlines.

    A printer has no say in them, as it would have in a font.
    """
    operators, width = outline(text)
    scale = size / EM
    left = x - width * scale / 2
    return f"q {scale:g} 0 0 {scale:g} {left:.2f} {y:.2f} cm {operators.decode()} Q"
