"""Which characters the house's fonts have, and where the manuscript uses others."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.edition import Edition
    from booklet.errors import Place

_FACES = (
    ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    ("font_source_sans_pro", "SourceSansPro-Regular.otf"),
)


def uncovered(edition: Edition) -> Iterator[tuple[str, Place]]:
    """Yield, for each file, the characters that the house's fonts lack, and where the first is."""
    known: set[int] = set()
    for package, name in _FACES:
        with TTFont(str(files(package) / "files" / name), lazy=True) as font:
            known |= set(font.getBestCmap())
    first: dict[str, Place] = {}
    letters: dict[str, dict[str, None]] = {}
    for item in (*edition.manuscript.blocks, *edition.manuscript.notes):
        strange = {c for c in item.text if ord(c) not in known and c.isprintable() and not _marks(c)}
        if strange:
            first.setdefault(item.where.path, item.where)
            letters.setdefault(item.where.path, {}).update(dict.fromkeys(sorted(strange)))
    for path, where in first.items():
        yield "".join(letters[path]), where


def _marks(character: str) -> bool:
    """Whether a character is one of the press's own marks."""
    return "\ufdd0" <= character <= "\ufdef"
