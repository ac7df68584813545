"""Manuscript: what an author may write, what becomes of it, and where each piece stands."""

from __future__ import annotations

import re
import time
from html import escape, unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booklet.errors import BookletError
from booklet.manuscript import parse, placeholders
from booklet.manuscript.dialect import DEEPEST
from booklet.source import read
from tests.desk import SVG, chapter, failure, found, from_text, html, lay, manuscript, outcome

if TYPE_CHECKING:
    from pathlib import Path

    from booklet.manuscript import Manuscript


def notes(text: str) -> list[tuple[int, str]]:
    """Return the notes of an essay of one chapter: their numbers and words."""
    return [(note.number, note.text) for note in chapter(text).notes]


def plain(text: str) -> str:
    """Return HTML or text without the marks for notes and pages, our anchors and our numbers."""
    text = re.sub(r' data-paragraph="\d+"', "", text)
    text = placeholders.fill_pages(
        placeholders.fill_notes(text, lambda _key: "*"), lambda name: f"<{name}>"
    )
    return re.sub(r' id="c\d+-\d+"', "", text)


# CommonMark and its kept extensions.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A *b* **c** `d`", "<p>A <em>b</em> <strong>c</strong> <code>d</code></p>"),
        (
            "a  \nb\\\nc",
            '<p class="lines kept hung">a<br>\n'
            '<span class="line">b<br>\n</span><span class="line">c</span></p>',
        ),
        ("~~a~~ H~2~O x^2^", "<p><s>a</s> H<sub>2</sub>O x<sup>2</sup></p>"),
        ("~a b~ and a~b", "<p>~a b~ and a~b</p>"),
        ("[Nato]{.smallcaps}", '<p><span class="smallcaps">Nato</span></p>'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a\n\n***", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>"),
        ("```py\na < b\n```", '<pre><code class="language-py">a &lt; b\n</code></pre>'),
        ("[a]\n\n[a]: https://b.c 'T'", '<p><a href="https://b.c" title="T">a</a></p>'),
        ("Term\n: One\n: Two",
         "<dl>\n<dt>Term</dt>\n<dd>One</dd>\n<dd>Two</dd>\n</dl>"),
        ("| a | b |\n|:-:|--:|\n| c | d |",
         '<table>\n<thead>\n<tr>\n<th class="center">a</th>\n<th class="end">b</th>\n</tr>\n'
         '</thead>\n<tbody>\n<tr>\n<td class="center">c</td>\n<td class="end">d</td>\n</tr>\n'
         "</tbody>\n</table>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(text: str, wanted: str) -> None:
    """CommonMark, tables, definition lists, strikethrough, sub- and superscript, small capitals."""
    assert plain(html(text)) == wanted


def test_tasks_have_boxes() -> None:
    """The boxes of a task list are characters, so that they print and are read aloud."""
    one = chapter("- [ ] to *do*\n- [x] done\n  1. [X] inner\n- [y] no\n\n[ ] no")
    assert [block.text for block in one.blocks] == [
        "☐ to do",
        "☑ done",
        "☑ inner",
        "[y] no",
        "[ ] no",
    ]
    assert 'class="contains-task-list"' in one.html
    assert '<span class="task">☐ </span>to <em>do</em>' in one.html


@pytest.mark.parametrize(
    "text",
    ["> Text.\n>\n> -- *Ann*, Work", "> Text.\n> — *Ann*, Work", '> "Text"  \n> --- *Ann*, Work'],
)
def test_a_quotation_names_its_author(text: str) -> None:
    """The last paragraph, or line after a sentence, that begins with a dash is the attribution."""
    assert '<p class="attribution"><em>Ann</em>, Work</p>' in plain(html(text))


@pytest.mark.parametrize(
    "text", ["> Text\n> -- and so on", "Text.\n-- Ann", "> - a\n>\n>   -- b", "> a\n>\n> b -- c"]
)
def test_other_dashes_are_dashes(text: str) -> None:
    """A dash in the middle of a sentence, or outside a quotation, names nobody."""
    assert "attribution" not in html(text)


# Attributes.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("## A {#x .y}", '<h2 id="x" class="y" data-title="A">A</h2>'),
        ("## A ## {#x}", '<h2 id="x" data-title="A">A</h2>'),
        ("A {#x}\n---", '<h2 id="x" data-title="A">A</h2>'),
        ("## A {-}", '<h2 class="unnumbered" id="a" data-title="A">A</h2>'),
        (
            "[a]{#x .y .z lang=fr dir=rtl}",
            '<p><span id="x" class="y z" lang="fr" dir="rtl">a</span></p>',
        ),
        ("[a *b*](#a){.y}\n\n## A", '<a href="#a" class="y">a <em>b</em></a>'),
        ("`a`{.y}", '<code class="y">a</code>'),
        ("{#x .y}\nText", '<p id="x" class="y">Text</p>'),
        ("{.y}\n{#x .z}\n\n- a", '<ul class="y z" id="x">'),
        ("{.y lang='de'}\n> a", '<blockquote class="y" lang="de">'),
        ("``` {.py #x}\na\n```", '<pre id="x"><code class="language-py">a\n</code></pre>'),
        ("``` py {#x}\na\n```", '<pre id="x"><code class="language-py">a\n</code></pre>'),
        ("[a]{}", "<p><span>a</span></p>"),
    ],
)
def test_attributes_stand_where_users_of_pandoc_write_them(text: str, wanted: str) -> None:
    """After headings, bracketed text, links and code, and on a line above a block."""
    assert wanted in plain(html(text))


@pytest.mark.parametrize(
    "text",
    ["a {b}", "{page}", "[a] {.b}", "*a*{.b}", "{.a}b", "## {a b}", "[a]{.b", "f(x){ return }"],
)
def test_other_braces_are_text(text: str) -> None:
    """Braces that hold no attributes, or belong to nothing, are printed."""
    assert "{" in chapter(text).blocks[0].text


def test_attributes_that_nobody_may_give_are_mentioned() -> None:
    """What has no effect in print, or is not safe, is dropped and named with its line."""
    made = from_text(
        "Text\n[a]{style=x\nonclick=y} b\n[c](#d){width=3cm}\n\n## D {#d data-x=1}\n\n{.lost}\n"
    )
    assert "style" not in made.chapters[0].html
    assert found(made) == ["M13 essay.md:2"] * 2 + [
        "M13 essay.md:4",
        "M13 essay.md:6",
        "M13 essay.md:8",
    ]


