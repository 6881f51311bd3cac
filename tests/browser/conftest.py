"""The project's own site, built once and served, and a Chromium that watches what goes wrong."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

from bulletin.asked import Options
from bulletin.pipeline import build
from tools.browser import FLAGS, NoBrowserError, find_browser

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 12)  # noqa: DTZ001 - in the site's own time zone
# The strictest policy the site promises to live under: nothing inline, nothing from elsewhere.
POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
Scheme = Literal["light", "dark"]

# One page of each type: files of the site, and what only such a page has in its HTML.
PAGES = {
    "home": ("index.html", ""),
    "item": ("news/*/*/*/*/index.html", "<dt>系列</dt>"),
    "item with a picture": ("news/*/*/*/*/index.html", "<figure>"),
    "item with a table": ("news/*/*/*/*/index.html", "<table.*</table>.*<[ou]l>.*item-facts"),
    "item with footnotes": ("news/*/*/*/*/index.html", 'class="footnotes"'),
    "item with a correction": ("news/*/*/*/*/index.html", 'class="corrections"'),
    "photo item": ("news/*/*/*/*/index.html", "<span>图片新闻</span>"),
    "withdrawn item": ("news/*/*/*/*/index.html", '<p class="notice">这条消息已经撤回'),
    "news": ("news/index.html", ""),
    "numbered list": ("news/page/*/index.html", ""),
    "year": ("news/????/index.html", ""),
    "month": ("news/????/??/index.html", ""),
    "districts": ("districts/index.html", ""),
    "district": ("districts/miyun/index.html", ""),
    "activities": ("activities/index.html", ""),
    "activity": ("activities/training/index.html", ""),
    "intersection": ("districts/*/*/index.html", ""),
    "matrix": ("matrix/index.html", ""),
    "issues": ("issues/index.html", ""),
    "issue": ("issues/2024-08/index.html", ""),
    "about": ("about/index.html", ""),
    "accessibility": ("accessibility/index.html", ""),
    "not found": ("404.html", ""),
}
REDIRECT = ("**/*.html", 'http-equiv="refresh"')


@dataclass(frozen=True, slots=True)
class Site:
    """The built site: where it lies, and where it is served."""

    folder: Path
    url: str  # ends with a slash

    def file(self, kind: str) -> Path:
        """A page of that type, the first in the order of names."""
        return self.find(*PAGES[kind])

    def find(self, pattern: str, needle: str) -> Path:
        for file in sorted(self.folder.glob(pattern)):
            if re.search(needle, file.read_text("utf-8"), re.DOTALL):
                return file
        pytest.fail(f"the sample content has no {pattern} with {needle!r}")

    def address(self, file: Path) -> str:
        return self.url + file.relative_to(self.folder).as_posix().removesuffix("index.html")


@dataclass
class Visit:
    """A page as a reader opened it, with everything that went wrong on it."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("requestfailed", self._failure)
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "file:")):
            self.faults.append(f"another host: {request.url}")

    def _failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before a picture was there
            self.faults.append(f"{request.failure}: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST:
            self.faults.append(f"{response.status}: {response.url}")


Open = Callable[..., Visit]


class Handler(SimpleHTTPRequestHandler):
    """Serves files as a strict host does, and says nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """A test tells what is wrong, the server does not."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("bulletin")
    shutil.copytree(PROJECT / "content", root / "content")
    build(root, Options(now=NOW, jobs=1))
    serve = partial(Handler, directory=str(root / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Site(root / "site", f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = find_browser()
    except NoBrowserError as missing:
        pytest.fail(str(missing))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Open]:
    """Open an address (a page type, a file, or an address) as a reader with such a screen."""
    contexts = []

    def open_(
        what: str | Path, *, width: int = 1440, scheme: Scheme = "light", scripts: bool = True
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if isinstance(what, str) and what in PAGES:
            what = site.file(what)
        address = site.address(what) if isinstance(what, Path) else what
        visit = Visit(context.new_page(), site.url)
        visit.watch()
        visit.page.goto(address)
        return visit

    yield open_
    for context in contexts:
        context.close()
