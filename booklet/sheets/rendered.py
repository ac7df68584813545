"""Pages as PDFium draws and reads them: a second opinion, which had no part in making them."""

from __future__ import annotations

from ctypes import byref
from typing import Any

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from booklet.sheets.frame import Box, Matrix, move, turn

WHITE = (255, 255, 255, 255)
_INKED = [255] * 250 + [0] * 6  # what is darker than 250 is ink


class Viewer:
    """A PDF opened to be looked at."""

    def __init__(self, pdf: bytes) -> None:
        """Open the PDF."""
        self._pdf = pypdfium2.PdfDocument(pdf)
        self._last: View | None = None

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._pdf)

    def __getitem__(self, at: int) -> View:
        """Return a page, counted from 0.

        The last one stays open until this one is: with it PDFium would forget the fonts of both.
        """
        self._last = View(self._pdf[at])
        return self._last

    def get(self, at: int) -> View | None:
        """Return a page, counted from 0, or None where there is none."""
        return self[at] if at < len(self) else None


class View:
    """A page opened to be looked at."""

    def __init__(self, page: Any) -> None:
        """Take a page of PDFium's."""
        self._page = page
        self._text: Any = None
        self._seen: tuple[object, Image.Image] | None = None
        self.size: tuple[float, float] = page.get_size()

    def trim(self) -> tuple[Matrix, Box]:
        """Return the map from the page to its upright trim at 0, 0, and the trim on the page."""
        box = Box(*self._page.get_trimbox())
        turned = turn(-self._page.get_rotation() // 90, box.width, box.height)
        return move(-box.left, -box.bottom).then(turned), box

    def hold(self, quarters: int) -> None:
        """Turn the page clockwise before it is read: PDFium puts text in order from the top."""
        if self._page.get_rotation() != quarters % 4 * 90:  # it takes long to read a page again
            self._page.set_rotation(quarters % 4 * 90)
            self._text = None

    def picture(self, upright: Matrix, width: float, height: float, dpi: float) -> Image.Image:
        """Return a part of the page in grey: what `upright` maps to 0, 0 … width, height points.

        The part is drawn from its own corner, so that two of them can be laid on one another. The
        last picture is kept, for whoever asks again.
        """
        wanted = (upright, width, height, dpi)
        if self._seen is None or self._seen[0] != wanted:
            self._seen = wanted, self._drawn(*wanted)
        return self._seen[1]

    def _drawn(self, upright: Matrix, width: float, height: float, dpi: float) -> Image.Image:
        """Return a part of the page as PDFium draws it."""
        scale = dpi / 72
        size = max(1, round(width * scale)), max(1, round(height * scale))
        matrix = self._shown().inverse().then(upright)
        onto = matrix.then(Matrix(scale, 0, 0, -scale, 0, scale * height))
        bitmap = pypdfium2.PdfBitmap.new_native(*size, raw.FPDFBitmap_Gray)
        bitmap.fill_rect(WHITE, 0, 0, *size)
        raw.FPDF_RenderPageBitmapWithMatrix(
            bitmap,
            self._page,
            byref(raw.FS_MATRIX(*onto)),
            byref(raw.FS_RECTF(0, 0, *size)),
            raw.FPDF_GRAYSCALE,
        )
        picture: Image.Image = bitmap.to_pil()
        return picture

    def _shown(self) -> Matrix:
        """Return the map by which PDFium shows the page: turned, cropped, and from the top."""
        crop = Box(*self._page.get_cropbox())
        turned = turn(-self._page.get_rotation() // 90, crop.width, crop.height)
        from_top = Matrix(1, 0, 0, -1, 0, self._page.get_size()[1])
        return move(-crop.left, -crop.bottom).then(turned).then(from_top)

    def text(self, box: Box) -> str:
        """Return the characters within a box of the page, without the space between them."""
        if self._text is None:
            self._text = self._page.get_textpage()
        return "".join(self._text.get_text_bounded(*box).split())


def ink(picture: Image.Image, dpi: float) -> Box | None:
    """Return the box around a picture's ink, in points from its lower left corner.

    It is never too small, and too large by a pixel at most; None where there is no ink.
    """
    found = picture.point(_INKED).getbbox()
    if not found:
        return None
    left, top, right, bottom = (edge * 72 / dpi for edge in found)
    height = picture.height * 72 / dpi
    return Box(left, height - bottom, right, height - top)
