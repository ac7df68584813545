"""WeasyPrint's public API, imported here and nowhere else, and without its slow start."""

from __future__ import annotations

import ctypes.util
import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pydyf

from booklet.pages.file import File

if TYPE_CHECKING:
    from collections.abc import Callable


class _Late(ModuleType):
    """A module whose functions are imported when they are first called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a function that calls the real one."""
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *words, **named: getattr(importlib.import_module(self.__name__), name)(
            *words, **named
        )


# A quarter of WeasyPrint's start, for fonts that vary, or that HarfBuzz cannot cut down.
_SELDOM = ("fontTools.subset", "fontTools.varLib.instancer")
_late = {name: _Late(name) for name in _SELDOM if name not in sys.modules}
sys.modules |= _late

_find_library = ctypes.util.find_library
if sys.platform.startswith("linux"):
    # cffi is asked for each library by several names, and for each that is missing it has the
    # loader's cache and a compiler searched: 0.2 s. The plain sonames, tried next, are found.
    ctypes.util.find_library = lambda name: None  # noqa: ARG005

from weasyprint import CSS, HTML, VERSION, Document, Page  # noqa: E402 - after the line above
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

ctypes.util.find_library = _find_library
for _name in _late:
    del sys.modules[_name]

pydyf.PDF = File

__all__ = [
    "CSS",
    "HTML",
    "VERSION",
    "Document",
    "FontConfiguration",
    "Page",
    "URLFetcher",
    "URLFetcherResponse",
]
