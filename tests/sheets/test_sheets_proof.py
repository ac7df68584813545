"""The fold proof: right sheets pass, and sheets that were broken on purpose do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import pairwise

import pikepdf
import pytest
from pikepdf import ContentStreamInlineImage, ContentStreamInstruction, Pdf
from PIL import Image
from pypdfium2 import PdfDocument

from booklet.preflight.read_back import read_back
from booklet.sheets import Plan, Sheets, impose, prove
from booklet.sheets.appearance import TrimLook, _counted, in_blocks, original, seen_wrong
from booklet.sheets.fold import fold
from booklet.sheets.folded_region import Region
from booklet.sheets.frame import Box, frame
from booklet.sheets.rendered import View, Viewer, ink
from tests.drawing import MM, blocks, calls, pages

WAYS: list[dict[str, object]] = [
    {},
    {"flip": "long-edge"},
    {"binding": "right"},
    {"binding": "right", "flip": "long-edge", "creep": "push-out"},
    {"scheme": "two-up"},
    {"scheme": "two-up", "flip": "long-edge"},
    {"scheme": "signatures", "signature": 2},
    {"scheme": "signatures", "signature": 2, "cover": True, "sheet": "A3"},
    {"cover": True, "paper": "0.3mm"},
    {"paper": "2mm"},
    {"sheet": "tabloid", "marks": "fold crop stitch collation name"},
    {"sheet": "A3", "scheme": "cut-and-stack"},
    {"sheet": "A3", "scheme": "cut-and-stack", "flip": "long-edge", "binding": "right"},
    {"printing": "two-files"},
    {"printing": "one-run", "tray": "face-up"},
    {"only": "2"},
    {"notes": "ruled", "closing": 2},
    {"notes": "dotted"},
]


def made(source: bytes, **words: object) -> Sheets:
    return impose(source, Plan.parse(words))


def broken(sheets: Sheets, change: Callable[[Pdf], None], run: int = 0) -> Sheets:
    """Return the sheets, the PDF of one run changed."""
    pdf = Pdf.open(BytesIO(sheets.runs[run].pdf))
    change(pdf)
    out = BytesIO()
    pdf.save(out)
    runs = list(sheets.runs)
    runs[run] = replace(runs[run], pdf=out.getvalue())
    return replace(sheets, runs=tuple(runs))


def found(sheets: Sheets, source: bytes) -> list[str]:
    return [str(mismatch) for mismatch in prove(sheets, source).mismatches]


def rewrite(page: int, old: bytes, new: bytes) -> Callable[[Pdf], None]:
    """Return a change that replaces a part of a sheet's own operators, which must be there once."""

    def change(pdf: Pdf) -> None:
        drawn = pdf.pages[page].Contents.read_bytes()
        assert drawn.count(old) == 1, drawn
        pdf.pages[page].Contents = pdf.make_stream(drawn.replace(old, new))

    return change


# -- Right sheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WAYS, ids=str)
@pytest.mark.parametrize("count", [5, 12])
def test_right_sheets_pass(count: int, words: dict[str, object]) -> None:
    """Sheets that were made by the plan are found to be right, whatever the plan."""
    assert found(made(pages(count), **words), pages(count)) == []


def test_pages_of_every_kind_pass() -> None:
    """So are pages with bleed, pictures, other scripts, faint ink, and none at all."""
    css = """@page { bleed: 3mm; marks: crop }
        #p1 { background: black; border: 0; color: white; height: 100vh; margin: 0 }
        #p2 { color: #ddd; border: 0 } #p3 { direction: rtl } #p4 { border: 0; color: white }
        #p5 { background: linear-gradient(black, white) } #p6 { font-size: 6pt }
        #p7 h1 { transform: rotate(30deg) } #p8 { opacity: .4 }"""
    source = pages(8, css=css)
    for words in ({}, {"sheet": "A3", "flip": "long-edge"}, {"scheme": "two-up"}):
        assert found(made(source, **words), source) == []


