"""Faults at every moment of a build: rows 6 to 12 of the list of faults, for every n.

test_publish.py and test_cache.py try the faults that one can think of. Here every call that
changes the disk fails once, or kills the build; real builds are killed, interrupted, watched and
run beside each other; and the cache is whatever it may be. Sampled, unless SOAK is set.
"""

from __future__ import annotations

import errno
import functools
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from unittest import mock

import jinja2
import msgspec
import pytest
from msgspec.structs import replace

from bulletin import glance, lock, pipeline, publish
from bulletin.asked import Watcher
from bulletin.problem import BulletinError, CannotStartError, ContentError, Language, Problem
from bulletin.source import digest_of
from bulletin.state import EMPTY, Place
from tests.conftest import (
    ACTIVITIES,
    CACHE,
    DISTRICTS,
    PROJECT,
    SITE,
    Root,
    item,
    public,
    tree,
    wait_until,
)
from tests.faulty import (
    KINDS,
    Disk,
    children_of,
    count_by_audit,
    death,
    fault,
    group_is_gone,
    in_a_process,
    once,
)

pytestmark = [
    pytest.mark.disk,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="builds are killed in forked processes"),
]

SOAK = bool(os.environ.get("SOAK"))
IN_MEMORY = next((folder for folder in ("/dev/shm",) if os.access(folder, os.W_OK)), None)
AT = ("--now", "2026-01-01")

Tree = Mapping[str, bytes | None]
NEWS = "content/news/2024/08/"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"></svg>'
BASE = (PROJECT / "templates/base.html").read_text("utf-8")
SMALL: dict[str, str] = {
    "content/site.yaml": SITE,
    "content/districts.yaml": DISTRICTS,
    "content/activities.yaml": ACTIVITIES,
    "templates/base.html": BASE,
    "content/pages/about.md": "---\ntitle: 关于\n---\n\n正文。\n",
    NEWS + "plan.svg": SVG,
    **{
        f"{NEWS}2024-08-0{n}-item{n}.md": item(
            f"第{n}条",
            f"第{n}段。\n\n![图](plan.svg)",
            date=f"2024-08-0{n}",
            tags="[甲]" if n % 2 else None,
            districts="[西岸区]" if n % 3 else "[东岸区]",
        )
        for n in range(1, 9)
    },
}
OLD_ITEM = "content/news/old.md"
EDITED: dict[str, str | None] = {
    f"{NEWS}2024-08-01-item1.md": item("改过的标题", "另一段。", date="2024-08-01"),
    OLD_ITEM: None,
    "content/news/new.md": item("新的", date="2025-03-04", tags="[乙]"),
}
OTHER_BASE = BASE.replace("</html>", "<!-- another -->\n</html>")


