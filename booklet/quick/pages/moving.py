"""Pages that move: the same text under other page numbers needs nothing but new margins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booklet.layout.weasyprint_api import Page
from booklet.quick.private_api import MarginBox, layout_box_backgrounds, make_margin_boxes

if TYPE_CHECKING:
    from booklet.layout.weasyprint_api import Document


def can_move(document: Document, context: Any, first: int) -> bool:
    """Whether only the margins of these pages depend on the number of the first, now `first`.

    Not if some text counts pages, if a style sets the number of a page itself, or if an element
    of the text runs in the margins, which can be laid out only once.
    """
    running = any(context.running_elements.values())
    if context.target_collector.counter_lookup_items or running:
        return False
    for at, page in enumerate(document.pages):
        box = page._page_box
        counters = context.page_maker[at + 1][3][1]
        sets = [pair for name in ("counter_reset", "counter_set") for pair in box.style[name]]
        own = [("page", first)] if at == 0 else []
        if [pair for pair in sets if pair[0] == "page"] != own:
            return False
        if counters.get("page") != [first + at]:
            return False
        if any(child.element_tag == "@note-area" for child in box.children):
            return False
    return True


def move(document: Document, context: Any, first: int) -> None:
    """Make the margins of all pages again, of which the first has the number `first`."""
    for at, page in enumerate(document.pages):
        box = page._page_box
        context.current_page = at + 1
        state = context.page_maker[at + 1][3]
        state[1]["page"] = [first + at]
        margins = list(make_margin_boxes(context, box, state))
        rest = (child for child in box.children if not isinstance(child, MarginBox))
        box.children = (*rest, *margins)
        for margin in margins:
            layout_box_backgrounds(box, margin, context.get_image_from_uri)
        document.pages[at] = Page(box)
