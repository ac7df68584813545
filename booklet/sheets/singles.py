"""Singles: pages that are printed as they are, one on each side of a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object

from booklet.lengths import Size
from booklet.sheets.forme import Forme, lock_up, open_pages
from booklet.sheets.frame import SLACK, Matrix, move, turn
from booklet.sheets.imposing import Sheets, give_root, saved
from booklet.sheets.place import BACK, FRONT, Cell, Sheet, Side
from booklet.sheets.plan import Creep, Flip, Plan, Scheme
from booklet.sheets.runs import PrintedSide, Run, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pikepdf import Pdf


def single(trim: Size, paper: Size, only: str = "") -> Plan:
    """Return the plan of pages that are printed one to a side, in the middle of the paper.

    Pages larger than the paper get paper of their own size. `only` names the sheets to print.
    """
    fits = all(a <= b + SLACK for a, b in zip(_sides(trim), _sides(paper), strict=True))
    flip = Flip.LONG if trim.width <= trim.height else Flip.SHORT
    return Plan(
        scheme=Scheme.TWO_UP,  # of all schemes the one that is not folded
        sheet=paper if fits else trim,
        trim=trim,
        flip=flip,
        creep=Creep.NONE,
        only=only,
    )


def singles(pages: bytes, plan: Plan) -> Sheets:
    """Return sheets with a page of a PDF on each side, by a plan from `single`.

    Backs are turned by 180 degrees where the printer turns the sheet about the other edge. Raises
    BookletError for a PDF that `impose` does not take, and for sheets that are not there.
    """
    pdf = open_pages(pages)
    formes = lock_up(pdf)
    placed = tuple(_sheet(first, len(formes)) for first in range(1, len(formes) + 1, 2))
    made: list[Run] = []
    for run in runs(placed, plan):
        if made:  # a PDF that has been taken apart serves for one run only
            pdf = open_pages(pages)
            formes = lock_up(pdf)
        made.append(replace(run, pdf=_TakenApart(pdf, formes, plan).pressed(run)))
    return Sheets(plan, len(formes), formes[0].trim, placed, tuple(made))


def _sides(size: Size) -> tuple[float, float]:
    """Return the short side and the long side of a size, in points."""
    short, long = sorted((size.width.pt, size.height.pt))
    return short, long


def _sheet(first: int, count: int) -> Sheet:
    """Return the sheet whose front is this page."""
    front, back = Cell(first), Cell(first + 1 if first < count else 0)
    return Sheet(
        first // 2 + 1, 1, Side(FRONT, ((front, Cell(0)),)), Side(BACK, ((back, Cell(0)),))
    )


@dataclass(frozen=True)
class _TakenApart:
    """A PDF whose pages have been taken apart, to be set on sheets."""

    pdf: Pdf
    formes: Sequence[Forme]
    plan: Plan

    def pressed(self, run: Run) -> bytes:
        """Return the bytes of one run."""
        node = self.pdf.make_indirect(Dictionary(Type=Name.Pages, Count=len(run.faces)))
        node.Kids = Array([self._side(face, node) for face in run.faces])
        give_root(self.pdf, node, self.plan)
        return saved(self.pdf)

    def _side(self, face: PrintedSide, node: Object) -> Object:
        """Return a side of a sheet, always portrait, as printers want it."""
        width, height = _sides(self.plan.sheet)
        side = self.pdf.make_indirect(Dictionary(Type=Name.Page, Parent=node))
        side.MediaBox = Array([0, 0, round(width, 3), round(height, 3)])
        page = face.side.cells[0].page
        if page:
            forme = self.formes[page - 1]
            side.Resources = Dictionary(XObject=Dictionary(P=forme.form))
            matrix = self._matrix(forme, turned=face.side.name == BACK and self._turns(forme))
            drawn = f"q {' '.join(f'{value:.3f}' for value in matrix)} cm /P Do Q"
            side.Contents = self.pdf.make_stream(drawn.encode())
        return side

    def _turns(self, forme: Forme) -> bool:
        """Whether the printer turns sheets about another edge than readers turn the page."""
        lies = forme.trim.width.pt > forme.trim.height.pt
        return self.plan.flip is not (Flip.SHORT if lies else Flip.LONG)

    def _matrix(self, forme: Forme, turned: bool) -> Matrix:
        """Return the map from a page to the middle of its side."""
        wide, high = forme.trim.width.pt, forme.trim.height.pt
        quarters = (1 if wide > high else 0) + (2 if turned else 0)
        width, height = _sides(self.plan.sheet)
        across, up = (high, wide) if quarters % 2 else (wide, high)
        middle = move((width - across) / 2, (height - up) / 2)
        return forme.upright.then(turn(quarters, wide, high)).then(middle)
