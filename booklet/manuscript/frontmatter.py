"""The front matter: what the author says about the booklet, typed and checked, line by line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from booklet.errors import BookletError, Place, did_you_mean
from booklet.findings import Finding
from booklet.manuscript.dialect import plain
from booklet.manuscript.foreign import FOREIGN, HERE, MEANT
from booklet.manuscript.keys import Keys
from booklet.manuscript.settings import (
    FOR_READERS,
    KEYS,
    TAKES,
    Author,
    Settings,
    judge_page,
    judge_type,
)
from booklet.manuscript.wishes import WISHES, Wish, wishes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from booklet.source import Text

# A key is taken for a slip if it is as near to one of ours as this, from 0 to 1.
_NEAR = 0.75


class FrontMatter(msgspec.Struct, frozen=True):
    """Settings with the line of each key, what belongs to other tools, and the text below.

    What stands under a key has a path for a key: `chapters/0`, `author/1/name`. `asked` is what
    the author wants of editions and sheets. `offset` is the line (from 0) on which the body
    begins.
    """

    settings: Settings
    lines: dict[str, int]
    asked: tuple[Wish, ...]
    foreign: dict[str, Any]
    body: str
    offset: int
    findings: tuple[Finding, ...]


def front_matter(text: Text, lang: str = "") -> FrontMatter:
    """Return the front matter of `text` and the body below it.

    Its text is set by the rules of `lang`, or of the language that it names itself. Raises
    BookletError with file and line for YAML that cannot be read, a key close to a known one, and
    a value of the wrong type.
    """
    raw, first, offset = _split(text)
    body = "\n".join(text.text.split("\n")[offset:])
    if raw is None:
        return FrontMatter(Settings(), {}, (), {}, body, offset, ())
    reader = Keys(text.path, first + 1)
    values = reader.mapping(raw)
    asked = wishes({key: values.pop(key) for key in WISHES if key in values}, reader.place)
    foreign, findings = {}, []
    for key in [key for key in values if key not in KEYS]:
        findings.append(_stranger(key, reader.place(key)))
        foreign[key] = values.pop(key)
    findings += _authors(values.get("author"), reader)
    settings = _readable(_typed(values, reader), lang)
    return FrontMatter(settings, reader.lines, asked, foreign, body, offset, tuple(findings))


def _split(text: Text) -> tuple[str | None, int, int]:
    """Return the YAML between the fences, or None, and the first lines of it and of the body.

    Lines count from 0. A line of hyphens may be a break in the text instead: it is one if nothing
    looks like a key before the next such line, and an empty line follows it.
    """
    lines = text.text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    fence = lines[first].rstrip()
    if fence == "+++" and "+++" in (line.rstrip() for line in lines[first + 1 :]):
        where = Place(text.path, first + 1)
        raise BookletError("the front matter is TOML", where, "write YAML between lines of `---`")
    if fence != "---":
        return None, 0, 0
    end = next((i for i in range(first + 1, len(lines)) if lines[i].rstrip() in _FENCES), None)
    inside = lines[first + 1 : end]
    keys = any(_KEY.match(line) for line in (inside if end else _first(inside)))
    if end is None and keys:
        where, hint = Place(text.path, first + 1), "end it with a line of three hyphens"
        raise BookletError("the front matter begins here and never ends", where, hint)
    if end is None or (not keys and inside and not inside[0].strip()):
        return None, 0, 0
    return "\n".join(inside), first + 1, end + 1


def _first(lines: list[str]) -> list[str]:
    """Return the first line that is not a comment, if there is one."""
    return [line for line in lines if not line.startswith("#")][:1]


_FENCES = ("---", "...")
_KEY = re.compile(r"""["']?[\w.-]+["']?\s*:(\s|$)""")


def _stranger(key: str, where: Place) -> Finding:
    """Return the finding for a key that is not ours.

    Raises BookletError if it is no other tool's either, and near to one of ours.
    """
    shown = key[:60]
    if key in FOREIGN:
        hint = f"here it is `{HERE[key]}`" if key in HERE else ""
        return Finding("M01", f"the key `{key}` belongs to another tool", where, hint=hint)
    meant = MEANT.get(key.lower().replace("_", "-"))
    near = f"did you mean `{meant}`?" if meant else did_you_mean(key, (*KEYS, *WISHES), _NEAR)
    if near:
        raise BookletError(f"`{shown}` is not a key of the front matter", where, near)
    return Finding("M01", f"the key `{shown}` is not one of ours", where)


def _authors(given: object, reader: Keys) -> Iterator[Finding]:
    """Yield a finding for each key of an author that is not set, and take it away."""
    several = given if isinstance(given, list) else [given]
    for number, author in enumerate(several):
        path = f"author/{number}" if several is given else "author"
        for key in [*author] if isinstance(author, dict) else ():
            where = reader.place(f"{path}/{key}")
            if key in ("name", "affiliation"):
                continue
            if near := did_you_mean(key, ("name", "affiliation"), _NEAR):
                raise BookletError(f"`{key}` is not a key of an author", where, near)
            hint = "an author has a `name:` and an `affiliation:`"
            yield Finding("M01", f"the key `{key}` of an author is not set", where, hint=hint)
            del author[key]


def _typed(values: Mapping[str, Any], reader: Keys) -> Settings:
    """Return the values as Settings; raises BookletError at the line of the first wrong one."""
    for key, value in values.items():
        where = reader.place(key)
        try:
            checked = msgspec.convert({key: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            item = re.search(r"\[(\d+)\]", str(error))
            where = reader.place(f"{key}/{item[1]}") if item else where
            takes = TAKES.get(key, "a line of text")
            value = value[int(item[1])] if item and isinstance(value, list) else value
            raise BookletError(
                f"`{key}` takes {takes}, not {_shown(value)}", where, _better(key, value)
            ) from error
        try:
            _judge(key, checked)
        except BookletError as error:
            raise BookletError(error.message, where, error.hint) from error
    return msgspec.convert(dict(values), Settings, strict=False)


def _shown(value: object) -> str:
    """Return a value for a message."""
    if not isinstance(value, str):
        return "a list" if isinstance(value, list) else "keys of its own"
    line = " ".join(value.split())
    return f"`{line}`" if len(line) < 60 else f"`{line[:59]}…`"


def _better(key: str, value: object) -> str:
    """Return what the author may have meant by a wrong value, or an empty string."""
    if key == "author" and isinstance(value, dict):
        return "" if "name" in value else "give the author a `name:`"
    if not isinstance(value, str):
        return ""
    if key == "lang" and re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})+", value):
        return f"did you mean `{value.replace('_', '-')}`?"
    if key in ("keywords", "chapters"):
        return f"write `[{' '.join(value.split())}]`"
    allowed = {"dir": ("ltr", "rtl"), "notes": ("foot", "end"), "chapter-start": ("recto", "page")}
    return did_you_mean(value, allowed.get(key, ()))


def _judge(key: str, settings: Settings) -> None:
    """Raise BookletError if the value under `key` has the right type and still cannot be set."""
    if key in ("trim", "paper"):
        judge_page(key, getattr(settings, key))
    elif key == "type-size":
        judge_type(settings.type_size)
    elif key == "date":
        _judge_date(settings.date)


def _judge_date(given: str) -> None:
    """Raise BookletError for a date that is no day, or another one tomorrow."""
    if given in ("today", "now", "last-modified"):
        hint = "write the day: the same manuscript always makes the same booklet"
        raise BookletError(f"`date` cannot be `{given}`", hint=hint)
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", given):
        try:
            date.fromisoformat(given)
        except ValueError as error:
            hint = "write year, month and day as in `2026-03-09`"
            raise BookletError(f"`{given}` is not a day of the calendar", hint=hint) from error


def _readable(settings: Settings, lang: str) -> Settings:
    """Return the settings with all text for readers set by the rules of a language."""
    own = _canonical(settings.lang)
    lang = lang or own

    def named(author: str | Author) -> str | Author:
        if isinstance(author, str):
            return plain(author, lang)
        return Author(plain(author.name, lang), plain(author.affiliation, lang))

    given = settings.author
    return msgspec.structs.replace(
        settings,
        lang=own,
        author=[named(one) for one in given] if isinstance(given, list) else named(given),
        keywords=[plain(word, lang) for word in settings.keywords],
        **{name: plain(getattr(settings, name), lang) for name in FOR_READERS},
    )


def _canonical(lang: str) -> str:
    """Return the tag of a language with its capitals as BCP 47 (RFC 5646, 2.1.1) has them."""
    first, *others = lang.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in others)])
