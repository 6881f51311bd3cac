"""The commands, their options and their exit statuses; prints Problems."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bulletin import __version__, report
from bulletin.problem import BulletinError, Exit, Language, Problem

# The rest is imported by the command that needs it: --help has to answer at once.
if TYPE_CHECKING:
    from bulletin.asked import Options, Report, Watcher

FORMATS = ("text", "json", "github")


class _Terminated(BaseException):
    """SIGTERM, as an exception, so that what is held is let go."""


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit status is one of ``Exit``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding must not stop us
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = _parser().parse_args(_with_command(arguments))
    _stop.clear()
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        # A build makes millions of small objects and no circles of them worth looking for, which
        # would take a tenth of its time.
        gc.disable()
        return _RUN[options.command](options)
    except KeyboardInterrupt:
        zh = "已中断；site/ 里没有半个文件，下次运行会接着做完"
        _say(zh, "interrupted; no file of site/ is torn, the next run completes it", options)
        return Exit.INTERRUPTED
    except _Terminated:
        return Exit.TERMINATED
    except BrokenPipeError:  # «… | head»: whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE


# What a signal asked for. An exception that is raised while Python cleans up behind the scenes
# is lost, so whoever works for long asks here from time to time.
_stop: list[BaseException] = []


def _terminate(*_: object) -> NoReturn:
    _stop.append(_Terminated())
    raise _stop[-1]


def _interrupt(*_: object) -> NoReturn:
    _stop.append(KeyboardInterrupt())
    raise _stop[-1]


def _with_command(arguments: Sequence[str]) -> list[str]:
    """No command means build; --root and --lang may stand before a command or behind it."""
    place = 0
    while place < len(arguments) and arguments[place].partition("=")[0] in ("--root", "--lang"):
        place += 1 if "=" in arguments[place] else 2
    word = arguments[place] if place < len(arguments) else ""
    if word in (*COMMANDS, "-h", "--help", "--version") or (word and not word.startswith("-")):
        return list(arguments)  # argparse names the commands where this is none
    return [*arguments[:place], "build", *arguments[place:]]


COMMANDS = ("build", "why", "next-change")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python build.py",
        description="把 content/ 里的 Markdown 新闻做成 site/ 里的网站。"
        " Turn the Markdown news of content/ into the site in site/.",
        epilog="选项 Options:  python build.py build --help   ·   "
        "例 Examples:  python build.py   ·   python build.py build --drafts --now 2024-08-05",
    )
    parser.add_argument("--version", action="version", version=f"bulletin {__version__}")
    _add_common(parser, Path(), None)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_build(commands)
    _add_why(commands)
    _add_next_change(commands)
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
    _add_what(build)
    build.add_argument(
        "--jobs",
        type=_jobs,
        metavar="N",
        help="同时用几个处理器核，默认全部 (processes; default: all cores)",
    )
    build.add_argument(
        "--clean",
        action="store_true",
        help="不用 .cache，全部重写 (without .cache, every file anew)",
    )
    build.add_argument("--strict", action="store_true", help="提醒也算错误 (warnings are errors)")
    build.add_argument(
        "--atomic",
        action="store_true",
        help="整个 site/ 一次换好，供直接对外的文件夹用，限 Linux (swap site/ as a whole, on Linux)",
    )
    build.add_argument(
        "--verify",
        action="store_true",
        help="做好以后，再做一个全新的网站逐字节比较 (then build anew beside it and compare)",
    )
    build.add_argument(
        "--changed",
        type=Path,
        metavar="FILE",
        help="把变动的网址写进这个文件，每行是 added、changed 或 removed，制表符，网址"
        " (write the addresses that changed)",
    )
    build.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="消息的格式：给人看、给脚本、给 GitHub (format of messages)",
    )


def _add_what(parser: argparse.ArgumentParser) -> None:
    """The options that say which site is meant."""
    parser.add_argument(
        "--base-url",
        type=_base_url,
        metavar="URL",
        help="网站的网址，代替 site.yaml 里的 (address of the site)",
    )
    parser.add_argument(
        "--drafts",
        action="store_true",
        help="草稿和未到时间的也做出来 (with drafts and items not yet due)",
    )
    parser.add_argument(
        "--now",
        type=_moment,
        metavar="ISO",
        help="当作现在的时刻，例如 2024-08-05T09:00 (take this for the present)",
    )


def _add_why(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    why = commands.add_parser(
        "why",
        help="一个页面由什么做成，上次为什么重做 (what a page is made of, and why it was made)",
        description="说明一个页面由什么做成、上次为什么重做；只看，不动 site/。"
        " What a page is made of, and why it was made last; nothing is written to site/.",
        epilog="例 Example:  python build.py why /news/",
    )
    _add_common(why, argparse.SUPPRESS, argparse.SUPPRESS)
    why.add_argument(
        "url",
        metavar="URL",
        help="网址、网站里的路径或 site/ 里的文件 (an address, a path or a file of site/)",
    )
    _add_what(why)
    why.add_argument(
        "--format", choices=("text", "json"), default="text", help="输出的格式 (format)"
    )


def _add_next_change(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    coming = commands.add_parser(
        "next-change",
        help="网站下次什么时候要构建：有新闻到时间 (when an item is due or expires next)",
        description="下一条到解禁、发布或失效时间的新闻，和到时自动构建的 crontab 一行。"
        " The next embargo, date or expiry, with a crontab line that builds then.",
        epilog="例 Example:  python build.py next-change",
    )
    _add_common(coming, argparse.SUPPRESS, argparse.SUPPRESS)
    _add_what(coming)
    coming.add_argument(
        "--format", choices=("text", "json"), default="text", help="输出的格式 (format)"
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
    from bulletin import pipeline  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - --help has to answer at once

    language = report.language_of(os.environ, options.lang)
    watcher = _watcher(options)
    asked = Options(
        base_url=options.base_url,
        drafts=options.drafts,
        # One moment for both of two builds that are compared.
        now=options.now or (datetime.now(UTC) if options.verify else None),
        jobs=options.jobs,
        clean=options.clean,
        strict=options.strict,
        atomic=options.atomic,
    )
    try:
        if options.changed:
            from bulletin.tell import clear_changed, write_changed  # noqa: PLC0415 - as below

            clear_changed(options.changed)
        done = pipeline.build(options.root, asked, watcher)
        if options.changed:
            write_changed(options.changed, done)
        faults = _verify(options.root, asked, watcher) if options.verify else []
    except BulletinError as error:
        _show(error.problems, None, options.format, language)
        return error.exit
    _show((*done.problems, *faults), done, options.format, language)
    if options.verify and not faults:
        _say(
            "逐字节比较过：和全新构建的结果一样",
            "verified: the same bytes as a clean build",
            options,
        )
    return Exit.CONTENT if faults else Exit.DONE


def _verify(root: Path, asked: Options, watcher: Watcher) -> list[Problem]:
    from bulletin.verify import verify  # noqa: PLC0415 - --help has to answer at once

    return verify(root, asked, watcher)


def _why(options: argparse.Namespace) -> int:
    from bulletin import explain, tell  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - --help has to answer at once

    language = report.language_of(os.environ, options.lang)
    asked = Options(base_url=options.base_url, drafts=options.drafts, now=options.now)
    try:
        answer = explain.why(options.root, asked, _watcher(options), options.url)
    except BulletinError as error:
        _show(error.problems, None, options.format, language)
        return error.exit
    as_one = tell.answer_as_json if options.format == "json" else tell.answer_as_text
    print(as_one(answer, language))
    return Exit.DONE


def _next_change(options: argparse.Namespace) -> int:
    from bulletin import explain, tell  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - --help has to answer at once

    language = report.language_of(os.environ, options.lang)
    asked = Options(base_url=options.base_url, drafts=options.drafts, now=options.now)
    try:
        coming = explain.next_changes(options.root, asked, _watcher(options))
    except BulletinError as error:
        _show(error.problems, None, options.format, language)
        return error.exit
    as_one = tell.coming_as_json if options.format == "json" else tell.coming_as_text
    print(as_one(coming, options.root, asked, language))
    return Exit.DONE


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": _build,
    "why": _why,
    "next-change": _next_change,
}


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
    from bulletin.asked import Stage, Watcher  # noqa: PLC0415 - --help has to answer at once

    class Told(Watcher):
        def step(self, stage: Stage, done: int, total: int) -> None:
            if _stop:
                raise _stop[-1]

        def waiting(self) -> None:
            zh = "另一次构建正在使用 site/，等它结束……"
            _say(zh, "another build is using site/; waiting for it to end …", options)

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


def _say(zh: str, en: str, options: argparse.Namespace) -> None:
    language = report.language_of(os.environ, options.lang)
    print(zh if language is Language.CHINESE else en, file=sys.stderr)
