"""Reading again: a chapter whose text and surroundings are as they were is not read anew.

A file is cut into pieces (booklet.quick.file_pieces). While a piece is read, all that it asks of
the rest of the book is written down with the answers: names for its anchors, the notes that it
calls, pictures, where its links lead. The next time the same questions are asked again, without
reading; only if every answer is the same is the chapter taken as it was. Lines may have moved.
"""

from __future__ import annotations

import pickle
import re
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from markdown_it.token import Token

from booklet import manuscript
from booklet.errors import BookletError, Place
from booklet.manuscript.chapters import Chapter, finished
from booklet.manuscript.model import Draft
from booklet.quick.file_pieces import Parsed, Piece, Uncut, cut, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from booklet.findings import Finding
    from booklet.manuscript import Manuscript
    from booklet.manuscript.blocks import Body
    from booklet.manuscript.dialect import References
    from booklet.manuscript.file_reader import FileReader
    from booklet.manuscript.links import Names
    from booklet.manuscript.model import Heading
    from booklet.source import Source

_PARAGRAPH = re.compile(r'(?<= data-paragraph=")\d+(?=")')


_T = TypeVar("_T")

# Answers may change in one chapter after the other; then all is read anew.
_MOST_TRIES = 4


class Stale(Exception):
    """An answer is another one than the last time: the piece has been forgotten, begin anew."""


@dataclass(frozen=True)
class _Facts:
    """What a piece has for the rest of its file: references, and the notes that it defines.

    A definition is its label, its line (from 0) in the piece, and whether it is empty.
    """

    references: References
    definitions: tuple[tuple[str, int, bool], ...]


@dataclass(frozen=True)
class _Home:
    """Where a note is defined: the piece, and its number among those in it."""

    piece: Piece
    number: int

    @property
    def same(self) -> tuple[object, int]:
        """What two homes have in common whose notes have the same text."""
        return self.piece.same, self.number


@dataclass(frozen=True)
class _Event:
    """Something that happened while a piece was read: what was asked or found, and the answer."""

    kind: str
    words: tuple[Any, ...]
    where: Place | None = None
    answer: object = None


@dataclass
class _TakenDraft(Draft):
    """A draft of which the `chapter` is there already; it has no tokens of its own."""

    chapter: Chapter | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The anchors of the paragraphs that are numbered, in order."""
        blocks = self.chapter.blocks if self.chapter else ()
        return tuple(dict.fromkeys(block.id for block in blocks if block.number))


@dataclass
class _ReadDraft:
    """One draft of a piece as it was read, and what it asked while it was finished."""

    id: str
    title: Heading | None
    opening: str
    headings: tuple[Heading, ...]
    is_set: bool
    surroundings: object = None
    resolved: tuple[tuple[str, str | None], ...] = ()
    chapter: Chapter | None = None


@dataclass
class _Entry:
    """A piece as it was read: `number` among the pieces of a file that began on these lines."""

    number: int
    starts: tuple[int, ...]
    events: tuple[_Event, ...]
    notes: tuple[tuple[str, _Home | None], ...]
    leaves: list[_ReadDraft] = field(default_factory=list)


def parse(source: Source, memory: ReadingCache) -> Manuscript:
    """Return the manuscript in `source`, as `booklet.manuscript.parse` does.

    Pieces of the `memory` that would be the same are not read again.
    """
    # of several mistakes, the one that is told is the first on the straight way
    with suppress(BookletError):
        return memory.recall(lambda reading: manuscript.parse(source, reading))
    return manuscript.parse(source)


class ReadingCache:
    """What is remembered of a manuscript: the pieces of its last reading, and no others.

    `read_anew` names the places of the pieces that the last reading had to read, for the curious.
    """

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._entries: dict[object, _Entry] = {}
        self._facts: dict[object, _Facts] = {}
        self._whole: set[str] = set()
        self.read_anew: tuple[Place, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is remembered: the manuscript was never read."""
        return not self._entries

    def packed(self) -> bytes:
        """Return all that is remembered, to be kept where nobody else can write."""
        return pickle.dumps((self._entries, self._facts), pickle.HIGHEST_PROTOCOL)

    def unpack(self, kept: bytes) -> None:
        """Take what another process has packed. Raises what unpickling does."""
        self._entries, self._facts = pickle.loads(kept)  # noqa: S301 - see decision 0080

    def recall(self, read: Callable[[Reading], _T]) -> _T:
        """Return what `read` returns, which is given a reading that remembers the last one."""
        self._whole.clear()
        tries = 0
        while True:
            try:
                return read(Reading(self))
            except Stale:
                tries += 1
            if tries >= _MOST_TRIES:
                self._entries.clear()


