"""Fonts by script: which are needed, how they are brought, and that they set the page."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from importlib.resources import files
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from booklet.editions import compose
from booklet.editions.style import styles
from booklet.errors import BookletError
from booklet.fonts import added as kept
from booklet.fonts import coverage, faces, glyph_names, making
from booklet.fonts.coverage import house_characters
from booklet.fonts.groups import GROUPS, named, needed, of_character
from booklet.fonts.listing import change, listed
from booklet.layout.plain import PlainLayout
from booklet.manuscript import parse
from booklet.press import Order
from booklet.quick.layout import QuickLayout
from booklet.quick.no_change import look
from tests.conftest import INV, pull
from tests.desk import source
from tests.pdf.test_actual_text import boxes, first_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Shop


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the fonts of each test in a folder of its own."""
    monkeypatch.setenv("BOOKLET_FONTS", str(tmp_path / "kept"))


def wheel(cut_files: list[str], content: bytes = b"") -> bytes:
    """Return a package with a font in the place of each of these files: the house's sans."""
    font = files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.otf"
    content = content or font.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in cut_files:
            package.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let packages come without a network, with one face of the house in each of their files."""
    cuts = [cut for group in GROUPS.values() for cut in group.cuts]
    monkeypatch.setattr(making, "instance", lambda content, _axes: content)
    monkeypatch.setattr(
        making,
        "_fetched",
        lambda packages, _place: {
            package: wheel(list({c.file for c in cuts if c.package == package}))
            for package in packages
        },
    )


@pytest.mark.parametrize(
    ("character", "lang", "group"),
    [
        ("ש", "he", "hebrew"), ("ش", "en", "arabic"), ("ہ", "ur", "arabic"), ("ก", "th", "thai"),
        ("अ", "hi", "devanagari"), ("খ", "bn", "bengali"), ("க", "ta", "tamil"),
        ("ក", "km", "khmer"), ("မ", "my", "burmese"), ("국", "ko", "korean"),
        ("か", "ja", "japanese"), ("国", "ja", "japanese"), ("国", "zh", "chinese"),
        ("國", "zh-Hant", "chinese-traditional"), ("國", "zh-HK", "chinese-traditional"),
        ("國", "ko", "korean"), ("国", "en", "chinese"), ("✅", "en", "emoji"),
        ("❌", "en", "emoji"), ("😀", "de", "emoji"), ("✗", "en", "symbols"),
        ("★", "en", "symbols"), ("⇒", "en", "symbols"), ("ꙮ", "ru", "cyrillic"),
        ("ᾧ", "el", "greek"), ("a", "en", ""), ("ÿ", "fr", ""),
    ],
)  # fmt: skip
def test_a_character_belongs_to_a_script(character: str, lang: str, group: str) -> None:
    """Chinese characters belong to the language of the text."""
    assert of_character(character, lang) == group


def test_a_text_needs_the_fonts_of_its_scripts_its_own_first() -> None:
    """Emoji come last: what is a letter or a sign elsewhere is not drawn as a picture."""
    assert [g.name for g in needed(set("abc✅国אか"), "ja")] == ["japanese", "hebrew", "emoji"]
    assert [g.name for g in needed(set("国 と か"), "en")] == ["japanese"]
    assert needed(set("plain"), "en") == ()


def test_every_package_is_locked_with_a_hash() -> None:
    """A package that is another one by now is refused."""
    locked = making._locked()
    wanted = {package for group in GROUPS.values() for package in group.packages}
    assert wanted == locked.keys()
    assert all("--hash=sha256:" in lines for lines in locked.values())


def test_no_two_faces_have_one_name_within_a_group() -> None:
    """Each is a file of its own."""
    for group in GROUPS.values():
        names = [cut.name for cut in group.cuts]
        assert len(names) == len(set(names)), group.name


def test_an_unknown_script_is_said() -> None:
    """With the nearest that there is."""
    with pytest.raises(BookletError, match="there are no fonts for `hebrwe`") as caught:
        named(["hebrwe"])
    assert caught.value.hint == "did you mean `hebrew`?"


@pytest.mark.usefixtures("brought")
def test_fonts_are_added_once_and_taken_away() -> None:
    """What is there is left; what was made of something else is made anew."""
    said: list[str] = []
    making.add(named(["hebrew"]), said.append)
    making.add(named(["hebrew"]), said.append)
    assert [line.split(",")[0] for line in said] == ["hebrew: 4 faces", "hebrew: is there"]
    assert making.is_there(GROUPS["hebrew"])
    (kept.folder() / "hebrew" / kept.MADE).write_text("other")
    assert not making.is_there(GROUPS["hebrew"])
    making.remove(named(["hebrew"]), said.append)
    assert kept.made() == {}


def test_without_a_network_it_is_said_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint says what can be done instead."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(BookletError, match="the fonts cannot be fetched") as caught:
        making.add(named(["thai"]), lambda _: None)
    assert "`fonts/`" in caught.value.hint
    assert kept.made() == {}


@pytest.mark.usefixtures("brought")
def test_added_fonts_set_what_the_house_lacks(press: Shop) -> None:
    """They come after the house's and before those of the machine, only where they are needed."""
    making.add(named(["hebrew"]), lambda _: None)
    sheets = {s.path: s.css for s in press("---\nlang: he\n---\n\nשלום.\n").edition.sheets}
    rules = sheets["(fonts of this essay)"]
    assert '--more-text: "Booklet Hebrew", serif' in rules
    assert '--more-apparatus: "Booklet Hebrew Sans", "Booklet Hebrew", sans-serif' in rules
    addresses = re.findall(r'url\("https://booklet\.invalid/([^"]*)"\)', rules)
    assert all(faces.added(address) for address in addresses)
    plain = press("# T\n\nText.\n").edition.sheets
    assert "(fonts of this essay)" not in {s.path for s in plain}


