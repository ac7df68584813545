"""The bench: our build against plain WeasyPrint, as whole processes, from one run.

Each case is a row of CASES. Its specimen is built by both sides in turn (ours, plain, ours, plain
…), each time in a new folder, so that neither finds anything of an earlier build; medians are
compared. Time is that of the whole command as a person waits for it, memory that of the command and
every process it starts.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import pikepdf

from booklet.bench.rival_weasyprint import plain_html
from booklet.bench.specimen import specimen
from booklet.errors import BookletError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence


class Named(Protocol):
    """A case of any kind."""

    @property
    def name(self) -> str:
        """The word by which it is asked for."""


Row = TypeVar("Row", bound=Named)

ROOT = Path(__file__).resolve().parents[2]

# -- Commands and cases: data ----------------------------------------------------------------------


@dataclass(frozen=True)
class BenchCommand:
    """A way to make a PDF: the words of its command and the file it writes.

    `{folder}` in either stands for the folder of the run, which holds `essay/specimen.md` and
    `specimen.html`. `before` is a command that is run first and not measured. Commands are run in
    the project's root.
    """

    argv: tuple[str, ...]
    pdf: str
    before: tuple[str, ...] = ()


BUILD = BenchCommand(
    # One edition: the other side makes one PDF as well.
    (
        # A store of its own: nothing of an earlier run is to be found.
        *("env", "BOOKLET_STORE={folder}/store"),
        *("./inv", "build", "--edition", "reader", "--quiet"),
        *("--essay", "{folder}/essay/specimen.md", "--out", "{folder}/out"),
    ),
    "{folder}/out/booklet.pdf",
)
# Tagged, because ours is.
WEASYPRINT = BenchCommand(
    (
        *(sys.executable, "-m", "weasyprint"),
        *("{folder}/specimen.html", "{folder}/plain.pdf"),
        *("--pdf-variant", "pdf/ua-1"),
    ),
    "{folder}/plain.pdf",
)


def put(markdown: str, folder: Path) -> Path:
    """Write a manuscript where BUILD finds it below `folder`, and return its path.

    It is alone in a folder of its own, and appears there at once: a build sees all that is around
    an essay, and a preview every step of its writing.
    """
    path = folder / "essay" / "specimen.md"
    path.parent.mkdir(exist_ok=True)
    draft = folder / "draft.md"
    draft.write_text(markdown, encoding="utf-8")
    return draft.replace(path)


@dataclass(frozen=True)
class BenchCase:
    """A row of the bench: a specimen, how often it is built, and the ratios it is to reach.

    `time` and `memory` are targets, ours to plain's; None where there is none.
    """

    name: str
    words: int
    chapters: int
    rounds: int
    time: float | None = None
    memory: float | None = None
    ours: BenchCommand = BUILD
    plain: BenchCommand = WEASYPRINT


CASES = (
    BenchCase("essay", 500, 1, rounds=5, time=1.3),
    BenchCase("booklet", 10_500, 5, rounds=3),
    BenchCase("reader", 32_000, 13, rounds=3, time=0.85, memory=1.3),
    BenchCase("book", 110_000, 24, rounds=2),
)

# Time per page is shown for these cases; GROWTH is what the last may cost in terms of the first.
GROWING = ("booklet", "reader", "book")
GROWTH = 1.2

# -- Measuring one command -------------------------------------------------------------------------

PAUSE = 0.02  # seconds between two looks at the memory of a run

# Pages that processes share, as those of libraries, count once among all of them (proc(5), Pss).
_SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_RESIDENT = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class BenchRun:
    """What one run of a command took: wall time in seconds, peak memory in bytes."""

    seconds: float
    memory: int


def measure(argv: Sequence[str], log: Path, cwd: Path = ROOT, watched: bool = True) -> BenchRun:
    """Run `argv` in `cwd`, its output appended to the file `log`, and return what it took.

    Memory is the highest sum of the memory of the process and all its descendants, looked up in
    /proc every PAUSE seconds; where there is no /proc, or if it is not `watched`, which takes
    a part of a core, it is what the system says of the largest single process. Raises BookletError
    if the command fails.
    """
    with log.open("ab") as output:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(
                argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        except OSError as error:
            raise BookletError(f"`{argv[0]}` cannot be run: {error.strerror}") from error
        with _MemoryWatch(process.pid, watched) as watch:
            try:
                # Not Popen.wait(): only wait4 tells the usage of this very child.
                _, status, usage = os.wait4(process.pid, 0)
            except KeyboardInterrupt:
                process.kill()
                raise
            seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BookletError(
            f"`{' '.join(argv)}` ended with status {process.returncode}", hint=_tail(log)
        )
    # Not the larger of the two: Linux counts the bench's own memory in the maxrss of its children.
    return BenchRun(seconds, watch.peak or usage.ru_maxrss * _MAXRSS_UNIT)


class _MemoryWatch:
    """Looks at the memory of a process and its descendants, from a thread, while it is entered.

    `peak` is in bytes; it stays 0 on a system without /proc, and if nobody `looks`.
    """

    def __init__(self, pid: int, looks: bool = True) -> None:
        """Be ready to watch the process `pid`."""
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        if not looks:
            self._over.set()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Look no longer."""
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        """Take the sum over and over, until told that it is enough."""
        while not self._over.is_set():
            looks = [resident(pid) for pid in family(self._pid)]
            # A process remembers its own peak, so that one between two looks is not missed.
            peaks = (peak for _, peak in looks)
            self.peak = max(self.peak, sum(now for now, _ in looks), *peaks)
            self._over.wait(PAUSE)