@pytest.mark.parametrize("text", ["{.note .x}\na", "[a]{.note .x}", '<p class="note x">a</p>'])
def test_classes_of_the_booklet_itself_are_not_taken(text: str) -> None:
    """No text becomes a footnote because its author has a class by that name."""
    made = from_text(f"Text\n\n{text}")
    assert found(made) == ["M13 essay.md:3"]
    assert 'class="x"' in made.chapters[0].html


# Notes.


def test_notes_are_numbered_as_they_are_called() -> None:
    """The order of the calls counts, not that of the definitions; a second call adds nothing."""
    text = "a[^b] c[^a] d[^b] e^[In place.]\n\n[^a]: A.\n\n[^b]: B\n    b.\n\n    Second.\n"
    assert notes(text) == [(1, "B b. Second."), (2, "A."), (3, "In place.")]
    assert html(text).count(placeholders.note_mark("c0:b")) == 2


def test_notes_stand_in_every_kind_of_block() -> None:
    """Headings, items, cells, terms, captions, quotations and links may call notes."""
    text = (
        "## H[^1]\n\n- item[^2]\n\n| a[^3] |\n|---|\n| b^[4] |\n\nTerm[^5]\n: Def[^6]\n\n"
        "> quote[^7]\n\n[link[^8] text](https://a.b)\n\n*a[^9]*\n"
        + "".join(f"\n[^{n}]: {n}\n" for n in (1, 2, 3, 5, 6, 7, 8, 9))
    )
    assert notes(text) == [(n, str(n)) for n in range(1, 10)]
    assert f"link text</a>{placeholders.note_mark('c0:8')}" in html(
        text
    )  # no anchor within an anchor


def test_a_caption_calls_its_notes_before_the_table(tmp_path: Path) -> None:
    """A caption is printed above its table, wherever it is written: its note is the first."""
    text = "| a[^1] |\n|---|\n| b |\n\nTable: Cap[^2]\n\n![Pic[^3]](a.svg)\n"
    text += "".join(f"\n[^{n}]: {n}\n" for n in (1, 2, 3))
    made = manuscript(tmp_path, text, {"a.svg": SVG})
    assert [(note.number, note.text) for note in made.notes] == [(1, "2"), (2, "1"), (3, "3")]


def test_notes_may_hold_anything() -> None:
    """A note of several kinds of block is rich, and its paragraph becomes a division."""
    text = "a[^1]\n\n[^1]: One.\n\n    - item\n\n    | t |\n    |---|\n    | u |\n\n"
    text += "    Table: C\n\n    ```\n    x\n    ```\n"
    (note,) = chapter(text).notes
    assert note.rich
    assert note.text.split() == ["One.", "item", "C", "t", "u", "x"]
    assert '<div class="paragraph"' in html(text)


def test_a_note_that_is_only_a_picture_is_rich(tmp_path: Path) -> None:
    """A figure cannot stand inside a paragraph."""
    made = manuscript(tmp_path, "a[^1]\n\n[^1]: ![b](a.svg)\n", {"a.svg": SVG})
    assert [note.rich for note in made.notes] == [True]


def test_notes_may_call_notes() -> None:
    """A note called in a note has a number of its own, and is known to the one that calls it."""
    one = chapter("a[^1] b[^3]\n\n[^1]: A[^2].\n\n[^2]: B^[C].\n\n[^3]: D.\n")
    assert [(n.number, n.text[0], n.inner) for n in one.notes] == [
        (1, "A", ("c0:2", "c0:^3")),
        (2, "B", ("c0:^3",)),
        (3, "C", ()),
        (4, "D", ()),
    ]


def test_a_note_may_call_itself() -> None:
    """Notes that call one another in a circle end."""
    assert notes("a[^1]\n\n[^1]: A[^1] and[^2].\n\n[^2]: B[^1].\n")[0][0] == 1
    assert len(notes("a[^1]\n\n[^1]: A[^1] and[^2].\n\n[^2]: B[^1].\n")) == 2


def test_definitions_stand_anywhere() -> None:
    """A note may be defined in a list, a quotation, or another note."""
    text = "- a[^1]\n\n  [^1]: A.\n\n> b[^2] c[^3]\n>\n> [^2]: B.\n>\n>     [^3]: C.\n>\n"
    text += ">     More B.\n"
    assert notes(text) == [(1, "A."), (2, "B. More B."), (3, "C.")]


@pytest.mark.parametrize("label", ["a<b", 'a"b', "a&b", "a'b", "ä", "1.2", "a:b", "x/y"])
def test_labels_of_notes_may_be_odd(label: str) -> None:
    """Whatever is in a label, the call finds its note after the HTML has been cleaned."""
    one = chapter(f"a[^{label}]\n\n[^{label}]: Note.\n")
    (note,) = one.notes
    assert placeholders.fill_notes(one.html, lambda key: f"({key})").count(f"a({note.key})") == 1


def test_each_chapter_sets_its_own_notes() -> None:
    """Numbers begin anew with each chapter, and a note that two chapters call is set in both."""
    made = from_text("# A\n\na[^1] b[^2]\n\n# B\n\nc[^2]\n\n[^1]: One.\n\n[^2]: Two.\n")
    assert [[(n.number, n.text) for n in c.notes] for c in made.chapters] == [
        [(1, "One."), (2, "Two.")],
        [(1, "Two.")],
    ]
    assert len({note.key for note in made.notes}) == 3


def test_faults_of_notes_are_found() -> None:
    """A call without a note, a note without a call, one without text, and one defined twice."""
    made = from_text("a[^x]\n\nb[^2] c[^3]\n\n[^1]: 1\n\n[^2]:\n\n[^3]: 3\n\n[^3]: 3b\n")
    assert found(made) == ["M08 essay.md:11", "M04 essay.md:1", "M05 essay.md:5", "M04 essay.md:7"]
    assert "[^x]" in made.chapters[0].html


# Pictures.


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """Return a folder with a picture in it."""
    lay(tmp_path, {"a.svg": SVG, "figures/b c.svg": SVG, "figures/what?#1.svg": SVG})
    return tmp_path


def test_a_picture_alone_is_a_figure(figures: Path) -> None:
    """A paragraph that is only a picture has a caption, a width and a name."""
    made = manuscript(
        figures, 'Text.\n\n![A "caption"](a.svg){#fig .wide width=60% fig-alt="Seen"}\n'
    )
    (one,) = made.chapters
    assert (
        '<figure id="fig" class="wide"><img src="a.svg" alt="Seen">'
        "<figcaption>A “caption”</figcaption></figure>"
    ) in one.html
    assert one.widths == (("fig", "60%"),)
    assert [(p.src, p.where.line) for p in one.pictures] == [("a.svg", 3)]
    assert made.findings == ()


