"""A specimen for plain WeasyPrint: one HTML file, as a person who knows print CSS would write it.

`read` understands a manuscript of `booklet.bench.specimen`, for whoever sets it without us.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

# -- The manuscript, understood --------------------------------------------------------------------

_IDENTIFIER = re.compile(r"\s*\{#([\w-]+)\}$")


@dataclass(frozen=True)
class RivalText:
    """A manuscript: its front matter, the tokens of its text, those of each note by its number.

    Each heading has its identifier as an attribute. `headings` are those of the contents: tag,
    identifier and words.
    """

    matter: Mapping[str, str]
    tokens: tuple[Token, ...]
    notes: Mapping[int, Token]
    headings: tuple[tuple[str, str, str], ...]


def _setter() -> MarkdownIt:
    """Return what reads and sets the Markdown of a specimen."""
    return MarkdownIt("commonmark").enable("table").use(footnote_plugin)


def read(markdown: str) -> RivalText:
    """Return what a manuscript of `specimen` says."""
    matter, text = _front_matter(markdown)
    tokens, notes = _part_notes(_setter().parse(text))
    return RivalText(matter, tokens, notes, tuple(_name_headings(tokens)))


def _front_matter(markdown: str) -> tuple[dict[str, str], str]:
    """Return the front matter's keys and values, and the text that follows it."""
    keys = {"title": "Untitled", "author": "", "lang": "en"}
    if not markdown.startswith("---\n"):
        return keys, markdown
    _, matter, text = markdown.split("---\n", 2)
    pairs = (line.partition(": ") for line in matter.splitlines())
    return keys | {key: value for key, _, value in pairs if key in keys}, text


def _part_notes(tokens: Sequence[Token]) -> tuple[tuple[Token, ...], dict[int, Token]]:
    """Return the tokens of the text without its notes, and that of each note by its number."""
    kinds = [token.type for token in tokens]
    end = kinds.index("footnote_block_open") if "footnote_block_open" in kinds else len(tokens)
    notes: dict[int, Token] = {}
    number = 0
    for token in tokens[end:]:
        if token.type == "footnote_open":
            number = token.meta["id"]
        elif token.type == "inline":
            notes[number] = token
    return tuple(tokens[:end]), notes


def _name_headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str, str]]:
    """Give each heading its identifier; yield tag, identifier and words of those for the contents.

    A heading's own identifier (`# Title {#name}`) is taken out of its words.
    """
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[number + 1]
        found = _IDENTIFIER.search(inline.content)
        words, name = _IDENTIFIER.sub("", inline.content), found[1] if found else f"at-{number}"
        token.attrSet("id", name)
        if found and inline.children:
            inline.children[-1].content = _IDENTIFIER.sub("", inline.children[-1].content)
        if token.tag in ("h1", "h2"):
            yield token.tag, name, words


# -- As HTML ---------------------------------------------------------------------------------------

# What somebody who knows print CSS would write by hand: the house's page, type and apparatus, with
# page numbers by `target-counter` and notes by `float: footnote`.
_STYLE = """
@page {
  margin: 17mm 19mm 23mm 15mm;
  size: A5;
  @footnote { border-top: 0.3pt solid; padding-top: 3pt }
}
@page :left {
  margin: 17mm 15mm 23mm 19mm;
  @top-left { content: string(title); font: 8pt Apparatus }
  @bottom-left { content: counter(page); font: 8pt Apparatus }
}
@page :right {
  @top-right { content: string(head); font: 8pt Apparatus }
  @bottom-right { content: counter(page); font: 8pt Apparatus }
}
@page cover {
  @top-left { content: none }
  @top-right { content: none }
  @bottom-left { content: none }
  @bottom-right { content: none }
}
@page front :left { @bottom-left { content: counter(page, lower-roman) } }
@page front :right { @bottom-right { content: counter(page, lower-roman) } }
@page :nth(1 of body) { counter-reset: page 1 }

html {
  font: 10pt/13.8pt Text;
  font-variant-numeric: oldstyle-nums;
  hyphenate-limit-chars: 6 2 3;
  hyphens: auto;
  orphans: 2;
  text-align: justify;
  widows: 2;
}
body { margin: 0 }
header { page: cover; padding-top: 50mm; text-align: center }
.title { font-size: 24pt; hyphens: none; line-height: 27.6pt; string-set: title content() }
nav { page: front }
main { page: body }

h1, h2, h3, .heading { break-after: avoid; font-weight: 600; hyphens: none; text-align: left }
h1, .heading { font-size: 18pt; line-height: 27.6pt; margin: 27.6pt 0 }
h1 { break-before: page }
h1, .essay h2 { string-set: head content() }
h2 { font-size: 12pt; margin: 18.4pt 0 9.2pt }
h3 { font-size: 10pt; margin: 9.2pt 0 4.6pt }
p { margin: 0; text-indent: 1em }
p:first-child, h1 + p, h2 + p, h3 + p, ul + p, ol + p, table + p, blockquote + p { text-indent: 0 }
ul, ol { margin: 6.9pt 0; padding-left: 1.4em }
blockquote { font-size: 9pt; margin: 6.9pt 1.5em }
a { color: inherit; text-decoration: none }
a.page::after { content: target-counter(attr(href), page) }

table { border-bottom: 0.8pt solid; border-collapse: collapse; border-top: 0.8pt solid;
  font: 8pt/11pt Apparatus; font-variant-numeric: lining-nums tabular-nums; hyphens: none;
  margin: 13.8pt 0; text-align: left; width: 100% }
th { border-bottom: 0.4pt solid; font-weight: 600 }
th, td { padding: 1.5pt 4pt 1.5pt 0 }
tr { break-inside: avoid }

nav ul { list-style: none; padding: 0; text-align: left }
nav .h2 { padding-left: 1em }
nav a::after { content: leader('.') target-counter(attr(href), page) }

.note { float: footnote; font-size: 8pt; line-height: 11pt; text-align: left; text-indent: 0 }
"""


