"""What WeasyPrint says while it works, as findings at the author's file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.pages.home import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.edition import Edition

# Between the number of a style sheet and what was said of it, as the engine sends them.
OF_SHEET = "\x1f"

_PICTURE = re.compile(r"Failed to (?:load image at|render SVG image) '?([^']*?)'?(?:: .*)?$")
_NO_GLYPH = re.compile(r'\.notdef glyph rendered .*"(.)" \(U\+[0-9A-F]+\)', re.DOTALL)
_LINE = re.compile(r"\bat (\d+):\d+")


def findings(edition: Edition, said: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield the findings in what was `said`: pairs of a part's name (or "") and a line of the log.

    All characters that no font has make one finding for each file.
    """
    missing: set[str] = set()
    for part, line in said:
        if no_glyph := _NO_GLYPH.search(line):
            missing.add(no_glyph[1])
        elif OF_SHEET in line:
            yield _of_sheet(edition, line)
        else:
            yield _of_part(edition, part, line)
    if missing:
        from booklet.fonts import lacking  # late: it reads the fonts' tables

        yield from lacking(edition, missing)


def _of_sheet(edition: Edition, line: str) -> Finding:
    """Return the finding for a remark about a style sheet, with its line."""
    number, _, remark = line.partition(OF_SHEET)
    found = _LINE.search(remark)
    where = Place(edition.sheets[int(number)].path, int(found[1]) if found else 0)
    refused = "Failed to load" in remark or "cannot be loaded" in remark
    return Finding("S02" if refused else "S01", remark.replace(HOME, ""), where)


def _of_part(edition: Edition, part: str, line: str) -> Finding:
    """Return the finding for a remark about a part: a picture that fails, or anything else."""
    if picture := _PICTURE.search(line):
        return _of_picture(edition, picture[1].removeprefix(HOME))
    if "Failed to load stylesheet" in line or "attachment" in line:
        return Finding("S02", line.replace(HOME, ""), _start(edition, part))
    return Finding("P03", f"WeasyPrint says: {line.replace(HOME, '')}", _start(edition, part))


def _of_picture(edition: Edition, src: str) -> Finding:
    """Return the finding for a picture that cannot be set, at the line that names it."""
    for chapter in edition.manuscript.chapters:
        for picture in chapter.pictures:
            if picture.src == src:
                return Finding("M06", f"the picture `{src}` cannot be set", picture.where)
    return Finding("M06", f"the picture `{src}` cannot be set", Place(edition.manuscript.path))


def _start(edition: Edition, part: str) -> Place:
    """Return where a part begins in the manuscript."""
    for chapter in edition.manuscript.chapters:
        if chapter.id == part and chapter.blocks:
            return chapter.blocks[0].where
    return Place(edition.manuscript.path)
