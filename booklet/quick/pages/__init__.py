"""Pages of WeasyPrint that are kept: laid out from an edit on, drawn alone, moved, and joined.

Pages are drawn one by one, each as if it were alone, and become plain data; plain data becomes
pages again that WeasyPrint's own writer joins. Both are exact: the PDF is the same, byte for byte,
as that of pages which were never frozen. What would make a page depend on others (a name that
counts what was drawn before, a width that was rounded for another size) is put in when the pages
are joined, or makes the page unfit. Pages that only move get new margins: what is in the margins
is drawn last, and what comes before it is kept.
"""

from __future__ import annotations

from booklet.quick.pages.amending import amended
from booklet.quick.pages.drawing import Freezer
from booklet.quick.pages.fonts import FontCache
from booklet.quick.pages.joining import join, look, picture, reached, spare, supplied
from booklet.quick.pages.moving import can_move, move
from booklet.quick.pages.resuming import Laying, laid_out
from booklet.quick.private_api import misfit
from booklet.quick.weasyprint_patches import hasten

__all__ = [
    "FontCache",
    "Freezer",
    "Laying",
    "amended",
    "can_move",
    "hasten",
    "join",
    "laid_out",
    "look",
    "misfit",
    "move",
    "picture",
    "reached",
    "spare",
    "supplied",
]
