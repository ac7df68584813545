"""The verbs that a person types after `./inv`."""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from invoke import Context, Exit, Task

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from booklet.errors import BookletError
from booklet.terminal import plain, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.press import BookletSet, Order
    from booklet.quick.no_change import Looked

# The values of the options that several verbs have.
Given = dict[str, Any]

# Seconds in a day: nobody waits longer for a part.
_LONGEST = 86_400

ROOT = Path(__file__).resolve().parent


class Option(NamedTuple):
    """An option that several verbs have: what it is for, and what it is if nobody names it."""

    help: str
    default: Any = False


# Given to each verb that names them. That of an edition may be given several times.
SHARED = {
    "essay": Option("a folder under essays/, any folder with an essay.md, or a Markdown file", ""),
    "edition": Option("an edition, such as `handout`; may be given several times", None),
    "out": Option("the folder to write to, instead of build/<name>/", ""),
    "sheets": Option("only these sheets, such as `3,5-7`", ""),
    "fit": Option("make what is folded a little tighter if that saves a sheet"),
    "allow_network": Option("let pictures come from the web"),
    "time_limit": Option(
        "seconds that the layout of a part may take (60, and more for long ones)", 0.0
    ),
}

# The letters for short. One means the same wherever it is: an option that is not here has none.
LETTERS = {
    "all": "a", "all-findings": "l", "allow-network": "w", "concordance": "n", "copies": "c",
    "edition": "d", "essay": "e", "explain": "x", "fit": "f", "out": "o", "plain": "p",
    "printer": "r", "quiet": "q", "sheets": "s", "strict": "t", "time-limit": "i",
}  # fmt: skip


class Verb(Task[Any]):
    """A verb, whose options have the letters of the table."""

    def arg_opts(self, name: str, default: str, taken_names: set[str]) -> dict[str, Any]:
        """Return how Invoke is to read an option."""
        found = super().arg_opts(name, default, taken_names)
        found["names"] += LETTERS.get(found["names"][0], "")
        return found


def verb(
    *shared: str, called: str | None = None, repeated: tuple[str, ...] = (), **own: str
) -> Callable[[Callable[..., None]], Task[Any]]:
    """Make a verb of a function. It has options of its own, each with what it is for, and `shared`
    ones, whose values the function takes together as a mapping."""

    def made(work: Callable[..., None]) -> Task[Any]:
        before, *after = inspect.signature(work).parameters.values()
        given = [
            inspect.Parameter(each, before.KEYWORD_ONLY, default=SHARED[each].default)
            for each in shared
        ]
        context = inspect.Parameter("_", before.POSITIONAL_ONLY)

        @functools.wraps(work)
        def run(_: Context, **values: Any) -> None:
            known = {each: values.pop(each, SHARED[each].default) for each in shared}
            work(known, **values)

        named = [each.replace(kind=each.KEYWORD_ONLY) for each in after]
        run.__signature__ = inspect.Signature([context, *given, *named])  # type: ignore[attr-defined]
        return Verb(
            run,
            name=called,
            auto_shortflags=False,
            help={each: SHARED[each].help for each in shared} | own,
            iterable=[*({"edition"} & {*shared}), *repeated],
            positional=["name"] if "name" in own else [],
        )

    return made


@verb(
    *SHARED,
    all="make every edition there is",
    copies="how many will be printed: says what paper, weight and staples they take (1)",
    concordance="make a page as well that says where each paragraph is in each edition",
    strict="let a warning stop the booklet: the last good one stays, and the status is 1",
    all_findings="say each finding by itself, and not each kind once",
    explain="say what was made anew, and why",
    plain="make all anew, and use nothing that was kept",
    quiet="say nothing but warnings and errors",
)
def build(
    given: Given,
    all: bool = False,
    copies: int = 1,
    concordance: bool = False,
    strict: bool = False,
    all_findings: bool = False,
    explain: bool = False,
    plain: bool = False,
    quiet: bool = False,
) -> None:
    """Make the booklet: a PDF to read, and sheets to print."""
    from booklet.console import close, progress, tell

    if given["edition"] and all:
        raise Exit("error: `--all` is every edition\n\nhint: leave `--edition` out", code=2)
    order = _order(
        given, every=all, copies=copies, concordance=concordance, plain=plain, strict=strict
    )
    looked: Looked | None = None
    if not plain:
        from booklet.quick.no_change import Looked

        looked = Looked(order.essay, order.cwd)
    try:
        with progress(quiet) as step:
            made = _made(order, step, looked)
    except BookletError as error:
        raise Exit(str(error), code=1) from None
    except KeyboardInterrupt:
        raise Exit("stopped; the last good booklet is still there", code=130) from None
    with _heard() as (said, warned):
        tell(made, quiet, copies, explain, all_findings)
    if not quiet:
        close(made)
    status = int(not made.sound or bool(made.report.of("error")))
    if looked and not explain:
        _keep(order, made, looked, (said.getvalue(), warned.getvalue()), status)
    if status:
        raise Exit(code=status)


