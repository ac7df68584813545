"""Fragments: what a page break, or WeasyPrint's way with lists, took apart is put together."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from booklet.pdf.tags.structure import MarkedContent, Tag, is_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from booklet.pdf.tags.structure import Hotspot


def mend_lists(tag: Tag) -> None:
    """Give each item in `tag` one label and one body, and put lists into the items they stand in.

    WeasyPrint sets an inner list after its item, beside it, and wraps only some bodies.
    """
    for kid in tag.kids:
        if isinstance(kid, Tag):
            mend_lists(kid)
    if tag.role == "LI":
        _mend_item(tag)
    elif tag.role == "L":
        kids: list[Tag | MarkedContent | Hotspot] = []
        for kid in tag.kids:
            before = kids[-1] if kids else None
            if is_tag(kid, "L") and is_tag(before, "LI"):
                _insert(body_of(before), kid)
            else:
                kids.append(kid)
        tag.kids = kids


def body_of(item: Tag) -> Tag:
    """Return the body of a list item, which it has if it went through `mend_lists`."""
    return next(kid for kid in item.kids if is_tag(kid, "LBody"))


def _mend_item(item: Tag) -> None:
    """Gather all but the labels of a list item in one body."""
    labels: list[Tag] = []
    body = Tag("LBody")
    for kid in item.kids:
        if is_tag(kid, "Lbl"):
            labels.append(kid)
        elif is_tag(kid, "LBody"):
            body.kids += kid.kids
        else:
            body.kids.append(kid)
    item.kids = [*labels, body]


def _insert(body: Tag, inner: Tag) -> None:
    """Put a list into the body of an item, before what was set after it."""
    start = _start(inner)
    later = (i for i, kid in enumerate(body.kids) if (at := _start(kid)) and start and at > start)
    body.kids.insert(next(later, len(body.kids)), inner)


def _start(kid: object) -> MarkedContent | None:
    """Return the first text in a tag. Labels and figures do not count: they are drawn later."""
    if isinstance(kid, MarkedContent):
        return kid
    if not isinstance(kid, Tag) or kid.role in ("Figure", "Lbl"):
        return None
    return next((start for inner in kid.kids if (start := _start(inner))), None)


def join(pages: Sequence[list[Tag]], breaks: Iterable[Sequence[str]]) -> list[Tag]:
    """Return the tags of all pages in one row.

    `breaks` are, for each page but the last, the roles of the elements that go on overleaf, from
    the outermost to the innermost.
    """
    row = list(pages[0]) if pages else []
    for (_, overleaf), roles in zip(pairwise(pages), breaks, strict=True):
        whole = Tag("", [*row])
        _join(whole, Tag("", [*overleaf]), list(roles))
        row = [kid for kid in whole.kids if isinstance(kid, Tag)]
    return row


def _join(tag: Tag, rest: Tag, roles: list[str]) -> None:
    """Add the rest of an element to it; `roles` are those of the elements in it that go on."""
    if tag.role == "Table":
        _drop_repeated(tag, rest)
    if tag.role == "TR" and len(tag.kids) == len(rest.kids):
        for cell, more in zip(tag.kids, rest.kids, strict=True):
            if isinstance(cell, Tag) and isinstance(more, Tag):
                _join(cell, more, [])
        return
    last, first = tag.kids[-1:], rest.kids[:1]
    for a, b in zip(last, first, strict=False):
        if not (isinstance(a, Tag) and isinstance(b, Tag) and a.role == b.role):
            continue
        if roles[:1] == [a.role] or a.role == "LBody":
            _join(a, b, roles if a.role == "LBody" else roles[1:])
            rest.kids = rest.kids[1:]
    tag.kids += rest.kids


def _drop_repeated(table: Tag, rest: Tag) -> None:
    """Leave out the head that a table repeats overleaf, and the foot but for the last."""
    had = {kid.role for kid in table.kids if is_tag(kid, "Caption", "THead")}
    rest.kids = [kid for kid in rest.kids if not is_tag(kid, *had)]
    if any(is_tag(kid, "TFoot") for kid in rest.kids):
        table.kids = [kid for kid in table.kids if not is_tag(kid, "TFoot")]
