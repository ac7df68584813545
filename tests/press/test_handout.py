"""The handout and large print: what readers of these need, looked for in finished pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pikepdf
import pytest

from booklet.bench.specimen import Pen, paragraph
from booklet.pdf.line_numbers import GAP
from tests.conftest import Shop, losses, texts
from tests.reading import instructions, lines

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.press import Booklet

QUESTIONS = """
## Questions {.questions}

1. Why?
2. What for?
"""


def paragraphs(count: int) -> str:
    """Return so many paragraphs of about ninety words."""
    pen = Pen(1)
    return "\n\n".join(paragraph(pen) for _ in range(count))


def numbered(path: Path) -> list[dict[int, tuple[float, float]]]:
    """Return the line numbers that are drawn on each page: where each stands, from the top left."""
    found = []
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            drawn, at = {}, (0.0, 0.0)
            for words, operator in instructions(page):
                if operator == "cm":
                    at = float(words[4]), float(page.trimbox[3]) - float(words[5])
                elif operator == "Do" and (name := re.fullmatch(r"/Line(\d+)", str(words[0]))):
                    drawn[int(name[1])] = at
            found.append(drawn)
    return found


def test_every_fifth_line_has_its_number_beside_it(press: Shop) -> None:
    """Counted from the top of each page; the number stands on the line's own baseline."""
    handout = press(f"# T\n\n{paragraphs(12)}", editions=("handout",))
    assert losses(handout) == []
    pages = lines(handout.path)
    for page, drawn in list(zip(pages, numbered(handout.path), strict=True))[1:]:
        running = sorted({round(line.bottom, 1): line for line in page}.values(), key=_bottom)
        running = [line for line in running if line.text != "T" and not line.text.isdecimal()]
        assert list(drawn) == list(range(5, len(running) + 1, 5))
        for number, (x, y) in drawn.items():
            line = running[number - 1]
            assert line.top < y < line.bottom
            assert x > line.right + GAP - 1


def _bottom(line: object) -> float:
    """Return where a line ends."""
    return line.bottom  # type: ignore[attr-defined,no-any-return]


def test_line_numbers_are_no_text(press: Shop) -> None:
    """Who searches the page, copies from it or listens to it never meets them."""
    text = f"# T\n\n{paragraphs(3)}"
    plain = "---\neditions: {handout: {line-numbers: 0, paragraph-numbers: false}}\n---\n"
    with_, without = (
        press(front + text, editions=("handout",), out=out)
        for front, out in (("", "with"), (plain, "without"))
    )
    assert any(numbered(with_.path))
    assert not any(numbered(without.path))
    words = "".join(texts(with_.path)).split()
    assert [word for word in words if word.isdecimal()] == ["1", "2", "3"]


def test_headings_tables_figures_and_notes_are_not_counted(press: Shop) -> None:
    """Only lines of running text: the fifth of these has the number 5."""
    text = (
        "# T\n\nOne.[^a]\n\n## Heading\n\nTwo.\n\n| a | b |\n| - | - |\n| c | d |\n\n"
        "- Three.\n- Four.\n\n> The fifth.\n\nSix.\n\n[^a]: A note.\n"
    )
    handout = press(text, editions=("handout",))
    (page,) = lines(handout.path)
    (fifth,) = [line for line in page if line.text == "The fifth."]
    (drawn,) = numbered(handout.path)
    assert list(drawn) == [5]
    assert fifth.top < drawn[5][1] < fifth.bottom


def test_from_right_to_left_the_numbers_stand_at_the_left(press: Shop) -> None:
    """Where lines end."""
    text = "---\ntitle: T\ndir: rtl\n---\n" + "كلمة " * 120
    handout = press(text, editions=("handout",))
    (drawn,) = numbered(handout.path)
    assert drawn
    left = min(line.left for line in lines(handout.path)[0])
    assert all(x < left for x, _ in drawn.values())


def test_from_right_to_left_numbers_of_paragraphs_hang_at_the_right(press: Shop) -> None:
    """Before the first word, in the column that is kept for them; and the title is found."""
    text = "---\ntitle: الاستراتيجية\nlang: ar\n---\n\n" + "\n\n".join(["كلمة " * 60] * 2)
    handout = press(text, editions=("handout",))
    assert losses(handout) == []
    found = lines(handout.path)[0]
    numbers = [line for line in found if line.text in ("1", "2")]
    words = max(line.right for line in found if len(line.text) > 60)
    assert len(numbers) == 2
    assert all(line.left > words for line in numbers)


