"""After any edits a build gives, byte for byte, what a clean build of the same files gives.

A machine edits a small newsroom at random, damages what a build rests on, and compares after
each build. Two tables say which edit needs each mark of a fingerprint: with that mark left out
the edit must go unnoticed, which shows that the mark is needed and that a missing one would be
seen. What random edits do not meet stands in tests of its own.

``make soak`` runs the machine for a long time, with other edits each time.
"""

from __future__ import annotations

import difflib
import errno
import functools
import multiprocessing
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import jinja2
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from bulletin import (
    basis,
    cache,
    dates,
    glance,
    parallel,
    pipeline,
    publish,
    reading,
    source,
    state,
)
from bulletin.asked import Options, Report, Watcher
from bulletin.plan import Copied, Page
from bulletin.problem import BulletinError, ContentError, Problem
from bulletin.source import Stamp
from bulletin.state import Shared, State, mark_of, recipe_name
from tests.conftest import PROJECT, Root
from tests.worlds import SVG, Newsroom, copy

pytestmark = [pytest.mark.disk]

SOAK = bool(os.environ.get("SOAK"))
# Moments between the dates, embargoes and expiries of the newsroom.
TIMES = tuple(
    datetime(2024, month, day, tzinfo=UTC) for month, day in ((8, 4), (8, 20), (9, 1), (10, 1))
)
NOW = TIMES[2]

# Thousands of small sites are made and deleted; where there is a disk in memory, there.
IN_MEMORY = next((folder for folder in ("/dev/shm",) if os.access(folder, os.W_OK)), None)

Tree = Mapping[str, bytes | None]


# --- what is compared


@pytest.fixture(scope="module", autouse=True)
def quick_templates() -> Iterator[None]:
    """Templates are compiled once for their texts: that takes longer than all the rest of a
    build, and these texts give the same code in every build.
    """
    with (
        mock.patch.object(jinja2.Environment, "compile", once(jinja2.Environment.compile)),
        mock.patch.object(jinja2.Environment, "parse", once(jinja2.Environment.parse)),
    ):
        yield


def once(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of an environment whose results are kept, for each class of environment."""
    kept: dict[tuple[object, ...], Any] = {}

    def asked(self: object, *given: Any, **named: Any) -> Any:
        key = (type(self), *given, *sorted(named.items()))
        if key not in kept:
            kept[key] = method(self, *given, **named)
        return kept[key]

    return asked


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did, or what kept it from it."""

    report: Report | None
    problems: tuple[Problem, ...]
    site: Tree

    @property
    def facts(self) -> tuple[object, ...]:
        """What a clean build says as well."""
        report = self.report
        return (self.problems, report and (report.items, report.pages, report.held))


def outcome(root: Path, options: Options) -> Outcome:
    try:
        report = pipeline.build(root, options)
    except ContentError as error:
        return Outcome(None, error.problems, shown(root / "site"))
    return Outcome(report, report.problems, shown(root / "site"))


def written(root: Path) -> tuple[tuple[str, bytes | None], ...]:
    """What people wrote in a root."""
    return tuple(
        (f"{top}/{name}", data)
        for top in ("content", "templates")
        for name, data in shown(root / top).items()
    )


def shown(folder: Path, own: bool = False) -> dict[str, bytes | None]:
    """Every file below a folder with its bytes, and every folder; of a site what is ``own``
    besides, but for the lock. (``conftest.tree``, where it is asked a thousand times.)
    """
    found: dict[str, bytes | None] = {}
    for where, folders, files in os.walk(folder):
        if where == str(folder) and ".bulletin" in folders and not own:
            folders.remove(".bulletin")
        below = where[len(str(folder)) + 1 :]
        for name in folders:
            found[os.path.join(below, name)] = None
        for name in files:
            if name != "lock":
                found[os.path.join(below, name)] = Path(where, name).read_bytes()
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=128)
def clean(files: tuple[tuple[str, bytes | None], ...], options: Options) -> Outcome:
    """What the same files give in an empty folder."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        root = Root(Path(folder))
        root.write({name: data for name, data in files if data is not None})
        return outcome(root.path, options)


def difference(site: Tree, wanted: Tree) -> str:
    """The first file that is not as a clean build makes it, and how; empty where all are."""
    for name in sorted(site.keys() | wanted.keys()):
        if name not in wanted:
            return f"{name}: a clean build does not make it"
        if name not in site:
            return f"{name}: missing"
        if site[name] != wanted[name]:
            have, want = (
                (data or b"").decode("utf-8", "replace").split("\n")
                for data in (site[name], wanted[name])
            )
            lines = difflib.unified_diff(have, want, "rebuilt", "clean", n=0, lineterm="")
            return f"{name} is not as a clean build makes it:\n" + "\n".join([*lines][:20])
    return ""


def changes(before: Tree, after: Tree) -> tuple[set[str], set[str], set[str]]:
    """Files that were added, changed and removed."""
    old, new = ({name for name, data in t.items() if data is not None} for t in (before, after))
    return new - old, {name for name in old & new if before[name] != after[name]}, old - new


def stamps(site: Path) -> dict[str, tuple[int, int]]:
    """What the disk says of every file of a site and of its manifest."""
    names = [name for name, data in shown(site).items() if data is not None]
    found = {name: os.lstat(site / name) for name in [*names, ".bulletin/manifest.json"]}
    return {name: (stat.st_mtime_ns, stat.st_ino) for name, stat in found.items()}


# --- the machine

PROFILE = hypothesis_settings(
    max_examples=400 if SOAK else 20,
    stateful_step_count=40 if SOAK else 12,
    derandomize=not SOAK,
    database=None,
    deadline=None,
    print_blob=SOAK,
    suppress_health_check=list(HealthCheck),
)
# Most edits are built at once, some only together with the next.
AT_ONCE = st.sampled_from((True, True, True, False))


def edit(**drawn: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule that changes files; then they are built, or wait for the next edit."""

    def decorate(method: Callable[..., None]) -> Any:
        @functools.wraps(method)
        def edited(self: Rebuilds, at_once: bool, **values: Any) -> None:
            method(self, **values)
            if at_once:
                self.build()

        apply: Callable[[Any], Any] = rule(at_once=AT_ONCE, **drawn)
        return apply(edited)

    return decorate


