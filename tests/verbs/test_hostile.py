"""Hostile words: whatever stands in an option, a path or a file of settings, it is a message."""

from __future__ import annotations

import os
import random
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booklet.editions.style import chosen, styles
from booklet.errors import BookletError
from booklet.manuscript import Manuscript, parse
from booklet.press.sheet_plan import mistakes, plan
from booklet.source import locate, read
from tests.conftest import Shop, losses, texts
from tests.desk import outcome as refused

if TYPE_CHECKING:
    from collections.abc import Callable

    Inv = Callable[..., subprocess.CompletedProcess[str]]

# How many inputs are made up; more by hand.
MADE_UP = int(os.environ.get("BOOKLET_HOSTILE", "60"))

HUGE = "9" * 5000


def planned(folder: Path) -> str:
    """Return what is said of an essay before it is laid out: nothing, or its mistakes."""
    try:
        made = parse(read("essay.md", folder))
        wrong = mistakes(made.options)
        if not wrong:
            for style in chosen(made, styles(made)):
                plan(made, style)
        return "\n".join(map(str, wrong))
    except BookletError as error:
        return str(error)


# Files of settings.


TOML = {
    "brackets": "x = " + "[" * 20_000,
    "braces": "x = " + "{a = " * 20_000,
    "digits": "[editions.reader]\nleading = " + HUGE,
    "hex": "[editions.reader]\nline-numbers = 0x" + "f" * 6000,
    "float": "[editions.reader]\nleading = 1e999",
    "nan": "[editions.reader]\nleading = nan",
    "minus": "[editions.reader]\nline-numbers = -1",
    "dotted key": "set" + ".a" * 1200 + " = 1",
    "dotted table": "[editions" + ".a" * 5000 + "]\nb = 1",
    "dotted edition": "[editions.reader" + ".sheets" * 30 + "]\nb = 1",
    "based on": "".join(f'[editions.a{n}]\nbased-on = "a{n + 1}"\n' for n in range(3000))
    + '[editions.a3000]\nbased-on = "reader"',
    "based in a ring": '[editions.a]\nbased-on = "b"\n[editions.b]\nbased-on = "a"',
    "date": "[editions.reader]\ntrim = 2026-02-03",
    "time": "[sheets]\nsafe = 10:00:00",
    "dates": "set = [2026-02-03T10:00:00Z]",
    "numbers": "set = [1, 2.5, true]",
    "lists": "set = [['reader']]",
    "tables": "[[set]]\na = 1",
    "editions in a list": "[[editions]]\na = 1",
    "edition in a list": "[[editions.reader]]\na = 1",
    "sheets in a list": "[[sheets]]\na = 1",
    "sheets as text": "sheets = 'saddle'",
    "edition as text": "[editions]\nreader = 'x'",
    "empty key": '[editions.""]\nbased-on = "reader"',
    "odd name": '[editions."../x"]\nbased-on = "reader"',
    "long name": f'[editions.{"a" * 500}]\nbased-on = "reader"',
    "parts": "[editions.reader]\nparts = [1, {a = 2}]",
    "styles": "[editions.reader]\nstyles = [1]",
    "styles of a style": "[editions.reader]\nstyles = {a = 1}",
    "twice": "a = 1\na = 2",
    "control": "a = '\x01'",
    "no value": "set =",
    "a key": "set",
    "surrogate": 'set = ["\\ud800"]',
}


@pytest.mark.parametrize("what", TOML)
def test_a_file_of_settings_is_taken_or_named(tmp_path: Path, what: str) -> None:
    """A `booklet.toml` that cannot be read, or makes no sense, is an error that names it."""
    (tmp_path / "essay.md").write_text("# A\n\nWords.\n")
    (tmp_path / "booklet.toml").write_text(TOML[what])
    said = planned(tmp_path)
    assert "booklet.toml" in said
    assert len(said) < 2000 + 300 * (what == "based on") * 3000


