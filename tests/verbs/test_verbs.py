"""The verbs: what a person types, what they are told, and the exit status."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
import tomllib
from importlib.metadata import PackageNotFoundError
from typing import TYPE_CHECKING

import pytest

from booklet import doctor
from booklet.errors import BookletError
from booklet.press import Booklet, build_folders, new_essay
from booklet.source import ROOT
from setup.machine import Need
from tests.conftest import ESSAY, INV

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Inv = Callable[..., subprocess.CompletedProcess[str]]

# A style that keeps the layout busy for longer than anybody waits.
ENDLESS = "p { width: 1000000px } p::after { content: leader('.') }"

VERBS = {"bench", "build", "clean", "doctor", "lint", "new", "preview", "test", "watch"}


@pytest.fixture
def essay(tmp_path: Path) -> Path:
    """Return the path of a short essay."""
    path = tmp_path / "tea.md"
    path.write_text(ESSAY)
    return path


# What there is.


def test_each_verb_has_one_line(inv: Inv) -> None:
    """`./inv --list` shows the verbs, each with a sentence that fits."""
    done = inv("--list")
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert {verb for verb, _ in lines} >= VERBS
    assert all(sentence.endswith(".") for _, sentence in lines)
    assert all(len(line) < 80 for line in done.stdout.splitlines())
    assert done.returncode == 0


def test_no_verb_at_all_shows_the_verbs(inv: Inv) -> None:
    """Who types nothing is shown what can be typed."""
    assert inv().stdout == inv("--list").stdout


def test_every_option_of_every_verb_is_explained(inv: Inv) -> None:
    """In `./inv --help build`, beside the option."""
    for verb in VERBS:
        shown = inv("--help", verb).stdout.split("Options:\n")[1]
        bare = [line for line in shown.splitlines() if re.fullmatch(r"  -.*\S", line)]
        assert "none" in shown or all(re.search(r"\S {2,}\S", line) for line in bare), shown


# Statuses.


def lasting(said: str) -> str:
    """Return what was said but for the steps of long work, which a slow machine is told."""
    return "".join(line for line in said.splitlines(True) if not line.endswith("…\n"))


def test_a_good_build_says_what_it_wrote(inv: Inv, essay: Path) -> None:
    """Status 0, two lines: where it is, how many pages, of what paper; in what time."""
    done = inv("build", "--edition", "reader", "--essay", "tea.md", "--out", "out")
    assert done.returncode == 0
    assert re.match(r"out/booklet\.pdf: \d+ pages of A5\n\d+\.\d s\n$", done.stdout)
    assert lasting(done.stderr) == ""
    assert (essay.parent / "out" / "booklet.pdf").exists()


def test_quiet_says_nothing(inv: Inv, essay: Path) -> None:
    """Of a booklet without trouble."""
    done = inv("build", "--quiet", "--essay", essay.name, "--out", "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_warning_is_shown_and_counted(inv: Inv, essay: Path) -> None:
    """The booklet is made; the last line counts."""
    essay.write_text(ESSAY + "\n![A picture](nowhere.png)\n")
    done = inv("build", "--essay", essay.name, "--out", "out")
    assert done.returncode == 0
    said = lasting(done.stderr)
    assert re.match(r"warning: tea\.md:\d+: the picture `nowhere\.png` is not there", said)
    assert re.search(r"\n1 warning, \d+\.\d s\n$", done.stdout)


def test_quiet_keeps_warnings(inv: Inv, essay: Path) -> None:
    """It hushes the press, not what is wrong."""
    essay.write_text(ESSAY + "\n![A picture](nowhere.png)\n")
    done = inv("build", "--quiet", "--essay", essay.name, "--out", "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nowhere.png" in done.stderr


def test_what_stops_a_build_takes_the_place_of_old_findings(inv: Inv, essay: Path) -> None:
    """Who reads `findings.json` learns of the mistake; a right build has its own findings again."""
    words = ("build", "--essay", essay.name, "--edition", "reader", "--out", "out")
    findings = essay.parent / "out" / "findings.json"
    whole = essay.read_text()
    essay.write_text("---\ntitel: x\n---\n\nText.\n")
    assert inv(*words).returncode == 1
    assert not findings.exists()
    essay.write_text(whole)
    assert inv(*words).returncode == 0
    good = findings.read_bytes()
    essay.write_text("---\ntitel: x\n---\n\nText.\n")
    assert inv(*words).returncode == 1
    (told,) = json.loads(findings.read_text())
    assert (told["code"], told["kind"], told["file"], told["line"]) == ("", "error", essay.name, 2)
    essay.write_text(whole)
    assert inv(*words).returncode == 0
    assert findings.read_bytes() == good


def test_strict_makes_a_warning_a_failure(inv: Inv, essay: Path) -> None:
    """Status 1: the last good booklet stays, what was made stands beside it, and both are said."""
    words = ("build", "--strict", "--essay", essay.name, "--edition", "reader", "--out", "out")
    booklet = essay.parent / "out" / "booklet.pdf"
    assert inv(*words).returncode == 0
    good = booklet.read_bytes()
    essay.write_text(ESSAY + "\n![A picture](nowhere.png)\n")
    assert "last good" not in inv(*words[:-1], "new").stderr
    for _ in range(2):  # the second time it is said from the receipt
        done = inv(*words)
        assert done.returncode == 1
        assert "stopped by --strict: 1 warning, see out/booklet-unsound.pdf" in done.stderr
        assert "; the last good booklet stays" in done.stderr
        assert booklet.read_bytes() == good
    essay.write_text(ESSAY)
    assert inv(*words).returncode == 0
    assert not (essay.parent / "out" / "booklet-unsound.pdf").exists()


def test_a_mistake_of_the_author_is_status_one(inv: Inv, essay: Path) -> None:
    """With its place, a sentence and what to do, and without a traceback."""
    essay.write_text("---\ntitel: x\n---\n\nText.\n")
    done = inv("build", "--essay", essay.name)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: tea.md:2: `titel` ")
    assert "\n\nhint: did you mean `title`?" in done.stderr


def test_a_loss_is_status_one(inv: Inv, essay: Path) -> None:
    """What the self-check finds is said, and where to look."""
    (essay.parent / "style.css").write_text("p { display: none }")
    done = inv("build", "--essay", essay.name, "--out", "out")
    assert done.returncode == 1
    assert "[C01]" in done.stderr
    assert "booklet-unsound.pdf" in done.stderr


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["biuld"], "`biuld` is not a verb", "did you mean `build`?"),
    (["build", "--esay", "x"], "`--esay` is not", "did you mean `--essay`?"),
    (["build", "tea.md"], "`tea.md` is not", "`./inv build --essay tea.md`"),
    (["build", "--essay"], "`--essay` needs a value", "--help build"),
    (["build", "--time-limit", "soon"], "`soon` is not a number", "--help build"),
    (["build", "--time-limit=-3"], "`--time-limit -3` is not a time", ""),
    (["build", "--time-limit", "nan"], "`--time-limit nan` is not a time", ""),
    (["new"], "`new` needs a name", "`./inv new on-tea`"),
    (["build", "strategic-military-alliances"], "is not a verb", "build --essay strategic-"),
    (["preview", "strategic-military-alliances"], "is not a verb", "preview --essay strategic-"),
    (["help", "print"], "`help` is not", "`./inv --help print`"),
    (["print", "--copies", "many"], "`many` is not a number", "--help print"),
    (["build", "--edition"], "`--edition` needs a value", "--help build"),
    (["build", "--edition", "--strict"], "`--edition` needs a value", "--help build"),
    (["build", "-d"], "`--edition` needs a value", "--help build"),
    (["fonts", "list"], "`list` is not", "`./inv fonts` shows"),
    (["fonts", "add"], "`--add` needs a value", "`./inv fonts add hebrew`"),
    (["--help", "nonsense"], "`nonsense` is not", "--list"),
])  # fmt: skip
def test_wrong_words_are_status_two(
    inv: Inv, essay: Path, words: list[str], message: str, hint: str
) -> None:
    """With what may have been meant; nothing is made."""
    done = inv(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(essay.parent) == [essay.name]


def test_an_edition_that_is_not_there_is_said(inv: Inv, essay: Path) -> None:
    """With those that are."""
    done = inv("build", "--essay", essay.name, "--edition", "raeder")
    assert done.returncode == 1
    assert "did you mean `reader`?" in done.stderr


def _copied(project: Path, *words: str) -> list[str]:
    """Make a copy of the project; return a command of words there."""
    skip = shutil.ignore_patterns(".git", ".venv*", "build", "tests", ".*cache*", "__pycache__")
    shutil.copytree(ROOT, project, ignore=skip)
    verbs = str(project / "setup" / "verbs.py")
    return [*INV[:4], verbs, "--search-root", str(project), *words]


def test_modules_are_compiled_once(tmp_path: Path) -> None:
    """What Python makes of them is kept for the next start."""
    subprocess.run(_copied(tmp_path / "project", "--list"), capture_output=True, check=True)
    kept = (tmp_path / "project" / "booklet" / "__pycache__").glob("terminal.*.pyc")
    assert [*kept]


def test_a_bug_keeps_its_traceback(essay: Path, tmp_path: Path) -> None:
    """What is our mistake, not the author's, is to be found."""
    words = _copied(tmp_path / "project", "build", "--essay", str(essay))
    room = tmp_path / "project" / "booklet" / "editions/__init__.py"
    room.write_text(room.read_text().replace("trim = style", "trim = None.nothing or style", 1))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "AttributeError" in done.stderr


