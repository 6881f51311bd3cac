"""Lists are numbered from the oldest page."""

from __future__ import annotations

import doctest
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.outputs import lists
from bulletin.outputs.lists import ListPage, list_pages, numbered, plan_numbered
from bulletin.story import Story
from tests.samples import ANY_LOAD


def pages_of(count: int, per_page: int) -> tuple[ListPage, list[ListPage]]:
    """The pages of a list whose stories are numbers, the newest first."""
    stories = cast("list[Story]", list(range(count, 0, -1)))
    return list_pages("news/", "全部新闻", "", (), stories, per_page)


def split(count: int, per_page: int) -> tuple[Any, list[Any]]:
    return numbered(cast("list[Story]", list(range(count, 0, -1))), per_page)


@pytest.mark.parametrize(
    ("count", "newest", "rest"),
    [
        (0, (), []),
        (1, (1,), []),
        (2, (2, 1), []),
        (3, (3, 2, 1), []),
        (4, (4, 3), [(2, 1)]),
        (5, (5, 4, 3), [(2, 1)]),
        (6, (6, 5), [(2, 1), (4, 3)]),
        (7, (7, 6, 5), [(2, 1), (4, 3)]),
    ],
)
def test_the_oldest_items_stand_on_page_one(
    count: int, newest: tuple[int, ...], rest: list[tuple[int, ...]]
) -> None:
    assert split(count, 2) == (newest, rest)


def test_the_example_in_the_code_is_true() -> None:
    assert doctest.testmod(lists).failed == 0
    assert doctest.testmod(lists).attempted > 0


sizes = st.integers(1, 7)


@ANY_LOAD
@given(st.integers(0, 60), sizes)
def test_a_newest_item_never_changes_a_numbered_page(count: int, per_page: int) -> None:
    before, after = split(count, per_page)[1], split(count + 1, per_page)[1]
    assert after[: len(before)] == before
    assert len(after) - len(before) in (0, 1)


@ANY_LOAD
@given(st.integers(0, 60), sizes)
def test_the_items_of_a_numbered_page_never_change_however_many_come(
    count: int, per_page: int
) -> None:
    _, before = pages_of(count, per_page)
    _, after = pages_of(count + per_page * 3, per_page)
    assert [page.stories for page in after][: len(before)] == [page.stories for page in before]
    settled = [page for page in before if page.newer is not None]
    assert after[: len(settled)] == settled


@ANY_LOAD
@given(st.integers(0, 60), sizes)
def test_every_item_stands_once_and_in_order(count: int, per_page: int) -> None:
    newest, rest = split(count, per_page)
    shown = [story for page in (newest, *reversed(rest)) for story in page]
    assert shown == list(range(count, 0, -1))


@ANY_LOAD
@given(st.integers(0, 60), sizes)
def test_numbered_pages_are_full_and_the_newest_holds_less_than_two_pages(
    count: int, per_page: int
) -> None:
    newest, rest = split(count, per_page)
    assert all(len(page) == per_page for page in rest)
    assert len(newest) < 2 * per_page
    assert len(newest) >= min(count, per_page)


@ANY_LOAD
@given(st.integers(0, 60), sizes)
def test_whoever_goes_from_page_to_page_sees_each_of_them_once(count: int, per_page: int) -> None:
    head, rest = pages_of(count, per_page)
    by_number = {page.number: page for page in rest}
    walk, page = [head], head
    while page.older is not None:
        older = by_number[page.older]
        assert older.newer == page.number
        walk.append(older)
        page = older
    assert walk == [head, *reversed(rest)]


def test_the_newest_page_alone_knows_how_many_items_there_are() -> None:
    head, rest = pages_of(7, 2)
    assert (head.total, head.number) == (7, None)
    assert [(page.total, page.number) for page in rest] == [(None, 1), (None, 2)]


def test_a_list_of_one_page_leads_nowhere() -> None:
    head, rest = pages_of(3, 2)
    assert (head.newer, head.older, rest) == (None, None, [])


def test_numbered_pages_have_addresses_that_never_move() -> None:
    _, rest = pages_of(7, 2)
    pages = list(plan_numbered(rest))
    assert [page.path for page in pages] == ["news/page/1/", "news/page/2/"]
    assert all(page.indexed for page in pages)


def test_a_numbered_page_sees_its_own_list_alone() -> None:
    _, rest = pages_of(7, 2)
    assert [page.inputs for page in plan_numbered(rest)] == [{"page": page} for page in rest]
