"""A file as the editing page has it, and what the page sends back, put into the file."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bulletin.cmsconfig import OWN, STATE, cms_config, offered
from bulletin.cmsentry import Form, RefusedError, saved, shown, started, state_in
from bulletin.frontmatter import read_front_matter
from bulletin.itemkeys import ITEM_KEYS
from bulletin.schema import fields_of, item_fields
from bulletin.source import Source, as_read
from bulletin.textpage import PAGE_KEYS
from tests.samples import ANY_LOAD, VOCABULARY, read_item

FORM = Form(ITEM_KEYS, item_fields(VOCABULARY))
PATH = "content/news/2024/08/2024-08-05-x.md"
FILE = """\
---
# 谁来核对？
标题: '密云区: "工匠" #1'   # 行尾的话
地区: 密云、通州
日期: 2024年8月5日
issue: 014
类型: [培训, "劳模"]

extra: {电话: 12351}
byline: 记者 甲 通讯员 乙
tags: ["1,000人", 班组长]
images: a.jpg
---

　　第一段**“重点”**。\u0020\u0020
<!-- 待核 -->

* 一
+ 二


结尾。

"""
FILE = FILE.replace(', "劳模"', "")


def values(copy: str) -> dict[str, Any]:
    """What the page gets, as Decap's own YAML has it."""
    head = copy.split("\n---\n", maxsplit=1)[0].removeprefix("---\n")
    read: dict[str, Any] = yaml.safe_load(head)
    return read


def sent(copy: str, body: str | None = None, **changed: Any) -> str:
    """What the page sends back: all of it in a form of its own."""
    head, old = copy.removeprefix("---\n").split("\n---\n", 1)
    mine = {**json.loads(head), **changed}
    again = yaml.safe_dump(
        {name: value for name, value in mine.items() if value is not None},
        allow_unicode=True,
        sort_keys=True,
        width=20,
    )
    return f"---\n{again}---\n{old if body is None else body}"


def after(file: str, body: str | None = None, **changed: Any) -> str:
    return saved(PATH, file, sent(shown(PATH, file, FORM, "s"), body, **changed), FORM)


# --- what the page gets


def test_the_page_gets_a_plain_copy_with_english_keys_names_of_terms_and_the_body() -> None:
    copy = shown(PATH, FILE, FORM, "s.1")
    assert values(copy) == {
        "title": '密云区: "工匠" #1',
        "date": "2024-08-05",
        "districts": ["密云区", "通州区"],
        "activities": ["技能培训"],
        "tags": ["1,000人", "班组长"],
        "byline": [{"name": "甲", "role": "reporter"}, {"name": "乙", "role": "correspondent"}],
        "issue": "014",
        "images": [{"src": "a.jpg"}],
        STATE: "s.1",
    }
    assert copy.endswith("\n---\n第一段**“重点”**。  \n<!-- 待核 -->\n\n* 一\n+ 二\n\n\n结尾。\n")
    assert state_in(copy) == "s.1"


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("2024-8-5", "2024-08-05"),
        ("２０２４年８月５日", "2024-08-05"),
        ("2024-08-05 09:30", "2024-08-05 09:30"),
        ("2024-08-05 00:00", "2024-08-05"),
        ("2024-08-05T09:30:00+02:00", "2024-08-05T09:30:00+02:00"),
        ("2024-02-30", "2024-02-30"),
        ("明天", "明天"),
    ],
)
def test_a_date_is_shown_as_the_forms_have_it_where_that_says_the_same(
    typed: str, plain: str
) -> None:
    copy = shown(PATH, f"---\ntitle: 甲\ndate: {typed}\n---\n", FORM, "s")
    assert str(values(copy)["date"]) == plain


def test_a_file_that_cannot_be_read_is_shown_as_such_and_refused() -> None:
    broken = "---\ntitle: [甲\n---\n正文。\n"
    copy = shown(PATH, broken, FORM, "s")
    assert "2024-08-05-x.md" in values(copy)["title"]
    assert "正文" not in copy
    with pytest.raises(RefusedError) as refused:
        saved(PATH, broken, sent(copy, title="乙"), FORM)
    assert refused.value.problem.code == "B203"


# --- what it sends back


def test_a_file_that_was_saved_without_a_change_is_as_it_was() -> None:
    assert after(FILE) == FILE


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_changed_title_changes_its_line_alone(end: str, mark: str) -> None:
    file = mark + FILE.replace("\n", end)
    old = "标题: '密云区: \"工匠\" #1'   # 行尾的话"
    assert old in file
    assert after(file, title="新的标题") == file.replace(old, "标题: 新的标题   # 行尾的话")


def test_only_what_was_changed_is_written() -> None:
    made = after(FILE, subtitle="副题", districts=["密云区"], status="draft")
    added = [line for line in made.split("\n") if line not in FILE.split("\n")]
    removed = [line for line in FILE.split("\n") if line not in made.split("\n")]
    assert sorted(added) == ["status: draft", "subtitle: 副题", "地区: [密云区]"] or sorted(
        added
    ) == ["status: draft", "subtitle: 副题", "地区: 密云区"]
    assert removed == ["地区: 密云、通州"]


def test_a_field_that_was_emptied_is_taken_away_and_an_empty_one_is_not_added() -> None:
    made = after(FILE, issue="", tags=[], kicker="", summary=None, corrections=[])
    assert "issue" not in made
    assert "tags" not in made
    assert "kicker" not in made
    assert made.count("\n") == FILE.count("\n") - 2


def test_what_no_form_offers_is_kept() -> None:
    copy = json.loads(sent_head(shown(PATH, FILE, FORM, "s")))
    assert "extra" not in copy
    assert "extra: {电话: 12351}\n" in after(FILE, title="新")


