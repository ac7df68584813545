"""Hands the words that a person typed to Invoke, with the exit status 2 for a wrong one."""

from __future__ import annotations

import gc
import os
import signal
import sys

if __name__ == "__main__":
    # whatever else is typed, the version is answered alone
    asks_version = not {"-V", "--version"}.isdisjoint(sys.argv)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is at stake yet: no traceback
    # hardly anything of what is imported is garbage: to look for it takes a tenth of the start
    gc.set_threshold(20_000, 20, 20)
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    if next((word for word in sys.argv[3:] if word[:1] != "-"), "") in ("build", "print"):
        try:
            from booklet.start import begin

            if "--plain" in sys.argv:
                begin()  # it imports WeasyPrint while we import all else
            else:
                from booklet.quick.prestart import WORKER, is_likely

                if is_likely(sys.argv[3:]):
                    begin(module=WORKER)
        except (ImportError, OSError):
            pass  # the verb itself will say it

import contextlib
import inspect
import re
import shlex

if __name__ == "__main__":
    if sys.argv[3:4] == ["build"] and not asks_version:
        with contextlib.suppress(ImportError, OSError):
            from booklet.quick.no_change import again

            if (status := again(sys.argv[3:])) is not None:
                sys.exit(status)

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

with contextlib.ExitStack() as stack:
    # What Invoke has for its users' tests and settings is half of its start; it asks which version
    # it is, and says it to nobody.
    with contextlib.suppress(ImportError):  # the verb itself will say it
        from booklet.lazy_imports import late

        unheard = ("importlib.metadata",)
        stack.enter_context(late("unittest.mock", "invoke.vendor.yaml", unheard=unheard))
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
        """Read Invoke's own options.

        It would let Python compile our modules again at each start, and keep nothing of that.
        """
        keeps_none = sys.dont_write_bytecode
        self._checked(lambda: super(Verbs, self).parse_core(argv))
        sys.dont_write_bytecode = keeps_none

    def parse_tasks(self) -> None:
        """Read the verbs and their options."""
        self._checked(self._parse_tasks)

    def _parse_tasks(self) -> None:
        """Read them; raises ParseError also for an option without its value that Invoke lets pass.

        It does so with one that may be given several times.
        """
        super().parse_tasks()
        ours = [verb for verb in self.collection.to_contexts() if verb.name == self._verb()]
        for word, next_word in pairwise([*self.core.unparsed, ""]):
            for flags in (verb.flags for verb in ours):
                is_bare = not next_word or next_word in flags
                if word in flags and flags[word].kind is list and is_bare:
                    raise ParseError(f"`--{flags[word].name}` needs a value")

    def parse_cleanup(self) -> None:
        """Answer what asks for no verb, such as --help."""
        self._checked(super().parse_cleanup)

    def print_help(self) -> None:
        """Show the verbs and what can be asked for without one; Invoke's own options stay away."""
        self.args.help.value = False
        self.parse_collection()  # Invoke shows help before it reads the verbs
        self.scoped_collection = self.collection
        print("Usage: ./inv VERB [options]\n")
        self.list_tasks()
        print("Options:")
        self.print_columns(
            [
                ("-h [VERB], --help[=VERB]", "show this, or what a verb does and its options"),
                ("-l, --list", "show the verbs"),
                ("-V, --version", "show the version"),
            ]
        )

    def print_task_help(self, name: str) -> None:
        """Show what a verb does, and its options."""
        context = self.parser.contexts[name]
        kinds = {f"--{each.names[0]}": each.kind for each in context.args.values()}
        options = [(_valued(names, kinds), text) for names, text in context.help_tuples()]
        print(f"Usage: ./inv {name}{' [options]' * bool(options)}\n")
        print("What it does:")
        for line in (inspect.getdoc(self.collection[name]) or "").splitlines():
            print(f"{self.leading_indent}{line}".rstrip())
        print("\nOptions:")
        if options:
            self.print_columns(options)
        else:
            print(f"{self.leading_indent}none\n")

    def task_list_opener(self, extra: str = "") -> str:  # noqa: ARG002 - Invoke's own
        """Return the word above the list."""
        return "Verbs"

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

    def _verb(self) -> str:
        """Return the verb among the words, or an empty string."""
        ours = getattr(self, "collection", None) or Collection()
        return next((word for word in self.argv[1:] if word in ours.task_names), "")

    def _hint(self, word: str) -> str:
        """Return what may have been meant by a word that is not known."""
        ours = getattr(self, "collection", None) or Collection()
        verb = self._verb()
        if word == "help":
            return f"did you mean `./inv --help {verb or 'build'}`?"
        if verb == "fonts":
            return (
                "`./inv fonts` shows the scripts; `./inv fonts add hebrew` brings the fonts of one"
            )
        options = [o for name in ours.task_names for o in ours[name].get_arguments()]
        known = {*ours.task_names, *(f"--{option.name}".replace("_", "-") for option in options)}
        near = get_close_matches(word, sorted(known), n=1)
        if word.endswith(".md") or os.path.isdir(word) or _is_essay(word):
            of_essays = {"print", "preview", "watch"}
            meant = verb if verb in of_essays else "build"
            return f"did you mean `./inv {meant} --essay {shlex.quote(word)}`?"
        if near and word not in known:
            return f"did you mean `{near[0]}`?"
        if verb == "new":
            return "`./inv new on-tea` begins an essay of that name"
        known_verb = verb or "build"
        return f"`./inv --list` shows the verbs, `./inv --help {known_verb}` the options of one"


def _valued(names: str, kinds: dict[str, type]) -> str:
    """Return the names of an option, with what is to be put behind each of them."""
    bare = {float: "NUMBER", list: "TEXT"}
    kind = next((kinds[name] for name in names.split(", ") if name in kinds), None)
    if kind in bare:
        names = re.sub(r"^(-\w)\b", rf"\1 {bare[kind]}", f"{names}={bare[kind]}")
    return names.replace("STRING", "TEXT").replace("INT", "NUMBER")


def _is_essay(word: str) -> bool:
    """Whether there is an essay of this name under essays/."""
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    return bool(word) and os.path.isfile(os.path.join(root, "essays", word, "essay.md"))


def _version() -> str:
    """Return the version of the project, as pyproject.toml says it."""
    root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    with contextlib.suppress(OSError), open(os.path.join(root, "pyproject.toml")) as file:
        if found := re.search(r'^version = "(.*)"', file.read(), re.MULTILINE):
            return found[1]
    return "unknown"


if __name__ == "__main__":
    if asks_version:
        print(f"booklet builder {_version()}")
        sys.exit()
    Verbs(name="booklet builder", binary="inv", binary_names=["inv"]).run(
        ["inv", *_spelt_out(sys.argv[1:])]
    )
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # the system lets go of the memory at once; Python would take its time
