"""The body: tokens become chapters of HTML, and each block keeps its file and its line."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from booklet.errors import Place
from booklet.findings import Finding
from booklet.manuscript import dialect, links, marks, raw
from booklet.source import slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from markdown_it import MarkdownIt

    from booklet.manuscript.links import Names

_CAPTION = re.compile(r"^(?:Table)?:\s+")
_DASH = re.compile(r"^\s*[—–―]\s*")
_ANCHORS = {"p", "li", "tr", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div"}
_ALIGN = {"text-align:left": "start", "text-align:right": "end", "text-align:center": "center"}


@dataclass(frozen=True)
class Block:
    """A piece of text as the author wrote it: `id` is the anchor at or above it on the page.

    `text` may hold marks for notes and pages.
    """

    id: str
    kind: str
    text: str
    where: Place


@dataclass(frozen=True)
class Heading:
    """A heading: its anchor, its level (1 to 6), its HTML and its words without notes."""

    id: str
    level: int
    html: str
    text: str
    where: Place
    numbered: bool = True


@dataclass(frozen=True)
class Note:
    """A note: `key` names it in the book, `number` in its chapter.

    `rich` says that it holds more than paragraphs, so that it cannot stand inside one. `inner`
    are the keys of notes that are called in this note.
    """

    key: str
    number: int
    html: str
    text: str
    where: Place
    rich: bool
    inner: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture that the text names: its path on the shelf, or its address, and its place."""

    src: str
    where: Place


@dataclass
class Draft:
    """A chapter in the making: tokens that are not HTML yet, and what was found in them."""

    id: str
    file: str = ""
    title: Heading | None = None
    tokens: list[Token] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    widths: dict[str, str] = field(default_factory=dict)


@dataclass
class _Definition:
    """A note as the author defined it, before it is called."""

    tokens: list[Token]
    line: int
    called: bool = False


