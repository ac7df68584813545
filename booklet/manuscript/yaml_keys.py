"""Keys and their values, as they stand in the YAML of a front matter, each with its line."""

from __future__ import annotations

import re
from collections import deque
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import yaml

from booklet.errors import BookletError, Mistakes, Place, quoted
from booklet.manuscript.toml_keys import Toml
from booklet.source import scrubbed

if TYPE_CHECKING:
    from collections.abc import Collection

    from yaml._yaml import Mark as QuickMark

# Front matter is a screen or two: more, or more brackets in one another, only costs time.
_MOST = 200_000
_DEEPEST = 20


class CutValue(NamedTuple):
    """A value that a hash has ended: the path of its key, its text, and what follows it."""

    key: str
    text: str
    rest: str
    where: Place


class Keys:
    """Reads the keys of one front matter, and remembers on which line each of them stands.

    `cut` are the values behind which a comment stands; `mistakes` do not keep the rest from being
    read.
    """

    def __init__(self, path: str, first: int, ours: Collection[str] = ()) -> None:
        """Take the file's path in messages, and the line (from 1) on which the keys begin.

        Only keys that are `ours` have to stand there once.
        """
        self.path, self.first, self.ours = path, first, ours
        self.lines: dict[str, int] = {}
        self.cut: list[CutValue] = []
        self.mistakes: list[BookletError] = []

    def place(self, key: str) -> Place:
        """Return the place of a key, or of the key that it stands under."""
        while key and key not in self.lines:
            key = key.rpartition("/")[0]
        return Place(self.path, self.lines.get(key, self.first))

    def toml(self, raw: str) -> dict[str, object]:
        """Return the keys of a front matter in TOML, as `mapping` does for YAML."""
        toml = Toml(raw, self.path, self.first)

        def read(value: object, path: str) -> object:
            self.lines[path] = toml.place(path).line or self.first
            if isinstance(value, dict):
                return {name: read(inner, f"{path}/{name}") for name, inner in value.items()}
            if isinstance(value, list):
                return [read(item, f"{path}/{at}") for at, item in enumerate(value)]
            return _whole(value if isinstance(value, str) else _as_yaml(value))

        values = {scrubbed(name): read(value, name) for name, value in toml.values.items()}
        return {key: value for key, value in values.items() if value not in ("", [], {})}

    def _at(self, mark: yaml.Mark | QuickMark | None) -> Place:
        """Return the place of a mark in the YAML, or its beginning."""
        return Place(self.path, self.first + (mark.line if mark else 0))

    def mapping(self, raw: str) -> dict[str, object]:
        """Return the keys in `raw` with all that is not a list or a mapping as strings.

        A key without a value is left out. Raises BookletError for what is not YAML, or not keys.
        """
        if len(raw) > _MOST:
            message = f"the front matter is longer than {_MOST // 1000} kB"
            raise BookletError(message, self._at(None), "end it with a line of three hyphens")
        try:
            try:
                self._limit(raw)
            except yaml.MarkedYAMLError:
                raw = self._readable(raw)
                self._limit(raw)
            self._raw = raw.split("\n")
            node = yaml.compose(raw, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error, 0) from error
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
            raise BookletError("the front matter is not YAML", self._at(None), _HINT) from error
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            message = "the front matter is not a list of keys"
            raise BookletError(message, self._at(node.start_mark), "write `key: value`")
        values = self._mapping(node, "")
        return {key: value for key, value in values.items() if value not in ("", [], {})}

    def _readable(self, raw: str) -> str:
        """Return YAML without the keys that cannot be read, each of which is a mistake.

        If none of them is wrong by itself, it stays as it is.
        """
        lines = raw.split("\n")
        starts = [i for i, line in enumerate(lines) if _TOP.match(line)]
        wrong: list[BookletError] = []
        for first, last in pairwise([*starts, len(lines)]):
            try:
                deque(yaml.parse("\n".join(lines[first:last]), Loader=yaml.BaseLoader), maxlen=0)
            except yaml.MarkedYAMLError as error:
                wrong.append(self._not_yaml(error, first))
                lines[first:last] = [""] * (last - first)
        self.mistakes += wrong
        rest = "\n".join(lines)
        if wrong and not rest.strip():
            raise Mistakes(wrong)
        return rest

    def _not_yaml(self, error: yaml.MarkedYAMLError, first: int) -> BookletError:
        """Return what is wrong in YAML that begins on the line `first` (from 0)."""
        mark = error.problem_mark or error.context_mark
        message = f"the front matter is not YAML: {error.problem or error.context}"
        where = Place(self.path, self.first + first + (mark.line if mark else 0))
        return BookletError(message, where, _hint(str(error.problem)))

    def _limit(self, raw: str) -> None:
        """Raise BookletError for aliases, which can stand for millions of lines, and for depth."""
        depth = 0
        for event in yaml.parse(raw, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):
                raise BookletError(
                    f"`*{event.anchor}` is an alias in YAML, and cannot stand here",
                    self._at(event.start_mark),
                    "text that begins with a star needs quotation marks around it",
                )
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                message = "the front matter is nested too deeply"
                raise BookletError(message, self._at(event.start_mark), "keep it flat")

    def _mapping(self, node: yaml.MappingNode, above: str) -> dict[str, object]:
        """Return a mapping; `above` is the path to it, ending in a slash, or nothing at the top."""
        values: dict[str, object] = {}
        for key, value in node.value:
            where = self._at(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                hint = "write `key: value`, with quotation marks around a value in brackets"
                raise BookletError("a key is a word", where, hint)
            name = _whole(key.value)
            path = f"{above}{name}"
            if name in values:
                if path.partition("/")[0] in self.ours:
                    hint = f"the first is in line {self.lines[path]}"
                    message = f"{quoted(name)} is there twice"
                    self.mistakes.append(BookletError(message, where, hint))
                continue
            self.lines[path] = where.line
            values[name] = self._value(value, path)
        return values

    def _value(self, node: yaml.Node, path: str) -> object:
        """Return the value of the key at `path`."""
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, f"{path}/")
        if isinstance(node, yaml.SequenceNode):
            items: list[object] = []
            for item in node.value:
                inner = f"{path}/{len(items)}"
                self.lines[inner] = self._at(item.start_mark).line
                if (value := self._value(item, inner)) != "":
                    items.append(value)
            return items
        text, bare = _whole(str(node.value)), getattr(node, "style", None) is None
        if bare:
            self._look_behind(node, text, path)
        return "" if bare and text in ("~", "null", "Null", "NULL") else text

    def _look_behind(self, node: yaml.Node, text: str, path: str) -> None:
        """Keep what follows a value on its line, if it is a comment."""
        mark = node.end_mark
        line = self._raw[mark.line] if mark.line < len(self._raw) else ""
        if found := re.match(r":?\s+(#.*)", line[mark.column :]):
            self.cut.append(CutValue(path, text, found[1].rstrip(), self._at(mark)))


def _as_yaml(value: object) -> str:
    """Return a value of TOML that is no text as YAML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _whole(text: str) -> str:
    """Return a text without what is none; halves of a letter, as JSON escapes them, are joined."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return scrubbed(text)


# A key that stands at the beginning of its line.
_TOP = re.compile(r"[\w\"'.-][^:#\n]{0,100}:(?:[ \t]|$)")

_HINT = "put quotation marks around a value with `:`, `#`, `*`, `@`, `%` or a bracket in it"


def _hint(problem: str) -> str:
    """Return what to do about YAML that cannot be read."""
    return "indent with spaces" if "'\\t'" in problem else _HINT
