"""At a glance: where nothing changed no file is opened, and whatever changed is noticed."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bulletin import basis, glance, pipeline
from bulletin.asked import Report
from bulletin.problem import BulletinError, CannotStartError
from bulletin.source import Stamp
from tests.conftest import DISTRICTS, NOW, PROJECT, SITE, Root, item, public, tree
from tests.test_rebuild import quick_templates  # noqa: F401 - used by every test

pytestmark = pytest.mark.disk

CopySite = Callable[[str], Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>\n'


# --- what is opened

_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if (
        _opened is not None
        and event == "open"
        and isinstance(arguments[0], str | bytes | os.PathLike)
    ):
        _opened.append(os.fsdecode(arguments[0]))


sys.addaudithook(_hear)  # it cannot be taken away, so it listens only when it is asked to


@contextmanager
def opened() -> Iterator[list[str]]:
    """The files that are opened meanwhile, by whatever function."""
    global _opened  # noqa: PLW0603 - as said above
    heard: list[str] = []
    _opened = heard
    try:
        yield heard
    finally:
        _opened = None


@pytest.fixture(autouse=True)
def no_file_is_young(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not wait until what they wrote can be told from what they write next."""
    monkeypatch.setattr(glance, "is_young", lambda stamp, at: False)
    monkeypatch.setattr(pipeline, "is_young", lambda stamp, at: False, raising=False)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A word for each build that had to look closer than at a glance."""
    found: list[str] = []
    original = pipeline._build

    def looked(*given: Any) -> Report:
        found.append("closer")
        return original(*given)

    monkeypatch.setattr(pipeline, "_build", looked)
    return found


@pytest.fixture
def built(root: Root, looks: list[str]) -> Root:
    """A root with much that may change, built twice: the second time at a glance."""
    root.write(
        {
            "content/news/2024/08/second.md": item("第二条", body="![图](one.svg)"),
            "content/news/2024/08/one.svg": SVG,
            "content/pages/about.md": "---\ntitle: 关于\n---\n\n正文。\n",
            "content/issues/2024-08.yaml": "title: 八月号\n",
            "templates/list.html": (PROJECT / "templates/list.html").read_text("utf-8"),
            "templates/assets/css/99-own.css": "p{color:#111}\n",
            "content/news/embargo.md": item("解禁", embargo="2026-03-01 08:00"),
            "content/news/ends.md": item("告示", expires="2026-04-01"),
        }
    )
    root.build()
    root.build()
    assert looks == ["closer"]
    looks.clear()
    return root


# --- nothing to do


def test_no_file_of_the_content_is_opened_when_nothing_changed(built: Root) -> None:
    with opened() as heard:
        built.build()
    assert any("manifest.json" in name for name in heard)  # else nothing was heard
    content, site = str(built.path / "content"), str(built.site)
    assert [name for name in heard if name.startswith(content) and Path(name).is_file()] == []
    mine = [os.path.relpath(name, site) for name in heard if name.startswith(site + os.sep)]
    assert [name for name in mine if not name.startswith(".bulletin")] == []


def test_no_state_is_read_and_nothing_is_written_when_nothing_changed(built: Root) -> None:
    before = tree(built.path)
    files = [n for n, data in before.items() if data is not None and not n.endswith("/lock")]
    stamps = [(built.path / name).stat() for name in files]
    with opened() as heard:
        built.build()
    assert not [name for name in heard if name.endswith((".cache/state", ".cache/bodies-1"))]
    assert tree(built.path) == before
    now = [(built.path / name).stat() for name in files]
    assert [s.st_mtime_ns for s in now] == [s.st_mtime_ns for s in stamps]


def test_the_report_is_that_of_a_build_that_found_nothing_to_do(
    root: Root, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write({FIRST: item(activities=None)})  # with a warning
    root.news(later=item("以后", date="2030-01-01"))
    first = root.build()
    at_a_glance = root.build()
    monkeypatch.setattr(pipeline, "nothing_to_do", lambda *_: None)
    closer = root.build()
    assert looks == ["closer", "closer"]
    for done in (at_a_glance, closer):
        assert (done.problems, done.held, done.items, done.pages, done.base_url) == (
            *(first.problems, first.held, first.items, first.pages, first.base_url),
        )
        assert (done.written, done.removed) == (0, 0)
    assert [told.code for told in first.problems] == ["B220"]


@pytest.mark.parametrize("options", [{"jobs": 2}, {"atomic": True}], ids=str)
def test_options_that_change_no_page_are_no_reason_to_look(
    built: Root, looks: list[str], options: dict[str, Any]
) -> None:
    built.build(**options)
    assert looks == []


def test_a_moment_between_the_same_dates_is_no_reason_to_look(
    built: Root, looks: list[str]
) -> None:
    for days in (-30, -1, 1, 50):
        built.build(now=NOW + timedelta(days=days))
    assert looks == []


# --- what is noticed

Change = Callable[[Root], None]


def same_size_and_time(root: Root) -> None:
    file = root.path / FIRST
    before = file.stat()
    file.write_bytes(file.read_bytes().replace("正文".encode(), "本文".encode()))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def same_size_and_time_by_rename(root: Root) -> None:
    file, other = root.path / FIRST, root.path / "other"
    before = file.stat()
    other.write_bytes(file.read_bytes().replace("正文".encode(), "本文".encode()))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


def longer(root: Root) -> None:
    root.write({FIRST: item("第一条", body="更长的正文。")})


def a_new_item(root: Root) -> None:
    root.news(new=item("新的"))


def an_item_less(root: Root) -> None:
    root.delete("content/news/2024/08/second.md")


def renamed(root: Root) -> None:
    (root.path / FIRST).rename(root.path / FIRST.replace("first", "other"))


def moved(root: Root) -> None:
    (root.path / "content/news/2024/08").rename(root.path / "content/news/2024/09")


def two_exchanged(root: Root) -> None:
    one, other = root.path / FIRST, root.path / "content/news/2024/08/second.md"
    one.rename(root.path / "aside")
    other.rename(one)
    (root.path / "aside").rename(other)


def a_picture(root: Root) -> None:
    root.write({"content/news/2024/08/one.svg": SVG.replace("4", "5")})


def settings(root: Root) -> None:
    root.write({"content/site.yaml": SITE.replace("测试", "另一")})


def vocabulary(root: Root) -> None:
    root.write({"content/districts.yaml": DISTRICTS.replace("东岸区,", "东港区,")})


def vocabulary_gone(root: Root) -> None:
    root.delete("content/districts.yaml")


def an_issue(root: Root) -> None:
    root.write({"content/issues/2024-08.yaml": "title: 九月号\n"})


def a_page(root: Root) -> None:
    root.delete("content/pages/about.md")


def a_name_that_is_refused(root: Root) -> None:
    root.write({"content/news/a\u202eb.md": item()})


def a_link_that_leads_out(root: Root) -> None:
    (root.path / "content/news/out.md").symlink_to("/etc/hostname")


def a_template(root: Root) -> None:
    file = root.path / "templates/list.html"
    before = file.stat()
    file.write_text(file.read_text("utf-8").replace("条消息", "条新闻"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_template_gone(root: Root) -> None:
    root.delete("templates/list.html")
    root.write({"templates/home.html": "{{ site.title }}"})


def an_asset(root: Root) -> None:
    root.write({"templates/assets/css/99-own.css": "p{color:#222}\n"})


def a_new_asset(root: Root) -> None:
    root.write({"templates/assets/js/99-own.js": "let own = 1;\n"})


def a_file_of_the_site_deleted(root: Root) -> None:
    root.delete("site/news/index.html")


def a_file_of_the_site_edited(root: Root) -> None:
    (root.site / "news/index.html").write_text("改坏了")


def a_file_of_the_site_touched(root: Root) -> None:
    os.utime(root.site / "news/index.html", ns=(1, 1))


def a_file_of_the_site_made_a_link(root: Root) -> None:
    file = root.site / "news/index.html"
    file.rename(root.path / "aside")
    file.symlink_to(root.path / "aside")


def the_site_deleted(root: Root) -> None:
    shutil.rmtree(root.site)


def the_manifest_deleted(root: Root) -> None:
    root.delete("site/.bulletin/manifest.json")
    for name in sorted(public(root.site), reverse=True):  # else they would be foreign files
        path = root.site / name
        path.rmdir() if path.is_dir() else path.unlink()


def a_journal_left_behind(root: Root) -> None:
    manifest = (root.site / ".bulletin/manifest.json").read_text("utf-8")
    journal = manifest.removesuffix("}") + ',"remove":[]}'
    root.write({"site/.bulletin/journal.json": journal})


def the_cache_deleted(root: Root) -> None:
    shutil.rmtree(root.path / ".cache")


def a_torn_glance(root: Root) -> None:
    file = root.path / ".cache/glance"
    file.write_bytes(file.read_bytes()[:-1])


CHANGES: list[Change] = [
    *(same_size_and_time, same_size_and_time_by_rename, longer, a_new_item, an_item_less),
    *(renamed, moved, two_exchanged, a_picture, settings, vocabulary, vocabulary_gone, an_issue),
    *(a_page, a_name_that_is_refused, a_link_that_leads_out, a_template, a_template_gone),
    *(an_asset, a_new_asset, a_file_of_the_site_deleted, a_file_of_the_site_edited),
    *(a_file_of_the_site_touched, a_file_of_the_site_made_a_link, the_site_deleted),
    *(the_manifest_deleted, a_journal_left_behind, the_cache_deleted, a_torn_glance),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_it_is_noticed(built: Root, looks: list[str], change: Change) -> None:
    before = public(built.site)
    change(built)
    try:
        built.build()
    except BulletinError:
        assert looks == ["closer"]
        return
    assert looks == ["closer"]
    if "site" in change.__name__ or "manifest" in change.__name__:
        assert public(built.site) == before  # mended


@pytest.mark.parametrize(
    "options",
    [
        {"drafts": True},
        {"base_url": "https://x.org/"},
        {"strict": True},
        {"clean": True},
        {"drafts": True, "strict": True},
    ],
    ids=str,
)
def test_other_options_are_noticed_and_so_is_the_way_back(
    built: Root, looks: list[str], options: dict[str, Any]
) -> None:
    built.build(**options)
    assert looks == ["closer"]
    built.build()
    assert len(looks) == (1 if options == {"clean": True} else 2)


MOMENTS = {
    "an embargo": datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8))),
    "an expiry": datetime(2026, 4, 1, 0, 0, tzinfo=timezone(timedelta(hours=8))),
    "a date": datetime(2024, 8, 5, 0, 0, tzinfo=timezone(timedelta(hours=8))),
}


@pytest.mark.parametrize("what", MOMENTS)
def test_time_that_passes_a_moment_is_noticed_forward_and_backward(
    built: Root, looks: list[str], what: str
) -> None:
    at, second = MOMENTS[what], timedelta(seconds=1)
    built.build(now=at - second)
    looks.clear()
    before = public(built.site)
    built.build(now=at - 2 * second)
    assert looks == []
    built.build(now=at)
    assert looks == ["closer"]
    assert public(built.site) != before
    built.build(now=at + second)
    assert looks == ["closer"]
    built.build(now=at - second)
    assert looks == ["closer", "closer"]
    assert public(built.site) == before


def test_a_moment_without_a_zone_is_meant_in_the_zone_of_the_site(
    built: Root, looks: list[str]
) -> None:
    built.build(now=datetime(2026, 3, 1, 7, 59))  # noqa: DTZ001 - the site's
    assert looks == []
    built.build(now=datetime(2026, 3, 1, 8, 0))  # noqa: DTZ001 - the site's
    assert looks == ["closer"]


def test_another_generator_is_noticed(
    built: Root, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "generator_mark", lambda package: b"another program")
    built.build()
    assert looks == ["closer"]


@pytest.mark.parametrize("change", ["template", "asset", "vocabulary"])
def test_a_file_that_the_project_lends_is_noticed(
    root: Root, looks: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str
) -> None:
    lender = tmp_path / "lender"
    for name in ("templates", "content"):
        shutil.copytree(PROJECT / name, lender / name)
    for module in (glance, basis, pipeline):
        monkeypatch.setattr(module, "PROJECT", lender)
    monkeypatch.setattr(pipeline, "generator_mark", lambda package: b"the same program")
    root.delete("content/districts.yaml")
    root.write({FIRST: item(districts="[东城区]")})
    root.build()
    root.build()
    assert looks == ["closer"]
    file = {
        "template": "templates/list.html",
        "asset": "templates/assets/icons/icon.svg",
        "vocabulary": "content/districts.yaml",
    }[change]
    if not (lender / file).is_file():  # wherever the icon lies
        file = next(p.relative_to(lender).as_posix() for p in (lender / "templates").rglob("*.svg"))
    with (lender / file).open("a", encoding="utf-8") as text:
        text.write("\n")
    root.build()
    assert looks == ["closer", "closer"]


def test_a_site_that_may_not_be_written_any_more_is_refused_at_a_glance(
    built: Root, tmp_path: Path
) -> None:
    built.site.rename(tmp_path / "elsewhere")
    built.site.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotStartError) as caught:
        built.build()
    assert [told.code for told in caught.value.problems] == ["B801"]


def test_a_build_that_fails_leaves_no_glance(built: Root, looks: list[str]) -> None:
    broken = item(districts="[南岸区]")
    built.write({FIRST: broken})
    for _ in range(2):
        assert built.codes() != []
    assert looks == ["closer", "closer"]


# --- a file too young to be told from its next edit


def test_a_young_file_makes_no_glance(
    root: Root, looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "is_young", is_young)
    root.build()  # its files were written a moment ago
    assert not (root.path / ".cache/glance").exists()
    root.build()
    assert looks == ["closer", "closer"]


is_young = glance.is_young  # as it is without the fixture above
SECOND = 1_000_000_000
AT = 1_800_000_000 * SECOND + 5


@pytest.mark.parametrize(
    ("modified", "changed", "young"),
    [
        (AT - 3 * SECOND, AT - 3 * SECOND, False),
        (AT, AT, True),
        (AT + SECOND, AT - 3 * SECOND, True),  # by a clock that runs ahead
        (AT - 3 * SECOND, AT, True),  # its old time was put back
        (AT, AT - 3 * SECOND, True),
        # A clock that counts whole seconds may count them by twos.
        (AT - SECOND - 5, AT - SECOND - 5, True),
        (AT - 2 * SECOND - 5, AT - 2 * SECOND - 5, False),
    ],
)
def test_when_a_file_is_young(modified: int, changed: int, young: bool) -> None:
    assert is_young(Stamp(10, modified, changed, 1), AT) == young


def test_an_edit_within_the_tick_of_a_build_is_seen_by_the_next(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "is_young", is_young)
    monkeypatch.setattr(pipeline, "is_young", is_young, raising=False)
    for number in range(5):
        root.write({FIRST: item(f"第{number}条")})  # of one size, one right after the other
        root.build()
        assert f"第{number}条" in root.text("news/index.html")


def test_the_time_is_taken_before_the_files_are_looked_at(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def look(path: Path) -> tuple[list[Any], list[Any]]:
        looked.append(time.time_ns())
        return [], []

    monkeypatch.setattr(glance, "look", look)
    assert glance.look_around(root.path).at <= looked[0]
