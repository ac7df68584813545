"""Groups of fonts: for each script the files of a package, and what is cut out of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from booklet.errors import BookletError, did_you_mean
from booklet.fonts.symbols import EMOJI, SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The weights of the house: text, and what stands out of it.
_REGULAR, _BOLD = 400, 600


@dataclass(frozen=True)
class FaceFile:
    """A face: the package and the file in it, and where on the axes of a variable font it lies.

    `family` is the name under which style sheets know it. If it is `cut_down`, only the characters
    of its group are kept: it has letters of many scripts, which are for others to set. A face with
    a `zero` has nothing but the ten digits from that character on, in the place of 0 to 9. The
    glyphs of one that is `nameless` get names, by which its text is copied.
    """

    package: str
    file: str
    family: str
    weight: int = _REGULAR
    italic: bool = False
    axes: Mapping[str, float] = field(default_factory=dict)
    cut_down: bool = False
    zero: int = 0
    nameless: bool = False

    @property
    def name(self) -> str:
        """The name of the file that is made of it."""
        style = "Italic" if self.italic else ""
        return f"{self.family.replace(' ', '')}-{self.weight}{style}{self.file[-4:]}"

    def css(self, family: str, address: str) -> str:
        """Return the rule that brings the face from an address, as one of a family."""
        style = "italic" if self.italic else "normal"
        return (
            f'@font-face {{ font-family: "{family}"; font-style: {style}; '
            f'font-weight: {self.weight}; src: url("{address}") }}'
        )


@dataclass(frozen=True)
class Group:
    """The types of a script: what it is for, its characters, its faces for text and apparatus.

    `ranges` are first and last characters. What has no faces for the apparatus uses those for
    text there as well.
    """

    name: str
    title: str
    ranges: tuple[tuple[int, int], ...]
    text: tuple[FaceFile, ...]
    apparatus: tuple[FaceFile, ...] = ()
    digits: tuple[FaceFile, ...] = ()

    @property
    def cuts(self) -> tuple[FaceFile, ...]:
        """All faces."""
        return self.text + self.apparatus + self.digits

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that the faces come from."""
        return tuple(dict.fromkeys(cut.package for cut in self.cuts))

    def has(self, character: int) -> bool:
        """Whether a character is one of this script."""
        return any(first <= character <= last for first, last in self.ranges)


def _variable(package: str, file: str, family: str, **axes: float) -> tuple[FaceFile, ...]:
    """Return both weights of a variable font."""
    return tuple(
        FaceFile(package, file, family, weight, axes={"wght": weight} | axes)
        for weight in (_REGULAR, _BOLD)
    )


def _at(weight: float, **axes: float) -> dict[str, float]:
    """Return a point on the axes of a variable font."""
    return {"wght": weight} | axes


def _noto(name: str, title: str, script: str, *ranges: tuple[int, int]) -> Group:
    """Return a group of which there is only a sans."""
    file = f"manimgx_fonts/NotoSans{script}[wght].ttf"
    return Group(name, title, ranges, _variable("manimgx-fonts", file, f"Booklet {script}"))


def _both(name: str, title: str, package: str, script: str, *ranges: tuple[int, int]) -> Group:
    """Return a group with a serif and a sans in one package."""
    folder = package.replace("-", "_")
    serif, sans = (f"{folder}/Noto{kind}{script}-Variable.ttf" for kind in ("Serif", "Sans"))
    return Group(
        name,
        title,
        ranges,
        _variable(package, serif, f"Booklet {script}"),
        _variable(package, sans, f"Booklet {script} Sans"),
    )


def _eastern(name: str, title: str, package: str, script: str, *ranges: tuple[int, int]) -> Group:
    """Return a group of Chinese, Japanese or Korean.

    Each has one weight: what stands out of the text is set in the sans, as is the custom there,
    and nothing is slanted.
    """
    folder = package.replace("-", "_")
    serif, sans = (f"{folder}/Noto{kind}{script}-Regular.otf" for kind in ("Serif", "Sans"))
    text, apparatus = f"Booklet {script}", f"Booklet {script} Sans"
    return Group(
        name,
        title,
        ranges,
        (FaceFile(package, serif, text), FaceFile(package, sans, text, _BOLD)),
        (FaceFile(package, sans, apparatus),),
    )


