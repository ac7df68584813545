"""Hands the words that a person typed to Invoke, with the exit status 2 for a wrong one."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from invoke import Collection, Exit, ParseError, Program

if TYPE_CHECKING:
    from collections.abc import Callable


class Verbs(Program):
    """Invoke's own program, but for its exit status: it says 1 where shells expect 2."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Read Invoke's own options."""
        self._checked(lambda: super(Verbs, self).parse_core(argv))

    def parse_tasks(self) -> None:
        """Read the verbs and their options."""
        self._checked(super().parse_tasks)

    def _checked(self, parse: Callable[[], None]) -> None:
        """Read words; raises Exit with status 2 if one is wrong."""
        try:
            parse()
        except ParseError as error:
            message = str(error).rstrip(".!")
            word = message.split("'")[1] if message.count("'") >= 2 else ""
            known = self.collection.task_names if isinstance(self.collection, Collection) else ()
            near = get_close_matches(word, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`./inv --list` shows the verbs, `./inv --help build` the options of one"
            raise Exit(f"error: {message[:1].lower()}{message[1:]}\n\nhint: {hint}", code=2) from error


if __name__ == "__main__":
    Verbs(name="booklet builder", binary="inv", binary_names=["inv"]).run(["inv", *sys.argv[1:]])
