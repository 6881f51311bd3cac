"""The folder .cache: whatever became of it, a build is as good as one without it."""

from __future__ import annotations

import base64
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import Raw
from msgspec.structs import replace

from bulletin import glance
from bulletin.cache import Cache, DamagedCacheError, PackedBodies
from bulletin.source import digest_of
from bulletin.state import EMPTY, Kept, State
from tests.conftest import CACHE, SITE, Root, item, public, tree

pytestmark = pytest.mark.disk

MakeRoot = Callable[..., Root]
NEWS = "content/news/2024/08/"
FIRST = NEWS + "2024-08-05-first.md"
MARK = digest_of(b"this generator")


def nobody() -> None:
    pytest.fail("there is nobody to wait for")


def kept(root: Path, bodies: dict[bytes, bytes], state: State = EMPTY) -> PackedBodies:
    """Leaves a state and these bodies, and nothing else, in .cache of a root."""
    with Cache(root, MARK, nobody) as cache:
        packed = cache.bodies(cache.load())
        for key, data in bodies.items():
            if key not in packed:
                packed.add(key, data)
        cache.save(state, packed, bodies.keys())
        packed.close()
    return packed


def found(root: Path, mark: bytes = MARK) -> tuple[State, PackedBodies]:
    with Cache(root, mark, nobody) as cache:
        state = cache.load()
        return state, cache.bodies(state)


def files(root: Path) -> list[str]:
    return sorted(set(os.listdir(root / CACHE)) - {"lock"})


SOME = replace(EMPTY, reading=b"reading", kept={"settings": Kept(b"mark", Raw(b"\x01"))})


# --- what is kept


def test_a_state_and_its_bodies_are_found_again(tmp_path: Path) -> None:
    kept(tmp_path, {b"a": b"first", b"b": b"second"}, SOME)
    state, bodies = found(tmp_path)
    assert (state.reading, state.kept) == (SOME.reading, SOME.kept)
    assert dict(bodies) == {b"a": b"first", b"b": b"second"}
    assert b"c" not in bodies
    with pytest.raises(DamagedCacheError):  # the state knows it, and it is not there
        bodies[b"c"]


def test_bodies_are_added_behind_those_that_are_there(tmp_path: Path) -> None:
    kept(tmp_path, {b"a": b"first"})
    before = (tmp_path / CACHE / "bodies-1").read_bytes()
    kept(tmp_path, {b"a": b"first", b"b": b"second"})
    assert (tmp_path / CACHE / "bodies-1").read_bytes().startswith(before)
    assert dict(found(tmp_path)[1]) == {b"a": b"first", b"b": b"second"}


def test_what_a_build_that_was_ended_added_is_written_over(tmp_path: Path) -> None:
    kept(tmp_path, {b"a": b"first"})
    with (tmp_path / CACHE / "bodies-1").open("ab") as file:
        file.write(b"added, and never told of")
    kept(tmp_path, {b"a": b"first", b"b": b"second"})
    assert dict(found(tmp_path)[1]) == {b"a": b"first", b"b": b"second"}


def test_bodies_that_nobody_needs_are_forgotten_and_their_file_does_not_grow_for_ever(
    tmp_path: Path,
) -> None:
    for round_ in range(30):
        large = random.Random(round_).randbytes(50_000)
        kept(tmp_path, {b"a": b"first", b"%d" % round_: large})
    assert list(found(tmp_path)[1]) == [b"a", b"29"]
    assert found(tmp_path)[1][b"a"] == b"first"
    (name,) = set(files(tmp_path)) - {"state"}
    assert (tmp_path / CACHE / name).stat().st_size < 300_000


def test_the_state_of_another_generator_is_none(tmp_path: Path) -> None:
    kept(tmp_path, {b"a": b"first"}, SOME)
    state, bodies = found(tmp_path, digest_of(b"another generator"))
    assert state == EMPTY
    assert dict(bodies) == {}


def test_a_state_that_is_torn_or_changed_anywhere_is_none(tmp_path: Path) -> None:
    kept(tmp_path, {b"a": b"first"}, SOME)
    file = tmp_path / CACHE / "state"
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place])
        assert found(tmp_path)[0] == EMPTY, place
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert found(tmp_path)[0] == EMPTY, place
    file.write_bytes(whole + b"x")
    assert found(tmp_path)[0] == EMPTY


