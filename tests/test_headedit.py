"""Front matter edited in place: what was asked changes, and not a byte more."""

from __future__ import annotations

import pytest

from bulletin.body import read_head
from bulletin.headedit import UnreadableHeadError, Value, means, with_values
from bulletin.itemkeys import ITEM_KEYS
from bulletin.source import Source, as_read
from bulletin.text import fold

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
    front, problems = read_head(Source("x.md", as_read(text)))
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
