"""Boxes: notes, tips and warnings that stand apart from the text, with a title.

Each tool has signs of its own for them; divs.py, admonitions.py and callouts.py read these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.attributes import OURS, give

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.rules_block import StateBlock

# What makes a block a box wherever it is the block's name or class.
KINDS = frozenset({"attention", "caution", "danger", "hint", "important", "info", "note", "tip",
                   "warning"})  # fmt: skip

# What is a box where it has a title, or where the tool has no other blocks.
MORE_KINDS = KINDS | frozenset(
    {"abstract", "admonition", "bug", "check", "details", "done", "error", "example", "fail",
     "failure", "faq", "help", "missing", "question", "quote", "seealso", "success", "summary",
     "tldr", "todo"}
)  # fmt: skip

# Kinds whose title is the word for another one; and what only a screen does with a box.
_SAME = {"abstract": "summary", "attention": "caution", "faq": "question", "help": "question",
         "hint": "tip", "tldr": "summary"}  # fmt: skip
_UNTITLED = frozenset({"admonition", "details", "quote"})
ON_SCREEN = frozenset({"appearance", "collapse", "icon"})


def open_box(
    state: StateBlock,
    line: int,
    kind: str,
    title: str | None,
    given: dict[str, str],
    titles: Mapping[str, str],
) -> Token:
    """Push the tokens that begin a box on `line`; return the first.

    Without a `title` it has the word for its kind among `titles`; if that is empty, none.
    """
    token = state.push("box_open", "div", 1)
    token.map = [line, line + 1]
    dress(token, kind, given)
    for one in title_tokens(kind, title, line, state.level, titles):
        state.tokens.append(one)
    return token


def dress(token: Token, kind: str, given: dict[str, str]) -> None:
    """Give a box its classes, and what its author gave it."""
    names = [name for name in given.get("class", "").split() if name != kind or name not in OURS]
    classes = " ".join(dict.fromkeys(["box", f"box-{kind}", *names]))
    give(token, {k: v for k, v in given.items() if k not in ON_SCREEN} | {"class": classes})


def title_tokens(
    kind: str, title: str | None, line: int, level: int, titles: Mapping[str, str]
) -> list[Token]:
    """Return the tokens of a title, or none if it is empty."""
    text = title_of(kind, titles) if title is None else title.strip()
    if not text:
        return []
    opening = Token("paragraph_open", "p", 1, level=level, block=True)
    opening.attrs, opening.map = {"class": "box-title"}, [line, line + 1]
    opening.meta["is_given"] = title is not None
    inline = Token("inline", "", 0, content=text, children=[], level=level + 1, block=True)
    inline.map = [line, line + 1]
    return [opening, inline, Token("paragraph_close", "p", -1, level=level, block=True)]


def title_of(kind: str, titles: Mapping[str, str]) -> str:
    """Return the word for a kind of box; the kind itself where there is none."""
    word = titles.get(_SAME.get(kind, kind)) or kind.replace("-", " ").capitalize()
    return "" if kind in _UNTITLED else word
