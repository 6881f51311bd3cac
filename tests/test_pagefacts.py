"""What a finished page says of itself."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.pagefacts import (
    NO_SITE,
    Fault,
    PageFacts,
    Resolver,
    attributes,
    facts_of,
    with_pages,
    without_unused,
)
from tests.conftest import Html
from tests.samples import ANY_LOAD

BASE = "https://x.org/bulletin/"


def facts(inside: str, path: str = "news/a/", head: str = "<title>甲</title>") -> PageFacts:
    page = f'<!DOCTYPE html><html lang="zh"><head>{head}</head><body>{inside}</body></html>'
    return facts_of(page.encode(), path, BASE)


def codes(inside: str, **given_: str) -> list[str]:
    return [fault.code for fault in facts(inside, **given_).faults]


def test_a_sound_page_has_no_faults() -> None:
    inside = '<h1 id="a">甲</h1><h2 id="b">乙</h2><h3>丙</h3><h2>丁</h2><img src="a.png" alt="">'
    found = facts(inside)
    assert found.faults == ()
    assert found.ids == "a b"


def test_a_heading_that_skips_a_level_is_told_with_its_words() -> None:
    found = facts("<h1>甲</h1><h2>乙</h2><h4>丙<b>丁</b> &amp; 戊</h4>")
    assert found.faults == (Fault("B906", ("2", "4", "丙丁 & 戊")),)


@pytest.mark.parametrize(
    ("inside", "count"), [("<h2>甲</h2>", "0"), ("<h1>甲</h1><h1>乙</h1>", "2")]
)
def test_a_page_has_one_main_heading(inside: str, count: str) -> None:
    assert facts(inside).faults == (Fault("B907", (count,)),)


def test_a_page_that_sends_its_readers_on_needs_no_heading() -> None:
    head = '<title>甲</title><meta http-equiv="refresh" content="0; url=../b/">'
    found = facts("", head=head)
    assert found.faults == ()
    assert found.links == ("news/b/",)


def test_an_id_twice_is_told_with_its_number() -> None:
    assert facts("<h1 id=a>甲</h1><p id=\"a\"></p><p id='a'></p>").faults == (
        Fault("B905", ("a", "3")),
    )


@pytest.mark.parametrize("rest", ["", ' title="alt="', " data-alt=x"])
def test_a_picture_without_alt_is_told(rest: str) -> None:
    assert facts(f'<h1>甲</h1><img src="a.png"{rest}>').faults == (Fault("B904", ("a.png",)),)


@pytest.mark.parametrize("rest", [' alt=""', " alt", ' ALT="甲"', " alt='a > b'"])
def test_a_picture_with_alt_is_not(rest: str) -> None:
    assert codes(f'<h1>甲</h1><img src="a.png"{rest}>') == []


def test_language_and_title_are_missed() -> None:
    found = facts_of(b"<html><body><h1>a</h1></body></html>", "", BASE)
    assert found.faults == (Fault("B908", ("lang",)), Fault("B908", ("title",)))


def test_what_stands_in_comments_scripts_and_attributes_is_no_element() -> None:
    inside = (
        "<h1>甲</h1><!-- <img src=a> <p id=x> --><script>'<img src=b>' + '<p id=x>'</script>"
        '<style>/* <img> */</style><p title="<img src=c>" id="x"></p><textarea><img></textarea>'
    )
    found = facts(inside)
    assert found.faults == ()
    assert found.ids == "x"
    assert found.loads == ()


def test_links_and_what_a_page_loads_are_paths_of_the_site() -> None:
    head = (
        '<title>甲</title><link rel="stylesheet" href="../../assets/style.css">'
        '<link rel="canonical" href="https://x.org/bulletin/news/a/"><script src="s.js"></script>'
    )
    inside = (
        '<h1>甲</h1><a href="../">上</a><a href="#b">本页</a><a href="c/?x=1#d">下</a>'
        '<a href="https://y.org/">外</a><a href="mailto:a@b.cn">信</a><a href="/other/">别处</a>'
        '<a href="/bulletin/e/&#x66;">绝对</a><a href="%E7%94%B2/">汉字</a><a name="x">无</a>'
        '<img src="p.jpg" srcset="p.jpg 1x, q.jpg 2x" alt="">'
    )
    found = facts(inside, head=head)
    assert found.links == (
        "news/a/",
        "news/",
        "news/a/#b",
        "news/a/c/#d",
        "e/f",
        "news/a/甲/",
    )
    assert found.loads == ("assets/style.css", "news/a/s.js", "news/a/p.jpg", "news/a/q.jpg")


@pytest.mark.parametrize(
    ("path", "typed", "meant"),
    [
        ("", "./", ""),
        ("", "a/../b/", "b/"),
        ("a/b/", "..", "a/"),
        ("a/b/", ".", "a/b/"),
        ("a/b/", "../../../../x", "x"),
        ("404.html", "a/", "a/"),
        ("a/", "", "a/"),
        ("a/", "https://x.org/bulletin/", ""),
        ("a/", "HTTPS://y.org", None),
        ("a/", "//x.org/", None),
        ("a/", "/", None),
    ],
)
def test_addresses_are_resolved_as_browsers_do(path: str, typed: str, meant: str | None) -> None:
    assert Resolver(path, BASE)(typed) == meant


@ANY_LOAD
@given(
    st.lists(st.sampled_from(["<a href=", '"', "'", ">", "<!--", "-->", "<h2>", "x", "=", "<img "]))
)
def test_any_text_is_read_without_an_error(parts: list[str]) -> None:
    facts_of("".join(parts).encode(), "", BASE)


def test_a_page_made_to_be_slow_is_not() -> None:
    facts_of(("<a " + "x='" * 50_000).encode(), "", BASE)
    facts_of(b"<" + b"a" * 200_000, "", BASE)


@ANY_LOAD
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p", "a", "img", "h1", "section"]),
            st.dictionaries(
                st.sampled_from(["id", "href", "alt", "src", "title"]),
                st.text("ab<>&'\" =/甲#", max_size=6),
                max_size=3,
            ),
        )
    )
)
def test_the_ids_are_those_of_a_parser(tags: list[tuple[str, dict[str, str]]]) -> None:
    text = "".join(
        f"<{tag}{''.join(f' {n}={chr(34)}{html.escape(v)}{chr(34)}' for n, v in said.items())}>"
        for tag, said in tags
    )
    parsed = [e.attributes["id"] for e in Html(text).elements if e.attributes.get("id")]
    found = facts_of(text.encode(), "", BASE)
    assert found.ids == " ".join(dict.fromkeys(parsed))


def test_the_first_of_two_attributes_counts() -> None:
    assert attributes(' id=a ID="b"') == {"id": "a"}


def test_facts_of_many_pages_share_their_addresses_and_forget_those_of_no_use() -> None:
    first = PageFacts("", ("a/", "b/"), ("s.css",), ())
    second = PageFacts("", ("b/", "c/"), ("s.css",), ())
    site = with_pages(NO_SITE, (), [("1", b"1", first), ("2", b"2", second)])
    assert site.addresses == ("a/", "b/", "s.css", "c/")
    kept = with_pages(site, ["1"], [("3", b"3", PageFacts("", ("z/",), (), ()))])
    assert set(kept.pages) == {"1", "3"}
    alone = without_unused(with_pages(site, (), [("3", b"3", PageFacts("", ("c/",), (), ()))]))
    assert alone.addresses == ("c/",)
    assert alone.pages["3"].links == (0,)
