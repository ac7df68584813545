"""A specimen for Typst: the same text, set with what Typst itself has, on the same kind of page.

Notes stand at the foot, contents and references have their numbers, heads run, text is justified
and hyphenated, the file is tagged. Fonts are those of the house. Typst works in a new process, once
its only library is imported, as plain WeasyPrint does.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from booklet.bench.builds import BenchCommand
from booklet.bench.rival_weasyprint import FACES, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from markdown_it.token import Token

_COMPILE = """
import sys, typst
source, pdf, fonts = sys.argv[1:]
typst.compile(source, output=pdf, font_paths=[fonts], ignore_system_fonts=True,
              pdf_standards="ua-1")
"""

# Tagged, because ours is. A person who types `typst compile` waits for less: Python starts here.
TYPST = BenchCommand(
    (
        *(sys.executable, "-I", "-c", _COMPILE),
        *("{folder}/specimen.typ", "{folder}/typst.pdf", "{folder}/fonts"),
    ),
    "{folder}/typst.pdf",
)


def absent() -> str:
    """Return why Typst cannot be measured, or nothing if it can."""
    return "" if find_spec("typst") else "the package `typst` is not installed"


def prepare(markdown: str, folder: Path) -> None:
    """Write a manuscript of `specimen` into `folder`, with its fonts, for TYPST to set."""
    (folder / "fonts").mkdir()
    for face in FACES:
        (folder / "fonts" / face.file.name).symlink_to(face.file)
    (folder / "specimen.typ").write_text(typst_markup(markdown), encoding="utf-8")


# What somebody who knows Typst would write by hand: the house's page, type and apparatus. A line
# is as high as the leading: ten points of type and 3.8 between.
_STYLE = """
#set document(title: "{title}", author: "{author}")
#set text(
  bottom-edge: -0.2em, font: "Source Serif Pro", hyphenate: true, lang: "{lang}",
  number-type: "old-style", size: 10pt, top-edge: 0.8em,
)
#set par(first-line-indent: 1em, justify: true, leading: 3.8pt, spacing: 3.8pt)

#let small(body) = text(font: "Source Sans Pro", number-type: "lining", size: 8pt, body)
#let outer(body) = context align(if calc.odd(here().page()) {{ right }} else {{ left }}, body)
#let head = outer(small(context if calc.odd(here().page()) {{
  let before = query(heading.where(level: 1, outlined: true).before(here()))
  if before.len() > 0 {{ before.last().body }}
}} else [{title}]))
#let folio(form) = outer(small(context counter(page).display(form)))
#let page-of(name) = context numbering("1", ..counter(page).at(name))
#set page(
  height: 210mm, width: 148mm,
  margin: (bottom: 23mm, inside: 15mm, outside: 19mm, top: 17mm),
)

#show heading: set par(justify: false)
#show heading: set text(hyphenate: false, weight: "semibold")
#show heading: set block(sticky: true)
#show heading.where(level: 1): it => {{ pagebreak(weak: true); it }}
#show heading.where(level: 1): set text(size: 18pt)
#show heading.where(level: 1): set block(above: 27.6pt, below: 27.6pt)
#show heading.where(level: 2): set text(size: 12pt)
#show heading.where(level: 2): set block(above: 18.4pt, below: 9.2pt)
#show heading.where(level: 3): set text(size: 10pt)
#show heading.where(level: 3): set block(above: 9.2pt, below: 4.6pt)
#set list(body-indent: 0.7em)
#show list: set block(above: 6.9pt, below: 6.9pt)
#show enum: set block(above: 6.9pt, below: 6.9pt)
#show quote: set text(size: 9pt)
#show quote: set block(above: 6.9pt, below: 6.9pt)
#set table(inset: (x: 2pt, y: 2.5pt), stroke: none)
#show table: set block(above: 13.8pt, below: 13.8pt)
#show table: small
#show table: set par(first-line-indent: 0em, justify: false)
#show footnote.entry: set text(size: 8pt)
#show footnote.entry: set par(first-line-indent: 0em, justify: false, leading: 3pt)

