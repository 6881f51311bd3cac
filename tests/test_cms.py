"""The editing page's proxy over a real socket: what it reads, saves, and refuses."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from bulletin.preview import cms, desk
from bulletin.preview.cms import ADMIN, SCRIPT, routes
from bulletin.preview.desk import API
from tests.conftest import Root, item, tree, wait_until
from tests.previews import served as previewed
from tests.serving import Answer, Served, serving
from tools.cms import NoCmsError, fetch, find_cms, install, integrity_of, pinned

pytestmark = pytest.mark.disk

FIRST = "content/news/2024/08/2024-08-05-first.md"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8"/></svg>'
Ask = Callable[..., Answer]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as ``make cms`` leaves it."""
    folder = tmp_path / "cms"
    folder.mkdir()
    (folder / SCRIPT).write_text("program", "utf-8")
    (folder / "a.wasm").write_bytes(b"wasm")
    return folder


@pytest.fixture
def served(root: Root, installed: Path) -> Iterator[Served]:
    with serving(Starlette(routes=routes(root.path, installed))) as here:
        yield here


@pytest.fixture
def ask(served: Served) -> Ask:
    """One request of the page."""

    def ask_(action: str, **said: object) -> Answer:
        return served.post(API, {"branch": "content", "action": action, "params": said})

    return ask_


def persist(ask: Ask, path: str, raw: str, *assets: dict[str, str], **more: object) -> Answer:
    file = {"path": path, "slug": "x", "raw": raw} | more
    return ask("persistEntry", dataFiles=[file], assets=list(assets), options={})


def opened(ask: Ask, path: str = FIRST) -> str:
    """An entry as a form has it."""
    return str(ask("getEntry", path=path).json["data"])


def picture(path: str, data: bytes = SVG) -> dict[str, str]:
    return {"path": path, "content": base64.b64encode(data).decode(), "encoding": "base64"}


def retitled(raw: str, title: str) -> str:
    head, body = raw.removeprefix("---\n").split("\n---\n", 1)
    return f"---\n{json.dumps(json.loads(head) | {'title': title})}\n---\n{body}"


# --- the page


def test_the_page_and_what_it_loads(served: Served) -> None:
    assert served.get("/admin").status == 307
    page = served.get(ADMIN)
    assert page.status == 200
    assert 'src="start.js"' in page.text
    script = served.get(f"{ADMIN}start.js").text
    for path in (f"cms/{SCRIPT}", f"{API}/name"):
        assert f'"{path}"' in script
    assert served.get(f"{ADMIN}cms/{SCRIPT}").body == b"program"
    assert served.get(f"{ADMIN}cms/a.wasm").headers["content-type"] == "application/wasm"


@pytest.mark.parametrize("name", ["..%2fx", "%2e%2e", "none.js", ".x", "%00"])
def test_nothing_else_is_loaded(served: Served, installed: Path, name: str) -> None:
    (installed.parent / "x").write_text("secret", "utf-8")
    (installed / ".x").write_text("secret", "utf-8")
    assert served.get(f"{ADMIN}cms/{name}").status == 404


def test_where_the_program_is_missing_the_page_says_what_to_run(root: Root) -> None:
    with serving(Starlette(routes=routes(root.path, root.path / "none"))) as here:
        page = here.get(ADMIN)
    assert page.status == 503
    assert "<code>make cms</code>" in page.text


def test_the_configuration_names_the_years_and_the_terms_of_this_root(
    root: Root, served: Served
) -> None:
    root.news(**{"2022/01/2022-01-01-x": item(date="2022-01-01")})
    config = served.get(f"{ADMIN}config.yml")
    collections = config.json["collections"]
    assert [one["name"] for one in collections] == ["news", "news-2024", "news-2022", "pages"]
    fields = {field["name"]: field for field in collections[0]["fields"]}
    assert [one["value"] for one in fields["districts"]["options"]] == ["东岸区", "西岸区"]
    assert config.json["backend"] == {"name": "proxy", "proxy_url": API, "branch": "content"}


