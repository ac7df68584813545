"""Quick builds: what is kept from before never shows in the booklet."""

from __future__ import annotations

import importlib.resources
import os
import random
import re
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from fontTools.ttLib import TTFont, newTable
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

import booklet.manuscript
from booklet.digest import digest
from booklet.errors import BookletError
from booklet.layout import Laid
from booklet.layout import worker as worker_room
from booklet.layout.engine import warm_up
from booklet.layout.fetcher import Fetcher
from booklet.layout.plain import PlainLayout
from booklet.layout.process import Pending, WorkerProcess
from booklet.layout.requests import Request
from booklet.layout.worker import Worker
from booklet.pdf import compression
from booklet.press import Order
from booklet.quick import layout as crew_room
from booklet.quick import pages as works
from booklet.quick.frozen_pages import FontUse
from booklet.quick.last_work import LastWork
from booklet.quick.layout import QuickLayout
from booklet.quick.pages.fonts import FontCache
from booklet.quick.part_cache import Drawn, PartCache
from booklet.quick.private_api import TO_UNITS, get_pango_font_key, pango
from booklet.quick.requests import LayAgain
from booklet.quick.store import Store, opened
from booklet.quick.worker import prepare
from booklet.source import ROOT, Shelf
from tests.conftest import Shop, pull, told

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

# Characters that are in no font of this machine, nor of any other: they are nobody's.
NOBODYS = ("\U0001fbfb", "\U0001fbfc", "\U0003ffe0")

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
def crews() -> Iterator[tuple[QuickLayout, PlainLayout]]:
    """A crew of two processes that keeps what it made and looks ahead, whatever the length of the
    text; and one that makes all anew."""
    with (
        pytest.MonkeyPatch.context() as patch,
        QuickLayout(processes=2) as quick,
        PlainLayout() as plain,
    ):
        patch.setattr(crew_room, "_WORTH_ANOTHER", 0)
        yield quick, plain


def same(folder: Path, quick: QuickLayout, plain: PlainLayout) -> Booklet:
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

    def lacking(self, a: int, b: int) -> None:
        """Put in characters that no font has, and some that a font of this machine has."""
        chapter, at = self._place(a)
        chapter[at] += f" {NOBODYS[a % 3]} \u2192 {NOBODYS[b % 3]}"

    def raw(self, a: int, b: int) -> None:
        """Put in HTML, and something under a group."""
        chapter, at = self._place(a)
        html = f'<kbd class="k{b}">Key</kbd> <span title="{a}">\u2713 {NOBODYS[b % 3]}</span>'
        chapter.insert(at + 1, f'{html}\n\n<div style="opacity: 0.5">\n\nGrey {b}.\n\n</div>')

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
    *(Manuscript.lacking, Manuscript.raw),
    Manuscript.nothing,
)


@pytest.mark.slow
@pytest.mark.timeout(max(120, 30 * EDITED))
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
    crews: tuple[QuickLayout, PlainLayout],
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


