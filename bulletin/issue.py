"""content/issues/*.yaml → ``BulletinIssue``: what an issue of the bulletin says of itself."""

from __future__ import annotations

from pathlib import PurePosixPath

from msgspec import Struct

from bulletin.dates import Moment
from bulletin.keys import Key, Shape, read_mapping
from bulletin.problem import Problem
from bulletin.settings import Settings
from bulletin.source import Source
from bulletin.text import nfc

ISSUE_KEYS = (
    Key("title", ("标题", "名称"), "title: 2024年第8期"),
    Key("date", ("日期",), "date: 2024-08-31", shape=Shape.MOMENT),
    Key("summary", ("摘要", "提要"), "summary: 一两句话", shape=Shape.PROSE),
)


class BulletinIssue(Struct, frozen=True, array_like=True, tag=True):
    """An issue; items name it by ``id``, which is the file's stem and a folder of the site."""

    id: str
    title: str
    date: Moment | None
    summary: str  # may be empty
    source_path: str

    @property
    def path(self) -> str:
        return f"issues/{self.id}/"


def to_issue(source: Source, settings: Settings) -> tuple[BulletinIssue, list[Problem]]:
    fields = read_mapping(source, ISSUE_KEYS)
    id_ = nfc(PurePosixPath(source.path).stem)
    issue = BulletinIssue(
        id=id_,
        title=fields.text("title", id_),
        date=fields.moment("date", settings.zone),
        summary=fields.text("summary"),
        source_path=source.path,
    )
    return issue, fields.problems