NUMBER = st.integers(0, 9)
WORDS = st.sampled_from(("甲", "乙", "丙", "丁 & <戊>"))


class Rebuilds(RuleBasedStateMachine):
    """A newsroom that is edited and built, again and again, in one folder."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=IN_MEMORY)
        self.root = Root(Path(self.folder.name) / "0")
        self.root.path.mkdir()
        self.room = Newsroom()
        self.count = 0  # makes texts that were never there before
        self.now, self.drafts = NOW, False
        self.base_url: str | None = None
        self.atomic = False
        self.damaged = False  # site/ is not as the last build left it
        self.patches = [mock.patch.object(cache, "_SLACK", 0)]

    @initialize(trusting=st.booleans())
    def begin(self, trusting: bool) -> None:
        """Every body that is of no more use has the others written anew; and in half of the
        runs no file is too young for its stamp to be trusted.
        """
        if trusting:
            self.patches.append(mock.patch.object(glance, "YOUNG_NS", 0))
        for patch in self.patches:
            patch.start()
        self.build()

    def teardown(self) -> None:
        mock.patch.stopall()
        self.folder.cleanup()

    # --- building

    def options(self, jobs: int = 1) -> Options:
        return Options(self.base_url, self.drafts, self.now, jobs, atomic=self.atomic)

    def wanted(self) -> Outcome:
        return clean(written(self.root.path), replace(self.options(), atomic=False))

    def build(self, jobs: int = 1) -> None:
        """Build, and compare with a clean build, with what was there, and with a second build."""
        self.room.save(self.root.path)
        before = shown(self.root.site, own=True)
        made = outcome(self.root.path, self.options(jobs))
        wanted = self.wanted()
        assert made.facts == wanted.facts
        if made.report is None:
            assert shown(self.root.site, own=True) == before, (
                "a build that fails leaves site/ as it was"
            )
            return
        assert not difference(made.site, wanted.site), difference(made.site, wanted.site)
        old = {name: data for name, data in before.items() if not name.startswith(".bulletin")}
        self.check_report(made.report, old, made.site)
        self.damaged = False
        self.check_second()

    def check_report(self, report: Report, before: Tree, after: Tree) -> None:
        """What a build says it did is what it did."""
        added, changed, removed = changes(before, after)
        said = report.published
        told = [*said.added, *said.changed, *said.removed]
        assert len(told) == len(set(told))
        if self.damaged:  # a file that somebody deleted is no addition: it was there
            assert {*said.added, *said.changed} == added | changed
            assert {*said.removed} >= removed
        else:
            assert ({*said.added}, {*said.changed}, {*said.removed}) == (added, changed, removed)

    def check_second(self) -> None:
        before = stamps(self.root.site)
        again = pipeline.build(self.root.path, self.options())
        assert (again.written, again.removed) == (0, 0)
        assert stamps(self.root.site) == before

    # --- items

    def pick(self, number: int) -> Any:
        names = sorted(self.room.items)
        return self.room.items[names[number % len(names)]]

    def fresh(self, word: str = "新") -> str:
        self.count += 1
        return f"{word}{self.count}"

    @edit(
        day=st.sampled_from(("2024-08-03", "2024-08-05", "2024-08-09", "2024-07-02")),
        district=st.sampled_from(("east", "west", "dock", "south")),
        activity=st.sampled_from(("training", "contest", "craft", "law")),
    )
    def add(self, day: str, district: str, activity: str) -> None:
        if len(self.room.items) < 9:
            name = self.fresh("n")
            self.room.items[name] = copy(day, name, f"{district}/{activity}")

    @edit(number=NUMBER, words=WORDS)
    def edit_body(self, number: int, words: str) -> None:
        self.pick(number).body.append(words)

    @edit(number=NUMBER)
    def edit_first_line(self, number: int) -> None:
        self.pick(number).body[0] = f"{self.fresh()}。"

    @edit(number=NUMBER)
    def edit_heading(self, number: int) -> None:
        """The heading that a link's anchor names, among others."""
        body = self.pick(number).body
        headings = [place for place, line in enumerate(body) if line.startswith("## ")]
        if headings:
            body[headings[0]] = f"## {self.fresh('办法')}"

    @edit(
        number=NUMBER,
        key=st.sampled_from(("title", "kicker", "summary", "tags", "genre", "byline", "source")),
        words=WORDS,
    )
    def edit_words(self, number: int, key: str, words: str) -> None:
        said = {"title": f"{words}{self.fresh()}", "tags": f"[{words}]", "genre": "消息"}
        self.pick(number).keys[key] = said.get(key, words)

    @edit(number=NUMBER, key=st.sampled_from(("summary", "kicker", "issue", "series", "places")))
    def drop_key(self, number: int, key: str) -> None:
        self.pick(number).keys.pop(key, None)

    @edit(
        number=NUMBER,
        change=st.sampled_from(
            (
                ("districts", "[west]"),
                ("districts", "[east, north]"),
                ("districts", "[dock]"),
                ("activities", "[contest]"),
                ("activities", "[craft, rights]"),
                ("places", "[桥头街道]"),
                ("places", "[桥西街道]"),
                ("series", "巡礼"),
                ("series", "连载"),
                ("issue", "2024-07"),
                ("issue", "2024-08"),
                ("issue", "2024-09"),
                ("related", "[2024-08-02-b]"),
                ("related", "[2024-08-01-a, 2024-08-04-d]"),
                ("priority", "9"),
                ("slug", "moved"),
                ("aliases", "[/old/a.html, /old/b/]"),
                ("date", "2024-08-06 07:30"),
                ("updated", "2024-08-28"),
                ("page", "第2版"),
                ("corrections", "[{date: 2024-08-29, text: 应为五百人。}]"),
            )
        ),
    )
    def retag(self, number: int, change: tuple[str, str]) -> None:
        key, value = change
        self.pick(number).keys[key] = value

    @edit(number=NUMBER, status=st.sampled_from(("draft", "published", "withdrawn")))
    def set_status(self, number: int, status: str) -> None:
        self.pick(number).keys["status"] = status

    @edit(
        number=NUMBER,
        key=st.sampled_from(("embargo", "expires")),
        when=st.sampled_from(("", "2024-08-10", "2024-08-25 08:00", "2024-09-15")),
    )
    def set_time(self, number: int, key: str, when: str) -> None:
        self.pick(number).keys[key] = when

    @edit(number=NUMBER, folder=st.sampled_from(("2024/08", "2024/07", "late")))
    def rename(self, number: int, folder: str) -> None:
        item = self.pick(number)
        item.stem, item.folder = f"{item.stem[:10]}-{self.fresh('r')}", folder

    @edit(number=NUMBER)
    def delete(self, number: int) -> None:
        if len(self.room.items) > 2:
            name = sorted(self.room.items)[number % len(self.room.items)]
            del self.room.items[name]

    @edit(number=NUMBER, other=NUMBER, heading=st.sampled_from(("", "#办法", "#一", "#无")))
    def link(self, number: int, other: int, heading: str) -> None:
        target = self.pick(other)
        up = "../" * (self.pick(number).folder.count("/") + 1)
        self.pick(number).body.append(f"见[那里]({up}{target.folder}/{target.stem}.md{heading})。")

    # --- what items are read with and shown in

    @edit(
        terms=st.sampled_from(("districts", "activities")),
        number=NUMBER,
        key=st.sampled_from(("name", "description", "aliases", "places", "short")),
    )
    def edit_term(self, terms: str, number: int, key: str) -> None:
        """Rename a term, say something of it, give it a synonym or a street."""
        known = getattr(self.room, terms)
        if terms == "activities":
            key = {"aliases": "synonyms", "places": "description", "short": "name"}.get(key, key)
        word = self.fresh("名")
        value = f"[{word}]" if key in ("aliases", "synonyms") else word
        value = f"[桥头街道, 河口镇, {word}街道]" if key == "places" else value
        known[[*known][number % len(known)] if key != "places" else "east"][key] = value

    @edit(
        terms=st.sampled_from((("districts", "north", "west"), ("activities", "care", "training")))
    )
    def merge_term(self, terms: tuple[str, str, str]) -> None:
        """Merge a term into another, or part them again."""
        kind, one, other = terms
        keys = getattr(self.room, kind)[one]
        if keys.pop("replaced_by", None) is None:
            keys["replaced_by"] = other

    @edit(
        change=st.sampled_from(
            (
                ("title", "别的简报"),
                ("tagline", "口号"),
                ("per_page", "3"),
                ("per_page", "2"),
                ("base_url", "https://other.example/sub/"),
                ("notice", "示例。"),
                ("outputs", "[sitemap]"),
                ("outputs", "[feeds]"),
                ("outputs", ""),
                ("time_zone", "UTC"),
                ("time_zone", "Asia/Shanghai"),
                ("labels", "{districts: 各区, news: 消息}"),
                ("publisher", "编辑部"),
            )
        )
    )
    def edit_site(self, change: tuple[str, str]) -> None:
        key, value = change
        self.room.site[key] = value
        if not value:
            del self.room.site[key]

    @edit(name=st.sampled_from(("about", "contact")), keep=st.booleans())
    def edit_page(self, name: str, keep: bool) -> None:
        file = f"content/pages/{name}.md"
        if file in self.room.others and not keep:
            del self.room.others[file]
        else:
            link = "[甲](../news/2024/08/2024-08-01-a.md#办法)"
            self.room.others[file] = f"---\ntitle: {self.fresh('页')}\n---\n\n见{link}。\n"

    @edit(name=st.sampled_from(("2024-07", "2024-08")), keep=st.booleans())
    def edit_issue(self, name: str, keep: bool) -> None:
        file = f"content/issues/{name}.yaml"
        if file in self.room.others and not keep:
            del self.room.others[file]
        else:
            self.room.others[file] = (
                f"title: {self.fresh('期')}\ndate: 2024-0{self.count % 9 + 1}-01\n"
            )

    # --- pictures

    @edit(name=st.sampled_from(("one", "two")), width=st.integers(4, 5))
    def draw(self, name: str, width: int) -> None:
        """A new picture, or other bytes in an old one, of the same size or another."""
        drawn = SVG.format(width, 3, self.fresh())
        self.room.others[f"content/news/2024/08/{name}.svg"] = drawn

    @edit(name=st.sampled_from(("one", "two")), broken=st.booleans())
    def spoil(self, name: str, broken: bool) -> None:
        """A picture goes, or is none any more."""
        file = f"content/news/2024/08/{name}.svg"
        self.room.others.pop(file, None)
        if broken:
            self.room.others[file] = "<svg"

    @edit(number=NUMBER, name=st.sampled_from(("one", "two")), front=st.booleans())
    def show_picture(self, number: int, name: str, front: bool) -> None:
        item = self.pick(number)
        target = f"/news/2024/08/{name}.svg"
        if front:
            item.keys["images"] = f"[{{src: {target}, alt: 图, caption: {self.fresh()}}}]"
        else:
            item.body.append(f"![图]({target})")

    # --- templates

    @edit(name=st.sampled_from(("text", "note", "inner", "part-matrix", "matrix", "local")))
    def edit_template(self, name: str) -> None:
        """A page's template, an include, an include of it, one that is named while it runs, macros."""
        file = f"templates/{name}.html"
        mark = f"<p>{self.fresh()}</p>"
        old = self.room.others[file]
        end = "{% endmacro %}" if name == "local" else "{% endblock %}"
        self.room.others[file] = old.replace(end, mark + end) if end in old else old + mark + "\n"

    @edit(
        name=st.sampled_from(("macros", "base", "item", "list", "redirect", "term")),
        keep=st.booleans(),
    )
    def override(self, name: str, keep: bool) -> None:
        """A template of the project is replaced by one's own, or used again."""
        file = f"templates/{name}.html"
        if file in self.room.others and not keep:
            del self.room.others[file]
        else:
            text = (PROJECT / file).read_text("utf-8")
            marked = text.replace("<time ", f'<time data-n="{self.fresh()}" ')
            self.room.others[file] = marked.replace("<head>", f"<head><!-- {self.count} -->")

    @edit(
        name=st.sampled_from(("css/99-own.css", "js/99-own.js", "icons/own.svg", "icons/icon.svg")),
        keep=st.booleans(),
    )
    def edit_asset(self, name: str, keep: bool) -> None:
        file = f"templates/assets/{name}"
        if file in self.room.others and not keep:
            del self.room.others[file]
        else:
            self.room.others[file] = f"/* {self.fresh()} */\n"

    # --- how it is built

    @edit(now=st.sampled_from(TIMES))
    def move_clock(self, now: datetime) -> None:
        """Forward and backward: embargoes and expiries come and go."""
        self.now = now

    @edit()
    def show_drafts(self) -> None:
        self.drafts = not self.drafts

    @edit(url=st.sampled_from((None, "https://preview.example/x/")))
    def give_address(self, url: str | None) -> None:
        self.base_url = url

    @edit()
    def swap(self) -> None:
        """From here on site/ is swapped as a whole, or file by file again."""
        self.atomic = not self.atomic

    @rule(number=NUMBER)
    def build_with_workers(self, number: int) -> None:
        """Everything is made anew by two processes, and comes out the same."""
        if number != 7:  # starting processes takes long
            return
        self.room.site["notice"] = self.fresh()
        with mock.patch.object(parallel, "FEW", 2):
            self.build(jobs=2)

    # --- faults

    @rule(
        number=NUMBER,
        fault=st.sampled_from(
            (
                ("title", ""),
                ("date", "明天"),
                ("districts", "[东区]"),
                ("slug", "../x"),
                ("aliases", "[/news/]"),
                ("tags", "[a"),
            )
        ),
        edited=NUMBER,
        other=NUMBER,
    )
    def fail_and_mend(self, number: int, fault: tuple[str, str], edited: int, other: int) -> None:
        """An item gets a fault; while nothing can be built, others are edited; it is mended."""
        item, (key, value) = self.pick(number), fault
        before = item.keys.get(key)
        item.keys[key] = value
        self.build()
        self.pick(edited).body.append(self.fresh())
        self.pick(other).keys["kicker"] = self.fresh()
        self.build()
        item.keys[key] = before or ""
        self.build()

    @rule(name=st.sampled_from(("note", "inner", "part-matrix")), number=NUMBER)
    def break_template(self, name: str, number: int) -> None:
        """A template cannot be filled: nothing is published, what was read is kept or not."""
        file = f"templates/{name}.html"
        before = self.room.others[file]
        self.room.others[file] = "{{ nothing }}" if number % 2 else "{% if %}"
        self.pick(number).body.append(self.fresh())
        self.build()
        self.room.others[file] = before
        self.build()

    # --- damage

    @edit(
        how=st.sampled_from(
            ("delete all", "delete", "folder", "truncate", "flip", "foreign", "another")
        ),
        name=st.sampled_from(("state", "bodies", "glance")),
        place=st.integers(0, 10_000),
    )
    def damage_cache(self, how: str, name: str, place: int) -> None:
        folder = self.root.path / ".cache"
        if how == "delete all":
            shutil.rmtree(folder, ignore_errors=True)
        for file in folder.glob(f"{name}*"):
            if file.is_file():
                spoil(file, how, place)

    @edit(
        how=st.sampled_from(("delete", "append", "truncate", "flip", "touch", "delete folder")),
        numbers=st.lists(st.integers(0, 99), min_size=1, max_size=3),
    )
    def damage_site(self, how: str, numbers: list[int]) -> None:
        for number in numbers:
            files = [name for name, data in shown(self.root.site).items() if data is not None]
            if not files:
                return
            file = self.root.site / files[number % len(files)]
            self.damaged = True
            if how == "delete folder" and file.parent != self.root.site:
                shutil.rmtree(file.parent)
            else:
                damage(file, how)

    @edit(numbers=st.lists(NUMBER, max_size=3))
    def touch(self, numbers: list[int]) -> None:
        """New times, the same bytes."""
        for number in numbers:
            file = self.root.path / self.pick(number).file
            if file.exists():
                os.utime(file, ns=(0, 10**18 + self.count * 10**9 + number))

    @edit(with_cache=st.booleans(), with_times=st.booleans(), with_site=st.booleans())
    def move(self, with_cache: bool, with_times: bool, with_site: bool) -> None:
        """A copy in a fresh folder: every inode is another; as after a fresh clone, or on CI."""
        old = self.root.path
        self.root = Root(Path(self.folder.name) / self.fresh("root"))
        shutil.copytree(
            old, self.root.path, copy_function=shutil.copy2 if with_times else shutil.copy
        )
        shutil.rmtree(old)
        if not with_cache:
            shutil.rmtree(self.root.path / ".cache", ignore_errors=True)
        if not with_site:
            shutil.rmtree(self.root.site, ignore_errors=True)

    @rule(
        number=NUMBER,
        calls=st.integers(1, 40),
        how=st.sampled_from(("kill", "raise", "interrupt")),
        what=st.sampled_from(("item", "drafts", "now", "base_url")),
        revert=st.booleans(),
    )
    def interrupt(self, number: int, calls: int, how: str, what: str, revert: bool) -> None:
        """A build ends while it puts files in place; then what it built may be taken back."""
        self.build()
        item = self.pick(number)
        before = dict(item.keys), self.drafts, self.now, self.base_url
        if what == "item":
            item.keys |= {"title": self.fresh("断"), "aliases": f"[/old/{self.fresh('n')}.html]"}
        elif what == "drafts":
            self.drafts = not self.drafts
        elif what == "now":
            self.now = TIMES[number % len(TIMES)]
        else:
            self.base_url = f"https://{self.fresh('n')}.example/"
        self.room.save(self.root.path)
        end_at(calls, how, self.root.path, self.options())
        if revert:
            item.keys, self.drafts, self.now, self.base_url = before
        # What was left undone is finished first, so the report tells of less than the disk.
        self.room.save(self.root.path)
        made, wanted = outcome(self.root.path, self.options()), self.wanted()
        assert made.facts == wanted.facts
        if made.report:
            assert not difference(made.site, wanted.site), difference(made.site, wanted.site)
        self.damaged = made.report is None
        self.build()

    @invariant()
    def nothing_of_ours_lies_about(self) -> None:
        own = self.root.site / ".bulletin"
        left = {path.name for path in own.iterdir()} if own.is_dir() else set()
        assert left <= {"manifest.json", "lock"}