def test_a_folder_that_is_gone_is_said(inv: Inv, tmp_path: Path) -> None:
    """Somebody may have removed the folder one stands in."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD"; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *INV, "build"], cwd=gone, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "is gone" in done.stderr
    assert "Traceback" not in done.stderr
    assert inv("--list").returncode == 0


def test_a_reader_that_has_enough_is_no_accident(essay: Path) -> None:
    """`./inv build | head -0` ends without a traceback."""
    words = [*INV, "build", "--essay", essay.name, "--out", "out"]
    pipe = subprocess.PIPE
    build = subprocess.Popen(words, cwd=essay.parent, stdout=pipe, stderr=pipe)
    assert build.stdout
    build.stdout.close()
    assert build.stderr
    assert b"Traceback" not in build.stderr.read()
    build.stderr.close()
    build.wait()
    assert (essay.parent / "out" / "booklet.pdf").exists()


# Progress.


def test_long_work_says_its_steps_in_a_pipe(inv: Inv, essay: Path) -> None:
    """As plain lines, without colours or anything that moves."""
    (essay.parent / "style.css").write_text(ENDLESS)
    done = inv("build", "--essay", essay.name, "--time-limit", "4", "--out", "out")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout + done.stderr


def has_terminals() -> bool:
    """Tell whether this machine lends terminals: one without /dev/pts does not."""
    try:
        ends = os.openpty()
    except OSError:
        return False
    for end in ends:
        os.close(end)
    return True


needs_terminal = pytest.mark.skipif(not has_terminals(), reason="there is no terminal to be had")


def on_terminal(words: list[str], cwd: Path, interrupt: str = "") -> tuple[int, str]:
    """Run words on a terminal; return the status and what was shown.

    Ctrl-C is typed when `interrupt` has been shown.
    """
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(cwd)
        os.environ["TERM"] = "xterm"
        os.execv(words[0], words)
    shown, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if interrupt and interrupt.encode() in shown:
            os.write(terminal, b"\x03")
            interrupt = ""
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            more = os.read(terminal, 10_000)
        except OSError:  # the other end is closed
            break
        if not more:
            break
        shown += more
    _, status = os.waitpid(process, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


@needs_terminal
def test_a_terminal_shows_progress_that_goes_away(essay: Path) -> None:
    """A line that moves while the press works; what stays is the result."""
    words = [*INV, "build", "--essay", essay.name, "--out", "out"]
    status, shown = on_terminal(words, essay.parent)
    assert status == 0
    assert "\x1b[?25l" in shown  # the cursor is hidden,
    assert "\x1b[?25h" in shown  # and comes back
    assert "booklet.pdf" in shown.rpartition("\x1b[")[2]


@needs_terminal
def test_quiet_is_quiet_on_a_terminal_too(essay: Path) -> None:
    """Nothing moves."""
    words = [*INV, "build", "--quiet", "--essay", essay.name, "--out", "out"]
    assert on_terminal(words, essay.parent) == (0, "")


@needs_terminal
def test_an_interrupt_gives_the_terminal_back(essay: Path) -> None:
    """Status 130, the cursor is there again, and there is one line of text."""
    (essay.parent / "style.css").write_text(ENDLESS)
    words = [*INV, "build", "--essay", essay.name, "--out", "out"]
    status, shown = on_terminal(words, essay.parent, interrupt="laying out")
    assert status == 130
    assert shown.rfind("\x1b[?25h") > shown.rfind("\x1b[?25l")
    assert "stopped" in shown
    assert "Traceback" not in shown


# The other verbs.


@pytest.fixture
def essays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is taken for essays/."""
    monkeypatch.setattr(new_essay, "ESSAYS", tmp_path / "essays")
    return tmp_path / "essays"


