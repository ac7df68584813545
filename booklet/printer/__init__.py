"""Printer: sheets to a real printer. Nothing else in the project speaks to one.

The verb is `send(sheets, printer, desk)`. Before it, `meet(name)` finds the printer and asks what
it can do, `suit(plan, printer)` makes the plan right for it, and `clipped(sheets, printer)` says
what it cannot print. `calibrate(printer, desk)` finds out what only a printed sheet can tell.
"""

from booklet.printer.calibration import calibrate
from booklet.printer.discovery import Printer, Queue, meet, printers
from booklet.printer.for_printer import Clip, clipped, suit
from booklet.printer.ipp import Address, Patience
from booklet.printer.paper import Margins
from booklet.printer.profile import Feed, Profile, keep, path_of, recall
from booklet.printer.sending import Desk, remarks, send

__all__ = [
    "Address",
    "Clip",
    "Desk",
    "Feed",
    "Margins",
    "Patience",
    "Printer",
    "Profile",
    "Queue",
    "calibrate",
    "clipped",
    "keep",
    "meet",
    "path_of",
    "printers",
    "recall",
    "remarks",
    "send",
    "suit",
]
