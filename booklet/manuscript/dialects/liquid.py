"""Tags of templates, such as Liquid's: dropped, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_TAG = re.compile(r"\{%-?\s[^{}]{0,1000}?-?%\}")


def liquid_plugin(md: MarkdownIt) -> None:
    """Teach `md` to drop the tags of templates."""
    md.inline.ruler.before("link", "liquid", _tag)


def _tag(state: StateInline, silent: bool) -> bool:
    """Take `{% include card.html %}`."""
    found = _TAG.match(state.src, state.pos, state.posMax)
    return said.dropped_if(
        state, silent, found, ("M15", "the tag {} of a template was dropped", "")
    )
