"""Findings of one kind are said once, with their first places and how many there are."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from booklet.findings import CODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.errors import BookletError
    from booklet.findings import Finding

# The name of the file that has all findings of a build.
FILE = "findings.json"

# Places of one kind that are named, and kinds that are said; the rest is counted.
_MOST_PLACES, _MOST_KINDS = 5, 40

_KINDS = ("error", "warning", "note")


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with what counts first: errors, warnings, notes, each by place."""
    return sorted(findings, key=lambda finding: _KINDS.index(finding.kind))


def summed(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each kind of finding, and one for its other places if it has any."""
    kinds: dict[str, list[Finding]] = {}
    for finding in ranked(findings):
        kinds.setdefault(likeness(finding), []).append(finding)
    said = list(kinds.values())
    for first, *others in said[:_MOST_KINDS]:
        yield str(first)
        if others:
            yield f"  … and {len(others)} more: {_places(first, others)}"
    if left := sum(map(len, said[_MOST_KINDS:])):
        yield f"… and {left} of other kinds"
    if left or any(len(kind) > 1 + _MOST_PLACES for kind in said):
        yield f"all of them: `--all-findings`, or `{FILE}` beside the booklet"


def likeness(finding: Finding) -> str:
    """Return what findings of one kind have in common: all but names, numbers and quotations."""
    hint = finding.hint or CODES[finding.code][2]
    said = (_OWN.sub("…", words) for words in (finding.message, hint))
    return "\n".join((finding.code, finding.edition, *said))


# What differs between two findings of a kind: literals, quotations, other letters than ours, and
# numbers with what belongs to them (U+2705).
_OWN = re.compile(r"`[^`]*`|“[^”]*”|'[^']*'|(?:U\+[0-9A-F]{4,6}|\d+|[^\x00-\x7f]+)")


def _places(first: Finding, others: list[Finding]) -> str:
    """Return the places of findings, each once, with what is another there than in the first."""
    named = [_place(first, other) for other in others]
    shown = list(dict.fromkeys(name for name in named if name))
    return ", ".join(shown[:_MOST_PLACES]) + ", …" * (len(shown) > _MOST_PLACES)


def _place(first: Finding, other: Finding) -> str:
    """Return where a finding is, and what it is about if that is something else."""
    where = str(other.where) if other.where else f"page {other.page}" if other.page else ""
    pairs = zip(_LITERAL.findall(first.message), _LITERAL.findall(other.message), strict=False)
    about = next((b for a, b in pairs if a != b and len(b) <= _SHORT), "")
    return f"{where} ({about})" if where and about else where or about


_LITERAL = re.compile(r"`[^`]*`|“[^”]*”")
_SHORT = 42


def as_json(findings: Iterable[Finding]) -> bytes:
    """Return all findings for other programs: a list in JSON, one of them on each line.

    `line` is 0 where it is not known; `edition` is empty where all that were made have it.
    """
    return _listed(
        {
            "code": finding.code,
            "kind": finding.kind,
            "file": finding.where.path if finding.where else "",
            "line": finding.where.line if finding.where else 0,
            "page": finding.page,
            "edition": finding.edition,
            "message": finding.message,
            "hint": finding.hint or CODES[finding.code][2],
        }
        for finding in ranked(findings)
    )


def errors_as_json(error: BookletError) -> bytes:
    """Return what stopped a build as `as_json` does for findings; it has no code."""
    return _listed(
        {
            "code": "",
            "kind": "error",
            "file": one.where.path if one.where else "",
            "line": one.where.line if one.where else 0,
            "page": "",
            "edition": "",
            "message": one.message,
            "hint": one.hint,
        }
        for one in error.each
    )


def _listed(rows: Iterable[dict[str, str | int]]) -> bytes:
    """Return a list in JSON, one row on each line."""
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    whole = "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"
    return whole.encode("utf-8", "replace")