def test_bars_pass() -> None:
    """Pages without any text are told apart by their looks."""
    source = blocks(40)
    assert found(made(source), source) == []


def spelled(source: bytes) -> bytes:
    """Return pages that say the letters of all their glyphs, as they do in Arabic."""
    with Pdf.open(BytesIO(source)) as pdf:
        for page in pdf.pages:
            drawn: list[ContentStreamInstruction | ContentStreamInlineImage] = []
            letters = pikepdf.Dictionary(ActualText=pikepdf.String("جسر"))
            span = [pikepdf.Name.Span, letters]
            opening = ContentStreamInstruction(span, pikepdf.Operator("BDC"))
            closing = ContentStreamInstruction([], pikepdf.Operator("EMC"))
            for one in pikepdf.parse_content_stream(page):
                shows = str(one.operator) in ("Tj", "TJ")
                drawn += [opening, one, closing] if shows else [one]
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(drawn))
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("count", [5, 6])
def test_blanks_beside_pages_that_say_their_letters_pass(count: int) -> None:
    """PDFium finds such letters far beside their glyphs: a blank without ink has none of them."""
    source = spelled(pages(count))
    assert found(made(source), source) == []
    inked = made(source, notes="none")

    def stain(pdf: Pdf) -> None:
        for page in pdf.pages:
            page.contents_add(b"0 0 2000 2000 re f")

    assert any("a blank" in one for one in found(broken(inked, stain), source))


# -- Broken sheets ---------------------------------------------------------------------------------


def test_a_pixel_at_the_edge_is_no_fault() -> None:
    """Pictures are compared in whole blocks: in one cut short, a snapped glyph would fill it."""
    picture = Image.new("L", (33, 40), 255)
    picture.putpixel((32, 39), 0)
    assert in_blocks(picture, 16).size == (2, 2)
    assert in_blocks(picture, 16).getextrema() == (255, 255)
    picture.putpixel((31, 31), 0)
    assert in_blocks(picture, 16).getextrema() == (254, 255)


def test_two_pages_swapped() -> None:
    """Two pages that changed places are both named, and what stands there instead."""

    def swap(pdf: Pdf) -> None:
        forms = pdf.pages[0].Resources.XObject
        forms["/P0"], forms["/P1"] = forms["/P1"], forms["/P0"]

    assert found(broken(made(pages(8)), swap), pages(8)) == [
        "sheet 1, front: page 1 is not there: page 8 is in its place",
        "sheet 1, front: page 8 is not there: page 1 is in its place",
    ]


@pytest.mark.parametrize(
    ("dress", "size"), [("border: 0", "8pt"), ("background: #222; color: white", "24pt")]
)
def test_pages_swapped_that_look_alike(dress: str, size: str) -> None:
    """Pages that have but a folio each are told apart by it, on white and on black."""
    source = pages(8, css=f"section {{ {dress} }} h1 {{ font-size: {size} }} p {{ display: none }}")

    def swap(pdf: Pdf) -> None:
        pdf.pages[1].Resources.XObject["/P0"] = pdf.pages[3].Resources.XObject["/P0"]

    assert found(broken(made(source, creep="none"), swap), source) == [
        "sheet 1, back: page 2 is not there: page 4 is in its place"
    ]


def test_one_page_upside_down() -> None:
    """A page that was turned round is said to stand upside down."""
    sheets = made(pages(8), creep="none")
    old = b"1 0 0 1 420.94 0 cm"
    turned = f"-1 0 0 -1 {420.94 + 148 * MM:.2f} {210 * MM:.2f} cm".encode()
    assert found(broken(sheets, rewrite(2, old, turned)), pages(8)) == [
        "sheet 2, front: page 3 stands upside down"
    ]