@pytest.mark.parametrize("data", [b"", b"first"[:3], b"First", b"\0" * 99])
def test_a_body_that_is_not_as_we_left_it_is_never_handed_out(tmp_path: Path, data: bytes) -> None:
    kept(tmp_path, {b"a": b"first"})
    (tmp_path / CACHE / "bodies-1").write_bytes(data)
    with pytest.raises(DamagedCacheError):
        found(tmp_path)[1][b"a"]


@pytest.mark.parametrize("made_of", ["file", "dangling"])
def test_where_no_cache_can_be_written_there_is_one_for_the_time_being(
    tmp_path: Path, made_of: str
) -> None:
    place = tmp_path / CACHE
    if made_of == "file":
        place.write_text("别人的")
    else:
        place.symlink_to("nowhere/at/all")
    before = tree(tmp_path)
    with Cache(tmp_path, MARK, nobody) as cache:
        bodies = cache.bodies(cache.load())
        bodies.add(b"a", b"first")
        bodies.flush()
        assert bodies[b"a"] == b"first"
        folder = bodies._folder
        cache.save(SOME, bodies, {b"a"})
        bodies.close()
    assert not folder.exists()
    assert tree(tmp_path) == before


# --- whatever became of it


def _halve(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _flip(file: Path) -> None:
    """Another byte in the middle; the file keeps its size."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "mine.txt").write_text("别人的")


def _dangling(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere/at/all")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "half": _halve,
    "other-byte": _flip,
    "zeros": lambda file: file.write_bytes(b"\0" * file.stat().st_size),
    "folder": _folder,
    "dangling": _dangling,
}
CHANGES: dict[str, dict[str, str]] = {
    "nothing": {},
    # Every page is made again, and no file of news has to be read for it.
    "settings": {"content/site.yaml": SITE.replace("测试简报", "新的名称")},
    # The body need not be parsed again.
    "front-matter": {FIRST: item("改过的标题", "甲<b>乙\n\n## 小节", tags="[甲]")},
    "body": {FIRST: item("第一条", "另一段。")},
}


@pytest.fixture
def kept_root(make_root: MakeRoot, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root that was built, with an item that links to another and one to complain of.

    Its files are taken for old enough to be known by their stamps.
    """
    monkeypatch.setattr(glance, "YOUNG_NS", 0)
    root = make_root(
        {
            FIRST: item("第一条", "甲<b>乙\n\n## 小节"),
            NEWS + "b.md": item("乙", "见[第一条](2024-08-05-first.md#小节)。"),
            "content/pages/about.md": "---\ntitle: 关于\n---\n\n正文。\n",
        }
    )
    root.build()
    return root


def as_without(root: Root, elsewhere: Path, **options: object) -> None:
    """The next build makes what a first one would make, and tells what that would tell."""
    fresh = Root(elsewhere)
    shutil.copytree(root.path / "content", fresh.path / "content")
    expected = fresh.build(**options)
    done = root.build(**options)
    assert public(root.site) == public(fresh.site)
    assert (done.problems, done.items, done.pages) == (
        expected.problems,
        expected.items,
        expected.pages,
    )


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["state", "bodies-1", "glance"])
def test_a_damaged_file_is_as_good_as_none(
    kept_root: Root, tmp_path: Path, name: str, damage: str, change: str
) -> None:
    DAMAGE[damage](kept_root.path / CACHE / name)
    kept_root.write(CHANGES[change])
    as_without(kept_root, tmp_path / "fresh")
    as_without(kept_root, tmp_path / "again")


@pytest.mark.parametrize("name", ["lock", "holder", "state.new", "glance.new", "bodies-2"])
def test_nothing_that_stands_where_we_write_stops_a_build(
    kept_root: Root, tmp_path: Path, name: str
) -> None:
    place = kept_root.path / CACHE / name
    place.unlink(missing_ok=True)
    place.mkdir()
    kept_root.write(CHANGES["body"])
    as_without(kept_root, tmp_path / "fresh")


