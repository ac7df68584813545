"""Notes: definitions are taken out of the text, and made into notes where they are called."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.errors import BookletError
from booklet.manuscript import dialect, placeholders
from booklet.manuscript.model import Draft, Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.manuscript.file_reader import FileReader

# Keys go into HTML and out again: a label with other signs in it is not fit for that.
_LABEL = re.compile(r"[\w-]+")

_PLAIN = frozenset({"paragraph_open", "paragraph_close", "inline"})


@dataclass
class _Definition:
    """A note as the author defined it, before it is called; `home` is known where it stands."""

    tokens: Callable[[], list[Token]]
    line: int
    is_empty: bool
    home: object = None
    called: bool = False


def parted(tokens: list[Token]) -> tuple[list[Token], list[tuple[Token, list[Token]]]]:
    """Return the tokens without the definitions of notes, and these apart, in their order.

    Each definition has the token that opens it, which knows its label, and those inside it.
    """
    definitions: list[tuple[Token, list[Token]]] = []
    places: list[list[Token]] = [[]]
    for token in tokens:
        if token.type == "footnote_reference_open":
            definitions.append((token, []))
            places.append(definitions[-1][1])
        elif token.type == "footnote_reference_close":
            places.pop()
        else:
            places[-1].append(token)
    return places[0], definitions


class Notes:
    """The notes of one file. Each chapter sets its own, numbered as they are called in it."""

    def __init__(
        self, file_reader: FileReader, render: Callable[[list[Token], Draft], str]
    ) -> None:
        """Take the reader of the file, and what makes HTML of the tokens of a note."""
        self.file_reader, self._render = file_reader, render
        self._defined: dict[str, _Definition] = {}
        self._in_place: dict[int, dialect.InPlace] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._made: dict[str, Note] = {}
        self._numbers: dict[str, int] = {}
        self._making: list[list[str]] = []
        self.asked: dict[str, object] = {}

    def take(self, tokens: list[Token], in_place: dict[int, dialect.InPlace]) -> list[Token]:
        """Return the tokens without the definitions of notes, which are kept by their labels.

        `in_place` are the notes that stand where they are called, by their numbers.
        """
        self._in_place = in_place
        body, definitions = parted(tokens)
        for opening, inside in definitions:
            line = self.file_reader.at(opening)
            self.define(opening.meta["label"], line, lambda inside=inside: inside, not inside)  # type: ignore[misc]
        return body

    def define(
        self,
        label: str,
        line: int,
        tokens: Callable[[], list[Token]],
        is_empty: bool,
        home: object = None,
    ) -> None:
        """Keep the definition of a note, which begins on `line`; the first one of a label counts.

        `tokens` gives what is in it, once that is wanted.
        """
        definition = _Definition(tokens, line, is_empty, home)
        first = self._defined.setdefault(label, definition)
        if first is not definition:
            message = f"the note `[^{label}]` is there already, in line {first.line}"
            self.file_reader.find("M08", message, line=line)

    def know(self, in_place: dict[int, dialect.InPlace]) -> None:
        """Take more notes that stand where they are called, by numbers that no others have."""
        self._in_place |= in_place

    def home(self, label: str) -> object:
        """Return what is known of where a note is defined, or None if it is not."""
        return self._defined[label].home if label in self._defined else None

    def called(self, label: str) -> None:
        """Take it that a note which is defined has been called."""
        self._defined[label].called = True

    def judge(self) -> None:
        """Keep a finding for each definition that nothing calls, and for each that is empty."""
        for label, definition in self._defined.items():
            if not definition.called:
                message = f"nothing calls the note `[^{label}]`"
                self.file_reader.find("M05", message, line=definition.line)
            elif definition.is_empty:
                hint = f"write `[^{label}]: its text`"
                self.file_reader.find(
                    "M04", f"the note `[^{label}]` is empty", hint, definition.line
                )

    def call(self, child: Token, parent: Token | None) -> Token:
        """Return the mark that stands for a call in the block `parent`.

        The note is made if the call is its first in the chapter. A paragraph that calls a note of
        several kinds of block becomes a division, which may hold them.
        """
        label = child.meta.get("label")
        if label is not None:
            self.asked[label] = self.home(label)
        if label is None:
            definition = self._stands_here(child.meta["id"])
        elif label in self._defined:
            definition = self._defined[label]
        else:
            hint = f"write `[^{label}]: its text`"
            self.file_reader.find("M04", f"there is no note `[^{label}]`", hint)
            return Token("text", "", 0, content=f"[^{label}]")
        name = (self.file_reader.draft.id, f":{child.meta['id']}" if label is None else label)
        if name not in self._keys:
            self._make(name, definition)
        key = self._keys[name]
        note = self._made.get(key)  # none as long as a note that calls itself is in the making
        if note and note.rich and parent is not None and parent.tag == "p":
            parent.tag = "div"
            parent.attrJoin("class", "paragraph")
        return Token("text", "", 0, content=placeholders.note_mark(key))

    def _stands_here(self, number: int) -> _Definition:
        """Return the definition of a note that stands where it is called: `^[…]`."""
        note = self._in_place[number]
        inline = Token("inline", "", 0, content=note["content"], children=note["tokens"])
        opening, closing = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
        tokens = [opening, inline, closing]
        return _Definition(lambda: tokens, self.file_reader.line, is_empty=False)

    def _make(self, name: tuple[str, str], definition: _Definition) -> None:
        """Make the note that is called for the first time in a chapter."""
        chapter = name[0]
        number = self._numbers[chapter] = self._numbers.get(chapter, 0) + 1
        label = name[1] if _LABEL.fullmatch(name[1]) else f"^{number}"
        key = self._keys[name] = f"{chapter}:{label}"
        definition.called = True
        if len(self._making) >= dialect.DEEPEST:
            message = f"notes call one another more than {dialect.DEEPEST} deep"
            raise BookletError(message, self.file_reader.place(), "make it flatter")
        for outer in self._making:
            outer.append(key)
        inner: list[str] = []
        self._making.append(inner)
        self._made[key] = self._set(key, number, definition, inner)
        self._making.pop()
        self.file_reader.draft.notes.append(self._made[key])

    def _set(self, key: str, number: int, definition: _Definition, inner: list[str]) -> Note:
        """Return the note that a definition becomes; `inner` fills with those called in it."""
        file_reader = self.file_reader
        outer, line = file_reader.draft, file_reader.line
        own = Draft(outer.id, notes=outer.notes, pictures=outer.pictures, widths=outer.widths)
        file_reader.draft, file_reader.line = own, definition.line
        html = self._render(copy.deepcopy(definition.tokens()), own)
        file_reader.draft, file_reader.line = outer, line
        rich = any(token.type not in _PLAIN for token in own.tokens)
        text = " ".join(block.text for block in own.blocks)
        where = file_reader.place(definition.line)
        return Note(key, number, html, text, where, rich, tuple(inner))


def as_spans(tokens: list[Token]) -> None:
    """Make the paragraphs of a note spans, if it holds nothing else: a paragraph may hold those."""
    if any(token.type not in _PLAIN for token in tokens):
        return
    for token in tokens:
        if token.type == "paragraph_open":
            token.tag = "span"
            token.attrs["class"] = "note-paragraph"
        elif token.type == "paragraph_close":
            token.tag = "span"
