"""Source: how an essay is found on disk, and how far its files are trusted."""

from __future__ import annotations

import os
import struct
import zlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import booklet.source
from booklet.errors import BookletError
from booklet.source import ESSAYS, SHIPPED, Shelf, decode, read, slugify
from tests.desk import SVG, lay, source

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "# A title\n\nSome text.\n"


def refused(call: Callable[[], object]) -> str:
    """Return the error that `call` ends with, in one line."""
    with pytest.raises(BookletError) as caught:
        call()
    return str(caught.value).replace("\n\n", " / ")


# Finding an essay.


def test_without_a_path_it_is_the_essay_that_is_shipped() -> None:
    """Who types no path gets the essay of the project itself."""
    assert read().slug == SHIPPED


def test_a_name_is_a_folder_under_essays() -> None:
    """The name of a folder under essays/ is enough, from whatever folder it is typed."""
    assert read(SHIPPED, Path("/")).essay.name == "essay.md"


def test_a_folder_is_read_by_its_essay(tmp_path: Path) -> None:
    """A folder with an essay.md is an essay, and gives it its name."""
    lay(tmp_path, {"On Tea/essay.md": TEXT})
    found = read("On Tea", tmp_path)
    assert (found.slug, found.essay.path, found.essay.text) == ("on-tea", "On Tea/essay.md", TEXT)


def test_any_markdown_file_is_an_essay(tmp_path: Path) -> None:
    """A file of any name is an essay, and gives it its name."""
    lay(tmp_path, {"notes/Été 1914.md": TEXT})
    assert read("notes/Été 1914.md", tmp_path).slug == "ete-1914"


def test_messages_name_a_file_as_it_is_typed(tmp_path: Path) -> None:
    """Below the present folder a path is relative, elsewhere it is whole."""
    lay(tmp_path, {"a/essay.md": TEXT, "b/x": ""})
    assert read("../a", tmp_path / "b").essay.path == (tmp_path / "a/essay.md").as_posix()
    assert read(str(tmp_path / "a"), tmp_path).essay.path == "a/essay.md"


@pytest.mark.parametrize("name", ["nothing", "no/such.md", "", "a" * 300, "a\0b", "essay.md/x"])
def test_what_is_not_there_is_an_error_with_a_hint(name: str, tmp_path: Path) -> None:
    """A path that leads to no essay is named, however strange it is."""
    lay(tmp_path, {"essay.md": TEXT})
    if name:
        assert refused(lambda: read(name, tmp_path)).startswith("error: ")
    else:
        assert read(name, tmp_path).essay.name == "essay.md"


def test_the_error_for_a_wrong_path_lists_the_essays(tmp_path: Path) -> None:
    """The hint names what there is."""
    message = refused(lambda: read("on-te", tmp_path))
    assert message.startswith("error: there is no essay at `on-te` / hint: ")
    assert SHIPPED in message


def test_a_folder_without_an_essay_is_named(tmp_path: Path) -> None:
    """A folder must say which of its files is the essay."""
    lay(tmp_path, {"notes/one.md": TEXT})
    assert "no `essay.md` in the folder `notes`" in refused(lambda: read("notes", tmp_path))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe would never end; it is refused before it is opened."""
    os.mkfifo(tmp_path / "essay.md")
    assert "neither a file nor a folder" in refused(lambda: read("essay.md", tmp_path))
    assert "no `essay.md`" in refused(lambda: read(str(tmp_path), Path("/")))


def test_a_device_is_not_read() -> None:
    """A device has no end, and is no essay."""
    assert "neither a file nor a folder" in refused(lambda: read("/dev/zero", Path("/")))


def test_a_link_in_a_circle_is_not_there(tmp_path: Path) -> None:
    """Symbolic links that lead to one another lead nowhere."""
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert "there is no essay at `a.md`" in refused(lambda: read("a.md", tmp_path))


def test_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than any book is a mistake, and is not read."""
    monkeypatch.setattr(booklet.source, "MOST_TEXT", 1_000_000)
    message = refused(lambda: source(tmp_path, "a" * 1_000_001))
    assert message.startswith("error: `essay.md` is larger than 1 MB of text / hint: ")


