"""Fitting: what would save a sheet, and how far an edition may be tightened to save it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pikepdf
import pytest

from booklet.editions.style import Style, Tightening
from booklet.errors import BookletError
from booklet.press.fitting import LADDER, fit
from booklet.sheets import Plan, estimate
from tests.conftest import Shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.quick.layout import QuickLayout

STYLE = Style(name="s", fit_leading="3%", fit_margins="6%", fit_type_size="2%")


class Counter:
    """Says how many pages an edition has, and remembers which ones it was asked about."""

    def __init__(self, rule: Callable[[Tightening], int]) -> None:
        self.rule = rule
        self.asked: list[Tightening] = []

    def __call__(self, style: Style) -> int:
        self.asked.append(style.tightened)
        return self.rule(style.tightened)


def test_the_mildest_change_that_saves_a_sheet_is_made() -> None:
    """Leading alone, if it is enough, and no more of it than is needed."""
    count = Counter(lambda t: 16 if t.leading <= 0.98 else 17)
    fitted = fit(STYLE, 17, Plan(), count)
    assert fitted.style == msgspec.structs.replace(STYLE, tightened=Tightening(0.98))
    assert fitted.said == "leading 2 % smaller: 16 pages instead of 17, so that a sheet is saved"


def test_type_is_made_smaller_last() -> None:
    """Where leading and margins are not enough, type takes half of its limit, and then all."""
    fitted = fit(STYLE, 17, Plan(), Counter(lambda t: 16 if t.type_size < 1 else 17))
    assert fitted.style.tightened == Tightening(0.97, 0.94, 0.99)
    assert "leading 3 % smaller, margins 6 % smaller, type 1 % smaller" in fitted.said


def test_more_than_one_sheet_may_be_saved() -> None:
    """A long text that gets shorter by ten pages saves more than it was asked for."""
    fitted = fit(STYLE, 201, Plan(), Counter(lambda _: 190))
    assert fitted.said.endswith("190 pages instead of 201, so that 3 sheets are saved")


def test_nothing_is_changed_in_vain() -> None:
    """If even the limits do not save a sheet, that is said after one look, and nothing changes."""
    count = Counter(lambda _: 18)
    fitted = fit(STYLE, 19, Plan(), count)
    assert fitted.style == STYLE
    assert count.asked == [Tightening(0.97, 0.94, 0.98)]
    assert fitted.said.startswith("nothing saves a sheet within the limits of the edition")
    assert fitted.said.endswith("there are still 2 pages too many")


@pytest.mark.parametrize("enough", range(len(LADDER)))
def test_the_number_of_looks_is_bounded(enough: int) -> None:
    """However late a step helps, each is looked at once at the most."""
    limits = STYLE.limits
    steps = [Tightening(*(1 - a * b for a, b in zip(step, limits, strict=True))) for step in LADDER]
    count = Counter(lambda t: 16 if steps.index(t) >= enough else 20)
    assert fit(STYLE, 20, Plan(), count).style.tightened == steps[enough]
    assert len(count.asked) == len(set(count.asked)) <= len(LADDER)


def test_an_edition_without_limits_is_let_be() -> None:
    """Who has not said how far it may go is not tightened."""
    count = Counter(lambda _: 1)
    fitted = fit(Style(name="mine"), 17, Plan(), count)
    assert (fitted.style.tightened, count.asked) == (Tightening(), [])
    assert "`mine` allows no change" in fitted.said


def test_a_single_sheet_cannot_be_saved() -> None:
    """Four pages and less are one sheet, whatever is done to them."""
    assert fit(STYLE, 4, Plan(), Counter(lambda _: 1)).said == "there is no sheet to save"


@pytest.mark.parametrize("share", ["3", "11%", "-1%", "three", "3 mm"])
def test_a_limit_is_a_share_of_a_few_per_cent(press: Shop, share: str) -> None:
    """Anything else is an error with the author's file and line."""
    text = f"---\ntitle: T\neditions:\n  booklet:\n    fit-leading: {share}\n---\nText.\n"
    with pytest.raises(BookletError, match="is not a share that `--fit` may take") as caught:
        press(text, editions=("booklet",))
    assert str(caught.value.where) == "essay.md:5"


# On real pages: text alone, so that its length is all that counts.

