"""The PDF that is printed, read back by other programs: places, links, fonts, claims, bytes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.sheets import Plan, Sheets, impose
from booklet.sheets.frame import Box, Matrix
from booklet.sheets.lettering import can_set, outline
from booklet.sheets.rendered import Viewer
from tests.drawing import MM, blocks, calls, pages

ROOT = Path(__file__).parents[2]
XHTML = "{http://www.w3.org/1999/xhtml}"


def printed(source: bytes, **words: object) -> Sheets:
    return impose(source, Plan.parse(words))


def only(sheets: Sheets) -> bytes:
    """Return the bytes of the one run there is."""
    (run,) = sheets.runs
    return run.pdf


def opened(pdf: bytes) -> Pdf:
    return Pdf.open(BytesIO(pdf))


def words_on(pdf: bytes, page: int) -> list[tuple[str, Box]]:
    """Return poppler's words of a page, counted from 0, each with its box from the lower left."""
    out = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page + 1), "-l", str(page + 1), "-", "-"],
        input=pdf, capture_output=True, check=True,
    ).stdout  # fmt: skip
    (sheet,) = ElementTree.fromstring(out.decode()).iter(f"{XHTML}page")
    high = float(sheet.attrib["height"])
    return [
        (
            word.text or "",
            Box(
                float(word.attrib["xMin"]),
                high - float(word.attrib["yMax"]),
                float(word.attrib["xMax"]),
                high - float(word.attrib["yMin"]),
            ),
        )
        for word in sheet.iter(f"{XHTML}word")
    ]


def find(pdf: bytes, page: int, word: str, nth: int = 0) -> Box:
    return [box for text, box in words_on(pdf, page) if text == word][nth]


def inside(inner: Box, outer: Box, slack: float = 1) -> bool:
    return (
        inner.left >= outer.left - slack
        and inner.bottom >= outer.bottom - slack
        and inner.right <= outer.right + slack
        and inner.top <= outer.top + slack
    )


# -- Places ----------------------------------------------------------------------------------------

# From the frame of A4, held with its long edge level, to its portrait page.
ANTICLOCKWISE = Matrix(0, 1, -1, 0, 210 * MM, 0)
CLOCKWISE = Matrix(0, -1, 1, 0, 0, 297 * MM)


@pytest.mark.parametrize(
    ("words", "side", "word", "left", "turned"),
    [
        ({}, 0, "8", 0.5, ANTICLOCKWISE),
        ({}, 0, "1", 148.5, ANTICLOCKWISE),
        ({}, 1, "2", 0.5, ANTICLOCKWISE),
        ({"flip": "long-edge"}, 1, "2", 0.5, CLOCKWISE),
        ({"binding": "right"}, 0, "8", 148.5, ANTICLOCKWISE),
        ({"paper": "1mm"}, 2, "6", 1.5, ANTICLOCKWISE),
        ({"paper": "1mm"}, 2, "3", 147.5, ANTICLOCKWISE),
        ({"paper": "1mm", "creep": "push-out"}, 0, "1", 149.5, ANTICLOCKWISE),
    ],
)
def test_a_page_lies_where_it_should(
    words: dict[str, object], side: int, word: str, left: float, turned: Matrix
) -> None:
    """By poppler's measure, each page's number is turned and moved with its trim, to the point."""
    source = pages(8)
    there = find(only(printed(source, **words)), side, word)
    here = find(source, int(word) - 1, word)
    assert there == pytest.approx(Matrix(e=left * MM).then(turned).box(here), abs=0.1)


def test_cut_sheets_stand_upright() -> None:
    """A6 from A4 needs no turn, if the printer turns its sheets about the long edge."""
    source = pages(8, "A6")
    sheet = only(printed(source, scheme="cut-and-stack", flip="long-edge"))
    places = {"8": (0, 148.75), "1": (105, 148.75), "6": (0, 0.25), "3": (105, 0.25)}
    for word, (left, bottom) in places.items():
        here = find(source, int(word) - 1, word)
        moved = Matrix(e=left * MM, f=bottom * MM).box(here)
        assert find(sheet, 0, word) == pytest.approx(moved, abs=0.4)


