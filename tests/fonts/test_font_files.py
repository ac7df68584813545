"""Font files: what a hostile or broken one costs, which is little, and what is said of it."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import brotli
import pytest
from fontTools.ttLib import TTCollection, TTFont

from booklet.errors import BookletError
from booklet.fonts.coverage import face
from booklet.fonts.files import BROKEN, MOST_UNPACKED, TOO_LARGE, fault, is_font
from booklet.source import ROOT
from tests.conftest import ESSAY, Shop, losses, told

if TYPE_CHECKING:
    from pathlib import Path

HOUSE = (files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.otf").read_bytes()


def saved(font: Any, flavor: str | None = None) -> bytes:
    """Return a font as a file of a flavour."""
    out = io.BytesIO()
    font.flavor = flavor
    font.save(out)
    return out.getvalue()


def woff2(plain: bytes, claimed: int | None = None) -> bytes:
    """Return a WOFF2 file whose one table is `plain`, and claims to be so long."""
    packed: bytes = brotli.compress(plain, quality=1)
    claimed = len(plain) if claimed is None else claimed
    digits = [claimed >> 7 * place & 127 for place in range(4, -1, -1)]
    while len(digits) > 1 and not digits[0]:
        del digits[0]
    table = bytes([4, *(digit | 128 for digit in digits[:-1]), digits[-1]])
    whole = 48 + len(table) + len(packed)
    head = struct.pack(">4s4sLHHLLHHLLLLL", b"wOF2", b"\0\1\0\0", whole, 1, 0, claimed + 28,
                       len(packed), 1, 0, 0, 0, 0, 0, 0)  # fmt: skip
    return head + table + packed


def woff(plain: int, claimed: int) -> bytes:
    """Return a WOFF file with one table of so many noughts, which claims to be so long."""
    packed = zlib.compress(bytes(plain), 9)
    head = struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", b"\0\1\0\0", 64 + len(packed), 1, 0,
                       claimed + 28, 1, 0, 0, 0, 0, 0, 0)  # fmt: skip
    return head + struct.pack(">4sLLLL", b"maxp", 64, len(packed), claimed, 0) + packed


def plain(*tables: tuple[bytes, bytes], times: int = 1) -> bytes:
    """Return an OpenType file with these tables, each under so many tags that share its bytes."""
    start = 12 + 16 * len(tables) * times
    entries, body = b"", b""
    for tag, table in tables:
        for number in range(times):
            named = tag if times == 1 else struct.pack(">L", number)
            entries += struct.pack(">4sLLL", named, 0, start + len(body), len(table))
        body += table
    return struct.pack(">4sHHHH", b"OTTO", len(tables) * times, 0, 0, 0) + entries + body


NAMES = struct.pack(">HHH", 0, 9000, 0) + struct.pack(">HHHHHH", 3, 1, 0x409, 1, 30_000, 0) * 9000

TOO_MUCH = {
    "woff2": woff2(bytes(MOST_UNPACKED * 2)),
    "woff2 that claims little": woff2(bytes(MOST_UNPACKED * 2), 100),
    "woff2 that claims much": woff2(b"", 1 << 31),
    "woff": woff(MOST_UNPACKED * 2, MOST_UNPACKED * 2),
    "woff that claims little": woff(MOST_UNPACKED * 2, MOST_UNPACKED),
    "tables that share their bytes": plain((b"abcd", bytes(100_000)), times=1000),
    "names that share their bytes": plain((b"name", NAMES + bytes(30_000))),
}


@pytest.mark.parametrize("content", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_font_that_unpacks_to_too_much_is_known_before_it_does(content: bytes) -> None:
    """By what it claims, or by unpacking no more than is allowed."""
    assert fault(content) == TOO_LARGE
    with pytest.raises(BookletError, match=r"`fonts/x\.woff2` unpacks to more than"):
        face("fonts/x.woff2", content)


BROKEN_ONES = {
    "an empty collection": b"ttcf\0\1\0\0" + struct.pack(">L", 0),
    "a collection without an end": b"ttcf\0\1\0\0" + struct.pack(">L", 1 << 31),
    "a collection that ends": b"ttcf\0\1\0\0" + struct.pack(">LL", 1, 1 << 30),
    "a collection of no version": b"ttcf\7\7\7\7" + struct.pack(">LL", 1, 16) + HOUSE,
    "half a woff2": saved(TTFont(io.BytesIO(HOUSE)), "woff2")[:5_000],
    "half a woff": saved(TTFont(io.BytesIO(HOUSE)), "woff")[:5_000],
    "a woff2 of noise": woff2(b"x" * 99)[:50] + bytes(range(200)),
    "four bytes": b"wOF2",
    "a table beyond the end": plain((b"name", b"ab")),
    "no tables": plain(),
    "half a font": HOUSE[:40_000],
    "nothing": b"",
}


@pytest.mark.parametrize("content", BROKEN_ONES.values(), ids=BROKEN_ONES)
def test_a_broken_font_is_an_error_that_names_it(content: bytes) -> None:
    """However it is broken, and whatever fontTools makes of it."""
    with pytest.raises(BookletError, match=r"`fonts/x\.ttf` is"):
        face("fonts/x.ttf", content)


@pytest.mark.parametrize("flavor", [None, "woff", "woff2"])
def test_a_sound_font_is_one_in_any_flavour(flavor: str | None) -> None:
    """With its own XML of what it says of itself too."""
    font = TTFont(io.BytesIO(HOUSE))
    content = saved(font, flavor)
    assert is_font(content)
    assert fault(content) == ""
    assert face("fonts/x.otf", content).family == "Booklet Own Source Sans Pro"


def test_a_sound_collection_is_no_broken_font() -> None:
    """Its fonts share tables, which are counted once; in `fonts/` one of them is to be chosen."""
    collection, out = TTCollection(), io.BytesIO()
    collection.fonts = [TTFont(io.BytesIO(HOUSE)), TTFont(io.BytesIO(HOUSE))]
    collection.save(out)
    assert fault(out.getvalue()) == ""
    with pytest.raises(BookletError, match="is a collection of fonts"):
        face("fonts/x.ttf", out.getvalue())


def test_what_is_said_of_a_font_in_xml_counts_as_well() -> None:
    """It is packed by itself."""
    whole = bytearray(woff2(b"x" * 99))
    packed = brotli.compress(bytes(MOST_UNPACKED * 2), quality=1)
    whole[28:40] = struct.pack(">LLL", len(whole), len(packed), 7)
    assert fault(bytes(whole) + packed) == TOO_LARGE
    assert fault(bytes(whole) + packed[:20]) == BROKEN


def test_looking_takes_little_memory(tmp_path: Path) -> None:
    """A font that unpacks to 600 MB is refused within 400 MB of addresses, Python included."""
    (tmp_path / "bomb").write_bytes(woff2(bytes(MOST_UNPACKED * 10), 100))
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20)); "
        "from booklet.fonts.files import fault; print(fault(open(sys.argv[1], 'rb').read()))"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "bomb")]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == TOO_LARGE, done.stderr


@pytest.mark.parametrize("name", ["x.woff2", "x.woff", "p"])
def test_a_style_sheet_brings_no_font_that_unpacks_to_too_much(press: Shop, name: str) -> None:
    """It is known by its content; the booklet is set without it, and the author told."""
    style = f"\n@font-face {{ font-family: X; src: url({name}) }}\np {{ font-family: X }}"
    bomb = TOO_MUCH["woff" if name.endswith("woff") else "woff2 that claims little"]
    booklet = press({"essay.md": ESSAY, name: bomb, "style.css": style})
    assert told(booklet) == ["S02 style.css:2"]
    assert losses(booklet) == []
