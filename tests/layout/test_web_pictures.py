"""The web: pictures come from it if they may, from public addresses, and nothing else does."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from booklet.layout import web_pictures as room
from booklet.layout.fetcher import Fetcher
from booklet.layout.web_pictures import Web, is_public
from booklet.source import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Server

PUBLIC = "93.184.215.14"


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a piece of a PNG."""
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 1, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(bytes(2)))
    + chunk(b"IEND", b"")
)


@dataclass
class Net:
    """A little internet: what names mean, and that every public address is one server here."""

    port: int
    names: dict[str, list[list[str]]]
    connected: list[tuple[str, int]] = field(default_factory=list)

    def resolve(self, host: str, _port: int) -> list[str]:
        """Return what a name means, each time the next of what it may mean."""
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect(self, address: str, port: int, seconds: float) -> socket.socket:
        """Return a connection to the server."""
        self.connected.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), seconds)


@pytest.fixture
def net(server: Server) -> Net:
    """Return an internet with one server, of which several names are known."""
    server.pages["/a.png"] = (200, {"Content-Type": "image/png"}, PNG)
    names: dict[str, list[list[str]]] = {
        "example.org": [[PUBLIC]],
        "two.example": [[PUBLIC, "10.0.0.1"]],
        "none": [[]],
    }
    return Net(int(server.address.rpartition(":")[2]), names)


@pytest.fixture
def fetch(net: Net, tmp_path: Path) -> Callable[[str], bytes]:
    """Return what fetches as the layout engine does, if the web may be asked."""
    fetcher = Fetcher(Shelf(tmp_path), True, Web(net.resolve, net.connect, 1))
    return lambda url: fetcher.fetch(url).read()


def test_a_picture_comes_from_a_public_address(
    net: Net, server: Server, fetch: Callable[[str], bytes]
) -> None:
    """From the one that its name was found to have, at its port, with its path and question."""
    assert fetch("http://example.org/a.png")[:8] == PNG[:8]
    server.pages["/a%20b.png?c=d&e=%20f"] = server.pages["/a.png"]
    assert fetch("http://example.org:8000/a b.png?c=d&e=%20f")[:8] == PNG[:8]
    assert net.connected == [(PUBLIC, 80), (PUBLIC, 8000)]


INSIDE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
    "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "fec0::1", "::ffff:169.254.169.254", "", "nonsense",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_means_an_address_inside_is_not_asked(
    net: Net, fetch: Callable[[str], bytes], address: str
) -> None:
    """This machine, its house, what only stands for them, and what nobody has."""
    net.names["evil.example"] = [[address]]
    assert not is_public(address)
    with pytest.raises(ValueError, match="no public address"):
        fetch("http://evil.example/a.png")
    assert net.connected == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    """In either form."""
    assert is_public(address)


def test_a_name_with_one_address_inside_is_not_asked(
    net: Net, fetch: Callable[[str], bytes]
) -> None:
    """It is not chosen among them; nor is a name that means nothing asked."""
    for host in ("two.example", "none"):
        with pytest.raises(ValueError, match="no public address"):
            fetch(f"http://{host}/a.png")
    assert net.connected == []


def test_a_name_that_comes_to_mean_another_address_is_asked_at_the_first(
    net: Net, fetch: Callable[[str], bytes]
) -> None:
    """It is resolved once, and what was looked at is what is connected to."""
    net.names["evil.example"] = [[PUBLIC], ["127.0.0.1"]]
    assert fetch("http://evil.example/a.png")[:8] == PNG[:8]
    assert net.connected == [(PUBLIC, 80)]
    with pytest.raises(ValueError, match="no public address"):
        fetch("http://evil.example/a.png")


def test_the_real_resolver_finds_this_machine_to_be_inside() -> None:
    """Under all its names, and as a number."""
    for host in ("localhost", "127.0.0.1", "::1", "2130706433", "0x7f.1", "0"):
        with contextlib.suppress(ValueError):  # not every system takes it for an address
            found = room.resolve(host, 80)
            assert found
            assert not any(map(is_public, found))