@pytest.mark.parametrize("sheet", ["A4", "A3", "letter", "297mm x 210mm"])
def test_sheets_are_portrait_and_not_rotated(sheet: str) -> None:
    """Every page of the print PDF is a portrait sheet of the right size, with no /Rotate."""
    trim = "120mm 180mm" if sheet == "letter" else "A5"
    for page in opened(only(printed(pages(8, trim), sheet=sheet))).pages:
        size = Size.parse(sheet)
        short, long = sorted((size.width.pt, size.height.pt))
        assert [float(edge) for edge in page.mediabox.as_list()] == pytest.approx(
            [0, 0, short, long], abs=0.01
        )
        assert "/Rotate" not in page.obj


def test_bleed_ends_at_the_fold() -> None:
    """Ink beyond the trim is printed at the outer edges, and clipped where the fold is."""
    css = "@page{bleed:3mm} @page:nth(1){background:black} section{border:0}"
    source = pages(2, css=css)
    view = Viewer(only(printed(source, sheet="A3", marks="none")))[0]
    frame = Matrix(0, -1, 1, 0, 0, 297 * MM)  # from the portrait page
    picture = view.picture(frame, 420 * MM, 297 * MM, dpi=72)

    def grey(x: float, y: float) -> object:
        return picture.getpixel((round(x * MM), round((297 - y) * MM)))

    assert grey(211, 148) == 0
    assert grey(209, 148) == 255
    assert grey(210 + 148 + 2, 148) == 0
    assert grey(210 + 148 + 4, 148) == 255
    assert grey(300, 148.5 + 105 + 2) == 0
    assert grey(300, 148.5 + 105 + 4) == 255


def test_the_trim_counts_and_not_the_media() -> None:
    """A page with bleed and crop marks lies as one without lies, at its full size."""
    plain, bled = pages(4), pages(4, css="@page{bleed:3mm;marks:crop cross}")
    there = find(only(printed(bled)), 0, "1")
    assert there == pytest.approx(find(only(printed(plain)), 0, "1"), abs=0.1)


def test_a_page_that_viewers_turn_is_set_upright() -> None:
    """A page with /Rotate is laid as a viewer shows it."""
    pdf = opened(pages(4))
    for page in pdf.pages:
        page.rotate(180, relative=True)
    out = BytesIO()
    pdf.save(out)
    there = find(only(printed(out.getvalue())), 0, "1")
    half = Box(0, 148.5 * MM, 210 * MM, 297 * MM)
    assert inside(there, half)
    assert there.left > 100 * MM  # from the foot, where the number of a page held wrongly stands


# -- What stands beside the pages ------------------------------------------------------------------


def operators(pdf: bytes, page: int) -> str:
    file = opened(pdf)
    return file.pages[page].Contents.read_bytes().decode()


def strokes(pdf: bytes, page: int) -> int:
    return operators(pdf, page).count(" l S")


@pytest.mark.parametrize(
    ("mark", "words", "side", "lines"),
    [
        ("fold", {}, 0, 0),
        ("fold", {}, 1, 0),  # there is no room but on the innermost sheet
        ("fold", {}, 3, 2),
        ("fold", {"sheet": "A3"}, 1, 2),
        ("crop", {}, 0, 0),
        ("crop", {"sheet": "A3"}, 0, 8),
        ("stitch", {}, 0, 2),
        ("stitch", {}, 2, 0),
        ("stitch", {"scheme": "signatures", "signature": 1}, 1, 5),
        ("collation", {}, 0, 0),
        ("none", {"sheet": "A3"}, 3, 0),
    ],
)
def test_each_mark_has_its_switch(
    mark: str, words: dict[str, object], side: int, lines: int
) -> None:
    """A mark that is asked for is drawn where it belongs, and no other is."""
    assert strokes(only(printed(pages(8), marks=mark, **words)), side) == lines


def test_collation_marks_are_a_staircase() -> None:
    """On the back of each signature a bar stands a step lower than on the one before."""
    sheets = only(printed(pages(8), scheme="signatures", signature=1, marks="collation"))
    bars = [re.findall(r"([\d.]+) ([\d.]+) [\d.]+ [\d.]+ re f", operators(sheets, at))
            for at in range(4)]  # fmt: skip
    assert [len(found) for found in bars] == [1, 0, 1, 0]
    assert bars[0][0][0] == bars[2][0][0]
    assert float(bars[0][0][1]) - float(bars[2][0][1]) == pytest.approx(5 * MM, abs=0.02)


