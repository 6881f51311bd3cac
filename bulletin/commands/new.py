"""``new``: a new item with its front matter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.commands.options import Arguments, Parsers, add_parser, language
from bulletin.commands.told import say, show
from bulletin.problem import BulletinError, CannotStartError, Exit, Language, Problem, problem
from bulletin.text import visible

if TYPE_CHECKING:  # imported by the functions that need them: --help has to answer at once
    from bulletin.basis import Basis
    from bulletin.dates import Moment
    from bulletin.newitem import Wish
    from bulletin.source import File

_MAX_TRIES = 1000
_DAYS = {
    "今天": 0,
    "今日": 0,
    "today": 0,
    "明天": 1,
    "明日": 1,
    "tomorrow": 1,
    "昨天": -1,
    "昨日": -1,
    "yesterday": -1,
}


def add(commands: Parsers) -> None:
    parser = add_parser(
        commands,
        "new",
        help="新建一篇稿子 (a new item with its front matter)",
        description="在 content/news/ 里按日期新建一篇稿子，信息栏的常用项目都写好，并说明每一项。"
        "在终端里不写标题，它会一项一项地问。 Make a new item, named by date, with all usual keys;"
        " without a title, on a terminal, it asks.",
        epilog="例 Example:  python build.py new 密云区工匠学院开班 --district 密云区 --activity 技能培训",
    )
    parser.add_argument("title", nargs="?", metavar="TITLE", help="标题 (the title)")
    parser.add_argument(
        "--date",
        metavar="DATE",
        help="日期，例如 2024-08-05；默认今天 (the date; default: today, in the site's time zone)",
    )
    parser.add_argument(
        "--district",
        action="append",
        metavar="NAME",
        help="地区；可以写几次，或者用顿号隔开 (a district; may be given again)",
    )
    parser.add_argument(
        "--activity",
        action="append",
        metavar="NAME",
        help="活动类型；可以写几次，或者用顿号隔开 (an activity type; may be given again)",
    )
    parser.add_argument(
        "--slug",
        metavar="NAME",
        help="网址的最后一段，默认取标题的拼音 (last part of the address; default: pinyin)",
    )
    parser.add_argument("--issue", metavar="NAME", help="属于简报的哪一期 (the bulletin issue)")
    parser.add_argument("--draft", action="store_true", help="建成草稿 (make it a draft)")
    parser.set_defaults(format="text")


def run(arguments: Arguments) -> int:
    from bulletin.newitem import faults  # noqa: PLC0415 - --help has to answer at once

    try:
        files, basis = _read(arguments.root)
        now = datetime.now(basis.settings.zone)
        wish = _ask(arguments, basis, now) if _asks(arguments) else _wish(arguments, basis, now)
        if found := faults(wish, basis.vocabulary):
            raise CannotStartError(found)
        path, twins = _write(arguments.root, files, basis, wish)
    except BulletinError as error:
        show(error.problems, None, arguments)
        return error.exit
    except EOFError:  # Ctrl-D in place of an answer
        say("没有新建稿子", "no item was made", arguments)
        return Exit.INTERRUPTED
    show(twins, None, arguments)
    print(path)
    return Exit.DONE


def _read(root: Path) -> tuple[list[File], Basis]:
    from bulletin.basis import read_basis  # noqa: PLC0415 - --help has to answer at once
    from bulletin.source import look  # noqa: PLC0415 - likewise

    if not (root / "content").is_dir():
        raise CannotStartError([problem("B502", "content", folder=str(root))])
    files, problems = look(root)
    return files, read_basis(root, files, problems, None, {})


def _write(
    root: Path, files: Sequence[File], basis: Basis, wish: Wish
) -> tuple[str, list[Problem]]:
    """The path of the file that was made, and what is to be said of it."""
    from bulletin import newitem  # noqa: PLC0415 - --help has to answer at once
    from bulletin.address import collision_key  # noqa: PLC0415 - likewise
    from bulletin.taken import taken  # noqa: PLC0415 - likewise
    from bulletin.writer import create  # noqa: PLC0415 - likewise

    name = newitem.name_of(wish)
    others = taken(root, files, basis, (wish.title, name), name.lower())
    data = newitem.text_of(wish, basis.vocabulary).encode()
    known = others.titles.get((wish.date.day, wish.title))
    twins = [newitem.twin(wish.title, known)] if known else []
    for number in range(1, _MAX_TRIES):
        path = newitem.path_of(wish, number)
        if collision_key(newitem.address_of(wish, number)) in others.addresses:
            continue
        try:
            if create(root, path, data):
                return path, twins
        except OSError as error:
            reason = error.strerror or str(error)
            raise CannotStartError([newitem.unwritten(path, reason)]) from error
    raise CannotStartError([newitem.unwritten(path, f"{_MAX_TRIES} ×")])


# --- from options


def _wish(arguments: Arguments, basis: Basis, now: datetime) -> Wish:
    from bulletin.newitem import Wish, tidy  # noqa: PLC0415 - --help has to answer at once
    from bulletin.tree import separate  # noqa: PLC0415 - likewise

    def words(typed: list[str] | None) -> tuple[str, ...]:
        return tuple(word for text in typed or () for word in separate(text, blanks=True))

    date = _moment(arguments.date or "今天", now)
    if isinstance(date, Problem):
        raise CannotStartError([date])
    return Wish(
        title=tidy(arguments.title or ""),
        date=date,
        districts=words(arguments.district),
        activities=words(arguments.activity),
        slug=(arguments.slug or "").strip(),
        issue=(arguments.issue or "").strip(),
        draft=arguments.draft,
    )


def _moment(typed: str, now: datetime) -> Moment | Problem:
    """What a date says, today being ``now``, or what is wrong with it."""
    from bulletin.dates import (  # noqa: PLC0415 - --help has to answer at once
        NoSuchDayError,
        parse_moment,
    )

    assert now.tzinfo
    said = _DAYS.get(typed.strip().lower())
    if said is not None:
        typed = f"{now + timedelta(days=said):%Y-%m-%d}"
    try:
        moment = parse_moment(typed, now.tzinfo)
    except NoSuchDayError:
        return problem("B213", "--date", value=visible(typed))
    return moment or problem("B214", "--date", key="--date", value=visible(typed))


# --- by asking


def _asks(arguments: Arguments) -> bool:
    """Whether somebody is there, and has said nothing yet."""
    told = ("title", "date", "district", "activity", "slug", "issue", "draft")
    return (
        sys.stdin.isatty()
        and sys.stderr.isatty()
        and not any(getattr(arguments, name) for name in told)
    )


def _ask(arguments: Arguments, basis: Basis, now: datetime) -> Wish:
    from bulletin import newitem  # noqa: PLC0415 - --help has to answer at once
    from bulletin.tree import separate  # noqa: PLC0415 - likewise

    vocabulary = basis.vocabulary

    def choose(zh: str, en: str, names: list[str], fault: _Fault) -> tuple[str, ...]:
        say(f"{zh}：{'、'.join(names)}", f"{en}: {', '.join(names)}", arguments)
        while True:
            asked = (f"{zh}（几个就用空格隔开，回车略过）", f"{en} (blanks between, Enter skips)")
            typed = separate(_answer(*asked, arguments), blanks=True)
            found = [one for name in typed for one in fault(name)]
            if not found:
                return tuple(typed)
            show(found, None, arguments)

    while not (title := newitem.tidy(_answer("标题", "Title", arguments))):
        show([problem("B841", "TITLE")], None, arguments)
    today = f"{now:%Y-%m-%d}"
    while isinstance(
        date := _moment(_answer(f"日期 [{today}]", f"Date [{today}]", arguments) or today, now),
        Problem,
    ):
        show([date], None, arguments)
    return newitem.Wish(
        title=title,
        date=date,
        districts=choose(
            "地区",
            "Districts",
            [term.name for term in vocabulary.shown_districts],
            lambda name: newitem.fault_of_district(name, vocabulary),
        ),
        activities=choose(
            "活动类型",
            "Activity types",
            [term.name for term in vocabulary.shown_activities],
            lambda name: newitem.fault_of_activity(name, vocabulary),
        ),
    )


_Fault = Callable[[str], list[Problem]]


def _answer(zh: str, en: str, arguments: Arguments) -> str:
    """What is typed behind a question; questions go where messages go, so that the path that is
    printed at the end is all that a script gets.
    """
    chinese = language(arguments) is Language.CHINESE
    print(f"{zh}：" if chinese else f"{en}: ", end="", file=sys.stderr, flush=True)
    return input().strip()
