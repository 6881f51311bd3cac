"""Atom (RFC 4287) and JSON Feed 1.1 for the site, each district, activity type and issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from bulletin import dates, views
from bulletin.catalogue import Catalogue
from bulletin.plan import Made, Page, Template
from bulletin.present import Presenter, absolute_presenter, activity_path, district_path
from bulletin.settings import Settings
from bulletin.story import Article, Story

ENTRIES = 20


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    articles = catalogue.articles
    yield from _both("", settings.title, settings.tagline, catalogue.stories, articles)
    for district in catalogue.vocabulary.shown_districts:
        stories = catalogue.by_district.get(district.id, ())
        title = f"{settings.title} · {district.name}"
        yield from _both(district_path(district), title, district.description, stories, articles)
    for activity in catalogue.vocabulary.shown_activities:
        stories = catalogue.by_activity.get(activity.id, ())
        title = f"{settings.title} · {activity.name}"
        yield from _both(activity_path(activity), title, activity.description, stories, articles)
    for issue in catalogue.issues:
        title = f"{settings.title} · {issue.title}"
        stories = catalogue.by_issue[issue.id]
        yield from _both(issue.path, title, issue.summary, stories, articles, len(stories))


def _both(  # noqa: PLR0913 - a feed has these parts
    path: str,
    title: str,
    subtitle: str,
    stories: Sequence[Story],
    articles: Mapping[str, Article],
    limit: int = ENTRIES,
) -> Iterator[Page]:
    inputs = {
        "path": path,
        "title": title,
        "subtitle": subtitle,
        "articles": tuple(articles[story.item.path] for story in stories[:limit]),
    }
    source = path or "feed"
    yield Page(path + "feed.xml", source, Template("feed.xml", atom), inputs)
    yield Page(path + "feed.json", source, Made(json_feed), inputs)


def atom(
    present: Presenter, path: str, title: str, subtitle: str, articles: Sequence[Article]
) -> Mapping[str, object]:
    return {"feed": _document(present, path, title, subtitle, articles)}


def json_feed(
    present: Presenter, path: str, title: str, subtitle: str, articles: Sequence[Article]
) -> bytes:
    feed = _document(present, path, title, subtitle, articles)
    value: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.absolute_url,
        "feed_url": feed.feed_url,
        "language": feed.language,
        "authors": [{"name": feed.publisher}],
        "items": [_item(entry) for entry in feed.entries],
    }
    return msgspec.json.format(msgspec.json.encode(_said(value)), indent=1) + b"\n"


def _item(entry: views.Entry) -> dict[str, Any]:
    return _said(
        {
            "id": entry.id,
            "url": entry.absolute_url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": str(entry.html),
            "image": entry.image,
            "date_published": entry.published,
            "date_modified": entry.updated,
            "authors": [{"name": name} for name in entry.authors],
            "tags": list(entry.categories),
        }
    )


def _said(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is not said; ``items`` must stand even when empty."""
    return {key: said for key, said in value.items() if said or key == "items"}


def _document(
    present: Presenter, path: str, title: str, subtitle: str, articles: Sequence[Article]
) -> views.FeedDocument:
    settings = present.settings
    # An empty feed has no date of its own; the oldest one that can be meant is as good as any.
    changes = (dates.rfc3339(article.story.changed) for article in articles)
    updated = max(changes, default="1970-01-01T00:00:00+00:00")
    return views.FeedDocument(
        id=present.absolute(path),
        title=title,
        subtitle=subtitle,
        language=settings.language,
        absolute_url=present.absolute(path),
        feed_url=present.absolute(present.path),
        updated=updated,
        publisher=settings.publisher,
        entries=tuple(entry(present, article) for article in articles),
    )


def entry(present: Presenter, article: Article) -> views.Entry:
    """An item as readers of feeds see it: with its pictures and corrections in the text."""
    story = article.story
    item = story.item
    url = present.absolute(item.path)
    terms = [d.name for d in story.districts] + [a.name for a in story.activities]
    own = absolute_presenter(present.frame, item.path)
    return views.Entry(
        id=url,
        absolute_url=url,
        title=" ".join(text for text in (item.kicker, item.title, item.subtitle) if text),
        summary=item.summary,
        html=own.body(article.figures) + own.body(article.body) + _corrections(story),
        published=dates.rfc3339(item.date),
        updated=dates.rfc3339(story.changed),
        authors=tuple(credit.name for credit in item.byline) or (present.settings.publisher,),
        categories=tuple(dict.fromkeys([*terms, *item.tags])),
        image=present.absolute(story.picture.path) if story.picture else None,
    )


def _corrections(story: Story) -> Markup:
    return Markup("").join(
        Markup("<p>更正（{}）：{}</p>\n").format(dates.chinese_day(c.date.day), c.text)
        for c in story.item.corrections
    )
