"""A new item: what was asked for → its name and its text, with all usual keys explained."""

from __future__ import annotations

import re

from msgspec import Struct

from bulletin.address import fault_of_name
from bulletin.dates import Moment
from bulletin.headedit import Value, with_values
from bulletin.keys import Shape
from bulletin.pinyin import slug
from bulletin.problem import Problem, problem
from bulletin.schema import Field, item_fields
from bulletin.source import as_read
from bulletin.text import FORBIDDEN, code_point, visible
from bulletin.vocabulary import Vocabulary

# What most items have, in the order in which an editor thinks of it.
USUAL = (
    *("title", "kicker", "subtitle", "date", "districts", "places", "activities", "tags"),
    *("source", "byline", "genre", "summary", "issue", "images", "status"),
)
_SHOWN = {"districts", "activities", "genre", "status"}  # whose choices a comment can list
_OPENING = (
    "# 一行一个“名称: 内容”，冒号是英文的，后面空一格。# 开头的行是说明，不发布，可以删去；\n"
    "# 用不着的项目空着就行。全部项目见 docs/front-matter.md。\n"
)
_BODY = "\n<!-- 正文写在这里，段落之间空一行。这一行不会发布，写好后可以删去。 -->\n"


class Wish(Struct, frozen=True):
    """What somebody asks for. Texts may be empty, but for the title."""

    title: str
    date: Moment
    districts: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    slug: str = ""
    issue: str = ""
    draft: bool = False


def tidy(title: str) -> str:
    """A title on one line, without characters that nobody sees."""
    return " ".join(as_read(title).split())


def faults(wish: Wish, vocabulary: Vocabulary) -> list[Problem]:
    """What is wrong with a wish; each names the option that says it."""
    found = []
    if not wish.title:
        found.append(problem("B841", "TITLE"))
    if control := FORBIDDEN.search(wish.title):
        shown = {"character": code_point(control.group())}
        found.append(problem("B103", "TITLE", 0, 0, visible(wish.title), **shown))
    for name in wish.districts:
        found += fault_of_district(name, vocabulary)
    for name in wish.activities:
        found += fault_of_activity(name, vocabulary)
    for option, value, example in (
        ("--slug", wish.slug, "craft-academy"),
        ("--issue", wish.issue, "2024-08"),
    ):
        if value and (reason := fault_of_name(value)):
            facts = {"key": option, "value": visible(value), "reason": reason}
            found.append(problem("B217", option, **facts, example=example))
    return found


def fault_of_district(name: str, vocabulary: Vocabulary) -> list[Problem]:
    if vocabulary.find_district(name):
        return []
    near = vocabulary.near_districts(name)
    return [problem("B301", "--district", value=visible(name), nearest=near)]


def fault_of_activity(name: str, vocabulary: Vocabulary) -> list[Problem]:
    if vocabulary.find_activity(name):
        return []
    near = vocabulary.near_activities(name)
    return [problem("B302", "--activity", value=visible(name), nearest=near)]


def name_of(wish: Wish, number: int = 1) -> str:
    """The last part of the address; the first, second, … that may be tried."""
    asked = wish.slug if wish.slug.isascii() else ""
    name = asked or slug(wish.slug or wish.title) or "news"
    return name if number == 1 else f"{name}-{number}"


def path_of(wish: Wish, number: int = 1) -> str:
    """content/news/2024/08/2024-08-05-x.md"""
    at = wish.date.at
    return f"content/news/{at:%Y/%m/%Y-%m-%d}-{name_of(wish, number)}.md"


def address_of(wish: Wish, number: int = 1) -> str:
    """news/2024/08/05/x/: what the item's path in the site will be."""
    return f"news/{wish.date.at:%Y/%m/%d}/{name_of(wish, number)}/"


def text_of(wish: Wish, vocabulary: Vocabulary) -> str:
    """The whole file. ``wish`` is one without faults."""
    fields = {field.name: field for field in item_fields(vocabulary)}
    blank = "".join(f"{_comment(fields[name], vocabulary)}{name}:\n" for name in USUAL)
    form = f"---\n{_OPENING}{blank}---\n{_BODY}"
    values: dict[str, Value] = {"title": wish.title, "date": _typed(wish.date)}
    districts = [found.name for n in wish.districts if (found := vocabulary.find_district(n))]
    activities = [term.name for n in wish.activities if (term := vocabulary.find_activity(n))]
    values |= {"districts": list(dict.fromkeys(districts))} if districts else {}
    values |= {"activities": list(dict.fromkeys(activities))} if activities else {}
    values |= {"issue": wish.issue} if wish.issue else {}
    values |= {"status": "draft"} if wish.draft else {}
    return with_values(form, values)


def _typed(date: Moment) -> str:
    return f"{date.at:%Y-%m-%d %H:%M}" if date.exact else f"{date.at:%Y-%m-%d}"


def _comment(field: Field, vocabulary: Vocabulary) -> str:
    """A line, or two, on what the key below is for."""
    said = field.label + ("（必填）" if field.required else "")
    if field.hint:
        said += f"：{field.hint}"
    if field.name not in _SHOWN:
        example = re.sub(r"^\w+: ", "", field.example)
        return f"# {said}。例如 {example}\n"
    names = [_choice(field, place) for place in range(len(field.choices))]
    if field.name == "activities":  # narrower types are many, and are told by the manual
        names = [term.name for term in vocabulary.shown_activities]
    several = field.shape is Shape.TERMS
    example = f"；写几个时 [{'，'.join(names[:2])}]".replace("，", ", ") if several else ""
    return f"# {said}。\n#   可以写：{'、'.join(names)}{example}\n"


def _choice(field: Field, place: int) -> str:
    choice = field.choices[place]
    same = choice.value == choice.label
    return choice.value if same else f"{choice.value} {choice.label}"


def twin(title: str, other: str) -> Problem:
    """A warning: another item of that day has this title."""
    return problem("B840", other, title=visible(title))


def unwritten(path: str, reason: str) -> Problem:
    return problem("B842", path, reason=reason)
