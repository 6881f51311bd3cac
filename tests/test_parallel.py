"""Work spread over processes: in order, with its faults, and with nobody left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import FrameType

import pytest

from bulletin import parallel
from bulletin.parallel import FEW, spread
from bulletin.problem import ContentError, problem

pytestmark = pytest.mark.disk

MANY = range(FEW)
A_MINUTE = 60.0
FIRST_RUN = FEW // 16  # the inputs that one of two workers takes first


@pytest.fixture(autouse=True)
def nobody_is_left_behind() -> Iterator[None]:
    others = set(multiprocessing.active_children())
    yield
    left = set(multiprocessing.active_children()) - others
    for process in left:
        process.kill()
    assert left == set()


def square(number: int) -> int:
    return number * number


def quick_then_long(number: int) -> int:
    """The first run of inputs is done at once; whoever has another works for a minute."""
    if number >= FIRST_RUN:
        time.sleep(A_MINUTE)
    return number


# --- results


@pytest.mark.parametrize("jobs", [None, 1, 2, 5])
@pytest.mark.parametrize("count", [0, FEW - 1, FEW, 200])
def test_results_come_in_the_order_of_the_inputs(jobs: int | None, count: int) -> None:
    assert list(spread(square, range(count), jobs)) == [square(n) for n in range(count)]


def test_a_slow_input_does_not_change_the_order() -> None:
    def slow_at_first(number: int) -> int:
        time.sleep(0.05 if number == 0 else 0)
        return number

    assert list(spread(slow_at_first, MANY, 2)) == list(MANY)


def test_more_inputs_than_the_longest_runs_come_whole() -> None:
    count = parallel.LONGEST_RUN * 17
    assert list(spread(square, range(count), 2)) == [square(n) for n in range(count)]


def test_nothing_but_numbers_and_results_crosses_between_processes() -> None:
    seen = object()  # neither this nor a function inside another could be sent

    def same(value: object) -> bool:
        return value is seen

    assert all(spread(same, [seen] * FEW, 2))


def test_work_that_spreads_work_gives_the_same() -> None:
    first = spread(square, MANY, 2)
    results = [next(first)]
    inner = list(spread(lambda number: -number, MANY, 2))
    results += first
    assert results == [square(n) for n in MANY]
    assert inner == [-n for n in MANY]


# --- processes


def pids(count: int, jobs: int) -> set[int]:
    def pid(number: int) -> int:
        time.sleep(0.005)  # so that no worker does it all before another begins
        return os.getpid()

    return set(spread(pid, range(count), jobs))


def test_many_inputs_are_worked_on_by_as_many_processes_as_asked_for() -> None:
    found = pids(FEW, 2)
    assert os.getpid() not in found
    assert len(found) == 2


@pytest.mark.parametrize(("count", "jobs"), [(FEW - 1, 8), (FEW * 2, 1)], ids=["few", "one job"])
def test_few_inputs_and_one_job_start_no_process(
    monkeypatch: pytest.MonkeyPatch, count: int, jobs: int
) -> None:
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", None)  # not to be called
    assert list(spread(lambda _: os.getpid(), range(count), jobs)) == [os.getpid()] * count


def test_where_processes_cannot_be_forked_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert list(spread(lambda _: os.getpid(), MANY, 2)) == [os.getpid()] * FEW


def test_nothing_is_done_before_the_first_result_is_asked_for() -> None:
    done: list[int] = []
    spread(done.append, MANY, 2)
    spread(done.append, range(3), 1)
    assert done == []
    assert multiprocessing.active_children() == []


# --- faults


def fails_at(number: int, error: Callable[[], BaseException]) -> Callable[[int], int]:
    def work(given: int) -> int:
        if given == number:
            raise error()
        return given

    return work


@pytest.mark.parametrize("number", [0, FEW // 2, FEW - 1])
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_in_a_worker_is_raised_with_its_type(number: int, jobs: int) -> None:
    results: list[int] = []
    with pytest.raises(LookupError, match="丢了"):  # noqa: PT012 - how far it came
        for one in spread(fails_at(number, lambda: LookupError("丢了")), MANY, jobs):
            results += [one]
    assert results == list(range(len(results)))
    assert len(results) <= number


@pytest.mark.parametrize("jobs", [1, 2])
def test_problems_found_in_a_worker_arrive_whole(jobs: int) -> None:
    told = problem("B702", "templates/x.html", 3, 0, "{{ 甲 }}", detail="错", address="/x/")
    with pytest.raises(ContentError) as caught:
        list(spread(fails_at(5, lambda: ContentError([told])), MANY, jobs))
    assert caught.value.problems == (told,)


def fails_then_long(number: int) -> int:
    if number == 0:
        raise ValueError("坏了")
    return quick_then_long(number)


def test_an_exception_ends_the_others_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(ValueError, match="坏了"):
        list(spread(fails_then_long, MANY, 2))
    assert time.monotonic() - began < 5


def test_a_worker_that_is_killed_is_noticed() -> None:
    def dies(number: int) -> int:
        if number == FEW // 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    began = time.monotonic()
    with pytest.raises(BrokenProcessPool):
        list(spread(dies, MANY, 2))
    assert time.monotonic() - began < 5


def test_work_after_a_fault_is_done_as_ever() -> None:
    with pytest.raises(ValueError, match="坏了"):
        list(spread(fails_at(1, lambda: ValueError("坏了")), MANY, 2))
    assert list(spread(square, MANY, 2)) == [square(n) for n in MANY]


# --- nobody works for what is no longer wanted


def gone_within_a_second() -> bool:
    end = time.monotonic() + 1
    while multiprocessing.active_children():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_who_stops_asking_ends_all_workers() -> None:
    results = spread(quick_then_long, MANY, 2)
    assert next(results) == 0
    assert multiprocessing.active_children()
    began = time.monotonic()
    results.close()  # type: ignore[attr-defined] # an iterator that is a generator
    assert gone_within_a_second()
    assert time.monotonic() - began < 5


def test_whoever_forgets_the_results_ends_all_workers() -> None:
    for one in spread(quick_then_long, MANY, 2):
        assert one == 0
        break
    assert gone_within_a_second()


def test_an_interrupt_ends_all_workers() -> None:
    def interrupted(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupted)
    try:
        results = spread(quick_then_long, MANY, 2)
        got = [next(results) for _ in range(FIRST_RUN)]
        signal.setitimer(signal.ITIMER_REAL, 0.1)  # while it waits for a minute's work
        with pytest.raises(KeyboardInterrupt):
            next(results)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert got == list(range(FIRST_RUN))
    assert gone_within_a_second()


def test_the_terminals_interrupt_leaves_workers_to_their_parent() -> None:
    def interrupts_itself(number: int) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        return number

    assert list(spread(interrupts_itself, MANY, 2)) == list(MANY)


class Slow(ProcessPoolExecutor):
    """Takes its time to end, so that its own thread sees first that the workers are gone."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        time.sleep(0.2)
        super().shutdown(wait, cancel_futures=cancel_futures)


@pytest.mark.parametrize("stop", ["fault", "close"])
def test_no_traceback_of_a_thread_is_shown_when_workers_are_ended(
    monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", Slow)
    if stop == "fault":
        with pytest.raises(ValueError, match="坏了"):
            list(spread(fails_then_long, MANY, 2))
    else:
        results = spread(quick_then_long, MANY, 2)
        next(results)
        results.close()  # type: ignore[attr-defined] # an iterator that is a generator
    assert told == []
