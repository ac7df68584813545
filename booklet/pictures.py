"""Pictures: what is wrong with one, told before anything is drawn."""

from __future__ import annotations

import io

from booklet import drawings
from booklet.drawings import NONE

# A square of 7,000 dots fills A2 in print; a small file can hold a hundred times as many, and
# each dot takes four bytes and more while it is set.
MOST_PIXELS = 50_000_000

__all__ = ["NONE", "fault", "in_greys"]

# Byte order marks and white space, and the zeros between the letters of UTF-16.
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"

# What WeasyPrint sets and people have; Pillow's reader of EPS would call another program.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")


def fault(content: bytes) -> str:
    """Return what is wrong with a picture, such as NONE, as the end of a sentence; or nothing."""
    if content.lstrip(_BEFORE)[:1] == b"<":
        return drawings.fault(content)
    return _fault_of_photograph(content)


def _fault_of_photograph(content: bytes) -> str:
    """Look at the size that a raster image claims, without decoding it."""
    import warnings

    from PIL import Image  # late: most manuscripts have no photographs

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                width, height = image.size
    except Image.DecompressionBombError:
        width = height = MOST_PIXELS
    except (OSError, ValueError, SyntaxError):
        return NONE
    return f"has more than {MOST_PIXELS // 1_000_000} million pixels" * (
        width * height > MOST_PIXELS
    )


def in_greys(content: bytes) -> bytes:
    """Return a picture of black and white, or of a palette of greys, as one of greys.

    WeasyPrint would write it in red, green and blue, which a printer mixes from four inks. Anything
    else is returned as it is, pictures in colour that happen to be grey included.
    """
    from PIL import Image, ImageOps  # late: most manuscripts have no photographs

    if content.lstrip(_BEFORE)[:1] == b"<":
        return content
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            if image.mode not in ("1", "P") or "transparency" in image.info:
                return content
            palette = image.getpalette() or []
            if any(palette[at::3] != palette[0::3] for at in (1, 2)):
                return content
            out = io.BytesIO()
            ImageOps.exif_transpose(image).convert("L").save(out, "PNG")
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return content
