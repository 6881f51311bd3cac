"""Spreading work over the cores, with results that do not depend on how many there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from threading import Thread
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
    run = max(1, min(LONGEST_RUN, len(inputs) // (jobs * 8)))
    others = set(multiprocessing.active_children())
    with _signals_held():
        # This executor, unlike multiprocessing's pool, notices a worker that was killed.
        forked = multiprocessing.get_context("fork")
        executor = ProcessPoolExecutor(jobs, mp_context=forked, initializer=_begin)
        starts = range(0, len(inputs), run)
        futures = [executor.submit(_some, start, start + run) for start in starts]
    try:
        for future in futures:
            yield from future.result()
    except BaseException:  # an interrupt too: nobody waits for what is no longer wanted
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        with _signals_held():
            executor.shutdown()
        _work = None


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keeps an interrupt waiting: one that came between a fork and the thread that watches over
    it would be lost, or leave the two waiting for each other.
    """
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a worker: the terminal's interrupt is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this worker when its parent is gone, killed for want of memory perhaps."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _some(start: int, end: int) -> list[Any]:
    assert _work is not None
    work, inputs = _work
    return [work(one) for one in inputs[start:end]]