@pytest.mark.parametrize(
    "text",
    ["![A](a.svg){width=40% .w}", "{width=40% .w}\n![A](a.svg)", '![A](a.svg){.w width="40%"}'],
)
def test_the_width_of_a_figure_is_written_after_it_or_above(text: str, figures: Path) -> None:
    """All ways of writing attributes work for a figure."""
    (one,) = manuscript(figures, text).chapters
    assert [width for _, width in one.widths] == ["40%"]
    assert 'class="w"' in one.html


@pytest.mark.parametrize(
    ("width", "set_to"),
    [
        ("60%", "60%"),
        ("0.5in", "0.5in"),
        ("80mm", "80mm"),
        ("300", "79.37mm"),
        ("300px", "79.37mm"),
        ("12.5em", "12.5em"),
        (".5in", "0.5in"),
    ],
)
def test_widths_of_pictures(width: str, set_to: str, figures: Path) -> None:
    """A width is a share of the page or a length; a bare number counts pixels, as in HTML."""
    made = manuscript(figures, f"![A](a.svg){{width={width}}}")
    assert [given for _, given in made.chapters[0].widths] == [set_to]


@pytest.mark.parametrize("width", ["wide", "0", "0%", "-3mm", "10%;color:red", "1e9mm", "99999%"])
def test_a_wrong_width_is_found(width: str, figures: Path) -> None:
    """What is no width is named, and nothing of it goes into a style sheet."""
    made = manuscript(figures, f'![A](a.svg){{width="{width}"}}')
    assert found(made) == ["M13 essay.md:1"]
    assert made.chapters[0].widths == ()


def test_a_picture_in_a_line_has_a_width_too(figures: Path) -> None:
    """A small picture in running text stands in a box that carries its width and name."""
    (one,) = manuscript(figures, "An ![icon](a.svg){width=1em .i #here} and [it](#here).").chapters
    assert '<span class="i" id="here"><img src="a.svg" alt="icon"></span>' in one.html
    assert one.widths == (("here", "1em"),)


@pytest.mark.parametrize(
    ("written", "src", "address"),
    [
        ("figures/b%20c.svg", "figures/b c.svg", "figures/b%20c.svg"),
        ("<figures/b c.svg>", "figures/b c.svg", "figures/b%20c.svg"),
        ("./figures/../a.svg", "a.svg", "a.svg"),
        ("<figures/what?#1.svg>", "figures/what?#1.svg", "figures/what%3F%231.svg"),
    ],
)
def test_pictures_are_found_by_path(written: str, src: str, address: str, figures: Path) -> None:
    """Spaces and signs in a name work; the HTML has the name as an address."""
    made = manuscript(figures, f"![A]({written})")
    assert [picture.src for picture in made.chapters[0].pictures] == [src]
    assert f'src="{address}"' in made.chapters[0].html


@pytest.mark.parametrize(
    ("src", "message"),
    [
        ("none.svg", "`none.svg` is not there"),
        ("figures", "`figures` is not a file"),
        ("essay.md", "`essay.md` is not a picture"),
        ("../secret.svg", "outside the folder"),
        ("%2e%2e/secret.svg", "outside the folder"),
        ("/etc/passwd", "outside the folder"),
        ("https://a.b/c.png", "is not in the folder of the essay"),
        ("//a.b/c.png", "is not in the folder of the essay"),
        ("file:///etc/passwd", "is not in the folder of the essay"),
        ("data:image/png;base64,AAAA", "is not a picture that can be set"),
        ("http://[::1", "is not in the folder of the essay"),
        ("", "is not a file"),
    ],
)
def test_a_picture_that_cannot_be_used_leaves_a_placeholder(
    src: str, message: str, figures: Path
) -> None:
    """The author is told what is wrong with a picture, and a box says where it was meant to be."""
    made = manuscript(figures, f"Text.\n\n![A caption]({src})\n")
    (finding,) = made.findings
    assert (finding.code, finding.where and finding.where.line) == ("M06", 3)
    assert message in finding.message
    assert '<span class="missing">picture missing: ' in made.chapters[0].html
    assert "<img" not in made.chapters[0].html
    assert "A caption" in made.chapters[0].html


def test_what_stands_for_a_picture_is_text_like_any_other() -> None:
    """In a line, the words of a placeholder are among those that must be found in print."""
    text = 'An ![icon](a.png) and <img src="b.png" alt="x">.\n\n'
    text += '<div>\n<img src="c.png">\n</div>\n\n![D](d.png)'
    assert [" ".join(block.text.split()) for block in from_text(text).blocks] == [
        "An picture missing: a.png and picture missing: b.png.",
        "picture missing: c.png",
        "picture missing: d.png",
        "D",
    ]


def test_pictures_come_from_the_web_if_the_author_allows_it(figures: Path) -> None:
    """With the network allowed, an address of the web stays as it is."""
    lay(figures, {"essay.md": "![A](https://a.b/c.png?d=1&e)"})
    made = parse(read("essay.md", figures, network=True))
    assert 'src="https://a.b/c.png?d=1&amp;e"' in made.chapters[0].html
    assert made.findings == ()


def test_a_picture_without_a_description_is_found(figures: Path) -> None:
    """A caption describes a picture; without one something else must."""
    assert found(manuscript(figures, "![](a.svg)")) == ["M09 essay.md:1"]
    assert found(manuscript(figures, '![](a.svg){fig-alt="Seen"}')) == []


def test_pictures_of_a_chapter_lie_beside_it(figures: Path) -> None:
    """In a file of its own folder, paths begin in that folder."""
    files = {"two/b.md": "![A](b.svg) and ![B](../a.svg)", "two/b.svg": SVG}
    made = manuscript(figures, "---\nchapters: [two/b.md]\n---\n", files)
    assert made.findings == ()
    assert [p.src for c in made.chapters for p in c.pictures] == ["two/b.svg", "a.svg"]


# Tables.


@pytest.mark.parametrize(
    "text", ["Table: Cap {#t .w}\n\n%s", "%s\n\n: Cap {#t .w}\n", "{.w}\n%s\n\nTable: Cap {#t}"]
)
def test_a_table_has_a_caption_above_or_below(text: str) -> None:
    """Written before or after, a caption stands in its table, and names it."""
    one = chapter(text % "| a |\n|---|\n| b |" + "\n\n[See](#t)")
    assert (
        '<table id="t" class="w">\n<caption' in one.html or '<table class="w" id="t">' in one.html
    )
    assert [block.text for block in one.blocks] == ["Cap", "a", "b", "See"]


