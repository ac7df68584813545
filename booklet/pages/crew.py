"""The crew: the process that lays out, seen from outside; its limits in time and memory."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from booklet.edition import Edition
    from booklet.pages import Laid, Written


@dataclass(frozen=True)
class Limits:
    """What a layout may take: seconds for one part, more for each of its words; bytes of memory.

    A thousand words take about half a second; a hundred times that is not slow, it is hostile.
    """

    seconds: float = 60.0
    seconds_a_word: float = 0.03
    memory: int = 6 << 30


class Crew:
    """One worker process. It starts at once, and imports WeasyPrint while the parent reads."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Start the worker."""
        self.limits = limits or Limits()
        self.dressing: tuple[str, ...] = ()
        self._laid: dict[str, tuple[tuple[str, str, str], Laid]] = {}
        self._dress: tuple[Any, ...] = ()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "booklet.pages.worker", str(self.limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # an interrupt is for the parent, which ends the worker
        )
        self._send("ready")
        self._waiting = True

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
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def dress(self, edition: Edition) -> None:
        """Give the worker the style sheets of `edition`."""
        sheets = tuple(sheet.css for sheet in edition.sheets)
        rtl = edition.manuscript.settings.rtl
        words = (sheets, edition.style.standard, rtl, edition.shelf, edition.network)
        if words == self._dress:
            return
        self.dressing = self._ask("dress", words, self.limits.seconds, "the style sheets")
        self._dress = words
        self._laid.clear()

    def lay(self, name: str, html: str, css: str, side: str, words: int = 0) -> Laid:
        """Return the facts of a part after laying it out; the same part is not laid out twice.

        `words` is about how many words it has, for the limit of time. Raises BookletError where
        the limits are reached.
        """
        wanted = (html, css, side)
        if name in self._laid and self._laid[name][0] == wanted:
            return self._laid[name][1]
        seconds = self.limits.seconds + words * self.limits.seconds_a_word
        laid: Laid = self._ask("lay", (name, *wanted), seconds, f"the part `{name}`")
        self._laid[name] = (wanted, laid)
        return laid

    def blank(self, side: str) -> str:
        """Lay out a blank page for `side`; return the name by which it can be written."""
        html = '<!doctype html><html lang="en"><body class="silent"></body></html>'
        self.lay(f"blank {side}", html, "body { page: silent }", side)
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
        written: Written = self._ask("write", words, seconds, "the PDF")
        return written

    def _send(self, verb: str, words: tuple[Any, ...] = ()) -> None:
        """Send an order."""
        assert self._process.stdin
        try:
            pickle.dump((verb, words), self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the worker has died; the answer that does not come says so

    def _ask(self, verb: str, words: tuple[Any, ...], seconds: float, what: str) -> Any:
        """Return the answer to an order; raises BookletError if there is none in time."""
        if self._waiting:
            self._waiting = False
            self._answer(self.limits.seconds, "the start")
        self._send(verb, words)
        return self._answer(seconds, what)

    def _answer(self, seconds: float, what: str) -> Any:
        """Return the next answer of the worker."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, stop)
        watch.daemon = True
        watch.start()
        try:
            assert self._process.stdout
            state, answer = pickle.load(self._process.stdout)  # noqa: S301 - our own worker
        except (EOFError, pickle.UnpicklingError) as error:
            if late.is_set():
                raise _slow(what, seconds) from error
            raise _large(what, self.limits.memory) from error
        finally:
            watch.cancel()
        if state == "failed":
            raise answer
        if state == "memory":
            raise _large(what, self.limits.memory)
        if state == "nested":
            raise BookletError(
                f"{what} is nested too deeply to be laid out",
                hint="look for tags or lists inside one another without end",
            )
        if state == "broken":
            raise RuntimeError(f"the layout of {what} failed:\n{answer}")
        return answer


def _slow(what: str, seconds: float) -> BookletError:
    """Return the error for a layout that takes too long."""
    return BookletError(
        f"{what} was not laid out within {seconds:.0f} s",
        hint="look for huge table spans, tiny pages, or an SVG that repeats itself; "
        "`--time-limit` gives it longer",
    )


def _large(what: str, memory: int) -> BookletError:
    """Return the error for a layout that takes too much memory."""
    return BookletError(
        f"{what} needs more than {memory / (1 << 30):.1f} GB of memory to be laid out",
        hint="look for very large pictures or tables, or divide the text into chapters",
    )
