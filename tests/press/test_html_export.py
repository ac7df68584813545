"""The HTML beside a booklet, in a real browser: nothing runs in it, nothing is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from booklet.press.html_export import tame
from tests.chromium import CHROMIUM, needs_chromium
from tests.conftest import ESSAY, Shop
from tests.preview.test_preview import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.conftest import Server

in_a_browser = [
    pytest.mark.xdist_group("webpage"),
    pytest.mark.timeout(300),
    needs_chromium,
]

RUN = "document.title = 'it ran'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield browser
        browser.close()


def opened(browser: Browser, path: Path) -> tuple[str, list[str], str]:
    """Open a file; return its title, the addresses that it gets something from, and its text.

    Whatever can be pointed at or clicked is.
    """
    asked: list[str] = []
    page = browser.new_page()
    try:
        page.on("requestfinished", lambda request: asked.append(request.url))
        page.goto(path.as_uri(), wait_until="load")
        for link in page.locator("a, button, [onclick], [onmouseover]").all():
            link.dispatch_event("mouseover")
            if not (link.get_attribute("href") or "").startswith(("http", "#")):
                link.dispatch_event("click")
        page.wait_for_timeout(300)
        assert page.locator("script, iframe, object, embed, form").count() == 0
        asked.remove(path.as_uri())
        return page.title(), [url for url in asked if url[:5] != "data:"], page.inner_text("body")
    finally:
        page.close()


STYLES = (
    "p {{ color: #111 }} /* </style><script>{run}</script> */",
    "p::before {{ content: '</STYLE ><img src=x onerror=\"{run}\">' }}",
    "p {{ background: url({at}/p.png) }} @import url({at}/p.css);",
    "@font-face {{ font-family: X; src: url({at}/p.otf) }} p {{ font-family: X }}",
    "p {{ color: #111 }} </style><script src='{at}/p.js'></script>",
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.xdist_group("webpage")
@needs_chromium
def test_no_style_sheet_runs_or_loads_anything(
    press: Shop, browser: Browser, server: Server, style: str
) -> None:
    """Its own end within it is none, and its addresses are not asked for."""
    css = style.format(run=RUN, at=server.address)
    booklet = press({"essay.md": ESSAY, "style.css": css})
    title, asked, text = opened(browser, booklet.path.with_suffix(".html"))
    assert (title, asked, server.asked) == ("A short essay", [], [])
    assert "second paragraph" in text


MANUSCRIPTS = (
    '<p onclick="{run}">words</p>',
    '<a href="javascript:{run}">words</a>',
    "[words](javascript:{run})",
    "<script>{run}</script>",
    '<svg onload="{run}"><script>{run}</script></svg>',
    '<iframe srcdoc="<script>parent.{run}</script>"></iframe>',
    '<img src="x" onerror="{run}">',
    "![A picture](p.svg)",
    '<p style="background: url({at}/p.png)">words</p>',
    '<link rel="stylesheet" href="{at}/p.css"><meta http-equiv="refresh" content="0;url={at}/q">',
)


@pytest.mark.parametrize("words", MANUSCRIPTS)
@pytest.mark.xdist_group("webpage")
@needs_chromium
def test_no_manuscript_runs_or_loads_anything(
    press: Shop, browser: Browser, server: Server, words: str
) -> None:
    """By no tag, no link, and no drawing, which has a script of its own."""
    at = server.address
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" onload="{RUN}">'
        f'<script>{RUN}</script><image href="{at}/p.png"/><rect width="9" height="9"/></svg>'
    )
    text = f"{ESSAY}\n{words.format(run=RUN, at=at)}\n"
    booklet = press({"essay.md": text, "p.svg": drawing})
    title, asked, shown = opened(browser, booklet.path.with_suffix(".html"))
    assert (title, asked, server.asked) == ("A short essay", [], [])
    assert "second paragraph" in shown


TEMPLATES = (
    "<script>{run}</script>",
    "<SCRIPT src='{at}/p.js'></SCRIPT >",
    '<p onclick="{run}" OnMouseOver="{run}">words</p>',
    '<a href="javascript:{run}">words</a>',
    '<a href=" java\tscript:{run}">words</a>',
    '<svg><a xlink:href="javascript:{run}"><text y="9">words</text></a></svg>',
    '<svg><animate onbegin="{run}" attributeName="x" dur="1s"/><set onbegin="{run}"/></svg>',
    '<img src="{at}/p.png"><picture><source srcset="{at}/q.png"><img alt=""></picture>',
    '<iframe src="{at}/p.html"></iframe><object data="{at}/p.svg"></object><embed src="{at}/e">',
    '<meta http-equiv="refresh" content="0; url={at}/p">',
    '<base href="{at}/"><link rel="stylesheet" href="p.css"><link rel="preload" href="p">',
    '<form action="{at}/p"><button autofocus onfocus="{run}">words</button></form>',
    "<style>p {{ color: red }}</style><style>@import url({at}/p.css);</style>",
    "<title></title><textarea></title><script>{run}</script></textarea>",
    "<noscript><p title=\"</noscript><img src=x onerror='{run}'>\"></noscript>",
    '<math><mtext><table><mglyph><style><img src=x onerror="{run}">',
    '<!--><img src=x onerror="{run}">-->',
    '<![CDATA[><img src=x onerror="{run}">]]>',
)


@pytest.mark.parametrize("words", TEMPLATES)
@pytest.mark.xdist_group("webpage")
@needs_chromium
@pytest.mark.parametrize("policy", [True, False])
def test_no_template_runs_or_loads_anything(
    browser: Browser, server: Server, tmp_path: Path, words: str, policy: bool
) -> None:
    """What a template makes is written anew without what acts; without the policy none runs yet."""
    from booklet.press.html_export import _POLICY

    head = f"<!doctype html><html><head>{_POLICY * policy}<title>A short essay</title></head><body>"
    body = f"<p>before</p>{words.format(run=RUN, at=server.address)}"
    (tmp_path / "p.html").write_text(head + tame(body) + "<p>the end</p>")
    title, asked, shown = opened(browser, tmp_path / "p.html")
    assert title == "A short essay"
    assert "before" in shown
    assert "the end" in shown
    assert (asked, server.asked) == ([], []) or not policy


def test_a_template_of_the_authors_goes_through_it(press: Shop) -> None:
    """What it makes is tamed, in its head as in its body, and the policy stands before all else."""
    cover = (
        "<html><head><script>one()</script></head><body onload='two()'>"
        "<p id='cover'>{{ booklet.title }}</p><script>three()</script></body></html>"
    )
    booklet = press({"essay.md": ESSAY, "templates/cover.html": cover})
    html = booklet.path.with_suffix(".html").read_text()
    assert "<script" not in html
    assert "()" not in html
    assert html.index("Content-Security-Policy") < html.index("<style")
    assert "A short essay" in html


def test_a_template_without_a_head_gets_one(press: Shop) -> None:
    """The policy has to stand somewhere."""
    booklet = press({"essay.md": ESSAY, "templates/cover.html": "<p>{{ booklet.title }}</p>"})
    html = booklet.path.with_suffix(".html").read_text()
    assert html.startswith("<!doctype html>\n<html>\n<head>\n<meta http-equiv=")


HARMLESS = (
    '<p class="a" id="b">x &amp; y &lt; z</p>',
    '<svg viewbox="0 0 1 1"><path d="M0 0h1"></path></svg>',
    '<a href="https://example.org/?a=1&amp;b=2">x</a><a href="#c">y</a><br>',
    '<img src="data:image/png;base64,AA" alt="">',
    "<style>p > a { color: red }</style>",
    "<table><tr><td>1</td></tr></table>",
)


@pytest.mark.parametrize("html", HARMLESS)
def test_what_does_nothing_stays(html: str) -> None:
    """As it was."""
    assert tame(html) == html


OF_ALL_KINDS = """---
title: {title}
lang: {lang}
---

