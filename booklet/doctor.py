"""What is installed, in which version, and the command that mends what is missing."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from booklet.source import ESSAYS
from setup.machine import LAYOUT, ORACLES, remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGES = (
    "weasyprint", "pydyf", "jinja2", "markdown-it-py", "mdit-py-plugins", "nh3", "msgspec",
    "pyyaml", "pikepdf", "pypdfium2", "fonttools", "pillow", "babel", "rich", "invoke",
    "starlette", "uvicorn", "watchfiles",
)  # fmt: skip

_FONTS = {
    "font-source-serif-pro": "Source Serif Pro",
    "font-source-sans-pro": "Source Sans Pro",
    "fontpkg-source-code-pro": "Source Code Pro",
}

_ANEW = "remove `.venv` and run `./inv doctor` again"

# WeasyPrint loads all the libraries that it needs, or says what it lacks.
_LOAD = "import weasyprint.text.ffi as f; print(f.pango.pango_version())"


@dataclass(frozen=True)
class CheckLine:
    """One line of the report: whether all is well, what it is about, and the remedy if not."""

    good: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return the line as it is printed."""
        mark = "ok" if self.good else "no"
        return f"{mark}  {self.text}: {self.remedy}" if self.remedy else f"{mark}  {self.text}"


def examine() -> Iterator[CheckLine]:
    """Yield a line for each thing that a build needs or the tests use."""
    machine = f"{platform.system()} {platform.machine()}"
    yield CheckLine(True, f"Python {platform.python_version()} on {machine}")
    yield from _packages()
    yield from _libraries()
    yield from _fonts()
    yield from _oracles()


def _packages() -> Iterator[CheckLine]:
    """Yield a line for each Python package."""
    for name in _PACKAGES:
        try:
            yield CheckLine(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield CheckLine(False, f"{name} is not installed", _ANEW)


def _libraries() -> Iterator[CheckLine]:
    """Yield a line for the C libraries."""
    lacks = [need for need in LAYOUT if not need.is_there()]
    for need in lacks:
        yield CheckLine(False, f"{need.name} is not there", remedy([need]))
    words = [sys.executable, "-I", "-c", _LOAD]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        number = int(done.stdout)
        yield CheckLine(True, f"Pango {number // 10000}.{number // 100 % 100}.{number % 100}")
    elif not lacks:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        yield CheckLine(False, f"WeasyPrint cannot be loaded ({reason})", _ANEW)


def _fonts() -> Iterator[CheckLine]:
    """Yield a line for each family of the house, and for the essays' own fonts."""
    for package, family in _FONTS.items():
        try:
            folder = files(package.replace("-", "_")) / "files"
            faces = [f for f in folder.iterdir() if f.name.endswith((".otf", ".ttf"))]
            yield CheckLine(True, f"{family}: {len(faces)} faces of {package} {version(package)}")
        except (ModuleNotFoundError, PackageNotFoundError):
            yield CheckLine(False, f"{family} is missing", _ANEW)
    for folder in sorted(ESSAYS.glob("*/fonts")):
        names = ", ".join(sorted(f.name for f in folder.iterdir()))
        yield CheckLine(True, f"{folder.parent.name} brings its own fonts: {names}")


def _oracles() -> Iterator[CheckLine]:
    """Yield a line for each program that the tests ask for a second opinion.

    A build does without them.
    """
    for need in ORACLES:
        if need.is_there():
            yield CheckLine(True, f"{need.name} is there")
        else:
            yield CheckLine(
                True, f"{need.name} is not there", "only `./inv test` uses it, and brings it"
            )
