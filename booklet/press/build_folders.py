"""Folders: where in build/ the booklets of an essay go. No two essays share one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.source import ROOT

if TYPE_CHECKING:
    from booklet.source import Source

# The file in a folder that says which essay it belongs to.
MARKER = ".essay"

# A marker is one path, which no system lets be longer than this.
_LONGEST = 8192


def essay_of(source: Source) -> str:
    """Return the path by which an essay is known: from the project, if it lies in it."""
    path = Path(os.path.realpath(source.shelf.root)) / source.essay.name
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def folder_of(essay: str, slug: str, build: Path) -> Path:
    """Return the folder below `build` for an essay: `slug`, or `slug-2` if another has that.

    It is the one that is marked as its own, or else the first that nobody has. A folder without a
    marker belongs to whoever comes.
    """
    free, number = None, 1
    while True:
        folder = build / (slug if number == 1 else f"{slug}-{number}")
        if not os.path.lexists(folder):
            return free or folder
        owner = owner_of(folder)
        if owner == essay:
            return folder
        if free is None and owner == "" and folder.is_dir():
            free = folder
        number += 1


def owner_of(folder: Path) -> str:
    """Return the essay that a folder is marked for, or nothing if it is not marked."""
    marker = folder / MARKER
    try:
        if not marker.is_file() or marker.stat().st_size > _LONGEST:
            return ""
        return marker.read_bytes().decode("utf-8", "surrogateescape").strip("\n")
    except OSError:
        return ""


def marked(essay: str) -> bytes:
    """Return what stands in the marker of an essay's folder."""
    return f"{essay}\n".encode("utf-8", "surrogateescape")
