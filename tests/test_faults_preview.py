"""What must happen when things go wrong while the preview runs, over real sockets and real files."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers.api import BaseObserver

from bulletin import source
from bulletin.asked import Options
from bulletin.preview import lookout as lookout_module
from bulletin.preview.guard import Hosts
from bulletin.preview.live import Preview
from bulletin.preview.lookout import Call, Lookout
from bulletin.preview.server import BadAddressError, addresses, bind, free_port, read_path
from bulletin.preview.survey import Survey
from bulletin.problem import CannotStartError, Language
from tests.conftest import NOW, Root, item, wait_until
from tests.previews import Served, heard, served
from tests.test_picture import picture

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
FIRST = "/news/2024/08/05/first/"
FILE = "content/news/2024/08/2024-08-05-first.md"
BROKEN = "---\ntitle: 甲\ndate: 明天\n---\n\n正文\n"


def preview_of(root: Root, **options: Any) -> Preview:
    given: dict[str, Any] = {"now": NOW} | options
    return Preview(root.path, Options(**given), Language.CHINESE)


def page(preview: Preview, path: str) -> str:
    return preview.answer(path).body.decode()


# --- row 60: saves of every kind


def save_as_vim(file: Path, text: str) -> None:
    """The old file becomes a backup, a new one takes its place, the backup goes."""
    backup = file.with_name(file.name + "~")
    (file.with_name("4913")).touch()
    (file.with_name("4913")).unlink()
    file.rename(backup)
    file.write_text(text, "utf-8")
    backup.unlink()


def save_as_word(file: Path, text: str) -> None:
    """A second file, renamed over the first."""
    fresh = file.with_name("~WRL0001.tmp")
    fresh.write_text(text, "utf-8")
    os.replace(fresh, file)


def save_in_pieces(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8") as opened:
        for character in text:
            opened.write(character)
            opened.flush()


@pytest.mark.parametrize("save", [save_as_vim, save_as_word, save_in_pieces])
def test_row_60_a_save_of_any_kind_is_told_and_shown(
    root: Root, save: Callable[[Path, str], None]
) -> None:
    with served(root) as site, site.events(FIRST) as events:
        before = next(events)["mark"]
        for number in range(3):
            save(root.path / FILE, item("第一条", f"第{number}稿。"))
            told = heard(events, lambda facts, old=before: facts["mark"] != old)
            site.wait_for(FIRST, f"第{number}稿。")
            before = told["mark"]
        assert site.codes() == []


def test_row_60_a_page_is_never_older_than_what_was_told_of_it(root: Root) -> None:
    with served(root) as site, site.events(FIRST) as events:
        mark = next(events)["mark"]
        for number in range(10):
            save_as_word(root.path / FILE, item("第一条", f"第{number}稿。"))
            mark = heard(events, lambda facts, old=mark: facts["mark"] != old)["mark"]
            got = site.ask(FIRST)
            assert f"第{number}稿。" in got.text
            assert got.facts["mark"] == mark


def test_row_60_a_burst_of_3000_files_is_a_few_looks_and_all_of_it_is_shown(root: Root) -> None:
    with served(root) as site:
        folder = root.path / "content" / "news" / "2023"
        folder.mkdir()
        for number in range(3000):
            day = f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}"
            (folder / f"n{number}.md").write_text(item(f"第{number}号", date=day), "utf-8")
        site.wait_for("/news/2023/", ">3000<")
        assert len(site.changes) <= 4
        assert site.preview.now.problems == ()


def test_row_60_however_many_events_come_at_once_they_are_one_call() -> None:
    waiting = Lookout((), (), poll=True)

    def burst() -> None:
        for _ in range(3000):
            waiting.happened()
        time.sleep(lookout_module.QUIET / 5)
        waiting.happened()

    thread = threading.Thread(target=burst)
    thread.start()
    assert waiting.wait() is Call.EVENT
    thread.join()
    assert waiting.wait() is Call.TIME


def test_row_60_edits_during_a_rebuild_are_one_more_rebuild_and_the_last_wins(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Survey._take
    edits = ["第二稿。", "第三稿。", "第四稿。"]

    def edited(self: Survey, *given: Any) -> Any:
        taken = take(self, *given)
        while len(edits) > 1:  # the first look after the first save is overtaken twice
            (root.path / FILE).write_text(item("第一条", edits.pop(0)), "utf-8")
            time.sleep(0.02)
        return taken

    with served(root) as site:
        monkeypatch.setattr(Survey, "_take", edited)
        (root.path / FILE).write_text(item("第一条", "第一稿。"), "utf-8")
        site.wait_for(FIRST, "第三稿。")
        time.sleep(lookout_module.QUIET * 4)
        assert len(site.changes) == 2


def test_row_60_content_removed_and_made_again_shows_the_last_good_pages_meanwhile(
    root: Root,
) -> None:
    with served(root) as site:
        kept = root.path / "kept"
        shutil.copytree(root.path / "content", kept)
        shutil.rmtree(root.path / "content")
        wait_until(lambda: "B502" in site.codes() or "B501" in site.codes())
        assert "第一条" in site.text(FIRST)
        shutil.copytree(kept, root.path / "content")
        wait_until(lambda: site.codes() == [])
        for number in range(2):  # the new folder is watched as the old one was
            (root.path / FILE).write_text(item(f"第{number}回"), "utf-8")
            site.wait_for(FIRST, f"第{number}回")
        assert site.blind == []


def test_row_60_content_moved_away_and_back_is_as_it_was(root: Root) -> None:
    with served(root) as site:
        (root.path / "content").rename(root.path / "away")
        wait_until(lambda: site.codes() != [])
        (root.path / "away").rename(root.path / "content")
        wait_until(lambda: site.codes() == [])
        (root.path / FILE).write_text(item("又一稿"), "utf-8")
        site.wait_for(FIRST, "又一稿")


def test_row_60_an_edit_within_one_tick_of_the_clock_is_seen(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk says the same of both files: size, times and inode."""
    same = source.Stamp(1, 2**62, 2**62, 1)
    monkeypatch.setattr(source, "stamp_of", lambda _: same)
    preview = preview_of(root)
    preview.refresh()
    assert preview.refresh() is None
    (root.path / FILE).write_text(item("第二条"), "utf-8")
    assert preview.refresh() is not None
    assert "第二条" in page(preview, FIRST)


