"""Changes that are proposed in CriticMarkup: what comes is underlined, what goes is struck out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CHANGE = re.compile(
    r"\{(?:\+\+(?P<ins>(?:(?!\+\+\}).){1,5000})\+\+|--(?P<del>(?:(?!--\}).){1,5000})--"
    r"|~~(?P<old>(?:(?!~>|~~\}).){0,5000})~>(?P<new>(?:(?!~~\}).){0,5000})~~"
    r"|==(?P<mark>(?:(?!==\}).){1,5000})==)\}",
    re.DOTALL,
)
_TAGS = {"ins": "ins", "del": "del", "old": "del", "new": "ins", "mark": "mark"}


def critic_plugin(md: MarkdownIt) -> None:
    """Teach `md` the changes of CriticMarkup."""
    md.inline.ruler.before("escape", "critic", _change)


def _change(state: StateInline, silent: bool) -> bool:
    """Take `{++new++}`, `{--old--}`, `{~~old~>new~~}` and `{==marked==}`."""
    if state.src[state.pos] != "{":
        return False
    found = _CHANGE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        limit = state.posMax
        for name, tag in _TAGS.items():
            if found[name]:
                state.pos, state.posMax = found.span(name)
                state.push(f"{tag}_open", tag, 1)
                state.md.inline.tokenize(state)
                state.push(f"{tag}_close", tag, -1)
        state.posMax = limit
    state.pos = found.end()
    return True
