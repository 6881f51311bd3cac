"""``new`` as people and scripts run it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bulletin.source import look
from bulletin.writer import create, replace
from tests.conftest import PROJECT, Root, item, tree

pytestmark = pytest.mark.disk

ZONE = ZoneInfo("Asia/Shanghai")


def news(root: Root) -> list[str]:
    return [file.path for file in look(root.path)[0] if file.path.startswith("content/news/")]


def test_a_new_item_is_named_by_date_and_its_path_is_all_that_is_printed(root: Root) -> None:
    ran = root.run("new", "密云区工匠学院开班", "--date", "2025年3月2日")
    path = "content/news/2025/03/2025-03-02-mi-yun-qu-gong-jiang-xue-yuan-kai-ban.md"
    assert (ran.status, ran.out, ran.err) == (0, f"{path}\n", "")
    assert path in news(root)


def test_today_is_the_day_of_the_sites_own_zone(root: Root) -> None:
    before = datetime.now(ZONE)
    ran = root.run("new", "甲", environment={"TZ": "America/Los_Angeles"})
    days = {f"{at:%Y/%m/%Y-%m-%d}" for at in (before, datetime.now(ZONE))}
    assert ran.out.strip() in {f"content/news/{day}-jia.md" for day in days}


@pytest.mark.parametrize(("typed", "days"), [("明天", 1), ("昨天", -1), ("today", 0)])
def test_days_may_be_named_by_words(root: Root, typed: str, days: int) -> None:
    now = datetime.now(UTC)
    ran = root.run("new", "甲", "--date", typed)
    possible = {now, datetime.now(UTC)}
    assert re.findall(r"\d{4}-\d{2}-\d{2}", ran.out)[0] in {
        f"{at.astimezone(ZONE) + timedelta(days=days):%Y-%m-%d}" for at in possible
    }


def test_of_a_fresh_item_nothing_is_said_but_that_its_text_is_missing(root: Root) -> None:
    ran = root.run("new", "甲", "--district", "东岸", "--activity", "培训", "--date", "2024-08-05")
    assert ran.status == 2  # 东岸 is no name of the small vocabulary
    ran = root.run("new", "甲", "--district", "东岸区", "--activity", "培训、法律")
    assert ran.status == 0
    built = root.run("build", "--strict")
    assert built.status == 1
    assert re.findall(r" B\d+ ", built.err) == [" B417 "]
    path = root.path / ran.out.strip()
    path.write_text(path.read_text("utf-8") + "\n正文。\n", "utf-8")
    built = root.run("build", "--strict")
    assert (built.status, built.err) == (0, "")


def test_nothing_is_written_when_a_term_is_unknown(root: Root) -> None:
    before = tree(root.path)
    ran = root.run("new", "甲", "--district", "东岸县", "--activity", "培训课")
    assert ran.status == 2
    assert tree(root.path) == before
    assert "B301" in ran.err
    assert "“东岸区”" in ran.err
    assert "“技能培训”" in ran.err or "“培训”" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("甲", "--date", "下周"), "B214"),
        (("甲", "--date", "2024-02-30"), "B213"),
        (("甲", "--slug", "../x"), "B217"),
        ((), "B841"),
        ((" ",), "B841"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    root: Root, arguments: tuple[str, ...], code: str
) -> None:
    before = tree(root.path)
    ran = root.run("new", *arguments)
    assert ran.status == 2
    assert f" {code} " in ran.err
    assert ran.out == ""
    assert tree(root.path) == before


def test_a_file_that_is_there_is_never_replaced(root: Root) -> None:
    asked = ("new", "甲", "--date", "2024-08-05")
    first, second, third = (root.run(*asked) for _ in range(3))
    assert [Path(ran.out.strip()).name for ran in (first, second, third)] == [
        "2024-08-05-jia.md",
        "2024-08-05-jia-2.md",
        "2024-08-05-jia-3.md",
    ]
    assert "B840" not in first.err
    assert "2024-08-05-jia.md: 提醒 B840" in second.err
    assert second.status == 0


def test_a_file_that_is_no_item_of_ours_is_not_replaced_either(root: Root) -> None:
    root.write({"content/news/2024/08/2024-08-05-jia.md": "不是稿件"})
    ran = root.run("new", "甲", "--date", "2024-08-05")
    assert ran.out.endswith("2024-08-05-jia-2.md\n")
    assert (root.path / "content/news/2024/08/2024-08-05-jia.md").read_text("utf-8") == "不是稿件"


@pytest.mark.parametrize(
    "other",
    [
        item("乙", slug="jia"),
        item("乙", 网址名="JIA"),
        item("乙", date="2023-01-01", aliases="[/news/2024/08/05/jia/]"),
    ],
)
def test_an_address_that_another_item_has_is_not_used(root: Root, other: str) -> None:
    root.write({"content/news/old/something.md": other})
    ran = root.run("new", "甲", "--date", "2024-08-05")
    assert ran.out.endswith("/2024-08-05-jia-2.md\n")
    assert root.run("build").status == 0


def test_the_same_title_on_another_day_is_no_matter(root: Root) -> None:
    root.run("new", "甲", "--date", "2024-08-05")
    ran = root.run("new", "甲", "--date", "2024-08-06")
    assert (ran.out, ran.err) == ("content/news/2024/08/2024-08-06-jia.md\n", "")


def test_without_content_it_cannot_start(tmp_path: Path) -> None:
    ran = Root(tmp_path).run("new", "甲")
    assert ran.status == 2
    assert "B502" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_told_of(root: Root) -> None:
    folder = root.path / "content" / "news"
    folder.chmod(0o500)
    try:
        ran = root.run("new", "甲")
    finally:
        folder.chmod(0o700)
    assert (ran.status, " B842 " in ran.err) == (2, True)


def test_a_file_where_a_folder_should_be_is_told_of(root: Root) -> None:
    root.write({"content/news/2025": "一个文件"})
    ran = root.run("new", "甲", "--date", "2025-01-01")
    assert (ran.status, " B842 " in ran.err) == (2, True)


# --- asking


def talk(root: Root, *answers: str, language: str = "zh") -> tuple[int, str]:
    """Run ``new`` on a terminal and type these lines; the exit status and what was shown."""
    leader, follower = pty.openpty()
    command = [sys.executable, str(PROJECT / "build.py"), "--root", str(root.path)]
    with subprocess.Popen(
        [*command, "--lang", language, "new"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    ) as process:
        os.close(follower)
        os.write(leader, "".join(answers).encode())
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # Linux's way of saying that nobody is at the other end
                break
            if not part:
                break
            shown += part
        status = process.wait(timeout=30)
    os.close(leader)
    return status, shown.decode().replace("\r\n", "\n")


def test_on_a_terminal_it_asks_and_enter_takes_what_is_proposed(root: Root) -> None:
    status, shown = talk(root, "甲\n", "\n", "东岸区 西岸区\n", "\n")
    assert status == 0
    assert f"日期 [{datetime.now(ZONE):%Y}" in shown
    assert "地区：东岸区、西岸区" in shown
    assert "活动类型：技能培训、法律维权" in shown
    path = shown.strip().rpartition("\n")[2].rpartition("：")[2]
    text = (root.path / path).read_text("utf-8")
    assert "\ntitle: 甲\n" in text
    assert "\ndistricts: [东岸区, 西岸区]\n" in text
    assert "\nactivities:\n" in text


def test_on_a_terminal_a_slip_is_answered_and_asked_again(root: Root) -> None:
    answers = ("\n", "甲\n", "下周\n", "2024-8-5\n", "东岸县\n", "东岸区\n", "培训\n")
    status, shown = talk(root, *answers)
    assert status == 0
    assert [code for code in ("B841", "B214", "B301") if code not in shown] == []
    assert "是不是“东岸区”" in shown
    assert "content/news/2024/08/2024-08-05-jia.md" in shown


def test_it_asks_in_english_too(root: Root) -> None:
    status, shown = talk(root, "A fine title\n", "\n", "\n", "\n", language="en")
    assert status == 0
    assert "Title: " in shown
    assert "a-fine-title.md" in shown


def test_the_end_of_input_ends_it_and_nothing_is_written(root: Root) -> None:
    before = tree(root.path)
    status, _ = talk(root, "甲\n", "\x04")
    assert status == 130
    assert tree(root.path) == before


# --- the writer


def test_a_file_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    assert create(tmp_path, "a/b.md", b"1")
    assert not create(tmp_path, "a/b.md", b"2")
    assert tree(tmp_path) == {"a": None, "a/b.md": b"1"}


def test_without_links_a_file_is_still_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert create(tmp_path, "b.md", b"1")
    assert not create(tmp_path, "b.md", b"2")
    assert tree(tmp_path) == {"b.md": b"1"}


def test_a_replaced_file_keeps_its_permissions_and_leaves_nothing_beside(tmp_path: Path) -> None:
    file = tmp_path / "b.md"
    file.write_bytes(b"1")
    file.chmod(0o640)
    replace(tmp_path, "b.md", b"2")
    assert tree(tmp_path) == {"b.md": b"2"}
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("write", [create, replace])
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, str, bytes], object]
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write(tmp_path, "b.md", b"1")
    assert tree(tmp_path) == {}