@pytest.mark.usefixtures("brought")
def test_a_build_looks_again_when_fonts_come(tmp_path: Path) -> None:
    """The receipt of a build and the keys of its parts know which fonts are there."""
    (tmp_path / "essay.md").write_text("# T\n\nשלום\n")
    before = look("essay.md", tmp_path)
    making.add(named(["hebrew"]), lambda _: None)
    after = look("essay.md", tmp_path)
    assert before
    assert after
    assert before.house != after.house


SCRIPTS = """# Bells

The word שלום and the word กาแฟ, a ⊕ and a ☕ in it, **bold שלום** and *slanted กา*.

# More

Here is `⊕ code` again, and no more than that.
"""
LETTERS = "שלוםกาแฟ⊕☕"


def test_added_types_make_the_same_bytes_in_every_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quick and plain, after an edit and back, and when they were taken away and brought again."""
    cuts = [cut for group in GROUPS.values() for cut in group.cuts]
    monkeypatch.setattr(making, "instance", lambda content, _axes: content)
    packages = {c.package: [each.file for each in cuts if each.package == c.package] for c in cuts}
    fetched = {name: wheel(list({*inside}), boxes(LETTERS)) for name, inside in packages.items()}
    monkeypatch.setattr(making, "_fetched", lambda names, _place: {n: fetched[n] for n in names})
    essay, groups = tmp_path / "essay.md", named(["hebrew", "thai", "symbols", "emoji"])

    def made(text: str = SCRIPTS, *, plain: bool = False) -> bytes:
        essay.write_text(text)
        # its processes know the folder of the fonts
        with PlainLayout() if plain else QuickLayout() as crew:
            order = Order("essay.md", ("reader",), out="out", cwd=tmp_path, plain=plain)
            return pull(order, [crew]).booklets[0].path.read_bytes()

    bare = made()
    making.add(groups, lambda _: None)
    first = made()
    assert first != bare
    assert made(plain=True) == first
    assert made(SCRIPTS.replace("again", "once more")) != first
    assert made() == first
    making.remove(groups, lambda _: None)
    assert made() == bare
    making.add(groups, lambda _: None)
    assert made() == first


DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
NUMBERED = """---
lang: {lang}
number-sections: true
date: 2026-03-09
digits: {digits}
---

