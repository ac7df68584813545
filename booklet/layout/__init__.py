"""Pages: parts are laid out apart, numbered to a fixpoint, joined, and written once.

The verb is `paginate`, in `booklet.layout.paginate`; here are the nouns, which the process that
lays out imports as well, and nothing else of the project's that is slow to import.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from booklet.quick.explain import NONE, Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.findings import Finding

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
    digest look and read the same. `account` says what of it was made anew. `unsound` are the parts
    with page numbers that could not be corrected in the finished pages.
    """

    pdf: bytes
    log: tuple[str, ...]
    fonts: tuple[str, ...]
    unsound: frozenset[str] = frozenset()
    digests: tuple[str, ...] = ()
    account: Account = NONE


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
    `fonts` are the names of the fonts in the PDF; `digests` and `account` are those
    of `Written`.
    """

    pdf: bytes
    leaves: tuple[Leaf, ...]
    spots: Mapping[str, Spot]
    numbers: Mapping[str, str]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    digests: tuple[str, ...] = ()
    account: Account = NONE
