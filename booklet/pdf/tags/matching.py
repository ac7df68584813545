"""Matching: which of the tags in a tag belong to which of the elements in an element."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from booklet.pdf.tags.structure import is_tag
from booklet.pdf.tags.survey import given

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from booklet.pdf.tags.structure import Hotspot, MarkedContent, Tag

_T = TypeVar("_T")


def match(
    kids: Sequence[Element | str], tags: Sequence[Tag | MarkedContent | Hotspot]
) -> dict[Element, list[Tag]]:
    """Return the tags of each element among `kids`, as far as that is certain.

    Elements and tags of a role come in the same order. There are more tags than elements where
    elements are divided over lines: then what stands between them has to tell which is which.
    """
    found: dict[Element, list[Tag]] = {}
    for role in dict.fromkeys(given(kid) for kid in kids if not isinstance(kid, str)):
        elements = _runs([kid if is_given(kid, role) else None for kid in kids])
        pieces = _runs([tag if is_tag(tag, role) else None for tag in tags])
        if sum(map(len, elements)) == sum(map(len, pieces)):
            elements, pieces = [[*chain(*elements)]], [[*chain(*pieces)]]
        if len(elements) == len(pieces):
            for some, theirs in zip(elements, pieces, strict=True):
                found |= _shared(some, theirs)
    return found


def is_given(kid: Element | str, role: str) -> TypeGuard[Element]:
    """Whether something in the HTML is an element to which WeasyPrint gives this role."""
    return not isinstance(kid, str) and given(kid) == role


def _runs(items: Sequence[_T | None]) -> list[list[_T]]:
    """Return the rows of neighbours that are wanted; None stands for what is not."""
    runs = groupby(items, lambda item: item is not None)
    return [[item for item in run if item is not None] for is_wanted, run in runs if is_wanted]


def _shared(elements: list[Element], tags: list[Tag]) -> dict[Element, list[Tag]]:
    """Share neighbouring tags among neighbouring elements: one each, or all to one."""
    if len(elements) == len(tags):
        return {element: [tag] for element, tag in zip(elements, tags, strict=True)}
    return {elements[0]: tags} if len(elements) == 1 else {}
