"""Editions: a manuscript dressed by the templates and styles, before anything is laid out."""

from __future__ import annotations

import re
import shutil
import threading
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from jinja2.sandbox import SandboxedEnvironment

from booklet import editions
from booklet.editions import call_anchor, compose, note_anchor
from booklet.editions.own_words import words
from booklet.editions.style import styles
from booklet.errors import BookletError
from booklet.manuscript import parse
from booklet.quick.memo import Memo
from booklet.quick.store import opened
from booklet.source import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from booklet.editions import Edition, Part

    Dress = Callable[..., Edition]


@pytest.fixture
def dress(tmp_path: Path) -> Dress:
    """Return a function that writes an essay and composes it."""

    def compose_text(text: str, endnotes: frozenset[str] = frozenset(), **extra: str) -> Edition:
        (tmp_path / "essay.md").write_text(text, encoding="utf-8")
        for name, content in extra.items():
            path = tmp_path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        source = read(str(tmp_path))
        manuscript = parse(source)
        return compose(manuscript, styles(manuscript)["reader"], source, endnotes)

    return compose_text


def part(edition: Edition, name: str) -> Part:
    """Return a part of an edition by its name."""
    return next(p for p in edition.parts if p.name == name)


def test_parts_stand_in_the_order_of_a_book(dress: Dress) -> None:
    """Cover, imprint, contents, the text, the colophon; notes only where some are at the end."""
    edition = dress("# T\n\nText.[^1]\n\n[^1]: Note.\n\n## S\n\nMore.\n")
    assert [p.kind for p in edition.parts] == ["cover", "imprint", "contents", "essay", "colophon"]


def test_an_essay_without_sections_has_no_contents(dress: Dress) -> None:
    """There is nothing to list, so there is no page that lists it."""
    assert "contents" not in [p.kind for p in dress("# T\n\nText.\n").parts]


def test_notes_at_the_end_have_a_part_of_their_own(dress: Dress) -> None:
    """With `notes: end` each call is a link to a note in the part before the colophon."""
    edition = dress("---\ntitle: T\nnotes: end\n---\nText.[^1]\n\n[^1]: The note.\n")
    assert [p.kind for p in edition.parts][-2:] == ["notes", "colophon"]
    (note,) = edition.manuscript.notes
    assert f'href="#{note_anchor(note)}"' in part(edition, "c0").html
    assert f'id="{note_anchor(note)}"' in part(edition, "notes").html
    assert "The note." not in part(edition, "c0").html


def test_a_note_without_room_goes_to_the_end_alone(dress: Dress) -> None:
    """A key among the end notes moves that note and leaves the others at the foot."""
    text = "# T\n\nOne.[^a] Two.[^b]\n\n[^a]: First note.\n\n[^b]: Second note.\n"
    edition = dress(text, frozenset({"c0:b"}))
    assert "First note." in part(edition, "c0").html
    assert "Second note." in part(edition, "notes").html


def test_a_note_called_twice_is_set_once(dress: Dress) -> None:
    """The second call repeats the number and links to the note of the first."""
    edition = dress("# T\n\nOne.[^a] Again.[^a]\n\n[^a]: The note.\n")
    html = part(edition, "c0").html
    assert html.count("The note.") == 1
    assert '<a class="call again" href="#c0-n1">1</a>' in html


def test_templates_are_compiled_once_for_all_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "essay.md").write_text("# One\n\nWords.\n")
    store = opened(tmp_path / "store")
    source = read(str(tmp_path / "essay.md"))
    manuscript = parse(source)
    style = styles(manuscript)["reader"]
    plain = compose(manuscript, style, source)
    assert compose(manuscript, style, source, maker=Memo(store)) == plain
    entries = list((tmp_path / "store" / "template").iterdir())
    assert len(entries) > 4

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a template is compiled")

    monkeypatch.setattr(SandboxedEnvironment, "compile", never)
    assert compose(manuscript, style, source, maker=Memo(store)) == plain
    entries[0].write_bytes(entries[0].read_bytes()[:-9])
    with pytest.raises(AssertionError, match="compiled"):
        compose(manuscript, style, source, maker=Memo(store))


def test_a_call_is_held_to_the_word_before_it(dress: Dress) -> None:
    """No line can begin with the call of a note, after a plain word or one in italics."""
    html = part(
        dress("# T\n\nA plain.[^a] An *old book*.[^b]\n\n[^a]: A.\n\n[^b]: B.\n"), "c0"
    ).html
    assert '<span class="held">plain.<span class="called"' in html
    assert '<em>old </em><span class="held"><em>book</em>.<span class="called"' in html