REFUSED = {
    "another place": ((302, {"Location": "http://127.0.0.1/b.png"}, b""), "leads to another"),
    "not there": ((404, {}, PNG), "404"),
    "a style sheet": ((200, {"Content-Type": "image/png"}, b"p { color: red }"), "not a picture"),
    "a page": ((200, {"Content-Type": "image/png"}, b"<html></html>"), "not a picture"),
    "a font": ((200, {"Content-Type": "image/png"}, b"OTTO" + bytes(99)), "not a picture"),
    "nothing": ((200, {}, b""), "not a picture"),
    "packed": ((200, {"Content-Encoding": "gzip"}, zlib.compress(PNG)), "packed"),
    "half": ((200, {"Content-Length": "9999"}, PNG), "broke"),
    "a drawing without end": (
        (200, {}, b'<svg xmlns="http://www.w3.org/2000/svg"><g id="a"><use href="#a"/></g></svg>'),
        "without end",
    ),
}


@pytest.mark.parametrize(("answer", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(
    server: Server,
    fetch: Callable[[str], bytes],
    answer: tuple[int, dict[str, str], bytes],
    message: str,
) -> None:
    """By what it is, whatever the server calls it; and redirections are not followed."""
    server.pages["/x"] = answer
    with pytest.raises(ValueError, match=message):
        fetch("http://example.org/x")
    assert server.asked == ["/x"]


NOT_ASKED = ("a.css", "a.OTF", "a.woff2", "a.ttf?b.png", "a.html")


@pytest.mark.parametrize("name", NOT_ASKED)
def test_what_is_no_picture_by_its_name_is_not_asked_for(
    net: Net, fetch: Callable[[str], bytes], name: str
) -> None:
    """Style sheets and fonts lie beside the essay."""
    with pytest.raises(ValueError, match="only pictures"):
        fetch(f"http://example.org/{name}")
    assert net.connected == []


def test_no_style_sheet_asks_for_another_or_for_a_font(net: Net, tmp_path: Path) -> None:
    """Whatever their addresses look like; a picture that it names comes when a page has it."""
    from booklet.layout import Look, PartText
    from booklet.layout.engine import Engine

    fetcher = Fetcher(Shelf(tmp_path), True, Web(net.resolve, net.connect, 1))
    css = (
        "@import url(http://example.org/style); "
        "@font-face { font-family: X; src: url(http://example.org/font) } "
        "p { background: url(http://example.org/a.png) }"
    )
    engine = Engine(Look((css,), "", False, fetcher.shelf, True), fetcher)
    assert net.connected == []
    assert len([line for line in engine.dressed.log if "style" in line or "X" in line]) == 2
    html = "<html><body><p>words</p></body></html>"
    engine.lay("a", PartText("a", html, "", "recto", 1))
    assert net.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("slow", ["says nothing", "drips its head", "drips what it brings"])
def test_a_server_that_takes_too_long_is_left(slow: str, tmp_path: Path) -> None:
    """Though each piece may come in time."""
    gone = threading.Event()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n"

    def serve(link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            link.sendall(b"" if slow == "says nothing" else head)
            if slow == "drips what it brings":
                link.sendall(b"\r\n")
            while not gone.wait(0.05):
                if slow != "says nothing":
                    link.sendall(b"a")

    def connect(_address: str, _port: int, _seconds: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        threading.Thread(target=serve, args=(theirs,), daemon=True).start()
        return ours

    fetcher = Fetcher(Shelf(tmp_path), True, Web(lambda *_: [PUBLIC], connect, 0.3))
    try:
        with pytest.raises(ValueError, match="longer than"):
            fetcher.fetch("http://example.org/a.png")
    finally:
        gone.set()


def test_a_server_that_sends_too_much_is_left(
    monkeypatch: pytest.MonkeyPatch, server: Server, fetch: Callable[[str], bytes]
) -> None:
    """Whether it says how much, or not."""
    monkeypatch.setattr(room, "MOST_BYTES", 10_000)
    server.pages["/x"] = (200, {}, PNG + bytes(20_000))
    with pytest.raises(ValueError, match="larger than"):
        fetch("http://example.org/x")


def test_the_certificate_is_that_of_the_name(net: Net, fetch: Callable[[str], bytes]) -> None:
    """A server that has none is not trusted, at whatever address it is."""
    with pytest.raises(ValueError, match="broke"):
        fetch("https://example.org/a.png")
    assert net.connected == [(PUBLIC, 443)]
