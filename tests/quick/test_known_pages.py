"""What is known of pages: it saves reading them again, and never changes what is found."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from booklet.preflight import inspect
from booklet.preflight.read_back import read_back
from booklet.quick.known_pages import ReadPages
from booklet.quick.same_pages import _used, digests
from tests.conftest import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shop

CHAPTERS = """\
---
title: Known pages
---

# One

Some words of the first chapter, which call a note.[^1] See [the third, page {page}](#three).

[^1]: It leads [onwards](#three).

# Two

Some words of the second chapter, and [a link](https://example.org/).

# Three {#three}

Some words of the third chapter.
"""

EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "nothing": (),
    "a word": (("second chapter", "other chapter"),),
    "a new letter": (("second chapter", "second, Ωmega chapter"),),
    "a note": (("It leads", "It goes on and leads"),),
    "a page more": (("# Two", "# Another\n\nWords.\n\n# Two"),),
    "a page less": (("# Three {#three}\n\n", ""), ("Some words of the third chapter.\n", "")),
    "right to left": (("title: Known pages", "title: Known pages\ndir: rtl"),),
    "another size": (("title: Known pages", "title: Known pages\ntrim: A6"),),
}


@pytest.fixture(scope="module")
def known() -> ReadPages:
    """Return what is known of the pages of all edits before."""
    return ReadPages()


@pytest.mark.parametrize("edit", EDITS)
def test_known_pages_read_the_same(edit: str, known: ReadPages, press: Shop) -> None:
    """Whatever was known before, a book reads as it does to one who knows nothing."""
    text = CHAPTERS
    for old, new in EDITS[edit]:
        assert old in text
        text = text.replace(old, new)
    booklet = press(text)
    rtl = booklet.edition.manuscript.settings.rtl
    for _ in range(2):
        assert read_back(booklet.pages.pdf, rtl, known) == read_back(booklet.pages.pdf, rtl)
    assert known.read == 0
    assert inspect(booklet.edition, booklet.pages, known) == inspect(booklet.edition, booklet.pages)


def test_only_what_changed_is_read(press: Shop) -> None:
    """After a change on one page, that page is read, and what shows the text as a whole.

    These are the drawing on the cover, and the pages with the digest of the text.
    """
    known = ReadPages()
    read_back(press(CHAPTERS).pages.pdf, known=known)
    booklet = press(CHAPTERS.replace("second chapter", "second, Ωmega chapter"))
    read_back(booklet.pages.pdf, known=known)
    named = [text for text in texts(booklet.pages.pdf) if booklet.edition.digest in text]
    assert known.read == 2 + len(named)


def another_text(pdf: pikepdf.Pdf) -> None:
    """Draw nothing on the opener of the first chapter."""
    pdf.pages[4].Contents.write(b"")


def another_alphabet(pdf: pikepdf.Pdf) -> None:
    """Say of all letters in one font that they are others."""
    font = next(iter(pdf.pages[4].Resources.Font.as_dict().values()))
    font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<006f>", b"<0078>"))


def another_box(pdf: pikepdf.Pdf) -> None:
    """Make a page so small that text stands outside."""
    pdf.pages[4].MediaBox = Array([0, 0, 100, 100])


def another_target(pdf: pikepdf.Pdf) -> None:
    """Let a link lead to a place that is not there."""
    link = next(a for page in pdf.pages for a in page.get("/Annots", []) if "/Dest" in a)
    link.Dest = pikepdf.String("nowhere")


def another_tree(pdf: pikepdf.Pdf) -> None:
    """Let pages inherit a box from the tree that they hang on."""
    pdf.pages[4].obj.Parent.CropBox = Array([0, 0, 100, 100])


def another_kind_of_link(pdf: pikepdf.Pdf) -> None:
    """Let a link lead to a page by an action instead of a name."""
    link = next(a for page in pdf.pages for a in page.get("/Annots", []) if "/Dest" in a)
    del link.Dest
    link.A = Dictionary(S=Name.GoTo, D=Array([pdf.pages[0].obj, Name.Fit]))


def two_pages_less(pdf: pikepdf.Pdf) -> None:
    """Take away the page that a link leads to."""
    del pdf.pages[-4:]


@pytest.mark.parametrize(
    "damage",
    [
        another_text,
        another_alphabet,
        another_box,
        another_target,
        another_tree,
        another_kind_of_link,
        two_pages_less,
    ],
)
def test_damage_is_seen(damage: Callable[[pikepdf.Pdf], None], press: Shop) -> None:
    """Whatever is changed in a file that was known is read as it is now, twice."""
    pdf = press(CHAPTERS).pages.pdf
    known = ReadPages()
    before = read_back(pdf, known=known)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        damage(document)
        out = io.BytesIO()
        document.save(out)
    damaged = read_back(out.getvalue())
    assert damaged != before
    assert read_back(out.getvalue(), known=known) == damaged
    assert read_back(out.getvalue(), known=known) == damaged
    assert read_back(pdf, known=known) == before


def test_damage_in_a_group_is_seen(press: Shop) -> None:
    """A page is read again if the words in a group on it are others, or are drawn otherwise."""
    (press.folder / "drawing.svg").write_text(GROUP, encoding="utf-8")
    pdf = press("# One\n\nSome words.\n\n![A drawing](drawing.svg)\n").pages.pdf
    before = digests(pdf, {})
    for damage in (_other_words, _other_meaning, _other_state):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            (group,) = _groups(document)
            damage(group)
            out = io.BytesIO()
            document.save(out)
        assert digests(out.getvalue(), {}) != before


GROUP = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">'
    '<g opacity="0.5"><text y="20">Words</text></g></svg>'
)


def _groups(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Return the groups with fonts that a document has."""
    return [
        each
        for each in document.objects
        if isinstance(each, pikepdf.Stream) and "/Group" in each and b"Tf" in each.read_bytes()
    ]


def _other_words(group: pikepdf.Object) -> None:
    """Take the last text of a group away."""
    before, _, after = group.read_bytes().rpartition(b"TJ")
    group.write(before.rpartition(b"[")[0] + b"[] TJ" + after)


def _other_meaning(group: pikepdf.Object) -> None:
    """Let a glyph in a group mean another letter."""
    (font,) = [f for n, f in group.Resources.Font.items() if n[1:].encode() in group.read_bytes()]
    font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<0057>", b"<0058>"))


def _other_state(group: pikepdf.Object) -> None:
    """Let a group be drawn so that nobody sees it."""
    for state in group.Resources.ExtGState.as_dict().values():
        state.ca = 0


def test_digests_do_not_depend_on_numbers(press: Shop) -> None:
    """A page has the same digest however the objects of its file are numbered and kept."""
    pdf = press(CHAPTERS).pages.pdf
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, linearize=True)
    assert out.getvalue() != pdf
    assert digests(out.getvalue(), {}) == digests(pdf, {})
    assert all(digests(pdf, {}))
    assert digests(b"no PDF", {}) == ()


def test_what_is_known_is_bounded(press: Shop) -> None:
    """The pages of many other books do not add up without end."""
    pdf = press(CHAPTERS).pages.pdf
    known = ReadPages()
    printed = read_back(pdf, known=known)
    page = known.page(0)
    assert page
    for number in range(5000):
        known._keys = (*known._keys[:-1], str(number))
        known.keep(len(known._keys) - 1, page)
    assert len(known._pages) < 2000
    assert read_back(pdf, known=known) == printed


def test_what_is_known_goes_from_process_to_process(press: Shop) -> None:
    """What one press has packed, another knows; what was not packed by one is nothing."""
    pdf = press(CHAPTERS).pages.pdf
    known, other = ReadPages(), ReadPages()
    printed = read_back(pdf, known=known)
    other.unpack(known.packed())
    assert read_back(pdf, known=other) == printed
    assert other.read == 0
    third = ReadPages()
    for broken in (b"", b"x", known.packed()[:-1], b"\x93\x01\x02\x03"):
        third.unpack(broken)
    assert read_back(pdf, known=third) == printed
    assert third.read == len(printed.letters)


def test_a_place_may_have_a_name_of_any_length() -> None:
    """Named places are read whole, whether their names are short, long or longer still."""
    names = sorted(["a", "b" * 499, "b" * 500, "c" * 2000, "d", "é" * 700])
    with pikepdf.new() as pdf:
        pages = [pdf.add_blank_page().obj for _ in names]
        places = [Array([page, Name.Fit]) for page in pages]
        row = [x for pair in zip(map(pikepdf.String, names), places, strict=True) for x in pair]
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array(row)))
        out = io.BytesIO()
        pdf.save(out)
    assert read_back(out.getvalue()).anchors == {name: at for at, name in enumerate(names)}


