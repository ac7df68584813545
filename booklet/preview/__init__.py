"""Preview: watch what the booklet is made of, build again, and show it in a browser.

The verbs are `preview(order)` and `watch(order)`. Two processes: this one watches and builds;
`booklet.preview.server` shows the pages, so that it answers during a build, and each has a
PDFium of its own, which two threads cannot share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.press import Order


_LAST_PORT = 65_535


def watch(order: Order, tell: Callable[[str], None]) -> None:
    """Make the booklet, and again after each change, until interrupted; `tell` gets a line each."""
    from booklet.preview.rebuild_loop import RebuildLoop
    from booklet.preview.terminal_lines import Lines

    RebuildLoop(order, Lines(tell)).work()


def preview(
    order: Order,
    tell: Callable[[str], None],
    port: int = 0,
    editor: str = "",
    look: Callable[[str], object] | None = None,
) -> None:
    """Show the booklet in a browser, and again after each change, until interrupted.

    `port` is the one to listen on (0: the usual one, or another that is free), `editor` a command
    with `{file}` and `{line}` in it. `look` is called, once there is an answer, with the address of
    a file that leads to it: what a browser is started with, everybody on the machine can see.
    Raises BookletError where there is no such port or editor.
    """
    from booklet.editions.style import USUAL
    from booklet.errors import BookletError
    from booklet.preview.rebuild_loop import RebuildLoop
    from booklet.preview.server_process import ServerProcess, pointer
    from booklet.preview.terminal_lines import Lines

    if not 0 <= port <= _LAST_PORT:
        hint = f"a port is a number from 1 to {_LAST_PORT}; without `--port` one is chosen"
        raise BookletError(f"`{str(port)[:30]}` is not a port", hint=hint)
    first = (order.editions or USUAL)[0]
    with ServerProcess(port, editor, order.cwd, first) as window:
        tell(f"the preview is at {window.address} (Ctrl-C ends it)")
        if look:
            look(pointer(window.address))
        RebuildLoop(order, Lines(tell), window).work()
