"""The front matter: what the author says about the booklet, typed and checked, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import yaml

from booklet.errors import BookletError, Place, did_you_mean
from booklet.findings import Finding
from booklet.measure import Length, Size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from booklet.source import Text

# Keys of the tools that people bring their manuscripts from. They are handed to the templates.
FOREIGN = frozenset(
    "layout permalink tags tag categories category slug weight draft published aliases alias "
    "cssclass cssclasses publish image cover thumbnail excerpt format formats editor jupyter "
    "execute engine bibliography csl link-citations nocite documentclass classoption geometry "
    "fontsize mainfont sansfont monofont papersize linestretch toc toc-title lof lot "
    "header-includes include-before include-after template filters crossref params institute "
    "thanks license copyright doi version created updated modified lastmod summary series "
    "status type id sidebar nav_order parent output site book".split()
)

# What each key takes, in the words of a message.
_TAKES = {
    "toc-depth": "a whole number from 0 (no contents) to 4",
    "keywords": "a list of words",
    "chapters": "a list of Markdown files",
    "chapter-start": "`recto` or `page`",
    "notes": "`foot` or `end`",
    "dir": "`ltr` or `rtl`",
    "number-sections": "`true` or `false`",
    "author": "a name, a list of names, or `name:` with `affiliation:`",
    "type-size": "a length such as `10pt`",
    "trim": "a size such as `A5` or `120mm x 190mm`",
    "paper": "a size such as `A4` or `letter`",
}


class Author(msgspec.Struct, frozen=True):
    """A name as it stands on the cover, and the house it comes from."""

    name: str
    affiliation: str = ""


class Settings(msgspec.Struct, frozen=True, rename="kebab"):
    """The front matter of a manuscript: every key that this project knows, with its type."""

    title: str = ""
    subtitle: str = ""
    author: str | Author | list[str | Author] = ""
    date: str = ""
    occasion: str = ""
    lang: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    dir: Literal["", "ltr", "rtl"] = ""
    publisher: str = ""
    rights: str = ""
    abstract: str = ""
    keywords: list[str] = []
    description: str = ""
    toc_depth: Annotated[int, msgspec.Meta(ge=0, le=4)] = 2
    number_sections: bool = False
    trim: str = ""
    paper: str = "A4"
    type_size: str = ""
    chapters: list[str] = []
    chapter_start: Literal["recto", "page"] = "page"
    notes: Literal["foot", "end"] = "foot"

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors, one by one, each with a name."""
        given = self.author if isinstance(self.author, list) else [self.author]
        return tuple(a if isinstance(a, Author) else Author(a) for a in given if a)

    @property
    def rtl(self) -> bool:
        """Whether the text runs, and the booklet opens, from right to left."""
        return self.dir == "rtl" or (
            not self.dir and self.lang.split("-")[0].lower() in _RIGHT_TO_LEFT
        )


# Languages whose usual script runs from right to left (CLDR, character order).
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
_KEYS = {f.encode_name for f in msgspec.structs.fields(Settings)}


class FrontMatter(msgspec.Struct, frozen=True):
    """Settings with the line of each key, what belongs to other tools, and the text below."""

    settings: Settings
    lines: dict[str, int]
    foreign: dict[str, Any]
    body: str
    offset: int
    findings: tuple[Finding, ...]


def front_matter(text: Text) -> FrontMatter:
    """Return the front matter of `text` and the body below it; `offset` is the body's first line.

    Raises BookletError with file and line for YAML that cannot be read, a key close to a known
    one, and a value of the wrong type.
    """
    raw, body, offset = _split(text)
    if raw is None:
        return FrontMatter(Settings(), {}, {}, body, offset, ())
    values, lines = _load(raw, text.path)
    foreign, findings = {}, []
    for key in [k for k in values if k not in _KEYS]:
        where = Place(text.path, lines[key])
        near = did_you_mean(key, _KEYS)
        if near and key.lower() not in FOREIGN:
            raise BookletError(f"`{key}` is not a key of the front matter", where, near)
        findings.append(Finding("M01", f"the key `{key}` belongs to another tool", where))
        foreign[key] = values.pop(key)
    settings = _typed(values, lines, text.path)
    return FrontMatter(settings, lines, foreign, body, offset, tuple(findings))


