"""What commands print: Problems, a closing line, progress; and signals, which end them in order."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from bulletin import report
from bulletin.commands.options import Arguments, language
from bulletin.problem import Language, Problem

if TYPE_CHECKING:  # imported by the command that needs it: --help has to answer at once
    from bulletin.asked import Report, Stage, Watcher
    from bulletin.mend import Mending


def show(
    problems: Sequence[Problem],
    done: Report | None,
    arguments: Arguments,
    mendings: Sequence[Mending] | None = None,
) -> None:
    """What was mended and Problems first, the closing line last; documents are one document."""
    said, asked = language(arguments), arguments.format
    paint = report.paint_of(os.environ, sys.stderr.isatty())
    if asked == "json":
        for line in report.json_document(problems, done, said, mendings):
            print(line)
        return
    for one in mendings or ():
        print(report.as_diff(one, said, paint), file=sys.stderr)
    if asked in ("gitlab", "sarif"):
        from bulletin import annotations  # noqa: PLC0415 - where it is asked for

        as_lines = annotations.gitlab if asked == "gitlab" else annotations.sarif
        for line in as_lines(problems, said):
            print(line)
        return
    lines = (
        (report.as_github(problem, said) for problem in problems)
        if asked == "github"
        else report.text_lines(problems, said, paint)
    )
    for line in lines:
        print(line, file=sys.stdout if asked == "github" else sys.stderr)
    if problems:
        print(report.count(problems, said, paint), file=sys.stderr)
    if done:
        print(report.closing_line(done, said))


def say(zh: str, en: str, arguments: Arguments) -> None:
    print(zh if language(arguments) is Language.CHINESE else en, file=sys.stderr)


def watcher(arguments: Arguments) -> Watcher:
    """A progress bar that shows up after a second, on a terminal alone."""
    from bulletin.asked import Stage, Watcher  # noqa: PLC0415 - --help has to answer at once

    class Told(Watcher):
        def step(self, stage: Stage, done: int, total: int) -> None:
            stop_if_asked()

        def waiting(self) -> None:
            zh = "另一次构建正在使用 site/，等它结束……"
            say(zh, "another build is using site/; waiting for it to end …", arguments)

    if not sys.stderr.isatty():
        return Told()
    from tqdm import tqdm  # noqa: PLC0415 - dear to import

    tqdm.monitor_interval = 0  # its thread would stand in the way of forking

    class Bar(Told):
        bar: tqdm[NoReturn] | None = None

        def step(self, stage: Stage, done: int, total: int) -> None:
            super().step(stage, done, total)
            if self.bar is None:
                word = {Stage.READ: "读", Stage.MAKE: "做"}[stage]
                self.bar = tqdm(total=total, desc=word, delay=1, leave=False)
            self.bar.update(1)
            if done == total:
                self.bar.close()
                self.bar = None

    return Bar()


class Bar:
    """Progress over files; this one shows nothing."""

    def step(self) -> None:
        """One more is done."""

    def clear(self) -> None:
        """Make room for what is printed next."""


@contextmanager
def bar(total: int, zh: str, en: str, arguments: Arguments) -> Iterator[Bar]:
    """A progress bar that shows up after a second, on a terminal alone, and for several files."""
    if total < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one is done before it shows
        yield Bar()
        return
    from tqdm import tqdm  # noqa: PLC0415 - dear to import

    tqdm.monitor_interval = 0  # its thread is of no use here
    word = zh if language(arguments) is Language.CHINESE else en
    with tqdm(total=total, desc=word, delay=1, leave=False) as shown:

        class Shown(Bar):
            def step(self) -> None:
                shown.update(1)

            def clear(self) -> None:
                shown.clear()

        yield Shown()


# --- signals


class TerminatedError(BaseException):
    """SIGTERM, as an exception, so that what is held is let go."""


# What a signal asked for. An exception that is raised while Python cleans up behind the scenes
# is lost, so whoever works for long asks here from time to time.
_stop: list[BaseException] = []


def heed_signals() -> None:
    _stop.clear()
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _interrupt)


def stop_if_asked() -> None:
    if _stop:
        raise _stop[-1]


def _terminate(*_: object) -> NoReturn:
    _stop.append(TerminatedError())
    raise _stop[-1]


def _interrupt(*_: object) -> NoReturn:
    _stop.append(KeyboardInterrupt())
    raise _stop[-1]
