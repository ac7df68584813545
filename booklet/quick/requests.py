"""What is asked of a process that saves work, beside what any process that lays out is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from booklet.layout import Dressed, Files, Laid, Look, PartText, Written
from booklet.layout.requests import Request

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from booklet.layout.worker import Worker
    from booklet.quick.engine import QuickEngine

Frozen = tuple[str, bytes, Files | None]
"""The digest of frozen pages, the pages as bytes, and the files that they used."""

Early = tuple[bytes, tuple[tuple[int, str], ...]]
"""A PDF of some pages of a part; the place of each in the part, and its digest."""


@dataclass(frozen=True)
class DressQuickly(Request[Dressed]):
    """Take the style sheets of an edition, and keep only the engines in `kept`."""

    engine: str
    kept: tuple[str, ...]
    look: Look

    def answer(self, worker: Worker) -> Dressed:
        """Make an engine with them."""
        from booklet.quick.engine import QuickEngine

        fonts = worker.take_fonts()
        worker.engines = {name: one for name, one in worker.engines.items() if name in self.kept}
        made = QuickEngine(self.look, worker.fetcher(self.look), fonts)
        worker.engines[self.engine] = made
        return made.dressed


@dataclass(frozen=True)
class LayAgain(Request[Laid]):
    """Lay out a part, of which an earlier text may be there under `before`."""

    engine: str
    key: str
    part: PartText
    before: str | None

    def answer(self, worker: Worker) -> Laid:
        """Return the facts of the part."""
        return _engine(worker, self.engine).lay(self.key, self.part, self.before)


@dataclass(frozen=True)
class Freeze(Request["Frozen | str"]):
    """Draw a part that was laid out; the reply is why it cannot be frozen if it cannot."""

    engine: str
    key: str
    first: int
    sheds: bool
    loose: str = ""

    def answer(self, worker: Worker) -> Frozen | str:
        """Return the frozen pages."""
        engine = _engine(worker, self.engine)
        return engine.freeze(self.key, self.first, self.sheds, self.loose)


@dataclass(frozen=True)
class Join(Request["Written | str | tuple[int, str]"]):
    """Write the PDF of frozen parts; the reply may be why not, or which part has to be redrawn."""

    engine: str
    order: tuple[tuple[str, str], ...]
    given: Mapping[str, bytes]
    folios: tuple[str, ...]
    corrections: Mapping[str, Sequence[tuple[str, str]]]
    last: bytes

    def answer(self, worker: Worker) -> Written | str | tuple[int, str]:
        """Return the PDF."""
        engine = _engine(worker, self.engine)
        return engine.join(self.order, self.given, self.folios, self.corrections, self.last)


@dataclass(frozen=True)
class WriteEarly(Request["Early | None"]):
    """Write a PDF of those pages of a frozen part that have changed."""

    engine: str
    identity: str
    content: bytes
    numbers: Sequence[tuple[str, str]]
    before: Sequence[str]

    def answer(self, worker: Worker) -> Early | None:
        """Return the pages, if there are any."""
        engine = _engine(worker, self.engine)
        return engine.ahead(self.identity, self.content, self.numbers, self.before)


@dataclass(frozen=True)
class Keep(Request[None]):
    """Forget all parts but those under some keys, and frozen ones but those of some digests."""

    engine: str
    keys: Collection[str]
    frozen: Collection[str]

    def answer(self, worker: Worker) -> None:
        """Forget them."""
        _engine(worker, self.engine).keep(self.keys, self.frozen)


@dataclass(frozen=True)
class Refresh(Request[None]):
    """Look at the pictures again, which may have changed."""

    engine: str

    def answer(self, worker: Worker) -> None:
        """Forget those that have."""
        _engine(worker, self.engine).refresh()


def _engine(worker: Worker, name: str) -> QuickEngine:
    """Return an engine of a process that saves work."""
    return cast("QuickEngine", worker.engine(name))
