"""Raw HTML in a manuscript: what may stay, what is dropped, and what the author is told.

Each piece is taken apart and only its known tags are put together again, so that nothing in it
can swallow what follows (an open comment, `<textarea>`). Then nh3 cleans the whole chapter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING, Protocol

import nh3

from booklet.errors import BookletError
from booklet.manuscript.attributes import sorted_out
from booklet.manuscript.dialect import DEEPEST
from booklet.manuscript.dialects.old_html import NOW, class_for
from booklet.source import NONCHARACTERS

if TYPE_CHECKING:
    from booklet.errors import Place

# What an address may begin with in the HTML of a chapter; pictures may stand in the text.
_SCHEMES = {"http", "https", "mailto", "tel", "data"}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_TAGS = frozenset(
    "a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl "  # noqa: SIM905  read as lines
    "dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s "
    "samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var "
    "wbr".split()
)
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# What need not be closed (HTML, section 13.1.2.4).
_OPEN_END = frozenset(
    {"caption", "colgroup", "dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr"}
)

# What is dropped with all that is in it: none of it is text for a reader.
_WHOLE = frozenset({"iframe", "math", "noscript", "object", "script", "style", "svg", "template"})

_EVERYWHERE = frozenset({"id", "class", "lang", "dir", "title"})
_BY_TAG = {
    "a": {"href"},
    "img": {"src", "alt", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
_SPANS = frozenset({"colspan", "rowspan", "span"})

# More columns or rows than a page has room for: larger spans only cost time (a span of a
# thousand million cells is laid out for minutes).
WIDEST = 100

_DECLARATION = re.compile(r"<!--(?:.*?-->|.*)|<[!?][^>]*>?", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""\s++([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?+"""
)
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    rf"(?P<attributes>(?:{_ATTRIBUTE.pattern})*+)\s*+(?P<void>/?)>"
)


