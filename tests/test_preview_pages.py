"""The preview's pages over real sockets: what is served, and that site/ knows nothing of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bulletin import glance, reading
from bulletin.asked import Options
from bulletin.plan import Page
from bulletin.preview.live import Preview
from bulletin.problem import Language
from bulletin.render import Renderer
from tests.conftest import CACHE, NOW, Root, item, tree, without_cache
from tests.previews import served
from tests.test_picture import picture

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]


def test_a_page_is_that_of_a_build_but_for_what_the_preview_adds(root: Root) -> None:
    root.build(drafts=True)
    with served(root, watched=False) as site:
        for file in root.files():
            got = site.ask("/" + file.removesuffix("index.html"))
            assert got.status == 200, file
            built = (root.site / file).read_bytes()
            if not file.endswith(".html"):
                assert got.body == built, file
                continue
            lines = [line for line in got.body.split(b"\n") if b"bulletin-preview" not in line]
            lines = [line for line in lines if b"/_bulletin/live" not in line]
            assert b"\n".join(lines) == built, file
            assert got.body.count(b"/_bulletin/live.js") == 1, file


def test_nothing_is_written_to_site_nor_to_the_cache(root: Root) -> None:
    root.build()
    before = tree(root.path)
    with served(root) as site:
        site.ask("/")
        root.news(second=item("第二条", date="2024-08-06"))
        site.wait_for("/", "第二条")
    after = tree(root.path)
    del after["content/news/second.md"]
    assert after == before


def test_a_root_that_was_never_built_gets_no_site_and_no_cache(root: Root) -> None:
    with served(root, watched=False) as site:
        assert site.ask("/").status == 200
    assert root.names() == ["content"]
    assert not (root.path / CACHE).exists()


def test_badges_and_scripts_of_the_preview_are_in_no_file_of_the_site(root: Root) -> None:
    root.news(draft=item("草稿一条", status="draft"), held=item("以后的", date="2030-01-01"))
    with served(root, watched=False) as site:
        assert "bulletin-preview" in site.text("/")
    root.build(drafts=True)
    root.build()
    for name, data in without_cache(root.site).items():
        assert b"bulletin-preview" not in (data or b""), name
        assert b"_bulletin/" not in (data or b""), name


def test_types_and_headers_say_what_a_file_is_and_that_nobody_keeps_it(root: Root) -> None:
    root.write({"content/news/2024/08/bild.png": picture("png")})
    root.news(seen=item("有图", "![一张图](2024/08/bild.png)"))
    with served(root, watched=False) as site:
        wanted = {
            "/": "text/html; charset=utf-8",
            "/feed.xml": "application/xml; charset=utf-8",
            "/feed.json": "application/json; charset=utf-8",
            "/robots.txt": "text/plain; charset=utf-8",
            "/media/news/2024/08/bild.png": "image/png",
            "/_bulletin/live.js": "text/javascript; charset=utf-8",
            "/_bulletin/panel.css": "text/css; charset=utf-8",
        }
        for path, kind in wanted.items():
            got = site.ask(path)
            assert (got.status, got.headers["content-type"]) == (200, kind), path
            assert got.headers["cache-control"] == "no-store"
            assert got.headers["x-content-type-options"] == "nosniff"
        assert site.ask("/media/news/2024/08/bild.png").body == picture("png")


def test_head_answers_as_get_without_a_body(root: Root) -> None:
    with served(root, watched=False) as site:
        got, head = site.ask("/news/"), site.ask("/news/", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(got.body))


def test_a_folder_without_its_slash_leads_to_it_with_the_query(root: Root) -> None:
    with served(root, watched=False) as site:
        got = site.ask("/news?seite=1")
    assert (got.status, got.headers["location"]) == (302, "/news/?seite=1")


def test_what_is_not_there_is_the_site_s_404_with_near_addresses(root: Root) -> None:
    with served(root, watched=False) as site:
        got = site.ask("/newss/<b>/")
    assert got.status == 404
    assert "没有这一页" in got.text
    assert "预览里没有 /newss/&lt;b&gt;/ 这个网址" in got.text
    assert '<a href="/news/">/news/</a>' in got.text
    assert got.facts["mark"] == "missing"


def test_an_expired_item_says_at_its_address_why_it_is_not_there(root: Root) -> None:
    root.news(gone=item("过期的", expires="2025-01-01"))
    with served(root, watched=False) as site:
        got = site.ask("/news/2024/08/05/gone/")
    assert got.status == 404
    assert "已过期，不再显示" in got.text


def test_a_site_below_a_path_is_previewed_below_it(make_root: MakeRoot) -> None:
    root = make_root(
        {
            "content/site.yaml": "title: 简报\nbase_url: https://x.example/bulletin/\n",
            "content/news/2024-08-05-a.md": item(),
        }
    )
    with served(root, watched=False) as site:
        assert site.ask("/").headers["location"] == "/bulletin/"
        assert site.ask("/bulletin").headers["location"] == "/bulletin/"
        assert site.ask("/bulletin/news").headers["location"] == "/bulletin/news/"
        assert site.ask("/bulletin/news/").status == 200
        missing = site.ask("/bulletin/x/")
        assert missing.status == 404
        assert 'href="/bulletin/news/"' in missing.text
        assert site.ask("/news/").status == 404


def test_the_address_of_the_command_line_wins(root: Root) -> None:
    with served(root, watched=False, base_url="https://y.example/unten/") as site:
        assert site.ask("/").headers["location"] == "/unten/"
        assert "https://y.example/unten/news/" in site.text("/unten/news/")


def test_drafts_held_and_withdrawn_items_have_pages_and_badges(root: Root) -> None:
    root.news(
        draft=item("草稿一条", status="draft"),
        held=item("以后的", date="2030-05-01T08:00"),
        back=item("撤回的", status="withdrawn"),
    )
    with served(root, watched=False) as site:
        badges = site.ask("/").facts["badges"]
        assert badges == {
            "/news/2024/08/05/draft/": ["draft", "草稿，发布时不会出现"],
            "/news/2030/05/01/held/": ["held", "未到时间，2030-05-01 08:00 起显示"],
            "/news/2024/08/05/back/": ["withdrawn", "已撤回"],
        }
        for path, said in badges.items():
            assert site.ask(path).facts["state"] == said
        assert site.ask("/news/2024/08/05/first/").facts["state"] is None


def test_the_facts_of_a_page_cannot_end_their_block(root: Root) -> None:
    root.news(bad='---\ntitle: x\ndate: "</script><b>"\n---\n\n正文\n')
    with served(root, watched=False) as site:
        got = site.ask("/")
        assert "</script><b>" not in got.text
        assert "</script><b>" in got.facts["problems"][0]["message"]


def test_problems_are_told_in_the_language_asked_for(root: Root) -> None:
    root.news(bad="---\ntitle: x\ndate: 明天\n---\n\n正文\n")
    with served(root, watched=False, language=Language.ENGLISH) as site:
        facts = site.ask("/").facts
    assert facts["count"] == "1 error, 2 warnings"
    assert facts["words"]["fine"] == "no problems"


def test_a_problem_has_its_place_its_line_with_a_mark_and_its_cure(root: Root) -> None:
    root.news(bad="---\ntitle: x\ndate: 明天\ndistricts: [东岸区]\n---\n\n正文\n")
    with served(root, watched=False) as site:
        found = site.ask("/").facts["problems"][0]
    assert found["place"] == "content/news/bad.md:3:7"
    assert found["line"] == ["date: ", "明", "天"]
    assert found["code"] == "B214"
    assert found["cure"].startswith("写成 2024-08-05")
    assert found["help"] == "/_bulletin/handbook/problems/#b214"


def test_problems_of_the_page_s_own_file_come_first(root: Root) -> None:
    for name in ("aaa", "zzz"):
        root.news(**{name: item(name, places="[桥西街道]", districts="[东岸区]")})
    with served(root, watched=False) as site:
        own = [one["own"] for one in site.ask("/news/2024/08/05/zzz/").facts["problems"]]
        place = site.ask("/news/2024/08/05/zzz/").facts["problems"][0]["place"]
    assert own == [True, False]
    assert place.startswith("content/news/zzz.md")


def test_a_page_is_made_when_it_is_asked_for_and_kept(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    render = Renderer.render

    def rendered(self: Renderer, page: Page) -> bytes:
        made.append(page.file)
        return render(self, page)

    monkeypatch.setattr(Renderer, "render", rendered)
    preview = Preview(root.path, Options(now=NOW), Language.CHINESE)
    preview.attempt()
    assert made == []
    preview.answer("/news/")
    preview.answer("/news/")
    root.news(
        other=item("另一条", date="2010-01-01", districts="[西岸区]", activities="[法律维权]")
    )
    preview.attempt()
    preview.answer("/districts/east/")
    assert made == ["news/index.html", "districts/east/index.html"]


def test_extra_routes_stand_behind_the_same_checks(root: Root) -> None:
    async def save(request: Request) -> Response:
        return PlainTextResponse((await request.body()).decode())

    routes = [Route("/_bulletin/cms/save", save, methods=["POST"])]
    with served(root, watched=False, routes=routes) as site:
        own = f"http://127.0.0.1:{site.port}"
        assert site.ask("/_bulletin/cms/save", "POST", b"x", Origin=own).text == "x"
        foreign = site.ask("/_bulletin/cms/save", "POST", b"x", Origin="http://evil.example")
        assert foreign.status == 403
        rebound = site.ask("/_bulletin/cms/save", "POST", b"x", Host=f"evil.example:{site.port}")
        assert rebound.status == 421


def test_the_manuals_are_pages_with_links_between_them(root: Root) -> None:
    with served(root, watched=False) as site:
        manual = site.ask("/_bulletin/handbook/problems/")
        assert manual.status == 200
        assert 'id="b214"' in manual.text
        commands = site.text("/_bulletin/handbook/commands/")
        assert 'href="/_bulletin/handbook/problems/' in commands
        for path in ("nothing/", "../README/", "images/nothing.png", "decisions/0001/"):
            assert site.ask(f"/_bulletin/handbook/{path}").status == 404, path


def test_a_preview_starts_from_what_a_build_kept_and_reads_no_file_again(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = 1_700_000_000
    for file in (root.path / "content").rglob("*"):
        os.utime(file, (old, old))
    root.build()
    monkeypatch.setattr(glance, "YOUNG_NS", 0)
    root.build()
    monkeypatch.setattr(reading, "read_bytes", None)
    preview = Preview(root.path, Options(now=NOW), Language.CHINESE)
    assert preview.refresh() is not None
    assert "第一条" in preview.answer("/").body.decode()


@pytest.mark.parametrize("harm", ["state", "bodies-1"])
def test_a_preview_starts_with_a_broken_cache_too(root: Root, harm: str) -> None:
    root.build()
    (root.path / CACHE / harm).write_bytes(b"broken")
    with served(root, watched=False) as site:
        assert "第一条" in site.text("/news/2024/08/05/first/")


def test_json_of_the_events_is_one_line(root: Root) -> None:
    root.news(odd=item("甲\u2028乙"))
    with served(root, watched=False) as site, site.events("/") as events:
        assert json.dumps(next(events))
