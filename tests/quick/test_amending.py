"""A text of which only words have changed is read as if it were new, but for the reading."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from booklet.layout import Look, PartText
from booklet.layout.addresses import HOME
from booklet.layout.fetcher import Fetcher
from booklet.layout.weasyprint_api import HTML
from booklet.layout.worker import Worker
from booklet.quick.engine import QuickEngine
from booklet.quick.pages import amended
from booklet.quick.requests import DressQuickly, LayAgain
from booklet.quick.worker import prepare
from booklet.source import ROOT, Shelf

if TYPE_CHECKING:
    from typing import Any

    from booklet.layout import Laid

PAGE = """<!doctype html><html lang="en"><head><title>Of words</title>
<style>p { color: red }</style></head><body><section>
<p id="a">One word, and <em>another</em> after it.</p>
<pre>
Kept   as it is</pre>
<table><tr><td>In a cell<td>In another</table>
<p>The same</p><p>The same</p><p title="In > a tag">After it</p><p>Salt &amp; pepper</p>
<!-- a comment --><p></p><p>Last.</p><p>one</p>
</section></body></html>"""

PLAIN = PAGE.replace("<style>p { color: red }</style>", "")

# What is written in the place of what, and whether the tree can stay.
CHANGES = {
    "a word": ("One word", "Two words", True),
    "what comes after a stress": (" after it.", " before it.", True),
    "a word in a stress": ("another<", "others<", True),
    "several": ("One word, and <em>another", "A word, or <em>no other", True),
    "a word in a cell": ("In a cell", "In the cell", True),
    "words kept as they are": ("Kept   as it is", "Kept  as it was", False),
    "a line more in those": ("<pre>\nKept", "<pre>\n\nKept", False),
    "one of two that are the same": ("<p>The same</p><p>", "<p>Another</p><p>", False),
    "one word by another that is there": ("In a cell", "The same", True),
    "a comment": ("a comment", "another comment", False),
    "a mark more": ("One word", "One &lt;word&gt;", False),
    "a mark less": ("Salt &amp; pepper", "Salt and pepper", False),
    "a stress more": ("One word", "One <em>word</em>", False),
    "a paragraph more": ("<p>Last.</p>", "<p>Last but one.</p><p>Last.</p>", False),
    "a name of an element": ('id="a"', 'id="b"', False),
    "what stands in a tag": ("In > a tag", "In > the tag", False),
    "a rule": ("color: red", "color: blue", False),
    "the title": ("Of words", "Of more words", True),
    "nothing at all": ("One word", "One word", True),
    "mere spaces": ("</section>", "</section>\n", False),
    "spaces beside words": ("Last.</p><p>one</p>\n", "First.</p><p>one</p> ", False),
    "words from nothing beside others": ("<p></p><p>Last.", "<p>First.</p><p>Second.", False),
    "nothing where something was": ("Last.", "", False),
    "something where nothing was": ("<p></p>", "<p>First.</p>", False),
    "a space where there was none": ("<p>Last.", "<p> Last.", False),
}


class Styles:
    """What has styles, in the place of a layout's context."""

    style_for = "the styles"


def read(text: str) -> Any:
    """Return HTML as WeasyPrint reads it, as if it had been laid out."""
    html = HTML(string=text, base_url=HOME)
    html.context = Styles()
    return html


@pytest.mark.parametrize("change", CHANGES)
def test_a_tree_is_amended_or_left_as_it_is(change: str) -> None:
    was, now, can_stay = CHANGES[change]
    assert was in PAGE
    new = PAGE.replace(was, now, 1)
    html, before = read(PAGE), written(read(PAGE))
    assert amended(html, PAGE, new) is can_stay
    assert written(html) == (written(read(new)) if can_stay else before)
    assert vars(html).get("styled") == ("the styles" if can_stay else None)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        # words between cells come before the table
        ("<table><tr><td>A</td>A</tr></table>", "<table><tr><td>B</td>A</tr></table>"),
        # a drawing changes its tree when it is drawn
        ("<svg><text>Drawn</text></svg><p>a", "<svg><text>Drawn</text></svg><p>b"),
        ("<SVG></SVG>", "<SVG></SVG>"),
    ],
)
def test_a_tree_that_is_not_as_it_was_written_is_read_anew(was: str, now: str) -> None:
    old, new = (f"<!doctype html><body>{text}" for text in (was, now))
    assert not amended(read(old), old, new)


