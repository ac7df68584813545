"""Language: quotation marks, dashes and spaces, as each language has its own."""

from __future__ import annotations

import re

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from booklet.manuscript.language import release, typeset, zero
from booklet.manuscript.plain_words import plain
from tests.desk import html


def shown(text: str, lang: str = "en") -> str:
    """Return a line as it is set, with `~` for a space that does not break."""
    return plain(text, lang, "title")[0].replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('"Hello," she said, "it\'s \'fine\'."', "“Hello,” she said, “it’s ‘fine’.”"),
        ("'Outer \"inner\" outer.'", "‘Outer “inner” outer.’"),
        ("\"'Yes,' he said.\"", "“‘Yes,’ he said.”"),
        ('He said--"Yes"--and left.', "He said–“Yes”–and left."),
        ('("x") [\'y\'] «"z"»', "(“x”) [‘y’] «“z”»"),
        ('"1984" and 1984', "“1984” and 1984"),
        ('*"Emphatic"* and "*very*" so', "“Emphatic” and “very” so"),
        ('"a `code` b"', "“a code b”"),
        ('"One."\n"Two."', "“One.” “Two.”"),
    ],
)
def test_quotation_marks_open_and_close(typed: str, printed: str) -> None:
    """A straight mark opens where a word begins and closes elsewhere, through all markup."""
    assert shown(typed) == printed


def test_a_quotation_of_several_paragraphs_opens_each() -> None:
    """A mark that nothing closes opens all the same, and one that nothing opened closes."""
    assert "<p" in html('"First.\n\n"Last."')
    assert "“First." in html('"First.\n\n"Last."')
    assert shown('the end of it"') == "the end of it”"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("It's the '90s, '68 and 'tis late.", "It’s the ’90s, ’68 and ’tis late."),
        ("rock 'n' roll", "rock ’n’ roll"),
        ("the dogs' tails, O'Brien's, 1930s'", "the dogs’ tails, O’Brien’s, 1930s’"),
        ("'Twas said of 'cept", "’Twas said of ’cept"),
        ("the class of '05 'at last'", "the class of ’05 ‘at last’"),
    ],
)
def test_apostrophes_are_no_quotation_marks(typed: str, printed: str) -> None:
    """What stands for letters left out looks the same before, in and after a word."""
    assert shown(typed) == printed


def test_feet_and_inches_have_primes() -> None:
    """After a figure a mark that closes nothing is a measure."""
    assert shown('5\'10" tall, a 6" pipe') == "5′10″ tall, a 6″ pipe"


OUTER_AND_INNER = {
    "en": "“x ‘y’ z”", "en-GB": "“x ‘y’ z”", "de": "„x ‚y‘ z“", "de-CH": "«x ‹y› z»",
    "fr": "«~x “y” z~»", "fr-CH": "«x ‹y› z»", "es": "«x “y” z»", "it": "«x “y” z»",
    "nl": "“x ‘y’ z”", "pl": "„x «y» z”", "cs": "„x ‚y‘ z“", "ru": "«x „y“ z»",
    "sv": "”x ’y’ z”", "nb": "«x ‘y’ z»", "hu": "„x »y« z”", "tr": "“x ‘y’ z”",
    "ar": "”x ’y‘ z“", "fa": "«x ‹y› z»", "he": "”x ’y’ z”", "ja": "「x 『y』 z」",
    "zh": "“x ‘y’ z”", "zh-TW": "「x 『y』 z」", "zh-Hant-HK": "「x 『y』 z」", "tlh": "“x ‘y’ z”",
}  # fmt: skip


@pytest.mark.parametrize("lang", OUTER_AND_INNER)
def test_each_language_has_its_marks(lang: str) -> None:
    """The marks are those of the language, or of English where it is not known."""
    assert shown("\"x 'y' z\"", lang) == OUTER_AND_INNER[lang]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('"Bonjour" ; quoi?! Vraiment ?', "«~Bonjour~»~; quoi~?! Vraiment~?"),
        ("*Attention* : **non**!", "Attention~: non~!"),
        ("« déjà » ou «ici»", "«~déjà~» ou «~ici~»"),
        ("l'eau, d'\"or\", aujourd'hui", "l’eau, d’«~or~», aujourd’hui"),
        ("à 10:30 (?), https://a.fr: 10 000 euros", "à 10:30 (?), https://a.fr~: 10~000 euros"),
        ("Quoi... !", "Quoi…~!"),
    ],
)
def test_french_parts_its_marks_from_the_words(typed: str, printed: str) -> None:
    """A space that does not break stands before high marks and inside guillemets, typed or not."""
    assert shown(typed, "fr") == printed


