"""The pictures of the manuals, taken of the built site and of the preview's editing page."""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from starlette.applications import Starlette

from bulletin.preview.cms import ADMIN, routes
from tools.browser import find_browser
from tools.cms import get_cms

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
COLOURS = 128  # enough for flat drawings, and a third of the bytes
# Name, page, width and height of the window.
PICTURES = (
    ("home", "index.html", 1280, 1500),
    ("item-phone", "news/2024/08/05/miyun-academy/index.html", 390, 844),
)


# The editing page with this item open.
ITEM = "#/collections/news/entries/2024/08/2024-08-05-miyun-academy"


@contextmanager
def _editing() -> Iterator[str]:
    """The address of the editing page, served on the project's content."""
    app = Starlette(routes=routes(PROJECT, get_cms()))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}{ADMIN}"
    server.should_exit = True
    thread.join()


def _shoot_admin(browser: Browser) -> None:
    with _editing() as address:
        page = browser.new_page(viewport={"width": 1000, "height": 1250}, locale="zh-CN")
        page.goto(address + ITEM)
        page.get_by_label("摘要").wait_for()
        page.wait_for_load_state("networkidle")
        _keep(page.screenshot(), "admin")


def _keep(shot: bytes, name: str) -> None:
    small = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    small.save(IMAGES / f"{name}.png", optimize=True)


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
            _keep(page.screenshot(), name)
        _shoot_admin(browser)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
