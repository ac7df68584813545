"""Front matter: every key has its type, and every mistake its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from desk import failure, found, from_text, manuscript, outcome
from hypothesis import given
from hypothesis import strategies as st

from booklet.errors import BookletError
from booklet.manuscript.foreign import FOREIGN, HERE, MEANT
from booklet.manuscript.settings import KEYS, TAKES, Author, Settings

if TYPE_CHECKING:
    from pathlib import Path


def settings(yaml: str) -> Settings:
    """Return the settings of an essay with this front matter, about which nothing is found."""
    made = from_text(f"---\n{yaml}\n---\n\nText.\n")
    assert made.findings == ()
    return made.settings


def wrong(yaml: str) -> str:
    """Return the error of an essay with this front matter, in one line."""
    return failure(f"---\n{yaml}\n---\n\nText.\n")


# Values.


@pytest.mark.parametrize(
    ("yaml", "name", "value"),
    [
        ("title: Alliances", "title", "Alliances"),
        ("title: 1984", "title", "1984"),
        ("title: 2026-11-26", "title", "2026-11-26"),
        ("title: 12:30:45", "title", "12:30:45"),
        ("title: no", "title", "no"),
        ("title: 1e3", "title", "1e3"),
        ('title: "A: B # C"', "title", "A: B # C"),
        ("title: |\n  Two\n  lines", "title", "Two lines"),
        ("title: >-\n  Two\n  lines", "title", "Two lines"),
        ("title: 日本の条約", "title", "日本の条約"),
        ("title: ~", "title", ""),
        ("title:", "title", ""),
        ('title: ""', "title", ""),
        ("title: null", "title", ""),
        ("subtitle: x", "subtitle", "x"),
        ("date: 2026-11-26", "date", "2026-11-26"),
        ("date: 1937", "date", "1937"),
        ("date: Michaelmas '26", "date", "Michaelmas ’26"),
        ("occasion: A seminar", "occasion", "A seminar"),
        ("lang: no", "lang", "no"),
        ("lang: EN-gb", "lang", "en-GB"),
        ("lang: zh-hant-tw", "lang", "zh-Hant-TW"),
        ("dir: rtl", "dir", "rtl"),
        ("publisher: x", "publisher", "x"),
        ("rights: (c) O'Neil", "rights", "(c) O’Neil"),
        ("abstract: |\n  One.\n\n  Two.", "abstract", "One.\n\nTwo."),
        ("keywords: [a, 1, yes]", "keywords", ["a", "1", "yes"]),
        ("keywords:\n  - a\n  -\n  - b", "keywords", ["a", "b"]),
        ("keywords: []", "keywords", []),
        ("description: x", "description", "x"),
        ("toc-depth: 0", "toc_depth", 0),
        ('toc-depth: "4"', "toc_depth", 4),
        ("number-sections: true", "number_sections", True),
        ("number-sections: False", "number_sections", False),
        ("trim: 120mm x 190mm", "trim", "120mm x 190mm"),
        ("paper: letter", "paper", "letter"),
        ("type-size: 11pt", "type_size", "11pt"),
        ("chapter-start: recto", "chapter_start", "recto"),
        ("notes: end", "notes", "end"),
        ("author: 1984", "author", "1984"),
    ],
)
def test_values_have_the_type_of_their_key(yaml: str, name: str, value: object) -> None:
    """Text stays text, whatever YAML would make of it; numbers and lists are what they say."""
    assert getattr(settings(yaml), name) == value


def test_every_key_has_a_default() -> None:
    """An essay without front matter has the settings of one that says nothing."""
    assert from_text("Text.").settings == settings("# nothing") == Settings()


@pytest.mark.parametrize(
    ("yaml", "authors"),
    [
        ("author: A", [Author("A")]),
        ("author: [A, B]", [Author("A"), Author("B")]),
        ("author: {name: A, affiliation: B}", [Author("A", "B")]),
        ("author:\n  - A\n  - name: B\n    affiliation: C", [Author("A"), Author("B", "C")]),
        ('author: ["", A]', [Author("A")]),
        ("author:", []),
        ("author: Ann O'Neil", [Author("Ann O’Neil")]),
    ],
)
def test_authors_are_names_with_or_without_a_house(yaml: str, authors: list[Author]) -> None:
    """A name, a list of names, and names with affiliations all become a list of authors."""
    assert list(settings(yaml).authors) == authors


@pytest.mark.parametrize(
    ("yaml", "rtl"),
    [
        ("lang: ar", True),
        ("lang: en", False),
        ("lang: fa-IR", True),
        ("lang: he\ndir: ltr", False),
        ("lang: az-Arab", True),
        ("lang: ur-Latn", False),
        ("lang: en\ndir: rtl", True),
    ],
)
def test_the_language_says_where_lines_begin(yaml: str, rtl: bool) -> None:
    """The direction is that of the script, unless the author says another."""
    assert settings(yaml).rtl is rtl


# Wrong values.


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("title: [a]", "`title` takes a line of text, not a list"),
        ("title: {a: b}", "`title` takes a line of text, not keys of its own"),
        ("toc-depth: 5", "`toc-depth` takes a whole number from 0 (no contents) to 4, not `5`"),
        ("toc-depth: -1", "to 4, not `-1`"),
        ("toc-depth: two", "to 4, not `two`"),
        ("toc-depth: true", "to 4, not `true`"),
        ("number-sections: yes", "`number-sections` takes `true` or `false`, not `yes`"),
        ("keywords: a, b", "takes a list, such as `[alliances, security]`, not `a, b` / "
         "hint: write `[a, b]`"),
        ("chapters: one.md", "not `one.md` / hint: write `[one.md]`"),
        ("author: {affiliation: x}", "not keys of its own / hint: give the author a `name:`"),
        ("author: [a, [b]]", "`name:` with `affiliation:`, not a list"),
        ("lang: english", "`lang` takes a tag such as `en-GB`, not `english`"),
        ("lang: en_GB", "not `en_GB` / hint: did you mean `en-GB`?"),
        ("dir: RTL", "`dir` takes `ltr` or `rtl`, not `RTL` / hint: did you mean `rtl`?"),
        ("notes: ends", "`notes` takes `foot` or `end`, not `ends` / hint: did you mean `end`?"),
        ("chapter-start: rekto", "hint: did you mean `recto`?"),
        ("date: 2026-02-30", "`2026-02-30` is not a day of the calendar / hint: write year, month"),
        ("date: 2026-2-3", "`2026-2-3` is not a day of the calendar"),
        ("date: today", "`date` cannot be `today` / hint: write the day: the same manuscript"),
        ("trim: A55", "`A55` is not a size of paper / hint: did you mean `a5`?"),
        ("trim: 1mm x 1mm", "`trim` is 1 × 1 mm, too small or too large to set / hint: a page is"),
        ("paper: 9m x 9m", "`9m` is not a length"),
        ("type-size: 11", "`11` is not a length / hint: write a number and a unit"),
        ("type-size: 41pt", "`type-size` is from 5pt to 40pt"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_line(yaml: str, message: str) -> None:
    """The error says the line, what the key takes, and what stands there instead."""
    error = wrong(f"# a comment\n{yaml}")
    assert error.startswith("error: essay.md:3: ")
    assert message in error


def test_a_wrong_item_of_a_list_is_named_with_its_own_line() -> None:
    """In a list it is the item that is wrong, not the key."""
    assert wrong("keywords:\n  - a\n  - {b: c}").startswith("error: essay.md:4: `keywords` takes")


def test_a_long_wrong_value_makes_a_short_message() -> None:
    """A message stays one line of a reasonable length."""
    error = wrong("toc-depth: >\n" + "  word word word word\n" * 50)
    assert "\n" not in error
    assert len(error) < 200


@given(st.sampled_from(sorted(KEYS)), st.text("abc: []{}#&*!|>'\"%@`-\n\t\\0é", max_size=20))
def test_no_front_matter_ends_in_anything_but_settings_or_an_error(key: str, value: str) -> None:
    """Whatever stands after a key, there is a result or a line to look at."""
    made = outcome(f"---\ntitle: x\n{key}: {value}\n---\n\nText.\n")
    if isinstance(made, BookletError):
        assert str(made).startswith("error: essay.md:")
    else:
        assert isinstance(made.settings, Settings)


def test_every_key_that_is_no_text_says_what_it_takes() -> None:
    """The messages about types cover each key whose type is not plain text."""
    plain = {f.encode_name for f in msgspec.structs.fields(Settings) if f.type is str}
    assert KEYS - plain - set(TAKES) == set()
    assert set(TAKES) <= KEYS


# Keys.


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("titel", "title"),
        ("Title", "title"),
        ("autor", "author"),
        ("authors", "author"),
        ("toc_depth", "toc-depth"),
        ("tocdepth", "toc-depth"),
        ("keyword", "keywords"),
        ("sub-title", "subtitle"),
        ("language", "lang"),
        ("chapter", "chapters"),
        ("abstrct", "abstract"),
        ("font-size", "type-size"),
        ("page-size", "trim"),
    ],
)
def test_a_slip_in_a_key_is_an_error(key: str, near: str) -> None:
    """A key that is nearly ours was meant to be ours."""
    assert wrong(f"date: 1937\n{key}: x") == (
        f"error: essay.md:3: `{key}` is not a key of the front matter / "
        f"hint: did you mean `{near}`?"
    )


@pytest.mark.parametrize("key", sorted(FOREIGN))
def test_keys_of_other_tools_are_handed_over(key: str) -> None:
    """A key of Jekyll, Hugo, Obsidian, Quarto or Pandoc is mentioned once, and goes on."""
    made = from_text(f"---\ntitle: x\n{key}: [a, {{b: c}}]\n---\n\nText.\n")
    assert dict(made.foreign) == {key: ["a", {"b": "c"}]}
    assert found(made) == ["M01 essay.md:3"]


def test_a_key_of_nobody_is_handed_over() -> None:
    """The author's own templates may want keys of which nobody else has heard."""
    made = from_text("---\nseminar-room: 12\n---\n\nText.\n")
    assert dict(made.foreign) == {"seminar-room": "12"}
    assert [str(finding) for finding in made.findings] == [
        "note: essay.md:2: the key `seminar-room` is not one of ours (the templates can use it) "
        "[M01]"
    ]


