"""Pages: numbers that tell the truth, sides, blanks, and what the layout engine says of its work.

Folios, contents and references are read with poppler, another program than those that wrote and
checked them.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from booklet.bench.specimen import specimen
from booklet.layout import Leaf, paginate
from booklet.layout.paginate import roman
from booklet.layout.process import WorkerProcess
from booklet.layout.requests import Request, Write
from booklet.manuscript import placeholders
from booklet.quick.requests import Join, LayAgain
from tests.conftest import Shop, labels, losses, texts, told
from tests.reading import tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from booklet.press import Booklet

A5 = (420, 595)  # points


def printed_folio(booklet: Booklet, number: int, size: tuple[int, int] = A5) -> str:
    """Return what is printed at the foot of a page (from 0), as poppler reads it."""
    width, height = size
    foot = height // 10
    box = ("-x", "0", "-y", str(height - foot), "-W", str(width), "-H", str(foot))
    page = ("-f", str(number + 1), "-l", str(number + 1))
    done = subprocess.run(
        ["pdftotext", "-r", "72", *box, *page, "-", "-"],
        input=booklet.pages.pdf, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


def folios(booklet: Booklet) -> list[str]:
    """Return the folios of all pages that are not blank."""
    return [leaf.folio for leaf in booklet.pages.leaves if not leaf.blank]


def check_numbers(booklet: Booklet) -> None:
    """Assert that leaves, page labels, contents and references agree, as others read them."""
    leaves, pages = booklet.pages.leaves, texts(booklet.pages.pdf)
    assert losses(booklet) == []
    assert len(pages) == len(leaves)
    assert [
        label
        for label, leaf in zip(labels(booklet.pages.pdf), leaves, strict=True)
        if not leaf.blank
    ] == folios(booklet)
    lines = texts(booklet.pages.pdf, "-layout")
    contents = squeezed(
        "".join(lines[n] for n, leaf in enumerate(leaves) if leaf.part == "contents")
    )
    for entry in booklet.edition.entries:
        folio = leaves[booklet.pages.spots[entry.id].page].folio
        title = squeezed(placeholders.fill_pages(entry.text, lambda a: booklet.pages.numbers[a]))
        assert title + folio in contents
        assert title in squeezed(pages[booklet.pages.spots[entry.id].page])


def squeezed(text: str) -> str:
    """Return a text without spaces, leaders and hyphens."""
    return re.sub(r"[\s.-]", "", text)


# Folios.


def test_roman_numerals() -> None:
    """As they are printed before the body."""
    numbers = (1, 2, 3, 4, 5, 6, 8, 9, 10, 14, 19, 40, 90, 99, 400, 1999)
    assert " ".join(map(roman, numbers)) == (
        "i ii iii iv v vi viii ix x xiv xix xl xc xcix cd mcmxcix"
    )


def test_the_body_begins_with_page_one(press: Shop) -> None:
    """Before it the pages count in roman numerals, and in a reader's window too."""
    booklet = press(specimen(1500, 1))
    leaves = booklet.pages.leaves
    front = [leaf for leaf in leaves if leaf.part in ("cover", "imprint", "contents")]
    assert [leaf.folio for leaf in front] == ["i", "ii", "iii"]
    start = next(n for n, leaf in enumerate(leaves) if leaf.part == "c0")
    body = leaves[start:]
    assert [leaf.folio for leaf in body if not leaf.blank] == [
        str(n) for n, leaf in enumerate(body, start=1) if not leaf.blank
    ]
    check_numbers(booklet)


def test_the_folio_on_the_page_is_that_of_the_leaf(press: Shop) -> None:
    """Where one is printed; cover, imprint, openers, blanks and colophon are silent."""
    booklet = press(specimen(6000, 3))
    silent = []
    for number, leaf in enumerate(booklet.pages.leaves):
        printed = printed_folio(booklet, number)
        assert printed in ("", leaf.folio)
        if not printed:
            silent.append(leaf.part)
    assert set(silent) <= {"cover", "imprint", "colophon", "", "c0", "c1", "c2"}
    assert Counter(silent)["c1"] == 1


