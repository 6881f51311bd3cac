"""Settings and vocabulary are made once for their bytes, and anew when a byte or the address changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bulletin import basis
from bulletin.basis import ACTIVITIES, DISTRICTS, SITE, Basis, read_basis
from bulletin.problem import BulletinError, CannotStartError, ContentError
from bulletin.source import look
from bulletin.state import Kept
from tests import conftest
from tests.conftest import PROJECT, Root, item

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
FIRST = "content/news/2024/08/2024-08-05-first.md"


def read(root: Root, kept: Mapping[str, Kept] | None = None, base_url: str | None = None) -> Basis:
    files, problems = look(root.path)
    return read_basis(root.path, files, problems, base_url, kept or {})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is made from here on, not taken from what was kept."""
    found: list[str] = []
    for name in ("to_settings", "to_vocabulary"):
        original = getattr(basis, name)

        def making(*given: Any, _name: str = name, _make: Any = original) -> Any:
            found.append(_name.removeprefix("to_"))
            return _make(*given)

        monkeypatch.setattr(basis, name, making)
    return found


# --- taken from what was kept


def test_what_was_made_of_the_same_bytes_is_not_made_again(root: Root, made: list[str]) -> None:
    first = read(root)
    assert made == ["settings", "vocabulary"]
    again = read(root, first.kept)
    assert made == ["settings", "vocabulary"]
    assert again == first
    assert again.mark == first.mark


def test_the_values_that_were_kept_are_whole(root: Root) -> None:
    (root.path / SITE).write_bytes((PROJECT / SITE).read_bytes())
    root.delete(DISTRICTS, ACTIVITIES)  # the project's own are the largest there are
    first = read(root)
    again = read(root, first.kept)
    assert again.settings == first.settings
    assert again.settings.zone == first.settings.zone
    assert again.vocabulary == first.vocabulary
    for name in ("district", "activity"):
        assert getattr(again.vocabulary, f"find_{name}")("x") is None
    assert again.vocabulary.find_district("东城区") == first.vocabulary.find_district("东城区")


def test_the_next_build_takes_them_from_the_state(root: Root, made: list[str]) -> None:
    root.build()
    made.clear()
    root.write({FIRST: item("改过的题")})
    root.build()
    assert made == []
    assert "改过的题" in root.text("news/index.html")


def test_a_build_of_which_the_content_was_wrong_keeps_them_too(root: Root, made: list[str]) -> None:
    root.write({FIRST: item(districts="[南岸区]")})
    assert root.codes() != []
    made.clear()
    root.write({FIRST: item(districts="[东岸区]")})
    root.build()
    assert made == []


# --- made again

Change = Callable[[Root], None]


def a_byte_of_the_settings(root: Root) -> None:
    root.write({SITE: conftest.SITE.replace("测试", "侧试")})


def a_comment_in_the_settings(root: Root) -> None:
    root.write({SITE: conftest.SITE + "# 注\n"})


def a_byte_of_the_districts(root: Root) -> None:
    root.write({DISTRICTS: conftest.DISTRICTS.replace("河口镇", "河门镇")})


def a_byte_of_the_activities(root: Root) -> None:
    root.write({ACTIVITIES: conftest.ACTIVITIES.replace("培训]", "训练]")})


def districts_deleted(root: Root) -> None:
    root.delete(DISTRICTS)


