"""Packages are fetched, and faces made of what is in them, the same ones everywhere."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.fonts import added
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from booklet.fonts.groups import FaceFile, Group

LOCK = ROOT / "requirements-fonts.lock"

_OWN_HINT = "or put fonts of yours into the folder `fonts/` beside the essay"


@cache
def _locked() -> dict[str, str]:
    """Return the lines of the lock file for each package."""
    text = LOCK.read_text(encoding="utf-8")
    found = re.findall(r"^([\w-]+)(==.*(?:\n[ \t].*)*)", text, re.MULTILINE)
    return {name: name + rest for name, rest in found}


def recipe(group: Group) -> str:
    """Return the digest of all that a group's types are made of: packages, axes, and the tool."""
    packages = [_locked()[package] for package in group.packages]
    kept_ones = repr(group.ranges) if any(cut.cut_down for cut in group.cuts) else ""
    return digest(*packages, repr(group.cuts) + kept_ones, version("fonttools"))


def is_there(group: Group) -> bool:
    """Whether the types of a group are there, as they would be made today."""
    return added.made().get(group.name) == recipe(group)


def add(groups: Iterable[Group], say: Callable[[str], None]) -> None:
    """Fetch the packages of these groups, and make their types.

    What is there already is left. Raises BookletError where a package cannot be fetched, and
    then nothing has changed for its group.
    """
    for group in groups:
        if is_there(group):
            say(f"{group.name}: is there")
            continue
        with tempfile.TemporaryDirectory(prefix="booklet-fonts-") as place:
            packages = _fetched(group.packages, Path(place))
            faces = {cut.name: cut_out(packages[cut.package], cut) for cut in group.cuts}
        for cut in group.cuts:
            if cut.cut_down:
                faces[cut.name] = cut_down(faces[cut.name], group.ranges)
            if cut.nameless:
                from booklet.fonts.glyph_names import with_names  # late: only when fonts come

                faces[cut.name] = with_names(faces[cut.name])
            if cut.zero:
                faces[cut.name] = only_digits(faces[cut.name], cut.zero)
        _put(group, faces)
        many = sum(map(len, faces.values())) / 1_000_000
        say(f"{group.name}: {len(faces)} faces, {many:.1f} MB, for {group.title}")


def remove(groups: Iterable[Group], say: Callable[[str], None]) -> None:
    """Take the types of these groups away."""
    for group in groups:
        place = added.folder() / group.name
        there = place.is_dir()
        shutil.rmtree(place, ignore_errors=True)
        say(f"{group.name}: {'taken away' if there else 'is not there'}")


def _put(group: Group, faces: Mapping[str, bytes]) -> None:
    """Put the types of a group into its folder, all of them or none."""
    place = added.folder() / group.name
    try:
        added.folder().mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=".new-", dir=added.folder()))
        for name, content in faces.items():
            (new / name).write_bytes(content)
        (new / added.MADE).write_text(recipe(group) + "\n", encoding="ascii")
        new.chmod(0o755)
        shutil.rmtree(place, ignore_errors=True)
        new.rename(place)
    except OSError as error:
        message = f"the fonts cannot be kept in `{added.folder()}`: {error.strerror}"
        raise BookletError(message, hint="make room there, or allow writing") from error


def _fetched(packages: Iterable[str], place: Path) -> dict[str, bytes]:
    """Return packages as they are locked, by name; pip fetches them and looks at their hashes."""
    names = list(packages)
    lock = place / "lock"
    lock.write_text("".join(f"{_locked()[name]}\n" for name in names), encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check")
    rules = ("--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(place))
    done = subprocess.run(
        (*pip, "download", *rules, "--requirement", str(lock)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    wheels = {path.name.split("-")[0].lower(): path for path in place.glob("*.whl")}
    found = {name: wheels.get(name.replace("-", "_").lower()) for name in names}
    if done.returncode or None in found.values():
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = lines[-1].removeprefix("ERROR: ") if lines else "pip says nothing"
        hint = f"look at the connection and run it again, {_OWN_HINT}"
        raise BookletError(f"the fonts cannot be fetched: {why}", hint=hint)
    return {name: path.read_bytes() for name, path in found.items() if path}


def cut_out(package: bytes, cut: FaceFile) -> bytes:
    """Return the face that is cut out of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        content = files.read(cut.file)
    return instance(content, cut.axes) if cut.axes else content


def only_digits(content: bytes, zero: int) -> bytes:
    """Return a font with the ten digits from `zero` on alone, which it shows for 0 to 9."""
    from fontTools.ttLib import TTFont  # late: it is large

    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    shown = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode():
            digits = {0x30 + at: shown[zero + at] for at in range(10) if zero + at in shown}
            table.cmap = digits
    out = io.BytesIO()
    font.save(out)
    return cut_down(out.getvalue(), ((0x30, 0x39),))


def cut_down(content: bytes, ranges: Iterable[tuple[int, int]]) -> bytes:
    """Return a font with no other characters than those of these ranges."""
    from fontTools.subset import Options, Subsetter  # late: it is large
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    options = Options(notdef_outline=True, glyph_names=True, name_IDs=["*"])
    options.drop_tables += ["FFTM"]  # when FontForge saved it
    cutter = Subsetter(options)
    cutter.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def instance(content: bytes, axes: Mapping[str, float]) -> bytes:
    """Return the static font that lies at a point on the axes of a variable one."""
    from fontTools.ttLib import TTFont  # late: it is large
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    instantiateVariableFont(font, dict(axes), inplace=True)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
