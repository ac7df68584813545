"""Code for another program: what is printed of a fence, and what is said of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.no_words import divisible

if TYPE_CHECKING:
    from markdown_it.token import Token

_BRACED = re.compile(r"\{\s*(?P<raw>=?)(?P<name>[A-Za-z][\w+#-]*)(?:[\s,].*)?\}")

# Code as MyST has it, which may begin with options.
_DIRECTIVE = re.compile(r"\{(?:code|code-block|sourcecode)\}[ \t]*(?P<language>[\w+#-]*)")
_OPTIONS = re.compile(r"\A(?:[ \t]*:[a-z-]+:.*\n)+\n?")

# Languages of diagrams, which other tools draw.
_DIAGRAMS = frozenset(
    "abc asciiflow blockdiag bytefield d2 ditaa dot erd excalidraw flow flowchart gantt graphviz "  # noqa: SIM905  read as lines
    "markmap mermaid nomnoml nwdiag pikchr plantuml puml seqdiag sequence smiles svgbob tikz vega "
    "vega-lite wavedrom".split()
)


def raw_format(fence: Token) -> str:
    """Return the only format that a fence such as `{=latex}` is meant for, or an empty string."""
    found = _BRACED.fullmatch(fence.info.strip())
    return found["name"].lower() if found and found["raw"] else ""


def is_endless(token: Token) -> bool:
    """Whether a block of code begins with a fence and has none at its end."""
    if token.type != "fence" or not token.map:
        return False
    first, after = token.map
    lines = token.content.count("\n") + (not token.content.endswith("\n") and token.content != "")
    return after - first < lines + 2


def lines(content: str) -> str:
    """Return code as HTML in which each line that may have to be broken is a block.

    Its last sign is the end of the line, so that the text is that of the code. The name of the
    block says how far the line is indented: what goes on below stands further in.
    """
    return "".join(_line(line) for line in content.splitlines(keepends=True))


def _line(line: str) -> str:
    """Return a line of code as HTML."""
    text = divisible(line)
    if len(line) <= _SURELY_FITS:
        return text
    indent = len(line.expandtabs()) - len(line.expandtabs().lstrip())
    name = next((name for most, name in _STEPS if indent < most), _STEPS[-1][1])
    return f'<span class="code-line {name}">{text}</span>'


# So many letters fit on a line of any edition.
_SURELY_FITS = 30

# Lines that are indented by less than so many letters, and where what goes on of them begins.
_STEPS = ((4, "goes-on-4"), (8, "goes-on-8"), (16, "goes-on-16"))


def settle(fence: Token) -> tuple[str, str] | None:
    """Name the language of a fence; return what is to be said of it: a sentence and a hint."""
    info = fence.info.strip()
    if found := _DIRECTIVE.fullmatch(info):
        fence.info = found["language"]
        fence.content = _OPTIONS.sub("", fence.content)
        return None
    if info == "{math}":
        return "a formula is printed as code: mathematics is not set yet", "set it as a picture"
    if found := _BRACED.fullmatch(info):
        fence.info = name = found["name"]
        hint = "to leave it out, remove it; to show what it makes, set that as a picture"
        return f"a chunk of `{name}` is printed as code, and is not run", hint
    name = info.split()[0].strip("{}.").lower() if info.split() else ""
    if name in _DIAGRAMS:
        hint = "save the drawing as SVG, and set it as a picture"
        return f"a diagram in `{name}` is printed as code, and is not drawn", hint
    return None
