"""Hands the words that a person typed to Invoke, with the exit status 2 for a wrong one."""

from __future__ import annotations

import gc
import os
import signal
import sys

if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is at stake yet: no traceback
    # hardly anything of what is imported is garbage: to look for it takes a tenth of the start
    gc.set_threshold(20_000, 20, 20)
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    if next((word for word in sys.argv[3:] if word[:1] != "-"), "") in ("build", "print"):
        try:
            from booklet.start import begin, is_likely

            if is_likely(sys.argv[3:]):
                begin()  # it imports WeasyPrint while we import all else
        except (ImportError, OSError):
            pass  # the verb itself will say it

import contextlib
import re
import shlex

if __name__ == "__main__":
    if sys.argv[3:4] == ["build"]:
        with contextlib.suppress(ImportError, OSError):
            from booklet.receipt import again

            if (status := again(sys.argv[3:])) is not None:
                sys.exit(status)

from difflib import get_close_matches
from typing import TYPE_CHECKING

with contextlib.ExitStack() as stack:
    # What Invoke has for its users' tests and settings is half of its start.
    with contextlib.suppress(ImportError):  # the verb itself will say it
        from booklet.late import late

        stack.enter_context(late("unittest.mock", "invoke.vendor.yaml"))
    from invoke import Collection, Exit, ParseError, Program

if TYPE_CHECKING:
    from collections.abc import Callable

# What Invoke says, and what we say instead.
_SENTENCES = (
    (r"No idea what (['\"])(.*)\1 is!", r"`\2` is not a verb or an option"),
    (r"Flag <Argument: (\S+).*> needed value.*", r"`--\1` needs a value"),
    (r"could not convert string to \w+: '(.*)'", r"`\1` is not a number"),
    (r"invalid literal for int.*: '(.*)'", r"`\1` is not a number"),
    (r"Exceeds the limit .*", r"a number has too many digits"),
    (r"cannot convert float .*", r"that is not a number"),
    (r"'(.*)' did not receive required positional arguments: '(.*)'", r"`\1` needs a \2"),
)


def _spelt_out(words: list[str]) -> list[str]:
    """Return the words of a command with the names in `fonts add greek thai` as options.

    Invoke's own words in order are never so many as one likes.
    """
    at = words.index("fonts") if "fonts" in words else len(words)
    order = words[at + 1] if at + 1 < len(words) else ""
    if order not in ("add", "remove"):
        return words
    names = [f"--{order}={word}" if word[:1] != "-" else word for word in words[at + 2 :]]
    return [*words[: at + 1], *(names or [f"--{order}"])]


class Verbs(Program):
    """Invoke's own program, but for its exit status: it says 1 where shells expect 2."""

    def parse_core(self, argv: list[str] | None) -> None:
        """Read Invoke's own options."""
        self._checked(lambda: super(Verbs, self).parse_core(argv))

    def parse_tasks(self) -> None:
        """Read the verbs and their options."""
        self._checked(super().parse_tasks)

    def parse_cleanup(self) -> None:
        """Answer what asks for no verb, such as --help."""
        self._checked(super().parse_cleanup)

    def no_tasks_given(self) -> None:
        """Show the verbs to whom has typed none."""
        self.list_tasks()
        raise Exit

    def execute(self) -> None:
        """Run the verbs; an interrupt is status 130, as in a shell."""
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            super().execute()
        except KeyboardInterrupt:
            raise Exit("stopped", code=130) from None

    def _checked(self, parse: Callable[[], None]) -> None:
        """Read words; raises Exit with status 2 if one is wrong."""
        try:
            parse()
        except (ParseError, ValueError, OverflowError) as error:
            message = str(error)
            for theirs, ours in _SENTENCES:
                message = re.sub(theirs, ours, message)
            if message.endswith("needs a value"):
                message = message.replace("_", "-")
            word = message.split("`")[1] if message.count("`") >= 2 else ""
            raise Exit(f"error: {message}\n\nhint: {self._hint(word)}", code=2) from error

    def _hint(self, word: str) -> str:
        """Return what may have been meant by a word that is not known."""
        ours = getattr(self, "collection", None) or Collection()
        options = [o for verb in ours.task_names for o in ours[verb].get_arguments()]
        known = {*ours.task_names, *(f"--{option.name}".replace("_", "-") for option in options)}
        near = get_close_matches(word, sorted(known), n=1)
        if word.endswith(".md") or os.path.isdir(word):
            return f"did you mean `./inv build --essay {shlex.quote(word)}`?"
        if near and word not in known:
            return f"did you mean `{near[0]}`?"
        return "`./inv --list` shows the verbs, `./inv --help build` the options of one"


if __name__ == "__main__":
    Verbs(name="booklet builder", binary="inv", binary_names=["inv"]).run(
        ["inv", *_spelt_out(sys.argv[1:])]
    )
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # the system lets go of the memory at once; Python would take its time
