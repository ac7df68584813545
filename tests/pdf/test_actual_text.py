"""Spelling: a reader who copies text from the PDF gets the letters that the author wrote."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pikepdf
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from booklet.layout.plain import PlainLayout
from booklet.preflight.read_back import read_back
from booklet.press import Order
from booklet.quick.layout import QuickLayout
from tests.conftest import pull, texts, told
from tests.preflight.test_losses import cut

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.press import Booklet
    from tests.conftest import Shop

STYLE = """@font-face { font-family: Boxes; src: url(boxes.ttf) }
body { font-family: Boxes, "Booklet Serif" }"""


def boxes(letters: str, ligatures: str = "", width: int = 450) -> bytes:
    """Return a font that draws each letter as a box, and has nothing else but some ligatures.

    `ligatures` is a feature in the words of the OpenType specification, its glyphs named `u` and
    four digits.
    """
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString

    names = {ord(letter): f"u{ord(letter):04X}" for letter in letters}
    order = [".notdef", *names.values(), *(["joined"] if ligatures else [])]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(names)
    glyphs = {}
    for at, name in enumerate(order):
        pen = TTGlyphPen(None)
        pen.moveTo((50, 0))
        for point in ((50, 300 + 40 * at), (400, 300 + 40 * at), (400, 0)):
            pen.lineTo(point)
        pen.closePath()
        glyphs[name] = pen.glyph()
    font.setupGlyf(glyphs)
    font.setupHorizontalMetrics(dict.fromkeys(order, (width, 50)))
    font.setupHorizontalHeader(ascent=1000, descent=-250)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=1000, sTypoDescender=-250, usWinAscent=1000, usWinDescent=250)
    font.setupPost()
    if ligatures:
        addOpenTypeFeaturesFromString(font.font, ligatures)
    saved = io.BytesIO()
    font.save(saved)
    return saved.getvalue()


def copied(path: object) -> str:
    """Return the text of a PDF as poppler has it for somebody who copies it."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


HINDI = "क ि त र ् ष स".replace(" ", "")
JOINED = """languagesystem DFLT dflt; languagesystem dev2 dflt;
    feature akhn { sub u0915 u094D u0937 by joined; } akhn;"""

INTRICATE = {
    "a vowel that stands before its letter": (HINDI, "", "कि रति कर"),
    "a vowel that stands on both sides": ("கொழ", "", "கொ ழ கொழ"),
    "letters that are joined": (HINDI, JOINED, "क्ष कर क्षि"),
    "a letter that is two": ("นำหํา", "", "นำ หา"),
    "joiners": (HINDI + "\u200d", JOINED, "क्\u200dष क्ष"),
}


@pytest.mark.parametrize("name", INTRICATE)
def test_a_line_says_its_letters_where_its_glyphs_do_not(press: Shop, name: str) -> None:
    """Whoever copies it gets them in the order of the author, and the check finds them."""
    letters, ligatures, text = INTRICATE[name]
    boxed = boxes(f"{letters} .", ligatures)
    essay = f"---\nlang: en\n---\n\n# T\n\nBefore.\n\n{text}.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    assert [line for line in told(booklet) if line.startswith("C")] == []
    assert f"{text}." in copied(booklet.path)


def test_a_line_in_the_font_of_the_line_before_says_each_letter_once(press: Shop) -> None:
    """Without tags no font is named again for it; that of a word in it is not where it begins."""
    lines = "\n".join(["कि रति word कर  "] * 3)
    essay = f"---\nlang: hi\n---\n\n# T\n\n{lines}\n"
    own = boxes(f"{HINDI} .")
    files: dict[str, str | bytes] = {"essay.md": essay, "style.css": STYLE, "boxes.ttf": own}
    booklet = press(files, editions=("booklet",))
    assert [line for line in told(booklet) if line.startswith("C")] == []
    assert copied(booklet.path).count("कि रति word कर") == 3
    assert copied(booklet.path).count("रति") == 3


