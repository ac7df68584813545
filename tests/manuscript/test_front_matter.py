"""Front matter: every key has its type, and every mistake its line."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from booklet.errors import BookletError, _is_slip, slip
from booklet.manuscript.foreign_keys import FOREIGN, HERE
from booklet.manuscript.settings import KEYS, TAKES, Author, Settings
from tests.desk import failure, found, from_text, manuscript, outcome

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
        ("Title: In capitals", "title", "In capitals"),
        ("TOC_Depth: 1", "toc_depth", 1),
        ("title: [Two, lines]", "title", "Two lines"),
        ("title: {text: T, type: main}", "title", "T"),
        ("title: {formatted: 'T *x*', plain: T, short: S}", "title", "T"),
        ("title: a plain value\n  over two lines", "title", "a plain value over two lines"),
        ("subtitle: [[Linked]]", "subtitle", "Linked"),
        ("publisher: {name: P, place: Q}", "publisher", "P"),
        ("abstract: [One., Two.]", "abstract", "One.\n\nTwo."),
        ("date: 2026-2-3", "date", "2026-02-03"),
        ("date: 2026/02/03", "date", "2026-02-03"),
        ("date: 2026-02-03T10:20:30Z", "date", "2026-02-03"),
        ("date: 2026-02-03 10:20:30 +01:00", "date", "2026-02-03"),
        ("date: 2026-02-03T10:20:30.123456+0100", "date", "2026-02-03"),
        ("date: '2026-02-03 10:20'", "date", "2026-02-03"),
        ("date: 2026-02", "date", "2026-02"),
        ("lang: english", "lang", "en"),
        ("lang: en_GB", "lang", "en-GB"),
        ("lang: de_AT.UTF-8", "lang", "de-AT"),
        ("lang: ngerman", "lang", "de"),
        ("lang: Français", "lang", "fr"),
        ("lang: zh_Hant_TW", "lang", "zh-Hant-TW"),
        ("dir: RTL", "dir", "rtl"),
        ("keywords: a, b c,d", "keywords", ["a", "b c", "d"]),
        ("keywords: one, and two; three", "keywords", ["one, and two", "three"]),
        ("keywords: [[[Linked]], b]", "keywords", ["Linked", "b"]),
        ("keywords: {formatted: ['*a*'], plain: [a, b]}", "keywords", ["a", "b"]),
        ("number-sections: yes", "number_sections", True),
        ("number-sections: Off", "number_sections", False),
        ("trim: a5paper", "trim", "a5"),
        ("paper: letterpaper", "paper", "letter"),
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
        ("author: [[Ann Writer]]", [Author("Ann Writer")]),
        ("author: {name: {given: Ann, family: Writer}}", [Author("Ann Writer")]),
        ("author: {first: Ann, last: Writer}", [Author("Ann Writer")]),
        ("author: [{literal: A}, {given_names: B, surname: C}]", [Author("A"), Author("B C")]),
        (
            "author: {name: A, affiliations: [{name: B, department: C}, D]}",
            [Author("A", "C, B; D")],
        ),
        ("author: {name: A, affiliation: [1, a]}", [Author("A")]),
        ("author:\n  - Ann Writer: {institute: Somewhere}", [Author("Ann Writer", "Somewhere")]),
        ("author: [A, [b]]", [Author("A"), Author("b")]),
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
    made = from_text(f"---\n{yaml}\n---\n\nText.\n")
    assert made.settings.rtl is rtl
    assert {finding.code for finding in made.findings} <= {"M60"}


# Wrong values.


@pytest.mark.parametrize(
    ("yaml", "message"),
    [
        ("title: {a: b}", "`title` takes a line of text, not keys of its own"),
        ("toc-depth: 7", "`toc-depth` takes a whole number from 0 (no contents) to 4, not `7`"),
        ("title: {a: [b, {c: d}]}", "`title` takes a line of text, not keys of its own"),
        ("title: [{a: b}, c]", "`title` takes a line of text, not a list"),
        ("number-sections: maybe", "`number-sections` takes `true` or `false`, not `maybe`"),
        ("keywords: {a: b}", "takes a list, such as `[alliances, security]`, not keys of its own"),
        ("chapters: one, two", "not `one, two` / hint: write `[one, two]`"),
        ("author: [a, []]", "`name:` with `affiliation:`, not a list"),
        ("lang: elvish", "`lang` takes a tag such as `en-GB`, not `elvish`"),
        ("lang: en GB", "`lang` takes a tag such as `en-GB`, not `en GB`"),
        ("toc-depth: -1", "to 4, not `-1`"),
        ("toc-depth: two", "to 4, not `two`"),
        ("toc-depth: true", "to 4, not `true`"),
        ("author: {affiliation: x}", "not keys of its own / hint: give the author a `name:`"),
        ("dir: rlt", "`dir` takes `ltr` or `rtl`, not `rlt` / hint: did you mean `rtl`?"),
        ("notes: ends", "`notes` takes `foot` or `end`, not `ends` / hint: did you mean `end`?"),
        ("chapter-start: rekto", "hint: did you mean `recto`?"),
        ("date: 2026-02-30", "`2026-02-30` is not a day of the calendar / hint: write year, month"),
        ("trim: A55", "`A55` is not a size of paper / hint: did you mean `A5`?"),
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
        ("Titel", "title"),
        ("autor", "author"),
        ("authro", "author"),
        ("tocdepth", "toc-depth"),
        ("toc_deph", "toc-depth"),
        ("keyword", "keywords"),
        ("sub-title", "subtitle"),
        ("chapter", "chapters"),
        ("abstrct", "abstract"),
        ("edition", "editions"),
        ("sheet", "sheets"),
        ("lagn", "lang"),
        ("datte", "date"),
    ],
)
def test_a_slip_in_a_key_is_an_error(key: str, near: str) -> None:
    """A key that is one letter off one of ours was meant to be ours."""
    assert wrong(f"date: 1937\n{key}: x") == (
        f"error: essay.md:3: `{key}` is not a key of the front matter / "
        f"hint: did you mean `{near}`?"
    )


@pytest.mark.parametrize("key", [
    "location", "keywords-en", "editors", "dedication", "supervisor", "title-en", "titles-short",
    "sets", "dirs", "land", "data", "note", "papers", "author-note", "authors", "language",
    "author2", "title1",
    "subtitles-de", "rightsholder", "publishers-note", "date-created", "trimmed", "dir2",
])  # fmt: skip
def test_a_key_farther_off_is_another_one(key: str) -> None:
    """So is one that a tool has, and a short one: it is noted, and nothing is refused."""
    assert found(from_text(f"---\ntitle: x\n{key}: y\n---\n\nText.\n")) == ["M01 essay.md:3"]


@given(st.sampled_from(sorted(KEYS | {"editions", "sheets"})), st.data())
def test_each_edit_of_a_key_is_a_slip(key: str, data: st.DataObject) -> None:
    """One letter more, less or other, or two that changed places; two edits of letters are none."""
    at = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from("qwxyz"))
    edits = (
        key[:at] + letter + key[at:],
        key[:at] + letter + key[at + 1 :],
        key[:at] + key[at + 1 :],
        key[:at] + key[at : at + 2][::-1] + key[at + 2 :],
    )
    for edit in edits:
        assert edit == key or _is_slip(edit, key)
    assert not _is_slip(f"qq{key}", key)
    assert not _is_slip(key, f"{key}{letter}{letter}")
    assert slip(key[:3], [key]) == ""


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """Each with its line and its hint, in their order; those of editions and sheets as well."""
    text = """---
