"""Source: an essay as found on disk, and every file that it uses. Only this room reads them."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from booklet.errors import BookletError, Place

ROOT = Path(__file__).resolve().parent.parent
ESSAYS = ROOT / "essays"
SHIPPED = "strategic-military-alliances"

# A book of 180,000 words is 1.2 MB of text; the largest of pictures that a page can use is far
# below the second figure. What is larger is a mistake, or meant to exhaust the machine.
MOST_TEXT = 20_000_000
MOST_BYTES = 60_000_000
MOST_PIXELS = 50_000_000

# Marks that the press puts into text and takes out again (booklet.manuscript.marks): Unicode's
# noncharacters, "never part of open interchange" (The Unicode Standard, section 23.7).
_NONCHARACTERS = dict.fromkeys(range(0xFDD0, 0xFDF0))


@dataclass(frozen=True)
class Shelf:
    """A folder from which files may be taken, and nothing outside it, symbolic links resolved."""

    root: Path

    def find(self, name: str) -> Path:
        """Return the real path of the file `name` (relative, `/` between folders) on this shelf.

        Raises BookletError where it is not there, is no ordinary file, or lies outside.
        """
        inside = self.root.resolve()
        path = PurePosixPath(unquote(name))
        if path.is_absolute() or "\\" in str(path):
            raise BookletError(f"`{name}` is outside the folder of the essay", hint=_KEEP_INSIDE)
        try:
            real = (inside / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            real = None
        lexical = Path(os.path.normpath(inside / path))
        if not lexical.is_relative_to(inside) or (real and not real.is_relative_to(inside)):
            raise BookletError(f"`{name}` is outside the folder of the essay", hint=_KEEP_INSIDE)
        if real is None or not real.is_file():
            raise BookletError(f"`{name}` is not there", hint="check the name, capitals included")
        return real

    def take(self, name: str) -> bytes:
        """Return the bytes of the file `name` on this shelf, as `find` finds it.

        Raises BookletError as `find` does, and for a file that is too large or cannot be read.
        """
        path = self.find(name)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise BookletError(
                    f"`{name}` is larger than {MOST_BYTES // 1_000_000} MB",
                    hint="make it smaller for print: 300 dots to the inch are enough",
                )
            return path.read_bytes()
        except OSError as error:
            raise BookletError(f"`{name}` cannot be read: {error.strerror}") from error


    def picture(self, name: str) -> None:
        """Raise BookletError unless `name` is a picture on this shelf that can be set."""
        content = self.take(name)
        if name.lower().endswith(".svg"):
            return
        from PIL import Image  # late: only a manuscript with photographs needs it

        try:
            with Image.open(io.BytesIO(content)) as image:
                width, height = image.size
        except Image.DecompressionBombError:
            width = height = MOST_PIXELS
        except (OSError, ValueError, SyntaxError) as error:
            raise BookletError(
                f"`{name}` is not a picture", hint="PNG, JPEG, GIF, WebP, TIFF and SVG can be set"
            ) from error
        if width * height > MOST_PIXELS:
            raise BookletError(
                f"`{name}` has more than {MOST_PIXELS // 1_000_000} million pixels",
                hint="make it smaller for print: 300 dots to the inch are enough",
            )


_KEEP_INSIDE = "only files beside the essay or below it are read; copy the file there"


@dataclass(frozen=True)
class Text:
    """One file of the manuscript: its text, and the path by which messages name it."""

    path: str
    name: str
    text: str


@dataclass(frozen=True)
class Source:
    """An essay on disk: `essay` is its first file, `shelf` the folder around it."""

    slug: str
    shelf: Shelf
    essay: Text
    network: bool
    _shown: Path = field(repr=False)

    def text(self, name: str) -> Text:
        """Return another text file of this essay, such as a chapter that it names.

        Raises BookletError where the shelf does, or where the file is not UTF-8.
        """
        self.shelf.find(name)
        shown = (self._shown / name).as_posix()
        return Text(shown, name, _decode(self.shelf.take(name), shown))

    @cached_property
    def style(self) -> Text | None:
        """The author's own `style.css` beside the essay, if there is one."""
        return self.text("style.css") if (self.shelf.root / "style.css").is_file() else None

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
    file = _locate(path, cwd)
    shown = _as_typed(file, cwd)
    try:
        if file.stat().st_size > MOST_TEXT:
            raise BookletError(
                f"`{shown}` is larger than {MOST_TEXT // 1_000_000} MB of text",
                hint="divide it into chapters, and check that it is a text at all",
            )
        text = _decode(file.read_bytes(), shown)
    except OSError as error:
        raise BookletError(f"`{shown}` cannot be read: {error.strerror}") from error
    slug = slugify(file.parent.name if file.name == "essay.md" else file.stem)
    shelf, essay = Shelf(file.parent), Text(shown, file.name, text)
    return Source(slug, shelf, essay, network, Path(shown).parent)


def slugify(text: str) -> str:
    """Return `text` as a name for a folder or an anchor: small letters, digits and hyphens.

    Letters keep their script; marks over Latin letters are dropped, so that links can be typed.
    """
    plain = unicodedata.normalize("NFKD", text)
    plain = unicodedata.normalize("NFC", re.sub(r"[\u0300-\u036f]", "", plain)).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or "essay"


def _locate(path: str | None, cwd: Path) -> Path:
    """Return the file of the essay that `path` means."""
    if path is None:
        return ESSAYS / SHIPPED / "essay.md"
    tries = [cwd / path, ESSAYS / path]
    try:
        for there in tries:
            if there.is_dir() and (there / "essay.md").is_file():
                return there / "essay.md"
            if there.is_file():
                return there
        folder = next((there for there in tries if there.is_dir()), None)
    except (OSError, ValueError) as error:
        raise BookletError(f"`{path}` is not a path that can be read") from error
    if folder:
        raise BookletError(
            f"there is no `essay.md` in the folder `{path}`",
            hint="name the Markdown file itself, or call it essay.md",
        )
    if any(there.exists() for there in tries):
        raise BookletError(
            f"`{path}` is neither a file nor a folder", hint="name an ordinary Markdown file"
        )
    known = ", ".join(sorted(p.parent.name for p in ESSAYS.glob("*/essay.md")))
    raise BookletError(
        f"there is no essay at `{path}`",
        hint=f"name a Markdown file, a folder with an essay.md, or one of: {known}",
    )


def _as_typed(file: Path, cwd: Path) -> str:
    """Return the path as the author would type it in the folder `cwd`."""
    absolute = Path(os.path.abspath(file))
    return Path(os.path.relpath(absolute, cwd)).as_posix() if absolute.is_relative_to(
        cwd
    ) else absolute.as_posix()


def _decode(raw: bytes, shown: str) -> str:
    """Return the text of a UTF-8 file with `\\n` at the line ends and no byte order mark."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BookletError(
            f"`{shown}` is UTF-16, not UTF-8", Place(shown, 1), "save it again as UTF-8"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise BookletError(
            f"byte {column} of the line, 0x{raw[error.start]:02x}, is not UTF-8",
            Place(shown, line),
            "save the file as UTF-8; text from an older program may be Windows-1252",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_NONCHARACTERS)
