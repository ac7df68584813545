"""Scripts, as far as readers of PDFs treat them in their own ways."""

from __future__ import annotations

import re

_LEFTWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def right_to_left(text: str) -> bool:
    """Whether a text has letters of a script that runs from right to left."""
    return _LEFTWARDS.search(text) is not None