titel: A
lang: elvish
author: {name: A, afiliation: B}
toc-depth: deep
trim: A55
date: 2026-02-30
dir: ltr
dir: rtl
---

Text.
"""
    toml = "sets = 1\n[sheet]\na = 1\n"
    with pytest.raises(BookletError) as caught:
        manuscript(tmp_path, text, {"booklet.toml": toml})
    lines = [str(error.where) for error in caught.value.each]
    assert lines == [f"essay.md:{n}" for n in (2, 3, 4, 5, 6, 7, 9)] + [
        "booklet.toml:1", "booklet.toml:2"
    ]  # fmt: skip
    assert str(caught.value).count("error: ") == len(lines)
    assert str(caught.value).count("hint: ") == 7
    assert pickle.loads(pickle.dumps(caught.value)).each[3].message == caught.value.each[3].message


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("title: Coffee #1", "M50 essay.md:2"),
        ("title: #1 Coffee", "M50 essay.md:2"),
        ("subtitle: In\n  room #4", "M50 essay.md:3"),
        ("author: Writer #2", "M50 essay.md:2"),
        ("author:\n  - A\n  - name: B #2", "M50 essay.md:4"),
        ("keywords:\n  - c #1", "M50 essay.md:3"),
        ("rights: X #all", "M50 essay.md:2"),
        ("title: Movement # 9", "M51 essay.md:2"),
        ("title: T  # the working title", "M51 essay.md:2"),
        ("title: C# and F#", ""),
        ('title: "Coffee #1" # quoted', ""),
        ("title: >-\n  Coffee #1", ""),
        ("lang: en # a comment", ""),
        ("author:\n  - name: A\n    corresponding: yes # or no", "M01 essay.md:4"),
        ("layout: post #1", "M01 essay.md:2"),
        ("# title: x #1\ntitle: y", ""),
    ],
)
def test_what_a_hash_cuts_off_is_said(yaml: str, told: str) -> None:
    """A hash after a space begins a comment: in a text that is hardly ever meant."""
    assert found(from_text(f"---\n{yaml}\n---\n\nText.\n")) == ([told] if told else [])


def test_what_a_hash_cuts_off_comes_with_the_line_to_write() -> None:
    """With quotation marks around it, and those within it escaped."""
    (finding,) = from_text('---\ntitle: A "b" #1\n---\n\nText.\n').findings
    assert finding.hint == 'write `"A \\"b\\" #1"`'
    assert settings('title: "A \\"b\\" #1"').title == "A “b” #1"


@pytest.mark.parametrize("date", ["today", "now", "last-modified", "\"`r Sys.Date()`\"", "\\today",
                                  "'{{ date }}'"])  # fmt: skip
def test_a_date_that_passes_is_not_printed(date: str) -> None:
    """The same manuscript makes the same booklet: there is a warning, and no date."""
    made = from_text(f"---\ntitle: x\ndate: {date}\n---\n\nText.\n")
    assert (made.settings.date, found(made)) == ("", ["M52 essay.md:3"])


def test_contents_have_four_levels_at_most() -> None:
    """Other tools count more, and mean all of them."""
    made = from_text("---\ntoc-depth: 6\n---\n\nText.\n")
    assert (made.settings.toc_depth, found(made)) == (4, ["M51 essay.md:2"])


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
    assert set(HERE.values()) <= KEYS
    assert set(HERE) <= FOREIGN
    assert not FOREIGN & KEYS


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
        ('title: "\\Uffffffff"', 2, "the front matter is not YAML"),
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
        ("---\nA break, and then text.\n\n---\n\nMore.", ["A break, and then text.", "More."]),
        ("<!-- a remark -->\n\nText.", ["Text."]),
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
        "hint: end it with a line of three hyphens; "
        "a break in the text has an empty line after it"
    )


@pytest.mark.parametrize("text", [
    "% T\n% Ann; B\n% 2026-03-09\n\nText.",
    "% T\n% Ann\n  B\n% 2026-03-09\nText.",
    "\n% T\n% Ann; B\n% 2026-03-09\n\nText.",
])  # fmt: skip
def test_a_title_block_of_pandoc_is_taken(text: str) -> None:
    """Title, authors and date in lines that begin with a per cent sign."""
    made = from_text(text)
    assert (made.title, made.settings.date, made.findings) == ("T", "2026-03-09", ())
    assert [author.name for author in made.settings.authors] == ["Ann", "B"]
    assert [(b.text, b.where.line) for b in made.blocks] == [("Text.", text.count("\n") + 1)]


@pytest.mark.parametrize("text", ["%\n\nText.", "%% remark %%\n\nText.", "%d is a mark.\n"])
def test_a_per_cent_sign_is_no_title(text: str) -> None:
    """Unless words follow it on its line."""
    assert from_text(text).settings == Settings()


@pytest.mark.parametrize(("text", "told"), [
    ("Text.\n\n---\nauthor: X\n---\n\nMore.", ["M53 essay.md:4"]),
    ("Text.\n\n---\nauthor: X\ntags:\n  - a\n- b\n...\n\nMore.", ["M53 essay.md:4"]),
    ("---\ntitle: T\n---\n\nText.\n\n---\ndate: 1937\n---\n", ["M53 essay.md:8"]),
    ("Title: T\nAuthor: X\n\nText.", ["M53 essay.md:1"]),
    ("\ntitle: T\nBase Header Level: 2\n\nText.", ["M53 essay.md:2"]),
    ("Note: a word.\nAnd: another.\n", []),
    ("Title: only one line of it.\n\nText.", []),
    ("```\n\n---\ntitle: T\n---\n```\n", []),
    ("Text.\n\n---\n\nauthor: X\n\n---\n", []),
    ("Text.\n\n---\nA sentence: with a colon.\n\n---\n", []),
])  # fmt: skip
def test_keys_that_are_printed_are_said(text: str, told: list[str]) -> None:
    """Where another tool would have read them: below the text, or above it without a fence."""
    assert found(from_text(text)) == told


OTHERS = [
    '+++\ntitle = "T"\nlang = "en"\ntoc-depth = 1\n+++\nText.',
    '{\n  "title": "T",\n\t"lang": "en", "toc-depth": 1\n}\nText.',
    '{"title": "T", "lang": "en", "toc-depth": 1}\nText.',
    "<!-- a remark -->\n---\ntitle: T\nlang: en\ntoc-depth: 1\n---\nText.",
    "\n<!-- a\nlong\n\nremark -->\n\n---\ntitle: T\nlang: en\ntoc-depth: 1\n...\nText.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_front_matter_in_other_shapes_is_taken(text: str) -> None:
    """Hugo's TOML and JSON, and YAML that follows a comment."""
    made = from_text(text)
    assert (made.title, made.settings.toc_depth, made.findings) == ("T", 1, ())
    assert [(b.text, b.where.line) for b in made.blocks] == [("Text.", text.count("\n") + 1)]