def test_what_other_keys_are_called_here_is_true() -> None:
    """Advice about keys names keys that there are, and nothing is both foreign and ours."""
    assert {*HERE.values(), *MEANT.values()} <= KEYS
    assert set(HERE) <= FOREIGN
    assert not FOREIGN & (KEYS | set(MEANT))


def test_more_about_an_author_is_mentioned() -> None:
    """What the title page has no room for is not dropped without a word."""
    made = from_text("---\nauthor:\n  - name: A\n    email: a@b.c\n---\n\nText.\n")
    assert found(made) == ["M01 essay.md:4"]
    assert "`afiliation` is not a key of an author / hint: did you mean `affiliation`?" in wrong(
        "author: {name: A, afiliation: B}"
    )


# YAML.


@pytest.mark.parametrize(
    ("yaml", "line", "message"),
    [
        ("title: a\ntitle: b", 3, "`title` is there twice / hint: the first is in line 2"),
        ("author: {name: a, name: b}", 2, "`name` is there twice"),
        (
            "date: 1937\ntitle: A: B",
            3,
            "is not YAML: mapping values are not allowed here / hint: put quotation marks around",
        ),
        ("title: @x", 2, "found character '@' that cannot start any token"),
        (
            "title: *x",
            2,
            "`*x` is an alias in YAML, and cannot stand here / hint: text that begins",
        ),
        ("a: &a [x]\nb: [*a, *a]", 3, "is an alias in YAML"),
        ("title:\n\t- x", 3, "hint: indent with spaces"),
        ("- a\n- b", 2, "the front matter is not a list of keys / hint: write `key: value`"),
        ("just text", 2, "the front matter is not a list of keys"),
        ("? [a]\n: b", 2, "a key is a word"),
        ("x: " + "[" * 30, 2, "the front matter is nested too deeply"),
        ("x: " + "[" * 90_000, 2, "the front matter is nested too deeply"),
        ("x: |\n" + "  a\n" * 60_000, 2, "the front matter is longer than 200 kB"),
    ],
)
def test_what_is_not_yaml_is_named_with_its_line(yaml: str, line: int, message: str) -> None:
    """The line is that of the file, and the hint says how to write it."""
    error = wrong(yaml)
    assert error.startswith(f"error: essay.md:{line}: ")
    assert message in error


