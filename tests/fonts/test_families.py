"""Families of fonts: one that nobody has is said, and so are letters without italics."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from booklet.editions import StyleSheet
from booklet.fonts import families
from tests.pdf.test_actual_text import boxes

if TYPE_CHECKING:
    from tests.conftest import Shop


def said(press: Shop, css: str, text: str = "# T\n\nText.\n") -> list[str]:
    """Return what is found about fonts, each with its place."""
    made = press({"essay.md": text, "style.css": css})
    return [f"{f.where} {f.message}" for f in made.report.findings if f.code in ("M61", "M62")]


def test_a_family_that_nobody_has_is_said_at_its_line(press: Shop) -> None:
    """Wherever it comes first in a list, once."""
    css = "/* a\nremark */\n:root { --face-text: 'Nobodys Roman', serif }\n"
    css += "p { font-family: Nobodys Roman }\n"
    wanted = "there is no font `Nobodys Roman`: the next one in the list is taken"
    assert said(press, css) == [f"style.css:3 {wanted}"]


@pytest.mark.parametrize(
    "css",
    [
        "p { font-family: serif }",
        "p { font-family: var(--face-apparatus) }",
        'p { font-family: "Booklet Sans", Nobodys Roman }',
        'p { font-family: "DejaVu Sans", serif }',
        "/* p { font-family: Nobodys Roman } */",
        '@font-face { font-family: "My Own"; src: local("DejaVu Sans") } p { font-family: My Own }',
    ],
)
def test_a_family_that_is_there_is_not_said(
    press: Shop, css: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generic ones, the house's, those of the machine, and what a style sheet brings itself."""
    monkeypatch.setattr(families, "machine", lambda: {"dejavu sans": frozenset()})
    assert said(press, css) == []


def test_the_machine_is_asked_for_its_families() -> None:
    """It has some, each in small letters."""
    there = families.machine()
    assert there
    assert all(name == name.lower() for name in there)


def test_letters_without_italics_are_said(press: Shop) -> None:
    """At the first place that has such letters; nothing is said of letters that have them."""
    text = "---\nlang: ru\n---\n\nРека *течёт* домой.\n"
    wanted = "essay.md:5 cyrillic has no italics: its letters stand upright"
    assert said(press, "", text) == [wanted]
    assert said(press, "", "A river *flows* home.\n") == []


def test_emoji_may_stand_upright(press: Shop) -> None:
    """A picture is as good without a slant."""
    assert said(press, "", "A *river \u2600 \U0001f389* runs.\n") == []


PLAIN = ':root { --face-text: "Booklet Own Source Sans Pro", serif }'
MINE = '@font-face { font-family: Mine; src: url("fonts/mine.otf") } '
HEAVY = '@font-face { font-family: Mine; font-weight: bold; src: url("fonts/mine.otf") } '


@pytest.mark.parametrize(
    ("css", "text", "lacking"),
    [
        (PLAIN, "One.\n\nTwo **bold** words.", ["essay.md:5 no bold: “bold”"]),
        (PLAIN, "Two *slanted* words.", ["essay.md:3 no italics: “slanted”"]),
        (PLAIN, "*a* and **b**", ["essay.md:3 no bold and no italics: “b” and “a”"]),
        (PLAIN, "Plain words, `code` and nothing else.", []),
        (MINE + "body { font-family: Mine }", "**b**", ["essay.md:3 no bold: “b”"]),
        (MINE + HEAVY + "body { font-family: Mine }", "**b**", []),
        (MINE + "h6 { font-family: Mine }", "**b**\n\n###### *a*", []),
        ("body { font-family: 'DejaVu Sans' }", "**b**", []),
        ("", "**b** and *a*", []),
    ],
)
def test_stress_that_is_not_seen_is_said(
    press: Shop, css: str, text: str, lacking: list[str]
) -> None:
    """Once for each family that sets the text, at the first words of that kind."""
    font = files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.otf"
    made = press(
        {"essay.md": f"# T\n\n{text}\n", "style.css": css, "fonts/mine.otf": font.read_bytes()}
    )
    said = [f"{f.where} {f.message}" for f in made.report.findings if f.code == "M64"]
    assert [re.sub("`.*` has |cannot.*", "", line).strip() for line in said] == lacking


def test_stress_in_letters_that_only_a_font_without_bold_has_is_said(press: Shop) -> None:
    """Though it is not named: other words have the house's bold."""
    own = boxes("אבג ")
    files: dict[str, str | bytes] = {
        "essay.md": "# T\n\n**Bold** and **אבג**.\n",
        "fonts/boxes.ttf": own,
    }
    found = press(files).report.findings
    assert [f.message.split("“")[1].split("”")[0] for f in found if f.code == "M64"] == ["אבג"]


@pytest.mark.parametrize(
    ("css", "is_said"),
    [
        ("", True),
        (':root { --face-text: "Booklet Own Source Sans Pro", serif }', False),
        ('@font-face { font-family: A; src: url("fonts/mine.otf") } h6 { font-family: A }', False),
    ],
)
def test_a_font_that_sets_nothing_is_said(press: Shop, css: str, is_said: bool) -> None:
    """The house's types stand before it; a style that names it is enough to be silent."""
    font = files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.otf"
    made = press(
        {"essay.md": "# T\n\nText.\n", "style.css": css, "fonts/mine.otf": font.read_bytes()}
    )
    said = [f for f in made.report.findings if f.code == "M63"]
    assert [str(f.where) for f in said] == ["fonts/mine.otf"] * is_said


def test_names_are_read_with_and_without_quotation_marks() -> None:
    """The first of each list, whatever its spelling."""
    css = "a { font-family: 'A B', c }\nb { font-family: D E !important }\n"
    assert [*families._first_names(StyleSheet("s.css", css, own=True))] == [("A B", 1), ("D E", 2)]
