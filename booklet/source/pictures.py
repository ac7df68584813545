"""Pictures: what is wrong with one, told by little of it, before anything is drawn."""

from __future__ import annotations

from booklet.source import drawings, photographs
from booklet.source.drawings import NONE

# A square of 7,000 dots fills A2 in print; a small file can hold a hundred times as many, and
# each dot takes four bytes and more while it is set.
MOST_PIXELS = 50_000_000

# A JPEG may come in passes, some ten as a rule; each is as much work as a whole picture.
_MOST_WORK = 40 * MOST_PIXELS
_PASS = b"\xff\xda"

__all__ = ["NONE", "advice", "fault", "prepared", "remark"]

# Byte order marks and white space, and the zeros between the letters of UTF-16.
_BEFORE = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"

# How files begin that stand where a picture should: from which byte on, and what they are.
_OTHERS = (
    (4, b"ftyphe", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "EPS"),
    (0, b"\xc5\xd0\xd3\xc6", "EPS"),
    (0, b"8BPS", "Photoshop"),
    (0, b"\xd7\xcd\xc6\x9a", "WMF"),
    (40, b" EMF", "EMF"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
)

# How those begin that can be set, if they are whole.
_OURS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM")


def fault(content: bytes) -> str:
    """Return what is wrong with a picture, such as NONE, as the end of a sentence; or nothing.

    Of a photograph only the head is read: `prepared` says what is wrong within it.
    """
    if _is_drawn(content):
        return drawings.fault(content)
    passes = 1
    try:
        with photographs.opened(content) as image:
            pixels = image.width * image.height
            if image.format in ("JPEG", "MPO"):
                passes = content.count(_PASS)
    except photographs.TooLarge:
        pixels = MOST_PIXELS + 1
    except photographs.DAMAGED:
        return NONE
    if pixels > MOST_PIXELS:
        return f"has more than {MOST_PIXELS // 1_000_000} million pixels"
    return f"comes in {passes:,} passes over its pixels" * (passes * pixels > _MOST_WORK)


def advice(content: bytes) -> str:
    """Return what to do about a file that is no picture."""
    if not content:
        return "the file is empty: save the picture again"
    for at, beginning, kind in _OTHERS:
        if content.startswith(beginning, at):
            return f"it is {kind}: save it as PNG, JPEG or SVG"
    if content.startswith(_OURS):
        return "the file is damaged, or cut off: save the picture again"
    if content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "it is a page of the web: save the picture that is on it"
    if content.startswith(b"version https://git-lfs"):
        return "it only says where Git keeps the picture: `git lfs pull` brings it"
    return "PNG, JPEG, GIF, WebP, AVIF, TIFF and SVG can be set"


def remark(content: bytes) -> tuple[str, str] | None:
    """Return what is to be said of a picture that can be set: a code, and the end of a sentence."""
    if _is_drawn(content):
        return None
    try:
        with photographs.opened(content) as image:
            if photographs.is_of_several(image):
                return "I11", "holds several pictures, and the first is printed"
            photographs.look_at_profile(image)
    except photographs.Unreadable:
        return "I12", "has a colour profile that cannot be read, so its colours are a guess"
    except photographs.DAMAGED:
        pass  # said when it is set
    return None


def prepared(content: bytes) -> bytes:
    """Return a picture as it can be set; raises ValueError with what is wrong with it."""
    return content if _is_drawn(content) else photographs.prepared(content)


def _is_drawn(content: bytes) -> bool:
    """Whether a file is a drawing, which is text, and no photograph."""
    return content.lstrip(_BEFORE)[:1] == b"<"
