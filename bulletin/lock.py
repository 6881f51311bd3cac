"""One build at a time: a lock that is waited for, and gone when its holder is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import filelock

from bulletin.problem import CannotStartError, both, problem

WAIT_SECONDS = 120


@contextmanager
def held(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock ``file``, in a folder that is there; ``waiting`` is called before waiting.

    Raises ``CannotStartError`` that names the holder when it takes too long.
    """
    lock = filelock.FileLock(file, mode=0o644)
    holder = file.with_name("holder")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        waiting()
        try:
            lock.acquire(timeout=WAIT_SECONDS)
        except filelock.Timeout:
            facts = {"holder": _who(holder), "seconds": str(WAIT_SECONDS)}
            raise CannotStartError([problem("B803", "site", **facts)]) from None
    try:
        with suppress(OSError):  # who holds the lock is said for people alone
            holder.unlink(missing_ok=True)
            holder.write_text(f"{os.getpid()}\n", "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    """The build that holds the lock, as a fact."""
    try:
        number = holder.read_text("utf-8").strip()
    except (OSError, ValueError):
        number = ""
    if not number.isdecimal():
        return both("另一个进程", "another process")
    return both(f"进程 {number}", f"process {number}")
