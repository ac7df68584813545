"""What a page of a PDF draws, and where: read from the bytes of the file, operator by operator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object, Stream, parse_content_stream

from booklet.sheets.frame import Box, Matrix, move, turn

if TYPE_CHECKING:
    from pikepdf import Page

_DRAWN = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"}
_STROKED = {"B", "B*", "b", "b*", "S", "s"}
_POINTS = {"m", "l", "c", "v", "y"}
_QUIET = {"h", "q", "Q", "cm", "W", "W*", "re", *_POINTS}
# What sets a state that a form drawn afterwards would take over (ISO 32000-1, 8.4.4, 9.3, 14.6).
_STATES = {
    *("w", "J", "j", "M", "d", "ri", "i", "gs", "CS", "cs", "SC", "SCN", "sc", "scn"),
    *("G", "g", "RG", "rg", "K", "k", "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts"),
    *("Td", "TD", "Tm", "T*", "BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"),
}
_AS_IT_IS = Matrix()
_SIMPLE = re.compile(rb"[A-Za-z0-9 \t\r\n.*/+-]*")
_OPERAND = "0123456789.+-/"


@dataclass(frozen=True)
class Thing:
    """Something that a page draws: as far as `reach` on the page, and no farther.

    It is a `form` that `matrix` maps onto the page, or None for ink of any other kind. `is_plain`
    says that nothing was in force that changes how a form looks.
    """

    reach: Box
    form: Object | None = None
    matrix: Matrix = _AS_IT_IS
    is_plain: bool = True
    has_text: bool = False


@dataclass(frozen=True)
class PageContent:
    """A page as it is drawn: its size in points, what is `odd` about it, and all things on it."""

    size: tuple[float, float]
    odd: str
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class _GraphicsState:
    """What holds while something is drawn (ISO 32000-1, 8.4.1), as far as it matters here."""

    ctm: Matrix
    clip: Box
    is_plain: bool = True
    width: float = 1.0


class _Path:
    """A path as it is being built: the box around its points, and whether it is one rectangle."""

    def __init__(self) -> None:
        """Begin a path without points."""
        self.points: list[tuple[float, float]] = []
        self.rectangles, self.others, self.clips = 0, 0, False

    def box(self) -> Box | None:
        """Return the box around all points, or None if there are none."""
        if not self.points:
            return None
        xs, ys = zip(*self.points, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def common(one: Box, other: Box) -> Box:
    """Return what two boxes have in common; it has less than no width or height if nothing."""
    return Box(max(one.left, other.left), max(one.bottom, other.bottom),
               min(one.right, other.right), min(one.top, other.top))  # fmt: skip


def inherited(page: Object, key: str) -> Object | None:
    """Return a page's own entry or that of the nearest node above it (ISO 32000-1, 7.7.3.4)."""
    node: Object | None = page
    for _ in range(64):
        if node is None or key in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(key)


def box_of(found: Object) -> Box:
    """Return the box in an array of two corners, whichever they are."""
    a, b, c, d = (float(edge) for edge in found.as_list())
    return Box(min(a, c), min(b, d), max(a, c), max(b, d))


def upright(page: Object) -> tuple[Matrix, Box]:
    """Return the map from a page to its upright trim at 0, 0, and the trim as it lies there."""
    boxes = (inherited(page, key) for key in ("/TrimBox", "/CropBox", "/MediaBox"))
    trim = box_of(next(found for found in boxes if found is not None))
    quarters = -int(inherited(page, "/Rotate") or 0) // 90
    matrix = move(-trim.left, -trim.bottom).then(turn(quarters, trim.width, trim.height))
    return matrix, matrix.box(trim)


def drawn(page: Page) -> PageContent:
    """Return what a page draws, in the order in which it does, annotations last."""
    media = box_of(inherited(page.obj, "/MediaBox") or Array([0, 0, 0, 0]))
    crop = inherited(page.obj, "/CropBox")
    odd = ""
    if media[:2] != (0, 0) or (crop is not None and box_of(crop) != media):
        odd = "stands on a sheet that is cropped"
    elif int(inherited(page.obj, "/Rotate") or 0) % 360:
        odd = "stands on a sheet that is turned"
    elif float(page.obj.get("/UserUnit", 1)) != 1:
        odd = "stands on a sheet that is scaled"
    things = [*_things(page, media), *_annotations(page, media)]
    return PageContent((media.width, media.height), odd, tuple(things))


