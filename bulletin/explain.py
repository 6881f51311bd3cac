"""Answers about a build that is not made: what a page is made of and why it was made, and when
something changes by itself.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bulletin.address import output_file
from bulletin.asked import Options, Watcher
from bulletin.basis import PROJECT
from bulletin.dates import Moment
from bulletin.item import Item
from bulletin.outputs.terms import TermCount
from bulletin.pipeline import Prepared, prepare, with_marks
from bulletin.plan import Copied, Made, Page, Template
from bulletin.problem import ContentError, Language, both, problem, suggestion
from bulletin.publish import lost_files
from bulletin.state import LOST, NEW, RECIPE, TEMPLATE, PageRecord, compare
from bulletin.story import Article, Story
from bulletin.text import nearest, nfc, visible
from bulletin.theme import read_theme, references

MANY = 12  # things of one input that are named
PAIR = 2

# What the inputs of pages are called; a test holds that no input is missing here.
INPUTS: dict[str, tuple[str, str]] = {
    "article": ("这条新闻的标题、正文和图片", "the item with its text and pictures"),
    "articles": ("列出的新闻全文", "the items listed, with their texts"),
    "earlier": ("前一条（期、月）", "the one before"),
    "later": ("后一条（期、月）", "the one after"),
    "related": ("相关消息", "related items"),
    "series": ("同系列的消息", "items of the series"),
    "issue": ("所在的期", "the issue"),
    "page": ("列表里的新闻", "the items of the list"),
    "facts": ("旁边的计数", "the counts beside the list"),
    "front": ("首页上的新闻和计数", "items and counts of the front page"),
    "placed": ("页面正文", "the text of the page"),
    "districts": ("地区和计数", "districts and counts"),
    "activities": ("活动类型和计数", "activity types and counts"),
    "latest": ("最新消息", "the latest items"),
    "kind": ("词表的种类", "the kind of terms"),
    "counts": ("计数", "counts"),
    "counted": ("每格的条数", "the count of each cell"),
    "total": ("总条数", "the number of items"),
    "district": ("地区的名称", "the district's name"),
    "activity": ("活动类型的名称", "the activity type's name"),
    "year": ("这一年的计数", "the counts of the year"),
    "years": ("各年的计数", "the counts of all years"),
    "key": ("月份", "the month"),
    "stories": ("列出的新闻", "the items listed"),
    "own": ("这一期的说明", "what the issue says of itself"),
    "path": ("网址", "the address"),
    "title": ("标题", "the title"),
    "subtitle": ("副题", "the subtitle"),
    "target": ("转到的网址", "where it leads"),
    "lines": ("列出的网址", "the addresses listed"),
    "names": ("分文件", "the parts"),
    "bytes": ("图片内容", "the picture"),
    "asset": ("样式、脚本或图标", "stylesheet, script or icon"),
    # What is no input, but a reason all the same.
    "settings": ("content/site.yaml 的设置", "the settings in content/site.yaml"),
    "assets": ("样式和脚本", "stylesheet and script"),
    "footer": ("页脚的页面", "the pages of the footer"),
    "sections": ("导航的栏目", "the sections of the navigation"),
    TEMPLATE: ("模板", "the template"),
    RECIPE: ("做法（换了模板）", "another template"),
    NEW: ("以前没有做过（或换了程序版本、缓存没有了）", "it had not been made before"),
    LOST: ("site/ 里的文件被改动或删除", "the file in site/ was changed or deleted"),
}


class Answer(Struct, frozen=True):
    """What a page is made of, and why it was made."""

    address: str  # path of the site
    file: str  # below site/
    source: str  # who wants the page
    recipe: str  # template or function
    templates: tuple[str, ...]  # what the template includes
    inputs: tuple[tuple[str, tuple[str, ...]], ...]  # name, and what it holds, in words
    last: PageRecord | None  # as it was made last
    due: tuple[str, ...]  # why the next build will make it again; empty: it will not


def why(root: Path, options: Options, watcher: Watcher, asked: str) -> Answer:
    """The page that ``asked`` (an address, a path or a file of site/) means.

    Raises ``ContentError`` where the content has errors or there is no such page.
    """
    ready, last = prepare(root, options, watcher)
    page = _find(ready, root, asked)
    theme = read_theme(root / "templates", PROJECT / "templates")
    texts = {name: template.text for name, template in theme.templates.items()}
    state = with_marks(ready.state, ready.frame, theme)
    record = last.pages.get(page.file)
    lost = lost_files(root, {page.file: record.digest} if record else {})
    changes = compare([page], state.shared, last, lost)
    return Answer(
        address=page.path,
        file=page.file,
        source=page.source,
        recipe=_recipe(page),
        templates=tuple(_included(page, references(texts))),
        inputs=tuple((name, tuple(_held(value))) for name, value in page.inputs.items()),
        last=record,
        due=changes.stale[0].reasons if changes.stale else (),
    )


def _find(ready: Prepared, root: Path, asked: str) -> Page:
    base = urlsplit(ready.settings.base_url)
    parts = urlsplit(asked)
    path = nfc(unquote(parts.path))
    path = base.path if path + "/" == base.path else path
    if parts.scheme:
        path = "/" + path.removeprefix(base.path)
    elif path.startswith(base.path) and base.path != "/":
        path = path.removeprefix(base.path)
    path = path.removeprefix("./").removeprefix("/").removeprefix("site/")
    pages = {page.file: page for page in ready.plan.pages}
    for file in (output_file(path), output_file(path + "/")):
        if file in pages:
            return pages[file]
    own = [page for page in pages.values() if path == page.source]
    if own:
        return own[0]
    if any(item.source_path == path for item in ready.items):
        hidden = both(
            "：这条新闻现在不显示，加上 --drafts 再问",
            "; that item is not shown now, ask with --drafts",
        )
        raise ContentError([problem("B809", "site", address=visible(path), nearest=hidden)])
    known = {page.path: page for page in ready.plan.pages}
    near = suggestion("/" + visible(name) for name in nearest(path, known))
    raise ContentError([problem("B809", "site", address="/" + visible(path), nearest=near)])


def _recipe(page: Page) -> str:
    recipe = page.recipe
    if isinstance(recipe, Template):
        return f"templates/{recipe.name}"
    return recipe.file if isinstance(recipe, Copied) else made_by(recipe)


def made_by(recipe: Made) -> str:
    return f"{recipe.make.__module__}.{recipe.make.__name__}"


def _included(page: Page, named: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if not isinstance(page.recipe, Template):
        return
    reached, ahead = set(), [page.recipe.name]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += named.get(name, ())
    yield from sorted(f"templates/{name}" for name in reached)


def _held(value: Any) -> Iterator[str]:
    """What an input holds, in words."""
    found = list(_names(value))
    yield from found[:MANY]
    if len(found) > MANY:
        yield f"… +{len(found) - MANY}"


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, Article | Story):
        story = value.story if isinstance(value, Article) else value
        yield f"{story.item.title} ({story.item.source_path})"
    elif isinstance(value, str | int):
        yield str(value) or "/"
    elif isinstance(value, TermCount):
        yield f"{value.term.name} {value.count}"
    elif isinstance(value, Struct):
        yield from _names_in(value)
    elif _is_related(value):
        yield f"{next(_names(value[0]))}: {value[1]}"
    elif isinstance(value, tuple):
        for one in value:
            yield from _names(one)


def _is_related(value: Any) -> bool:
    """Whether a value is an item with the reason why it is related."""
    pair = isinstance(value, tuple) and len(value) == PAIR
    return pair and isinstance(value[0], Story) and isinstance(value[1], str)


def _names_in(value: Struct) -> Iterator[str]:
    """The stories that a part of a page holds, or its name, or else all of it."""
    stories = getattr(value, "stories", None) or getattr(value, "latest", None)
    name = getattr(value, "name", None) or getattr(value, "title", None)
    if isinstance(stories, tuple):
        yield from _names(stories)
    elif isinstance(name, str):
        yield name
    else:
        yield from _names(tuple(getattr(value, field) for field in value.__struct_fields__))


# --- what changes by itself


class Coming(Struct, frozen=True):
    """An item that appears or ends by itself."""

    at: datetime  # aware, in the site's time zone
    item: Item
    appears: bool  # else its time is over


def next_changes(root: Path, options: Options, watcher: Watcher) -> tuple[Coming, ...]:
    """What comes after now, the soonest first."""
    ready, _ = prepare(root, options, watcher)

    def coming(moment: Moment | None, item: Item, appears: bool) -> Iterator[Coming]:
        if moment and moment.seconds > ready.now.seconds and item.status == "published":
            yield Coming(moment.at, item, appears)

    # One that ends before it begins never appears; a warning says so.
    items = [i for i in ready.items if not i.expires or i.expires.seconds > i.due.seconds]
    found = [
        one
        for item in items
        for one in (*coming(item.due, item, True), *coming(item.expires, item, False))
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.item.source_path)))


def crontab_line(root: Path, at: datetime, options: Options) -> str:
    """A line for the crontab of this machine, in its own time zone, that builds then."""
    here = at.astimezone()
    if here.second:  # cron knows minutes
        here = here.fromtimestamp(here.timestamp() // 60 * 60 + 60).astimezone()
    command = f"cd {shlex.quote(str(PROJECT))} && {shlex.quote(sys.executable)} build.py"
    if root.resolve() != PROJECT:
        command += f" --root {shlex.quote(str(root.resolve()))}"
    if options.base_url:
        command += f" --base-url {shlex.quote(options.base_url)}"
    if options.drafts:
        command += " --drafts"
    return (
        f"{here.minute} {here.hour} {here.day} {here.month} * {command.replace('%', chr(92) + '%')}"
    )


def reason_in_words(name: str, language: Language) -> str:
    words = INPUTS.get(name, (name, name))
    return words[0] if language is Language.CHINESE else words[1]
