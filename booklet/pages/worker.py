"""The process that lays out: it imports WeasyPrint, takes orders on its standard input, and is
limited in memory, so that a hostile or broken manuscript cannot take the machine with it."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError

if TYPE_CHECKING:
    from booklet.pages.engine import Engine


def main() -> None:
    """Answer orders until standard input ends. An order is a pickled tuple: a verb, its words."""
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    _limit_memory(int(sys.argv[1]))
    desk = _Desk()
    while True:
        try:
            verb, words = pickle.load(orders)  # noqa: S301 - our own parent process wrote it
        except EOFError:
            return
        answer = _answer(desk, verb, words)
        pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


class _Desk:
    """What the worker can do, by verb."""

    engine: Engine

    def ready(self) -> None:
        """Import WeasyPrint: the slow part, done while the parent still reads the manuscript."""
        from booklet.pages import engine  # noqa: F401

    def dress(self, sheets: tuple[str, ...], standard: str, rtl: bool, shelf: Any, network: bool) -> Any:
        """Take the style sheets; answer with what WeasyPrint said of them."""
        from booklet.pages.engine import Engine
        from booklet.pages.fetcher import Fetcher

        self.engine = Engine(sheets, standard, rtl, Fetcher(shelf, network))
        return self.engine.dressing

    def lay(self, *words: str) -> Any:
        """Lay out a part."""
        return self.engine.lay(*words)

    def write(self, *words: Any) -> Any:
        """Write the PDF."""
        return self.engine.write(*words)


def _answer(desk: _Desk, verb: str, words: tuple[Any, ...]) -> tuple[str, Any]:
    """Return (`done`, the result) or (`failed`, a BookletError) or (`broken`, a traceback)."""
    try:
        return "done", getattr(desk, verb)(*words)
    except BookletError as error:
        return "failed", error
    except MemoryError:
        return "memory", None
    except RecursionError:
        return "nested", None
    except Exception:
        import traceback

        return "broken", traceback.format_exc()


def _limit_memory(limit: int) -> None:
    """Let this process have no more than `limit` bytes of address space, where that can be set."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
