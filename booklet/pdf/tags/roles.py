"""Roles: which tag is which element, and what that element is for a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pydyf

from booklet.pdf.tags.elements import by_class, by_name, in_contents
from booklet.pdf.tags.fragments import body_of
from booklet.pdf.tags.matching import is_given, match
from booklet.pdf.tags.structure import GROUPS, INLINE, Hotspot, MarkedContent, Tag, is_tag
from booklet.pdf.tags.survey import classes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from booklet.pdf.tags.survey import Survey

# Boxes without an element, which WeasyPrint puts between an element and what is in it, have the
# role of the element, but for these.
_BETWEEN = {"LBody": "NonStruct", "TD": "NonStruct", "TH": "NonStruct"}

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


class _Place(NamedTuple):
    """Where an element stands: in which language, and whether in the contents."""

    lang: str
    contents: bool


class Dresser:
    """Gives the tags of one part the roles of its HTML, and puts notes where they are called."""

    def __init__(
        self,
        survey: Survey,
        notes: dict[str, Tag],
        link: Callable[[str, str, str], Hotspot | None],
    ) -> None:
        """Take the HTML, the tags of the notes by their names, and what makes a link.

        It is made from the names of two places, from and to, and from what describes it.
        """
        self._survey, self._notes, self._link = survey, notes, link

    def dress(self, top: Tag) -> None:
        """Dress all that is in the body, and the notes; those that nothing calls come last."""
        place = _Place(self._survey.lang, contents=False)
        self._dress_kids(self._survey.body, [top], place)
        top.kids, top.notes = [*top.kids, *top.notes], []
        for name, note in self._notes.items():
            top.kids.append(_noted(note, name))

    def _dress_kids(self, element: Element, tags: Sequence[Tag], place: _Place) -> None:
        """Find the tags of the elements in `element`, whose own tags are `tags`; dress them."""
        holders = [body_of(tag) if tag.role == "LI" else tag for tag in tags]
        kids = list(self._survey.kids(element))
        for holder in holders:
            _unwrap(holder, kids)
            _drop_spaces(holder, kids)
        pairs = match(kids, [kid for holder in holders for kid in holder.kids])
        before = holders[0]
        for child in element:
            if child in pairs:
                self._dress(child, pairs[child], place)
                before = pairs[child][0]
            else:
                self._place_notes(child, before, place)
        if place.contents:
            _drop_leader(holders[-1], pairs)

    def _dress(self, element: Element, tags: Sequence[Tag], place: _Place) -> None:
        """Make one tag of an element's tags, which are several where it is divided over lines."""
        lang = element.get("lang", "")
        own = lang if lang != place.lang and _LANGUAGE.fullmatch(lang) else ""
        kinds = classes(element)
        contents = place.contents or (element.tag == "section" and "contents" in kinds)
        self._dress_kids(element, tags, _Place(own or place.lang, contents))
        tag = _united(tags)
        if "called" in kinds:
            self._dress_call(element, tag)
        by_name(element, tag)
        for kind in kinds:
            by_class(kind, element, tag)
        if contents:
            in_contents(element, tag)
        if own:
            tag.entries["Lang"] = pydyf.String(own)
            if tag.role == "NonStruct":
                tag.role = "Div" if _has_blocks(tag) else "Span"

    def _dress_call(self, call: Element, tag: Tag) -> None:
        """Make a reference to a note of what calls it, and let it lead there."""
        tag.role = "Reference"
        for note in call:
            here, there = call.get("id", ""), note.get("id", "")
            if hotspot := self._link(here, there, note.get("data-number", "")):
                tag.kids = [Tag("Link", [hotspot, *tag.kids])]

    def _place_notes(self, element: Element, tag: Tag, place: _Place) -> None:
        """Put all notes that are in an element to the tag from which they are called."""
        for inner in element.iter():
            if "note" in classes(inner):
                self._place_note(inner, tag, place)

    def _place_note(self, element: Element, tag: Tag, place: _Place) -> None:
        """Put a note to the tag from which it is called, unless it is somewhere already."""
        name = element.get("id", "")
        note = self._notes.pop(name, None)
        if note is None:
            return
        label = _take_label(note)
        self._dress_kids(element, [note], place)
        tag.notes.append(_noted(note, name, *label))


def _unwrap(tag: Tag, kids: Sequence[Element | str]) -> None:
    """Take out the boxes without an element that stand between a tag and those of its kids."""
    role = _BETWEEN.get(tag.role, tag.role)
    if any(is_given(kid, role) for kid in kids):
        return
    tag.kids = [inner for kid in tag.kids for inner in (kid.kids if is_tag(kid, role) else [kid])]


def _drop_spaces(tag: Tag, kids: Sequence[Element | str]) -> None:
    """Leave out the spaces that stand in a group, beside a picture, if it has no other text."""
    if tag.role in GROUPS and not any(isinstance(kid, str) and kid.strip() for kid in kids):
        tag.kids = [kid for kid in tag.kids if not isinstance(kid, MarkedContent)]


def _united(tags: Sequence[Tag]) -> Tag:
    """Return one tag for the pieces of an element that is divided over lines."""
    first, *others = tags
    for other in others:
        first.kids, other.kids = first.kids + other.kids, []
        first.notes, other.notes = first.notes + other.notes, []
    return first


def _has_blocks(tag: Tag) -> bool:
    """Whether there is more in a tag than running text."""
    return any(isinstance(kid, Tag) and kid.role not in INLINE for kid in tag.kids)


def _noted(note: Tag, name: str, *label: Tag) -> Tag:
    """Return the tag of a note as one, with its name and the label that it begins with."""
    note.role, note.kids = "Note", [*label, *note.kids]
    note.entries["ID"] = pydyf.String(name)
    return note


def _take_label(note: Tag) -> list[Tag]:
    """Take the number out of a note, which it begins.

    If the note has several paragraphs, the number is in a box with the lines of the first.
    """
    first = note.kids[0]
    box = first if is_tag(first, "Span") and is_tag(first.kids[0], "NonStruct") else note
    label, *rest = box.kids
    if not is_tag(label, "NonStruct"):
        return []
    box.kids = [kid for line in rest for kid in _in_line(line)] if box is not note else rest
    note.kids = [kid for kid in note.kids if not isinstance(kid, Tag) or kid.kids]
    return [Tag("Lbl", [label])]


def _in_line(kid: Tag | MarkedContent | Hotspot) -> Sequence[Tag | MarkedContent | Hotspot]:
    """Return what is in a line of a paragraph that WeasyPrint takes for running text."""
    return kid.kids if is_tag(kid, "Span") else [kid]


def _drop_leader(tag: Tag, pairs: Mapping[Element, Sequence[Tag]]) -> None:
    """Leave out what comes last and no element stands for: the dots that lead to a page number."""
    known = [found for tags in pairs.values() for found in tags]
    if tag.kids and is_tag(last := tag.kids[-1], "NonStruct") and last not in known:
        tag.kids = tag.kids[:-1]