def test_a_paragraph_has_one_number_in_all_editions(press: Shop) -> None:
    """It is counted in the manuscript; quotations and lists belong to the paragraph before."""
    text = "# T\n\nOne.\n\n> Not.\n\n- Not\n\n## H\n\nTwo.[^a]\n\n[^a]: Not.\n\n    Nor this.\n"
    made = press.set(text, editions=("reader", "handout"))
    for booklet in made.booklets:
        blocks = booklet.edition.manuscript.blocks
        assert [(b.number, b.text[:3]) for b in blocks if b.number] == [(1, "One"), (2, "Two")]
    reader, handout = (texts(booklet.path, "-layout") for booklet in made.booklets)
    assert re.search(r"^\s*2\s+Two\.", "".join(handout), re.MULTILINE)
    assert not re.search(r"^\s*2\s+Two\.", "".join(reader), re.MULTILINE)


def test_a_handout_begins_with_its_head(press: Shop) -> None:
    """No cover, no contents, no colophon: title and text on the first sheet."""
    text = "---\ntitle: The title\nauthor: A. Writer\noccasion: Seminar\n---\n\nText.\n"
    handout = press(text + QUESTIONS, editions=("handout",))
    (page,) = texts(handout.path)
    assert re.search(r"A\. Writer\s+The title\s+Seminar\s+Text version.*\s+1\s+Text\.", page)
    assert handout.pages.leaves[0].folio == "1"


def test_contents_may_stand_before_the_head(press: Shop) -> None:
    """An author chooses the parts; the title is then over the text."""
    front = "---\ntitle: The title\neditions: {handout: {parts: [contents, essay]}}\n---\n"
    handout = press(f"{front}# One\n\nA.\n\n# Two\n\nB.\n", editions=("handout",))
    assert losses(handout) == []
    assert [leaf.part for leaf in handout.pages.leaves] == ["contents", "", "c0", "c1"]


def test_a_handout_of_several_chapters_has_all_of_them(press: Shop) -> None:
    """Each with its own heading; the head stands over the first."""
    handout = press("---\ntitle: T\n---\n# One\n\nA.\n\n# Two\n\nB.\n", editions=("handout",))
    one, two = texts(handout.path)
    assert (one.split()[0], "One" in one, "Two" in two) == ("T", True, True)
    assert losses(handout) == []


def test_questions_have_room_for_an_answer(press: Shop) -> None:
    """Below each there are ruled lines in the handout, and none in the reader."""
    made = press.set("# T\n\nText.\n" + QUESTIONS, editions=("reader", "handout"))
    reader, handout = (
        [
            line.top
            for page in lines(one.path)
            for line in page
            if line.text[-4:] in ("Why?", "for?")
        ]
        for one in made.booklets
    )
    assert reader[1] - reader[0] < 20
    assert handout[1] - handout[0] > 80


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, lasting: object) -> Booklet:
    """Return an essay in large print."""
    folder = tmp_path_factory.mktemp("large")
    shop = Shop(folder, lasting)  # type: ignore[arg-type]
    text = "---\ntitle: T\nabstract: What.\ndate: 2026\n---\n\n## A heading\n\n"
    text += paragraphs(4) + "\n\n*Emphasis*, H~2~O.[^1]\n\n[^1]: A note, *Its Title*.\n\n"
    text += "| A | B |\n| - | - |\n| c | d |\n\nTable: A caption.\n"
    return shop(text, editions=("large-print",))


def test_nothing_in_large_print_is_below_eighteen_points(large: Booklet) -> None:
    """Notes, numbers, running heads and captions included."""
    assert losses(large) == []
    sizes = set()
    with pikepdf.open(large.path) as pdf:
        for page in pdf.pages:
            scale = [1.0]
            for words, operator in instructions(page):
                if operator == "q":
                    scale.append(scale[-1])
                elif operator == "Q":
                    scale.pop()
                elif operator == "cm":
                    scale[-1] *= abs(float(words[3]))
                elif operator == "Tf":
                    size = float(words[1])
                elif operator == "Tm":
                    grown = abs(float(words[3])) * scale[-1]
                elif operator in ("Tj", "TJ"):
                    sizes.add(round(size * grown, 1))
    assert min(sizes) >= 18


def test_large_print_is_ragged_and_has_no_hyphens(large: Booklet) -> None:
    """Each line ends where a word does, and not at one edge."""
    body = [line for page in lines(large.path)[4:6] for line in page if len(line.text) > 20]
    assert body
    assert not any(line.text.endswith("-") for line in body)
    assert len({round(line.right) for line in body}) > len(body) / 3


def test_large_print_has_its_notes_at_the_end(large: Booklet) -> None:
    """A call is as large as the text, in brackets."""
    pages = texts(large.path)
    assert any("O.[1]" in page for page in pages)
    assert "notes" in [leaf.part for leaf in large.pages.leaves]
