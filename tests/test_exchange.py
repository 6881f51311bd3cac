"""Trading places in one step, and what publishing makes of it where that cannot be done."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin import exchange as module
from bulletin import publish
from bulletin.exchange import exchange, is_refusal
from tests.conftest import PROJECT, Root, public, tree

pytestmark = pytest.mark.disk

CopySite = Callable[[str], Root]
can_exchange = pytest.mark.skipif(module._renameat2() is None, reason="needs Linux's renameat2")
NEW_WORDS = "改过的底稿"


def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that cannot exchange."""
    monkeypatch.setattr(module, "_renameat2", lambda: None)


# --- two names


@can_exchange
def test_two_files_trade_places(tmp_path: Path) -> None:
    one, other = tmp_path / "甲", tmp_path / "乙"
    one.write_text("一")
    other.write_text("二")
    exchange(str(one), str(other))
    assert tree(tmp_path) == {"甲": "二".encode(), "乙": "一".encode()}


@can_exchange
def test_two_folders_trade_places_with_all_that_is_in_them(tmp_path: Path) -> None:
    for name, inner in (("old", "a/b.txt"), ("new", "c.txt")):
        (tmp_path / name / inner).parent.mkdir(parents=True)
        (tmp_path / name / inner).write_text(name)
    exchange(str(tmp_path / "old"), str(tmp_path / "new"))
    assert tree(tmp_path) == {
        "new": None,
        "new/a": None,
        "new/a/b.txt": b"old",
        "old": None,
        "old/c.txt": b"new",
    }


@can_exchange
@pytest.mark.parametrize("missing", ["one", "other"])
def test_without_one_of_them_it_is_an_error_and_nothing_changes(
    tmp_path: Path, missing: str
) -> None:
    here = tmp_path / ("other" if missing == "one" else "one")
    here.write_text("一")
    with pytest.raises(OSError, match="No such file") as caught:
        exchange(str(tmp_path / "one"), str(tmp_path / "other"))
    assert caught.value.errno == errno.ENOENT
    assert not is_refusal(caught.value)  # a fault to be told, not a reason to do otherwise
    assert tree(tmp_path) == {here.name: "一".encode()}


def test_a_system_that_cannot_exchange_refuses_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(monkeypatch)
    for name in ("one", "other"):
        (tmp_path / name).write_text(name)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSYS)) as caught:
        exchange(str(tmp_path / "one"), str(tmp_path / "other"))
    assert is_refusal(caught.value)
    assert tree(tmp_path) == {"one": b"one", "other": b"other"}


@pytest.mark.parametrize("number", ["ENOSYS", "EINVAL", "EOPNOTSUPP", "EXDEV", "EBUSY"])
def test_what_cannot_be_done_here_is_a_refusal(number: str) -> None:
    assert is_refusal(OSError(getattr(errno, number), ""))


@pytest.mark.parametrize("number", ["ENOENT", "ENOSPC", "EIO", "EDQUOT", "ENOTDIR", "ENAMETOOLONG"])
def test_what_went_wrong_is_no_refusal(number: str) -> None:
    assert not is_refusal(OSError(getattr(errno, number), ""))
    assert not is_refusal(OSError("no number at all"))


# --- publishing more than a few files


@pytest.fixture
def edited(copy_site: CopySite) -> Root:
    """A built site of many pages, and then an edit of the template of all of them."""
    root = copy_site("paged")
    root.build()
    base = (PROJECT / "templates/base.html").read_text("utf-8")
    root.write({"templates/base.html": base.replace("跳到正文", NEW_WORDS)})
    return root


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The exchanges from here on, by their goals."""
    calls: list[str] = []

    def counting(one: str, other: str) -> None:
        exchange(one, other)
        calls.append(other)

    monkeypatch.setattr(publish, "exchange", counting)
    return calls


def clean_site(root: Root) -> dict[str, bytes | None]:
    other = Root(root.path.with_name("clean"))
    for name in ("content", "templates"):
        shutil.copytree(root.path / name, other.path / name)
    other.build()
    return public(other.site)


@can_exchange
def test_many_files_are_exchanged_and_the_site_is_that_of_a_clean_build(
    edited: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = counted(monkeypatch)
    done = edited.build()
    assert len(done.published.changed) > publish.MANY
    assert len(calls) == len(done.published.changed)
    assert NEW_WORDS in edited.text("index.html")
    assert public(edited.site) == clean_site(edited)


def test_where_nothing_can_be_exchanged_files_are_renamed_and_the_site_is_the_same(
    edited: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(monkeypatch)
    calls = counted(monkeypatch)
    done = edited.build()
    assert len(done.published.changed) > publish.MANY
    assert (calls, done.problems) == ([], ())
    assert public(edited.site) == clean_site(edited)
    assert edited.build().written == 0


def test_a_fault_of_the_disk_while_exchanging_is_told_and_made_up_for(
    edited: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def full(one: str, other: str) -> None:
        calls.append(other)
        if len(calls) == 40:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        exchange(one, other)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "exchange", full)
        assert edited.codes() == ["B804"]
    assert len(calls) == 40
    edited.build()
    assert public(edited.site) == clean_site(edited)


@pytest.mark.parametrize("exchanged", [pytest.param(True, marks=can_exchange), False])
def test_nothing_of_the_old_is_left_and_files_are_readable_by_all(
    edited: Root, monkeypatch: pytest.MonkeyPatch, exchanged: bool
) -> None:
    if not exchanged:
        elsewhere(monkeypatch)
    before = os.umask(0o077)
    try:
        edited.build()
    finally:
        os.umask(before)
    own = edited.site / ".bulletin"
    assert sorted(os.listdir(own)) == ["lock", "manifest.json"]
    assert sorted(os.listdir(edited.path)) == [".cache", "content", "site", "templates"]
    modes = {stat.S_IMODE((edited.site / name).stat().st_mode) for name in edited.files()}
    assert modes == {0o644}
