"""What a build made anew and why, and what was there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Account:
    """What was made anew: parts by their names, with the reason; how many others were there.

    `plainly` is why the plain way was taken, if it was; `kept` whether the very same PDF was there.
    """

    made: tuple[tuple[str, str], ...] = ()
    others: int = 0
    plainly: str = ""
    kept: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nothing had to be made."""
        return self.kept and not self.made

    def remarks(self) -> Iterator[str]:
        """Yield what is to be said though nobody asked: that all builds are slow here."""
        if self.plainly.startswith("WeasyPrint"):
            yield f"every page is drawn anew, because of {self.plainly}"

    def lines(self) -> Iterator[str]:
        """Yield the account as it is read, in lines."""
        for name, why in self.made:
            yield f"{name}: made anew, {why}"
        if self.others:
            yield f"{self.others} other parts were there" if self.made else "all parts were there"
        if self.plainly:
            yield f"the PDF: every page is drawn anew, because of {self.plainly}"
        elif self.kept:
            yield "the PDF: was there"
        else:
            yield "the PDF: joined anew from its pages"


NONE = Account()
