"""Mathematics, which is not set yet: printed as it was typed, and said.

Pandoc's rule tells it from money: no space stands right within the dollar signs, no digit after
the last; and no letter or digit before the first, as in `US$5`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# The environments of amsmath, and those of LaTeX itself, that hold nothing but mathematics.
ENVIRONMENTS = frozenset(
    "align alignat aligned array bmatrix Bmatrix cases displaymath eqnarray equation flalign "  # noqa: SIM905  read as lines
    "gather gathered math matrix multline pmatrix smallmatrix split subequations vmatrix "
    "Vmatrix".split()
)

# No formula is longer, in letters or in lines: the end of one that has none is not looked for to
# the end of the text.
_LONGEST = 4000
_MOST_LINES = 200

_DOLLARS = re.compile(r"\\.|(\$\$?)", re.DOTALL)
_WORDS = re.compile(r"(?<!\S)[^\W\d_]{2,}(?!\S)")
_VARIABLE = re.compile(r"\w+[/:.-]*")
_BACKSLASHED = re.compile(
    rf"\\\((?P<round>(?:[^\\]|\\[^()]){{1,{_LONGEST}}}?)\\\)"
    rf"|\\\[(?P<square>(?:[^\\]|\\[^\[\]]){{1,{_LONGEST}}}?)\\\]",
    re.DOTALL,
)
_FORMULA = re.compile(r"[\\^_=<>+{}|]|\w\*\w|^\s*\S{1,3}\s*$")
_DISPLAY = re.compile(r"[\\^=]|\n")

# What is left where people or converters put a backslash before brackets that are text.
_ESCAPED = re.compile(r"\\[*_\[\]()#.+`~>\"'$-]")
_OPERATOR = re.compile(r"[*/+<>|_-]")
_LONG_WORD = re.compile(r"(?<![\w\\])[^\W\d_]{2,}(?!\w)")
_NUMBER = re.compile(r"[\d\s.,:–-]*")
_LABEL = re.compile(r"\w{1,4}")
_FUNCTIONS = frozenset(
    "arg cos cot det dim exp gcd inf ker lim ln log max min mod sin sup tan".split()  # noqa: SIM905  read as lines
)
_OPENS = re.compile(r"\$\$|\\\[|\\begin\{(\w+)\*?\}")
_AFTER = re.compile(r"[ \t]*(?:\{#[^{}]*\}|\(@?[^()]*\))?[ \t]*[.,;]?[ \t]*")

_NOT_YET = (
    "M17",
    "the formula {} is printed as typed: mathematics is not set yet",
    "put `\\` before the dollar sign if it is text",
)
_NOT_YET_OTHERWISE = (*_NOT_YET[:2], "set it as a picture until then")


def mathematics_plugin(md: MarkdownIt) -> None:
    """Teach `md` to print mathematics as it was typed."""
    md.inline.ruler.before("escape", "mathematics", _mathematics)
    md.block.ruler.before(
        "fence", "mathematics", _display, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _mathematics(state: StateInline, silent: bool) -> bool:
    """Take `$…$`, `$$…$$`, `\\(…\\)` and `\\[…\\]`."""
    sign = state.src[state.pos]
    if sign == "$":
        end = _closing_dollar(state)
        return (
            said.typed_if(state, silent, said.whole(state, end), _NOT_YET)
            if end
            else _endless(state, silent)
        )
    if sign != "\\":
        return False
    if _endless(state, silent):
        return True
    found = _BACKSLASHED.match(state.src, state.pos, state.posMax)
    if not found or not (_is_square if found["square"] else _is_round)(found):
        return False
    return said.typed_if(state, silent, found, _NOT_YET_OTHERWISE)


def _endless(state: StateInline, silent: bool) -> bool:
    """Print what begins a formula on a line, if nothing ends it; `$$` may be money as well."""
    found = _BEGINS.match(state.src, state.pos, state.posMax)
    if not found or (state.pos and said.before(state) != "\n"):
        return False
    opens = found["opens"]
    rest, closes = found["rest"], _CLOSES.get(opens) or opens.replace("begin", "end")
    if closes in state.src[state.pos + len(opens) : state.posMax]:
        return False
    if opens[1:].startswith("begin"):
        if found["name"] not in ENVIRONMENTS:
            return False
    elif rest.strip() and not (opens == "$$" and _SURE.search(rest)):
        return False
    what = (*_ENDLESS, f"write `{closes}` where it ends")
    return said.typed_if(state, silent, said.whole(state, state.pos + len(opens)), what)


_BEGINS = re.compile(r"(?P<opens>\$\$(?!\$)|\\\[|\\begin\{(?P<name>\w+)\*?\})(?P<rest>[^\n]*)")
_SURE = re.compile(r"[\\^_=]")
_ENDLESS = ("M17", "the formula that begins with {} never ends: it is printed as typed")


def _is_round(found: re.Match[str]) -> bool:
    r"""Whether `\(…\)` is a formula, and not words or a number that stand in parentheses.

    Pandoc writes `\(a\)` where a paragraph begins with a letter that must not become a list.
    """
    inner = _ESCAPED.sub("", found["round"])
    begins = not found.start() or found.string[found.start() - 1] == "\n"
    if _NUMBER.fullmatch(inner) or (begins and _LABEL.fullmatch(inner)):
        return False
    return bool(_FORMULA.search(inner)) or not _has_words(inner)


def _is_square(found: re.Match[str]) -> bool:
    r"""Whether `\[…\]` within a text is a formula, and not a remark in brackets."""
    inner = _ESCAPED.sub("", found["square"])
    return bool(_DISPLAY.search(inner)) or (
        not _has_words(inner) and bool(_OPERATOR.search(inner)) and not _NUMBER.fullmatch(inner)
    )


def _has_words(inner: str) -> bool:
    """Whether any word stands in a text that is not the name of a function."""
    return any(found[0] not in _FUNCTIONS for found in _LONG_WORD.finditer(inner))


def _closing_dollar(state: StateInline) -> int:
    """Return where the formula ends that begins with the dollar sign at hand, or 0."""
    text, start = state.src, state.pos
    if said.in_word(state):
        return 0
    double = text.startswith("$$", start)
    places = _places(state)[double]
    number = bisect_right(places, start + double)
    at = places[number] if number < len(places) else state.posMax
    if at >= state.posMax or at - start > _LONGEST:
        return 0
    inner = text[start + 1 + double : at]
    if double:
        is_text = " " in inner and _WORDS.search(inner) and not _FORMULA.search(inner)
        return at + 2 if inner.strip() and not is_text else 0
    return at + 1 if _is_formula(inner, text[at + 1 : at + 2]) else 0


def _is_formula(inner: str, after: str) -> bool:
    """Whether what stands between two dollar signs is a formula; `after` is the sign after it."""
    if not inner or inner[0].isspace() or inner[-1].isspace() or "`" in inner or after.isdigit():
        return False
    if " " in inner and _WORDS.search(inner) and not _FORMULA.search(inner.replace("\\$", "")):
        return False  # `$6 or 7$`
    return not (
        after.isascii() and after.isalpha() and len(inner) > 1 and _VARIABLE.fullmatch(inner)
    )


def _places(state: StateInline) -> tuple[list[int], list[int]]:
    """Return the places of dollar signs in the text, and those of two: none after a backslash."""
    text, places = state.env.get("dollars", ("", ()))
    if text is not state.src:
        places = list[int](), list[int]()
        for found in _DOLLARS.finditer(state.src):
            if found[1]:
                places[len(found[1]) - 1].append(found.start())
        state.env["dollars"] = state.src, places
    return places  # type: ignore[no-any-return]


def _display(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a formula that has lines of its own, whatever its lines look like."""
    if state.is_code_block(start):
        return False
    first = said.line_of(state, start)
    opens = _OPENS.match(first)
    if not opens or (opens[1] and opens[1] not in ENVIRONMENTS):
        return False
    closes = f"\\end{{{first[7 : opens.end() - 1]}}}" if opens[1] else _CLOSES[opens[0]]
    last = _last(state, start, end, opens.end(), closes)
    if last is None:
        return False
    if not silent:
        said.typed_lines(state, start, last + 1, _NOT_YET_OTHERWISE)
    return True


_CLOSES = {"$$": "$$", "\\[": "\\]"}


def _last(state: StateBlock, start: int, end: int, at: int, closes: str) -> int | None:
    """Return the line on which `closes` ends a formula, if nothing but its name follows there."""
    end = min(end, start + _MOST_LINES)
    if state.src.find(closes, state.bMarks[start] + at, state.eMarks[end - 1]) < 0:
        return None
    for number in range(start, end):
        line = said.line_of(state, number)
        if number > start and (line.startswith("# ") or state.sCount[number] < state.blkIndent):
            return None
        found = line.find(closes, at)
        at = 0
        if found >= 0:
            whole = _AFTER.fullmatch(line, found + len(closes))
            return number if whole and (number > start or closes != "\\]") else None
    return None
