"""Fonts: what the house brings, what an author brings, and which characters they have."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont, TTLibFileIsCollectionError

from booklet import font_files
from booklet.errors import BookletError, Place
from booklet.findings import Finding
from booklet.font_files import is_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.edition import Edition
    from booklet.manuscript.body import Block, Note

_HOUSE = (
    ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    ("font_source_sans_pro", "SourceSansPro-Regular.otf"),
)


@dataclass(frozen=True)
class Face:
    """A font file of the author's: its name on the shelf, and what it says of itself."""

    name: str
    family: str
    weight: int
    italic: bool

    def css(self) -> str:
        """Return the rule that brings this face, under a family name of the booklet's own."""
        style = "italic" if self.italic else "normal"
        return (
            f'@font-face {{ font-family: "{self.family}"; font-style: {style}; '
            f'font-weight: {self.weight}; src: url("{self.name}") }}'
        )


def face(name: str, content: bytes) -> Face:
    """Return the face in a font file; raises BookletError if it is not one."""
    hint = "OpenType and TrueType files can be"
    if is_font(content) and (fault := font_files.fault(content)):
        raise BookletError(f"`{name}` {fault}", hint=f"take it out of `fonts/`; {hint}")
    try:
        with TTFont(io.BytesIO(content), lazy=True) as font:
            family = font["name"].getBestFamilyName() or name
            weight, italic = font["OS/2"].usWeightClass, bool(font["OS/2"].fsSelection & 1)
    except TTLibFileIsCollectionError as error:
        message = f"`{name}` is a collection of fonts"
        raise BookletError(message, hint="put the one that you want into `fonts/`") from error
    except Exception as error:  # a broken font makes fontTools fail in any way
        raise BookletError(f"`{name}` is not a font that can be used", hint=hint) from error
    plain = "".join(c for c in family if c.isalnum() or c == " ")
    return Face(name, f"Booklet Own {plain}", weight, italic)


@cache
def house_characters() -> frozenset[int]:
    """Return the code points that the types of the house have."""
    known: set[int] = set()
    for package, name in _HOUSE:
        with TTFont(str(files(package) / "files" / name), lazy=True) as font:
            known |= set(font.getBestCmap())
    return frozenset(known)


# Debian's packages for what people most often lack; others have them by the same names.
_PACKAGES = (
    ("\u2e80", "\u9fff", "fonts-noto-cjk"),
    ("\uac00", "\ud7af", "fonts-noto-cjk"),
    ("\uf900", "\ufaff", "fonts-noto-cjk"),
    ("\uff00", "\uffef", "fonts-noto-cjk"),
    ("\U0001f000", "\U0001faff", "fonts-noto-color-emoji"),
)

# Characters of a file that are named one by one.
_NAMED = 6


def lacking(edition: Edition, missing: set[str]) -> Iterator[Finding]:
    """Yield, for each file, a finding for the characters that no font has, and what to install."""
    packages = sorted({_package(c) for c in missing})
    hint = f"install {' and '.join(packages)}, or put a font that has them into `fonts/`"
    for path, places in _places(edition, missing).items():
        named = [
            f"{c} (U+{ord(c):04X}, line {where.line})" if where.line else f"{c} (U+{ord(c):04X})"
            for c, where in sorted(places.items(), key=lambda p: (p[1], p[0]))
        ]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        message = f"no font has {', '.join(named[:_NAMED])}{more}"
        yield Finding("M11", message, min(places.values(), default=Place(path)), hint=hint)


def borrowed(edition: Edition, fonts: Iterable[str]) -> Iterator[Finding]:
    """Yield, for each file, a finding for the characters that fonts of this machine have set."""
    known, named = house_characters(), ", ".join(sorted(fonts))
    texts = _texts(edition)
    strange = {c for text, _ in texts for c in text if ord(c) not in known and _is_shown(c)}
    for places in _places(edition, strange).values():
        shown = "".join(sorted(places))[:_NAMED]
        message = f"{len(places)} characters ({shown} …) are set in fonts of this machine: {named}"
        yield Finding("M12", message, min(places.values()))


def _texts(edition: Edition) -> list[tuple[str, Place]]:
    """Return all text of a manuscript with its places, its title first."""
    manuscript = edition.manuscript
    items: tuple[Block | Note, ...] = (*manuscript.blocks, *manuscript.notes)
    titles = [(c.title.text, c.title.where) for c in manuscript.chapters if c.title]
    head = [(repr(manuscript.settings) + manuscript.title, Place(manuscript.path))]
    return titles + [(item.text, item.where) for item in items] + head


def _places(edition: Edition, characters: set[str]) -> dict[str, dict[str, Place]]:
    """Return the first place of each of these characters, file by file."""
    found: dict[str, dict[str, Place]] = {}
    for text, where in _texts(edition):
        for character in characters.intersection(text):
            places = found.setdefault(where.path, {})
            if character not in places or not places[character].line:
                places[character] = where
    return found


def _package(character: str) -> str:
    """Return the Debian package with a font that has this character."""
    for first, last, package in _PACKAGES:
        if first <= character <= last:
            return package
    return "fonts-noto-core"


def _is_shown(character: str) -> bool:
    """Whether a character has a shape, and is not one of the press's own marks."""
    return character.isprintable() and not "\ufdd0" <= character <= "\ufdef"
