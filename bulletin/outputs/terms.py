"""Districts, activity types, their crossings, and the matrix of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bulletin import dates, views
from bulletin.catalogue import Catalogue
from bulletin.dates import Moment
from bulletin.outputs.lists import Above, ListPage, list_pages, listing, plan_numbered
from bulletin.plan import Page, Template
from bulletin.present import (
    Presenter,
    activity_path,
    crossing_path,
    district_path,
    month_path,
    shade,
    share,
)
from bulletin.settings import Settings
from bulletin.story import Story
from bulletin.vocabulary import Activity, District, Term

MONTHS = 12


class TermCount(Struct, frozen=True):
    """A term with what is counted of it; all that indexes show."""

    term: District | Activity
    path: str | None  # None where there is nothing to link to
    count: int
    latest: Moment | None


class TermFacts(Struct, frozen=True):
    """What a term's page shows beside its list."""

    kind: str  # district or activity
    term: District | Activity
    breakdown: tuple[TermCount, ...]
    months: tuple[tuple[int, int, int], ...]  # year, month, count; newest first
    places: tuple[tuple[str, int], ...]  # most items first


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    labels = dict(settings.labels)
    districts, activities = district_counts(catalogue), activity_counts(catalogue)
    yield Page(
        "districts/",
        "districts",
        Template("terms.html", index),
        _index_of("district", districts),
        True,
    )
    yield Page(
        "activities/",
        "activities",
        Template("terms.html", index),
        _index_of("activity", activities),
        True,
    )
    for district in catalogue.vocabulary.shown_districts:
        stories = catalogue.by_district.get(district.id, ())
        facts = TermFacts(
            "district",
            district,
            _across(catalogue, district),
            _months(stories),
            _places(stories, district),
        )
        above = ((labels["districts"], "districts/"),)
        yield from _term(district_path(district), above, stories, facts, settings.per_page)
    for activity in catalogue.vocabulary.shown_activities:
        stories = catalogue.by_activity.get(activity.id, ())
        facts = TermFacts("activity", activity, _across(catalogue, activity), _months(stories), ())
        above = ((labels["activities"], "activities/"),)
        yield from _term(activity_path(activity), above, stories, facts, settings.per_page)
    yield from _crossings(catalogue, settings)
    counts = {key: len(stories) for key, stories in catalogue.by_crossing.items()}
    inputs = {
        "districts": districts,
        "activities": activities,
        "counted": tuple(sorted(counts.items())),
        "total": len(catalogue.stories),
    }
    yield Page("matrix/", "matrix", Template("matrix.html", matrix), inputs, indexed=True)


# --- what is counted


def district_counts(catalogue: Catalogue) -> tuple[TermCount, ...]:
    return tuple(
        _count(term, district_path(term), catalogue.by_district.get(term.id, ()))
        for term in catalogue.vocabulary.shown_districts
    )


def activity_counts(catalogue: Catalogue) -> tuple[TermCount, ...]:
    return tuple(
        _count(term, activity_path(term), catalogue.by_activity.get(term.id, ()))
        for term in catalogue.vocabulary.shown_activities
    )


def _count(term: District | Activity, path: str, stories: Sequence[Story]) -> TermCount:
    return TermCount(term, path, len(stories), stories[0].item.date if stories else None)


def _across(catalogue: Catalogue, term: District | Activity) -> tuple[TermCount, ...]:
    """The terms of the other kind that share items with ``term``, in the vocabulary's order."""
    vocabulary = catalogue.vocabulary
    pairs: list[tuple[District, Activity]] = (
        [(term, activity) for activity in vocabulary.shown_activities]
        if isinstance(term, District)
        else [(district, term) for district in vocabulary.shown_districts]
    )
    found = []
    for district, activity in pairs:
        stories = catalogue.by_crossing.get((district.id, activity.id), ())
        other = activity if isinstance(term, District) else district
        if stories:
            found.append(_count(other, crossing_path(district.id, activity.id), stories))
    return tuple(found)


def _months(stories: Sequence[Story]) -> tuple[tuple[int, int, int], ...]:
    counts = Counter((s.item.date.day.year, s.item.date.day.month) for s in stories)
    return tuple((*month, counts[month]) for month in sorted(counts, reverse=True)[:MONTHS])


def _places(stories: Sequence[Story], district: District) -> tuple[tuple[str, int], ...]:
    counts = Counter(
        place for s in stories for place in s.item.places if place.district == district.id
    )
    ordered = sorted(counts, key=lambda place: (-counts[place], place.order))
    return tuple((place.name, counts[place]) for place in ordered)


def term_counts(present: Presenter, counts: Sequence[TermCount]) -> tuple[views.Count, ...]:
    most = max((c.count for c in counts), default=0)
    return tuple(
        views.Count(
            name=c.term.name,
            url=present.url(c.path) if c.path else None,
            count=c.count,
            share=share(c.count, most),
            latest=present.day(c.latest) if c.latest else None,
            description=c.term.description,
        )
        for c in counts
    )


def tiles(present: Presenter, counts: Sequence[TermCount]) -> tuple[views.Tile, ...]:
    """The tile map: districts that say where they stand."""
    most = max((c.count for c in counts), default=0)
    return tuple(
        views.Tile(
            name=c.term.name,
            short=c.term.short,
            url=present.url(district_path(c.term)),
            count=c.count,
            latest=present.day(c.latest) if c.latest else None,
            column=c.term.cell[0],
            row=c.term.cell[1],
            shade=shade(c.count, most),
        )
        for c in counts
        if isinstance(c.term, District) and c.term.cell
    )


