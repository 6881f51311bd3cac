"""What the built files are: valid, well-formed, light, and without a link to nothing."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin
from xml.etree import ElementTree as ET

import pytest

from tests.browser.conftest import Site
from tools.validator import NoCheckerError, find_checker

pytestmark = pytest.mark.browser

BASE = "https://bulletin.example.org/"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"
KIB = 1024
# Messages of the checker that stand, each a part of its words with the reason.
DEVIATIONS: dict[str, str] = {}
# The elements and attributes that make a browser fetch or follow an address.
ADDRESSES = {
    "a": ("href",),
    "link": ("href",),
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "form": ("action",),
    "button": ("data-copy",),
}


@dataclass(slots=True)
class Document(HTMLParser):
    """What a page says of itself, and where it points."""

    file: Path
    html: str
    language: str = ""
    title: str = ""
    canonical: str = ""
    indexed: bool = True
    moved: bool = False
    ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tags: Counter[str] = field(default_factory=Counter)
    inline: list[str] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    _within: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.ids += [values["id"]] if "id" in values else []
        for name in ADDRESSES.get(tag, ()):
            parts = values.get(name, "").split(",") if name == "srcset" else [values.get(name)]
            self.addresses += [part.split()[0] for part in parts if part]
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "link" and values.get("rel") == "canonical":
            self.canonical = values["href"]
        if tag == "meta":
            self.indexed &= "noindex" not in values.get("content", "")
            self.moved |= values.get("http-equiv") == "refresh"
        data = tag == "script" and values.get("type") == "application/ld+json"
        self._within = "json" if data else tag
        if tag == "style" or (tag == "script" and not data and "src" not in values):
            self.inline.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "title":
            self.title += data
        elif self._within == "json":
            self.json_ld.append(data)


@cache
def documents(site: Site) -> tuple[Document, ...]:
    files = sorted(site.folder.rglob("*.html"))
    return tuple(Document(file, file.read_text("utf-8")) for file in files)


def files_of(site: Site, *names: str) -> list[Path]:
    return sorted(file for name in names for file in site.folder.rglob(name))


def place(site: Site, file: Path) -> str:
    return file.relative_to(site.folder).as_posix()


# --- HTML


def test_the_checker_finds_nothing_in_any_page(site: Site) -> None:
    try:
        checker = find_checker()
    except NoCheckerError as missing:
        pytest.fail(str(missing))
    own = ["--format", "json", "--skip-non-html", "--exit-zero-always", str(site.folder)]
    done = subprocess.run([*checker, *own], capture_output=True, text=True, check=True)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    found = [
        f"{message['url'].removeprefix(site.folder.as_uri())}:{message.get('lastLine')}:"
        f" {message['message']}"
        for message in messages
        if not any(words in message["message"] for words in DEVIATIONS)
    ]
    assert found == []


def test_every_page_has_one_heading_a_language_and_its_own_ids(site: Site) -> None:
    for document in documents(site):
        name = place(site, document.file)
        assert (name, document.tags["h1"]) == (name, 1)
        assert (name, document.tags["main"]) == (name, 1)
        assert (name, document.language) == (name, "zh-Hans")
        assert (name, Counter(document.ids).most_common(1)[0][1]) == (name, 1)


def test_no_two_pages_have_one_title(site: Site) -> None:
    titles = Counter(document.title for document in documents(site) if not document.moved)
    assert [title for title, count in titles.items() if count > 1] == []
    assert all(titles)


def test_nothing_is_inline(site: Site) -> None:
    assert [place(site, d.file) for d in documents(site) if d.inline] == []


def test_every_json_ld_is_json_with_a_type(site: Site) -> None:
    kinds = Counter(json.loads(text)["@type"] for d in documents(site) for text in d.json_ld)
    assert kinds["NewsArticle"] >= 40
    assert kinds["BreadcrumbList"]


def test_every_page_names_its_own_address(site: Site) -> None:
    for document in documents(site):
        if document.indexed:
            name = place(site, document.file)
            assert unquote(document.canonical) == BASE + name.removesuffix("index.html")


# --- links


def broken(site: Site, document: Document, anchors: dict[str, set[str]]) -> list[str]:
    """The addresses of a page that lead to nothing within the site."""
    lost = []
    for address in document.addresses:
        full, _, anchor = urljoin(BASE + place(site, document.file), address).partition("#")
        if not full.startswith(BASE):
            assert full.startswith(("https://", "http://", "mailto:")), address
            continue
        path = unquote(full.removeprefix(BASE))
        target = path + "index.html" if path.endswith("/") or not path else path
        found = (site.folder / target).is_file()
        if not found or (anchor and unquote(anchor) not in anchors.get(target, ())):
            lost.append(address)
    return lost


def test_no_link_and_no_picture_leads_to_nothing(site: Site) -> None:
    anchors = {place(site, d.file): set(d.ids) for d in documents(site)}
    lost = {
        place(site, d.file): found for d in documents(site) if (found := broken(site, d, anchors))
    }
    assert lost == {}
    assert sum(len(d.addresses) for d in documents(site)) > 1000


def test_a_link_to_nothing_would_be_seen(site: Site) -> None:
    file = site.folder / "about" / "index.html"
    html = '<a href="../">1</a><a href="../x/">2</a><a href="#no">3</a><img src="y.svg">'
    assert broken(site, Document(file, html), {}) == ["../x/", "#no", "y.svg"]


# --- feeds and the sitemap


def test_every_xml_file_is_well_formed(site: Site) -> None:
    files = files_of(site, "*.xml", "*.svg")
    assert len(files) > 30
    for file in files:
        ET.parse(file)


def test_every_atom_feed_has_what_readers_need(site: Site) -> None:
    ids: dict[str, str] = {}
    for file in files_of(site, "feed.xml"):
        feed = ET.parse(file).getroot()
        assert feed.tag == ATOM + "feed"
        for entry in (feed, *feed.findall(ATOM + "entry")):
            for name in ("id", "title", "updated"):
                assert (entry.findtext(ATOM + name) or "").strip(), (file, name)
        assert feed.findtext(f"{ATOM}author/{ATOM}name")
        own = feed.find(f"{ATOM}link[@rel='self']")
        assert own is not None
        assert own.get("href") == BASE + place(site, file)
        assert ids.setdefault(feed.findtext(ATOM + "id") or "", str(file)) == str(file)


def test_every_json_feed_has_what_readers_need(site: Site) -> None:
    files = files_of(site, "feed.json")
    assert len(files) == len(files_of(site, "feed.xml"))
    for file in files:
        feed = json.loads(file.read_text("utf-8"))
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["title"]
        assert feed["feed_url"] == BASE + place(site, file)
        assert feed["home_page_url"].startswith(BASE)
        for item in feed["items"]:
            assert {"id", "url", "title", "content_html", "date_published"} <= item.keys()
            assert item["url"].startswith(BASE)
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", item["date_published"])


def test_feeds_have_only_addresses_that_stand_alone(site: Site) -> None:
    for file in files_of(site, "feed.json"):
        for item in json.loads(file.read_text("utf-8"))["items"]:
            relative = re.findall(
                r'(?:href|src)="(?!https?:|mailto:|#)[^"]*"', item["content_html"]
            )
            assert (file, relative) == (file, [])


def test_the_sitemap_lists_what_may_be_found_and_nothing_else(site: Site) -> None:
    root = ET.parse(site.folder / "sitemap.xml").getroot()
    listed = [unquote(loc.text or "") for loc in root.iter(SITEMAP + "loc")]
    assert len(listed) == len(set(listed))
    assert set(listed) == {unquote(d.canonical) for d in documents(site) if d.indexed}
    for loc in root.iter(IMAGE + "loc"):
        assert (site.folder / unquote((loc.text or "").removeprefix(BASE))).is_file()
    assert f"Sitemap: {BASE}sitemap.xml" in (site.folder / "robots.txt").read_text("utf-8")


# --- weight


def test_a_page_of_an_item_is_at_most_20_kib(site: Site) -> None:
    items = [d for d in documents(site) if '<article class="item"' in d.html]
    assert len(items) >= 40
    sizes = {place(site, d.file): len(d.html.encode()) for d in items}
    assert {name: size for name, size in sizes.items() if size > 20 * KIB} == {}


@pytest.mark.parametrize(("ending", "most"), [("css", 25 * KIB), ("js", 15 * KIB)])
def test_styles_and_scripts_are_light(site: Site, ending: str, most: int) -> None:
    files = files_of(site, f"*.{ending}")
    assert files
    assert sum(file.stat().st_size for file in files) <= most


def test_the_stylesheet_points_at_nothing_elsewhere(site: Site) -> None:
    for file in files_of(site, "*.css"):
        assert re.findall(r"url\(|@import", file.read_text("utf-8")) == []
