"""Templates of the author's own: a folder beside the essay, in a process that has seen no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import texts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Inv = Callable[..., subprocess.CompletedProcess[str]]

ESSAY = """\
---
title: On hedges
lang: en
---

A hedge is a slow wall.
"""

COLOPHON = """\
<section class="colophon"><p>Printed on the kitchen table.</p></section>
"""


@pytest.fixture
def build(tmp_path: Path, inv: Inv) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that builds an essay with some templates beside it, from nothing."""

    def run(templates: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / "hedges"
        (folder / "templates").mkdir(parents=True)
        (folder / "essay.md").write_text(ESSAY)
        for name, text in templates.items():
            (folder / "templates" / name).write_text(text)
        return inv("build", "--essay", folder, "--out", tmp_path / "out", *words)

    return run


@pytest.mark.parametrize("way", [(), ("--plain",)], ids=["quick", "plain"])
def test_an_empty_folder_of_templates_changes_nothing(
    build: Inv, inv: Inv, tmp_path: Path, way: tuple[str, ...]
) -> None:
    """The booklet of an essay beside an empty `templates/` is that of the essay alone."""
    done = build({}, "--edition", "reader", "--quiet", *way)
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "hedges" / "templates").rmdir()
    words = ("--essay", tmp_path / "hedges", "--out", tmp_path / "alone", "--edition", "reader")
    assert inv("build", *words, "--plain").returncode == 0
    made, alone = (tmp_path / name / "booklet.pdf" for name in ("out", "alone"))
    assert made.read_bytes() == alone.read_bytes()


def test_a_template_takes_the_place_of_ours(build: Inv, tmp_path: Path) -> None:
    """The author's colophon is printed, ours is not, in the sheets as in the pages."""
    done = build({"colophon.html": COLOPHON}, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    pages = "\n".join(texts(tmp_path / "out" / "booklet.pdf"))
    assert "kitchen table" in pages
    assert "WeasyPrint" not in pages
    assert "kitchen table" in "\n".join(texts(tmp_path / "out" / "sheets.pdf"))


def test_the_guide_and_the_concordance_can_be_our_own_too(build: Inv, tmp_path: Path) -> None:
    """What is printed beside a booklet takes the author's templates as the booklet does."""
    own = {"guide.html": "<h1>Fold me once.</h1>", "concordance.html": "<h1>See both.</h1>"}
    done = build(own, "--concordance")
    assert done.returncode == 0, done.stderr
    assert "Fold me once." in texts(tmp_path / "out" / "guide.pdf")[0]
    assert "See both." in texts(tmp_path / "out" / "concordance.pdf")[0]


@pytest.mark.parametrize(
    ("template", "line", "why"),
    [
        ("<p>one</p>\n{% if %}\n", 2, "Expected an expression"),
        ("\n\n{{ settings.title | shout }}\n", 3, "shout"),
        ("{% for x in 3 %}{{ x }}{% endfor %}\n", 1, "int"),
        ("{% include 'nowhere.html' %}\n", 1, "nowhere.html"),
        ("<p>one</p>\n{{ 1 / 0 }}\n", 2, "zero"),
        ("<p>\n{% block a %}\n", 2, "block"),
    ],
)
def test_a_broken_template_is_named_with_its_line(
    build: Inv, tmp_path: Path, template: str, line: int, why: str
) -> None:
    """A template that fails is an error at its file and line, and nothing is written."""
    done = build({"colophon.html": template}, "--edition", "reader")
    assert done.returncode == 1
    assert f"templates/colophon.html:{line}: " in done.stderr
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "booklet.pdf").exists()
