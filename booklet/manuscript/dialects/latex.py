"""Raw LaTeX: commands that move things are dropped, those round words leave the words.

What has the form of a command, but is none that LaTeX has, is printed as it was typed: it may be
a path of Windows, or an expression of a programming language.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.manuscript.dialects import said
from booklet.manuscript.dialects.mathematics import ENVIRONMENTS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# Commands round words, which are printed.
_ROUND_WORDS = {
    "textbf": "strong", "textit": "em", "emph": "em", "textsl": "em", "texttt": "code",
    "textsc": "", "underline": "u", "uline": "u", "textsuperscript": "sup",
    "textsubscript": "sub", "textrm": "", "textsf": "", "textup": "", "textmd": "", "text": "",
    "mbox": "", "enquote": "", "textnormal": "", "sout": "s", "st": "s", "hl": "mark",
}  # fmt: skip

# Commands that stand for words or signs.
_WORDS = {
    "LaTeX": "LaTeX", "TeX": "TeX", "ldots": "…", "dots": "…", "textellipsis": "…",
    "textbackslash": "\\", "textasciitilde": "~", "copyright": "©", "S": "§", "P": "¶",
    "textendash": "–", "textemdash": "—", "pounds": "£", "euro": "€", "texteuro": "€",
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø",
    "O": "Ø", "l": "ł", "L": "Ł", "dag": "†", "ddag": "‡",
}  # fmt: skip

# Commands that are dropped with what they are given.
_DROPPED = frozenset(
    "Huge Large LARGE addcontentsline addtocontents addtocounter addtolength afterpage appendix "  # noqa: SIM905  read as lines
    "author backmatter baselineskip bfseries bibliography bibliographystyle bigskip "
    "bigskipamount break captionsetup cdots centering chaptermark cleardoublepage clearpage "
    "cline color colorbox date definecolor displaystyle documentclass endfirsthead endhead "
    "evensidemargin flushbottom footnotesize frenchspacing frontmatter geometry hbox hfill "
    "hline hrule hskip hspace hypersetup huge hyphenation includegraphics includepdf indent "
    "input include index itshape kern label large leavevmode lineskip linewidth listoffigures "
    "listoftables listoftodos lstset mainmatter makeatletter makeatother makeindex maketitle "
    "marginpar markboth markright medskip midrule newcommand newcounter newenvironment newgeometry "
    "newline nobreak nocite noindent nolinebreak nopagebreak normalfont normalsize onehalfspacing "
    "pagecolor pagenumbering pagestyle paragraphmark par parindent parskip phantom "
    "phantomsection printbibliography printindex protect providecommand raggedbottom raggedleft "
    "raggedright refstepcounter renewcommand resizebox restoregeometry rmfamily rule scriptsize "
    "sectionmark selectfont selectlanguage setcounter setlength setmainfont setstretch sffamily "
    "singlespacing doublespacing sloppy small smallskip strut tableofcontents tabularnewline "
    "textcolor textwidth thispagestyle tiny title titleformat titlespacing today toprule "
    "bottomrule ttfamily twocolumn onecolumn usepackage vfil vfill vphantom vskip vspace "
    "newpage pagebreak linebreak".split()
)

# Environments of which nothing can be read as text.
_WHOLE = frozenset(
    "algorithm algorithmic comment figure filecontents longtable lstlisting picture table tabular "  # noqa: SIM905  read as lines
    "tabularx tikzpicture wrapfigure".split()
)

_MOST_LINES = 500
_GIVEN = r"(?:\[[^\[\]\n]{0,200}\]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\}){0,300}\}){0,1000}\})"
_COMMAND = re.compile(rf"\\([A-Za-z]+)(\*?)({_GIVEN}{{0,4}})")
# What is no path of Windows although a word stands right before it.
_AFTER_WORD = re.compile(r"\\(?:[A-Za-z]{2,}\*?\{|(?:La)?TeX(?![A-Za-z]))")
_LENGTH = re.compile(
    r"(?:\s*=\s*|\s+)-?\d+(?:\.\d+)?(?:pt|mm|cm|in|em|ex|bp|pc|sp)\b|\s*=?\\[a-z]+skip\b"
)
_NOTE = re.compile(rf"\\footnote(?:\[\d{{1,4}}\])?({_GIVEN})")
_LINE_ENDS = re.compile(r"(?<![\\:/])\\\\(?:\[-?[\d.]{1,8}[a-z]{2}\])?[ \t]*\n")
_TIE = re.compile(r"(?<=[\w.])~(?=\\[A-Za-z]{2}|\[@)")
_QUOTED = re.compile(r"``(?=[^\s`])(?:[^`\n]|`(?!`)){1,1000}?''")
_CITES = re.compile(
    r"\\(?:[Cc]ref|ref|eqref|pageref|autoref|nameref|vref|[A-Za-z]*cite[A-Za-z]*)\*?"
    r"(?:\[[^\[\]\n]{0,200}\]){0,2}\{[^{}\n]{1,300}\}"
)
_ENDS = re.compile(
    r"\\(?:begin|end)\{([A-Za-z]+)\*?\}(?:\[[^\[\]\n]{0,100}\])?(?:\{[^{}\n]{0,100}\})?"
)

_GONE = ("M15", "the LaTeX command {} was dropped", "")
_TYPED = (
    "M16",
    "{} looks like a command of LaTeX, and is printed as typed",
    "put it into backticks",
)
_ENVIRONMENT = ("M15", "{} of LaTeX was dropped", "write what is in it in Markdown")
_ALL = ("M15", "the LaTeX environment {} was dropped, with all that is in it", _ENVIRONMENT[2])
_NOT_YET = (
    "M17",
    "{} is printed as typed: citations and references are not set yet",
    "write `[page {page}](#name)`",
)


def latex_plugin(md: MarkdownIt) -> None:
    """Teach `md` to drop raw LaTeX."""
    md.inline.ruler.before("escape", "latex", _command)
    md.core.ruler.after("inline", "closing_quotes", _closing_quotes)
    md.block.ruler.before(
        "fence", "latex", _environment, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _command(state: StateInline, silent: bool) -> bool:
    r"""Take `\vspace{1cm}`, `\noindent`, `\textbf{words}`, `\cite{key}` and a space after `\`."""
    text, at, last = state.src, state.pos, state.posMax
    if text[at] in "`~":
        return _quotes_or_tie(state, silent)
    if text[at] != "\\" or at + 1 >= last:
        return False
    if found := _LINE_ENDS.match(text, at, last):
        return _break_line(state, silent, found)
    if found := _NOTE.match(text, at, last):
        return _note(state, silent, found)
    if text[at + 1] == " " and at and text[at - 1] not in "\\:\n ":
        return _space(state, silent)
    if at and text[at - 1] in "\\/:":
        return False
    if said.in_word(state) and not _AFTER_WORD.match(text, at, last):
        return False
    if found := _CITES.match(text, at, last):
        return said.typed_if(state, silent, found, _NOT_YET)
    if found := _ENDS.match(text, at, last):
        return found[1] not in ENVIRONMENTS and said.dropped_if(state, silent, found, _ENVIRONMENT)
    found = _COMMAND.match(text, at, last)
    return bool(found) and _known(state, silent, found)  # type: ignore[arg-type]