TestRebuilds = Rebuilds.TestCase
TestRebuilds.settings = PROFILE


# --- damage and interrupts


def spoil(file: Path, how: str, place: int) -> None:
    """Damage a file of the cache."""
    data = bytearray(file.read_bytes())
    file.unlink()
    if how == "delete":
        return
    if how == "folder":
        file.mkdir()
        return
    if how == "truncate":
        del data[place % (len(data) + 1) :]
    elif how == "flip" and data:
        data[place % len(data)] ^= 1 << place % 8
    elif how == "foreign":
        data[:] = b"\x80\x04cposix\nsystem\n" * (place % 9)
    elif how == "another":  # of another version of the generator
        data[:0] = b"bulletin state 0\n"
    file.write_bytes(data)


def damage(file: Path, how: str) -> None:
    """Damage a file of the site, later than it was made."""
    made = file.stat().st_mtime_ns
    if how == "delete":
        file.unlink()
        return
    data = bytearray(file.read_bytes())
    if how == "append":
        data += b"x"
    elif how == "truncate":
        del data[len(data) // 2 :]
    elif how == "flip" and data:
        data[0] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(made + 1, made + 1))


def end_at(calls: int, how: str, root: Path, options: Options) -> None:
    """Build, and end at the given call of os.replace: what puts files in place."""
    left = iter(range(calls - 1))
    replace = os.replace

    def counted(*names: Any) -> None:
        if next(left, None) is None:
            if how == "kill":
                os._exit(9)
            raise OSError(errno.EIO, "broken") if how == "raise" else KeyboardInterrupt
        replace(*names)

    def work() -> None:
        ended = (BulletinError, OSError, KeyboardInterrupt)
        with suppress(*ended), mock.patch.object(os, "replace", counted):
            pipeline.build(root, options)

    if how == "kill":
        process = multiprocessing.get_context("fork").Process(target=work)
        process.start()
        process.join()
    else:
        work()


