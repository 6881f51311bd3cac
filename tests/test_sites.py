"""Whole small sites, with what is promised of them; ``make golden`` writes the promises anew.

``sites/<name>/expected/files.txt`` names the files of the site (* for the digest of an asset).
Any other file of ``expected/`` is compared with the one of that name; ``index.html.txt`` holds
the text of a page's ``<main>``. ``sites/broken-*/expected-problems.txt`` holds the Problems.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
import yaml

from bulletin.problem import BulletinError, Exit
from tests.conftest import PROJECT, SITE, Html, Root, item, tree, words_of

pytestmark = pytest.mark.disk

CopySite = Callable[[str], Root]
FOLDER = PROJECT / "tests" / "sites"
BROKEN = sorted(path.name for path in FOLDER.glob("broken-*"))
SITES = sorted({path.name for path in FOLDER.iterdir() if path.is_dir()} - set(BROKEN))
BASES = {
    "minimal": "http://localhost/",
    "another-city": "https://tianshan.example/",
    "paged": "https://paged.example/",
    "sub-path": "https://x.org/bulletin/",
}
GOLDEN = bool(os.environ.get("GOLDEN"))
ATOM = "{http://www.w3.org/2005/Atom}"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Root:
    """The site that the test is about, built for its address; to be read only."""
    root = Root(tmp_path_factory.mktemp("sites") / request.param)
    shutil.copytree(FOLDER / request.param / "content", root.path / "content")
    root.build(base_url=BASES[request.param])
    return root


every_site = pytest.mark.parametrize("built", SITES, indirect=True)


def test_the_sites_are_all_here() -> None:
    assert set(SITES) == set(BASES)
    assert len(BROKEN) >= 6


# --- what is promised


@every_site
def test_the_files_of_the_site(built: Root) -> None:
    names = [re.sub(r"^(assets/.+)\.[0-9a-f]{8}\.", r"\1.*.", name) for name in built.files()]
    compare(built.path.name, "files.txt", "".join(f"{name}\n" for name in names))


def promised() -> Iterator[tuple[str, str]]:
    for name in SITES:
        folder = FOLDER / name / "expected"
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != "files.txt":
                yield name, path.relative_to(folder).as_posix()


@pytest.mark.parametrize(("built", "file"), list(promised()), indirect=["built"], ids=str)
def test_a_promised_file(built: Root, file: str) -> None:
    name = file.removesuffix(".txt") if file.endswith(".html.txt") else file
    text = built.text(name)
    if name != file:
        text = words_of(built.html(name).all("main")[0])
    compare(built.path.name, file, text)


def compare(name: str, file: str, text: str) -> None:
    expected = FOLDER / name / "expected" / file
    if GOLDEN:
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


# --- every address of every page leads somewhere


def addresses(root: Root) -> Iterator[tuple[str, str]]:
    """Each address that a file of the site holds, with the file."""
    for name in root.files():
        text = root.text(name) if name.endswith((".html", ".xml", ".json")) else ""
        if name.endswith(".html"):
            page = Html(text)
            found = [*page.references(), *_urls(page.json_ld())]
        elif name.endswith("feed.xml"):
            found = list(_of_feed(ET.fromstring(text), name))
        elif name == "sitemap.xml":
            found = [element.text or "" for element in ET.fromstring(text).iter(LOC)]
        else:
            found = list(_urls(json.loads(text))) if name.endswith(".json") else []
        yield from ((name, address) for address in found)


def _of_feed(feed: ET.Element, name: str) -> Iterator[str]:
    for element in feed.iter():
        if "href" in element.attrib:
            yield element.attrib["href"]
        if element.tag == f"{ATOM}id":
            yield element.text or ""
        if element.tag == f"{ATOM}content":
            content = Html(element.text or "")
            ids = {e.attributes.get("id") for e in content.elements}
            for address in content.references():
                if address.startswith("#"):  # a footnote, which the feed brings along
                    assert unquote(address[1:]) in ids, (name, address)
                else:
                    assert urlsplit(address).scheme, (name, address)
                    yield address


def _urls(value: object) -> Iterator[str]:
    """The addresses of a JSON value: every text that is one."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _urls(inner)
    elif isinstance(value, str) and re.match(r"https?://", value):
        yield value


