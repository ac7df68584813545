"""A cache of parts that were laid out and drawn, for the next build that wants the same.

A part is kept under a digest of all that it depends on: its text with the numbers set in it, its
rules, the style sheets, the side it begins on. The files that it used are looked at again before
it is taken.
"""

from __future__ import annotations

import pickle
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.quick.store import NONE

if TYPE_CHECKING:
    from booklet.layout import Files, Laid, Lines, PartText, Written
    from booklet.quick.explain import Trace
    from booklet.quick.store import Store
    from booklet.source import Shelf

# Editions made since a part was asked for last, until it is forgotten: a set has up to four.
_TURNS = 8


@dataclass(frozen=True)
class PartKey:
    """A part as it is to be set; `key` is a digest of its text, its rules and its side, and of all
    the style sheets, but not of the number of its first page."""

    part: PartText
    key: str

    @property
    def name(self) -> str:
        """The name of the part."""
        return self.part.name

    @property
    def first(self) -> int:
        """The number of its first page."""
        return self.part.first


@dataclass(frozen=True)
class Drawn:
    """A part that was drawn: its frozen pages as bytes, their digest, the files they used, and the
    number of the first page."""

    identity: str
    content: bytes
    files: Files | None
    first: int


@dataclass
class _KeptPart:
    """What is known of a part: its facts, its pages; when it was asked for last.

    Pages that cannot be frozen are the reason why. `stored` and `told` are the pages and the facts
    that the store has.
    """

    laid: Laid | None = None
    lines: Lines | None = None
    drawn: Drawn | str | None = None
    turn: int = 0
    stored: Drawn | str | None = None
    told: Laid | None = None


