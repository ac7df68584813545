"""What a language asks of its setting: quotation marks, dashes, spaces that do not break."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NBSP = "\u00a0"

# Quotation marks, outer pair then inner pair, as a person types them with " and with ': Unicode
# CLDR 45, characters/delimiters, and the languages' own manuals of style where these differ.
# English has one row: a British author who wants single marks types single ones.
_QUOTES = {
    "en": "“”‘’", "de": "„“‚‘", "de-CH": "«»‹›", "nl": "“”‘’", "fr": "«»“”", "fr-CH": "«»‹›",
    "es": "«»“”", "it": "«»“”", "pt": "«»“”", "pt-BR": "“”‘’", "ca": "«»“”", "eu": "«»“”",
    "pl": "„”«»", "cs": "„“‚‘", "sk": "„“‚‘", "sl": "„“‚‘", "hr": "„”‚’", "sr": "„”’’",
    "bg": "„“’’", "ru": "«»„“", "uk": "«»„“", "hu": "„”»«", "ro": "„”«»", "lt": "„“‚‘",
    "lv": "„”‚’", "et": "„“«»", "sq": "«»“”", "el": "«»“”", "tr": "“”‘’", "id": "“”‘’",
    "ms": "“”‘’", "vi": "“”‘’", "sv": "””’’", "fi": "””’’", "da": "””’’", "nb": "«»‘’",
    "no": "«»‘’", "nn": "«»‘’", "ar": "”“’‘", "fa": "«»‹›", "ur": "”“’‘", "he": "””’’",
    "ja": "「」『』", "zh": "“”‘’", "zh-Hant": "「」『』", "ko": "“”‘’",
}  # fmt: skip

# Written by other people than those who write Mandarin in full characters, but set alike.
_FULL_CHARACTERS = {"zh-TW", "zh-HK", "zh-MO"}

# Words that begin with an apostrophe, and are no quotation: the '90s, 'tis, rock 'n' roll.
_ELIDED = {"en": "tis|twas|twere|twill|em|til|n(?=')", "nl": "s|t|n|k|m", "af": "n"}

# What stands before a word that begins: a quotation mark after it opens.
_BEFORE = frozenset("([{<«‹“‘„‚¿¡—–-/=")

# Names of address stay with the name; short words for parts of a text stay with the number.
_ADDRESS = {
    "en": "Mr|Mrs|Ms|Dr|Prof|St|Sir", "de": "Hr|Fr|Dr|Prof|St", "fr": "M|Mme|Mlle|Dr|Me",
    "es": "Sr|Sra|Dr|Dra|Prof", "it": "Sig|Dott|Prof", "nl": "Dhr|Mevr|Dr|Prof",
}  # fmt: skip
_PARTS = {
    "en": "p|pp|no|nos|vol|vols|art|arts|fig|figs|ch|chap|c|ca|ed|para|paras|sec|cf",
    "de": "S|Nr|Bd|Art|Abs|Abb|Kap|vgl|ca", "fr": "p|pp|n|no|vol|art|fig|chap|cf|env",
    "es": "p|pp|núm|vol|art|fig|cap", "it": "p|pp|n|vol|art|fig|cap|cfr", "nl": "p|pp|nr|art|fig",
}  # fmt: skip

# One-letter words that do not stand at the end of a line (PN-83/P-55366, ČSN 01 6910, Milchin).
_SHORT = {
    "pl": "aiouwzAIOUWZ", "cs": "aikosuvzAIKOSUVZ", "sk": "aikosuvzAIKOSUVZ",
    "ru": "авиокусяАВИОКУСЯ", "uk": "авіоузйяАВІОУЗЙЯ",
}  # fmt: skip

# Languages that part thousands by a space.
_SPACED = frozenset("fr ru uk pl cs sk sl bg hu sv nb nn no fi da et lv lt es pt".split())  # noqa: SIM905  read as a line

_UNITS = r"%|‰|°C|mm|cm|m|km|g|kg|t|ha|€|£|\$|million|billion|per cent|percent|BCE|CE|BC|AD|AH"

# Marks with a space before them that does not break: those of France, and of French Canada. The
# thin space of the Imprimerie nationale is not in the house's types; WeasyPrint would take it
# from another font.
_PARTED = {"fr": ";:!?", "fr-CA": ":", "fr-CH": ""}

# A text and its setting are of one length, so that the pieces of a block, which has links and
# emphasis in it, can be set together and parted again. These noncharacters, which no source has,
# stand for nothing, and for a mark with its space.
_NOTHING = "\ufdd6"
_WITH_SPACE = dict(zip(";:!?»«", "\ufdd8\ufdd9\ufdda\ufddb\ufddc\ufddd", strict=True))
_RELEASE: Mapping[int, str | None] = {ord(_NOTHING): None} | {
    ord(sign): mark + NBSP if mark == "«" else NBSP + mark for mark, sign in _WITH_SPACE.items()
}

# Languages whose usual script runs from right to left, and such scripts (CLDR, character order).
_RIGHT_TO_LEFT = frozenset(
    "ar arc azb ckb dv fa he ks lrc mzn nqo pnb ps rhg sd syr ug ur yi".split()  # noqa: SIM905  read as a line
)
_SCRIPTS_TO_LEFT = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})

# A line of the manuscript ends here, and the paragraph goes on.
LINE_END = "\u2028"


def quotes(lang: str) -> str:
    """Return the quotation marks of the language `lang`: the outer pair and the inner pair."""
    if lang in _FULL_CHARACTERS or lang.startswith("zh-Hant"):
        return _QUOTES["zh-Hant"]
    return _QUOTES.get(lang) or _QUOTES.get(lang.split("-")[0], _QUOTES["en"])


def is_leftward(lang: str) -> bool:
    """Whether a language is written from right to left, in the script that its tag names."""
    script = script_of(lang)
    return script in _SCRIPTS_TO_LEFT if script else lang.lower().split("-")[0] in _RIGHT_TO_LEFT


def script_of(lang: str) -> str:
    """Return the script that a tag names, in small letters, or nothing: `latn` of `ur-Latn`."""
    parts = lang.lower().split("-")[1:]
    return next((part for part in parts if len(part) == 4 and part.isalpha()), "")


# Languages whose scripts have no italics of their own.
_UPRIGHT = _RIGHT_TO_LEFT | frozenset(
    "am as bn bo dz gu hi hy ja ka km kn ko lo ml mr my ne or pa sa si ta te th ti yue zh".split()  # noqa: SIM905  read as a line
)

# The zeros of the digits that languages are numbered by (CLDR 45, default numbering systems), and
# of those that others have as well.
_ZEROS = {
    "ckb": 0x660, "sd": 0x660, "fa": 0x6F0, "ks": 0x6F0, "lrc": 0x6F0, "mzn": 0x6F0,
    "ps": 0x6F0, "uz-Arab": 0x6F0, "as": 0x9E6, "bn": 0x9E6, "mr": 0x966, "ne": 0x966, "sa": 0x966,
    "my": 0x1040,
}  # fmt: skip
_NATIVE_ZEROS = {
    "gu": 0xAE6, "hi": 0x966, "km": 0x17E0, "kn": 0xCE6, "lo": 0xED0, "or": 0xB66, "pa": 0xA66,
    "ar": 0x660, "th": 0xE50, "ug": 0x660, "ur": 0x6F0,
}  # fmt: skip
_ARABIC = frozenset({0x660, 0x6F0})

# Countries where Arabic has the digits that are called Arabic-Indic.
_OF_THE_EAST = frozenset(
    "BH DJ EG ER IL IQ JO KM KW LB MR OM PS QA SA SD SO SS SY TD YE".split()  # noqa: SIM905  read as a line
)


def zero(lang: str, *, native: bool = False) -> int:
    """Return the zero of the digits by which books in a language are numbered; 0 for Latin ones.

    If they are to be `native`, also where its books have come to use those of Latin.
    """
    (base, *others), script = lang.split("-"), script_of(lang)
    native |= base == "ar" and bool(_OF_THE_EAST & set(others))
    found = _ZEROS.get(f"{base}-{script.title()}", _ZEROS.get(base, 0))
    found = found or (_NATIVE_ZEROS.get(base, 0) if native else 0)
    is_other = script and (script == "arab") != (found in _ARABIC)  # `ks-Deva`
    return 0 if script == "latn" or is_other else found


_WITH_ITALICS = frozenset({"cyrl", "grek", "latn"})


def is_upright(lang: str) -> bool:
    """Whether nothing is slanted in a language: what is stressed stands out by its weight."""
    if script := script_of(lang):
        return script not in _WITH_ITALICS
    return lang.lower().split("-")[0] in _UPRIGHT


def typeset(text: str, lang: str) -> str:
    """Return the running text of a block with its marks and spaces as `lang` wants them.

    What returns is as long as `text`, and goes through `release` before it is read. It is for
    text only: code, addresses and formulas must not pass through it.
    """
    if LINE_END in text:  # between Chinese or Japanese characters a line ends without a space
        text = re.sub(_BETWEEN_WIDE, _NOTHING, text).replace(LINE_END, " ")
    if '"' in text or "'" in text:
        text = _Curler(text, lang).curled()
    for pattern, instead in _rules(lang):
        text = pattern.sub(instead, text)
    return text


def release(text: str) -> str:
    """Return a piece of what `typeset` gave as it is to be read.

    Burmese has no spaces between words, and a line may end after any of its syllables.
    """
    text = text.translate(_RELEASE)
    return _SYLLABLE.sub("\u200b", text) if _BURMESE.search(text) else text


# Before a letter that begins a syllable, which is neither killed (U+103A) nor stacked (U+1039), and
# before a number.
_BURMESE = re.compile("[\u1000-\u1021]")
_SYLLABLE = re.compile(
    "(?<=[\u1000-\u1049])(?<!\u1039)(?=[\u1000-\u102a\u103f\u104e](?!\u1037?[\u1039\u103a])"
    "|(?<![\u1040-\u1049])[\u1040-\u1049])"
)


# Characters as wide as they are high, and marks that belong to them where they stand beside them.
_WIDE = "\u2e80-\u303f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = "“”‘’—…·"
_BETWEEN_WIDE = (
    f"(?<=[{_WIDE}]){LINE_END}(?=[{_WIDE}{_MARKS}])|(?<=[{_MARKS}]){LINE_END}(?=[{_WIDE}])"
)


@cache
def _rules(lang: str) -> tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]:
    """Return what is to be replaced in a text of this language, in order, by texts as long."""
    base = lang.split("-")[0]
    # in Arabic a dash before a Latin word is none of Arabic's: it is `--force`, and stays so
    flag = r"(?!(?<![^\s(\[«“”\"'])--[a-z])" if is_leftward(lang) else ""
    rules: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
        (r"(?<=\S) (?=(?:---?|[–—])(?: |$))", NBSP),
        (r"(?<!-)---(?![->])", "—" + 2 * _NOTHING),
        (rf"(?<!-){flag}--(?![->])", "–" + _NOTHING),
        (r"(?<!\.)\.\.\.(?!\.)", "…" + 2 * _NOTHING),
        (rf"(?<=\d) (?=(?:{_UNITS})(?!\w))", NBSP),
        (r"(?<=§) (?=\d)", NBSP),
        (r"(?<!\w)([A-ZÀ-Þ]\.) (?=[A-ZÀ-Þ]\.|[A-ZÀ-Þ][a-zß-ÿ])", r"\1" + NBSP),
    ]
    if base in _ADDRESS:
        rules.append((rf"(?<![\w.])((?:{_ADDRESS[base]})\.?) (?=[A-ZÀ-Þ])", r"\1" + NBSP))
    if base in _PARTS:
        rules.append((rf"(?<![\w.])((?i:{_PARTS[base]})\.?) (?=\d|[IVXLC]+\b)", r"\1" + NBSP))
    if base in _SPACED:
        rules.append((r"(?<=\d) (?=\d{3}(?!\d))", NBSP))
    if base in _SHORT:
        rules.append((rf"(?<![\w’'])([{_SHORT[base]}]) (?=\w)", r"\1" + NBSP))
    if parted := _PARTED.get(lang, _PARTED.get(base, "")):
        rules += _french(parted)
    return tuple((re.compile(pattern), instead) for pattern, instead in rules)


def _french(parted: str) -> list[tuple[str, str | Callable[[re.Match[str]], str]]]:
    """Return the rules for marks with a space before them, and for guillemets with one inside."""
    end = r"(?:[\s»)\]”’]|$)"
    return [
        (rf"(?<=\S) (?=[{parted}]+{end}|»)", NBSP),
        (rf"(?<=[^\s(\[«‹“{parted}])[{parted}](?=[{parted}]*{end})", _spaced),
        (r"(?<=\S)»", _spaced),
        (r"(?<=«) ", NBSP),
        (r"«(?=\S)", _spaced),
    ]


def _spaced(found: re.Match[str]) -> str:
    """Return the sign for a mark with its space."""
    return _WITH_SPACE[found[0]]


class _Curler:
    """Curls the straight quotation marks of one block, from the left to the right.

    A mark opens where a word begins, and closes or is an apostrophe everywhere else. An opening
    mark needs no partner: a quotation of several paragraphs has one before each of them.
    """

    def __init__(self, text: str, lang: str) -> None:
        """Take the whole text of a block."""
        self.text, self.base = text, lang.split("-")[0]
        self.outer, self.inner = quotes(lang)[:2], quotes(lang)[2:]
        self.open = {'"': 0, "'": 0}
        self.opened_at = -2
        self.last_end = self._last_end()
        words = _ELIDED.get(self.base)
        self.elided = re.compile(rf"'(?:\d\ds?|{words})\b" if words else r"'\d\ds?\b", re.I)

    def curled(self) -> str:
        """Return the text with each mark curled; it stays as long as it was."""
        return _STRAIGHT.sub(self._curl, self.text)

    def _curl(self, found: re.Match[str]) -> str:
        """Return the mark that stands for a straight one."""
        at = found.start()
        before, after = self.text[at - 1 : at], self.text[at + 1 : at + 2]
        begins = not before.strip() or before in _BEFORE or self.opened_at == at - 1
        if found[0] == "'":
            return self._single(at, before, after, begins)
        return self._double(at, before, after, begins)

    def _single(self, at: int, before: str, after: str, begins: bool) -> str:
        """Return the mark for a single one: an apostrophe more often than not."""
        if before.isalnum() and after.isalnum():
            if before.isdigit() and after.isdigit():
                return "′"
            return "׳" if _hebrew(before) else "’"
        if begins and after.strip():
            if at >= self.last_end or self.elided.match(self.text, at):
                return "’"
            return self._opening("'", at)
        if self.open["'"]:
            return self._closing("'")
        return "′" if before.isdigit() else "’"

    def _double(self, at: int, before: str, after: str, begins: bool) -> str:
        """Return the mark for a double one: it opens, closes, or says inches or seconds."""
        if before.isalpha() and after.isalpha() and not self.open['"']:
            if self._is_prefixed(at):
                return self._opening('"', at)
            return "״" if _hebrew(before) else '"'
        if before.isdigit() and not self.open['"'] and not after.isalnum():
            return "″"
        if after.strip() and (begins or (after.isalnum() and not self.open['"'])):
            return self._opening('"', at)
        if not self.open['"'] and begins:  # one with a space on either side
            return self._opening('"', at) if self.text.find('"', at + 1) >= 0 else '"'
        return self._closing('"')

    def _is_prefixed(self, at: int) -> bool:
        """Whether a mark begins a quotation behind small words that are written with the next one.

        So it is in Arabic (`و"قال"`) and in Hebrew, where such a mark before the last letter of a
        word stands for a word cut short (`ש"ח`).
        """
        small = _PREFIX.search(self.text, max(at - _LONGEST_PREFIX - 1, 0), at)
        return bool(small and _QUOTED.match(self.text, at + 1))

    def _opening(self, mark: str, at: int) -> str:
        """Return the mark that opens."""
        self.open[mark] += 1
        self.opened_at = at
        return (self.outer if mark == '"' else self.inner)[0]

    def _closing(self, mark: str) -> str:
        """Return the mark that closes."""
        self.open[mark] = max(self.open[mark] - 1, 0)
        return (self.outer if mark == '"' else self.inner)[1]

    def _last_end(self) -> int:
        """Return where the last single mark stands that can end a quotation, or -1."""
        ends = [found.start() for found in _SINGLE_END.finditer(self.text)]
        return ends[-1] if ends else -1


# Letters that are words of their own, before the word that they are written with; and two letters
# at the least, up to a mark behind which no word goes on.
_LONGEST_PREFIX = 3
_PREFIX = re.compile(r"(?<!\w)(?:[וכלבמשה]{1,3}|[وفبلك]{1,2})\Z")
_QUOTED = re.compile(r"""\w\w[^"]*(?:\w"\w[^"]*)*"(?!\w)""")

_STRAIGHT = re.compile("[\"']")
_SINGLE_END = re.compile(r"(?<=\S)'(?!\w)")


def _hebrew(character: str) -> bool:
    """Whether a character is a Hebrew letter, between which these marks are other ones."""
    return "\u05d0" <= character <= "\u05f2"
