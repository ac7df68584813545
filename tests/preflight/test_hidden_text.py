"""Text that nobody can see, or read: found where it is, and nowhere else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image

from tests.conftest import told
from tests.preflight.test_losses import cut

if TYPE_CHECKING:
    from booklet.press import Booklet
    from tests.conftest import Shop

ESSAY = """\
---
title: A walk
---

# Out

The first paragraph stays as it is, from its first word to its last.

{.it}
The second paragraph is the one that something is done to.

The third paragraph stays as it is, too.
"""
LINE = 10

HIDDEN = {
    "of the paper's colour": ".it { color: white }",
    "of nearly the paper's colour": ".it { color: #fafafa }",
    "transparent": ".it { color: transparent }",
    "nearly transparent": ".it { color: rgb(0 0 0 / 1%) }",
    "in a group that is transparent": ".it { opacity: .01 }",
    "black on black": ".it { background: black }",
    "white on white, on black": "body { background: #000; color: #fff } .it { background: #fff }",
    "under a box": ".it { position: relative } .it::after { content: ''; position: absolute; "
    "background: #ddd; top: -1em; left: 0; right: 0; height: 3em }",
    "under a picture": ".it { position: relative } .it::after { content: url(grey.png); "
    "position: absolute; top: -1em; left: 0 }",
    "under a gradient": ".it { position: relative } .it::after { content: ''; position: absolute; "
    "background: linear-gradient(#eee, #ddd); top: -1em; left: 0; right: 0; height: 3em }",
    "on a picture of its colour": ".it { background: url(grey.png); color: #888 }",
    "cut off": ".it { height: 0; overflow: hidden }",
}

SEEN = {
    "light": ".it { color: #ccc }",
    "white on a dark box": ".it { color: white; background: #333 }",
    "white on a dark page": "body { background: #222; color: white } h1 { color: white }",
    "half transparent": ".it { opacity: .5 }",
    "turned": ".it { transform: rotate(3deg) }",
    "on a tint": ".it { background: #eee }",
    "struck through": ".it { text-decoration: line-through 1px }",
    "underlined": ".it { text-decoration: underline }",
    "on a picture of another colour": ".it { background: url(grey.png); color: black }",
    "on a gradient": ".it { background: linear-gradient(white, #999) }",
    "cut a little": ".it { overflow: hidden }",
    "small": ".it { font-size: 4pt }",
    "with a pale word behind the page": "body::before { content: 'DRAFT'; position: fixed; "
    "color: #fbfbfb; font-size: 60pt; top: 40% }",
    "in a frame": ".it { border: 2pt solid black; border-radius: 4pt }",
}


def grey() -> bytes:
    """Return a picture that is grey all over."""
    saved = io.BytesIO()
    Image.new("RGB", (600, 40), (136, 136, 136)).save(saved, "PNG")
    return saved.getvalue()


def dressed(press: Shop, style: str) -> Booklet:
    """Return the booklet in a style."""
    return press({"essay.md": ESSAY, "style.css": style,
                  "grey.png": grey()})  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_nobody_can_see_is_said(press: Shop, name: str) -> None:
    """With the author's line, and nothing is said of the paragraphs beside it."""
    lines = [line for line in told(dressed(press, HIDDEN[name])) if line.startswith("C")]
    assert lines in ([f"C07 essay.md:{LINE}"], [f"C01 essay.md:{LINE}"]), lines


@pytest.mark.parametrize("name", SEEN)
def test_what_can_be_seen_is_let_be(press: Shop, name: str) -> None:
    """Light, on dark, on pictures, in boxes: as long as it stands out from what is behind it."""
    assert [line for line in told(dressed(press, SEEN[name])) if line.startswith("C")] == []


def test_what_is_too_small_to_be_read_is_said(press: Shop) -> None:
    """Letters of less than two points are no letters, whatever makes them so small."""
    for style in (".it { font-size: 1pt }", ".it { font-size: 1.9pt }"):
        assert f"C08 essay.md:{LINE}" in told(dressed(press, style))


def test_a_heading_a_note_and_a_cell_are_looked_at_too(press: Shop) -> None:
    """All of the author's words count, wherever they stand."""
    text = (
        "# One\n\nText.[^1]\n\n| a | b |\n|---|---|\n| hidden cell | seen |\n\n## Two\n\nMore.\n\n"
    )
    style = "h2, td:first-child, .note-paragraph { color: white }"
    booklet = press({"essay.md": f"{text}[^1]: The words of a note.\n", "style.css": style})
    lines = {line for line in told(booklet) if line.startswith("C07")}
    assert lines == {"C07 essay.md:7", "C07 essay.md:9", "C07 essay.md:13"}


def test_ink_that_a_printer_does_not_print_is_told(press: Shop) -> None:
    """A program that makes the text invisible, or paints over it, is found out."""
    booklet = dressed(press, "")
    page = [leaf.part for leaf in booklet.pages.leaves].index("c0")

    def invisible(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[page].Contents.read_bytes()
        pdf.pages[page].Contents = pdf.make_stream(content.replace(b"BT\n", b"BT\n3 Tr\n"))

    def painted(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[page].Contents.read_bytes()
        over = b"\nq 1 g 0 0 1000 1000 re f Q"
        pdf.pages[page].Contents = pdf.make_stream(content + over)

    for knife in (invisible, painted):
        found = cut(booklet, knife)
        assert {f"C07 essay.md:{line}" for line in (5, 7, 10, 12)} - {"C07 essay.md:5"} <= set(
            found
        )


def test_text_that_runs_off_is_told_at_its_own_line(press: Shop) -> None:
    """Not at that of the last paragraph on the page, nor for text that is turned within it."""
    off = ".it { white-space: nowrap; margin-left: 70mm }"
    assert [line for line in told(dressed(press, off)) if line.startswith("C")] == [
        "C06 essay.md:10"
    ]
    turned = (
        ".it { position: absolute; transform: rotate(90deg) translate(20mm, -60mm); width: 50mm }"
    )
    assert [line for line in told(dressed(press, turned)) if line.startswith("C")] == []


def test_letters_in_a_drawing_are_not_the_authors(press: Shop) -> None:
    """White letters of a drawing, each drawn by itself, are in the text as well: by chance."""
    drawing = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40" width="90" height="40">
        <text x="9" y="30" font-size="12" fill="white" transform="rotate(-9 9 30)">tide</text>
        </svg>"""
    text = "# Out\n\nThe tide is out.\n\n![A drawing.](tide.svg){fig-alt='White words'}\n"
    booklet = press({"essay.md": text, "tide.svg": drawing})
    assert [line for line in told(booklet) if line.startswith("C")] == []


def test_pages_that_are_known_say_the_same_again(press: Shop) -> None:
    """What cannot be seen is not forgotten when its page is not read again."""
    first = told(dressed(press, HIDDEN["transparent"]))
    assert told(press({})) == first


def test_text_that_a_style_takes_away_is_told_with_the_style(press: Shop) -> None:
    """A loss may be the author's own doing: the hint names the file to look into."""
    hidden = press({"essay.md": ESSAY, "style.css": ".it { display: none }"}).report.findings
    assert [(each.code, "style.css" in each.hint) for each in hidden] == [("C01", True)]
