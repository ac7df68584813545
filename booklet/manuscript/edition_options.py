"""Wishes: what the author wants of editions and sheets, each with the place that says so.

They stand in the front matter, or in a `booklet.toml` beside the essay for all of its files. What
they mean is judged where editions and sheets are known (booklet.editions.style,
booklet.press.sheet_plan).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from booklet.errors import BookletError, Mistakes, Place, did_you_mean, quoted
from booklet.manuscript.settings import KEYS
from booklet.manuscript.toml_keys import Toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from booklet.source import Text

# The keys under which options stand, in the front matter as in booklet.toml.
OPTION_KEYS = ("editions", "set", "sheets")


@dataclass(frozen=True)
class EditionOption:
    """One value that the author gave: the keys that lead to it, and where it stands.

    `editions: {handout: {leading: 1.5}}` has the path `("editions", "handout", "leading")`. From
    YAML each value is text or a list of texts; TOML has numbers and truth values too.
    """

    path: tuple[str, ...]
    value: Any
    where: Place


def options(asked: dict[str, Any], place: Callable[[str], Place]) -> tuple[EditionOption, ...]:
    """Return the options in the mappings `asked`; `place` knows where a path such as `a/b` stands.

    A mapping without keys is an option too: it has nothing for a value.
    """
    return tuple(_leaves((), asked, place))


def _leaves(
    above: tuple[str, ...], values: dict[str, Any], place: Callable[[str], Place]
) -> Iterator[EditionOption]:
    """Yield the values that are no mappings, with the keys that lead to them."""
    for key, value in values.items():
        path = (*above, key)
        if isinstance(value, dict) and value:
            yield from _leaves(path, value, place)
        else:
            yield EditionOption(path, value, place("/".join(path)))


def from_toml(text: Text) -> tuple[EditionOption, ...]:
    """Return the options of a `booklet.toml`.

    Raises BookletError with file and line for what is not TOML, and for each key that is no option.
    """
    toml = Toml(text.text, text.path)
    mistakes = []
    for key in [key for key in toml.values if key not in OPTION_KEYS]:
        hint = did_you_mean(key, OPTION_KEYS) or f"there is: {', '.join(OPTION_KEYS)}"
        if key in KEYS:
            hint = "write it into the front matter of the essay"
        message = f"{quoted(key)} is not a key of booklet.toml"
        mistakes.append(BookletError(message, toml.place(key), hint))
        del toml.values[key]
    found = options(toml.values, toml.place)
    if mistakes:
        raise Mistakes(mistakes, found)
    return found
