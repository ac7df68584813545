"""Which pages of a PDF are the same as before, told from the bytes of the file itself."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf

from booklet.digest import digest

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")

# Where a page and a link belong in the document, which says nothing of how they read.
_OF_PAGE = re.compile(rb"/(?:Parent \d+ \d+ R|StructParents \d+)")
_OF_LINK = re.compile(rb"/(?:P(?:arent)? \d+ \d+ R|StructParent \d+)")
_APART = re.compile(rb"/(?:Annots (?:\[[^\]]*\]|\d+ \d+ R)|Contents \d+ \d+ R|Resources \d+ \d+ R)")

# A page has these itself, so that it inherits nothing; pages may be kept in a tree.
_OWN = (re.compile(rb"/Contents \d+ \d+ R"), re.compile(rb"/Resources \d+ \d+ R"))
_OF_TREE = frozenset({"/Count", "/Kids", "/Parent", "/Type"})

_FONT = re.compile(rb"/(\S+)\s+\S+\s+Tf\b")
_CODES = re.compile(rb"<[^<>/]+>")
_PLAIN = re.compile(rb"(?:[0-9a-f]{4})*(?: (?:[0-9a-f]{4})*)*")
_CODE = 4  # digits
_MEANS = re.compile(rb"^<([0-9a-f]{4})> <([0-9a-f]*)>$", re.MULTILINE)
_MAPPED = re.compile(rb"endcodespacerange\n(.*)endcmap", re.DOTALL)

# What an operator draws with, and among which resources that is.
_WITH = re.compile(rb"/(\S+) (Do|gs|sh|scn|SCN)\b")
_AMONG = {"Do": "/XObject", "gs": "/ExtGState", "sh": "/Shading", "scn": "/Pattern",
          "SCN": "/Pattern"}  # fmt: skip

# Which glyph a code is, in a font that lacks some: a stream of our own making.
_GLYPHS = re.compile(rb"^<([0-9a-f]{4})> (\d+)$", re.MULTILINE)

# The glyphs of a whole book are in these; what a page reads depends on those on the page.
_OF_ALL = frozenset({"/ToUnicode", "/DescendantFonts"})
_OF_ALL_INSIDE = frozenset({"/W", "/FontDescriptor"})

# The codes of glyphs that a stream has of each font, by the font's name; and what else it draws
# with, by the operator and the name, which has no codes.
Uses = dict[str, tuple[bytes, ...]]


def by_four(run: bytes) -> tuple[bytes, ...]:
    """Return the codes of the glyphs in a run of them: four hexadecimal digits each."""
    return tuple(run[i : i + _CODE] for i in range(0, len(run), _CODE))


def digests(pdf: bytes, uses: dict[str, Uses | None]) -> tuple[str, ...]:
    """Return a digest of each page: two pages with the same one read the same.

    It is of all that a page refers to: its box, its stream, its pictures, its links by the names
    of their targets; of a font, what the glyphs on the page mean and how wide they are, since
    a font grows with each new glyph anywhere in the book. A page that is not made as ours are has
    an empty string, and is the same as no other. There is none at all for a file that cannot be
    opened. `uses` has the fonts and glyphs of streams by their digests, and takes new ones.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            objects = _Objects(document, uses)
            return tuple(_page(page.obj, objects) for page in document.pages)
    except pikepdf.PdfError:
        return ()


def _page(page: Object, objects: _Objects) -> str:
    """Return the digest of a page, or an empty string."""
    whole = _OF_PAGE.sub(b"", page.unparse(resolved=True))
    text = _APART.sub(b"", whole)
    inherits = not _OF_TREE.issuperset(page.Parent.keys()) or b"/MediaBox" not in text
    if inherits or b"/Annots" in text or not all(own.search(whole) for own in _OWN):
        return ""
    links = [_OF_LINK.sub(b"", _text(link)) for link in page.get("/Annots", [])]
    stream, used = objects.stream(page.Contents)
    means = objects.means(page.Resources, used)
    return digest(stream, means, *map(objects.filled, (text, *links)))


@dataclass(frozen=True)
class _Font:
    """A font: a digest of what all pages share of it, one of all, and its glyphs by their codes."""

    shared: bytes
    whole: bytes
    glyphs: dict[bytes, bytes] | None


