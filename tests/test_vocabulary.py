"""districts.yaml and activities.yaml → Vocabulary."""

from __future__ import annotations

import pytest

from bulletin.problem import Problem
from bulletin.vocabulary import Vocabulary, to_vocabulary
from tests.samples import ACTIVITIES, DISTRICTS, VOCABULARY, codes, places, source


def read(
    districts: str = DISTRICTS, activities: str = ACTIVITIES
) -> tuple[Vocabulary | None, list[Problem]]:
    return to_vocabulary(
        source(districts, "content/districts.yaml"), source(activities, "content/activities.yaml")
    )


def faults(districts: str = DISTRICTS, activities: str = ACTIVITIES) -> list[str]:
    made, problems = read(districts, activities)
    assert made is None
    return places(problems)


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("密云区", "miyun"),
        ("密云", "miyun"),
        ("miyun", "miyun"),
        ("MIYUN", "miyun"),
        ("ｍｉｙｕｎ", "miyun"),
        (" 密 云 ", "miyun"),
        ("北京市朝阳区", "chaoyang"),
        ("经开区", "jingkai"),
        ("亦庄新城", "jingkai"),
        ("亦庄开发区", "jingkai"),
        ("yizhuang", "jingkai"),
    ],
)
def test_a_district_is_found_by_each_of_its_names(typed: str, id_: str) -> None:
    found = VOCABULARY.find_district(typed)
    assert found
    assert found.id == id_


@pytest.mark.parametrize("typed", ["蜜云", "", "密云区县", "鼓楼街道", "技能培训"])
def test_what_is_no_district_is_none(typed: str) -> None:
    assert VOCABULARY.find_district(typed) is None


@pytest.mark.parametrize(
    ("typed", "id_", "top"),
    [
        ("技能培训", "training", "training"),
        ("培训", "training", "training"),
        ("training", "training", "training"),
        ("工匠学院", "craft", "training"),
        ("协商", "bargaining", "bargaining"),
        ("普法教育", "rights", "rights"),
        ("law", "rights", "rights"),
    ],
)
def test_an_activity_is_found_by_its_synonyms_and_counts_as_its_first_level(
    typed: str, id_: str, top: str
) -> None:
    found = VOCABULARY.find_activity(typed)
    assert found
    assert found.id == id_
    assert VOCABULARY.top_activity(found).id == top


@pytest.mark.parametrize(
    ("typed", "districts"),
    [
        ("鼓楼街道", ["miyun"]),
        ("八里庄街道", ["chaoyang", "haidian"]),
        ("海淀八里庄街道", ["haidian"]),
        ("海淀区八里庄街道", ["haidian"]),
        ("王四营地区", ["chaoyang"]),
        ("王四营乡", ["chaoyang"]),
        ("王四营镇", ["chaoyang"]),
        ("漷县镇", ["tongzhou"]),
        ("漷县", ["tongzhou"]),
        ("朝阳门街道", ["dongcheng"]),
        ("漷县乡", []),
        ("密云八里庄街道", []),
        ("古楼街道", []),
        ("", []),
    ],
)
def test_a_place_is_found_in_its_districts(typed: str, districts: list[str]) -> None:
    assert [place.district for place in VOCABULARY.find_places(typed)] == districts


def test_a_place_whose_name_ends_like_a_town_already_is_found_without_its_last_word() -> None:
    made, _ = read(
        "districts:\n  - {id: a, name: 顺义区, places: [杨镇地区]}\nsame_endings: [[地区, 乡, 镇]]\n"
    )
    assert made
    assert [place.name for place in made.find_places("杨镇")] == ["杨镇地区"]
    assert [place.name for place in made.find_places("杨镇乡")] == ["杨镇地区"]
    assert made.find_places("杨镇镇") == ()


def test_terms_stand_in_the_order_of_the_file() -> None:
    assert [term.id for term in VOCABULARY.shown_districts] == [
        "dongcheng",
        "chaoyang",
        "haidian",
        "tongzhou",
        "miyun",
        "jingkai",
    ]
    assert [term.id for term in VOCABULARY.shown_activities] == [
        "training",
        "bargaining",
        "contest",
        "rights",
    ]


def test_a_district_knows_its_cell_and_its_short_name() -> None:
    chaoyang = VOCABULARY.district("chaoyang")
    assert (chaoyang.cell, chaoyang.short, chaoyang.order) == ((3, 3), "朝阳", 1)
    assert VOCABULARY.district("yizhuang").short == "亦庄开发区"


def test_the_nearest_terms_are_named() -> None:
    assert "密云区" in VOCABULARY.near_districts("蜜云区")
    assert "技能培训" in VOCABULARY.near_activities("技能陪训")
    assert "鼓楼街道" in VOCABULARY.near_places("古楼街道")
    assert VOCABULARY.near_districts("xyz") == ""


