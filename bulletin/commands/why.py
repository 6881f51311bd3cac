"""``why URL``: what a page is made of, and why it was made last."""

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
        "why",
        help="一个页面由什么做成，上次为什么重做 (what a page is made of, and why it was made)",
        description="说明一个页面由什么做成、上次为什么重做；只看，不动 site/。"
        " What a page is made of, and why it was made last; nothing is written to site/.",
        epilog="例 Example:  python build.py why /news/",
    )
    parser.add_argument(
        "url",
        metavar="URL",
        help="网址、网站里的路径或 site/ 里的文件 (an address, a path or a file of site/)",
    )
    add_site(parser)
    add_format(parser, ("text", "json"))


def run(arguments: Arguments) -> int:
    from bulletin import explain, tell  # noqa: PLC0415 - --help has to answer at once
    from bulletin.asked import Options  # noqa: PLC0415 - likewise

    asked = Options(base_url=arguments.base_url, drafts=arguments.drafts, now=arguments.now)
    try:
        answer = explain.why(arguments.root, asked, watcher(arguments), arguments.url)
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    as_one = tell.answer_as_json if arguments.format == "json" else tell.answer_as_text
    print(as_one(answer, language(arguments)))
    return Exit.DONE
