"""What paper does that a screen does not: settings that do nothing, covers, saddles, pictures."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from booklet.editions.style import styles
from booklet.lengths import Size
from booklet.press import idle_settings
from booklet.press.paper_findings import of_sheets
from booklet.press.sheet_plan import KEYS, plan
from booklet.sheets import Plan, impose
from tests.conftest import Shop, tell
from tests.desk import manuscript
from tests.drawing import MM, pages
from tests.reading import instructions

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.manuscript import Manuscript
    from booklet.press import Booklet

# A value of each setting that is not the usual one, and marks one by one.
OTHERS: dict[str, Any] = {
    "closing": "4", "crease": "round", "creep": "push-out", "safe": "9mm", "signature": "2",
    "tray": "face-up", "cover": "yes", "binding": "right", "flip": "long-edge", "notes": "ruled",
    "printing": "two-files", "stock": "300 g/m2", "paper": "A3",
}  # fmt: skip
MARKS = ("collation", "crop", "fold", "stitch", "name")
SCHEMES = ("saddle", "signatures", "cut-and-stack", "two-up")

# What holds beside a setting, such that it may or may not have an effect.
BESIDE: tuple[dict[str, str], ...] = ({}, {"creep": "none"}, {"printing": "one-run"})


def of_an_essay(folder: Path, sheets: dict[str, str], more: str = "") -> Manuscript:
    """Return a manuscript with these settings of sheets."""
    said = ", ".join(f"{key}: {value}" for key, value in sheets.items())
    return manuscript(folder, f"---\ntrim: A6\nsheets: {{{said}}}\n{more}---\n\nText.\n")


def found(folder: Path, sheets: dict[str, str]) -> list[str]:
    """Return the settings of sheets that are said to have no effect."""
    essay = of_an_essay(folder, sheets)
    style = styles(essay)["booklet"]
    said = idle_settings.of_sheets(essay, [(style, plan(essay, style))])
    return [finding.message.split(" has no effect")[0] for finding in said]


def printed(wanted: Plan) -> tuple[object, ...]:
    """Return all that comes of a plan: the files for the printer, and what is said of them."""
    from booklet.sheets import estimate, instruction, prove

    source = pages(19, "A6")
    sheets = impose(source, replace(wanted, trim=None))
    said = estimate(19, wanted, 30)
    warned = prove(sheets, source).tight
    runs = [(run.name, run.pdf) for run in sheets.runs]
    return runs, instruction(wanted), said.for_copies(), said.binding(), warned


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("beside", BESIDE, ids=str)
def test_a_setting_does_nothing_if_and_only_if_it_is_said(
    tmp_path: Path, scheme: str, beside: dict[str, str]
) -> None:
    """Each setting, under each scheme: what is printed is the same with it and without it."""
    usual = {"scheme": scheme, "stock": "150 g/m2", "marks": "none", "paper": "A4"} | beside
    for key in sorted(set(OTHERS) - set(beside)):
        if key == "cover" and scheme in ("cut-and-stack", "two-up"):
            continue  # an error
        with_it = usual | {key: OTHERS[key]}
        before, after = (
            printed(Plan.parse({KEYS[name]: value for name, value in each.items()}))
            for each in (usual, with_it)
        )
        said = set(found(tmp_path, with_it)) - set(found(tmp_path, usual))
        assert said == ({f"`{key}`"} if before == after else set()), with_it


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("trim", ["A5", "A6"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_not_drawn_if_and_only_if_it_is_said(
    tmp_path: Path, scheme: str, trim: str, mark: str
) -> None:
    """Each mark by itself, on sheets with and without room."""
    paper = "A3" if (scheme, trim) == ("cut-and-stack", "A5") else "A4"
    usual = {"scheme": scheme, "paper": paper}
    source = pages(40, trim)
    before, after = (
        impose(source, Plan.parse({"scheme": scheme, "sheet": paper, "marks": marks})).runs[0].pdf
        for marks in ("none", mark)
    )
    front = (
        f"---\ntrim: {trim}\nsheets: {{scheme: {scheme}, paper: {paper}, marks: [{mark}]}}\n---\n"
    )
    essay = manuscript(tmp_path, front + "\nText.\n")
    style = styles(essay)["booklet"]
    said = list(idle_settings.of_sheets(essay, [(style, plan(essay, style))]))
    assert [tell(finding) for finding in said] == ["I04 essay.md:3"] * (before == after), usual


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("editions: {press: {sheets: {marks: none}}}\nset: [press]", ["`marks` of `sheets`"]),
        ("editions: {press: {sheets: {scheme: two-up}}}\nset: [press]", ["`scheme` of `sheets`"]),
        ("editions: {press: {marks: none}}\nset: [press]", []),
        ("editions: {reader: {marks: crop}}\nset: [reader]", ["`marks`"]),
        ("editions: {booklet: {marks: none}}\nset: [booklet]", ["`marks`"]),
        ("editions: {booklet: {standard: pdf/ua-1}}\nset: [booklet]", ["`standard`"]),
        ("editions: {handout: {fit-leading: 2%}}\nset: [handout]", ["`fit-leading`"]),
        ("editions: {booklet: {fit-leading: 2%}}\nset: [booklet]", []),
        ("sheets: {scheme: signatures}\nset: [reader]", ["`sheets`"]),
        ("sheets: {signature: 3}\nset: [reader, booklet]", ["`signature`"]),
        (
            "sheets: {signature: 3}\nset: [booklet, sewn]\n"
            "editions: {sewn: {based-on: booklet, sheets: {scheme: signatures}}}",
            [],
        ),
        ("editions: {press: {sheets: {marks: none}}}\nset: [reader]", []),
        ("trim: A5\ntype-size: 9pt\nset: [handout, large-print]", ["`trim`", "`type-size`"]),
        ("trim: A5\ntype-size: 9pt\nset: [handout, reader]", []),
    ],
)
def test_a_setting_of_an_edition_without_effect_is_said(
    press: Shop, front: str, said: list[str]
) -> None:
    """Of the editions that are made; what all sheets have is right if some sheets have it."""
    made = press.set(f"---\n{front}\n---\n\nText.\n", editions=())
    idle = [finding for finding in made.report.findings if finding.code == "I04"]
    assert [finding.message.split(" has no effect")[0] for finding in idle] == said
    assert all(finding.where and finding.where.path == "essay.md" for finding in idle)


# Covers and saddles.


def sheets_of(folder: Path, count: int, words: dict[str, str]) -> list[str]:
    """Return what is said of sheets of so many pages."""
    given = {"paper": "A4", **words}
    essay = manuscript(
        folder,
        "---\ntrim: A5\nsheets:\n"
        + "".join(f"  {k}: {v}\n" for k, v in given.items())
        + "---\n\nA.\n",
    )
    style = styles(essay)["booklet"]
    sheets = impose(pages(count), plan(essay, style))
    return [f"{tell(finding)} {finding.message}" for finding in of_sheets(essay, style, sheets)]


def test_a_cover_with_its_spine_fits_its_sheet_or_it_is_said(tmp_path: Path) -> None:
    """Two pages of A5 leave a millimetre of A4 for the spine."""
    sewn = {"scheme": "signatures", "cover": "yes", "stock": "0.1 mm"}
    assert sheets_of(tmp_path, 20, sewn) == []
    (said,) = sheets_of(tmp_path, 84, sewn)
    assert said == (
        "I05 essay.md:6 the cover is 3.0 mm wider than its sheet of `A4`, for a spine of 4.0 mm"
    )
    assert sheets_of(tmp_path, 84, sewn | {"paper": "A3"}) == []
    assert sheets_of(tmp_path, 84, {"scheme": "signatures"}) == []


def test_a_cover_is_folded_on_both_sides_of_its_spine() -> None:
    """A mark at each, and one in the middle of every other sheet."""
    words = {"scheme": "signatures", "cover": "yes", "sheet": "A3", "paper": "0.5mm"}
    sheets = impose(pages(20), Plan.parse(words | {"marks": "fold"}))
    picture = {run.name: folds(run.pdf) for run in sheets.runs}
    spine = 8 * 0.5  # four sheets, each twice
    assert picture["cover"] == pytest.approx([(420 - spine) / 2, (420 + spine) / 2], abs=0.3)
    assert picture["sheets"] == pytest.approx([210], abs=0.3)


def folds(pdf: bytes) -> list[float]:
    """Return where dashed lines stand on the second side of a PDF, across its long edge, in mm."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        places, dashed = set(), False
        for words, operator in instructions(opened.pages[1]):
            if operator == "d":
                dashed = bool(len(words[0]))
            elif operator == "m" and dashed:
                places.add(round(float(words[0]) / MM, 2))
    return sorted(places)


