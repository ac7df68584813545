"""Right to left and left to right in one text: each word stands as its own language reads it."""

from __future__ import annotations

import ctypes
from itertools import groupby
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from tests.desk import chapter, html

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shop


def seen(path: Path) -> list[str]:
    """Return the lines of a PDF as an eye reads them from left to right, without spaces."""
    lines: list[str] = []
    for page in pypdfium2.PdfDocument(path):
        text = page.get_textpage()
        signs = []
        for at in range(text.count_chars()):
            x, y = ctypes.c_double(), ctypes.c_double()
            if pdfium.FPDFText_GetCharOrigin(text, at, x, y):
                sign = chr(pdfium.FPDFText_GetUnicode(text, at))
                signs.append((-round(y.value), x.value, sign))
        for _, line in groupby(sorted(signs), key=lambda sign: sign[0]):
            lines.append("".join(sign for _, _, sign in line if sign.isprintable()))
    # PDFium turns brackets over between words that run to the left
    return ["".join(line.split()).translate(_BRACKETS) for line in lines]


_BRACKETS = str.maketrans("){}", "(((")


RIGHT_TO_LEFT = [
    ("`--quiet`", "--quiet"),
    ("`${PATH}`", "${PATH}"),
    ("`/var/log/`", "/var/log/"),
    ("`x; y.`", "x;y."),
    ("[(C#)?]{lang=en}", "(C#)?"),
    ("<https://example.org/b/>", "https://example.org/b/"),
    ("https://example.org/c/", "https://example.org/c/"),
    ("-v", "-v"),
    ("g++", "g++"),
    ("~/tea/", "~/tea/"),
    ("the *small* garden", "thesmallgarden"),
    ("*Stop here!*", "Stophere!"),
    ("the [old mill](https://example.org), `ls -l` and *all*", "theoldmill,ls-landall"),
    ("Version *11*", "Version11"),
    ("-5%", "-5%"),
    ("−7", "−7"),
    ("20 °C", "20°C"),
    ("12–14 kg", "12–14kg"),
    ("3.5GHz", "3.5GHz"),
    ('<span lang="en">Well, well.</span>', "Well,well."),
]


@pytest.fixture(scope="module", params=["he", "ar"])
def lines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, lasting: object
) -> list[str]:
    """All of them in a paragraph each of a Hebrew text and of an Arabic one, as they are seen."""
    from tests.conftest import Shop

    before, after = {"he": ("שלום", "סוף"), "ar": ("نص", "نهاية")}[request.param]
    body = "\n\n".join(f"{before} {typed} {after}." for typed, _ in RIGHT_TO_LEFT)
    folder = tmp_path_factory.mktemp("essay")
    press = Shop(folder, lasting)  # type: ignore[arg-type]
    return seen(press(f"---\nlang: {request.param}\ntitle: {before}\n---\n\n{body}\n").path)


@pytest.mark.parametrize(("typed", "wanted"), RIGHT_TO_LEFT)
def test_what_runs_to_the_right_is_read_so_in_text_that_runs_to_the_left(
    lines: list[str], typed: str, wanted: str
) -> None:
    """Code, addresses, numbers with a sign, and foreign words keep their order and their signs."""
    assert any(wanted.translate(_BRACKETS) in line for line in lines), (typed, lines)


def test_pages_from_one_to_another_read_as_they_were_typed(press: Shop) -> None:
    """In Hebrew from the left, in whatever way the line between them was typed."""
    lines = seen(press("---\nlang: he\n---\n\nעמודים 45-47 וגם 81–83 כאן.").path)
    assert any("81–83" in line and "45-47" in line for line in lines), lines


def test_a_long_phrase_keeps_its_order_over_the_lines(press: Shop) -> None:
    """Each line has its own part of the phrase, the first at the head."""
    phrase = "a phrase with *an emphasis* that goes on so long that no line of it all holds it"
    lines = seen(press(f"---\nlang: he\n---\n\nשלום [{phrase}]{{lang=en}} סוף.").path)
    begin = next(i for i, line in enumerate(lines) if "aphrasewithanemphasis" in line)
    assert "holdsit" in lines[begin + 1]


def test_heads_and_contents_are_isolated_too(press: Shop) -> None:
    """A title has its signs in order wherever it stands: cover, contents, head, running head."""
    words = "\n\n".join(["מלים רבות. " * 60] * 16)
    text = f"---\nlang: he\ntitle: ספר `--a` וסוף\n---\n\n# פרק `--b` וסוף\n\n{words}"
    path = press(text).path
    lines = seen(path)
    assert sum("--a" in line for line in lines) >= 4
    assert sum("--b" in line for line in lines) >= 3
    assert not any("a--" in line or "b--" in line for line in lines)
    copied = "".join(p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(path))
    assert "פרק" in copied
    assert not {"\u2066", "\u2069"} & set(copied)


def test_a_latin_heading_may_stand_above_one_that_runs_to_the_left(press: Shop) -> None:
    """Its number is not taken for the beginning of the number of the next line in the contents."""
    words = "\n\nמלים רבות כאן.\n\n"
    heads = ["# ספר", "## פרק ראשון", "## Orchard", "## פרק אחרון"]
    found = press("".join(f"{head}{words}" for head in heads)).report.findings
    assert [finding for finding in found if finding.code.startswith("C")] == []


def test_words_that_run_to_the_left_are_whole_in_text_that_runs_to_the_right() -> None:
    """A phrase with emphasis in it is an element of its own; what is all of one is so itself."""
    assert html("The words אבג *דהו* זחט stand here.") == (
        '<p id="c0-1" data-paragraph="1">The words '
        '<span dir="rtl">אבג <em dir="rtl">דהו</em> זחט</span> stand here.</p>'
    )
    assert "dir=" not in html("A word אבג alone.")


@pytest.mark.parametrize("typed", ["plain *words* only", "`--code` and https://example.org/"])
def test_a_text_of_one_direction_is_left_as_it_is(typed: str) -> None:
    """Nothing is put into it."""
    assert "dir=" not in html(typed)


def test_notes_are_isolated_as_text_is() -> None:
    """Their words are those of the language of the manuscript."""
    one = chapter("---\nlang: he\n---\n\nשלום.[^a] ועוד^[הערה $x וסוף].\n\n[^a]: ראו -v שם.\n")
    assert [note.html.count('dir="ltr"') for note in one.notes] == [1, 1]


def test_a_flag_of_a_command_stays_as_typed_from_right_to_left() -> None:
    """Its two hyphens are no dash there; between words they are, and in other languages."""
    typed = "---\nlang: he\n---\n\nכתבו --force כאן -- או (--all).\n"
    assert '<span dir="ltr">--force</span> כאן –' in html(typed).replace("&nbsp;", " ")
    assert "--all" in html(typed)
    assert "–force" in html("Write --force here.\n")
