"""Options that several commands have, and how what is typed for them is read."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from bulletin import report
from bulletin.problem import Exit, Language
from bulletin.text import nearest, visible

Arguments = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """A parser that says in Chinese, too, what is wrong with a command as it was typed."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{"add_help": False, **said})
        self._positionals.title = "要写的 (arguments)"
        self._optionals.title = "选项 (options)"
        self.add_argument(
            "-h",
            "--help",
            action="help",
            default=argparse.SUPPRESS,
            help="显示用法 (show this help)",
        )

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        said = next(
            (f"{zh(found)}\n" for pattern, zh in _SAID if (found := pattern.search(message))), ""
        )
        self.exit(Exit.CANNOT_START, f"{said}{self.prog}: {message}\n")


def _unknown(found: re.Match[str]) -> str:
    typed = visible(found[1])
    if re.match(r"[—–－-]*[—–－]", typed):
        return f"不认识 {typed}：选项前面是两个半角短横 --，中间不空格"
    return f"不认识 {typed}：看看是不是写错了；内容里有空格的，两头加英文双引号"


def _not_a_choice(found: re.Match[str]) -> str:
    typed = visible(found[1])
    near = nearest(typed, re.findall(r"[\w-]+", found[2]), 1)
    return f"没有 {typed}" + (f"，是不是 {near[0]}？" if near else f"；可以写 {found[2]}")


# What argparse says, and what it means to somebody who reads no English.
_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"unrecognized arguments: (.*)"), _unknown),
    (re.compile(r"invalid choice: '?([^'()]*)'? \(choose from (.*)\)"), _not_a_choice),
    (re.compile(r"arguments are required: (.*)"), lambda found: f"还要写 {found[1]}"),
    (re.compile(r"argument (\S+): expected"), lambda found: f"{found[1]} 后面还要写内容"),
)
# argparse has no public name for it
Parsers: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001

FORMATS = ("text", "json", "github", "gitlab", "sarif")


def language(arguments: Arguments) -> Language:
    return report.language_of(os.environ, arguments.lang)


def add_parser(commands: Parsers, name: str, **said: Any) -> Parser:
    """The parser of a command, with the options that may also stand before its name."""
    parser = commands.add_parser(name, **said)
    add_common(parser, argparse.SUPPRESS, argparse.SUPPRESS)
    return parser


def add_common(parser: Parser, root: object, language: object) -> None:
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


def add_site(parser: Parser) -> None:
    """The options that say which site is meant."""
    add_base_url(parser)
    parser.add_argument(
        "--drafts",
        action="store_true",
        help="草稿和未到时间的也做出来 (with drafts and items not yet due)",
    )
    add_now(parser)


def add_base_url(parser: Parser) -> None:
    parser.add_argument(
        "--base-url",
        type=base_url,
        metavar="URL",
        help="网站的网址，代替 site.yaml 里的 (address of the site)",
    )


def add_now(parser: Parser) -> None:
    parser.add_argument(
        "--now",
        type=moment,
        metavar="ISO",
        help="当作现在的时刻，例如 2024-08-05T09:00 (take this for the present)",
    )


def add_jobs(parser: Parser) -> None:
    parser.add_argument(
        "--jobs",
        type=jobs,
        metavar="N",
        help="同时用几个处理器核，默认全部 (processes; default: all cores)",
    )


def add_format(parser: Parser, formats: tuple[str, ...] = FORMATS) -> None:
    parser.add_argument(
        "--format",
        choices=formats,
        default="text",
        help="消息的格式：给人看、给脚本、给 GitHub、GitLab、SARIF (format of messages)",
    )


def base_url(typed: str) -> str:
    from bulletin.settings import read_base_url  # noqa: PLC0415 - --help has to answer at once

    url = read_base_url(typed)
    if url is None:
        raise argparse.ArgumentTypeError(f"要写 https://x.org/ 这样的网址，不是 {typed!r}")
    return url


def moment(typed: str) -> datetime:
    """A moment; without an offset it is naive, and meant in the site's time zone."""
    from bulletin.dates import NoSuchDayError, parse_moment  # noqa: PLC0415 - as above

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


def jobs(typed: str) -> int:
    if not typed.isdecimal() or int(typed) < 1:
        raise argparse.ArgumentTypeError(f"要写 1 以上的整数，不是 {typed!r}")
    return int(typed)
