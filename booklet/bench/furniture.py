"""What real manuscripts hold beside prose, put into a made-up one at the same density.

Counted for each 10,000 words of 13 real articles: 5 emoji, 114 links, 77 pieces of raw HTML with
attributes, 19 pictures of which 15 are elsewhere on the web, 10 inline codes; and blocks of code as
in a manual. Lists, quotations, tables and notes are in a specimen already.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from booklet.bench.specimen import NOUNS, VERBS, Pen, count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WORDS = 10_000
_EMOJI = ["🤔", "✅", "🔴", "🚧", "💎", "🎉", "⚠️", "👉"]

# A host that is nowhere, by its name (RFC 2606).
_NOWHERE = "https://pictures.invalid"

_DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">
<defs><linearGradient id="g"><stop offset="0" stop-color="#ccc"/><stop offset="1"/></linearGradient>
</defs><rect width="80" height="16" fill="url(#g)"/><g opacity="0.6"><text x="4" y="34"
font-size="12">A scale of years</text></g></svg>
"""


def pictures() -> Mapping[str, bytes]:
    """Return the pictures of a furnished manuscript by their names: a drawing and a photograph."""
    side = 640
    rows = (bytes((x * y * 7 + c * 31) % 251 for x in range(side) for c in range(3))
            for y in range(side))  # fmt: skip
    pieces = {
        b"IHDR": struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(b"".join(b"\0" + row for row in rows)),
        b"IEND": b"",
    }
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in pieces.items()
    )
    return {"scale.svg": _DRAWING.encode(), "photograph.png": png}


def furnished(markdown: str, seed: int = 1455) -> str:
    """Return a manuscript of `booklet.bench.specimen` with all that real ones hold put into it."""
    pen = Pen(seed)
    blocks = markdown.split("\n\n")
    due = dict.fromkeys(_MADE, 0.0)
    out = []
    for block in blocks:
        share = count(block) / _WORDS
        is_prose = block[0].isalpha() and not block.startswith("---")
        for make, density in _MADE.items():
            due[make] += share * density
            while is_prose and due[make] >= 1:
                block = make(pen, block)
                due[make] -= 1
        out.append(block)
    return "\n\n".join(out)


def _instead(pen: Pen, block: str, make: Callable[[str], str]) -> str:
    """Return a paragraph with something made of one of its plain words."""
    words = block.split(" ")
    plain = [at for at, word in enumerate(words) if re.fullmatch("[a-z]{3,}", word)]
    if plain:
        at = plain[pen.between(0, len(plain) - 1)]
        words[at] = make(words[at])
    return " ".join(words)


def _emoji(pen: Pen, block: str) -> str:
    """Put an emoji after a word."""
    return _instead(pen, block, lambda word: f"{word} {pen.one_of(_EMOJI)}")


def _link(pen: Pen, block: str) -> str:
    """Make a link of a word, some of them to addresses that are long."""
    path = "/".join(pen.common(NOUNS) for _ in range(pen.between(1, 7)))
    return _instead(
        pen, block, lambda word: f"[{word}](https://{pen.common(NOUNS)}.invalid/{path})"
    )


def _html(pen: Pen, block: str) -> str:
    """Put a word into an element with attributes."""
    tag = pen.one_of(("span", "kbd", "sub", "b", "mark"))
    return _instead(pen, block, lambda word: f'<{tag} class="{word}" title="one">{word}</{tag}>')


def _code(pen: Pen, block: str) -> str:
    """Make code of a word."""
    return _instead(pen, block, lambda word: f"`{word}(--{pen.common(NOUNS)})`")


def _elsewhere(pen: Pen, block: str) -> str:
    """Put a picture after a paragraph that is elsewhere on the web."""
    name = f"{pen.common(NOUNS)}-{pen.between(1, 999)}.png"
    return f"{block}\n\n![The {pen.common(NOUNS)}]({_NOWHERE}/{name})"


def _picture(pen: Pen, block: str) -> str:
    """Put a picture after a paragraph that is there."""
    name = pen.one_of(("scale.svg", "photograph.png"))
    return f"{block}\n\n![The {pen.common(NOUNS)}]({name})"


def _listing(pen: Pen, block: str) -> str:
    """Put some lines of code after a paragraph."""
    rows = []
    for _ in range(pen.between(4, 14)):
        call = f"{pen.common(VERBS)}({pen.common(NOUNS)}, {pen.between(1, 99)})"
        rows.append(f"{'    ' * pen.between(0, 2)}{call}")
    return "\n".join([f"{block}\n\n```python", *rows, "```"])


# How often each is there in so many words.
_MADE: dict[Callable[[Pen, str], str], float] = {
    _emoji: 5, _link: 114, _html: 77, _code: 10, _elsewhere: 15, _picture: 4, _listing: 20,
}  # fmt: skip