@pytest.mark.parametrize("millimetres", [3, 2, -3])
@pytest.mark.parametrize("axis", [0, 1])
def test_one_page_shifted(axis: int, millimetres: int) -> None:
    """A page that lies 3 mm off its place is named, and by how much it is off."""
    sheets = made(pages(8), creep="none")
    x, y = 420.94, 0.0
    x, y = (x + millimetres * MM, y) if axis == 0 else (x, y + millimetres * MM)
    new = f"1 0 0 1 {x:.2f} {y:.2f} cm".encode()
    (said,) = found(broken(sheets, rewrite(2, b"1 0 0 1 420.94 0 cm", new)), pages(8))
    assert said.startswith("sheet 2, front: page 3 lies ")
    assert float(said.split()[6]) == pytest.approx(abs(millimetres), abs=0.2)


@pytest.mark.parametrize("millimetres", [3, -3])
def test_a_lone_folio_shifted(millimetres: int) -> None:
    """So is a page with nothing but a small folio on it."""
    source = pages(8, css="section{border:0} h1{font-size:8pt} p{display:none}")
    new = f"1 0 0 1 {420.94 + millimetres * MM:.2f} 0 cm".encode()
    sheets = broken(made(source, creep="none"), rewrite(2, b"1 0 0 1 420.94 0 cm", new))
    (said,) = found(sheets, source)
    assert said.startswith("sheet 2, front: page 3 lies ")


def test_one_page_missing() -> None:
    """A page that was not drawn is missed."""
    assert found(broken(made(pages(8)), rewrite(2, b"/P1 Do", b"")), pages(8)) == [
        "sheet 2, front: page 3 is not there"
    ]


def test_one_side_missing() -> None:
    """A side that was lost is missed, and so is what has moved up into its place."""

    def drop(pdf: Pdf) -> None:
        del pdf.pages[3]

    assert found(broken(made(pages(8)), drop), pages(8)) == [
        "sheet 2, back: page 4 is missing: the sheets end before it",
        "sheet 2, back: page 5 is missing: the sheets end before it",
    ]


def test_two_sheets_swapped() -> None:
    """Sheets printed in the wrong order are read in the wrong order."""

    def swap(pdf: Pdf) -> None:
        order = [pdf.pages[at] for at in (2, 3, 0, 1)]
        pdf.pages[:] = order

    assert len(found(broken(made(pages(8), creep="none"), swap), pages(8))) == 8


def test_backs_for_another_printer() -> None:
    """Backs made for the other edge stand upside down, and each behind the wrong page."""
    source = pages(8)
    wrong = replace(made(source, flip="long-edge"), plan=Plan())
    said = found(wrong, source)
    assert len(said) == 4
    assert all(", back: " in one for one in said)


def test_a_sheet_of_another_size() -> None:
    """A sheet that some program has made smaller is not accepted."""

    def shrink(pdf: Pdf) -> None:
        pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 560, 800])

    assert found(broken(made(pages(4)), shrink), pages(4)) == [
        "sheet 1, front: page 1 stands on a sheet of another size",
        "sheet 1, front: page 4 stands on a sheet of another size",
    ]


def test_a_page_made_smaller() -> None:
    """Nor is a page that was scaled to fit."""
    sheets = made(pages(8), creep="none")
    new = b".97 0 0 .97 427 8 cm"
    (said,) = found(broken(sheets, rewrite(2, b"1 0 0 1 420.94 0 cm", new)), pages(8))
    assert said.startswith("sheet 2, front: page 3 ")


def test_a_blank_that_is_none() -> None:
    """A blank is read as well: nothing may stand on it."""

    def fill(pdf: Pdf) -> None:
        drawn = pdf.pages[1].Contents.read_bytes()
        pdf.pages[1].Contents = pdf.make_stream(drawn + b" q 600 300 9 9 re f Q")

    assert found(broken(made(pages(3)), fill), pages(3)) == ["sheet 1, back: a blank has ink"]


def test_text_is_read_as_well() -> None:
    """Pages that look the same but read otherwise are not the same."""
    other = pages(4, css="p, p a {color: white}")
    hidden = pages(4, css="p, p a {visibility: hidden}")
    assert found(made(other), other) == []
    assert found(made(hidden), other) == [
        f"sheet 1, {side}: page {page} looks right but has other text"
        for side, page in (("front", 1), ("back", 2), ("back", 3), ("front", 4))
    ]