def target(base: str, name: str, address: str) -> tuple[str, str] | None:
    """The file and the fragment that an address means, seen from a file; None: elsewhere."""
    assert address.count("../") <= name.count("/"), f"{address} on {name} leads out of the site"
    here = base + quote(name.removesuffix("index.html"))
    there, _, fragment = urljoin(here, address).partition("#")
    if not there.startswith(base):
        own = urlsplit(base).netloc
        assert urlsplit(there).netloc != own, f"{address} on {name} leads out of the site"
        return None
    file = unquote(there.removeprefix(base))
    return (file + "index.html" if file.endswith("/") or not file else file), unquote(fragment)


@every_site
def test_every_address_of_every_file_leads_to_a_file_and_to_a_place_in_it(built: Root) -> None:
    base, files = BASES[built.path.name], set(built.files())
    ids: dict[str, set[str]] = {}
    seen = 0
    for name, address in addresses(built):
        found = target(base, name, address)
        if found is None:
            continue
        file, fragment = found
        assert file in files, f"{address} on {name}"
        if fragment:
            if file not in ids:
                ids[file] = {e.attributes.get("id", "") for e in built.html(file).elements}
            assert fragment in ids[file], f"{address} on {name}"
        seen += 1
    assert seen > 500


@every_site
def test_every_page_names_itself(built: Root) -> None:
    base = BASES[built.path.name]
    for name in built.files():
        if not name.endswith(".html") or name.startswith("old"):
            continue
        page = built.html(name)
        canonical = [e for e in page.all("link") if e.attributes.get("rel") == "canonical"]
        refreshed = any(e.attributes.get("http-equiv") for e in page.all("meta"))
        assert len(canonical) == 1, name
        if not refreshed:
            assert canonical[0].attributes["href"] == base + name.removesuffix("index.html")
        assert len(page.all("h1")) == 1, name
        assert len(page.all("title")) == 1, name


@every_site
def test_every_id_of_a_page_is_there_once(built: Root) -> None:
    for name in built.files():
        if name.endswith(".html"):
            found = [e.attributes["id"] for e in built.html(name).elements if "id" in e.attributes]
            assert len(found) == len(set(found)), name


@every_site
def test_every_xml_and_json_file_can_be_read(built: Root) -> None:
    for name in built.files():
        if name.endswith((".xml", ".svg")):
            ET.fromstring(built.text(name))
        elif name.endswith(".json"):
            json.loads(built.text(name))


# --- minimal


def test_minimal_borrows_the_vocabularies_of_the_project(copy_site: CopySite) -> None:
    root = copy_site("minimal")
    assert sorted(path.name for path in (root.path / "content").iterdir()) == ["news", "site.yaml"]
    report = root.build()
    assert (report.items, report.problems) == (1, ())
    assert "职工书屋开门" in root.text("districts/miyun/culture/index.html")


# --- another city


def test_another_city_holds_no_word_of_beijing(copy_site: CopySite) -> None:
    root = copy_site("another-city")
    root.build()
    lent = yaml.safe_load((PROJECT / "content/districts.yaml").read_text("utf-8"))["districts"]
    words = {"北京", "首都", "京城", "Beijing", "Peking", "Asia/Shanghai", "+08:00"}
    for district in lent:
        words |= {district["id"], district["name"], district["short"]} - {"city", "市级"}
    assert {"密云", "miyun", "经开区"} <= words
    # As letters stand in CSS and addresses, a short Latin id must be a word of its own.
    pattern = re.compile(
        "|".join(
            rf"\b{w}\b" if w.isalpha() and w.isascii() else re.escape(w) for w in sorted(words)
        )
    )
    for name in root.files():
        assert not pattern.search(name), name
        found = pattern.search((root.site / name).read_bytes().decode())
        assert not found, f"{found} in {name}"


def test_another_city_has_its_own_time(copy_site: CopySite) -> None:
    root = copy_site("another-city")
    root.build()
    page = root.html("news/2025/06/10/ski-class/index.html")
    assert "2025-06-11T18:00:00+06:00" in [e.attributes["datetime"] for e in page.all("time")]
    assert "2025-05-01T09:30:00+06:00" in root.text("feed.xml")
    # A moment without an offset is meant in the site's own zone.
    for minute, count in ((29, 0), (30, 1)):
        naive = datetime(2025, 5, 1, 9, minute)  # noqa: DTZ001 - its zone is what is asked
        assert root.build(now=naive).items == count


# --- paged: lists are numbered from the oldest page


def titles(root: Root, file: str) -> list[str]:
    return [e.text.strip() for e in root.html(file).all("h2", "card-title")]