@pytest.mark.parametrize("change", CHANGES)
def test_row_4_the_folder_may_be_deleted_at_any_time(
    kept_root: Root, tmp_path: Path, change: str
) -> None:
    shutil.rmtree(kept_root.path / CACHE)
    kept_root.write(CHANGES[change])
    before = {name: (kept_root.site / name).stat().st_ino for name in kept_root.files()}
    as_without(kept_root, tmp_path / "fresh")
    if change == "nothing":  # and what the site holds already is still not written again
        after = {name: (kept_root.site / name).stat().st_ino for name in kept_root.files()}
        assert after == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_cache_of_an_older_build_is_as_good_as_none(
    kept_root: Root, tmp_path: Path, change: str
) -> None:
    shutil.copytree(kept_root.path / CACHE, tmp_path / "old")
    kept_root.write({FIRST: item("在这之间", "又一段。"), NEWS + "c.md": item("丙")})
    kept_root.build()
    kept_root.delete(NEWS + "c.md")
    kept_root.build()
    shutil.rmtree(kept_root.path / CACHE)
    (tmp_path / "old").rename(kept_root.path / CACHE)
    kept_root.write(CHANGES[change])
    as_without(kept_root, tmp_path / "fresh")


def test_a_cache_of_another_root_is_as_good_as_none(
    kept_root: Root, make_root: MakeRoot, tmp_path: Path
) -> None:
    other = make_root({FIRST: item("别处的"), NEWS + "b.md": item("别处")}, name="other")
    other.build()
    shutil.rmtree(kept_root.path / CACHE)
    shutil.copytree(other.path / CACHE, kept_root.path / CACHE)
    as_without(kept_root, tmp_path / "fresh")


def test_a_site_of_an_older_build_is_brought_up_to_date(kept_root: Root, tmp_path: Path) -> None:
    shutil.copytree(kept_root.site, tmp_path / "old")
    kept_root.write(CHANGES["front-matter"])
    kept_root.build()
    shutil.rmtree(kept_root.site)
    shutil.copytree(tmp_path / "old", kept_root.site)
    as_without(kept_root, tmp_path / "fresh")


def test_a_site_that_is_gone_is_made_again(kept_root: Root, tmp_path: Path) -> None:
    shutil.rmtree(kept_root.site)
    as_without(kept_root, tmp_path / "fresh")


@pytest.mark.parametrize("damage", ["empty", "zeros", "deleted"])
def test_a_damaged_body_that_a_worker_meets_is_read_anew(
    make_root: MakeRoot, tmp_path: Path, damage: str
) -> None:
    root = make_root({f"content/news/{n}.md": item(f"第{n}条", "段。" * n) for n in range(80)})
    root.build()
    DAMAGE[damage](root.path / CACHE / "bodies-1")
    root.write(CHANGES["settings"])
    as_without(root, tmp_path / "fresh", jobs=2)


def test_a_body_found_damaged_after_publishing_does_not_belittle_what_was_done(
    make_root: MakeRoot,
) -> None:
    """Bodies are written anew at the end; by then the pages are in place."""
    plain = {"districts": None, "activities": None}
    old = {f"content/news/{n}.md": item(f"第{n}条", date=f"2020-01-{n:02}") for n in range(1, 31)}
    noise = base64.b64encode(random.Random(1).randbytes(150_000)).decode()
    root = make_root({"content/news/0.md": item("零", "最早的一条。", date="2019-01-01", **plain)})
    root.write({**old, FIRST: item("很大", noise, **plain)})
    root.build()
    _flip_first_body(root.path / CACHE / "bodies-1")
    root.delete(FIRST)
    report = root.build()
    assert report.removed >= 1
    assert report.written > 0


def _flip_first_body(file: Path) -> None:
    """Damage to the body that was parsed first."""
    data = bytearray(file.read_bytes())
    data[4] ^= 0xFF
    file.write_bytes(data)


def test_a_build_that_fails_keeps_what_it_read(kept_root: Root, tmp_path: Path) -> None:
    kept_root.write({FIRST: item("第一条", districts="[南岸区]")})
    first = kept_root.codes()
    assert "B301" in first
    assert kept_root.codes() == first
    kept_root.write(CHANGES["body"])
    as_without(kept_root, tmp_path / "fresh")
