"""An ICC profile of offset printing on coated paper, computed from published aims.

`python -m booklet.pdf.icc_profile` writes styles/offset.icc, the output intent of editions for a
print shop that names no other. The aims are those that ISO 12647-2:2004 with its amendment of 2007
has for paper type 1: the colours of the paper, the inks and their overprints, and the gain of
tones. In between stands the model of Yule, Nielsen and Neugebauer (H. E. J. Neugebauer, 1937; J. A.
C. Yule and W. J. Nielsen, TAGA Proceedings, 1951). The file is laid out by ICC.1:2001-04, version
2.4.
"""

from __future__ import annotations

import struct
from itertools import product
from math import hypot

from booklet.source import ROOT

PROFILE = ROOT / "styles" / "offset.icc"
NAME = "Offset on coated paper, computed from the aims of ISO 12647-2"
RIGHTS = "No rights reserved (CC0 1.0)"

Triple = tuple[float, float, float]
Inks = tuple[float, float, float, float]

# CIELAB of the paper and of what is printed on it in full, black backing aside.
_SOLIDS: dict[str, Triple] = {
    "": (95, 0, -2),
    "c": (55, -37, -50), "m": (48, 74, -3), "y": (89, -5, 93), "k": (16, 0, 0),
    "my": (47, 68, 48), "cy": (50, -65, 27), "cm": (24, 22, -46), "cmy": (23, 0, 0),
}  # fmt: skip

# Gain of a tone of a half, in percent: of the chromatic inks, and of black.
_GAIN = (0.14, 0.14, 0.14, 0.17)

# Yule and Nielsen's factor, for the light that spreads in the paper.
_SPREAD = 2.0

# What a film of ink reflects at its surface, whatever lies below it.
_GLOSS = 0.004

# D50, the white of the profile's connection space.
_D50: Triple = (0.9642, 1.0, 0.8249)


def _xyz(lab: Triple) -> Triple:
    """Return the CIE XYZ of a CIELAB colour, white being D50."""
    f = (lab[0] + 16) / 116
    roots = (f + lab[1] / 500, f, f - lab[2] / 200)
    x, y, z = (
        white * (r**3 if r > 6 / 29 else 3 * (6 / 29) ** 2 * (r - 4 / 29))
        for white, r in zip(_D50, roots, strict=True)
    )
    return x, y, z


