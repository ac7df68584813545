"""Imposing: pages set on sheets, and the print PDF made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf

from booklet.errors import BookletError
from booklet.lengths import Size
from booklet.sheets import links
from booklet.sheets.creep import shift
from booklet.sheets.forme import Forme, lock_up, open_pages
from booklet.sheets.frame import Box, Frame, Matrix, frame, move
from booklet.sheets.marks import marks, notes, number
from booklet.sheets.place import Cell, Sheet, place
from booklet.sheets.plan import BlankPages, Flip, Plan, Printing
from booklet.sheets.runs import PrintedSide, Run, runs
from booklet.sheets.sheet_names import Label, LineForms, baseline, words


@dataclass(frozen=True)
class Sheets:
    """Printed sheets: which page stands where on which of them, and the files to print."""

    plan: Plan
    pages: int
    trim: Size
    placed: tuple[Sheet, ...]
    """All sheets, those that `plan.only` leaves out included."""
    runs: tuple[Run, ...]


def impose(pages: bytes, plan: Plan) -> Sheets:
    """Return the sheets on which the pages of a PDF are printed.

    `pages` is a PDF with all pages of one trim; pages are taken from their TrimBox and never
    scaled. The same pages and plan give the same bytes.

    Raises BookletError for a PDF that is none, is encrypted, has no pages or mixed sizes, for pages
    that do not fit the sheet, for paper without a thickness, and for sheets that are not there.
    """
    pdf = open_pages(pages)
    formes = lock_up(pdf)
    job = _job(pages, pdf, formes, plan)
    made: list[Run] = []
    for run in runs(job.placed, plan):
        if made:  # a PDF that has been taken apart serves for one run only
            pdf = open_pages(pages)
            formes = lock_up(pdf)
        made.append(replace(run, pdf=_press(job, run, pdf, formes)))
    return Sheets(plan, len(formes), formes[0].trim, job.placed, tuple(made))


@dataclass(frozen=True)
class _Job:
    """What holds for all runs."""

    plan: Plan
    placed: tuple[Sheet, ...]
    frame: Frame
    bleed: float
    label: Label

    @property
    def signatures(self) -> int:
        """The number of the last signature."""
        return max(sheet.signature for sheet in self.placed)


def _job(pages: bytes, pdf: Pdf, formes: Sequence[Forme], plan: Plan) -> _Job:
    """Return what holds for all runs, or raise BookletError where pages and plan disagree."""
    trim = formes[0].trim
    if plan.trim and plan.trim.name() != trim.name():
        raise BookletError(
            f"the pages are `{trim.name()}` and the plan is for `{plan.trim.name()}`",
            hint="leave `trim` out of the plan, or give the edition the same one",
        )
    placed = place(len(formes), plan)
    label = Label(
        str(pdf.docinfo.get("/Title", "")),
        blake2b(pages, digest_size=4).hexdigest(),
        max(sheet.number for sheet in placed),
    )
    bleed = min(forme.bleed for forme in formes)
    return _Job(plan, placed, frame(plan, trim), bleed, label)


@dataclass(frozen=True)
class _SetPage:
    """A page that has been set: on which page of the sheets, by what map, and where its trim is."""

    forme: Forme
    page: Object
    matrix: Matrix
    trim: Box


class _Bed:
    """The bed of the press: a PDF that is taken apart, its pages becoming parts of sheets."""

    def __init__(self, pdf: Pdf, formes: Sequence[Forme], job: _Job) -> None:
        self.pdf, self.formes, self.job = pdf, formes, job
        self.case = LineForms(pdf)
        self.note = _notes(job, pdf)
        self.drawn: dict[str, Object] = {}
        self.matrices: dict[Matrix, Object] = {}

    def drawing(self, operators: str) -> Object:
        """Return a content stream; sides that are drawn alike have the same one."""
        if operators not in self.drawn:
            self.drawn[operators] = self.pdf.make_stream(operators.encode())
        return self.drawn[operators]

    def lay(self, forme: Forme, matrix: Matrix) -> Object:
        """Return a page's form, laid upright and moved by its creep, in a matrix of its own."""
        if matrix != Matrix():
            if matrix not in self.matrices:
                operands = Array([round(value, 3) for value in matrix])
                self.matrices[matrix] = self.pdf.make_indirect(operands)
            forme.form.Matrix = self.matrices[matrix]
        return forme.form


def _press(job: _Job, run: Run, pdf: Pdf, formes: Sequence[Forme]) -> bytes:
    """Return the bytes of one run."""
    bed = _Bed(pdf, formes, job)
    node = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=len(run.faces)))
    kids: list[Object] = []
    placed: list[_SetPage] = []
    for face in run.faces:
        page = pdf.make_indirect(Dictionary(Type=Name.Page, Parent=node))
        page.MediaBox = Array([0, 0, *(round(edge, 3) for edge in job.frame.page)])
        placed += _set_side(bed, face, page)
        kids.append(page)
    node.Kids = Array(kids)
    _link(pdf, placed)
    give_root(pdf, node, job.plan)
    return saved(pdf)


