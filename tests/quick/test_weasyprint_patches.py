"""What is worked out once instead of again and again comes to the same as WeasyPrint's own."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyphen
import pytest

from booklet.layout.addresses import HOME
from booklet.layout.engine import warm_up
from booklet.layout.fetcher import Fetcher
from booklet.layout.weasyprint_api import CSS, HTML
from booklet.quick import pages
from booklet.quick.weasyprint_patches.line_breaks import MOST_LETTERS, Breaks
from booklet.source import ROOT, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from booklet.layout.weasyprint_api import FontConfiguration

WORDS = "The office of affairs waffled: “AVATAR, Tokyo” — and fjords were extraordinarily quiet. "

# Everything that is not plain, beside what is: each in reach of a style that has it otherwise.
HTML_ = f"""<html lang=en><head><title>Of haste</title></head><body>
<h1 id=a>Of haste &amp; of waste</h1>
<p id=b>{WORDS * 9}</p>
<p id=c class=narrow>{WORDS * 5}</p>
<p class=narrow>The same <b>rules</b>, <i>other</i> <u>words</u>, <s>struck</s>. {WORDS * 3}</p>
<p class=first>{WORDS * 4}</p>
<p class=letter>{WORDS * 4}</p>
<p class=spaced>{WORDS * 2} x<sup>2</sup> H<sub>2</sub>O 1234567890 \U0001f600 \u0b95 \u200b</p>
<p class=odd>Odd <b>words</b>, <i>and others</i>, {WORDS}</p>
<p class=led>A title</p><p class=led>Another <sup>1</sup></p>
<p><svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="20mm" viewBox="0 0 60 20">
<text x="2" y="9" font-size="5">Drawn <tspan fill="red">words</tspan></text>
<text x="2" y="18" font-size="5" letter-spacing="1">Drawn words</text></svg></p>
<p class=cut>{WORDS * 4}</p>
<p class=clamp>{WORDS * 9}</p>
<p lang=ar dir=rtl>{"النص العربي يسير من اليمين إلى اليسار 1234 " * 9}</p>
<p lang=de>{"Donaudampfschifffahrtsgesellschaft und Straßenbahnhaltestelle. " * 9}</p>
<table class=joined><tr><td>One<td>Two<tr><td colspan=2>{WORDS}</table>
<table class=apart><tr><th>One<th>Two<tr><td>{WORDS}<td>{WORDS}</table>
<ul><li>{WORDS}<ul><li style="padding: 1em">{WORDS}</ul></ul>
<div class=flex><p>{WORDS}</p><p>{WORDS}</p></div>
<div class=outer><div class=inner>{WORDS}</div></div>
<p class=turned id="&#x3a9;(b)"><a href="#&#x3a9;(b)">here</a>
Words and <a href="#a">a link</a>, <i>more</i> <b>turned</b>,
<a href="https://example.org/(a)">far &#x2192;</a></p>
<pre>a\tb   c
d</pre>
<p class=note>Called<span class=foot>{WORDS}</span> and {WORDS}</p>
</body></html>"""

CSS_ = """
@page { size: 90mm 140mm; margin: 12mm 10mm; @bottom-center { content: counter(page) } }
@page :left { @top-left { content: string(head); font-size: 7pt; letter-spacing: .1em } }
@page :first { margin-top: 30mm; @bottom-center { content: none } }
:root { --grey: #555; --gap: 3mm }
html { font: 9pt/1.35 "Booklet Serif", serif; hyphens: auto; text-align: justify }
h1 { string-set: head content(); color: var(--grey); font-variant-caps: small-caps }
b { font-weight: bolder } i { font-size: 1.1em; margin: 0 1ex } u { text-underline-offset: 2px }
.narrow { margin: calc(var(--gap) + 1mm) 10%; padding: 0 5% 1vw }
.narrow { font-variant-numeric: oldstyle-nums }
.first::first-line { font-variant-caps: all-small-caps; letter-spacing: .05em }
.letter::first-letter { font-size: 3em; float: left; line-height: .9; padding-right: 2px }
.spaced { letter-spacing: .03em; word-spacing: .2em; font-feature-settings: "onum" 1, "kern" 0 }
.odd { font-variation-settings: "wght" 500, "slnt" 5; font-language-override: "TRK" }
.odd b { font-variant-position: super; font-variant-alternates: historical-forms; font-size: 0 }
.odd i { font-variant-east-asian: jis78 full-width; font-stretch: condensed; line-height: 2rem }
.led::after { content: leader(" . ") "12" }
.cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 50mm }
.clamp { max-lines: 3; continue: discard }
.joined { border-collapse: collapse; width: 100% } .joined td { border: 1px solid; padding: 2px }
.apart { border-spacing: 2px } .apart td { border: thin dotted; width: 30% }
.flex { display: flex; gap: 1em } .flex p { box-sizing: border-box; border: 2px solid; width: 50% }
.outer { width: 80%; box-sizing: padding-box; padding: 1em; margin: 2px }
.inner { width: inherit; margin: inherit }
.turned { transform: skew(3deg) }
.turned b { display: inline-block; transform: rotate(20deg) scale(1.1) }
.foot { float: footnote } .note { font-variant-ligatures: no-common-ligatures; quotes: "<" ">" }
"""


@pytest.fixture
def fonts() -> Iterator[FontConfiguration]:
    """The fonts of the house; afterwards WeasyPrint works with its own functions again."""
    yield warm_up(Fetcher(Shelf(ROOT / "styles"), network=False))
    pages.hasten(False)


def made(fonts: FontConfiguration, css: str = CSS_, html: str = HTML_) -> bytes:
    """Return a PDF that is made of some HTML."""
    sheet = CSS(string=css, font_config=fonts)
    document = HTML(string=html, base_url=HOME)
    pdf: bytes = document.write_pdf(
        stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1", presentational_hints=True
    )
    return pdf


def test_pages_made_in_haste_are_the_same_byte_for_byte(fonts: FontConfiguration) -> None:
    pages.hasten(False)
    slow = made(fonts)
    pages.hasten(True)
    assert made(fonts) == slow
    assert made(fonts) == slow, "now that all styles are known"


def test_what_is_known_of_one_style_sheet_is_not_taken_for_another(
    fonts: FontConfiguration,
) -> None:
    sheets = [CSS_, CSS_.replace("9pt/1.35", "10pt/1.5"), CSS_.replace("3mm", "5mm"),
              CSS_.replace("90mm 140mm", "120mm 160mm"), CSS_ + "p { color: red }"]  # fmt: skip
    pages.hasten(False)
    slow = [made(fonts, css) for css in sheets]
    pages.hasten(True)
    assert [made(fonts, css) for css in sheets] == slow
    assert [made(fonts, css) for css in reversed(sheets)] == slow[::-1]


HEAD = """
<html lang=en><head><title>One</title><meta name=author content="A. Writer">
<meta name=KEYWORDS content="a, b"><style>p { color: #123 }</style><style media=screen>
p { color: red }</style><link rel=stylesheet href="data:text/css,b%7Bcolor:%23456%7D"></head><body>
<!-- <title> --><p>Words <b>and</b> more.</p><style type=text/plain>p {}</style><title>Two</title>
<svg width=20 height=20><title>Three</title><style>rect { fill: #789 }</style>
<rect width=9 height=9 /></svg><meta name=description content=Last></body></html>
"""


def test_a_head_is_read_alike_wherever_its_pieces_stand(fonts: FontConfiguration) -> None:
    """Titles, descriptions and rules count as before, also in the body, and not in a drawing."""
    pages.hasten(False)
    slow = made(fonts, html=HEAD)
    pages.hasten(True)
    assert made(fonts, html=HEAD) == slow
    for changed in (("#123", "#124"), ("#789", "#78a"), (">One<", ">1<"), ("=Last", "=Least")):
        assert made(fonts, html=HEAD.replace(*changed)) != slow


# The same words in one width: whatever a line's end depends on has to be told apart.
LOOKS = (
    *("hyphens: none", "hyphens: manual", "hyphenate-character: '='", "word-spacing: .3em"),
    *("letter-spacing: .1em", "white-space: nowrap", "white-space: pre-wrap", "direction: rtl"),
    *("overflow-wrap: anywhere", "word-break: break-all", "hyphenate-limit-chars: 12 5 5"),
    *("hyphenate-limit-zone: 30%", "white-space: pre; tab-size: 3", "white-space: pre"),
    *("font-kerning: none", "font-size: 9.1pt", "font-weight: 600", "font-style: italic"),
    *("font-variant-ligatures: none", "font-variant-numeric: oldstyle-nums", "text-align: left"),
    *("font-feature-settings: 'smcp' 1", "font-family: 'Booklet Sans'", "width: 20mm"),
    *("font-variant-caps: small-caps", "font-language-override: 'TRK'", "text-align-last: left"),
    *("font-variant-position: super", "letter-spacing: 1px; word-spacing: -1px"),
    *("hyphenate-limit-zone: calc(2rem + 1%)", "hyphenate-limit-zone: calc(1lh + 1%)"),
    *(f"line-height: {size}px; hyphenate-limit-zone: calc(1lh + 1%)" for size in (2, 90)),
    "text-decoration: underline",
)


def test_lines_of_the_same_words_are_told_apart_by_their_looks(fonts: FontConfiguration) -> None:
    words = f"{WORDS}\t1\u00ad234\t5 {WORDS * 2}"
    html = "".join(f'<p style="{look}">{words}</p>' for look in ("", *LOOKS, ""))
    html += f'<p lang=de>{words}</p><p lang=tr style="font-variant-caps: small-caps">{words}</p>'
    css = CSS_ + ".zone { hyphenate-limit-zone: calc(1lh + 1%) }"
    html += "".join(f'<p class=zone style="line-height: {size}px">{words}</p>' for size in (2, 90))
    pages.hasten(False)
    slow = made(fonts, css, html)
    pages.hasten(True)
    assert made(fonts, css, html) == slow
    assert made(fonts, css, html) == slow, "now that all lines are known"


def test_what_was_found_without_a_font_is_forgotten_when_it_comes(
    fonts: FontConfiguration,
) -> None:
    pages.hasten(True)
    made(fonts)
    assert {"breaks", "struts", "faces", "kinds"} <= vars(fonts).keys()
    CSS(string="@font-face { font-family: Own; src: local('DejaVu Serif') }", font_config=fonts)
    assert not {"breaks", "struts", "faces", "kinds"} & vars(fonts).keys()


def test_lines_that_are_not_asked_for_are_forgotten() -> None:
    lines = Breaks()
    long = "x" * (MOST_LETTERS // 2)
    for number in range(9):
        lines.keep((long, number), f"line {number}")
        assert lines.take((long, number)) == f"line {number}"
        assert len(lines.new) + len(lines.old) <= 5
        assert number < 3 or lines.take((long, 3)) == "line 3", "which is asked for again and again"
    assert lines.take((long, 0)) is None


def test_what_is_wrong_in_a_style_is_said_each_time(
    fonts: FontConfiguration, caplog: pytest.LogCaptureFixture
) -> None:
    css = CSS_ + "p { width: calc(1mm + pow(2)); color: var(--none) }"
    said = []
    for on in (False, True, True):
        pages.hasten(on)
        caplog.clear()
        made(fonts, css)
        said.append([record.getMessage() for record in caplog.records])
    assert said[0]
    assert said[1] == said[0]
    assert said[2] == said[0]


@pytest.mark.parametrize("language", sorted(set(pyphen.LANGUAGES.values())))
def test_words_are_divided_in_the_same_places(language: Path) -> None:
    """Words that are put together of the patterns themselves."""
    pages.hasten(False)
    slow = pyphen.HyphDict(language)
    letters = sorted(pattern.replace(".", "") for pattern in slow.patterns)
    chosen = random.Random(1)
    words = ["".join(chosen.choices(letters, k=3)) for _ in range(300)]
    expected = [slow.positions(word) for word in words]
    pages.hasten(True)
    quick = pyphen.HyphDict(language)
    found = [quick.positions(word) for word in words]
    pages.hasten(False)
    assert found == expected
    assert [[at.data for at in each] for each in found] == [
        [at.data for at in each] for each in expected
    ]
