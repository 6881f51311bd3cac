"""Front matter edited in place: what was asked changes, and not a byte more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.body import read_head
from bulletin.frontmatter import read_front_matter
from bulletin.headedit import UnreadableHeadError, Value, means, mended, value_of, with_values
from bulletin.headvalue import words_of
from bulletin.itemkeys import ITEM_KEYS, ITEM_NAMES
from bulletin.keys import Fields
from bulletin.problem import has_errors
from bulletin.source import Source, as_read
from bulletin.text import fold
from tests.samples import ANY_LOAD, codes
from tests.test_frontmatter import typed_files

KNOWN = {fold(name): key.name for key in ITEM_KEYS for name in key.names}
FILE = """\
---
# 给编辑看
标题: 甲  # 备注
date: 2024-08-05
districts: # 区
  - 密云 # 主办
  - 通州

# 下面是标签
tags: 甲、乙
---

正文。
"""


def assert_holds(text: str, values: dict[str, Value | None]) -> None:
    front, problems = read_head(Source("x.md", as_read(text)), ITEM_NAMES)
    assert front, problems
    entries = {KNOWN.get(fold(entry.key), entry.key): entry for entry in front.entries}
    for name, value in values.items():
        if value is None:
            assert name not in entries
        else:
            assert means(name, entries[name].value, value)


CHANGES: list[tuple[dict[str, Value | None], str, str]] = [
    ({"title": "乙"}, "标题: 甲  # 备注", "标题: 乙  # 备注"),
    ({"title": "no"}, "标题: 甲  # 备注", '标题: "no"  # 备注'),
    ({"title": "甲: 乙"}, "标题: 甲  # 备注", '标题: "甲: 乙"  # 备注'),
    ({"title": '"党工"微阵地'}, "标题: 甲  # 备注", "标题: '\"党工\"微阵地'  # 备注"),
    ({"date": None}, "date: 2024-08-05\n", ""),
    ({"districts": ["通州", "密云"]}, "  - 密云 # 主办\n  - 通州", "  - 通州\n  - 密云 # 主办"),
    ({"districts": ["密云", "朝阳"]}, "  - 通州", "  - 朝阳"),
    ({"tags": ["丙", "丁"]}, "甲、乙", "丙、丁"),
    ({"tags": ["丙、丁"]}, "甲、乙", '["丙、丁"]'),
    ({"kicker": "引"}, "date:", "kicker: 引\ndate:"),
    ({"slug": "a-b"}, "甲、乙\n", "甲、乙\nslug: a-b\n"),
    ({"summary": "一\n二"}, "甲、乙\n", '甲、乙\nsummary: "一\\n二"\n'),
    ({"extra": {"甲": "a, b"}}, "甲、乙\n", '甲、乙\nextra: {甲: "a, b"}\n'),
    (
        {"byline": [{"name": "甲", "role": "editor"}]},
        "甲、乙\n",
        "甲、乙\nbyline:\n  - {name: 甲, role: editor}\n",
    ),
]


@pytest.mark.parametrize(("values", "old", "new"), CHANGES, ids=lambda case: str(case)[:30])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=repr)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=ascii)
def test_a_value_changes_in_its_place_and_nothing_else_does(
    values: dict[str, Value | None], old: str, new: str, newline: str, mark: str
) -> None:
    assert FILE.count(old) == 1
    given, wanted = (mark + text.replace("\n", newline) for text in (FILE, FILE.replace(old, new)))
    assert with_values(given, values) == wanted
    assert_holds(wanted, values)


@pytest.mark.parametrize(
    "values",
    [{"title": "甲"}, {"tags": ["甲", "乙"]}, {"districts": ["密云", "通州"]}, {"slug": None}],
)
def test_a_key_that_already_means_its_value_is_left_alone(
    values: dict[str, Value | None],
) -> None:
    assert with_values(FILE, values) == FILE


def test_a_file_without_front_matter_gets_one() -> None:
    assert with_values("正文。\n", {"title": "甲"}) == "---\ntitle: 甲\n---\n\n正文。\n"


def test_a_head_in_braces_becomes_one_of_lines() -> None:
    text = "---\n{title: 甲, date: 2024-08-05}\n---\n正文。\n"
    assert with_values(text, {"title": "乙"}) == ("---\ntitle: 乙\ndate: 2024-08-05\n---\n正文。\n")


def test_what_cannot_be_read_is_not_edited() -> None:
    with pytest.raises(UnreadableHeadError) as caught:
        with_values('---\ntitle: "甲\n---\n正文。\n', {"title": "乙"})
    assert [found.code for found in caught.value.problems] == ["B203"]


def test_an_unknown_key_and_a_control_character_are_refused() -> None:
    with pytest.raises(ValueError, match="tgas"):
        with_values(FILE, {"tgas": "甲"})
    with pytest.raises(ValueError, match="control"):
        with_values(FILE, {"title": "甲\x1b"})


# --- whatever the text, whatever the values

words = st.text(
    st.sampled_from("工会职党，。、：“”《》（）［］【】aZ5 　:#[]{}-*&!|>'\"%@`,?~\\=<\t\n\u2028"),
    max_size=10,
)
inner = st.dictionaries(st.sampled_from(("name", "role", "org")), words, min_size=1, max_size=3)
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.none() | words,
        "date": st.none() | st.sampled_from(("2024-08-06", "2024年8月6日", "")),
        "kicker": st.none() | words,
        "summary": st.none() | words,
        "districts": st.none() | st.lists(words.filter(str.strip).map(str.strip), max_size=3),
        "tags": st.none() | st.lists(words.filter(str.strip).map(str.strip), max_size=3),
        "byline": st.none() | words | st.lists(inner, min_size=1, max_size=3),
        "extra": st.none() | st.dictionaries(st.sampled_from(("甲", "b")), words, max_size=2),
    },
)


@ANY_LOAD
@given(typed_files, edits, st.sampled_from(("\n", "\r\n")), st.sampled_from(("", "\ufeff")))
def test_whatever_is_set_is_read_back_and_the_rest_stays(
    text: str, values: dict[str, Value | None], newline: str, mark: str
) -> None:
    text = mark + text.replace("\n", newline)
    try:
        made = with_values(text, values)
    except UnreadableHeadError:
        front, problems = read_front_matter(Source("x.md", as_read(text)), ITEM_NAMES)
        twice = Fields(front.entries, ITEM_KEYS, Source("x.md", "")).problems if front else []
        assert front is None or has_errors(problems) or "B205" in codes(twice)
        return
    assert_holds(made, values)
    assert with_values(made, values) == made
    before, _ = read_front_matter(Source("x.md", as_read(text)), ITEM_NAMES)
    after, _ = read_front_matter(Source("x.md", as_read(made)), ITEM_NAMES)
    assert after
    body = before.body if before else as_read(text).strip()
    assert after.body.split() == body.split()
    for entry in before.entries if before else ():
        if KNOWN.get(fold(entry.key)) not in values:
            said = [words_of(e.value) or value_of(e.value) for e in after.entries]
            assert (words_of(entry.value) or value_of(entry.value)) in said


@ANY_LOAD
@given(edits)
def test_lines_that_nobody_asked_about_stay_to_the_byte(values: dict[str, Value | None]) -> None:
    made = with_values(FILE, values).split("\n")
    kept = {
        "title": "标题: 甲  # 备注",
        "date": "date: 2024-08-05",
        "tags": "tags: 甲、乙",
        "districts": "  - 密云 # 主办",
    }
    for name, line in kept.items():
        assert (line in made) or name in values
    for line in ("---", "# 给编辑看", "# 下面是标签", "", "正文。"):
        assert made.count(line) >= FILE.split("\n").count(line)


TWINS = "---\ntitle: 甲\nkicker:\ndate: 2024-08-05\n引题: 乙\nsubtitle: 丙\n---\n正文\n"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"kicker": "新"}, TWINS.replace("乙", "新")),
        ({"kicker": None}, TWINS.replace("kicker:\n", "").replace("引题: 乙\n", "")),
        ({"title": None}, TWINS.replace("title: 甲\n", "")),
        ({"subtitle": "丁"}, TWINS.replace("丙", "丁")),
    ],
    ids=str,
)
def test_of_two_names_of_one_key_the_one_with_a_value_is_edited(
    values: dict[str, Value | None], expected: str
) -> None:
    assert with_values(TWINS, values) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=repr)
def test_a_body_typed_as_a_key_is_written_below_the_head_with_nothing_cut(newline: str) -> None:
    head = "---\ntitle: 甲\ndate: 2024-08-05\n"
    for typed, body in (
        ("正文: 第一段。\n第二句。\n\n第二段。\n", "第一段。\n第二句。\n\n第二段。\n"),
        ("正文: 第一段。\n---\n第二段。\n", "第一段。\n\n第二段。\n"),
        ("正文：\n\n第二段。\n", "\n第二段。\n"),
        ("body: |\n  第一段。\n\n  第二段。\n", "第一段。\n\n第二段。\n"),
    ):
        text = (head + typed).replace("\n", newline)
        made = mended(text)
        assert made == (head + "---\n" + body).replace("\n", newline)
        assert mended(made) == made
