"""Fitting: what would save a sheet, and an edition made a little tighter until it does.

Only tokens change: leading, margins, the size of type. The text is never touched.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from booklet.editions.style import Tightening
from booklet.errors import BookletError
from booklet.sheets import estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from booklet.editions import Edition, Part
    from booklet.editions.style import Style
    from booklet.layout import Layout, Leaf, Pages
    from booklet.sheets import Plan


class Step(NamedTuple):
    """A step of the ladder: how much of its limit each setting takes, from 0 to 1."""

    leading: float
    margins: float
    type_size: float


# From what a reader sees least to what he sees most: first the leading, then the margins, and the
# type only when both are at their limits.
LADDER = (
    Step(1 / 3, 0, 0), Step(2 / 3, 0, 0), Step(1, 0, 0), Step(1, 1 / 2, 0),
    Step(1, 1, 0), Step(1, 1, 1 / 2), Step(1, 1, 1),
)  # fmt: skip

# A page with more lines than this is not nearly saved.
_FEW = 8


@dataclass(frozen=True)
class Fitted:
    """What became of the wish for a sheet less: the edition to make, and a sentence about it."""

    style: Style
    said: str


def fit(style: Style, pages: int, plan: Plan, count: Callable[[Style], int]) -> Fitted:
    """Return the edition with the smallest change, within its limits, that saves a sheet.

    `pages` is how many there are now, and `count` lays an edition out to say how many it has; it
    is asked once for each step of the ladder at most, and once only if even the last one is in
    vain. Where nothing helps the edition stays as it is.
    """
    before = estimate(pages, plan)
    if not before.over:
        return Fitted(style, "there is no sheet to save")
    tighter = list(dict.fromkeys(_tightened(style)))
    if not tighter:
        return Fitted(style, f"the edition `{style.name}` allows no change (`fit-leading` …)")

    def told(change: Tightening) -> int:
        return count(msgspec.structs.replace(style, tightened=change))

    def saves(length: int) -> bool:
        return estimate(length, plan).sheets < before.sheets

    last = told(tighter[-1])
    if not saves(last):
        left = estimate(last, plan).over
        return Fitted(
            style,
            f"nothing saves a sheet within the limits of the edition: with {tighter[-1]} "
            f"there are still {left} {'page' if left == 1 else 'pages'} too many",
        )
    for change in tighter[:-1]:
        length = told(change)
        if saves(length):
            return _done(style, change, pages, length, plan)
    return _done(style, tighter[-1], pages, last, plan)


def _tightened(style: Style) -> Iterator[Tightening]:
    """Yield the changes of the ladder that the edition's limits allow, the mildest first."""
    most = style.limits
    for step in LADDER:
        change = Tightening(*(1 - part * limit for part, limit in zip(step, most, strict=True)))
        if change != Tightening():
            yield change


def _done(style: Style, change: Tightening, pages: int, now: int, plan: Plan) -> Fitted:
    """Return the edition with a change by which it has `now` pages instead of `pages`."""
    saved = estimate(pages, plan).sheets - estimate(now, plan).sheets
    sheets = "a sheet is saved" if saved == 1 else f"{saved} sheets are saved"
    said = f"{change}: {now} pages instead of {pages}, so that {sheets}"
    return Fitted(msgspec.structs.replace(style, tightened=change), said)


def saving(edition: Edition, pages: Pages, plan: Plan, layout: Layout) -> str:
    """Return what would save a sheet, or an empty string: lines that are over, or pages.

    Nothing is said of a last sheet that is full. Lines are named where a part ends in a few of
    them, with nothing else on that page, and would save a sheet by being a page shorter.
    """
    now = estimate(len(pages.leaves), plan)
    if not now.over or not now.blanks:  # to save a sheet that is full is to cut the text
        return ""
    found: list[tuple[int, str]] = []
    for part, last in _ends(edition, pages.leaves).items():
        shorter = _length(edition.parts, pages.leaves, part)
        if estimate(shorter, plan).sheets < now.sheets and _is_plain(edition, pages, last):
            lines = _lines(layout, part)
            if 0 < lines <= _FEW:
                found.append((lines, pages.leaves[last].folio))
    if not found:
        return now.saving()
    lines, folio = min(found)
    over = "1 line is" if lines == 1 else f"{lines} lines are"
    return f"{over} over on p. {folio}: without {'it' if lines == 1 else 'them'} a sheet is saved"


def _lines(layout: Layout, part: str) -> int:
    """Return how many lines there are on the last page of a part; none if that is not known."""
    with suppress(BookletError):  # of a WeasyPrint that does not tell
        return len(layout.lines(part)[-1])
    return 0


def _ends(edition: Edition, leaves: Sequence[Leaf]) -> Mapping[str, int]:
    """Return the last page, from 0, of each part of the text that has several."""
    texts = {part.name for part in edition.parts if part.kind == "essay"}
    counted = [leaf.part for leaf in leaves]
    return {
        name: len(counted) - 1 - counted[::-1].index(name)
        for name in texts
        if counted.count(name) > 1
    }


def _is_plain(edition: Edition, pages: Pages, page: int) -> bool:
    """Return whether a page begins nothing but paragraphs: no heading, note, figure or table."""
    plain = {block.id for block in edition.manuscript.blocks if block.kind in ("p", "li", "div")}
    return all(anchor in plain for anchor, spot in pages.spots.items() if spot.page == page)


def _length(parts: Sequence[Part], leaves: Sequence[Leaf], shorter: str) -> int:
    """Return how many pages there would be if one part were a page shorter.

    Parts that begin on a recto or a verso keep to that, and the body to its recto.
    """
    own = [leaf.part for leaf in leaves]
    lengths = {part.name: own.count(part.name) - (part.name == shorter) for part in parts}
    total, body = 0, False
    for part in sorted(parts, key=lambda part: part.numbering == "arabic"):
        begins = part.numbering == "arabic" and not body
        body = body or begins
        side = "recto" if begins else part.side
        if side != "next" and (total % 2 == 0) != (side == "recto"):
            total += 1
        total += lengths[part.name]
    return total
