"""What a manuscript consists of. Each piece knows its file and its line."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from booklet.manuscript import placeholders

if TYPE_CHECKING:
    from markdown_it.token import Token

    from booklet.errors import Place


@dataclass(frozen=True)
class Block:
    """A piece of text as the author wrote it: `id` is the anchor at or above it on the page.

    `kind` is the name of the HTML element that it becomes. `text` may hold marks for notes and
    pages. `number` is that of a paragraph, counted through the book; 0 for all else.
    """

    id: str
    kind: str
    text: str
    where: Place
    number: int = 0


@dataclass(frozen=True)
class Heading:
    """A heading: its anchor, its level (1 to 6), its HTML and its words, both without notes.

    Both may hold marks for pages.
    """

    id: str
    level: int
    html: str
    text: str
    where: Place
    numbered: bool = True

    @property
    def running(self) -> str:
        """The words as they run over the pages, if they are too long for that; or nothing."""
        return shortened(self.text)


# A running head longer than this does not fit on a small page, and is more than a glance can read.
_LONGEST_HEAD = 64


def shortened(head: str) -> str:
    """Return a running head cut between two words, if it is too long; or an empty string.

    One with a mark for a page in it stays whole: what the mark becomes, and how long that is, is
    not known yet.
    """
    if len(head) <= _LONGEST_HEAD or placeholders.targets(head):
        return ""
    return head[: _LONGEST_HEAD + 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—") + "…"


@dataclass(frozen=True)
class Note:
    """A note: `key` names it in the book, `number` in its chapter.

    `rich` says that it holds more than paragraphs, so that it cannot stand inside one. `inner`
    are the keys of notes that are called in this note for the first time, or in one of these.
    """

    key: str
    number: int
    html: str
    text: str
    where: Place
    rich: bool
    inner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture that the text names: its path on the shelf, or its address, and its place."""

    src: str
    where: Place


@dataclass
class Draft:
    """A chapter in the making: tokens that are not HTML yet, and what was found in them.

    `opening` is the HTML of its title, with marks for the notes that are called in it.
    """

    id: str
    file: str = ""
    title: Heading | None = None
    opening: str = ""
    tokens: list[Token] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    widths: dict[str, str] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The anchors of the paragraphs that are numbered, in order.

        A paragraph in a quotation, a list, a table or a note belongs to the one before it.
        """
        return tuple(
            str(token.attrs["id"])
            for token in self.tokens
            if token.type == "paragraph_open" and token.level == 0 and not token.hidden
            if "id" in token.attrs
        )

    def put_before(self, other: Draft) -> None:
        """Move all that is in this draft to the beginning of `other`, whose notes count on."""
        for name in ("tokens", "headings", "blocks", "pictures"):
            getattr(other, name)[:0] = getattr(self, name)
        ahead = len(self.notes)
        other.notes[:] = [
            *self.notes,
            *(replace(note, number=note.number + ahead) for note in other.notes),
        ]
        other.widths.update(self.widths)
