"""Photographs: pictures of pixels, made into what WeasyPrint sets right. PIL is imported late."""

from __future__ import annotations

import io
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Photograph
    from PIL.ImageCms import ImageCmsTransform

# What people have; Pillow's reader of EPS would call another program.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000", "ICO")

# A file of several pictures that its maker means to be seen, and not the small copies of itself
# that a JPEG of a telephone holds.
_OF_SEVERAL = frozenset({"PNG", "GIF", "WEBP", "TIFF", "AVIF"})

# What Pillow raises for files that are no pictures, or broken ones.
DAMAGED = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)

# Levels of 256 that nobody sees: a profile that moves colours by less is that of the screen.
_UNSEEN = 2

# What a profile of such a picture turns into the colours of a screen; RGB if it is not here.
_MODES = {"L": "L", "LA": "L", "1": "L", "I;16": "L", "I;16B": "L", "LAB": "LAB"}

# The greys of 16 bits in 8.
_GREYS = [(grey * 255 + 32_767) // 65_535 for grey in range(65_536)]


class TooLarge(ValueError):
    """More pixels than Pillow reads."""


class Unfit(ValueError):
    """What no page can show, as the end of a sentence."""


class Unreadable(ValueError):
    """A colour profile that cannot be used."""


@contextmanager
def opened(content: bytes) -> Iterator[Photograph]:
    """Open a photograph and read its head, without remarks on what is odd in it.

    Raises what is DAMAGED; TooLarge, which is among that, for more than 180 million pixels.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise TooLarge from error
        with image:
            yield image


def is_of_several(image: Photograph) -> bool:
    """Whether a file has more pictures than the first: pages, or those of a film."""
    return image.format in _OF_SEVERAL and bool(getattr(image, "is_animated", False))


def prepared(content: bytes) -> bytes:
    """Return a photograph as WeasyPrint sets it right: the same bytes if it does so anyway.

    That is: upright, of 8 bits, in colours of a screen (sRGB) or of print (CMYK), and in greys if
    it has no colours, since a printer mixes red, green and blue from four inks.
    Raises ValueError with what is wrong, as the end of a sentence.
    """
    try:
        with opened(content) as image:
            if _is_right(image):
                image.draft(None, (1, 1))  # an eighth of a JPEG tells whether all of it is there
                image.load()
                return content
            made = _settable(image)
            fits = made is image and image.mode != "CMYK"
            return content if fits else _saved(made, image)
    except Unfit:
        raise
    except DAMAGED as error:
        raise ValueError("is damaged, or cut off") from error


def _is_right(image: Photograph) -> bool:
    """Whether nothing has to be done to a picture, as far as its head tells."""
    plain = image.mode in ("L", "LA", "RGB", "RGBA") and "icc_profile" not in image.info
    inks = image.mode == "CMYK" and _is_jpeg(image)
    return (plain or inks) and _is_upright(image)


def _is_jpeg(image: Photograph) -> bool:
    """Whether a picture comes from a JPEG, be it one of several."""
    return image.format in ("JPEG", "MPO")


def _is_upright(image: Photograph) -> bool:
    """Whether a picture is stored as it is to be seen; a TIFF is turned when it is loaded."""
    from PIL.ExifTags import Base

    return image.format == "TIFF" or image.getexif().get(Base.Orientation, 1) == 1


def _settable(image: Photograph) -> Photograph:
    """Return a picture with all that it lacks; the same one if it lacks nothing."""
    from PIL import ImageOps

    if image.mode in ("I", "F"):
        raise Unfit("has pixels of 32 bits: save it with 8 bits")
    image.load()
    made = image if _is_upright(image) else ImageOps.exif_transpose(image)
    if made.mode.startswith("I;16"):
        made = made.convert("I").point(_GREYS, "L")
    made.info.setdefault("icc_profile", image.info.get("icc_profile"))
    with suppress(Unreadable):  # said where the manuscript is read
        made = in_screen_colours(made)
    if _is_grey(made):
        made = made.convert("L")
    if made.mode not in ("1", "P", "PA", "L", "LA", "RGB", "RGBA", "CMYK"):
        made = made.convert("RGBA" if made.has_transparency_data else "RGB")
    return made


def _is_grey(image: Photograph) -> bool:
    """Whether a picture is of black and white, or of a palette of greys, and lets nothing through.

    One in colours may happen to be grey: that is not looked for.
    """
    if image.mode not in ("1", "P") or "transparency" in image.info:
        return False
    palette = image.getpalette() or []
    return all(palette[at::3] == palette[0::3] for at in (1, 2))


def in_screen_colours(image: Photograph) -> Photograph:
    """Return a picture in sRGB, by its profile: the same one if it has none, or is of inks.

    Raises Unreadable where the profile is broken, or not one for such a picture.
    """
    if image.mode == "CMYK" or not (change := _change(image)):
        return image

    if image.mode in ("1", "P", "PA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    grey = image.mode in ("L", "LA")
    made = image.convert(change.inputMode)
    made = change.apply(made)
    made = made.convert("L") if grey else made
    if alpha:
        made.putalpha(alpha)
    return made


def look_at_profile(image: Photograph) -> None:
    """Raise Unreadable if a picture has a colour profile that cannot be used."""
    if image.mode != "CMYK":
        _change(image)


def _change(image: Photograph) -> ImageCmsTransform | None:
    """Return what makes sRGB of a picture's colours, or None where that changes nothing."""
    from PIL import Image, ImageCms

    icc = image.info.get("icc_profile")
    mode = _MODES.get(image.mode, "RGB")
    if not icc and mode != "LAB":
        return None
    way = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    try:
        own = ImageCms.getOpenProfile(io.BytesIO(icc)) if icc else ImageCms.createProfile("LAB")
        screen = ImageCms.createProfile("sRGB")
        change = ImageCms.buildTransform(own, screen, mode, "RGB", *way)
        if mode == "LAB":
            return change
        probe = Image.merge("RGB", [Image.linear_gradient("L").rotate(at) for at in (0, 90, 180)])
        seen = change.apply(probe.convert(mode)).tobytes()
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error
    still = probe.convert(mode).convert("RGB").tobytes()
    return change if any(abs(a - b) > _UNSEEN for a, b in zip(seen, still, strict=True)) else None


def _saved(made: Photograph, first: Photograph) -> bytes:
    """Return a picture as a file: as fine a JPEG as the `first` was, or a PNG."""
    from PIL import JpegImagePlugin

    out = io.BytesIO()
    if made.mode == "CMYK":
        made.save(out, "JPEG", quality=100, subsampling=0)  # a PNG has no inks
    elif isinstance(first, JpegImagePlugin.JpegImageFile) and made.mode in ("L", "RGB"):
        tables, sampling = first.quantization, JpegImagePlugin.get_sampling(first)
        made.save(out, "JPEG", subsampling=sampling, qtables=tables)
    else:
        made.save(out, "PNG")
    return out.getvalue()
