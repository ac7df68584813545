"""Losses: what the layout engine is known to lose, and whether the check would notice.

Each of WeasyPrint 70's three losses (docs/decisions/0004-page-numbers.md, 0030-footnotes.md) is a
whole input here. Nothing of it is lost by the press; and where the loss is brought about on
purpose, by a style of the author's or with a knife, the check after the build tells.
"""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet.editions import call_anchor, note_anchor
from booklet.preflight import inspect
from booklet.source import ESSAYS, SHIPPED
from tests.conftest import Shop, losses, texts, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.findings import Finding
    from booklet.manuscript.blocks import Note
    from booklet.press import Booklet

SMALL = "---\ntitle: Small\ntrim: 60mm x 80mm\ntype-size: 8pt\n---\n\n"

# The reference and its target are in one part, on different pages.
NEXT = "h2 { break-before: page }\n"

# WeasyPrint's own page numbers, which lose what was put off when a page is made again.
COUNTER = f"{NEXT}.text p > a::after {{ content: ' (' target-counter(attr(href url), page) ')' }}\n"

# What puts notes off: the notes go to the next page, not the line that calls them.
PUT_OFF = ".note { footnote-policy: auto } p { orphans: 1; widows: 1 }\n"


def letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"[\W_]+", "", text.casefold())


def count(word: str, booklet: Booklet) -> int:
    """Return how often a word is printed, as poppler reads it."""
    return sum(len(re.findall(rf"\b{word}\b", text)) for text in texts(booklet.pages.pdf))


def away(booklet: Booklet) -> dict[int, int]:
    """Return the notes at the foot that are not on the page of their call, and how far they are."""
    spots, notes = booklet.pages.spots, at_foot(booklet)
    far = {n.number: spots[note_anchor(n)].page - spots[call_anchor(n)].page for n in notes}
    return {number: pages for number, pages in far.items() if pages}


def at_foot(booklet: Booklet) -> Iterator[Note]:
    """Yield the notes that stand at the foot of pages."""
    manuscript, endnotes = booklet.edition.manuscript, booklet.edition.endnotes
    return (note for note in manuscript.notes if note.key not in endnotes)


# The three losses, as whole inputs.


def note_put_off(before: int, after: int) -> str:
    """Return a text whose note finds no room, on whose page there is a reference too."""
    lines = "<br>".join(["line"] * before)
    rest = "<br>".join(["after"] * after)
    return (
        f"{SMALL}{lines}\n\nabc X[^1] tail.\n\n{rest}\n\nSee [page {{page}}](#z).\n\n"
        "[^1]: FOOTONE text of a note that is long enough for some two or three lines down there.\n"
        "\n## Last {#z}\n\nTarget.\n"
    )


@pytest.mark.parametrize("style", [NEXT, NEXT + PUT_OFF], ids=["usual", "notes put off"])
@pytest.mark.parametrize("before", range(3, 12))
def test_a_note_beside_a_reference_is_not_lost(press: Shop, before: int, style: str) -> None:
    """WeasyPrint forgets a note that was put off, when its page is made again for a number."""
    for after in (1, 3):
        booklet = press({"essay.md": note_put_off(before, after), "style.css": style})
        assert losses(booklet) == []
        assert count("FOOTONE", booklet) == 1
        assert away(booklet) == {}


BROKEN = {
    "a float": ".f { float: right; width: 15mm }",
    "a box by hand": ".f { position: absolute; right: 0; top: 0 } .text { position: relative }",
    "columns": ".f { columns: 2 }",
}


def box_over_pages() -> str:
    """Return a text with a box that is longer than a page, and a reference after it."""
    words = "\\\n".join(f"FL{number}" for number in range(24))
    lines = "\\\n".join(["body"] * 20)
    box = f"{{.f}}\n{words}\n\n{lines}\n\n"
    return f"{SMALL}{box}\n\nSee [page {{page}}](#z).\n\n## Last {{#z}}\n\nTarget.\n"


@pytest.mark.parametrize("style", BROKEN.values(), ids=BROKEN)
def test_a_box_that_goes_on_over_a_page_is_not_lost(press: Shop, style: str) -> None:
    """WeasyPrint forgets the rest of it, when the next page is made again for a number."""
    booklet = press({"essay.md": box_over_pages(), "style.css": NEXT + style})
    assert [count(f"FL{number}", booklet) for number in range(24)] == [1] * 24
    assert losses(booklet) == []


