"""How the files of a manuscript are read: one after the other, each whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from booklet.manuscript.chapters import finished

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.manuscript.blocks import Body
    from booklet.manuscript.chapters import Chapter
    from booklet.manuscript.links import Names
    from booklet.manuscript.model import Draft


class Reader(Protocol):
    """Reads texts into their bodies, and makes chapters of what they left.

    Its methods are called in the order in which they stand here: `read` for each file, `entitled`
    once, `finish` for each draft, `close` once.
    """

    def read(self, body: Body, text: str, manner: object) -> None:
        """Read `text` into the drafts of `body`.

        `manner` is what the parser of the body was made with: two bodies with an equal one read a
        text alike.
        """

    def entitled(self, drafts: list[Draft]) -> None:
        """Take all drafts, before the title of the whole is found among them."""

    def finish(
        self,
        draft: Draft,
        body: Body,
        names: Names,
        numbers: Mapping[str, str],
        paragraphs: Mapping[str, int],
    ) -> Chapter:
        """Return the chapter of a draft, as `booklet.manuscript.chapters.finished` does."""

    def close(self) -> None:
        """Hear that the manuscript is complete."""


class WholeReader:
    """Reads each file whole, and finishes each draft."""

    def read(self, body: Body, text: str, manner: object) -> None:  # noqa: ARG002 - see Reader
        """Read `text` into the drafts of `body`."""
        body.read(text)

    def entitled(self, drafts: list[Draft]) -> None:
        """Nothing depends on it."""

    finish = staticmethod(finished)

    def close(self) -> None:
        """Nothing is kept."""
