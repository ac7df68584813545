"""Findings for paper: what a screen does not show, and a printer or a shop will not put right."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.lengths import Length, Size
from booklet.press.sheet_plan import asked_of
from booklet.sheets import Scheme
from booklet.sheets.creep import shift
from booklet.sheets.frame import SLACK, frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout import Pages
    from booklet.manuscript import Manuscript
    from booklet.sheets import Plan, Sheets

# A saddle of more pages springs open; shops stop at 64 to 80.
MOST_IN_A_SADDLE = 80

# Pages of a sheet that is folded once.
_FOLDED = 4

# What a laser printer of an office leaves white at each edge, a sixth of an inch.
_WHITE = Length.mm(4.2)
_MARGINS = ("margin-inner", "margin-outer", "margin-top", "margin-foot")

_MM = 72 / 25.4


def of_sizes(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield what is to be said of names of sizes that mean another one to the author."""
    if manuscript.settings.lang.split("-")[0] != "ja":
        return
    settings, start = manuscript.settings, Place(manuscript.path)
    given = [(settings.trim, start), (settings.paper, start)]
    given += [
        (str(w.value), w.where) for w in manuscript.options if w.path[-1] in ("trim", "paper")
    ]
    for name, where in given:
        if (ours := name.strip().lower()) in ("b4", "b5", "b6"):
            iso, jis = (Size.parse(each) for each in (ours, f"{ours}-jis"))
            message = f"`{name}` is the size of ISO, {_measures(iso)}, and not {_measures(jis)}"
            yield Finding("I09", message, where, hint=f"write `{jis.name()}` for that of Japan")


def _measures(size: Size) -> str:
    """Return a size in figures: `128 × 182 mm`."""
    return f"{size.width.to('mm'):g} × {size.height.to('mm'):g} mm"


def of_margins(
    manuscript: Manuscript, jobs: Sequence[tuple[Style, Plan | None]]
) -> Iterator[Finding]:
    """Yield a finding for each margin of the author's that most printers cannot print in.

    Paper around the pages counts; pages for a screen or for a shop have no such margins.
    """
    made = {style.name: (style, plan) for style, plan in jobs}
    for option in manuscript.options:
        margin = option.path[2] if len(option.path) == 3 and option.path[0] == "editions" else ""
        if margin not in _MARGINS or option.path[1] not in made:
            continue
        style, plan = made[option.path[1]]
        spare = _spare(plan, style.page(manuscript.settings), style.trim == "paper")
        if spare is None or (plan and margin == "margin-inner"):
            continue
        left = Length.parse(option.value).pt + spare[margin in ("margin-top", "margin-foot")]
        if left < _WHITE.pt:
            message = f"`{margin}` ends {left / _MM:.1f} mm from the edge of the sheet"
            hint = f"most printers leave {_WHITE.to('mm'):g} mm white: make it larger"
            yield Finding("I10", message, option.where, hint=hint)


def _spare(plan: Plan | None, trim: Size, fills: bool) -> tuple[float, float] | None:
    """Return the paper beside and above a page, or None where it is not printed on such paper."""
    if plan:
        return frame(plan, trim).spare
    return (0.0, 0.0) if fills else None


def of_pages(edition: Edition, pages: Pages) -> Iterator[Finding]:
    """Yield what is to be said of the pages of an edition that goes on paper."""
    from booklet.press.picture_resolution import coarse

    if not edition.style.for_screen:
        yield from coarse(pages.pdf, [leaf.folio for leaf in pages.leaves], edition)
    count = len(pages.leaves)
    style = edition.style
    if style.standard == "pdf/x-4":
        yield from _of_room(pages.pdf, edition)
    if style.standard == "pdf/x-4" and style.output == "pages" and count % _FOLDED:
        more = -count % _FOLDED
        blank = f"{more} blank page{'s' * (more > 1)}"
        message = f"a shop that staples needs a multiple of four, and there are {count} pages"
        hint = f"it adds {blank} at the end; one that glues does not mind"
        yield Finding("I07", message, Place(edition.manuscript.path), hint=hint)


def _of_room(pdf: bytes, edition: Edition) -> Iterator[Finding]:
    """Yield a finding if a style sheet leaves less room around a page than its bleed and marks."""
    from pikepdf import Pdf

    from booklet.layout.engine_warnings import style_of

    with Pdf.open(BytesIO(pdf)) as document:
        page = document.pages[0]
        boxes = (page.trimbox, page.obj.BleedBox, page.mediabox)
        trim, bleed, media = (float(box[2]) for box in boxes)
    style = edition.style
    wanted = Length.parse(style.bleed).pt if style.bleed else 0.0
    lost = [f"`bleed: {style.bleed}`"] * (bleed - trim < wanted - SLACK)
    lost += ["`marks: crop`"] * (style.marks == "crop" and media - bleed < SLACK)
    for setting in lost:
        around = f"{(media - trim) / _MM:.3g} mm"
        message = f"{setting} has no effect: a rule leaves {around} around a page"
        hint = "take `bleed` out of the rules for `@page`"
        yield Finding("I04", message, style_of(edition), hint=hint)


def of_sheets(manuscript: Manuscript, style: Style, sheets: Sheets) -> Iterator[Finding]:
    """Yield what is to be said of sheets once it is known how many there are."""
    plan = sheets.plan
    if plan.scheme in (Scheme.SADDLE, Scheme.CUT_AND_STACK) and sheets.pages > MOST_IN_A_SADDLE:
        message = (
            f"{sheets.pages} pages are many for `scheme: {plan.scheme}`: "
            f"a booklet of more than {MOST_IN_A_SADDLE} does not stay closed"
        )
        yield Finding("I06", message, asked_of(manuscript, style, "scheme"))
    if lost := _lost(sheets):
        spine, over = lost
        wider = _wider(plan, sheets.trim, spine)
        message = (
            f"the cover is {over:.1f} mm wider than its sheet of `{plan.sheet.name()}`, "
            f"for a spine of {spine:.1f} mm"
        )
        where = asked_of(manuscript, style, "cover")
        yield Finding("I05", message, where, hint=f"write {wider}, or leave `cover` out")


def _lost(sheets: Sheets) -> tuple[float, float] | None:
    """Return the spine of a cover and how much wider than its sheet it is, in millimetres.

    None where it fits, or where there is none.
    """
    cells = [cell for sheet in sheets.placed for cell in sheet.front.cells if cell.wraps]
    if not cells:
        return None
    where = frame(sheets.plan, sheets.trim)
    spine = 2 * shift(cells[0], sheets.plan)
    over = 2 * where.trim_width + spine - where.width
    return (spine / _MM, over / _MM) if over > SLACK else None


def _wider(plan: Plan, trim: Size, spine: float) -> str:
    """Return what makes a cover fit: a larger sheet, and a narrower page on this one."""
    long = max(plan.sheet.width, plan.sheet.height).to("mm")
    narrower = int(((long - spine) / 2) * 10) / 10
    return f"`trim: {narrower:g}mm x {trim.height.to('mm'):g}mm`, or a larger `paper`"
