"""Import: what a page becomes, that nothing is lost, and each rule with its opposite."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.importers.blocks import Kind
from bulletin.importers.conserve import bare, check
from bulletin.importers.furniture import furniture_word
from bulletin.importers.lines import read_lines
from bulletin.importers.names import read_byline, split_names
from bulletin.importers.page import Page, page_as_json, page_as_table, read_page
from bulletin.importers.restore import characters, restore, restore_line
from bulletin.problem import Language
from bulletin.source import Source, decode
from bulletin.vocabulary import Vocabulary, to_vocabulary
from tests.made_pages import Made, a_page
from tests.samples import ANY_LOAD, Case, read_cases
from tools.import_quality import OURS, cuts_of, measure

PROJECT = Path(__file__).parent.parent
SEED = PROJECT.parent / "shared" / "seed"
FILES = ("import-heads.md", "import-joins.md", "import-items.md", "import-layouts.md")


@cache
def vocabulary() -> Vocabulary:
    names = ("content/districts.yaml", "content/activities.yaml")
    made, problems = to_vocabulary(*(Source(n, (PROJECT / n).read_text("utf-8")) for n in names))
    assert made, problems
    return made


def page(text: str) -> Page:
    return read_page(text, vocabulary(), "page.md")


# --- cases an editor could write


def told(found: Page) -> str:
    """A page in short: one line for each thing it holds."""
    lines = [f"slogan: {found.slogan}"] if found.slogan else []
    lines += [f"furniture: {text}" for text in found.furniture]
    for item in page_as_json(found)["items"]:
        lines.append(f"# {item['title']}" + (f" [{item['genre']}]" if item["genre"] else ""))
        lines += [f"{key}: {item[key]}" for key in ("kicker", "subtitle", "dateline") if item[key]]
        lines += [f"{one['role']}: {one['name']}" for one in item["byline"]]
        lines += [
            f"image: {one['caption'] or '-'} / {one['credit'] or '-'}" for one in item["images"]
        ]
        lines += [f"- {text}" for text in item["paragraphs"]]
    lines += [f"! {problem.code}" for problem in found.problems]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("case", read_cases(*FILES), ids=lambda case: f"{case.file}: {case.title}")
def test_a_page_becomes_the_items_of_the_case(case: Case) -> None:
    assert told(page(case.given)) == case.expected


# --- names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王 甲 李 乙", ("王甲", "李乙")),
        ("王小甲 李乙", ("王小甲", "李乙")),
        ("王小甲李小乙", ("王小甲", "李小乙")),
        ("王甲、李乙", ("王甲", "李乙")),
        ("欧阳 甲", ("欧阳甲",)),
        ("王 小 甲", ("王小甲",)),
        ("王 小 甲 李 乙", ("王小甲", "李乙")),
        ("王 小甲", ("王小甲",)),
        ("言 午", ("言午",)),
        ("左小甲", ("左小甲",)),
        ("欧阳小甲", ("欧阳小甲",)),
        ("甲", ("甲",)),
        ("某区总工会", None),
        ("上接第1版", None),
    ],
)
def test_names_are_told_by_blanks_and_surnames(text: str, names: tuple[str, ...] | None) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("本报记者 王小甲 通讯员 李小乙", "reporter 王小甲, correspondent 李小乙"),
        ("■文/本报记者 王小甲 摄影/李小乙", "reporter 王小甲, photographer 李小乙"),
        ("王小甲/文 李小乙/图", "author 王小甲, photographer 李小乙"),
        ("□ 王小甲", "author 王小甲"),
        ("（通讯员 王小甲 李 乙）", "correspondent 王小甲, correspondent 李乙"),
        ("本报记者 王小甲 通讯员 李小乙 摄影报道", "reporter 王小甲, correspondent 李小乙"),
        ("王小甲 摄", "photographer 王小甲"),
        ("王小甲 摄影报道", "photographer 王小甲"),
        ("文/图 王小甲", "author 王小甲"),
        ("特约记者 王小甲", "reporter 王小甲"),
        ("本报评论员 王小甲", "author 王小甲"),
        ("（读者 王小甲）", "author 王小甲"),
        ("□小甲", "author 小甲"),
        ("本报记者 王小甲 摄", "photographer 王小甲"),
        ("本报记者 王 小 甲 通讯员 文 乙", "reporter 王小甲, correspondent 文乙"),
    ],
)
def test_a_byline_says_who_had_which_role(text: str, signed: str) -> None:
    found = read_byline(text)
    assert found is not None
    assert ", ".join(f"{one.role} {one.name}" for one in found.signed) == signed


@pytest.mark.parametrize(
    "text",
    [
        "记者手记",
        "图片新闻",
        "记者近日从市总工会获悉",
        "（以下简称“某区”）",
        "摄影展开幕",
        "文化活动",
    ],
)
def test_what_only_looks_like_a_byline_is_none(text: str) -> None:
    assert read_byline(text) is None


# --- furniture


@pytest.mark.parametrize(
    "text",
    [
        "2024年8月5日 星期一",
        "第3版",
        "A02",
        "- 3 -",
        "要闻·第1版",
        "责编 王小甲  美编 李小乙  校对 赵小丙",
        "（上接第1版）",
        "下转第3版",
        "本报广告热线 010-60000001 广告许可证号 0000号",
        "国内统一刊号 CN11-0000 邮发代号 1-1",
        "某某工会导刊  2024年8月13日 星期二 A03",
        "综合｜04",
        "扫码关注“某某工会”公众号",
        "（本版稿件未经许可不得转载）",
        "报：市总工会办公室",
        "某区总工会办公室编 2024年9月30日",
        "【区级动态】",
    ],
)
def test_lines_of_the_page_are_furniture(text: str) -> None:
    assert furniture_word(text)


@pytest.mark.parametrize(
    "text",
    [
        "8月5日，某区总工会举办培训班。",
        "3:40 第一辆班车到达",
        "B2楼职工之家启用",
        "咨询电话：12351",
        "某区总工会启动普法活动",
        "2024年某区职工技能大赛开赛",
        "百名劳模进校园",
        "某镇女职工权益热线接听满一年",
        "扫码入会让货车司机有了家",
        "【本报讯】",
        "甲队｜不敌乙队",
        "周六、周日 9:00-18:00",
        "三、投稿邮箱：photo@example.org",
    ],
)
def test_lines_that_only_look_so_are_not(text: str) -> None:
    assert not furniture_word(text)


# --- restoring


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (
            "近日,某区总工会(以下简称“总会”)开班:三件事;好!",
            "近日，某区总工会（以下简称“总会”）开班：三件事；好！",
        ),
        ("时间:12:30,比分3:2,共1,200人,占12.5%。", "时间：12:30，比分3:2，共1,200人，占12.5%。"),
        (
            "网址https://example.org/a,b?c=1和邮箱a.b@example.org,请看",
            "网址https://example.org/a,b?c=1和邮箱a.b@example.org，请看",
        ),
        ('他说:"好,"又说"来"。', "他说：“好，”又说“来”。"),
        ("写出“Hello, world!”就行,对吧?", "写出“Hello, world!”就行，对吧？"),
        ("平台(APP)上线,用5G,快!", "平台（APP）上线，用5G，快！"),
        ("电话(010)60000000", "电话(010)60000000"),
        ("会上...他说--好", "会上……他说——好"),
        ("以“走胡同 赏秋色”为 题", "以“走胡同 赏秋色”为题"),
        ("密 云 区总 工会 2024 年", "密云区总工会2024年"),
        ("用 Safe work 和 5G", "用Safe work和5G"),
        ("２０２４年８月１２．５公里，１２：３０", "2024年8月12.5公里，12:30"),
        ("⻄城区⻓城⺠宿⼯会", "西城区长城民宿工会"),
    ],
)
def test_a_paragraph_is_restored_as_it_was_printed(text: str, printed: str) -> None:
    assert restore(text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("谈薪酬　谈工时 谈保护", "谈薪酬 谈工时 谈保护"),
        ("公 告", "公告"),
        ("某镇工 会综合服务窗口一窗办成八件事", "某镇工会综合服务窗口一窗办成八件事"),
        ("某镇请来“家庭医 生”", "某镇请来“家庭医生”"),
        ("密 云 区工匠学院", "密云区工匠学院"),
        ("五百人　同场竞技", "五百人 同场竞技"),
    ],
)
def test_the_blanks_of_a_headline_stay_between_phrases(text: str, printed: str) -> None:
    assert restore_line(text) == printed


ANY_PAGE = st.text(
    st.sampled_from(
        "工会职王甲记者摄报讯本近日区，。、；：“”（）《》！？,.:;()!?\"'-—…·#*_>|![] \t\n\n　０５5aZ⻓⼯●▲①■□ \ufeff\r"
    ),
    max_size=160,
)
PIECES = st.lists(
    st.sampled_from(
        (
            *(
                "## 某区举办培训班\n",
                "**加粗的题**\n",
                "本报讯（记者 王小甲）近日，某区开班。\n",
                "王小甲 摄\n",
                "▲图注 王小甲 摄\n",
            ),
            *(
                "（下转第3版）",
                "\n\n",
                "\n",
                "一是开班\n",
                "二是结业；\n",
                "●某区总工会开班，百人参加。（王小甲）\n",
                "第3版 2024年8月5日\n",
            ),
            *(
                "问：怎么办\n",
                "答：“这样，\n",
                "“好。\n",
                "![图](a.jpg)\n",
                "关于开班的公告\n",
                "某区总工会\n",
                "（通讯员 李小乙）\n",
                "——副题\n",
            ),
            *(
                "能工巧匠、",
                "大国工匠，",
                "为职工服",
                "务。\n",
                "■【某街道】开班，\n",
                "◆ **某镇** 慰问，好。\n",
                "简讯\n",
                "<b>甲</b>\n",
                "<!-- 注 -->\n",
            ),
        )
    ),
    max_size=16,
).map("".join)


@settings(ANY_LOAD, max_examples=300)
@given(ANY_PAGE | PIECES | st.text(max_size=80))
def test_no_text_stops_the_import_and_nothing_is_lost_or_invented(text: str) -> None:
    found = page(text)
    assert [problem for problem in found.problems if problem.code != "B1004"] == []


@settings(ANY_LOAD, max_examples=200)
@given(ANY_PAGE)
def test_restoring_changes_nothing_but_what_is_listed(text: str) -> None:
    assert bare(restore(text)) == bare(text)
    assert bare(restore_line(text)) == bare(text)


@settings(ANY_LOAD, max_examples=100)
@given(PIECES)
def test_restoring_twice_is_restoring_once(text: str) -> None:
    assert restore(restore(text)) == restore(text)
    assert characters(characters(text)) == characters(text)


def test_the_account_tells_of_a_lost_line_and_of_an_invented_word() -> None:
    text = "## 某区开班\n\n本报讯（记者 王小甲）近日，某区开班。\n\n学员有百人。\n"
    found = page(text)
    lines = read_lines(text)
    assert check(lines, found.items, (), "x") == []
    from msgspec.structs import replace  # noqa: PLC0415

    item = found.items[0]
    lost = replace(item, paragraphs=item.paragraphs[:1])
    assert [p.code for p in check(lines, [lost], (), "x")] == ["B1001"]
    told_more = replace(
        item.paragraphs[1], text=replace(item.paragraphs[1].text, value="学员有一百人。")
    )
    more = replace(item, paragraphs=(item.paragraphs[0], told_more))
    assert [p.code for p in check(lines, [more], (), "x")] == ["B1002"]
    named = replace(item, byline=(replace(item.byline[0], name="李小乙"),))
    assert [p.code for p in check(lines, [named], (), "x")] == ["B1003"]
    twice = replace(item, paragraphs=(*item.paragraphs, item.paragraphs[1]))
    assert [p.code for p in check(lines, [twice], (), "x")] == ["B1001"]


def test_a_page_that_says_nothing_is_a_problem() -> None:
    assert [problem.code for problem in page("\n\n第3版\n").problems] == ["B1004"]


def test_every_block_of_the_page_is_in_the_table_with_its_reason() -> None:
    found = page("# 题\n\n本报讯（记者 王小甲）近日，某区开班、\n\n结业。\n\n第3版\n")
    rows = page_as_table(found, Language.CHINESE)
    assert [(row.line, row.kind) for row in rows] == [
        (1, Kind.TITLE),
        (3, Kind.BODY),
        (5, Kind.BODY),
        (7, Kind.FURNITURE),
    ]
    assert all(row.why for row in rows)
    assert "逗号、顿号" in rows[2].why
    assert all(0 <= row.sure <= 1 for row in rows)


# --- how long it takes: growth, never seconds


@pytest.mark.parametrize(
    "piece",
    [
        "某区总工会开班，学员百人",
        "短行\n\n",
        "“",
        "（",
        "** ",
        "●",
        "本报记者",
        "记者 王小甲 ",
        "第3版 ",
        "## 题\n",
        "![",
        "a@",
        "1,",
    ],
)
def test_time_grows_with_the_length_of_a_page_and_not_with_its_square(piece: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        page(piece * times)
        return time.process_time() - started

    seconds(200)
    short, long = (max(0.002, min(seconds(times) for _ in range(2))) for times in (1500, 12000))
    assert long / short < 8 * 5  # a square would make it 64


# --- whole pages


def test_our_pages_are_imported_as_well_as_promised() -> None:
    c = measure(OURS, vocabulary()).counts
    right, wanted, made = cuts_of(OURS, vocabulary())
    assert c["uneven"] == 0
    assert c["items"] == c["items found"] == c["items with their title"]
    assert c["paragraphs right"] / c["paragraphs expected"] >= 0.98
    assert right / made >= 0.98
    assert right / wanted >= 0.95
    assert c["districts exact"] / c["items"] >= 0.97
    assert 2 * c["activities right"] / (c["activities expected"] + c["activities found"]) >= 0.9


def found_in(made: Made) -> dict[str, dict[str, Any]]:
    found = page(made.text)
    assert found.problems == ()
    return {item["title"]: item for item in page_as_json(found)["items"]}


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_known_items_come_back_from_pages_of_any_layout(start: int) -> None:
    """Headings marked as such: every title; paragraphs but where a column leaves it open."""
    titles = paragraphs = right = 0
    for seed in range(start, start + 20):
        made = a_page(seed)
        marked = made.layout.heads not in ("bare", "bold")
        open_end = made.layout.wrap and not made.layout.indent
        if not marked or open_end:
            continue
        found = found_in(made)
        for item in made.items:
            titles += 1
            got = found.get(item["title"])
            assert got is not None, (seed, item["title"], made.text)
            paragraphs += len(item["paragraphs"])
            right += sum(one in got["paragraphs"] for one in item["paragraphs"])
    assert titles
    assert right >= 0.99 * paragraphs


def test_known_items_come_back_from_bare_headlines_nearly_always() -> None:
    made = [a_page(seed) for seed in range(400) if a_page(seed).layout.heads == "bare"][:25]
    wanted = [(one, item["title"]) for one in made for item in one.items]
    found = [item for one in made for item in found_in(one)]
    assert sum(title in found for _, title in wanted) >= 0.95 * len(wanted)


@pytest.mark.skipif(not SEED.is_dir(), reason="the page of the newspaper is not here")
def test_the_newspaper_page_gives_its_seven_items() -> None:
    (file,) = SEED.glob("*.txt")
    text, _ = decode(file.read_bytes(), file.name)
    found = page(text or "")
    items = page_as_json(found)["items"]
    assert found.problems == ()
    assert len(items) == 7
    assert sum(len(item["paragraphs"]) for item in items) == 22
    assert sum(paragraph.mended for item in found.items for paragraph in item.paragraphs) == 9
    assert [bool(item["kicker"]) for item in items] == [
        False,
        False,
        False,
        True,
        False,
        False,
        False,
    ]
    assert [bool(item["subtitle"]) for item in items] == [True, *[False] * 6]
    assert [item["genre"] for item in items] == [None, None, "图片新闻", *[None] * 4]
    roles = [[one["role"] for one in item["byline"]] for item in items]
    pair, one = ["reporter", "correspondent"], ["reporter"]
    assert roles == [one, one, pair, pair, one, one, one]
    wanted = ["密云区", "通州区", "朝阳区", "昌平区", "石景山区 门头沟区", "经开区", "朝阳区"]
    assert [" ".join(item["districts"]) for item in items] == wanted
    assert not any(sign in "".join(item["paragraphs"]) for item in items for sign in ",;?!")
    assert json.dumps(items)
