"""The press edition: the rules of PDF/X-4, read back by programs other than its makers."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms

from booklet.errors import BookletError
from booklet.pdf import icc_profile
from tests.conftest import Shop, losses
from tests.reading import instructions

if TYPE_CHECKING:
    from booklet.press import Booklet
    from booklet.quick.layout import QuickLayout

MM = 72 / 25.4
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<rect width="20" height="20" fill="#000"/>'
    '<rect x="20" width="20" height="20" fill="#c00" opacity="0.5"/></svg>'
)
TEXT = """\
---
title: For the print shop
author: A. Writer
date: 2026-03-09
---

Text with [a link](https://example.org/) and [another](#section).[^1]

[^1]: A note.

## Section

![A drawing](d.svg)

![A photograph](p.png){width=30mm}
"""


def photograph() -> bytes:
    """Return a picture with colours of a screen."""
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


FILES: dict[str, str | bytes] = {"essay.md": TEXT, "d.svg": DRAWING, "p.png": photograph()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, lasting: QuickLayout) -> Booklet:
    """Return an essay in the press edition."""
    shop = Shop(tmp_path_factory.mktemp("shop"), lasting)
    return shop(FILES, editions=("press",))


@pytest.fixture
def pdf(made: Booklet) -> pikepdf.Pdf:
    """Return its PDF, read by qpdf."""
    return pikepdf.open(made.path)


def test_it_is_whole(made: Booklet, pdf: pikepdf.Pdf) -> None:
    """Nothing is lost on the way, and qpdf finds no fault."""
    assert losses(made) == []
    assert made.path.name == "press.pdf"
    assert pdf.check_pdf_syntax() == []
    assert not pdf.is_encrypted
    assert pdf.pdf_version == "1.6"


def test_trim_stands_in_bleed_and_bleed_in_the_sheet(pdf: pikepdf.Pdf) -> None:
    """All pages have one trim, 3 mm of bleed around it, room for marks around both, and no art."""
    for page in pdf.pages:
        assert "/ArtBox" not in page
        media, bleed, trim = (
            [float(edge) for edge in page[key]] for key in ("/MediaBox", "/BleedBox", "/TrimBox")
        )
        assert trim == pytest.approx([0, 0, 148 * MM, 210 * MM], abs=0.01)
        for near, far, room in ((trim, bleed, 3 * MM), (trim, media, 10 * MM)):
            around = [near[0] - far[0], near[1] - far[1], far[2] - near[2], far[3] - near[3]]
            assert around == pytest.approx([room] * 4, abs=0.01)


def test_nothing_lies_on_the_page_that_is_not_printed(pdf: pikepdf.Pdf) -> None:
    """No links, no forms, no actions."""
    assert all("/Annots" not in page for page in pdf.pages)
    assert not {"/AcroForm", "/OpenAction", "/AA"} & set(pdf.Root.keys())


def test_it_says_what_it_is_and_for_what_print(pdf: pikepdf.Pdf) -> None:
    """Version, title, dates, trapping and an identity, the same in both places."""
    with pdf.open_metadata(update_docinfo=False) as said:
        assert said["{http://www.npes.org/pdfx/ns/id/}GTS_PDFXVersion"] == "PDF/X-4"
        assert said["dc:title"] == "For the print shop"
        assert said["pdf:Trapped"] == "False"
        assert said["dc:creator"] == ["A. Writer"]
        assert said["xmp:CreateDate"] == said["xmp:ModifyDate"] == "2026-03-09T00:00:00Z"
        assert said["xmpMM:DocumentID"].startswith("uuid:")
        assert (said["xmpMM:VersionID"], said["xmpMM:RenditionClass"]) == ("1", "default")
    assert str(pdf.docinfo["/Title"]) == "For the print shop"
    assert str(pdf.docinfo["/CreationDate"]) == "D:20260309000000Z"
    assert str(pdf.docinfo["/Trapped"]) == "/False"
    assert len(pdf.trailer.ID) == 2
    (aim,) = pdf.Root.OutputIntents
    assert (aim.S, str(aim.OutputConditionIdentifier)) == (pikepdf.Name.GTS_PDFX, "Custom")
    assert aim.DestOutputProfile.N == 4
    assert aim.DestOutputProfile.read_bytes() == icc_profile.PROFILE.read_bytes()


def test_all_fonts_are_in_it(made: Booklet) -> None:
    """As poppler sees them."""
    said = subprocess.run(["pdffonts", made.path], capture_output=True, text=True, check=True)
    rows = [line.split() for line in said.stdout.splitlines()[2:]]
    assert rows
    assert all(row[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_black_and_greys_are_on_the_black_plate_alone(pdf: pikepdf.Pdf) -> None:
    """Text, rules and drawings name no colour of a screen that has no colour."""
    seen = set()
    for item in [*(page.obj for page in pdf.pages), *pdf.objects]:
        form = isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Form
        if not form and not (
            isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Page
        ):
            continue
        for words, operator in instructions(item):
            if operator in ("rg", "RG", "g", "G"):
                assert len({float(word) for word in words}) > 1
            elif operator in ("k", "K"):
                assert [float(word) for word in words[:3]] == [0, 0, 0]
                seen.add(float(words[3]))
    assert 1 in seen


def test_colours_of_screens_have_a_profile(pdf: pikepdf.Pdf) -> None:
    """Whatever is drawn with DeviceRGB is drawn where an sRGB profile stands for it."""
    for page in pdf.pages:
        kind, profile = page.obj.Resources.ColorSpace.DefaultRGB
        assert kind == pikepdf.Name.ICCBased
        assert profile.N == 3


@pytest.mark.skipif(not shutil.which("gs"), reason="Ghostscript is not installed")
def test_pages_of_text_need_black_ink_alone(made: Booklet) -> None:
    """By Ghostscript's count: the other plates have the crop marks, and all three the same."""
    words = ["gs", "-q", "-o", "-", "-sDEVICE=inkcov", str(made.path)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    pages = [[float(word) for word in line.split()[:4]] for line in said.splitlines()]
    for leaf, (cyan, magenta, yellow, black) in zip(made.pages.leaves, pages, strict=True):
        if leaf.part != "c0":
            assert cyan == magenta == yellow <= black
    assert max(page[1] for page in pages) > 0.005  # the photograph


def test_crop_marks_stand_outside_the_bleed(pdf: pikepdf.Pdf) -> None:
    """Eight strokes to a page, on all plates, none in what is cut to size."""
    strokes = []
    at = (0.0, 0.0)
    marking = False
    for words, operator in instructions(pdf.pages[0]):
        if operator == "CS":
            marking = words[0] == pikepdf.Name.Registration
        elif operator == "m":
            at = float(words[0]), float(words[1])
        elif operator == "l" and marking:
            strokes.append((*at, float(words[0]), float(words[1])))
    assert pdf.pages[0].Resources.ColorSpace.Registration[1] == pikepdf.Name.All
    left, bottom, right, top = (float(edge) for edge in pdf.pages[0].BleedBox)
    assert len(strokes) == 8
    for x0, y0, x1, y1 in strokes:
        beside = max(x0, x1) < left or min(x0, x1) > right
        assert beside or max(y0, y1) < bottom or min(y0, y1) > top


def test_the_same_text_makes_the_same_bytes(press: Shop) -> None:
    """Neither the time nor chance is in the file; a manuscript without a date has none."""
    plain = {**FILES, "essay.md": TEXT.replace("date: 2026-03-09\n", "")}
    one, two = (press(plain, editions=("press",)).pages.pdf for _ in range(2))
    assert one == two


def test_an_author_names_the_profile_of_the_print_shop(press: Shop) -> None:
    """It is the output intent then; a file that is none is the author's mistake."""
    own = icc_profile.PROFILE.read_bytes().replace(b"CC0 1.0", b"CC0 2.0")
    text = TEXT.replace("date:", "editions: {press: {profile: shop.icc, bleed: 5mm}}\ndate:")
    booklet = press({**FILES, "essay.md": text, "shop.icc": own}, editions=("press",))
    with pikepdf.open(booklet.path) as pdf:
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes() == own
        assert str(pdf.Root.OutputIntents[0].Info) == "shop.icc"
        assert float(pdf.pages[0].BleedBox[0]) == pytest.approx(-5 * MM, abs=0.01)
    for wrong in (
        b"no profile",
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ):
        with pytest.raises(BookletError, match="not an ICC profile of a printer") as caught:
            press({"shop.icc": wrong}, editions=("press",), essay="essay.md")
        assert str(caught.value.where) == "essay.md"


def test_pages_without_room_around_have_no_bleed_and_no_marks(press: Shop) -> None:
    """An author's edition may be PDF/X and leave it out: boxes stay inside one another."""
    text = TEXT.replace("date:", "editions: {bare: {based-on: reader, standard: pdf/x-4}}\ndate:")
    booklet = press({**FILES, "essay.md": text}, editions=("bare",))
    with pikepdf.open(booklet.path) as pdf:
        for page in pdf.pages:
            assert [float(v) for v in page.BleedBox] == pytest.approx(
                [float(v) for v in page.MediaBox], abs=0.01
            )
            assert "/Registration" not in page.obj.Resources.ColorSpace


@pytest.mark.parametrize(
    ("words", "bleed", "around"),
    [
        ("marks: none", 3, 3),
        ("marks: none, bleed: 3.175mm", 3.175, 3.175),
        ("marks: none, bleed: 0", 0, 0),
        ("bleed: none", 0, 7),
        ("bleed: 0mm", 0, 7),
    ],
)
def test_marks_and_bleed_can_be_left_out(
    press: Shop, words: str, bleed: float, around: float
) -> None:
    """The sheet then ends with the bleed, or with the trim; marks without bleed have their room."""
    text = f"---\neditions: {{shop: {{based-on: press, {words}}}}}\n---\n\nText.\n"
    booklet = press({"essay.md": text}, editions=("shop",))
    with pikepdf.open(booklet.path) as pdf:
        for page in pdf.pages:
            for key, beyond in (("/BleedBox", bleed), ("/MediaBox", around)):
                left, bottom, right, top = (float(edge) / MM for edge in page[key])
                assert [left, bottom, right - 148, top - 210] == pytest.approx(
                    [-beyond, -beyond, beyond, beyond], abs=0.01
                )
            assert ("/Registration" in page.obj.Resources.ColorSpace) == (around == bleed + 7)


def test_ink_ends_at_the_bleed(press: Shop) -> None:
    """Backgrounds and pictures of a page fill the bleed, and beyond it marks stand on white."""
    style = """@page { background: #000 } @page cover { background: #c80 }
        section { position: relative } p { position: absolute; left: -40mm; right: -40mm;
        top: -40mm; height: 300mm; background: #00c }"""
    booklet = press({"essay.md": "Text.\n", "style.css": style}, editions=("press",))
    pages = pypdfium2.PdfDocument(booklet.path)
    for page in pages:
        page.set_cropbox(*page.get_mediabox())
        picture = page.render(scale=25.4 / 72 * 10).to_pil().convert("L")  # ten dots a millimetre
        dark = picture.point([255] * 200 + [0] * 56)
        inside = dark.crop((72, 72, picture.width - 72, picture.height - 72)).histogram()
        assert inside[255] > 0.9 * sum(inside)
        rims = [
            (0, 0, picture.width, 68),
            (0, picture.height - 68, picture.width, picture.height),
            (0, 0, 68, picture.height),
            (picture.width - 68, 0, picture.width, picture.height),
        ]
        for rim in rims:
            grey = dark.crop(rim).histogram()
            assert 0 < grey[255] < 0.02 * sum(grey)  # the marks, and nothing else


# The profile, as another program understands it.


def _changed(picture: Image.Image, *changes: ImageCms.ImageCmsTransform) -> tuple[int, ...]:
    """Return the first pixel of a picture after changes, each upon what the last has made."""
    for change in changes:
        changed = ImageCms.applyTransform(picture, change)
        assert changed is not None
        picture = changed
    pixel = picture.getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel


def _through(inks: tuple[int, int, int, int]) -> tuple[float, ...]:
    """Return the CIELAB that LittleCMS sees in inks, each from 0 to 255, on the paper itself."""
    profile = ImageCms.getOpenProfile(str(icc_profile.PROFILE))
    lab = ImageCms.createProfile("LAB")
    meaning = ImageCms.Intent.ABSOLUTE_COLORIMETRIC
    change = ImageCms.buildTransform(profile, lab, "CMYK", "LAB", renderingIntent=meaning)
    lightness, a, b = _changed(Image.new("CMYK", (1, 1), inks), change)
    return lightness * 100 / 255, a - 128, b - 128


@pytest.mark.parametrize(
    ("inks", "aim"),
    [
        ((0, 0, 0, 0), (95, 0, -2)),
        ((255, 0, 0, 0), (55, -37, -50)),
        ((0, 255, 0, 0), (48, 74, -3)),
        ((0, 0, 255, 0), (89, -5, 93)),
        ((0, 0, 0, 255), (16, 0, 0)),
        ((0, 255, 255, 0), (47, 68, 48)),
        ((255, 255, 255, 0), (23, 0, 0)),
    ],
)
def test_the_profile_meets_the_aims_of_the_standard(
    inks: tuple[int, int, int, int], aim: tuple[float, float, float]
) -> None:
    """LittleCMS sees paper and solids as ISO 12647-2 wants them, within a unit or two."""
    assert _through(inks) == pytest.approx(aim, abs=1.6)


@pytest.mark.parametrize("grey", range(20, 256, 40))
def test_a_colour_that_can_be_printed_comes_back(grey: int) -> None:
    """From a screen to inks and back again it is the same, within what an eye forgives."""
    profile, screen = (
        ImageCms.getOpenProfile(str(icc_profile.PROFILE)),
        ImageCms.createProfile("sRGB"),
    )
    meaning = ImageCms.Intent.RELATIVE_COLORIMETRIC
    there = ImageCms.buildTransform(screen, profile, "RGB", "CMYK", renderingIntent=meaning)
    back = ImageCms.buildTransform(profile, screen, "CMYK", "RGB", renderingIntent=meaning)
    picture = Image.new("RGB", (1, 1), (grey, grey, grey))
    assert _changed(picture, there, back) == pytest.approx((grey, grey, grey), abs=6)


def test_the_profile_in_the_tree_is_the_one_that_is_computed() -> None:
    """Its table of colours, that is; no byte is off by more than the last digit of a logarithm."""
    table, written = icc_profile.table_of_colours(), icc_profile.PROFILE.read_bytes()
    at = written.index(b"mft1") + 48 + 256 * 4
    assert max(abs(a - b) for a, b in zip(table, written[at : at + len(table)], strict=True)) <= 1
