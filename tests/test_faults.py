"""Faults in what people write, at the level of a build; a test names the row of the list."""

from __future__ import annotations

import html
import json
import os
import posixpath
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from bulletin import glance
from bulletin.problem import CannotStartError, ContentError, Language, Problem
from tests.conftest import ACTIVITIES, DISTRICTS, SITE, Root, item, said, tree

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
NEWS = "content/news/2024/08/"
FIRST = NEWS + "2024-08-05-first.md"
PAGE = "news/2024/08/05/first/index.html"
ATOM = "{http://www.w3.org/2005/Atom}"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"></svg>'


def refused(root: Root, text: str | bytes, code: str) -> Problem:
    """The Problem of that code, when the first item is ``text``; nothing may be published."""
    root.write({FIRST: text})
    problems = root.refused(ContentError)
    found = [p for p in problems if p.code == code]
    assert found, [p.code for p in problems]
    assert found[0].path == FIRST
    assert found[0].cure(Language.CHINESE)
    return found[0]


def warned(root: Root, code: str) -> Problem:
    """The one Problem of a build that goes well."""
    problems = root.build().problems
    assert [p.code for p in problems] == [code]
    return problems[0]


# --- row 20: encodings


@pytest.mark.parametrize(
    ("encode", "code"),
    [
        (lambda text: text.encode("gb18030"), "B102"),
        (lambda text: text.encode("utf-16"), "B102"),
        (lambda text: b"\xff\xfe" + text.encode("utf-16-le"), "B102"),
        (lambda text: text.encode("utf-8-sig"), ""),
        (lambda text: text.replace("\n", "\r\n").encode(), ""),
        (lambda text: text.replace("\n", "\r").encode(), ""),
        (lambda text: text.replace("\n", "\u2028").encode(), ""),
    ],
    ids=["gbk", "utf-16", "utf-16-le", "bom", "crlf", "cr", "u2028"],
)
def test_row_20_whatever_the_encoding_the_page_is_the_same(
    root: Root, encode: Callable[[str], bytes], code: str
) -> None:
    text = item("密云区工匠学院", body="第一段。\n\n第二段。")
    root.write({FIRST: text})
    root.build()
    page = root.text(PAGE)
    root.write({FIRST: encode(text)})
    report = root.build()
    assert root.text(PAGE) == page
    assert [found.code for found in report.problems] == ([code] if code else [])


def test_row_20_bytes_that_are_no_text_are_an_error_with_line_and_column(root: Root) -> None:
    found = refused(
        root, item().encode().replace("正文".encode(), "正".encode() + b"\xff\xff"), "B101"
    )
    assert (found.line, found.column) == (8, 2)


# --- row 21: characters that nobody sees


@pytest.mark.parametrize(
    "character", ["\0", "\x1b", "\x08", "\x0b", "\x0c", "\x7f", "\x9b"], ids=repr
)
@pytest.mark.parametrize("place", ["title", "body"])
def test_row_21_control_characters_are_errors(root: Root, character: str, place: str) -> None:
    text = item(f"甲{character}乙") if place == "title" else item(body=f"甲{character}乙")
    found = refused(root, text, "B103")
    assert (found.line, found.column) == ((2, 9) if place == "title" else (8, 2))
    assert f"U+{ord(character):04X}" in said((found,))


@pytest.mark.parametrize("code", ["\u202e", "\u2066", "\u200b", "\u2060", "\ufeff"], ids=ascii)
def test_row_21_bidi_and_zero_width_are_warned_about_and_left_out(root: Root, code: str) -> None:
    root.write({FIRST: item(body=f"甲{code}乙")})
    found = warned(root, "B104")
    assert (found.line, found.column) == (8, 2)
    assert f"U+{ord(code):04X}" in said((found,))
    assert all(code.encode() not in (data or b"") for data in tree(root.site).values())
    assert "甲乙" in root.text(PAGE)


@pytest.mark.parametrize(
    ("key", "escape"),
    [("title", escape) for escape in (r"\0", r"\e", r"\b", r"\x7f", r"\uFFFE")]
    + [(key, r"\e") for key in ("tags", "summary", "source", "byline", "extra")],
)
def test_row_21_control_characters_written_as_yaml_escapes_are_errors(
    root: Root, key: str, escape: str
) -> None:
    value = f'"甲{escape}乙"'
    value = {"tags": f"[{value}]", "extra": f"{{甲: {value}}}"}.get(key, value)
    root.write({FIRST: item(**({"title": "甲"} | {key: value}))})
    assert "error" in [p.severity for p in root.refused(ContentError)]


@pytest.mark.parametrize("entity", ["&#12;", "&#x1b;", "&#0;", "&#xfffe;", "&#xd800;", "&NewLine;"])
def test_row_21_character_references_never_break_a_feed(root: Root, entity: str) -> None:
    root.write(
        {FIRST: item(body=f"甲{entity}乙 [丙{entity}](https://x.example/{entity} '{entity}')")}
    )
    if any(p.severity == "error" for p in root.problems()):
        return
    ET.fromstring(root.text("feed.xml"))
    json.loads(root.text("feed.json"))


# --- row 22: front matter that is none

BAD_FRONT_MATTER = {
    "no-front-matter": ("正文。\n", "B201", 1),
    "blank-lines-then-text": ("\n\n正文。\n", "B201", 3),
    "not-closed": ("---\ntitle: 甲\ndate: 2024-08-05\n正文。\n", "B202", 1),
    "list": ("---\n- title: 甲\n---\n正文\n", "B204", 2),
    "scalar": ("---\n一句话\n---\n正文\n", "B204", 2),
    "open-quote": ('---\ntitle: "甲\ndate: 2024-08-05\n---\n', "B203", None),
    "open-bracket": ("---\ntitle: 甲\ntags: [乙\ndate: 2024-08-05\n---\n", "B203", None),
    "text-behind-a-list": ("---\ntitle: 甲\ntags: [乙]\n丙\ndate: 2024-08-05\n---\n", "B203", 4),
    "no-colon": ("---\ntitle: 甲\ndate 2024-08-05\n---\n", "B203", None),
    "two-documents": ("---\ntitle: 甲\n...\nb: 1\n---\n", "B203", None),
    "nothing-in-it": ("---\n---\n正文。\n", "B210", 1),
    "script": ("---js\n{title: 1}\n---\n", "B208", 1),
    "toml": ("+++\ntitle = 1\n+++\n", "B201", 1),
}


@pytest.mark.parametrize("case", BAD_FRONT_MATTER)
def test_row_22_bad_front_matter_is_an_error_with_its_line(root: Root, case: str) -> None:
    text, code, line = BAD_FRONT_MATTER[case]
    found = refused(root, text, code)
    assert found.line == line or (line is None and 2 <= found.line <= text.count("\n"))


def test_row_22_a_body_that_starts_with_a_rule_is_whole(root: Root) -> None:
    root.write({FIRST: item(body="---\n\n第一段。\n\n---\n\ntitle: 第二段。\n\n---\n\n第三段。")})
    root.build()
    body = root.html(PAGE).all("div", "body")[0]
    assert body.text.split() == ["第一段。", "title:", "第二段。", "第三段。"]
    assert len(root.html(PAGE).all("hr")) == 3


WRITTEN = "title: 甲\ndate: 2024-08-05\ndistricts: [东岸区]\nactivities: [技能培训]\n"
MISSING = {
    "no-closing-fence": (f"---\n{WRITTEN}\n## 小标题\n\n正文。\n\n---\n\n末段。\n", "B233", 7),
    "no-opening-fence": (f"{WRITTEN}---\n\n## 小标题\n\n正文。\n\n---\n\n末段。\n", "B234", 1),
    "dashes": (f"——\n{WRITTEN}---\n\n## 小标题\n\n正文。\n\n---\n\n末段。\n", "B232", 1),
}


