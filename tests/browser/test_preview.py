"""What an editor is promised of the preview, in a real browser, under the strictest policy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PROJECT, Visit
from tests.conftest import Root, item, wait_until
from tests.previews import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.disk]

FIRST = "news/2024/08/05/first/"
FILE = "content/news/2024/08/2024-08-05-first.md"
BROKEN = "---\ntitle: 甲\ndate: 明天\n---\n\n正文\n"
LONG = "\n\n".join(f"第{number}段。这一段只是为了让网页长一些。" for number in range(80))
POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'"
Look = Callable[..., Page]


@pytest.fixture
def site(root: Root) -> Iterator[Served]:
    base = (PROJECT / "templates/base.html").read_text("utf-8")
    meta = f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    root.write({"templates/base.html": base.replace('<meta charset="utf-8">', meta)})
    with served(root) as running:
        yield running


@pytest.fixture
def look(site: Served, browser: Browser) -> Iterator[Look]:
    """Open a page; at the end nothing may have gone wrong on it but what a test expects."""
    visits: list[Visit] = []
    contexts = []

    def open_(path: str, width: int = 1280, *, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale="zh-CN",
            color_scheme="dark" if scheme == "dark" else "light",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        visit = Visit(context.new_page(), site.url)
        visit.watch()
        visits.append(visit)
        visit.page.goto(site.url + path)
        expect(visit.page.locator("bulletin-preview .bar")).to_be_visible()
        return visit.page

    yield open_
    for context in contexts:
        context.close()
    faults = [fault for visit in visits for fault in visit.faults]
    assert [fault for fault in faults if "ERR_CONNECTION" not in fault] == []


def panel(page: Page) -> str:
    return page.locator("bulletin-preview #list").inner_text()


def shot(page: Page, name: str) -> None:
    """A picture for people, where they ask for it."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_an_edit_shows_without_losing_the_place(root: Root, site: Served, look: Look) -> None:
    root.write({FILE: item("第一条", LONG)})
    site.wait_for("/" + FIRST, "第79段")
    page = look(FIRST)
    page.evaluate("scrollTo(0, 900)")
    root.write({FILE: item("第一条", LONG.replace("第0段", "开头一段"))})
    expect(page.locator(".body")).to_contain_text("开头一段")
    wait_until(lambda: page.evaluate("scrollY") == 900)


def test_an_edit_of_something_else_reloads_nothing(root: Root, site: Served, look: Look) -> None:
    root.news(
        other=item("另一条", date="2010-01-01", districts="[西岸区]", activities="[法律维权]")
    )
    site.wait_for("/news/2010/01/01/other/", "另一条")
    page = look("districts/east/")
    page.evaluate("window.stays = true")
    looks = len(site.changes)
    root.news(
        other=item(
            "另一条", "新的。", date="2010-01-01", districts="[西岸区]", activities="[法律维权]"
        )
    )
    wait_until(lambda: len(site.changes) > looks)
    page.wait_for_timeout(300)
    assert page.evaluate("window.stays") is True


def test_a_problem_appears_over_the_last_good_page_and_goes_when_it_is_mended(
    root: Root, site: Served, look: Look
) -> None:
    page = look(FIRST)
    expect(page.locator("bulletin-preview .count")).to_have_text("没有问题")
    expect(page.locator("bulletin-preview #list")).to_be_hidden()
    root.write({FILE: BROKEN})
    expect(page.locator("bulletin-preview #list")).to_be_visible()
    assert "date“明天”不是日期" in panel(page)
    assert f"{FILE}:3:7" in panel(page)
    assert "写成 2024-08-05" in panel(page)
    assert page.locator("bulletin-preview mark").inner_text() == "明"
    assert "这里显示的还是改错以前的样子" in panel(page)
    expect(page.locator("bulletin-preview .aloud")).to_contain_text("1 处错误")
    expect(page.locator("h1")).to_have_text("第一条")
    shot(page, "panel-1280")
    root.write({FILE: item("改好了")})
    expect(page.locator("h1")).to_have_text("改好了")
    expect(page.locator("bulletin-preview #list")).to_be_hidden()


def test_the_list_is_reached_and_left_by_keyboard_and_stays_closed(
    root: Root, site: Served, look: Look
) -> None:
    root.news(bad=BROKEN)
    wait_until(lambda: "B214" in site.codes())
    page = look("")
    toggle, listed = (
        page.locator("bulletin-preview .toggle"),
        page.locator("bulletin-preview #list"),
    )
    expect(listed).to_be_visible()
    toggle.focus()
    page.keyboard.press("Enter")
    expect(listed).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(page.locator("bulletin-preview .bar")).to_be_visible()
    expect(listed).to_be_hidden()
    toggle.focus()
    page.keyboard.press("Space")
    expect(listed).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "bulletin-preview"


