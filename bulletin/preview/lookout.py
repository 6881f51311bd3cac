"""When to look: something was saved, or it is time for a look all the same.

The only user of watchdog. Its events say when, never what: what changed is seen by looking, so
an event too many costs a look and one that never came is found by the next look. Looks without
events go on because the system may watch fewer folders than it was asked to, silently, and
network drives tell nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from threading import Event

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

QUIET = 0.05  # seconds without an event that end a burst
LONGEST = 2.0  # seconds after which a burst is looked at though it goes on
PAUSE = 2.0  # seconds between looks that nothing asked for
POLL = 0.5  # the same where events cannot be trusted
SHARE = 80  # a look takes at most this part of the time; with POLL a fifth of it
GRACE = 1.0  # seconds that an event may come later than a look that saw its change
# Reading our own files must not tell us to look again.
_TELLING: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class Call(Enum):
    """Why to look."""

    EVENT = "event"
    TIME = "time"
    STOP = "stop"


class Lookout:
    """Waits for changes and for its own clock: everything below ``deep`` folders, what lies right
    in ``flat`` ones. Each may be missing, and come later.
    """

    def __init__(self, deep: Sequence[Path], flat: Sequence[Path], *, poll: bool) -> None:
        self._folders = {**dict.fromkeys(flat, False), **dict.fromkeys(deep, True)}
        self._poll = poll
        self._called = Event()
        self._stopped = False
        self._last_event = float("-inf")
        self._silent: float | None = None  # when a look saw a change that no event told of
        self._cost = 0.0  # seconds of the last look
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, tuple[tuple[int, int], ObservedWatch]] = {}
        self._lost: set[Path] = set()  # folders deleted while they were watched

    def start(self) -> bool:
        """Begin to watch; False where the system does not let us, and looks alone remain."""
        if self._poll:
            return True
        logging.getLogger("watchdog").setLevel(logging.CRITICAL)  # what it misses, looks find
        self._observer = Observer()
        try:
            self._observer.start()
            self._watch_again()
        except OSError:
            self._give_up()
            return False
        return True

    def stop(self) -> None:
        self._stopped = True
        self._called.set()

    def close(self) -> None:
        if self._observer:
            self._observer.stop()
            self._observer.join(1)
            self._observer = None

    @property
    def pause(self) -> float:
        """Seconds to the next look, when nothing asks for one."""
        return max(POLL, self._cost * 5) if self._poll else max(PAUSE, self._cost * SHARE)

    def wait(self) -> Call:
        """Until there is a reason to look."""
        called = self._called.wait(self.pause)
        if called and not self._stopped:
            self._settle()
        # Cleared before looking: what comes while we look calls for one more look.
        self._called.clear()
        if self._stopped:
            return Call.STOP
        if self._observer:
            with suppress(OSError):
                self._watch_again()
        return Call.EVENT if called else Call.TIME

    def _settle(self) -> None:
        """Wait for the end of a burst: a checkout, or a save by way of a second file."""
        end = time.monotonic() + LONGEST
        while not self._stopped and (now := time.monotonic()) < end:
            rest = self._last_event + QUIET - now
            if rest <= 0:
                return
            time.sleep(rest)

    def looked(self, seconds: float, *, call: Call, changed: bool) -> bool:
        """What a look cost and found. True, once, when it is plain that events do not come."""
        self._cost = seconds
        if self._poll:
            return False
        now = time.monotonic()
        if call is Call.EVENT:
            self._silent = None
        elif changed and self._silent is None:
            self._silent = now
        if self._silent is None or now < self._silent + GRACE:
            return False
        missed = self._last_event < self._silent - GRACE
        self._silent = None
        if missed:
            self._give_up()
        return missed

    def _give_up(self) -> None:
        """From here on looks alone; watching some folders and not others would only confuse."""
        self._poll = True
        self.close()

    def _watch_again(self) -> None:
        """Watch the folders that are there; one made anew is another, though its name is the same."""
        assert self._observer
        for folder, recursive in self._folders.items():
            known = self._watches.get(folder)
            identity = _identity(folder)
            if known and known[0] == identity and folder not in self._lost:
                continue
            self._lost.discard(folder)
            if known:
                with suppress(OSError, KeyError):
                    self._observer.unschedule(known[1])
                del self._watches[folder]
            if identity:
                watch = self._observer.schedule(
                    _Handler(self, folder),
                    str(folder.resolve()),
                    recursive=recursive,
                    event_filter=_TELLING,
                )
                self._watches[folder] = (identity, watch)
                self._called.set()  # what came before we watched

    def again(self) -> None:
        """Look once more, soon."""
        self._called.set()

    def happened(self) -> None:
        """Something was saved."""
        self._last_event = time.monotonic()
        self._called.set()

    def lost(self, folder: Path) -> None:
        """``folder`` itself was deleted; a new one may have its name, and even its inode."""
        self._lost.add(folder)


class _Handler(FileSystemEventHandler):
    def __init__(self, lookout: Lookout, folder: Path) -> None:
        self._lookout, self._folder = lookout, folder
        self._path = str(folder.resolve())

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, DirDeletedEvent) and event.src_path == self._path:
            self._lookout.lost(self._folder)
        self._lookout.happened()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
