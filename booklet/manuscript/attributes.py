"""Attributes in braces, `{#id .class width=60%}`, wherever users of Pandoc write them.

After a picture, a link, code or a bracketed text; at the end of a heading or of a table's caption;
on a line of their own before a block. The kept plugin for attributes reads fewer forms (no per
cent sign, no decimal point, no single quotation marks), and copies the rest of the paragraph each
time that it looks for one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.helpers import parseLinkLabel
from markdown_it.token import Token

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# Those that an author may give to a block, a bracketed text, a link or a picture.
KNOWN = ("id", "class", "width", "lang", "dir", "fig-alt", "alt", "start")

# Classes that make notes and parts what they are: an author's text must not become one by chance.
OURS = frozenset(
    {
        "again",
        "apart",
        "call",
        "called",
        "code-line",
        "endnote",
        "held",
        "item-mark",
        "note",
        "note-paragraph",
        "part",
        "record",
        "records",
        "records-caption",
        "typed",
        "typed-lines",
    }
)

_ONE = re.compile(
    r"""\s*(?:
    \#(?P<id>[\w:.-]+)
    | \.(?P<class>[\w:-]+)
    | (?P<key>[A-Za-z][\w:.-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]+))
    | (?P<unnumbered>-)
    )(?=[\s}])""",
    re.VERBOSE,
)
# Google Docs makes names of all the words of a heading, whatever signs are in them.
_ODD_NAME = re.compile(r"\{#([^\s{}]+)\}$")
_END = re.compile(r"\s*\}")
_AFTER = {"image": 0, "code_inline": 0, "link_close": -1, "span_close": -1}
_CAPTION = re.compile(r"(?:Table)?:\s")
_CLOSING_SIGNS = re.compile(r"\s+#+\s*$")

# No list of attributes is longer: what is left open is not read to the end of the text.
_LONGEST = 2000


def parse(text: str, start: int = 0) -> tuple[dict[str, str], int] | None:
    """Return the attributes in braces that begin at `start`, and where they end; or None.

    An empty pair of braces has none. `{-}` says `.unnumbered`, as in Pandoc.
    """
    if text[start : start + 1] != "{":
        return None
    found: dict[str, str] = {}
    at, last = start + 1, min(len(text), start + _LONGEST)
    while one := _ONE.match(text, at, last):
        at = one.end()
        _add(found, one)
    end = _END.match(text, at, last)
    return (found, end.end()) if end else None


def _add(found: dict[str, str], one: re.Match[str]) -> None:
    """Add one attribute to those that were found."""
    key, value = one["key"], one["double"] or one["single"] or one["bare"] or ""
    if one["unnumbered"] or one["class"] or key == "class":
        name = one["class"] or value or "unnumbered"
        found["class"] = f"{found['class']} {name}" if "class" in found else name
    elif one["id"]:
        found["id"] = one["id"]
    else:
        found[key] = value


def give(token: Token, given: dict[str, str], line: int | None = None) -> None:
    """Give attributes, which stand on a `line` (from 0) of their own or with the token, to it.

    Those that no author may give are kept under `dropped`, each with that line.
    """
    dropped = token.meta.setdefault("dropped", [])
    if "width" in given:  # the height follows from it
        given = {key: value for key, value in given.items() if key != "height"}
    for key, value in given.items():
        if key not in KNOWN:
            dropped.append((key, line))
        elif key == "class":
            names, ours = sorted_out(value)
            dropped += [(f".{name}", line) for name in ours]
            if names:
                token.attrJoin(key, " ".join(names))
        else:
            token.attrs[key] = value


def sorted_out(classes: str) -> tuple[list[str], list[str]]:
    """Return the names of classes that an author may give, and those that are ours."""
    names = classes.split()
    return [n for n in names if n not in OURS], [n for n in names if n in OURS]


def attributes_plugin(md: MarkdownIt) -> None:
    """Teach `md` the attributes in braces."""
    md.inline.ruler.after("link", "span", span)
    md.inline.ruler.push("attributes", _after)
    md.block.ruler.before("fence", "attributes", _line)
    md.core.ruler.after("block", "attributes", _give_to_blocks)
    md.core.ruler.after("attributes", "last_attributes", _at_the_end)


def span(state: StateInline, silent: bool) -> bool:
    """Take `[text]{.class}`."""
    if state.src[state.pos] != "[":
        return False
    start, limit = state.pos, state.posMax
    end = parseLinkLabel(state, start)
    found = parse(state.src, end + 1) if end >= 0 else None
    if not found or found[1] > limit:
        return False
    if not silent:
        state.pos, state.posMax = start + 1, end
        give(state.push("span_open", "span", 1), found[0])
        state.md.inline.tokenize(state)
        state.push("span_close", "span", -1)
        state.posMax = limit
    state.pos = found[1]
    return True


def _after(state: StateInline, silent: bool) -> bool:
    """Take `{…}` right after a picture, a link, code or a bracketed text."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    back = _AFTER.get(state.tokens[-1].type)
    found = parse(state.src, state.pos) if back is not None else None
    if not found or not found[0] or found[1] > state.posMax:
        return False
    if not silent:
        give(_opening(state.tokens) if back else state.tokens[-1], found[0])
    state.pos = found[1]
    return True


