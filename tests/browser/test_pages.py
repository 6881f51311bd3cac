"""What readers are promised of every type of page, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import PAGES, REDIRECT, Open, Site, Visit

pytestmark = pytest.mark.browser

PHONE, TABLET, DESK = 360, 768, 1440
# WCAG 2.2 AA and good practice, and from AAA the contrast of 7:1.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
SIDEWAYS = """() => {
    const root = document.scrollingElement;
    return root.scrollWidth - root.clientWidth;
}"""
# Links, buttons and cells whose words do not fit into them.
SPILT = """() => [...document.querySelectorAll("a, button, td, th")]
    .filter(e => e.checkVisibility() && !/^inline$|contents/.test(getComputedStyle(e).display))
    .filter(e => !e.matches(".skip") && Math.max(
        e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight) > 2)
    .map(e => e.innerText)
"""
# Of each text, the contrast of its colour with the ground it stands on: axe gives up where a
# link covers a whole card. Every ground of the site is one flat colour.
FAINT = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = element => {
        for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return colour;
        }
    };
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const faint = new Set();
    for (let node; (node = walk.nextNode());) {
        if (!node.data.trim() || !node.parentElement.checkVisibility()) continue;
        const own = light(getComputedStyle(node.parentElement).color);
        const its = light(ground(node.parentElement));
        const ratio = (Math.max(own, its) + 0.05) / (Math.min(own, its) + 0.05);
        if (ratio < 7) faint.add(`${ratio.toFixed(2)} ${node.data.trim().slice(0, 20)}`);
    }
    return [...faint];
}"""
# Links and buttons that a finger could miss; those within a sentence are left out, as WCAG does.
SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select")]
    .filter(e => e.checkVisibility() && !e.closest("p, dd, figcaption, .skip, .body, .hidden"))
    .map(e => [e.getBoundingClientRect(), e])
    .filter(([box, e]) => box.width && (box.height < 43.5 || box.width < 43.5))
    .filter(([box, e]) => getComputedStyle(e, "::after").position !== "absolute")
    .map(([box, e]) => `${Math.round(box.width)}×${Math.round(box.height)} ${e.innerText}`)
