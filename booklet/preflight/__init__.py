"""Preflight: the written PDF is read back, and held against the manuscript, word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from booklet.editions import stress
from booklet.errors import Place
from booklet.findings import Finding
from booklet.fonts import added, families
from booklet.preflight.compare import PageComparison
from booklet.preflight.read_back import Margins, read_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from booklet.editions import Edition
    from booklet.layout import Pages
    from booklet.preflight.read_back import KnownPages


@dataclass(frozen=True)
class Report:
    """All findings about a booklet, in the order of the manuscript."""

    findings: tuple[Finding, ...]

    def of(self, kind: str) -> tuple[Finding, ...]:
        """Return the findings of one kind: `note`, `warning` or `error`."""
        return tuple(f for f in self.findings if f.kind == kind)

    def with_(self, more: Iterable[Finding]) -> Report:
        """Return this report with more findings at its end."""
        return Report((*self.findings, *more))

    def beside(self, remarks: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return what was remarked of a page beside the booklet, and is not said of the booklet.

        Where the text has letters that no font has, so has the guide in its language.
        """
        lacks = any(finding.code == "M11" for finding in self.findings)
        return tuple(remark for remark in remarks if not lacks or remark.code != "M11")

    @property
    def strays(self) -> frozenset[str]:
        """Keys of the notes that lie too far from their calls."""
        return frozenset(f.hint for f in self.findings if f.code == "C02")


@dataclass(frozen=True)
class Inspection:
    """What was found in a PDF, and how near the ink of each of its pages comes to its edges."""

    findings: tuple[Finding, ...]
    margins: tuple[Margins, ...]


__all__ = ["Inspection", "Margins", "Report", "inspect", "report"]


def inspect(edition: Edition, pages: Pages, known: KnownPages | None = None) -> Inspection:
    """Return a finding for each loss in the PDF of `pages`, read back by another program.

    Every word of the manuscript is there, in order; every note is on the page of its call or the
    next; every line of the contents and every reference names the right page; every link inside
    the book has a target; nothing stands outside its page. Pages that are `known` from before
    are not read again, only compared: the findings are the same.
    """
    printed = read_back(pages.pdf, edition.manuscript.settings.rtl, known)
    proof = PageComparison(edition, pages, printed)
    found = dict.fromkeys((*proof.findings(), *_fonts(edition, pages)))
    return Inspection(tuple(found), printed.margins)


def report(*groups: Iterable[Finding]) -> Report:
    """Return one report of all findings, each once, by place."""
    found = dict.fromkeys(f for group in groups for f in group)
    return Report(tuple(sorted(found, key=lambda f: f.where or Place("~"))))


def _fonts(edition: Edition, pages: Pages) -> Iterator[Finding]:
    """Yield findings for text that is set in fonts of this machine instead of the house's."""
    yield from families.nowhere(edition)
    yield from families.slanted(edition, pages.fonts)
    yield from families.idle(edition, pages.fonts)
    yield from stress.unseen(edition, pages.fonts)
    strangers = [name for name in pages.fonts if not name.startswith("Booklet-")]
    if strangers and all(f.code != "M11" for f in pages.findings):
        from booklet.fonts.coverage import borrowed  # late: it reads the fonts' tables

        yield from borrowed(edition, strangers)
    if added.made():
        from booklet.fonts.coverage import older

        yield from older(edition)
