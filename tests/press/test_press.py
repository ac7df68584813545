"""The press: what it writes, whole or not at all; the same bytes from the same source."""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from booklet.errors import BookletError
from booklet.layout.requests import Start
from booklet.layout.worker import Worker
from booklet.press import Order
from booklet.press.file_writing import write
from booklet.quick.build import build as press_order
from booklet.quick.layout import QuickLayout
from booklet.source import ROOT
from tests.conftest import ESSAY, INV, Shop, everything, losses, texts, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<rect width="9" height="9"/></svg>'
)
ENDLESS = "p { width: 1000000px } p::after { content: leader('.') }"


def names(folder: Path) -> list[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


# What it writes.


def test_a_press_writes_the_booklet_and_the_html_it_was_made_from(press: Shop) -> None:
    """With all that was found, and nothing beside them."""
    booklet = press()
    assert names(press.folder / "out") == ["booklet.html", "booklet.pdf", "findings.json"]
    assert booklet.path == press.folder / "out" / "booklet.pdf"
    assert booklet.path.read_bytes() == booklet.pages.pdf


def test_the_html_stands_by_itself(press: Shop) -> None:
    """With its styles, its pictures and its page numbers, and without the press's own marks."""
    text = ESSAY + "\n![A square](p.svg)\n\nSee [page {page}](#a-section).\n"
    html = press({"essay.md": text, "p.svg": SVG}).path.with_suffix(".html").read_text()
    assert "data:image/svg+xml;base64," in html
    assert ">page 1<" in html.replace('<span class="page-number">', "").replace("</span>", "")
    assert not any("\ufdd0" <= letter <= "\ufdef" for letter in html)
    assert html.count("<body") == html.count("</html>") == 1


def test_without_a_folder_it_writes_under_build(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with the name of the essay."""
    monkeypatch.setattr("booklet.press.build_folders.BUILD", press.folder / "build")
    assert press(out=None).path == press.folder / "build" / "essay" / "booklet.pdf"


def test_a_booklet_with_a_loss_stands_beside_the_last_good_one(press: Shop) -> None:
    """It has another name, and goes when the next one is good."""
    good = press().path
    before = good.read_bytes()
    unsound = press({"style.css": "p { display: none }"}).path
    assert unsound.name == "booklet-unsound.pdf"
    assert good.read_bytes() == before
    press({"style.css": ""})
    assert names(good.parent) == ["booklet.html", "booklet.pdf", "findings.json"]


def test_a_warning_stops_a_strict_press(press: Shop) -> None:
    """What was there stays as it was; what was made stands beside it, and goes with the next."""
    good = press().path
    before = good.read_bytes()
    made = press.set(ESSAY + "\n![A boat](boat.png)\n", strict=True)
    assert not made.sound
    assert made.booklets[0].path.name == "booklet-unsound.pdf"
    assert good.read_bytes() == before
    assert press.set(ESSAY + "\nMore.\n", strict=True).sound
    assert good.read_bytes() != before
    assert "booklet-unsound.pdf" not in names(good.parent)


def test_a_note_stops_no_strict_press(press: Shop) -> None:
    """It is only said."""
    made = press.set("---\ntitle: A\nlayout: post\n---\n\nText.\n", strict=True)
    assert [finding.kind for finding in made.report.findings] == ["note"]
    assert made.sound


def test_strict_sheets_stand_beside_the_last_good_ones(press: Shop) -> None:
    """Sheets, guide and concordance stay as well."""
    press.set(editions=())
    good = {path: path.read_bytes() for path in (press.folder / "out").glob("*.pdf")}
    press.set(ESSAY + "\nA[^gone].\n", editions=(), strict=True)
    assert {"guide-unsound.pdf", "sheets-unsound.pdf"} <= set(names(press.folder / "out"))
    assert {path: path.read_bytes() for path in good} == good
    press.set(editions=(), strict=True)
    assert not list((press.folder / "out").glob("*-unsound*"))


def test_some_of_the_sheets_are_not_named_as_all_of_them(press: Shop) -> None:
    """Which they are stands in the name of their file; the whole stays as it was."""
    long = ESSAY + "\n## More\n\nWords.\n" * 60
    whole = press(long, editions=("booklet",)).path
    before = whole.read_bytes()
    some = press(long, editions=("booklet",), sheets=" 1, 2–2 ")
    assert [path.name for path in some.files] == ["sheets-1,2-2.pdf", "guide-1,2-2.pdf"]
    assert whole.read_bytes() == before
    assert pages_of(some.path) < pages_of(whole)


def pages_of(pdf: Path) -> int:
    """Return how many pages a PDF has."""
    return len(texts(pdf))


# Whose folder it is.


def test_essays_of_one_name_have_folders_of_their_own(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first has the name; the second has it with a number, each time, and it is said."""
    monkeypatch.setattr("booklet.press.build_folders.BUILD", press.folder / "build")
    press.write({f"{side}/walk/essay.md": f"# Walk\n\nOn the {side}.\n" for side in ("a", "b")})
    places = []
    for side in ("a", "b", "a", "b"):
        made = press.set({}, essay=f"{side}/walk", out=None)
        places.append(made.booklets[0].path.parent.name)
        assert f"On the {side}." in "".join(texts(made.booklets[0].path))
        assert bool(made.remarks) == (side == "b")
    assert places == ["walk", "walk-2", "walk", "walk-2"]
    assert "a/walk/essay.md" in made.remarks[0]


def test_a_file_and_a_folder_of_one_name_do_not_share(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what is no folder at all stand in the way."""
    monkeypatch.setattr("booklet.press.build_folders.BUILD", press.folder / "build")
    press.write({"walk/essay.md": "One.\n", "Walk.md": "Two.\n", "build/walk": "a file"})
    assert press({}, essay="walk", out=None).path.parent.name == "walk-2"
    assert press({}, essay="Walk.md", out=None).path.parent.name == "walk-3"


def test_a_folder_without_a_mark_belongs_to_whoever_comes(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those do that were there before there were marks."""
    monkeypatch.setattr("booklet.press.build_folders.BUILD", press.folder / "build")
    (press.folder / "build" / "essay").mkdir(parents=True)
    assert press(out=None).path.parent.name == "essay"


def test_a_named_folder_of_another_essay_is_said(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written to all the same: somebody has named it."""
    monkeypatch.setattr("booklet.press.build_folders.BUILD", press.folder / "build")
    folder = press(out=None).path.parent
    press.write({"other.md": "Other.\n"})
    made = press.set({}, essay="other.md", out=str(folder))
    assert made.booklets[0].path.parent == folder
    assert "essay.md" in made.remarks[0]


# Whole or not at all.


def test_a_full_disk_loses_nothing(press: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last good booklet is still there, whole, and no half one is beside it."""
    good = press().path
    before = good.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BookletError, match="No space left on device") as caught:
        press(ESSAY + "\nMore.\n")
    assert "last good booklet" in caught.value.hint
    assert good.read_bytes() == before
    assert names(good.parent) == ["booklet.html", "booklet.pdf", "findings.json"]


@pytest.mark.parametrize(("size", "message"), [(1_000, "temporary files"), (600_000, "cannot be")])
def test_a_disk_that_takes_no_more_is_an_error(
    press: Shop,
    inv: Callable[..., subprocess.CompletedProcess[str]],
    size: int,
    message: str,
) -> None:
    """Whether it is the fonts that find no room, or the booklet."""
    noise = random.Random(1).randbytes(900_000)
    press.write({"p.bmp": bitmap(noise), "essay.md": ESSAY + "\n![Noise](p.bmp)\n"})
    # first with room enough: Python would leave bytecode cut short, and find it the next time
    assert inv("build", "--essay", press.folder, "--out", press.folder / "else").returncode == 0
    done = inv(
        *("build", "--plain", "--essay", press.folder, "--out", press.folder / "out"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (press.folder / "out").exists() or names(press.folder / "out") == []


def bitmap(noise: bytes) -> bytes:
    """Return a picture of dots that no compression makes smaller."""
    side = int((len(noise) / 3) ** 0.5) // 4 * 4
    size = side * side * 3
    head = b"BM" + (54 + size).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    head += (40).to_bytes(4, "little") + side.to_bytes(4, "little") * 2
    head += (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    return head + noise[:size]


@pytest.mark.parametrize("out", ["essay.md", "essay.md/out"])
def test_a_folder_that_cannot_be_made_is_an_error(press: Shop, out: str) -> None:
    """With the system's reason."""
    with pytest.raises(BookletError, match="cannot be written"):
        press(out=out)


def test_a_folder_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    """The file in it stays."""
    path = tmp_path / "booklet.pdf"
    path.write_bytes(b"good")
    tmp_path.chmod(0o555)
    whole = os.geteuid()
    if whole == 0:  # root may write anywhere
        os.seteuid(65534)
    try:
        with pytest.raises(BookletError, match="cannot be written"):
            write({path: b"new"})
    finally:
        os.seteuid(whole)
        tmp_path.chmod(0o755)
    assert path.read_bytes() == b"good"


def test_two_presses_in_one_folder_do_not_mix(tmp_path: Path) -> None:
    """Each writes two files, and both are of the same press in the end."""
    paths = (tmp_path / "booklet.pdf", tmp_path / "booklet.html")

    def write_often(mark: bytes) -> None:
        for number in range(25):
            write(dict.fromkeys(paths, mark * 50_000 + str(number).encode()))

    threads = [threading.Thread(target=write_often, args=(mark,)) for mark in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert names(tmp_path) == ["booklet.html", "booklet.pdf"]


def test_two_builds_at_once_both_succeed(press: Shop, tmp_path: Path) -> None:
    """The folder has one whole booklet in the end."""
    good = press().path.read_bytes()
    words = (*INV, "build", "--essay", str(press.folder), "--out", str(tmp_path / "out"))
    builds = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [build.wait(60) for build in builds] == [0, 0, 0]
    assert (tmp_path / "out" / "booklet.pdf").read_bytes() == good
    assert (tmp_path / "out" / "sheets.pdf").exists()
    assert not [name for name in names(tmp_path / "out") if name.startswith(".")]


def test_what_a_killed_press_left_is_cleared_by_the_next(press: Shop) -> None:
    """A file that was never renamed is in nobody's way."""
    press.write({"out/.booklet.pdf.part": "half", "out/.booklet.html.part": "half"})
    press()
    assert names(press.folder / "out") == ["booklet.html", "booklet.pdf", "findings.json"]


# Stopped by force.


class Running:
    """A build of the usual set in a process of its own, and the workers that it has started."""

    def __init__(self, folder: Path) -> None:
        (folder / "tmp").mkdir(exist_ok=True)
        self.temporary = folder / "tmp"
        self.process = subprocess.Popen(
            [*INV, "build", "--essay", folder, "--out", folder / "out"],
            env=os.environ | {"TMPDIR": str(self.temporary)},
            start_new_session=True,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )

    def wait_for_layout(self) -> list[int]:
        """Wait until a worker lays out; return the numbers of all that there are."""
        until(lambda: self.is_over() or any(self.temporary.glob("booklet-*/weasyprint-*/*")))
        assert not self.is_over(), self.process.communicate()[1]
        time.sleep(0.3)
        return self.children()

    def children(self) -> list[int]:
        """Return the numbers of the processes that it has started."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in listed.read_text().split()]

    def is_over(self) -> bool:
        """Whether the process has ended by itself."""
        return self.process.poll() is not None

    def has_put_away(self) -> bool:
        """Whether nothing of it is left among temporary files."""
        return not any(self.temporary.iterdir())

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the process, as a terminal or a person would; return its status."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        _, self.said = self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def running(press: Shop) -> Iterator[Callable[[], Running]]:
    """Return a function that starts a build of the essay in the folder."""
    started: list[Running] = []

    def start() -> Running:
        started.append(Running(press.folder))
        return started[-1]

    yield start
    for run in started:
        run.process.kill()
        run.process.communicate()


def until(done: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so; fail if it is not in time, however slow the machine."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@needs_proc
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_worker_ends_with_its_parent_even_amid_a_layout(
    press: Shop, running: Callable[[], Running], number: signal.Signals
) -> None:
    """However the parent ends; and nothing is left in the folder for temporary files."""
    good = press().path
    before = good.read_bytes()
    press.write({"style.css": ENDLESS})
    run = running()
    workers = run.wait_for_layout()
    assert workers
    status = run.end(number)
    assert status == (130 if number == signal.SIGINT else -number)
    until(lambda: not any(map(is_alive, workers)))
    until(run.has_put_away)
    assert good.read_bytes() == before
    assert names(good.parent) == ["booklet.html", "booklet.pdf", "findings.json"]


@needs_proc
def test_an_interrupt_is_said_in_one_line(press: Shop, running: Callable[[], Running]) -> None:
    """Ctrl-C is no accident: no traceback, and what the author wants to know."""
    press.write({"essay.md": ESSAY, "style.css": ENDLESS})
    run = running()
    run.wait_for_layout()
    assert run.end(signal.SIGINT) == 130
    assert "stopped; the last good booklet is still there\n" in run.said
    assert "Traceback" not in run.said


@needs_proc
def test_an_interrupt_at_once_has_no_traceback(running: Callable[[], Running], press: Shop) -> None:
    """Not even while modules are being loaded."""
    press.write(ESSAY)
    for delay in (0, 0.05, 0.1, 0.15, 0.2, 0.3):
        run = running()
        until(run.children)
        time.sleep(delay)
        assert run.end(signal.SIGINT) in (130, -signal.SIGINT, 0)
        assert "Traceback" not in run.said


@pytest.mark.slow
@needs_proc
def test_a_kill_at_any_moment_loses_nothing(press: Shop, running: Callable[[], Running]) -> None:
    """The booklet is the last good one or the next one, never half of one."""
    whole = {press().path.read_bytes()}
    text = ESSAY + "\nMore words.\n"
    whole.add(press(text).path.read_bytes())
    assert len(whole) == 2
    path = press.folder / "out" / "booklet.pdf"
    chance = random.Random(7)
    for number in range(10):
        press.write(text if number % 2 else ESSAY)
        run = running()
        time.sleep(chance.uniform(0.2, 1.2))
        run.end(signal.SIGKILL)
        assert path.read_bytes() in whole
        until(run.has_put_away)
    press(text)
    assert names(path.parent)[:2] == ["booklet.html", "booklet.pdf"]


def test_a_folder_is_removed_though_someone_writes_into_it(tmp_path: Path) -> None:
    """The worker lays out and puts fonts there, when another thread of it sees the end."""
    worker = Worker(lambda: None)
    worker.folder = str(tmp_path / "booklet")
    inner = tmp_path / "booklet" / "fonts"
    inner.mkdir(parents=True)
    begun = threading.Event()

    def write() -> None:
        for number in itertools.count():
            try:
                inner.mkdir(exist_ok=True)
                (inner / str(number)).touch()
            except OSError:
                return
            if number > 100:
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    worker.clear()
    writer.join()
    assert names(tmp_path) == []


def test_a_worker_that_nobody_hears_tidies_up(tmp_path: Path) -> None:
    """It finds that its answer has no reader, and the end of its orders clears its folder."""
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "booklet.layout.worker", str(4 << 30)],
        env=os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin
    assert worker.stdout
    assert worker.stderr
    worker.stdout.close()
    pickle.dump(Start(), worker.stdin)
    worker.stdin.flush()
    until(lambda: any(tmp_path.iterdir()))
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.wait(1.5)  # one that ends by itself has forgotten its folder
    worker.stdin.close()
    assert worker.wait(60) == 0
    assert worker.stderr.read() == b""
    worker.stderr.close()
    assert names(tmp_path) == []


def test_a_crew_leaves_nothing_behind(
    press: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker's folder is gone when it is done; so it is when the author made a mistake."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    press.write(ESSAY)
    order = Order(str(press.folder), out=str(press.folder / "out"), cwd=tmp_path)
    press_order(order)
    press.write("---\ntitel: x\n---\n")
    with pytest.raises(BookletError):
        press_order(order)
    assert names(tmp_path / "tmp") == []


def test_another_folder_for_temporary_files_is_found(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the one that TMPDIR names is not there, as every Python program does."""
    press.write(ESSAY)
    monkeypatch.setenv("TMPDIR", "/proc/nowhere")
    with QuickLayout() as crew:
        assert losses(Shop(press.folder, crew)()) == []


# The same bytes.

RICH = """\
---
title: "Same, *again*"
author: [Ada, Björn]
keywords: [one, two, three]
lang: en-GB
---

A text with a note,[^1] a picture, a table and references to [page {page}](#b) and [{page}](#a).

[^1]: With ☃ and العربية.

# First {#a}

![A square](p.svg){width=30%}

![A photograph](p.bmp){width=30%}

# Second {#b}

| a | b |
| - | - |
| 1 | 2 |
"""


def rich() -> dict[str, str | bytes]:
    """Return an essay with something of everything."""
    noise = random.Random(3).randbytes(3_000)
    return {"essay.md": RICH, "p.svg": SVG, "p.bmp": bitmap(noise)}


def test_the_same_source_gives_the_same_bytes_anywhere(
    press: Shop, tmp_path: Path, inv: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """In another folder, by another person, in another language, zone and process."""
    here = press(rich())
    there = Shop(tmp_path / "another folder, ünd elsewhere", press.crew)
    there.folder.mkdir()
    there.write(rich())
    (tmp_path / "home").mkdir()
    done = inv(
        *("build", "--essay", there.folder / "essay.md", "--out", there.folder / "out"),
        env={
            "HOME": str(tmp_path / "home"), "LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Apia",
            "PATH": os.environ["PATH"], "PYTHONHASHSEED": "77", "SOURCE_DATE_EPOCH": "1",
            "TMPDIR": str(tmp_path / "home"), "USER": "somebody",
        },
        umask=0o077,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("booklet.pdf", "booklet.html"):
        assert (there.folder / "out" / name).read_bytes() == (here.path.parent / name).read_bytes()


def test_what_was_pressed_before_changes_nothing(press: Shop) -> None:
    """One worker may press many essays, in any order."""
    first = press(rich()).pages.pdf
    press({"essay.md": "---\ntitle: هذا\nlang: ar\n---\nنص\n", "style.css": "p { color: #400 }"})
    (press.folder / "style.css").unlink()
    assert press(rich()).pages.pdf == first
    with QuickLayout() as crew:
        assert Shop(press.folder, crew)(rich()).pages.pdf == first


def test_a_picture_that_was_changed_is_seen(press: Shop) -> None:
    """A worker that presses again does not set what it has seen before."""
    first = press(rich()).pages.pdf
    assert press({"p.svg": SVG.replace("9", "8")}).pages.pdf != first


def test_nothing_of_the_machine_is_in_the_booklet(press: Shop) -> None:
    """No folder, no name, no day: they would tell on the author, and change from day to day."""
    held = everything(press(rich()).pages.pdf)
    today = time.strftime("%Y%m%d"), time.strftime("%Y-%m-%d")
    for stranger in (str(press.folder), str(Path.home()), "site-packages", os.uname().nodename,
                     "booklet.invalid", "/tmp", *today):  # fmt: skip
        assert stranger.encode() not in held


def test_the_house_and_its_engine_say_nothing_of_a_good_essay(press: Shop) -> None:
    """A line in the log of the layout engine is a finding, and there is none."""
    booklet = press(rich())
    assert [t for t in told(booklet) if not t.startswith(("M12", "M25"))] == []
    assert losses(booklet) == []
    assert "Same, again" in texts(booklet.pages.pdf)[0].replace("*", "")
