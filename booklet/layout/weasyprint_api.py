"""WeasyPrint's public API, imported here and nowhere else, and without its slow start."""

from __future__ import annotations

import ctypes.util
import sys

import pydyf
import pyphen
from PIL import ImageFile

from booklet.layout import (
    gradients,
    line_breaks,
    missing_letters,
    variables,
)
from booklet.lazy_imports import late
from booklet.pdf import actual_text
from booklet.pdf.one_ink import use_one_ink
from booklet.pdf.writer import File

# 1970 as fonts count seconds, from 1904 on.
_EPOCH = 2_082_844_800

_find_library = ctypes.util.find_library
if sys.platform.startswith("linux"):
    # cffi is asked for each library by several names, and for each that is missing it has the
    # loader's cache and a compiler searched: 0.2 s. The plain sonames, tried next, are found.
    ctypes.util.find_library = lambda name: None  # noqa: ARG005

# A quarter of WeasyPrint's start, for fonts that vary, or that HarfBuzz cannot cut down.
with late("fontTools.subset", "fontTools.varLib.instancer"):
    from fontTools.ttLib.tables import _h_e_a_d as head
    from weasyprint import CSS, HTML, VERSION, Document, Page
    from weasyprint.pdf import stream
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

ctypes.util.find_library = _find_library

# The versions of WeasyPrint, pydyf and Pyphen whose private parts are known.
FITS = ("70.0", "0.13.0", "0.18.1")

pydyf.PDF = File
# WeasyPrint lets half a picture pass for a whole one.
ImageFile.LOAD_TRUNCATED_IMAGES = False
# A font that varies is written with the time of day, and so would be another each time.
head.timestampNow = lambda: _EPOCH
gradients.mend()
line_breaks.mend()
missing_letters.mend()
actual_text.mend()
variables.mend()
use_one_ink(getattr(stream, "Stream", None))


def strangers() -> str:
    """Return what is installed, and what is known, if these are not the same; or nothing."""
    found = (VERSION, pydyf.VERSION, pyphen.VERSION)
    return "" if found == FITS else f"{_named(*found)}; {_named(*FITS)} is known"


def _named(weasyprint: str, pydyf: str, pyphen: str) -> str:
    """Return the names of the programs with their versions."""
    return f"WeasyPrint {weasyprint} with pydyf {pydyf} and Pyphen {pyphen}"


__all__ = [
    "CSS",
    "FITS",
    "HTML",
    "VERSION",
    "Document",
    "FontConfiguration",
    "Page",
    "URLFetcher",
    "URLFetcherResponse",
    "strangers",
]
