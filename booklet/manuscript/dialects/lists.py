"""Numbered lists, as Pandoc has them: letters, Roman numbers, `(@)`, each printed as it was typed.

A sentence that only begins like an item stays text. Where a paragraph is going on, a list begins
only if a second item shows that it is one, a colon announces it, or the words of an item before
it have come to an end.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from markdown_it.rules_block import list_block
from markdown_it.token import Token

from booklet.manuscript.dialects.cells import line_of
from booklet.manuscript.dialects.examples import define
from booklet.manuscript.dialects.list_marks import ListMark, first_mark, has_next, in_list, mark_at
from booklet.manuscript.dialects.remarks import Remark, remark

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_ENDS = re.compile(r"[.:;!?…][\"'”’»)\]*_]*$")
_LIKE_ITEM = re.compile(r"1[.)][ \t]+\S")
_CAPITAL = re.compile(r"([A-Z])\.[ \t]\S")

# A line that was broken because it was full has at least so many letters.
_FULL = 40

# A mark of more letters than this does not fit into the indent of a list.
_NARROW = 3

# So many numbers may be left out by an author who counts in letters.
_MOST_LEFT_OUT = 3


def lists_plugin(md: MarkdownIt) -> None:
    """Teach `md` numbered lists."""
    md.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    md.core.ruler.after("block", "like_items", _like_items)
    md.core.ruler.push("item_marks", _marks)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a list that begins on the line `start`."""
    if state.is_code_block(start) or _is_outside(state, start):
        return False
    mark = first_mark(state, start, end)
    if not mark:
        first = state.src[state.bMarks[start] + state.tShift[start] :][:1]
        return first in ("*", "-", "+") and list_block(state, start, end, silent)
    interrupts = silent and state.parentType == "paragraph"
    if not (_may_interrupt if interrupts else _may_begin)(state, start, end, mark):
        return False
    if not silent:
        _push(state, start, end, mark)
    return True


def _is_outside(state: StateBlock, line: int) -> bool:
    """Whether a line is too far indented to be an item of the list around it."""
    too_far = state.listIndent >= 0 and state.sCount[line] - state.listIndent >= 4
    return too_far and state.sCount[line] < state.blkIndent


def _may_begin(state: StateBlock, line: int, end: int, mark: ListMark) -> bool:
    """Whether a list begins with a mark at the beginning of a block."""
    if mark.style not in "aAiI":
        return True
    if not _is_plain(mark):
        return False
    return mark.value == 1 or has_next(state, line, end, mark)


def _is_plain(mark: ListMark) -> bool:
    """Whether a mark cannot be an initial: two spaces follow `A.`, as in Pandoc."""
    return mark.wide or mark.around != "." or len(mark.typed) > 1 or not mark.typed.isupper()


def _may_interrupt(state: StateBlock, line: int, end: int, mark: ListMark) -> bool:
    """Whether an item begins where a paragraph is going on."""
    if state.sCount[line] < state.blkIndent:
        for first, last in reversed(_open_lists(state)):
            same = in_list(mark, first)
            if same.kind == first.kind:
                return mark.style == "#" or _goes_on(state, line, same, last)
    if mark.style in "@•":
        return True
    if mark.value != 1 or not _is_plain(mark) or not _has_words(state, line, mark):
        return False
    if has_next(state, line, end, mark):
        return True
    if state.listIndent >= 0 and state.sCount[line] > state.blkIndent:
        return _is_over(state, line - 1)  # a list in an item, farther in than the item's words
    if mark.style != "1" or mark.around == "()":
        return False
    if state.listIndent >= 0:
        return _is_over(state, line - 1)
    return line_of(state, line - 1).rstrip("*_ ").endswith((":", "："))


def _has_words(state: StateBlock, line: int, mark: ListMark) -> bool:
    """Whether anything follows a mark on its line."""
    return state.skipSpaces(mark.at) < state.eMarks[line]


