"""``suggest``: what existing items could be tagged with, and the words that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bulletin.commands.named import names_of
from bulletin.commands.options import Arguments, Parsers, add_format, add_parser, language
from bulletin.commands.told import say, show
from bulletin.problem import BulletinError, Exit, Language, has_errors

if TYPE_CHECKING:  # imported by ``run``: --help has to answer at once
    from bulletin.importers.suggest import Suggestion


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "suggest",
        help="为稿件提议地区、街道乡镇、活动类型、摘要 (districts, places, activities, a summary)",
        description="读稿件的标题和正文，提议地区、街道乡镇、活动类型和摘要，并说出根据哪些词、多大把握。"
        "您写了的不动；--write 只补空着的。 Propose terms and a summary for items, with the words"
        " that speak for them; what the author wrote always wins.",
        epilog="例 Example:  python build.py suggest content/news/2024/08/2024-08-05-x.md   ·   "
        "python build.py suggest content/news/2024/08 --write",
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="稿件，或者有稿件的文件夹 (items, or folders of them)",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="把提议写进稿件，只补没有写的项目 (add what is missing; nothing else changes)",
    )
    add_format(parser, ("text", "json"))


def run(arguments: Arguments) -> int:
    import json  # noqa: PLC0415 - --help has to answer at once

    from bulletin.importers.advice import Adviser  # noqa: PLC0415 - likewise
    from bulletin.importers.suggest import as_json  # noqa: PLC0415 - likewise

    try:
        adviser = Adviser(arguments.root)
        files = adviser.items(names_of(arguments.root, arguments.files))
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    failed = written = 0
    told = []
    for file in files:
        advice = adviser.advise(file, write=arguments.write)
        failed += has_errors(advice.problems)
        written += advice.written
        plain = Arguments(**{**vars(arguments), "format": "text"})
        show(advice.problems, None, plain)
        if advice.suggestion is None:
            continue
        if arguments.format == "json":
            told.append(as_json(file.path, advice.suggestion))
        else:
            print("\n".join(lines_of(file.path, advice.suggestion, language(arguments))))
    if arguments.format == "json":
        print(json.dumps({"items": told}, ensure_ascii=False))
    elif arguments.write:
        say(f"补了 {written} 篇", f"added to {written} items", arguments)
    return Exit.CONTENT if failed else Exit.DONE


_NAMES = {
    "districts": "地区",
    "places": "街道乡镇",
    "activities": "活动类型",
    "summary": "摘要",
}


def lines_of(path: str, found: Suggestion, said: Language) -> list[str]:
    chinese = said is Language.CHINESE
    lines = [path]
    for key, proposals in found.terms:
        label = _NAMES[key] if chinese else key
        kept = ("（您已写，不动）" if chinese else " (written already)") if key in found.has else ""
        for one in proposals:
            words = ("、" if chinese else ", ").join(one.words)
            lines.append(f"  {label}{kept} {one.name} {round(one.score * 100)}% ← {words}")
    if found.summary:
        kept = (
            ("（您已写，不动）" if chinese else " (written already)")
            if "summary" in found.has
            else ""
        )
        lines.append(f"  {_NAMES['summary'] if chinese else 'summary'}{kept} {found.summary}")
    if len(lines) == 1:
        lines.append("  没有可提议的" if chinese else "  nothing to propose")
    return lines
