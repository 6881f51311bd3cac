"""sitemap.xml with pictures, split where it would be too long, and robots.txt that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bulletin import views
from bulletin.plan import Page, Template
from bulletin.present import Presenter

LIMIT = 50_000  # addresses in one file, by the protocol of sitemaps.org
Line = tuple[str, str | None, tuple[str, ...]]


def plan(pages: Sequence[Page]) -> Iterator[Page]:
    """Lists those of ``pages`` that search engines may show."""
    lines: list[Line] = sorted(
        (page.path, page.changed, page.pictures) for page in pages if page.indexed
    )
    yield Page("robots.txt", "robots.txt", Template("robots.txt", robots))
    if len(lines) <= LIMIT:
        yield Page(
            "sitemap.xml", "sitemap", Template("sitemap.xml", sitemap), {"lines": tuple(lines)}
        )
        return
    parts = [tuple(lines[start : start + LIMIT]) for start in range(0, len(lines), LIMIT)]
    names = tuple(f"sitemap-{number}.xml" for number in range(1, len(parts) + 1))
    for name, part in zip(names, parts, strict=True):
        yield Page(name, "sitemap", Template("sitemap.xml", sitemap), {"lines": part})
    yield Page("sitemap.xml", "sitemap", Template("sitemap-index.xml", index), {"names": names})


def sitemap(present: Presenter, lines: Sequence[Line]) -> Mapping[str, object]:
    addresses = tuple(
        views.Address(present.absolute(path), changed, tuple(map(present.absolute, pictures)))
        for path, changed, pictures in lines
    )
    return {"addresses": addresses}


def index(present: Presenter, names: Sequence[str]) -> Mapping[str, object]:
    return {"sitemaps": tuple(map(present.absolute, names))}


def robots(present: Presenter) -> Mapping[str, object]:
    return {"sitemap": present.absolute("sitemap.xml")}
