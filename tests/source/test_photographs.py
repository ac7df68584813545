"""Photographs: whatever is in the file, the page shows it as it is meant, or it is said."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.ExifTags import Base

from booklet.layout.fetcher import _harmless
from booklet.manuscript import parse
from booklet.quick.rereading import ReadingCache
from booklet.quick.rereading import parse as reread
from booklet.source import pictures, read
from tests.conftest import Shop

# Four fields that tell turns and mirrors apart.
RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 160, 60), (40, 60, 200), (128, 128, 128)
SIZE = (96, 64)


def fields() -> Image.Image:
    """Return a picture of four fields."""
    picture = Image.new("RGB", SIZE, RED)
    for colour, at in ((GREEN, (48, 0)), (BLUE, (0, 32)), (GREY, (48, 32))):
        picture.paste(colour, (*at, at[0] + 48, at[1] + 32))
    return picture


def corners(picture: Image.Image) -> list[Any]:
    """Return the colours in the middles of the four fields."""
    width, height = picture.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    return [picture.getpixel(place) for place in places]


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    fine = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    picture.save(out, kind, **{**fine, **how})
    return out.getvalue()


def shown(content: bytes) -> Image.Image:
    """Return a picture as it is given to be set, read as WeasyPrint reads it."""
    with Image.open(io.BytesIO(_harmless(content))) as picture:
        return ImageOps.exif_transpose(picture)


def alike(ours: list[Any], theirs: list[Any], by: int = 4) -> bool:
    """Whether two rows of colours look the same."""
    pairs = zip(ours, theirs, strict=True)
    return all(abs(a - b) <= by for one, other in pairs for a, b in zip(one, other, strict=True))


def profile(swapped: bool = False) -> bytes:
    """Return a profile of a wide space of colours, a display's; or one with red for green."""

    def point(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65_536) for value in values))

    red, green = (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + b"\0" * 79
    tags = {
        b"desc": name,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": point(0.9642, 1, 0.8249),
        b"rXYZ": point(*(green if swapped else red)),
        b"gXYZ": point(*(red if swapped else green)),
        b"bXYZ": point(0.14919, 0.06322, 0.74457),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(value))
        body += value + b"\0" * (-len(value) % 4)
    head = struct.pack(">I4xI", start + len(body), 0x02100000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += point(0.9642, 1, 0.8249)[8:]
    return head.ljust(128, b"\0") + table + body


SCREEN = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_as_its_camera_says(turn: int, kind: str) -> None:
    """Of the eight ways to hold a camera each is turned back, whatever the kind of file."""
    ways: dict[int, list[int]] = {
        1: [0, 1, 2, 3],
        2: [1, 0, 3, 2],
        3: [3, 2, 1, 0],
        4: [2, 3, 0, 1],
    }
    ways |= {5: [0, 2, 1, 3], 6: [2, 0, 3, 1], 7: [3, 1, 2, 0], 8: [1, 3, 0, 2]}
    exif = Image.Exif()
    exif[Base.Orientation] = turn
    how = {"lossless": True} if kind == "WEBP" else {}
    picture = shown(saved(fields(), kind, exif=exif, **how)).convert("RGB")
    was = [RED, GREEN, BLUE, GREY]
    assert alike(corners(picture), [was[at] for at in ways[turn]])
    assert picture.size == (SIZE if turn < 5 else SIZE[::-1])


def test_a_turned_jpeg_loses_next_to_nothing() -> None:
    """It is written again as finely as it was."""
    exif = Image.Exif()
    exif[Base.Orientation] = 3
    fine = Image.effect_noise(SIZE, 60).convert("RGB")
    first = saved(fine, "JPEG", exif=exif)
    ours, theirs = shown(first), ImageOps.exif_transpose(Image.open(io.BytesIO(first)))
    assert ours.format is None or ours.format == "JPEG"
    pairs = zip(ours.tobytes(), theirs.tobytes(), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 16
    assert _harmless(first)[:2] == b"\xff\xd8"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_profile_gives_the_colours_that_are_meant(kind: str) -> None:
    """Numbers that mean more green than a screen's do are written as what a screen shows for it."""
    how = {"lossless": True} if kind == "WEBP" else {}
    plain = corners(shown(saved(fields(), kind, **how)).convert("RGB"))
    assert alike(plain, [RED, GREEN, BLUE, GREY])
    wide = corners(shown(saved(fields(), kind, icc_profile=profile(), **how)).convert("RGB"))
    assert wide[0][0] > RED[0] + 15  # redder than sRGB's red of that number
    assert alike(wide[3:], [GREY])
    swapped = shown(saved(fields(), kind, icc_profile=profile(swapped=True), **how)).convert("RGB")
    assert corners(swapped)[0][1] > corners(swapped)[0][0]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P"])
def test_a_profile_leaves_greys_and_what_is_translucent(mode: str) -> None:
    """Alpha stays to the level, a palette is understood, and a grey stays of one ink."""
    picture = fields().convert(mode)
    if "A" in mode:
        picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    grey = mode in ("L", "LA")
    named = {"icc_profile": SCREEN if grey else profile(swapped=True)}
    made = shown(saved(picture, "PNG", **named))
    assert made.mode == ("RGB" if mode == "P" else mode)
    if "A" in mode:
        assert made.getchannel("A").tobytes() == picture.getchannel("A").tobytes()
    if not grey:
        assert corners(made)[0][1] > corners(made)[0][0]


def test_the_profile_of_a_screen_changes_no_byte() -> None:
    """What most cameras write costs nothing and loses nothing."""
    content = saved(fields(), "JPEG", icc_profile=SCREEN)
    assert _harmless(content) == content


def sixteen(little: bool) -> bytes:
    """Return a grey scale of 16 bits, as a PNG or as a TIFF."""
    deep = fields().convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    return saved(deep, "PNG" if little else "TIFF")


@pytest.mark.parametrize("little", [True, False])
def test_greys_of_16_bits_are_the_same_greys(little: bool) -> None:
    """A scan is neither black nor white all over."""
    made = shown(sixteen(little))
    assert made.mode == "L"
    wanted = corners(fields().convert("L"))
    assert all(abs(a - b) <= 1 for a, b in zip(corners(made), wanted, strict=True))


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_a_picture_in_inks_stays_in_inks(kind: str) -> None:
    """Cyan, magenta, yellow and black are set as such, and as the same."""
    made = shown(saved(fields().convert("CMYK"), kind))
    assert (made.mode, made.format or "JPEG") == ("CMYK", "JPEG")
    assert alike(corners(made), corners(fields().convert("CMYK")))


def test_colours_by_lightness_are_those_of_a_screen() -> None:
    """A TIFF in Lab is set in the colours that it means."""
    screen, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    picture = ImageCms.profileToProfile(fields(), screen, lab, outputMode="LAB")
    assert picture is not None
    assert alike(corners(shown(saved(picture, "TIFF")).convert("RGB")), corners(fields()), by=10)


@pytest.mark.parametrize("kind", ["AVIF", "JPEG2000", "ICO", "BMP", "GIF"])
def test_other_kinds_can_be_set(kind: str) -> None:
    """What people save from the web and from old programs is a picture as well."""
    content = saved(fields(), kind)
    assert pictures.fault(content) == ""
    assert alike(corners(shown(content).convert("RGB")), corners(fields()), by=12)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP"])
def test_half_a_picture_is_none(kind: str) -> None:
    """A file that was cut off is said, and not set with a black half."""
    whole = saved(Image.effect_noise((240, 160), 60).convert("RGB"), kind)
    half = whole[: len(whole) // 2]
    said = pictures.fault(half)
    if not said:
        with pytest.raises(ValueError, match="it is damaged, or cut off"):
            _harmless(half)
    else:
        assert said == pictures.NONE
        assert "damaged" in pictures.advice(half)


def test_a_damaged_picture_is_none() -> None:
    """A PNG whose sums are wrong is said."""
    content = bytearray(saved(Image.effect_noise((240, 160), 60), "PNG"))
    content[len(content) // 2] ^= 0x5A
    with pytest.raises(ValueError, match="it is damaged, or cut off"):
        _harmless(bytes(content))


@pytest.mark.parametrize("mode", ["I", "F"])
def test_measurements_are_no_picture(mode: str) -> None:
    """Numbers of 32 bits have no colours that could be meant."""
    with pytest.raises(ValueError, match="has pixels of 32 bits: save it with 8 bits"):
        _harmless(saved(fields().convert("L").convert(mode), "TIFF"))


def test_a_jpeg_of_many_passes_is_refused_by_its_head() -> None:
    """Small passes over many pixels would take hours."""
    content = saved(Image.new("L", (5_000, 5_000)), "JPEG", progressive=True)
    assert pictures.fault(content) == ""
    more = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00" * 200
    assert pictures.fault(content[:-2] + more + content[-2:]).startswith("comes in 2")


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"", "the file is empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "it is HEIC: save it as PNG"),
        (b"%PDF-1.7", "it is PDF"),
        (b"8BPS\0\1", "it is Photoshop"),
        (b"<!DOCTYPE html><html>", "it is a page of the web"),
        (b"version https://git-lfs.github.com/spec/v1", "`git lfs pull` brings it"),
        (b"\x89PNG\r\n\x1a\n", "the file is damaged"),
        (b"a letter", "PNG, JPEG, GIF, WebP, AVIF, TIFF and SVG can be set"),
    ],
)
def test_what_is_no_picture_is_told_by_its_beginning(content: bytes, advice: str) -> None:
    """The hint says what the file is, and so what helps."""
    assert pictures.fault(content) == pictures.NONE
    assert advice in pictures.advice(content)


def film(kind: str, how_many: int = 3) -> bytes:
    """Return a file of several pictures."""
    several = [Image.new("RGB", SIZE, (60 * at, 90, 30)) for at in range(1, how_many + 1)]
    return saved(several[0], kind, save_all=True, append_images=several[1:])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_that_only_the_first_of_several_is_printed_is_said(kind: str) -> None:
    """A film and a scan of many pages are not cut down in silence; a single one is no film."""
    assert pictures.remark(film(kind)) == (
        "I11",
        "holds several pictures, and the first is printed",
    )
    assert pictures.remark(film(kind, 1)) is None


@pytest.mark.parametrize(
    "broken", [b"nothing of a profile", profile()[:200], b"\0" * 200], ids=["words", "cut", "zeros"]
)
def test_a_broken_profile_is_said_and_its_picture_set(broken: bytes) -> None:
    """The colours are taken as they stand, with a warning."""
    content = saved(fields(), "PNG", icc_profile=broken)
    assert (pictures.remark(content) or ("",))[0] == "I12"
    assert alike(corners(shown(content)), corners(fields()))


def test_a_picture_that_becomes_a_film_is_found_without_reading_again(tmp_path: Path) -> None:
    """What is remembered of a chapter asks its pictures again."""
    (tmp_path / "essay.md").write_text("---\ntitle: T\n---\n\n![a](p.gif)\n", encoding="utf-8")
    memory = ReadingCache()
    seen = []
    for content in (film("GIF", 1), film("GIF"), film("GIF", 1)):
        (tmp_path / "p.gif").write_bytes(content)
        source = read(str(tmp_path))
        found = reread(source, memory).findings
        assert found == parse(source).findings
        seen.append([finding.code for finding in found])
    assert seen == [[], ["I11"], []]


def test_a_picture_that_fails_when_it_is_set_is_said_at_its_line(press: Shop) -> None:
    """The description stands in its place, and the finding says why and what to do."""
    whole = saved(Image.effect_noise((240, 160), 60), "PNG")
    booklet = press(
        {"essay.md": "---\ntitle: T\n---\n\n![A quay](p.png)\n", "p.png": whole[: len(whole) // 2]}
    )
    (finding,) = booklet.report.findings
    assert str(finding).endswith(
        "essay.md:5: the picture `p.png` cannot be set: it is damaged, or cut off "
        "(save it again; its description stands in its place) [M06]"
    )


@pytest.mark.parametrize("name", ["my%20quay.png", "quay%ce.png", "100%.png", "50%25.png"])
def test_a_name_with_a_percent_sign_is_that_of_the_file(name: str, tmp_path: Path) -> None:
    """A file has the very name that was typed, or else what an address means."""
    (tmp_path / "essay.md").write_text(f"---\ntitle: T\n---\n\n![a]({name})\n", encoding="utf-8")
    memory, source = ReadingCache(), read(str(tmp_path))
    (tmp_path / name).write_bytes(saved(fields(), "PNG"))
    found = reread(source, memory)
    assert [picture.src for picture in found.chapters[0].pictures] == [name]
    assert _harmless(source.shelf.take(name))
    (tmp_path / name).rename(tmp_path / "other.png")
    again = reread(read(str(tmp_path)), memory)
    assert [finding.code for finding in again.findings] == ["M06"]
