"""Families of fonts that an author's style sheets name, and whether there are any such."""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from functools import cache
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.fonts.groups import GROUPS, of_character

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.editions import Edition, StyleSheet

_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_NAMES = re.compile(r"(?:font-family|--face-[\w-]+)\s*:\s*([^;{}]+)")

# Words that name no font.
_GENERIC = frozenset({
    "cursive", "emoji", "fangsong", "fantasy", "inherit", "initial", "math", "monospace", "revert",
    "revert-layer", "sans-serif", "serif", "system-ui", "ui-monospace", "ui-rounded",
    "ui-sans-serif", "ui-serif", "unset",
})  # fmt: skip


def nowhere(edition: Edition) -> Iterator[Finding]:
    """Yield a finding for each family that comes first in a list and that nobody has."""
    named: dict[str, Place] = {}
    for sheet in edition.sheets:
        if sheet.own:
            for name, line in _first_names(sheet):
                named.setdefault(name, Place(sheet.path, line))
    brought = {plain_name(found) for sheet in edition.sheets for found in _faces(sheet)}
    strange = {name: where for name, where in named.items() if name.lower() not in brought}
    there = machine() if strange else {}
    for name, where in strange.items():
        if there and name.lower() not in there:
            own = f"Booklet Own {name}"
            message = f"there is no font `{name}`: the next one in the list is taken"
            hint = f"the one in `fonts/` is called `{own}` here" if own.lower() in brought else ""
            yield Finding("M61", message, where, hint=hint)


def _first_names(sheet: StyleSheet) -> Iterator[tuple[str, int]]:
    """Yield the first family of each list in a style sheet, and its line."""
    css = without_remarks(sheet.css)
    for found in _NAMES.finditer(css):
        name = found[1].split(",")[0].replace("!important", "").strip().strip("\"'").strip()
        if name and name.lower() not in _GENERIC and "(" not in name:
            yield name, css.count("\n", 0, found.start()) + 1


def without_remarks(css: str) -> str:
    """Return a style sheet without its remarks and the rules that bring fonts, line by line."""
    return _FACE.sub(_blank, _REMARK.sub(_blank, css))


def _blank(found: re.Match[str]) -> str:
    """Return the ends of lines in a piece of a style sheet, without all else."""
    return "\n" * found[0].count("\n")


def _faces(sheet: StyleSheet) -> Iterable[str]:
    """Return the lists of names in the rules of a style sheet that bring fonts."""
    return (name for rule in _FACE.findall(sheet.css) for name in _NAMES.findall(rule))


def plain_name(given: str) -> str:
    """Return the name of a family as names are compared."""
    return given.strip().strip("\"'").lower()


_OWN = re.compile(r'font-family: "(Booklet Own [^"]*)"[^}]*url\("(fonts/[^"]*)"\)')


def idle(edition: Edition, fonts: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each family in `fonts/` that sets nothing and that no style names.

    `fonts` are the names of the fonts in the PDF.
    """
    taken = {name.split("-Oblique")[0] for name in fonts}
    own = "".join(sheet.css for sheet in edition.sheets if sheet.own)
    brought: dict[str, list[str]] = {}
    for sheet in edition.sheets:
        for family, file in () if sheet.own else _OWN.findall(sheet.css):
            brought.setdefault(family, []).append(file)
    for family, files in brought.items():
        named = family in own or any(file.rpartition("/")[2] in own for file in files)
        if not named and not any(name.startswith(family.replace(" ", "-")) for name in taken):
            message = f"no letter is set in `{files[0]}`: the house's types have them all"
            hint = f'to set the text in it, write `:root {{ --face-text: "{family}", serif }}` '
            yield Finding("M63", message, Place(files[0]), hint=f"{hint}into `style.css`")


def slanted(edition: Edition, fonts: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each script whose letters stand upright where italics are wanted.

    `fonts` are the names of the fonts in the PDF. WeasyPrint 70 slants nothing, but calls such a
    font oblique. Pictures and signs are as good upright.
    """
    oblique = {name.removesuffix("-Oblique") for name in fonts if name.endswith("-Oblique")}
    for group in GROUPS.values():
        if group.name in ("emoji", "symbols"):
            continue
        families = {cut.family.replace(" ", "-") for cut in group.cuts}
        if families & oblique and (where := _first_of(edition, group.name)):
            more = group.name in ("cyrillic", "greek")
            hint = f"`./inv fonts add {group.name}` brings italics" if more else ""
            yield Finding(
                "M62", f"{group.name} has no italics: its letters stand upright", where, hint=hint
            )


def _first_of(edition: Edition, group: str) -> Place | None:
    """Return the first place in the text that has a character of a script."""
    lang = edition.manuscript.settings.lang
    for block in edition.manuscript.blocks:
        if any(of_character(c, lang) == group for c in set(block.text) if c > "\u036f"):
            return block.where
    return None


@cache
def machine() -> dict[str, frozenset[str]]:
    """Return the families of this machine, in small letters; none if it cannot be asked.

    With each come `bold` and `italics`, if it has them.
    """
    name = ctypes.util.find_library("fontconfig")
    try:
        library = ctypes.CDLL(name or "libfontconfig.so.1")
    except OSError:
        return {}
    for function in (
        "FcInitLoadConfigAndFonts",
        "FcPatternCreate",
        "FcObjectSetCreate",
        "FcFontList",
    ):
        getattr(library, function).restype = ctypes.c_void_p
    fonts = library.FcInitLoadConfigAndFonts()
    every, asked = library.FcPatternCreate(), library.FcObjectSetCreate()
    for wanted in (b"family", b"weight", b"slant"):
        library.FcObjectSetAdd(ctypes.c_void_p(asked), wanted)
    listed = library.FcFontList(*map(ctypes.c_void_p, (fonts, every, asked)))
    found: dict[str, frozenset[str]] = {}
    if listed:
        every_one = ctypes.cast(listed, ctypes.POINTER(_FontSet)).contents
        for family, styles in _faces_of(library, every_one):
            found[family] = found.get(family, frozenset()) | styles
    return found


class _FontSet(ctypes.Structure):
    """Fontconfig's set of fonts."""

    _fields_ = (
        ("count", ctypes.c_int),
        ("room", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


# Fontconfig's weight of a semibold; a font of many weights has none that is a number.
_SEMIBOLD = 180


def _faces_of(library: ctypes.CDLL, fonts: _FontSet) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each face in a set of fonts: the names of its family, of which some have several."""
    name, number = ctypes.c_char_p(), ctypes.c_int()
    for at in range(fonts.count):
        font = ctypes.c_void_p(fonts.fonts[at])
        failed = library.FcPatternGetInteger(font, b"weight", 0, ctypes.byref(number))
        bold = {"bold"} if failed or number.value >= _SEMIBOLD else set()
        failed = library.FcPatternGetInteger(font, b"slant", 0, ctypes.byref(number))
        styles = frozenset(bold | ({"italics"} if not failed and number.value else set()))
        place = 0
        while not library.FcPatternGetString(font, b"family", place, ctypes.byref(name)):
            yield (name.value or b"").decode("utf-8", "replace").lower(), styles
            place += 1
