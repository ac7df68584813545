"""Digits of page numbers in the text are corrected in finished pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booklet.layout.reference_colours import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_INK = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) rg")
_COLOUR = re.compile(rb"[\d. ]+ (?:g|rg|k|scn?)")
_FACE = re.compile(rb"/(\S+) \S+ Tf")
_GLYPHS = re.compile(rb"\[((?:<(?:[0-9a-f]{4})+>0?)+)\] TJ")  # and nothing moved by kerning

# From the ink of a number to its glyphs: the ink, begin, matrix, face, glyphs.
_REACH = 6


@dataclass(frozen=True)
class DigitRun:
    """A number in a page's stream: which of its part's it is, its face and its glyphs.

    Both are empty where the number was not set in the plain way that can be corrected.
    """

    number: int
    face: bytes
    glyphs: tuple[bytes, ...]


def find(stream: list[Any]) -> list[tuple[int, DigitRun]]:
    """Return the numbers in a page's operators, and where each is shown.

    Their ink is changed to that of the text.
    """
    return list(_runs(stream))


def correct(
    runs: Iterable[tuple[str, DigitRun]],
    corrections: Mapping[str, Sequence[tuple[str, str]]],
    sorts: dict[tuple[bytes, str], bytes] | None = None,
) -> tuple[dict[tuple[str, int], bytes], set[str]]:
    """Return the operator for each number that is to be changed, by its part and its number, and
    the parts that have to be laid out again instead.

    `runs` are the numbers on all pages with their parts. Which glyph is which digit, face by face,
    is learned from the numbers themselves, since what was set in them is known; `sorts` has what
    was learned, and may have some from before.
    """
    sorts = {} if sorts is None else sorts
    found: dict[tuple[str, int], list[DigitRun]] = {}
    muddled: set[str] = set()
    for part, run in runs:
        found.setdefault((part, run.number), []).append(run)
        if part in corrections and not _learn(run, corrections[part][run.number][0], sorts):
            muddled.add(part)
    changed: dict[tuple[str, int], bytes] = {}
    unsound: set[str] = set()
    for part, numbers in corrections.items():
        for number, (printed, true) in enumerate(numbers):
            if printed == true:
                continue
            shown = {_shown(run, true, sorts) for run in found.get((part, number), ())}
            if part in muddled or len(shown) != 1 or b"" in shown:
                unsound.add(part)
            else:
                changed[part, number] = shown.pop()
    return changed, unsound


def _learn(run: DigitRun, printed: str, sorts: dict[tuple[bytes, str], bytes]) -> bool:
    """Note which glyphs are these digits; return whether that is certain."""
    if not printed.isdecimal():
        return True
    if not run.face or len(run.glyphs) != len(printed):
        return False
    pairs = zip(printed, run.glyphs, strict=True)
    return all(sorts.setdefault((run.face, digit), glyph) == glyph for digit, glyph in pairs)


def _shown(run: DigitRun, true: str, sorts: Mapping[tuple[bytes, str], bytes]) -> bytes:
    """Return the operator that shows other digits, or nothing if there is not a sort for each."""
    glyphs = [sorts.get((run.face, digit), b"") for digit in true]
    if not run.face or len(true) != len(run.glyphs) or not all(glyphs):
        return b""
    return b"[<" + b"".join(glyphs) + b">] TJ"


def _runs(stream: list[Any]) -> Iterator[tuple[int, DigitRun]]:
    """Yield the numbers in a page's stream, their ink already changed to that of the text."""
    for i, item in enumerate(stream):
        found = _INK.fullmatch(item) if isinstance(item, bytes) else None
        number = number_of(*map(float, found.groups())) if found else -1
        if number < 0:
            continue
        for at in range(i + 1, min(i + _REACH, len(stream))):
            if isinstance(stream[at], bytes) and stream[at].endswith(b" TJ"):
                face, glyphs = _FACE.fullmatch(stream[at - 1]), _GLYPHS.fullmatch(stream[at])
                plain = re.findall(rb"[0-9a-f]{4}", glyphs[1]) if glyphs and face else []
                stream[i] = _colour_before(stream, i)
                yield at, DigitRun(number, face[1] if face and plain else b"", tuple(plain))
                break


def _colour_before(stream: list[Any], at: int) -> bytes:
    """Return the colour that the text had before, or black."""
    for item in reversed(stream[:at]):
        if isinstance(item, bytes) and _COLOUR.fullmatch(item):
            return item
    return b"0 g"