@pytest.mark.parametrize(("name", "slug", "title"), [
    ("on-tea", "on-tea", "On tea"),
    ("On Tea", "on-tea", "On Tea"),
    ("Über Österreich", "uber-osterreich", "Über Österreich"),
    ("  spaces   inside ", "spaces-inside", "spaces inside"),
    ("../x", "x", "../x"),
    ("/etc/passwd", "etc-passwd", "/etc/passwd"),
    ('a: b # {c} "d" % \\', "a-b-c-d", "a: b # {c} “d” % \\"),
    ("الشاي", "الشاي", "الشاي"),
    ("茶", "茶", "茶"),
    ("line\nbreak", "line-break", "line break"),
    ("tea " * 60, ("tea-" * 15)[:-1], ("tea " * 60).strip()),
    ("1984", "1984", "1984"),
    ("no", "no", "No"),
])  # fmt: skip
def test_a_new_essay_builds_at_once(
    essays: Path, press: Callable[..., Booklet], name: str, slug: str, title: str
) -> None:
    """Whatever its name; the folder has a name that every system takes, and lies under essays/."""
    path = new_essay.begin(name)
    assert path == essays / slug / "essay.md"
    booklet = press({}, essay=str(path))
    assert booklet.edition.manuscript.title == title.strip()
    assert [f for f in booklet.report.findings if f.code not in ("M11", "M12")] == []


