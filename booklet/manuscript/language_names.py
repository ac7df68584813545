"""Tongues: names by which people and other tools call a language, with its tag in BCP 47."""

from __future__ import annotations

import re

# Names in English and in the language itself; then what LaTeX's babel and polyglossia call some.
_NAMES = {
    "af": "afrikaans", "am": "amharic", "ar": "arabic العربية", "az": "azerbaijani",
    "be": "belarusian", "bg": "bulgarian български", "bn": "bengali bangla বাংলা", "bs": "bosnian",
    "ca": "catalan català", "cs": "czech čeština", "cy": "welsh cymraeg", "da": "danish dansk",
    "de": "german deutsch ngerman", "de-AT": "austrian naustrian", "de-CH": "nswissgerman",
    "el": "greek ελληνικά", "en": "english", "en-AU": "australian", "en-CA": "canadian",
    "en-GB": "british ukenglish", "en-NZ": "newzealand", "en-US": "american usenglish",
    "eo": "esperanto", "es": "spanish español castellano castilian", "et": "estonian eesti",
    "eu": "basque euskara", "fa": "persian farsi فارسی", "fi": "finnish suomi",
    "fr": "french français francais", "fr-CA": "canadien", "ga": "irish gaeilge",
    "gd": "scottish", "gl": "galician galego", "gu": "gujarati", "ha": "hausa",
    "he": "hebrew עברית", "hi": "hindi हिन्दी", "hr": "croatian hrvatski",
    "hu": "hungarian magyar", "hy": "armenian", "id": "indonesian bahasa bahasai",
    "is": "icelandic íslenska", "it": "italian italiano", "ja": "japanese 日本語",
    "ka": "georgian", "kk": "kazakh", "km": "khmer", "kn": "kannada", "ko": "korean 한국어",
    "ku": "kurdish", "la": "latin", "lt": "lithuanian lietuvių", "lv": "latvian latviešu",
    "mk": "macedonian", "ml": "malayalam", "mn": "mongolian", "mr": "marathi",
    "ms": "malay bahasam melayu", "my": "burmese", "nb": "bokmal bokmål norsk",
    "ne": "nepali", "nl": "dutch nederlands", "nn": "nynorsk", "no": "norwegian",
    "pa": "punjabi panjabi", "pl": "polish polski", "ps": "pashto",
    "pt": "portuguese português portuges", "pt-BR": "brazilian brazil brasileiro",
    "ro": "romanian română", "ru": "russian русский", "sa": "sanskrit", "si": "sinhala",
    "sk": "slovak slovenčina", "sl": "slovene slovenian slovenščina", "so": "somali",
    "sq": "albanian shqip", "sr": "serbian српски", "sv": "swedish svenska",
    "sw": "swahili kiswahili", "ta": "tamil தமிழ்", "te": "telugu", "th": "thai ไทย",
    "tr": "turkish türkçe", "uk": "ukrainian українська", "ur": "urdu اردو", "uz": "uzbek",
    "vi": "vietnamese", "yi": "yiddish ייִדיש", "yo": "yoruba", "zh": "chinese 中文 汉语",
    "zu": "zulu",
}  # fmt: skip
_TAGS = {name: tag for tag, names in _NAMES.items() for name in names.split()}

# As the system writes a locale: `de_AT.UTF-8`, `sr_RS@latin`.
_LOCALE = re.compile(r"([A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8})*)(?:\.[\w-]+)?(?:@\w+)?")


def tag_of(given: str) -> str:
    """Return the tag of the language that `given` names, or `given` if it names none.

    It is a name such as `English` or `ngerman`, or a locale such as `en_GB.UTF-8`.
    """
    name = given.strip()
    if tag := _TAGS.get(name.lower()):
        return tag
    found = _LOCALE.fullmatch(name)
    return found[1].replace("_", "-") if found else given
