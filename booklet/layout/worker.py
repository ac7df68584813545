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
from booklet.layout.requests import Start
from booklet.source import ROOT, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.layout import Look
    from booklet.layout.engine import Engine
    from booklet.layout.fetcher import Fetcher
    from booklet.layout.requests import Request
    from booklet.layout.weasyprint_api import FontConfiguration


def main(prepare: Callable[[], object] = lambda: None) -> None:
    """Answer requests until standard input ends. Each comes pickled, as does its reply.

    `prepare` is called as soon as WeasyPrint is there.
    """
    gc.disable()  # until the engine is there: nothing of what is imported is garbage
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the replies
    _limit_memory(int(sys.argv[1]))
    sys.setswitchinterval(_INTERVAL)
    worker = Worker(prepare)
    requests: queue.SimpleQueue[Request[Any]] = queue.SimpleQueue()
    listener = threading.Thread(target=_listen, args=(requests, worker), daemon=True)
    listener.start()
    said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_tell, args=(said, replies), daemon=True).start()
    start = _answer(worker, Start())  # before anybody asks: it takes the longest
    while True:
        request = requests.get()
        reply = start if isinstance(request, Start) else _roomy(worker, request)
        said.put(pickle.dumps(reply, pickle.HIGHEST_PROTOCOL))


def _tell(said: queue.SimpleQueue[bytes], answers: IO[bytes]) -> None:
    """Write answers: a pipe takes little until it is read, and the next order need not wait."""
    with contextlib.suppress(BrokenPipeError):  # nobody hears; who listens for the end tidies up
        while True:
            content = said.get()
            answers.write(len(content).to_bytes(8, "little") + content)
            answers.flush()


# Seconds until a thread that has packed something is given its turn to take the next.
_INTERVAL = 0.0005


def _roomy(worker: Worker, request: Request[Any]) -> tuple[str, Any]:
    """Return how a request went, done on a Python stack of one piece.

    Python keeps frames in pieces of 16 kB, which it asks of the system and gives back at once: a
    layout that goes in and out of the last frame of a piece does so a hundred thousand times, for
    a tenth of its time. A frame that claims more room than a piece has gets one piece for itself
    and for all frames within it.
    """
    return _answer(worker, request)


_roomy.__code__ = _roomy.__code__.replace(co_stacksize=60_000)


def _listen(requests: queue.SimpleQueue[Request[Any]], worker: Worker) -> None:
    """Read requests; at None, or if there can be no more, end the process, even amid a layout.

    The parent holds the other end of the pipe: if it is killed, the system closes it.
    """
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while request := pickle.load(sys.stdin.buffer):  # noqa: S301 - our own parent
            requests.put(request)
    worker.clear()
    os._exit(0)


# Times that the folder is swept: a thread opens one file at a time.
_MOST_SWEEPS = 9


class Worker:
    """What a process that lays out has: its engines by their names, and fonts for the next one."""

    folder = ""
    _fonts: FontConfiguration | None = None

    def __init__(self, prepare: Callable[[], object]) -> None:
        """Begin without a folder and without engines; `prepare` goes before all layout."""
        self._prepare = prepare
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
        self._prepare()
        with contextlib.suppress(OSError):  # what is wrong will be said by the real work
            self._fonts = engine.warm_up(Fetcher(Shelf(ROOT / "styles"), network=False))
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

    def fetcher(self, look: Look) -> Fetcher:
        """Return what an engine reads the files of an essay by."""
        from booklet.layout.fetcher import Fetcher

        return Fetcher(look.shelf, look.network)

    def take_fonts(self) -> FontConfiguration | None:
        """Return the fonts that are warm, once: one essay's own must not stay in another's."""
        fonts, self._fonts = self._fonts, None
        return fonts

    def engine(self, name: str) -> Engine:
        """Return an engine, which hears what WeasyPrint says from now on."""
        engine = self.engines[name]
        engine.heard.listen()
        return engine


def _answer(worker: Worker, request: Request[Any]) -> tuple[str, Any]:
    """Return `done` and the reply, or what went wrong: `failed` and a BookletError, `broken` and
    a traceback, or `memory` or `nested`."""
    try:
        return "done", request.answer(worker)
    except BookletError as error:
        return "failed", error
    except OSError as error:
        if error.errno in _DISK:
            return "failed", _no_room(error)
        return "broken", traceback.format_exc()
    except (MemoryError, SystemError):  # the second is what C makes of the first at times
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
