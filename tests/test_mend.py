"""What is safe to mend in a file: bytes → bytes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.body import read_head
from bulletin.item import read_item
from bulletin.itemkeys import ITEM_NAMES
from bulletin.mend import Bench, Mending, mend
from bulletin.problem import Language, Problem, has_errors, in_language
from bulletin.report import as_diff
from bulletin.source import Source, as_read, decode
from tests.samples import ANY_LOAD, SETTINGS, VOCABULARY

PATH = "content/news/2024/08/2024-08-05-x.md"
GOOD = """\
---
# 备注
title: '密云区工匠学院开班'   # 标题
date: 2024-08-05
districts: [密云区]

activities:
  - 技能培训
---

　　正文**“党工共建”**，完。
"""


def faults(source: Source) -> list[Problem]:
    return read_item(source, VOCABULARY, SETTINGS)[1]


def unnamed(_: Source) -> dict[str, str | list[str]] | None:
    return None


BENCH = Bench(faults, unnamed)


def mended(data: bytes | str, path: str = PATH, bench: Bench = BENCH) -> Mending | None:
    return mend(data.encode() if isinstance(data, str) else data, path, bench)


def after(data: bytes | str, path: str = PATH) -> str:
    made = mended(data, path)
    assert made
    return made.data.decode()


def test_a_sound_file_is_left_alone() -> None:
    assert mended(GOOD) is None


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_every_encoding_becomes_utf_8_without_a_mark(encoding: str) -> None:
    made = mended(GOOD.encode(encoding))
    assert made
    assert made.data == GOOD.encode()
    assert len(made.done) == 1
    assert made.diff == "", "no line of it is another"


def test_windows_line_ends_are_left_and_others_are_made_the_same() -> None:
    windows = GOOD.replace("\n", "\r\n")
    assert mended(windows) is None
    assert after(windows.encode("gb18030")) == windows
    assert after(windows.replace("\r\n", "\r", 1)) == GOOD
    assert after(GOOD.replace("\n", "\r\n", 2)) == GOOD
    assert after(GOOD.replace("完。", "完。\u2028")) == GOOD.replace("完。", "完。\n")


@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u202e", "\u2060"])
def test_what_nobody_sees_is_taken_away(character: str) -> None:
    assert after(GOOD.replace("正文", f"正{character}文")) == GOOD


@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"\xff\xff\xfe\x00a", b"---\ntitle: \x1b[31m\n---\n"]
)
def test_what_cannot_be_understood_is_left_to_people(data: bytes) -> None:
    assert mended(data) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("categories: [技能培训]", "activities: [技能培训]"),
        ("分类: 技能培训", "activities: 技能培训"),
        ("lastmod: 2024-08-06  # 改过", "updated: 2024-08-06  # 改过"),
        ("description: '一句话'", "summary: '一句话'"),
    ],
)
def test_keys_come_under_their_names_and_the_rest_of_the_line_stays(typed: str, meant: str) -> None:
    text = f"---\ntitle: 甲\n# 备注\n{typed}\ndate: 2024-08-05\n---\n\n分类: 正文\n"
    assert after(text) == text.replace(typed, meant, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "tgas: [甲]",  # near is not sure
        "draft: true",  # another value would be meant
        "permalink: /2024/x/",
        "category: 没有这个类型",
        "categories: [技能培训]\nactivities: [技能培训]",
        "extra:\n  categories: [甲]",
        "Summary: 一句话",  # known as it is, so that nobody is told of a change
        "ｓｏｕｒｃｅ: 某工会",
        "来 源: 某工会",
    ],
)
def test_what_is_not_sure_is_left_to_people(typed: str) -> None:
    assert mended(f"---\ntitle: 甲\ndate: 2024-08-05\n{typed}\n---\n\n正文\n") is None


def test_a_name_is_proposed_where_one_is_missing() -> None:
    path = "content/news/2024/08/2024-08-05-工匠.md"
    named = Bench(faults, lambda source: None if "slug" in source.text else {"slug": "gong-jiang"})
    made = mend(GOOD.encode(), path, named)
    assert made
    assert made.data.decode().replace("slug: gong-jiang\n", "") == GOOD
    assert mend(made.data, path, named) is None


def test_a_step_that_brings_an_error_is_not_taken() -> None:
    bad = Bench(faults, lambda _: {"slug": "a/b"})
    assert mend(GOOD.encode(), PATH, bad) is None


def test_yaml_files_are_mended_in_their_bytes_alone() -> None:
    text = "categories:\n  - {id: a, name: 甲}\n"
    made = mended(text.encode("gbk"), "content/activities.yaml")
    assert made
    assert made.data == text.encode()


def test_a_character_that_nobody_sees_is_seen_in_the_diff() -> None:
    made = mended("---\ntitle: 甲\ndate: 2024-08-05\n---\n\n正\u200b文\n".encode())
    assert made
    assert "-正U+200B文\n+正文" in made.diff
    assert "\n-正U+200B文\n" in as_diff(made, Language.CHINESE).replace("    ", "")
    assert "正文\n".encode() in made.data


def test_what_is_silent_is_not_changed_and_what_is_changed_was_said() -> None:
    head = "标 题: 甲\nDate: 2024-08-05\n日 期:\n"
    assert read_head(Source(PATH, f"---\n{head}---\n正文\n"), ITEM_NAMES)[1] == []
    assert mended(f"---\n{head}---\n正文\n") is None
    for indented in (
        "　　标题: 甲\n　　日期: 2024-08-05\n",
        "kicker:\n　　标题: 甲\n日期: 2024-08-05\n",
    ):
        text = f"---\n{indented}---\n正文\n"
        assert "B229" in {p.code for p in read_head(Source(PATH, text), ITEM_NAMES)[1]}
        assert after(text) == text.replace("　", "")


def test_what_was_done_is_said_in_both_languages_and_shown_line_by_line() -> None:
    made = mended(
        "---\ntitle: 甲\ndate: 2024-08-05\nlastmod: 2024-08-06\n---\n正文\n".encode("gbk")
    )
    assert made
    assert all(
        in_language(d, Language.ENGLISH) != in_language(d, Language.CHINESE) for d in made.done
    )
    assert made.diff.split("\n")[:2] == [f"--- 原来 {PATH}", f"+++ 改后 {PATH}"]
    assert "-lastmod: 2024-08-06\n+updated: 2024-08-06" in made.diff


# --- any file at all

LINES = (
    "title: 甲 # 备",
    "标题：密云",
    "Title:乙",
    "date: 2024年8月5日",
    "日期: 2024-08-05",
    "categories: [技能培训，工匠学院]",
    "tags: 甲、乙",
    "lastmod: 2024-08-06",
    "draft: true",
    "summary: [通知]各基层",
    "  续行",
    "# 备注",
    "",
    "---",
    "－－－",
    "正文，**粗**。",
    "title: 正文里的",
    "- 列",
)
ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\u2028", "\x85")
EXTRA = ("", "", "", "\u200b", "\ufeff", "\u202e", "\t", "　")


def broken(seed: int) -> bytes:
    chosen = random.Random(seed)
    head = ["---", *chosen.choices(LINES, k=chosen.randrange(0, 8)), "---"]
    lines = chosen.choices(LINES, k=chosen.randrange(0, 5))
    one_end = chosen.choice(ENDS) if chosen.random() < 0.5 else None
    text = "".join(
        line + chosen.choice(EXTRA) + (one_end or chosen.choice(ENDS)) for line in [*head, *lines]
    )
    return text.encode(chosen.choice(["utf-8", "utf-8", "gb18030", "utf-16", "utf-8-sig"]))


@ANY_LOAD
@given(st.integers(0, 2**32))
def test_mending_twice_is_mending_once(seed: int) -> None:
    made = mended(broken(seed))
    if made:
        assert mended(made.data) is None


@ANY_LOAD
@given(st.integers(0, 2**32))
def test_nothing_of_a_body_is_lost_and_no_error_is_added(seed: int) -> None:
    data = broken(seed)
    made = mended(data)
    before, _ = decode(data, PATH)
    if not made or before is None:
        return
    now = as_read(made.data.decode())
    old, new = (Source(PATH, text) for text in (before, now))
    heads = [read_head(source)[0] for source in (old, new)]
    bodies = [
        head.body if head else source.text for head, source in zip(heads, (old, new), strict=True)
    ]
    assert bodies[0] == bodies[1]
    errors = [sum(has_errors([found]) for found in faults(source)) for source in (old, new)]
    assert errors[1] <= errors[0]
