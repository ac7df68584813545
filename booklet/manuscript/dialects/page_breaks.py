r"""Page breaks of all tools: `\newpage`, `{{< pagebreak >}}`, a `<div>` with a style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.dialects.cells import line_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_NAME = r"(?:page[-_ ]?break|new[-_ ]?page|next[-_ ]?page)"
_STYLE = r"(?:page-)?break-(?:after|before)\s*:\s*(?:always|page|left|right|recto|verso)"
_BREAK = re.compile(
    rf"""\\(?:newpage|pagebreak|clearpage|(?P<recto>cleardoublepage))(?:\[\d\])?(?:\{{\}})?
    | \{{\{{[<%]\s*{_NAME}\s*[%>]\}}\}}
    | \{{{_NAME}\}}
    | <!--\s*\\?{_NAME}\s*-->
    | <(?:mbp:)?{_NAME}\s*/?>
    | <(?P<tag>div|p|br|hr|span|section)\b[^<>]*(?:{_STYLE}|class\s*=\s*["'][^"']*{_NAME})[^<>]*>
      (?P<inside>(?:\s|&nbsp;|\u00a0|\\?{_NAME})*) (?:</(?P<end>div|p|span|section)>)?""",
    re.VERBOSE | re.IGNORECASE,
)
_CLASS = re.compile(_NAME, re.IGNORECASE)

# Lines that a break in HTML may take.
_MOST_LINES = 4

# What asks for a new page in a piece of a Word file.
_IN_WORD = re.compile(r"<w:br\s+w:type=\"page\"\s*/>")


def page_breaks_plugin(md: MarkdownIt) -> None:
    """Teach `md` page breaks that stand on a line of their own."""
    options = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    md.block.ruler.before("fence", "page_break", _page_break, options)  # type: ignore[arg-type]
    md.core.ruler.after("block", "page_breaks", _other_breaks)


def _page_break(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a page break that begins on the line `start`."""
    first = line_of(state, start).strip()[:1]
    if first not in ("\\", "{", "<") or state.is_code_block(start):
        return False
    lines = range(start + 1, min(start + (_MOST_LINES if first == "<" else 1), end) + 1)
    for last in lines:
        text = "\n".join(line_of(state, line).strip() for line in range(start, last))
        found = _BREAK.fullmatch(text)
        if found and _is_whole(found):
            if not silent:
                token = state.push("page_break", "", 0)
                token.map, token.hidden = [start, last], True
                token.info = "recto" if found["recto"] else ""
                state.line = last
            return True
    return False


def _is_whole(found: re.Match[str]) -> bool:
    """Whether a break is complete: what HTML element opens, ends."""
    tag = (found["tag"] or "").lower()
    return not tag or tag in ("br", "hr") or (found["end"] or "").lower() == tag


def _other_breaks(state: StateCore) -> None:
    """Make page breaks of empty divs with such a class, and of breaks for a Word file."""
    out: list[Token] = []
    for i, token in enumerate(state.tokens):
        out.append(token)
        before = state.tokens[i - 1] if i else token
        named = _CLASS.fullmatch(str(before.attrs.get("class", "")))
        empty_div = token.type == "div_close" and before.type == "div_open" and named
        in_word = token.type == "fence" and token.info.startswith("{=openxml")
        if empty_div:
            del out[-2:]
        elif in_word and _IN_WORD.search(token.content):
            del out[-1:]
        else:
            continue
        out.append(Token("page_break", "", 0, map=before.map if empty_div else token.map))
        out[-1].hidden = True
    state.tokens = out
