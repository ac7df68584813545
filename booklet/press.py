"""The press: the whole line, from an essay on disk to a booklet on disk. Only it writes build/."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from booklet.errors import BookletError, Place
from booklet.pages.crew import Crew, Limits
from booklet.source import ESSAYS, ROOT, read, slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.edition import Edition
    from booklet.findings import Finding
    from booklet.manuscript import Manuscript
    from booklet.pages import Pages
    from booklet.preflight import Report
    from booklet.sheets import Plan
    from booklet.source import Source

BUILD = ROOT / "build"

# Times that notes far from their calls are moved to the end and the book is laid out again.
_MOST_TRIES = 3


@dataclass(frozen=True)
class Order:
    """What a person wants from the press. Relative paths start from `cwd`.

    `sheets` names the sheets to make, as in `3,5-7`; all of them where it is empty, none where it
    is None.
    """

    essay: str | None = None
    edition: str = "reader"
    out: str | None = None
    network: bool = False
    seconds: float | None = None
    sheets: str | None = None
    cwd: Path = Path()


@dataclass(frozen=True)
class Booklet:
    """What the press made: the file, its pages, and everything that was found.

    `sheets` are the files to print, if there are any.
    """

    path: Path
    sheets: tuple[Path, ...]
    edition: Edition
    pages: Pages
    report: Report
    seconds: float


def press(order: Order, say: Callable[[str], None] = lambda _: None) -> Booklet:
    """Make the booklet that `order` names, check it, and write it; `say` hears of progress.

    Raises BookletError for the author's mistakes. A booklet with a loss is not put in the place
    of the last good one: it goes beside it, as `booklet-unsound.pdf`.
    """
    limits = Limits(seconds=order.seconds) if order.seconds else Limits()
    with Crew(limits) as crew:
        return pull(order, crew, say)


def pull(order: Order, crew: Crew, say: Callable[[str], None] = lambda _: None) -> Booklet:
    """Make the booklet that `order` names as `press` does, with a crew that is there already."""
    started = time.perf_counter()
    from booklet.manuscript import parse  # late: the crew imports WeasyPrint at the same time

    crew.forget()
    say("reading")
    source = read(order.essay, order.cwd, network=order.network)
    manuscript = parse(source)
    edition, pages, report = _settle(manuscript, source, order, crew, say)
    folder = order.cwd / order.out if order.out else BUILD / manuscript.slug
    path = folder / ("booklet-unsound.pdf" if report.of("error") else "booklet.pdf")
    files = {path: pages.pdf, path.with_suffix(".html"): _html(edition, pages).encode()}
    sheets: dict[Path, bytes] = {}
    if order.sheets is not None and not report.of("error"):
        say("making the sheets")
        runs, tight = _impose(edition, pages, order.sheets)
        sheets = {folder / f"{name}.pdf": pdf for name, pdf in runs.items()}
        report = report.with_(tight)
    _write(files | sheets)
    if not report.of("error"):
        for name in ("booklet-unsound.pdf", "booklet-unsound.html"):
            (folder / name).unlink(missing_ok=True)
    return Booklet(path, tuple(sheets), edition, pages, report, time.perf_counter() - started)


def plan(edition: Edition, only: str = "") -> Plan:
    """Return the plan for the sheets of an edition: folded once, stapled, on its paper.

    `only` names the sheets to make; all of them where it is empty.
    """
    from booklet.measure import Size
    from booklet.sheets import Binding, Plan

    settings = edition.manuscript.settings
    binding = Binding.RIGHT if settings.rtl else Binding.LEFT
    return Plan(sheet=Size.parse(settings.paper), trim=edition.trim, binding=binding, only=only)


def _impose(
    edition: Edition, pages: Pages, only: str
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Return the files of sheets by their names, folded and proved, and what is tight on them.

    Raises BookletError if the pages do not fit, or if a sheet does not fold into them.
    """
    from booklet.findings import Finding
    from booklet.sheets import impose, prove

    sheets = impose(pages.pdf, plan(edition, only))
    proof = prove(sheets, pages.pdf)
    if proof.mismatches:
        raise BookletError(
            f"the sheets do not fold into the booklet: {proof.mismatches[0]}",
            hint="the booklet itself is sound; report this with the manuscript",
        )
    where = Place(edition.manuscript.path)
    tight = tuple(Finding("I01", str(each), where) for each in proof.tight)
    return {run.name: run.pdf for run in sheets.runs}, tight


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
    from booklet.pages.layout import paginate
    from booklet.preflight import inspect, report

    style = Style.named(order.edition)
    # an author's templates are programs: only the crew has limits
    setter = crew.compose if (source.shelf.root / "templates").exists() else compose

    def dressed(endnotes: frozenset[str]) -> Edition:
        return setter(manuscript, style, source, endnotes)

    strays: frozenset[str] = frozenset()
    for _ in range(_MOST_TRIES):
        edition, pages = paginate(dressed(strays), crew, dressed, say)
        say("checking")
        checked = report(manuscript.findings, pages.findings, inspect(edition, pages))
        if not checked.strays:
            break
        strays = edition.endnotes | checked.strays
    return edition, pages, checked


