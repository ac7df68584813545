"""Letters and small words: a text in another language than its front matter names is told."""

from __future__ import annotations

import pytest

from tests.desk import from_text

TEXTS = {
    "de": "Der Hafen ist nicht groß, und die Schiffe sind es auch nicht; das ist zu sehen. ",
    "fr": "Le port est petit, et les bateaux qui sont dans la baie ne sont pas pour les grands. ",
    "es": "El puerto es pequeño, y los barcos que se ven en la bahía no son para los viajes. ",
    "nl": "Het is een kleine haven, en de schepen van de baai zijn niet voor de reis op zee. ",
    "el": "Το λιμάνι είναι μικρό. ",
    "ja": "港は小さい。",
}


def told(text: str) -> list[str]:
    """Return what is said of the language of a text."""
    return [str(f) for f in from_text(text).findings if f.code == "M31"]


@pytest.mark.parametrize("lang", TEXTS)
def test_a_text_that_names_no_language_is_told_which_it_may_be(lang: str) -> None:
    """And nothing is told once it is named."""
    text = TEXTS[lang] * 6
    assert [f"`lang: {lang}`" in one for one in told(text)] == [True]
    assert told(f"---\nlang: {lang}\n---\n\n{text}") == []


def test_a_text_in_english_letters_is_not_told_that_it_is_another() -> None:
    """Nor one that quotes, one that is too short to know, and one whose author has named it."""
    english = "The port is small, and the ships of the bay are not for the voyage to the sea. " * 6
    assert told(english) == []
    assert told(english + TEXTS["de"] + TEXTS["el"]) == []
    assert told(TEXTS["de"]) == []
    assert told("ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ " * 20) == []
    assert told(f"---\nlang: en\n---\n\n{TEXTS['de'] * 6}") == []


def test_letters_of_another_alphabet_are_told_though_english_is_named() -> None:
    """It would be set in the wrong direction, or with the wrong words around it."""
    assert "`lang` is `en-GB`" in told(f"---\nlang: en-GB\n---\n\n{TEXTS['el']}")[0]


def test_one_word_again_and_again_is_no_language() -> None:
    """A letter that is a word elsewhere, or a name, says nothing of the rest."""
    for word in ("A", "Die", "Se", "Van De"):
        assert from_text("# T\n\n" + f"{word}. Quay {word}.\n\n" * 60).findings == ()