"""

kinds = pytest.mark.parametrize("kind", PAGES)


def axe_finds(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe has against the page: all of it, or what some rules have."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS},
        "rules": {} if only else {"color-contrast-enhanced": {"enabled": True}},
        "resultTypes": ["violations"],
    }
    found = cast("dict[str, Any]", page.evaluate("options => axe.run(document, options)", options))
    return [
        f"{violation['id']}: {node['target']} {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def faults_of(visit: Visit, kind: str) -> list[str]:
    return [fault for fault in visit.faults if kind != "not found" or "404" not in fault]


# --- every type of page, as it looks and as it is read aloud


@kinds
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_page_opens_without_a_fault_and_axe_finds_nothing_by_day_or_night(
    visit: Open, kind: str, width: int
) -> None:
    opened = visit(kind, width=width)
    assert faults_of(opened, kind) == []
    assert opened.page.evaluate(SIDEWAYS) == 0
    assert axe_finds(opened.page) == []
    assert opened.page.evaluate(FAINT) == []
    opened.page.emulate_media(color_scheme="dark")
    assert axe_finds(opened.page, CONTRAST) == []
    assert opened.page.evaluate(FAINT) == []


@kinds
def test_no_width_and_no_size_of_text_hides_words_or_scrolls_sideways(
    visit: Open, kind: str
) -> None:
    page = visit(kind).page
    for size in ("100%", "150%", "200%"):
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        for width in (320, PHONE, TABLET, 1024, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            assert (size, width, page.evaluate(SIDEWAYS)) == (size, width, 0)
            assert (size, width, page.evaluate(SPILT)) == (size, width, [])


@kinds
def test_a_finger_does_not_miss(visit: Open, kind: str) -> None:
    assert visit(kind, width=PHONE).page.evaluate(SMALL) == []


@kinds
def test_a_page_is_complete_without_scripts(visit: Open, kind: str) -> None:
    buttons = ("复制网址", "打印")

    def words(page: Page) -> list[str]:
        lines = page.locator("main").inner_text().splitlines()
        return [line.strip() for line in lines if line.strip() and line.strip() not in buttons]

    without = words(visit(kind, scripts=False).page)
    assert without
    assert without == words(visit(kind).page)


@kinds
def test_print_leaves_the_navigation_out_and_keeps_the_text(visit: Open, kind: str) -> None:
    page = visit(kind, scheme="dark").page
    page.emulate_media(media="print")
    for navigation in page.locator("nav, .skip, button").all():
        assert not navigation.is_visible()
    expect(page.locator("h1")).to_be_visible()
    ground, ink = page.evaluate(
        "() => [getComputedStyle(document.documentElement).backgroundColor,"
        " getComputedStyle(document.querySelector('h1')).color]"
    )
    assert ground == "rgb(255, 255, 255)"
    assert ink == "rgb(0, 0, 0)"


# --- the keyboard


@pytest.mark.parametrize("kind", ["home", "item", "district", "matrix"])
def test_the_first_tab_skips_to_the_text(visit: Open, kind: str) -> None:
    page = visit(kind).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main :focus")).to_have_count(1)


@pytest.mark.parametrize("kind", ["home", "item with a picture", "districts", "matrix", "month"])
def test_every_stop_of_the_keyboard_shows_where_it_is(visit: Open, kind: str) -> None:
    page = visit(kind, width=PHONE).page
    stops = page.locator("a[href], button:not([hidden]), [tabindex='0']").count()
    seen = set()
    for _ in range(stops):
        page.keyboard.press("Tab")
        place, outlined = page.evaluate(
            """() => {
                const stop = document.activeElement;
                const widths = [stop, "::after"].map(part => {
                    const style = part === stop ? getComputedStyle(stop)
                        : getComputedStyle(stop, part);
                    return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
                });
                const all = [...document.querySelectorAll("*")];
                return [all.indexOf(stop), Math.max(...widths) >= 2];
            }"""
        )
        assert outlined
        seen.add(place)
    assert len(seen) == stops


# --- finding one's way


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reader_walks_from_home_to_a_district_an_item_and_back(visit: Open, width: int) -> None:
    opened = visit("home", width=width)
    page = opened.page
    page.locator(".sections").get_by_role("link", name="各区", exact=True).click()
    expect(page.locator("h1")).to_have_text("各区")
    page.locator(".tiles").get_by_role("link", name=re.compile("密云")).click()
    expect(page.locator("h1")).to_have_text("密云区")
    page.locator("main .card-title a").first.click()
    expect(page.locator("article .body")).not_to_be_empty()
    item = page.url
    page.get_by_role("link", name=re.compile("^上一篇")).click()
    expect(page.locator("article h1")).to_be_visible()
    assert page.url != item
    page.go_back()
    assert page.url == item
    page.locator(".nameplate a").click()
    assert page.url == opened.url
    assert opened.faults == []


def test_each_entry_of_the_menu_leads_to_its_section(visit: Open, site: Site) -> None:
    page = visit("home").page
    entries = page.locator(".sections a")
    for place in range(entries.count()):
        name = entries.nth(place).inner_text()
        entries.nth(place).click()
        expect(page.locator("h1")).to_be_visible()
        current = page.locator(".sections [aria-current]")
        expect(current).to_have_text(name)
        page.go_back()
        assert page.url == site.url


def test_a_cell_of_the_matrix_leads_to_as_many_items(visit: Open) -> None:
    page = visit("matrix").page
    cell = page.locator("tbody td a").first
    count = int(cell.inner_text())
    cell.click()
    expect(page.locator("main .card")).to_have_count(count)


def test_a_day_of_the_calendar_leads_to_its_items(visit: Open) -> None:
    page = visit("month", width=PHONE).page
    page.locator(".calendar a").first.click()
    expect(page.locator(".day:target")).to_be_in_viewport()


def test_an_old_address_leads_to_the_new_one(visit: Open, site: Site) -> None:
    old = site.find(*REDIRECT)
    opened = visit(old)
    opened.page.wait_for_url(re.compile(r"/news/\d{4}/\d\d/\d\d/"))
    expect(opened.page.locator("article h1")).to_be_visible()
    assert opened.faults == []


def test_an_old_address_has_a_link_for_those_who_are_not_moved_on(visit: Open, site: Site) -> None:
    html = site.find(*REDIRECT).read_text("utf-8")
    waiting = re.sub('<meta http-equiv="refresh"[^>]*>', "", html)
    page = visit("about").page
    page.route("**/waiting.html", lambda route: route.fulfill(body=waiting))
    page.goto(urljoin(site.address(site.find(*REDIRECT)), "waiting.html"))
    assert axe_finds(page) == []
    page.locator("main a").click()
    expect(page.locator("article h1")).to_be_visible()


def test_the_site_works_from_a_folder(visit: Open, site: Site) -> None:
    opened = visit((site.folder / "index.html").as_uri())
    page = opened.page
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    page.locator(".tiles a").first.click()
    expect(page.locator("main .card").first).to_be_visible()
    page.locator("main .card-title a").first.click()
    expect(page.locator("article h1")).to_be_visible()
    page.locator(".nameplate a").click()
    expect(page.locator("h1.nameplate")).to_be_visible()
    assert opened.faults == []


# --- what scripts add


def test_the_address_is_copied_where_scripts_run(visit: Open) -> None:
    page = visit("item").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="复制网址")
    expect(copy).to_be_visible()
    copy.click()
    expect(page.get_by_role("status")).to_have_text("网址已复制")
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert page.evaluate("navigator.clipboard.readText()") == canonical


def test_no_button_is_shown_where_scripts_do_not_run(visit: Open) -> None:
    for button in visit("item", scripts=False).page.locator("button").all():
        assert not button.is_visible()


# --- feeds


@pytest.mark.parametrize("kind", ["home", "district", "activity", "issue"])
def test_feeds_are_announced_and_load(visit: Open, site: Site, kind: str) -> None:
    page = visit(kind).page
    feeds = page.locator("link[rel=alternate]").all()
    assert {feed.get_attribute("type") for feed in feeds} == {
        "application/atom+xml",
        "application/feed+json",
    }
    for feed in feeds:
        answer = page.request.get(urljoin(page.url, str(feed.get_attribute("href"))))
        assert answer.ok
        if answer.url.endswith(".json"):
            assert answer.json()["items"]
        else:
            assert len(ET.fromstring(answer.text()).findall("{*}entry")) > 0


def test_a_page_of_every_template_is_among_those_tested(site: Site) -> None:
    templates = Path(__file__).resolve().parents[2] / "templates"
    made = {f"page-{file.stem}" for file in templates.glob("*.html")}
    tested = {
        found[1]
        for kind in PAGES
        if (found := re.search(r'<body class="([^" ]+)', site.file(kind).read_text("utf-8")))
    }
    assert made - {"page-base", "page-macros", "page-redirect"} == tested
