"""Remarks of the author, which are never printed, and never said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# How remarks in running text begin and end: those of Obsidian, CriticMarkup, kramdown, Liquid,
# MDX and Jinja.
_REMARKS = (
    ("%%", "%%"),
    ("{>>", "<<}"),
    ("{::comment}", "{:/"),
    ("{% comment %}", "{% endcomment"),
    ("{/*", "*/"),
    ("{# ", " #"),
)
_DEFINED = re.compile(
    r"""[ \t]*\[(?://|comment|_metadata_[^\]]*)\]:[ \t]*(?:#|<>)"""
    r"""[ \t]*(?:\(.*\)|".*"|'.*')?[ \t]*""",
    re.IGNORECASE,
)
_ENDLESS = ("M16", "a remark that begins with {} never ends: it is printed")
_ENDS = {"%%": "%%", "{>>": "<<}", "{::comment}": "{:/comment}", "{/*": "*/}"}
_AFTER_NUMBER = re.compile(r"\d[ \t\u00a0]*\Z")
_OPENS = re.compile(r"%%|\{::comment\}|\{%-?\s*comment\s*-?%\}")


def comments_plugin(md: MarkdownIt) -> None:
    """Teach `md` to leave out remarks."""
    md.inline.ruler.before("escape", "comment", _inline)
    md.block.ruler.before(
        "fence", "comment", _lines, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _inline(state: StateInline, silent: bool) -> bool:
    """Take a remark in running text."""
    if state.src[state.pos] not in "%{":
        return False
    if state.src[state.pos] == "%" and (said.in_word(state) or said.before(state) == "%"):
        return False  # 100%% sure
    for opening, closing in _REMARKS:
        if end := said.within(state, opening, closing):
            end += len(closing)
            if not closing.startswith(("%", "<")):
                end = state.src.find("}", end, state.posMax) + 1
            return said.dropped_if(state, silent, said.whole(state, end))
    return _endless(state, silent)


def _endless(state: StateInline, silent: bool) -> bool:
    """Print the beginning of a remark that never ends; not so the sign of a share, `5 %%`."""
    opening = next((one for one in _ENDS if state.src.startswith(one, state.pos)), "")
    if not opening or (opening == "%%" and _AFTER_NUMBER.search(state.src[: state.pos])):
        return False
    what = (*_ENDLESS, f"write `{_ENDS[opening]}` where it ends")
    return said.typed_if(state, silent, said.whole(state, state.pos + len(opening)), what)


def _lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a remark that has lines of its own: `[//]: # (…)`, or `%%` up to the next `%%`."""
    if state.is_code_block(start):
        return False
    line = said.line_of(state, start)
    last: int | None = start
    if not _DEFINED.fullmatch(line):
        opens = _OPENS.match(line)
        last = _closing(state, start, end, opens) if opens else None
    if last is None:
        return False
    if not silent:
        said.dropped_lines(state, start, last + 1)
    return True


def _closing(state: StateBlock, start: int, end: int, opens: re.Match[str]) -> int | None:
    """Return the line on which a remark ends that opens a line, if nothing follows it there.

    One that ends nowhere is text; so is one that ends within a line, which running text knows.
    """
    closes = _CLOSES[opens[0][:2]]
    vain = said.in_vain(state, closes.pattern, end)
    if vain[0] <= start < vain[1]:
        return None
    at = opens.end()
    for number in range(start, end):
        found = closes.search(said.line_of(state, number), at)
        at = 0
        if found:
            return None if said.line_of(state, number)[found.end() :].strip() else number
    said.open_at_end(state)
    vain[:] = [start, end]
    return None


_CLOSES = {
    "%%": re.compile(r"%%"),
    "{:": re.compile(r"\{:/(?:comment)?\}"),
    "{%": re.compile(r"\{%-?\s*endcomment\s*-?%\}"),
}
