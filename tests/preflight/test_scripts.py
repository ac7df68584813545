"""Scripts of the world: lines that join, what is stressed, and letters that no font has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from booklet.manuscript.language import is_leftward, is_upright
from tests.desk import from_text, html
from tests.pdf.test_actual_text import boxes, copied, first_page

if TYPE_CHECKING:
    from tests.conftest import Shop


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("他说\n好", "他说好"),
        ("他说：\n“好。”\n我走", "他说：“好。”我走"),
        ("行く\n。", "行く。"),
        ("用 Git\n的人", "用 Git 的人"),
        ("한 줄\n두 줄", "한 줄 두 줄"),
    ],
)
def test_lines_of_chinese_and_japanese_join_without_a_space(typed: str, printed: str) -> None:
    """Beside Latin words, and in Korean, the end of a line is a space."""
    assert f">{printed}</p>" in html(f"---\nlang: zh\n---\n\n{typed}\n")


@pytest.mark.parametrize(
    ("lang", "upright", "leftward"),
    [
        ("he", True, True), ("fa-AF", True, True), ("zh-Hant", True, False), ("hi", True, False),
        ("th", True, False), ("de", False, False), ("ru", False, False), ("az-Arab", True, True),
        ("az", False, False), ("ur-Latn", False, False),
        ("ks-Deva", True, False),
    ],
)  # fmt: skip
def test_a_language_says_how_it_is_written(lang: str, upright: bool, leftward: bool) -> None:
    """Which way, and whether it has italics; a script in the tag says the first."""
    assert (is_upright(lang), is_leftward(lang)) == (upright, leftward)


def test_nothing_is_slanted_in_a_script_without_italics(press: Shop) -> None:
    """What is stressed is set in the heavier weight."""
    names = press("---\nlang: he\n---\n\nשלום *וברכה* לכל.\n").pages.fonts
    assert not [name for name in names if name.endswith(("Oblique", "Italic"))]


@pytest.mark.parametrize(
    ("typed", "broken"),
    [
        ("မြန်မာနိုင်ငံ", "မြန်|မာ|နိုင်|ငံ"),
        ("သတ္တဝါ", "သတ္တ|ဝါ"),
        ("စောင့်နေ", "စောင့်|နေ"),
        ("၁၂ခု", "၁၂|ခု"),
        ("ဦးလေး", "ဦး|လေး"),
    ],
)
def test_a_line_of_burmese_may_end_after_a_syllable(typed: str, broken: str) -> None:
    """Not before a letter that closes one or is stacked on another; whoever copies it sees none."""
    made = from_text(f"---\nlang: my\n---\n\n{typed}\n")
    assert f">{broken}<".replace("|", "\u200b") in made.chapters[0].html


def test_breaks_between_syllables_are_not_copied(press: Shop) -> None:
    """The text in the PDF is the author's."""
    own = boxes("မြန်ာတ ။")
    css = '@font-face { font-family: B; src: url("b.ttf") } body { font-family: B, serif }'
    essay = "---\nlang: my\n---\n\n# မ\n\nမြန်မာ တတ\n"
    made = press({"essay.md": essay, "style.css": css, "b.ttf": own})
    assert "\u200b" not in copied(made.path)
    assert [f for f in made.report.findings if f.code[0] == "C"] == []


@pytest.mark.parametrize(("lang", "is_level"), [("he", True), ("ja", True), ("en", False)])
def test_figures_are_as_high_as_letters_that_all_are(
    press: Shop, lang: str, is_level: bool
) -> None:
    """A 1 and a 6 are of one height but where small letters stand beside capitals."""
    made = press(f"---\nlang: {lang}\ntoc-depth: 0\n---\n\n# T\n\nQ 1116 Q.\n")
    page = pypdfium2.PdfDocument(made.path)[first_page(made)].get_textpage()
    at = page.get_text_range().index("1116")
    heights = [page.get_charbox(at + place) for place in (0, 3)]
    one, six = (top - bottom for _, bottom, _, top in heights)
    assert (six / one < 1.1) is is_level


@pytest.mark.parametrize(
    ("lang", "typed", "printed"),
    [
        ("ja", "<ruby>茶<rp>（</rp><rt>ちゃ</rt><rp>）</rp></ruby>の", "茶（ちゃ）の"),
        ("ja", "<ruby>茶<rt>ちゃ</rt>色<rt>いろ</rt></ruby>の", "茶（ちゃ）色（いろ）の"),
        ("en", "the <ruby>WAP<rt>wireless</rt></ruby> way", "the WAP (wireless) way"),
    ],
)
def test_a_reading_is_parted_from_its_word(
    press: Shop, lang: str, typed: str, printed: str
) -> None:
    """By the brackets that it brings, or by such as are the language's."""
    made = press(f"---\nlang: {lang}\n---\n\n# T\n\n{typed}\n")
    page = pypdfium2.PdfDocument(made.path)[first_page(made)].get_textpage()
    assert printed.replace(" ", "") in "".join(page.get_text_range().split())


def test_letters_that_no_font_has_keep_to_the_page(press: Shop) -> None:
    """They are measured as boxes, and a line of them ends within the margin."""
    word = "".join(chr(0x11F04 + number % 40) for number in range(300))
    made = press(f"# T\n\nBefore {word} after.\n")
    assert {finding.code for finding in made.report.findings} == {"M11"}


@pytest.mark.parametrize("lang", ["my", "am"])
def test_letters_that_no_font_has_keep_to_the_page_beside_a_link(lang: str, press: Shop) -> None:
    """An underlined word does not take their width from them, whatever the language."""
    word = "".join(chr(0x11F04 + number % 40) for number in range(300))
    head = f"---\nlang: {lang}\n---\n\n# [T](https://example.org)\n\n"
    made = press(f"{head}[One](https://example.org) before {word} after.\n")
    assert {finding.code for finding in made.report.findings} <= {"M11", "M12", "M60"}


@pytest.mark.parametrize("lang", ["hi", "ja"])
def test_letters_that_no_font_has_keep_to_the_page_below_a_heading(lang: str, press: Shop) -> None:
    """Nor does a line without a word, in a language whose letters no font has."""
    word = "".join(chr(0x11F04 + number % 40) for number in range(300))
    made = press(f"---\nlang: {lang}\n---\n\n# {word[:5]}\n\nBefore {word} after.\n\n- {word}\n")
    assert {finding.code for finding in made.report.findings} <= {"M11", "M12", "M60"}


def test_letters_that_no_font_has_are_said_once(press: Shop) -> None:
    """Not again for the guide and the concordance, whose words may lack them as well."""
    text = f"---\nlang: th\n---\n\n# {chr(0x11F04)}\n\nA word, คำ.\n"
    found = press.set(text, editions=(), concordance=True).report.findings
    assert [finding.code for finding in found].count("M11") == 1
