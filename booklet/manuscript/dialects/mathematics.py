"""Mathematics, which is not set yet: printed as it was typed, and said.

Pandoc's rule tells it from money: no space stands right within the dollar signs, and no digit
after the last.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# No formula is longer: the end of one that has none is not looked for in the whole paragraph.
_LONGEST = 5000

_FORMULA = re.compile(
    rf"\$\$(?:[^$\\]|\\.){{1,{_LONGEST}}}?\$\$"
    rf"|\$(?=[^\s$])(?:[^$\\]|\\.){{0,{_LONGEST}}}?(?<=\S)\$(?![\d$])",
    re.DOTALL,
)


def mathematics_plugin(md: MarkdownIt) -> None:
    """Teach `md` to print mathematics as it was typed."""
    md.inline.ruler.before("escape", "mathematics", _mathematics)


def _mathematics(state: StateInline, silent: bool) -> bool:
    """Take `$…$` and `$$…$$`."""
    found = _FORMULA.match(state.src, state.pos, state.posMax)
    return said.typed_if(state, silent, found, _NOT_YET)


_NOT_YET = (
    "M17",
    "the formula {} is printed as typed: mathematics is not set yet",
    "put `\\` before the dollar sign if it is text",
)
