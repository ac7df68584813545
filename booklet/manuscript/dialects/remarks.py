"""Remarks: what a rule of the parser wants to be said about a line of the manuscript."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token


class Remark(NamedTuple):
    """A finding in the making: its code, a sentence, a hint, and its line (from 0) in the text."""

    code: str
    message: str
    hint: str
    line: int


def remark(token: Token, *said: Remark) -> None:
    """Let something be said when `token` is read."""
    token.meta.setdefault("remarks", []).extend(said)


def remark_alone(state: StateBlock, said: Remark) -> None:
    """Let something be said where no token of the block itself can carry it."""
    token = state.push("remark", "", 0)
    token.map, token.hidden = [said.line, said.line + 1], True
    remark(token, said)


def remarks(token: Token) -> Iterator[Remark]:
    """Yield what is to be said of a token, once."""
    yield from token.meta.pop("remarks", ())