def test_a_caption_belongs_to_one_table() -> None:
    """Between two tables a caption is that of the first, unless it has one."""
    table = "| %s |\n|---|\n"
    one = chapter(
        f"{table % 'a'}\nTable: C\n\n{table % 'b'}\nTable: D\n\nTable: E\n\n{table % 'c'}"
    )
    assert [block.text for block in one.blocks] == ["C", "a", "D", "b", "E", "c"]


# Links.


def test_links_inside_the_essay_find_their_targets() -> None:
    """A link finds a heading by its words, and anything by the name that it was given."""
    text = "[a](#two-words) [b](#here) [c](#dont) [d](#top)\n\n## Two *words*\n\n[x]{#here}\n\n"
    text += "## Don't\n\n{#top}\n- x\n"
    assert re.findall('href="([^"]*)"', html(text)) == ["#two-words", "#here", "#don-t", "#top"]


def test_page_references_know_their_target() -> None:
    """`{page}` in the text of a link is a mark for the page of its target, forward and backward."""
    one = chapter(
        "## A\n\n[B, page {page}](#b) and [page *{page}*](#a)\n\n## B\n\n`{page}` {page}\n"
    )
    assert placeholders.targets(one.html) == ("b", "a")
    assert [placeholders.targets(block.text) for block in one.blocks][1] == ("b", "a")
    assert "<code>{page}</code> {page}" in one.html


def test_a_page_reference_without_a_target_is_found() -> None:
    """A wrong name prints a question mark, and is an author's finding."""
    made = from_text("[page {page}](#nowhere)\n")
    assert found(made) == ["M07 essay.md:1"]
    assert "page ?" in made.chapters[0].html


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("introducton", "did you mean `introduction`?"),
        ("xyz", ""),
        ("b.md", "name it in `chapters:`"),
    ],
)
def test_a_dead_link_has_a_hint(name: str, hint: str) -> None:
    """A link to nothing becomes plain text, and the finding says what is near."""
    href = name if name.endswith(".md") else f"#{name}"
    made = from_text(f"## Introduction\n\nSee\n[this]({href}).\n")
    assert found(made) == ["M07 essay.md:4"]
    assert made.findings[0].hint.startswith(hint)
    assert '<a class="dead">this</a>' in made.chapters[0].html


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "java&#115;cript:x",
        "vbscript:x",
        "file:///etc/passwd",
        "data:text/html,x",
        "//a.b/c",
        "paper.pdf",
        "#",
        "",
        "C:\\x",
        "http:",
        "a:b",
        "http://[::1",
    ],
)
def test_links_that_lead_nowhere_in_print_are_dropped(href: str) -> None:
    """Only addresses that a reader can follow stay; the words of the others stay too."""
    made = from_text(f"Text\n[words](<{href}>) <javascript:x>\n")
    assert found(made) == ["M03 essay.md:2"] * 2
    assert "<a>words</a>" in made.chapters[0].html
    assert "href" not in made.chapters[0].html


@pytest.mark.parametrize("href", ["https://a.b/c?d=e&f", "HTTP://a.b", "mailto:a@b.c", "tel:+44"])
def test_links_to_the_web_stay(href: str) -> None:
    """Addresses of pages, mail and telephones are kept."""
    assert html(f"[a]({href})").count("href=") == 1


def test_text_that_looks_like_a_link_is_text() -> None:
    """A sample of HTML in code is printed as it is."""
    text = 'Use `href="#x"`:\n\n    <a href="#x"> <img src="y">\n'
    made = from_text(text)
    assert made.findings == ()
    assert "href=" in made.chapters[0].blocks[0].text
    assert made.chapters[0].html.count('href="#x"') == 2


def test_a_name_given_twice_is_found() -> None:
    """Two places of one name: links go to the first, and the second is named."""
    made = from_text("[a](#x)\n\n[b]{#x}\n\n[c]{#x}\n")
    assert found(made) == ["M08 essay.md:5"]
    assert 'id="x-1"' in made.chapters[0].html


def test_headings_alike_have_different_anchors() -> None:
    """Equal headings are numbered on, and give way to a name that the author gave."""
    one = chapter("## A\n\n## A\n\n[x](#a)\n\n[y]{#a}\n")
    assert [heading.id for heading in one.headings] == ["a", "a-1"]
    assert 'href="#a-2"' in one.html


@pytest.mark.parametrize("name", ["cover", "notes", "opener", "c0-1", "c0", "c0-n1"])
def test_names_of_the_booklet_itself_are_not_taken(name: str) -> None:
    """A heading or name that the parts of a booklet use gets another anchor, and links follow."""
    one = chapter(f"[a](#{name})\n\n[b]{{#{name}}}\n")
    (anchor,) = re.findall(r'<span id="([^"]*)">', one.html)
    assert f'href="#{anchor}"' in one.html
    assert anchor != name


# Raw HTML.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a <kbd>b</kbd><br/>c", "<p>a <kbd>b</kbd><br>c</p>"),
        ("<div class='x'>\n\n*a*\n\n</div>", '<div class="x">\n<p><em>a</em></p>\n</div>'),
        ("a <!-- b\nc --> d", "<p>a \n d</p>"),
        ("<p>a\n<p>b", "<p>a\n</p><p>b</p>"),
        ("<a name=x /> [l](#x)", '<p><a id="x"></a> <a href="#x">l</a></p>'),
        ("<table><tr><td colspan=2>a</table>",
         '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
        ("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>"),
        ("<h2>A &amp; *b*</h2>", '<h2 data-title="A &amp; *b*">A &amp; *b*</h2>'),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
    ],
)  # fmt: skip
def test_harmless_html_stays(text: str, wanted: str) -> None:
    """What a page can show may be written in HTML, and comments are not text."""
    assert plain(html(text)) == wanted