HEAD = """---
title: T
editions:
  booklet: {{parts: [essay]{}}}
  reader: {{parts: [essay]}}
---

# T

"""
SENTENCE = "A promise is worth what it costs to keep, and what it costs to break it. "


def essay(sentences: int, settings: str = "") -> str:
    """Return an essay of so many sentences, in paragraphs of four."""
    whole, rest = divmod(sentences, 4)
    paragraphs = [SENTENCE * 4] * whole + [SENTENCE * rest] * bool(rest)
    return HEAD.format(settings) + "\n\n".join(paragraphs) + "\n"


@pytest.fixture(scope="module")
def over(lasting: QuickLayout, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return an essay of five pages, the last of which it could nearly do without."""
    shop = Shop(tmp_path_factory.mktemp("over"), lasting)
    low, high = 100, 200  # these are four pages, and more than four
    while high - low > 1:
        middle = (low + high) // 2
        count = len(shop(essay(middle)).pages.leaves)
        low, high = (low, middle) if count > 4 else (middle, high)
    return essay(high)


def test_a_booklet_is_fitted(press: Shop, over: str) -> None:
    """`--fit` saves the sheet, says how, and keeps every word; it does the same each time."""
    loose = press(over, editions=("booklet",))
    tight = press(over, editions=("booklet",), fit=True)
    assert [len(one.pages.leaves) for one in (loose, tight)] == [5, 4]
    assert re.fullmatch(
        r"leading [\d.]+ % smaller: 4 pages instead of 5, so that a sheet is saved", tight.planned
    )
    assert tight.edition.parts == loose.edition.parts  # not a letter of the text has changed
    assert tight.report.findings == ()
    with pikepdf.open(tight.path) as pdf:
        assert len(pdf.pages) == 2
    again = press(over, editions=("booklet",), fit=True)
    assert again.path.read_bytes() == tight.path.read_bytes()


def test_limits_are_the_authors(press: Shop, over: str) -> None:
    """With `fit-leading: 0%` it is the margins that give way; without any limits, nothing."""
    margins = "fit-leading: 0%, fit-type-size: 0%, fit-margins: 10%"
    only_margins = over.replace("[essay]", f"[essay], {margins}", 1)
    assert press(only_margins, editions=("booklet",), fit=True).planned.startswith("margins ")
    nothing = only_margins.replace("10%", "0%")
    made = press(nothing, editions=("booklet",), fit=True)
    assert "allows no change" in made.planned
    assert len(made.pages.leaves) == 5


def test_margins_that_an_author_gave_are_tightened_too(press: Shop, over: str) -> None:
    """A margin in millimetres, like one by the canon, is smaller by the same share."""
    given = "margin-inner: 15mm, margin-outer: 19mm, margin-top: 17mm, margin-foot: 23mm"
    margins = "fit-leading: 0%, fit-type-size: 0%, fit-margins: 10%"
    text = over.replace("[essay]", f"[essay], {given}, {margins}", 1)
    made = press(text, editions=("booklet",), fit=True)
    assert len(made.pages.leaves) == 4
    assert made.planned.startswith("margins ")


def test_lines_that_are_over_are_counted(press: Shop, over: str) -> None:
    """A few lines on a last page are named with the page: without them a sheet is saved."""
    made = press(over, editions=("booklet",))
    assert re.fullmatch(
        r"(1 line is|\d lines are) over on p\. 5: without (it|them) a sheet is saved", made.planned
    )


def test_pages_that_are_over_are_counted(press: Shop) -> None:
    """Where it is more than a few lines, it is said how many pages it is."""
    made = press(essay(190), editions=("booklet",))
    found = estimate(len(made.pages.leaves), Plan())
    assert (found.sheets, found.blanks > 0) == (2, True)
    assert made.planned.startswith(f"{found.over} page")


def test_a_sheet_that_is_full_is_not_spoken_of(press: Shop) -> None:
    """Four pages on a sheet are what it is for: nobody is told to cut them."""
    made = press("---\ntitle: T\n---\nText.\n", editions=("booklet",))
    assert (len(made.pages.leaves), made.planned) == (4, "")


def test_copies_are_counted(press: Shop) -> None:
    """Less than one copy is nothing to plan for."""
    with pytest.raises(BookletError, match="`0` is not a number of copies"):
        press(editions=("booklet",), copies=0)