@pytest.mark.parametrize("words", [8, 10, 12])
def test_contents_that_grow_by_their_numbers_tell_the_truth(press: Shop, words: int) -> None:
    """WeasyPrint prints numbers that were true before the contents had them."""
    title = " ".join(["word"] * words)
    chapters = "\n\n".join(f"# {title} C{n}x\n\nText." for n in range(60))
    booklet = press(f"---\ntitle: Grown\ntrim: 60mm x 80mm\n---\n\n{chapters}\n")
    assert losses(booklet) == []
    pages = texts(booklet.pages.pdf)
    leaves = booklet.pages.leaves
    contents = "".join(t for t, leaf in zip(pages, leaves, strict=True) if leaf.part == "contents")
    for number in range(60):
        (page,) = (
            leaf.folio
            for text, leaf in zip(pages, leaves, strict=True)
            if leaf.part == f"c{number}" and f"C{number}x" in text
        )
        assert re.search(rf"C{number}x[ .\n]*{page}\b", contents)


# The same losses, brought about: the check notices, or there is nothing to notice.


@pytest.mark.parametrize(("before", "after"), [(3, 2), (4, 1), (4, 3), (5, 1), (5, 3)])
def test_a_note_that_the_engine_loses_goes_to_the_end(
    press: Shop, monkeypatch: pytest.MonkeyPatch, before: int, after: int
) -> None:
    """With WeasyPrint's own numbers in a style, the note is lost, missed, and set once more."""
    monkeypatch.setattr("booklet.layout.footnotes._MOST_HOLDS", 0)
    files = {"essay.md": note_put_off(before, after), "style.css": NEXT + PUT_OFF}
    literal = press(files)
    assert away(literal) == {1: 1}
    booklet = press(files | {"style.css": COUNTER + PUT_OFF})
    assert [finding.code for finding in booklet.report.findings] == ["P01"]
    assert count("FOOTONE", booklet) == 1


@pytest.mark.parametrize("style", list(BROKEN.values())[:2], ids=list(BROKEN)[:2])
def test_a_box_that_the_engine_loses_is_told(press: Shop, style: str) -> None:
    """With WeasyPrint's own numbers in a style, words are missing, and that is an error."""
    booklet = press({"essay.md": box_over_pages(), "style.css": COUNTER + style})
    assert [n for n in range(24) if count(f"FL{n}", booklet) == 0]
    assert told(booklet) == ["C01 essay.md:8"]


# What only looks like a loss.


def test_words_in_another_direction_are_there(press: Shop) -> None:
    """English in an Arabic essay is read back in another order, and is no loss; gone, it is."""
    english = "Alliances are promises between states, and last as long as they are useful, or so "
    text = (
        f"---\ntitle: في\nlang: ar\n---\n\nنص عربي.[^1]\n\n{{.second}}\n{english * 3}\n\n"
        "[^1]: Kissinger, Henry. *Diplomacy*. New York: Simon & Schuster, 1994, pp. 12-14, with "
        "more words than a line has.\n"
    )
    assert losses(press(text)) == []
    assert "C01 essay.md:9" in told(press({"style.css": ".second { display: none }"}))


# Losses on purpose.

BOOK = """\
---
title: A book
---

# One {#one}

The first paragraph of the first chapter calls a note.[^1] It goes on for a while, so that there
are some words. See [page {page}](#two), and [the second chapter](#two).

[^1]: The words of the note.

{.second}
Another paragraph of the first chapter.

# Two {#two}

The only paragraph of the second chapter refers to [page {page}](#one) and has a second note.[^2]

[^2]: The words of the second note.
"""

STYLES = {
    "a paragraph": (".second { display: none }", "C01 essay.md:13"),
    "a heading": ("h1#two { display: none }", "C01 essay.md:15"),
    "the title": ("#cover { display: none }", "C01 essay.md:"),
    "a paragraph, by cutting it off": (".second { height: 0; overflow: hidden }", ""),
    "a reference": (".page-number { display: none }", "C0"),
    "a reference's number": (".page-number::after { content: '9' }", "C0"),
    "a line of the contents": (".entry:last-child { display: none }", "C03 essay.md:15"),
    "a number in the contents": (".entry-page::after { content: '9' }", "C03 essay.md:5"),
    "all on one spot": ("p { position: absolute; top: 0 }", ""),
    "beyond the edge": (".second { margin-left: -80mm }", "C0"),
    "the words of a note": (".note-paragraph { font-size: 0 }", "C01 essay.md:10"),
    "white on white": ("h1 { color: white }", "C07 essay.md:5"),
}


