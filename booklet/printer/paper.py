"""Paper as printers speak of it: names of media, and the margins they cannot print on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booklet.lengths import SIZES, Length, Size

# The names of PWG 5101.1, without the size that each ends with.
_NAMES = {
    "a3": "iso_a3", "a4": "iso_a4", "a5": "iso_a5", "a6": "iso_a6", "a7": "iso_a7",
    "b4": "iso_b4", "b5": "iso_b5", "b6": "iso_b6",
    "b4-jis": "jis_b4", "b5-jis": "jis_b5", "b6-jis": "jis_b6",
    "letter": "na_letter", "half-letter": "na_invoice", "legal": "na_legal", "tabloid": "na_ledger",
    "executive": "na_executive",
}  # fmt: skip

_ENDING = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(mm|in)$")
_SAME = 1.0  # two sizes that differ by less than this many millimetres are one


@dataclass(frozen=True)
class Margins:
    """What a printer cannot print on, from each edge of a portrait sheet."""

    left: Length
    bottom: Length
    right: Length
    top: Length

    @classmethod
    def mm(cls, left: float, bottom: float, right: float, top: float) -> Margins:
        """Return margins given in millimetres."""
        return cls(*map(Length.mm, (left, bottom, right, top)))

    @property
    def edges(self) -> dict[str, Length]:
        """The margins by the names of their edges."""
        return {
            "left": self.left,
            "bottom": self.bottom,
            "right": self.right,
            "top": self.top,
        }


def widest(margins: Iterable[Margins]) -> Margins | None:
    """Return the widest of several margins at each edge: what is safe with any of them."""
    each = [tuple(one.edges.values()) for one in margins]
    return Margins(*map(max, zip(*each, strict=True))) if each else None


def portrait(size: Size) -> tuple[float, float]:
    """Return width and height of a sheet in millimetres, the shorter first."""
    short, long = sorted((size.width.to("mm"), size.height.to("mm")))
    return short, long


def same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Return whether two sizes in millimetres are one, whichever way they lie."""
    return all(abs(a - b) < _SAME for a, b in zip(sorted(one), sorted(other), strict=True))


def size_of(medium: str) -> tuple[float, float] | None:
    """Return width and height in millimetres that a self-describing name of media ends with."""
    found = _ENDING.search(medium)
    if not found:
        return None
    unit = 25.4 if found[3] == "in" else 1.0
    return float(found[1]) * unit, float(found[2]) * unit


def medium(size: Size, supported: Sequence[str]) -> str | None:
    """Return the name for a size of sheet among those that a printer takes; None if it takes none.

    A printer that names no media it takes, or none by size, is told the standard's own name; one
    with custom sizes gets a name for just this one.
    """
    wanted = portrait(size)
    sized = {name: found for name in supported if (found := size_of(name))}
    fitting = [name for name, found in sized.items() if same(found, wanted)]
    # A printer may have the same size once more, to print without margins, which enlarges pages.
    fitting = [name for name in fitting if "less" not in name and "bleed" not in name] or fitting
    usual = _standard(size)
    if usual in fitting or not sized:
        return usual
    ours = [name for name in fitting if not name.startswith("custom_m")]
    return ours[0] if ours else _custom(wanted, sized)


def _standard(size: Size) -> str:
    """Return the standard's name for a size."""
    width, height = portrait(size)
    for name, known in SIZES.items():
        if same(known, (width, height)):
            inches = _NAMES[name].startswith("na_")
            unit, by = ("in", 25.4) if inches else ("mm", 1.0)
            return f"{_NAMES[name]}_{known[0] / by:g}x{known[1] / by:g}{unit}"
    return f"custom_{width:g}x{height:g}mm_{width:g}x{height:g}mm"


def _custom(wanted: tuple[float, float], sized: dict[str, tuple[float, float]]) -> str | None:
    """Return a name for a size of one's own, if it lies between the least and the most there is."""
    least = [size for name, size in sized.items() if name.startswith("custom_min")]
    most = [size for name, size in sized.items() if name.startswith("custom_max")]
    for low in least:
        for high in most:
            if all(a - _SAME < b < c + _SAME for a, b, c in zip(low, wanted, high, strict=True)):
                return "custom_{0:g}x{1:g}mm_{0:g}x{1:g}mm".format(*wanted)
    return None


def told(media: Iterable[str]) -> str:
    """Return media as a person calls them: `A4, letter`."""
    names = []
    for name in media:
        found = size_of(name)
        if found and not name.startswith("custom_m"):
            names.append(Size(*map(Length.mm, sorted(found))).name())
    return ", ".join(dict.fromkeys(names))