def test_a_broken_vocabulary_is_told_of(root: Root, served: Served) -> None:
    root.write({"content/districts.yaml": "districts: 甲"})
    assert served.get(f"{ADMIN}config.yml").status == 409


# --- reading


def test_a_collection_lists_its_files_the_newest_first(root: Root, ask: Ask) -> None:
    root.news(**{"2024/09/2024-09-01-b": item("乙"), "2025/01/2025-01-01-c": item("丙")})
    root.write(
        {"content/news/readme.txt": "x", "content/pages/about.md": "---\ntitle: 关于\n---\n"}
    )
    stems = [
        Path(e["file"]["path"]).stem for e in ask("entriesByFolder", folder="content/news").json
    ]
    assert stems == ["2025-01-01-c", "2024-09-01-b", "2024-08-05-first"]
    of_a_year = ask("entriesByFolder", folder="content/news/2024").json
    assert [Path(e["file"]["path"]).stem for e in of_a_year] == stems[1:]
    assert "关于" in ask("entriesByFolder", folder="content/pages").json[0]["data"]


def test_the_first_list_is_bounded(root: Root, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "RECENT", 2)
    root.news(**{f"2025/01/2025-01-0{n}-x": item() for n in range(1, 5)})
    found = ask("entriesByFolder", folder="content/news").json
    assert [Path(e["file"]["path"]).stem for e in found] == ["2025-01-04-x", "2025-01-03-x"]
    assert len(ask("entriesByFolder", folder="content/news/2025").json) == 4


def test_broken_files_are_listed_and_break_nothing(root: Root, ask: Ask) -> None:
    root.news(a=b"\xff\xfe\xff", b="---\ntitle: [", c="", **{"d#e?%41": item("名字怪")})
    listed = {
        e["file"]["path"]: e["data"] for e in ask("entriesByFolder", folder="content/news").json
    }
    assert len(listed) == 5
    assert sum("读不懂" in data for data in listed.values()) == 3
    assert "名字怪" in listed["content/news/d#e?%41.md"]


def test_a_file_that_is_not_there_is_nothing(ask: Ask) -> None:
    assert ask("getEntry", path="content/news/none.md").json["data"] is None


def test_an_entry_leads_to_its_page_in_the_preview(root: Root, ask: Ask) -> None:
    found = ask("getDeployPreview", collection="news-2024", slug="08/2024-08-05-first").json
    assert found == {"url": "/news/2024/08/05/first/", "status": "SUCCESS"}
    again = ask("getDeployPreview", collection="news", slug="2024/08/2024-08-05-first").json
    assert again == found
    assert ask("getDeployPreview", collection="news", slug="none").json is None


# --- saving


def test_a_saved_title_changes_nothing_else(root: Root, ask: Ask) -> None:
    file = root.path / FIRST
    file.write_bytes(
        "---\r\n# 话\r\n日期: '2024-8-5'\r\n标题: 旧\r\n---\r\n\r\n* 一\r\n+ 二\r\n".encode()
    )
    before = file.read_bytes()
    assert persist(ask, FIRST, retitled(opened(ask), "新")).status == 200
    assert file.read_bytes() == before.replace("旧".encode(), "新".encode())


def test_saving_without_a_change_leaves_every_byte(root: Root, ask: Ask) -> None:
    file = root.path / FIRST
    file.write_bytes("---\ntitle: 工会\ndate: 2024-08-05\n---\n正文".encode("gbk"))
    before = file.read_bytes()
    assert persist(ask, FIRST, opened(ask)).status == 200
    assert file.read_bytes() == before
    assert persist(ask, FIRST, retitled(opened(ask), "新")).status == 200
    assert file.read_text("utf-8") == "---\ntitle: 新\ndate: 2024-08-05\n---\n正文"


def test_a_form_may_be_saved_again_and_again(root: Root, ask: Ask) -> None:
    form = opened(ask)
    for title in ("一", "二", "三"):
        assert persist(ask, FIRST, retitled(form, title)).status == 200
    assert "title: 三\n" in (root.path / FIRST).read_text("utf-8")


