"""``python -m tools.bench.preview [--rounds N] [SIZE …]``: how long an editor waits for the preview.

*First page*: from starting the program to the whole of the home page. *Edit*: from saving an item
to the whole of its page with the new text, asked for when the stream of events tells of it, as a
browser does. Each beside what a build of ours takes for the same: a start with a cache beside one
that has nothing to do, an edit beside one with the same edit.
"""

from __future__ import annotations

import argparse
import http.client
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.bench.measure import run
from tools.bench.peer import PROJECT
from tools.bench.root import Root, our_root
from tools.corpus import news

SIZES = (1000, 10_000)
ROUNDS = 7
PATIENCE = 60  # seconds


@dataclass(frozen=True, slots=True)
class Waits:
    """Medians in seconds."""

    cold: float  # first page, without .cache
    warm: float  # first page, with .cache
    edit: float  # from save to page
    memory: float  # MiB at the end
    idle: float  # share of one core while nothing happens
    build_warm: float
    build_edit: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.preview", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="numbers of items")
    asked = parser.parse_args(arguments)
    print(
        "| items | first page, no cache | first page | a build, no change | edit | a build, edit |"
        " edit/build | memory | idle |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for size in asked.sizes or SIZES:
        w = measured(our_root(size), asked.rounds)
        print(
            f"| {size:,} | {w.cold:.2f} s | {w.warm:.2f} s | {w.build_warm:.2f} s | {w.edit:.2f} s |"
            f" {w.build_edit:.2f} s | {w.edit / w.build_edit:.2f} | {w.memory:.0f} MiB |"
            f" {w.idle:.1%} |"
        )
    return 0


def measured(root: Root, rounds: int) -> Waits:
    root.forget()
    cold = [_first_page(root) for _ in range(2)][-1]  # nothing is kept: the second is as cold
    _build(root)
    _build(root)  # the first leaves files that are too young to be trusted
    build_warm = statistics.median(_build(root) for _ in range(rounds))
    warm = statistics.median(_first_page(root) for _ in range(rounds))
    with _serving(root) as (process, port):
        edits = [_edit(root, port, round_) for round_ in range(rounds + 1)][1:]
        memory = _memory(process.pid)
        before, started = _cpu(process.pid), time.monotonic()
        time.sleep(10)
        idle = (_cpu(process.pid) - before) / (time.monotonic() - started)
    builds = []
    for round_ in range(rounds):
        one = news(round_ * 7 + 3, root.count)
        with root.edited(f"content/{one.path}", f"{one.text}\n补充一段。\n"):
            builds.append(_build(root))
        _build(root)
    return Waits(
        cold, warm, statistics.median(edits), memory, idle, build_warm, statistics.median(builds)
    )


def _command(root: Root, *arguments: str) -> list[str]:
    return [sys.executable, str(PROJECT / "build.py"), "--root", str(root.path), *arguments]


def _build(root: Root) -> float:
    return run(_command(root)).wall


@contextmanager
def _serving(root: Root) -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = subprocess.Popen(
        _command(root, "--lang", "en", "serve", "--port", "0"),
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr
    line = process.stderr.readline()
    try:
        yield process, int(line.strip().rstrip("/").rpartition(":")[2])
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def _first_page(root: Root) -> float:
    started = time.perf_counter()
    with _serving(root) as (_, port):
        assert "</html>" in _get(port, "/")
        return time.perf_counter() - started


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _edit(root: Root, port: int, round_: int) -> float:
    """An edit of an item's text, as a browser that shows the item sees it."""
    one = news(root.count // 2 + round_ * 11, root.count)
    path = f"/{one.address}"
    said = f"第{round_}次补充，时刻{time.time_ns()}。"
    _get(port, path)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", f"/_bulletin/events?at={path}")
    events = connection.getresponse()
    first = _next(events)
    with root.edited(f"content/{one.path}", f"{one.text}\n{said}\n"):
        started = time.perf_counter()
        while _next(events) == first:
            pass
        assert said in _get(port, path)
        took = time.perf_counter() - started
    while _next(events) != first:  # the edit is undone
        pass
    connection.close()
    return took


def _next(events: http.client.HTTPResponse) -> str:
    """The mark that the next event tells."""
    while True:
        line = events.readline().decode()
        if line.startswith("data:"):
            return line.partition('"mark": "')[2].partition('"')[0]


def _memory(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


def _cpu(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    sys.exit(main())
