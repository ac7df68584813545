"""Lengths and sizes: millimetres, points and pixels are converted here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from booklet.errors import BookletError, did_you_mean, quoted

# Points to a unit: CSS Values and Units 4, section 6.2, with 72 points to the inch.
UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0, "px": 0.75}

# Finished pages and sheets by name, portrait, in millimetres: ISO 216, the B sizes of JIS P 0138,
# and ANSI/ASME Y14.1 with the trade's own names for its halves.
SIZES = {
    "a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0), "a6": (105.0, 148.0),
    "a7": (74.0, 105.0), "b4": (250.0, 353.0), "b5": (176.0, 250.0), "b6": (125.0, 176.0),
    "b4-jis": (257.0, 364.0), "b5-jis": (182.0, 257.0), "b6-jis": (128.0, 182.0),
    "letter": (215.9, 279.4), "half-letter": (139.7, 215.9), "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8), "executive": (184.15, 266.7),
}  # fmt: skip

# Other names that people have for some of them.
_ALIASES = {
    "us-letter": "letter", "us-legal": "legal", "ledger": "tabloid",
    "statement": "half-letter", "digest": "half-letter",
}  # fmt: skip

_NUMBER = r"\d{1,6}(?:\.\d{1,6})?|\.\d{1,6}"
_LENGTH = re.compile(rf"({_NUMBER})\s*([a-z]+)", re.ASCII)
_SIDES = re.compile(rf"({_NUMBER})\s*([a-z]*?)\s*[x×*]\s*({_NUMBER})\s*([a-z]+)", re.ASCII)


def _written(name: str) -> str:
    """Return the name of a size as people write it: `A5`, `B6-JIS`, `half-letter`."""
    return name.upper() if name[1].isdigit() else name


@dataclass(frozen=True, order=True)
class Length:
    """A distance on paper, kept in points (1/72 inch)."""

    pt: float

    @classmethod
    def parse(cls, text: str) -> Length:
        """Return the length that `text` names, such as `10pt`, `148 mm` or `5.5in`.

        Raises BookletError for anything else, zero and negative lengths included.
        """
        found = _LENGTH.fullmatch(text.strip().lower())
        if not found or found[2] not in UNITS or not float(found[1]):
            raise BookletError(
                f"{quoted(text)} is not a length",
                hint=f"write a number and a unit: {', '.join(UNITS)}",
            )
        return cls(float(found[1]) * UNITS[found[2]])

    @classmethod
    def mm(cls, value: float) -> Length:
        """Return a length of `value` millimetres."""
        return cls(value * UNITS["mm"])

    @classmethod
    def px(cls, value: float) -> Length:
        """Return a length of `value` CSS pixels (1/96 inch)."""
        return cls(value * UNITS["px"])

    def to(self, unit: str) -> float:
        """Return this length in `unit`, one of UNITS."""
        return self.pt / UNITS[unit]

    def css(self) -> str:
        """Return this length as CSS writes it, to a hundredth of a millimetre."""
        return f"{self.to('mm'):.2f}".rstrip("0").rstrip(".") + "mm"


@dataclass(frozen=True)
class Size:
    """A width and a height on paper: a finished page (the trim) or a sheet."""

    width: Length
    height: Length

    @classmethod
    def parse(cls, text: str) -> Size:
        """Return the size that `text` names: `A5`, `half-letter`, or `120mm x 190mm`.

        Raises BookletError, with the nearest name as a hint, for anything else.
        """
        name = text.strip().lower().replace(" ", "-").replace("_", "-")
        name = _ALIASES.get(name, name)
        if name in SIZES:
            width, height = SIZES[name]
            return cls(Length.mm(width), Length.mm(height))
        sides = _SIDES.fullmatch(text.strip().lower())
        if not sides:
            known = ", ".join(map(_written, SIZES))
            hint = f"write a width and a height (`120mm x 190mm`) or one of {known}"
            near = did_you_mean(name, SIZES, written=_written)
            raise BookletError(f"{quoted(text)} is not a size of paper", hint=near or hint)
        unit = sides[2] or sides[4]
        return cls(Length.parse(sides[1] + unit), Length.parse(sides[3] + sides[4]))

    def css(self) -> str:
        """Return `width height` as the CSS `size` property writes it."""
        return f"{self.width.css()} {self.height.css()}"

    def name(self) -> str:
        """Return the size's usual name (`A5`, `half-letter`), or `120 × 190 mm`."""
        sides = (self.width.to("mm"), self.height.to("mm"))
        for name, known in SIZES.items():
            if all(abs(a - b) < 0.1 for a, b in zip(sides, known, strict=True)):
                return _written(name)
        return f"{sides[0]:g} × {sides[1]:g} mm"

    def half(self) -> Size:
        """Return the page that a sheet of this size is folded to, portrait: `A5` of `A4`.

        Where a size that has a name is smaller by less than a millimetre, it is that one.
        """
        short, long = sorted((self.width.to("mm"), self.height.to("mm")))
        width, height = sorted((long / 2, short))
        for name, (wide, high) in SIZES.items():
            if -0.01 < width - wide < 1 and -0.01 < height - high < 1:
                return Size.parse(name)
        return Size(Length.mm(width), Length.mm(height))
