"""Styles: editions as data, and what an author may make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from booklet.editions.style import chosen, styles
from booklet.errors import BookletError
from booklet.lengths import Length, Size
from booklet.press.sheet_plan import plan
from booklet.sheets import BlankPages, Creep, Scheme
from tests.desk import from_text, manuscript

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from booklet.manuscript import Manuscript


def essay(*lines: str) -> Manuscript:
    """Return an essay with these lines in its front matter."""
    return from_text("\n".join(["---", "title: T", *lines, "---", "", "Text.", ""]))


def failure(do: Callable[[], object]) -> str:
    """Return the error that there must be, in one line."""
    with pytest.raises(BookletError) as caught:
        do()
    return str(caught.value).replace("\n\n", " ")


def test_an_author_adjusts_an_edition_of_the_house() -> None:
    """What is not named stays as it is."""
    changed, usual = (
        styles(essay(*lines))["reader"]
        for lines in (("editions:", "  reader: {leading: 1.5, trim: A6}"), ())
    )
    assert (changed.leading, changed.trim) == (1.5, "A6")
    assert (changed.styles, changed.standard) == (usual.styles, usual.standard)


def test_an_author_bases_an_edition_on_another() -> None:
    """It has all that the other has, the author's changes included, and its own style sheet."""
    found = styles(
        essay(
            "editions:",
            "  second: {based-on: first, styles: b.css}",
            "  first: {based-on: booklet, type-size: 12pt, styles: [a.css]}",
        )
    )
    assert found["second"].type_size == "12pt"
    assert found["second"].own == ("a.css", "b.css")
    assert found["second"].output == "sheets"
    assert found["second"].about == ""


def test_the_front_matter_is_stronger_than_the_file_beside_it(tmp_path: Path) -> None:
    """What both say of one key is as the essay itself has it; all else holds from both."""
    text = "---\ntitle: T\neditions: {reader: {leading: 1.6}}\nsheets: {creep: none}\n---\nText.\n"
    toml = '[editions.reader]\nleading = 1.5\nmargin-top = "20mm"\n[sheets]\ncreep = "push-out"\n'
    made = manuscript(tmp_path, text, {"booklet.toml": toml})
    reader = styles(made)["reader"]
    assert (reader.leading, reader.margin_top) == (1.6, "20mm")
    assert plan(made, reader).creep is Creep.NONE


def test_the_page_of_the_essay_is_that_of_the_editions_without_one() -> None:
    """`trim` and `type-size` are for these; `paper` is the whole sheet."""
    made = essay(
        "trim: A6", "type-size: 9pt", "paper: letter",
        "editions:",
        "  whole: {based-on: reader, trim: paper}",
    )  # fmt: skip
    reader, whole = (styles(made)[name] for name in ("reader", "whole"))
    assert (reader.page(made.settings).name(), reader.type(made.settings)) == ("A6", "9pt")
    assert (whole.page(made.settings).name(), whole.type(made.settings)) == ("letter", "")