class Reading:
    """One reading of a manuscript, with what is remembered of the last one."""

    def __init__(self, memory: ReadingCache) -> None:
        """Take the memory."""
        self.memory = memory
        self._entries: dict[object, _Entry] = {}
        self._facts: dict[object, _Facts] = {}
        self._known: dict[int, tuple[object, _ReadDraft]] = {}
        self._new: dict[int, _ReadDraft] = {}
        self._read: list[Place] = []
        self._is_stale = False

    def entitled(self, drafts: list[Draft]) -> None:
        """Take all drafts, before the title of the whole is found among them.

        Where there is one title, its chapter may become another one. Raises Stale if what is
        remembered may be part of that.
        """
        if sum(draft.title is not None for draft in drafts) > 1:
            return
        self._new.clear()
        if self._known:
            self.memory._entries.clear()
            raise Stale
        self._entries.clear()

    def close(self) -> None:
        """Remember this reading instead of the last one; raises Stale if a chapter did not fit."""
        if self._is_stale:
            raise Stale
        self.memory._entries, self.memory._facts = self._entries, self._facts
        self.memory.read_anew = tuple(self._read)

    # A file.

    def read(self, body: Body, text: str, manner: object) -> None:
        """Read `text` into a body's file reader, as `Body.read` does.

        `manner` is what the parser was made with: the language, and words of the author's. Raises
        Stale if something that was remembered does not fit.
        """
        file_reader = body.file_reader
        whole = file_reader.name in self.memory._whole
        pieces = (Piece(text, 0, 0, True),) if whole else cut(text)
        try:
            file = _File(body, manner, pieces, self.memory._facts)
            self._facts |= {piece.same: file.facts[piece] for piece in pieces}
            for piece in pieces:
                self._piece(file, piece)
        except Uncut as error:
            if whole:
                raise RuntimeError("a whole file cannot be cut") from error
            self.memory._whole.add(file_reader.name)
            raise Stale from error
        body.notes.judge()

    def _piece(self, file: _File, piece: Piece) -> None:
        """Read a piece, or take it as it was."""
        file_reader = file.body.file_reader
        fresh = not file_reader.draft.title and not file_reader.draft.tokens
        if fresh and (
            file_reader.count or file_reader.draft != Draft(file_reader.draft.id, file_reader.name)
        ):
            raise Uncut
        number = len(file_reader.drafts) - fresh
        if fresh:  # it becomes the first draft of this piece, or is replaced by it
            self._known.pop(id(file_reader.draft), None)
            self._new.pop(id(file_reader.draft), None)
        key = (file_reader.path, file_reader.name, piece.same, number + file_reader.first, file.key)
        known = self.memory._entries.get(key)
        if known is None:
            known = self._entries[key] = file.read(piece, number)
            self._new |= dict(zip(map(id, file_reader.drafts[number:]), known.leaves, strict=True))
            self._read.append(file_reader.place(file_reader.offset + piece.first + 1))
            return
        try:
            known = self._entries[key] = file.again(piece, known, fresh)
        except Stale:
            del self.memory._entries[key]
            raise
        for draft, leaf in zip(file_reader.drafts[number:], known.leaves, strict=True):
            self._known[id(draft)] = key, leaf

    # A draft.

    def finish(
        self,
        draft: Draft,
        body: Body,
        names: Names,
        numbers: Mapping[str, str],
        paragraphs: Mapping[str, int],
    ) -> Chapter:
        """Return the chapter of a draft, as `booklet.manuscript.chapters.finished` does.

        If it is remembered, and would now be another one, it is forgotten, and `close` says so.
        """
        surroundings = _surroundings(draft, numbers)
        if id(draft) in self._known:
            key, leaf = self._known[id(draft)]
            same = leaf.surroundings == surroundings and all(
                names.resolve(draft.file, name) == anchor for name, anchor in leaf.resolved
            )
            chapter = _renumbered(leaf.chapter, draft, paragraphs) if same else None
            if chapter is None:
                self.memory._entries.pop(key, None)
                self._is_stale = True
                return Chapter(draft.id, None, "", (), (), (), (), ())
            leaf.chapter = _at_home(chapter, draft.title)
            return leaf.chapter
        asked = _Asked(names)
        chapter = finished(draft, body, asked, numbers, paragraphs)  # type: ignore[arg-type]
        if new := self._new.get(id(draft)):
            new.surroundings, new.resolved = surroundings, tuple(asked.answers)
            new.chapter = chapter
        return chapter