def test_the_second_file_counts_too() -> None:
    """Backs in a file of their own are proved like the others."""

    def swap(pdf: Pdf) -> None:
        pdf.pages[:] = pdf.pages[::-1]

    sheets = made(pages(8), printing="two-files", creep="none")
    assert found(sheets, pages(8)) == []
    assert len(found(broken(sheets, swap, run=1), pages(8))) == 4


# -- Small faults, which no picture shows ------------------------------------------------------


def form(
    page: int, name: str, change: Callable[[Pdf, pikepdf.Object], None]
) -> Callable[[Pdf], None]:
    """Return a change to the form that a sheet draws under a name."""
    return lambda pdf: change(pdf, pdf.pages[page].Resources.XObject[name])


def content(old: bytes, new: bytes) -> Callable[[Pdf, pikepdf.Object], None]:
    """Return a change of a form's operators; what is to be replaced must be there."""

    def change(_: Pdf, drawn: pikepdf.Object) -> None:
        before = drawn.read_bytes()
        assert old in before
        drawn.write(before.replace(old, new, 1))

    return change


def first_glyph(_: Pdf, drawn: pikepdf.Object) -> None:
    """Exchange two letters of a text that stand beside one another."""
    before = drawn.read_bytes()
    codes = re.findall(rb"<([0-9a-f]{4})>", before)
    one, two = next(pair for pair in pairwise(codes) if pair[0] != pair[1])
    drawn.write(before.replace(b"<" + one + b">", b"<" + two + b">", 1))


def no_fonts(_: Pdf, drawn: pikepdf.Object) -> None:
    """Take away a form's fonts; it shares them with others, so it gets resources of its own."""
    drawn.Resources = pikepdf.Dictionary(
        {key: value for key, value in drawn.Resources.items() if key != "/Font"}
    )


def other_meaning(_: Pdf, drawn: pikepdf.Object) -> None:
    """Let a font say that its letters are others than they are."""
    font = next(iter(drawn.Resources.Font.as_dict().values()))
    before = font.ToUnicode.read_bytes()
    font.ToUnicode.write(before.replace(b"<0070>", b"<0071>").replace(b"<0067>", b"<0068>"))
    assert font.ToUnicode.read_bytes() != before


def set_(key: str, value: object) -> Callable[[Pdf, pikepdf.Object], None]:
    """Return a change that sets an entry of a form."""
    return lambda _, drawn: drawn.__setitem__(key, value)


def on_page(key: str, value: object) -> Callable[[Pdf], None]:
    """Return a change that sets an entry of a printed side."""
    return lambda pdf: pdf.pages[2].obj.__setitem__(key, value)


def added(operators: bytes, *, first: bool = False) -> Callable[[Pdf], None]:
    """Return a change that draws something more on a side, before all else or after it."""

    def change(pdf: Pdf) -> None:
        page = pdf.pages[2]
        drawn = page.Contents.read_bytes()
        page.Contents = pdf.make_stream(
            operators + b"\n" + drawn if first else drawn + b"\n" + operators
        )

    return change


def stamped(pdf: Pdf) -> None:
    """Lay a note over a page, as a viewer does."""
    look = pdf.make_stream(b"0 0 9 9 re f", Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    pdf.pages[2].obj.Annots = pikepdf.Array([
        pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, Rect=[200, 500, 300, 600],
                           AP=pikepdf.Dictionary(N=look))
    ])  # fmt: skip


