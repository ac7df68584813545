"""The layout of a whole edition: its parts one by one, until numbers and notes have settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from booklet.errors import Place
from booklet.findings import Finding
from booklet.layout import BLANK, Leaf, Pages, PartText, Spot, engine_warnings
from booklet.layout.footnotes import Holds, homeless, moved
from booklet.layout.page_references import Numbers
from booklet.manuscript import placeholders
from booklet.pdf.finishing import finished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from booklet.editions import Edition, Part
    from booklet.layout import Laid, Layout, Written

# Rounds until page numbers must have settled; real texts need two or three. Each number can change
# the length of the line that holds it, so that a text can be made that would never settle: after
# some rounds numbers no longer become shorter.
MOST_ROUNDS = 8
CALM_ROUND = 4

# Letters of a title in a line that tells how the work goes.
_LONG_TITLE = 40


@dataclass
class _LayoutPass:
    """One way through the parts: where each begins, and what became of it.

    It is settled if it changed no number.
    """

    numbers: dict[str, str] = field(default_factory=dict)
    settled: bool = True
    leaves: list[Leaf] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    laid: dict[str, Laid] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)

    @property
    def folios(self) -> list[str]:
        """The folio of each page."""
        return [leaf.folio for leaf in self.leaves]


def paginate(
    edition: Edition,
    layout: Layout,
    recompose: Callable[[frozenset[str]], Edition] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[Edition, Pages]:
    """Return the pages of `edition`, laid out and written by `layout`; `say` hears of progress.

    Page numbers in contents and references are literals: the parts are laid out, the anchors
    read, the numbers filled in, until nothing changes. Notes that no page can hold go to the end:
    `recompose` gives the edition with these notes, by their keys, as end notes, and it is this
    edition that is returned with its pages. Raises BookletError where the layout does.
    """
    lost: frozenset[str] = frozenset()
    for attempt in range(MOST_ROUNDS):
        last = recompose is None or attempt == MOST_ROUNDS - 1
        run, written, unsettled = _settle(edition, layout, say, last)
        if written is not None or recompose is None:
            break
        lost |= homeless(edition, run.spots)
        edition = recompose(edition.endnotes | lost)
    if written is None:
        raise RuntimeError("the last attempt was not written")
    findings = [*moved(edition, lost, run.spots, run.leaves), *unsettled]
    said = [(name, line) for name, laid in run.laid.items() for line in laid.log]
    said += [("", line) for line in (*layout.said_of_sheets, *written.log)]
    findings += engine_warnings.findings(edition, said)
    return edition, Pages(
        finished(written.pdf, edition, run.leaves, layout),
        tuple(run.leaves),
        run.spots,
        run.numbers,
        tuple(dict.fromkeys(findings)),
        written.fonts,
        () if edition.style.line_numbers else written.digests,
        layout.account,
    )


def _settle(
    edition: Edition,
    layout: Layout,
    say: Callable[[str], None],
    last: bool,
) -> tuple[_LayoutPass, Written | None, list[Finding]]:
    """Lay out an edition until its numbers no longer change, and write it.

    It is not written if there are notes that no page can hold, unless this is the `last` chance.
    """
    with engine_warnings.blamed(engine_warnings.style_of(edition)):
        layout.dress(edition)
    numbers, holds = Numbers(edition), Holds(edition)
    for round_ in range(MOST_ROUNDS):
        run = _lay(edition, layout, numbers, holds, say)
        run.numbers = numbers.known
        if run.settled:
            if not last and homeless(edition, run.spots):
                return run, None, []
            hopeless = numbers.hopeless()
            if not hopeless:
                say("writing")
                with engine_warnings.blamed(engine_warnings.style_of(edition)):
                    written = layout.write(run.order, run.folios, numbers.corrections())
                if not written.unsound:
                    return run, written, []
                hopeless = set(written.unsound)
            numbers.insist(hopeless)
        if round_ + 1 == CALM_ROUND:
            numbers.calm()
        say(f"page numbers, round {round_ + 2}")
    unsettled = Finding("P02", "page numbers still change", Place(edition.manuscript.path))
    return run, layout.write(run.order, run.folios, numbers.corrections()), [unsettled]


def _called(edition: Edition, part: Part) -> str:
    """Return what a person calls a part: a chapter by its title, shortened where it is long."""
    chapter = next((c for c in edition.manuscript.chapters if c.id == part.name), None)
    if not chapter:
        return f"the {part.kind}"
    if not chapter.title:
        return "the beginning"
    title = " ".join(placeholders.fill_pages(chapter.title.text, lambda _: "").split())
    return f"“{title if len(title) <= _LONG_TITLE else title[:_LONG_TITLE].rstrip() + '…'}”"


def _lay(
    edition: Edition,
    layout: Layout,
    numbers: Numbers,
    holds: Holds,
    say: Callable[[str], None],
) -> _LayoutPass:
    """Lay out all parts with the numbers known so far; learn those of this round.

    The body comes first: it begins on a recto with page 1, so that the length of the contents
    moves nothing in it.
    """
    front = [p for p in edition.parts if p.numbering == "roman"]
    body = [p for p in edition.parts if p.numbering == "arabic"]
    run, later = _LayoutPass(), _LayoutPass()
    layout.begin(edition, numbers, holds)
    for i, part in enumerate(body, start=1):
        layout.expect(body[i - 1 :], len(later.leaves))
        many = f" {_called(edition, part)} ({i} of {len(body)})" if len(body) > 3 else ""
        say(f"laying out{many}")
        with engine_warnings.blamed(engine_warnings.start_of(edition, part.name)):
            leaves = _place(part, later, layout, numbers, holds)
            layout.placed(part, later.laid[part.name], leaves)
    for part in front:
        with engine_warnings.blamed(engine_warnings.start_of(edition, part.name)):
            _place(part, run, layout, numbers, holds)
    _turn(run, layout, "recto")
    ahead = len(run.leaves)
    run.leaves += later.leaves
    run.order += later.order
    run.laid |= later.laid
    run.settled = run.settled and later.settled
    run.spots |= {
        anchor: Spot(at.page + ahead, at.left, at.top, at.right, at.bottom)
        for anchor, at in later.spots.items()
    }
    return run


def _turn(run: _LayoutPass, layout: Layout, side: str) -> None:
    """Add a blank page if the next one would not lie on `side`."""
    is_recto = len(run.leaves) % 2 == 0
    if side != "next" and is_recto != (side == "recto"):
        at = "recto" if is_recto else "verso"
        layout.lay(PartText(f"blank {at}", BLANK, "body { page: silent }", at))
        run.order.append(f"blank {at}")
        run.leaves.append(Leaf("", "", blank=True))


def _place(
    part: Part, run: _LayoutPass, layout: Layout, numbers: Numbers, holds: Holds
) -> Sequence[Leaf]:
    """Lay out one part after those of `run`, note its pages and anchors, and return the pages."""
    _turn(run, layout, part.side)
    first = len(run.leaves) + 1
    html, inks = numbers.fill(part)
    css = f"{part.css}{inks}\n"
    side = "recto" if first % 2 else "verso"
    laid = layout.lay(PartText(part.name, html, css + holds.rules(part), side, first))
    while holds.grow(part, laid):
        laid = layout.lay(PartText(part.name, html, css + holds.rules(part), side, first))
    folios = [_folio(first + i, part.numbering) for i in range(len(laid.pages))]
    for i, anchors in enumerate(laid.pages):
        for anchor, box in anchors.items():
            if anchor not in run.spots:
                run.spots[anchor] = Spot(first - 1 + i, *box)
                was_known = numbers.learn(anchor, folios[i])
                run.settled = run.settled and was_known
        run.leaves.append(Leaf(part.name, folios[i], boxes=anchors))
    run.order.append(part.name)
    run.laid[part.name] = laid
    return run.leaves[first - 1 :]


def _folio(number: int, numbering: str) -> str:
    """Return a page number as it is printed."""
    return roman(number) if numbering == "roman" else str(number)


def roman(number: int) -> str:
    """Return `number` (from 1) in small roman numerals."""
    out = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        out += letters * count
    return out


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
