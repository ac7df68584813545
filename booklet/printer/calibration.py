"""Calibration: one sheet printed on both sides, and three questions that only it can answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.printer.calibration_sheet import REACH, drawing, halves
from booklet.printer.discovery import Printer
from booklet.printer.for_printer import sides, suit, title
from booklet.printer.job import Job, JobStopped, agree
from booklet.printer.job_status import run
from booklet.printer.paper import Margins
from booklet.printer.profile import Feed, Profile, keep
from booklet.printer.sending import Desk, medium_for
from booklet.sheets import Flip, Plan, Printing, Tray

_TRIES = 3
_A4 = Size.parse("A4")

Answer = TypeVar("Answer")


def calibrate(printer: Printer, desk: Desk, size: Size = _A4) -> Profile:
    """Print the calibration sheet, ask what came of it, and keep the profile that it makes.

    Raises BookletError where the sheet cannot be printed, or is not answered for.
    """
    desk.person()
    plan = suit(Plan(sheet=size), printer)
    pdf = drawing(size)
    if plan.printing is Printing.TWO_SIDED:
        _print(printer, desk, plan, pdf)
        flip = _asked(desk, _FLIP)
        tray, feed = _asked(desk, _TRAY), Feed.UPPER
    else:
        tray, flip, feed = _by_hand(printer, desk, plan, pdf)
    profile = Profile(
        printer=printer.name,
        asked=plan.flip,
        flip=flip,
        tray=tray,
        feed=feed,
        offset=_asked(desk, _OFFSET),
        margins=None if printer.unprintable(size) else _asked(desk, _MARGINS),
    )
    keep(profile, printer)
    return profile


def _by_hand(printer: Printer, desk: Desk, plan: Plan, pdf: bytes) -> tuple[Tray, Flip, Feed]:
    """Print the sheet in two passes; return what the answers say of tray, flip and feed.

    Where both sides have come out on one, the printer prints on the lower side of what lies in its
    tray, and the sheet is printed anew, laid in the other way.
    """
    front, back = halves(pdf)
    for feed, blank in ((Feed.UPPER, "up"), (Feed.LOWER, "down")):
        _print(printer, desk, plan, front)
        tray = _asked(desk, _TRAY_BETWEEN)
        desk.person()(
            f"Put the sheet back with its blank side {blank} and the edge that went in first now "
            "going in last. Then press Enter."
        )
        _print(printer, desk, plan, back)
        flip = _asked(desk, _FLIP_BY_HAND)
        if flip:
            return tray, flip, feed
        desk.say("once more, with a new sheet, laid in the other way")
    raise BookletError(
        "both sides of the calibration sheet were printed on the same side",
        hint="the sheet has to go back with its blank side where the printer prints",
    )


def _print(printer: Printer, desk: Desk, plan: Plan, pdf: bytes) -> None:
    """Print the calibration sheet, or a side of it."""
    two_sided = plan.printing is Printing.TWO_SIDED
    faces = ("the front", "the back") if two_sided else ("one side",)
    job = Job(title(pdf), pdf, sides(plan, printer), medium_for(plan, printer), faces)
    try:
        run(job, printer, agree(job, printer), desk.say)
    except JobStopped as stop:
        raise BookletError(
            stop.why, hint=stop.hint or f"then again: `{printer.calibrating}`"
        ) from None


# -- Questions -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """A question, and how its answer is read; a ValueError asks it again, with the reason."""

    text: str
    read: Callable[[str], Answer]


def _asked(desk: Desk, question: Question[Answer]) -> Answer:
    """Return the answer to a question, which is asked a few times; raises BookletError."""
    text = question.text
    for _ in range(_TRIES):
        try:
            return question.read(desk.person()(text))
        except ValueError as error:
            text = f"{error}. {question.text}"
    raise BookletError("that is no answer to the question", hint="calibrate again, sheet in hand")


def _one_of(answers: dict[str, Answer]) -> Callable[[str], Answer]:
    """Return a reader of the first letter of an answer."""

    def read(text: str) -> Answer:
        letter = text.strip().lower()[:1]
        if letter not in answers:
            raise ValueError(f"Please answer {' or '.join(answers)}")
        return answers[letter]

    return read


def _numbers(text: str, count: int, least: float) -> list[Length]:
    """Return the lengths that an answer names in millimetres."""
    try:
        found = [float(word.replace(",", ".")) for word in text.replace(";", " ").split()]
    except ValueError:
        found = []
    if len(found) != count or not all(least <= value <= REACH for value in found):
        raise ValueError(f"Please answer with {count} numbers from {least:g} to {REACH}")
    return [Length.mm(value) for value in found]


def _read_offset(text: str) -> tuple[Length, Length]:
    """Return two numbers as the offset of the backs."""
    across, up = _numbers(text, 2, -REACH)
    return across, up


_FLIP = Question(
    "On the side marked FRONT, an arrow points to an edge of the sheet. Turn the sheet over: which "
    "number stands on the other side at this very edge, 1 or 2?",
    _one_of({"1": Flip.SHORT, "2": Flip.LONG}),
)
_FLIP_BY_HAND = Question(
    f"{_FLIP.text} (0 if both were printed on the same side)",
    _one_of({"0": None, "1": Flip.SHORT, "2": Flip.LONG}),
)
_TRAY = Question(
    "When the sheet had come out, and before you touched it, which side was up: the front or the "
    "back (f or b)?",
    _one_of({"f": Tray.FACE_UP, "b": Tray.FACE_DOWN}),
)
_TRAY_BETWEEN = Question(
    "The sheet has come out; do not take it yet. Is the printed side up or down (u or d)?",
    _one_of({"u": Tray.FACE_UP, "d": Tray.FACE_DOWN}),
)
_OFFSET = Question(
    "Hold the sheet against the light, the side marked BACK towards you. The cross of the front "
    "shines through: at which numbers does it cross the two scales, first the level one, then the "
    "upright one (as in `0.5 -1`)?",
    _read_offset,
)
_MARGINS = Question(
    "Steps lead away from each edge of the front. What is the smallest number whose line is whole "
    "at the left, bottom, right and top edge (as in `4 4 5 4`)?",
    lambda text: Margins(*_numbers(text, 4, 0)),
)
