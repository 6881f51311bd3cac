"""Which districts a text names, and how surely."""

from __future__ import annotations

import pytest

from bulletin.gazetteer import mentions
from bulletin.vocabulary import to_vocabulary
from tests.samples import ACTIVITIES, VOCABULARY, source


def strong(text: str) -> list[tuple[str, str]]:
    return [(m.district, m.words) for m in mentions(text, VOCABULARY) if m.strong]


@pytest.mark.parametrize(
    ("text", "district", "words"),
    [
        ("密云区工匠学院成立", "miyun", "密云区"),
        ("北京市朝阳区举办讲座", "chaoyang", "北京市朝阳区"),
        ("亦庄新城职工运动会", "jingkai", "亦庄新城"),
        ("经开区一线职工", "jingkai", "经开区"),
        ("果园街道总工会", "miyun", "果园街道"),
        ("王四营乡和王四营镇", "chaoyang", "王四营乡"),
        ("走进漷县镇", "tongzhou", "漷县镇"),
        ("亦庄开发区工会", "jingkai", "亦庄开发区"),
    ],
)
def test_full_names_aliases_and_streets_are_strong(text: str, district: str, words: str) -> None:
    assert (district, words) in strong(text)


@pytest.mark.parametrize(
    "text",
    [
        "南通市通州区总工会来访",
        "长春市朝阳区",
        "江苏省南通市通州区北苑街道",
        "沈阳市某某区果园街道",
        "吉林省朝阳区",
    ],
)
def test_a_name_behind_another_city_or_province_is_none_of_ours(text: str) -> None:
    assert mentions(text, VOCABULARY) == []


@pytest.mark.parametrize("before", ["本市", "全市", "我市", "北京市", "在通州"])
def test_our_own_city_may_stand_before_a_name(before: str) -> None:
    assert [district for district, _ in strong(f"{before}海淀区开班")][-1] == "haidian"


@pytest.mark.parametrize("text", ["朝阳产业", "大兴朝阳之风", "密云水库", "通州号子", "海淀黄庄"])
def test_a_short_name_alone_is_weak(text: str) -> None:
    found = mentions(text, VOCABULARY)
    assert found
    assert not any(one.strong for one in found)


@pytest.mark.parametrize("after", ["总工会", "工会", "职工", "分校", "园区"])
def test_a_short_name_before_what_means_a_district_is_strong(after: str) -> None:
    assert strong(f"近日，密云{after}开班") == [("miyun", "密云")]


@pytest.mark.parametrize(
    ("text", "districts"),
    [
        ("东城、朝阳两区", ["dongcheng", "chaoyang"]),
        ("东城、朝阳、海淀三区职工", ["dongcheng", "chaoyang", "haidian"]),
        ("东城和海淀区", ["dongcheng", "haidian"]),
        ("密云、通州工会", ["miyun", "tongzhou"]),
        ("密云、通州水库", []),
    ],
)
def test_a_list_of_short_names_is_strong_where_its_end_is(text: str, districts: list[str]) -> None:
    assert [district for district, _ in strong(text)] == districts


def test_the_longest_name_counts() -> None:
    assert strong("朝阳门街道职工之家") == [("dongcheng", "朝阳门街道")]


def test_a_street_of_two_districts_is_weak_for_both_until_something_decides() -> None:
    found = mentions("八里庄街道开班", VOCABULARY)
    assert [(one.district, one.strong) for one in found] == [
        ("chaoyang", False),
        ("haidian", False),
    ]


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("朝阳八里庄街道开班", "chaoyang"),
        ("海淀区八里庄街道开班", "haidian"),
        ("八里庄街道开班，海淀区总工会到场", "haidian"),
        ("八里庄街道、王四营乡", "chaoyang"),
    ],
)
def test_a_neighbour_decides_between_streets_of_one_name(text: str, district: str) -> None:
    found = {one.district for one in mentions(text, VOCABULARY) if one.words == "八里庄街道"}
    assert found == {district}
    assert (district, "八里庄街道") in strong(text)


def test_a_mention_says_where_it_stands() -> None:
    text = "近日，果园街道的职工"
    (one,) = mentions(text, VOCABULARY)
    assert text[one.start : one.start + len(one.words)] == one.words == "果园街道"


def test_the_city_itself_is_no_district() -> None:
    text = """\
districts:
  - {id: east, name: 东区, aliases: [某州市东区, 东区新城]}
  - {id: all, name: 市级, aliases: [某州市, 某州市总工会]}
"""
    made, problems = to_vocabulary(source(text), source(ACTIVITIES))
    assert made, problems
    assert [(m.district, m.words) for m in mentions("某州市总工会走进东区新城", made)] == [
        ("east", "东区新城")
    ]
    assert [m.district for m in mentions("某州市东区职工", made)] == ["east"]