def test_a_file_that_was_changed_in_the_meantime_is_not_replaced(root: Root, ask: Ask) -> None:
    form = opened(ask)
    (root.path / FIRST).write_text(item("别人的"), "utf-8")
    answer = persist(ask, FIRST, retitled(form, "我的"))
    assert answer.status == 409
    assert re.search(r"有人改过.*刷新页面.*B844", answer.json["error"])
    assert (root.path / FIRST).read_text("utf-8") == item("别人的")


def test_what_would_stop_the_site_is_not_saved_and_says_why(root: Root, ask: Ask) -> None:
    before = (root.path / FIRST).read_bytes()
    head, body = opened(ask).removeprefix("---\n").split("\n---\n", 1)
    raw = f"---\n{json.dumps(json.loads(head) | {'issue': '2026/11'})}\n---\n{body}"
    answer = persist(ask, FIRST, raw)
    assert answer.status == 409
    assert re.search(r"2026/11.*斜杠.*B217", answer.json["error"])
    assert (root.path / FIRST).read_bytes() == before


def test_of_two_forms_of_one_file_the_second_is_refused(root: Root, ask: Ask) -> None:
    mine, yours = opened(ask), opened(ask)
    assert persist(ask, FIRST, retitled(mine, "甲")).status == 200
    assert persist(ask, FIRST, retitled(yours, "乙")).status == 409
    assert persist(ask, FIRST, retitled(mine, "丙")).status == 200


def test_a_file_that_went_away_is_not_made_again(root: Root, ask: Ask) -> None:
    form = opened(ask)
    (root.path / FIRST).unlink()
    assert "B845" in persist(ask, FIRST, retitled(form, "新")).json["error"]
    assert not (root.path / FIRST).exists()


def test_a_new_item_is_named_as_new_names_it_and_made_with_its_pictures(
    root: Root, ask: Ask, served: Served
) -> None:
    name = served.post(f"{API}/name", {"title": "密云区开班", "date": "2025-03-02"}).json
    assert (name["bulletin_year"], name["bulletin_month"]) == ("2025", "03")
    path = f"content/news/2025/03/{name['bulletin_stem']}.md"
    assert path.endswith("/2025-03-02-mi-yun-qu-kai-ban.md")
    raw = "---\ntitle: 密云区开班\ndate: 2025-03-02\nimages:\n  - {src: a.svg, alt: 图}\n---\n正文。\n"
    answer = persist(ask, path, raw, picture("content/news/2025/03/a.svg"))
    assert answer.status == 200
    assert (root.path / "content/news/2025/03/a.svg").read_bytes() == SVG
    assert root.codes() == ["B219", "B220"]


def test_a_new_item_never_replaces_a_file(root: Root, ask: Ask) -> None:
    before = tree(root.path)
    assert persist(ask, FIRST, "---\ntitle: 新\ndate: 2024-08-05\n---\n").status == 409
    assert tree(root.path) == before