def test_folios_stand_at_the_outer_edge(press: Shop) -> None:
    """Right of the middle on a recto, left of it on a verso; mirrored, if it is read so."""
    text = "Words of a paragraph that goes on. " * 300
    for lang, outer in (("en", "right"), ("ar", "left")):
        booklet = press(f"---\ntitle: T\nlang: {lang}\n---\n\n{text}\n")
        first = next(i for i, leaf in enumerate(booklet.pages.leaves) if leaf.folio == "3")
        assert first % 2 == 0
        assert side(booklet, first, "3") == outer
        assert side(booklet, first + 1, "4") != outer


def side(booklet: Booklet, number: int, word: str) -> str:
    """Return on which side of a page its last `word` stands."""
    page = ("-f", str(number + 1), "-l", str(number + 1))
    done = subprocess.run(
        ["pdftotext", "-bbox", *page, "-", "-"],
        input=booklet.pages.pdf, capture_output=True, check=True,
    )  # fmt: skip
    found = re.findall(rf'xMin="([\d.]+)"[^>]*>{word}</word>', done.stdout.decode())
    return "right" if float(found[-1]) > A5[0] / 2 else "left"


# Sides.


def drawn(leaves: Sequence[Leaf]) -> str:
    """Return pages as letters, versos and rectos in pairs: a dot for a blank, `1` for a chapter."""
    names = {"cover": "C", "imprint": "I", "contents": "T", "notes": "N", "colophon": "K", "": "."}
    letters = [names.get(leaf.part) or str(int(leaf.part[1:]) + 1) for leaf in leaves]
    spreads = [letters[i : i + 2] for i in range(1, len(letters), 2)]
    return " ".join([letters[0], *("".join(spread).ljust(2, "|") for spread in spreads)])


CHAPTERS = "\n\n".join(f"# Chapter {n}\n\nText." for n in range(1, 4))
DRAWINGS = {
    "---\ntitle: T\n---\n\nText.": "C I1 K|",
    "---\ntitle: T\n---\n\nText.\n\n## Section\n\nText.": "C IT .1 K|",
    f"---\ntitle: T\n---\n\n{CHAPTERS}": "C IT .1 23 K|",
    f"---\ntitle: T\nchapter-start: recto\n---\n\n{CHAPTERS}": "C IT .1 .2 .3 K|",
    f"---\ntitle: T\ntoc-depth: 0\n---\n\n{CHAPTERS}": "C I1 23 K|",
    "---\ntitle: T\nnotes: end\n---\n\nText.[^1]\n\n[^1]: Note.": "C I1 N. K|",
}


@pytest.mark.parametrize(("text", "drawing"), DRAWINGS.items(), ids=DRAWINGS.values())
def test_parts_begin_on_their_side(press: Shop, text: str, drawing: str) -> None:
    """The body on a recto, chapters where the author wants them; blanks come where they must."""
    booklet = press(text + "\n")
    assert drawn(booklet.pages.leaves) == drawing
    for page, leaf in zip(texts(booklet.pages.pdf), booklet.pages.leaves, strict=True):
        assert bool(page.strip()) != leaf.blank


def test_a_book_from_right_to_left_has_the_same_sides(press: Shop) -> None:
    """Its first page is a recto too, which then lies on the left."""
    text = f"---\ntitle: T\nlang: ar\nchapter-start: recto\n---\n\n{CHAPTERS}\n"
    assert drawn(press(text).pages.leaves) == "C IT .1 .2 .3 K|"


# Numbers in the text and in the contents.

BACK_AND_FORTH = """\
---
title: Back and forth
---

# First {#first}

See [page {page}](#second), [page {page}](#deep) and [page {page}](#first).[^1]

[^1]: And [page {page}](#last), in a note.

| where | page |
| - | - |
| the last | [{page}](#last) |

## On [page {page}](#last)

# Second {#second}

Some [words]{#deep} of it, and *[page {page}](#last)*.

# Last {#last}

Back to [page {page}](#first) and **[page {page}](#second)**.
"""


