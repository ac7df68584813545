"""The process that lays out: it imports WeasyPrint, takes orders on its standard input, and is
limited in memory, so that a hostile or broken manuscript cannot take the machine with it."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import pickle
import queue
import sys
import threading
import traceback
from typing import IO, TYPE_CHECKING, Any

from booklet.errors import BookletError
from booklet.source import ROOT, Shelf

if TYPE_CHECKING:
    from collections.abc import Collection

    from booklet.editions import Edition
    from booklet.layout import Files
    from booklet.layout.engine import Engine


def main() -> None:
    """Answer orders until standard input ends. An order is a pickled tuple: a verb, its words."""
    gc.disable()  # until the engine is there: nothing of what is imported is garbage
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    _limit_memory(int(sys.argv[1]))
    sys.setswitchinterval(_INTERVAL)
    desk = _Desk()
    orders: queue.SimpleQueue[tuple[str, tuple[Any, ...]]] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(orders, desk), daemon=True)
    listener.start()
    said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_tell, args=(said, answers), daemon=True).start()
    start = _answer(desk, "start", ())  # before anybody asks: it takes the longest
    while True:
        verb, words = orders.get()
        answer = start if verb == "ready" else _roomy(desk, verb, words)
        said.put(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))


def _tell(said: queue.SimpleQueue[bytes], answers: IO[bytes]) -> None:
    """Write answers: a pipe takes little until it is read, and the next order need not wait."""
    with contextlib.suppress(BrokenPipeError):  # nobody hears; who listens for the end tidies up
        while True:
            content = said.get()
            answers.write(len(content).to_bytes(8, "little") + content)
            answers.flush()


# Seconds until a thread that has packed something is given its turn to take the next.
_INTERVAL = 0.0005


def _roomy(desk: _Desk, verb: str, words: tuple[Any, ...]) -> tuple[str, Any]:
    """Return the answer to an order, worked out on a Python stack of one piece.

    Python keeps frames in pieces of 16 kB, which it asks of the system and gives back at once: a
    layout that goes in and out of the last frame of a piece does so a hundred thousand times, for
    a tenth of its time. A frame that claims more room than a piece has gets one piece for itself
    and for all frames within it.
    """
    return _answer(desk, verb, words)


_roomy.__code__ = _roomy.__code__.replace(co_stacksize=60_000)


def _listen(orders: queue.SimpleQueue[tuple[str, tuple[Any, ...]]], desk: _Desk) -> None:
    """Read orders; at `stop`, or if there can be no more, end the process, even amid a layout.

    The parent holds the other end of the pipe: if it is killed, the system closes it.
    """
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while (order := pickle.load(sys.stdin.buffer))[0] != "stop":  # noqa: S301 - our own parent
            orders.put(order)
    desk.clear()
    os._exit(0)


# Times that the folder is swept: a thread opens one file at a time.
_MOST_SWEEPS = 9

# A book of 180,000 words is 1.5 MB of HTML.
_MOST_HTML = 50_000_000


class _Desk:
    """What the worker can do, by verb."""

    folder = ""
    fonts: Any = None

    def __init__(self) -> None:
        """Begin without a folder and without engines."""
        self._folder_is_being_made = threading.Lock()
        self.engines: dict[str, Engine] = {}

    def start(self) -> str:
        """Import WeasyPrint: the slow part, done while the parent still reads the manuscript.

        The answer is a folder for the fonts, which the parent removes if this process cannot.
        """
        try:
            from booklet.layout import engine
            from booklet.layout.fetcher import Fetcher
        except (ImportError, OSError) as error:
            raise BookletError(
                f"WeasyPrint cannot be loaded: {' '.join(str(error).split())}",
                hint="`./inv doctor` says what is missing",
            ) from error
        import tempfile

        try:
            with self._folder_is_being_made:
                self.folder = tempfile.tempdir = tempfile.mkdtemp(prefix="booklet-")
        except OSError as error:
            raise _no_room(error) from error
        with contextlib.suppress(OSError):  # what is wrong will be said by the real work
            self.fonts = engine.warm_up(Fetcher(Shelf(ROOT / "styles"), network=False))
        return self.folder

    def clear(self) -> None:
        """Remove the folder, the last thing that is done: another thread may be writing into it.

        Under another name nobody finds it any more, and only what was being opened just then can
        still appear in it.
        """
        import shutil

        self._folder_is_being_made.acquire()  # for good
        if not self.folder:
            return
        with contextlib.suppress(OSError):
            gone = f"{self.folder}-gone"
            os.rename(self.folder, gone)
            for _ in range(_MOST_SWEEPS):
                shutil.rmtree(gone, ignore_errors=True)
                if not os.path.exists(gone):
                    return

    def compose(self, *words: Any) -> Edition:
        """Fill in the templates."""
        from booklet.editions import compose

        edition = compose(*words)
        size = sum(len(part.html) for part in edition.parts)
        if size > _MOST_HTML:
            raise BookletError(
                f"the templates make {size // 1_000_000} MB of HTML", hint="look for loops in them"
            )
        return edition

    def leaflet(self, *words: Any) -> Any:
        """Fill in the template of what is printed beside a booklet."""
        from booklet.editions import leaflet

        return leaflet(*words)

    def dress(
        self,
        engine: str,
        kept: Collection[str],
        sheets: tuple[str, ...],
        standard: str,
        rtl: bool,
        shelf: Shelf,
        network: bool,
        plain: bool,
    ) -> tuple[tuple[str, ...], Files | None]:
        """Take the style sheets, and keep only the engines in `kept`.

        The answer is what WeasyPrint said of the sheets, and the files that they used.
        """
        from booklet.layout.engine import Engine
        from booklet.layout.fetcher import Fetcher

        fonts, self.fonts = self.fonts, None  # another essay's own fonts must not stay in them
        self.engines = {name: kept_ for name, kept_ in self.engines.items() if name in kept}
        fetcher = Fetcher(shelf, network)
        made = self.engines[engine] = Engine(sheets, standard, rtl, fetcher, fonts, plain)
        return made.dressing, made.files

    def _engine(self, name: str) -> Engine:
        """Return an engine, with WeasyPrint as it works with it, and as it hears it."""
        from booklet.quick.pages import hasten

        engine = self.engines[name]
        hasten(not engine.misfit)
        engine.heard.listen()
        return engine

    def lay(self, engine: str, *words: Any) -> Any:
        """Lay out a part."""
        return self._engine(engine).lay(*words)

    def lines(self, engine: str, key: str) -> Any:
        """Answer where the lines of a part stand that was laid out."""
        return self._engine(engine).lines(key)

    def freeze(self, engine: str, *words: Any) -> Any:
        """Draw a part."""
        return self._engine(engine).freeze(*words)

    def join(self, engine: str, *words: Any) -> Any:
        """Write the PDF of frozen parts."""
        return self._engine(engine).join(*words)

    def ahead(self, engine: str, *words: Any) -> Any:
        """Write a PDF of those pages of a part that have changed."""
        return self._engine(engine).ahead(*words)

    def write(self, engine: str, *words: Any) -> Any:
        """Write the PDF in the plain way."""
        return self._engine(engine).write(*words)

    def keep(self, engine: str, *words: Collection[str]) -> None:
        """Forget all parts but some."""
        self._engine(engine).keep(*words)

    def refresh(self, engine: str) -> None:
        """Look at the pictures again, which may have changed."""
        self._engine(engine).refresh()


def _answer(desk: _Desk, verb: str, words: tuple[Any, ...]) -> tuple[str, Any]:
    """Return `done` and the result, or what went wrong: `failed` and a BookletError, `broken` and
    a traceback, or `memory` or `nested`."""
    try:
        return "done", getattr(desk, verb)(*words)
    except BookletError as error:
        return "failed", error
    except OSError as error:
        if error.errno in _DISK:
            return "failed", _no_room(error)
        return "broken", traceback.format_exc()
    except MemoryError:
        return "memory", None
    except RecursionError:
        return "nested", None
    except Exception:
        return "broken", traceback.format_exc()


# What the system says of a disk that takes no more.
_DISK = {errno.EDQUOT, errno.EFBIG, errno.ENOSPC, errno.EROFS}


def _no_room(error: OSError) -> BookletError:
    """Return the error for a folder of temporary files that cannot be used."""
    remedy = "it may not be written to:" if error.errno == errno.EROFS else "free some space, or"
    return BookletError(
        f"temporary files cannot be written: {error.strerror}",
        hint=f"{remedy} name another folder by TMPDIR",
    )


def _limit_memory(limit: int) -> None:
    """Let this process have no more than `limit` bytes of address space, where that can be set."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        highest = resource.getrlimit(resource.RLIMIT_AS)[1]
        if highest != resource.RLIM_INFINITY:
            limit = min(limit, highest)
        resource.setrlimit(resource.RLIMIT_AS, (limit, highest))


if __name__ == "__main__":
    main()
