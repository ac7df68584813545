"""The patterns that divide words are left as they were written until a word needs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyphen

if TYPE_CHECKING:
    from collections.abc import Iterator


# What is not in a file of plain patterns, such as `.mis1k4`: at most one digit between two letters.
_ODD = re.compile(r"[/=^ \t\r]|[0-9]{2}")

# What begins a line that is no pattern.
_NO_PATTERN = ("%", "#", "LEFTHYPHENMIN", "RIGHTHYPHENMIN", "COMPOUND")

_DIGITS = str.maketrans("", "", "0123456789")


def faster_read_patterns(own: Any) -> Any:
    """Return the function that reads the patterns of a language, for Pyphen.

    Those of English take half as long to read as a process to start; of them a few hundred are
    ever used. Here each is left as it was written until it is.
    """

    def read(words: Any, path: Any) -> None:
        encoding, _, text = path.read_bytes().partition(b"\n")
        if encoding == b"UTF-8":
            lines = [x for x in text.decode().split("\n") if x and not x.startswith(_NO_PATTERN)]
            whole = "\n".join(lines)
            letters = whole.translate(_DIGITS)
            patterns = dict(zip(letters.split("\n"), lines, strict=True))
            if len(patterns) == len(lines) and not _ODD.search(whole):
                words.patterns, words.cache, words.is_written = patterns, {}, True
                words.maxlen = max(map(len, patterns))
                return
        own(words, path)

    return read


def faster_hyphen_places(own: Any) -> Any:
    """Return the function that finds where a word can be divided, by Liang's algorithm."""

    def positions(words: Any, word: str) -> Any:
        if "is_written" not in vars(words):
            return own(words, word)
        word = word.lower()
        if word not in words.cache:
            within, patterns = f".{word}.", words.patterns
            marks = [0] * (len(within) + 1)
            for start in range(len(within) - 1):
                for end in range(start + 1, min(start + words.maxlen, len(within)) + 1):
                    pattern = patterns.get(within[start:end])
                    if pattern is None:
                        continue
                    if type(pattern) is str:
                        pattern = patterns[within[start:end]] = tuple(_values(pattern))
                    for at, value in pattern:
                        marks[start + at] = max(marks[start + at], value)
            odd = [at - 1 for at, mark in enumerate(marks) if mark % 2]
            words.cache[word] = [pyphen.DataInt(at) for at in odd]
        return words.cache[word]

    return positions


def _values(pattern: str) -> Iterator[tuple[int, int]]:
    """Yield the digits of a pattern, each with the number of letters before it."""
    letters = 0
    for sign in pattern:
        if "0" <= sign <= "9":
            yield letters, int(sign)
        else:
            letters += 1