CLIPS = b"q 420.94 0 420.94 595.28 re"
DOES = b"1 0 0 1 420.94 0 cm"
FAULTS: dict[str, Callable[[Pdf], None]] = {
    "half a millimetre off": rewrite(2, DOES, b"1 0 0 1 422.36 0 cm"),
    "half a point off": rewrite(2, DOES, b"1 0 0 1 420.94 .5 cm"),
    "a thousandth larger": rewrite(2, DOES, b"1.001 0 0 1.001 420.94 0 cm"),
    "mirrored": rewrite(2, DOES, b"-1 0 0 1 840.5 0 cm"),
    "skewed": rewrite(2, DOES, b"1 .002 0 1 420.94 0 cm"),
    "a line at its foot cut off": rewrite(2, CLIPS, b"q 420.94 30 420.94 570 re"),
    "clipped to a triangle": rewrite(2, CLIPS, b"q 420.94 0 m 842 0 l 842 595 l h"),
    "pale": rewrite(2, b"/P1 Do", b"/Pale gs /P1 Do"),
    "in another pen": rewrite(2, b"/P1 Do", b"9 w /P1 Do"),
    "drawn twice": rewrite(2, b"/P1 Do", b"/P1 Do /P1 Do"),
    "with its neighbour over it": rewrite(2, b"/P1 Do", b"/P1 Do /P0 Do"),
    "whitened": added(b"q 1 g 60 500 200 200 re f Q"),
    "on black": added(b"q 60 500 200 200 re f Q", first=True),
    "struck out": added(b"100 500 m 300 700 l S"),
    "with a word more": added(b"BT /F 9 Tf (more) Tj ET"),
    "with a picture in it": added(b"q 99 0 0 99 100 600 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"),
    "a letter changed": form(2, "/P1", first_glyph),
    "a word gone": form(2, "/P1", content(b"TJ", b"pop")),
    "another colour": form(2, "/P1", content(b" rg", b" RG")),
    "without its fonts": form(2, "/P1", no_fonts),
    "letters that mean others": form(2, "/P1", other_meaning),
    "a smaller box": form(2, "/P1", set_("/BBox", pikepdf.Array([0, 0, 400, 595]))),
    "moved by its own matrix": form(2, "/P1", set_("/Matrix", pikepdf.Array([1, 0, 0, 1, 2, 0]))),
    "on a layer that can be hidden": form(2, "/P1", set_("/OC", pikepdf.Dictionary())),
    "in a group": form(2, "/P1", set_("/Group", pikepdf.Dictionary(S=pikepdf.Name.Transparency))),
    "a sheet turned": on_page("/Rotate", 180),
    "a sheet cropped": on_page("/CropBox", pikepdf.Array([0, 0, 500, 842])),
    "a sheet in other units": on_page("/UserUnit", 2),
    "with a stamp": stamped,
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_is_too_small(name: str) -> None:
    """Whatever is done to a page on a sheet is found, and nothing is said of the other sheets."""
    sheets = broken(made(pages(8, full=True), creep="none"), FAULTS[name])
    said = found(sheets, pages(8, full=True))
    assert said
    assert name == "letters that mean others" or all("sheet 2, front" in one for one in said)


def test_two_pages_that_differ_in_a_letter() -> None:
    """Two pages are exchanged of which one has another letter: each is missed in its place."""
    source = pages(8, css="h1, section p + p { display: none }")

    def swap(pdf: Pdf) -> None:
        one, other = (pdf.pages[at].Resources.XObject for at in (1, 2))
        one["/P0"], other["/P1"] = other["/P1"], one["/P0"]

    assert [
        one.split(":")[0] for one in found(broken(made(source, creep="none"), swap), source)
    ] == [
        "sheet 1, back",
        "sheet 2, front",
    ]


def test_a_hyphen_that_is_read_otherwise_is_no_fault() -> None:
    """PDFium takes a hyphen at a page's end for U+0002 on one PDF, and for "-" on the other."""
    source = hyphenated()
    sheets = made(source)
    read = [
        "".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))
        for pdf in (source, sheets.runs[0].pdf)
    ]
    assert len({one.count("\x02") + one.count("\ufffe") for one in read}) == 2
    assert found(sheets, source) == []
    assert all(seen_wrong(*looked_at) == "" for looked_at in readings(sheets, source))


