"""Blocks of other tools: what a row of the construct table cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.quick.rereading import ReadingCache
from booklet.quick.rereading import parse as reread
from booklet.source import read
from tests.conftest import texts, told
from tests.desk import html

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shop


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
    source = read("essay.md", tmp_path)
    for of in (parse, lambda source: reread(source, ReadingCache())):
        with pytest.raises(BookletError, match="has no end") as caught:
            of(source)
        assert caught.value.where
        assert caught.value.where.line == line
        assert ":::" in caught.value.hint


def test_a_page_break_begins_one_page(press: Shop) -> None:
    """At the beginning and the end of a chapter, and beside another one, it begins none."""
    breaks = ["\\newpage", "{{< pagebreak >}}", '<div style="page-break-after: always"></div>']
    text = "# Leaves\n\n\\newpage\n\nThe first.\n"
    for word, one in zip(("second", "third", "fourth"), breaks, strict=True):
        text += f"\n{one}\n\n\\pagebreak\n\nThe {word}.\n"
    text += "\n> In a quotation\n>\n> \\newpage\n>\n> the fifth.\n\n\\clearpage\n"
    text += "\n# More\n\n\\newpage\n\nThe sixth.\n\n\\newpage\n"
    booklet = press({"essay.md": text})
    pages = texts(booklet.files[0])
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    at = [next(i for i, page in enumerate(pages) if f"he {word}." in page) for word in words]
    assert at == [at[0] + i for i in range(6)]
    assert told(booklet) == []


def test_a_wide_table_fits_every_page(press: Shop) -> None:
    """Whatever the page and its type, nothing of it runs off, and no row is lost."""
    row = (
        "| 1234567890 | 0.00277621 | 1246.50000 | KXWQNTVAHA | Nordnordwest | 3984.05000 | Quay |\n"
    )
    head = (
        "| Series | First | Second | Third | Station | Reading | Remarks |\n" + "|---" * 7 + "|\n"
    )
    text = f"---\ntrim: A6\n---\n\n# Stations\n\n{head}{row * 3}\nWords.\n"
    made = press.set({"essay.md": text}, editions=("reader", "large-print", "handout"))
    for booklet in made.booklets:
        assert set(told(booklet)) <= {"M23 essay.md:7"}


STRONG = st.sampled_from(["**oak**", "**old ash**", "**elm.**", "*fir*", "***yew***"])
PLAIN = st.sampled_from([" ", ", ", ". ", "; a ", " by ", ": ", ", then the ", " and "])


@given(st.lists(st.tuples(STRONG, PLAIN), min_size=1, max_size=6))
def test_ordinary_emphasis_is_that_of_commonmark(pieces: list[tuple[str, str]]) -> None:
    """However many strong words a line has, and whatever stands between them."""
    text = "".join(strong + plain for strong, plain in pieces).strip()
    wanted = MarkdownIt("commonmark").renderInline(text)
    assert f">{wanted}</p>" in html(f"---\nlang: en\n---\n\n{text}\n")


def test_bracketed_texts_with_strong_words_stay_apart() -> None:
    """The stars that end one do not begin strong words that reach into the next."""
    text = "[**Oak**.]{.a} [An **ash**.]{.b} [The **elm**.]{.c}"
    made = html(text)
    assert [f'<span class="{name}">' in made for name in "abc"] == [True] * 3