Words with a note.[^1] And `a_name_that_is_long_indeed_and_never_ends_on_a_narrow_screen()`.

[^1]: The words of the note, with [a link](#tables).

# Tables {{#tables}}

| Some | Numbers | Of | Many | Columns | Here |
| --- | --: | --: | --: | --- | --- |
| Somewhere | 1,000,000 | 2,000,000 | 3,000,000 | incomprehensibilities | shipbuilding |

```python
def name(argument_one, argument_two, argument_three, argument_four, argument_five): pass
```

> Quoted.

{word}
"""


def messages(page: Page) -> list[str]:
    """Return a list to which all is added that a page says on its console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    return said


@pytest.mark.parametrize("width", [320, 800, 1600])
@pytest.mark.parametrize(("lang", "title"), [("en", "On tea"), ("ar", "عن الشاي"), ("ja", "茶")])
@pytest.mark.xdist_group("webpage")
@needs_chromium
def test_it_is_read_at_any_width(
    press: Shop, browser: Browser, lang: str, title: str, width: int
) -> None:
    """Nothing but a table scrolls sideways, a note stands by its call, and axe has no complaint."""
    text = OF_ALL_KINDS.format(lang=lang, title=title, word="endless" * 30)
    path = press(text).path.with_suffix(".html")
    for colours in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": width, "height": 700}, color_scheme=colours, bypass_csp=True
        )
        page = context.new_page()
        said = messages(page)
        page.goto(path.as_uri())
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        right = "() => Math.max(...[...document.querySelectorAll('p, pre, h1, .note > *')].map("
        right += "(each) => each.getBoundingClientRect().right))"
        assert page.evaluate(right) <= width
        call = page.locator(".note").first.bounding_box()
        note = page.locator(".note > *").first.bounding_box()
        assert call
        assert note
        assert -10 < note["y"] - call["y"] < 60
        number = "(it) => getComputedStyle(it, '::before').content"
        assert page.locator(".note").first.evaluate(number) == '"1"'
        assert said == []
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["target"]) for each in found] == []
        context.close()
