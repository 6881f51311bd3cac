"""``--verify``: a site that is not what a clean build makes is found, and named where it differs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bulletin import cli, state, verify
from bulletin.asked import Options, Watcher
from bulletin.problem import ContentError, Language, Problem
from tests.conftest import NOW, PROJECT, Root, item, public, tree
from tests.test_rebuild import quick_templates  # noqa: F401 - used by every test
from tests.worlds import Newsroom

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
CopySite = Callable[[str], Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"
PAGE = "news/2024/08/05/first/index.html"


@pytest.fixture(autouse=True)
def same_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command takes SIGTERM for itself; and the locale is nobody's."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def verified(root: Root, **options: Any) -> list[Problem]:
    """What verifying complains of; it leaves nothing behind and the site as it is."""
    given: dict[str, Any] = {"now": NOW, "jobs": 1} | options
    before = tree(root.path)
    found = verify.verify(root.path, Options(**given), Watcher())
    assert tree(root.path) == before
    return found


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with a fault: an edit of an item is no reason to make a page again."""
    monkeypatch.setattr(state, "marks_of", lambda page: tuple(b"" for _ in page.inputs))


# --- a good site


@pytest.mark.parametrize("name", ["minimal", "another-city", "sub-path"])
def test_a_site_that_was_just_built_is_what_a_clean_build_makes(
    copy_site: CopySite, name: str
) -> None:
    root = copy_site(name)
    root.build()
    assert verified(root) == []


def test_a_site_after_many_edits_is_what_a_clean_build_makes(tmp_path: Path) -> None:
    root, room = Root(tmp_path), Newsroom()
    room.save(root.path)  # with templates, assets and pictures of its own
    root.build()
    room.items["a"].keys["title"] = "改过的题"
    del room.items["c"], room.others["content/pages/about.md"]
    room.items["d"].body.append("更多。")
    room.save(root.path)
    root.build()
    assert verified(root) == []


@pytest.mark.parametrize(
    "options",
    [
        {"drafts": True},
        {"now": datetime(2031, 1, 1, tzinfo=UTC)},
        {"base_url": "https://x.org/bulletin/"},
        {"atomic": True},
        {"clean": True},
        {"jobs": 2},
    ],
    ids=str,
)
def test_it_compares_with_what_the_same_options_make(root: Root, options: dict[str, Any]) -> None:
    root.news(draft=item("草稿", status="draft"), later=item("以后", date="2030-01-01"))
    root.build(**options)
    assert verified(root, **options) == []


def test_other_options_make_another_site(root: Root) -> None:
    root.news(draft=item("草稿", status="draft"))
    root.build()
    assert verified(root, drafts=True) != []


def test_a_content_folder_that_is_a_link_is_verified(root: Root, tmp_path: Path) -> None:
    (root.path / "content").rename(tmp_path / "elsewhere")
    (root.path / "content").symlink_to(tmp_path / "elsewhere")
    root.build()
    assert verified(root) == []


# --- a wrong one


def test_a_page_that_was_not_made_again_is_found(root: Root, forgetful: None) -> None:
    root.build()
    root.write({FIRST: item("改题")})
    root.build()
    (told,) = verified(root)
    # The pages that show the title, the first of them by name.
    assert (told.code, told.path) == ("B807", "site/404.html")
    assert "改题" not in root.text(PAGE)
    fact = dict(told.facts)
    assert int(fact["count"]) > 3
    lines = root.text("404.html").split("\n")
    number = next(n for n, line in enumerate(lines, start=1) if "第一条" in line)
    for language in Language:
        said = told.sentence(language)
        assert str(number) in said
        assert "第一条" in said
        assert "改题" in said


def test_a_difference_far_along_a_line_is_shown(root: Root) -> None:
    root.build()
    file = root.site / PAGE
    long = "正文" * 200
    root.write({FIRST: item("第一条", body=long)})
    root.build()
    file.write_text(file.read_text("utf-8").replace(long, long[:-1] + "改"), "utf-8")
    (told,) = verified(root)
    for language, ours, clean in (
        (Language.CHINESE, "是“", "应为“"),
        (Language.ENGLISH, "is «", "not «"),
    ):
        said = told.sentence(language)
        one, other = (said.partition(mark)[2][:60] for mark in (ours, clean))
        assert one != other


def test_a_changed_byte_is_found_with_its_line_and_both_texts(root: Root) -> None:
    root.build()
    file = root.site / PAGE
    lines = file.read_text("utf-8").split("\n")
    lines[4] = "改坏的一行\x1b[31m"
    file.write_text("\n".join(lines), "utf-8")
    (told,) = verified(root)
    assert (told.code, told.path) == ("B807", f"site/{PAGE}")
    said = told.sentence(Language.CHINESE)
    assert "第 5 行" in said
    assert "改坏的一行U+001B" in said
    assert "charset" in said or "viewport" in said or "title" in said
    assert "line 5" in told.sentence(Language.ENGLISH)


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (lambda data: data[:-1], "行"),
        (lambda data: data + b"x\n", "x"),
        (lambda data: b"", "第 1 行"),
    ],
    ids=["shorter", "longer", "empty"],
)
def test_a_file_that_is_too_short_or_too_long_is_found(
    root: Root, damage: Callable[[bytes], bytes], line: str
) -> None:
    root.build()
    file = root.site / "robots.txt"
    file.write_bytes(damage(file.read_bytes()))
    (told,) = verified(root)
    assert told.path == "site/robots.txt"
    assert line in told.sentence(Language.CHINESE)