def dark(pdf: bytes, page: int, box: Box) -> bool:
    """Return whether there is ink in a box of the frame of A4, in millimetres."""
    view = Viewer(pdf)[page]
    moved = Matrix(0, -1, 1, 0, 0, 210 * MM).then(Matrix(e=-box.left * MM, f=-box.bottom * MM))
    picture = view.picture(moved, box.width * MM, box.height * MM, dpi=200)
    return min(picture.tobytes()) < 200


def test_a_sheet_names_itself() -> None:
    """Without room the line runs up the fold; not on the outside of the booklet, nor where off."""
    gutter = Box(145.5, 10, 148, 60)
    sheets = only(printed(pages(8)))
    assert [dark(sheets, at, gutter) for at in range(4)] == [False, True, True, True]
    bare = only(printed(pages(8), marks="none"))
    assert not any(dark(bare, at, gutter) for at in range(4))


def test_a_sheet_with_room_names_itself_outside_the_trim() -> None:
    """With room the line stands below the trim, on every side."""
    sheets = only(printed(pages(8, "120mm 180mm"), marks="name"))
    below, gutter = Box(35, 10, 85, 14), Box(145.5, 20, 148, 60)
    assert all(dark(sheets, at, below) for at in range(4))
    assert not any(dark(sheets, at, gutter) for at in range(4))


def test_the_line_is_no_text() -> None:
    """What names the sheet is drawn: it is neither found nor read aloud as part of the essay."""
    sheets = only(printed(pages(8)))
    there = sorted(word for at in range(4) for word, _ in words_on(sheets, at))
    assert there == sorted(word for at in range(8) for word, _ in words_on(pages(8), at))


def test_lettering_knows_what_it_can_set() -> None:
    """Latin can be set, Arabic cannot; a word is as wide as its letters."""
    assert can_set("Üben · 3f2a")
    assert not can_set("سلام")
    assert outline("12").width == outline("1").width + outline("2").width
    assert outline("i").width < outline("m").width


@pytest.mark.parametrize(("notes", "sides"), [("ruled", [1, 2, 3]), ("dotted", [1, 2, 3])])
def test_notes_in_place_of_blanks(notes: str, sides: list[int]) -> None:
    """The three blanks of a booklet of five pages are drawn as pages for notes, and no other."""
    sheets = opened(only(printed(pages(5), notes=notes, marks="none")))
    found = [
        at
        for at, page in enumerate(sheets.pages)
        for form in page.Resources.XObject.as_dict().values()
        if b"0.6 G" in form.read_bytes() or b"0.5 G" in form.read_bytes()
    ]
    assert found == sides


# -- Links -----------------------------------------------------------------------------------------


def links(pdf: Pdf, page: int) -> list[Object]:
    return list(pdf.pages[page].obj.get("/Annots", Array()).as_list())


@pytest.mark.parametrize(
    "words", [{}, {"flip": "long-edge"}, {"creep": "push-out", "paper": "2mm"}]
)
def test_links_move_with_their_words(words: dict[str, object]) -> None:
    """An address can be clicked where poppler sees the words `the web`, on every sheet."""
    sheets = only(printed(pages(8), **words))
    pdf = opened(sheets)
    seen = []
    for at in range(4):
        webs = [box for text, box in words_on(sheets, at) if text == "web"]
        for link in links(pdf, at):
            if "/A" in link:
                seen.append(str(link.A.URI))
                area = Box(*(float(edge) for edge in link.Rect.as_list()))
                assert sum(inside(web, area) for web in webs) == 1
    assert sorted(seen) == [f"https://example.org/{page}" for page in range(1, 9)]


