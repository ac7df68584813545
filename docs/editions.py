"""Makes the picture in editions.md: a page of each edition of the essay in build/, to one scale."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "strategic-military-alliances"

# Each file, the page that is shown, counted from 0, and by how much it is turned.
SHOWN = (
    ("booklet", 6, 0),
    ("sheets", 7, 90),
    ("handout", 1, 0),
    ("large-print", 9, 0),
    ("press", 6, 0),
)
DPI, GAP, DESK = 36, 10, "#c9c5bd"


def main() -> None:
    """Write docs/editions.png: five pages beside one another, on one line."""
    pages = []
    for name, number, turn in SHOWN:
        page = pypdfium2.PdfDocument(BUILD / f"{name}.pdf")[number]
        picture = page.render(scale=4 * DPI / 72, rotation=turn).to_pil()
        pages.append(picture.reduce(4))
    width = sum(page.width for page in pages) + GAP * (len(pages) + 1)
    height = max(page.height for page in pages) + 2 * GAP
    desk = Image.new("RGB", (width, height), DESK)
    x = GAP
    for page in pages:
        desk.paste(page, (x, height - GAP - page.height))
        x += page.width + GAP
    desk.quantize(48).save(Path(__file__).with_name("editions.png"), optimize=True)


if __name__ == "__main__":
    main()
