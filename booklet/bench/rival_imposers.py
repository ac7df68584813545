"""Imposers: ways to set pages on sheets, ours and those of others, each run in a process alone.

Only the bench uses them. Each sets the same A5 pages on A4, to be folded once as a saddle, and
reads and writes files, as a person's command does. Libraries are imported before the clock starts.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.sheets import Plan

    # It returns the seconds that are not its own, if any.
    Imposer = Callable[[Path, Path], float | None]


def plan_of_all() -> Plan:
    """Return how all pages become one saddle, as the others make it.

    The paper is that of a Bible, so that the inmost of a thousand pages is not moved into the fold.
    """
    from booklet.lengths import Length
    from booklet.sheets import Plan
    from booklet.sheets.paper import Paper

    return Plan(paper=Paper(thickness=Length.mm(0.03)))


def ours() -> Imposer:
    """Return our own way: the sheets room, without its proof."""
    import fontTools.cffLib  # noqa: F401 - the room imports it late, for the line of a sheet

    from booklet.sheets import impose

    plan = plan_of_all()

    def work(pages: Path, sheets: Path) -> None:
        (run,) = impose(pages.read_bytes(), plan).runs
        sheets.write_bytes(run.pdf)

    return work


def proved() -> Imposer:
    """Return our own way as a build goes it: imposed, then folded, read back and measured.

    A build has read the pages before, and knows their margins: that is not counted.
    """
    import fontTools.cffLib  # noqa: F401 - as above

    from booklet.preflight.read_back import read_back
    from booklet.sheets import impose, prove

    plan = plan_of_all()

    def work(pages: Path, sheets: Path) -> float:
        pdf, clock = pages.read_bytes(), time.process_time()
        margins = read_back(pdf).margins
        read = time.process_time() - clock
        made = impose(pdf, plan)
        proof = prove(made, pdf, margins)
        if proof.mismatches or proof.tight:
            raise SystemExit("the sheets do not fold into the pages, or have ink near a fold")
        sheets.write_bytes(made.runs[0].pdf)
        return read

    return work


def pdfimpose() -> Imposer:
    """Return pdfimpose's saddle stitch, all sheets in one another."""
    from pdfimpose.schema import saddle

    def work(pages: Path, sheets: Path) -> None:
        saddle.impose([pages], sheets, signature=(2, 1), group=0, last=1)

    return work


def pypdf() -> Imposer:
    """Return what pypdf's manual shows: pages merged into empty ones, moved to their places."""
    from pypdf import PageObject, PdfReader, PdfWriter, Transformation

    from booklet.sheets import Plan, place

    def work(pages: Path, sheets: Path) -> None:
        read = PdfReader(pages).pages
        width, height = float(read[0].mediabox.width), float(read[0].mediabox.height)
        writer = PdfWriter()
        for sheet in place(len(read), Plan()):
            for side in sheet.sides:
                made = PageObject.create_blank_page(width=2 * width, height=height)
                for column, cell in enumerate(side.cells):
                    if cell.page:
                        moved = Transformation().translate(column * width)
                        made.merge_transformed_page(read[cell.page - 1], moved)
                writer.add_page(made)
        writer.write(sheets)

    return work


IMPOSERS = {"ours": ours, "ours, proved": proved, "pdfimpose": pdfimpose, "pypdf": pypdf}


def _peak() -> int:
    """Return the most memory that this process has had so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # what the system calls the maximum counts the parent's memory too
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(name: str, pages: str, sheets: str) -> None:
    """Impose once; print the seconds of CPU and the bytes of memory that the work itself took."""
    work = IMPOSERS[name]()
    memory, clock = _peak(), time.process_time()
    besides = work(Path(pages), Path(sheets)) or 0
    taken = {"seconds": time.process_time() - clock - besides, "memory": _peak() - memory}
    print(json.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
