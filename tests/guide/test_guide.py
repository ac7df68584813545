"""The guide to printing: one page, made for one booklet, with the words and figures of its plan."""

from __future__ import annotations

import re
import runpy
import subprocess
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet.editions.own_words import GUIDE, _pieces
from booklet.editions.own_words import guide as words_of
from booklet.errors import BookletError
from booklet.guide import Guide, explain, figures
from booklet.lengths import Size
from booklet.press import sheet_plan
from booklet.sheets import Plan, impose, place
from booklet.source import ROOT
from tests.drawing import MM, blocks
from tests.pdf.test_actual_text import boxes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shop

SVG = "{http://www.w3.org/2000/svg}"

# One of each kind of work that a guide explains: its plan, its pages and their size.
KINDS: dict[str, tuple[dict[str, object], int, tuple[float, float]]] = {
    "saddle": ({}, 22, (148, 210)),
    "signatures": ({"scheme": "signatures", "cover": "yes"}, 64, (148, 210)),
    "cut": ({"scheme": "cut-and-stack"}, 16, (105, 148)),
    "two-up": ({"scheme": "two-up"}, 9, (148, 210)),
    "right, letter, one-sided": (
        {"binding": "right", "sheet": "letter", "printing": "two-files"}, 14, (139.7, 215.9),
    ),
    "signatures, letter, one-sided": (
        {"scheme": "signatures", "cover": "yes", "sheet": "letter", "printing": "two-files"}, 64,
        (139.7, 215.9),
    ),
    "cut, one-sided": (
        {"scheme": "cut-and-stack", "printing": "two-files"}, 16, (105, 148),
    ),
    "thick": ({"flip": "long-edge", "sheet": "A3"}, 120, (148, 210)),
    "too thick": ({}, 240, (148, 210)),
    "two sheets": ({}, 8, (148, 210)),
    "one sheet, one run": ({"printing": "one-run", "tray": "face-up"}, 4, (148, 210)),
    "all on the cover": ({"scheme": "signatures", "cover": "yes"}, 4, (148, 210)),
    "paper unknown": ({"paper": "coated", "creep": "none"}, 8, (148, 210)),
}  # fmt: skip


def guide(kind: str, title: str = "On tea", copies: int = 1, lang: str = "en") -> Guide:
    """Return the guide of a kind."""
    wishes, count, (width, height) = KINDS[kind]
    sheets = impose(blocks(count, width * MM, height * MM), Plan.parse(wishes))
    return explain(sheets, title, "0123abcd", copies, "", words_of(lang))


def texts(svg: str) -> list[str]:
    """Return the words in a figure, in the order in which they are drawn."""
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture
def lay(press: Shop) -> Callable[[Guide], tuple[int, str]]:
    """Return what sets a guide, as the press does: how many pages it takes, and its text."""
    from booklet.editions import leaflet
    from booklet.layout import PartText
    from booklet.source import read

    # the layout has its styles, with letters as wide as Japanese ones, which no machine must have
    letters = "".join(sorted({c for word in words_of("ja").values() for c in word if c > "\u2e7f"}))
    own = boxes(letters, width=1000)
    press({"essay.md": "Text.", "fonts/boxes.ttf": own}, editions=("booklet",))
    source = read("essay.md", press.folder)

    def set_(guide: Guide) -> tuple[int, str]:
        for rules in guide.rules:
            html, css = leaflet("guide", {"guide": guide}, rules, source)
            laid = press.crew.lay(PartText("guide", html, css, "recto"))
            if len(laid.pages) == 1:
                break
        assert laid.log == ()
        folios = [str(at) for at in range(len(laid.pages))]
        written = press.crew.write(("guide",), folios, {})
        assert written.log == ()
        return len(laid.pages), read_(written.pdf)

    return set_


