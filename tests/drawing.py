"""Sheets as drawings, and pages to set on them.

A drawing has a sheet between slashes, its front and then its back: `8|1  2|7 / 6|3  4|5`. The bar
is the fold, a dot is a blank, and a comma is where a sheet is cut, the upper half first.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

import font_source_sans_pro
import pikepdf
from pikepdf import Array, Dictionary, Name

from booklet.sheets import Plan, Sheet, place

MM = 72 / 25.4
_TEXT = """alliance treaty power balance security deterrence commitment member threat collective
defence organisation history state agreement article council border neighbour guarantee pact"""


def plan(count: int, **words: object) -> tuple[Sheet, ...]:
    """Return the sheets for so many pages; `words` are those of a Plan, as authors write them."""
    return place(count, Plan.parse(words))


def draw(sheets: Iterable[Sheet]) -> str:
    """Return the drawing of sheets."""
    return " / ".join(
        "  ".join(
            ",".join("|".join(str(cell.page or ".") for cell in row) for row in side.rows)
            for side in sheet.sides
        )
        for sheet in sheets
    )


@cache
def pages(
    count: int, size: str = "A5", css: str = "", variant: str | None = None, full: bool = False
) -> bytes:
    """Return a PDF that WeasyPrint has set, of so many pages.

    Each has its number, large and off the middle; a border 5 mm from the trim; a link to the next
    page and one to the web; and as much text as it holds, if it is to be full.
    """
    from weasyprint import HTML  # slow to import, and not all tests need it

    words = _TEXT.split()
    face = Path(font_source_sans_pro.__file__).parent / "files/SourceSansPro-Regular.otf"
    parts = [
        f'<section id="p{page}"><h1>{page}</h1><p>This is page number {page}, one of {count}.</p>'
        f'<p><a href="#p{page % count + 1}">next page</a> '
        f'<a href="https://example.org/{page}">the web</a></p>'
        f"<p>{' '.join(words[page * at % len(words)] for at in range(200 * full))}</p></section>"
        for page in range(1, count + 1)
    ]
    text = f"""<!doctype html><html lang="en"><head><title>Pages to fold</title><style>
        @font-face {{ font-family: face; src: url("{face.as_uri()}") }}
        @page {{ margin: 0; size: {size} }}
        body {{ font: 12pt face; margin: 0 }}
        section {{ border: 1pt solid black; box-sizing: border-box; break-after: page;
                   height: calc(100vh - 10mm); margin: 5mm; padding: 10mm }}
        section:last-child {{ break-after: auto }}
        h1 {{ font-size: 60pt; margin: 0 0 10mm }}
        {css}</style></head><body>{"".join(parts)}</body></html>"""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its colour profile open
        pdf: bytes = HTML(string=text).write_pdf(pdf_variant=variant)
    return pdf


def blocks(count: int, width: float = 148 * MM, height: float = 210 * MM) -> bytes:
    """Return a PDF of so many pages, quickly: each a number of bars in a pattern of its own."""
    pdf = pikepdf.new()
    for page in range(1, count + 1):
        bars = [
            f"{60 + 20 * bit:.2f} {120 + 30 * row:.2f} 14 {4 if page >> bit & 1 else 1} re"
            for bit in range(10)
            for row in range(12)
        ]
        content = pdf.make_stream(f"{' '.join(bars)} f".encode())
        sheet = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, round(width, 3), round(height, 3)]),
            Resources=Dictionary(),
            Contents=content,
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
    out = BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def calls(work: Callable[[], object]) -> int:
    """Return how many functions are called while `work` is done, in Python and by it.

    It is the same on every machine and under any load, which seconds are not.
    """
    count = 0

    def seen(_frame: object, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
