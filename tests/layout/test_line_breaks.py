"""Lines are filled: none ends in or after its first word because a space follows its last."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from booklet.layout.addresses import HOME
from booklet.layout.engine import warm_up
from booklet.layout.fetcher import Fetcher
from booklet.layout.weasyprint_api import CSS, HTML, FontConfiguration
from booklet.quick.pages import hasten
from booklet.source import ROOT, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {
    "en": "harbours the of understanding between ports obligations fishermen and nets mended",
    "de": "der in zweiten Hafenordnung über Fischereigenossenschaft und Netze geflickte wird",
    "fr": "le de réglementation du port entre pêcheurs et considérablement filets par",
}

CSS_ = """
@page { size: %dmm 900mm; margin: 2mm }
html { font: 10pt/1.4 "Booklet Serif", serif; hyphens: auto; text-align: left }
p { margin: 0; word-spacing: %sem }
"""


@pytest.fixture(scope="module")
def fonts() -> FontConfiguration:
    """Return the types of the house."""
    return warm_up(Fetcher(Shelf(ROOT / "styles"), network=False))


@pytest.fixture(params=[True, False], ids=["quick", "plain"])
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lay out with what is worked out once, and without."""
    hasten(request.param)
    yield
    hasten(True)


def paragraph(chance: random.Random, lang: str) -> str:
    """Return a paragraph of many boxes."""
    words = []
    for _ in range(40):
        word = chance.choice(WORDS[lang].split())
        if chance.random() < 0.25:
            tag = chance.choice(("em", "strong", "a", "span"))
            word = f"<{tag}>{word} {chance.choice(WORDS[lang].split())}</{tag}>"
        words.append(word)
    return f"<p>{' '.join(words)}</p>"


def lines(page: Any) -> list[list[Any]]:
    """Return the lines of each paragraph of a page: the boxes that WeasyPrint has for them."""
    blocks = [box for box in page._page_box.descendants() if type(box).__name__ == "BlockBox"]
    return [list(box.children) for box in blocks if box.element_tag == "p"]


def words_of(box: Any) -> str:
    """Return the text of a box."""
    return getattr(box, "text", None) or "".join(map(words_of, getattr(box, "children", ())))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("lang", WORDS)
def test_each_word_that_fits_stands_on_the_line(fonts: FontConfiguration, lang: str) -> None:
    """No line leaves room for the first word of the next one, whatever boxes they are made of."""
    chance = random.Random(lang)
    fetcher = Fetcher(Shelf(ROOT / "styles"), network=False)
    seen = 0
    for _ in range(12):
        millimetres = chance.randint(60, 110)
        css = CSS_ % (millimetres, chance.choice((0, -0.03, 0.05)))
        page_width = (millimetres - 4) / 25.4 * 96
        text = "".join(paragraph(chance, lang) for _ in range(5))
        sheet = CSS(string=css, base_url=HOME, url_fetcher=fetcher, font_config=fonts)
        document = HTML(string=f"<html lang={lang}>{text}", base_url=HOME).render(
            font_config=fonts, stylesheets=[sheet]
        )
        for each in (one for page in document.pages for one in lines(page)):
            for line in each[:-1]:
                words = words_of(line).strip()
                assert line.width > page_width * 0.55, words
                assert " " in words or not words.endswith("‐"), words
                seen += 1
    assert seen > 300


@pytest.mark.usefixtures("way")
def test_a_space_at_the_end_of_a_text_changes_no_line(fonts: FontConfiguration) -> None:
    """A text ends its first line where it does without the space after it."""
    from weasyprint.layout import inline

    split = inline.split_first_line
    given: dict[str, tuple[Any, Any]] = {}

    def keep(text: str, style: Any, context: Any, *others: Any, **more: Any) -> Any:
        given.setdefault("style", (style, context))
        return split(text, style, context, *others, **more)

    inline.split_first_line = keep
    try:
        page = "<html lang=en><p style='hyphens: auto'>Some words."
        HTML(string=page).render(font_config=fonts)
    finally:
        inline.split_first_line = split
    style, context = given["style"]
    chance = random.Random(1)
    overhanging = 0
    for _ in range(400):
        text = " ".join(chance.choices(WORDS["en"].split(), k=chance.randint(1, 5)))
        width = split(text, style, context, None, 0)[3]
        limit = chance.choice((width + chance.uniform(0, 4), chance.uniform(40, 300)))
        overhanging += width <= limit < width + 3
        without = split(text, style, context, limit, 0)[2]
        assert split(f"{text} ", style, context, limit, 0)[2] == without
    assert overhanging > 50
