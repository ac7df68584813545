"""The construct table: each file in `constructs/` is a row, of markup that people bring.

`row` names the construct, `text` is an essay with it, `files` are more files beside it. `has` and
`lacks` are words that are in its text or not (white space does not count), `html` fragments of the
chapters' HTML, `said` all findings as code, file and line. A file of `files` whose text is
`a picture` becomes one. With `pdf = true` the text is that of the finished reading edition, and
the findings are all of its.
"""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from booklet.manuscript import Manuscript, parse, placeholders
from booklet.source import read
from tests.conftest import Shop, tell, texts, told

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

ROWS = sorted((Path(__file__).parent / "constructs").glob("*.toml"))
KEYS = {"row", "text", "files", "has", "lacks", "html", "said", "pdf"}


@dataclass(frozen=True)
class Made:
    """What became of a row: its text, the HTML of its chapters, and the findings."""

    text: str
    html: str
    said: list[str]


def png() -> bytes:
    """Return a picture of 60 by 40 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (120, 120, 120)).save(out, "PNG")
    return out.getvalue()


def row_of(path: Path) -> dict[str, Any]:
    """Return the row in a file, with a PNG for each of its `files` that is `a picture`."""
    row = tomllib.loads(path.read_text(encoding="utf-8"))
    files = {"essay.md": row["text"], **row.get("files", {})}
    return {**row, "files": {k: png() if v == "a picture" else v for k, v in files.items()}}


def made(row: dict[str, Any], request: pytest.FixtureRequest) -> Made:
    """Return what becomes of a row; to start a press takes longer than to read an essay."""
    shop = Shop(request.getfixturevalue("tmp_path"), None)  # type: ignore[arg-type]
    if row.get("pdf"):
        shop = request.getfixturevalue("press")
    shop.write(row["files"])
    manuscript = parse(read("essay.md", shop.folder))
    html = html_of(manuscript)
    if not row.get("pdf"):
        return Made(text_of(html), html, [tell(finding) for finding in manuscript.findings])
    booklet = shop(row["files"])
    return Made("\n".join(texts(booklet.files[0])), html, told(booklet))


def html_of(manuscript: Manuscript) -> str:
    """Return the HTML of all chapters, each with its title before it and its notes behind it."""
    return "\n".join(
        part
        for chapter in manuscript.chapters
        for part in (chapter.opening, chapter.html, *(note.html for note in chapter.notes))
    )


def text_of(html: str) -> str:
    """Return the words in HTML, without the marks for notes."""
    html = re.sub(r"<img [^>]*>", "", placeholders.fill_notes(html, lambda _key: ""))
    return unescape(re.sub(r"<[^>]*>", " ", html))


def flat(text: str) -> str:
    """Return a text without white space."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("path", ROWS, ids=lambda path: path.stem)
def test_a_construct_becomes_what_its_row_says(path: Path, request: pytest.FixtureRequest) -> None:
    """Its words are there, its signs are not, and all is said that is to be said."""
    row = row_of(path)
    assert set(row) <= KEYS
    result = made(row, request)
    assert result.said == row.get("said", [])
    assert [words for words in row.get("has", ()) if flat(words) not in flat(result.text)] == []
    assert [words for words in row.get("lacks", ()) if flat(words) in flat(result.text)] == []
    assert [part for part in row.get("html", ()) if part not in result.html] == []
    assert any(key in row for key in ("has", "html"))


def test_no_construct_is_there_twice() -> None:
    """Each row names another construct."""
    names = [tomllib.loads(path.read_text(encoding="utf-8"))["row"] for path in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("markup", ["{% include tide.html %}", "A sum: $a^*$."])
def test_a_strict_build_stops_at_what_is_dropped_or_not_set(
    markup: str, tmp_path: Path, inv: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """`--strict` ends with 1 and names the line."""
    (tmp_path / "essay.md").write_text(f"# Tides\n\nThe sea.\n\n{markup}\n")
    ran = inv("build", "--essay", "essay.md", "--edition", "reader", "--out", "out", "--strict")
    assert ran.returncode == 1
    assert "warning: essay.md:5: " in ran.stderr + ran.stdout