def test_references_tell_the_truth_in_both_directions(press: Shop) -> None:
    """In the text, in notes, tables and headings, roman, italic and bold."""
    booklet = press(BACK_AND_FORTH)
    check_numbers(booklet)
    pages = [" ".join(text.split()) for text in texts(booklet.pages.pdf)]
    first, second, last = (
        next(pages[n] for n, leaf in enumerate(booklet.pages.leaves) if leaf.part == part)
        for part in ("c0", "c1", "c2")
    )
    assert "See page 2, page 2 and page 1." in first
    assert "And page 3, in a note." in first
    assert "the last 3" in first
    assert "Some words of it, and page 3." in second
    assert "Back to page 1 and page 2." in last


def test_the_number_in_a_heading_is_that_in_the_contents(press: Shop) -> None:
    """A reference in a heading stands in the contents as well, and in the running head."""
    booklet = press(BACK_AND_FORTH)
    contents = texts(booklet.pages.pdf, "-layout")[2]
    assert re.search(r"On page 3[ .]*1\b", contents)


def test_numbers_that_gain_a_digit_are_right(press: Shop) -> None:
    """From 9 to 10 and from 99 to 100 a line becomes longer, and may push others on."""
    refs = " ".join(f"[p. {{page}}](#x{n})" for n in range(0, 120, 3))
    pages = "\n\n".join(f"# X{n}x {{#x{n}}}\n\nText." for n in range(120))
    booklet = press(f"---\ntitle: T\n---\n\n{refs}\n\n{pages}\n")
    check_numbers(booklet)
    text = " ".join(" ".join(texts(booklet.pages.pdf)).split())
    start = booklet.pages.leaves[booklet.pages.spots["x0"].page].folio
    wanted = " ".join(f"p. {int(start) + n}" for n in range(0, 120, 3))
    assert wanted in text


# A text that would never settle: on page 9 its number has one digit, and four lines, of which the
# third goes to page 10; with two digits there are five, of which the third stays.
RESTLESS = "---\ntitle: T\ntrim: 60mm x 80mm\n---\n\n" + "\n\n".join([
    "Page.", *["{.new}\nPage."] * 7, "{.new}\n" + "<br>".join(["line"] * 7),
    "one<br>two<br>[three]{#t}<br>four five six sevenxxxxx [{page}](#t)\n",
])  # fmt: skip
RESTLESS_STYLE = """\
@page { size: 60mm 80mm; margin: 10mm 10mm 20mm }
p { line-height: 5mm; font-size: 8pt; text-indent: 0; hyphens: manual }
.new { break-before: page }
.page-number { letter-spacing: 8mm; white-space: nowrap }
"""


def test_a_number_that_moves_its_own_target_comes_to_rest(press: Shop) -> None:
    """After some rounds numbers no longer become shorter; there is a space in place of a digit."""
    rounds: list[str] = []
    press.write({"essay.md": RESTLESS, "style.css": RESTLESS_STYLE})
    booklet = press({}, say=rounds.append)
    assert "page numbers, round 5" in rounds
    assert told(booklet) == []
    assert booklet.pages.numbers["t"] == "9"


