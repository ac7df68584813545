"""Costumes: what elements are that WeasyPrint does not know, by their names and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pydyf

from booklet.pdf.tags.fragments import body_of
from booklet.pdf.tags.structure import Hotspot, Tag, is_tag
from booklet.pdf.tags.survey import classes, is_comment

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element


def by_name(element: Element, tag: Tag) -> None:
    """Dress a tag as its element's name asks."""
    if element.tag in _BY_NAME:
        _BY_NAME[element.tag](element, tag)


def by_class(kind: str, element: Element, tag: Tag) -> None:
    """Dress a tag as a class of its element asks."""
    if kind in _BY_CLASS:
        _BY_CLASS[kind](element, tag)


def in_contents(element: Element, tag: Tag) -> None:
    """Dress a tag in the contents."""
    if element.tag in ("ol", "ul"):
        tag.role = "TOC"
    elif tag.role == "LI":
        tag.role, tag.kids = "TOCI", body_of(tag).kids
    elif tag.role == "Link":
        _wrap("Reference")(element, tag)


def _become(role: str) -> Callable[[Element, Tag], None]:
    """Return what gives a tag another role."""

    def become(_: Element, tag: Tag) -> None:
        tag.role = role

    return become


def _wrap(role: str) -> Callable[[Element, Tag], None]:
    """Return what puts a tag into another one."""

    def wrap(_: Element, tag: Tag) -> None:
        tag.kids = [Tag(tag.role, tag.kids, tag.entries)]
        tag.role, tag.entries = role, {}

    return wrap


def _abbreviation(element: Element, tag: Tag) -> None:
    """Say what an abbreviation stands for."""
    if element.get("title"):
        tag.role, tag.entries["E"] = "Span", pydyf.String(element.get("title"))


def _link(element: Element, tag: Tag) -> None:
    """Describe a link inside the book by its words; others have their address."""
    words = " ".join(_words(element).split())
    for kid in tag.kids:
        if words and isinstance(kid, Hotspot) and "Dest" in kid.annotation:
            kid.annotation["Contents"] = pydyf.String(words)


def _words(element: Element) -> str:
    """Return the words in an element, without page numbers, which may still have changed."""
    if is_comment(element) or "page-number" in classes(element):
        return ""
    return (element.text or "") + "".join(_words(kid) + (kid.tail or "") for kid in element)


def _item(_: Element, tag: Tag) -> None:
    """Make the box of a task, or a mark that is text, the label of its item."""
    if tag.role != "LI":
        return
    body = holder = body_of(tag)
    if body.kids and is_tag(first := body.kids[0], "P") and isinstance(first, Tag):
        holder = first
    if holder.kids and is_tag(box := holder.kids[0], "Lbl"):
        tag.kids = [box, body]
        holder.kids = holder.kids[1:]


def _definitions(element: Element, tag: Tag) -> None:
    """Make each term the label of the definitions that follow it."""
    names = [kid.tag for kid in element if kid.tag in ("dd", "dt")]
    items = [kid for kid in tag.kids if isinstance(kid, Tag)]
    if len(names) != len(items):
        return
    said: list[tuple[list[Tag], list[Tag]]] = []
    for name, item in zip(names, items, strict=True):
        body = body_of(item)
        is_term = name == "dt"
        if not said or (is_term and said[-1][1]):
            said.append(([], []))
        part = Tag("Lbl" if is_term else "Div", body.kids, item.entries, body.notes)
        said[-1][0 if is_term else 1].append(part)
    tag.kids = [Tag("LI", [*terms, Tag("LBody", [*meanings])]) for terms, meanings in said]


def _header(element: Element, tag: Tag) -> None:
    """Say what a header cell heads, if the author has."""
    scope = {"row": "/Row", "col": "/Column"}.get(element.get("scope", ""))
    if scope and "A" in tag.entries:
        tag.entries["A"]["Scope"] = scope


def _endnote(element: Element, tag: Tag) -> None:
    """Make a note at the end what a note at the foot is."""
    if not element.get("id"):
        return
    tag.role, tag.entries["ID"] = "Note", pydyf.String(element.get("id"))
    box = tag
    while box.kids and is_tag(first := box.kids[0], "Div"):
        box = first
    if box is not tag and box.kids and is_tag(box.kids[0], "Link"):
        # in a note of several paragraphs, the number is in a box with the first of them
        tag.kids = [Tag("Lbl", [box.kids[0]]), *tag.kids]
        box.kids = box.kids[1:]
    for kid in tag.kids:
        if is_tag(kid, "Span"):
            kid.role = "P"


_BY_NAME: dict[str, Callable[[Element, Tag], None]] = {
    "a": _link,
    "abbr": _abbreviation,
    "code": _become("Code"),
    "dl": _definitions,
    "hr": lambda _, tag: tag.kids.clear(),
    "kbd": _become("Code"),
    "li": _item,
    "pre": _become("P"),
    "q": _become("Quote"),
    "samp": _become("Code"),
    "th": _header,
}

_BY_CLASS: dict[str, Callable[[Element, Tag], None]] = {
    "call": _wrap("Reference"),
    "endnote": _endnote,
    "endnote-number": _wrap("Lbl"),
    "item-mark": _become("Lbl"),
    "note-paragraph": _become("P"),
    "task": _become("Lbl"),
}
