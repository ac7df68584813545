"""What no page can hold in style sheets: such numbers are taken out with their rule, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A kilometre in any unit that has one, and a hundred times what a page of paper can be. Beyond it
# lengths overflow in what lays out lines, or come out as numbers that a PDF cannot hold.
LARGEST = 1e6

# Whole numbers count, or say what lies above what (`z-index: 2147483647` is a habit of the web).
_LARGEST_COUNT = 2**31

# Compiled when it is needed, which is seldom.
_PIECE = r"""/\*.*?(?:\*/|$) | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'? | url\([^)]*\)?
    | [#@.]?-*[A-Za-z_\\\x80-\U0010ffff][\w\\-]* | \#[\w-]+ | (?P<end>[{};])
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?P<unit>%|[A-Za-z]+)?"""
_SUSPECT = re.compile(r"\d{7}|\d[eE]\+?\d|gradient\(", re.IGNORECASE)

# Each colour of a gradient is a function in the PDF; ten thousand take a minute to work out.
MOST_STOPS = 1_000

# How a declaration that was taken out is said in the log: what, and where.
OUT = re.compile(r"(`.*` was ignored: .* beyond all measure) at (\d+):(\d+) of '(.*)'", re.DOTALL)


def tamed(css: str, name: str = "") -> tuple[str, tuple[str, ...]]:
    """Return rules without the declarations that have such a number, and what is said of each.

    All else stays where it was, to the column. `name` is that of the file, if it has one.
    """
    if not _SUSPECT.search(css):
        return css, ()
    said, kept, done, line = [], [], 0, 1
    for start, end, giant in _giants(css):
        declaration = css[start:end]
        line += css.count("\n", done, start)
        where = f"{line}:{start - css.rfind(chr(10), 0, start)}"
        what = f"`{' '.join(declaration.split())[:60]}` was ignored: {giant}"
        said.append(f"{what} beyond all measure at {where} of '{name}'")
        kept += [css[done:start], re.sub(r"\S", " ", declaration)]
        line, done = line + declaration.count("\n"), end
    return "".join([*kept, css[done:]]), tuple(said)


def _giants(css: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a declaration with too much in it begins and ends, and what is too much."""
    start, giant = 0, ""
    for token in re.finditer(_PIECE, css, re.DOTALL | re.VERBOSE):
        if token["end"]:
            giant = giant or _many_colours(css[start : token.start()])
            if giant and token["end"] != "{":  # what stands before a block is no declaration
                begins = token.start() - len(css[start : token.start()].lstrip())
                yield begins, token.start(), giant
            start, giant = token.end(), ""
        elif token["number"] and _is_giant(token["number"], token["unit"] or ""):
            giant = giant or f"`{token[0][:20]}` is"
    if giant := giant or _many_colours(css[start:]):
        yield len(css) - len(css[start:].lstrip()), len(css), giant


def _many_colours(declaration: str) -> str:
    """Return that the colours of a gradient are too many, if they are."""
    commas = declaration.count(",")
    many = commas > MOST_STOPS and "gradient(" in declaration.lower()
    return f"a gradient of {commas:,} colours is" * many


def _is_giant(number: str, unit: str) -> bool:
    """Whether a number is beyond measure: a length or a share sooner than a count."""
    size = abs(float(number))
    return size > (LARGEST if unit or not number.lstrip("+-").isdecimal() else _LARGEST_COUNT)
