"""Manuscripts made up by rule, of any length: what the bench sets, and the tests that need bulk.

The text means nothing, but it looks like what an author writes: sentences with a grammar, sections,
notes, lists, tables, quotations, and references that print the page they point to. The same seed
gives the same bytes on every machine and version of Python: every choice is made by
`random.Random.random`, whose sequence Python promises to keep, from tuples written down here.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# -- Words -----------------------------------------------------------------------------------------


def _words(text: str) -> tuple[str, ...]:
    """Return the words of `text`."""
    return tuple(text.split())


# The first words of a list are taken far more often than the last, as in any language.

ONE = _words("the the the the a the a this every a the that the a the no each another")
MANY = _words("the the their many the some the our few the several the those most")

NOUNS = _words(
    """
    letter city river house teacher question council printer harbour window garden winter market
    border neighbour answer village bridge reader island treaty story map road promise journey
    library field paper captain doctor merchant tower lesson orchard valley lamp stone ship painter
    custom number morning evening argument picture meadow language kingdom farmer season shadow
    mountain signature assembly envoy sailor memory chapter kitchen carpenter alphabet rumour
    festival station century lantern discovery messenger minister cathedral mirror candle soldier
    proverb voyage ferry quarrel secret gardener tailor weaver clock staircase pocket blanket
    doorway chimney barrel cellar forest desert canal causeway lighthouse anchor horizon
    thunderstorm rainbow feather sparrow swallow horse donkey spider beetle apple cherry walnut
    dictionary grammar sentence paragraph margin pamphlet newspaper bookseller editor translator
    poet singer composer melody violin trumpet theatre curtain audience stranger traveller pilgrim
    parliament constitution election delegate ambassador alliance frontier fortress regiment
    negotiation ceasefire province territory harvest granary irrigation reservoir manufacturer
    government observation apprentice agreement instrument republic manuscript reputation
    conversation neighbourhood establishment correspondent interpretation administration
    understanding representative river-bank market-place fellow-traveller
    """
)
ADJECTIVES = _words(
    """
    old long small new good quiet early whole late high open plain cold narrow young great strange
    second patient common northern sincere ancient careful silver foreign wooden modest famous
    distant gentle empty private familiar curious ordinary peaceful reluctant favourable generous
    southern crowded hidden painted broken golden bitter tired cheerful stubborn learned solemn
    weary grateful elegant obscure permanent temporary municipal agricultural mediaeval seasonal
    hospitable independent considerable extraordinary incomprehensible
    """
)
VERBS = _words(
    """
    found kept saw left took gave made knew held brought sent began reached lost crossed opened
    followed carried changed needed called learned praised measured described forgot remembered
    answered refused defended explained surprised visited repaired protected recognised imagined
    welcomed borrowed admired painted printed copied guarded neglected abandoned inherited noticed
    rejected translated interrupted strengthened encouraged illustrated disappointed
    accompanied contradicted acknowledged misunderstood
    """
)
ADVERBS = _words(
    """
    never soon often then still always slowly quietly rarely gladly gradually openly secretly
    patiently reluctantly deliberately unexpectedly
    """
)
PRONOUNS = _words("they we she he it everyone nobody")
PREPOSITIONS = _words(
    "of of of in of to with from of by for on after before near under through against"
)
CONNECTIVES = _words("and and but as while and so until because although since whereas")

_VOWELS = "aeiou"
_NOT_TEXT = re.compile(r"\A---\n.*?\n---\n|\{[^}]*\}|\(#[^)]*\)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def count(markdown: str) -> int:
    """Return how many words a reader of `markdown` reads: headings, notes and tables included."""
    return len(_WORD.findall(_NOT_TEXT.sub("", markdown)))


class Pen:
    """What writes: a stream of chances that ends in words, phrases and sentences."""

    def __init__(self, seed: int) -> None:
        """Begin at `seed`: the same seed writes the same words."""
        self._random = random.Random(seed).random  # noqa: S311  no secret is made here

    def chance(self, share: float) -> bool:
        """Return True in `share` (0 to 1) of the cases."""
        return self._random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def one_of(self, words: Sequence[str]) -> str:
        """Return one of `words`, each as likely as the next."""
        return words[int(self._random() * len(words))]

    def common(self, words: Sequence[str]) -> str:
        """Return one of `words`, an early one rather than a late one."""
        share = self._random()
        # A product, not a power: every machine rounds it alike.
        return words[int(share * share * len(words))]

    def thing(self) -> list[str]:
        """Return two or three words that name something: `the old harbour`, `many letters`."""
        middle = [self.common(ADJECTIVES)] if self.chance(0.4) else []
        noun = self.common(NOUNS)
        if self.chance(0.3):
            return [self.one_of(MANY), *middle, plural(noun)]
        first = self.one_of(ONE)
        if first == "a" and [*middle, noun][0][0] in _VOWELS:
            first = "an"
        return [first, *middle, noun]

    def circumstance(self) -> list[str]:
        """Return three or four words that say where, when or whose: `of the old harbour`."""
        return [self.one_of(PREPOSITIONS), *self.thing()]

    def clause(self) -> list[str]:
        """Return four to eight words: who did what, `the council never found an answer`."""
        who = [self.common(PRONOUNS)] if self.chance(0.25) else self.thing()
        manner = [self.common(ADVERBS)] if self.chance(0.15) else []
        return [*who, *manner, self.common(VERBS), *self.thing()]

    def sentence(self, length: int) -> str:
        """Return a sentence of `length` words (at least seven), or up to three more."""
        words = self.clause()
        if self.chance(0.1):
            stress = "**" if self.chance(0.2) else "*"
            words[-1] = f"{stress}{words[-1]}{stress}"
        while (left := length - len(words)) > 0:
            if left >= 7 and self.chance(0.6):
                words[-1] += ","
                words += [self.one_of(CONNECTIVES), *self.clause()]
            else:
                words += self.circumstance()
        return capital(" ".join(words)) + "."

    def sentences(self, length: int) -> str:
        """Return `length` words, or up to three more, in sentences of 7 to 24 words."""
        written: list[str] = []
        while (left := length - sum(map(count, written))) >= 7:
            if left > 21:
                left = left // 2 if left < 28 else self.between(7, 21)
            written.append(self.sentence(left))
        return " ".join(written)

    def title(self) -> str:
        """Return a heading of four to seven words, such as `The letter and a narrow bridge`."""
        return capital(" ".join([*self.thing(), "and", *self.thing()]))


def plural(noun: str) -> str:
    """Return the plural of a noun of this vocabulary."""
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def capital(text: str) -> str:
    """Return `text` with its first letter large."""
    return text[0].upper() + text[1:]


# -- Blocks ----------------------------------------------------------------------------------------
# Each is a function from a pen to Markdown.


def paragraph(pen: Pen) -> str:
    """Return a paragraph of 60 to 128 words."""
    return pen.sentences(pen.between(60, 125))


def section(pen: Pen) -> str:
    """Return a section's heading and its first paragraph."""
    return f"## {pen.title()}\n\n{paragraph(pen)}"


