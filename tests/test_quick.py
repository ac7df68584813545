"""The quick press: what is kept from before never shows in the booklet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booklet.pages.crew import Crew
from booklet.pages.standing import Standing
from booklet.press import Order, pull
from booklet.store import opened
from tests.conftest import Shop, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from booklet.press import Booklet

# Manuscripts that are edited at random: a few in the suite, as many as one has time for by hand.
EDITED = int(os.environ.get("BOOKLET_EDITED", "6"))

WORDS = (
    *("a", "treaty", "of", "the", "old", "world", "binds", "states", "that", "fear", "others"),
    *("and", "lasts", "until", "war", "comes"),
)

FRONT = """\
---
title: {title}
author: A. Writer
{more}---

"""

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20">{inside}'
    '<rect width="{width}" height="20" opacity="{opacity}" fill="{fill}"/></svg>'
)
SHADED = (
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#000"/>'
    '<stop offset="1" stop-color="#fff" stop-opacity="0.5"/></linearGradient></defs>'
)


@pytest.fixture(scope="module")
def crews() -> Iterator[tuple[Crew, Crew]]:
    """A crew that keeps what it made, and one that makes all anew."""
    with Crew(hands=2) as quick, Crew(plain=True) as plain:
        yield quick, plain


def same(folder: Path, quick: Crew, plain: Crew) -> Booklet:
    """Press the essay in a folder both ways, and return it; they are the same in every byte."""
    order = Order("essay.md", ("reader",), out="out", cwd=folder)
    ours = pull(order, [quick]).booklets[0]
    theirs = pull(order, [plain]).booklets[0]
    assert ours.pages.pdf == theirs.pages.pdf
    assert told(ours) == told(theirs)
    assert ours.pages.spots == theirs.pages.spots
    return ours


class Manuscript:
    """A manuscript that can be edited: chapters of blocks, notes, pictures, a style."""

    def __init__(self) -> None:
        self.title, self.more, self.style = "Of treaties", "", ""
        self.notes = 0
        self.chapters = [[f"# Chapter {n}", *(self.paragraph(n, 40) for _ in range(6))]
                         for n in range(1, 4)]  # fmt: skip
        self.picture = PICTURE.format(inside="", width=30, opacity=1, fill="#222")

    def paragraph(self, seed: int, length: int) -> str:
        """Return a paragraph."""
        return " ".join(WORDS[(seed * 7 + i * (seed % 5 + 1)) % len(WORDS)] for i in range(length))

    def write(self, folder: Path) -> None:
        """Write it to a folder."""
        text = FRONT.format(title=self.title, more=self.more)
        text += "\n\n".join(block for chapter in self.chapters for block in chapter)
        text += "".join(f"\n\n[^{n}]: {self.paragraph(n, 9)}." for n in range(1, self.notes + 1))
        (folder / "essay.md").write_text(text + "\n", encoding="utf-8")
        (folder / "picture.svg").write_text(self.picture, encoding="utf-8")
        style = folder / "style.css"
        style.unlink(missing_ok=True)
        if self.style:
            style.write_text(self.style, encoding="utf-8")

    # Edits: each is given two numbers to choose by.

    def words(self, a: int, b: int) -> None:
        """Change a word somewhere."""
        chapter, at = self._place(a)
        chapter[at] = f"Word {b} stands before. {chapter[at]}" if at else f"{chapter[at]} {b}"

    def paragraphs(self, a: int, b: int) -> None:
        """Put in a paragraph, or several."""
        chapter, at = self._place(a)
        chapter[at + 1 : at + 1] = [self.paragraph(b, 20 + b) for _ in range(b % 5 + 1)]

    def removed(self, a: int, _b: int) -> None:
        """Take a block out."""
        chapter, at = self._place(a)
        if at:
            del chapter[at]

    def note(self, a: int, _b: int) -> None:
        """Put in a note."""
        chapter, at = self._place(a)
        if at:
            self.notes += 1
            chapter[at] += f"[^{self.notes}]"

    def heading(self, a: int, b: int) -> None:
        """Put in a heading."""
        chapter, at = self._place(a)
        chapter.insert(at + 1, f"## Section {b}")

    def reference(self, a: int, b: int) -> None:
        """Put in a reference to a page."""
        chapter, at = self._place(a)
        if at:
            chapter[at] += f" See page [](#chapter-{b % len(self.chapters) + 1}){{.page}}."

    def moved(self, a: int, b: int) -> None:
        """Move a chapter."""
        chapter = self.chapters.pop(a % len(self.chapters))
        self.chapters.insert(b % (len(self.chapters) + 1), chapter)

    def added(self, a: int, b: int) -> None:
        """Put in a chapter."""
        self.chapters.append([f"# Another {a}", self.paragraph(b, 30 + b)])

    def figure(self, a: int, b: int) -> None:
        """Put in a figure."""
        chapter, at = self._place(a)
        chapter.insert(at + 1, f'![Figure {b}](picture.svg){{fig-alt="A bar"}}')

    def drawing(self, a: int, b: int) -> None:
        """Change the picture, which may be one that needs groups and patterns."""
        fill, inside = ("url(#g)", SHADED) if a % 2 else ("#444", "")
        self.picture = PICTURE.format(
            inside=inside, width=b + 10, opacity=0.5 if b % 2 else 1, fill=fill
        )

    def settings(self, a: int, b: int) -> None:
        """Change the front matter."""
        self.title = f"Of treaties {b}"
        self.more = ["", "chapter-start: recto\n", "subtitle: In short\n", "trim: A6\n"][a % 4]

    def styles(self, a: int, b: int) -> None:
        """Change the author's own style."""
        self.style = [
            "",
            f"p {{ letter-spacing: {b / 100}pt }}",
            "p::before { content: counter(page) ' ' }",
            "@page :left { @bottom-center { content: counter(page) } }",
            "@page :nth(3) { counter-reset: page 40 }",
            "h1 { opacity: 0.5 } p { background: linear-gradient(#eee, #fff) }",
        ][a % 6]

    def nothing(self, _a: int, _b: int) -> None:
        """Change nothing."""

    def _place(self, a: int) -> tuple[list[str], int]:
        """Return a chapter, and the place of a block in it."""
        chapter = self.chapters[a % len(self.chapters)]
        return chapter, a // 3 % len(chapter)


