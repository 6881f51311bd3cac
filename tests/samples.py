"""Cases as an editor could write them (cases/*.md), and small values that many tests share.

A case is a title line, a line ``.``, the input, a line ``.``, what is expected, a line ``.``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from hypothesis import settings as hypothesis_settings

from bulletin.body import body_key, parse_body
from bulletin.dates import Moment, parse_moment
from bulletin.item import Item, Manuscript
from bulletin.item import read_item as read_manuscript
from bulletin.markup import Document, ImageRef, LinkRef
from bulletin.problem import Problem, has_errors
from bulletin.settings import Settings, to_settings
from bulletin.source import Source
from bulletin.vocabulary import Vocabulary, to_vocabulary

CASES = Path(__file__).parent / "cases"
# For property tests: a busy machine is no fault of the code.
ANY_LOAD = hypothesis_settings(deadline=None)


class Case(NamedTuple):
    """One case of a file."""

    file: str
    title: str
    given: str
    expected: str


def read_cases(*files: str) -> list[Case]:
    """The cases of these files of cases/, in order; what stands between them is prose."""
    return [
        Case(file, found["title"], found["given"], found["expected"])
        for file in files
        for found in _CASE.finditer((CASES / file).read_text("utf-8"))
    ]


_CASE = re.compile(
    r"^(?P<title>\S.*)\n\.\n(?P<given>(?:.*\n)*?)\.\n(?P<expected>(?:.*\n)*?)\.$", re.MULTILINE
)


# --- what a case compares


def html_of(document: Document) -> str:
    """A body with its references as they were typed, for comparison alone."""
    return "".join(piece if isinstance(piece, str) else _typed(piece) for piece in document.pieces)


def _typed(piece: LinkRef | ImageRef) -> str:
    if isinstance(piece, LinkRef):
        mark = f"#{piece.fragment}" if piece.fragment else ""
        return f' href="{html.escape(piece.target + mark)}"'
    title = f' title="{html.escape(piece.caption)}"' if piece.caption else ""
    name = "figure" if piece.figure else "img"
    return f'<{name} src="{html.escape(piece.target)}" alt="{html.escape(piece.alt)}"{title}>'


def places(problems: Iterable[Problem]) -> list[str]:
    """Problems as «B205 3:1», sorted by their places."""
    ordered = sorted(problems, key=lambda found: (found.line, found.column, found.code))
    return [f"{found.code} {found.line}:{found.column}" for found in ordered]


def codes(problems: Iterable[Problem]) -> list[str]:
    return sorted(found.code for found in problems)


# --- a small world

DISTRICTS = """\
districts:
  - {id: dongcheng, name: 东城区, short: 东城, places: [朝阳门街道, 建国门街道]}
  - id: chaoyang
    name: 朝阳区
    short: 朝阳
    aliases: [北京市朝阳区]
    cell: [3, 3]
    places: [八里庄街道, 王四营地区]
  - {id: haidian, name: 海淀区, short: 海淀, places: [八里庄街道, 上地街道]}
  - {id: tongzhou, name: 通州区, short: 通州, places: [北苑街道, {name: 漷县镇, aliases: [漷县]}]}
  - {id: miyun, name: 密云区, short: 密云, places: [鼓楼街道, 果园街道]}
  - {id: jingkai, name: 北京经济技术开发区, short: 经开区, aliases: [亦庄新城]}
  - {id: yizhuang, name: 亦庄开发区, replaced_by: jingkai}
same_endings: [[地区, 乡, 镇]]
"""
ACTIVITIES = """\
activities:
  - {id: training, name: 技能培训, synonyms: [培训, 岗位练兵], description: 课程和讲座。}
  - {id: craft, name: 工匠学院, broader: training}
  - {id: bargaining, name: 集体协商, synonyms: [协商]}
  - {id: contest, name: 劳动竞赛}
  - {id: rights, name: 法律维权, synonyms: [维权]}
  - {id: law, name: 普法教育, replaced_by: rights}
"""
SITE = "title: 首都工会简报\nbase_url: https://bulletin.example.org/\nper_page: 2\n"


def source(text: str, path: str = "content/news/2024/08/2024-08-05-x.md") -> Source:
    return Source(path, text)


def settings() -> Settings:
    made, problems = to_settings(source(SITE, "content/site.yaml"), None)
    assert made, problems
    return made


def vocabulary() -> Vocabulary:
    made, problems = to_vocabulary(
        source(DISTRICTS, "content/districts.yaml"), source(ACTIVITIES, "content/activities.yaml")
    )
    assert made, problems
    return made


SETTINGS, VOCABULARY = settings(), vocabulary()
ZONE = SETTINGS.zone


def moment(typed: str) -> Moment:
    made = parse_moment(typed, ZONE)
    assert made, typed
    return made


class Written(NamedTuple):
    """An item with its text."""

    manuscript: Manuscript
    document: Document

    @property
    def item(self) -> Item:
        return self.manuscript.item


def read_written(text: str, name: str = "2024-08-05-x") -> tuple[Written | None, list[Problem]]:
    """What a whole file says, or None when an error keeps it from being an item; its Problems."""
    documents: dict[bytes, Document] = {}

    def parse(body: str, path: str, first_line: int) -> tuple[bytes, Document, list[Problem]]:
        key = body_key(body, path, first_line)
        document, problems = parse_body(body, path, first_line)
        documents[key] = document
        return key, document, problems

    path = f"content/news/2024/08/{name}.md"
    made, problems = read_manuscript(source(text, path), VOCABULARY, SETTINGS, parse)
    if made is None or has_errors(problems):
        return None, problems
    return Written(made, documents[made.body]), problems


def read_item(text: str, name: str = "2024-08-05-x") -> tuple[Item | None, list[Problem]]:
    """As ``read_written``, without the text."""
    made, problems = read_written(text, name)
    return made and made.item, problems


def with_keys(lines: str, body: str = "正文。") -> str:
    """A file of front matter lines that stand below a title and a date."""
    return f"---\ntitle: 甲\ndate: 2024-08-05\n{lines}\n---\n{body}\n"


def read_keys(lines: str, body: str = "正文。") -> tuple[Item | None, list[Problem]]:
    """The item of front matter lines that stand below a title and a date."""
    return read_item(with_keys(lines, body))


def written(name: str = "2024-08-05-x", lines: str = "", body: str = "正文。") -> Written:
    """An item without a fault, dated by its file's name."""
    text = f"---\ntitle: 标题{name}\ndate: {name[:10]}\n{lines}\n---\n{body}\n"
    made, problems = read_written(text, name)
    assert made, problems
    return made


def item(name: str = "2024-08-05-x", lines: str = "", body: str = "正文。") -> Item:
    """As ``written``, without the text."""
    return written(name, lines, body).item
