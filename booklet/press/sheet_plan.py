"""What the author wants of the sheets, as `booklet.sheets` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.editions.style import judged
from booklet.errors import BookletError, Place, did_you_mean, gathered, quoted
from booklet.lengths import Size
from booklet.sheets import Binding, Plan
from booklet.sheets.frame import frame
from booklet.sheets.place import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from booklet.editions.style import Style
    from booklet.manuscript import Manuscript
    from booklet.manuscript.edition_options import EditionOption

# The keys under `sheets:`, and what a plan calls them where that is another word: an author's
# `paper` is the size of the sheet, as at the top of the front matter.
KEYS = {"paper": "sheet", "stock": "paper"} | {
    key: key
    for key in (
        "binding", "closing", "cover", "crease", "creep", "flip", "marks", "notes", "printing",
        "safe", "scheme", "signature", "tray",
    )
}  # fmt: skip


def plan(manuscript: Manuscript, style: Style, only: str = "") -> Plan:
    """Return the plan for the sheets of an edition: as the author wants it, and usual otherwise.

    `only` names the sheets to make; all of them where it is empty. Raises BookletError, with file
    and line, for what no sheets can be.
    """
    settings = manuscript.settings
    fields: dict[str, Any] = {
        "sheet": Size.parse(settings.paper),
        "binding": Binding.RIGHT if settings.rtl else Binding.LEFT,
    }
    options = (
        *(option for option in manuscript.options if option.path[0] == "sheets"),
        *style.plan,
    )
    for option in options:
        fields |= _field(option)
    wanted = Plan(trim=style.page(settings), only=only, **fields)
    try:
        check(wanted)
    except BookletError as error:
        raise BookletError(error.message, _cause(options), error.hint) from error
    return wanted


def mistakes(options: Iterable[EditionOption]) -> list[BookletError]:
    """Return what is wrong in the options for editions and sheets, each by itself."""
    options = tuple(options)
    found, wrong = judged(options)
    own = [option for style in found.values() for option in style.plan]
    for option in (*(option for option in options if option.path[0] == "sheets"), *own):
        with gathered(wrong):
            _field(option)
    return wrong


def asked_of(manuscript: Manuscript, style: Style, key: str) -> Place:
    """Return where the author has asked for a setting of an edition's sheets, or where to ask."""
    options = (
        *(option for option in manuscript.options if option.path[0] == "sheets"),
        *style.plan,
    )
    places = [option.where for option in options if option.path[1:] == (key,)]
    return places[-1] if places else Place(manuscript.path)


def _cause(options: Sequence[EditionOption]) -> Place | None:
    """Return where the author has asked for what does not go together: the last time it was."""
    asked = [
        option.where
        for option in options
        if option.path[1] in ("cover", "creep", "scheme", "stock")
    ]
    return asked[-1] if asked else None


def _field(option: EditionOption) -> dict[str, object]:
    """Return the field of a plan that an option gives a value."""
    if len(option.path) != 2:
        hint = "write keys below it, such as `scheme: signatures`"
        raise BookletError("`sheets` takes settings of its own", option.where, hint)
    key = option.path[1]
    if key not in KEYS:
        hint = did_you_mean(key, KEYS) or f"there is: {', '.join(sorted(KEYS))}"
        raise BookletError(f"{quoted(key)} is nothing that sheets have", option.where, hint)
    field = KEYS[key]
    try:
        return {field: getattr(Plan.parse({field: option.value}), field)}
    except BookletError as error:
        raise BookletError(error.message, option.where, error.hint) from error


def misfit(manuscript: Manuscript, style: Style) -> BookletError | None:
    """Return why the pages of an edition cannot stand on its sheets, or None if they can."""
    wanted = plan(manuscript, style)
    try:
        frame(wanted, style.page(manuscript.settings))
    except BookletError as error:
        return BookletError(error.message, error.where or Place(manuscript.path), error.hint)
    return None