def _set_side(bed: _Bed, face: PrintedSide, page: Object) -> list[_SetPage]:
    """Fill a page with the cells and the marks of a side; return the pages that were set."""
    job = bed.job
    onto = job.frame.onto_page(face.side.name, job.plan.flip)
    xobjects: dict[str, Object] = {}
    drawn = [_operands(onto) + " cm"]
    placed = []
    for at, cell in enumerate(face.side.cells):
        form = _form(bed, cell, at % 2)
        if form is not None:
            xobjects[f"/P{at}"] = form
            drawn.append(_cell(job.frame, at, f"/P{at}"))
        if cell.page:
            placed.append(_set(job, bed.formes[cell.page - 1], cell, at, page, onto))
    drawn.append(marks(face, job.frame, job.plan, job.bleed, job.signatures))
    drawn += _names(job, face, bed.case, xobjects)
    page.Resources = Dictionary(XObject=Dictionary(xobjects))
    page.Contents = bed.drawing("\n".join(filter(None, drawn)))
    return placed


def _upright(job: _Job, forme: Forme, cell: Cell, column: int) -> Matrix:
    """Return the map from a page to its upright trim, moved by its creep."""
    return forme.upright.then(move(shift(cell, job.plan) * (1 if column else -1), 0))


def _form(bed: _Bed, cell: Cell, column: int) -> Object | None:
    """Return what is drawn in a cell: a page, a page for notes, or nothing."""
    if not cell.page:
        return bed.note
    forme = bed.formes[cell.page - 1]
    return bed.lay(forme, _upright(bed.job, forme, cell, column))


def _cell(frame_: Frame, at: int, name: str) -> str:
    """Return the operators that draw a form in a cell, clipped to its half of the sheet."""
    row, column = divmod(at, 2)
    trim = frame_.trim(row, column)
    half = frame_.half(row, column)
    clip = " ".join(map(number, (half.left, half.bottom, half.width, half.height)))
    return f"q {clip} re W n {_operands(move(trim.left, trim.bottom))} cm {name} Do Q"


def _set(job: _Job, forme: Forme, cell: Cell, at: int, page: Object, onto: Matrix) -> _SetPage:
    """Return where a page has come to."""
    row, column = divmod(at, 2)
    still, moved = (job.frame.trim(row, column, by) for by in (0, shift(cell, job.plan)))
    matrix = _upright(job, forme, cell, column).then(move(still.left, still.bottom)).then(onto)
    return _SetPage(forme, page, matrix, onto.box(moved))


def _names(job: _Job, face: PrintedSide, case: LineForms, xobjects: dict[str, Object]) -> list[str]:
    """Return the lines by which a side names itself, one for each piece it is cut into."""
    lines = []
    for row in range(job.plan.rows if job.plan.marks.name else 0):
        at = baseline(face, row, job.frame, job.bleed, job.plan.folded)
        if at:
            said = words(face, row, job.label, job.plan)
            lines.append(case.line(said, at, xobjects))
    return lines


def _notes(job: _Job, pdf: Pdf) -> Object | None:
    """Return the page for notes as a form XObject, or None if blanks stay blank."""
    if job.plan.notes is BlankPages.NONE:
        return None
    width, height = job.frame.trim_width, job.frame.trim_height
    box = Array([0, 0, round(width, 3), round(height, 3)])
    drawn = notes(width, height, job.plan.notes).encode()
    return pdf.make_stream(drawn, Dictionary(Subtype=Name.Form, BBox=box))


def _operands(matrix: Matrix) -> str:
    """Return a matrix as the operands of `cm`."""
    return " ".join(map(number, matrix))


def _link(pdf: Pdf, placed: Sequence[_SetPage]) -> None:
    """Give each page of the sheets the links of the pages that were set on it."""
    names = links.named(pdf)
    landings = {one.forme.page.objgen: links.Landing(one.page, one.trim) for one in placed}
    for one in placed:
        found = list(links.moved(pdf, one.forme.page, one.matrix, names, landings))
        if found:
            one.page.Annots = Array([*one.page.get("/Annots", Array()).as_list(), *found])


def give_root(pdf: Pdf, node: Object, plan: Plan) -> None:
    """Give the PDF a new root: what was said of the document is kept, its structure is not.

    No tags, outline, names or actions: they speak of pages that are no longer there. Viewers are
    told to print at full size, and about which edge to turn the sheets.
    """
    old, duplex = pdf.Root, Name.Simplex
    if plan.printing is Printing.TWO_SIDED:
        short = plan.flip is Flip.SHORT
        duplex = Name.DuplexFlipShortEdge if short else Name.DuplexFlipLongEdge
    root = Dictionary(Type=Name.Catalog, Pages=node)
    for key in ("/Lang", "/Metadata", "/OutputIntents", "/Extensions", "/Version"):
        if key in old:
            root[key] = old[key]
    root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), Duplex=duplex)
    kept = old.get("/ViewerPreferences", Dictionary())
    for key in ("/DisplayDocTitle", "/Direction"):
        if key in kept:
            root.ViewerPreferences[key] = kept[key]
    pdf.trailer.Root = pdf.make_indirect(root)
    _claim_less(pdf)


def _claim_less(pdf: Pdf) -> None:
    """Take back what sheets may not claim: PDF/UA and level A of PDF/A without tags, and PDF/X."""
    metadata = pdf.Root.get("/Metadata")
    if metadata is None or not any(
        claim in metadata.read_bytes() for claim in (b"pdfuaid", b"pdfaid", b"pdfxid")
    ):
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        for key in [key for key in said if "/pdfua/ns/id/" in key or "/pdfx/ns/id/" in key]:
            del said[key]
        if said.get("pdfaid:conformance") == "A":
            said["pdfaid:conformance"] = "B"


def saved(pdf: Pdf) -> bytes:
    """Return the PDF's bytes, the same for the same content."""
    out = BytesIO()
    pdf.save(out, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()
