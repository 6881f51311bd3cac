"""What is asked of a build, what it tells while it works, and what it answers."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from msgspec import Struct

from bulletin.item import Item
from bulletin.problem import Problem
from bulletin.publish import Published


class Options(Struct, frozen=True):
    """What the command line may say of a build."""

    base_url: str | None = None
    drafts: bool = False
    now: datetime | None = None  # None: the clock; naive: in the site's time zone
    jobs: int | None = None  # None: as many as there are cores
    clean: bool = False
    strict: bool = False  # every warning is an error
    atomic: bool = False  # swap site/ as a whole


class Report(Struct, frozen=True):
    """What a build did."""

    base_url: str
    items: int
    pages: int
    published: Published
    held: tuple[Item, ...]  # soonest first
    problems: tuple[Problem, ...]  # warnings; errors raise
    seconds: float

    @property
    def written(self) -> int:
        return len(self.published.added) + len(self.published.changed)

    @property
    def removed(self) -> int:
        return len(self.published.removed)


class Stage(Enum):
    """What takes long enough to be watched."""

    READ = "read"
    MAKE = "make"


class Watcher:
    """What a build tells whoever waits for it; this one is silent."""

    def step(self, stage: Stage, done: int, total: int) -> None:
        """``done`` of ``total`` files are read, or pages made."""

    def waiting(self) -> None:
        """Another build holds site/; this one waits."""
