"""The process that lays out, seen from outside: what it is asked, and how long it may take."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import select
import signal
import subprocess
from collections import deque
from dataclasses import dataclass
from typing import IO, Any, Generic, TypeVar, cast

from booklet.errors import BookletError
from booklet.layout.requests import Request, Start
from booklet.start import MEMORY, WORKER, process


@dataclass(frozen=True)
class Limits:
    """What a layout may take: seconds for one part, more for each letter in it; bytes of memory.

    A thousand words, 8,000 letters of HTML, are laid out in a tenth of a second, three tenths on
    a slow machine. A chapter of 700 pages has a million and a half; no more are counted.
    """

    seconds: float = 60.0
    seconds_a_letter: float = 0.0004
    memory: int = MEMORY
    most_letters: int = 1_500_000

    def of(self, letters: int) -> float:
        """Return how many seconds the layout of some letters of HTML may take."""
        return self.seconds + min(letters, self.most_letters) * self.seconds_a_letter


# Longer than any limit of sense, and short enough for the system's clocks.
_FOREVER = 1e6

# What the worker has to do before it can lay out, on a slow disk.
_START = 60.0


# A worker that is told to end does so at once, unless it is in the middle of something in C.
_GRACE = 10.0

# The work in any order, in letters that are laid out in the same time.
_LEAST = 100.0

# States of an answer after which nothing more comes from the process.
_LAST = ("slow", "ended", "memory")


_Reply = TypeVar("_Reply")


@dataclass(frozen=True, eq=False)
class Pending(Generic[_Reply]):
    """A request that was sent to a process: for how long it may work on it, and what it makes.

    `weight` is about how much work it is, in letters that are laid out.
    """

    seconds: float
    what: str
    weight: float = 0.0


class WorkerProcess:
    """A process that runs `booklet.layout.worker`, or what saves work, and the pipes to it.

    It takes requests ahead and answers them one after the other. `alive` is false once it has been
    ended; the requests that it still had are lost.
    """

    def __init__(self, memory: int, module: str = WORKER) -> None:
        """Start it: it imports WeasyPrint at once."""
        self.memory, self.alive = memory, True
        self._folder = ""
        self._process, self._said = process(memory, module)
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._pending: deque[Pending[Any]] = deque()
        self._answered: dict[Pending[Any], tuple[str, Any]] = {}
        self._dropped: set[Pending[Any]] = set()
        self._ready = self.send(Start(), _START, "the start")

    @property
    def busy(self) -> float:
        """How much work there is in the requests that it has not answered yet; none is nothing."""
        return sum(_LEAST + each.weight for each in self._pending)

    def until(self, request: Pending[Any]) -> float:
        """Return how much of its work is done before a request is, this one included."""
        pending = [*self._pending]
        ahead = pending[: pending.index(request) + 1] if request in pending else []
        return sum(_LEAST + each.weight for each in ahead)

    def send(
        self, request: Request[_Reply], seconds: float, what: str, weight: float = 0.0
    ) -> Pending[_Reply]:
        """Send a request for `what`, which is so much work and may take so many seconds."""
        pending = Pending[_Reply](min(seconds, _FOREVER), what, weight)
        if self.alive:
            self._pending.append(pending)
            self._write(request)
        else:
            self._answered[pending] = ("lost", None)
        return pending

    def _write(self, request: Request[Any] | None) -> None:
        """Write a request into the pipe; None is the last."""
        with contextlib.suppress(OSError, ValueError):  # it has died: it will not answer either
            pickle.dump(request, self._requests, pickle.HIGHEST_PROTOCOL)
            self._requests.flush()

    def reply(self, request: Pending[_Reply], own: bool) -> _Reply:
        """Wait for the reply to a request, and return it.

        Raises BookletError where the limits are reached; and, where the author's `own` rules or
        templates have a part in it, if the layout engine fails.
        """
        state, answer = self.outcome(request)
        if state != "done":
            raise error(state, answer, request, self.memory, own)
        return cast("_Reply", answer)

    def outcome(self, request: Pending[Any]) -> tuple[str, Any]:
        """Wait for a request, and return how it went (`done`, `failed`, `slow` …), with the reply.

        It is `lost` if the process ended over a request before it.
        """
        while request not in self._answered:
            self._next()
        return self._answered.pop(request)

    def look(self) -> None:
        """Take in the replies that are there."""
        while self._pending and select.select([self._answers], (), (), 0)[0]:
            self._next()

    def _next(self) -> None:
        """Wait for the reply to the oldest request."""
        first = self._pending.popleft()
        state, answer = self._answer(first.seconds)
        if first is self._ready:
            if state == "done":
                self._folder = answer
            else:  # there is nothing it can do
                self._answered |= dict.fromkeys(self._pending, (state, answer))
                self._pending.clear()
                self.end()
            return
        if first not in self._dropped:
            self._answered[first] = (state, answer)
        self._dropped.discard(first)
        if state in _LAST:
            self.end()

    def drop(self) -> None:
        """Want no reply to what was sent so far."""
        self._answered.clear()
        self._dropped.update(self._pending)

    def want_none(self, request: Pending[Any]) -> None:
        """Want no reply to a request."""
        if self._answered.pop(request, None) is None:
            self._dropped.add(request)

    def halt(self) -> None:
        """Let it stop, whatever it is doing; what there is to be closed is left to who waits."""
        self._write(None)

    def end(self) -> None:
        """End it at once, with what it wrote for itself."""
        import shutil  # late: it is not needed before the end

        if not self.alive:
            return
        self.alive = False
        self._answered |= dict.fromkeys(self._pending, ("lost", None))
        self._pending.clear()
        if not self._folder:  # where its folder is, only the worker knows
            with contextlib.suppress(OSError):
                self._requests.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._process.kill()
        self._process.wait()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        for file in (self._said, self._answers, self._requests):
            with contextlib.suppress(OSError):  # what a dead worker did not read
                file.close()

    def _answer(self, seconds: float) -> tuple[str, Any]:
        """Return the next answer; it begins when the work is done, and then comes at once."""
        if not select.select([self._answers], (), (), seconds)[0]:
            return "slow", None
        try:
            size = int.from_bytes(self._read(8), "little")
            state, answer = pickle.loads(self._read(size))  # noqa: S301 - our own worker
        except (EOFError, pickle.UnpicklingError):
            status = self._process.wait()
            self._said.seek(0)
            return "ended", (status, self._said.read().decode("utf-8", "replace"))
        return state, answer

    def _read(self, size: int) -> bytes:
        """Return so many bytes of an answer, and read no further: what is left is waited for.

        Raises EOFError if there will not be so many.
        """
        pieces = []
        while size:
            piece = os.read(self._answers.fileno(), min(size, 1 << 20))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


def error(state: str, answer: Any, request: Pending[Any], memory: int, own: bool) -> Exception:
    """Return the error for a reply that is none.

    Where the author's `own` rules or templates have a part in it, they may be the cause if the
    layout engine fails.
    """
    what = request.what
    if state == "failed" and isinstance(answer, BookletError):
        return answer
    if state == "nested":
        return BookletError(
            f"{what} is nested too deeply",
            hint="look for tags, lists or brackets inside one another without end",
        )
    if state == "slow":
        return BookletError(
            f"{what} was not done within {request.seconds:.0f} s",
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
    said = answer[1] if state == "ended" else answer or ""
    last = (said.strip().splitlines() or [state])[-1]
    places = [f"; it fails at {file}:{line}" for file, line in _PLACE.findall(said)]
    return BookletError(
        f"{what} cannot be laid out: {last}",
        hint="".join(["report it with the manuscript", *places[-1:]]),
    )


# Where a traceback says that something failed: the file with its folder alone, and the line.
_PLACE = re.compile(r'File "(?:[^"]*/)?([^"/]*/[^"/]+)", line (\d+)')


def _for_want_of_memory(status: int, last_words: str) -> bool:
    """Whether this is how a process ends that gets no memory: C code does not ask twice."""
    signals = (signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV, signal.SIGTRAP)
    return -status in signals or "MemoryError" in last_words
