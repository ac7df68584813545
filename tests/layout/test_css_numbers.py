"""Numbers in style sheets: those that no page can hold are taken out, and nothing else is."""

from __future__ import annotations

import pytest

from booklet.errors import BookletError
from booklet.layout.css_numbers import tamed
from tests.conftest import ESSAY, Shop, losses, told

TAKEN = {
    "p { line-height: 1e30 }": "p {                   }",
    "p{width:1e30px}": "p{            }",
    "p { top: 0; width: 99999999px; left: 0 }": "p { top: 0;                  ; left: 0 }",
    "p { width: -1e30% }": "p {               }",
    "p { width: calc(1px * (2 + 1e300)) }": "p {                                }",
    "p { --a: 1e30px }": "p {             }",
    "p { width: .1e9px": "p {              ",
    "p { order: 99999999999 }": "p {                    }",
    "@media print { p { width: 1e9px } }": "@media print { p {              } }",
    "p { content: '};'; width: 1e9px }": "p { content: '};';              }",
    "p { a: url(;1); width: 1e9px }": "p { a: url(;1);              }",
    "p { width:\n  1e9px\n}": "p {       \n       \n}",
    "p { columns: 12em 2000; top: 0 }": "p {                   ; top: 0 }",
    "p { Column-Count: 100 }": "p {                   }",
    "p { grid-template-rows: repeat(9999, 1px) }": "p {                                       }",
}


@pytest.mark.parametrize(("css", "left"), TAKEN.items(), ids=TAKEN)
def test_a_number_beyond_measure_takes_its_declaration_with_it(css: str, left: str) -> None:
    """All else stays where it was, to the column."""
    assert tamed(css)[0].rstrip() == left.rstrip()
    assert len(tamed(css)[0]) == len(css)
    assert len(tamed(css)[1]) == 1


LEFT = (
    "p { width: 999999px; z-index: 2147483647; order: 100000000 }",
    "p { color: #1e30ab; background: #12345678 }",
    "@font-face { unicode-range: U+10FFFF, U+1F300-1F5FF }",
    "p { width: 1e-30px; margin: 1e3px; top: 1234567e-9px }",
    "p::after { content: '1e30px; 99999999px' }",
    "/* p { width: 1e30px } */ p { color: red }",
    ".a1e30 #b99999999 { color: red }",
    "p { background: url(1e30px.png) } @import 'x1e30.css';",
    "p { background: url(data:image/png;base64,99999999e99==) }",
    "@media (max-width: 1e30px) { p { color: red } }",
    "p { columns: 300px 3; columns: 999px; column-gap: 500px; column-count: 99 }",
    "p { grid-template-columns: repeat(12, 100px); width: 500px }",
    "",
)


@pytest.mark.parametrize("css", LEFT)
def test_other_numbers_stay(css: str) -> None:
    """So do those that are none: colours, names, words, what is commented out."""
    assert tamed(css) == (css, ())


LONG = {
    "words": ("p { color: red }\nq::before { content: '%s' }\nb { top: 0 }", 30_000, "2:13"),
    "an address": ("p { top: 0 }\nq {\n  src: url(data:x,%s) }\nb { top: 0 }", 11_000_000, "3:3"),
}


@pytest.mark.parametrize(("css", "letters", "where"), LONG.values(), ids=LONG)
def test_a_value_that_fills_pages_is_taken_out(css: str, letters: int, where: str) -> None:
    """And what stands before and after it stays."""
    left, said = tamed(css % ("a" * letters))
    assert left.startswith("p {")
    assert left.endswith("b { top: 0 }")
    assert "aaa" not in left
    assert [one.partition(" measure at ")[2] for one in said] == [f"{where} of ''"]


def test_a_font_may_stand_in_a_sheet() -> None:
    """An address may be longer than a value."""
    css = f"@font-face {{ src: url(data:font/woff2;base64,{'A' * 300_000}) }}"
    assert tamed(css) == (css, ())


RULES = {
    "rules": ("p { top: 0 }\n" * 30_000, 20_001),
    "selectors": ("p { top: 0 }\n" + "a, " * 30_000 + "b {}", 2),
}


@pytest.mark.parametrize(("css", "line"), RULES.values(), ids=RULES)
def test_rules_without_end_are_left_out(css: str, line: int) -> None:
    """From the first that is too many, which is named; a list of selectors is so many rules."""
    left, said = tamed(css)
    assert left.rstrip() == css[: 13 * (line - 1)].rstrip()
    assert said[0].endswith(f"more than 20,000 rules are beyond all measure at {line}:1 of ''")


ENDLESS = ("-", "#-", "@", "'\n", "url(", "/* ", "\\", "1e", ".", "a: 1e30px;", "{", "}")


