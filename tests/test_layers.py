"""Walls between the rooms: who may import what, and that nothing needs what only saves work."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from booklet.source import ROOT

# Who may know of what only saves work: the verbs, the preview, the bench, and it itself.
KNOW_OF_QUICK = ("tasks.py", "setup/", "booklet/quick/", "booklet/preview/", "booklet/bench/")

# What each library is for, and the rooms that import it.
LIBRARIES = {
    "PIL": ("layout", "preflight", "preview", "sheets", "source"),
    "babel": ("editions", "guide"),
    "brotli": ("fonts",),
    "fontTools": ("bench", "fonts", "layout", "sheets"),
    "httpx": ("printer",),
    "ippx": ("printer",),
    "jinja2": ("editions", "quick"),
    "markdown_it": ("bench", "manuscript", "quick"),
    "markupsafe": ("editions", "guide"),
    "mdit_py_plugins": ("bench", "manuscript"),
    "msgspec": ("editions", "manuscript", "press", "quick"),
    "nh3": ("manuscript",),
    "pikepdf": ("bench", "pdf", "preflight", "press", "preview", "printer", "quick", "sheets"),
    "pydyf": ("layout", "pdf", "quick"),
    "pypdfium2": ("preflight", "preview", "sheets"),
    "pyphen": ("layout", "quick"),
    "rich": ("console.py",),
    "starlette": ("preview",),
    "uvicorn": ("preview",),
    "watchfiles": ("preview",),
    "weasyprint": ("layout", "pdf", "quick"),
    "yaml": ("manuscript",),
}


@cache
def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def files() -> list[Path]:
    """Return the project's own programs."""
    return [ROOT / "tasks.py", *(ROOT / "setup").glob("*.py"), *(ROOT / "booklet").rglob("*.py")]


def test_nothing_plain_knows_of_what_saves_work() -> None:
    """Only the verbs, the preview and the bench do."""
    wrong = {
        path.relative_to(ROOT).as_posix()
        for path in files()
        if any(name.split(".")[:2] == ["booklet", "quick"] for name in imported(path))
        if not path.relative_to(ROOT).as_posix().startswith(KNOW_OF_QUICK)
    }
    assert wrong == set()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_by_its_rooms_alone(library: str) -> None:
    """Whoever wants to replace it has few places to look."""
    rooms = {
        path.relative_to(ROOT / "booklet").parts[0]
        for path in (ROOT / "booklet").rglob("*.py")
        if any(name.split(".")[0] == library for name in imported(path))
    }
    assert rooms == set(LIBRARIES[library])


def test_few_modules_stand_loose() -> None:
    """Whoever looks into the folder sees the rooms, and a dozen files at most."""
    assert len([*(ROOT / "booklet").glob("*.py")]) <= 12


def test_no_class_name_stands_twice() -> None:
    """One name means one thing, in whichever room it is read."""
    places: dict[str, list[str]] = {}
    for path in sorted((ROOT / "booklet").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                where = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                places.setdefault(node.name, []).append(where)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


ESSAY = """\
---
title: Of tides
author: A. Writer
---

The sea comes and goes.[^1] See [the end, on page {page}](#the-end).

[^1]: Twice a day.

# The beginning

Words of *stress*, and a [link](https://example.org/).

# The end

- One
- Two
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project without what only saves work."""
    copy = tmp_path_factory.mktemp("plain") / "project"
    leave = shutil.ignore_patterns(".git", ".venv", "__pycache__", "build", ".*_cache", "quick")
    shutil.copytree(ROOT, copy, ignore=leave)
    (copy / "essay").mkdir()
    (copy / "essay" / "essay.md").write_text(ESSAY)
    assert not (copy / "booklet" / "quick").exists()
    return copy


def build(root: Path, out: Path, edition: str, *words: str) -> bytes:
    """Return the PDF of an edition, made by the project in a folder."""
    run = (sys.executable, "-I", "-X", "utf8", str(root / "setup" / "verbs.py"))
    order = ("build", "--edition", edition, "--essay", str(out.parent / "essay.md"))
    done = subprocess.run(
        [*run, "--search-root", str(root), *order, "--out", str(out), *words],
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.pdf")).read_bytes()


@pytest.mark.parametrize("edition", ["reader", "booklet"])
def test_without_what_saves_work_the_bytes_are_the_same(
    copy: Path, tmp_path: Path, edition: str
) -> None:
    """The folder is deleted in a copy, which builds plainly; the project builds in both ways."""
    (tmp_path / "essay.md").write_text(ESSAY)
    alone = build(copy, tmp_path / "alone", edition, "--plain")
    assert build(ROOT, tmp_path / "plain", edition, "--plain") == alone
    assert build(ROOT, tmp_path / "quick", edition) == alone


def test_a_plain_build_loads_nothing_that_saves_work(tmp_path: Path) -> None:
    """Neither the process that reads, nor the one that lays out."""
    (tmp_path / "essay.md").write_text(ESSAY)
    program = (
        "import sys; from pathlib import Path; from booklet.pipeline import Order, make;"
        "import booklet.layout.engine;"
        "make(Order('essay.md', ('booklet',), out='out', cwd=Path(sys.argv[1])));"
        "print([name for name in sys.modules if name.startswith('booklet.quick')])"
    )
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    assert done.stdout == "[]\n", done.stderr
