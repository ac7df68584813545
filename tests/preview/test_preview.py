"""The preview in a real browser: headless Chromium, driven as a person would."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from pypdfium2 import PdfDocument

from booklet.bench.specimen import specimen
from tests.chromium import CHROMIUM, needs_chromium
from tests.conftest import INV

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FloatRect, Locator, ViewportSize


# One browser for all of them, in one process.
pytestmark = [
    pytest.mark.xdist_group("preview"),
    pytest.mark.timeout(300),
    needs_chromium,
]

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

# How long something may take to be seen, in milliseconds: never the point of a test.
PATIENCE = 60_000

WINDOW: ViewportSize = {"width": 1280, "height": 860}

SECTIONS = 14
FILLING = "Tea is poured and the talk goes on, as it does at every table of this kind. " * 12
HEAD = "---\ntitle: On tea\nauthor: A. Writer\nlang: en\n---\n\n"
TEA = HEAD + "The kettle sings.[^1]\n\n[^1]: Quietly.\n"
ESSAY = TEA + "".join(
    f"\n## Cup {number}\n\nThe cup number {number} is full.\n\n{FILLING}\n"
    for number in range(1, SECTIONS + 1)
)


ARABIC = (
    "---\ntitle: عن الشاي\nauthor: كاتب\nlang: ar\n---\n\n"
    + "## قسم\n\nيغني الإبريق ويدور الحديث حول المائدة كما في كل مساء.\n\n" * 20
)


@dataclass
class Preview:
    """A preview as a person starts it, and what it prints."""

    essay: Path
    address: str
    process: subprocess.Popen[str]
    printed: list[str]
    reader: threading.Thread

    def write(self, text: str) -> None:
        """Save the essay, as an editor does that writes beside it and renames."""
        draft = self.essay.with_name("essay.md~")
        draft.write_text(text)
        draft.replace(self.essay)

    def stop(self) -> None:
        """Type Ctrl-C, and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(60)
        self.reader.join()
        assert self.process.stdout
        self.process.stdout.close()
        assert status == 0, "".join(self.printed)


