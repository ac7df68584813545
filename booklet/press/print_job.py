"""What of a set goes to a printer, and how each of its editions gets there."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.lengths import Size
from booklet.terminal import plain, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from booklet.editions.style import Style
    from booklet.manuscript import Manuscript
    from booklet.press import Booklet, BookletSet, Order
    from booklet.printer import Desk, Printer, Profile
    from booklet.sheets import Plan, Sheets


def for_paper(styles: Sequence[Style]) -> tuple[Style, ...]:
    """Return the editions of a set that a person prints.

    Not the one for the screen, nor those for a print shop, if there are others.
    """
    ours = [style for style in styles if style.standard != "pdf/x-4"] or list(styles)
    return tuple([style for style in ours if not style.for_screen] or ours)


@dataclass(frozen=True)
class PrintOrder:
    """What a person asks of a printer: the editions of an order, some sheets, some copies."""

    order: Order
    called: str
    """The name of the printer, as the person gave it."""
    printer: Printer
    profile: Profile | None
    sheets: str = ""
    copies: int = 1

    def run(
        self,
        make: Callable[[Order, Callable[[str], None]], BookletSet],
        desk: Desk,
        tell: Callable[[BookletSet], None],
    ) -> Iterator[str]:
        """Make the editions and print one after the other; yield a line for each.

        `make` makes what an order names, and tells of its progress. `tell` is given what was made
        before any paper is used. Raises BookletError where an edition has a loss or cannot be
        printed; its hint has the commands for what is missing.
        """
        made = make(replace(self.order, to_print=True), desk.say)
        tell(made)
        if not made.sound:
            hint = f"`{self._command('build')}` makes them to look at"
            raise BookletError("what has losses is not printed", hint=hint)
        names = [one.edition.style.name for one in made.booklets]
        if self.sheets and len(names) > 1:
            again = f"{self._command('print', names[:1])} --sheets {shlex.quote(self.sheets)}"
            hint = f"say of which edition: `{again}`"
            raise BookletError(f"`--sheets {self.sheets}` is for one edition", hint=hint)
        if rest := self._not_printed(made.booklets[0].edition.manuscript, names):
            say(f"note: not printed: {', '.join(rest)} (name them with `--edition`)", to=sys.stderr)
        ready = [self._made(one) for one in made.booklets]
        for at, sheets in enumerate(ready):
            desk.say(f"printing {names[at]}")
            self._send(sheets, desk, names, at)
            yield f"printed {names[at]} on {self.printer.name}"

    def _not_printed(self, manuscript: Manuscript, names: Sequence[str]) -> list[str]:
        """Return the editions that the author wants in the set, and that are not for paper."""
        from booklet.editions.style import asks, chosen, styles

        if self.order.editions or not asks(manuscript):
            return []
        wanted = chosen(manuscript, styles(manuscript))
        return [style.name for style in wanted if style.name not in names]

    def _made(self, booklet: Booklet) -> Sheets:
        """Return the sheets of an edition for this very printer, be it of pages."""
        from booklet.press.one_edition import on_sheets
        from booklet.printer import suit
        from booklet.sheets.singles import singles

        plan = suit(self._plan(booklet), self.printer, self.profile)
        if booklet.plan is None:
            return singles(booklet.pages.pdf, plan)
        return on_sheets(booklet.edition.manuscript, booklet.pages, plan)[0]

    def _plan(self, booklet: Booklet) -> Plan:
        """Return the plan of an edition, be it for sheets or for pages."""
        from booklet.press.sheet_plan import plan
        from booklet.sheets.singles import single

        manuscript, style = booklet.edition.manuscript, booklet.edition.style
        if booklet.plan is not None:
            return plan(manuscript, style, self.sheets)
        return single(booklet.edition.trim, Size.parse(manuscript.settings.paper), self.sheets)

    def _send(self, sheets: Sheets, desk: Desk, names: Sequence[str], at: int) -> None:
        """Print the sheets of one edition of several; a mishap tells how to print the rest."""
        from booklet.printer import clipped, remarks, send

        said = (
            *remarks(sheets.plan, self.printer, self.profile),
            *clipped(sheets, self.printer, self.profile),
        )
        for line in said:
            say(f"warning: {plain(str(line))}", to=sys.stderr)
        named = names[at : at + 1] if self.order.editions or len(names) > 1 else ()
        command = self._command("print", named)
        try:
            send(sheets, self.printer, desk, self.copies, self.profile, command, names[at])
        except BookletError as error:
            if not names[at + 1 :]:
                raise
            many = f" --copies {self.copies}" if self.copies > 1 else ""
            rest = self._command("print", names[at + 1 :]) + many
            raise BookletError(
                error.message, error.where, error.hint, (*error.commands, rest)
            ) from error

    def _command(self, verb: str, editions: Sequence[str] | None = None) -> str:
        """Return how a person asks for these editions again, ready to be pasted."""
        words = [f"--essay {shlex.quote(self.order.essay)}"] if self.order.essay else []
        if verb == "print":
            words.append(f"--printer {shlex.quote(self.called)}")
        names = self.order.editions if editions is None else editions
        words += [f"--edition {shlex.quote(name)}" for name in names]
        words += ["--fit"] * self.order.fit + ["--allow-network"] * self.order.network
        return " ".join([f"./inv {verb}", *words])
