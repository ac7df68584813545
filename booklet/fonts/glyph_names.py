"""Names of glyphs after their letters, for a font that comes without any.

`booklet/pdf/actual_text.py` reads them: forms of a letter that have no name cannot be told from
those of another, and each would say its letter by itself, which readers of a PDF turn round.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

# Kinds of substitution (OpenType, GSUB): one for one, one of several for one, one for several.
_SINGLE, _SEVERAL, _ALTERNATE, _LIGATURE, _EXTENSION = 1, 2, 3, 4, 7

# Substitutions of what was substituted: forms of forms.
_ROUNDS = 12


def with_names(content: bytes) -> bytes:
    """Return a font whose glyphs are named after their letters, as the Adobe glyph list has it.

    A glyph that stands for several letters, each in its place, keeps the name that it has.
    """
    from fontTools.ttLib import TTFont, newTable  # late: it is large

    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    names = dict(zip(font.getGlyphOrder(), _names(font), strict=True))
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    font.setGlyphOrder([names[glyph] for glyph in font.getGlyphOrder()])
    post = newTable("post")
    post.__dict__.update(font["post"].__dict__)
    post.formatType, post.extraNames, post.mapping = 2.0, [], {}
    font["post"] = post
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _names(font: Any) -> Iterator[str]:
    """Yield a name for each glyph of a font, in their order; no two are the same."""
    letters = _letters(font)
    used: set[str] = set()
    for number, glyph in enumerate(font.getGlyphOrder()):
        one = letters.get(glyph, set())
        told = next(iter(one)) if len(one) == 1 else ""
        is_short = told and max(told) < "\U00010000"
        named = "uni" + "".join(f"{ord(letter):04X}" for letter in told) if is_short else ""
        name = named or (f"glyph{number:05d}" if number else glyph)
        name = name if name not in used else f"{name}.{number}"
        used.add(name)
        yield name


def _letters(font: Any) -> dict[str, set[str]]:
    """Return for each glyph the letters that it may stand for."""
    found: dict[str, set[str]] = {}
    for code, glyph in sorted(font.getBestCmap().items()):
        found.setdefault(glyph, set()).add(normalize("NFKC", chr(code)))
    for _ in range(_ROUNDS):
        before = sum(map(len, found.values()))
        for several, glyph in _substitutions(font):
            texts = {""}
            for one in several:
                texts = {text + more for text in texts for more in found.get(one, ())}
            found.setdefault(glyph, set()).update(sorted(texts)[:3])  # more are as good as two
        if sum(map(len, found.values())) == before:
            break
    return found


def _substitutions(font: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is substituted in a font: some glyphs, and the one in their place."""
    for lookup in font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ():
        for table in lookup.SubTable:
            inner = table.ExtSubTable if lookup.LookupType == _EXTENSION else table
            kind = inner.LookupType
            if kind == _SINGLE:
                yield from (((one,), other) for one, other in sorted(inner.mapping.items()))
            elif kind == _SEVERAL:  # as letters that are taken apart, which is not for a name
                alone = ((one, others) for one, others in inner.mapping.items() if len(others) == 1)
                yield from (((one,), others[0]) for one, others in sorted(alone))
            elif kind == _ALTERNATE:
                for one, others in sorted(inner.alternates.items()):
                    yield from (((one,), other) for other in others)
            elif kind == _LIGATURE:
                for first, ligatures in sorted(inner.ligatures.items()):
                    yield from (((first, *each.Component), each.LigGlyph) for each in ligatures)