def family(pid: int) -> Iterator[int]:
    """Yield `pid` and the ids of all its descendants that are alive, by /proc."""
    yield pid
    try:
        # Each thread has its own list of the processes it has started.
        lists = list(Path(f"/proc/{pid}/task").glob("*/children"))
    except OSError:  # it has just ended
        return
    for children in lists:
        for child in _read(children).split():
            yield from family(int(child))


def resident(pid: int) -> tuple[int, int]:
    """Return the memory of `pid` in bytes, now and at its peak; zeros if it has ended.

    Of what it shares with others it is its part, at the peak as now.
    """
    status = _read(Path(f"/proc/{pid}/status"))
    found = (
        _RESIDENT.search(status),
        _PEAK.search(status),
        _SHARE.search(_read(Path(f"/proc/{pid}/smaps_rollup"))),
    )
    if None in found:
        return 0, 0
    now, peak, share = (int(each[1]) * 1024 for each in found if each)
    return share, peak - now + share


def _read(path: Path) -> str:
    """Return the text of a file of /proc; nothing if its process is gone."""
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _tail(log: Path, lines: int = 5) -> str:
    """Return the last lines of `log`, for a message."""
    text = log.read_text(encoding="utf-8", errors="replace").strip()
    return "its last words were:\n" + "\n".join(text.splitlines()[-lines:]) if text else ""


# -- Measuring a case ------------------------------------------------------------------------------


@dataclass(frozen=True)
class BenchSide:
    """What one side took for a case: medians over its runs, and the pages of what it made."""

    seconds: float
    memory: float
    pages: int

    @property
    def ms_per_page(self) -> float:
        """Return the milliseconds a page took, everything included."""
        return 1000 * self.seconds / self.pages


@dataclass(frozen=True)
class Result:
    """A case and what both sides took for it."""

    case: BenchCase
    ours: BenchSide
    plain: BenchSide

    @property
    def time(self) -> float:
        """Return our time as a ratio of plain's."""
        return self.ours.seconds / self.plain.seconds

    @property
    def memory(self) -> float:
        """Return our memory as a ratio of plain's."""
        return self.ours.memory / self.plain.memory


def compare(case: BenchCase, rounds: int, folder: Path, echo: Callable[[str], None]) -> Result:
    """Build `case` by both sides in turn, `rounds` times, below `folder`; echo a line a round."""
    markdown = specimen(case.words, case.chapters)
    html = plain_html(markdown)
    ours: list[tuple[BenchRun, int]] = []
    plain: list[tuple[BenchRun, int]] = []
    for number in range(1, rounds + 1):
        for maker, taken in ((case.ours, ours), (case.plain, plain)):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                put(markdown, Path(place))
                Path(place, "specimen.html").write_text(html, encoding="utf-8")
                taken.append(make(maker, Path(place)))
        times = f"ours {ours[-1][0].seconds:.2f} s, plain {plain[-1][0].seconds:.2f} s"
        echo(f"{case.name}, round {number} of {rounds}: {times}")
    return Result(case, _side(ours), _side(plain))


def make(maker: BenchCommand, folder: Path, watched: bool = True) -> tuple[BenchRun, int]:
    """Let `maker` make its PDF in `folder`; return what it took and how many pages there are.

    Unless it is `watched`, memory is not that of all its processes.
    """
    log = folder / "log"
    if maker.before:
        measure(_filled(maker.before, folder), log)
    run = measure(_filled(maker.argv, folder), log, watched=watched)
    written = Path(maker.pdf.replace("{folder}", str(folder)))
    if not written.is_file():
        raise BookletError(f"`{' '.join(maker.argv)}` wrote no `{maker.pdf}`", hint=_tail(log))
    with pikepdf.open(written) as pdf:
        return run, len(pdf.pages)


