"""What editors' tools are told of the keys is what the reader reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bulletin.basis import PROJECT, read_basis
from bulletin.dates import NoSuchDayError, parse_moment
from bulletin.frontmatter import read_front_matter
from bulletin.itemkeys import ITEM_KEYS
from bulletin.jsonschema import json_schema
from bulletin.keys import Key, Shape
from bulletin.problem import has_errors
from bulletin.schema import KINDS, Field, Kind, fields_of, item_fields
from bulletin.source import Source, look
from bulletin.tree import Mapping
from bulletin.vocabulary import Vocabulary
from bulletin.yamltree import read_tree
from tests.samples import VOCABULARY, ZONE, codes, read_cases, read_item, read_keys, with_keys
from tests.schemas import faults, plain

ITEM = json_schema("稿件", item_fields(VOCABULARY))


def all_keys() -> Iterator[Key]:
    waiting = [key for kind in KINDS for key in kind.keys]
    while waiting:
        key = waiting.pop()
        waiting += key.inner
        yield key


def front_matter(text: str, path: str = "content/news/x.md") -> Any:
    front, problems = read_front_matter(Source(path, text))
    assert front, problems
    return plain(Mapping(front.entries, 1, 1))


def fits(lines: str) -> bool:
    return not faults(front_matter(with_keys(lines)), ITEM)


# --- the fields


def test_every_key_of_an_item_has_a_chinese_label_and_its_names() -> None:
    fields = item_fields(VOCABULARY)
    assert [field.name for field in fields] == [key.name for key in ITEM_KEYS]
    assert [field.names for field in fields] == [(k.name, *k.chinese) for k in ITEM_KEYS]
    labels = {field.name: field.label for field in fields}
    assert (labels["title"], labels["districts"], labels["issue"]) == ("标题", "地区", "期号")
    assert all(field.label in field.names for field in fields)


def test_choices_have_chinese_labels_and_all_their_spellings() -> None:
    status = next(field for field in item_fields(VOCABULARY) if field.name == "status")
    assert [(c.value, c.label) for c in status.choices] == [
        ("draft", "草稿"),
        ("published", "发布"),
        ("withdrawn", "撤回"),
    ]
    assert status.choices[1].others == ("发布", "已发布")


def names_of(name: str, vocabulary: Vocabulary = VOCABULARY) -> dict[str, tuple[str, ...]]:
    field = next(field for field in item_fields(vocabulary) if field.name == name)
    return {choice.value: choice.others for choice in field.choices}


def test_the_terms_offered_are_those_of_the_vocabulary_without_merged_ones() -> None:
    districts = names_of("districts")
    assert list(districts)[:2] == ["东城区", "朝阳区"]
    assert "亦庄开发区" not in districts
    assert "亦庄开发区" in districts["北京经济技术开发区"]
    assert names_of("activities")["技能培训"] == ("training", "培训", "岗位练兵")
    assert "普法教育" not in names_of("activities")


def test_a_street_that_two_districts_have_is_offered_with_its_district() -> None:
    places = names_of("places")
    assert {"朝阳区八里庄街道", "海淀区八里庄街道"} < set(places)
    assert "八里庄街道" not in places
    assert places["朝阳区八里庄街道"] == ("八里庄街道",)
    assert "漷县" in places["漷县镇"]


@pytest.mark.parametrize("kind", ["districts", "places", "activities"])
def test_every_term_that_is_offered_is_read(kind: str) -> None:
    assert names_of(kind)
    for name, others in names_of(kind).items():
        for typed in (name, *others):
            item, problems = read_keys(f"{kind}: [{typed}]")
            ambiguous = codes(problems) if kind == "places" and typed == "八里庄街道" else []
            assert item or "B305" in ambiguous, typed


def test_what_is_offered_as_another_spelling_means_the_same() -> None:
    for kind in ("districts", "activities"):
        for name, others in names_of(kind).items():
            for other in others:
                assert term_of(kind, other) == term_of(kind, name), other


def term_of(kind: str, typed: str) -> tuple[str, ...]:
    item, problems = read_keys(f"{kind}: [{typed}]")
    assert item, problems
    return item.districts if kind == "districts" else item.activities


@pytest.mark.parametrize("key", list(all_keys()), ids=lambda key: key.name)
def test_a_key_says_what_its_shape_needs(key: Key) -> None:
    rows = key.shape in (Shape.ROWS, Shape.MIXED)
    assert rows == bool(key.inner) or key.shape is Shape.PAIRS
    assert (key.shape is Shape.TERMS) == bool(key.terms)
    assert (key.shape is Shape.NUMBER) == (key.limits != (0, 0))
    if key.shape in (Shape.CHOICE, Shape.FLAG):
        assert key.choices


# --- the shapes are those that the reader takes

A_LIST, A_MAPPING = "[甲, 乙]", "{甲: 乙}"
WRONG = {
    Shape.TEXT: (A_LIST, A_MAPPING),
    Shape.PROSE: (A_LIST, A_MAPPING),
    Shape.NAME: (A_LIST, A_MAPPING),
    Shape.MOMENT: ("明天", A_LIST, A_MAPPING),
    Shape.URL: ("example.org", A_LIST, A_MAPPING),
    Shape.NUMBER: ("0", "10", "很高", A_LIST, A_MAPPING),
    Shape.CHOICE: ("别的", A_LIST, A_MAPPING),
    Shape.WORDS: (A_MAPPING, "[[甲]]"),
    Shape.NAMES: (A_MAPPING, "[[甲]]"),
    Shape.TERMS: (A_MAPPING, "[[甲]]", "没有这个词"),
    Shape.ROWS: ("甲", A_LIST, "[{没有: 乙}]"),
    Shape.MIXED: ("[[甲]]", "[{没有: 乙}]"),
    Shape.PAIRS: ("甲", A_LIST),
}


@pytest.mark.parametrize("key", ITEM_KEYS, ids=lambda key: key.name)
def test_the_example_of_a_key_fits_the_schema(key: Key) -> None:
    for typed in key.names:
        value = key.example.partition(": ")[2].replace("某区", "密云区").replace("东街", "鼓楼")
        lines = f"{typed}: {value}"
        if key.required:
            other = "date: 2024-08-05" if key.name == "title" else "title: 甲"
            value_read = front_matter(f"---\n{lines}\n{other}\n---\n")
            assert faults(value_read, ITEM) == []
        else:
            assert faults(front_matter(with_keys(lines)), ITEM) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [(key, value) for key in ITEM_KEYS if not key.required for value in WRONG[key.shape]],
    ids=lambda given: given.name if isinstance(given, Key) else given,
)
def test_what_does_not_fit_the_shape_is_refused_by_reader_and_schema(key: Key, value: str) -> None:
    """A shape that is not what the reader takes would show in one of the two."""
    lines = f"{key.name}: {value}"
    problems = read_keys(lines)[1]
    assert has_errors(problems)
    assert not fits(lines)


@pytest.mark.parametrize("key", ITEM_KEYS, ids=lambda key: key.name)
def test_an_empty_value_is_as_good_as_none(key: Key) -> None:
    if key.required:
        assert faults({"title": None, "date": None}, ITEM)
        return
    assert fits(f"{key.name}:")
    # An address that is asked for and empty is a slip; that much the schema does not know.
    assert bool(read_keys(f"{key.name}:")[0]) == (key.name != "slug")


# --- JSON Schema


@pytest.mark.parametrize("missing", ["title", "date"])
def test_what_is_required_may_stand_under_any_of_its_names(missing: str) -> None:
    values = {"title": "甲", "date": "2024-08-05"}
    chinese = {"title": "正题", "date": "日期"}
    rest = {name: value for name, value in values.items() if name != missing}
    assert faults(values, ITEM) == []
    assert faults(rest, ITEM) != []
    assert faults(rest | {chinese[missing]: values[missing]}, ITEM) == []


def test_unknown_keys_and_terms_are_refused() -> None:
    assert not fits("tgas: [甲]")
    assert not fits("districts: [密云县]")
    assert not fits("status: 是")
    assert fits("districts: [密云, tongzhou]")
    assert fits("districts: 密云、通州")
    assert fits("状态: 草稿")


@pytest.mark.parametrize(
    "typed",
    [
        *("2024-08-05", "2024/8/5", "2024.8.5", "2024年8月5日", "2024年8月5号", "20240805"),
        *("２０２４年８月５日", "2024 年 8 月 5 日", " 2024-08-05 ", "2024-08-05 09:30"),
        *("2024年8月5日 9时30分", "2024年8月5日 9点", "2024-08-05T09:30:00+08:00"),
        *("2024-08-05T01:30:00Z", "2024-08-05 09:30:00.5"),
    ],
)
def test_a_date_that_the_reader_takes_fits(typed: str) -> None:
    assert parse_moment(typed, ZONE)
    assert faults({"title": "甲", "date": typed}, ITEM) == []


@pytest.mark.parametrize("typed", ["明天", "8月5日", "2024", "2024-08", "x 2024-08-05", ""])
def test_what_is_no_date_does_not_fit(typed: str) -> None:
    assert faults({"title": "甲", "date": typed}, ITEM) != []


# What folds to the same is read as the same; a JSON Schema cannot say that.
FOLDED = {"名称不分大小写", "名称前后的空格不算", "地区写编号"}


def sound_cases() -> Iterator[Any]:
    """Front matter that the reader takes, and that is YAML without our help."""
    for case in read_cases("front-matter.md"):
        front, problems = read_front_matter(Source("content/news/x.md", case.given))
        if front and not problems and not has_errors(read_item(case.given)[1]):
            yield pytest.param(case.given, case.title in FOLDED, id=case.title)


@pytest.mark.parametrize(("text", "folded"), list(sound_cases()))
def test_a_file_that_is_read_without_an_error_fits(text: str, folded: bool) -> None:
    assert bool(faults(front_matter(text), ITEM)) == folded


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    files, problems = look(PROJECT)
    return read_basis(PROJECT, files, problems, None, {}).vocabulary


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_sample_content_fits(kind: Kind, vocabulary: Vocabulary) -> None:
    schema = json_schema(kind.label, fields_of(kind.keys, vocabulary))
    files = sorted(PROJECT.glob(kind.files))
    assert files
    for file in files:
        assert faults(read_file(file), schema) == [], file
        assert faults(read_file(file) | {"tgas": "甲"}, schema) != []


def read_file(file: Path) -> Any:
    text = file.read_text("utf-8")
    if file.suffix == ".md":
        return front_matter(text)
    tree, problems = read_tree(text, file.name)
    assert not problems
    return plain(tree)


def test_every_part_of_a_schema_says_what_it_is_in_chinese() -> None:
    def described(fields: tuple[Field, ...]) -> None:
        for field in fields:
            assert not field.label.isascii(), field.name
            described(field.inner)

    described(item_fields(VOCABULARY))
    assert ITEM["$defs"]["kicker"]["title"] == "引题"
    assert "显示在标题上方" in ITEM["$defs"]["kicker"]["description"]
    assert set(ITEM["$defs"]) == {key.name for key in ITEM_KEYS}


def test_the_validator_of_these_tests_refuses() -> None:
    assert faults({"a": 1}, {"properties": {"a": {"type": "string"}}}) == [
        ". properties > /a type 1"
    ]
    assert faults("x", {"anyOf": [{"enum": ["y"]}, {"type": "null"}]}) != []
    with pytest.raises(KeyError):
        faults("x", {"oneOf": []})


def test_dates_that_the_calendar_does_not_have_are_left_to_the_reader() -> None:
    with pytest.raises(NoSuchDayError):
        parse_moment("2024-02-30", ZONE)
    assert faults({"title": "甲", "date": "2024-02-30"}, ITEM) == []
