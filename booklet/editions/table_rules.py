"""Table rules: what makes a table fit that may be too wide for the page of an edition.

Nothing is known here of the page but what its style says, so that the style decides: type gets
smaller down to a limit, and only if that is not enough do columns get narrower than their longest
words, the widest first. See booklet.manuscript.dialects.wide_tables.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects.wide_tables import GAP

if TYPE_CHECKING:
    from booklet.manuscript import Chapter

_TABLE = re.compile(r"<table\b[^>]*>")
_ID = re.compile(r'\bid="([^"]*)"')
_COLUMNS = re.compile(r'\bdata-columns="((?:\d+\.\d ?)+)"')

# The smallest type of a table, as a share of the usual; what a page takes in it, in em; and how
# far an estimate may be wrong.
_SMALLEST, _ROOM, _DOUBT = 0.78, 46.0, 0.98


def table_rules(chapter: Chapter) -> str:
    """Return the rules for the wide tables in a chapter and its notes."""
    html = "".join((chapter.html, *(note.html for note in chapter.notes)))
    return "".join(_rules(table[0]) for table in _TABLE.finditer(html) if "columns=" in table[0])


def _rules(table: str) -> str:
    """Return the rules for a table, of which this is the first tag."""
    name, columns = _ID.search(table), _COLUMNS.search(table)
    if not name or not columns:
        return ""
    widths = [float(width) for width in columns[1].split()]
    gaps = GAP * (len(widths) - 1)
    need = sum(widths) + gaps
    this = f'[id="{name[1]}"]'
    rules = [
        f"{this} {{ font-size: max(var(--size-table) * {_SMALLEST}, "
        f"min(var(--measure) / {need:.4g}, var(--size-table))) }}",
        f"{this} :is(td, th):not(:last-child) {{ padding-right: {GAP}em }}",
    ]
    if need > _ROOM:  # words will be divided: better after a syllable, by a sign, than anywhere
        rules.append(f"{this} {{ hyphenate-limit-chars: 5 2 3; hyphens: auto }}")
    for number, share in enumerate(_shares(widths, _ROOM - gaps), 1):
        rules.append(
            f"{this} :is(td, th):nth-child({number}) {{ max-width: calc("
            f"var(--measure) * {share:.4f} - {GAP}em "
            f"+ max(0pt, var(--measure) - {need * _DOUBT:.4g}em) * 1000) }}"
        )
    return "\n".join(rules) + "\n"


def _shares(widths: list[float], room: float) -> list[float]:
    """Return the share of each column where there is less room than all words want.

    What is missing is taken from the widest columns.
    """
    left, most, count = room, 0.0, len(widths)
    for width in sorted(widths):
        most = max(left / count, 1.0)
        if width >= most:
            break
        left, count = left - width, count - 1
    cut = [min(width, most) + GAP for width in widths]
    return [one / sum(cut) for one in cut]