def clean(html: str) -> str:
    """Return `html` as a balanced fragment with the tags and attributes that may stay."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"*": set(_EVERYWHERE), **{k: set(v) for k, v in _BY_TAG.items()}},
        url_schemes=_SCHEMES,
        generic_attribute_prefixes={"data-"},
        clean_content_tags={"script", "style"},
        link_rel=None,
    )


class Owner(Protocol):
    """Who reads the text around raw HTML, and knows what its links, names and pictures mean."""

    def at_line(self, line: int) -> None:
        """Take the line (from 0, counted from the piece's first) on which a tag stands."""

    def place(self) -> Place:
        """Return the place of the present tag."""

    def find(self, code: str, message: str, hint: str = "", where: Place | None = None) -> None:
        """Keep a finding at `where`, or at the place of the present tag."""

    def link(self, href: str) -> str:
        """Judge the address of a link; return the one to keep, or an empty string."""

    def anchor(self, name: str) -> str:
        """Return the anchor for the name of a place."""

    def picture(self, given: dict[str, str]) -> tuple[str, str]:
        """Return the HTML of a picture with these attributes, and the words in it."""


@dataclass
class _OpenTag:
    """A raw tag that waits for its end: its place, and how deep in Markdown it stands.

    `at` and `words` say how much of its piece came before it; -1 once that piece is done.
    """

    tag: str
    where: Place
    depth: int
    at: int
    words: int


class Raw:
    """Takes raw HTML piece by piece, and remembers which tags are open between the pieces.

    A tag is what CommonMark calls one; whatever else is in a piece is text.
    """

    def __init__(self, owner: Owner) -> None:
        """Take the reader of the text around."""
        self.owner = owner
        self.within = ""
        self._opened: list[_OpenTag] = []
        self._out: list[str] = []
        self._words: list[str] = []
        self._depth = 0

    def admit(self, html: str, depth: int = 0) -> tuple[str, str]:
        """Return what may stay of a piece, as HTML, and the words in it.

        `depth` says how many Markdown blocks the piece stands in. What is dropped, and a tag
        that ends nothing, is told to the owner. Afterwards `within` is the tag that was dropped
        with all that is in it, if its end did not come. Raises BookletError for tags too deep
        inside one another.
        """
        self._out, self._words, self._depth, self.within = [], [], depth, ""
        for one in self._opened:
            one.at = -1
        text = _DECLARATION.sub(self._declaration, html)
        at = line = 0
        for tag in _TAG.finditer(text):
            line += text.count("\n", at, tag.start())
            self.owner.at_line(line)
            self._text(text[at : tag.start()])
            self._take(tag)
            line += tag[0].count("\n")
            at = tag.end()
        self._text(text[at:])
        return "".join(self._out), "".join(self._words)

    def end(self, depth: int = 0) -> str:
        """Return the tags that end what was opened in Markdown blocks at `depth` or deeper."""
        out = []
        while self._opened and self._opened[-1].depth >= depth:
            one = self._opened.pop()
            if one.tag not in _OPEN_END:
                out.append(f"</{one.tag}>")
                hint = f"write `</{one.tag}>` where it ends"
                self.owner.find("M02", f"`<{one.tag}>` is never closed", hint, one.where)
        return "".join(out)

    def _declaration(self, found: re.Match[str]) -> str:
        """Return nothing for a comment or a declaration, but its lines."""
        self.owner.at_line(found.string.count("\n", 0, found.start()))
        if not found[0].startswith("<!--"):
            shown = " ".join(found[0][:20].split())
            self.owner.find("M02", f"`{shown}` was dropped", "remove it")
        elif not found[0].endswith("-->"):
            self.owner.find("M02", "a comment never ends", _ENDLESS)
        return "\n" * found[0].count("\n")

    def _take(self, tag: re.Match[str]) -> None:
        """Take a tag."""
        name = tag["name"].lower()
        old, name = name, NOW.get(name, name)
        if self.within:
            self.within = "" if tag["end"] and name == self.within else self.within
        elif tag["end"]:
            self._ends(name)
        elif name not in _TAGS:
            self._drop(name, tag["name"])
        else:
            centred = ' align="center"' if old == "center" else ""
            self._begins(name, self._kept(name, centred + tag["attributes"]))
            if tag["void"] and name not in _VOID:  # such as `<a id="here"/>`
                self._ends(name)

    def _text(self, text: str) -> None:
        """Take text."""
        if not self.within:
            words = unescape(text).translate(NONCHARACTERS)
            self._out.append(escape(words, quote=False))
            self._words.append(words)

    def _begins(self, tag: str, given: dict[str, str]) -> None:
        """Take the beginning of an element that may stay."""
        self._words.append("" if tag in _INLINE else " ")
        if tag == "img":
            html, words = self.owner.picture(given)
            self._out.append(html)
            self._words.append(words)
            return
        self._out.append(_tag(tag, given))
        if tag not in _VOID:
            at, said = len(self._out) - 1, len(self._words)
            self._opened.append(_OpenTag(tag, self.owner.place(), self._depth, at, said))
            if len(self._opened) > DEEPEST:
                message = f"HTML tags are nested more than {DEEPEST} deep"
                raise BookletError(message, self.owner.place(), "make it flatter")

    def _ends(self, tag: str) -> None:
        """Take the end of an element; one that ends nothing here is dropped."""
        if tag in (one.tag for one in self._opened if one.depth >= self._depth):
            while (one := self._opened.pop()).tag != tag:
                pass
            if tag in _HEADINGS and one.at >= 0:
                self._entitle(one)
            self._out.append(f"</{tag}>")
            self._words.append("" if tag in _INLINE else " ")
        elif tag in _TAGS and tag not in _VOID:
            self.owner.find("M02", f"`</{tag}>` ends nothing here", "remove it")

    def _drop(self, tag: str, typed: str) -> None:
        """Leave out a tag, which was `typed` so, and all up to its end if none of that is text."""
        if tag in _WHOLE:
            self.within = tag
            message = f"`<{tag}>` was dropped, with all that is in it"
            self.owner.find("M02", message, _INSTEAD.get(tag, "remove it: nothing moves on paper"))
        else:
            self.owner.find("M02", f"the tag `<{typed}>` was dropped")

    def _kept(self, tag: str, attributes: str) -> dict[str, str]:
        """Return the attributes that may stay, their values made ours."""
        given: dict[str, str] = {}
        if tag == "img":
            attributes = _sized(attributes)
        for key, double, single, bare in _ATTRIBUTE.findall(attributes):
            name = "id" if tag == "a" and key.lower() == "name" else key.lower()
            text = unescape(double or single or bare).translate(NONCHARACTERS)
            if name in _SPANS and name in _BY_TAG.get(tag, ()):
                given[name] = self._span(name, text)
            elif name in _EVERYWHERE | _BY_TAG.get(tag, set()) or name.startswith("data-"):
                given[name] = f"{given.get(name, '')} {text}".strip() if name == "class" else text
            elif (named := class_for(tag, name, text)) is not None:
                given["class"] = f"{given.get('class', '')} {named}".strip()
            else:
                hint = _INSTEAD.get(name, "it has no effect in print")
                self.owner.find("M02", f"the attribute `{name}` of `<{tag}>` was dropped", hint)
        self._classes(given)
        if tag != "img" and "id" in given:
            given["id"] = self.owner.anchor(given["id"])
        if "href" in given:
            given["href"] = self.owner.link(given["href"])
            if not given["href"]:
                del given["href"]
        return given

    def _classes(self, given: dict[str, str]) -> None:
        """Take the classes that are ours from those that the author gave."""
        names, ours = sorted_out(given.pop("class", ""))
        for name in ours:
            hint = "choose another name: this one is the booklet's own"
            self.owner.find("M13", f"the class `.{name}` was dropped", hint)
        if names:
            given["class"] = " ".join(names)

    def _span(self, name: str, value: str) -> str:
        """Return the number of columns or rows that a cell spans, cut to what can be set."""
        number = int(value[:9]) if value.isascii() and value.isdecimal() else 0
        if not 1 <= number <= WIDEST:
            self.owner.find("M10", f"`{name}={value[:20]}` is not a number from 1 to {WIDEST}")
        return str(min(max(number, 1), WIDEST))

    def _entitle(self, one: _OpenTag) -> None:
        """Give a raw heading its words, for running heads and outline."""
        words = " ".join("".join(self._words[one.words :]).split())
        self._out[one.at] = f'{self._out[one.at].removesuffix(">")} data-title="{escape(words)}">'


_HARMLESS = re.compile(
    r"\s*(?:(?:max-)?(?:width|height)|display|margin[a-z-]*|border[a-z-]*|padding[a-z-]*)\s*:[^;]*|\s*"
)


def _sized(attributes: str) -> str:
    """Return the attributes of a picture with the width that its style gives as one of them.

    A height is left out where there is a width, and so is a style that says nothing else.
    """
    given = {
        key.lower(): unescape(double or single or bare)
        for key, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
    style = given.get("style", "")
    width = _width_in(style)
    if width and (width not in ("100%", "auto") or "width" not in given):
        given["width"] = "100%" if width == "auto" else width
    if all(_HARMLESS.fullmatch(one) for one in style.split(";")):
        given.pop("style", None)
    if "width" in given:
        given.pop("height", None)
    return "".join(f' {key}="{escape(value)}"' for key, value in given.items() if value)


def _width_in(style: str) -> str:
    """Return the width that a style gives, or an empty string."""
    for one in style.split(";"):
        name, _, value = one.partition(":")
        if name.strip() in ("width", "max-width"):
            return value.partition("!")[0].strip()
    return ""


def _tag(tag: str, given: dict[str, str]) -> str:
    """Return the beginning of an element as HTML."""
    return "<" + " ".join([tag, *(f'{k}="{escape(v)}"' for k, v in given.items())]) + ">"


_INLINE = frozenset(
    "a abbr b bdi bdo cite code del dfn em i ins kbd mark q s samp small span strong sub sup u "  # noqa: SIM905  read as lines
    "var".split()
)
_ENDLESS = "write `-->` where it ends; all up to the end of this block was left out"
_INSTEAD = {
    "style": "give it a class, and write the rule into `style.css` beside the essay",
    "svg": "save the drawing as a file, and set it as a picture",
    "math": "save the formula as an SVG file, and set it as a picture",
    "align": "give it a class, and write the rule into `style.css` beside the essay",
    "height": "the height follows from the width",
}
