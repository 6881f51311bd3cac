"""A new item's name and text."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bulletin.newitem import (
    USUAL,
    Wish,
    address_of,
    faults,
    name_of,
    path_of,
    text_of,
    tidy,
)
from bulletin.problem import Language
from bulletin.text import FORBIDDEN
from tests.samples import ANY_LOAD, VOCABULARY, codes, item, moment, read_item

DAY = moment("2024-08-05")


def wish(title: str = "密云区工匠学院开班", **changed: object) -> Wish:
    return Wish(**({"title": title, "date": DAY} | changed))  # type: ignore[arg-type]


def head(text: str) -> dict[str, object]:
    """The front matter as strict YAML has it, all values texts."""
    _, between, _ = re.split(r"^---$", text, maxsplit=2, flags=re.MULTILINE)
    read = yaml.load(between, Loader=yaml.BaseLoader)
    assert isinstance(read, dict)
    return read


# --- its name


def test_a_file_is_named_by_its_date_and_the_pinyin_of_its_title() -> None:
    name = "2024-08-05-mi-yun-qu-gong-jiang-xue-yuan-kai-ban"
    assert path_of(wish()) == f"content/news/2024/08/{name}.md"
    assert path_of(wish(), 2) == f"content/news/2024/08/{name}-2.md"


def test_a_slug_that_is_given_is_taken_as_it_is() -> None:
    assert name_of(wish(slug="Craft-Academy")) == "Craft-Academy"
    assert name_of(wish(slug="工匠")) == "gong-jiang"
    assert name_of(wish("！？")) == "news"


@pytest.mark.parametrize("number", [1, 2])
def test_the_address_is_the_one_that_the_item_gets(number: int) -> None:
    made = wish()
    stem = path_of(made, number).rpartition("/")[2].removesuffix(".md")
    assert item(stem).path == address_of(made, number)


# --- its text


def test_the_text_has_every_usual_key_once_with_a_comment_in_chinese_above() -> None:
    text = text_of(wish(), VOCABULARY)
    assert list(head(text)) == list(USUAL)
    lines = text.split("\n")
    for name in USUAL:
        above = lines[next(n for n, line in enumerate(lines) if line.startswith(f"{name}:")) - 1]
        assert re.match(r"# +[一-鿿]", above), name


def test_the_comments_name_the_choices_of_the_vocabulary() -> None:
    text = text_of(wish(), VOCABULARY)
    assert "可以写：东城区、朝阳区、海淀区、通州区、密云区、北京经济技术开发区；" in text
    assert "可以写：技能培训、集体协商、劳动竞赛、法律维权；" in text
    assert "可以写：draft 草稿、published 发布、withdrawn 撤回\n" in text
    assert "可以写：消息、通讯、图片新闻、评论、公告、简讯\n" in text


def test_what_was_asked_for_is_what_the_file_says() -> None:
    asked = wish(
        date=moment("2024-08-05 09:30"),
        districts=("密云", "miyun", "tongzhou"),
        activities=("培训", "工匠学院"),
        issue="014",
        draft=True,
    )
    read, problems = read_item(text_of(asked, VOCABULARY))
    assert read
    assert [found.code for found in problems] == ["B417"]  # its text is still to be written
    assert (read.title, read.date, read.issue) == ("密云区工匠学院开班", asked.date, "014")
    assert read.districts == ("tongzhou", "miyun")
    assert (read.activities, read.tags) == (("training",), ("工匠学院",))
    assert read.status == "draft"
    assert "districts: [密云区, 通州区]\n" in text_of(asked, VOCABULARY)


def test_a_plain_title_has_no_quotes_and_another_one_only_those_it_needs() -> None:
    assert "\ntitle: 密云区工匠学院开班\n" in text_of(wish(), VOCABULARY)
    assert "\ntitle: 读《工会法》“第一课”\n" in text_of(wish("读《工会法》“第一课”"), VOCABULARY)
    assert "\ntitle: '北京市总工会: \"关于\" #1'\n" in text_of(
        wish('北京市总工会: "关于" #1'), VOCABULARY
    )


TITLES = [
    *("a: b", "#话题", "x #y", "[征集] 活动", "{甲}", "@全体", "*重点*", "&x", "!x", "%x", "`x`"),
    *("'单'", '"双"', 'it\'s "so"', "- 甲", "? 甲", "| 甲", "> 甲", "no", "null", "~", "2024-8-5"),
    *("a\\b", "C:\\x", "甲：乙", "甲，乙", "---", "...", "014", "1e3", "🎉", "100%", "甲 #乙: 丙"),
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_valid_front_matter_and_read_as_it_was_given(title: str) -> None:
    holds(title)


@given(st.text(min_size=1, max_size=40))
@ANY_LOAD
def test_whatever_title_is_typed_is_valid_front_matter(title: str) -> None:
    holds(title)


def holds(typed: str) -> None:
    title = tidy(typed)
    made = wish(title, districts=("密云区",), activities=("技能培训",))
    if not title or FORBIDDEN.search(title):
        assert codes(faults(made, VOCABULARY)) in (["B841"], ["B103"])
        return
    assert faults(made, VOCABULARY) == []
    text = text_of(made, VOCABULARY)
    assert head(text)["title"] == title
    read, problems = read_item(text)
    assert read
    assert read.title == title
    assert [found.code for found in problems] == ["B417"]  # its text is still to be written


# --- what is refused


def test_unknown_terms_are_told_with_the_nearest_ones() -> None:
    found = faults(wish(districts=("密云县",), activities=("技能培",)), VOCABULARY)
    assert [(one.path, one.code) for one in found] == [
        ("--district", "B301"),
        ("--activity", "B302"),
    ]
    said = [one.sentence(Language.CHINESE) for one in found]
    assert "“密云区”" in said[0]
    assert "“技能培训”" in said[1]


@pytest.mark.parametrize("bad", ["../x", "a/b", "a?b", ".x", "con"])
def test_names_that_cannot_stand_in_an_address_are_refused(bad: str) -> None:
    assert codes(faults(wish(slug=bad), VOCABULARY)) == ["B217"]
    assert codes(faults(wish(issue=bad), VOCABULARY)) == ["B217"]


def test_a_title_has_one_line_and_nothing_invisible() -> None:
    assert tidy("  密云区\n工匠\u200b学院 ") == "密云区 工匠学院"
    assert codes(faults(wish(""), VOCABULARY)) == ["B841"]
    assert codes(faults(wish("甲\x07"), VOCABULARY)) == ["B103"]