def read_(pdf: bytes) -> str:
    """Return the text of a PDF as poppler reads it, on one line."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_every_guide_is_one_page(lay: Callable[[Guide], tuple[int, str]]) -> None:
    """Whatever is to be explained, and however long the title: one page to hang at the printer."""
    title = "A treatise of uncommon length " * 5
    assert {kind: lay(guide(kind, title))[0] for kind in KINDS} == dict.fromkeys(KINDS, 1)


# The languages with the longest sentences, and two of other letters.
LONGEST = ["ar", "ja", *sorted(_pieces(GUIDE), key=lambda tag: len(_pieces(GUIDE)[tag]))[-3:]]


@pytest.mark.parametrize("lang", LONGEST)
def test_every_guide_is_one_page_in_every_language(
    lay: Callable[[Guide], tuple[int, str]], lang: str
) -> None:
    """The longest of all, on the shortest paper, has its place, and all of it is filled in."""
    title = "A treatise of uncommon length " * 2
    count, said = lay(guide("signatures, letter, one-sided", title, lang=lang))
    assert count == 1
    assert "{" not in said
    assert "sheets-fronts.pdf" in said
    assert words_of(lang)["front"] in said


def test_a_guide_from_right_to_left(lay: Callable[[Guide], tuple[int, str]]) -> None:
    """Its values are wholes, and words of figures stand over the drawing, not in its SVG."""
    made = guide("saddle", lang="ar")
    assert made.rtl
    assert made.say("behind", back=2, front=1).count("\u2066") == 2
    figure = made.figures["sides"]
    assert texts(figure[figure.index("<svg") : figure.index("</svg>") + 6]) == ["22", "1", "2"]
    assert figure.count('class="guide-label"') == 3
    assert lay(made)[0] == 1


def test_a_guide_in_chinese_has_no_gaps_after_full_stops() -> None:
    """Signs as wide as a letter bring their gap with them."""
    assert guide("saddle", lang="zh").flow("一。 二， 三. 四") == "一。二，三. 四"


@pytest.mark.parametrize(("lang", "said"), [("en", "0.6"), ("de", "0,6"), ("xx", "0.6")])
def test_tenths_are_written_as_the_language_does(lang: str, said: str) -> None:
    """With a comma or a point."""
    made = guide("saddle", lang=lang)
    assert made.estimate.stitched
    assert made.mm(made.estimate.stitched) == said


def test_the_guide_speaks_the_language_of_the_booklet(press: Shop) -> None:
    """In its own words, but for those that the author has written beside the essay."""
    text = "---\ntitle: Tee\nlang: de\n---\nEin Satz.\n"
    files = {"essay.md": text, "templates/guide.toml": 'finish = "Und noch"\n'}
    said = read_(press(files, editions=("booklet",)).files[1].read_bytes())
    for word in ("So wird gedruckt, gefalzt und gebunden", "Und noch", "die kurze Kante"):
        assert word in said
    assert "Fertigstellen" not in said


def test_a_guide_says_what_its_plan_wants(lay: Callable[[Guide], tuple[int, str]]) -> None:
    """Each kind of sheets has its own steps, edges, files and staples, and no other's."""
    said = {kind: lay(guide(kind))[1] for kind in KINDS}
    assert "flip on the short edge" in said["saddle"]
    assert "flip on the long edge" in said["thick"]
    assert "Page 2 is behind page 1" in said["saddle"]
    assert "you see pages 12 and 13" in said["saddle"]
    assert "to the right: the front cover comes up" in said["saddle"]
    assert "to the left: the front cover comes up" in said["right, letter, one-sided"]
    assert "52 mm from head and foot. For 0.6 mm of paper take 24/6 or 26/6" in said["saddle"]
    assert "24/8 or 23/8" in said["thick"]
    assert "For 0.1 mm of paper take 24/6 or 26/6" in said["all on the cover"]
    assert "Cut at the marks" in said["thick"]
    assert "more than office staples hold" in said["too thick"]
    assert "Gather" in said["signatures"]
    assert "Staple" not in said["signatures"]
    assert "cover.pdf, sheets.pdf" in said["signatures"]
    assert "lay the upper half on the lower one" in said["cut"]
    assert "at the left upper corner" in said["two-up"]
    assert "Fold" not in said["two-up"]
    one_sided = said["right, letter, one-sided"]
    assert "sheets-fronts.pdf, sheets-backs.pdf" in one_sided
    assert "flip on" not in one_sided
    assert "leave the pile as it lies" in one_sided
    assert "turn the pile over, without sorting it" in said["one sheet, one run"]
    assert "mm of paper" not in said["paper unknown"]


def test_the_guide_is_printed_on_the_paper_at_hand() -> None:
    """Who prints on letter gets a guide on letter, and everybody else one on A4."""
    assert guide("right, letter, one-sided").page == Size.parse("letter")
    assert guide("thick").page == Size.parse("A4")


@pytest.mark.parametrize("kind", KINDS)
def test_page_behind_page(kind: str) -> None:
    """The page that the guide calls the back of another is its back: the next, or the last one."""
    page, behind = guide(kind).behind
    assert {page, behind} == ({2, 3} if kind == "two-up" else {page, page + 1})
    assert page % 2 == (0 if kind == "two-up" else 1)