EDITS: tuple[Callable[[Manuscript, int, int], None], ...] = (
    *(Manuscript.words, Manuscript.paragraphs, Manuscript.removed, Manuscript.note),
    *(Manuscript.heading, Manuscript.reference, Manuscript.moved, Manuscript.added),
    *(Manuscript.figure, Manuscript.drawing, Manuscript.settings, Manuscript.styles),
    Manuscript.nothing,
)


@pytest.mark.slow
@settings(
    max_examples=EDITED,
    deadline=None,
    derandomize="BOOKLET_EDITED" not in os.environ,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(
        st.tuples(st.sampled_from(EDITS), st.integers(0, 50), st.integers(0, 50)),
        min_size=1,
        max_size=4,
    )
)
def test_a_booklet_is_the_same_however_its_manuscript_came_about(
    crews: tuple[Crew, Crew],
    tmp_path_factory: pytest.TempPathFactory,
    edits: list[tuple[Callable[[Manuscript, int, int], None], int, int]],
) -> None:
    """Edited step by step before the eyes of one press, or pressed plainly at once: all bytes are
    the same."""
    folder = tmp_path_factory.mktemp("edited")
    manuscript = Manuscript()
    for edit, a, b in edits:
        edit(manuscript, a, b)
        manuscript.write(folder)
        same(folder, *crews)


def test_one_process_or_two_make_the_same(press: Shop) -> None:
    """However many processes lay out and draw, the booklet is the same."""
    manuscript = Manuscript()
    manuscript.reference(4, 2)
    manuscript.write(press.folder)
    pdfs = set()
    for hands in (1, 2):
        with Crew(hands=hands) as crew:
            order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
            pdfs.add(pull(order, [crew]).booklets[0].pages.pdf)
    assert len(pdfs) == 1


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], Standing]:
    """Return a function that opens one store again and again, as each new press does."""
    return lambda: Standing(opened(tmp_path / "store"))


def test_a_new_press_takes_up_where_the_last_one_ended(
    press: Shop, stored: Callable[[], Standing], crews: tuple[Crew, Crew]
) -> None:
    """What is in the store makes the same booklet as what is not."""
    manuscript = Manuscript()
    for round_ in range(2):
        manuscript.write(press.folder)
        with Crew(standing=stored()) as crew:
            same(press.folder, crew, crews[1])
        manuscript.words(4, round_)


def test_a_damaged_store_harms_no_booklet(
    press: Shop, tmp_path: Path, stored: Callable[[], Standing], crews: tuple[Crew, Crew]
) -> None:
    """Bytes that were flipped or cut off are not used, and neither are files that are gone."""
    Manuscript().write(press.folder)
    with Crew(standing=stored()) as crew:
        same(press.folder, crew, crews[1])
    files = sorted(path for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert len(files) > 6
    for number, path in enumerate(files):
        content = bytearray(path.read_bytes())
        if number % 3 == 0:
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        elif number % 3 == 1:
            path.write_bytes(content[: len(content) // 2])
        else:
            path.unlink()
    with Crew(standing=stored()) as crew:
        same(press.folder, crew, crews[1])
