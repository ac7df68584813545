"""Wishes: what the author wants of editions and sheets, each with the place that says so.

They stand in the front matter, or in a `booklet.toml` beside the essay for all of its files. What
they mean is judged where editions and sheets are known (booklet.style, booklet.press.planning).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError, Place, did_you_mean
from booklet.manuscript.settings import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.source import Text

# The keys under which wishes stand, in the front matter as in booklet.toml.
WISHES = ("editions", "set", "sheets")


@dataclass(frozen=True)
class Wish:
    """One value that the author gave: the keys that lead to it, and where it stands.

    `editions: {handout: {leading: 1.5}}` has the path `("editions", "handout", "leading")`. From
    YAML each value is text or a list of texts; TOML has numbers and truth values too.
    """

    path: tuple[str, ...]
    value: Any
    where: Place


def wishes(asked: dict[str, Any], place: Callable[[str], Place]) -> tuple[Wish, ...]:
    """Return the wishes in the mappings `asked`; `place` knows where a path such as `a/b` stands.

    A mapping without keys is a wish too: it has nothing for a value.
    """
    return tuple(_leaves((), asked, place))


def _leaves(
    above: tuple[str, ...], values: dict[str, Any], place: Callable[[str], Place]
) -> Iterator[Wish]:
    """Yield the values that are no mappings, with the keys that lead to them."""
    for key, value in values.items():
        path = (*above, key)
        if isinstance(value, dict) and value:
            yield from _leaves(path, value, place)
        else:
            yield Wish(path, value, place("/".join(path)))


def from_toml(text: Text) -> tuple[Wish, ...]:
    """Return the wishes of a `booklet.toml`.

    Raises BookletError with file and line for what is not TOML, and for a key that is no wish.
    """
    try:
        values = tomllib.loads(text.text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        where = Place(text.path, int(found[1]) if found else 0)
        message = str(error).partition(" (at ")[0]
        message = f"this is not TOML: {message[0].lower()}{message[1:]}"
        raise BookletError(message, where, "text needs quotation marks around it") from error
    lines = _lines(text.text)

    def place(path: str) -> Place:
        while path and path not in lines:  # a key in braces stands where they begin
            path = path.rpartition("/")[0]
        return Place(text.path, lines.get(path, 0))

    for key in values:
        if key not in WISHES:
            hint = did_you_mean(key, WISHES) or f"there is: {', '.join(WISHES)}"
            if key in KEYS:
                hint = "write it into the front matter of the essay"
            raise BookletError(f"`{key}` is not a key of booklet.toml", place(key), hint)
    return wishes(values, place)


_TABLE = re.compile(r"\s*\[\[?([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def _lines(text: str) -> dict[str, int]:
    """Return the line (from 1) of each key, by its path, and of each table's head."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if head := _TABLE.match(line):
            table = _path(head[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{table}/{_path(key[1])}".lstrip("/"), number)
    return lines


def _path(dotted: str) -> str:
    """Return `a . "b"` as `a/b`."""
    return "/".join(part.strip().strip("\"'") for part in dotted.split("."))
