"""Options that several commands have, and how what is typed for them is read."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

from bulletin import report
from bulletin.problem import Language

Arguments = argparse.Namespace
Parser = argparse.ArgumentParser
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
