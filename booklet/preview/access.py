"""Who may ask the server, and what a browser may do with the answer.

The server listens on the loopback alone. But any page in a browser can send requests there, and a
host name of a stranger's can be made to mean this machine (DNS rebinding): so the name that was
asked for, and the page that asks, must be ours. Other people of this machine lack the word in the
address.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No script, style, picture or request but from here; no frame around it. A picture may come within
# what is told of its page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

# More letters than any address of ours has, and fewer than a number has that cannot be read.
_LONGEST = 1000

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Guard:
    """Lets in who asks for this host, from this origin, with the word; refuses all others."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        """Take what it guards, its port, and the word that paths begin with."""
        self.app, self.token = app, token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            return
        if reason := self._fault(scope):
            await PlainTextResponse(f"{reason}\n", 403, _HEADERS)(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, sealed)

    def _fault(self, scope: Scope) -> str:
        """Return why a request is refused, or an empty string."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return "this preview is for its own machine alone"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if origin is not None and origin != f"http://{hosts[0].lower()}":
            return "this preview answers its own page alone"
        opens = headers.get("sec-fetch-dest") == "document"  # as when a link is clicked
        if site not in ("same-origin", "none") and not opens:
            return "this preview answers its own page alone"
        if scope["method"] not in ("GET", "HEAD") and origin is None:
            return "this preview takes orders from its own page alone"
        if len(scope["path"]) > _LONGEST:
            return "the address is too long"
        first = scope["path"].split("/")[1:2]
        if not first or not secrets.compare_digest(first[0].encode(), self.token.encode()):
            return "the address is not whole: take the one that ./inv preview prints"
        return ""
