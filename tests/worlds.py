"""Small worlds, planned in memory: catalogues of a few texts, their pages, what is out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from bulletin.body import body_key, parse_body
from bulletin.catalogue import to_catalogue
from bulletin.issue import to_issue
from bulletin.item import read_item
from bulletin.markup import Document
from bulletin.outputs import plan_all
from bulletin.plan import Page, to_plan
from bulletin.problem import Problem, has_errors
from bulletin.settings import Settings
from bulletin.state import (
    EMPTY,
    PageRecord,
    Shared,
    State,
    compare,
    marks_of,
    recipe_name,
)
from bulletin.story import Article, Picture, Read, Story
from bulletin.textpage import TextPage, to_text_page
from bulletin.theme import Asset, Theme
from bulletin.vocabulary import Vocabulary, to_vocabulary
from tests.samples import ACTIVITIES, DISTRICTS, SETTINGS, VOCABULARY, moment, source

FOLDER = "content/news/2024/08/"
THEME = Theme({}, (Asset("style.css", "assets/style.0123.css", b"body{}"),))
SHARED = Shared({"settings": b"s", "assets": b"a", "footer": b"f", "sections": b"n"}, {})
# What reasons are known by the files that have them.
Reasons = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class World:
    """Texts of content/ by their names, and what they are read with."""

    items: Mapping[str, str]  # by the stem of the file, below FOLDER
    issues: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    vocabulary: Vocabulary = VOCABULARY
    settings: Settings = SETTINGS
    now: str = "2024-12-31"

    def read(self) -> Read:
        documents: dict[bytes, Document] = {}

        def parse(body: str, path: str, line: int) -> tuple[bytes, Document, list[Problem]]:
            key = body_key(body, path, line)
            documents[key], problems = parse_body(body, path, line)
            return key, documents[key], problems

        manuscripts = []
        for name, text in self.items.items():
            where = source(text, f"{FOLDER}{name}.md")
            made, problems = read_item(where, self.vocabulary, self.settings, parse)
            assert made, problems
            assert not has_errors(problems), problems
            manuscripts.append(made)
        issues = tuple(
            to_issue(source(text, f"content/issues/{name}.yaml"), self.settings)[0]
            for name, text in self.issues.items()
        )
        return Read(
            manuscripts=tuple(manuscripts),
            issues=issues,
            pages=tuple(text_page(name, text) for name, text in self.pages.items()),
            pictures=self.pictures,
            broken_pictures=(),
            documents=documents,
            faulty=frozenset(),
        )

    def articles(self) -> Mapping[str, Article]:
        """Articles by the stems of their files."""
        catalogue, _ = to_catalogue(self.read(), self.vocabulary, moment(self.now), drafts=False)
        return {made.story.item.id: made for made in catalogue.articles.values()}

    def stories(self) -> Mapping[str, Story]:
        return {id_: made.story for id_, made in self.articles().items()}

    def plan(self) -> tuple[Page, ...]:
        catalogue, _ = to_catalogue(self.read(), self.vocabulary, moment(self.now), drafts=False)
        plan, problems = to_plan(plan_all(catalogue, self.settings, THEME))
        assert problems == []
        return plan.pages


def text_page(name: str, text: str) -> TextPage:
    made, problems = to_text_page(source(text, f"content/pages/{name}.md"))
    assert made, problems
    return made


def vocabulary_of(districts: str = DISTRICTS, activities: str = ACTIVITIES) -> Vocabulary:
    made, problems = to_vocabulary(
        source(districts, "content/districts.yaml"), source(activities, "content/activities.yaml")
    )
    assert made, problems
    return made


# --- what a build would leave, and what the next one would make of it


def state_after(pages: Iterable[Page], shared: Shared = SHARED) -> State:
    """What a build of ``pages`` leaves."""
    records = {p.file: PageRecord(recipe_name(p), marks_of(p), "", ("new",), 0) for p in pages}
    return replace(EMPTY, shared=shared, pages=records)


def reasons(
    last: State, pages: Iterable[Page], shared: Shared = SHARED, lost: Iterable[str] = ()
) -> Reasons:
    """The stale pages with their reasons; the others must be fresh, as they were."""
    pages = list(pages)
    changes = compare(pages, shared, last, frozenset(lost))
    found = {stale.page.file: stale.reasons for stale in changes.stale}
    assert sorted([*found, *changes.fresh]) == sorted(page.file for page in pages)
    assert all(last.pages[file] is record for file, record in changes.fresh.items())
    return found


def stale(before: World, after: World) -> Reasons:
    """What an edit that leads from one world to the other makes stale, and why."""
    return reasons(state_after(before.plan()), after.plan())


# --- a newsroom on disk: everything that people write, as a model that edits change

Keys = dict[str, str]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"><!-- {} --></svg>\n'
# A designer's own templates: an override, an include of an include, macros that are imported,
# and a name that is only known when the page is made.
OWN_TEMPLATES = {
    "templates/text.html": """\
{% extends "base.html" %}
{% import "local.html" as local %}
{% block content %}
{% include "note.html" %}
{{ local.sign("工会") }}
{{ html }}
{% endblock %}
""",
    "templates/note.html": '<p>说明</p>\n{% include "inner.html" %}\n',
    "templates/inner.html": "<p>里面</p>\n",
    "templates/local.html": "{% macro sign(name) %}<p>{{ name }}</p>{% endmacro %}\n",
    "templates/matrix.html": """\
{% extends "base.html" %}
{% block content %}
{% include "part-" ~ page.kind ~ ".html" %}
{{ matrix.total }}
{% for row in matrix.rows %}
{{ row.district.name }}{{ row.total }}{% for cell in row.cells %} {{ cell.label }}{% endfor %}
{% endfor %}
{{ matrix.activities|map(attribute="name")|join("、") }}
{% endblock %}
""",
    "templates/part-matrix.html": "<p>总表</p>\n",
    "templates/assets/css/99-own.css": "p{color:#111}\n",
    "templates/assets/js/99-own.js": "let own = 1;\n",
    "templates/assets/icons/own.svg": SVG.format(8, 8, ""),
}


@dataclass(slots=True)
class Copy:
    """An item: where its file lies, its front matter, and the lines of its body."""

    stem: str
    keys: Keys
    body: list[str]
    folder: str = "2024/08"

    @property
    def file(self) -> str:
        return f"content/news/{self.folder}/{self.stem}.md"

    def text(self) -> str:
        lines = "".join(f"{key}: {value}\n" for key, value in self.keys.items() if value)
        return f"---\n{lines}---\n\n" + "\n\n".join(self.body) + "\n"


def copy(day: str, name: str, place: str = "", *body: str, **keys: str) -> Copy:
    """An item of a day; ``place`` is district/activity."""
    district, _, activity = place.partition("/")
    own = {"title": f"{name}题", "date": day, "summary": f"{name}的摘要。"}
    terms = {"districts": f"[{district}]", "activities": f"[{activity}]"} if place else {}
    return Copy(
        f"{day}-{name}",
        own | terms | keys,
        list(body) or [f"{name}的正文。"],
        day[:7].replace("-", "/"),
    )


def items() -> dict[str, Copy]:
    """Six items; what hangs together does so in one way alone.

    a, c, d and f are of one district and type, and so related. b and e are alone in theirs:
    b is beside a and c in time and nothing else, and shares a series with e; e names a.
    """
    link = "见[办法](2024-08-01-a.md#办法)和[关于](../../../pages/about.md)。"
    return {
        "a": copy("2024-08-01", "a", "east/training", "甲。", "## 办法", aliases="[/old/a.html]"),
        "b": copy("2024-08-02", "b", "west/contest", issue="2024-08", series="巡礼"),
        "c": copy("2024-08-03", "c", "east/training", link, "![图](one.svg)", issue="2024-08"),
        "d": copy("2024-08-04", "d", "east/training", "## 一", "## 二", "## 三"),
        "e": copy("2024-08-05", "e", "north/rights", series="巡礼", related="[2024-08-01-a]"),
        "f": copy("2024-07-20", "f", "east/training", issue="2024-07"),
    }


@dataclass(slots=True)
class Newsroom:
    """All files of content/ and templates/, from which ``files`` makes texts."""

    site: Keys = field(
        default_factory=lambda: {
            "title": "测试简报",
            "base_url": "https://test.example/",
            "per_page": "2",
        }
    )
    districts: dict[str, Keys] = field(
        default_factory=lambda: {
            "east": {"name": "东岸区", "cell": "[1, 1]", "places": "[桥头街道, 河口镇]"},
            "west": {"name": "西岸区", "cell": "[2, 1]", "places": "[桥西街道]"},
            "north": {"name": "北岸区"},
            "south": {"name": "南岸区"},
            "dock": {"name": "码头区", "replaced_by": "east"},
        }
    )
    activities: dict[str, Keys] = field(
        default_factory=lambda: {
            "training": {"name": "技能培训", "synonyms": "[培训]"},
            "contest": {"name": "劳动竞赛"},
            "rights": {"name": "法律维权"},
            "care": {"name": "关爱服务"},
            "craft": {"name": "工匠学院", "broader": "training"},
            "law": {"name": "普法", "replaced_by": "rights"},
        }
    )
    items: dict[str, Copy] = field(default_factory=items)
    others: dict[str, str] = field(
        default_factory=lambda: {
            "content/pages/about.md": "---\ntitle: 关于\n---\n\n见[甲](../news/2024/08/2024-08-01-a.md)。\n",
            "content/issues/2024-07.yaml": "title: 七月号\n",
            "content/issues/2024-08.yaml": "title: 八月号\nsummary: 本期提要\n",
            "content/news/2024/08/one.svg": SVG.format(4, 3, "一"),
            **OWN_TEMPLATES,
        }
    )

    def files(self) -> dict[str, bytes]:
        texts = {copy.file: copy.text() for copy in self.items.values()} | self.others
        texts["content/site.yaml"] = "".join(f"{k}: {v}\n" for k, v in self.site.items())
        texts["content/districts.yaml"] = _terms("districts", self.districts)
        texts["content/activities.yaml"] = _terms("activities", self.activities)
        return {name: text.encode() for name, text in texts.items()}

    def save(self, root: Path) -> None:
        """Write what differs from what is on disk, and delete what is gone."""
        files = self.files()
        for top in ("content", "templates"):
            for path in [*(root / top).rglob("*")]:
                if path.is_file() and path.relative_to(root).as_posix() not in files:
                    path.unlink()
        for name, data in files.items():
            path = root / name
            if not path.is_file() or path.read_bytes() != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)


def _terms(name: str, terms: Mapping[str, Keys]) -> str:
    rows = (
        f"  - {{id: {id_}, " + ", ".join(f"{key}: {value}" for key, value in keys.items()) + "}\n"
        for id_, keys in terms.items()
    )
    return f"{name}:\n" + "".join(rows)
