"""What the server answers, by address. Every address begins with the word of this preview."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from booklet.errors import BookletError
from booklet.preview.access import Guard
from booklet.preview.view import Offer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from booklet.preview.editor import Editor
    from booklet.preview.shown_editions import ShownEditions
    from booklet.preview.view import EarlyView, EditionView, ShownRemark

WEB = Path(__file__).with_name("web")

_KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_FACES = {
    "serif.otf": ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    "sans.otf": ("font_source_sans_pro", "SourceSansPro-Regular.otf"),
    "sans-semibold.otf": ("font_source_sans_pro", "SourceSansPro-Semibold.otf"),
}

# A connection that carries nothing for so many seconds is tried, to learn whether it is there.
_QUIET = 15.0

# What a place is told in at most, in bytes; and what comes of telling it in another way: JSON that
# is none, is nested without end, or has a number that is none.
_MOST_TOLD = 10_000
_NO_PLACE = (ValueError, LookupError, TypeError, ArithmeticError, RecursionError)

# The most dots across that anybody asks for: PDFium draws no more of a page than it has room for.
_WIDEST = 20_000

_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


class _RequestTooLargeError(Exception):
    """More was sent than is read."""


class Rooms:
    """The answers. What is asked of PDFium waits in one line: it is for one thread at a time."""

    def __init__(
        self,
        gallery: ShownEditions,
        edition: str,
        editor: Editor | None,
        looked: Callable[[tuple[str, ...]], None],
        told: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what is on show, and the edition that is shown to who asks for none.

        `looked` is told what people look at, the newest first; `told` is called when pages ahead of
        their booklet are on their way to them.
        """
        self.gallery, self.editor, self.looked = gallery, editor, looked
        self.told = told
        self.first = edition
        self.editions: tuple[Offer, ...] = (Offer(edition, "", False),)
        self.desk = ThreadPoolExecutor(1)
        self.clients: dict[asyncio.Queue[bytes | None], str] = {}

    def app(self, port: int, token: str) -> Guard:
        """Return the application."""
        answers = {
            "/": self.index,
            "/web/{name}": self.web,
            "/face/{name}": self.face,
            "/events/{edition}": self.events,
            "/picture/{digest}/{width:int}": self.picture,
            "/page/{edition}/{number:int}": self.page,
            "/search/{edition}": self.search,
            "/sheets/{edition}": self.sheets,
        }
        routes = [Route(f"/{token}{path}", answer) for path, answer in answers.items()]
        routes.append(Route(f"/{token}/open", self.open, methods=["POST"]))
        return Guard(Starlette(routes=routes), port, token)

    # What the build says.

    async def offer(self, first: str, editions: tuple[Offer, ...]) -> None:
        """Offer these editions, `first` to who asks for none."""
        if (first, editions) == (self.first, self.editions):
            return
        self.first, self.editions = first, editions
        for client, edition in self.clients.items():
            client.put_nowait(_event("hello", self._about(edition)))

    async def show(self, edition: str, shown: EditionView) -> None:
        """Show an edition to all who look at it."""
        await self._at_desk(self.gallery.hang, edition, shown)
        self._tell(edition, "shown", self.gallery.facts(edition))

    async def ahead(self, edition: str, pages: EarlyView) -> None:
        """Show some pages of an edition before the others are done."""
        if facts := await self._at_desk(self.gallery.advance, edition, pages):
            self._tell(edition, "ahead", facts)
        self.told()

    async def lost(self, edition: str, remarks: tuple[ShownRemark, ...]) -> None:
        """Show what is wrong with it, and take back what was shown before it was known."""
        if facts := self.gallery.lose(edition, remarks):
            self._tell(edition, "ahead", facts)
        self._tell(edition, "lost", [asdict(remark) for remark in remarks])

    async def step(self, edition: str, what: str) -> None:
        """Show what the build does."""
        self._tell(edition, "step", what)

    def close(self) -> None:
        """Send everybody home."""
        for client in self.clients:
            client.put_nowait(None)

    # What a browser asks for.

    async def index(self, _: Request) -> Response:
        """Return the page."""
        return _file(WEB / "index.html")

    async def web(self, request: Request) -> Response:
        """Return a script, a style sheet or a drawing of the page."""
        name = request.path_params["name"]
        known = {path.name: path for path in WEB.iterdir()}
        return _file(known[name]) if name in known else Response(status_code=404)

    async def face(self, request: Request) -> Response:
        """Return one of the house's types."""
        name = request.path_params["name"]
        if name not in _FACES:
            return Response(status_code=404)
        package, file = _FACES[name]
        content = (files(package) / "files" / file).read_bytes()
        return Response(content, headers=_FOREVER, media_type="font/otf")

    async def events(self, request: Request) -> Response:
        """Return a stream of what happens to an edition, beginning with all that is known."""
        edition = request.path_params["edition"]
        edition = self.first if edition == "-" else edition
        return StreamingResponse(self._stream(edition), media_type="text/event-stream")

    async def picture(self, request: Request) -> Response:
        """Return the picture of a page. The same address has the same picture for ever."""
        digest, width = request.path_params["digest"], request.path_params["width"]
        png = await self._at_desk(self.gallery.picture, digest, min(max(16, width), _WIDEST))
        if png is None:
            return Response(status_code=404)
        return Response(png, headers=_FOREVER, media_type="image/png")

    async def page(self, request: Request) -> Response:
        """Return what stands on a page."""
        words = request.path_params
        found = await self._at_desk(self.gallery.page, words["edition"], words["number"])
        return JSONResponse(found) if found else Response(status_code=404)

    async def search(self, request: Request) -> Response:
        """Return where some words stand."""
        words = request.query_params.get("words", "")[:200]
        start = request.query_params.get("from", "")
        number = int(start) if start.isdecimal() and len(start) < 6 else 0
        edition = request.path_params["edition"]
        return JSONResponse(await self._at_desk(self.gallery.find, edition, words, number))

    async def sheets(self, request: Request) -> Response:
        """Return the sheets of an edition."""
        try:
            found = await self._at_desk(self.gallery.sheets, request.path_params["edition"])
        except BookletError as error:
            return JSONResponse({"message": error.message, "hint": error.hint}, 409)
        return JSONResponse(found) if found else Response(status_code=404)

    async def open(self, request: Request) -> Response:
        """Open the editor at a place that is on show."""
        try:
            asked = json.loads(await asyncio.wait_for(_body(request), _QUIET))
            path, line = str(asked["path"]), int(asked["line"])
        except _RequestTooLargeError:
            return Response(status_code=413)
        except TimeoutError:
            return Response(status_code=408)
        except _NO_PLACE:
            return Response(status_code=400)
        file = self.gallery.file(path, line)
        if file is None:
            return Response(status_code=404)
        if self.editor is None:
            return JSONResponse({"opened": False})
        try:
            self.editor.open(file, line)
        except BookletError as error:
            return JSONResponse({"message": error.message, "hint": error.hint}, 409)
        return JSONResponse({"opened": True})

    # How it is done.

    async def _stream(self, edition: str) -> AsyncIterator[bytes]:
        """Yield events until the browser goes, or the server ends."""
        client: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.clients[client] = edition
        self._look()
        try:
            yield b"retry: 400\n\n" + _event("hello", self._about(edition))
            yield _event("shown", self.gallery.facts(edition))
            while True:
                try:
                    event = await asyncio.wait_for(client.get(), _QUIET)
                except TimeoutError:
                    event = b": still here\n\n"
                if event is None:
                    return
                yield event
        finally:
            del self.clients[client]
            self._look()

    def _about(self, edition: str) -> dict[str, object]:
        """Return what a browser is told of this preview, when it looks at an edition."""
        return {
            "edition": edition,
            "first": self.first,
            "editions": [asdict(offer) for offer in self.editions],
            "editor": self.editor.name if self.editor else "",
        }

    def _look(self) -> None:
        """Say which editions people look at, the newest first."""
        self.looked(tuple(dict.fromkeys(reversed(self.clients.values()))))

    def _tell(self, edition: str, kind: str, what: object) -> None:
        """Send an event to all who look at an edition."""
        event = _event(kind, what)
        for client, looks in self.clients.items():
            if looks == edition:
                client.put_nowait(event)

    async def _at_desk(self, work: Callable[..., object], *words: object) -> object:
        """Return what comes of work that only one thread may do at a time."""
        return await asyncio.get_running_loop().run_in_executor(self.desk, work, *words)


async def _body(request: Request) -> bytes:
    """Return what was sent; raises _RequestTooLargeError as soon as it is too much."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_TOLD:
            raise _RequestTooLargeError
    return content


def _event(kind: str, what: object) -> bytes:
    """Return an event as it is sent."""
    return f"event: {kind}\ndata: {json.dumps(what)}\n\n".encode()


def _file(path: Path) -> Response:
    """Return a file of the page."""
    return Response(path.read_bytes(), media_type=_KINDS.get(path.suffix, "text/plain"))
