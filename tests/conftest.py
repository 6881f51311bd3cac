"""Small roots for tests: made of a few texts, built in this process or as people build them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bulletin import pipeline
from bulletin.asked import Options, Report
from bulletin.problem import BulletinError, Language, Problem

PROJECT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# What a build leaves in site/ for itself; the lock says nothing of the site.
LOCK = ".bulletin/lock"
# What a build leaves in the root for itself; it may be deleted at any time.
CACHE = ".cache"

SITE = "title: 测试简报\nbase_url: https://test.example/\n"
DISTRICTS = """\
districts:
  - {id: east, name: 东岸区, aliases: [东岸新区], places: [桥头街道, 河口镇]}
  - {id: west, name: 西岸区, places: [桥西街道]}
"""
ACTIVITIES = """\
activities:
  - {id: training, name: 技能培训, synonyms: [培训]}
  - {id: law, name: 法律维权, synonyms: [法律]}
"""
VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "rect"})


def item(title: str = "甲", body: str = "正文。", **keys: object) -> str:
    """An item that has nothing to complain of; ``keys`` are more lines of its front matter."""
    said: dict[str, object] = {"title": title, "date": "2024-08-05"}
    said |= {"districts": "[东岸区]", "activities": "[技能培训]"} | keys
    lines = "".join(f"{key}: {value}\n" for key, value in said.items() if value is not None)
    return f"---\n{lines}---\n\n{body}\n"


@dataclass(frozen=True, slots=True)
class Ran:
    """A build as a process."""

    status: int
    out: str
    err: str

    @property
    def log(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag with its attributes and, for a closed element, the text inside."""

    tag: str
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


class Html(HTMLParser):
    """A page as a browser would cut it into elements: tags, attributes, texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.texts.append(data)

    def all(self, tag: str, class_: str = "") -> list[Element]:
        return [
            element
            for element in self.elements
            if element.tag == tag
            and (not class_ or class_ in element.attributes.get("class", "").split())
        ]

    def references(self) -> Iterator[str]:
        """Every address that the page refers to."""
        for element in self.elements:
            for name in ("href", "src"):
                if name in element.attributes:
                    yield element.attributes[name]
            if element.attributes.get("http-equiv") == "refresh":
                yield element.attributes["content"].partition("url=")[2]

    def json_ld(self) -> list[dict[str, Any]]:
        return [
            json.loads(element.text)
            for element in self.all("script")
            if element.attributes.get("type") == "application/ld+json"
        ]


def words_of(element: Element) -> str:
    """The text of an element, a line for each line that says something."""
    lines = (" ".join(line.split()) for line in element.text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder but the lock: bytes of files, None for folders."""
    found: dict[str, bytes | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == LOCK:
            continue
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(os.readlink(path))
        else:
            found[name] = None if path.is_dir() else path.read_bytes()
    return found


def without_cache(folder: Path) -> dict[str, bytes | None]:
    """A root but for .cache, which a build may always write."""
    return {n: data for n, data in tree(folder).items() if n.partition("/")[0] != CACHE}


def public(folder: Path) -> dict[str, bytes | None]:
    """What readers get of a site: everything but what the build keeps for itself."""
    return {name: data for name, data in tree(folder).items() if not name.startswith(".bulletin")}


@dataclass(frozen=True, slots=True)
class Root:
    """A folder with content/, to be built."""

    path: Path

    @property
    def site(self) -> Path:
        return self.path / "site"

    def names(self) -> list[str]:
        """What lies in the root but .cache."""
        return sorted(set(os.listdir(self.path)) - {CACHE})

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, data in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)

    def news(self, **items: str | bytes) -> None:
        """Items below content/news/ by their names; _ stands for - in a name."""
        self.write({f"content/news/{name.replace('_', '-')}.md": t for name, t in items.items()})

    def delete(self, *names: str) -> None:
        for name in names:
            (self.path / name).unlink()

    def build(self, **options: Any) -> Report:
        """Build in this process, at a fixed time, on one core."""
        given: dict[str, Any] = {"now": NOW, "jobs": 1} | options
        return pipeline.build(self.path, Options(**given))

    def problems(self, **options: Any) -> tuple[Problem, ...]:
        """What a build complains of, whether it fails or not."""
        try:
            return self.build(**options).problems
        except BulletinError as error:
            return error.problems

    def codes(self, **options: Any) -> list[str]:
        return [found.code for found in self.problems(**options)]

    def refused(self, kind: type[BulletinError], **options: Any) -> tuple[Problem, ...]:
        """The Problems of a build that must fail and leave site/ as it was."""
        before = tree(self.site)
        with pytest.raises(kind) as caught:
            self.build(**options)
        assert tree(self.site) == before
        return caught.value.problems

    def run(
        self,
        *arguments: str,
        root: bool = True,
        timeout: float = 30,
        environment: Mapping[str, str] | None = None,
    ) -> Ran:
        """``python build.py --root … ARGUMENTS`` in a process of its own."""
        process = self.start(*arguments, root=root, environment=environment)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own session: itself and its workers
            process.communicate()
            raise
        return Ran(process.returncode, out.decode(), err.decode())

    def start(
        self,
        *arguments: str,
        root: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(PROJECT / "build.py")]
        command += ["--root", str(self.path)] if root else []
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
        return subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            cwd=self.path,
            env=plain | dict(environment or {}),
            start_new_session=True,
        )

    def text(self, file: str) -> str:
        return (self.site / file).read_text("utf-8")

    def html(self, file: str) -> Html:
        return Html(self.text(file))

    def files(self) -> list[str]:
        """The files of site/ that readers get."""
        return [name for name, data in public(self.site).items() if data is not None]


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.005)


def said(problems: tuple[Problem, ...], language: Language = Language.CHINESE) -> str:
    """The sentences of Problems, to look for words in."""
    return "\n".join(found.sentence(language) for found in problems)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "disk: writes whole sites to a temporary folder")


@pytest.fixture
def make_root(tmp_path: Path) -> Callable[..., Root]:
    """Makes a root of given files; site.yaml and two small vocabularies unless given or None."""

    def make(files: Mapping[str, str | bytes | None] | None = None, name: str = "root") -> Root:
        known: dict[str, str | bytes | None] = {
            "content/site.yaml": SITE,
            "content/districts.yaml": DISTRICTS,
            "content/activities.yaml": ACTIVITIES,
        }
        root = Root(tmp_path / name)
        root.path.mkdir(exist_ok=True)
        root.write({n: data for n, data in (known | dict(files or {})).items() if data is not None})
        return root

    return make


@pytest.fixture
def root(make_root: Callable[..., Root]) -> Root:
    """A root with one item."""
    return make_root({"content/news/2024/08/2024-08-05-first.md": item("第一条")})


@pytest.fixture
def copy_site(tmp_path: Path) -> Callable[[str], Root]:
    """Copies sites/<name> to where it may be built."""

    def copy(name: str) -> Root:
        shutil.copytree(
            PROJECT / "tests" / "sites" / name,
            tmp_path / name,
            ignore=shutil.ignore_patterns("expected*"),
        )
        return Root(tmp_path / name)

    return copy