def test_an_author_says_how_sheets_are_made() -> None:
    """In the words of print, under `sheets`; an edition may have its own."""
    made = essay(
        "sheets:",
        "  {scheme: signatures, signature: 4, stock: coated 135 g/m², safe: 4mm, marks: [fold],",
        "   cover: yes, notes: ruled, paper: A3}",
        "editions: {booklet: {sheets: {signature: 5}}}",
    )
    found = plan(made, styles(made)["booklet"])
    assert (found.scheme, found.signature, found.cover) == (Scheme.SIGNATURES, 5, True)
    assert (found.paper.grammage, found.paper.stock) == (135, "coated")
    assert (found.safe, found.notes, found.sheet) == (
        Length.mm(4),
        BlankPages.RULED,
        Size.parse("A3"),
    )
    assert (found.marks.fold, found.marks.crop) == (True, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("editions: {raeder: {leading: 1.5}}",
         "essay.md:3: there is no edition `raeder` hint: did you mean `reader`?"),
        ("editions: {mine: {leading: 1.5}}", "say what a new one is `based-on`"),
        ("editions: {mine: {based-on: raeder}}", "to base `mine` on hint: did you mean `reader`?"),
        ("editions: {mine: {based-on: mine}}", "essay.md:3: `mine` is based on itself"),
        ("editions: {My_own: {based-on: reader}}", "`My_own` cannot name an edition"),
        ("editions: {cover: {based-on: reader}}", "`cover` cannot name an edition"),
        ("editions: [reader, booklet]", "write `set: [reader, booklet]`"),
        ("editions: {reader: large}", "`reader` takes settings"),
        ("editions: {reader: {leeding: 1.5}}", "did you mean `leading`?"),
        ("editions: {reader: {leading: 9}}", "`leading` takes a number from 1 to 2.5"),
        ("editions: {reader: {leading: {a: b}}}", "`leading` takes a number from 1 to 2.5"),
        ("editions: {reader: {trim: A55}}", "essay.md:3: `A55` is not a size of paper"),
        ("editions: {reader: {trim: 10mm x 10mm}}", "too small or too large"),
        ("editions: {reader: {type-size: 100pt}}", "`type-size` is from 5pt to 40pt"),
        ("editions: {reader: {margin-top: wide}}", "`wide` is not a length"),
        ("editions: {reader: {output: sheet}}", "not `sheet` hint: did you mean `sheets`?"),
        ("editions: {reader: {parts: [cover]}}", "has no text"),
        ("editions: {reader: {parts: [essay, index]}}", "`parts` takes a list of parts"),
        ("editions: {reader: {sheets: A3}}", "`sheets` takes settings such as"),
        ("editions: {reader: {profile: x.icc}}", "essay.md:3: only PDF/X is made for a `profile`"),
        ("editions: {reader: {name: x}}", "`name` is nothing that an edition has"),
        ("set: [raeder]", "essay.md:3: there is no edition `raeder` hint: did you mean `reader`?"),
        ("set: {reader: yes}", "`set` takes a list of editions"),
        ("sheets: A3", "essay.md:3: `sheets` takes settings of its own"),
        ("sheets: {shceme: saddle}", "essay.md:3: `shceme` is nothing that sheets have hint: did"),
        ("sheets: {scheme: sadle}", "did you mean `saddle`?"),
        ("sheets: {stock: thick}", "`thick` is not a paper"),
        ("sheets: {trim: A6}", "`trim` is nothing that sheets have"),
        ("edition: {reader: {leading: 1.5}}", "did you mean `editions`?"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_line(line: str, said: str) -> None:
    """And with what may have been meant."""

    def resolve() -> None:
        made = essay(line)
        known = styles(made)
        chosen(made, known)
        plan(made, known["booklet"])

    assert said in failure(resolve)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[sheets]\nscheme = saddle\n", "booklet.toml:2: this is not TOML: "),
        ("\ntitle = 'T'\n", "booklet.toml:2: `title` is not a key of booklet.toml hint: write it"),
        ("[sheet]\nscheme = 'saddle'\n", "booklet.toml:1: `sheet` is not a key of booklet.toml"),
        ("[sheets]\n\nscheme = 'sadle'\n", "booklet.toml:3: `sadle` is no scheme"),
        ("sheets.signature = -1\n", "booklet.toml:1: `-1` is not a count"),
        ("[editions.reader]\nleading = 'wide'\n", "booklet.toml:2: `leading` takes"),
        ("[editions]\nreader = {trim = 'A55'}\n", "booklet.toml:2: `A55` is not a size"),
        ('[editions."reader"]\ntype-size = 12\n', "booklet.toml:2: `type-size` takes"),
    ],
)
def test_the_file_beside_the_essay_is_judged_like_the_front_matter(
    tmp_path: Path, toml: str, said: str
) -> None:
    """With its own lines."""

    def resolve() -> None:
        made = manuscript(tmp_path, "# T\n\nText.\n", {"booklet.toml": toml})
        plan(made, styles(made)["booklet"])

    assert said in failure(resolve)


def test_a_chapters_file_has_no_wishes(tmp_path: Path) -> None:
    """They hold for the whole: only the first file has them, and the others are told so."""
    files = {"one.md": "---\nsheets: {scheme: two-up}\n---\n# One\n\nText.\n"}
    made = manuscript(tmp_path, "---\ntitle: T\nchapters: [one.md]\n---\n", files)
    assert made.options == ()
    assert [finding.code for finding in made.findings] == ["M14"]
