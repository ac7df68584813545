"""A printer that is played by CUPS's own simulator: what it is asked, sent, and tells us.

The simulator, and the message bus that it wants, run on loopback, and end with the tests.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import ippx
import pytest
from invoke import Context, Exit
from pikepdf import Pdf

import booklet.sheets
from booklet.errors import BookletError
from booklet.lengths import Length
from booklet.printer import (
    Desk,
    Feed,
    Patience,
    Profile,
    calibrate,
    meet,
    printers,
    recall,
    remarks,
    send,
    suit,
)
from booklet.printer.discovery import Printer
from booklet.printer.ipp import Address, Silence, Wire
from booklet.printer.job import Job, agree, submit
from booklet.sheets import Flip, Mismatch, Plan, Printing, Proof, Sheets, Tray, impose
from tests.drawing import blocks

QUICK = Patience(connect=2, answer=5, tries=3, pause=0.05, poll=0.05, still=5)
PROGRAMS = ("ippeveprinter", "dbus-daemon")
MISSING = [program for program in PROGRAMS if not shutil.which(program)]

pytestmark = [
    pytest.mark.xdist_group("printer"),
    pytest.mark.skipif(
        bool(MISSING) and os.environ.get("CI") != "true",
        reason=f"there is no {' and no '.join(MISSING)} (Debian: cups-ipp-utils, dbus)",
    ),
]

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/>
<allow own="*"/></policy></busconfig>"""

# What the simulator runs for each job: it keeps the job and its attributes. Like any printer it
# can do nothing with half a PDF.
SCRIPT = """#!/bin/sh
tail -c 8 "$1" | grep -q '%%EOF' || exit 1
env | grep ^IPP_ | sort > "{folder}/$IPP_JOB_ID.txt"
cp "$1" "{folder}/$IPP_JOB_ID.pdf"
{behaviour}
"""


