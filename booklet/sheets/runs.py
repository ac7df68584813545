"""Runs: the files that go to a printer, and the sides in each, in the order of printing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from booklet.errors import BookletError, quoted
from booklet.sheets.place import COVER, Sheet, Side
from booklet.sheets.plan import Flip, Plan, Printing, Tray

# Of a number with more than nine figures, which no sheet has, the first nine are enough.
_RANGE = re.compile(r"0*(\d{1,9})\d*(?:\s*[-–]\s*0*(\d{1,9})\d*)?", re.ASCII)


class PrintedSide(NamedTuple):
    """A side of a sheet, to be printed."""

    sheet: Sheet
    side: Side


@dataclass(frozen=True)
class Run:
    """One file for the printer: its name without suffix, its sides in order, and its bytes.

    Names are `sheets` and `cover`, each with `-fronts` and `-backs` behind it where a printer with
    one side gets two files.
    """

    name: str
    faces: tuple[PrintedSide, ...]
    pdf: bytes = b""


def runs(sheets: Sequence[Sheet], plan: Plan) -> tuple[Run, ...]:
    """Return the runs, without their bytes, in which the chosen sheets are printed.

    A separate cover is a run of its own, for it goes on other stock. Raises BookletError where
    `plan.only` names a sheet that is not there.
    """
    kept = chosen(sheets, plan.only)
    stacks = {
        "cover": [sheet for sheet in kept if sheet.number == COVER],
        "sheets": [sheet for sheet in kept if sheet.number != COVER],
    }
    return tuple(
        run for name, stack in stacks.items() if stack for run in _passes(name, stack, plan)
    )


def _passes(name: str, stack: Sequence[Sheet], plan: Plan) -> Iterable[Run]:
    """Return the runs of one stack: one of both sides, or fronts and then backs."""
    if plan.printing is Printing.TWO_SIDED:
        return [
            Run(name, tuple(PrintedSide(sheet, side) for sheet in stack for side in sheet.sides))
        ]
    again = stack if plan.tray is Tray.FACE_UP else stack[::-1]
    fronts = tuple(PrintedSide(sheet, sheet.front) for sheet in stack)
    backs = tuple(PrintedSide(sheet, sheet.back) for sheet in again)
    if plan.printing is Printing.ONE_RUN:
        return [Run(name, fronts + backs)]
    return [Run(f"{name}-fronts", fronts), Run(f"{name}-backs", backs)]


def chosen(sheets: Sequence[Sheet], only: str) -> tuple[Sheet, ...]:
    """Return the sheets that `only` names: numbers and ranges (`3,5-7`), and `cover`.

    All of them where it is empty. Raises BookletError for anything else, and for a sheet that is
    not there.
    """
    if not only.strip():
        return tuple(sheets)
    last = max(sheet.number for sheet in sheets)
    wanted: set[int] = set()
    for part in only.lower().split(","):
        wanted |= {COVER} if part.strip() == "cover" else _range(part.strip(), last)
    if COVER in wanted and all(sheet.number != COVER for sheet in sheets):
        raise BookletError("there is no separate cover", hint="the cover is on sheet 1")
    return tuple(sheet for sheet in sheets if sheet.number in wanted)


def _range(part: str, last: int) -> set[int]:
    """Return the numbers that `5` or `5-7` names, none above `last`."""
    found = _RANGE.fullmatch(part)
    first, until = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 0 < first <= until:
        raise BookletError(
            f"{quoted(part)} is neither a sheet nor a range of sheets",
            hint="write numbers and ranges, such as `3,5-7`",
        )
    if until > last:
        typed = re.split("[-–]", part)[-1].strip()
        raise BookletError(
            f"there is no sheet {typed[:60]}", hint=f"the sheets are numbered from 1 to {last}"
        )
    return set(range(first, until + 1))


def instruction(plan: Plan) -> str:
    """Return what to do with the pile between fronts and backs, or nothing if nothing is to do.

    It holds for a printer that takes the uppermost sheet of its tray and prints on its upper side.
    One that lays sheets face down ends with the last sheet uppermost, blank side up, so the backs
    run in reverse; one that lays them face up has its pile turned over, the first sheet uppermost.
    """
    if plan.printing is Printing.TWO_SIDED:
        return ""
    over = "Turn the pile over" if plan.tray is Tray.FACE_UP else "Leave the pile as it lies"
    edge = "last" if plan.flip is Flip.SHORT else "first again"
    return (
        f"{over}, without sorting it, and put it back with the blank sides up "
        f"and the edge that went in first now going in {edge}."
    )