def activities_deleted(root: Root) -> None:
    root.delete(ACTIVITIES)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (a_byte_of_the_settings, ["settings"]),
        (a_comment_in_the_settings, ["settings"]),
        (a_byte_of_the_districts, ["vocabulary"]),
        (a_byte_of_the_activities, ["vocabulary"]),
        (districts_deleted, ["vocabulary"]),
        (activities_deleted, ["vocabulary"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_what_changed_is_made_again_and_the_other_is_kept(
    root: Root, made: list[str], change: Change, expected: list[str]
) -> None:
    first = read(root)
    made.clear()
    change(root)
    again = read(root, first.kept)
    assert made == expected
    assert again == read(root)  # as one that was made of nothing kept
    other = "vocabulary" if expected == ["settings"] else "settings"
    assert again.kept[other] == first.kept[other]


def test_another_address_makes_the_settings_again(root: Root, made: list[str]) -> None:
    first = read(root)
    made.clear()
    other = read(root, first.kept, "https://x.org/")
    assert made == ["settings"]
    assert other.settings.base_url == "https://x.org/"
    assert read(root, other.kept).settings == first.settings
    assert made == ["settings", "settings"]
    assert other.mark == first.mark  # no item is read otherwise for it


def test_a_lent_file_that_changed_makes_the_vocabulary_again(
    root: Root, made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = tmp_path / "lender" / DISTRICTS
    lent.parent.mkdir(parents=True)
    lent.write_text(conftest.DISTRICTS, "utf-8")
    monkeypatch.setattr(basis, "PROJECT", tmp_path / "lender")
    root.delete(DISTRICTS)
    first = read(root)
    made.clear()
    assert read(root, first.kept) == first
    assert made == []
    lent.write_text(conftest.DISTRICTS.replace("西岸区", "西港区"), "utf-8")
    again = read(root, first.kept)
    assert made == ["vocabulary"]
    assert [d.name for d in again.vocabulary.districts] == ["东岸区", "西港区"]


def test_an_own_file_with_the_bytes_of_the_lent_one_is_the_same(
    root: Root, made: list[str]
) -> None:
    root.delete(DISTRICTS)
    first = read(root)
    made.clear()
    root.write({DISTRICTS: (PROJECT / DISTRICTS).read_bytes()})
    assert read(root, first.kept) == first
    assert made == []


def test_bytes_that_moved_from_one_file_to_the_other_are_noticed(
    root: Root, made: list[str]
) -> None:
    first = read(root)
    made.clear()
    root.write({DISTRICTS: conftest.ACTIVITIES, ACTIVITIES: conftest.DISTRICTS})
    with pytest.raises(ContentError):
        read(root, first.kept)
    assert made == ["vocabulary"]


# --- what files are read with


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (a_byte_of_the_settings, True),
        (a_byte_of_the_districts, False),
        (a_byte_of_the_activities, False),
        (lambda root: root.write({SITE: conftest.SITE + "time_zone: Asia/Urumqi\n"}), False),
        (lambda root: root.write({SITE: conftest.SITE + "per_page: 3\n"}), True),
        (lambda root: root.write({SITE: conftest.SITE + "time_zone: Asia/Shanghai\n"}), True),
    ],
    ids=["title", "districts", "activities", "zone", "per page", "the same zone"],
)
def test_the_mark_stands_for_what_items_are_read_with(
    root: Root, change: Change, same: bool
) -> None:
    first = read(root)
    change(root)
    assert (read(root, first.kept).mark == first.mark) == same


# --- faults


def fault(root: Root, kept: Mapping[str, Kept] | None = None) -> tuple[type, list[str]]:
    with pytest.raises(BulletinError) as caught:
        read(root, kept)
    return type(caught.value), [told.code for told in caught.value.problems]


FAULTS: dict[str, tuple[dict[str, str | bytes | None], type[BulletinError], list[str]]] = {
    "no settings": ({SITE: None}, CannotStartError, ["B501"]),
    "empty settings": ({SITE: "\n"}, CannotStartError, ["B105"]),
    "settings of no encoding": ({SITE: b"title: \xff\xff\n"}, CannotStartError, ["B101"]),
    "settings without a title": ({SITE: "tagline: 甲\n"}, CannotStartError, ["B210"]),
    "a zone that is none": (
        {SITE: "title: 甲\ntime_zone: Mars/Olympus\n"},
        CannotStartError,
        ["B508"],
    ),
    "an empty vocabulary": ({DISTRICTS: " \n"}, ContentError, ["B105"]),
    "a vocabulary with a control": ({ACTIVITIES: "activities: \x00\n"}, ContentError, ["B103"]),
    "a vocabulary that is no YAML": (
        {DISTRICTS: "districts: [\n"},
        ContentError,
        ["B210", "B203"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_whether_something_was_kept_or_not(
    make_root: MakeRoot, root: Root, name: str
) -> None:
    files, kind, codes = FAULTS[name]
    kept = read(root).kept
    for path, data in files.items():
        if data is None:
            root.delete(path)
        else:
            root.write({path: data})
    assert fault(root) == fault(root, kept) == (kind, codes)


def test_a_fault_is_not_kept(root: Root, made: list[str]) -> None:
    root.write({SITE: "tagline: 甲\n"})
    for _ in range(2):
        assert fault(root, {}) == (CannotStartError, ["B210"])
    assert made == ["settings", "settings"]


def test_a_file_that_cannot_be_read_is_told_although_it_was_kept(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, read_bytes = read(root).kept, Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "districts.yaml" and root.path in path.parents:
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert fault(root, kept) == (ContentError, ["B106"])


def test_a_settings_file_that_leads_out_of_the_root_is_told(root: Root, tmp_path: Path) -> None:
    kept = read(root).kept
    (root.path / SITE).rename(tmp_path / "site.yaml")
    (root.path / SITE).symlink_to(tmp_path / "site.yaml")
    assert fault(root, kept) == (CannotStartError, ["B107"])


def test_a_vocabulary_that_nobody_lends_is_told(
    root: Root, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = read(root).kept
    monkeypatch.setattr(basis, "PROJECT", tmp_path / "none")
    root.delete(ACTIVITIES)
    assert fault(root, kept) == (ContentError, ["B509"])


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x93\x01\x02\x03"])
def test_what_was_kept_of_other_bytes_is_not_even_decoded(root: Root, damage: bytes) -> None:
    first = read(root)
    kept = {name: Kept(b"another mark", one.value) for name, one in first.kept.items()}
    kept["settings"] = Kept(b"", type(first.kept["settings"].value)(damage))
    assert read(root, kept) == first


def test_warnings_of_the_three_files_are_told_each_time(root: Root) -> None:
    root.write({SITE: conftest.SITE.encode("gb18030")})
    for _ in range(3):
        root.news(x=item(f"第{_}条"))
        assert root.codes() == ["B102"]
