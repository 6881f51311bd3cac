"""content/site.yaml → Settings."""

from __future__ import annotations

import pytest

from bulletin.problem import Problem
from bulletin.settings import LABELS, SITE_KEYS, Settings, read_base_url, to_settings
from tests.samples import places, source


def read(text: str, base_url: str | None = None) -> tuple[Settings | None, list[Problem]]:
    return to_settings(source(text, "content/site.yaml"), base_url)


def good(text: str, base_url: str | None = None) -> Settings:
    settings, problems = read(text, base_url)
    assert settings, problems
    return settings


def test_a_title_is_enough() -> None:
    settings = good("title: 首都工会简报\n")
    assert settings == Settings(
        title="首都工会简报",
        tagline="",
        description="",
        publisher="首都工会简报",
        base_url="http://localhost/",
        language="zh-Hans",
        time_zone="Asia/Shanghai",
        notice="",
        per_page=20,
        outputs=("feeds", "sitemap"),
        labels=tuple(LABELS.items()),
    )


VALUES = {
    "title": "甲",
    "tagline": "甲",
    "description": "甲",
    "publisher": "甲",
    "base_url": "https://a.example/",
    "language": "ja",
    "time_zone": "Europe/Berlin",
    "notice": "甲",
    "per_page": 7,
    "outputs": ("feeds",),
    "labels": tuple(({**LABELS, "home": "甲"}).items()),
}
TYPED = {"outputs": "[feeds]", "labels": "{home: 甲}"}


@pytest.mark.parametrize(
    ("name", "typed"), [(key.name, typed) for key in SITE_KEYS for typed in key.names]
)
def test_every_setting_is_read_by_each_of_its_names(name: str, typed: str) -> None:
    title = "" if name == "title" else "title: 乙\n"
    settings = good(f"{title}{typed}: {TYPED.get(name, VALUES[name])}\n")
    assert getattr(settings, name) == VALUES[name]


def test_a_title_must_be_there() -> None:
    settings, problems = read("tagline: 甲\n")
    assert settings is None
    assert places(problems) == ["B210 1:1"]


def test_an_unknown_setting_is_an_error() -> None:
    settings, problems = read("title: 甲\nurl: x\n")
    assert settings is None
    assert places(problems) == ["B209 2:1"]


@pytest.mark.parametrize(
    ("typed", "base", "path"),
    [
        ("https://a.example", "https://a.example/", "/"),
        ("https://a.example/", "https://a.example/", "/"),
        ("http://a.example:8080/bulletin", "http://a.example:8080/bulletin/", "/bulletin/"),
        ("https://a.example/b//", "https://a.example/b/", "/b/"),
    ],
)
def test_the_base_address_ends_with_a_slash(typed: str, base: str, path: str) -> None:
    settings = good(f"title: 甲\nbase_url: {typed}\n")
    assert (settings.base_url, settings.base_path) == (base, path)


@pytest.mark.parametrize(
    "typed",
    [
        "a.example",
        "/bulletin/",
        "ftp://a.example/",
        "javascript:x",
        "https://",
        "https://a/?q=1",
        "https://a/#x",
        "http://[",
        "",
    ],
)
def test_what_is_no_base_address_is_refused(typed: str) -> None:
    assert read_base_url(typed) is None
    if typed:
        settings, problems = read(f"title: 甲\nbase_url: '{typed}'\n")
        assert settings is None
        assert places(problems) == ["B216 2:11"]


def test_the_command_lines_address_wins() -> None:
    text = "title: 甲\nbase_url: https://a.example/\n"
    assert good(text, "https://b.example/").base_url == "https://b.example/"


@pytest.mark.parametrize("typed", ["Asia/Bejing", "北京", "../etc/passwd", "/etc/passwd"])
def test_a_time_zone_that_does_not_exist_is_told(typed: str) -> None:
    settings, problems = read(f"title: 甲\ntime_zone: {typed}\n")
    assert settings is None
    assert places(problems) == ["B508 2:12"]


@pytest.mark.parametrize("typed", ["0", "201", "多", "-5"])
def test_a_page_holds_one_to_two_hundred_items(typed: str) -> None:
    assert places(read(f"title: 甲\nper_page: {typed}\n")[1]) == ["B211 2:11"]
    assert good("title: 甲\nper_page: 200\n").per_page == 200
    assert good("title: 甲\nper_page: 1\n").per_page == 1


def test_outputs_come_in_their_own_order() -> None:
    assert good("title: 甲\noutputs: sitemap、feeds\n").outputs == ("feeds", "sitemap")


def test_no_outputs_but_pages_may_be_wanted() -> None:
    assert good("title: 甲\noutputs: []\n").outputs == ()


def test_an_unknown_output_is_told() -> None:
    assert places(read("title: 甲\noutputs: [feeds, pdf]\n")[1]) == ["B212 2:18"]


def test_an_unknown_label_is_told() -> None:
    assert places(read("title: 甲\nlabels: {hme: 乙}\n")[1]) == ["B209 2:10"]


def test_labels_that_are_no_mapping_are_told() -> None:
    assert places(read("title: 甲\nlabels: 乙\n")[1]) == ["B211 2:9"]
    assert places(read("title: 甲\nlabels: [乙]\n")[1]) == ["B211 2:9"]
