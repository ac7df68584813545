"""Digests of pages: two pages with the same one look the same."""

from __future__ import annotations

import io
import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a page uses by name, beside its fonts: `/x15 Do`, `/a1.0 gs`, `/p3 scn`.
_USES = re.compile(rb"/([^\s/\[\]<>()]+)\s+(?:Do|gs|sh|scn|SCN|cs|CS)\b")
_KINDS = ("/XObject", "/ExtGState", "/Shading", "/Pattern", "/ColorSpace")


def digests(pdf: bytes) -> tuple[str, ...]:
    """Return a digest of each page of a PDF: of its operators, and of what they name.

    Names of fonts hold a digest of the font's file, and glyphs keep their numbers when a font is
    cut down: a page does not change because another one uses more letters.
    """
    known: dict[tuple[int, int], bytes] = {}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return tuple(_page(page, known) for page in document.pages)


def _page(page: pikepdf.Page, known: dict[tuple[int, int], bytes]) -> str:
    """Return the digest of a page."""
    content = page.obj.get("/Contents")
    streams = list(content) if isinstance(content, pikepdf.Array) else [content]
    text = b"\n".join(s.read_bytes() for s in streams if isinstance(s, pikepdf.Stream))
    whole = blake2b(text, digest_size=12)
    whole.update(repr([[float(n) for n in box] for box in (page.mediabox, page.trimbox)]).encode())
    resources = page.obj.get("/Resources", pikepdf.Dictionary())
    for name in resources.get("/Font", pikepdf.Dictionary()):
        whole.update(str(name).encode())
    names = {f"/{name.decode('latin-1')}" for name in _USES.findall(text)}
    for kind in _KINDS:
        things = resources.get(kind, pikepdf.Dictionary())
        for key in sorted(names & set(things.keys())):
            whole.update(_object(things[key], known))
    return whole.hexdigest()


def _object(thing: object, known: dict[tuple[int, int], bytes], deep: int = 0) -> bytes:
    """Return the digest of an object and of all that it holds, but for fonts, which have names."""
    if not isinstance(thing, pikepdf.Object) or deep > 12:
        return repr(thing).encode()
    mark = thing.objgen
    if mark[0] and mark in known:
        return known[mark]
    whole = blake2b(digest_size=12)
    if mark[0]:
        known[mark] = b""  # what holds itself is not followed round and round
    for piece in _pieces(thing, known, deep):
        whole.update(piece)
    if mark[0]:
        known[mark] = whole.digest()
    return whole.digest()


def _pieces(
    thing: pikepdf.Object, known: dict[tuple[int, int], bytes], deep: int
) -> Iterator[bytes]:
    """Yield the bytes that an object is made of."""
    if isinstance(thing, pikepdf.Stream):
        yield thing.read_raw_bytes()
    if isinstance(thing, (pikepdf.Stream, pikepdf.Dictionary)):
        for key in sorted(thing.keys()):
            if key not in ("/Font", "/Parent", "/Length"):
                yield key.encode() + _object(thing.get(key), known, deep + 1)
    elif isinstance(thing, pikepdf.Array):
        for item in thing:
            yield _object(item, known, deep + 1)
    else:
        yield str(thing).encode()
