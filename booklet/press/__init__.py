"""The press: the whole line, from an essay on disk to booklets on disk. Only it writes build/."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError, Mistakes
from booklet.press.build_folders import MARKER, essay_of, folder_of, marked, owner_of
from booklet.press.new_essay import begin
from booklet.quick import likely_work
from booklet.quick.last_work import Recall
from booklet.quick.layout import Crew, Limits
from booklet.quick.part_cache import Standing
from booklet.quick.prestart import is_likely
from booklet.quick.store import NONE
from booklet.source import ROOT, locate, read
from booklet.summary import FILE, as_json, errors_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.findings import Finding
    from booklet.layout import Pages
    from booklet.manuscript import Manuscript
    from booklet.preflight import Report
    from booklet.press.one_edition import Made
    from booklet.quick.early_pages import Early
    from booklet.sheets import Plan
    from booklet.source import Source

__all__ = ["BUILD", "Booklet", "MatchedSet", "Order", "begin", "clear", "press", "pull"]

BUILD = ROOT / "build"


@dataclass(frozen=True)
class Order:
    """What a person wants from the press. Relative paths start from `cwd`.

    `editions` names the editions to make; without names it is the set that the essay asks for, or
    every one there is if `every` is set. `sheets` names the sheets to make, as in `3,5-7`; all of
    them where it is empty. `copies` is how many will be printed; `fit` makes editions that come
    out as sheets a little tighter if that saves one. With `concordance` there is a page that says
    where each paragraph is in each edition. A `plain` press uses nothing that was made before. For
    a `strict` one a warning is as good as a loss: what was there before stays. One `to_print`
    makes of the set only what goes to a printer.
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
    strict: bool = False
    to_print: bool = False

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
    def has_sheets(self) -> bool:
        """Whether its sheets were made: those of pages with a loss are not."""
        return self.plan is not None and not self.report.of("error")

    @property
    def path(self) -> Path:
        """The file to open first."""
        return self.files[0]


@dataclass(frozen=True)
class MatchedSet:
    """The booklets that the press made of one manuscript, and what was found in all of them.

    `concordance` are the files that say where each paragraph is in each of them; `written` has a
    digest of every file. A set that is not `sound` stands beside the last good one. `remarks` are
    of the folder that was written to.
    """

    booklets: tuple[Booklet, ...]
    report: Report
    seconds: float
    concordance: tuple[Path, ...] = ()
    written: tuple[tuple[Path, str], ...] = ()
    sound: bool = True
    remarks: tuple[str, ...] = ()


def press(order: Order, say: Callable[[str], None] = lambda _: None) -> MatchedSet:
    """Make the booklets that `order` names, check them, and write them; `say` hears of progress.

    Raises BookletError for the author's mistakes; nothing is written then.
    """
    limits = Limits(seconds=order.seconds) if order.seconds else Limits()
    words = sys.argv[3:]
    at_once = order.plain or is_likely(words)
    standing = Standing(NONE if order.plain else likely_work.store())
    with ExitStack() as stack:
        crews = [
            stack.enter_context(Crew(limits, standing, hands, order.plain, at_once, once=True))
            for hands in _hands(order)
        ]
        recall = None if order.plain else Recall(standing.store)
        try:
            made = pull(order, crews, say, recall)
        except BookletError as error:
            _note(order, error)
            raise
        if recall:
            recall.keep()
    likely_work.note(words, locate(order.essay, order.cwd))
    return made


def _note(order: Order, error: BookletError) -> None:
    """Write what stopped a build in the place of the findings of the last one, if there are any.

    Who reads these must not take those of a booklet of yesterday for those of today.
    """
    from booklet.press.file_writing import write  # late: most builds are not stopped

    with suppress(BookletError, OSError):
        folder, _ = _folder(order, read(order.essay, order.cwd))
        if (folder / FILE).is_file():
            write({folder / FILE: errors_as_json(error)})


