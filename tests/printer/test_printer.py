"""What is known and decided before a printer is spoken to: paper, words, profiles, ink, marks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from booklet.errors import BookletError
from booklet.lengths import SIZES, Length, Size
from booklet.printer import (
    Address,
    Feed,
    Margins,
    Printer,
    Profile,
    clipped,
    keep,
    path_of,
    recall,
    suit,
)
from booklet.printer.calibration_sheet import drawing
from booklet.printer.discovery import Stock
from booklet.printer.for_printer import aligned, move_pages, sheets_named, sides
from booklet.printer.ipp import Wire
from booklet.printer.keywords import ending, troubles
from booklet.printer.paper import medium, size_of, told
from booklet.sheets import Flip, Plan, Printing, Tray, impose
from booklet.sheets.frame import Box, Matrix, move
from booklet.sheets.rendered import Viewer, ink
from tests.drawing import MM, blocks

BOTH = ("one-sided", "two-sided-long-edge", "two-sided-short-edge")


def printer(**words: object) -> Printer:
    known = Printer(
        Wire(Address.parse("ipp://localhost/ipp/print")), "Library", "Maker 1", "urn:uuid:1", BOTH
    )
    return replace(known, **words)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


# -- Addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "uri", "url"),
    [
        ("ipp://desk", "ipp://desk:631/ipp/print", "http://desk:631/ipp/print"),
        ("ipps://desk:443/a/b", "ipps://desk:443/a/b", "https://desk:443/a/b"),
        ("http://10.0.0.7:631/", "ipp://10.0.0.7:631/ipp/print", "http://10.0.0.7:631/ipp/print"),
        ("ipp://[fe80::1]/ipp", "ipp://[fe80::1]:631/ipp", "http://[fe80::1]:631/ipp"),
    ],
)
def test_an_address_has_a_port_and_a_path(text: str, uri: str, url: str) -> None:
    """What a URI leaves out is what nearly all printers have."""
    assert Address.parse(text) == Address(uri, url)


@pytest.mark.parametrize("text", ["ipp://", "lpd://desk/", "ipp://desk:seven/", "ipp://[::1/", ""])
def test_what_is_no_address(text: str) -> None:
    """Anything else is refused in one sentence, with an example."""
    with pytest.raises(BookletError, match="is not the address of a printer") as error:
        Address.parse(text)
    assert "ipp://" in error.value.hint


# -- Paper -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ("A4", "iso_a4_210x297mm"),
        ("297mm x 210mm", "iso_a4_210x297mm"),
        ("letter", "na_letter_8.5x11in"),
        ("tabloid", "na_ledger_11x17in"),
        ("half-letter", "na_invoice_5.5x8.5in"),
        ("120mm x 190mm", "custom_120x190mm_120x190mm"),
    ],
)
def test_paper_has_a_name_in_the_standard(size: str, name: str) -> None:
    """A printer that names no paper is told the standard's name."""
    assert medium(Size.parse(size), ()) == name


@pytest.mark.parametrize("name", SIZES)
def test_the_name_of_a_size_ends_with_the_size(name: str) -> None:
    """Every size that has a name here can be asked of a printer, and is the size it says."""
    size = Size.parse(name)
    found = size_of(medium(size, ()) or "")
    assert found == pytest.approx((size.width.to("mm"), size.height.to("mm")), abs=0.1)


@pytest.mark.parametrize(
    ("supported", "name"),
    [
        (["na_letter_8.5x11in"], None),
        (["oe_a4plain_210x297mm"], "oe_a4plain_210x297mm"),
        (["iso_a4_borderless_210x297mm", "oe_a4_210x297mm"], "oe_a4_210x297mm"),
        (["na_letter_8.5x11in", "custom_min_76x127mm", "custom_max_216x356mm"],
         "custom_210x297mm_210x297mm"),
        (["custom_min_76x127mm", "custom_max_200x356mm"], None),
        (["iso-a4"], "iso_a4_210x297mm"),
    ],
)  # fmt: skip
def test_paper_is_named_as_the_printer_names_it(supported: list[str], name: str | None) -> None:
    """By its size, not by its name; without enlarging; and custom only where that is offered."""
    assert medium(Size.parse("A4"), supported) == name


def test_paper_is_told_as_a_person_calls_it() -> None:
    """A4 is A4, whatever a printer says."""
    assert told(["iso_a4_210x297mm", "na_letter_8.5x11in", "custom_min_1x1mm"]) == "A4, letter"


