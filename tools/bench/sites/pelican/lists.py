"""What Pelican has no lists for: crossings, JSON feeds, neighbours and related items."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

FEED = 20
RELATED = 4


def register() -> None:
    signals = importlib.import_module("pelican.plugins.signals")
    signals.article_generator_finalized.connect(prepare)
    signals.article_writer_finalized.connect(write)


def prepare(generator: Any) -> None:
    """Give each article its terms, neighbours and related ones, and templates the lists."""
    articles = generator.articles
    lists: dict[str, list[Any]] = defaultdict(list)
    for place, article in enumerate(articles):
        paths = [tag.slug for tag in article.tags]
        names = generator.settings["TERMS"]
        article.terms = [(path, names[path]) for path in paths]
        article.districts = [p for p in paths if p.startswith("districts/")]
        article.activities = [p for p in paths if p.startswith("activities/")]
        article.crossings = [
            f"{d}/{a.removeprefix('activities/')}"
            for d in article.districts
            for a in article.activities
        ]
        article.characters = len(re.sub(r"<[^>]*>|\s", "", article.content))
        article.later = articles[place - 1] if place else None
        article.earlier = articles[place + 1] if place + 1 < len(articles) else None
        for path in [*article.crossings, *paths]:
            lists[path].append(article)
    for article in articles:
        article.related = related(article, lists)
    generator.context["lists"] = lists
    generator.context["months_of"] = months_of


def related(article: Any, lists: dict[str, list[Any]]) -> list[Any]:
    found: dict[int, Any] = {}
    for path in [*article.crossings, *article.activities, *article.districts]:
        for other in lists[path][: RELATED + 1]:
            if other is not article and len(found) < RELATED:
                found[id(other)] = other
    return list(found.values())


def months_of(articles: list[Any]) -> list[tuple[int, int, int]]:
    """Year, month and number of articles, in the order of the articles."""
    counts = Counter((article.date.year, article.date.month) for article in articles)
    return [(*month, count) for month, count in counts.items()]


def write(generator: Any, writer: Any) -> None:
    context = generator.context
    template = generator.get_template("tag")
    for path, articles in context["lists"].items():
        if path.count("/") > 1:
            writer.write_file(
                f"{path}/index.html",
                template,
                context,
                articles=articles,
                dates=articles,
                paginated={"articles": articles, "dates": articles},
                template_name="tag",
                page_name=path,
                crossing=path,
                url=f"{path}/",
            )
        else:
            write_feed(Path(writer.output_path), path + "/", articles, generator.settings)
    write_feed(Path(writer.output_path), "", generator.articles, generator.settings)


def write_feed(output: Path, path: str, articles: list[Any], settings: Any) -> None:
    home = f"{settings['SITEURL']}/"
    title = settings["TERMS"].get(path.rstrip("/"), settings["SITENAME"])
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{settings['SITENAME']} · {title}",
        "home_page_url": home + path,
        "feed_url": f"{home}{path}feed.json",
        "language": "zh-Hans",
        "authors": [{"name": settings["SITENAME"]}],
        "items": [entry(article, home) for article in articles[:FEED]],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (output / path / "feed.json").write_text(text + "\n", "utf-8")


def entry(article: Any, home: str) -> dict[str, Any]:
    return {
        "id": home + article.url,
        "url": home + article.url,
        "title": article.title,
        "summary": article.summary,
        "content_html": article.content,
        "date_published": article.date.isoformat(),
        "date_modified": article.date.isoformat(),
        "authors": [{"name": article.author.name}],
        "tags": [name for _, name in article.terms],
    }
