"""Fonts that were added: where they are kept, and which of them are there."""

from __future__ import annotations

import os
from pathlib import Path

from booklet.source import ROOT

# What a folder holds once all its types are there: a digest of what they were made of.
MADE = "made"


def folder() -> Path:
    """Return the folder in which added types are kept, one folder for each group."""
    return Path(os.environ.get("BOOKLET_FONTS") or ROOT / ".fonts")


def made() -> dict[str, str]:
    """Return the groups that are there, each with the digest of what it was made of."""
    found = {}
    for path in sorted(folder().glob(f"*/{MADE}")):
        try:
            found[path.parent.name] = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):  # it has gone, or is of another kind
            continue
    return found