def test_a_file_that_may_not_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says about a file reaches the author, without a traceback."""
    made = source(tmp_path, TEXT, {"style.css": ""})

    def fail(_self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert refused(lambda: read("essay.md", tmp_path)) == (
        "error: `essay.md` cannot be read: Permission denied / "
        "hint: give yourself the right to read it:\n  chmod u+r essay.md"
    )
    assert refused(lambda: made.shelf.take("style.css")).startswith(
        "error: `style.css` cannot be read: Permission denied / hint: "
    )


# Text.

LINES = "---\ntitle: Ä\n---\n\nOne\tsentence.\n\nزبان — 中文 — 🎉\n"


@pytest.mark.parametrize(
    "raw",
    [
        LINES.encode("utf-8-sig"),
        LINES.replace("\n", "\r\n").encode(),
        LINES.replace("\n", "\r").encode(),
        LINES.encode(),
    ],
    ids=["byte order mark", "CRLF", "CR", "LF"],
)
def test_shapes_of_files_are_read_alike(raw: bytes) -> None:
    """A byte order mark and the line ends of other systems make no difference."""
    assert decode(raw, "essay.md") == LINES


def test_an_end_without_a_newline_stays(tmp_path: Path) -> None:
    """The last line need not end."""
    assert source(tmp_path, "the end").essay.text == "the end"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_what_is_not_utf_8_is_named_with_its_line(end: bytes) -> None:
    """A wrong byte is found by line and place, whatever the lines end with."""
    raw = b"one" + end + b"two" + end + b"caf\xe9 noir" + end
    assert refused(lambda: decode(raw, "essay.md")) == (
        "error: essay.md:3: byte 4 of the line, 0xe9, is not UTF-8 / hint: save the file as "
        "UTF-8; text from an older program may be Windows-1252"
    )


def test_utf_16_is_named() -> None:
    """UTF-16 is told by its mark, or by its zeros if it has none."""
    assert "this is UTF-16, not text in UTF-8" in refused(lambda: decode("a".encode("utf-16"), "e"))
    message = refused(lambda: decode("a\nb".encode("utf-16-be"), "e"))
    assert "e:1: byte 1 of the line, 0x00, is not UTF-8" in message
    assert "may be UTF-16" in message


def test_what_is_no_text_is_taken_out() -> None:
    """Control characters and the press's own marks never come from a manuscript."""
    assert decode("a\ufdd0b\x07c\ufeffd\x1be\x7ff\tg\x0ch\u2028i".encode(), "e") == "abcdef\tg h i"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")))
def test_text_is_read_as_it_was_written(text: str) -> None:
    """Whatever an author writes comes back, but for what is no text."""
    dropped = {*range(0xFDD0, 0xFDF0), 0xFEFF, 0xFFFE, 0xFFFF}
    wanted = text.translate(dict.fromkeys(dropped)).translate({0x2028: " ", 0x2029: " "})
    assert decode(text.encode(), "essay.md") == wanted


@given(st.binary(max_size=200))
def test_bytes_are_text_or_an_error_with_a_line(raw: bytes) -> None:
    """No bytes whatever end in anything but text or an error that says where."""
    try:
        text = decode(raw, "essay.md")
    except BookletError as error:
        where = error.where
    else:
        assert "\r" not in text
        return
    assert where is not None
    assert 1 <= where.line <= raw.count(b"\n") + raw.count(b"\r") + 1


# The shelf.


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a shelf with files on it, and a secret beside it."""
    lay(
        tmp_path,
        {
            "essay/essay.md": TEXT,
            "essay/figures/a b.svg": SVG,
            "essay/figures/100%.svg": SVG,
            "essay/what?#1.svg": SVG,
            "secret.txt": "secret",
            "essay-2/x.txt": "secret",
        },
    )
    return Shelf(tmp_path / "essay")


@pytest.mark.parametrize(
    "name",
    [
        "essay.md",
        "./essay.md",
        "figures/a b.svg",
        "figures/a%20b.svg",
        "figures/100%.svg",
        "what?#1.svg",
        "figures/../essay.md",
        "figures/a%20b%2Esvg",
    ],
)
def test_files_on_the_shelf_are_found(name: str, shelf: Shelf) -> None:
    """A file is found by its name, or by its name as an address has it."""
    assert shelf.find(name).is_file()


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "/etc/passwd",
        "figures/../../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "%2Fetc%2Fpasswd",
        "../essay-2/x.txt",
        "figures/../../essay-2/x.txt",
        "../essay/../secret.txt",
        "../nothing",
        "/dev/zero",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    ],
)
def test_files_beyond_the_shelf_are_refused(name: str, shelf: Shelf) -> None:
    """No way of writing a path leads out of the essay's folder."""
    assert "is outside the folder of the essay" in refused(lambda: shelf.take(name))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing.svg", "`nothing.svg` is not there"),
        ("Essay.MD", "`Essay.MD` is not there"),
        ("figures\\a b.svg", "put `/` between folders"),
        ("figures", "`figures` is not a file"),
        ("", "is not a file"),
        ("a" * 300, "is not there"),
        ("a\0b", "is not there"),
        ("essay.md/x", "is not there"),
    ],
)
def test_what_is_not_on_the_shelf_is_named(name: str, message: str, shelf: Shelf) -> None:
    """A name without a file is an error, and a short one."""
    found = refused(lambda: shelf.take(name))
    assert message in found
    assert len(found) < 250


