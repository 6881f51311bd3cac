"""The pictures of the manuals: ``make pictures``. Everything is run as an editor runs it."""

from __future__ import annotations

import html
import io
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

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
ITEM = "content/news/2024/08/2024-08-05-miyun-academy.md"
PAGE = "news/2024/08/05/miyun-academy/"
FORM = "admin/#/collections/news/entries/2024/08/2024-08-05-miyun-academy"
WINDOW = (1000, 760)
# What editors get wrong, for the pictures of Problems: an item's line, and what is typed there.
SLIPS = (
    (ITEM, r"^districts:.*$", "districts: [密云县]"),
    ("content/news/2024/08/2024-08-05-changping-bargaining-contest.md", "^date: ", "date："),
)
# A terminal's colours, in the order of ANSI; only those that messages use.
_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 16px 20px; background: #1d1f21; color: #e6e6e6; }
pre { margin: 0; font: 15px/1.6 "Noto Sans Mono CJK SC", monospace; white-space: pre-wrap; }
.c1 { font-weight: bold; } .c31 { color: #ff7b72; } .c33 { color: #e3b341; }
.c32 { color: #7ee787; } .c36 { color: #79c0ff; }
</style><pre>"""


def main() -> int:
    """Take every picture; the site must have been built."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        for name, path, *window in PICTURES:
            page = _window(browser, *window)
            page.goto((PROJECT / "site" / path).as_uri())
            _keep(page.screenshot(), name)
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            shutil.copytree(PROJECT / "content", root / "content")
            _of_the_preview(browser, root)
            _of_check(browser, root)
        browser.close()
    return 0


def _of_the_preview(browser: Browser, root: Path) -> None:
    """A draft, the same page with Problems, and the form of the editing page."""
    item = root / ITEM
    sound = item.read_text("utf-8")
    item.write_text(sound.replace("\ntitle:", "\nstatus: draft\ntitle:", 1), "utf-8")
    get_cms()
    with _previewed(root) as address:
        page = _window(browser, *WINDOW)
        page.goto(address + PAGE)
        page.get_by_text("草稿").first.wait_for()
        _keep(page.screenshot(), "preview")
        form = _window(browser, 1000, 1250)
        form.goto(address + FORM)
        form.get_by_label("摘要").wait_for()
        form.wait_for_load_state("networkidle")
        _keep(form.screenshot(), "admin")
        form.close()
        for path, pattern, typed in SLIPS:
            _spoil(root / path, pattern, typed)
        page.get_by_text("密云县").first.wait_for()
        page.wait_for_timeout(300)  # until the panel has opened
        _keep(page.screenshot(), "preview-problem")
        page.close()


def _of_check(browser: Browser, root: Path) -> None:
    page = _window(browser, 1000, 400)
    said = _in_a_terminal(
        [sys.executable, "build.py", "--root", str(root), "check", "--lang", "zh"]
    )
    page.set_content(_TERMINAL + _painted("$ python build.py check\r\n" + said))
    _keep(page.screenshot(full_page=True), "check")
    page.close()


def _spoil(file: Path, pattern: str, typed: str) -> None:
    text, times = re.subn(pattern, typed, file.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert times, f"{file} has no line for this picture any more"
    file.write_text(text, "utf-8")


@contextmanager
def _previewed(root: Path) -> Iterator[str]:
    """The address of a preview of ``root`` that runs meanwhile."""
    command = [sys.executable, "build.py", "--root", str(root), "serve", "--port", "0"]
    running = subprocess.Popen(
        [*command, "--lang", "zh"], cwd=PROJECT, stderr=subprocess.STDOUT, stdout=subprocess.PIPE
    )
    assert running.stdout
    try:
        for line in running.stdout:
            if found := re.search(rb"http://\S+", line):
                yield found[0].decode()
                break
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(10)


def _in_a_terminal(command: list[str]) -> str:
    """What a command prints on a terminal, colours included."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, cwd=PROJECT, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # Linux ends a terminal with an error
        while part := os.read(ours, 65536):
            said += part
    os.close(ours)
    running.wait()
    return said.decode()


def _painted(said: str) -> str:
    """Terminal output as HTML."""
    parts = _CODE.split(said.replace("\r\n", "\n"))
    made = html.escape(parts[0])
    for codes, text in zip(parts[1::2], parts[2::2], strict=True):
        classes = " ".join(f"c{code}" for code in codes.split(";") if code not in ("", "0"))
        made += f"<span class='{classes}'>{html.escape(text)}</span>"
    return made


def _window(browser: Browser, width: int, height: int) -> Page:
    return browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")


def _keep(shot: bytes, name: str) -> None:
    small = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    small.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
