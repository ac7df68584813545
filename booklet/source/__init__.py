"""Source: an essay as found on disk, and every file that it uses. Only this room reads them."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from errno import EACCES, EPERM
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from booklet.errors import BookletError, Place, did_you_mean
from booklet.source.foreign_formats import ENOUGH, other, quoted_path

ROOT = Path(__file__).resolve().parents[2]
ESSAYS = ROOT / "essays"
SHIPPED = "strategic-military-alliances"

# A book of 180,000 words is 1.2 MB of text; the largest of pictures that a page can use is far
# below the second figure. What is larger is a mistake, or meant to exhaust the machine.
MOST_TEXT = 20_000_000
MOST_BYTES = 60_000_000

# Marks that are put into text and taken out again (booklet.manuscript.placeholders):
# Unicode's noncharacters, "never part of open interchange" (The Unicode Standard, section 23.7).
NONCHARACTERS: dict[int, str | None] = dict.fromkeys(range(0xFDD0, 0xFDF0))

# What is not text is dropped: control characters, and byte order marks of files put together.
# Line separators of other systems are spaces to Markdown, and would be lines to YAML.
_NOT_TEXT: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF]),
    **dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], " "),
    **NONCHARACTERS,
}
del _NOT_TEXT[ord("\t")], _NOT_TEXT[ord("\n")]
_UNWANTED = re.compile(f"[{''.join(re.escape(chr(sign)) for sign in _NOT_TEXT)}]")

# A folder with more files in it is not looked through for one of them.
_MOST_NAMES = 20_000

_UTF16 = (b"\xff\xfe", b"\xfe\xff")

_KEEP_INSIDE = "only files beside the essay or below it are read; copy the file there"
_SMALLER = "make it smaller for print: 300 dots to the inch are enough"


@dataclass(frozen=True)
class Shelf:
    """A folder from which files may be taken, and nothing outside it, symbolic links resolved."""

    root: Path

    def find(self, name: str) -> Path:
        """Return the real path of the file `name` (relative, `/` between folders) on this shelf.

        Signs of an address (`%20`) are read as what they stand for if no file has the very name.
        Raises BookletError where it is not there, is no ordinary file, or lies outside.
        """
        found = self._look(name)
        plain = unquote(name)
        if found is None and plain != name:
            found = self._look(plain)
        if found is None:
            hint = (
                "put `/` between folders" if "\\" in name else "check the name, capitals included"
            )
            raise BookletError(f"`{short(name)}` is not there", hint=hint)
        if not found.is_file():
            raise BookletError(f"`{short(name)}` is not a file", hint="name an ordinary file")
        return found

    def has(self, name: str) -> bool:
        """Whether there is an ordinary file of this very name on the shelf."""
        try:
            found = self._look(name)
        except BookletError:
            return False
        return found is not None and found.is_file()

    def names(self) -> tuple[str, ...]:
        """Return the paths of the files on this shelf, as far as one looks for a lost one."""
        found: list[str] = []
        inside = self.root.resolve()
        for folder, folders, files in os.walk(inside):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            here = Path(folder).relative_to(inside)
            found += ((here / name).as_posix() for name in sorted(files))
            if len(found) > _MOST_NAMES:
                break
        return tuple(found)

    def _look(self, name: str) -> Path | None:
        """Return the real path of `name` if there is something; raises BookletError if outside."""
        inside = self.root.resolve()
        try:
            real = (inside / PurePosixPath(name)).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            real = None
        lexical = Path(os.path.normpath(inside / PurePosixPath(name)))
        for path in (lexical, real):
            if path is not None and not path.is_relative_to(inside):
                message = f"`{short(name)}` is outside the folder of the essay"
                raise BookletError(message, hint=_KEEP_INSIDE)
        return real

    def take(self, name: str) -> bytes:
        """Return the bytes of the file `name` on this shelf, as `find` finds it.

        Raises BookletError as `find` does, and for a file that is too large or cannot be read.
        """
        path = self.find(name)
        try:
            if path.stat().st_size > MOST_BYTES:
                message = f"`{short(name)}` is larger than {MOST_BYTES // 1_000_000} MB"
                raise BookletError(message, hint=_SMALLER)
            return path.read_bytes()
        except OSError as error:
            raise unreadable(name, error) from error

    def picture(self, name: str) -> None:
        """Raise BookletError unless `name` is a picture on this shelf that can be set."""
        from booklet.source import pictures  # late: not every manuscript has one

        content = self.take(name)
        fault = pictures.fault(content)
        if fault:
            hint = "save it again as plain SVG, or as PNG"
            if fault == pictures.NONE:
                hint = pictures.advice(content)
            hint = _SMALLER if "pixels" in fault else hint
            raise BookletError(f"`{short(name)}` {fault}", hint=hint)


@dataclass(frozen=True)
class Text:
    """One file of the manuscript: its text, and the path by which messages name it.

    `name` is its path on the shelf.
    """

    path: str
    name: str
    text: str


@dataclass(frozen=True)
class Source:
    """An essay on disk: `essay` is its first file, `shelf` the folder around it.

    With `network`, pictures may come from the web.
    """

    slug: str
    shelf: Shelf
    essay: Text
    network: bool
    _shown: Path = field(repr=False)

    def text(self, name: str) -> Text:
        """Return another text file of this essay, such as a chapter that it names.

        Raises BookletError where the shelf does, or where the file is not UTF-8.
        """
        name = os.path.normpath(name)
        content = self.shelf.take(name)
        shown = printable((self._shown / name).as_posix())
        return Text(shown, name, decode(content, shown))

    def chapter(self, name: str) -> Text:
        """Return another file of the manuscript; raises BookletError if it is no Markdown."""
        beginning = self.shelf.take(os.path.normpath(name))[:ENOUGH]
        if error := other(beginning, printable((self._shown / name).as_posix())):
            raise error
        return self.text(name)

    @cached_property
    def style(self) -> Text | None:
        """The author's own `style.css` beside the essay, if there is one."""
        there = os.path.lexists(self.shelf.root / "style.css")
        return self.text("style.css") if there else None

    @cached_property
    def asked(self) -> Text | None:
        """What the author wants of editions and sheets: `booklet.toml` beside the essay."""
        there = os.path.lexists(self.shelf.root / "booklet.toml")
        return self.text("booklet.toml") if there else None

    @cached_property
    def fonts(self) -> tuple[str, ...]:
        """The names of the fonts that the author put into `fonts/` beside the essay."""
        folder = self.shelf.root / "fonts"
        names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        return tuple(f"fonts/{n}" for n in names if n.lower().endswith((".otf", ".ttf", ".woff2")))


