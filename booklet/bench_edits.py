"""The bench of rebuilding: what a change costs, as a ratio of plain WeasyPrint's time for it all.

Each case begins with a build that finds nothing, by as many processes as there are cores. Then, in
the process that made it: a paragraph is edited, several times; paragraphs are put in that take two
pages, near the front. Then in new processes: a paragraph is edited, and nothing is changed. Every
time the complete PDF is written and checked. Last, edits until memory would have grown if it did.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from booklet.bench import (
    BUILD,
    WEASYPRINT,
    aligned,
    family,
    make,
    resident,
    verdict,
)
from booklet.pages.crew import Crew
from booklet.press import Order, pull
from booklet.press.recall import Recall
from booklet.specimen import plain_html, specimen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True)
class Editing:
    """A row of the bench: a specimen of so many words and chapters, and how often it is edited."""

    name: str
    words: int
    chapters: int
    rounds: int = 3
    edits: int = 0


EDITINGS = (
    Editing("edits-reader", 32_000, 13, edits=200),
    Editing("edits-book", 110_000, 24),
)

TARGETS = {
    "cold": 0.60,
    "edited": 0.035,
    "two pages in": 0.20,
    "edited, new process": 0.12,
    "unchanged, new process": 0.05,
    "memory": 1.1,
}
"""What each case is to take, as a ratio of plain WeasyPrint's time; memory as one of that after 10
edits."""

# A paragraph of the specimen is long enough to be edited; two pages are so many of these sentences.
_LONG = 300
_TWO_PAGES = "\n\n".join(["One more sentence of the same kind stands here. " * 20] * 4)


class Folder:
    """A folder with a specimen that is edited, and the order to press it."""

    def __init__(self, row: Editing, place: Path) -> None:
        """Write the specimen."""
        self.place, self._number = place, 0
        self._blocks = specimen(row.words, row.chapters).split("\n\n")
        self.order = Order("specimen.md", ("reader",), out="out", cwd=place)
        html = plain_html("\n\n".join(self._blocks))
        (place / "specimen.html").write_text(html, encoding="utf-8")
        self._write()

    def edit(self) -> None:
        """Edit a paragraph in the second fifth of the text."""
        self._number += 1
        at = self._paragraph(len(self._blocks) // 5)
        text = self._blocks[at].removeprefix(f"Edited {self._number - 1} times. ")
        self._blocks[at] = f"Edited {self._number} times. {text}"
        self._write()

    def insert(self) -> None:
        """Put in two pages near the front."""
        self._blocks.insert(self._paragraph(len(self._blocks) // 20), _TWO_PAGES)
        self._write()

    def _paragraph(self, after: int) -> int:
        """Return the place of the first long paragraph after a place."""
        blocks = enumerate(self._blocks[after:], start=after)
        return next(i for i, text in blocks if len(text) > _LONG and text[0].isalpha())

    def _write(self) -> None:
        """Write the text."""
        text = "\n\n".join(self._blocks)
        (self.place / "specimen.md").write_text(text, encoding="utf-8")


def bench_edits(rows: Sequence[Editing], rounds: int, echo: Callable[[str], None]) -> None:
    """Measure `rows`; echo progress and the table. `rounds` is how often each is edited; 0 as the
    row says."""
    lines: list[Sequence[str]] = [("case", "change", "seconds", "ratio", "target")]
    for row in rows:
        with tempfile.TemporaryDirectory(prefix="bench-") as place:
            lines += _measured(row, rounds or row.rounds, Folder(row, Path(place)), echo)
    for line in ("", *aligned(lines, left=(0, 1, 4))):
        echo(line)


def _measured(
    row: Editing, rounds: int, folder: Folder, echo: Callable[[str], None]
) -> Iterator[Sequence[str]]:
    """Yield the lines of the table for one row."""
    plain = median(make(WEASYPRINT, folder.place)[0].seconds for _ in range(rounds))
    yield row.name, "plain WeasyPrint", f"{plain:.2f}", "", ""
    for change, seconds in (*_in_process(row, rounds, folder), *_in_new_ones(rounds, folder)):
        target = TARGETS[change]
        ratio = seconds if change == "memory" else seconds / plain
        shown = "" if change == "memory" else f"{seconds:.2f}"
        echo(f"{row.name}, {change}: {ratio:.3f}")
        yield row.name, change, shown, f"{ratio:.3f}", verdict(ratio, target)


def _in_process(row: Editing, rounds: int, folder: Folder) -> Iterator[tuple[str, float]]:
    """Yield the changes in one process, and what they took."""
    recall = Recall()
    with Crew(hands=os.cpu_count() or 1) as crew:

        def press() -> float:
            started = time.perf_counter()
            pull(folder.order, [crew], recall=recall)
            return time.perf_counter() - started

        def edited() -> float:
            folder.edit()
            return press()

        yield "cold", press()
        yield "edited", median(edited() for _ in range(rounds))
        folder.insert()
        yield "two pages in", press()
        if row.edits:
            early = late = 0.0
            for number in range(1, row.edits + 1):
                edited()
                if number == 10:
                    early = _memory()
                late = _memory()
            yield "memory", late / early


def _in_new_ones(rounds: int, folder: Folder) -> Iterator[tuple[str, float]]:
    """Yield the changes in new processes, and what they took."""
    make(BUILD, folder.place)
    taken = []
    for _ in range(rounds):
        folder.edit()
        taken.append(make(BUILD, folder.place)[0].seconds)
    yield "edited, new process", median(taken)
    unchanged = (make(BUILD, folder.place)[0].seconds for _ in range(rounds))
    yield "unchanged, new process", median(unchanged)


def _memory() -> float:
    """Return the resident memory of this process and its children, in bytes."""
    return float(sum(resident(pid)[0] for pid in family(os.getpid())))