# --- what each mark is for: with one left out, an edit goes unnoticed

Edit = Callable[[Newsroom], object]


@dataclass(frozen=True, slots=True)
class Need:
    """Why a page needs an input: an edit that nothing else of the page tells of."""

    edit: Edit
    before: Edit = lambda room: None  # how the newsroom is at first, where not as it comes
    beside: tuple[str, ...] = ()  # inputs that tell of the same, left out as well


@dataclass(frozen=True, slots=True)
class Fixed:
    """Why no edit needs an input: it is the same as long as the page is at its address."""

    because: str


def title(name: str) -> Edit:
    return lambda room: room.items[name].keys.update(title="改了的题")


def keys(item: str, **given: str) -> Edit:
    return lambda room: room.items[item].keys.update(given)


def body(name: str) -> Edit:
    return lambda room: room.items[name].body.append("又一段。")


def added(day: str, place: str = "") -> Edit:
    return lambda room: room.items.update(new=copy(day, "new", place))


def term(kind: str, id_: str, **given: str) -> Edit:
    return lambda room: getattr(room, kind)[id_].update(given)


def other(file: str, text: str) -> Edit:
    return lambda room: room.others.update({file: text})


def replaced(file: str, old: str, new: str) -> Edit:
    return lambda room: room.others.update({file: room.others[file].replace(old, new)})


