"""Letters and small words: a text in another language than its front matter names, or takes.

Without `lang` a text is English: set from left to right, with English words around it, and its
words divided as English ones are.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.manuscript.chapters import Chapter
    from booklet.manuscript.front_matter import FrontMatter

# The language that is most written in some letters, their name, and where they are in Unicode.
_LETTERS = (
    ("el", "Greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("ru", "Cyrillic", "\u0400-\u052f"),
    ("hy", "Armenian", "\u0530-\u058f"),
    ("he", "Hebrew", "\u0590-\u05ff"),
    ("ar", "Arabic", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"),
    ("hi", "Devanagari", "\u0900-\u097f"),
    ("bn", "Bengali", "\u0980-\u09ff"),
    ("pa", "Gurmukhi", "\u0a00-\u0a7f"),
    ("gu", "Gujarati", "\u0a80-\u0aff"),
    ("or", "Odia", "\u0b00-\u0b7f"),
    ("ta", "Tamil", "\u0b80-\u0bff"),
    ("te", "Telugu", "\u0c00-\u0c7f"),
    ("kn", "Kannada", "\u0c80-\u0cff"),
    ("ml", "Malayalam", "\u0d00-\u0d7f"),
    ("si", "Sinhala", "\u0d80-\u0dff"),
    ("th", "Thai", "\u0e00-\u0e7f"),
    ("lo", "Lao", "\u0e80-\u0eff"),
    ("my", "Burmese", "\u1000-\u109f"),
    ("ka", "Georgian", "\u10a0-\u10ff"),
    ("ko", "Korean", "\u1100-\u11ff\uac00-\ud7af"),
    ("am", "Ethiopic", "\u1200-\u137f"),
    ("km", "Khmer", "\u1780-\u17ff"),
    ("zh", "Chinese", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("ja", "Japanese", "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"),
)
_LATIN = re.compile("[A-Za-z\u00aa-\u02b8\u1d00-\u1eff]")
_ALL = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")


# Small words that are common in a language, and rare in the others here.
_SMALL = {
    "en": "the of and to is that was with for it as are this by not",
    "de": "der die und das ist nicht von zu den mit sich des ein eine auf",
    "fr": "le la les des et est une dans que qui pour pas du sur par",
    "es": "el los las y del que una por con para se es su como pero",
    "it": "il di che della è per non una gli con sono del nel alla più",
    "pt": "o os um uma não que com para do da dos das em é mais",
    "nl": "de het een van en is niet dat op te zijn voor met aan ook",
    "pl": "i w nie na z się do jest że to jak przez dla są od",
    "sv": "och att det som en är på för inte med till av den har om",
    "da": "og at det er som en på for ikke med til af den der har",
    "cs": "a se v na je že s z do to jako pro by ale jsou",
    "tr": "ve bir bu için ile da de olarak çok daha gibi olan ne en ama",
}
_NAMES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "da": "Danish", "cs": "Czech",
    "tr": "Turkish",
}  # fmt: skip

# So many letters of a text are looked at, and so many words it has to have; and so many times more
# often than those of English has it to have small words of another language: of these so many.
_LOOKED_AT, _FEWEST, _SURELY, _DIFFERENT = 12_000, 60, 3, 6


def unnamed(front: FrontMatter, chapters: tuple[Chapter, ...], path: str) -> Iterator[Finding]:
    """Yield a finding for a text that is set as an English one, and is not in English.

    Its letters say so, or, where no language is named, its small words.
    """
    if front.settings.lang.split("-")[0] != "en":
        return
    line = front.lines.get("lang", 0)
    lang, seems = _language(_beginning(chapters), is_named=bool(line))
    if lang:
        named = f"`lang` is `{front.settings.lang}`" if line else "no `lang` is named"
        message = f"{seems}, and {named}: the text is set as an English one"
        hint = f"write `lang: {lang}` into the front matter, or the tag of another language"
        yield Finding("M31", message, Place(path, line), hint=hint)


def _beginning(chapters: tuple[Chapter, ...]) -> str:
    """Return the beginning of a text, as much of it as is looked at."""
    found, many = [], 0
    for block in (block for chapter in chapters for block in chapter.blocks):
        found.append(block.text)
        many += len(block.text)
        if many > _LOOKED_AT:
            break
    return "\n".join(found)


@lru_cache(maxsize=8)
def _language(text: str, *, is_named: bool) -> tuple[str, str]:
    """Return the language that a text may be in, and what speaks for it; or nothing for English."""
    if not text.isascii() and 2 * len(_LATIN.findall(text)) < len(_ALL.findall(text)):
        lang, name = _written(text)
        return lang, f"most letters are {name}"  # of letters that are unknown here, nothing is said
    lang = "" if is_named else _spoken(text)
    return lang, f"the text seems to be {_NAMES[lang]}" if lang else ""


def _written(text: str) -> tuple[str, str]:
    """Return the language that a text in letters of its own may be in, and what they are called."""
    many = {(lang, name): len(re.findall(f"[{where}]", text)) for lang, name, where in _LETTERS}
    first = max(many, key=lambda each: many[each])
    return first if many[first] else ("", "")


def _spoken(text: str) -> str:
    """Return the language of a text in Latin letters, if that is surely not English; or nothing."""
    said = Counter(_WORD.findall(text.lower()))
    if said.total() < _FEWEST:
        return ""
    many = {lang: sum(said[word] for word in small.split()) for lang, small in _SMALL.items()}
    first = max(many, key=lambda lang: many[lang])
    is_sure = many[first] > _SURELY * many["en"] and many[first] * 8 > said.total()
    different = sum(word in said for word in _SMALL[first].split())
    return first if is_sure and different >= _DIFFERENT else ""
