"""``import FILE…``: drafts from pages of a newspaper, Word files and PDFs."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.commands.options import Arguments, Parsers, add_format, add_parser, language
from bulletin.commands.told import bar, say, show, stop_if_asked
from bulletin.problem import (
    BulletinError,
    CannotStartError,
    Exit,
    Language,
    Problem,
    has_errors,
    problem,
)
from bulletin.text import visible

if TYPE_CHECKING:  # imported by the functions that need them: --help has to answer at once
    from bulletin.importers.desk import Desk, Imported
    from bulletin.importers.drafts import Printed


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "import",
        help="把报纸版面变成草稿 (drafts from a newspaper page, .docx or .pdf)",
        description="把报纸的一版（文字、Word 或 PDF）拆成一篇篇草稿，一个字不丢、一个字不添；"
        "拿不准的地方写上“请确认”。同一版再导入一次，什么都不变。"
        " Turn pages of a newspaper into drafts, one an item; nothing is lost, nothing invented.",
        epilog="例 Example:  python build.py import 8月5日第3版.docx --date 2024-08-05 --page 3   ·   "
        "python build.py import 版面.md --dry-run",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="文字、.docx 或 .pdf 文件，可以写几个 (pages)"
    )
    parser.add_argument(
        "--date",
        metavar="DATE",
        help="报纸出版的日期，例如 2024-08-05；从不默认今天 (when it was printed; never a guess)",
    )
    parser.add_argument("--publication", metavar="NAME", help="报名 (the paper)")
    parser.add_argument("--edition", metavar="NAME", help="期次，例如 2024年第8期 (its number)")
    parser.add_argument("--page", metavar="NAME", help="版次，例如 3 (the page)")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="草稿放在哪个文件夹，默认 content/news/年/月 (folder for the drafts)",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="只看不写：每一块当作什么、为什么、多大把握 (show what each block is taken for; write nothing)",
    )
    add_format(parser, ("text", "json"))


def run(arguments: Arguments) -> int:
    from bulletin.importers.desk import Desk  # noqa: PLC0415 - --help has to answer at once

    gc.enable()  # a run of a thousand pages must not grow
    try:
        desk = Desk(arguments.root, arguments.out)
        printed = _printed(arguments, desk)
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    except EOFError:  # Ctrl-D in place of an answer
        say("没有导入", "nothing was imported", arguments)
        return Exit.INTERRUPTED
    return _import_all(arguments, desk, printed)


def _import_all(arguments: Arguments, desk: Desk, printed: Printed) -> int:
    """One file after another; only counts are kept of what is done."""
    new = old = failed = marks = 0
    with bar(len(arguments.files), "导入", "import", arguments) as step:
        for typed in arguments.files:
            done = desk.do(Path(typed), visible(typed), printed, dry=arguments.dry_run)
            step.clear()
            _tell(done, arguments)
            failed += has_errors(done.problems)
            new, old = new + len(done.written), old + len(done.known)
            marks += done.marks
            step.step()
            stop_if_asked()
    if arguments.format == "text":
        _close(arguments, desk, (new, old, marks, failed))
    return Exit.CONTENT if failed else Exit.DONE


def _close(arguments: Arguments, desk: Desk, counts: tuple[int, int, int, int]) -> None:
    new, old, marks, failed = counts
    if arguments.dry_run:
        say("只是看看，什么都没有写", "a dry run: nothing was written", arguments)
        return
    zh = f"新建草稿 {new} 篇" + (f"，已有 {old} 篇没有动" if old else "")
    en = f"{new} new drafts" + (f", {old} there already" if old else "")
    if new and marks:
        checked = desk.in_content
        zh += f"；有 {marks} 处请确认，" + (
            "运行 python build.py check 逐条看" if checked else "在草稿里找“请确认”"
        )
        en += f"; {marks} places to confirm, " + (
            "python build.py check lists them" if checked else "look for 请确认 in the drafts"
        )
    if failed:
        zh, en = f"{zh}；{failed} 个文件没有导入", f"{en}; {failed} files failed"
    say(zh, en, arguments)


# --- what is said of a file


def _tell(done: Imported, arguments: Arguments) -> None:
    import json  # noqa: PLC0415 - --help has to answer at once

    from bulletin.importers.page import page_as_json  # noqa: PLC0415 - likewise

    show(done.problems, None, _as_text(arguments))
    said = language(arguments)
    if arguments.format == "json":
        found = None if done.page is None else page_as_json(done.page, said)
        print(json.dumps(found, ensure_ascii=False))
        return
    if arguments.dry_run and done.page:
        print(table(done, said))
    for path in done.written:
        print(path)
    for path in done.known:
        say(f"已有：{path}", f"there already: {path}", arguments)


def _as_text(arguments: Arguments) -> Arguments:
    """Problems go to the messages: what is printed is the pages alone."""
    changed = Arguments(**vars(arguments))
    changed.format = "text"
    return changed


def table(done: Imported, said: Language) -> str:
    """What each block was taken for, why, and how sure, in columns."""
    from bulletin.importers.page import kind_name, page_as_table  # noqa: PLC0415 - as above
    from bulletin.importers.unwrap import wide  # noqa: PLC0415 - as above

    assert done.page
    chinese = said is Language.CHINESE
    rows = [
        ("行", "篇", "当作", "把握", "文字", "理由")
        if chinese
        else ("line", "item", "taken for", "sure", "text", "why")
    ]
    for one in page_as_table(done.page, said):
        text = visible(one.text if len(one.text) <= _TEXT_WIDTH else one.text[:_TEXT_WIDTH] + "…")
        item = str(one.item) if one.item else "–"
        sure = f"{round(one.sure * 100)}%"
        rows.append((str(one.line), item, kind_name(one.kind, said), sure, text, one.why))
    widths = [max(round(wide(row[at]) * 2) for row in rows) for at in range(5)]
    lines = []
    for row in rows:
        cells = [row[at] + " " * (widths[at] - round(wide(row[at]) * 2)) for at in range(5)]
        lines.append("  ".join([*cells, row[5]]).rstrip())
    return "\n".join([done.path, *lines, *_proposed(done, said)])


_TEXT_WIDTH = 24  # characters of a block that a table shows


def _proposed(done: Imported, said: Language) -> list[str]:
    """The terms of each item with the words that speak for them, and its doubts."""
    assert done.page
    chinese = said is Language.CHINESE
    lines = []
    for number, draft in enumerate(done.page.items, start=1):
        lines.append(f"{number}. {draft.headline}")
        for zh, en, proposals in (
            ("地区", "districts", draft.districts),
            ("街道乡镇", "places", draft.places),
            ("活动类型", "activities", draft.activities),
        ):
            for one in proposals:
                words = "、".join(one.words[:5]) if chinese else ", ".join(one.words[:5])
                name = zh if chinese else en
                lines.append(f"   {name} {one.name} {round(one.score * 100)}% ← {words}")
        mark = "请确认：" if chinese else "to confirm: "
        lines += [f"   {mark}{doubt.told(said)}" for doubt in draft.doubts]
    return lines


# --- when it was printed


def _printed(arguments: Arguments, desk: Desk) -> Printed:
    from bulletin.importers.drafts import Printed  # noqa: PLC0415 - --help has to answer at once

    if arguments.date:
        day = _day(arguments.date, desk)
    elif arguments.dry_run:
        day = ""
    else:
        day = _asked(arguments, desk)
    return Printed(
        date=day,
        publication=(arguments.publication or "").strip(),
        edition=(arguments.edition or "").strip(),
        page=(arguments.page or "").strip(),
    )


def _day(typed: str, desk: Desk) -> str:
    from bulletin.dates import (  # noqa: PLC0415 - --help has to answer at once
        NoSuchDayError,
        parse_moment,
    )

    try:
        moment = parse_moment(typed, desk.settings.zone)
    except NoSuchDayError:
        raise CannotStartError([problem("B213", "--date", value=visible(typed))]) from None
    if moment is None:
        raise CannotStartError([problem("B214", "--date", key="--date", value=visible(typed))])
    return f"{moment.at:%Y-%m-%d}"


def _asked(arguments: Arguments, desk: Desk) -> str:
    """The date that somebody types; what the pages say of it is offered, and never just taken."""
    from bulletin.importers.desk import day_of  # noqa: PLC0415 - --help has to answer at once

    found = {day for typed in arguments.files[:1] if (day := day_of(Path(typed), desk))}
    offer = found.pop() if len(found) == 1 else ""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CannotStartError([without_date(offer)])
    chinese = language(arguments) is Language.CHINESE
    default = f" [{offer}]" if offer else ""
    while True:
        question = f"报纸出版的日期{default}：" if chinese else f"Date of the paper{default}: "
        print(question, end="", file=sys.stderr, flush=True)
        typed = input().strip() or offer
        if not typed:
            continue
        try:
            return _day(typed, desk)
        except CannotStartError as error:
            show(error.problems, None, arguments)


def without_date(offer: str) -> Problem:
    from bulletin.problem import both  # noqa: PLC0415 - where it is needed

    found = both(f"；版面上写着 {offer}", f"; the page says {offer}") if offer else ""
    return problem("B1051", "--date", found=found, example=offer or "2024-08-05")