@pytest.mark.parametrize(
    ("text", "lines", "words"),
    [
        ("a\n<font>b</font> c", [2], "a b c"),
        ("a\n`b\nc` <font>d</font>", [3], "a b c d"),
        ("<div>\n<p\nstyle='x'>a</p>\n<blink>b</blink>\n</div>", [2, 4], "a b"),
        ("a <script>alert(1)</script> b", [1], "a b"),
        ("a\n\n<script>\nalert(1)\n</script>\n\nb", [3], "a b"),
        ("<iframe src=x>a</iframe>\n\nb", [1], "b"),
        ("a <style>b", [1], "a b"),
        ("<div onclick=x>a</div>", [1], "a"),
        ("<u>a\n\nb", [1], "a b"),
        ("a\n</section>", [2], "a"),
        ("> <div>\n> a\n\nb", [1], "a b"),
        ("- <b>a\n- b", [1], "a b"),
        ("<?php echo 1 ?>\n\na", [1], "a"),
        ("<!DOCTYPE x>\n\na", [1], "a"),
        ("<div>\n<!-- never\nends\n\na", [1, 2], "a"),
        ("<td rowspan=0>a</td> <td colspan=99999999999>b</td>", [1, 1], "a b"),
        ("<textarea>a\n\n# b", [1], "a # b"),
        ("<svg>\n<text>x</text>\n</svg>\n\na", [1], "a"),
        ('<a href="javascript:x">a</a>', [1], "a"),
        ('<div>\n<a href="#no">a</a></div>', [2], "a"),
        ('<div>\n\n<img src="no.png" alt="x">\n</div> a', [3], "picture missing: no.png a"),
    ],
)
def test_what_is_dropped_is_found_on_its_line(text: str, lines: list[int], words: str) -> None:
    """Each tag and attribute that cannot stay is named with its own line; text is never lost."""
    made = from_text(text)
    assert sorted(finding.where.line for finding in made.findings if finding.where) == lines
    for bad in (
        "script",
        "style=",
        "onclick",
        "javascript",
        "iframe",
        "<font",
        "<svg",
        "textarea>",
    ):
        assert bad not in made.chapters[0].html
    assert " ".join(" ".join(block.text for block in made.blocks).split()) == words


def test_marks_cannot_come_in_by_html() -> None:
    """The press's own marks cannot be written as character references."""
    made = from_text("<p title='&#xFDD0;x'>&#xFDD0;c0:1&#xFDD1;</p>\n\n&#xFDD0;a\n")
    assert not {*map(chr, range(0xFDD0, 0xFDF0))} & set(made.chapters[0].html)


def test_html_in_a_note_stays_in_it() -> None:
    """A tag that a note leaves open does not reach into the text."""
    made = from_text("a[^1]\n\nb\n\n[^1]: c\n\n    <div>\n\n    d\n")
    assert found(made) == ["M02 essay.md:7"]
    (note,) = made.notes
    assert note.html.count("<div>") == note.html.count("</div>") == 1


# Chapters.


def titles(made: Manuscript) -> list[str]:
    """Return the titles of the chapters, `-` for one that has none."""
    return [one.title.text if one.title else "-" for one in made.chapters]


@pytest.mark.parametrize(
    ("text", "title", "chapters"),
    [
        ("a", "Essay", ["-"]),
        ("# T\n\na", "T", ["-"]),
        ("a\n\n# T\n\nb", "T", ["-"]),
        ("---\ntitle: T\n---\n# T\n\na", "T", ["-"]),
        ("---\ntitle: X\n---\n# T\n\na", "X", ["T"]),
        ("# A\n\na\n\n# B\n\nb", "A", ["A", "B"]),
        ("# T\n\n# A\n\na\n\n# B\n\nb", "T", ["A", "B"]),
        ("---\ntitle: X\n---\na\n\n# A\n\nb\n\n# B\n\nc", "X", ["-", "A", "B"]),
        ("# T[^1]\n\na\n\n[^1]: n", "T", ["T"]),
        ("# T[^1]\n\n# A\n\na\n\n[^1]: n", "T", ["T", "A"]),
        ("## S\n\na", "S", ["-"]),
    ],
)
def test_headings_of_the_first_level_begin_chapters(
    text: str, title: str, chapters: list[str]
) -> None:
    """One such heading is the title; several are chapters, and the first may be both."""
    made = from_text(text)
    assert (made.title, titles(made)) == (title, chapters)


def test_notes_count_on_over_what_stands_before_the_title() -> None:
    """What a file has before its only title belongs to the essay, and so do its notes."""
    made = from_text("a[^1]\n\n# T\n\nb[^2]\n\n[^1]: A.\n\n[^2]: B.\n")
    assert [(note.number, note.text) for note in made.notes] == [(1, "A."), (2, "B.")]


def test_a_remark_begins_no_chapter() -> None:
    """A comment before the first heading is not a chapter without a title."""
    made = from_text("<!-- a remark -->\n\n# A\n\na\n\n# B\n\nb")
    assert titles(made) == ["A", "B"]


def test_links_to_a_heading_that_is_the_title_lead_to_the_opener() -> None:
    """A heading that is not set twice is still a place."""
    assert 'href="#opener"' in html("# T\n\n[a](#t)")
    made = from_text("# T\n\n# A\n\n[a](#t)\n\n# B\n\nb")
    assert 'href="#cover"' in made.chapters[0].html


def test_a_note_in_a_title_is_not_lost() -> None:
    """The title of a chapter keeps its notes for its opener, and its entry is without them."""
    made = from_text("# *T*[^1]\n\na\n\n[^1]: n")
    (one,) = made.chapters
    assert one.title is not None
    assert one.opening == f"<em>T</em>{placeholders.note_mark('c0:1')}"
    assert (one.title.html, one.title.text) == ("<em>T</em>", "T")


BOOK = {
    "one.md": "---\ntitle: One's\n---\n\n[b](two/b.md) [p. {page}](two/b.md#here)[^1]\n\n[^1]: n\n",
    "two/b.md": "# Two\n\n## Here {#here}\n\n[one](../one.md) [e](../essay.md) [h](#here)\n",
}


def test_chapters_are_files(tmp_path: Path) -> None:
    """`chapters:` names files in order; links lead from file to file, and pages are found."""
    made = manuscript(
        tmp_path, "---\ntitle: T\nchapters:\n  - one.md\n  - two/b.md\n---\n\nPreface.\n", BOOK
    )
    assert made.findings == ()
    assert titles(made) == ["-", "One’s", "Two"]
    assert re.findall('href="([^"]*)"', made.chapters[1].html) == ["#two", "#here"]
    assert placeholders.targets(made.chapters[1].html) == ("here",)
    assert re.findall('href="([^"]*)"', made.chapters[2].html) == ["#one-s", "#c0-1", "#here"]
    assert [str(block.where) for block in made.blocks] == [
        "essay.md:8",
        "one.md:5",
        "two/b.md:3",
        "two/b.md:5",
    ]


def test_chapters_without_headings_stay_in_order(tmp_path: Path) -> None:
    """Files without a heading are chapters without a title, each in its place."""
    made = manuscript(
        tmp_path, "---\nchapters: [a.md, b.md]\n---\n# T\n\nt", {"a.md": "a", "b.md": "b"}
    )
    assert [block.text for block in made.blocks] == ["t", "a", "b"]
    assert titles(made) == ["-", "-", "-"]