def goals(sheets: Sheets) -> dict[int, int]:
    """Return which page leads to which, by the text that stands around a link and at its goal."""
    pdf, view = opened(only(sheets)), Viewer(only(sheets))
    order = [page.obj.objgen for page in pdf.pages]
    leading = [
        (at, boxed(link.Rect), order.index(link.Dest[0].objgen), boxed(link.Dest.as_list()[2:]))
        for at in range(len(order))
        for link in links(pdf, at)
        if "/Dest" in link
    ]
    assert len(leading) == sheets.pages

    def number(at: int, trim: Box) -> int:
        (said,) = re.findall(r"pagenumber(\d)", view[at].text(trim))
        return int(said)

    found = {}
    for at, rect, goal, trim in leading:
        (source,) = {there for _, _, on, there in leading if on == at and inside(rect, there, 0)}
        found[number(at, source)] = number(goal, trim)
    return found


def boxed(edges: Iterable[Object]) -> Box:
    return Box(*(float(edge) for edge in edges))


def test_links_lead_to_the_page_they_led_to() -> None:
    """A link within the document shows the trim of its target, wherever that has come to lie."""
    sheets = printed(pages(8), flip="long-edge")
    assert goals(sheets) == {page: page % 8 + 1 for page in range(1, 9)}


def test_links_show_the_trim_of_their_target() -> None:
    """A link to page 3 shows all of page 3, where creep has moved it, and nothing else."""
    pdf = opened(only(printed(pages(8), paper="2mm")))
    trims = [boxed(link.Dest.as_list()[2:]) for at in range(4) for link in links(pdf, at)
             if "/Dest" in link and link.Dest[0].objgen == pdf.pages[2].obj.objgen]  # fmt: skip
    there = [Box(*(edge * MM for edge in box)) for box in ((146.5, 0, 294.5, 210),
                                                           (2.5, 0, 150.5, 210))]  # fmt: skip
    for trim in there:
        assert any(found == pytest.approx(ANTICLOCKWISE.box(trim), abs=0.1) for found in trims)


def test_links_keep_what_a_link_needs() -> None:
    """Links are printed with the page, as PDF/A asks, and do not point at tags that are gone."""
    pdf = opened(only(printed(pages(8, variant="pdf/ua-1"))))
    found = [link for at in range(4) for link in links(pdf, at)]
    assert len(found) == 16
    assert all(link.F == 4 for link in found)
    assert not any(key in link for link in found for key in ("/StructParent", "/P", "/AA"))


def test_explicit_and_old_destinations_are_found() -> None:
    """Targets may be given by name, by action or as a page: all are followed."""
    pdf = opened(pages(4))
    there = [page.obj for page in pdf.pages]
    leads: list[dict[str, pikepdf.Object]] = [
        {"/Dest": Array([there[1], Name.Fit])},
        {"/A": Dictionary(S=Name.GoTo, D=Array([there[2], Name.Fit]))},
        {"/Dest": Name.old},
        {"/A": Dictionary(S=Name.GoTo, D=pikepdf.String("p1"))},
    ]
    for page, lead in zip(pdf.pages, leads, strict=True):
        link = next(a for a in page.Annots.as_list() if "URI" not in str(a.get("/A")))
        for key in ("/A", "/Dest"):
            if key in link:
                del link[key]
        for key, value in lead.items():
            link[key] = value
    pdf.Root.Dests = Dictionary(old=Dictionary(D=Array([there[3], Name.Fit])))
    out = BytesIO()
    pdf.save(out)
    assert goals(printed(out.getvalue())) == {1: 2, 2: 3, 3: 4, 4: 1}


def test_links_to_sheets_that_are_not_made_are_left_out() -> None:
    """No link leads nowhere, and none does more than lead."""
    pdf = opened(pages(8))
    pdf.pages[0].Annots.append(
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                   A=Dictionary(S=Name.Launch, F="evil"))
    )  # fmt: skip
    out = BytesIO()
    pdf.save(out)
    first = opened(only(printed(out.getvalue(), only="1")))
    assert [len(links(first, at)) for at in (0, 1)] == [
        4,
        3,
    ]  # four addresses; 8 to 1, 1 to 2, 7 to 8
    assert b"evil" not in only(printed(out.getvalue()))


# -- The file --------------------------------------------------------------------------------------


def fonts(pdf: bytes) -> list[str]:
    out = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout
    return sorted(line.split()[0] for line in out.decode().splitlines()[2:])


