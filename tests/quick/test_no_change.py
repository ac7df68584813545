"""The receipt: the same words are not worked on twice, and any change is seen."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from booklet.digest import digest
from booklet.quick import no_change, prestart
from booklet.quick.no_change import Receipt, again, keep, look, touches, untouched
from booklet.quick.store import Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

WORDS = ("build", "--essay", "essay")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an essay, and a booklet for which there is a receipt."""
    house = tmp_path / "styles"
    for path in (house, tmp_path / "essay" / "figures", tmp_path / "out"):
        path.mkdir(parents=True)
    (house / "text.css").write_text("p {}")
    (tmp_path / "essay" / "essay.md").write_text("Words.")
    (tmp_path / "essay" / "figures" / "a.svg").write_text("<svg/>")
    (tmp_path / "essay" / "link.svg").symlink_to("figures/a.svg")
    (tmp_path / "out" / "booklet.pdf").write_bytes(b"%PDF")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(no_change, "_HOUSE", (house,))
    store = Store(tmp_path / ".store", "one version")
    monkeypatch.setattr(no_change, "opened", lambda: store)
    seen = look("essay", tmp_path)
    assert seen
    written = {str(tmp_path / "out" / "booklet.pdf"): digest(b"%PDF")}
    keep(Receipt(seen, written, "made\n", "warned\n", 1, 1), WORDS, store)
    return tmp_path