def test_row_60_files_that_go_while_they_are_looked_at_are_looked_at_again(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = preview_of(root)
    preview.refresh()
    left = [FileNotFoundError(errno.ENOENT, "gone"), FileNotFoundError(errno.ENOENT, "gone")]
    take = Survey._take

    def going(self: Survey, *given: Any) -> Any:
        if left:
            raise left.pop()
        return take(self, *given)

    monkeypatch.setattr(Survey, "_take", going)
    (root.path / FILE).write_text(item("第二条"), "utf-8")
    assert preview.attempt() is not None
    assert "第二条" in page(preview, FIRST)


def test_row_60_what_can_never_be_looked_at_is_a_problem_and_mended_by_the_next_look(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = preview_of(root)
    preview.refresh()
    with monkeypatch.context() as broken:

        def refused(*_: Any) -> Any:
            raise PermissionError(errno.EACCES, "Permission denied", str(root.path / "templates"))

        broken.setattr("bulletin.preview.survey.look_around", refused)
        preview.attempt()
        assert [(one.code, one.path) for one in preview.now.problems] == [("B823", "templates")]
        assert preview.attempt() is None
        assert "第一条" in page(preview, FIRST)
    preview.attempt()
    assert preview.now.problems == ()


def test_row_60_nothing_that_changed_is_no_rebuild(root: Root) -> None:
    preview = preview_of(root)
    preview.refresh()
    (root.path / "content" / "news" / ".x.swp").write_bytes(b"vim")
    (root.path / "notes.txt").write_text("x", "utf-8")
    assert preview.refresh() is None


def test_row_60_a_changed_template_style_setting_or_vocabulary_is_shown(root: Root) -> None:
    with served(root) as site:
        root.write({"templates/404.html": "<p>自己的</p>"})
        site.wait_for("/404.html", "自己的")
        root.write({"templates/404.html": "<p>自己的二</p>"})
        site.wait_for("/404.html", "自己的二")
        root.write({"content/site.yaml": "title: 新名称\nbase_url: https://test.example/\n"})
        site.wait_for("/", "新名称")
        text = (root.path / "content/districts.yaml").read_text("utf-8")
        root.write({"content/districts.yaml": text.replace("西岸区", "北岸区")})
        site.wait_for("/districts/", "北岸区")


def test_row_60_an_item_whose_time_comes_is_shown_without_a_save(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = time.time() + 100
    date = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(due))
    root.news(soon=item("快到了", date=date))
    preview = preview_of(root, now=None)
    preview.refresh()
    assert preview.refresh() is None
    assert [one.state for one in preview.now.snapshot.standings.values()] == ["held"]  # type: ignore[union-attr]
    monkeypatch.setattr(time, "time", lambda: due + 1)
    assert preview.refresh() is not None


# --- row 61: events that never come


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is of Linux")
def test_row_61_where_the_system_watches_fewer_folders_edits_show_and_it_is_said_once(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from watchdog.observers.inotify_c import InotifyFD  # noqa: PLC0415 - not on other systems

    add = InotifyFD.add_callback
    top = os.fsencode(root.path / "content")

    def limited(self: Any, path: bytes, *given: Any) -> Any:
        if path.startswith(top + b"/"):
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return add(self, path, *given)

    monkeypatch.setattr(InotifyFD, "add_callback", limited)
    monkeypatch.setattr(lookout_module, "PAUSE", 0.1)
    monkeypatch.setattr(lookout_module, "GRACE", 0.2)
    with served(root) as site:
        for number in range(4):
            (root.path / FILE).write_text(item("第一条", f"第{number}稿。"), "utf-8")
            site.wait_for(FIRST, f"第{number}稿。")
            time.sleep(0.3)
        assert site.blind == [True]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_row_61_where_nothing_can_be_watched_looks_go_on(
    root: Root, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise OSError(number, "limit reached")

    monkeypatch.setattr(BaseObserver, "schedule", refused)
    waiting = Lookout((root.path / "content",), (), poll=False)
    assert waiting.start() is False
    assert waiting.pause == lookout_module.POLL
    assert waiting.wait() is Call.TIME
    waiting.close()


def test_row_61_with_poll_nothing_is_watched_and_edits_show(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout_module, "Observer", None)
    with served(root, poll=True) as site:
        (root.path / FILE).write_text(item("第一条", "另一稿。"), "utf-8")
        site.wait_for(FIRST, "另一稿。")
        assert site.blind == []


def test_row_61_events_that_come_a_little_later_than_a_look_are_no_alarm() -> None:
    waiting = Lookout((), (), poll=False)
    assert not waiting.looked(0.01, call=Call.TIME, changed=True)
    waiting.happened()
    waiting._silent = time.monotonic() - lookout_module.GRACE
    assert not waiting.looked(0.01, call=Call.TIME, changed=False)


def test_row_61_looks_get_rarer_the_dearer_they_are() -> None:
    waiting = Lookout((), (), poll=False)
    waiting.looked(0.001, call=Call.TIME, changed=False)
    assert waiting.pause == lookout_module.PAUSE
    waiting.looked(1.0, call=Call.TIME, changed=False)
    assert waiting.pause == lookout_module.SHARE


# --- row 62: broken content


def test_row_62_a_broken_item_is_shown_as_it_was_with_its_problem_on_top(root: Root) -> None:
    root.news(other=item("另一条"))
    with served(root) as site, site.events(FIRST) as events:
        before = next(events)
        (root.path / FILE).write_text(BROKEN, "utf-8")
        told = heard(events, lambda facts: facts["errors"])
        assert told["mark"] == before["mark"]
        assert (told["problems"][0]["code"], told["problems"][0]["own"]) == ("B214", True)
        got = site.ask(FIRST)
        assert got.status == 200
        assert "第一条" in got.text
        # Others go on being written.
        (root.path / "content/news/other.md").write_text(item("另一条", "新的一段。"), "utf-8")
        site.wait_for("/news/2024/08/05/other/", "新的一段。")
        assert "第一条" in site.text("/news/")
        (root.path / FILE).write_text(item("第一条", "改好了。"), "utf-8")
        mended = heard(events, lambda facts: not facts["errors"])
        assert mended["mark"] != before["mark"]
        assert "改好了。" in site.text(FIRST)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("content/site.yaml", "title: [\n", "B2"),
        ("content/site.yaml", "titel: x\n", "B2"),
        ("content/districts.yaml", "districts:\n  - {id: other, name: 别区}\n", "B301"),
        ("content/activities.yaml", "x", "B"),
        ("templates/base.html", "{% if %}", "B702"),
        ("templates/404.html", "{{ nothing.x }}", "B701"),
        ("templates/x.html", b"\xff\xfe\xff", "B704"),
    ],
)
def test_row_62_what_every_page_rests_on_breaks_and_the_last_good_pages_stay(
    root: Root, name: str, text: str | bytes, code: str
) -> None:
    ours = Path(__file__).parent.parent / "templates"
    before = (root.path / name).read_bytes() if (root.path / name).exists() else None
    if name == "templates/404.html":
        before = (ours / "404.html").read_bytes()
        root.write({name: before})
    preview = preview_of(root)
    preview.refresh()
    paths = ("/", FIRST, "/404.html")
    good = {path: page(preview, path) for path in paths}
    root.write({name: text})
    assert preview.refresh() is not None
    for path in paths:
        answer = preview.answer(path)
        assert answer.status == 200, path
        assert _without_facts(answer.body.decode()) == _without_facts(good[path]), path
    told = [one["code"] for path in paths for one in preview.facts(path)["problems"]]
    assert any(one.startswith(code) for one in told), told
    if before is None:
        (root.path / name).unlink()
    else:
        root.write({name: before})
    preview.refresh()
    assert {path: page(preview, path) for path in paths} == good
    assert preview.now.problems == ()


def _without_facts(text: str) -> list[str]:
    return [line for line in text.split("\n") if "bulletin-preview-facts" not in line]


def test_row_62_a_root_that_cannot_be_shown_is_a_page_of_problems_and_then_the_site(
    make_root: MakeRoot,
) -> None:
    root = make_root({"content/site.yaml": "titel: x\n", FILE: item("第一条")})
    with served(root) as site, site.events("/") as events:
        got = site.ask("/")
        assert got.status == 503
        assert "缺少 title" in got.text
        assert "content/site.yaml" in got.text
        assert next(events)["mark"] == got.facts["mark"] == ""
        root.write({"content/site.yaml": "title: 好了\nbase_url: https://test.example/\n"})
        assert heard(events, lambda facts: facts["mark"])["bare"] is False
        assert site.ask("/").status == 200


def test_row_62_an_item_broken_from_the_start_keeps_no_other_page_back(root: Root) -> None:
    root.news(bad=BROKEN)
    with served(root) as site:
        got = site.ask("/")
        assert got.status == 200
        assert got.facts["problems"][0]["code"] == "B214"
        assert "第一条" in got.text
        (root.path / "content/news/bad.md").write_text(item("改好的"), "utf-8")
        site.wait_for("/news/2024/08/05/bad/", "改好的")


def test_row_62_a_page_whose_template_never_worked_is_its_problem_and_then_the_page(
    root: Root,
) -> None:
    root.write({"templates/item.html": "{{ nothing.x }}"})
    with served(root) as site:
        got = site.ask(FIRST)
        assert got.status == 500
        assert "B701" in got.text
        assert "templates/item.html:1" in got.text
        assert got.facts["bare"] is True
        assert site.ask("/").status == 200
        (root.path / "templates/item.html").unlink()
        site.wait_for(FIRST, "正文。")


def test_row_62_two_items_at_one_address_leave_one_of_them_there(root: Root) -> None:
    preview = preview_of(root)
    preview.refresh()
    root.news(second=item("第二条", slug="first"))
    preview.refresh()
    assert "B601" in [one.code for one in preview.now.problems]
    assert preview.answer(FIRST).status == 200


def test_row_62_the_page_of_an_item_that_moves_leads_to_its_new_address(root: Root) -> None:
    with served(root) as site, site.events(FIRST) as events:
        next(events)
        (root.path / FILE).write_text(item("第一条", date="2024-08-06"), "utf-8")
        told = heard(events, lambda facts: facts["mark"] == "missing")
        assert told["moved"] == "/news/2024/08/06/first/"


def test_row_62_a_picture_that_is_gone_or_leads_out_is_not_there(root: Root) -> None:
    secret = root.path / "secret.png"
    secret.write_bytes(b"secret")
    shown = root.path / "content/news/bild.png"
    shown.write_bytes(picture("png"))
    root.news(seen=item("有图", "![一张图](bild.png)"))
    preview = preview_of(root)
    preview.refresh()
    assert preview.answer("/media/news/bild.png").status == 200
    shown.unlink()
    shown.symlink_to(secret)
    answer = preview.answer("/media/news/bild.png")
    assert answer.status == 404
    assert b"secret" not in answer.body
    shown.unlink()
    assert preview.answer("/media/news/bild.png").status == 404


# --- row 63: who may ask


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:{port}",
            "127.0.0.1",
            "127.0.0.1:1",
            "localhost.evil:{port}",
        ),
        *("127.0.0.1:{port}@evil.example", "", "192.168.1.5:{port}", "127.0.0.1.nip.io:{port}"),
        *("[::2]:{port}", "127.0.0.1:{port}x", "2130706433:{port}"),
    ],
)
def test_row_63_a_host_that_is_not_ours_is_refused(root: Root, host: str) -> None:
    with served(root, watched=False) as site:
        for path in ("/", "/_bulletin/events?at=/", "/_bulletin/live.js", "/_bulletin/handbook/"):
            got = site.ask(path, Host=host.format(port=site.port))
            assert got.status in (400, 421), (host, path)
            assert "第一条" not in got.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"]
)
def test_row_63_the_names_of_this_machine_are_ours(root: Root, host: str) -> None:
    with served(root, watched=False) as site:
        assert site.ask("/", Host=host.format(port=site.port)).status == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1", ""]
)
def test_row_63_a_foreign_origin_is_refused(root: Root, origin: str) -> None:
    with served(root, watched=False) as site:
        assert site.ask("/", Origin=origin.format(port=site.port)).status == 403
        own = f"http://localhost:{site.port}"
        assert site.ask("/", Origin=own).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_row_63_pages_are_only_got(root: Root, method: str) -> None:
    with served(root, watched=False) as site:
        for path in ("/", "/_bulletin/events", "/_bulletin/live.js"):
            got = site.ask(path, method)
            assert got.status == 405, path
            assert set(got.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_row_63_no_host_at_all_or_two_of_them_is_refused(root: Root) -> None:
    with served(root, watched=False) as site:
        own = f"Host: 127.0.0.1:{site.port}\r\n".encode()
        for lines in (b"", own + b"Host: evil.example\r\n"):
            answer = site.raw(b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 421"))
        assert site.raw(b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421")


def test_row_63_a_socket_for_all_takes_addresses_and_the_machine_s_name_but_no_others() -> None:
    hosts = Hosts("0.0.0.0", 8000)  # the port alone is asked about
    allowed = ["192.168.1.5:8000", "[fe80::1]:8000", "localhost:8000"]
    allowed.append(f"{socket.gethostname()}:8000")
    assert [host for host in allowed if not hosts.allows(host)] == []
    assert not hosts.allows("evil.example:8000")
    assert not hosts.allows("192.168.1.5:8001")
    assert Hosts("buero.example", 80).allows("buero.example")
    assert not Hosts("buero.example", 80).allows("192.168.1.5")


def test_row_63_without_a_host_only_this_machine_is_served(root: Root) -> None:
    with bind("127.0.0.1", 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
    assert addresses("127.0.0.1", 8000) == ("http://127.0.0.1:8000/", None)
    assert addresses("::1", 8000)[0] == "http://[::1]:8000/"
    assert addresses("0.0.0.0", 8000)[0] == "http://127.0.0.1:8000/"


# --- row 64: addresses made to lead elsewhere


@pytest.mark.parametrize(
    "path",
    [
        *("/../secret", "/news/../../secret", "/%2e%2e/secret", "/%2E%2e/%2e%2e/secret"),
        *("/..%2fsecret", "/news/%2e%2e%2f%2e%2e%2fsecret", "/..\\secret", "/%5c..%5csecret"),
        *("/%00", "/news/%00/", "/%0d%0aX: y", "/%", "/%z1", "/%1", "/%ff", "/%c0%ae%c0%ae/secret"),
        *("//evil.example/", "/news//x", "/./news/", "/%u002e/", "/news/%"),
        *("http://evil.example/", "*", "evil.example:80", "/_bulletin/..%2fpanel.py"),
        *("/_bulletin/panel.py", "/_bulletin/handbook/..%2f..%2fbuild/", "/%252e%252e/secret"),
        *("/_bulletin/handbook/images/..%2f..%2f..%2fREADME.md", "/" + "a" * 5000, "/secret/"),
        "/_bulletin/handbook/%00/",
    ],
)
def test_row_64_an_address_that_leads_elsewhere_is_refused_without_a_trace(
    root: Root, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (root.path / "secret").write_text("geheim", "utf-8")
    with served(root, watched=False) as site:
        head = f"Host: 127.0.0.1:{site.port}\r\nConnection: close\r\n\r\n"
        answer = site.raw(f"GET {path} HTTP/1.1\r\n{head}".encode())
        status = int(answer.split()[1])
        assert status in (400, 404), answer[:200]
        for word in (b"geheim", b"Traceback", b"import ", str(root.path).encode()):
            assert word not in answer
        at = f"/_bulletin/events?at={path.replace(' ', '+')}"
        answer = site.raw(f"HEAD {at} HTTP/1.1\r\n{head}".encode())
        assert int(answer.split()[1]) in (200, 400)
        assert site.ask("/").status == 200
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", "/"),
        (b"/news/", "/news/"),
        ("/期刊/".encode(), None),
        (b"/%E6%9C%9F%E5%88%8A/", "/期刊/"),
        (b"/e%CC%81", "/é"),
        (b"/100%25", "/100%"),
        (b"/a%2Fb", "/a/b"),
    ],
)
def test_row_64_a_path_is_decoded_once(raw: bytes, path: str | None) -> None:
    if path is None:
        with pytest.raises(BadAddressError):
            read_path(raw)
    else:
        assert read_path(raw) == path


# --- row 65: a port that is taken


def test_row_65_a_taken_port_says_so_and_names_a_free_one(root: Root) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = root.run("serve", "--port", str(port))
        assert ran.status == 2
        assert ran.err.startswith(f"serve: 错误 B820 端口 {port} 已经有程序在用")
        named = int(ran.err.partition("--port ")[2].split()[0])
        assert named == 0 or named > port
        assert "Traceback" not in ran.log
        if named:
            bind("127.0.0.1", named).close()


def test_row_65_where_no_port_near_is_free_any_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: Any) -> Any:
        raise OSError(errno.EADDRINUSE, "in use")

    monkeypatch.setattr("bulletin.preview.server._listen", taken)
    assert free_port("127.0.0.1", 8000) is None
    with pytest.raises(CannotStartError) as caught:
        bind("127.0.0.1", 8000)
    assert "--port 0" in caught.value.problems[0].cure(Language.CHINESE)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "x" * 300])
