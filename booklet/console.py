"""What a person sees during a build: progress on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from booklet.errors import BookletError, show
from booklet.lengths import Size
from booklet.summary import ranked, summed
from booklet.terminal import closing, plain, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rich.status import Status

    from booklet.press import Booklet, BookletSet
    from booklet.printer import Desk
    from booklet.sheets import Plan


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that is told what the build does, as a line that comes and goes.

    On a terminal it is a spinner (rich); in a pipe, each step of a long work is a plain line; if
    `quiet`, nothing.
    """
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console  # late: a fifth of a short build's time

        with Console(stderr=True).status("starting") as status:
            yield _Spinner(status)
    else:
        yield _StepLines()


@contextlib.contextmanager
def desk() -> Iterator[Desk]:
    """Yield the person at the terminal, who hears of progress and can be asked.

    Where nobody can type an answer, it is a desk without a person.
    """
    from booklet.printer import Desk

    with progress(quiet=False) as step:
        # a spinner must not run over an answer
        status = step.status if isinstance(step, _Spinner) else None

        def ask(question: str) -> str:
            if status:
                status.stop()
            try:
                say(question, end=" ", to=sys.stderr, now=True)
                return input()
            except EOFError:
                raise BookletError("nobody is there any more") from None
            finally:
                if status:
                    step("going on")
                    status.start()

        yield Desk(step, ask if sys.stdin.isatty() else None)


class _Spinner:
    """Shows each step beside something that turns; a step is text, not markup of rich's."""

    def __init__(self, status: Status) -> None:
        self.status = status

    def __call__(self, step: str) -> None:
        """Take the next step."""
        from rich.text import Text

        self.status.update(Text(plain(step)))


class _StepLines:
    """Prints each step once, from the third second on: short work says nothing."""

    def __init__(self) -> None:
        import time

        self.clock, self.last = time.monotonic, ""
        self.start = self.clock()

    def __call__(self, step: str) -> None:
        """Take the next step."""
        if step != self.last and self.clock() - self.start > 3:
            say(f"{step} …", to=sys.stderr, now=True)
        self.last = step


def tell(
    made: BookletSet, quiet: bool, copies: int = 1, explain: bool = False, every: bool = False
) -> None:
    """Print what was found and what was made, in a few lines; or `explain` what was made anew.

    Findings of a kind are said once, or `every` one of them.
    """
    found = made.report.findings
    for line in ranked(found) if every else summed(found):
        say(line, to=sys.stderr)
    for remark in made.remarks:
        say(show("note", remark), to=sys.stderr)
    if not made.sound or made.report.of("error"):
        say(_stopped(made), to=sys.stderr)
    if not quiet:
        for booklet in made.booklets:
            for line in _lines(booklet, copies):
                say(line)
            account = booklet.pages.account
            for line in account.lines() if explain else account.remarks():
                say(f"{booklet.edition.style.name}: {line}")
        for path in made.concordance:
            if path.suffix == ".pdf":
                say(f"{shortest(path)}: where each paragraph is in each edition")


def _stopped(made: BookletSet) -> str:
    """Return what is to be said of a set that did not take the place of the last good one."""
    if errors := len(made.report.of("error")):
        where = next(one.path for one in made.booklets if one.report.of("error"))
        return f"{_counted(errors, 'loss', 'losses')}: see {shortest(where)}"
    warnings = _counted(len(made.report.of("warning")), "warning", "warnings")
    where = made.booklets[0].path
    good = where.with_name(where.name.replace("-unsound", ""))
    kept = "; the last good booklet stays" if good != where and good.exists() else ""
    return f"stopped by --strict: {warnings}, see {shortest(where)}{kept}"


def close(made: BookletSet) -> None:
    """Print the last line: how many warnings there are, and how long it took."""
    nothing = all(not one.is_new and one.pages.account.kept for one in made.booklets)
    say(closing(len(made.report.of("warning")), made.seconds, nothing=nothing))


def _lines(booklet: Booklet, copies: int) -> Iterator[str]:
    """Yield what there is to say of the files of an edition: what is in them, how to print them.

    Then what would save a sheet, and what several copies take.
    """
    from booklet.sheets import estimate, instruction

    count, plan = len(booklet.pages.leaves), booklet.plan
    if plan is None or not booklet.has_sheets:
        pages = f"{_counted(count, 'page', 'pages')} of {booklet.edition.trim.name()}"
        settings = booklet.edition.manuscript.settings
        whole = Size.parse(settings.paper).name() == booklet.edition.trim.name()
        how = "; print on both sides, flip on the long edge, actual size" if whole else ""
        yield f"{shortest(booklet.path)}: {pages}{how}"
        return
    paper = f"{estimate(count, plan)}; "
    if plan.only:
        paper = f"only `{plan.only}` of the sheets ({estimate(count, plan)}); "
    for path in booklet.files:
        if "guide" in path.stem:
            yield f"{shortest(path)}: how to print{', fold and bind' * plan.folded} it, on a page"
            continue
        own = "other stock; " if "cover" in path.stem else paper  # of the sheets it is said once
        yield f"{shortest(path)}: {own}{_how_to_print(plan)}"
        paper = paper if "cover" in path.stem else ""
    if booklet.planned:
        yield booklet.planned
    if copies > 1:
        wanted = estimate(count, plan, copies)
        yield f"{wanted.for_copies()}; {wanted.binding()}"
    if between := instruction(plan):
        yield f"between fronts and backs: {between[0].lower()}{between[1:]}"


def _how_to_print(plan: Plan) -> str:
    """Return what a print window must be told; a printer does the rest by the sheets' settings."""
    from booklet.sheets import Flip, Printing

    if plan.printing is not Printing.TWO_SIDED:
        return "print on one side, actual size"
    edge = "short" if plan.flip is Flip.SHORT else "long"
    return f"print on both sides, flip on the {edge} edge, actual size"


def shortest(path: Path) -> str:
    """Return a path as it is typed in the current folder, if it lies below it."""
    path, here = path.resolve(), path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _counted(number: int, one: str, more: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else more}"
