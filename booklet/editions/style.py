"""Style: what an edition is, as data. The house's editions, and what an author makes of them.

One file in styles/editions/ is one edition of the house; adding a file adds an edition. An author
adjusts one, or bases a new one on it, in the front matter or in a `booklet.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec

from booklet.errors import BookletError, Mistakes, Place, did_you_mean, gathered, quoted
from booklet.lengths import Length, Size
from booklet.manuscript.edition_options import EditionOption
from booklet.manuscript.settings import is_page, judge_page, judge_type
from booklet.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from booklet.manuscript import Manuscript, Settings

STYLES = ROOT / "styles"

# The style sheets of every edition; its own come after them.
SHEETS = ("fonts.css", "tokens.css", "page.css", "text.css", "blocks.css", "matter.css")

# What is made if neither the person at the keyboard nor the essay asks for anything else.
USUAL = ("reader", "booklet")

_Part = Literal["cover", "imprint", "contents", "essay", "notes", "colophon"]

PARTS: tuple[_Part, ...] = ("cover", "imprint", "contents", "essay", "notes", "colophon")


class Tightening(NamedTuple):
    """How much smaller than usual the settings of an edition are, each as a factor."""

    leading: float = 1.0
    margins: float = 1.0
    type_size: float = 1.0

    def __str__(self) -> str:
        """Return it in words: `leading 2 % smaller, margins 3 % smaller`."""
        said = []
        for name, factor in zip(("leading", "margins", "type"), self, strict=True):
            if factor != 1:
                said.append(f"{name} {100 * (1 - factor):.1f}".removesuffix(".0") + " % smaller")
        return ", ".join(said) or "no change"


class Style(msgspec.Struct, frozen=True, rename="kebab", kw_only=True):
    """What makes an edition: its page, its style sheets, its parts, its way out, its standard.

    An empty value is left to the page and to the style sheets. `own` are style sheets of the
    author's; `plan` is what the author wants of this edition's sheets alone.
    """

    name: str
    about: str = ""
    based_on: str = ""
    trim: str = ""
    """The page: a size, or `paper` for the whole sheet; empty, that of the essay."""
    type_size: str = ""
    leading: Annotated[float, msgspec.Meta(ge=1.0, le=2.5)] = 0
    """The distance of lines, in type sizes."""
    margin_inner: str = ""
    margin_top: str = ""
    margin_outer: str = ""
    margin_foot: str = ""
    line_numbers: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    """Every so many lines of a page have their number beside the text; 0, none."""
    paragraph_numbers: bool = False
    parts: tuple[_Part, ...] = PARTS
    styles: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    notes: Literal["", "foot", "end"] = ""
    """Where notes stand; empty, where the essay wants them."""
    output: Literal["pages", "sheets"] = "pages"
    standard: Literal["plain", "pdf/ua-1", "pdf/x-4"] = "pdf/ua-1"
    bleed: str = ""
    """How far a print shop's page goes on beyond the trim; empty, not at all."""
    marks: Literal["crop", "none"] = "none"
    """The marks around a print shop's page, by which it is cut."""
    profile: str = ""
    """The ICC profile that PDF/X is made for, beside the essay; empty, the house's own."""
    plan: tuple[EditionOption, ...] = ()
    sheet: str = ""
    """The paper of its sheets, where that is not the essay's."""
    fit_leading: str = ""
    """How much smaller `--fit` may make the leading, such as `3%`; and so the next two."""
    fit_margins: str = ""
    fit_type_size: str = ""
    tightened: Tightening = Tightening()
    """What `--fit` has made smaller."""

    @property
    def for_screen(self) -> bool:
        """Whether it is read on a screen: pages without a page of its own, not for a print shop."""
        return self.output == "pages" and self.standard != "pdf/x-4" and self.trim != "paper"

    @property
    def limits(self) -> Tightening:
        """The most that `--fit` may take from leading, margins and type, as shares of them."""
        given = (self.fit_leading, self.fit_margins, self.fit_type_size)
        return Tightening(*(_share(text) if text else 0.0 for text in given))

    def page(self, settings: Settings) -> Size:
        """Return the size of this edition's page: what its paper is folded to if nobody says."""
        given = self.trim or settings.trim
        if given:
            return Size.parse(settings.paper if given == "paper" else given)
        half = Size.parse(self.sheet or settings.paper).half()
        return half if is_page(half) else Size.parse("A5")

    def type(self, settings: Settings) -> str:
        """Return the size of type that was asked for, or nothing where it follows from the page.

        That of the essay is meant for the essay's own page.
        """
        return self.type_size or ("" if self.trim else settings.type_size)