class _Asked:
    """Names, and what was asked of them."""

    def __init__(self, names: Names) -> None:
        """Take the names."""
        self.names, self.answers = names, dict[tuple[str, str | None], None]()

    def resolve(self, file: str, name: str) -> str | None:
        """Return what the names return."""
        anchor = self.names.resolve(file, name)
        self.answers[name, anchor] = None
        return anchor


def _surroundings(draft: Draft, numbers: Mapping[str, str]) -> object:
    """Return all that a finished chapter depends on beside its text and its links."""
    title = replace(draft.title, where=Place("")) if draft.title else None
    headings = ([draft.title] if draft.title else []) + draft.headings
    return title, draft.opening, tuple(numbers.get(heading.id, "") for heading in headings)


def _at_home(chapter: Chapter, title: Heading | None) -> Chapter:
    """Return a chapter with its title at its present place, which may be in a front matter."""
    if chapter.title and title and chapter.title.where != title.where:
        return replace(chapter, title=replace(chapter.title, where=title.where))
    return chapter


def _renumbered(
    chapter: Chapter | None, draft: Draft, paragraphs: Mapping[str, int]
) -> Chapter | None:
    """Return a chapter with its paragraphs counted as they are now, or None if that is not sure."""
    if chapter is None or not isinstance(draft, _TakenDraft):
        return None
    anchors = draft.paragraphs
    before = [block.number for block in chapter.blocks if block.number]
    if not anchors or paragraphs[anchors[0]] == before[0]:
        return chapter
    more = paragraphs[anchors[0]] - before[0]
    if len(_PARAGRAPH.findall(chapter.html)) != len(anchors):
        return None
    html = _PARAGRAPH.sub(lambda found: str(int(found[0]) + more), chapter.html)
    blocks = (replace(b, number=b.number + more) if b.number else b for b in chapter.blocks)
    return replace(chapter, html=html, blocks=tuple(blocks))


