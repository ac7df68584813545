"""The wire: what is asked of a printer by IPP, and what it answers. Nothing else speaks to one."""

from __future__ import annotations

import contextlib
import getpass
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
from ippx import (
    Attribute,
    IppDecodeError,
    IppMessage,
    JobState,
    Operation,
    PrinterState,
    Tag,
    TlsConfig,
    decode,
    encode,
)
from ippx.exceptions import STATUS_NAMES

from booklet.errors import BookletError

__all__ = [
    "CUPS_GET_PRINTERS",
    "Address",
    "Attribute",
    "Group",
    "JobState",
    "Operation",
    "Patience",
    "PrinterState",
    "Refusal",
    "Silence",
    "Tag",
    "Wire",
    "word",
]

CUPS_GET_PRINTERS = 0x4002
"""The one operation that CUPS adds to the standard's and we need: the queues there are."""

# What every printer since 2000 speaks (RFC 8011, 4.1.8); all we say can be said in it.
_VERSION = (1, 1)
_SCHEMES = {"ipp": "http", "ipps": "https", "http": "http", "https": "https"}
_PORT, _PATH = 631, "/ipp/print"
_REFUSED_BY_HTTP = {
    401: ("asks for a name and a password", "print through a queue of CUPS, which can ask for it"),
    403: ("lets nobody in from here", "ask who looks after it"),
    404: ("is not found under this path", "most printers are at `ipp://HOST/ipp/print`"),
    426: ("wants its connection encrypted", "write `ipps://` in place of `ipp://`"),
}

_HEADERS = {
    "Content-Type": "application/ipp",
    "Accept": "application/ipp",
    "Accept-Encoding": "identity",
}

# A printer that lists every paper, tray and finishing that it has says some 200 kB.
_LONGEST = 5_000_000

Group = Mapping[str, tuple[Any, ...]]
"""Attributes by name, each with its values."""


@dataclass(frozen=True)
class Patience:
    """How long is waited for what, in seconds, and how often is tried."""

    connect: float = 5.0
    """For a connection."""
    answer: float = 60.0
    """For an answer, for each part of a document to be taken (a small printer takes no more than
    it has printed), and for a printer to come back while it has a job of ours."""
    tries: int = 3
    pause: float = 1.0
    """Between two tries."""
    poll: float = 1.0
    """Between two questions how far a job is."""
    still: float = 900.0
    """For a job, or a printer, in which nothing moves: time to fetch paper."""


class Silence(BookletError):
    """No whole answer came. `sent` says whether the printer may have had the question."""

    sent = False


class Refusal(BookletError):
    """The printer said no: `status` is IPP's, and `unsupported` what of the question it rejects."""

    status = 0
    unsupported: tuple[str, ...] = ()