_TAKES = {
    "based-on": "the name of an edition, such as `reader`",
    "leading": "a number from 1 to 2.5, such as `1.4`",
    "bleed": "a length such as `3mm`, or `0`",
    "marks": "`crop` or `none`",
    "line-numbers": "a whole number, such as `5` for every fifth line, or `0` for none",
    "notes": "`foot` or `end`",
    "output": "`pages` or `sheets`",
    "paragraph-numbers": "`true` or `false`",
    "parts": f"a list of parts, such as `[{', '.join(PARTS)}]`",
    "sheets": "settings such as `scheme: signatures`",
    "profile": "the name of an ICC profile beside the essay",
    "standard": "`plain`, `pdf/ua-1` or `pdf/x-4`",
    "styles": "a list of style sheets beside the essay, such as `[wide.css]`",
    "trim": "a size such as `A5`, or `paper`",
}
# What a person may write for an edition, and how it is written.
_ELSEWHERE = {
    "page": "write `trim`",
    "page-size": "write `trim`",
    "paper": "write it below `sheets`, as in `sheets: {paper: A3}`",
    "scheme": "write it below `sheets`, as in `sheets: {scheme: signatures}`",
    "size": "write `trim`",
}
_SHARES = ("fit-leading", "fit-margins", "fit-type-size")
_TAKES |= dict.fromkeys(_SHARES, "a share such as `3%`")
_NOTHING = re.compile(r"\s*(?:0+(?:\.0+)?\s*[a-z]*|none)\s*")
_LENGTHS = ("bleed", "margin-foot", "margin-inner", "margin-outer", "margin-top")
_KEYS = {field.encode_name for field in msgspec.structs.fields(Style)} | {"sheets"}
_KEYS -= {"name", "own", "plan", "sheet", "tightened"}
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# How long a chain of editions may be that are based on one another.
_LONGEST = 30

# The letters that the name of an edition may have: every file system takes it then.
_LONGEST_NAME = 60

# Names of files that are not an edition.
_TAKEN = ("concordance", "cover", "guide", "sheets")


def styles(manuscript: Manuscript) -> dict[str, Style]:
    """Return the editions that can be made of a manuscript, by name: the house's, then its own.

    Raises Mistakes, each with file and line, for what the author wants and cannot have.
    """
    found, mistakes = judged(manuscript.options)
    if mistakes:
        raise Mistakes(mistakes)
    ours = [option for option in manuscript.options if option.path == ("sheets", "paper")]
    for name, style in found.items():
        papers = [option for option in (*ours, *style.plan) if option.path[1] == "paper"]
        if papers:
            found[name] = msgspec.structs.replace(style, sheet=papers[-1].value)
    return found


def judged(options: Iterable[EditionOption]) -> tuple[dict[str, Style], list[BookletError]]:
    """Return the editions that there are with such options, and the mistakes in these."""
    mistakes: list[BookletError] = []
    given: dict[str, dict[str, Any]] = {name: dict(keys) for name, keys in _house().items()}
    options = [option for option in options if option.path[0] == "editions"]
    for option in options:
        with gathered(mistakes):
            _add_option(option, given)
    found: dict[str, Style] = {}
    for name in given:
        with gathered(mistakes):
            _resolve(name, given, found, ())
    for option in options:
        edition = found.get(option.path[1]) if option.path[2:] == ("profile",) else None
        if edition and edition.standard != "pdf/x-4":
            hint = "set `standard: pdf/x-4` too, or base the edition on `press`"
            message = "only PDF/X is made for a `profile`"
            mistakes.append(BookletError(message, option.where, hint))
    return found, mistakes


