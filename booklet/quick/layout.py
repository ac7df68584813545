"""The crew: the processes that lay out and write an edition, and what they have standing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from booklet.digest import digest
from booklet.errors import Place
from booklet.fonts import installed
from booklet.layout import BLANK
from booklet.layout.process import Hand, Limits, Ticket, error
from booklet.quick.explain import Account, Trace, reason
from booklet.quick.part_cache import Drawn, Matter, Standing
from booklet.start import is_begun

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from booklet.editions import Edition
    from booklet.editions.style import Style
    from booklet.layout import Laid, Written
    from booklet.manuscript import Manuscript
    from booklet.source import Shelf, Source

__all__ = ["Crew", "Limits"]

# Sets of style sheets for which a process keeps its parts: one for each edition of a set.
_MOST_ENGINES = 4

# Orders that are about templates, and need no style sheets.
_WITHOUT_STYLE = ("compose", "leaflet")


# Letters of HTML from which on a further process is worth its start: some 15,000 words.
_WORTH_ANOTHER = 120_000


# How long a part is drawn, as a part of how long it is laid out.
_DRAWING = 0.5


class Crew:
    """The processes that lay out, one or several. The first starts at once, and imports WeasyPrint
    while the parent reads; one that had to be ended is replaced when there is work again.

    What was laid out and drawn is kept standing, and used again where the same is wanted.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        standing: Standing | None = None,
        hands: int = 1,
        plain: bool = False,
        at_once: bool = True,
        once: bool = False,
    ) -> None:
        """Take a process that was hired ahead, or start one, if it is wanted `at_once`.

        `standing` is what several crews may share. There are up to `hands` processes; the pages
        are the same for any number. A `plain` crew keeps nothing standing, and draws all pages
        anew, by what WeasyPrint promises alone. A crew that presses but `once` lets go of what is
        laid out as soon as it is drawn: it takes less memory, and nothing could be moved any more.
        """
        self.once = once and not plain
        self.limits = limits or Limits()
        self.plain = plain
        self.standing = standing or Standing()
        self._most = 1 if plain else max(1, hands)
        self._hands: list[Hand] = []
        if at_once or is_begun(self.limits.memory):
            self._first()
        self._engines: dict[Hand, dict[str, None]] = {}
        self._has: dict[tuple[Hand, str], set[str]] = {}
        self._joiners: set[Hand] = set()
        self._being_dressed: dict[Hand, Ticket] = {}
        self._live: dict[str, tuple[Hand, str, int]] = {}
        self._latest: dict[tuple[str, str, str], str] = {}
        self._passed_before: dict[str, set[str]] = {}
        self._again: dict[str, tuple[Hand, Ticket]] = {}
        self._engine, self._own = "", False  # until an edition dresses the crew
        self.forget()

    def __enter__(self) -> Crew:
        """Return the crew."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes, whatever they are doing."""
        for hand in self._hands:
            hand.end()
        self._hands = []

    def halt(self) -> None:
        """Stop all, though another thread may wait for one: it will hear that it ended."""
        for hand in self._hands:
            hand.halt()

    @contextmanager
    def plainly(self) -> Iterator[None]:
        """Make all anew for a while, by what WeasyPrint promises alone; forget what was kept."""
        plain, standing = self.plain, self.standing
        self.plain = True
        try:
            self.forget()
            yield
        finally:
            self.plain, self.standing = plain, standing
            self.forget()

    def borrow(self, other: Crew) -> None:
        """Take the processes of a crew that has nothing to do."""
        self._hands += other._hands
        self._most += other._most
        other._hands, other._live = [], {}

    def forget(self) -> None:
        """Begin anew: the next press may have other files."""
        self.dressing: tuple[str, ...] = ()
        self._words: tuple[Any, ...] = ()
        self._own = False
        self._set: dict[str, Matter] = {}
        self._passed: set[str] = set()
        self._ahead: dict[str, tuple[Hand, Ticket, Matter]] = {}
        for key in self._again:  # an error came between
            self._live.pop(key, None)
        self._again = {}
        self._suggested: list[tuple[str, str, str, str, int]] = []
        self._made: dict[str, str] = {}
        self._drawing: dict[str, tuple[Hand, Ticket, int]] = {}
        self._fresh: set[tuple[Hand, str]] = set()
        for hand in self._being_dressed:  # it will not be heard how that went
            self._engines.pop(hand, None)
        self._being_dressed = {}
        if self.plain:
            self.standing = Standing()
            self._live = {}
            self._engines = {}
        self.standing.turn()
        for hand in self._hands:
            hand.drop()

    def compose(
        self, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
    ) -> Edition:
        """Return the edition that `booklet.editions.compose` makes, within the limits.

        An author's templates are programs, which may never end.
        """
        words = (manuscript, style, source, endnotes)
        seconds = self._seconds(sum(len(chapter.html) for chapter in manuscript.chapters))
        from booklet.layout.engine_warnings import blamed

        with blamed(Place((Path(source.essay.path).parent / "templates").as_posix())):
            hand, what = self._first(), "what the templates make"
            edition: Edition = self._ask(hand, "compose", words, seconds, what)
        return edition

    def leaflet(
        self, kind: str, facts: Mapping[str, object], rules: str, source: Source
    ) -> tuple[str, str]:
        """Return what `booklet.editions.leaflet` makes of some facts, within the limits."""
        from booklet.layout.engine_warnings import blamed

        with blamed(Place((Path(source.essay.path).parent / "templates").as_posix())):
            words, seconds = (kind, facts, rules, source), self.limits.seconds
            hand = self._first()
            page: tuple[str, str] = self._ask(hand, "leaflet", words, seconds, f"the {kind}")
        return page

    def dress(self, edition: Edition) -> None:
        """Take the style sheets of `edition`."""
        sheets = tuple(sheet.css for sheet in edition.sheets)
        rtl, standard = edition.manuscript.settings.rtl, edition.style.standard
        words = (sheets, standard, rtl, edition.shelf, edition.network, self.plain)
        if words == self._words:
            return
        self.forget()
        self._shelf: Shelf = edition.shelf
        self._letters = sum(len(part.html) for part in edition.parts)
        # of sheets it is asked what the last lines are, of numbered lines where all of them stand
        self._sheds = self.once and edition.style.output == "pages"
        self._sheds = self._sheds and not edition.style.line_numbers
        self._own = _has_own(edition)
        self._anew, self._familiar = 0, False
        given = digest(*sheets, standard, str(rtl), str(edition.network), installed.fonts())
        self._engine = digest(given, str(edition.shelf.root), str(self.plain))
        known = self.standing.dressed(given, edition.shelf)
        if known is None:
            self._hire_ahead()
            for engines in self._engines.values():
                engines.pop(self._engine, None)
            hand = self._first()
            ticket = self._dress(hand, words)
            log, files = self._answer(hand, ticket, own=True)
            self.standing.dress(given, log, files)
        else:
            log, files = known
            self._dress_ahead(words)
        self.dressing, self._words = log, words
        self._context = digest(given, repr(files))
        self._title = digest(edition.style.name, str(edition.shelf.root), edition.manuscript.path)
        self._before = self.standing.last(self._title)
        styles = {trace.style for trace in self._before.values()}
        self._familiar = self.once and self._context in styles
        self._hire_ahead()

    def _dress_ahead(self, words: tuple[Any, ...]) -> None:
        """Give the style sheets to a process that was started for work that is likely to come."""
        hand = self._hands[0] if self.once and self._hands else None
        if hand and hand.alive and self._engine not in self._engines.get(hand, ()):
            self._being_dressed[hand] = self._dress(hand, words)

    def _hire_ahead(self) -> None:
        """Start a second process that will be ready when it is wanted, if it is likely to be."""
        if self._pays and len(self._hands) < min(2, self._most):
            self._hands.append(Hand(self.limits.memory))

    def expect(self, letters: int) -> None:
        """Start a second process already while a text is read of which nothing was made before.

        All of it will have to be laid out; of so many `letters` at least, if it is worth it.
        """
        has_one = self.once and len(self._hands) == 1 and self._most > 1
        if has_one and letters > _WORTH_ANOTHER:
            self._hands.append(Hand(self.limits.memory))

    @property
    def _pays(self) -> bool:
        """Whether there is work enough for one more process.

        Of a booklet that was made before in this style, little is likely to be other now: much
        of it has to be, before a press for once starts a process for it.
        """
        return self.looks_ahead and not (self._familiar and self._anew < _WORTH_ANOTHER // 2)

    def lay(self, name: str, html: str, css: str, side: str, first: int = 0) -> Laid:
        """Return the facts of a part after laying it out; the same part is not laid out twice.

        Its first page lies on `side` and has the number `first`, or none.
        Raises BookletError where the limits are reached.
        """
        key = digest(self._context, name, html, css, side)
        matter = self._set[name] = Matter(name, html, css, side, first, key)
        self._passed.add(key)
        laid = self.standing.laid(key, first, self._shelf)
        if laid is None:
            self._made[name] = reason(self._trace(matter), self._before, name)
            self._anew += len(html)
            laid = self._foreseen(matter) or self._lay(matter, *self._earlier(matter))
            self.standing.lay(key, laid)
        return laid

    @property
    def looks_ahead(self) -> bool:
        """Whether there are, or may be, processes enough to lay out what comes next."""
        return self._most > 1 and self._letters > _WORTH_ANOTHER

    def suggest(self, parts: Iterable[tuple[str, str, str, str, int]]) -> None:
        """Name parts, as `lay` has them, that can be laid out ahead as soon as others are waited
        for."""
        self._suggested = [*parts]

    def look_ahead(
        self,
        name: str,
        html: str,
        css: str,
        side: str,
        first: int,
        apart: Hand | None = None,
    ) -> bool:
        """Have a part laid out that will be asked for soon, if nothing is known of it; return
        whether it will be laid out.

        One hand, `apart`, has something else to do if there are others.

        Whatever was laid out in vain, because the part is another by then or begins on the other
        side, is an earlier text of it.
        """
        if name in self._ahead:
            return True
        key = digest(self._context, name, html, css, side)
        if self.standing.laid(key, first, self._shelf):
            return False
        other = "verso" if side == "recto" else "recto"
        key_of_other = digest(self._context, name, html, css, other)
        if self.standing.laid(key_of_other, first, self._shelf):
            return False
        matter = Matter(name, html, css, side, first, key)
        hand, before = self._earlier(matter)
        others = [other for other in self._hands if other.alive and other is not apart]
        if hand is apart and others:
            hand, before = others[0], ""
        self._ready(hand)
        words = (self._engine, matter.key, *astuple(matter)[:-1], before)
        seconds, letters = self._seconds(len(html)), len(html)
        ticket = hand.order("lay", words, seconds, self._what(name), letters)
        self._ahead[name] = hand, ticket, matter
        return True

    def is_idle_before(self, name: str) -> bool:
        """Whether a hand will have nothing to do before a part that is laid out ahead is done."""
        if name not in self._ahead:
            return False
        hand, ticket, _ = self._ahead[name]
        for each in self._hands:
            each.look()
        wait = hand.until(ticket)
        others = [each.busy for each in self._hands if each is not hand and each.alive]
        return wait > 0 and any(busy < wait for busy in others)

    def _use_the_wait(self, hand: Hand) -> None:
        """Have suggested parts laid out by others while a hand is waited for."""
        suggested, self._suggested = self._suggested, []
        for each in suggested:
            self.look_ahead(*each, apart=hand)

    def _foreseen(self, matter: Matter) -> Laid | None:
        """Return the facts of a part that was laid out ahead, if it is as it was foreseen."""
        if matter.name not in self._ahead:
            return None
        hand, ticket, foreseen = self._ahead.pop(matter.name)
        self._use_the_wait(hand)
        laid: Laid = self._answer(hand, ticket, own=self._own)
        self._is_live(foreseen, hand)
        if foreseen.key == matter.key and laid.bound in (0, matter.first):
            return laid
        return None

    def _earlier(self, matter: Matter) -> tuple[Hand, str]:
        """Return the hand that has an earlier text of a part, and its key, or any hand and none."""
        key = self._latest.pop((self._engine, matter.name, matter.css), "")
        hand, engine, _ = self._live.pop(key, (None, "", 0))
        if hand is not None and hand.alive and engine in self._engines.get(hand, ()):
            return hand, key
        return self._idlest(), ""

    def _lay(self, matter: Matter, hand: Hand, before: str = "") -> Laid:
        """Have a part laid out by a hand; an earlier text, that it has under a key, is used up."""
        ticket = self._order(matter, hand, before)
        self._use_the_wait(hand)
        laid: Laid = self._answer(hand, ticket, own=self._own)
        self._is_live(matter, hand)
        return laid

    def _order(self, matter: Matter, hand: Hand, before: str) -> Ticket:
        """Order the layout of a part."""
        more = self._pays or not self._sheds  # of a press for once, no other text will come
        words = (self._engine, matter.key, *astuple(matter)[:-1], before if more else None)
        seconds = self._seconds(len(matter.html))
        self._ready(hand)
        return hand.order("lay", words, seconds, self._what(matter.name), len(matter.html))

    def _is_live(self, matter: Matter, hand: Hand) -> None:
        """Note that a hand has a part laid out, or will have it before it does anything else."""
        self._live[matter.key] = hand, self._engine, matter.first
        self._latest[self._engine, matter.name, matter.css] = matter.key

    def _what(self, name: str) -> str:
        """Return what a part is called in a message; that of a chapter has its place."""
        return "the text that begins here" if name[1:].isdecimal() else f"the part `{name}`"

    def lines(self, name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Return the lines of running text on each page of a part, as `works.lines` does.

        The part has been laid out before. Raises BookletError with a WeasyPrint that does not tell.
        """
        matter = self._set[name]
        found = self.standing.lines(matter.key)
        if found is None:
            words = (self._engine, matter.key)
            hand = self._home(matter)
            self._see(matter)
            found = self._ask(hand, "lines", words, self.limits.seconds, "the lines")
            self.standing.count(matter.key, found)
        return found

    def blank(self, side: str) -> str:
        """Lay out a blank page for `side`; return the name by which it can be written."""
        self.lay(f"blank {side}", BLANK, "body { page: silent }", side)
        return f"blank {side}"

    def draw(self, name: str) -> None:
        """Let a part be drawn, as it was laid out last, while others are laid out.

        Not one of which only the facts were kept: it may not be what is written in the end.
        """
        matter = self._set[name]
        if (self._most > 1 or self._sheds) and matter.key in self._live:
            self._draw(matter)

    def _draw(self, matter: Matter) -> None:
        """Let a part be drawn, unless it is already."""
        drawing = self._drawing.get(matter.key)
        if self.standing.drawn(matter) is None and (not drawing or drawing[2] != matter.first):
            hand = self._home(matter)
            if self._live[matter.key][2] != matter.first:
                self._made.setdefault(matter.name, "but for its text, as its pages have moved")
            seconds = self.limits.seconds + self._seconds(len(matter.html))
            words = (self._engine, matter.key, matter.first, self._sheds)
            if drawing:
                drawing[0].want_none(drawing[1])
            work = len(matter.html) * _DRAWING
            ticket = hand.order("freeze", words, seconds, "the PDF", work)
            self._live[matter.key] = hand, self._engine, matter.first
            if self._sheds:
                del self._live[matter.key]
            self._drawing[matter.key] = hand, ticket, matter.first

    def _drawn(self, matter: Matter) -> Drawn | str:
        """Return the frozen pages of a part, or why it has none."""
        self._draw(matter)
        self._see(matter)
        if matter.key in self._drawing:
            hand, ticket, first = self._drawing.pop(matter.key)
            answer = self._answer(hand, ticket, own=self._own)
            if isinstance(answer, str):
                self.standing.draw(matter.key, answer)
                return answer
            identity, content, files = answer
            self._has.setdefault((hand, self._engine), set()).add(identity)
            drawn = Drawn(identity, content, files, first)
            self.standing.draw(matter.key, drawn)
            return drawn
        return self.standing.drawn(matter) or ""

    def write(
        self,
        order: Sequence[str],
        folios: Sequence[str],
        corrections: Mapping[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts named in `order`, with these page labels.

        `corrections` are the page numbers in the text of each part: what was set, what is true.
        """
        matters = [self._set[name] for name in order]
        rest = (tuple(folios), dict(corrections))
        if self.plain:
            return replace(self._write(matters, *rest), account=self._account(matters, "a wish"))
        key, kept = "", False
        drawn = self._all_drawn(matters)
        written: Written | str = drawn if isinstance(drawn, str) else ""
        if not isinstance(drawn, str):
            key = self._key(matters, drawn, rest)
            known = self.standing.written(key)
            kept = known is not None
            written = known or self._join(matters, drawn, *rest)
        unfit = written if isinstance(written, str) else ""
        if isinstance(written, str):
            written = self._write(matters, *rest)
        elif not kept:
            self.standing.write(key, written, self._title if len(order) > 1 else "")
        self.standing.save({matter.key for matter in matters})
        self._tidy()
        return replace(written, account=self._account(matters, unfit, kept))

    def ahead(
        self, name: str, numbers: Sequence[tuple[str, str]], before: Sequence[str]
    ) -> tuple[bytes, tuple[tuple[int, str], ...]] | None:
        """Return the pages of a part that have changed as a PDF: see `Engine.ahead`.

        The part was laid out before. There is nothing if it was on the way to the last booklet as
        well, or if its pages cannot be joined as they are.
        """
        matter = self._set[name]
        is_new = matter.key not in self._passed_before.get(self._title, ())
        drawn = self._drawn(matter) if is_new and not self.plain else ""
        if isinstance(drawn, str):
            return None
        self._ready(hand := self._first())
        has = self._has.setdefault((hand, self._engine), set())
        content = b"" if drawn.identity in has else drawn.content
        words = (self._engine, drawn.identity, content, numbers, before)
        found: tuple[bytes, tuple[tuple[int, str], ...]] | None = self._ask(
            hand, "ahead", words, self.limits.seconds, "the PDF"
        )
        has.add(drawn.identity)
        return found

    def _key(self, matters: Sequence[Matter], drawn: Sequence[Drawn], rest: tuple[Any, ...]) -> str:
        """Return a digest of all that a PDF is made of."""
        identities = [each.identity for each in drawn]
        return digest(self._context, *identities, repr(rest), repr([m.name for m in matters]))

    def _account(self, matters: Sequence[Matter], plainly: str, kept: bool = False) -> Account:
        """Return what was made anew for these parts, and remember what they were made of."""
        traces = {m.name: self._trace(m) for m in matters}
        made = tuple((name, self._made[name]) for name in traces if name in self._made)
        if not self.plain and len(traces) > 1:  # a guide of one part comes after the booklet
            self.standing.remember(self._title, traces)
        return Account(made, len(traces) - len(made), plainly, kept)

    def _trace(self, matter: Matter) -> Trace:
        """Return what a part is made of."""
        return Trace(self._context, digest(matter.html), digest(matter.css), matter.side)

    def _tidy(self) -> None:
        """Let all hands forget what was not wanted in this edition, if only on the way to it."""
        self._passed_before[self._title] = self._passed
        keys = self._passed | self._spares()
        set_ = self._set.values()
        kept = {d.identity for m in set_ if isinstance(d := self.standing.drawn(m), Drawn)}
        self._live = {
            key: home for key, home in self._live.items() if key in keys or home[1] != self._engine
        }
        self._latest = {what: key for what, key in self._latest.items() if key in self._live}
        for hand, engines in self._engines.items():
            if hand.alive and self._engine in engines:
                words, seconds = (self._engine, keys, kept), self.limits.seconds
                hand.want_none(hand.order("keep", words, seconds, "the style"))
                self._has.setdefault((hand, self._engine), set()).intersection_update(kept)

    def _spares(self) -> set[str]:
        """Return the keys of other texts of parts, which are all that is laid out of these parts:
        the pages that were wanted are known from before, as after a change that was taken back."""
        there = {name for name, m in self._set.items() if m.key in self._live}
        return {
            key
            for (engine, name, _), key in self._latest.items()
            if engine == self._engine and name in self._set and name not in there
        }

    def _all_drawn(self, matters: Sequence[Matter]) -> list[Drawn] | str:
        """Have all parts drawn; return their pages, or why some cannot be frozen.

        What is standing is asked once: another crew may lay out the same part, and draw it again.
        """
        for matter in matters:
            self._draw(matter)
        found = [self._drawn(matter) for matter in matters]
        unfit = [each for each in found if isinstance(each, str)]
        return unfit[0] if unfit else [each for each in found if isinstance(each, Drawn)]

    def _join(
        self,
        matters: Sequence[Matter],
        drawn: Sequence[Drawn],
        folios: tuple[str, ...],
        corrections: dict[str, Sequence[tuple[str, str]]],
    ) -> Written | str:
        """Return the PDF of frozen parts, or why they cannot be joined."""
        hand = self._first()
        has = self._has.get((hand, self._engine), set())
        given = {d.identity: d.content for d in drawn if d.identity not in has}
        order = tuple((m.name, d.identity) for m, d in zip(matters, drawn, strict=True))
        last = b"" if hand in self._joiners else self.standing.latest(self._title)
        seconds = self.limits.seconds + len(folios)
        for _ in range(2 * len(matters)):
            words = (self._engine, order, given, folios, corrections, last)
            answer: Written | str | tuple[int, str] = self._ask(
                hand, "join", words, seconds, "the PDF"
            )
            self._has.setdefault((hand, self._engine), set()).update(given)
            self._joiners.add(hand)
            if not isinstance(answer, tuple):
                return answer
            place, loose = answer
            anew = self._draw_anew(hand, matters[place], loose)
            if isinstance(anew, str):
                return anew
            if loose:
                order = (*order[:place], (order[place][0], anew.identity), *order[place + 1 :])
            given = {}
        return "fonts that come and go"

    def _draw_anew(self, hand: Hand, matter: Matter, loose: str) -> Drawn | str:
        """Return a part as a hand has drawn it that may not have met its fonts before."""
        if self._live.get(matter.key) != (hand, self._engine, matter.first):
            self._lay(matter, hand)
        words = (self._engine, matter.key, matter.first, False, loose)
        answer = self._ask(hand, "freeze", words, self._seconds(len(matter.html)), "the PDF")
        if isinstance(answer, str):
            return answer
        identity, content, files = answer
        drawn = Drawn(identity, content, files, matter.first)
        if loose:
            self._has.setdefault((hand, self._engine), set()).add(identity)
            self.standing.draw(matter.key, drawn)
        return drawn

    def _write(
        self,
        matters: Sequence[Matter],
        folios: tuple[str, ...],
        corrections: dict[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of the parts in the plain way: one hand has laid out all of them."""
        hand = self._first()
        for matter in {m.key: m for m in matters}.values():
            if self._live.get(matter.key) != (hand, self._engine, matter.first):
                self._lay(matter, hand)
        words = (self._engine, tuple(m.key for m in matters), folios, corrections)
        written: Written = self._ask(
            hand, "write", words, self.limits.seconds + len(folios), "the PDF"
        )
        return written

    def _home(self, matter: Matter) -> Hand:
        """Return the hand that has a part laid out, after ordering its layout if none has.

        It is not waited for: the hands lay out several parts at a time.
        """
        hand, engine, _ = self._live.get(matter.key, (None, "", 0))
        there = hand is not None and hand.alive and engine in self._engines.get(hand, ())
        if hand is None or not there or engine != self._engine:
            hand, before = self._earlier(matter)
            self._again[matter.key] = hand, self._order(matter, hand, before)
            self._is_live(matter, hand)
        return hand

    def _see(self, matter: Matter) -> None:
        """Wait for the layout of a part that was ordered to have it once more, if any was."""
        if matter.key in self._again:
            hand, ticket = self._again[matter.key]
            self._answer(hand, ticket, own=self._own)
            del self._again[matter.key]

    def _first(self) -> Hand:
        """Return the hand that composes, joins and writes."""
        self._hands = [hand for hand in self._hands if hand.alive]
        if not self._hands:
            self._hands = [Hand(self.limits.memory)]
        return self._hands[0]

    def _idlest(self) -> Hand:
        """Return the hand with the least to do; if all are at work, there may be one more."""
        self._first()
        for hand in self._hands:
            hand.look()
        self._first()
        best = min(self._hands, key=lambda hand: hand.busy)
        if best.busy and len(self._hands) < self._most and self._pays:
            self._hands.append(best := Hand(self.limits.memory))
        return best

    def _dress(self, hand: Hand, words: tuple[Any, ...]) -> Ticket:
        """Give a hand the style sheets; it keeps the last few."""
        engines = self._engines.setdefault(hand, {})
        engines[self._engine] = None
        here = (hand, self._engine)  # it begins anew
        self._live = {key: home for key, home in self._live.items() if home[:2] != here}
        self._has.pop(here, None)
        while len(engines) > _MOST_ENGINES:
            engines.pop(next(iter(engines)))
        order = (self._engine, tuple(engines), *words)
        return hand.order("dress", order, self.limits.seconds, "the style")

    def _seconds(self, letters: int) -> float:
        """Return how long the layout of so many letters may take."""
        return self.limits.of(letters)

    def _ask(self, hand: Hand, verb: str, words: tuple[Any, ...], seconds: float, what: str) -> Any:
        """Return a hand's answer to an order.

        Raises BookletError if there is none within the limits; and, where the author's own
        rules or templates have a part in it, if the layout engine fails. A crew composes, and
        fills in leaflets, only where there are templates of the author's.
        """
        templates = verb in _WITHOUT_STYLE
        if not templates:
            self._ready(hand)
        ticket = hand.order(verb, words, seconds, what)
        return self._answer(hand, ticket, own=templates or self._own)

    def _ready(self, hand: Hand) -> None:
        """Let a hand have the style sheets, and look again at pictures that may have changed."""
        if ticket := self._being_dressed.pop(hand, None):
            self._answer(hand, ticket, own=True)
        if self._engine not in self._engines.get(hand, {}):
            self._answer(hand, self._dress(hand, self._words), own=True)
        if (hand, self._engine) not in self._fresh:
            self._fresh.add((hand, self._engine))
            words, seconds = (self._engine,), self.limits.seconds
            self._answer(hand, hand.order("refresh", words, seconds, "the style"), own=True)

    def _answer(self, hand: Hand, ticket: Ticket, own: bool) -> Any:
        """Return the answer to an order that was given."""
        state, answer = hand.take(ticket)
        if state == "done":
            return answer
        if not hand.alive:
            self._engines.pop(hand, None)
        raise error(state, answer, ticket, self.limits.memory, own)


def _has_own(edition: Edition) -> bool:
    """Whether the author has rules or templates of their own."""
    own = any(sheet.own for sheet in edition.sheets)
    return own or (edition.shelf.root / "templates").exists()
