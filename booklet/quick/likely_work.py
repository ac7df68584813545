"""What a build notes for the next one, so that it can tell at its start whether there is work."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from booklet.quick.prestart import key, look
from booklet.quick.store import opened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from booklet.quick.store import Store


@cache
def store() -> Store:
    """Return the project's store, opened once."""
    return opened()


def note(words: Sequence[str], essay: Path) -> None:
    """Note that these words made a booklet of an essay as it is now."""
    path = os.path.abspath(essay)
    store().put("ahead", key(words), f"{path}\n{look(path)}".encode("utf-8", "surrogateescape"))