class _File:
    """One file of a manuscript, in pieces."""

    def __init__(
        self, body: Body, manner: object, pieces: tuple[Piece, ...], known: Mapping[object, _Facts]
    ) -> None:
        """Learn what the pieces have for one another, and define the notes."""
        self.body, self.pieces = body, pieces
        self._parsed: dict[Piece, Parsed] = {}
        self._alone: set[Piece] = set()
        self.facts = {piece: known.get(piece.same) or self._learn(piece) for piece in pieces}
        self.references: References = {}
        for piece in pieces:
            for label, target in self.facts[piece].references.items():
                self.references.setdefault(label, target)
        named = {k: (v["href"], v["title"]) for k, v in self.references.items()}
        self.key = (
            manner,
            tuple(sorted(body.file_reader.keys)),
            body.file_reader.root,
            repr(sorted(named.items())),
        )
        self.starts = tuple(body.file_reader.offset + piece.first + 1 for piece in pieces)
        for piece in pieces:
            for number, (label, line, is_empty) in enumerate(self.facts[piece].definitions):
                home = _Home(piece, number)
                start = self.starts[piece.number]
                body.notes.define(label, start + line, self._fetch(home), is_empty, home)

    def _learn(self, piece: Piece) -> _Facts:
        """Return what a piece has for the rest of the file, which is read for it alone."""
        file_reader = self.body.file_reader
        found = self._parsed[piece] = parsed(
            piece, self.body.md, file_reader.path, file_reader.offset, {}
        )
        self._alone.add(piece)
        definitions = tuple(
            (str(token.meta["label"]), (token.map or [0])[0] - piece.first, not inside)
            for token, inside in found.definitions
        )
        return _Facts(found.references, definitions)

    def _fetch(self, home: _Home) -> Callable[[], list[Any]]:
        """Return what gives the tokens in a definition."""
        return lambda: self._tokens(home.piece).definitions[home.number][1]

    def _tokens(self, piece: Piece) -> Parsed:
        """Return a piece as the parser reads it with all references of the file."""
        file_reader, references = self.body.file_reader, self.references
        if piece in self._alone and references != self._parsed[piece].references:
            del self._parsed[piece]
        self._alone.discard(piece)
        if piece not in self._parsed:
            self._parsed[piece] = parsed(
                piece, self.body.md, file_reader.path, file_reader.offset, references
            )
        self.body.notes.know(self._parsed[piece].in_place)
        return self._parsed[piece]

    def read(self, piece: Piece, number: int) -> _Entry:
        """Read a piece, and return what is to be remembered; its first draft has this number.

        Raises Uncut if its heading began no draft, and it went into that of the piece before.
        """
        file_reader, tokens = self.body.file_reader, self._tokens(piece).tokens
        last = file_reader.draft if number == len(file_reader.drafts) else None
        before = last and (len(last.tokens), len(last.blocks))
        with _Recorder(self.body) as scribe:
            self.body.walk(tokens)
        if last and before != (len(last.tokens), len(last.blocks)):
            raise Uncut
        if (
            len(file_reader.drafts) == number
        ):  # its first heading has no words, and begins no chapter
            raise Uncut
        leaves = [
            _ReadDraft(d.id, d.title, d.opening, tuple(d.headings), bool(d.tokens))
            for d in file_reader.drafts[number:]
        ]
        return _Entry(piece.number, self.starts, tuple(scribe.events), scribe.notes, leaves)

    def again(self, piece: Piece, known: _Entry, fresh: bool) -> _Entry:
        """Take a piece as it was; return what is to be remembered of it.

        Its first draft is the one in hand if that is `fresh`. Raises Stale if anything that it
        asked for has another answer.
        """
        file_reader, move = self.body.file_reader, self._move(piece, known)
        for label, home in known.notes:
            if home is not None:
                self.body.notes.called(label)
        events = tuple(_replayed(known.events, file_reader, move))
        leaves = [replace(leaf, **_moved(leaf, move)) for leaf in known.leaves]
        if fresh:
            file_reader.drafts.pop()
        for leaf in leaves:
            file_reader.draft = _standing(leaf, file_reader.name)
            file_reader.drafts.append(file_reader.draft)
        notes = tuple((label, self.body.notes.home(label)) for label, _ in known.notes)
        return _Entry(piece.number, self.starts, events, notes, leaves)  # type: ignore[arg-type]

    def _move(self, piece: Piece, known: _Entry) -> Callable[[Place], Place]:
        """Return what moves a place to where it is now.

        A line belongs to the piece itself, or to one that defines a note which is called.
        Raises Stale if a note is not defined where it was, or has another text.
        """
        more = {known.number: self.starts[piece.number] - known.starts[known.number]}
        for label, home in known.notes:
            now = self.body.notes.home(label)
            if not isinstance(now, _Home) or home is None:
                if now is not home:
                    raise Stale
                continue
            by = self.starts[now.piece.number] - known.starts[home.piece.number]
            if now.same != home.same or more.setdefault(home.piece.number, by) != by:
                raise Stale
        if not any(more.values()):
            return lambda where: where

        def move(where: Place) -> Place:
            number = bisect_right(known.starts, where.line) - 1
            if number not in more:
                raise Stale
            return Place(where.path, where.line + more[number]) if more[number] else where

        return move


def _replayed(
    events: tuple[_Event, ...], file_reader: FileReader, move: Callable[[Place], Place]
) -> Iterator[_Event]:
    """Let everything happen again; raises Stale if an answer is another one."""
    for event in events:
        where = move(event.where) if event.where else None
        answer: object = None
        if event.kind == "find":
            file_reader.findings.append(replace(event.words[0], where=where))
        elif event.kind == "claim" and where:
            name, given, typed = event.words
            answer = file_reader.names.claim(
                file_reader.name, name, where, file_reader.findings, given, typed
            )
        elif event.kind == "expect" and where:
            file_reader.names.expect(file_reader.name, event.words[0], where)
        elif event.kind == "number":
            answer = file_reader.names.number(file_reader.name, event.words[0])
        elif event.kind == "trouble":
            answer = _said(file_reader.album.trouble(event.words[0]))
        elif event.kind == "path":
            answer = file_reader.album.path(file_reader.name, *event.words)
        elif event.kind == "remark":
            answer = file_reader.album.remark(event.words[0])
        if answer != event.answer:
            raise Stale
        yield replace(event, where=where)


