"""The documents: what they show works, their links lead somewhere, their pictures are there."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from booklet.manuscript.edition_options import OPTION_KEYS
from booklet.manuscript.settings import KEYS
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Shop

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

# Verbs that are not run here, and why: that Invoke knows them and their options is asked all the
# same.
NOT_RUN = {
    "test": "it runs these tests",
    "lint": "it looks at the project, not at a booklet; CI runs it",
    "bench": "it measures for minutes",
    "fonts": "it fetches from the web; tests of the fonts have a web of their own",
    "print": "it wants a printer; tests of the printer have a simulated one",
    "calibrate": "it wants a printer, and a person",
    "preview": "it runs until it is stopped: see below",
    "watch": "it runs until it is stopped: see below",
}


def blocks(page: Path, kind: str) -> list[str]:
    """Return the blocks of a kind, such as `sh`, that a page shows."""
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    """Return the commands that a page shows in its blocks of shell, each line of them."""
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line]


def named(page: Path) -> str:
    """Return the path of a page for the name of a test."""
    return str(page.relative_to(ROOT))


SHOWING = [page for page in PAGES if commands(page)]
LINKED = [page for page in PAGES if re.search(r"\]\([^)#:]+\)", page.read_text())]


def test_there_are_pages_to_look_at() -> None:
    """The tests below have something to do: a page without commands would pass them by itself."""
    assert {"README.md", "CONTRIBUTING.md", "docs/editions.md", "docs/printing.md",
            "docs/preview.md"} <= {named(page) for page in SHOWING}  # fmt: skip
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md"} <= {named(p) for p in LINKED}
    assert len(commands(ROOT / "README.md")) >= 6
    assert {named(page) for page, _, _ in examples()} >= {
        "docs/writing.md", "docs/editions.md", "docs/schemes.md", "docs/printing.md"
    }  # fmt: skip


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
@pytest.mark.timeout(1800)  # the README makes every edition
@pytest.mark.parametrize("page", SHOWING, ids=named)
def test_the_commands_of_a_page_run(page: Path, project: Path) -> None:
    """Each command that a page shows works, in the order in which it stands there."""
    for command in commands(page):
        words = shlex.split(command)
        assert words[0] == "./inv", f"{command}: nothing else is shown as a command"
        if words[1] not in NOT_RUN:
            done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{command}: {done.stderr}"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return what says how Invoke describes a verb, each asked for once."""
    said: dict[str, str] = {}

    def help_of(verb: str) -> str:
        if verb not in said:
            words = ["./inv", "--help", verb]
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
            said[verb] = done.stdout if done.returncode == 0 else ""
        return said[verb]

    assert tmp_path_factory
    return help_of


@pytest.mark.parametrize("page", [p for p in PAGES if "./inv" in p.read_text()], ids=named)
def test_verbs_and_options_of_a_page_are_there(page: Path, known: Callable[[str], str]) -> None:
    """Those in its sentences as well as those in its blocks."""
    shown = [*commands(page), *re.findall(r"`(\./inv [^`\n]+)`", page.read_text())]
    checked = 0
    for command in shown:
        words = shlex.split(command.replace("…", ""))
        if words[1].startswith("-"):
            continue
        told = known(words[1])
        assert told, f"{command}: there is no such verb"
        for option in (word.partition("=")[0] for word in words[2:] if word.startswith("--")):
            assert re.search(rf"{option}\b", told), f"{command}: there is no {option}"
        checked += 1
    assert checked or page.name == "figures.md" or not shown


@pytest.mark.slow
@pytest.mark.parametrize("words", [["preview", "--no-open"], ["watch"]], ids=lambda w: w[0])
def test_what_runs_until_it_is_stopped_is_stopped(project: Path, words: list[str]) -> None:
    """The booklet is made and said, and Ctrl-C ends it well."""
    command = ["./inv", *words, "--edition", "reader"]
    running = subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout
    said = []
    for line in running.stdout:
        said.append(line)
        if "booklet.pdf: " in line:
            break
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert "booklet.pdf: " in "".join(said)
    assert (running.returncode, "Traceback" in err) == (0, False), out + err


