"""Faults of the site on disk: rows 1, 2, 3, 4, 5, 9 and 12 of the list of faults."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pytest

from bulletin import glance, lock, pipeline
from bulletin.asked import Options, Watcher
from bulletin.problem import BulletinError, CannotStartError, ContentError
from tests.conftest import (
    LOCK,
    NOW,
    Root,
    item,
    public,
    said,
    tree,
    wait_until,
    without_cache,
)

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
NEWS = "content/news/2024/08/"
FIRST = NEWS + "2024-08-05-first.md"
FIRST_PAGE = "news/2024/08/05/first/index.html"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="2"></svg>'

# --- row 1: two sources for one address


def page(title: str = "关于") -> str:
    return f"---\ntitle: {title}\n---\n\n正文。\n"


ONE_ADDRESS = {
    "item-item": (
        {NEWS + "2024-08-05-first.md": item(), NEWS + "again.md": item(slug="first")},
        "/news/2024/08/05/first/",
        (NEWS + "2024-08-05-first.md", NEWS + "again.md"),
    ),
    "item-item-of-another-folder": (
        {NEWS + "2024-08-05-first.md": item(), "content/news/b/first.md": item()},
        "/news/2024/08/05/first/",
        (NEWS + "2024-08-05-first.md", "content/news/b/first.md"),
    ),
    "item-alias": (
        {NEWS + "a.md": item(), NEWS + "b.md": item(aliases="[/news/2024/08/05/a/]")},
        "/news/2024/08/05/a/",
        (NEWS + "a.md", NEWS + "b.md"),
    ),
    "alias-alias": (
        {NEWS + "a.md": item(aliases="[/old/1.html]"), NEWS + "b.md": item(aliases="[old/1.html]")},
        "/old/1.html",
        (NEWS + "a.md", NEWS + "b.md"),
    ),
    "alias-home": (
        {NEWS + "a.md": item(aliases="[/feed.html, /news/]")},
        "/news/",
        (NEWS + "a.md",),
    ),
    "alias-feed": (
        {NEWS + "a.md": item(aliases="[/districts/east/]")},
        "/districts/east/",
        (NEWS + "a.md", "东岸区"),
    ),
    "alias-404": (
        {NEWS + "a.md": item(aliases="[/404.html]")},
        "/404.html",
        (NEWS + "a.md", "404"),
    ),
    "page-section": (
        {NEWS + "a.md": item(), "content/pages/news.md": page()},
        "/news/",
        ("content/pages/news.md", "news"),
    ),
    "page-matrix": (
        {NEWS + "a.md": item(), "content/pages/matrix.md": page()},
        "/matrix/",
        ("content/pages/matrix.md", "matrix"),
    ),
    "page-page": (
        {
            NEWS + "a.md": item(),
            "content/pages/about.md": page(),
            "content/pages/more/about.md": page("再谈"),
        },
        "/about/",
        ("content/pages/about.md", "content/pages/more/about.md"),
    ),
    "item-month": (
        {NEWS + "a.md": item(aliases="[/news/2024/08/]")},
        "/news/2024/08/",
        (NEWS + "a.md",),
    ),
}


@pytest.mark.parametrize("case", ONE_ADDRESS)
def test_row_1_two_sources_for_one_address_are_an_error_that_names_all(
    make_root: MakeRoot, case: str
) -> None:
    files, address, sources = ONE_ADDRESS[case]
    root = make_root({NEWS + "good.md": item()})
    root.build()
    root.write(files)
    found = [p for p in root.refused(ContentError) if p.code == "B601"]
    assert [dict(p.facts)["address"] for p in found] == [address]
    for source in sources:
        assert source in said(tuple(found))


@pytest.mark.parametrize(
    ("files", "address"),
    [
        ({NEWS + "a.md": item(aliases="[/old.html, /old.html/a.html]")}, "/old.html"),
        ({NEWS + "a.md": item(), "content/pages/feed.xml.md": page()}, "/feed.xml"),
    ],
)
def test_row_1_a_file_where_another_address_has_a_folder(
    make_root: MakeRoot, files: dict[str, str], address: str
) -> None:
    root = make_root(files)
    found = [p for p in root.refused(ContentError) if p.code == "B603"]
    assert [dict(p.facts)["address"] for p in found] == [address]


# --- row 2: case and Unicode form

LIGATURE = "ﬁne"
NFC, NFD = "caf\u00e9", "cafe\u0301"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"slug": "Academy"}, {"slug": "academy"}),
        ({"slug": NFC}, {"slug": NFD}),
        ({"slug": LIGATURE}, {"slug": "fine"}),
        ({"slug": "x", "aliases": "[/Old/]"}, {"slug": "y", "aliases": "[/old/]"}),
        ({"slug": "x", "aliases": "[/About/]"}, {"slug": "y"}),
    ],
    ids=["case", "nfc-nfd", "compatible", "alias-case", "alias-page-case"],
)
def test_row_2_addresses_alike_but_for_case_or_form(
    make_root: MakeRoot, one: dict[str, str], other: dict[str, str]
) -> None:
    root = make_root({NEWS + "one.md": item(**one), NEWS + "other.md": item(**other)})
    if "/About/" in str(one):
        root.write({"content/pages/about.md": page()})
    found = [p for p in root.refused(ContentError) if p.code in ("B601", "B602")]
    assert len(found) == 1
    assert NEWS + "one.md" in said(tuple(found))


def test_row_2_pictures_whose_names_differ_in_case_alone(make_root: MakeRoot) -> None:
    body = "![甲](Plan.svg)\n\n![乙](plan.svg)"
    pictures = {NEWS + "Plan.svg": SVG.format(1), NEWS + "plan.svg": SVG.format(2)}
    root = make_root({NEWS + "a.md": item(body=body), **pictures})
    assert "B602" in [p.code for p in root.refused(ContentError)]


def test_row_2_files_whose_names_differ_in_unicode_form_alone(make_root: MakeRoot) -> None:
    root = make_root({NEWS + f"{NFC}.svg": SVG.format(1), NEWS + f"{NFD}.svg": SVG.format(2)})
    root.write({NEWS + "a.md": item(body=f"![甲]({NFC}.svg)\n\n![乙]({NFD}.svg)")})
    found = root.refused(ContentError)
    assert any(NFC + ".svg" in p.path + said((p,)) for p in found)


def test_row_2_output_names_are_nfc(make_root: MakeRoot) -> None:
    root = make_root({NEWS + "a.md": item(slug=NFD, aliases=f"[/{NFD}/]")})
    root.build()
    assert f"news/2024/08/05/{NFC}/index.html" in root.files()
    assert all(unicodedata.is_normalized("NFC", name) for name in root.files())


def test_row_2_a_picture_whose_name_is_nfd_on_disk_is_published_as_nfc(make_root: MakeRoot) -> None:
    root = make_root({NEWS + f"{NFD}.svg": SVG.format(1)})
    root.write({NEWS + "a.md": item(body=f"![甲]({NFC}.svg)")})
    root.build()
    assert f"media/news/2024/08/{NFC}.svg" in root.files()


# --- row 3: deleted and renamed sources


def test_row_3_a_deleted_source_loses_its_page_and_its_empty_folders(make_root: MakeRoot) -> None:
    root = make_root(
        {FIRST: item("第一条"), "content/news/2023/old.md": item("旧", date="2023-01-02")}
    )
    root.build()
    assert (root.site / "news/2023/01/02/old/index.html").exists()
    root.delete("content/news/2023/old.md")
    report = root.build()
    assert not (root.site / "news/2023").exists()
    assert report.removed == 3  # the item, its month, its year
    assert "旧" not in root.text("index.html")


def test_row_3_a_renamed_source_moves_its_page(root: Root) -> None:
    root.build()
    (root.path / FIRST).rename(root.path / NEWS / "2024-08-05-renamed.md")
    root.build()
    assert not (root.site / "news/2024/08/05/first").exists()
    assert (root.site / "news/2024/08/05/renamed/index.html").exists()


def test_row_3_a_page_becomes_a_folder_and_a_folder_a_page(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(aliases="[/old.html, /way/a.html]")})
    root.build()
    root.write({FIRST: item(aliases="[/old.html/a.html, /way.html]")})
    root.build()
    assert (root.site / "old.html/a.html").is_file()
    root.write({FIRST: item(aliases="[/old.html]")})
    root.build()
    assert (root.site / "old.html").is_file()
    assert not (root.site / "way").exists()


def test_row_3_a_picture_that_nobody_shows_any_more_goes(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(body="![甲](a.svg)"), NEWS + "a.svg": SVG.format(1)})
    root.build()
    assert (root.site / "media/news/2024/08/a.svg").exists()
    root.write({FIRST: item(body="没有图。")})
    root.build()
    assert not (root.site / "media").exists()


def test_row_3_only_files_of_our_manifest_are_deleted(make_root: MakeRoot) -> None:
    root = make_root({FIRST: item(), "content/news/b.md": item(date="2023-01-02")})
    root.build()
    foreign = root.site / "news/2023/01/02/b/mine.txt"
    foreign.write_text("别人的")
    root.delete("content/news/b.md")
    root.build()
    assert foreign.read_text() == "别人的"
    assert not foreign.with_name("index.html").exists()


def test_row_3_a_folder_replaced_by_a_link_is_not_deleted_through(
    make_root: MakeRoot, tmp_path: Path
) -> None:
    root = make_root({FIRST: item(), "content/news/b.md": item(date="2023-01-02", slug="b")})
    root.build()
    (root.site / "news/2023").rename(tmp_path / "elsewhere")
    (root.site / "news/2023").symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path / "elsewhere")
    root.delete("content/news/b.md")
    with suppress(BulletinError):  # refusing is as good as leaving it alone
        root.build()
    assert tree(tmp_path / "elsewhere") == before


TAMPERED = [
    "../outside.txt",
    "news/../../outside.txt",
    "..",
    "/etc/hostname.bulletin-test",
    "a\\..\\..\\outside.txt",
    ".bulletin/lock",
    "",
    ".",
    "news/./first",
    "nul\u0000byte",
]


@pytest.mark.parametrize("name", TAMPERED, ids=repr)
@pytest.mark.parametrize("where", ["manifest.json", "journal.json"])
def test_row_3_a_tampered_manifest_never_deletes_outside_the_site(
    root: Root, name: str, where: str
) -> None:
    root.build()
    outside = root.path / "outside.txt"
    outside.write_text("别人的")
    clean = public(root.site)
    manifest = json.loads(root.text(".bulletin/manifest.json"))
    entry = ["0" * 32, 0, 0]
    value = {**manifest, "files": {**manifest["files"], name: entry}, "remove": [name]}
    root.write({f"site/.bulletin/{where}": json.dumps(value)})
    if where == "manifest.json":  # what is not trusted is not deleted, and not overwritten either
        assert set(root.codes()) <= {"B802"}
    else:
        root.build()
    assert outside.read_text() == "别人的"
    assert public(root.site) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 2}',
        '{"version": 2, "files": {}}',
        '{"version": 99}',
        '{"version": 1, "files": {}, "remove": []}',
        '{"version": 2, "files": {}, "remove": 5}',
        '{"version": 2, "files": {}, "remove": "abc"}',
        '{"version": 2, "files": {"a.html": "0123"}, "remove": []}',
        '{"version": 2, "files": {"a.html": ["0123", 1]}, "remove": []}',
    ],
)
def test_row_3_a_torn_or_strange_journal_is_no_journal(root: Root, text: str) -> None:
    root.build()
    clean = public(root.site)
    root.write({"site/.bulletin/journal.json": text})
    root.build()
    assert public(root.site) == clean


# --- row 4: foreign files


def test_row_4_foreign_files_are_kept(root: Root) -> None:
    root.build()
    foreign = {
        "CNAME": "x.org\n",
        ".well-known/security.txt": "Contact: x\n",
        "news/mine.html": "m",
    }
    root.write({f"site/{name}": text for name, text in foreign.items()})
    (root.site / "empty").mkdir()
    root.write({FIRST: item("改过的标题")})
    root.build()
    root.build(clean=True)
    assert {name: root.text(name) for name in foreign} == foreign
    assert (root.site / "empty").is_dir()


@pytest.mark.parametrize("made_of", ["file", "folder", "link", "dangling"])
def test_row_4_a_clash_with_a_foreign_file_leaves_everything(root: Root, made_of: str) -> None:
    root.build()
    place = root.site / "news/2024/08/05/second"
    foreign = root.path / "foreign.txt"
    foreign.write_text("别人的")
    if made_of == "file":
        place.write_text("别人的")
    elif made_of == "folder":
        (place / "index.html").mkdir(parents=True)
    else:
        place.mkdir()
        (place / "index.html").symlink_to(foreign if made_of == "link" else "nowhere")
    root.write({NEWS + "2024-08-05-second.md": item("第二条"), FIRST: item("改过的标题")})
    problems = root.refused(ContentError)
    assert [p.code for p in problems] == ["B802"]
    assert "/news/2024/08/05/second" in said(problems)
    assert foreign.read_text() == "别人的"


def test_row_4_a_page_of_ours_replaced_by_a_foreign_folder(root: Root) -> None:
    root.build()
    (root.site / "feed.json").unlink()
    root.write({"site/feed.json/mine.txt": "别人的", FIRST: item("改过的标题")})
    problems = root.refused(BulletinError)
    assert "feed.json" in said(problems)
    (root.site / "feed.json/mine.txt").unlink()
    (root.site / "feed.json").rmdir()
    root.build()
    assert "改过的标题" in root.text("feed.json")


# --- row 5: a site/ that is not ours


def _file(root: Root, elsewhere: Path) -> None:
    root.site.write_text("别人的")


def _foreign(root: Root, elsewhere: Path) -> None:
    root.write({"site/照片.jpg": b"x"})


def _foreign_folder(root: Root, elsewhere: Path) -> None:
    root.write({"site/deep/down.txt": b"x"})


def _out_of_root(root: Root, elsewhere: Path) -> None:
    root.site.symlink_to(elsewhere)


def _dangling(root: Root, elsewhere: Path) -> None:
    root.site.symlink_to(elsewhere / "missing")


def _content(root: Root, elsewhere: Path) -> None:
    root.site.symlink_to("content")


def _in_content(root: Root, elsewhere: Path) -> None:
    (root.path / "content/empty").mkdir()
    root.site.symlink_to("content/empty")


def _templates(root: Root, elsewhere: Path) -> None:
    (root.path / "templates").mkdir()
    root.site.symlink_to("templates")


def _itself(root: Root, elsewhere: Path) -> None:
    root.site.symlink_to(".")


def _slash(root: Root, elsewhere: Path) -> None:
    root.site.symlink_to("/")


def _fake(root: Root, elsewhere: Path) -> None:
    root.write({"site/照片.jpg": b"x", "site/.bulletin": "别人的"})


NOT_OURS = {
    f.__name__.strip("_"): f
    for f in (
        _file,
        _foreign,
        _foreign_folder,
        _out_of_root,
        _dangling,
        _content,
        _in_content,
        _templates,
        _itself,
        _slash,
        _fake,
    )
}


@pytest.mark.parametrize("kind", NOT_OURS)
def test_row_5_a_site_that_is_not_ours_is_refused_untouched(
    root: Root, tmp_path: Path, kind: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    NOT_OURS[kind](root, elsewhere)
    before = without_cache(root.path), tree(elsewhere)
    with pytest.raises(CannotStartError) as caught:
        root.build()
    assert [p.code for p in caught.value.problems] == ["B801"]
    assert (without_cache(root.path), tree(elsewhere)) == before


def test_row_5_a_site_that_was_moved_away_and_linked_is_refused_though_nothing_changed(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "YOUNG_NS", 0)
    root.build()
    root.site.rename(tmp_path / "elsewhere")
    root.site.symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path / "elsewhere")
    with pytest.raises(CannotStartError) as caught:
        root.build()
    assert [p.code for p in caught.value.problems] == ["B801"]
    assert tree(tmp_path / "elsewhere") == before


def test_row_5_what_a_version_control_system_left_is_harmless(root: Root) -> None:
    root.write({"site/.gitignore": "*\n", "site/.gitkeep": ""})
    root.build()
    assert root.text(".gitignore") == "*\n"


def test_row_5_a_link_to_a_folder_inside_the_root_is_the_site(root: Root) -> None:
    (root.path / "public").mkdir()
    root.site.symlink_to("public")
    root.build()
    assert (root.path / "public/index.html").is_file()


@pytest.mark.parametrize(
    "place",
    [
        "news",
        "news/2024/08/05",
        "districts/east",
        FIRST_PAGE,
        "feed.json",
        ".bulletin",
        ".bulletin/staging",
        ".bulletin/manifest.json",
        ".bulletin/manifest.new",
        ".bulletin/lock",
    ],
)
def test_row_5_a_link_that_leads_outside_is_never_written_through(
    root: Root, tmp_path: Path, place: str
) -> None:
    root.build()
    elsewhere = tmp_path / "elsewhere"
    link = root.site / place
    if link.is_dir() or place.endswith("staging"):
        elsewhere.mkdir()
        if link.exists():
            link.rename(elsewhere / "kept")
            elsewhere = elsewhere / "kept"
    else:
        elsewhere.write_text("别人的")
        link.unlink(missing_ok=True)
    link.symlink_to(elsewhere)

    def held() -> object:
        return tree(elsewhere) if elsewhere.is_dir() else elsewhere.read_text()

    before = held()
    root.write({FIRST: item("改过的标题")})
    with suppress(BulletinError):  # refusing is as good as replacing the link
        root.build()
    assert held() == before


@pytest.mark.parametrize(
    "name", ["state", "state.new", "glance", "glance.new", "bodies-1", "bodies-2", "holder", "lock"]
)
@pytest.mark.parametrize("to", ["file", "nowhere"])
def test_row_5_nor_is_one_in_the_cache(root: Root, tmp_path: Path, name: str, to: str) -> None:
    root.build()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if to == "file":
        (elsewhere / "victim.txt").write_text("别人的")
    before = tree(elsewhere)
    link = root.path / ".cache" / name
    link.unlink(missing_ok=True)
    link.symlink_to(elsewhere / "victim.txt")
    root.write({FIRST: item("改过的标题", "另一段。")})
    with suppress(BulletinError):
        root.build()
    assert tree(elsewhere) == before


@pytest.mark.parametrize(
    ("file", "line"),
    [("districts.yaml", "districts"), ("activities.yaml", "activities")],
    ids=["district", "activity"],
)
@pytest.mark.parametrize("id_", ["../../../../escaped", "../../escaped", "a/b", "..", "/escaped"])
def test_row_5_an_id_of_a_vocabulary_never_writes_outside_the_site(
    make_root: MakeRoot, file: str, line: str, id_: str
) -> None:
    root = make_root({FIRST: item(districts=None, activities=None)})
    root.write({f"content/{file}": f'{line}:\n  - {{id: "{id_}", name: 甲}}\n'})
    problems = root.refused(ContentError)
    assert [(p.path, p.line) for p in problems if p.severity == "error"] == [(f"content/{file}", 2)]
    assert root.names() == ["content"]


# --- rows 6 and 7: an interrupted publish is finished by the next run


@pytest.fixture
def changed(make_root: MakeRoot) -> Root:
    """A root whose last build is out of date: items changed, added and gone."""
    root = make_root({FIRST: item("第一条"), "content/news/b.md": item("乙", date="2023-01-02")})
    root.build()
    root.write({FIRST: item("改过"), "content/news/c.md": item("丙", date="2025-06-07")})
    root.delete("content/news/b.md")
    return root


def clean_build(root: Root, elsewhere: Path) -> dict[str, bytes | None]:
    """The public files of the same content, built where nothing was."""
    (elsewhere / "content").parent.mkdir(parents=True)
    os.symlink(root.path / "content", elsewhere / "content")
    fresh = Root(elsewhere)
    fresh.build()
    return public(fresh.site)


def fail_at(
    monkeypatch: pytest.MonkeyPatch, call: str, number: int, error: BaseException
) -> list[str]:
    """Make the ``number``-th os.``call`` raise; the list grows with every call."""
    real, calls = getattr(os, call), []

    def failing(*args: object, **more: object) -> object:
        calls.append(str(args[0]))
        if len(calls) == number:
            raise error
        return real(*args, **more)

    monkeypatch.setattr(os, call, failing)
    return calls


@pytest.mark.parametrize("number", [1, 2, 3, 8, 20])
@pytest.mark.parametrize(
    "error",
    [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()],
    ids=["disk", "key"],
)
def test_row_6_a_rename_that_fails_is_made_up_for_by_the_next_run(
    changed: Root,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    error: BaseException,
) -> None:
    old = public(changed.site)
    with monkeypatch.context() as patch:
        calls = fail_at(patch, "replace", number, error)
        with pytest.raises((CannotStartError, KeyboardInterrupt)) as caught:
            changed.build()
        assert len(calls) >= number, "the fault was never reached"
    if isinstance(caught.value, CannotStartError):
        assert [p.code for p in caught.value.problems] == ["B804"]
        assert "No space left" in said(caught.value.problems)
    new = clean_build(changed, tmp_path / "clean")
    for name, data in public(changed.site).items():  # old or new, but never torn
        assert data in (old.get(name, data), new.get(name, data)), name
    if number == 1:  # before the journal was in place nothing had begun
        assert public(changed.site) == old
    changed.build()
    assert public(changed.site) == new


@pytest.mark.parametrize("number", [1, 2, 3])
def test_row_6_a_deletion_that_fails_is_made_up_for_by_the_next_run(
    changed: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real, calls = Path.unlink, []

    def failing(self: Path, missing_ok: bool = False) -> None:
        if self.name == "index.html":
            calls.append(self)
            if len(calls) == number:
                raise OSError(errno.EIO, "Input/output error")
        real(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing)
        with pytest.raises(CannotStartError):
            changed.build()
    changed.build()
    assert public(changed.site) == clean_build(changed, tmp_path / "clean")


class FullDisk:
    """A disk that is full from the ``number``-th write to a file below a folder on; half of that
    one fits. ``calls`` grows with every such write, however the file was opened.
    """

    def __init__(self, number: int, below: Path) -> None:
        self.number, self.below = number, below
        self.calls: list[str] = []

    def write(self, name: str, data: Any, write: Callable[[Any], int]) -> int:
        self.calls.append(name)
        if len(self.calls) < self.number:
            return write(data)
        write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    def put_in(self, patch: pytest.MonkeyPatch) -> Self:
        """Path.write_bytes and write_text open their files as Path.open does."""
        real_open, open_, write = Path.open, os.open, os.write
        names: dict[int, str] = {}

        def opened(path: Path, mode: str = "r", *args: Any, **more: Any) -> Any:
            file = real_open(path, mode, *args, **more)
            written = set(mode) & set("wax+") and path.is_relative_to(self.below)
            return _Watched(file, self) if written else file

        def opened_as_number(name: Any, *args: Any, **more: Any) -> int:
            number = open_(name, *args, **more)
            names[number] = os.fspath(name)
            return number

        def written(number: int, data: Any) -> int:
            if Path(names.get(number, "/")).is_relative_to(self.below):
                return self.write(names[number], data, lambda part: write(number, part))
            return write(number, data)

        patch.setattr(Path, "open", opened)
        patch.setattr(os, "open", opened_as_number)
        patch.setattr(os, "write", written)
        return self


class _Watched:
    """A file whose writes the disk is asked for."""

    def __init__(self, file: Any, disk: FullDisk) -> None:
        self.file, self.disk = file, disk

    def write(self, data: Any) -> int:
        return self.disk.write(str(self.file.name), data, self.file.write)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@pytest.mark.parametrize("number", [1, 7, 20])
def test_row_6_a_write_that_fails_leaves_the_old_site(
    changed: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = tree(changed.site)
    with monkeypatch.context() as patch:
        disk = FullDisk(number, changed.site / ".bulletin/staging").put_in(patch)
        with pytest.raises(CannotStartError) as caught:
            changed.build()
    assert len(disk.calls) == number, "the fault was never reached"
    assert [p.code for p in caught.value.problems] == ["B804"]
    assert "No space left" in said(caught.value.problems)
    assert tree(changed.site) == before
    changed.build()
    assert public(changed.site) == clean_build(changed, tmp_path / "clean")


def test_row_6_wherever_a_write_fails_the_site_is_whole_and_the_fault_told(
    changed: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it fails in .cache: that is told in a line, or the build goes on without."""
    old, new = public(changed.site), clean_build(changed, tmp_path / "clean")
    told: set[str] = set()
    wrong: list[str] = []
    number, reached = 0, True
    while reached:
        number += 1
        root = Root(tmp_path / f"copy-{number}")
        shutil.copytree(changed.path, root.path)
        with monkeypatch.context() as patch:
            disk = FullDisk(number, root.path).put_in(patch)
            try:
                root.build()
            except CannotStartError as error:
                told |= (codes := {p.code for p in error.problems})
                if "B805" in codes:  # it says that the site was left as it was
                    assert public(root.site) == old
            except OSError as error:  # a traceback for people: each is told below
                wrong.append(f"{Path(disk.calls[-1]).relative_to(root.path)}: {error}")
            reached = len(disk.calls) >= number
        assert public(root.site) in (old, new)
        root.build()
        assert public(root.site) == new
    assert number > 20
    assert told <= {"B804", "B805"}  # site/, .cache
    assert not wrong


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A disk that takes the first part of a large write and then no more, as a full one does."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_row_6_a_write_that_the_disk_takes_in_part_leaves_the_old_site(root: Root) -> None:
    root.build()
    before = tree(root.site)
    root.write({FIRST: item("改过", "正文。" * 30_000)})  # 270 kB, the largest file by far
    with files_no_larger_than(100_000), pytest.raises(CannotStartError) as caught:
        root.build()
    assert [p.code for p in caught.value.problems] == ["B804"]
    assert tree(root.site) == before
    root.build()
    assert "改过" in root.text(FIRST_PAGE)