def test_margins_are_those_of_the_paper() -> None:
    """The widest that it names for that size, but for paper that pages are enlarged for."""
    a4 = (210.0, 297.0)
    known = printer(
        stocks=(
            Stock(a4, Margins.mm(0, 0, 0, 0)),
            Stock(a4, Margins.mm(3, 4, 3, 5)),
            Stock((216.0, 279.0), Margins.mm(9, 9, 9, 9)),
        ),
        margins=Margins.mm(6, 6, 6, 6),
    )
    assert known.unprintable(Size.parse("A4")) == Margins.mm(3, 4, 3, 5)
    assert known.unprintable(Size.parse("A3")) == Margins.mm(6, 6, 6, 6)
    assert printer().unprintable(Size.parse("A4")) is None


# -- Words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (["none"], ()),
        (["media-empty-error"], ("is out of paper: put paper into the tray",)),
        (["media-jam", "media-jam-error"], ("has a paper jam: take the paper out, all of it",)),
        (["toner-low-report", "media-low-warning"], ()),
        (["cups-offline-report"], ("is offline: switch it on, or connect it",)),
        (["gremlins-error"], ("says `gremlins-error`: look at its display",)),
        (["gremlins-report"], ()),
    ],
)
def test_what_a_printer_says_in_words(reasons: list[str], said: tuple[str, ...]) -> None:
    """What keeps paper from moving, and what a person does; not what can wait."""
    assert troubles(reasons) == said


def test_a_stopped_printer_says_all_it_knows() -> None:
    """Where it has stopped, whatever it says may be why."""
    assert troubles(["gremlins"], stopped=True) == ("says `gremlins`: look at its display",)


def test_why_a_job_ended() -> None:
    """The printer's keyword in words, with its own sentence where it has one."""
    assert ending(["job-canceled-at-device"], "", True) == "the job was cancelled at the printer"
    assert ending(["submission-interrupted"], "Oh.", False) == (
        "the job did not arrive whole (it says: Oh)"
    )
    assert ending([], "Job canceled.", True) == "the job was cancelled"
    assert ending(["gremlins"], "", False) == "the printer gave the job up"


@pytest.mark.parametrize(
    ("numbers", "named"),
    [([3], "3"), ([1, 2, 3, 5], "1-3,5"), ([0, 1, 2], "cover,1-2"), ([2, 1, 1], "1-2")],
)
def test_sheets_are_named_as_they_are_asked_for(numbers: list[int], named: str) -> None:
    """The words of the hint are words that `--sheets` understands."""
    assert sheets_named(numbers) == named
    impose(blocks(24), Plan(only=named, cover=0 in numbers))


# -- A plan for the printer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "plan", "profile", "flip", "asked"),
    [
        (BOTH, Plan(), None, Flip.SHORT, "two-sided-short-edge"),
        (BOTH[:2], Plan(), None, Flip.LONG, "two-sided-long-edge"),
        (BOTH[:1], Plan(), None, Flip.SHORT, "one-sided"),
        ((), Plan(), None, Flip.SHORT, "one-sided"),
        (BOTH, Plan(), Profile("p", flip=Flip.LONG), Flip.LONG, "two-sided-short-edge"),
        (BOTH[:2], Plan(), Profile("p", flip=Flip.SHORT), Flip.SHORT, "two-sided-long-edge"),
        (BOTH, Plan(printing=Printing.TWO_FILES), None, Flip.SHORT, "one-sided"),
    ],
)
def test_sides_are_what_the_printer_offers(
    offered: tuple[str, ...], plan: Plan, profile: Profile | None, flip: Flip, asked: str
) -> None:
    """Backs lie as the printer turns its sheets, whatever it has to be asked for."""
    known = printer(sides=offered)
    suited = suit(plan, known, profile)
    assert (suited.flip, sides(suited, known, profile)) == (flip, asked)
    two_sided = suited.printing is Printing.TWO_SIDED
    assert two_sided is (asked != "one-sided")


def test_a_tray_that_is_known_from_the_printer() -> None:
    """Without a profile the printer's own word for its tray decides the order of the backs."""
    assert suit(Plan(), printer(sides=(), tray=Tray.FACE_UP)).tray is Tray.FACE_UP


# -- Profiles --------------------------------------------------------------------------------------


def test_a_profile_is_kept(home: Path) -> None:
    """What was found out is there the next time, for the same printer under any name."""
    profile = Profile(
        "Library", Flip.LONG, Flip.SHORT, Tray.FACE_UP, Feed.LOWER,
        (Length.mm(0.5), Length.mm(-1.25)), Margins.mm(4, 5, 6, 7),
    )  # fmt: skip
    path = keep(profile, printer())
    assert path.is_relative_to(home)
    found = recall(printer(name="Renamed"))
    assert found is not None
    assert (found.asked, found.flip, found.tray, found.feed) == (
        Flip.LONG, Flip.SHORT, Tray.FACE_UP, Feed.LOWER,
    )  # fmt: skip
    assert [edge.to("mm") for edge in found.offset] == pytest.approx([0.5, -1.25])
    assert found.margins is not None
    assert found.margins.top.to("mm") == pytest.approx(7)
    assert [child.name for child in path.parent.iterdir()] == [path.name]
    assert str(profile) == "Library: turns about the short edge, stacks face up, " + (
        "backs moved by +0.5 and -1.25 mm"
    )


