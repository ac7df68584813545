"""Following a job to its last sheet, and saying on the way what holds it up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from booklet.errors import BookletError
from booklet.printer import keywords
from booklet.printer.discovery import Printer
from booklet.printer.ipp import (
    JobState,
    Operation,
    PrinterState,
    Refusal,
    Silence,
    Tag,
    Wire,
    word,
)
from booklet.printer.job import Job, JobStopped, Say, first, state_of, submit

_GONE = (0x0406, 0x0407)  # not found, gone
_OVER = (JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED)
_ASKED = (
    "job-impressions-completed",
    "job-printer-state-reasons",
    "job-state",
    "job-state-message",
    "job-state-reasons",
)


def run(job: Job, printer: Printer, without: Sequence[str], say: Say) -> None:
    """Send a job that has been agreed and follow it to its end.

    Interrupted, it is cancelled. Raises JobStopped, or BookletError where nothing was printed.
    """
    number = submit(job, printer, without, say)
    try:
        _follow(number, job, printer.wire, say)
    except KeyboardInterrupt:
        _cancel(number, printer.wire)
        raise


@dataclass(frozen=True)
class _Standing:
    """How far a job is, and what the printer says of itself."""

    state: int
    reasons: tuple[str, ...]
    message: str
    impressions: int
    stopped: bool
    printer: tuple[str, ...]


def _follow(number: int, job: Job, wire: Wire, say: Say) -> None:
    """Follow a job to its end; raises JobStopped where that is not its last sheet."""
    patience = wire.patience
    last: _Standing | None = None
    said = ""
    moved = heard = time.monotonic()
    while True:
        try:
            now = _standing(number, wire)
        except Silence as silence:
            if time.monotonic() - heard > patience.answer:
                raise _lost("no longer answers", silence, last) from None
            say("waiting: the printer does not answer")
            time.sleep(patience.pause)
            continue
        except BookletError as error:
            if _gone(error) and last and last.impressions >= job.impressions:
                return
            raise _lost("no longer tells how far the job is", error, last) from None
        heard = time.monotonic()
        if now.state in _OVER:
            break
        if now != last:
            moved = heard
        elif heard - moved > patience.still:
            raise _still(now, patience.still)
        told = _told(now, job, still=now == last)
        if told != said:
            say(told)
        last, said = now, told
        time.sleep(patience.poll)
    if now.state != JobState.COMPLETED:
        why = keywords.ending(now.reasons, now.message, now.state == JobState.CANCELED)
        raise JobStopped(
            why, "; ".join(keywords.troubles(now.printer, now.stopped)), now.impressions
        )


def _gone(error: BookletError) -> bool:
    """Return whether the printer no longer knows the job."""
    return isinstance(error, Refusal) and error.status in _GONE


def _lost(what: str, error: BookletError, last: _Standing | None) -> JobStopped:
    """Return the end of following a job of which no more is heard."""
    return JobStopped(
        f"the printer {what}: {error.message}",
        error.hint,
        last.impressions if last else 0,
        alive=not _gone(error),
    )


def _standing(number: int, wire: Wire) -> _Standing:
    """Return how far a job is."""
    (job, *_) = wire.ask(
        Operation.GET_JOB_ATTRIBUTES,
        [
            word("job-id", Tag.INTEGER, number),
            word("requested-attributes", Tag.KEYWORD, *_ASKED),
        ],
    ) or ({},)
    (printer, *_) = wire.ask(
        Operation.GET_PRINTER_ATTRIBUTES,
        [word("requested-attributes", Tag.KEYWORD, "printer-state", "printer-state-reasons")],
    ) or ({},)
    state = state_of(job)
    reasons = (*printer.get("printer-state-reasons", ()), *job.get("job-printer-state-reasons", ()))
    stopped = first(printer, "printer-state", 0) == PrinterState.STOPPED
    impressions = first(job, "job-impressions-completed", 0)
    return _Standing(
        state=state,
        reasons=tuple(map(str, job.get("job-state-reasons", ()))),
        message=str(first(job, "job-state-message", "")),
        impressions=impressions if isinstance(impressions, int) else 0,
        stopped=stopped or state == JobState.PROCESSING_STOPPED,
        printer=tuple(dict.fromkeys(map(str, reasons))),
    )


def _told(now: _Standing, job: Job, still: bool) -> str:
    """Return how far a job is, in words; what only may be wrong counts when nothing moves."""
    done, total = now.impressions, job.impressions
    if now.state == JobState.PENDING_HELD:
        said = "waiting for the job to be released at the printer"
    elif now.state == JobState.PENDING:
        said = "waiting for the printer"
    elif not done:
        said = f"printing {total} {'side' if total == 1 else 'sides'}"
    elif done >= total:
        said = "waiting for the last sheet"
    else:
        copy, at = divmod(done, len(job.faces))
        said = f"printing {job.faces[at]}"
        said += f" of copy {copy + 1}" if job.copies > 1 else ""
        said += f": {done} of {total} sides are done"
    grave = [each for each in now.printer if now.stopped or still or each.endswith("-error")]
    return "; the printer ".join([said, *keywords.troubles(grave, now.stopped)])


def _still(now: _Standing, seconds: float) -> JobStopped:
    """Return the end of patience with a job in which nothing moves."""
    found = keywords.troubles(now.printer, now.stopped)
    why = f"nothing has moved for {seconds / 60:.0f} minutes"
    why += f": the printer {found[0].split(':')[0]}" if found else ""
    return JobStopped(why, "; ".join(found), now.impressions, alive=True)


def _cancel(number: int, wire: Wire) -> None:
    """Cancel a job, if the printer listens: there is nothing else to be done."""
    try:
        wire.hasty().ask(Operation.CANCEL_JOB, [word("job-id", Tag.INTEGER, number)])
    except BookletError:
        return