def site(**given: str) -> Edit:
    return lambda room: room.site.update(given)


def both(*edits: Edit) -> Edit:
    return lambda room: [edit(room) for edit in edits]


RENAMED_EAST = term("districts", "east", name="东城区", aliases="[东岸区]")
RENAMED_SOUTH = term("districts", "south", name="江南区")
RENAMED_CARE = term("activities", "care", name="送温暖")
ISSUE_7, ISSUE_8 = (f"content/issues/2024-0{number}.yaml" for number in (7, 8))
# As many items of each district and of each type as before, but elsewhere: a and b change
# places, while newer items keep the newest days as they are.
NEWER = both(
    lambda room: room.items.update(g=copy("2024-08-06", "g", "west/training")),
    lambda room: room.items.update(h=copy("2024-08-07", "h", "east/contest")),
)
SWAPPED = both(keys("a", activities="[contest]"), keys("b", activities="[training]"))

FEED: dict[str, Need | Fixed] = {
    "path": Fixed("the folder of the feed is part of its address"),
    "title": Need(RENAMED_SOUTH),  # a district without items
    "subtitle": Need(term("districts", "south", description="江的南岸")),
    "articles": Need(body("a")),
}
# Every input of every kind of page: which edit needs it. b is a neighbour of a and c and of
# the series of e, and nothing else; see ``worlds.items``.
INPUTS: dict[str, dict[str, Need | Fixed]] = {
    "home.html home": {"front": Need(title("e"))},
    "item.html article": {
        "article": Need(body("a")),
        "earlier": Need(title("b")),  # on the page of c
        "later": Need(title("b")),  # on the page of a
        "related": Need(title("a")),  # on the page of e, which names it
        "series": Need(title("e")),  # on the page of b
        "issue": Need(other(ISSUE_8, "title: 新八月号\n")),
    },
    "text.html text": {"placed": Need(keys("a", slug="moved"))},  # where its link leads
    "404.html not_found": {
        "districts": Need(RENAMED_SOUTH),
        "activities": Need(RENAMED_CARE),
        "latest": Need(title("e")),
    },
    "terms.html index": {
        "kind": Fixed("the index of districts never becomes that of activity types"),
        "counts": Need(RENAMED_SOUTH),
    },
    "term.html term_page": {
        "facts": Need(keys("a", places="[桥头街道]")),  # a stands on a numbered page
        "page": Need(title("c")),
    },
    "list.html view": {"page": Need(title("a"))},
    "list.html crossing": {
        "page": Need(title("c")),
        "district": Need(RENAMED_EAST, beside=("page",)),  # the page's title names both
        "activity": Need(term("activities", "training", name="培训班"), beside=("page",)),
    },
    "matrix.html matrix": {
        "districts": Need(RENAMED_SOUTH),
        "activities": Need(RENAMED_CARE),
        "counted": Need(SWAPPED, before=NEWER),
        "total": Need(added("2024-08-06")),  # an item of no district and no type
    },
    "archive.html archive": {
        "year": Need(added("2024-08-06"), beside=("years",)),  # one of these
        "years": Need(added("2023-08-06")),
    },
    "month.html month": {
        "key": Fixed("the month is part of the address"),
        "stories": Need(title("a")),
        "earlier": Need(added("2024-06-06")),
        "later": Need(
            added("2024-08-06"), before=lambda room: [room.items.pop(n) for n in "abcde"]
        ),
    },
    "issues.html issues": {"counts": Need(other(ISSUE_7, "title: 新七月号\n"))},
    "issue.html issue": {
        "own": Need(replaced(ISSUE_8, "本期提要", "新的提要")),
        "stories": Need(title("c")),
        "earlier": Need(other(ISSUE_7, "title: 新七月号\n")),
        "later": Need(replaced(ISSUE_8, "八月号", "新八月号")),
    },
    "copied": {"bytes": Need(replaced("content/news/2024/08/one.svg", "一", "二"))},
    "redirect.html view": {"title": Need(title("a")), "target": Need(keys("a", slug="moved"))},
    "feed.xml atom": FEED,
    "json_feed": FEED,
    "data_of": {"asset": Fixed("a digest of an asset's bytes is part of its address")},
    "sitemap.xml sitemap": {"lines": Need(keys("a", updated="2024-08-20"))},
    "robots.txt robots": {},
}
NEEDS = [
    pytest.param(recipe, name, need, id=f"{recipe} {name}")
    for recipe, row in INPUTS.items()
    for name, need in row.items()
    if isinstance(need, Need)
]