def _hands(order: Order) -> Sequence[int]:
    """Return the crews that an order is worth, each as the number of processes that it may have.

    They start before the essay is read, with one process each.
    """
    from booklet.editions.style import USUAL

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
    by side. All files are written together; if a booklet of the set has a loss, or a warning
    where the order is strict, none takes the place of a good one: all go beside them, under names
    that end in `-unsound`. So do sheets that do not fold, but these alone.
    """
    started = time.perf_counter()
    from booklet.manuscript import parse  # late: the crews import WeasyPrint at the same time
    from booklet.press.one_edition import MISFOLDED, concord, make
    from booklet.press.sheet_plan import mistakes
    from booklet.quick.rereading import parse as reread
    from booklet.sheets import check_copies

    check_copies(order.copies)
    say("reading")
    source = read(order.essay, order.cwd, network=order.network)
    essay = source.shelf.root / source.essay.name
    memory = recall.memory(essay) if recall else None
    if memory and memory.is_empty:
        crews[0].expect(len(source.essay.text))
    try:
        manuscript = reread(source, memory) if memory else parse(source)
    except Mistakes as error:  # and all others in the same files are said with these
        raise Mistakes((*error.each, *mistakes(error.asked))) from None
    if wrong := mistakes(manuscript.wishes):
        raise Mistakes(wrong)
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
    from booklet.press.output_files import (  # late: it came while the crew worked
        merged,
        names,
        written,
    )

    shared: dict[str, bytes] = {}
    remarks: tuple[Finding, ...] = ()
    report = merged(made).with_(left_out)
    losses = [finding for finding in report.of("error") if finding.code != MISFOLDED]
    if not losses and (several or order.concordance):
        named = [(names(one, sound=True)[0], one) for one in made]
        shared, remarks = concord(named, order.concordance, source, crews[0])
        report = report.with_(report.beside(remarks))
    sound = not losses and not (order.strict and report.of("warning"))
    folder, said = _folder(order, source)
    always = {FILE: as_json(report.findings)}
    if not order.out:
        always[MARKER] = marked(essay_of(source))
    shared = shared if sound else {}
    booklets, files = written(folder, made, shared | always, sound)
    concordance = tuple(folder / name for name in shared)
    seconds = time.perf_counter() - started
    return MatchedSet(booklets, report, seconds, concordance, files, sound, said)


def _folder(order: Order, source: Source) -> tuple[Path, tuple[str, ...]]:
    """Return the folder to write to, and what is to be said of it."""
    essay = essay_of(source)
    if order.out:
        folder = order.cwd / order.out
        owner = owner_of(folder)
        other = f"`{order.out}` is the folder of `{owner}`, whose booklets are replaced"
        return folder, (other,) if owner not in ("", essay) else ()
    folder, usual = folder_of(essay, source.slug, BUILD), BUILD / source.slug
    if folder == usual:
        return folder, ()
    owner = owner_of(usual) or "something else"
    here = f"`build/{usual.name}` belongs to `{owner}`: this goes to `build/{folder.name}`"
    return folder, (here,)


def _jobs(
    order: Order, manuscript: Manuscript
) -> tuple[list[tuple[Style, Plan | None]], tuple[Finding, ...]]:
    """Return the editions to make, each with the plan of its sheets if it comes out as such.

    Sheets that nobody asked for by name are left out where the pages do not fit them, and there
    is a finding that says so; those that somebody asked for are then an error.
    """
    from booklet.editions.style import asks, chosen, styles
    from booklet.findings import Finding
    from booklet.press.print_job import for_paper
    from booklet.press.sheet_plan import misfit, plan

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
    left_out += _of_settings(order, manuscript, jobs)
    if order.of_sheets and all(planned is None for _, planned in jobs):
        hint = "add `--edition booklet`, or leave `--edition` out"
        raise BookletError("no edition that is made comes out as sheets", hint=hint)
    if order.to_print and not order.editions:
        printed = for_paper([style for style, _ in jobs])
        jobs = [job for job in jobs if job[0] in printed]
    return jobs, tuple(left_out)


def _of_settings(
    order: Order, manuscript: Manuscript, jobs: Sequence[tuple[Style, Plan | None]]
) -> Iterator[Finding]:
    """Yield a finding for each setting that does nothing in what is made, or something else."""
    from booklet.editions.style import asks
    from booklet.press import idle_settings, paper_findings

    styles = [style for style, _ in jobs]
    yield from paper_findings.of_sizes(manuscript)
    yield from paper_findings.of_margins(manuscript, jobs)
    yield from idle_settings.of_editions(manuscript, styles)
    yield from idle_settings.of_sheets(manuscript, jobs)
    if asks(manuscript) and not order.editions and not order.every:
        yield from idle_settings.of_set(manuscript, styles)


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


def clear() -> list[str]:
    """Remove everything under build/ that the press wrote; return the names."""
    import shutil

    found = sorted(BUILD.iterdir()) if BUILD.is_dir() else []
    names = [path.name for path in found if path.name != ".gitignore"]
    for name in names:
        path = BUILD / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return names
