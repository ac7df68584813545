"""Compresses what stands in a PDF, which is likely to be what stood in the last one."""

from __future__ import annotations

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from booklet.digest import digest

if TYPE_CHECKING:
    from collections.abc import Callable

# PDFs written since something was packed last, until it is forgotten: a set has up to four.
_TURNS = 8

# Bytes that are packed in less time than it takes to give them to a thread.
_LITTLE = 2000

# zlib lets other threads run: a second processor packs while this one goes on.
_THREADS = 2


def packed(text: bytes) -> bytes:
    """Return some bytes compressed, as pydyf does."""
    packer = zlib.compressobj(level=9)
    return packer.compress(text) + packer.flush()


class _Packer:
    """Packs, and keeps what it has packed for some PDFs to come."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._turn = 0
        self._threads = ThreadPoolExecutor(_THREADS, "packing")
        self._kept: dict[str, tuple[int, bytes]] = {}

    def pack(self, text: bytes) -> bytes:
        """Return what `packed` does."""
        return self.begin(text)()

    def begin(self, text: bytes) -> Callable[[], bytes]:
        """Begin to pack, while something else is done; return what waits for it and has it."""
        key = digest(text)
        if key in self._kept or len(text) < _LITTLE:
            content = self._kept[key][1] if key in self._kept else packed(text)
            self._kept[key] = self._turn, content
            return lambda: content
        coming = self._threads.submit(packed, text)

        def end() -> bytes:
            content = coming.result()
            self._kept[key] = self._turn, content
            return content

        return end

    def learn(self, pdf: bytes, pages: bool) -> None:
        """Keep the streams of objects in a PDF that another process has written.

        To keep those of `pages` as well is worth it if some eighth of them would be packed again.
        """
        for found in (_PLAIN if pages else _OBJECTS).finditer(pdf):
            content = pdf[found.end() : found.end() + int(found[1])]
            unpacker = zlib.decompressobj()
            with suppress(zlib.error):
                text = unpacker.decompress(content)
                if unpacker.eof and not unpacker.unused_data:
                    self._kept.setdefault(digest(text), (self._turn, content))

    def turn(self) -> None:
        """Note that a PDF was written, and forget what has not been in one for long."""
        self._turn += 1
        old = [key for key, (turn, _) in self._kept.items() if turn < self._turn - _TURNS]
        for key in old:
            del self._kept[key]


# How a stream of objects begins that `booklet.pdf.writer` has written, and nobody else.
_OBJECTS = re.compile(
    rb"<</Type /ObjStm/N \d+/First \d+/Filter /FlateDecode/Length (\d+)>>\nstream\n"
)

# The same, and how any stream begins of which nothing is to be said, such as that of a page.
_PLAIN = re.compile(
    rb"<<(?:/Type /ObjStm/N \d+/First \d+)?/Filter /FlateDecode/Length (\d+)>>\nstream\n"
)

_packer = _Packer()
begin = _packer.begin
learn = _packer.learn
packed_again = _packer.pack
turn = _packer.turn