BYTES = {
    "UTF-16": "set = []".encode("utf-16"),
    "Latin-1": b'set = ["\xe9"]',
    "a zero": b"set = \0",
    "random": random.Random(1).randbytes(2000),
    "a picture": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("what", BYTES)
@pytest.mark.parametrize("name", ["booklet.toml", "essay.md", "style.css", "one.md"])
def test_bytes_that_are_no_text_are_named(tmp_path: Path, what: str, name: str) -> None:
    """With the file that has them, whichever it is."""
    (tmp_path / "essay.md").write_text("---\nchapters: [one.md]\n---\n\n# A\n\nWords.\n")
    (tmp_path / "one.md").write_text("# B\n\nWords.\n")
    (tmp_path / name).write_bytes(BYTES[what])
    with pytest.raises(BookletError) as caught:
        said(tmp_path)
    assert name in str(caught.value)


def said(folder: Path) -> str:
    """Return what is found in an essay; raises BookletError if it cannot be read."""
    source = read("essay.md", folder)
    made = parse(source)
    _ = source.style, source.fonts
    return "\n".join(map(str, made.findings))


YAML = {
    "a ring": "a: &a [*a]",
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "merged": "<<: {title: x}\ntitle: y",
    "tags": "title: !!python/object/apply:os.system [x]\nlang: !!int en",
    "binary": "title: !!binary aGVsbG8=",
    "digits": f"toc-depth: {HUGE}",
    "digits of a size": f"trim: {HUGE}mm x {HUGE}mm",
    "digits of a type": f"type-size: {HUGE}pt",
    "digits of a date": f"date: {HUGE}-01-01",
    "a surrogate": 'title: "\\uD800"\nauthor: "\\uDFFF"\nlang: "\\uD800"',
    "a letter that is none": 'title: "\\Uffffffff"',
    "a key that is none": '"\\uD800": x\n"\\0": y',
    "an empty key": '"": x\n": ": y',
    "a list as key": "? [a]\n: b",
    "keys as key": "title: {{ page.title }}",
    "deep": "a: " + "{a: " * 3000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(300)),
    "long": "a: " + "x" * 250_000,
    "many": "\n".join(f"k{n}: x" for n in range(9000)),
    "documents": "title: x\n--- \ntitle: y",
    "directive": "%YAML 9.9\n",
    "tabs": "a:\n\t\tb: c",
    "a zone": "date: 2026-99-99T99:99:99Z",
    "chapters": "chapters: [1, 2, {a: b}]",
    "chapters outside": "chapters: [../../etc/passwd, /dev/zero, '']",
    "editions": "editions: {reader: {sheets: {marks: {a: b}}}}",
    "sheets": f"sheets: {{signature: {HUGE}, safe: {HUGE}mm, stock: {HUGE} g/m², closing: -1}}",
    "set": "set: {a: b}",
}


@pytest.mark.parametrize("what", YAML)
def test_front_matter_is_taken_or_named(tmp_path: Path, what: str) -> None:
    """What cannot be read is an error at its line, in few words."""
    (tmp_path / "essay.md").write_text(f"---\n{YAML[what]}\n---\n\nWords.\n")
    said = planned(tmp_path)
    assert said == "" or "essay.md" in said
    assert len(said) < 3000


