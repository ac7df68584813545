"""How the text is set: what a typographer sees on the finished page, read by other programs."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.conftest import Shop, told
from tests.reading import lines

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.press import Booklet
    from booklet.quick.layout import QuickLayout

ESSAY = """\
---
title: "Everything that an author may write on a small page, and how it looks when it is set"
abstract: |
  The first paragraph of the abstract.

  The second one.
---

> The test of a pact is the day on which it proves to be altogether inconvenient for all.
>
> -- Minutes

One call,[^a] and another of the same.[^a]

Here ![it](x.png) is.

## A heading that is by far too long to run over the pages of a booklet, and says so[^h]

Text calls a rich note.[^b]

- An item.

[^a]: Short note.
[^h]: In a heading.
[^b]: First words.

    - A list.

{.overleaf}
On the verso.

{.overleaf}
On the recto.
"""


@pytest.fixture(scope="module")
def booklet(tmp_path_factory: pytest.TempPathFactory, lasting: QuickLayout) -> Booklet:
    """The essay, pressed once; its last words stand on a page of their own."""
    style = ".overleaf { break-before: page }"
    return Shop(tmp_path_factory.mktemp("setting"), lasting)(
        {"essay.md": ESSAY, "style.css": style}
    )


@pytest.fixture
def pages(booklet: Booklet) -> list[list[str]]:
    """The lines of each page."""
    return [[line.text for line in page] for page in lines(booklet.path)]


def opener(pages: list[list[str]]) -> int:
    """Return the number of the page on which the text begins, counted from 0."""
    return next(i for i, page in enumerate(pages) if any("One call" in line for line in page))


def sizes(path: Path, page: int, letter: str) -> list[float]:
    """Return the size in points of each `letter` on a page, as PDFium reads it."""
    with pypdfium2.PdfDocument(path) as document:
        text = document[page].get_textpage()
        matrix, found = pdfium.FS_MATRIX(), []
        for i in (i for i, c in enumerate(text.get_text_range()) if c == letter):
            pdfium.FPDFText_GetMatrix(text, i, ctypes.byref(matrix))
            found.append(round(matrix.d * pdfium.FPDFText_GetFontSize(text, i), 2))
        return found


def test_all_calls_are_of_one_size(booklet: Booklet, pages: list[list[str]]) -> None:
    """The first call of a note, a later one, and one in a heading; the notes are larger."""
    page = opener(pages)
    first, later, note = sizes(booklet.path, page, "1")
    heading, _ = sizes(booklet.path, page, "2")
    assert first == later == heading
    assert first < note


def test_a_note_begins_beside_its_number(pages: list[list[str]]) -> None:
    """Even if it holds a list."""
    assert "3 First words." in pages[opener(pages)]


def test_what_is_too_long_to_run_over_the_pages_ends_with_a_whole_word(
    pages: list[list[str]],
) -> None:
    """The title on the verso, the section on the recto; the outline has all of it."""
    page = opener(pages)
    assert pages[page + 1][0] == "Everything that an author may write on a small page, and how it…"
    assert pages[page + 2][0] == "A heading that is by far too long to run over the pages of a…"


def test_a_picture_that_is_missing_in_a_line_does_not_break_it(
    booklet: Booklet, pages: list[list[str]]
) -> None:
    """Its place is kept among the words."""
    assert [code.split()[0] for code in told(booklet)] == ["M06"]
    assert "Here picture missing: x.png is." in pages[opener(pages)]


def test_an_epigraph_is_not_hyphenated(pages: list[list[str]]) -> None:
    """It is short, and stands ragged."""
    lines = pages[opener(pages)]
    end = next(i for i, line in enumerate(lines) if line == "Minutes")
    assert "inconvenient" in " ".join(lines[:end])
    assert not any(line.endswith("-") for line in lines[:end])


def test_an_abstract_has_paragraphs(pages: list[list[str]]) -> None:
    """An empty line parts them, as everywhere."""
    assert "The first paragraph of the abstract." in pages[1]
    assert "The second one." in pages[1]


LONG = "نص طويل يكفي لملء سطرين من الصفحة حتى نرى كيف يضبط النص على الجانبين. " * 3
ARABIC = f"""\
---
title: التحالفات
lang: ar
---

{LONG}

{LONG}

## القسم الأول

| سنة | عدد |
| --- | --- |
| 1937 | 4 |
"""


def test_from_right_to_left_everything_hangs_on_the_other_side(press: Shop) -> None:
    """Lines begin at the right, and the second paragraph further in; so does a table. The numbers
    of the contents end at the left; the colophon speaks Arabic, its names are English."""
    pages = lines(press(ARABIC).path)
    _, contents, opener, colophon = (pages[i] for i in (1, 2, 4, -1))
    (number,) = (line for line in contents if line.text == "1")
    assert number.left < min(line.left for line in contents if line.text not in ("1", "iii")) - 9
    edge = max(line.right for line in opener)
    indents = [round((edge - line.right) / 10) for line in opener if len(line.text) > 20]
    half = len(indents) // 2
    assert indents == [0] * half + [1] + [0] * (half - 1)
    (year,) = (line for line in opener if line.text == "1937")
    assert year.right == pytest.approx(edge, abs=1)
    assert any("WeasyPrint, Markdown" in line.text for line in colophon)
