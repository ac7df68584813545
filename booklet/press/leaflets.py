"""Leaflets: what is printed beside a booklet, such as the guide, laid out as one more part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.editions import leaflet
from booklet.layout import PartText, engine_warnings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from booklet.editions import Edition
    from booklet.findings import Finding
    from booklet.layout import Layout
    from booklet.source import Source


def beside(
    layout: Layout,
    edition: Edition,
    source: Source,
    kind: str,
    facts: Mapping[str, object],
    rules: Sequence[str] = ("",),
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return what is printed beside a booklet as a PDF, and what was remarked of it.

    It is laid out in the style sheets of `edition`, once this is written, by the first of the
    `rules` with which it is one page; by the first where there is none. See
    `booklet.editions.leaflet` for the words.
    """
    fill = layout.leaflet if (source.shelf.root / "templates").exists() else leaflet
    with engine_warnings.blamed(engine_warnings.start_of(edition, kind)):
        for given in (*rules, rules[0]) if len(rules) > 1 else rules:
            html, css = fill(kind, facts, given, source)
            laid = layout.lay(PartText(kind, html, css, "recto"))
            if len(laid.pages) == 1:
                break
        written = layout.write((kind,), [str(at + 1) for at in range(len(laid.pages))], {})
    said = [(kind, line) for line in (*laid.log, *written.log)]
    return written.pdf, tuple(engine_warnings.findings(edition, said))