@pytest.mark.usefixtures("home")
def test_no_profile() -> None:
    """A printer that was never calibrated has none, and neither has another one."""
    keep(Profile("p"), printer(key="urn:uuid:2"))
    assert recall(printer()) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{", "Expecting"),
        ("[]", "no names and values"),
        ({"flip": "sideways"}, "`sideways` is no flip that is known"),
        ({"flip": None}, "`None` is no flip"),
        ({"feed": "left"}, "'left'"),
        ({"offset_mm": [1]}, "unpack"),
        ({"offset_mm": [float("nan"), 0]}, "too far"),
        ({"offset_mm": [300, 0]}, "`300` mm is too far"),
        ({"offset_mm": ["x", 0]}, "`x` is not a number"),
        ({"margins_mm": {"left": 1}}, "it has no `bottom`"),
    ],
)
@pytest.mark.usefixtures("home")
def test_a_profile_that_is_broken(change: str | Mapping[str, object], said: str) -> None:
    """It is named, and what mends it; it is never half believed."""
    path = keep(Profile("p"), printer())
    words = json.loads(path.read_text())
    path.write_text(change if isinstance(change, str) else json.dumps(words | dict(change)))
    with pytest.raises(BookletError, match="cannot be used") as error:
        recall(printer())
    assert said in error.value.message
    assert str(error.value.where) == str(path)
    assert "`./inv calibrate --printer ipp://localhost:631/ipp/print`" in error.value.hint


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    """A profile that cannot be kept is said to be so, and leaves nothing behind."""
    (home / "booklet").write_text("a file where a folder should be")
    with pytest.raises(BookletError, match="the profile cannot be kept"):
        keep(Profile("p"), printer())


def test_a_relative_config_home_counts_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The specification has it so."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "here")
    assert path_of(printer()).is_relative_to(Path.home() / ".config")


# -- Backs that are moved --------------------------------------------------------------------------


def inked(pdf: bytes, page: int) -> Box:
    view = Viewer(pdf)[page]
    box = ink(view.picture(Matrix(), *view.size, 200), 200)
    assert box is not None
    return box


def test_backs_are_moved_and_fronts_are_not() -> None:
    """By the offset, to the right and up, on the sheet as it lies in the PDF."""
    made = impose(blocks(8), Plan())
    profile = Profile("p", offset=(Length.mm(2), Length.mm(-3)))
    (before,), (after,) = made.runs, aligned(made, profile).runs
    for page in (0, 2):
        assert inked(after.pdf, page) == inked(before.pdf, page)
    for page in (1, 3):
        was, now = inked(before.pdf, page), inked(after.pdf, page)
        assert now.left - was.left == pytest.approx(2 * MM, abs=0.4)
        assert now.bottom - was.bottom == pytest.approx(-3 * MM, abs=0.4)


def test_without_an_offset_the_bytes_stay() -> None:
    """What needs no correction is sent as it was made."""
    made = impose(blocks(4), Plan())
    assert aligned(made, Profile("p")) == aligned(made, None) == made


def test_backs_of_two_passes_are_moved() -> None:
    """Where fronts and backs are files of their own, only the one file changes."""
    made = impose(blocks(8), Plan(printing=Printing.TWO_FILES))
    moved = aligned(made, Profile("p", offset=(Length.mm(1), Length(0))))
    same = [one.pdf == other.pdf for one, other in zip(made.runs, moved.runs, strict=True)]
    assert same == [True, False]


# -- Ink that cannot be printed --------------------------------------------------------------------


def test_ink_outside_the_margins_is_named() -> None:
    """Sheet, side, edge and by how much, before anything is printed."""
    made = impose(blocks(4, 130 * MM, 200 * MM), Plan.parse({"marks": "none"}))
    found = clipped(made, printer(margins=Margins.mm(4, 4, 4, 4)))
    assert found == ()
    low = inked(made.runs[0].pdf, 0)
    deep = low.bottom / MM + 2.5
    (clip, *_) = clipped(made, printer(margins=Margins.mm(4, deep, 4, 4)))
    assert str(clip).startswith("sheet 1, front: ink lies outside what the printer can print, by 2")
    assert "at the bottom edge" in str(clip)
    (edge, length), *_ = clip.edges
    assert edge == "bottom"
    assert length.to("mm") == pytest.approx(2.5, abs=0.3)


