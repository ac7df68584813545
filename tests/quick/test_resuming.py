"""Pages that are kept when the text of their part is edited: the same as those of a new layout."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pydyf
import pytest

from booklet.bench.specimen import specimen
from booklet.editions import compose
from booklet.editions.style import styles
from booklet.layout import PartText, look_of
from booklet.layout.fetcher import Fetcher
from booklet.layout.weasyprint_api import Page
from booklet.manuscript import parse
from booklet.quick.engine import QuickEngine
from booklet.source import read

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.editions import Edition
    from booklet.layout import Laid

# Edits of each chapter: a few in the suite, as many as one has time for by hand.
EDITED = int(os.environ.get("BOOKLET_EDITED", "8"))

FRONT = "---\ntitle: Of letters\nauthor: A. Writer\ntrim: A6\n---\n\n"

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 {height}">'
    '<rect width="80" height="{height}" fill="#888"/></svg>'
)

NOTE = "A note that says more than it should. "

STYLES = {
    "as the house has it": "",
    "with breaks, columns and plates": (
        "h2 { break-before: page } ul { columns: 2 } figure { page: plate }"
        "@page plate { margin: 20mm } blockquote { break-inside: avoid; break-after: avoid }"
        "table { break-after: avoid } .text > p:nth-last-of-type(3) { font-style: italic }"
        "ol > li { break-after: avoid } p + p + ul { margin-left: 3em }"
    ),
    "with floats and counts": (
        "figure { float: right; width: 40% } blockquote { float: left; width: 50% }"
        "h2 { counter-increment: h } h2::before { content: counter(h) '. ' }"
        "@page { @bottom-center { content: counter(page) ' of ' counter(pages) ' ' string(x) } }"
        "h2 { string-set: x content() } td { position: relative } em { display: inline-block }"
    ),
}


class Chapter:
    """A chapter that is edited at random, and an engine that keeps its pages."""

    def __init__(self, folder: Path, seed: int, style: str) -> None:
        """Begin with some pages of all that a manuscript has."""
        self.folder, self.seed = folder, seed
        self.pick = random.Random(seed)
        text = specimen(1_100, chapters=1, seed=seed)
        self.blocks = text.split("---\n\n", 1)[1].split("\n\n")
        self.notes = 0
        for height in (10, 60, 110):
            (folder / f"{height}.svg").write_text(PICTURE.format(height=height))
        (folder / "style.css").write_text(style)

    def edit(self) -> str:
        """Edit it, and return what was done."""
        at = self.pick.randrange(1, len(self.blocks))
        what = self.pick.choice(("word", "word", "stress", "note", "put", "take", "swap", "kind"))
        block = self.blocks[at]
        is_text = block[:1].isalpha()
        if what == "word" and is_text:
            words = block.split(" ")
            words.insert(self.pick.randrange(len(words)), "again" * self.pick.randrange(1, 3))
            self.blocks[at] = " ".join(words)
        elif what == "stress" and is_text and "*" not in block:
            first, _, rest = block.partition(" ")
            self.blocks[at] = f"*{first}* {rest}"
        elif what == "note" and is_text:
            self.notes += 1
            self.blocks[at] += f"[^x{self.notes}]"
            length = self.pick.choice((1, 3, 12))
            self.blocks.append(f"[^x{self.notes}]: {NOTE * length}")
        elif what == "put":
            self.blocks.insert(at, self.pick.choice(self.blocks[1:]).split("[^", 1)[0])
        elif what == "take" and len(self.blocks) > 12 and "[^" not in block:
            del self.blocks[at]
        elif what == "swap" and "[^" not in block:
            self.blocks.insert(self.pick.randrange(1, len(self.blocks)), self.blocks.pop(at))
        elif what == "kind":
            height = self.pick.choice((10, 60, 110))
            figure = f'![A picture.]({height}.svg){{fig-alt="Grey"}}'
            kinds = ("## A new section", "> One says so.", figure)
            self.blocks.insert(at, self.pick.choice(kinds))
        return f"{what} at {at} of {len(self.blocks)}, seed {self.seed}"

    def edition(self) -> Edition:
        """Return the edition as it is now."""
        text = FRONT + "\n\n".join(self.blocks) + "\n"
        (self.folder / "essay.md").write_text(text, encoding="utf-8")
        source = read("essay.md", self.folder)
        manuscript = parse(source)
        return compose(manuscript, styles(manuscript)["reader"], source, frozenset())


def engine(edition: Edition) -> QuickEngine:
    """Return an engine in the style of an edition."""
    look = replace(look_of(edition), standard="pdf/ua-1")
    return QuickEngine(look, Fetcher(edition.shelf, network=False))


def laid_and_drawn(
    press: QuickEngine, key: str, edition: Edition, first: int, before: str
) -> tuple[Laid, Any, Any]:
    """Return the facts of a chapter, its pages as they are drawn, and the files they used."""
    part = next(part for part in edition.parts if part.name == "c0")
    html = part.html.translate(dict.fromkeys(range(0xFD00, 0xFE00), "7"))
    side = "recto" if first % 2 else "verso"
    laid = press.lay(key, PartText("c0", html, part.css, side, first), before)
    frozen = press.freeze(key, first)
    return (laid, frozen, None) if isinstance(frozen, str) else (laid, *frozen[1:])


def plain(thing: Any) -> Any:
    """Return what pydyf and dataclasses hold as plain data, which can be compared."""
    if isinstance(thing, pydyf.Object | pydyf.String):
        return thing.data
    if isinstance(thing, dict):
        return {key: plain(item) for key, item in thing.items()}
    if isinstance(thing, list | tuple):
        return [plain(item) for item in thing]
    return {key: plain(item) for key, item in vars(thing).items()} if is_ours(thing) else thing


def is_ours(thing: Any) -> bool:
    """Whether something is a record of this project's, or the metadata of a document."""
    return type(thing).__module__.startswith(("booklet.", "weasyprint.pdf.metadata"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", [1, 2])
def test_pages_are_kept_as_a_new_layout_has_them(tmp_path: Path, seed: int, style: str) -> None:
    """Whatever is edited, facts and drawings are those of an engine that knows nothing."""
    chapter = Chapter(tmp_path, seed, STYLES[style])
    edition = chapter.edition()
    quick = engine(edition)
    key, first, kept = "", 1, 0
    for number in range(EDITED):
        said = chapter.edit() if number else "the beginning"
        first += chapter.pick.choice((1, 2)) if number % 4 == 3 else 0
        edition = chapter.edition()
        ours = laid_and_drawn(quick, f"k{number}", edition, first, key)
        theirs = laid_and_drawn(engine(edition), "k", edition, first, "")
        key = f"k{number}"
        kept += quick.laid[key].laying.kept
        assert ours[0] == theirs[0], said
        assert set(ours[2] or ()) >= set(theirs[2] or ()), said
        assert type(ours[1]) is type(theirs[1]), said
        if isinstance(ours[1], bytes):
            assert plain(pickle.loads(ours[1])) == plain(pickle.loads(theirs[1])), said
        else:
            assert ours[1] == theirs[1], said
    assert kept


def test_an_edit_reaches_few_pages_and_a_move_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word more is laid out and drawn on its own page; where margins are even, pages change
    sides whole, and are still whole for the next edit."""
    painted: list[Page] = []
    paint = Page.paint

    def note(page: Page, *words: object) -> None:
        painted.append(page)
        paint(page, *words)

    monkeypatch.setattr(Page, "paint", note)
    chapter = Chapter(tmp_path, 3, "")
    edition = chapter.edition()
    quick = engine(edition)
    pages = len(laid_and_drawn(quick, "k0", edition, 1, "")[0].pages)
    assert pages > 5
    chapter.blocks[5] = f"Again {chapter.blocks[5]}"
    laid_and_drawn(quick, "k1", edition := chapter.edition(), 1, "k0")
    assert quick.laid["k1"].laying.kept >= pages - 3
    laid_and_drawn(quick, "k2", edition, 2, "k1")
    assert quick.laid["k2"].laying.kept == pages
    painted.clear()
    chapter.blocks[5] = f"Once {chapter.blocks[5]}"
    laid_and_drawn(quick, "k3", chapter.edition(), 2, "k2")
    assert 1 <= len(painted) <= 3


class _Heap(ctypes.Structure):
    """What the C library says of its memory (mallinfo(3)); `used` is in bytes."""

    _names = ("arena", "free", "small", "maps", "mapped", "most", "quick", "used", "left", "top")
    _fields_ = tuple((name, ctypes.c_size_t) for name in _names)


def test_layouts_leave_no_memory_behind(tmp_path: Path) -> None:
    """An edit takes no more of the C library's memory than the one before it gave back."""
    look = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if look is None:
        pytest.skip("this C library does not tell")
    look.restype = _Heap
    chapter = Chapter(tmp_path, 1, "")
    quick, editions = engine(chapter.edition()), []
    for word in ("one", "two"):
        chapter.blocks[2] = f"{word} {chapter.blocks[2]}"
        editions.append(chapter.edition())
    used = []
    for number in range(30):
        laid_and_drawn(quick, f"k{number}", editions[number % 2], 1, f"k{number - 1}")
        quick.keep({f"k{number}"}, ())
        gc.collect()
        used.append(look().used)
    assert used[-1] - used[9] < 5_000 * 20
