"""What a page notes among the resources of a PDF, kept as plain data: groups, patterns, states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf

from booklet.layout.digits import find
from booklet.pdf.objects import text_of
from booklet.quick.frozen_pages import PageResource, Slot
from booklet.quick.pages.placeholders import completed, named, stands_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from booklet.quick.pages.placeholders import Move

# What draws something that was noted under a name: an object, a pattern, a shading, a state.
_NAMING = {b"Do": "XObject", b"scn": "Pattern", b"SCN": "Pattern", b"sh": "Shading",
           b"gs": "ExtGState"}  # fmt: skip
KINDS = ("ExtGState", "XObject", "Pattern", "Shading")

# What stands for the colour space in a page that is drawn alone.
SPACE = "/space"


def entries(
    resources: Mapping[str, Mapping[str, Any]], moves: list[Move]
) -> Iterator[PageResource]:
    """Yield what a page noted among its resources, in order.

    A name that counts those before it is another in the booklet; one of a picture, or of how
    opaque something is, says all by itself.
    """
    known: dict[int, Any] = {}
    for kind in KINDS:
        for name, content in resources[kind].items():
            stable = content is None or (kind == "ExtGState" and name[0] in "aA")
            yield PageResource(
                kind, name, copied(content, known, SPACE, moves=moves), counted=not stable
            )


def copied(
    content: Any,
    known: dict[int, Any],
    space: Any,
    fonts: Mapping[int, Any] | None = None,
    moves: list[Move] | None = None,
) -> Any:
    """Return a copy of something of pydyf's and all that is in it, streams as plain text.

    What comes more than once is copied once: `known` has it. `space` is put in the place of the
    colour space, which is the same for all streams of a PDF. What is
    drawn gets names for its `moves`, or with the `fonts` of a booklet what they stand for.
    """
    if id(content) in known:
        return known[id(content)]
    if content == SPACE:
        return space
    if isinstance(content, pydyf.Stream):
        operators = joined(content.stream)
        if moves:
            operators = named(operators, moves)
        if fonts is not None:
            operators = completed(operators, fonts)
        there = known[id(content)] = pydyf.Stream([operators], {}, content.compress)
        there.extra = copied(content.extra, known, space, fonts, moves)
        return there
    if isinstance(content, pydyf.Dictionary):
        there = known[id(content)] = pydyf.Dictionary()
        there |= {key: copied(item, known, space, fonts, moves) for key, item in content.items()}
        return there
    if isinstance(content, pydyf.Array):
        return pydyf.Array(copied(item, known, space, fonts, moves) for item in content)
    return content


def divided(
    stream: list[Any], noted: Sequence[PageResource], moves: list[Move]
) -> tuple[tuple[bytes, ...], tuple[Slot, ...]]:
    """Return the operators of a page as text, divided at its slots, and these."""
    cuts: dict[int, Slot] = {}
    for at, run in find(stream):
        cuts[at] = Slot((pydyf._to_bytes(stream[at]), b""), run=run)
    counted = {(entry.kind, entry.name): i for i, entry in enumerate(noted) if entry.counted}
    if counted:
        for at, item in enumerate(stream):
            if isinstance(item, bytes) and (slot := _naming(item, counted)):
                cuts[at] = slot
    for at, item in enumerate(stream):
        # most pages have no moves and nothing that lacks: a look at each operator is all they cost
        if type(item) is bytes and item[-2:] == b"TJ" and (moves or b"?" in item):
            text = named(item, moves)
            if stands_in(text):
                cuts[at] = Slot((text, b""), open=True)
    texts, last = [], -1
    for at in sorted(cuts):
        texts.append(joined(stream[last + 1 : at]))
        last = at
    texts.append(joined(stream[last + 1 :]))
    return tuple(texts), tuple(cuts[at] for at in sorted(cuts))


def _naming(item: bytes, counted: Mapping[tuple[str, str], int]) -> Slot | None:
    """Return the slot for an operator that names an entry whose name counts others."""
    before, _, operator = item.rpartition(b" ")
    operands, slash, name = before.rpartition(b"/")
    entry = counted.get((_NAMING.get(operator, ""), name.decode("ascii", "replace")), -1)
    return Slot((operands + slash, b" " + operator), entry=entry) if entry >= 0 else None


def joined(items: Sequence[Any]) -> bytes:
    """Return operators as they stand in a PDF."""
    return b"\n".join([item if type(item) is bytes else text_of(item) for item in items])