def test_french_of_other_countries_has_its_own_spaces() -> None:
    """Canada parts only the colon, Switzerland nothing."""
    assert shown('"a": b!', "fr-CA") == "«~a~»~: b!"
    assert shown('"a": b!', "fr-CH") == "«a»: b!"


def test_dashes_and_ellipses() -> None:
    """Two hyphens are an en dash, three an em dash, three points an ellipsis."""
    assert shown("1939--45, so---and so -- there ... 1.....2") == (
        "1939–45, so—and so~– there … 1.....2"
    )


def test_points_behind_a_backslash_stay() -> None:
    """`\\...` is three points, none of which is lost."""
    assert shown("so \\... and \\.\\.\\. so\\...") == "so ... and ... so..."


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("en", "p. 9, pp. 9--12, art. 51, No. IV, § 5", "p.~9, pp.~9–12, art.~51, No.~IV, §~5"),
        ("en", "Dr Khan, Mr. Smith, J. R. R. Tolkien", "Dr~Khan, Mr.~Smith, J.~R.~R.~Tolkien"),
        ("en", "5 km, 10 %, 3 million, 500 BCE, 2 cats", "5~km, 10~%, 3~million, 500~BCE, 2 cats"),
        ("en", "the art of no America", "the art of no America"),
        ("en", "see p.\n9", "see p.~9"),
        ("de", "Art. 5 GG, S. 9, Nr. 3", "Art.~5 GG, S.~9, Nr.~3"),
        ("pl", "i w domu", "i~w~domu"),
        ("cs", "v Praze a k moři", "v~Praze a~k~moři"),
        ("ru", "я и ты — в доме", "я~и~ты~— в~доме"),
        ("sv", "10 000 kronor", "10~000 kronor"),
        ("en", "10 000 crowns", "10 000 crowns"),
    ],
)
def test_what_belongs_together_stays_on_a_line(lang: str, typed: str, printed: str) -> None:
    """Numbers stay with what they count, initials with names, short words with the next."""
    assert shown(typed, lang) == printed


def test_lines_of_chinese_are_joined_without_a_space() -> None:
    """Where a line ends between Chinese characters, nothing stands in print."""
    assert shown("中文\n中文 and\n中文", "zh") == "中文中文 and 中文"
    assert shown("한국\n어", "ko") == "한국 어"


def test_hebrew_has_marks_of_its_own_within_words() -> None:
    """Between Hebrew letters the marks are geresh and gershayim."""
    assert shown('צה"ל וג\'ורג "שלום"', "he") == "צה״ל וג׳ורג ”שלום”"


@pytest.mark.parametrize(
    "text",
    [
        '`it\'s "code" -- ...`',
        '```\nit\'s "code" -- ...\n```',
        '    it\'s "code" -- ...',
        "<https://example.org/it's--x...>",
        "[x](https://example.org/it's--x...)",
        "see https://example.org/it's--x...y",
        "doi:10.1000/it's--x...y",
        '\\"it\\\'s\\" \\-\\- \\.\\.\\.',
    ],
)
def test_code_and_addresses_stay_as_they_are(text: str) -> None:
    """Nothing is set in code, in addresses, and where the author has put a backslash."""
    made = html(text).replace("&quot;", '"')
    assert not set("“”‘’–—…") & set(made)
    assert "--" in made


