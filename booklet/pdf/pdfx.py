"""A finished PDF becomes PDF/X-4, for a print shop (ISO 15930-7:2010).

Black and greys go on the black plate alone; other colours of screens keep their meaning by an sRGB
profile; the output intent says for which print all this is meant. Links go: nothing that is not
printed may lie within the bleed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Operator, Pdf

from booklet.errors import BookletError
from booklet.lengths import Length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pikepdf import Object

# Crop marks begin a little beyond the bleed and are as long as this, in the room that
# `booklet.editions` leaves for them around it.
_MARK, _GAP, _HAIR = Length.mm(4), Length.mm(1), 0.25

# A PDF/X says when it was made; the same manuscript makes the same bytes, so it is the day of the
# manuscript, or this one.
_NO_DAY = date(2000, 1, 1)

_GREYS = {"rg": "k", "RG": "K", "g": "k", "G": "K"}


@dataclass(frozen=True)
class Intent:
    """The print that pages are meant for: an ICC profile, and what it is called."""

    profile: bytes
    name: str


def intent(profile: bytes, name: str) -> Intent:
    """Return the intent that an ICC profile describes.

    Raises BookletError for a file that is no profile of a printer with four inks.
    """
    if profile[36:40] != b"acsp" or profile[12:16] != b"prtr" or profile[16:20] != b"CMYK":
        raise BookletError(
            f"`{name}` is not an ICC profile of a printer with four inks",
            hint="ask the print shop for the one of its press, or leave `profile` out",
        )
    return Intent(profile, name)


def for_press(
    pdf: bytes, title: str, day: str, bleed: Length, to: Intent, marked: bool = True
) -> bytes:
    """Return a PDF/X-4 of finished pages with room around their trim for bleed and marks.

    There are crop marks if it is `marked` and has room. `day` is the manuscript's date. The same
    pages give the same bytes.
    """
    digest = blake2b(pdf, digest_size=16).digest()
    with Pdf.open(BytesIO(pdf)) as document:
        screen = _screen(document)
        for stream in _drawn(document):
            _blacken(stream)
        for item in _drawn(document):
            if "/Resources" not in item:
                item.Resources = Dictionary()
            if "/ColorSpace" not in item.Resources:
                item.Resources.ColorSpace = Dictionary()
            item.Resources.ColorSpace["/DefaultRGB"] = screen
        registration = _registration(document)
        for page in document.pages:
            _prepare(page, bleed.pt, marked, registration)
        _say(document, title or "Untitled", day, digest, to)
        out = BytesIO()
        document.save(
            out,
            deterministic_id=True,
            force_version="1.6",
            object_stream_mode=ObjectStreamMode.generate,
        )
    return out.getvalue()


def _drawn(document: Pdf) -> Iterator[Object]:
    """Yield all that is drawn: pages, and the forms and patterns in them."""
    yield from (page.obj for page in document.pages)
    for item in document.objects:
        if isinstance(item, pikepdf.Stream) and (
            item.get("/Subtype") == Name.Form or item.get("/PatternType") == 1
        ):
            yield item


def _blacken(item: Object) -> None:
    """Let what is black or grey in a drawing be so by black ink alone."""
    kept: list[Any] = []
    instructions: list[Any] = list(pikepdf.parse_content_stream(item))
    for words, operator in instructions:
        plate = _GREYS.get(str(operator))
        grey = {round(float(word), 3) for word in words} if plate else set()
        if plate and len(grey) == 1:
            words, operator = [0, 0, 0, round(1 - grey.pop(), 3)], Operator(plate)
        kept.append((words, operator))
    drawn = pikepdf.unparse_content_stream(kept)
    if item.get("/Type") == Name.Page:
        page = pikepdf.Page(item)
        page.contents_coalesce()
        item.Contents.write(drawn)
    else:
        item.write(drawn)


def _screen(document: Pdf) -> Object:
    """Return the colour space of screens, for colours that are not given in inks."""
    found = find_spec("weasyprint")
    folder = Path(found.origin).parent if found and found.origin else Path()
    profile = document.make_stream((folder / "pdf" / "sRGB2014.icc").read_bytes())
    profile.N = 3
    return document.make_indirect(Array([Name.ICCBased, profile]))


def _registration(document: Pdf) -> Object:
    """Return the colour that is on all plates, for marks (ISO 32000-1, 8.6.6.4)."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[1, 1, 1, 1], N=1)
    return document.make_indirect(Array([Name.Separation, Name.All, Name.DeviceCMYK, tint]))