def sent_head(copy: str) -> str:
    return copy.removeprefix("---\n").split("\n---\n", 1)[0]


def test_own_fields_of_the_page_never_reach_the_file() -> None:
    made = after(FILE, title="新", bulletin_year="2024", bulletin_month="08", bulletin_stem="x")
    assert not [name for name in OWN if name in made]


def test_words_typed_with_chinese_commas_are_several_and_old_ones_stay_whole() -> None:
    made = after(FILE, tags=["1,000人", "班组长", "新媒体、康养"])
    item, problems = read_item(made)
    assert not [found for found in problems if found.code != "B406"]
    assert item
    assert item.tags == ("1,000人", "班组长", "新媒体", "康养")


def test_a_picture_is_added_with_its_description() -> None:
    made = after(
        FILE, images=[{"src": "a.jpg"}, {"src": "b.jpg", "alt": "图", "decorative": False}]
    )
    item, _ = read_item(made)
    assert item
    assert [(image.src, image.alt) for image in item.images] == [("a.jpg", ""), ("b.jpg", "图")]
    assert "decorative" not in made


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_changed_body_leaves_the_front_matter_and_what_stands_around_it(end: str) -> None:
    file = FILE.replace("\n", end)
    made = after(file, body="第一段。\n\n第二段。\n")
    head = file[: file.index("　　第一段")]
    assert made == f"{head}　　第一段。{end}{end}第二段。{end}{end}"


def test_a_body_is_put_into_a_file_that_had_none() -> None:
    file = "---\ntitle: 甲\ndate: 2024-08-05\n---\n"
    assert after(file, body="正文。\n") == file + "\n正文。\n"
    assert after(file, body="\n") == file


def test_a_body_that_was_emptied_is_empty() -> None:
    assert read_item(after(FILE, body="\n"))[0]
    front, _ = read_front_matter(Source(PATH, after(FILE, body="")))
    assert front
    assert front.body == ""


@given(
    st.text(st.sampled_from("甲 -—:#'\"\n　*`>|[]\\\u200b"), max_size=40),
    st.text(st.sampled_from("乙-: \n　#'\""), max_size=20),
)
@ANY_LOAD
def test_no_body_is_changed_by_a_change_of_the_title(body: str, title: str) -> None:
    file = f"---\ntitle: 旧\n日期: 2024-08-05\n---\n{body}"
    tidy = " ".join(title.split())
    try:
        made = after(file, title=tidy or "新")
    except RefusedError:  # what could not be read cannot be changed either
        return
    assert made.endswith(f"\n日期: 2024-08-05\n---\n{body}")
    item, _ = read_item(as_read(made))
    assert item is None or item.title == (tidy or "新")


@pytest.mark.parametrize("bad", ["", "没有信息栏", "---\n- 甲\n---\n", "---\ntitle: 甲\n"])
def test_what_is_no_file_at_all_is_refused(bad: str) -> None:
    with pytest.raises(RefusedError) as refused:
        saved(PATH, FILE, bad, FORM)
    assert refused.value.problem.code == "B843"


def test_a_control_character_is_refused() -> None:
    with pytest.raises(RefusedError):
        saved(PATH, FILE, '---\ntitle: "甲\\a"\n---\n', FORM)


# --- a new file


def test_a_new_file_has_what_was_said_in_the_order_of_the_keys() -> None:
    copy = sent(
        '---\n{"title": "甲: 乙", "date": "2024-08-05 00:00"}\n---\n',
        "正文。\n",
        districts=["密云区"],
        slug="x",
        bulletin_stem="2024-08-05-x",
        tags=[],
    )
    assert started(PATH, copy, FORM) == (
        '---\ntitle: "甲: 乙"\ndate: 2024-08-05\ndistricts: [密云区]\n---\n\n正文。\n'
    )


# --- the configuration


def names(fields: list[dict[str, Any]]) -> list[str]:
    return [field["name"] for field in fields]


CONFIG = cms_config(
    "简报", "/api", item_fields(VOCABULARY), fields_of(PAGE_KEYS, VOCABULARY), ["2024"]
)
NEWS_FORM = CONFIG["collections"][0]["fields"]


def test_the_form_offers_every_key_but_extra_once_and_the_body() -> None:
    keys = {key.name for key in ITEM_KEYS} - {"extra"}
    assert sorted(names(NEWS_FORM)) == sorted([*keys, "body", *OWN])
    assert {field.name for field in offered(FORM.fields)} == keys


def test_the_vocabulary_is_offered_as_choices() -> None:
    form = {field["name"]: field for field in NEWS_FORM}
    for name in ("districts", "places", "activities"):
        assert form[name]["widget"] == "select"
        assert form[name]["multiple"] is True
    assert [o["value"] for o in form["activities"]["options"]][:2] == ["技能培训", "工匠学院"]
    assert form["activities"]["max"] == 3
    assert form["status"]["options"][0] == {"label": "草稿", "value": "draft"}


def test_every_field_has_a_chinese_label() -> None:
    shown_fields = [field for field in NEWS_FORM if field["widget"] != "hidden"]
    assert [field["name"] for field in shown_fields if field["label"].isascii()] == []
    inner = [one for field in shown_fields for one in field.get("fields", [])]
    assert inner
    assert [one["name"] for one in inner if one["label"].isascii()] == []


def test_only_the_first_list_makes_new_items_and_no_list_deletes() -> None:
    assert [(c["name"], c["create"], c["delete"]) for c in CONFIG["collections"]] == [
        ("news", True, False),
        ("news-2024", False, False),
        ("pages", False, False),
    ]