def test_row_65_a_host_that_is_not_this_machine_is_a_problem(root: Root, host: str) -> None:
    ran = root.run("serve", "--host", host, "--port", "0")
    assert ran.status == 2
    assert " 错误 B821 " in ran.err
    assert "Traceback" not in ran.log


@pytest.mark.parametrize("typed", ["-1", "65536", "x", "8000.0", "８０００"])
def test_row_65_what_is_no_port_is_said_before_anything_is_done(root: Root, typed: str) -> None:
    ran = root.run("serve", "--port", typed)
    assert ran.status == 2
    assert "65535" in ran.err


# --- the command


def started(root: Root, *arguments: str) -> tuple[subprocess.Popen[bytes], int, list[str]]:
    process = root.start("serve", "--port", "0", *arguments)
    assert process.stderr
    said: list[str] = []
    while not (said and "Ctrl-C" in said[-1]):
        line = process.stderr.readline().decode()
        assert line, said
        said.append(line)
    return process, int(said[0].strip().rstrip("/").rpartition(":")[2]), said


def test_an_interrupt_ends_it_at_once_with_open_streams_and_no_trace(root: Root) -> None:
    process, port, _ = started(root)
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as stream:
            head = f"Host: 127.0.0.1:{port}\r\n\r\n"
            stream.sendall(f"GET /_bulletin/events?at=/ HTTP/1.1\r\n{head}".encode())
            while b"data:" not in stream.recv(65_536):
                pass
            process.send_signal(signal.SIGINT)
            while stream.recv(65_536):  # it ends
                pass
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err.decode() == "预览已停止\n"
    assert out == b""


