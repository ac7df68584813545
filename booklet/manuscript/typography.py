"""Running text is set as its language wants it, whatever markup is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_core import StateCore

_ADDRESS = re.compile(
    r"(?:https?://|www\.|doi:|\b10\.\d{4,}/)\S*[^\s.,;:!?'\")\]}»”’]"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)

# What must not be set where it only counts as letters.
_MARKS = re.compile("[\"'.\u2028\ufdd0-\ufdef]")


def typeset(state: StateCore, lang: str) -> None:
    """Set the marks and spaces of all running text as the language wants them."""
    for token in state.tokens:
        if token.type == "inline":
            _set(token.children or [], lang)
    for note in state.env.get("footnotes", {}).get("list", {}).values():
        _set(note.get("tokens", []), lang)


def _set(children: list[Token], lang: str) -> None:
    """Set the running text of one block; code and addresses stay as they are."""
    children[:] = _parted(children)
    _compose(children, lang)
    children[:] = _joined(children)


def _compose(children: list[Token], lang: str) -> None:
    """Set the texts among these tokens.

    A span in another language is set by itself; to the text around it, it counts as letters.
    """
    pieces: list[tuple[Token, str]] = []
    end = -1
    for i, child in enumerate(children):
        if i <= end:
            continue
        own = str(child.attrs.get("lang", lang)) if child.nesting == 1 else lang
        if own != lang:
            end = closing(children, i)
            _compose(children[i + 1 : end], own)
        pieces.append((child, _counts_as(child) if own == lang else "x"))
    text = language.typeset("".join(whole for _, whole in pieces), lang)
    at = 0
    for child, whole in pieces:
        if child.type == "text":
            child.content = language.release(text[at : at + len(whole)])
        elif child.type == "image":
            _set(child.children or [], lang)
        at += len(whole)


def closing(children: list[Token], opening: int) -> int:
    """Return where the token closes that opens at `opening`."""
    depth = 0
    for i in range(opening, len(children)):
        depth += children[i].nesting
        if not depth:
            return i
    return len(children)


def _parted(children: list[Token]) -> Iterator[Token]:
    """Yield the tokens with addresses in the text parted from it, and ends of lines as text."""
    address = False
    for child in children:
        if child.type == "softbreak":
            yield Token("text", "", 0, content=language.LINE_END, level=child.level)
        elif child.type == "text" and not address:
            yield from _addresses(child)
        else:
            if child.type == "text":
                child.type = "text_special"
            yield child
        address = child.markup == "autolink" and child.nesting == 1


def _addresses(child: Token) -> Iterator[Token]:
    """Yield a text with each address in it as a token apart."""
    at = 0
    text = child.content
    likely = any(sign in text for sign in ("/", "@", "www.", "doi:"))
    for found in _ADDRESS.finditer(text) if likely else ():
        yield Token("text", "", 0, content=text[at : found.start()], level=child.level)
        yield Token("span_open", "span", 1, attrs={"class": "address"}, level=child.level)
        yield Token("text_special", "", 0, content=found[0], level=child.level)
        yield Token("span_close", "span", -1, level=child.level)
        at = found.end()
    child.content = text[at:]
    yield child


def _counts_as(child: Token) -> str:
    """Return what a token is to the text around it: itself, letters, an end of line, nothing."""
    if child.type == "text":
        return child.content
    if child.type == "text_special":
        return _MARKS.sub("x", child.content)
    if child.type == "hardbreak":
        return "\n"
    return "x" if child.type in ("code_inline", "image", "typed") else ""


def _joined(children: list[Token]) -> Iterator[Token]:
    """Yield the tokens with texts that stand side by side as one, and without empty ones."""
    run: list[str] = []
    last: Token | None = None
    for child in [*children, None]:
        if child is not None and child.type in ("text", "text_special"):
            run.append(child.content)
            last = child
            continue
        if last is not None and any(run):
            last.type, last.content = "text", "".join(run)
            yield last
        run, last = [], None
        if child is not None:
            yield child