def _goes_on(state: StateBlock, line: int, mark: ListMark, last: int) -> bool:
    """Whether a list whose last item has the value `last` goes on with a mark in mid-paragraph."""
    if mark.value in (last, last + 1) or mark.style in "#@•":
        return True
    if mark.style == "1":
        return _is_over(state, line - 1)
    return last < mark.value <= last + _MOST_LEFT_OUT and _is_over(state, line - 1)


def _is_over(state: StateBlock, line: int) -> bool:
    """Whether the words on a line have come to an end, or the line is too short to be full."""
    text = line_of(state, line).strip()
    return bool(_ENDS.search(text)) or len(text) < _FULL


def _open_lists(state: StateBlock) -> list[tuple[ListMark, int]]:
    """Return the numbered lists that are open in a text, the innermost last.

    Each has its first mark, and the value of its last item.
    """
    opened: dict[int, list[tuple[ListMark, int]]] = state.env.setdefault("lists", {})
    return opened.setdefault(id(state.tokens), [])


def _push(state: StateBlock, start: int, end: int, first: ListMark) -> None:
    """Push the tokens of a list."""
    at = len(state.tokens)
    kind, tag = ("bullet", "ul") if first.style == "•" else ("ordered", "ol")
    opening = state.push(f"{kind}_list_open", tag, 1)
    parent, state.parentType = state.parentType, "list"
    terminators = state.md.block.ruler.getRules("list")
    items: list[tuple[Token, ListMark]] = []
    mark: ListMark | None = first
    line, tight, after_blank = start, True, False
    while mark:
        _open_lists(state).append((first, mark.value))
        token, inner = _push_item(state, line, end, mark)
        _open_lists(state).pop()
        tight = tight and inner and not after_blank
        items.append((token, mark))
        after_blank = state.line - line > 1 and state.isEmpty(state.line - 1)
        line = state.line
        mark = None
        over = line >= end or state.sCount[line] < state.blkIndent or state.is_code_block(line)
        if not over and not any(rule(state, line, end, True) for rule in terminators):
            mark = _next(state, line, first, items[-1][1])
    state.push(f"{kind}_list_close", tag, -1)
    opening.map, state.line, state.parentType = [start, line], line, parent
    _number(state, opening, items)
    if tight:
        _tighten(state, at)


def _next(state: StateBlock, line: int, first: ListMark, last: ListMark) -> ListMark | None:
    """Return the mark on a line if the list goes on with it.

    After an empty line a number that is lower than the last begins a new list.
    """
    typed = mark_at(state, line)
    mark = typed and in_list(typed, first)
    if not typed or not mark or mark.kind != first.kind:
        return None
    if typed.style == "#" and first.style != "#":
        return replace(mark, value=last.value + 1)
    if mark.style != "@" and mark.value < last.value and state.isEmpty(line - 1):
        return None
    far = mark.style in "aAiI" and not last.value <= mark.value <= last.value + _MOST_LEFT_OUT
    return None if far else mark


def _push_item(state: StateBlock, line: int, end: int, mark: ListMark) -> tuple[Token, bool]:
    """Push the tokens of an item; return the first, and whether it is tight."""
    begin = state.bMarks[line] + state.tShift[line]
    at, offset = mark.at, state.sCount[line] + mark.at - begin
    initial = offset
    while at < state.eMarks[line] and state.src[at] in " \t":
        offset += 4 - (offset + state.bsCount[line]) % 4 if state.src[at] == "\t" else 1
        at += 1
    empty = at >= state.eMarks[line]
    room = 1 if empty or offset - initial > 4 else offset - initial
    token = state.push("list_item_open", "li", 1)
    token.markup = mark.around[-1]
    before = state.tight, state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent
    state.listIndent, state.blkIndent = state.blkIndent, initial + room
    state.tight, state.sCount[line] = True, offset
    state.tShift[line] = at - state.bMarks[line]
    if empty and state.isEmpty(line + 1):
        state.line = min(state.line + 2, end)
    else:
        state.md.block.tokenize(state, line, end)
    tight = state.tight
    state.tight, state.tShift[line], state.sCount[line], state.listIndent, state.blkIndent = before
    state.push("list_item_close", "li", -1)
    token.map = [line, state.line]
    return token, tight


