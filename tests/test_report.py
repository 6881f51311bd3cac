"""Problems and reports as people and machines read them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.asked import Report
from bulletin.mend import Mending
from bulletin.problem import TABLE, Language, Problem, both, problem
from bulletin.publish import Published
from bulletin.report import (
    COLOURS,
    MANY,
    PLAIN,
    SHOWN,
    SHOWN_COLUMNS,
    as_diff,
    as_github,
    as_json,
    as_text,
    closing_line,
    count,
    json_document,
    language_of,
    paint_of,
    text_lines,
)
from tests.samples import ANY_LOAD, item

ZH, EN = Language.CHINESE, Language.ENGLISH
TYPO = problem("B209", "content/x.md", 4, 1, "tgas: [甲]", key="tgas", nearest="", extra="")


def report(**changed: object) -> Report:
    published = Published(added=("a", "b"), changed=("c", "d", "e"), removed=())
    figures: dict[str, object] = {"base_url": "https://test.example/", "items": 3, "pages": 40}
    figures["published"] = published
    figures |= {"held": (), "problems": (), "seconds": 1.25} | changed
    return Report(**figures)  # type: ignore[arg-type]


def test_a_problem_is_told_with_its_place_its_line_and_its_cure() -> None:
    assert as_text(TYPO, ZH) == (
        "content/x.md:4:1: 错误 B209 不认识“tgas”这一项\n"
        "    | tgas: [甲]\n"
        "    | ^\n"
        "    → 改成正确的名称"
    )


def test_a_problem_is_told_in_english_too() -> None:
    assert as_text(TYPO, EN).startswith("content/x.md:4:1: error B209 unknown key tgas\n")


def test_a_warning_says_so() -> None:
    found = problem("B219", "content/x.md", 1)
    assert as_text(found, ZH).startswith("content/x.md:1: 提醒 B219 ")
    assert as_text(found, EN).startswith("content/x.md:1: warning B219 ")


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    assert as_text(problem("B105", "content/x.md"), ZH) == (
        "content/x.md: 错误 B105 文件是空的\n    → 写上内容，或者删去这个文件"
    )


def test_the_mark_stands_under_its_place_behind_wide_characters() -> None:
    found = problem("B214", "x.md", 3, 5, "日期: 明天", key="日期", value="明天")
    assert "    | 日期: 明天\n    | 　　  ^\n" in as_text(found, ZH)


def test_a_line_that_starts_with_full_width_blanks_is_shown_as_it_was_typed() -> None:
    found = problem("B401", "x.md", 6, 5, "　　正文<b>", tag="<b>")
    assert "    | 　　正文<b>\n    | 　　　　^\n" in as_text(found, ZH)


def test_a_long_line_is_cut_to_the_part_around_its_place() -> None:
    line = "a" * 500 + "坏" + "b" * 500
    shown = as_text(problem("B214", "x.md", 3, 501, line, key="k", value="v"), ZH).split("\n")
    assert len(shown[1]) <= SHOWN_COLUMNS + len("    | ......")
    assert shown[1][shown[2].index("^")] == "坏"


def test_a_long_chinese_line_fits_a_terminal_and_keeps_its_mark() -> None:
    line = "前" * 60 + "今年" + "后" * 60
    shown = as_text(problem("B214", "x.md", 3, 61, line, key="k", value="v"), ZH).split("\n")
    wide = sum(2 if "一" <= c <= "龥" else 1 for c in shown[1])
    assert wide <= SHOWN_COLUMNS + len("    | ......")
    columns = [
        sum(2 if c in "前今　" else 1 for c in text)
        for text in (shown[1].split("今")[0], shown[2].split("^")[0])
    ]
    assert columns[0] == columns[1]


def test_a_place_behind_the_lines_end_has_no_mark() -> None:
    found = as_text(problem("B214", "x.md", 3, 50, "abc", key="k", value="v"), ZH)
    assert "^" not in found
    assert "    | abc\n" in found


@ANY_LOAD
@given(st.text(max_size=200), st.integers(0, 250), st.text(max_size=20))
def test_row30_no_text_of_a_file_reaches_a_terminal_as_a_command(
    line: str, column: int, path: str
) -> None:
    found = as_text(problem("B103", path, 2, column, line, character="U+0000"), ZH)
    assert all(part.replace("　", "").isprintable() for part in found.split("\n"))
    assert not any(part.startswith("::") for part in found.split("\n")[1:])


@pytest.mark.parametrize("language", Language)
def test_row30_a_line_of_a_ci_log_cannot_be_forged(language: Language) -> None:
    evil = "x\n::error file=a::甲\r\n::set-output name=b::c"
    found = Problem(
        evil,
        3,
        2,
        "B212",
        (("key", evil), ("value", evil), ("nearest", evil), ("choices", evil)),
    )
    line = as_github(found, language)
    assert line.count("\n") == 0
    assert line.count("\r") == 0
    assert line.startswith("::error ")
    head = line.removeprefix("::").partition("::")[0]
    assert ":" not in head
    assert len(head.split(",")) == 4


def test_github_is_told_file_line_and_column() -> None:
    assert as_github(TYPO, EN).startswith(
        "::error file=content/x.md,line=4,col=1,title=B209::unknown key tgas"
    )


def test_an_english_sentence_ends_with_an_english_full_stop() -> None:
    assert "。" not in as_github(TYPO, EN)


def test_github_is_not_told_a_line_that_there_is_not() -> None:
    assert as_github(problem("B105", "a,b:c.md"), ZH).startswith(
        "::error file=a%2Cb%3Ac.md,title=B105::文件是空的"
    )


def test_a_percent_sign_is_escaped_before_anything_else() -> None:
    found = problem("B214", "100%.md", 1, 1, "", key="k", value="%0A")
    assert "file=100%25.md" in as_github(found, ZH)
    assert "%250A" in as_github(found, ZH)


def test_json_holds_every_part_of_a_problem() -> None:
    assert as_json(TYPO, EN) == {
        "code": "B209",
        "severity": "error",
        "path": "content/x.md",
        "line": 4,
        "column": 1,
        "text": "tgas: [甲]",
        "message": "unknown key tgas",
        "cure": "correct the key",
    }


def test_row26_the_json_document_says_what_is_held_and_until_when() -> None:
    text = "\n".join(json_document([TYPO], report(held=(item("2035-05-01-x"),)), ZH))
    value = json.loads(text)
    assert value["problems"][0]["code"] == "B209"
    assert (value["items"], value["pages"], value["written"], value["removed"]) == (3, 40, 5, 0)
    assert value["held"] == [
        {"path": "content/news/2024/08/2035-05-01-x.md", "due": "2035-05-01T00:00:00+08:00"}
    ]
    assert "甲" in text


def test_a_failed_build_has_problems_and_no_figures() -> None:
    assert set(json.loads("".join(json_document([TYPO], None, ZH)))) == {"problems"}


# --- colour


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({}, True, True),
        ({"TERM": "xterm"}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_there_is_colour_on_a_terminal_that_wants_it(
    environment: dict[str, str], terminal: bool, colour: bool
) -> None:
    assert paint_of(environment, terminal) is (COLOURS if colour else PLAIN)


def test_colours_tell_errors_from_warnings_and_change_no_word() -> None:
    warning = problem("B219", "content/x.md", 1)
    red, yellow = as_text(TYPO, ZH, COLOURS), as_text(warning, ZH, COLOURS)
    assert f"{COLOURS.error}错误 B209" in red
    assert f"{COLOURS.warning}提醒 B219" in yellow
    assert f"{COLOURS.bold}content/x.md{COLOURS.end}:4:1" in red
    assert re.sub("\x1b\\[\\d+m", "", red) == as_text(TYPO, ZH)
    counted = count([TYPO, warning], ZH, COLOURS)
    assert re.sub("\x1b\\[\\d+m", "", counted) == "1 处错误，1 处提醒"
    assert count([], ZH, COLOURS) == "0 处错误，0 处提醒"


@ANY_LOAD
@given(st.text(max_size=50))
def test_row30_colour_lets_no_escape_of_a_file_through(text: str) -> None:
    found = problem("B212", text, 1, 1, text, key=text, value=text, nearest="", choices="")
    plain = re.sub("\x1b\\[\\d+m", "", as_text(found, ZH, COLOURS))
    assert "\x1b" not in plain


@pytest.mark.parametrize("mark", ["##[error]", "##vso[task.complete]"])
def test_row30_no_mark_that_a_ci_obeys_within_a_line_is_printed(mark: str) -> None:
    found = problem("B214", f"x{mark}.md", 1, 1, f"a {mark}", key="k", value=f"b {mark}")
    assert mark not in as_text(found, ZH).partition("\n")[2]
    assert mark not in as_github(found, ZH)


# --- many


def test_many_warnings_of_one_code_are_summed_up_and_no_error_is() -> None:
    warnings = [problem("B219", f"content/{n:03}.md", 1) for n in range(40)]
    errors = [problem("B105", f"content/{n:03}.md") for n in range(40)]
    few = [problem("B220", f"content/{n:03}.md", 1) for n in range(MANY)]
    lines = list(text_lines(sorted([*warnings, *errors, *few]), ZH))
    assert sum("提醒 B219" in line for line in lines) == SHOWN
    assert sum("错误 B105" in line for line in lines) == 40
    assert sum("提醒 B220" in line for line in lines) == MANY
    assert f"还有 {40 - SHOWN} 处 B219" in lines[-1]
    assert f"{40 - SHOWN} more of B219" in list(text_lines(warnings, EN))[-1]


def test_warnings_that_count_as_errors_are_not_summed_up() -> None:
    strict = [Problem(f"content/{n:03}.md", 1, 0, "B219", (), "", True) for n in range(40)]
    assert len(list(text_lines(strict, ZH))) == 40


# --- what was mended

MENDED = Mending(
    "content/x.md", (both("编码 GBK → UTF-8", "encoding GBK → UTF-8"),), "@@\n-a\x1b\n+b", b""
)


def test_what_was_mended_is_told_with_its_lines() -> None:
    assert as_diff(MENDED, ZH) == (
        "content/x.md: 已改好：编码 GBK → UTF-8\n    @@\n    -aU+001B\n    +b"
    )
    assert "mended: encoding" in as_diff(MENDED, EN)
    assert f"{COLOURS.removed}-a" in as_diff(MENDED, ZH, COLOURS)


def test_json_says_what_was_mended_only_where_that_was_asked() -> None:
    assert "fixed" not in json.loads("".join(json_document([], None, ZH)))
    assert json.loads("".join(json_document([], None, EN, [MENDED])))["fixed"] == [
        {"path": "content/x.md", "done": ["encoding GBK → UTF-8"], "diff": "@@\n-a\x1b\n+b"}
    ]


def test_problems_are_counted_by_their_weight() -> None:
    found = [TYPO, TYPO, problem("B219", "x.md")]
    assert count(found, ZH) == "2 处错误，1 处提醒"
    assert count(found, EN) == "2 errors, 1 warning"
    assert count([], EN) == "0 errors, 0 warnings"


def test_the_closing_line_tells_the_figures() -> None:
    assert closing_line(report(), ZH) == (
        "新闻 3 条，页面 40 个，写入 5，未到时间 0 条，用时 1.2 秒"
    )
    assert closing_line(report(published=Published(("a",), (), ("b", "c"))), EN) == (
        "3 items, 40 pages, 1 written, 2 removed, 0 held back, 1.2 s"
    )


def test_row26_the_closing_line_says_how_many_items_are_held_and_when_the_first_comes() -> None:
    held = (item("2035-05-01-x"), item("2036-05-01-x"))
    assert "未到时间 2 条（最早 2035-05-01 00:00）" in closing_line(report(held=held), ZH)
    assert "2 held back (next 2035-05-01 00:00)" in closing_line(report(held=held), EN)


@pytest.mark.parametrize(
    ("environment", "asked", "language"),
    [
        ({}, None, ZH),
        ({"LANG": "en_US.UTF-8"}, None, EN),
        ({"LANG": "zh_CN.UTF-8"}, None, ZH),
        ({"LANG": "de_DE.UTF-8"}, None, ZH),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, None, ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, None, EN),
        ({"LANG": "C.UTF-8"}, None, ZH),
        ({"LC_ALL": "", "LANG": "en_US"}, None, EN),
        ({"LANG": "en_US"}, "zh", ZH),
        ({}, "en", EN),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_locales_else_chinese(
    environment: dict[str, str], asked: str | None, language: Language
) -> None:
    assert language_of(environment, asked) is language


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_can_be_told_in_every_format(code: str) -> None:
    names = re.findall(r"\{([a-z_]+)\}", " ".join(TABLE[code][1:]))
    found = problem(code, "x.md", 1, 1, "甲", **dict.fromkeys(names, "乙"))
    for language in Language:
        assert code in as_text(found, language)
        assert code in as_github(found, language)
        assert as_json(found, language)["message"] in as_text(found, language)