def test_fonts_are_shared() -> None:
    """The sheets have the fonts of the pages, each of them once."""
    assert fonts(only(printed(pages(20)))) == fonts(pages(20))


def test_qpdf_finds_nothing_wrong(tmp_path: Path) -> None:
    """The file is sound by the standard's own tool, in every way of printing."""
    for at, words in enumerate(
        [{}, {"flip": "long-edge", "sheet": "A3"}, {"notes": "dotted", "binding": "right"}]
    ):
        path = tmp_path / f"{at}.pdf"
        path.write_bytes(only(printed(pages(5), **words)))
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")


def test_the_sheets_are_hardly_larger() -> None:
    """Tagged pages become no larger; without tags, marks are what is added."""
    tagged = pages(40, variant="pdf/ua-1", full=True)
    assert len(only(printed(tagged))) <= len(tagged)
    plain = pages(40, full=True)
    assert len(only(printed(plain, marks="none"))) <= 1.05 * len(plain)
    assert len(only(printed(plain))) <= 1.05 * len(plain) + 10_000


def test_no_claim_that_does_not_hold() -> None:
    """Tags are dropped, and with them PDF/UA; title, author, language and the rest are kept."""
    pdf = opened(only(printed(pages(8, variant="pdf/ua-1"))))
    assert {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names"}.isdisjoint(pdf.Root.keys())
    assert b"pdfuaid:part" not in pdf.Root.Metadata.read_bytes()
    assert b"Pages to fold" in pdf.Root.Metadata.read_bytes()
    assert str(pdf.docinfo["/Title"]) == "Pages to fold"
    assert str(pdf.Root.Lang) == "en"


@pytest.mark.parametrize(
    ("variant", "level"), [("pdf/a-3b", "B"), ("pdf/a-2u", "U"), ("pdf/a-3a", "B")]
)
def test_archival_sheets(variant: str, level: str) -> None:
    """PDF/A stays PDF/A, at level B where it was A, for that needs tags."""
    pdf = opened(only(printed(pages(4, variant=variant))))
    with pdf.open_metadata() as said:
        assert said["pdfaid:conformance"] == level
    assert "/OutputIntents" in pdf.Root


@pytest.mark.parametrize(
    ("words", "duplex"),
    [({}, "/DuplexFlipShortEdge"), ({"flip": "long-edge"}, "/DuplexFlipLongEdge"),
     ({"printing": "one-run"}, "/Simplex")],
)  # fmt: skip
def test_print_dialogs_are_told(words: dict[str, object], duplex: str) -> None:
    """Viewers are told not to scale, and about which edge to turn the sheets."""
    pdf = opened(only(printed(pages(4), **words)))
    wanted = pdf.Root.ViewerPreferences
    assert (str(wanted.Duplex), str(wanted.PrintScaling)) == (duplex, "/None")


def test_the_same_bytes_in_another_process() -> None:
    """The same pages and the same plan give the same bytes, here and elsewhere."""
    script = (
        "import sys, hashlib; from booklet.sheets import *;"
        "s = impose(sys.stdin.buffer.read(), Plan(notes=BlankPages.RULED));"
        "print(hashlib.sha256(s.runs[0].pdf).hexdigest())"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-c", script], input=pages(5), capture_output=True, check=True,
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(prints) == 1


def test_each_run_holds_its_sides() -> None:
    """Fronts and backs, cover and sheets each come as a file that holds just their pages."""
    sheets = printed(pages(12), cover=True, printing="two-files", tray="face-up")
    held = {
        run.name: sorted({text for at in range(len(run.faces))
                          for text, box in words_on(run.pdf, at) if box.width > 40})
        for run in sheets.runs
    }  # fmt: skip
    assert held == {
        "cover-fronts": ["1", "12"],
        "cover-backs": ["11", "2"],
        "sheets-fronts": ["10", "3", "5", "8"],
        "sheets-backs": ["4", "6", "7", "9"],
    }


def test_some_sheets_only() -> None:
    """Sheets that are not asked for are neither printed nor in the file."""
    pdf = only(printed(pages(12), only="2-3"))
    assert len(opened(pdf).pages) == 4
    assert len(pdf) < len(only(printed(pages(12))))
    assert b"example.org/12" not in pikepdf_text(pdf)


def pikepdf_text(pdf: bytes) -> bytes:
    out = BytesIO()
    opened(pdf).save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def test_pages_that_share_a_stream() -> None:
    """A PDF in which two pages are one stream, and share what a node above them has, is set."""
    pdf = opened(blocks(4))
    for page in pdf.pages[1:]:
        page.obj.Contents = pdf.pages[0].obj.Contents
    node = pdf.Root.Pages
    node.MediaBox, node.Resources = pdf.pages[0].obj.MediaBox, Dictionary()
    for page in pdf.pages:
        del page.obj["/MediaBox"], page.obj["/Resources"]
    out = BytesIO()
    pdf.save(out)
    sheets = opened(only(printed(out.getvalue(), marks="none", paper="1mm")))
    forms = [form for page in sheets.pages for form in page.Resources.XObject.as_dict().values()]
    assert len({form.read_bytes() for form in forms}) == 1
    assert len({form.objgen for form in forms}) == 4


# -- Bad input -------------------------------------------------------------------------------------


def saved(pdf: Pdf, **how: object) -> bytes:
    out = BytesIO()
    pdf.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def mixed() -> bytes:
    pdf = opened(blocks(4))
    pdf.pages[2].obj.MediaBox = Array([0, 0, round(210 * MM, 2), round(297 * MM, 2)])
    return saved(pdf)


@pytest.mark.parametrize(
    ("broken", "words", "message"),
    [
        (mixed, {}, "page 3 is `A4` and page 1 is `A5`"),
        (lambda: saved(opened(blocks(4)), encryption=pikepdf.Encryption(owner="o", user="u")), {},
         "the PDF is encrypted"),
        (lambda: saved(opened(blocks(4)), encryption=pikepdf.Encryption(owner="o", user="")), {},
         "the PDF is encrypted"),
        (lambda: saved(pikepdf.new()), {}, "the PDF has no pages"),
        (lambda: b"this is not a PDF", {}, "the pages cannot be read"),
        (lambda: blocks(4), {"sheet": "A5"}, "`A5` does not fit twice on a sheet of `A5`"),
        (lambda: blocks(4), {"trim": "A6"}, "the pages are `A5` and the plan is for `A6`"),
        (lambda: blocks(4), {"paper": "coated"}, "the paper has no thickness"),
        (lambda: blocks(4), {"only": "3"}, "there is no sheet 3"),
    ],
)  # fmt: skip
def test_bad_input(broken: object, words: dict[str, object], message: str) -> None:
    """Each is one clear line with a hint, and nothing is made."""
    with pytest.raises(BookletError) as slip:
        printed(broken(), **words)  # type: ignore[operator]
    assert message in slip.value.message
    assert "\n" not in slip.value.message
    assert slip.value.hint


def test_half_a_point_is_no_other_size() -> None:
    """Trims that differ by rounding are one size."""
    pdf = opened(blocks(4))
    pdf.pages[2].obj.MediaBox = Array([0, 0, 419.9, 594.9])
    assert printed(saved(pdf)).trim == Size(Length(419.528), Length(595.276))


# -- Work ------------------------------------------------------------------------------------------


def test_work_grows_with_the_pages() -> None:
    """A page of 400 takes no more steps than one of 80: steps, which no load changes."""
    impose(blocks(40), Plan())  # every digit of the line that names a sheet is drawn by now
    few, some, many = (calls(partial(impose, blocks(count), Plan())) for count in (40, 80, 400))
    assert 0 < (many - some) / 320 < 1.1 * (some - few) / 40


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells")
def test_memory_grows_with_the_pages() -> None:
    """So does memory, that of the libraries included."""
    script = (
        "import sys; from booklet.sheets import *;"
        "impose(sys.stdin.buffer.read(), Plan(scheme=Scheme.SIGNATURES));"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    small, few, many = (
        int(
            subprocess.run(
                [sys.executable, "-c", script], input=blocks(count), capture_output=True,
                check=True, cwd=ROOT,
            ).stdout
        )
        for count in (20, 400, 2000)
    )  # fmt: skip
    assert small < few < many
    assert many - small < 8 * (few - small)