def test_numbers_that_do_not_settle_are_told(press: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a warning, and a loss if one is wrong in the end."""
    monkeypatch.setattr(paginate, "CALM_ROUND", 99)
    booklet = press({"essay.md": RESTLESS, "style.css": RESTLESS_STYLE})
    assert "P02 essay.md" in told(booklet)
    assert losses(booklet)


def test_contents_of_several_pages(press: Shop) -> None:
    """They grow as they must, and move nothing of the body."""
    titles = [f"Section {n}, with a title of some length" for n in range(90)]
    sections = "\n\n".join(f"## {title}\n\nText." for title in titles)
    booklet = press(f"---\ntitle: T\n---\n\n{sections}\n")
    contents = [leaf.folio for leaf in booklet.pages.leaves if leaf.part == "contents"]
    assert contents == ["iii", "iv", "v", "vi", "vii"]
    check_numbers(booklet)


@pytest.mark.slow
@pytest.mark.parametrize(("words", "chapters"), [(32_000, 13), (30_000, 100)])
def test_a_book_of_many_chapters(press: Shop, words: int, chapters: int) -> None:
    """A reader of 13 chapters, a book of a hundred: every number is right."""
    text = specimen(words, chapters)
    booklet = press(text)
    assert len(booklet.edition.manuscript.chapters) == chapters
    check_numbers(booklet)
    starts = {
        str(n + 1): booklet.pages.leaves[booklet.pages.spots[f"chapter-{n + 1}"].page].folio
        for n in range(chapters)
    }
    asked = re.findall(r"\[chapter (\d+), page \{page\}\]", text)
    links = "\n".join(squeezed(link.text) for link in tags(booklet.path).find("Link"))
    assert len(asked) > chapters / 9
    assert re.findall(r"^chap-?ter(\d+),page(\d+)$", links, re.M) == [
        (chapter, starts[chapter]) for chapter in asked
    ]


# How it is done.


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return how often the worker was asked for each part, and for the PDF."""
    asked: Counter[str] = Counter()
    send = WorkerProcess.send

    def count(self: WorkerProcess, request: Request[Any], *more: Any) -> Any:
        if isinstance(request, LayAgain):
            asked[f"lay {request.part.name}"] += 1
        elif isinstance(request, Join | Write):
            asked[type(request).__name__.lower()] += 1
        return send(self, request, *more)

    monkeypatch.setattr(WorkerProcess, "send", count)
    return asked


def test_a_part_is_laid_out_once(press: Shop, asked: Counter[str]) -> None:
    """The contents too: the body is known before them."""
    press("---\ntitle: T\n---\n\n" + "\n\n".join(f"# C{n}\n\nText." for n in range(5)) + "\n")
    assert set(asked.values()) == {1}
    assert {f"lay c{n}" for n in range(5)} <= set(asked)


def test_a_reference_seldom_costs_a_layout(press: Shop, asked: Counter[str]) -> None:
    """Its number is corrected in the finished page, where it has the expected length."""
    check_numbers(press(specimen(9000, 6)))
    again = sum(number - 1 for name, number in asked.items() if name.startswith("lay c"))
    assert again <= 3
    assert asked["join"] <= 2


def test_spots_say_where_the_manuscript_is(press: Shop) -> None:
    """Each block has a box on the page of its leaf, within the page."""
    booklet = press(specimen(1500, 1))
    for block in booklet.edition.manuscript.blocks:
        spot = booklet.pages.spots[block.id]
        assert booklet.pages.leaves[spot.page].part == "c0"
        assert 0 <= spot.left < spot.right <= A5[0] + 1
        assert 0 <= spot.top <= spot.bottom <= A5[1] + 1


def test_the_press_says_what_it_does(press: Shop) -> None:
    """Chapter by chapter, where there are many."""
    steps: list[str] = []
    press("\n\n".join(f"# C{n}\n\nText." for n in range(6)) + "\n", say=steps.append)
    assert steps[0] == "reading"
    assert any("3 of 7" in step for step in steps)
    assert steps[-2:] == ["writing", "checking"]


# What the layout engine says, as findings.

SAID = {
    "an unknown property": ("p {\n  colour: red;\n}", "S01 style.css:2", "`colour: red` was"),
    "an invalid value": ("p { color: rod }", "S01 style.css:1", "`color: rod` was ignored"),
    "an invalid selector": ("p:nowhere { color: red }", "S01 style.css:1", "`p:nowhere`"),
    "an unknown rule": ("\n\n@nowhere x;", "S01 style.css:3", "`@nowhere`"),
    "an unknown page": ("@page :nowhere { margin: 0 }", "S01 style.css:1", ":nowhere"),
    "an unknown margin box": ("@page { @nowhere {} }", "S01 style.css:1", "`@nowhere`"),
    "a rule cut short": ("p { color: red", "", ""),
    "a brace too many": ("p { color: red }\n}\np { colour: blue }", "S01 style.css:2", "`} p`"),
    "a value by a variable": (
        ":root { --x: rod }\n\n.text p {\n  color: var(--x);\n}", "S01 style.css:4", "`color: ",
    ),
    "a file that is not there": ("@import 'none.css';", "S02 style.css:1", "is not there"),
    "a picture that is not there": (
        "\np { background: url(none.png) }", "S02 style.css:2", "is not there",
    ),
    "a font that is not there": (
        "@font-face {\n  font-family: X;\n  src: url(none.otf);\n}", "S02 style.css:2", "`X`",
    ),
    "a font that is none": (
        "@font-face { font-family: X; src: url(essay.md) }", "S02 style.css:1", "`X`",
    ),
    "a place that is not there": (
        ".text p::after { content: target-counter('#none', page) }", "P03 essay.md:5", "#none",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("style", "where", "message"), SAID.values(), ids=SAID)
def test_what_the_engine_says_of_a_style_has_its_line(
    press: Shop, style: str, where: str, message: str
) -> None:
    """A warning in the author's own words, and the booklet is made."""
    booklet = press({"essay.md": "---\ntitle: T\n---\n\nText.\n", "style.css": style})
    assert told(booklet) == ([where] if where else [])
    if where:
        assert message in booklet.report.findings[0].message


HOUSES = {
    "the usual": "",
    "large": "trim: A4",
    "small": "trim: A6\ntype-size: 8pt",
    "American": "trim: half-letter\nlang: en-US",
    "numbered": "number-sections: true\ntoc-depth: 4",
    "notes at the end": "notes: end",
    "from right to left": "lang: ar",
    "German": "lang: de",
    "all of the imprint": "subtitle: S\nauthor: [A, B]\ndate: 2026-03-09\npublisher: P\nrights: R\n"
    "abstract: About it.\nkeywords: [a, b]",
}


@pytest.mark.parametrize("front", HOUSES.values(), ids=HOUSES)
def test_the_styles_of_the_house_are_understood(press: Shop, front: str) -> None:
    """The layout engine says nothing of them, whatever the author sets."""
    body = specimen(900, 1).split("---\n", 2)[2]
    assert told(press(f"---\ntitle: T\n{front}\n---\n{body}")) == []


def test_the_column_is_said(press: Shop) -> None:
    """A long line may have many rules."""
    style = "p { color: red; colour: red }"
    booklet = press({"essay.md": "# T\n\nText.\n", "style.css": style})
    assert "(column 17)" in booklet.report.findings[0].message


def test_what_nobody_expects_is_told_with_its_part(press: Shop) -> None:
    """A line that no rule knows is a finding all the same, at the beginning of its text."""
    style = "[id='b'] { display: grid; grid-template-columns: subgrid }"
    text = "# A\n\nText.\n\n# B\n\n{#b}\nText.\n"
    booklet = press({"essay.md": text, "style.css": style})
    assert told(booklet) in (["P03 essay.md:8"], ["S01 style.css:1"])


def test_what_the_engine_says_is_said_once(press: Shop) -> None:
    """Though a part be laid out several times."""
    files = {"essay.md": RESTLESS + "\n![A picture](p.svg)\n", "style.css": RESTLESS_STYLE,
             "p.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
                      '<rect fill="url(#none)" width="9" height="9"/></svg>'}  # fmt: skip
    found = told(press(files))
    assert len(found) == len(set(found))


def test_libraries_that_mutter_are_heard(press: Shop) -> None:
    """What C code prints on standard error is a finding, not a line between others."""
    style = "h2 { font-size: 3000000px; position: absolute; width: 0; height: 0; overflow: hidden }"
    booklet = press({"essay.md": "# T\n\nText.\n", "style.css": style}, seconds=20)
    assert losses(booklet) == []


def test_a_template_is_blamed_for_its_style(press: Shop) -> None:
    """With the template's file."""
    cover = (
        '{% extends "part.html" %}{% block part %}<style>p { colour: red }</style>'
        '<p id="cover">{{ booklet.title }}</p>{% endblock %}'
    )
    booklet = press({"essay.md": "# T\n\nText.\n", "templates/cover.html": cover})
    assert told(booklet) == ["S01 templates/cover.html:1"]