def _prepare(page: pikepdf.Page, bleed: float, marked: bool, registration: Object) -> None:
    """Give a page its boxes and its crop marks, and take its links; `bleed` is in points.

    Ink ends at the bleed, so that the marks stand on white. A style sheet may leave no room around
    the trim: then there is less bleed, and no mark.
    """
    trim = [float(edge) for edge in page.trimbox]
    for key in ("/Annots", "/ArtBox", "/CropBox"):
        if key in page.obj:
            del page.obj[key]
    room = min(abs(a - float(b)) for a, b in zip(trim, page.mediabox, strict=True))
    bleed = min(bleed, room)
    left, bottom, right, top = box = (
        *(trim[0] - bleed, trim[1] - bleed), *(trim[2] + bleed, trim[3] + bleed)
    )  # fmt: skip
    page.obj.BleedBox = Array([round(edge, 3) for edge in box])
    clip = f"q {left:.3f} {bottom:.3f} {right - left:.3f} {top - bottom:.3f} re W n"
    page.contents_add(clip.encode(), prepend=True)
    after = ["Q"]
    if marked and room >= bleed + _GAP.pt + _MARK.pt:
        page.obj.Resources.ColorSpace["/Registration"] = registration
        after += ["q /Registration CS 1 SCN", f"{_HAIR} w", *_marks(trim, bleed + _GAP.pt), "Q"]
    page.contents_add(" ".join(after).encode())


def _marks(trim: Sequence[float], near: float) -> Iterator[str]:
    """Yield the strokes of crop marks, which begin so many points beyond the trim."""
    left, bottom, right, top = trim
    far = near + _MARK.pt
    for x, side in ((left, 1), (right, -1)):
        for y, rise in ((bottom, 1), (top, -1)):
            yield f"{x - side * near:.3f} {y:.3f} m {x - side * far:.3f} {y:.3f} l S"
            yield f"{x:.3f} {y - rise * near:.3f} m {x:.3f} {y - rise * far:.3f} l S"


def _say(document: Pdf, title: str, day: str, digest: bytes, to: Intent) -> None:
    """Say what the document is and what it is meant for (ISO 15930-7, 6.2 and 6.4)."""
    try:
        made = date.fromisoformat(day)
    except ValueError:
        made = _NO_DAY
    stamp = f"{made.isoformat()}T00:00:00Z"
    for key in ("/CreationDate", "/ModDate"):
        document.docinfo[key] = f"D:{made:%Y%m%d}000000Z"
    document.docinfo["/Title"] = title
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        said.register_xml_namespace(_PDFX, "pdfxid")
        said.load_from_docinfo(document.docinfo)
        said[f"{{{_PDFX}}}GTS_PDFXVersion"] = "PDF/X-4"
        said["dc:title"], said["pdf:Trapped"] = title, "False"
        for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            said[key] = stamp
        said["xmpMM:DocumentID"] = f"uuid:{UUID(bytes=digest)}"
        said["xmpMM:VersionID"], said["xmpMM:RenditionClass"] = "1", "default"
    document.docinfo["/Trapped"] = Name("/False")
    profile = document.make_stream(to.profile)
    profile.N = 4
    aim = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier="Custom",
        Info=to.name,
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = Array([aim])


_PDFX = "http://www.npes.org/pdfx/ns/id/"
