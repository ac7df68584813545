"""Keys and their values, as they stand in the YAML of a front matter, each with its line."""

from __future__ import annotations

from typing import Any

import yaml

from booklet.errors import BookletError, Place
from booklet.source import scrubbed

# Front matter is a screen or two: more, or more brackets in one another, only costs time.
_MOST = 200_000
_DEEPEST = 8


class Keys:
    """Reads the YAML of one front matter, and remembers on which line each key stands."""

    def __init__(self, path: str, first: int) -> None:
        """Take the file's path in messages, and the line (from 1) on which the YAML begins."""
        self.path, self.first = path, first
        self.lines: dict[str, int] = {}

    def place(self, key: str) -> Place:
        """Return the place of a key."""
        return Place(self.path, self.lines.get(key, self.first))

    def _at(self, mark: Any) -> Place:
        """Return the place of a mark in the YAML, or its beginning."""
        return Place(self.path, self.first + (mark.line if mark else 0))

    def mapping(self, raw: str) -> dict[str, Any]:
        """Return the keys in `raw` with all that is not a list or a mapping as strings.

        A key without a value is left out. Raises BookletError for what is not YAML, or not keys.
        """
        if len(raw) > _MOST:
            message = f"the front matter is longer than {_MOST // 1000} kB"
            raise BookletError(message, self._at(None), "end it with a line of three hyphens")
        try:
            self._limit(raw)
            node = yaml.compose(raw, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            message = f"the front matter is not YAML: {error.problem or error.context}"
            where = self._at(error.problem_mark or error.context_mark)
            raise BookletError(message, where, _hint(str(error.problem))) from error
        except yaml.YAMLError as error:
            raise BookletError("the front matter is not YAML", self._at(None), _HINT) from error
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            message = "the front matter is not a list of keys"
            raise BookletError(message, self._at(node.start_mark), "write `key: value`")
        values = self._mapping(node, "")
        return {key: value for key, value in values.items() if value not in ("", [], {})}

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

    def _mapping(self, node: yaml.MappingNode, above: str) -> dict[str, Any]:
        """Return a mapping; `above` is the path to it, ending in a slash, or nothing at the top."""
        values: dict[str, Any] = {}
        for key, value in node.value:
            where = self._at(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                raise BookletError("a key is a word", where, "write `key: value`")
            name = scrubbed(key.value)
            path = f"{above}{name}"
            if name in values:
                hint = f"the first is in line {self.lines[path]}"
                raise BookletError(f"`{name}` is there twice", where, hint)
            self.lines[path] = where.line
            values[name] = self._value(value, path)
        return values

    def _value(self, node: yaml.Node, path: str) -> Any:
        """Return the value of the key at `path`."""
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, f"{path}/")
        if isinstance(node, yaml.SequenceNode):
            items: list[Any] = []
            for item in node.value:
                inner = f"{path}/{len(items)}"
                self.lines[inner] = self._at(item.start_mark).line
                if (value := self._value(item, inner)) != "":
                    items.append(value)
            return items
        text, bare = scrubbed(str(node.value)), getattr(node, "style", None) is None
        return "" if bare and text in ("~", "null", "Null", "NULL") else text


_HINT = "put quotation marks around a value with `:`, `#`, `*`, `@`, `%` or a bracket in it"


def _hint(problem: str) -> str:
    """Return what to do about YAML that cannot be read."""
    return "indent with spaces" if "'\\t'" in problem else _HINT
