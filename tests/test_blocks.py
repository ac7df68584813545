"""Blocks of other tools: what a row of the construct table cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from booklet.errors import BookletError
from booklet.manuscript import Memory, parse
from booklet.source import read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Tides\n\n::: note\nWords.\n", 3),
        ("# Tides\n\n:::: note\n", 3),
        ("# Tides\n\n::: {.a}", 3),
        ("# Tides\n\n:::: {.a}\n::: b\nWords.\n:::\n\n# Moons\n\nMore.\n", 3),
        ("# Tides\n\n- item\n\n  ::: {.a}\n  Words.\n\nMore.\n:::\n", 5),
        ("# Tides\n\n> ::: a\n> Words.\n\nMore.\n", 3),
        ("# Tides\n\n::: a\n\n```\n:::\n```\n", 3),
    ],
)
def test_a_div_without_an_end_is_an_error_at_its_opening_line(
    text: str, line: int, tmp_path: Path
) -> None:
    """Whatever stands around it, and whether anything is remembered or not."""
    (tmp_path / "essay.md").write_text(text)
    for memory in (None, Memory()):
        with pytest.raises(BookletError, match="has no end") as caught:
            parse(read("essay.md", tmp_path), memory)
        assert caught.value.where
        assert caught.value.where.line == line
        assert ":::" in caught.value.hint
