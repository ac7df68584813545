"""Where tests write: an essay with its files in a folder of its own, read and parsed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.source import Shelf, Source, Text, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.manuscript import Chapter, Manuscript

# How long an example takes says something about the machine, and nothing about the text.
settings.register_profile("booklet", deadline=None)
settings.load_profile("booklet")

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3"/></svg>'


def lay(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files, by their names, into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def source(folder: Path, text: str | bytes, files: Mapping[str, str | bytes] = {}) -> Source:
    """Return an essay that stands in `folder`, with other files beside it."""
    lay(folder, {"essay.md": text, **files})
    return read("essay.md", folder)


def manuscript(
    folder: Path, text: str | bytes, files: Mapping[str, str | bytes] = {}
) -> Manuscript:
    """Return the manuscript of an essay that stands in `folder`."""
    return parse(source(folder, text, files))


def from_text(text: str) -> Manuscript:
    """Return the manuscript of an essay that has no files beside it, without writing it to a disk.

    Its pictures may come from the web, where nobody looks at them.
    """
    essay = Text("essay.md", "essay.md", text)
    return parse(Source("essay", Shelf(Path("/nowhere")), essay, True, Path()))


def chapter(text: str) -> Chapter:
    """Return the only chapter of an essay that uses no files, and about which nothing is found."""
    made = from_text(text)
    assert made.findings == ()
    (one,) = made.chapters
    return one


def html(text: str) -> str:
    """Return the HTML of an essay that uses no files, and about which nothing is found."""
    return chapter(text).html.strip()


def found(made: Manuscript) -> list[str]:
    """Return what was found about a manuscript, each with its code and line: `M04 essay.md:3`."""
    return [f"{finding.code} {finding.where}" for finding in made.findings]


def failure(text: str) -> str:
    """Return the error with which an essay is refused, in one line: message, and hint if any."""
    with pytest.raises(BookletError) as caught:
        from_text(text)
    return str(caught.value).replace("\n\n", " / ")


def outcome(text: str) -> Manuscript | BookletError:
    """Return what becomes of an essay: its manuscript, or the error with which it is refused."""
    try:
        return from_text(text)
    except BookletError as error:
        return error