@pytest.mark.parametrize(
    ("count", "scheme", "said"),
    [(80, "saddle", 0), (81, "saddle", 1), (81, "signatures", 0), (81, "two-up", 0)],
)
def test_a_saddle_of_many_pages_is_said(tmp_path: Path, count: int, scheme: str, said: int) -> None:
    """At the line that asks for it."""
    found = sheets_of(tmp_path, count, {"scheme": scheme})
    assert [line.split(" ")[:2] for line in found] == [["I06", "essay.md:5"]] * said


# Sizes.


@pytest.mark.parametrize(
    ("paper", "page"),
    [
        ("A4", "A5"), ("A3", "A4"), ("A5", "A6"), ("B4", "B5"), ("letter", "half-letter"),
        ("US Letter", "half-letter"), ("tabloid", "letter"), ("ledger", "letter"),
        ("B5-JIS", "B6-JIS"), ("297mm x 210mm", "A5"), ("legal", "177.8 × 215.9 mm"),
        ("executive", "133.35 × 184.15 mm"), ("A7", "A5"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("front", ["paper: {}", "sheets: {{paper: {}}}"])
def test_a_page_is_half_of_its_paper(tmp_path: Path, front: str, paper: str, page: str) -> None:
    """Who says nothing else has paper folded once; A7 is too small for that."""
    essay = manuscript(tmp_path, f"---\n{front.format(paper)}\n---\n\nText.\n")
    known = styles(essay)
    assert known["booklet"].page(essay.settings).name() == page
    assert known["reader"].page(essay.settings).name() == page


def test_paper_of_an_edition_is_folded_too(tmp_path: Path) -> None:
    """Its own paper makes its own page, and a trim that is given stays."""
    front = "editions: {booklet: {sheets: {paper: letter}}, reader: {trim: A4}}"
    essay = manuscript(tmp_path, f"---\n{front}\n---\n\nText.\n")
    pages_of = {name: style.page(essay.settings).name() for name, style in styles(essay).items()}
    assert (pages_of["booklet"], pages_of["reader"], pages_of["press"]) == (
        "half-letter",
        "A4",
        "A5",
    )


@pytest.mark.parametrize(
    ("lang", "trim", "said"), [("ja", "B6", 1), ("ja", "B6-JIS", 0), ("en", "B6", 0)]
)
def test_a_size_of_another_standard_is_said(press: Shop, lang: str, trim: str, said: int) -> None:
    """B sizes of ISO are not those of Japan."""
    made = press.set(f"---\nlang: {lang}\ntrim: {trim}\n---\n\nText.\n")
    found = [finding.hint for finding in made.report.findings if finding.code == "I09"]
    assert found == ["write `B6-JIS` for that of Japan"] * said


# Margins.


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("booklet: {margin-outer: 3mm}", ["margin-outer"]),
        ("booklet: {margin-outer: 4mm}", []),  # and half a millimetre of A4 beside A5
        ("booklet: {margin-inner: 2mm}", []),  # at the fold
        ("booklet: {margin-top: 4mm, margin-foot: 3mm}", ["margin-top", "margin-foot"]),
        ("booklet: {trim: A6, margin-top: 0.1mm}", []),
        ("handout: {margin-inner: 3mm}", ["margin-inner"]),
        ("reader: {margin-outer: 2mm}", []),
        ("press: {margin-outer: 2mm}", []),
    ],
)
def test_a_margin_that_printers_leave_white_is_said(
    press: Shop, front: str, said: list[str]
) -> None:
    """Where the page ends with the sheet, and not where it is cut or only seen."""
    name = front.split(":")[0]
    made = press.set(f"---\neditions:\n  {front}\n---\n\nText.\n", editions=(name,))
    found = [finding for finding in made.report.findings if finding.code == "I10"]
    assert [finding.message.split("`")[1] for finding in found] == said
    assert {str(finding.where) for finding in found} <= {"essay.md:3"}


# Pictures.


def picture(size: tuple[int, int], mode: str = "L", **words: Any) -> bytes:
    """Return a picture of so many dots."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", **words)
    return out.getvalue()


def coarse(booklet: Booklet) -> list[str]:
    """Return the places and messages of the pictures that are too coarse."""
    return [
        f"{finding.where} {finding.message.split(' has ')[0]}"
        for finding in booklet.report.findings
        if finding.code == "I08"
    ]


def test_a_picture_with_too_few_dots_is_said(press: Shop) -> None:
    """At the size at which it is set: the same file may be fine in one place and not in another."""
    text = """\
---
editions: {booklet: {trim: 148mm x 210mm, margin-inner: 24mm, margin-outer: 24mm}}
---

![Few.](few.png){width=100% fig-alt="A"}

![Enough.](enough.png){width=100% fig-alt="B"}

![Few, and small.](few.png){width=20% fig-alt="C"}

![Lines.](lines.png){width=100% fig-alt="D"}

![A drawing.](drawing.svg){width=100% fig-alt="E"}

![Seen through.](veiled.png){.veiled width=100% fig-alt="F"}
"""
    files: dict[str, str | bytes] = {
        "essay.md": text,
        "few.png": picture((300, 60)),
        "enough.png": picture((700, 70)),
        "lines.png": picture((710, 80), "1"),
        "veiled.png": picture((290, 50)),
        "drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="3"/>',
        "style.css": "img[alt=F] { opacity: 0.5 }",
    }
    assert coarse(press(files, editions=("booklet",))) == [
        "essay.md:5 the picture `few.png`",
        "essay.md:11 the picture `lines.png`",
        "essay.md:15 the picture `veiled.png`",
    ]
    assert coarse(press(files, editions=("reader",))) == []


def test_a_picture_that_is_turned_is_measured_as_it_is_shown(press: Shop) -> None:
    """A camera writes down which way it was held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("L", (60, 200)).save(out, "JPEG", exif=exif)
    text = '![Turned.](turned.jpg){width=100% fig-alt="A"}\n'
    booklet = press({"essay.md": text, "turned.jpg": out.getvalue()}, editions=("press",))
    assert coarse(booklet) == ["essay.md:1 the picture `turned.jpg`"]


@pytest.mark.parametrize(("text", "said"), [("One.", 0), ("One.\n\n## Two\n\nTwo.", 1)])
def test_pages_for_a_shop_that_are_no_multiple_of_four_are_said(
    press: Shop, text: str, said: int
) -> None:
    """Of pages that are not for a shop nothing is said."""
    shop = press(f"{text}\n", editions=("press",))
    assert [f.code for f in shop.report.findings] == ["I07"] * said
    assert len(shop.pages.leaves) % 4 == 2 * said
    assert not press(f"{text}\n", editions=("large-print",)).report.findings


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("@page { bleed: 0mm }", ["`bleed: 3mm`", "`marks: crop`"]),
        ("@page { bleed: 3mm }", ["`marks: crop`"]),
        ("@page { bleed: 20mm }", []),
        ("p { color: red }", []),
    ],
)
def test_a_rule_that_takes_the_room_of_bleed_and_marks_is_said(
    press: Shop, style: str, said: list[str]
) -> None:
    """In the style sheet that may have it."""
    booklet = press({"essay.md": "Text.\n", "style.css": style}, editions=("press",))
    found = [finding for finding in booklet.report.findings if finding.code == "I04"]
    assert [finding.message.split(" has no effect")[0] for finding in found] == said
    assert {str(finding.where) for finding in found} <= {"style.css"}


def test_half_of_a_size_has_a_name_if_there_is_one() -> None:
    """Whichever way the sheet lies; no half is larger than half the sheet."""
    assert Size.parse("210mm x 297mm").half() == Size.parse("A5")
    assert Size.parse("297mm x 210mm").half() == Size.parse("A5")
    assert Size.parse("300mm x 200mm").half().name() == "150 × 200 mm"