@pytest.fixture(autouse=True)
def _two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a crew of two use them both, though these manuscripts are short."""
    monkeypatch.setattr(crew_room, "_WORTH_ANOTHER", 0)


def test_a_press_that_ends_lets_go_of_what_is_drawn(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """The booklet is the same; and so is the next one, whose pages have moved."""
    manuscript = Manuscript()
    manuscript.reference(4, 2)
    with QuickLayout(processes=2, once=True) as crew:
        for round_ in range(3):
            manuscript.write(press.folder)
            same(press.folder, crew, crews[1])
            assert not crew._live
            manuscript.paragraphs(0, 5 + 9 * round_)


def test_one_process_or_two_make_the_same(press: Shop) -> None:
    """However many processes lay out and draw, the booklet is the same."""
    manuscript = Manuscript()
    manuscript.reference(4, 2)
    manuscript.write(press.folder)
    pdfs = set()
    for processes in (1, 2):
        with QuickLayout(processes=processes) as crew:
            order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
            pdfs.add(pull(order, [crew]).booklets[0].pages.pdf)
    assert len(pdfs) == 1


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], PartCache]:
    """Return a function that opens one store again and again, as each new press does."""
    return lambda: PartCache(opened(tmp_path / "store"))


def test_a_new_press_takes_up_where_the_last_one_ended(
    press: Shop, stored: Callable[[], PartCache], crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """What is in the store makes the same booklet as what is not."""
    manuscript = Manuscript()
    for round_ in range(2):
        manuscript.write(press.folder)
        with QuickLayout(standing=stored()) as crew:
            same(press.folder, crew, crews[1])
        manuscript.words(4, round_)


def test_what_a_pdf_has_packed_is_not_packed_again(press: Shop) -> None:
    """Streams of objects that are learned from a PDF are those that the packer would make."""
    pdf = press("# One\n\n" + "Words.\n\n" * 200).pages.pdf
    for pages, what in ((False, b"/ObjStm"), (True, b"/ObjStm|\n<</Filter /FlateDecode/Length")):
        packer = compression._Packer()
        packer.learn(pdf, pages)
        assert len(packer._kept) == len(re.findall(what, pdf)) > 1
        for _, content in packer._kept.values():
            assert compression.packed(zlib.decompress(content)) == content
            assert packer.pack(zlib.decompress(content)) is content
        before = len(packer._kept)
        packer.learn(pdf[: len(pdf) // 2] + pdf[len(pdf) // 2 + 40 :], pages)
        assert len(packer._kept) == before


def test_what_is_begun_is_packed_as_what_is_waited_for() -> None:
    """Whatever is begun, short or long, known or not, and in whatever order it is waited for."""
    packer = compression._Packer()
    texts = [b"", b"a", b"words " * 100, b"words " * 10_000, os.urandom(9000), bytes(5000)]
    for _ in range(2):
        begun = [(text, packer.begin(text)) for text in (*texts, *texts)]
        for text, end in reversed(begun):
            assert end() == end() == compression.packed(text)
        packer.turn()
    for text in texts:
        assert packer.pack(text) is packer._kept[digest(text)][1]


def test_a_font_is_cut_to_the_letters_there_are(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """A font that was cut for a booklet is cut again for a letter more or less in it."""
    for letters in ("tea", "teak", "te", "tea"):
        (press.folder / "essay.md").write_text(f"# {letters}\n\n*{letters}* `{letters}`")
        same(press.folder, *crews)


def test_a_font_that_was_cut_is_as_one_that_is_cut() -> None:
    """Whatever was kept of other glyphs, and of the same ones with their hints or without."""
    case = FontCache(warm_up(Fetcher(Shelf(ROOT / "styles"), network=False)))
    wanted = pango.pango_font_description_from_string(b"Booklet Serif")
    pango.pango_font_description_set_absolute_size(wanted, 12 * TO_UNITS)
    context = pango.pango_font_map_create_context(case._fonts.font_map)
    found = pango.pango_font_map_load_font(case._fonts.font_map, context, wanted)
    key, description, size = get_pango_font_key(found)
    face = FontUse(case.fresh(key, found, description, size).description, size, {}, {})
    kinds = [({40: "a", 50: "b"}, True), ({40: "a"}, True), ({40: "a"}, False), ({}, True)]
    cut = set()
    for glyphs, hinting in (*kinds, *reversed(kinds)):
        thawed, plain = case.thawed(key, face), case.fresh(key, None, None, size)
        thawed.clean(glyphs, hinting)
        plain.clean(glyphs, hinting)
        assert thawed.file_content == plain.file_content
        cut.add(thawed.file_content)
    assert len(thawed.cuts) == 3
    assert len(cut) >= 3
    for glyph in range(60, 90):
        case.thawed(key, face).clean({glyph: "x"}, False)
    assert len(thawed.cuts) < 10


def test_no_process_is_started_in_vain(
    press: Shop, stored: Callable[[], PartCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new booklet is laid out by two; one that was made before by a second only if much of it
    changed."""
    monkeypatch.setattr(crew_room, "_WORTH_ANOTHER", 20_000)
    manuscript = Manuscript()
    manuscript.chapters *= 4
    started = []
    for changed in (0, 1, 12):
        manuscript.chapters = [
            [*chapter, "More."] if number < changed else chapter
            for number, chapter in enumerate(manuscript.chapters)
        ]
        manuscript.write(press.folder)
        with QuickLayout(standing=stored(), processes=2, once=True) as crew:
            pull(Order("essay.md", ("reader",), out="out", cwd=press.folder), [crew])
            started.append(len(crew._processes))
    assert started == [2, 1, 2]


