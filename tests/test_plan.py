"""Every file of the site before one is made, and clashes named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.address import collision_key
from bulletin.plan import Copied, Page, to_plan
from bulletin.problem import Language, Problem
from tests.samples import ANY_LOAD


def page(path: str, source: str = "content/news/a.md") -> Page:
    return Page(path, source, Copied("x"))


def problems(*pages: Page) -> list[Problem]:
    return to_plan(pages)[1]


@pytest.mark.parametrize(
    ("path", "file"), [("", "index.html"), ("news/a/", "news/a/index.html"), ("a.xml", "a.xml")]
)
def test_a_page_knows_its_file(path: str, file: str) -> None:
    assert page(path).file == file


def test_pages_stand_in_the_order_of_their_files_whoever_came_first() -> None:
    pages = [page("b/"), page("a.xml"), page(""), page("a/")]
    plan, found = to_plan(pages)
    assert [p.file for p in plan.pages] == ["a.xml", "a/index.html", "b/index.html", "index.html"]
    assert to_plan(reversed(pages))[0] == plan
    assert found == []
    assert plan.paths() == {"", "a.xml", "a/", "b/"}


def test_row1_an_address_claimed_twice_names_both_sources() -> None:
    (found,) = problems(page("news/a/", "content/news/1.md"), page("news/a/", "content/news/2.md"))
    assert (found.code, found.path) == ("B601", "content/news/2.md")
    for language in Language:
        assert "content/news/1.md" in found.sentence(language)
        assert "content/news/2.md" in found.sentence(language)
        assert "/news/a/" in found.sentence(language)


def test_row1_an_address_claimed_three_times_is_told_once_with_all_sources() -> None:
    (found,) = problems(page("a/", "content/1"), page("a/", "content/2"), page("a/", "content/3"))
    assert all(f"content/{n}" in found.sentence(Language.CHINESE) for n in (1, 2, 3))


def test_row1_a_folder_and_its_index_are_one_address() -> None:
    (found,) = problems(page("a/", "content/1"), page("a/index.html", "content/2"))
    assert found.code == "B601"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("news/Academy/", "news/academy/"),
        ("news/caf\u00e9/", "news/cafe\u0301/"),
        ("Ａ.xml", "A.xml"),
        ("A/x/", "a/x/"),
    ],
)
def test_row2_addresses_alike_but_for_case_or_unicode_form_are_told(one: str, other: str) -> None:
    (found,) = problems(page(one, "content/1.md"), page(other, "content/2.md"))
    assert found.code == "B602"
    said = found.sentence(Language.CHINESE)
    assert "content/1.md" in said
    assert "content/2.md" in said


def test_a_file_that_would_be_a_folder_too_is_told() -> None:
    (found,) = problems(page("old", "content/1.md"), page("old/a.html", "content/2.md"))
    assert found.code == "B603"
    assert "/old" in found.sentence(Language.CHINESE)


def test_a_file_that_would_be_a_folder_is_found_through_several_folders() -> None:
    (found,) = problems(page("Old", "content/1.md"), page("old/a/b/", "content/2.md"))
    assert found.code == "B603"


def test_a_folder_beside_a_file_of_a_longer_name_is_no_clash() -> None:
    assert problems(page("old/"), page("old.html"), page("older"), page("old/a/")) == []


def test_the_file_that_an_editor_can_change_is_blamed() -> None:
    (found,) = problems(page("a/", "content/news/1.md"), page("a/", "词表里的“甲”"))
    assert found.path == "content/news/1.md"


@pytest.mark.parametrize("path", ["news/2024/08/05/../", "../x.md", "a/./b", "/etc/passwd", "a//b"])
def test_row31_an_address_outside_the_site_is_told_with_its_source(path: str) -> None:
    (found,) = problems(page(path, "content/news/1.md"))
    assert (found.code, found.path) == ("B604", "content/news/1.md")


def test_clashes_of_all_pages_are_told_in_one_go() -> None:
    pages = [page("a/"), page("a/"), page("B/"), page("b/"), page("c"), page("c/d")]
    assert sorted(found.code for found in problems(*pages)) == ["B601", "B602", "B603"]


def test_control_characters_of_an_address_are_not_repeated() -> None:
    (found,) = problems(page("a\x1b/", "content/1"), page("a\x1b/", "content/2"))
    assert "\x1b" not in found.sentence(Language.CHINESE)


paths = st.lists(st.sampled_from(["a", "A", "b", "e\u0301", "\u00e9"]), min_size=1, max_size=3)


@ANY_LOAD
@given(st.lists(st.builds(lambda parts, end: "/".join(parts) + end, paths, st.sampled_from("/x"))))
def test_a_plan_without_a_problem_can_be_written_on_any_file_system(addresses: list[str]) -> None:
    plan, found = to_plan([page(path) for path in addresses])
    assert len(plan.pages) == len(addresses)
    if not found:
        files = [collision_key(p.file) for p in plan.pages]
        assert len(set(files)) == len(files)
        folders = {"/".join(f.split("/")[:n]) for f in files for n in range(1, f.count("/") + 1)}
        assert not folders & set(files)
