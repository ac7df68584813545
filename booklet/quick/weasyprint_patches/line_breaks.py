"""Where a line of the same words ends, in the same style and width, is found once.

After an edit a page is laid out again, of which most lines are those that it had.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from booklet.quick.weasyprint_patches.pango_layouts import FACE

# All that counts for where a line ends, and for how it is drawn.
_looks = itemgetter(
    *FACE,
    *("font_kerning", "direction", "white_space", "word_spacing", "letter_spacing", "tab_size"),
    *("word_break", "overflow_wrap", "hyphens", "hyphenate_character", "hyphenate_limit_chars"),
    *("hyphenate_limit_zone", "text_decoration_line"),
)

# When lines of so many letters are known, those that were not asked for since the last time are
# forgotten: some three chapters, each line with all that follows it in its paragraph. A line takes
# as much again as some letters, however few it has.
MOST_LETTERS = 1_500_000
_A_LINE = 400


@dataclass
class Breaks:
    """Ends of lines that are known, new ones and old, and the looks of lines, as numbers."""

    new: dict[Any, Any] = field(default_factory=dict)
    old: dict[Any, Any] = field(default_factory=dict)
    looks: dict[Any, int | None] = field(default_factory=dict)
    letters: int = 0

    def number(self, looks: tuple[Any, ...]) -> int | None:
        """Return the number of some looks, or None if they depend on more than they say."""
        if looks not in self.looks:
            self.looks[looks] = len(self.looks) if _is_plain(looks) else None
        return self.looks[looks]

    def take(self, key: Any) -> Any:
        """Return what is known under a key, or None."""
        found = self.new.get(key)
        if found is None and (found := self.old.pop(key, None)):
            self.keep(key, found)
        return found

    def keep(self, key: Any, found: Any) -> None:
        """Keep what was found."""
        self.letters += len(key[0]) + _A_LINE
        if self.letters > MOST_LETTERS:
            self.new, self.old, self.letters = {}, self.new, 0
        self.new[key] = found


def _is_plain(value: Any) -> bool:
    """Whether a value says all: a sum of lengths may be other for each style that has it."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float)


def faster_split(own: Any) -> Any:
    """Return the function that finds out how much of a text goes on a line.

    What it gives has a layout of Pango's that has been let go of: a copy is as good.
    """

    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: Any,
        justification_spacing: Any,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        breaks = vars(style.font_config).get("breaks")
        if breaks is None:
            breaks = style.font_config.breaks = Breaks()
        words = (text, style, context, max_width, justification_spacing)
        family, *looks = _looks(style)
        try:
            number = breaks.number((tuple(family), *looks))
        except TypeError:  # a set of lines under the words
            number = None
        if number is None:
            return own(*words, is_line_start=is_line_start, minimum=minimum)
        key = (text, number, max_width, justification_spacing, is_line_start, minimum)
        if known := breaks.take(key):
            return copy.copy(known[0]), *known[1:]
        found = own(*words, is_line_start=is_line_start, minimum=minimum)
        breaks.keep(key, (copy.copy(found[0]), *found[1:]))
        return found

    return split_first_line
