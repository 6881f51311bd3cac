"""Everything that the site shows, ordered and indexed.

Nothing is added to a catalogue afterwards, and nothing in it is searched by walking: pages ask
its indexes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from typing import TypeVar

from msgspec import Struct

from bulletin.dates import Moment
from bulletin.issue import BulletinIssue
from bulletin.item import Item
from bulletin.problem import Problem, problem, suggestion
from bulletin.story import (
    GONE,
    Article,
    Figure,
    Finder,
    Picture,
    PlacedPage,
    Placer,
    Read,
    Story,
)
from bulletin.text import nearest, visible
from bulletin.vocabulary import Vocabulary

RELATED = 4


_LikeKey = tuple[str, str]  # ids of a district and of an activity type; one may be empty


class Catalogue(Struct, frozen=True):
    """All of it. Tuples of stories are newest first."""

    vocabulary: Vocabulary
    stories: tuple[Story, ...]  # what lists show
    withdrawn: tuple[Story, ...]
    articles: Map[str, Article]  # the same with their texts, by path
    held: tuple[Item, ...]  # not due yet, soonest first
    by_district: Map[str, tuple[Story, ...]]
    by_activity: Map[str, tuple[Story, ...]]
    by_crossing: Map[tuple[str, str], tuple[Story, ...]]  # district, activity
    by_month: Map[tuple[int, int], tuple[Story, ...]]
    by_issue: Map[str, tuple[Story, ...]]  # in the order of the paper
    by_series: Map[str, tuple[Story, ...]]
    by_id: Map[str, Story]
    issues: tuple[BulletinIssue, ...]  # newest first, those with stories
    pages: tuple[PlacedPage, ...]
    pictures: tuple[Picture, ...]  # those shown somewhere
    rank: Map[str, int]  # path → place in stories
    ranks: Map[_LikeKey, Sequence[int]]  # places in stories of all that share something

    def neighbours(self, story: Story) -> tuple[Story | None, Story | None]:
        """The story before and the one after, in time."""
        place = self.rank.get(story.item.path)
        if place is None:
            return None, None
        earlier = self.stories[place + 1] if place + 1 < len(self.stories) else None
        return earlier, self.stories[place - 1] if place else None

    def related(self, story: Story) -> tuple[tuple[Story, str], ...]:
        """At most four stories with the reason: those the author names, then like ones.

        Of the like ones the nearest earlier come first, so that a new item does not change
        the pages of old ones; later ones fill up.
        """
        found: dict[str, tuple[Story, str]] = {}
        for reference in story.item.related:
            if other := self.by_id.get(reference.id):
                found.setdefault(other.item.path, (other, "编辑推荐"))
        own = self.rank.get(story.item.path, 0)
        for key, reason in _likeness(story):
            if len(found) >= RELATED:
                break
            for rank in _around(self.ranks[key], own):
                other = self.stories[rank]
                if other is not story and len(found) < RELATED:
                    found.setdefault(other.item.path, (other, reason))
        return tuple(found.values())[:RELATED]


def _likeness(story: Story) -> Iterator[tuple[_LikeKey, str]]:
    """What stories like this one share with it, the closest first, in words."""
    for district in story.districts:
        for activity in story.activities:
            yield (district.id, activity.id), f"{district.name} · {activity.name}"
    for activity in story.activities:
        yield ("", activity.id), activity.name
    for district in story.districts:
        yield (district.id, ""), district.name


def _around(ranks: Sequence[int], rank: int) -> Sequence[int]:
    """Those near a place in time: a few earlier ones, then a few later ones."""
    place = bisect_left(ranks, rank)
    return [*ranks[place : place + RELATED + 1], *ranks[max(0, place - RELATED) : place][::-1]]


def to_catalogue(
    read: Read, vocabulary: Vocabulary, now: Moment, drafts: bool
) -> tuple[Catalogue, list[Problem]]:
    """The catalogue as of ``now``; with ``drafts``, drafts and items not yet due are shown too."""
    items = [made.item for made in read.manuscripts]
    states = {item.source_path: item.state(now) for item in items}
    shown_states = {"published", "draft", "held"} if drafts else {"published"}
    ordered = sorted(read.manuscripts, key=lambda made: _newest_first(made.item))
    finder = Finder(read, [i for i in items if states[i.source_path] in shown_states | GONE])
    placer = Placer(finder, vocabulary, states)
    # Those not shown are placed too: what is wrong with a draft is told before it is published.
    placed = [placer.article(made) for made in ordered]
    for made in read.faulty_manuscripts:
        placer.article(made)
    articles = {a.story.item.path: a for a in placed if a.story.state in shown_states | GONE}
    stories = tuple(a.story for a in placed if a.story.state in shown_states)
    gone = tuple(a.story for a in placed if a.story.state in GONE)
    pages = tuple(
        PlacedPage(page, placer.found(page.source_path, page.document.refs, {}))
        for page in read.pages
    )
    by_issue = {
        name: tuple(sorted(group, key=_paper_order))
        for name, group in _grouped(
            stories, lambda s: [s.item.issue] if s.item.issue else []
        ).items()
    }
    catalogue = Catalogue(
        vocabulary=vocabulary,
        stories=stories,
        withdrawn=gone,
        articles=articles,
        held=tuple(
            sorted(
                (item for item in items if states[item.source_path] == "held"),
                key=lambda item: (item.due.seconds, item.source_path),
            )
        ),
        by_district=_grouped(stories, lambda s: [d.id for d in s.districts]),
        by_activity=_grouped(stories, lambda s: [a.id for a in s.activities]),
        by_crossing=_grouped(
            stories, lambda s: [(d.id, a.id) for d in s.districts for a in s.activities]
        ),
        by_month=_grouped(stories, _month_of),
        by_issue=by_issue,
        by_series=_grouped(stories, lambda s: [s.item.series] if s.item.series else []),
        by_id={story.item.id: story for story in stories},
        issues=_issues(read.issues, by_issue),
        pages=pages,
        pictures=_shown_pictures(articles.values(), pages),
        rank={story.item.path: place for place, story in enumerate(stories)},
        ranks=_ranks(stories),
    )
    return catalogue, placer.problems + _check_related(
        [*items, *(made.item for made in read.faulty_manuscripts)]
    )


def _newest_first(item: Item) -> tuple[int, int, int, str]:
    """By day, then by weight within the day, then by time; names make the order total."""
    date = item.date
    day = (date.seconds + date.offset) // 86_400
    return (-day, -item.priority, -date.seconds, item.source_path)


_DIGITS = re.compile(r"\d+")


def _paper_order(story: Story) -> tuple[int, str, int, str]:
    item = story.item
    number = _DIGITS.search(item.page)
    page = int(number.group()) if number else 10**6
    return (page, item.page_name, -item.priority, item.source_path)


_K = TypeVar("_K")


def _grouped(
    stories: Iterable[Story], keys: Callable[[Story], Iterable[_K]]
) -> dict[_K, tuple[Story, ...]]:
    groups: dict[_K, list[Story]] = defaultdict(list)
    for story in stories:
        for key in keys(story):
            groups[key].append(story)
    return {key: tuple(group) for key, group in groups.items()}


def _ranks(stories: Iterable[Story]) -> dict[_LikeKey, list[int]]:
    ranks: dict[_LikeKey, list[int]] = defaultdict(list)
    for rank, story in enumerate(stories):
        for key, _ in _likeness(story):
            ranks[key].append(rank)
    return ranks


def _month_of(story: Story) -> list[tuple[int, int]]:
    day = story.item.date.day
    return [(day.year, day.month)]


def _issues(
    known: Iterable[BulletinIssue], by_issue: Map[str, tuple[Story, ...]]
) -> tuple[BulletinIssue, ...]:
    """Issues that have stories, the newest first; one without a file of its own is its name."""
    described = {issue.id: issue for issue in known}
    found = [
        described.get(name) or BulletinIssue(name, name, None, "", stories[0].item.source_path)
        for name, stories in by_issue.items()
    ]

    def newest(issue: BulletinIssue) -> tuple[int, str]:
        last = max(story.item.date.seconds for story in by_issue[issue.id])
        return (issue.date.seconds if issue.date else last, issue.id)

    return tuple(sorted(found, key=newest, reverse=True))


def _shown_pictures(
    articles: Iterable[Article], pages: Iterable[PlacedPage]
) -> tuple[Picture, ...]:
    shown = [article.found + article.figures for article in articles]
    shown += [page.found for page in pages]
    found = {
        one.picture.path: one.picture for all_ in shown for one in all_ if isinstance(one, Figure)
    }
    return tuple(found[path] for path in sorted(found))


def _check_related(items: Sequence[Item]) -> list[Problem]:
    ids = {item.id for item in items}
    return [
        problem(
            "B222",
            item.source_path,
            reference.line,
            reference.column,
            value=visible(reference.id),
            nearest=suggestion(nearest(reference.id, ids)),
        )
        for item in items
        for reference in item.related
        if reference.id not in ids
    ]