@pytest.mark.parametrize("case", MISSING)
def test_row_22_a_fence_that_is_missing_loses_no_text(root: Root, case: str) -> None:
    text, code, line = MISSING[case]
    root.write({FIRST: text})
    assert warned(root, code).line == line
    page = root.html(PAGE)
    assert [h.text for h in page.all("h1")] == ["甲"]
    assert page.all("div", "body")[0].text.split() == ["小标题", "正文。", "末段。"]


def test_row_22_text_in_front_of_the_head_is_shown_and_warned_about(root: Root) -> None:
    root.write({FIRST: f"第8期第3条\n---\n{WRITTEN}---\n\n正文。\n"})
    assert warned(root, "B235").line == 1
    assert root.html(PAGE).all("div", "body")[0].text.split() == ["第8期第3条", "正文。"]


@pytest.mark.parametrize("key", ["title", "summary", "source", "tags"])
def test_row_22_text_behind_a_hash_is_not_dropped_silently(root: Root, key: str) -> None:
    root.write({FIRST: item(**({"title": "甲"} | {key: "第八期 #工会动态"}))})
    problems = root.problems()
    assert problems or "工会动态" in root.text(PAGE)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\n\n\n"], ids=repr)
def test_row_22_the_last_line_of_a_body_is_there_whatever_ends_it(root: Root, ending: str) -> None:
    root.write({FIRST: item(body="甲\n\n最后一行").rstrip("\n") + ending})
    root.build()
    assert "最后一行" in root.html(PAGE).all("div", "body")[0].text


# --- row 23: what is typed under a Chinese keyboard


def test_row_23_full_width_signs_give_the_same_page(root: Root) -> None:
    root.write({FIRST: item("甲", tags="[培训, 工匠]")})
    root.build()
    page = root.text(PAGE)
    typed = "—— \n标题：甲\n日期：2024年8月5日\n区：【东岸区】\n类型：\n－培训\n标签：[培训，工匠]\n——\n\n正文。\n"
    root.write({FIRST: typed})
    report = root.build()
    assert root.text(PAGE) == page
    codes = [(found.line, found.code) for found in report.problems]
    full = [(line, "B225") for line in (2, 3, 4, 5, 7)]
    assert codes == sorted([(1, "B232"), *full, (6, "B228"), (8, "B232")])


@pytest.mark.parametrize(
    ("file", "good", "typed", "line"),
    [
        ("content/site.yaml", "title: 测试", "title：测试", 1),
        (
            "content/districts.yaml",
            "  - {id: east, name: 东岸区, ",
            "  - {id: east, name：东岸区，",
            2,
        ),
        ("content/activities.yaml", "activities:", "activities：", 1),
        ("content/issues/2024-08.yaml", "title: 第8期", "title：第8期", 1),
    ],
)
def test_row_23_settings_and_vocabularies_are_read_as_kindly_and_say_so_each_time(
    root: Root, file: str, good: str, typed: str, line: int
) -> None:
    if "issues" in file:
        root.write({file: "title: 第8期\n"})
    root.build()
    site = {name: data for name, data in tree(root.site).items() if name.endswith(".html")}
    text = (root.path / file).read_text("utf-8")
    assert good in text
    root.write({file: text.replace(good, typed)})
    for _ in range(2):  # the second time from what is kept
        report = root.build()
        assert [(p.path, p.line, p.code[:3]) for p in report.problems] == [(file, line, "B22")] or [
            (p.path, p.line, p.code) for p in report.problems
        ] == [(file, line, "B231")]
        root.write({FIRST: item(body="另一段。")})
    root.write({FIRST: item("甲")})
    assert site.keys() == {n for n in tree(root.site) if n.endswith(".html")}


# --- rows 24 and 25: keys and their values


@pytest.mark.parametrize(
    ("lines", "place", "first"),
    [
        ("title: 乙\n", (6, 1), "2"),
        ("标题: 乙\n", (6, 1), "2"),
        ("Title: 乙\n", (6, 1), "2"),
        ("extra: {a: 1, a: 2}\n", (6, 15), "6"),
    ],
)
def test_row_24_a_key_twice_is_an_error_with_both_lines(
    root: Root, lines: str, place: tuple[int, int], first: str
) -> None:
    text = item().replace("---\n\n", f"{lines}---\n\n")
    found = refused(root, text, "B205")
    assert (found.line, found.column) == place
    assert dict(found.facts)["first"] == first
    assert len([p for p in root.problems() if p.code == "B205"]) == 1


@pytest.mark.parametrize(
    ("typed", "near"),
    [("tgas", "tags"), ("标提", "标题"), ("distrcts", "districts"), ("Activites", "activities")],
)
def test_row_24_an_unknown_key_is_an_error_that_names_the_nearest(
    root: Root, typed: str, near: str
) -> None:
    found = refused(root, item(**{typed: "甲"}), "B209")
    assert (found.line, found.column) == (6, 1)
    for language in Language:
        assert typed in said((found,), language)
        assert near in said((found,), language)


WRONG_VALUES: dict[str, tuple[dict[str, Any], str, tuple[int, int]]] = {
    "title-missing": ({"title": None}, "B210", (1, 1)),
    "title-empty": ({"title": ""}, "B210", (2, 1)),
    "title-blank": ({"title": '"　"'}, "B210", (2, 1)),
    "title-list": ({"title": "[甲, 乙]"}, "B211", (2, 8)),
    "title-mapping": ({"title": "{甲: 乙}"}, "B211", (2, 8)),
    "title-no": ({"title": "no"}, "B215", (2, 8)),
    "title-null": ({"title": "~"}, "B215", (2, 8)),
    "title-date": ({"title": "2024-08-05"}, "B215", (2, 8)),
    "title-no-such-date": ({"title": "2024-02-30"}, "B215", (2, 8)),
    "date-missing": ({"date": None}, "B210", (1, 1)),
    "date-words": ({"date": "明天"}, "B214", (3, 7)),
    "date-month-13": ({"date": "2024-13-45"}, "B213", (3, 7)),
    "date-february-30": ({"date": "2024-02-30"}, "B213", (3, 7)),
    "date-list": ({"date": "[2024-08-05]"}, "B211", (3, 7)),
    "date-hour-25": ({"date": "2024-08-05 25:00"}, "B213", (3, 7)),
    "date-year-0": ({"date": "0000-01-01"}, "B213", (3, 7)),
    "date-american": ({"date": "08/05/2024"}, "B214", (3, 7)),
    "status": ({"status": "是"}, "B212", (6, 9)),
    "status-list": ({"status": "[草稿]"}, "B211", (6, 9)),
    "genre": ({"genre": "诗"}, "B212", (6, 8)),
    "priority": ({"priority": "10"}, "B211", (6, 11)),
    "priority-words": ({"priority": "高"}, "B211", (6, 11)),
    "embargo": ({"embargo": "以后"}, "B214", (6, 10)),
    "expires": ({"expires": "2024-13-01"}, "B213", (6, 10)),
    "districts-mapping": ({"districts": "{东岸区: 是}"}, "B211", (4, 12)),
    "four-activities": ({"activities": "[training, law, a, b]"}, "B302", (5, 29)),
    "source_url": ({"source_url": "x.org"}, "B216", (6, 13)),
    "corrections": ({"corrections": "[没有日期]"}, "B211", (6, 15)),
    "extra": ({"extra": "[甲]"}, "B211", (6, 8)),
}


@pytest.mark.parametrize("case", WRONG_VALUES)
def test_row_25_a_wrong_value_is_an_error(root: Root, case: str) -> None:
    keys, code, place = WRONG_VALUES[case]
    found = refused(root, item(**({"title": "甲"} | keys)), code)
    assert (found.line, found.column) == place


