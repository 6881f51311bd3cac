"""All news, years, months and issues: the ways to an item by time."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bulletin import dates, views
from bulletin.catalogue import Catalogue
from bulletin.issue import BulletinIssue
from bulletin.outputs.lists import list_pages, plan_numbered
from bulletin.outputs.lists import view as list_view
from bulletin.outputs.terms import month_counts
from bulletin.plan import Page, Template
from bulletin.present import Presenter, month_path, printed_page
from bulletin.settings import Settings
from bulletin.story import Story

YearCount = tuple[int, tuple[tuple[int, int, int], ...]]  # year; year, month, count of each month


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    labels = dict(settings.labels)
    head, rest = list_pages(
        "news/", labels["news"], settings.description, (), catalogue.stories, settings.per_page
    )
    yield Page("news/", "news", Template("list.html", list_view), {"page": head}, indexed=True)
    yield from plan_numbered(rest)
    yield from _time(catalogue)
    yield from _issues(catalogue)


# --- years and months


def _time(catalogue: Catalogue) -> Iterator[Page]:
    months = sorted(catalogue.by_month)
    by_year: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for key in months:
        by_year[key[0]].append((*key, len(catalogue.by_month[key])))
    years: tuple[YearCount, ...] = tuple(
        (y, tuple(by_year[y])) for y in sorted(by_year, reverse=True)
    )
    for year in years:
        path = f"news/{year[0]:04}/"
        inputs = {"year": year, "years": years}
        yield Page(path, path, Template("archive.html", archive), inputs, indexed=True)
    for place, month_key in enumerate(months):
        earlier = months[place - 1] if place else None
        later = months[place + 1] if place + 1 < len(months) else None
        path = month_path(*month_key)
        month_inputs = {
            "key": month_key,
            "stories": catalogue.by_month[month_key],
            "earlier": earlier,
            "later": later,
        }
        yield Page(path, path, Template("month.html", month), month_inputs, indexed=True)


def archive(
    present: Presenter, year: YearCount, years: Sequence[YearCount]
) -> Mapping[str, object]:
    labels = dict(present.settings.labels)
    heading = f"{year[0]}年"
    description = f"{heading}的新闻，按月查看。"
    return {
        "site": present.site(),
        "page": present.page("archive", heading, description, [(labels["news"], "news/")]),
        "year": _year(present, year),
        "years": tuple(_year(present, other) for other in years),
    }


def _year(present: Presenter, year: YearCount) -> views.Year:
    number, months = year
    return views.Year(
        name=f"{number}年",
        url=present.url(f"news/{number:04}/"),
        count=sum(count for _, _, count in months),
        months=month_counts(present, months),
    )


def month(
    present: Presenter,
    key: tuple[int, int],
    stories: Sequence[Story],
    earlier: tuple[int, int] | None,
    later: tuple[int, int] | None,
) -> Mapping[str, object]:
    year, number = key
    heading = dates.chinese_month(year, number)
    by_day: dict[int, list[Story]] = defaultdict(list)
    for story in stories:
        by_day[story.item.date.day.day].append(story)
    news = (dict(present.settings.labels)["news"], "news/")
    above = [news, (f"{year}年", f"news/{year:04}/")]
    return {
        "site": present.site(),
        "page": present.page("month", heading, f"{heading}的新闻。", above, collection=stories),
        "month": views.Month(
            name=heading,
            weeks=tuple(
                tuple(_day(day, len(by_day.get(day, ()))) for day in week)
                for week in calendar.Calendar().monthdayscalendar(year, number)
            ),
            days=tuple(
                views.DayItems(_anchor(day), _date(date(year, number, day)), present.cards(own))
                for day, own in by_day.items()
            ),
            earlier=_month_link(present, earlier),
            later=_month_link(present, later),
        ),
    }


def _day(number: int, count: int) -> views.Day:
    return views.Day(number or None, count, _anchor(number) if count else None)


def _anchor(day: int) -> str:
    return f"day-{day}"


def _date(day: date) -> views.Date:
    return views.Date(day.isoformat(), dates.chinese_day(day), dates.chinese_short(day))


def _month_link(present: Presenter, key: tuple[int, int] | None) -> views.Link | None:
    return present.link(dates.chinese_month(*key), month_path(*key)) if key else None


# --- issues


def _issues(catalogue: Catalogue) -> Iterator[Page]:
    if not catalogue.issues:
        return
    counts = tuple((issue, len(catalogue.by_issue[issue.id])) for issue in catalogue.issues)
    yield Page(
        "issues/", "issues", Template("issues.html", issues), {"counts": counts}, indexed=True
    )
    for place, own in enumerate(catalogue.issues):
        later = catalogue.issues[place - 1] if place else None
        earlier = catalogue.issues[place + 1] if place + 1 < len(catalogue.issues) else None
        inputs = {
            "own": own,
            "stories": catalogue.by_issue[own.id],
            "earlier": earlier,
            "later": later,
        }
        yield Page(own.path, own.source_path, Template("issue.html", issue), inputs, indexed=True)


def issues(present: Presenter, counts: Sequence[tuple[BulletinIssue, int]]) -> Mapping[str, object]:
    heading = dict(present.settings.labels)["issues"]
    return {
        "site": present.site(),
        "page": present.page("issues", heading, f"{present.settings.title}各期目录。"),
        "issues": tuple(issue_view(present, own, count) for own, count in counts),
    }


def issue(
    present: Presenter,
    own: BulletinIssue,
    stories: Sequence[Story],
    earlier: BulletinIssue | None,
    later: BulletinIssue | None,
) -> Mapping[str, object]:
    parts: dict[str, list[Story]] = {}
    for story in stories:  # in the order of the paper already
        parts.setdefault(printed_page(story), []).append(story)
    feed = (f"{present.settings.title} · {own.title}", own.path)
    above = [(dict(present.settings.labels)["issues"], "issues/")]
    description = own.summary or f"{present.settings.title}{own.title}目录。"
    return {
        "site": present.site(),
        "page": present.page(
            "issue", own.title, description, above, feeds=[feed], collection=stories
        ),
        "issue": issue_view(present, own, len(stories)),
        "parts": tuple(views.IssuePart(name, present.cards(part)) for name, part in parts.items()),
        "earlier": present.link(earlier.title, earlier.path) if earlier else None,
        "later": present.link(later.title, later.path) if later else None,
    }


def issue_view(present: Presenter, own: BulletinIssue, count: int) -> views.Issue:
    return views.Issue(
        title=own.title,
        url=present.url(own.path),
        date=present.day(own.date) if own.date else None,
        summary=own.summary,
        count=count,
    )