def read(path: str | None = None, cwd: Path | None = None, *, network: bool = False) -> Source:
    """Return the essay at `path`: a folder under essays/, any folder with an essay.md, or a file.

    Without a path it is the essay that this project ships. Relative paths start from `cwd`.
    With `network`, pictures may come from the web.
    Raises BookletError where there is no essay, or none that can be read.
    """
    cwd = cwd or Path.cwd()
    file = locate(path, cwd)
    typed = _as_typed(file, cwd)
    shown = printable(typed)
    shelf = Shelf(file.parent)
    try:
        with shelf.find(file.name).open("rb") as opened:
            error = other(opened.read(ENOUGH), shown)
        if error:
            raise error
        if file.stat().st_size > MOST_TEXT:
            raise BookletError(
                f"`{shown}` is larger than {MOST_TEXT // 1_000_000} MB of text",
                hint="divide it into chapters, and check that it is a text at all",
            )
        text = decode(shelf.take(file.name), shown)
    except OSError as error:
        raise unreadable(shown, error) from error
    slug = slugify(printable(file.parent.name if file.name == "essay.md" else file.stem), "essay")
    essay = Text(shown, file.name, text)
    return Source(slug, shelf, essay, network, Path(shown).parent)


def unreadable(shown: str, error: OSError) -> BookletError:
    """Return the error for a file that the system does not let us read."""
    hint = "give yourself the right to read it" if error.errno in (EACCES, EPERM) else ""
    commands = (f"chmod u+r {quoted_path(shown)}",) if hint else ()
    message = f"`{short(shown)}` cannot be read: {error.strerror}"
    return BookletError(message, None, f"{hint}:" if hint else "", commands)


def printable(name: str) -> str:
    """Return a path that can be shown: a sign stands for each byte that is not UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def slugify(text: str, otherwise: str = "") -> str:
    """Return `text` as a name for a folder or an anchor: small letters, digits and hyphens.

    Letters keep their script; marks over Latin letters are dropped, so that links can be typed.
    `otherwise` is the name of a text without any letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", plain)).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or otherwise