@pytest.mark.parametrize("typed", ['"no"', "'2024-08-05'", "12345", "3.15 维权周", "No. 1"])
def test_row_25_a_title_that_is_meant_is_taken_as_it_stands(root: Root, typed: str) -> None:
    root.write({FIRST: item(typed)})
    assert root.build().problems == ()
    assert root.html(PAGE).all("h1")[0].text == typed.strip("\"'")


# --- row 26: not yet, no more


@pytest.mark.parametrize(
    ("keys", "states"),
    [
        ({"date": "2026-01-02"}, "held"),
        ({"date": "2025-12-31 23:00", "embargo": "2026-01-01 09:00"}, "held"),
        ({"embargo": "2026-01-01 08:00"}, "shown"),
        ({"expires": "2026-01-01 08:00"}, "gone"),
        ({"expires": "2026-01-01 08:01"}, "shown"),
        ({"status": "draft"}, "gone"),
    ],
    ids=str,
)
def test_row_26_what_is_not_due_is_held_and_told(
    make_root: MakeRoot, keys: dict[str, str], states: str
) -> None:
    root = make_root({NEWS + "x.md": item("尚未发布的一条", **keys), NEWS + "y.md": item("乙")})
    report = root.build()  # at 2026-01-01 08:00 in Shanghai
    assert report.items == (2 if states == "shown" else 1)
    assert len(report.held) == (1 if states == "held" else 0)
    shown = any(b"\xe5\xb0\x9a\xe6\x9c\xaa" in (data or b"") for data in tree(root.site).values())
    assert shown == (states == "shown")
    assert any("/x/" in name for name in root.files()) == shown


def test_row_26_the_soonest_is_told_first(make_root: MakeRoot) -> None:
    root = make_root(
        {NEWS + "a.md": item(date="2031-01-01"), NEWS + "b.md": item(date="2030-01-01")}
    )
    assert [held.id for held in root.build().held] == ["b", "a"]


def test_row_26_a_link_to_what_is_not_due_shows_words_alone(make_root: MakeRoot) -> None:
    root = make_root(
        {FIRST: item(body="见[下一条](later.md)。"), NEWS + "later.md": item(date="2031-01-01")}
    )
    assert warned(root, "B411").line == 8
    assert "见<a>下一条</a>。" in root.text(PAGE)


# --- row 27: what could grow or call code

GROWING = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntitle: *c\n",
    "merge": "extra:\n  <<: {a: b}\ntitle: 甲\n",
    "tag": "title: !!python/object/apply:os.system [ls]\n",
    "tag-of-a-list": "tags: !!set {甲, 乙}\ntitle: 甲\n",
    "nested": "tags: " + "[" * 200 + "]" * 200 + "\n",
}


@pytest.mark.parametrize("case", GROWING)
@pytest.mark.parametrize("more", ["", "日期：2024-08-05\n"], ids=["strict", "mended"])
def test_row_27_yaml_that_grows_or_calls_is_refused(root: Root, case: str, more: str) -> None:
    refused(root, f"---\n{GROWING[case]}{more}---\n正文。\n", "B206")


NOTES = "# 备注\n" * 20_000


def test_row_27_a_head_over_64_kb_is_refused_at_once(root: Root) -> None:
    for opening in ("---", "－－－"):
        refused(root, f"{opening}\ntitle: 甲\n{NOTES}---\n正文。\n", "B207")


# --- row 28: template code in content

CODE = [
    "{{ 7*7 }}",
    "{% include 'base.html' %}",
    "{# weg #}",
    "{{ site.title }}",
    "${7*7}",
    "<%= 7 %>",
]


@pytest.mark.parametrize("code", CODE)
def test_row_28_template_code_is_text(root: Root, code: str) -> None:
    quoted = json.dumps(f"甲{code}")
    root.write({FIRST: item(quoted, body=f"乙`{code}`丙", summary=quoted, tags=f"[{quoted}]")})
    root.write({"content/site.yaml": SITE + f"tagline: {quoted}\n"})
    root.build()
    page = root.html(PAGE)
    assert page.all("h1")[0].text == f"甲{code}"
    assert f"乙{code}丙" in page.all("div", "body")[0].text
    assert f"甲{code}" in page.all("dd")[0].text
    assert f"甲{code}" in root.html("index.html").all("p", "tagline")[0].text


# --- row 29: raw HTML and addresses that run

RUNS = re.compile(r"[\s\x00-\x1f]*(?!https?:|mailto:)[a-z+]+:", re.IGNORECASE)
RUNNING = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java&#115;cript:alert(1)",
    "&#x6A;avascript:alert(1)",
    "javascript&colon;alert(1)",
    "java%73cript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#1;javascript:alert(1)",
    "vbscript:x",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "file:///etc/passwd",
    "blob:x",
]


@pytest.mark.parametrize("form", ["[甲](<{}>)", "![甲](<{}>)", "<{}>", "[甲][1]\n\n[1]: <{}>"])
def test_row_29_an_address_that_runs_is_refused(make_root: MakeRoot, form: str) -> None:
    files = {f"{NEWS}{n}.md": item(body=form.format(a)) for n, a in enumerate(RUNNING)}
    root = make_root(files)
    errors = {p.path for p in root.problems() if p.severity == "error"}
    assert f"{NEWS}0.md" in errors
    root.delete(*errors)  # what is left was no such address in Markdown's eyes
    root.build()
    for name in root.files():
        if name.endswith(".html"):
            for target in root.html(name).references():
                assert not RUNS.match(target), (name, target)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
@pytest.mark.parametrize("key", ["source_url", "images", "aliases", "image-mapping"])
def test_row_29_an_address_that_runs_is_refused_in_front_matter(
    root: Root, address: str, key: str
) -> None:
    value = f'[{{src: "{address}", alt: 甲}}]' if key == "image-mapping" else f'["{address}"]'
    if key == "source_url":
        value = f'"{address}"'
    root.write({FIRST: item(**{key.replace("image-mapping", "images"): value})})
    problems = root.refused(ContentError)
    assert {p.code for p in problems if p.severity == "error"} <= {"B216", "B217", "B402"}
    assert problems[0].line == 6


TAGS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<b>粗</b>",
    "<iframe src='https://x.example/'></iframe>",
    "<a href='javascript:alert(1)'>甲</a>",
    "<style>*{display:none}</style>",
    "<!DOCTYPE html>",
    "<?php echo 1 ?>",
    "<![CDATA[x]]>",
]


@pytest.mark.parametrize("tag", ["<svg/onload=alert(1)>", "<img/src=x/onerror=x>", "<x y", "< b>"])
def test_row_29_what_is_almost_a_tag_is_text(root: Root, tag: str) -> None:
    root.write({FIRST: item(body=f"{tag}\n\n甲{tag}乙")})
    root.build()
    page = root.html(PAGE)
    assert page.all("div", "body")[0].text.count(tag) == 2
    assert not any("onload" in e.attributes or "onerror" in e.attributes for e in page.elements)


@pytest.mark.parametrize(
    ("form", "line"),
    [("{}", 8), ("甲{}乙", 8), ("## 甲{}", 8), ("|甲|\n|---|\n|{}|", 10), ("- {}", 8), ("> {}", 8)],
)
def test_row_29_raw_html_is_shown_as_text_and_reported(
    make_root: MakeRoot, form: str, line: int
) -> None:
    root = make_root({f"{NEWS}{n}.md": item(body=form.format(t)) for n, t in enumerate(TAGS)})
    problems = root.build().problems
    assert {p.code for p in problems} == {"B401"}
    assert {(p.path, p.line) for p in problems} == {
        (f"{NEWS}{n}.md", line) for n in range(len(TAGS))
    }
    for number, tag in enumerate(TAGS):
        page = root.html(f"news/2024/08/05/{number}/index.html")
        assert not {e.tag for e in page.elements} & {"b", "iframe", "style", "php"}
        assert len(page.all("script")) == 1 + len(page.json_ld())
        assert tag.split(">")[0] in page.all("div", "body")[0].text


