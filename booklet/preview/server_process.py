"""The process that shows pages, seen from outside: its start, its end, the pipes to it."""

from __future__ import annotations

import contextlib
import os
import pickle
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from booklet.errors import BookletError
from booklet.press.build_folders import BUILD
from booklet.preview.editor import chosen
from booklet.preview.rebuild_loop import WISH
from booklet.preview.view import ahead, refused, shown
from booklet.quick.early_pages import Early
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection

    from booklet.layout import Pages
    from booklet.manuscript import Manuscript
    from booklet.press import BookletSet
    from booklet.preview.file_watch import Changes
    from booklet.preview.view import Offer, Spotted
    from booklet.quick.early_pages import Advance

# How long the server may take to end by itself, in seconds.
_GRACE = 3.0

# How long the build waits until pages ahead of their booklet are on their way, in seconds: who
# looks at them does not want the processors to be at work on others.
_ON_THEIR_WAY = 0.05


class ServerProcess:
    """The process that serves the pages; it ends with this one, however that ends."""

    def __init__(self, port: int, editor: str, base: Path, edition: str) -> None:
        """Start it on `port` (0: the usual one, or any other).

        `editor` is the command of an editor, `base` the folder from which paths start, `edition`
        the one to show first. Raises BookletError where there is no such port or editor.
        """
        self.base = base
        self._wanted: tuple[str, ...] = ()
        self._before: dict[str, Manuscript] = {}
        self._last: dict[str, Pages] = {}
        self._blocks: dict[str, tuple[Spotted, ...]] = {}
        words = ("-P", "-s", "-X", "utf8", "-m", "booklet.preview.server")
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        setting = (port, _token(), edition, chosen(editor), base)
        self._process = subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**clean, "PYTHONPATH": str(ROOT)},
            cwd=base,
            start_new_session=True,  # an interrupt is for the parent, which ends this one
        )
        self._orders = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._turn = threading.Lock()
        self._told = threading.Event()
        self._send("open", setting)
        verb, answer = self._answer()
        if verb != "ready":
            self.close()
            raise answer if isinstance(answer, BookletError) else RuntimeError(answer)
        self.address: str = answer

    def __enter__(self) -> ServerProcess:
        """Return the window."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the process: at the end of its orders it stops by itself."""
        with contextlib.suppress(OSError):
            (BUILD / "preview.html").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._orders.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._answers.close()

    # What the loop of builds says.

    def begin(self, changes: Changes) -> None:
        """Begin to hear what people look at."""

        def hear() -> None:
            while True:
                verb, answer = self._answer()
                if verb == "told":
                    self._told.set()
                    continue
                if verb != "wanted":
                    return
                new = set(answer) - set(self._wanted)
                self._wanted = answer
                if new:
                    changes.add({WISH})

        threading.Thread(target=hear, daemon=True).start()

    def wanted(self) -> tuple[str, ...]:
        """Return the editions that people look at, the last one to be opened first."""
        return self._wanted

    def offer(self, first: str, editions: tuple[Offer, ...]) -> None:
        """Offer the editions that there are."""
        self._send("offer", (first, editions))

    def step(self, edition: str, what: str) -> None:
        """Show what the build does."""
        self._send("step", (edition, what))

    def early(self, edition: str) -> Early | None:
        """Return who shows pages of an edition before all is done, once it was shown whole."""
        last = self._last.get(edition)

        def hear(advance: Advance) -> None:
            self._told.clear()
            self._send("ahead", (edition, ahead(advance, self._before[edition])))
            self._told.wait(_ON_THEIR_WAY)

        return Early(last, hear) if last else None

    def good(self, edition: str, made: BookletSet, files: Collection[Path]) -> None:
        """Show a booklet. One with losses is no good one: its losses are shown, and the last."""
        view = shown(made, self._before.get(edition), files)
        if made.report.of("error") and edition in self._before:
            self._send("lost", (edition, view.remarks))
            return
        self._before[edition] = made.booklets[0].edition.manuscript
        self._last[edition] = made.booklets[0].pages
        self._blocks[edition] = view.blocks
        self._send("show", (edition, view))

    def bad(self, edition: str, error: BookletError, files: Collection[Path]) -> None:  # noqa: ARG002
        """Show an error."""
        blocks = self._blocks.get(edition, ())
        self._send("lost", (edition, tuple(refused(each, blocks) for each in error.each)))

    # The pipes.

    def _send(self, verb: str, words: tuple[Any, ...]) -> None:
        """Send an order. Raises RuntimeError if the process has ended."""
        try:
            with self._turn:
                pickle.dump((verb, words), self._orders, pickle.HIGHEST_PROTOCOL)
                self._orders.flush()
        except (BrokenPipeError, ValueError):
            raise RuntimeError("the preview's server has ended") from None

    def _answer(self) -> tuple[str, Any]:
        """Return the next answer; `ended` if there can be no more."""
        try:
            verb, answer = pickle.load(self._answers)  # noqa: S301 - our own process
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            return "ended", "the preview's server has ended"
        return verb, answer


def pointer(address: str) -> str:
    """Return the address of a file that leads a browser to `address`, which has the word in it.

    The file is for its owner alone. Raises BookletError where it cannot be written.
    """
    page = (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Preview</title>\n'
        f'<meta http-equiv="refresh" content="0; url={address}">\n'
        f'<p><a href="{address}">The preview</a></p>\n</html>\n'
    )
    path = BUILD / "preview.html"
    try:
        _write(path, page)
    except OSError as error:
        raise BookletError(f"`{path}` cannot be written: {error.strerror}") from error
    return path.resolve().as_uri()


def _write(path: Path, text: str) -> None:
    """Write a file that nobody else may read; whole or not at all, though two begin at once."""
    draft = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _token() -> str:
    """Return the word in the address that keeps other people of this machine out.

    It is kept in build/, readable by its owner alone, so that a page that is open finds the next
    server. Raises BookletError where it cannot be written.
    """
    path = BUILD / ".preview"
    try:
        BUILD.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            kept = path.read_text(encoding="ascii", errors="replace").strip()
            if len(kept) >= 32 and kept.isalnum():
                return kept
        token = secrets.token_hex(16)
        _write(path, token)
    except OSError as error:
        raise BookletError(f"`{path}` cannot be written: {error.strerror}") from error
    return token