def test_two_that_are_the_same_are_told_apart_where_all_is_in_order() -> None:
    page = PAGE.replace("<table><tr><td>In a cell<td>In another</table>", "")
    new = page.replace("<p>The same</p><p>", "<p>Another</p><p>")
    html = read(page)
    assert amended(html, page, new)
    assert written(html) == written(read(new))


def written(html: Any) -> bytes:
    """Return a tree as it can be compared."""
    tree: bytes = ElementTree.tostring(html.etree_element)
    return tree


@pytest.mark.parametrize("seed", range(4))
def test_any_words_are_read_as_they_are_written(seed: int) -> None:
    """Words of all kinds of signs, in the places of others: if the tree stays, it is right."""
    pick = random.Random(seed)
    signs = "ab \t\n\f\r&;<>\"'=/-!\xa0\xad\u2028\u4e00\U0001f600\x01\x7f\x85\ufdd0\ufffe"
    words, stayed = ["One word, and ", "another", "", "one"], 0

    def text() -> str:
        """Return the page with the words in it."""
        page = PAGE.replace("<p></p>", f"<p>{words[2]}</p>").replace("<p>one", f"<p>{words[3]}")
        return page.replace("One word, and <em>another", f"{words[0]}<em>{words[1]}")

    old = text()
    for _ in range(400):
        for _ in range(pick.randrange(1, 3)):
            word = "".join(pick.choices(signs, k=pick.randrange(7)))
            words[pick.randrange(4)] = word if pick.randrange(3) else "plain"
        new = text()
        html = read(old)
        stayed += (can_stay := amended(html, old, new))
        if can_stay:
            assert written(html) == written(read(new)), repr(words)
        old = new
    assert stayed > 40


@pytest.fixture
def engine() -> QuickEngine:
    """An engine with few rules."""
    sheets = ("@page { size: 100mm 150mm } p + p { text-indent: 1em } :empty { color: red }",)
    shelf = Shelf(ROOT / "styles")
    return QuickEngine(Look(sheets, "pdf/ua-1", False, shelf, False), Fetcher(shelf, network=False))


def laid(engine: QuickEngine, key: str, html: str, before: str = "") -> Laid:
    """Return the facts of a part."""
    return engine.lay(key, PartText("c0", html, "", "recto", 1), before)


def test_what_is_said_of_a_style_is_said_of_the_amended_text(engine: QuickEngine) -> None:
    text = PLAIN.replace("<p>one", '<p style="colour: blue; width: pow(2)">Blue')
    first = laid(engine, "k0", text)
    assert any("colour" in line for line in first.log)
    again = laid(engine, "k1", text.replace("Blue", "Green"), "k0")
    assert again.log == first.log


def test_what_is_said_of_a_variable_is_said_of_the_amended_text(engine: QuickEngine) -> None:
    text = PLAIN.replace("<p>one", '<p style="width: var(--none)">one')
    first = laid(engine, "k0", text)
    assert any("width" in line for line in first.log)
    assert laid(engine, "k1", text.replace("Last", "First"), "k0").log == first.log


def test_after_words_no_rule_is_looked_for(
    engine: QuickEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    matcher = engine.sheets[0].matcher
    match = matcher.match

    def look(element: object) -> object:
        looked.append(element)
        return match(element)

    monkeypatch.setattr(matcher, "match", look)
    laid(engine, "k0", PLAIN)
    assert looked
    looked.clear()
    laid(engine, "k1", PLAIN.replace("One word", "Two words"), "k0")
    assert not looked, "the rules that held hold still"
    laid(engine, "k2", PLAIN.replace("<em>another</em>", "another"), "k1")
    assert looked


def test_each_edition_hears_what_is_said_of_it() -> None:
    """A process has engines of several editions, which take turns."""
    worker, shelf = Worker(prepare), Shelf(ROOT / "styles")
    bad = PLAIN.replace("<p>one", '<p style="colour: blue">one')
    for name in "ab":
        rules = (f"p {{ margin: {name.count('a')}mm }}",)
        look = Look(rules, "pdf/ua-1", False, shelf, False)
        DressQuickly(name, ("a", "b"), look).answer(worker)
    heard = {
        name: [
            LayAgain(name, f"{name}{n}", PartText("c0", html, "", "recto", 1), "")
            .answer(worker)
            .log
            for n in (1, 2)
        ]
        for name, html in (("a", bad), ("b", PLAIN))
    }
    assert all("colour" in str(log) for log in heard["a"])
    assert heard["b"] == [(), ()]
