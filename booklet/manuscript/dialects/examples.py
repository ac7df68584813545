"""Numbered examples, `(@)` and `(@name)`, which count through a file, and `(@name)` in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from booklet.manuscript import placeholders

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_REFERENCE = re.compile(r"\(@([\w-]{1,80})\)")


def examples_plugin(md: MarkdownIt) -> None:
    """Teach `md` to refer to examples by their names."""
    md.inline.ruler.after("escape", "example", _reference)
    md.inline.add_terminator_char("(")


def define(env: MutableMapping[str, Any], name: str) -> None:
    """Remember that an example has a name. Names are known as references are: in all the file."""
    here = {"title": "", "href": name}
    env.setdefault("references", {}).setdefault(_key(name), here)


def _key(name: str) -> str:
    """Return the key of an example among the references, which no link can have."""
    return f"\ufdd7{name}"


def _reference(state: StateInline, silent: bool) -> bool:
    """Take `(@name)`, if an example has that name."""
    found = state.src[state.pos] == "(" and _REFERENCE.match(state.src, state.pos, state.posMax)
    if not found or _key(found[1]) not in state.env.get("references", {}):
        return False
    if not silent:
        token = state.push("typed", "", 0)
        token.content, token.meta = placeholders.number_mark(found[1]), {"at": state.pos}
    state.pos = found.end()
    return True
