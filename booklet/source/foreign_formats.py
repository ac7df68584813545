"""Formats: files of other programs that are given for a manuscript, and what to do with them."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePath

from booklet.errors import BookletError, Place

_PICTURE = "a picture"

# How files begin, with what they are, and what Pandoc calls them; nothing if it cannot read them.
_BEGINNINGS = (
    (rb"%PDF-", "a PDF file", ""),
    (rb"\{\\rtf", "an RTF file", "rtf"),
    (rb"\xd0\xcf\x11\xe0", "an old Word file", ""),
    (rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", "a web page", "html"),
    (rb"\s*\\documentclass\b", "a LaTeX file", "latex"),
    (rb'\s*\{\s*"(?:cells|nbformat|metadata)"', "a notebook of Jupyter's", "ipynb"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|II\*\0|MM\0\*", _PICTURE, ""),
    (rb"\s*<\?xml[^>]*>(?:\s*<!--(?:(?!-->).)*-->)*\s*<(?:!doctype\s+)?svg\b", _PICTURE, ""),
    (rb"\s*<svg\b(?:(?!</svg>).)*</svg>\s*$", _PICTURE, ""),
)
_IN_ZIP = (
    (b"opendocument.text", "an OpenDocument file", "odt"),
    (b"epub+zip", "an EPUB", "epub"),
    (b"word/", "a Word file", "docx"),
    (b"Index/Document.iwa", "a file of Pages", ""),
)

# That much of a file says what it is.
ENOUGH = 65_536

# How to begin where Pandoc cannot read a file.
_FIRST = {
    "a PDF file": "look for the text that it was made from: a PDF has no paragraphs any more",
    "an old Word file": "save it as .docx in Word or LibreOffice, and name that",
    "a file of Pages": "export it as Word in Pages, and name that",
    _PICTURE: "name the Markdown file that shows it",
    "a ZIP file": "unpack it, and name the Markdown file in it",
}


def other(raw: bytes, shown: str) -> BookletError | None:
    """Return the error for a file that another program made, or None for what may be Markdown.

    `raw` is its beginning, `shown` its path. The command in the error can be pasted.
    """
    kind, pandoc = _kind(raw)
    if not kind:
        return None
    where = Place(shown)
    if not pandoc:
        return BookletError(f"this is {kind}, not Markdown", where, _FIRST[kind])
    target = str(PurePath(shown).with_suffix(".md"))
    words = ("pandoc", "-f", pandoc, _path(shown), "-o", _path(target))
    command = shlex.join([*words, "--wrap=none", "--extract-media=."])
    hint = f"let Pandoc make Markdown of it, and build {_literal(target)}:"
    return BookletError(f"this is {kind}, not Markdown", where, hint, (command,))


def _kind(raw: bytes) -> tuple[str, str]:
    """Return what a file is, and what Pandoc calls it; nothing for text."""
    if raw.startswith(b"PK\x03\x04"):
        found = ((kind, pandoc) for mark, kind, pandoc in _IN_ZIP if mark in raw)
        return next(found, ("a ZIP file", ""))
    start = raw.removeprefix(b"\xef\xbb\xbf")
    named = (
        (kind, pandoc) for how, kind, pandoc in _BEGINNINGS if re.match(how, start, re.I | re.S)
    )
    return next(named, ("", ""))


def _path(name: str) -> str:
    """Return a path that no program takes for an option."""
    return f"./{name}" if name.startswith("-") else name


def _literal(name: str) -> str:
    """Return a path for a message."""
    return f"`{name}`"


def quoted_path(name: str) -> str:
    """Return a path as a shell takes it, and no program for an option."""
    return shlex.quote(_path(name))
