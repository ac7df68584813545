"""Changes that are proposed in CriticMarkup: what comes is underlined, what goes is struck out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_SIGNS = {"{++": ("++}", "ins"), "{--": ("--}", "del"), "{==": ("==}", "mark")}


def critic_plugin(md: MarkdownIt) -> None:
    """Teach `md` the changes of CriticMarkup."""
    md.inline.ruler.before("escape", "critic", _change)


def _change(state: StateInline, silent: bool) -> bool:
    """Take `{++new++}`, `{--old--}`, `{~~old~>new~~}` and `{==marked==}`."""
    if state.src[state.pos] != "{":
        return False
    end = said.within(state, "{~~", "~~}")
    new = state.src.find("~>", state.pos, end) if end else -1
    if new >= 0:
        return _set(state, silent, ("del", state.pos + 3, new), ("ins", new + 2, end))
    for opening, (closing, tag) in _SIGNS.items():
        if end := said.within(state, opening, closing):
            return _set(state, silent, (tag, state.pos + 3, end))
    return False


def _set(state: StateInline, silent: bool, *parts: tuple[str, int, int]) -> bool:
    """Set parts of the text, each in an element: its tag, its beginning and its end."""
    limit = state.posMax
    for tag, start, end in () if silent else parts:
        if start < end:
            state.pos, state.posMax = start, end
            state.push(f"{tag}_open", tag, 1)
            state.md.inline.tokenize(state)
            state.push(f"{tag}_close", tag, -1)
    state.pos, state.posMax = parts[-1][2] + 3, limit
    return True
