"""Font files: what is wrong with one, told before it is used, at little cost."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# The largest fonts that people have, of all Chinese signs, unpack to 30 MB. A file of 3 kB can
# unpack to gigabytes, and tables can share their bytes or claim more than there are.
MOST_UNPACKED = 60_000_000

TOO_LARGE = f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB"
BROKEN = "is a broken font"

_PLAIN = (b"\0\1\0\0", b"OTTO", b"true", b"typ1")
_KINDS = (*_PLAIN, b"ttcf", b"wOFF", b"wOF2")

# The places of `glyf` and `loca` in the list of tables that WOFF2 knows by number (its section
# 5.1): these two are transformed unless they say otherwise, all others only if they say so.
_TRANSFORMED = (10, 11)
_NAME, _OTHER = 5, 63


def is_font(content: bytes) -> bool:
    """Whether content begins as a font file does."""
    return content[:4] in _KINDS


def fault(content: bytes) -> str:
    """Return what is wrong with a font file, as the end of a sentence; nothing if all is well."""
    size = 0
    try:
        for tag, table in _tables(content):
            size += len(table) + (_names(table) if tag == b"name" else 0)
            if size > MOST_UNPACKED:
                return TOO_LARGE
    except _TableTooLargeError:
        return TOO_LARGE
    except (struct.error, IndexError, ValueError):
        return BROKEN
    return ""


class _TableTooLargeError(Exception):
    """A table that unpacks to more than is allowed."""


def _tables(content: bytes) -> Iterator[tuple[bytes, bytes | memoryview]]:
    """Yield the tables of a font file with their names, unpacked."""
    if content[:4] == b"wOF2":
        yield from _of_woff2(content)
    elif content[:4] == b"wOFF":
        yield from _of_woff(content)
    elif content[:4] == b"ttcf":
        starts = struct.unpack_from(f">{_number('>L', content, 8)}L", content, 12)
        shared = {entry for start in starts for entry in _entries(content, start)}
        yield from ((tag, memoryview(content)[at : at + size]) for tag, at, size in shared)
    else:
        for tag, at, size in _entries(content, 0):
            yield tag, memoryview(content)[at : at + size]


def _entries(content: bytes, start: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield tag, place and length of the tables of the OpenType font that begins at `start`."""
    for number in range(_number(">H", content, start + 4)):
        tag, at, size = struct.unpack_from(">4s4xLL", content, start + 12 + 16 * number)
        if at + size > len(content):
            raise ValueError
        yield tag, at, size


def _of_woff(content: bytes) -> Iterator[tuple[bytes, bytes | memoryview]]:
    """Yield the tables of a WOFF font, and what it says of itself in XML."""
    count, offset, length = struct.unpack_from(">12xH10xLL", content)
    entries = [struct.unpack_from(">4sLLL", content, 44 + 20 * i) for i in range(count)]
    for tag, at, packed, plain in [*entries, (b"meta", offset, length, length + 1)]:
        table = content[at : at + packed]
        if len(table) != packed:
            raise ValueError
        yield tag, table if packed == plain or not table else _inflated(table)


def _of_woff2(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the tables of a WOFF2 font, of which all are packed as one, and what it says in XML."""
    count, packed, offset, length = struct.unpack_from(">12xH6xL4xLL", content)
    sizes, at = [], 48
    for _ in range(count):
        flags, at = content[at], at + 1
        kind, version = flags & 63, flags >> 6
        at += 4 * (kind == _OTHER)
        size, at = _base128(content, at)
        if (version != 3) if kind in _TRANSFORMED else version:
            size, at = _base128(content, at)
        sizes.append((b"name" if kind == _NAME else b"", size))
    if sum(size for _, size in sizes) > MOST_UNPACKED:
        raise _TableTooLargeError
    whole, start = _expanded(content[at : at + packed]), 0
    for tag, size in sizes:
        yield tag, whole[start : start + size]
        start += size
    yield b"meta", _expanded(content[offset : offset + length]) if length else b""


def _inflated(packed: bytes) -> bytes:
    """Return what zlib has packed; raises _TableTooLargeError, or ValueError for other data."""
    engine = zlib.decompressobj()
    try:
        plain = engine.decompress(packed, MOST_UNPACKED + 1)
    except zlib.error as error:
        raise ValueError from error
    if len(plain) > MOST_UNPACKED:
        raise _TableTooLargeError
    return plain


def _expanded(packed: bytes) -> bytes:
    """Return what Brotli has packed; raises as `_inflated` does."""
    import brotli  # late: few fonts are packed so

    engine = brotli.Decompressor()
    pieces, size = [], 0
    try:
        while not engine.is_finished():
            piece = engine.process(packed, output_buffer_limit=MOST_UNPACKED + 1 - size)
            packed = b""
            pieces.append(piece)
            size += len(piece)
            if size > MOST_UNPACKED:
                raise _TableTooLargeError
            if not piece and engine.can_accept_more_data():
                raise ValueError  # it ends in the middle
    except brotli.error as error:
        raise ValueError from error
    return b"".join(pieces)


def _names(table: bytes | memoryview) -> int:
    """Return how many bytes the names in a `name` table have, each for itself."""
    count = _number(">H", table, 2)
    return sum(_number(">H", table, 6 + 12 * record + 8) for record in range(count))


def _base128(content: bytes, at: int) -> tuple[int, int]:
    """Return a number as WOFF2 packs it, seven bits to a byte, and where the next one begins."""
    number = 0
    for place in range(at, at + 5):
        number = number << 7 | content[place] & 127
        if content[place] < 128:
            return number, place + 1
    raise ValueError


def _number(kind: str, content: bytes | memoryview, at: int) -> int:
    """Return the number of a kind at a place."""
    (found,) = struct.unpack_from(kind, content, at)
    return int(found)
