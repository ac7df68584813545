"""Raw HTML in a manuscript: what may stay, what is dropped, and what the author is told."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_TAGS = frozenset(
    "a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl "
    "dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s "
    "samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var "
    "wbr".split()
)
_EVERYWHERE = frozenset({"id", "class", "lang", "dir", "title"})
_BY_TAG = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}

# More columns or rows than a page has room for: larger spans only cost time (a span of a
# thousand million cells is laid out for minutes).
WIDEST = 100


def clean(html: str) -> str:
    """Return `html` as a balanced fragment with the tags and attributes that may stay."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"*": set(_EVERYWHERE), **{k: set(v) for k, v in _BY_TAG.items()}},
        url_schemes=set(SCHEMES),
        generic_attribute_prefixes={"data-"},
        clean_content_tags={"script", "style"},
        attribute_filter=_narrow,
        link_rel=None,
    )


def _narrow(tag: str, name: str, value: str) -> str:
    """Return the value of an attribute, cut to what can be set."""
    if name in ("colspan", "rowspan", "span"):
        return str(min(max(int(value), 1), WIDEST)) if value.isdecimal() else "1"
    return value


def complaints(html: str) -> Iterator[tuple[str, str]]:
    """Yield a finding's code and sentence for each thing in `html` that `clean` will change."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.found


def text_of(html: str) -> str:
    """Return the words that a reader sees in a piece of clean HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.text)


class _Reader(HTMLParser):
    """Reads raw HTML once, for its words and for what may not stay."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text.append(" ")
        if tag not in _TAGS:
            self.found.append(("M02", f"the tag `<{tag}>` was dropped"))
            if tag in ("script", "style"):
                self.open.append(tag)
            return
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.text.append(data)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name in ("colspan", "rowspan", "span") and (
            not value.isdecimal() or int(value) > WIDEST
        ):
            self.found.append(("M10", f"`{name}={value[:20]}` is not a number from 1 to {WIDEST}"))
        elif name not in _EVERYWHERE | _BY_TAG.get(tag, set()) and not name.startswith("data-"):
            self.found.append(("M02", f"the attribute `{name}` of `<{tag}>` was dropped"))
