"""Home, items, text pages and 404. Each view is made from its page's inputs alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from bulletin import views
from bulletin.catalogue import Catalogue
from bulletin.issue import BulletinIssue
from bulletin.outputs.archive import issue_view
from bulletin.outputs.terms import TermCount, activity_counts, district_counts, term_counts, tiles
from bulletin.plan import Page, Template
from bulletin.present import Presenter, byline, minutes, printed
from bulletin.settings import Settings
from bulletin.story import Article, PlacedPage, Story
from bulletin.vocabulary import Term

LATEST = 13  # the lead, six beside it, six below in three columns
ISSUE_TITLES = 8
SERIES = 12  # items of a series that one of them links to


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    yield _home(catalogue)
    issues = {issue.id: issue for issue in catalogue.issues}
    for story in (*catalogue.stories, *catalogue.withdrawn):
        yield _item(catalogue, story, issues.get(story.item.issue))
    for placed in catalogue.pages:
        page = placed.page
        yield Page(
            page.path,
            page.source_path,
            Template("text.html", text),
            {"placed": placed},
            indexed=True,
        )
    inputs = {
        "districts": tuple(Term(t.id, t.name) for t in catalogue.vocabulary.shown_districts),
        "activities": tuple(Term(t.id, t.name) for t in catalogue.vocabulary.shown_activities),
        "latest": catalogue.stories[:5],
    }
    yield Page("404.html", "404", Template("404.html", not_found), inputs)


# --- home


class Front(Struct, frozen=True):
    """What the home page shows."""

    latest: tuple[Story, ...]
    total: int
    districts: tuple[TermCount, ...]
    activities: tuple[TermCount, ...]
    issue: BulletinIssue | None
    issue_stories: tuple[Story, ...]
    newest_year: int | None


def _home(catalogue: Catalogue) -> Page:
    issue = catalogue.issues[0] if catalogue.issues else None
    stories = catalogue.stories
    front = Front(
        latest=stories[:LATEST],
        total=len(stories),
        districts=district_counts(catalogue),
        activities=activity_counts(catalogue),
        issue=issue,
        issue_stories=catalogue.by_issue[issue.id] if issue else (),
        newest_year=max((year for year, _ in catalogue.by_month), default=None),
    )
    changed = stories[0].changed.day.isoformat() if stories else None
    return Page(
        "", "home", Template("home.html", home), {"front": front}, indexed=True, changed=changed
    )


def home(present: Presenter, front: Front) -> Mapping[str, object]:
    settings = present.settings
    lead, latest = _lead(front.latest)
    issue = front.issue
    year = f"news/{front.newest_year:04}/" if front.newest_year else "news/"
    return {
        "site": present.site(),
        "page": present.page(
            "home",
            settings.title,
            settings.description,
            feeds=[(settings.title, "")],
            image=lead.picture if lead else None,
            collection=front.latest,
        ),
        "newest": present.day(front.latest[0].item.date) if front.latest else None,
        "lead": present.card(lead) if lead else None,
        "latest": present.cards(latest),
        "tiles": tiles(present, front.districts),
        "activities": term_counts(present, front.activities),
        "issue": issue_view(present, issue, len(front.issue_stories)) if issue else None,
        "issue_cards": present.cards(front.issue_stories[:ISSUE_TITLES]),
        "total": front.total,
        "matrix_url": present.url("matrix/"),
        "news_url": present.url("news/"),
        "archive_url": present.url(year),
    }


def _lead(stories: Sequence[Story]) -> tuple[Story | None, list[Story]]:
    """The lead and the others: the first of the newest five with a picture, else the first."""
    if not stories:
        return None, []
    lead = next((story for story in stories[:5] if story.picture), stories[0])
    return lead, [story for story in stories if story is not lead]


# --- items


def _item(catalogue: Catalogue, story: Story, issue: BulletinIssue | None) -> Page:
    item = story.item
    gone = story.state == "withdrawn"
    earlier, later = catalogue.neighbours(story)
    series = () if gone or not item.series else catalogue.by_series[item.series]
    return Page(
        item.path,
        item.source_path,
        Template("item.html", article),
        {
            "article": catalogue.articles[item.path],
            "earlier": earlier,
            "later": later,
            "related": () if gone else catalogue.related(story),
            "series": tuple(s for s in reversed(series) if s is not story)[:SERIES],
            "issue": None if gone else issue,
        },
        indexed=story.state == "published",
        changed=story.changed.day.isoformat(),
        pictures=(story.picture.path,) if story.picture else (),
    )


def article(  # noqa: PLR0913 - what an item's page shows
    present: Presenter,
    article: Article,
    earlier: Story | None,
    later: Story | None,
    related: Sequence[tuple[Story, str]],
    series: Sequence[Story],
    issue: BulletinIssue | None,
) -> Mapping[str, object]:
    story = article.story
    item, labels = story.item, dict(present.settings.labels)
    day = item.date.day
    above = [
        (labels["news"], "news/"),
        (f"{day.year}年", f"news/{day.year:04}/"),
        (f"{day.month}月", f"news/{day.year:04}/{day.month:02}/"),
    ]
    shown = story.state != "withdrawn"
    return {
        "site": present.site(),
        "page": present.page(
            "item",
            item.title,
            item.summary if shown else "",
            above if shown else [(labels["news"], "news/")],
            image=story.picture,
            article=story if shown else None,
            indexed=story.state == "published",
        ),
        "item": views.Article(
            **_own(present, article),
            issue=present.link(issue.title, issue.path) if issue else None,
            series_items=tuple(present.link(s.item.title, s.item.path) for s in series),
            earlier=present.headline(earlier),
            later=present.headline(later),
            related=tuple(views.Related(present.card(s), reason) for s, reason in related),
        ),
    }


def _own(present: Presenter, article: Article) -> dict[str, Any]:
    """What an item's page shows of the item itself."""
    story, document = article.story, article.document
    item = story.item
    shown = story.state != "withdrawn"
    return {
        "card": present.card(story),
        "html": present.body(article.body),
        "headings": tuple(views.Heading(h.level, h.id, h.text) for h in document.toc),
        "figures": tuple(present.image(figure) for figure in article.figures),
        "updated": present.date(item.updated) if item.updated else None,
        "byline": byline(item.byline),
        "source": item.source,
        "source_url": item.source_url or None,
        "printed": printed(story),
        "places": tuple(place.name for place in item.places),
        "tags": item.tags if shown else (),
        "series": item.series,
        "characters": document.characters,
        "minutes": minutes(document),
        "corrections": tuple(
            views.Correction(present.date(c.date), c.text) for c in item.corrections
        ),
        "extra": dict(item.extra),
    }


# --- the rest


def text(present: Presenter, placed: PlacedPage) -> Mapping[str, object]:
    page = placed.page
    return {
        "site": present.site(),
        "page": present.page("text", page.title, page.summary),
        "html": present.body(placed.body),
        "headings": tuple(views.Heading(h.level, h.id, h.text) for h in page.document.toc),
    }


def not_found(
    present: Presenter,
    districts: Sequence[Term],
    activities: Sequence[Term],
    latest: Sequence[Story],
) -> Mapping[str, object]:
    return {
        "site": present.site(),
        "page": present.page("404", "没有这一页", "这个地址上没有内容。", indexed=False),
        "districts": tuple(map(present.district, districts)),
        "activities": tuple(map(present.activity, activities)),
        "latest": present.cards(latest),
    }