@pytest.fixture(scope="module", autouse=True)
def quick_templates() -> Iterator[None]:
    """Templates are compiled once for their texts, which takes longer than all else in a build."""
    with (
        mock.patch.object(jinja2.Environment, "compile", once(jinja2.Environment.compile)),
        mock.patch.object(jinja2.Environment, "parse", once(jinja2.Environment.parse)),
    ):
        yield


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that was not let go fails a test at once, and files are never too young to trust."""
    monkeypatch.setattr(lock, "WAIT_SECONDS", 5)
    monkeypatch.setattr(glance, "YOUNG_NS", 0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder, where there is one in a disk of memory."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as name:
        yield Path(name)


# --- builds that meet a fault


@dataclass(frozen=True)
class Case:
    """A build that has something to do: the root before it, and the sites before and after."""

    root: Root
    old: Tree
    new: Tree
    atomic: bool

    def copy(self, target: Path) -> Root:
        shutil.copytree(self.root.path, target)
        return Root(target)


BUILDS = ("first", "edit", "template", "atomic")


def edited(root: Root, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        if text is None:
            root.delete(name)
        else:
            root.write({name: text})


@functools.cache
def case(build: str) -> Case:
    place = Path(tempfile.mkdtemp(dir=IN_MEMORY, prefix="bulletin-case-"))
    CASES.append(place)
    root = Root(place / "root")
    root.write({**SMALL, OLD_ITEM: item("旧的", date="2023-01-02", tags="[旧]")})
    if build != "first":
        root.build()
    old = public(root.site)
    edited(root, {"templates/base.html": OTHER_BASE} if build == "template" else EDITED)
    return Case(root, old, clean(root, place / "clean"), build == "atomic")


CASES: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def cases_are_deleted() -> Iterator[None]:
    yield
    case.cache_clear()
    two_sites.cache_clear()
    for place in CASES:
        shutil.rmtree(place, ignore_errors=True)


def clean(root: Root, elsewhere: Path) -> Tree:
    """The site of the same files, built where nothing was."""
    elsewhere.mkdir(parents=True)
    for name in ("content", "templates"):
        if (root.path / name).exists():
            shutil.copytree(root.path / name, elsewhere / name)
    fresh = Root(elsewhere)
    fresh.build()
    return public(fresh.site)


def few(build: str) -> Any:
    """Where replacing a handful of files counts as many, so that they are exchanged."""
    return mock.patch.object(publish, "MANY", 8 if build == "template" else publish.MANY)


def count(build: str, folder: Path) -> Counter[str]:
    """How many calls of each kind a build makes."""
    root = case(build).copy(folder / "counted")
    with few(build), Disk().put_in() as disk:
        root.build(atomic=case(build).atomic)
    shutil.rmtree(root.path)
    return disk.counts


def sample(count: int, size: int) -> list[int]:
    """1 … ``count``, or ``size`` of them that are spread evenly, the first and last among them."""
    if SOAK or count <= size:
        return list(range(1, count + 1))
    return sorted({1 + round(n * (count - 1) / (size - 1)) for n in range(size)})


def assert_nothing_torn(site: Tree, old: Tree, new: Tree) -> None:
    """Each file is the old or the new one, and none is missing that both sites have."""
    for name, data in site.items():
        if data is not None:
            versions = {side[name] for side in (old, new) if name in side}
            assert data in versions, f"torn or foreign: {name}"
    missing = {name for name in old if name in new and name not in site}
    assert not missing


def assert_whole(root: Root, given: Case) -> None:
    """The old or the new site; one between them only where a journal tells how to go on."""
    site = public(root.site)
    assert_nothing_torn(site, given.old, given.new)
    if (root.site / ".bulletin/journal.json").exists():
        return
    files = {name: data for name, data in site.items() if data is not None}
    sides = [{n: d for n, d in side.items() if d is not None} for side in (given.old, given.new)]
    assert files in sides, "a mixed site without a journal"


def marks(root: Root) -> dict[str, tuple[int, int]]:
    stats = {name: (root.site / name).stat() for name in root.files()}
    return {name: (found.st_ino, found.st_mtime_ns) for name, found in stats.items()}


def lies_about(root: Root) -> list[str]:
    """What a build needs while it is at work and leaves nothing of."""
    own = set(os.listdir(root.site / ".bulletin")) - {"lock", "manifest.json"}
    return sorted(own | set(root.names()) - {"content", "templates", "site"})


def assert_recovers(root: Root, new: Tree, atomic: bool = False) -> None:
    """The next build makes exactly the clean site, and the one after writes nothing; nothing lies
    about, at the latest when a build had something to do.
    """
    root.build(atomic=atomic)
    site = public(root.site)
    folders = {name for name, data in site.items() if data is None and name not in new}
    assert site.keys() - folders == new.keys()
    assert all(site[name] == new[name] for name in new)
    assert not folders, f"only folders: {sorted(folders)}"
    before = marks(root)
    again = root.build()
    assert (again.written, again.removed) == (0, 0)
    assert marks(root) == before
    if lies_about(root):
        root.build(atomic=atomic, clean=True)
        assert public(root.site) == new
        assert lies_about(root) == [], f"lies about: {lies_about(root)}"


def assert_clear(problems: Sequence[Problem], reason: str) -> None:
    """One line for people: what cannot be written and why, and no Python in it."""
    told = [found for found in problems if found.code in ("B804", "B805", "B806", "B808")]
    assert told, problems
    for sentence in (found.sentence(language) for found in told for language in Language):
        unclear = [bad for bad in ("\n", "[Errno", "('", "Error(") if bad in sentence]
        clear = reason in sentence and len(sentence) < 300 and not unclear
        assert clear, f"unclear: {sentence[:80]}"


def met_a_fault(given: Case, root: Root, strike: Callable[[str, int, int], None], why: str) -> None:
    """A build that meets a fault ends well or with one clear line, and leaves a whole site."""
    with Disk(strike).put_in():
        try:
            report = root.build(atomic=given.atomic)
        except (CannotStartError, ContentError) as error:
            report, told = None, error.problems
    if report:
        assert public(root.site) == given.new
        told = tuple(p for p in report.problems if p.code in ("B806", "B808"))
    elif any(found.code == "B805" for found in told):
        assert public(root.site) == given.old  # it says so
    assert_whole(root, given)
    assert_recovers(root, given.new, given.atomic)
    if told or not report:
        assert_clear(told, why)


def wrong_with(given: Case, action: Callable[[], object]) -> str:
    """What of ``action`` went wrong; nothing where it is known."""
    try:
        action()
    except (AssertionError, OSError, BulletinError) as error:
        return f"{type(error).__name__} {(str(error) or repr(error)).partition(chr(10))[0]}"
    return ""


def strikes(counts: Counter[str], lasting: bool, size: int) -> Iterator[tuple[str, int, int]]:
    """Kind, number and error of the faults to try."""
    for kind in KINDS:
        for place, number in enumerate(sample(counts[kind], size)):
            yield kind, number, (errno.ENOSPC, errno.EIO)[(place + lasting) % 2]


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for-good"])
@pytest.mark.parametrize("build", BUILDS)
def test_row_6_whichever_change_of_the_disk_fails(folder: Path, build: str, lasting: bool) -> None:
    given, wrong = case(build), []
    for kind, number, code in strikes(count(build, folder), lasting, 2 if lasting else 3):
        root = given.copy(folder / "root")
        strike = fault(kind, number, code, lasting)
        with few(build):
            found = wrong_with(
                given, functools.partial(met_a_fault, given, root, strike, os.strerror(code))
            )
        wrong += [f"{kind} {number} {errno.errorcode[code]}: {found}"] if found else []
        shutil.rmtree(root.path)
    assert wrong == []


@pytest.mark.parametrize("build", BUILDS)
def test_row_6_a_disk_that_takes_nothing_more_from_some_moment_on(folder: Path, build: str) -> None:
    """As when it turns read-only: every call of any kind fails."""
    given, wrong = case(build), []
    for number in sample(count(build, folder).total(), 4):
        root = given.copy(folder / "root")
        strike = fault("", number, errno.EROFS, True)
        with few(build):
            found = wrong_with(
                given,
                functools.partial(met_a_fault, given, root, strike, os.strerror(errno.EROFS)),
            )
        wrong += [f"{number}: {found}"] if found else []
        shutil.rmtree(root.path)
    assert wrong == []


def test_no_change_of_the_disk_escapes_the_count(folder: Path) -> None:
    """The interpreter sees as many as were counted, of each kind that it tells of."""

    def counted() -> None:
        root = case("atomic").copy(folder / "root")
        disk = Disk()

        def build() -> None:
            with disk.put_in():
                root.build(atomic=True)

        seen = count_by_audit(build)
        ours = Counter(disk.counts)
        ours["rename"] += ours.pop("replace", 0)  # one event stands for both
        ours["remove"] += ours.pop("unlink", 0)
        ours["chmod"] += ours.pop("fchmod", 0)
        ours["truncate"] += ours.pop("ftruncate", 0)
        assert seen["open"] > 20
        assert {k: n for k, n in ours.items() if k not in ("write", "exchange") and n} == dict(seen)

    assert in_a_process(counted) == 0


# --- row 6: faults of the engine that were found here


def failing(root: Root, strike: Callable[[str, int, int], None], **options: Any) -> str:
    """How a build ends that meets a fault."""
    with Disk(strike).put_in():
        try:
            root.build(**options)
        except BulletinError as error:
            return "told: " + " ".join(p.sentence(Language.ENGLISH) for p in error.problems)
        except OSError as error:
            return f"trace: {error!r}"
    return "done"


@pytest.mark.parametrize("number", [-2, 0], ids=["of-site", "of-cache"])
def test_row_6_the_file_that_names_the_holder_may_not_be_deletable(
    folder: Path, number: int
) -> None:
    root = case("edit").copy(folder / "root")
    last = count("edit", folder)["unlink"]
    assert not failing(root, fault("unlink", last + number, errno.EIO, False)).startswith("trace")


@pytest.mark.parametrize("kind", ["mkdir", "open"])
def test_row_6_there_may_be_no_place_for_a_cache_at_all(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)  # as nobody has asked for it yet
    root = case("first").copy(folder / "root")
    assert not failing(root, fault(kind, 1, errno.ENOSPC, True)).startswith("trace")


@pytest.mark.parametrize("lasting", [False, True])
def test_row_6_a_copy_for_atomic_that_fails_is_told_in_one_short_line(
    folder: Path, lasting: bool
) -> None:
    root = case("atomic").copy(folder / "root")
    with Disk(fault("link", 5, errno.ENOSPC, lasting)).put_in():
        told = root.problems(atomic=True)
    assert_clear(told, "No space left on device")


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_row_6_where_no_links_can_be_made_atomic_says_what_it_does_instead(
    folder: Path, code: int
) -> None:
    """As on exFAT, and on many a network drive: EPERM."""
    root = case("atomic").copy(folder / "root")
    with Disk(fault("link", 1, code, True)).put_in():
        report = root.build(atomic=True)
    assert "B808" in [found.code for found in report.problems]


def test_row_7_what_an_interrupted_swap_left_does_not_stop_the_next_one(folder: Path) -> None:
    """Killed while the folder is made, before its .bulletin is there, or while it is deleted."""
    root = case("atomic").copy(folder / "root")
    left = root.path / ".site.bulletin-killed"
    left.mkdir()
    root.build(atomic=True)
    assert public(root.site) == case("atomic").new
    assert not left.exists()


def test_row_4_a_foreign_folder_beside_the_site_is_not_deleted(folder: Path) -> None:
    root = case("atomic").copy(folder / "root")
    root.write({"site.next/mine.txt": "别人的"})
    with suppress(BulletinError):  # refusing is as good as taking another name
        root.build(atomic=True)
    assert (root.path / "site.next/mine.txt").exists()


def test_row_6_folders_that_are_deleted_in_part_go_with_the_next_run(folder: Path) -> None:
    root = case("edit").copy(folder / "root")
    failing(root, fault("rmdir", 2, errno.EIO, False))
    root.build()
    assert public(root.site) == case("edit").new


# --- row 7: killed


def assert_survives(root: Root, given: Case) -> None:
    """After a build that was killed."""
    assert_whole(root, given)
    assert_recovers(root, given.new, given.atomic)


@pytest.mark.parametrize("build", BUILDS)
def test_row_7_killed_at_any_change_of_the_disk(folder: Path, build: str) -> None:
    given, wrong = case(build), []

    def killed(root: Root, number: int) -> None:
        with Disk(death(number, half=True)).put_in():
            root.build(atomic=given.atomic)

    for number in sample(count(build, folder).total(), 10):
        root = given.copy(folder / "root")
        with few(build):
            status = in_a_process(functools.partial(killed, root, number))
            assert status == signal.SIGKILL, number
            found = wrong_with(given, functools.partial(assert_survives, root, given))
        wrong += [f"{number}: {found}"] if found else []
        shutil.rmtree(root.path)
    assert wrong == []


@pytest.mark.parametrize("build", ["edit", "template"])
def test_row_7_killed_again_while_it_finishes_what_was_begun(folder: Path, build: str) -> None:
    """Once in the midst of the renames; then the run that takes up the journal, at any moment."""
    given, wrong = case(build), []
    begun = folder / "begun"
    killed_at_rename(given.copy(begun), build)
    assert (begun / "site/.bulletin/journal.json").exists()

    def killed(root: Root, number: int) -> None:
        with Disk(death(number, half=True)).put_in():
            root.build()

    for number in sample(90, 4):
        shutil.copytree(begun, folder / "root")
        root = Root(folder / "root")
        with few(build):
            in_a_process(functools.partial(killed, root, number))
            found = wrong_with(given, functools.partial(assert_survives, root, given))
        wrong += [f"{number}: {found}"] if found else []
        shutil.rmtree(root.path)
    assert wrong == []


def killed_at_rename(root: Root, build: str) -> None:
    kind = "exchange" if build == "template" else "replace"

    def strike(now: str, number: int, _: int) -> None:
        if now == kind and number == 12:
            os.kill(os.getpid(), signal.SIGKILL)

    def killed() -> None:
        with few(build), Disk(strike).put_in():
            root.build()

    assert in_a_process(killed) == signal.SIGKILL


# --- real builds, with workers


LONG = (120, "正文一段。\n\n" * 60)  # items that take some time to read
BASES = {version: BASE.replace("</html>", f"<!-- {version} -->\n</html>") for version in "ab"}


@functools.cache
def two_sites(items: int, body: str) -> tuple[Root, dict[str, Tree]]:
    """A root built under template a, with its sites under both."""
    place = Path(tempfile.mkdtemp(dir=IN_MEMORY, prefix="bulletin-case-"))
    CASES.append(place)
    root = Root(place / "root")
    root.write({name: text for name, text in SMALL.items() if "/2024-08-0" not in name})
    text = f"{body}\n\n![图](plan.svg)"
    root.write({f"{NEWS}{n:03}.md": item(f"第{n}条", text) for n in range(items)})
    sites: dict[str, Tree] = {}
    for version in "ba":
        root.write({"templates/base.html": BASES[version]})
        root.build(jobs=2)
        sites[version] = public(root.site)
    assert len(sites["a"]) > publish.MANY
    return root, sites


class Two:
    """A root of enough items for workers, and its sites under two templates that change all."""

    def __init__(self, place: Path, items: int = 70, body: str = "正文一段。") -> None:
        built, self.sites = two_sites(items, body)
        self.root = Root(Path(shutil.copytree(built.path, place / "two")))

    def turn(self, version: str) -> None:
        self.root.write({"templates/base.html": BASES[version]})

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        return self.root.start("--lang", "en", "build", "--jobs", "2", *AT, *more)

    def journal(self) -> bool:
        return (self.root.site / ".bulletin/journal.json").exists()

    def staging(self) -> bool:
        return (self.root.site / ".bulletin/staging/index.html").exists()


def at(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> bool:
    """Wait until a build has come so far, or has ended; whether it is still there."""
    end = time.monotonic() + 20
    while process.poll() is None and not reached():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.0005)
    return process.poll() is None


def has_workers(process: subprocess.Popen[bytes]) -> bool:
    return len(children_of(process.pid)) == 2


def at_some_moment(two: Two, process: subprocess.Popen[bytes], moment: int, round_: int) -> None:
    """Wait until a build reads, makes pages or publishes, and a little longer."""
    at(process, (functools.partial(has_workers, process), two.staging, two.journal)[moment])
    time.sleep(random.Random(round_).random() * (0.03, 0.03, 0.004)[moment])


@pytest.mark.parametrize("option", [(), ("--atomic",)], ids=["files", "atomic"])
def test_row_7_a_real_build_killed_with_its_workers(folder: Path, option: tuple[str, ...]) -> None:
    two, versions = Two(folder), "ab"
    for round_ in range(60 if SOAK else 4 - 2 * len(option)):
        old, new = versions[round_ % 2], versions[(round_ + 1) % 2]
        two.turn(new)
        process = two.start(*option)
        at_some_moment(two, process, round_ % 3, round_)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert_nothing_torn(public(two.root.site), two.sites[old], two.sites[new])
        assert group_is_gone(process.pid, 5)
        two.root.build()
        assert public(two.root.site) == two.sites[new], round_
        assert two.root.build().written == 0


def test_row_7_workers_of_a_killed_build_end_too(folder: Path) -> None:
    """As when the system ends the largest process because memory is short: a worker that goes on
    writes into the staging folder of the next build, and those that wait never end.
    """
    two = Two(folder, *LONG)
    shutil.rmtree(two.root.path / CACHE)
    two.turn("b")
    process = two.start()
    assert at(process, functools.partial(has_workers, process))
    process.kill()
    process.wait()
    gone = group_is_gone(process.pid, 1)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    assert gone


# --- row 8: interrupted

READING, MAKING = "reading", "making"


@pytest.mark.parametrize(
    ("number", "status", "whom"),
    [(signal.SIGINT, 130, "group"), (signal.SIGTERM, 143, "itself")]
    + [(signal.SIGINT, 130, "itself"), (signal.SIGTERM, 143, "group")] * SOAK,
    ids=str,
)
def test_row_8_interrupted_its_workers_end_and_the_old_site_is_whole(
    folder: Path, number: signal.Signals, status: int, whom: str
) -> None:
    """While it reads and while it makes pages; a terminal tells the whole group."""
    two = Two(folder, *LONG)
    before = tree(two.root.site)
    for stage in (READING, MAKING) * (10 if SOAK else 1):
        shutil.rmtree(two.root.path / CACHE)
        two.turn("b")
        process = two.start()
        assert at(process, functools.partial(has_workers, process))
        time.sleep(0.02)  # a signal while they are started is another test's
        assert stage == READING or at(process, two.staging)
        (os.kill if whom == "itself" else os.killpg)(process.pid, number)
        out, err = process.communicate(timeout=10)
        assert group_is_gone(process.pid, 1)
        assert process.returncode == status, (stage, err)
        assert b"Traceback" not in err, (stage, err)
        assert out == b""
        assert tree(two.root.site) == before, stage
    two.root.build()
    assert public(two.root.site) == two.sites["b"]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["int", "term"]
)
def test_row_8_interrupted_at_random_the_next_build_is_clean(
    folder: Path, number: signal.Signals, status: int
) -> None:
    """Also while files are put in place: then the next run goes on from the journal."""
    two, versions = Two(folder), "ab"
    for round_ in range(40 if SOAK else 2):
        old, new = versions[round_ % 2], versions[(round_ + 1) % 2]
        two.turn(new)
        process = two.start()
        at_some_moment(two, process, 1 + round_ % 2, round_)
        process.send_signal(number)
        _, err = process.communicate(timeout=10)
        assert process.returncode in (0, status), err  # it may have been done
        assert b"Traceback" not in err or not process.returncode
        assert group_is_gone(process.pid, 1)
        site = public(two.root.site)
        assert_nothing_torn(site, two.sites[old], two.sites[new])
        assert two.journal() or site in (two.sites[old], two.sites[new])
        two.root.build()
        assert public(two.root.site) == two.sites[new]
        assert two.root.build().written == 0


SIGNAL_AT = """
import os, signal, sys, threading
from bulletin.start import start
where, signal_number, *arguments = sys.argv[1:]
owner, name, at = {"fork": (os, "fork", 2), "thread": (threading.Thread, "start", 1)}[where]
real, calls = getattr(owner, name), []
def signalled(*args):
    calls.append(args)
    if len(calls) == at:
        os.kill(os.getpid(), int(signal_number))
    return real(*args)
