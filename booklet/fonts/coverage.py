"""Which characters the fonts of the house and of an author have."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont, TTLibFileIsCollectionError

from booklet.errors import BookletError, Place
from booklet.findings import Finding
from booklet.fonts import added, faces
from booklet.fonts import files as font_files
from booklet.fonts.files import is_font
from booklet.fonts.groups import of_character

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.editions import Edition
    from booklet.manuscript.blocks import Block, Note

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
    """Return the code points that each of the house's types for text has.

    The sans has more than the serif, such as old Greek: in the serif these are borrowed.
    """
    known = []
    for package, name in _HOUSE:
        with TTFont(str(files(package) / "files" / name), lazy=True) as font:
            known.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*known)


# Characters of a file that are named one by one.
_NAMED = 6


def lacking(edition: Edition, missing: set[str]) -> Iterator[Finding]:
    """Yield, for each file, a finding for the characters that no font has, and what to install."""
    hint = _help(missing, edition.manuscript.settings.lang)
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
    lang, there = edition.manuscript.settings.lang, added.made()
    strange = {c for text, _ in texts for c in text if ord(c) not in known and _is_shown(c)}
    strange = {c for c in strange if of_character(c, lang) not in there} or strange
    hint = _help(strange, lang, "the same on every machine")
    for places in _places(edition, strange).values():
        shown = "".join(sorted(places)[:_NAMED]) + (" …" if len(places) > _NAMED else "")
        many = f"{len(places)} characters ({shown}) are" if len(places) > 1 else f"{shown} is"
        message = f"{many} set in fonts of this machine: {named}"
        yield Finding("M12", message, min(places.values()), hint=hint)


def older(edition: Edition) -> Iterator[Finding]:
    """Yield a finding if types that the text needs were brought by another version of us."""
    characters = {c for text, _ in _texts(edition) for c in text}
    lang = edition.manuscript.settings.lang
    if names := faces.older(faces.there(lambda: characters, lang)):
        message = f"the types for {' and '.join(names)} are older than this version's"
        hint = f"`./inv fonts add {' '.join(names)}` brings the new ones"
        yield Finding("M32", message, Place(edition.manuscript.path), hint=hint)


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


# Debian's packages, which others have by the same names, for those who want a font of the machine.
_PACKAGES = {
    "chinese": "fonts-noto-cjk",
    "chinese-traditional": "fonts-noto-cjk",
    "emoji": "fonts-noto-color-emoji",
    "japanese": "fonts-noto-cjk",
    "korean": "fonts-noto-cjk",
    "symbols": "fonts-dejavu-core",
}

# Chinese characters beyond those of Noto, which few types have.
_RARE, _HANAZONO = "\U00020000", "fonts-hanazono"


def _help(characters: set[str], lang: str, are: str = "") -> str:
    """Return what brings fonts that have these characters: a command, a package, a folder.

    `are` says what such fonts are, where fonts are there already.
    """
    groups = {c: of_character(c, lang) for c in characters}
    names = sorted({name for name in groups.values() if name} - added.made().keys())
    assigned = {c for c in characters if unicodedata.category(c) not in ("Cn", "Co")}
    packages = sorted({_package(c, groups[c]) for c in assigned})
    ways = [f"`./inv fonts add {' '.join(names)}`"] if names else []
    if are:
        ways.append("put the font into `fonts/`")
        return f"to be {are}: {', or '.join(ways)}"
    ways += [f"install {' and '.join(packages)}"] if packages else []
    return f"{', or '.join([*ways, 'put a font that has them into `fonts/`'])}"


def _package(character: str, group: str) -> str:
    """Return Debian's package with a font that has a character of a group."""
    package = _PACKAGES.get(group, "fonts-noto-core")
    return _HANAZONO if package == "fonts-noto-cjk" and character >= _RARE else package


def _is_shown(character: str) -> bool:
    """Whether a character has a shape, and is not one of our own marks."""
    return character.isprintable() and not "\ufdd0" <= character <= "\ufdef"
