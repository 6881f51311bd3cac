"""Makes the pages that are asked for, and keeps them as long as what they are made of is the same."""

from __future__ import annotations

import mimetypes
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from msgspec import Struct

from bulletin.plan import Copied, Page, Template
from bulletin.preview.survey import Snapshot
from bulletin.problem import ContentError, Problem
from bulletin.render import Renderer
from bulletin.state import Shared, mark_of, marks_of, recipe_name

KEPT = 200  # pages, the last ones asked for
_TYPES = {
    "html": "text/html; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "avif": "image/avif",
    "woff2": "font/woff2",
}


class Made(Struct, frozen=True):
    """A page as it was made last."""

    mark: str  # stands for all it was made of
    data: bytes


class Asked(Struct, frozen=True):
    """What there is to show of a page."""

    made: Made | None  # None: it could never be made
    problems: tuple[Problem, ...]  # of its templates; ``made`` is then an older page


class Pages:
    """The pages of the snapshots of one root; any thread may ask."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._content = root / "content"
        self._kept: OrderedDict[str, Asked] = OrderedDict()
        self._tried: dict[str, str] = {}  # the mark of what could not be made, by file
        self._renderer: Renderer | None = None
        self._shared: Shared | None = None
        self._snapshot: Snapshot | None = None
        self._lock = Lock()

    def ask(self, snapshot: Snapshot, page: Page) -> Asked:
        """The page, made now where it is not what it was. Raises ``OSError`` for a picture that
        is gone or is no file of content/.
        """
        if isinstance(page.recipe, Copied):
            return Asked(Made("", self._picture(page.recipe)), ())
        mark = fingerprint(page, snapshot.shared)
        with self._lock:
            kept = self._kept.get(page.file)
            if kept is None or self._tried[page.file] != mark:
                kept = self._made(snapshot, page, mark, kept)
                self._kept[page.file], self._tried[page.file] = kept, mark
            self._kept.move_to_end(page.file)
            while len(self._kept) > KEPT:
                del self._tried[self._kept.popitem(last=False)[0]]
        return kept

    def _made(self, snapshot: Snapshot, page: Page, mark: str, before: Asked | None) -> Asked:
        try:
            return Asked(Made(mark, self._render(snapshot).render(page)), ())
        except ContentError as error:
            return Asked(before.made if before else None, error.problems)

    def _render(self, snapshot: Snapshot) -> Renderer:
        """Templates are compiled once, as long as they and the frame are the same."""
        if self._renderer is None or snapshot.shared != self._shared:
            self._renderer = Renderer(snapshot.theme, snapshot.frame, self._root)
            self._shared = snapshot.shared
        elif snapshot is not self._snapshot:
            self._renderer.forget()
        self._snapshot = snapshot
        return self._renderer

    def _picture(self, recipe: Copied) -> bytes:
        # What was looked at a moment ago may be a link out of content/ by now.
        file = (self._root / recipe.file).resolve(strict=True)
        if not file.is_relative_to(self._content.resolve()):
            raise FileNotFoundError(recipe.file)
        return file.read_bytes()


def fingerprint(page: Page, shared: Shared) -> str:
    """Equal for pages that are made of the same."""
    parts: list[object] = [recipe_name(page), marks_of(page), shared.frame]
    if isinstance(page.recipe, Template):
        parts.append(shared.templates.get(page.recipe.name))
    return mark_of(parts).hex()


def media_type(file: str) -> str:
    """The type of a file of the site by its ending; not what this machine thinks of endings."""
    ending = file.rpartition(".")[2].lower()
    return _TYPES.get(ending) or mimetypes.guess_type(file)[0] or "application/octet-stream"
