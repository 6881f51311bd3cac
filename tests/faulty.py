"""A disk that fails: every call by which a build changes it is counted, and may be made to fail.

What is patched is what Python itself goes through: the functions of ``os``, the exchange of two
names, and the raw files under those that ``open`` gives. That nothing else changes the disk is
tested with the audit events of the interpreter, which no library can go round.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn
from unittest import mock

from bulletin import exchange, publish

PLAIN = (
    *("mkdir", "rename", "replace", "unlink", "remove", "rmdir", "link", "symlink"),
    *("chmod", "fchmod", "utime", "truncate", "ftruncate", "setxattr"),
)
KINDS = ("open", "write", "exchange", *PLAIN)
_CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Disk:
    """Counts the calls that change a disk; ``strike`` is asked before each, and may raise or kill.

    It is given the kind, how many calls of that kind there were, and how many in all.
    """

    strike: Callable[[str, int, int], None] = lambda _kind, _number, _total: None
    counts: Counter[str] = field(default_factory=Counter)
    active: bool = False

    def call(self, kind: str, half: Callable[[], object] = lambda: None) -> None:
        """A call of a kind is about to be made; ``half`` does what of it a fault leaves done."""
        if not self.active:
            return
        self.counts[kind] += 1
        try:
            self.strike(kind, self.counts[kind], self.counts.total())
        except OSError as error:
            half()
            if isinstance(error, _DeadlyError):
                os.kill(os.getpid(), signal.SIGKILL)
            raise

    @contextmanager
    def put_in(self) -> Iterator[Disk]:
        """Every change of the disk goes through here, until the end of the context."""
        with ExitStack() as stack:
            for name in PLAIN:
                stack.enter_context(mock.patch.object(os, name, self._counted(name)))
            stack.enter_context(mock.patch.object(os, "open", self._opened(os.open)))
            stack.enter_context(mock.patch.object(os, "write", self._written(os.write)))
            for module in (builtins, io):
                stack.enter_context(mock.patch.object(module, "open", self._file(io.open)))
            swap = self._counted("exchange", exchange.exchange)
            stack.enter_context(mock.patch.object(publish, "exchange", swap))
            self.active = True
            stack.callback(setattr, self, "active", False)
            yield self

    def _counted(self, name: str, given: Callable[..., Any] | None = None) -> Callable[..., Any]:
        real = given or getattr(os, name)

        def called(*args: Any, **more: Any) -> Any:
            self.call(name)
            return real(*args, **more)

        return called

    def _opened(self, real: Callable[..., int]) -> Callable[..., int]:
        def opened(path: Any, flags: int, *args: Any, **more: Any) -> int:
            if flags & _CHANGING:
                self.call("open")
            return real(path, flags, *args, **more)

        return opened

    def _written(self, real: Callable[[int, Any], int]) -> Callable[[int, Any], int]:
        def written(descriptor: int, data: Any) -> int:
            self.call("write", lambda: real(descriptor, data[: len(data) // 2]))
            return real(descriptor, data)

        return written

    def _file(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
            if not set(mode) & set("wax+") or isinstance(path, int):
                return real(path, mode, *args, **more)
            self.call("open")
            raw = _Raw(self, path, mode.replace("b", "").replace("t", ""))
            buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            if "b" in mode:
                return buffered
            encoding = more.get("encoding") or (args[1] if len(args) > 1 else "utf-8")
            return io.TextIOWrapper(buffered, encoding)

        return opened


class _Raw(io.FileIO):
    """The file below a buffered one."""

    def __init__(self, disk: Disk, path: Any, mode: str) -> None:
        super().__init__(path, mode)
        self.disk = disk

    def write(self, data: Any) -> int:
        whole = bytes(data)
        self.disk.call("write", lambda: super(_Raw, self).write(whole[: len(whole) // 2]))
        return super().write(whole)


def fault(kind: str, number: int, code: int, lasting: bool) -> Callable[[str, int, int], None]:
    """The ``number``-th call of a kind fails, or every one from it on; the kind "" is any."""

    def strike(now: str, of_kind: int, total: int) -> None:
        count = total if not kind else of_kind if kind == now else 0
        if count == number or (lasting and count > number):
            raise OSError(code, os.strerror(code))

    return strike


def death(number: int, half: bool) -> Callable[[str, int, int], None]:
    """The process is killed at the ``number``-th change of the disk; ``half`` of a write is done."""

    def strike(kind: str, _: int, total: int) -> None:
        if total == number:
            if half and kind == "write":
                raise _DeadlyError
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


class _DeadlyError(OSError):
    """Ends the process once half of the write is done."""

    def __init__(self) -> None:
        super().__init__(0, "killed")


def count_by_audit(action: Callable[[], object]) -> Counter[str]:
    """The changes of the disk that the interpreter itself sees; only for a process of its own."""
    seen: Counter[str] = Counter()
    names = {"os.rename": "rename", "os.remove": "remove"}
    kinds = {"os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.utime", "os.truncate"}

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            flags = args[2]
            if isinstance(flags, int) and flags & _CHANGING:
                seen["open"] += 1
        elif event in names:
            seen[names[event]] += 1
        elif event in kinds or event == "os.setxattr":
            seen[event.removeprefix("os.")] += 1

    sys.addaudithook(hook)
    action()
    return Counter(seen)


def in_a_process(action: Callable[[], object], seconds: float = 60) -> int:
    """The wait status of a forked process that does ``action``: 0, or the signal that killed it.

    A process that takes longer is ended by SIGALRM; an exception in it is 1 << 8.
    """
    number = os.fork()
    if not number:
        _act(action, seconds)
    _, status = os.waitpid(number, 0)
    return status


def _act(action: Callable[[], object], seconds: float) -> NoReturn:
    status = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        action()
        status = 0
    except BaseException as error:  # noqa: BLE001 - the process ends here, whatever it was
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(status)


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a Jinja environment whose results are kept by its arguments."""
    kept: dict[object, Any] = {}

    @functools.wraps(function)
    def called(self: Any, *args: Any, **more: Any) -> Any:
        key = (type(self), args, tuple(sorted(more.items())))
        if key not in kept:
            kept[key] = function(self, *args, **more)
        return kept[key]

    return called


def group_is_gone(group: int, seconds: float) -> bool:
    """Whether every process of a group ends within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not _is_alive(group):
            return True
        time.sleep(0.005)
    return False


def _is_alive(group: int) -> bool:
    """Whether a group has a process that has not ended; one that nobody asked after has."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    if not os.path.isdir("/proc/self"):
        return True
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat", encoding="utf-8") as file:
            state, _, its_group = file.read().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def children_of(process: int) -> list[int]:
    """The processes that a process has started and that are still there; Linux alone tells."""
    try:
        with open(f"/proc/{process}/task/{process}/children") as file:
            return [int(number) for number in file.read().split()]
    except OSError:
        return []