def _split(text: Text) -> tuple[str | None, str, int]:
    """Return the YAML between the fences, or None, the body, and the body's first line (from 0)."""
    lines = text.text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text.text, 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 1
    if len(lines) > 1 and re.match(r"[\w-]+:(\s|$)", lines[1]):
        raise BookletError(
            "the front matter begins here and never ends",
            Place(text.path, 1),
            "end it with a line of three hyphens",
        )
    return None, text.text, 0


def _load(raw: str, path: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the mapping in `raw` with all scalars as strings, and the line of each key."""
    try:
        for event in yaml.parse(raw, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):  # a few lines of them stand for millions
                raise BookletError(
                    "an alias (`*name`) cannot stand in the front matter",
                    Place(path, event.start_mark.line + 2),
                    "write the value out; text that begins with a star needs quotation marks",
                )
        node = yaml.compose(raw, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BookletError(
            f"the front matter is not YAML: {error.problem or error.context}",
            Place(path, mark.line + 2 if mark else 1),
            "a value with a colon or a hash in it needs quotation marks around it",
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BookletError(
            "the front matter is not YAML", Place(path, 1), "write `key: value`, one to a line"
        ) from error
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise BookletError(
            "the front matter is not a list of keys", Place(path, 2), "write `key: value`"
        )
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 2
        if name in values:
            raise BookletError(
                f"`{name}` is there twice", Place(path, line), f"the first is in line {lines[name]}"
            )
        values[name], lines[name] = _plain(value, Place(path, line)), line
    return {k: v for k, v in values.items() if v != ""}, lines


def _plain(node: yaml.Node, where: Place, depth: int = 0) -> Any:
    """Return a YAML node as strings, lists and mappings."""
    if depth > 8:
        raise BookletError("the front matter is nested too deeply", where, "keep it flat")
    if isinstance(node, yaml.MappingNode):
        return {str(k.value): _plain(v, where, depth + 1) for k, v in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(v, where, depth + 1) for v in node.value]
    text = str(node.value)
    return "" if node.style is None and text in ("~", "null") else text


def _typed(values: Mapping[str, Any], lines: Mapping[str, int], path: str) -> Settings:
    """Return the values as Settings; raises BookletError at the line of the first wrong one."""
    for key, value in values.items():
        where = Place(path, lines[key])
        try:
            checked = msgspec.convert({key: value}, Settings, strict=False)
        except msgspec.ValidationError as error:
            takes = _TAKES.get(key, "a line of text" if key != "lang" else "a tag such as `en-GB`")
            shown = f"`{value}`" if isinstance(value, str) else "what stands here"
            raise BookletError(f"`{key}` takes {takes}, not {shown}", where) from error
        _measured(key, checked, where)
    return msgspec.convert(dict(values), Settings, strict=False)


def _measured(key: str, settings: Settings, where: Place) -> None:
    """Raise BookletError at `where` if the length or size under `key` cannot be set."""
    try:
        if key in ("trim", "paper"):
            size = Size.parse(getattr(settings, key))
            if not 60 <= size.width.to("mm") <= 1000 or not 80 <= size.height.to("mm") <= 1500:
                raise BookletError(
                    f"`{key}` is {size.name()}, too small or too large to set",
                    hint="a page is from 60 × 80 mm to 1000 × 1500 mm",
                )
        if key == "type-size" and not 5 <= Length.parse(settings.type_size).pt <= 40:
            raise BookletError("`type-size` is from 5pt to 40pt")
    except BookletError as error:
        raise BookletError(error.message, where, error.hint) from error