def test_merged_terms_are_not_suggested() -> None:
    assert "亦庄开发区" not in VOCABULARY.near_districts("亦庄开发")


KEYS = {
    "id": ["id", "编号"],
    "name": ["name", "名称"],
    "short": ["short", "简称"],
    "aliases": ["aliases", "别名"],
    "places": ["places", "街道", "乡镇"],
    "replaced_by": ["replaced_by", "并入"],
}


@pytest.mark.parametrize("typed", [name for names in KEYS.values() for name in names])
def test_keys_of_a_district_have_chinese_names(typed: str) -> None:
    line = (
        f"districts:\n  - {{id: a, name: 甲, short: 乙, aliases: [丙], places: [丁], {typed}: x}}\n"
    )
    # Each is known: it is told as given twice, or leads nowhere, but never as unknown.
    assert "B209" not in codes(read(line)[1])


def test_an_activity_may_be_written_in_chinese() -> None:
    made, problems = read(
        activities="活动类型:\n  - {编号: a, 名称: 甲, 同义词: [乙], 说明: 丙}\n"
        "  - {编号: b, 名称: 丁, 上位: a}\n  - {编号: c, 名称: 戊, 并入: a}\n"
    )
    assert made, problems
    assert [term.broader for term in made.activities] == [None, "a", None]
    assert [term.replaced_by for term in made.activities] == [None, None, "a"]


def test_a_file_without_its_list_is_told() -> None:
    assert faults("# 空\n") == ["B210 1:1"]


def test_a_district_that_is_a_text_is_told() -> None:
    assert faults("districts: [密云区]\n") == ["B204 1:13"]


def test_a_district_without_an_id_or_a_name_is_told_at_its_line() -> None:
    assert faults("districts:\n  - {id: a, name: 甲}\n  - {short: 乙}\n") == [
        "B210 3:5",
        "B210 3:5",
    ]


def test_an_unknown_key_is_told() -> None:
    assert faults("districts:\n  - {id: a, name: 甲, order: 1}\n") == ["B209 2:22"]


def test_row40_an_id_used_twice_is_told() -> None:
    assert faults("districts:\n  - {id: a, name: 甲}\n  - {id: a, name: 乙}\n") == ["B504 3:10"]


def test_row40_a_name_that_stands_for_two_is_told() -> None:
    assert faults(
        "districts:\n  - {id: a, name: 甲}\n  - {id: b, name: 乙, aliases: [丙, 甲]}\n"
    ) == ["B505 3:35"]


def test_one_name_in_two_of_its_own_places_is_no_fault() -> None:
    made, problems = read("districts:\n  - {id: a, name: 甲, short: 甲, aliases: [甲, a]}\n")
    assert made, problems


@pytest.mark.parametrize("key", ["broader", "replaced_by"])
def test_row40_a_reference_to_nothing_is_told(key: str) -> None:
    text = f"activities:\n  - {{id: a, name: 甲, {key}: b}}\n"
    assert faults(activities=text) == [f"B506 2:{24 + len(key)}"]


@pytest.mark.parametrize("key", ["broader", "replaced_by"])
def test_row40_a_circle_is_told_at_each_of_its_terms(key: str) -> None:
    text = (
        f"activities:\n  - {{id: a, name: 甲, {key}: b}}\n  - {{id: b, name: 乙, {key}: c}}\n"
        f"  - {{id: c, name: 丙, {key}: a}}\n  - {{id: d, name: 丁, {key}: a}}\n"
    )
    made, problems = read(activities=text)
    assert made is None
    assert codes(problems) == ["B507", "B507", "B507"]
    assert dict(problems[0].facts)["cycle"] == "a → b → c → a"


def test_a_term_that_is_its_own_circle_is_told() -> None:
    text = "activities:\n  - {id: a, name: 甲, broader: a}\n"
    made, problems = read(activities=text)
    assert made is None
    assert codes(problems) == ["B507"]


@pytest.mark.parametrize("typed", ["[1]", "[1, 2, 3]", "[0, 1]", "[a, b]", "左上"])
def test_a_cell_is_two_numbers_from_one(typed: str) -> None:
    assert codes(read(f"districts:\n  - {{id: a, name: 甲, cell: {typed}}}\n")[1]) == ["B211"]


def test_faults_of_both_files_are_told_in_one_go() -> None:
    made, problems = read("districts: [甲]\n", "activities: [乙]\n")
    assert made is None
    assert {found.path for found in problems} == {
        "content/districts.yaml",
        "content/activities.yaml",
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("亦庄", "北京经济技术开发区"),
        ("东成", "东城区"),
        ("云密区", "密云区"),
        ("密云县", "密云区"),
    ],
)
def test_a_district_is_found_by_a_slip_of_any_of_its_names(typed: str, meant: str) -> None:
    assert meant in VOCABULARY.near_districts(typed)