def test_tags_of_yaml_make_no_objects() -> None:
    """A tag cannot make the reader do anything but read text."""
    assert settings("title: !!python/name:os.system x").title == "x"


def test_marks_cannot_be_smuggled_in() -> None:
    """The press's own marks have no meaning in the front matter, even as escapes."""
    assert settings('title: "a\\uFDD0c0:1\\uFDD1b\\0\\x07"').title == "ac0:1b"


# Where it is, and where not.


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\n---\nText.",
        "---  \ntitle: T\n---  \nText.",
        "---\ntitle: T\n...\nText.",
        "\n\n---\ntitle: T\n---\nText.",
        "---\n\n# comment\ntitle: T\n\n---\nText.",
        "---\r\ntitle: T\r\n---\r\nText.",
        "\ufeff---\ntitle: T\n---\nText.",
    ],
)
def test_front_matter_is_found(text: str, tmp_path: Path) -> None:
    """It stands between lines of hyphens, in the shapes that files have."""
    made = manuscript(tmp_path, text)
    assert made.title == "T"
    assert [block.text for block in made.blocks] == ["Text."]
    last = len(text.splitlines())
    assert [block.where.line for block in made.blocks] == [last]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("Text.", ["Text."]),
        ("---\n\nText.\n\n---\n\nMore.", ["Text.", "More."]),
        ("Text.\n\n---\ntitle: T\n---\n", ["Text.", "title: T"]),
        ("---\n---\nText.", ["Text."]),
        ("---\n# only comments\n---\nText.", ["Text."]),
        ("---\n\n---\nText.", ["Text."]),
        ("----\ntitle: T\n----\n", ["title: T"]),
    ],
)
def test_what_is_no_front_matter_is_text(text: str, texts: list[str]) -> None:
    """Breaks in the text are breaks, and empty front matter says nothing."""
    made = from_text(text)
    assert made.settings == Settings()
    assert [block.text for block in made.blocks] == texts


