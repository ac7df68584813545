"""Modules that are imported late: by others, at their start, which call them seldom or never."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from types import ModuleType

TYPE_CHECKING = False  # `typing` has the same, and is long in coming
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any


class _Late(ModuleType):
    """A module whose functions are imported when they are first called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a function that calls the real one."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *words, **named: getattr(importlib.import_module(self.__name__), name)(
            *words, **named
        )


class _Unheard(ModuleType):
    """A module of functions whose answers nobody uses: they are empty strings."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        """Return a function that answers nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_words, **_named: ""


@contextmanager
def late(*names: str, unheard: tuple[str, ...] = ()) -> Iterator[None]:
    """Let modules with these names be imported late by all who import them meanwhile.

    Only their functions can be used so, and classes to make something of. Whoever imports them
    afterwards gets the real ones, as does everybody if they are there already. Modules that are
    `unheard` are not imported at all for those who import them meanwhile.
    """
    made = [*map(_Late, names), *map(_Unheard, unheard)]
    stand_ins = {each.__name__: each for each in made if each.__name__ not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]