def test_a_termination_ends_it_with_its_own_status(root: Root) -> None:
    process, _, _ = started(root)
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 143


def test_it_says_where_to_look_and_a_line_for_each_change(root: Root) -> None:
    root.news(warned=item("有提醒", districts=None))
    process, port, said = started(root)
    try:
        assert said[0] == f"预览：http://127.0.0.1:{port}/\n"
        assert said[1].startswith("0 处错误，1 处提醒")
        (root.path / FILE).write_text(BROKEN, "utf-8")
        assert process.stderr
        line = process.stderr.readline().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert line.startswith("改了 news/2024/08/2024-08-05-first.md，0.")
    assert "处错误" in line


def test_without_content_it_does_not_start(tmp_path: Path) -> None:
    ran = Root(tmp_path).run("serve", "--port", "0")
    assert ran.status == 2
    assert "B502" in ran.err


def test_a_build_goes_on_beside_the_preview(root: Root) -> None:
    with served(root) as site:
        root.build()
        root.news(second=item("第二条"))
        root.build(clean=True)
        site.wait_for("/news/2024/08/05/second/", "第二条")
        shutil.rmtree(root.path / ".cache")
        shutil.rmtree(root.path / "site")
        root.news(third=item("第三条"))
        site.wait_for("/news/2024/08/05/third/", "第三条")
        assert "第一条" in site.text(FIRST)


