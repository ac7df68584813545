"""A part that is laid out page by page, from where an earlier text of it is the same no more.

WeasyPrint lays out a page from what it is told of the end of the one before: how far the text has
come, which notes are still to be set, what the counters are. All of this is kept for each page. If
the text was edited, the pages before the edit stand; and as soon as a page ends where one ended
before, with the same text to come, all the others stand as well.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from booklet.layout.weasyprint_api import Page
from booklet.quick.pages.box_rows import BoxRow, Comparison, PageStart
from booklet.quick.private_api import (
    MarginBox,
    PageType,
    initialize_page_maker,
    layout_backgrounds,
    layout_box_backgrounds,
    make_margin_boxes,
    remake_page,
    rendered,
    set_page_type_computed_styles,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from booklet.layout.weasyprint_api import Document

Note = tuple[tuple[str, ...], frozenset[str]]
"""What WeasyPrint said, and the addresses that it used."""

# What a page does to counters: WeasyPrint completes it.
_COUNTERS = frozenset({"counter_increment", "counter_reset", "counter_set"})

# What stands before or after an element's own text, and may have a bookmark beside that one's.
_BESIDE = ("::before", "::after")


@dataclass
class _LaidPage:
    """A page as it was laid out: where it begins, the strings it sets, what was said and used.

    Nothing from the box with the number `reach` on has counted for it.
    """

    box: Any
    begins: PageStart | None
    reach: int
    strings: tuple[tuple[str, str], ...]
    note: Note
    margins: Note = ((), frozenset())
    page: Page | None = None


@dataclass
class Laying:
    """A part that was laid out: its pages and its context, its boxes in a row, its leaves.

    Without leaves its pages depend on one another in other ways, and it can only be laid out
    whole. `kept` says how many of them come from an earlier text. `first` is the number of the
    first page, 0 if it has none.
    """

    document: Document
    context: Any
    first: int
    row: BoxRow | None = None
    leaves: list[_LaidPage] = field(default_factory=list)
    kept: int = 0

    def close(self) -> None:
        """Let go of what was there to go on with: it lives in cycles, which are looked for seldom.

        The pages stand, but can be moved no more.
        """
        styles = self.context.style_for
        for style in styles.get_computed_styles().values():
            vars(style).pop("anonymous_style", None)  # made again if it is asked for
        for each in (self.context.target_collector, styles, self.context):
            vars(each).clear()
        self.leaves = []


def laid_out(
    html: Any,
    fonts: Any,
    options: dict[str, Any],
    first: int,
    before: Laying | None,
    more: bool,
    heard: Callable[[], Note],
) -> tuple[Laying, list[Note]]:
    """Return the part as laid out, and what was said and used meanwhile, in the order of a layout
    from the beginning.

    `first` is the number of its first page, 0 if it has none. `before` is an earlier text of the
    same part, in the same style, whose pages are used up: they may have other numbers and lie on
    other sides, if only their margins depend on that. If `more` texts of it may come, what they
    may need is kept. `heard` returns what was said and used since the last call.
    """
    work = _Work(first, before, more, heard)
    document, context = rendered(html, fonts, options, work.lay)
    laying = Laying(document, context, first, work.row, work.leaves, work.kept)
    if not work.leaves:
        return laying, [work.built, heard()]
    fresh = iter(document.pages)
    for leaf in work.leaves:
        leaf.page = leaf.page or next(fresh)
    document.pages[:] = [leaf.page for leaf in work.leaves]
    notes = [leaf.note for leaf in work.leaves] + [leaf.margins for leaf in work.leaves]
    return laying, [work.built, *notes]


class _Work:
    """The work on one part, from its boxes on."""

    def __init__(
        self, first: int, before: Laying | None, more: bool, heard: Callable[[], Note]
    ) -> None:
        """Take the number of the first page, and what was laid out before, if anything."""
        self._first, self._more = first, more
        self._old: Any = before if before and before.leaves else None
        self._heard = heard
        self.row: Any = None
        self.leaves: list[_LaidPage] = []
        self.kept = 0
        self._marked: set[tuple[Any, str]] = set()
        self._place: PageStart | None = PageStart((0,), None)
        self._has_moved = False

    def lay(self, own: Any, html: Any, root: Any, context: Any) -> Iterator[Any]:
        """Yield the boxes of those pages that are new, in place of WeasyPrint's `own` function."""
        self.built = self._heard()
        row = BoxRow.of(root) if self._more else None
        if row is None or row.is_odd or context.target_collector.counter_lookup_items:
            yield from own(html, root, context)
            return
        self.row, self._html, self._root, self._context = row, html, root, context
        self._notes = {row.number(note): note for note in context.footnotes}
        initialize_page_maker(context, root)
        context.rendered_notes = []
        if self._old and not self._move():
            self._old = None
        comparison = self._resume() if self._old else None
        while not self._is_over(comparison):
            self._turn()
        for *_, state, _remake in context.page_maker:
            state[1]["pages"] = [len(self.leaves)]
        for number, leaf in enumerate(self.leaves, start=1):
            for name, text in leaf.strings:
                context.string_set[name][number].append(text)
        row.left()
        yield from self._margins()

    def _move(self) -> bool:
        """Give the earlier pages the numbers and the sides that they would have now; return
        whether that can be done."""
        old, maker = self._old, self._old.context.page_maker
        is_turned = maker[0][2] != self._context.page_maker[0][2]
        if not is_turned and old.first == self._first:
            return True
        self._has_moved = True
        pages = [page._page_box for page in old.document.pages]
        if 0 in (old.first, self._first) and old.first != self._first:
            return False
        if is_turned and not (all(_is_sideless(item) for item in maker) and self._turn_over(pages)):
            return False
        if self._first:
            for number, item in enumerate(maker[1:]):
                item[3][1]["page"] = [self._first + number]
            resets = dict(pages[0].style["counter_reset"]) | {"page": self._first}
            pages[0].style["counter_reset"] = tuple(resets.items())
        maker[:] = [(*item[:2], item[2] != is_turned, *item[3:]) for item in maker]
        return True

    def _turn_over(self, pages: Sequence[Any]) -> bool:
        """Let earlier pages lie on the other side; return whether only their margins differ."""
        style_for = self._context.style_for
        for box in pages:
            was = box.page_type
            now = was._replace(side="left" if was.side == "right" else "right")
            set_page_type_computed_styles(now, self._html, style_for)
            then = self._old.context.style_for
            areas = (None, "@footnote", "@note-area")
            if was.blank or not all(
                _looks_alike(then(was, area), style_for(now, area)) for area in areas
            ):
                return False
            style = style_for(now)
            style.update({name: box.style[name] for name in (*_COUNTERS, "overflow")})
            box.page_type, box.style = now, style
        return True

    def _resume(self) -> Comparison:
        """Keep the pages for which no box counted that is not the same, and go on after them."""
        old, context = self._old, self._context
        comparison = Comparison(old.row, self.row)
        if comparison.before == len(old.row.said) == len(self.row.said):
            self._keep(0, len(old.leaves))
            context.page_maker[:] = [_anew(item) for item in old.context.page_maker]
            context.page_bottom = old.context.page_bottom  # asked for, though margins have no end
            return comparison
        reached = (n for n, leaf in enumerate(old.leaves) if leaf.reach > comparison.before)
        first = next(reached, len(old.leaves) - 1)
        while first and not ((place := old.leaves[first].begins) and place.is_free):
            first -= 1
        if not first:
            return comparison
        self._keep(0, first)
        context.page_maker[:] = [_anew(item) for item in old.context.page_maker[: first + 1]]
        context.footnotes[:] = [note for n, note in self._notes.items() if n > place.box]
        context.reported_footnotes[:] = [self._notes[number] for number in place.notes]
        sizes = old.context.style_for.initial_page_sizes
        context.style_for.initial_page_sizes.update(sizes)
        self._place = place
        return comparison

    def _turn(self) -> None:
        """Lay out one more page, and note where the next one begins."""
        box, _ = remake_page(len(self.leaves), self._context, self._root, self._html)
        self._relabel(box)
        strings = tuple(
            (name, text)
            for child in box.descendants()
            if child.string_set and child.string_set != "none"
            for name, text in child.string_set
        )
        leaf = _LaidPage(box, self._place, len(self.row.said), strings, self._heard())
        self.leaves.append(leaf)
        self._place = self._begins()
        if self._place:
            leaf.reach = self.row.reach(self._place)

    def _begins(self) -> PageStart | None:
        """Return where the next page begins, if all that has to be known is where."""
        context, number = self._context, len(self.leaves)
        resume_at = context.page_maker[number][0]
        if context.broken_out_of_flow or resume_at is None:  # nothing, or nothing but notes
            return None
        notes = tuple(self.row.number(note) for note in context.reported_footnotes)
        place: PageStart | None = self.row.place(resume_at, notes)
        return place

    def _relabel(self, page: Any) -> None:
        """Leave only the first bookmark of an element, though it may be on several pages."""
        for box in page.descendants():
            if box.bookmark_label:
                kind = next((kind for kind in _BESIDE if box.element_tag.endswith(kind)), "")
                if (box.element, kind) in self._marked:
                    box.bookmark_label = ""
                self._marked.add((box.element, kind))

    def _is_over(self, comparison: Comparison | None) -> bool:
        """Whether there are all pages; those of the earlier text that are to come are taken."""
        context, number = self._context, len(self.leaves)
        if number and context.page_maker[number][0] is None and not context.reported_footnotes:
            return True
        return comparison is not None and self._meets(comparison)

    def _meets(self, comparison: Comparison) -> bool:
        """Take the next page and all after it from the earlier text, if they would be the same."""
        number, old, maker = len(self.leaves), self._old, self._context.page_maker
        if not number or number >= len(old.leaves):
            return False
        was, now = old.leaves[number].begins, self._place
        if not (was and now and comparison.meet(was, now) and self._is_as_before(number)):
            return False
        rest = [_anew(item) for item in old.context.page_maker[number + 1 :]]
        known = [group[2] for group in maker[number][3][3]]
        if any(group[2] not in known for item in rest for group in item[3][3]):
            return False  # named pages are known by a place, too, which is another now
        self._keep(number, len(old.leaves))
        for leaf in self.leaves[number:]:
            leaf.begins = leaf.begins and comparison.after(was, now, leaf.begins)
            leaf.reach += len(self.row.said) - len(old.row.said)
        begins = [leaf.begins for leaf in self.leaves[number + 1 :]] + [None]
        maker[number + 1 :] = [
            (self.row.resumed(place) if place else item[0], *item[1:])
            for place, item in zip(begins, rest, strict=True)
        ]
        return True

    def _is_as_before(self, number: int) -> bool:
        """Whether a page begins with the counters that it had, but for the number of all pages,
        which comes last, and on the same side."""
        then, now = (each.page_maker[number] for each in (self._old.context, self._context))
        return bool(then[1:3] == now[1:3] and _without_total(then[3]) == _without_total(now[3]))

    def _keep(self, first: int, end: int) -> None:
        """Take pages of the earlier text, as they were drawn or moved last."""
        for number in range(first, end):
            leaf = self._old.leaves[number]
            page = self._old.document.pages[number]
            self.leaves.append(replace(leaf, box=page._page_box, page=page))
        self.kept += end - first

    def _margins(self) -> Iterator[Any]:
        """Yield the pages that are not as they were, with their margins."""
        context = self._context
        if self.kept:  # the styles of their margins, for when they move
            kept = self._old.context.style_for.get_computed_styles()
            ours = context.style_for.get_computed_styles()
            ours |= {key: style for key, style in kept.items()
                     if isinstance(key[0], PageType) and key not in ours}  # fmt: skip
        as_before = True
        for number, leaf in enumerate(self.leaves, start=1):
            context.current_page = number
            state = context.page_maker[number][3]
            if self._old and number <= len(self._old.leaves):
                as_before = as_before and self._old.leaves[number - 1].strings == leaf.strings
                stays = leaf.page and as_before and not self._has_moved
                if stays and self._old.context.page_maker[number][3] == state:
                    continue
            self._dress(leaf, state)
            leaf.margins = self._heard()
            yield leaf.box

    def _dress(self, leaf: _LaidPage, state: Any) -> None:
        """Give a page its margins; one that was kept has others."""
        context, box = self._context, leaf.box
        margins = list(make_margin_boxes(context, box, state))
        if leaf.page:
            rest = (child for child in box.children if not isinstance(child, MarginBox))
            box.children = (*rest, *margins)
            for margin in margins:
                layout_box_backgrounds(box, margin, context.get_image_from_uri)
            leaf.page = None
            return
        root, *areas = box.children
        box.children = (root, *(area for area in areas if area.children), *margins)
        layout_backgrounds(box, context.get_image_from_uri)


def _is_sideless(item: Any) -> bool:
    """Whether a page begins wherever the one before it ended, on either side."""
    return item[1]["break"] not in ("left", "right", "recto", "verso")


def _looks_alike(old: Any, new: Any) -> bool:
    """Whether two styles have the same values."""
    if old is None or new is None:
        return old is new
    names = {name for name in (*old.cascaded, *new.cascaded) if name[:2] != "__"}
    return all(old[name] == new[name] for name in names - _COUNTERS - {"overflow"})


def _anew(item: Any) -> Any:
    """Return how a page begins, for one that is laid out again from there."""
    resume_at, next_page, is_right, state, _ = item
    remake = {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
    return resume_at, next_page, is_right, copy.deepcopy(state), remake


def _without_total(state: Any) -> Any:
    """Return the state of counters, but for the number of all pages, which comes last."""
    depth, counters, scopes, groups = state
    return depth, {k: v for k, v in counters.items() if k != "pages"}, scopes, groups
