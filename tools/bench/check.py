"""Whether a site that was built is whole: items with their text, lists with their items."""

from __future__ import annotations

import html
import os
import random
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.corpus import ACTIVITIES, DISTRICTS, SEED, News, news

SAMPLE = 12
OWN_NOTES = ".bulletin"  # our folder of notes in a site; no part of what readers see
NEAR = 0.1  # how far a peer's site may be from ours, in bytes and in files
FEEDS = ("feed.xml", "feed.json")


@dataclass(frozen=True, slots=True)
class Size:
    """How much a site is."""

    files: int
    size: int  # bytes


def measure(site: Path) -> Size:
    files, size = 0, 0
    for folder, folders, names in os.walk(site):
        if OWN_NOTES in folders:
            folders.remove(OWN_NOTES)
        files += len(names)
        size += sum((Path(folder) / name).stat().st_size for name in names)
    return Size(files, size)


def check_site(label: str, site: Path, count: int) -> Size:
    """Fail with what is missing; else the site's size."""
    items = sum(1 for _ in site.glob("news/*/*/*/item-*/index.html"))
    if items != count:
        sys.exit(f"{label}: {items} pages of items in {site}, not {count}")
    random_ = random.Random(SEED)  # noqa: S311 - sameness is what is wanted
    numbers = {0, count - 1, *random_.sample(range(count), min(SAMPLE, count))}
    missing = [fault for number in sorted(numbers) for fault in _missing(site, news(number, count))]
    missing += _missing_feeds(site, news(count - 1, count))
    if missing:
        sys.exit(f"{label}: {site} has not\n  " + "\n  ".join(missing[:20]))
    _pages.cache_clear()
    return measure(site)


def check_alike(label: str, theirs: Size, ours: Size) -> None:
    for what, own, other in (
        ("bytes", ours.size, theirs.size),
        ("files", ours.files, theirs.files),
    ):
        if abs(other - own) > NEAR * own:
            sys.exit(f"{label} has {other:,} {what}, ours {own:,}: the sites are not equal")


def _missing(site: Path, one: News) -> list[str]:
    """What a site has not of an item: text on its page, and its place in each of its lists."""
    page = _plain((site / one.address / "index.html").read_text("utf-8"))
    wanted = [one.title, one.summary, one.source, *(_plain_markdown(p) for p in one.paragraphs)]
    missing = [f"{one.address}: {text}" for text in wanted if text not in page]
    for path in _lists(one):
        told = _pages(site, path)
        if one.address not in told or one.title not in told:
            missing.append(f"{path}: {one.title}")
    if one.address not in _sitemap(site):
        missing.append(f"sitemap: {one.address}")
    return missing


def _missing_feeds(site: Path, newest: News) -> list[str]:
    """Feeds that are not there, or without the newest item of their list."""
    missing = [name for name in FEEDS if not (site / name).is_file()]
    for folder in _feeds(newest):
        for name in FEEDS:
            file = site / folder / name
            if not file.is_file() or newest.title not in file.read_text("utf-8"):
                missing.append(f"{folder}{name}: {newest.title}")
    return missing


def _feeds(one: News) -> list[str]:
    districts = [f"districts/{DISTRICTS[name]}/" for name in one.districts]
    return [*districts, *(f"activities/{ACTIVITIES[name]}/" for name in one.activities)]


def _lists(one: News) -> list[str]:
    crossings = [
        f"districts/{DISTRICTS[district]}/{ACTIVITIES[activity]}/"
        for district in one.districts
        for activity in one.activities
    ]
    return ["news/", f"news/{one.day:%Y/%m}/", *_feeds(one), *crossings]


@cache
def _pages(site: Path, path: str) -> str:
    """All pages of a list, one after another."""
    folder = site / path
    files = [folder / "index.html", *folder.glob("page/*/index.html")]
    return "".join(file.read_text("utf-8") for file in files if file.is_file())


@cache
def _sitemap(site: Path) -> str:
    return "".join(file.read_text("utf-8") for file in sorted(site.glob("sitemap*.xml")))


def _plain(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def _plain_markdown(text: str) -> str:
    return text.replace("**", "")


def difference(site: Path, clean: Path) -> list[str]:
    """Files that are only in one of two sites, or not the same in both."""
    ours, theirs = _files(site), _files(clean)
    wrong = [f"{name} should not be there" for name in sorted(ours - theirs)]
    wrong += [f"{name} is missing" for name in sorted(theirs - ours)]
    wrong += [
        f"{name} is not as in a clean build"
        for name in sorted(ours & theirs)
        if (site / name).read_bytes() != (clean / name).read_bytes()
    ]
    return wrong


def _files(site: Path) -> set[str]:
    return {
        file.relative_to(site).as_posix()
        for file in site.rglob("*")
        if file.is_file() and OWN_NOTES not in file.parts
    }
