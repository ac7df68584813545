"""WeasyPrint's public API, imported here and nowhere else, and without its slow start."""

from __future__ import annotations

import ctypes.util
import sys

_find_library = ctypes.util.find_library
if sys.platform.startswith("linux"):
    # cffi is asked for each library by several names, and for each that is missing it has the
    # loader's cache and a compiler searched: 0.2 s. The plain sonames, tried next, are found.
    ctypes.util.find_library = lambda _name: None

from weasyprint import CSS, HTML, VERSION, Document  # noqa: E402 - after the line above
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

ctypes.util.find_library = _find_library

__all__ = [
    "CSS",
    "HTML",
    "VERSION",
    "Document",
    "FontConfiguration",
    "URLFetcher",
    "URLFetcherResponse",
]