def test_what_readers_do_not_see_yet_has_a_badge_on_its_page_and_beside_its_links(
    root: Root, site: Served, look: Look
) -> None:
    root.news(
        draft=item("草稿一条", status="draft", date="2024-08-06"),
        held=item("以后的", date="2030-05-01T08:00"),
    )
    site.wait_for("/", "以后的")
    page = look("news/2024/08/06/draft/")
    expect(page.locator("bulletin-preview .state")).to_have_text("草稿，发布时不会出现")
    beside = page.locator("a[href*='/held/'] + .bulletin-preview-badge").first
    expect(beside).to_have_text("未到时间，2030-05-01 08:00 起显示")
    shot(look(""), "badges-1280")
    page = look(FIRST)
    beside = page.locator(".neighbours a[href*='/draft/'] + .bulletin-preview-badge")
    expect(beside).to_have_text("草稿，发布时不会出现")
    root.news(draft=item("草稿一条", date="2024-08-06"))
    expect(beside).to_have_count(0)


def test_a_root_that_cannot_be_shown_becomes_the_site_when_it_is_mended(
    root: Root, browser: Browser
) -> None:
    good = (root.path / "content/site.yaml").read_bytes()
    root.write({"content/site.yaml": "titel: x\n"})
    with served(root) as running:
        page = browser.new_page()
        page.goto(running.url)
        expect(page.locator("h1")).to_have_text("这一页还做不出来")
        shot(page, "problems-page")
        root.write({"content/site.yaml": "titel: y\n"})
        expect(page.locator("main")).to_contain_text("titel: y")
        root.write({"content/site.yaml": good})
        expect(page.locator(".nameplate, h1").first).to_contain_text("测试简报")
        page.close()


def test_a_page_says_that_the_preview_stopped_and_finds_it_again(
    root: Root, browser: Browser
) -> None:
    page = browser.new_page()
    with served(root) as running:
        port = running.port
        page.goto(running.url + FIRST)
        expect(page.locator("bulletin-preview .count")).to_have_text("没有问题")
    expect(page.locator("bulletin-preview .line")).to_contain_text("预览断开了")
    root.write({FILE: item("停着的时候改的")})
    with served(root, port=port):
        expect(page.locator("h1")).to_have_text("停着的时候改的", timeout=20_000)
    page.close()


def test_an_item_that_moves_takes_its_page_along(root: Root, site: Served, look: Look) -> None:
    page = look(FIRST)
    root.write({FILE: item("第一条", date="2024-08-07")})
    page.wait_for_url("**/news/2024/08/07/first/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_bar_and_list_fit_every_screen(
    root: Root, site: Served, look: Look, width: int, scheme: str
) -> None:
    (root.path / "templates/base.html").unlink()  # axe puts styles into the page
    root.news(
        bad=BROKEN.replace("明天", f"明天{'后' * 90}"),
        draft=item("草稿一条", status="draft", places="[桥西街道]"),
    )
    site.wait_for("/news/2024/08/05/draft/", "草稿一条")
    wait_until(lambda: "B214" in site.codes() and "Content-Security" not in site.text("/"))
    page = look("news/2024/08/05/draft/", width, scheme=scheme)
    expect(page.locator("bulletin-preview #list")).to_be_visible()
    shot(page, f"panel-{width}-{scheme}")
    sideways = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(sideways) == 0
    for part in ("#list", ".bar"):
        box = page.locator(f"bulletin-preview {part}").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
        assert box["y"] + box["height"] <= 801
    listed = page.locator("bulletin-preview #list")
    assert listed.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    toggle = page.locator("bulletin-preview .toggle").bounding_box()
    assert toggle
    assert min(toggle["width"], toggle["height"]) >= 44
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run('bulletin-preview').then(r => r.violations.map(v => v.id))")
    assert found == []


def test_a_manual_is_fit_to_be_read_and_printed(site: Served, browser: Browser) -> None:
    for width in (360, 1440):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(site.url + "_bulletin/handbook/commands/")
        expect(page.locator("h1")).to_have_text("命令")
        shot(page, f"manual-{width}")
        wide = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        assert page.evaluate(wide) == 0
        page.close()