def test_white_space_in_notes_is_collapsed(dress: Dress) -> None:
    """A line that ends in the manuscript does not end in a note, and code keeps its lines."""
    text = "# T\n\nOne.[^a]\n\n[^a]: First\n    line.\n\n    ```\n    a\n    b\n    ```\n"
    html = part(dress(text), "c0").html
    assert "First line." in html
    assert "a\nb\n</code></pre>" in html


def test_contents_go_as_deep_as_the_author_wants(dress: Dress) -> None:
    """`toc-depth` counts from the highest heading of the body."""
    text = "---\ntitle: T\ntoc-depth: {}\n---\n\n## One\n\nx\n\n### Two\n\nx\n\n#### Three\n\nx\n"
    depths = [len(dress(text.format(depth)).entries) for depth in (0, 1, 2, 3)]
    assert depths == [0, 1, 2, 3]


def test_chapters_are_in_the_contents(dress: Dress) -> None:
    """With several headings of the first level, these count as the highest."""
    edition = dress("---\ntitle: T\ntoc-depth: 1\n---\n# A\n\nx\n\n## a\n\nx\n\n# B\n\nx\n")
    assert [e.text for e in edition.entries] == ["A", "B"]
    assert [p.name for p in edition.parts if p.kind == "essay"] == ["c0", "c1"]


@pytest.mark.parametrize(("start", "side"), [("recto", "recto"), ("page", "next")])
def test_later_chapters_begin_where_the_author_wants(dress: Dress, start: str, side: str) -> None:
    """The first chapter begins on a recto; the others do with `chapter-start: recto`."""
    edition = dress(f"---\ntitle: T\nchapter-start: {start}\n---\n# A\n\nx\n\n# B\n\nx\n")
    assert [p.side for p in edition.parts if p.kind == "essay"] == ["recto", side]


def test_a_template_in_the_essays_folder_stands_before_ours(dress: Dress) -> None:
    """An author can replace one part and keep the others."""
    own = '{% extends "part.html" %}{% block part %}<p>Our own last page</p>{% endblock %}'
    edition = dress("# T\n\nText.\n", templates__colophon_html=own)
    assert "Our own last page" in part(edition, "colophon").html
    assert "cover-title" in part(edition, "cover").html


def test_keys_of_other_tools_reach_the_templates(dress: Dress) -> None:
    """What this project does not know, an author's template can still use."""
    own = '{% extends "part.html" %}{% block part %}<p>{{ foreign.series }}</p>{% endblock %}'
    edition = dress("---\ntitle: T\nseries: Papers\n---\nText.\n", templates__colophon_html=own)
    assert "<p>Papers</p>" in part(edition, "colophon").html


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("{% block part %}", 1),
        ("line\n{{ nothing.here }}", 2),
        ("a\nb\n{% include 'no.html' %}", 3),
    ],
)
def test_a_wrong_template_is_named_with_its_line(dress: Dress, template: str, line: int) -> None:
    """A template that cannot be used is the author's mistake, at its own file and line."""
    with pytest.raises(BookletError) as caught:
        dress("# T\n\nText.\n", templates__colophon_html=template)
    assert str(caught.value.where).endswith(f"templates/colophon.html:{line}")


def test_the_authors_style_comes_last(dress: Dress) -> None:
    """`style.css` beside the essay adapts the house's styles, so it stands after them."""
    edition = dress("# T\n\nText.\n", style_css="p { color: #333 }")
    assert edition.sheets[-1].path.endswith("style.css")
    assert edition.sheets[-1].css == "p { color: #333 }"


def test_a_font_of_the_authors_serves_where_ours_lacks(dress: Dress, tmp_path: Path) -> None:
    """A file in `fonts/` becomes a face of its own name, after the house's in both families."""
    font = files("font_source_sans_pro") / "files" / "SourceSansPro-BoldIt.otf"
    (tmp_path / "fonts").mkdir()
    shutil.copy(str(font), tmp_path / "fonts" / "Extra.otf")
    css = dress("# T\n\nText.\n").sheets[-1].css
    assert 'font-family: "Booklet Own Source Sans Pro"; font-style: italic; font-weight: 700' in css
    assert '--more-text: "Booklet Own Source Sans Pro", serif' in css
    for sheet in sorted((ROOT / "styles").rglob("*.css")):  # an edition may have another first
        for face, more in re.findall(r"--face-(\w+): ([^;]*);", sheet.read_text()):
            assert "var(--more-" in more or "var(--face-" in more, (sheet.name, face)


