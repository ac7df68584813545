"""The set: what is made of one manuscript in one go, and how it is written."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from booklet import preflight
from booklet.errors import BookletError
from booklet.findings import Finding
from booklet.press import Order
from booklet.quick.layout import QuickLayout
from tests.conftest import Shop, pull, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from booklet.editions import Edition

USUAL = ["booklet.html", "booklet.pdf", "concordance.json", "guide.pdf", "sheets.pdf"]


def names(press: Shop) -> list[str]:
    """Return the names of all files that the press wrote, but for what it found."""
    written = {path.name for path in (press.folder / "out").iterdir()}
    return sorted(written - {"findings.json"})


def headed(*lines: str) -> str:
    """Return an essay with these lines in its front matter."""
    return "\n".join(["---", "title: T", *lines, "---", "", "Text.", ""])


def test_the_usual_set_is_a_booklet_to_read_and_sheets_to_print(press: Shop) -> None:
    """Without a word from anyone."""
    made = press.set(editions=())
    assert [one.edition.style.name for one in made.booklets] == ["reader", "booklet"]
    assert [one.path.name for one in made.booklets] == ["booklet.pdf", "sheets.pdf"]
    assert names(press) == USUAL
    assert made.report.findings == ()


@pytest.mark.parametrize("where", ["essay.md", "booklet.toml"])
def test_an_essay_says_which_set_it_wants(press: Shop, where: str) -> None:
    """In its front matter, or in the file beside it."""
    files = {"essay.md": headed(), "booklet.toml": 'set = ["reader"]\n'}
    if where == "essay.md":
        files = {"essay.md": headed("set: [reader]"), "booklet.toml": 'set = ["booklet"]\n'}
    press.set(files, editions=())
    assert names(press) == USUAL[:2]


def test_other_editions_are_named_after_themselves(press: Shop) -> None:
    """Pages and sheets of an author's own editions do not stand in the place of the usual ones."""
    text = headed(
        "editions:",
        "  wide: {based-on: reader, trim: A4}",
        "  pocket: {based-on: booklet, trim: A6, sheets: {scheme: signatures, cover: yes}}",
    )
    text += "\n# One\n\nText.\n\n# Two\n\nText.\n"
    wide, pocket = press.set(text, editions=("wide", "pocket")).booklets
    assert [path.name for path in wide.files] == ["wide.pdf"]
    assert [path.name for path in pocket.files][:2] == ["pocket-cover.pdf", "pocket-sheets.pdf"]


def test_sheets_that_nobody_asked_for_are_left_out_where_they_cannot_be(press: Shop) -> None:
    """One note says so; whoever asks for them by name hears an error."""
    made = press.set(headed("trim: A4"), editions=())
    assert [told(made.booklets[0]), names(press)] == [[], USUAL[:2]]
    assert [finding.code for finding in made.report.findings] == ["I02"]
    for order in ({"editions": ("booklet",)}, {"editions": (), "sheets": "1"}):
        with pytest.raises(BookletError, match="does not fit twice"):
            press.set({}, **order)
    with pytest.raises(BookletError, match="does not fit twice"):
        press.set(headed("trim: A4", "set: [reader, booklet]"), editions=())


def test_every_edition_can_be_made_at_once(press: Shop) -> None:
    """With those that the author has defined."""
    text = headed("editions: {mine: {based-on: reader}}")
    made = press.set(text, editions=(), every=True)
    found = [one.edition.style.name for one in made.booklets]
    assert found[:2] == ["reader", "booklet"]
    assert found[-1] == "mine"


def test_editions_made_side_by_side_have_the_bytes_of_those_made_one_by_one(
    press: Shop, crew: QuickLayout
) -> None:
    """Whichever of the layouts made which."""
    press.write(headed())
    order = Order("essay.md", out="out", cwd=press.folder)
    with QuickLayout() as other:
        together = pull(order, [crew, other])
    alone = pull(order, [crew])
    for one, two in zip(together.booklets, alone.booklets, strict=True):
        assert one.pages.pdf == two.pages.pdf


