"""The preview's search: what is found on finished pages, however it is spelled there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from booklet.preview.page_images import Plates

if TYPE_CHECKING:
    from tests.conftest import Shop

LATIN = """\
---
title: A drive
lang: de
trim: A6
---

Im Café sitzt eine naïve Straßenbahnkapitänin. Die Rechtsschutzversicherungsgesellschaften
und die Donaudampfschifffahrtsgesellschaften fahren weiter, sehr effizient.
"""

HEBREW = "---\ntitle: שיר\nlang: he\n---\n\nהַקּוּמְקוּם שָׁר בַּמִּטְבָּח, ואז שקט.\n"
ARABIC = (
    "---\ntitle: شاي\nlang: ar\n---\n\nيغني الإبريق في كل مساء، ثم تأتي مُدَرِّسَةٌ ولا شيء غير ذلك.\n"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LATIN, "cafe"),
        (LATIN, "CAFÉ"),
        (LATIN, "cafe\u0301"),
        (LATIN, "naive strassenbahn"),
        (LATIN, "rechtsschutzversicherungsgesellschaften"),
        (LATIN, "donaudampfschifffahrtsgesellschaften"),
        (LATIN, "ef\ufb01zient".replace("\ufb01", "fi")),
        (HEBREW, "הקומקום"),
        (HEBREW, "הַקּוּמְקוּם"),
        (HEBREW, "הקומקום שר"),
        (HEBREW, "שקט"),
        (ARABIC, "الإبريق"),
        (ARABIC, "الابريق"),
        (ARABIC, "مدرسة"),
        (ARABIC, "مُدَرِّسَةٌ"),
        (ARABIC, "ولا شيء"),
    ],
)
def test_words_are_found_however_they_are_spelled(press: Shop, text: str, words: str) -> None:
    """Accents and points or none, small or large, across the ends of lines, in any direction."""
    plates = Plates(press(text).pages.pdf)
    hits = plates.find(words, 9)
    plates.close()
    assert len(hits) == 1
    assert all(right > left and low > high for left, high, right, low in hits[0].boxes)


@pytest.mark.parametrize(
    ("text", "words"),
    [(LATIN, "imcafé"), (LATIN, "a n"), (HEBREW, "רב"), (HEBREW, "קטש"), (ARABIC, "يغنيال")],
)
def test_no_word_is_found_across_a_space(press: Shop, text: str, words: str) -> None:
    """The end of one word and the beginning of the next are no word."""
    plates = Plates(press(text).pages.pdf)
    assert plates.find(words, 9) == ()
    plates.close()
