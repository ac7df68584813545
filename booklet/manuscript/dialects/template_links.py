"""Links and pictures whose address a template fills in, as Hugo and Jekyll have them.

[words]({{< ref "tide.md" >}})    [words]({% link tide.md %})    ![words]({{ site.url }}/quay.png)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.helpers import parseLinkLabel

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.pictures import push_picture

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_TAG = r"\{\{[^{}\n]{1,300}\}\}|\{%[^%\n]{1,300}%\}|\$\{[^{}\n]{1,100}\}"
_ADDRESS = re.compile(
    rf"""\([ \t]*<?(?P<to>(?:{_TAG}|[^\s()<>{{$]|\{{(?![{{%])|\$(?!\{{)|\([^\s()]*\)){{1,500}}+)>?
    (?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'))?[ \t]*\)""",
    re.VERBOSE,
)
_IN_IT = re.compile(_TAG)

# What a template puts there that is known here as well: a file, or the beginning of the site.
_FILE = re.compile(
    r"""\{\{[<%]-?\s*(?:rel)?ref\s+["']?(?P<ref>[^"'\s>%]+)["']?\s*[%>]\}\}
    |\{%-?\s*link\s+(?P<link>\S+)\s*-?%\}
    |\{%-?\s*post_url\s+(?P<post>\S+)\s*-?%\}
    |\{\{-?\s*["'](?P<quoted>[^"'{}]+)["']\s*\|\s*(?:relative|absolute|prepend|rel|abs)[^{}]*\}\}
    |(?P<site>\{\{-?\s*(?:site|page)\.(?:base_?url|url|github\.url)\s*[^{}]*\}\})""",
    re.VERBOSE | re.IGNORECASE,
)

_UNKNOWN = (
    "M15",
    "the address of {} is filled in by a template, and was dropped",
    "write the address itself",
)


_FIGURE = re.compile(r"\{\{[<%]\s*figure\s(?P<given>[^{}\n]{1,1000}?)/?\s*[%>]\}\}")
_GIVEN = re.compile(r"""\b(src|link|title|caption|alt|width)=(?:"([^"]*)"|`([^`]*)`|([^\s"'`]+))""")


def template_links_plugin(md: MarkdownIt) -> None:
    """Teach `md` links and pictures whose address a template fills in."""
    md.inline.ruler.before("link", "template_link", _link)
    md.inline.ruler.before("templates", "figure", _figure)


def _figure(state: StateInline, silent: bool) -> bool:
    """Take `{{< figure src="quay.png" caption="The quay" >}}`."""
    found = _FIGURE.match(state.src, state.pos, state.posMax)
    given = {g[0]: g[1] or g[2] or g[3] for g in _GIVEN.findall(found["given"])} if found else {}
    if not found or "src" not in given:
        return False
    if not silent:
        caption = given.get("caption") or given.get("title", "")
        push_picture(state, caption, quote(given["src"].removeprefix("/"), safe="/%:"), "")
        for name, key in (("alt", "fig-alt"), ("width", "width")):
            if given.get(name):
                state.tokens[-1].attrs[key] = given[name]
    state.pos = found.end()
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """Take a link or a picture whose address has a tag in it."""
    text, start = state.src, state.pos
    is_picture = text.startswith("![", start)
    if not is_picture and (text[start] != "[" or state.linkLevel):
        return False
    end = parseLinkLabel(state, start + is_picture, not is_picture)
    found = _ADDRESS.match(text, end + 1, state.posMax) if end >= 0 else None
    if not found or not _IN_IT.search(found["to"]):
        return False
    if not silent:
        address = _known(found["to"])
        words = text[start + 1 + is_picture : end]
        whole = said.whole(state, found.end())
        if is_picture and address:
            push_picture(state, words, address.removeprefix("/"), "")
        elif is_picture:
            said.dropped_if(state, silent, whole, _UNKNOWN)
        else:
            _push_link(state, (start + 1, end), address, text[start : found.end()])
    state.pos = found.end()
    return True


def _push_link(state: StateInline, words: tuple[int, int], address: str, typed: str) -> None:
    """Push the words of a link, round which the link stands if its address is known."""
    at = state.pos
    if address:
        opening = state.push("link_open", "a", 1)
        opening.attrs["href"], opening.meta["at"] = address, at
        state.linkLevel += 1
    else:
        state.push("dropped", "", 0).meta = {"at": at, "said": said.about(_UNKNOWN, typed)}
    limit, state.pos, state.posMax = state.posMax, *words
    state.md.inline.tokenize(state)
    state.posMax = limit
    if address:
        state.linkLevel -= 1
        state.push("link_close", "a", -1)


def _known(address: str) -> str:
    """Return an address without tags, or nothing if one of them is not known."""

    def fill(found: re.Match[str]) -> str:
        tag = _FILE.fullmatch(found[0])
        if not tag:
            return found[0]
        post = f"{tag['post']}.md" if tag["post"] else ""
        return str(tag["ref"] or tag["link"] or post or tag["quoted"] or "")

    filled = _IN_IT.sub(fill, address)
    return "" if _IN_IT.search(filled) else quote(filled, safe="/%:#?&=+,;@~")