def test_an_offset_can_push_ink_over_the_edge() -> None:
    """Backs are looked at where they will be printed; a profile's own margins come first."""
    made = impose(blocks(4), Plan.parse({"marks": "none"}))
    box = inked(made.runs[0].pdf, 1)
    room = box.left / MM
    tight = Margins.mm(room - 1, 0, 0, 0)
    assert clipped(made, printer(), Profile("p", margins=tight)) == ()
    pushed = Profile("p", offset=(Length.mm(-3), Length(0)), margins=tight)
    assert [clip.face for clip in clipped(made, printer(), pushed)] == ["sheet 1, back"]


def test_a_blank_side_has_no_ink() -> None:
    """And a printer that says nothing of margins is asked nothing of them."""
    made = impose(blocks(1), Plan.parse({"marks": "none"}))
    found = clipped(made, printer(margins=Margins.mm(99, 99, 99, 99)))
    assert [clip.face for clip in found] == ["sheet 1, front"]
    assert clipped(made, printer()) == ()


# -- The calibration sheet -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["A4", "letter", "A3", "A5"])
def test_the_calibration_sheet_reaches_all_edges(name: str) -> None:
    """Two portrait pages, with marks a millimetre from each edge."""
    size = Size.parse(name)
    pdf = drawing(size)
    viewer = Viewer(pdf)
    assert len(viewer) == 2
    for page in (0, 1):
        width, height = viewer[page].size
        assert (width, height) == pytest.approx((size.width.pt, size.height.pt), abs=0.01)
        box = inked(pdf, page)
        room = (box.left, box.bottom, width - box.right, height - box.top)
        assert [edge / MM for edge in room] == pytest.approx([1, 1, 1, 1], abs=0.3)


def test_no_font_is_asked_of_the_printer() -> None:
    """All lettering is drawn."""
    with pikepdf.open(BytesIO(drawing(Size.parse("A4")))) as pdf:
        assert all("/Font" not in page.get("/Resources", {}) for page in pdf.pages)


@pytest.mark.parametrize(("flip", "at"), [(Flip.SHORT, "bottom"), (Flip.LONG, "top")])
def test_the_number_behind_the_arrow(flip: Flip, at: str) -> None:
    """Turned about its short edge a sheet has the back's foot, with a 1, behind the arrow's tip."""
    width, height = 210 * MM, 297 * MM
    middle = width / 2
    # From a point of the back to where it lies on the front: turned about a level axis, or an
    # upright one.
    onto = Matrix(1, 0, 0, -1, 0, height) if flip is Flip.SHORT else Matrix(-1, 0, 0, 1, width, 0)
    _, tip = onto.inverse().point(width / 2, height - 15 * MM)
    assert (tip < height / 2) is (at == "bottom")
    pdf = drawing(Size.parse("A4"))
    # A 1 is narrow, a 2 is wide.
    foot, head = (
        inked_within(pdf, 1, Box(middle - 20 * MM, low * MM, middle + 20 * MM, (low + 30) * MM))
        for low in (14, 255)
    )
    assert foot.width < head.width


def inked_within(pdf: bytes, page: int, part: Box) -> Box:
    view = Viewer(pdf)[page]
    box = ink(view.picture(move(-part.left, -part.bottom), part.width, part.height, 200), 200)
    assert box is not None
    return box


def test_the_scales_read_the_offset_that_mends() -> None:
    """Held to the light, the front's cross stands on the scales where the backs have to go."""
    pdf = drawing(Size.parse("A4"))
    # A printer that sets its backs 3 mm too far to the left, and 2 mm too high ...
    device = move_pages(pdf, [1], (Length.mm(-3), Length.mm(2)))
    # ... has the middle of the paper, where the cross shines through, at +3 and -2 of its scales,
    level = inked_within(device, 1, Box(85 * MM, 165.5 * MM, 121 * MM, 170.7 * MM))
    upright = inked_within(device, 1, Box(121.9 * MM, 130 * MM, 128 * MM, 170 * MM))
    assert 105 - (level.left + level.right) / 2 / MM - 85 == pytest.approx(3, abs=0.2)
    assert 148.5 - (upright.bottom + upright.top) / 2 / MM - 130 == pytest.approx(-2, abs=0.2)
    # ... and an offset of these numbers brings the back to its place.
    mended = move_pages(device, [1], (Length.mm(3), Length.mm(-2)))
    assert inked(mended, 1) == pytest.approx(inked(pdf, 1), abs=0.4)
