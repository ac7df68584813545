"""The bench of rebuilding: what it sets, what it measures, its table."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from booklet.bench import edits, rival_typst
from booklet.bench.builds import BenchCommand, aligned, make, put
from booklet.bench.edits import (
    COLD,
    EDITED,
    EDITED_ANEW,
    EDITINGS,
    MEMORY,
    MOVED,
    PLAIN,
    SEEN,
    THEIRS,
    TO_TYPST,
    TURNED,
    UNCHANGED,
    Change,
    Editing,
    Folder,
    TimesTaken,
    about,
)
from booklet.bench.furniture import furnished
from booklet.bench.preview_memory import memory
from booklet.bench.rival_typst import TYPST, prepare, typst_markup
from booklet.bench.specimen import count, specimen
from booklet.errors import BookletError
from booklet.quick.store import NONE
from tests.conftest import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

TOY = Editing("toy", 1_500, 2, rounds=1, edits=2, memory=(1, 2))
BOOK = specimen(9_000, 4)

# -- The texts -------------------------------------------------------------------------------------


def test_a_real_text_has_what_real_manuscripts_hold() -> None:
    """Emoji, links, raw HTML, pictures, code: as many in 10,000 words as were counted; and the same
    ones each time."""
    text = furnished(specimen(20_000, 4))
    found = {
        "links": text.count("](https://") - text.count("pictures.invalid"),
        "HTML": len(re.findall(r"<\w+ class=", text)),
        "elsewhere": text.count("pictures.invalid"),
        "pictures": len(re.findall(r"!\[[^]]*\]\((?!https)", text)),
        "listings": text.count("```python"),
        "code": len(re.findall(r"(?<!`)`\w", text)),
        "emoji": len(re.findall("[\U0001f300-\U0001faff\u2705\u26a0]", text)),
    }
    wanted = {"links": 228, "HTML": 154, "elsewhere": 30, "pictures": 8, "listings": 40,
              "code": 20, "emoji": 10}  # fmt: skip
    assert found == pytest.approx(wanted, rel=0.15)
    assert text == furnished(specimen(20_000, 4))


def test_an_essay_of_anybodys_is_edited_where_it_is_prose(tmp_path: Path) -> None:
    """With all that is beside it, and never within a block of code."""
    there, place = tmp_path / "there", tmp_path / "place"
    there.mkdir()
    place.mkdir()
    code = "```\n" + "\n\n".join("call(this) or that " * 30 for _ in range(9)) + "\n```"
    essay = there / "essay.md"
    essay.write_text(f"# One\n\n{code}\n\n{'Some words. ' * 40}\n\n{code}\n", encoding="utf-8")
    (there / "p.svg").write_text("<svg/>", encoding="utf-8")
    folder = Folder(Editing("there", 0, 0, essay=essay), place)
    assert (folder.essay.parent / "p.svg").is_file()
    for share in (0.0, 0.3, 0.9):
        words = folder.edit(share)
        assert f"{words}" in folder.essay.read_text(encoding="utf-8").split("```")[2]
    assert "<base" in (place / "specimen.html").read_text(encoding="utf-8")


# -- The edits -------------------------------------------------------------------------------------


def test_no_two_edits_make_the_same_text(tmp_path: Path) -> None:
    """Each edit says words that stand once in the text, and changes its paragraph's length."""
    folder = Folder(TOY, tmp_path)
    seen: list[str] = []

    def insert() -> str:
        return folder.insert(50)

    for edit in (folder.edit, folder.edit, insert, folder.edit, insert):
        words = edit()
        seen.append(folder.essay.read_text())
        assert all(words not in text for text in seen[:-1])
        assert words in seen[-1]
    assert len({len(text) for text in seen}) == len(seen)
    assert [path.name for path in folder.essay.parent.iterdir()] == ["specimen.md"]


def test_edits_stand_all_over_the_text(tmp_path: Path) -> None:
    """Each round edits another place, from the front to the back; two pages come before all."""
    folder = Folder(EDITINGS[0], tmp_path)
    edited = [folder.edit(share) for share in (0.2, 0.5, 0.8)]
    pages = folder.insert(50)
    text = folder.essay.read_text()
    places = [text.index(words) / len(text) for words in (pages, *edited)]
    assert places == pytest.approx([0.05, 0.2, 0.5, 0.8], abs=0.05)


def test_a_cold_build_finds_nothing(tmp_path: Path) -> None:
    """What builds have kept is taken away, and only that."""
    folder = Folder(TOY, tmp_path)
    (tmp_path / "store" / "pdf").mkdir(parents=True)
    before = {path.name for path in tmp_path.iterdir()}
    folder.forget()
    assert before - {path.name for path in tmp_path.iterdir()} == {"store"}


