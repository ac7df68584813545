"""Processes and what they hold: a worker that dies over its orders, pictures that nobody shows."""

from __future__ import annotations

import io
import os
import signal
from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet.layout.process import WorkerProcess, error
from booklet.layout.requests import CountLines, Start
from booklet.preview.shown_editions import ShownEditions
from booklet.preview.view import EditionView
from booklet.start import MEMORY

if TYPE_CHECKING:
    from pathlib import Path


# A request that fails: there is no such engine.
NONE = CountLines("none", "none")


@pytest.mark.parametrize("taken_first", [0, 1])
def test_orders_at_a_worker_that_dies_are_lost_each_for_itself(taken_first: int) -> None:
    """The one that it was at has ended, whatever came after is lost; nobody waits for ever."""
    process = WorkerProcess(MEMORY)
    try:
        assert process.outcome(process.send(NONE, 60, "nothing"))[0] == "broken"  # it is there
        os.kill(process._process.pid, signal.SIGSTOP)
        tickets = [process.send(NONE, 60, f"work {number}") for number in range(3)]
        os.kill(process._process.pid, signal.SIGKILL)
        order = [*tickets[taken_first:], *tickets[:taken_first]]
        states = {ticket: process.outcome(ticket)[0] for ticket in order}
        assert [states[ticket] for ticket in tickets] == ["ended", "lost", "lost"]
        assert not process.alive
        assert process.outcome(process.send(NONE, 60, "later"))[0] == "lost"
    finally:
        process.end()


def test_orders_that_nobody_wants_are_not_answered_for_another() -> None:
    """The answer to each order is for its own ticket, though the one before it was dropped."""
    process = WorkerProcess(MEMORY)
    try:
        first = process.send(Start(), 60, "the first")
        process.want_none(first)
        second = process.send(NONE, 60, "the second")
        assert process.outcome(second)[0] == "broken"
        assert not process.busy
        assert not process._answered
    finally:
        process.end()


def test_a_layout_that_fails_is_a_message() -> None:
    """Whose own rules they are makes another hint; where it failed is said for who mends it."""
    trace = 'File "weasyprint/a.py", line 1, in f\n  x\nZeroDivisionError: division by zero\n'
    process = WorkerProcess(MEMORY)
    try:
        ticket = process.send(Start(), 60, "the text that begins here")
        for own in (False, True):
            told = str(error("broken", trace, ticket, MEMORY, own))
            assert "the text that begins here cannot be laid out: ZeroDivisionError" in told
            assert ("style.css" in told) is own
        assert "weasyprint/a.py" in str(error("broken", trace, ticket, MEMORY, own=False))
        told = str(error("ended", (1, trace), ticket, MEMORY, own=False))
        assert "the text that begins here" in told
    finally:
        process.end()


def shown(number: int) -> EditionView:
    """Return an edition of one page, which is as high as its number says."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(200, 200 + number))
    pdf.save(out)
    digests = (f"page {number}",)
    return EditionView("reader", "T", "en", False, out.getvalue(), digests, ("1",), (False,),
                       (), (), (), None, "", "", 1.0)  # fmt: skip


def test_the_oldest_pictures_of_a_preview_are_closed(tmp_path: Path) -> None:
    """A preview that is open all day keeps a few booklets, and those on show among them."""
    gallery, sets = ShownEditions(tmp_path), []
    gallery.hang("handout", shown(0))
    on_show = gallery.hung["handout"].pages
    for number in range(1, 12):
        gallery.hang("reader", shown(number))
        sets.append(gallery.hung["reader"].pages)
    open_ones = [pages for pages in sets if pages.plates._pdf.raw]
    assert open_ones == sets[-len(open_ones) :]
    assert 2 <= len(open_ones) < 8
    assert on_show.plates._pdf.raw
    assert gallery.picture("page 11", 40)
    assert gallery.picture("page 0", 40)
    assert gallery.picture("page 1", 40) is None