def subsection(pen: Pen) -> str:
    """Return a subsection's heading and its first paragraph."""
    return f"### {pen.title()}\n\n{paragraph(pen)}"


def bullets(pen: Pen) -> str:
    """Return a list of three to five sentences."""
    return "\n".join(f"- {pen.sentence(pen.between(7, 18))}" for _ in range(pen.between(3, 5)))


def steps(pen: Pen) -> str:
    """Return a numbered list of three to five sentences."""
    ends = pen.between(3, 5)
    return "\n".join(f"{n}. {pen.sentence(pen.between(7, 18))}" for n in range(1, ends + 1))


def quotation(pen: Pen) -> str:
    """Return a quotation of some fifty words."""
    return f"> {pen.sentences(pen.between(40, 60))}"


def table(pen: Pen) -> str:
    """Return a table of four columns, the last of them numbers, and five to eight rows."""
    rows = ["| Year | Place | Matter | Copies |", "| --- | --- | --- | ---: |"]
    for _ in range(pen.between(5, 8)):
        place, matter = pen.common(NOUNS), f"{pen.common(ADJECTIVES)} {plural(pen.common(NOUNS))}"
        year, copies = pen.between(1455, 1955), pen.between(20, 9800)
        rows.append(f"| {year} | {capital(place)} | {capital(matter)} | {copies} |")
    return "\n".join(rows)


