"""Sheets: which page stands where on which sheet, and the PDF to print.

The verb is `impose(pages, plan)`. `prove(sheets, pages)` folds the result and reads it back;
`estimate(pages, plan, copies)` says what paper it takes.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from booklet.sheets.creep import Tight
from booklet.sheets.estimate import Estimate, check_copies, estimate
from booklet.sheets.paper import Paper
from booklet.sheets.place import Cell, Sheet, Side, place
from booklet.sheets.plan import (
    Binding,
    BlankPages,
    Crease,
    Creep,
    Flip,
    Marks,
    Plan,
    Printing,
    Scheme,
    Tray,
)

if TYPE_CHECKING:
    from booklet.sheets.imposing import Sheets, impose
    from booklet.sheets.proof import Mismatch, Proof, prove
    from booklet.sheets.runs import Run, instruction

# What needs pikepdf and PDFium, a quarter of a second to import: a build that makes no sheets
# counts them all the same, and does without.
_LATE = {
    "Mismatch": "proof",
    "Proof": "proof",
    "Run": "runs",
    "Sheets": "imposing",
    "impose": "imposing",
    "instruction": "runs",
    "prove": "proof",
}


def __getattr__(name: str) -> object:
    """Import one of the late names when it is asked for (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)


__all__ = [
    "Binding",
    "BlankPages",
    "Cell",
    "Crease",
    "Creep",
    "Estimate",
    "Flip",
    "Marks",
    "Mismatch",
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
    "check_copies",
    "estimate",
    "impose",
    "instruction",
    "place",
    "prove",
]
