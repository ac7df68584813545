"""Words between angle brackets that are no tags of HTML: `List<String>`, `<your name>`, `<a/b>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

# The elements that stay in a text, those of them that a page has no use for, and those of old.
_KEPT = frozenset(
    "a abbr aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details "  # noqa: SIM905  read as lines
    "dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q "
    "rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th "
    "thead tr tt u ul var wbr".split()
)
_OTHERS = frozenset(
    "acronym address applet area article audio base basefont bgsound blink body button canvas "  # noqa: SIM905  read as lines
    "datalist dialog dir embed fieldset footer form frame frameset head header hgroup html iframe "
    "input label legend link main map marquee math menu meta meter nav nobr noframes noscript "
    "object optgroup option output param picture progress rb rtc script search select slot source "
    "style svg template textarea time title track video".split()
)
_ALONE = frozenset(
    "allowfullscreen async autoplay checked compact controls defer disabled hidden ismap loop "  # noqa: SIM905  read as lines
    "multiple muted noshade nowrap open readonly required reversed selected".split()
)

# The beginning of a tag is looked for in so many letters before its end.
_FAR = 2000

_TAG = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:\s[^<>\n]{0,300}?)?)/?>")
_OF_WORD = re.compile(r"</?[a-z]\w{0,9}:[A-Za-z][\w-]{0,40}(?:\s[^<>\n]{0,300})?/?>")
_LIKE_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>")

_PRINTED = (
    "M16",
    "{} looks like a tag, and is printed as typed",
    "put it into backticks, or a backslash before it",
)
_DROPPED = ("M02", "the tag {} of a word processor was dropped", "remove it")


def tags_plugin(md: MarkdownIt) -> None:
    """Teach `md` to print what only looks like a tag."""
    md.inline.ruler.before("html_inline", "no_tag", _no_tag)
    md.inline.ruler.after("html_inline", "like_tag", _like_tag)
    md.block.ruler.before("html_block", "aside", _aside, {"alt": ["paragraph", "blockquote"]})


def _aside(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take `<aside>` on a line of its own: what follows is Markdown, as Notion means it."""
    line = said.line_of(state, start).rstrip()
    if line not in ("<aside>", "</aside>") or state.is_code_block(start):
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map, token.content = [start, start + 1], f"{line}\n"
        state.line = start + 1
    return True


def _no_tag(state: StateInline, silent: bool) -> bool:
    """Take what has the form of a tag, but a name that HTML does not have."""
    if state.src[state.pos] != "<":
        return False
    found = _TAG.match(state.src, state.pos, state.posMax)
    if not found or _is_tag(found["name"], found["rest"]):
        return False
    if found[0].startswith("</"):  # maybe the end of `<Tab title="x">`
        begins, first = f"<{found['name']} ", max(state.pos - _FAR, 0)
        if state.src.find(begins, first, state.pos) >= 0:
            return False
    return said.typed_if(state, silent, found, _PRINTED)


def _is_tag(name: str, rest: str) -> bool:
    """Whether something is a tag, by its name and by what stands behind that.

    What has a value in it, such as `<Tab title="x">`, is one of some tool. In `a<b and c>d` there
    is none; `<Object>` is a type of a programming language.
    """
    if "=" in rest:
        return True
    known = name.lower() in _KEPT or (name.lower() in _OTHERS and not name.istitle())
    return known and {word.lower() for word in rest.split()} <= _ALONE


def _like_tag(state: StateInline, silent: bool) -> bool:
    """Take `<o:p>`, which is dropped, and `<owner/repo>`, which is printed."""
    if state.src[state.pos] != "<":
        return False
    if found := _OF_WORD.match(state.src, state.pos, state.posMax):
        return said.dropped_if(state, silent, found, _DROPPED)
    found = _LIKE_TAG.match(state.src, state.pos, state.posMax)
    return said.typed_if(state, silent, found, _PRINTED)
