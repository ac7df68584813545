"""Pages: parts are laid out apart, numbered to a fixpoint, joined, and written once.

The verb is `paginate`, in `booklet.layout.paginate`; here are the nouns, which the process that
lays out imports as well, and nothing else of the project's that is slow to import.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from booklet.layout.account import NONE, Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from booklet.editions import Edition, Part
    from booklet.editions.style import Style
    from booklet.findings import Finding
    from booklet.layout.footnotes import Holds
    from booklet.layout.page_references import Numbers
    from booklet.manuscript import Manuscript
    from booklet.source import Shelf, Source

Files = tuple[tuple[str, str], ...]
"""Names of files on the essay's shelf, and digests of what is in them."""

Lines = tuple[tuple[tuple[float, float], ...], ...]
"""Where the lines of running text stand on each page: see `booklet.layout.line_positions`."""

# A page with nothing on it.
BLANK = '<!doctype html><html lang="en"><body class="silent"></body></html>'


@dataclass(frozen=True)
class Spot:
    """Where an anchor lies: the page, counted from 0, and its box in points from the top left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Look:
    """What all parts of an edition have in common: style sheets in their order, the standard of
    the PDF (such as `pdf/ua-1`), whether the book is bound on the right, and where files are."""

    sheets: tuple[str, ...]
    standard: str
    rtl: bool
    shelf: Shelf
    network: bool


def look_of(edition: Edition) -> Look:
    """Return what all parts of an edition have in common."""
    return Look(
        tuple(sheet.css for sheet in edition.sheets),
        edition.style.standard,
        edition.manuscript.settings.rtl,
        edition.shelf,
        edition.network,
    )


class Dressed(NamedTuple):
    """What the layout engine said of style sheets, and the files that they used, as in Laid."""

    log: tuple[str, ...]
    files: Files | None


@dataclass(frozen=True)
class PartText:
    """A part as it is to be laid out: its name, its HTML with the numbers in it, its own rules.

    Its first page lies on `side` (`recto`, `verso`) and has the number `first`; 0 for none.
    """

    name: str
    html: str
    css: str
    side: str
    first: int = 0


@dataclass(frozen=True)
class Laid:
    """A part as the layout engine left it: for each page its anchors, and what the engine said.

    `files` are the files that it used, with their digests; None if it used something of the web,
    which may be another the next time. It is `bound` to the number of its first page if more than
    the margins depends on it; 0 if not.
    """

    pages: tuple[Mapping[str, tuple[float, float, float, float]], ...]
    log: tuple[str, ...]
    files: Files | None = ()
    bound: int = 0


@dataclass(frozen=True)
class Written:
    """The PDF, what the engine said while writing it, and the names of the fonts in it.

    `digests` has a digest for each page of what it shows, if they are known: pages with the same
    digest look and read the same. `unsound` are the parts with page numbers that could not be
    corrected in the finished pages.
    """

    pdf: bytes
    log: tuple[str, ...]
    fonts: tuple[str, ...]
    unsound: frozenset[str] = frozenset()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """One page: the part that it belongs to, its folio (`iv`, `12`), and whether it is blank.

    `boxes` are those of the anchors on it, in points from the top left; what goes on from an
    earlier page has one on each.
    """

    part: str
    folio: str
    blank: bool = False
    boxes: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Pages:
    """The finished pages: the PDF, and the facts of each page.

    `spots` has the first place of each anchor, `numbers` the folio that was printed for it.
    `fonts` are the names of the fonts in the PDF, `digests` those of `Written`; `account` says
    what of it was made anew.
    """

    pdf: bytes
    leaves: tuple[Leaf, ...]
    spots: Mapping[str, Spot]
    numbers: Mapping[str, str]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    digests: tuple[str, ...] = ()
    account: Account = NONE


class Layout(Protocol):
    """Lays out the parts of one edition after the other, and writes them.

    `expect`, `begin` and `placed` are only told: whoever guesses may use them, the pages are the
    same. Raises BookletError where the limits of time and memory are reached, and for rules and
    templates of the author's that fail.
    """

    @property
    def said_of_sheets(self) -> tuple[str, ...]:
        """What the layout engine said of the style sheets of the edition in hand."""

    @property
    def account(self) -> Account:
        """What was made anew for the last PDF."""

    def forget(self) -> None:
        """Begin anew: the next edition may have other files."""

    def compose(
        self, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
    ) -> Edition:
        """Return what `booklet.editions.compose` does, within the limits."""

    def leaflet(
        self, kind: str, facts: Mapping[str, object], rules: str, source: Source
    ) -> tuple[str, str]:
        """Return what `booklet.editions.leaflet` does, within the limits."""

    def dress(self, edition: Edition) -> None:
        """Take the style sheets of `edition`, whose parts come next."""

    def begin(self, edition: Edition, numbers: Numbers, holds: Holds) -> None:
        """Hear that all parts of `edition` will be laid out, with these numbers and notes."""

    def expect(self, parts: Sequence[Part], pages: int) -> None:
        """Hear which parts come next: the first of them after so many pages."""

    def lay(self, part: PartText) -> Laid:
        """Return the facts of a part after laying it out."""

    def placed(self, part: Part, laid: Laid, leaves: Sequence[Leaf]) -> None:
        """Hear on which pages a part of the body came to lie, as it was laid out last."""

    def lines(self, name: str) -> Lines:
        """Return the lines of running text on each page of a part that was laid out."""

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts named in `order`, with these page labels.

        `corrections` are the page numbers in the text of each part: what was set, what is true.
        """
