"""Reading the keys of a mapping by a schema."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bulletin.dates import iso
from bulletin.keys import Fields, Key, read_mapping
from bulletin.problem import Language
from bulletin.tree import Mapping, Scalar
from tests.samples import codes, places, source

SCHEMA = (
    Key("title", ("标题", "正题"), "title: 甲"),
    Key("tags", ("标签",), "tags: [甲]"),
    Key("date", ("日期",), "date: 2024-08-05"),
    Key("priority", ("权重",), "priority: 5"),
    Key("status", ("状态",), "status: draft"),
    Key("images", ("图片",), "images: [{src: a.jpg}]"),
)
CHOICES = {"draft": "draft", "草稿": "draft", "published": "published"}
BEIJING = ZoneInfo("Asia/Shanghai")


def fields(text: str) -> Fields:
    return read_mapping(source(text, "x.yaml"), SCHEMA)


@pytest.mark.parametrize(
    "typed", ["title", "标题", "正题", "TITLE", "Ｔitle", '" title "', "标 题"]
)
def test_a_key_is_known_by_each_of_its_names_in_any_width_and_case(typed: str) -> None:
    found = fields(f"{typed}: 甲\n")
    assert found.text("title") == "甲"
    assert found.problems == []


def test_an_unknown_key_is_told_with_the_nearest_one() -> None:
    found = fields("tgas: 甲\n")
    assert places(found.problems) == ["B209 1:1"]
    assert "tags" in found.problems[0].sentence(Language.CHINESE)


def test_an_unknown_chinese_key_is_told_with_the_nearest_one() -> None:
    found = fields("标题名: 甲\n")
    assert "标题" in dict(found.problems[0].facts)["nearest"]


def test_a_key_under_two_of_its_names_names_both_lines() -> None:
    found = fields("title: 甲\n标题: 乙\n")
    assert places(found.problems) == ["B205 2:1"]
    said = found.problems[0].sentence(Language.CHINESE)
    assert said == "标题 写了两次（和第 1 行的“title”是同一项）"
    assert "title in line 1 is the same" in found.problems[0].sentence(Language.ENGLISH)
    assert found.text("title") == "甲"


def test_each_word_of_a_list_typed_as_one_text_knows_its_place() -> None:
    words = fields("标签: 甲、乙丙 / 丁\n").words("tags", closed=True)
    assert [(word.text, word.column) for word in words] == [("甲", 5), ("乙丙", 7), ("丁", 12)]


@pytest.mark.parametrize(
    "head", ["title:\n标题: 甲\n", "标题: 甲\ntitle:\n", "title: []\n标题: 甲\n"]
)
def test_of_two_names_of_one_key_the_one_with_a_value_counts(head: str) -> None:
    found = fields(head)
    assert (found.problems, found.text("title"), found.typed("title")) == ([], "甲", "标题")


def test_two_names_of_one_key_without_a_value_say_nothing() -> None:
    found = fields("title:\n标题:\n")
    assert (found.problems, found.has("title")) == ([], False)


def test_a_key_given_twice_is_told_once() -> None:
    assert places(fields("title: 甲\ntitle: 乙\n").problems) == ["B205 2:1"]


@pytest.mark.parametrize("typed", ["title:", "title: ''", "title: '  '", "title: []", "tags: 甲"])
def test_an_empty_key_is_a_missing_one(typed: str) -> None:
    found = fields(typed)
    assert not found.has("title")
    assert found.text("title", "没有") == "没有"
    assert found.required("title") is None
    assert "B210" in codes(found.problems)


def test_a_missing_key_says_what_to_type() -> None:
    found = fields("tags: 甲\n")
    found.required("title")
    assert "title: 甲" in found.problems[0].cure(Language.CHINESE)


def test_a_missing_key_of_an_inner_mapping_is_told_at_the_mappings_line() -> None:
    found = fields("tags: 甲\nimages:\n  - {alt: 乙}\n")
    (part,) = found.mappings("images")
    assert isinstance(part, Mapping)
    inner = found.inner(part, (Key("src", (), "src: a.jpg"), Key("alt")))
    inner.required("src")
    assert places(inner.problems) == ["B210 3:5"]


def test_blanks_and_line_ends_inside_a_text_become_one_blank() -> None:
    assert fields("title: '甲   乙'\n").text("title") == "甲 乙"


@pytest.mark.parametrize("typed", ["[甲]", "{甲: 乙}"])
def test_a_list_or_a_mapping_is_no_text(typed: str) -> None:
    found = fields(f"title: {typed}\n")
    assert found.scalar("title") is None
    assert places(found.problems) == ["B211 1:8"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("[甲, 乙]", ["甲", "乙"]),
        ("[甲，乙]", ["甲", "乙"]),
        ("甲、乙", ["甲", "乙"]),
        ("甲，乙;丙", ["甲", "乙", "丙"]),
        ("trade union、乙", ["trade union", "乙"]),
        ('["甲、乙", 丙]', ["甲、乙", "丙"]),
        ("甲", ["甲"]),
        ("[甲, '', 乙]", ["甲", "乙"]),
        ("''", []),
        ("[]", []),
        ("\n  - 甲\n  - 乙", ["甲", "乙"]),
    ],
)
def test_a_list_is_read_however_it_was_typed(typed: str, words: list[str]) -> None:
    found = fields(f"tags: {typed}\n")
    assert [word.text for word in found.words("tags")] == words
    assert found.problems == []


@pytest.mark.parametrize("typed", ["甲 乙", "'甲 乙'", "[甲　乙]", "甲、 乙"])
def test_blanks_part_the_words_of_a_closed_vocabulary(typed: str) -> None:
    found = fields(f"tags: {typed}\n")
    assert [word.text for word in found.words("tags", closed=True)] == ["甲", "乙"]


def test_a_list_inside_a_list_is_told_and_the_rest_is_read() -> None:
    found = fields("tags: [甲, [乙]]\n")
    assert [word.text for word in found.words("tags")] == ["甲"]
    assert places(found.problems) == ["B211 1:11"]


def test_a_mapping_is_no_list() -> None:
    found = fields("tags: {甲: 乙}\n")
    assert found.words("tags") == []
    assert places(found.problems) == ["B211 1:7"]


def test_a_list_of_mappings_may_hold_texts() -> None:
    parts = fields("images: [{src: a.jpg}, b.jpg, '']\n").mappings("images")
    assert [type(part) for part in parts] == [Mapping, Scalar]


def test_a_mapping_alone_is_a_list_of_one() -> None:
    assert len(fields("images: {src: a.jpg}\n").mappings("images")) == 1


def test_a_list_in_a_list_of_mappings_is_told() -> None:
    found = fields("images: [[a.jpg]]\n")
    assert found.mappings("images") == []
    assert places(found.problems) == ["B211 1:10"]


def test_a_date_is_read() -> None:
    moment = fields("date: 2024年8月5日\n").moment("date", BEIJING)
    assert moment
    assert iso(moment) == "2024-08-05"


@pytest.mark.parametrize(("typed", "code"), [("2024-02-30", "B213"), ("明天", "B214")])
def test_a_date_that_is_none_is_told_at_its_place(typed: str, code: str) -> None:
    found = fields(f"title: 甲\ndate: {typed}\n")
    assert found.moment("date", BEIJING) is None
    assert places(found.problems) == [f"{code} 2:7"]
    assert found.problems[0].text == f"date: {typed}"


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("9", 9), ("０８", 8), (" 3 ", 3)])
def test_a_number_is_read(typed: str, number: int) -> None:
    assert fields(f"priority: '{typed}'\n").number("priority", 1, 9, 5) == number


@pytest.mark.parametrize("typed", ["0", "10", "-1", "3.5", "高", "五", "1e0"])
def test_a_number_out_of_its_bounds_is_told(typed: str) -> None:
    found = fields(f"priority: {typed}\n")
    assert found.number("priority", 1, 9, 5) == 5
    assert places(found.problems) == ["B211 1:11"]


def test_a_missing_number_is_the_usual_one() -> None:
    assert fields("title: 甲\n").number("priority", 1, 9, 5) == 5


@pytest.mark.parametrize("typed", ["draft", "DRAFT", "草稿", "草 稿"])
def test_a_choice_is_read_by_any_of_its_names(typed: str) -> None:
    assert fields(f"status: {typed}\n").choice("status", CHOICES, "published") == "draft"


def test_a_choice_that_is_none_names_the_choices_and_the_nearest() -> None:
    found = fields("status: drafts\n")
    assert found.choice("status", CHOICES, "published") == "published"
    facts = dict(found.problems[0].facts)
    assert facts["choices"] == "draft、草稿、published"
    assert "draft" in facts["nearest"]


def test_a_file_that_holds_a_list_is_told() -> None:
    found = fields("- 甲\n- 乙\n")
    assert places(found.problems) == ["B204 1:1"]
    assert not found.has("title")


def test_an_empty_file_has_no_keys_and_no_fault() -> None:
    found = fields("# 备注\n")
    assert found.problems == []
    assert not found.has("title")


def test_the_key_is_named_as_the_editor_typed_it() -> None:
    found = fields("标题: [甲]\n")
    found.scalar("title")
    assert dict(found.problems[0].facts)["key"] == "标题"


def test_control_characters_of_a_key_are_not_repeated() -> None:
    found = fields('"a\\x1b[31m": 甲\n')
    assert "\x1b" not in found.problems[0].sentence(Language.CHINESE)
