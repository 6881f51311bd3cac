"""The preview itself: what is shown now, what there is to say of it, and who wants to know.

One thread looks (``run``); any thread asks (``answer``, ``facts``). A snapshot is put in its
place as a whole before anyone is told of it, so no page is older than what was announced.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from msgspec import Struct

from bulletin.address import href, output_file
from bulletin.asked import Options, Watcher
from bulletin.glance import Looked
from bulletin.plan import Page
from bulletin.present import NOT_FOUND
from bulletin.preview import panel
from bulletin.preview.lookout import Call, Lookout
from bulletin.preview.pages import Asked, Pages, media_type
from bulletin.preview.survey import Snapshot, Survey
from bulletin.problem import BulletinError, Language, Problem, in_language, problem
from bulletin.text import nearest, visible

HTML = media_type("x.html")
NEAR = 5  # addresses named for one that is not there
KNOWN = 10_000  # old addresses that are remembered, to lead from them to the new ones
RETRY = 0.1  # seconds after which something that went while we looked is looked at again
ATTEMPTS = 4


class Now(Struct, frozen=True):
    """What is shown, as one value: a reader of it sees nothing half changed."""

    number: int  # of the look
    snapshot: Snapshot | None  # the last one that could be shown
    problems: tuple[Problem, ...]  # of the last look


class Change(Struct, frozen=True):
    """What one look found, to be told."""

    files: tuple[str, ...]  # of content/; () on the first look, or where templates changed
    seconds: float
    problems: tuple[Problem, ...]


class Answer(Struct, frozen=True):
    """What a request gets."""

    status: int
    media_type: str
    body: bytes
    location: str = ""  # where it is told to go instead


class _Shown(Struct, frozen=True):
    """The page that stands at an address."""

    page: Page
    asked: Asked
    missing: bool  # it is the one for what is not found


class Preview:
    """The preview of one root."""

    def __init__(self, root: Path, options: Options, language: Language) -> None:
        """Raises ``CannotStartError`` where there is no content/."""
        self.root, self.language = root, language
        self._survey = Survey(root, options)
        self._pages = Pages(root)
        self.now = Now(0, None, ())
        self._homes: dict[str, str] = {}  # path → the file of content/ that had it last
        self._listeners: set[Callable[[], None]] = set()
        self._lock = Lock()
        self._blind = False  # the last look saw nothing
        self._looks = 0  # since we last tidied up

    # --- looking

    def refresh(self, jobs: int | None = 1, watcher: Watcher | None = None) -> Change | None:
        """Look, and show what is there; None where nothing changed. One at a time.

        Raises ``OSError`` where something goes while it is looked at; look again then.
        """
        started = time.perf_counter()
        try:
            looked = self._survey.look(again=self._blind)
        except BulletinError as error:
            self._blind = True
            if error.problems == self.now.problems:
                return None
            return self._show(None, error.problems, [], started)
        if looked is None:
            return None
        change = self._take(looked, jobs, watcher or Watcher(), started)
        self._blind = False
        return change

    def attempt(self, jobs: int | None = 1, watcher: Watcher | None = None) -> Change | None:
        """``refresh``; where that fails again and again, the reason is shown as a Problem."""
        for left in reversed(range(ATTEMPTS)):
            try:
                return self.refresh(jobs, watcher)
            except OSError as error:
                if left:
                    time.sleep(RETRY)
                    continue
                self._blind = True
                reason = visible(error.strerror or str(error))
                found = (problem("B823", _shown_file(self.root, error), reason=reason),)
                same = found == self.now.problems
                return None if same else self._show(None, found, [], time.perf_counter())
        return None

    def _take(self, looked: Looked, jobs: int | None, watcher: Watcher, started: float) -> Change:
        changed = self._survey.changed(looked) if self.now.number else []
        try:
            snapshot = self._survey.take(looked, jobs, watcher)
        except BulletinError as error:
            return self._show(None, error.problems, changed, started)
        return self._show(snapshot, snapshot.problems, changed, started)

    def _show(
        self,
        snapshot: Snapshot | None,
        problems: tuple[Problem, ...],
        changed: list[str],
        started: float,
    ) -> Change:
        if snapshot:
            homes = {page.path: page.source for page in snapshot.pages.values()}
            if len(self._homes) > len(homes) + KNOWN:
                self._homes = {}
            self._homes |= homes
        now = Now(self.now.number + 1, snapshot or self.now.snapshot, problems)
        self.now = now
        self._looks += 1
        with self._lock:
            listeners = list(self._listeners)
        for tell in listeners:
            tell()
        return Change(tuple(changed), time.perf_counter() - started, problems)

    def run(
        self, lookout: Lookout, told: Callable[[Change], None], blind: Callable[[], None]
    ) -> None:
        """Look whenever ``lookout`` calls, until it is stopped; ``blind`` is called when the
        system turns out to tell us nothing.
        """
        while (call := lookout.wait()) is not Call.STOP:
            started, number = time.perf_counter(), self.now.number
            try:
                change = self.attempt()
            except Exception:  # noqa: BLE001 - a fault of ours must not end the preview
                traceback.print_exc()
                continue
            seconds = time.perf_counter() - started
            changed = self.now.number != number
            if lookout.looked(seconds if not changed else 0, call=call, changed=changed):
                blind()
            if change:
                told(change)
            elif call is Call.TIME and self._looks:
                self._tidy()

    def _tidy(self) -> None:
        """Let go of circles of objects. Commands work without looking for these, which is well
        for a build and not for something that runs all day; it is done while nothing happens.
        """
        self._looks = 0
        gc.collect()

    # --- telling

    @contextmanager
    def listening(self, tell: Callable[[], None]) -> Iterator[None]:
        """``tell`` is called, in another thread, whenever something else is shown."""
        with self._lock:
            self._listeners.add(tell)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.discard(tell)

    # --- answering

    @property
    def base(self) -> str:
        """The path below which the site lies: / or /bulletin/."""
        snapshot = self.now.snapshot
        return snapshot.settings.base_path if snapshot else "/"

    def answer(self, path: str) -> Answer:
        """What there is at ``path``: decoded, in NFC, starting with /."""
        now, base = self.now, self.base
        snapshot = now.snapshot
        if snapshot is not None:
            if path in ("/", base.removesuffix("/")) and path != base:
                return _redirect(base)
            page, inner = self._page(snapshot, path), path.removeprefix(base)
            if page is None and output_file(inner + "/") in snapshot.pages and path != inner:
                return _redirect(base + inner + "/")
        shown = self._shown(now, path)
        facts = self._facts(now, path, shown)
        if shown is None or shown.asked.made is None:
            status = 500 if shown else 503
            page_ = panel.problems_page(self._problems(now, shown), self.language)
            return Answer(status, HTML, panel.with_live(page_, facts, self.language))
        kind, data = media_type(shown.page.file), shown.asked.made.data
        if kind == HTML:
            data = panel.with_live(data, facts, self.language)
        if shown.missing:
            return Answer(404, kind, panel.with_note(data, self._note(now, path)))
        return Answer(200, kind, data)

    def _page(self, snapshot: Snapshot, path: str) -> Page | None:
        base = snapshot.settings.base_path
        if not path.startswith(base):
            return None
        return snapshot.pages.get(output_file(path.removeprefix(base)))

    def _shown(self, now: Now, path: str) -> _Shown | None:
        """The page for ``path``, or that of what is not found; None while there is no site."""
        snapshot = now.snapshot
        if snapshot is None:
            return None
        page = self._page(snapshot, path)
        if page is not None:
            with suppress(OSError):  # a picture that went since
                return _Shown(page, self._pages.ask(snapshot, page), missing=False)
        page = snapshot.pages[NOT_FOUND]
        return _Shown(page, self._pages.ask(snapshot, page), missing=True)

    def _problems(self, now: Now, shown: _Shown | None) -> tuple[Problem, ...]:
        return tuple(sorted({*(shown.asked.problems if shown else ()), *now.problems}))

    def _note(self, now: Now, path: str) -> str:
        """What is said on top of the page for what is not found."""
        assert now.snapshot
        inner = path.removeprefix(self.base).removeprefix("/")
        names = [page.path for page in now.snapshot.pages.values() if page.file.endswith(".html")]
        near = [(self._address(one), self.base + one) for one in nearest(inner, names, NEAR)]
        standing = now.snapshot.standings.get(inner)
        said = in_language(standing.words, self.language) if standing else ""
        return panel.missing_note(path, near, said, self.language)

    def _address(self, path: str) -> str:
        return href(self.base + path)

    # --- facts for the script of a page

    def facts(self, path: str) -> dict[str, Any]:
        """What the script of the page at ``path`` is to know now."""
        now = self.now
        return self._facts(now, path, self._shown(now, path))

    def _facts(self, now: Now, path: str, shown: _Shown | None) -> dict[str, Any]:
        snapshot, problems = now.snapshot, self._problems(now, shown)
        if snapshot is None or shown is None:
            return {"mark": "", "bare": True, **panel.facts_of(problems, "", self.language)}
        page, made = shown.page, shown.asked.made
        facts: dict[str, Any] = {
            # That of the page shown, which is an older one while its template is wrong.
            "mark": made.mark if made else "",
            "bare": made is None,
            "moved": "",
            "state": None,
            "badges": {
                self._address(one): [standing.state, in_language(standing.words, self.language)]
                for one, standing in snapshot.standings.items()
            },
            **panel.facts_of(problems, page.source, self.language),
        }
        if shown.missing:
            moved = self._moved(snapshot, path.removeprefix(self.base))
            return facts | {"mark": "missing", "moved": self._address(moved) if moved else ""}
        if standing := snapshot.standings.get(page.path):
            facts["state"] = [standing.state, in_language(standing.words, self.language)]
        return facts

    def _moved(self, snapshot: Snapshot, path: str) -> str | None:
        """Where the page that was at ``path`` is now, if its file has another one."""
        home = self._homes.get(path)
        if home is None or not home.startswith("content/"):
            return None
        return next((p.path for p in snapshot.pages.values() if p.source == home), None)


def _shown_file(root: Path, error: OSError) -> str:
    """The file of an error as people know it."""
    name = Path(str(error.filename)) if error.filename else root
    return visible(name.relative_to(root).as_posix() if name.is_relative_to(root) else str(name))


def _redirect(path: str) -> Answer:
    return Answer(302, "text/plain; charset=utf-8", b"", href(path))
