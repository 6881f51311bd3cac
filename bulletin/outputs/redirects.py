"""Pages at old addresses that lead to new ones: aliases of items, terms merged into others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from bulletin.catalogue import Catalogue
from bulletin.plan import Page, Template
from bulletin.present import Presenter, activity_path, district_path
from bulletin.settings import Settings


def plan(catalogue: Catalogue, settings: Settings) -> Iterator[Page]:
    for story in (*catalogue.stories, *catalogue.withdrawn):
        for alias in story.item.aliases:
            yield _redirect(alias, story.item.source_path, story.item.title, story.item.path)
    vocabulary = catalogue.vocabulary
    for district in vocabulary.districts:
        if district.replaced_by:
            now = vocabulary.find_district(district.id) or district
            yield _redirect(
                district_path(district), _name(district.name), now.name, district_path(now)
            )
    for activity in vocabulary.activities:
        if activity.replaced_by:
            term = vocabulary.top_activity(vocabulary.find_activity(activity.id) or activity)
            yield _redirect(
                activity_path(activity), _name(activity.name), term.name, activity_path(term)
            )


def _name(term: str) -> str:
    return f"词表里的“{term}”"


def _redirect(path: str, source: str, title: str, target: str) -> Page:
    return Page(path, source, Template("redirect.html", view), {"title": title, "target": target})


def view(present: Presenter, title: str, target: str) -> Mapping[str, object]:
    # The address that counts is the new one.
    page = replace(
        present.page("redirect", title, "", indexed=False), absolute_url=present.absolute(target)
    )
    return {"site": present.site(), "page": page, "target": present.link(title, target)}