@pytest.mark.parametrize("sign", ENDLESS)
def test_no_sign_is_looked_at_twice(sign: str) -> None:
    """A sheet that is all of one sign is read once through, and keeps its length."""
    css = sign * (200_000 // len(sign))
    assert len(tamed(css)[0]) == len(css)


def test_what_is_taken_out_is_said_at_its_place() -> None:
    """Line and column of the declaration, and the number itself."""
    _, said = tamed("p { color: red;\n  width:\n 1e30px }", "a.css")
    assert said == (
        "`width: 1e30px` was ignored: `1e30px` is beyond all measure at 2:3 of 'a.css'",
    )


ABSURD = (
    "line-height: 1e30", "font-size: 1e30px", "margin: 1e300px", "letter-spacing: 1e30px",
    "word-spacing: 1e30em", "text-indent: 1e30px", "border: 1e30px solid", "padding: 1e30%",
    "transform: scale(1e30) translate(1e300px)", "position: relative; left: 1e30px",
    "font-variation-settings: 'wght' 1e30", "width: calc(1e20px * 1e20)",
)  # fmt: skip


@pytest.mark.parametrize("rule", ABSURD)
def test_a_booklet_is_made_without_such_a_rule(press: Shop, rule: str) -> None:
    """In the quick way as in the plain one, and with a link, whose box would be beyond a PDF."""
    for plain in (False, True):
        booklet = press({"essay.md": ESSAY, "style.css": f"\np {{ {rule} }}"}, plain=plain)
        assert told(booklet) == ["S05 style.css:2"]
        assert losses(booklet) == []


OVERFLOWING = (
    "p { line-height: calc(99999 * 99999 * 99999 * 99999 * 99999 * 99999) }",
    "a { padding: calc(999999px * 999999 * 999999 * 999999 * 999999 * 999999) }",
    "p { letter-spacing: calc(999999px * 999999 * 999999) }",
    "p { font-size: calc(999999em * 99999); line-height: 999999 }",
    "p { transform: scale(999999) scale(999999) scale(999999) scale(999999) }",
)


@pytest.mark.parametrize("style", OVERFLOWING)
def test_a_number_that_only_comes_out_too_large_is_a_message(press: Shop, style: str) -> None:
    """Sums are not worked out before: what they end in is told at the style or at the text."""
    try:
        booklet = press({"essay.md": ESSAY, "style.css": style}, seconds=30)
    except BookletError as error:
        assert str(error.where).partition(":")[0] in ("style.css", "essay.md")  # noqa: PT017
    else:
        assert booklet.report.findings


@pytest.mark.parametrize("shape", ["linear", "radial"])
def test_a_gradient_that_repeats_itself_without_end_is_left_out(press: Shop, shape: str) -> None:
    """A million stripes would take gigabytes; some hundred are drawn."""
    rule = "p {{ background: repeating-{}-gradient(red 0, blue {}) }}"
    for stripe, wanted in (("0.0001px", ["S05 style.css"]), ("9px", [])):
        style = rule.format(shape, stripe)
        for plain in (False, True):
            booklet = press({"essay.md": ESSAY, "style.css": style}, plain=plain)
            assert told(booklet) == wanted
            assert losses(booklet) == []


@pytest.mark.parametrize("shape", ['linear x1="0" x2="%s"', 'radial cx="0" cy="0" r="%s"'])
def test_a_drawing_with_such_a_gradient_is_said(press: Shop, shape: str) -> None:
    """At the line that names it; one that repeats itself now and then is drawn."""
    kind, _, where = shape.partition(" ")
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><{kind}Gradient id="g" {where} '
        'gradientUnits="userSpaceOnUse" spreadMethod="repeat"><stop stop-color="red"/>'
        f'<stop offset="1" stop-color="blue"/></{kind}Gradient>'
        '<rect width="9" height="9" fill="url(#g)"/></svg>'
    )
    for size, wanted in (("0.00001", ["M06 essay.md:3"]), ("2", [])):
        svg = drawing.replace("%s", size)
        assert told(press({"essay.md": "# A\n\n![B](b.svg)\n", "b.svg": svg})) == wanted


@pytest.mark.parametrize("rule", ["margin: var(--a30)", "font-family: x, var(--a30)"])
def test_variables_that_grow_without_end_are_left_out(press: Shop, rule: str) -> None:
    """Each is the one before it, twice: thirty would be a thousand million words."""
    names = "".join(f"--a{n + 1}: var(--a{n}) var(--a{n});" for n in range(30))
    style = f":root {{ --a0: 1px 1px; {names} }} p {{ {rule} }}"
    for plain in (False, True):
        booklet = press({"essay.md": ESSAY, "style.css": style}, plain=plain)
        assert "S05 style.css" in told(booklet)
        assert losses(booklet) == []
    few = ":root { --a0: 1px; --a1: var(--a0) var(--a0) } p { margin: var(--a1) }"
    assert told(press({"essay.md": ESSAY, "style.css": few})) == []