def test_an_edition_that_fails_beside_another_writes_nothing(press: Shop) -> None:
    """Not even the one that is good, whose older sister stays."""
    good = press.set(editions=()).booklets[0].path
    before = good.read_bytes()
    text = headed("editions: {mine: {based-on: reader, styles: [gone.css]}}")
    press.write(text)
    order = Order("essay.md", ("reader", "mine"), out="out", cwd=press.folder)
    with (
        QuickLayout() as one,
        QuickLayout() as other,
        pytest.raises(BookletError, match="is not there"),
    ):
        pull(order, [one, other])
    assert good.read_bytes() == before
    assert names(press) == USUAL


def test_a_set_with_a_loss_stands_beside_the_last_good_one(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, though only one of its booklets has the loss: they are a set."""
    press.set(editions=())
    paths = [path for path in (press.folder / "out").iterdir() if path.name != "findings.json"]
    good = {path: path.read_bytes() for path in paths}

    def lost(edition: Edition, *_others: object) -> preflight.Inspection:
        is_lost = edition.style.name == "booklet"
        return preflight.Inspection((Finding("C01", "gone"),) if is_lost else (), ())

    monkeypatch.setattr(preflight, "inspect", lost)
    made = press.set("# Another\n\nText.\n", editions=())
    assert str(made.report.findings[0]).startswith("error: gone, in the edition `booklet`")
    assert names(press) == [
        "booklet-unsound.html", "booklet-unsound.pdf", "booklet.html", "booklet.pdf",
        "concordance.json", "guide.pdf", "sheets-unsound.pdf", "sheets.pdf",
    ]  # fmt: skip
    assert {path: path.read_bytes() for path in good} == good
    monkeypatch.undo()
    press.set(editions=())
    assert names(press) == USUAL


def test_what_is_found_in_all_editions_is_said_once(press: Shop) -> None:
    """And what is found in one alone, with its name."""
    press.write({"wide.css": "p { colour: red }"})
    text = headed("editions: {mine: {based-on: reader, styles: [wide.css]}}") + "\nA[^gone].\n"
    found = [str(f) for f in press.set(text, editions=("reader", "mine")).report.findings]
    assert [line[-5:] for line in found] == ["[M04]", "[S01]"]
    assert "in the edition `mine`" in found[1]
    assert "the edition" not in found[0]


def test_two_editions_cannot_have_one_file(press: Shop) -> None:
    """Whoever lets the booklet come out as pages hears that the reader's file has its name."""
    with pytest.raises(BookletError, match=r"two editions would both be `booklet\.pdf`"):
        press.set(headed("editions: {booklet: {output: pages}}"), editions=())


def test_the_verb_makes_the_set_and_says_how_to_print(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A line for each file, the last one for the time."""
    (tmp_path / "essay.md").write_text(headed())
    done = inv("build", "--essay", "essay.md", "--out", "out")
    lines = done.stdout.splitlines()
    assert lines[0] == "out/booklet.pdf: 4 pages of A5"
    assert lines[1] == (
        "out/sheets.pdf: 4 pages: 1 sheet of A4; "
        "print on both sides, flip on the short edge, actual size"
    )
    assert lines[-1].endswith(" s")


def test_the_verb_takes_several_editions(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """`--edition` may be given more than once, and not with `--all`."""
    (tmp_path / "essay.md").write_text(headed("editions: {mine: {based-on: reader}}"))
    words = ("build", "--essay", "essay.md", "--out", "out")
    assert inv(*words, "--edition", "mine", "--edition", "reader").returncode == 0
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == [
        "booklet.html", "booklet.pdf", "concordance.json", "findings.json", "mine.html", "mine.pdf",
    ]  # fmt: skip
    assert inv(*words, "--edition", "mine", "--all").returncode == 2


def test_pages_as_large_as_the_paper_are_printed_as_they_are(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """They turn over the long edge, as a book does; what is smaller is for the screen."""
    (tmp_path / "essay.md").write_text(headed("paper: letter"))
    done = inv("build", "--essay", "essay.md", "--out", "out", "--edition", "handout")
    said = "out/handout.pdf: 1 page of letter; print on both sides, flip on the long edge"
    assert done.stdout.startswith(said)
