"""Where in build/ the booklets of an essay go. No two essays share one folder."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.source import ROOT, read
from booklet.summary import FILE, errors_as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from booklet.press import Order
    from booklet.source import Source

BUILD = ROOT / "build"

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


def chosen_folder(order: Order, source: Source) -> tuple[Path, tuple[str, ...]]:
    """Return the folder to write to, and what is to be said of it."""
    essay = essay_of(source)
    if order.out:
        folder = order.cwd / order.out
        owner = owner_of(folder)
        other = f"`{order.out}` is the folder of `{owner}`, whose booklets are replaced"
        return folder, (other,) if owner not in ("", essay) else ()
    folder, usual = folder_of(essay, source.slug, BUILD), BUILD / source.slug
    if folder == usual:
        return folder, ()
    owner = owner_of(usual) or "something else"
    here = f"`build/{usual.name}` belongs to `{owner}`: this goes to `build/{folder.name}`"
    return folder, (here,)


def clear() -> list[str]:
    """Remove everything under build/ that a build wrote; return the names."""
    import shutil

    found = sorted(BUILD.iterdir()) if BUILD.is_dir() else []
    names = [path.name for path in found if path.name != ".gitignore"]
    for name in names:
        path = BUILD / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return names


@contextmanager
def noted(order: Order) -> Iterator[None]:
    """Write what stops a build in the place of the findings of the last one, if there are any.

    Who reads these must not take those of a booklet of yesterday for those of today.
    """
    try:
        yield
    except BookletError as error:
        from booklet.press.file_writing import write  # late: most builds are not stopped

        with suppress(BookletError, OSError):
            folder, _ = chosen_folder(order, read(order.essay, order.cwd))
            if (folder / FILE).is_file():
                write({folder / FILE: errors_as_json(error)})
        raise