def readings(sheets: Sheets, source: bytes) -> Iterator[tuple[View, Region, TrimLook, Viewer]]:
    """Yield each page of a plain saddle of one run, as it is on its sheet and as it should be."""
    frame_, wanted, printed = frame(sheets.plan, sheets.trim), Viewer(source), sheets.runs[0]
    sides = {(face.sheet.number, face.side.name): at for at, face in enumerate(printed.faces)}
    viewer = Viewer(printed.pdf)
    views = [viewer[at] for at in range(len(viewer))]
    for spot in fold(sheets.placed, sheets.plan):
        at = sides[spot.sheet, spot.side]
        cell = printed.faces[at].side.rows[spot.row][spot.column]
        region = Region(frame_, sheets.plan, spot, cell)
        yield views[at], region, original(cell.page, wanted), wanted


def hyphenated() -> bytes:
    """Return pages of four narrow lines, many of which end in an automatic hyphen."""
    from weasyprint import HTML

    css = """@page { size: A5; margin: 10mm 10mm 180mm 10mm }
        p { hyphens: auto; hyphenate-character: "-"; width: 30mm; font: 12pt/4.9mm serif;
            orphans: 1; widows: 1 }"""
    text = "manufacturing neighbourhood characteristic transportation " * 12
    html = f"<html lang=en><style>{css}</style><p>{text}</p>"
    document = HTML(string=html).render()
    pdf: bytes = document.copy(document.pages[:8]).write_pdf()
    return pdf


def test_no_one_reading_decides() -> None:
    """Where two readings of one page agree in letters, they may differ in spaces and hyphens."""
    assert (
        _counted("transpor\x02\nta tion")
        == _counted("transpor-tation")
        == _counted("transportation")
    )
    assert _counted("\ufb01ne") == _counted("fi ne")
    assert _counted("fine") != _counted("fune")


# -- Too near --------------------------------------------------------------------------------------


def test_ink_that_creep_brings_too_near() -> None:
    """The proof measures how far ink reaches, and warns of pages that were moved too near."""
    near = prove(made(pages(8), paper="1mm"), pages(8)).tight
    assert [warning.page for warning in near] == [3, 4, 5, 6]
    assert near[0].clear.to("mm") == pytest.approx(4, abs=0.15)
    assert near[0].short.to("mm") == pytest.approx(1, abs=0.15)
    assert prove(made(pages(8), paper="1mm", safe="3.8mm"), pages(8)).tight == ()
    assert prove(made(pages(8), creep="none"), pages(8)).tight == ()


@pytest.mark.parametrize("safe", ["3mm", "5mm", "9mm", "30mm"])
def test_margins_that_are_known_change_no_warning(safe: str) -> None:
    """They spare looking at pages; what is near is measured all the same, and to the same place."""
    margins = read_back(pages(8)).margins
    assert len(margins) == 8
    sheets = made(pages(8), paper="1mm", safe=safe)
    assert prove(sheets, pages(8), margins).tight == prove(sheets, pages(8)).tight


def test_ink_is_measured_as_viewers_show_it() -> None:
    """The box around ink is that of the upright trim, whatever boxes the page has besides."""
    plain, bled = (ink_of(pages(1, css=css)) for css in ("", "@page{bleed:3mm;marks:crop}"))
    assert plain == pytest.approx([edge * MM for edge in (5, 5, 143, 205)], abs=0.4)
    assert bled == pytest.approx(plain, abs=0.4)
    assert ink_of(pages(1, css="section{visibility:hidden}")) is None


def ink_of(source: bytes) -> Box | None:
    view = Viewer(source)[0]
    upright, trim = view.trim()
    return ink(view.picture(upright, trim.width, trim.height, 200), 200)


# -- Work ------------------------------------------------------------------------------------------


def test_work_grows_with_the_pages() -> None:
    """A page of 64 takes no more steps to prove than one of 32: steps, which no load changes."""
    few, some, many = (
        calls(partial(prove, made(blocks(count)), blocks(count))) for count in (16, 32, 64)
    )
    assert 0 < (many - some) / 32 < 1.1 * (some - few) / 16
