"""What WeasyPrint says while it works, as findings at the author's file and line."""

from __future__ import annotations

import contextlib
import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from booklet.errors import BookletError, Place
from booklet.findings import Finding
from booklet.layout.addresses import HOME
from booklet.layout.css_numbers import OUT
from booklet.layout.gradients import LEFT_OUT
from booklet.layout.variables import TOO_MUCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.editions import Edition, StyleSheet

# Between the number of a style sheet and what was said of it, as the engine sends them.
OF_SHEET = "\x1f"

_PICTURE = re.compile(
    r"Failed to (?:load image at|render SVG image) '?([^']*?)'?(?:: (.*))?$", re.DOTALL
)
_SHEET = re.compile(r"Failed to load stylesheet at (\S+?) ?: (.*)", re.DOTALL)
_FONT = re.compile(r"Font-face '(.*)' cannot be loaded")
_NO_GLYPH = re.compile(r'\.notdef glyph rendered .*"(.)" \(U\+[0-9A-F]+\)', re.DOTALL)
_RULE = re.compile(r"(.*?) at (\d+):(\d+)(.*)", re.DOTALL)
_SELECTOR = re.compile(r"Invalid or unsupported selector, '(.*?)\s*'", re.DOTALL)
_AT_RULE = re.compile(r"<AtRule (@\S+)[^>]*>")
_AGAIN = "save it again; its description stands in its place"
_TYPE = re.compile(r"^\w+(?:Error|Exception): ")


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
        from booklet.fonts.coverage import lacking  # late: it reads the fonts' tables

        yield from lacking(edition, missing)


def _of_sheet(edition: Edition, line: str) -> Finding:
    """Return the finding for a remark about a style sheet, with its line."""
    number, _, remark = line.partition(OF_SHEET)
    sheet = edition.sheets[int(number)]
    if giant := OUT.fullmatch(remark):
        return _giant(giant, sheet.path)
    if refused := _SHEET.match(remark):
        return _refused(refused[1], refused[2], sheet)
    if font := _FONT.match(remark):
        where = Place(sheet.path, _line_of(f"@font-face[^}}]*?({re.escape(font[1])})", sheet))
        return Finding("S02", f"the font `{font[1]}` cannot be loaded", where)
    if selector := _SELECTOR.match(remark):
        where = Place(sheet.path, _line_of(re.escape(selector[1]), sheet))
        named = " ".join(selector[1].split())
        return Finding("S01", f"`{named}` is not a selector that is known", where)
    return _of_rule(remark, sheet.path)


def _of_rule(remark: str, path: str) -> Finding:
    """Return the finding for a rule that was ignored: `p { colour: red }` and the like."""
    found = _RULE.fullmatch(remark)
    if not found:
        return Finding("S01", remark, Place(path))
    said, reason = _AT_RULE.sub(r"`\1`", found[1]), found[4].strip(" ,.:")
    if said.startswith("Ignored `"):
        said = f"{said.removeprefix('Ignored ').replace(' `', '`')} was ignored"
    message = f"{said}: {reason}" if reason else said
    return Finding("S01", f"{message} (column {found[3]})", Place(path, int(found[2])))


def _giant(found: re.Match[str], path: str) -> Finding:
    """Return the finding for a rule with a number that no page can hold, in a sheet or in a file
    that lies beside it."""
    path = posixpath.join(posixpath.dirname(path), found[4]) if found[4] else path
    return Finding("S05", f"{found[1]} (column {found[3]})", Place(path, int(found[2])))


def _refused(address: str, reason: str, sheet: StyleSheet) -> Finding:
    """Return the finding for a file that a style sheet names and may not have."""
    name = address.removeprefix(HOME)
    where = Place(sheet.path, _line_of(re.escape(name), sheet))
    return Finding("S02", f"`{name}` cannot be used: {_plain(reason)}", where)


def _line_of(pattern: str, sheet: StyleSheet) -> int:
    """Return the line of a style sheet that has a text, or a part of one, or 0."""
    found = re.search(pattern, sheet.css)
    return sheet.css.count("\n", 0, found.start(found.lastindex or 0)) + 1 if found else 0


def _of_part(edition: Edition, part: str, line: str) -> Finding:
    """Return the finding for a remark about a part: a picture that fails, or anything else."""
    start = start_of(edition, part)
    if giant := OUT.fullmatch(line):
        return _giant(giant, edition.manuscript.path)
    if picture := _PICTURE.fullmatch(line):
        return _of_picture(edition, picture[1].removeprefix(HOME), picture[2] or "", start)
    if refused := _SHEET.match(line):
        return Finding("S02", f"`{refused[1]}` cannot be used: {_plain(refused[2])}", start)
    if line in (LEFT_OUT, TOO_MUCH):
        return Finding("S05", line, style_of(edition))
    if line.startswith("the link to"):
        return Finding("M03", line, start)
    if "attachment" in line:
        return Finding("S02", _plain(line), start)
    if rule := _RULE.fullmatch(line):
        for sheet in _own(edition):  # what holds a variable is judged when it is used
            told = sheet.css.split("\n")[int(rule[2]) - 1 : int(rule[2])]
            name = rule[1].removeprefix("Ignored `").partition(":")[0]
            if told and name in told[0][: int(rule[3]) - 1 + len(name)]:
                return _of_rule(line, sheet.path)
        if part and start.path.endswith(".html"):
            return _of_rule(line, start.path)
    return Finding("P03", f"WeasyPrint says: {_plain(line)}", start)


def _of_picture(edition: Edition, src: str, reason: str, start: Place) -> Finding:
    """Return the finding for a picture that cannot be set, at the line that names it."""
    why = f": {_plain(reason)}" if reason else ""
    for chapter in edition.manuscript.chapters:
        for picture in chapter.pictures:
            if src in (picture.src, quote(picture.src)):
                message = f"the picture `{src[:80]}` cannot be set{why}"
                return Finding("M06", message, picture.where, hint=_AGAIN)
    for sheet in _own(edition):
        if src in sheet.css:
            return _refused(src, reason, sheet)
    for part in edition.parts:  # what is said when the PDF is written names no part
        if src in part.html:
            start = start_of(edition, part.name)
    return Finding("S02", f"the picture `{src[:80]}` cannot be used{why}", start)


def _plain(reason: str) -> str:
    """Return what went wrong without the name of an exception or our own address."""
    return _TYPE.sub("", reason.replace(HOME, ""))


def _own(edition: Edition) -> Iterator[StyleSheet]:
    """Yield the author's own style sheets."""
    return (sheet for sheet in edition.sheets if sheet.own)


def start_of(edition: Edition, part: str) -> Place:
    """Return where a part begins: in the manuscript, or in a template of the author's."""
    for chapter in edition.manuscript.chapters:
        if chapter.id == part and chapter.blocks:
            return chapter.blocks[0].where
    template = f"templates/{part}.html"
    if part and (edition.shelf.root / template).is_file():
        return Place(posixpath.join(posixpath.dirname(edition.manuscript.path), template))
    return Place(edition.manuscript.path)


@contextlib.contextmanager
def blamed(where: Place) -> Iterator[None]:
    """Give an error that arises here a place, if it has none."""
    try:
        yield
    except BookletError as error:
        error.where = error.where or where
        raise


def style_of(edition: Edition) -> Place:
    """Return where the author's own rules are, or else the manuscript."""
    return next((Place(s.path) for s in _own(edition)), Place(edition.manuscript.path))
