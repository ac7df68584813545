"""Frozen pages: drawn once, kept as plain data, and joined to others without being drawn again.

Nothing here knows WeasyPrint; what can be frozen, and how it becomes a page again, is in `pages`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.layout.digits import DigitRun
    from booklet.pdf.tags.tagging import Tagging


@dataclass(frozen=True)
class FontUse:
    """How a font was used on a page: what it is, its size where it is used first, its glyphs.

    `description` is Pango's; `texts` and `widths` are by glyph, in the order of use. `loose` glyphs
    may be rounded to another width in another size.
    """

    description: str
    size: float
    texts: Mapping[int, str]
    widths: Mapping[int, int]
    loose: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PageResource:
    """Something that a page needs and names: its kind (`XObject`), its name on this page alone.

    `content` is the thing itself, as pydyf has it; None for a picture, which is in `pictures`.
    Only a name that depends on the pages before (`counted`) is another in the booklet.
    """

    kind: str
    name: str
    content: Any
    counted: bool


@dataclass(frozen=True)
class PictureUse:
    """A picture on a page: the name of its object, its address, and how finely it is set.

    `made` is the finest of `ratios`, and its object for that, if it is kept.
    """

    name: str
    url: str
    interpolate: bool
    ratios: frozenset[float]
    made: tuple[float, Any] = field(repr=False)


@dataclass(frozen=True)
class FrozenPage:
    """A page that was drawn: its operators, and what WeasyPrint asks of a page.

    Lengths are in CSS pixels. `texts` are the operators, divided where `slots` are put in: the
    number in the text that is shown there, the place of the entry in `entries` that is named, or
    a text with stand-ins. `packed` are the operators as they stand in the PDF, where there are
    no slots, or none but those of glyphs that are as wide as on this page.
    """

    width: float
    height: float
    bleed: Mapping[str, float]
    bookmarks: tuple[Any, ...]
    links: tuple[tuple[str, str, tuple[float, ...]], ...]
    anchors: Mapping[str, tuple[float, float, float, float]]
    texts: tuple[bytes, ...]
    slots: tuple[Slot, ...]
    packed: bytes
    faces: Mapping[int, FontUse]
    entries: tuple[PageResource, ...]
    pictures: tuple[PictureUse, ...]
    digest: str

    @property
    def runs(self) -> tuple[DigitRun, ...]:
        """The numbers in the text of the page."""
        return tuple(slot.run for slot in self.slots if slot.run)


@dataclass(frozen=True)
class Slot:
    """A gap in the operators of a page: a number of the text, the name of an entry, or a text that
    is `open`, as there are stand-ins in it.

    `set` is the operator that stood there when the page was drawn; for a name, what stands before
    and after it.
    """

    set: tuple[bytes, bytes]
    run: DigitRun | None = None
    entry: int = -1
    open: bool = False


@dataclass(frozen=True)
class FrozenPart:
    """The pages of a part, its tags, what was said while it was drawn, and its metadata."""

    pages: tuple[FrozenPage, ...]
    tagging: Tagging | None
    log: tuple[str, ...]
    metadata: Any
    size: int = field(default=0, compare=False)


class CannotFreeze(Exception):
    """Something that cannot be frozen, or not be joined: the message says what, for a person."""


class Anew(CannotFreeze):
    """A part that has to be drawn again, by the process that joins, to be joined.

    Either its fonts are not there before it is laid out; or `loose` is a font (in Pango's words)
    whose glyphs have other widths elsewhere in the booklet.
    """

    def __init__(self, message: str, loose: str = "") -> None:
        super().__init__(message)
        self.loose = loose


def digest_of(*pieces: bytes) -> str:
    """Return a digest of what a page shows."""
    return blake2b(b"\0".join(pieces), digest_size=16).hexdigest()
