"""The page about editions: all that it tells authors is true."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from booklet.editions.style import _KEYS, chosen, styles
from booklet.press.sheet_plan import KEYS, plan
from booklet.source import ROOT
from tests.desk import manuscript

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "editions.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """Return the examples of one kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def rows(head: str, after: str) -> list[str]:
    """Return what stands in the first column of the table with this head, after this text."""
    table = PAGE.partition(after)[2].partition(f"| {head} |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
    return [word for cell in cells for word in re.findall("`([^`]*)`", cell)]


@pytest.mark.parametrize("example", blocks("yaml"), ids=lambda text: text.split("\n")[0])
def test_an_example_of_front_matter_does_what_it_says(example: str, tmp_path: Path) -> None:
    """It is read, and its editions and sheets can be made."""
    made = manuscript(tmp_path, f"---\ntitle: T\n{example}---\n\nText.\n")
    known = styles(made)
    assert chosen(made, known)
    assert all(plan(made, style) for style in known.values())


@pytest.mark.parametrize("example", blocks("toml"))
def test_an_example_of_the_file_beside_it_does_too(example: str, tmp_path: Path) -> None:
    """`booklet.toml` as it is shown."""
    made = manuscript(tmp_path, "# T\n\nText.\n", {"booklet.toml": example})
    known = styles(made)
    assert [style.name for style in chosen(made, known)] == ["reader", "pocket"]
    assert plan(made, known["pocket"]).paper.grammage == 100


def test_the_shape_of_the_concordance_is_json() -> None:
    """The example is one that a program can read."""
    (example,) = blocks("json")
    assert {place["kind"] for place in json.loads(example)["places"]} == {"heading", "paragraph"}


def test_all_editions_of_the_house_are_told(tmp_path: Path) -> None:
    """In the order in which they are made."""
    known = styles(manuscript(tmp_path, "# T\n\nText.\n"))
    assert rows("edition", "# Editions") == list(known)


def test_all_keys_are_told() -> None:
    """Those of an edition, and those of sheets, each once."""
    assert sorted(rows("key", "make your own")) == sorted(_KEYS)
    assert sorted(rows("key", "## Sheets")) == sorted(KEYS)
