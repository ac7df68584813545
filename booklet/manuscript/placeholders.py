"""Marks in the text for what is known only later: where a note goes, what page a place is on.

They are noncharacters of Unicode, which `source` takes out of everything it reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTE = re.compile("\ufdd0([^\ufdd1]*)\ufdd1")
_NUMBER = re.compile("\ufdd4([^\ufdd5]*)\ufdd5")
_PAGE = re.compile("\ufdd2([^\ufdd3]*)\ufdd3")


def note_mark(key: str) -> str:
    """Return the mark that stands where the note `key` is called."""
    return f"\ufdd0{key}\ufdd1"


def page_mark(target: str) -> str:
    """Return the mark that stands where the page of the anchor `target` is named."""
    return f"\ufdd2{target}\ufdd3"


def number_mark(name: str) -> str:
    """Return the mark that stands where the number of an example is named."""
    return f"\ufdd4{name}\ufdd5"


def fill_numbers(text: str, of: Callable[[str], str]) -> str:
    """Return `text` with each number's mark replaced by what `of` gives for the name."""
    return _NUMBER.sub(lambda found: of(found[1]), text)


def fill_notes(text: str, of: Callable[[str], str]) -> str:
    """Return `text` with each note's mark replaced by what `of` gives for its key."""
    return _NOTE.sub(lambda found: of(found[1]), text)


def called(text: str) -> tuple[str, ...]:
    """Return the keys of the notes that are called in `text`, in order."""
    return tuple(_NOTE.findall(text))


def fill_pages(text: str, of: Callable[[str], str]) -> str:
    """Return `text` with each page's mark replaced by what `of` gives for its target."""
    return _PAGE.sub(lambda found: of(found[1]), text)


def targets(text: str) -> tuple[str, ...]:
    """Return the anchors whose pages are named in `text`, in order."""
    return tuple(_PAGE.findall(text))
