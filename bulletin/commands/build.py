"""``build``: make the site."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.commands.options import (
    Arguments,
    Parsers,
    add_format,
    add_jobs,
    add_parser,
    add_site,
)
from bulletin.commands.told import say, show, watcher
from bulletin.problem import BulletinError, Exit, Problem

if TYPE_CHECKING:  # imported by ``run``: --help has to answer at once
    from bulletin.asked import Options, Watcher


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "build",
        help="做网站；不写命令就是它 (make the site; the default)",
        description="做网站。 Make the site.",
        epilog="例 Example:  python build.py build --base-url https://x.org/bulletin/ --format github",
    )
    add_site(parser)
    add_jobs(parser)
    parser.add_argument(
        "--clean",
        action="store_true",
        help="不用 .cache，全部重写 (without .cache, every file anew)",
    )
    parser.add_argument("--strict", action="store_true", help="提醒也算错误 (warnings are errors)")
    parser.add_argument(
        "--atomic",
        action="store_true",
        help="整个 site/ 一次换好，供直接对外的文件夹用，限 Linux (swap site/ as a whole, on Linux)",
    )
    parser.add_argument(
        "--verify",
        action="store_true",
        help="做好以后，再做一个全新的网站逐字节比较 (then build anew beside it and compare)",
    )
    parser.add_argument(
        "--changed",
        type=Path,
        metavar="FILE",
        help="把变动的网址写进这个文件，每行是 added、changed 或 removed，制表符，网址"
        " (write the addresses that changed)",
    )
    add_format(parser)


def run(arguments: Arguments) -> int:
    from bulletin import pipeline, tell  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - likewise

    watching = watcher(arguments)
    asked = Options(
        base_url=arguments.base_url,
        drafts=arguments.drafts,
        # One moment for both of two builds that are compared.
        now=arguments.now or (datetime.now(UTC) if arguments.verify else None),
        jobs=arguments.jobs,
        clean=arguments.clean,
        strict=arguments.strict,
        atomic=arguments.atomic,
    )
    try:
        if arguments.changed:
            tell.clear_changed(arguments.changed)
        done = pipeline.build(arguments.root, asked, watching)
        if arguments.changed:
            tell.write_changed(arguments.changed, done)
        faults = _verify(arguments.root, asked, watching) if arguments.verify else []
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    show((*done.problems, *faults), done, arguments)
    if arguments.verify and not faults:
        zh, en = "逐字节比较过：和全新构建的结果一样", "verified: the same bytes as a clean build"
        say(zh, en, arguments)
    return Exit.CONTENT if faults else Exit.DONE


def _verify(root: Path, asked: Options, watching: Watcher) -> list[Problem]:
    from bulletin.verify import verify  # noqa: PLC0415 - --help has to answer at once

    return verify(root, asked, watching)