def kind_of(page: Page) -> str:
    return "copied" if isinstance(page.recipe, Copied) else recipe_name(page)


def leaving_out(recipe: str, names: Sequence[str]) -> Any:
    """Pages of this kind have no marks of these inputs."""

    def marks_of(page: Page) -> tuple[bytes, ...]:
        own = kind_of(page) == recipe
        return tuple(
            b"" if own and name in names else mark_of(value) for name, value in page.inputs.items()
        )

    return mock.patch.object(state, "marks_of", marks_of)


OPTIONS = Options(now=NOW, jobs=1)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as name:
        yield Path(name)


@dataclass(slots=True)
class Trial:
    """A newsroom in a folder of its own, built after each step."""

    root: Path
    room: Newsroom = field(default_factory=Newsroom)
    options: Options = OPTIONS

    def build(self) -> Outcome:
        self.room.save(self.root)
        made = outcome(self.root, self.options)
        if made.report is None:
            pytest.fail(f"nothing was built: {made.problems}")
        return made


Step = Callable[[Trial], object]


def write(edit: Edit) -> Step:
    return lambda trial: edit(trial.room)


def rebuilt(folder: Path, *steps: Step, how: Sequence[Any] = ()) -> str:
    """How the site differs from a clean one after these steps; empty where it does not.

    ``how`` are patches for the builds, not for the clean one.
    """
    trial = Trial(folder / f"root{len([*folder.iterdir()])}")
    trial.root.mkdir()
    with ExitStack() as stack:
        for patch in how:
            stack.enter_context(patch)
        for step in steps:
            step(trial)
            made = trial.build()
    return difference(made.site, clean(written(trial.root), trial.options).site)


def planned(room: Newsroom, root: Path) -> tuple[Page, ...]:
    """The pages of a newsroom."""
    room.save(root)
    return pipeline.prepare(root, OPTIONS, Watcher())[0].plan.pages


def test_every_input_of_every_page_stands_in_the_table(folder: Path) -> None:
    """Whoever gives a page a new input writes down which edit needs it."""
    found: dict[str, set[str]] = {}
    for page in planned(Newsroom(), folder):
        found.setdefault(kind_of(page), set()).update(page.inputs)
    assert found == {recipe: set(row) for recipe, row in INPUTS.items()}


@pytest.mark.parametrize(("recipe", "name", "need"), NEEDS)
def test_an_input_left_out_is_noticed(recipe: str, name: str, need: Need, folder: Path) -> None:
    steps = write(need.before), write(need.edit)
    assert rebuilt(folder, *steps) == ""
    if need.beside:  # this input alone is enough
        assert rebuilt(folder, *steps, how=[leaving_out(recipe, need.beside)]) == ""
    assert rebuilt(folder, *steps, how=[leaving_out(recipe, (name, *need.beside))])


def test_inputs_that_no_edit_needs_are_the_same_as_long_as_their_pages_are_there(
    folder: Path,
) -> None:
    fixed = {
        (r, n) for r, row in INPUTS.items() for n, need in row.items() if isinstance(need, Fixed)
    }
    known: dict[tuple[str, str], bytes] = {}
    for param in NEEDS:
        need = param.values[2]
        assert isinstance(need, Need)
        room = Newsroom()
        need.before(room)
        need.edit(room)
        for page in planned(room, folder):
            for name, value in page.inputs.items():
                if (kind_of(page), name) in fixed:
                    assert known.setdefault((page.file, name), mark_of(value)) == mark_of(value)


# --- what is no input of one page


