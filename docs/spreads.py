"""Makes the picture of spreads in the README from the booklet in build/, with PDFium."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PDF = ROOT / "build" / "strategic-military-alliances" / "booklet.pdf"

# The left pages of the spreads, counted from 0; -1 is the outside before the cover.
SPREADS = (-1, 1, 7, 13)
DPI, GAP, PAPER, DESK = 72, 14, "#ffffff", "#c9c5bd"


def page(document: pypdfium2.PdfDocument, number: int) -> Image.Image | None:
    """Return a page as a picture, or None where there is none."""
    if not 0 <= number < len(document):
        return None
    picture: Image.Image = document[number].render(scale=DPI / 72).to_pil()
    return picture


def main() -> None:
    """Write docs/spreads.png: two spreads above two."""
    document = pypdfium2.PdfDocument(PDF)
    width, height = (round(side * DPI / 72) for side in document[0].get_size())
    wide, high = 2 * width + GAP, height + GAP
    desk = Image.new("RGB", (2 * wide + GAP, 2 * high + GAP), DESK)
    for i, left in enumerate(SPREADS):
        for j in (0, 1):
            picture = page(document, left + j)
            if picture:
                x = GAP + i % 2 * wide + j * width
                desk.paste(picture, (x, GAP + i // 2 * high))
    desk.quantize(96, Image.Quantize.MAXCOVERAGE).save(
        Path(__file__).with_name("spreads.png"), optimize=True
    )


if __name__ == "__main__":
    main()
