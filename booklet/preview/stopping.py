"""Stops a process well when somebody types Ctrl-C, or the system wants it to end."""

from __future__ import annotations

import signal

_asked = False


class Stopped(KeyboardInterrupt):
    """Somebody says stop.

    Python ends by a signal, even if a plain KeyboardInterrupt is caught, where it was raised while
    text was run as code, as it is when a dataclass is made.
    """


def heed() -> None:
    """From now on, raise Stopped when somebody says stop, whatever is being done.

    A signal that is ignored, as that of Ctrl-C is by what runs in the background, stays so.
    """
    global _asked
    _asked = False
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def check() -> None:
    """Raise Stopped if somebody has said stop.

    Python forgets an exception that is raised while it clears up after an object, and PDFium has
    many of these. So it is looked at again between two steps.
    """
    if _asked:
        raise Stopped


def _stop(*_: object) -> None:
    """Stop what is being done."""
    global _asked
    _asked = True
    raise Stopped
