"""A drawing: the few shapes that our figures are made of, written as SVG. Units are millimetres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from math import atan2, cos, hypot, sin

Point = tuple[float, float]

INK, QUIET, PALE, PAPER = "#000", "#777", "#e4e4e4", "#fff"
HAIR, THIN, THICK = 0.2, 0.35, 0.9
FACE = "Booklet Sans, Source Sans 3, Helvetica, Arial, sans-serif"
_HEAD = 2.8  # an arrow's head

# A word whose letters join, pile up, or run leftwards; or that the house's types lack.
_JOINED = re.compile(
    r'<text x="([\d.]+)" y="([\d.]+)" fill="(#\w+)" font-size="([\d.]+)"[^>]*'
    r'text-anchor="(\w+)">([^<]*[\u0530-\u1cff\u2e80-\ud7ff][^<]*)</text>'
)


def number(value: float) -> str:
    """Return a number as short as SVG may have it, to a hundredth of a millimetre."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


class Drawing:
    """Shapes on a field of so many millimetres; later ones lie over earlier ones."""

    def __init__(self, width: float, height: float, title: str) -> None:
        """Begin a drawing; `title` says what is to be seen, for those who cannot see it."""
        self.width, self.height, self.title = width, height, title
        self._shapes: list[str] = []

    def polygon(
        self, points: Sequence[Point], fill: str = PAPER, ink: str = INK, pen: float = THIN
    ) -> None:
        """Draw a closed shape."""
        at = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._say("polygon", {"points": at, "fill": fill} | _pen(ink, pen))

    def box(
        self, left: float, top: float, width: float, height: float,
        fill: str = PAPER, ink: str = INK, pen: float = THIN,
    ) -> None:  # fmt: skip
        """Draw a rectangle from its upper left corner."""
        place = dict(zip(("x", "y", "width", "height"),
                         map(number, (left, top, width, height)), strict=True))  # fmt: skip
        self._say("rect", place | {"fill": fill} | _pen(ink, pen))

    def line(
        self, points: Sequence[Point], ink: str = INK, pen: float = THIN, dashes: str = ""
    ) -> None:
        """Draw a line through points."""
        path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self._path(path, ink, pen, dashes)

    def curve(self, start: Point, bend: Point, end: Point, ink: str = INK) -> None:
        """Draw an arrow from `start` to `end` that bends towards `bend`."""
        (x, y), (bx, by) = end, bend
        angle = atan2(y - by, x - bx)
        tail = x - _HEAD * 0.8 * cos(angle), y - _HEAD * 0.8 * sin(angle)
        points = [*start, *bend, *tail]
        self._path("M{} {}Q{} {} {} {}".format(*map(number, points)), ink, 0.5)
        self._tip(end, angle, ink)

    def arrow(self, start: Point, end: Point, ink: str = INK) -> None:
        """Draw a straight arrow."""
        self.curve(start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end, ink)

    def measure(self, start: Point, end: Point, text: str) -> None:
        """Draw a distance: a thin line with a tick at each end, and its length beside it."""
        (x0, y0), (x1, y1) = start, end
        along = hypot(x1 - x0, y1 - y0) or 1
        across = (-(y1 - y0) / along, (x1 - x0) / along)
        self.line([start, end], QUIET, HAIR)
        for x, y in (start, end):
            self.line([(x - across[0], y - across[1]), (x + across[0], y + across[1])], QUIET, HAIR)
        self.text((x0 + x1) / 2 + 1.6 * abs(across[0]), (y0 + y1) / 2 + 1.0, text, 2.9, QUIET,
                  "start" if abs(across[0]) > abs(across[1]) else "middle")  # fmt: skip

    def text(
        self, x: float, y: float, text: str, size: float, ink: str = INK, anchor: str = "middle",
        matrix: Sequence[float] = (), weight: int = 400,
    ) -> None:  # fmt: skip
        """Write a word with its baseline at a point; a `matrix` lays it on a plane instead."""
        place: dict[str, object] = {"x": number(x), "y": number(y)}
        if matrix:
            linear = " ".join(f"{value:.3f}" for value in matrix)
            place = {"transform": f"matrix({linear} {number(x)} {number(y)})"}
        looks = {"fill": ink, "font-size": number(size), "font-family": FACE}
        self._say("text", place | looks | {"font-weight": weight, "text-anchor": anchor}, text)

    def lay(self, figure: str, left: float, top: float, width: float, height: float) -> None:
        """Lay another drawing, an SVG element, into this one."""
        size = f'width="{number(width)}" height="{number(height)}"'
        place = f'x="{number(left)}" y="{number(top)}" {size}'
        self._shapes.append(re.sub(r'width="[^"]*" height="[^"]*"', place, figure, count=1))

    def svg(self) -> str:
        """Return the drawing as an SVG element."""
        width, height = number(self.width), number(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="0 0 {width} {height}" role="img">\n<title>{escape(self.title)}</title>\n'
            + "\n".join(self._shapes)
            + "\n</svg>\n"
        )

    def _path(self, path: str, ink: str, pen: float, dashes: str = "") -> None:
        """Draw a path that is not filled."""
        words = {"d": path, "fill": "none", "stroke-linecap": "round"} | _pen(ink, pen)
        self._say("path", words | ({"stroke-dasharray": dashes} if dashes else {}))

    def _tip(self, end: Point, angle: float, ink: str) -> None:
        """Draw the head of an arrow."""
        corners = [end] + [
            (end[0] - _HEAD * cos(angle + turn), end[1] - _HEAD * sin(angle + turn))
            for turn in (0.42, -0.42)
        ]
        self.polygon(corners, ink, ink, 0)

    def _say(self, tag: str, words: dict[str, object], content: str = "") -> None:
        """Write an element."""
        said = " ".join(f'{name}="{value}"' for name, value in words.items())
        end = f">{escape(content)}</{tag}>" if content else "/>"
        self._shapes.append(f"<{tag} {said}{end}")


def _pen(ink: str, width: float) -> dict[str, object]:
    """Return how an outline is drawn."""
    if not width:
        return {"stroke": "none"}
    return {"stroke": ink, "stroke-width": number(width), "stroke-linejoin": "round"}


def over(figure: str) -> str:
    """Return a figure as HTML, its words in other scripts laid over the drawing.

    WeasyPrint 70 draws text in SVG letter by letter, from left to right; and a drawing knows
    nothing of the fonts of the page.
    """
    labels = "".join(_label(*found) for found in _JOINED.findall(figure))
    if not labels:
        return figure
    width = re.search(r'width="([\d.]+)mm"', figure)
    size = f"width: {width[1]}mm" if width else ""
    drawn = _JOINED.sub("", figure)
    return f'<div class="guide-drawing" style="{size}">{drawn}{labels}</div>'


def _label(x: str, y: str, ink: str, size: str, anchor: str, words: str) -> str:
    """Return a word at the place where SVG would write it; it has 60 mm to both sides."""
    at, room = float(x), 60
    left = {"middle": at - room / 2, "end": at - room}.get(anchor, at)
    align = {"middle": "center", "end": "right"}.get(anchor, "left")
    top = float(y) - 0.35 * float(size)  # a line without height stands in the middle of its letters
    return (
        f'<span class="guide-label" style="left: {number(left)}mm; top: {number(top)}mm; '
        f"width: {room}mm; text-align: {align}; color: {ink}; font-size: {size}mm"
        f'">{words}</span>'
    )
