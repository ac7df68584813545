"""A plan: how pages become sheets, of what paper, and by what printer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from math import pi
from typing import Any

from booklet.errors import BookletError, did_you_mean, quoted
from booklet.lengths import Length, Size
from booklet.sheets.paper import Paper

A4 = Size.parse("A4")
OFFICE = Paper(80)
SAFE = Length.mm(5)


class Choice(StrEnum):
    """A word from a short list; any other word raises a BookletError that names the nearest."""

    @classmethod
    def _missing_(cls, value: object) -> Choice:
        word = str(value).strip().lower()
        if word in list(cls):
            return cls(word)
        raise BookletError(
            f"{quoted(value)} is no {cls.__name__.lower()} that is known",
            hint=did_you_mean(word, cls) or f"choose one of {', '.join(cls)}",
        )


class Scheme(Choice):
    """How sheets become a book."""

    SADDLE = "saddle"
    """All sheets nested in one another, folded once, stapled through the fold."""
    SIGNATURES = "signatures"
    """Sheets nested in groups, the groups laid behind one another, to be sewn or glued."""
    CUT_AND_STACK = "cut-and-stack"
    """Two folded sheets on each printed one: cut apart, stacked, then folded as a saddle."""
    TWO_UP = "two-up"
    """Two pages side by side in reading order, not folded."""


class Binding(Choice):
    """The edge that is bound, seen from the front cover: right for scripts that run leftwards."""

    LEFT = "left"
    RIGHT = "right"


class Flip(Choice):
    """The edge of the sheet about which a two-sided printer turns it."""

    SHORT = "short-edge"
    LONG = "long-edge"


class Creep(Choice):
    """Which pages are moved to make up for paper that grows out of the fold."""

    IN = "push-in"
    """The outermost sheet stays, inner pages move towards the fold: the cut is at the trim."""
    OUT = "push-out"
    """The innermost sheet stays, outer pages move away from the fold: the cut is beyond it."""
    NONE = "none"


class Crease(Choice):
    """How paper turns at the fold: over a sharp edge, or round."""

    SHARP = "sharp"
    ROUND = "round"

    @property
    def factor(self) -> float:
        """By how many thicknesses a sheet is displaced by the one inside it."""
        return pi / 2 if self is Crease.ROUND else 1.0


class BlankPages(Choice):
    """What is drawn on a blank page, for a reader to write on."""

    NONE = "none"
    RULED = "ruled"
    DOTTED = "dotted"


class Printing(Choice):
    """How both sides of a sheet get their ink."""

    TWO_SIDED = "two-sided"
    TWO_FILES = "two-files"
    """A printer with one side: a file of fronts and a file of backs."""
    ONE_RUN = "one-run"
    """A printer with one side: fronts, then backs, in one file."""


class Tray(Choice):
    """How a printer with one side lays its sheets down."""

    FACE_DOWN = "face-down"
    FACE_UP = "face-up"


@dataclass(frozen=True)
class Marks:
    """The marks beside the pages, each on its own switch."""

    fold: bool = True
    crop: bool = True
    stitch: bool = False
    collation: bool = True
    name: bool = True
    """A line that names the sheet: title, digest, sheet and side."""

    @classmethod
    def parse(cls, text: str | Iterable[str]) -> Marks:
        """Return the marks that `text` names, and no others: `fold crop`, or `none`.

        Raises BookletError for a mark that does not exist.
        """
        words = text.replace(",", " ").split() if isinstance(text, str) else list(text)
        known = [each.name for each in fields(cls)]
        for word in words:
            if word not in (*known, "none"):
                raise BookletError(
                    f"`{word}` is no mark that is known",
                    hint=did_you_mean(word, known) or f"choose from {', '.join(known)}, or none",
                )
        return cls(**{name: name in words for name in known})


@dataclass(frozen=True)
class Plan:
    """All that decides which page stands where, and what is drawn around it."""

    scheme: Scheme = Scheme.SADDLE
    sheet: Size = A4
    trim: Size | None = None
    """The finished page. None: as the pages have it; anything else must agree with them."""
    binding: Binding = Binding.LEFT
    flip: Flip = Flip.SHORT
    signature: int = 0
    """Sheets in a signature. 0: chosen so that signatures come out equal."""
    paper: Paper = OFFICE
    crease: Crease = Crease.SHARP
    creep: Creep = Creep.IN
    safe: Length = SAFE
    """Ink that is moved nearer than this to the fold or the fore edge earns a warning."""
    marks: Marks = Marks()
    cover: bool = False
    """The outermost four pages on a sheet of their own, for other stock."""
    closing: int = 1
    """How many of the last pages stay last: blanks stand before them."""
    notes: BlankPages = BlankPages.NONE
    only: str = ""
    """The sheets to make, as in `3,5-7` or `cover`; all of them where empty."""
    printing: Printing = Printing.TWO_SIDED
    tray: Tray = Tray.FACE_DOWN

    @property
    def folded(self) -> bool:
        """Whether the sheets are folded at all."""
        return self.scheme is not Scheme.TWO_UP

    @property
    def rows(self) -> int:
        """How many pairs of pages stand above one another on a side."""
        return 2 if self.scheme is Scheme.CUT_AND_STACK else 1

    @property
    def tail(self) -> int:
        """How many of the last pages stay last, the inside of a separate cover included."""
        return max(self.closing, 2 if self.cover else 0) if self.folded else 0

    @classmethod
    def parse(cls, words: Mapping[str, object]) -> Plan:
        """Return the plan that an author wrote: field names of Plan, and values as text.

        Numbers and truth values may also come as such. Raises BookletError for a key or a value
        that does not exist, with the nearest one as a hint.
        """
        for key in words:
            if key not in _READERS:
                raise BookletError(
                    f"`{key}` is nothing that a plan of sheets has",
                    hint=did_you_mean(key, _READERS) or f"choose from {', '.join(_READERS)}",
                )
        return cls(**{key: _READERS[key](value) for key, value in words.items()})


def _text(read: Callable[[str], object]) -> Callable[[object], object]:
    """Return a reader of anything that reads its text."""
    return lambda value: read(str(value).strip())


def _switch(value: object) -> bool:
    """Return the truth that `value` names: true, yes and on, or false, no and off."""
    word = str(value).lower()
    if word not in ("true", "yes", "on", "false", "no", "off"):
        raise BookletError(f"{quoted(value)} is neither yes nor no", hint="write `yes` or `no`")
    return word in ("true", "yes", "on")


def _count(value: object) -> int:
    """Return the whole number from 0 that `value` names."""
    word = str(value)
    if not word.isdecimal() or len(word) > _MOST_FIGURES:
        message = f"{quoted(value)} is not a count"
        raise BookletError(message, hint="write a whole number, such as `4`")
    return int(word)


# Nothing that is counted on sheets is longer than that.
_MOST_FIGURES = 6


def _marks(value: object) -> Marks:
    """Return the marks that a line or a list of words names."""
    return Marks.parse(value if isinstance(value, (list, tuple)) else str(value))


_READERS: dict[str, Callable[[object], Any]] = {
    "scheme": _text(Scheme),
    "sheet": _text(Size.parse),
    "trim": _text(Size.parse),
    "binding": _text(Binding),
    "flip": _text(Flip),
    "signature": _count,
    "paper": _text(Paper.parse),
    "crease": _text(Crease),
    "creep": _text(Creep),
    "safe": _text(Length.parse),
    "marks": _marks,
    "cover": _switch,
    "closing": _count,
    "notes": _text(BlankPages),
    "only": _text(str),
    "printing": _text(Printing),
    "tray": _text(Tray),
}
