"""Answers of printers: whatever comes over the wire ends in a message, and in good time."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from typing import TYPE_CHECKING, Any

import ippx
import pytest
from ippx import Attribute, Tag

from booklet.errors import BookletError
from booklet.printer import Desk, Patience, Printer, meet, printers, remarks, send, suit
from booklet.printer import ipp as room
from booklet.printer.discovery import _WANTED
from booklet.sheets import Plan, impose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUICK = Patience(connect=2, answer=0.3, tries=1, pause=0.01, poll=0.01, still=0.3)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"


@contextlib.contextmanager
def speaking(speech: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """Yield the address of what answers each request, given its body, by a speech of its own."""
    gone = threading.Event()

    def hear(link: socket.socket) -> None:
        with link, contextlib.suppress(OSError):
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += link.recv(1 << 16)
            head, _, body = asked.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            while len(body) < length:
                body += link.recv(1 << 16)
            speech(link, body)

    def listen() -> None:
        while not gone.is_set():
            with contextlib.suppress(TimeoutError):
                link, _ = door.accept()
                link.settimeout(20)
                threading.Thread(target=hear, args=(link,), daemon=True).start()

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        door.settimeout(0.1)
        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        try:
            yield f"ipp://127.0.0.1:{door.getsockname()[1]}/ipp/print"
        finally:
            gone.set()
            listening.join()


def whole(content: bytes) -> bytes:
    """Return an answer of HTTP with this content."""
    return OK + b"Content-Length: %d\r\n\r\n" % len(content) + content


def said(*attributes: Attribute, status: int = 0) -> bytes:
    """Return an answer of IPP with these attributes of a printer."""
    opening = [
        Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
        Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
    ]
    groups = [(Tag.OPERATION_ATTRS, opening), (Tag.PRINTER_ATTRS, list(attributes))]
    return ippx.encode(ippx.IppMessage((1, 1), status, 1, groups))


def endless(first: bytes, piece: bytes) -> Callable[[socket.socket, bytes], None]:
    """Return a speech that begins in this way, and never ends."""

    def speech(link: socket.socket, _: bytes) -> None:
        link.sendall(first)
        while True:
            link.sendall(piece)

    return speech


def test_an_answer_without_end_is_left() -> None:
    """Before it fills the machine, though its length was told, or comes piece by piece."""
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    for speech in (
        endless(OK + b"\r\n", bytes(1 << 20)),
        endless(OK + b"Content-Length: 99999999999\r\n\r\n", bytes(1 << 20)),
        endless(chunked, piece),
    ):
        with speaking(speech) as uri, pytest.raises(BookletError, match="has no end"):
            meet(uri, Patience(connect=2, answer=30, tries=1))


def test_an_answer_that_drips_is_left() -> None:
    """Each piece is in time, and all of it is not: in its head as in its body."""
    for first, piece in ((OK, b"a"), (OK + b"Content-Length: 99999\r\n\r\n", b"a")):
        gone = threading.Event()

        def drip(
            link: socket.socket,
            _: bytes,
            first: bytes = first,
            piece: bytes = piece,
            gone: threading.Event = gone,
        ) -> None:
            link.sendall(first)
            while not gone.wait(0.05):
                link.sendall(piece)

        with speaking(drip) as uri:
            try:
                with pytest.raises(BookletError, match="does not answer in time"):
                    meet(uri, QUICK)
            finally:
                gone.set()


NONE = {
    "nothing": b"",
    "nothing of IPP": whole(b""),
    "half a head": OK,
    "a page": whole(b"<!doctype html>"),
    "noise": whole(bytes(range(256)) * 9),
    "half an answer": whole(said(Attribute("printer-name", Tag.NAME, ["T"]))[:-9]),
    "less than was said": OK + b"Content-Length: 999\r\n\r\n" + said(),
    "packed": OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n",
    "a status without end": b"HTTP/1.1 " + b"9" * 5000 + b"\r\n\r\n",
    "nested without end": whole(
        said()[:-1] + b"\x04\x34\x00\x01a\x00\x00"
        + b"\x4a\x00\x00\x00\x01b\x34\x00\x00\x00\x00" * 9000
    ),
    "letters of another time": whole(
        said(Attribute("printer-name", Tag.NAME, ["TTTT"])).replace(b"TTTT", b"\xff\xfe\xe9\x80")
    ),
}  # fmt: skip


@pytest.mark.parametrize("answer", NONE.values(), ids=NONE)
def test_an_answer_that_is_none_is_a_message(answer: bytes) -> None:
    """Or is read as far as it can be: a name may have letters that are none."""
    with speaking(lambda link, _: link.sendall(answer)) as uri:
        try:
            printer = meet(uri, QUICK)
        except BookletError as error:
            assert uri in error.message  # noqa: PT017 - either will do
        else:
            assert "4-letters" not in printer.name


VALUES: tuple[tuple[Tag, Any], ...] = (
    (Tag.INTEGER, -1), (Tag.INTEGER, -(2**31)), (Tag.INTEGER, 2**31 - 1), (Tag.INTEGER, 0),
    (Tag.RANGE, (-9, -1)), (Tag.RANGE, (2**31 - 1, -(2**31))),
    (Tag.ENUM, 99), (Tag.ENUM, -3), (Tag.BOOLEAN, True), (Tag.KEYWORD, ""),
    (Tag.KEYWORD, "iso_a4_99999999999999999x1mm"), (Tag.KEYWORD, "iso_a4_0x0mm"),
    (Tag.KEYWORD, "custom_max_-1x-1in"), (Tag.KEYWORD, "two-sided-nothing"),
    (Tag.KEYWORD, "x" * 1023), (Tag.NAME, "\x1b[2J\u202e"), (Tag.TEXT, "e" * 1023),
    (Tag.URI, "ipp://"), (Tag.NO_VALUE, None), (Tag.UNKNOWN, None),
    (Tag.MIME_TYPE, "application/pdf"),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_a_printer_that_says_absurd_things_of_itself_is_met_or_refused(seed: int) -> None:
    """Whatever kind of value it gives for whatever it is asked; nothing fails but in words."""
    chance = random.Random(seed)
    attributes = []
    for name in _WANTED:
        tag, value = chance.choice(VALUES)
        attributes.append(Attribute(name, tag, [value] * chance.choice((1, 1, 3))))
    answer = whole(said(*attributes))
    with speaking(lambda link, _: link.sendall(answer)) as uri, contextlib.suppress(BookletError):
        printer = meet(uri, QUICK)
        wanted = suit(Plan(), printer)
        assert all(map(str, remarks(wanted, printer)))
        send(impose(_pages(), wanted), printer, Desk())


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_with_a_few_bytes_changed_is_a_message(seed: int) -> None:
    """As by a bad cable, or on purpose."""
    chance = random.Random(seed)
    sound = bytearray(
        said(
            Attribute("printer-name", Tag.NAME, ["T"]),
            Attribute("sides-supported", Tag.KEYWORD, ["one-sided", "two-sided-long-edge"]),
            Attribute("copies-supported", Tag.RANGE, [(1, 99)]),
            Attribute("media-supported", Tag.KEYWORD, ["iso_a4_210x297mm"]),
            Attribute("printer-state", Tag.ENUM, [3]),
        )
    )
    for _ in range(chance.randint(1, 4)):
        sound[chance.randrange(len(sound))] = chance.randrange(256)
    answer = whole(bytes(sound[: chance.randrange(len(sound) // 2, len(sound) + 1)]))
    with speaking(lambda link, _: link.sendall(answer)) as uri, contextlib.suppress(BookletError):
        assert isinstance(meet(uri, QUICK), Printer)


def saying(answer: bytes) -> Callable[[socket.socket, bytes], None]:
    """Return the speech that is one answer, whatever was asked."""
    return lambda link, _: link.sendall(answer)


def test_a_cups_with_absurd_queues_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are none, and numbers in their place."""
    for tag, value in VALUES:
        answer = whole(said(Attribute("printer-name", tag, [value])))
        with speaking(saying(answer)) as uri:
            monkeypatch.setenv("CUPS_SERVER", uri.split("/")[2])
            with contextlib.suppress(BookletError):
                assert all("\x1b" not in str(queue) for queue in printers(QUICK))


def test_what_is_packed_is_not_unpacked() -> None:
    """A few kilobytes could be gigabytes: it is not asked for, and not taken."""

    def speech(link: socket.socket, _: bytes) -> None:
        link.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")

    with speaking(speech) as uri, pytest.raises(BookletError, match="is no printer"):
        meet(uri, QUICK)
    assert room._HEADERS["Accept-Encoding"] == "identity"


def _pages() -> bytes:
    """Return a PDF of eight pages."""
    import io

    import pikepdf

    pdf, out = pikepdf.new(), io.BytesIO()
    for _ in range(8):
        pdf.add_blank_page(page_size=(420, 595))
    pdf.save(out)
    return out.getvalue()
