"""``check``: what is wrong with content and with the site that a build would make; ``--fix``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.commands.named import names_of
from bulletin.commands.options import (
    Arguments,
    Parsers,
    add_format,
    add_jobs,
    add_parser,
    add_site,
)
from bulletin.commands.told import say, show, watcher
from bulletin.problem import BulletinError, Exit, Problem, has_errors

if TYPE_CHECKING:  # imported by ``run``: --help has to answer at once
    from bulletin.checkup import Findings
    from bulletin.mend import Mending


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "check",
        help="检查稿件和网页，不发布；--fix 改好能放心改的 (check content and pages, publish nothing)",
        description="检查稿件，也检查会做出来的每一个网页：链接、图片、编号、标题。不动 site/。"
        " Check content and every page that a build would make; nothing is written to site/.",
        epilog="例 Example:  python build.py check   ·   "
        "python build.py check --fix content/news/2024/08",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="只说、只改这些文件或文件夹里的 (these files or folders only)",
    )
    parser.add_argument(
        "--fix",
        action="store_true",
        help="改好能放心改的：编码、信息栏的标点、名称、网址名，并显示改了什么"
        " (mend encoding, front matter, keys, slugs, and show the changes)",
    )
    parser.add_argument("--strict", action="store_true", help="提醒也算错误 (warnings are errors)")
    add_site(parser)
    add_jobs(parser)
    add_format(parser)


def run(arguments: Arguments) -> int:
    from bulletin import checkup  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - likewise

    watching = watcher(arguments)
    asked = Options(
        base_url=arguments.base_url,
        drafts=arguments.drafts,
        now=arguments.now,
        jobs=arguments.jobs,
        strict=arguments.strict,
    )
    mendings: list[Mending] = []
    faults: list[Problem] = []
    try:
        names = names_of(arguments.root, arguments.files)
        found = checkup.check(arguments.root, asked, watching)
        if arguments.fix:
            mendings, faults = _mend(arguments.root, found, names)
        if mendings:
            found = checkup.check(arguments.root, asked, watching)
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    problems = checkup.only(found.problems, names) if names else found.problems
    problems = tuple(sorted({*problems, *faults}))
    show(problems, None, arguments, mendings if arguments.fix else None)
    _close(found, problems, arguments)
    return Exit.CONTENT if has_errors(problems) else Exit.DONE


def _mend(root: Path, found: Findings, names: Iterable[str]) -> tuple[list[Mending], list[Problem]]:
    from bulletin.rewrite import mend_files  # noqa: PLC0415 - for --fix alone

    return mend_files(root, found, tuple(names))


def _close(found: Findings, problems: Iterable[Problem], arguments: Arguments) -> None:
    """How much was looked at, so that silence is not taken for nothing done."""
    if arguments.format != "text":
        return
    items, pages = len(found.items), found.pages
    good = not tuple(problems)
    zh = f"检查了 {items} 条新闻、{pages} 个页面" + ("，没有问题" if good else "")
    en = f"checked {items} items and {pages} pages" + (": nothing to complain of" if good else "")
    say(zh, en, arguments)
