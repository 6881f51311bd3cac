"""One build as a whole process tree: ``run`` measures wall time, CPU and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROC = Path("/proc")
HAS_MEMORY = all((PROC / name).exists() for name in ("self/smaps_rollup", "thread-self/children"))
SHORTEST_PAUSE = 0.02  # seconds between two looks at the memory
# Looking through a big process takes milliseconds in which it may have to wait, so that the
# pauses grow with what a look takes: 1/20 of one core at most.
PAUSE_PER_LOOK = 20


@dataclass(frozen=True, slots=True)
class Run:
    """One build, or the medians of several."""

    wall: float  # seconds
    cpu: float  # seconds, user and system, of all its processes
    memory: float | None  # MiB, of all its processes together at their peak; None: not to be had


def run(command: Sequence[str], folder: Path | None = None) -> Run:
    """Run a command, in a folder, to its end. Where it fails, so does the bench."""
    os.sync()  # what an earlier run left to write is not this one's work
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    assert process.stdout is not None
    with _Memory(process.pid) as memory:
        told = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{told}\nfailed: {' '.join(command)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, memory.peak / 1024 if HAS_MEMORY else None)


def median(runs: Sequence[Run]) -> Run:
    memories = [run.memory for run in runs if run.memory is not None]
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        statistics.median(memories) if memories else None,
    )


class _Memory:
    """Looks at a process tree from a thread, and keeps the highest sum of what it saw.

    What processes share is counted once (PSS), as forked workers share nearly everything.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0  # KiB
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        if HAS_MEMORY:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if HAS_MEMORY:
            self._thread.join()

    def _look_on(self) -> None:
        pause = 0.0
        while not self._over.wait(pause):
            started = time.perf_counter()
            self.peak = max(self.peak, sum(_pss(pid) for pid in _tree(self.pid)))
            pause = max(SHORTEST_PAUSE, PAUSE_PER_LOOK * (time.perf_counter() - started))


def _tree(pid: int) -> Iterable[int]:
    """A process and all below it; those that end meanwhile drop out."""
    yield pid
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from _tree(int(child))
    except OSError:
        return


def _pss(pid: int) -> int:
    """KiB; 0 for a process that is over."""
    try:
        with (PROC / str(pid) / "smaps_rollup").open("rb") as lines:
            for line in lines:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0
