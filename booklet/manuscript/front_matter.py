"""The front matter: what the author says about the booklet, typed and checked, line by line."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from booklet.errors import BookletError, Mistakes, did_you_mean, gathered, quoted, slip
from booklet.findings import Finding
from booklet.manuscript.edition_options import OPTION_KEYS, EditionOption, options
from booklet.manuscript.fences import split
from booklet.manuscript.foreign_keys import FOREIGN, HERE, meant
from booklet.manuscript.foreign_values import author, usual
from booklet.manuscript.plain_words import plain
from booklet.manuscript.settings import (
    FOR_READERS,
    KEYS,
    TAKES,
    Author,
    Settings,
    judge_page,
    judge_type,
)
from booklet.manuscript.unfenced_keys import strays
from booklet.manuscript.yaml_keys import Keys

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from booklet.errors import Place
    from booklet.source import Text


class FrontMatter(msgspec.Struct, frozen=True):
    """Settings with the line of each key, what belongs to other tools, and the text below.

    What stands under a key has a path for a key: `chapters/0`, `author/1/name`. `asked` is what
    the author wants of editions and sheets. `offset` is the line (from 0) on which the body
    begins.
    """

    settings: Settings
    lines: dict[str, int]
    asked: tuple[EditionOption, ...]
    foreign: dict[str, object]
    body: str
    offset: int
    findings: tuple[Finding, ...]


def front_matter(text: Text, lang: str = "") -> FrontMatter:
    """Return the front matter of `text` and the body below it.

    Its text is set by the rules of `lang`, or of the language that it names itself. Raises
    BookletError with file and line for what cannot be read at all, and Mistakes for all that is
    wrong in what can: slips of our keys, and values of the wrong type.
    """
    fenced = split(text)
    body = "\n".join(text.text.split("\n")[fenced.body :])
    below = strays(text, body, fenced.body)
    if fenced.raw is None:
        return FrontMatter(Settings(), {}, (), {}, body, fenced.body, tuple(below))
    reader = Keys(text.path, fenced.first + 1, (*KEYS, *OPTION_KEYS))
    values = reader.toml(fenced.raw) if fenced.is_toml else reader.mapping(fenced.raw)
    values = _spelt(values, reader)
    asked = options({key: values.pop(key) for key in OPTION_KEYS if key in values}, reader.place)
    findings = [*_cut(reader), *below]
    foreign = {}
    for key in [key for key in values if key not in KEYS]:
        with gathered(reader.mistakes):
            findings.append(_stranger(key, reader.place(key)))
        foreign[key] = values.pop(key)
    for key in [*values]:
        findings += _taken(key, values, reader)
    settings = _typed(values, reader)
    if reader.mistakes:
        raise Mistakes(sorted(reader.mistakes, key=_line), asked)
    settings = _readable(settings, lang, reader, findings)
    return FrontMatter(settings, reader.lines, asked, foreign, body, fenced.body, tuple(findings))


def _line(error: BookletError) -> int:
    """Return the line that a mistake is in."""
    return error.where.line if error.where else 0


def _spelt(values: dict[str, object], reader: Keys) -> dict[str, object]:
    """Return the values under keys as we spell them: `Toc_Depth` is `toc-depth`."""
    spelt: dict[str, object] = {}
    for key, value in values.items():
        plain = key.lower().replace("_", "-")
        ours = plain if plain in reader.ours and plain not in values else key
        for path in [p for p in reader.lines if _is_below(p, key)] if ours != key else ():
            reader.lines[ours + path.removeprefix(key)] = reader.lines[path]
        if ours in spelt:
            where = reader.place(key)
            reader.mistakes.append(BookletError(f"`{ours}` is there twice", where))
        spelt.setdefault(ours, value)
    return spelt


def _is_below(path: str, key: str) -> bool:
    """Whether a path is that of a key, or of something under it."""
    return path == key or path.startswith(f"{key}/")


def _cut(reader: Keys) -> Iterator[Finding]:
    """Yield a finding for each value of ours that a hash has ended: a comment begins there.

    A hash with a space behind it is likely to be meant so.
    """
    for key, text, rest, where in reader.cut:
        name, *inner = key.split("/")
        known = all(part.isdecimal() or part in ("name", "affiliation") for part in inner)
        if name not in (*FOR_READERS, "author", "keywords") or not known:
            continue
        whole = f"{text} {rest}".strip().replace("\\", "\\\\").replace('"', '\\"')
        hint = f'write `"{whole}"`' if len(whole) < _LONG else ""
        if rest[1:2].isalnum():
            message = f"{quoted(rest)} is cut off from `{name}`: a hash begins a comment"
            yield Finding("M50", message, where, hint=hint)
        else:
            message = f"{quoted(rest)} is a comment, and no part of `{name}`"
            yield Finding("M51", message, where, hint=f"if it is text, {hint}" if hint else "")


_LONG = 100


def _stranger(key: str, where: Place) -> Finding:
    """Return the finding for a key that is not ours; raises BookletError for a slip of ours."""
    if near := meant(key, (*KEYS, *OPTION_KEYS)):
        message = f"{quoted(key)} is not a key of the front matter"
        raise BookletError(message, where, f"did you mean `{near}`?")
    here = HERE.get(key) or HERE.get(key.lower().replace("_", "-"))
    hint = f"here it is `{here}`" if here else ""
    known = here or key in FOREIGN
    message = f"the key {quoted(key)} " + (
        "belongs to another tool" if known else "is not one of ours"
    )
    return Finding("M01", message, where, hint=hint)


def _taken(key: str, values: dict[str, object], reader: Keys) -> Iterator[Finding]:
    """Put a value as we write it in the place of a value, and yield what is to be said of it."""
    given = values[key]
    if key == "author":
        values[key] = yield from _authors(given, reader)
    elif key == "date" and isinstance(given, str) and _PASSING.fullmatch(given.strip()):
        message = f"{quoted(given)} is another day tomorrow: no date is printed"
        yield Finding("M52", message, reader.place(key))
        del values[key]
    elif key == "toc-depth" and given in ("5", "6"):
        message = f"`{key}: {given}` is read as `4`: the contents have no more levels"
        yield Finding("M51", message, reader.place(key), hint="write `4`")
        values[key] = "4"
    else:
        values[key] = usual(key, given)


# Dates that other tools fill in: Quarto's words, LaTeX's, R's, and those of templates.
_PASSING = re.compile(r"today|now|last-modified|\\today.*|`r .*|\{\{.*|<%.*|\$\{.*|\$Date.*")


def _authors(given: object, reader: Keys) -> Generator[Finding, None, object]:
    """Return the authors as we write them; yield a finding for each key that is not used."""
    several = given if isinstance(given, list) else [given]
    found = []
    for number, one in enumerate(several):
        path = f"author/{number}" if several is given else "author"
        known, others = author(one)
        for key in others:
            where = reader.place(f"{path}/{key}")
            if near := slip(key, ("name", "affiliation")):
                message, hint = (
                    f"{quoted(key)} is not a key of an author",
                    f"did you mean `{near}`?",
                )
                reader.mistakes.append(BookletError(message, where, hint))
            else:
                message = f"the key {quoted(key)} of an author is not set"
                hint = "an author has a `name:` and an `affiliation:`"
                yield Finding("M01", message, where, hint=hint)
        found.append(known)
    return found if several is given else found[0]


def _typed(values: Mapping[str, object], reader: Keys) -> Settings:
    """Return the values that are right as Settings; each wrong one is a mistake at its line."""
    right = {}
    for key, value in values.items():
        where = reader.place(key)
        try:
            checked = msgspec.convert({key: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            item = re.search(r"\[(\d+)\]", str(error))
            where = reader.place(f"{key}/{item[1]}") if item else where
            takes = TAKES.get(key, "a line of text")
            value = value[int(item[1])] if item and isinstance(value, list) else value
            message = f"`{key}` takes {takes}, not {_shown(value)}"
            reader.mistakes.append(BookletError(message, where, _better(key, value)))
            continue
        try:
            _judge(key, checked)
        except BookletError as error:
            reader.mistakes.append(BookletError(error.message, where, error.hint))
            continue
        right[key] = value
    return msgspec.convert(right, Settings, strict=False)


def _shown(value: object) -> str:
    """Return a value for a message."""
    if not isinstance(value, str):
        return "a list" if isinstance(value, list) else "keys of its own"
    return quoted(value)


def _better(key: str, value: object) -> str:
    """Return what the author may have meant by a wrong value, or an empty string."""
    if key == "author" and isinstance(value, dict):
        return "" if "name" in value else "give the author a `name:`"
    if not isinstance(value, str):
        return ""
    if key in ("keywords", "chapters"):
        return f"write `[{' '.join(value.split())[:60]}]`"
    allowed = {
        "dir": ("ltr", "rtl"),
        "digits": ("native", "latin"),
        "notes": ("foot", "end"),
        "chapter-start": ("recto", "page"),
    }
    return did_you_mean(value, allowed.get(key, ()))


def _judge(key: str, settings: Settings) -> None:
    """Raise BookletError if the value under `key` has the right type and still cannot be set."""
    if key in ("trim", "paper"):
        judge_page(key, getattr(settings, key))
    elif key == "type-size":
        judge_type(settings.type_size)
    elif key == "date" and re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", settings.date):
        try:
            date.fromisoformat(settings.date)
        except ValueError as error:
            hint = "write year, month and day as in `2026-03-09`"
            message = f"`{settings.date}` is not a day of the calendar"
            raise BookletError(message, hint=hint) from error


def _readable(settings: Settings, lang: str, reader: Keys, findings: list[Finding]) -> Settings:
    """Return the settings with all text for readers set by the rules of a language.

    What is to be said of markup in it is added to the `findings`.
    """
    own = _canonical(settings.lang)
    lang = lang or own

    def read(text: str, key: str) -> str:
        words, remarks = plain(text, lang, key)
        for code, message, hint in remarks:
            findings.append(Finding(code, message, reader.place(key), hint=hint))
        return words

    def named(author: str | Author) -> str | Author:
        if isinstance(author, str):
            return read(author, "author")
        return Author(read(author.name, "author"), read(author.affiliation, "author"))

    given = settings.author
    return msgspec.structs.replace(
        settings,
        lang=own,
        author=[named(one) for one in given] if isinstance(given, list) else named(given),
        keywords=[read(word, "keywords") for word in settings.keywords],
        **{name: read(getattr(settings, name), name) for name in FOR_READERS},
    )


def _canonical(lang: str) -> str:
    """Return the tag of a language with its capitals as BCP 47 (RFC 5646, 2.1.1) has them."""
    first, *others = lang.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in others)])