def test_a_file_that_is_no_font_is_an_error(dress: Dress) -> None:
    """A wrong file in `fonts/` is named, with what would be right."""
    with pytest.raises(BookletError, match=r"fonts/x\.otf` is not a font"):
        dress("# T\n\nText.\n", fonts__x_otf="no font")


def test_lengths_of_an_edition_reach_the_page(dress: Dress) -> None:
    """However they are written."""
    text = "---\ntitle: T\neditions: {reader: {margin-top: 2 cm, bleed: .3 cm}}\n---\nText.\n"
    css = "".join(sheet.css for sheet in dress(text).sheets)
    assert "--margin-top: 20mm" in css
    assert "@page { bleed: 3mm }" in css


def test_the_same_text_has_the_same_version_and_another_has_another(dress: Dress) -> None:
    """The version in the imprint stands for the text, so that a seminar can compare copies."""
    one, same, other = (dress(f"# T\n\n{t}\n").digest for t in ("Text.", "Text.", "Texts."))
    assert one == same != other


def test_a_date_is_written_out_in_the_language(dress: Dress) -> None:
    """An ISO date becomes a date as people write it; any other text stays as it is."""
    dated = "---\ntitle: T\nlang: {}\ndate: {}\n---\nText.\n"
    assert "26 November 2026" in part(dress(dated.format("en-GB", "2026-11-26")), "cover").html
    assert "26. November 2026" in part(dress(dated.format("de", "2026-11-26")), "cover").html
    assert "last Thursday" in part(dress(dated.format("en", "last Thursday")), "cover").html


def test_a_long_title_runs_short(dress: Dress) -> None:
    """The running head of a long title is what stands before its colon."""
    title = "A rather long title of a small book: and what it is about, at some length"
    html = part(dress(f'---\ntitle: "{title}"\n---\nText.\n'), "c0").html
    assert 'data-book="A rather long title of a small book"' in html


def test_text_cannot_become_markup_in_a_template(dress: Dress) -> None:
    """What stands in the front matter is text: a tag in it is printed, not obeyed."""
    edition = dress("---\ntitle: T\nrights: <img src=x>\n---\nText.\n")
    assert "&lt;img src=x&gt;" in part(edition, "imprint").html


def test_every_anchor_is_there_once(dress: Dress) -> None:
    """No two places of a booklet have the same name, whatever the author calls them."""
    text = "# T\n\n## Notes\n\na[^1]\n\n## Notes\n\n## Cover {#cover}\n\n## C0 {#c0-1}\n\n[^1]: n\n"
    edition = dress(text)
    anchors = re.findall(r'\bid="([^"]+)"', "".join(p.html for p in edition.parts))
    assert len(anchors) == len(set(anchors))


def test_call_and_note_have_anchors_that_belong_together(dress: Dress) -> None:
    """`c0-r1` is the call of `c0-n1`: both are in the page for the check to find."""
    edition = dress("# T\n\nOne.[^a]\n\n[^a]: The note.\n")
    (note,) = edition.manuscript.notes
    html = part(edition, "c0").html
    assert (call_anchor(note), note_anchor(note)) == ("c0-r1", "c0-n1")
    assert 'id="c0-r1"' in html
    assert 'id="c0-n1"' in html


def test_templates_have_no_styles_of_their_own() -> None:
    """Looks belong to the style sheets: no template has a style attribute or element."""
    for path in (ROOT / "templates").glob("*.html"):
        assert not re.search(r"\bstyle=|<style", path.read_text()), path.name


def test_a_link_in_a_heading_is_no_link_in_the_contents(dress: Dress) -> None:
    """A line of the contents is a link itself, and a link cannot hold another."""
    html = part(dress("# T\n\n## See [there](https://example.org/)\n\nText.\n"), "contents").html
    assert html.count("<a ") == 1
    assert "See there" in html


def test_a_note_called_only_in_a_note_leads_back_to_its_call(dress: Dress) -> None:
    """With all notes at the end, the call inside a note is the place that the inner one names."""
    text = "---\ntitle: T\nnotes: end\n---\nOne.[^a]\n\n[^a]: See.[^b]\n\n[^b]: Inner.\n"
    html = part(dress(text), "notes").html
    assert 'href="#c0-r2"' in html
    assert 'id="c0-r2"' in html


def test_names_reach_the_metadata_with_plain_spaces(dress: Dress) -> None:
    """A space that does not break is for the page, and would spoil a search in a library."""
    html = part(dress("---\ntitle: T\nauthor: B. Writer\n---\nText.\n"), "cover").html
    assert '<meta name="author" content="B. Writer">' in html


