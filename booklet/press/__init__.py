"""The press: the whole line, from an essay on disk to booklets on disk. Only it writes build/."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.pages import ahead
from booklet.pages.crew import Crew, Limits
from booklet.pages.standing import Standing
from booklet.press.beginning import begin
from booklet.press.recall import Recall
from booklet.press.writing import write
from booklet.source import ROOT, read
from booklet.start import is_likely
from booklet.store import NONE, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from booklet.edition import Edition
    from booklet.findings import Finding
    from booklet.manuscript import Manuscript
    from booklet.pages import Pages
    from booklet.pages.early import Early
    from booklet.preflight import Report
    from booklet.press.making import Made
    from booklet.sheets import Plan
    from booklet.style import Style

__all__ = ["BUILD", "Booklet", "MatchedSet", "Order", "begin", "clear", "press", "pull"]

BUILD = ROOT / "build"


@dataclass(frozen=True)
class Order:
    """What a person wants from the press. Relative paths start from `cwd`.

    `editions` names the editions to make; without names it is the set that the essay asks for, or
    every one there is if `every` is set. `sheets` names the sheets to make, as in `3,5-7`; all of
    them where it is empty. `copies` is how many will be printed; `fit` makes editions that come
    out as sheets a little tighter if that saves one. With `concordance` there is a page that says
    where each paragraph is in each edition. A `plain` press uses nothing that was made before.
    """

    essay: str | None = None
    editions: tuple[str, ...] = ()
    every: bool = False
    out: str | None = None
    network: bool = False
    seconds: float | None = None
    sheets: str = ""
    copies: int = 1
    fit: bool = False
    concordance: bool = False
    cwd: Path = Path()
    plain: bool = False

    @property
    def of_sheets(self) -> bool:
        """Whether it asks for something that only sheets can give."""
        return bool(self.sheets or self.fit or self.copies > 1)


@dataclass(frozen=True)
class Booklet:
    """One edition as the press made it: its files, its pages, and everything that was found.

    `plan` is the one of its sheets, None for an edition that comes out as pages; `planned` says
    what would save one of them, or did. `is_new` says that its files were not there before as
    they are now.
    """

    files: tuple[Path, ...]
    edition: Edition
    pages: Pages
    plan: Plan | None
    report: Report
    planned: str = ""
    is_new: bool = True

    @property
    def path(self) -> Path:
        """The file to open first."""
        return self.files[0]


@dataclass(frozen=True)
class MatchedSet:
    """The booklets that the press made of one manuscript, and what was found in all of them.

    `concordance` are the files that say where each paragraph is in each of them; `written` has a
    digest of every file.
    """

    booklets: tuple[Booklet, ...]
    report: Report
    seconds: float
    concordance: tuple[Path, ...] = ()
    written: tuple[tuple[Path, str], ...] = ()


def press(order: Order, say: Callable[[str], None] = lambda _: None) -> MatchedSet:
    """Make the booklets that `order` names, check them, and write them; `say` hears of progress.

    Raises BookletError for the author's mistakes; nothing is written then.
    """
    limits = Limits(seconds=order.seconds) if order.seconds else Limits()
    words = sys.argv[3:]
    at_once = order.plain or is_likely(words)
    standing = Standing(NONE if order.plain else ahead.store())
    with ExitStack() as stack:
        crews = [
            stack.enter_context(Crew(limits, standing, hands, order.plain, at_once, once=True))
            for hands in _hands(order)
        ]
        recall = None if order.plain else Recall(standing.store)
        made = pull(order, crews, say, recall)
        if recall:
            recall.keep()
    first = made.booklets[0].edition
    ahead.note(words, first.shelf.root / Path(first.manuscript.path).name)
    return made


def _hands(order: Order) -> Sequence[int]:
    """Return the crews that an order is worth, each as the number of processes that it may have.

    They start before the essay is read, with one process each.
    """
    from booklet.style import USUAL

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    wanted = len(order.editions) or len(USUAL)
    crews = max(1, min(cores or 1, wanted if not order.every else 4))
    return [max(1, (cores or 1) // crews)] * crews


def pull(
    order: Order,
    crews: Sequence[Crew],
    say: Callable[[str], None] = lambda _: None,
    recall: Recall | None = None,
    early: Early | None = None,
) -> MatchedSet:
    """Make the booklets that `order` names as `press` does, with crews that are there already.

    `recall` is what is known of the last work, and will be what is known of this; `early` is
    offered pages before all is done. The editions are shared out among the crews, which work side
    by side. All files are written together; if a
    booklet of the set has a loss, none takes the place of a good one: all go beside them, under
    names that end in `-unsound`.
    """
    started = time.perf_counter()
    from booklet.manuscript import parse  # late: the crews import WeasyPrint at the same time
    from booklet.press.making import concord, make

    if order.copies < 1:
        raise BookletError(
            f"`{order.copies}` is not a number of copies", hint="ask for one at least"
        )
    say("reading")
    source = read(order.essay, order.cwd, network=order.network)
    essay = source.shelf.root / source.essay.name
    manuscript = parse(source, recall.memory(essay) if recall else None)
    jobs, left_out = _jobs(order, manuscript)
    several = len(jobs) > 1

    def one(job: tuple[Style, Plan | None], crew: Crew) -> Made:
        name = f"{job[0].name}: " if several else ""
        style, plan = job
        return make(
            *(manuscript, style, source, plan, crew, lambda step: say(name + step)),
            copies=order.copies,
            fitting=order.fit,
            recall=recall,
            early=early,
        )

    made = _side_by_side(one, jobs, crews)
    folder = order.cwd / order.out if order.out else BUILD / manuscript.slug
    shared: dict[str, bytes] = {}
    remarks: tuple[Finding, ...] = ()
    if _is_sound(made) and (several or order.concordance):
        named = [(next(iter(_files(one, sound=True))), one) for one in made]
        shared, remarks = concord(named, order.concordance, source, crews[0])
    booklets, written = _written(folder, made, shared)
    report = _merged(booklets).with_((*left_out, *remarks))
    concordance = tuple(folder / name for name in shared)
    return MatchedSet(booklets, report, time.perf_counter() - started, concordance, written)


def _jobs(
    order: Order, manuscript: Manuscript
) -> tuple[list[tuple[Style, Plan | None]], tuple[Finding, ...]]:
    """Return the editions to make, each with the plan of its sheets if it comes out as such.

    Sheets that nobody asked for by name are left out where the pages do not fit them, and there
    is a finding that says so; those that somebody asked for are then an error.
    """
    from booklet.findings import Finding
    from booklet.press.planning import misfit, plan
    from booklet.style import asks, chosen, styles

    known = styles(manuscript)
    names = order.editions or (tuple(known) if order.every else ())
    named = bool(order.editions or order.of_sheets) or (asks(manuscript) and not order.every)
    plans = {style.name: plan(manuscript, style, order.sheets) for style in known.values()}
    jobs: list[tuple[Style, Plan | None]] = []
    left_out: list[Finding] = []
    for style in chosen(manuscript, known, names):
        if style.output == "pages":
            jobs.append((style, None))
        elif (error := misfit(manuscript, style)) is None:
            jobs.append((style, plans[style.name]))
        elif named:
            raise error
        else:
            left_out.append(Finding("I02", error.message, error.where, hint=error.hint))
    if order.of_sheets and all(planned is None for _, planned in jobs):
        hint = "add `--edition booklet`, or leave `--edition` out"
        raise BookletError("no edition that is made comes out as sheets", hint=hint)
    return jobs, tuple(left_out)


def _side_by_side(
    make: Callable[[tuple[Style, Plan | None], Crew], Made],
    jobs: Sequence[tuple[Style, Plan | None]],
    crews: Sequence[Crew],
) -> list[Made]:
    """Return what `make` makes of each job; each crew takes the next when it is done with one.

    Crews without a job lend their processes to the others.
    """
    for number, idle_one in enumerate(crews[len(jobs) :]):
        crews[number % len(jobs)].borrow(idle_one)
    if len(jobs) == 1 or len(crews) == 1:
        return [make(job, crews[0]) for job in jobs]
    import queue
    from concurrent.futures import ThreadPoolExecutor

    idle: queue.SimpleQueue[Crew] = queue.SimpleQueue()
    for crew in crews:
        idle.put(crew)

    def next_one(job: tuple[Style, Plan | None]) -> Made:
        crew = idle.get()
        try:
            return make(job, crew)
        finally:
            idle.put(crew)

    with ThreadPoolExecutor(min(len(crews), len(jobs))) as pool:
        futures = [pool.submit(next_one, job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:  # the others work in vain, and the pool would wait for them
            pool.shutdown(wait=False, cancel_futures=True)
            for crew in crews:
                crew.halt()
            raise


def _is_sound(made: Sequence[Made]) -> bool:
    """Whether no edition of a set has a loss."""
    return not any(one.report.of("error") for one in made)


def _written(
    folder: Path, made: Sequence[Made], shared: Mapping[str, bytes]
) -> tuple[tuple[Booklet, ...], tuple[tuple[Path, str], ...]]:
    """Write the files of a set, those that its editions share included.

    Return its booklets, each of which knows whether its files were new or different, and each
    file with a digest of what is in it.
    """
    sound = _is_sound(made)
    files = {folder / name: content for name, content in shared.items()}
    booklets = []
    for one in made:
        own = _files(one, sound)
        paths = tuple(folder / name for name in own if name.endswith(".pdf"))
        for name, content in own.items():
            if folder / name in files:
                raise BookletError(
                    f"two editions would both be `{name}`",
                    hint="leave one of them out, or let it come out as it usually does",
                )
            files[folder / name] = content
        booklets.append(Booklet(paths, one.edition, one.pages, one.plan, one.report, one.planned))
    new = write(files)
    for one in made if sound else ():
        for name in _files(one, sound=False):
            (folder / name).unlink(missing_ok=True)
    booklets = [replace(one, is_new=not new.isdisjoint(one.files)) for one in booklets]
    return tuple(booklets), tuple((path, digest(files[path])) for path in files)


def _files(made: Made, sound: bool) -> dict[str, bytes]:
    """Return the files of an edition, by their names: those to use, or those to look at.

    The reader's is `booklet.pdf`, with the HTML that it was made from; the booklet's sheets are
    `sheets.pdf`; all others are named after the edition.
    """
    from booklet.press.making import prefix
    from booklet.press.webpage import webpage

    name = made.edition.style.name
    if made.plan is not None:
        start = prefix(made.edition.style)
        if sound:
            return {f"{start}{run}.pdf": pdf for run, pdf in made.runs.items()}
        return {f"{start}sheets-unsound.pdf": made.pages.pdf}
    stem = ("booklet" if name == "reader" else name) + ("" if sound else "-unsound")
    html = webpage(made.edition, made.pages)
    return {f"{stem}.pdf": made.pages.pdf, f"{stem}.html": html.encode()}


def _merged(booklets: Sequence[Booklet]) -> Report:
    """Return one report for a set: what all its booklets have in common is said once."""
    from booklet.preflight import report

    common = set.intersection(*(set(one.report.findings) for one in booklets))
    several = len(booklets) > 1

    def told(finding: Finding, booklet: Booklet) -> Finding:
        own = several and finding not in common
        return replace(finding, edition=booklet.edition.style.name) if own else finding

    return report(*([told(f, one) for f in one.report.findings] for one in booklets))


def clear() -> list[str]:
    """Remove everything under build/ that the press wrote; return the names."""
    import shutil

    found = sorted(BUILD.iterdir()) if BUILD.is_dir() else []
    names = [path.name for path in found if path.name != ".gitignore"]
    for name in names:
        path = BUILD / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return names
