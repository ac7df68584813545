"""Readers of finished PDFs: what poppler and pikepdf say of their tags, words and lines."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def poppler(program: str, pdf: Path, *words: str) -> str:
    """Return what one of poppler's programs prints about a PDF."""
    done = subprocess.run([program, *words, str(pdf)], capture_output=True, check=True)
    return done.stdout.decode()


# -- Tags, as poppler reads them -------------------------------------------------------------------

_TAG = re.compile(r'( *)(\w+)(?: <([^>]*)>)?(?: "[^"]*")?(?: \((?:block|inline)\))?:?')
_TEXT = re.compile(r'( *)"(.*)"')
_IN_LINE = ("Code", "Link", "Quote", "Reference", "Span")


@dataclass
class Tag:
    """A tag: its role, its name, and its texts and tags in order."""

    role: str
    name: str = ""
    kids: list[Tag | str] = field(default_factory=list)

    def find(self, role: str) -> list[Tag]:
        """Return all tags with this role in this one, in the order of reading."""
        inner = [kid for kid in self.kids if isinstance(kid, Tag)]
        return [tag for kid in inner for tag in [*[kid] * (kid.role == role), *kid.find(role)]]

    @property
    def text(self) -> str:
        """All text in the tag; a line of the page ends with a space."""
        return "".join(kid if isinstance(kid, str) else kid.text for kid in self.kids)

    @property
    def words(self) -> str:
        """The text in the tag and in what stands in its lines: `text {Link more} text`."""
        return "".join(
            kid if isinstance(kid, str) else f"{{{kid.role} {kid.words}}}"
            for kid in self.kids
            if isinstance(kid, str) or kid.role in _IN_LINE
        )

    def draw(self) -> str:
        """Return a drawing of what is in the tag, a line for each block: `P some text`."""
        return "\n".join(line for kid in self.kids if isinstance(kid, Tag) for line in kid._draw())

    def _draw(self) -> Iterator[str]:
        if self.role not in _IN_LINE:
            yield f"{self.role} {self.words}".rstrip()
            for kid in self.kids:
                yield from (f"  {line}" for line in kid._draw()) if isinstance(kid, Tag) else ()


def tags(pdf: Path) -> Tag:
    """Return the structure tree of a PDF with its text, as poppler reads it."""
    top = Tag("")
    path = [top]
    for line in poppler("pdfinfo", pdf, "-struct-text").splitlines():
        text, tag = _TEXT.fullmatch(line), _TAG.fullmatch(line)
        if text:
            path[len(text[1]) // 2].kids.append(text[2])
        elif tag:
            del path[len(tag[1]) // 2 + 1 :]
            path.append(Tag(tag[2], tag[3] or ""))
            path[-2].kids.append(path[-1])
    return top.kids[0] if isinstance(top.kids[0], Tag) else top


# -- Tags and content, as pikepdf reads them -------------------------------------------------------


def elements(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """Yield the elements of the structure tree, in the order of reading."""
    waiting: list[Any] = [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            yield element
        kids = element.get("/K", [])
        below = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        waiting += [k for k in reversed(below) if isinstance(k, pikepdf.Dictionary) and "/S" in k]


def instructions(
    content: pikepdf.Page | pikepdf.Object,
) -> Iterator[tuple[list[pikepdf.Object], str]]:
    """Yield the operands and the operator of each instruction of a page or a drawing."""
    for instruction in pikepdf.parse_content_stream(content):
        yield list(instruction.operands), str(instruction.operator)


def artifacts(page: pikepdf.Page) -> tuple[list[str], int]:
    """Return the kind of each text that is an artifact, and how many texts are neither that nor
    tagged."""
    kinds, stray = [], 0
    open_: list[str] = []
    for operands, name in instructions(page):
        if name in ("BMC", "BDC"):
            kind = operands[1].get("/Type", "") if name == "BDC" else ""
            open_.append(str(kind) if operands[0] == "/Artifact" else "tagged")
        elif name == "EMC":
            open_.pop()
        elif name in ("TJ", "Tj"):
            kinds += [kind for kind in open_[-1:] if kind != "tagged"]
            stray += not open_
    return kinds, stray


# -- Words and lines on the page, as poppler reads them --------------------------------------------


@dataclass(frozen=True)
class Line:
    """A line of text and its box, in points from the top left of the page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lines(pdf: Path) -> list[list[Line]]:
    """Return the lines of each page, in poppler's order."""
    words = ["pdftotext", "-bbox-layout", str(pdf), "-"]
    html = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    space = "{http://www.w3.org/1999/xhtml}"
    return [
        [
            Line(
                " ".join(word.text or "" for word in line),
                *(float(line.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")),
            )
            for line in page.iter(f"{space}line")
        ]
        for page in ElementTree.fromstring(html).iter(f"{space}page")
    ]