def start(essay: Path, *words: str) -> Preview:
    """Start a preview, and wait until it says where it is."""
    process = subprocess.Popen(
        [
            *INV,
            "preview",
            "--no-open",
            "--essay",
            str(essay),
            "--out",
            str(essay.parent / "out"),
            *words,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=essay.parent,
        # what a test run in the background ignores is not for its children to ignore
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    if not found:
        process.kill()
        raise AssertionError(first + process.communicate()[0])
    printed = [first]
    # a pipe that nobody empties would stop it
    reader = threading.Thread(target=printed.extend, args=(process.stdout,), daemon=True)
    reader.start()
    return Preview(essay, found[0], process, printed, reader)


def quiet_port() -> int:
    """Return a free port that neither a preview nor the system takes unless it is named."""
    for port in range(20_000 + os.getpid() % 10_000, 32_000):
        with socket.socket() as door, contextlib.suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port
    raise AssertionError


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A preview of an essay on tea, which no other test is still changing back."""
    essay = tmp_path / "tea" / "essay.md"
    essay.parent.mkdir()
    essay.write_text(ESSAY)
    preview = start(essay)
    yield preview
    preview.stop()


@pytest.fixture
def opened(browser: Browser, preview: Preview) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the preview; what the page complains of fails the test."""
    contexts, complaints = [], []

    def open_page(address: str = "", viewport: ViewportSize = WINDOW, **settings: Any) -> Page:
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address or preview.address)
        return page

    asked: list[str] = []
    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert {re.sub(r"(http://[^/]*/).*", r"\1", url) for url in asked} <= {
        re.sub(r"(http://[^/]*/).*", r"\1", preview.address)
    }


def leaf(page: Page, folio: str) -> Locator:
    """Return the page of the booklet with this folio."""
    return page.locator(f'#spreads .leaf[aria-label="Page {folio}"]')


def bounds(place: Locator) -> FloatRect:
    """Return the box of what is shown in the window; what is not shown fails the test."""
    box = place.bounding_box()
    assert box
    return box


def ready(page: Page, text: str = "The kettle sings") -> None:
    """Wait until the essay as it should be is shown."""
    page.wait_for_selector("body[data-number]")
    page.locator("#folio").fill("1")
    page.locator("#folio").press("Enter")
    expect(leaf(page, "1")).to_contain_text(text)


# Real pages.


def test_pages_lie_as_spreads(opened: Callable[..., Page]) -> None:
    """The cover alone on the right, then versos on the left of their rectos, in real pictures."""
    page = opened()
    ready(page)
    boxes = {n: bounds(leaf(page, n)) for n in ("i", "ii", "iii", "2", "3")}
    middle = boxes["i"]["x"]
    assert boxes["ii"]["x"] < middle - 100
    assert abs(boxes["iii"]["x"] - middle) < 2
    assert boxes["2"]["y"] == boxes["3"]["y"]
    assert boxes["2"]["x"] < boxes["3"]["x"]
    picture = leaf(page, "1").locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == round(bounds(picture)["width"])


def test_pictures_are_sharp_on_a_fine_screen(opened: Callable[..., Page]) -> None:
    """There is a dot for each dot of the screen, at any size."""
    page = opened(device_scale_factor=2)
    ready(page)
    picture = leaf(page, "1").locator("img")
    sharp = "image => Math.abs(image.naturalWidth - 2 * image.getBoundingClientRect().width) <= 1"
    assert picture.evaluate(sharp)
    before = bounds(picture)["width"]
    page.keyboard.press("+")
    expect(page.locator("#fit")).to_contain_text("%")
    page.wait_for_selector(f'#spreads .leaf[data-page="4"] img:not([width="{before}"])')
    expect(picture).not_to_have_js_property("naturalWidth", round(2 * before))
    assert picture.evaluate(sharp)


def test_a_book_from_right_to_left_is_mirrored(
    opened: Callable[..., Page], preview: Preview
) -> None:
    """The cover lies on the left, and page 2 on the right of page 3."""
    page = opened()
    ready(page)
    preview.write(ARABIC)
    expect(leaf(page, "i").locator("xpath=..")).to_have_attribute("data-leaves", "0,gap")
    assert bounds(leaf(page, "2"))["x"] > bounds(leaf(page, "3"))["x"]


# Editing.


def test_an_edit_is_seen_in_its_spread(opened: Callable[..., Page], preview: Preview) -> None:
    """Saving brings the preview to the changed page, wherever it was."""
    page = opened()
    ready(page)
    preview.write(ESSAY.replace("number 9 is full", "number 9 is empty"))
    changed = page.locator("#spreads .leaf", has_text="number 9 is empty")
    expect(changed).to_be_in_viewport()
    expect(page.locator("#live")).to_contain_text("pages changed")


# Holds back what a browser is told of whole booklets, while `holds` is set.
HOLD = """
  const listen = EventSource.prototype.addEventListener;
  window.held = [];
  EventSource.prototype.addEventListener = function (kind, hear) {
    const keep = (event) => window.held.push(() => hear(event));
    const held = (event) => (window.holds ? keep : hear)(event);
    listen.call(this, kind, kind === "shown" ? held : hear);
  };
"""


def test_the_edited_page_comes_before_its_booklet(browser: Browser, preview: Preview) -> None:
    """It is in its place with its text, and stays as it is when the whole booklet comes."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(HOLD)
    page.goto(preview.address)
    ready(page)
    page.evaluate("() => { window.holds = true; }")
    number = page.locator("body").get_attribute("data-number")
    preview.write(ESSAY.replace("number 9 is full", "number 9 is empty"))
    changed = page.locator("#spreads .leaf", has_text="number 9 is empty")
    expect(changed).to_be_in_viewport()
    assert page.locator("body").get_attribute("data-number") == number
    picture = changed.locator("img")
    address = picture.get_attribute("src")
    assert str(address).startswith("data:"), "it came with what was told, and nobody asked for it"
    picture.evaluate("image => { image.dataset.kept = 'yes' }")
    page.wait_for_function("() => held.length")
    page.evaluate("() => held.forEach((tell) => tell())")
    page.wait_for_selector(f'body:not([data-number="{number}"])')
    expect(page.locator("#live")).to_contain_text("changed")
    expect(picture).to_have_attribute("data-kept", "yes")
    assert picture.get_attribute("src") == address
    context.close()


def test_only_what_has_changed_is_replaced(opened: Callable[..., Page], preview: Preview) -> None:
    """The other page of the spread keeps its very picture, and the reader their place."""
    page = opened()
    ready(page)
    page.locator("#folio").fill("2")
    page.locator("#folio").press("Enter")
    for folio in ("2", "3"):
        expect(leaf(page, folio).locator(".over text")).not_to_have_count(0)
        leaf(page, folio).locator("img").evaluate("image => { image.dataset.kept = 'yes' }")
    before = page.locator("#pages").evaluate("room => room.scrollTop")
    cup = re.search(r"The cup number (\d+) is full", leaf(page, "3").inner_text())
    assert cup
    preview.write(ESSAY.replace(f"number {cup[1]} is full", f"number {cup[1]} is cold"))
    expect(leaf(page, "3")).to_contain_text("is cold")
    expect(leaf(page, "2").locator("img")).to_have_attribute("data-kept", "yes")
    expect(leaf(page, "3").locator("img")).not_to_have_attribute("data-kept", "yes")
    assert page.locator("#pages").evaluate("room => room.scrollTop") == before


def test_a_mistake_is_told_in_the_page_and_the_last_good_one_stays(
    opened: Callable[..., Page], preview: Preview
) -> None:
    """With its file, its line and a hint; it goes when it is mended."""
    page = opened()
    ready(page)
    leaves = page.locator("#spreads .leaf").count()
    preview.write(ESSAY.replace("author: A. Writer", "autor: A. Writer"))
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("essay.md:3")
    expect(trouble).to_contain_text("did you mean")
    assert page.locator("#spreads .leaf").count() == leaves
    expect(leaf(page, "1")).to_contain_text("The kettle sings")
    expect(leaf(page, "1").locator("img")).to_be_attached()
    preview.write(ESSAY.replace("The kettle sings", "The kettle whistles"))
    expect(trouble).to_be_hidden(timeout=PATIENCE)
    ready(page, "The kettle whistles")


WINDOWS: dict[str, dict[str, object]] = {
    "wide": {"viewport": {"width": 1280, "height": 860}},
    "wide and low": {"viewport": {"width": 1280, "height": 400}},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "at 400 per cent": {"viewport": {"width": 320, "height": 256}},
    "forced colours": {"viewport": {"width": 900, "height": 700}, "forced_colors": "active"},
}


@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS)
def test_what_stops_the_press_lies_over_nothing(
    opened: Callable[..., Page], preview: Preview, window: dict[str, object]
) -> None:
    """It has a place of its own, in view; the pages keep their size, and are seen to the end."""
    page = opened(**window)
    ready(page)
    page.keyboard.press("End")
    width = bounds(page.locator("#spreads .paper").first)["width"]
    preview.write(ESSAY.replace("author: A. Writer", "autor: A. Writer"))
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("did you mean")
    expect(trouble).to_be_in_viewport(ratio=0.99)
    assert bounds(page.locator("#spreads .paper").first)["width"] == width
    box = bounds(trouble)
    for other in ("header", "#pages", ".status"):
        assert not overlap(box, bounds(page.locator(other))), other
    assert trouble.evaluate("it => it.scrollHeight - it.clientHeight") <= 1
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator("#spreads .leaf .number").last.scroll_into_view_if_needed()
    expect(page.locator("#spreads .leaf .number").last).to_be_in_viewport()
    preview.write(ESSAY)
    expect(trouble).to_be_hidden()


def test_many_mistakes_are_counted(opened: Callable[..., Page], preview: Preview) -> None:
    """The first ones are told; the others are a click away."""
    page = opened()
    ready(page)
    keys = ("trimm", "papper", "subtitel", "type-sise", "notess", "langg")
    wrong = "".join(f"{key}: x\n" for key in keys)
    preview.write(ESSAY.replace("lang: en\n", f"lang: en\n{wrong}"))
    trouble = page.get_by_role("alert")
    expect(trouble).to_contain_text("and 1 more")
    trouble.get_by_role("button", name="and 1 more").click()
    expect(page.locator("#panel-remarks .remarks > li")).to_have_count(len(keys))


def test_a_finding_is_marked_beside_its_block(
    opened: Callable[..., Page], preview: Preview
) -> None:
    """The mark opens a slip with the line and the hint, and the panel lists it."""
    page = opened()
    ready(page)
    preview.write(ESSAY.replace("cup number 3 is full", "cup number 3 is full[^none]"))
    mark = page.get_by_role("button", name=re.compile("warning: .*none"))
    expect(mark).to_be_attached(timeout=PATIENCE)
    mark.click()
    line = ESSAY.split("\n").index("The cup number 3 is full.") + 1
    expect(page.locator(".slip:visible")).to_contain_text(f"essay.md:{line}")
    expect(page.locator("#remark-count")).to_have_text("1")


def test_findings_of_a_kind_are_listed_under_the_first(
    opened: Callable[..., Page], preview: Preview
) -> None:
    """The others are a click away; what counts stands first."""
    page = opened()
    ready(page)
    calls = "".join(f"\n\nCall[^gone{n}]." for n in range(9))
    preview.write(ESSAY.replace("author: A. Writer", "author: A. Writer\nlayout: post") + calls)
    expect(page.locator("#remark-count")).to_have_text("9", timeout=PATIENCE)
    page.keyboard.press("r")
    items = page.locator("#panel-remarks > .remarks > li")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("gone0")
    expect(items.last.locator("button")).to_have_class("note")
    others = items.first.locator("details li")
    expect(others.first).to_be_hidden()
    items.first.locator("summary").click()
    expect(others.first).to_be_visible()
    expect(others).to_have_count(8)


def test_two_windows_show_the_same(opened: Callable[..., Page], preview: Preview) -> None:
    """Each is told of every change."""
    pages = [opened(), opened()]
    for page in pages:
        ready(page)
    preview.write(ESSAY.replace("The kettle sings", "The kettle hums"))
    for page in pages:
        ready(page, "The kettle hums")


def test_a_new_picture_and_a_style_are_seen(opened: Callable[..., Page], preview: Preview) -> None:
    """What the text names and was not there, in a folder that is new; and rules of the author's."""
    page = opened()
    ready(page)
    preview.write(ESSAY.replace("The kettle", "![A square](new/a.svg)\n\nThe kettle"))
    expect(page.locator("#remark-count")).to_have_text("1")
    folder = preview.essay.parent / "new"
    folder.mkdir()
    square = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    (folder / "a.svg").write_text(square)
    try:
        expect(page.locator("#remark-count")).to_have_text("")
        number = page.locator("body").get_attribute("data-number")
        (preview.essay.parent / "style.css").write_text("p { color: red }")
        page.wait_for_selector(f'body:not([data-number="{number}"])')
    finally:
        shutil.rmtree(folder)
        (preview.essay.parent / "style.css").unlink(missing_ok=True)


# Looking around.


def test_sheets_are_shown_front_and_back(opened: Callable[..., Page]) -> None:
    """Two sides for each sheet, with the pages on them, held so that they can be read."""
    page = opened()
    ready(page)
    page.keyboard.press("2")
    sides = page.locator("#sheets .side")
    expect(sides.first).to_contain_text("Sheet 1, front:")
    expect(sides.nth(1)).to_contain_text("Sheet 1, back: ii |")
    assert sides.count() % 2 == 0
    expect(page.locator("#sheets .paper-used")).to_contain_text("sheets of A4")
    box = bounds(sides.first.locator(".paper"))
    assert box["width"] > box["height"]
    expect(page.locator("#edition")).to_have_value("booklet")


def test_an_edition_that_is_not_folded_can_be_chosen_among_sheets(
    opened: Callable[..., Page],
) -> None:
    """Its pages are shown then; it does not give way to the one that is folded."""
    page = opened()
    ready(page)
    page.keyboard.press("2")
    expect(page.locator("#sheets .side").first).to_be_visible()
    expect(page.locator("#edition")).to_have_value("booklet")
    page.locator("#edition").select_option("reader")
    expect(page.locator("body")).to_have_attribute("data-view", "spreads")
    expect(leaf(page, "1").locator("img")).to_be_attached()
    expect(page.locator("#edition")).to_have_value("reader")


def test_a_save_leaves_the_reader_at_the_sheets(
    opened: Callable[..., Page], preview: Preview
) -> None:
    page = opened()
    ready(page)
    page.keyboard.press("2")
    expect(page.locator("#sheets .side").nth(1)).to_contain_text("Sheet 1, back: ii |")
    page.keyboard.press("End")
    expect(page.locator("#sheets .side").last).to_be_in_viewport()
    number = page.locator("body").get_attribute("data-number")
    preview.write(ESSAY.replace("number 9 is full", "number 9 is empty"))
    page.wait_for_selector(f'body:not([data-number="{number}"])')
    expect(page.locator("#live")).to_contain_text("changed")
    expect(page.locator("#sheets")).to_be_visible()


def test_an_edited_block_flashes_once(browser: Browser, preview: Preview) -> None:
    """Not again when the whole booklet comes, nor for who comes back to the page."""
    text = ESSAY.replace("The cup number 9 is full.", "The cup number 9 is full.[^n]\n\n[^n]: Hot.")
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(
        "window.flashes = [];"
        "addEventListener('animationstart', ({ animationName, target }) => {"
        "  if (animationName === 'fresh') flashes.push(target.dataset.anchor); });"
    )
    page.goto(preview.address)
    ready(page)
    preview.write(text)
    expect(page.locator("#spreads .leaf", has_text="Hot.").locator(".to").first).to_be_attached()
    for word in ("empty", "cold"):
        page.evaluate("() => { flashes.length = 0; }")
        number = page.locator("body").get_attribute("data-number")
        preview.write(text.replace("number 9 is full", f"number 9 is {word}"))
        page.wait_for_selector(f'body:not([data-number="{number}"])')
        changed = page.locator("#spreads .leaf", has_text=f"number 9 is {word}")
        expect(changed.locator(".to").first).to_be_attached()
        page.keyboard.press("Home")
        expect(page.locator('#spreads .leaf[data-page="0"]')).to_be_in_viewport()
        page.keyboard.press("End")
        page.wait_for_timeout(300)
        assert len(page.evaluate("() => flashes")) == 1, word
    context.close()


def test_the_folded_booklet_is_leafed_through(opened: Callable[..., Page]) -> None:
    """It opens at the cover, and each turn shows the next two pages."""
    page = opened()
    ready(page)
    page.keyboard.press("Home")
    page.keyboard.press("3")
    seen = page.locator('#folded .face[aria-hidden="false"]')
    expect(seen).to_have_count(1)
    expect(seen).to_have_attribute("aria-label", re.compile(r"^Page i: [\s\S]*On tea"))
    page.keyboard.press("ArrowRight")
    expect(seen).to_have_count(2)
    names = seen.evaluate_all("faces => faces.map((face) => face.dataset.name)")
    assert sorted(names) == ["Page ii", "Page iii"]


def test_words_are_found_and_shown(opened: Callable[..., Page]) -> None:
    """Whatever their capitals; the keys lead on from place to place."""
    page = opened()
    ready(page)
    page.keyboard.press("/")
    page.locator("#words").fill("CUP NUMBER")
    expect(page.locator("#found")).to_have_text(f"{SECTIONS} places")
    expect(page.locator(".hit.here").first).to_be_in_viewport()
    page.locator("#words").blur()
    page.keyboard.press("N")
    expect(page.locator("#live")).to_contain_text(f"{SECTIONS} of {SECTIONS}")
    expect(page.locator(".hit.here").first).to_be_in_viewport()


def test_an_emptied_search_leaves_nothing_on_the_pages(opened: Callable[..., Page]) -> None:
    page = opened()
    ready(page)
    page.keyboard.press("/")
    page.locator("#words").fill("number 9 is full")
    expect(page.locator("#spreads .hit")).not_to_have_count(0)
    page.locator("#words").press("Escape")
    expect(page.locator("#words")).not_to_be_focused()
    expect(page.locator("#spreads .hit")).not_to_have_count(0)
    page.locator("#words").fill("")
    expect(page.locator("#spreads .hit")).to_have_count(0)
    expect(page.locator("#hits li")).to_have_count(0)


def test_everything_can_be_done_by_keys(opened: Callable[..., Page]) -> None:
    """And a page tells which; each of them does something."""
    page = opened()
    ready(page)
    page.locator("#pages").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    for words in ("Search", "Contents", "Folded booklet", "Go to page"):
        expect(page.get_by_role("dialog")).to_contain_text(words)
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    last = page.locator("#spreads .leaf").last
    expect(last).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(leaf(page, "i")).to_be_in_viewport()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#folio")).to_have_value("ii")
    page.keyboard.press("c")
    expect(page.locator("#panel-contents")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Cup 12 ")).press("Enter")
    expect(page.locator("#spreads .leaf", has_text="Cup 12").last).to_be_in_viewport()
    page.keyboard.press("g")
    expect(page.locator("#folio")).to_be_focused()
    page.keyboard.type("3\n")
    expect(leaf(page, "3")).to_be_in_viewport()
    theme = page.locator("html").get_attribute("data-theme")
    page.keyboard.press("d")
    expect(page.locator("html")).not_to_have_attribute("data-theme", theme)
    page.keyboard.press("s")
    expect(page.locator("#side")).to_be_hidden()


def test_a_click_tells_where_a_block_was_written(opened: Callable[..., Page]) -> None:
    """Its file and its line, of the very block; a line of the contents leads to its page."""
    page = opened()
    ready(page)
    leaf(page, "1").locator(".over text", has_text="The cup number 1 is full").first.click(
        force=True
    )
    line = ESSAY.split("\n").index("The cup number 1 is full.") + 1
    expect(page.locator("#card")).to_contain_text(f"essay.md:{line}")
    expect(page.locator("#place")).to_have_text(f"essay.md:{line}")
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.locator("#folio").fill("iii")
    page.locator("#folio").press("Enter")
    leaf(page, "iii").locator(".over text", has_text="Cup 14").click(force=True)
    expect(page.locator("#spreads .leaf", has_text="Cup 14").last).to_be_in_viewport()


def test_text_of_a_page_can_be_selected(opened: Callable[..., Page]) -> None:
    """A double click takes a word of the page, as anywhere else."""
    page = opened()
    ready(page)
    leaf(page, "1").locator(".over text", has_text="The kettle sings").dblclick()
    chosen = page.evaluate("() => document.getSelection().toString().trim()")
    assert chosen
    assert chosen in "The kettle sings.1 Cup 1"


def test_a_narrow_window_shows_one_page_beside_no_other(opened: Callable[..., Page]) -> None:
    """As wide as it can be, with nothing beyond the edge."""
    page = opened(viewport={"width": 390, "height": 780})
    ready(page)
    box = bounds(leaf(page, "1"))
    assert box["x"] >= 0
    assert 340 < box["width"] <= 390
    assert page.evaluate("() => document.body.scrollWidth <= innerWidth")
    page.keyboard.press("s")
    expect(page.locator("#side")).to_be_visible()


def test_a_screen_reader_finds_its_way(opened: Callable[..., Page]) -> None:
    """Landmarks, names for all buttons, a page's words as text, and a place that tells news."""
    page = opened()
    ready(page)
    for role in ("banner", "main", "navigation", "status"):
        expect(page.get_by_role(role).first).to_be_attached()
    names = page.locator("button").evaluate_all(
        "buttons => buttons.map((b) => b.ariaLabel || b.textContent.trim() || b.title)"
    )
    assert all(names)
    snapshot = page.locator("#pages").aria_snapshot()
    assert "article" in snapshot
    assert "The kettle sings" in snapshot


def test_motion_and_colours_follow_the_machine(opened: Callable[..., Page]) -> None:
    """Dark where the machine is dark, without waiting for anybody's choice."""
    page = opened(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page = opened(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


# Beginning and end.


def test_a_server_that_comes_back_is_found_again(browser: Browser, tmp_path: Path) -> None:
    """The page waits for it with what it shows, and goes on; the processes end with Ctrl-C."""
    essay = tmp_path / "essay.md"
    essay.write_text(TEA)
    port = str(quiet_port())  # the usual one is another test's as soon as it is let go
    first = start(essay, "--port", port)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        page.goto(first.address)
        ready(page)
        first.stop()
        assert "stopped" in "".join(first.printed)
        expect(page.locator("#work")).to_contain_text("has stopped")
        expect(page.locator("#live")).to_contain_text("The preview has stopped")
        page.keyboard.press("/")
        page.locator("#words").fill("kettle")
        expect(page.locator("#found")).to_have_text("the preview does not answer")
        expect(leaf(page, "1")).to_contain_text("The kettle sings")
        essay.write_text(TEA.replace("sings", "is cold"))
        second = start(essay, "--port", port)
        assert second.address == first.address
        ready(page, "The kettle is cold")
        page.keyboard.press("Escape")
        page.keyboard.press("3")
        expect(page.locator('#folded .face[aria-hidden="false"]').first).to_be_visible()
        second.stop()
        third = start(essay, "--port", port)
        expect(page.locator("#work")).to_have_text("")
        expect(page.locator("#edition")).to_have_value("booklet")
        expect(page.locator("body")).to_have_attribute("data-view", "folded")
        third.stop()
    finally:
        page.close()
        first.process.kill()


@pytest.mark.slow
def test_of_a_long_book_only_what_is_seen_is_drawn(browser: Browser, tmp_path: Path) -> None:
    """Of 340 pages and more a few have pictures; the page that is edited comes first."""
    essay = tmp_path / "essay.md"
    small = "---\ntrim: A6\ntype-size: 11pt\n"
    text = specimen(45_000, chapters=12).replace("---\n", small, 1)
    essay.write_text(text)
    preview = start(essay, "--edition", "reader")
    page = browser.new_page()
    page.set_default_timeout(280_000)
    asked: list[str] = []

    def pictures() -> list[str]:
        """Return the pages whose pictures were asked for, small ones aside."""
        found = [re.search(r"/picture/(\w+)/(\d+)", url) for url in asked]
        return [each[1] for each in found if each and int(each[2]) > 200]

    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(preview.address)
        expect(leaf(page, "i").locator("img")).to_be_visible(timeout=280_000)
        assert page.locator("#spreads .leaf").count() >= 340
        assert len(pictures()) < 20
        page.locator("#folio").fill("171")
        page.locator("#folio").press("Enter")
        expect(leaf(page, "171").locator(".over text")).not_to_have_count(0)
        words = re.findall(r"[a-z]{4,} [a-z]{4,} [a-z]{4,}", leaf(page, "171").inner_text())
        once = next(each for each in words if text.count(each) == 1)
        page.locator("#folio").fill("170")
        page.locator("#folio").press("Enter")
        expect(leaf(page, "171").locator("img")).to_be_visible()
        asked.clear()
        preview.write(text.replace(once, once.replace(" ", " indeed ", 1)))
        expect(leaf(page, "171")).to_contain_text("indeed", timeout=280_000)
        assert len(pictures()) < 10
        # nobody had to ask for the picture of the page
        shown = leaf(page, "171").locator("img").get_attribute("src") or ""
        assert shown.startswith("data:")
    finally:
        page.close()
        preview.stop()


# Writing for an hour.


def focus(page: Page) -> str:
    """Return the name of what has the focus, the page that it leads to aside."""
    return str(
        page.evaluate(
            "() => { const { activeElement: it } = document;"
            "  return (it.getAttribute('aria-label') || it.innerText).split('\\n')[0]; }"
        )
    )


@pytest.mark.parametrize("key", ["p", "c", "r", "b", "/"])
def test_a_save_leaves_the_focus_where_it_was(
    opened: Callable[..., Page], preview: Preview, key: str
) -> None:
    """In every panel and on a block, though the elements are others; a mended mistake too."""
    page = opened()
    text = ESSAY.replace("number 2 is full", "number 2 is full[^one] and [^two]")
    preview.write(text)
    expect(page.locator("#remark-count")).to_have_text("2")
    ready(page)
    page.keyboard.press(key)
    if key == "/":
        page.locator("#words").fill("cup number")
        expect(page.locator("#found")).to_contain_text("places")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    before = focus(page)
    assert before
    for words in ("The kettle hums", "The kettle hums. " * 200):
        number = page.locator("body").get_attribute("data-number")
        preview.write(text.replace("The kettle sings", words))
        page.wait_for_selector(f'body:not([data-number="{number}"])')
        expect(page.locator("#live")).to_contain_text("changed")
        page.wait_for_load_state("networkidle")
        expect(page.locator(":focus")).to_be_attached()
        now = focus(page)
        assert key == "/" or now == before
        assert now != page.evaluate("() => document.body.innerText")
    preview.write(text.replace("author: A. Writer", "autor: A. Writer"))
    page.get_by_role("alert").get_by_role("button").focus()
    preview.write(text)
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#pages")).to_be_focused()


def test_an_edit_is_brought_into_view_on_a_large_page(
    opened: Callable[..., Page], preview: Preview
) -> None:
    """Not its page alone, of which most may be seen: the block."""
    page = opened(viewport={"width": 320, "height": 480})
    ready(page)
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.press("g")
    page.keyboard.type("1\n")
    preview.write(ESSAY.replace("The cup number 1 is", "The cup number 1 was"))
    changed = leaf(page, "1").locator(".over text", has_text="number 1 was")
    expect(changed).to_be_in_viewport()


def test_a_card_goes_along_with_its_text(opened: Callable[..., Page]) -> None:
    """It stays beside it while the pages move, and goes when that is out of sight."""
    page = opened()
    ready(page)
    page.keyboard.press("b")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()
    page.locator("#pages").evaluate("room => room.scrollBy(0, 90)")
    page.wait_for_timeout(200)
    card, block = bounds(page.locator("#card")), bounds(page.locator(":focus"))
    assert not overlap(card, block)
    assert abs(card["y"] - block["y"] - block["height"]) < 20
    page.locator("#pages").evaluate("room => room.scrollBy(0, 3000)")
    expect(page.locator("#card")).to_be_hidden()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_window_that_is_printed_has_the_pages_alone(
    opened: Callable[..., Page], tmp_path: Path, colours: str
) -> None:
    """Each spread whole on a sheet, with a word on how the booklet itself is printed."""
    page = opened(color_scheme=colours)
    ready(page)
    pdf = tmp_path / "window.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    assert "./inv print" in text.stdout
    assert "Spreads" not in text.stdout
    sheets = PdfDocument(pdf)
    seen = [sheet.render(scale=0.3).to_pil().convert("L") for sheet in sheets]
    sheets.close()
    assert len(seen) >= 2
    assert all(picture.width > picture.height for picture in seen)
    assert all(picture.getpixel((2, 2)) > 250 for picture in seen), "the ground is white"


def test_an_address_that_is_no_text_opens_the_first_page(
    opened: Callable[..., Page], preview: Preview
) -> None:
    page = opened(f"{preview.address}#%E0%A4%A")
    ready(page)


# For everybody.

SETTINGS: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "at 400 per cent": {"viewport": {"width": 320, "height": 256}},
}


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is, once nothing moves any more."""
    page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finish()))")
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_nothing_keeps_anybody_from_using_it(
    opened: Callable[..., Page], preview: Preview, setting: dict[str, object]
) -> None:
    """By axe, in every state: as it opens, with each panel, a card, keys, sheets and an error."""
    page = opened(reduced_motion="reduce", **setting)
    ready(page)
    states: dict[str, list[str]] = {"pages": faults(page)}
    preview.write(ESSAY.replace("number 1 is full", "number 1 is full[^none]"))
    expect(page.locator("#remark-count")).to_have_text("1")
    for key, name in (
        ("p", "small pictures"),
        ("c", "contents"),
        ("r", "findings"),
        ("/", "search"),
    ):
        page.keyboard.press(key)
        states[name] = faults(page)
    page.locator("#words").fill("cup number")
    expect(page.locator("#found")).to_contain_text("places")
    states["places"] = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()
    states["card"] = faults(page)
    page.locator("#spreads .mark").first.click()
    states["slip"] = faults(page)
    page.keyboard.press("?")
    states["keys"] = faults(page)
    page.keyboard.press("Escape")
    for key, name in (("2", "sheets"), ("3", "folded"), ("1", "spreads")):
        page.keyboard.press(key)
        page.wait_for_selector(f'body[data-view="{name}"]')
        states[name] = faults(page)
    preview.write(ESSAY.replace("author: A. Writer", "autor: A. Writer"))
    expect(page.get_by_role("alert")).to_contain_text("did you mean")
    states["error"] = faults(page)
    assert {name: found for name, found in states.items() if found} == {}


@pytest.mark.parametrize("size", [(1280, 860), (900, 700), (640, 700), (320, 640), (320, 256)])
def test_nothing_vanishes_where_there_is_little_room(
    opened: Callable[..., Page], size: tuple[int, int]
) -> None:
    """Each control can be reached and pressed, and nothing runs off the window."""
    page = opened(viewport={"width": size[0], "height": size[1]})
    ready(page)
    controls = page.locator("header :is(button, input, select), .status")
    assert controls.count() >= 13
    for control in controls.all():
        control.scroll_into_view_if_needed()
        expect(control).to_be_in_viewport()
        box = control.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    expect(page.locator("#title")).to_be_visible()
    page.locator("#larger").click()
    expect(page.locator("#fit")).to_contain_text("%")
    before = page.locator("html").get_attribute("data-theme")
    page.locator("#theme").click()
    expect(page.locator("html")).not_to_have_attribute("data-theme", str(before))
    page.locator("#on").click()
    page.locator("#keys").click()
    expect(page.locator("#help")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size[0]


def test_the_pages_and_the_source_of_a_block_are_reached_by_keys(
    opened: Callable[..., Page],
) -> None:
    """By Tab alone; the blocks of a page by arrows, those of all pages by a letter."""
    page = opened()
    ready(page)
    page.locator("#keys").focus()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == "pages":
            break
    assert page.evaluate("() => document.activeElement.id") == "pages"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('[data-page=\"4\"].source')"):
            break
    expect(page.locator(":focus")).to_have_accessible_name("Where it was written: essay.md:1")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_accessible_name("Where it was written: essay.md:7")
    page.keyboard.press("Enter")
    told = page.locator(":focus").get_attribute("aria-label")
    expect(page.locator("#card b")).to_have_text(str(told).rpartition(" ")[2])
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.keyboard.press("B")
    expect(page.locator(":focus")).to_have_accessible_name("Where it was written: essay.md:1")
    for _ in range(12):
        page.keyboard.press("b")
    assert page.evaluate("() => Number(document.activeElement.dataset.page)") > 4


def test_the_first_block_is_found_from_the_cover(opened: Callable[..., Page]) -> None:
    """Though its page is far away yet, and the pages before it have none."""
    page = opened()
    page.wait_for_selector("body[data-number]")
    expect(page.locator("#spreads .leaf img").first).to_be_attached()
    page.keyboard.press("b")
    expect(page.locator(":focus")).to_have_accessible_name("Where it was written: essay.md:1")
    page.keyboard.press("End")
    page.keyboard.press("+")
    page.keyboard.press("B")
    expect(page.locator(":focus")).to_have_accessible_name(re.compile("Where it was written"))


def test_what_is_chosen_in_a_narrow_window_is_not_covered(opened: Callable[..., Page]) -> None:
    """The panel gives way once a page was chosen in it."""
    page = opened(viewport={"width": 390, "height": 780}, has_touch=True)
    ready(page)
    page.locator("#side-switch").tap()
    page.locator("#tab-contents").tap()
    page.get_by_role("button", name=re.compile("^Cup 12 ")).tap()
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator("#spreads .leaf", has_text="Cup 12").last).to_be_in_viewport()


@pytest.mark.parametrize("setting", ["light", "dark", "forced colours"])
def test_what_is_pressed_looks_so(opened: Callable[..., Page], setting: str) -> None:
    """A pressed button, an open panel and the page one is at differ from the others."""
    page = opened(**SETTINGS[setting])
    ready(page)
    looks = """(all) => all.map((each) => {
      const { backgroundColor, boxShadow, color, outlineStyle } = getComputedStyle(each);
      const shadow = matchMedia("(forced-colors: active)").matches ? "" : boxShadow;
      return [each.matches(chosen), `${backgroundColor} ${shadow} ${color} ${outlineStyle}`];
    })"""
    chosen = "[aria-pressed=true], [aria-selected=true], [aria-current=true]"
    for group in (".views button", ".tabs button", ".thumb"):
        found = page.locator(group).evaluate_all(looks.replace("chosen", repr(chosen)))
        pressed = {look for is_chosen, look in found if is_chosen}
        assert len(pressed) == 1, group
        assert pressed.isdisjoint({look for is_chosen, look in found if not is_chosen}), group


def test_a_search_finds_text_alone_and_keeps_it(opened: Callable[..., Page]) -> None:
    """No leader, running head or folio; and `n` goes on once the field is left."""
    page = opened()
    ready(page)
    page.keyboard.press("/")
    page.locator("#words").fill(". . .")
    expect(page.locator("#found")).to_have_text("not found")
    page.locator("#words").fill("On tea")  # on the cover, over the text, and over each verso
    expect(page.locator("#found")).to_contain_text("places")
    assert 2 <= page.locator("#hits > li").count() <= 4
    page.locator("#words").fill("cup number")
    expect(page.locator("#found")).to_have_text(f"{SECTIONS} places")
    page.keyboard.press("Escape")
    expect(page.locator("#words")).to_have_value("cup number")
    expect(page.locator("#found")).to_have_text(f"{SECTIONS} places")
    page.keyboard.press("n")
    expect(page.locator("#live")).to_contain_text(f"2 of {SECTIONS}")
    page.keyboard.press("N")
    expect(page.locator("#live")).to_contain_text(f"1 of {SECTIONS}")


# The box of the block that a mark is about, as the page was told.
ABOUT = """(mark) => {
  const { book, number, paper } = mark.closest(".leaf").leaf;
  const { lost = [], remarks = [] } = book.facts;
  const here = [...lost, ...remarks].filter(({ page }) => page === number);
  const { anchor } = here[[...paper.querySelectorAll(".mark")].indexOf(mark)];
  const blocks = [...paper.querySelectorAll(".block")];
  return blocks.find((each) => each.dataset.anchor === anchor).getBoundingClientRect().toJSON();
}"""


@pytest.mark.parametrize("size", [(1280, 860), (640, 700), (320, 640)])
def test_no_card_covers_what_it_is_about(
    opened: Callable[..., Page], preview: Preview, size: tuple[int, int]
) -> None:
    """Neither where a block was written, nor what is said of it: block after block."""
    page = opened(viewport={"width": size[0], "height": size[1]})
    ready(page)
    for _ in range(9):
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        expect(page.locator("#card")).to_be_visible()
        card, block = bounds(page.locator("#card")), bounds(page.locator(":focus"))
        assert not overlap(card, block)
        page.keyboard.press("Escape")
    numbers = (1, 2, 3, 4)
    text = ESSAY
    for number in numbers:
        text = text.replace(f"number {number} is full", f"number {number} is full[^none]")
    preview.write(text)
    expect(page.locator("#remark-count")).to_have_text(str(len(numbers)))
    for mark in page.locator("#spreads .mark").all():
        mark.click()
        slip = mark.locator("xpath=following-sibling::*[1]")
        expect(slip).to_be_visible()
        assert not overlap(bounds(slip), mark.evaluate(ABOUT))
        mark.click()


def overlap(one: FloatRect, other: FloatRect) -> bool:
    """Whether two boxes share more than their edges."""
    right = min(one["x"] + one["width"], other["x"] + other["width"])
    bottom = min(one["y"] + one["height"], other["y"] + other["height"])
    return right - max(one["x"], other["x"]) > 1 and bottom - max(one["y"], other["y"]) > 1
