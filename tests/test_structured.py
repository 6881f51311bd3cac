"""JSON-LD by schema.org."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bulletin.item import Item
from bulletin.picture import PictureFacts
from bulletin.story import Figure, Picture, Story
from bulletin.structured import HEADLINE_LIMIT, breadcrumbs, collection, news_article, script
from bulletin.vocabulary import Term
from tests.samples import ANY_LOAD, SETTINGS, VOCABULARY, item


def story(made: Item, picture: Figure | None = None) -> Story:
    districts = tuple(Term(id_, VOCABULARY.district(id_).name) for id_ in made.districts)
    activities = tuple(
        Term(term.id, term.name) for term in VOCABULARY.activities if term.id in made.activities
    )
    return Story(made, b"mark", "published", districts, activities, picture)


def absolute(path: str) -> str:
    return f"https://bulletin.example.org/{path}"


def article(lines: str = "", picture: Figure | None = None) -> dict[str, Any]:
    return news_article(story(item("2024-08-05-x", lines), picture), SETTINGS.facts, absolute)


def test_an_item_says_what_when_and_where() -> None:
    said = article("districts: 密云\nactivities: 培训\nplaces: 鼓楼街道\ntags: 甲、乙")
    assert said == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "标题2024-08-05-x",
        "description": "正文。",
        "url": "https://bulletin.example.org/news/2024/08/05/x/",
        "mainEntityOfPage": "https://bulletin.example.org/news/2024/08/05/x/",
        "inLanguage": "zh-Hans",
        "datePublished": "2024-08-05T00:00:00+08:00",
        "dateModified": "2024-08-05T00:00:00+08:00",
        "dateline": "鼓楼街道",
        "articleSection": ["技能培训"],
        "keywords": ["甲", "乙"],
        "author": [{"@type": "Organization", "name": "首都工会简报"}],
        "publisher": {"@type": "Organization", "name": "首都工会简报"},
        "contentLocation": [{"@type": "Place", "name": "鼓楼街道"}],
    }


def test_an_item_without_a_place_lies_in_its_districts() -> None:
    said = article("districts: 密云、通州")
    assert said["dateline"] == "通州区、密云区"
    assert [place["name"] for place in said["contentLocation"]] == ["通州区", "密云区"]


def test_what_an_item_does_not_say_is_left_out() -> None:
    assert not {"alternativeHeadline", "image", "isBasedOn", "correction", "printPage"} & set(
        article()
    )
    assert all(article().values())


def test_where_it_was_printed_and_what_it_is_based_on_is_told() -> None:
    said = article("source_url: https://a.cn/\nsource: 甲\nedition: 第8期\npage: 02\nkicker: 引")
    assert said["isBasedOn"] == "https://a.cn/"
    assert said["sourceOrganization"] == {"@type": "Organization", "name": "甲"}
    assert (said["printEdition"], said["printPage"]) == ("第8期", "02")
    assert said["alternativeHeadline"] == "引"


def test_a_subtitle_goes_before_a_kicker() -> None:
    assert article("kicker: 引\nsubtitle: 副")["alternativeHeadline"] == "副"


def test_a_correction_changes_the_date_of_the_item() -> None:
    said = article("corrections: [{date: 2024-08-06, text: 应为500人。}]")
    assert said["dateModified"] == "2024-08-06T00:00:00+08:00"
    assert said["correction"] == [
        {
            "@type": "CorrectionComment",
            "text": "应为500人。",
            "datePublished": "2024-08-06T00:00:00+08:00",
        }
    ]


def test_an_update_changes_the_date_of_the_item() -> None:
    assert article("updated: 2024-08-07 10:00")["dateModified"] == "2024-08-07T10:00:00+08:00"


@pytest.mark.parametrize("name", ["编辑部", "密云区总工会", "通讯社", "新闻中心", "网信办公室"])
def test_a_desk_is_an_organisation(name: str) -> None:
    assert article(f"byline: {name}")["author"] == [{"@type": "Organization", "name": name}]


def test_a_person_is_a_person_with_an_affiliation() -> None:
    assert article("byline: 记者 王小明（密云区总工会） 李工")["author"] == [
        {
            "@type": "Person",
            "name": "王小明",
            "affiliation": {"@type": "Organization", "name": "密云区总工会"},
        },
        {"@type": "Person", "name": "李工"},
    ]


def test_the_picture_is_an_absolute_address() -> None:
    picture = Picture("content/news/2024/08/a.jpg", "a.jpg", b"d", PictureFacts(4, 3))
    said = article(picture=Figure(picture, "图", "", "", True))
    assert said["image"] == "https://bulletin.example.org/media/news/2024/08/a.jpg"


def test_a_headline_is_as_long_as_search_engines_take_it() -> None:
    long = replace(item("2024-08-05-x"), title="标" * 200)
    said = news_article(story(long), SETTINGS.facts, absolute)
    assert said["headline"] == "标" * HEADLINE_LIMIT


def test_the_internal_note_is_told_to_no_machine() -> None:
    assert "绝不发布" not in json.dumps(article("ednote: 绝不发布"), ensure_ascii=False)


def test_breadcrumbs_count_from_the_home_page() -> None:
    said = breadcrumbs([("首页", "https://a/"), ("密云区", "https://a/m/")])
    assert said["@type"] == "BreadcrumbList"
    assert [(e["position"], e["name"], e["item"]) for e in said["itemListElement"]] == [
        (1, "首页", "https://a/"),
        (2, "密云区", "https://a/m/"),
    ]


def test_a_list_tells_its_items_in_order() -> None:
    said = collection(
        "密云区", "https://a/m/", [("甲", "https://a/1"), ("乙", "https://a/2")], SETTINGS.facts
    )
    assert (said["@type"], said["name"]) == ("CollectionPage", "密云区")
    assert said["isPartOf"]["url"] == SETTINGS.base_url
    elements = said["mainEntity"]["itemListElement"]
    assert [(e["position"], e["name"], e["url"]) for e in elements] == [
        (1, "甲", "https://a/1"),
        (2, "乙", "https://a/2"),
    ]


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!--", "]]>", "a&b", "\u2028\u2029", '"\\']
)
def test_row30_no_title_breaks_out_of_its_script(title: str) -> None:
    text = str(script({"headline": title}))
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(text)
    assert json.loads(text) == {"headline": title}


@ANY_LOAD
@given(st.text())
def test_a_script_says_what_was_put_in(title: str) -> None:
    text = str(script({"甲": title}))
    assert json.loads(text) == {"甲": title}
    assert not {"<", ">", "&"} & set(text)


def test_chinese_stays_readable_in_a_script() -> None:
    assert str(script({"name": "密云区"})) == '{"name":"密云区"}'
