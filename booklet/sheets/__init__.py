"""Sheets: which page stands where on which sheet, and the PDF to print.

The verb is `impose(pages, plan)`. `prove(sheets, pages)` folds the result and reads it back;
`estimate(pages, plan, copies)` says what paper it takes.
"""

from booklet.sheets.creep import Tight
from booklet.sheets.estimate import Estimate, estimate
from booklet.sheets.imposing import Sheets, impose
from booklet.sheets.paper import Paper
from booklet.sheets.place import Cell, Sheet, Side, place
from booklet.sheets.plan import (
    Binding,
    Crease,
    Creep,
    Flip,
    Marks,
    Notes,
    Plan,
    Printing,
    Scheme,
    Tray,
)
from booklet.sheets.proof import Mismatch, Proof, prove
from booklet.sheets.runs import Run, instruction

__all__ = [
    "Binding",
    "Cell",
    "Crease",
    "Creep",
    "Estimate",
    "Flip",
    "Marks",
    "Mismatch",
    "Notes",
    "Paper",
    "Plan",
    "Printing",
    "Proof",
    "Run",
    "Scheme",
    "Sheet",
    "Sheets",
    "Side",
    "Tight",
    "Tray",
    "estimate",
    "impose",
    "instruction",
    "place",
    "prove",
]
