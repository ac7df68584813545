"""The page that tells authors what they may write: all of it is true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from booklet.manuscript.edition_options import OPTION_KEYS
from booklet.manuscript.plain_words import plain
from booklet.manuscript.settings import KEYS
from booklet.source import ROOT
from tests.desk import SVG, manuscript

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
MARKDOWN = re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
YAML = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)

# The files that the examples name.
FILES = {
    "harbour.svg": SVG,
    "star.svg": SVG,
    "introduction.md": "# Introduction\n\n## Aims\n\nText.\n",
    "treaties/first.md": "---\ntitle: The first\n---\n\nText.\n",
}


@pytest.mark.parametrize("example", MARKDOWN, ids=lambda text: text.split("\n")[0][:40])
def test_an_example_can_be_written(example: str, tmp_path: Path) -> None:
    """Each example of the page is read without a finding."""
    front = "---\nchapters: [introduction.md]\n---\n" if "introduction.md" in example else ""
    made = manuscript(tmp_path, front + example, FILES)
    assert [str(finding) for finding in made.findings] == []
    assert made.words > 4


@pytest.mark.parametrize("example", YAML, ids=lambda text: text.split("\n")[0][:40])
def test_an_example_of_front_matter_can_be_written(example: str, tmp_path: Path) -> None:
    """Each front matter of the page is read without a finding."""
    made = manuscript(tmp_path, f"---\n{example}---\n\nText.\n", FILES)
    assert [str(finding) for finding in made.findings] == []


def test_the_examples_are_there() -> None:
    """A page whose examples are not found would pass without a test."""
    assert (len(MARKDOWN), len(YAML)) == (13, 2)


def test_every_key_is_in_the_table() -> None:
    """The table of the front matter has each key once."""
    table = PAGE.partition("| key |")[2].partition("\n\n")[0]
    keys = [
        key
        for row in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
        for key in re.findall("`([^`]*)`", row)
    ]
    assert sorted(keys) == sorted((*KEYS, *OPTION_KEYS))


def test_what_is_typed_prints_as_the_page_says() -> None:
    """Each row of the table of marks is what happens."""
    table = PAGE.partition("| you type |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(.*)` \| (.*) \|$", table, re.MULTILINE)
    assert len(rows) == 3
    for typed, printed in rows:
        assert plain(typed, "en", "title")[0].replace("\u00a0", " ") == printed


def test_the_page_shows_every_kind_of_block(tmp_path: Path) -> None:
    """Nothing that can be written is missing from the page."""
    text = "\n\n".join(example for example in MARKDOWN if "introduction.md" not in example)
    made = manuscript(tmp_path, text, FILES)
    assert {block.kind for block in made.blocks} >= {
        "p", "h2", "h3", "li", "dt", "dd", "td", "th", "caption", "figcaption"
    }  # fmt: skip
    assert len(list(made.notes)) == 2
