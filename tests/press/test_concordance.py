"""The concordance: one place in the text, found in every edition of a set."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from booklet.bench.specimen import Pen, paragraph
from booklet.press import BookletSet
from tests.conftest import Shop, texts

if TYPE_CHECKING:
    from pathlib import Path

ESSAY = "---\ntitle: T\neditions: {small: {based-on: reader, trim: A6}}\n---\n\n"
NAMES = ("reader", "small", "handout")


def essay() -> str:
    """Return an essay of several pages, each paragraph of which begins with a word of its own."""
    pen = Pen(3)
    parts = [f"Paragraph-{n} {paragraph(pen)}" for n in range(1, 13)]
    parts.insert(8, "## Later on")
    parts.insert(4, "## A heading with a note[^a]")
    return ESSAY + "\n\n".join([*parts, "[^a]: The note."])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, lasting: object) -> BookletSet:
    """Return three editions of it, with a page of concordance."""
    shop = Shop(tmp_path_factory.mktemp("concord"), lasting)  # type: ignore[arg-type]
    return shop.set(essay(), editions=NAMES, concordance=True)


def read(made: BookletSet) -> dict[str, Any]:
    """Return what the file says."""
    (path,) = (path for path in made.concordance if path.suffix == ".json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_each_paragraph_is_on_the_page_that_is_told(made: BookletSet) -> None:
    """In each edition, by the text that poppler reads there, and by the label of the page."""
    told = read(made)
    files = {edition["name"]: edition for edition in told["editions"]}
    assert list(files) == list(NAMES)
    paragraphs = [place for place in told["places"] if place["kind"] == "paragraph"]
    assert [place["number"] for place in paragraphs] == list(range(1, 13))
    for name, edition in files.items():
        path: Path = made.concordance[0].parent / edition["file"]
        pages = texts(path)
        with pikepdf.open(path) as pdf:
            labels = [page.label for page in pdf.pages]
        assert edition["pages"] == len(pages)
        for place in paragraphs:
            at = place["pages"][name]
            assert re.search(rf"Paragraph-\s*{place['number']}\b", pages[at["page"] - 1])
            assert labels[at["page"] - 1] == at["folio"]


def test_headings_stand_among_the_paragraphs(made: BookletSet) -> None:
    """In the order of the text, with their level, and without the calls in them."""
    kinds = [place.get("text") for place in read(made)["places"] if place["kind"] == "heading"]
    assert kinds == ["A heading with a note", "Later on"]
    order = [place.get("number", place.get("level")) for place in read(made)["places"]]
    assert order[4] == 2
    assert order[:4] == [1, 2, 3, 4]


def test_the_page_says_the_same(made: BookletSet) -> None:
    """A row for each place, and a column for each edition that differs."""
    (path,) = (path for path in made.concordance if path.suffix == ".pdf")
    text = "".join(texts(path, "-layout"))
    for place in read(made)["places"]:
        folios = [place["pages"][name]["folio"] for name in NAMES]
        words = re.escape(" ".join(place["text"].split()[:2]))
        assert re.search(rf"{words}.*?{'.*?'.join(folios)}", text, re.DOTALL)


def test_editions_that_agree_share_a_column(press: Shop) -> None:
    """What is folded has the pages of what is read."""
    made = press.set(essay(), editions=(), concordance=True)
    (page, *_) = texts(made.concordance[-1], "-layout")
    assert re.search(r"reader\s+(¶\s+)?booklet|¶\s+reader", page)


def test_one_edition_alone_has_none_unless_it_is_asked_for(press: Shop) -> None:
    """There is nothing to compare; but whoever wants the pages of all paragraphs gets them."""
    assert press.set(editions=("reader",)).concordance == ()
    assert press.set(editions=("reader", "booklet")).concordance[0].name == "concordance.json"
    assert len(press.set(editions=("reader",), concordance=True).concordance) == 2


def test_an_author_can_set_the_page_otherwise(press: Shop) -> None:
    """Its template stands in the essay's folder like any other."""
    own = "<html><body><h1 id='concordance'>{{ concordance.entries | length }} places</h1></body>"
    press.write({"templates/concordance.html": own})
    made = press.set(essay(), editions=("reader",), concordance=True)
    assert "14 places" in texts(made.concordance[-1])[0]