def _annotations(page: Page, media: Box) -> Iterator[Thing]:
    """Yield annotations that may have ink: all but links without a look of their own."""
    for each in page.obj.get("/Annots", Array()).as_list():
        if each.get("/Subtype") != Name.Link or "/AP" in each:
            yield Thing(common(box_of(each.Rect), media), has_text=True)


def _things(page: Page, media: Box) -> Iterator[Thing]:
    """Yield what the page's own operators draw."""
    resources = inherited(page.obj, "/Resources") or Dictionary()
    xobjects = resources.get("/XObject", Dictionary())
    state, path = _GraphicsState(Matrix(), media), _Path()
    saved: list[_GraphicsState] = []
    for operands, name in _instructions(page):
        if name == "q":
            saved.append(state)
        elif name == "Q":
            state = saved.pop() if saved else replace(state, is_plain=False)
        elif name == "cm":
            numbers = [float(number) for number in operands]
            state = replace(state, ctm=Matrix(*numbers).then(state.ctm))
        elif name in _QUIET:
            _build(path, name, operands, state)
        elif name in _DRAWN or name == "n":
            if name != "n" and (reach := _reach(path, state, name in _STROKED)):
                yield Thing(reach)
            state, path = _clipped(path, state), _Path()
        elif name == "Do":
            yield _set(xobjects.get(str(operands[0])), state)
        elif name in _STATES:
            width = float(operands[0]) if name == "w" else state.width
            state = replace(state, is_plain=False, width=width)
        else:  # text, a shading, a picture within the line, or what nobody knows
            yield Thing(state.clip, has_text=True)


def _instructions(page: Page) -> Iterator[tuple[Sequence[Object | str], str]]:
    """Yield the operators of a page, each with what stands before it.

    Where there are but numbers, names and operators, words are what white space parts.
    """
    contents = page.obj.get("/Contents")
    content = contents.read_bytes() if isinstance(contents, Stream) else b"("
    if _SIMPLE.fullmatch(content) is None:
        for each in parse_content_stream(page):
            yield list(each.operands), str(each.operator)
        return
    operands: list[str] = []
    for word in content.decode("ascii").split():
        if word[0] in _OPERAND:
            operands.append(word)
        else:
            yield operands, word
            operands = []


def _build(path: _Path, name: str, operands: Sequence[Object | str], state: _GraphicsState) -> None:
    """Add to a path what one operator adds to it."""
    numbers = [float(number) for number in operands]
    if name in ("W", "W*"):
        path.clips = True
    elif name == "re":
        x, y, width, height = numbers
        path.rectangles += 1
        path.points += [state.ctm.point(*at) for at in ((x, y), (x + width, y),
                        (x, y + height), (x + width, y + height))]  # fmt: skip
    elif name in _POINTS:
        path.others += 1
        path.points += [
            state.ctm.point(*at) for at in zip(numbers[::2], numbers[1::2], strict=True)
        ]


def _reach(path: _Path, state: _GraphicsState, is_stroked: bool) -> Box | None:
    """Return how far the ink of a path may reach."""
    box = path.box()
    if box is None:
        return None
    scale = max(map(abs, state.ctm[:4]))
    by = state.width * scale if is_stroked else 0.0
    grown = Box(box.left - by, box.bottom - by, box.right + by, box.top + by)
    return common(grown, state.clip)


def _clipped(path: _Path, state: _GraphicsState) -> _GraphicsState:
    """Return the state after a path has ended, which may have clipped what comes."""
    if not path.clips:
        return state
    clip = common(path.box() or Box(0, 0, 0, 0), state.clip)
    ctm = state.ctm
    is_level = ctm.a == ctm.d == 0 or ctm.b == ctm.c == 0
    is_box = is_level and path.rectangles == 1 and not path.others
    return replace(state, clip=clip, is_plain=state.is_plain and is_box)


def _set(xobject: Object | None, state: _GraphicsState) -> Thing:
    """Return what `Do` draws: a form, or a picture in the unit square."""
    if not isinstance(xobject, Stream):
        return Thing(state.clip, has_text=True)
    if xobject.get("/Subtype") != Name.Form:
        return Thing(common(state.ctm.box(Box(0, 0, 1, 1)), state.clip))
    own = xobject.get("/Matrix")
    matrix = Matrix(*map(float, own.as_list())) if own is not None else Matrix()
    matrix = matrix.then(state.ctm)
    reach = common(matrix.box(box_of(xobject.BBox)), state.clip)
    has_text = bool(xobject.get("/Resources", Dictionary()).keys())
    return Thing(reach, xobject, matrix, state.is_plain, has_text)
