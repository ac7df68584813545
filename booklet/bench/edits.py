"""The bench of rebuilding: what a change costs, as a ratio of plain WeasyPrint's time for it all.

Each round begins with the whole text by plain WeasyPrint, by Typst, and by a build of ours that
finds nothing of an earlier one. Then, in new processes, a paragraph is edited, and nothing at all.
Then, in one process that is there all the time, a paragraph is edited, several times, and two pages
are put in near the front, and one: all later pages move. The complete PDF is written and checked
every time; no two changes are the same. Last, a preview is edited until its memory would have grown
if it did.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from booklet.bench import rival_typst
from booklet.bench.builds import BUILD, WEASYPRINT, BenchCommand, aligned, make, put, verdict
from booklet.bench.furniture import furnished, pictures
from booklet.bench.preview_memory import memory
from booklet.bench.rival_typst import TYPST
from booklet.bench.rival_weasyprint import plain_html
from booklet.bench.screen_time import on_screen
from booklet.bench.specimen import specimen
from booklet.errors import BookletError
from booklet.pipeline import Order
from booklet.pipeline import make as build
from booklet.quick.last_work import LastWork
from booklet.quick.layout import Limits, QuickLayout
from booklet.quick.part_cache import PartCache
from booklet.quick.stages import with_layouts
from booklet.quick.store import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# -- Cases: data -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Editing:
    """A row of the bench: a specimen of so many words and chapters, and how often it is edited.

    In each round, `edits` are made in one process. `memory` is after how many edits the memory of
    a preview is looked at, twice; None is never. A `real` text has all that real manuscripts hold;
    that of an `essay` is a manuscript of somebody's. Typst reads neither.
    """

    name: str
    words: int
    chapters: int
    rounds: int = 3
    edits: int = 3
    memory: tuple[int, int] | None = None
    real: bool = False
    essay: Path | None = None


EDITINGS = (
    Editing("edits-reader", 32_000, 13, memory=(10, 200)),
    Editing("edits-book", 110_000, 24),
    Editing("real-reader", 32_000, 13, real=True),
    Editing("real-book", 110_000, 24, real=True),
)

PLAIN = "plain WeasyPrint"
THEIRS = "Typst"
COLD = "cold"
EDITED = "edited, same process"
MOVED = "two pages in"
TURNED = "one page in"
EDITED_ANEW = "edited, new process"
UNCHANGED = "unchanged, new process"
TO_TYPST = "edited, of Typst's time"
SEEN = "edited, on the screen"
MEMORY = "memory of a preview"

TARGETS = {
    COLD: 0.60,
    EDITED: 0.035,
    TO_TYPST: 1.0,
    SEEN: 0.02,
    MOVED: 0.20,
    EDITED_ANEW: 0.12,
    UNCHANGED: 0.02,
    MEMORY: 1.1,
}
"""What each is to take at most, as a ratio of plain WeasyPrint's time, if it says no other."""


# -- A text that is edited -------------------------------------------------------------------------

# A paragraph of the specimen is long enough to be edited.
_LONG = 300

_EDITED = re.compile(r"^Edited \d+ times[^.]*\. ")

# Where paragraphs are edited, in one round after the other: shares of the text.
_PLACES = (0.2, 0.5, 0.8)

_SENTENCE = "One more sentence of the same kind stands here."
_PARAGRAPH = 20  # sentences

# How many sentences are tried, to learn how many fill a page, and how often an insertion is tried.
_TRIAL = 400
_TRIES = 5


def _text(row: Editing, folder: Path) -> str:
    """Return the manuscript of a row, once all that it needs is in the folder for its essay."""
    folder.mkdir()
    if row.essay:
        beside = shutil.ignore_patterns(row.essay.name)
        shutil.copytree(row.essay.parent, folder, ignore=beside, dirs_exist_ok=True)
        return row.essay.read_text(encoding="utf-8")
    text = specimen(row.words, row.chapters)
    if row.real:
        for name, content in pictures().items():
            (folder / name).write_bytes(content)
        text = furnished(text)
    return text