def test_all_that_toml_has_can_be_written_in_it() -> None:
    """Dates, truths, lists and tables are what they are in YAML; each key has its line."""
    made = from_text(
        "+++\ndate = 2026-02-03T10:00:00Z\nnumber-sections = true\nkeywords = ['a', 'b']\n"
        "draft = false\n[params]\nx = 1\n[[author]]\nname = 'A'\naffiliation = 'B'\n+++\n\nText."
    )
    assert (made.settings.date, made.settings.number_sections) == ("2026-02-03", True)
    assert (made.settings.keywords, made.settings.authors) == (["a", "b"], (Author("A", "B"),))
    assert dict(made.foreign) == {"draft": "false", "params": {"x": "1"}}
    assert found(made) == ["M01 essay.md:5", "M01 essay.md:6"]
    assert failure('+++\ntitle = "T"\ntoc-depth = 9\n+++\n\nText.').startswith(
        "error: essay.md:3: `toc-depth` takes"
    )
    assert failure("+++\ntitle = T\n+++\n\nText.").startswith("error: essay.md:2: this is not TOML")


def test_escapes_of_json_are_letters() -> None:
    """It writes one beyond 16 bits as two halves; half a letter is none."""
    made = from_text('{"title": "a \\ud835\\udc4e b \\ud835 c"}\n\nText.\n')
    assert made.title == "a \U0001d44e b \ufffd c"


