"""Directives of MyST that hold no words: figures, names of places, and what only a site has.

```{figure} quay.png        (quay)=        +++        ```{toctree}
:width: 50%                                           ```
The quay.
```
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from booklet.manuscript.attributes import give
from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_OPENS = re.compile(r"(?P<fence>`{3,}|~{3,}|:{3,})[ ]?\{(?P<kind>[a-z-]+)\}[ \t]*(?P<rest>.*)")
_OPTION = re.compile(r":(?P<key>[a-z-]+):[ \t]*(?P<value>.*)")
_PLACE = re.compile(r"\((?P<name>[^\s()]{1,100})\)=[ \t]*")

_PICTURES = frozenset({"figure", "image"})
_OF_SITES = frozenset(
    {"tableofcontents", "toctree", "contents", "bibliography", "footbibliography", "printindex"}
)
_KEYS = {"name": "id", "width": "width", "alt": "fig-alt", "class": "class", "figclass": "class"}
_ALT: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}

_GONE = ("M15", "{} was dropped: the booklet makes its own", "set `toc-depth` for the contents")
_BREAK = ("M15", "the line {} between two cells was dropped", "write `***` for a break in the text")


def directives_plugin(md: MarkdownIt) -> None:
    """Teach `md` the directives of MyST that hold no words."""
    md.block.ruler.before("div", "directive", _directive, _ALT)
    md.block.ruler.before("fence", "place", _place, {"alt": ["paragraph"]})


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a figure; drop contents and lists that only a site has."""
    found = _OPENS.fullmatch(said.line_of(state, start).rstrip())
    if not found or found["kind"] not in _PICTURES | _OF_SITES or state.is_code_block(start):
        return False
    last = said.ending(state, start, end, found["fence"])
    if not last or (found["kind"] in _PICTURES and not found["rest"]):
        return False
    if silent:
        return True
    if found["kind"] in _PICTURES:
        _figure(state, start, last, found["rest"])
    else:
        said.dropped_lines(state, start, last + 1, _GONE)
    return True


def _figure(state: StateBlock, start: int, last: int, src: str) -> None:
    """Push a picture with the words of a directive as its caption."""
    given: dict[str, str] = {}
    line = start + 1
    while line < last and (option := _OPTION.fullmatch(said.line_of(state, line).rstrip())):
        if key := _KEYS.get(option["key"]):
            given[key] = option["value"].strip()
        line += 1
    words = " ".join(said.line_of(state, one).strip() for one in range(line, last)).strip()
    opening = state.push("paragraph_open", "p", 1)
    opening.map = [start, last + 1]
    inline = state.push("inline", "", 0)
    inline.map, inline.children = [start, last + 1], []
    inline.content = f"![{words}](<{quote(src.strip(), safe='/%:#?&=+,;@~')}>)"
    give(opening, given)
    state.push("paragraph_close", "p", -1)
    state.line = last + 1


def _place(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take `(name)=`, which names what follows, and `+++`, which parts two cells."""
    line = said.line_of(state, start)
    found = _PLACE.fullmatch(line)
    if (not found and line.rstrip() != "+++") or state.is_code_block(start):
        return False
    if silent:
        return True
    if found:
        token = state.push("attributes", "", 0)
        token.map, token.meta = [start, start + 1], {"id": found["name"]}
        state.line = start + 1
    else:
        said.dropped_lines(state, start, start + 1, _BREAK)
    return True