@pytest.mark.parametrize("name", ["", " ", "..", "---", "/", "\udcff"])
def test_a_name_without_letters_names_no_essay(essays: Path, name: str) -> None:
    """It would not be found again."""
    with pytest.raises(BookletError, match="cannot name an essay"):
        new_essay.begin(name)
    assert not essays.exists()


def test_an_essay_is_not_begun_twice(essays: Path) -> None:
    """What is there stays as it is."""
    path = new_essay.begin("On tea")
    path.write_text("my words")
    with pytest.raises(BookletError, match="there is an essay `on-tea` already"):
        new_essay.begin("on-tea")
    assert path.read_text() == "my words"
    assert [p.name for p in essays.iterdir()] == ["on-tea"]


def test_clean_removes_what_the_press_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But not the file that keeps the folder in the tree, nor what a link leads to."""
    build, other = tmp_path / "build", tmp_path / "other"
    monkeypatch.setattr(build_folders, "BUILD", build)
    assert build_folders.clear() == []
    other.mkdir()
    (other / "kept").touch()
    (build / "tea").mkdir(parents=True)
    (build / "tea" / "booklet.pdf").touch()
    (build / ".gitignore").touch()
    (build / "link").symlink_to(other, target_is_directory=True)
    assert build_folders.clear() == ["link", "tea"]
    assert os.listdir(build) == [".gitignore"]
    assert (other / "kept").exists()


def test_the_doctor_says_what_there_is(inv: Inv) -> None:
    """Versions of all that a booklet depends on; status 0, since the tests run."""
    done = inv("doctor")
    assert done.returncode == 0
    for word in ("Python 3", "weasyprint 70", "Pango 1.", "Source Serif", "Source Sans"):
        assert f"ok  {word}" in done.stdout
    assert ": 0 faces" not in done.stdout


def test_the_doctor_says_what_mends_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command."""

    def version(name: str) -> str:
        if name == "jinja2":
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(doctor, "version", version)
    lines = [str(line) for line in doctor.examine() if not line.good]
    assert lines == ["no  jinja2 is not installed: remove `.venv` and run `./inv doctor` again"]