def _filled(argv: Sequence[str], folder: Path) -> list[str]:
    """Return `argv` with the run's folder in its place."""
    return [word.replace("{folder}", str(folder)) for word in argv]


def _side(taken: Sequence[tuple[BenchRun, int]]) -> BenchSide:
    """Return the medians of the runs of one side; its pages are the same in each."""
    return BenchSide(
        median(run.seconds for run, _ in taken),
        median(run.memory for run, _ in taken),
        taken[-1][1],
    )


# -- Showing it ------------------------------------------------------------------------------------

HEAD = (
    *("case", "words", "our pages", "plain's", "our time", "plain's"),
    *("ratio", "target", "memory", "target"),
)
GROWTH_HEAD = ("per page", "pages", "ours", "plain")


def table(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines of the table: a row for each case, ratios with their targets."""
    rows = [HEAD]
    for result in results:
        case, ours, plain = result.case, result.ours, result.plain
        rows.append(
            (
                *(case.name, f"{case.words:,}", f"{ours.pages}", f"{plain.pages}"),
                *(f"{ours.seconds:.2f} s", f"{plain.seconds:.2f} s"),
                *(f"{result.time:.2f}", verdict(result.time, case.time)),
                *(f"{result.memory:.2f}", verdict(result.memory, case.memory)),
            )
        )
    return aligned(rows, left=(0, 7, 9))


def growth(results: Sequence[Result]) -> Iterator[str]:
    """Yield the lines that say what a page costs as the text grows; none for fewer than two."""
    growing = [result for result in results if result.case.name in GROWING]
    if len(growing) < 2:
        return
    rows = [GROWTH_HEAD]
    for result in growing:
        ours, plain = result.ours, result.plain
        rows.append(
            (
                *(result.case.name, f"{ours.pages}"),
                *(f"{ours.ms_per_page:.1f} ms", f"{plain.ms_per_page:.1f} ms"),
            )
        )
    yield from aligned(rows, left=(0,))
    first, last = growing[0].ours, growing[-1].ours
    ratio = last.ms_per_page / first.ms_per_page
    # The target is for the whole way, from the shortest to the longest.
    whole = (growing[0].case.name, growing[-1].case.name) == (GROWING[0], GROWING[-1])
    target = f" (target {verdict(ratio, GROWTH)})" if whole else ""
    yield f"one of {last.pages} pages costs {ratio:.2f} of one of {first.pages} pages{target}"


def verdict(ratio: float, target: float | None, form: str = ".2f") -> str:
    """Return whether `ratio` is within `target`, as the table says it; nothing without one."""
    if target is None:
        return ""
    return f"{target:{form}} {'reached' if ratio <= target else 'missed'}"


def aligned(rows: Sequence[Sequence[str]], left: Collection[int]) -> Iterator[str]:
    """Yield `rows` as lines with straight columns: numbers to the right, those in `left` not."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


# -- The verb --------------------------------------------------------------------------------------


def bench(
    rounds: int = 0,
    only: Collection[str] = (),
    echo: Callable[[str], None] = print,
    cases: Sequence[BenchCase] = CASES,
) -> list[Result]:
    """Measure `cases`, or those named in `only`; echo progress and the tables; return the results.

    `rounds` is how often each side builds each case; 0 is as often as the case says. Targets that
    are missed are said and no failure; a build that fails raises BookletError.
    """
    if rounds < 0:
        raise BookletError(f"`{rounds}` is not a number of rounds")
    chosen = choose(cases, only)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # A short pair that does not count: neither side is to pay for a cold disk.
        short = replace(chosen[0], name="warming up", words=500, chapters=1)
        compare(short, 1, Path(folder), echo)
        results = [compare(case, rounds or case.rounds, Path(folder), echo) for case in chosen]
    for line in ("", *table(results), "", *growth(results)):
        echo(line)
    return results


def choose(cases: Sequence[Row], only: Collection[str]) -> list[Row]:
    """Return the cases named in `only`, all if it is empty; BookletError for an unknown name."""
    names = [case.name for case in cases]
    for name in only:
        if name not in names:
            raise BookletError(
                f"`{name}` is not a case of the bench",
                hint=did_you_mean(name, names) or f"the cases are {', '.join(names)}",
            )
    return [case for case in cases if case.name in only or not only]