# --- row 30: what would break out of each sink

NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "]]><evil/>",
    "</script><script>alert(1)</script>",
    "</title><evil/>",
    "<!--",
    "&lt;b&gt; & &amp;",
    '\\u003c \\" \\n',
    "{{ x }}",
]


def _everywhere(nasty: str) -> dict[str, str]:
    """A site that holds the text wherever one may be typed."""
    quoted = json.dumps(nasty, ensure_ascii=False)
    keys: dict[str, Any] = dict.fromkeys(
        ("kicker", "subtitle", "summary", "source", "publication", "edition", "page", "page_name"),
        quoted,
    )
    keys |= dict.fromkeys(("series",), quoted)
    keys["tags"] = f"[{quoted}]"
    keys["byline"] = f"[{{name: {quoted}, org: {quoted}}}]"
    keys["images"] = f"[{{src: a.svg, alt: {quoted}, caption: {quoted}, credit: {quoted}}}]"
    keys["corrections"] = f"[{{date: 2024-08-06, text: {quoted}}}]"
    keys["extra"] = f"{{{quoted}: {quoted}}}"
    keys["issue"] = "2024-08"
    names = ("tagline", "description", "publisher", "notice")
    labels = [
        *("home", "news", "archive", "districts", "district", "activities", "activity"),
        *("matrix", "issues", "places"),
    ]
    return {
        FIRST: item(quoted, **keys),
        NEWS + "second.md": item(quoted, series=quoted, aliases="[/old.html]"),
        NEWS + "a.svg": SVG,
        "content/site.yaml": f"title: {quoted}\nbase_url: https://test.example/\n"
        + "".join(f"{name}: {quoted}\n" for name in names)
        + "labels:\n"
        + "".join(f"  {label}: {quoted}\n" for label in labels),
        "content/districts.yaml": f"districts:\n  - id: east\n    name: {quoted}\n    short: {quoted}\n"
        f"    aliases: [东岸区]\n    description: {quoted}\n    places: [{quoted}]\n    cell: [1, 1]\n",
        "content/activities.yaml": f"activities:\n  - id: training\n    name: {quoted}\n"
        f"    synonyms: [技能培训]\n    description: {quoted}\n",
        "content/issues/2024-08.yaml": f"title: {quoted}\nsummary: {quoted}\n",
        "content/pages/about.md": f"---\ntitle: {quoted}\nsummary: {quoted}\n---\n\n正文。\n",
    }


@pytest.fixture(scope="module", params=NASTY, ids=range(len(NASTY)))
def nasty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Root, str]:
    root = Root(tmp_path_factory.mktemp("nasty"))
    root.write(_everywhere(request.param))
    root.build()
    return root, " ".join(request.param.split())


def test_row_30_html_text_and_attributes(nasty: tuple[Root, str]) -> None:
    root, text = nasty
    page = root.html(PAGE)
    assert page.all("h1")[0].text == text
    assert page.all("p", "kicker")[0].text == text
    assert text in page.all("title")[0].text
    attributes = {
        (e.attributes.get("name"), e.attributes.get("property")): e for e in page.all("meta")
    }
    assert attributes["description", None].attributes["content"] == text
    assert attributes[None, "article:tag"].attributes["content"] == text
    assert page.all("img")[0].attributes["alt"] == text
    assert page.all("span", "caption")[0].text == text
    assert text in page.all("section", "corrections")[0].text
    for name in root.files():
        if name.endswith(".html"):
            found = root.html(name)
            tags = {e.tag for e in found.elements}
            assert "evil" not in tags, name
            for element in found.elements:
                wrong = [a for a in element.attributes if a.startswith("on")]
                assert not wrong, name
            outer = [e for e in found.all("script") if e.attributes.get("type") is None]
            assert [e.text for e in outer] == [""], name


def test_row_30_json_ld_inside_a_script(nasty: tuple[Root, str]) -> None:
    root, text = nasty
    found = {value["@type"]: value for value in root.html(PAGE).json_ld()}
    assert found["NewsArticle"]["headline"] == text[:110]
    assert found["NewsArticle"]["keywords"] == [text]
    assert found["NewsArticle"]["correction"][0]["text"] == text
    raw = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', root.text(PAGE), re.DOTALL
    )
    assert len(raw) == len(found)
    assert not re.search("[<>&]", "".join(raw))


def test_row_30_atom(nasty: tuple[Root, str]) -> None:
    root, text = nasty
    feed = ET.fromstring(root.text("feed.xml"))
    assert feed.findtext(f"{ATOM}title") == text
    entry = next(e for e in feed.iter(f"{ATOM}entry") if "first" in str(e.findtext(f"{ATOM}id")))
    assert entry.findtext(f"{ATOM}title") == " ".join([text] * 3)
    assert entry.findtext(f"{ATOM}summary") == text
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == text
    assert text in [e.attrib["term"] for e in entry.iter(f"{ATOM}category")]
    content = str(entry.findtext(f"{ATOM}content"))
    assert html.escape(text) in content.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert "<script" not in content
    assert "<evil" not in content


def test_row_30_json_feed(nasty: tuple[Root, str]) -> None:
    root, text = nasty
    feed = json.loads(root.text("feed.json"))
    assert feed["title"] == feed["description"] == text
    entry = next(e for e in feed["items"] if "first" in e["id"])
    assert (entry["summary"], entry["tags"]) == (text, [text])
    assert "<script" not in entry["content_html"]


def test_row_30_sitemap_and_robots(make_root: MakeRoot) -> None:
    name = "a&b'c<d>\"e"
    root = make_root(
        {
            NEWS + f"{name}.svg": SVG,
            FIRST: item(images=f"[{{src: {json.dumps(name + '.svg')}, alt: 甲}}]"),
        }
    )
    root.write({NEWS + "2024-08-05-d&e'f.md": item()})
    root.build()
    found = [
        e.text or ""
        for e in ET.fromstring(root.text("sitemap.xml")).iter()
        if e.tag.endswith("loc")
    ]
    picture = next(address for address in found if address.endswith(".svg"))
    assert unquote(picture).endswith(f"/media/news/2024/08/{name}.svg")
    assert not re.search(r"[<>\"]", "".join(found))
    assert any(unquote(address).endswith("/d&e'f/") for address in found)
    for file in root.files():
        if file.endswith(".xml"):
            ET.fromstring(root.text(file))


@pytest.mark.parametrize("text", ["</textarea><script>x</script>", "<b>", "<img src=x onerror=x>"])
def test_row_30_alternative_texts_captions_and_links_of_a_body(root: Root, text: str) -> None:
    escaped = text.replace("<", r"\<").replace('"', r"\"")
    body = f'![{escaped}](a.svg "{escaped}")\n\n[甲](https://x.example/?a="b&c=<d> "{escaped}")\n\n`{text}`\n\n## {escaped}'
    root.write({FIRST: item(body=body), NEWS + "a.svg": SVG})
    root.build()
    page = root.html(PAGE)
    assert page.all("img")[0].attributes["alt"] == text
    assert page.all("figcaption")[0].text == text
    assert page.all("code")[0].text == text
    assert len(page.all("script")) == 1 + len(page.json_ld())
    assert not any(e.tag in ("b", "textarea") for e in page.elements)


# --- row 31: slugs and aliases

LONG = "工" * 100  # 300 bytes
NOT_NAMES = [
    *("../../x", "..", ".", "/abs", "a/b", "a\\\\b", "%2e%2e", "a%2fb", "", " ", "index.html"),
    *("INDEX.html", "con", "NUL", "aux.html", "com1", "a.", "a?b", "a#b", "a:b", ".hidden"),
    *(r"a\u202eb", LONG, "x" * 256),
]


