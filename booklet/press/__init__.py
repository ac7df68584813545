"""What a build does round the pages, and its nouns. Only this room writes build/."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from booklet.editions import Edition
    from booklet.layout import Pages
    from booklet.preflight import Report
    from booklet.sheets import Plan


@dataclass(frozen=True)
class Order:
    """What a person wants made. Relative paths start from `cwd`.

    `editions` names the editions to make; without names it is the set that the essay asks for, or
    every one there is if `every` is set. `sheets` names the sheets to make, as in `3,5-7`; all of
    them where it is empty. `copies` is how many will be printed; `fit` makes editions that come
    out as sheets a little tighter if that saves one. With `concordance` there is a page that says
    where each paragraph is in each edition. A `plain` build uses nothing that was made before. For
    a `strict` one a warning is as good as a loss: what was there before stays. One `to_print`
    makes of the set only what goes to a printer.
    """

    essay: str | None = None
    editions: tuple[str, ...] = ()
    every: bool = False
    out: str | None = None
    network: bool = False
    seconds: float | None = None
    sheets: str = ""
    copies: int = 1
    fit: bool = False
    concordance: bool = False
    cwd: Path = Path()
    plain: bool = False
    strict: bool = False
    to_print: bool = False

    @property
    def of_sheets(self) -> bool:
        """Whether it asks for something that only sheets can give."""
        return bool(self.sheets or self.fit or self.copies > 1)


@dataclass(frozen=True)
class Booklet:
    """One edition as the press made it: its files, its pages, and everything that was found.

    `plan` is the one of its sheets, None for an edition that comes out as pages; `planned` says
    what would save one of them, or did. `is_new` says that its files were not there before as
    they are now.
    """

    files: tuple[Path, ...]
    edition: Edition
    pages: Pages
    plan: Plan | None
    report: Report
    planned: str = ""
    is_new: bool = True

    @property
    def has_sheets(self) -> bool:
        """Whether its sheets were made: those of pages with a loss are not."""
        return self.plan is not None and not self.report.of("error")

    @property
    def path(self) -> Path:
        """The file to open first."""
        return self.files[0]


@dataclass(frozen=True)
class BookletSet:
    """The booklets that were made of one manuscript, and what was found in all of them.

    `concordance` are the files that say where each paragraph is in each of them; `written` has a
    digest of every file. A set that is not `sound` stands beside the last good one. `remarks` are
    of the folder that was written to.
    """

    booklets: tuple[Booklet, ...]
    report: Report
    seconds: float
    concordance: tuple[Path, ...] = ()
    written: tuple[tuple[Path, str], ...] = ()
    sound: bool = True
    remarks: tuple[str, ...] = ()
