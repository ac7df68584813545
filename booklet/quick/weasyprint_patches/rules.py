"""The rules that held for an element hold still if nothing but words of the text has changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from booklet.quick.private_api import ComputedStyle, InitialStyle, PageType
from booklet.quick.weasyprint_patches.styles import counter


def faster_rules(own: Any) -> Any:
    """Return the function that finds the rules for all elements of a text.

    Where an earlier text had the same elements and the same style sheets, the rules are those; what
    they come to is worked out anew. What was said of them then would have to be said again: if
    anything was, or may be later, they are looked for again.
    """

    def find(styles: Any, html: Any, sheets: Any, *words: Any) -> None:
        earlier = vars(html).pop("styled", None)
        if earlier is None or not _are_the_same(sheets, earlier):
            said = counter.said
            own(styles, html, sheets, *words)
            styles.is_quiet = counter.said == said and not _has_variables(html.etree_element)
            return
        _, fonts, targets = words
        styles._cascaded_styles, styles._computed_styles = {}, {}
        styles.initial_page_sizes = {"box": None, "area": None}
        styles._sheets, styles.font_config, styles.is_quiet = sheets, fonts, True
        _take_over(styles, earlier, fonts, targets)

    return find


def _has_variables(root: Any) -> bool:
    """Whether elements have rules of their own with variables: what is wrong in these is said when
    a value is asked for, and once."""
    return any("var(" in element.get("style", "") for element in root.iter())


def _are_the_same(sheets: Any, earlier: Any) -> bool:
    """Whether an earlier text had these style sheets, and nothing was said of its styles."""
    known = vars(earlier).get("_sheets", ())
    return (
        vars(earlier).get("is_quiet", False)
        and len(sheets) == len(known)
        and all(
            now[0] is was[0] and now[1:] == was[1:] for now, was in zip(sheets, known, strict=True)
        )
    )


def _take_over(styles: Any, earlier: Any, fonts: Any, targets: Any) -> None:
    """Give all elements new styles, of the rules of those that they had, shared as those were."""
    computed, sizes = styles._computed_styles, styles.initial_page_sizes
    made: dict[int, Any] = {}
    root: Any = None
    for key, style in earlier._computed_styles.items():
        if isinstance(key[0], PageType):  # these come of the layout
            continue
        new = made.get(id(style))
        if new is None:
            above = style.parent_style
            new = made[id(style)] = ComputedStyle(
                None if above is None else made[id(above)],
                style.cascaded,
                style.pseudo_type,
                InitialStyle(fonts) if root is None else root,
                style.base_url,
                fonts,
                sizes,
            )
            root = new if root is None else root
            computed[key] = new
            if targets and "anchor" in style.cascaded and new["anchor"]:
                targets.collect_anchor(new["anchor"])
        computed[key] = new


# What WeasyPrint looks for in a whole document, by selectors: of these it takes the tag alone.
_OF_HEADS = frozenset({"link", "meta", "style", "title"})


def faster_query(own: Any) -> Any:
    """Return the function that finds elements by selectors: such as have but a tag, without them.

    Names of a drawing are others: they have its namespace, and WeasyPrint leaves those out.
    """

    def query_all(wrapper: Any, *selectors: Any) -> Any:
        if not _OF_HEADS.issuperset(selectors):
            return own(wrapper, *selectors)
        found = (each for each in wrapper.etree_element.iter() if each.tag in selectors)
        return (SimpleNamespace(etree_element=each) for each in found)

    return query_all
