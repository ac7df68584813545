"""The terminal: nothing that comes from outside steers it, turns words round or adds lines."""

from __future__ import annotations

import ast
import contextlib
import io
import unicodedata
from typing import TYPE_CHECKING

import pytest

from booklet.console import _Spinner, progress, tell
from booklet.errors import BookletError, Place, show
from booklet.findings import Finding
from booklet.printer.discovery import Queue
from booklet.printer.ipp import Address
from booklet.source import ROOT
from booklet.terminal import plain, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shop

# A title for the window, a bell, a new line that looks like ours, C1's own escape, an override.
NASTY = "a\x1b]0;b\x07c\nerror: d\x9b2J\u202ee\u2066f\u2028g\r\x00\x7fh\udce9"


def steers(text: str) -> list[str]:
    """Return what in a text is no letter that stands where it is."""
    turns = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    return [
        letter
        for letter in text
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(letter) in turns
    ]


def test_a_line_is_one_that_a_terminal_only_shows() -> None:
    """All that is a letter stays, in whatever script, and emoji with their joiners."""
    assert steers(plain(NASTY)) == []
    assert [letter for letter in plain(NASTY) if letter.isalpha()] == list("abcerrordJefgh")
    harmless = "Ordinary — “words”, שלום, سلام, 漢字, 👩\u200d🚀, soft\u00adhyphen"
    assert plain(harmless) == harmless


def test_what_is_printed_keeps_its_lines_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Each thing begins on a line of its own."""
    say("one\ntwo", NASTY)
    assert steers(capsys.readouterr().out) == ["\n"] * 4


def test_errors_and_findings_are_as_many_lines_as_they_should_be() -> None:
    """Whatever their words, their place and their hint are made of."""
    shown = str(BookletError(NASTY, Place(NASTY, 3), NASTY))
    assert steers(shown) == ["\n", "\n"]
    assert shown.splitlines()[2].startswith("hint: ")
    assert steers(str(Finding("M06", NASTY, Place(NASTY, 3), NASTY, NASTY, NASTY))) == []
    assert steers(show("note", NASTY)) == []


def test_a_queue_of_cups_is_a_line() -> None:
    """Anybody in the network may call a printer anything."""
    assert steers(str(Queue(NASTY, NASTY, Address.parse("ipp://a/b")))) == []


def test_a_step_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    """What looks like markup to the spinner is text, and cannot make it fail."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with progress(quiet=False) as step:
        assert isinstance(step, _Spinner)
        step("laying out [/nothing] \x1b[2Jx")
        step.status.stop()
    assert "laying out [/nothing]" in terminal.getvalue()
    assert "\x1b[2Jx" not in terminal.getvalue()


def test_what_is_found_reaches_the_terminal_harmless(press: Shop) -> None:
    """The findings of a whole build, with the words that they quote."""
    text = "# T\n\n[words](file:///\u202egnp.x)\n\n![A](\u2066x.png)\n\n[^\u202ex] words\n"
    made = press.set({"essay.md": text})
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        tell(made, quiet=False)
    assert err.getvalue()
    assert set(steers(out.getvalue() + err.getvalue())) == {"\n"}


# Who may print by itself: what measures, the set-up, whose words are its own, and the one place.
OWN = ("booklet/bench/", "booklet/terminal.py")


def test_nobody_prints_past_it() -> None:
    """Verbs and rooms have one way to the terminal."""
    files = [ROOT / "tasks.py", *(ROOT / "booklet").rglob("*.py")]
    printing = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files
        if not path.relative_to(ROOT).as_posix().startswith(OWN)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert len(files) > 100
    assert printing == []


FAIL: dict[str, Callable[[], object]] = {
    "a file": lambda: __import__("booklet.source", fromlist=["read"]).read(NASTY.replace("\0", "")),
    "a printer": lambda: Address.parse(NASTY),
}


@pytest.mark.parametrize("fail", FAIL.values(), ids=FAIL)
def test_an_error_with_a_name_from_outside_is_harmless(fail: Callable[[], object]) -> None:
    """It is quoted in the message, and in the hint."""
    with pytest.raises(BookletError) as caught:
        fail()
    assert set(steers(str(caught.value))) <= {"\n"}
