"""Finds settings that do nothing: what an author asks of editions that do not have it.

TABLE says of each setting when it does nothing, and what does it instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from booklet.errors import Place
from booklet.findings import Finding
from booklet.sheets import Creep, Plan, Printing, Scheme
from booklet.sheets.frame import frame
from booklet.sheets.marks import has_crop_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from booklet.editions.style import Style
    from booklet.manuscript import Manuscript
    from booklet.manuscript.edition_options import EditionOption


class Idle(NamedTuple):
    """Why a setting does nothing, as the end of a sentence, and what to write instead."""

    why: str
    hint: str


def _unless(has_effect: bool, why: str, hint: str) -> Idle | None:
    """Return that a setting is idle, unless it has an effect."""
    return None if has_effect else Idle(why, hint)


_FOLD = "leave it out, or fold the sheets: `scheme: saddle`"
_MOVE = "leave it out, or let creep move the pages: `creep: push-in`"


def _in_a_fold(plan: Plan) -> Idle | None:
    """Judge a setting of what is folded."""
    return _unless(plan.folded, f"with `scheme: {plan.scheme}`", _FOLD)


def _in_creep(plan: Plan) -> Idle | None:
    """Judge a setting of how creep moves pages."""
    return _in_a_fold(plan) or _unless(plan.creep is not Creep.NONE, "with `creep: none`", _MOVE)


def _safe(plan: Plan) -> Idle | None:
    """Judge how near to an edge ink may be moved: a cover round a spine is moved in any case."""
    return None if plan.cover and plan.scheme is Scheme.SIGNATURES else _in_creep(plan)


def _closing(plan: Plan) -> Idle | None:
    """Judge how many pages stay last: a cover of its own has two of them."""
    kept = plan.closing > 2 or not plan.cover
    hint = "leave it out, or write a number from 3"
    return _in_a_fold(plan) or _unless(kept, "with `cover: yes`, which keeps two", hint)


def _signature(plan: Plan) -> Idle | None:
    """Judge how many sheets there are in a signature."""
    gathered = plan.scheme is Scheme.SIGNATURES
    hint = "leave it out, or write `scheme: signatures`"
    return _unless(gathered, f"with `scheme: {plan.scheme}`", hint)


def _tray(plan: Plan) -> Idle | None:
    """Judge how a printer with one side lays its sheets down."""
    hint = "leave it out, or write `printing: two-files`"
    by_hand = plan.printing is not Printing.TWO_SIDED
    return _unless(by_hand, f"with `printing: {plan.printing}`", hint)


def _crop(plan: Plan) -> Idle | None:
    """Judge marks to cut along: a sheet without margins has no room for them."""
    if plan.trim is None or plan.rows > 1:  # those that are cut across have a mark in the middle
        return None
    room = has_crop_marks(frame(plan, plan.trim))
    hint = "leave it out, or print on a larger `paper`"
    return _unless(room, "where pages fill the sheet", hint)


TABLE: dict[str, Callable[[Plan], Idle | None]] = {
    "closing": _closing,
    "crease": _in_creep,
    "creep": _in_a_fold,
    "safe": _safe,
    "signature": _signature,
    "tray": _tray,
    "collation": _signature,
    "crop": _crop,
    "fold": _in_a_fold,
    "stitch": _in_a_fold,
}

MARKS = ("collation", "crop", "fold", "stitch")


def of_sheets(
    manuscript: Manuscript, jobs: Sequence[tuple[Style, Plan | None]]
) -> Iterator[Finding]:
    """Yield a finding for each setting of sheets that does nothing in what is made.

    What is asked for all sheets has to do nothing on any of them.
    """
    made = {style.name: plan for style, plan in jobs}
    plans = [plan for plan in made.values() if plan]
    for option in manuscript.options:
        if option.path[0] == "sheets" and plans:
            yield from _idle(option, option.path[1], plans)
        elif (
            option.path[0] == "editions"
            and option.path[2:3] == ("sheets",)
            and len(option.path) == 4
        ):
            name = option.path[1]
            if plan := made.get(name):
                yield from _idle(option, option.path[3], [plan])
            elif name in made:
                yield _of_pages(option, next(style for style, _ in jobs if style.name == name))


def _of_pages(option: EditionOption, style: Style) -> Finding:
    """Return the finding for a setting of sheets in an edition of pages."""
    key = option.path[3]
    hint = "leave it out, or write `output: sheets` beside `sheets`"
    if key == "marks" and style.standard == "pdf/x-4":
        hint = "write `marks: none` beside `sheets`, not below it"
    message = f"`{key}` of `sheets` has no effect: `{style.name}` comes out as pages"
    return Finding("I04", message, option.where, hint=hint)


def _idle(option: EditionOption, key: str, plans: Sequence[Plan]) -> Iterator[Finding]:
    """Yield a finding if a setting does nothing by any of some plans; each mark is a setting."""
    given = (
        option.value
        if isinstance(option.value, list)
        else str(option.value).replace(",", " ").split()
    )
    names = [mark for mark in MARKS if mark in given] if key == "marks" else [key]
    for name in names:
        found = [TABLE[name](plan) for plan in plans] if name in TABLE else [None]
        if all(found) and (idle := found[0]):
            shown = f"the mark `{name}`" if key == "marks" else f"`{name}`"
            yield Finding("I04", f"{shown} has no effect {idle.why}", option.where, hint=idle.hint)


def of_editions(manuscript: Manuscript, styles: Sequence[Style]) -> Iterator[Finding]:
    """Yield a finding for each setting of an edition that does nothing in what is made of it."""
    made = {style.name: style for style in styles}
    for option in manuscript.options:
        style = made.get(option.path[1]) if len(option.path) == 3 else None
        if style and option.path[0] == "editions" and (idle := _of_edition(option.path[2], style)):
            message = f"`{option.path[2]}` has no effect {idle.why}"
            yield Finding("I04", message, option.where, hint=idle.hint)


def _of_edition(key: str, style: Style) -> Idle | None:
    """Return why a setting of an edition does nothing, or None."""
    shop, sheets = style.standard == "pdf/x-4", style.output == "sheets"
    if key.startswith("fit-"):
        return _unless(sheets, "on pages: `--fit` saves sheets", "leave it out")
    if key == "standard" and style.standard != "plain":
        return _unless(not sheets, "on sheets, which follow no standard", "leave it out")
    if key == "marks" and sheets:
        return Idle("on sheets", "write it below `sheets`, as in `sheets: {marks: none}`")
    if key == "marks":
        hint = "leave it out, or write `standard: pdf/x-4`"
        return _unless(shop, f"with `standard: {style.standard}`", hint)
    return None


def of_set(manuscript: Manuscript, styles: Sequence[Style]) -> Iterator[Finding]:
    """Yield a finding for what the essay wants of a page or of sheets that no edition has."""
    settings = manuscript.settings
    for key, given, is_idle in (
        ("trim", settings.trim, all(style.trim for style in styles)),
        ("type-size", settings.type_size, all(style.trim or style.type_size for style in styles)),
    ):
        if given and is_idle:
            message = f"`{key}` has no effect: every edition of the set has its own"
            hint = "write it below the edition, or add `reader` to `set`"
            yield Finding("I04", message, Place(manuscript.path), hint=hint)
    ours = [option for option in manuscript.options if option.path[0] == "sheets"]
    if ours and all(style.output == "pages" for style in styles):
        message = "`sheets` has no effect: no edition of the set comes out as sheets"
        yield Finding("I04", message, ours[0].where, hint="add `booklet` to `set`")