KEYS = st.sampled_from([
    "title", "author", "date", "lang", "keywords", "toc-depth", "trim", "paper", "type-size",
    "dir", "chapters", "notes", "number-sections", "set", "editions", "sheets", "reader", "name",
    "booklet", "based-on", "leading", "line-numbers", "parts", "styles", "scheme", "signature",
    "stock", "safe",
    "marks", "cover", "flip", "profile", "bleed", "fit-leading", "affiliation", "mine",
])  # fmt: skip
SCALARS = (
    st.sampled_from(["", "yes", "A5", "12pt", "1e999", "nan", "-1", HUGE, "[[a]]", "#", "today",
                     "reader", "2026-02-31", "\U0001f600", "3%", "0mm", "∞", "١٢"])
    | st.text(max_size=9)
    | st.integers()
    | st.floats()
    | st.booleans()
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def as_json(value: object) -> str:
    """Return a value as flow-style YAML has it, and JSON."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_json(k)}: {as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c) & 0xFFFF:04x}" for c in text) + '"'


def as_toml(value: object) -> str:
    """Return a value as TOML has it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_json(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return str(value).lower() if isinstance(value, (bool, int, float)) else as_json(value)


@settings(
    max_examples=MADE_UP, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=3))
def test_made_up_settings_are_taken_or_named(
    tmp_path: Path, front: dict[str, Any], toml: dict[str, Any]
) -> None:
    """Any value of any kind under any key: a booklet can be planned, or a file is named."""
    lines = "".join(f"{key}: {as_json(value)}\n" for key, value in front.items())
    (tmp_path / "essay.md").write_text(f"---\n{lines}---\n\nWords.\n", errors="replace")
    wanted = {key: value for key, value in toml.items() if key in ("set", "editions", "sheets")}
    wanted = wanted or {"editions": {"reader": toml}}
    lines = "".join(f"{key} = {as_toml(value)}\n" for key, value in wanted.items())
    (tmp_path / "booklet.toml").write_text(lines, errors="replace")
    said = planned(tmp_path)
    assert said == "" or "essay.md" in said or "booklet.toml" in said


@settings(max_examples=MADE_UP * 3, deadline=None)
@given(st.text(st.sampled_from("a:-[]{}#&*!|>'\"%@`,?~<=.\\ \n\t0é😀"), max_size=60))
def test_any_front_matter_comes_to_an_end(yaml: str) -> None:
    """Whatever signs stand in it."""
    for text in (f"---\n{yaml}\n---\n\nWords.\n", f"+++\n{yaml}\n+++\n\nWords.\n", f"{{{yaml}"):
        made = refused(text)
        assert isinstance(made, Manuscript) or "essay.md" in str(made)


# Paths.


@settings(max_examples=MADE_UP * 3, deadline=None)
@given(st.text(st.characters(max_codepoint=0xFFFF), max_size=30) | st.sampled_from(
    ["\0", "\udce9", "/" * 5000, "a" * 5000, "~", "//", "..", ".", "/dev/zero", "/dev/null", "-x"]
))  # fmt: skip
def test_any_path_is_an_essay_or_an_error(path: str) -> None:
    """No path brings anything else about."""
    with suppress(BookletError):
        assert isinstance(locate(path, Path.cwd()), Path)


def test_a_path_of_any_bytes_is_built(inv: Inv, tmp_path: Path) -> None:
    """The file, its folder and the folder to write to; the second time nothing has changed."""
    folder = os.fsencode(tmp_path) + b"/f\xff \xe9"
    os.mkdir(folder)
    essay = folder + b"/caf\xe9.md"
    Path(os.fsdecode(essay)).write_text("# A\n\nWords.\n")
    Path(os.fsdecode(folder + b"/\xfe.css")).touch()
    words = [b"build", b"--essay", essay, b"--edition", b"reader", b"--out", folder + b"/o\xff"]
    for _ in range(2):
        done = inv(*map(os.fsdecode, words))
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
        assert Path(os.fsdecode(folder + b"/o\xff/booklet.pdf")).is_file()
    assert "nothing has changed" in done.stdout
    done = inv(*map(os.fsdecode, [*words[:-1], essay]))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "�" in done.stderr


@pytest.mark.parametrize("what", ["pipe", "socket", "folder", "ring", "link to a device"])
@pytest.mark.parametrize("name", [
    "essay.md", "style.css", "booklet.toml", "one.md", "p.png", "fonts", "templates",
    "fonts/a.otf", "templates/cover.html",
])  # fmt: skip
def test_what_is_no_file_is_named_or_left_out(tmp_path: Path, name: str, what: str) -> None:
    """A pipe, a socket, a folder, a link to itself in the place of a file: nobody waits for it."""
    text = "---\nchapters: [one.md]\n---\n\n# A\n\nWords.\n\n![P](p.png)\n"
    for each, content in {"essay.md": text, "one.md": "# B\n\nWords.\n"}.items():
        if each != name:
            (tmp_path / each).write_text(content)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        if what == "pipe":
            os.mkfifo(path)
        elif what == "socket":
            here = Path.cwd()
            os.chdir(path.parent)  # the name of a socket is short
            listening.bind(path.name)
            os.chdir(here)
        elif what == "folder":
            path.mkdir()
        else:
            path.symlink_to(path.name if what == "ring" else "/dev/zero")
        found = ""
        with suppress(BookletError):
            found = said(tmp_path)
        assert found == "" or name not in ("essay.md", "one.md")
        assert name != "p.png" or "p.png" in found


# Options.


@pytest.mark.parametrize("words", [
    ("--copies", HUGE), ("--copies", "9" * 4000), ("--copies", "0"), ("--copies", "-1"),
    ("--copies", "1e3"), ("--copies", "x"), ("--copies", "\udcff"),
    ("--sheets", HUGE), ("--sheets", f"1-{HUGE}"), ("--sheets", "0"), ("--sheets", "٣"),
    ("--sheets", ",,,"), ("--sheets", "1-999999999"), ("--sheets", "x" * 9000),
    ("--time-limit", "nan"), ("--time-limit", "inf"), ("--time-limit", "1e999"),
    ("--time-limit", "-1"), ("--time-limit", HUGE), ("--time-limit", ""),
    ("--edition", "x" * 9000), ("--edition", "../x"), ("--edition", "\x1b[31m"), ("--edition", ""),
    ("--out", "a" * 5000), ("--out", "/dev/null/x"), ("--out", "/dev/null"),
    ("--essay", "a" * 5000), ("--essay", "/dev/zero"), ("--essay", "/dev"), ("--essay", "\udce9"),
    ("--essay", "essay.md/x"), ("--essay", "~nobody"), ("--nonsense", "\x1b[31m\udcff"),
])  # fmt: skip
def test_any_option_is_a_message(inv: Inv, tmp_path: Path, words: tuple[str, str]) -> None:
    """Status 1 or 2, one error, and no traceback; nothing steers the terminal."""
    (tmp_path / "essay.md").write_text("# A\n\nWords.\n")
    essay = () if words[0] == "--essay" else ("--essay", "essay.md")
    out = () if words[0] == "--out" else ("--out", "out")
    done = inv("build", *essay, *out, *words)
    assert done.returncode in (1, 2), done.stdout
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert len(done.stderr) < 3000


# More of one thing than pages hold.

TOO_MANY = {
    "pipes": ("| a | b |\n|---|---|\n" + "| c | d |\n" * 20_000, "20,000 cells", 3),
    "columns": ("|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|b" * 200 + "|\n", "200 columns", 3),
    "simple": ("a    b\n---- ----\n" + "c    d\n" * 11_000, "20,000 cells", 3),
    "grid": ("+--" * 150 + "+\n" + "|a " * 150 + "|\n" + "+--" * 150 + "+\n", "150 columns", 3),
    "HTML": (
        "<table>" + "<tr><td>a</td><td>b</td></tr>\n" * 11_000 + "</table>",
        "20,000 cells",
        3,
    ),
    "items": ("- a\n" * 20_500, "20,000 items", 3),
    "blocks": ("> a\n\n" * 26_000, "50,000 blocks", 1),
    "chapters": ("# a\n\n" * 3_001, "chapter 3,001", 6003),
    "a paragraph": ("words " * 60_000, "300,000 letters", 3),
    "code": ("```\n" + "x" * 1_100_000 + "\n```\n", "1,000,000 letters", 3),
    "lines": ("a\n\n" * 60_000, "100,000 lines", 1),
}


@pytest.mark.parametrize(("text", "message", "line"), TOO_MANY.values(), ids=TOO_MANY)
def test_more_than_pages_hold_is_an_error_at_its_line(
    tmp_path: Path, text: str, message: str, line: int
) -> None:
    """It names what is too much, where it begins, and how to divide it, before any layout."""
    (tmp_path / "essay.md").write_text(f"Words.\n\n{text}\n")
    with pytest.raises(BookletError, match=message) as caught:
        parse(read("essay.md", tmp_path))
    assert str(caught.value.where) == f"essay.md:{line}"
    assert caught.value.hint


@pytest.mark.parametrize("text", ["{}", "`{}`", "```\n{}\n```", "| a |\n|---|\n| {} |", "- **{}**"])
def test_letters_without_end_break_without_hyphens(text: str, press: Shop) -> None:
    """A key or a picture in signs is no word: it is set on lines of its letters, and in no time."""
    key = "".join(f"{number:x}+/&" for number in range(300))
    booklet = press(f"---\ntitle: T\ntrim: A4\n---\n\nWords.\n\n{text.format(key)}\n", seconds=60)
    assert losses(booklet) == []
    assert key in "".join("".join(texts(booklet.pages.pdf)).split())
