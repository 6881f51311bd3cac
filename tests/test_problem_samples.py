"""The samples of docs/problems.md are what the program prints: each is made again and compared.

A sample shows a file, a line of it and what is said. Most files can be made from the sample alone:
an item that has this line at this place. The others stand below; what no small root can bring
about is excused, with the reason, and compared by its sentences (test_docs.py).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bulletin import checkup
from bulletin.asked import Options, Watcher
from bulletin.problem import TABLE, BulletinError, Language, Problem
from bulletin.report import as_text
from tests.conftest import CACHE, NOW, PROJECT, Root

pytestmark = pytest.mark.disk

DAY = "content/news/2024/08/"
X, Y = f"{DAY}2024-08-05-x.md", f"{DAY}2024-08-05-y.md"
TITLE, DATE = "title: 密云区工匠学院开班", "date: 2024-08-05"
REST = ("districts: [密云区]", "activities: [技能培训]")
SITE = {"content/site.yaml": "title: 首都工会简报\nbase_url: https://bulletin.example.org/\n"}
TWO = "activities: {}\n"


def item(*more: str, body: str = "正文。", title: str = TITLE, lines: int = 0) -> str:
    """An item with more lines of front matter, its body ``lines`` below the start."""
    head = [title, DATE, *(r for r in REST if not any(r[:9] == m[:9] for m in more)), *more]
    head += ["# 备注"] * (lines - len(head) - 4)
    return "\n".join(["---", *head, "---", "", body, ""])


def yaml(*rows: str, name: str = "districts") -> dict[str, str]:
    return {f"content/{name}.yaml": f"{name}:\n" + "".join(f"  - {row}\n" for row in rows)}


Files = Mapping[str, str | bytes]
MADE: dict[str, Files] = {
    "B102": {X: item().encode("gbk")},
    "B103": {X: item(body="正文\x1b[31m。", lines=8)},
    "B104": {X: item(body="正文\u200b。", lines=8)},
    "B105": {X: ""},
    "B108": {X: item(body="字" * 1_700_000)},
    "B109": {"content/news/a\x7fb.md": item()},
    "B110": {f"{DAY}x (冲突的副本).md": item()},
    "B111": {f"{DAY}café.svg": "a", f"{DAY}cafe\u0301.svg": "b"},
    "B112": {f"{DAY}2024-08-05-x.md.txt": item()},
    "B201": {X: "密云区工匠学院开班\n"},
    "B202": {X: "---\ntitle: 甲\n"},
    "B203": {X: f'---\ntitle: "密云区工匠学院开班\n{DATE}\n---\n\n正文。\n'},
    "B204": {X: "---\n密云区工匠学院开班\n---\n\n正文。\n"},
    "B205": {X: item("date: 2024-08-06")},
    "B206": {X: item("summary: *a1", title="title: &a1 密云区工匠学院")},
    "B207": {X: item("summary: " + "字" * 70_000)},
    "B208": {X: "---yaml\n" + item().split("\n", 1)[1]},
    "B224": {X: item(title="title: 工会 #话题")},
    "B228": {X: f"---\n{TITLE}\n{DATE}\nactivities:\n-技能培训\n---\n\n正文。\n"},
    "B229": {X: item().replace(DATE, "\t" + DATE)},
    "B232": {X: item().replace("---", "－－－")},
    "B233": {X: f"---\n{TITLE}\n{DATE}\n\n正文。\n"},
    "B234": {X: item().split("\n", 1)[1]},
    "B235": {X: "第8期第3条\n" + item()},
    "B236": {X: item().replace(DATE, DATE + "\n状态；草稿")},
    "B237": {X: f"---\n{TITLE}\n{DATE}\n正文: 第一段。\n\n第二段。\n"},
    "B238": {X: item("更正: [{日期: 2024-08-06, 内容: 人数应为500人, 不是400人}]")},
    "B210": {X: "---\n" + item().split("\n", 2)[2]},
    "B218": {f"{DAY}工匠学院.md": item()},
    "B219": {X: f"---\n{TITLE}\n{DATE}\n---\n\n正文。\n"},
    "B220": {X: f"---\n{TITLE}\n{DATE}\n---\n\n正文。\n"},
    "B222": {X: item("related: [2024-08-05-y]")},
    "B223": {X: item("expires: 2024-01-01")},
    "B403": {X: item(body="见[上一篇](2024-08-05-y.md)。", lines=8)},
    "B404": {X: item(body="![现场](xianchang.jpg)", lines=8)},
    "B405": {X: item(body="见[安排](#安排)。", lines=8)},
    "B406": {
        X: item(body="![](a.svg)", lines=8),
        f"{DAY}a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    },
    "B408": {X: item(body="![现场](https://x.cn/a.jpg)", lines=8)},
    "B409": {X: item(body="![现场](a.jpg)", lines=8), f"{DAY}a.jpg": "no picture"},
    "B411": {X: item(body="见[下一篇](2024-08-05-y.md)。", lines=8), Y: item("status: draft")},
    "B416": {X: item(body="见[通知全文](通知.pdf)。", lines=8)},
    "B417": {X: item(body="<!-- 正文 -->")},
    "B501": {"content/news/x.txt": ""},
    "B503": {**SITE},
    "B504": yaml("{id: a, name: 甲区}", "{id: a, name: 乙区}"),
    "B505": yaml("{id: a, name: 甲区, aliases: [城区]}", "{id: b, name: 乙区, aliases: [城区]}"),
    "B506": yaml(
        "{id: training, name: 技能培训}",
        "{id: lecture, name: 讲座, broader: trainings}",
        name="activities",
    ),
    "B507": yaml(
        "{id: a, name: 甲, broader: b}", "{id: b, name: 乙, broader: a}", name="activities"
    ),
    "B508": {"content/site.yaml": "title: 甲\nbase_url: https://x.org/\ntime_zone: 北京\n"},
    "B601": {X: item(), f"{DAY}20240805-x.md": item(title="title: 乙")},
    "B602": {X: item(), f"{DAY}2024-08-05-X.md": item(title="title: 乙")},
    "B603": {X: item("aliases: [/old.html]"), Y: item("aliases: [/old.html/a/]")},
    "B701": {X: item(), "templates/404.html": "{{ sitee.title }}"},
    "B702": {X: item(), "templates/404.html": "{% if %}"},
    "B703": {X: item(), "templates/404.html": '{% include "x.html" %}'},
    "B704": {X: item(), "templates/item.html": "标题".encode("gbk")},
    "B901": {X: item(), "templates/404.html": '<a href="/ditsricts/">地区</a>'},
    "B902": {
        X: item(body="见[关于](/about/#lianxi)。", lines=8),
        "content/pages/about.md": "---\ntitle: 关于\n---\n\n正文。\n",
    },
    "B903": {X: item(), "templates/404.html": '<link rel="stylesheet" href="/assets/print.css">'},
    "B904": {X: item(), "templates/404.html": '<img src="logo.png">'},
    "B905": {X: item(), "templates/404.html": '<p id="top"></p><p id="top"></p>'},
    "B906": {X: item(), "templates/404.html": "<h2>地区</h2><h4>城区</h4>"},
    "B907": {X: item(), "templates/404.html": "<p>没有这一页</p>"},
    "B908": {X: item(), "templates/404.html": "<html><title>没有这一页</title></html>"},
    "B911": {
        X: item(
            body="8月5日，果园街道总工会的讲座开始报名。", title="title: 讲座报名", lines=8
        ).replace("密云区", "海淀区")
    },
    "B912": {X: item(), Y: item()},
    "B913": {
        X: item(body="第一句话说时间和地点。第二句话说来了多少人。第三句话说以后怎么办。"),
        f"{DAY}2024-08-06-x.md": item(
            body="第一句话说时间和地点。第二句话说来了多少人。第三句话说以后怎么办。",
            title="title: 乙",
        ),
    },
    "B914": {X: item(body="参加的有职工,也有家属。", lines=8)},
    "B915": {X: item(body="今年，区总工会办了五期班。", lines=8)},
    "B916": {X: item(body="⼯会的驿站开门了。", lines=8)},
    "B917": {
        X: item(body="![图](a.svg)", lines=8),
        f"{DAY}a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="3000">'
        f"<!--{'x' * 2_399_900}--></svg>",
    },
    "B1072": {X: item(body="<!-- 请确认：没有标题，标题取自第一句 -->\n\n正文。", lines=8)},
    "B1070": {X: item(body="<!-- 请确认：没有标题，标题取自第一句 -->\n\n正文。", lines=8)},
    "B931": {X: item(body=">" * 60 + " 转发", lines=8)},
    "B932": {X: item(body=f"|{'甲|' * 80}\n|{'-|' * 80}", lines=8)},
    "B933": {X: item(body="[" * 2500, lines=8)},
}
CHANGED_PARTS = {
    "B108": r"（[\d.]+ MB）",
    "B109": r"U\+00[0-9A-F]{2}",
    "B602": r"：content/.*",  # the order of two sources
}
EXCUSED = {
    "B101": "the offset of its byte depends on all of the file; test_source.py makes it",
    "B106": "needs a file that nobody may read; test_faults.py makes it",
    "B107": "names a folder of somebody's machine",
    "B502": "names a folder of somebody's machine",
    "B509": "the project always has one to lend",
    "B510": "its line is that of the project's own file",
    "B604": "only a template or an output of one's own can do it",
}


def sections() -> Iterator[tuple[str, str]]:
    text = (PROJECT / "docs" / "problems.md").read_text("utf-8")
    parts = re.split(r"^### (B\d+)$", text, flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def sample(told: str) -> str:
    found = re.search(r"^```text\n(.*?)\n```$", told, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


SAMPLES = {code: sample(told) for code, told in sections()}
# Commands that build, serve, write, import: their own tests bring these about.
OF_COMMANDS = {
    code
    for code in TABLE
    if code.startswith("B8")
    or code in ("B921", "B922")
    or (len(code) > 4 and code < "B1070")
    or code == "B1071"
}
OF_LINES = {
    code
    for code in SAMPLES
    if code not in {*MADE, *EXCUSED, *OF_COMMANDS} and "\n    | " in SAMPLES[code]
}


def from_sample(text: str) -> Iterator[dict[str, str | bytes]]:
    """Items that have the line of a sample at its place: in the front matter, or in the body."""
    first, shown = text.split("\n")[:2]
    found = re.match(r"(\S+?):(\d+):", first)
    assert found
    line, typed = int(found[2]), shown.removeprefix("    | ")
    others = [one for one in (TITLE, DATE, *REST) if one.split(":")[0] != typed.split(":")[0]]
    before = others[: line - 2]
    head = [*before, *["#"] * (line - 2 - len(before)), typed, *others[line - 2 :]]
    yield {found[1]: "\n".join(["---", *head, "---", "", "正文。", ""])}
    rows = ["---", *[TITLE, DATE, *REST][: min(4, line - 4)], "---"]
    yield {found[1]: "\n".join([*rows, *[""] * (line - 1 - len(rows)), typed, ""])}


def problems(root: Root) -> tuple[Problem, ...]:
    try:
        return checkup.check(root.path, Options(now=NOW, jobs=1), Watcher()).problems
    except BulletinError as error:
        return error.problems


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of a root with the project's vocabulary, which is dear to read eighty times."""
    root = Root(tmp_path_factory.mktemp("warm"))
    root.write(SITE | {X: item()})
    problems(root)
    return root.path / CACHE


