"""Which names may stand in an address, and how a path is written in a link."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.address import (
    collision_key,
    fault_of_name,
    href,
    output_file,
    read_alias,
    slug_of_stem,
)
from bulletin.markup.autolink import trim_address
from bulletin.markup.links import heading_id, is_dangerous, is_external
from tests.samples import ANY_LOAD


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("news/2024/08/05/academy/", "news/2024/08/05/academy/"),
        ("issues/第8期/", "issues/%E7%AC%AC8%E6%9C%9F/"),
        ("a b.jpg", "a%20b.jpg"),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ('a"b<c>d', "a%22b%3Cc%3Ed"),
        ("a~b!c$d'e(f)g*h,i;j=k:l@m&n+o-p.q_r", "a~b!c$d'e(f)g*h,i;j=k:l@m&n+o-p.q_r"),
        ("a\\b", "a%5Cb"),
        ("", ""),
    ],
)
def test_a_path_is_percent_encoded_for_a_link(path: str, written: str) -> None:
    assert href(path) == written


@ANY_LOAD
@given(st.text(st.characters(codec="utf-8")))
def test_a_link_leads_back_to_its_path(path: str) -> None:
    assert unquote(href(path)) == path
    assert href(path).isascii()


@pytest.mark.parametrize(
    ("path", "file"),
    [("", "index.html"), ("news/", "news/index.html"), ("feed.xml", "feed.xml")],
)
def test_a_folder_is_answered_for_by_its_index(path: str, file: str) -> None:
    assert output_file(path) == file


@pytest.mark.parametrize(
    "name",
    [
        "academy",
        "gong-hui_2",
        "工匠学院",
        "A.B",
        "第8期",
        "2024-08",
        "console",
        "com",
        "index",
        "a b",
    ],
)
def test_a_plain_name_may_stand_in_an_address(name: str) -> None:
    assert fault_of_name(name) is None


BAD_NAMES = {
    "climbs": "../../x",
    "parent": "..",
    "dot": ".",
    "hidden": ".htaccess",
    "absolute": "/etc/passwd",
    "backslash": "a\\b",
    "slash": "a/b",
    "encoded-dot": "%2e",
    "percent": "100%",
    "empty": "",
    "blank": "   ",
    "blank-before": " a",
    "blank-after": "a ",
    "dot-after": "a.",
    "device-con": "con",
    "device-with-ending": "NUL.txt",
    "device-com1": "COM1",
    "reserved-index": "index.html",
    "reserved-index-upper": "INDEX.HTML",
    "hundred-han": "字" * 100,
    "256-bytes": "a" * 256,
    "question": "a?b",
    "hash": "a#b",
    "colon": "a:b",
    "quote": 'a"b',
    "angle": "<b>",
    "star": "a*b",
    "pipe": "a|b",
    "newline": "a\nb",
    "nul": "a\x00b",
    "escape": "a\x1bb",
    "rlo": "a\u202eb",
    "zero-width": "a\u200bb",
}


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=[f"row31-{key}" for key in BAD_NAMES])
def test_a_name_that_could_lead_elsewhere_has_a_fault(name: str) -> None:
    assert fault_of_name(name)


def test_a_name_of_255_bytes_is_the_longest() -> None:
    assert fault_of_name("a" * 255) is None
    assert fault_of_name("字" * 85) is None
    assert fault_of_name("字" * 86)


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("/old/123.html", "old/123.html"),
        ("old/123.HTM", "old/123.HTM"),
        ("/old/", "old/"),
        ("/old", "old/"),
        ("old/index.html", "old/"),
        ("/旧闻/一", "旧闻/一/"),
        (" /old/ ", "old/"),
        ("/cafe\u0301", "caf\u00e9/"),
    ],
)
def test_an_old_address_is_read_as_a_path(typed: str, path: str) -> None:
    assert read_alias(typed) == (path, None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "/",
        "   ",
        "../../x",
        "/a/../../x",
        "a//b",
        "/./a",
        "https://evil.example/x",
        "//evil/x",
        "javascript:x",
        "C:/x",
        "/%2e%2e/x",
        "a\\..\\b",
        "/con/",
        "index.html",
        "/" + "字" * 100,
        "/a?b",
        "/a#b",
        "/a\x00b",
        "/.well-known/x",
    ],
)
def test_row31_an_old_address_that_could_lead_elsewhere_is_refused(typed: str) -> None:
    path, reason = read_alias(typed)
    assert path == ""
    assert reason


@ANY_LOAD
@given(st.text(st.sampled_from("a字./\\%: ?#~-\u202e\x00"), max_size=12))
def test_row31_no_old_address_leaves_the_site(typed: str) -> None:
    path, reason = read_alias(typed)
    if reason is None:
        assert path
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.removesuffix("/").split("/"))
        assert "\\" not in path


@pytest.mark.parametrize(
    ("stem", "slug"),
    [
        ("2024-08-05-academy", "academy"),
        ("20240805-academy", "academy"),
        ("2024_08_05_academy", "academy"),
        ("2024.8.5 academy", "academy"),
        ("academy", "academy"),
        ("academy-2024-08-05", "academy-2024-08-05"),
        ("2024-08-05", "2024-08-05"),
        ("500-workers", "500-workers"),
    ],
)
def test_an_ascii_file_name_gives_its_slug_without_the_date(stem: str, slug: str) -> None:
    assert slug_of_stem(stem) == (slug, False)


def test_a_chinese_file_name_gives_a_number_that_never_changes() -> None:
    assert slug_of_stem("2024-08-05-密云工匠") == ("12b24fea", True)


def test_the_number_of_a_chinese_name_does_not_depend_on_its_date_or_unicode_form() -> None:
    composed = "2024-08-05-caf\u00e9学院"
    decomposed = unicodedata.normalize("NFD", composed)
    assert slug_of_stem(composed) == slug_of_stem(decomposed)
    assert slug_of_stem("2024-08-05-密云") == slug_of_stem("20250101-密云")
    assert slug_of_stem("2024-08-05-密云") != slug_of_stem("2024-08-05-通州")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("news/A/", "news/a/"),
        ("caf\u00e9/", "cafe\u0301/"),
        ("Ａ/", "a/"),
        ("straße/", "STRASSE/"),
    ],
)
def test_paths_that_some_file_system_takes_for_one_collide(one: str, other: str) -> None:
    assert collision_key(one) == collision_key(other)


def test_other_paths_do_not_collide() -> None:
    assert collision_key("news/密云/") != collision_key("news/通州/")


# --- references of a body


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("https://a.cn/x.", "https://a.cn/x"),
        ("https://a.cn/x?!", "https://a.cn/x"),
        ("https://a.cn/(x)", "https://a.cn/(x)"),
        ("https://a.cn/x)", "https://a.cn/x"),
        ("https://a.cn/(x))", "https://a.cn/(x)"),
        ("https://a.cn/x).", "https://a.cn/x"),
        ("https://a.cn/[x]]", "https://a.cn/[x]"),
        ("https://a.cn/x**", "https://a.cn/x"),
        ("...", ""),
    ],
)
def test_what_belongs_to_the_sentence_is_no_part_of_an_address(typed: str, left: str) -> None:
    assert trim_address(typed) == left


@ANY_LOAD
@given(st.text(st.sampled_from("a/x.,;:!?'*~()[]#&=%"), max_size=20))
def test_trimming_takes_from_the_end_alone_and_once(address: str) -> None:
    left = trim_address(address)
    assert address.startswith(left)
    assert trim_address(left) == left
    assert re.fullmatch(r"[.,;:!?'*~()\[\]]*", address[len(left) :])
    assert not left.endswith(tuple(".,;:!?'*~"))
    assert not left.endswith(")") or left.count("(") >= left.count(")")


@pytest.mark.parametrize(
    "target",
    [
        "https://a.cn",
        "http://a.cn",
        "mailto:a@b.cn",
        "tel:12351",
        "x.md",
        "../x.md#a",
        "/about/",
        "#安排",
        "//a.cn/x",
        "",
        "图 片.jpg",
        "a/b:c",
        "通知:一.md",
        "javascript.md",
        "data/x.md",
    ],
)
def test_addresses_of_the_web_and_of_the_site_are_harmless(target: str) -> None:
    assert not is_dangerous(target)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " javascript:x",
        "java\tscript:x",
        "java\nscript:x",
        "\x01javascript:x",
        "javascript :x",
        "javascript%3Ax",
        "data:text/html,x",
        "vbscript:x",
        "blob:x",
        "java\x00script:x",
        "%6aavascript:x",
        "java%09script:x",
        "java%0ascript%3ax",
    ],
)
def test_row29_addresses_that_a_browser_would_run_are_dangerous(target: str) -> None:
    assert is_dangerous(target)


@pytest.mark.parametrize(
    ("target", "external"),
    [("https://a.cn", True), ("//a.cn", True), ("\\\\a.cn", True), ("x.md", False), ("/x/", False)],
)
def test_an_address_with_a_scheme_or_a_host_leads_out_of_the_site(
    target: str, external: bool
) -> None:
    assert is_external(target) is external


@ANY_LOAD
@given(st.text())
def test_a_heading_id_is_never_empty_and_holds_no_blank(text: str) -> None:
    found = heading_id(text)
    assert found
    assert not re.search(r"[\s\"'<>&#?]", found)
