"""Builds again: what is saved during a build is never lost, and never keeps it from an end."""

from __future__ import annotations

import os
import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from booklet.errors import BookletError
from booklet.press import Order
from booklet.preview import rebuild_loop, stopping
from booklet.preview.file_watch import Changes
from booklet.preview.rebuild_loop import RebuildLoop, named
from booklet.preview.terminal_lines import Lines
from booklet.source import ROOT
from tests.conftest import ESSAY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from booklet.press import BookletSet
    from booklet.preview.view import Offer

pytestmark = pytest.mark.timeout(300)


class EnoughError(BaseException):
    """The test has seen what it wanted to see."""


class Ear:
    """Hears a shift, and does something at each step."""

    def __init__(self, at_step: Callable[[], None], most: int = 1) -> None:
        self.at_step, self.most = at_step, most
        self.heard: list[str] = []
        self.editions: list[str] = []

    def begin(self, changes: Changes) -> None:
        self.changes = changes

    def wanted(self) -> tuple[str, ...]:
        return ()

    def offer(self, first: str, editions: tuple[Offer, ...]) -> None:
        self.editions = [first, *(offer.name for offer in editions)]

    def early(self, edition: str) -> None:
        """Want no pages before the whole."""

    def step(self, edition: str, what: str) -> None:  # noqa: ARG002
        self.at_step()

    def good(self, edition: str, made: BookletSet, files: Collection[Path]) -> None:
        blocks = made.booklets[0].edition.manuscript.blocks
        self.hear(f"{edition}: {next(iter(blocks)).text[:9]} ({named(files)})")

    def bad(self, edition: str, error: BookletError, files: Collection[Path]) -> None:
        self.hear(f"{edition}: {error.where} ({named(files)})")

    def hear(self, words: str) -> None:
        self.heard.append(words)
        if len(self.heard) == self.most:
            raise EnoughError


def work(folder: Path, ear: Ear, *editions: str) -> Ear:
    """Work a shift on the essay in a folder until the ear has heard enough."""
    order = Order("essay.md", editions or ("reader",), out="out", cwd=folder)
    with pytest.raises(EnoughError):
        RebuildLoop(order, ear).work()
    return ear


class Deaf:
    """Something that goes just as somebody says stop."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_stop_that_python_forgets_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is raised while an object goes is lost; the next step, or wait, stops nevertheless."""
    was = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(stopping, "_asked", False)
    try:
        stopping.heed()
        thing = Deaf()
        del thing
        with pytest.raises(stopping.Stopped):
            Changes().take()
    finally:
        signal.signal(signal.SIGINT, was[0])
        signal.signal(signal.SIGTERM, was[1])


def test_a_save_during_the_work_begins_it_anew(tmp_path: Path) -> None:
    """The booklet that was being made is given up: the first one is of the newer text."""
    essay = tmp_path / "essay.md"
    essay.write_text(ESSAY.replace("The first", "Old words"))
    saved: list[bool] = []

    def save() -> None:
        if not saved:
            saved.append(True)
            essay.write_text(ESSAY.replace("The first", "New words"))
            while not ear.changes:  # until the watch has heard of it
                time.sleep(0.01)

    ear = Ear(save)
    assert work(tmp_path, ear).heard == ["reader: New words (essay.md)"]


def test_saves_without_end_do_not_keep_the_press_from_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some that were given up, one is finished though there is a newer one already."""
    monkeypatch.setattr(rebuild_loop, "_READABLE", 0)
    essay = tmp_path / "essay.md"
    essay.write_text(ESSAY)
    steps = []

    def save() -> None:
        steps.append(True)
        ear.changes.add({essay})

    ear = Ear(save)
    assert work(tmp_path, ear).heard == ["reader: The first (essay.md)"]
    assert len(steps) > 4


@pytest.mark.parametrize(("readable", "least"), [(0, 5), (0.2, 0)])
def test_steps_that_nobody_could_read_are_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readable: float, least: int
) -> None:
    """They would keep who shows them from showing pages."""
    monkeypatch.setattr(rebuild_loop, "_READABLE", readable)
    (tmp_path / "essay.md").write_text(ESSAY)
    told: list[float] = []
    work(tmp_path, Ear(lambda: told.append(time.monotonic())))
    assert len(told) >= least
    assert all(later - sooner >= readable for sooner, later in pairwise(told))


def test_the_set_is_made_and_then_each_change_again(tmp_path: Path) -> None:
    """All editions that were asked for, in their order; an error is told, and it goes on."""
    essay = tmp_path / "essay.md"
    essay.write_text(ESSAY)
    texts = iter([ESSAY.replace("author", "autor"), ESSAY.replace("The first", "Once more")])

    ear = Ear(lambda: None, most=6)
    hear = ear.hear

    def and_save(words: str) -> None:
        hear(words)
        if len(ear.heard) in (2, 4):
            essay.write_text(next(texts))

    ear.hear = and_save  # type: ignore[method-assign]
    work(tmp_path, ear, "reader", "large-print")
    assert ear.heard == [
        "reader: The first ()",
        "large-print: The first ()",
        "reader: essay.md:3 (essay.md)",
        "large-print: essay.md:3 (essay.md)",
        "reader: Once more (essay.md)",
        "large-print: Once more (essay.md)",
    ]
    assert ear.editions[0] == "reader"
    assert {"reader", "booklet", "large-print"} <= set(ear.editions)


def test_names_of_files_are_few() -> None:
    """A line tells some of what has changed, and how much more."""
    assert named({ROOT / name for name in "abcde"}) == "a, b, c and 2 more"
    assert named(()) == ""


def test_no_essay_at_all_is_an_error_at_once(tmp_path: Path) -> None:
    """There is nothing to watch."""
    with pytest.raises(BookletError, match="no essay at"):
        RebuildLoop(Order("nothing.md", cwd=tmp_path), Ear(lambda: None)).work()


def test_a_mistake_is_printed_once_for_all_editions() -> None:
    """And again after the next save, or once there was a booklet in between."""
    told: list[str] = []
    lines = Lines(told.append)
    wrong, other = BookletError("it is wrong"), BookletError("it is another")
    for edition, error in (("reader", wrong), ("booklet", wrong), ("reader", wrong)):
        lines.bad(edition, error, ())
    assert [line for line in told if "wrong" in line] == ["error: it is wrong"] * 2
    lines.bad("booklet", other, ())
    assert told[-1] == "error: it is another"
