"""The finished PDF, as other programs read it: poppler, qpdf, and pikepdf upon it."""

from __future__ import annotations

import io
import os
import re
import statistics
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from booklet.bench.specimen import Pen
from booklet.lengths import Size
from booklet.press import Order
from booklet.source import ROOT
from tests.conftest import everything, labels, pull, texts
from tests.reading import lines, poppler

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from booklet.press import Booklet
    from booklet.quick.layout import QuickLayout
    from tests.conftest import Shop
    from tests.reading import Line


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, lasting: QuickLayout) -> Booklet:
    """Return the booklet of the essay that the project ships."""
    order = Order(None, ("reader",), out=str(tmp_path_factory.mktemp("shipped")))
    return pull(order, [lasting]).booklets[0]


def plain(words: int, front: str = "title: Title\nlang: en", notes: int = 0) -> str:
    """Return an essay of nothing but paragraphs, and a note now and then."""
    pen = Pen(1)
    text = [pen.sentences(pen.between(60, 120)) for _ in range(words // 90)]
    calls = [f"{p}[^{i}]" if i < notes else p for i, p in enumerate(text)]
    said = [f"[^{i}]: {pen.sentences(20)}" for i in range(notes)]
    return "\n\n".join([f"---\n{front}\n---", *calls, *said])


# -- The file --------------------------------------------------------------------------------------


def test_the_file_is_sound(shipped: Booklet) -> None:
    """Nothing in the file is out of order, as far as qpdf can tell."""
    done = subprocess.run(
        ["qpdf", "--check", str(shipped.path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors" in done.stdout


def test_fonts_are_embedded_in_part(shipped: Booklet) -> None:
    """Each font is ours, goes with the file, and has the letters in use and no others."""
    rows = [row.split() for row in poppler("pdffonts", shipped.path).splitlines()[2:]]
    assert {row[0].split("+")[1].rsplit("-Semi")[0].split("-I")[0] for row in rows} == {
        "Booklet-Serif",
        "Booklet-Sans",
    }
    assert [row[-5:-2] for row in rows] == [["yes", "yes", "yes"]] * len(rows)
    with pikepdf.open(shipped.path) as pdf:
        programs = [o.FontFile3 for o in pdf.objects if is_font(o)]
        sizes = [drawn(TTFont(io.BytesIO(p.read_bytes()))) for p in programs]
    assert len(sizes) == len(rows)
    assert max(sizes) < 150


def drawn(font: TTFont) -> int:
    """Return how many glyphs of a font have an outline: those left out are empty."""
    glyphs = font["CFF "].cff.topDictIndex[0].CharStrings
    return sum(len(glyphs[name].bytecode or b"") > 1 for name in glyphs.keys())  # noqa: SIM118 - it is no mapping


def is_font(item: pikepdf.Object) -> bool:
    """Tell whether an object of a PDF describes a font."""
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


def test_nothing_of_the_machine_is_inside(press: Shop) -> None:
    """No stream or string names a folder, a file or a user of the machine."""
    picture = io.BytesIO()
    Image.new("RGB", (90, 60), (90, 90, 90)).save(picture, "PNG")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9"/></svg>'
    booklet = press(
        {
            "essay.md": "# T\n\nText.[^1] [Link](#s).\n\n![P](p.png)\n\n![D](d.svg)\n\n"
            "## S\n\nMore.\n\n[^1]: A [note](https://example.org/).\n",
            "p.png": picture.getvalue(),
            "d.svg": drawing,
            "style.css": "p { color: #111 }\n",
        }
    )
    inside = everything(booklet.path.read_bytes())
    home = os.path.expanduser("~")
    names = [str(press.folder), press.folder.parent.name, str(ROOT), home, "file:", "p.png", ".md"]
    assert [name for name in names if len(name) > 2 and name.encode() in inside] == []


# -- What the file says of itself ------------------------------------------------------------------

FRONT = """\
title: 'Über “Quotes” & <angles>'
subtitle: A subtitle
author: [Ada Öhm, Bea Writer]
lang: de-AT
keywords: [eins, 'zwei & drei']
description: What it is about.
"""


def test_the_booklet_is_described(press: Shop) -> None:
    """Title, authors, subject, keywords and language stand in both places where readers look."""
    booklet = press(f"---\n{FRONT}---\nText.\n")
    said = dict(
        line.split(":", 1) for line in poppler("pdfinfo", booklet.path).splitlines() if ":" in line
    )
    title = booklet.edition.manuscript.title
    assert "Über" in title
    assert {name: said[name].strip() for name in ("Title", "Author", "Subject", "Keywords")} == {
        "Title": title,
        "Author": "Ada Öhm, Bea Writer",
        "Subject": "What it is about.",
        "Keywords": "eins, zwei & drei",
    }
    with pikepdf.open(booklet.path) as pdf:
        assert str(pdf.Root.Lang) == "de-AT"
        meta = pdf.open_metadata()
        assert meta["dc:title"] == title
        assert meta["dc:creator"] == ["Ada Öhm", "Bea Writer"]
        assert meta["dc:description"] == "What it is about."
        assert set(meta["dc:language"]) == {"de-AT"}
        assert set(meta["dc:subject"]) == {"eins", "zwei & drei"}
        assert meta["pdf:Keywords"] == "eins, zwei & drei"
        assert meta["pdfuaid:part"] == "1"


@pytest.mark.parametrize(("side", "direction"), [("ltr", "/L2R"), ("rtl", "/R2L")])
def test_a_viewer_knows_how_to_show_it(press: Shop, side: str, direction: str) -> None:
    """With its title, its outline, and the side on which it is bound."""
    booklet = press(f"---\ntitle: Title\ndir: {side}\n---\nOne.\n\n## Two\n\nThree.\n")
    with pikepdf.open(booklet.path) as pdf:
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert str(pdf.Root.ViewerPreferences.Direction) == direction
        assert str(pdf.Root.PageMode) == "/UseOutlines"


# -- Numbers, outline and links --------------------------------------------------------------------


def test_labels_are_the_folios(shipped: Booklet) -> None:
    """A page that prints its number has it as its label; the others count with them."""
    pages = texts(shipped.path)
    folios = labels(shipped.path.read_bytes())
    first = folios.index("1")
    assert folios[:4] == ["i", "ii", "iii", "iv"][:first]
    assert folios[first:] == [str(n) for n in range(1, len(folios) - first + 1)]
    printed = {n: folio for n, text in enumerate(pages) if (folio := text.split()[-1:])}
    opener = [leaf.part for leaf in shipped.pages.leaves].index("c0")
    with_folio = [n for n, leaf in enumerate(shipped.pages.leaves) if leaf.part == "c0"][1:]
    assert len(with_folio) > 10
    assert opener == first
    for n in with_folio:
        assert printed[n] == [folios[n]]
    assert printed[2] == ["iii"]


def goal(item: pikepdf.OutlineItem) -> tuple[int, int]:
    """Return the number of the page to which a line of an outline leads."""
    assert isinstance(item.destination, pikepdf.Array)
    return item.destination[0].objgen


def test_the_outline_is_the_headings(shipped: Booklet) -> None:
    """Each line of the outline leads to the page on which its heading stands."""
    with pikepdf.open(shipped.path) as pdf:
        numbers = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            rows = [(item.title, goal(item)) for item in every(outline.root)]
    essay = (ROOT / "essays" / "strategic-military-alliances" / "essay.md").read_text()
    headings = [plain_words(h) for h in re.findall(r"^#{2,3} (.*?)(?: \{.*\})?$", essay, re.M)]
    assert [plain_words(title) for title, _ in rows][-len(headings) :] == headings
    pages = [plain_words(text) for text in texts(shipped.path)]
    for title, page in rows:
        assert plain_words(title) in pages[numbers[page]]


def every(items: Sequence[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    """Yield all lines of an outline in order."""
    for item in items:
        yield item
        yield from every(item.children)


def plain_words(text: str) -> str:
    """Return the letters and digits of a text, as they compare across typesetting."""
    return re.sub(r"[\W_]+", "", text).casefold()


def test_links_lead_where_they_say(shipped: Booklet) -> None:
    """The contents lead to the pages that they name, on which the heading stands."""
    pages = [plain_words(text) for text in texts(shipped.path)]
    with pikepdf.open(shipped.path) as pdf:
        numbers = {page.obj.objgen: n for n, page in enumerate(pdf.pages)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        links = [a for a in pdf.pages[2].Annots if "/Dest" in a]
        said = [(str(a.Contents), numbers[names[str(a.Dest)][0].objgen]) for a in links]
        everywhere = [a for page in pdf.pages for a in page.get("/Annots", []) if "/Dest" in a]
        assert all(str(a.Dest) in names for a in everywhere)
    assert len(said) > 8
    folios = labels(shipped.path.read_bytes())
    for words, page in said:
        heading, number = words.rsplit(" ", 1)
        assert folios[page] == number
        assert plain_words(heading) in pages[page]


def test_trees_have_their_keys_in_order_and_within_limits(shipped: Booklet) -> None:
    """Every named place, page and link is found by going down its tree, as a viewer does."""
    with pikepdf.open(shipped.path) as pdf:
        tagged = pdf.Root.StructTreeRoot.ParentTree
        wanted: list[Any] = [page.obj.StructParents for page in pdf.pages]
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        wanted += [link.StructParent for link in links]
        assert keys(tagged, "/Nums") == sorted(wanted)
        named = keys(pdf.Root.Names.Dests, "/Names")
        assert named == sorted(set(named))
        assert {bytes(link.Dest) for link in links if "/Dest" in link} <= set(named)
        assert len(pdf.Root.Names.Dests.Kids) > 1


def keys(tree: pikepdf.Object, row: str) -> list[Any]:
    """Return the keys of a number tree or name tree of leaves, each within the limits of its leaf
    and after those of the leaf before it."""
    found: list[Any] = []
    for leaf in tree.Kids:
        own = [key if row == "/Nums" else bytes(key) for key in leaf[row].as_list()[::2]]
        limits = [end if row == "/Nums" else bytes(end) for end in leaf.Limits.as_list()]
        assert limits == [own[0], own[-1]]
        assert not found or found[-1] < own[0]
        found += own
    return found


def test_no_stream_of_objects_is_long(shipped: Booklet) -> None:
    """A viewer that wants one object does not unpack those of the whole book."""
    raw = shipped.path.read_bytes()
    held = [int(n) for n in re.findall(rb"/Type /ObjStm/N (\d+)", raw)]
    assert max(held) <= 100
    assert sum(held) > 500


def test_links_stand_where_their_words_are(press: Shop) -> None:
    """What can be pressed is the words of the link, and the number of a note."""
    text = "Some [words](https://e.org/) and a note.[^1]\n\n[^1]: N.\n"
    booklet = press(f"---\ntitle: T\n---\n{text}")
    with pikepdf.open(booklet.path) as pdf:
        (page,) = [page for page in pdf.pages if "/Annots" in page]
        number, height = pdf.pages.index(page) + 1, float(page.mediabox[3])
        boxes = [[float(x) for x in a.Rect] for a in page.Annots]
    where = boxes_of_words(booklet.path, number)
    for word, (left, *_, right, _) in zip(("words", "1"), boxes, strict=True):
        assert (left, right) == pytest.approx(where[word][::2], abs=0.3)
    for word, (_, *sides) in zip(("words", "1"), boxes, strict=True):
        middle = height - statistics.mean(where[word][1::2])
        assert min(sides[::2]) < middle < max(sides[::2])


def boxes_of_words(pdf: Path, page: int) -> dict[str, tuple[float, ...]]:
    """Return the first box of each word of a page, in points from the top left."""
    words = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"]
    html = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    side = r'\w+="([\d.]+)"'
    found: dict[str, tuple[float, ...]] = {}
    for *box, word in re.findall(f"<word {side} {side} {side} {side}>(.*?)<", html):
        found.setdefault(word, tuple(map(float, box)))
    return found


# -- The page --------------------------------------------------------------------------------------

TRIMS = ["A5", "half-letter", "A4", "letter", "A6", "120mm x 190mm"]


@pytest.mark.parametrize("trim", TRIMS)
def test_a_page_has_its_size_and_its_measure(press: Shop, trim: str) -> None:
    """The sheet is the trim, and a full line has 55 to 75 characters, whatever the paper."""
    booklet = press(plain(3_000, f"title: Title\nlang: en\ntrim: {trim}"))
    size = Size.parse(trim)
    wanted = [0.0, 0.0, size.width.pt, size.height.pt]
    said = poppler("pdfinfo", booklet.path, "-box", "-l", "-1")
    boxes = re.findall(r"(MediaBox|TrimBox): +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)", said)
    assert len(boxes) == 2 * len(booklet.pages.leaves)
    for _, *box in boxes:
        assert [float(x) for x in box] == pytest.approx(wanted, abs=0.02)
    assert 55 <= statistics.median(len(line.text) for line in full(booklet.path)) <= 75


def full(pdf: Path) -> list[Line]:
    """Return the lines of text that go from margin to margin, of all pages."""
    found = [line for page in lines(pdf) for line in page]
    widths = Counter(round(line.right - line.left) for line in found)
    measure = max(width for width, times in widths.items() if times > 20)
    return [line for line in found if abs(line.right - line.left - measure) < 1.5]


def test_the_trim_can_be_named_in_numbers() -> None:
    """The last of the trims above is no name but a size, and the measure of the test is its own."""
    assert Size.parse(TRIMS[-1]).width.to("mm") == pytest.approx(120)


FOLDED = "title: Title\nlang: en\neditions: {folded: {based-on: booklet, output: pages}}"


def test_margins_are_mirrored_for_the_fold_and_even_on_the_screen(press: Shop) -> None:
    """Verso and recto of what is folded are each other's mirror image, the outer margin wider."""
    reader, folded = press.set(plain(3_000, FOLDED), editions=("reader", "folded")).booklets
    ((outer, inner),) = margins(folded, 1)
    assert margins(folded, 0) == {(inner, outer)}
    assert outer > inner
    ((left, right),) = margins(reader, 0) | margins(reader, 1)
    assert left == right
    for one, two in zip(lines(reader.path), lines(folded.path), strict=True):
        assert [line.text for line in one] == [line.text for line in two]


def margins(booklet: Booklet, parity: int) -> set[tuple[int, int]]:
    """Return the left and right margins of the body's pages, even ones (0) or odd ones (1)."""
    width = booklet.edition.trim.width.pt
    return {
        (
            statistics.mode(round(line.left) for line in page),
            statistics.mode(round(width - line.right) for line in page),
        )
        for n, page in enumerate(lines(booklet.path))
        if booklet.pages.leaves[n].part == "c0" and n % 2 == parity
    }


def test_heads_and_folios_stand_at_the_outer_edge(shipped: Booklet) -> None:
    """The title over the verso, the section over the recto, the number at the foot of both."""
    pages = lines(shipped.path)
    body = [n for n, leaf in enumerate(shipped.pages.leaves) if leaf.part == "c0"][1:]
    for n in body:
        head, folio = pages[n][0], pages[n][-1]
        text = [line for line in pages[n] if line.bottom - line.top > 13]
        left, right = min(line.left for line in text), max(line.right for line in text)
        assert folio.text == shipped.pages.leaves[n].folio
        for line in (head, folio):
            edge = line.left - left if n % 2 else line.right - right
            assert abs(edge) < 0.6, line


def test_lines_of_facing_pages_stand_at_the_same_height(press: Shop) -> None:
    """Text has one leading from the head of the page to its foot, on every page."""
    booklet = press(plain(4_000, notes=6))
    body = [
        [line.bottom for line in page if 13 < line.bottom - line.top < 14]
        for page, leaf in zip(lines(booklet.path), booklet.pages.leaves, strict=True)
        if leaf.part == "c0"
    ][1:-1]
    assert len(body) > 6
    first = body[0][0]
    for page in body:
        assert page[0] == pytest.approx(first, abs=0.2)
        steps = [(bottom - first) / 14 for bottom in page]
        assert all(abs(step - round(step)) * 14 < 0.2 for step in steps)
        assert len(set(map(round, steps))) == len(steps)
