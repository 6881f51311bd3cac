"""The shortcut for plain bodies: what it gives is the parser's own Document, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.body import parse_body, read_head
from bulletin.markup import Document
from bulletin.markup.parser import parse
from bulletin.markup.plain import plain_document
from bulletin.source import Source
from tests.conftest import PROJECT
from tests.samples import ANY_LOAD, CASES, read_cases
from tests.test_commonmark import examples

PATH = "content/news/2024/08/2024-08-05-x.md"


def gives_the_same_or_nothing(body: str) -> bool:
    """Whether the shortcut was taken; then it must have given what the parser gives."""
    found = plain_document(body)
    if found is None:
        return False
    assert (found, []) == parse(body, PATH)
    return True


# --- the same as the parser, or nothing


def test_no_example_of_commonmark_is_read_otherwise() -> None:
    taken = [number for number, source, _ in examples() if gives_the_same_or_nothing(source)]
    # An example of the suite ends with a line break, which no body does.
    taken += [n for n, source, _ in examples() if gives_the_same_or_nothing(source.strip())]
    assert taken  # else nothing was compared


def test_no_case_is_read_otherwise() -> None:
    cases = read_cases(*sorted(file.name for file in CASES.glob("*.md")))
    taken = [gives_the_same_or_nothing(text) for c in cases for text in (c.given, c.given.strip())]
    assert any(taken)


def content_bodies() -> list[str]:
    """The bodies of the news and pages in content/."""
    bodies = []
    for file in sorted((PROJECT / "content").rglob("*.md")):
        head, _ = read_head(Source(PATH, file.read_text("utf-8")))
        if head:
            bodies.append(head.body)
    return bodies


def test_no_body_of_the_content_is_read_otherwise() -> None:
    bodies = content_bodies()
    assert bodies
    taken = [gives_the_same_or_nothing(body) for body in bodies]
    paragraphs = [gives_the_same_or_nothing(p) for body in bodies for p in body.split("\n\n")]
    assert any(taken)
    assert sum(paragraphs) > len(paragraphs) // 4


HAN = ("工", "会", "职工之家", "技能培训班", "一", "十二", "々", "〇", "桥头街道总工会", "龥")
MARKS = (
    *("，", "。", "、", "：", "；", "？", "！", "……", "——", "·", "％", "“", "”", "‘", "’"),
    *(
        "（",
        "）",
        "《",
        "》",
        "【",
        "】",
        "「",
        "」",
        "．",
        "～",
        "－",
        "＋",
        "／",
        "｜",
        "＊",
        "＃",
    ),
)
TYPED = (
    *(
        "－ ",
        "－甲",
        "-甲",
        "＞ ",
        "———",
        "－－－",
        "｜甲｜乙｜",
        "| 甲 | 乙 |",
        "1.甲",
        "】（",
        "］(",
    ),
    *("**", "*", "_", "__", "***", "~~", "`", "#", "## ", "＃ ", "|", "-", "--", "---", "- ", "+ "),
    *("1、", "2．", "3）", "12、", "1. ", "2) ", "一、", "（一）", "(一)", "十二、", "●", "①", "⑴"),
    *(" ", "  ", "　", "　　", "　　　", "    ", "\t", "\\", "\xa0", "\u2003"),
    *(
        "https://test.example/",
        "www.test.example",
        "a@test.example",
        "[甲](乙.md)",
        "![甲](乙.png)",
    ),
    *(
        "[^1]",
        "[^1]: ",
        "[",
        "]",
        "(",
        ")",
        "]（",
        "！[",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "&amp;",
        "&",
    ),
    *('"', "'", ",", ".", ":", ";", "!", "?", "%", "$", "=", "===", "> ", "5G", "A", "2024", "3.5"),
    *("👍", "❤️", "café", "é", "е", "ｗ", "１", "한국", "カ", "𠮷", "🈶", "①", "\ufeff"),
)
BREAKS = ("\n", "\n\n", "\n\n\n", "\n \n", "\n　\n", " \n", "  \n", "\\\n", "\n\n　　", "\n　　")
fragments = st.sampled_from((*HAN, *MARKS, *TYPED, *BREAKS, *HAN, *MARKS))
# Ordinary text with bold runs, so that most bodies take the shortcut …
ordinary = st.lists(
    st.sampled_from(
        (*HAN, "，", "。", "“", "”", "（", "）", "5G", "A", "2024", " ", "**", "**", "甲**")
    ),
    max_size=12,
).map("".join)
paragraphs = st.lists(
    st.tuples(st.sampled_from(("", "　　", "　　", "**")), ordinary), max_size=4
).map(lambda lines: "\n\n".join(indent + text for indent, text in lines))


@ANY_LOAD
@given(st.lists(fragments, max_size=14).map("".join))
def test_no_typed_text_is_read_otherwise(body: str) -> None:
    gives_the_same_or_nothing(body)
    gives_the_same_or_nothing(body.strip())


@ANY_LOAD
@given(paragraphs)
def test_no_bold_run_in_ordinary_paragraphs_is_read_otherwise(body: str) -> None:
    gives_the_same_or_nothing(body)


# … but for one fragment, at a place where the patterns may have a seam.
@ANY_LOAD
@given(paragraphs, st.integers(0, 60), fragments)
def test_no_mark_in_ordinary_paragraphs_is_read_otherwise(body: str, at: int, mark: str) -> None:
    gives_the_same_or_nothing(body[:at] + mark + body[at:])


@ANY_LOAD
@given(
    st.characters(exclude_categories=("Cc", "Cs")),
    st.sampled_from(("{}", "甲{}", "{}乙", "甲{}乙")),
)
def test_no_character_is_read_otherwise(character: str, around: str) -> None:
    gives_the_same_or_nothing(around.format(character))
    gives_the_same_or_nothing("**" + around.format(character) + "**丙")


# --- that it is taken, and not taken

PLAIN = [
    "桥头街道总工会举办培训班。",
    "桥头街道总工会举办培训班，共120人参加。\n\n活动持续3天。",
    "第一段。\n\n\n\n第二段。",
    "　　第一段。\n\n　　第二段。",
    "**重点**在前。",
    "**重点**",
    "中间有**重点**字句。",
    "最后是**重点**",
    "　　**重点**在缩进后面。",
    "**一处**、**两处**和**三处**。",
    "**“党工共建”**微阵地。",
    "主题是**（试行）**办法",
    "职工之家 WiFi 覆盖 5G 信号",
    "《工会法》第十二条——“职工之家”……",
    "12个项目、3类竞赛，占比85％。",
    "——甲",
    "【注意】（见下）",
    "河口镇·桥西街道：【通知】「甲」『乙』〈丙〉",
]
NOT_PLAIN = [
    "",
    " ",
    "\n\n正文。",
    "正文。\n",
    "第一行\n第二行",
    "# 标题",
    "#标题",
    "＃ 标题",
    "一、工作安排",
    "（一）工作安排",
    "　　一、工作安排",
    "十二、工作安排",
    "———",
    "　　————",
    "甲\n\n———\n\n乙",
    "－ 一项",
    "－一项",
    "＞ 引",
    "－－－",
    "＊＊＊",
    "1.一项\n2.两项",
    "！［图］（a.jpg）",
    "【报名】（https://test.example）",
    "｜甲｜乙｜\n｜丙｜丁｜",
    "- 一项",
    "* 一项",
    "1. 一项",
    "> 引文",
    "| 甲 | 乙 |\n|---|---|",
    "---",
    "正文。\n\n---\n\n正文。",
    "*斜体*",
    "_斜体_",
    "甲**乙",
    "** 甲 **",
    "**甲 乙**",
    "甲**乙** 丙",
    "**甲****乙**",
    "***甲***",
    "`代码`",
    "[甲](乙.md)",
    "![甲](乙.png)",
    "https://test.example/",
    "www.test.example",
    "甲<b>乙",
    "甲&amp;乙",
    "甲&乙",
    "甲\\乙",
    "甲[^1]",
    "甲\tb",
    " 　甲",
    "　甲",
    "　　　甲",
    "甲  乙",
    "甲 ",
    "甲\n \n乙",
    "甲👍",
    "甲,乙.",
    "甲\x00乙",
]


@pytest.mark.parametrize("body", PLAIN)
def test_ordinary_news_takes_the_shortcut(body: str) -> None:
    assert gives_the_same_or_nothing(body)


@pytest.mark.parametrize("body", NOT_PLAIN)
def test_whatever_the_parser_looks_for_goes_to_the_parser(body: str) -> None:
    assert plain_document(body) is None


def test_parsing_a_plain_body_never_asks_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> tuple[Document, list[object]]:
        raise AssertionError("the parser was asked")

    expected = [parse(body, PATH) for body in PLAIN]
    monkeypatch.setattr("bulletin.markup.parser.parse", asked)
    assert [parse_body(body, PATH, 1) for body in PLAIN] == expected
    with pytest.raises(AssertionError):
        parse_body("# 标题", PATH, 1)
