"""Fences: where the front matter of a file begins and ends, and in which notation it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from booklet.errors import BookletError, Place
from booklet.manuscript.unfenced_keys import titles

if TYPE_CHECKING:
    from booklet.source import Text


class Fenced(NamedTuple):
    """The front matter of a file, as it stands there; `raw` is None where there is none.

    A title block of Pandoc's is given as YAML.

    `first` is its first line, `body` that of the text below it, both from 0. JSON is YAML too.
    """

    raw: str | None
    first: int = 0
    body: int = 0
    is_toml: bool = False


def split(text: Text) -> Fenced:
    """Return the front matter of a file; it may follow empty lines and comments.

    A line of hyphens may be a break in the text instead: it is one if nothing looks like a key
    before the next such line, and an empty line comes before it. Raises BookletError for a front
    matter that never ends.
    """
    lines = text.text.split("\n")
    first = _beginning(lines)
    fence = lines[first].rstrip() if first < len(lines) else ""
    if fence == "---":
        return _yaml(text.path, lines, first)
    if fence == "+++":
        ends = (i for i in range(first + 1, len(lines)) if lines[i].rstrip() == "+++")
        end = next(ends, None)
        return Fenced(*_between(lines, first, end), is_toml=True) if end else Fenced(None)
    if fence.startswith("%") and (found := titles(lines[first:])):
        return Fenced(found[0], first, first + found[1])
    return _json(lines, first) if fence.startswith("{") else Fenced(None)


def _beginning(lines: list[str]) -> int:
    """Return the first line that is neither empty nor in a comment."""
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith("<!--"):
            ends = (i for i in range(at, len(lines)) if lines[i].rstrip().endswith("-->"))
            end = next(ends, None)
            if end is None:
                return at
            at = end
        elif line:
            return at
        at += 1
    return at


def _yaml(path: str, lines: list[str], first: int) -> Fenced:
    """Return what stands between a line of hyphens and the next, if it is front matter."""
    ends = (i for i in range(first + 1, len(lines)) if lines[i].rstrip() in ("---", "..."))
    end = next(ends, None)
    inside = lines[first + 1 : end]
    has_key = any(_KEY.match(line) for line in (inside if end else _first(inside)))
    if end is None and has_key:
        hint = "end it with a line of three hyphens; a break in the text has an empty line after it"
        raise BookletError(
            "the front matter begins here and never ends", Place(path, first + 1), hint
        )
    if end is None or (not has_key and "" in map(str.strip, inside)):
        return Fenced(None)
    return Fenced(*_between(lines, first, end))


def _between(lines: list[str], first: int, end: int) -> tuple[str, int, int]:
    """Return the text between two fences, and the lines with which it and the body begin."""
    return "\n".join(lines[first + 1 : end]), first + 1, end + 1


def _first(lines: list[str]) -> list[str]:
    """Return the first line that is not a comment, if there is one."""
    return [line for line in lines if not line.startswith("#")][:1]


_KEY = re.compile(r"""["']?[\w.-]+["']?\s*:(\s|$)""")


def _json(lines: list[str], first: int) -> Fenced:
    """Return the object of JSON with which a file begins, if nothing follows it on its last line.

    It is read as YAML, to which tabs are no space.
    """
    whole = "\n".join(lines[first:])
    try:
        found, end = json.JSONDecoder().raw_decode(whole)
    except (RecursionError, ValueError):
        return Fenced(None)
    after = whole[end:].partition("\n")[0]
    if not isinstance(found, dict) or not found or after.strip():
        return Fenced(None)
    raw = whole[:end].replace("\t", " ")
    return Fenced(raw, first, first + raw.count("\n") + 1)