@pytest.mark.parametrize("name", NOT_NAMES, ids=lambda name: name[:12])
def test_row_31_a_slug_that_is_no_name_is_an_error(root: Root, name: str) -> None:
    found = refused(root, item(slug=f'"{name}"'), "B217")
    assert (found.line, found.column) == (6, 7)
    assert root.names() == ["content"]


NOT_ALIASES = [
    *("../../x", "/../x", "/a/../../x", "/%2e%2e/x", "https://x.example/a", "//x.example/a"),
    *("/", "", "/index.html", "/a//b", "/.well-known/x", "/con/", "/a?b=1", "/a#b", "C:\\\\x"),
    *(f"/{LONG}/", r"/a\nb", "/.bulletin/lock", "javascript:x"),
]


@pytest.mark.parametrize("alias", NOT_ALIASES, ids=lambda name: name[:16])
def test_row_31_an_alias_that_is_no_address_is_an_error(root: Root, alias: str) -> None:
    found = refused(root, item(aliases=f'["{alias}"]'), "B217")
    assert found.line == 6
    assert root.names() == ["content"]


@pytest.mark.parametrize("issue", ["../../x", "a/b", "..", "con", "index.html", r"a\u202eb"])
def test_row_31_an_issue_that_is_no_name_is_an_error(root: Root, issue: str) -> None:
    assert refused(root, item(issue=f'"{issue}"'), "B217").line == 6


@pytest.mark.parametrize("stem", ["con", "nul.x", "2024-08-05-index.html", "2024-08-05-a.", "aux"])
def test_row_31_a_file_whose_name_is_no_address_is_an_error(make_root: MakeRoot, stem: str) -> None:
    root = make_root({NEWS + f"{stem}.md": item()})
    assert "B217" in [p.code for p in root.refused(ContentError)]


@pytest.mark.parametrize(
    "stem", ["con", "index.html", "a.", "404.html", "feed.xml", "assets", "media"]
)
def test_row_31_a_text_page_never_takes_a_reserved_address(make_root: MakeRoot, stem: str) -> None:
    root = make_root({FIRST: item(body="![甲](a.svg)"), NEWS + "a.svg": SVG})
    root.write({f"content/pages/{stem}.md": "---\ntitle: 甲\n---\n正文。\n"})
    found = root.problems()
    if stem in ("assets", "media"):  # folders that hold no index of their own
        assert found == ()
    else:
        assert {p.code for p in found} <= {"B217", "B601", "B603"}
        assert found


# --- row 32: links


def test_row_32_a_link_out_of_content_is_an_error_that_names_its_target(root: Root) -> None:
    secret = root.path / "secret.md"
    secret.write_text(item("秘密"))
    root.build()
    (root.path / NEWS / "link.md").symlink_to("../../../../secret.md")
    (root.path / "content/news/folder").symlink_to(root.path.parent)
    (root.path / NEWS / "dangling.md").symlink_to("nowhere.md")
    (root.path / NEWS / "loop.md").symlink_to("loop.md")
    (root.path / "content/news/round").symlink_to(".")
    (root.path / "content/news/up").symlink_to("..")
    (root.path / NEWS / "hop.md").symlink_to("link.md")
    (root.path / "content/pages").symlink_to("/etc")
    found = {p.path: said((p,)) for p in root.refused(ContentError) if p.code == "B107"}
    assert set(found) == {
        *(NEWS + name for name in ("link.md", "dangling.md", "loop.md", "hop.md")),
        *(f"content/{name}" for name in ("news/folder", "news/round", "news/up", "pages")),
    }
    assert "../../../../secret.md" in found[NEWS + "link.md"]
    assert "nowhere.md" in found[NEWS + "dangling.md"]
    assert str(root.path.parent) in found["content/news/folder"]


@pytest.mark.parametrize("name", ["site.yaml", "districts.yaml"])
def test_row_32_settings_that_are_a_link_out_of_content(root: Root, name: str) -> None:
    (root.path / "content" / name).rename(root.path / name)
    (root.path / "content" / name).symlink_to(f"../{name}")
    with pytest.raises((ContentError, CannotStartError)) as caught:
        root.build()
    assert "B107" in [p.code for p in caught.value.problems]


def test_row_32_a_link_inside_content_is_followed(root: Root) -> None:
    root.write({"content/shared/a.svg": SVG, FIRST: item(body="![甲](b.svg)")})
    (root.path / NEWS / "b.svg").symlink_to("../../../shared/a.svg")
    assert root.build().problems == ()
    assert (root.site / "media/news/2024/08/b.svg").read_text() == SVG
    assert not (root.site / "media/news/2024/08/b.svg").is_symlink()


# --- row 33: file names

NAMES = [
    "a?b",
    "a#b",
    "%41",
    "100%",
    "a:b",
    "a&b",
    "a'b",
    'a"b',
    "a<b>",
    "a b",
    "a+b",
    "[a](b)",
    "甲 乙",
]


@pytest.mark.parametrize("name", NAMES)
def test_row_33_addresses_are_percent_encoded_right(make_root: MakeRoot, name: str) -> None:
    quoted = json.dumps(f"{name}.svg", ensure_ascii=False)
    root = make_root({NEWS + f"{name}.svg": SVG})
    root.write(
        {NEWS + f"2024-08-05-{name}.md": item("奇名", images=f"[{{src: {quoted}, alt: 甲}}]")}
    )
    problems = root.problems()
    if any(p.severity == "error" for p in problems):
        assert {p.code for p in problems} <= {"B217"}  # refusing such an address is right, too
        return
    links = [e for e in root.html("news/index.html").all("a") if e.text == "奇名"]
    address = links[0].attributes["href"]
    assert not re.search(r"[?#\"<> ]", address)
    file = "news/" + unquote(address) + "index.html"
    image = root.html(file).all("img")[0].attributes["src"]
    assert not re.search(r"[?#\"<> ]", image)
    assert unquote(image).endswith(f"media/news/2024/08/{name}.svg")
    assert (root.site / f"media/news/2024/08/{name}.svg").is_file()


@pytest.mark.parametrize(
    "name",
    [b"a\nb", b"a\x1bb", "a\u202eb".encode(), "a\u200bb".encode(), b"\xb9\xa4", b"\xff", b"a\x7f"],
)
@pytest.mark.parametrize("kind", ["item", "folder", "picture"])
def test_row_33_names_with_control_characters_or_not_utf_8_are_errors(
    root: Root, name: bytes, kind: str
) -> None:
    root.build()
    folder = os.fsencode(root.path / "content/news")
    path = {"item": name + b".md", "folder": name + b"/x.md", "picture": name + b".svg"}[kind]
    os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
    with open(os.path.join(folder, path), "wb") as file:
        file.write(SVG.encode() if kind == "picture" else item().encode())
    problems = root.refused(ContentError)
    assert [p.code for p in problems] == ["B109"]
    assert problems[0].path.isprintable()


def test_row_33_a_chinese_name_works_at_once_and_keeps_its_address(make_root: MakeRoot) -> None:
    root = make_root({NEWS + "2024-08-05-工匠学院.md": item()})
    found = warned(root, "B218")
    slug = dict(found.facts)["slug"]
    assert re.fullmatch("[0-9a-f]{8}", slug)
    assert f"news/2024/08/05/{slug}/index.html" in root.files()
    root.write({NEWS + "2024-08-05-工匠学院.md": item("改了标题", body="也改了正文")})
    root.build()
    assert f"news/2024/08/05/{slug}/index.html" in root.files()


# --- row 34: what programs leave behind


def test_row_34_leftovers_are_ignored_and_dot_files_never_published(root: Root) -> None:
    root.build()
    before = tree(root.site)
    for name in (
        *(".env", ".git/config", ".2024-08-05-first.md.swp", "~$x.docx", "~$x.md", ".DS_Store"),
        *("Thumbs.db", "desktop.ini", "x.md~", "x.md.bak", "x.md.tmp", "x.md.orig", "#x.md#"),
        *("._first.md", ".hidden.md", ".hidden/x.md", "x.md.swp", ".hidden.svg", "x.php"),
    ):
        root.write({NEWS + name: item("留下的东西")})
    assert root.build().problems == ()
    assert tree(root.site) == before