def test_the_doctor_says_what_mends_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command for this machine."""
    lacking = [Need("Pango", lambda: False, "libpango-1.0-0", "pango", "p", "p", "p")]
    monkeypatch.setattr(doctor, "LAYOUT", lacking)
    (line,) = [line for line in doctor.examine() if not line.good]
    assert str(line).startswith("no  Pango is not there: ")
    assert "pango" in line.remedy or "package manager" in line.remedy


def test_the_doctor_says_that_a_font_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the booklet would look different."""
    monkeypatch.setattr(doctor, "_FONTS", {"font-nowhere": "Source Nowhere"})
    (line,) = [line for line in doctor.examine() if not line.good]
    assert line.text == "Source Nowhere is missing"


def test_an_interrupt_is_passed_to_tests_that_run() -> None:
    """Ctrl-C while `./inv test` runs ends the verb with status 130, not with a traceback."""
    words = [*INV, "test", "--only", "no_test_has_this_name"]
    run = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(1)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode in (130, 2, 5)
    assert b'setup/verbs.py", line' not in said


# Help.


def options_of(inv: Inv, verb: str) -> dict[str, str]:
    """Return the options of a verb, by their names, with the letters for short."""
    shown = inv("--help", verb).stdout
    assert shown.startswith(f"Usage: ./inv {verb}")
    assert "What it does:\n" in shown
    found = re.findall(r"^  (?:-(\w)(?: [A-Z]+)?, )?--([\w\[\]-]+)", shown, re.MULTILINE)
    return {name: letter for letter, name in found}


def test_a_letter_means_the_same_in_each_verb(inv: Inv) -> None:
    """And an option has the same letter wherever it is."""
    pairs = {pair for verb in VERBS for pair in options_of(inv, verb).items() if pair[1]}
    assert len(pairs) >= 12
    assert len({name for name, _ in pairs}) == len({letter for _, letter in pairs}) == len(pairs)


def test_help_has_our_options_only(inv: Inv) -> None:
    """With or without a verb; each that takes a value says so."""
    done = inv("--help")
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines() if line[:2] == "  "} >= VERBS
    for theirs in ("pty", "sudo", "Core", "Invoke", "task"):
        assert theirs not in done.stdout
    shown = inv("build", "--help").stdout
    assert "Docstring" not in shown
    assert "--time-limit=" in shown
    assert "--edition=" in shown
    assert "--strict " in shown


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["build", "--version"]])
def test_the_version_is_ours(inv: Inv, words: list[str]) -> None:
    """Beside a verb as well, which is not run."""
    done = inv(*words)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (done.returncode, done.stdout) == (0, f"booklet builder {project['version']}\n")


# Progress.


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_progress_names_chapters_by_their_titles_and_counts_them(inv: Inv, tmp_path: Path) -> None:
    """In a pipe too, once the work takes long; no line has a name of ours."""
    long = "A title that is much longer than anybody would read in a line"
    titles = ["*First* words", "Second", f"{long}, and on"]
    filling = "Words stand here for as long as it takes. " * 3_000
    chapters = "".join(f"\n# {title}\n\n{filling}\n" for title in titles)
    (tmp_path / "essay.md").write_text(f"---\ntitle: A book\n---\n{chapters}")
    words = ("--plain", "--edition", "reader", "--essay", "essay.md", "--out", "out")
    done = inv("build", *words, timeout=280)
    steps = [line for line in done.stderr.splitlines() if line.startswith("laying out ")]
    assert done.returncode == 0
    assert re.search(r"^laying out “Second” \(2 of 4\) …$", done.stderr, re.MULTILINE)
    assert re.search(r"^laying out “A title that .*…” \(3 of 4\) …$", done.stderr, re.MULTILINE)
    assert re.search(r"^laying out the colophon \(4 of 4\) …$", done.stderr, re.MULTILINE)
    assert not [line for line in steps if len(line) > 79 or re.search(r"\bc\d", line)]
