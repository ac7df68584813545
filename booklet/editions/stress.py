"""Stress that is not seen: words in bold or italics, in a family that has no such face.

WeasyPrint 70 neither slants letters nor makes them heavier: they stand as all others do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.fonts.families import machine, plain_name, without_remarks
from booklet.manuscript.language import is_upright

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.editions import Edition

_BOLD, _ITALIC = "bold", "italics"
_STRESSED = {
    _BOLD: re.compile(r"<(strong|b)\b[^>]*>(?P<text>.*?)</\1>", re.DOTALL),
    _ITALIC: re.compile(r"<(em|i|cite|dfn|var)\b[^>]*>(?P<text>.*?)</\1>", re.DOTALL),
}
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'\sid="([^"]+)"')

# Rules of a style sheet that bring a face.
_RULE = re.compile(r"@font-face\s*\{([^}]*)\}")
_SETTING = re.compile(r"(font-family|font-weight|font-style|src)\s*:\s*([^;]+)")

# Rules by which an author sets the family of all of the text.
_BLOCK = re.compile(r"([^{}]*)\{([^{}]*)\}")
_FAMILY = re.compile(r"(--face-text|font-family)\s*:\s*([^;}]+)")
_TEXT = frozenset({"*", ":root", "html", "body", "article", "main", ".text", "p", ".text p"})

# From this weight on a face stands out.
_HEAVY = 600


@dataclass
class _Family:
    """A family that is brought: how it was spelled, whence it comes, and what it has."""

    name: str
    file: str
    has: set[str]


def unseen(edition: Edition, fonts: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each family of the text that lacks the bold or the italics it needs.

    `fonts` are the names of the fonts in the PDF. It stands at the first words that it is about.
    """
    taken = tuple(fonts)
    named, brought = _of_the_text(edition), _brought(edition)
    for key, name in named.items():
        if key not in brought and (styles := machine().get(key)):
            brought[key] = _Family(name, "", {*styles})
    for key, family in brought.items():
        is_taken = any(font.startswith(family.name.replace(" ", "-")) for font in taken)
        if not is_taken or (key not in named and not family.file):
            continue
        lacking = [style for style in (_BOLD, _ITALIC) if style not in family.has]
        found = {style: _first(edition, style, all_=key in named) for style in lacking}
        if wanted := {style: first for style, first in found.items() if first}:
            yield _finding(family, wanted)


def _finding(family: _Family, wanted: dict[str, tuple[str, Place]]) -> Finding:
    """Return what is said of a family without the faces that are `wanted`, with their words."""
    words = " and ".join(f"“{words}”" for words, _ in wanted.values())
    message = (
        f"`{family.name}` has no {' and no '.join(wanted)}: {words} cannot be told from the rest"
    )
    beside = f"beside `{family.file}`" if family.file.startswith("fonts/") else "into `fonts/`"
    hint = f"put its {' and its '.join(wanted)} {beside}, or choose another family"
    return Finding("M64", message, min(where for _, where in wanted.values()), hint=hint)


def _of_the_text(edition: Edition) -> dict[str, str]:
    """Return the families that the author's style sheets name first for all of the text."""
    found: dict[str, str] = {}
    for sheet in edition.sheets:
        for selectors, rule in _BLOCK.findall(without_remarks(sheet.css)) if sheet.own else ():
            is_text = any(one.strip() in _TEXT for one in selectors.split(","))
            for kind, names in _FAMILY.findall(rule):
                name = names.split(",")[0].replace("!important", "").strip().strip("\"'")
                if kind == "--face-text" or is_text:
                    found[plain_name(name)] = name
    return found


def _brought(edition: Edition) -> dict[str, _Family]:
    """Return the families that rules of style sheets bring, by name."""
    found: dict[str, _Family] = {}
    for sheet in edition.sheets:
        for rule in _RULE.findall(sheet.css):
            given = {key: value.strip() for key, value in _SETTING.findall(rule)}
            name = given.get("font-family", "").strip("\"'")
            file = re.search(r"""url\(["']?(fonts/[^"')]*)""", given.get("src", ""))
            family = found.setdefault(
                plain_name(name), _Family(name, file[1] if file else "", set())
            )
            family.has |= _styles(given)
    return found


def _styles(given: dict[str, str]) -> set[str]:
    """Return which styles a face of these settings has beside the plain one."""
    weights = re.findall(r"\d+|bold", given.get("font-weight", ""))
    heaviest = max((_HEAVY if w == "bold" else int(w) for w in weights), default=400)
    heavy = {_BOLD} if heaviest >= _HEAVY else set()
    slanted = given.get("font-style", "normal").split()[0] in ("italic", "oblique")
    return heavy | ({_ITALIC} if slanted else set())


def _first(edition: Edition, style: str, *, all_: bool) -> tuple[str, Place] | None:
    """Return the first words in a style and their place, or None.

    If not `all_`, those alone count that have letters which the house's types lack.
    """
    lang = edition.manuscript.settings.lang
    if style == _ITALIC and is_upright(lang):
        return None
    places = {block.id: block.where for block in edition.manuscript.blocks if block.id}
    patterns = list(_STRESSED.values()) if is_upright(lang) else [_STRESSED[style]]
    for chapter in edition.manuscript.chapters:
        for found in (found for pattern in patterns for found in pattern.finditer(chapter.html)):
            words = " ".join(_TAG.sub("", found["text"]).split())
            if words and (all_ or _is_strange(words)):
                before = _ID.findall(chapter.html, 0, found.start())
                near = [places[anchor] for anchor in before if anchor in places]
                return words[:30], near[-1] if near else Place(edition.manuscript.path)
    return None


def _is_strange(words: str) -> bool:
    """Whether words have letters that the house's types lack."""
    from booklet.fonts.coverage import house_characters  # late: it reads the fonts' tables

    return any(ord(letter) not in house_characters() for letter in words if letter.isalpha())