# -- What is measured ------------------------------------------------------------------------------


class Diary:
    """Notes the text of the PDF and what is in the store, after each command and each press."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[tuple[str, Mapping[str, int]]] = []
        self._make, self._press = make, edits._Press.__call__
        monkeypatch.setattr(edits, "make", self.make)
        monkeypatch.setattr(edits._Press, "__call__", lambda press: self.press(press))

    def make(self, maker: Any, folder: Path, watched: bool = True) -> Any:
        done = self._make(maker, folder, watched)
        self._note(folder / maker.pdf.removeprefix("{folder}/"), folder / "store")
        return done

    def press(self, press: Any) -> Any:
        done = self._press(press)
        self._note(Path(press._order.out, "booklet.pdf"), press._layout.standing.store.folder)
        return done

    def _note(self, pdf: Path, store: Path) -> None:
        entries = {str(path): path.stat().st_mtime_ns for path in store.glob("*/*")}
        self.steps.append((" ".join(texts(pdf)), entries))


# Stands in for Typst, which only the bench installs.
STAND_IN = BenchCommand(
    (sys.executable, "-c", "import pikepdf, sys; p = pikepdf.new(); p.add_blank_page(); "
     "p.save(sys.argv[1])", "{folder}/typst.pdf"), "{folder}/typst.pdf",
)  # fmt: skip


@pytest.mark.slow
def test_every_change_is_made_and_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is of a PDF that holds what was changed, and of no other work than its own."""
    monkeypatch.setattr(rival_typst, "absent", lambda: "")
    monkeypatch.setattr(edits, "TYPST", STAND_IN)
    monkeypatch.setattr(edits, "version", lambda name: f"of {name}")
    diary, said = Diary(monkeypatch), list[str]()
    changes = {change.name: change for change in edits.bench_edits([TOY], 0, said.append)}

    first, tried, last, _, plain, _, cold, anew, unchanged, *edited = diary.steps
    assert "Inserted 1 times" in tried[0]
    assert all("Edited" not in text for text, _ in (first, tried, last, plain, cold))
    assert all("Inserted" not in text for text, _ in (first, last, plain, cold))
    assert "Edited 1 times" in anew[0]
    assert ["Edited 2 times" in edited[0][0], "Edited 3 times" in edited[1][0]] == [True, True]
    assert "Inserted 2 times" in edited[2][0]
    assert "Inserted 3 times" in edited[3][0]
    assert changes[EDITED].pages < changes[MOVED].pages < changes[EDITED].pages + 4
    # a build that does any work keeps something of it
    assert unchanged == anew
    assert anew[1].keys() > cold[1].keys()

    for name in (COLD, EDITED, MOVED, TURNED, EDITED_ANEW, UNCHANGED):
        change = changes[name]
        assert change.ratio == pytest.approx(change.seconds / changes[PLAIN].seconds) != 0
    assert changes[TO_TYPST].ratio == pytest.approx(
        changes[EDITED].seconds / changes[THEIRS].seconds
    )
    assert changes[SEEN].seconds or "Chromium" in changes[SEEN].why_not
    assert 0.5 < changes[MEMORY].ratio < 2
    assert said[1].startswith("toy, round 1 of 1: plain WeasyPrint ")
    assert any(re.match(r"toy +unchanged, .* 0\.02 (reached|missed)$", line) for line in said)


@pytest.mark.parametrize(
    ("moves", "counted"), [([2], 1), ([3, 2], 2), ([1, 3, 0, 2], 4), ([1] * 5, None)]
)
def test_only_an_insertion_of_the_right_length_counts(
    moves: list[int], counted: int | None, tmp_path: Path
) -> None:
    """Another is put in until the later pages move by two; what is tried in vain is not counted."""
    asked = iter(moves)

    class Scripted(edits._Press):
        tried = 0

        def __call__(self) -> tuple[float, int]:
            self.tried += 1
            self.last += next(asked)
            return float(self.tried), 20

    nobody: Any = SimpleNamespace(standing=SimpleNamespace(store=NONE))
    press = Scripted(Folder(TOY, tmp_path), nobody)
    press._sentences = 20
    assert press.insert(2) == (counted and (counted, 20))
    assert press.tried == len(moves)


@pytest.mark.slow
def test_a_preview_that_makes_no_booklet_stops_the_bench(tmp_path: Path) -> None:
    """An edit that breaks the text is told, and not waited for."""
    essay = put(specimen(500), tmp_path)

    def spoil() -> None:
        put("---\ntitel: A slip\n---\n", tmp_path)

    with pytest.raises(BookletError, match="the preview made no booklet"):
        memory(essay, tmp_path, spoil, (1, 2))


