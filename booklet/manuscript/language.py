"""What a language asks of its setting: quotation marks, dashes, spaces that do not break."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NBSP = "\u00a0"

# Quotation marks, outer pair then inner pair: Unicode CLDR 45, characters/delimiters, with the
# French and Swiss spaces as the Imprimerie nationale sets them.
_QUOTES = {
    "en": "“”‘’", "en-GB": "‘’“”", "de": "„“‚‘", "de-CH": "«»‹›", "nl": "‘’“”", "es": "«»“”",
    "it": "«»“”", "pt": "«»“”", "pt-BR": "“”‘’", "pl": "„”«»", "cs": "„“‚‘", "sk": "„“‚‘",
    "sl": "„“‚‘", "hr": "„“‚‘", "sr": "„“’’", "bg": "„“„“", "ru": "«»„“", "uk": "«»„“",
    "hu": "„”»«", "ro": "„”«»", "sv": "””’’", "fi": "””’’", "da": "””’’", "nb": "«»‘’",
    "no": "«»‘’", "nn": "«»‘’", "el": "«»“”", "ca": "«»“”", "eu": "«»“”", "lt": "„“‚‘",
    "lv": "“”„“", "et": "„“«»", "sq": "«»“”", "tr": "“”‘’", "id": "“”‘’", "ms": "“”‘’",
    "vi": "“”‘’", "ar": "”“’‘", "fa": "«»‹›", "ur": "”“’‘", "he": "”””’", "ja": "「」『』",
    "zh": "“”‘’", "zh-Hant": "「」『』", "ko": "“”‘’", "fr": "«»‹›",
}  # fmt: skip
_FRENCH = ["«" + NBSP, NBSP + "»", "‹" + NBSP, NBSP + "›"]

# Words that stay with what follows: `p. 9`, `Dr Khan`, `art. 51`.
_HELD = {
    "en": r"Mr|Mrs|Ms|Dr|Prof|St|Sir|p|pp|no|nos|No|vol|vols|Vol|art|arts|Art|Arts|fig|Fig|ch|c|"
    r"cf|ed|para|paras|sec|ca",
    "de": r"Hr|Fr|Dr|Prof|St|S|Nr|Bd|Art|Abs|Abb|Kap|vgl|ca|z|d|u",
    "fr": r"M|Mme|Mlle|Dr|p|pp|n|vol|art|fig|chap|cf|env",
    "es": r"Sr|Sra|Dr|Dra|p|pp|núm|vol|art|fig|cap",
    "it": r"Sig|Dott|Prof|p|pp|n|vol|art|fig|cap|cfr",
    "nl": r"Dhr|Mevr|Dr|Prof|p|pp|nr|art|fig",
}

# One-letter words that do not stand at the end of a line (PN-83/P-55366, ČSN 01 6910, Milchin).
_SHORT = {
    "pl": "aiouwzAIOUWZ", "cs": "aikosuvzAIKOSUVZ", "sk": "aikosuvzAIKOSUVZ",
    "ru": "авиокусяАВИОКУСЯ", "uk": "авіоузйяАВІОУЗЙЯ",
}  # fmt: skip

_UNITS = r"%|‰|°C|mm|cm|m|km|g|kg|t|ha|€|£|\$|million|billion|per cent|percent|BCE|CE|BC|AD|AH"


def quotes(lang: str) -> list[str]:
    """Return the outer and inner pair of quotation marks of the language `lang` (four strings)."""
    base = lang.split("-")[0]
    if base == "fr" and lang != "fr-CH":
        return list(_FRENCH)
    known = next((_QUOTES[tag] for tag in (lang, _script(lang), base) if tag in _QUOTES), "“”‘’")
    return list(known)


def _script(lang: str) -> str:
    """Return the language with its script: Chinese of Taiwan and Hong Kong is traditional."""
    return "zh-Hant" if lang in ("zh-TW", "zh-HK", "zh-MO") else lang


@cache
def polisher(lang: str) -> Callable[[str], str]:
    """Return a function that sets dashes, ellipses and non-breaking spaces in running text.

    It takes text whose quotation marks are typographic already, and is for text only: code,
    addresses and formulas must not pass through it.
    """
    base = lang.split("-")[0]
    rules: list[tuple[re.Pattern[str], str]] = [
        (re.compile(r"(?<!-)---(?!-)"), "—"),
        (re.compile(r"(?<!-)--(?!-)"), "–"),
        (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
        (re.compile(r" –(?= )"), NBSP + "–"),
        (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))"), NBSP),
        (re.compile(r"(?<=§) (?=\d)"), NBSP),
        (re.compile(r"(?<!\w)([A-Z]\.) (?=[A-Z]\.|[A-Z][a-z])"), r"\1" + NBSP),
    ]
    if base in _HELD:
        rules.append((re.compile(rf"(?<![\w.])((?:{_HELD[base]})\.?) (?=[\dA-ZÀ-Þ])"), r"\1" + NBSP))
    if base == "fr":
        rules.append((re.compile(r"(?<=[^\s" + NBSP + r"]) ?([;!?»]|:(?!//|\d))(?=\s|$|[»)\]])"), NBSP + r"\1"))
        rules.append((re.compile(r"« ?(?!" + NBSP + ")"), "«" + NBSP))
    if base in _SHORT:
        rules.append((re.compile(rf"(?<![\w’'])([{_SHORT[base]}]) (?=\w)"), r"\1" + NBSP))

    def polish(text: str) -> str:
        for pattern, instead in rules:
            text = pattern.sub(instead, text)
        return text

    return polish
