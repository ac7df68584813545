"""Sending sheets to a printer: in one pass or in two, and how to go on after a mishap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from booklet.errors import BookletError
from booklet.printer.discovery import Printer
from booklet.printer.for_printer import aligned, between, faces, sheets_named, sides, title
from booklet.printer.job import COLLATED, Job, JobStopped, Say, agree
from booklet.printer.job_status import run
from booklet.printer.keywords import troubles
from booklet.printer.paper import medium, size_of, told
from booklet.printer.profile import Profile
from booklet.sheets import Plan, Printing, Run, Sheets

_MOST = 999


@dataclass(frozen=True)
class Desk:
    """The person at the printer, who is told how far it is, and asked where hands are needed."""

    say: Say = lambda _: None
    ask: Callable[[str], str] | None = None
    """None where nobody is there to answer."""

    def person(self) -> Callable[[str], str]:
        """Return the way to ask; raises BookletError where nobody is there."""
        if self.ask is None:
            raise BookletError(
                "this printer needs a person's hands and answers, and nobody is there",
                hint="run this in a terminal",
            )
        return self.ask


def send(
    sheets: Sheets,
    printer: Printer,
    desk: Desk,
    copies: int = 1,
    profile: Profile | None = None,
    command: str = "./inv print",
    called: str = "",
) -> None:
    """Print so many copies of sheets that were imposed by a plan from `suit`, to the last one.

    At the printer the jobs are `called` so, before their title.

    All jobs are agreed with the printer before any paper is used. Raises BookletError where they
    cannot be printed, or where printing ends too early; its hint says how to print what is
    missing, by words to put behind `command`.
    """
    if not 1 <= copies <= _MOST:
        raise BookletError(
            f"`{copies}` is no number of copies", hint=f"write a number from 1 to {_MOST}"
        )
    asked = sides(sheets.plan, printer, profile)
    passes = _passes(aligned(sheets, profile), printer, copies, asked, called)
    hands = [_hands(passes, at, sheets.plan, profile) for at in range(len(passes))]
    ask = desk.person() if any(hands) else str
    without = agree(passes[0].jobs[0], printer)
    for at, each in enumerate(passes):
        done = 0
        try:
            if hands[at]:
                ask(hands[at])
            for job in each.jobs:
                run(job, printer, without, desk.say)
                done += job.impressions
        except JobStopped as stop:
            raise _resume(passes, at, done + stop.impressions, copies, command, stop) from None
        except BookletError as error:
            if not at and not done:
                raise
            end = JobStopped(error.message, error.hint)
            raise _resume(passes, at, done, copies, command, end) from None


@dataclass(frozen=True)
class _Pass:
    """One run of sheets through the printer, in as many jobs as it takes for all copies."""

    run: Run
    jobs: tuple[Job, ...]

    @property
    def stack(self) -> str:
        """The stack it belongs to: `cover` or `sheets`."""
        return self.run.name.split("-")[0]


def _passes(
    sheets: Sheets, printer: Printer, copies: int, asked: str, called: str
) -> tuple[_Pass, ...]:
    """Return the passes that print all copies, as few jobs as the printer allows.

    Copies are always collated: a pile of them can be turned over, and one that was cut short ends
    within one copy.
    """
    name = medium_for(sheets.plan, printer)
    collates = printer.takes("multiple-document-handling", COLLATED) is not False
    most = max(1, printer.copies) if collates else 1
    batches = [most] * (copies // most) + [copies % most] * bool(copies % most)
    return tuple(
        _Pass(
            run_,
            tuple(
                Job(": ".join(filter(None, (called, title(run_.pdf)))), run_.pdf, asked, name,
                    faces(run_), batch)
                for batch in batches
            ),
        )
        for run_ in sheets.runs
    )  # fmt: skip


def medium_for(plan: Plan, printer: Printer) -> str:
    """Return the printer's name for the paper of a plan.

    Raises BookletError where it takes no paper of that size.
    """
    name = medium(plan.sheet, printer.media)
    if name is None:
        raise BookletError(
            f"the printer `{printer.name}` takes no sheets of `{plan.sheet.name()}`",
            hint=f"it takes {told(printer.media) or 'none that it names'}",
        )
    return name


def remarks(plan: Plan, printer: Printer, profile: Profile | None = None) -> Iterator[str]:
    """Yield what a person should know of a printer before it prints sheets of this plan."""
    for trouble in troubles(printer.reasons, printer.stopped):
        yield f"the printer {trouble}"
    sizes = [size for name in printer.ready if (size := size_of(name))]
    wanted = size_of(medium_for(plan, printer))
    if sizes and wanted and all(medium(plan.sheet, [name]) is None for name in printer.ready):
        yield (
            f"there is no {plan.sheet.name()} in the printer, as far as it knows: "
            f"it has {told(printer.ready)}"
        )
    if printer.takes("print-scaling", "none") is False:
        yield (
            "the printer does not promise to print at full size: measure the first sheet, "
            "and print from a PDF viewer at 100 % if it is too small"
        )
    if profile is None and plan.printing is not Printing.TWO_SIDED:
        yield (
            "this printer prints one side, and how its pile is to be turned is only guessed: "
            f"`{printer.calibrating}` finds out, with one sheet"
        )


def _hands(passes: Sequence[_Pass], at: int, plan: Plan, profile: Profile | None) -> str:
    """Return what a person has to do before a pass, or an empty string."""
    if passes[at].run.name.endswith("-backs"):
        return f"When the last sheet has come out: {between(plan, profile)} Then press Enter."
    if len({each.stack for each in passes}) < 2:
        return ""
    paper = "the paper for the cover" if passes[at].stack == "cover" else "the paper for the inside"
    return f"Put {paper} into the tray. Then press Enter."


def _resume(
    passes: Sequence[_Pass], at: int, done: int, copies: int, command: str, stop: JobStopped
) -> BookletError:
    """Return the error for printing that ended too early, with how to print what is missing."""
    now = passes[at]
    total = len(now.run.faces) * copies
    # A queue counts what it has passed on: where that is all, it is not known what came out.
    known = done if done < total else 0
    orders = list(_missing(passes, at, known, copies))
    hint = [stop.hint] if stop.hint else []
    if stop.alive:
        hint.append("if the printer still has the job, cancel it there before you print again")
    if done or at:
        hint.append("look at the last sheet that came out, for the printer may have miscounted")
    if now.run.name.endswith("-fronts") and done:
        hint.append("sheets without a back are lost, but for their blank sides")
    whole = orders == [(sheets_named(_numbers(passes)), copies)]
    hint.append("to print again:" if whole else "to print what is missing:")
    commands = tuple(
        f"{command} --sheets {named}" + (f" --copies {many}" if many > 1 else "")
        for named, many in orders
    )
    if done > known:
        count = f"which of {total} {_side(now)}s have come out is not known"
    else:
        count = f"{done} of {total} {_side(now)}s had been printed, as far as the printer tells"
    return BookletError(f"{stop.why}; {count}", hint="; ".join(hint), commands=commands)


def _side(each: _Pass) -> str:
    """Return what is counted in a pass."""
    return {"fronts": "front", "backs": "back"}.get(each.run.name.split("-")[-1], "side")


def _numbers(passes: Sequence[_Pass]) -> list[int]:
    """Return the numbers of all sheets in some passes."""
    return [face.sheet.number for each in passes for face in each.run.faces]


def _missing(passes: Sequence[_Pass], at: int, done: int, copies: int) -> Iterator[tuple[str, int]]:
    """Yield the sheets that are missing, and in how many copies, once a pass has been cut short.

    A sheet of which one side is missing is printed anew. Fronts whose backs are still to come
    are lost.
    """
    now = passes[at]
    later = [each for each in passes if each.stack != now.stack]
    later = [each for each in later if passes.index(each) > at]
    whole, begun = (0, 0) if now.run.name.endswith("-fronts") else divmod(done, len(now.run.faces))
    if now.run.name == now.stack:  # both sides in one pass
        begun -= begun % 2
    rest, left = _numbers([now])[begun:], copies - whole
    if begun and rest:
        yield sheets_named(rest), 1
        left -= 1
    if left:
        yield sheets_named(_numbers([now])), left
    if later:
        yield sheets_named(_numbers(later)), copies