setattr(owner, name, signalled)
sys.exit(start(arguments))
"""


@pytest.mark.parametrize(
    ("where", "number", "status"),
    [("fork", signal.SIGTERM, 143), ("thread", signal.SIGINT, 130)],
    ids=["fork-term", "thread-int"],
)
def test_row_8_interrupted_while_its_workers_are_started(
    folder: Path, where: str, number: signal.Signals, status: int
) -> None:
    """Just before the second worker is forked, or the thread is started that minds them."""
    two = Two(folder)
    shutil.rmtree(two.root.path / CACHE)
    command = [sys.executable, "-c", SIGNAL_AT, where, str(int(number))]
    command += ["--root", str(two.root.path), "build", "--jobs", "2", *AT]
    process = subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _, err = process.communicate(timeout=2)
        assert (process.returncode, b"Traceback" in err) == (status, False)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


# --- row 9: two at once


def test_row_9_two_builds_started_together_give_one_clean_site(folder: Path) -> None:
    root = case("edit").copy(folder / "root")
    for round_ in range(20 if SOAK else 2):
        root.write({NEWS + "2024-08-01-item1.md": item(f"第{round_}次", date="2024-08-01")})
        first = root.start("build", *AT)
        if round_ % 2:  # the second sees another edit, made while the first is at work
            time.sleep(0.1 + 0.02 * round_)
            root.write({NEWS + "2024-08-02-item2.md": item(f"又{round_}次", date="2024-08-02")})
        second = root.start("build", "--jobs", "2", *AT)
        ends = [process.communicate(timeout=30) for process in (first, second)]
        assert [first.returncode, second.returncode] == [0, 0], ends
        assert public(root.site) == clean(root, folder / f"clean-{round_}")
        assert root.build().written == 0


# --- row 10: readers


class Readers:
    """Reads a site over and over while it is built, and keeps what was wrong with it."""

    def __init__(self, site: Path, old: Tree, new: Tree) -> None:
        self.site, self.old, self.new = site, old, new
        self.both = [n for n, data in old.items() if data is not None and n in new]
        self.wrong: list[str] = []
        self.rounds, self.seen = 0, set[str]()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._end.is_set():
            self._read_by_name()
            self.rounds += 1

    def _read_by_name(self) -> None:
        for name in self.both:
            try:
                self._check(name, (self.site / name).read_bytes())
            except OSError as error:
                self.wrong.append(f"{name}: {error}")

    def _check(self, name: str, data: bytes) -> None:
        if data not in (self.old[name], self.new[name]):
            self.wrong.append(f"{name}: {len(data)} bytes of neither")
        elif self.old[name] != self.new[name]:
            self.seen.add("old" if data == self.old[name] else "new")


class OneFolder(Readers):
    """Holds on to the folder that it finds, and reads all of it: one site, never two."""

    def _read(self) -> None:
        while not self._end.is_set():
            handle = os.open(self.site, os.O_RDONLY | os.O_DIRECTORY)
            try:
                self.seen = set()
                self._read_below(handle)
            finally:
                os.close(handle)
            self.rounds += 1

    def _read_below(self, handle: int) -> None:
        for name in self.both:
            try:
                descriptor = os.open(name, os.O_RDONLY, dir_fd=handle)
            except FileNotFoundError:  # the old folder is deleted once it is not the site
                continue
            with open(descriptor, "rb") as file:
                self._check(name, file.read())
        if len(self.seen) > 1:
            self.wrong.append("old and new files in one folder")


@pytest.mark.parametrize(
    ("option", "kind"),
    [((), Readers), (("--atomic",), Readers), (("--atomic",), OneFolder)],
    ids=["files", "atomic", "atomic-one-folder"],
)
def test_row_10_readers_get_whole_pages_while_all_are_replaced(
    folder: Path, option: tuple[str, ...], kind: type[Readers]
) -> None:
    two = Two(folder)
    for old, new in ("ab", "ba") * 10 if SOAK else ("ab",):
        two.turn(new)
        with kind(two.root.site, two.sites[old], two.sites[new]) as readers:
            process = two.start(*option)
            _, err = process.communicate(timeout=30)
            assert process.returncode == 0, err
            wait_until(lambda: "new" in readers.seen)
        assert b"B808" not in err
        assert readers.rounds > 2
        assert readers.wrong == []
        assert public(two.root.site) == two.sites[new]


# --- row 11: the cache, whatever it is


class Alternating:
    """A small root that is edited to and fro in its place, so that stamps are trusted."""

    def __init__(self, place: Path) -> None:
        self.root = Root(place / "root")
        self.root.write(SMALL)
        self.sites: list[Tree] = []
        for side in (1, 0):
            self.turn(side)
            self.root.build()
            self.sites.insert(0, public(self.root.site))
        self.cache = self.root.path / CACHE

    def turn(self, side: int) -> None:
        """Another template, with which all pages are made anew from their bodies, and a title."""
        self.root.write({"templates/base.html": BASES["ab"[side]]})
        self.root.write({f"{NEWS}2024-08-02-item2.md": item(f"又{side}条", date="2024-08-02")})

    def bodies(self) -> str:
        (name,) = [name for name in os.listdir(self.cache) if name.startswith("bodies-")]
        return name

    def assert_built(self, side: int, told: object) -> None:
        """The next build makes what it should, whatever became of the cache."""
        self.turn(side)
        self.root.build()
        assert public(self.root.site) == self.sites[side], told


@pytest.mark.parametrize("name", ["state", "glance", "bodies-1"])
def test_row_11_a_cache_that_is_cut_anywhere_or_has_another_bit(folder: Path, name: str) -> None:
    given = Alternating(folder)
    dice = random.Random(name)
    for round_ in range(200 if SOAK else 28):
        file = given.cache / name.replace("bodies-1", given.bodies())
        data = bytearray(file.read_bytes())
        if round_ < 20:  # at every twentieth
            del data[len(data) * round_ // 20 :]
        else:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        file.write_bytes(data)
        given.assert_built(round_ // 2 % 2, round_)  # with an edit, and without one


def sealed(given: Alternating, name: str, data: bytes, mark: bytes | None = None) -> None:
    """Put ``data`` into the cache as if the last build had left it: its digest is right."""
    with pipeline.cache_of(given.root.path, Watcher()) as kept:
        head = kept._head if mark is None else kept._head[: -len(mark)] + mark
        (given.cache / name).write_bytes(head + digest_of(data) + data)


class _Opened:
    """Says that somebody unpickled it, by a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def hostile(opened: Path) -> dict[str, bytes]:
    """Bytes that ask whoever reads them for much, or that are something else."""
    wrong: dict[str, object] = {"int": 5, "text": "x", "map": {"a": 1}, "nothing": None}
    fields = list(msgspec.to_builtins(EMPTY, builtin_types=(bytes, msgspec.Raw)))
    data = {
        "random": random.Random(1).randbytes(10_000),
        "deep-arrays": b"\x91" * 1_000_000 + b"\x01",
        "deep-maps": b"\x81\x01" * 1_000_000 + b"\x01",
        "long-array": b"\xdd\xff\xff\xff\xff",
        "long-map": b"\xdf\xff\xff\xff\xff\xa1a",
        "long-text": b"\xdb\xff\xff\xff\xffabc",
        "long-bytes": b"\xc6\xff\xff\xff\xffabc",
        "long-inside": b"\x99\xc4\x01a\xdf\xff\xff\xff\xff",
        "pickle": pickle.dumps(_Opened(opened)),
        "empty": b"",
        "two": msgspec.msgpack.encode(EMPTY) * 2,
    }
    data |= {name: msgspec.msgpack.encode(value) for name, value in wrong.items()}
    for number in range(len(fields)):
        value = [*fields[:number], [[{"a": -1}]], *fields[number + 1 :]]
        data[f"field-{number}"] = msgspec.msgpack.encode(value)
    return data


