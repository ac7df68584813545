"""What printers say in keywords, in words that help."""

from __future__ import annotations

from collections.abc import Iterable

# printer-state-reasons (RFC 8011, 5.4.12, and what was added since) that keep paper from moving:
# what is wrong, and what a person does.
_TROUBLES = {
    "connecting-to-device": ("cannot be reached by its queue", "is it switched on?"),
    "cover-open": ("has an open cover", "close it"),
    "door-open": ("has an open door", "close it"),
    "fuser-over-temp": ("is too hot", "let it cool down"),
    "input-tray-missing": ("lacks its tray", "put it in"),
    "interlock-open": ("has something open", "close it"),
    "marker-supply-empty": ("is out of ink or toner", "replace the cartridge"),
    "marker-supply-missing": ("lacks a cartridge", "put it in"),
    "marker-waste-full": ("has a full waste box", "empty it"),
    "media-empty": ("is out of paper", "put paper into the tray"),
    "media-jam": ("has a paper jam", "take the paper out, all of it"),
    "media-needed": ("wants paper that is not in its tray", "put paper into the tray"),
    "moving-to-paused": ("is being paused", "let it go on"),
    "offline": ("is offline", "switch it on, or connect it"),
    "output-area-full": ("has a full output tray", "take the sheets out, and keep their order"),
    "output-tray-missing": ("lacks its output tray", "put it in"),
    "paused": ("is paused", "let it go on, at the printer or in the settings of its queue"),
    "shutdown": ("is switched off", "switch it on"),
    "spool-area-full": ("has no room for the job", "remove jobs, or print fewer sheets at once"),
    "stopped-partly": ("is stopped in part", "look at its display"),
    "timed-out": ("does not answer", "is it switched on?"),
    "toner-empty": ("is out of toner", "replace the cartridge"),
    "cups-missing-filter": ("lacks a program of its driver", "install the driver once more"),
}
_ALIASES = {"cups-offline": "offline", "offline-report": "offline", "media-out": "media-empty"}
_MILD = ("-report", "-warning", "-error")

# job-state-reasons (RFC 8011, 5.3.8) of a job that ended before its last sheet.
_ENDINGS = {
    "aborted-by-system": "the printer gave the job up",
    "canceled-at-device": "the job was cancelled at the printer",
    "job-canceled-at-device": "the job was cancelled at the printer",
    "job-canceled-by-operator": "who looks after the printer has cancelled the job",
    "job-canceled-by-user": "the job was cancelled",
    "compression-error": "the printer could not unpack the job",
    "document-access-error": "the printer could not read the job",
    "document-format-error": "the printer could not understand the PDF",
    "job-data-insufficient": "the job did not arrive whole",
    "job-password-wait": "the printer asks for a password",
    "submission-interrupted": "the job did not arrive whole",
    "unsupported-document-format": "the printer does not take PDF",
}


def troubles(reasons: Iterable[str], stopped: bool = False) -> tuple[str, ...]:
    """Return what keeps a printer from printing, as `is out of paper: put paper into the tray`.

    Keywords that are not known count as trouble where the printer has stopped, or calls them an
    error.
    """
    found = {}
    for reason in reasons:
        keyword = _ALIASES.get(reason, reason)
        for ending in _MILD:
            keyword = keyword.removesuffix(ending)
        keyword = _ALIASES.get(keyword, keyword)
        if keyword in _TROUBLES and not (reason.endswith("-report") and keyword != "offline"):
            what, remedy = _TROUBLES[keyword]
            found[keyword] = f"{what}: {remedy}"
        elif reason != "none" and (stopped or reason.endswith("-error")):
            found[keyword] = f"says `{reason}`: look at its display"
    return tuple(found.values())


def ending(reasons: Iterable[str], message: str, cancelled: bool) -> str:
    """Return why a job ended before its last sheet."""
    for reason in reasons:
        if reason in _ENDINGS:
            said = _ENDINGS[reason]
            break
    else:
        said = "the job was cancelled" if cancelled else "the printer gave the job up"
    told = message.strip().rstrip(".")
    bare = not told or told.lower().startswith("job ")  # "Job aborted.", which says nothing more
    return said if bare else f"{said} (it says: {told})"
