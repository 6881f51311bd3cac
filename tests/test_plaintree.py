"""The shortcut for plain front matter: what it gives is what YAML gives, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.body import read_head
from bulletin.frontmatter import read_front_matter
from bulletin.plaintree import plain_front_matter, plain_tree
from bulletin.source import Source
from bulletin.tree import LIMIT_KB, Scalar, Sequence
from bulletin.yamltree import read_tree
from tests.conftest import PROJECT
from tests.samples import ANY_LOAD, CASES, read_cases

PATH = "content/news/2024/08/2024-08-05-x.md"


def tree_is_the_same_or_nothing(text: str, first_line: int = 2) -> bool:
    """Whether the shortcut was taken; then it must have given what YAML gives."""
    found = plain_tree(text, first_line)
    if found is None:
        return False
    assert (found, []) == read_tree(text, PATH, first_line)
    return True


def file_is_the_same_or_nothing(text: str) -> bool:
    found = plain_front_matter(text)
    if found is None:
        return False
    assert (found, []) == read_front_matter(Source(PATH, text))
    return True


# --- the same as YAML, or nothing


def content_files() -> list[str]:
    return [f.read_text("utf-8") for f in sorted((PROJECT / "content").rglob("*.md"))]


def test_no_case_is_read_otherwise() -> None:
    cases = read_cases(*sorted(file.name for file in CASES.glob("*.md")))
    taken = [file_is_the_same_or_nothing(case.given) for case in cases]
    assert any(taken)
    for case in cases:
        tree_is_the_same_or_nothing(case.given)
        for line in case.given.split("\n"):
            tree_is_the_same_or_nothing(line + "\n")


def test_no_file_of_the_content_is_read_otherwise() -> None:
    texts = content_files()
    taken = [file_is_the_same_or_nothing(text) for text in texts]
    assert any(taken)
    lines = {line for text in texts for line in text.split("\n")}
    taken = [tree_is_the_same_or_nothing(line) for line in sorted(lines)]
    assert any(taken)


KEYS = (
    "title",
    "date",
    "districts",
    "标题",
    "日期",
    "地区",
    "_own",
    "a b",
    "no",
    "x1",
    "a-b",
    "～",
    "<<",
)
HEADS = (": ", ": ", ": ", ": ", ":", ":  ", "：", " : ", ":\t", "")
WORDS = (
    *(
        "甲",
        "工会举办培训",
        "Go",
        "no",
        "yes",
        "null",
        "~",
        "true",
        "2024-08-05",
        "10:30",
        "12:34:56",
    ),
    *("2024-08-05T10:30:00+08:00", "https://test.example/a_b?c=1#d", "50%", "3.14", "0x1F", "014"),
    *(
        "1e3",
        "a:b",
        "a: b",
        ":",
        "#",
        " #",
        "#话题",
        "'",
        '"',
        "“",
        "”",
        "（",
        "）",
        "(",
        ")",
        "+",
        "=",
    ),
    *("[", "]", "{", "}", ",", ", ", "，", "、", "|", ">", "-", "- ", "---", "...", "?", "? ", "!"),
    *(
        "!!str",
        "&",
        "&a",
        "*",
        "*a",
        "%",
        "@",
        "`",
        "\\",
        "/",
        ".",
        "_",
        " ",
        "  ",
        "　",
        "\t",
        "\xa0",
    ),
    *(
        "【",
        "】",
        "《",
        "·",
        "—",
        "…",
        "％",
        "：",
        "；",
        "！",
        "？",
        "‘",
        "’",
        "👍",
        "é",
        "𠮷",
        "\ufeff",
    ),
)
LISTS = (
    "[",
    "]",
    ",",
    ", ",
    " ,",
    ",,",
    " ",
    "甲",
    "乙区",
    "a",
    "1",
    "a-b",
    "#",
    "'",
    ":",
    "：",
    "[]",
)
values = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), max_size=5).map("".join),
    st.lists(st.sampled_from(LISTS), max_size=8).map(lambda parts: "[" + "".join(parts) + "]"),
    st.lists(st.sampled_from(("甲", "乙区", "a-b", "50%")), min_size=1, max_size=4).map(
        lambda parts: "[" + ", ".join(parts) + "]"
    ),
)
lines = st.tuples(
    st.sampled_from(("", "", "", "", " ", "- ")),
    st.sampled_from((*KEYS, *KEYS[:7])),
    st.sampled_from(HEADS),
    values,
    st.sampled_from(("", "", "", " ", "　")),
).map("".join)
below = st.builds(
    lambda key, items: f"{key}:\n" + "\n".join(items),
    st.sampled_from(KEYS),
    st.lists(
        st.one_of(
            st.sampled_from(WORDS).map(lambda word: f"  - {word}"),
            st.builds(
                lambda pairs, end: "  - {" + ", ".join(f"{k}{h}{v}" for k, h, v in pairs) + end,
                st.lists(
                    st.tuples(
                        st.sampled_from(KEYS),
                        st.sampled_from((": ", ": ", ": ", ":", "：")),
                        st.sampled_from((*WORDS[:9], *WORDS)),
                    ),
                    max_size=3,
                ),
                st.sampled_from(("}", "}", "} ", "", "} # 注")),
            ),
            st.sampled_from(
                ("  - name: 甲", "    role: 乙", "- 甲", "   - 甲", "  - 甲 乙", "  -")
            ),
        ),
        max_size=4,
    ),
)
heads = st.lists(
    st.one_of(lines, lines, lines, below, st.sampled_from(("", "---", "# 注", "  甲"))), max_size=5
)
bodies = st.sampled_from(
    (
        "",
        "\n",
        "正文。",
        "\n\n正文。\n",
        "　　正文。\n",
        "\n　　甲\n\n---\n\n乙\n",
        "---\n甲",
        " \n甲",
        "\x0c甲",
    )
)


@ANY_LOAD
@given(lines, st.integers(1, 9))
def test_no_line_is_read_otherwise(line: str, first_line: int) -> None:
    tree_is_the_same_or_nothing(line, first_line)
    tree_is_the_same_or_nothing(line + "\n", first_line)


@ANY_LOAD
@given(heads, bodies, st.sampled_from(("---\n", "--- \n", "---\t\n", "----\n", "---")))
def test_no_file_is_read_otherwise(head: list[str], body: str, closing: str) -> None:
    text = "---\n" + "".join(f"{line}\n" for line in head) + closing + body
    file_is_the_same_or_nothing(text)
    tree_is_the_same_or_nothing("".join(f"{line}\n" for line in head))


@ANY_LOAD
@given(st.characters(exclude_categories=("Cc", "Cs")))
def test_no_character_is_read_otherwise(character: str) -> None:
    for text in (
        *("a: @", "a: 甲@", "a: 甲@乙", "a: 甲 @", "@: 甲", "a: [@]", "a: [甲@, 乙]"),
        *(
            'a: "@"',
            'a: "甲@"',
            "a:\n  - @",
            "a:\n  - 甲@",
            "a:\n  - {b: @}",
            "a:\n  - {b: 甲@, @: 乙}",
        ),
    ):
        tree_is_the_same_or_nothing(text.replace("@", character))


@pytest.mark.parametrize("size", [-40, -20, -19, -1, 0, 1, 40])
def test_a_head_is_too_long_for_both_at_the_same_length(size: int) -> None:
    lines = "".join(f"{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}: 甲\n" for n in range(9))
    rest = LIMIT_KB * 1024 + size - len(lines) - len("---\n" + "title: \n")
    file_is_the_same_or_nothing(f"---\n{lines}title: {'甲' * rest}\n---\n正文。\n")


# --- that it is taken, and not taken

PLAIN = [
    "title: 桥头街道总工会举办培训班",
    "标题: 桥头街道总工会举办培训班",
    "date: 2024-08-05",
    "date: 2024-08-05 10:30",
    "date: 2024-08-05T10:30:00+08:00",
    "日期: 2024年8月5日",
    "source_url: https://test.example/a/b_c-d.html",
    "districts: [东岸区]",
    "districts: [东岸区, 西岸区]",
    "districts: [东岸区,西岸区]",
    "title: “职工之家”（试行）——《办法》：甲、乙；丙？丁！",
    "title: 工会 WiFi 5G 上线",
    "title: no",
    "title: null",
    "page: 014",
    "title: 占比50%",
    "title: 甲。",
    "byline: 甲、乙（通讯员）",
    "title: 甲\ndate: 2024-08-05\ndistricts: [东岸区]",
    'page: "02"',
    'title: "甲：乙 丙"',
    "byline:\n  - {name: 编辑部, role: editor}",
    "byline:\n  - {name: 甲, role: reporter, org: 桥头街道 总工会}\n  - {姓名: 乙}\nsource: 丙",
    "images:\n  - src: a.jpg\n    alt: 图：上\n  - src: https://test.example/b.jpg\ntitle: 甲",
    "images:\n  - a.jpg\n  - {src: b_1.jpg, alt: 图上，左边}\ntitle: 甲",
]
NOT_PLAIN = [
    "",
    "title:",
    "title: ",
    "title:甲",
    "title：甲",
    "title:  甲",
    " title: 甲",
    "title: 甲 ",
    "title: 甲  乙",
    "title: 甲: 乙",
    "title: a:b",
    "title: 甲 #乙",
    "title: 甲#乙",
    "# 注",
    "title: '甲'",
    'title: "甲',
    'title: "甲\\"',
    'title: "甲" 乙',
    'title: ""',
    'title: "甲"乙"',
    "byline:\n  - {name: 甲, name: 乙}",
    "byline:\n  - {name: 甲,role: 乙}",
    "byline:\n  - {name: 甲, role}",
    "byline:\n  - {name：甲}",
    "byline:\n  - name：甲",
    "byline:\n  - 甲\n    乙",
    "byline:\n  - 甲\n   - 乙",
    "byline:\n- 甲",
    "byline:\n    - 甲",
    "byline:\n  -  甲",
    "byline:\n  - 甲: 乙\n    甲: 丙",
    "byline:\n  - 甲\n    丙: 丁",
    "byline:\n    丙: 丁",
    "byline:\n  - 甲: 乙\n     丙: 丁",
    "byline:\n  - 甲: 乙\n\n    丙: 丁",
    "byline:\n  - 甲 #乙",
    "byline:\n  - [甲]",
    "byline:\n",
    "byline: 甲\n  - 乙",
    "title: 甲\n\ndate: 2024-08-05",
    "title: 甲\ntitle: 乙",
    "title: ~",
    "title: |\n  甲",
    "title: > 甲",
    "title: *甲",
    "title: &甲 乙",
    "title: !甲",
    "title: {甲: 乙}",
    "title: [甲",
    "title: []",
    "title: [甲,]",
    "title: [甲, ]",
    "title: [,甲]",
    "title: [甲,  乙]",
    "title: [ 甲 ]",
    "title: [甲 乙]",
    "title: [[甲]]",
    "title: [甲: 乙]",
    "title: ['甲']",
    "title: [甲] 乙",
    "title: -甲",
    "title: - 甲",
    "title: 甲\tb",
    "title: ?甲",
    "title: 甲=乙",
    "- 甲",
    "a-b: 甲",
    "a1: 甲",
    "<<: 甲",
    "title: 甲\n  乙",
    "title: 👍",
    "---",
]


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_front_matter_takes_the_shortcut(text: str) -> None:
    assert tree_is_the_same_or_nothing(text)
    assert tree_is_the_same_or_nothing(text + "\n")
    for below in ("\n\n正文。\n", "\n　　正文。", "\n", "\n\n\n　\n正文。\n\n---\n\n正文。"):
        assert file_is_the_same_or_nothing(f"---\n{text}\n---{below}")


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_whatever_means_something_to_yaml_goes_to_yaml(text: str) -> None:
    assert plain_tree(text, 2) is None
    assert plain_front_matter(f"---\n{text}\n---\n正文。\n") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "正文。",
        "---\n",
        "---\n---\n",
        "---\n---\n正文。",
        "---\ntitle: 甲\n---",
        "---\ntitle: 甲\n--- \n正文。",
        "--- \ntitle: 甲\n---\n正文。",
        "----\ntitle: 甲\n---\n正文。",
        "\n---\ntitle: 甲\n---\n正文。",
        " ---\ntitle: 甲\n---\n正文。",
        "---\ntitle: 甲\n正文。",
        "+++\ntitle: 甲\n+++\n正文。",
    ],
    ids=repr,
)
def test_fences_that_need_thought_go_to_the_library(text: str) -> None:
    assert plain_front_matter(text) is None


def test_places_and_the_line_of_the_body_are_those_of_the_file() -> None:
    found = plain_front_matter(
        "---\ntitle: 甲\n地区: [东岸区, 西岸区]\n---\n\n\n　　正文。\n\n末段。\n"
    )
    assert found
    title, districts = found.entries
    assert (title.key, title.line, title.column) == ("title", 2, 1)
    assert title.value == Scalar("甲", 2, 8, False)
    items = (Scalar("东岸区", 3, 6, False), Scalar("西岸区", 3, 11, False))
    assert districts.value == Sequence(items, 3, 5)
    assert (found.body, found.body_line) == ("正文。\n\n末段。", 7)


def test_reading_a_plain_head_never_asks_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("YAML was asked")

    texts = [f"---\n{text}\n---\n\n正文。\n" for text in PLAIN]
    expected = [read_front_matter(Source(PATH, text)) for text in texts]
    monkeypatch.setattr("bulletin.frontmatter.read_front_matter", asked)
    assert [read_head(Source(PATH, text)) for text in texts] == expected
    with pytest.raises(AssertionError):
        read_head(Source(PATH, "---\ntitle: '甲'\n---\n\n正文。\n"))