# What a chapter is made of, in this order and over again until it is long enough.
RHYTHM: tuple[Callable[[Pen], str], ...] = (
    paragraph, section, bullets, paragraph, paragraph, section, quotation, paragraph, paragraph,
    subsection, paragraph, table, paragraph, section, paragraph, steps, paragraph, subsection,
    paragraph, paragraph, section,
)  # fmt: skip


# -- Books -----------------------------------------------------------------------------------------

NOTES = 8  # to a chapter, and no more than one to so many words, but three at least:
WORDS_TO_A_NOTE = 150
CLOSE = 230  # words from a chapter's end, where its last section begins: no notes in it

_FULL_STOP = re.compile(r"(?<=[a-z*])\. ")  # and not the point of `1. `


@dataclass
class _Chapter:
    """A chapter while it is being written."""

    number: int
    of: int
    words: int
    first_note: int
    blocks: list[str] = field(default_factory=list)
    written: int = 0
    notes: int = 0

    @property
    def left(self) -> int:
        """Return how many words are still to be written."""
        return self.words - self.written

    def put(self, text: str) -> None:
        """Put `text` at the end."""
        self.blocks.append(text)
        self.written += count(text)

    def annotate(self, pen: Pen, text: str) -> None:
        """Put `text` at the end, with the reference and the note that are due there."""
        if self.of > 1 and pen.chance(0.15):
            text = f"{text} {self._reference(pen)}"
        if not self._note_is_due():
            self.put(text)
            return
        number = self.first_note + self.notes
        self.notes += 1
        self.put(_call(pen, text, number))
        self.put(f"[^{number}]: {pen.sentences(pen.between(10, 25))}")

    def _reference(self, pen: Pen) -> str:
        """Return a sentence that refers to some other chapter, and to its page."""
        other = (self.number + pen.between(0, self.of - 2)) % self.of + 1
        return f"See [chapter {other}, page {{page}}](#chapter-{other})."

    def _note_is_due(self) -> bool:
        """Return whether the text has run far enough for its next note: they are spread evenly."""
        notes = max(3, min(NOTES, self.words // WORDS_TO_A_NOTE))
        return self.notes < notes and self.written >= (self.words - CLOSE) * self.notes // notes


def _call(pen: Pen, text: str, number: int) -> str:
    """Return `text` with the call of note `number` after its first sentence, or at its end."""
    if pen.chance(0.5) and _FULL_STOP.search(text):
        return _FULL_STOP.sub(f".[^{number}] ", text, count=1)
    return f"{text}[^{number}]"


def _write(pen: Pen, chapter: _Chapter) -> None:
    """Fill `chapter` with as many words as it is to have."""
    if chapter.of > 1:
        chapter.put(f"# {pen.title()} {{#chapter-{chapter.number}}}")
    for block in cycle(RHYTHM):
        if chapter.left <= CLOSE:
            break
        if block is table:
            chapter.put(block(pen))
        else:
            chapter.annotate(pen, block(pen))
    chapter.put(f"## {pen.title()}")
    while chapter.left >= 7:
        chapter.put(pen.sentences(chapter.left if chapter.left <= 150 else chapter.left // 2))


def specimen(words: int, chapters: int = 1, seed: int = 1455) -> str:
    """Return a manuscript in Markdown, of `words` words (give or take a few) and its front matter.

    One chapter makes an essay: its title is in the front matter, and sections follow. More make a
    book: chapter 3 is a top-level heading with the identifier `chapter-3`. Notes are numbered
    through the book, some eight to a chapter. A chapter needs some 400 words to have all of this.
    """
    pen = Pen(seed)
    blocks = [f"---\ntitle: {pen.title()}\nauthor: A. Specimen\nlang: en\n---"]
    written = notes = 0
    for number in range(1, chapters + 1):
        # What one chapter has too many, the next has fewer: the sum is right.
        chapter = _Chapter(number, chapters, words * number // chapters - written, notes + 1)
        _write(pen, chapter)
        blocks += chapter.blocks
        written += chapter.written
        notes += chapter.notes
    return "\n\n".join(blocks) + "\n"