def _quotes_or_tie(state: StateInline, silent: bool) -> bool:
    """Take ``words'' in the quotation marks of LaTeX, and `~` before one of its commands."""
    text, at, last = state.src, state.pos, state.posMax
    if text[at] == "~":
        if not _TIE.match(text, at, last):
            return False
        if not silent:
            state.push("text_special", "", 0).content = "\u00a0"
        state.pos += 1
        return True
    found = None if text[at - 1 : at] == "`" and at else _QUOTED.match(text, at, last)
    if not found:
        return False
    if not silent:
        state.pending += '"'
    state.pos += 2
    return True


def _closing_quotes(state: StateCore) -> None:
    """Take the two apostrophes that end what two grave accents began."""
    for token in state.tokens:
        children = token.children or []
        if "``" in token.content and _QUOTED.search(token.content):
            for child in children:
                if child.type == "text":
                    child.content = child.content.replace("''", '"')


def _break_line(state: StateInline, silent: bool, found: re.Match[str]) -> bool:
    """Take two backslashes at the end of a line."""
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _note(state: StateInline, silent: bool, found: re.Match[str]) -> bool:
    r"""Take `\footnote{words}` as the note `^[words]`."""
    if not silent:
        notes = state.env.setdefault("footnotes", {}).setdefault("list", {})
        number, tokens, words = len(notes), list[Token](), found[1][1:-1]
        notes[number] = {"content": words, "tokens": tokens}
        state.md.inline.parse(words, state.md, state.env, tokens)
        state.push("footnote_ref", "", 0).meta = {"id": number, "at": state.pos}
    state.pos = found.end()
    return True