def wait(what: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def settled(process: subprocess.Popen[bytes], port: int) -> bool:
    return process.poll() is not None or answers(port)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def running(*words: str | Path, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, and end it."""
    with subprocess.Popen(
        words, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Simulator:
    """A simulated printer: where it is, and the jobs that it got."""

    port: int
    folder: Path

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def behave(self, behaviour: str) -> None:
        """Say what the next job does, in the words of a shell."""
        script = self.folder / "command"
        draft = self.folder / "command.new"
        draft.write_text(SCRIPT.format(folder=self.folder, behaviour=behaviour))
        draft.chmod(0o755)
        draft.replace(script)

    @property
    def jobs(self) -> list[dict[str, str]]:
        """The attributes of each job, without the prefix IPP_, in the order in which they came."""
        texts = sorted(self.folder.glob("*.txt"), key=lambda path: int(path.stem))
        return [
            dict(line.removeprefix("IPP_").split("=", 1) for line in text.read_text().splitlines())
            for text in texts
        ]

    @property
    def documents(self) -> list[bytes]:
        """What each job printed."""
        found = sorted(self.folder.glob("*.pdf"), key=lambda path: int(path.stem))
        return [path.read_bytes() for path in found]

    def clear(self) -> None:
        for path in [*self.folder.glob("*.txt"), *self.folder.glob("*.pdf")]:
            path.unlink()
        self.behave("")


@pytest.fixture(scope="session")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if MISSING:
        pytest.fail(f"CI must have {' and '.join(MISSING)} (Debian: cups-ipp-utils, dbus)")
    folder = tmp_path_factory.mktemp("bus")
    path = folder / "socket"
    (folder / "bus.conf").write_text(BUS.format(socket=path))
    config = f"--config-file={folder / 'bus.conf'}"
    with running("dbus-daemon", config, "--nofork", "--nopidfile"):
        assert wait(path.exists), "the message bus does not start"
        yield f"unix:path={path}"


@contextlib.contextmanager
def simulated(folder: Path, bus: str, *words: str) -> Iterator[Simulator]:
    """Start a simulated printer, on another port if its own has just been taken."""
    (folder / "spool").mkdir()
    (folder / "keys").mkdir(mode=0o700)
    for port in (free_port() for _ in range(3)):
        simulator = Simulator(port, folder)
        simulator.behave("")
        with running(
            "ippeveprinter", "-r", "off", "--no-web-forms", "-n", "localhost",
            "-p", str(port), "-f", "application/pdf", "-d", folder / "spool",
            "-c", folder / "command", "-K", folder / "keys", *words, "Seminar room",
            DBUS_SYSTEM_BUS_ADDRESS=bus, HOME=str(folder),
        ) as process:  # fmt: skip
            if wait(partial(settled, process, port)) and process.poll() is None:
                yield simulator
                return
    pytest.fail("the simulated printer does not start")


@pytest.fixture(scope="session")
def any_duplex(bus: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulated(tmp_path_factory.mktemp("duplex"), bus, "-2") as simulator:
        yield simulator


@pytest.fixture(scope="session")
def any_simplex(bus: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with simulated(tmp_path_factory.mktemp("simplex"), bus) as simulator:
        yield simulator


@pytest.fixture
def duplex(any_duplex: Simulator) -> Simulator:
    any_duplex.clear()
    return any_duplex


@pytest.fixture
def simplex(any_simplex: Simulator) -> Simulator:
    any_simplex.clear()
    return any_simplex


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@dataclass
class Person:
    """A person at the printer: hears all, and answers what they have been told to."""

    answers: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def say(self, step: str) -> None:
        self.heard.append(step)

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else ""

    @property
    def desk(self) -> Desk:
        return Desk(self.say, self.ask)

    @property
    def all(self) -> str:
        return "\n".join(self.heard)


@pytest.fixture
def person() -> Person:
    return Person()


def sheets(count: int, plan: Plan) -> Sheets:
    return impose(blocks(count), plan)


def job_of(made: Sheets, **words: object) -> Job:
    (only,) = made.runs
    job = Job("sheets", only.pdf, "two-sided-short-edge", "iso_a4_210x297mm", ("side",) * 4)
    return replace(job, **words)  # type: ignore[arg-type]


# -- What a printer can do -------------------------------------------------------------------------


def test_a_printer_says_what_it_can_do(duplex: Simulator) -> None:
    """Sides, paper, formats, copies and state are asked for before anything is printed."""
    printer = meet(duplex.uri, QUICK)
    assert printer.name == "Seminar room"
    assert printer.two_sided
    assert "iso_a4_210x297mm" in printer.media
    assert "application/pdf" in printer.formats
    assert printer.copies == 999
    assert (printer.accepting, printer.stopped, printer.reasons) == (True, False, ("none",))
    margins = printer.unprintable(Plan().sheet)
    assert margins is not None
    found = {edge: round(length.to("mm"), 2) for edge, length in margins.edges.items()}
    assert found == {"left": 3.4, "bottom": 6.35, "right": 3.4, "top": 6.35}


def test_an_encrypted_printer(duplex: Simulator) -> None:
    """`ipps://` encrypts, whoever has made the printer's certificate."""
    printer = meet(duplex.uri.replace("ipp:", "ipps:"), QUICK)
    assert printer.name == "Seminar room"


def test_paper_that_is_not_in_the_printer(duplex: Simulator) -> None:
    """A printer with letter in its tray is printed on with A4 only after a remark."""
    (remark,) = remarks(Plan(), meet(duplex.uri, QUICK))
    assert remark.startswith("there is no A4 in the printer, as far as it knows: it has letter")


def test_one_side_and_no_calibration(simplex: Simulator) -> None:
    """How a pile is turned is guessed until it is known, and that is said."""
    printer = meet(simplex.uri, QUICK)
    plan = suit(Plan.parse({"sheet": "letter"}), printer)
    (remark,) = remarks(plan, printer)
    assert "only guessed" in remark
    assert not list(remarks(plan, printer, Profile("p")))


def test_a_printer_that_is_not_there() -> None:
    """One clear message, and soon."""
    started = time.monotonic()
    with pytest.raises(BookletError, match=r"there is no printer at `ipp://127\.0\.0\.1:.*refused"):
        meet(f"ipp://127.0.0.1:{free_port()}/ipp/print", QUICK)
    assert time.monotonic() - started < 5


def test_a_host_that_is_not_there() -> None:
    """A name that nobody has is no printer either."""
    with pytest.raises(BookletError, match="there is no printer at"):
        meet("ipp://nowhere.invalid/ipp/print", QUICK)


def test_something_that_is_no_printer() -> None:
    """A web server, of which there are more than printers, is told from one."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>It works</title>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with (
        serving(ThreadingHTTPServer(("127.0.0.1", 0), Page)) as port,
        pytest.raises(BookletError, match="is no printer"),
    ):
        meet(f"ipp://127.0.0.1:{port}/", QUICK)


# -- A job that arrives ----------------------------------------------------------------------------


def test_the_job_arrives_as_it_was_made(duplex: Simulator, person: Person) -> None:
    """Sides, copies, paper and full size arrive with the very bytes, in one job."""
    printer = meet(duplex.uri, QUICK)
    made = sheets(8, suit(Plan(), printer))
    send(made, printer, person.desk, copies=3)
    (job,) = duplex.jobs
    wanted = {
        "SIDES": "two-sided-short-edge",
        "COPIES": "3",
        "MEDIA": "iso_a4_210x297mm",
        "PRINT_SCALING": "none",
        "NUMBER_UP": "1",
        "JOB_SHEETS": "none",
        "MULTIPLE_DOCUMENT_HANDLING": "separate-documents-collated-copies",
        "DOCUMENT_FORMAT_SUPPLIED": "application/pdf",
    }
    assert {key: job.get(key) for key in wanted} == wanted
    assert duplex.documents == [made.runs[0].pdf]
    assert person.asked == []


@pytest.mark.parametrize(
    ("sheet", "medium"), [("letter", "na_letter_8.5x11in"), ("legal", "na_legal_8.5x14in")]
)
def test_the_paper_is_that_of_the_plan(duplex: Simulator, sheet: str, medium: str) -> None:
    """Paper is asked for by the name that the printer itself has for it."""
    printer = meet(duplex.uri, QUICK)
    plan = suit(Plan.parse({"sheet": sheet}), printer)
    send(impose(blocks(4, 360, 500), plan), printer, Desk())
    assert duplex.jobs[0]["MEDIA"] == medium


@pytest.mark.parametrize(
    ("plan", "profile", "asked"),
    [
        (Plan(), None, "two-sided-short-edge"),
        (Plan(flip=Flip.LONG), None, "two-sided-long-edge"),
        (Plan(), Profile("p", asked=Flip.LONG, flip=Flip.LONG), "two-sided-long-edge"),
        (Plan(), Profile("p", asked=Flip.SHORT, flip=Flip.LONG), "two-sided-short-edge"),
    ],
)
def test_the_edge_is_asked_for(
    duplex: Simulator, plan: Plan, profile: Profile | None, asked: str
) -> None:
    """By the short edge, unless plan or profile say otherwise; backs lie as the profile knows."""
    printer = meet(duplex.uri, QUICK)
    suited = suit(plan, printer, profile)
    assert suited.flip is (profile.flip if profile else plan.flip)
    send(sheets(4, suited), printer, Desk(), profile=profile)
    assert duplex.jobs[0]["SIDES"] == asked


def test_some_sheets_only(duplex: Simulator) -> None:
    """`--sheets 2` prints sheet 2: its two sides and no other."""
    printer = meet(duplex.uri, QUICK)
    made = sheets(12, suit(Plan(only="2"), printer))
    send(made, printer, Desk())
    assert duplex.documents == [made.runs[0].pdf]
    assert len(made.runs[0].faces) == 2


def test_progress_is_told(duplex: Simulator, person: Person) -> None:
    """As the printer counts its sides, the sheet is named that is printed."""
    duplex.behave(
        "for i in 1 2 3 4; do echo ATTR: job-impressions-completed=$i >&2; sleep 0.2; done"
    )
    printer = meet(duplex.uri, QUICK)
    send(sheets(8, suit(Plan(), printer)), printer, person.desk)
    assert "printing sheet 1, back: 1 of 4 sides are done" in person.heard
    assert "printing sheet 2, front: 2 of 4 sides are done" in person.heard


def test_a_cover_is_printed_first(duplex: Simulator, person: Person) -> None:
    """A cover on other stock is a job of its own, and each paper is asked for."""
    printer = meet(duplex.uri, QUICK)
    send(sheets(12, suit(Plan(cover=True), printer)), printer, person.desk)
    assert len(duplex.jobs) == 2
    assert [each.split(" into")[0] for each in person.asked] == [
        "Put the paper for the cover",
        "Put the paper for the inside",
    ]


# -- Refused before any paper is used --------------------------------------------------------------


def test_a_simplex_printer_refuses_two_sides(simplex: Simulator) -> None:
    """It says so when the job is validated, and gets no job."""
    printer = meet(simplex.uri, QUICK)
    assert not printer.two_sided
    with pytest.raises(BookletError, match=r"refuses: Unsupported sides .*\(`sides`\)"):
        agree(job_of(sheets(4, Plan())), printer)
    assert simplex.jobs == []


def test_a_size_that_the_printer_does_not_take(duplex: Simulator) -> None:
    """A3 on a printer for A4 is refused, with the sizes that it takes."""
    printer = meet(duplex.uri, QUICK)
    made = sheets(4, suit(Plan.parse({"sheet": "A3"}), printer))
    with pytest.raises(BookletError, match="takes no sheets of `A3`") as error:
        send(made, printer, Desk())
    assert "A4" in error.value.hint
    assert duplex.jobs == []


def test_a_printer_that_takes_no_pdf(duplex: Simulator) -> None:
    """A printer without PDF is refused, with the way round it."""
    printer = replace(meet(duplex.uri, QUICK), formats=("image/pwg-raster",))
    with pytest.raises(BookletError, match="does not take PDF"):
        send(sheets(4, suit(Plan(), printer)), printer, Desk())


def test_attributes_that_a_printer_can_do_without(duplex: Simulator) -> None:
    """What it never listed and then refuses is left out; what matters is not."""
    printer = meet(duplex.uri, QUICK)
    with relayed(duplex, Relay(rejecting=("number-up", "print-scaling"))) as uri:
        fussy = meet(uri, QUICK)
        assert agree(job_of(sheets(4, Plan())), fussy) == ("number-up", "print-scaling")
        send(sheets(4, suit(Plan(), fussy)), fussy, Desk())
    assert agree(job_of(sheets(4, Plan())), printer) == ()
    (job,) = duplex.jobs
    assert "NUMBER_UP" not in job
    assert "PRINT_SCALING" not in job
    assert job["SIDES"] == "two-sided-short-edge"


@pytest.mark.parametrize("copies", [0, -1, 1000])
def test_no_copies(duplex: Simulator, copies: int) -> None:
    """None is no number of copies, and neither is more than a pile of paper."""
    printer = meet(duplex.uri, QUICK)
    with pytest.raises(BookletError, match="no number of copies"):
        send(sheets(4, suit(Plan(), printer)), printer, Desk(), copies=copies)
    assert duplex.jobs == []


# -- Two passes ------------------------------------------------------------------------------------


def test_fronts_and_then_backs(simplex: Simulator, person: Person) -> None:
    """Without duplex, fronts go first, then a hand turns the pile, then the backs in reverse."""
    printer = meet(simplex.uri, QUICK)
    plan = suit(Plan(), printer)
    assert (plan.printing, plan.tray) == (Printing.TWO_FILES, Tray.FACE_DOWN)
    made = sheets(8, plan)
    send(made, printer, person.desk, copies=2)
    assert [job["SIDES"] for job in simplex.jobs] == ["one-sided", "one-sided"]
    assert [job["COPIES"] for job in simplex.jobs] == ["2", "2"]
    assert simplex.documents == [run.pdf for run in made.runs]
    assert [face.sheet.number for face in made.runs[1].faces] == [2, 1]
    (instruction,) = person.asked
    assert instruction == (
        "When the last sheet has come out: Leave the pile as it lies, without sorting it, and put "
        "it back with the blank sides up and the edge that went in first now going in last. "
        "Then press Enter."
    )


@pytest.mark.parametrize(
    ("tray", "feed", "order", "words"),
    [
        (Tray.FACE_DOWN, Feed.UPPER, [2, 1], ("Leave the pile", "blank sides up")),
        (Tray.FACE_UP, Feed.UPPER, [1, 2], ("Turn the pile over", "blank sides up")),
        (Tray.FACE_DOWN, Feed.LOWER, [1, 2], ("Turn the pile over", "blank sides down")),
        (Tray.FACE_UP, Feed.LOWER, [2, 1], ("Leave the pile", "blank sides down")),
    ],
)
def test_backs_come_as_the_tray_needs_them(
    simplex: Simulator, person: Person, tray: Tray, feed: Feed, order: list[int],
    words: tuple[str, str],
) -> None:  # fmt: skip
    """The order of the backs, and what to do with the pile, follow from the profile."""
    printer = meet(simplex.uri, QUICK)
    profile = Profile("p", tray=tray, feed=feed, flip=Flip.LONG)
    plan = suit(Plan(), printer, profile)
    made = sheets(8, plan)
    send(made, printer, person.desk, profile=profile)
    assert [face.sheet.number for face in made.runs[1].faces] == order
    assert all(each in person.asked[0] for each in words)
    # What was calibrated is one way to put the pile back; it is asked for whatever came of it.
    assert "now going in last" in person.asked[0]
    assert plan.flip is Flip.LONG


def test_nobody_to_turn_the_pile(simplex: Simulator) -> None:
    """Without a person to ask nothing is printed, for the backs would never follow."""
    printer = meet(simplex.uri, QUICK)
    made = sheets(8, suit(Plan(), printer))
    with pytest.raises(BookletError, match="nobody is there"):
        send(made, printer, Desk())
    with pytest.raises(BookletError, match="nobody is there"):
        calibrate(printer, Desk())
    assert simplex.jobs == []


def test_who_walks_away(simplex: Simulator) -> None:
    """A person who is gone when the pile has to be turned leaves fronts without backs."""

    def gone(_: str) -> str:
        raise BookletError("nobody is there any more")

    printer = meet(simplex.uri, QUICK)
    with pytest.raises(BookletError, match="nobody is there any more; 0 of 2 backs") as error:
        send(sheets(8, suit(Plan(), printer)), printer, Desk(ask=gone))
    assert error.value.commands == ("./inv print --sheets 1-2",)


def test_one_copy_at_a_time(duplex: Simulator) -> None:
    """A printer that cannot collate gets each copy as a job, so that none has to be sorted."""
    printer = meet(duplex.uri, QUICK)
    mixing = replace(
        printer,
        choices=(("multiple-document-handling", ("separate-documents-uncollated-copies",)),),
    )
    send(sheets(4, suit(Plan(), mixing)), mixing, Desk(), copies=2)
    assert [job["COPIES"] for job in duplex.jobs] == ["1", "1"]
    assert "MULTIPLE_DOCUMENT_HANDLING" not in duplex.jobs[0]


# -- Mishaps ---------------------------------------------------------------------------------------


def test_out_of_paper_is_said_while_it_lasts(duplex: Simulator, person: Person) -> None:
    """The printer waits for paper; the person hears so, and it goes on by itself."""
    duplex.behave("""echo ATTR: job-impressions-completed=2 >&2
        echo STATE: +media-empty-error >&2; sleep 1; echo STATE: -media-empty-error >&2
        sleep 0.3""")
    printer = meet(duplex.uri, QUICK)
    send(sheets(8, suit(Plan(), printer)), printer, person.desk)
    assert (
        "printing sheet 2, front: 2 of 4 sides are done; "
        "the printer is out of paper: put paper into the tray"
    ) in person.heard
    assert "paper" not in person.heard[-1]


def test_a_jam_that_lasts(duplex: Simulator) -> None:
    """If nothing moves for long, printing ends here, with the sheets that are missing."""
    duplex.behave("""echo ATTR: job-impressions-completed=5 >&2
        echo STATE: +media-jam-error >&2; sleep 1.5; echo STATE: -media-jam-error >&2""")
    printer = meet(duplex.uri, replace(QUICK, still=0.6))
    with pytest.raises(BookletError, match="the printer has a paper jam") as error:
        send(sheets(16, suit(Plan(), printer)), printer, Desk())
    assert "5 of 8 sides had been printed" in error.value.message
    assert "take the paper out" in error.value.hint
    assert "cancel it there" in error.value.hint
    assert "./inv print --sheets 3-4" in error.value.commands
    assert wait(lambda: not busy(duplex))


def busy(simulator: Simulator) -> bool:
    return meet(simulator.uri, QUICK).reasons != ("none",) or working(simulator)


def working(simulator: Simulator) -> bool:
    with ippx.IppClient(simulator.uri) as client:
        return client.get_printer_attributes(["printer-state"]).state != ippx.PrinterState.IDLE


def test_a_job_that_the_printer_gives_up(duplex: Simulator) -> None:
    """The hint names the copies and sheets that are missing, as words that print them."""
    duplex.behave("echo ATTR: job-impressions-completed=11 >&2; sleep 0.2; exit 1")
    printer = meet(duplex.uri, QUICK)
    made = sheets(16, suit(Plan(), printer))
    with pytest.raises(BookletError, match="gave the job up") as error:
        send(made, printer, Desk(), copies=4, command="./inv print --printer P")
    assert "11 of 32 sides" in error.value.message
    assert list(error.value.commands) == [
        "./inv print --printer P --sheets 2-4",
        "./inv print --printer P --sheets 1-4 --copies 2",
    ]


def test_backs_that_are_cut_short(simplex: Simulator, person: Person) -> None:
    """Sheets that have both sides are done; the others are printed anew."""
    printer = meet(simplex.uri, QUICK)
    made = sheets(16, suit(Plan(), printer))
    simplex.behave(
        f"[ $(ls {simplex.folder}/*.pdf | wc -l) = 1 ] && exit 0\n"
        "echo ATTR: job-impressions-completed=1 >&2; sleep 0.2; exit 1"
    )
    with pytest.raises(BookletError, match="1 of 4 backs") as error:
        send(made, printer, person.desk)
    assert list(error.value.commands) == ["./inv print --sheets 1-3"]


def test_a_queue_that_counts_what_it_has_passed_on(duplex: Simulator) -> None:
    """A failed job of which all sides are counted has not printed them all: none is believed."""
    duplex.behave("echo ATTR: job-impressions-completed=8 >&2; sleep 0.2; exit 1")
    printer = meet(duplex.uri, QUICK)
    with pytest.raises(BookletError, match="which of 8 sides have come out is not known") as error:
        send(sheets(16, suit(Plan(), printer)), printer, Desk())
    assert "look at the last sheet that came out" in error.value.hint
    assert error.value.commands == ("./inv print --sheets 1-4",)


def test_a_cover_that_is_cut_short(duplex: Simulator, person: Person) -> None:
    """What comes after the cover is missing, too."""
    duplex.behave("echo ATTR: job-impressions-completed=3 >&2; sleep 0.2; exit 1")
    printer = meet(duplex.uri, QUICK)
    with pytest.raises(BookletError) as error:
        send(sheets(16, suit(Plan(cover=True), printer)), printer, person.desk, copies=3)
    assert list(error.value.commands) == [
        "./inv print --sheets cover --copies 2",
        "./inv print --sheets 1-3 --copies 3",
    ]


def test_fronts_that_are_cut_short(simplex: Simulator, person: Person) -> None:
    """Fronts without backs are lost, and said to be."""
    simplex.behave("echo ATTR: job-impressions-completed=3 >&2; sleep 0.2; exit 1")
    printer = meet(simplex.uri, QUICK)
    with pytest.raises(BookletError, match="3 of 4 fronts") as error:
        send(sheets(16, suit(Plan(), printer)), printer, person.desk)
    assert "sheets without a back are lost" in error.value.hint
    assert list(error.value.commands) == ["./inv print --sheets 1-4"]


def test_an_interrupt_cancels_the_job(duplex: Simulator) -> None:
    """Who stops the press does not want the rest printed."""
    duplex.behave("for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2; done")
    printer = meet(duplex.uri, QUICK)

    def stop(step: str) -> None:
        if step.startswith("printing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(sheets(8, suit(Plan(), printer)), printer, Desk(say=stop))
    assert wait(lambda: not working(duplex), 5)
    with ippx.IppClient(duplex.uri) as client:
        jobs = client.get_jobs(which_jobs="completed", requested_attributes=["job-id", "job-state"])
    assert ippx.JobState.CANCELED in [job.state for job in jobs]


# -- Connections that break ------------------------------------------------------------------------


PRINTER = Printer(Wire(Address.parse("ipp://127.0.0.1/"), QUICK), "T", "", "")


@dataclass
class Relay:
    """What lies between us and the printer: it spoils some requests, and rejects some words.

    `mishaps` are for the next requests of one operation: the connection breaks `before` anything
    was passed on, in the `middle`, or `after` the printer has answered; or printers `hang`,
    `stumble`, or `take` what is asked of them and say that they stumble.
    """

    operation: int = ippx.Operation.PRINT_JOB
    mishaps: list[str] = field(default_factory=list)
    rejecting: tuple[str, ...] = ()
    queues: dict[str, str] = field(default_factory=dict)
    """Names of queues of a CUPS, and their descriptions."""
    seen: list[int] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """Passes requests on to the simulated printer, as a relay says."""

    relay: Relay
    port: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = ippx.decode(body)
        self.relay.seen.append(message.code)
        spoilt = message.code == self.relay.operation and self.relay.mishaps
        mishap = self.relay.mishaps.pop(0) if spoilt else ""
        if mishap == "before":
            return self.cut()
        if mishap == "stumble":
            return self.send_error(503)
        if mishap == "hang":
            time.sleep(1)
            return self.cut()
        if mishap == "middle":
            return self.cut_short(body)
        answer = self.answer(message)
        if mishap == "after":
            return self.cut()
        if mishap == "take":
            return self.send_error(503)
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        return None

    def cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def cut_short(self, body: bytes) -> None:
        """Pass on the half of a request."""
        head = "POST /ipp/print HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/ipp\r\n"
        head += f"Content-Length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), 5) as printer:
            printer.sendall(head.encode() + body[: len(body) // 2])
        time.sleep(0.5)
        self.cut()

    def answer(self, message: ippx.IppMessage) -> bytes:
        """Return the printer's own answer, or that of a CUPS, or a refusal."""
        if message.code == 0x4002 and self.relay.queues:
            return reply(message, 0, *(
                (ippx.Tag.PRINTER_ATTRS, [
                    ippx.Attribute("printer-name", ippx.Tag.NAME, [name]),
                    ippx.Attribute("printer-info", ippx.Tag.TEXT, [about]),
                ])
                for name, about in self.relay.queues.items()
            ))  # fmt: skip
        words = [word for _, group in message.groups for word in group]
        rejected = [word for word in words if word.name in self.relay.rejecting]
        if rejected:
            return reply(message, 0x040B, (ippx.Tag.UNSUPPORTED_ATTRS, rejected))
        for word in words:
            if word.name == "printer-uri":
                assert self.path == "/" + str(word.value).split("/", 3)[3]
                word.values[0] = f"ipp://127.0.0.1:{self.port}/ipp/print"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        kind = {"Content-Type": "application/ipp"}
        connection.request("POST", "/ipp/print", ippx.encode(message), kind)
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def reply(
    message: ippx.IppMessage, status: int, *groups: tuple[ippx.Tag, list[ippx.Attribute]]
) -> bytes:
    opening = [
        ippx.Attribute("attributes-charset", ippx.Tag.CHARSET, ["utf-8"]),
        ippx.Attribute("attributes-natural-language", ippx.Tag.NATURAL_LANGUAGE, ["en"]),
    ]
    whole = [(ippx.Tag.OPERATION_ATTRS, opening), *groups]
    return ippx.encode(ippx.IppMessage((1, 1), status, message.request_id, whole))


@contextlib.contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[int]:
    """Let a server work for a while, on loopback; yield its port."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextlib.contextmanager
def relayed(simulator: Simulator, relay: Relay) -> Iterator[str]:
    """Put a relay before a simulated printer; yield the URI that leads through it."""
    handler = type("Spoiling", (Handler,), {"relay": relay, "port": simulator.port})
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as port:
        yield f"ipp://127.0.0.1:{port}/ipp/print"


@pytest.mark.parametrize("mishap", ["before", "middle", "after", "stumble", "take"])
def test_a_job_whose_connection_breaks_is_printed_once(duplex: Simulator, mishap: str) -> None:
    """It is sent again if the printer does not have it, and not if it has, whatever it answered."""
    relay = Relay(mishaps=[mishap])
    with relayed(duplex, relay) as uri:
        printer = meet(uri, QUICK)
        made = sheets(8, suit(Plan(), printer))
        send(made, printer, Desk())
    assert duplex.documents == [made.runs[0].pdf]
    assert relay.seen.count(ippx.Operation.PRINT_JOB) == (1 if mishap in ("after", "take") else 2)


def test_a_connection_that_always_breaks(duplex: Simulator, person: Person) -> None:
    """After some tries it is given up, and said."""
    relay = Relay(mishaps=["before"] * 9)
    with relayed(duplex, relay) as uri:
        printer = meet(uri, QUICK)
        with pytest.raises(BookletError, match=r"the connection to .* broke"):
            send(sheets(8, suit(Plan(), printer)), printer, person.desk)
    assert relay.seen.count(ippx.Operation.PRINT_JOB) == QUICK.tries
    assert "sending once more" in person.all
    assert duplex.jobs == []


def test_a_printer_that_refuses_the_connection_is_asked_again(duplex: Simulator) -> None:
    """It may be starting: nothing was sent, so that nothing can come out twice."""
    port = free_port()
    printer = meet(duplex.uri, QUICK)
    away = replace(
        printer, wire=replace(printer.wire, address=Address.parse(f"ipp://127.0.0.1:{port}/"))
    )
    made = sheets(8, suit(Plan(), printer))
    job = job_of(made)
    came: list[str] = []
    relay = Relay()
    with contextlib.ExitStack() as stack:

        def hear(step: str) -> None:
            came.append(step)
            if "once more" in step and len(came) == 2:  # it is there when it is asked again
                handler = type("Late", (Handler,), {"relay": relay, "port": duplex.port})
                stack.enter_context(serving(ThreadingHTTPServer(("127.0.0.1", port), handler)))

        number = submit(job, away, (), hear)
    assert number
    assert relay.seen == [ippx.Operation.PRINT_JOB]
    assert [step.partition(":")[0] for step in came] == ["sending", "sending once more"]
    assert wait(lambda: duplex.documents == [job.pdf])


def test_a_printer_that_is_not_there_is_asked_some_times() -> None:
    """And then it is said that there is none; what was not sent cannot have arrived."""
    asked: list[str] = []
    printer = replace(PRINTER, wire=Wire(Address.parse(f"ipp://127.0.0.1:{free_port()}/"), QUICK))
    with pytest.raises(Silence, match="there is no printer") as caught:
        submit(Job("T", b"%PDF", "one-sided", "a", ("front",)), printer, (), asked.append)
    assert not caught.value.sent
    assert len(asked) == QUICK.tries


def test_a_printer_that_takes_the_job_and_falls_silent(duplex: Simulator) -> None:
    """Where it cannot be known whether the job arrived, it is not sent again."""
    relay = Relay(mishaps=["hang"])
    with relayed(duplex, relay) as uri:
        printer = meet(uri, replace(QUICK, answer=0.3))
        relay.rejecting = ("which-jobs",)
        with pytest.raises(BookletError, match="does not tell whether it has it") as error:
            send(sheets(8, suit(Plan(), printer)), printer, Desk())
    assert "look at the printer" in error.value.hint
    assert relay.seen.count(ippx.Operation.PRINT_JOB) == 1


@pytest.mark.parametrize("mishap", ["before", "stumble"])
def test_a_connection_that_breaks_while_it_prints(
    duplex: Simulator, person: Person, mishap: str
) -> None:
    """A printer that is away for a while is asked again until it is back."""
    relay = Relay(operation=ippx.Operation.GET_JOB_ATTRIBUTES, mishaps=[mishap] * 7)
    with relayed(duplex, relay) as uri:
        printer = meet(uri, QUICK)
        send(sheets(8, suit(Plan(), printer)), printer, person.desk)
    assert "waiting: the printer does not answer" in person.heard
    assert len(duplex.jobs) == 1


def test_a_printer_that_does_not_come_back(duplex: Simulator) -> None:
    """It may still go on, and what it has counted so far is known."""
    duplex.behave("echo ATTR: job-impressions-completed=2 >&2; sleep 1")
    relay = Relay(operation=ippx.Operation.GET_JOB_ATTRIBUTES)

    def break_off(step: str) -> None:
        if "2 of 4" in step:
            relay.mishaps = ["before"] * 999

    with relayed(duplex, relay) as uri:
        printer = meet(uri, replace(QUICK, answer=0.5))
        with pytest.raises(BookletError, match="no longer answers") as error:
            send(sheets(8, suit(Plan(), printer)), printer, Desk(say=break_off))
    assert "2 of 4 sides had been printed" in error.value.message
    assert "if the printer still has the job, cancel it there" in error.value.hint
    assert error.value.commands == ("./inv print --sheets 2",)
    assert wait(lambda: not working(duplex), 5)


def test_a_printer_that_never_answers() -> None:
    """A port that is open and silent does not hold us for ever."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        with pytest.raises(BookletError, match="it does not answer in time"):
            meet(f"ipp://127.0.0.1:{silent.getsockname()[1]}/", replace(QUICK, answer=0.3))
        assert time.monotonic() - started < 5


def test_a_printer_that_is_busy(duplex: Simulator, person: Person) -> None:
    """A job waits until the one before it is done."""
    duplex.behave("sleep 0.7")
    printer = meet(duplex.uri, QUICK)
    first = sheets(4, suit(Plan(), printer))
    with ippx.IppClient(duplex.uri) as other:
        other.print_job(first.runs[0].pdf, document_format="application/pdf")
        send(first, printer, person.desk)
    assert "waiting: the printer is busy with another job" in person.heard
    assert len(duplex.jobs) == 2


# -- Through CUPS ----------------------------------------------------------------------------------


def test_printing_through_a_queue(duplex: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queues of CUPS are listed, and a job for one goes to its address."""
    relay = Relay(queues={"Library": "Laser printer, ground floor", "Office": ""})
    with relayed(duplex, relay) as uri:
        monkeypatch.setenv("CUPS_SERVER", uri.split("/")[2])
        assert [str(queue) for queue in printers(QUICK)] == [
            "Library: Laser printer, ground floor",
            "Office",
        ]
        printer = meet("Library", QUICK)
        assert printer.wire.address.uri.endswith("/printers/Library")
        made = sheets(4, suit(Plan(), printer))
        send(made, printer, Desk())
        with pytest.raises(BookletError, match="there is no printer `Libary`") as error:
            meet("Libary", QUICK)
    assert error.value.hint == "did you mean `Library`?"
    assert duplex.documents == [made.runs[0].pdf]


def test_there_is_no_cups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CUPS it is said how a printer is named, whoever asks."""
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{free_port()}")
    with pytest.raises(BookletError, match="no printers are known here") as listing:
        printers(QUICK)
    with pytest.raises(BookletError, match="there is no printer `Library`") as naming:
        meet("Library", QUICK)
    with pytest.raises(BookletError, match=r"there is no printer `10\.0\.0\.7`") as numbering:
        meet("10.0.0.7", QUICK)
    assert "ipp://" in listing.value.hint
    assert "there is no CUPS" in naming.value.hint
    assert "write `ipp://10.0.0.7/ipp/print`" in numbering.value.hint


# -- Calibration -----------------------------------------------------------------------------------


def test_calibrating_a_duplex_printer(duplex: Simulator) -> None:
    """One sheet, three questions, and a profile that later prints use."""
    printer = meet(duplex.uri, QUICK)
    person = Person(["2", "b", "0.5 -1"])
    profile = calibrate(printer, person.desk)
    assert len(person.asked) == 3
    assert [job["SIDES"] for job in duplex.jobs] == ["two-sided-short-edge"]
    assert recall(printer) == profile
    assert (profile.asked, profile.flip, profile.tray) == (Flip.SHORT, Flip.LONG, Tray.FACE_DOWN)
    assert [length.to("mm") for length in profile.offset] == pytest.approx([0.5, -1])
    assert suit(Plan(), printer, recall(printer)).flip is Flip.LONG


def test_calibrating_a_simplex_printer(simplex: Simulator) -> None:
    """The sheet is turned by hand; one printed twice on a side is laid in the other way."""
    printer = meet(simplex.uri, QUICK)
    person = Person(["d", "", "0", "d", "", "1", "0 0"])
    profile = calibrate(printer, person.desk)
    assert [job["SIDES"] for job in simplex.jobs] == ["one-sided"] * 4
    assert (profile.feed, profile.tray, profile.flip) == (Feed.LOWER, Tray.FACE_DOWN, Flip.SHORT)
    assert "blank side up" in person.asked[1]
    assert "blank side down" in person.asked[4]


def test_an_answer_that_is_none_is_asked_again(duplex: Simulator) -> None:
    """Three times; then it is given up, and no profile is kept."""
    printer = meet(duplex.uri, QUICK)
    person = Person(["x", "1", "b", "half", "0,5 99", "1"])
    with pytest.raises(BookletError, match="no answer"):
        calibrate(printer, person.desk)
    assert recall(printer) is None
    assert person.asked[1].startswith("Please answer 1 or 2. ")


def test_margins_are_asked_of_a_printer_that_has_none(duplex: Simulator) -> None:
    """Only where the printer does not say what it cannot print on."""
    printer = replace(meet(duplex.uri, QUICK), stocks=(), margins=None)
    profile = calibrate(printer, Person(["1", "b", "0 0", "4 4 5 6"]).desk)
    assert profile.margins is not None
    assert profile.margins.top == Length.mm(6)


def test_a_calibration_that_is_refused(duplex: Simulator) -> None:
    """Nothing is asked of a person about a sheet that never came."""
    duplex.behave("exit 1")
    person = Person()
    with pytest.raises(BookletError, match="gave the job up") as error:
        calibrate(meet(duplex.uri, QUICK), person.desk)
    assert person.asked == []
    assert error.value.hint == f"then again: `./inv calibrate --printer {duplex.uri}`"


# -- The verb --------------------------------------------------------------------------------------


def test_the_verb_prints_a_booklet(
    duplex: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`./inv print` makes the sheets for this very printer, folds them, and sends them."""
    from tasks import print_sheets

    monkeypatch.setattr("booklet.press.build_folders.BUILD", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    Path("tea.md").write_text("---\ntitle: On Tea\n---\nText.\n")
    print_sheets.body(Context(), essay="tea.md", printer=duplex.uri, copies=2, fit=True)
    (job,) = duplex.jobs
    assert {key: job[key] for key in ("SIDES", "COPIES", "PRINT_SCALING")} == {
        "SIDES": "two-sided-short-edge",
        "COPIES": "2",
        "PRINT_SCALING": "none",
    }
    (document,) = duplex.documents
    with Pdf.open(BytesIO(document)) as pdf:
        assert len(pdf.pages) == 2


def test_the_verb_sends_no_sheet_that_does_not_fold(
    duplex: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the sheets for this printer costs no paper: they are read back as well."""
    from tasks import print_sheets

    real, proofs = booklet.sheets.prove, []

    def prove(made: Sheets, pages: bytes, *margins: Any) -> Proof:
        proofs.append(made)
        right = real(made, pages, *margins)
        wrong = replace(right, mismatches=(Mismatch("sheet 1", "back", 2, "stands upside down"),))
        return right if len(proofs) == 1 else wrong  # the first are those of the build

    monkeypatch.setattr("booklet.sheets.prove", prove, raising=False)
    monkeypatch.setattr("booklet.press.build_folders.BUILD", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    Path("tea.md").write_text("---\ntitle: On Tea\n---\nText.\n")
    with pytest.raises(Exit, match="sheet 1, back: page 2 stands upside down"):
        print_sheets.body(Context(), essay="tea.md", printer=duplex.uri)
    assert duplex.jobs == []


@pytest.fixture
def printing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[str]]:
    """Return the verb, given front matter: it prints a small essay, and returns what it says."""
    from tasks import print_sheets

    monkeypatch.setattr("booklet.press.build_folders.BUILD", tmp_path / "build")
    monkeypatch.chdir(tmp_path)

    def run(front: str, **words: object) -> list[str]:
        Path("my tea.md").write_text(f"---\ntitle: On Tea\n{front}\n---\n\nText.\n")
        print_sheets.body(Context(), essay="my tea.md", **words)
        return capsys.readouterr().out.splitlines()

    return run


POCKET = """set: [reader, pocket, handout, press]
editions: {pocket: {based-on: booklet, trim: A6, sheets: {scheme: cut-and-stack}}}"""


@pytest.mark.parametrize(
    ("front", "editions", "wanted"),
    [
        ("", [], [("booklet", "two-sided-short-edge", 2)]),
        ("", ["reader"], [("reader", "two-sided-long-edge", 4)]),
        ("set: [reader]", [], [("reader", "two-sided-long-edge", 4)]),
        ("set: [reader, press]", [], [("reader", "two-sided-long-edge", 4)]),
        ("set: [press]", [], [("press", "two-sided-long-edge", 4)]),
        ("trim: A4", [], [("reader", "two-sided-long-edge", 4)]),
        (
            POCKET,
            [],
            [("pocket", "two-sided-short-edge", 2), ("handout", "two-sided-long-edge", 2)],
        ),
        (
            POCKET,
            ["handout", "reader"],
            [("handout", "two-sided-long-edge", 2), ("reader", "two-sided-long-edge", 4)],
        ),
    ],
)
def test_the_verb_prints_what_the_set_says(
    duplex: Simulator,
    printing: Callable[..., list[str]],
    front: str,
    editions: list[str],
    wanted: list[tuple[str, str, int]],
) -> None:
    """Editions of sheets as sheets, of pages as pages; by name, or all that are for paper."""
    said = printing(front, printer=duplex.uri, edition=editions)
    assert [line.split()[1] for line in said] == [name for name, _, _ in wanted]
    jobs = sorted(duplex.jobs, key=lambda job: int(job["JOB_ID"]))
    assert [job["JOB_NAME"].split(":")[0] for job in jobs] == [name for name, _, _ in wanted]
    assert [job["SIDES"] for job in jobs] == [sides for _, sides, _ in wanted]
    assert {job["MEDIA"] for job in jobs} == {"iso_a4_210x297mm"}
    documents = [Pdf.open(BytesIO(document)) for document in duplex.documents]
    assert sorted(len(pdf.pages) for pdf in documents) == sorted(n for _, _, n in wanted)


@pytest.mark.parametrize(("front", "named"), [(POCKET, "reader, press"), ("", "")])
def test_what_a_set_has_beside_is_named(
    duplex: Simulator,
    printing: Callable[..., list[str]],
    monkeypatch: pytest.MonkeyPatch,
    front: str,
    named: str,
) -> None:
    """The edition for the screen and the one for a shop; none where nobody asked for a set."""
    heard: list[str] = []
    monkeypatch.setattr("booklet.press.print_job.say", lambda line, **_: heard.append(line))
    printing(front, printer=duplex.uri)
    notes = [line.split(" (")[0] for line in heard if "not printed" in line]
    assert notes == [f"note: not printed: {named}"] * bool(named)


def test_what_is_to_be_printed_again_can_be_pasted(
    duplex: Simulator, printing: Callable[..., list[str]]
) -> None:
    """After a mishap: the essay with a space in its name, the edition, and those after it."""
    duplex.behave("echo ATTR: job-impressions-completed=1 >&2; sleep 0.2; exit 1")
    with pytest.raises(Exit, match="gave the job up") as stopped:
        printing(POCKET, printer=duplex.uri, copies=2)
    lines = str(stopped.value).splitlines()
    start = f"  ./inv print --essay 'my tea.md' --printer {duplex.uri} --edition"
    assert [line for line in lines if line.startswith("  ")] == [
        f"{start} pocket --sheets 1 --copies 2",
        f"{start} handout --copies 2",
    ]


def test_sheets_are_those_of_one_edition(
    duplex: Simulator, printing: Callable[..., list[str]]
) -> None:
    """Of several it has to be said which; of pages they are counted by two sides."""
    with pytest.raises(Exit, match=r"`--sheets 1` is for one edition") as stopped:
        printing(POCKET, printer=duplex.uri, sheets="1")
    assert "--edition pocket" in str(stopped.value)
    printing("", printer=duplex.uri, edition=["reader"], sheets="2")
    (document,) = duplex.documents
    assert len(Pdf.open(BytesIO(document)).pages) == 2


def test_what_has_losses_is_not_printed(
    duplex: Simulator, printing: Callable[..., list[str]]
) -> None:
    """The command that makes it to look at can be pasted."""
    Path("style.css").write_text("p { display: none }")
    with pytest.raises(Exit, match="losses is not printed") as stopped:
        printing("", printer=duplex.uri, edition=["booklet"])
    assert "./inv build --essay 'my tea.md' --edition booklet" in str(stopped.value)
    assert duplex.jobs == []
