"""The editing page in Chromium: an item is opened, changed and saved, and nothing else is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette

from bulletin.preview.cms import ADMIN, routes
from tests.conftest import PROJECT, Root, item
from tests.serving import Served, serving
from tools.cms import NoCmsError, find_cms

pytestmark = [pytest.mark.browser, pytest.mark.disk]

PATH = "content/news/2024/08/2024-08-05-first.md"
# Everything that a program which writes the front matter anew would lose.
FILE = """\
---
# 谁来核对？
标题: '密云区: "工匠" #1'   # 行尾的话
issue: 014
地区: 东岸区
日期: 2024年8月5日
自定义: {电话: 12351}

活动类型: [培训]
tags: ["1,000人", 班组长]
byline: 记者 甲 通讯员 乙
---

　　第一段**“重点”**。\u0020\u0020
<!-- 待核 -->

* 一
+ 二

|甲|乙|
|-|-|
|1|2|


结尾。

""".replace("\n", "\r\n").encode()


@pytest.fixture
def served(root: Root) -> Iterator[Served]:
    try:
        installed = find_cms()
    except NoCmsError as missing:
        pytest.skip(str(missing))
    root.write({PATH: FILE})
    with serving(Starlette(routes=routes(root.path, installed))) as here:
        yield here


@pytest.fixture
def page(served: Served, browser: Browser) -> Iterator[Page]:
    """A page of a reader in China; whatever goes to another host, or wrong, is a fault."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1200, "height": 1400})
    context.set_default_timeout(20_000)
    opened = context.new_page()
    faults: list[str] = []
    own = (served.url, "data:", "blob:")
    opened.on("request", lambda r: faults.append(r.url) if not r.url.startswith(own) else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    # What the proxy refuses, Decap shows to its visitor and throws once more.
    assert [fault for fault in faults if fault != "Object"] == []
    context.close()


def entry(page: Page, served: Served, address: str) -> None:
    page.goto(f"{served.url}{ADMIN}#/collections/{address}")
    expect(page.get_by_label("标题").first).to_be_visible()


def typed(page: Page, label: str, text: str) -> None:
    box = page.get_by_label(label).first
    box.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存").first.click()
    with page.expect_response(lambda r: "persistEntry" in (r.request.post_data or "")):
        page.get_by_role("menuitem", name="保存", exact=True).click()


def test_a_title_is_changed_and_nothing_else_of_the_file(
    page: Page, served: Served, root: Root
) -> None:
    page.goto(served.url + ADMIN)  # nobody has to sign in
    page.get_by_text("2024-08-05　密云区").click()
    expect(page.get_by_label("标题").first).to_have_value('密云区: "工匠" #1')
    typed(page, "标题", "工匠学院: “开班” #2")
    save(page)
    old, new = "'密云区: \"工匠\" #1'".encode(), '"工匠学院: “开班” #2"'.encode()
    assert (root.path / PATH).read_bytes() == FILE.replace(old, new)
    expect(page.get_by_text("修改已保存")).to_be_visible()
    # The form stays open: it may be saved again.
    typed(page, "标题", "又改了")
    save(page)
    assert (root.path / PATH).read_bytes() == FILE.replace(old, "又改了".encode())


def test_somebody_elses_change_is_not_lost(page: Page, served: Served, root: Root) -> None:
    entry(page, served, "news/entries/2024/08/2024-08-05-first")
    (root.path / PATH).write_text(item("别人的"), "utf-8")
    typed(page, "标题", "我的")
    save(page)
    expect(page.get_by_text(re.compile("有人改过这个文件"))).to_be_visible()
    assert (root.path / PATH).read_text("utf-8") == item("别人的")


def test_terms_are_chosen_from_the_vocabulary_and_the_text_is_markdown(
    page: Page, served: Served, root: Root
) -> None:
    entry(page, served, "news/entries/2024/08/2024-08-05-first")
    page.get_by_label("地区").click()
    page.get_by_role("option", name="西岸区").click()
    text = page.locator("[data-slate-editor]")
    text.get_by_text("结尾。").click()
    page.keyboard.press("End")
    page.wait_for_timeout(500)  # the editor learns of the caret's place a little later
    page.keyboard.insert_text("再见。")
    expect(text).to_contain_text("结尾。再见。")
    save(page)
    after = (root.path / PATH).read_bytes()
    assert "地区: [东岸区, 西岸区]\r\n".encode() in after
    head, body = FILE[: FILE.index("　　".encode())], FILE[FILE.index("　　".encode()) :]
    assert after.startswith(
        head.replace("地区: 东岸区".encode(), "地区: [东岸区, 西岸区]".encode())
    )
    assert after.endswith(body.rstrip() + "再见。".encode() + b"\r\n\r\n")


def test_a_new_item_is_made_with_a_picture_beside_it(
    page: Page, served: Served, root: Root
) -> None:
    entry(page, served, "news/new")
    typed(page, "标题", "桃花节: 职工来了")
    page.get_by_label("日期").first.fill("2025-03-02")
    page.get_by_role("button", name="新增图片").click()
    page.get_by_role("button", name="选择图片").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_text("上传", exact=True).click()
    chooser.value.set_files(PROJECT / "docs" / "images" / "item-phone.png")
    page.get_by_role("button", name="选用已选中项目").click()
    typed(page, "说明", "手机上的一篇消息")
    save(page)
    folder = root.path / "content/news/2025/03"
    assert (folder / "2025-03-02-tao-hua-jie-zhi-gong-lai-le.md").read_text("utf-8") == (
        '---\ntitle: "桃花节: 职工来了"\ndate: 2025-03-02\n'
        "images:\n  - {src: item-phone.png, alt: 手机上的一篇消息}\n---\n"
    )
    picture = PROJECT / "docs" / "images" / "item-phone.png"
    assert (folder / "item-phone.png").read_bytes() == picture.read_bytes()
    assert sorted(one.name for one in Path(folder).iterdir()) == [
        "2025-03-02-tao-hua-jie-zhi-gong-lai-le.md",
        "item-phone.png",
    ]