def test_names_are_those_of_a_file(tmp_path: Path) -> None:
    """Two chapters may use one name: a link finds that of its own file first."""
    text = "# %s\n\n[x](#s)\n\n## S {#s}\n"
    made = manuscript(
        tmp_path,
        "---\ntitle: T\nchapters: [a.md, b.md]\n---\n",
        {"a.md": text % "A", "b.md": text % "B"},
    )
    assert made.findings == ()
    assert ['href="#s"' in c.html for c in made.chapters] == [True, False]
    assert 'href="#s-1"' in made.chapters[1].html


def test_front_matter_of_a_chapter_gives_its_title(tmp_path: Path) -> None:
    """Other keys have no effect there, and a title that is not set is mentioned."""
    made = manuscript(
        tmp_path,
        "---\nchapters: [a.md, b.md, c.md]\n---\n",
        {
            "a.md": "---\ntitle: A\nlang: fr\ntags: x\n---\n\na",
            "b.md": "---\ntitle: X\n---\n# B\n\nb",
            "c.md": "\n",
        },
    )
    assert titles(made) == ["A", "B"]
    assert sorted(found(made)) == ["M01 a.md:4", "M14 a.md:3", "M14 b.md:2", "M14 c.md:1"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.md", "essay.md:4: `none.md` is not there"),
        ("../x.md", "essay.md:4: `../x.md` is outside the folder of the essay"),
        ("/etc/passwd", "essay.md:4: `/etc/passwd` is outside the folder of the essay"),
        ("two", "essay.md:4: `two` is not a file"),
        ("./one.md", "essay.md:4: `./one.md` is in the booklet already"),
        ("essay.md", "essay.md:4: `essay.md` is in the booklet already"),
        ("bad.md", "bad.md:2: byte 1 of the line, 0xff, is not UTF-8"),
        ("wrong.md", "wrong.md:2: `titel` is not a key of the front matter"),
    ],
)
def test_a_chapter_that_cannot_be_set_is_named(name: str, message: str, tmp_path: Path) -> None:
    """The error is at the line that names the chapter, or at the chapter's own line."""
    wrong = "---\ntitel: x\n---\n"
    files: dict[str, str | bytes] = {**BOOK, "bad.md": b"a\n\xff", "wrong.md": wrong}
    with pytest.raises(BookletError) as caught:
        manuscript(tmp_path, f"---\nchapters:\n  - one.md\n  - {name}\n---\n", files)
    assert str(caught.value).startswith(f"error: {message}")


def test_sections_have_numbers_if_the_author_wants_them() -> None:
    """Numbers count from the highest level, leave out what is unnumbered, and stand everywhere."""
    made = from_text(
        "---\ntitle: X\nnumber-sections: true\n---\n"
        "# A\n\n## b\n\n### c\n\n## d {-}\n\n## e\n\n# F {-}\n\n# G\n"
    )
    texts = [
        h.text
        for one in made.chapters
        for h in ([one.title] if one.title else []) + list(one.headings)
    ]
    assert texts == ["1 A", "1.1 b", "1.1.1 c", "d", "1.2 e", "F", "2 G"]
    assert 'data-title="1.1 b"><span class="number">1.1</span> b</h2>' in made.chapters[0].html
    one = from_text("---\nnumber-sections: true\n---\n# T\n\n## a\n\n## b\n").chapters[0]
    assert [heading.text for heading in one.headings] == ["1 a", "2 b"]


@pytest.mark.parametrize(
    "text",
    ["", "\n \t\n", "---\ntitle: T\n---\n", "# \n", "[^1]: n", "<!-- a -->", "[a]: b", "***"],
)
def test_an_essay_without_text_is_an_error(text: str) -> None:
    """There must be something to set."""
    assert (
        failure(text)
        == "error: essay.md: there is no text to set / hint: write at least one paragraph"
    )


def test_words_are_counted_with_their_notes() -> None:
    """A chapter knows about how long it is."""
    assert from_text("one two[^1]\n\n[^1]: three\n\nfour").words == 4


# Where everything stands.

# Blocks of Markdown, with the lines (from 0) on which the pieces of text in them begin.
BLOCKS: list[tuple[str, list[int]]] = [
    ("A paragraph.", [0]),
    ("A paragraph\nof three *lines*\nand more.", [0]),
    ("## A heading", [0]),
    ("A heading\n---------", [0]),
    ("- one\n- two\n  lines\n- three", [0, 1, 3]),
    ("1. one\n\n   more\n\n2. two\n   - inner", [0, 2, 4, 5]),
    ("- [ ] task\n- [x] done", [0, 1]),
    ("> quoted\n> on\n>\n> again\n> > deeper", [0, 3, 4]),
    ("> quoted.\n> -- Ann", [0, 1]),
    ("```\ncode\n```", [0]),
    ("    code\n\n    more", [0]),
    ("| a | b |\n|---|---|\n| c | d |\n| e | f |", [0, 0, 2, 2, 3, 3]),
    ("| a |\n|---|\n| b |\n\nTable: below", [4, 0, 2]),
    ("Table: above\n\n| a |\n|---|\n| b |", [0, 2, 4]),
    ("Term\n: definition\n  goes on\n: another", [0, 1, 3]),
    ("Term\n\n: loose\n\n  more", [0, 2, 4]),
    ("{.class}\nA paragraph.", [1]),
    ("<div>\nraw *text*\n</div>", [0]),
    ("<div>\n\ninside\n\n</div>", [2]),
    ("A[^%d]\n\n[^%d]: note\n\n    more", [0]),
    ("A^[note]\nb.", [0]),
    ("![A caption](https://a.b/c.png)", [0]),
    ("{.class}\n![A caption\nof two lines](https://a.b/c.png)", [1]),
    ("A ![small](https://a.b/c.png) one\nand\n![another](https://a.b/d.png).", [0]),
    ("# A chapter", []),
    ("[link]: https://a.b", []),
    ("***", []),
]