# باب {{#bab}}

1. اب
2. با

اب[^n] [باب](#bab) با.

[^n]: بب.
"""


@pytest.mark.parametrize(
    ("lang", "digits", "family"),
    [
        ("fa", "", "Booklet-Digits-U06F0"),
        ("ar-EG", "", "Booklet-Digits-U0660"),
        ("ur", "native", "Booklet-Digits-U06F0"),
        ("fa", "latin", ""),
        ("ur", "", ""),
    ],
)
def test_the_booklet_numbers_in_the_digits_of_its_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, digits: str, family: str
) -> None:
    """They are shown by a face of their own; what is checked and copied are 0 to 9."""
    inside = [cut.file for cut in GROUPS["arabic"].cuts]
    package = wheel(list({*inside}), boxes(f"اب {DIGITS}"))
    monkeypatch.setattr(making, "_fetched", lambda names, _place: dict.fromkeys(names, package))
    making.add(named(["arabic"]), lambda _: None)
    (tmp_path / "essay.md").write_text(NUMBERED.format(lang=lang, digits=digits or '""'))
    with QuickLayout() as crew:
        order = Order("essay.md", ("reader",), out="out", cwd=tmp_path)
        booklet = pull(order, [crew]).booklets[0]
    shown = [name for name in booklet.pages.fonts if "Digits" in name]
    assert [name for name in shown if name == family or not name.startswith(family)] == (
        [family] if family else []
    )
    assert [f for f in booklet.report.findings if f.code[0] in "CP"] == []
    page = pypdfium2.PdfDocument(booklet.path)[first_page(booklet)].get_textpage()
    assert {"1", "2"} <= set(page.get_text_range())
    assert not set(DIGITS) & set(page.get_text_range())


FORMS = """languagesystem DFLT dflt; languagesystem arab dflt;
    feature rlig { sub u0644 u0627 by joined; } rlig;"""


def test_glyphs_without_names_are_named_after_their_letters() -> None:
    """By what the font puts in the place of what: each form says the letters that it stands for."""
    with TTFont(io.BytesIO(boxes("لاب", FORMS))) as font:
        font["post"].formatType = 3.0
        nameless = io.BytesIO()
        font.save(nameless)
    named_ = glyph_names.with_names(nameless.getvalue())
    assert named_ == glyph_names.with_names(nameless.getvalue())
    with TTFont(io.BytesIO(named_)) as font:
        assert {"uni0644", "uni0627", "uni0628", "uni06440627"} < set(font.getGlyphOrder())
        assert font.getBestCmap() == {0x627: "uni0627", 0x628: "uni0628", 0x644: "uni0644"}


def test_signs_bring_no_letters_of_other_scripts() -> None:
    """A font that has more than its group is cut down to it, the same one each time."""
    cut = making.cut_down(boxes("⊕☯שא"), GROUPS["symbols"].ranges)
    assert cut == making.cut_down(boxes("⊕☯שא"), GROUPS["symbols"].ranges)
    with TTFont(io.BytesIO(cut)) as font:
        assert sorted(font.getBestCmap()) == [0x2295, 0x262F]


@pytest.mark.parametrize(
    ("character", "added", "ways"),
    [
        ("ש", [], "`./inv fonts add hebrew`, or install fonts-noto-core, or"),
        ("ש", ["hebrew"], "install fonts-noto-core, or"),
        ("\U00020021", ["chinese"], "install fonts-hanazono, or"),
        ("☯", [], "`./inv fonts add symbols`, or install fonts-dejavu-core, or"),
    ],
)
@pytest.mark.usefixtures("brought")
def test_no_fonts_are_named_that_did_not_help(character: str, added: list[str], ways: str) -> None:
    """What is there already lacks the letter; another font has it."""
    making.add(named(added), lambda _: None)
    assert coverage._help({character}, "zh").startswith(ways)


@pytest.mark.parametrize("path", ["types/x/hebrew/../made", "types/x/none/a.ttf", "types/a.ttf"])
def test_no_other_file_is_taken_for_a_font(path: str) -> None:
    """Only the faces of a group have an address."""
    assert faces.added(path) is None


def test_the_verb_shows_and_explains(tmp_path: Path) -> None:
    """`fonts` lists all scripts; a wrong name is an error with status 1."""
    done = subprocess.run((*INV, "fonts"), capture_output=True, text=True, check=True)
    assert all(re.search(rf"^{name} +\S", done.stdout, re.MULTILINE) for name in GROUPS)
    wrong = subprocess.run((*INV, "fonts", "add", "grek"), capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "did you mean `greek`?" in wrong.stderr
    assert not list(tmp_path.glob("kept/*"))


def test_old_greek_is_a_borrowed_letter() -> None:
    """The sans has it, the serif of the text has not: it is said, and which fonts to add."""
    known = house_characters()
    assert ord("ω") in known
    assert ord("ῦ") not in known
    assert [group.name for group in needed({"ῦ"}, "en")] == ["greek"]


@pytest.mark.usefixtures("brought")
def test_pieces_in_another_language_of_the_east_have_its_shapes(tmp_path: Path) -> None:
    """In types that are there; a piece in the text's own language needs no rule."""
    typed = (
        "---\nlang: zh\n---\n\n直 [直]{lang=ja} [直]{lang=ko} [直]{lang=zh-Hant} [直]{lang=zh}\n"
    )
    one = source(tmp_path, typed)
    made = parse(one)

    def css() -> str:
        return "".join(sheet.css for sheet in compose(made, styles(made)["reader"], one).sheets)

    assert "Booklet JP" not in css()
    change(["japanese", "chinese-traditional"], [], lambda _: None)
    assert '[lang="ja"]:not(html, code, pre) { font-family: "Booklet Serif", "Booklet JP"' in css()
    assert '[lang="zh-Hant"]:not(html, code, pre) {' in css()
    assert '[lang="ko"]' not in css()
    assert '[lang="zh"]:not' not in css()
    change([], ["japanese"], lambda _: None)
    assert '[lang="ja"]:not' not in css()


@pytest.mark.usefixtures("brought")
def test_types_of_another_version_are_said_and_those_that_they_lack_are_not_asked_for(
    press: Shop,
) -> None:
    """A note names the command that brings the new ones, and so does the list of them."""
    making.add(named(["hebrew"]), lambda _: None)
    place = kept.folder() / "hebrew"
    (place / kept.MADE).write_text("0123abcd\n", encoding="ascii")
    gone, *others = (cut.name for cut in GROUPS["hebrew"].cuts)
    (place / gone).unlink()
    made = press("---\nlang: he\n---\n\nשלום.\n")
    rules = next(s.css for s in made.edition.sheets if s.path == "(fonts of this essay)")
    assert gone not in rules
    assert all(name in rules for name in others)
    found = {f.code: str(f) for f in made.report.findings}
    assert "`./inv fonts add hebrew` brings the new ones" in found["M32"]
    assert "`./inv fonts add hebrew` brings the types of this version" in list(listed())
    assert "M32" not in {f.code for f in press("# T\n\nText.\n").report.findings}


@pytest.mark.usefixtures("brought")
def test_a_text_with_notes_and_pages_needs_no_types_for_their_marks(press: Shop) -> None:
    """The press marks them by noncharacters, which lie among Arabic letters in Unicode."""
    making.add(named(["arabic"]), lambda _: None)
    made = press("# T {#t}\n\nText[^1] on [page {page}](#t).\n\n[^1]: A note.\n")
    assert "(fonts of this essay)" not in {sheet.path for sheet in made.edition.sheets}
    assert not [code for code in range(0xFDD0, 0xFDF0) if of_character(chr(code), "ar")]
