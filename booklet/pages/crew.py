"""The crew: the process that lays out, seen from outside; its limits in time and memory."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from booklet.errors import BookletError, Place
from booklet.pages import BLANK
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from booklet.edition import Edition
    from booklet.guide import Guide
    from booklet.manuscript import Manuscript
    from booklet.pages import Laid, Written
    from booklet.source import Source
    from booklet.style import Style


@dataclass(frozen=True)
class Limits:
    """What a layout may take: seconds for one part, more for each letter in it; bytes of memory.

    A thousand words, 8,000 letters of HTML, are laid out in a tenth of a second, three tenths on
    a slow machine. A book of 180,000 words in 100 chapters takes 0.8 GB of addresses; the limit
    counts addresses, since that is what the system can limit.
    """

    seconds: float = 60.0
    seconds_a_letter: float = 0.0004
    memory: int = 4 << 30


# Longer than any limit of sense, and short enough for the system's clocks.
_FOREVER = 1e6

# What the worker has to do before it can lay out, on a slow disk.
_START = 60.0


# A worker that is told to end does so at once, unless it is in the middle of something in C.
_GRACE = 10.0


class Crew:
    """One worker process. It starts at once, and imports WeasyPrint while the parent reads.

    A worker that had to be ended is replaced when there is work again.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Take a worker that was hired ahead, or start one."""
        self.limits = limits or Limits()
        fits = bool(_hired) and _hired[-1].memory == self.limits.memory
        self._worker: _Worker | None = _hired.pop() if fits else _Worker(self.limits.memory)
        self.forget()

    def __enter__(self) -> Crew:
        """Return the crew."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker, whatever it is doing."""
        if self._worker:
            self._worker.end()
            self._worker = None

    def halt(self) -> None:
        """Stop the worker, though another thread may wait for it: it will hear that it ended."""
        if self._worker:
            self._worker.halt()

    def forget(self) -> None:
        """Forget what was laid out: the next press may have other files."""
        self.dressing: tuple[str, ...] = ()
        self._laid: dict[str, tuple[tuple[str, str, str], Laid]] = {}
        self._dress: tuple[Any, ...] = ()

    def compose(
        self, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
    ) -> Edition:
        """Return the edition that `booklet.edition.compose` makes, within the limits.

        An author's templates are programs, which may never end.
        """
        words = (manuscript, style, source, endnotes)
        seconds = self._seconds(sum(len(chapter.html) for chapter in manuscript.chapters))
        from booklet.pages.remarks import blamed

        with blamed(Place((Path(source.essay.path).parent / "templates").as_posix())):
            edition: Edition = self._ask("compose", words, seconds, "what the templates make")
        return edition

    def leaflet(self, guide: Guide, source: Source) -> tuple[str, str]:
        """Return what `booklet.edition.leaflet` makes of a guide, within the limits."""
        from booklet.pages.remarks import blamed

        with blamed(Place((Path(source.essay.path).parent / "templates").as_posix())):
            words = (guide, source)
            page: tuple[str, str] = self._ask("leaflet", words, self.limits.seconds, "the guide")
        return page

    def dress(self, edition: Edition) -> None:
        """Give the worker the style sheets of `edition`."""
        sheets = tuple(sheet.css for sheet in edition.sheets)
        rtl = edition.manuscript.settings.rtl
        words = (sheets, edition.style.standard, rtl, edition.shelf, edition.network)
        if words == self._dress:
            return
        self.forget()
        self._own = _has_own(edition)
        self.dressing = self._ask("dress", words, self.limits.seconds, "the style")
        self._dress = words

    def lay(self, name: str, html: str, css: str, side: str) -> Laid:
        """Return the facts of a part after laying it out; the same part is not laid out twice.

        Raises BookletError where the limits are reached.
        """
        wanted = (html, css, side)
        if name in self._laid and self._laid[name][0] == wanted:
            return self._laid[name][1]
        what = "the text that begins here" if name[1:].isdecimal() else f"the part `{name}`"
        laid: Laid = self._ask("lay", (name, *wanted), self._seconds(len(html)), what, self._own)
        self._laid[name] = (wanted, laid)
        return laid

    def lines(self, name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Return the lines of running text on each page of a part, as `booklet.pages.lines` does.

        The part has been laid out before.
        """
        found: tuple[tuple[tuple[float, float], ...], ...] = self._ask(
            "lines", (name,), self.limits.seconds, "the lines"
        )
        return found

    def blank(self, side: str) -> str:
        """Lay out a blank page for `side`; return the name by which it can be written."""
        self.lay(f"blank {side}", BLANK, "body { page: silent }", side)
        return f"blank {side}"

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts named in `order`, with these page labels.

        `corrections` are the page numbers in the text of each part: what was set, what is true.
        """
        seconds = self.limits.seconds + len(folios)
        words = (tuple(order), tuple(folios), dict(corrections))
        written: Written = self._ask("write", words, seconds, "the PDF", self._own)
        return written

    def _seconds(self, letters: int) -> float:
        """Return how long the layout of so many letters may take."""
        return self.limits.seconds + letters * self.limits.seconds_a_letter

    def _ask(
        self, verb: str, words: tuple[Any, ...], seconds: float, what: str, own: bool = True
    ) -> Any:
        """Return the worker's answer to an order.

        Raises BookletError if there is none within the limits; and, where the author's `own`
        rules or templates have a part in it, if the layout engine fails.
        """
        if self._worker is None:
            self._worker = _Worker(self.limits.memory)
        state, answer = self._worker.ask(verb, words, seconds)
        if state == "done":
            return answer
        if state in ("slow", "ended", "memory"):  # what is left of it is no good
            self.forget()
            self._worker.end()
            self._worker = None
        raise _error(state, answer, what, seconds, self.limits.memory, own)


class _Worker:
    """A process that runs `booklet.pages.worker`, and the pipes to it."""

    def __init__(self, memory: int) -> None:
        """Start it: it imports WeasyPrint at once."""
        self.memory = memory
        self._folder = ""
        self._is_ready = False
        self._said = _scratch()  # what C libraries print, and a last traceback
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        words = ("-P", "-s", "-X", "utf8", "-m", "booklet.pages.worker", str(memory))
        self._process = subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**clean, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
            start_new_session=True,  # an interrupt is for the parent, which ends the worker
        )
        self._orders = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._send("ready", ())

    def ask(self, verb: str, words: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
        """Return how it went (`done`, `failed`, `slow`, `ended` …), and the answer."""
        if not self._is_ready:
            state, answer = self._answer(max(_START, seconds))
            if state != "done":
                return state, answer
            self._is_ready, self._folder = True, answer
        self._send(verb, words)
        return self._answer(min(seconds, _FOREVER))

    def halt(self) -> None:
        """Let it stop, whatever it is doing; what there is to be closed is left to who waits."""
        self._send("stop", ())

    def end(self) -> None:
        """End it at once, with what it wrote for itself."""
        import shutil  # late: it is not needed before the end

        if not self._is_ready:  # where its folder is, only the worker knows
            with contextlib.suppress(OSError):
                self._orders.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._process.kill()
        self._process.wait()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        for file in (self._said, self._answers, self._orders):
            with contextlib.suppress(OSError):  # what a dead worker did not read
                file.close()

    def _send(self, verb: str, words: tuple[Any, ...]) -> None:
        """Send an order."""
        with contextlib.suppress(BrokenPipeError):  # it has died: it will not answer either
            pickle.dump((verb, words), self._orders, pickle.HIGHEST_PROTOCOL)
            self._orders.flush()

    def _answer(self, seconds: float) -> tuple[str, Any]:
        """Return the next answer; it begins when the work is done, and then comes at once."""
        if not select.select([self._answers], (), (), seconds)[0]:
            self.end()
            return "slow", None
        try:
            state, answer = pickle.load(self._answers)  # noqa: S301 - our own worker
        except (EOFError, pickle.UnpicklingError):
            status = self._process.wait()
            self._said.seek(0)
            last_words = self._said.read().decode("utf-8", "replace")
            self.end()
            return "ended", (status, last_words)
        return state, answer


def _scratch() -> IO[bytes]:
    """Return a file that vanishes when it is closed; where it can be, in memory."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("said"), "w+b")
    import tempfile

    return tempfile.TemporaryFile()


_hired: list[_Worker] = []


def hire() -> None:
    """Start a worker for the first crew to come, which then has to wait less.

    If no crew comes, the worker ends with this process.
    """
    _hired.append(_Worker(Limits.memory))


def _has_own(edition: Edition) -> bool:
    """Whether the author has rules or templates of their own."""
    own = any(sheet.own for sheet in edition.sheets)
    return own or (edition.shelf.root / "templates").exists()


def _error(state: str, answer: Any, what: str, seconds: float, memory: int, own: bool) -> Exception:
    """Return the error for an answer that is none."""
    if state == "failed" and isinstance(answer, BookletError):
        return answer
    if state == "nested":
        return BookletError(
            f"{what} is nested too deeply",
            hint="look for tags, lists or brackets inside one another without end",
        )
    if state == "slow":
        return BookletError(
            f"{what} was not done within {seconds:.0f} s",
            hint="look for what repeats itself, huge spans or boxes, and tiny pages; "
            "`--time-limit` gives it longer",
        )
    if state == "memory" or (state == "ended" and _for_want_of_memory(*answer)):
        return BookletError(
            f"{what} needs more than {memory / (1 << 30):.1f} GB of memory",
            hint="look for what repeats itself and for huge pictures or boxes, "
            "or divide the text into chapters",
        )
    if state == "broken" and own:
        return BookletError(
            f"{what} cannot be laid out: {answer.strip().splitlines()[-1]}",
            hint="a rule of `style.css` or a template of yours may be the cause: try without it",
        )
    if state == "ended":
        return RuntimeError(f"the worker ended with status {answer[0]}:\n{answer[1]}")
    return RuntimeError(f"the layout failed, {what}:\n{answer}")


def _for_want_of_memory(status: int, last_words: str) -> bool:
    """Whether this is how a process ends that gets no memory: C code does not ask twice."""
    signals = (signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV, signal.SIGTRAP)
    return -status in signals or "MemoryError" in last_words
