"""Printer: sheets to a real printer. Nothing else in the project speaks to one.

The verb is `send(sheets, printer, desk)`. Before it, `meet(name)` finds the printer and asks what
it can do, `suit(plan, printer)` makes the plan right for it, and `clipped(sheets, printer)` says
what it cannot print. `calibrate(printer, desk)` finds out what only a printed sheet can tell.
"""

from booklet.printer.calibration import calibrate
from booklet.printer.making import Clip, clipped, suit
from booklet.printer.meeting import Printer, Queue, meet, printers
from booklet.printer.paper import Margins
from booklet.printer.profile import Feed, Profile, keep, path_of, recall
from booklet.printer.sending import Desk, remarks, send
from booklet.printer.wire import Address, Patience

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
