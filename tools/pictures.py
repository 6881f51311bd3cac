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
# A page of a newspaper, for the pictures of import.
PAPER = """\
2024年8月5日 星期一　　第3版

三十名职工学了一个春天

## 果园街道总工会办起职工书法班

本报讯 (记者 王小甲 通讯员 李小乙) 近日,密云区果园街道总工会举办职工书法班,三十名职工参加,大家从握笔学

起,一笔一画写得很认真。书法班一共十二节课,老师由退休教师担任。

## 通州区总工会给户外劳动者送清凉

本报讯 (记者 张小丙) 近日,通州区总工会的工作人员来到工地,送去绿豆汤和毛巾,还带去了防暑的药品、

雨具。工地负责人说,高温天里中午一律停工,工会的东西送到了心坎上。

![](songqingliang.jpg)
"""
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
            _of_import(browser, root)
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
    _of_terminal(browser, root, "check", ["check"], "check")


def _of_import(browser: Browser, root: Path) -> None:
    """A page looked at, imported, and what is left to confirm."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "第3版.md"
        page.write_text(PAPER, "utf-8")
        typed = "import 第3版.md --dry-run"
        _of_terminal(browser, root, typed, ["import", str(page), "--dry-run"], "import", folder)
        shutil.rmtree(root / "content" / "news")
        date = ["--date", "2024-08-05"]
        subprocess.run(
            [sys.executable, "build.py", "--root", str(root), "import", str(page), *date],
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
    month = "content/news/2024/08"
    _of_terminal(browser, root, f"check {month}", ["check", month], "import-check")


def _of_terminal(  # noqa: PLR0913 - what a picture of a command is made of
    browser: Browser, root: Path, typed: str, command: list[str], name: str, folder: str = ""
) -> None:
    page = _window(browser, 1500 if folder else 1000, 240)
    said = _in_a_terminal(
        [sys.executable, "build.py", "--root", str(root), "--lang", "zh", *command]
    )
    said = said.replace(f"{folder}/", "") if folder else said
    page.set_content(_TERMINAL + _painted(f"$ python build.py {typed}\r\n" + said))
    _keep(page.screenshot(full_page=True), name)
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