def test_paged_lists_are_numbered_from_the_oldest(copy_site: CopySite) -> None:
    root = copy_site("paged")
    root.build()
    assert titles(root, "news/page/1/index.html") == [f"第{n:02}条" for n in range(10, 0, -1)]
    assert titles(root, "news/page/3/index.html") == [f"第{n:02}条" for n in range(30, 20, -1)]
    assert titles(root, "news/index.html") == [f"第{n:02}条" for n in range(45, 30, -1)]
    assert not (root.site / "news/page/4").exists()


@pytest.mark.parametrize(("more", "kept", "newest"), [(1, 3, 16), (4, 3, 19), (5, 4, 10)])
def test_paged_new_items_leave_old_pages_as_they_are(
    copy_site: CopySite, more: int, kept: int, newest: int
) -> None:
    root = copy_site("paged")
    root.build()
    before = tree(root.site)
    for n in range(more):
        root.write(
            {f"content/news/new-{n}.md": item("新", date="2025-01-01", districts="[东岸区]")}
        )
    root.build()
    after = tree(root.site)
    assert len(titles(root, "news/index.html")) == newest
    for number in range(1, kept):  # the newest numbered page learns of its newer neighbour
        name = f"news/page/{number}/index.html"
        if number < 3 or kept == 3:
            assert after[name] == before[name], name
    assert (root.site / f"news/page/{kept}").exists()
    assert not (root.site / f"news/page/{kept + 1}").exists()


def test_paged_the_pages_lead_from_one_to_the_next(copy_site: CopySite) -> None:
    root = copy_site("paged")
    root.build()
    way, name = [], "news/index.html"
    while name:
        way.append(name)
        older = [e for e in root.html(name).all("a") if e.attributes.get("rel") == "next"]
        found = target(BASES["paged"], name, older[0].attributes["href"]) if older else None
        name = found[0] if found else ""
    numbered = [f"news/page/{number}/index.html" for number in (3, 2, 1)]
    assert way == ["news/index.html", *numbered]


# --- a site below a path


def test_sub_path_404_works_at_any_address(copy_site: CopySite) -> None:
    root = copy_site("sub-path")
    root.build(base_url=BASES["sub-path"])
    for address in root.html("404.html").references():
        assert address.startswith(("/bulletin/", "https://x.org/bulletin/", "#")), address


def test_sub_path_other_pages_are_relative_and_work_in_any_folder(copy_site: CopySite) -> None:
    root = copy_site("sub-path")
    root.build(base_url=BASES["sub-path"])
    for name in root.files():
        if name.endswith(".html") and name != "404.html":
            for element in root.html(name).all("a"):
                assert not element.attributes.get("href", "").startswith(("/", "https://x.org"))


def test_sub_path_the_settings_say_the_same_as_the_option(copy_site: CopySite) -> None:
    root = copy_site("sub-path")
    root.build(base_url=BASES["sub-path"])
    expected = tree(root.site)
    settings = root.path / "content/site.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(re.sub("base_url: .*", f"base_url: {BASES['sub-path']}", text), "utf-8")
    root.build()
    assert tree(root.site) == expected


def test_sub_path_a_link_to_the_home_page_leads_there(copy_site: CopySite) -> None:
    root = copy_site("sub-path")
    root.build(base_url=BASES["sub-path"])
    links = [e for e in root.html("about/index.html").all("a") if e.text == "首页"]
    ends = [target(BASES["sub-path"], "about/index.html", e.attributes["href"]) for e in links]
    assert ends == [("index.html", "")] * 2  # of the breadcrumbs, of the text


# --- broken sites


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_site_tells_all_its_problems_and_stays_as_it_was(
    copy_site: CopySite, make_root: Callable[..., Root], name: str
) -> None:
    good, root = make_root({"content/news/a.md": item()}, name="good"), copy_site(name)
    good.build()
    good.site.rename(root.site)
    before = tree(root.site)
    with pytest.raises(BulletinError) as caught:
        root.build()
    found = "".join(f"{p.code} {p.path}:{p.line}:{p.column}\n" for p in caught.value.problems)
    expected = FOLDER / name / "expected-problems.txt"
    if GOLDEN:
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")
    assert tree(root.site) == before
    assert caught.value.exit in (Exit.CONTENT, Exit.CANNOT_START)


def test_a_mended_site_is_built(copy_site: CopySite) -> None:
    root = copy_site("broken-items")
    for path in sorted((root.path / "content/news").iterdir()):
        path.unlink()
    root.write({"content/site.yaml": SITE, "content/news/a.md": item(districts=None)})
    assert root.build().items == 1
