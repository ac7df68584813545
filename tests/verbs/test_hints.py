"""Hints work: what is to be typed can be pasted, and what is said to help does help."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.press.file_writing import remedy, write
from booklet.source import read
from booklet.source.foreign_formats import other, quoted_path

if TYPE_CHECKING:
    from collections.abc import Callable


def zipped(*names: str, kind: bytes = b"") -> bytes:
    """Return a ZIP file with files of these names, as office programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if kind:
            archive.writestr("mimetype", kind)
        for name in names:
            archive.writestr(name, "<x/>")
    return out.getvalue()


DOCUMENTS = {
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "a Word file"),
    "odt": (zipped("content.xml", kind=b"application/vnd.oasis.opendocument.text"),
            "an OpenDocument file"),
    "epub": (zipped("META-INF/container.xml", kind=b"application/epub+zip"), "an EPUB"),
    "rtf": (b"{\\rtf1 a}", "an RTF file"),
    "html": (b"\xef\xbb\xbf<!DOCTYPE html>\n<html><p>a", "a web page"),
    "latex": (b"\n\\documentclass{article}\n", "a LaTeX file"),
    "ipynb": (b'{\n "cells": []}', "a notebook of Jupyter's"),
}  # fmt: skip
NAMES = ["my essay", "it's", "a$HOME", '"quoted"', "-f", "a;b", "a&b", "`date`", "été", "x", "(y)"]


@pytest.mark.parametrize("pandoc", DOCUMENTS)
@pytest.mark.parametrize("name", NAMES)
def test_the_command_for_a_document_can_be_pasted(tmp_path: Path, pandoc: str, name: str) -> None:
    """A shell gives Pandoc the very file, whatever its name; and the file that it makes."""
    content, kind = DOCUMENTS[pandoc]
    (tmp_path / f"{name}.{pandoc}").write_bytes(content)
    with pytest.raises(BookletError) as caught:
        read(f"./{name}.{pandoc}", tmp_path)
    assert f"this is {kind}, not Markdown" in str(caught.value)
    (command,) = caught.value.commands
    assert command in str(caught.value)
    words = pasted(command, tmp_path)
    assert words[:2] == ["-f", pandoc]
    assert (tmp_path / words[2]).read_bytes() == content
    assert words[3:] == ["-o", words[2].removesuffix(pandoc) + "md", "--wrap=none",
                         "--extract-media=."]  # fmt: skip
    assert not words[2].startswith("-")