@given(
    st.lists(st.tuples(st.sampled_from(BLOCKS), st.integers(1, 3)), min_size=1, max_size=8),
    st.sampled_from(["", "---\ntitle: T\n---\n", "\n---\n\n# comment\ntitle: T\n---\n\n", "\n\n"]),
)
def test_every_piece_knows_its_line(
    pieces: list[tuple[tuple[str, list[int]], int]], front: str
) -> None:
    """Whatever stands before it, a block, heading, note or picture is where it was written."""
    text, wanted = front, []
    for number, ((block, starts), space) in enumerate(pieces):
        text += "<!-- -->" + "\n" * (space + 1)
        line = text.count("\n") + 1
        wanted += [line + start for start in starts]
        text += block.replace("%d", str(number)) + "\n\n"
    made = outcome(text)
    if isinstance(made, BookletError):  # only link definitions: there is no text
        assert not wanted
        return
    assert made.findings == ()
    assert [block.where.line for block in made.blocks] == wanted
    assert [note.where.line for note in made.notes] == lines_of(r"^\[\^\d+\]:|\^\[note\]", text)
    pictures = [picture for one in made.chapters for picture in one.pictures]
    assert [picture.where.line for picture in pictures] == lines_of(r"!\[", text)
    headings = [heading for one in made.chapters for heading in one.headings]
    assert [heading.where.line for heading in headings] == lines_of(r"^## |^A heading$", text)
    titles = [one.title for one in made.chapters if one.title]
    begins = lines_of("^# A", text)  # the first may be the title of the whole
    assert [title.where.line for title in titles] == begins[len(begins) - len(titles) :]


def lines_of(pattern: str, text: str) -> list[int]:
    """Return the lines on which a pattern is found."""
    return [
        text.count("\n", 0, found.start()) + 1 for found in re.finditer(pattern, text, re.MULTILINE)
    ]


FAULTS = {
    "M02": "<font>x</font>",
    "M03": "[x](javascript:y)",
    "M04": "[^none]",
    "M06": "![x](none.png)",
    "M07": "[x](#none)",
    "M13": "[x]{style=y}",
}


@given(
    st.lists(
        st.sampled_from(["word", "`a\nb`", "*em*", "[l](https://a.b\n'title')", "\\", "<b>x</b>"]),
        max_size=6,
    ),
    st.sampled_from(sorted(FAULTS)),
    st.sampled_from(["", "- ", "> ", "| ", "## "]),
)
def test_findings_name_the_line_in_a_paragraph(before: list[str], code: str, start: str) -> None:
    """In a paragraph of many lines it is the line of the fault, not that of the paragraph."""
    glue, end = (" ", " |\n|---|\n") if start == "| " else ("\n", "\n")
    words = [w.replace("\n", " ") if start in ("| ", "## ") else w for w in before]
    glue = " " if start == "## " else glue
    text = "First.\n\n" + start + glue.join(["begin", *words])
    text = text.replace("\n", "\n> ") if start == "> " else text
    line = text.count("\n") + 1 + (glue == "\n")
    made = from_text(
        text
        + glue
        + ("  " if start == "- " else "> " if start == "> " else "")
        + FAULTS[code]
        + end
    )
    assert [f"{f.code} {f.where}" for f in made.findings] == [f"{code} essay.md:{line}"]


def test_every_anchor_is_there_once() -> None:
    """Blocks, headings, notes and figures never share an anchor, however long the chapter is."""
    text = "".join(
        f"Text[^{n}] and^[inner].\n\n- item\n\n[^{n}]: Note.\n\n    More.\n\n" for n in range(250)
    )
    one = chapter(text)
    ids = re.findall(r' id="([^"]*)"', one.html + "".join(note.html for note in one.notes))
    assert len(ids) == len(set(ids))
    assert {block.id for block in one.blocks} <= set(ids)


# Whole manuscripts of other kinds.


@pytest.mark.parametrize(
    "text",
    [
        "التحالفات العسكرية",
        "中文的段落。",
        "👩‍👩‍👧 🎉",
        "e\u0301",
        "a\u00adb",
        "\u202eabc",
        "x" * 1000,
    ],
)
def test_text_of_any_script_is_kept(text: str) -> None:
    """Letters of every script come through as they are."""
    one = chapter(f"---\nlang: zh\n---\n\n## {text}\n\n{text}[^1]\n\n[^1]: {text}\n")
    assert [block.text.removesuffix(placeholders.note_mark("c0:1")) for block in one.blocks] == [
        text
    ] * 2
    assert one.notes[0].text == text


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(end: str, tmp_path: Path) -> None:
    """A file from another system is the same manuscript."""
    text = "---\ntitle: T\n---\n\n# T\n\nOne\ntwo[^1]\n\n- a\n\n\tb\n\n[^1]: n"
    other = manuscript(tmp_path, text.replace("\n", end))
    assert (other.chapters, other.findings) == (from_text(text).chapters, ())


def test_reading_twice_gives_the_same() -> None:
    """A manuscript is a value: nothing is remembered from one reading to the next."""
    text = 'a[^1] "q"\n\n## H {#h}\n\n| a |\n|---|\n\n: C\n\n[^1]: n ^[m]\n'
    assert from_text(text) == from_text(text)


# Hostile manuscripts.


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n" + "> " * 400 + "b", 3),
        ("a\n\n" + ">" * 9_000, 3),
        ("- " * 400 + "b", 1),
        ("1. " * 400 + "b", 1),
        ("\n".join("  " * n + "- a" for n in range(60)), 21),
        ("a\n\n" + "*a **a " * 60 + "b" + "** a*" * 60, 3),
        ("a\n\n" + "[" * 60 + "a" + "]{.b}" * 60, 3),
        ("a\n\n" + "^[" * 60 + "a" + "]" * 60, 3),
        ("a\n\n" + "[" * 9_000, 3),
        ("a\n\n" + "![" * 9_000 + "a" + "](b)" * 9_000, 3),
        ("<b>" * 400 + "a", 1),
        ("\n".join(["<div>"] * 400), 21),
        ("a[^0]\n\n" + "\n\n".join(f"[^{n}]: b[^{n + 1}]" for n in range(400)), 41),
    ],
    ids=[
        "quotations", "quotations without spaces", "lists", "numbered lists", "indented lists",
        "emphasis", "bracketed text", "notes in place", "brackets", "pictures", "tags in a line",
        "tags in lines", "notes that call notes",
    ],
)  # fmt: skip
def test_nesting_without_end_is_refused(text: str, line: int) -> None:
    """What no page can show, and no recursion survives, is an error with its line."""
    error = failure(text)
    assert error.startswith(f"error: essay.md:{line}: ")
    assert re.search(rf"more than {DEEPEST} deep|more brackets", error)


@pytest.mark.parametrize(
    "text", ["> " * DEEPEST + "a", "- " * DEEPEST + "a", "<b>" * 19 + "a" + "</b>" * 19]
)
def test_nesting_that_a_page_can_show_is_set(text: str) -> None:
    """Up to the limit, everything is there."""
    assert chapter(text).blocks[0].text == "a"