def _add_option(option: EditionOption, given: dict[str, dict[str, Any]]) -> None:
    """Add an option to what is given of the editions, by their names."""
    if len(option.path) == 1:
        hint = f"write `set: {_listed(option.value)}`" if isinstance(option.value, list) else ""
        message = "`editions` takes names with settings of their own"
        raise BookletError(message, option.where, hint or "write `handout:` with keys below it")
    name, *keys = option.path[1:]
    edition = given.setdefault(name, {"": option.where})
    if keys:
        _take(edition, keys, option)
    elif option.value:
        message = f"{quoted(name)} takes settings such as `type-size: 12pt`"
        raise BookletError(message, option.where)


def chosen(
    manuscript: Manuscript, known: Mapping[str, Style], names: Iterable[str] = ()
) -> tuple[Style, ...]:
    """Return the editions with these names, or without names those that the essay asks for.

    Raises BookletError for a name that no edition has.
    """
    for option in reversed(manuscript.options) if not names else ():
        if option.path[0] == "set":
            return tuple(_named(name, known, option.where) for name in _names(option))
    return tuple(_named(name, known, None) for name in dict.fromkeys(names or USUAL))


def asks(manuscript: Manuscript) -> bool:
    """Whether the essay says itself which editions are made."""
    return any(option.path[0] == "set" for option in manuscript.options)


def _names(option: EditionOption) -> list[str]:
    """Return the names in the option `set`, each once."""
    value = [option.value] if isinstance(option.value, str) else option.value
    if len(option.path) > 1 or not isinstance(value, list):
        message = "`set` takes a list of editions"
        raise BookletError(message, option.where, f"write `set: {_listed(USUAL)}`")
    return list(dict.fromkeys(map(str, value)))


def _named(name: str, known: Mapping[str, Style], where: Place | None) -> Style:
    """Return the edition of that name."""
    if name not in known:
        hint = did_you_mean(name, known) or f"there is: {', '.join(known)}"
        raise BookletError(f"there is no edition {quoted(name)}", where, hint)
    return known[name]


def _listed(names: Iterable[object]) -> str:
    """Return names as YAML and TOML write a list."""
    return f"[{', '.join(map(str, names))}]"


@cache
def _house() -> dict[str, dict[str, Any]]:
    """Return the keys of each edition of the house, by its name, the usual ones first."""
    files = sorted((STYLES / "editions").glob("*.toml"))
    files.sort(key=lambda path: USUAL.index(path.stem) if path.stem in USUAL else len(USUAL))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in files}


def forget() -> None:
    """Read the house's editions anew the next time: a file of theirs has changed."""
    _house.cache_clear()


def _take(edition: dict[str, Any], keys: list[str], option: EditionOption) -> None:
    """Let an edition have what the author wants it to have."""
    key = keys[0]
    if key not in _KEYS:
        hint = (
            _ELSEWHERE.get(key, "")
            or did_you_mean(key, _KEYS)
            or f"there is: {', '.join(sorted(_KEYS))}"
        )
        raise BookletError(f"{quoted(key)} is nothing that an edition has", option.where, hint)
    if key == "sheets" and len(keys) == 2:
        edition["plan"] = (
            *edition.get("plan", ()),
            EditionOption(("sheets", keys[1]), option.value, option.where),
        )
        return
    value = option.value
    if key in ("styles", "parts") and isinstance(value, str):
        value = [value]
    if key == "bleed" and _NOTHING.fullmatch(str(value)):
        value = ""
    try:
        if key == "sheets" or len(keys) > 1:
            raise msgspec.ValidationError
        typed = getattr(
            msgspec.convert({"name": "", key: value}, Style, strict=False), key.replace("-", "_")
        )
    except msgspec.ValidationError as error:
        shown = quoted(value) if not isinstance(value, (list, dict)) and len(keys) == 1 else "that"
        message = f"`{key}` takes {_TAKES.get(key, 'a length such as `18mm`')}, not {shown}"
        raise BookletError(message, option.where, _near(key, value)) from error
    try:
        _judge(key, value)
    except BookletError as error:
        raise BookletError(error.message, option.where, error.hint) from error
    edition["own" if key == "styles" else key] = typed


