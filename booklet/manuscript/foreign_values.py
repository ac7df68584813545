"""Values: what other tools write under a key of ours, read as it is written here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.language_names import tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Under which keys other tools have what a thing or a person is called.
_CALLED = ("name", "literal", "plain", "text", "title", "main", "content", "formatted")
_GIVEN = ("given", "given-names", "given-name", "firstname", "first-name", "first", "forename")
_FAMILY = ("particle", "family", "family-name", "surname", "lastname", "last-name", "last")
_HOUSES = ("affiliation", "affiliations", "institute", "institution", "organization", "affil")


def usual(key: str, value: object) -> object:
    """Return a value as this project writes it; one that it does not know stays as it is."""
    return _USUAL[key](value) if key in _USUAL else value


def called(value: object, between: str = ", ") -> object:
    """Return the text of a value: of a list its items, of keys the one that names the thing.

    A link of Obsidian's, `[[Name]]`, is a list in a list to YAML. What has no such text stays.
    """
    if isinstance(value, dict):
        inner = next((called(value[key], between) for key in _CALLED if key in value), value)
        return inner if isinstance(inner, str) else value
    items = [called(item, between) for item in value] if isinstance(value, list) else []
    texts = [item for item in items if isinstance(item, str)]
    return between.join(texts) if texts and len(texts) == len(items) else value


def _line(value: object) -> object:
    """Return one line of text."""
    return called(value, " ")


def _paragraphs(value: object) -> object:
    """Return paragraphs of text."""
    return called(value, "\n\n")


def _day(value: object) -> object:
    """Return the day of a date with a time, with all its figures; other words stay."""
    if isinstance(value, dict):  # as MkDocs has it
        value = next(
            (value[key] for key in ("created", "published", "updated") if key in value), value
        )
    value = called(value)
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else value


_TIME = r"[Tt ]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[Zz]|UTC|[+-]\d{1,2}:?(?:\d{2})?)?"
_DATE = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})(?:{_TIME})?")


def _words(value: object) -> object:
    """Return words as a list: in one line they have semicolons or commas between them."""
    if isinstance(value, dict):
        return next((_words(value[key]) for key in _CALLED if key in value), value)
    if isinstance(value, str):
        words = value.split(";" if ";" in value else ",")
        return [" ".join(word.split()) for word in words if word.strip()]
    return [_line(word) for word in value] if isinstance(value, list) else value


def _files(value: object) -> object:
    """Return the names of files as a list; in one line they have commas between them."""
    names = [name.strip() for name in value.split(",")] if isinstance(value, str) else []
    return names if names and all(re.search(r"(?i)\.(md|markdown)$", n) for n in names) else value


def _truth(value: object) -> object:
    """Return `true` or `false` for what YAML 1.1 takes for it."""
    word = value.lower() if isinstance(value, str) else ""
    return {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(word, value)


def _paper(value: object) -> object:
    """Return a size of paper without what LaTeX adds to it: `a5` for `a5paper`."""
    return re.sub(r"(?i)(?<=\w)paper$", "", value.strip()) if isinstance(value, str) else value


def _low(value: object) -> object:
    """Return a word in small letters."""
    return value.lower() if isinstance(value, str) else value


def _tag(value: object) -> object:
    """Return the tag of a language."""
    return tag_of(value) if isinstance(value, str) else value


_USUAL: dict[str, Callable[[object], object]] = {
    "abstract": _paragraphs, "chapter-start": _low, "chapters": _files, "date": _day,
    "description": _line, "digits": _low, "dir": _low, "keywords": _words, "lang": _tag,
    "notes": _low, "number-sections": _truth, "occasion": called, "paper": _paper,
    "publisher": called, "rights": called, "subtitle": _line, "title": _line, "trim": _paper,
}  # fmt: skip


def author(given: object) -> tuple[object, tuple[str, ...]]:
    """Return an author as a name, or as `name` and `affiliation`, and the keys that are not used.

    Pandoc's scholars write `Ann Writer: {institute: somewhere}`, Quarto parts of a name and lists
    of houses. What is none of these stays as it is.
    """
    if not isinstance(given, dict):
        return called(given), ()
    if len(given) == 1 and isinstance(inner := next(iter(given.values())), dict):
        name = next(iter(given))
        if name not in _CALLED:
            given = {"name": name, **inner}
    name = _name(given)
    if not name:
        return given, ()
    houses = [_houses(given[key]) for key in _HOUSES if key in given]
    used = (*_CALLED, *_GIVEN, *_FAMILY, *_HOUSES)
    others = tuple(key for key in given if key.lower().replace("_", "-") not in used)
    house = "; ".join(dict.fromkeys(house for house in houses if house))
    return ({"name": name, "affiliation": house} if house else {"name": name}), others


def _name(given: dict[str, object]) -> str:
    """Return the name in what is given of an author, or in the parts of a name."""
    whole = next((given[key] for key in _CALLED if key in given), given)
    if not isinstance(whole, dict):
        name = called(whole)
        return name if isinstance(name, str) else ""
    if whole is not given and any(key in whole for key in _CALLED):
        return _name(whole)
    parts = {key.lower().replace("_", "-"): value for key, value in whole.items()}
    found = (next((parts[k] for k in keys if k in parts), "") for keys in (_GIVEN, _FAMILY))
    return " ".join(part for part in map(called, found) if isinstance(part, str) and part)


def _houses(given: object) -> str:
    """Return the names of houses, without what only refers to them by a number or a letter."""
    several = given if isinstance(given, list) else [given]
    return "; ".join(house for each in several for house in _house(each))


def _house(given: object) -> Iterator[str]:
    """Yield the name of a house, if it has one: its parts from the smallest."""
    if isinstance(given, dict):
        parts = [given[key] for key in ("department", "name", "institution") if key in given]
        given = ", ".join(part for part in map(called, parts) if isinstance(part, str))
    name = called(given)
    if isinstance(name, str) and name and not _REFERENCE.fullmatch(name):
        yield name


# What refers to a house that is named elsewhere: `1`, `1,2`, `a`.
_REFERENCE = re.compile(r"(?:\d+|[a-z])(?:\s*,\s*(?:\d+|[a-z]))*")
