"""The HTML that an edition was made from, as one file that stands by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.errors import BookletError

if TYPE_CHECKING:
    from booklet.edition import Edition
    from booklet.pages import Pages


def webpage(edition: Edition, pages: Pages) -> str:
    """Return the HTML that the booklet was made from, as one file with its pictures inside."""
    from booklet.manuscript import marks

    def numbered(html: str) -> str:
        return marks.fill_pages(html, lambda anchor: pages.numbers.get(anchor, ""))

    bodies = "".join(numbered(_body(part.html)) for part in edition.parts)
    head = numbered(edition.parts[0].html.split("</head>", 1)[0])
    styles = "\n".join([s.css for s in edition.sheets] + [p.css for p in edition.parts])
    whole = f"{head}<style>\n{styles}</style>\n</head>\n<body>{bodies}</body>\n</html>\n"
    return _IMG.sub(lambda found: _inlined(found, edition), whole)


def _body(html: str) -> str:
    """Return what stands in the body of a part; a template of the author's may have none."""
    found = _BODY.search(html)
    return found[1] if found else html


_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL)
_IMG = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')

# Python's own list of these depends on the machine.
_KINDS = {"gif": "gif", "jpeg": "jpeg", "jpg": "jpeg", "png": "png", "svg": "svg+xml",
          "tif": "tiff", "tiff": "tiff", "webp": "webp"}  # fmt: skip


def _inlined(found: re.Match[str], edition: Edition) -> str:
    """Return the `src` of a picture with the picture in it."""
    import base64
    from html import unescape

    src = unescape(found[2])
    kind = _KINDS.get(src.rpartition(".")[2].lower())
    try:
        content = edition.shelf.take(src) if kind else b""
    except BookletError:
        content = b""
    if not content:
        return found[0]
    return f"{found[1]}data:image/{kind};base64,{base64.b64encode(content).decode()}{found[3]}"