# --- pages


def _index_of(kind: str, counts: tuple[TermCount, ...]) -> dict[str, object]:
    return {"kind": kind, "counts": counts}


def index(present: Presenter, kind: str, counts: Sequence[TermCount]) -> Mapping[str, object]:
    labels = dict(present.settings.labels)
    heading = labels["districts" if kind == "district" else "activities"]
    names = "、".join(c.term.name for c in counts)
    return {
        "site": present.site(),
        "page": present.page("terms", heading, f"{present.settings.title}的{heading}：{names}。"),
        "kind": kind,
        "tiles": tiles(present, counts) if kind == "district" else (),
        "counts": term_counts(present, counts),
        "matrix_url": present.url("matrix/"),
    }


def _term(
    path: str, above: Above, stories: Sequence[Story], facts: TermFacts, per_page: int
) -> Iterator[Page]:
    term = facts.term
    description = term.description or f"{term.name}的工会新闻。"
    head, rest = list_pages(path, term.name, description, above, stories, per_page)
    inputs = {"facts": facts, "page": head}
    yield Page(path, f"词表里的“{term.name}”", Template("term.html", term_page), inputs, True)
    yield from plan_numbered(rest)


def term_page(present: Presenter, facts: TermFacts, page: ListPage) -> Mapping[str, object]:
    labels = dict(present.settings.labels)
    other = labels["activities" if facts.kind == "district" else "districts"]
    feeds = [(f"{present.settings.title} · {page.title}", page.path)]
    newest = page.stories[0].item.date if page.stories else None
    return {
        "site": present.site(),
        "page": present.page(
            "term", page.title, page.description, page.above, feeds=feeds, collection=page.stories
        ),
        "term": views.Term(
            kind=facts.kind,
            name=facts.term.name,
            description=facts.term.description,
            count=page.total or 0,
            latest=present.day(newest) if newest else None,
            breakdown_title=other,
            breakdown=term_counts(present, facts.breakdown),
            months=month_counts(present, facts.months),
            places=_place_counts(facts.places),
            feeds=present.feeds(*feeds[0]),
        ),
        "listing": listing(present, page),
    }


def month_counts(
    present: Presenter, months: Sequence[tuple[int, int, int]]
) -> tuple[views.Count, ...]:
    most = max((count for _, _, count in months), default=0)
    return tuple(
        views.Count(
            name=dates.chinese_month(year, month),
            url=present.url(month_path(year, month)),
            count=count,
            share=share(count, most),
            latest=None,
            description="",
        )
        for year, month, count in months
    )


def _place_counts(places: Sequence[tuple[str, int]]) -> tuple[views.Count, ...]:
    most = max((count for _, count in places), default=0)
    return tuple(
        views.Count(name, None, count, share(count, most), None, "") for name, count in places
    )


def _crossings(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    labels = dict(settings.labels)
    for district in catalogue.vocabulary.shown_districts:
        for activity in catalogue.vocabulary.shown_activities:
            stories = catalogue.by_crossing.get((district.id, activity.id))
            if not stories:
                continue
            path = crossing_path(district.id, activity.id)
            title = f"{district.name} · {activity.name}"
            above = ((labels["districts"], "districts/"), (district.name, district_path(district)))
            description = f"{district.name}的{activity.name}新闻。"
            head, rest = list_pages(path, title, description, above, stories, settings.per_page)
            source = f"词表里的“{district.name}”和“{activity.name}”"
            inputs = {
                "page": head,
                "district": Term(district.id, district.name),
                "activity": Term(activity.id, activity.name),
            }
            yield Page(path, source, Template("list.html", crossing), inputs, True)
            yield from plan_numbered(rest)


def crossing(
    present: Presenter, page: ListPage, district: Term, activity: Term
) -> Mapping[str, object]:
    return {
        "site": present.site(),
        "page": present.page(
            "list", page.title, page.description, page.above, collection=page.stories
        ),
        "listing": listing(present, page),
        "crossing": (present.district(district), present.activity(activity)),
    }


def matrix(
    present: Presenter,
    districts: Sequence[TermCount],
    activities: Sequence[TermCount],
    counted: Sequence[tuple[tuple[str, str], int]],
    total: int,
) -> Mapping[str, object]:
    counts = dict(counted)
    most = max(counts.values(), default=0)
    heading = dict(present.settings.labels)["matrix"]

    def cell(district: District | Activity, activity: District | Activity) -> views.Cell:
        count = counts.get((district.id, activity.id), 0)
        url = present.url(crossing_path(district.id, activity.id)) if count else None
        label = f"{district.name} · {activity.name}：{count}条"
        return views.Cell(url, count, shade(count, most), label)

    return {
        "site": present.site(),
        "page": present.page(
            "matrix", heading, f"{present.settings.title}：每个地区、每类活动各有几条新闻。"
        ),
        "matrix": views.Matrix(
            activities=tuple(present.link(a.term.name, a.path or "") for a in activities),
            rows=tuple(
                views.Row(
                    district=present.link(d.term.name, d.path or ""),
                    cells=tuple(cell(d.term, a.term) for a in activities),
                    total=d.count,
                )
                for d in districts
            ),
            totals=tuple(a.count for a in activities),
            total=total,
        ),
    }
