"""The Markdown that an author may write: CommonMark, its kept plugins, and their order."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypedDict

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_inline import backtick, html_inline, link
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_inline, footnote_ref
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from booklet.editions.own_words import words as words_of
from booklet.errors import BookletError, Place
from booklet.manuscript.attributes import attributes_plugin, span
from booklet.manuscript.dialects.abbreviations import abbreviations_plugin
from booklet.manuscript.dialects.addresses import addresses_plugin, as_typed
from booklet.manuscript.dialects.admonitions import admonitions_plugin
from booklet.manuscript.dialects.callouts import callouts_plugin
from booklet.manuscript.dialects.citations import citations_plugin
from booklet.manuscript.dialects.columns import columns_plugin
from booklet.manuscript.dialects.comments import comments_plugin
from booklet.manuscript.dialects.critic import critic_plugin
from booklet.manuscript.dialects.directives import directives_plugin
from booklet.manuscript.dialects.divs import divs_plugin
from booklet.manuscript.dialects.emphasis import emphasis_plugin
from booklet.manuscript.dialects.equals import equals_plugin
from booklet.manuscript.dialects.examples import examples_plugin
from booklet.manuscript.dialects.expressions import expressions_plugin
from booklet.manuscript.dialects.files import files_plugin
from booklet.manuscript.dialects.grid import grid_plugin
from booklet.manuscript.dialects.inclusions import inclusions_plugin
from booklet.manuscript.dialects.latex import latex_plugin
from booklet.manuscript.dialects.line_blocks import line_blocks_plugin
from booklet.manuscript.dialects.liquid import liquid_plugin
from booklet.manuscript.dialects.lists import lists_plugin
from booklet.manuscript.dialects.mathematics import mathematics_plugin
from booklet.manuscript.dialects.obsidian import obsidian_plugin
from booklet.manuscript.dialects.org_blocks import org_blocks_plugin
from booklet.manuscript.dialects.others import others_plugin
from booklet.manuscript.dialects.outlines import outlines_plugin
from booklet.manuscript.dialects.page_breaks import page_breaks_plugin
from booklet.manuscript.dialects.pictures import picture, pictures_plugin
from booklet.manuscript.dialects.pipes import pipes_plugin
from booklet.manuscript.dialects.raw_inline import raw_inline_plugin
from booklet.manuscript.dialects.rmarkdown import rmarkdown_plugin
from booklet.manuscript.dialects.signs import signs_plugin
from booklet.manuscript.dialects.slashes import slashes_plugin
from booklet.manuscript.dialects.tabulars import tabulars_plugin
from booklet.manuscript.dialects.tags import tags_plugin
from booklet.manuscript.dialects.template_links import template_links_plugin
from booklet.manuscript.dialects.templates import templates_plugin
from booklet.manuscript.dialects.underlined import underlined_plugin
from booklet.manuscript.directions import enclosed, isolate, spoken
from booklet.manuscript.limits import TooMuch, measure, measure_lines
from booklet.manuscript.typography import typeset

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

# Deeper than any text that means something. WeasyPrint lays out some 120 boxes inside one another
# before it gives up, and a list is two of them.
DEEPEST = 20

# How much looking for the end of brackets that never end may cost: their number times the length
# of the paragraph.
_MOST_LOOKING = 5_000_000

_CONTAINERS = frozenset(
    {"blockquote_open", "box_open", "bullet_list_open", "div_open", "dl_open", "ordered_list_open"}
)
_ATTRIBUTION = re.compile(r"^\s*(?:---?|[—–―])\s*\S")
_ENDS_SENTENCE = re.compile(r"""(?:[.?!…:,;][*_"'”’»)\]]*| {2,}|\\)$""")
_TASK = re.compile(r"\[([ xX])\]\s+")


def _lined(rule: Callable[..., bool], **given: bool) -> Callable[[StateInline, bool], bool]:
    """Return a rule for running text whose first token knows where in the text it stands."""

    def lined(state: StateInline, silent: bool) -> bool:
        at, made = state.pos, len(state.tokens)
        done = rule(state, silent, **given)
        if done and not silent:
            for token in state.tokens[made : made + 2]:
                if token.type != "text":
                    token.meta["at"] = at
                    break
        return done

    return lined


# The markup of other tools. Of two that take the same sign, the one above looks first.
_OF_OTHER_TOOLS = (
    raw_inline_plugin,  # `x`{=latex}
    comments_plugin,  # %% remark %%, [//]: # (remark), {::comment}
    inclusions_plugin,  # !include x.md, --8<-- "x.md", {{x.md}}
    templates_plugin,  # {% include %}, {{< video >}}, {{ x }}, {: .class }, [TOC]
    outlines_plugin,  # id:: x, ((uuid)), {{{embed x}}}
    rmarkdown_plugin,  # `r nrow(x)`, (\\#tab:x), (PART)
    critic_plugin,  # {++new++}, {--old--}
    signs_plugin,  # :heart:
    others_plugin,  # :ref:`x`, [b], .. note::
    latex_plugin,  # \\vspace{1cm}
    tabulars_plugin,  # \\begin{tabular}{lr}
    mathematics_plugin,  # $x^2$, $$x^2$$, \\(x\\), \\begin{equation}
    expressions_plugin,  # {props.x}, ${x}, % remark
    citations_plugin,  # [@key], @fig-x
    tags_plugin,  # List<String>, <o:p>
    template_links_plugin,  # [x]({{< ref "a.md" >}})
    files_plugin,  # [x](a b.md)
    obsidian_plugin,  # [[Note]], ![[picture.png]], ==marked==, ^name
    pictures_plugin,  # ![x](a b.png =200x), ![x|300](a.png)
    addresses_plugin,  # https://example.org, doi:10.1000/x
    abbreviations_plugin,  # *[HTML]: words
    emphasis_plugin,  # **「x」**y, **x **y
)

# Each kind of box, whose titles are in the language of the text.
_BOXES = (
    divs_plugin,  # ::: {.note}
    admonitions_plugin,  # !!! note "Title", === "Title", ```{note}
    callouts_plugin,  # > [!note] Title
    liquid_plugin,  # {% hint %}
    slashes_plugin,  # /// note | Title
    org_blocks_plugin,  # #+BEGIN_NOTE
)

# What links with a name lead to, by their names, as the parser keeps them.
References = dict[str, dict[str, Any]]


@cache
def parser_for(lang: str, titles: tuple[tuple[str, str], ...] = ()) -> MarkdownIt:
    """Return the parser for a manuscript in the language `lang` (a BCP 47 tag).

    `titles` are those of boxes that the author has chosen, by the kind of box.
    """
    md = MarkdownIt("commonmark", {"maxNesting": 4 * DEEPEST})
    md.enable(["table", "strikethrough"])
    md.use(footnote_plugin, move_to_end=False)
    md.use(attributes_plugin)
    for plugin in (deflist_plugin, sub_plugin, superscript_plugin):
        md.use(plugin)
    for plugin in _OF_OTHER_TOOLS:
        md.use(plugin)
    for boxes in _BOXES:
        md.use(boxes, words_of(lang) | dict(titles))
    md.use(directives_plugin)  # ```{figure} x.png, (name)=
    for plugin in (
        grid_plugin,
        columns_plugin,
        equals_plugin,
        pipes_plugin,
        lists_plugin,
        examples_plugin,
    ):
        md.use(plugin)
    for plugin in (line_blocks_plugin, page_breaks_plugin, underlined_plugin):
        md.use(plugin)
    # before the raised words, which `^[one]^[two]` would be taken for
    md.inline.ruler.before("emphasis", "note_here", _lined(footnote_inline))
    for rule in (html_inline, link, span):
        md.inline.ruler.at(rule.__name__, _lined(rule))
    md.inline.ruler.at("autolink", _lined(as_typed))
    md.inline.ruler.at("image", _lined(picture))
    md.inline.ruler.at("backticks", _lined(backtick))
    md.inline.ruler.at("footnote_ref", _lined(footnote_ref, always_match=True))
    own = SimpleNamespace(**{**vars(helpers), "parseLinkLabel": _link_label})
    md.helpers = own  # type: ignore[assignment]  # any object with these functions does
    md.validateLink = _any_link  # type: ignore[method-assign]
    md.core.ruler.after("block", "limits", lambda state: measure(state.tokens))
    md.core.ruler.after("limits", "attributions", _part_attributions)
    md.core.ruler.at("inline", _running_text)
    md.core.ruler.after("inline", "tasks", _tasks)
    md.core.ruler.at("text_join", lambda state: typeset(state, lang))
    md.core.ruler.after("text_join", "directions", lambda state: isolate(state, lang))
    return md


def _link_label(state: StateInline, start: int, disableNested: bool = False) -> int:
    """Return where the text in brackets that begins at `start` ends, or -1.

    As the parser's own, by whose name and words it is called; but the call of a note may stand in
    the text of a link.
    """
    before, state.pos, depth = state.pos, start + 1, 1
    end = -1
    while state.pos < state.posMax and end < 0:
        at, sign = state.pos, state.src[state.pos]
        depth -= sign == "]"
        if depth == 0:
            end = at
            break
        state.md.inline.skipToken(state)
        if sign == "[" and state.pos == at + 1:
            depth += 1
        elif sign == "[" and disableNested and not state.src.startswith("[^", at):
            break
    state.pos = before
    return end


def _any_link(url: str) -> bool:  # noqa: ARG001  the parser hands it in
    """Let all links through the parser: they are judged, and reported, later."""
    return True


def tokens(
    md: MarkdownIt,
    text: str,
    path: str,
    offset: int,
    references: References | None = None,
) -> tuple[list[Token], dict[int, InPlace], References]:
    """Return the tokens of `text`, its notes that stand where they are called, by number, and
    what its links with a name lead to.

    `offset` is the line of the file (from 0) on which the text begins; `references` are those of
    its file, if it is not the whole of one. The first token of a link, a picture, code, a
    bracketed text, raw HTML and a call has under `at` its place in the running text. Raises
    BookletError for nesting, and more of one thing, than pages can show.
    """
    env: dict[str, Any] = {"references": dict(references)} if references else {}
    try:
        measure_lines(text)
        found = md.parse(text, env)
        _measure(found)
    except TooMuch as error:
        where = Place(path, offset + error.line + 1)
        raise BookletError(error.what, where, error.hint) from error
    if found and env.get("open"):  # a remark that a later piece of the file may end
        found[-1].meta["open"] = True
    return found, env.get("footnotes", {}).get("list", {}), env.get("references", {})


class InPlace(TypedDict):
    """A note that stands where it is called, as the plugin keeps it."""

    content: str
    tokens: list[Token]


def words(children: list[Token]) -> str:
    """Return the words of running text, with the marks for notes and pages that are in it."""
    return "".join(_SAYS.get(child.type, spoken)(child) for child in children)


_SAYS: dict[str, Callable[[Token], str]] = {
    "text": lambda token: token.content,
    "code_inline": enclosed,
    "typed": enclosed,
    "dropped": lambda _token: "",
    "hardbreak": lambda _token: " ",
    "html_inline": lambda token: str(token.meta.get("words", "")),
}

# The rules of this dialect, in the order in which they are applied.


def _part_attributions(state: StateCore) -> None:
    """Make the last line of a quotation a paragraph of its own if it names the author."""
    out: list[Token] = []
    for i, token in enumerate(state.tokens):
        out.append(token)
        ends = token.type == "paragraph_close" and _type(state.tokens, i + 1) == "blockquote_close"
        if ends and (last := _attribution(state.tokens[i - 1])):
            out += [_copy(state.tokens[i - 2]), last, _copy(token)]
            out[-3].map = last.map
    state.tokens = out


def _attribution(inline: Token) -> Token | None:
    """Take the last line from a paragraph if it begins with a dash, after a sentence's end."""
    before, _, last = inline.content.rpartition("\n")
    if not _ATTRIBUTION.match(last) or not _ENDS_SENTENCE.search(before) or not inline.map:
        return None
    inline.content = re.sub(r"( {2,}|\\)$", "", before)
    line = inline.map[0] + before.count("\n") + 1
    inline.map = [inline.map[0], line]
    found = Token(
        "inline", "", 0, content=last.strip(), children=[], level=inline.level, block=True
    )
    found.map = [line, line + 1]
    return found


def _copy(token: Token) -> Token:
    """Return a token of the same kind."""
    return Token(token.type, token.tag, token.nesting, level=token.level, block=True)


def _type(tokens: list[Token], i: int) -> str:
    """Return the type of the token at `i`, or an empty string after the last."""
    return tokens[i].type if i < len(tokens) else ""


def _running_text(state: StateCore) -> None:
    """Parse the running text of each block."""
    line = 0
    for token in state.tokens:
        line = token.map[0] if token.map else line
        if token.type != "inline" or token.meta.get("is_typed"):
            continue
        if _looking(token.content) > _MOST_LOOKING:
            raise TooMuch("there are more brackets here than can be looked through", line)
        children = token.children = []
        try:
            state.md.inline.parse(token.content, state.md, state.env, children)
        except RecursionError as error:
            raise TooMuch(_DEEP, line) from error
        if any(child.level > DEEPEST for child in children):
            raise TooMuch(_DEEP, line)


_DEEP = f"the text is nested more than {DEEPEST} deep"


def _looking(text: str) -> int:
    """Return about how many letters are read to find the ends of the brackets in a text."""
    deep = deepest = 0
    for bracket in re.finditer(r"[\[\]]", text):
        deep = deep + 1 if bracket[0] == "[" else max(deep - 1, 0)
        deepest = max(deepest, deep)
    return deepest * len(text)


def _measure(found: list[Token]) -> None:
    """Raise TooMuch for lists and quotations inside one another that no page can show."""
    depth = line = 0
    for token in found:
        line = token.map[0] if token.map else line
        if token.type in _CONTAINERS:
            depth += 1
        elif token.nesting == -1 and token.type.replace("_close", "_open") in _CONTAINERS:
            depth -= 1
        if depth > DEEPEST:
            raise TooMuch(f"lists, quotations or blocks are nested more than {DEEPEST} deep", line)


def _tasks(state: StateCore) -> None:
    """Put a box before each item of a list that begins with `[ ]` or `[x]`."""
    lists: list[Token] = []
    for i, token in enumerate(state.tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open" and _type(state.tokens, i + 2) == "inline":
            children = state.tokens[i + 2].children or []
            task = _TASK.match(children[0].content) if children else None
            if task and children[0].type == "text":
                children[0].content = children[0].content[task.end() :]
                children[:0] = _box("☐" if task[1] == " " else "☑")
                token.attrJoin("class", "task-list-item")
                lists[-1].attrs["class"] = "contains-task-list"


def _box(box: str) -> list[Token]:
    """Return the tokens for the box of a task."""
    opening = Token("span_open", "span", 1, attrs={"class": "task"})
    return [opening, Token("text", "", 0, content=f"{box} "), Token("span_close", "span", -1)]
