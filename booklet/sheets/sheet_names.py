"""The line by which a sheet names itself, so that a dropped pile can be put together again."""

from __future__ import annotations

from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Pdf

from booklet.sheets.frame import Frame, Matrix
from booklet.sheets.lettering import EM, can_set, outline
from booklet.sheets.marks import GAP, MM, number
from booklet.sheets.place import COVER, FRONT
from booklet.sheets.plan import Plan, Scheme
from booklet.sheets.runs import PrintedSide

SIZE = 5.0
"""The size of the line, in points."""
_TITLE = 40
_DEEP = 0.3 * SIZE  # below the baseline
_ROOM = GAP + 1.2 * SIZE


@dataclass(frozen=True)
class Label:
    """What all sheets of a booklet say of themselves: its title, its digest, how many they are."""

    title: str
    digest: str
    sheets: int


def words(face: PrintedSide, row: int, label: Label, plan: Plan) -> tuple[str, ...]:
    """Return the line of a row of a side, in pieces that other sides can use again.

    A title that the face cannot set is left out: the digest stands for it.
    """
    title, digest = label.title, label.digest
    title = title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip() + "…"
    head = f"{title} · {digest} · " if title and can_set(title) else f"{digest} · "
    sheet, side = face
    if plan.scheme is Scheme.SIGNATURES and sheet.number != COVER:
        head += f"signature {sheet.signature} · "
    tail = f" · {side.name}"
    if plan.rows > 1:
        tail += " · lower half" if row else " · upper half"
    if sheet.number == COVER:
        return (f"{head}cover{tail}",)
    return (f"{head}sheet ", *str(sheet.number), f" of {label.sheets}{tail}")


def has_line_outside(frame: Frame, bleed: float = 0.0) -> bool:
    """Return whether there is room for the line below the trim or beside it."""
    return max(frame.spare) >= max(bleed, GAP) + _ROOM


def baseline(
    face: PrintedSide, row: int, frame: Frame, bleed: float, folded: bool
) -> Matrix | None:
    """Return the map that takes a line from 0, 0 to its place on the frame, or None for no place.

    It stands below the trim, or beside it, where it is cut away. Without room it runs up the
    fold, in the gutter, but not on the outside of a book or a signature, which is its back.
    """
    page = frame.trim(row, 0)
    gap = max(bleed, GAP)
    beside, below = frame.spare
    if below >= gap + _ROOM:
        return Matrix(e=page.left + 4 * GAP, f=page.bottom - gap - MM / 2 - SIZE)
    if beside >= gap + _ROOM:
        return Matrix(0, 1, -1, 0, page.left - gap - MM / 2 - _DEEP, page.bottom + 4 * GAP)
    if folded and face.side.name == FRONT and not face.side.rows[row][0].outside:
        return None
    return Matrix(0, 1, -1, 0, frame.width / 2 - MM - _DEEP, page.bottom + 6 * GAP)


@dataclass
class LineForms:
    """A type case: words as form XObjects of one PDF, each drawn once however often it is used."""

    pdf: Pdf
    words: dict[str, tuple[Object, float]] = field(default_factory=dict)

    def line(self, words: tuple[str, ...], at: Matrix, xobjects: dict[str, Object]) -> str:
        """Return the operators that set `words` at a place; the forms they use go to `xobjects`.

        Forms are named by their order, so that lines which differ in a figure read the same.
        """
        scale = SIZE / EM
        matrix = (at.a * scale, at.b * scale, at.c * scale, at.d * scale)
        said = ["q 0.4 g", *(f"{value:g}" for value in matrix), number(at.e), number(at.f), "cm"]
        for word in words:
            name = f"/W{len(xobjects)}"
            xobjects[name], width = self._word(word)
            said.append(f"{name} Do 1 0 0 1 {width:g} 0 cm")
        return " ".join([*said, "Q"])

    def _word(self, word: str) -> tuple[Object, float]:
        """Return a word's form and its width in parts of an em."""
        if word not in self.words:
            operators, width = outline(word)
            box = Array([0, -EM, width, EM])
            form = self.pdf.make_stream(operators, Dictionary(Subtype=Name.Form, BBox=box))
            self.words[word] = form, width
        return self.words[word]