@pytest.mark.parametrize(("style", "expected"), STYLES.values(), ids=STYLES)
def test_what_a_style_hides_is_told(press: Shop, style: str, expected: str) -> None:
    """At the author's line; only what is there, but not to be seen, passes."""
    booklet = press({"essay.md": BOOK, "style.css": style})
    if expected:
        assert any(t.startswith(expected) for t in told(booklet)), told(booklet)
    else:
        assert losses(booklet) == []


def test_notes_that_a_style_hides_go_to_the_end(press: Shop) -> None:
    """A note that is not at the foot is set where it can be read, with a warning."""
    booklet = press({"essay.md": BOOK, "style.css": "[id='c0-n1'] { display: none }"})
    assert "P01 essay.md:10" in told(booklet)
    assert count("note", booklet) >= 2


Knife = "Callable[[pikepdf.Pdf], None]"


def cut(booklet: Booklet, knife: Callable[[pikepdf.Pdf], None]) -> list[str]:
    """Return what the check tells of a booklet's PDF after `knife` was at it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(booklet.pages.pdf)) as pdf:
        knife(pdf)
        pdf.save(out)
    found = inspect(booklet.edition, replace(booklet.pages, pdf=out.getvalue())).findings
    return [f"{finding.code} {finding.where}" for finding in found]


def page_of(booklet: Booklet, anchor: str) -> int:
    """Return the page of an anchor, counted from 0."""
    return booklet.pages.spots[anchor].page


def test_the_check_is_content_with_what_was_written(press: Shop) -> None:
    """Opened and saved by another program, the PDF is as good as before."""
    assert cut(press(BOOK), lambda _pdf: None) == []


def test_a_page_that_is_missing_is_told(press: Shop) -> None:
    """With the words that were on it."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[page_of(booklet, "two")]

    found = cut(booklet, knife)
    assert "C01 essay.md" in found
    assert "C01 essay.md:17" in found


def test_a_page_that_is_blank_is_told(press: Shop) -> None:
    """Each block, heading and note that was on it."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        pdf.pages[page_of(booklet, "two")].Contents = pdf.make_stream(b"")

    assert {"C01 essay.md:15", "C01 essay.md:17", "C01 essay.md:19"} <= set(cut(booklet, knife))


def test_pages_that_changed_places_are_told(press: Shop) -> None:
    """The words are all there, but not where they should be."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        one, two = page_of(booklet, "one"), page_of(booklet, "two")
        pdf.pages[one].Contents, pdf.pages[two].Contents = (
            pdf.pages[two].Contents, pdf.pages[one].Contents,
        )  # fmt: skip

    assert {code.split()[0] for code in cut(booklet, knife)} & {"C01", "C02"}


def test_a_line_that_is_missing_is_told(press: Shop) -> None:
    """One operator in the page's stream is enough."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[page_of(booklet, "two")]
        kept = list(pikepdf.parse_content_stream(page))
        shown = [i for i, item in enumerate(kept) if str(item.operator) == "TJ"]
        del kept[shown[2]]
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))

    assert "C01 essay.md:17" in cut(booklet, knife)


def test_page_labels_that_lie_are_told(press: Shop) -> None:
    """The number in a reader's window is that on the page."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        pdf.Root.PageLabels.Nums[-1].St = 7

    assert "C03 essay.md" in cut(booklet, knife)


def test_an_anchor_that_is_missing_is_told(press: Shop) -> None:
    """A heading without its anchor has no place that the contents can name."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        del pikepdf.NameTree(pdf.Root.Names.Dests)["two"]

    found = cut(booklet, knife)
    assert "C01 essay.md:15" in found
    assert "C04 essay.md:7" in found
    assert any(code.startswith("C05") for code in found)


def test_an_anchor_on_another_page_is_told(press: Shop) -> None:
    """Contents and references then name a page that is not the target's."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        place = pikepdf.NameTree(pdf.Root.Names.Dests)["two"]
        place[0] = pdf.pages[page_of(booklet, "one")].obj

    found = {code.split()[0] for code in cut(booklet, knife)}
    assert {"C03", "C04"} <= found


