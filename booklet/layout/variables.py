"""Variables of style sheets: ten that name one another twice stand for a thousand words."""

from __future__ import annotations

from typing import Any

# The longest values that people write, gradients and lists of fonts, have some hundred words.
MOST_WORDS = 2_000

# How a variable that says more is told of in the log.
TOO_MUCH = f"a variable that stands for more than {MOST_WORDS:,} words was left out"


def mend() -> None:
    """Let a variable stand for so many words and no more, where WeasyPrint resolves it."""
    from weasyprint import css
    from weasyprint.logger import LOGGER

    own = getattr(css, "resolve_var", None)
    if own is None:
        return

    def resolve_var(computed: Any, token: Any, parent_style: Any) -> Any:
        found = own(computed, token, parent_style)
        if found is None or len(found) <= MOST_WORDS:
            return found
        LOGGER.warning(TOO_MUCH)
        return []

    css.resolve_var = resolve_var
