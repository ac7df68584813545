"""What a person sees of the fonts by script: which are there, and which could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from booklet.fonts import added, making
from booklet.fonts.groups import GROUPS, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def listed() -> Iterator[str]:
    """Yield a line for each group, and one that says how to bring more."""
    made = added.made()
    wide = max(map(len, GROUPS))
    for group in GROUPS.values():
        state = "there" if making.is_there(group) else "older" if group.name in made else "-"
        yield f"{group.name:{wide}}  {state:5}  {group.title}"
    older = [name for name in made if name in GROUPS and not making.is_there(GROUPS[name])]
    if older:
        yield f"`./inv fonts add {' '.join(older)}` brings the types of this version"
    yield "`./inv fonts add hebrew` brings what a script needs; `cjk` is Chinese, Japanese, Korean"


def change(add: Iterable[str], remove: Iterable[str], say: Callable[[str], None]) -> None:
    """Bring the types of some groups, and take those of others away."""
    wanted, unwanted = named(add), named(remove)
    making.remove(unwanted, say)
    making.add(wanted, say)
