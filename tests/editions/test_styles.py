"""The house's style sheets, as text: what the rules of the house ask of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tinycss2

from booklet.manuscript.dialects.boxes import MORE_KINDS
from booklet.source import ROOT

SHEETS = sorted((ROOT / "styles").rglob("*.css"))
TEXTS = {path: re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in SHEETS}


def names(paths: list[Path]) -> list[str]:
    """Return paths as the names of tests."""
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_nothing_is_important_and_nothing_has_an_id(path: Path) -> None:
    """Rules win by their order, not by force."""
    assert "!important" not in TEXTS[path]
    rules = tinycss2.parse_stylesheet(TEXTS[path], skip_comments=True, skip_whitespace=True)
    assert not [
        token.value
        for rule in rules
        if rule.type == "qualified-rule"
        for token in rule.prelude
        if token.type == "hash"
    ]


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_paper_is_measured_in_millimetres_and_type_in_points(path: Path) -> None:
    """A pixel is not a thing that is printed; a window has them."""
    if path.name != "webpage.css":
        assert not re.search(r"\d(px|cm|in)\b", TEXTS[path])


@pytest.mark.parametrize("path", SHEETS, ids=names(SHEETS))
def test_properties_stand_in_the_order_of_the_alphabet(path: Path) -> None:
    """In each rule, so that a property is found where it must be; tokens are in groups."""
    for rule in tinycss2.parse_stylesheet(TEXTS[path], skip_comments=True, skip_whitespace=True):
        if path.name in ("tokens.css", "fonts.css") or rule.type != "qualified-rule":
            continue
        declared = [
            d.name for d in tinycss2.parse_blocks_contents(rule.content) if d.type == "declaration"
        ]
        assert declared == sorted(declared), tinycss2.serialize(rule.prelude)


def test_page_rules_stand_in_one_sheet() -> None:
    """All @page rules of the house are in page.css; rtl.css mirrors heads, editions add to it."""
    having = {path.name for path, text in TEXTS.items() if "@page" in text}
    having -= {path.name for path in TEXTS if path.parent.name == "editions"}
    assert having == {"page.css", "rtl.css"}


def test_every_named_page_is_used() -> None:
    """A named page that no rule asks for is dead."""
    text = "".join(TEXTS.values())
    named = set(re.findall(r"@page ([a-z]+)", text))
    used = set(re.findall(r"\bpage: ([a-z]+)", text))
    assert named == used


def test_every_token_is_used_and_every_used_token_is_there() -> None:
    """Tokens are the house's vocabulary: no word without a meaning, none without a use."""
    text = "".join(TEXTS.values())
    defined = set(re.findall(r"(--[\w-]+):", text))
    made = (ROOT / "booklet" / "editions/table_rules.py").read_text()
    used = set(re.findall(r"var\((--[\w-]+)\)", text + made))
    given = {"--guide-size", "--trim-width", "--trim-height", "--type-size"}
    assert used <= defined | given
    assert defined <= used


def test_every_class_in_the_styles_is_in_a_template_or_made_by_the_press() -> None:
    """A rule for a class that nothing has is dead."""
    classes = set(
        re.findall(r"\.([a-z][\w-]*)", re.sub(r"\d\.\d|url\([^)]*\)", "", "".join(TEXTS.values())))
    )
    made = "".join(
        path.read_text()
        for folder in ("templates", "booklet")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".html", ".py")
    )
    of_authors = {"questions", "smallcaps"}
    of_plugins = {"contains-task-list"}
    levels = {"level-1", "level-2", "level-3", "level-4"}
    steps = {f"step-{number}" for number in range(1, 17)}
    boxes = {f"box-{kind}" for kind in MORE_KINDS}
    for name in classes - of_authors - of_plugins - levels - steps - boxes:
        assert re.search(rf"\b{name}\b", made), name