def _killed(root: Root, number: int, drafts: bool = False) -> None:
    """A build that the kernel ends at its ``number``-th rename."""
    real, calls = os.replace, []

    def deadly(source: str, target: str) -> None:
        calls.append(source)
        if len(calls) == number:
            os._exit(9)
        real(source, target)

    os.replace = deadly  # type: ignore[assignment] # in a process of its own
    pipeline.build(root.path, Options(now=NOW, jobs=1, drafts=drafts))


@pytest.mark.parametrize("number", [3, 5, 12])
def test_row_7_a_killed_publish_is_finished_by_the_next_run(
    changed: Root, tmp_path: Path, number: int
) -> None:
    process = multiprocessing.get_context("fork").Process(target=_killed, args=(changed, number))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert (changed.site / ".bulletin/journal.json").exists()
    # What is then written is another state again: the next run ends the old one first.
    changed.write({"content/news/d.md": item("丁", date="2022-02-03")})
    changed.build()
    assert public(changed.site) == clean_build(changed, tmp_path / "clean")
    assert sorted(os.listdir(changed.site / ".bulletin")) == ["lock", "manifest.json"]


def test_row_7_a_killed_preview_is_taken_back_by_the_next_run(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file of content/ changed, and the manifest is the old one: all the same, drafts that
    reached the site must not stay there.
    """
    monkeypatch.setattr(glance, "YOUNG_NS", 0)
    root.news(draft=item("草稿在此", status="draft", date="2020-01-02", tags="[甲]"))
    root.build()
    clean = public(root.site)
    for number in range(2, 8):
        process = multiprocessing.get_context("fork").Process(
            target=_killed, args=(root, number), kwargs={"drafts": True}
        )
        process.start()
        process.join()
        assert process.exitcode == 9
        root.build()
        assert public(root.site) == clean, number
        assert not (root.site / ".bulletin/journal.json").exists()


def test_row_7_a_lost_manifest_deletes_nothing_and_says_so(changed: Root) -> None:
    (changed.site / ".bulletin/manifest.json").unlink()
    problems = changed.refused(ContentError)
    assert {p.code for p in problems} == {"B802"}


# --- row 9: two builds at once
#
# A build holds .cache/lock from its start, and site/.bulletin/lock while it publishes.

LOCKS = (".cache/lock", f"site/{LOCK}")
HOLD = """
import sys, time, filelock
with filelock.FileLock(sys.argv[1], mode=0o644):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another(root: Root, lock: str = f"site/{LOCK}") -> Iterator[subprocess.Popen[str]]:
    """A lock in the hands of another process, until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root.path / lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("lock", LOCKS)
def test_row_9_a_second_build_waits_for_the_first(root: Root, lock: str) -> None:
    root.build()
    root.write({FIRST: item("改过的标题")})
    with held_by_another(root, lock) as first:
        second = root.start("--lang", "en", "build", "--now", "2026-01-01")
        assert second.stderr is not None
        assert b"another build is using site/" in second.stderr.readline()
        assert second.poll() is None
        assert "改过的标题" not in root.text(FIRST_PAGE)
        assert first.stdin is not None
        first.stdin.close()
        out, _ = second.communicate(timeout=20)
    assert second.returncode == 0
    assert b"1 items" in out
    assert "改过的标题" in root.text(FIRST_PAGE)


@pytest.mark.parametrize("file", LOCKS)
def test_row_9_who_waits_too_long_is_told_who_holds_the_lock(
    root: Root, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    root.build()
    before = public(root.site)
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.1)
    waited: list[str] = []

    class Told(Watcher):
        def waiting(self) -> None:
            waited.append("told")

    root.write({FIRST: item("改过的标题"), file.replace("lock", "holder"): "4711\n"})
    with held_by_another(root, file), pytest.raises(CannotStartError) as caught:
        pipeline.build(root.path, Options(now=NOW, jobs=1), Told())
    assert public(root.site) == before
    assert waited == ["told"]
    assert [p.code for p in caught.value.problems] == ["B803"]
    assert "4711" in said(caught.value.problems)
    assert "0.1" in said(caught.value.problems)


def test_row_9_who_waits_in_vain_leaves_the_staging_of_the_other_alone(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.build()
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.05)
    with held_by_another(root):
        root.write({"site/.bulletin/staging/index.html": "what the first build has made"})
        with pytest.raises(CannotStartError):
            root.build()
        assert root.text(".bulletin/staging/index.html") == "what the first build has made"


def test_row_9_two_builds_at_once_both_end_well(root: Root) -> None:
    both = [root.start("build", "--now", "2026-01-01") for _ in range(2)]
    ends = [process.communicate(timeout=30) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert root.build().written == 0


# --- row 12: the same bytes everywhere


@pytest.fixture
def many(make_root: MakeRoot) -> Root:
    """Enough pages for work to be spread over processes."""
    files = {
        f"content/news/{n}.md": item(
            f"第{n}条",
            "正文。" * n + "\n\n![图](a.svg)",
            date=f"2024-{1 + n % 12:02}-0{1 + n % 3} 2{n % 4}:30",
            districts="[东岸区, 西岸区]" if n % 2 else "[西岸区]",
            tags="[丙, 甲, 乙]",
            issue=f"2024-{n % 4}",
        )
        for n in range(70)
    }
    return make_root({**files, "content/news/a.svg": SVG.format(3)})


ELSEWHERE = {
    "time-zone": {"TZ": "America/Los_Angeles"},
    "locale": {"LANG": "tr_TR.UTF-8", "LC_ALL": "C"},
    "hash-seed": {"PYTHONHASHSEED": "4711"},
    "ascii": {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
}


def test_row_12_same_bytes_in_other_surroundings(many: Root, tmp_path: Path) -> None:
    plain = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0"}
    many.run("build", "--now", "2026-01-01", "--jobs", "1", environment=plain)
    expected = public(many.site)
    assert len(expected) > 200
    for name, environment in ELSEWHERE.items():
        other = Root(tmp_path / name)
        other.path.mkdir()
        # Written in another order, so that the folder lists them in another order too.
        for source in sorted((many.path / "content").rglob("*"), reverse=True):
            if source.is_file():
                other.write({str(source.relative_to(many.path)): source.read_bytes()})
        ran = other.run("build", "--now", "2026-01-01", "--jobs", "2", environment=environment)
        assert ran.status == 0, ran.log
        assert public(other.site) == expected, name


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o027])
@pytest.mark.parametrize("jobs", [1, 2])
def test_row_12_files_0644_and_folders_0755_whatever_the_umask(
    many: Root, mask: int, jobs: int
) -> None:
    before = os.umask(mask)
    try:
        many.build(jobs=jobs)
        assert os.umask(mask) == mask  # and it is given back
    finally:
        os.umask(before)
    wrong = [
        path
        for path in [many.site, *many.site.rglob("*")]
        if path.stat().st_mode & 0o7777 != (0o755 if path.is_dir() else 0o644)
    ]
    assert wrong == []


def marks(root: Root) -> dict[str, tuple[int, int]]:
    """What tells whether a file was written again: its inode and the time of its change."""
    stats = {name: (root.site / name).stat() for name in root.files()}
    return {name: (found.st_ino, found.st_mtime_ns) for name, found in stats.items()}


def test_row_12_unchanged_files_are_not_written_again(make_root: MakeRoot) -> None:
    root = make_root(
        {FIRST: item(), "content/news/b.md": item(date="2023-01-02", districts="[西岸区]")}
    )
    root.build()
    before = marks(root)
    report = root.build()
    assert (report.written, report.removed) == (0, 0)
    assert marks(root) == before
    root.write({FIRST: item("改过的标题")})
    report = root.build()
    after = marks(root)
    rewritten = {name for name in after if after[name] != before[name]}
    assert report.written == len(rewritten)
    assert FIRST_PAGE in rewritten
    assert "districts/west/index.html" not in rewritten
    assert "robots.txt" not in rewritten


def test_row_12_clean_writes_every_file_again_with_the_same_bytes(root: Root) -> None:
    root.build()
    before, bytes_before = marks(root), public(root.site)
    report = root.build(clean=True)
    assert report.written == report.pages
    assert public(root.site) == bytes_before
    assert not set(marks(root).items()) & set(before.items())


def test_row_12_a_page_that_someone_changed_is_mended(root: Root) -> None:
    root.build()
    expected = public(root.site)
    (root.site / "index.html").write_text("torn")
    (root.site / FIRST_PAGE).unlink()
    assert root.build().written == 2
    assert public(root.site) == expected


def test_row_10_no_reader_ever_misses_a_page(changed: Root) -> None:
    """While the site is built again and again, a page that stays is always there and whole."""
    process = changed.start("build", "--clean", "--now", "2026-01-01")
    seen = 0

    def ended() -> bool:
        nonlocal seen
        text = changed.text(FIRST_PAGE)
        assert text.endswith("</html>\n")
        assert "第一条" in text or "改过" in text
        seen += 1
        return process.poll() is not None

    wait_until(ended)
    process.communicate()
    assert process.returncode == 0
    assert seen > 1
