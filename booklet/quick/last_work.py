"""What is known of the last work on an essay, in this process or from the store."""

from __future__ import annotations

import pickle
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.digest import digest
from booklet.quick.store import NONE

if TYPE_CHECKING:
    from booklet.quick.known_pages import ReadPages
    from booklet.quick.memo import Memo
    from booklet.quick.rereading import ReadingCache
    from booklet.quick.store import Store


@dataclass
class LastWork:
    """What was read, composed and checked the last time.

    All of it only saves work: the booklet is the same without it.
    """

    store: Store = field(default_factory=lambda: NONE)
    _memories: dict[str, ReadingCache] = field(default_factory=dict)
    _kept: dict[str, Memo] = field(default_factory=dict)
    _known: dict[str, ReadPages] = field(default_factory=dict)

    def memory(self, essay: Path) -> ReadingCache:
        """Return what is remembered of the manuscript of an essay: that of the last one only."""
        from booklet.quick.rereading import ReadingCache

        name = str(essay)
        if name not in self._memories:
            memory = ReadingCache()
            if content := self.store.take("manuscript", digest(name)):
                with suppress(*_UNREADABLE):
                    memory.unpack(content)
            self._memories = {name: memory}
        return self._memories[name]

    def kept(self, edition: str) -> Memo:
        """Return what is kept of an edition as it was composed."""
        from booklet.quick.memo import Memo  # late: Jinja is slow to import

        return self._kept.setdefault(edition, Memo(self.store))

    def known(self, root: Path, essay: str, edition: str) -> ReadPages:
        """Return what is known of the pages of an edition as they were read back."""
        from booklet.quick.known_pages import ReadPages

        name = f"{root / Path(essay).name}\n{edition}"
        if name not in self._known:
            known = ReadPages()
            known.unpack(self.store.take("read", digest(name)) or b"")
            self._known[name] = known
        return self._known[name]

    def keep(self) -> None:
        """Put what is new into the store, for the next process."""
        for name, memory in self._memories.items():
            if memory.read_anew:
                self.store.put("manuscript", digest(name), memory.packed())
        for name, known in self._known.items():
            if known.read:
                self.store.put("read", digest(name), known.packed())


# What unpickling says of what another version of a library has written.
_UNREADABLE = (
    *(pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError),
    ValueError,
)