def test_it_is_said_again(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing has changed, all is said as before, and that there was nothing to do."""
    assert again(WORDS) == 1
    said = capsys.readouterr()
    assert said.err == "warned\n"
    assert said.out.startswith("made\n1 warning, nothing has changed, 0.")
    (built / "elsewhere").write_text("not in the folder of the essay")
    assert again(WORDS) == 1


@pytest.mark.parametrize("words", [(), ("build",), (*WORDS, "--fit"), ("build", "--essay=essay")])
def test_other_words_are_another_build(built: Path, words: tuple[str, ...]) -> None:
    """A receipt is for the very same words."""
    assert built
    assert again(words) is None


def _with_a_template(essay: Path) -> None:
    (essay / "templates").mkdir()
    (essay / "templates" / "cover.html").write_text("")


def _leading_to(place: str, link: Path) -> None:
    link.unlink()
    link.symlink_to(place)


def _no_link(link: Path) -> None:
    link.unlink()
    link.write_text("<svg/>")


def _moved(folder: Path, place: Path) -> None:
    folder.rename(place)
    folder.symlink_to(place)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a word": lambda here: (here / "essay" / "essay.md").write_text("Words!"),
    "a picture": lambda here: (here / "essay" / "figures" / "a.svg").write_text("<svg />"),
    "a file more": lambda here: (here / "essay" / "style.css").write_text(""),
    "a folder more": lambda here: _with_a_template(here / "essay"),
    "a file less": lambda here: (here / "essay" / "figures" / "a.svg").unlink(),
    "another link": lambda here: _leading_to("figures", here / "essay" / "link.svg"),
    "a file for a link": lambda here: _no_link(here / "essay" / "link.svg"),
    "our own style": lambda here: (here / "styles" / "text.css").write_text("p { }"),
    "no booklet": lambda here: (here / "out" / "booklet.pdf").unlink(),
    "another booklet": lambda here: (here / "out" / "booklet.pdf").write_bytes(b"%PDG"),
    "another essay": lambda here: _moved(here / "essay", here / "old"),
    "no essay": lambda here: (here / "essay" / "essay.md").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_seen(change: str, built: Path) -> None:
    """A change of anything near the essay, of our styles, or of what was made."""
    assert again(WORDS) == 1
    CHANGES[change](built)
    assert again(WORDS) is None


def test_the_fonts_of_the_machine_count(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that comes, goes or is replaced, in a folder that Fontconfig's settings name."""
    fonts = built / "machine" / "of two"
    fonts.mkdir(parents=True)
    (built / "fonts.conf").write_text(f"<dir>{fonts.parent}</dir>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(built / "fonts.conf"))
    looks = [look("essay", built), look("essay", built)]
    for content in ("one", "another"):
        (fonts / "a.otf").write_text(content)
        looks.append(look("essay", built))
    (fonts / "a.otf").unlink()
    looks.append(look("essay", built))
    none, again_none, one, other, gone = (seen and seen.house for seen in looks)
    assert none == again_none == gone
    assert len({none, one, other}) == 3


def test_too_much_is_not_looked_at(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder with very much in it, the press looks for itself."""
    monkeypatch.setattr(no_change, "_MOST_FILES", 3)
    assert look("essay", built) is None
    assert again(WORDS) is None


def test_a_broken_receipt_is_none(built: Path) -> None:
    """What is no receipt is taken for none."""
    store = Store(built / ".store", "one version")
    for content in (b"", b"{}", b"[]", b'{"seen": {}}', b"\xff"):
        store.put("receipt", no_change._key(WORDS), content)
        assert again(WORDS) is None


@pytest.mark.parametrize("what", ["essay.md", "p.svg", "fonts/a.otf", "new.css"])
def test_a_change_that_was_taken_back_is_seen(built: Path, what: str) -> None:
    """The content is the same then, and the booklet may have been made of another."""
    path = built / "essay" / what
    path.parent.mkdir(exist_ok=True)
    if what != "new.css":
        path.write_text("Words.")
    before, seen = touches("essay", built), look("essay", built)
    assert before
    assert untouched(before, touches("essay", built), ())
    path.write_text("Others")
    if what != "new.css":
        path.write_text("Words.")
        os.utime(path, ns=(path.stat().st_atime_ns, 0))
        assert look("essay", built) == seen
    after = touches("essay", built)
    assert not untouched(before, after, ())
    assert untouched(before, after, (str(path),))


def test_an_essay_that_is_a_link_has_its_folder_looked_at(built: Path) -> None:
    """The files around it are those beside the link, and what it leads to is the text."""
    (built / "texts").mkdir()
    (built / "texts" / "long.md").write_text("Words.")
    (built / "essay" / "essay.md").unlink()
    (built / "essay" / "essay.md").symlink_to("../texts/long.md")
    seen, touched = look("essay", built), touches("essay", built)
    (built / "essay" / "style.css").write_text("p {}")
    assert look("essay", built) != seen
    (built / "essay" / "style.css").unlink()
    assert look("essay", built) == seen
    (built / "texts" / "long.md").write_text("Others.")
    assert look("essay", built) != seen
    assert not untouched(touched, touches("essay", built), ())


@pytest.mark.slow
def test_nothing_to_do_is_said_at_once(
    tmp_path: Path, inv: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The second build of an essay finds nothing to do, whatever was found in it; one that is
    edited is built."""
    essay = tmp_path / "essay.md"
    essay.write_text("# Title\n\nSome words, \U0001fbfb, ![a](gone.png), <blink>no tag</blink>.\n")
    words = ("build", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    first = inv(*words)
    second = inv(*words)
    assert "nothing has changed" not in first.stdout
    assert "nothing has changed" in second.stdout
    assert second.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    made = (tmp_path / "out" / "booklet.pdf").read_bytes()
    essay.write_text("# Title\n\nOther words.\n")
    assert "nothing has changed" not in inv(*words).stdout
    assert (tmp_path / "out" / "booklet.pdf").read_bytes() != made
    assert "nothing has changed" not in inv(*words, "--plain").stdout
    assert "nothing has changed" not in inv(*words, "--plain").stdout


@pytest.mark.slow
def test_a_build_during_which_a_file_was_touched_leaves_no_receipt(
    tmp_path: Path, inv: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """What it was made of is not known then."""
    (tmp_path / "essay.md").write_text("# Title\n\nSome words.\n")
    words = ("build", "--essay", "essay.md", "--edition", "reader", "--out", "out")
    ended = threading.Event()

    def touch() -> None:
        while not ended.wait(0.01):
            (tmp_path / "table.csv").write_text("1,2")

    beside = threading.Thread(target=touch)
    beside.start()
    assert inv(*words).returncode == 0
    ended.set()
    beside.join()
    receipts = Path(prestart.folder()) / "receipt"
    assert not receipts.exists()
    assert inv(*words).returncode == 0
    assert len(list(receipts.iterdir())) == 1
