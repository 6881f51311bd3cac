"""``next-change``: when the site next changes by itself."""

from __future__ import annotations

from bulletin.commands.options import (
    Arguments,
    Parsers,
    add_format,
    add_parser,
    add_site,
    language,
)
from bulletin.commands.told import show, watcher
from bulletin.problem import BulletinError, Exit


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "next-change",
        help="网站下次什么时候要构建：有新闻到时间 (when an item is due or expires next)",
        description="下一条到解禁、发布或失效时间的新闻，和到时自动构建的 crontab 一行。"
        " The next embargo, date or expiry, with a crontab line that builds then.",
        epilog="例 Example:  python build.py next-change",
    )
    add_site(parser)
    add_format(parser, ("text", "json"))


def run(arguments: Arguments) -> int:
    from bulletin import explain, tell  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - likewise

    asked = Options(base_url=arguments.base_url, drafts=arguments.drafts, now=arguments.now)
    try:
        coming = explain.next_changes(arguments.root, asked, watcher(arguments))
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    as_one = tell.coming_as_json if arguments.format == "json" else tell.coming_as_text
    print(as_one(coming, arguments.root, asked, language(arguments)))
    return Exit.DONE
