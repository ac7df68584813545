"""What is asked of the process that lays out: each request is answered by one reply."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from booklet.errors import BookletError
from booklet.layout import Dressed, Laid, Lines, Look, PartText, Written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout.worker import Worker
    from booklet.manuscript import Manuscript
    from booklet.source import Source

Reply = TypeVar("Reply", covariant=True)

# A book of 180,000 words is 1.5 MB of HTML.
_MOST_HTML = 50_000_000


@dataclass(frozen=True)
class Request(ABC, Generic[Reply]):
    """Something to be done in the process that lays out."""

    @abstractmethod
    def answer(self, worker: Worker) -> Reply:
        """Do it there, and return the reply."""


@dataclass(frozen=True)
class Start(Request[str]):
    """Import WeasyPrint. The reply is a folder for fonts, which is to be removed in the end."""

    def answer(self, worker: Worker) -> str:
        """Start; it was done before anybody asked."""
        return worker.start()


@dataclass(frozen=True)
class Compose(Request["Edition"]):
    """Fill in the templates of an edition."""

    manuscript: Manuscript
    style: Style
    source: Source
    endnotes: frozenset[str]

    def answer(self, worker: Worker) -> Edition:  # noqa: ARG002 - it needs no engine
        """Compose the edition. Raises BookletError for templates that make too much."""
        from booklet.editions import compose

        edition = compose(self.manuscript, self.style, self.source, self.endnotes)
        size = sum(len(part.html) for part in edition.parts)
        if size > _MOST_HTML:
            raise BookletError(
                f"the templates make {size // 1_000_000} MB of HTML", hint="look for loops in them"
            )
        return edition


@dataclass(frozen=True)
class Leaflet(Request[tuple[str, str]]):
    """Fill in the template of what is printed beside a booklet."""

    kind: str
    facts: Mapping[str, object]
    rules: str
    source: Source

    def answer(self, worker: Worker) -> tuple[str, str]:  # noqa: ARG002 - it needs no engine
        """Return the HTML of the leaflet, and its rules."""
        from booklet.editions import leaflet

        return leaflet(self.kind, self.facts, self.rules, self.source)


@dataclass(frozen=True)
class Dress(Request[Dressed]):
    """Take the style sheets of an edition."""

    engine: str
    look: Look

    def answer(self, worker: Worker) -> Dressed:
        """Make an engine with them, the only one."""
        from booklet.layout.engine import Engine

        made = Engine(self.look, worker.fetcher(self.look), worker.take_fonts())
        worker.engines = {self.engine: made}
        return made.dressed


@dataclass(frozen=True)
class Lay(Request[Laid]):
    """Lay out a part."""

    engine: str
    key: str
    part: PartText

    def answer(self, worker: Worker) -> Laid:
        """Return the facts of the part."""
        return worker.engine(self.engine).lay(self.key, self.part)


@dataclass(frozen=True)
class CountLines(Request[Lines]):
    """Tell where the lines of a part stand that was laid out."""

    engine: str
    key: str

    def answer(self, worker: Worker) -> Lines:
        """Return the lines on each page."""
        return worker.engine(self.engine).lines(self.key)


@dataclass(frozen=True)
class Write(Request[Written]):
    """Write the PDF of parts that were laid out."""

    engine: str
    keys: tuple[str, ...]
    folios: tuple[str, ...]
    corrections: Mapping[str, Sequence[tuple[str, str]]]

    def answer(self, worker: Worker) -> Written:
        """Return the PDF."""
        return worker.engine(self.engine).write(self.keys, self.folios, self.corrections)