# -- The table -------------------------------------------------------------------------------------


def test_the_table_says_what_was_reached() -> None:
    """A ratio is held against its target, which is not rounded; the others' times have none."""
    row = EDITINGS[0]
    lines = aligned(
        [
            Change(row, PLAIN, 10, 120, 1).cells(),
            Change(row, EDITED, 0.35, 120, 0.035).cells(),
            Change(row, EDITED, 0.36, 120, 0.036).cells(),
            Change(row, MEMORY, ratio=1.11).cells(),
        ],
        left=(0, 1, 5),
    )
    assert [re.split(r"  +", line) for line in lines] == [
        ["edits-reader", PLAIN, "120", "10.00", "1.000"],
        ["edits-reader", EDITED, "120", "0.35", "0.035", "0.035 reached"],
        ["edits-reader", EDITED, "120", "0.36", "0.036", "0.035 missed"],
        ["edits-reader", MEMORY, "1.110", "1.1 missed"],
    ]


def test_medians_are_compared_and_what_is_left_out_is_said() -> None:
    """One slow run moves no ratio; without Typst there is a reason in its place."""
    taken = TimesTaken(TOY)
    for name in (PLAIN, THEIRS, COLD, EDITED, MOVED, EDITED_ANEW, UNCHANGED):  # and no TURNED
        for seconds in (2, 900, 1):
            taken.note(name, {PLAIN: 10, THEIRS: 4}.get(name, 1) * seconds, 7)
    ratios = {change.name: change.ratio for change in taken.changes()}
    others = dict.fromkeys((COLD, EDITED, MOVED, EDITED_ANEW, UNCHANGED), 0.1)
    assert ratios == {PLAIN: 1, THEIRS: 0.4, TO_TYPST: 0.25, TURNED: 0, **others}
    (turned,) = (change for change in taken.changes() if change.name == TURNED)
    assert turned.cells()[2:] == ("", "", "", "left out: the pages moved by other numbers")
    left = [change.cells()[1:] for change in taken.changes("it is not here")][1:4]
    assert left[0] == (THEIRS, "", "", "", "left out: it is not here")
    assert [cells[0] for cells in left[1:]] == [COLD, EDITED]


def test_the_figures_say_what_they_depend_on() -> None:
    """A day, a number of cores and the versions stand over the table."""
    assert re.match(r"\d{4}-\d\d-\d\d, \d+ cores, .*Python 3\.\d+.*, WeasyPrint 70\.0", about())


# -- The same text for Typst -----------------------------------------------------------------------

_COMMANDS = re.compile(
    r"<[\w-]+>|#page-of|#[a-z]+|\(block: true\)|table\.\w+(\(stroke: [\d.]+pt\))?"
    r'|align: .*|text\(weight: "semibold"\)'
)


def test_the_markup_has_every_word_of_the_manuscript() -> None:
    """Nothing is lost on the way to Typst: words, notes and tables are all there."""
    body = typst_markup(BOOK).partition("#counter(page).update(1)")[2]
    words = re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", _COMMANDS.sub("", body))
    assert len(words) == count(BOOK)
    assert body.count("#footnote[") == len(re.findall(r"^\[\^\d+\]:", BOOK, re.MULTILINE))
    assert body.count("#page-of(") == BOOK.count("{page}")
    assert body.count("#table(") == BOOK.count("| Year |") > 0


@pytest.mark.skipif(not find_spec("typst"), reason="only the bench installs it")
def test_typst_sets_a_book_like_ours(tmp_path: Path) -> None:
    """The contents tell the page of each chapter, counted from the first one's."""
    prepare(BOOK, tmp_path)
    _, pages = make(TYPST, tmp_path)
    text = texts(tmp_path / "typst.pdf", "-layout")
    assert pages == len(text)
    lines = dict(re.findall(r"^ *(\S.*?)(?: \.)+\W*(\d+)$", "\n".join(text[:3]), re.MULTILINE))
    titles = re.findall(r"^# (.*) \{", BOOK, re.MULTILINE)
    body = next(at for at, page in enumerate(text) if titles[0] in page and ". . ." not in page)
    assert len(titles) == 4
    for title in titles:
        assert title in text[body + int(lines[title]) - 1]


def test_without_its_package_typst_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is said; where the package is, there is none."""
    monkeypatch.setattr(rival_typst, "find_spec", lambda _: None)
    assert rival_typst.absent() == "the package `typst` is not installed"
    monkeypatch.setattr(rival_typst, "find_spec", lambda name: name)
    assert rival_typst.absent() == ""
