"""The bench of imposing: the sheets room against pdfimpose and pypdf, on the same file.

The file is a booklet of ours, set from a specimen, its tags taken out: sheets have none, so that
leaving them out is no merit. Each imposer of `booklet.bench.rival_imposers` works in a process
alone, in turn with the others, and says how long the work took it in seconds of CPU, and how much
memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pikepdf

from booklet.bench.builds import (
    BUILD,
    CASES,
    ROOT,
    BenchCase,
    aligned,
    bench,
    choose,
    make,
    put,
    verdict,
)
from booklet.bench.edits import EDITINGS, Editing, bench_edits
from booklet.bench.specimen import specimen
from booklet.errors import BookletError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

QUICKER, PROVED, LARGER, GROWTH = 5.0, 4.0, 1.05, 1.2
"""Targets: pdfimpose's time to ours, and ours with the proof to ours without, which takes three
times as long at most; our output to the input; the growth of memory for a page."""


@dataclass(frozen=True)
class Imposing:
    """A row of the bench: a specimen of so many words and chapters, and how often it is imposed.

    `slow` names imposers that work once only: they take a hundred times as long.
    """

    name: str
    words: int
    chapters: int
    rounds: int
    imposers: tuple[str, ...] = ("ours", "ours, proved", "pdfimpose", "pypdf")
    slow: tuple[str, ...] = ("pypdf",)


IMPOSINGS = (
    Imposing("sheets-200", 54_000, 12, rounds=5),
    Imposing("sheets-1000", 280_000, 48, rounds=3),
)


@dataclass(frozen=True)
class ImposerCost:
    """What an imposer took for one file: seconds of CPU, and bytes of memory beyond its start."""

    seconds: float
    memory: float
    size: int


@dataclass(frozen=True)
class Outcome:
    """A row and what each imposer took for it, by name; `size` is the input's, in bytes."""

    row: Imposing
    pages: int
    size: int
    taken: dict[str, ImposerCost]

    def quicker(self, name: str) -> float:
        """Return how many times longer than ours an imposer took."""
        return self.taken[name].seconds / self.taken["ours"].seconds


def pages_of(row: Imposing, folder: Path) -> tuple[Path, int]:
    """Build the specimen of a row in `folder`; return a PDF without tags, and its pages."""
    put(specimen(row.words, row.chapters), folder)
    _, count = make(BUILD, folder)
    path = folder / "pages.pdf"
    with pikepdf.open(BUILD.pdf.replace("{folder}", str(folder))) as pdf:
        for key in ("/StructTreeRoot", "/MarkInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        mode = pikepdf.ObjectStreamMode.generate
        pdf.save(path, object_stream_mode=mode, deterministic_id=True)
    return path, count


def impose_once(name: str, pages: Path, folder: Path) -> ImposerCost:
    """Let an imposer set `pages` on sheets in a process alone; return what it took.

    Raises BookletError, with its last words, if it fails.
    """
    sheets = folder / "sheets.pdf"
    sheets.unlink(missing_ok=True)
    argv = (sys.executable, "-m", "booklet.bench.rival_imposers", name, str(pages), str(sheets))
    done = subprocess.run(argv, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode or not sheets.exists():
        last = "\n".join(done.stderr.strip().splitlines()[-3:])
        raise BookletError(f"`{name}` did not impose", hint=f"its last words were:\n{last}")
    said = json.loads(done.stdout.splitlines()[-1])
    return ImposerCost(said["seconds"], said["memory"], sheets.stat().st_size)


def compare(row: Imposing, rounds: int, folder: Path, echo: Callable[[str], None]) -> Outcome:
    """Let the imposers of a row work in turn; echo a line a round; return medians."""
    echo(f"{row.name}: making the pages")
    pages, count = pages_of(row, folder)
    runs: dict[str, list[ImposerCost]] = {name: [] for name in row.imposers}
    for round_ in range(rounds):
        for name in row.imposers:
            if not round_ or name not in row.slow:
                runs[name].append(impose_once(name, pages, folder))
        last = ", ".join(f"{name} {taken[-1].seconds:.2f} s" for name, taken in runs.items())
        echo(f"{row.name}, round {round_ + 1} of {rounds}: {last}")
    return Outcome(row, count, pages.stat().st_size, {n: _middle(t) for n, t in runs.items()})


def _middle(taken: Sequence[ImposerCost]) -> ImposerCost:
    """Return the medians of several runs; the size is the same in each."""
    return ImposerCost(
        median(t.seconds for t in taken), median(t.memory for t in taken), taken[-1].size
    )


HEAD = ("case", "pages", "imposer", "time", "to ours", "target", "size", "target", "memory")


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table: a row for each imposer of each case, with the targets."""
    rows: list[tuple[str, ...]] = [HEAD]
    for outcome in outcomes:
        for name, taken in outcome.taken.items():
            times, size = outcome.quicker(name), taken.size / outcome.size
            rows.append(
                (
                    *(outcome.row.name, f"{outcome.pages}", name, f"{taken.seconds:.3f} s"),
                    f"{times:.1f}",
                    _wanted(name, times),
                    f"{size:.2f}",
                    verdict(size, LARGER, "g") if name == "ours" else "",
                    f"{taken.memory / 1e6:.0f} MB",
                )
            )
    return aligned(rows, left=(0, 2, 5, 7))


def growth(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield what a page takes of our memory as pages grow in number; nothing for one case alone."""
    if len(outcomes) < 2:
        return
    first, last = (outcome.taken["ours"].memory / outcome.pages for outcome in
                   (outcomes[0], outcomes[-1]))  # fmt: skip
    pages = f"one of {outcomes[-1].pages} pages takes", f"of one of {outcomes[0].pages}"
    yield (
        f"{pages[0]} {last / first:.2f} {pages[1]} pages in memory "
        f"(target {verdict(last / first, GROWTH, 'g')})"
    )


def _wanted(name: str, times: float) -> str:
    """Return the target for how many times longer than ours an imposer takes, if it has one."""
    if name == "ours, proved":
        return verdict(times, PROVED, "g")
    return _at_least(times, QUICKER) if name == "pdfimpose" else ""


def _at_least(value: float, target: float) -> str:
    """Return whether a value is as large as it should be."""
    return f"{target:g} {'reached' if value >= target else 'missed'}"


def bench_sheets(
    rows: Sequence[Imposing], rounds: int = 0, echo: Callable[[str], None] = print
) -> list[Outcome]:
    """Measure `rows`; echo progress and the table; return the outcomes.

    `rounds` is how often each imposer works; 0 is as often as the row says.
    """
    outcomes = []
    for row in rows:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            outcomes.append(compare(row, rounds or row.rounds, Path(folder), echo))
    for line in ("", *table(outcomes), "", *growth(outcomes)):
        echo(line)
    return outcomes


def bench_all(
    rounds: int, only: Collection[str], echo: Callable[[str], None], essay: Path | None = None
) -> None:
    """Measure all cases there are, or those named in `only`: builds, then edits, then imposing; or
    what edits of an `essay` take.

    Raises BookletError for a name that no case has.
    """
    if essay:
        bench_edits((Editing(essay.parent.name, 0, 0, essay=essay),), rounds, echo)
        return
    chosen = choose((*CASES, *EDITINGS, *IMPOSINGS), only)
    builds = [case for case in chosen if isinstance(case, BenchCase)]
    if builds:
        bench(rounds, (), echo, builds)
    if edits := [row for row in chosen if isinstance(row, Editing)]:
        bench_edits(edits, rounds, echo)
    if rows := [row for row in chosen if isinstance(row, Imposing)]:
        bench_sheets(rows, rounds, echo)