#page[#v(50mm) #align(center)[
  #text(hyphenate: false, size: 24pt)[{title}] \\
  #v(13.8pt) {author}
]]
#set page(footer: folio("i"))
#show outline.entry: set par(justify: false)
#outline(depth: 2, title: [Contents])
#set page(footer: folio("1"), header: head, numbering: "1")
#counter(page).update(1)
"""


# Every table of a specimen has four columns, the last of them numbers.
_COLUMNS = "align: (left, left, left, right), columns: (1fr, 1fr, 1fr, auto),\n"

# What stands before and after what a token holds; a list is tight, a cell is one paragraph.
_MARKS = {
    "bullet_list_open": "",
    "bullet_list_close": "\n",
    "ordered_list_open": "",
    "ordered_list_close": "\n",
    "list_item_close": "\n",
    "paragraph_open": "",
    "blockquote_open": "#quote(block: true)[\n",
    "blockquote_close": "]\n\n",
    "table_open": f"#table(\n{_COLUMNS}table.hline(stroke: 0.8pt),\n",
    "table_close": "table.hline(stroke: 0.8pt),\n)\n\n",
    "thead_open": "table.header(",
    "thead_close": "),\ntable.hline(stroke: 0.4pt),\n",
    "tbody_open": "",
    "tbody_close": "",
    "tr_open": "",
    "tr_close": "\n",
    "th_open": 'text(weight: "semibold")[',
    "th_close": "], ",
    "td_open": "[",
    "td_close": "], ",
    "em_open": "#emph[",
    "em_close": "]",
    "strong_open": "#strong[",
    "strong_close": "]",
    "softbreak": "\n",
    "link_close": "]",
}

_SPECIAL = re.compile(r"""([\\#*_`$<>@\[\]~"])""")
_PAGE = "{page}"


def typst_markup(markdown: str) -> str:
    """Return a manuscript of `specimen` in Typst's markup."""
    text = read(markdown)
    style = _STYLE.format(**{key: _escaped(value) for key, value in text.matter.items()})
    return style + "\n" + _TypstWriter(text.notes).write(text.tokens)


class _TypstWriter:
    """Writes tokens of Markdown as Typst's markup."""

    def __init__(self, notes: Mapping[int, Token]) -> None:
        """Take the notes, which stand in the text where they are called."""
        self._notes = notes

    def write(self, tokens: Sequence[Token]) -> str:
        """Return the markup of some tokens."""
        return "".join(self._one(token, tokens, at) for at, token in enumerate(tokens))

    def _one(self, token: Token, tokens: Sequence[Token], at: int) -> str:
        """Return the markup of the token at a place."""
        match token.type:
            case "inline":
                return self.write(token.children or ())
            case "text":
                words, *rest = token.content.split(_PAGE)
                link = f"#page-of({_target(tokens, at)})" if rest else ""
                return _escaped(words) + link + _escaped("".join(rest))
            case "heading_open":
                return "=" * int(token.tag[1]) + " "
            case "heading_close":
                name = next(t for t in tokens[at::-1] if t.type == "heading_open").attrGet("id")
                return f" <{name}>\n\n"
            case "paragraph_close":
                return "\n" if token.hidden else "\n\n"
            case "list_item_open":
                return "- " if token.markup == "-" else "+ "
            case "footnote_ref":
                return f"#footnote[{self.write([self._notes[token.meta['id']]])}]"
            case "link_open":
                return f"#link({_target(tokens, at)})["
            case known:
                return _MARKS[known]


def _target(tokens: Sequence[Token], at: int) -> str:
    """Return the label that the link around a place leads to."""
    link = next(token for token in tokens[at::-1] if token.type == "link_open")
    return f"<{str(link.attrGet('href'))[1:]}>"


def _escaped(text: str) -> str:
    """Return words as they stand in markup, or between quotation marks."""
    return _SPECIAL.sub(r"\\\1", text)
