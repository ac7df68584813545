"""Pages ahead of their booklet: what is shown early is what the booklet will show."""

from __future__ import annotations

import shutil
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from booklet.press import Order
from booklet.preview import file_watch
from booklet.preview.file_watch import Changes
from booklet.preview.page_images import Plates
from booklet.preview.shown_editions import ShownEditions
from booklet.preview.view import ShownRemark, ahead, shown
from booklet.quick.early_pages import Advance, Early
from booklet.quick.layout import QuickLayout
from booklet.source import ROOT
from tests.conftest import Shop, pull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from booklet.press import BookletSet

TEXT = "---\ntitle: On tea\nauthor: A. Writer\n---\n" + "".join(
    f"\n# Cup {number}\n\nSee [the last cup, on page {{page}}](#cup-3){', and so on' * number}.\n"
    + "".join(f"\nOr see [page {{page}}](#cup-{cup}).\n" for cup in (1, 2, 3, 1, 2, 3))
    + "".join(f"\nThe sip number {number}.{sip} is hot. {'More tea. ' * 60}\n" for sip in range(9))
    for number in range(1, 4)
)


class Desk:
    """A press that hands pages out early, and notes them and what it was doing then."""

    def __init__(self, folder: Path, crew: QuickLayout) -> None:
        self.folder, self.crew = folder, crew
        self.steps: list[str] = []
        self.heard: list[tuple[Advance, str]] = []

    def press(self, text: str, last: BookletSet | None = None) -> BookletSet:
        """Press a text after the booklet `last`."""
        (self.folder / "essay.md").write_text(text)
        self.heard = []
        self.crew.early = None
        if last:
            self.crew.early = Early(
                last.booklets[0].pages, lambda each: self.heard.append((each, self.steps[-1]))
            )
        order = Order("essay.md", ("reader",), out="out", cwd=self.folder)
        return pull(order, [self.crew], self.steps.append)


@pytest.fixture
def desk(press: Shop) -> Iterator[Desk]:
    """A press with a crew of its own, which stays."""
    with QuickLayout(processes=2) as crew:
        yield Desk(press.folder, crew)


def pictures(pdf: bytes, *numbers: int) -> list[bytes]:
    """Return the pictures of some pages."""
    plates = Plates(pdf)
    found = [plates.picture(number, 300) for number in numbers]
    plates.close()
    return found


def test_early_pages_are_those_of_the_whole(desk: Desk) -> None:
    """The changed pages of the edited part and no others, before the parts after it are laid out:
    the same digests, the same pictures, numbers of pages in the text included."""
    before = desk.press(TEXT)
    after = desk.press(TEXT.replace("sip number 2.4 is hot", "sip number 2.4 is cold"), before)
    ((pages, step),) = desk.heard
    assert step.startswith("laying out “Cup 2”")
    old, new = before.booklets[0].pages, after.booklets[0].pages
    changed = [at for at, leaf in enumerate(new.leaves)
               if leaf.part == "c1" and old.digests[at] != new.digests[at]]  # fmt: skip
    assert changed
    assert list(pages.numbers) == changed
    assert list(pages.digests) == [new.digests[at] for at in changed]
    assert list(pages.leaves) == [new.leaves[at] for at in changed]
    assert pictures(pages.pdf, *range(len(changed))) == pictures(new.pdf, *changed)


def test_early_pages_have_the_last_numbers(desk: Desk) -> None:
    """A page with a reference on it shows the number that was true in the last booklet."""
    before = desk.press(TEXT)
    after = desk.press(TEXT.replace("See [the last", "Look for [the last", 1), before)
    ((pages, _),) = desk.heard
    new = after.booklets[0].pages
    assert new.leaves[pages.numbers[0]].part == "c0"
    assert pages.digests[0] == new.digests[pages.numbers[0]]
    assert pictures(pages.pdf, 0) == pictures(new.pdf, pages.numbers[0])
    plates = Plates(pages.pdf)
    folio = new.leaves[new.spots["cup-3"].page].folio
    assert f"Look for the last cup, on page {folio}" in " ".join(plates.text(0).split())
    plates.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nothing", "nothing"),
        ("The sip number 2.4 is hot.", "The sip. " * 900),
        ("title: On tea", "title: On coffee"),
    ],
)
def test_what_takes_no_pages_place_waits_for_the_whole(desk: Desk, old: str, new: str) -> None:
    """Nothing changed, a part with other pages, or only its margins' words: then all or nothing
    is handed out, and never a page that the whole does not have."""
    before = desk.press(TEXT)
    after = desk.press(TEXT.replace(old, new), before).booklets[0].pages
    for pages, _ in desk.heard:
        assert list(pages.digests) == [after.digests[at] for at in pages.numbers]
    if "title" not in old:
        assert desk.heard == []


