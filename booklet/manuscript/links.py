"""Names and links: which anchors there are, and whether what points to them finds them."""

from __future__ import annotations

import base64
import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from booklet.errors import BookletError, did_you_mean
from booklet.findings import Finding
from booklet.manuscript.dialects.pictures import IS_PICTURE
from booklet.manuscript.raw_html import SCHEMES
from booklet.source import NONCHARACTERS, slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from booklet.errors import Place
    from booklet.source import Source

# Names that the parts of a booklet use for themselves, and those that blocks are given.
OURS = frozenset({"cover", "imprint", "contents", "notes", "colophon", "opener"})
_MADE = re.compile(r"c\d+(-[nr]?\d+)?")
_ANCHOR = re.compile(r"[\w:.-]+")

# What hosts put before the names of headings.
_OF_HOSTS = re.compile(r"^(?:user-content-|markdown-header-)")

# What follows the name of a picture, for a server or for another tool.
_QUERY = re.compile(r"(\.[A-Za-z]{2,5})[?#].*$")

# What stands before a name that a wiki link leads to.
WIKI = "[["

# Among more names than these the nearest to a wrong one is not looked for: it takes too long.
_MOST_COMPARED = 500


@dataclass
class Names:
    """The anchors of a book and the links to them.

    `files` are the files of the manuscript by their names on the shelf; a link to one of them
    becomes a link to its first place.
    """

    files: dict[str, str] = field(default_factory=dict)
    _where: dict[str, Place] = field(default_factory=dict)
    _given: dict[tuple[str, str], Place] = field(default_factory=dict)
    _local: dict[tuple[str, str], str] = field(default_factory=dict)
    _anywhere: dict[str, str] = field(default_factory=dict)
    _loosely: dict[tuple[str, str], str] = field(default_factory=dict)
    _alike: dict[tuple[str, str], int] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _moved: dict[str, str] = field(default_factory=dict)
    _wanted: dict[tuple[str, str, Place], None] = field(default_factory=dict)
    _examples: dict[str, dict[str, str]] = field(default_factory=dict)

    def claim(
        self,
        file: str,
        name: str,
        where: Place,
        findings: list[Finding],
        given: bool,
        typed: str = "",
    ) -> str:
        """Return an anchor for `name` that no other place has, and remember it.

        A name that the author gave twice in a file is a finding; one that we made of a heading
        is only counted on, and gives way to one that the author gave. `typed` are the words of a
        heading as they were typed, of which other tools make other names.
        """
        anchor = self._free(name if _ANCHOR.fullmatch(name) else slugify(name, "place"))
        if given and (first := self._given.setdefault((file, name), where)) != where:
            findings.append(Finding("M08", f"`#{name}` names this place and {first}", where))
        elif given:
            self._local[file, name] = anchor
        self._where[anchor] = where
        if not given:  # the second of its kind is `name-1` to all other tools, in each file anew
            number = self._alike[file, name] = self._alike.get((file, name), -1) + 1
            local = f"{name}-{number}" if number else name
            self._local.setdefault((file, local), anchor)
            self._loosely.setdefault((file, _loose(local)), anchor)
        self._local.setdefault((file, name), anchor)
        self._anywhere.setdefault(name, anchor)
        self._anywhere.setdefault(anchor, anchor)
        for spelling in _spellings(name, typed):
            self._loosely.setdefault((file, spelling), anchor)
            self._loosely.setdefault(("", spelling), anchor)
        return anchor

    def _free(self, wanted: str) -> str:
        """Return `wanted`, or with a number after it if it is taken."""
        wanted = f"{wanted}-named" if _MADE.fullmatch(wanted) else wanted
        anchor, number = wanted, self._counts.get(wanted, 0)
        while anchor in self._where or anchor in OURS:
            number += 1
            anchor = f"{wanted}-{number}"
        self._counts[wanted] = number
        return anchor

    def number(self, file: str, name: str) -> str:
        """Return the mark of the next example in a file, `(3)`, or that of the one so named."""
        numbers = self._examples.setdefault(file, {})
        mark = numbers.setdefault(name or f" {len(numbers)}", f"({len(numbers) + 1})")
        if name:
            self._local[file, f"(@{name})"] = mark
        return mark

    def move(self, anchor: str, to: str) -> None:
        """Let links to `anchor`, which is not set, go to the anchor `to`."""
        self._moved[anchor] = to

    def expect(self, file: str, name: str, where: Place) -> None:
        """Remember that a link in `file` points to `name`."""
        self._wanted[file, name, where] = None

    def resolve(self, file: str, name: str) -> str | None:
        """Return the anchor that `#name` means in `file`, or None where there is none.

        Other tools make the names of headings otherwise (`dont-panic`, `don-t-panic`): where
        nothing has the very name, one that differs in its hyphens, points and accents is taken.
        """
        name = _OF_HOSTS.sub("", unquote(name))
        if name.startswith(WIKI):
            return self._wiki(file, name.removeprefix(WIKI))
        if name.startswith("//"):  # another file of the manuscript: //file#name
            other, _, inner = name[2:].partition("#")
            return self.resolve(other, inner) if inner else self._at(self.files.get(other))
        anchor = self._local.get((file, name)) or self._anywhere.get(name)
        return self._at(anchor or self._nearly(file, name))

    def _nearly(self, file: str, name: str) -> str | None:
        """Return the anchor of what is spelt nearly so, in a file or anywhere."""
        spelling = _loose(name)
        return self._loosely.get((file, spelling)) or self._loosely.get(("", spelling))

    def _wiki(self, file: str, name: str) -> str | None:
        """Return the anchor that `[[name]]` means: a file, a heading in it, or any heading."""
        note, _, inner = (part.strip() for part in name.partition("#"))
        inner = inner.rpartition("#")[2].removeprefix("^")
        path = _note(note, file, self.files) if note else file
        if not inner:
            return self._at(self.files.get(path)) if path else self._heading(file, note)
        return self._heading(path, inner) if path else None

    def _heading(self, file: str, words: str) -> str | None:
        """Return the anchor of the heading with these words, first of all in a file."""
        for name in (words, slugify(words)):
            if anchor := self._local.get((file, name)) or self._anywhere.get(name):
                return self._at(anchor)
        return self._at(self._nearly(file, words))

    def _at(self, anchor: str | None) -> str | None:
        """Return where an anchor is in the end."""
        return self._moved.get(anchor, anchor) if anchor else None

    def dead(self) -> list[Finding]:
        """Return a finding for each link whose target is not there."""
        return [
            self._missing(file, name, where)
            for file, name, where in self._wanted
            if self.resolve(file, name) is None
        ]

    def _missing(self, beside: str, name: str, where: Place) -> Finding:
        """Return the finding for a link from the file `beside` to `name`, and what is nearest."""
        if unquote(name).startswith(WIKI):
            note = unquote(name).removeprefix(WIKI)[:60]
            hint = "name its file in `chapters:`, or write its words without brackets"
            if IS_PICTURE.search(note):
                hint = f"write `![[{note}]]` to set the picture"
            elif note.startswith("#"):
                hint = "check the words of the heading, or write them without brackets"
            return Finding("M07", f"`[[{note}]]` is not in this booklet", where, hint=hint)
        file, _, inner = name.removeprefix("//").partition("#")
        if name.startswith("//") and file not in self.files:
            last = posixpath.basename(file)
            there = [one for one in self.files if posixpath.basename(one) == last]
            hint = "name it in `chapters:` of the front matter"
            if there:
                folder = posixpath.dirname(beside) or "."
                hint = f"did you mean `{posixpath.relpath(there[0], folder)}`?"
            return Finding("M07", f"`{file[:60]}` is not a file of this booklet", where, hint=hint)
        known = [*self._anywhere] if len(self._anywhere) <= _MOST_COMPARED else []
        shown = unquote(inner or name)[:60]
        hint = did_you_mean(shown, known)
        return Finding("M07", f"nothing is called `#{shown}`", where, hint=hint)


