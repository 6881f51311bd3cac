"""Lists numbered from the oldest page: a new item changes the newest page, never the archive.

The newest page stands at the list's own address and holds between one and two pages' worth of
items; ``page/N/`` holds a full page and, once made, keeps its items for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bulletin import views
from bulletin.plan import Page, Template
from bulletin.present import Presenter
from bulletin.story import Story

Above = tuple[tuple[str, str], ...]


class ListPage(Struct, frozen=True):
    """A page of a list: which stories, and what lies beside it."""

    path: str  # of the list
    title: str  # of the list
    description: str
    above: Above
    number: int | None  # None: the newest page
    newer: int | None  # number of the next newer page; None: the newest
    older: int | None  # number of the next older page; None: there is none
    total: int | None  # of the list, on the newest page alone
    stories: tuple[Story, ...]


def numbered(
    stories: Sequence[Story], per_page: int
) -> tuple[tuple[Story, ...], list[tuple[Story, ...]]]:
    """The stories of the newest page, and of pages 1, 2, … each newest first.

    >>> numbered([5, 4, 3, 2, 1], 2)
    ((5, 4, 3), [(2, 1)])
    """
    full = max(0, len(stories) // per_page - 1)
    oldest_first = stories[::-1]
    pages = [
        tuple(oldest_first[number * per_page : (number + 1) * per_page][::-1])
        for number in range(full)
    ]
    return tuple(stories[: len(stories) - full * per_page]), pages


def list_pages(  # noqa: PLR0913 - a list has these parts
    path: str, title: str, description: str, above: Above, stories: Sequence[Story], per_page: int
) -> tuple[ListPage, list[ListPage]]:
    """The newest page of a list, and its numbered pages."""
    newest, pages = numbered(stories, per_page)
    count = len(pages)
    head = ListPage(
        path, title, description, above, None, None, count or None, len(stories), newest
    )
    rest = [
        ListPage(
            path=path,
            title=title,
            description=description,
            above=above,
            number=number,
            newer=number + 1 if number < count else None,
            older=number - 1 if number > 1 else None,
            total=None,
            stories=own,
        )
        for number, own in enumerate(pages, start=1)
    ]
    return head, rest


def plan_numbered(pages: Sequence[ListPage]) -> Iterator[Page]:
    for page in pages:
        path = _path(page.path, page.number)
        yield Page(path, path, Template("list.html", view), {"page": page}, indexed=True)


def view(present: Presenter, page: ListPage) -> Mapping[str, object]:
    """A list without anything beside it: numbered pages of every list, and 全部新闻."""
    title, above = page.title, page.above
    if page.number is not None:
        title, above = f"{page.title} · 第{page.number}页", (*page.above, (page.title, page.path))
    return {
        "site": present.site(),
        "page": present.page(
            "list",
            title,
            page.description,
            above,
            collection=page.stories,
        ),
        "listing": listing(present, page),
        "crossing": (),
    }


def listing(present: Presenter, page: ListPage) -> views.Listing:
    return views.Listing(present.cards(page.stories), _pager(present, page), page.total)


def _pager(present: Presenter, page: ListPage) -> views.Pager:
    def link(number: int | None) -> views.Link:
        name = "最新一页" if number is None else f"第{number}页"
        return present.link(name, _path(page.path, number))

    on_newest = page.number is None
    return views.Pager(
        newest=None if on_newest else link(None),
        newer=None if on_newest else link(page.newer),
        older=link(page.older) if page.older else None,
        number=page.number,
    )


def _path(path: str, number: int | None) -> str:
    return path if number is None else f"{path}page/{number}/"
