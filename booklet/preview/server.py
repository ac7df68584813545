"""The process that shows the pages: it takes booklets on its standard input, and serves them."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from booklet.errors import BookletError
from booklet.preview.routes import Rooms
from booklet.preview.shown_editions import ShownEditions

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.preview.editor import Editor

# The usual port. Where it is taken, any other will do.
PORT = 8421


def main() -> None:
    """Answer browsers until standard input ends; the first order says where and how."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def say(verb: str, answer: Any) -> None:
        pickle.dump((verb, answer), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()

    _, (port, token, edition, editor, base) = pickle.load(sys.stdin.buffer)  # noqa: S301 - ours
    try:
        door = _door(port)
    except OSError as error:
        message = f"port {port or PORT} cannot be had: {error.strerror}"
        say("failed", BookletError(message, hint="name another by --port"))
        return
    server = _Server(door, token, edition, editor, base, say)
    asyncio.run(server.run())
    os._exit(0)  # a picture that is still drawn is for nobody


def _door(port: int) -> socket.socket:
    """Return a socket that listens on the loopback at `port`, or at the usual one or any other if
    it is 0."""
    for wanted in [port] if port else [PORT, 0]:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", wanted))
            door.listen(128)  # until then another one may have the same port
        except OSError:
            door.close()
            if wanted != PORT or port:
                raise
        else:
            return door
    raise AssertionError  # any port will do for the last


# Seconds in which a connection has to say what it wants; and connections at a time, of which a
# browser has six. Anybody on this machine can open some.
_SOON, _LOOK = 10.0, 1.0
_MOST_CONNECTIONS = 200


class _Door(H11Protocol):
    """A connection that is closed if nothing is wanted by it, or if it is said too slowly."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, and begin to look at it."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look()

    def _look(self) -> None:
        """Close it, unless something was asked and is being answered, or was lately."""
        if self.transport.is_closing():
            return
        now = self.loop.time()
        if self.cycle is not None and not self.cycle.response_complete:
            self._since = now
        if now - self._since > _SOON:
            self.transport.abort()
        else:
            self.loop.call_later(_LOOK, self._look)


class _Server:
    """Serves the routes, and hears the builds."""

    def __init__(
        self,
        door: socket.socket,
        token: str,
        edition: str,
        editor: Editor | None,
        base: Path,
        say: Any,
    ) -> None:
        self.door, self.say = door, say
        self.rooms = Rooms(
            ShownEditions(base),
            edition,
            editor,
            lambda names: say("wanted", names),
            lambda: say("told", ()),
        )
        port = door.getsockname()[1]
        config = uvicorn.Config(
            self.rooms.app(port, token),
            access_log=False,
            date_header=False,
            http=_Door,
            lifespan="off",
            limit_concurrency=_MOST_CONNECTIONS,
            log_level="error",
            server_header=False,
            timeout_graceful_shutdown=1,
            ws="none",
        )
        self.server = uvicorn.Server(config)
        self.address = f"http://127.0.0.1:{port}/{token}/"

    async def run(self) -> None:
        """Serve until the builds have no more to say."""
        orders: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        threading.Thread(target=_listen, args=(loop, orders), daemon=True).start()
        serving = asyncio.create_task(self.server.serve([self.door]))
        self.say("ready", self.address)
        while order := await orders.get():
            verb, words = order
            await getattr(self.rooms, verb)(*words)
        self.rooms.close()
        logging.disable()  # what is still asked for is given up, and nobody needs to hear of it
        self.server.should_exit = True
        await serving


def _listen(loop: asyncio.AbstractEventLoop, orders: asyncio.Queue[Any]) -> None:
    """Hand on what a build says; None when its process has gone."""
    try:
        while True:
            order = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent wrote it
            loop.call_soon_threadsafe(orders.put_nowait, order)
    except (EOFError, pickle.UnpicklingError):
        loop.call_soon_threadsafe(orders.put_nowait, None)


if __name__ == "__main__":
    main()
