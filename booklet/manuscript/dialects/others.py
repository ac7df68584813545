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
    (re.compile(r"={2,6} [^=\n]{1,200}$"), "AsciiDoc"),
    (re.compile(r"h[1-6]\. \S.*$"), "Textile"),
    (re.compile(r": \S.{0,300}\{#lst:[\w:.-]{1,80}[^{}\n]{0,100}\}$"), "pandoc-crossref"),
    (re.compile(r"\*{2,6} [^*\n]{1,300}$"), "Org"),
    (re.compile(r":(?:PROPERTIES|LOGBOOK|END|ID|CUSTOM_ID):(?: .*)?$"), "Org"),
    (re.compile(r"(?:SCHEDULED|DEADLINE|CLOSED|CLOCK): ?[<\[]\d{4}-.*$"), "Org"),
)
_ROLE = re.compile(r"(?::[a-z][a-z0-9:+.-]{0,40}:|\{[a-z][a-z0-9:+.-]{0,40}\})`[^`\n]{1,300}`(?!`)")
_BBCODE = re.compile(
    r"\[/?(?:b|i|u|url|img|quote|code|size|color|center)(?:=[^\[\]\n]{1,200})?\](?![(\[:])",
    re.IGNORECASE,
)
_ORG_LINK = re.compile(r"\[\[(?:https?|file|mailto):[^\[\]\n]{1,500}\](?:\[[^\[\]\n]{1,300}\])?\]")
_OF_TEXT = re.compile(
    r"`[^`\n]{1,300}`__?(?![\w`])"
    r"|\[https?://[^\s\[\]]{1,500} [^\[\]\n]{1,200}\](?![(\[:])"
    r"|\+\+(?=[^\s+])[^+\n]{1,300}(?<![\s+])\+\+(?!\w)"
)
_MODULE = re.compile(
    r"(?:import\s+(?:(?:[\w*{}\s,$]{1,200}\sfrom\s+)?['\"][^'\"\n]{1,200}['\"];?|\{[\w\s,$]{0,200}$)|export\s+(?:default|const|let|function)\s.{0,500})$"
)
_NAMED = re.compile(
    r"(?P<picture>!?)\[(?P<words>(?!\^|\s*@|\[)[^\[\]\n]{0,300})\]\[(?!\^|@)(?P<name>[^\[\]\n]{0,100})\](?![(:\[{])"
)
_NOWHERE = ("M07", "{} leads nowhere", "write `[name]: https://…` on a line of its own")
_BLOCK = re.compile(r"={4,80}")
_WIKI = re.compile(r"(?<!')'''(?=[^\s'])[^'\n]{1,300}(?<!\s)'''(?!')")
_HEADING = re.compile(r"(#)([^\W\d_].*)$|(#{2,6})([\w`*\[].*)$")

_MOST_LINES = 200

_PRINTED = (
    "M16",
    "{} looks like markup of another tool, and is printed as typed",
    "write it in Markdown",
)
_DELIMITER = ("M15", "the line {} round a block of AsciiDoc was dropped", "write `::: {.note}`")
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
    if sign in "`[+" and not said.in_word(state):
        found = _OF_TEXT.match(text, at, last)
        if found and said.before(state) not in ("`", "+", "]"):
            return said.typed_if(state, silent, found, _PRINTED)
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
    meant = found["picture"] or (found["words"].strip() and re.search("[^\\W\\d_]|^#\\d", name))
    return None if not meant or name in state.env.get("references", {}) else found


def _has_pair(text: str, tag: str) -> bool:
    """Whether a tag of BBCode has its other half in the text."""
    name = tag.strip("[]/").split("=")[0]
    return f"[/{name}]" in text and f"[{name}" in text


def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `.. note::`, `image::x.png[]`, `#+TITLE: x`, `== Words ==`; drop `import` of MDX."""
    if state.is_code_block(start):
        return False
    line = said.line_of(state, start).rstrip()
    if line.startswith(("import ", "export ")) and _MODULE.match(line):
        if not silent:
            said.dropped_lines(state, start, _end_of_code(state, start, end), _IMPORT)
        return True
    if not silent and _BLOCK.fullmatch(line):
        return _block(state, start, end, line)
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


def _end_of_code(state: StateBlock, start: int, end: int) -> int:
    """Return the line after code that begins on a line, and goes on while a bracket is open."""
    opened = 0
    for number in range(start, min(end, start + _MOST_LINES)):
        line = said.line_of(state, number)
        opened += sum(line.count(sign) for sign in "([{") - sum(line.count(s) for s in ")]}")
        if opened <= 0:
            return number + 1
    said.open_at_end(state)
    return start + 1


def _block(state: StateBlock, start: int, end: int, line: str) -> bool:
    """Take the blocks between two lines of equals signs, which would make a heading of them."""
    last = start + 1
    while last < min(end, start + _MOST_LINES) and said.line_of(state, last).rstrip() != line:
        last += 1
    if last >= min(end, start + _MOST_LINES):
        said.open_at_end(state)
        return False
    said.dropped_lines(state, start, start + 1, _DELIMITER)
    limit, state.lineMax = state.lineMax, last
    state.md.block.tokenize(state, start + 1, last)
    state.lineMax = limit
    said.dropped_lines(state, last, last + 1)
    return True


def _no_heading(state: StateCore) -> None:
    """Say of lines that begin as a heading does, without a space, that they are none.

    And of words in the apostrophes of MediaWiki.
    """
    for token in state.tokens:
        if token.type == "inline" and "'''" in token.content:
            for number, line in enumerate(token.content.split("\n")):
                if wiki := _WIKI.search(line):
                    what = said.about(_PRINTED, wiki[0])
                    token.meta.setdefault("said_at", []).append((number, what))
        if token.type == "inline" and token.level == 1 and "#" in token.content:
            for number, line in enumerate(token.content.split("\n")):
                found = _HEADING.match(line)
                if found and (found[3] or _is_meant(found[2], number)):
                    what = said.about(_NO_SPACE, line)
                    token.meta.setdefault("said_at", []).append((number, what))


def _is_meant(words: str, number: int) -> bool:
    """Whether a line is meant for a heading: a lone small word or several are tags."""
    first = words.split()[0]
    return (
        not number
        and "#" not in words
        and (first[0].isupper() or first != words.strip())
        and "/" not in first
    )
