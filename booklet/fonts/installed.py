"""The machine's own fonts: whether they are those that a page was set with.

Nothing is read in them: it is asked which files there are, and when each was changed last.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING

from booklet.digest import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where Fontconfig's settings are, and folders of fonts on systems that have no such settings.
_SETTINGS = "/etc/fonts"
_USUAL = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts"),
    *("/opt/homebrew/share/fonts", "/Library/Fonts", "/System/Library/Fonts", "~/Library/Fonts"),
)

# A folder that the settings name, which may be relative to that of a person's data.
_FOLDER = re.compile(r'<dir(?: prefix="(\w+)")?[^>]*>([^<]+)</dir>')

# Folders within folders: a link may lead to where it comes from.
_DEEPEST = 9


def fonts() -> str:
    """Return a digest of which fonts this machine has, by their files; 300 take 2 ms."""
    places = [os.environ.get(name, "") for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH")]
    home = os.path.expanduser("~")
    own = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    settings = [*filter(None, places), _SETTINGS, os.path.join(own, "fontconfig")]
    seen = [line for place in settings for line in _files(place)]
    named = {os.path.expanduser(folder) for folder in (*_USUAL, *_named(settings))}
    return digest(*seen, *(line for folder in sorted(named) for line in _files(folder)))


def _named(settings: list[str]) -> Iterator[str]:
    """Yield the folders that Fontconfig's main settings name."""
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    for place in settings:
        path = os.path.join(place, "fonts.conf") if os.path.isdir(place) else place
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            for prefix, folder in _FOLDER.findall(file.read()):
                yield os.path.join(data, folder) if prefix == "xdg" else folder


def _files(place: str, depth: int = 0) -> Iterator[str]:
    """Yield each file at or below a place, with its size and the time of its last change."""
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except NotADirectoryError:
        status = os.stat(place)
        yield f"{place} {status.st_size} {status.st_mtime_ns}"
        return
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            if not entry.is_dir():
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"
            elif depth < _DEEPEST:
                yield from _files(entry.path, depth + 1)