def test_pages_that_are_set_with_other_numbers_first_are_not_new_each_time(desk: Desk) -> None:
    """A part is set with numbers that are guessed, and again with those that are true; of what was
    so the last time, nothing is handed out. The essay has such a part."""
    shutil.copytree(ROOT / "essays/strategic-military-alliances", desk.folder, dirs_exist_ok=True)
    text = (desk.folder / "essay.md").read_text()
    made = desk.press(text)
    for word in ("kingdoms", "republics", "states"):
        last, made = made, desk.press(text.replace("Few governments", f"Few {word}", 1), made)
        was, now = (each.booklets[0].pages.digests for each in (last, made))
        numbers = {number for advance, _ in desk.heard for number in advance.numbers}
        assert numbers
        if word != "kingdoms":  # there is no last time before
            assert numbers == {at for at in numbers if was[at] != now[at]}


def test_nobody_pays_who_does_not_ask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anybody to hear of them, no pages are made early."""

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(QuickLayout, "ahead", never)
    desk.press(TEXT)
    desk.press(TEXT.replace("is hot", "is cold", 1))


def test_pages_are_taken_back_if_their_booklet_does_not_come(desk: Desk, tmp_path: Path) -> None:
    """The last good pages are shown again, and a browser is told which."""
    before = desk.press(TEXT)
    manuscript = before.booklets[0].edition.manuscript
    gallery = ShownEditions(tmp_path)
    gallery.hang("reader", shown(before, None))
    good = gallery.facts("reader")
    gallery.picture(gallery.hung["reader"].pages.digests[0], 300)
    desk.press(TEXT.replace("sip number 2.4 is hot", "sip number 2.4 is cold"), before)
    pages = ahead(desk.heard[0][0], manuscript)
    told = gallery.advance("reader", pages)
    number = told["edited"]
    assert told["pages"][number]["digest"] in pages.digests
    assert gallery.facts("reader")["pages"] != good["pages"]
    assert "2.4 is cold" in _text(gallery, number)
    address = f"picture/{told['pages'][number]['digest']}/300"
    png = gallery.picture(told["pages"][number]["digest"], 300)
    assert png
    assert told["picture"] == {"address": address, "png": b64encode(png).decode()}

    back = gallery.lose("reader", (ShownRemark("error", "", "gone", "", "essay.md", 3),))
    assert back["pages"].keys() == told["pages"].keys()
    assert back["number"] > told["number"]
    assert gallery.facts("reader")["pages"] == good["pages"]
    assert "2.4 is hot" in _text(gallery, number)
    assert gallery.lose("reader", ()) == {}


def _text(gallery: ShownEditions, number: int) -> str:
    """Return the text of a page on show, as one line."""
    page: Any = gallery.page("reader", number)
    return " ".join(page["text"].split())


def test_the_first_change_is_taken_at_once_and_a_burst_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows closely is waited for until nothing more comes."""
    one, two, three = (tmp_path / name for name in "abc")
    monkeypatch.setattr(file_watch, "_SOON", 1e6)
    changes = Changes()
    coming = [three]

    def wait(seconds: float) -> None:
        assert 0 < seconds <= file_watch._QUIET
        if coming:
            changes.add({coming.pop()})

    monkeypatch.setattr(changes._news, "wait", wait)
    changes.add({one})
    assert changes.take() == {one}
    assert coming
    changes.add({two})
    assert changes.take() == {two, three}
