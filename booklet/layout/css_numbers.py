"""What no page can hold in style sheets: such values are taken out with their rule, and said."""

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
    | [#@.]?-++(?:[A-Za-z_\\\x80-\U0010ffff][\w\\-]*+)? | [#@.]?[A-Za-z_\\\x80-\U0010ffff][\w\\-]*+
    | \#[\w-]++ | (?P<end>[{};])
    | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?P<unit>%|[A-Za-z]+)?"""
_SUSPECT = re.compile(
    r"\d{7}|\d[eE]\+?\d|gradient\(|(?:repeat\(|column[^;{}]{0,99})\s*\d{3}", re.IGNORECASE
)

# Columns are laid out one by one, and those of a grid again and again.
MOST_COLUMNS = 99
_COLUMNS = re.compile(
    r"repeat\(\s*(\d+)|(?<!-)\bcolumns\s*:(?:[^;]*\s)?(\d+)(?![\w.%])|column-count\s*:\s*(\d+)",
    re.IGNORECASE,
)

# Each colour of a gradient is a function in the PDF; ten thousand take a minute to work out.
MOST_STOPS = 1_000

# The largest style sheets of the web have some 5,000 rules; each is tried on every element. A page
# of text is 3,000 letters, and no value says more; a font or a picture may stand in an address.
MOST_RULES = 20_000
LONGEST_VALUE = 20_000
LONGEST_ADDRESS = 10_000_000
_ADDRESS = re.compile(r"url\([^)]*\)?")

# How a declaration that was taken out is said in the log: what, and where.
OUT = re.compile(r"(`.*` was ignored: .* beyond all measure) at (\d+):(\d+) of '(.*)'", re.DOTALL)


def tamed(css: str, name: str = "") -> tuple[str, tuple[str, ...]]:
    """Return rules without the declarations that have such a value, and what is said of each.

    All else stays where it was, to the column. `name` is that of the file, if it has one.
    """
    if len(css) <= LONGEST_VALUE and not _SUSPECT.search(css):
        return css, ()
    said: list[str] = []
    left: list[str] = []
    at, line, begins = 0, 1, 0  # what is done, and the line on which that ends
    for start, end, giant in _giants(css):
        line += css.count("\n", at, start)
        begins = max(begins, css.rfind("\n", at, start) + 1)
        declaration = css[start:end]
        what = f"`{' '.join(declaration[:200].split())[:60]}` was ignored: {giant}"
        said.append(f"{what} beyond all measure at {line}:{start - begins + 1} of '{name}'")
        left += (css[at:start], re.sub(r"\S", " ", declaration))
        line += declaration.count("\n")
        begins = max(begins, css.rfind("\n", start, end) + 1)
        at = end
    return "".join((*left, css[at:])), tuple(said)


def _giants(css: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a declaration with too much in it begins and ends, and what is too much.

    Of too many rules, what is left of the sheet is one.
    """
    start, giant, rules = 0, "", 0
    for token in re.finditer(_PIECE, css, re.DOTALL | re.VERBOSE):
        if token["end"]:
            before = css[start : token.start()]
            begins = token.start() - len(before.lstrip())
            if token["end"] == "{":  # what stands before a block is no declaration
                rules += 1 + before.count(",")
            elif giant := giant or _much(before):
                yield begins, token.start(), giant
            if rules > MOST_RULES:
                yield begins, len(css), f"more than {MOST_RULES:,} rules are"
                return
            start, giant = token.end(), ""
        elif token["number"] and _is_giant(token["number"], token["unit"] or ""):
            giant = giant or f"`{token[0][:20]}` is"
    rest = css[start:]
    if giant := giant or _much(rest):
        yield len(css) - len(rest.lstrip()), len(css), giant


def _much(declaration: str) -> str:
    """Return what a declaration has too much of, if it has."""
    return _many_colours(declaration) or _many_columns(declaration) or _long(declaration)


def _many_columns(declaration: str) -> str:
    """Return that there are too many columns, if there are."""
    for found in _COLUMNS.finditer(declaration):
        count = (found[1] or found[2] or found[3]).lstrip("0")
        if len(count) > 9 or int(count or 0) > MOST_COLUMNS:
            return f"a row of {count[:9]} columns is"
    return ""


def _long(declaration: str) -> str:
    """Return that a declaration is too long, if it is; an address in it may be longer."""
    if len(declaration) <= LONGEST_VALUE:
        return ""
    much = len(declaration) > LONGEST_ADDRESS
    much = much or len(_ADDRESS.sub("", declaration).strip()) > LONGEST_VALUE
    return f"a value of {len(declaration.strip()):,} letters is" * much


def _many_colours(declaration: str) -> str:
    """Return that the colours of a gradient are too many, if they are."""
    commas = declaration.count(",")
    many = commas > MOST_STOPS and "gradient(" in declaration.lower()
    return f"a gradient of {commas:,} colours is" * many


def _is_giant(number: str, unit: str) -> bool:
    """Whether a number is beyond measure: a length or a share sooner than a count."""
    size = abs(float(number))
    return size > (LARGEST if unit or not number.lstrip("+-").isdecimal() else _LARGEST_COUNT)