def _opening(tokens: list[Token]) -> Token:
    """Return the token that the last one closes."""
    level = 0
    for token in reversed(tokens):
        level += token.nesting
        if level == 0:
            return token
    return tokens[-1]


def _line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line that is nothing but attributes: they go to the block below it."""
    if state.is_code_block(start):
        return False
    text = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    found = parse(text)
    if not found or not found[0] or found[1] != len(text):
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.map = [start, start + 1]
        token.meta = found[0]
        state.line = start + 1
    return True


def _give_to_blocks(state: StateCore) -> None:
    """Give lines of attributes to the blocks below them; one with no block below it stays."""
    kept: list[Token] = []
    waiting: list[Token] = []
    for token in _parted(state.tokens):
        if token.type == "attributes":
            waiting.append(token)
            continue
        if token.nesting >= 0:
            for line in waiting:
                give(token, line.meta, line.map[0] if line.map else None)
        else:
            kept += waiting
        waiting = []
        kept.append(token)
    state.tokens = kept + waiting


def _parted(tokens: list[Token]) -> list[Token]:
    """Return the tokens with lines of attributes that end a paragraph parted from it.

    Such a line belongs to the block right below it, and if there is none, to the paragraph.
    """
    out: list[Token] = []
    for i, token in enumerate(tokens):
        out.append(token)
        line = _last_line(tokens, i) if token.type == "paragraph_close" else None
        if line and line.map:
            below = tokens[i + 1] if i + 1 < len(tokens) else None
            near = below is not None and below.nesting >= 0 and below.map
            at = len(out) if near and near[0] == line.map[1] else _owner(tokens, i, out)
            out.insert(at, line)
    return out


def _owner(tokens: list[Token], i: int, out: list[Token]) -> int:
    """Return where in `out` the block begins whose attributes end the paragraph that ends at `i`.

    It is the paragraph; in a list without empty lines the item, and after the last one the list.
    """
    if not tokens[i].hidden or i + 2 >= len(tokens):
        return len(out) - 3
    level = tokens[i].level - (2 if tokens[i + 2].nesting < 0 else 1)
    at = len(out) - 1
    while at and (out[at].level > level or out[at].nesting <= 0):
        at -= 1
    return at


def _last_line(tokens: list[Token], i: int) -> Token | None:
    """Take the last line from the paragraph that ends at `i` if it has attributes and no more."""
    inline = tokens[i - 1]
    before, line_end, last = inline.content.rpartition("\n")
    found = parse(last.strip()) if line_end and last.lstrip().startswith("{") else None
    if not found or not found[0] or found[1] != len(last.strip()) or not inline.map:
        return None
    inline.content, end = before, inline.map[0] + before.count("\n") + 1
    inline.map = [inline.map[0], end]
    tokens[i - 2].map = [inline.map[0], end]
    return Token("attributes", "", 0, map=[end, end + 1], meta=found[0])


def _at_the_end(state: StateCore) -> None:
    """Take `{#id .class}` from the end of a heading or of a table's caption."""
    before: Token | None = None
    for token in state.tokens:
        if token.type == "inline" and before is not None:
            caption = before.type == "paragraph_open" and _CAPTION.match(token.content)
            if caption or before.type == "heading_open":
                _take_last(token, before)
        before = token


def _take_last(token: Token, owner: Token) -> None:
    """Move the braces at the end of running text to the block that holds it."""
    text = token.content.rstrip()
    start = text.rfind("{") if text.endswith("}") else -1
    found = parse(text, start) if start >= 0 else None
    if start >= 0 and not found and (odd := _ODD_NAME.match(text, start)):
        found = {"id": odd[1]}, odd.end()
    if found and found[0] and found[1] == len(text) and not _bound(text, start):
        token.content = _CLOSING_SIGNS.sub("", text[:start]).rstrip()
        give(owner, found[0])


def _bound(text: str, start: int) -> bool:
    """Whether braces belong to what stands right before them: `[text]{.class}`."""
    return text[start - 1 : start] in ("]", ")", "`")
