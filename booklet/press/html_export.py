"""The HTML that an edition was made from, as one file that stands by itself and runs nothing."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from booklet.editions.style import STYLES
from booklet.errors import BookletError
from booklet.layout.addresses import SCHEMES

if TYPE_CHECKING:
    from booklet.editions import Edition
    from booklet.layout import Pages

# What a browser may do with the file: no script runs, and nothing is loaded from elsewhere. It
# has to stand before all that it is to hold for.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'\">"
)
_VIEW = '<meta name="viewport" content="width=device-width, initial-scale=1">'


def webpage(edition: Edition, pages: Pages) -> str:
    """Return the HTML that the booklet was made from, as one file with its pictures inside."""
    from booklet.manuscript import placeholders

    def numbered(html: str) -> str:
        return placeholders.fill_pages(html, lambda anchor: pages.numbers.get(anchor, ""))

    bodies = [numbered(_body(part.html)) for part in edition.parts]
    head = numbered(edition.parts[0].html.split("</head>", 1)[0])
    if (edition.shelf.root / "templates").exists():  # what the house's make is known to be tame
        head, *bodies = map(tame, (head, *bodies))
    head = _HEAD.sub(lambda found: f"{found[0]}\n{_POLICY}\n{_VIEW}", head, count=1)
    if _POLICY not in head:
        head = f"<!doctype html>\n<html>\n<head>\n{_POLICY}\n{_VIEW}\n"
    styles = "\n".join([s.css for s in edition.sheets] + [p.css for p in edition.parts])
    screen = (STYLES / "webpage.css").read_text(encoding="utf-8")
    rules = f"<style>\n{_held(_FACE.sub('', styles))}\n{screen}</style>"
    text = _TABLE.sub('<table tabindex="0"', "".join(bodies))  # a wide one is moved by keys
    text = text if _has_main(text) else f"<main>{text}</main>"
    whole = f"{head}{rules}\n</head>\n<body>{text}</body>\n</html>\n"
    address = cache(lambda src: _address(src, edition))
    return _IMG.sub(lambda found: f"{found[1]}{address(found[2])}{found[3]}", whole)


def _body(html: str) -> str:
    """Return what stands in the body of a part; a template of the author's may have none."""
    found = _BODY.search(html)
    return found[1] if found else html


def _has_main(html: str) -> bool:
    """Whether HTML says what is its main part; few have so much as a sign of it."""
    low = html.lower()
    return ("<main" in low or "role=" in low) and _MAIN.search(html) is not None


def _held(css: str) -> str:
    """Return rules that cannot end the element in which they stand."""
    return _END_OF_STYLE.sub(r"<\\/", css)


_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_TABLE = re.compile(r"<table\b(?![^>]*\btabindex)")
_MAIN = re.compile(r"<main\b|role=[\"']?main", re.IGNORECASE)
# Types in files: a page that stands by itself has none.
_FACE = re.compile(r"@font-face\s*\{[^{}]*\burl\([^{}]*\}")
_END_OF_STYLE = re.compile(r"</(?=style)", re.IGNORECASE)
_IMG = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')

# Python's own list of these depends on the machine.
_KINDS = {"gif": "gif", "jpeg": "jpeg", "jpg": "jpeg", "png": "png", "svg": "svg+xml",
          "tif": "tiff", "tiff": "tiff", "webp": "webp"}  # fmt: skip


def _address(written: str, edition: Edition) -> str:
    """Return the address of a picture with the picture in it, if it is there."""
    import base64
    from html import unescape

    src = unescape(written)
    kind = _KINDS.get(src.rpartition(".")[2].lower())
    try:
        content = edition.shelf.take(src) if kind else b""
    except BookletError:
        content = b""
    data = base64.b64encode(content).decode()
    return f"data:image/{kind};base64,{data}" if content else written


# What acts, loads, or hides what stands in it from whoever reads HTML goes with all that is in it.
_GONE = frozenset(
    "animate animatemotion animatetransform applet iframe math noembed noframes noscript object "  # noqa: SIM905  read as lines
    "plaintext script set template textarea xmp".split()
)
_TAGS_GONE = frozenset({"base", "embed", "foreignobject", "form", "frame", "frameset", "link"})
_LEADING = frozenset({"action", "background", "cite", "data", "formaction", "href", "longdesc",
                      "ping", "poster", "src", "srcset", "xlink:href"})  # fmt: skip
_SCHEME = re.compile(r"[\s\0-\x20]*([a-z][a-z0-9+.\s\0-\x20-]*):", re.IGNORECASE)


def tame(html: str) -> str:
    """Return HTML without what would run, load, or lead away: scripts, frames, forms, handlers.

    A template of the author's may make anything. What is left is written anew, so that nothing
    that only looks like text to us is a tag to a browser.
    """
    tamer = _Tamer()
    tamer.feed(html)
    tamer.close()
    return "".join(tamer.pieces)


class _Tamer(HTMLParser):
    """Writes HTML down again, but for what a page without script has no use for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.inside: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag, unless it or what it stands in goes."""
        if tag in _GONE:
            self.inside.append(tag)
        if self.inside or tag in _TAGS_GONE or (tag == "meta" and "http-equiv" in dict(attrs)):
            return
        self.in_style = tag == "style"
        kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs
                       if _is_tame(name, value or ""))  # fmt: skip
        self.pieces.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        """Write the end of a tag."""
        if self.inside:
            if tag in self.inside:
                del self.inside[self.inside.index(tag) :]
            return
        self.in_style = False
        if tag not in _GONE | _TAGS_GONE:
            self.pieces.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that ends at once, as in a drawing."""
        self.handle_starttag(tag, attrs)
        if tag in self.inside or tag not in _VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Write text."""
        if not self.inside:
            self.pieces.append(_held(data) if self.in_style else escape(data, quote=False))

    def handle_decl(self, decl: str) -> None:
        """Write what kind of document it is."""
        self.pieces.append("<!doctype html>" * decl.lower().startswith("doctype"))


_VOID = frozenset(
    "area br col hr img input meta source track wbr".split()  # noqa: SIM905  read as a line
)


def _is_tame(name: str, value: str) -> bool:
    """Whether an attribute neither runs anything nor leads to something that does."""
    if name.startswith("on") or name == "srcdoc" or not _NAME.fullmatch(name):
        return False
    scheme = _SCHEME.match(value) if name in _LEADING else None
    if not scheme:
        return True
    plain = "".join(scheme[1].split()).lower()
    return plain in SCHEMES or (name == "src" and value.lower().startswith("data:image/"))


_NAME = re.compile(r"[a-z_:][a-z0-9_.:-]*")
