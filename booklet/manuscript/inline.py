"""Running text: calls of notes, links, pictures and raw HTML in it become ours."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown_it.token import Token

from booklet.lengths import Length
from booklet.manuscript import dialect, links, placeholders
from booklet.manuscript.model import Picture
from booklet.manuscript.no_words import divisible, has_no_word
from booklet.manuscript.raw_html import Raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.errors import Place
    from booklet.manuscript.file_reader import FileReader

_WIDTH = re.compile(r"(\d{0,4}(?:\.\d{1,30})?)\s?(%|mm|cm|in|pt|em|px|pc|)")
_SHARE = re.compile(r"(\d?(?:\.\d{1,30})?)\\(?:text|line|column)width")


class Running:
    """Reads the running text of blocks, one after the other.

    It is an Owner of raw HTML: what stands in the text and what stands between the blocks have
    the same rules.
    """

    def __init__(
        self, file_reader: FileReader, call: Callable[[Token, Token | None], Token]
    ) -> None:
        """Take the reader of the file, and what makes the mark for the call of a note."""
        self.file_reader, self.call = file_reader, call
        self._first = 0

    def take(self, token: Token, parent: Token | None) -> None:
        """Make the running text of `token`, which stands in the block `parent`, ours."""
        first, children = self.file_reader.line, token.children or []
        lines, run = _LineCounter(first, token.content), _RunningText(self, children)
        for i, child in enumerate(children):
            self.file_reader.line = self._first = lines.of(child)
            run.add(child, i, parent)
        token.children = run.done()
        self.file_reader.line = self._first = first

    def begin(self) -> None:
        """Take raw HTML that begins on the line that the reading is at."""
        self._first = self.file_reader.line

    def link_of(self, child: Token) -> str:
        """Judge a link; return its address, or an empty string where it was dropped."""
        href = self.link(str(child.attrs.get("href", "")))
        self.name(child)
        if href:
            child.attrs["href"] = href
        else:
            del child.attrs["href"]
        return href

    def say(self, token: Token) -> None:
        """Keep the finding that a token of another tool's markup brings with it, if any."""
        key = token.meta.pop("only_with", "")
        what = token.meta.pop("said", None)
        if what and (not key or key in self.file_reader.keys):
            self.file_reader.find(*what)
        for number, (code, message, hint) in token.meta.pop("said_at", ()):
            self.file_reader.find(code, message, hint, self.file_reader.line + number)

    def name(self, child: Token) -> None:
        """Make the name that the author gave to a piece of text an anchor."""
        if "id" in child.attrs:
            child.attrs["id"] = self.anchor(str(child.attrs["id"]))

    def image(self, image: Token, described: str) -> tuple[str, str]:
        """Return the HTML of a picture in the text, and the words in it.

        `described` describes it if nothing else does.
        """
        given = {key: str(value) for key, value in image.attrs.items()}
        given["alt"] = given.pop("fig-alt", "") or given.get("alt", "") or described
        return self.picture(given)

    # What raw HTML asks of its owner.

    def at_line(self, line: int) -> None:
        """Take the line of a raw tag, counted from that on which its piece begins."""
        self.file_reader.line = self._first + line

    def place(self) -> Place:
        """Return the place that the reading is at."""
        return self.file_reader.place()

    def find(self, code: str, message: str, hint: str = "", where: Place | None = None) -> None:
        """Keep a finding at the place that the reading is at, or at another."""
        self.file_reader.find(code, message, hint, where.line if where else None)

    def link(self, href: str) -> str:
        """Judge the address of a link; return the one to keep, or an empty string."""
        href, complaint = links.judged(self.file_reader.name, href)
        if complaint:
            self.find("M03", *complaint)
        elif href.startswith("#"):
            self.file_reader.names.expect(self.file_reader.name, href[1:], self.place())
        return href

    def anchor(self, name: str) -> str:
        """Return the anchor for a name that the author gave."""
        return self.file_reader.claim(name, given=True)

    def picture(self, given: dict[str, str]) -> tuple[str, str]:
        """Return the HTML of a picture with these attributes, and the words in it.

        A picture that cannot be set has words in its place. One with a width stands in a box that
        has the name for it: the page's styles say how wide it is.
        """
        source = str(given.pop("src", ""))
        src = self.file_reader.album.path(self.file_reader.name, source, self.file_reader.root)
        width = self.width(given.pop("width", ""))
        if "id" in given:
            given["id"] = self.anchor(given["id"])
        elif width:
            given["id"] = self.file_reader.next_id()
        if width:
            self.file_reader.draft.widths[given["id"]] = width
        html, words = self._img(src, " ".join(given.pop("alt", "").split()))
        box = "".join(f' {k}="{escape(v)}"' for k, v in given.items() if k in _ON_A_BOX)
        return f"<span{box}>{html}</span>" if box else html, words

    def _img(self, src: str, alt: str) -> tuple[str, str]:
        """Return the `<img>` of a picture, if it can be set, and keep it with the draft."""
        if trouble := self.file_reader.album.trouble(src):
            self.find("M06", f"the picture {trouble.message}", trouble.hint)
            shown = src.partition(";")[0] if src.startswith("data:") else src[:80]
            words = f"picture missing: {shown}"
            return f'<span class="missing">{escape(words)}</span>', words
        if remark := self.file_reader.album.remark(src):
            code, what = remark
            named = "the picture in the text" if src.startswith("data:") else f"the picture `{src}`"
            self.find(code, f"{named} {what}")
        if not alt:
            alt = "picture" if src.startswith("data:") else src.rsplit("/", 1)[-1]
            name = "a picture in the text" if src.startswith("data:") else f"the picture `{src}`"
            self.find("M09", f"{name} has no description")
        self.file_reader.draft.pictures.append(Picture(src[:200], self.place()))
        address = src if links.is_address(src) else quote(src)
        return f'<img src="{escape(address)}" alt="{escape(alt)}">', ""

    def width(self, width: str) -> str:
        """Return the width of a picture, if it is one that can be set, or an empty string."""
        if share := _SHARE.fullmatch(width.strip()):  # as LaTeX counts
            width = f"{100 * float(share[1] or 1):.4g}%"
        found = _WIDTH.fullmatch(width.strip())
        if found and found[1] not in ("", ".") and float(found[1]) > 0:
            px = found[2] in ("px", "")  # a bare number counts pixels, as in HTML
            number = f"{float(found[1]):.4f}".rstrip("0").rstrip(".")
            return Length.px(float(found[1])).css() if px else number + found[2]
        if width:
            self.find("M13", f"`width={width[:20]}` is not a width", "write `60%` or `80mm`")
        return ""