_HAN = ((0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_WIDE = ((0x3000, 0x303F), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))
_DEJAVU = "rinoh_typeface_dejavusans/DejaVuSans"
_SERIF_4, _SANS_3 = "fontpkg-source-serif-4", "fontpkg-source-sans-3"
_SERIF_ITALIC = f"{_SERIF_4.replace('-', '_')}/files/SourceSerif4-Italic[opsz,wght].ttf"
_SANS_ITALIC = f"{_SANS_3.replace('-', '_')}/files/SourceSans3-Italic[wght].ttf"


def _slanted() -> tuple[FaceFile, ...]:
    """Return italics that take the place of the house's, which have Latin letters alone."""
    return tuple(
        cut
        for weight in (_REGULAR, _BOLD)
        for cut in (
            FaceFile(_SERIF_4, _SERIF_ITALIC, "Booklet Serif", weight, True, _at(weight, opsz=12)),
            FaceFile(_SANS_3, _SANS_ITALIC, "Booklet Sans", weight, True, _at(weight)),
        )
    )


def _older(family: str) -> tuple[FaceFile, ...]:
    """Return the faces for letters that Source Serif lacks: of old Greek, of Old Slavonic."""
    file = "fontpkg_noto_serif/files/NotoSerif[wdth,wght].ttf"
    return _variable("fontpkg-noto-serif", file, family, wdth=100)


# The zeros of the digits of scripts whose books number pages by them.
_ZEROS = {
    "arabic": (0x660, 0x6F0), "bengali": (0x9E6,), "burmese": (0x1040,), "devanagari": (0x966,),
    "gujarati": (0xAE6,), "gurmukhi": (0xA66,), "kannada": (0xCE6,), "khmer": (0x17E0,),
    "lao": (0xED0,), "odia": (0xB66,), "thai": (0xE50,),
}  # fmt: skip


def digit_family(zero: int) -> str:
    """Return the family that has the digits from this zero on in the place of 0 to 9."""
    return f"Booklet Digits U{zero:04X}"


def _with_digits(group: Group) -> Group:
    """Return a group with faces for the digits of its script, if its books use them."""
    cuts = tuple(
        replace(cut, family=digit_family(zero), zero=zero)
        for zero in _ZEROS.get(group.name, ())
        for cut in group.text
    )
    return replace(group, digits=cuts)


def of_zero(zero: int) -> str:
    """Return the name of the group with the digits from this zero on, or nothing."""
    return next((name for name, zeros in _ZEROS.items() if zero in zeros), "")


GROUPS = {
    group.name: _with_digits(group)
    for group in (
        Group(
            "arabic",
            "Arabic, Persian, Urdu and others in their letters",
            ((0x600, 0x604), (0x606, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8A0), (0x8AC, 0x8AC),
             (0x8B6, 0x8BD), (0x8E4, 0x8FE), (0xFB50, 0xFD3F), (0xFD50, 0xFDCF), (0xFDF0, 0xFDFD),
             (0xFE70, 0xFEFC)),
            # a naskh for text, and a sans for what stands round it
            tuple(
                FaceFile("fontpkg-amiri", f"fontpkg_amiri/files/Amiri-{style}.ttf",
                    "Booklet Arabic", weight, nameless=True)
                for style, weight in (("Regular", _REGULAR), ("Bold", _BOLD))
            ),
            tuple(
                FaceFile("fontpkg-ibm-plex-sans-arabic",
                    f"fontpkg_ibm_plex_sans_arabic/files/IBMPlexSansArabic-{style}.ttf",
                    "Booklet Arabic Sans", weight)
                for style, weight in (("Regular", _REGULAR), ("SemiBold", _BOLD))
            ),
        ),
        _noto("armenian", "Armenian", "Armenian", (0x530, 0x58F), (0xFB13, 0xFB17)),
        _noto("bengali", "Bengali, Assamese", "Bengali", (0x980, 0x9FF)),
        _noto("burmese", "Burmese, Shan and others", "Myanmar", (0x1000, 0x109F), (0xA9E0, 0xA9FE),
              (0xAA60, 0xAA7F)),
        _eastern("chinese", "Chinese, simplified characters", "pylopdf-fonts-zh-cn", "SC", *_HAN,
                 *_WIDE, (0x3100, 0x312F), (0x31A0, 0x31BF)),
        _eastern("chinese-traditional", "Chinese, traditional characters", "pylopdf-fonts-zh-tw",
                 "TC", *_HAN, *_WIDE, (0x3100, 0x312F), (0x31A0, 0x31BF)),
        Group("cyrillic", "italics for Russian, Ukrainian, Bulgarian and others; old letters",
              ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
              (*_slanted(), *_older("Booklet Old Letters"))),
        _both("devanagari", "Hindi, Marathi, Nepali, Sanskrit", "pylopdf-fonts-hi", "Devanagari",
              (0x900, 0x97F), (0xA8E0, 0xA8FF), (0x1CD0, 0x1CFF)),
        Group("emoji", "emoji, in one ink", EMOJI,
              _variable("manimgx-fonts", "manimgx_fonts/NotoEmoji[wght].ttf", "Booklet Emoji")),
        _noto("ethiopic", "Amharic, Tigrinya", "Ethiopic", (0x1200, 0x139F), (0x2D80, 0x2DDF),
              (0xAB00, 0xAB2F)),
        _noto("georgian", "Georgian", "Georgian", (0x10A0, 0x10FF), (0x1C90, 0x1CBF),
              (0x2D00, 0x2D2F)),
        Group("greek", "italics for Greek; old letters and their marks",
              ((0x370, 0x3E1), (0x3F0, 0x3FF), (0x1F00, 0x1FFF)),
              (*_slanted(), *_older("Booklet Old Letters"))),
        _noto("gujarati", "Gujarati", "Gujarati", (0xA80, 0xAFF)),
        _noto("gurmukhi", "Punjabi", "Gurmukhi", (0xA00, 0xA7F)),
        _both("hebrew", "Hebrew, Yiddish", "pylopdf-fonts-he", "Hebrew", (0x590, 0x5FF),
              (0xFB1D, 0xFB4F)),
        _eastern("japanese", "Japanese", "pylopdf-fonts-jp", "JP", (0x3040, 0x30FF),
                 (0x31F0, 0x31FF), *_HAN, *_WIDE),
        _noto("kannada", "Kannada", "Kannada", (0xC80, 0xCFF)),
        _noto("khmer", "Khmer", "Khmer", (0x1780, 0x17FF), (0x19E0, 0x19FF)),
        _eastern("korean", "Korean", "pylopdf-fonts-ko", "KR", (0xAC00, 0xD7FF), (0x1100, 0x11FF),
                 (0x3130, 0x318F), (0xA960, 0xA97F), *_HAN, *_WIDE),
        _noto("lao", "Lao", "Lao", (0xE80, 0xEFF)),
        _noto("malayalam", "Malayalam", "Malayalam", (0xD00, 0xD7F)),
        _noto("odia", "Odia", "Oriya", (0xB00, 0xB7F)),
        _noto("sinhala", "Sinhala", "Sinhala", (0xD80, 0xDFF), (0x111E0, 0x111FF)),
        Group("symbols", "arrows, ticks, stars, mathematical signs",
              SYMBOLS,
              (*(FaceFile("rinoh-typeface-dejavusans", f"{_DEJAVU}{style}.ttf",
                     "Booklet Signs", weight, cut_down=True)
                 for style, weight in (("", _REGULAR), ("-Bold", _BOLD))),
               *_variable("manimgx-fonts", "manimgx_fonts/NotoSansSymbols[wght].ttf",
                          "Booklet More Symbols")),
              # in code they are as wide as its letters
              (FaceFile("python-barcode", "barcode/fonts/DejaVuSansMono.ttf", "Booklet Symbols",
                   cut_down=True),)),
        _noto("tamil", "Tamil", "Tamil", (0xB80, 0xBFF)),
        _noto("telugu", "Telugu", "Telugu", (0xC00, 0xC7F)),
        _both("thai", "Thai", "pylopdf-fonts-th", "Thai", (0xE00, 0xE7F)),
    )
}  # fmt: skip

# One word for several groups.
_SEVERAL = {
    "cjk": ("chinese", "chinese-traditional", "japanese", "korean"),
    "math": ("symbols",),
    "myanmar": ("burmese",),
    "persian": ("arabic",),
    "russian": ("cyrillic",),
    "hindi": ("devanagari",),
    "punjabi": ("gurmukhi",),
}


def named(names: Iterable[str]) -> tuple[Group, ...]:
    """Return the groups with these names; raises BookletError for a name that there is not."""
    found: dict[str, Group] = {}
    for name in names:
        for one in _SEVERAL.get(name.lower(), (name.lower(),)):
            if one not in GROUPS:
                near = did_you_mean(one, (*GROUPS, *_SEVERAL))
                hint = near or f"there are {', '.join(GROUPS)}"
                raise BookletError(f"there are no fonts for `{name}`", hint=hint)
            found[one] = GROUPS[one]
    return tuple(found.values())


def of_character(character: str, lang: str) -> str:
    """Return the name of the group that has a character, in a text in `lang`; or nothing.

    Chinese, Japanese and Korean have many characters in common, and draw them each in their way.
    """
    code = ord(character)
    if any(first <= code <= last for first, last in (*_HAN, *_WIDE)):
        return of_han(lang)
    return next((name for name, group in GROUPS.items() if group.has(code)), "")


def of_han(lang: str) -> str:
    """Return the name of the group for Chinese characters in a text in `lang`."""
    base, *others = lang.lower().split("-")
    if base in ("ja", "ko"):
        return "japanese" if base == "ja" else "korean"
    full = {"hant", "tw", "hk", "mo"} & set(others) or base == "yue"
    return "chinese-traditional" if full else "chinese"


def needed(characters: set[str], lang: str) -> tuple[Group, ...]:
    """Return the groups that have some of these characters, as a text in `lang` wants them.

    That of the text's own language comes first.
    """
    found = {of_character(character, lang) for character in characters} - {""}
    if found & {"chinese", "japanese"} and not lang.startswith(("zh", "yue")):
        kana = any("\u3040" <= character <= "\u30ff" for character in characters)
        found -= {"chinese"} if kana else set()
    order = sorted(found, key=lambda name: (name != of_han(lang), name == "emoji", name))
    return tuple(GROUPS[name] for name in order)