@pytest.fixture
def printed(tmp_path: Path, warm: Path) -> Callable[[Files], list[str]]:
    """What a check of a root with the project's vocabulary prints."""

    def of(files: Files) -> list[str]:
        root = Root(tmp_path / str(len(list(tmp_path.iterdir()))))
        shutil.copytree(warm, root.path / CACHE)
        root.write(SITE | dict(files) if "content/news/x.txt" not in files else files)
        return [as_text(found, Language.CHINESE) for found in problems(root)]

    return of


def comparable(code: str, text: str) -> str:
    return re.sub(CHANGED_PARTS.get(code, r"(?!)"), "…", text)


@pytest.mark.parametrize("code", sorted(OF_LINES))
def test_a_sample_that_shows_a_line_is_printed_for_that_line(
    code: str, printed: Callable[[Files], list[str]]
) -> None:
    said = [one for files in from_sample(SAMPLES[code]) for one in printed(files)]
    assert SAMPLES[code] in said


@pytest.mark.parametrize("code", MADE)
def test_a_sample_is_printed_for_a_root_that_has_the_fault(
    code: str, printed: Callable[[Files], list[str]]
) -> None:
    said = [comparable(code, one) for one in printed(MADE[code])]
    assert comparable(code, SAMPLES[code]) in said


def test_every_code_is_made_or_excused_and_none_is_both() -> None:
    kinds = (set(MADE), set(EXCUSED), OF_COMMANDS, OF_LINES)
    assert set().union(*kinds) == set(TABLE)
    assert sum(map(len, kinds)) == len(TABLE)
