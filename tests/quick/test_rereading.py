"""Reading again: whatever was remembered, a manuscript is what it would be without."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booklet.bench.specimen import specimen
from booklet.digest import digest
from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.manuscript.dialect import parser_for
from booklet.quick import rereading
from booklet.quick.file_pieces import Uncut, cut, parsed
from booklet.quick.last_work import LastWork
from booklet.quick.rereading import ReadingCache
from booklet.quick.rereading import parse as reread
from booklet.quick.store import Store
from booklet.source import read

if TYPE_CHECKING:
    from booklet.manuscript import Manuscript

# What texts are made of here: each piece may meet any other, before it or after it.
PIECES = (
    "# One\n", "# One\n", "# Two {#two}\n", "# Two {#two}\n", "# [A note](#two) in a title[^a]\n",
    "# {-}\n", "#\n", "# \n", "## Section\n", "## Section {#two}\n", "Set\n===\n", "Section\n---\n",
    "Words.\n", "Some \"words\" with a note.[^a]\n", "Two notes.[^b] And again.[^a]\n",
    "A note here.^[It stands here, and calls another.[^a]]\n", "No note.[^missing]\n",
    "[^a]: A note.\n", "[^a]: A note, twice.\n", "[^b]: Of two kinds.\n\n    - A list[^a]\n",
    "[^c]: Nothing calls it.\n", "[^d]:\n", "Empty.[^d]\n", "[^b]: It calls.[^b]\n",
    "See [there, page {page}](#two), [here](#one) and [nowhere](#none).\n", "[A link][name]\n",
    "[name]: https://example.org/\n", "[name]: https://example.org/2 'Title'\n", "[name]:\n",
    "A shortcut: [name], [words]\n", "[words]: #section\n", "![Described](none.png){width=3}\n",
    "![Again](none.png){#two}\n", "![](none.png)\n", "{#two .box}\n", "{.box}\n\n", "- item\n",
    "- item\n\n  # no title\n", "> Quoted words.\n> -- Author\n", "> # Quoted\n", "    # code\n",
    "```\n# no title\n", "```\n", "~~~ {#two}\n", "<!-- # no\n", "# still no\n-->\n", "-->\n",
    "<div>\n", "</div>\n", "<div id=two>\n# no\n\n", "<b>bold\n", "<script>\n", "</script>\n",
    "<p data-paragraph=\"7\">raw</p>\n", "Term\n: What it means\n", "| a |\n|---|\n| 1 |\n",
    "Table: A caption. {#two}\n", "Line\\\n", "\n", "\n", "\n", "***\n", "[text]{#two} \n", "` \n",
    "# \u00a0\n", "# ![](none.png)\n", "## ![](none.png)\n", "## [Here]{#two}\n",
    "%%\n\n", "%%\n", "A %% remark %%.\n", "$$\na\n", "$$\n", "\\begin{equation}\n",
    "\\end{equation}\n", "*[One]: The first\n", "*[One]: Another\n", "[[One]], [[essay#Two|2]].\n",
    "One and Two.\n", "#Two\n", "Named. ^two\n", "\\noindent\n", "{::comment}\n", "{:/comment}\n",
    "https://example.org/a_b[^a]\n",
    "Dropped {% a\nb %}.\n", "{% alone %}\n", "A sum: $a\n+ b$.\n", "- $$a$$\n", "As :ref:`two`.\n",
    "---------\n a  b\n--- ---\n# 1  2\n", "---------\n", "--- ---\n1   2\n\n",
    " a   b\n--- ---\n1   2\n", "+---+\n| a |\n+---+\n", "+---+\n| a\n",
    "::: note\n", "::: {.a}\n", ":::\n", "- ::: {.b}\n", "!!! tip\n    # no\n", "    more\n",
    "> [!note] A title\n> words\n", "```{tip}\n",
    "(@) An example.\n", "(@a) Named.\n", "As (@a) says.\n", "## Of (@a)\n", "a. one\nb. two\n",
    "3. three\n", "i) one\n", "   ii) two\n", "| verse\n|   line\n", "|\n",
    "```verse\n# no\n\nline\n", "\\newpage\n", "<!-- pagebreak -->\n", "- \\pagebreak\n",
    "::: newpage\n:::\n", "```{=html}\n<b>\n```\n", "```{r}\n1\n```\n",
    "Words\n{.a}\n", "<a name=two></a>\n", "<div style='page-break-after: always'>\n</div>\n",
    "<b></b> [^a]\n", "• one\n• two\n", "1.) one\n",
    "A line that is long enough to be full, and ends in a point.\n---\n",
    "One\\\n  two\\\nthree\\\nfour\n",
)  # fmt: skip
HEADS = ("", "---\ntitle: One\n---\n", "---\nnumber-sections: true\nlang: fr\n---\n\n")

texts = st.lists(st.sampled_from(PIECES), max_size=12)
# An edit: where, how many pieces go, and which come.
edits = st.tuples(
    st.integers(0, 30), st.integers(0, 2), st.lists(st.sampled_from(PIECES), max_size=2)
)


def outcome(folder: Path, memory: ReadingCache | None) -> Manuscript | tuple[object, ...]:
    """Return the manuscript in a folder, or what is wrong with it."""
    try:
        source = read(str(folder))
        return reread(source, memory) if memory else parse(source)
    except BookletError as error:
        return error.message, error.where, error.hint


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(text=texts, head=st.sampled_from(HEADS), changes=st.lists(edits, min_size=1, max_size=5))
def test_reading_again_is_reading(
    text: list[str], head: str, changes: list[tuple[int, int, list[str]]]
) -> None:
    """After any edits a manuscript with a memory is the one without, in every part."""
    with tempfile.TemporaryDirectory() as place:
        folder, memory = Path(place), ReadingCache()
        for at, gone, come in [(0, 0, list[str]()), *changes]:
            text[at : at + gone] = come
            (folder / "essay.md").write_text(head + "\n".join(["# First\n", *text]))
            assert outcome(folder, memory) == outcome(folder, None)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    files=st.lists(texts, min_size=3, max_size=3),
    changes=st.lists(st.tuples(st.integers(0, 2), edits), min_size=1, max_size=4),
)
def test_reading_files_again_is_reading(
    files: list[list[str]], changes: list[tuple[int, tuple[int, int, list[str]]]]
) -> None:
    """It is so, too, for a book of several files that refer to each other."""
    with tempfile.TemporaryDirectory() as place:
        folder, memory = Path(place), ReadingCache()
        heads = ("---\nchapters: [one.md, two.md]\n---\n", "---\ntitle: One\n---\n", "# Two\n\n")
        for number, (at, gone, come) in [(0, (0, 0, list[str]())), *changes]:
            files[number][at : at + gone] = come
            for name, head, text in zip(
                ("essay.md", "one.md", "two.md"), heads, files, strict=True
            ):
                (folder / name).write_text(f"{head}[Two](two.md#two)\n" + "\n".join(text))
            assert outcome(folder, memory) == outcome(folder, None)


NOTED = "# One\n\nWords.[^a]\n\n# Two\n\n[^a]: A note.\n\n[^b]: Another.\n\n# Three\n\nMore.[^b]\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NOTED, NOTED.replace("A note.", "A changed note.")),
        (NOTED, NOTED.replace("[^a]: A note.\n\n", "")),
        (NOTED, NOTED.replace("# Two", "# Two\n\nA longer chapter.")),
        (NOTED, NOTED.replace("A note.", "- A list")),
        (NOTED, NOTED.replace("Words.", "Words.\n\n[^a]: It is here now.")),
        (NOTED, NOTED.replace("[^a]: A note.", "[^a]: It calls.[^b]")),
        (NOTED, NOTED.replace("\n\n# Three", "\n\n{#third}\n# Three")),
        (
            "# One\n\nWords.\n\n{.a}\n# Two\n\nWords.\n",
            "# One\n\nWords.\n\n{.b}\n# Two\n\nWords.\n",
        ),
        ("# One\n\n[n]\n\n# Two\n\n[n]: #one\n", "# One\n\n[n]\n\n# Two\n\n[n]: #two\n"),
        ("# One\n\n[t](#two)\n\n# Two\n\nEnd.\n", "# One\n\n[t](#two)\n\n# 2\n\nEnd.\n"),
        ("# A\n\nWords.\n\n# A\n\nEnd.\n", "# B\n\nWords.\n\n# A\n\nEnd.\n"),
        ("# A\n\nWords.\n\n# B\n\nEnd.\n", "# A\n\n```\n\n# B\n\nEnd.\n"),
        ("# A\n\n# B\n\nEnd.\n", "# A\n\nWords.\n\n# B\n\nEnd.\n"),
        ("# A\n\n# B\n\nEnd.\n", "# B\n\nEnd.\n"),
        ("# A\n\nWords.\n\n# ![](none.png)\n\nEnd.\n", "# A\n\nWords.\n\n# ![](none.png)\n\nNo.\n"),
        ("# A\n\nThe UN.\n\n# B\n\n*[UN]: One\n", "# A\n\nThe UN.\n\n# B\n\n*[UN]: Two\n"),
        ("# A\n\nThe UN.\n\n# B\n\n*[UN]: One\n", "# A\n\nThe UN.\n\n# B\n\nThe UN.\n"),
        ("# A\n\nSee [[B]].\n\n# B\n\nEnd.\n", "# A\n\nSee [[B]].\n\n# C\n\nEnd.\n"),
        ("# A\n\n%%\n\n# B\n\n%%\n\n# C\n\nEnd.\n", "# A\n\n# B\n\n%%\n\n# C\n\nEnd.\n"),
        (
            "# A\n\n@oak\n\n# B\n\nEnd.\n",
            "---\nbibliography: a.bib\n---\n\n# A\n\n@oak\n\n# B\n\nEnd.\n",
        ),
    ],
)
def test_what_chapters_have_of_one_another(before: str, after: str, tmp_path: Path) -> None:
    """A chapter is another one when a note, a target or a name in another one has changed."""
    for texts in ((before, after), (after, before)):
        memory = ReadingCache()
        for text in texts:
            (tmp_path / "essay.md").write_text(text)
            assert outcome(tmp_path, memory) == outcome(tmp_path, None)


BOOK = specimen(6_000, 6)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", 0),
        ("They ", "We ", 1),
        ("\n\n## ", "\n\nA new paragraph.\n\nAnother one.\n\n## ", 1),
        ("lang: en", "lang: en\ndate: 2020", 0),
        ("lang: en", "lang: fr", 7),
    ],
)
def test_only_what_changed_is_read(old: str, new: str, pieces: int, tmp_path: Path) -> None:
    """An edit of a chapter has that chapter read, though lines and numbers move in all others."""
    memory = ReadingCache()
    for text in (BOOK, BOOK.replace(old, new, 1) if old else BOOK):
        (tmp_path / "essay.md").write_text(text)
        assert outcome(tmp_path, memory) == outcome(tmp_path, None)
    assert len(memory.read_anew) == pieces


def test_a_picture_that_comes_is_seen(tmp_path: Path) -> None:
    """A chapter is read again when a picture in it is there at last."""
    memory = ReadingCache()
    (tmp_path / "essay.md").write_text("# One\n\nWords.\n\n# Two\n\n![A dot](dot.svg)\n")
    before = outcome(tmp_path, memory)
    (tmp_path / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="1"/>')
    assert outcome(tmp_path, memory) == outcome(tmp_path, None) != before


def test_memory_is_of_the_last_reading(tmp_path: Path) -> None:
    """However many edits there were, only the pieces of the last text are remembered."""
    memory = ReadingCache()
    for number in range(50):
        (tmp_path / "essay.md").write_text(f"# One\n\nWords.\n\n# Two\n\nEdit {number}.\n")
        outcome(tmp_path, memory)
    assert len(memory._entries) == len(memory._facts) == 2


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("{% highlight sh %}", "{% endhighlight %}"),
        ("{% hint %}", "{% endhint %}"),
        ("{{< highlight sh >}}", "{{< /highlight >}}"),
        ("{{< tide", ">}}"),
        ("/// note | Tide", "///"),
        ("#+BEGIN_SRC sh", "#+END_SRC"),
        ("```{figure} tide.png", "```"),
        ("%%", "%%"),
        ("$$", "$$"),
        ("import {", '} from "tide"'),
        ("======", "======"),
    ],
)
def test_what_ends_in_another_chapter_is_read_alike(
    opens: str, closes: str, tmp_path: Path
) -> None:
    """A line like a heading within a block of another tool parts nothing, edited or not."""
    memory = ReadingCache()
    for edit in ("one", "two"):
        text = f"# Tides\n\n{opens}\n# high *{edit}*\n{closes}\n\n# Ebb\n\nWords.\n"
        (tmp_path / "essay.md").write_text(text)
        assert outcome(tmp_path, memory) == outcome(tmp_path, None)


@pytest.mark.parametrize("piece", ["```\n", "<!--\n", "<div>\n", "{#here}\n", "<script>\n\n"])
def test_what_is_open_is_not_cut(piece: str) -> None:
    """A text is not cut in a block of code, in raw HTML, or between attributes and their block."""
    pieces = cut(f"Words.\n\n{piece}# Title\n")
    assert [one.first for one in pieces] == [0, 3 + piece.count("\n") - 1]
    with pytest.raises(Uncut):
        parsed(pieces[0], parser_for("en"), "essay.md", 0, {})


def test_answers_that_go_on_changing_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is remembered fits again and again not, all is read anew, once."""
    memory = ReadingCache()
    monkeypatch.setattr(rereading, "_MOST_TRIES", 1)
    for text in ("# A\n\n# A\n\n# A\n\n# B\n", "# C\n\n# A\n\n# A\n\n# B\n"):
        (tmp_path / "essay.md").write_text(text)
        assert outcome(tmp_path, memory) == outcome(tmp_path, None)
    assert len(memory.read_anew) == 4


def test_what_is_remembered_goes_from_process_to_process(tmp_path: Path) -> None:
    """What one press has packed, another remembers; what is broken in the store is nothing."""
    store, essay = Store(tmp_path / ".store", "one version"), tmp_path / "essay.md"
    essay.write_text(BOOK)
    first, second, third = LastWork(store), LastWork(store), LastWork(store)
    known = outcome(tmp_path, first.memory(essay))
    first.keep()
    assert outcome(tmp_path, second.memory(essay)) == known
    assert second.memory(essay).read_anew == ()
    for content in (b"", b"no pickle", first.memory(essay).packed()[:-9]):
        store.put("manuscript", digest(str(essay)), content)
        assert outcome(tmp_path, LastWork(store).memory(essay)) == known
    assert outcome(tmp_path, third.memory(essay)) == known
    assert len(third.memory(essay).read_anew) == len(first.memory(essay).read_anew)
