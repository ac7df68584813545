"""The press: the whole line, from an essay on disk to a booklet on disk. Only it writes build/."""

from __future__ import annotations

import base64
import contextlib
import json
import mimetypes
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError
from booklet.pages.crew import Crew, Limits
from booklet.source import ESSAYS, ROOT, read, slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.edition import Edition
    from booklet.manuscript import Manuscript
    from booklet.pages import Pages
    from booklet.preflight import Report
    from booklet.source import Source

BUILD = ROOT / "build"

# Times that notes far from their calls are moved to the end and the book is laid out again.
_MOST_TRIES = 3


@dataclass(frozen=True)
class Order:
    """What a person wants from the press. Relative paths start from `cwd`."""

    essay: str | None = None
    edition: str = "reader"
    out: str | None = None
    network: bool = False
    seconds: float | None = None
    cwd: Path = Path()


@dataclass(frozen=True)
class Booklet:
    """What the press made: the file, its pages, and everything that was found."""

    path: Path
    edition: Edition
    pages: Pages
    report: Report
    seconds: float


def press(order: Order, say: Callable[[str], None] = lambda _: None) -> Booklet:
    """Make the booklet that `order` names, check it, and write it; `say` hears of progress.

    Raises BookletError for the author's mistakes. A booklet with a loss is not put in the place
    of the last good one: it goes beside it, as `booklet-unsound.pdf`.
    """
    started = time.perf_counter()
    limits = Limits(seconds=order.seconds) if order.seconds else Limits()
    with Crew(limits) as crew:
        # late: the worker imports WeasyPrint at the same time, on another core
        from booklet.manuscript import parse

        say("reading")
        source = read(order.essay, order.cwd, network=order.network)
        manuscript = parse(source)
        edition, pages, report = _settle(manuscript, source, order, crew, say)
    folder = order.cwd / order.out if order.out else BUILD / manuscript.slug
    path = folder / ("booklet-unsound.pdf" if report.of("error") else "booklet.pdf")
    files = {path: pages.pdf, path.with_suffix(".html"): _html(edition, pages).encode()}
    _write(files)
    if not report.of("error"):
        for name in ("booklet-unsound.pdf", "booklet-unsound.html"):
            (folder / name).unlink(missing_ok=True)
    return Booklet(path, edition, pages, report, time.perf_counter() - started)


def _settle(
    manuscript: Manuscript,
    source: Source,
    order: Order,
    crew: Crew,
    say: Callable[[str], None],
) -> tuple[Edition, Pages, Report]:
    """Return the edition, its pages and the report, once every note has found a place.

    A note that the finished PDF shows far from its call goes to the end, and once more.
    """
    from booklet.edition import Style, compose
    from booklet.pages import paginate
    from booklet.preflight import inspect, report

    style = Style.named(order.edition)
    strays: frozenset[str] = frozenset()
    for _ in range(_MOST_TRIES):
        edition = compose(manuscript, style, source, strays)
        edition, pages = paginate(
            edition, crew, lambda keys: compose(manuscript, style, source, keys), say
        )
        say("checking")
        checked = report(manuscript.findings, pages.findings, inspect(edition, pages))
        if not checked.strays:
            break
        strays = edition.endnotes | checked.strays
    return edition, pages, checked


def _html(edition: Edition, pages: Pages) -> str:
    """Return the HTML that the booklet was made from, as one file with its pictures inside."""
    from booklet.manuscript import marks

    bodies = []
    for part in edition.parts:
        html = marks.fill_pages(part.html, lambda a: pages.numbers.get(a, ""))
        bodies.append(html.split("<body>", 1)[1].rsplit("</body>", 1)[0])
    head = edition.parts[0].html.split("</head>", 1)[0]
    styles = "\n".join([s.css for s in edition.sheets] + [p.css for p in edition.parts])
    whole = f"{head}<style>\n{styles}</style>\n</head>\n<body>{''.join(bodies)}</body>\n</html>\n"
    return re.sub(r'(<img\b[^>]*?\bsrc=")([^"]*)(")', lambda m: _inlined(m, edition), whole)


def _inlined(found: re.Match[str], edition: Edition) -> str:
    """Return the `src` of a picture with the picture in it."""
    src = unescape(found[2])
    try:
        content = edition.shelf.take(src)
    except BookletError:
        return found[0]
    kind = mimetypes.guess_type(src)[0] or "application/octet-stream"
    return f"{found[1]}data:{kind};base64,{base64.b64encode(content).decode()}{found[3]}"


def _write(files: dict[Path, bytes]) -> None:
    """Write all the files or none: each whole under another name first, then renamed.

    Two presses at once do not mix their files: the renaming waits its turn. Raises BookletError
    where the disk does not allow it; the last good files are then still there.
    """
    folder = next(iter(files)).parent
    ready: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=folder)
            ready.append((Path(name), path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
        with _turn(folder):
            for temporary, path in ready:
                temporary.replace(path)
    except OSError as error:
        raise BookletError(
            f"`{folder}` cannot be written: {error.strerror}",
            hint="free some space, or name another folder with --out; "
            "the last good booklet is still there",
        ) from error
    finally:
        for temporary, _ in ready:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other press renames files in this folder, where the system can say so."""
    try:
        import fcntl
    except ImportError:  # Windows: each rename is whole, the pair may mix
        yield
        return
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_BEGINNING = """\
---
title: {title}
author: Your name
date: {today}
lang: en
---

Write the essay here. A paragraph ends with an empty line.[^first]

[^first]: A note stands here, and at the foot of the page in print.

## A section

Put pictures into this folder, and set them like this:

    ![What the caption says.](picture.png){{fig-alt="What the picture shows"}}
"""


def begin(name: str) -> Path:
    """Make a new essay folder under essays/ that builds at once; return its essay.md.

    Raises BookletError if the name is not one for a folder, or is taken.
    """
    slug = slugify(name)
    folder = ESSAYS / slug
    if folder.exists():
        raise BookletError(f"there is an essay `{slug}` already", hint="choose another name")
    title = name if name != slug else slug.replace("-", " ").capitalize()
    text = _BEGINNING.format(title=json.dumps(title, ensure_ascii=False), today=date.today())
    folder.mkdir(parents=True)
    (folder / "essay.md").write_text(text, encoding="utf-8")
    return folder / "essay.md"


def clear() -> list[str]:
    """Remove everything under build/ that the press wrote; return the names."""
    names = sorted(p.name for p in BUILD.iterdir() if p.name != ".gitignore")
    for name in names:
        path = BUILD / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return names