_ON_A_BOX = frozenset({"id", "class", "lang", "dir"})


class _RunningText:
    """One running text on its way: what is done of it, and what is open in it."""

    def __init__(self, running: Running, children: list[Token]) -> None:
        """Take the reader, and all the tokens, which will be added one by one."""
        self.running, self.raw = running, Raw(running)
        self._last = {
            child.content.lower().replace(" ", ""): i
            for i, child in enumerate(children)
            if child.type == "html_inline"
        }
        self._out: list[Token] = []
        self._held: list[Token] = []
        self._target: str | None = None
        self._within = ""
        self._in_address = False

    def add(self, child: Token, i: int, parent: Token | None) -> None:
        """Add the token at `i`, made ours."""
        if self._within:  # what stands in a script or a drawing is not text
            end = child.content.lower().startswith(f"</{self._within}")
            self._within = "" if end else self._within
            return
        self.running.file_reader.drop_attributes(child)
        if child.type == "footnote_ref":
            call = self.running.call(child, parent)
            (self._out if self._target is None else self._held).append(call)
            return
        self._out.append(self._ours(child, i))
        if self._target is None:  # an anchor cannot hold the anchors of a note
            self._out += self._held
            self._held.clear()

    def _ours(self, child: Token, i: int) -> Token:
        """Return a token as it is to be rendered."""
        within, self._in_address = self._in_address, child.attrs.get("class") == "address"
        if within and child.type == "text":
            return _html(_breakable(child.content), child.content)
        if child.type == "text" and has_no_word(child.content):
            return _html(divisible(child.content), child.content)
        if child.type == "link_open":
            self._target = self.running.link_of(child)
        elif child.type == "link_close":
            self._target = None
        elif child.type == "image":
            for inner in child.children or ():
                self.running.say(inner)
            return _html(*self.running.image(child, dialect.words(child.children or [])))
        elif child.type in ("dropped", "typed"):
            self.running.say(child)
            return _typed(child.content if child.type == "typed" else "")
        elif child.type == "html_inline":
            child.content, child.meta["words"] = self.raw.admit(child.content)
            end = self._last.get(f"</{self.raw.within}>", -1)
            self._within = self.raw.within if end > i else ""
        elif child.type == "text" and self._target and self._target.startswith("#"):
            child.content = child.content.replace(
                "{page}", placeholders.page_mark(self._target[1:])
            )
        elif child.nesting == 1 or child.type == "code_inline":
            self.running.say(child)
            self.running.name(child)
        return child

    def done(self) -> list[Token]:
        """Return all tokens, with the ends of raw tags that were left open."""
        ends = self.raw.end()
        return [*self._out, *self._held, *([_html(ends)] if ends else [])]


class _LineCounter:
    """Counts the lines of a running text, from token to token."""

    def __init__(self, first: int, text: str) -> None:
        """Take the line on which the text begins."""
        self.line, self.text, self.done = first, text, 0

    def of(self, child: Token) -> int:
        """Return the line of a token that knows its place in the text, or that of the last one."""
        at = child.meta.pop("at", self.done)
        self.line += self.text.count("\n", self.done, at)
        self.done = max(at, self.done)
        return self.line


# Where an address may break beside its slashes: before a sign. After a hyphen it may not, since
# nobody could tell that from one that was set at the end of a line.
_BREAK = re.compile(r"(?<=\w)(?:-(?=\w)\w|(?=[._?&=#~%]))")


def _breakable(address: str) -> str:
    """Return an address as HTML that breaks where a reader still takes it for one."""
    out, at = [], 0
    for found in _BREAK.finditer(address):
        out += [escape(address[at : found.start()]), "<wbr>"]
        if found[0]:
            out.append(f'<span class="held">{escape(found[0])}</span>')
        at = found.end()
    return "".join([*out, escape(address[at:])])


def _typed(content: str) -> Token:
    """Return a token for text that stands as it was typed."""
    return _html(f'<span class="typed">{escape(content)}</span>' if content else "", content)


def _html(content: str, words: str = "") -> Token:
    """Return a token of HTML that is ours, and the words in it."""
    return Token("html_inline", "", 0, content=content, meta={"words": words})
