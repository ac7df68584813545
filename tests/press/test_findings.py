"""Findings: a folder for each, laid over one clean essay that has none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from booklet.errors import Place
from booklet.findings import CODES, Finding
from booklet.manuscript import parse
from booklet.press import Order
from booklet.quick.build import build as press
from booklet.source import ROOT, read

FOLDERS = Path(__file__).parent / "findings"
CLEAN = FOLDERS / "clean"

# Found on finished pages, in what the fonts of the machine lack: a folder would say one thing
# here and another there. tests of booklet/fonts/coverage.py have them.
ELSEWHERE = {"M11", "M12", "M32", "M61", "M62", "M63", "M64"}

# What the manuscript can be found at fault for.
OURS = {code for code in CODES if code.startswith("M")} - ELSEWHERE


def folders() -> list[Path]:
    """Return the folders of all findings: each has an essay, or files that change the clean one."""
    return sorted(path for path in FOLDERS.iterdir() if path.is_dir() and path != CLEAN)


def stage(folder: Path) -> str:
    """Return how far a folder must go: `manuscript`, or what its file `stage` says.

    `press` is the reading edition, `set` all that is made if nobody asks for anything.
    """
    marker = folder / "stage"
    return marker.read_text().strip() if marker.is_file() else "manuscript"


def printed(folder: Path, tmp_path: Path) -> list[str]:
    """Return the lines that are printed for the clean essay with a folder's files laid over it."""
    essay = tmp_path / "essay"
    shutil.copytree(CLEAN, essay)
    if folder != CLEAN:
        unneeded = shutil.ignore_patterns("expected.txt", "stage")
        shutil.copytree(folder, essay, dirs_exist_ok=True, ignore=unneeded)
    if (last := stage(folder)) != "manuscript":
        editions = ("reader",) if last == "press" else ()
        order = Order("essay.md", editions, out=str(tmp_path / "out"), cwd=essay)
        return [str(finding) for finding in press(order).report.findings]
    return [str(finding) for finding in parse(read("essay.md", essay)).findings]


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_a_folder_is_told_what_it_expects(folder: Path, tmp_path: Path) -> None:
    """The lines are those of expected.txt, word for word, with file, line, hint and code."""
    wanted = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert printed(folder, tmp_path) == wanted
    assert wanted
    assert all(line.endswith(f"[{folder.name}]") for line in wanted)


def test_the_clean_essay_has_nothing(tmp_path: Path) -> None:
    """The essay under all the folders is without fault."""
    assert printed(CLEAN, tmp_path) == []


def test_every_finding_of_a_manuscript_has_a_folder() -> None:
    """No code without a folder, and no folder without a code."""
    names = {path.name for path in folders()}
    assert names >= OURS
    assert names <= set(CODES) - ELSEWHERE


def test_the_codes_in_the_rooms_are_the_codes_there_are() -> None:
    """Each code that the manuscript's rooms use is listed, and each that is listed is used."""
    rooms = (ROOT / "booklet" / "manuscript").rglob("*.py")
    used = {code for room in rooms for code in re.findall(r'"(M\d\d)"', room.read_text())}
    assert used == OURS


def test_the_page_about_findings_lists_them_all() -> None:
    """The rows of docs/findings.md are the codes, in their order, with their words."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z]\d\d)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    assert rows == [(code, *words) for code, words in CODES.items()]


def test_the_page_about_findings_shows_what_is_printed() -> None:
    """The example of each finding of a manuscript is a line that its folder expects."""
    page = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    for code in CODES:
        (example,) = re.findall(rf"^((?:note|warning|error): .* \[{code}\])$", page, re.MULTILINE)
        if code in OURS:
            assert example in (FOLDERS / code / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_a_finding_says_what_where_and_what_to_do(code: str) -> None:
    """One line with the kind, the place, the sentence, the hint and the code."""
    kind, _, hint = CODES[code]
    assert kind in ("note", "warning", "error")
    finding = Finding(code, "something is so", Place("essay.md", 3), "12")
    assert str(finding) == f"{kind}: essay.md:3: something is so, page 12 ({hint}) [{code}]"
    assert "(do this)" in str(Finding(code, "something", hint="do this"))