def pasted(command: str, folder: Path) -> list[str]:
    """Return the words that a program gets from a command that is pasted into a shell."""
    bin_ = folder / "bin"
    bin_.mkdir(exist_ok=True)
    program = bin_ / command.split()[0]
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    program.chmod(0o755)
    paths = {**os.environ, "PATH": f"{bin_}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=paths, capture_output=True, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_a_path_in_a_command_is_one_word(name: str) -> None:
    """Whatever is in it; and no program takes it for an option."""
    command = f'printf "%s\\0" {quoted_path(name)}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
    (word,) = done.stdout.decode().split("\0")[:-1]
    assert word.removeprefix("./") == name.removeprefix("./")
    assert not word.startswith("-")


@pytest.mark.parametrize(("raw", "hint"), [
    (b"%PDF-1.7\n", "look for the text that it was made from"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .docx"),
    (zipped("a.md"), "unpack it"),
    (zipped("Index/Document.iwa"), "export it as Word"),
])  # fmt: skip
def test_what_pandoc_cannot_read_has_another_hint(raw: bytes, hint: str) -> None:
    """Nobody is sent to a program that does not help."""
    error = other(raw, "essay.md")
    assert error
    assert error.commands == ()
    assert hint in error.hint


def test_a_chapter_may_be_no_document_either(tmp_path: Path) -> None:
    """The same is said of it, at its own path; templates are web pages, and stay so."""
    (tmp_path / "one.html").write_text("<!DOCTYPE html><p>x")
    (tmp_path / "essay.md").write_text("---\nchapters: [one.html]\n---\n\nWords.\n")
    with pytest.raises(BookletError, match="this is a web page") as caught:
        parse(read("essay.md", tmp_path))
    assert str(caught.value.where) == "one.html"
    assert read("essay.md", tmp_path).text("one.html").text.startswith("<!DOCTYPE")


@pytest.mark.parametrize("text", ["# A", "<b>x</b>", "<!-- x -->\n# A", "{rtf}", "{}", "PK", "\\a"])
def test_text_is_no_document(text: str) -> None:
    """Markdown may begin with a tag, a brace or a backslash."""
    assert other(text.encode(), "essay.md") is None


def test_a_large_document_is_one_all_the_same(tmp_path: Path) -> None:
    """That it is too large for a text is not what is wrong with it."""
    (tmp_path / "a.docx").write_bytes(DOCUMENTS["docx"][0] + bytes(21_000_000))
    with pytest.raises(BookletError, match="this is a Word file"):
        read("a.docx", tmp_path)


# Where something cannot be written.


@pytest.mark.parametrize(("code", "said"), [
    (errno.ENOSPC, "free some space, or name another folder"),
    (errno.EDQUOT, "free some space, or name another folder"),
    (errno.EACCES, "you may not write there: name another folder"),
    (errno.EROFS, "you may not write there: name another folder"),
    (errno.ENOTDIR, "name another folder"),
])  # fmt: skip
def test_what_helps_follows_from_what_is_wrong(code: int, said: str) -> None:
    """No space helps where one may not write."""
    assert remedy(OSError(code, ""), "--out") == f"{said} with --out"


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT])
def test_a_folder_that_may_not_be_written_is_said(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that space is to be freed, whatever the system says of it: /proc says it is not there."""

    def refuse(*_: object, **_named: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(BookletError) as caught:
        write({tmp_path / "out" / "booklet.pdf": b"x"})
    assert "space" not in caught.value.hint
    assert "--out" in caught.value.hint


def test_a_folder_below_a_file_is_said(tmp_path: Path) -> None:
    """With another folder as what helps."""
    (tmp_path / "file").touch()
    with pytest.raises(BookletError) as caught:
        write({tmp_path / "file" / "out" / "booklet.pdf": b"x"})
    assert caught.value.hint == (
        "name another folder with --out; the last good booklet is still there"
    )


@pytest.mark.parametrize("name", ["my essay.md", "it's.md"])
def test_the_hint_for_a_lost_word_can_be_pasted(
    inv: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, name: str
) -> None:
    """Who leaves `--essay` out gets a command that has the file as one word."""
    (tmp_path / name).write_text("# A\n\nWords.\n")
    done = inv("build", name)
    assert done.returncode == 2
    command = done.stderr.split("did you mean `")[1].split("`?")[0]
    assert pasted(command.replace("./inv", "inv"), tmp_path) == ["build", "--essay", name]


PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n\0\0",
    "jpeg": b"\xff\xd8\xff\xe0",
    "webp": b"RIFF\1\2\3\4WEBPVP8 ",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><text>Quay</text></svg>\n',
    "declared.svg": b"<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg>\n<svg>",
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_named_for_a_manuscript_is_said(tmp_path: Path, name: str) -> None:
    """It is neither text in a wrong code nor a text without words."""
    (tmp_path / name).write_bytes(PICTURES[name])
    with pytest.raises(BookletError, match="this is a picture, not Markdown"):
        read(name, tmp_path)


def test_a_text_that_begins_with_a_drawing_is_a_text(tmp_path: Path) -> None:
    """Words after the drawing make it one."""
    (tmp_path / "a.md").write_text("<svg><rect/></svg>\n\nThe quay.\n")
    assert read("a.md", tmp_path).essay.text.endswith("The quay.\n")


def test_a_folder_without_an_essay_names_what_can_be_pasted(tmp_path: Path) -> None:
    """Its Markdown files, quoted as a shell wants them."""
    folder = tmp_path / "my notes"
    folder.mkdir()
    (folder / "on tea.md").write_text("Tea.\n")
    with pytest.raises(BookletError) as caught:
        read("my notes", tmp_path)
    assert "`--essay 'my notes/on tea.md'`" in str(caught.value)
    assert read("my notes/on tea.md", tmp_path).essay.text == "Tea.\n"


@pytest.mark.parametrize(("typed", "meant"), [
    ("my nots", "my notes"),
    ("./my notes/on-te.md", "my notes/on-tea.md"),
    ("strategic-military-aliances", "strategic-military-alliances"),
])  # fmt: skip
def test_a_path_that_is_nearly_right_is_set_right(tmp_path: Path, typed: str, meant: str) -> None:
    """Files and folders beside it count, and the essays of the project."""
    (tmp_path / "my notes").mkdir()
    (tmp_path / "my notes" / "on-tea.md").write_text("Tea.\n")
    with pytest.raises(BookletError) as caught:
        read(typed, tmp_path)
    assert caught.value.hint == f"did you mean `{meant}`?"