def _tighten(state: StateBlock, at: int) -> None:
    """Hide the paragraphs right in the items of the list whose first token is at `at`."""
    for i in range(at + 2, len(state.tokens) - 2):
        token = state.tokens[i]
        if token.level == state.level + 2 and token.type == "paragraph_open":
            token.hidden = state.tokens[i + 2].hidden = True


def _number(state: StateBlock, opening: Token, items: list[tuple[Token, ListMark]]) -> None:
    """Give the items of a list their numbers: as they were typed, or counted where all are alike.

    The engine numbers `1.` by itself; other marks are text.
    """
    first = items[0][1]
    if first.style == "•":
        return
    typed = [mark.value for _, mark in items]
    counted = [*range(first.value, first.value + len(typed))]
    if first.style == "@":
        opening.attrs["class"] = "marked wide"
        for token, mark in items:
            token.meta |= {"mark": "", "example": mark.typed}
            if mark.typed:
                define(state.env, mark.typed)
        return
    if first.value != 1:
        opening.attrs["start"] = first.value
    if len(set(typed)) > 1 and typed != counted:
        counted = typed
        shown = ", ".join(mark.text(mark.value) for _, mark in items[:8])
        hint = "number them in order, or give all the same number"
        line = opening.map[0] if opening.map else 0
        remark(opening, Remark("M21", f"the items of this list are numbered {shown}", hint, line))
    elif first.kind in (("1", "."), ("#", ".")):
        return
    texts = [first.text(value) for value in counted]
    wide = max(map(len, texts)) > _NARROW
    opening.attrs["class"] = "marked wide" if wide else "marked"
    for (token, _), text in zip(items, texts, strict=True):
        token.meta["mark"] = text


def _marks(state: StateCore) -> None:
    """Put the marks of items into the text, before their first words."""
    out: list[Token] = []
    for i, token in enumerate(state.tokens):
        out.append(token)
        if "mark" not in token.meta:
            continue
        text = token.meta["mark"] = Token("text", "", 0, content=token.meta["mark"])
        span = Token("span_open", "span", 1, attrs={"class": "item-mark"})
        mark = [span, text, Token("span_close", "span", -1)]
        if state.tokens[i + 1].type == "paragraph_open":
            children = state.tokens[i + 2].children = state.tokens[i + 2].children or []
            children[:0] = mark
        else:
            out += [
                Token("paragraph_open", "p", 1, level=token.level + 1, map=token.map, block=True),
                Token("inline", "", 0, children=mark, map=token.map, level=token.level + 2),
                Token("paragraph_close", "p", -1, level=token.level + 1, block=True),
            ]
    state.tokens = out


def _like_items(state: StateCore) -> None:
    """Say which lines of a paragraph begin like an item and were not taken for one."""
    for i, token in enumerate(state.tokens):
        if token.type != "inline" or not token.map or not i:
            continue
        lines = token.content.split("\n")
        for number, line in enumerate(lines):
            capital, following = (
                _CAPITAL.match(line),
                _CAPITAL.match((lines[number + 1 :] or [""])[0]),
            )
            pair = capital and following and ord(following[1]) == ord(capital[1]) + 1
            if pair or (number and _LIKE_ITEM.match(line)):
                hint = "two spaces after the point make it a list" if pair else _APART
                message = f"`{line[:20].strip()}` begins like a list, and is set as text"
                remark(state.tokens[i - 1], Remark("M20", message, hint, token.map[0] + number))
                break


_APART = "an empty line before it makes it a list"
