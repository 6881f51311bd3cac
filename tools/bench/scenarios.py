"""What is done to a built site before ours builds it again, and how fast that must be.

A scenario changes a root that is built, names the root to build, and undoes the change.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from bulletin.settings import OUTPUTS
from tools.bench.check import Size, difference, measure
from tools.bench.measure import Run
from tools.bench.peer import PROJECT, WORK
from tools.bench.root import Root, put_away
from tools.corpus import SEED, News, news, settings

COLD, FULL, HELP = "cold", "full site", "help"
Change = Callable[[Root, int], AbstractContextManager[Root]]


@dataclass(frozen=True, slots=True)
class Target:
    """The most that a time may be, against something, at some numbers of items."""

    limit: float
    against: str  # hugo: its cold build; ours: our own; s: seconds
    sizes: tuple[int, ...]  # empty: any


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of build."""

    name: str
    change: Change
    target: Target | None = None
    command: tuple[str, ...] = ()  # another than build
    # It replaces so many files that builds after it would be slower: its rounds come last.
    apart: bool = False


def measured(scenario: Scenario, root: Root, round_: int, *, checked: bool) -> tuple[Run, Size]:
    """One build after a change; ``checked``, a clean build of the same sources must give the same
    site. The root is left built and unchanged.
    """
    with scenario.change(root, round_) as built:
        took = built.build(*scenario.command)
        size = measure(built.site)
        if checked:
            _check(scenario, built)
    return took, size


def _check(scenario: Scenario, built: Root) -> None:
    clean = built.copied(WORK / "clean")
    clean.build()
    if wrong := difference(built.site, clean.site):
        told = "\n  ".join(wrong[:20])
        sys.exit(f"{scenario.name}: {len(wrong)} files differ in {built.site}:\n  {told}")
    put_away(clean.path)


def _some(root: Root, what: str, round_: int) -> News:
    """An item that is neither the oldest nor the newest, another one in each round."""
    random_ = random.Random(f"{SEED} {what} {round_}")  # noqa: S311 - sameness is what is wanted
    return news(random_.randrange(1, root.count - 1), root.count)


def _with_more(one: News, round_: int) -> str:
    """A paragraph more at the end, so that the summary stays."""
    return f"{one.text}\n编辑部补充第{round_}条：活动结束后，记录交给了资料室。\n"


@contextmanager
def _edited(root: Root, name: str, text: str | None) -> Iterator[Root]:
    """With a change in one file; then built without it, as it was before."""
    with root.edited(name, text):
        yield root
    root.build()


@contextmanager
def _cold(root: Root, round_: int) -> Iterator[Root]:
    root.forget()
    yield root


@contextmanager
def _full(root: Root, round_: int) -> Iterator[Root]:
    with root.edited("content/site.yaml", settings(OUTPUTS)):
        root.forget()
        yield root
    root.forget()  # so that what follows starts from a site that was built without all that
    root.build()


@contextmanager
def _nothing(root: Root, round_: int) -> Iterator[Root]:
    root.build()  # so that the last edit is older than a tick of the disk's clock
    yield root


def _body(root: Root, round_: int) -> AbstractContextManager[Root]:
    one = _some(root, "body", round_)
    return _edited(root, f"content/{one.path}", _with_more(one, round_))


def _title(root: Root, round_: int) -> AbstractContextManager[Root]:
    one = _some(root, "title", round_)
    text = one.text.replace(f"title: {one.title}\n", f"title: 再说{one.title}\n")
    return _edited(root, f"content/{one.path}", text)


def _add(root: Root, round_: int) -> AbstractContextManager[Root]:
    one = news(root.count + round_, root.count)
    return _edited(root, f"content/{one.path}", one.text)


def _remove(root: Root, round_: int) -> AbstractContextManager[Root]:
    return _edited(root, f"content/{_some(root, 'remove', round_).path}", None)


@contextmanager
def _checked(root: Root, round_: int) -> Iterator[Root]:
    root.build("check")  # so that what it finds out is kept
    yield root


@contextmanager
def _restored(root: Root, round_: int) -> Iterator[Root]:
    clone = root.copied(WORK / "clone")
    for folder in (root.state, root.site):
        if folder.exists():  # as an archive restores them: with their times
            shutil.copytree(folder, clone.path / folder.name, symlinks=True)
    one = _some(root, "restored", round_)
    (clone.path / "content" / one.path).write_text(_with_more(one, round_), "utf-8")
    yield clone
    put_away(clone.path)


@contextmanager
def _restored_without_site(root: Root, round_: int) -> Iterator[Root]:
    with _restored(root, round_) as clone:
        put_away(clone.site)
        yield clone


@contextmanager
def _template(root: Root, round_: int) -> Iterator[Root]:
    """A root with a base.html of its own, built, then changed in one place of every page."""
    name = "templates/base.html"
    text = (PROJECT / name).read_text("utf-8")
    with root.edited(name, text):
        root.build()
        changed = text.replace("</footer>", f"<p>第{round_}次改版</p></footer>")
        (root.path / name).write_text(changed, "utf-8")
        yield root
    root.build()


BIG = (10_000,)
SCENARIOS = (
    Scenario(COLD, _cold, Target(0.8, "hugo", (1000, 10_000))),
    Scenario(FULL, _full, Target(1.5, "ours", BIG)),
    Scenario("no change", _nothing, Target(0.07, "hugo", BIG)),
    Scenario("body", _body, Target(0.1, "hugo", BIG)),
    Scenario("title", _title, Target(0.12, "hugo", BIG)),
    Scenario("add", _add, Target(0.12, "hugo", BIG)),
    Scenario("remove", _remove, Target(0.12, "hugo", BIG)),
    Scenario("restored", _restored, Target(0.2, "hugo", BIG)),
    Scenario("restored without site", _restored_without_site),
    Scenario("check", _checked, Target(0.4, "hugo", BIG), command=("check",)),
    Scenario("base template", _template, Target(0.6, "hugo", BIG), apart=True),
)
HELP_TARGET = Target(0.15, "s", ())
