"""The pictures of the README, taken of the built site: ``python tools/pictures.py``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tools.browser import find_browser

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
COLOURS = 128  # enough for flat drawings, and a third of the bytes
# Name, page, width and height of the window.
PICTURES = (
    ("home", "index.html", 1280, 1500),
    ("item-phone", "news/2024/08/05/miyun-academy/index.html", 390, 844),
)


def main() -> int:
    """Take every picture; the site must have been built."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        for name, path, width, height in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((PROJECT / "site" / path).as_uri())
            shot = Image.open(io.BytesIO(page.screenshot()))
            shot.convert("RGB").quantize(COLOURS).save(IMAGES / f"{name}.png", optimize=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