def test_figures_show_the_pages_of_the_plan() -> None:
    """The numbers in a figure are those that stand on the sheet; a blank is called one."""
    drawn = guide("saddle").figures
    assert texts(drawn["sides"])[:6] == ["22", "1", "sheet 1, front", "2", "blank", "sheet 1, back"]
    assert texts(drawn["pile"]) == ["12", "13", "sheet 1", "sheet 6"]
    assert texts(guide("right, letter, one-sided").figures["sides"])[:2] == ["1", "14"]
    assert texts(guide("signatures").figures["gathering"])[:3] == ["1–5", "6–10", "11–15"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_drawn_beyond_its_figure(kind: str) -> None:
    """Each corner of each shape lies within the figure's own edges."""
    for name, svg in guide(kind).figures.items():
        root = ET.fromstring(svg)
        _, _, width, height = map(float, root.get("viewBox", "").split())
        corners = [
            tuple(map(float, corner.split(",")))
            for shape in root.iter(f"{SVG}polygon")
            for corner in shape.get("points", "").split()
        ]
        for box in root.iter(f"{SVG}rect"):
            x, y, wide, high = (float(box.get(k, "0")) for k in ("x", "y", "width", "height"))
            corners += [(x, y), (x + wide, y + high)]
        for text in root.iter(f"{SVG}text"):
            if text.get("y"):  # its letters hang a quarter of their size below the line
                size = float(text.get("font-size", "0"))
                x, y = float(text.get("x", "0")), float(text.get("y", "0"))
                corners += [(x, y - size * 0.7), (x, y + size * 0.25)]
        for path in root.iter(f"{SVG}path"):
            numbers = [float(found) for found in re.findall(r"-?[\d.]+", path.get("d", ""))]
            corners += zip(numbers[::2], numbers[1::2], strict=True)
        for x, y in corners:
            assert -0.01 <= x <= width + 0.01, name
            assert -0.01 <= y <= height + 0.01, name


def test_a_hundred_signatures_are_drawn_as_a_few() -> None:
    """A figure of very many signatures shows the first and the last, with dots between."""
    plan = Plan.parse({"scheme": "signatures", "signature": 1})
    words = texts(figures.gathering(place(400, plan), marks=True))
    assert words == ["1", "2", "3", "…", "98", "99", "100", "sheets"]


def test_the_guide_comes_with_the_sheets(press: Shop) -> None:
    """`guide.pdf` is written beside the sheets, and names the booklet and its files."""
    made = press("---\ntitle: On Tea\n---\nText.\n", editions=("booklet",), copies=30)
    assert [path.name for path in made.files] == ["sheets.pdf", "guide.pdf"]
    said = read_(made.files[1].read_bytes())
    for word in ("On Tea", "sheets.pdf", "Copies: 30. Sheets: 30 × A4, 150 g."):
        assert word in said
    with pikepdf.open(made.files[1]) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(edge)) for edge in pdf.pages[0].mediabox] == [0, 0, 595, 842]


def test_an_edition_of_the_authors_has_a_guide_of_its_own(press: Shop) -> None:
    """Its files begin with the edition's name, and so does what its guide says of them."""
    text = "---\ntitle: T\neditions:\n  pocket: {based-on: booklet, trim: A6}\n---\nText.\n"
    made = press(text, editions=("pocket",))
    assert [path.name for path in made.files] == ["pocket-sheets.pdf", "pocket-guide.pdf"]
    assert "pocket-sheets.pdf" in read_(made.files[1].read_bytes())


def test_an_author_can_write_a_guide_of_their_own(press: Shop) -> None:
    """`templates/guide.html` beside the essay stands before the house's, faults and all."""
    own = "<html lang=de><body>{{ guide.estimate.sheets }} Bögen {{ nothing }}</body></html>"
    with pytest.raises(BookletError, match=r"'nothing' is undefined") as caught:
        press({"essay.md": "Text.", "templates/guide.html": own}, editions=("booklet",))
    assert str(caught.value.where) == "templates/guide.html:1"
    own = own.replace("{{ nothing }}", "")
    made = press({"templates/guide.html": own}, editions=("booklet",))
    assert read_(made.files[1].read_bytes()) == "1 Bögen"


def test_the_pictures_in_the_documents_are_drawn_from_the_schemes() -> None:
    """What docs/schemes.py draws today is what stands in docs/schemes/."""
    script = runpy.run_path(str(ROOT / "docs" / "schemes.py"))
    drawn = {
        f"{name}.svg": script["picture"](*scheme) for name, scheme in script["SCHEMES"].items()
    }
    there = {path.name: path.read_text() for path in (ROOT / "docs" / "schemes").glob("*.svg")}
    assert drawn == there


def test_every_setting_of_sheets_is_in_the_documents() -> None:
    """What an author can write under `sheets:` is explained where the schemes are."""
    page = (ROOT / "docs" / "schemes.md").read_text()
    for key in sheet_plan.KEYS:
        assert re.search(rf"[`\s]{key}[`:]", page), key