def _space(state: StateInline, silent: bool) -> bool:
    """Take a space after a backslash, which must not break, as in Pandoc."""
    if not silent:
        state.push("text_special", "", 0).content = "\u00a0"
    state.pos += 2
    return True


def _known(state: StateInline, silent: bool, found: re.Match[str]) -> bool:
    """Take a command, by its name and by what it is given."""
    name, given = found[1], found[3]
    if name in _WORDS and not given.strip("{}"):
        return _sign(state, silent, found)
    if name in _ROUND_WORDS and given.startswith("{"):
        return _round_words(state, silent, found)
    if name in _DROPPED:
        length = _LENGTH.match(state.src, found.end(), state.posMax) if not given else None
        end = length.end() if length and not length[0].isspace() else found.end()
        return said.dropped_if(state, silent, said.whole(state, end), _GONE)
    if (given.startswith(("{", "[")) and len(name) > 1) or _stands_alone(state, found):
        return said.typed_if(state, silent, found, _TYPED)
    return False


def _stands_alone(state: StateInline, found: re.Match[str]) -> bool:
    """Whether what looks like a command without more is a word by itself: no path, no `\\n`."""
    before, after = state.src[found.start() - 1 : found.start()], state.src[found.end() :][:1]
    begins = not found.start() or before.isspace() or before == "("
    return len(found[1]) > 2 and begins and (not after or after.isspace() or after in ".,;:!?)")


def _sign(state: StateInline, silent: bool, found: re.Match[str]) -> bool:
    """Print the sign that a command stands for."""
    if len(found[1]) < 2 and not found[3]:  # `\\S` alone may be anything
        return False
    if not silent:
        state.push("text_special", "", 0).content = _WORDS[found[1]]
    state.pos = found.end()
    return True


def _round_words(state: StateInline, silent: bool, found: re.Match[str]) -> bool:
    """Set the words that a command stands round; they are running text as any other."""
    start, end = found.start(3) + 1, _closing(found[3]) + found.start(3)
    if not silent:
        tag, limit = _ROUND_WORDS[found[1]], state.posMax
        kind = {"strong": "strong", "em": "em"}.get(tag, "span")
        opening = state.push(f"{kind}_open", tag or "span", 1)
        if found[1] == "textsc":
            opening.attrs["class"] = "smallcaps"
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.posMax = limit
        state.push(f"{kind}_close", tag or "span", -1)
    state.pos = end + 1
    return True


def _closing(given: str) -> int:
    """Return where the brace closes that opens a text."""
    depth = 0
    for at, sign in enumerate(given):
        depth += (sign == "{") - (sign == "}")
        if not depth:
            return at
    return len(given) - 1


def _environment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Take `\begin{tikzpicture}` with all lines up to its end."""
    if state.is_code_block(start):
        return False
    line = said.line_of(state, start)
    found = _ENDS.match(line)
    if not found or found[1] not in _WHOLE or not line.startswith("\\begin"):
        return False
    closes = line[: found.end()].split("}")[0].replace("\\begin", "\\end") + "}"
    for number in range(start, min(end, start + _MOST_LINES)):
        last = said.line_of(state, number)
        if number > start and last.startswith("# "):
            break
        if closes in last:
            if not silent:
                code, sentence, hint = _ALL
                what = (code, sentence.replace("{}", f"`{found[1]}`"), hint)
                said.dropped_lines(state, start, number + 1, what)
            return True
    return False
