"""Cutting: a file of a manuscript in pieces that mean the same alone as in the whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from booklet.manuscript import dialect
from booklet.manuscript.notes import parted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# What may begin a chapter. A line like this in the middle of a code block does not; whether it
# does is seen when the piece before it is read.
_OPENER = re.compile(r"^# ", re.MULTILINE)

# Notes that stand where they are called have numbers; so many are left for each piece.
_MOST_NOTES = 1_000_000


class Uncut(Exception):
    """A file cannot be cut where it was: what stands on either side belongs together."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text: its first line (from 0), its number, and whether it is the last one."""

    text: str
    first: int
    number: int
    is_last: bool

    @property
    def same(self) -> tuple[str, bool]:
        """What two pieces have in common that mean the same."""
        return self.text, self.is_last


def cut(text: str) -> tuple[Piece, ...]:
    """Return a text in pieces: each begins with what looks like a heading of the first level."""
    starts = sorted({0, *(found.start() for found in _OPENER.finditer(text))})
    ends = [*starts[1:], len(text)]
    pieces, line = [], 0
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        pieces.append(Piece(text[start:end], line, number, end == len(text)))
        line += text.count("\n", start, end)
    return tuple(pieces)


@dataclass(frozen=True)
class Parsed:
    """A piece as the parser reads it: its tokens, and apart the definitions of notes in it.

    `references` are the targets of links that are defined in it.
    """

    tokens: list[Token]
    definitions: list[tuple[Token, list[Token]]]
    in_place: dict[int, dialect.InPlace]
    references: dialect.References = field(compare=False)


def parsed(
    piece: Piece, md: MarkdownIt, path: str, offset: int, references: dialect.References
) -> Parsed:
    """Return a piece as the parser reads it in its file, whose links may have these references.

    After the piece a heading is read as well. If it is one there, the parser has nothing open: it
    would read the piece alike before any other heading, and what follows as if nothing were
    before. Empty lines stand for those before the piece, so that each token knows its line.
    Raises Uncut if something is open at its end, and BookletError as `dialect.tokens` does.
    """
    text = "\n" * piece.first + piece.text
    if piece.is_last:
        found, notes, defined = dialect.tokens(md, text, path, offset, references)
    else:
        found, notes, defined = dialect.tokens(md, f"{text}# .\n", path, offset, references)
        _look_at_end(found, text.count("\n"))
        del found[-3:]
    if found and not found[0].map:
        raise Uncut
    return Parsed(*parted(found), _renumbered(found, notes, piece.number), defined)


def _look_at_end(found: list[Token], line: int) -> None:
    """Raise Uncut unless the last tokens are a heading on `line` that nothing else belongs to."""
    if found and found[-1].meta.get("open"):
        raise Uncut
    opening = found[-3] if len(found) >= 3 else None
    if opening is None or opening.type != "heading_open" or opening.level or opening.attrs:
        raise Uncut
    if opening.map != [line, line + 1] or opening.meta or found[-2].content != ".":
        raise Uncut


def _renumbered(
    found: list[Token], notes: dict[int, dialect.InPlace], piece: int
) -> dict[int, dialect.InPlace]:
    """Return notes by numbers that no other piece has, which their calls have then, too."""
    first = piece * _MOST_NOTES
    runs = [token.children or [] for token in found]
    runs += [note.get("tokens", []) for note in notes.values()]
    for run in runs:
        for token in run:
            if token.type == "footnote_ref":
                token.meta["id"] += first
            _within(token, first)
    return {number + first: note for number, note in notes.items()}


def _within(token: Token, first: int) -> None:
    """Renumber the calls in the description of a picture."""
    for inner in token.children or ():
        if inner.type == "footnote_ref":
            inner.meta["id"] += first
        _within(inner, first)
