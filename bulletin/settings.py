"""content/site.yaml → ``Settings``: everything that makes this site this site."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from datetime import tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from bulletin.keys import Fields, Key, Shape, read_mapping
from bulletin.problem import Problem, both, has_errors
from bulletin.source import Source
from bulletin.tree import Mapping

# What the sections are called where site.yaml does not say.
LABELS = {
    "home": "首页",
    "news": "全部新闻",
    "archive": "按月查看",
    "districts": "各地区",
    "district": "地区",
    "activities": "活动类型",
    "activity": "类型",
    "matrix": "地区与类型",
    "issues": "期次",
    "places": "街道和乡镇",
}
OUTPUTS = ("feeds", "sitemap")  # what a site may do without; its pages it always has
MAX_PER_PAGE = 200
LABEL_KEYS = tuple(Key(name) for name in LABELS)
SITE_KEYS = (
    Key("title", ("网站名称", "标题"), "title: 工会简报", required=True),
    Key("tagline", ("口号", "副题"), "tagline: 街道和企业里的工会"),
    Key(
        "description",
        ("简介", "描述"),
        "description: 工会新闻，按地区和类型归档。",
        shape=Shape.PROSE,
        hint="给搜索引擎和订阅用",
    ),
    Key("publisher", ("主办", "发布者"), "publisher: 简报编辑部", hint="不写就是网站名称"),
    Key(
        "base_url",
        ("网址",),
        "base_url: https://bulletin.example.org/",
        shape=Shape.URL,
        hint="网站的真实网址，以 / 结尾",
    ),
    Key("language", ("语言",), "language: zh-Hans"),
    Key("time_zone", ("时区",), "time_zone: Asia/Shanghai", hint="没写时差的时刻按它算"),
    Key("notice", ("页脚说明",), "notice: 本站内容为示例。", shape=Shape.PROSE),
    Key(
        "per_page",
        ("每页条数",),
        "per_page: 20",
        shape=Shape.NUMBER,
        limits=(1, MAX_PER_PAGE),
    ),
    Key(
        "outputs",
        ("输出",),
        "outputs: [feeds, sitemap]",
        shape=Shape.WORDS,
        choices={name: name for name in OUTPUTS},
    ),
    Key(
        "labels",
        ("栏目名",),
        "labels: {districts: 各区}",
        shape=Shape.PAIRS,
        inner=LABEL_KEYS,
        hint="栏目叫什么",
    ),
)
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~%:@\[\]]+(?:/[A-Za-z0-9\-._~%!$&'()*+,;=:@]+)*/")


class SiteFacts(Struct, frozen=True, array_like=True):
    """What pages may say of the site; every page depends on it."""

    title: str
    tagline: str
    description: str
    publisher: str
    base_url: str  # ends with /
    language: str  # BCP 47
    notice: str
    outputs: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]

    @property
    def base_path(self) -> str:
        """The path below which the site lies: / or /bulletin/."""
        return urlsplit(self.base_url).path or "/"


class Settings(SiteFacts, frozen=True, array_like=True):
    """All of site.yaml. What is added here shapes which pages there are, not what one says."""

    time_zone: str  # IANA name
    per_page: int

    @property
    def facts(self) -> SiteFacts:
        return SiteFacts(*(getattr(self, name) for name in SiteFacts.__struct_fields__))

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)


def to_settings(source: Source, base_url: str | None) -> tuple[Settings | None, list[Problem]]:
    """The settings, or None with the Problems; ``base_url`` is the command line's, which wins."""
    fields = read_mapping(source, SITE_KEYS)
    title = fields.required("title")
    settings = Settings(
        title=title.text if title else "",
        tagline=fields.text("tagline"),
        description=fields.text("description"),
        publisher=fields.text("publisher") or (title.text if title else ""),
        base_url=_base_url(fields, base_url),
        language=fields.text("language", "zh-Hans"),
        time_zone=_time_zone(fields),
        notice=fields.text("notice"),
        per_page=fields.number("per_page", 1, MAX_PER_PAGE, 20),
        outputs=_outputs(fields),
        labels=_labels(fields),
    )
    return (None if has_errors(fields.problems) else settings), fields.problems


def read_base_url(typed: str) -> str | None:
    """``typed`` as a base address that ends with /, or None where it is none."""
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        return None
    path = parts.path.rstrip("/") + "/"
    if not _ADDRESS.fullmatch(parts.netloc + path) or "/../" in path or "/./" in path:
        return None
    return f"{parts.scheme}://{parts.netloc}{path}"


def _base_url(fields: Fields, given: str | None) -> str:
    scalar = fields.scalar("base_url")
    own = read_base_url(scalar.text) if scalar else "http://localhost/"
    if scalar and own is None:
        fields.fault("B216", scalar.line, scalar.column, key="base_url", value=scalar.text)
    return given or own or ""


def _time_zone(fields: Fields) -> str:
    scalar = fields.scalar("time_zone")
    if scalar is None:
        return "Asia/Shanghai"
    try:
        ZoneInfo(scalar.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.fault("B508", scalar.line, scalar.column, value=scalar.text)
    return scalar.text


def _outputs(fields: Fields) -> tuple[str, ...]:
    if fields.node("outputs") is None:
        return OUTPUTS
    choices = {name: name for name in OUTPUTS}
    chosen = {fields.as_choice("outputs", word, choices, "") for word in fields.words("outputs")}
    return tuple(name for name in OUTPUTS if name in chosen)


def _labels(fields: Fields) -> tuple[tuple[str, str], ...]:
    labels: Map[str, str] = dict(LABELS)
    node = fields.node("labels")
    if isinstance(node, Mapping):
        inner = fields.inner(node, LABEL_KEYS)
        labels = {name: inner.text(name, default) for name, default in LABELS.items()}
        fields.take(inner)
    elif node is not None and fields.has("labels"):
        fields.misshapen("labels", node, both("几行“栏目: 名称”", "a mapping of names"))
    return tuple(labels.items())
