"""YAML in which every value stays text and knows its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.problem import Language, Problem
from bulletin.tree import Mapping, Node, Scalar, Sequence, separate
from bulletin.yamltree import MAX_DEPTH, read_tree
from tests.samples import ANY_LOAD, places


def tree(text: str, first_line: int = 1) -> Node | None:
    node, problems = read_tree(text, "x.yaml", first_line)
    assert problems == []
    return node


def refused(text: str, first_line: int = 1) -> Problem:
    node, problems = read_tree(text, "x.yaml", first_line)
    assert node is None
    assert len(problems) == 1
    return problems[0]


@pytest.mark.parametrize(
    "typed",
    [
        "014",
        "12:30",
        "NO",
        "no",
        "yes",
        "true",
        "null",
        "~",
        "1e3",
        "0x1F",
        "1_000",
        "2024-08-05",
        ".inf",
        "=",
        "3.140",
        "+1",
        "012345678901234567890",
        "工会",
        "2024-08-05T09:30:00Z",
    ],
)
def test_a_value_stays_the_text_that_was_typed(typed: str) -> None:
    node = tree(f"a: {typed}\n")
    assert isinstance(node, Mapping)
    assert node.get("a") == Scalar(typed, 1, 4, False)


def test_keys_stay_text_too() -> None:
    node = tree("014: a\nno: b\n")
    assert isinstance(node, Mapping)
    assert [entry.key for entry in node.entries] == ["014", "no"]


@pytest.mark.parametrize("typed", ['"甲"', "'甲'", "|-\n  甲", ">-\n  甲"])
def test_a_quoted_text_is_known_as_quoted(typed: str) -> None:
    node = tree(f"a: {typed}\n")
    assert isinstance(node, Mapping)
    value = node.get("a")
    assert isinstance(value, Scalar)
    assert (value.text, value.quoted) == ("甲", True)


def test_every_node_knows_its_line_and_column() -> None:
    node = tree("a: 甲\n列表:\n  - 乙\n  - {c: 丙}\n")
    assert isinstance(node, Mapping)
    assert [(entry.line, entry.column) for entry in node.entries] == [(1, 1), (2, 1)]
    items = node.get("列表")
    assert isinstance(items, Sequence)
    assert (items.line, items.column) == (3, 3)
    first, second = items.items
    assert (first.line, first.column) == (3, 5)
    assert isinstance(second, Mapping)
    inner = second.get("c")
    assert isinstance(inner, Scalar)
    assert (inner.line, inner.column) == (4, 9)


def test_lines_count_from_the_line_on_which_the_text_starts() -> None:
    node = tree("a: 甲\n", first_line=5)
    assert isinstance(node, Mapping)
    assert node.entries[0].line == 5


@pytest.mark.parametrize("text", ["", "\n\n", "# 备注\n", "---\n"])
def test_an_empty_text_gives_nothing(text: str) -> None:
    assert tree(text) is None


def test_a_missing_value_is_an_empty_text() -> None:
    node = tree("a:\n")
    assert isinstance(node, Mapping)
    assert node.get("a") == Scalar("", 1, 3, False)


def test_a_key_that_is_not_there_has_no_value() -> None:
    node = tree("a: 甲\n")
    assert isinstance(node, Mapping)
    assert node.get("b") is None


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("a: &x 甲\n", "anchor &x"),
        ("a: *x\n", "alias *x"),
        ("a: !!python/object:os.system x\n", "tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !x 甲\n", "tag !x"),
        ("<<: {a: b}\n", "merge <<"),
        ("a: b\n---\nc: d\n", "---"),
        ("a: &x [*x]\n", "anchor &x"),
    ],
)
def test_what_can_grow_or_call_code_is_refused(text: str, feature: str) -> None:
    found = refused(text)
    assert found.code == "B206"
    assert feature in found.sentence(Language.ENGLISH)


def test_a_document_that_would_grow_without_bound_is_refused_at_its_first_anchor() -> None:
    laughs = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50))
    found = refused(laughs)
    assert (found.code, found.line, found.column) == ("B206", 1, 4)


def test_nesting_ends_at_a_limit() -> None:
    assert refused("[" * 200 + "]" * 200).code == "B206"
    assert tree("[" * MAX_DEPTH + "甲" + "]" * MAX_DEPTH) is not None


@pytest.mark.parametrize(
    ("text", "line", "sign"),
    [
        ("a: b: c\n", 1, "两个冒号"),
        ("a: [甲, 乙\nb: 丙\n", 1, "方括号"),
        ('a: "甲\nb: 乙\n', 1, "引号"),
        ("a: 甲\n\tb: 乙\n", 2, "制表符"),
        ("a:\n\t- 甲\n", 2, "制表符"),
        ("a: @甲\n", 1, "特殊符号"),
        ("a: {b: 甲\nc: 乙\n", 1, "花括号"),
        ("甲: 乙\n丙\n", 2, "冒号"),
        ("a:\n  - 甲\n - 乙\n", 3, "缩进"),
    ],
)
def test_a_slip_is_told_with_its_line_in_words_an_editor_knows(
    text: str, line: int, sign: str
) -> None:
    found = refused(text)
    assert found.code == "B203"
    assert found.line == line
    assert found.text == text.split("\n")[line - 1]
    assert sign in found.sentence(Language.CHINESE)


def test_a_slip_shows_the_line_itself() -> None:
    found = refused("好: 甲\n坏: 乙: 丙\n", first_line=2)
    assert (found.line, found.text) == (3, "坏: 乙: 丙")


def test_a_key_that_is_a_list_is_an_error() -> None:
    assert refused("? [a, b]\n: c\n").code == "B204"


def test_a_key_given_twice_names_both_lines_and_the_first_counts() -> None:
    node, problems = read_tree("a: 甲\nb: 乙\na: 丙\n", "x.yaml", 10)
    assert places(problems) == ["B205 12:1"]
    facts = dict(problems[0].facts)
    assert (facts["key"], facts["first"]) == ("a", "10")
    assert isinstance(node, Mapping)
    first = node.get("a")
    assert isinstance(first, Scalar)
    assert first.text == "甲"


def test_a_key_given_twice_is_found_at_any_depth() -> None:
    _, problems = read_tree("a:\n  - {b: 甲, b: 乙}\n", "x.yaml")
    assert places(problems) == ["B205 2:12"]


def test_the_same_key_in_two_mappings_is_no_fault() -> None:
    tree("- {a: 甲}\n- {a: 乙}\n")


yaml_soup = st.text(st.sampled_from("ab甲：: \n\t-[]{}\"'#&*!|>%@`,?~\\<=0"), max_size=40)


@ANY_LOAD
@given(yaml_soup)
def test_no_text_stops_the_reading_and_every_problem_lies_inside_it(text: str) -> None:
    _, problems = read_tree(text, "x.yaml", 3)
    assert all(3 <= found.line <= 3 + text.count("\n") for found in problems)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("工会、法律", ["工会", "法律"]),
        ("工会，法律", ["工会", "法律"]),
        ("工会,法律", ["工会", "法律"]),
        ("工会；法律;维权", ["工会", "法律", "维权"]),
        ("工会|法律｜维权", ["工会", "法律", "维权"]),
        ("工会 法律", ["工会 法律"]),
        (" 工会 、 法律 ", ["工会", "法律"]),
        ("、工会、、", ["工会"]),
        ("", []),
    ],
)
def test_a_list_typed_as_one_text_is_taken_apart(typed: str, parts: list[str]) -> None:
    assert separate(typed) == parts


def test_blanks_part_words_of_a_closed_list_alone() -> None:
    assert separate("密云 通州　朝阳", blanks=True) == ["密云", "通州", "朝阳"]