class Body:
    """Reads the body of one file into drafts, one for each heading of the first level."""

    def __init__(self, md: MarkdownIt, path: str, name: str, names: Names) -> None:
        """Take the parser, the file's path in messages and its name on the shelf, and the names."""
        self.md, self.path, self.name, self.names = md, path, name, names
        self.findings: list[Finding] = []
        self.drafts: list[Draft] = []
        self._notes: dict[str, _Definition] = {}
        self._inline_notes: dict[int, dict[str, object]] = {}
        self._keys: dict[str, Note | None] = {}
        self._count = 0
        self._line = 0

    # Reading: tokens to drafts.

    def read(self, text: str, offset: int, first: int) -> list[Draft]:
        """Return the drafts in `text`; it begins on line `offset` (from 0) of its file.

        `first` is the number of the first draft, which makes the anchors of its blocks.
        """
        found, env = dialect.tokens(self.md, text, self.path, offset)
        footnotes = env.get("footnotes", {})
        self._inline_notes = footnotes.get("list", {}) if isinstance(footnotes, dict) else {}
        self._offset, self._first = offset, first
        self._open_draft()
        self._walk(self._take_definitions(found))
        for label, note in self._notes.items():
            if not note.called:
                self._find("M05", f"nothing calls the note `[^{label}]`", note.line)
        return self.drafts

    def _open_draft(self) -> Draft:
        """Begin a new draft and return it."""
        draft = Draft(f"c{self._first + len(self.drafts)}", self.name)
        self.drafts.append(draft)
        self._count = 0
        return draft

    def _take_definitions(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens without the definitions of notes, which are kept by their labels."""
        rest: list[Token] = []
        inside: _Definition | None = None
        for token in tokens:
            if token.type == "footnote_reference_open":
                label = token.meta["label"]
                inside = _Definition([], self._at(token))
                if label in self._notes:
                    first = self._notes[label].line
                    self._find("M08", f"the note `[^{label}]` is there twice (line {first})", inside.line)
                else:
                    self._notes[label] = inside
            elif token.type == "footnote_reference_close":
                inside = None
            elif inside is not None:
                inside.tokens.append(token)
            else:
                rest.append(token)
        return rest

    def _at(self, token: Token) -> int:
        """Return the line (from 1) at which `token` begins, or the last line that was known."""
        if token.map:
            self._line = self._offset + token.map[0] + 1
        return self._line

    def _place(self, line: int | None = None) -> Place:
        """Return a place in this file."""
        return Place(self.path, line or self._line)

    def _find(self, code: str, message: str, line: int | None = None, hint: str = "") -> None:
        """Keep a finding."""
        self.findings.append(Finding(code, message, self._place(line), hint=hint))

    def _walk(self, tokens: list[Token]) -> None:
        """Put the tokens into drafts, block by block."""
        stack: list[Token] = []
        skip_to = -1
        for i, token in enumerate(tokens):
            if i <= skip_to:
                continue
            self._at(token)
            draft = self.drafts[-1]
            if token.type == "heading_open" and token.level == 0:
                self._heading(tokens[i], tokens[i + 1])
                skip_to = i + 2
            elif (figure := self._figure(tokens, i)) is not None:
                draft.tokens.append(figure)
                skip_to = i + 2
            elif token.type == "paragraph_open" and self._is_caption(tokens, i):
                self._caption(tokens, i, stack)
                skip_to = i + 2
            elif token.type == "inline":
                self._leaf(token, stack, draft)
            else:
                draft.tokens.append(self._block(token, tokens, i))
                if token.nesting == 1:
                    stack.append(token)
                elif token.nesting == -1 and stack:
                    token.tag = stack.pop().tag  # a paragraph may have become a division

    def _block(self, token: Token, tokens: list[Token], i: int) -> Token:
        """Return the token of a block as it is to be rendered, its names and styles made ours."""
        if token.attrs.get("style") in _ALIGN:
            token.attrJoin("class", _ALIGN[str(token.attrs.pop("style"))])
        for name in token.meta.pop("insecure_attrs", {}):
            self._find("M13", f"the attribute `{name}` was dropped")
        if "id" in token.attrs and token.nesting == 1:
            token.attrs["id"] = self._claim(str(token.attrs["id"]), given=True)
        if token.type in ("fence", "code_block"):
            return self._code(token)
        if token.type == "html_block":
            return self._raw_block(token)
        if token.type == "paragraph_open" and self._is_attribution(tokens, i):
            token.attrJoin("class", "attribution")
            first = (tokens[i + 1].children or [Token("text", "", 0)])[0]
            first.content = _DASH.sub("", first.content)
        return token

    def _claim(self, name: str, given: bool = False) -> str:
        """Return the anchor for `name`, which may be taken already."""
        return self.names.claim(self.name, name, self._place(), self.findings, given)

    def _anchor(self, stack: list[Token]) -> str:
        """Return the anchor of the innermost open block that has one, making it if need be."""
        for token in reversed(stack):
            if token.hidden or token.tag not in _ANCHORS:
                continue
            if "id" not in token.attrs:
                token.attrs["id"] = self._next_id()
            return str(token.attrs["id"])
        return ""

    def _next_id(self) -> str:
        """Return an anchor for a block that the author did not name."""
        self._count += 1
        return f"{self.drafts[-1].id}-{self._count}"

    def _leaf(self, token: Token, stack: list[Token], draft: Draft) -> None:
        """Take the running text of a block."""
        self._inline(token, stack[-1] if stack else None)
        draft.tokens.append(token)
        kind = stack[-1].tag if stack else "p"
        draft.blocks.append(Block(self._anchor(stack), kind, _words(token), self._place()))

    def _code(self, token: Token) -> Token:
        """Return a block of code as HTML with an anchor of its own."""
        anchor = str(token.attrs.get("id") or self._next_id())
        self.drafts[-1].blocks.append(Block(anchor, "pre", token.content, self._place()))
        language = escape(token.info.split()[0]) if token.info.split() else ""
        name = f' class="language-{language}"' if language else ""
        return _html(f'<pre id="{anchor}"><code{name}>{escape(token.content)}</code></pre>\n')

    def _raw_block(self, token: Token) -> Token:
        """Take raw HTML: say what will be dropped, and keep its words for the check."""
        self._complain(token.content)
        words = raw.text_of(token.content)
        if words.strip():
            blocks = self.drafts[-1].blocks
            blocks.append(Block(blocks[-1].id if blocks else "", "html", words, self._place()))
        return token

    def _complain(self, html: str) -> None:
        """Keep a finding for each thing in raw HTML that will not stay."""
        for code, message in raw.complaints(html):
            self._find(code, message)
        for src in re.findall(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]+)", html, re.I):
            self.drafts[-1].pictures.append(Picture(links.shelved(self.name, src), self._place()))

    def _heading(self, opening: Token, inline: Token) -> None:
        """Take a heading; one of the first level begins a new draft."""
        level = int(opening.tag[1])
        draft = self.drafts[-1]
        if level == 1 and (draft.title or draft.tokens):
            draft = self._open_draft()
        self._inline(inline, opening)
        text = marks.fill_notes(_words(inline), lambda _key: "").strip()
        given = opening.attrs.get("id")
        anchor = self._claim(str(given or slugify(text)), given is not None)
        html = self.md.renderer.renderInline(inline.children or [], self.md.options, {})
        numbered = "unnumbered" not in str(opening.attrs.get("class", "")).split()
        heading = Heading(anchor, level, html, text, self._place(), numbered)
        if level == 1:
            draft.title = heading
            return
        draft.headings.append(heading)
        draft.blocks.append(Block(anchor, opening.tag, _words(inline), self._place()))
        draft.tokens.append(_html(heading_html(heading, opening.attrs.get("class"))))

    def _is_attribution(self, tokens: list[Token], i: int) -> bool:
        """Whether the paragraph at `i` ends a quotation and begins with a dash."""
        return (
            tokens[i].level > 0
            and i + 3 < len(tokens)
            and tokens[i + 3].type == "blockquote_close"
            and bool(_DASH.match(tokens[i + 1].content.replace("--", "–", 1)))
        )

    def _is_caption(self, tokens: list[Token], i: int) -> bool:
        """Whether the paragraph at `i` is the caption of the table after or before it."""
        if not _CAPTION.match(tokens[i + 1].content):
            return False
        after = tokens[i + 3].type if i + 3 < len(tokens) else ""
        return after == "table_open" or (i > 0 and tokens[i - 1].type == "table_close")

    def _caption(self, tokens: list[Token], i: int, stack: list[Token]) -> None:
        """Move a caption into its table."""
        draft, inline = self.drafts[-1], tokens[i + 1]
        above = i + 3 < len(tokens) and tokens[i + 3].type == "table_open"
        table = tokens[i + 3] if above else _last(draft.tokens, "table_open")
        self._inline(inline, tokens[i])
        first = (inline.children or [Token("text", "", 0)])[0]
        first.content = _CAPTION.sub("", first.content)
        given = tokens[i].attrs.get("id")
        if given:
            # claimed when the table itself is reached, if it is still to come
            table.attrs["id"] = str(given) if above else self._claim(str(given), given=True)
        anchor = self._next_id()
        caption = [_html(f'<caption id="{anchor}">'), inline, _html("</caption>")]
        if above:
            table.meta["caption"] = caption
        else:
            at = draft.tokens.index(table) + 1
            draft.tokens[at:at] = caption
        draft.blocks.append(Block(anchor, "caption", _words(inline), self._place()))

    def _figure(self, tokens: list[Token], i: int) -> Token | None:
        """Return the figure at `i`: a paragraph that is a picture and nothing else."""
        if tokens[i].type != "paragraph_open":
            return None
        inline = tokens[i + 1]
        if [c.type for c in inline.children or ()] != ["image"]:
            return None
        self._at(inline)
        image = (inline.children or [])[0]
        draft = self.drafts[-1]
        caption = Token("inline", "", 0, content=image.content, children=image.children or [])
        self._inline(caption, None)
        words = _words(caption).strip()
        given = image.attrs.pop("id", None) or tokens[i].attrs.get("id")
        anchor = self._claim(str(given), given=True) if given else self._next_id()
        self._width(str(image.attrs.pop("width", "")), anchor)
        img = self._image(image, marks.fill_notes(words, lambda _key: ""))
        name = f' class="{escape(str(image.attrs["class"]))}"' if "class" in image.attrs else ""
        html = f'<figure id="{anchor}"{name}>{img}'
        if words:
            inner = self.md.renderer.renderInline(caption.children or [], self.md.options, {})
            html += f"<figcaption>{inner}</figcaption>"
            draft.blocks.append(Block(anchor, "figcaption", words, self._place()))
        return _html(html + "</figure>\n")

    def _width(self, width: str, anchor: str) -> None:
        """Keep the width that the author wants for the figure at `anchor`."""
        if re.fullmatch(r"\d+(\.\d+)?(%|mm|cm|in|pt|em)", width):
            self.drafts[-1].widths[anchor] = width
        elif width:
            self._find("M13", f"`width={width}` is not a width", hint="write `60%` or `80mm`")

    def _image(self, image: Token, described: str) -> str:
        """Return the `<img>` of a picture, and keep the picture for the press to look at."""
        src = links.shelved(self.name, str(image.attrs["src"]))
        alt = str(image.attrs.get("fig-alt") or image.attrs.get("alt") or described)
        if not alt:
            self._find("M09", f"the picture `{src}` has no description")
            alt = src.rsplit("/", 1)[-1]
        self.drafts[-1].pictures.append(Picture(src, self._place()))
        return f'<img src="{escape(src)}" alt="{escape(alt)}">'

    # Running text: notes, links, pictures, raw HTML.

    def _inline(self, token: Token, parent: Token | None) -> None:
        """Make the running text of a block ours: calls of notes, links, pictures, raw HTML."""
        out: list[Token] = []
        held: list[Token] = []
        target: str | None = None
        muted = ""
        for child in token.children or ():
            if muted:  # what stands in a script or a style sheet is not text
                muted = "" if child.content.lower().startswith(f"</{muted}") else muted
                continue
            for name in child.meta.pop("insecure_attrs", {}):
                self._find("M13", f"the attribute `{name}` was dropped")
            if child.type == "footnote_ref":
                call = self._call(child, parent)
                (held if target is not None else out).append(call)
                continue
            if child.type == "link_open":
                target = self._link(child)
            elif child.type == "link_close":
                target = None
            elif child.type == "text" and target and target.startswith("#"):
                child.content = child.content.replace("{page}", marks.page_mark(target[1:]))
            elif child.type == "html_inline":
                muted = self._raw_inline(child)
                if muted:
                    continue
            elif child.type == "image":
                child = _html(self._image(child, _words(child)), "html_inline")
            elif child.type == "span_open" and "id" in child.attrs:
                child.attrs["id"] = self._claim(str(child.attrs["id"]), given=True)
            out.append(child)
            if target is None and held:  # an anchor cannot hold the anchors of a note
                out += held
                held = []
        token.children = out

    def _link(self, child: Token) -> str:
        """Judge a link; return its address, or an empty string where it was dropped."""
        href, complaint = links.judged(self.name, str(child.attrs.get("href", "")))
        if complaint:
            self._find("M03", complaint[0], hint=complaint[1])
            child.attrs = {"class": "dropped"}
            return ""
        child.attrs["href"] = href
        if href.startswith("#"):
            self.names.expect(self.name, href[1:], self._place())
        return href

    def _raw_inline(self, child: Token) -> str:
        """Take a raw tag in running text; the box of a task becomes a character.

        Returns the name of the tag if all up to its end is not text.
        """
        if 'class="task-list-item-checkbox"' in child.content:
            box = "☑" if "checked" in child.content else "☐"
            child.content = f'<span class="task">{box}</span>'
        elif not child.content.startswith("</"):
            self._complain(child.content)
        found = re.match(r"<(script|style)\b", child.content, re.I)
        return found[1].lower() if found else ""

    def _call(self, child: Token, parent: Token | None) -> Token:
        """Return the mark that stands for a call, defining the note if it is the first."""
        label = str(child.meta.get("label") or f"^{child.meta['id']}")
        if "label" not in child.meta:
            self._notes[label] = self._inline_definition(child.meta["id"])
        if label not in self._notes:
            self._find("M04", f"there is no note `[^{label}]`", hint=f"write `[^{label}]: its text`")
            return Token("text", "", 0, content=f"[^{label}]")
        key = f"{self.drafts[-1].id}:{label}"
        if key not in self._keys:
            self._define(key, self._notes[label])
        note = self._keys[key]
        if note is not None and note.rich and parent is not None and parent.tag == "p":
            parent.tag = "div"
            parent.attrJoin("class", "paragraph")
        return Token("text", "", 0, content=marks.note_mark(key))

    def _inline_definition(self, number: int) -> _Definition:
        """Return the definition of a note that stands where it is called: `^[…]`."""
        content = self._inline_notes[number]
        inline = Token("inline", "", 0, content=str(content["content"]), children=[])
        inline.children = content["tokens"]  # type: ignore[assignment]
        opening, closing = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
        return _Definition([opening, inline, closing], self._line)

    def _define(self, key: str, definition: _Definition) -> None:
        """Make the note that is called for the first time in this chapter."""
        self._keys[key] = None
        definition.called = True
        draft, line = self.drafts[-1], self._line
        number = 1 + sum(k.startswith(f"{draft.id}:") for k in self._keys if k != key)
        before = set(self._keys)
        rich = any(t.type not in _PLAIN for t in definition.tokens)
        shadow = Draft(draft.id)
        self._count += 1000  # anchors inside a note do not take those of the blocks after it
        self.drafts.append(shadow)
        self._walk(copy.deepcopy(definition.tokens))  # each chapter sets its own
        self.drafts.remove(shadow)
        self._count -= 1000
        html = self.md.renderer.render(shadow.tokens, self.md.options, {})
        if not rich:
            html = html.replace("<p", '<span class="note-paragraph"').replace("</p>", "</span>")
        draft.pictures += shadow.pictures
        draft.notes += shadow.notes
        inner = tuple(k for k in self._keys if k not in before)
        text = " ".join(b.text for b in shadow.blocks)
        note = Note(key, number, html, text, Place(self.path, definition.line), rich, inner)
        self._keys[key] = note
        draft.notes.append(note)
        self._line = line

    # Rendering: drafts to HTML, once all names are known.

    def render(self, draft: Draft) -> str:
        """Return the HTML of a draft, not yet cleaned."""
        out: list[Token] = []
        for token in draft.tokens:
            out.append(token)
            out += token.meta.get("caption", ())
        return str(self.md.renderer.render(out, self.md.options, {}))


_PLAIN = {"paragraph_open", "paragraph_close", "inline"}


def heading_html(heading: Heading, classes: object = None) -> str:
    """Return a heading as HTML; its words stand by themselves for running heads and outline."""
    name = f' class="{escape(str(classes))}"' if classes else ""
    tag = f"h{heading.level}"
    return (
        f'<{tag} id="{heading.id}"{name} data-title="{escape(heading.text)}">'
        f"{marks.number_mark(heading.id)}{heading.html}</{tag}>\n"
    )


def _html(content: str, kind: str = "html_block") -> Token:
    """Return a token of HTML that is ours."""
    return Token(kind, "", 0, content=content)


def _last(tokens: Iterable[Token], kind: str) -> Token:
    """Return the last of the tokens that is of this kind."""
    return [t for t in tokens if t.type == kind][-1]


def _words(token: Token) -> str:
    """Return the words of running text, with marks for notes and pages."""
    return "".join(_SAYS.get(c.type, _nothing)(c) for c in token.children or ())


def _nothing(_token: Token) -> str:
    """Return what a token says that says nothing."""
    return ""


_SAYS: dict[str, Callable[[Token], str]] = {
    "text": lambda t: t.content,
    "code_inline": lambda t: t.content,
    "softbreak": lambda _t: " ",
    "hardbreak": lambda _t: " ",
    "html_inline": lambda t: "☑☐"[("☐" in t.content)] if 'class="task"' in t.content else "",
}
