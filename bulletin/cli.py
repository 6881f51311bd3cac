"""The commands, their options and their exit statuses; prints Problems."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bulletin import __version__, report
from bulletin.problem import BulletinError, Exit, Language, Problem

# The rest is imported by the command that needs it: --help has to answer at once.
if TYPE_CHECKING:
    from bulletin.pipeline import Report, Watcher

FORMATS = ("text", "json", "github")


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that what is held is let go."""


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status is one of ``Exit``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding must not stop us
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(_with_command(arguments))
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return _build(options)
    except KeyboardInterrupt:
        zh = "已中断；site/ 里没有半个文件，下次运行会接着做完"
        _say(zh, "interrupted; no file of site/ is torn, the next run completes it", options)
        return Exit.INTERRUPTED
    except _Terminated:
        return Exit.TERMINATED


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _with_command(arguments: Sequence[str]) -> list[str]:
    """No command means build; --root and --lang may stand before a command or behind it."""
    first = next(iter(arguments), "")
    values = {place + 1 for place, word in enumerate(arguments) if word in ("--root", "--lang")}
    words = [word for place, word in enumerate(arguments) if place not in values]
    if first in ("-h", "--help") or {*COMMANDS, "--version"} & set(words):
        return list(arguments)
    return ["build", *arguments]


COMMANDS = ("build",)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python build.py",
        description="把 content/ 里的 Markdown 新闻做成 site/ 里的网站。"
        " Turn the Markdown news of content/ into the site in site/.",
        epilog="例 Examples:  python build.py   ·   python build.py build --drafts --now 2024-08-05",
    )
    parser.add_argument("--version", action="version", version=f"bulletin {__version__}")
    _add_common(parser, Path(), None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_build(commands)
    return parser


def _add_common(parser: argparse.ArgumentParser, root: object, language: object) -> None:
    """The options that may stand before a command and behind it."""
    parser.add_argument(
        "--root",
        type=Path,
        default=root,
        metavar="DIR",
        help="有 content/ 的文件夹，默认为当前文件夹 (folder with content/)",
    )
    parser.add_argument(
        "--lang",
        choices=("zh", "en"),
        default=language,
        help="消息的语言，默认看系统 (language of messages)",
    )


def _add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    build = commands.add_parser(
        "build",
        help="做网站；不写命令就是它 (make the site; the default)",
        description="做网站。 Make the site.",
        epilog="例 Example:  python build.py build --base-url https://x.org/bulletin/ --format github",
    )
    _add_common(build, argparse.SUPPRESS, argparse.SUPPRESS)
    build.add_argument(
        "--base-url",
        type=_base_url,
        metavar="URL",
        help="网站的网址，代替 site.yaml 里的 (address of the site)",
    )
    build.add_argument(
        "--drafts",
        action="store_true",
        help="草稿和未到时间的也做出来 (with drafts and items not yet due)",
    )
    build.add_argument(
        "--now",
        type=_moment,
        metavar="ISO",
        help="当作现在的时刻，例如 2024-08-05T09:00 (take this for the present)",
    )
    build.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="同时用几个处理器核，默认全部 (processes; default: all cores)",
    )
    build.add_argument(
        "--clean", action="store_true", help="全部重写，不比较旧文件 (write every file anew)"
    )
    build.add_argument("--strict", action="store_true", help="提醒也算错误 (warnings are errors)")
    build.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="消息的格式：给人看、给脚本、给 GitHub (format of messages)",
    )


def _base_url(typed: str) -> str:
    from bulletin.settings import read_base_url  # noqa: PLC0415 - --help has to answer at once

    url = read_base_url(typed)
    if url is None:
        raise argparse.ArgumentTypeError(f"要写 https://x.org/ 这样的网址，不是 {typed!r}")
    return url


def _moment(typed: str) -> datetime:
    """A moment; without an offset it is naive, and meant in the site's time zone."""
    from bulletin.dates import NoSuchDayError, parse_moment  # noqa: PLC0415 - --help has to answer at once

    try:
        here, elsewhere = (
            parse_moment(typed, zone) for zone in (UTC, timezone(timedelta(hours=1)))
        )
    except NoSuchDayError:
        here = elsewhere = None
    if here is None or elsewhere is None:
        raise argparse.ArgumentTypeError(f"要写 2024-08-05T09:00 这样的时刻，不是 {typed!r}")
    has_offset = here.at == elsewhere.at
    return here.at if has_offset else here.at.replace(tzinfo=None)


def _jobs(typed: str) -> int:
    if not typed.isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError(f"要写 1 以上的整数，不是 {typed!r}")
    return int(typed)


# --- running


def _build(options: argparse.Namespace) -> int:
    # A build makes millions of small objects and few circles of them: looking for circles after
    # each 700, as Python does by itself, would take a tenth of its time.
    gc.set_threshold(50_000, 20, 20)
    from bulletin import pipeline  # noqa: PLC0415 - --help has to answer at once

    language = report.language_of(os.environ, options.lang)
    try:
        done = pipeline.build(
            options.root,
            pipeline.Options(
                base_url=options.base_url,
                drafts=options.drafts,
                now=options.now,
                jobs=options.jobs,
                clean=options.clean,
                strict=options.strict,
            ),
            _watcher(options),
        )
    except BulletinError as error:
        _show(error.problems, None, options.format, language)
        return error.exit
    _show(done.problems, done, options.format, language)
    return Exit.DONE


def _show(
    problems: Sequence[Problem], done: Report | None, format_: str, language: Language
) -> None:
    """Problems first, the closing line last; JSON is one document."""
    if format_ == "json":
        print(report.json_document(problems, done, language))
        return
    as_one = report.as_github if format_ == "github" else report.as_text
    stream = sys.stdout if format_ == "github" else sys.stderr
    for problem in problems:
        print(as_one(problem, language), file=stream)
    if problems:
        print(report.count(problems, language), file=sys.stderr)
    if done:
        print(report.closing_line(done, language))


def _watcher(options: argparse.Namespace) -> Watcher:
    """A progress bar that shows up after a second, on a terminal alone."""
    from tqdm import tqdm  # noqa: PLC0415 - --help has to answer at once

    from bulletin.pipeline import Stage, Watcher  # noqa: PLC0415 - --help has to answer at once

    tqdm.monitor_interval = 0  # its thread would stand in the way of forking

    class Bar(Watcher):
        bar: tqdm[NoReturn] | None = None

        def step(self, stage: Stage, done: int, total: int) -> None:
            if self.bar is None:
                word = {Stage.READ: "读", Stage.MAKE: "做"}[stage]
                self.bar = tqdm(total=total, desc=word, delay=1, disable=None, leave=False)
            self.bar.update(1)
            if done == total:
                self.bar.close()
                self.bar = None

        def waiting(self) -> None:
            zh = "另一次构建正在使用 site/，等它结束……"
            _say(zh, "another build is using site/; waiting for it to end …", options)

    return Bar()


def _say(zh: str, en: str, options: argparse.Namespace) -> None:
    language = report.language_of(os.environ, options.lang)
    print(zh if language is Language.CHINESE else en, file=sys.stderr)
