"""Lines and words of other markup languages: printed as they were typed, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# What a line must begin with to be one of another language, and what that is called.
_LINES = (
    (
        re.compile(
            r"\.\. (?:[a-z][\w:+.-]{0,40}::(?:\s.*)?|_[\w -]{1,80}:.*|\|[^|]{1,80}\| \w+::.*)$"
        ),
        "reStructuredText",
    ),
    (re.compile(r"(?:image|include|video|audio|toc|ifdef|ifndef|endif)::\S*\[.*\]$"), "AsciiDoc"),
    (
        re.compile(r"\[(?:source|NOTE|TIP|quote|verse|cols|WARNING|IMPORTANT)(?:[,=%].*)?\]$"),
        "AsciiDoc",
    ),
    (re.compile(r"\|===$|\[\[[\w-]{1,80}\]\]$(?!)"), "AsciiDoc"),
    (re.compile(r"#\+[A-Za-z_]{3,40}:?(?:\s.*)?$"), "Org"),
    (re.compile(r"={2,6} [^=\n]{1,200} ={2,6}$"), "MediaWiki"),
    (re.compile(r"h[1-6]\. \S.*$"), "Textile"),
)
_ROLE = re.compile(r"(?::[a-z][a-z0-9:+.-]{0,40}:|\{[a-z][a-z0-9:+.-]{0,40}\})`[^`\n]{1,300}`(?!`)")
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|url|img|quote|code|size|color|center)(?:=[^\[\]\n]{1,200})?\](?![(\[:])",
    re.IGNORECASE,
)
_ORG_LINK = re.compile(r"\[\[(?:https?|file|mailto):[^\[\]\n]{1,500}\](?:\[[^\[\]\n]{1,300}\])?\]")
_MODULE = re.compile(
    r"(?:import\s+(?:[\w*{}\s,$]{1,200}\sfrom\s+)?['\"][^'\"\n]{1,200}['\"];?|export\s+(?:default|const|let|function)\s.{0,500})$"
)
_NAMED = re.compile(
    r"(?P<picture>!?)\[(?P<words>(?!\^|\s*@|\[)[^\[\]\n]{0,300})\]\[(?!\^|@)(?P<name>[^\[\]\n]{0,100})\](?![(:\[{])"
)
_NOWHERE = ("M07", "{} leads nowhere", "write `[name]: https://…` on a line of its own")
_HEADING = re.compile(r"(#{1,6})([^\W\d_].*)$")

_PRINTED = (
    "M16",
    "{} looks like markup of another tool, and is printed as typed",
    "write it in Markdown",
)
_IMPORT = ("M15", "{} of MDX was dropped", "")
_NO_SPACE = ("M16", "{} is no heading: it is printed as typed", "write a space after `#`")


def others_plugin(md: MarkdownIt) -> None:
    """Teach `md` to know markup of other languages when it sees it."""
    md.inline.ruler.before("escape", "other_words", _words)
    md.block.ruler.before("reference", "other_line", _line, {"alt": ["paragraph", "reference"]})
    md.core.ruler.after("block", "no_heading", _no_heading)


def _words(state: StateInline, silent: bool) -> bool:
    """Take ``:ref:`x` ``, ``{ref}`x` ``, `[b]` and `[[https://…][words]]`."""
    text, at, last = state.src, state.pos, state.posMax
    sign = text[at]
    if sign in ":{":
        if sign == ":" and said.in_word(state):
            return False
        return said.typed_if(state, silent, _ROLE.match(text, at, last), _PRINTED)
    if sign in "[!" and (found := _undefined(state)):
        return said.typed_if(state, silent, found, _NOWHERE)
    if sign != "[":
        return False
    found = _ORG_LINK.match(text, at, last) or _BBCODE.match(text, at, last)
    if not found or (found[0].strip("[]").upper() in state.env.get("references", {})):
        return False
    if not found[0].startswith("[[") and not _has_pair(text, found[0]):
        return False
    return said.typed_if(state, silent, found, _PRINTED)


def _undefined(state: StateInline) -> re.Match[str] | None:
    """Return a link or a picture whose address has a name, if no line says what that is."""
    found = _NAMED.match(state.src, state.pos, state.posMax)
    if not found or said.in_word(state) or (state.pos and state.src[state.pos - 1] == "]"):
        return None
    name = normalizeReference(found["name"] or found["words"])
    meant = found["picture"] or (found["words"].strip() and re.search("[^\\W\\d_]", name))
    return None if not meant or name in state.env.get("references", {}) else found


def _has_pair(text: str, tag: str) -> bool:
    """Whether a tag of BBCode has its other half in the text."""
    name = tag.strip("[]/").split("=")[0]
    return f"[/{name}]" in text and f"[{name}" in text


def _line(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """Take `.. note::`, `image::x.png[]`, `#+TITLE: x`, `== Words ==`; drop `import` of MDX."""
    if state.is_code_block(start):
        return False
    line = said.line_of(state, start).rstrip()
    if line.startswith(("import ", "export ")) and _MODULE.match(line):
        if not silent:
            said.dropped_lines(state, start, start + 1, _IMPORT)
        return True
    for pattern, language in _LINES:
        if pattern.match(line):
            if not silent:
                what = (
                    _PRINTED[0],
                    f"{{}} looks like {language}, and is printed as typed",
                    _PRINTED[2],
                )
                said.typed_lines(state, start, start + 1, what)
            return True
    return False


def _no_heading(state: StateCore) -> None:
    """Say of lines that begin as a heading does, without a space, that they are none."""
    for token in state.tokens:
        if token.type == "inline" and token.level == 1 and "#" in token.content:
            for number, line in enumerate(token.content.split("\n")):
                if (found := _HEADING.match(line)) and _is_meant(found[1], found[2], number):
                    what = said.about(_NO_SPACE, line)
                    token.meta.setdefault("said_at", []).append((number, what))


def _is_meant(signs: str, words: str, number: int) -> bool:
    """Whether a line is meant for a heading: a lone small word or several are tags."""
    if len(signs) > 1:
        return True
    first = words.split()[0]
    return (
        not number
        and "#" not in words
        and (first[0].isupper() or first != words.strip())
        and "/" not in first
    )
