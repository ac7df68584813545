"""Sorts are changed in the forme: page numbers in the text, corrected in the finished pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from booklet.pages.inks import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_INK = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) rg")
_COLOUR = re.compile(rb"[\d. ]+ (?:g|rg|k|scn?)")
_FACE = re.compile(rb"/(\S+) \S+ Tf")
_GLYPHS = re.compile(rb"\[((?:<(?:[0-9a-f]{4})+>0?)+)\] TJ")  # and nothing moved by kerning

# From the ink of a number to its glyphs: the ink, begin, matrix, face, glyphs.
_REACH = 6


def correct(
    streams: Sequence[tuple[str, list[Any]]],
    corrections: Mapping[str, Sequence[tuple[str, str]]],
) -> set[str]:
    """Change numbers in page streams; return the parts that have to be laid out again instead.

    `streams` are the part and the operators of each page, changed in place; `corrections` what
    was set in each part and what is true, in the order of the inks. Which glyph is which digit,
    face by face, is learned from the numbers themselves, since what was set in them is known.
    """
    runs = {(run.part, run.number): run for p, stream in streams for run in _runs(p, stream)}
    sorts: dict[tuple[bytes, str], bytes] = {}
    muddled = {
        part
        for (part, number), run in runs.items()
        if part in corrections and not run.learn(corrections[part][number][0], sorts)
    }
    unsound = set()
    for part, numbers in corrections.items():
        for i, (printed, true) in enumerate(numbers):
            if printed != true:
                run = runs.get((part, i))
                if run is None or part in muddled or not run.set(true, sorts):
                    unsound.add(part)
    return unsound


class _Run:
    """A number in a page's stream: its ink, its face, its glyphs."""

    def __init__(self, part: str, number: int, stream: list[Any], ink: int, at: int) -> None:
        self.part, self.number, self.stream, self.at = part, number, stream, at
        self.face = _FACE.fullmatch(stream[at - 1])
        glyphs = _GLYPHS.fullmatch(stream[at])
        self.glyphs = re.findall(rb"[0-9a-f]{4}", glyphs[1]) if glyphs else []
        stream[ink] = _colour_before(stream, ink)

    def learn(self, printed: str, sorts: dict[tuple[bytes, str], bytes]) -> bool:
        """Note which glyphs are these digits; return whether that is certain."""
        if not printed.isdecimal():
            return True
        if self.face is None or len(self.glyphs) != len(printed):
            return False
        pairs = zip(printed, self.glyphs, strict=True)
        return all(sorts.setdefault((self.face[1], d), glyph) == glyph for d, glyph in pairs)

    def set(self, true: str, sorts: Mapping[tuple[bytes, str], bytes]) -> bool:
        """Change the digits; return whether there was a sort for each."""
        if self.face is None or len(true) != len(self.glyphs):
            return False
        glyphs = [sorts.get((self.face[1], digit), b"") for digit in true]
        if not all(glyphs):
            return False
        self.stream[self.at] = b"[<" + b"".join(glyphs) + b">] TJ"
        return True


def _runs(part: str, stream: list[Any]) -> Iterator[_Run]:
    """Yield the numbers in a page's stream, their ink already changed to that of the text."""
    for i, item in enumerate(stream):
        found = _INK.fullmatch(item) if isinstance(item, bytes) else None
        number = number_of(*map(float, found.groups())) if found else -1
        if number < 0:
            continue
        for at in range(i + 1, min(i + _REACH, len(stream))):
            if isinstance(stream[at], bytes) and stream[at].endswith(b" TJ"):
                yield _Run(part, number, stream, i, at)
                break


def _colour_before(stream: list[Any], at: int) -> bytes:
    """Return the colour that the text had before, or black."""
    for item in reversed(stream[:at]):
        if isinstance(item, bytes) and _COLOUR.fullmatch(item):
            return item
    return b"0 g"
