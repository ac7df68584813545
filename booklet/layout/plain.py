"""The plain layout: each part is laid out when it is asked for, and all of them are written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from booklet.errors import Place
from booklet.layout import look_of
from booklet.layout.account import Account
from booklet.layout.engine_warnings import blamed
from booklet.layout.process import Limits, WorkerProcess
from booklet.layout.requests import Compose, CountLines, Dress, Lay, Leaflet, Write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from booklet.editions import Edition, Part
    from booklet.editions.style import Style
    from booklet.layout import Laid, Leaf, Lines, Look, PartText, Written
    from booklet.layout.footnotes import Holds
    from booklet.layout.page_references import Numbers
    from booklet.layout.requests import Request
    from booklet.manuscript import Manuscript
    from booklet.source import Source

_Reply = TypeVar("_Reply")

# The one engine that the process has.
_ENGINE = "plain"


class PlainLayout:
    """Lays out and writes in one process, which starts at once; see `booklet.layout.Layout`.

    A part that is asked for twice with the same text is laid out once.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """Start the process, which imports WeasyPrint while the essay is read."""
        self.limits = limits or Limits()
        self.account = Account(plainly="`--plain`")
        self.said_of_sheets: tuple[str, ...] = ()
        self._process = WorkerProcess(self.limits.memory)
        self._look: Look | None = None
        self._has_own = False
        self._laid: dict[str, tuple[PartText, Laid]] = {}

    def __enter__(self) -> PlainLayout:
        """Return the layout."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the process, whatever it is doing."""
        self._process.end()

    def forget(self) -> None:
        """Begin anew: the next edition may have other files."""
        self._look, self._laid = None, {}
        self._process.drop()

    def compose(
        self, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
    ) -> Edition:
        """Return the edition that the author's templates make: programs, which may never end."""
        letters = sum(len(chapter.html) for chapter in manuscript.chapters)
        request = Compose(manuscript, style, source, endnotes)
        with blamed(templates_of(source)):
            return self._ask(request, letters, "what the templates make", own=True)

    def leaflet(
        self, kind: str, facts: Mapping[str, object], rules: str, source: Source
    ) -> tuple[str, str]:
        """Return what the author's template makes of some facts."""
        with blamed(templates_of(source)):
            return self._ask(Leaflet(kind, facts, rules, source), 0, f"the {kind}", own=True)

    def dress(self, edition: Edition) -> None:
        """Take the style sheets of `edition`, whose parts come next."""
        look = look_of(edition)
        if look == self._look:
            return
        self._laid, self._has_own = {}, edition.has_own
        self.said_of_sheets = self._ask(Dress(_ENGINE, look), 0, "the style", own=True).log
        self._look = look

    def begin(self, edition: Edition, numbers: Numbers, holds: Holds) -> None:
        """Nothing is guessed."""

    def expect(self, parts: Sequence[Part], pages: int) -> None:
        """Nothing is guessed."""

    def lay(self, part: PartText) -> Laid:
        """Return the facts of a part after laying it out."""
        known, laid = self._laid.get(part.name, (None, None))
        if laid is None or known != part:
            request = Lay(_ENGINE, part.name, part)
            laid = self._ask(request, len(part.html), named(part.name))
            self._laid[part.name] = part, laid
        return laid

    def placed(self, part: Part, laid: Laid, leaves: Sequence[Leaf]) -> None:
        """Nothing is drawn before all is laid out."""

    def lines(self, name: str) -> Lines:
        """Return the lines of running text on each page of a part that was laid out."""
        return self._ask(CountLines(_ENGINE, name), 0, "the lines")

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts named in `order`, with these page labels."""
        request = Write(_ENGINE, tuple(order), tuple(folios), dict(corrections))
        pending = self._process.send(request, self.limits.seconds + len(folios), "the PDF")
        return self._process.reply(pending, self._has_own)

    def _ask(
        self, request: Request[_Reply], letters: int, what: str, own: bool | None = None
    ) -> _Reply:
        """Return the reply to a request that has to do with so many letters of HTML.

        A process that had to be ended is replaced.
        """
        if not self._process.alive:
            self._process = WorkerProcess(self.limits.memory)
        pending = self._process.send(request, self.limits.of(letters), what)
        return self._process.reply(pending, self._has_own if own is None else own)


def named(part: str) -> str:
    """Return what a part is called in a message; that of a chapter has its place."""
    return "the text that begins here" if part[1:].isdecimal() else f"the part `{part}`"


def templates_of(source: Source) -> Place:
    """Return the place of the author's templates."""
    return Place((Path(source.essay.path).parent / "templates").as_posix())
