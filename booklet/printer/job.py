"""A job: one PDF for a printer, agreed with it before any paper is used, and sent."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from booklet.errors import BookletError
from booklet.printer import keywords
from booklet.printer.discovery import Printer
from booklet.printer.ipp import (
    Attribute,
    Group,
    JobState,
    Operation,
    Refusal,
    Silence,
    Tag,
    Wire,
    word,
)

Say = Callable[[str], None]

PDF = "application/pdf"
_LONGEST = 60  # letters of a title: a name has room for 255 bytes
COLLATED = "separate-documents-collated-copies"

# What a printer may go without: its tag, and the value that leaves the sheets as they are made.
_SOFT: dict[str, tuple[Tag, object]] = {
    "print-scaling": (Tag.KEYWORD, "none"),
    "multiple-document-handling": (Tag.KEYWORD, COLLATED),
    "number-up": (Tag.INTEGER, 1),
    "job-sheets": (Tag.KEYWORD, "none"),
}

_UNSUPPORTED, _CONFLICTING = 0x040B, 0x040E
_BUSY = (0x0502, 0x0505, 0x0507)  # it cannot now: out of service, for a moment, or busy
_CLOSED = 0x0506
_TOLD = ("job-state", "job-impressions-completed")


@dataclass(frozen=True)
class Job:
    """What is to be printed at one go, and how."""

    title: str
    pdf: bytes
    sides: str
    media: str
    faces: tuple[str, ...]
    """What each page of the PDF prints, in words: `sheet 3, front`."""
    copies: int = 1
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    """A name that no other job has, by which it is found again."""

    @property
    def impressions(self) -> int:
        """How many sides are printed in all."""
        return len(self.faces) * self.copies

    def attributes(self, without: Sequence[str] = ()) -> list[Attribute]:
        """Return the attributes of the job as IPP has them, but for some it goes without."""
        found = [
            word("sides", Tag.KEYWORD, self.sides),
            word("media", Tag.KEYWORD, self.media),
            word("copies", Tag.INTEGER, self.copies),
        ]
        return found + [
            word(name, tag, value) for name, (tag, value) in _SOFT.items() if name not in without
        ]


class JobStopped(Exception):
    """A job ended, or moves no more, before its last sheet: why, and after how many sides."""

    def __init__(self, why: str, hint: str, impressions: int = 0, alive: bool = False) -> None:
        """Take the reason; `alive` tells that the printer still has the job."""
        super().__init__(why)
        self.why, self.hint, self.impressions, self.alive = why, hint, impressions, alive


def agree(job: Job, printer: Printer) -> tuple[str, ...]:
    """Return what the printer would rather go without, after it has accepted the rest of a job.

    No paper is used. A printer that rejects an attribute it never listed is asked once more
    without it. Raises BookletError where the job cannot be printed as it should be.
    """
    if printer.formats and PDF not in printer.formats:
        raise BookletError(
            f"the printer `{printer.name}` does not take PDF",
            hint="print through a queue of CUPS, which turns PDF into what it takes",
        )
    if not printer.accepting:
        raise _closed(printer)
    left_out = [name for name, (_, v) in _SOFT.items() if printer.takes(name, v) is False]
    try:
        _validate(job, printer, left_out)
    except Refusal as refusal:
        unsure = [name for name, (_, v) in _SOFT.items() if printer.takes(name, v) is None]
        blamed = set(refusal.unsupported) or set(unsure)
        if refusal.status not in (_UNSUPPORTED, _CONFLICTING) or not blamed <= set(unsure):
            raise
        left_out += sorted(blamed)
        _validate(job, printer, left_out)
    return tuple(left_out)


def _validate(job: Job, printer: Printer, without: Sequence[str]) -> None:
    """Ask whether a job would be printed just as it is asked for."""
    printer.wire.ask(Operation.VALIDATE_JOB, _opening(job), job.attributes(without))


def _opening(job: Job) -> list[Attribute]:
    """Return the words that come with a job, besides its attributes."""
    return [
        word("job-name", Tag.NAME, f"{job.title[:_LONGEST]} {job.name}".strip()),
        word("ipp-attribute-fidelity", Tag.BOOLEAN, True),
        word("document-format", Tag.MIME_TYPE, PDF),
    ]


def submit(job: Job, printer: Printer, without: Sequence[str], say: Say) -> int:
    """Send a job; return the number that the printer gives it.

    One whose connection broke is sent again only if the printer does not have it. Raises
    BookletError where that cannot be known, and after the last try.
    """
    wire, patience = printer.wire, printer.wire.patience
    end = time.monotonic() + patience.still
    tries = 0
    say("sending")
    while True:
        try:
            (group, *_) = wire.say(
                Operation.PRINT_JOB, _opening(job), job.attributes(without), job.pdf
            )
            return _number(group)
        except Refusal as refusal:
            if refusal.status == _CLOSED:
                raise _closed(printer) from None
            if refusal.status not in _BUSY or time.monotonic() > end:
                raise
            say("waiting: the printer is busy with another job")
            time.sleep(patience.pause)
        except Silence as silence:
            time.sleep(patience.pause)  # it may find out later than we do
            number = _arrived(job, wire) if silence.sent else 0
            if number:
                say("the connection broke, but the printer has the job: see that it is whole")
                return number
            tries += 1
            if tries == patience.tries:
                raise
            say(f"sending once more: {silence.message}")


def _number(group: Group) -> int:
    """Return the number of a job."""
    number = next(iter(group.get("job-id", ())), 0)
    if not isinstance(number, int) or not number:
        raise BookletError("the printer took the job and gave it no number", hint="look at it")
    return number


def _arrived(job: Job, wire: Wire) -> int:
    """Return the number of a job that the printer has although it did not say so, or 0.

    One that it gave up before it printed anything counts as not arrived. Raises BookletError
    where the printer does not tell.
    """
    try:
        for which in ("not-completed", "completed"):
            for group in wire.ask(
                Operation.GET_JOBS,
                [
                    word("which-jobs", Tag.KEYWORD, which),
                    word("requested-attributes", Tag.KEYWORD, "job-id", "job-name", *_TOLD),
                ],
            ):
                lost = state_of(group) in (JobState.CANCELED, JobState.ABORTED)
                if str(first(group, "job-name", "")).endswith(job.name) and not (
                    lost and not first(group, "job-impressions-completed", 0)
                ):
                    return _number(group)
    except BookletError as error:
        raise BookletError(
            "the connection broke while the job was sent, and the printer does not tell whether "
            "it has it",
            hint="look at the printer before you print again, or it may all come out twice",
        ) from error
    return 0


def state_of(group: Group) -> int:
    """Return the state of a job, 0 where it is not told."""
    state = first(group, "job-state", 0)
    return state if isinstance(state, int) else 0


def first(group: Group, name: str, otherwise: Any) -> Any:
    """Return the first value of an attribute."""
    return next(iter(group.get(name, ())), otherwise)


def _closed(printer: Printer) -> BookletError:
    """Return the error for a printer that takes no jobs."""
    found = keywords.troubles(printer.reasons, printer.stopped)
    return BookletError(
        f"the printer `{printer.name}` takes no jobs now",
        hint=f"it {'; it '.join(found)}" if found else "ask who looks after it, or wait",
    )