def _said(trouble: BookletError | None) -> object:
    """Return what an error says."""
    return trouble and (trouble.message, trouble.hint)


def _moved(leaf: _ReadDraft, move: Callable[[Place], Place]) -> dict[str, Any]:
    """Return the fields of a leaf that have places, moved."""

    def all_of(several: Any) -> tuple[Any, ...]:
        return tuple(
            one if (where := move(one.where)) is one.where else replace(one, where=where)
            for one in several
        )

    fields: dict[str, Any] = {"headings": all_of(leaf.headings)}
    if leaf.title:
        (fields["title"],) = all_of((leaf.title,))
    if leaf.chapter:
        names = ("headings", "blocks", "notes", "pictures")
        new: dict[str, Any] = {name: all_of(getattr(leaf.chapter, name)) for name in names}
        if any(new[name] != getattr(leaf.chapter, name) for name in names):
            fields["chapter"] = replace(leaf.chapter, **new)
    return fields


def _standing(leaf: _ReadDraft, file: str) -> Draft:
    """Return a draft that stands for one that was read before."""
    tokens = [Token("done", "", 0)] if leaf.is_set else []
    headings, chapter = list(leaf.headings), leaf.chapter
    if chapter is None:
        return Draft(leaf.id, file, leaf.title, leaf.opening, tokens, headings)
    return _TakenDraft(
        leaf.id,
        file,
        leaf.title,
        leaf.opening,
        tokens,
        headings,
        list(chapter.blocks),
        list(chapter.notes),
        list(chapter.pictures),
        chapter=chapter,
    )


class _Recorder:
    """Writes down what happens while a piece is read, standing between it and the book."""

    def __init__(self, body: Body) -> None:
        """Take the body that reads."""
        self.body, self.file_reader = body, body.file_reader
        self.names, self.album, self.findings = (
            self.file_reader.names,
            self.file_reader.album,
            self.file_reader.findings,
        )
        self.events: list[_Event] = []
        self.notes: tuple[tuple[str, _Home | None], ...] = ()
        self._own: list[Finding] = []
        self._told = 0

    def __enter__(self) -> _Recorder:
        """Stand in the place of the names, the album and the findings."""
        file_reader = self.file_reader
        file_reader.names = file_reader.album = self  # type: ignore[assignment]  # it can do what is asked
        file_reader.findings = self._own
        self.body.notes.asked = {}
        return self

    def __exit__(self, *_error: object) -> None:
        """Put everything back."""
        self._tell()
        file_reader = self.file_reader
        file_reader.names, file_reader.album, file_reader.findings = (
            self.names,
            self.album,
            self.findings,
        )
        file_reader.findings += self._own
        self.notes = tuple(self.body.notes.asked.items())  # type: ignore[arg-type]

    def _tell(self) -> None:
        """Write down the findings that are new."""
        new = self._own[self._told :]
        self.events += [_Event("find", (finding,), finding.where) for finding in new]
        self._told = len(self._own)

    def claim(
        self,
        file: str,
        name: str,
        where: Place,
        findings: list[Finding],
        given: bool,
        typed: str = "",
    ) -> str:
        """Ask the names for an anchor; what they find is found anew the next time."""
        self._tell()
        anchor = self.names.claim(file, name, where, findings, given, typed)
        self._told = len(self._own)
        self.events.append(_Event("claim", (name, given, typed), where, anchor))
        return anchor

    def expect(self, file: str, name: str, where: Place) -> None:
        """Tell the names of a link."""
        self._tell()
        self.names.expect(file, name, where)
        self.events.append(_Event("expect", (name,), where))

    def number(self, file: str, name: str) -> str:
        """Ask the names for the number of an example."""
        mark = self.names.number(file, name)
        self.events.append(_Event("number", (name,), None, mark))
        return mark

    def path(self, file: str, src: str, root: str) -> str:
        """Ask the album for the path of a picture."""
        path = self.album.path(file, src, root)
        self.events.append(_Event("path", (src, root), None, path))
        return path

    def trouble(self, src: str) -> BookletError | None:
        """Ask the album for a picture."""
        trouble = self.album.trouble(src)
        self.events.append(_Event("trouble", (src,), None, _said(trouble)))
        return trouble

    def remark(self, src: str) -> tuple[str, str] | None:
        """Ask the album what is to be said of a picture."""
        remark = self.album.remark(src)
        self.events.append(_Event("remark", (src,), None, remark))
        return remark
