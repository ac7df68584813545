"""The booklet's own words ("Contents", "Notes", the colophon) in the language of the booklet.

Those of the guide to printing have a file of their own, in the same form.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from booklet.errors import BookletError, did_you_mean, quoted
from booklet.source import ROOT

if TYPE_CHECKING:
    from booklet.source import Source, Text

FILE, GUIDE = "templates/words.toml", "templates/guide.toml"

# The titles of boxes, and all words that an author may choose.
BOXES = ("note", "tip", "info", "important", "warning", "caution", "danger", "example", "question",
         "summary")  # fmt: skip
OWN = ("contents", "notes", "keywords", "version", "concordance", "profile", "colophon", *BOXES)

# Other tags for languages that have words.
_SAME = {
    "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "cmn": "zh", "yue": "zh-Hant",
    "no": "nb", "iw": "he", "in": "id", "tl": "fil", "prs": "fa", "sh": "sr-Latn", "mo": "ro",
}  # fmt: skip
_TABLE = re.compile(r"^\[([\w-]+)\]\n", re.MULTILINE)


@cache
def words(lang: str) -> dict[str, str]:
    """Return the booklet's words in the language `lang`, or in English where it has none."""
    own = _own(lang)
    english = table("en")
    if "types" in own:  # it needs no sentence in English
        del english["colophon"]
    return english | own


def guide(lang: str) -> dict[str, str]:
    """Return the words of the guide; under `lang` is the language that they are in."""
    own = _own(lang, GUIDE)
    spoken = lang if own else "en"
    return table("en", GUIDE) | own | {"lang": spoken, "version": words(spoken)["version"]}


def has_words(lang: str, source: Source | None = None, file: str = FILE) -> bool:
    """Whether the booklet speaks this language, or the author has written words for it."""
    return bool(_own(lang, file)) or bool(source and _file(source, file))


@cache
def _own(lang: str, file: str = FILE) -> dict[str, str]:
    """Return the words of a language: those of its script or country stand before its others."""
    found: dict[str, str] = {}
    parts = lang.split("-")
    for many in range(1, len(parts) + 1):
        tag = "-".join(parts[:many])
        found |= table(_SAME.get(tag.lower(), tag), file)
    if found and not _is_written(found, parts):
        return {}
    if {"types", "colophon"} <= found.keys():  # `zh-Hant` has its own way, and not that of `zh`
        del found["colophon"]
    return found


# Scripts in the tags of languages that have several, and what Unicode calls their letters.
_SCRIPTS = {
    "arab": "ARABIC", "cyrl": "CYRILLIC", "deva": "DEVANAGARI", "guru": "GURMUKHI",
    "hebr": "HEBREW", "latn": "LATIN", "mong": "MONGOLIAN",
}  # fmt: skip


def _is_written(found: dict[str, str], parts: list[str]) -> bool:
    """Whether words are in the script that a tag names, if it does: `az-Arab` is not `az`."""
    named = [_SCRIPTS[part.lower()] for part in parts[1:] if part.lower() in _SCRIPTS]
    first = next(letter for letter in next(iter(found.values())) if letter.isalpha())
    return not named or unicodedata.name(first).startswith(named[0])


def table(tag: str, file: str = FILE) -> dict[str, str]:
    """Return the words that stand under a tag; only their piece of the file is read."""
    return dict(_table(tag, file))


@cache
def _table(tag: str, file: str) -> dict[str, str]:
    """Return the words under a tag, which nobody may change."""
    piece = _pieces(file).get(tag, "")
    return {key: str(word) for key, word in tomllib.loads(piece).items()}


@cache
def _pieces(file: str = FILE) -> dict[str, str]:
    """Return the text of each table by its tag."""
    _, *pieces = _TABLE.split((ROOT / file).read_text(encoding="utf-8"))
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def of(source: Source, lang: str) -> dict[str, str]:
    """Return the booklet's words in a language, but for those that the author has written.

    Under `lang` they have the language of the sentences among them, if it is another one. Raises
    BookletError at the line of a file of the author's that has something else in it.
    """
    text = _file(source, FILE)
    given = words(lang) | {"lang": "" if has_words(lang) else "en"}
    return given | (_written(text, OWN) if text else {})


def titles(source: Source) -> tuple[tuple[str, str], ...]:
    """Return the titles of boxes that the author has written; raises BookletError as `of` does."""
    text = _file(source, FILE)
    given = _written(text, OWN) if text else {}
    return tuple((kind, given[kind]) for kind in BOXES if kind in given)


def of_guide(source: Source, lang: str) -> dict[str, str]:
    """Return the words of the guide, but for those that the author has written.

    These are in the language of the booklet, and so is the guide then. Raises BookletError as `of`
    does.
    """
    text, house = _file(source, GUIDE), guide(lang)
    if text is None:
        return house
    return house | _written(text, tuple(table("en", GUIDE))) | {"lang": lang}


def _file(source: Source, file: str) -> Text | None:
    """Return the author's own words as a text, if there are any."""
    there = (source.shelf.root / file).is_file()
    return source.text(file) if there else None


def _written(text: Text, own: tuple[str, ...]) -> dict[str, str]:
    """Return the words that an author has written, of those that may be written."""
    from booklet.manuscript.toml_keys import Toml  # late: the dialect has words of ours

    toml = Toml(text.text, text.path)
    for key, word in toml.values.items():
        if key not in own:
            hint = did_you_mean(key, own) or f"there are {', '.join(own)}"
            message = f"{quoted(key)} is not a word of the booklet's"
            raise BookletError(message, toml.place(key), hint)
        if not isinstance(word, str):
            raise BookletError(f"`{key}` takes a text", toml.place(key), f'write `{key} = "…"`')
    return toml.values


def forget() -> None:
    """Forget the words: their file has changed."""
    words.cache_clear()
    _own.cache_clear()
    _pieces.cache_clear()
    _table.cache_clear()