HOSTILE = {
    "headings": "## Same\n\na\n\n" * 1_200,
    "chapters": "# Same\n\na\n\n" * 500,
    "notes": "".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(500)),
    "calls": "a[^1] " * 2_000 + "\n\n[^1]: b",
    "names": "[a]{#x}\n\n" * 700,
    "dead links": "".join(f"[a](#b{n})\n\n" for n in range(700)),
    "tasks": "- [ ] a\n" * 1_500,
    "tables": "| a |\n|---|\n| b |\n\n: c\n\n" * 350,
    "cells": "| a |\n|---|\n" + "| b |\n" * 2_000,
    "missing pictures": "![a](b.png)\n\n" * 700,
    "quotation marks": "\"a 'b " * 30_000,
    "apostrophes": "it's " * 30_000,
    "open quotations": "'a " * 20_000 + 'b" ' * 20_000,
    "spaces": "## a" + " " * 100_000 + "b {",
    "braces": "[a]{b=" * 8_000,
    "brackets in a row": "[a] " * 6_000,
    "links in a row": "[a](" * 3_000,
    "addresses": "https://a.b/c " * 6_000,
    "stars": "*a **b _c " * 2_500,
    "backticks": " ".join("`" * (n % 90) for n in range(6_000)),
    "tildes": "~a ^b ~~c " * 4_000,
    "open tags": "<div>\n" + "<a b=" * 60_000,
    "open comments": "<div>\n" + "<!-- " * 60_000,
    "declarations": "<div>\n" + "<!a " * 60_000,
    "entities": "<div>\n" + "&amp" * 60_000,
    "dashes": "-- --- ... " * 8_000,
    "line ends": "a\n" * 8_000,
    "empty lines": "\n" * 300_000 + "a",
    "attribute lines": "{.a}\n" * 3_000 + "b",
    "definitions": "a\n: b\n\n" * 1_000,
    "a div with room": "::: a" + " " * 20_000 + "b {",
    "a picture's style": '<img src="a.png" style="width:' + " " * 5_000 + '!">',
    "points in addresses": ("https://a.b/" + "." * 3_900 + "a ") * 60,
    "admonitions of no kind": "!!! a\n" * 8_000,
    "remarks without end": "{::comment}\n" * 8_000,
    "tables without end": "--- ---\na b\n\n" * 3_000,
    "keys in the text": "\n\n---\na: b\n---\n" * 3_000,
    "strong words with spaces": "**a **b " * 12_000,
    "brackets after pictures": "![a](b)))" * 3_000,
    "a word": "a" * 1_000_000,
    "a line": "word " * 200_000,
    "a line of markup": '*word* "it\'s" -- p. 9 ' * 12_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_much_of_anything_takes_little_time(name: str) -> None:
    """Nothing grows faster than the text: each of these is read in a second or two."""
    begin = time.process_time()
    made = outcome(f"First.\n\n{HOSTILE[name]}\n")
    assert not isinstance(made, BookletError) or made.where is not None
    assert time.process_time() - begin < 5


@given(st.text("*_`[]()!<>#^~{}|\\\"'&;:=-+.a1 \n\t/%$@é", max_size=60))
def test_any_text_at_all_is_read(text: str) -> None:
    """Signs in any order make a manuscript, or an error that names the file."""
    made = outcome(f"First.\n\n{text}")
    lines = range(1, text.count("\n") + 4)
    if isinstance(made, BookletError):
        assert made.where is not None
    else:
        assert all(block.where.line in lines for block in made.blocks)
        assert all(finding.where and finding.where.line in lines for finding in made.findings)


@pytest.mark.parametrize(
    "address", ["quay@example.org", "a.b+c@tide.example.org", "www.example.org/quay"]
)
def test_an_address_without_brackets_is_kept_whole(address: str) -> None:
    """It gains no hyphen, and the point of its sentence is none of its own."""
    made = from_text(f"Write to {address}. Or do not: 3 @ 4.")
    markup = made.chapters[0].html.replace("<wbr>", "")  # where a line may end without a sign
    assert f'<span class="address">{address}</span>.' in markup
    assert markup.count("<span") == 1


TAGS = ["<b>", "</b>", "<div>", "</div>", "<td>x</td>", "<table><tr><td>a", "</table>", "<p>x"]
TAGS += ["<li>y", "<br>", "<h2>q</h2>", "<!--c", "<select><option>z", "<pre>a", "<ul><li>b", "<i>x"]
SIGNS = st.text("*_`[]()!<>#^~{}|\\\"'&;:=-+.a1 \n\t/%$@é", max_size=30)


@given(
    st.lists(st.one_of(st.sampled_from([block for block, _ in BLOCKS] + TAGS), SIGNS), max_size=6)
)
def test_no_letter_is_lost_on_the_way_to_html(pieces: list[str]) -> None:
    """What the press looks for in the PDF, the blocks, is what it sets, the HTML."""
    text = "\n\n".join(piece.replace("%d", str(number)) for number, piece in enumerate(pieces))
    made = outcome(f"First.\n\n{text}")
    for one in () if isinstance(made, BookletError) else made.chapters:
        assert letters(one.html) == letters("".join(escape(block.text) for block in one.blocks))
        for note in one.notes:
            assert letters(note.html) == letters(escape(note.text))


def letters(markup: str) -> str:
    """Return the letters and digits that a reader sees in a piece of HTML, from a to z.

    Where an author leaves a table open, the rules of HTML put what follows before it.
    """
    return "".join(sorted(re.sub(r"[\W_]", "", unescape(re.sub("<[^>]*>", "", plain(markup))))))


def test_a_link_from_a_folder_is_told_the_way_up(tmp_path: Path) -> None:
    """A file is named as it is seen from the file that the link stands in."""
    (tmp_path / "acts").mkdir()
    (tmp_path / "essay.md").write_text("---\nchapters: [intro.md, acts/one.md]\n---\n")
    (tmp_path / "intro.md").write_text("# Intro\n\nText.\n")
    (tmp_path / "acts" / "one.md").write_text("# One\n\n[See](intro.md), [and](../intro.md).\n")
    (finding,) = parse(read("essay.md", tmp_path)).findings
    assert (finding.code, finding.hint) == ("M07", "did you mean `../intro.md`?")


def test_the_hint_of_a_lost_picture_names_one_elsewhere(tmp_path: Path) -> None:
    """Where a file of its name lies in another folder, the hint has its path."""
    (tmp_path / "attached").mkdir()
    (tmp_path / "attached/quay.png").write_bytes(b"no picture, but a file")
    made = manuscript(tmp_path, "# T\n\n![Quay](quay.png) and ![Sea](sea.png)\n", {})
    hints = [finding.hint for finding in made.findings if finding.code == "M06"]
    assert hints == ["did you mean `attached/quay.png`?", "check the name, capitals included"]
