"""Makes the picture of the preview in docs/preview.md anew, with headless Chromium."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, PAGE, COLOURS = 1280, 860, 7, 255


def main() -> None:
    """Write docs/preview.png: a spread of the shipped essay, with the pages beside it."""
    command = [str(ROOT / "inv"), "preview", "--no-open"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        sync_playwright() as playwright,
    ):
        (address,) = re.findall(r"http://\S+", next(process.stdout or iter(())))
        try:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"{address}#reader/spreads/{PAGE}")
            for number in (PAGE, PAGE + 1):
                page.wait_for_selector(f'.leaf[data-page="{number}"] .over', timeout=200_000)
            for number in range(PAGE - 3, PAGE + 5):
                page.wait_for_selector(f"#side li:nth-child({number}) img")
            picture = Image.open(io.BytesIO(page.screenshot()))
            browser.close()
        finally:
            process.terminate()
            process.communicate()
    # means keep what is rare, such as the red of the timeline
    small = picture.convert("RGB").quantize(COLOURS, kmeans=3)
    small.save(Path(__file__).with_name("preview.png"), optimize=True)


if __name__ == "__main__":
    main()