def _note(name: str, beside: str, files: Mapping[str, str]) -> str:
    """Return the nearest file of the manuscript that a wiki calls `name`, or nothing."""
    wanted = name.removesuffix(".md").casefold()
    found = [
        file
        for file in files
        if f"/{posixpath.splitext(file)[0]}".casefold().endswith(f"/{wanted}")
    ]
    here = posixpath.dirname(beside)
    return min(found, key=lambda file: (posixpath.dirname(file) != here, len(file)), default="")


def _loose(name: str) -> str:
    """Return a name as far as other tools agree on it: its letters and digits, without accents."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", name)).casefold()


def _spellings(name: str, typed: str) -> Iterator[str]:
    """Yield how other tools spell the name of a heading with these words.

    GitHub keeps the names of emoji, Pandoc leaves out what stands before the first letter, and
    some leave out all letters but those of ASCII.
    """
    plain = _loose(name)
    yield plain
    for spelling in (
        _loose(typed),
        plain.lstrip("0123456789"),
        re.sub(r"[^a-z0-9]", "", plain),
    ):
        if spelling and spelling != plain:
            yield spelling


class Album:
    """The pictures of a book, each looked at once."""

    def __init__(self, source: Source) -> None:
        """Take the essay whose pictures they are."""
        self.source = source
        self._looked_at: dict[str, BookletError | None] = {}
        self._remarks: dict[str, tuple[str, str] | None] = {}
        self._names: tuple[str, ...] | None = None

    def path(self, file: str, src: str, root: str) -> str:
        """Return the path on the shelf of what `file` names as `src`, as `shelved` does.

        A browser saves files under names with `%20` in them: one that has the very name is meant.
        A wiki names a file that may lie in any folder: the nearest to the top is meant.
        """
        if unquote(src).startswith(WIKI):
            return self._called(file, unquote(src).removeprefix(WIKI), root)
        if "%" in src and not is_address(src):
            typed = shelved(file, src.replace("%", "%25"), root)
            if self.source.shelf.has(typed):
                return typed
        return shelved(file, src, root)

    def _called(self, file: str, name: str, root: str) -> str:
        """Return the path on the shelf of what a wiki calls `name` in `file`."""
        beside = shelved(file, quote(name), root)
        if self.source.shelf.has(beside):
            return beside
        return self._elsewhere(name.lstrip("/")) or beside

    def trouble(self, src: str) -> BookletError | None:
        """Return why the picture `src` (a path on the shelf, or an address) cannot be set."""
        if src not in self._looked_at:
            self._looked_at[src] = self._look_at(src)
        return self._looked_at[src]

    def remark(self, src: str) -> tuple[str, str] | None:
        """Return what is to be said of a picture that can be set: a code, and what it is like."""
        if src not in self._remarks:
            self._remarks[src] = self._remark(src)
        return self._remarks[src]

    def _remark(self, src: str) -> tuple[str, str] | None:
        """Look into a picture of the essay's own for the first time."""
        from booklet.source import pictures  # late: not every manuscript has one

        if src.startswith("data:"):
            return pictures.remark(_within(src))
        return None if is_address(src) else pictures.remark(self.source.shelf.take(src))

    def _look_at(self, src: str) -> BookletError | None:
        """Look at a picture for the first time."""
        if is_address(src):
            if self.source.network and src.startswith(("http://", "https://")):
                return None
            if src.startswith("data:"):
                return _held_within(src)
            return BookletError(
                f"`{src[:80]}` is not in the folder of the essay",
                hint="copy it there, or allow pictures from the web with --allow-network",
            )
        try:
            self.source.shelf.picture(src)
        except BookletError as error:
            elsewhere = self._elsewhere(posixpath.basename(src)) if _is_lacking(error) else ""
            hint = f"did you mean `{elsewhere}`?" if elsewhere else error.hint
            return BookletError(error.message, error.where, hint)
        return None

    def _elsewhere(self, name: str) -> str:
        """Return the path of a file with this name that lies in another folder, or nothing."""
        if self._names is None:
            self._names = self.source.shelf.names()
        end = f"/{name}".casefold()
        found = [path for path in self._names if f"/{path}".casefold().endswith(end)]
        return min(found, key=lambda path: (path.count("/"), path), default="")


