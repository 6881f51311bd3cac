"""The configuration of the editing page /admin/ (Decap CMS): a form for each kind of file.

The program that shows it knows forms; which fields there are, what they are called and what may
be chosen comes from the keys that the reader goes by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bulletin.keys import Shape
from bulletin.schema import Field

Config = dict[str, Any]

NEWS, PAGES = "content/news", "content/pages"
# What the page adds to an entry for our own use; it never reaches a file.
STATE = "bulletin_state"
YEAR, MONTH, STEM = "bulletin_year", "bulletin_month", "bulletin_stem"
OWN = (STATE, YEAR, MONTH, STEM)
BODY = "body"
# Keys that no form offers: `extra` has names of its own, and a number is no list of choices.
_LEFT_OUT = frozenset({"extra"})
# What stands above the text; the others follow below it in the order of the keys.
_FIRST = (
    *("title", "kicker", "subtitle", "date", "districts", "places", "activities"),
    *("status", "summary", "images"),
)
_SEVERAL = "几个就用逗号或顿号隔开"
_BODY_HINT = "用 Markdown 写：段落之间空一行；小标题前面写 ## 和空格；**加粗**"


def cms_config(
    title: str, api: str, item: tuple[Field, ...], page: tuple[Field, ...], years: list[str]
) -> Config:
    """The whole configuration. ``years`` are folders of content/news, the newest first."""
    recent = _news("news", "新闻", NEWS, item) | {
        "create": True,
        "description": "最近的稿子；更早的，按年份在下面",
        "label_singular": "新闻",
    }
    older = [_news(f"news-{year}", f"{year}年的新闻", f"{NEWS}/{year}", item) for year in years]
    return {
        "backend": {"name": "proxy", "proxy_url": api, "branch": "content"},
        "locale": "zh_Hans",
        "site_url": "/",
        "display_url": "/",
        "logo": {"src": "", "show_in_header": False},
        "search": True,
        "media_folder": NEWS,
        "public_folder": "",
        "slug": {"encoding": "ascii", "clean_accents": True},
        "editor": {"preview": False},
        "collections": [recent, *older, _pages(page)],
    }


def _news(name: str, label: str, folder: str, fields: tuple[Field, ...]) -> Config:
    return {
        "name": name,
        "label": label,
        "folder": folder,
        "create": False,
        "delete": False,
        "extension": "md",
        "format": "yaml-frontmatter",
        "identifier_field": "title",
        "summary": "{{date}}　{{title}}",
        "sortable_fields": ["date", "title"],
        "view_filters": [
            {"label": "草稿", "field": "status", "pattern": "draft"},
            {"label": "已撤回", "field": "status", "pattern": "withdrawn"},
        ],
        # Pictures lie beside the item that shows them.
        "media_folder": "",
        "public_folder": "",
        "path": f"{{{{{YEAR}}}}}/{{{{{MONTH}}}}}/{{{{slug}}}}",
        "slug": f"{{{{fields.{STEM}}}}}",
        "fields": _form(fields),
    }


def _pages(fields: tuple[Field, ...]) -> Config:
    return {
        "name": "pages",
        "label": "文字页面",
        "folder": PAGES,
        "create": False,
        "delete": False,
        "extension": "md",
        "format": "yaml-frontmatter",
        "identifier_field": "title",
        "media_folder": "",
        "public_folder": "",
        "fields": _form(fields),
    }


def _form(fields: tuple[Field, ...]) -> list[Config]:
    """What nearly every item has, its text, and what few have."""
    shown = {field.name: _widget(field) for field in offered(fields)}
    # Not in the keys of a row: a default there makes Decap begin with a row of its own.
    for field in fields:
        if field.shape is Shape.MOMENT and field.required:
            shown[field.name]["default"] = "{{now}}"
    first = [shown.pop(name) for name in _FIRST if name in shown]
    body = {
        "name": BODY,
        "label": "正文",
        "widget": "markdown",
        # The other mode would write the whole text anew, in its own way.
        "modes": ["raw"],
        "required": False,
        "hint": _BODY_HINT,
    }
    own = [{"name": name, "widget": "hidden", "required": False} for name in OWN]
    return [*first, body, *shown.values(), *own]


def offered(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields that the form shows, and whose absence means that they are empty."""
    return tuple(field for field in fields if field.name not in _LEFT_OUT)


def _widget(field: Field) -> Config:
    made = {"name": field.name, "label": field.label, "required": field.required}
    if field.shape in (Shape.WORDS, Shape.NAMES):
        made["hint"] = "".join([field.hint, "；" * bool(field.hint), _SEVERAL])
        return made | _SHAPES[field.shape](field)
    hint = field.hint or (f"例如 {field.example.partition(': ')[2]}" if field.example else "")
    return made | ({"hint": hint} if hint else {}) | _SHAPES[field.shape](field)


def _plain(kind: str) -> Callable[[Field], Config]:
    return lambda _: {"widget": kind}


def _moment(field: Field) -> Config:
    """A day where one is required, for most items have no time; else a day and a time."""
    day = {"widget": "datetime", "date_format": "YYYY-MM-DD"}
    if field.required:
        return day | {"format": "YYYY-MM-DD", "time_format": False}
    return day | {"format": "YYYY-MM-DD HH:mm", "time_format": "HH:mm"}


def _number(field: Field) -> Config:
    low, high = field.limits
    return {"widget": "number", "value_type": "int", "min": low, "max": high}


def _choice(field: Field) -> Config:
    return {"widget": "select", "options": _options(field)}


def _terms(field: Field) -> Config:
    limit = {"max": field.limit} if field.limit else {}
    return {"widget": "select", "multiple": True, "options": _options(field)} | limit


def _options(field: Field) -> list[Config]:
    return [{"label": choice.label, "value": choice.value} for choice in field.choices]


def _rows(field: Field) -> Config:
    first = field.inner[0].name
    return {
        "widget": "list",
        "collapsed": False,
        "summary": f"{{{{fields.{first}}}}}",
        "fields": [_widget(inner) for inner in field.inner],
        "label_singular": field.label,
    }


def _url(field: Field) -> Config:
    return {
        "widget": "string",
        "pattern": ["^\\s*(https?://.*)?$", "要以 http:// 或 https:// 开头"],
    }


def _picture(field: Field) -> Config:
    return {"widget": "image", "choose_url": False}


_SHAPES: dict[Shape, Callable[[Field], Config]] = {
    Shape.TEXT: _plain("string"),
    Shape.NAME: _plain("string"),
    Shape.PROSE: _plain("text"),
    Shape.MOMENT: _moment,
    Shape.URL: _url,
    Shape.NUMBER: _number,
    Shape.CHOICE: _choice,
    Shape.FLAG: _plain("boolean"),
    Shape.PICTURE: _picture,
    Shape.WORDS: _plain("list"),
    Shape.NAMES: _plain("list"),
    Shape.TERMS: _terms,
    Shape.ROWS: _rows,
    Shape.MIXED: _rows,
}
