"""What goes wrong, and how it is shown: a place, a sentence, and what to do."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from booklet.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, order=True)
class Place:
    """A spot in a file of the author's: its path as the author would type it, and a line from 1."""

    path: str
    line: int = 0

    def __str__(self) -> str:
        """Return `path:line`, or the path alone where no line is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


class BookletError(Exception):
    """The author's mistake, or the machine's: it stops the build and is shown without a traceback.

    `message` is one line without a full stop, literals in backticks; `where` is the place in the
    author's file, if there is one; `hint` says what to do, and `commands` are to be pasted.
    """

    def __init__(
        self,
        message: str,
        where: Place | None = None,
        hint: str = "",
        commands: tuple[str, ...] = (),
    ) -> None:
        """Take the sentence, its place, its hint and the commands that go with it."""
        super().__init__(message)
        self.message, self.where, self.hint, self.commands = message, where, hint, commands

    def __str__(self) -> str:
        """Return the error as it is shown to the author."""
        shown = show("error", self.message, self.where, self.hint)
        return "\n".join([shown, *(f"  {plain(command)}" for command in self.commands)])

    @property
    def each(self) -> tuple[BookletError, ...]:
        """The mistakes that are said with this one: itself alone."""
        return (self,)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel whole from the process that lays out to the one that shows it."""
        return type(self), (self.message, self.where, self.hint, self.commands)


class Mistakes(BookletError):
    """Several mistakes that are said at once, each with its place and its hint.

    `message`, `where` and `hint` are those of the first; `asked` is what the author wants of
    editions and sheets, as far as it could be read.
    """

    def __init__(self, errors: Iterable[BookletError], asked: Iterable[Any] = ()) -> None:
        """Take the mistakes, of which there is one at least; the same one counts once."""
        told = {str(one): one for error in errors for one in error.each}
        self.errors, self.asked = tuple(told.values()), tuple(asked)
        first = self.errors[0]
        super().__init__(first.message, first.where, first.hint)

    def __str__(self) -> str:
        """Return all of them, each as it is shown by itself."""
        return "\n\n".join(map(str, self.errors))

    @property
    def each(self) -> tuple[BookletError, ...]:
        """The mistakes, one by one."""
        return self.errors

    def __reduce__(self) -> tuple[Any, ...]:
        """Let them travel together."""
        return type(self), (self.errors, self.asked)


@contextlib.contextmanager
def gathered(into: list[BookletError]) -> Iterator[None]:
    """Add a mistake that is made within to others, and go on behind it."""
    try:
        yield
    except BookletError as error:
        into.extend(error.each)


def show(kind: str, message: str, where: Place | None = None, hint: str = "") -> str:
    """Return `kind: where: message` and, after a blank line, `hint: …`; readable without colour.

    A message may quote the author's text, which must neither steer the terminal nor add lines.
    """
    line = plain(f"{kind}: {where}: {message}" if where else f"{kind}: {message}")
    return f"{line}\n\nhint: {plain(hint)}" if hint else line


def did_you_mean(
    word: str, known: Iterable[str], near: float = 0.6, written: Callable[[str], str] = str
) -> str:
    """Return "did you mean `…`?" for the known word nearest to `word`, or an empty string.

    `near` says how much alike they must be at least, from 0 to 1; `written` how a word is shown.
    """
    likely = _likely(word.lower(), list(known))
    close = get_close_matches(word.lower(), likely, n=1, cutoff=near)
    return f"did you mean `{written(close[0])}`?" if close else ""


def _likely(word: str, known: list[str]) -> list[str]:
    """Return those of many words that have most pairs of letters in common with one.

    To compare words closely takes a millisecond for ten, and a text may have a hundred dead links
    to a thousand names.
    """
    if len(known) <= _FEW:
        return known
    pairs = _pairs(word)
    return nlargest(_FEW // 4, known, key=lambda each: len(pairs & _pairs(each)))


# Words that are compared one by one.
_FEW = 40


@lru_cache(maxsize=10_000)
def _pairs(word: str) -> frozenset[str]:
    """Return the pairs of letters in a word, its first and last letter with its ends."""
    whole = f" {word} "
    return frozenset(whole[at : at + 2] for at in range(len(whole) - 1))


def slip(word: str, known: Iterable[str]) -> str:
    """Return the known word of which `word` is a slip, or an empty string.

    A slip is one letter more, less or other, or two letters that have changed places, in a word of
    four letters at least: shorter ones are as near to one another as different words are. A number
    behind a word is none: `author2` is another author.
    """
    word = word.lower()
    if any(letter.isdigit() for letter in word):
        return ""
    near = (each for each in sorted(known) if min(len(word), len(each)) >= _SHORTEST)
    return next((each for each in near if word != each and _is_slip(word, each)), "")


_SHORTEST = 4


def _is_slip(one: str, other: str) -> bool:
    """Whether one edit, or one change of neighbours, makes a word of another."""
    if abs(len(one) - len(other)) > 1:
        return False
    pairs = zip(one, other, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    if one[at + 1 :] == other[at:] or one[at:] == other[at + 1 :]:
        return True
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped


def quoted(value: object) -> str:
    """Return a value for a message: in backticks, in one line, and not without end."""
    try:
        line = " ".join(str(value).split())
    except (RecursionError, ValueError):  # Python writes no number of thousands of digits
        return "that"
    return f"`{line}`" if len(line) < _LONGEST else f"`{line[: _LONGEST - 1]}…`"


_LONGEST = 60
