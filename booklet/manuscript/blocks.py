"""Tokens become chapters of HTML, and each block keeps its file and its line."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.errors import BookletError
from booklet.manuscript import attributes, dialect, placeholders
from booklet.manuscript.dialects import code, wide_tables
from booklet.manuscript.dialects.divs import parted_div
from booklet.manuscript.dialects.remarks import remarks
from booklet.manuscript.inline import Running
from booklet.manuscript.model import Block, Draft, Heading, Note, Picture
from booklet.manuscript.notes import Notes, as_spans
from booklet.manuscript.raw_html import Raw
from booklet.source import slugify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt

    from booklet.manuscript.file_reader import FileReader

__all__ = ["Block", "Body", "Draft", "Heading", "Note", "Picture"]

_TOO_WIDE = (
    "M23",
    "this table is wider than the page, so long words in it are divided",
    "give it fewer columns, or divide it",
)
_DASH = re.compile(r"^\s*[—–―]\s*")
_ANCHORS = frozenset({"p", "li", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div"})
_ALIGN = {"text-align:left": "start", "text-align:right": "end", "text-align:center": "center"}


class Body:
    """Reads the body of one file into the drafts of its reader."""

    def __init__(self, file_reader: FileReader, md: MarkdownIt) -> None:
        """Take the reader of the file and the parser."""
        self.file_reader, self.md = file_reader, md
        self.notes = Notes(file_reader, self._apart)
        self.running = Running(file_reader, self.notes.call)
        self.raw = Raw(self.running)

    def read(self, text: str) -> None:
        """Read `text` into drafts. Raises BookletError for what no page can show."""
        file_reader = self.file_reader
        found, in_place, _ = dialect.tokens(self.md, text, file_reader.path, file_reader.offset)
        self.walk(self.notes.take(found, in_place))
        self.notes.judge()

    def _apart(self, tokens: list[Token], draft: Draft) -> str:
        """Read the tokens of a note into `draft`, and return its HTML."""
        raw, self.raw = self.raw, Raw(self.running)
        self.walk(tokens)
        self.raw = raw
        as_spans(draft.tokens)
        return self.render(draft, {})

    # Blocks.

    def walk(self, tokens: list[Token]) -> None:
        """Put the tokens into the draft in hand, block by block."""
        tokens = wide_tables.as_records(tokens)
        stack: list[Token] = []
        done: set[int] = set()
        for i, token in enumerate(tokens):
            if i in done:
                continue
            self.file_reader.at(token)
            self._say(token)
            if token.type == "heading_open" and token.level == 0:
                self._heading_or_not(token, tokens[i + 1], stack)
                done |= {i + 1, i + 2}
            elif _is_left_out(tokens, i):
                self.running.take(tokens[i + 1], None)
                done |= {i + 1, i + 2}
            elif _is_tags_alone(tokens, i):
                self._tags_alone(tokens[i + 1])
                done |= {i + 1, i + 2}
            elif _is_name(tokens, i):
                self._name(tokens[i + 1])
                done |= {i + 1, i + 2}
            elif _is_figure(tokens, i):
                self._figure(token, tokens[i + 1])
                done |= {i + 1, i + 2}
            elif _is_caption(tokens, i) and _type(tokens, i + 3) == "table_open":
                self._caption(token, tokens[i + 1], tokens[i + 3])
                done |= {i + 1, i + 2}
            elif token.type == "inline":
                self._leaf(token, stack)
            else:
                if token.type == "table_open":
                    done |= self._caption_below(tokens, i)
                    self._measure_table(tokens, i)
                self._take(token, stack, _is_attribution(tokens, i))
        self._end_breaks()
        self._end_raw(0)

    def _say(self, token: Token) -> None:
        """Keep what the rules of the parser want to be said of a token."""
        for one in remarks(token):
            line = self.file_reader.offset + one.line + 1
            self.file_reader.find(one.code, one.message, one.hint, line)

    def _take(self, token: Token, stack: list[Token], attribution: bool) -> None:
        """Take the token of a block; `stack` holds the blocks that are open around it."""
        if token.nesting == -1:
            self._end_raw(len(stack))
            token.tag = stack.pop().tag  # a paragraph may have become a division
        if attribution:
            token.attrJoin("class", "attribution")
        if "example" in token.meta:
            number = self.file_reader.names.number(self.file_reader.name, token.meta["example"])
            token.meta["mark"].content = number
        block = self._block(token, len(stack))
        if "data-columns" in block.attrs and "id" not in block.attrs:
            block.attrs["id"] = self.file_reader.next_id()
        if block.type == "remark":
            return
        if block.type == "page_break":
            self._break_page(block.info)
            return
        if block.type != "html_block" or block.content.strip():  # a remark begins no chapter
            self.file_reader.draft.tokens.append(block)
        if token.nesting == 1:
            stack.append(token)

    def _break_page(self, side: str) -> None:
        """Begin a new page, on the `side` that is asked for, unless one begins here anyway."""
        draft = self.file_reader.draft
        if draft.file and draft.tokens and not _is_break(draft.tokens[-1]):
            draft.tokens.append(_html(f'<div class="{f"new-page {side}".strip()}"></div>\n'))
            draft.tokens[-1].meta["is_break"] = True

    def _end_breaks(self) -> None:
        """Leave out page breaks at the end of a chapter, after which a page begins anyway."""
        while self.file_reader.draft.tokens and _is_break(self.file_reader.draft.tokens[-1]):
            self.file_reader.draft.tokens.pop()

    def _block(self, token: Token, depth: int) -> Token:
        """Return the token of a block as it is to be rendered, its names and styles made ours."""
        if token.type == "attributes":
            hint = "put them right above the block"
            self.file_reader.find("M13", "there is no block below these attributes", hint)
            return _html("")
        if token.meta.get("is_unclosed"):
            hint = "write `:::` on a line of its own where it ends"
            where = self.file_reader.place()
            raise BookletError("the block that begins here has no end", where, hint)
        if token.attrs.get("style") in _ALIGN:
            token.attrJoin("class", _ALIGN[str(token.attrs.pop("style"))])
        self.file_reader.drop_attributes(token)
        if token.type == "fence" and (form := code.raw_format(token)):
            return self._raw_fence(token, form, depth)
        if token.type in ("fence", "code_block"):
            if code.is_endless(token):
                hint = f"write {token.markup} on a line of its own where it ends"
                self.file_reader.find("M46", "the code that begins here never ends", hint)
            return self._code(token)
        if token.type == "dropped":
            self.running.say(token)
            return _html("")
        if token.type == "html_block":
            return self._raw_block(token, depth)
        if "id" in token.attrs:
            token.attrs["id"] = self.file_reader.claim(str(token.attrs["id"]), given=True)
        return token

    def _leaf(self, token: Token, stack: list[Token]) -> None:
        """Take the running text of a block."""
        parent = stack[-1] if stack else None
        self.running.say(token)
        self.running.take(token, parent)
        if parent is not None and "attribution" in str(parent.attrs.get("class", "")):
            _cut(token, _DASH)
        self.file_reader.draft.tokens.append(token)
        kind = next((block.tag for block in reversed(stack) if not block.hidden), "p")
        self._keep(self._anchor(stack), kind, _words(token))

    def _keep(self, anchor: str, kind: str, words: str) -> None:
        """Keep a block with the draft in hand, at the line that the reading is at."""
        self.file_reader.draft.blocks.append(Block(anchor, kind, words, self.file_reader.place()))

    def _anchor(self, stack: list[Token]) -> str:
        """Return the anchor of the innermost open block that has one, making it if need be."""
        for token in reversed(stack):
            if token.hidden or token.tag not in _ANCHORS:
                continue
            if "id" not in token.attrs:
                token.attrs["id"] = self.file_reader.next_id()
            return str(token.attrs["id"])
        return ""

    def _raw_fence(self, token: Token, form: str, depth: int) -> Token:
        """Take what is meant for one format alone: HTML is taken, and all else dropped."""
        if form.startswith("html"):
            html = Token("html_block", "", 0, content=token.content, map=token.map, block=True)
            self.file_reader.line += 1
            return self._raw_block(html, depth)
        hint = "a page break is `\\newpage` on a line of its own" if "page" in token.content else ""
        self.file_reader.find("M15", f"a block for `{form}` alone was dropped", hint)
        return _html("")

    def _code(self, token: Token) -> Token:
        """Return a block of code as HTML with an anchor of its own."""
        if what := code.settle(token) if token.type == "fence" else None:
            self.file_reader.find("M22", *what)
        start = token.info.find("{")
        if found := attributes.parse(token.info, start) if start >= 0 else None:
            attributes.give(token, found[0])
            self.file_reader.drop_attributes(token)
            token.info = token.info[:start].strip() or found[0].get("class", "")
        given = token.attrs.get("id")
        anchor = (
            self.file_reader.claim(str(given), given=True) if given else self.file_reader.next_id()
        )
        self._keep(anchor, "pre", token.content)
        language = escape(token.info.split()[0]) if token.info.split() else ""
        name = f' class="language-{language}"' if language else ""
        return _html(f'<pre id="{anchor}"><code{name}>{code.lines(token.content)}</code></pre>\n')

    def _raw_block(self, token: Token, depth: int) -> Token:
        """Take raw HTML: say what will be dropped, and keep its words for the check."""
        line = self.file_reader.line
        self.running.begin()
        html, words = self.raw.admit(token.content, depth)
        self.file_reader.line = line
        token.content, divided = wide_tables.settle_html(html, self.file_reader.next_id)
        if divided:
            self.file_reader.find(*_TOO_WIDE)
        if tag := self.raw.within:
            hint = "all up to the end of this block was left out"
            self.file_reader.find("M02", f"`<{tag}>` is never closed", hint)
        if words.strip():
            blocks = self.file_reader.draft.blocks
            self._keep(blocks[-1].id if blocks else "", "html", words)
        return token

    def _tags_alone(self, inline: Token) -> None:
        """Take a paragraph of tags without a word: they make no paragraph of the text."""
        self.running.take(inline, None)
        html = "".join(child.content for child in inline.children or ())
        if html:
            self.file_reader.draft.tokens.append(_html(f"{html}\n"))

    def _end_raw(self, depth: int) -> None:
        """End the raw tags that were opened in Markdown blocks at `depth` or deeper."""
        if ends := self.raw.end(depth):
            self.file_reader.draft.tokens.append(_html(ends))

    def _heading_or_not(self, opening: Token, inline: Token, stack: list[Token]) -> None:
        """Take a heading, or what has the signs of one without words: nothing leads to that."""
        children = inline.children or []
        if dialect.words(children).strip() or "id" in opening.attrs:
            self._heading(opening, inline, stack)
        elif any(child.type == "image" for child in children):
            opening.tag = "div"
            self._take(opening, [], attribution=False)
            self._leaf(inline, [opening])
            self.file_reader.draft.tokens.append(Token("heading_close", "div", -1, block=True))
        else:
            self.running.take(inline, None)

    def _heading(self, opening: Token, inline: Token, stack: list[Token]) -> None:
        """Take a heading; one of the first level begins a new draft, and parts divs around it."""
        file_reader = self.file_reader
        within = [parted_div(div) for div in stack] if opening.tag == "h1" else []
        if opening.tag == "h1":
            self._end_draft(stack)
        file_reader.drop_attributes(opening)
        self.running.take(inline, opening)
        heading = self._as_heading(opening, inline)
        if heading.level == 1:
            file_reader.draft.title, file_reader.draft.opening = heading, self._html(inline)
            file_reader.draft.tokens += within
            return
        file_reader.draft.headings.append(heading)
        self._keep(heading.id, opening.tag, _words(inline))
        opening.meta["heading"] = heading
        opening.attrs["id"] = heading.id
        closing = Token("heading_close", opening.tag, -1, block=True)
        file_reader.draft.tokens += [opening, inline, closing]

    def _end_draft(self, divs: list[Token]) -> None:
        """End the draft in hand, in which these divs are open, if there is anything in it."""
        draft = self.file_reader.draft
        self._end_breaks()
        if draft.tokens == divs:
            draft.tokens = []
        if draft.title or draft.tokens:
            self._end_raw(0)
            draft.tokens += [_html("</div>") for _ in divs]
            self.file_reader.open_draft()

    def _as_heading(self, opening: Token, inline: Token) -> Heading:
        """Return a heading as a piece of the manuscript, under a name of its own."""
        text = placeholders.fill_notes(_words(inline), lambda _key: "").strip()
        slug = slugify(placeholders.fill_pages(text, lambda _name: ""), "section")
        given = opening.attrs.get("id")
        anchor = self.file_reader.claim(
            str(given or slug), given=given is not None, typed=inline.content
        )
        html = copied(placeholders.fill_notes(self._html(inline), lambda _key: ""))
        numbered = "unnumbered" not in str(opening.attrs.get("class", "")).split()
        return Heading(anchor, int(opening.tag[1]), html, text, self.file_reader.place(), numbered)

    def _caption(self, opening: Token, inline: Token, table: Token) -> None:
        """Put the caption of a table into it."""
        self.file_reader.at(opening)
        self.file_reader.drop_attributes(opening)
        self.running.take(inline, opening)
        _cut(inline, wide_tables.CAPTION)
        for name, value in opening.attrs.items():
            attributes.give(table, {name: str(value)})
        anchor = self.file_reader.next_id()
        table.meta["caption"] = [_html(f'<caption id="{anchor}">'), inline, _html("</caption>")]
        self._keep(anchor, "caption", _words(inline))

    def _caption_below(self, tokens: list[Token], i: int) -> set[int]:
        """Take the caption below the table at `i`, if there is one; return where it stood."""
        table, level = tokens[i], tokens[i].level
        below = i + 1
        while tokens[below].level > level:
            below += 1
        below += 1
        if "caption" in table.meta or not _is_caption(tokens, below):
            return set()
        self._caption(tokens[below], tokens[below + 1], table)
        self.file_reader.at(table)
        return {below, below + 1, below + 2}

    def _measure_table(self, tokens: list[Token], i: int) -> None:
        """Let the page know how wide the table at `i` is, and say if it is too wide for any."""
        if wide_tables.settle(tokens, i):
            self.file_reader.find(*_TOO_WIDE)

    def _figure(self, opening: Token, inline: Token) -> None:
        """Take a figure: a paragraph that is a picture and nothing else."""
        image = (inline.children or [])[0]
        line = {k: str(v) for k, v in opening.attrs.items() if k == "class" or k not in image.attrs}
        attributes.give(image, line)
        image.meta.setdefault("dropped", []).extend(opening.meta.pop("dropped", ()))
        self.file_reader.drop_attributes(image)
        caption = Token("inline", "", 0, content=image.content, children=image.children or [])
        self.running.take(caption, None)
        words = _words(caption).strip()
        given = image.attrs.pop("id", None)
        anchor = (
            self.file_reader.claim(str(given), given=True) if given else self.file_reader.next_id()
        )
        if width := self.running.width(str(image.attrs.pop("width", ""))):
            self.file_reader.draft.widths[anchor] = width
        classes = escape(str(image.attrs.pop("class", "")))
        name = f' class="{classes}"' if classes else ""
        img, missing = self.running.image(image, placeholders.fill_notes(words, lambda _key: ""))
        html = f'<figure id="{anchor}"{name}>{img}'
        if missing:
            self._keep(anchor, "figure", missing)
        if words:
            html += f"<figcaption>{self._html(caption)}</figcaption>"
            self._keep(anchor, "figcaption", words)
        self.file_reader.draft.tokens.append(_html(f"{html}</figure>\n"))

    def _name(self, inline: Token) -> None:
        """Take a name that stands by itself, for the block above it."""
        for child in inline.children or ():
            if "id" in child.attrs:
                anchor = self.file_reader.claim(str(child.attrs["id"]), given=True)
                self.file_reader.draft.tokens.append(_html(f'<div id="{anchor}"></div>\n'))

    def _html(self, inline: Token) -> str:
        """Return running text as HTML."""
        return str(self.md.renderer.render([inline], self.md.options, {}))

    # Rendering: drafts to HTML, once all names are known.

    def render(self, draft: Draft, numbers: Mapping[str, str]) -> str:
        """Return the HTML of a draft, not yet cleaned; `numbers` has those of headings by anchor.

        The words of a heading stand by themselves too, for running heads and outline.
        """
        out: list[Token] = []
        number = ""
        for token in draft.tokens:
            if heading := token.meta.get("heading"):
                number = numbers.get(heading.id, "")
                token.attrs["data-title"] = f"{number} {heading.text}".strip()
                if heading.running:
                    token.attrs["data-running"] = f"{number} {heading.running}".strip()
            elif number:
                first = _html(number_html(number), "html_inline")
                token = Token("inline", "", 0, children=[first, *(token.children or ())])
                number = ""
            out.append(token)
            out += token.meta.get("caption", ())
        return str(self.md.renderer.render(out, self.md.options, {}))


_ONCE = re.compile(r' id="[^"]*"|<img [^>]*>|<span class="missing">[^<]*</span>')


def copied(html: str) -> str:
    """Return the HTML of a heading for where it stands again: without its names and pictures."""
    return _ONCE.sub("", html).strip()


def number_html(number: str) -> str:
    """Return the number of a heading as HTML, or nothing if it has none."""
    return f'<span class="number">{number}</span> ' if number else ""


def _html(content: str, kind: str = "html_block") -> Token:
    """Return a token of HTML that is ours."""
    return Token(kind, "", 0, content=content)


def _words(inline: Token) -> str:
    """Return the words of running text, with marks for notes and pages."""
    return dialect.words(inline.children or [])


def _cut(inline: Token, beginning: re.Pattern[str]) -> None:
    """Cut off what running text begins with."""
    if inline.children and inline.children[0].type == "text":
        inline.children[0].content = beginning.sub("", inline.children[0].content)


def _type(tokens: list[Token], i: int) -> str:
    """Return the type of the token at `i`, or an empty string after the last."""
    return tokens[i].type if i < len(tokens) else ""


def _is_break(token: Token) -> bool:
    """Whether a token begins a new page."""
    return bool(token.meta.get("is_break"))


def _is_left_out(tokens: list[Token], i: int) -> bool:
    """Whether nothing of the paragraph at `i` is printed: it is all markup that was dropped."""
    if tokens[i].type != "paragraph_open":
        return False
    kinds = {child.type for child in tokens[i + 1].children or ()}
    return "dropped" in kinds and kinds <= {"dropped", "softbreak", "hardbreak"}


def _is_tags_alone(tokens: list[Token], i: int) -> bool:
    """Whether the paragraph at `i` is tags without a word or a picture."""
    if tokens[i].type != "paragraph_open" or tokens[i].hidden or tokens[i].attrs:
        return False
    children = tokens[i + 1].children or ()
    tags = [child.content.lower() for child in children if child.type == "html_inline"]
    return len(tags) == len(children) > 0 and not any(tag.startswith("<img") for tag in tags)


def _is_name(tokens: list[Token], i: int) -> bool:
    """Whether the paragraph at `i` is a name of Obsidian and nothing else: `^name`."""
    if tokens[i].type != "paragraph_open" or not tokens[i + 1].content.startswith("^"):
        return False
    return [child.type for child in tokens[i + 1].children or ()] == ["span_open", "span_close"]


def _is_figure(tokens: list[Token], i: int) -> bool:
    """Whether a paragraph that is a picture and nothing else begins at `i`."""
    if tokens[i].type != "paragraph_open":
        return False
    return [child.type for child in tokens[i + 1].children or ()] == ["image"]


def _is_caption(tokens: list[Token], i: int) -> bool:
    """Whether the paragraph at `i` begins as the caption of a table does."""
    return _type(tokens, i) == "paragraph_open" and bool(
        wide_tables.CAPTION.match(tokens[i + 1].content)
    )


def _is_attribution(tokens: list[Token], i: int) -> bool:
    """Whether the paragraph at `i` ends a quotation and begins with a dash."""
    return (
        tokens[i].type == "paragraph_open"
        and _type(tokens, i + 3) == "blockquote_close"
        and bool(_DASH.match(re.sub("^---?", "—", tokens[i + 1].content)))
    )
