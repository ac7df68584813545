"""Names and links: which anchors there are, and whether what points to them finds them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from booklet.findings import Finding
from booklet.manuscript.raw import SCHEMES
from booklet.source import slugify

if TYPE_CHECKING:
    from booklet.errors import Place

# Names that the parts of a booklet use for themselves.
OURS = frozenset({"cover", "imprint", "contents", "notes", "colophon", "opener"})


@dataclass
class Names:
    """The anchors of a book and the links to them.

    `files` are the files of the manuscript by their names on the shelf; a link to one of them
    becomes a link to its first place.
    """

    files: dict[str, str] = field(default_factory=dict)
    _where: dict[str, Place] = field(default_factory=dict)
    _local: dict[tuple[str, str], str] = field(default_factory=dict)
    _wanted: list[tuple[str, str, Place]] = field(default_factory=list)

    def claim(
        self, file: str, name: str, where: Place, findings: list[Finding], given: bool
    ) -> str:
        """Return an anchor for `name` that no other place has, and remember it.

        A name that the author gave twice is a finding; one that we made is only counted on.
        """
        anchor = slugify(name) if not re.fullmatch(r"[\w:.-]+", name) else name
        number = 1
        while anchor in self._where or anchor in OURS or re.fullmatch(r"c\d+(-[nr]?\d+)?", anchor):
            number += 1
            anchor = f"{name}-{number}"
        if given and name in self._where:
            findings.append(
                Finding("M08", f"`#{name}` names this place and {self._where[name]}", where)
            )
        self._where[anchor] = where
        self._local.setdefault((file, name), anchor)
        self.files.setdefault(file, anchor)
        return anchor

    def expect(self, file: str, name: str, where: Place) -> None:
        """Remember that a link in `file` points to `name`."""
        self._wanted.append((file, name, where))

    def resolve(self, file: str, name: str) -> str | None:
        """Return the anchor that `#name` means in `file`, or None where there is none."""
        name = unquote(name)
        if name.startswith("//"):  # another file of the manuscript: //file#name
            other, _, inner = name[2:].partition("#")
            return self.resolve(other, inner) if inner else self.files.get(other)
        return self._local.get((file, name)) or (name if name in self._where else None)

    def dead(self) -> list[Finding]:
        """Return a finding for each link whose target is not there."""
        return [
            Finding("M07", f"nothing is called `#{name.removeprefix('//')}`", where)
            for file, name, where in self._wanted
            if self.resolve(file, name) is None
        ]


def shelved(file: str, src: str) -> str:
    """Return the path on the shelf of what `file` names as `src`; an address stays as it is."""
    if urlsplit(src).scheme or src.startswith("//"):
        return src
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(src)))


def judged(file: str, href: str) -> tuple[str, tuple[str, str] | None]:
    """Return the address that a link keeps, and what is wrong with it: a sentence and a hint.

    Only addresses that a reader of paper or of a PDF can follow stay (SCHEMES), and links inside
    the book; `javascript:` and `file:` are dropped.
    """
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return "", (f"the link to `{href[:60]}` was dropped: it is not an address", "")
    if href.startswith("#") or scheme in SCHEMES:
        return href, None
    if scheme or href.startswith("//"):
        kind = scheme or "//"
        return "", (f"the link to `{href[:60]}` was dropped", f"`{kind}:` links do not go into print")
    path, _, inner = href.partition("#")
    if path.endswith((".md", ".markdown")):
        return f"#//{shelved(file, path)}" + (f"#{inner}" if inner else ""), None
    return "", (
        f"the link to `{href[:60]}` was dropped: it leads to a file",
        "a web address begins with https://",
    )