def test_text_that_its_glyphs_spell_says_nothing_more(press: Shop) -> None:
    """An ordinary booklet is as it was: no line repeats what its glyphs say."""
    booklet = press("# Fish\n\nThe office of fine fjords, naïve café, “quoted”, co-opt.\n")
    with pikepdf.open(booklet.path) as pdf:
        assert all(b"ActualText" not in page.Contents.read_bytes() for page in pdf.pages)


def test_a_letter_under_a_mark_stays_a_letter_everywhere(press: Shop) -> None:
    """A letter that comes first with a mark that the font draws apart is not lost ever after."""
    booklet = press("# Marks\n\nNow q\u0303 is rare, but a quick queen is not.\n")
    text = copied(booklet.path)
    assert "quick queen" in text
    assert told(booklet) == []


def test_a_letter_that_is_a_part_of_another_stays_a_letter_everywhere(press: Shop) -> None:
    """Where two letters are drawn with one glyph in common, it is the one that is drawn alone."""
    boxed = boxes("นำา\u0e4dกข .")
    essay = "# T\n\nนำ นา กา ขา.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    assert [line for line in told(booklet) if line.startswith("C")] == []
    essay = "# นำ\n\nนา กา ขา.\n"
    booklet = press({"essay.md": essay})
    assert "นา กา ขา." in copied(booklet.path)
    assert [line for line in told(booklet) if line.startswith("C")] == []


# Points and joined letters, each in a type that draws them its own way: the letters it has, its
# features, what is written, and whether it is Hebrew.
RAISED = """languagesystem DFLT dflt; languagesystem hebr dflt;
    markClass [u05B8 u05C1] <anchor 225 600> @above;
    feature mark { pos base [u05E9 u05DC u05D0] <anchor 225 900> mark @above; } mark;"""
LEFTWARDS = {
    "points": ("אבגדהושלםָׁ .", "", "שָׁלום אָב", "he"),
    "points that are raised": ("אבגדהושלםָׁ .", RAISED, "שָׁלום אָב", "he"),
    "a font without a stop": ("אבגדהושלםָׁ ", "", "שָׁלום אָב", "he"),
    "lam and alef as one": ("المس .", """languagesystem DFLT dflt; languagesystem arab dflt;
        feature rlig { sub u0644 u0627 by joined; } rlig;""", "سلام مال لا", "ar"),
    "a joiner that is not drawn": ("کتابهامی .", "", "کتاب\u200cها می\u200cماه", "fa"),
    "letters that are pieces": ("بتحا .", """languagesystem DFLT dflt; languagesystem arab dflt;
        feature ccmp { sub u0628 by joined u062D; sub u062A by joined u062D; } ccmp;""",
        "باب تاب", "ur"),
}  # fmt: skip


def is_copied(word: str, path: Path) -> tuple[bool, bool]:
    """Return whether poppler and PDFium have a word for somebody who copies it, as it is typed.

    Marks at one letter have no order of their own, and poppler says which way it runs.
    """
    document = pypdfium2.PdfDocument(path)
    read = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    texts = (re.sub("[\u202a-\u202e]", "", done.stdout.decode()), read)
    has = [normalize("NFC", word) in normalize("NFC", text).split() for text in texts]
    return has[0], has[1]


@pytest.mark.parametrize("name", LEFTWARDS)
def test_words_from_right_to_left_are_copied_as_they_are_typed(press: Shop, name: str) -> None:
    """Two readers that turn round what they read find each letter, point and joiner."""
    letters, features, text, lang = LEFTWARDS[name]
    essay = f"---\nlang: {lang}\n---\n\n# {text.split()[0]}\n\n{text}\n"
    boxed = boxes(letters, features)
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    assert [line for line in told(booklet) if line.startswith("C")] == []
    copied = [is_copied(word, booklet.path) for word in text.split()]
    both = name != "letters that are pieces"  # of these, PDFium turns some round
    assert [each if both else each[:1] for each in copied] == [(True,) * (1 + both)] * len(copied)


