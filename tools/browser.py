"""A headless Chromium for the browser tests: finds one, or gets one.

``python tools/browser.py`` prints the path of a Chromium that starts, after getting one where
there is none: Playwright's own build, or Debian's package where this is root's machine.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Names the browser to use; nothing else is tried then.
VARIABLE = "BULLETIN_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser that minds its own business: no sandbox (root), no graphics card, no calls home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DEBIAN = ("chromium", "fonts-noto-cjk")
START_SECONDS = 60
DOWNLOAD_SECONDS = 600
NO_BROWSER = f"""\
找不到能用的 Chromium，浏览器测试做不了。请安装一个（Debian、Ubuntu：apt-get install chromium），
或用环境变量 {VARIABLE} 写明它在哪里，例如 {VARIABLE}=/opt/chrome/chrome。
No Chromium that starts was found, and none could be installed. Install one (Debian, Ubuntu:
apt-get install chromium), or name it in the environment variable {VARIABLE}."""


class NoBrowserError(Exception):
    """There is no Chromium that starts; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(NO_BROWSER)


@functools.cache
def find_browser() -> Path:
    """The first Chromium on this machine that starts. Nothing is installed."""
    for candidate in _candidates():
        if _starts(candidate):
            return candidate
    raise NoBrowserError


def _candidates() -> Iterator[Path]:
    if named := os.environ.get(VARIABLE):
        yield Path(shutil.which(named) or named)
        return
    for name in NAMES:
        if found := shutil.which(name):
            yield Path(found)
    yield from _playwrights_own()


def _playwrights_own() -> Iterator[Path]:
    """What `playwright install chromium` left, in whichever folder it keeps its browsers.

    Asked in another process: Playwright must not be running yet where tests start it.
    """
    question = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = _run([sys.executable, "-c", question], START_SECONDS)
    if answer and Path(answer.strip()).is_file():
        yield Path(answer.strip())


def _starts(browser: Path) -> bool:
    """Whether it opens a page; a launcher without its browser, or without a library, does not."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        own = ("--headless", f"--user-data-dir={profile}", "--dump-dom", "data:text/html,<p>ok")
        return "<p>ok</p>" in _run([str(browser), *FLAGS, *own], START_SECONDS)


def _run(command: list[str], seconds: float) -> str:
    """What the command prints; nothing where it cannot start, fails or takes too long."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


# --- getting one


def get_browser() -> Path:
    """A Chromium that starts, installed when there is none."""
    for attempt in (None, _install_playwrights, _install_debians):
        if attempt:
            attempt()
            find_browser.cache_clear()
        try:
            return find_browser()
        except NoBrowserError:
            if VARIABLE in os.environ:  # what is named is wanted, and nothing in its place
                raise
    raise NoBrowserError


def _install_playwrights() -> None:
    _try([sys.executable, "-m", "playwright", "install", "chromium"])


def _install_debians() -> None:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        _try(["apt-get", "update"])
        _try(["apt-get", "install", "-y", "--no-install-recommends", *DEBIAN])


def _try(command: list[str]) -> None:
    """Run an installer, its words on standard error; whether it helped is seen afterwards."""
    print("+", *command, file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, stdout=sys.stderr, env=quiet, timeout=DOWNLOAD_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)


def main() -> int:
    """Print the path of a Chromium, or say what to do."""
    try:
        print(get_browser())
    except NoBrowserError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