def test_a_second_process_starts_while_a_text_is_read_for_the_first_time(
    press: Shop, stored: Callable[[], PartCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one that was read before, most will be there."""
    monkeypatch.setattr(crew_room, "_WORTH_ANOTHER", 500)
    Manuscript().write(press.folder)
    own, started = booklet.manuscript.parse, []

    def parse(*words: Any) -> Any:
        started.append(len(crew._processes))
        return own(*words)

    monkeypatch.setattr(booklet.manuscript, "parse", parse)
    for _ in range(2):
        standing = stored()
        recall = LastWork(standing.store)
        with QuickLayout(standing=standing, processes=2, once=True) as crew:
            order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
            pull(order, [crew], last=recall)
            recall.keep()
    assert started == [2, 1]


def test_a_damaged_store_harms_no_booklet(
    press: Shop,
    tmp_path: Path,
    stored: Callable[[], PartCache],
    crews: tuple[QuickLayout, PlainLayout],
) -> None:
    """Bytes that were flipped or cut off are not used, and neither are files that are gone."""
    Manuscript().write(press.folder)
    with QuickLayout(standing=stored()) as crew:
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
    with QuickLayout(standing=stored()) as crew:
        same(press.folder, crew, crews[1])


PRESS = """
import sys
from pathlib import Path
from booklet.quick.layout import QuickLayout
from booklet.quick.part_cache import Drawn, PartCache
from booklet.press import Order
from tests.conftest import pull
from booklet.quick.store import Store, opened

folder, store, out = sys.argv[1:]
with QuickLayout(standing=PartCache(opened(Path(store)))) as crew:
    pull(Order("essay.md", ("reader",), out=out, cwd=Path(folder)), [crew])
"""


def begin(folder: Path, store: Path, out: Path) -> subprocess.Popen[bytes]:
    """Begin a build in a process of its own, with a store of our own."""
    words = (sys.executable, "-P", "-c", PRESS, str(folder), str(store), str(out))
    return subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.slow
def test_a_kill_in_the_middle_harms_no_booklet(
    press: Shop,
    tmp_path: Path,
    crews: tuple[QuickLayout, PlainLayout],
    stored: Callable[[], PartCache],
) -> None:
    """Whenever a build is killed, the next one makes the right booklet of what it left."""
    manuscript, store = Manuscript(), tmp_path / "store"
    for kept in (1, 3):
        manuscript.words(4, kept)
        manuscript.write(press.folder)
        before = len(list(store.glob("part/*")))
        process = begin(press.folder, store, tmp_path / "killed")
        while process.poll() is None and len(list(store.glob("part/*"))) < before + kept:
            pass  # until so much of it is in the store
        process.kill()
        process.wait()
    with QuickLayout(standing=stored()) as crew:
        same(press.folder, crew, crews[1])


def test_two_builds_share_one_store(
    press: Shop,
    tmp_path: Path,
    crews: tuple[QuickLayout, PlainLayout],
    stored: Callable[[], PartCache],
) -> None:
    """Side by side they write the same entries, and each makes the right booklet."""
    Manuscript().write(press.folder)
    outs = [tmp_path / "one", tmp_path / "other"]
    builds = [begin(press.folder, tmp_path / "store", out) for out in outs]
    assert [build.wait(100) for build in builds] == [0, 0]
    with QuickLayout(standing=stored()) as crew:
        made = same(press.folder, crew, crews[1])
    assert made.pages.account.nothing
    assert {(out / "booklet.pdf").read_bytes() for out in outs} == {made.pages.pdf}


# What is done, and what is said of it.


def test_only_what_changed_is_made_anew(press: Shop) -> None:
    """A word in one chapter: that chapter, and what shows the text's shape or version."""
    manuscript = Manuscript()
    manuscript.write(press.folder)
    with QuickLayout() as crew:
        order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
        first = pull(order, [crew]).booklets[0].pages
        again = pull(order, [crew]).booklets[0].pages
        manuscript.words(4, 1)
        manuscript.write(press.folder)
        last = pull(order, [crew]).booklets[0].pages
    assert {why for _, why in first.account.made} == {"as nothing was kept"}
    assert again.account.nothing
    assert last.account.made == tuple(
        (name, "as its text changed") for name in ("cover", "imprint", "c1", "colophon")
    )
    changed = {
        leaf.part
        for leaf, one, other in zip(first.leaves, first.digests, last.digests, strict=True)
        if one != other
    }
    assert changed == {"cover", "imprint", "c1", "colophon"}


def test_after_a_change_that_was_taken_back_the_next_one_finds_all_laid_out(
    press: Shop, crews: tuple[QuickLayout, PlainLayout], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages that come back are known; what is laid out of their parts is that of the change."""
    with QuickLayout(processes=2) as crew:
        _taken_back(press, crew, crews[1], monkeypatch)


def _taken_back(
    press: Shop, quick: QuickLayout, plain: PlainLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Press a text, another, the first one again, and a third."""
    manuscript = Manuscript()
    first, more = manuscript.chapters[0], [manuscript.paragraph(n, 90) for n in range(12)]
    for chapter in (first, [*first, *more], first):
        manuscript.chapters[0] = chapter
        manuscript.write(press.folder)
        same(press.folder, quick, plain)
    before: dict[str, str] = {}
    send = WorkerProcess.send

    def note(self: WorkerProcess, request: Request[Any], *rest: Any) -> Any:
        if isinstance(request, LayAgain):
            before[request.part.name] = request.before or ""
        return send(self, request, *rest)

    manuscript.chapters[0] = [*first, *more, *more]
    manuscript.write(press.folder)
    monkeypatch.setattr(WorkerProcess, "send", note)
    pull(Order("essay.md", ("reader",), out="out", cwd=press.folder), [quick])
    monkeypatch.setattr(WorkerProcess, "send", send)
    chapters = {name: key for name, key in before.items() if name in ("c0", "c1", "c2")}
    assert chapters
    assert all(chapters.values())
    same(press.folder, quick, plain)


def test_pages_that_move_get_new_margins_and_nothing_else(press: Shop) -> None:
    """Their text is neither laid out nor drawn again."""
    manuscript = Manuscript()
    manuscript.more = "chapter-start: recto\n"
    manuscript.write(press.folder)
    with QuickLayout() as crew:
        order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
        before = pull(order, [crew]).booklets[0].pages
        manuscript.chapters[0] += [manuscript.paragraph(n, 90) for n in range(12)]
        manuscript.write(press.folder)
        after = pull(order, [crew]).booklets[0].pages
    assert after.spots["chapter-2"].page > before.spots["chapter-2"].page
    moved = dict(after.account.made)
    assert moved["c1"] == moved["c2"] == "but for its text, as its pages have moved"


@pytest.mark.parametrize(
    "style",
    [
        "p { opacity: 0.5 }",
        "p { background: linear-gradient(#eee, #fff) }",
        "h1 { border-radius: 2pt; background: #eee }",
        "@page :left { @top-left { content: url(picture.svg) } }",
    ],
)
def test_groups_and_patterns_are_frozen_too(
    press: Shop, crews: tuple[QuickLayout, PlainLayout], style: str
) -> None:
    """What has a name in the PDF that counts others gets the right one when pages are joined."""
    manuscript = Manuscript()
    manuscript.figure(4, 1)
    manuscript.drawing(1, 1)
    manuscript.style = style
    manuscript.write(press.folder)
    assert same(press.folder, *crews).pages.digests


def test_characters_that_no_font_has_are_frozen_too(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """In the text, in a heading and the heads of pages, in several sizes, under a group; however
    they are counted after an edit."""
    one, other, third = NOBODYS
    manuscript = Manuscript()
    manuscript.style = "blockquote { opacity: 0.5 } h2 { font-family: inherit }"
    manuscript.chapters[2][0] = f"# Chapter 3 {one}"
    manuscript.chapters[1].insert(3, f"## Section {other}{one}{other}")
    manuscript.chapters[2] += [manuscript.paragraph(n, 90) for n in range(9)]
    manuscript.chapters[2].insert(2, f"> {third} grey {one}")
    manuscript.write(press.folder)
    made = same(press.folder, *crews)
    assert made.pages.digests
    assert "M11" in {finding.code for finding in made.report.findings}
    manuscript.chapters[0].append(f"Later ones {third}, {one} are counted from here.")
    manuscript.write(press.folder)
    pages = same(press.folder, *crews).pages
    assert pages.account.plainly == ""
    assert pages.account.others > 2
    manuscript.chapters[0] += [manuscript.paragraph(n, 90) for n in range(12)]  # all move
    manuscript.write(press.folder)
    assert same(press.folder, *crews).pages.digests
    manuscript.chapters[0].append(manuscript.paragraph(3, 400))
    manuscript.write(press.folder)
    assert same(press.folder, *crews).pages.digests


def test_glyphs_that_are_rounded_otherwise_in_other_sizes_are_frozen_too(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """Each is as wide as where the booklet has it first, which an edit may change."""
    letters = "".join(map(chr, range(0x2190, 0x2200)))
    manuscript = Manuscript()
    sizes = (f".s{n} {{ font-size: {n / 10}pt }}" for n in range(61, 140, 6))
    manuscript.style = "".join(sizes) + ".s61 { opacity: 0.5 }"
    spans = [f"[{letters}]{{.s{n}}}" for n in range(61, 140, 6)]
    manuscript.chapters[1] += spans
    manuscript.chapters[2][0] += f" {letters[:9]}"
    manuscript.chapters[2] += [manuscript.paragraph(n, 90) for n in range(12)]
    manuscript.write(press.folder)
    assert same(press.folder, *crews).pages.digests
    for span in spans[5::3]:
        manuscript.chapters[0].insert(2, span)
        manuscript.write(press.folder)
        pages = same(press.folder, *crews).pages
        assert pages.account.plainly == ""


def test_pictures_are_made_small_once(press: Shop, crews: tuple[QuickLayout, PlainLayout]) -> None:
    """As finely as the largest place of each wants it, whichever pages have it, and however often
    the booklet is written; they are decoded no more."""
    noise = bytes(random.Random(1).randbytes(900 * 700 * 4))
    Image.frombytes("RGBA", (900, 700), noise).save(press.folder / "grain.png")
    Image.frombytes("RGBA", (900, 700), noise).convert("RGB").save(press.folder / "grain.jpg")
    Image.frombytes("RGBA", (900, 700), noise).convert("P").save(press.folder / "grain.gif")
    manuscript = Manuscript()
    for number, chapter in enumerate(manuscript.chapters):
        for name in ("grain.png", "grain.jpg", "grain.gif", "grain.jpg"):
            chapter.insert(2, f"![A grain]({name}){{width={number * 4 + 3}em}}")
    for edit in range(3):
        manuscript.chapters[edit][1] += f" Once more, {edit}."
        manuscript.write(press.folder)
        assert same(press.folder, *crews).pages.digests
    del manuscript.chapters[2]  # which has the largest
    manuscript.write(press.folder)
    assert same(press.folder, *crews).pages.digests


def test_what_cannot_be_frozen_is_made_plainly(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """A font whose glyphs are drawings: the reason is told."""
    with TTFont(str(files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.otf")) as font:
        for name in font["name"].names:
            name.string = "Drawn" if name.nameID in (1, 4, 6, 16) else "Regular"
        font["SVG "] = newTable("SVG ")
        drawing = '<svg xmlns="http://www.w3.org/2000/svg"><g id="glyph40"/></svg>'
        font["SVG "].docList = [(drawing, 40, 40)]
        (press.folder / "fonts").mkdir()
        font.save(press.folder / "fonts" / "Drawn.otf")
    manuscript = Manuscript()
    manuscript.style = 'blockquote { font-family: "Booklet Own Drawn" }'
    manuscript.chapters[0].append("> Drawn.")
    manuscript.write(press.folder)
    order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
    pages = pull(order, [crews[0]]).booklets[0].pages  # its fonts have the time in them
    assert pages.account.plainly == "glyphs that are pictures"
    assert not pages.digests


class Near:
    """A process that lays out, in this very process, so that a test can change what it finds."""

    alive, busy, memory = True, 0, 0

    def __init__(self, *_: object) -> None:
        self.worker = Worker(prepare)
        self.temporary = tempfile.tempdir
        self.worker.start()
        self.replies: dict[Pending[Any], tuple[str, Any]] = {}

    def send(
        self, request: Request[Any], seconds: float, what: str, _weight: float = 0.0
    ) -> Pending[Any]:
        """Do as asked at once."""
        pending = Pending[Any](seconds, what)
        self.replies[pending] = worker_room._answer(self.worker, request)
        return pending

    def reply(self, pending: Pending[Any], _own: bool) -> object:
        """Return the reply."""
        state, reply = self.replies.pop(pending)
        if isinstance(reply, Exception):
            raise reply
        assert state == "done", reply
        return reply

    def want_none(self, pending: Pending[Any]) -> None:
        """Forget the reply."""
        self.replies.pop(pending, None)

    def look(self) -> None:
        """Have all replies already."""

    def drop(self) -> None:
        """Forget all replies."""
        self.replies.clear()

    def end(self) -> None:
        """Remove the folder; this process goes on without it."""
        self.worker.clear()
        tempfile.tempdir = self.temporary


def test_crews_may_lay_out_while_one_saves() -> None:
    """Several crews share what is standing, each in a thread of its own."""

    class Meddling(Store):
        """A store; whenever it is given something, another crew lays out a part."""

        def put(self, kind: str, key: str, content: bytes) -> None:
            standing.lay(f"beside {key}", Laid((), ()))
            super().put(kind, key, content)

    standing = PartCache(Meddling(None, ""))
    for key in ("one", "two", "three"):
        standing.lay(key, Laid((), ()))
    standing.save(set())
    assert standing._parts.keys() >= {"three", "beside one"}


def test_another_weasyprint_takes_the_plain_way(
    press: Shop, monkeypatch: pytest.MonkeyPatch, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """It is right all the same, and it is said."""
    monkeypatch.setattr("booklet.layout.weasyprint_api.VERSION", "71.0")
    monkeypatch.setattr("booklet.quick.layout.WorkerProcess", Near)
    monkeypatch.setattr("booklet.start._begun", [])
    assert works.misfit()
    Manuscript().write(press.folder)
    with QuickLayout() as crew:
        pages = same(press.folder, crew, crews[1]).pages
    assert pages.account.plainly == works.misfit()
    assert list(pages.account.remarks())


@pytest.mark.parametrize("name", ["layout.page.remake_page", "pdf.stream.Stream", "draw.draw_page"])
def test_a_name_that_weasyprint_no_longer_has_is_told(name: str) -> None:
    """What cannot be frozen for want of it is said; nothing fails for it."""
    module, _, gone = f"weasyprint.{name}".rpartition(".")
    script = (
        f"import weasyprint, importlib; del importlib.import_module('{module}').{gone};"
        "from booklet.quick import pages; print(pages.misfit())"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr
    assert (gone in run.stdout) == (gone != "draw_page")


def test_another_weasyprint_counts_no_lines(press: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition with numbered lines says why it cannot be; one without is made."""
    monkeypatch.setattr("booklet.layout.weasyprint_api.VERSION", "71.0")
    monkeypatch.setattr("booklet.quick.layout.WorkerProcess", Near)
    monkeypatch.setattr("booklet.start._begun", [])
    Manuscript().write(press.folder)
    order = Order("essay.md", ("handout",), out="out", cwd=press.folder)
    with (
        QuickLayout() as crew,
        pytest.raises(BookletError, match=r"lines cannot be counted .*71\.0"),
    ):
        pull(order, [crew])
    with QuickLayout() as crew:
        assert pull(replace(order, editions=("booklet",)), [crew]).booklets[0].path.is_file()


def test_kept_pages_that_fail_the_check_are_made_anew(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """It is told that they did, and the booklet is right."""
    manuscript = Manuscript()
    manuscript.write(press.folder)
    order = Order("essay.md", ("reader",), out="out", cwd=press.folder)
    with QuickLayout() as crew:
        pull(order, [crew])
        old = crew.standing._parts[crew._set["c1"].key].drawn
        manuscript.words(4, 1)
        manuscript.write(press.folder)
        pull(order, [crew])
        kept = crew.standing._parts[crew._set["c1"].key]
        assert isinstance(old, Drawn)
        assert kept.drawn != old
        kept.drawn = old
        crew.standing._written.clear()
        made = pull(order, [crew])
        assert [finding.code for finding in made.report.findings] == ["P04"]
        assert made.booklets[0].pages.pdf == pull(order, [crews[1]]).booklets[0].pages.pdf
        assert pull(order, [crew]).report.findings == ()


def test_the_same_text_in_another_folder_is_no_stranger(
    press: Shop, tmp_path: Path, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """One press makes both, also where it moves what it made in the first."""
    other = tmp_path / "other"
    other.mkdir()
    manuscript = Manuscript()
    for folder in (press.folder, other, press.folder):
        manuscript.write(folder)
        same(folder, *crews)
        manuscript.chapters[0].append(manuscript.paragraph(3, 400))


def test_a_font_of_any_name_is_read_anew(
    press: Shop, crews: tuple[QuickLayout, PlainLayout]
) -> None:
    """Also where it is called as those of the house are."""
    files = importlib.resources.files
    faces = [
        (files(package) / "files" / f"{name}-Regular.otf").read_bytes()
        for package, name in zip(
            ("font_source_sans_pro", "font_source_serif_pro"),
            ("SourceSansPro", "SourceSerifPro"),
            strict=True,
        )
    ]
    style = "@font-face { font-family: Own; src: url(fonts/SourceOwn.otf) } p { font-family: Own }"
    made = []
    for face in faces:
        press.write({"essay.md": "# A\n\nWords.\n", "style.css": style})
        press.write({"fonts/SourceOwn.otf": face})
        made.append(same(press.folder, *crews).pages.pdf)
    assert made[0] != made[1]
