"""The documents: their commands run, their links lead somewhere, their pictures are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from booklet.source import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Verbs that run for minutes, or until they are stopped, or run these tests: that Invoke knows them
# is all that is asked here.
LONG = ("test", "lint", "bench", "preview", "watch")


def commands(page: Path) -> list[str]:
    """Return the commands that a page shows in its blocks of shell."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("./inv")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project with the environment that is already made."""
    copy = tmp_path / "project"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "build", "tests")
    )
    (copy / "build").mkdir()
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


@pytest.mark.slow
@pytest.mark.timeout(900)  # the README makes every edition
@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_commands_of_a_page_run(page: Path, project: Path) -> None:
    """Each command that a page shows works, in the order in which it stands there."""
    for command in commands(page):
        words = command.split()
        if words[1] in LONG:
            words = [words[0], "--help", words[1]]
        done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"


def test_the_readme_shows_commands() -> None:
    """The test above has something to do: a page without commands would pass it by itself."""
    assert len(commands(ROOT / "README.md")) >= 6


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_of_a_page_lead_to_files(page: Path) -> None:
    """Each relative link and picture of a page is there."""
    text = re.sub(
        r"^(`{3,}).*?^\1$|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL | re.MULTILINE
    )
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), target


def test_every_verb_is_in_a_document() -> None:
    """A verb that no page mentions is one that nobody finds."""
    text = "".join(page.read_text() for page in PAGES)
    verbs = re.findall(r"^def ([a-z]+)\(", (ROOT / "tasks.py").read_text(), re.MULTILINE)
    for verb in verbs:
        assert f"./inv {verb}" in text, verb


def test_decisions_have_a_number_of_their_own() -> None:
    """Pages of decisions are numbered, each once, and their titles say their numbers."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        assert page.read_text().startswith(f"# {page.name[:4]} "), page.name
