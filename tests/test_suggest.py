"""``suggest``: proposals with their words, and what is missing added without touching the rest."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Root, item, tree
from tests.papers import run

pytestmark = pytest.mark.disk

Told = pytest.CaptureFixture[str]
Make = Callable[..., Root]
X = "content/news/2024/08/2024-08-05-x.md"
BODY = "近日，东岸区总工会在桥头街道举办电工培训班，三十名职工参加。\n\n培训一共十二节课。"
BARE = f"---\ntitle: 东岸区总工会举办电工培训班   # 备注\ndate:   2024-8-5\n---\n\n{BODY}\n"


def test_terms_are_proposed_with_the_words_that_speak_for_them(
    make_root: Make, capfd: Told
) -> None:
    root = make_root({X: BARE})
    before = tree(root.path)
    ran = run(capfd, root, "suggest", X)
    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[0] == X
    assert lines[1].startswith("  地区 东岸区 ")
    assert lines[1].endswith("← 东岸区、桥头街道")
    assert "  街道乡镇 桥头街道 " in lines[2]
    assert lines[3].endswith("← 培训")
    assert lines[4].startswith("  摘要 近日，东岸区总工会")
    assert tree(root.path) == before


def test_write_adds_what_is_missing_and_leaves_every_other_byte(
    make_root: Make, capfd: Told
) -> None:
    text = BARE.replace("\n", "\r\n")
    root = make_root({X: b"\xef\xbb\xbf" + text.encode()})
    ran = run(capfd, root, "suggest", X, "--write")
    assert "补了 1 篇" in ran.err
    lines = (root.path / X).read_bytes().decode().split("\r\n")
    new = [
        line
        for line in lines
        if line.startswith(("districts:", "places:", "activities:", "summary:"))
    ]
    assert new[:3] == ["districts: [东岸区]", "places: [桥头街道]", "activities: [技能培训]"]
    assert new[3].startswith("summary: 近日，")
    assert "\r\n".join(line for line in lines if line not in new) == "\ufeff" + text


def test_a_second_time_there_is_nothing_to_add(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE})
    run(capfd, root, "suggest", X, "--write")
    before = tree(root.path)
    assert "补了 0 篇" in run(capfd, root, "suggest", X, "--write").err
    assert tree(root.path) == before


def test_what_the_author_wrote_always_wins(make_root: Make, capfd: Told) -> None:
    text = item(
        "东岸区总工会办培训班",
        BODY,
        districts="[西岸区]",
        activities="[法律维权]",
        summary="一句话。",
    )
    root = make_root({X: text})
    ran = run(capfd, root, "suggest", X, "--write")
    assert "  地区 西岸区（稿件里写的，不改）\n" in ran.out
    assert "  地区 东岸区 " in ran.out
    assert "（只是看法，不写）" in ran.out
    assert (root.path / X).read_text("utf-8") == text


def test_what_was_added_is_told_apart_from_what_was_there(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE.replace("---\n\n", "districts: [东岸区]\n---\n\n")})
    shown = run(capfd, root, "suggest", X)
    assert "东岸区" in shown.out
    assert "（和稿件里一样）" in shown.out
    assert "什么都没有写；加上 --write" in shown.err
    added = run(capfd, root, "suggest", X, "--write").out.splitlines()
    assert next(line for line in added if "活动类型" in line).endswith("（补上了）")


def test_a_file_that_is_no_item_is_not_passed_over_in_silence(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE})
    assert "这里没有稿件" in run(capfd, root, "suggest", "content/site.yaml").err


def test_keys_that_are_left_empty_are_filled_in(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE.replace("---\n\n", "districts:\nactivities: []\n---\n\n")})
    run(capfd, root, "suggest", X, "--write")
    text = (root.path / X).read_text("utf-8")
    assert "\ndistricts: [东岸区]\n" in text
    assert "\nactivities: []\n" in text  # «none» is an answer


def test_a_file_keeps_its_encoding(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE.encode("gb18030")})
    assert run(capfd, root, "suggest", X, "--write").status == 0
    assert "districts: [东岸区]" in (root.path / X).read_bytes().decode("gb18030")


def test_json_says_all_and_what_is_written_already(make_root: Make, capfd: Told) -> None:
    root = make_root({X: item("东岸区总工会办培训班", BODY)})
    first = run(capfd, root, "suggest", "content/news", "--format", "json").out
    (found,) = json.loads(first)["items"]
    assert found["path"] == X
    assert found["written"] == ["activities", "districts"]
    assert found["places"][0]["name"] == "桥头街道"
    assert found["places"][0]["words"] == ["桥头街道"]
    assert 0 < found["places"][0]["score"] <= 1
    assert run(capfd, root, "suggest", "content/news", "--format", "json").out == first


def test_a_head_that_cannot_be_read_is_told_and_left_alone(make_root: Make, capfd: Told) -> None:
    text = BARE.replace("date:   2024-8-5", 'summary: "没有合上')
    root = make_root({X: text, X.replace("-x", "-y"): BARE})
    ran = run(capfd, root, "suggest", "content/news", "--write")
    assert ran.status == 1
    assert "B203" in ran.err
    assert (root.path / X).read_text("utf-8") == text
    assert "补了 1 篇" in ran.err


def test_a_file_that_is_not_there_is_named(make_root: Make, capfd: Told) -> None:
    root = make_root({X: BARE})
    ran = run(capfd, root, "suggest", X.replace("-x", "-z"))
    assert ran.status == 2
    assert "B922" in ran.err