@dataclass(frozen=True)
class Address:
    """Where a printer is: the URI by which IPP names it, and the one that HTTP goes to."""

    uri: str
    url: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that a URI names: `ipp://host/ipp/print`, port 631 unless it says so.

        Raises BookletError for what is no such URI.
        """
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname or "", parts.port or _PORT
        except ValueError:
            host, port = "", 0
        if not host or parts.scheme not in _SCHEMES or not host.isprintable() or " " in host:
            raise BookletError(
                f"`{text}` is not the address of a printer",
                hint="write it as in `ipp://192.168.1.20/ipp/print`",
            )
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        place += parts.path if parts.path.strip("/") else _PATH
        scheme = _SCHEMES[parts.scheme]
        return cls(f"{'ipps' if scheme == 'https' else 'ipp'}://{place}", f"{scheme}://{place}")

    def __str__(self) -> str:
        """Return the URI."""
        return self.uri


class _AnswerWatch:
    """Breaks a connection off whose answer takes too long in all, though each piece is in time."""

    def __init__(self, seconds: float) -> None:
        """Take the seconds from when all was asked until all is answered."""
        self._timer = threading.Timer(seconds, self._end)
        self._link: socket.socket | None = None
        self.ended = False

    def __enter__(self) -> _AnswerWatch:
        """Begin; the time does not run yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End: there is nothing more to wait for."""
        self._timer.cancel()

    def hear(self, event: str, said: Mapping[str, Any]) -> None:
        """Hear from HTTP how far it is."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._link = said["return_value"].get_extra_info("socket")
        elif event.endswith("receive_response_headers.started"):
            self._timer.start()

    def _end(self) -> None:
        """Break it off, whoever waits for what comes."""
        self.ended = True
        with contextlib.suppress(OSError):
            if self._link:
                self._link.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Wire:
    """A way to one printer. Nothing is kept open between two questions."""

    address: Address
    patience: Patience = field(default_factory=Patience)

    def ask(
        self,
        operation: int,
        words: Sequence[Attribute] = (),
        job: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> tuple[Group, ...]:
        """Return the groups of attributes that a printer answers, without those of the operation.

        Asks again where no answer came. Raises Silence after the last try, and Refusal.
        """
        for _ in range(self.patience.tries - 1):
            try:
                return self.say(operation, words, job, document)
            except Silence:
                time.sleep(self.patience.pause)
        return self.say(operation, words, job, document)

    def say(
        self,
        operation: int,
        words: Sequence[Attribute] = (),
        job: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> tuple[Group, ...]:
        """Ask once: for what must not happen twice."""
        groups = [(Tag.OPERATION_ATTRS, [*self._opening(), *words])]
        if job:
            groups.append((Tag.JOB_ATTRS, list(job)))
        answer = self._exchange(IppMessage(_VERSION, operation, 1, groups, document))
        found = [
            (tag, {each.name: tuple(v for v in each.values if v is not None) for each in group})
            for tag, group in answer.groups
        ]
        if answer.code >= 0x0100:
            raise self._refusal(answer.code, found)
        return tuple(group for tag, group in found if tag in (Tag.PRINTER_ATTRS, Tag.JOB_ATTRS))

    def hasty(self) -> Wire:
        """Return a wire for what is said in passing: one try, and little time."""
        return replace(self, patience=replace(self.patience, answer=5, tries=1))

    def _opening(self) -> list[Attribute]:
        """Return the words that every question begins with, in the order of RFC 8011, 4.1.4."""
        return [
            word("attributes-charset", Tag.CHARSET, "utf-8"),
            word("attributes-natural-language", Tag.NATURAL_LANGUAGE, "en"),
            word("printer-uri", Tag.URI, self.address.uri),
            word("requesting-user-name", Tag.NAME, _person()),
        ]

    def _exchange(self, question: IppMessage) -> IppMessage:
        """Return the answer to a question; raises Silence, or BookletError for what is no IPP."""
        patience = self.patience
        limits = httpx.Timeout(patience.answer, connect=patience.connect)
        watch = _AnswerWatch(2 * patience.answer)
        try:
            # A printer's certificate is its own making, so none is asked for: what is printed is
            # hidden on the way, but not from who claims to be the printer. And it stands in the
            # house: proxies, which the environment may name, are not asked.
            trust = TlsConfig(verify=False).httpx_verify()
            with (
                watch,
                httpx.Client(verify=trust, timeout=limits, trust_env=False) as client,
                client.stream(
                    "POST",
                    self.address.url,
                    content=encode(question),
                    headers=_HEADERS,
                    extensions={"trace": watch.hear},
                ) as answer,
            ):
                return self._read(answer.status_code, self._content(answer))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _silence(
                f"there is no printer at `{self.address}`: {_reason(error)}",
                "is it switched on, and on this network? `./inv print` without a name lists "
                "the printers that are known here",
            ) from None
        except httpx.RequestError as error:
            raise _silence(
                f"the connection to `{self.address}` broke: "
                f"{_LATE if watch.ended else _reason(error)}",
                "is it still switched on, and on this network?",
                sent=True,
            ) from None
        except httpx.InvalidURL as error:
            raise BookletError(f"`{self.address}` is not an address: {error}") from None

    def _content(self, answer: httpx.Response) -> bytes:
        """Return what an answer of HTTP holds; raises BookletError for one without end."""
        content = b""
        for piece in answer.iter_raw():
            content += piece
            if len(content) > _LONGEST:
                raise self._no_printer("its answer has no end")
        return content

    def _read(self, status: int, content: bytes) -> IppMessage:
        """Return what IPP says in an answer of HTTP with this status."""
        if status in _REFUSED_BY_HTTP:
            said, hint = _REFUSED_BY_HTTP[status]
            raise BookletError(f"the printer at `{self.address}` {said}", hint=hint)
        if httpx.codes.is_server_error(status):
            raise _silence(
                f"the printer at `{self.address}` has stumbled: HTTP {status}",
                "look at it, or switch it off and on",
                sent=True,
            )
        if status != httpx.codes.OK:
            raise self._no_printer(f"HTTP {status}")
        try:
            return decode(content)
        except IppDecodeError as error:
            raise self._no_printer(str(error)) from None
        except Exception as error:  # what is no IPP can fail in any way
            raise self._no_printer(f"this is no IPP ({type(error).__name__})") from error

    def _no_printer(self, why: str) -> BookletError:
        """Return the error for an answer that is none of a printer's."""
        return BookletError(
            f"what answers at `{self.address}` is no printer: {why}",
            hint="most printers are at `ipp://HOST/ipp/print`",
        )

    def _refusal(self, status: int, groups: Sequence[tuple[Tag, Group]]) -> Refusal:
        """Return a refusal in words: what the printer says, and what it does not take."""
        said = name = STATUS_NAMES.get(status, f"status {status:#06x}").split("-error-")[-1]
        rejected: tuple[str, ...] = ()
        for tag, group in groups:
            if tag is Tag.UNSUPPORTED_ATTRS:
                rejected = tuple(group)
            said = " ".join(map(str, group.get("status-message", (said,))))
        told = f" ({', '.join(f'`{each}`' for each in rejected)})" if rejected else ""
        refusal = Refusal(
            f"the printer refuses: {said.strip().rstrip('.') or name}{told}",
            hint="another printer, or another queue of the same one, may take it",
        )
        refusal.status, refusal.unsupported = status, rejected
        return refusal


def word(name: str, tag: Tag, *values: object) -> Attribute:
    """Return an attribute with its values."""
    return Attribute(name, tag, list(values))


def _silence(message: str, hint: str, sent: bool = False) -> Silence:
    """Return the error for an answer that did not come."""
    silence = Silence(message, hint=hint)
    silence.sent = sent
    return silence


_LATE = "it does not answer in time"


def _reason(error: httpx.RequestError) -> str:
    """Return why a connection failed, in a few words."""
    if isinstance(error, httpx.TimeoutException):
        return _LATE
    said = str(error).split("] ", 1)[-1].strip().rstrip(".")
    return said[:1].lower() + said[1:] or "no reason is known"


def _person() -> str:
    """Return the name under which a job is sent."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have no names
        return "booklet"
