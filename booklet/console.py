"""What a person sees while the press runs: progress on a terminal, plain lines in a pipe."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.measure import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from booklet.findings import Finding
    from booklet.press import Booklet
    from booklet.printer import Desk

# More findings than this hide what matters; the rest is counted.
_MOST_SHOWN = 40


@contextlib.contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield a function that is told what the press does, as a line that comes and goes.

    On a terminal it is a spinner (rich); in a pipe, each step of a long work is a plain line; if
    `quiet`, nothing.
    """
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console  # late: a fifth of a short build's time

        with Console(stderr=True).status("starting") as status:
            yield status.update
    else:
        yield _Lines()


@contextlib.contextmanager
def desk() -> Iterator[Desk]:
    """Yield the person at the terminal, who hears of progress and can be asked.

    Where nobody can type an answer, it is a desk without a person.
    """
    from booklet.printer import Desk

    with progress(quiet=False) as say:
        status = getattr(say, "__self__", None)  # the spinner, which must not run over an answer

        def ask(question: str) -> str:
            if status:
                status.stop()
            try:
                print(question, end=" ", file=sys.stderr, flush=True)
                return input()
            except EOFError:
                raise BookletError("nobody is there any more") from None
            finally:
                if status:
                    status.update("going on")
                    status.start()

        yield Desk(say, ask if sys.stdin.isatty() else None)


class _Lines:
    """Prints each step once, from the third second on: short work says nothing."""

    def __init__(self) -> None:
        import time

        self.clock, self.last = time.monotonic, ""
        self.start = self.clock()

    def __call__(self, step: str) -> None:
        """Take the next step."""
        if step != self.last and self.clock() - self.start > 3:
            print(f"{step} …", file=sys.stderr, flush=True)
        self.last = step


def tell(booklet: Booklet, quiet: bool) -> None:
    """Print what was found and what was made, in a few lines."""
    for finding in _shown(booklet.report.findings):
        print(finding, file=sys.stderr)
    errors, warnings = len(booklet.report.of("error")), len(booklet.report.of("warning"))
    if errors:
        print(f"{_counted(errors, 'loss', 'losses')}: see {booklet.path}", file=sys.stderr)
    if not quiet:
        print(f"{_shortest(booklet.path)}: {_paper(booklet)}, {booklet.seconds:.1f} s")
        for sheets in booklet.sheets:
            print(f"{_shortest(sheets)}: {_HOW_TO_PRINT}")
        if warnings:
            print(_counted(warnings, "warning", "warnings"))


# What a print window must be told; a printer does the rest by the sheets' own settings.
_HOW_TO_PRINT = "print on both sides, flip on the short edge, actual size"


def _paper(booklet: Booklet) -> str:
    """Return the size and number of pages, and what they come to as a folded booklet."""
    from booklet.sheets import Plan, estimate
    from booklet.sheets.frame import frame

    count, trim = len(booklet.pages.leaves), booklet.edition.trim
    pages = f"{_counted(count, 'page', 'pages')} of {trim.name()}"
    try:
        plan = Plan(sheet=Size.parse(booklet.edition.manuscript.settings.paper), trim=trim)
        frame(plan, trim)
        paper = str(estimate(count, plan))
    except BookletError:  # a page that does not fit the paper twice is not folded
        return pages
    return f"{pages} ({paper.split(': ', 1)[1]})"


def _shortest(path: Path) -> str:
    """Return a path as it is typed in the current folder, if it lies below it."""
    path, here = path.resolve(), path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _shown(findings: tuple[Finding, ...]) -> Iterator[object]:
    """Yield the findings that are shown, and a line for the others."""
    yield from findings[:_MOST_SHOWN]
    if len(findings) > _MOST_SHOWN:
        yield f"… and {len(findings) - _MOST_SHOWN} more"


def _counted(number: int, one: str, more: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else more}"
