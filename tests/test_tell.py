"""What a site will become by itself, and what a build changed: for people, crontabs and scripts."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bulletin import basis, cli, explain, tell
from bulletin.asked import Options, Watcher
from bulletin.explain import Coming, crontab_line, next_changes
from bulletin.problem import CannotStartError, ContentError, Language
from tests.conftest import NOW, PROJECT, Root, item, public, tree
from tests.test_rebuild import quick_templates  # noqa: F401 - used by every test

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"
SHANGHAI = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def same_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command takes SIGTERM for itself; and the locale is nobody's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def main(root: Root, *arguments: str) -> int:
    return cli.main(["--root", str(root.path), *arguments])


def coming(root: Root, **options: Any) -> tuple[Coming, ...]:
    given: dict[str, Any] = {"now": NOW, "jobs": 1} | options
    return next_changes(root.path, Options(**given), Watcher())


def told(root: Root, **options: Any) -> list[tuple[str, str, bool]]:
    """When, which item (by the stem of its file), whether it appears."""
    return [(f"{c.at:%Y-%m-%d %H:%M}", c.item.id, c.appears) for c in coming(root, **options)]


# --- what comes


def test_an_embargo_a_date_and_an_expiry_come_in_their_order(root: Root) -> None:
    root.news(
        held=item(embargo="2026-03-01 08:00"),
        dated=item(date="2026-02-01"),
        ends=item(expires="2026-04-01 18:30"),
        both=item(date="2026-02-03", embargo="2026-02-02", expires="2026-05-01"),
    )
    assert told(root) == [
        ("2026-02-01 00:00", "dated", True),
        ("2026-02-03 00:00", "both", True),
        ("2026-03-01 08:00", "held", True),
        ("2026-04-01 18:30", "ends", False),
        ("2026-05-01 00:00", "both", False),
    ]


def test_what_comes_at_one_moment_is_ordered_by_file(root: Root) -> None:
    root.news(b=item(date="2026-02-01"), a=item(date="2026-02-01"), c=item(expires="2026-02-01"))
    assert [id_ for _, id_, _ in told(root)] == ["a", "b", "c"]


def test_moments_are_those_of_the_time_zone_of_the_site(make_root: MakeRoot) -> None:
    site = "title: 甲\nbase_url: https://test.example/\ntime_zone: Asia/Urumqi\n"
    root = make_root({"content/site.yaml": site, FIRST: item(embargo="2026-03-01 08:00")})
    (one,) = coming(root)
    assert one.at.isoformat() == "2026-03-01T08:00:00+06:00"


def test_what_is_over_or_already_there_does_not_come(root: Root) -> None:
    root.news(
        out=item(embargo="2025-12-31", expires="2025-12-31 12:00"),
        now=item(embargo="2026-01-01 08:00"),  # this very moment: NOW is midnight in UTC
    )
    assert told(root) == []
    assert told(root, now=NOW - timedelta(seconds=1)) == [("2026-01-01 08:00", "now", True)]


def test_drafts_and_withdrawn_items_do_not_count(root: Root) -> None:
    root.news(
        draft=item(date="2026-02-01", status="draft"),
        gone=item(date="2026-02-01", status="withdrawn"),
        old=item(expires="2026-02-01", status="withdrawn"),
    )
    assert told(root) == []
    assert told(root, drafts=True) == []


def test_an_item_that_ends_before_it_begins_never_comes(root: Root) -> None:
    root.news(never=item(date="2026-03-01", expires="2026-02-01"))
    before = public_at(root, NOW)
    for day in (datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)):
        assert public_at(root, day) == before  # nothing changes by itself
    assert told(root) == []


def public_at(root: Root, now: datetime) -> dict[str, bytes | None]:
    root.build(now=now)
    return public(root.site)


def test_content_with_a_fault_is_told(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root.news(bad=item(districts="[南岸区]"))
    with pytest.raises(ContentError):
        coming(root)
    assert main(root, "next-change") == 1
    assert capsys.readouterr().out == ""


def test_asking_what_comes_writes_no_site(root: Root) -> None:
    told(root)
    assert not root.site.exists()
    root.build()
    before, state = tree(root.site), (root.path / ".cache/state").read_bytes()
    told(root)
    told(root, drafts=True)
    assert (tree(root.site), (root.path / ".cache/state").read_bytes()) == (before, state)


def test_a_build_at_that_moment_changes_just_what_shows_the_item(root: Root) -> None:
    root.news(later=item("到时的消息", embargo="2026-03-01 08:00", districts="[西岸区]"))
    root.write({"content/pages/about.md": "---\ntitle: 关于\n---\n\n正文。\n"})
    root.build()
    (one,) = coming(root)
    before = public(root.site)
    early = root.build(now=one.at - timedelta(seconds=1)).published
    assert (early.added, early.changed, early.removed) == ((), (), ())
    done = root.build(now=one.at).published
    after = public(root.site)
    page = "news/2024/08/05/later/index.html"
    assert page in done.added
    assert done.removed == ()
    assert set(done.changed) == {name for name in before if before[name] != after[name]}
    assert {"index.html", "news/index.html", "feed.xml", "districts/west/index.html"} <= {
        *done.changed
    }
    still = {"about/index.html", "robots.txt", "districts/east/index.html", "issues/index.html"}
    assert still & {*done.changed, *done.added} == set()
    assert coming(root, now=one.at) == ()


# --- the line for the crontab


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts this machine into a time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def fields(line: str) -> tuple[str, str]:
    """When, and what is run then."""
    parts = line.split(" ", 5)
    return " ".join(parts[:5]), parts[5]


MOMENT = datetime(2026, 3, 1, 8, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("Asia/Shanghai", MOMENT, "0 8 1 3 *"),
        ("UTC", MOMENT, "0 0 1 3 *"),
        ("America/New_York", MOMENT, "0 19 28 2 *"),
        ("Asia/Kathmandu", MOMENT, "45 5 1 3 *"),
        ("Europe/Berlin", datetime(2026, 7, 1, 8, 30, tzinfo=SHANGHAI), "30 2 1 7 *"),
        ("Asia/Shanghai", MOMENT.replace(second=1), "1 8 1 3 *"),
        ("Asia/Shanghai", MOMENT.replace(minute=59, second=59), "0 9 1 3 *"),
        ("Asia/Shanghai", datetime(2026, 12, 31, 23, 59, 30, tzinfo=SHANGHAI), "0 0 1 1 *"),
    ],
)
def test_the_fields_are_those_of_this_machines_clock(
    at_home: Callable[[str], None], tmp_path: Path, zone: str, at: datetime, expected: str
) -> None:
    at_home(zone)
    assert fields(crontab_line(tmp_path, at, Options()))[0] == expected


def command_of(line: str) -> list[str]:
    """The words of the command as a shell would take them, after cron took its % away."""
    plain = fields(line)[1].replace("\\%", "%")
    assert "%" not in fields(line)[1].replace("\\%", "")
    words = shlex.split(plain)
    assert words[:3] == ["cd", str(PROJECT), "&&"]
    return words[3:]


@pytest.mark.parametrize("name", ["root", "my bulletin", "100%", "it's", '简报 $HOME `x` 100% "y"'])
def test_any_name_of_a_folder_can_stand_in_the_line(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    line = crontab_line(root, MOMENT, Options())
    assert command_of(line) == [sys.executable, "build.py", "--root", str(root.resolve())]


def test_the_projects_own_folder_need_not_be_named() -> None:
    assert command_of(crontab_line(PROJECT, MOMENT, Options())) == [sys.executable, "build.py"]


def test_a_relative_root_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    line = crontab_line(Path("here"), MOMENT, Options())
    assert command_of(line)[-1] == str((tmp_path / "here").resolve())


def test_the_paths_of_program_and_python_are_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explain, "PROJECT", Path("/opt/a b%c"))
    monkeypatch.setattr(sys, "executable", "/opt/my python/bin/python")
    said = fields(crontab_line(tmp_path, MOMENT, Options()))[1]
    assert said.startswith("cd '/opt/a b\\%c' && '/opt/my python/bin/python' build.py --root ")
    assert basis.PROJECT == PROJECT


def test_the_line_builds_the_site_that_was_asked_about(tmp_path: Path) -> None:
    options = Options(base_url="https://x.org/%E7%94%B2/", drafts=True, now=NOW)
    said = command_of(crontab_line(tmp_path, MOMENT, options))
    assert said[-3:] == ["--base-url", "https://x.org/%E7%94%B2/", "--drafts"]
    assert "--now" not in said  # it is to build at its own time


def test_the_line_can_be_run(root: Root) -> None:
    command = fields(crontab_line(root.path, MOMENT, Options()))[1].replace("\\%", "%")
    assert os.system(f"{{ {command}; }} >{shlex.quote(str(root.path))}/log 2>&1") == 0
    assert (root.site / "index.html").exists()


# --- how it is told


def test_nothing_to_come_is_told(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (("zh", "网站不会自己变"), ("en", "does not change by itself")):
        assert main(root, "--lang", language, "next-change") == 0
        shown = capsys.readouterr()
        assert words in shown.out
        assert "build.py" not in shown.out
    assert main(root, "next-change", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_what_comes_is_told_with_a_line_for_the_first(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    root.news(
        later=item("到时的消息", embargo="2026-03-01 08:00"),
        ends=item("告示", expires="2026-04-01"),
    )
    for language, words in (("zh", ("发布", "失效")), ("en", ("appears", "expires"))):
        assert main(root, "--lang", language, "next-change", "--now", "2026-01-01") == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == f"2026-03-01 08:00 {words[0]} 到时的消息 (content/news/later.md)"
        assert lines[1] == f"2026-04-01 00:00 {words[1]} 告示 (content/news/ends.md)"
        assert lines[-1] == crontab_line(root.path, coming(root)[0].at, Options())


def test_of_many_the_first_few_are_told_and_the_others_counted(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1, 9):
        root.news(**{f"n{number}": item(f"第{number}条", date=f"2026-02-{number:02}")})
    assert main(root, "--lang", "en", "next-change", "--now", "2026-01-01") == 0
    shown = capsys.readouterr().out
    assert "第5条" in shown
    assert "第6条" not in shown
    assert "3 more" in shown
    assert main(root, "next-change", "--now", "2026-01-01", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 8


def test_what_comes_as_json(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root.news(later=item("到时的消息", embargo="2026-03-01 08:00"))
    values = []
    for language in ("zh", "en"):
        arguments = ("next-change", "--now", "2026-01-01", "--format", "json")
        assert main(root, "--lang", language, *arguments) == 0
        values.append(json.loads(capsys.readouterr().out))
    assert values[0] == values[1]
    assert values[0] == [
        {
            "at": "2026-03-01T08:00:00+08:00",
            "change": "appears",
            "title": "到时的消息",
            "path": "content/news/later.md",
            "crontab": crontab_line(root.path, coming(root)[0].at, Options()),
        }
    ]


def test_titles_cannot_forge_a_line(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    root.news(later=item('"甲\\n0 0 * * * forged\\u202e"', date="2026-03-01"))
    main(root, "next-change", "--now", "2026-01-01")
    shown = capsys.readouterr().out
    assert "forged" in shown
    assert not any(line.startswith("0 0 * * * forged") for line in shown.splitlines())
    assert "\u202e" not in shown


# --- what a build changed


def changed(root: Root, *arguments: str) -> dict[str, list[str]]:
    """The addresses that a build wrote to its list, by kind."""
    file = root.path.with_name("changed.txt")
    status = main(root, "build", "--now", "2026-01-01", "--changed", str(file), *arguments)
    assert status == 0
    found: dict[str, list[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        kind, address = line.split("\t")
        found.setdefault(kind, []).append(address)
    return found


def test_the_addresses_that_a_build_added_changed_and_removed_are_listed(root: Root) -> None:
    root.news(other=item("另一条", date="2024-08-04"))
    first = changed(root)
    assert list(first) == ["added"]
    assert "https://test.example/news/2024/08/05/first/" in first["added"]
    assert "https://test.example/" in first["added"]
    assert "https://test.example/feed.xml" in first["added"]
    assert len(first["added"]) == len(root.files())
    root.news(third=item("第三条", date="2024-08-03"))
    root.write({FIRST: item("改过的题")})
    root.delete("content/news/other.md")
    second = changed(root)
    assert second["added"] == ["https://test.example/news/2024/08/03/third/"]
    assert second["removed"] == ["https://test.example/news/2024/08/04/other/"]
    assert "https://test.example/news/2024/08/05/first/" in second["changed"]
    assert "https://test.example/robots.txt" not in second["changed"]


def test_added_come_before_changed_and_removed_each_in_order(root: Root) -> None:
    root.build()
    root.news(b=item("乙"), a=item("甲"))
    found = changed(root)
    assert list(found) == ["added", "changed"]
    lines = (root.path.with_name("changed.txt")).read_text("utf-8").splitlines()
    assert [line.split("\t")[0] for line in lines] == sorted(line.split("\t")[0] for line in lines)


def test_the_list_is_empty_when_nothing_changed(root: Root) -> None:
    changed(root)
    assert changed(root) == {}
    root.write({FIRST: item("第一条")})  # touched alone
    assert changed(root) == {}


def test_addresses_stand_below_the_address_of_the_site(root: Root) -> None:
    root.news(甲=item("甲", aliases="[/旧址/甲 乙.html, /旧址/丙/]"))
    found = changed(root, "--base-url", "https://x.org/bulletin/")["added"]
    assert "https://x.org/bulletin/" in found
    assert "https://x.org/bulletin/%E6%97%A7%E5%9D%80/%E7%94%B2%20%E4%B9%99.html" in found
    assert "https://x.org/bulletin/%E6%97%A7%E5%9D%80/%E4%B8%99/" in found
    assert [a for a in found if not a.startswith("https://x.org/bulletin/")] == []
    assert [a for a in found if a.endswith("index.html") or not a.isascii()] == []


def test_a_build_that_fails_leaves_an_empty_list(root: Root) -> None:
    changed(root)
    root.write({FIRST: item(districts="[南岸区]")})
    file = root.path.with_name("changed.txt")
    file.write_text("added\thttps://test.example/old/\n")
    assert main(root, "build", "--changed", str(file)) == 1
    assert file.read_text() == ""


@pytest.mark.parametrize("name", ["none/changed.txt", ".", "root/content/site.yaml/changed.txt"])
def test_a_list_that_cannot_be_written_is_told_with_2(
    root: Root, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = root.path.parent / name
    assert main(root, "--lang", "en", "build", "--changed", str(file)) == 2
    shown = capsys.readouterr()
    assert "B810" in shown.err
    assert "Traceback" not in shown.err


def test_a_list_that_cannot_be_written_after_the_build_is_told(root: Root, tmp_path: Path) -> None:
    done = root.build()
    with pytest.raises(CannotStartError) as caught:
        tell.write_changed(tmp_path / "none" / "x", done)
    (found,) = caught.value.problems
    assert found.code == "B810"
    assert str(tmp_path) in found.path
    assert found.sentence(Language.CHINESE) != found.sentence(Language.ENGLISH)
