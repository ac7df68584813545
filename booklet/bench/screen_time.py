"""The bench of the preview: how long it is from a save until the edited page is on the screen.

A preview is started as a person starts it, and opened in Chromium, which notes for each picture of
a page the time of the frame that first shows it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from booklet.bench.builds import ROOT
from booklet.errors import BookletError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")

# How long anything may take before the bench gives up, in milliseconds.
_PATIENCE = 120_000

# Notes, for each picture that is put into a leaf, when the frame began that shows it: in
# milliseconds of the system's clock.
_NOTE = """() => {
  window.seen = [];
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const leaf = target.closest?.(".leaf");
      for (const node of leaf ? addedNodes : []) {
        if (node.tagName !== "IMG") continue;
        const at = { page: leaf.dataset.page };
        window.seen.push(at);
        requestAnimationFrame(() => { at.time = performance.timeOrigin + performance.now(); });
      }
    }
  }).observe(document.querySelector("#spreads"), { childList: true, subtree: true });
}"""

# The page whose text holds some words, once the whole booklet has come after a number.
_FOUND = """([words, number]) => {
  if (document.body.dataset.number === number) return null;
  const leaves = [...document.querySelectorAll("#spreads .leaf")];
  const leaf = leaves.find((each) => each.querySelector(".aside").textContent.includes(words));
  return leaf && leaf.querySelector(".paper img") ? leaf.dataset.page : null;
}"""


def on_screen(
    essay: Path, edition: str, edit: Callable[[], str], times: int, whole: bool = False
) -> float:
    """Return the median of the seconds from a save until the edited page is on the screen.

    `edit` edits the essay, saves it, and returns words that are then on the edited page, in one
    line of it, and on no page before. It is called once more than `times`: the first edit brings
    the preview to the page. What counts is the last picture of the page, after which it stays as
    it is in the finished booklet; if `whole`, it is the moment when that has come.

    Raises BookletError where there is no Chromium.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BookletError("there is no Chromium", hint="install `chromium`")
    from playwright.sync_api import sync_playwright  # late: only this bench needs it

    with _preview(essay, edition) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(_PATIENCE)
        page.goto(address)
        page.wait_for_selector("#spreads .leaf img")
        page.evaluate(_NOTE)
        _seen(page, edit, whole)
        taken = [_seen(page, edit, whole) for _ in range(times)]
        browser.close()
    return median(taken)


def _seen(page: Page, edit: Callable[[], str], whole: bool) -> float:
    """Edit, and return the seconds until the page is on the screen."""
    number = page.locator("body").get_attribute("data-number")
    page.evaluate("() => { window.seen = []; }")
    saved = time.time()
    words = edit()
    found = page.wait_for_function(_FOUND, arg=[words, number], polling="raf")
    if whole:
        return time.time() - saved
    times = page.evaluate("page => seen.filter((at) => at.page === page).map((at) => at.time)",
                          found.json_value())  # fmt: skip
    return float(max(times)) / 1000 - saved


@contextmanager
def _preview(essay: Path, edition: str) -> Iterator[str]:
    """Start a preview that writes beside the essay; yield its address, and stop it."""
    words = ("./inv", "preview", "--no-open", "--edition", edition, "--essay", str(essay))
    process = subprocess.Popen(
        [*words, "--out", str(essay.parent / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        # a store of its own, where nobody watches: nothing of an earlier run is to be found
        env={**os.environ, "BOOKLET_STORE": str(essay.parent / "out" / "store")},
    )
    if process.stdout is None:
        raise RuntimeError("a pipe was asked for")
    first = process.stdout.readline()
    found = re.search(r"http://\S+", first)
    # a pipe that nobody empties would stop it
    said: list[str] = []
    reader = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
    reader.start()
    try:
        if not found:
            raise RuntimeError(f"the preview did not start: {first}{''.join(said)}")
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)  # Ctrl-C is not heard in the background
        process.wait()
        reader.join()
        process.stdout.close()
