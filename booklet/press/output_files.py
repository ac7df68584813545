"""The files of a set of editions, under the names that say whether they may be used."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from booklet.digest import digest
from booklet.errors import BookletError
from booklet.press import Booklet, BookletSet
from booklet.press.build_folders import MARKER, chosen_folder, essay_of, marked
from booklet.press.file_writing import write
from booklet.press.html_export import webpage
from booklet.press.one_edition import MISFOLDED, prefix
from booklet.summary import FILE, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from booklet.findings import Finding
    from booklet.pipeline import Build
    from booklet.preflight import Report
    from booklet.press.one_edition import Made

# How the names of files end that are to be looked at, and not to be used.
_UNSOUND = "-unsound"


def written(
    build: Build,
    made: Sequence[Made],
    report: Report,
    shared: Mapping[str, bytes],
    started: float,
) -> BookletSet:
    """Write the files of a set, those that its editions share included; return the set.

    A set with losses, or with warnings where the order is strict, goes beside the last good one.
    `started` is when the build began, on the clock of `time.perf_counter`.
    """
    sound = not pages_are_lost(report) and not (build.order.strict and report.of("warning"))
    folder, remarks = chosen_folder(build.order, build.source)
    always = {FILE: as_json(report.findings)}
    if not build.order.out:
        always[MARKER] = marked(essay_of(build.source))
    files = {folder / name: content for name, content in always.items()}
    files |= {folder / name: content for name, content in shared.items() if sound}
    booklets = []
    for one in made:
        own = _files(one, sound)
        paths = tuple(folder / name for name in own if name.endswith(".pdf"))
        for name, content in own.items():
            if folder / name in files:
                raise BookletError(
                    f"two editions would both be `{name}`",
                    hint="leave one of them out, or let it come out as it usually does",
                )
            files[folder / name] = content
        booklets.append(Booklet(paths, one.edition, one.pages, one.plan, one.report, one.planned))
    new = write(files)
    for name in (name for one in made if sound for name in _stale(one)):
        (folder / name).unlink(missing_ok=True)
    return BookletSet(
        tuple(replace(one, is_new=not new.isdisjoint(one.files)) for one in booklets),
        report,
        time.perf_counter() - started,
        tuple(folder / name for name in shared if sound),
        tuple((path, digest(content)) for path, content in files.items()),
        sound,
        remarks,
    )


def pages_are_lost(report: Report) -> bool:
    """Whether anything was lost from pages: sheets that do not fold say nothing against them."""
    return any(finding.code != MISFOLDED for finding in report.of("error"))


def _files(made: Made, sound: bool) -> dict[str, bytes]:
    """Return the files of an edition, by their names: those to use, or those to look at."""
    if made.plan is not None:
        contents = [*made.runs.values()] or [made.pages.pdf]
    else:
        contents = [made.pages.pdf, webpage(made.edition, made.pages).encode()]
    return dict(zip(names(made, sound), contents, strict=True))


def names(made: Made, sound: bool) -> tuple[str, ...]:
    """Return the names of the files of an edition: those to use, or those to look at.

    The reader's is `booklet.pdf`, with the HTML that it was made from; the booklet's sheets are
    `sheets.pdf`; all others are named after the edition. Some of the sheets are never named as
    all of them are: `sheets-3,5-7.pdf`.
    """
    name, mark = made.edition.style.name, "" if sound and not made.is_misfolded else _UNSOUND
    if made.plan is not None:
        start, some = prefix(made.edition.style), _some(made.plan.only)
        return tuple(f"{start}{run}{some}{mark}.pdf" for run in made.runs or ("sheets",))
    stem = ("booklet" if name == "reader" else name) + mark
    return f"{stem}.pdf", f"{stem}.html"


def _some(only: str) -> str:
    """Return what the names of files end in that hold these sheets only."""
    listed = "".join(only.lower().split()).replace("–", "-")
    if len(listed) > _LONGEST:
        listed = f"{listed[:_LONGEST]}-{digest(listed)[:8]}"
    return f"-{listed}" if listed else ""


# Every file system takes a name that ends so.
_LONGEST = 60


def _stale(made: Made) -> Iterator[str]:
    """Yield the names of files of an edition that a sound one makes useless."""
    if made.is_misfolded:
        return
    yield from names(made, sound=False)
    if made.plan is not None:
        yield f"{prefix(made.edition.style)}sheets{_some(made.plan.only)}{_UNSOUND}.pdf"


def merged(made: Sequence[Made]) -> Report:
    """Return one report for a set: what all its editions have in common is said once."""
    from booklet.preflight import report

    common = set.intersection(*(set(one.report.findings) for one in made))

    def told(finding: Finding, one: Made) -> Finding:
        own = len(made) > 1 and finding not in common
        return replace(finding, edition=one.edition.style.name) if own else finding

    return report(*([told(f, one) for f in one.report.findings] for one in made))