def test_a_file_that_is_gone_and_one_too_many_are_found(root: Root, forgetful: None) -> None:
    root.build()
    root.delete(f"site/{PAGE}")
    (gone,) = verified(root)
    assert gone.path == f"site/{PAGE}"
    assert "它不在网站里" in gone.sentence(Language.CHINESE)
    root.build()
    root.news(second=item("第二条", date="2020-01-01"))
    root.build()
    root.delete("content/news/second.md")
    found = verified(root)
    assert found
    assert int(dict(found[0].facts)["count"]) > 1


def test_a_picture_with_other_bytes_is_found(copy_site: CopySite) -> None:
    root = copy_site("minimal")
    root.build()
    (icon,) = (name for name in root.files() if name.startswith("assets/icon."))
    (root.site / icon).write_bytes(b"\xff\xfe\x00")
    (told,) = verified(root)
    assert told.path == f"site/{icon}"


def test_a_foreign_file_is_nobodys_business(root: Root) -> None:
    root.build()
    root.write({"site/CNAME": "test.example\n"})
    assert verified(root) == []


# --- nothing is left, whatever happens


def test_content_with_a_fault_is_told_and_nothing_is_left(root: Root) -> None:
    root.build()
    root.write({FIRST: item(districts="[南岸区]")})
    before = tree(root.path)
    with pytest.raises(ContentError):
        verified(root)
    assert tree(root.path) == before


def test_an_interrupt_leaves_nothing(root: Root) -> None:
    root.build()

    class Interrupting(Watcher):
        def step(self, *_: object) -> None:
            raise KeyboardInterrupt

    before = tree(root.path)
    with pytest.raises(KeyboardInterrupt):
        verify.verify(root.path, Options(now=NOW, jobs=1), Interrupting())
    assert tree(root.path) == before


@pytest.mark.parametrize("cache", ["file", "missing"])
def test_it_works_where_there_is_no_folder_for_the_cache(root: Root, cache: str) -> None:
    if cache == "file":
        root.write({".cache": "一个文件"})
    root.build()
    if cache == "missing":
        (root.path / ".cache").rename(root.path.with_name("gone"))
    assert verified(root) == []


# --- the command


def main(root: Root, *arguments: str) -> int:
    return cli.main(["--root", str(root.path), *arguments])


def test_a_good_site_is_said_to_be_good(root: Root, capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (
        ("zh", "和全新构建的结果一样"),
        ("en", "the same bytes as a clean build"),
    ):
        assert main(root, "--lang", language, "build", "--verify") == 0
        shown = capsys.readouterr()
        assert words in shown.out + shown.err
    assert main(root, "build") == 0
    shown = capsys.readouterr()
    assert "clean" not in shown.out + shown.err


def test_a_wrong_site_ends_the_command_with_1(
    root: Root, forgetful: None, capsys: pytest.CaptureFixture[str]
) -> None:
    main(root, "build")
    root.write({FIRST: item("改过的题")})
    capsys.readouterr()
    assert main(root, "--lang", "en", "build", "--verify") == 1
    shown = capsys.readouterr()
    assert "site/404.html" in shown.err
    assert "error B807" in shown.err
    assert "the same bytes" not in shown.out + shown.err
    assert main(root, "build", "--clean", "--verify") == 0  # as the message says


def test_a_file_that_was_changed_is_mended_before_it_is_compared(root: Root) -> None:
    main(root, "build")
    (root.site / PAGE).write_text("改坏了")
    assert main(root, "build", "--verify") == 0
    assert "改坏了" not in root.text(PAGE)


def test_own_templates_drafts_and_the_time_are_those_of_the_build(root: Root) -> None:
    text = (PROJECT / "templates/list.html").read_text("utf-8").replace("条消息", "条")
    root.write({"templates/list.html": text})
    root.news(draft=item("草稿", status="draft"), later=item("以后", date="2030-01-01"))
    assert main(root, "build", "--verify", "--drafts", "--now", "2029-01-01T08:00") == 0
    assert "以后" in root.text("news/index.html")
    assert main(root, "build", "--verify", "--now", "2030-01-01") == 0
    assert "以后" in root.text("news/index.html")
    assert "草稿" not in root.text("news/index.html")


def test_both_builds_are_of_one_moment(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = []
    original = verify.verify

    def seen(path: Path, options: Options, watcher: Watcher) -> list[Problem]:
        moments.append(options.now)
        return original(path, options, watcher)

    monkeypatch.setattr(verify, "verify", seen)
    assert main(root, "build", "--verify") == 0
    assert None not in moments  # else an item may come due between the two
    assert len(moments) == 1


def test_a_build_that_is_verified_leaves_what_any_build_leaves(root: Root, tmp_path: Path) -> None:
    main(root, "build", "--verify")
    assert sorted(set(os.listdir(root.path / ".cache")) - {"glance"}) == [
        "bodies-1",
        "lock",
        "state",
    ]
    site = public(root.site)
    main(root, "build", "--clean")
    assert public(root.site) == site