def _near(key: str, value: object) -> str:
    """Return what the author may have meant by a wrong value, or an empty string."""
    allowed = {
        "marks": ("crop", "none"),
        "notes": ("foot", "end"),
        "output": ("pages", "sheets"),
        "standard": ("plain", "pdf/ua-1", "pdf/x-4"),
    }
    return did_you_mean(str(value), allowed.get(key, ()))


def _judge(key: str, value: Any) -> None:
    """Raise BookletError if a value has the right type and still cannot be set."""
    if key == "trim" and value != "paper":
        judge_page(key, value)
    elif key == "type-size":
        judge_type(value)
    elif key in _LENGTHS and (key, value) != ("bleed", ""):
        Length.parse(value)
    elif key in _SHARES:
        _share(value)
    elif key == "parts" and "essay" not in value:
        raise BookletError("an edition without the part `essay` has no text")


# A page that is made much tighter is another page; a few per cent are not seen.
_MOST_SHARE = 10
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def _share(text: str) -> float:
    """Return the share that `3%` names, from 0 to 1; raises BookletError for anything else."""
    found = _SHARE.fullmatch(text.strip())
    if not found or float(found[1]) > _MOST_SHARE:
        raise BookletError(
            f"{quoted(text)} is not a share that `--fit` may take",
            hint=f"write `3%`, `0%` for nothing, or up to `{_MOST_SHARE}%`",
        )
    return float(found[1]) / 100


def _resolve(
    name: str,
    given: Mapping[str, dict[str, Any]],
    found: dict[str, Style],
    above: tuple[str, ...],
) -> Style:
    """Return an edition with all that it has from the one it is based on; keep it in `found`."""
    if name in found:
        return found[name]
    keys = dict(given[name])
    where = keys.pop("", None)
    ours = name in _house()
    if not ours:
        _christen(name, keys, where)
    base = keys.get("based-on", "")
    if base and base not in given:
        hint = did_you_mean(base, given) or f"there is: {', '.join(_house())}"
        message = f"there is no edition {quoted(base)} to base {quoted(name)} on"
        raise BookletError(message, where, hint)
    if base in (*above, name):
        raise BookletError(f"{quoted(name)} is based on itself", where, "base it on `reader`")
    if len(above) == _LONGEST:
        message = f"{quoted(name)} is based on more than {_LONGEST} others, one after the other"
        raise BookletError(message, where, "base it on `reader`")
    if base:
        known = msgspec.structs.asdict(_resolve(base, given, found, (*above, name)))
        inherited = {key.replace("_", "-"): value for key, value in known.items()}
        for key in ("styles", "own", "plan"):
            keys[key] = (*inherited[key], *keys.get(key, ()))
        keys = inherited | {"about": ""} | keys
    found[name] = Style(**{k.replace("-", "_"): v for k, v in (keys | {"name": name}).items()})
    return found[name]


def _christen(name: str, keys: Mapping[str, Any], where: Place | None) -> None:
    """Raise BookletError if an author's edition cannot have its name, or has it by a slip."""
    if "based-on" not in keys:
        near = did_you_mean(name, _house())
        hint = near or "say what a new one is `based-on`, such as `reader`"
        raise BookletError(f"there is no edition {quoted(name)}", where, hint)
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or name in _TAKEN:
        hint = "its files get its name: use a few small letters, digits and hyphens"
        raise BookletError(f"{quoted(name)} cannot name an edition", where, hint)