def compared(**changed: Callable[[Any], Any]) -> Any:
    """``compare`` sees other values of these arguments."""
    real = state.compare

    def compare(pages: Iterable[Page], shared: Shared, last: State, lost: frozenset[str]) -> Any:
        given: dict[str, Any] = {"shared": shared, "last": last, "lost": lost}
        given |= {name: change(given[name]) for name, change in changed.items()}
        return real(pages, given["shared"], given["last"], given["lost"])

    return mock.patch.object(pipeline, "compare", compare)


def without_frame(name: str) -> Any:
    return compared(
        shared=lambda shared: replace(
            shared, frame={key: mark for key, mark in shared.frame.items() if key != name}
        )
    )


def without_templates() -> Any:
    def bare(shared: Shared) -> Shared:
        return replace(shared, templates={})

    return compared(shared=bare, last=lambda last: replace(last, shared=bare(last.shared)))


def marks_without(module: Any, what: Callable[[Any], bool]) -> Any:
    """``mark_of`` in a module is the same for all values of a kind."""
    return mock.patch.object(
        module, "mark_of", lambda value: b"same" if what(value) else mark_of(value)
    )


def marks_of_texts(texts: Mapping[str, str], references: object) -> dict[str, bytes]:
    return {name: mark_of(text) for name, text in texts.items()}


def trusting() -> Any:
    """No file is too young for its stamp to be trusted."""
    return mock.patch.object(glance, "YOUNG_NS", 0)


def glancing(**same: Callable[[Path, Options, Any], Any]) -> list[Any]:
    """A glance finds these facts as it left them, whatever they are."""
    real = glance.nothing_to_do

    def nothing_to_do(root: Path, options: Options, looked: Any, left: Any) -> Any:
        facts = {name: ask(root, options, looked) for name, ask in same.items()}
        return real(root, options, looked, left and replace(left, **facts))

    return [trusting(), mock.patch.object(pipeline, "nothing_to_do", nothing_to_do)]


def trusted_digests() -> Any:
    """What the site holds counts as what the state knows of."""
    real = publish.SiteFolder.lost

    def lost(
        site: publish.SiteFolder, wanted: Mapping[str, str], jobs: int | None = None
    ) -> frozenset[str]:
        return real(site, {file: site._old[file].digest for file in wanted if file in site._old})

    return mock.patch.object(publish.SiteFolder, "lost", lost)


def spoil_home(trial: Trial) -> None:
    damage(trial.root / "site" / "index.html", "append")


def unsaved(edit: Step, back: Step) -> Step:
    """A build is killed when all is published and nothing saved; then its edit is taken back."""

    def step(trial: Trial) -> None:
        edit(trial)
        trial.room.save(trial.root)
        with (
            mock.patch.object(cache.Cache, "save", side_effect=KeyboardInterrupt),
            suppress(KeyboardInterrupt),
        ):
            pipeline.build(trial.root, trial.options)
        back(trial)

    return step


