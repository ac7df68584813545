"""What a page draws, string by string: read where the order in which PDFium reads is in doubt."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pikepdf

from booklet.preflight.read_back import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWS = {"Tj", "TJ", "'", '"'}
_MEANS = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_DEEP = 8  # forms in forms


class Strings:
    """The strings of a PDF's pages, in the order in which they are drawn. Pages count from 0."""

    def __init__(self, pdf: bytes) -> None:
        """Take the PDF, which is opened when a page is asked for."""
        self._pdf = pdf
        self._open: pikepdf.Pdf | None = None
        self._pages: dict[int, tuple[str, ...]] = {}
        self._meanings: dict[tuple[int, int], dict[bytes, str]] = {}

    def strings(self, number: int) -> tuple[str, ...]:
        """Return the letters of each string of a page, as `letters` makes them.

        What runs from right to left is as it is drawn, its last letter first.
        """
        if self._open is None:
            self._open = pikepdf.open(io.BytesIO(self._pdf))
        if number not in self._pages:
            known = 0 <= number < len(self._open.pages)
            shown = self._shown(self._open.pages[number], 0) if known else ()
            self._pages[number] = tuple(text for text in map(letters, shown) if text)
        return self._pages[number]

    def _shown(self, content: pikepdf.Page | pikepdf.Object, depth: int) -> Iterator[str]:
        """Yield the text of each text object of a page or a form, and of the forms in it."""
        resources = content.get("/Resources", pikepdf.Dictionary())
        means: dict[bytes, str] = {}
        told: list[str | None] = []
        text: list[str] = []
        for each in pikepdf.parse_content_stream(content):
            operands, name = list(each.operands), str(each.operator)
            if name == "Tf":
                means = self._meaning(
                    resources.get("/Font", pikepdf.Dictionary()).get(str(operands[0]))
                )
            elif name in _SHOWS and not any(told):
                text += [_read(run, means) for run in _runs(operands)]
            elif name in ("BDC", "BMC"):
                told.append(_told(operands))
                text.append(told[-1] or "")
            elif name == "EMC" and told:
                told.pop()
            elif name == "ET":
                yield "".join(text)
                text = []
            elif name == "Do" and depth < _DEEP:
                inner = resources.get("/XObject", pikepdf.Dictionary()).get(str(operands[0]))
                if inner is not None and inner.get("/Subtype") == "/Form":
                    yield from self._shown(inner, depth + 1)
        yield "".join(text)

    def _meaning(self, font: pikepdf.Object | None) -> dict[bytes, str]:
        """Return what the codes of a font mean."""
        if font is None or "/ToUnicode" not in font:
            return {}
        if font.objgen not in self._meanings or font.objgen == (0, 0):
            found = _MEANS.findall(font.ToUnicode.read_bytes())
            self._meanings[font.objgen] = {
                bytes.fromhex(code.decode()): _unicode(means) for code, means in found
            }
        return self._meanings[font.objgen]


def _unicode(means: bytes) -> str:
    """Return the text of a code, which is written in hexadecimal digits of UTF-16."""
    return bytes.fromhex(means.decode()).decode("utf-16-be", "replace")


def _runs(operands: Iterable[pikepdf.Object]) -> Iterator[bytes]:
    """Yield the strings among what an operator shows."""
    for operand in operands:
        if isinstance(operand, pikepdf.String):
            yield bytes(operand)
        elif isinstance(operand, pikepdf.Array):
            yield from _runs(operand.as_list())


def _read(run: bytes, means: dict[bytes, str]) -> str:
    """Return what a string of glyphs means, two bytes to each, or one."""
    size = len(next(iter(means), b"  "))
    return "".join(means.get(run[at : at + size], "") for at in range(0, len(run), size))


def _told(operands: list[pikepdf.Object]) -> str | None:
    """Return the text that marked content says it is, if it does."""
    marked = operands[-1] if len(operands) > 1 else None
    if isinstance(marked, pikepdf.Dictionary) and "/ActualText" in marked:
        return str(marked.ActualText)
    return None
