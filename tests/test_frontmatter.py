"""Front matter that is YAML reads as YAML; what is not is read as it was meant, or refused."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bulletin.frontmatter import read_front_matter
from bulletin.headedit import mended, value_of
from bulletin.itemkeys import ITEM_KEYS
from bulletin.keys import LISTS, Fields, names_of
from bulletin.problem import Problem, has_errors
from bulletin.source import Source
from bulletin.text import fold
from bulletin.tree import FrontMatter, Mapping, Node
from bulletin.typedline import FENCE
from bulletin.yamltree import read_tree
from tests.samples import ANY_LOAD, codes, places, read_cases

LENIENT = tuple(f"B{number}" for number in range(224, 239))


def read(text: str) -> tuple[FrontMatter | None, list[Problem]]:
    return read_front_matter(Source("content/news/2024/08/x.md", text), names_of(ITEM_KEYS))


def values_of(front: FrontMatter) -> list[tuple[str, object]]:
    return [(entry.key, value_of(entry.value)) for entry in front.entries]


def meant(front: FrontMatter) -> list[tuple[str, object]]:
    """As ``values_of``, with lists of words however they were typed."""
    fields = Fields(front.entries, ITEM_KEYS, Source("x", ""))
    lists = {fold(name) for key in ITEM_KEYS if key.shape in LISTS for name in key.names}
    words = [
        (name, [w.text for w in fields.words(name)])
        for name in (key.name for key in ITEM_KEYS if key.shape in LISTS)
    ]
    return [pair for pair in values_of(front) if fold(pair[0]) not in lists] + list(words)


def strict(head: str) -> Node | None:
    node, problems = read_tree(head, "x")
    return None if problems else node


# --- what is YAML reads as YAML

texts = st.text(
    st.sampled_from("工会职党，。、：“”《》（）！…—·［］【】aZ5 　:#[]{}-*&!|>'\"%@`,?~\\=<\t\n"),
    max_size=14,
)
names = st.one_of(
    st.sampled_from(("title", "标题", "date", "tags", "byline", "extra", "summary", "a b", "甲")),
    st.text(st.sampled_from("工会aZ_"), min_size=1, max_size=6),
)
trees = st.dictionaries(
    names,
    st.one_of(
        texts,
        texts,
        st.lists(texts, max_size=3),
        st.dictionaries(names, texts, max_size=3),
        st.lists(st.dictionaries(names, texts, min_size=1, max_size=3), max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@ANY_LOAD
@example({"title": [{"title": "\n"}, {"title": "'\n会:5"}]}, False, 2, False)
@example(tree={"title": [{"title": "\n", "标题": ""}]}, flow=True, indent=2, quote=False)
@example({"title": {"title": "}\n#"}}, None, 2, False)
@given(trees, st.sampled_from((None, False, True)), st.sampled_from((2, 4)), st.booleans())
def test_whatever_a_program_writes_as_yaml_reads_as_it_was(
    tree: dict[str, object], flow: bool | None, indent: int, quote: bool
) -> None:
    head = yaml.dump(
        tree,
        allow_unicode=True,
        default_flow_style=flow,
        indent=indent,
        width=10_000,
        sort_keys=False,
        default_style='"' if quote else None,
    )
    node = strict(head)
    assume(isinstance(node, Mapping))
    assert isinstance(node, Mapping)
    front, problems = read(f"---\n{head}---\n正文。\n")
    assert problems == []
    assert front
    assert values_of(front) == [(e.key, value_of(e.value)) for e in node.entries]
    assert front.body == "正文。"


FRAGMENTS = (
    *("title: 甲", "标题: 甲乙", "date: 2024-08-05", "tags: [甲, 乙]", "tags:", "  - 甲", "- 甲"),
    *("byline:", "  - {name: 甲, role: editor}", "  - name: 甲", "    role: editor", "extra:"),
    *(
        "  甲: 乙",
        "  乙: 丙",
        "summary: |",
        "  一行",
        "  两行",
        "summary: >-",
        "# 备注",
        "  # 备注",
        "",
    ),
    *('title: "甲: 乙"', "title: '甲'", "page: 014", "a: 甲  # 备注", "a: b c", "  and d", "a: {}"),
    *(
        "a: [",
        "  甲,",
        "  乙]",
        'a: "b',
        '  c"',
        "a: 12:30",
        "a: ~",
        "- - 甲",
        "? a",
        ": b",
        "a: - b",
    ),
)


@settings(ANY_LOAD, suppress_health_check=list(HealthCheck))  # most lines make no YAML
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=8))
def test_lines_that_are_yaml_together_read_as_yaml(lines: list[str]) -> None:
    head = "".join(f"{line}\n" for line in lines)
    node = strict(head)
    assume(isinstance(node, Mapping))
    assert isinstance(node, Mapping)
    front, problems = read(f"---\n{head}---\n正文。\n")
    assert front
    if any(re.search(r"[一-鿿]\n? [一-鿿]", str(value_of(e.value))) for e in node.entries):
        return  # a Chinese text in two lines is joined without a blank
    if any(" - " in str(value_of(e.value)) for e in node.entries):
        return  # an element that is indented more than the one above is no part of it
    assert problems == []
    assert values_of(front) == [(e.key, value_of(e.value)) for e in node.entries]


# --- mended

typed_lines = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.sampled_from(
        (
            *(
                "标题：甲",
                "title:甲",
                "title:　甲",
                "title: [通知]甲",
                'title: "党工"微阵地',
                "title: @王",
            ),
            *(
                "title: *重要*",
                "title: 工会 #话题",
                "title: %5",
                "title: `a`",
                "title: !重要",
                "区：甲、乙",
            ),
            *(
                "title: 通知:",
                "区: 【甲，乙】",
                "tags: ['甲'，'乙']",
                "tags: [甲, @乙]",
                "tags: @甲、乙",
            ),
            *(
                "类型:",
                "-甲",
                "－乙",
                "\t- 甲",
                "\t甲: 乙",
                "　日期: 2024-08-05",
                " 日期：2024-08-05",
            ),
            *(
                "今天成立",
                "  今天成立",
                "状态；草稿",
                "  状态、草稿",
                "（状态：草稿）",
                "审核；李四",
                "正文：甲",
                "content: |",
                "　　副题: 甲",
                "更正: [{日期: 2024-08-05, 内容: 甲, 乙}]",
                "images: [{src：a.jpg，alt：图}]",
                "images:",
                "  - src：a.jpg",
            ),
            *(
                "    alt：图",
                "extra: {甲：乙}",
                'title: "甲',
                "title: ‘甲’",
                '  乙"',
                "—— 甲",
                "----",
            ),
            *(
                "－－－",
                "——",
                "---",
                "--",
                "正文。",
                "　　正文。",
                "## 小标题",
                "...",
                "+++",
                "---js",
                "***",
            ),
        )
    ),
)
typed_files = st.builds(
    lambda opening, lines, closing, body: "\n".join([*opening, *lines, *closing, *body]),
    st.sampled_from((["---"], ["---"], ["---"], ["－－－"], ["——"], [], ["标题", "---"])),
    st.lists(typed_lines, max_size=7),
    st.sampled_from((["---"], ["---"], ["－－－"], [""], [])),
    st.sampled_from((["正文。"], ["", "　　正文。", "", "---", "", "末段：甲。"], [])),
)


@ANY_LOAD
@given(typed_files)
def test_a_mended_file_reads_the_same_without_a_word(text: str) -> None:
    front, problems = read(text)
    made = mended(text)
    assert mended(made) == made
    if front is None or has_errors(problems):
        assert made == text
        return
    again, left = read(made)
    assert again
    assert [found for found in left if found.code in LENIENT] == []
    assert meant(again) == meant(front)
    assert again.body.split() == front.body.split()


@ANY_LOAD
@given(typed_files)
def test_every_problem_lies_in_the_file_and_shows_its_line(text: str) -> None:
    lines = text.split("\n")
    for found in read(text)[1]:
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 2
        assert found.text.strip() == lines[found.line - 1].strip()


SLIPPED = (
    "状态；草稿",
    "状态、草稿",
    "  状态=草稿",
    "（状态：草稿）",
    "【状态】草稿",
    "状态草稿",
    "草稿",
)
# In quotes, brackets and blocks whatever stands there is text.
UNQUOTED = typed_files.map(lambda text: re.sub("[\"'>|\\[‘]", "", text))


@ANY_LOAD
@given(UNQUOTED, st.sampled_from(SLIPPED))
def test_a_status_that_is_mistyped_is_never_part_of_another_value(text: str, slip: str) -> None:
    lines = text.split("\n")
    front, problems = read("\n".join([*lines[:2], slip, *lines[2:]]))
    if front is None or has_errors(problems):
        return
    for key, value in values_of(front):
        assert fold(key) in ("状态", "status", "images", "extra") or "草稿" not in str(value)


# --- the body


@ANY_LOAD
@given(typed_files, texts)
def test_no_character_of_a_body_is_lost(text: str, more: str) -> None:
    marks = "〈甲乙丙丁戊己庚辛〉"
    front, problems = read(f"{text}\n\n{more}\n{marks}\n")
    if front is None or has_errors(problems):
        return
    assert front.body.endswith(marks)
    if not FENCE.fullmatch(more.strip()):
        assert "".join(more.split()) in "".join(front.body.split())


@pytest.mark.parametrize("case", read_cases("front-matter-typed.md"), ids=lambda c: c.title)
def test_a_typed_case_is_mended_for_good(case: object) -> None:
    text = case.given  # type: ignore[attr-defined]
    front, problems = read(text)
    if front is None or has_errors(problems):
        return
    again, left = read(mended(text))
    assert again
    assert codes(left) == []
    assert meant(again) == meant(front)
    assert places(read(mended(text))[1]) == []


@pytest.mark.parametrize(
    "unit", ["[", "{a：", "- ", "a:\n ", '"', "- [\n", "a: [甲，\n", "\t- @甲\n"]
)
@pytest.mark.parametrize("opening", ["---\n", "---\ntitle：甲\ntags: "], ids=["strict", "mended"])
def test_a_head_made_to_be_deep_or_slow_is_an_error_or_text(unit: str, opening: str) -> None:
    front, problems = read(f"{opening}{unit * (60_000 // len(unit))}\n---\n正文。\n")
    assert front is None or has_errors(problems) or front.body == "正文。"
