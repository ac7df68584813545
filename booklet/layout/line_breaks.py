"""Line breaks: lines that WeasyPrint ends in or after a first word, though more would fit.

WeasyPrint 70 splits the text of each box by itself. Where all of a text fits but for the space at
its end, and another box follows (`understanding organisation and <em>alliances</em>`), it takes the
text for too wide to be split at a space, and ends the line in one of its first words, or after it:
`understand-` stands alone on its line. And where words stand closer than usual, it takes some more
onto a line than it has room for, and then ends the line in an earlier box. Here such texts are
looked at again.
"""

from __future__ import annotations

import sys
from math import inf
from typing import Any


def mend() -> None:
    """Put the mended function into the place of WeasyPrint's own, wherever that is known."""
    from weasyprint.text import line_break

    own = line_break.split_first_line
    mended = _mended(own)
    for name, module in sys.modules.copy().items():
        if name.startswith("weasyprint.") and vars(module).get("split_first_line") is own:
            module.split_first_line = mended  # type: ignore[attr-defined]


def _mended(own: Any) -> Any:
    """Return the function that finds out how much of a text goes on a line, mended."""

    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: Any,
        justification_spacing: Any,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        def split(text: str, width: Any) -> Any:
            words = (text, style, context, width, justification_spacing)
            return own(*words, is_line_start=is_line_start, minimum=minimum)

        found = split(text, max_width)
        if max_width in (None, inf) or found[2] is None:
            return found
        if (excess := found[3] - max_width) > 0 and " " in found[0].text.strip(" "):
            narrower = split(text, max_width - excess)
            return narrower if narrower[3] <= max_width else found
        if not text.endswith(" ") or len(text) > _letters(style, max_width):
            return found
        without = split(text.rstrip(" "), max_width)
        if without[2] is not None:
            return without
        # all of it fits: the space at the end may hang over the edge
        return split(text, None) if without[3] <= max_width else found

    return split_first_line


def _letters(style: Any, width: float) -> float:
    """Return how many letters fit into a width in pixels, at the very most.

    It is WeasyPrint's own figure: no letter is narrower, on average, than a quarter of its height.
    """
    return 4 * width / (style["font_size"] or 1)
