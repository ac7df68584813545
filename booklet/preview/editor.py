"""The author's editor: which one it is, and how it is told a file and a line."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError

if TYPE_CHECKING:
    from collections.abc import Mapping

# How editors with a window of their own are told a line. An editor that needs the terminal is not
# among them: the terminal is the preview's.
_WINDOWED = {
    **dict.fromkeys(("code", "code-insiders", "codium", "cursor"), "-g {file}:{line}"),
    **dict.fromkeys(("subl", "zed", "zeditor", "lapce"), "{file}:{line}"),
    **dict.fromkeys(("gedit", "gnome-text-editor", "xed", "bbedit"), "+{line} {file}"),
    **dict.fromkeys(("gvim", "mvim", "pluma"), "+{line} {file}"),
    **dict.fromkeys(("kate", "kwrite", "mate"), "-l {line} {file}"),
    **dict.fromkeys(("mousepad", "geany", "idea", "pycharm"), "--line {line} {file}"),
    "emacsclient": "-n +{line} {file}",
}


@dataclass(frozen=True)
class Editor:
    """An editor: the words of its command, with `{file}` and `{line}` where they belong."""

    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return Path(self.words[0]).name

    def open(self, file: Path, line: int) -> None:
        """Open a file at a line, and do not wait. Raises BookletError if it cannot be started."""
        # in one go: a name of a file may have braces in it
        given = {"{file}": str(file), "{line}": str(max(line, 1))}
        words = [_filled(word, given) for word in self.words]
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # it outlives the preview
            )
        except OSError as error:
            message = f"`{self.name}` cannot be started: {error.strerror}"
            raise BookletError(message, hint="name another editor by --editor") from error
        threading.Thread(target=process.wait, daemon=True).start()  # no zombie is left of it


def chosen(command: str, environment: Mapping[str, str] = os.environ) -> Editor | None:
    """Return the editor that `command` names, or else the one of VISUAL or EDITOR, or None.

    Raises BookletError for a command that is not there. The environment's is left alone if it
    may need the terminal.
    """
    if command:
        words = _words(command)
        if not words or not shutil.which(words[0]):
            raise BookletError(
                f"the editor `{command}` is not there",
                hint="write its command, such as --editor 'code -g {file}:{line}'",
            )
        if any("{file}" in word for word in words):
            return Editor(words)
        how = _WINDOWED.get(Path(words[0]).name, "{file}")
        return Editor((*words, *how.split()))
    for variable in ("VISUAL", "EDITOR"):
        words = _words(environment.get(variable, ""))
        if words and Path(words[0]).name in _WINDOWED and shutil.which(words[0]):
            waits = [word for word in words if word not in ("-w", "--wait")]
            return Editor((*waits, *_WINDOWED[Path(words[0]).name].split()))
    return None


def _words(command: str) -> tuple[str, ...]:
    """Return a command as words, or none if its quotes do not match."""
    try:
        return tuple(shlex.split(command))
    except ValueError:
        return ()


def _filled(word: str, given: Mapping[str, str]) -> str:
    """Return a word with what belongs in its braces."""
    head, mark, tail = word.partition("{")
    for name, value in given.items():
        if mark and f"{mark}{tail}".startswith(name):
            return head + value + _filled(f"{mark}{tail}"[len(name) :], given)
    return head + mark + (_filled(tail, given) if mark else "")
