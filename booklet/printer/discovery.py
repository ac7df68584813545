"""Meeting a printer: which ones there are, and what one of them can do."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from booklet.errors import BookletError, did_you_mean
from booklet.lengths import Length, Size
from booklet.printer.ipp import (
    CUPS_GET_PRINTERS,
    Address,
    Group,
    Operation,
    Patience,
    PrinterState,
    Silence,
    Tag,
    Wire,
    word,
)
from booklet.printer.paper import Margins, portrait, same, widest
from booklet.sheets import Tray
from booklet.terminal import plain

_WANTED = (
    "copies-supported",
    "document-format-supported",
    "job-sheets-supported",
    "media-bottom-margin-supported",
    "media-col-database",
    "media-col-default",
    "media-col-ready",
    "media-left-margin-supported",
    "media-ready",
    "media-right-margin-supported",
    "media-supported",
    "media-top-margin-supported",
    "multiple-document-handling-supported",
    "number-up-supported",
    "output-bin-default",
    "print-scaling-supported",
    "printer-info",
    "printer-is-accepting-jobs",
    "printer-make-and-model",
    "printer-name",
    "printer-state",
    "printer-state-reasons",
    "printer-uuid",
    "sides-supported",
)
_EDGES = ("left", "bottom", "right", "top")


@dataclass(frozen=True)
class Queue:
    """A printer that can be named: a queue of CUPS."""

    name: str
    about: str
    address: Address

    def __str__(self) -> str:
        """Return its name, and what CUPS says of it."""
        return plain(f"{self.name}: {self.about}" if self.about else self.name)


@dataclass(frozen=True)
class Stock:
    """Paper that a printer knows: width and height in millimetres, and its margins."""

    size: tuple[float, float]
    margins: Margins


@dataclass(frozen=True)
class Printer:
    """A printer, and what it says it can do. What it says nothing about is empty."""

    wire: Wire
    name: str
    model: str
    key: str
    """What stays the same when the printer is given another name."""
    sides: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[object, ...]], ...] = ()
    """The values it lists for attributes that it could do without."""
    copies: int = 1
    """The most copies of a job."""
    stocks: tuple[Stock, ...] = ()
    margins: Margins | None = None
    """The widest margins on any paper."""
    tray: Tray = Tray.FACE_DOWN
    accepting: bool = True
    stopped: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def calibrating(self) -> str:
        """The command that calibrates this very printer."""
        return f"./inv calibrate --printer {shlex.quote(str(self.wire.address))}"

    @property
    def two_sided(self) -> bool:
        """Whether it turns sheets by itself."""
        return any(side.startswith("two-sided") for side in self.sides)

    def takes(self, name: str, value: object) -> bool | None:
        """Return whether it lists a value for an attribute; None where it lists nothing."""
        listed = dict(self.choices).get(name, ())
        if not listed:
            return None
        return any(
            one[0] <= value <= one[1]
            if isinstance(one, tuple) and isinstance(value, int)
            else one == value
            for one in listed
        )

    def unprintable(self, size: Size) -> Margins | None:
        """Return the margins that it leaves on a size of sheet; None where it says nothing.

        A stock without any margin is one that pages are enlarged for: we never ask for it.
        """
        fitting = [stock.margins for stock in self.stocks if same(stock.size, portrait(size))]
        inset = [one for one in fitting if any(edge.pt for edge in one.edges.values())]
        return widest(inset or fitting) or self.margins


def meet(name: str, patience: Patience | None = None) -> Printer:
    """Return the printer that has this name as a queue of CUPS, or this URI.

    Raises BookletError where there is none, where it does not answer, and for what cannot print.
    """
    wire = Wire(find(name, patience), patience or Patience())
    groups = wire.ask(
        Operation.GET_PRINTER_ATTRIBUTES, [word("requested-attributes", Tag.KEYWORD, *_WANTED)]
    )
    return _printer(wire, groups[0] if groups else {})


def find(name: str, patience: Patience | None = None) -> Address:
    """Return the address of the printer that has this name, or this URI.

    Raises BookletError where there is none, with the nearest name as a hint.
    """
    if "://" in name:
        return Address.parse(name)
    try:
        known = {queue.name: queue.address for queue in printers(patience)}
        hint = did_you_mean(name, known) or f"there is: {', '.join(known)}"
    except BookletError as error:
        known, hint = {}, f"{error.message}; {error.hint}"
    if name in known:
        return known[name]
    if "." in name or ":" in name:
        hint = f"to name it by its address, write `ipp://{name.strip('/')}/ipp/print`"
    raise BookletError(f"there is no printer `{name}`", hint=hint)


def printers(patience: Patience | None = None) -> tuple[Queue, ...]:
    """Return the queues of CUPS, on this machine or on the one that CUPS_SERVER names.

    Raises BookletError, saying how to name a printer without CUPS, where there is none.
    """
    server = os.environ.get("CUPS_SERVER", "").split("/")[0] or "localhost:631"
    cups = Address.parse(f"ipp://{server}/")
    try:
        groups = (
            Wire(cups, patience or Patience())
            .hasty()
            .ask(
                CUPS_GET_PRINTERS,
                [word("requested-attributes", Tag.KEYWORD, "printer-name", "printer-info")],
            )
        )
    except Silence:
        groups = ()
    if not groups:
        raise BookletError(
            "no printers are known here: there is no CUPS, or it has no queue",
            hint="name one by its address, as in `./inv print --printer "
            "ipp://192.168.1.20/ipp/print`; a printer's own display shows where it is",
        )
    return tuple(
        Queue(
            name,
            _text(group, "printer-info"),
            Address.parse(cups.uri.removesuffix("/ipp/print") + f"/printers/{quote(name)}"),
        )
        for group in groups
        if (name := _text(group, "printer-name"))
    )


def _printer(wire: Wire, said: Group) -> Printer:
    """Return a printer by its own account."""
    uri = wire.address.uri
    name = _text(said, "printer-info") or _text(said, "printer-name") or uri
    copies = said.get("copies-supported", ())
    bin_ = _text(said, "output-bin-default")
    listed = ("print-scaling", "multiple-document-handling", "number-up", "job-sheets")
    return Printer(
        wire=wire,
        name=name,
        model=_text(said, "printer-make-and-model"),
        key=_text(said, "printer-uuid") or uri,
        sides=_texts(said, "sides-supported"),
        media=_texts(said, "media-supported"),
        ready=_texts(said, "media-ready"),
        formats=_texts(said, "document-format-supported"),
        choices=tuple((each, said.get(f"{each}-supported", ())) for each in listed),
        copies=max((one[1] for one in copies if isinstance(one, tuple)), default=1),
        stocks=tuple(_stocks(said)),
        margins=_margins_supported(said),
        tray=Tray.FACE_UP if bin_ == "face-up" else Tray.FACE_DOWN,
        accepting=said.get("printer-is-accepting-jobs", (True,)) != (False,),
        stopped=said.get("printer-state", ()) == (PrinterState.STOPPED,),
        reasons=_texts(said, "printer-state-reasons"),
    )


def _texts(said: Group, name: str) -> tuple[str, ...]:
    """Return the values of an attribute as text."""
    return tuple(str(value) for value in said.get(name, ()))


def _text(said: Group, name: str) -> str:
    """Return the first value of an attribute as text, or an empty string."""
    return next(iter(_texts(said, name)), "")


def _stocks(said: Group) -> Iterator[Stock]:
    """Yield the paper that a printer knows with size and margins; IPP counts in 1/100 mm."""
    for name in ("media-col-ready", "media-col-default", "media-col-database"):
        for stock in said.get(name, ()):
            size = stock.get("media-size") if isinstance(stock, dict) else None
            if not isinstance(size, dict):
                continue
            edges = [size.get("x-dimension"), size.get("y-dimension")]
            edges += [stock.get(f"media-{edge}-margin") for edge in _EDGES]
            counted = [edge / 100 for edge in edges if isinstance(edge, int)]
            if len(counted) == len(edges):
                width, height, *margins = counted
                yield Stock((width, height), Margins.mm(*margins))


def _margins_supported(said: Group) -> Margins | None:
    """Return the widest margin at each edge that a printer names at all."""
    each = [said.get(f"media-{edge}-margin-supported", ()) for edge in _EDGES]
    found = [[value for value in values if isinstance(value, int)] for values in each]
    if not all(found):
        return None
    return Margins(*(Length.mm(max(values) / 100) for values in found))
