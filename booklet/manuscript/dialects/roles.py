"""Roles of reStructuredText and MyST: printed as they were typed, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_ROLE = re.compile(r"(?::[a-z][a-z0-9:+.-]{0,40}:|\{[a-z][a-z0-9:+.-]{0,40}\})`[^`]{1,300}`(?!`)")


def roles_plugin(md: MarkdownIt) -> None:
    """Teach `md` to print roles as they were typed."""
    md.inline.ruler.before("link", "roles", _role)


def _role(state: StateInline, silent: bool) -> bool:
    """Take ``:ref:`x` `` and ``{ref}`x` ``."""
    found = _ROLE.match(state.src, state.pos, state.posMax)
    return said.typed_if(
        state, silent, found, ("M16", "the role {} of reStructuredText is printed as typed", "")
    )