def _is_lacking(error: BookletError) -> bool:
    """Whether a file is not there, or not in the folder of the essay."""
    return error.message.endswith(("is not there", "is outside the folder of the essay"))


def _held_within(src: str) -> BookletError | None:
    """Return why a picture that the manuscript itself holds cannot be set."""
    from booklet.source import pictures  # late: not every manuscript has one

    fault = pictures.fault(_within(src))
    hint = "save the picture as a file beside the essay"
    return BookletError(f"that stands in the text {fault}", hint=hint) if fault else None


def _within(src: str) -> bytes:
    """Return the picture that an address holds, or nothing if it holds none."""
    head, _, body = src.partition(",")
    content = unquote_to_bytes(body)
    try:
        return base64.b64decode(content) if ";base64" in head else content
    except ValueError:
        return b""


def shelved(file: str, src: str, root: str = "/") -> str:
    """Return the path on the shelf of what `file` names as `src`; an address stays as it is.

    One that leaves the folder `root` of the shelf and comes back into it is the path within.
    """
    if is_address(src):
        return src
    path = unquote(_QUERY.sub(r"\1", src)).translate(NONCHARACTERS).replace("\\", "/")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    if not path.startswith("../"):
        return path
    whole = posixpath.normpath(posixpath.join(root, path))
    return whole.removeprefix(f"{root.rstrip('/')}/") if whole.startswith(f"{root}/") else path


def is_address(src: str) -> bool:
    """Whether `src` says by itself where it is to be had, as an address of the web does."""
    try:
        return bool(urlsplit(src).scheme) or src.startswith("//")
    except ValueError:
        return True


def judged(file: str, href: str) -> tuple[str, tuple[str, str] | None]:
    """Return the address that a link keeps, and what is wrong with it: a sentence and a hint.

    Only addresses that a reader of paper or of a PDF can follow stay (SCHEMES), and links inside
    the book; `javascript:` and `file:` are dropped.
    """
    shown = href[:60]
    try:
        parts = urlsplit(href)
        if "%" in parts.netloc:  # no host has a sign that must be escaped
            raise ValueError
    except ValueError:
        return "", (f"the link to `{shown}` was dropped: it is not an address", "")
    scheme = parts.scheme.lower()
    if href.startswith("#") and len(href) > 1:
        return href, None
    if scheme in SCHEMES and (parts.netloc or parts.path):
        return href, None
    if scheme or href.startswith("//"):
        kind = scheme or "//"
        return "", (f"the link to `{shown}` was dropped", f"`{kind}` links do not go into print")
    if parts.path.endswith((".md", ".markdown")):
        inner = f"#{parts.fragment}" if parts.fragment else ""
        return f"#//{shelved(file, parts.path)}{inner}", None
    if not href.strip("#"):
        return "", ("a link leads nowhere", "write `[text](#name)` or `[text](https://…)`")
    return "", (
        f"the link to `{shown}` was dropped: it leads to a file",
        "a web address begins with https://",
    )