def test_links_on_the_shelf_are_followed_if_they_stay(shelf: Shelf) -> None:
    """A symbolic link may lead to another place on the shelf, and to no place outside it."""
    (shelf.root / "in.md").symlink_to("essay.md")
    (shelf.root / "out.txt").symlink_to("../secret.txt")
    (shelf.root / "way").symlink_to("..")
    (shelf.root / "round").symlink_to("round")
    assert shelf.take("in.md") == TEXT.encode()
    for name in ("out.txt", "way/secret.txt"):
        assert "is outside the folder" in refused(partial(shelf.take, name))
    assert "is not there" in refused(lambda: shelf.take("round"))


def test_a_shelf_may_itself_be_a_link(shelf: Shelf) -> None:
    """An essay's folder that is reached by a link is the folder that the link leads to."""
    link = shelf.root.parent / "link"
    link.symlink_to("essay")
    assert Shelf(link).take("essay.md") == TEXT.encode()


def test_a_pipe_on_the_shelf_is_not_waited_for(shelf: Shelf) -> None:
    """Only ordinary files are read."""
    os.mkfifo(shelf.root / "pipe.svg")
    assert "`pipe.svg` is not a file" in refused(lambda: shelf.take("pipe.svg"))


def test_a_large_file_is_not_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files have a limit, and the message says how to keep below it."""
    monkeypatch.setattr(booklet.source, "MOST_BYTES", 1_000_000)
    lay(shelf.root, {"big.png": b"a" * 1_000_001})
    message = refused(lambda: shelf.take("big.png"))
    assert message.startswith("error: `big.png` is larger than 1 MB / hint: make it smaller")


# Pictures.


def png(width: int, height: int) -> bytes:
    """Return a white picture: a few bytes that stand for any number of pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + kind
            + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    rows = zlib.compress(row * min(height, 20_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_that_can_be_set_pass(shelf: Shelf) -> None:
    """A drawing and a photograph are both pictures."""
    lay(shelf.root, {"a.svg": SVG, "b.png": png(30, 20)})
    shelf.picture("a.svg")
    shelf.picture("b.png")


@pytest.mark.parametrize(("width", "height"), [(8_000, 8_000), (20_000, 20_000), (60_000, 9_000)])
def test_a_picture_of_too_many_pixels_is_refused(width: int, height: int, shelf: Shelf) -> None:
    """A small file that unfolds to fill the memory is told by its head."""
    bomb = png(width, height)
    assert len(bomb) < 200_000
    lay(shelf.root, {"bomb.png": bomb})
    message = refused(lambda: shelf.picture("bomb.png"))
    assert message.startswith("error: `bomb.png` has more than 50 million pixels / hint: make it ")


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_refused(content: bytes, shelf: Shelf) -> None:
    """A file with a picture's name must hold a picture."""
    lay(shelf.root, {"a.png": content})
    assert "`a.png` is not a picture" in refused(lambda: shelf.picture("a.png"))


# Other files, and names.


def test_the_style_of_an_essay_is_read_from_its_folder(tmp_path: Path) -> None:
    """An author's style.css is a text with a path for messages; without one there is none."""
    assert source(tmp_path, TEXT).style is None
    style = source(tmp_path, TEXT, {"style.css": "p { color: red }"}).style
    assert style is not None
    assert (style.path, style.text) == ("style.css", "p { color: red }")


def test_a_chapter_is_named_by_its_path_from_the_essay(tmp_path: Path) -> None:
    """Messages about a chapter name it as the author would type it."""
    lay(tmp_path, {"book/essay.md": TEXT, "book/two/b.md": "x"})
    text = read("book", tmp_path).text("./two/b.md")
    assert (text.path, text.name) == ("book/two/b.md", "two/b.md")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Strategic Alliances: A Key!", "strategic-alliances-a-key"),
        ("Été à l'Île", "ete-a-l-ile"),
        ("  --x--  ", "x"),
        ("日本 語", "日本-語"),
        ("التحالفات العسكرية", "التحالفات-العسكرية"),
        ("🎉", ""),
    ],
)
def test_slugs_can_be_typed(text: str, slug: str) -> None:
    """A slug has small letters, digits and hyphens, in the text's own script."""
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_its_own_slug(text: str) -> None:
    """Making a slug of a slug changes nothing, and never leaves a name empty that has a default."""
    slug = slugify(text, "essay")
    assert slugify(slug, "essay") == slug
    assert slug


def test_essays_live_in_the_project() -> None:
    """The shipped essay is where the error messages say that essays are."""
    assert (ESSAYS / SHIPPED / "essay.md").is_file()
