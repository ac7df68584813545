"""Drawings: what a hostile one costs, which is little, and what an honest one may hold."""

from __future__ import annotations

import pytest

from booklet.source import pictures
from booklet.source.drawings import MOST_LETTERS, MOST_SHAPES, MOST_STOPS, MOST_TEXT, fault
from tests.conftest import ESSAY, Shop, losses, told

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="100" height="50" viewBox="0 0 100 50">{}</svg>'
)
RECT = '<rect width="9" height="9" fill="url(#g)"/>'


def stops(number: int) -> str:
    """Return a gradient of so many colours, and what is filled with it."""
    return f'<linearGradient id="g">{"<stop/>" * number}</linearGradient>{RECT}'


def named(dtd: str, content: str = "") -> str:
    """Return a drawing with something declared in its DTD."""
    return f"<!DOCTYPE svg [{dtd}]>{SVG.format(content)}"


BAD = {
    "entities": (named(f'<!ENTITY a "{"x" * 1000}">', "<text>&a;</text>"), "DTD"),
    "entities of entities": (
        named('<!ENTITY a "x"><!ENTITY b "&a;&a;">', "<text>&b;</text>"),
        "DTD",
    ),
    "many entities": (named(f'<!ENTITY a "{"x" * 200}">', f"<g>{'&a;' * 9000}</g>"), "DTD"),
    "entities of the DTD": (named('<!ENTITY % a "x">%a;'), "DTD"),
    "attributes by default": (named(f'<!ATTLIST rect fill CDATA "{"x" * 999}">', RECT), "DTD"),
    "elements": (SVG.format("<a/>" * (MOST_SHAPES + 1)), "more than 100,000 elements"),
    "elements that stand nowhere": (f"<svg>{'<defs/>' * 999_999}", "more than 100,000 elements"),
    "colours": (SVG.format(stops(MOST_STOPS + 1)), "gradient of more than 1,000 colours"),
    "a long path": (SVG.format(f'<path d="M0 0{"L1 2" * MOST_LETTERS}"/>'), "more than 300,000"),
    "many long paths": (SVG.format(f'<path d="M0 0{"L1 2" * 50_000}"/>' * 9), "long attributes"),
    "text": (SVG.format(f"<text><tspan>{'word ' * MOST_TEXT}</tspan></text>"), "letters of text"),
    "rules": (SVG.format(f"<style>{'rect{fill:red}' * 2000}</style>" + RECT * 999), "more rules"),
    "selectors": (SVG.format(f"<style>{'a,' * 2000}b{{}}</style>" + RECT * 999), "more rules"),
    "markers": (
        SVG.format(
            '<marker id="m"><g><rect/><rect/></g></marker>'
            f'<path marker-mid="url(#m)" d="M0 0{"L1 2" * 40_000}"/>'
        ),
        "repeats itself",
    ),
    "a wide shape": (SVG.format('<rect width="1e30"/>'), "`1e30`"),
    "a far point": (SVG.format('<path d="M0 0L12345678901 2"/>'), "number that no page"),
    "no number": (SVG.format('<circle r="nan" cx="-inf"/>'), "`nan`"),
    "a wide line": (SVG.format('<path style="stroke-width: 1e99px"/>'), "number that no page"),
    "a large drawing": (SVG.format("").replace('"100"', '"1e30"'), "number that no page"),
    "a small window": (SVG.format("").replace("0 0 100 50", "0,0,1e-30 1e-30"), "next to nothing"),
}


@pytest.mark.parametrize(("drawing", "message"), BAD.values(), ids=BAD)
def test_what_would_take_long_or_break_the_pdf_is_known_before(drawing: str, message: str) -> None:
    """In any encoding."""
    assert message in fault(drawing.encode())
    assert message in pictures.fault(drawing.encode("utf-16"))


GOOD = {
    "names for addresses": named(
        '<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY b "#fff">',
        '<rect fill="&b;" width="9" height="9"/>',
    ),
    "an old DTD": (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        f'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">{SVG.format(RECT)}'
    ),
    "colours": SVG.format(stops(MOST_STOPS)),
    "shapes": SVG.format('<rect width="9" height="9"/>' * 20_000),
    "a photograph": SVG.format(f'<image href="data:image/png;base64,{"A" * MOST_LETTERS}"/>'),
    "what a program keeps for itself": SVG.format(f"<metadata>{'AAAA' * MOST_TEXT}</metadata>"),
    "small numbers": SVG.format('<path d="M0.12345678901234 1e-30L1e+05 12345678"/>'),
    "colours that look like numbers": SVG.format('<rect width="9" height="9" fill="#1e3099"/>'),
    "such colours in a style": SVG.format('<rect width="9" height="9" style="fill: #1e90ff"/>'),
    "names in a style": SVG.format(
        "<text style=\"font-family: Nanum Gothic, 'Inf 1e99'; fill: url(#a1234567890)\">a</text>"
    ),
    "a font within": SVG.format(f"<style>@font-face{{src:url(data:;base64,{'A' * 9999})}}</style>"),
    "markers": SVG.format('<marker id="m"/><path marker-mid="url(#m)" d="M0 0L1 1L2 2"/>'),
    "a window of a per cent": SVG.format(RECT).replace(
        'viewBox="0 0 100 50"', 'viewBox="0 0 1% 2"'
    ),
}


@pytest.mark.parametrize("drawing", GOOD.values(), ids=GOOD)
def test_an_honest_drawing_is_none_of_these(drawing: str) -> None:
    """As programs write them."""
    assert fault(drawing.encode()) == ""


@pytest.mark.parametrize("name", ["colours", "a wide shape", "entities", "text"])
def test_a_booklet_is_made_without_it(press: Shop, name: str) -> None:
    """In the text and in a style; the author is told the line."""
    files = {"essay.md": f"{ESSAY}\n![A drawing](p.svg)\n", "p.svg": BAD[name][0]}
    booklet = press({**files, "style.css": "p { background: url(p.svg) }"}, seconds=30)
    assert sorted(told(booklet)) == ["M06 essay.md:14", "S02 style.css:1"]
    assert losses(booklet) == []


def test_a_style_sheet_that_brings_itself_in_ends(press: Shop) -> None:
    """And so does one that brings in a thousand times as many others."""
    press.write(
        {f"{name}.css": f"@import '{after}.css';" * 30 for name, after in ("ab", "bc", "ca")}
    )
    booklet = press(
        {"essay.md": ESSAY, "style.css": "\n@import 'a.css';\np { color: #111 }"}, seconds=30
    )
    assert "S02 style.css:2" in told(booklet)
    assert {code.partition(":")[0] for code in told(booklet)} == {"S02 style.css"}
    assert losses(booklet) == []


def test_a_gradient_of_too_many_colours_is_left_out(press: Shop) -> None:
    """Each of them is worked out by itself."""
    colours = ", ".join(f"#{number % 4096:03x}" for number in range(20_000))
    style = f"p {{ color: #111;\n  background: linear-gradient({colours}) }}"
    assert told(press({"essay.md": ESSAY, "style.css": style}, seconds=30)) == ["S05 style.css:2"]
