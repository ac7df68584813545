"""The booklet's own words: in the language of the booklet, or it is said that there are none."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from babel import Locale

from booklet.editions import compose, own_words
from booklet.editions.style import styles
from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.quick.rereading import ReadingCache
from booklet.quick.rereading import parse as reread
from tests.desk import lay, source

if TYPE_CHECKING:
    from pathlib import Path

# The languages most written, and others of their neighbours.
WRITTEN = [
    *("en", "zh", "es", "hi", "ar", "pt", "bn", "ru", "ja", "pa", "de", "ko", "fr", "te", "mr"),
    *("tr", "ta", "vi", "ur", "it", "th", "gu", "fa", "pl", "kn", "ml", "uk", "my", "or", "ro"),
    *("nl", "el", "hu", "cs", "sv", "id", "ms", "he", "am", "km", "si", "ne", "az", "uz", "kk"),
    *("fi", "da", "nb", "nn", "sk", "bg", "hr", "sr", "sl", "lt", "lv", "et", "ca", "sw", "af"),
    *("ga", "cy", "gl", "eu", "is", "hy", "ka", "fil", "be", "mk", "sr-Latn", "zh-Hant"),
]

# Those in which most is published on the web and in print: these have the guide, too.
PUBLISHED = [
    *("en", "es", "de", "ja", "fr", "pt", "ru", "it", "nl", "pl", "tr", "zh", "fa", "vi", "cs"),
    *("id", "ko", "uk", "hu", "ar", "sv", "ro", "el", "da", "fi", "he", "sk", "th", "bg", "hr"),
    *("no", "lt", "sr", "sl", "ca", "et", "lv", "hi", "bn", "ur", "az", "mr", "sw", "zh-Hant"),
]

# What a word of each of these languages is written in, by the name of its letters.
SCRIPTS = {
    "am": "ETHIOPIC", "ar": "ARABIC", "bn": "BENGALI", "fa": "ARABIC", "gu": "GUJARATI",
    "he": "HEBREW", "hi": "DEVANAGARI", "ja": "CJK", "ko": "HANGUL", "km": "KHMER",
    "kn": "KANNADA", "ml": "MALAYALAM", "mr": "DEVANAGARI", "my": "MYANMAR", "ne": "DEVANAGARI",
    "or": "ORIYA", "pa": "GURMUKHI", "ru": "CYRILLIC", "si": "SINHALA", "ta": "TAMIL",
    "te": "TELUGU", "th": "THAI", "uk": "CYRILLIC", "ur": "ARABIC", "zh": "CJK", "el": "GREEK",
    "kk": "CYRILLIC", "bg": "CYRILLIC", "sr": "CYRILLIC", "zh-Hant": "CJK",
}  # fmt: skip


@pytest.mark.parametrize("lang", WRITTEN)
def test_the_languages_most_written_have_all_words(lang: str) -> None:
    """Each word is there, in letters of the language, and is not left in English."""
    english, own = own_words.table("en"), own_words.words(lang)
    assert own_words.has_words(lang)
    assert own.keys() >= english.keys() - {"colophon"}
    assert {"colophon"} <= own.keys() or {"types", "layout"} <= own.keys()
    if lang in SCRIPTS:
        strange = [w for w in own.values() if SCRIPTS[lang] not in unicodedata.name(w[0])]
        # Japanese has syllables too
        assert [w for w in strange if "KATAKANA" not in unicodedata.name(w[0])] == [
            word for word in strange if word[0] == "一"
        ]


@pytest.mark.parametrize("lang", PUBLISHED)
def test_the_languages_most_published_have_a_guide(lang: str) -> None:
    """So that a booklet in one of them is in one language from its cover to how it is folded."""
    assert own_words.has_words(lang)
    assert own_words.has_words(lang, file=own_words.GUIDE)


@pytest.mark.parametrize("lang", WRITTEN)
def test_dates_are_written_in_all_these_languages(lang: str) -> None:
    """Babel knows each of them."""
    assert Locale.parse(lang, sep="-").language == lang.split("-")[0]


def test_no_table_has_a_word_that_nobody_asks_for() -> None:
    """All tables have the words of the English one, and two more in the place of the sentence."""
    asked = own_words.table("en").keys() | {"types", "layout"}
    for tag in own_words._pieces():
        assert own_words.table(tag).keys() <= asked, tag
        assert all(word.strip() == word for word in own_words.table(tag).values()), tag


def test_all_sentences_of_a_guide_are_there_with_what_is_filled_in() -> None:
    """Each language has all of the English ones, in its own letters, with the same braces."""
    english = own_words.table("en", own_words.GUIDE)
    tags = own_words._pieces(own_words.GUIDE).keys()
    assert len(tags) >= 40
    for tag in tags:
        own = own_words.table(tag, own_words.GUIDE)
        assert list(own) == list(english), tag
        for key, sentence in own.items():
            assert re.findall(r"{\w+}", english[key]) == sorted(
                re.findall(r"{\w+}", sentence), key=re.findall(r"{\w+}", english[key]).index
            ), (tag, key)
            assert sentence.strip() == sentence
        if tag in SCRIPTS:
            assert SCRIPTS[tag] in unicodedata.name(own["print_fold"][0]) or tag == "ja", tag


@pytest.mark.parametrize(
    ("lang", "spoken"),
    [
        *(("de-AT", "de-AT"), ("zh-TW", "zh-TW"), ("xx", "en"), ("br", "en")),
        *(("sr-Latn", "sr-Latn"), ("az-Latn", "az-Latn"), ("az-Arab", "en"), ("uz-Cyrl", "en")),
    ],
)
def test_a_guide_says_which_language_it_speaks(lang: str, spoken: str) -> None:
    """That of the booklet where there are sentences in it, else English."""
    assert own_words.guide(lang)["lang"] == spoken


@pytest.mark.parametrize(
    ("lang", "contents"),
    [
        ("de", "Inhalt"),
        ("fr-CA", "Table des matières"),
        ("ru", "Содержание"),
        ("zh-TW", "目錄"),
        ("zh-Hant-HK", "目錄"),
        ("zh-Hans", "目录"),
        ("no", "Innhold"),
        ("sr-Latn", "Sadržaj"),
        ("az-Arab", "Contents"),
        ("az", "Mündəricat"),
        ("pt", "Sumário"),
        ("pt-PT", "Índice"),
        ("xx", "Contents"),
    ],
)
def test_words_follow_the_tag_of_the_language(lang: str, contents: str) -> None:
    """A country's or script's own words stand before those of the language; else it is English."""
    assert own_words.words(lang)["contents"] == contents


def test_a_language_without_words_is_said_at_its_line(tmp_path: Path) -> None:
    """Unless the author has written them, and then these are used."""
    text = "---\ntitle: T\nlang: br\n---\n\n# One\n\nText.\n\n# Two\n\nText.\n"
    one = source(tmp_path, text)
    (said,) = parse(one).findings
    assert (said.code, str(said.where)) == ("M60", "essay.md:3")
    assert "contents" in said.message
    assert "guide" in said.message
    lay(tmp_path, {"templates/words.toml": 'contents = "Taolenn"\n'})
    (said,) = parse(one).findings
    assert "contents" not in said.message
    assert said.hint == "write them into `templates/guide.toml`"
    lay(tmp_path, {"templates/guide.toml": 'cut = "a"\n'})
    made = parse(one)
    assert made.findings == ()
    parts = {part.name: part.html for part in compose(made, styles(made)["reader"], one).parts}
    assert "Taolenn" in parts["contents"]
    assert 'lang="en"' in parts["colophon"]


BOXED = "# T\n\n::: note\nText.\n:::\n\n> [!NOTE]\n> Text.\n\n!!! note\n    Text.\n"


def test_titles_of_boxes_are_the_authors_where_they_wrote_some(tmp_path: Path) -> None:
    """In whatever way a box is written, and also in a chapter that was read before."""
    one, memory = source(tmp_path, BOXED), ReadingCache()
    for own in ("", 'note = "Nota bene"\n', 'note = "By the way"\n', 'tip = "A tip"\n'):
        lay(tmp_path, {"templates/words.toml": own})
        anew, again = parse(one), reread(one, memory)
        assert anew == again
        word = own.split('"')[1] if own.startswith("note") else "Note"
        assert anew.chapters[0].html.count(f">{word}<") == 3, own


@pytest.mark.parametrize(
    ("given", "line", "said"),
    [
        ('contents = "A"\ncontnets = "B"\n', 2, "`contnets` .* did you mean `contents`"),
        ("\ncontents = 5\n", 2, "`contents` takes a text"),
        ("contents = \n", 1, "this is not TOML"),
        ('contents = "A"\nnotes = [', 2, "this is not TOML"),
    ],
)
def test_a_mistake_in_ones_own_words_has_its_line(
    tmp_path: Path, given: str, line: int, said: str
) -> None:
    """It names the file, and what is meant."""
    one = source(tmp_path, "# T\n\nText.\n", {"templates/words.toml": given})
    with pytest.raises(BookletError) as caught:
        own_words.of(one, "en")
    assert re.search(said, " ".join(str(caught.value).split()))
    assert str(caught.value.where) == f"templates/words.toml:{line}"


def test_a_colophon_without_a_sentence_names_types_and_press(tmp_path: Path) -> None:
    """Its names are marked as English, so that they are read so."""
    one = source(tmp_path, "---\nlang: he\n---\n\nשלום.\n")
    made = parse(one)
    parts = {part.name: part.html for part in compose(made, styles(made)["reader"], one).parts}
    assert 'גופנים: <span lang="en">Source Serif' in parts["colophon"]
    assert "Set in" not in parts["colophon"]
