"""A part's boxes in a row: two rows side by side show which boxes an edit has left as they were.

The row has the boxes of a part as WeasyPrint has built them, before any is laid out, each before
those in it, and a note where it is called. Two boxes are alike if they are of one kind, at one
depth, of elements with the same attributes, with the same text, and if the same rules hold for
them and for all that they are in. So an equal beginning of two rows is laid out equally as far as
nothing looks beyond it; and an equal end is, from where a page begins in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from booklet.quick.private_api import boxes

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is in a box that says something of it; all else is made of these, or of other boxes.
_SAYING = frozenset(
    {
        *("bookmark_label", "colspan", "is_leader", "is_outside_marker", "is_table_wrapper"),
        *("leading_collapsible_space", "link", "replacement", "rowspan", "span", "string_set"),
        *("text", "trailing_collapsible_space"),
    }
)

# Boxes that go on overleaf as they would begin there: a page may begin in them.
_FLOWING = ("BlockBox", "InlineBox", "LineBox", "TextBox")


@dataclass(frozen=True)
class PageStart:
    """Where a page begins: the number of a box in the row and of those it is in, outermost first.

    `rest` is how far into that box, as WeasyPrint has it; `notes` are those to be set before all
    others, which were called on an earlier page. `bound` is the number of the outermost box of
    which more counts than what is still to come, as of a table.
    """

    chain: tuple[int, ...]
    rest: Any
    notes: tuple[int, ...] = ()
    bound: int | None = None

    @property
    def box(self) -> int:
        """The number of the box."""
        return self.chain[-1]

    @property
    def is_free(self) -> bool:
        """Whether nothing counts but what is still to come."""
        return self.bound is None


@dataclass
class BoxRow:
    """The boxes of a part: what is said of each, and the styles that it has.

    `is_odd` says that what stands on a page may depend on more than what stands before it.
    `boxes` are the boxes themselves, until the row is `left`.
    """

    said: list[tuple[Any, ...]] = field(default_factory=list)
    styles: list[tuple[Any, ...]] = field(default_factory=list)
    is_odd: bool = False
    boxes: list[Any] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any) -> BoxRow:
        """Return the row of the boxes in `root`."""
        row = cls()
        seen: dict[int, bool] = {}
        for box, depth in _walked(root, 0):
            row._numbers[id(box)] = len(row.said)
            row.boxes.append(box)
            own = vars(box)
            saying = {key: own[key] for key in _SAYING if key in own}
            attributes = box.element.attrib if box.element is not None else None
            row.said.append((depth, type(box), box.element_tag, attributes, saying))
            row.styles.append((box.style, box.first_letter_style, box.first_line_style))
            if id(box.style) not in seen:
                seen[id(box.style)] = _is_odd(box.style)
                row.is_odd = row.is_odd or seen[id(box.style)]
        return row

    def number(self, box: Any) -> int:
        """Return the number of a box; that of a note comes next after that of its call."""
        return self._numbers[id(box)]

    def left(self) -> None:
        """Let go of the boxes: they have been laid out."""
        self.boxes, self._numbers = [], {}

    def reach(self, place: PageStart) -> int:
        """Return the number of the first box that cannot have counted for what stands before a
        place, where the boxes before it have just been laid out.

        A box that was tried has been given a position. Of the one after it the style counts.
        """
        lines = (n for n in place.chain if isinstance(self.boxes[n], boxes.LineBox))
        begun = min(next(lines, place.box), place.box if place.bound is None else place.bound)
        last = begun
        around = [number for number in place.chain if number <= begun]
        for child, parent in pairwise(reversed(around)):
            last = max(last, self._tried(parent, child))
        return self.end(min(self.end(last), len(self.said) - 1))

    def _tried(self, parent: int, child: int) -> int:
        """Return the number of the last box that was tried of those that come after a child."""
        children = self.boxes[parent].children
        after = children[self._index(parent, child) + 1 :]
        for box in after:
            if "position_y" in vars(box):
                child = self._numbers[id(box)]
            elif box.is_in_normal_flow():
                break
        return child

    def _index(self, parent: int, child: int) -> int:
        """Return the place of a box among the children of its parent."""
        box = self.boxes[child]
        return next(at for at, each in enumerate(self.boxes[parent].children) if each is box)

    def resumed(self, place: PageStart) -> Any:
        """Return a place as WeasyPrint has it: what `place` was made of."""
        resume_at = place.rest
        for outer, inner in reversed(list(pairwise(place.chain))):
            resume_at = {self._index(outer, inner): resume_at}
        return resume_at

    def place(self, resume_at: Any, notes: tuple[int, ...]) -> PageStart | None:
        """Return the place that WeasyPrint calls `resume_at`, with notes that are still to be set.

        None if what stands there depends on more than what was set before.
        """
        box, chain, bound = self.boxes[0], [0], None
        while resume_at is not None and not isinstance(box, boxes.TextBox):
            if bound is None and not _flows(box):
                bound = chain[-1]
            if len(resume_at) != 1:  # several cells of a row
                break
            ((number, resume_at),) = resume_at.items()
            if number >= len(box.children):
                return None
            box = box.children[number]
            chain.append(self._numbers[id(box)])
        marked = any(self.said[number][4].get("bookmark_label") for number in chain[:-1])
        if marked and not _is_first(chain):
            return None
        return PageStart(tuple(chain), resume_at, notes, bound)

    def end(self, number: int) -> int:
        """Return the number of the box after one and all in it."""
        depth, after = self.said[number][0], number + 1
        while after < len(self.said) and self.said[after][0] > depth:
            after += 1
        return after


def _walked(box: Any, depth: int) -> Iterator[tuple[Any, int]]:
    """Yield a box and all in it, each with its depth."""
    yield box, depth
    if box.footnote is not None:
        yield from _walked(box.footnote, depth + 1)
    for child in box.all_children():
        yield from _walked(child, depth + 1)


def _is_first(chain: list[int]) -> bool:
    """Whether nothing of the boxes in a chain stands before the last one."""
    return chain == list(range(chain[0], chain[0] + len(chain)))


def _is_odd(style: Any) -> bool:
    """Whether a box of this style can be on other pages than where it stands in the text."""
    position = style["position"]
    return position == "fixed" or position[0] in ("running()", "note()")


def _flows(box: Any) -> bool:
    """Whether a box goes on overleaf just as it would begin there."""
    style = box.style
    columns = (style["column_count"], style["column_width"])
    return (
        type(box).__name__ in _FLOWING
        and columns == ("auto", "auto")
        and bool(box.is_in_normal_flow())
    )


class Comparison:
    """Two rows side by side: `before` boxes at the beginning are alike, and `behind` at the end."""

    def __init__(self, old: BoxRow, new: BoxRow) -> None:
        """Compare two rows."""
        self._old, self._new = old, new
        self._known: dict[tuple[int, int], bool] = {}
        least = min(len(old.said), len(new.said))
        self.before = self.behind = 0
        while self.before < least and self.are_alike(self.before, self.before):
            self.before += 1
        ends = len(old.said) - 1, len(new.said) - 1
        while self.behind < least - self.before and self.are_alike(
            ends[0] - self.behind, ends[1] - self.behind
        ):
            self.behind += 1

    def are_alike(self, old: int, new: int) -> bool:
        """Whether the boxes with these numbers are alike."""
        if self._old.said[old] != self._new.said[new]:
            return False
        styles = zip(self._old.styles[old], self._new.styles[new], strict=True)
        return all(self._rules_alike(*pair) for pair in styles)

    def meet(self, old: PageStart, new: PageStart) -> bool:
        """Whether all is the same from these places on."""
        ends = len(self._old.said), len(self._new.said)
        left = ends[0] - old.box, ends[1] - new.box
        if left[0] != left[1] or left[0] > self.behind or old.rest != new.rest:
            return False
        if (len(old.chain), len(old.notes)) != (len(new.chain), len(new.notes)):
            return False
        if old.bound is not None and ends[0] - old.bound > self.behind:
            return False
        chains = zip(old.chain, new.chain, strict=True)
        notes = zip(old.notes, new.notes, strict=True)
        return all(self.are_alike(*pair) for pair in chains) and all(
            self._hold_the_same(*pair) for pair in notes
        )

    def after(self, old: PageStart, new: PageStart, place: PageStart) -> PageStart:
        """Return the place in the new row of one in the old, which comes after two that `meet`."""
        shift = len(self._new.said) - len(self._old.said)
        known = dict(zip((*old.chain, *old.notes), (*new.chain, *new.notes), strict=True))

        def moved(number: int) -> int:
            return known.get(number, number + shift if number >= old.box else number)

        return replace(
            place,
            chain=tuple(map(moved, place.chain)),
            notes=tuple(map(moved, place.notes)),
            bound=place.bound if place.bound is None else moved(place.bound),
        )

    def _hold_the_same(self, old: int, new: int) -> bool:
        """Whether two boxes and all in them are the same."""
        if new == old and self._new.end(new) <= self.before:
            return True
        left = len(self._old.said) - old, len(self._new.said) - new
        return left[0] == left[1] <= self.behind

    def _rules_alike(self, old: Any, new: Any) -> bool:
        """Whether two styles come of the same rules, and those that they inherit from as well."""
        if old is new:
            return True
        if old is None or new is None or type(old) is not type(new):
            return False
        pair = (id(old), id(new))
        if pair not in self._known:
            alike = _own_rules(old) == _own_rules(new)
            self._known[pair] = alike and self._rules_alike(old.parent_style, new.parent_style)
        return self._known[pair]


def _own_rules(style: Any) -> Any:
    """Return the rules that a style comes of, and for what; on which side the whole part begins is
    no matter of its boxes."""
    rules = getattr(style, "cascaded", None)
    if rules and style.is_root_element:
        rules = {name: value for name, value in rules.items() if name != "break_before"}
    return rules, getattr(style, "pseudo_type", None)