def test_a_letter_with_two_points_stays_in_its_word(press: Shop) -> None:
    """Also where a reader takes letters in the order in which they are drawn."""
    letters, features, text, lang = LEFTWARDS["points that are raised"]
    essay = f"---\nlang: {lang}\n---\n\n# T\n\nWords {text} and words.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxes(letters, features)})
    raw = re.sub("[\u202a-\u202e]", "", " ".join(texts(booklet.path, "-raw")))
    pointed = [word for word in text.split() if re.search("[\u05b0-\u05c7]{2}", word)]
    assert pointed
    assert [word for word in pointed if normalize("NFC", word) not in normalize("NFC", raw)] == []


def test_a_heading_behind_others_from_right_to_left_is_found_in_the_contents(press: Shop) -> None:
    """How much those take of what is read there is not known: PDFium leaves Adlam out."""
    adlam = "".join(map(chr, range(0x1E900, 0x1E910)))
    essay = f"# {adlam}\n\nWords.\n\n# {adlam[:5]}\n\nWords.\n\n# End\n\nWords.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxes(f"{adlam} .")})
    assert [line for line in told(booklet) if line.startswith("C")] == []


def test_a_letter_that_is_read_elsewhere_is_not_off_the_page(
    press: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text runs off a page only if something that is drawn reaches out of it."""
    texts = ("Gates hedges", "Gates")
    monkeypatch.setattr(sys.modules[read_back.__module__], "_text", lambda _page, _text: texts)
    pages = press({"essay.md": GATE}).pages
    assert not read_back(pages.pdf).beyond


def test_what_only_says_letters_is_not_seen(press: Shop) -> None:
    """A page looks the same without the letters that are not painted."""
    letters, features, text, lang = LEFTWARDS["points that are raised"]
    essay = f"---\nlang: {lang}\n---\n\n# {text}\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxes(letters, features)})
    page = first_page(booklet)
    pictures = []
    with pikepdf.open(booklet.path) as pdf:
        for kept in (True, False):
            content = pdf.pages[page].Contents.read_bytes()
            bare = re.sub(rb"3 Tr .*? 0 Tr", b"", content)
            assert bare != content
            pdf.pages[page].Contents = pdf.make_stream(content if kept else bare)
            saved = io.BytesIO()
            pdf.save(saved)
            shown = pypdfium2.PdfDocument(saved.getvalue())[page].render(scale=4).to_pil()
            pictures.append(shown.tobytes())
    assert pictures[0] == pictures[1]


def test_hidden_words_from_right_to_left_are_told(press: Shop) -> None:
    """White letters say nothing themselves where others say it for them; they are found."""
    letters, features, text, lang = LEFTWARDS["letters that are pieces"]
    essay = f"---\nlang: {lang}\n---\n\n# {text}\n\n{{.it}}\n{text} {text} {text}\n"
    style = f"{STYLE} .it {{ color: white }}"
    booklet = press({"essay.md": essay, "style.css": style, "boxes.ttf": boxes(letters, features)})
    assert [line.split(" ")[0] for line in told(booklet) if line.startswith("C")] == ["C07"]


# Letters that are drawn as one stroke with other dots, as naskh types do, or with one glyph.
ARABIC = "ابتحم٭ ."
DOTTED = """languagesystem DFLT dflt; languagesystem arab dflt;
    feature ccmp { sub u0628 by joined u066D; sub u062A by joined u066D; } ccmp;
    feature rlig { sub u062D by joined; } rlig;"""


def arabic(press: Shop, text: str, **words: Any) -> Booklet:
    """Return a booklet in a type whose letters share strokes; `words` are for the press."""
    essay = f"---\nlang: ar\n---\n\n# ام\n\n{text}.\n"
    own = boxes(ARABIC, DOTTED)
    files: dict[str, str | bytes] = {"essay.md": essay, "style.css": STYLE, "boxes.ttf": own}
    return press(files, **words)


@pytest.mark.parametrize("text", ["باب تابت حاب محا", "بات حبا", "حا بابت"])
def test_letters_from_right_to_left_that_share_a_stroke_are_said(press: Shop, text: str) -> None:
    """Each by itself, whichever comes first."""
    booklet = arabic(press, text)
    assert [line for line in told(booklet) if line.startswith("C")] == []
    assert all(word in copied(booklet.path) for word in text.split())


def test_a_vowel_sign_that_is_a_part_of_a_letter_stays_one_everywhere(press: Shop) -> None:
    """A type may draw a letter as another with a sign above: the sign is not that letter."""
    drawn = """languagesystem DFLT dflt; languagesystem arab dflt;
        feature ccmp { sub u06C7 by joined u064F; } ccmp;"""
    essay = "---\nlang: ug\n---\n\n# \u06c7\n\nا\u06c7ا اب\u064fاب.\n"
    boxed = boxes("اب\u06c7\u064f .", drawn)
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    assert [line for line in told(booklet) if line.startswith("C")] == []


def test_sheets_fold_whose_letters_are_said(press: Shop) -> None:
    """PDFium loses some of what is said where it reads a page that is turned; they are right."""
    booklet = arabic(press, "باب تابت حاب محا باب حبا بات", editions=("booklet",))
    assert [line for line in told(booklet) if line[0] in "CI"] == []


def test_a_letter_that_was_exchanged_from_right_to_left_is_told(press: Shop) -> None:
    """What is said of a single letter is held against the manuscript, too."""
    booklet = arabic(press, "امام تمام")
    page = first_page(booklet)

    def knife(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[page].Contents.read_bytes()
        assert b"<feff062a>" in content
        pdf.pages[page].Contents = pdf.make_stream(content.replace(b"<feff062a>", b"<feff0628>"))

    assert "C01 essay.md:7" in cut(booklet, knife)


def test_a_word_that_is_stretched_is_found(press: Shop) -> None:
    """Who writes it longer, or a type that draws it longer, changes no letter of it."""
    essay = "---\nlang: ar\n---\n\n# اب\n\nبـــاب تـاب.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxes(f"{ARABIC}ـ")})
    assert [line for line in told(booklet) if line.startswith("C")] == []


INDIC = (
    "---\nlang: hi\n---\n\n# कि\n\nक्षि रति कर.\n\nLatin q\u0303 and quick.\n",
    boxes(f"{HINDI} .", JOINED),
)
SEMITIC = (
    "---\nlang: ar\n---\n\n# حب\n\nباب تابت حاب محا.\n",
    boxes(ARABIC, DOTTED),
)


POINTED = (
    "---\nlang: he\n---\n\n# שָׁלום\n\nאָב שָׁלום דָה.\n\n[^1]: אָב.\n\nשָׁם.[^1]\n",
    boxes(LEFTWARDS["points that are raised"][0], RAISED),
)
MANY = {"hindi": INDIC, "arabic": SEMITIC, "pointed hebrew": POINTED}


@pytest.mark.parametrize(("essay", "boxed"), MANY.values(), ids=MANY)
def test_quick_and_plain_say_the_same(press: Shop, essay: str, boxed: bytes) -> None:
    """The bytes are the same, whether lines were drawn with our patches or without."""
    press.write({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    made = []
    for plain in (False, True):
        with PlainLayout() if plain else QuickLayout() as crew:
            order = Order("essay.md", ("reader",), out="out", cwd=press.folder, plain=plain)
            made.append(pull(order, [crew]).booklets[0].path.read_bytes())
    assert made[0] == made[1]


# -- What the check makes of it --------------------------------------------------------------------

HEBREW = """\
---
lang: he
---

# אבג

שָׁלום COVID-19 אבגד (F-16) ו-25 אב.

    a[0] = b

`--all` דה.
"""
CAPITAL = ".text > p:first-of-type::first-letter { float: left; font-size: 3em; line-height: 1 }"
GATE = """# Gates

Hedges stand by the gate, and a path goes through it to the river. Nobody has mowed it for years, so
that nettles lean in from both sides, and the latch, which was made by a smith who lived where the
shop is now, has rusted into its staple. Children climb over.
"""


def hebrew(press: Shop) -> Booklet:
    """Return a booklet in Hebrew, with points, with Latin words, numbers and code."""
    letters = "אבגדהושלםָׁ ().-0123456789abcdefghijklmnopqrstuvwxyzCOVIDF[]="
    return press({"essay.md": HEBREW, "style.css": STYLE, "boxes.ttf": boxes(letters)})


def test_words_in_two_directions_are_found(press: Shop) -> None:
    """Points, hyphens, digits, brackets and code are read back in another order, and are right."""
    assert [line for line in told(hebrew(press)) if line.startswith("C")] == []


def test_a_drop_cap_is_found(press: Shop) -> None:
    """It is drawn before all else on its page, and belongs to its paragraph all the same."""
    assert told(press({"essay.md": GATE, "style.css": CAPITAL})) == []


def first_page(booklet: Booklet) -> int:
    """Return the first page of the text, counted from 0."""
    return [leaf.part for leaf in booklet.pages.leaves].index("c0")


def test_words_that_float_before_their_paragraph_are_found(press: Shop) -> None:
    """So are more than a letter, on several lines."""
    style = ".lead { float: left; width: 20mm; font-size: 120% }"
    text = GATE.replace("Hedges stand by the gate", "[Hedges stand]{.lead} by the gate", 1)
    assert told(press({"essay.md": text, "style.css": style})) == []


def without(letter: str, pdf: pikepdf.Pdf, page: int) -> None:
    """Take a letter out of all strings of a page."""
    content = list(pikepdf.parse_content_stream(pdf.pages[page]))
    codes = set()
    for font in pdf.pages[page].Resources.Font.as_dict().values():
        means = f"<([0-9a-f]{{4}})> <{letter.encode('utf-16-be').hex()}>".encode()
        codes |= {bytes.fromhex(c.decode()) for c in re.findall(means, font.ToUnicode.read_bytes())}
    assert codes
    for item in content:
        if str(item.operator) == "TJ":
            shown = item.operands[0]
            for at, string in enumerate(shown):
                if isinstance(string, pikepdf.String):
                    run = bytes(string)
                    glyphs = [run[i : i + 2] for i in range(0, len(run), 2)]
                    kept = b"".join(glyph for glyph in glyphs if glyph not in codes)
                    shown[at] = pikepdf.String(kept)
    pdf.pages[page].Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))


def test_a_drop_cap_that_is_lost_is_told(press: Shop) -> None:
    """The paragraph without its first letter is not the author's."""
    booklet = press({"essay.md": GATE, "style.css": CAPITAL})
    page = first_page(booklet)

    def knife(pdf: pikepdf.Pdf) -> None:
        content = list(pikepdf.parse_content_stream(pdf.pages[page]))
        sizes = [item for item in content if str(item.operator) == "Tf"]
        large = content.index(max(sizes, key=lambda item: float(item.operands[1])))
        del content[next(i for i in range(large, len(content)) if str(content[i].operator) == "TJ")]
        pdf.pages[page].Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))

    assert "C01 essay.md:3" in cut(booklet, knife)


def test_a_letter_that_a_word_from_right_to_left_lost_is_told(press: Shop) -> None:
    """Only the order in which it is read may differ, not its letters."""
    booklet = hebrew(press)
    page = first_page(booklet)
    assert "C01 essay.md:7" in cut(booklet, partial(without, "ג", page=page))
    assert "C01 essay.md:7" in cut(booklet, partial(without, "9", page=page))


def test_a_line_that_says_other_letters_is_told(press: Shop) -> None:
    """What it says of itself is what a reader copies, so that is held against the manuscript."""
    boxed = boxes(f"{HINDI} .")
    essay = "# T\n\nकि रति कर.\n"
    booklet = press({"essay.md": essay, "style.css": STYLE, "boxes.ttf": boxed})
    page = first_page(booklet)

    def knife(pdf: pikepdf.Pdf) -> None:
        content = pdf.pages[page].Contents.read_bytes()
        said = "रति".encode("utf-16-be").hex().encode()
        assert said in content
        other = "सति".encode("utf-16-be").hex().encode()
        pdf.pages[page].Contents = pdf.make_stream(content.replace(said, other))

    assert "C01 essay.md:3" in cut(booklet, knife)