def test_marks_are_set_in_every_kind_of_text() -> None:
    """Captions, notes of all kinds, cells, terms and quotations have the same care."""
    text = (
        '"p"^[In "place".] and[^1]\n\n[^1]: A "note".\n\n| "th" |\n|----|\n| "td" |\n\n'
        'Table: A "caption".\n\nA "term"\n: A "definition".\n\n> A "quotation".\n\n## A "heading"\n'
    )
    made = html(text)
    assert '"p"' not in made
    for word in ("p", "th", "td", "caption", "term", "definition", "quotation", "heading"):
        assert f"“{word}”" in made


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('"[Er sagte "ja"]{lang=de}", so "yes"', "“Er sagte „ja“”, so “yes”"),
        ('[*Elle* dit "oui": bien]{lang=fr}: so', "Elle dit «~oui~»~: bien: so"),
        ('[a "b [c "d" e]{lang=en} f" g]{lang=de} "x"', "a „b c “d” e f“ g “x”"),
    ],
)
def test_a_span_in_another_language_has_its_own_marks(typed: str, printed: str) -> None:
    """And the text around it goes on in its own."""
    assert re.sub("<[^>]+>", "", html(typed)).strip().replace("&nbsp;", "~") == printed


def test_the_title_page_is_set_like_the_text() -> None:
    """Text in the front matter has the marks of the language too, and no markup."""
    assert plain('Don\'t *panic* -- a `guide`\n\nto "it"', "en", "title")[0] == (
        "Don’t panic\u00a0– a guide\n\nto “it”"
    )


ANY = st.text(st.sampled_from("ab1 \"'-.;:!?«»()\u00a0—\u2028語א"), max_size=40)
LANGUAGES = st.sampled_from(["en", "fr", "fr-CA", "de", "pl", "he", "zh", "nl"])


@given(ANY, LANGUAGES)
def test_setting_keeps_the_length_and_the_letters(text: str, lang: str) -> None:
    """Marks and spaces change; no letter is lost, added or moved."""
    done = typeset(text, lang)
    assert len(done) == len(text)
    assert [c for c in release(done) if c.isalnum()] == [c for c in text if c.isalnum()]


@given(ANY.filter(lambda text: "\u2028" not in text), LANGUAGES)
def test_text_that_is_set_stays_as_it_is(text: str, lang: str) -> None:
    """Setting what was set already changes nothing."""
    once = release(typeset(text, lang))
    if not set("\"'") & set(once):
        assert release(typeset(once, lang)) == once


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("ar", 'قال و"نعم أو لا" ثم', "قال و”نعم أو لا“ ثم"),
        ("he", 'ענה ש"אין מקום" ושתק', "ענה ש”אין מקום” ושתק"),
        ("he", 'ה"ספר" עלה 5 ש"ח', "ה”ספר” עלה 5 ש״ח"),
        ("he", 'עלה 5 ש"ח, כלומר "מעט".', "עלה 5 ש״ח, כלומר ”מעט”."),
        ("he", 'ל"ג בעומר', "ל״ג בעומר"),
    ],
)
def test_a_quotation_may_begin_behind_a_small_word(lang: str, typed: str, printed: str) -> None:
    """One that is written with the next; before the last letter of a word the mark is another."""
    assert release(typeset(typed, lang)) == printed


# The first digit of what CLDR calls numbering systems.
SYSTEMS = {"latn": 0, "arab": 0x660, "arabext": 0x6F0, "beng": 0x9E6, "deva": 0x966, "mymr": 0x1040}


@pytest.mark.parametrize(
    "lang",
    [
        *(
            "ar",
            "ar-MA",
            "ar-EG",
            "ar-SA",
            "sd-Arab",
            "uz-Latn",
            "fa",
            "ps",
            "ckb",
            "ur",
            "bn",
            "as",
            "mr",
            "ne",
            "my",
            "hi",
            "gu",
        ),
        *("th", "lo", "km", "kn", "pa", "or", "he", "ja", "en", "uz-Arab", "uz", "ks", "sd", "ug"),
    ],
)
def test_books_are_numbered_in_the_digits_of_their_language(lang: str) -> None:
    """They are those that CLDR has for it."""
    assert zero(lang) == SYSTEMS[Locale.parse(lang, sep="-").default_numbering_system]


def test_digits_may_be_native_where_others_are_usual() -> None:
    """If the manuscript says so, and if the language has some."""
    shown = {lang: zero(lang, native=True) for lang in ("hi", "th", "ar-MA", "de", "fa-Latn")}
    assert shown == {"hi": 0x966, "th": 0xE50, "ar-MA": 0x660, "de": 0, "fa-Latn": 0}
