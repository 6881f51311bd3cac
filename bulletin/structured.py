"""What machines are told about a page: JSON-LD by schema.org."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

from bulletin import dates
from bulletin.item import Credit
from bulletin.settings import SiteFacts
from bulletin.story import Story

CONTEXT = "https://schema.org"
HEADLINE_LIMIT = 110  # what search engines take of a headline


def script(value: Mapping[str, Any]) -> Markup:
    """``value`` as the text of a script element that no title can break out of."""
    text = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - nothing of HTML is left in it


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """``trail``: names and absolute addresses from the home page to this one."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(trail, start=1)
        ],
    }


def collection(
    name: str, url: str, items: Iterable[tuple[str, str]], settings: SiteFacts
) -> dict[str, Any]:
    """A list page; ``items``: titles and absolute addresses in the order shown."""
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "name": name,
        "url": url,
        "inLanguage": settings.language,
        "isPartOf": {"@type": "WebSite", "name": settings.title, "url": settings.base_url},
        "mainEntity": {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "name": title, "url": address}
                for place, (title, address) in enumerate(items, start=1)
            ],
        },
    }


def news_article(
    story: Story, settings: SiteFacts, absolute: Callable[[str], str]
) -> dict[str, Any]:
    """An item; ``absolute`` makes a path an absolute address."""
    item = story.item
    places = [place.name for place in item.places] or [term.name for term in story.districts]
    value = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "headline": item.title[:HEADLINE_LIMIT],
        "alternativeHeadline": item.subtitle or item.kicker,
        "description": item.summary,
        "url": absolute(item.path),
        "mainEntityOfPage": absolute(item.path),
        "inLanguage": settings.language,
        "datePublished": dates.rfc3339(item.date),
        "dateModified": dates.rfc3339(story.changed),
        "dateline": "、".join(places),
        "articleSection": [term.name for term in story.activities],
        "keywords": list(item.tags),
        "author": [_author(credit) for credit in item.byline]
        or [_organization(settings.publisher)],
        "publisher": _organization(settings.publisher),
        "sourceOrganization": _organization(item.source) if item.source else None,
        "isBasedOn": item.source_url,
        "image": absolute(story.picture.path) if story.picture else None,
        "contentLocation": [{"@type": "Place", "name": name} for name in places],
        "printEdition": item.edition,
        "printPage": item.page,
        "correction": [
            {"@type": "CorrectionComment", "text": c.text, "datePublished": dates.rfc3339(c.date)}
            for c in item.corrections
        ],
    }
    return {key: said for key, said in value.items() if said}


def _author(credit: Credit) -> dict[str, Any]:
    """A desk such as 编辑部 is an organisation, and so is what ends like one; others are people."""
    if credit.name.endswith(("部", "室", "组", "会", "社", "中心", "局")):
        return _organization(credit.name)
    person: dict[str, Any] = {"@type": "Person", "name": credit.name}
    if credit.org:
        person["affiliation"] = _organization(credit.org)
    return person


def _organization(name: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": name}
