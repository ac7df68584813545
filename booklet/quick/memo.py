"""What is kept from the last time: a result is taken again where it would be made of the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from booklet.quick.store import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.quick.store import Store

_T = TypeVar("_T")


class Kept:
    """The last result under each name, and all that it was made of.

    There is one result under a name, so that a long life costs no memory. `store` is for what
    another process may want as well.
    """

    def __init__(self, store: Store = NONE) -> None:
        """Keep nothing yet."""
        self.store = store
        self._results: dict[str, tuple[object, object]] = {}

    def again(self, name: str, words: object, make: Callable[[], _T]) -> _T:
        """Return what `make` makes of `words`, which are all that it looks at and never change."""
        if name in self._results and self._results[name][0] == words:
            return self._results[name][1]  # type: ignore[return-value]  # `make` is the same
        made = make()
        self._results[name] = words, made
        return made
