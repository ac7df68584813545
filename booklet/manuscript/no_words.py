"""Letters without end, which are no word: they break anywhere, and without hyphens."""

from __future__ import annotations

import re
from html import escape

# A picture or a key in signs: nobody divides it by rules, and to look for its syllables on each
# line takes a minute for a page. Scripts without spaces between their words are left out.
_NO_WORD = re.compile(r"[\x21-\x7e\xa1-\xac\xae-\u052f]{200,}")
_PIECE = re.compile(r"[\s\S]{1,8}")


def has_no_word(text: str) -> bool:
    """Whether there are letters without end in a text."""
    return bool(_NO_WORD.search(text))


def divisible(text: str) -> str:
    """Return text as HTML in which what is no word breaks after some letters, without hyphens."""
    if not has_no_word(text):
        return escape(text)
    html: list[str] = []
    at = 0
    for found in _NO_WORD.finditer(text):
        pieces = "<wbr>".join(map(escape, _PIECE.findall(found[0])))
        html += [escape(text[at : found.start()]), f'<span class="no-word">{pieces}</span>']
        at = found.end()
    return "".join([*html, escape(text[at:])])