def examples() -> list[tuple[Path, str, str]]:
    """Return the settings that pages of docs/ show: page, notation, and text."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    return [(page, kind, text) for page in pages for kind in ("yaml", "toml")
            for text in blocks(page, kind)]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "kind", "text"),
    examples(),
    ids=lambda each: named(each) if isinstance(each, Path) else "",
)
def test_settings_that_a_page_shows_make_a_booklet(
    press: Shop, page: Path, kind: str, text: str
) -> None:
    """As front matter, as a `booklet.toml`, or as the booklet's own words; without a remark."""
    files = dict.fromkeys(re.findall(r"[\w/-]+\.md", text), "# More\n\nText.\n")
    files |= dict.fromkeys(re.findall(r"[\w/-]+\.css", text), "p { color: #222 }\n")
    given = tomllib.loads(text) if kind == "toml" else yaml.safe_load(text)
    assert isinstance(given, dict), page
    if kind == "yaml":
        assert given.keys() <= KEYS | set(OPTION_KEYS), "it is none of front matter: say so here"
        files["essay.md"] = f"---\n{text}---\n\n# A text\n\nWords.\n"
    else:
        name = "booklet.toml" if given.keys() <= set(OPTION_KEYS) else "templates/words.toml"
        files |= {name: text, "essay.md": "# A text\n\nWords.\n"}
    names = tuple(given.get("editions", ()))
    made = press.set(files, editions=names)
    assert made.sound
    assert [finding for finding in made.report.findings if finding.kind != "note"] == []
    assert made.booklets[0].edition.manuscript.title == given.get("title", "A text")


@pytest.mark.parametrize("page", LINKED, ids=named)
def test_links_of_a_page_lead_to_files(page: Path) -> None:
    """Each relative link and picture of a page is there."""
    text = re.sub(
        r"^(`{3,}).*?^\1$|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL | re.MULTILINE
    )
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert targets
    for target in targets:
        assert (page.parent / target).exists(), target


# Files of the project, and the names that a page has for them: `pipeline.py`, `quick/pages/`.
FILES = [
    f"/{path.relative_to(ROOT)}"
    for folder in (".", "booklet/**", "docs", "setup", "tests/**")
    for path in ROOT.glob(f"{folder}/*.*")
]
ROOMS = "|".join(sorted(path.name for path in (ROOT / "booklet").iterdir() if path.is_dir()))
NAMED = re.compile(rf"`((?:\w+/)*\w+\.py|(?:booklet|{ROOMS})/(?:\w+/)*)`")


@pytest.mark.parametrize("page", [p for p in PAGES if NAMED.search(p.read_text())], ids=named)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    """Whoever looks for a file or a folder by the name that a page gives it finds it."""
    for name in NAMED.findall(page.read_text()):
        assert any(f"/{name}" in path for path in FILES), name


def test_every_verb_is_in_a_document() -> None:
    """A verb that no page mentions is one that nobody finds."""
    text = "".join(page.read_text() for page in PAGES)
    tasks = (ROOT / "tasks.py").read_text()
    verbs = re.findall(r"^@(?:task|verb)\b(?:.*\n)+?def ([a-z]+)\(", tasks, re.MULTILINE)
    assert {"build", "fonts", "preview", "test"} <= {*verbs}
    for verb in verbs:
        assert f"./inv {verb}" in text, verb


def test_decisions_have_a_number_a_date_and_a_status() -> None:
    """Pages of decisions are numbered, each once; below the title stands whether they hold."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page in pages:
        title, _, status = page.read_text().split("\n")[:3]
        assert title.startswith(f"# {page.name[:4]} "), page.name
        assert re.match(r"\*\d+ [A-Z][a-z]+ 20\d\d\. (Holds|Overtaken)\b.*\*$", status), page.name