@pytest.mark.parametrize(
    "name",
    [
        *("x.md.txt", "notes.txt", "稿件", "x.docx", "通知.PDF", "x.html", "IMG_0001.HEIC"),
        *("../../../新闻/x.md", "../../../News/x.md", "../../../x.md"),
    ],
)
def test_row_34_what_somebody_may_have_meant_to_publish_is_told_of(root: Root, name: str) -> None:
    root.build()
    before = tree(root.site)
    root.write({NEWS + name: item("放错的东西")})
    (found,) = root.build().problems
    assert found.code == "B112"
    assert tree(root.site) == before


@pytest.mark.parametrize(
    "name",
    [
        "x (冲突的副本).md",
        "x（冲突副本 2024-08-05）.md",
        "x 冲突文件.md",
        "x (conflicted copy 2024-08-05).md",
        "x.sync-conflict-20240805-101112-ABC.md",
    ],
)
def test_row_34_a_copy_of_a_sync_program_is_warned_about_and_not_published(
    root: Root, name: str
) -> None:
    root.write({NEWS + name: item("副本")})
    assert warned(root, "B110").path == NEWS + name
    assert not any("副本".encode() in (data or b"") for data in tree(root.site).values())


def test_row_34_a_dot_file_is_not_even_published_as_a_picture(root: Root) -> None:
    root.write({NEWS + ".secret.svg": SVG, FIRST: item(body="![甲](.secret.svg)")})
    assert warned(root, "B404").line == 8
    assert not (root.site / "media").exists()


# --- row 35: files that cannot be read, empty ones, large ones


