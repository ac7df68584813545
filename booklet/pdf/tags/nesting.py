"""Shape: the rules for what stands in what, whatever the HTML was."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pdf.tags.structure import GROUPS, INLINE, Hotspot, MarkedContent, Tag, is_tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Where notes may stand: not in what is read as a heading, a cell or a caption.
_HOSTS = (GROUPS - {"Caption"}) | {"LBody"}

_EMPTY = frozenset({"TD", "TH", "TR"})


def shape(tag: Tag) -> None:
    """Put all that is in `tag` into good order.

    Tags that say nothing give way to what they hold, text in groups becomes paragraphs, and notes
    come after the block that calls them.
    """
    for note in tag.notes:
        shape(note)
    kids = list(_shaped(tag))
    if tag.role == "L":
        kids = [kid if is_tag(kid, "LI") else Tag("LI", [Tag("LBody", [kid])]) for kid in kids]
    else:
        kids = list(_gathered(kids, "L", [is_tag(kid, "LI") for kid in kids]))
    tag.kids = _paragraphs(kids) if tag.role in GROUPS else kids
    if tag.role == "Table":
        _scope(tag)


def _shaped(tag: Tag) -> Iterator[Tag | MarkedContent | Hotspot]:
    """Yield what is in a tag, in good order, and hand on the notes that may not stand in it."""
    is_host, has_text = tag.role in _HOSTS, any(isinstance(kid, MarkedContent) for kid in tag.kids)
    if is_host:
        waiting, tag.notes = tag.notes, []
    else:
        waiting = tag.notes
    for kid in tag.kids:
        if not isinstance(kid, Tag):
            yield kid
            continue
        shape(kid)
        if is_host and waiting and kid.role not in INLINE:
            yield from waiting
            waiting.clear()
        if not _says_nothing(kid):
            yield from [kid] if kid.kids or kid.role in _EMPTY else []
        elif kid.role == "NonStruct" and tag.role in GROUPS and not has_text:
            yield from _paragraphs(kid.kids)  # a block, since there is no text beside it
        else:
            yield from kid.kids
        waiting += kid.notes
    if is_host:
        yield from waiting


def _says_nothing(tag: Tag) -> bool:
    """Whether a tag can give way to what it holds."""
    if tag.role == "Link":
        return not any(isinstance(kid, Hotspot) for kid in tag.kids)
    return tag.role == "NonStruct" or (tag.role in ("Div", "Span") and not tag.entries)


def _paragraphs(kids: Sequence[Any]) -> list[Any]:
    """Return what a group holds with its text in paragraphs, and pictures that stand in a line."""
    text = [not isinstance(kid, Tag) or kid.role in INLINE for kid in kids]
    beside = [any(text[max(i - 1, 0) : i + 2]) for i in range(len(kids))]
    wanted = [
        b if is_tag(kid, "Figure") else t for kid, t, b in zip(kids, text, beside, strict=True)
    ]
    return list(_gathered(kids, "P", wanted))


def _gathered(kids: Sequence[Any], role: str, wanted: Sequence[bool]) -> Iterator[Any]:
    """Yield `kids`, the rows of neighbours that are wanted each in a tag of its own."""
    for is_wanted, run in groupby(zip(wanted, kids, strict=True), itemgetter(0)):
        row = [kid for _, kid in run]
        yield from [Tag(role, row)] if is_wanted else row


def _scope(table: Tag) -> None:
    """Say of each header cell what it heads: its column in the head, its row elsewhere.

    WeasyPrint lists the headers of each cell instead, and miscounts where cells span others.
    """
    for section in table.kids:
        for row in _rows(section):
            cells = [cell for cell in row.kids if isinstance(cell, Tag)]
            heads_columns = is_tag(section, "THead") or all(is_tag(cell, "TH") for cell in cells)
            for cell in cells:
                attributes = cell.entries.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
                attributes.pop("Headers", None)
                if cell.role == "TH":
                    attributes.setdefault("Scope", "/Column" if heads_columns else "/Row")
                if len(attributes) == 1:
                    del cell.entries["A"]


def _rows(section: Tag | MarkedContent | Hotspot) -> list[Tag]:
    """Return the rows of a section of a table, which may be a row itself."""
    rows = section.kids if is_tag(section, "THead", "TBody", "TFoot") else [section]
    return [row for row in rows if isinstance(row, Tag)]
