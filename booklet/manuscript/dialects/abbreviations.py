"""Abbreviations: `*[HTML]: …` says what letters stand for, anywhere in the file.

A definition is kept with the targets of links, under a name that none of these can have: so it
reaches all of its file, wherever that is cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_DEFINITION = re.compile(r"\*\[([^\[\]\n]{1,100})\]:[ \t]*(.*)")
# A letter of a word; those of Chinese, Japanese and Korean stand beside words without a space.
_LETTER = "[^\\W\u3040-\u9fff\uac00-\ud7af]"
_NAME = re.compile(r"\*\[(.*)\]")


def abbreviations_plugin(md: MarkdownIt) -> None:
    """Teach `md` abbreviations."""
    md.block.ruler.before(
        "reference", "abbreviation", _definition, {"alt": ["paragraph", "reference"]}
    )
    md.core.ruler.after("inline", "abbreviations", _abbreviate)


def _definition(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take a line `*[HTML]: Hyper Text Markup Language`, which is not printed."""
    if state.is_code_block(start):
        return False
    line = said.line_of(state, start)
    found = _DEFINITION.fullmatch(line.rstrip())
    if not found or not found[1].strip():
        return False
    if not silent:
        known: dict[str, Any] = state.env.setdefault("references", {})
        meaning = {"href": "", "title": found[2].strip(), "map": [start, start + 1]}
        known.setdefault(f"*[{found[1].strip()}]", meaning)
        said.dropped_lines(state, start, start + 1)
    return True


def _abbreviate(state: StateCore) -> None:
    """Give each abbreviation in running text what it stands for."""
    known = {
        found[1]: str(target["title"])
        for name, target in state.env.get("references", {}).items()
        if (found := _NAME.fullmatch(name))
    }
    if not known:
        return
    words = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    pattern = re.compile(rf"(?<!{_LETTER})(?:{words})(?!{_LETTER})")
    runs = [token for token in state.tokens if token.type == "inline" and token.children]
    for token in runs:
        token.children = list(_marked(token.children or [], pattern, known))
    for note in state.env.get("footnotes", {}).get("list", {}).values():
        note["tokens"] = list(_marked(note.get("tokens", []), pattern, known))


def _marked(
    children: list[Token], pattern: re.Pattern[str], known: dict[str, str]
) -> Iterator[Token]:
    """Yield the tokens with the abbreviations among the words marked."""
    for child in children:
        if child.type != "text" or not pattern.search(child.content):
            yield child
            continue
        at = 0
        for found in pattern.finditer(child.content):
            if found.start() > at:
                yield _text(child.content[at : found.start()], child.level)
            opening = Token("abbr_open", "abbr", 1, level=child.level)
            if meaning := known[found[0]]:
                opening.attrs["title"] = meaning
            yield opening
            yield _text(found[0], child.level + 1)
            yield Token("abbr_close", "abbr", -1, level=child.level)
            at = found.end()
        if child.content[at:]:
            yield _text(child.content[at:], child.level)


def _text(content: str, level: int) -> Token:
    """Return a token of text."""
    return Token("text", "", 0, content=content, level=level)
