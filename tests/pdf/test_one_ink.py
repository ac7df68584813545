"""One ink: black and greys need black ink alone, in whatever PDF they are, and colours stay."""

from __future__ import annotations

import io
import subprocess
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image
from tinycss2.color5 import parse_color

from booklet.layout.plain import PlainLayout
from booklet.layout.reference_colours import ink, number_of
from booklet.lengths import Size
from booklet.pdf.one_ink import grey_of
from booklet.press import Order
from booklet.printer.calibration_sheet import drawing
from booklet.quick.layout import QuickLayout
from tests.conftest import Shop, losses, pull
from tests.reading import instructions

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.press import BookletSet

TEXT = """\
---
title: Grey weather
set: [reader, booklet, handout, large-print, press]
sheets: {marks: [fold, stitch, name], notes: dotted}
---

Text with a note,[^1] `code`, *stress*, ~~a slip~~, [a link](https://example.org/), and a word
on [page {page}](#second).

[^1]: The note.

| left | right |
| --- | --- |
| 1 | 2 |

Table: Of two cells.

> A quotation.

```
a = 1
```

## Second {#second}

![A drawing](d.svg){fig-alt="Shapes"}

![Lines](lines.png){width=20mm fig-alt="Black and white"}

![A scan](scan.gif){width=20mm fig-alt="A palette of greys"}

![A photograph](photograph.jpg){width=20mm fig-alt="Greys"}

- [pale]{.pale} and [far]{.far} and [turned]{.turned}

## To discuss {.questions}

1. Why?
"""
STYLE = """\
.pale { color: rgb(0 0 0 / 40%) } .far { color: oklch(0.3 0 0) } .turned { color: hsl(90 0% 25%) }
h2 { background: linear-gradient(to right, #ddd, #fff); border-bottom: 3px groove #888 }
blockquote { border-left: 2px dotted;
  background: radial-gradient(#eee, rgb(255 255 255 / 9%)) }
figure { opacity: 0.7 }
"""
DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40">
<defs><linearGradient id="g"><stop offset="0" stop-color="black"/><stop offset="1"
stop-color="#ccc"/></linearGradient><pattern id="p" width="4" height="4"
patternUnits="userSpaceOnUse"><circle r="1" cx="2" cy="2" fill="#222"/></pattern></defs>
<rect width="30" height="40" fill="url(#g)"/><rect x="40" width="20" height="40" fill="url(#p)"/>
<g opacity="0.5"><rect x="70" width="20" height="40" stroke="#000"/></g></svg>
"""


def picture(kind: str, mode: str, colour: tuple[int, int, int] = (90, 90, 90)) -> bytes:
    """Return a picture of stripes, white and of a colour, fine enough for any size here."""
    out = io.BytesIO()
    stripes = Image.new("RGB", (300, 300), (255, 255, 255))
    for at in range(0, 300, 20):
        stripes.paste(colour, (at, 0, at + 10, 300))
    stripes.convert(mode).save(out, kind)
    return out.getvalue()


FILES: dict[str, str | bytes] = {
    "essay.md": TEXT,
    "style.css": STYLE,
    "d.svg": DRAWING,
    "lines.png": picture("PNG", "1"),
    "scan.gif": picture("GIF", "P"),
    "photograph.jpg": picture("JPEG", "L"),
}


def inks(pdf: Path) -> list[tuple[float, ...]]:
    """Return the cyan, magenta, yellow and black of each page, as Ghostscript counts them."""
    words = ["gs", "-q", "-o", "-", "-sDEVICE=inkcov", str(pdf)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return [tuple(float(word) for word in line.split()[:4]) for line in said.splitlines()]


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory, lasting: QuickLayout) -> BookletSet:
    """Return an essay of blacks and greys in all editions, with guide and concordance."""
    return Shop(tmp_path_factory.mktemp("grey"), lasting).set(FILES, editions=(), concordance=True)


def test_every_edition_of_a_grey_essay_needs_black_ink_alone(grey: BookletSet) -> None:
    """Text, tables, rules, drawings, shades, veils; pages, sheets, marks and the guide."""
    files = {path.name: path for one in grey.booklets for path in one.files}
    files |= {path.name: path for path in grey.concordance if path.suffix == ".pdf"}
    assert {"booklet.pdf", "sheets.pdf", "guide.pdf", "concordance.pdf"} < set(files)
    assert {finding.code for finding in grey.report.findings} <= {"I07"}  # no picture is missing
    del files["press.pdf"]
    for name, path in files.items():
        pages = inks(path)
        assert all(page[:3] == (0, 0, 0) for page in pages), name
        assert max(page[3] for page in pages) > 0, name


def test_the_press_edition_has_its_marks_on_all_plates_and_no_more(grey: BookletSet) -> None:
    """What is not crop marks is black ink: each page has as much of the others as a blank one."""
    (press,) = [one for one in grey.booklets if one.edition.style.name == "press"]
    plates = {page[:3] for page in inks(press.path)}
    assert len(plates) == 1
    assert len(set(*plates)) == 1


def test_the_calibration_sheet_needs_black_ink_alone(tmp_path: Path) -> None:
    """It is printed on printers that have no other."""
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(drawing(Size.parse("A4")))
    assert all(page[:3] == (0, 0, 0) and page[3] for page in inks(sheet))


def test_a_picture_in_colour_stays_in_colour(press: Shop) -> None:
    """Its palette may have no other way to be written down; it needs its inks."""
    text = '![A flag](flag.gif){width=20mm fig-alt="Stripes"}\n'
    booklet = press({"essay.md": text, "flag.gif": picture("GIF", "P", (200, 20, 60))})
    assert max(page[1] for page in inks(booklet.path)) > 0


def test_colours_of_the_author_stay(press: Shop) -> None:
    """A colour is the one that was asked for, and the grey beside it a grey."""
    style = "p { color: #c02040 } h2 { color: #333 }"
    booklet = press({"essay.md": "## Grey\n\nRed.\n", "style.css": style})
    with pikepdf.open(booklet.path) as pdf:
        said = [
            (operator, *(round(float(word) * 255) for word in words))
            for page in pdf.pages
            for words, operator in instructions(page)
            if operator in ("rg", "g")
        ]
    assert ("rg", 0xC0, 0x20, 0x40) in said
    assert ("g", 0x33) in said


def test_a_colour_that_is_nearly_black_is_no_page_number(press: Shop) -> None:
    """It stays as it is, beside references of which each is found by its ink."""
    text = "## One\n\nSee [page {page}](#two).\n\n## Two {#two}\n\nSee [page {page}](#one).\n"
    booklet = press({"essay.md": text, "style.css": "p { color: #0a0b10 } h2 { color: #010203 }"})
    assert losses(booklet) == []
    with pikepdf.open(booklet.path) as pdf:
        said = {
            tuple(round(float(word) * 255, 1) for word in words)
            for page in pdf.pages
            for words, operator in instructions(page)
            if operator == "rg"
        }
    assert said == {(10, 11, 16), (1, 2, 3)}


@pytest.mark.parametrize("number", [0, 1, 253, 254, 255, 257, 514, 65_793, 64_770, 971_549])
def test_each_number_has_an_ink_of_its_own(number: int) -> None:
    """It is found by it, it is no grey, and no colour of an author's is like it."""
    channels = parse_color(ink(number)).coordinates
    assert number_of(*channels) == number
    assert grey_of(channels) is None
    assert number_of(*(round(255 * channel) / 255 for channel in channels)) == -1


def test_greys_are_the_same_bytes_plain_and_quick(
    tmp_path: Path, grey: BookletSet, crew: QuickLayout
) -> None:
    """Both ways write one ink."""
    shop = Shop(tmp_path, crew)
    shop.write(FILES)
    order = Order(essay="essay.md", editions=("reader", "press"), out="out", cwd=tmp_path)
    with PlainLayout() as plain:
        made = pull(order, [plain]).booklets
    quick = {one.edition.style.name: one.pages.pdf for one in grey.booklets}
    assert [one.pages.pdf for one in made] == [quick["reader"], quick["press"]]