def decode(raw: bytes, shown: str) -> str:
    """Return the text in `raw`, which is UTF-8, with `\\n` at the line ends and no byte order mark.

    What is not text is taken out (control characters, noncharacters). Raises BookletError at a
    line of `shown` for anything else than UTF-8.
    """
    if raw.startswith(_UTF16):
        hint = "save it again as UTF-8"
        raise BookletError("this is UTF-16, not text in UTF-8", Place(shown, 1), hint)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, error.start, shown) from error
    if "\0" in text:
        raise _not_utf8(raw, raw.index(0), shown)
    return scrubbed(text.replace("\r\n", "\n").replace("\r", "\n"))


def scrubbed(text: str) -> str:
    """Return `text` without control characters and noncharacters, which are no text."""
    # most texts have none: to look for them takes a twentieth of the time, but in plain letters
    return text.translate(_NOT_TEXT) if text.isascii() or _UNWANTED.search(text) else text


def _not_utf8(raw: bytes, at: int, shown: str) -> BookletError:
    """Return the error for the byte at `at`, which is not part of any text."""
    before = raw[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    return BookletError(
        f"byte {column} of the line, 0x{raw[at]:02x}, is not UTF-8",
        Place(shown, line),
        "save the file as UTF-8; text from an older program may be "
        + ("UTF-16" if raw[at] == 0 else "Windows-1252"),
    )


def locate(path: str | None, cwd: Path) -> Path:
    """Return the file of the essay that `path` means."""
    if path is None:
        return ESSAYS / SHIPPED / "essay.md"
    tries = [cwd / path, ESSAYS / path]
    try:
        for there in tries:
            if (there / "essay.md").is_file():
                return there / "essay.md"
            if there.is_file():
                return there
        folder = any(there.is_dir() for there in tries)
        something = any(there.exists() for there in tries)
    except (OSError, ValueError) as error:
        raise BookletError(f"`{short(path)}` is not a path that can be read") from error
    if folder:
        raise BookletError(
            f"there is no `essay.md` in the folder `{short(path)}`",
            hint=_inside(path, tries),
        )
    if something:
        raise BookletError(
            f"`{short(path)}` is neither a file nor a folder",
            hint="name an ordinary Markdown file",
        )
    known = ", ".join(sorted(p.parent.name for p in ESSAYS.glob("*/essay.md")))
    raise BookletError(
        f"there is no essay at `{short(path)}`",
        hint=_near(path, cwd)
        or f"name a Markdown file, a folder with an essay.md, or one of: {known}",
    )


def _inside(path: str, tries: list[Path]) -> str:
    """Return what to name instead of a folder without an essay.md: its Markdown files."""
    found = sorted(p.name for there in tries for p in there.glob("*.md") if p.is_file())
    if not found:
        return "name the Markdown file itself, or call it essay.md"
    files = [f"`--essay {quoted_path(str(Path(path, name)))}`" for name in found[:_SHOWN]]
    several = "; or list them as `chapters:` in an essay.md, for one booklet of all"
    return f"name the Markdown file itself: {' or '.join(files)}{several if found[1:] else ''}"


# Files of a folder that a hint names.
_SHOWN = 3


def _near(path: str, cwd: Path) -> str:
    """Return "did you mean `…`?" for a path that is nearly the name of an essay, or nothing."""
    typed = Path(path)
    folder = cwd / typed.parent
    try:
        beside = [p.name for p in folder.iterdir() if p.suffix == ".md" or p.is_dir()]
    except OSError:
        beside = []
    names = {name.lower(): str(typed.parent / name) for name in beside[:_MANY]}
    if typed.name == path:
        names |= {p.parent.name: p.parent.name for p in ESSAYS.glob("*/essay.md")}
    return did_you_mean(typed.name, names, near=0.75, written=lambda name: printable(names[name]))


# Files of a folder that are looked through for a name.
_MANY = 200


def _as_typed(file: Path, cwd: Path) -> str:
    """Return the path as the author would type it in the folder `cwd`."""
    absolute, here = Path(os.path.abspath(file)), Path(os.path.abspath(cwd))
    inside = absolute.is_relative_to(here)
    return absolute.relative_to(here).as_posix() if inside else absolute.as_posix()


def short(name: str) -> str:
    """Return a name for a message: one line, and not without end."""
    plain = " ".join(name.split()) or name
    return plain if len(plain) <= 100 else f"{plain[:60]}…{plain[-30:]}"
