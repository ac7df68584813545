"""Making sheets ready for one printer: its plan, its backs, and what it cannot print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from pikepdf import Array, Name, ObjectStreamMode, Pdf

from booklet.lengths import Length
from booklet.printer.discovery import Printer
from booklet.printer.paper import Margins
from booklet.printer.profile import Feed, Profile
from booklet.sheets import Flip, Plan, Printing, Run, Sheets, Tray, instruction
from booklet.sheets.frame import Matrix
from booklet.sheets.rendered import Viewer, ink

_DPI = 100
_PIXEL = 72 / _DPI  # ink is seen that much too large at most

_SIDES = {Flip.SHORT: "two-sided-short-edge", Flip.LONG: "two-sided-long-edge"}


def suit(plan: Plan, printer: Printer, profile: Profile | None = None) -> Plan:
    """Return the plan by which sheets are made for this very printer.

    Backs are turned as it turns its sheets. One without duplex gets fronts and backs apart, in
    the order that its tray needs; so does one whose plan asks for that.
    """
    if printer.two_sided and plan.printing is Printing.TWO_SIDED:
        flip = profile.flip if profile else _possible(plan.flip, printer)
        return replace(plan, flip=flip)
    tray = profile.tray if profile else printer.tray
    if profile and profile.feed is Feed.LOWER:
        # The pile is turned over once more before it goes in, and that turns its order round.
        tray = Tray.FACE_UP if tray is Tray.FACE_DOWN else Tray.FACE_DOWN
    flip = profile.flip if profile else plan.flip
    return replace(plan, flip=flip, tray=tray, printing=Printing.TWO_FILES)


def sides(plan: Plan, printer: Printer, profile: Profile | None = None) -> str:
    """Return how a printer is asked to print the sides of a suited plan, in IPP's words.

    A profile is true of what was asked for when it was made, so that is asked for again.
    """
    if plan.printing is not Printing.TWO_SIDED:
        return "one-sided"
    return _SIDES[_possible(profile.asked if profile else plan.flip, printer)]


def _possible(flip: Flip, printer: Printer) -> Flip:
    """Return the edge that is wished for, or the other one if a printer has only that."""
    other = Flip.LONG if flip is Flip.SHORT else Flip.SHORT
    only_other = _SIDES[flip] not in printer.sides and _SIDES[other] in printer.sides
    return other if only_other else flip


def between(plan: Plan, profile: Profile | None) -> str:
    """Return what to do with the pile between fronts and backs.

    A profile knows what comes of the edge that went in first going in last, so with one that is
    what is always asked for.
    """
    said = instruction(replace(plan, flip=Flip.SHORT) if profile else plan)
    if profile and profile.feed is Feed.LOWER:
        said = said.replace("the blank sides up", "the blank sides down")
    return said


def aligned(sheets: Sheets, profile: Profile | None) -> Sheets:
    """Return the sheets with their backs moved as the profile says; the same bytes if it does not.

    Backs whose faces are moved leave the size of the sheet as it is.
    """
    if profile is None or not any(length.pt for length in profile.offset):
        return sheets
    return replace(sheets, runs=tuple(_moved(run, profile.offset) for run in sheets.runs))


def _moved(run: Run, offset: tuple[Length, Length]) -> Run:
    """Return a run with its backs moved."""
    backs = [at for at, face in enumerate(run.faces) if face.side is face.sheet.back]
    return replace(run, pdf=move_pages(run.pdf, backs, offset)) if backs else run


def move_pages(pdf: bytes, pages: Iterable[int], offset: tuple[Length, Length]) -> bytes:
    """Return a PDF with what some pages show moved to the right and up; pages count from 0."""
    across, up = offset
    with Pdf.open(BytesIO(pdf)) as opened:
        before = opened.make_stream(f"q 1 0 0 1 {across.pt:.3f} {up.pt:.3f} cm".encode())
        after = opened.make_stream(b"Q")
        for at in pages:
            page = opened.pages[at].obj
            shown = page.get("/Contents", Array())
            drawn = shown.as_list() if isinstance(shown, Array) else [shown]
            page.Contents = Array([before, *drawn, after])
            if Name.Annots in page:  # links are not printed, and would be left behind
                del page.Annots
        out = BytesIO()
        opened.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def title(pdf: bytes) -> str:
    """Return the title of a PDF, or an empty string."""
    with Pdf.open(BytesIO(pdf)) as opened:
        return str(opened.docinfo.get("/Title", "")).encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Clip:
    """Ink that a printer cannot print: on which side of which sheet, how much at which edges."""

    face: str
    edges: tuple[tuple[str, Length], ...]

    def __str__(self) -> str:
        """Return `sheet 3, back: 2.1 mm of its ink at the left edge cannot be printed`."""
        most = " and ".join(
            f"{length.to('mm'):.1f} mm at the {edge} edge" for edge, length in self.edges
        )
        return f"{self.face}: ink lies outside what the printer can print, by {most}"


def clipped(sheets: Sheets, printer: Printer, profile: Profile | None = None) -> tuple[Clip, ...]:
    """Return the sides whose ink reaches beyond what the printer can print, once it is aligned.

    Margins come from the profile, and else from the printer; where neither knows any, nothing is
    found.
    """
    margins = (profile.margins if profile else None) or printer.unprintable(sheets.plan.sheet)
    if margins is None:
        return ()
    return tuple(clip for run in aligned(sheets, profile).runs for clip in _clips(run, margins))


def _clips(run: Run, margins: Margins) -> Iterable[Clip]:
    """Yield the sides of one run whose ink reaches into the margins."""
    viewer = Viewer(run.pdf)
    for at, name in enumerate(faces(run)):
        width, height = viewer[at].size
        box = ink(viewer[at].picture(Matrix(), width, height, _DPI), _DPI)
        if box is None:
            continue
        within = (box.left, box.bottom, width - box.right, height - box.top)
        beyond = [
            (edge, Length(margin.pt - room))
            for (edge, margin), room in zip(margins.edges.items(), within, strict=True)
            if margin.pt - room > _PIXEL
        ]
        if beyond:
            yield Clip(name, tuple(beyond))


def faces(run: Run) -> tuple[str, ...]:
    """Return what each page of a run prints: `sheet 3, front`."""
    return tuple(f"{face.sheet.name}, {face.side.name}" for face in run.faces)


def sheets_named(sheets: Sequence[int]) -> str:
    """Return sheets as `--sheets` takes them, such as `cover,3,5-7`; 0 is a separate cover."""
    parts: list[list[int]] = []
    for number in sorted(set(sheets)):
        if parts and number and parts[-1][-1] == number - 1 and parts[-1][0]:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(
        "cover" if not part[0] else f"{part[0]}-{part[-1]}" if part[1:] else f"{part[0]}"
        for part in parts
    )
