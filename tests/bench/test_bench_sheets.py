"""The bench of imposing: its imposers, its table, its targets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet.bench import sheets
from booklet.bench.rival_imposers import IMPOSERS, plan_of_all
from booklet.bench.sheets import (
    IMPOSINGS,
    ImposerCost,
    Imposing,
    Outcome,
    bench_all,
    compare,
    growth,
    impose_once,
    table,
)
from booklet.errors import BookletError
from booklet.lengths import Size
from booklet.sheets import Plan, place
from booklet.sheets.creep import strips, tight
from booklet.sheets.frame import Box, frame
from booklet.source import ROOT
from tests.drawing import pages

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = {"pdfimpose": "pdfimpose", "pypdf": "pypdf"}


@pytest.mark.parametrize("name", IMPOSERS)
def test_every_imposer_makes_the_same_sheets(name: str, tmp_path: Path) -> None:
    """Each sets eight pages on two sheets in the order in which they are folded."""
    if name in LIBRARY and not find_spec(LIBRARY[name]):
        pytest.skip("only the bench installs it")
    given, made = tmp_path / "pages.pdf", tmp_path / "sheets.pdf"
    given.write_bytes(pages(8))
    argv = (sys.executable, "-m", "booklet.bench.rival_imposers", name, str(given), str(made))
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout).keys() == {"seconds", "memory"}
    with pikepdf.open(made) as pdf:
        assert len(pdf.pages) == 4
    text = subprocess.run(["pdftotext", made, "-"], capture_output=True, text=True, check=True)
    sides = [re.findall(r"page number (\d)", side) for side in text.stdout.split("\f")[:4]]
    assert [sorted(map(int, side)) for side in sides] == [[1, 8], [2, 7], [3, 6], [4, 5]]


def test_sheets_with_ink_near_a_fold_stop_the_bench(tmp_path: Path) -> None:
    """Pages with a border at the edge of what is safe are moved beyond it, and that is refused."""
    (tmp_path / "pages.pdf").write_bytes(pages(24))
    assert impose_once("ours", tmp_path / "pages.pdf", tmp_path).size
    with pytest.raises(BookletError, match="`ours, proved` did not impose") as caught:
        impose_once("ours, proved", tmp_path / "pages.pdf", tmp_path)
    assert "ink near a fold" in caught.value.hint


def test_the_pages_of_the_bench_stay_clear_of_the_fold() -> None:
    """All rows of it in one saddle: pages are moved, and never by more than their margin spares."""
    plan, a5, mm = plan_of_all(), Size.parse("A5"), 72 / 25.4
    most = round(max(row.words for row in IMPOSINGS) / 250)  # the text of a page, at least
    where = frame(plan, a5)
    ink = [Box(13.5 * mm, 0, where.trim_width - 13.5 * mm, 500)] * most
    placed = place(most, plan)
    assert strips(placed, plan, where)
    assert tight(placed, plan, where, ink) == ()
    assert tight(placed, Plan(), where, ink)


def test_a_failed_imposer_says_its_last_words(tmp_path: Path) -> None:
    """What is no PDF stops the bench, with what the imposer said."""
    (tmp_path / "pages.pdf").write_bytes(b"no PDF")
    with pytest.raises(BookletError, match="`ours` did not impose") as caught:
        impose_once("ours", tmp_path / "pages.pdf", tmp_path)
    assert "cannot be read" in caught.value.hint


def test_slow_imposers_work_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours and theirs take turns; whoever is slow is not asked twice; medians are kept."""
    asked: list[str] = []

    def once(name: str, *_: object) -> ImposerCost:
        asked.append(name)
        return ImposerCost(float(len(asked)), 1e6, 100)

    monkeypatch.setattr(sheets, "impose_once", once)
    monkeypatch.setattr(sheets, "pages_of", lambda _row, folder: (folder / "p.pdf", 8))
    (tmp_path / "p.pdf").write_bytes(b"x" * 100)
    row = Imposing("toy", 1, 1, 3, imposers=("ours", "pypdf"), slow=("pypdf",))
    lines: list[str] = []
    outcome = compare(row, 3, tmp_path, lines.append)
    assert asked == ["ours", "pypdf", "ours", "ours"]
    assert outcome.taken["ours"].seconds == 3.0
    assert len(lines) == 4


def outcome(pages_: int, ours: ImposerCost, theirs: ImposerCost) -> Outcome:
    """Return an outcome with two imposers, for pages of 1,000 bytes each."""
    return Outcome(IMPOSINGS[0], pages_, 1000 * pages_, {"ours": ours, "pdfimpose": theirs})


def test_the_table_says_what_was_reached() -> None:
    """Ratios stand beside their targets: five times as quick, and hardly larger."""
    good = outcome(200, ImposerCost(0.1, 2e7, 210_000), ImposerCost(0.5, 1e7, 220_000))
    bad = outcome(200, ImposerCost(0.1, 2e7, 211_000), ImposerCost(0.49, 1e7, 220_000))
    lines = [line.split() for line in table([good, bad])]
    assert lines[1][2:] == ["ours", "0.100", "s", "1.0", "1.05", "1.05", "reached", "20", "MB"]
    assert lines[2][2:] == ["pdfimpose", "0.500", "s", "5.0", "5", "reached", "1.10", "10", "MB"]
    assert lines[3][-4:] == ["1.05", "missed", "20", "MB"]
    assert lines[4][-5:] == ["5", "missed", "1.10", "10", "MB"]


def test_the_proof_has_a_target_too() -> None:
    """With it, sheets take four times as long as without it, at most."""
    ours = ImposerCost(0.1, 2e7, 210_000)
    for seconds, said in ((0.4, "reached"), (0.41, "missed")):
        taken = {"ours": ours, "ours, proved": ImposerCost(seconds, 3e7, 210_000)}
        lines = [line.split() for line in table([Outcome(IMPOSINGS[0], 200, 200_000, taken)])]
        assert said in lines[2]


def test_memory_that_grows_with_the_square_is_seen() -> None:
    """Memory for a page is compared between few pages and many."""
    few = outcome(200, ImposerCost(1, 2e7, 1), ImposerCost(1, 1, 1))
    line = outcome(1000, ImposerCost(1, 1e8, 1), ImposerCost(1, 1, 1))
    square = outcome(1000, ImposerCost(1, 5e8, 1), ImposerCost(1, 1, 1))
    (said,) = growth([few, line])
    assert said.endswith("takes 1.00 of one of 200 pages in memory (target 1.2 reached)")
    (said,) = growth([few, square])
    assert said.endswith("takes 5.00 of one of 200 pages in memory (target 1.2 missed)")
    assert list(growth([few])) == []


def test_cases_of_both_kinds_are_known_by_name() -> None:
    """A slip in the name of either kind is an error that knows better."""
    with pytest.raises(BookletError, match="did you mean `sheets-1000`"):
        bench_all(1, ["sheet-1000"], lambda _: None)
    with pytest.raises(BookletError, match="did you mean `reader`"):
        bench_all(1, ["raeder"], lambda _: None)