FLAT = """
import gc, sys, tracemalloc
from pathlib import Path
from bulletin.asked import Options
from bulletin.preview.live import Preview
from bulletin.problem import Language

gc.disable()  # as every command does
root, file = Path(sys.argv[1]), Path(sys.argv[1], sys.argv[2])
text = file.read_text("utf-8")
preview = Preview(root, Options(), Language.CHINESE)
preview.refresh()

def used(numbers):
    for number in numbers:
        file.write_text(f"{text}\\n第{number:03}稿。\\n", "utf-8")
        assert preview.refresh() is not None
        for path in ("/", "/news/2024/08/05/first/", "/news/", "/feed.xml"):
            assert preview.answer(path).status == 200
    preview._tidy()
    # Single large blocks are Python's own table of names, which doubles now and then.
    sizes = [trace.size for trace in tracemalloc.take_snapshot().traces]
    return sum(size for size in sizes if size < 100_000)

tracemalloc.start()
before = used(range(100, 140))
print(used(range(140, 340)) - before)
"""


def test_memory_stays_flat_over_200_rebuilds(root: Root) -> None:
    command = [sys.executable, "-c", FLAT, str(root.path), FILE]
    project = Path(__file__).parent.parent
    grown = subprocess.run(command, cwd=project, capture_output=True, check=True, timeout=120)
    assert int(grown.stdout) < 200_000  # one snapshot of this root takes as much


def test_a_page_asked_for_a_thousand_ways_is_kept_a_bounded_number_of_times(root: Root) -> None:
    files = {f"content/news/n{n}.md": item(f"第{n}号") for n in range(250)}
    root.write(dict(files))
    preview = preview_of(root)
    preview.refresh()
    for number in range(250):
        preview.answer(f"/news/2024/08/05/n{number}/")
    assert len(preview._pages._kept) == len(preview._pages._tried) == 200


def test_who_no_longer_listens_is_forgotten(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin.preview.server.BEAT", 0.05)

    def listeners(site: Served) -> int:
        return len(site.preview._listeners)

    with served(root, watched=False) as site:
        with site.events("/") as events:
            next(events)
            assert listeners(site) == 1
        wait_until(lambda: listeners(site) == 0)
