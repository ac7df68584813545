"""Each piece of the manuscript is looked for where the PDF says that it stands."""

from __future__ import annotations

from functools import cached_property, lru_cache
from html import unescape
from typing import TYPE_CHECKING

from booklet.editions import note_anchor
from booklet.errors import Place
from booklet.findings import Finding
from booklet.manuscript import placeholders
from booklet.preflight.read_back import alike, jumbled, letters
from booklet.preflight.scripts import right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from booklet.editions import Edition
    from booklet.layout import Pages
    from booklet.manuscript.blocks import Block, Heading, Note
    from booklet.preflight.drawn_strings import Strings
    from booklet.preflight.read_back import Printed

# The parts that show the front matter.
_FRONT = ("cover", "imprint")

# The same texts are looked for after each edit: some 3,000 in a book of 110,000 words.
_letters = lru_cache(maxsize=10_000)(letters)

# Lines that float before a text: the words of its beginning, or but a drop cap.
_FLOATING = 6

# Letters of the author's are told of if they are so many, or all there are: what is less may be
# a letter in a drawing.
_LETTERS = 3


class PageComparison:
    """One reading of a PDF against its edition."""

    def __init__(self, edition: Edition, pages: Pages, printed: Printed) -> None:
        """Take the edition, its pages, and what was read back from the PDF."""
        self.edition, self.pages, self.printed = edition, pages, printed
        self.notes = {note.key: note for note in edition.manuscript.notes}
        self.calls: dict[str, int] = {}
        self._page, self._from = 0, 0

    @cached_property
    def _drawn(self) -> Strings:
        """The strings of the pages, for those few in which something is not found as read."""
        from booklet.preflight.drawn_strings import Strings  # late: pikepdf is slow to import

        return Strings(self.pages.pdf)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each loss."""
        yield from self._count()
        yield from self._title()
        yield from self._front()
        for chapter in self.edition.manuscript.chapters:
            self._begin(chapter.id)
            if chapter.title:
                yield from self._heading(chapter.title)
            for block in chapter.blocks:
                yield from self._block(block)
        for note in self.notes.values():
            self._calls_inside(note)
        for note in self.notes.values():
            yield from self._note(note)
        yield from self._contents()
        yield from self._references()
        yield from self._links()
        yield from self._beyond()
        yield from self._unseen()

    def _begin(self, chapter: str) -> None:
        """Go on to the first page of a chapter: what begins it may have no anchor, as raw HTML."""
        if chapter in self._parts:
            first = self._parts.index(chapter)
            self._page, self._from = max((self._page, self._from), (first, 0))

    @cached_property
    def _parts(self) -> list[str]:
        """The part of each page."""
        return [leaf.part for leaf in self.pages.leaves]

    def _folio(self, page: int) -> str:
        """Return the folio of a page (from 0), or an empty string."""
        return self.pages.leaves[page].folio if 0 <= page < len(self.pages.leaves) else ""

    def _part(self, page: int) -> str:
        """Return the part that a page (from 0) belongs to, or an empty string."""
        return self.pages.leaves[page].part if 0 <= page < len(self.pages.leaves) else ""

    def _count(self) -> Iterator[Finding]:
        """The PDF has the pages that were laid out, and their labels."""
        wanted = tuple(leaf.folio for leaf in self.pages.leaves)
        if len(self.printed.letters) != len(wanted):
            message = f"the PDF has {len(self.printed.letters)} pages instead of {len(wanted)}"
            yield Finding("C01", message, Place(self.edition.manuscript.path))
        for label, folio in zip(self.printed.labels, wanted, strict=False):
            if folio and label != folio:
                message = f"the page {folio} has the label `{label}`"
                yield Finding("C03", message, Place(self.edition.manuscript.path), folio)

    def _title(self) -> Iterator[Finding]:
        """The title is on the cover, or over the text where there is no cover."""
        title = self.edition.manuscript.title
        parts = [leaf.part for leaf in self.pages.leaves]
        first = self.edition.manuscript.chapters[0].id
        page = 0 if "cover" in parts or first not in parts else parts.index(first)
        there = letters(title) in "".join(self.printed.letters[page : page + 1])
        if not there and not (self._is_jumbled(title) and self._backwards(title, page)):
            where = Place(self.edition.manuscript.path, 1)
            hint = "shorten it, or make the page larger"
            yield Finding("C01", "the title is not on the first page", where, hint=hint)

    def _front(self) -> Iterator[Finding]:
        """What the templates make of the front matter is on the cover or on the page behind it."""
        where = Place(self.edition.manuscript.path, 1)
        parts = [part for part in self.edition.parts if part.kind in _FRONT]
        made = letters(unescape("".join(part.html for part in parts)))
        pages = [i for i, leaf in enumerate(self.pages.leaves) if leaf.part in _FRONT]
        printed = "".join(self.printed.letters[i] for i in pages if i < len(self.printed.letters))
        for text in self.edition.manuscript.settings.front:
            there = letters(text) in printed or letters(text) not in made
            if not there and not (self._is_jumbled(text) and self._backwards(text, 0)):
                message = f"the text {_short(text)} of the front matter is lost"
                yield Finding("C01", message, where)
        covers = sum(leaf.part == "cover" and not leaf.blank for leaf in self.pages.leaves)
        if covers > 1 and any("cover-words" in part.html for part in parts):
            hint = "shorten the title, the subtitle or the authors, or make the page larger"
            yield Finding("C06", "the cover has no room for all its words", where, hint=hint)

    def _heading(self, heading: Heading) -> Iterator[Finding]:
        """The heading of a chapter is on the page of its anchor."""
        page = self.printed.anchors.get(heading.id, -1)
        text = self.printed.letters[page] if page >= 0 else ""
        # word by word, since the calls of notes may stand between the words
        there = all(letters(word) in text for word in self._plain(heading.text).split())
        if not there and not (page >= 0 and self._backwards(heading.text, page)):
            yield Finding("C01", f"the heading {_short(heading.text)} is lost", heading.where)

    def _block(self, block: Block) -> Iterator[Finding]:
        """The text of a block is in the PDF, after that of the block before it."""
        wanted, calls = self._printed_form(block.text)
        if not wanted:
            return
        page = self.printed.anchors.get(block.id, self._page)
        start = self._from if page == self._page else 0
        found = self._find(wanted, page, start) or (self._find(wanted, page, 0) if start else None)
        if found is None:
            if not self._scattered(block, page) and not self._has_float(wanted, page):
                yield self._lost(block, page)
            return
        for offset, key in calls:
            self.calls.setdefault(key, next(p for end, p, _ in found if offset <= end))
        _, self._page, self._from = found[-1]

    def _lost(self, block: Block, page: int) -> Finding:
        """Return the finding for a text that is not there: what is most likely, and what to do."""
        if block.kind == "th":
            return Finding("C09", "no page holds the head of the table", block.where)
        message = f"the text {_short(block.text)} is lost"
        own = (self.edition.shelf.root / "style.css").is_file()
        hint = (
            "a rule of `style.css` may hide it; else report it with the manuscript" if own else ""
        )
        return Finding("C01", message, block.where, self._folio(page), hint)

    def _find(self, wanted: str, page: int, start: int) -> list[tuple[int, int, int]] | None:
        """Return where `wanted` stands, from `page` on, or None.

        It is a list of pieces: how many of the letters are found with it, its page, and where on
        that page it ends. A text that a page cannot hold goes on at the next, but never in
        another part.
        """
        pieces: list[tuple[int, int, int]] = []
        done = 0
        for number in range(page, len(self.printed.letters)):
            if self._part(number) != self._part(page):
                return None
            text = self.printed.letters[number]
            begin = start if number == page else 0
            size = _longest(wanted, done, text, begin)
            if size:
                end = text.find(wanted[done : done + size], begin) + size
                done += size
                pieces.append((done, number, end))
            elif pieces and not self._only_picture(number):
                return None
            if done == len(wanted):
                return pieces
        return None

    def _only_picture(self, number: int) -> bool:
        """Whether a page may lie between two pieces of a text, since it has hardly any."""
        return len(self.printed.letters[number]) < 400

    def _scattered(self, block: Block, page: int) -> bool:
        """Whether a text that is not set in one run is there word by word.

        Cells stand beside one another when a row is divided, raw HTML stands as the author's
        style has it, and text that runs from right to left is read back in another order.
        """
        text = self._plain(block.text)
        if self._is_jumbled(text):
            return self._backwards(text, page)
        near = "".join(self.printed.letters[page : _reach(text, page)])
        beside = block.kind in ("td", "th", "html")
        return beside and all(letters(word) in near for word in text.split())

    def _has_float(self, wanted: str, page: int) -> bool:
        """Whether a text follows its first letters, which are drawn by themselves on the page.

        A drop cap floats, and so is drawn before the lines beside it; some words may, too.
        """
        strings = self._drawn.strings(page)
        for at in range(len(strings)):
            head = ""
            for string in strings[at : at + _FLOATING]:
                head += string
                if not wanted.startswith(head):
                    break
                if self._find(wanted[len(head) :], page, 0) is not None:
                    return True
        return False

    def _is_jumbled(self, text: str) -> bool:
        """Whether a text is read back in another order, as is any in a right-to-left book."""
        return self.edition.manuscript.settings.rtl or right_to_left(text)

    def _backwards(self, text: str, page: int) -> bool:
        """Whether each word of a text is on a page or on one of those that it can reach."""
        end = _reach(text, page)
        near = frozenset().union(*self.printed.words[page:end])
        run = "".join(self.printed.letters[page:end])
        return all(
            letters(word) in run or jumbled(word) <= near or self._is_drawn(word, page, end)
            for word in dict.fromkeys(text.split())
        )

    def _is_drawn(self, word: str, page: int, end: int) -> bool:
        """Whether each run of letters or of digits in a word is drawn, forwards or backwards.

        Marks above and below letters may be read in other lines; the strings have them in order.
        """
        drawn = " ".join(text for at in range(page, end) for text in self._drawn.strings(at))
        return all(run in drawn or run[::-1] in drawn for run in alike(word))

    def _plain(self, text: str) -> str:
        """Return a text with its pages filled in and its calls left out."""
        return placeholders.fill_pages(placeholders.fill_notes(text, lambda _k: " "), self._number)

    def _number(self, anchor: str) -> str:
        """Return the page number that was printed for an anchor."""
        return self.pages.numbers.get(anchor, "")

    def _printed_form(self, text: str) -> tuple[str, list[tuple[int, str]]]:
        """Return the letters of a text as they are printed, and the calls with their offsets."""
        pieces: list[str] = []
        calls: list[tuple[int, str]] = []
        keys: list[str] = []
        bare = placeholders.fill_notes(text, lambda key: keys.append(key) or "\ufdd6")  # type: ignore[func-returns-value]
        for i, piece in enumerate(bare.split("\ufdd6")):
            if i:
                calls.append((sum(map(len, pieces)), keys[i - 1]))
                pieces.append(str(self.notes[keys[i - 1]].number))
            pieces.append(_letters(placeholders.fill_pages(piece, self._number)))
        return "".join(pieces), calls

    def _note(self, note: Note) -> Iterator[Finding]:
        """A note is at the foot of the page of its call or of the next, or among the end notes."""
        wanted, _ = self._printed_form(note.text)
        wanted = f"{note.number}{wanted}"
        page = self.printed.anchors.get(note_anchor(note), -1)
        found = self._find(wanted, page, 0) if page >= 0 else None
        if found is None and not (page >= 0 and self._note_in_pieces(note, page)):
            message = f"the note {_short(note.text)} is lost"
            yield Finding("C01", message, note.where, self._folio(page))
        elif note.key not in self.edition.endnotes and note.key in self.calls:
            call = self.calls[note.key]
            if not 0 <= page - call <= 1:
                message = f"note {note.number} is on page {self._folio(page)}, far from its call"
                yield Finding("C02", message, note.where, self._folio(call), hint=note.key)

    def _calls_inside(self, note: Note) -> None:
        """Remember the page of a note as that of the calls in it."""
        page = self.printed.anchors.get(note_anchor(note), -1)
        for key in note.inner:
            self.calls[key] = min(page, self.calls.get(key, page))

    def _note_in_pieces(self, note: Note, page: int) -> bool:
        """Whether a note of several blocks, or one that runs right to left, is there in pieces."""
        text = self._plain(note.text)
        if self._is_jumbled(text):
            return self._backwards(text, page)
        near = "".join(self.printed.letters[page : _reach(text, page) - 1])
        return note.rich and all(letters(word) in near for word in text.split())

    def _contents(self) -> Iterator[Finding]:
        """Each line of the contents is there, and names the page on which its heading stands."""
        pages = [i for i, leaf in enumerate(self.pages.leaves) if leaf.part == "contents"]
        text = "".join(self.printed.letters[i] for i in pages if i < len(self.printed.letters))
        at = 0
        entries = self.edition.entries
        places = [self.printed.anchors.get(entry.id, -1) for entry in entries]
        lines = [
            letters(self._plain(entry.text)) + letters(self._folio(page))
            for entry, page in zip(entries, places, strict=True)
        ]
        following = [
            letters(self._folio(page)) if self._is_jumbled(entry.text) else line
            for entry, page, line in zip(entries[1:], places[1:], lines[1:], strict=True)
        ] + [""]
        for entry, page, line, after in zip(entries, places, lines, following, strict=False):
            found = text.find(line, at)
            more = text[found + len(line) :]
            if more[:1].isdecimal() and not (after and more.startswith(after)):
                found = -1  # the number goes on: 1 is not 19
            jumbled = found < 0 and self._is_jumbled(entry.text) and bool(pages)
            if jumbled and self._backwards(entry.text, pages[0]):
                continue  # how much of the text it takes is not known
            if found < 0:
                folio = self._folio(page)
                right = f"page {folio}" if folio else "the page"
                message = f"the contents do not say {right} for {_short(entry.text)}"
                yield Finding("C03", message, entry.where, folio)
            else:
                at = found + len(line)

    def _references(self) -> Iterator[Finding]:
        """Each reference names the page on which its target stands."""
        items: tuple[Block | Note, ...] = (
            *self.edition.manuscript.blocks,
            *self.notes.values(),
        )
        for item in items:
            for anchor in placeholders.targets(item.text):
                folio, said = (
                    self._folio(self.printed.anchors.get(anchor, -1)),
                    self._number(anchor),
                )
                if folio != said:
                    message = f"the reference to `#{anchor}` says {said}, not {folio}"
                    yield Finding("C04", message, item.where, folio)

    def _links(self) -> Iterator[Finding]:
        """Each link inside the book has a page to go to."""
        for page, target in self.printed.links:
            if not 0 <= target < len(self.printed.letters):
                leaf = self.pages.leaves[page]
                yield Finding("C05", "a link leads nowhere", self._start_of(leaf.part), leaf.folio)

    def _beyond(self) -> Iterator[Finding]:
        """No text stands outside its page."""
        for page, texts in self.printed.beyond.items():
            places = [where for _, where in self._authors(texts, page)] or [self._last_on(page)]
            for where in dict.fromkeys(places):
                yield Finding("C06", "text runs off the page", where, self._folio(page))

    def _unseen(self) -> Iterator[Finding]:
        """Each text of the author's can be seen, and read.

        What is not of the manuscript is there for its looks, such as a word behind the text.
        """
        kinds = (
            ("C07", self.printed.unseen, "nobody can see the text"),
            ("C08", self.printed.tiny, "nobody can read the text"),
        )
        for code, pages, message in kinds:
            found: dict[Place | None, Finding] = {}
            for page, texts in enumerate(pages):
                for text, where in self._authors(texts, page):
                    said = Finding(code, f"{message} {_short(text)}", where, self._folio(page))
                    found.setdefault(where, said)
            front = found.pop(Place(self.edition.manuscript.path, 1), None)
            yield from found.values()
            if front and not found:  # what hides paragraphs hides those of the cover, too
                yield front

    def _authors(self, texts: Sequence[str], page: int) -> Iterator[tuple[str, Place | None]]:
        """Yield those texts of a page that are the author's, each with its place."""
        for text in texts:
            wanted = letters(text)
            near = [
                (at, where)
                for anchor, words, where in self._written
                if wanted == words
                or (len(wanted) >= _LETTERS and (wanted in words or wanted[::-1] in words))
                if (at := self.printed.anchors.get(anchor, 0)) <= page
            ]
            if near:
                yield text, max(near, key=lambda one: one[0])[1]

    @cached_property
    def _written(self) -> list[tuple[str, str, Place | None]]:
        """Each piece of the manuscript: its anchor if it has one, its letters, its place."""
        manuscript = self.edition.manuscript
        titles = [chapter.title for chapter in manuscript.chapters if chapter.title]
        front = (manuscript.title, *manuscript.settings.front)
        pieces = [
            *(("", text, Place(manuscript.path, 1)) for text in front),
            *((title.id, title.text, title.where) for title in titles),
            *((block.id, block.text, block.where) for block in manuscript.blocks),
            *((note_anchor(note), note.text, note.where) for note in self.notes.values()),
        ]
        return [(anchor, _letters(self._plain(text)), where) for anchor, text, where in pieces]

    def _start_of(self, part: str) -> Place:
        """Return where a part begins in the manuscript."""
        for chapter in self.edition.manuscript.chapters:
            if chapter.id == part and chapter.blocks:
                return chapter.blocks[0].where
        return Place(self.edition.manuscript.path)

    def _last_on(self, page: int) -> Place:
        """Return the last place in the manuscript that begins on a page or before it."""
        places = [
            block.where
            for block in self.edition.manuscript.blocks
            if self.printed.anchors.get(block.id, -1) <= page
        ]
        return places[-1] if places else Place(self.edition.manuscript.path)


def _reach(text: str, page: int) -> int:
    """Return a page that a text which begins on one does not reach: two more, if it is short.

    A page has some 2,000 letters, of which a column of a table has a third.
    """
    return page + 3 + 3 * len(text) // 2_000


def _longest(wanted: str, done: int, text: str, begin: int) -> int:
    """Return how many letters of `wanted`, from `done` on, stand in `text` in one run.

    If the first n letters are there, so are fewer: the number is found by halving.
    """
    low, high = 0, min(len(wanted) - done, max(len(text) - begin, 0))
    if text.find(wanted[done : done + high], begin) >= 0:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        if text.find(wanted[done : done + middle], begin) >= 0:
            low = middle
        else:
            high = middle - 1
    return low


def _short(text: str) -> str:
    """Return the beginning of a text for a message."""
    plain = placeholders.fill_pages(placeholders.fill_notes(text, lambda _k: ""), lambda _a: "")
    plain = " ".join(plain.split())
    return f"“{plain[:40]}…”" if len(plain) > 41 else f"“{plain}”"
