"""Outlines of Logseq and Roam: what only the program needs is dropped, the rest is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# Properties that say nothing to a reader.
_INTERNAL = frozenset(
    "background-color collapsed created-at card-ease-factor card-interval card-last-interval "  # noqa: SIM905  read as lines
    "card-last-reviewed card-last-score card-next-schedule card-repeats file file-path filters "
    "heading hl-color hl-page hl-stamp hl-type icon id ls-type public query-properties "
    "query-sort-by query-sort-desc query-table template template-including-parent "
    "updated-at".split()
)
_PROPERTY = re.compile(r"([A-Za-z][\w./-]{1,40})::(?: [^\n]*|(?=\n|$))")
_BLOCK = re.compile(r"\(\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\)")
_EMBED = re.compile(r"\{\{\{[^{}\n]{1,300}\}\}\}")

_DROPPED = ("M15", "the property {} of an outline was dropped", "remove it")
_PRINTED = (
    "M16",
    "{} looks like a property of an outline, and is printed as typed",
    "write it into the front matter",
)
_REFERENCE = (
    "M15",
    "{}, which leads to a block of an outline, was dropped",
    "write its words, or a link",
)


def outlines_plugin(md: MarkdownIt) -> None:
    """Teach `md` the properties and the references of outlines."""
    md.inline.ruler.before("text", "property", _property)
    md.inline.ruler.before("escape", "block_reference", _reference)


def _property(state: StateInline, silent: bool) -> bool:
    """Take `id:: …` at the beginning of a line, up to its end."""
    at = state.pos
    if (at and state.src[at - 1] != "\n") or not state.src[at].isalpha():
        return False
    found = _PROPERTY.match(state.src, at, state.posMax)
    if not found:
        return False
    if found[1].lower() in _INTERNAL or found[1].startswith("logseq."):
        return said.dropped_if(state, silent, found, _DROPPED)
    return said.typed_if(state, silent, found, _PRINTED)


def _reference(state: StateInline, silent: bool) -> bool:
    """Take `((…))` with the number of a block, and `{{{embed …}}}`."""
    sign = state.src[state.pos]
    if sign not in "({" or said.before(state) == "]":
        return False
    found = (_BLOCK if sign == "(" else _EMBED).match(state.src, state.pos, state.posMax)
    return said.dropped_if(state, silent, found, _REFERENCE)