def test_a_failed_write_is_told_of(root: Root, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    form = opened(ask)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = tree(root.path)
    answer = persist(ask, FIRST, retitled(form, "新"))
    assert (answer.status, "No space" in answer.json["error"]) == (409, True)
    assert tree(root.path) == before


# --- pictures


def test_a_folder_shows_its_pictures(root: Root, ask: Ask) -> None:
    root.write({"content/news/2024/08/a.svg": SVG, "content/news/2024/08/b.png": b"x"})
    found = ask("getMedia", mediaFolder="content/news/2024/08").json
    assert sorted(one["name"] for one in found) == ["a.svg", "b.png"]
    assert {one["path"]: one["content"] for one in found}[
        "content/news/2024/08/a.svg"
    ] == base64.b64encode(SVG).decode()
    assert ask("getMedia", mediaFolder="content/news").json == []
    assert ask("getMedia", mediaFolder="content/none").json == []


def test_pictures_beyond_a_bound_are_left_out(
    root: Root, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MAX_MEDIA", len(SVG))
    root.write({"content/news/a.svg": SVG, "content/news/b.svg": SVG})
    assert len(ask("getMedia", mediaFolder="content/news").json) == 1


def test_a_picture_is_uploaded_and_another_of_its_name_is_not_replaced(
    root: Root, ask: Ask
) -> None:
    path = "content/news/2024/08/a.svg"
    assert ask("persistMedia", asset=picture(path)).json["name"] == "a.svg"
    assert ask("persistMedia", asset=picture(path)).status == 200
    other = SVG.replace(b"8", b"9")
    assert "B847" in ask("persistMedia", asset=picture(path, other)).json["error"]
    assert (root.path / path).read_bytes() == SVG


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.html", b"<p>", "B846"),
        ("a.md", b"---", "B846"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "B409"),
        ("a.png", SVG, "B409"),
        ("a?b.svg", SVG, "B846"),
    ],
)
def test_what_is_no_picture_is_refused(
    root: Root, ask: Ask, name: str, data: bytes, code: str
) -> None:
    before = tree(root.path)
    answer = ask("persistMedia", asset=picture(f"content/news/{name}", data))
    assert code in answer.json["error"]
    assert tree(root.path) == before


# --- confinement

OUTSIDE = [
    "../secret.md",
    "content/../secret.md",
    "content/news/../../secret.md",
    "content/news/%2e%2e/x.md/../../../../secret.md",
    "/etc/passwd",
    "secret.md",
    "content/news/.git/x.md",
    "content/news/.x.md",
    "content//x.md",
    "content/news/a\\..\\x.md",
    "content/news/a\0b.md",
    "content/news/link/x.md",
    "content/site.yaml",
    "content/districts.yaml",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_content_is_read_or_written(
    root: Root, ask: Ask, tmp_path: Path, path: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.md").write_text("---\ntitle: 秘密\n---\n", "utf-8")
    root.write({"secret.md": "---\ntitle: 秘密\n---\n"})
    os.symlink(tmp_path / "elsewhere", root.path / "content/news/link")
    before = tree(tmp_path)
    for answer in (
        ask("getEntry", path=path),
        ask("entriesByFiles", files=[{"path": path}]),
        ask("getMediaFile", path=path),
        persist(ask, path, "---\ntitle: 新\ndate: 2024-08-05\n---\n"),
        ask("persistMedia", asset=picture(path)),
        ask("persistMedia", asset=picture(path.removesuffix(".md") + ".svg")),
    ):
        assert answer.status == 409, path
        assert "秘密" not in answer.text
    assert tree(tmp_path) == before


def test_a_link_out_of_content_is_not_followed(root: Root, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("---\ntitle: 秘密\n---\n", "utf-8")
    os.symlink(tmp_path / "x.md", root.path / "content/news/link.md")
    assert ask("getEntry", path="content/news/link.md").status == 409
    assert "秘密" not in ask("entriesByFolder", folder="content/news").text


def test_a_collection_outside_content_is_empty(root: Root, ask: Ask) -> None:
    root.write({"other/x.md": item()})
    for folder in ("other", "..", "", "/", "content"):
        found = ask("entriesByFolder", folder=folder).json
        assert [e["file"]["path"] for e in found] in ([], [FIRST])


def test_nothing_is_deleted_and_nothing_renamed(root: Root, ask: Ask) -> None:
    before = tree(root.path)
    for answer in (
        ask("deleteFiles", paths=[FIRST]),
        ask("deleteFile", path=FIRST),
        persist(ask, FIRST, opened(ask), newPath="content/news/y.md"),
    ):
        assert answer.status == 409
    assert "撤回" in ask("deleteFiles", paths=[FIRST]).json["error"]
    assert tree(root.path) == before


# --- who may ask


def test_other_origins_forms_and_methods_are_refused(served: Served) -> None:
    said = {"action": "info", "params": {}}
    own = f"http://127.0.0.1:{served.port}"
    assert served.post(API, said, Origin=own).status == 200
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{served.port + 1}"):
        assert served.post(API, said, Origin=origin).status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert served.post(API, said, Content_Type=kind).status == 415
    assert served.get(API).status == 405
    assert served.post(f"{API}/name", {}, Origin="http://evil.example").status == 403


def test_too_much_at_once_is_refused(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cms, "MAX_REQUEST", 1000)
    assert served.post(API, {"action": "info", "x": "x" * 2000}).status == 413


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"action": "unknown"},
        {"action": "getEntry"},
        {"action": "getEntry", "params": []},
        {"action": "persistEntry", "params": {"dataFiles": [{}]}},
        {"action": "persistEntry", "params": {"dataFiles": "x"}},
        {"action": "persistMedia", "params": {"asset": 3}},
    ],
)
def test_what_is_not_understood_is_answered(served: Served, said: dict[str, Any]) -> None:
    assert served.post(API, said).status in (409, 422)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_json_is_answered(served: Served, body: bytes) -> None:
    answer = served.ask("POST", API, body, {"Content-Type": "application/json"})
    assert answer.status == 400


