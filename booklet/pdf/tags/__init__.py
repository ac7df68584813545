"""Tags: what a screen reader is told of the booklet, taken from its HTML.

WeasyPrint tags boxes, page by page: a paragraph that goes on overleaf is two, a note is a `Span`
at the end of its page, and of an element of the HTML no more is left than a role. Here the tags
of each part are joined over its pages and held against its HTML, and each element gets the role
that ISO 32000-1, 14.8.4, has for it. Where the two do not match, WeasyPrint's tags stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.pdf.tags.fragments import join, mend_lists
from booklet.pdf.tags.matching import is_given
from booklet.pdf.tags.nesting import shape
from booklet.pdf.tags.roles import Dresser
from booklet.pdf.tags.structure import Tag
from booklet.pdf.tags.survey import Survey
from booklet.pdf.tags.tagging import tagged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree.ElementTree import Element

    from booklet.pdf.tags.structure import Box, Hotspot, Structure
    from booklet.pdf.tags.tagging import Tagging


def arranged(
    structure: Structure,
    name: str,
    html: Element,
    first: int,
    anchors: Sequence[Mapping[str, Box]],
) -> Tagging:
    """Return the tags of the part `name`, as its HTML has them, ready to be written.

    `structure` is what WeasyPrint made of it; its first page there is `first`. `anchors` are the
    names on each of its pages, in their order, and where they are.
    """
    tags = _arranged(Survey(html), structure, name, first, anchors)
    return tagged(tags, first, len(anchors))


def _arranged(
    survey: Survey,
    structure: Structure,
    part: str,
    first: int,
    anchors: Sequence[Mapping[str, Box]],
) -> list[Tag]:
    """Return the tags of one part, whose first page is `first`, as its HTML has them."""
    pages = structure.pages[first : first + len(anchors)]
    notes: dict[str, Tag] = {}
    for number, (page, names) in enumerate(zip(pages, anchors, strict=True)):
        known = [name for name in names if name in survey.notes]
        notes |= _taken(page, f"{part}-{number}", known, survey)
        for tag in page:
            mend_lists(tag)
    spots = {name: (first + i, box) for i, page in enumerate(anchors) for name, box in page.items()}

    def link(name: str, target: str, words: str) -> Hotspot | None:
        if name not in spots or target not in spots:
            return None
        return structure.link(*spots[name], target, words)

    top = Tag("Document", [*join(pages, survey.breaks(anchors))])
    Dresser(survey, notes, link).dress(top)
    shape(top)
    return [kid for kid in top.kids if isinstance(kid, Tag)]


def _taken(page: list[Tag], place: str, names: Sequence[str], survey: Survey) -> dict[str, Tag]:
    """Take the notes from the foot of a page, where they stand in the order of their anchors.

    They are in a box that is no element. A note without an anchor makes all on its page strange.
    """
    looks_alike = any(is_given(kid, "NonStruct") for kid in survey.kids(survey.body))
    if not page or page[-1].role != "NonStruct" or (looks_alike and not names):
        return {}
    notes = [kid for kid in page.pop().kids if isinstance(kid, Tag)]
    for note in notes:
        mend_lists(note)
    if len(names) != len(notes):
        names = [f"{place}-note-{i}" for i in range(len(notes))]
    return dict(zip(names, notes, strict=True))
