"""Packing: what stands compressed in a PDF, which is likely to be what stood in the last one."""

from __future__ import annotations

import zlib

from booklet.store import digest

# PDFs written since something was packed last, until it is forgotten: a set has up to four.
_TURNS = 8


def packed(text: bytes) -> bytes:
    """Return some bytes compressed, as pydyf does."""
    packer = zlib.compressobj(level=9)
    return packer.compress(text) + packer.flush()


class _Packer:
    """Packs, and keeps what it has packed for some PDFs to come."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turn = 0
        self._kept: dict[str, tuple[int, bytes]] = {}

    def pack(self, text: bytes) -> bytes:
        """Return what `packed` does."""
        key = digest(text)
        found = self._kept.get(key)
        content = found[1] if found else packed(text)
        self._kept[key] = self._turn, content
        return content

    def turn(self) -> None:
        """Note that a PDF was written, and forget what has not been in one for long."""
        self._turn += 1
        old = [key for key, (turn, _) in self._kept.items() if turn < self._turn - _TURNS]
        for key in old:
            del self._kept[key]


_packer = _Packer()
packed_again = _packer.pack
turn = _packer.turn
