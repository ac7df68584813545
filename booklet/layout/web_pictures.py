"""Pictures from the web, where they may come from there: from public addresses, and nothing else.

A manuscript may come from a stranger, and whoever builds it stands in a network of their own. So no
name leads to this machine, to others in the house, or to where a cloud keeps its secrets: a name is
resolved once, what it means is looked at, and that very address is connected to.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from booklet.source import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    # Yield the addresses of a host and a port; connect to one of them within some seconds.
    Resolver = Callable[[str, int], list[str]]
    Connector = Callable[[str, int, float], socket.socket]

# Seconds until there must be a connection, or the next piece of an answer, and until all is there.
_NEXT, _WHOLE = 10.0, 20.0

_PIECE = 1 << 16

# Addresses of IPv6 that only stand for one of IPv4, which they end in: what translates between the
# two (RFC 6052), and what wraps one in the other (RFC 3056, where it comes first).
_TRANSLATED, _WRAPPED = IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")

# What is no picture by its name alone is not even asked for.
_NO_PICTURES = (".css", ".eot", ".html", ".js", ".otf", ".pdf", ".ttc", ".ttf", ".woff", ".woff2")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that a name has; raises ValueError if it has none.

    `localhost` is this machine, whether or not a machine has been told so (RFC 6761, section 6.3).
    """
    if f".{host.rstrip('.').lower()}".endswith(".localhost"):
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ValueError(f"there is no `{host}`") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an address."""
    return socket.create_connection((address, port), seconds)


class Web:
    """Brings pictures from the web."""

    def __init__(
        self, resolver: Resolver = resolve, connector: Connector = connect, seconds: float = _WHOLE
    ) -> None:
        """Take who knows the addresses of names, who connects to one, and the time for an answer.

        Proxies, which resolve names by themselves, are not asked.
        """
        self._resolve, self._connect, self._seconds = resolver, connector, seconds

    def take(self, url: str) -> bytes:
        """Return what stands at `url`; raises ValueError with the reason if it may not be had."""
        parts = urlsplit(url)
        if parts.path.lower().endswith(_NO_PICTURES):
            raise ValueError("only pictures come from the web; copy it beside the essay")
        try:
            host, port = (
                parts.hostname or "",
                parts.port or (443 if parts.scheme == "https" else 80),
            )
        except ValueError as error:
            raise ValueError("this is no address") from error
        link = _Link(host, port, self._socket(host, port), parts.scheme == "https")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        query = f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else ""
        words = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "booklet"}
        watch = threading.Timer(self._seconds, link.end)  # of piece after piece, each in time
        watch.start()
        try:
            link.request("GET", path + query, headers=words)
            return _content(link.getresponse())
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            said = getattr(error, "strerror", None) or type(error).__name__
            said = f"it takes longer than {self._seconds:g} s" if link.ended else said
            raise ValueError(f"the connection to `{host}` broke: {said}") from error
        finally:
            watch.cancel()
            link.close()

    def _socket(self, host: str, port: int) -> socket.socket:
        """Return a connection to a host; raises ValueError unless all that it may be is public."""
        addresses = self._resolve(host, port)
        if not addresses or not all(map(is_public, addresses)):
            raise ValueError(f"`{host}` is no public address, and only these are asked")
        for address in addresses:
            try:
                return self._connect(address, port, _NEXT)
            except OSError as error:
                last = error
        raise ValueError(f"`{host}` cannot be reached: {last.strerror or 'no answer'}") from last


_IN_QUERY = "/%:@!$&'()*+,;=~?[]"


class _Link(http.client.HTTPConnection):
    """A connection that is there already, with TLS around it if it is to be `safe`."""

    def __init__(self, host: str, port: int, there: socket.socket, safe: bool) -> None:
        super().__init__(host, port)
        self._there, self._safe, self.ended = there, safe, False
        self.default_port = 443 if safe else 80  # it is not named then

    def connect(self) -> None:
        """Take the connection."""
        self.sock = self._there
        if self._safe:
            trust = ssl.create_default_context()
            self.sock = trust.wrap_socket(self._there, server_hostname=self.host)

    def end(self) -> None:
        """Break it off, whoever waits for what comes."""
        self.ended = True
        with suppress(OSError):
            (self.sock or self._there).shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it, though nothing was asked."""
        super().close()
        self._there.close()


def _content(answer: http.client.HTTPResponse) -> bytes:
    """Return what an answer brings; raises ValueError for what is no picture of a usual size."""
    if answer.status // 100 == 3:
        raise ValueError("the address leads to another one: use that")
    if answer.status != http.client.OK:
        raise ValueError(f"the server answers {answer.status} {answer.reason}")
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("the server sends it packed")
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 1_000_000} MB")
        pieces.append(piece)
    if answer.length:  # what was said to come, and did not
        raise http.client.IncompleteRead(b"")
    return b"".join(pieces)


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, whatever form it has."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped
        if found in _TRANSLATED:
            inner = IPv4Address(found.packed[12:])
        if found in _WRAPPED:
            inner = IPv4Address(found.packed[2:6])
        if inner:
            return is_public(str(inner))
        if found.teredo or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
