"""Unfenced front matter: keys that stand where they are printed, as other tools do not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.manuscript.settings import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.source import Text

# Pandoc reads keys between lines of hyphens wherever they stand; here these are a break, and the
# last key becomes a heading.
_KEY = r"[\w.-]+:(?:[ \t].*)?\n(?:(?:[ \t]|- ).*\n)*"
_BELOW = re.compile(rf"(?:^|\n)[ \t]*\n---[ \t]*\n((?:{_KEY})+)(?:---|\.\.\.)[ \t]*(?:\n|$)")
# Lines above keys that other tools take, and we do not.
_ODD_FENCE = re.compile(
    r"\s*^(-{4,}|;{3,}|---[ \t]*(?:json|toml|ya?ml))[ \t]*\n(?:[\w-]+[ \t]*[:=]|\{)", re.MULTILINE
)
_FENCE = re.compile(r"^(?:```|~~~)", re.MULTILINE)


def strays(text: Text, body: str, offset: int) -> Iterator[Finding]:
    """Yield a finding for keys in the text below the front matter, which are printed.

    `body` is that text, and begins on line `offset` (from 0) of its file.
    """
    if (first := _without_fence(body)) is not None and not offset:
        message = "keys at the top are printed: no line of `---` stands above them"
        hint = "write `---` on a line above them, and on one below"
        yield Finding("M53", message, Place(text.path, first + 1), hint=hint)
    if not offset and (odd := _ODD_FENCE.match(body)):
        message = f"keys at the top are printed: `{odd[1]}` does not begin a front matter"
        first = body.count("\n", 0, odd.start(1)) + 1
        yield Finding("M53", message, Place(text.path, first), hint="write `---` above and below")
    at, line, in_code = 0, offset + 1, False
    for found in _BELOW.finditer(body) if "\n---" in body else ():
        in_code ^= len(_FENCE.findall(body, at, found.start())) % 2 == 1
        line += body.count("\n", at, found.start())
        at = found.start()
        if not in_code:
            hint = "write them into the front matter at the top of the file"
            message = "keys below the beginning of the text are printed"
            first = line + body.count("\n", at, found.start(1))
            yield Finding("M53", message, Place(text.path, first), hint=hint)


def _without_fence(body: str) -> int | None:
    """Return the line (from 0) of keys of ours with which a text begins, as MultiMarkdown's do."""
    start = re.match(r"\s*", body)
    at = start.end() if start else 0
    found = re.match(r"([A-Za-z-]+):[ \t]+\S.*\n([A-Za-z -]+):[ \t]", body[at : at + 2000])
    if not found or not {found[1].lower(), found[2].lower()} & KEYS:
        return None
    return body.count("\n", 0, at)


def titles(lines: list[str]) -> tuple[str, int] | None:
    """Return the title block of Pandoc's at the beginning of a file as YAML, and its lines.

    Up to three lines begin with a per cent sign: the title, the authors with semicolons between
    them, the date; each may go on in lines that begin with a space.
    """
    fields: list[str] = []
    for line in lines:
        if re.match(r"%(?:[ \t]|$)", line) and len(fields) < len(_FIELDS):
            fields.append(line[1:].strip())
        elif fields and line[:1] == " " and line.strip():
            fields[-1] += f"\n{line.strip()}"
        else:
            break
    if not any(fields):
        return None
    said = []
    for name, field in zip(_FIELDS, fields, strict=False):
        value: object = " ".join(field.split())
        if name == "author":
            value = [one.strip() for one in re.split(r"[;\n]", field) if one.strip()]
        said.append(f"{name}: {json.dumps(value, ensure_ascii=False)}" + "\n" * field.count("\n"))
    return "\n".join(said), sum(1 + field.count("\n") for field in fields)


_FIELDS = ("title", "author", "date")
