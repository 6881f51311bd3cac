"""Spreading work over the cores, with results that do not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

Input = TypeVar("Input")
Output = TypeVar("Output")

# Below this many inputs, starting workers costs more than they save.
FEW = 64
LONGEST_RUN = 1000
# Set in the parent just before workers are forked; they inherit it with everything it holds,
# so that nothing but inputs' numbers and results ever crosses between processes.
_work: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    work: Callable[[Input], Output], inputs: Sequence[Input], jobs: int | None
) -> Iterator[Output]:
    """``work`` of each input, in the order of ``inputs``, by up to ``jobs`` processes; None: one
    a core.

    An exception in a worker is raised here, and ends the other workers. Where processes
    cannot be forked, the work is done in this one, with the same results.
    """
    jobs = jobs or available_cores()
    if jobs <= 1 or len(inputs) < FEW or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, inputs)
        return
    global _work  # noqa: PLW0603 - how forked workers inherit their task
    _work = (work, inputs)
    # Neighbours share much of what they are made of, so each worker gets long runs of them.
    chunk = max(1, min(LONGEST_RUN, len(inputs) // (jobs * 8)))
    forked = multiprocessing.get_context("fork")
    others = set(multiprocessing.active_children())
    # This executor, unlike multiprocessing's pool, notices a worker that was killed.
    executor = ProcessPoolExecutor(jobs, mp_context=forked, initializer=_begin)
    try:
        yield from executor.map(_one, range(len(inputs)), chunksize=chunk)
    except BaseException:  # an interrupt too: nobody waits for what is no longer wanted
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        _work = None


def _begin() -> None:
    """In a worker: the terminal's interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _one(number: int) -> Any:
    assert _work is not None
    work, inputs = _work
    return work(inputs[number])
