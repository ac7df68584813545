"""Paper: what it weighs, and how thick it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from booklet.errors import BookletError, did_you_mean, quoted
from booklet.lengths import Length, Size

# Specific volume (bulk) in cm³/g, ISO 534: thickness in µm = grammage in g/m² × bulk. Copying
# paper stands at 1.3 all along its weights: the trade's charts give 0.081 mm at 60 g/m², 0.097 at
# 75 and 0.155 at 117, within a tenth of it. Coated papers are pressed flat, book wove is kept airy.
BULK = {"uncoated": 1.3, "coated": 0.9, "bulky": 1.75}

_GRAMMAGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:gsm|g(?:\s*/\s*m(?:2|²|\^2))?)")


@dataclass(frozen=True)
class Paper:
    """A stock of paper: its grammage in g/m² (0 where unknown), its kind, or a measured thickness.

    `stock` is one of BULK. A measured `thickness` is believed before the table is.
    """

    grammage: float = 0.0
    stock: str = "uncoated"
    thickness: Length | None = None

    @classmethod
    def parse(cls, text: str) -> Paper:
        """Return the paper that `text` names: `80 g/m2`, `coated 135 gsm`, `0.1 mm`, or several.

        Raises BookletError for a word that is none of these.
        """
        words = text.strip().lower()
        weight = _GRAMMAGE.search(words)
        rest = (_GRAMMAGE.sub(" ", words, count=1) if weight else words).replace(",", " ").strip()
        stock = next((kind for kind in BULK if kind in rest.split()), "")
        rest = " ".join(word for word in rest.split() if word != stock)
        if rest and not rest[0].isdigit():
            raise BookletError(
                f"{quoted(text)} is not a paper",
                hint=did_you_mean(rest, BULK)
                or f"write `80 g/m2`, a thickness (`0.1 mm`) or a kind ({', '.join(BULK)})",
            )
        return cls(
            float(weight[1]) if weight else 0.0,
            stock or "uncoated",
            Length.parse(rest) if rest else None,
        )

    def __str__(self) -> str:
        """Return the paper as one asks for it: `80 g/m²`, `coated, 135 g/m²`, `0.1 mm thick`."""
        said = [self.stock] if self.stock != "uncoated" else []
        if self.grammage:
            said.append(f"{self.grammage:g} g/m²")
        if self.thickness:
            said.append(f"{self.thickness.to('mm'):.3g} mm thick")
        return ", ".join(said) or "any"

    def caliper(self) -> Length:
        """Return the thickness of one sheet: as measured, or grammage times bulk.

        Raises BookletError where neither is known.
        """
        if self.thickness is not None:
            return self.thickness
        if self.grammage <= 0 or self.stock not in BULK:
            raise BookletError(
                "the paper has no thickness, and creep needs one",
                hint="say what it weighs (`80 g/m2`), measure it (`0.1 mm`), or turn creep off",
            )
        return Length.mm(self.grammage * BULK[self.stock] / 1000)

    def weight(self, sheet: Size) -> float:
        """Return the weight of one sheet in grams, 0 where the grammage is unknown."""
        return self.grammage * sheet.width.to("mm") * sheet.height.to("mm") / 1e6
