"""Gradients that repeat: WeasyPrint writes each repetition, and a short one fills all memory."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

from booklet.layout.css_numbers import MOST_STOPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# How a gradient that was left out is said in the log.
LEFT_OUT = "a gradient that repeats itself too often was left out"


class _TooOften(ValueError):
    """More repetitions than a page shows."""


def mend() -> None:
    """Let repetitions end, in rules as in drawings, wherever WeasyPrint is known to make them."""
    from weasyprint import images
    from weasyprint.logger import LOGGER
    from weasyprint.svg import defs

    for module in (images, defs):
        if hasattr(module, "cycle"):
            module.cycle = _some
    if hasattr(images.RadialGradient, "_repeat"):
        images.RadialGradient._repeat = _counted_rings(images.RadialGradient._repeat)
    if hasattr(defs, "spread_radial_gradient"):
        defs.spread_radial_gradient = _counted_spread(defs.spread_radial_gradient)
    draw = images.Gradient.draw

    def draw_some(self: Any, *words: Any) -> None:
        try:
            draw(self, *words)
        except _TooOften:
            LOGGER.warning(LEFT_OUT)

    images.Gradient.draw = draw_some


def _some(given: Iterable[Any]) -> Iterator[Any]:
    """Yield what is given again and again; raises _TooOften where that goes on for too long."""
    yield from islice(cycle(given), MOST_STOPS)
    raise _TooOften(LEFT_OUT)


def _counted_rings(repeat: Any) -> Any:
    """Return what repeats the rings of a rule, counted first."""

    def counted(
        self: Any, width: float, height: float, scale: float, points: Any, *rest: Any
    ) -> Any:
        far = abs(width) + abs(height / scale) + sum(map(abs, points))
        _count(far, points[5] - points[2], rest[1])
        return repeat(self, width, height, scale, points, *rest)

    return counted


def _counted_spread(spread: Any) -> Any:
    """Return what repeats the rings of a drawing, counted first."""

    def counted(how: str, positions: Any, colors: Any, *rest: Any) -> Any:
        if how in ("repeat", "reflect") and positions:
            *circles, width, height, matrix = rest
            corner = matrix.invert.transform_point(width, height)
            far = sum(map(abs, (*circles, *corner)))
            ring = (circles[5] - circles[2]) * (positions[-1] - positions[0])
            _count(far, ring, colors)
        return spread(how, positions, colors, *rest)

    return counted


def _count(far: float, ring: float, colours: Sequence[Any]) -> None:
    """Raise _TooOften for more rings than are written; `far` is at most four times too large."""
    if ring and abs(far / ring) * len(colours) > 4 * MOST_STOPS:
        raise _TooOften(LEFT_OUT)