class Folder:
    """A folder with a specimen that is edited, for all who set it."""

    def __init__(self, row: Editing, place: Path) -> None:
        """Write the specimen into the folder `place`, as Markdown, as HTML and for Typst."""
        self.place = place
        self._edits = self._insertions = self._inserted = 0
        markdown = _text(row, place / "essay")
        self._blocks = markdown.split("\n\n")
        html = plain_html(markdown)
        if row.real or row.essay:
            html = html.replace("<head>", '<head>\n<base href="essay/" />', 1)
        else:
            rival_typst.prepare(markdown, place)
        (place / "specimen.html").write_text(html, encoding="utf-8")
        self.essay = self._write()

    def edit(self, share: float = _PLACES[0]) -> str:
        """Edit a paragraph after a share of the text; return words that only it has.

        It becomes longer or shorter by a few words: enough for a line more, or less, at times.
        """
        self._edits += 1
        at = self._paragraph(int(len(self._blocks) * share))
        words = f"Edited {self._edits} times"
        more = ", and once more" * (self._edits % 4)
        self._blocks[at] = f"{words}{more}. {_EDITED.sub('', self._blocks[at])}"
        self._write()
        return words

    def insert(self, sentences: int) -> str:
        """Put in so many sentences near the front; return words that nothing else has."""
        self._insertions += 1
        words = f"Inserted {self._insertions} times."
        said = [words, *[_SENTENCE] * (sentences - 1)]
        paragraphs = [said[at : at + _PARAGRAPH] for at in range(0, sentences, _PARAGRAPH)]
        self._inserted = self._paragraph(len(self._blocks) // 20)
        self._blocks.insert(self._inserted, "\n\n".join(map(" ".join, paragraphs)))
        self._write()
        return words

    def take_out(self) -> None:
        """Take out what was put in last."""
        del self._blocks[self._inserted]
        self._write()

    def forget(self) -> None:
        """Take away what builds have kept."""
        shutil.rmtree(self.place / "store", ignore_errors=True)

    def _paragraph(self, after: int) -> int:
        """Return the place of the first long paragraph after a place, or of the first of all."""
        places: tuple[int, ...] = (*range(after, len(self._blocks)), *range(after))
        fences = [*accumulate(block.count("```") for block in self._blocks)]
        return next(
            at
            for at in places
            if len(block := self._blocks[at]) > _LONG
            and block[0].isalpha()
            and not fences[at] % 2 + block.count("```")
        )

    def _write(self) -> Path:
        """Write the text."""
        return put("\n\n".join(self._blocks), self.place)


# -- Measuring it ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a change took: seconds and pages, or the ratio itself; or why there is nothing."""

    row: Editing
    name: str
    seconds: float = 0
    pages: int = 0
    ratio: float = 0
    why_not: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what the table says of it."""
        said = self.why_not or (verdict(self.ratio, TARGETS.get(self.name), "g"))
        return (
            *(self.row.name, self.name, f"{self.pages or ''}"),
            f"{self.seconds:.2f}" if self.seconds else "",
            *(f"{self.ratio:.3f}" if self.ratio else "", said),
        )


@dataclass
class TimesTaken:
    """What the rounds of a row took, by the names of changes: seconds, and pages of the last."""

    row: Editing
    seconds: dict[str, list[float]] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def note(self, name: str, seconds: float, pages: int) -> None:
        """Note a change."""
        self.seconds.setdefault(name, []).append(seconds)
        self.pages[name] = pages

    def changes(self, why_not: str = "") -> Iterator[Change]:
        """Yield the changes in the order of the table; without Typst it says why there is none."""
        yield self._of(PLAIN)
        yield (
            Change(self.row, THEIRS, why_not=f"left out: {why_not}")
            if why_not
            else (self._of(THEIRS))
        )
        yield self._of(COLD)
        yield self._of(EDITED)
        if not why_not:
            ratio = median(self.seconds[EDITED]) / median(self.seconds[THEIRS])
            yield Change(self.row, TO_TYPST, ratio=ratio)
        for name in (MOVED, TURNED, EDITED_ANEW, UNCHANGED):
            yield self._of(name)

    def _of(self, name: str) -> Change:
        """Return a change: the median of its seconds, and that as a ratio of plain's."""
        if name not in self.seconds:
            return Change(self.row, name, why_not="left out: the pages moved by other numbers")
        seconds = median(self.seconds[name])
        ratio = seconds / median(self.seconds[PLAIN])
        return Change(self.row, name, seconds, self.pages[name], ratio)


class _Press:
    """A press of ours that stays, as that of a preview does.

    `last` is the page at which the last chapter begins, counted from 0.
    """

    def __init__(self, folder: Folder, layout: QuickLayout) -> None:
        """Take what to press, and who lays it out."""
        self._layout = layout
        self._stages = with_layouts((layout,), LastWork(layout.standing.store))
        self._folder, self.last = folder, 0
        essay, out = str(folder.essay), str(folder.place / "press")
        self._order = Order(essay, ("reader",), out=out)
        self._sentences = 0.0

    def __call__(self) -> tuple[float, int]:
        """Press; return the seconds, and the pages there are. Raises BookletError for a loss."""
        started = time.perf_counter()
        (made,) = build(self._order, self._stages).booklets
        seconds = time.perf_counter() - started
        if lost := made.report.of("error"):
            raise BookletError("the booklet has losses", hint=str(lost[0]))
        parts = [leaf.part for leaf in made.pages.leaves]
        chapters = [part.name for part in made.edition.parts if part.kind == "essay"]
        self.last = parts.index(chapters[-1])
        return seconds, len(parts)

    def learn(self) -> None:
        """Press, and learn how many sentences fill a page, by putting in many for once."""
        self()
        before = self.last
        self._folder.insert(_TRIAL)
        self()
        moved = self.last - before  # by nothing, where there is one chapter
        self._sentences = _TRIAL / moved if moved else 0.0
        self._folder.take_out()
        self()

    def insert(self, pages: int) -> tuple[float, int] | None:
        """Put in so many pages, and press; return the seconds, and the pages there are.

        Only an insertion after which the last chapter has moved by just so many pages counts. If
        none of several does, there is nothing to return.
        """
        for _ in range(_TRIES if self._sentences else 0):
            before = self.last
            self._folder.insert(round(pages * self._sentences))
            taken = self()
            if self.last - before == pages:
                return taken
        return None


def bench_edits(
    rows: Sequence[Editing], rounds: int, echo: Callable[[str], None]
) -> tuple[Change, ...]:
    """Measure `rows`; echo progress and the table; return what is in it.

    `rounds` is how often all is measured; 0 is as often as the row says.
    """
    changes: list[Change] = []
    for row in rows:
        changes += _measured(row, rounds or row.rounds, echo)
    head = ("case", "change", "pages", "seconds", "ratio", "target")
    lines = aligned([head, *(change.cells() for change in changes)], left=(0, 1, 5))
    for line in ("", about(), "", *lines):
        echo(line)
    return tuple(changes)


def about() -> str:
    """Return what the figures depend on: a day, a machine, versions."""
    versions = [f"Python {platform.python_version()}", f"WeasyPrint {version('weasyprint')}"]
    if not rival_typst.absent():
        versions.append(f"Typst {version('typst')}")
    cores = f"{os.cpu_count()} cores"
    return ", ".join((f"{date.today():%Y-%m-%d}", cores, platform.machine(), *versions))


def _measured(row: Editing, rounds: int, echo: Callable[[str], None]) -> Iterator[Change]:
    """Yield what the changes of a row took."""
    taken = TimesTaken(row)
    why_not = "it reads no Markdown" if row.real or row.essay else rival_typst.absent()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        echo(f"{row.name}: warming up")
        folder = Folder(row, Path(place))
        with _layout(folder) as layout:
            press = _Press(folder, layout)
            press.learn()
            if not why_not:
                make(TYPST, folder.place)
            for number in range(1, rounds + 1):
                share = _PLACES[number % len(_PLACES) - 1]
                said = []
                for name, seconds, pages in _round(folder, press, share, row.edits, not why_not):
                    taken.note(name, seconds, pages)
                    said.append(f"{name} {seconds:.2f} s")
                echo(f"{row.name}, round {number} of {rounds}: {'; '.join(said)}")
    changes = tuple(taken.changes(why_not))
    yield from changes
    echo(f"{row.name}: {rounds * row.edits} edits on the screen")
    yield _seen(row, rounds * row.edits, changes[0].seconds)
    if row.memory:
        echo(f"{row.name}: {row.memory[1]} edits of a preview")
        yield _memory(row, row.memory)


def _layout(folder: Folder) -> QuickLayout:
    """Return a layout as a preview has it."""
    standing = PartCache(opened(folder.place / "standing"))
    return QuickLayout(Limits(), standing, os.cpu_count() or 1)


def _round(
    folder: Folder, press: _Press, share: float, edits: int, typst: bool
) -> Iterator[tuple[str, float, int]]:
    """Yield each change of a round, the seconds it took and the pages there are then.

    `share` is where a paragraph is edited; `typst` says whether Typst can be measured.
    """
    yield _made(PLAIN, WEASYPRINT, folder)
    if typst:
        yield _made(THEIRS, TYPST, folder)
    folder.forget()
    yield _made(COLD, BUILD, folder)
    folder.edit(share)
    yield _made(EDITED_ANEW, BUILD, folder)
    yield _made(UNCHANGED, BUILD, folder)
    for _ in range(edits):
        folder.edit(share)
        yield EDITED, *press()
    for name, inserted in ((MOVED, 2), (TURNED, 1)):
        if taken := press.insert(inserted):
            yield name, *taken


def _made(name: str, maker: BenchCommand, folder: Folder) -> tuple[str, float, int]:
    """Return what a command took."""
    run, pages = make(maker, folder.place, watched=False)
    return name, run.seconds, pages


def _seen(row: Editing, times: int, plain: float) -> Change:
    """Return how long it is from a save until the edited page is on the screen of a preview.

    `plain` are the seconds of plain WeasyPrint.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Folder(row, Path(place))
        try:
            seconds = on_screen(folder.essay, "reader", folder.edit, times)
        except BookletError as error:
            return Change(row, SEEN, why_not=f"left out: {error.message}")
    return Change(row, SEEN, seconds, ratio=seconds / plain)


def _memory(row: Editing, looks: tuple[int, int]) -> Change:
    """Return how a preview's memory has grown between two numbers of edits."""
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        folder = Folder(row, Path(place))
        early, late = memory(folder.essay, folder.place, folder.edit, looks)
    if not early:
        return Change(row, MEMORY, why_not="left out: the system does not tell it")
    return Change(row, MEMORY, ratio=late / early)