def test_row_35_an_unreadable_file_is_an_error(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    root.build()
    root.write({FIRST: item("改过的标题")})  # else the build would have no reason to open it
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", _denied("2024-08-05-first.md"))
        found = [p for p in root.refused(ContentError) if p.code == "B106"]
    assert [p.path for p in found] == [FIRST]
    assert "Permission denied" in said(tuple(found))


def test_row_35_a_file_that_can_be_read_again_is_built(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the disk says of a file does not change when a share that was away is back.
    monkeypatch.setattr(glance, "YOUNG_NS", 0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", _denied("2024-08-05-first.md"))
        assert root.codes() == ["B106"]
    assert root.build().problems == ()
    assert "第一条" in root.text(PAGE)


def _denied(name: str) -> Callable[[Path], bytes]:
    real = Path.read_bytes

    def read(self: Path) -> bytes:
        if self.name == name:
            raise PermissionError(13, "Permission denied")
        return real(self)

    return read


@pytest.mark.parametrize("text", ["", "\n", "  \n\t\n"], ids=repr)
def test_row_35_an_empty_file_is_an_error(root: Root, text: str) -> None:
    refused(root, text, "B105")


def test_row_35_an_item_of_five_megabytes_is_built_with_a_warning(root: Root) -> None:
    root.write({FIRST: item(body="```\n" + "工会\n" * 720_000 + "```\n")})
    assert "5." in said((warned(root, "B108"),))
    assert len(root.text(PAGE)) > 2_000_000


# --- row 36: terms


@pytest.mark.parametrize(
    ("keys", "code", "place", "near"),
    [
        ({"districts": "[东岸]"}, "B301", (4, 13), "东岸区"),
        ({"districts": "[西岸区, 东安区]"}, "B301", (4, 18), "东岸区"),
        ({"activities": "[技能陪训]"}, "B302", (5, 14), "技能培训"),
        ({"activities": "[技能培训, 法侓]"}, "B302", (5, 20), "法律"),
        ({"places": "[桥头街]"}, "B303", (6, 10), "桥头街道"),
    ],
)
def test_row_36_an_unknown_term_is_an_error_with_the_nearest(
    root: Root, keys: dict[str, str], code: str, place: tuple[int, int], near: str
) -> None:
    found = refused(root, item(**keys), code)
    assert (found.line, found.column) == place
    assert near in said((found,))


def test_row_36_an_unknown_district_is_told_once(root: Root) -> None:
    """It was typed, so «names no district» beside it would send the editor astray."""
    root.write({FIRST: item(districts="[南岸区]", activities="[技能陪训]")})
    assert sorted(root.codes()) == ["B301", "B302"]


def test_row_36_a_place_in_another_district_is_a_warning(root: Root) -> None:
    root.write({FIRST: item(districts="[东岸区]", places="[桥西街道]")})
    found = warned(root, "B304")
    assert (found.line, found.column) == (6, 10)
    assert "西岸区" in said((found,))


def test_row_36_a_place_of_two_districts_is_an_error(root: Root) -> None:
    root.write({"content/districts.yaml": DISTRICTS.replace("桥西街道", "桥头街道")})
    root.write({FIRST: item(districts=None, places="[桥头街道]")})
    found = [p for p in root.refused(ContentError) if p.code == "B305"]
    assert "东岸区" in said(tuple(found))
    assert "西岸区" in said(tuple(found))


# --- row 37: what leads nowhere


def png(width: int, height: int) -> bytes:
    """The first bytes of a picture: all that tells its size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


NOWHERE = {
    "link": ("甲[乙](nowhere.md)", "B403", "nowhere.md"),
    "link-of-the-site": ("甲[乙](/nowhere/)", "B403", "/nowhere/"),
    "link-out-of-content": (
        "甲[乙](../../../../../etc/passwd)",
        "B403",
        "../../../../../etc/passwd",
    ),
    "image": ("甲![乙](nowhere.png)", "B404", "nowhere.png"),
    "image-in-other-case": ("甲![乙](GOOD.png)", "B404", "GOOD.png"),
    "anchor": ("甲[乙](#nowhere)", "B405", "#nowhere"),
    "anchor-of-another": ("甲[乙](second.md#nowhere)", "B405", "second.md#nowhere"),
    "no-alt": ("甲![](good.png)", "B406", "good.png"),
    "not-an-image": ("甲![乙](bad.png)", "B409", "bad.png"),
    "wrong-ending": ("甲![乙](bad.jpg)", "B409", "bad.jpg"),
    "of-a-phone": ("甲![乙](IMG_0001.HEIC)", "B409", "IMG_0001.HEIC"),
    "of-a-drawing-program": ("甲![乙](a.psd)", "B409", "a.psd"),
    "attachment": ("甲[乙](通知.pdf)", "B416", "通知.pdf"),
    "attachment-in-capitals": ("甲[乙](附件/名单.DOCX)", "B416", "附件/名单.DOCX"),
    "host-without-scheme": ("甲[乙](www.example.org)", "B413", "www.example.org"),
    "host-without-www": ("甲[乙](example.gov.cn/a)", "B413", "example.gov.cn/a"),
    "pixels": ("甲![乙](huge.png)", "B409", "huge.png"),
    "svg-that-runs": ("甲![乙](bad.svg)", "B409", "bad.svg"),
    "other-host": ("甲![乙](https://x.example/a.png)", "B408", "https://x.example/a.png"),
}


@pytest.fixture
def pictures(root: Root) -> Root:
    """A root with a good picture, and with some that are none."""
    files: dict[str, str | bytes] = {
        "good.png": png(4, 3),
        "bad.png": "not a picture",
        "bad.jpg": "<html></html>",
        "huge.png": png(10_000, 5_000),
        "bad.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" onload="x()"/>',
        "second.md": item("第二条"),
    }
    root.write({NEWS + name: data for name, data in files.items()})
    return root


@pytest.mark.parametrize("case", NOWHERE)
def test_row_37_what_leads_nowhere_is_told_with_its_line(pictures: Root, case: str) -> None:
    body, code, target = NOWHERE[case]
    pictures.write({FIRST: item(body=f"第一段。\n\n第二段\n{body}")})
    found = warned(pictures, code)
    assert (found.path, found.line) == (FIRST, 11)
    assert target.partition("#")[0] in said((found,))
    assert found.text == body


@pytest.mark.parametrize("case", NOWHERE)
def test_row_37_and_with_its_column(pictures: Root, case: str) -> None:
    body, code, target = NOWHERE[case]
    pictures.write({FIRST: item(body=f"第二段\n{body}")})
    assert warned(pictures, code).column == body.index(target) + 1


@pytest.mark.parametrize("name", ["bad.png", "bad.jpg", "huge.png", "bad.svg"])
def test_row_37_a_picture_that_is_none_is_not_published(pictures: Root, name: str) -> None:
    pictures.write({FIRST: item(images=f"[{{src: {name}, alt: 甲}}]")})
    assert warned(pictures, "B409").line == 6
    assert not (pictures.site / "media").exists()


def test_row_37_a_near_name_is_offered(pictures: Root) -> None:
    pictures.write({"content/news/2023/other.png": png(1, 1)})
    pictures.write({FIRST: item(body="![甲](other.png) ![乙](god.png) [丙](secnd.md)")})
    told = said(pictures.build().problems)
    assert "../../2023/other.png" in told
    assert "good.png" in told
    assert "second.md" in told


def test_row_37_a_link_to_a_file_that_has_a_fault_is_not_told_as_lost(pictures: Root) -> None:
    pictures.write({FIRST: item(body="[乙](second.md)"), NEWS + "second.md": item(tgas="甲")})
    assert pictures.codes() == ["B209"]


@pytest.mark.parametrize(
    ("target", "code"),
    [("../../../../secret.md", "B107"), ("nowhere.md", "B107")],
    ids=["link-out-of-content", "dangling"],
)
def test_row_37_nor_is_a_link_to_a_file_that_must_not_be_read(
    pictures: Root, target: str, code: str
) -> None:
    (pictures.path / "secret.md").write_text(item("秘密"))
    (pictures.path / NEWS / "link.md").symlink_to(target)
    pictures.write({FIRST: item(body="[乙](link.md)")})
    assert pictures.codes() == [code]


def test_row_37_nor_is_a_link_to_a_file_that_cannot_be_read(
    pictures: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures.write({FIRST: item(body="[乙](second.md)")})
    monkeypatch.setattr(Path, "read_bytes", _denied("second.md"))
    assert pictures.codes() == ["B106"]


def test_row_37_links_that_lead_somewhere_are_not_complained_of(pictures: Root) -> None:
    body = "[甲](second.md) [乙](#小节) [丙](second.md#小节) [丁](/) [戊](/news/) [己](/feed.xml)\n\n## 小节"
    body += "\n\n[庚](/news/2024/08/05/second/) [辛](mailto:a@x.example) [壬](second.md?x=1)"
    pictures.write({FIRST: item(body=body), NEWS + "second.md": item(body="## 小节")})
    assert pictures.build().problems == ()
    hrefs = re.findall(r'href="([^"]*)"', pictures.text(PAGE).partition('<div class="body">')[2])
    ends = [posixpath.normpath("/news/2024/08/05/first/" + unquote(href)) for href in hrefs[:6]]
    second = "/news/2024/08/05/second"
    assert ends[0] == second
    assert ends[2] == f"{second}/#小节"
    assert ends[3:6] == ["/", "/news", "/feed.xml"]
    assert unquote(hrefs[1]) == "#小节"


# --- row 38: Markdown made to be slow

DEEP = 3000
SLOW = {
    "pictures": ("![" * 10_000, "B933"),
    "links": ("[a](<b" * 5_000, "B933"),
    "brackets": ("[" * 20_000 + "]" * 20_000, "B933"),
    "footnotes": ("[^a" * 5_000, "B933"),
    "tags": ("<a " * 20_000, "B933"),
    "comments": ("<!-- " * 5_000, "B933"),
    "full-width": ("！[" * 10_000, "B933"),
    "quotes": ("> " * DEEP + "最深处的字", "B931"),
    "lists": ("\n".join(f"{'  ' * n}- 第{n}层的字" for n in range(80)), "B931"),
    "wide-table": ("|" + "甲|" * 5_000 + "\n|" + "-|" * 5_000, "B932"),
}


@pytest.mark.parametrize("case", SLOW)
def test_row_38_what_no_editor_means_is_an_error_at_its_line(root: Root, case: str) -> None:
    body, code = SLOW[case]
    root.write({FIRST: item(body=f"第一段。\n\n{body}")})
    found = [p for p in root.refused(ContentError) if p.code == code]
    assert found[0].line >= 10
    assert found[0].path == FIRST
    assert len(found[0].text) <= len(body)


@pytest.mark.parametrize("limit", [10, 24])
def test_row_38_no_text_is_lost_below_the_limit(root: Root, limit: int) -> None:
    body = "\n".join(f"{'  ' * n}- 第{n}层的字" for n in range(limit))
    root.write({FIRST: item(body=body)})
    assert "B931" not in root.codes()
    page = root.text(PAGE)
    assert all(f"第{n}层的字" in page for n in range(limit))


@pytest.mark.parametrize(
    "body",
    [
        "*a **a " * 4_000,
        "*" * 20_000 + "a",
        "_a " * 8_000,
        "`a" * 8_000,
        "~~a " * 8_000,
        "http://" * 5_000,
    ],
    ids=["emphasis", "stars", "underscores", "code", "tildes", "addresses"],
)
def test_row_38_marks_that_cost_no_time_stay_text(root: Root, body: str) -> None:
    root.write({FIRST: item(body=body)})
    assert not {"B931", "B932", "B933"} & set(root.codes())


# --- row 39: templates

TEMPLATES = {
    "undefined": ("{# 一 #}\n{{ item.card.titel }}\n", "B701", 2, "titel"),
    "undefined-name": ("\n\n{{ nothing }}\n", "B701", 3, "nothing"),
    "undefined-in-a-test": ("{% if item.nothing %}x{% endif %}\n", "B701", 1, "nothing"),
    "undefined-in-a-loop": ("{% for x in item.nothing %}{% endfor %}\n", "B701", 1, "nothing"),
    "syntax": ("甲\n{% if item %}\n", "B702", 2, ""),
    "unknown-tag": ("{% wenn item %}\n", "B702", 1, "wenn"),
    "unknown-filter": ("甲\n{{ item|schoen }}\n", "B702", 2, "schoen"),
    "missing-include": ('甲\n{% include "fehlt.html" %}\n', "B703", 2, "fehlt.html"),
    "missing-base": ('{% extends "fehlt.html" %}\n', "B703", 1, "fehlt.html"),
    "missing-import": ('{% import "fehlt.html" as f %}\n', "B703", 1, "fehlt.html"),
    "include-from-outside": ('{% include "../content/site.yaml" %}\n', "B703", 1, "site.yaml"),
    "wrong-type": ("{{ item.characters + page.title }}\n", "B702", 1, ""),
    "division": ("{{ 1 // 0 }}\n", "B702", 1, ""),
    "overflow": ("{{ 'x' * 10 ** 20 }}\n", "B702", 1, ""),
    "no-such-method": ("{{ item.characters.strip() }}\n", "B701", 1, "strip"),
    "endless": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}\n", "B702", 1, ""),
}


@pytest.mark.parametrize("case", TEMPLATES)
def test_row_39_a_wrong_template_is_told_with_its_line_and_the_page(root: Root, case: str) -> None:
    text, code, line, word = TEMPLATES[case]
    root.build()
    root.write({"templates/item.html": text, FIRST: item("改过的标题")})
    problems = root.refused(ContentError)
    assert [(p.code, p.path, p.line) for p in problems] == [(code, "templates/item.html", line)]
    for language in Language:
        told = said(problems, language)
        assert word in told
        assert "/news/2024/08/05/first/" in told


def test_row_39_the_template_at_fault_is_the_included_one(root: Root) -> None:
    root.build()
    root.write(
        {"templates/item.html": '{% include "own.html" %}', "templates/own.html": "甲\n{{ no }}"}
    )
    problems = root.refused(ContentError)
    assert [(p.code, p.path, p.line) for p in problems] == [("B701", "templates/own.html", 2)]
    root.write({"templates/own.html": "甲\n\n{% if %}"})
    problems = root.refused(ContentError)
    assert [(p.code, p.path, p.line) for p in problems] == [("B702", "templates/own.html", 3)]


@pytest.mark.parametrize("data", [b"\xff\xfe{", b"\xb9\xa4\xbb\xe1"], ids=["utf-16", "gbk"])
def test_row_39_a_template_that_is_not_utf_8_is_told(root: Root, data: bytes) -> None:
    root.build()
    root.write({"templates/item.html": data})
    assert [p.path for p in root.refused(ContentError)] == ["templates/item.html"]


@pytest.mark.parametrize("name", ["style.css", "own.xml"])
def test_row_39_other_templates_are_told_too(root: Root, name: str) -> None:
    root.build()
    target = "feed.xml" if name == "own.xml" else "404.html"
    root.write({f"templates/{target}": "{{ nothing }}"})
    problems = root.refused(ContentError)
    assert {(p.code, p.path) for p in problems} == {("B701", f"templates/{target}")}


def test_row_39_a_wrong_template_ends_the_work_of_all_cores(make_root: MakeRoot) -> None:
    root = make_root({f"content/news/{n}.md": item(f"第{n}条") for n in range(80)})
    root.build()
    before = tree(root.site)
    root.write({"templates/item.html": "{{ nothing }}"})
    ran = root.run("build", "--jobs", "2", timeout=15)
    assert ran.status == 1, ran.log
    assert "B701" in ran.err
    assert tree(root.site) == before


def test_row_39_a_template_of_ones_own_takes_the_place_of_ours(root: Root) -> None:
    root.write(
        {"templates/404.html": "自己的 {{ site.title }}\n", "templates/.own.html.swp": "\xff"}
    )
    root.build()
    assert root.text("404.html") == "自己的 测试简报\n"
    assert "第一条" in root.text("index.html")


# --- row 40: nothing there, vocabularies at odds with themselves


def test_row_40_no_content_at_all(make_root: MakeRoot) -> None:
    root = make_root()
    for path in (root.path / "content").iterdir():
        path.unlink()
    (root.path / "content").rmdir()
    assert [p.code for p in root.refused(CannotStartError)] == ["B502"]
    assert list(root.path.iterdir()) == []


@pytest.mark.parametrize(
    "text", [None, "", "# 只有一行说明\n", "- 甲\n", "title:\n", "甲\n"], ids=repr
)
def test_row_40_no_settings(make_root: MakeRoot, text: str | None) -> None:
    root = make_root({FIRST: item(), "content/site.yaml": text})
    problems = root.refused(CannotStartError)
    assert {p.path for p in problems} == {"content/site.yaml"}
    assert not root.site.exists()


def test_row_40_content_that_is_a_file(make_root: MakeRoot, tmp_path: Any) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/content").write_text("甲")
    assert [p.code for p in Root(tmp_path / "other").refused(CannotStartError)] == ["B502"]


def test_row_40_no_news_is_a_warning(make_root: MakeRoot) -> None:
    root = make_root()
    assert warned(root, "B503").path == "content/news"
    assert "这里还没有消息" in root.text("index.html")
    assert json.loads(root.text("feed.json"))["items"] == []


VOCABULARIES = {
    "cycle-of-two": ("{id: a, name: 甲, broader: b}", "{id: b, name: 乙, broader: a}", "B507", 2),
    "cycle-of-one": ("{id: a, name: 甲, broader: a}", "{id: b, name: 乙}", "B507", 2),
    "cycle-of-merges": (
        "{id: a, name: 甲, replaced_by: b}",
        "{id: b, name: 乙, replaced_by: a}",
        "B507",
        2,
    ),
    "double-id": ("{id: a, name: 甲}", "{id: a, name: 乙}", "B504", 3),
    "double-name": ("{id: a, name: 甲}", "{id: b, name: 甲}", "B505", 3),
    "double-synonym": (
        "{id: a, name: 甲, synonyms: [丙]}",
        "{id: b, name: 乙, synonyms: [丙]}",
        "B505",
        3,
    ),
    "missing-term": ("{id: a, name: 甲}", "{id: b, name: 乙, broader: c}", "B506", 3),
    "missing-merge": ("{id: a, name: 甲}", "{id: b, name: 乙, replaced_by: c}", "B506", 3),
    "no-name": ("{id: a, name: 甲}", "{id: b}", "B210", 3),
    "no-id": ("{id: a, name: 甲}", "{name: 乙}", "B210", 3),
    "unknown-key": ("{id: a, name: 甲}", "{id: b, name: 乙, synonyme: [丙]}", "B209", 3),
    "text": ("{id: a, name: 甲}", "乙", "B204", 3),
}


@pytest.mark.parametrize("case", VOCABULARIES)
def test_row_40_a_vocabulary_at_odds_with_itself(make_root: MakeRoot, case: str) -> None:
    one, other, code, line = VOCABULARIES[case]
    root = make_root({FIRST: item(activities=None)})
    root.build()
    root.write({"content/activities.yaml": f"activities:\n  - {one}\n  - {other}\n"})
    problems = root.refused(ContentError)
    assert {p.code for p in problems} == {code}
    assert (problems[0].path, problems[0].line) == ("content/activities.yaml", line)


@pytest.mark.parametrize(
    "text", ["", "activities:\n", "activities: []\n", "- 甲\n", "acts: []\n", "甲\n"]
)
def test_row_40_a_vocabulary_without_terms(make_root: MakeRoot, text: str) -> None:
    root = make_root({FIRST: item(activities=None), "content/activities.yaml": text})
    problems = root.refused(ContentError)
    assert {p.path for p in problems} == {"content/activities.yaml"}
    assert len({p.code for p in problems}) <= 2


def test_row_40_a_cycle_behind_a_term_that_items_use(make_root: MakeRoot) -> None:
    """Every term leads into the circle, also the one that is not part of it."""
    rows = "  - {id: a, name: 甲, broader: b}\n  - {id: b, name: 乙, broader: c}\n  - {id: c, name: 丙, broader: b}\n"
    root = make_root(
        {FIRST: item(activities="[甲]"), "content/activities.yaml": "activities:\n" + rows}
    )
    assert {p.code for p in root.refused(ContentError)} == {"B507"}


def test_row_40_a_narrower_term_below_a_merged_one(make_root: MakeRoot) -> None:
    more = "  - {id: old, name: 旧类, replaced_by: law}\n  - {id: old-part, name: 旧类之一, broader: old}\n"
    root = make_root(
        {FIRST: item(activities="[旧类之一]"), "content/activities.yaml": ACTIVITIES + more}
    )
    if not any(p.severity == "error" for p in root.problems()):  # then it is a kind of the other
        assert "first" in root.text("activities/law/index.html")


def test_row_40_everything_is_told_at_once(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(tgas="甲"), NEWS + "b.md": "", NEWS + "c.md": item(date="明天")})
    root.write({"content/pages/x.md": "没有信息栏", "content/issues/2024-08.yaml": "titel: 甲\n"})
    problems = root.refused(ContentError)
    assert sorted(p.code for p in problems) == ["B105", "B201", "B209", "B209", "B214"]
    assert list(problems) == sorted(problems)