@pytest.mark.parametrize("text", ["---\ntitle: T\n\nText.", "---\n# hm\ntitle: T\nText."])
def test_front_matter_that_never_ends_is_named(text: str) -> None:
    """A missing end would make the whole essay front matter."""
    assert failure(text) == (
        "error: essay.md:1: the front matter begins here and never ends / "
        "hint: end it with a line of three hyphens"
    )


def test_front_matter_in_toml_is_named() -> None:
    """Hugo's other way of writing it is not ours, and not text either."""
    assert failure('+++\ntitle = "T"\n+++\n\nText.') == (
        "error: essay.md:1: the front matter is TOML / hint: write YAML between lines of `---`"
    )


# The title.


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# The *first* heading[^1]\n\nText.\n\n[^1]: Note.", "The first heading"),
        ("Text.\n\n## Second level\n\nText.", "Second level"),
        ("Text.\n", "Essay"),
        ("---\ntitle: T\n---\n\n# H\n\nText.", "T"),
        ('Setext "title"\n======\n\nText.', "Setext “title”"),
    ],
)
def test_without_a_title_it_is_the_first_heading(text: str, title: str) -> None:
    """The title is what the author says, or the first heading, or the name of the folder."""
    assert from_text(text).title == title


def test_without_front_matter_the_language_is_english() -> None:
    """An essay that says nothing is set by the rules of English."""
    made = from_text('# A "title"\n\nText.')
    assert (made.settings.lang, made.title) == ("en", "A “title”")


@pytest.mark.parametrize("name", ["title", "subtitle", "occasion", "publisher", "rights"])
def test_text_of_the_front_matter_is_typeset(name: str) -> None:
    """Quotation marks, dashes and spaces are those of the language; markup is gone."""
    made = settings(f'{name}: "Don\'t *panic* -- \\"p. 9\\""\nlang: en')
    assert getattr(made, name) == "Don’t panic\u00a0– “p.\u00a09”"
    made = settings(f'{name}: L\'eau "vive" !\nlang: fr')
    assert getattr(made, name) == "L’eau «\u00a0vive\u00a0»\u00a0!"


def test_what_cannot_stand_in_a_title_remains_as_typed() -> None:
    """Notes and HTML in the front matter are text, and nothing of it is lost."""
    made = settings('title: "A[^1] <b>b</b> ^[c] & <https://d.e>"')
    assert made.title == "A[^1] <b>b</b> ^[c] & https://d.e"
