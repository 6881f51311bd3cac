"""Looks at content/ again and again: each look → ``Snapshot``, the site with all pages planned.

What was read is kept in memory between two looks, so that one edit costs reading one file. A
file with an error is shown as it was before, as long as what it was read with is the same.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bulletin.asked import Options, Watcher
from bulletin.cache import DamagedCacheError, HeldBodies
from bulletin.dates import Moment
from bulletin.glance import Looked, look_around
from bulletin.item import Item, Manuscript
from bulletin.pipeline import (
    Gathered,
    Prepared,
    cache_of,
    gather_records,
    to_prepared,
    with_marks,
)
from bulletin.plan import Page
from bulletin.present import Frame
from bulletin.problem import ContentError, Problem, both, has_errors
from bulletin.reading import Reading, decode_reading
from bulletin.settings import Settings
from bulletin.source import digest_of, read_bytes
from bulletin.state import EMPTY, FileRecord, Shared
from bulletin.theme import Theme


class Standing(Struct, frozen=True):
    """An item that readers do not see as they see others."""

    state: str  # draft, held, expired or withdrawn
    words: str  # a fact in both languages


class Snapshot(Struct, frozen=True):
    """The site after one look. No page is made yet."""

    settings: Settings
    pages: Mapping[str, Page]  # by their files
    theme: Theme
    frame: Frame
    shared: Shared
    standings: Mapping[str, Standing]  # by path; those without a page, too
    problems: tuple[Problem, ...]


class Survey:
    """What is known of a root from the looks so far. Not for several threads at once."""

    def __init__(self, root: Path, options: Options) -> None:
        """Raises ``CannotStartError`` where there is no content/."""
        self.root, self._options = root, options
        self._state, self._bodies = cache_of(root, Watcher()).peek()
        self._decoded: dict[str, tuple[FileRecord, Reading]] = {}
        self._sound: dict[str, Reading] = {}  # how each file was shown last, by ``File.disk``
        self._basis = b""  # the mark of what they were read with
        self._looked: Looked | None = None
        self._until: int | None = None  # seconds since 1970: when an item's time comes

    def look(self, *, again: bool = False) -> Looked | None:
        """What lies there now; None where nothing changed since ``take``, but for ``again``.

        Raises ``BulletinError`` as ``pipeline.prepare`` does, and ``OSError`` where something
        goes while it is looked at.
        """
        cache_of(self.root, Watcher())
        looked = look_around(self.root)
        return looked if again or self._differs(looked) else None

    def _differs(self, looked: Looked) -> bool:
        if self._looked is None or looked.mark != self._looked.mark:
            return True
        if self._until is not None and time.time() >= self._until:
            return True
        # Two edits within one tick of the disk's clock may leave one stamp.
        unsure = {record.disk: record.digest for record in self._state.files if not record.stamp}
        for file in looked.files:
            if file.disk in unsure:
                data = read_bytes(self.root, file, [])
                if (b"" if data is None else digest_of(data)) != unsure[file.disk]:
                    return True
        return False

    def changed(self, looked: Looked) -> list[str]:
        """The files of content/ that are new, others or gone since the look before."""
        before = {file.path: file.stamp for file in self._looked.files} if self._looked else {}
        now = {file.path: file.stamp for file in looked.files}
        return sorted(
            path for path in before.keys() | now.keys() if before.get(path) != now.get(path)
        )

    def take(self, looked: Looked, jobs: int | None, watcher: Watcher) -> Snapshot:
        """The site of what was looked at. Its Problems may be errors.

        Raises ``BulletinError`` where no page can be shown: without settings, or while a new
        vocabulary or time zone leaves files with errors that could be shown before.
        """
        try:
            snapshot = self._take(looked, jobs, watcher)
        except DamagedCacheError:  # a state that does not fit its bodies
            self._state, self._bodies = EMPTY, HeldBodies({})
            self._decoded, self._sound = {}, {}
            snapshot = self._take(looked, jobs, watcher)
        except OSError:
            raise
        except Exception:
            self._looked = looked  # it would be the same again
            raise
        self._looked = looked
        return snapshot

    def _take(self, looked: Looked, jobs: int | None, watcher: Watcher) -> Snapshot:
        options = replace(self._options, drafts=True, jobs=jobs)
        last, bodies = self._state, self._bodies
        basis, records = gather_records(self.root, options, looked, watcher, bodies, last)
        readings = [self._reading(record) for record in records]
        self._decoded = {
            record.disk: (record, reading)
            for record, reading in zip(records, readings, strict=True)
        }
        instead, sound = self._instead(looked, readings, basis.mark)
        gathered = Gathered(looked, basis, records, readings)
        ready = to_prepared(self.root, options, gathered, bodies, last, instead)
        if not all(key in bodies for key in ready.live):
            raise DamagedCacheError
        keeps = self._basis not in (b"", basis.mark) and has_errors(ready.problems)
        if not keeps:
            self._basis, self._sound = basis.mark, sound
        shown = {r.value.body for r in self._sound.values() if isinstance(r.value, Manuscript)}
        self._state, self._bodies = ready.state, bodies.only(ready.live | shown)
        self._until = None if self._options.now else _next_moment(ready)
        if keeps:
            raise ContentError(ready.problems)
        return _to_snapshot(ready, looked)

    def _reading(self, record: FileRecord) -> Reading:
        known = self._decoded.get(record.disk)
        if known and (known[0] is record or known[0].digest == record.digest != b""):
            if known[0].reading == record.reading:
                return known[1]
        return decode_reading(record.reading)

    def _instead(
        self, looked: Looked, readings: list[Reading], basis: bytes
    ) -> tuple[dict[str, Reading], dict[str, Reading]]:
        """What is shown in place of files with errors, and how every file is shown."""
        before = self._sound if basis == self._basis else {}
        instead, sound = {}, {}
        for file, reading in zip(looked.files, readings, strict=True):
            if not has_errors(reading.problems):
                sound[file.disk] = reading
            elif file.disk in before:
                instead[file.disk] = sound[file.disk] = before[file.disk]
        return instead, sound


def _next_moment(ready: Prepared) -> int | None:
    """When the next item appears or ends by itself, in seconds since 1970."""
    times = (m.seconds for item in ready.items for m in (item.due, item.expires) if m)
    return min((at for at in times if at > ready.now.seconds), default=None)


def _to_snapshot(ready: Prepared, looked: Looked) -> Snapshot:
    pages: dict[str, Page] = {}
    for page in ready.plan.pages:  # of two that claim one address, which is an error, the first
        pages.setdefault(page.file, page)
    shared = with_marks(ready.state, ready.frame, looked.theme).shared
    standings = {
        item.path: Standing(state, _words(item, state))
        for item in ready.items
        if (state := item.state(ready.now)) != "published"
    }
    return Snapshot(
        settings=ready.settings,
        pages=pages,
        theme=looked.theme,
        frame=ready.frame,
        shared=shared,
        standings=standings,
        problems=ready.problems,
    )


def _words(item: Item, state: str) -> str:
    """The badge of an item, in both languages."""
    if state == "draft":
        return both("草稿，发布时不会出现", "draft, not published")
    if state == "withdrawn":
        return both("已撤回", "withdrawn")
    moment = item.due if state == "held" else item.expires
    when = _when(moment) if moment else ""
    if state == "held":
        return both(f"未到时间，{when} 起显示", f"not due before {when}")
    return both(f"{when} 已过期，不再显示", f"expired {when}")


def _when(moment: Moment) -> str:
    return moment.at.strftime("%Y-%m-%d %H:%M")