def _made(order: Order, step: Callable[[str], None], looked: Looked | None) -> BookletSet:
    """Return what an order names, made by what was kept from the last time unless it is plain."""
    if looked is None:
        from booklet.pipeline import make

        return make(order, say=step)
    from booklet.quick.build import build

    return build(order, step, looked.seen)


@contextlib.contextmanager
def _heard() -> Iterator[tuple[StringIO, StringIO]]:
    """Take what is printed, and print it in the end."""
    out, err = StringIO(), StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
    finally:
        sys.stderr.write(err.getvalue())
        sys.stdout.write(out.getvalue())


def _keep(
    order: Order,
    made: BookletSet,
    looked: Looked,
    said: tuple[str, str],
    status: int,
) -> None:
    """Keep the receipt of a build, if all that went into it is known, and as it was before it.

    The web may change without our knowing.
    """
    from booklet.quick import likely_work
    from booklet.quick.no_change import Receipt, keep, untouched

    words = sys.argv[3:]
    verbs = {each.name for each in globals().values() if isinstance(each, Task)}
    if order.network or made.report.of("error"):
        return
    if words[:1] != ["build"] or verbs.intersection(words[1:]):
        return
    written = {os.path.realpath(path): known for path, known in made.written}
    seen = looked.seen()
    if seen is None or not untouched(looked.before, looked.touches(), written):
        return
    receipt = Receipt(seen, written, *said, len(made.report.of("warning")), status)
    keep(receipt, words, likely_work.store())


@verb(
    "essay",
    "edition",
    "sheets",
    "fit",
    "allow_network",
    called="print",
    printer="a queue of CUPS, or an address such as ipp://HOST/ipp/print; none: lists them",
    copies="how many copies to print (1)",
)
def print_sheets(given: Given, printer: str = "", copies: int = 1) -> None:
    """Print what is for paper, or list the printers there are."""
    from booklet.console import desk, tell
    from booklet.press.print_job import PrintOrder
    from booklet.printer import meet, printers, recall
    from booklet.quick.build import build as make

    try:
        if not printer:
            say(*printers(), "", "to print: `./inv print --printer NAME`")
            return
        found = meet(printer)
        sheets = given.pop("sheets")
        order = _order(given)
        job = PrintOrder(order, printer, found, recall(found), sheets, copies)
        with desk() as person:
            for line in job.run(make, person, lambda made: tell(made, quiet=True)):
                say(plain(line))
    except BookletError as error:
        raise Exit(str(error), code=1) from None
    except KeyboardInterrupt:
        raise Exit("stopped; what was at the printer is cancelled", code=130) from None


@verb(
    printer="a queue of CUPS, or an address such as ipp://HOST/ipp/print; none: lists them",
    paper="the paper in the printer (A4)",
)
def calibrate(_: Given, printer: str = "", paper: str = "A4") -> None:
    """Get to know a printer: print one sheet, ask three questions."""
    from booklet.console import desk
    from booklet.lengths import Size
    from booklet.printer import calibrate as measure
    from booklet.printer import meet, path_of, printers

    try:
        if not printer:
            say(*printers(), "", "to calibrate: `./inv calibrate --printer NAME`")
            return
        found = meet(printer)
        with desk() as person:
            profile = measure(found, person, Size.parse(paper))
    except BookletError as error:
        raise Exit(str(error), code=1) from None
    except KeyboardInterrupt:
        raise Exit("stopped; nothing is kept", code=130) from None
    say(plain(str(profile)), plain(str(path_of(found))))


@verb(
    "essay",
    "edition",
    "out",
    "allow_network",
    "time_limit",
    port="the port to listen on (8421, or another that is free)",
    editor="what a click on a block opens, such as `code -g {file}:{line}`",
    open="open the page in a browser, where there is a screen (the default)",
)
def preview(given: Given, port: int = 0, editor: str = "", open: bool = True) -> None:
    """Show the booklet in a browser, and again after each change."""
    from booklet.preview import preview as show

    order = _order(given)
    _until_stopped(lambda: show(order, _say, port, editor, _browse if open else None))