@pytest.mark.parametrize("text", ["{title}\n\nText.", "{\n\nText.", "{}\n\nText.", '{"a": 1} x\n'])
def test_a_brace_is_no_front_matter(text: str) -> None:
    """Unless it holds keys, and nothing follows it."""
    assert next(from_text(text).blocks).text.startswith("{")


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
    made = settings(f'{name}: "Don\'t [[panic]] -- \\"p. 9\\""\nlang: en')
    assert getattr(made, name) == "Don’t panic\u00a0– “p.\u00a09”"
    made = settings(f'{name}: L\'eau "vive" !\nlang: fr')
    assert getattr(made, name) == "L’eau «\u00a0vive\u00a0»\u00a0!"


def test_what_cannot_stand_in_a_title_remains_as_typed() -> None:
    """Notes and HTML in the front matter are text, and nothing of it is lost."""
    made = from_text('---\ntitle: "A[^1] <b>b</b> ^[c] & <https://d.e>"\n---\n\nText.')
    assert made.title == "A[^1] <b>b</b> ^[c] & https://d.e"
    assert [finding.message.split("`")[1] for finding in made.findings] == [
        "[^1]",
        "<b>",
        "</b>",
        "^[c]",
    ]


def test_each_value_that_is_no_yaml_is_said() -> None:
    """A second mistake of YAML, and slips of keys below it, are said at once with the first."""
    said = wrong("title: Coffee: a history\nsubtitle: @home\nauhtor: B\nrights: [open\nlang: en")
    assert [f"essay.md:{line}:" in said for line in range(2, 7)] == [True, True, True, True, False]


@pytest.mark.parametrize("fence", ["----", ";;;", "---json", "--- toml"])
def test_an_odd_line_above_keys_is_said(fence: str) -> None:
    """Keys below a line that begins no front matter are printed, and that is said."""
    made = from_text(f"{fence}\ntitle: Tea\n---\n\nText.\n")
    assert [(one.code, one.where.line) for one in made.findings if one.where] == [("M53", 1)]
    assert from_text("----\n\nText.\n").findings == ()
