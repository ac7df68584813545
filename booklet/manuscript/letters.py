"""Letters: a text in the letters of another language than its front matter names, or takes.

Without `lang` a text is English: set from left to right, with English words around it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.manuscript.finish import Chapter
    from booklet.manuscript.frontmatter import FrontMatter

# The language that is most written in some letters, their name, and where they are in Unicode.
_LETTERS = (
    ("el", "Greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("ru", "Cyrillic", "\u0400-\u052f"),
    ("hy", "Armenian", "\u0530-\u058f"),
    ("he", "Hebrew", "\u0590-\u05ff"),
    ("ar", "Arabic", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"),
    ("hi", "Devanagari", "\u0900-\u097f"),
    ("bn", "Bengali", "\u0980-\u09ff"),
    ("pa", "Gurmukhi", "\u0a00-\u0a7f"),
    ("gu", "Gujarati", "\u0a80-\u0aff"),
    ("or", "Odia", "\u0b00-\u0b7f"),
    ("ta", "Tamil", "\u0b80-\u0bff"),
    ("te", "Telugu", "\u0c00-\u0c7f"),
    ("kn", "Kannada", "\u0c80-\u0cff"),
    ("ml", "Malayalam", "\u0d00-\u0d7f"),
    ("si", "Sinhala", "\u0d80-\u0dff"),
    ("th", "Thai", "\u0e00-\u0e7f"),
    ("lo", "Lao", "\u0e80-\u0eff"),
    ("my", "Burmese", "\u1000-\u109f"),
    ("ka", "Georgian", "\u10a0-\u10ff"),
    ("ko", "Korean", "\u1100-\u11ff\uac00-\ud7af"),
    ("am", "Ethiopic", "\u1200-\u137f"),
    ("km", "Khmer", "\u1780-\u17ff"),
    ("zh", "Chinese", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("ja", "Japanese", "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"),
)
_LATIN = re.compile("[A-Za-z\u00aa-\u02b8\u1d00-\u1eff]")
_ALL = re.compile(r"[^\W\d_]")


def unnamed(front: FrontMatter, chapters: tuple[Chapter, ...], path: str) -> Iterator[Finding]:
    """Yield a finding for an English text of which most letters are of no Latin alphabet."""
    if front.settings.lang.split("-")[0] != "en":
        return
    text = "".join(block.text for chapter in chapters for block in chapter.blocks)
    if 2 * len(_LATIN.findall(text)) >= len(_ALL.findall(text)):
        return
    lang, name = _language(text)
    line = front.lines.get("lang", 0)
    named = f"`lang` is `{front.settings.lang}`" if line else "no `lang` is named"
    message = f"most letters are {name}, and {named}: the text is set as an English one"
    hint = f"write `lang: {lang}` into the front matter, or the tag of another language"
    yield Finding("M31", message, Place(path, line), hint=hint)


def _language(text: str) -> tuple[str, str]:
    """Return the language that a text may be in, and the name of its letters."""
    many = {(lang, name): len(re.findall(f"[{where}]", text)) for lang, name, where in _LETTERS}
    return max(many, key=lambda each: many[each])