@dataclass(frozen=True)
class RivalFace:
    """A face of the house's type: family, style and weight as the sheet above names them."""

    family: str
    style: str
    weight: str
    package: str
    name: str

    @property
    def file(self) -> Path:
        """The font file, where this Python has it."""
        return Path(str(files(self.package) / "files" / self.name))

    def css(self) -> str:
        """Return the rule that brings the face."""
        return (
            f"\n@font-face {{ font-family: {self.family}; font-style: {self.style};"
            f' font-weight: {self.weight}; src: url("{self.file.as_uri()}") }}'
        )


FACES = (
    RivalFace("Text", "normal", "400", "font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    RivalFace("Text", "italic", "400", "font_source_serif_pro", "SourceSerifPro-It.otf"),
    RivalFace("Text", "normal", "600", "font_source_serif_pro", "SourceSerifPro-Semibold.otf"),
    RivalFace("Text", "normal", "700", "font_source_serif_pro", "SourceSerifPro-Bold.otf"),
    RivalFace("Apparatus", "normal", "400", "font_source_sans_pro", "SourceSansPro-Regular.otf"),
    RivalFace("Apparatus", "normal", "600", "font_source_sans_pro", "SourceSansPro-Semibold.otf"),
)

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8" />
<title>{title}</title>
<meta name="author" content="{author}" />
<style>{style}</style>
</head>
<body>
<header><p class="title">{title}</p><p>{author}</p></header>
<nav><p class="heading">Contents</p>
<ul>
{contents}
</ul></nav>
<main class="{kind}">
{body}</main>
</body>
</html>
"""

_PAGE_LINK = re.compile(r'<a (href="#[^"]*")>([^<]*)\{page\}</a>')


def plain_html(markdown: str) -> str:
    """Return a manuscript of `specimen` as one HTML file to be set by `weasyprint` alone.

    It names the font files where this Python has them, so it is for this machine only.
    """
    text, setter = read(markdown), _setter()
    setter.add_render_rule("footnote_ref", _note_in_place)
    known = {"notes": text.notes, "setter": setter}
    body = setter.renderer.render(text.tokens, setter.options, known)
    return _PAGE.format(
        **{key: html.escape(value) for key, value in text.matter.items()},
        body=_PAGE_LINK.sub(r'<a class="page" \1>\2</a>', body),
        contents="\n".join(
            f'<li class="{tag}"><a href="#{name}">{html.escape(words)}</a></li>'
            for tag, name, words in text.headings
        ),
        kind="book" if any(tag == "h1" for tag, _, _ in text.headings) else "essay",
        style="".join(face.css() for face in FACES) + _STYLE,
    )


def _note_in_place(
    _renderer: object, tokens: Sequence[Token], at: int, _options: object, env: dict[str, Any]
) -> str:
    """Return the note called at `tokens[at]`, as an element that floats to the foot."""
    note, setter = env["notes"][tokens[at].meta["id"]], env["setter"]
    return f'<span class="note">{setter.renderer.render([note], setter.options, env)}</span>'