def test_in_the_preview_a_saved_title_is_on_the_page_and_strangers_are_refused(
    root: Root, installed: Path
) -> None:
    with previewed(root, routes=routes(root.path, installed)) as here:
        assert here.ask(ADMIN).status == 200
        assert here.ask(ADMIN, Host="evil.example").status == 421
        asked = json.dumps({"action": "getEntry", "params": {"path": FIRST}}).encode()
        kind = {"Content_Type": "application/json"}
        assert here.ask(API, "POST", asked, Origin="http://evil.example", **kind).status == 403
        form = json.loads(here.ask(API, "POST", asked, **kind).body)["data"]
        file = {"path": FIRST, "slug": "x", "raw": retitled(form, "后台改的标题")}
        said = {"action": "persistEntry", "params": {"dataFiles": [file], "assets": []}}
        assert here.ask(API, "POST", json.dumps(said).encode(), **kind).status == 200
        wait_until(lambda: "后台改的标题" in here.text("/news/2024/08/05/first/"))


# --- the rest of the machine


def test_the_pinned_program_is_named_with_version_and_digest() -> None:
    wanted = pinned()
    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted.version)
    assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", wanted.integrity)


def archive(folder: Path, *names: str) -> Path:
    file = folder / "x.tgz"
    with tarfile.open(file, "w:gz") as packed:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(name)
            packed.addfile(member, io.BytesIO(name.encode()))
    return file


def test_of_the_archive_only_what_a_browser_needs_is_unpacked(tmp_path: Path) -> None:
    names = (SCRIPT, "7.decap-cms.js", "a.wasm", "cms.js", "decap-cms.js.map", "README.md")
    packed = archive(tmp_path, *(f"package/dist/{n}" for n in names), "../../../evil.wasm")
    folder = tmp_path / "deep" / "cms"
    with pytest.raises(NoCmsError, match="make cms"):
        find_cms(folder)
    install(packed, folder)
    assert find_cms(folder) == folder
    assert sorted(os.listdir(folder)) == [
        *("7.decap-cms.js", "a.wasm", SCRIPT, "evil.wasm", "version")
    ]
    assert sorted(os.listdir(tmp_path)) == ["deep", "x.tgz"]
    (folder / "version").write_text("0.0.1", "utf-8")  # a newer one is pinned now
    with pytest.raises(NoCmsError):
        find_cms(folder)


def test_an_archive_that_is_not_the_pinned_one_is_not_installed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    packed = archive(tmp_path, SCRIPT)
    npm = tmp_path / "npm.py"
    npm.write_text(f"import shutil; shutil.copy({str(packed)!r}, 'got.tgz')", "utf-8")
    here = tmp_path / "scratch"
    here.mkdir()
    assert fetch([sys.executable, str(npm)], here) is None
    assert integrity_of(packed.read_bytes()) in capfd.readouterr().err
