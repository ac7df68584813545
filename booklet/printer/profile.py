"""A profile: what a person has found out about a printer, kept from one print to the next."""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from booklet.errors import BookletError, Place
from booklet.lengths import Length
from booklet.printer.discovery import Printer
from booklet.printer.paper import Margins
from booklet.sheets import Flip, Tray

_MOST = 20.0  # no back is off by more than this many millimetres, and no margin wider


class Feed(StrEnum):
    """Which side of the sheets in its tray a printer prints on."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class Profile:
    """How a printer turns, stacks and places its sheets."""

    printer: str
    asked: Flip = Flip.SHORT
    """The edge about which it is asked to turn sheets."""
    flip: Flip = Flip.SHORT
    """The edge about which it then turns them; where a hand turns the pile, what comes of the edge
    that went in first going in last."""
    tray: Tray = Tray.FACE_DOWN
    feed: Feed = Feed.UPPER
    offset: tuple[Length, Length] = (Length(0), Length(0))
    """By how much backs are moved to lie behind their fronts: to the right, and up."""
    margins: Margins | None = None
    """The margins it cannot print on, where the printer itself does not say."""

    def __str__(self) -> str:
        """Return the profile in a line."""
        across, up = (f"{length.to('mm'):+g}" for length in self.offset)
        return (
            f"{self.printer}: turns about the {self.flip.replace('-', ' ')}, "
            f"stacks {self.tray.replace('-', ' ')}, backs moved by {across} and {up} mm"
        )


def folder() -> Path:
    """Return the folder in which profiles are kept: below XDG_CONFIG_HOME, or `~/.config`."""
    home = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if not home.is_absolute():  # as its specification has it
        home = Path.home() / ".config"
    return home / "booklet" / "printers"


def path_of(printer: Printer) -> Path:
    """Return where the profile of a printer is kept, whether there is one or not."""
    name = re.sub(r"[^a-z0-9]+", "-", (printer.model or "printer").lower()).strip("-")[:40]
    digest = blake2b(printer.key.encode(), digest_size=4).hexdigest()
    return folder() / f"{name}-{digest}.json"


def recall(printer: Printer) -> Profile | None:
    """Return the profile of a printer, or None if there is none.

    Raises BookletError, naming the file, for one that cannot be read.
    """
    path = path_of(printer)
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, BookletError) as error:
        said = error.message if isinstance(error, BookletError) else str(error)
        said = f"it has no `{error.args[0]}`" if isinstance(error, KeyError) else said
        raise BookletError(
            f"this profile of a printer cannot be used: {said}",
            Place(str(path)),
            hint=f"`{printer.calibrating}` makes it anew; without the file, nothing is corrected",
        ) from None


def keep(profile: Profile, printer: Printer) -> Path:
    """Write the profile of a printer, whole or not at all; return the file.

    Raises BookletError where the disk does not allow it.
    """
    path = path_of(printer)
    words: dict[str, object] = {
        "printer": profile.printer,
        "asked": profile.asked,
        "flip": profile.flip,
        "tray": profile.tray,
        "feed": profile.feed,
        "offset_mm": [round(length.to("mm"), 2) for length in profile.offset],
    }
    if profile.margins:
        words["margins_mm"] = {
            edge: round(length.to("mm"), 2) for edge, length in profile.margins.edges.items()
        }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, json.dumps(words, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BookletError(
            f"the profile cannot be kept: {error.strerror}",
            Place(str(path)),
            hint="XDG_CONFIG_HOME can name another folder",
        ) from error
    return path


def _write(path: Path, text: str) -> None:
    """Write a file under another name first, see it on the disk, then rename it."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


def _read(words: object) -> Profile:
    """Return the profile that a file holds; raises ValueError and its like for what is none."""
    if not isinstance(words, dict):
        raise TypeError("it holds no names and values")
    across, up = (_length(value) for value in words["offset_mm"])
    edges = words.get("margins_mm")
    margins = None
    if edges is not None:
        margins = Margins(*(_length(edges[edge]) for edge in ("left", "bottom", "right", "top")))
    return Profile(
        printer=str(words["printer"]),
        asked=Flip(words["asked"]),
        flip=Flip(words["flip"]),
        tray=Tray(words["tray"]),
        feed=Feed(words["feed"]),
        offset=(across, up),
        margins=margins,
    )


def _length(value: object) -> Length:
    """Return a length given as a number of millimetres; raises ValueError for any other."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"`{value}` is not a number of millimetres")
    if not math.isfinite(value) or abs(value) > _MOST:
        raise ValueError(f"`{value}` mm is too far")
    return Length.mm(value)