def little_memory() -> None:
    """No more than half a gigabyte on top of what there is."""
    resource = pytest.importorskip("resource")
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 29), resource.RLIM_INFINITY))


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="for Linux")


@needs_proc
@pytest.mark.parametrize("name", ["state", "glance"])
def test_row_11_a_hostile_cache_costs_little_and_changes_nothing(folder: Path, name: str) -> None:
    """In 512 MB and ten seconds, with the digest right: as whoever forges it would do."""
    given, opened = Alternating(folder), folder / "opened"

    def builds(data: bytes, side: int) -> None:
        little_memory()
        sealed(given, name, data)
        given.assert_built(side, "")

    statuses = {
        kind: in_a_process(functools.partial(builds, data, number // 2 % 2), 10)
        for number, (kind, data) in enumerate(hostile(opened).items())
    }
    assert {kind: status for kind, status in statuses.items() if status} == {}
    assert not opened.exists()


PLACES = {
    "before": Place(-1, 9, b""),
    "far": Place(2**40, 9, b""),
    "long": Place(0, 2**24, b""),
    "endless": Place(0, 2**62, b""),
    "negative": Place(0, -1, b""),
    "farther": Place(2**63 - 1, 9, b""),
    "farthest": Place(2**64 - 1, 9, b""),
}


@needs_proc
@pytest.mark.parametrize("where", PLACES)
def test_row_11_forged_places_of_bodies_are_no_trace(folder: Path, where: str) -> None:
    given = Alternating(folder)

    def builds() -> None:
        little_memory()
        with pipeline.cache_of(given.root.path, Watcher()) as kept:
            last = kept.load()
        data = msgspec.msgpack.encode(
            replace(last, places=dict.fromkeys(last.places, PLACES[where]))
        )
        sealed(given, "state", data)
        given.assert_built(1, where)

    assert in_a_process(builds, 10) == 0


def test_row_11_a_cache_of_another_version_is_as_good_as_none(folder: Path) -> None:
    given = Alternating(folder)
    with pipeline.cache_of(given.root.path, Watcher()) as kept:
        data = msgspec.msgpack.encode(kept.load())
    for side, mark in enumerate((b"another generator", b"")):
        sealed(given, "state", data, mark or None)
        if not mark:
            whole = (given.cache / "state").read_bytes()
            (given.cache / "state").write_bytes(whole.replace(b"state 1", b"state 2", 1))
        given.assert_built(1 - side, mark)


@pytest.mark.parametrize("kind", ["fifo", "socket", "folder", "full-folder", "loop"])
def test_row_11_anything_may_stand_in_the_cache(folder: Path, kind: str) -> None:
    """What is no file is never waited for."""
    given, wrong = Alternating(folder), []
    names = ("state", "glance", "bodies", "lock", "holder", "state.new", "glance.new", "bodies-7")
    for side, name in enumerate(names):
        place = given.cache / name.replace("bodies", given.bodies(), name == "bodies")
        place.unlink(missing_ok=True)
        put(kind, place)
        built = functools.partial(given.assert_built, side % 2, name)
        if in_a_process(built, 10):
            wrong.append(name)
        shutil.rmtree(given.cache)
        given.root.build()
    assert wrong == []


def put(kind: str, place: Path) -> None:
    if kind == "fifo":
        os.mkfifo(place)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(place))
    elif kind == "loop":
        place.symlink_to(place.name)
    else:
        place.mkdir()
        if kind == "full-folder":
            (place / "mine.txt").write_text("别人的")


def test_row_11_bodies_of_another_root_are_not_taken_for_ours(folder: Path) -> None:
    """Two roots, the same names and lengths, other texts: only the files of bodies are swapped."""
    one, other = Alternating(folder), Alternating(folder / "other")
    other.root.write({f"{NEWS}2024-08-03-item3.md": item("第三条", "别段。")})
    other.root.build()
    other.sites[1] = clean(turned(other, 1).root, folder / "clean")
    other.turn(0)
    other.root.build()
    exchanged = one.cache / one.bodies(), other.cache / other.bodies()
    first = exchanged[0].read_bytes()
    exchanged[0].write_bytes(exchanged[1].read_bytes())
    exchanged[1].write_bytes(first)
    for given in (one, other):
        given.assert_built(1, given.root.path)


def turned(given: Alternating, side: int) -> Alternating:
    given.turn(side)
    return given


# --- row 12: other surroundings for each build


SURROUNDINGS: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "0"}, 0o022, "1"),
    ({"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "4711"}, 0o077, "2"),
    ({"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"}, 0o000, "3"),
)


def assert_modes(root: Root) -> None:
    """Files 0644, folders 0755, whoever built them under whatever mask."""
    wrong = [
        path
        for path in [root.site, *root.site.rglob("*")]
        if path.stat().st_mode & 0o7777 != (0o755 if path.is_dir() else 0o644)
    ]
    assert wrong == []


def edit_for(root: Root, round_: int) -> None:
    """Another title, another item, one that goes, and a time of day, which a zone could shift."""
    root.write(
        {
            f"{NEWS}{round_:03}.md": item(f"改{round_}", date='"2024-08-05 00:30"'),
            f"content/news/new-{round_}.md": item("新", date=f"2024-0{1 + round_}-01 23:59"),
        }
    )
    if round_:
        root.delete(f"content/news/new-{round_ - 1}.md")


def test_row_12_each_build_in_other_surroundings_than_the_last(folder: Path) -> None:
    """A state that was made under one setting serves a build under another, in another folder."""
    root = Two(folder).root
    for round_, (environment, mask, jobs) in enumerate(SURROUNDINGS * (3 if SOAK else 1)):
        root.path.rename(folder / f"moved-{round_}")
        root = Root(folder / f"moved-{round_}")
        edit_for(root, round_ % 8)
        if round_ == 1:
            root.write({"templates/base.html": BASES["b"]})
        before = os.umask(mask)
        try:
            ran = root.run("build", "--jobs", jobs, *AT, environment=environment)
        finally:
            os.umask(before)
        assert ran.status == 0, ran.log
        assert public(root.site) == clean(root, folder / f"clean-{round_}")
        assert_modes(root)


class Shuffled:
    """A folder's entries in another order."""

    def __init__(self, entries: Any, order: Callable[[list[Any]], list[Any]]) -> None:
        with entries:
            self._entries = iter(order(list(entries)))

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass


ORDERS: tuple[Callable[[list[Any]], list[Any]], ...] = (
    lambda entries: sorted(entries, key=lambda entry: entry.name, reverse=True),
    lambda entries: random.Random(5).sample(entries, len(entries)),
    lambda entries: sorted(entries, key=lambda entry: entry.name),
)


def test_row_12_whatever_order_folders_are_listed_in(folder: Path) -> None:
    root, scandir, listdir = Two(folder).root, os.scandir, os.listdir
    for round_, order in enumerate(ORDERS):
        edit_for(root, round_)
        if round_ == 1:
            root.write({"templates/base.html": BASES["b"]})
        with (
            mock.patch.object(os, "scandir", lambda *a, o=order: Shuffled(scandir(*a), o)),
            mock.patch.object(os, "listdir", lambda *a: listdir(*a)[::-1]),
        ):
            root.build(jobs=round_ + 1)
        assert public(root.site) == clean(root, folder / f"clean-{round_}")
        assert_modes(root)
