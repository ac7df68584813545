"""Lines from right to left, drawn so that a reader copies their letters as the author wrote them.

Readers of PDFs turn round what they read from left to right, glyph by glyph. So each glyph has to
say its letters from left to right, too, the last first; and what is no glyph in its place on the
line says nothing that they can use: points are raised, or lie over other letters, joiners are not
drawn at all. Such a letter is said by a full stop that is not painted (ISO 32000-1, 9.3.6), which
stands where the letter should, with the letter as its text (14.9.4, ActualText).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Sequence

# In parts of the size: how far before its letter the points begin that are said beside it, how far
# that is moved for them, and the least that a letter takes. poppler begins a word where a letter
# begins less than a tenth behind the last one, or more than a tenth before its end.
_POINTS, _BESIDE, _LEAST = 0.098, 0.004, 0.02

# What nobody misses: where a line may be broken or not, and which way it runs.
_UNSAID = dict.fromkeys(
    map(
        ord,
        "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)


class Glyph(NamedTuple):
    """A glyph: its code, its letters (which it has everywhere if they are its own), its place.

    `shift` and `rise` are from where it would stand, `advance` is to the next, all in CSS pixels;
    `width` is its own, as the PDF says, in thousandths of the size.
    """

    code: int
    letters: str
    is_own: bool
    shift: float
    rise: float
    advance: float
    width: float


@dataclass(frozen=True)
class Cluster:
    """Letters that belong together and the glyphs that draw them, from left to right."""

    letters: str
    glyphs: tuple[Glyph, ...]
    advance: float
    is_leftward: bool

    def before(self, other: Cluster) -> Cluster:
        """Return this cluster and another, which stands to its right, as one."""
        glyphs = (*self.glyphs, *other.glyphs)
        return Cluster(other.letters + self.letters, glyphs, self.advance + other.advance, True)

    @property
    def said(self) -> str:
        """The letters that a reader should get."""
        return self.letters.translate(_UNSAID)

    @property
    def is_plain(self) -> bool:
        """Whether readers get the letters from the glyphs alone."""
        if not self.is_leftward or not self.said.strip():
            return True
        if len(self.glyphs) > 1 and any(map(_is_point, self.said)):
            return False
        is_told = "".join(glyph.letters for glyph in reversed(self.glyphs)) == self.said
        return is_told and all(glyph.is_own and not glyph.rise for glyph in self.glyphs)


@dataclass(frozen=True)
class GlyphRun:
    """Clusters in one font, from left to right: its name in the PDF and its size in CSS pixels.

    `stop` and `space` are the code and the real width of these glyphs.
    """

    font: str
    size: float
    clusters: tuple[Cluster, ...]
    stop: tuple[int, float]
    space: tuple[int, float]


def _is_point(letter: str) -> bool:
    """Whether a letter is a mark above or below others, or is not drawn."""
    return category(letter) in ("Mn", "Me", "Cf")


def joined(clusters: Sequence[Cluster], size: float) -> tuple[Cluster, ...]:
    """Return clusters from left to right, each that takes no room as a part of the next letter."""
    found: list[Cluster] = []
    for cluster in clusters:
        last = found[-1] if found else None
        if last and last.is_leftward and last.advance < _LEAST * size and cluster.is_leftward:
            found[-1] = last.before(cluster)
        else:
            found.append(cluster)
    if len(found) > 1 and found[-1].is_leftward and found[-1].advance < _LEAST * size:
        found[-2:] = [found[-2].before(found[-1])]
    return tuple(found)


def operators(runs: Sequence[GlyphRun]) -> list[bytes]:
    """Return what draws a line, after its matrix."""
    pen = _LinePen()
    for run in runs:
        pen.take(run)
        for cluster in run.clusters:
            pen.draw(cluster)
    pen.end()
    return pen.drawn


class _LinePen:
    """Writes the operators of a line, and knows where it is on it, in CSS pixels."""

    def __init__(self) -> None:
        """Begin at the left end of a line."""
        self.drawn: list[bytes] = []
        self._row, self._x, self._from = "", 0.0, 0.0
        self._run: GlyphRun

    def take(self, run: GlyphRun) -> None:
        """Go on in a run's font."""
        self.end()
        self._run = run
        self._write(f"/{run.font} {_number(run.size)} Tf")

    def end(self) -> None:
        """Show the glyphs that wait."""
        if self._row:
            self._write(f"[<{self._row}>] TJ".replace("[<>", "[").replace("<>]", "]"))
            self._row = ""

    def draw(self, cluster: Cluster) -> None:
        """Draw a cluster where the pen is, and go to its end."""
        end = self._x + cluster.advance
        carriers, points = _parted(cluster)
        if cluster.is_plain:
            self._show(cluster.glyphs)
        elif len(points) == 1:
            over = [glyph for glyph in cluster.glyphs if glyph not in carriers]
            room = _POINTS * self._run.size
            places = [self._place(cluster, glyph) for glyph in over]
            self._say([points[::-1]], self._x - room, room, 0, places)
            beside = _BESIDE * self._run.size
            self._go(self._place(cluster, carriers[0])[0] + beside if carriers else self._x)
            self._show([glyph._replace(shift=0.0) for glyph in carriers[:1]])
            self._show(carriers[1:])
            if len(cluster.glyphs) > 1 or not carriers:
                self._go(end)
        elif len(cluster.said) == 1 and not any(glyph.rise for glyph in cluster.glyphs):
            self._tell(cluster.said)
            self._show(cluster.glyphs)
            self._told()
        else:
            said = cluster.said[::-1]
            step = max(cluster.advance / len(said), _LEAST * self._run.size)
            places = [self._place(cluster, glyph) for glyph in cluster.glyphs]
            self._say(said, self._x, step, len(said) - 1, places)
            self._go(end)
        self._x = end

    def _place(self, cluster: Cluster, glyph: Glyph) -> tuple[float, Glyph]:
        """Return where on the line a glyph of a cluster stands, which begins where the pen is."""
        before = cluster.glyphs[: cluster.glyphs.index(glyph)]
        return self._x + sum(each.advance for each in before) + glyph.shift, glyph

    def _say(
        self,
        said: Sequence[str],
        start: float,
        step: float,
        owner: int,
        places: Sequence[tuple[float, Glyph]],
    ) -> None:
        """Say letters from `start` on, each with a stop of the width `step` that is not painted.

        All glyphs with their `places` are drawn as a part of the letter `owner`: there they begin
        with a space, and it ends with a stop again, so that they lie where it is for any reader.
        """
        for at, letter in enumerate(said):
            x = start + at * step
            self._go(x)
            self._tell(letter)
            if at == owner and places:
                self._stop(step)
                for place, glyph in places:
                    self._over(x + step / 4, place, glyph)
                self._go(x + step / 2)
                self._stop(step / 2)
            else:
                self._stop(step)
            self._told()

    def _stop(self, width: float) -> None:
        """Show a stop that is so wide, and not painted."""
        code, real = self._run.stop
        self._write(f"3 Tr {_number(width / real * 100)} Tz [<{code:04x}>] TJ 100 Tz 0 Tr")

    def _over(self, x: float, place: float, glyph: Glyph) -> None:
        """Show a glyph in its place, after a space at `x`."""
        self._go(x)
        code, real = self._run.space
        back = _number((x + real - place) * 1000 / self._run.size)
        rises = (f"{_number(-glyph.rise)} Ts", "0 Ts") if glyph.rise else ("", "")
        shown = (rises[0], f"[<{code:04x}>{back}<{glyph.code:04x}>] TJ", rises[1])
        self._write(" ".join(filter(None, shown)))

    def _show(self, glyphs: Sequence[Glyph]) -> None:
        """Add glyphs that are not raised to those that wait, each moved as WeasyPrint would."""
        for glyph in glyphs:
            size = self._run.size
            offset = glyph.shift * 1000 / size
            self._row += f">{_number(-offset)}<" if offset else ""
            self._row += f"{glyph.code:04x}"
            kerning = glyph.width + offset - glyph.advance * 1000 / size
            self._row += f">{int(kerning)}<" if kerning else ""

    def _go(self, x: float) -> None:
        """Go to a place on the line."""
        self.end()
        self._write(f"{_number(x - self._from)} 0 Td")
        self._from += float(_number(x - self._from))

    def _tell(self, text: str) -> None:
        """Begin what stands for a text."""
        self.end()
        self._write(spells(text))

    def _told(self) -> None:
        """End what stands for a text."""
        self.end()
        self._write("EMC")

    def _write(self, operator: str) -> None:
        """Write an operator, or some."""
        self.drawn.append(operator.encode())


def _parted(cluster: Cluster) -> tuple[list[Glyph], str]:
    """Return the glyphs that draw the letters of a cluster without points, and the other points.

    There are none of either if the letters cannot be told from the glyphs.
    """
    points = [
        glyph for glyph in cluster.glyphs if glyph.letters and all(map(_is_point, glyph.letters))
    ]
    carriers = [glyph for glyph in cluster.glyphs if glyph not in points]
    left = list(cluster.said)
    for letter in "".join(glyph.letters for glyph in carriers):
        if letter not in left:
            return [], ""
        left.remove(letter)
    is_sure = all(glyph.is_own and not glyph.rise for glyph in carriers)
    if not is_sure or not all(map(_is_point, left)) or not (carriers or not points):
        return [], ""
    return carriers, "".join(left)


def _number(value: float) -> str:
    """Return a number as it stands in a PDF."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def spells(text: str) -> str:
    """Return the operator before glyphs that says what their letters are."""
    spelled = f"\ufeff{text}".encode("utf-16-be").hex()
    return f"/Span <</ActualText <{spelled}>>> BDC"