def _html(edition: Edition, pages: Pages) -> str:
    """Return the HTML that the booklet was made from, as one file with its pictures inside."""
    from booklet.manuscript import marks

    def numbered(html: str) -> str:
        return marks.fill_pages(html, lambda anchor: pages.numbers.get(anchor, ""))

    bodies = "".join(numbered(_body(part.html)) for part in edition.parts)
    head = numbered(edition.parts[0].html.split("</head>", 1)[0])
    styles = "\n".join([s.css for s in edition.sheets] + [p.css for p in edition.parts])
    whole = f"{head}<style>\n{styles}</style>\n</head>\n<body>{bodies}</body>\n</html>\n"
    return _IMG.sub(lambda found: _inlined(found, edition), whole)


def _body(html: str) -> str:
    """Return what stands in the body of a part; a template of the author's may have none."""
    found = _BODY.search(html)
    return found[1] if found else html


_BODY = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL)
_IMG = re.compile(r'(<img\b[^>]*?\bsrc=")([^"]*)(")')

# Python's own list of these depends on the machine.
_KINDS = {"gif": "gif", "jpeg": "jpeg", "jpg": "jpeg", "png": "png", "svg": "svg+xml",
          "tif": "tiff", "tiff": "tiff", "webp": "webp"}  # fmt: skip


def _inlined(found: re.Match[str], edition: Edition) -> str:
    """Return the `src` of a picture with the picture in it."""
    import base64
    from html import unescape

    src = unescape(found[2])
    kind = _KINDS.get(src.rpartition(".")[2].lower())
    try:
        content = edition.shelf.take(src) if kind else b""
    except BookletError:
        content = b""
    if not content:
        return found[0]
    return f"{found[1]}data:image/{kind};base64,{base64.b64encode(content).decode()}{found[3]}"


def _write(files: dict[Path, bytes]) -> None:
    """Write all the files or none: each whole under another name first, then renamed.

    Presses that write into one folder wait for one another, so that their files do not mix.
    Raises BookletError where the disk does not allow it; the last good files are then still there.
    """
    folder = next(iter(files)).parent
    drafts = {path: path.with_name(f".{path.name}.part") for path in files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _turn(folder):
            try:
                for path, content in files.items():
                    _write_whole(drafts[path], content)
                for path, draft in drafts.items():
                    draft.replace(path)
            finally:
                for draft in drafts.values():
                    with contextlib.suppress(OSError):
                        draft.unlink(missing_ok=True)
    except OSError as error:
        raise BookletError(
            f"`{folder}` cannot be written: {error.strerror}",
            hint="free some space, or name another folder with --out; "
            "the last good booklet is still there",
        ) from error


def _write_whole(path: Path, content: bytes) -> None:
    """Write a new file, and see it on the disk; one that a killed press left behind is replaced."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other press writes into this folder, where the file system can say so."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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
    import json
    from datetime import date

    name = " ".join(name.encode("utf-8", "replace").decode().split())
    slug = slugify(name)[:_LONGEST].strip("-_")
    if not any(letter.isalnum() for letter in name):
        raise BookletError(
            f"`{name}` cannot name an essay", hint="use letters and digits, such as `on-tea`"
        )
    folder = ESSAYS / slug
    title = name if name != slug else slug.replace("-", " ").capitalize()
    text = _BEGINNING.format(title=json.dumps(title, ensure_ascii=False), today=date.today())
    try:
        folder.mkdir(parents=True)
        (folder / "essay.md").write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise BookletError(
            f"there is an essay `{slug}` already", hint="choose another name"
        ) from error
    except OSError as error:
        raise BookletError(f"`{folder}` cannot be made: {error.strerror}") from error
    return folder / "essay.md"


# A name for a folder that every file system takes, whatever its script.
_LONGEST = 60


def clear() -> list[str]:
    """Remove everything under build/ that the press wrote; return the names."""
    import shutil

    found = sorted(BUILD.iterdir()) if BUILD.is_dir() else []
    names = [path.name for path in found if path.name != ".gitignore"]
    for name in names:
        path = BUILD / name
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return names
