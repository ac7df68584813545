"""The PDF as a file: how its objects are put into bytes (ISO 32000-1, 7.5)."""

from __future__ import annotations

import struct
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pdf.compression import begin, packed_again, turn
from booklet.pdf.objects import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Objects in one stream. One of ISO's reasons to have several is that a reader has to unpack them
# whole; ours is that after an edit most of them are what they were, and need not be packed again.
_MOST = 100

# An entry of the table of objects: its kind, where it is, and its place there or its generation.
_ENTRY = struct.Struct(">BIH")

# From this version of PDF on there are streams of objects.
_SINCE = "1.5"


class File(pydyf.PDF):  # type: ignore[misc]  # pydyf has no types
    """A PDF whose objects are packed by the hundred."""

    _listed: tuple[bytes, ...] = ()

    @property
    def page_references(self) -> tuple[bytes, ...]:
        """The references of all pages, made again only when there are more pages.

        pydyf lists them anew for each element of the structure tree, so that the time to write a
        tagged book grows with the square of its pages.
        """
        if len(self._listed) != self.pages["Count"]:
            self._listed = super().page_references
        return self._listed

    def write(
        self, output: Any, version: Any = None, identifier: Any = False, compress: bool = False
    ) -> None:
        """Write the PDF as pydyf does, but with several streams of objects in the place of one."""
        said = version.decode() if isinstance(version, bytes) else str(version or "1.7")
        if identifier or not compress or said < _SINCE:
            super().write(output, version, identifier, compress)
            return
        if self.info:
            self.add_object(self.info)
        self.write_line(b"%PDF-" + said.encode(), output)
        self.write_line(b"%\xf0\x9f\x96\xa4", output)
        table = [_ENTRY.pack(0, 0, 65535)] * len(self.objects)
        loose: list[Any] = []
        fixed: list[Any] = []
        for item in self.objects:
            if item.free != "f":  # and whether pydyf calls it compressible
                is_fixed = item.generation or isinstance(item, pydyf.Stream)
                (fixed if is_fixed else loose).append(item)
        rows = [loose[start : start + _MOST] for start in range(0, len(loose), _MOST)]
        streams = [_together(several) for several in rows]  # packed while the rest is written
        for item in fixed:
            table[item.number] = _ENTRY.pack(1, self.current_position, item.generation)
            self.write_line(item.indirect, output)
        for several, (content, entries) in zip(rows, streams, strict=True):
            number = len(table)
            for place, item in enumerate(several):
                table[item.number] = _ENTRY.pack(2, number, place)
            table.append(_ENTRY.pack(1, self.current_position, 0))
            self.write_line(_stream(number, content(), entries), output)
        self.xref_position = self.current_position
        table.append(_ENTRY.pack(1, self.current_position, 0))
        self.write_line(
            _stream(len(table) - 1, packed_again(_table(table)), self._trailer(len(table))), output
        )
        self.write_line(b"startxref\n%d\n%%%%EOF" % self.xref_position, output)
        turn()

    def _trailer(self, size: int) -> dict[str, Any]:
        """Return the entries of the table of so many objects."""
        entries = {
            "Type": "/XRef",
            "Index": pydyf.Array((0, size)),
            "W": pydyf.Array((1, 4, 2)),
            "DecodeParms": pydyf.Dictionary({"Predictor": 12, "Columns": _ENTRY.size}),
            "Size": size,
            "Root": self.catalog.reference,
        }
        return entries | ({"Info": self.info.reference} if self.info else {})


def _table(entries: Sequence[bytes]) -> bytes:
    """Return the table of objects, each entry as the difference from the one before it.

    Most are the next in the same stream, so that this packs well: it is what PNG calls `up`.
    """
    rows, before = [], bytes(_ENTRY.size)
    for entry in entries:
        if entry[:-1] == before[:-1] and entry[-1] - before[-1] == 1:
            rows.append(_NEXT)
        else:
            pairs = zip(entry, before, strict=True)
            rows.append(b"\2" + bytes([(byte - above) & 255 for byte, above in pairs]))
        before = entry
    return b"".join(rows)


# The row of an entry that is one more than the one before it; a row begins with how it is written.
_NEXT = b"\2" + bytes(_ENTRY.size - 1) + b"\1"


def _together(several: Sequence[Any]) -> tuple[Callable[[], bytes], dict[str, Any]]:
    """Return what has objects as they stand in one stream, once packed, and its entries."""
    texts = [text_of(item) for item in several]
    starts = accumulate([len(text) + 1 for text in texts[:-1]], initial=0)  # with a line's end
    pairs = zip([item.number for item in several], starts, strict=True)
    head = b" ".join([b"%d %d" % pair for pair in pairs])
    entries = {"Type": "/ObjStm", "N": len(texts), "First": len(head) + 1}
    return begin(b"\n".join([head, *texts])), entries


def _stream(number: int, content: bytes, entries: dict[str, Any]) -> bytes:
    """Return a stream as it stands in a PDF, whose content is compressed."""
    head = pydyf.Dictionary({**entries, "Filter": "/FlateDecode", "Length": len(content)}).data
    return b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj" % (number, head, content)
