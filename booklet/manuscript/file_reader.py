"""One file of the manuscript while it is read, and what was found in it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.manuscript.model import Draft

if TYPE_CHECKING:
    from markdown_it.token import Token

    from booklet.manuscript.links import Album, Names
    from booklet.source import Text


class FileReader:
    """Where the reading of a file is, and what came of it: drafts, and findings.

    A draft begins with each heading of the first level; `draft` is the one in hand.
    """

    def __init__(
        self,
        text: Text,
        album: Album,
        names: Names,
        offset: int,
        first: int,
        keys: frozenset[str] = frozenset(),
    ) -> None:
        """Take the file, the pictures and the names of the book, and where the file begins.

        The text begins on line `offset` (from 0) of its file; `first` is the number of the first
        draft, which makes the anchors of its blocks. `keys` are those of other tools in the front
        matter of the book.
        """
        self.path, self.name, self.album, self.names = text.path, text.name, album, names
        self.offset, self.first = offset, first
        self.line = offset + 1
        self.root, self.keys = str(album.source.shelf.root.resolve()), keys
        self.findings: list[Finding] = []
        self.drafts: list[Draft] = []
        self.draft = self.open_draft()

    def open_draft(self) -> Draft:
        """Begin a new draft and return it."""
        self.draft = Draft(f"c{self.first + len(self.drafts)}", self.name)
        self.drafts.append(self.draft)
        self.count = 0
        return self.draft

    def at(self, token: Token) -> int:
        """Return the line (from 1) at which `token` begins, or the last line that was known."""
        if token.map:
            self.line = self.offset + token.map[0] + 1
        return self.line

    def place(self, line: int | None = None) -> Place:
        """Return the place in this file that the reading is at, or another line of it."""
        return Place(self.path, line or self.line)

    def find(self, code: str, message: str, hint: str = "", line: int | None = None) -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, message, self.place(line), hint=hint))

    def claim(self, name: str, *, given: bool, typed: str = "") -> str:
        """Return the anchor for `name`, which the author gave or a heading that was `typed` has."""
        return self.names.claim(self.name, name, self.place(), self.findings, given, typed)

    def next_id(self) -> str:
        """Return an anchor for a block that the author did not name."""
        self.count += 1
        return f"{self.draft.id}-{self.count}"

    def drop_attributes(self, token: Token) -> None:
        """Keep a finding for each attribute of `token` that no author may give it."""
        for name, line in token.meta.pop("dropped", ()):
            kind = "class" if name.startswith(".") else "attribute"
            hint = "choose another name: this one is the booklet's own" if kind == "class" else ""
            at = None if line is None else self.offset + line + 1
            self.find("M13", f"the {kind} `{name}` was dropped", hint, at)
        for name in _OF_PICTURES if token.type != "image" else ():
            if token.attrs.pop(name, None) is not None:
                self.find("M13", f"the attribute `{name}` was dropped", "only pictures have it")


_OF_PICTURES = ("width", "fig-alt", "alt")