def test_what_is_kept_changes_nothing(tmp_path: Path) -> None:
    """An edition is the same with what is kept of any other state of the manuscript."""
    states = [
        "# One\n\nWords.[^1] More words.\n\n[^1]: A note.\n\n# Two\n\nWords.[^2]\n\n[^2]: Two.\n",
        "# One\n\nWords.[^1] More words.\n\n[^1]: A note.\n\n# Two\n\nMore.[^2]\n\n[^2]: Two.\n",
        "# One\n\nWords.[^1] More words.\n\n[^1]: Another.\n\n# Two\n\nMore.[^2]\n\n[^2]: Two.\n",
        "Preface.\n\n# One\n\nWords.\n\n# Three\n\nWords.\n\n# Two\n\nMore.[^2]\n\n[^2]: Two.\n",
        "---\ntitle: Other\nauthor: B. Writer\n---\n# One\n\nWords.\n\n# Two {#three}\n\nMore.\n",
        "---\ntitle: Other\nlang: de\nkeywords: [a]\n---\n# *One*\n\nWords.\n\n# Two\n\nMore.\n",
        "---\ntitle: Other\n---\n## One\n\nWords.\n\n## Two\n\nMore.\n",
    ]
    kept, file = Memo(), tmp_path / "essay.md"
    for state in (*states, *reversed(states)):
        file.write_text(state)
        source = read(str(file))
        manuscript = parse(source)
        keys = [note.key for note in manuscript.notes]
        for name in ("reader", "handout"):
            style = styles(manuscript)[name]
            for ends in (frozenset[str](), frozenset(keys), frozenset(keys[:1])):
                fresh = compose(manuscript, style, source, ends)
                assert compose(manuscript, style, source, ends, kept) == fresh


def test_a_part_is_filled_in_again_only_if_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an edit of a chapter the contents and all other chapters are taken as they were."""
    filled: list[str] = []
    own = editions._filled

    def watched(templates: SandboxedEnvironment, kind: str, context: dict[str, Any]) -> str:
        filled.append(kind)
        return own(templates, kind, context)

    monkeypatch.setattr(editions, "_filled", watched)
    kept, file, counted = Memo(), tmp_path / "essay.md", []
    for word in ("Words", "Other words"):
        filled.clear()
        file.write_text("\n\n".join(f"# {n}\n\n{word if n == 3 else 'Text'}.\n" for n in range(9)))
        manuscript = parse(source := read(str(file)))
        compose(manuscript, styles(manuscript)["reader"], source, maker=kept)
        counted.append((filled.count("essay"), filled.count("contents")))
    assert counted == [(9, 1), (1, 0)]


def test_a_call_is_held_to_the_word_before_it_however_long_the_text() -> None:
    """What is found by looking only before the calls is what is found by looking everywhere."""
    chance = Random(3)
    pieces = [
        *("word", "a", "<em>", "</em>", "</strong>", "<p>", " ", "\n", "...", "”", ".", "&"),
        *("\ufdd0k1\ufdd1", "\ufdd0k2\ufdd1", "x" * 24, "x" * 25, "." * 29, "-" * 120),
    ]
    for _ in range(3000):
        html = "".join(chance.choices(pieces, k=chance.randrange(1, 14)))
        everywhere = editions._BEFORE_CALL.sub(editions._hold, editions._apart(html))
        assert editions._held(html) == everywhere


CHANGING = (
    "{% for word in words %}{{ words.update({word ~ 'x': '1'}) }}{% endfor %}",
    "{% set d = {'a': 1} %}{% for key in d %}{{ d.update({key ~ 'x': 1}) }}{% endfor %}",
)


@pytest.mark.parametrize("template", CHANGING)
def test_a_template_that_changes_what_it_goes_through_is_an_error(
    dress: Dress, template: str
) -> None:
    """At its line; and what it has changed is nothing that another template sees."""
    before = dict(words("en"))
    with pytest.raises(BookletError, match="changed size during iteration") as caught:
        dress("# T\n\nText.\n", templates__cover_html=f"\n{template}")
    assert str(caught.value.where).endswith("templates/cover.html:2")
    assert words("en") == before


def test_threads_share_no_templates() -> None:
    """Editions are composed side by side; Jinja promises nothing of one environment for two."""
    found: list[object] = []

    def take() -> None:
        found.append(editions._house_templates(threading.get_ident()))
        together.wait(30)

    together = threading.Barrier(2)
    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 2