def ask(**changed: Any) -> Step:
    def step(trial: Trial) -> None:
        trial.options = replace(trial.options, **changed)

    return step


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that a rebuild looks at: how it is left out, and edits of which the last needs it."""

    left_out: Callable[[], list[Any]]
    steps: tuple[Step, ...]
    trusted: bool = False  # the builds trust stamps of young files


ABOUT = "content/pages/about.md"
NO_ISSUES = both(*(keys(name, issue="") for name in "abcdef"))
MARKS = {
    "settings": Mark(lambda: [without_frame("settings")], (write(site(notice="示例。")),)),
    "assets": Mark(
        lambda: [without_frame("assets")],
        (write(other("templates/assets/css/99-own.css", "p{color:#222}\n")),),
    ),
    "footer": Mark(
        lambda: [without_frame("footer")], (write(replaced(ABOUT, "关于", "关于我们")),)
    ),
    "sections": Mark(
        lambda: [without_frame("sections")],
        (write(NO_ISSUES), write(keys("a", issue="2024-08"))),
    ),
    "template": Mark(
        lambda: [without_templates()], (write(replaced("templates/text.html", "工会", "联合会")),)
    ),
    "what a template includes": Mark(
        lambda: [mock.patch.object(pipeline, "template_marks", marks_of_texts)],
        (write(replaced("templates/inner.html", "里面", "里头")),),
    ),
    "what a template imports": Mark(
        lambda: [mock.patch.object(pipeline, "template_marks", marks_of_texts)],
        (write(replaced("templates/local.html", "<p>", "<p lang=zh>")),),
    ),
    "what a template may include": Mark(
        lambda: [mock.patch.object(pipeline, "template_marks", marks_of_texts)],
        (write(replaced("templates/part-matrix.html", "总表", "全表")),),
    ),
    "the vocabulary that items are read with": Mark(
        lambda: [basis_mark(lambda own: mark_of(own.settings.time_zone))],
        (write(term("districts", "north", replaced_by="west")),),
    ),
    "the time zone that items are read with": Mark(
        lambda: [basis_mark(lambda own: own.kept["vocabulary"].mark)],
        (write(keys("a", date="2024-08-01 07:30+08:00")), write(site(time_zone="UTC"))),
    ),
    "the bytes of the settings and of the vocabulary": Mark(
        lambda: [marks_without(basis, lambda value: True)], (write(site(title="别的简报")),)
    ),
    "the bytes of a file of content": Mark(
        lambda: [mock.patch.object(reading, "digest_of", return_value=bytes(16))],
        (write(body("a")),),
    ),
    "the text of a body": Mark(
        lambda: [mock.patch.object(reading, "body_key", lambda body, path, line: path.encode())],
        (write(body("a")),),
    ),
    "the stamp of a file": Mark(
        lambda: [mock.patch.object(source, "stamp_of", return_value=Stamp(0, 0, 0, 0))],
        (write(body("a")),),
        trusted=True,
    ),
    "lost": Mark(lambda: [compared(lost=lambda lost: frozenset())], (spoil_home,)),
    "what the site holds of another build": Mark(
        lambda: [trusted_digests()],
        (unsaved(write(keys("a", title="改了的题")), write(keys("a", title="a题"))),),
    ),
    "options, at a glance": Mark(
        lambda: glancing(asked=lambda root, options, looked: glance._asked(options)),
        (write(keys("a", status="draft")), ask(drafts=True)),
        trusted=True,
    ),
    "files, at a glance": Mark(
        lambda: glancing(seen=lambda root, options, looked: looked.mark),
        (write(body("a")),),
        trusted=True,
    ),
    "what comes, at a glance": Mark(
        lambda: glancing(until=lambda root, options, looked: 2**63 - 1),
        (write(keys("a", embargo="2024-09-10")), ask(now=TIMES[3])),
        trusted=True,
    ),
    "what is not yet, at a glance": Mark(
        lambda: glancing(since=lambda root, options, looked: -(2**63)),
        (write(keys("a", expires="2024-08-25")), ask(now=TIMES[1])),
        trusted=True,
    ),
    "the manifest, at a glance": Mark(
        lambda: glancing(manifest=lambda root, options, looked: publish.manifest_digest(root)),
        (write(keys("a", status="draft")), unsaved(ask(drafts=True), ask(drafts=False))),
        trusted=True,
    ),
    "the site, at a glance": Mark(
        lambda: [mock.patch.object(glance, "is_as_left", return_value=True)],
        (spoil_home,),
        trusted=True,
    ),
}


def basis_mark(made: Callable[[basis.Basis], bytes]) -> Any:
    return mock.patch.object(basis.Basis, "mark", property(made))


@pytest.mark.parametrize("name", MARKS)
def test_a_mark_left_out_is_noticed(name: str, folder: Path) -> None:
    mark = MARKS[name]
    steps = (write(lambda room: None), *mark.steps)
    as_it_is = [trusting()] if mark.trusted else []
    assert rebuilt(folder, *steps, how=as_it_is) == ""
    assert rebuilt(folder, *steps, how=[*as_it_is, *mark.left_out()])


def test_every_mark_that_pages_share_stands_in_the_table(folder: Path) -> None:
    seen: list[Shared] = []

    def see(shared: Shared) -> Shared:
        seen.append(shared)
        return shared

    with compared(shared=see):
        Trial(folder).build()
    assert seen[0].frame.keys() <= MARKS.keys()


def test_another_generator_makes_everything_anew(folder: Path) -> None:
    """Without the mark of the code, pages that are fresh would be those of the old code."""
    trial = Trial(folder)
    trial.build()
    with mock.patch.object(dates, "chinese_month", lambda year, month: f"{year}/{month}"):
        wanted = clean.__wrapped__(written(trial.root), trial.options)
        assert difference(trial.build().site, wanted.site)
        with mock.patch.object(pipeline, "generator_mark", return_value=bytes(16)):
            assert difference(trial.build().site, wanted.site) == ""


# --- what random edits seldom or never meet


def test_any_number_of_processes_gives_the_same(folder: Path) -> None:
    steps = (write(lambda room: None), write(site(notice="示例。")), write(body("a")))
    with mock.patch.object(parallel, "FEW", 2):
        assert rebuilt(folder, ask(jobs=2), *steps) == ""


def test_a_picture_may_be_spelt_in_another_form_of_unicode(folder: Path) -> None:
    """A copy made on another system spells é otherwise; its bytes and its address are the same."""
    composed, split = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    trial = Trial(folder)
    trial.room.others["content/news/2024/08/é.svg".replace("é", composed)] = SVG.format(4, 3, "")
    trial.room.items["a"].body.append(f"![图]({composed}.svg)")
    trial.build()
    where = folder / "content/news/2024/08"
    os.rename(where / f"{composed}.svg", where / f"{split}.svg")
    shutil.rmtree(folder / "site" / "media")
    assert outcome(folder, OPTIONS).site == clean(written(folder), OPTIONS).site


@pytest.mark.parametrize("name", ["../content/site.yaml", "../content/pages/about.md"])
def test_row11_a_hostile_cache_writes_nowhere_else(name: str, folder: Path) -> None:
    """A state that is sound in all its digests names a file of ours as that of the bodies."""
    trial = Trial(folder)
    trial.build()
    with pipeline.cache_of(folder, Watcher()) as kept:
        left = replace(kept.load(), bodies=name, places={}, files=())
        kept._write("state", left)
    trial.room.items["a"].body.append("又一段。")
    trial.build()
    assert trial.room.files().items() <= dict(written(folder)).items()
    assert difference(shown(folder / "site"), clean(written(folder), OPTIONS).site) == ""


SIGN = "{% import 'own.html' as own %}{% for card in listing.cards %}CALL{% endfor %}"


@pytest.mark.parametrize(("one", "other"), [("1", "true"), ("'<'", "'<'|safe"), ("0", "0.0")])
def test_a_macro_that_is_given_like_values_does_not_mix_them_up(
    one: str, other: str, folder: Path
) -> None:
    """Two kinds of pages give a macro the same card and values that are equal, and not the same.

    What a page shows must not depend on which other pages are made in the same build.
    """
    trial = Trial(folder)
    trial.room.others["templates/own.html"] = (
        "{% macro sign(c, v) %}{{ c.title }}{{ v }}{% endmacro %}"
    )
    for name, value in (("list", one), ("term", other)):
        call = "{{ own.sign(card, VALUE) }}".replace("VALUE", value)
        trial.room.others[f"templates/{name}.html"] = SIGN.replace("CALL", call)
    trial.build()
    for name in ("list", "term"):
        trial.room.others[f"templates/{name}.html"] += "<!-- -->"
        assert difference(trial.build().site, clean(written(folder), OPTIONS).site) == ""


def test_a_macro_may_be_given_anything_beside_a_card(folder: Path) -> None:
    trial = Trial(folder)
    trial.room.others["templates/own.html"] = (
        "{% macro sign(c, v) %}{{ c.title }}{{ v }}{% endmacro %}"
    )
    trial.room.others["templates/item.html"] = (
        "{% import 'own.html' as own %}{{ own.sign(item.card, [1]) }}"
    )
    assert difference(trial.build().site, clean(written(folder), OPTIONS).site) == ""