@dataclass
class PartCache:
    """All parts that are kept, in memory and in the store.

    Several layouts may share it, each in a thread of its own.
    """

    store: Store = field(default_factory=lambda: NONE)
    _parts: dict[str, _KeptPart] = field(default_factory=dict)
    _dresses: dict[str, tuple[tuple[str, ...], Files]] = field(default_factory=dict)
    _sums: dict[tuple[str, str], str] = field(default_factory=dict)
    _written: dict[str, Written] = field(default_factory=dict)
    _last: dict[str, dict[str, Trace]] = field(default_factory=dict)
    _turn: int = 0
    _trusted: bool = True

    def turn(self) -> None:
        """Begin the next edition: files may be others now, and what is old is forgotten."""
        self._turn += 1
        self._sums = {}
        parts = list(self._parts.items())  # other layouts add more meanwhile
        old = [key for key, kept in parts if kept.turn < self._turn - _TURNS]
        for key in old:
            self._parts.pop(key, None)

    def distrust(self) -> None:
        """Forget all, and take no part or PDF from the store any more: something in it is wrong.

        What is made from now on takes its place there.
        """
        self._parts, self._written = {}, {}
        self._trusted = False

    def dressed(self, key: str, shelf: Shelf) -> tuple[tuple[str, ...], Files] | None:
        """Return what was said of the style sheets with this digest, and the files they used."""
        known = self._dresses.get(key) or self._stored("dress", key)
        return known if known and self._is_current(known[1], shelf) else None

    def dress(self, key: str, log: tuple[str, ...], files: Files | None) -> None:
        """Keep what was said of style sheets."""
        if files is not None:
            self._dresses[key] = log, files
            self.store.put("dress", key, pickle.dumps((log, files)))

    def laid(self, key: str, first: int, shelf: Shelf) -> Laid | None:
        """Return the facts of a part, if they are known and its files still the same.

        They are not those of a part that is bound to another number for its `first` page.
        """
        kept = self._kept(key)
        if kept.laid is None:
            found = self._stored("part", key)
            if found:
                kept.laid, kept.drawn = found
                kept.stored = kept.drawn
            else:
                kept.laid = kept.told = self._stored("laid", key)
        if kept.laid is None or not self._is_fresh(kept, shelf):
            return None
        if kept.laid.bound not in (0, first):
            return None
        kept.turn = self._turn
        return kept.laid

    def drawn(self, matter: PartKey) -> Drawn | str | None:
        """Return a part's pages, if they were drawn, or why they cannot be kept."""
        drawn = self._kept(matter.key).drawn
        return None if isinstance(drawn, Drawn) and drawn.first != matter.first else drawn

    def lay(self, key: str, laid: Laid) -> None:
        """Keep the facts of a part that was laid out anew."""
        self._parts[key] = _KeptPart(laid, turn=self._turn)

    def lines(self, key: str) -> Lines | None:
        """Return where the lines of a part stand, if they were asked for before."""
        return self._kept(key).lines

    def count(self, key: str, lines: Lines) -> None:
        """Keep where the lines of a part stand."""
        self._kept(key).lines = lines

    def draw(self, key: str, drawn: Drawn | str) -> None:
        """Keep the pages of a part."""
        self._kept(key).drawn = drawn

    def written(self, key: str) -> Written | None:
        """Return the PDF that was made of these parts before."""
        found: Written | None = self._written.get(key) or self._stored("pdf", key)
        return found

    def latest(self, title: str) -> bytes:
        """Return the PDF of a booklet as another process made it last, if the store has it."""
        key = self.store.take("latest", title)
        found: Written | None = self._stored("pdf", key.decode()) if key else None
        return found.pdf if found else b""

    def write(self, key: str, written: Written, title: str) -> None:
        """Keep a PDF, and the ones before it as long as a set is made.

        `title` says of which booklet it is, if it is one.
        """
        self._written.pop(key, None)
        self._written[key] = written
        for old in list(self._written)[: -_TURNS // 2]:
            self._written.pop(old, None)
        self.store.put("pdf", key, pickle.dumps(written))
        if title:
            self.store.put("latest", title, key.encode())

    def last(self, title: str) -> dict[str, Trace]:
        """Return what the parts of a booklet were made of the last time."""
        return self._last.get(title) or self._stored("last", title) or {}

    def remember(self, title: str, traces: dict[str, Trace]) -> None:
        """Keep what the parts of a booklet were made of."""
        if self.last(title) != traces:
            self._last[title] = traces
            self.store.put("last", title, pickle.dumps(traces))

    def save(self, keys: set[str]) -> None:
        """Put parts into the store that are not there yet.

        Of those that were laid out on the way, with numbers that did not last, it has the facts:
        the next build comes by the same way.
        """
        for key in sorted(keys):
            kept = self._kept(key)
            whole = kept.laid and isinstance(kept.drawn, Drawn)
            if whole and kept.stored is not kept.drawn and _files(kept) is not None:
                self.store.put("part", key, pickle.dumps((kept.laid, kept.drawn)))
                kept.stored = kept.drawn
        for key, kept in list(self._parts.items()):  # other layouts add more meanwhile
            passed = key not in keys and kept.told is not kept.laid and kept.stored is None
            if passed and kept.laid and kept.laid.files is not None:
                self.store.put("laid", key, pickle.dumps(kept.laid))
                kept.told = kept.laid

    def _kept(self, key: str) -> _KeptPart:
        """Return what is known of a part."""
        return self._parts.setdefault(key, _KeptPart(turn=self._turn))

    def _stored(self, kind: str, key: str) -> Any:
        """Return what the store has under a key, or None."""
        content = self.store.take(kind, key) if self._trusted else None
        if content is not None:
            with suppress(Exception):  # what cannot be read is as good as not there
                return pickle.loads(content)  # noqa: S301 - the store is ours, and it looks after it
        return None

    def _is_fresh(self, kept: _KeptPart, shelf: Shelf) -> bool:
        """Whether a part used the files that are there now."""
        files = _files(kept)
        return kept.turn == self._turn if files is None else self._is_current(files, shelf)

    def _is_current(self, files: Files, shelf: Shelf) -> bool:
        """Whether files are what they were."""
        return all(self._sum(name, shelf) == was for name, was in files)

    def _sum(self, name: str, shelf: Shelf) -> str:
        """Return the digest of a file on the shelf; that of none is empty."""
        where = (str(shelf.root), name)
        if where not in self._sums:
            try:
                self._sums[where] = digest(shelf.take(name))
            except BookletError:
                self._sums[where] = ""
        return self._sums[where]


def _files(kept: _KeptPart) -> Files | None:
    """Return the files that a part used, laid out and drawn; None if it used the web."""
    laid = kept.laid.files if kept.laid else ()
    drawn = kept.drawn.files if isinstance(kept.drawn, Drawn) else ()
    return None if laid is None or drawn is None else (*laid, *drawn)