def test_an_edit_elsewhere_leaves_pages_known(press: Shop) -> None:
    """Also those of a text with a drawing that has text in it, a group, and a character that no
    font has, when more of these come before them."""
    (press.folder / "drawing.svg").write_text(GROUP, encoding="utf-8")
    chapter = "# {}\n\nSome words, \U0001fbfb.\n\n![A drawing](drawing.svg)\n\n" + "Words. " * 900
    known, read = ReadPages(), []
    for more in ("Words.", "More words.", "Quite: \U0001fbfc\U0001fbfb!"):
        text = "\n\n".join([f"# One\n\n{more}", *(chapter.format(n) for n in "ABC")])
        pdf = press(text).pages.pdf
        assert read_back(pdf, known=known) == read_back(pdf)
        read.append(known.read)
    assert read[0] > 12
    assert read[1] <= 4  # cover, imprint, the page itself, colophon
    assert read[2] < read[0] / 2


TEXT = b"q\n/a1.0 gs\nBT\n1 0 0 1 9 9 Tm\n/F 12 Tf\n[<0029>0<0020002a>-2.5<>1] TJ\nET\n"
GS: dict[str, tuple[bytes, ...]] = {"gs a1.0": ()}


@pytest.mark.parametrize(
    ("stream", "used"),
    [
        (b"", {}),
        (TEXT, {**GS, "/F": (b"0020", b"0029", b"002a")}),
        (b"/Span\n<</MCID 0>>\nBDC\n" + TEXT + b"EMC\n/Span\n<</MCID 1>>\nBDC\n" + TEXT,
         {**GS, "/F": (b"0020", b"0029", b"002a")}),
        (TEXT + b"BT\n/G 9 Tf\n<0001> Tj\n/F 9 Tf\n<0002> Tj\nET\n",
         {**GS, "/F": (b"0002", b"0020", b"0029", b"002a"), "/G": (b"0001",)}),
        (TEXT + b"BT\nET\n/Artifact\n<</Type /Layout>>\nBDC\n" + TEXT,
         {**GS, "/F": (b"0020", b"0029", b"002a")}),
        (TEXT + b"BT\n/G 9 Tf\nET\n", {**GS, "/F": (b"0020", b"0029", b"002a"), "/G": ()}),
        (b"BT\n<0001> Tj\nET\n", None),
        (b"BT\n<0001> Tj\n/F 9 Tf\n<0002> Tj\nET\n", None),
        (TEXT + b"BT\n<0001> Tj\n/F 9 Tf\n<0002> Tj\nET\n", None),
        (TEXT + b"Q\nBT\n<0001> Tj\nET\n", None),
        (TEXT + b"BT\n/F 9 Tf\n(a) Tj\nET\n", None),
        (TEXT + b"BT\n/F 9 Tf\n<00> Tj\n<20> Tj\nET\n", None),
        (TEXT + b"BT\n/F 9 Tf\n<002G> Tj\nET\n", None),
        (TEXT + b"BT\n/F 9 Tf\n<00 20> Tj\nET\n", None),
    ],
)  # fmt: skip
def test_glyphs_are_known_only_where_all_are_seen(
    stream: bytes, used: dict[str, tuple[bytes, ...]] | None
) -> None:
    """Each glyph by its font; none at all if one may stand where it is not seen."""
    assert _used(stream) == used


def test_margins_are_known_to_another_process(press: Shop) -> None:
    """They are kept with the page."""
    pdf = press(CHAPTERS).pages.pdf
    first, second = ReadPages(), ReadPages()
    margins = read_back(pdf, known=first).margins
    second.unpack(first.packed())
    assert read_back(pdf, known=second).margins == margins != ()
    assert second.read < first.read