class _Objects:
    """The objects of a document by what is in them, whatever their numbers are."""

    def __init__(self, document: Pdf, uses: dict[str, Uses | None]) -> None:
        """Take the document, and what is known of streams."""
        self._document, self._uses = document, uses
        self._known: dict[tuple[int, int], bytes] = {}
        self._resources: dict[tuple[int, int], tuple[bytes, dict[str, _Font]]] = {}
        self._fonts: dict[tuple[int, int], _Font] = {}

    def filled(self, text: bytes) -> bytes:
        """Return the text of an object with a digest of the object for each reference in it."""
        return _REFERENCE.sub(lambda found: self._digest((int(found[1]), int(found[2]))), text)

    def stream(self, stream: Object) -> tuple[str, Uses | None]:
        """Return the digest of a stream but for its resources, and its glyphs by font, if they are
        plain."""
        text = _OWN[1].sub(b"", stream.stream_dict.unparse())
        key = digest(self.filled(text), stream.read_raw_bytes())
        if key not in self._uses:
            self._uses[key] = _used(stream.read_bytes())
        return key, self._uses[key]

    def means(self, resources: Object, used: Uses | None) -> str:
        """Return the digest of what a page draws with: of fonts, only the glyphs that are used."""
        if resources.objgen not in self._resources:
            apart = {"/Font", *_AMONG.values()}
            rest = [self.filled(_text(resources[k])) for k in sorted(resources.keys() - apart)]
            fonts = resources.get("/Font", pikepdf.Dictionary())
            known = {name: self._known_font(font) for name, font in fonts.items()}
            self._resources[resources.objgen] = digest(*rest).encode(), known
        rest_of_all, known = self._resources[resources.objgen]
        pieces = [rest_of_all]
        if used is None:
            more = [resources[k] for k in sorted({*_AMONG.values()} & resources.keys())]
            pieces += [self.filled(_text(each)) for each in more]
        for name, codes in (dict.fromkeys(known, ()) if used is None else used).items():
            if not name.startswith("/"):
                operator, _, named = name.partition(" ")
                there = resources.get(_AMONG[operator], pikepdf.Dictionary())
                pieces.append(self.filled(_text(there.get(f"/{named}"))))
                continue
            font = known.get(name)
            if font is None or font.glyphs is None or used is None:
                pieces.append(font.whole if font else b"")
            else:
                glyphs = font.glyphs
                pieces += [font.shared, b" ".join([glyphs.get(code, b"") for code in codes])]
        return digest(*pieces)

    def _known_font(self, font: Object) -> _Font:
        """Return what is to be known of a font, which several resources may have."""
        if font.objgen not in self._fonts or not font.is_indirect:
            self._fonts[font.objgen] = self._font(font)
        return self._fonts[font.objgen]

    def _font(self, font: Object) -> _Font:
        """Return what is to be known of a font; it has no glyphs if it is not made as ours are."""
        whole = digest(self.filled(font.unparse(resolved=True))).encode()
        try:
            inside = font.DescendantFonts[0]
            widths = _widths(inside.W)
            mapped = _MAPPED.search(font.ToUnicode.read_bytes())
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return _Font(whole, whole, None)
        if not mapped or b"range" in mapped[1]:
            return _Font(whole, whole, None)
        apart, glyph_of = _OF_ALL, {}
        if isinstance(font.get("/Encoding"), pikepdf.Stream):
            glyph_of = dict(_GLYPHS.findall(font.Encoding.read_bytes()))
            apart = _OF_ALL | {"/Encoding"}
        shared = [self.filled(_text(font[k])) for k in sorted(font.keys() - apart)]
        shared += [self.filled(_text(inside[k])) for k in sorted(inside.keys() - _OF_ALL_INSIDE)]
        glyphs = {}
        for code, means in _MEANS.findall(mapped[1]):
            glyph = int(glyph_of.get(code, int(code, 16)))
            glyphs[code] = b"%s %d %s" % (means, glyph if glyph_of else -1, widths.get(glyph, b""))
        return _Font(digest(*shared).encode(), whole, glyphs)

    def _digest(self, number: tuple[int, int]) -> bytes:
        """Return the digest of an object; one that leads back to itself has none there."""
        if number not in self._known:
            self._known[number] = b"(itself)"
            found = self._document.get_object(number)
            self._known[number] = digest(*self._pieces(found)).encode()
        return self._known[number]

    def _pieces(self, found: object) -> tuple[bytes | str, ...]:
        """Return all that is in an object; of what a group draws with, only what it uses."""
        if isinstance(found, pikepdf.Stream):
            text = found.stream_dict.unparse()
            if "/Resources" in found and len(_OWN[1].findall(text)) == 1:
                stream, used = self.stream(found)
                return stream, self.means(found.Resources, used)
            return self.filled(text), found.read_raw_bytes()
        return (self.filled(_text(found)),)


def _used(content: bytes) -> Uses | None:
    """Return the glyphs in a stream, if each text in it begins with a font, and goes on in codes.

    Otherwise a letter may stand where it is not seen here.
    """
    runs_of: dict[bytes, list[bytes]] = {}
    before, *pieces = _FONT.split(content)
    for run in (before, *pieces[1::2]):
        begins = run.find(b"BT\n")
        if begins >= 0 and _CODES.search(run, begins):
            return None
    for name, run in zip(pieces[::2], pieces[1::2], strict=True):
        runs_of.setdefault(name, []).append(run)
    used: Uses = {}
    for name, runs in sorted(runs_of.items()):
        codes = _codes(b"".join(runs))
        if codes is None:
            return None
        used[f"/{name.decode('latin-1')}"] = codes
    for named, operator in sorted(set(_WITH.findall(content))):
        used[f"{operator.decode()} {named.decode('latin-1')}"] = ()
    return None if b"(" in content else used


def _codes(run: bytes) -> tuple[bytes, ...] | None:
    """Return the codes of the glyphs in a run of operators, each once, if all are plain.

    What is between angle brackets is each second piece: so is nothing at all, twice, where they
    are doubled around a dictionary.
    """
    inside = set(run.replace(b">", b"<").split(b"<")[1::2])
    if not _PLAIN.fullmatch(b" ".join(inside)):
        return None
    longer = [codes for codes in inside if len(codes) != _CODE]
    return tuple(sorted(inside.difference(longer).union(*map(by_four, longer))))


def _text(found: object) -> bytes:
    """Return a value as it is written in a PDF."""
    if isinstance(found, pikepdf.Object):
        return found.unparse(resolved=True)
    return repr(found).encode()  # a number, or nothing


def _widths(given: Object) -> dict[int, bytes]:
    """Return the width of each glyph; raises ValueError for what is not written as ours is.

    ISO 32000-1, 9.7.4.3: the first of some glyphs, then a list of their widths.
    """
    widths: dict[int, bytes] = {}
    for first, several in zip(*[iter(given)] * 2, strict=True):
        for number, width in enumerate(several):
            widths[int(first) + number] = repr(width).encode()
    return widths
