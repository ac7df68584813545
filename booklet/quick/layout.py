"""The layout that saves work: several processes, and what was laid out and drawn before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from booklet.digest import digest
from booklet.fonts import installed
from booklet.layout import look_of
from booklet.layout.account import NONE, Account
from booklet.layout.engine_warnings import blamed
from booklet.layout.plain import named, templates_of
from booklet.layout.process import Limits, Pending, WorkerProcess
from booklet.layout.requests import Compose, CountLines, Leaflet, Write
from booklet.quick.explain import Trace, reason
from booklet.quick.lookahead import FORESEEN, Lookahead
from booklet.quick.part_cache import Drawn, PartCache, PartKey
from booklet.quick.prestart import WORKER
from booklet.quick.requests import DressQuickly, Freeze, Join, Keep, LayAgain, Refresh, WriteEarly
from booklet.start import is_begun

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from booklet.editions import Edition, Part
    from booklet.editions.style import Style
    from booklet.layout import Dressed, Laid, Leaf, Lines, Look, PartText, Written
    from booklet.layout.footnotes import Holds
    from booklet.layout.page_references import Numbers
    from booklet.layout.requests import Request
    from booklet.manuscript import Manuscript
    from booklet.quick.early_pages import Early
    from booklet.quick.requests import Early as EarlyPages
    from booklet.quick.requests import Frozen
    from booklet.source import Shelf, Source

__all__ = ["Limits", "QuickLayout"]

_Reply = TypeVar("_Reply")

# Sets of style sheets for which a process keeps its parts: one for each edition of a set.
_MOST_ENGINES = 4


# Letters of HTML from which on a further process is worth its start: some 15,000 words.
_WORTH_ANOTHER = 120_000


# How long a part is drawn, as a part of how long it is laid out.
_DRAWING = 0.5


class QuickLayout:
    """The processes that lay out, one or several. The first starts at once, and imports WeasyPrint
    while the parent reads; one that had to be ended is replaced when there is work again.

    What was laid out and drawn is kept, and used again where the same is wanted.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        standing: PartCache | None = None,
        processes: int = 1,
        at_once: bool = True,
        once: bool = False,
        early: Early | None = None,
    ) -> None:
        """Take a process that was started ahead, or start one, if it is wanted `at_once`.

        `standing` is what several layouts may share. There are `processes` at most; the pages are
        the same for any number. Who builds but `once` lets go of what is laid out as soon as it is
        drawn: it takes less memory, and nothing could be moved any more.
        """
        self.once = once
        self.limits = limits or Limits()
        self.standing = standing or PartCache()
        self._most = max(1, processes)
        self._processes: list[WorkerProcess] = []
        if at_once or is_begun(self.limits.memory, WORKER):
            self._first()
        self._engines: dict[WorkerProcess, dict[str, None]] = {}
        self._has: dict[tuple[WorkerProcess, str], set[str]] = {}
        self._joiners: set[WorkerProcess] = set()
        self._being_dressed: dict[WorkerProcess, Pending[Dressed]] = {}
        self._live: dict[str, tuple[WorkerProcess, str, int]] = {}
        self._latest: dict[tuple[str, str, str], str] = {}
        self._passed_before: dict[str, set[str]] = {}
        self._again: dict[str, tuple[WorkerProcess, Pending[Laid]]] = {}
        self._engine, self._own = "", False  # until an edition dresses it
        self.account, self.early = NONE, early
        self.meanwhile: Callable[[], None] | None = None  # to be called as soon as there is time
        self.forget()

    def __enter__(self) -> QuickLayout:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.end()
        self._processes = []

    def halt(self) -> None:
        """Stop all, though another thread may wait for one: it will hear that it ended."""
        for process in self._processes:
            process.halt()

    def borrow(self, other: QuickLayout) -> None:
        """Take the processes of a layout that has nothing to do."""
        self._processes += other._processes
        self._most += other._most
        other._processes, other._live = [], {}

    def forget(self) -> None:
        """Begin anew: the next build may have other files."""
        self.said_of_sheets: tuple[str, ...] = ()
        self._look: Look | None = None
        self._own = False
        self._set: dict[str, PartKey] = {}
        self._passed: set[str] = set()
        self._ahead: dict[str, tuple[WorkerProcess, Pending[Laid], PartKey]] = {}
        for key in self._again:  # an error came between
            self._live.pop(key, None)
        self._again = {}
        self._suggested: list[PartText] = []
        self._made: dict[str, str] = {}
        self._drawing: dict[str, tuple[WorkerProcess, Pending[Frozen | str], int]] = {}
        self._fresh: set[tuple[WorkerProcess, str]] = set()
        for process in self._being_dressed:  # it will not be heard how that went
            self._engines.pop(process, None)
        self._being_dressed = {}
        self.standing.turn()
        for process in self._processes:
            process.drop()

    def compose(
        self, manuscript: Manuscript, style: Style, source: Source, endnotes: frozenset[str]
    ) -> Edition:
        """Return the edition that the author's templates make: programs, which may never end."""
        letters = sum(len(chapter.html) for chapter in manuscript.chapters)
        request = Compose(manuscript, style, source, endnotes)
        with blamed(templates_of(source)):
            return self._fill(request, self._seconds(letters), "what the templates make")

    def leaflet(
        self, kind: str, facts: Mapping[str, object], rules: str, source: Source
    ) -> tuple[str, str]:
        """Return what the author's template makes of some facts."""
        request = Leaflet(kind, facts, rules, source)
        with blamed(templates_of(source)):
            return self._fill(request, self.limits.seconds, f"the {kind}")

    def _fill(self, request: Request[_Reply], seconds: float, what: str) -> _Reply:
        """Return the reply to a request about templates, which needs no style sheets."""
        process = self._first()
        return self._answer(process, process.send(request, seconds, what), own=True)

    def dress(self, edition: Edition) -> None:
        """Take the style sheets of `edition`."""
        look = look_of(edition)
        if look == self._look:
            return
        self.forget()
        self._shelf: Shelf = edition.shelf
        self._letters = sum(len(part.html) for part in edition.parts)
        # of sheets it is asked what the last lines are, of numbered lines where all of them stand
        self._sheds = self.once and edition.style.output == "pages"
        self._sheds = self._sheds and not edition.style.line_numbers
        self._own = edition.has_own
        self._anew, self._familiar = 0, False
        rest = (look.standard, str(look.rtl), str(look.network), installed.fonts())
        given = digest(*look.sheets, *rest)
        self._engine = digest(given, str(edition.shelf.root))
        known = self.standing.dressed(given, edition.shelf)
        if known is None:
            self._hire_ahead()
            for engines in self._engines.values():
                engines.pop(self._engine, None)
            process = self._first()
            log, files = self._answer(process, self._dress(process, look), own=True)
            self.standing.dress(given, log, files)
        else:
            log, files = known
            self._dress_ahead(look)
        self.said_of_sheets, self._look = log, look
        self._context = digest(given, repr(files))
        self._title = digest(edition.style.name, str(edition.shelf.root), edition.manuscript.path)
        self._before = self.standing.last(self._title)
        styles = {trace.style for trace in self._before.values()}
        self._familiar = self.once and self._context in styles
        self._hire_ahead()

    def _dress_ahead(self, look: Look) -> None:
        """Give the style sheets to a process that was started for work that is likely to come."""
        process = self._processes[0] if self.once and self._processes else None
        if process and process.alive and self._engine not in self._engines.get(process, ()):
            self._being_dressed[process] = self._dress(process, look)

    def _hire_ahead(self) -> None:
        """Start a second process that will be ready when it is wanted, if it is likely to be."""
        if self._pays and len(self._processes) < min(2, self._most):
            self._processes.append(WorkerProcess(self.limits.memory, WORKER))

    def start_ahead(self, letters: int) -> None:
        """Start a second process already while a text is read of which nothing was made before.

        All of it will have to be laid out; of so many `letters` at least, if it is worth it.
        """
        has_one = self.once and len(self._processes) == 1 and self._most > 1
        if has_one and letters > _WORTH_ANOTHER:
            self._processes.append(WorkerProcess(self.limits.memory, WORKER))

    @property
    def _pays(self) -> bool:
        """Whether there is work enough for one more process.

        Of a booklet that was made before in this style, little is likely to be other now: much
        of it has to be, before a build for once starts a process for it.
        """
        return self.looks_ahead and not (self._familiar and self._anew < _WORTH_ANOTHER // 2)

    def lay(self, part: PartText) -> Laid:
        """Return the facts of a part after laying it out; the same part is not laid out twice."""
        key = self._key_on(part, part.side)
        matter = self._set[part.name] = PartKey(part, key)
        self._passed.add(key)
        laid = self.standing.laid(key, part.first, self._shelf)
        if laid is None:
            self._made[part.name] = reason(self._trace(matter), self._before, part.name)
            self._anew += len(part.html)
            laid = self._foreseen(matter) or self._lay(matter, *self._earlier(matter))
            self.standing.lay(key, laid)
        return laid

    def begin(self, edition: Edition, numbers: Numbers, holds: Holds) -> None:
        """Hear that all parts will be laid out: small ones can be, while others are waited for."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        self._lookahead = Lookahead(edition, numbers, holds)
        self._small = [*self._lookahead.small()] if self.looks_ahead else []
        # not where pages are wanted early: what is waited for has all processors
        self._suggested = [] if self.early else self._small

    def expect(self, parts: Sequence[Part], pages: int) -> None:
        """Have a part and the one after it laid out where they are likely to begin, and more of
        them as long as somebody would have nothing to do before the first is done.
        """
        if not self.looks_ahead:
            return
        for at, part in enumerate(parts[: FORESEEN + 1]):
            if at > 1 and not self.is_idle_before(parts[0].name):
                return
            guess = self._lookahead.likely(part, pages)
            if not self.look_ahead(guess):
                return  # how many pages it has is known: the next one need not be guessed
            pages = self._lookahead.end(part, guess)

    def placed(self, part: Part, laid: Laid, leaves: Sequence[Leaf]) -> None:
        """Have a part drawn; hand out what has changed of it, if that is wanted early."""
        self._begin_to_draw(part.name)
        if not self.early or part.kind != "essay":
            return
        edition, numbers = self._lookahead.edition, self._lookahead.numbers
        if self.early.offer(edition, laid, leaves, self, numbers):
            for each in self._small:
                self.look_ahead(each)

    @property
    def looks_ahead(self) -> bool:
        """Whether there are, or may be, processes enough to lay out what comes next."""
        return self._most > 1 and self._letters > _WORTH_ANOTHER

    def _key_on(self, part: PartText, side: str) -> str:
        """Return the key of a part, if it begins on a side."""
        return digest(self._context, part.name, part.html, part.css, side)

    def look_ahead(self, part: PartText, apart: WorkerProcess | None = None) -> bool:
        """Have a part laid out that will be asked for soon, if nothing is known of it; return
        whether it will be laid out.

        One process, `apart`, has something else to do if there are others. Whatever was laid out
        in vain, because the part is another by then or begins on the other side, is an earlier
        text of it.
        """
        if part.name in self._ahead:
            return True
        key = self._key_on(part, part.side)
        other = "verso" if part.side == "recto" else "recto"
        for each in (key, self._key_on(part, other)):
            if self.standing.laid(each, part.first, self._shelf):
                return False
        matter = PartKey(part, key)
        process, before = self._earlier(matter)
        others = [other for other in self._processes if other.alive and other is not apart]
        if process is apart and others:
            process, before = others[0], ""
        self._ready(process)
        request = LayAgain(self._engine, matter.key, part, before)
        letters = len(part.html)
        pending = process.send(request, self._seconds(letters), named(part.name), letters)
        self._ahead[part.name] = process, pending, matter
        return True

    def is_idle_before(self, name: str) -> bool:
        """Whether a process will be idle before a part that is laid out ahead is done."""
        if name not in self._ahead:
            return False
        process, pending, _ = self._ahead[name]
        for each in self._processes:
            each.look()
        wait = process.until(pending)
        others = [each.busy for each in self._processes if each is not process and each.alive]
        return wait > 0 and any(busy < wait for busy in others)

    def _use_the_wait(self, process: WorkerProcess) -> None:
        """Have suggested parts laid out by others while a process is waited for."""
        suggested, self._suggested = self._suggested, []
        for each in suggested:
            self.look_ahead(each, process)

    def _foreseen(self, matter: PartKey) -> Laid | None:
        """Return the facts of a part that was laid out ahead, if it is as it was foreseen."""
        if matter.name not in self._ahead:
            return None
        process, pending, foreseen = self._ahead.pop(matter.name)
        self._use_the_wait(process)
        laid: Laid = self._answer(process, pending, own=self._own)
        self._is_live(foreseen, process)
        if foreseen.key == matter.key and laid.bound in (0, matter.first):
            return laid
        return None

    def _earlier(self, matter: PartKey) -> tuple[WorkerProcess, str]:
        """Return the process that has an earlier text of a part, and its key, or any and none."""
        key = self._latest.pop((self._engine, matter.name, matter.part.css), "")
        process, engine, _ = self._live.pop(key, (None, "", 0))
        if process is not None and process.alive and engine in self._engines.get(process, ()):
            return process, key
        return self._idlest(), ""

    def _lay(self, matter: PartKey, process: WorkerProcess, before: str = "") -> Laid:
        """Have a process lay out a part; an earlier text, that it has under a key, is used up."""
        pending = self._order(matter, process, before)
        self._use_the_wait(process)
        laid: Laid = self._answer(process, pending, own=self._own)
        self._is_live(matter, process)
        return laid

    def _order(self, matter: PartKey, process: WorkerProcess, before: str) -> Pending[Laid]:
        """Order the layout of a part."""
        more = self._pays or not self._sheds  # of a build for once, no other text will come
        request = LayAgain(self._engine, matter.key, matter.part, before if more else None)
        self._ready(process)
        letters = len(matter.part.html)
        return process.send(request, self._seconds(letters), named(matter.name), letters)

    def _is_live(self, matter: PartKey, process: WorkerProcess) -> None:
        """Note that a process has a part laid out, or will before it does anything else."""
        self._live[matter.key] = process, self._engine, matter.first
        self._latest[self._engine, matter.name, matter.part.css] = matter.key

    def lines(self, name: str) -> Lines:
        """Return the lines of running text on each page of a part, as `Engine.lines` does.

        The part has been laid out before. Raises BookletError with a WeasyPrint that does not tell.
        """
        matter = self._set[name]
        found = self.standing.lines(matter.key)
        if found is None:
            process = self._home(matter)
            self._see(matter)
            request = CountLines(self._engine, matter.key)
            found = self._ask(process, request, self.limits.seconds, "the lines")
            self.standing.count(matter.key, found)
        return found

    def _begin_to_draw(self, name: str) -> None:
        """Let a part be drawn, as it was laid out last, while others are laid out.

        Not one of which only the facts were kept: it may not be what is written in the end.
        """
        matter = self._set[name]
        if (self._most > 1 or self._sheds) and matter.key in self._live:
            self._draw(matter)

    def _draw(self, matter: PartKey) -> None:
        """Let a part be drawn, unless it is already."""
        drawing = self._drawing.get(matter.key)
        if self.standing.drawn(matter) is None and (not drawing or drawing[2] != matter.first):
            process = self._home(matter)
            if self._live[matter.key][2] != matter.first:
                self._made.setdefault(matter.name, "but for its text, as its pages have moved")
            seconds = self.limits.seconds + self._seconds(len(matter.part.html))
            if drawing:
                drawing[0].want_none(drawing[1])
            work = len(matter.part.html) * _DRAWING
            request = Freeze(self._engine, matter.key, matter.first, self._sheds)
            pending = process.send(request, seconds, "the PDF", work)
            self._live[matter.key] = process, self._engine, matter.first
            if self._sheds:
                del self._live[matter.key]
            self._drawing[matter.key] = process, pending, matter.first

    def _drawn(self, matter: PartKey) -> Drawn | str:
        """Return the frozen pages of a part, or why it has none."""
        self._draw(matter)
        self._see(matter)
        if matter.key in self._drawing:
            process, pending, first = self._drawing.pop(matter.key)
            answer = self._answer(process, pending, own=self._own)
            if isinstance(answer, str):
                self.standing.draw(matter.key, answer)
                return answer
            identity, content, files = answer
            self._has.setdefault((process, self._engine), set()).add(identity)
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
        self.account = self._account(matters, unfit, kept)
        return written

    def ahead(
        self, name: str, numbers: Sequence[tuple[str, str]], before: Sequence[str]
    ) -> EarlyPages | None:
        """Return the pages of a part that have changed as a PDF: see `QuickEngine.ahead`.

        The part was laid out before. There is nothing if it was on the way to the last booklet as
        well, or if its pages cannot be joined as they are.
        """
        matter = self._set[name]
        is_new = matter.key not in self._passed_before.get(self._title, ())
        drawn = self._drawn(matter) if is_new else ""
        if isinstance(drawn, str):
            return None
        self._ready(process := self._first())
        has = self._has.setdefault((process, self._engine), set())
        content = b"" if drawn.identity in has else drawn.content
        request = WriteEarly(self._engine, drawn.identity, content, numbers, before)
        found = self._ask(process, request, self.limits.seconds, "the PDF")
        has.add(drawn.identity)
        return found

    def _key(
        self, matters: Sequence[PartKey], drawn: Sequence[Drawn], rest: tuple[object, ...]
    ) -> str:
        """Return a digest of all that a PDF is made of."""
        identities = [each.identity for each in drawn]
        return digest(self._context, *identities, repr(rest), repr([m.name for m in matters]))

    def _account(self, matters: Sequence[PartKey], plainly: str, kept: bool = False) -> Account:
        """Return what was made anew for these parts, and remember what they were made of."""
        traces = {m.name: self._trace(m) for m in matters}
        made = tuple((name, self._made[name]) for name in traces if name in self._made)
        if len(traces) > 1:  # a guide of one part comes after the booklet
            self.standing.remember(self._title, traces)
        return Account(made, len(traces) - len(made), plainly, kept)

    def _trace(self, matter: PartKey) -> Trace:
        """Return what a part is made of."""
        part = matter.part
        return Trace(self._context, digest(part.html), digest(part.css), part.side)

    def _tidy(self) -> None:
        """Let all processes forget what was not wanted for this edition, or on the way to it."""
        self._passed_before[self._title] = self._passed
        keys = self._passed | self._spares()
        set_ = self._set.values()
        kept = {d.identity for m in set_ if isinstance(d := self.standing.drawn(m), Drawn)}
        self._live = {
            key: home for key, home in self._live.items() if key in keys or home[1] != self._engine
        }
        self._latest = {what: key for what, key in self._latest.items() if key in self._live}
        for process, engines in self._engines.items():
            if process.alive and self._engine in engines:
                request = Keep(self._engine, keys, kept)
                process.want_none(process.send(request, self.limits.seconds, "the style"))
                self._has.setdefault((process, self._engine), set()).intersection_update(kept)

    def _spares(self) -> set[str]:
        """Return the keys of other texts of parts, which are all that is laid out of these parts:
        the pages that were wanted are known from before, as after a change that was taken back."""
        there = {name for name, m in self._set.items() if m.key in self._live}
        return {
            key
            for (engine, name, _), key in self._latest.items()
            if engine == self._engine and name in self._set and name not in there
        }

    def _all_drawn(self, matters: Sequence[PartKey]) -> list[Drawn] | str:
        """Have all parts drawn; return their pages, or why some cannot be frozen.

        What is kept is asked once: another layout may lay out the same part, and draw it again.
        """
        for matter in matters:
            self._draw(matter)
        found = [self._drawn(matter) for matter in matters]
        unfit = [each for each in found if isinstance(each, str)]
        return unfit[0] if unfit else [each for each in found if isinstance(each, Drawn)]

    def _join(
        self,
        matters: Sequence[PartKey],
        drawn: Sequence[Drawn],
        folios: tuple[str, ...],
        corrections: dict[str, Sequence[tuple[str, str]]],
    ) -> Written | str:
        """Return the PDF of frozen parts, or why they cannot be joined."""
        process = self._first()
        has = self._has.get((process, self._engine), set())
        given = {d.identity: d.content for d in drawn if d.identity not in has}
        order = tuple((m.name, d.identity) for m, d in zip(matters, drawn, strict=True))
        last = b"" if process in self._joiners else self.standing.latest(self._title)
        seconds = self.limits.seconds + len(folios)
        for _ in range(2 * len(matters)):
            request = Join(self._engine, order, given, folios, corrections, last)
            answer = self._ask(process, request, seconds, "the PDF")
            self._has.setdefault((process, self._engine), set()).update(given)
            self._joiners.add(process)
            if not isinstance(answer, tuple):
                return answer
            place, loose = answer
            anew = self._draw_anew(process, matters[place], loose)
            if isinstance(anew, str):
                return anew
            if loose:
                order = (*order[:place], (order[place][0], anew.identity), *order[place + 1 :])
            given = {}
        return "fonts that come and go"

    def _draw_anew(self, process: WorkerProcess, matter: PartKey, loose: str) -> Drawn | str:
        """Return a part as a process has drawn it that may not have met its fonts before."""
        if self._live.get(matter.key) != (process, self._engine, matter.first):
            self._lay(matter, process)
        request = Freeze(self._engine, matter.key, matter.first, False, loose)
        answer = self._ask(process, request, self._seconds(len(matter.part.html)), "the PDF")
        if isinstance(answer, str):
            return answer
        identity, content, files = answer
        drawn = Drawn(identity, content, files, matter.first)
        if loose:
            self._has.setdefault((process, self._engine), set()).add(identity)
            self.standing.draw(matter.key, drawn)
        return drawn

    def _write(
        self,
        matters: Sequence[PartKey],
        folios: tuple[str, ...],
        corrections: dict[str, Sequence[tuple[str, str]]],
    ) -> Written:
        """Return the PDF of parts that cannot be frozen: one process has laid out all of them."""
        process = self._first()
        for matter in {m.key: m for m in matters}.values():
            if self._live.get(matter.key) != (process, self._engine, matter.first):
                self._lay(matter, process)
        request = Write(self._engine, tuple(m.key for m in matters), folios, corrections)
        return self._ask(process, request, self.limits.seconds + len(folios), "the PDF")

    def _home(self, matter: PartKey) -> WorkerProcess:
        """Return the process that has a part laid out, after ordering its layout if none has.

        It is not waited for: the processes lay out several parts at a time.
        """
        process, engine, _ = self._live.get(matter.key, (None, "", 0))
        there = process is not None and process.alive and engine in self._engines.get(process, ())
        if process is None or not there or engine != self._engine:
            process, before = self._earlier(matter)
            self._again[matter.key] = process, self._order(matter, process, before)
            self._is_live(matter, process)
        return process

    def _see(self, matter: PartKey) -> None:
        """Wait for the layout of a part that was ordered to have it once more, if any was."""
        if matter.key in self._again:
            process, pending = self._again[matter.key]
            self._answer(process, pending, own=self._own)
            del self._again[matter.key]

    def _first(self) -> WorkerProcess:
        """Return the process that composes, joins and writes."""
        self._processes = [process for process in self._processes if process.alive]
        if not self._processes:
            self._processes = [WorkerProcess(self.limits.memory, WORKER)]
        return self._processes[0]

    def _idlest(self) -> WorkerProcess:
        """Return the process with the least to do; if all are at work, there may be one more."""
        self._first()
        for process in self._processes:
            process.look()
        self._first()
        best = min(self._processes, key=lambda process: process.busy)
        if best.busy and len(self._processes) < self._most and self._pays:
            self._processes.append(best := WorkerProcess(self.limits.memory, WORKER))
        return best

    def _dress(self, process: WorkerProcess, look: Look) -> Pending[Dressed]:
        """Give a process the style sheets; it keeps the last few."""
        engines = self._engines.setdefault(process, {})
        engines[self._engine] = None
        here = (process, self._engine)  # it begins anew
        self._live = {key: home for key, home in self._live.items() if home[:2] != here}
        self._has.pop(here, None)
        while len(engines) > _MOST_ENGINES:
            engines.pop(next(iter(engines)))
        request = DressQuickly(self._engine, tuple(engines), look)
        return process.send(request, self.limits.seconds, "the style")

    def _seconds(self, letters: int) -> float:
        """Return how long the layout of so many letters may take."""
        return self.limits.of(letters)

    def _ask(
        self, process: WorkerProcess, request: Request[_Reply], seconds: float, what: str
    ) -> _Reply:
        """Return the reply of a process that has the style sheets."""
        self._ready(process)
        return self._answer(process, process.send(request, seconds, what), own=self._own)

    def _ready(self, process: WorkerProcess) -> None:
        """Let a process have the style sheets, and look again at pictures that may have changed."""
        if pending := self._being_dressed.pop(process, None):
            self._answer(process, pending, own=True)
        if self._look and self._engine not in self._engines.get(process, {}):
            self._answer(process, self._dress(process, self._look), own=True)
        if (process, self._engine) not in self._fresh:
            self._fresh.add((process, self._engine))
            request = Refresh(self._engine)
            self._answer(process, process.send(request, self.limits.seconds, "the style"), own=True)

    def _answer(self, process: WorkerProcess, pending: Pending[_Reply], own: bool) -> _Reply:
        """Return the reply to a request that was sent."""
        try:
            return process.reply(pending, own)
        finally:
            if not process.alive:
                self._engines.pop(process, None)
