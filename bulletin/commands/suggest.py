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
    said = language(arguments)
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
            done = advice.written if arguments.write else None
            print("\n".join(lines_of(file.path, advice.suggestion, said, written=done)))
    if arguments.format == "json":
        print(json.dumps({"items": told}, ensure_ascii=False))
    elif not files:
        say(
            "这里没有稿件；稿件是 content/news/ 里的 .md 文件",
            "no items here; items are the .md files of content/news/",
            arguments,
        )
    elif arguments.write:
        say(f"补了 {written} 篇", f"added to {written} items", arguments)
    else:
        zh = "只是看看，什么都没有写；加上 --write 补进稿件里空着的项目"
        say(zh, "nothing was written; --write adds what is missing", arguments)
    return Exit.CONTENT if failed else Exit.DONE


_NAMES = {
    "districts": "地区",
    "places": "街道乡镇",
    "activities": "活动类型",
    "summary": "摘要",
}


def lines_of(
    path: str, found: Suggestion, said: Language, *, written: bool | None = None
) -> list[str]:
    """What is proposed for an item; ``written``: whether it was added, None where only shown.

    Where the item has a value of its own, that stands first: it is what counts.
    """
    chinese = said is Language.CHINESE
    comma = "、" if chinese else ", "
    lines = [path]
    for key, proposals in found.terms:
        label = _NAMES[key] if chinese else key
        own = found.own.get(key, ())
        alike = set(own) == {one.name for one in proposals}
        if own and not alike:
            kept = (
                f"{comma.join(own)}（稿件里写的，不改）" if chinese else f"{comma.join(own)} (kept)"
            )
            lines.append(f"  {label} {kept}")
        for one in proposals:
            words = comma.join(one.words)
            mark = _mark(key, found, chinese=chinese, alike=alike, written=written)
            lines.append(f"  {label} {one.name} {round(one.score * 100)}% ← {words}{mark}")
    if found.summary and "summary" not in found.has:
        mark = _mark("summary", found, chinese=chinese, alike=False, written=written)
        lines.append(f"  {_NAMES['summary'] if chinese else 'summary'} {found.summary}{mark}")
    if len(lines) == 1:
        lines.append("  没有可提议的" if chinese else "  nothing to propose")
    return lines


def _mark(key: str, found: Suggestion, *, chinese: bool, alike: bool, written: bool | None) -> str:
    """What becomes of a proposal."""
    if alike:
        return "（和稿件里一样）" if chinese else " (as written)"
    if key not in found.missing:
        return "（只是看法，不写）" if chinese else " (not added)"
    if written:
        return "（补上了）" if chinese else " (added)"
    return ""
