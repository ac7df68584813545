"""What is installed, in which version, and the command that mends what is missing."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# Programs that the tests ask for a second opinion; the press itself does without them.
_ORACLES = {"pdftotext": "poppler-utils", "qpdf": "qpdf", "java": "default-jdk-headless"}

_PACKAGES = (
    "weasyprint", "pydyf", "jinja2", "markdown-it-py", "mdit-py-plugins", "nh3", "msgspec",
    "pyyaml", "pikepdf", "pypdfium2", "fonttools", "pillow", "babel", "rich", "invoke",
)  # fmt: skip

_FONTS = {"font-source-serif-pro": "Source Serif Pro", "font-source-sans-pro": "Source Sans Pro"}


@dataclass(frozen=True)
class Line:
    """One line of the report: whether all is well, what it is about, and the remedy if not."""

    good: bool
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return the line as it is printed."""
        return f"{'ok' if self.good else 'no'}  {self.text}" + (f": {self.remedy}" * bool(self.remedy))


def examine() -> Iterator[Line]:
    """Yield a line for each thing that the press needs or the tests use."""
    yield Line(True, f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    yield from _packages()
    yield from _libraries()
    yield from _fonts()
    for program, package in _ORACLES.items():
        there = shutil.which(program) is not None
        remedy = "" if there else f"only the tests use it; `./inv test` installs {package}"
        yield Line(True, f"{program} {'is there' if there else 'is not there'}", remedy)


def _packages() -> Iterator[Line]:
    """Yield a line for each Python package."""
    for name in _PACKAGES:
        try:
            yield Line(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Line(False, f"{name} is not installed", "remove `.venv` and run `./inv doctor`")


def _libraries() -> Iterator[Line]:
    """Yield a line for the C libraries: WeasyPrint loads all that it needs, or says what it lacks."""
    words = ["-I", "-c", "import weasyprint.text.ffi as f; print(f.pango.pango_version())"]
    import sys

    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        yield Line(False, f"Pango cannot be loaded ({reason})", _pango_remedy())
        return
    number = int(done.stdout)
    yield Line(True, f"Pango {number // 10000}.{number // 100 % 100}.{number % 100}, and HarfBuzz")


def _pango_remedy() -> str:
    """Return the command that installs Pango on this machine."""
    if platform.system() == "Darwin":
        return "run `brew install pango`"
    return "run `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0` as root"


def _fonts() -> Iterator[Line]:
    """Yield a line for each family of the house, and for the essays' own fonts."""
    for package, family in _FONTS.items():
        module = package.replace("-", "_")
        try:
            faces = [f for f in (files(module) / "files").iterdir() if f.name.endswith(".otf")]
            yield Line(True, f"{family}: {len(faces)} faces from {package} {version(package)}")
        except (ModuleNotFoundError, PackageNotFoundError):
            yield Line(False, f"{family} is missing", "remove `.venv` and run `./inv doctor`")
    for folder in sorted((ROOT / "essays").glob("*/fonts")):
        names = ", ".join(sorted(f.name for f in folder.iterdir()))
        yield Line(True, f"{folder.parent.name} brings its own fonts: {names}")