@verb("essay", "edition", "out", "allow_network", "time_limit")
def watch(given: Given) -> None:
    """Make the booklet, and again after each change, a line each time."""
    from booklet.preview import watch as press_again

    order = _order(given)
    _until_stopped(lambda: press_again(order, _say))


@verb(name="the name of the new essay, such as `on-tea`")
def new(_: Given, name: str) -> None:
    """Begin a new essay, which builds at once."""
    from booklet.press.new_essay import begin

    try:
        path = begin(name)
    except BookletError as error:
        raise Exit(str(error), code=1) from None
    shown, essay = path.relative_to(ROOT), path.parent.name
    say(f"{shown}: write there, then run `./inv build --essay {shlex.quote(essay)}`")


@verb(
    add="a script such as `hebrew`, or several: `./inv fonts add hebrew thai`",
    remove="a script whose fonts are to be taken away",
    repeated=("add", "remove"),
)
def fonts(_: Given, add: list[str] | None = None, remove: list[str] | None = None) -> None:
    """Show the fonts by script; `fonts add hebrew` brings those of one."""
    from booklet.fonts.listing import change, listed

    try:
        if add or remove:
            change(add or (), remove or (), say)
        else:
            for line in listed():
                say(line)
    except BookletError as error:
        raise Exit(str(error), code=1) from None


@verb()
def doctor(_: Given) -> None:
    """Say what is installed, and what mends what is missing."""
    from booklet.doctor import examine

    healthy = True
    for line in examine():
        say(line)
        healthy = healthy and line.good
    if not healthy:
        raise Exit(code=1)


@verb()
def clean(_: Given) -> None:
    """Remove what builds have made."""
    from booklet.press.build_folders import clear

    for name in clear():
        say(f"removed {plain(name)}")


@verb(quick="leave out what is slow", only="a part of the names of the tests to run")
def test(_: Given, quick: bool = False, only: str = "") -> None:  # noqa: PT028 - a verb
    """Run the tests, on all cores unless `--only` names some."""
    words = ["-m", "not slow"] if quick else []
    # Workers take seconds to start: for a few tests that is longer than to run them.
    words += ["-k", only] if only else ["--numprocesses=auto", "--dist=loadgroup"]
    _run("pytest", *words)


@verb()
def lint(_: Given) -> None:
    """Check style and types."""
    _run("ruff", "check", ".")
    _run("ruff", "format", "--check", ".")
    _run("mypy")


@verb(
    rounds="times that each case is measured",
    only="cases, with commas between",
    essay="an essay of one file, to measure what edits of it take",
)
def bench(_: Given, rounds: int = 0, only: str = "", essay: str = "") -> None:
    """Measure builds, edits and sheets against other programs."""
    from booklet.bench.sheets import bench_all
    from booklet.source import locate

    try:
        path = locate(essay, _here()) if essay else None
        bench_all(rounds, only.split(",") if only else (), print, path)
    except BookletError as error:
        raise Exit(str(error), code=1) from None


def _order(given: Given, **more: Any) -> Order:
    """Return what a person wants of a build, by the options that verbs share and some more."""
    from booklet.press import Order

    values = dict(given)
    seconds = values.pop("time_limit", 0.0)
    if not 0 <= seconds <= _LONGEST:
        raise Exit(f"error: `--time-limit {seconds:g}` is not a time", code=2)
    return Order(
        values.pop("essay") or None,
        tuple(values.pop("edition") or ()),
        out=values.pop("out", "") or None,
        network=values.pop("allow_network"),
        seconds=seconds or None,
        cwd=_here(),
        **values,
        **more,
    )


def _until_stopped(work: Callable[[], None]) -> None:
    """Do work that ends when somebody says stop: that is how it is meant to end."""
    from booklet.preview import stopping

    stopping.heed()
    try:
        work()
    except BookletError as error:
        raise Exit(str(error), code=1) from None
    except KeyboardInterrupt:
        _say("stopped; the last good booklet is still there")


def _say(line: str) -> None:
    """Print a line at once, to whomever reads along; once nobody does, go on without."""
    try:
        say(line, now=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _browse(address: str) -> None:
    """Open a page in the browser of the person, where there is a screen to open it on."""
    import webbrowser

    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(address)


def _here() -> Path:
    """Return the folder one stands in."""
    try:
        return Path.cwd()
    except OSError:
        raise Exit("error: the folder you stand in is gone\n\nhint: go to another", 1) from None


def _run(module: str, *words: str) -> None:
    """Run a tool of the environment in the project's folder; its exit status becomes ours."""
    done = subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, check=False)
    if done.returncode:
        raise Exit(code=done.returncode)