def _lab(xyz: Triple) -> Triple:
    """Return the CIELAB of a CIE XYZ colour."""
    x, y, z = (
        t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
        for t in (value / white for value, white in zip(xyz, _D50, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _primaries() -> tuple[Triple, ...]:
    """Return the 16 colours of paper, solids and overprints, roots of the spread drawn.

    Overprints with black are those without, seen through the black.
    """
    black, paper = _xyz(_SOLIDS["k"]), _xyz(_SOLIDS[""])
    found = []
    for on in product((0, 1), repeat=4):
        under = _xyz(_SOLIDS["".join(ink for ink, is_on in zip("cmy", on, strict=False) if is_on)])
        if on[3]:
            x, y, z = (
                u * k / p + _GLOSS * w * (1 - u / p)
                for u, k, p, w in zip(under, black, paper, _D50, strict=True)
            )
            under = (x, y, z)
        x, y, z = (value ** (1 / _SPREAD) for value in under)
        found.append((x, y, z))
    return tuple(found)


_COLOURS = _primaries()
_PAPER = _xyz(_SOLIDS[""])


def printed(inks: Inks) -> Triple:
    """Return the CIELAB of tones of cyan, magenta, yellow and black, each from 0 to 1.

    It is relative to the paper, which is white, as profiles have it (ICC.1:2001-04, 6.3.2).
    """
    dots = [a + 4 * gain * a * (1 - a) for a, gain in zip(inks, _GAIN, strict=True)]
    x = y = z = 0.0
    at = 0
    for c in (1 - dots[0], dots[0]):
        for m in (1 - dots[1], dots[1]):
            for j in (1 - dots[2], dots[2]):
                for k in (1 - dots[3], dots[3]):
                    weight = c * m * j * k
                    if weight:
                        colour = _COLOURS[at]
                        x += weight * colour[0]
                        y += weight * colour[1]
                        z += weight * colour[2]
                    at += 1
    sums = (x**_SPREAD, y**_SPREAD, z**_SPREAD)
    x, y, z = (s * w / p for s, w, p in zip(sums, _D50, _PAPER, strict=True))
    return _lab((x, y, z))


def separated(lab: Triple, start: Triple = (0.5, 0.5, 0.5)) -> Inks:
    """Return the tones that print a colour, or the nearest to it that can be printed.

    Black comes in below the middle tones, and the more the less colour there is.
    """
    chroma = hypot(lab[1], lab[2])
    black = min(max((62 - lab[0]) / 46, 0), 1) ** 1.4 * max(1 - chroma / 90, 0)
    tones = list(start)
    step = 1.0
    best = _apart(printed((*tones, black)), lab)
    for _ in range(40):
        slope = []
        for i in range(3):
            moved = [*tones]
            moved[i] += 0.01 if moved[i] < 0.5 else -0.01
            change = _apart(printed((*moved, black)), lab) - best
            slope.append(change / (moved[i] - tones[i]))
        steep = sum(s * s for s in slope) or 1.0
        tried = [
            min(max(t - step * best * s / steep, 0.0), 1.0)
            for t, s in zip(tones, slope, strict=True)
        ]
        off = _apart(printed((*tried, black)), lab)
        if off < best:
            tones, best, step = tried, off, min(step * 1.5, 2.0)
        else:
            step /= 2
        if best < 0.3 or step < 0.01:
            break
    return tones[0], tones[1], tones[2], black


def _apart(one: Triple, other: Triple) -> float:
    """Return how far two colours are apart (CIE 1976)."""
    return hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2])


def _byte(value: float) -> int:
    """Return a value from 0 to 1 as a byte."""
    return min(max(round(value * 255), 0), 255)


def table_of_colours(grid: int = 9) -> bytes:
    """Return the colours of all combinations of tones, as the profile's tables have them."""
    out = bytearray()
    for point in product(range(grid), repeat=4):
        c, m, y, k = (n / (grid - 1) for n in point)
        lightness, a, b = printed((c, m, y, k))
        out += bytes((_byte(lightness / 100), _byte((a + 128) / 255), _byte((b + 128) / 255)))
    return bytes(out)


def table_of_tones(grid: int = 17) -> tuple[bytes, bytes]:
    """Return the tones for all colours, and for each whether it is out of reach (255) or not."""
    tones, reach = bytearray(), bytearray()
    for lightness, a in product(range(grid), repeat=2):
        start: Triple = (0.5, 0.5, 0.5)
        for b in range(grid):
            scale = 255 / (grid - 1)
            lab = (lightness * 100 / (grid - 1), a * scale - 128, b * scale - 128)
            found = separated(lab, start)
            start = found[:3]
            tones += bytes(map(_byte, found))
            reach.append(255 if _apart(printed(found), lab) > 5 else 0)
    return bytes(tones), bytes(reach)


def _lut(inputs: int, outputs: int, grid: int, table: bytes) -> bytes:
    """Return a `mft1` tag: a table between straight curves (ICC.1:2001-04, 6.5.8)."""
    head = struct.pack(">4s4xBBBx9i", b"mft1", inputs, outputs, grid, *_IDENTITY)
    straight = bytes(range(256))
    return head + straight * inputs + table + straight * outputs


_IDENTITY = (65536, 0, 0, 0, 65536, 0, 0, 0, 65536)


def _text(text: str) -> bytes:
    """Return a `text` tag."""
    return b"text\0\0\0\0" + text.encode("ascii") + b"\0"


def _description(text: str) -> bytes:
    """Return a `desc` tag, with its places for other scripts empty."""
    said = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(said)) + said + bytes(4 + 4 + 2 + 1 + 67)


def _white() -> bytes:
    """Return the `XYZ` tag of the paper."""
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in _PAPER))


def profile() -> bytes:
    """Return the profile. Its tables serve all rendering intents alike."""
    tones, reach = table_of_tones()
    to_colour = _lut(4, 3, 9, table_of_colours())
    to_tones = _lut(3, 4, 17, tones)
    tags = {
        b"desc": _description(NAME),
        b"cprt": _text(RIGHTS),
        b"wtpt": _white(),
        b"A2B0": to_colour, b"A2B1": to_colour, b"A2B2": to_colour,
        b"B2A0": to_tones, b"B2A1": to_tones, b"B2A2": to_tones,
        b"gamt": _lut(3, 1, 17, reach),
    }  # fmt: skip
    body, places, entries = b"", dict[bytes, int](), b""
    first = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        if content not in places:
            places[content] = first + len(body)
            body += content + bytes(-len(content) % 4)
        entries += struct.pack(">4sII", name, places[content], len(content))
    size = first + len(body)
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head = struct.pack(">I4xI4s4s4s", size, 0x02400000, b"prtr", b"CMYK", b"Lab ") + date
    head += b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
    head += struct.pack(">3i", *(round(v * 65536) for v in _D50))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + entries + body


if __name__ == "__main__":
    PROFILE.write_bytes(profile())