def test_text_beyond_the_page_is_told(press: Shop) -> None:
    """A page that was trimmed too far."""
    booklet = press(BOOK)

    def knife(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[page_of(booklet, "two")]
        page.MediaBox = page.CropBox = [0, 0, 200, 595]

    assert any(code.startswith("C06") for code in cut(booklet, knife))


def test_a_number_that_was_set_wrong_is_told(press: Shop) -> None:
    """In a reference and in the contents: what the pages say is held against what is printed."""
    booklet = press(BOOK)
    wrong = dict(booklet.pages.numbers) | {"two": "99"}
    found = inspect(booklet.edition, replace(booklet.pages, numbers=wrong)).findings
    assert {finding.code for finding in found} & {"C01", "C04"}


# Notes: at the foot of their page, or at the end with a warning.


def shipped(press: Shop, style: str = "") -> Booklet:
    """Press the essay that the project ships, in a folder of its own."""
    shutil.copytree(ESSAYS / SHIPPED, press.folder, dirs_exist_ok=True)
    return press({"style.css": style} if style else {})


def test_every_note_of_the_shipped_essay_is_on_the_page_of_its_call(press: Shop) -> None:
    """As poppler reads it: the call's page has the words of the note."""
    booklet = shipped(press)
    assert losses(booklet) == []
    assert booklet.edition.endnotes == frozenset()
    assert away(booklet) == {}
    pages = [letters(text) for text in texts(booklet.pages.pdf)]
    for note in at_foot(booklet):
        words = letters(note.text)[:40]
        assert words in pages[booklet.pages.spots[call_anchor(note)].page]


@pytest.mark.slow
def test_without_the_hair_below_the_notes_pages_run_empty(press: Shop) -> None:
    """Rounding makes WeasyPrint put notes off (docs/decisions/0030-footnotes.md).

    When this fails, WeasyPrint has mended it, and the hair in styles/page.css can go.
    """
    held = len(shipped(press).pages.leaves)
    bald = len(shipped(press, "@page { @footnote { padding-bottom: 0 } }").pages.leaves)
    assert bald > held


def all_there(booklet: Booklet, number: int, word: str = "NOTE") -> None:
    """Assert that each of so many notes is printed once, and that nothing is lost."""
    assert losses(booklet) == []
    assert [count(f"{word}{n}", booklet) for n in range(number)] == [1] * number
    assert all(pages == 1 for pages in away(booklet).values())
    moved = [f for f in booklet.report.findings if f.code == "P01"]
    assert len(moved) == len(booklet.edition.endnotes)


def definitions(number: int, words: str = "with some words of its own") -> str:
    """Return the definitions of so many notes."""
    return "\n\n".join(f"[^{n}]: NOTE{n} {words}." for n in range(number))


def calls(number: int, between: str = " word ") -> str:
    """Return the calls of so many notes."""
    return between.join(f"word[^{n}]" for n in range(number))


def test_a_note_that_is_taller_than_a_page_is_set_at_the_end(press: Shop) -> None:
    """WeasyPrint would let it run off the page; there it is divided like any text."""
    tall = " ".join(f"TALL{n}" for n in range(1200))
    booklet = press(f"# T\n\nText.[^a] More.[^b]\n\n[^a]: {tall}\n\n[^b]: Short.\n")
    assert told(booklet) == ["P01 essay.md:5"]
    assert losses(booklet) == []
    assert booklet.edition.endnotes == {"c0:a"}
    assert count("TALL1199", booklet) == 1
    assert booklet.pages.leaves[booklet.pages.spots["c0-n1"].page].part == "notes"


def test_the_warning_names_the_page_of_the_call(press: Shop) -> None:
    """With the note's own line."""
    tall = "word " * 1500
    booklet = press(f"# T\n\nText.[^a]\n\n[^a]: {tall}\n")
    (finding,) = booklet.report.findings
    assert (finding.code, str(finding.where), finding.page) == ("P01", "essay.md:5", "1")


MANY = {
    "sixty in a paragraph": f"{calls(60)}\n\n{definitions(60)}",
    "forty in a table": "| a | b |\n| - | - |\n"
    + "\n".join(f"| cell[^{n}] | cell[^{n + 1}] |" for n in range(0, 40, 2))
    + f"\n\n{definitions(40)}",
    "forty in one cell": f"| a | b |\n| - | - |\n| {calls(40)} | b |\n\n{definitions(40)}",
    "in a list": "\n".join(f"- item[^{n}]" for n in range(30)) + f"\n\n{definitions(30)}",
    "in headings": "\n\n".join(f"## Head[^{n}]\n\nText." for n in range(12))
    + f"\n\n{definitions(12)}",
    "in a quotation": "> " + calls(12) + f"\n\n{definitions(12)}",
    "in definitions": "\n\n".join(f"Term[^{n}]\n: Meaning." for n in range(12))
    + f"\n\n{definitions(12)}",
    "in captions": "![A square[^0]](p.svg)\n\nTable: Caption[^1]\n\n| a |\n| - |\n| b |\n\n"
    + definitions(2),
    "in notes": "Text.[^0]\n\n"
    + "\n\n".join(f"[^{n}]: NOTE{n} calls.[^{n + 1}]" for n in range(7))
    + "\n\n[^7]: NOTE7 ends.",
    "of several paragraphs": f"{calls(6)}\n\n"
    + "\n\n".join(f"[^{n}]: NOTE{n} first.\n\n    Second.\n\n    - A list." for n in range(6)),
    "long ones": f"{calls(12, ' word ' * 60)}\n\n{definitions(12, 'word ' * 120)}",
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<rect width="9" height="9"/></svg>'
)


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_every_note_is_printed_once(press: Shop, text: str) -> None:
    """Wherever it is called, and however many there are; what finds no room is at the end."""
    booklet = press({"essay.md": f"# Notes\n\n{text}\n", "p.svg": SVG})
    all_there(booklet, text.count("]: NOTE"))


def test_notes_at_the_end_have_no_warning_if_the_author_wants_them_there(press: Shop) -> None:
    """`notes: end` is a choice."""
    text = f"---\ntitle: T\nnotes: end\n---\n\n{calls(20)}\n\n{definitions(20)}\n"
    booklet = press(text)
    assert told(booklet) == []
    assert [count(f"NOTE{n}", booklet) for n in range(20)] == [1] * 20


def test_a_note_called_twice_is_printed_once(press: Shop) -> None:
    """The second call is a link to it, with the same number."""
    booklet = press("# T\n\nOne.[^0] Two.[^0]\n\n[^0]: NOTE0 it is.\n")
    all_there(booklet, 1)


def findings(booklet: Booklet, code: str) -> list[Finding]:
    """Return the findings with a code."""
    return [finding for finding in booklet.report.findings if finding.code == code]


def test_each_chapter_counts_its_notes_from_one(press: Shop) -> None:
    """And the same name may stand for another note in another chapter."""
    one, two = "# A\n\nOne.[^0]\n\n[^0]: NOTE0 it is.", "# B\n\nTwo.[^1]\n\n[^1]: NOTE1 it is."
    booklet = press(f"{one}\n\n{two}\n")
    assert [note.number for note in at_foot(booklet)] == [1, 1]
    all_there(booklet, 2)


# What the front matter says.


def test_a_long_abstract_goes_on_at_the_next_page(press: Shop) -> None:
    """All of it is there, and the body still begins on a recto."""
    words = [f"word{n}" for n in range(700)]
    booklet = press(f"---\ntitle: T\nabstract: {' '.join(words)}\n---\n\nText.\n")
    assert losses(booklet) == []
    printed = " ".join(texts(booklet.pages.pdf)).split()
    assert [word for word in printed if word.startswith("word")] == words
    assert booklet.pages.spots["opener"].page % 2 == 0


@pytest.mark.parametrize("key", ["subtitle", "author"])
def test_a_cover_that_runs_over_is_a_loss(press: Shop, key: str) -> None:
    """It says what to shorten."""
    booklet = press(f"---\ntitle: T\n{key}: {'many words ' * 200}\n---\n\nText.\n")
    (finding,) = findings(booklet, "C06")
    assert str(finding.where) == "essay.md:1"
    assert "shorten" in finding.hint


@pytest.mark.parametrize("name", ["abstract", "imprint-title"])
def test_front_matter_that_is_not_shown_is_a_loss(press: Shop, name: str) -> None:
    """Unless it is shown elsewhere: what stands on the cover may be missing behind it."""
    text = "---\ntitle: T\nabstract: What this is about.\n---\n\nText.\n"
    booklet = press({"essay.md": text, "style.css": f".{name} {{ display: none }}"})
    assert [finding.code for finding in booklet.report.findings] == ["C01"] * (name == "abstract")


LISTING = "```\n" + "".join(f"line {number} of a listing\n" for number in range(1_700)) + "```"


@pytest.mark.parametrize(
    ("head", "text"),
    [("", LISTING), ("dir: rtl\n", "some words " * 1_500)],
    ids=["code", "from right to left"],
)
def test_a_text_of_many_pages_is_no_loss(press: Shop, head: str, text: str) -> None:
    """A listing of forty pages, and a paragraph of ten, are found in their pieces."""
    booklet = press(f"---\ntitle: T\n{head}---\n\nBefore.\n\n{text}\n\nAfter.\n")
    assert losses(booklet) == []


def test_raw_html_at_the_beginning_is_no_loss_on_its_later_pages(press: Shop) -> None:
    """Cells that blank lines divide, with nothing before them, are looked for in their chapter."""
    rows = "".join(f"<tr>\n\n<td>{number}</td>\n\n</tr>\n\n" for number in range(200))
    assert losses(press(f"---\ntitle: T\n---\n\n<table>\n\n{rows}</table>\n")) == []
