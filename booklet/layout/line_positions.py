"""Lines: where the lines of running text stand on a page, so that they can be counted.

WeasyPrint has no numbers for lines. It knows where each line came to stand, though not by its
public names: they are read from the boxes of finished pages.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError
from booklet.layout.weasyprint_api import strangers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.layout.weasyprint_api import Page

with suppress(ImportError):  # another version, of which it is said below
    from weasyprint.formatting_structure.boxes import LineBox

_POINTS = 0.75  # to a CSS pixel

# What is read beside the text, and has no lines of its own to count.
_BESIDE = frozenset(
    {"caption", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "table"}
)


def lines(page: Page) -> tuple[tuple[float, float], ...]:
    """Return each line of running text on a page: its baseline, and the end of the text's column.

    Both in points, from the top and from the left of the page. The end is where lines end: at the
    left if they run from right to left. Headings, tables, figures and notes are not counted.
    Raises BookletError with a WeasyPrint of which this is not known.
    """
    if why := strangers():
        raise BookletError(
            f"lines cannot be counted with {why}",
            hint="set `line-numbers: 0` for this edition, or install what requirements.lock says",
        )
    root = page._page_box.children[0]
    edge = root.content_box_x()
    if root.style["direction"] == "ltr":
        edge += root.width
    found = sorted({round(line.position_y + line.baseline, 2) for line in _lines(root)})
    return tuple((y * _POINTS, edge * _POINTS) for y in found)


def _lines(box: Any) -> Iterator[Any]:
    """Yield the boxes of lines in a box, outermost ones only."""
    for child in getattr(box, "children", ()):
        if child.element_tag in _BESIDE or not child.is_in_normal_flow():
            continue
        if not isinstance(child, LineBox):
            yield from _lines(child)
        elif any(getattr(inner, "text", "").strip() for inner in child.descendants()):
            yield child
