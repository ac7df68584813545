"""TOML: the keys of a `booklet.toml`, or of a front matter that is written so, with their lines."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from booklet.errors import BookletError, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nothing that anybody writes is nested so deep.
_DEEPEST, _MOST_BITS = 20, 256


class Toml:
    """The values of one text in TOML, and the place of each: `editions/handout/leading`."""

    def __init__(self, raw: str, path: str, first: int = 1) -> None:
        """Read `raw`, which begins on line `first` of the file `path`.

        Raises BookletError, with its line where that can be known, for what is not TOML, and for
        what is nested without end.
        """
        self.path, self.first = path, first
        self.lines = {name: first + at for name, at in _lines(raw).items()}
        try:
            self.values = tomllib.loads(raw)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+)", str(error))
            line = int(found[1]) - 1 if found else raw.rstrip("\n").count("\n")  # it ends too soon
            where = Place(path, first + line)
            message = " ".join(str(error).partition(" (at ")[0].split())[:200]
            message = f"this is not TOML: {message[:1].lower()}{message[1:]}"
            raise BookletError(message, where, "text needs quotation marks around it") from error
        except RecursionError as error:
            raise BookletError("brackets are nested too deeply", Place(path), _FLAT) from error
        except ValueError as error:  # Python reads no number of more than some thousand digits
            message = "a number has too many digits"
            raise BookletError(message, Place(path), "shorten it") from error
        self._check(self.values, ())

    def place(self, path: str) -> Place:
        """Return the place of a key; one in braces stands where they begin."""
        while path and path not in self.lines:
            path = path.rpartition("/")[0]
        return Place(self.path, self.lines.get(path, 0))

    def _check(self, values: object, above: tuple[str, ...]) -> None:
        """Raise BookletError for keys in keys, and for numbers, without end."""
        if isinstance(values, int) and values.bit_length() > _MOST_BITS:
            where = self.place("/".join(above))
            raise BookletError("a number has too many digits", where, "shorten it")
        inner: Iterable[tuple[object, object]] = values.items() if isinstance(values, dict) else ()
        inner = enumerate(values) if isinstance(values, list) else inner
        for key, value in inner:
            if len(above) == _DEEPEST:
                message = "keys are nested too deeply"
                raise BookletError(message, self.place("/".join(above)), _FLAT)
            self._check(value, (*above, str(key)))


_FLAT = "keep it flat, as docs/editions.md shows"

_TABLE = re.compile(r"\s*\[\[?([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def _lines(text: str) -> dict[str, int]:
    """Return the line (from 0) of each key, by its path, and of each table's head."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n")):
        if head := _TABLE.match(line):
            table = _path(head[1])
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{table}/{_path(key[1])}".lstrip("/"), number)
    return lines


def _path(dotted: str) -> str:
    """Return `a . "b"` as `a/b`."""
    return "/".join(part.strip().strip("\"'") for part in dotted.split("."))
