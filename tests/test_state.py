"""Fingerprints: what is out of date after an edit, and nothing else; without a disk."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace as with_
from typing import Any

import jinja2
import jinja2.meta
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from bulletin.item import Item
from bulletin.outputs.lists import view as list_view
from bulletin.picture import PictureFacts
from bulletin.plan import Copied, Made, Page, Template
from bulletin.present import Presenter
from bulletin.state import (
    EMPTY,
    LOST,
    NEW,
    RECIPE,
    TEMPLATE,
    Shared,
    compare,
    mark_of,
    marks_of,
    recipe_name,
    template_marks,
)
from bulletin.story import Article, Figure, Missing, Picture, Story, Target
from bulletin.theme import read_theme, references
from bulletin.vocabulary import Place, Term
from tests.conftest import PROJECT
from tests.samples import ACTIVITIES, ANY_LOAD, DISTRICTS
from tests.worlds import FOLDER, SHARED, Reasons, World, reasons, stale, state_after, vocabulary_of

# --- compare


def view(present: Presenter, **inputs: object) -> Mapping[str, object]:
    """The recipe of pages that are compared and never made."""
    return inputs


def other_view(present: Presenter, **inputs: object) -> Mapping[str, object]:
    return inputs


def made(present: Presenter, **inputs: object) -> bytes:
    return b""


def page(path: str, template: str = "a.html", **inputs: object) -> Page:
    return Page(path, path, Template(template, view), inputs)


PAGES = (
    page("one/", x=1, y="甲"),
    page("two/", x=2, y="甲"),
    page("other/", "b.html", z=("丙",)),
    Page("feed.json", "feed", Made(made), {"x": 1}),
    Page("media/a.png", "content/a.png", Copied("content/a.png"), {"bytes": b"0"}),
)
TEMPLATES = {"a.html": b"1", "b.html": b"2", "c.html": b"3"}
WITH_TEMPLATES = replace(SHARED, templates=TEMPLATES)
LAST = state_after(PAGES, WITH_TEMPLATES)
MADE = ("feed.json", "one/index.html", "other/index.html", "two/index.html")  # all but the picture


def now(*pages: Page, shared: Shared = WITH_TEMPLATES, lost: tuple[str, ...] = ()) -> Reasons:
    """What is stale where ``pages`` take the places of those of the same file."""
    known = {known.file: known for known in PAGES} | {new.file: new for new in pages}
    return reasons(LAST, known.values(), shared, lost)


def test_where_nothing_changed_nothing_is_stale() -> None:
    assert now() == {}


def test_everything_is_new_to_an_empty_state() -> None:
    assert reasons(EMPTY, PAGES) == {page.file: (NEW,) for page in PAGES}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (page("one/", x=2, y="甲"), ("x",)),
        (page("one/", x=1, y="乙"), ("y",)),
        (page("one/", x=2, y="乙"), ("x", "y")),
        (page("other/", "b.html", z=("丁",)), ("z",)),
        (page("other/", "b.html", z=()), ("z",)),
        (Page("feed.json", "feed", Made(made), {"x": None}), ("x",)),
    ],
)
def test_the_inputs_that_changed_are_the_reasons_and_other_pages_stay(
    changed: Page, why: tuple[str, ...]
) -> None:
    assert now(changed) == {changed.file: why}


@pytest.mark.parametrize("name", ["settings", "assets", "footer", "sections"])
def test_what_all_pages_share_makes_all_stale_but_what_is_copied(name: str) -> None:
    shared = replace(WITH_TEMPLATES, frame={**SHARED.frame, name: b"other"})
    assert now(shared=shared) == dict.fromkeys(MADE, (name,))


def test_a_template_makes_those_pages_stale_that_are_made_with_it() -> None:
    shared = replace(WITH_TEMPLATES, templates=TEMPLATES | {"a.html": b"other"})
    assert now(shared=shared) == dict.fromkeys(("one/index.html", "two/index.html"), (TEMPLATE,))
    unused = replace(WITH_TEMPLATES, templates=TEMPLATES | {"c.html": b"other"})
    assert now(shared=unused) == {}


def test_a_new_page_is_new_and_a_page_that_is_gone_is_nowhere() -> None:
    assert now(page("three/", x=1, y="甲")) == {"three/index.html": (NEW,)}
    changes = compare(PAGES[1:], WITH_TEMPLATES, LAST)
    assert changes.stale == ()
    assert "one/index.html" not in changes.fresh


def test_a_lost_file_is_made_again_whatever_makes_it() -> None:
    lost = ("media/a.png", "two/index.html")
    assert now(lost=lost) == dict.fromkeys(lost, (LOST,))


def test_all_reasons_are_told_together() -> None:
    shared = Shared({**SHARED.frame, "footer": b"other"}, {"a.html": b"other", "b.html": b"2"})
    found = now(page("one/", x=2, y="甲"), shared=shared, lost=("one/index.html",))
    assert found["one/index.html"] == ("x", TEMPLATE, "footer", LOST)


@pytest.mark.parametrize(
    "changed",
    [
        page("one/", "b.html", x=1, y="甲"),
        Page("one/", "one/", Template("a.html", other_view), {"x": 1, "y": "甲"}),
        Page("one/", "one/", Made(made), {"x": 1, "y": "甲"}),
        page("one/", x=1, y="甲", z=3),
        page("one/", x=1),
        Page("media/a.png", "content/b.png", Copied("content/b.png"), {"bytes": b"0"}),
    ],
)
def test_another_recipe_or_number_of_inputs_is_a_reason_of_its_own(changed: Page) -> None:
    found = now(changed)
    assert found.keys() == {changed.file}
    assert RECIPE in found[changed.file]


def test_a_recipe_is_named_by_its_template_and_what_fills_it() -> None:
    names = [recipe_name(page) for page in PAGES]
    assert names == ["a.html view", "a.html view", "b.html view", "made", "content/a.png"]


# --- templates


def marks(**texts: str) -> dict[str, bytes]:
    """Marks of templates that name others in a shorthand: ``>b`` includes b, ``>*`` any."""
    references = {
        name: tuple(word[1:] for word in text.split() if word.startswith(">"))
        for name, text in texts.items()
    }
    return template_marks(texts, references)


def changed_by(edit: dict[str, str], **texts: str) -> set[str]:
    before, after = marks(**texts), marks(**(texts | edit))
    return {name for name in after if before.get(name) != after[name]}


CHAIN = {"page": ">base 甲", "base": ">macros", "macros": "丙", "alone": "丁"}


@pytest.mark.parametrize(
    ("edited", "reached"),
    [
        ("page", {"page"}),
        ("base", {"page", "base"}),
        ("macros", {"page", "base", "macros"}),
        ("alone", {"alone"}),
    ],
)
def test_a_template_stands_for_all_that_it_names_however_far(
    edited: str, reached: set[str]
) -> None:
    assert changed_by({edited: CHAIN[edited] + " 改"}, **CHAIN) == reached


def test_a_name_known_only_while_the_page_is_made_stands_for_every_template() -> None:
    texts = CHAIN | {"any": ">*", "above": ">any"}
    assert changed_by({"alone": "改"}, **texts) == {"alone", "any", "above"}
    assert changed_by({"new": "新"}, **texts) == {"new", "any", "above"}


def test_a_missing_include_that_comes_later_changes_the_template() -> None:
    assert changed_by({"later": "来"}, page=">later", alone="丁") == {"page", "later"}


def test_templates_that_name_each_other_have_marks() -> None:
    assert changed_by({"b": ">a 改"}, a=">b", b=">a", alone="丁") == {"a", "b"}


# --- marks of values

TEXTS = st.text(max_size=3)
TERMS = st.builds(Term, TEXTS, TEXTS)
PLACES = st.builds(Place, TEXTS, TEXTS, st.integers(0, 3))
PICTURES = st.builds(
    Picture,
    TEXTS,
    TEXTS,
    st.binary(max_size=2),
    st.builds(PictureFacts, st.integers(1, 3), st.integers(1, 3)),
)
FIGURES = st.builds(Figure, PICTURES, TEXTS, TEXTS, TEXTS, st.booleans())
FOUND = (
    st.builds(Target, st.none() | TEXTS, TEXTS, st.booleans())
    | st.builds(Missing, TEXTS, st.none() | TEXTS, st.booleans())
    | FIGURES
)
LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | TEXTS | TERMS | PLACES | FOUND
# Tuples of tuples and of structs: the kinds of values that inputs are.
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=6)


def said(value: object) -> str:
    """What ``value`` is, types included: 1 is not True, and a Term is no District."""
    return repr(value)


@ANY_LOAD
@given(VALUES)
def test_equal_values_have_equal_marks(value: Any) -> None:
    assert mark_of(deepcopy(value)) == mark_of(value)


@ANY_LOAD
@given(VALUES, VALUES)
@example(("ab", "c"), ("a", "bc"))
@example((("a",), "b"), ("a", ("b",)))
@example(((),), ())
@example((None,), ((),))
@example("", ())
@example((1,), ("1",))
@example((True,), (1,))
@example(Target(None, ""), Target("", ""))
@example((Missing("甲", None, alone=True),), (Target("甲", ""),))
def test_different_values_have_different_marks(one: Any, other: Any) -> None:
    # No input is sometimes None and sometimes an empty tuple: these two alone share a mark.
    if said(one) != said(other) and not (one in (None, ()) and other in (None, ())):
        assert mark_of(one) != mark_of(other)


def test_a_mapping_has_the_same_mark_in_any_order() -> None:
    assert mark_of({"a": 1, "b": 2}) == mark_of({"b": 2, "a": 1}) != mark_of({"a": 2, "b": 1})


def test_what_has_no_mark_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="no mark: object"):
        mark_of((object(),))


def test_marks_stand_in_the_order_of_the_names() -> None:
    one = page("one/", x=1, y="甲")
    assert marks_of(one) == (mark_of(1), mark_of("甲"))


# --- marks of stories and articles

PICTURE = Picture(FOLDER + "a.png", FOLDER + "a.png", b"0", PictureFacts(4, 3))
BASE = {
    "title": "工匠学院开班",
    "date": "2024-08-05",
    "districts": "[dongcheng]",
    "activities": "[training]",
    "summary": "开班了。",
}
NAME = "2024-08-05-academy"


def text(body: str = "正文。", **keys: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in (BASE | keys).items())
    return f"---\n{lines}---\n\n{body}\n"


def world(body: str = "正文。", name: str = NAME, **keys: str) -> World:
    return World({name: text(body, **keys)}, pictures=(PICTURE,))


def story(of: World) -> Story:
    (found,) = of.stories().values()
    return found


def article(of: World, id_: str = NAME) -> Article:
    return of.articles()[id_]


# A world in which this field of the item differs from what it is in ``world()``.
FIELDS = {
    "id": world(name="2024-08-05-school"),
    "source_path": world(name="2024-08-05-school"),
    "path": world(slug="school"),
    "title": world(title="工匠学院结业"),
    "kicker": world(kicker="东城"),
    "subtitle": world(subtitle="首期"),
    "date": world(date="2024-08-06"),
    "updated": world(updated="2024-08-07"),
    "embargo": world(embargo="2024-08-07"),
    "expires": world(expires="2025-08-07"),
    "status": world(status="withdrawn"),
    "districts": world(districts="[chaoyang]"),
    "places": world(places="[朝阳门街道]"),
    "activities": world(activities="[rights]"),
    "tags": world(tags="[工匠]"),
    "byline": world(byline="[编辑部]"),
    "source": world(source="东城区总工会"),
    "source_url": world(source_url="https://a.example/"),
    "summary": world(summary="又开班了。"),
    "genre": world(genre="消息"),
    "publication": world(publication="工会简报"),
    "edition": world(edition="2024年第8期"),
    "page": world(page="2"),
    "page_name": world(page_name="基层动态"),
    "issue": world(issue="2024-08"),
    "priority": world(priority="8"),
    "images": world(images="[{src: a.png, alt: 学院}]"),
    "related": world(related="[2024-08-05-other]"),
    "series": world(series="巡礼"),
    "aliases": world(aliases="[/old/1.html]"),
    "corrections": world(corrections="[{date: 2024-08-06, text: 应为五百人。}]"),
    "extra": world(extra="{key: 值}"),
}


def test_every_field_of_an_item_is_tried() -> None:
    assert set(FIELDS) == set(Item.__struct_fields__)


@pytest.mark.parametrize("name", FIELDS)
def test_the_mark_of_a_story_changes_with_every_field_of_its_item(name: str) -> None:
    before, after = story(world()), story(FIELDS[name])
    assert getattr(before.item, name) != getattr(after.item, name)
    assert before.mark != after.mark
    assert article(world()).mark != next(iter(FIELDS[name].articles().values())).mark


def test_worlds_that_are_alike_have_stories_and_articles_of_the_same_marks() -> None:
    assert story(world()).mark == story(world()).mark
    assert article(world()).mark == article(world()).mark


def test_the_mark_of_a_story_changes_with_its_state() -> None:
    """The clock alone moves an item from one state to another: no file changes."""
    made = story(world())
    for state in ("draft", "held", "expired", "withdrawn"):
        other = Story(made.item, b"mark", state, made.districts, made.activities, made.picture)
        same = Story(made.item, b"mark", "published", made.districts, made.activities, made.picture)
        assert other.mark != same.mark


@pytest.mark.parametrize("old", ["东城区", "技能培训"])
def test_the_mark_of_a_story_changes_with_the_name_of_a_term(old: str) -> None:
    vocabulary = vocabulary_of(
        *(text.replace(f"name: {old}", "name: 新名") for text in (DISTRICTS, ACTIVITIES))
    )
    assert story(world()).mark != story(with_(world(), vocabulary=vocabulary)).mark


@pytest.mark.parametrize(
    "changed",
    [
        replace(PICTURE, digest=b"1"),
        replace(PICTURE, facts=PictureFacts(5, 3)),
        replace(PICTURE, facts=PictureFacts(4, 4)),
    ],
)
def test_the_mark_of_a_story_changes_with_the_facts_of_its_picture(changed: Picture) -> None:
    shown = world("![学院](a.png)")
    assert story(shown).picture
    assert story(shown).mark != story(with_(shown, pictures=(changed,))).mark


def test_the_mark_of_a_story_changes_when_its_picture_is_gone() -> None:
    shown = world("![学院](a.png)")
    assert story(shown).mark != story(with_(shown, pictures=())).mark


def test_a_body_is_no_part_of_a_story_whose_summary_is_given() -> None:
    before, after = world("正文。"), world("改了的正文。")
    assert story(before).mark == story(after).mark
    assert article(before).mark != article(after).mark


def test_a_body_is_part_of_a_story_whose_summary_is_taken_from_it() -> None:
    before, after = world("正文。", summary=""), world("改了的正文。", summary="")
    assert story(before).mark != story(after).mark


def test_streets_of_a_district_are_no_part_of_its_stories() -> None:
    more = DISTRICTS.replace("建国门街道]", "建国门街道, 龙潭街道]")
    after = with_(world(), vocabulary=vocabulary_of(more))
    assert more != DISTRICTS
    assert story(world()).mark == story(after).mark
    assert article(world()).mark == article(after).mark


LINKED = "2024-08-04-linked"


def linking(body: str, **keys: str) -> World:
    """The article links to a heading of another item."""
    items = {NAME: text(f"见[那里]({LINKED}.md#办法)。"), LINKED: text(body, **keys)}
    return World(items, pictures=(PICTURE,))


THERE = linking("## 办法")


@pytest.mark.parametrize(
    ("after", "leads_to"),
    [
        (linking("## 办法", slug="moved"), Target("news/2024/08/05/moved/", "办法")),
        (linking("## 办法", date="2024-08-03"), Target("news/2024/08/03/linked/", "办法")),
        (linking("## 办法", status="draft"), Target(None, "")),
        (World({NAME: THERE.items[NAME]}), Target(None, "")),
    ],
)
def test_the_mark_of_an_article_changes_with_what_a_link_leads_to(
    after: World, leads_to: Target
) -> None:
    assert article(THERE).found == (Target("news/2024/08/05/linked/", "办法"),)
    assert article(after).found == (leads_to,)
    assert article(THERE).story.mark == article(after).story.mark
    assert article(THERE).mark != article(after).mark


def test_the_mark_of_an_article_stays_when_its_target_says_something_else() -> None:
    before, after = linking("## 办法"), linking("## 办法\n\n又一段。", title="另一题")
    assert article(before).mark == article(after).mark
    assert article(before, LINKED).mark != article(after, LINKED).mark


@pytest.mark.parametrize(
    "changed", [(), (replace(PICTURE, digest=b"1"),), (replace(PICTURE, facts=PictureFacts(5, 3)),)]
)
def test_the_mark_of_an_article_changes_with_its_second_picture(
    changed: tuple[Picture, ...],
) -> None:
    """Lists show the first picture alone, so the second is no part of the story."""
    first = Picture(FOLDER + "b.png", FOLDER + "b.png", b"0", PictureFacts(4, 3))
    body = "![甲](b.png)\n\n![乙](a.png)"
    before = World({NAME: text(body)}, pictures=(first, PICTURE))
    after = with_(before, pictures=(first, *changed))
    assert story(before).mark == story(after).mark
    assert article(before).mark != article(after).mark


def test_the_text_of_a_withdrawn_item_is_no_part_of_anything() -> None:
    before, after = world("甲。", status="withdrawn"), world("乙。", status="withdrawn")
    assert article(before).mark == article(after).mark


# --- precision: what an edit makes stale in a real plan, and nothing besides

COUNT = 64  # so that every list of these items is full: one more starts no new page
MIDDLE = 30
DISTRICT_OF = ("dongcheng", "chaoyang")
ACTIVITY_OF = ("training", "bargaining", "contest", "rights")


def id_of(number: int) -> str:
    return f"2024-0{7 + number // 31}-{1 + number % 31:02}-n{number:02}"


def page_of(number: int) -> str:
    return "news/" + id_of(number)[:10].replace("-", "/") + f"/n{number:02}/index.html"


def numbered_item(number: int, title: str = "", body: str = "正文。", **keys: str) -> str:
    """Items of two districts and four activity types in turn, a day each, two pages a list."""
    own = {
        "title": title or f"第{number}条",
        "date": id_of(number)[:10],
        "districts": f"[{DISTRICT_OF[number % 2]}]",
        "activities": f"[{ACTIVITY_OF[number % 4]}]",
        "issue": "2024-07" if number in (8, MIDDLE) else "2024-09" if number == COUNT - 1 else "",
        "series": "巡礼" if number in (10, MIDDLE, 50) else "",
        "aliases": "[/old.html]" if number == MIDDLE else "",
    }
    return text(body, **{key: value for key, value in (own | keys).items() if value})


SIXTY = World(
    {id_of(n): numbered_item(n) for n in range(COUNT)},
    pages={"about": "---\ntitle: 关于\n---\n正文。\n"},
)


def with_item(number: int, edited: str) -> World:
    return with_(SIXTY, items={**SIXTY.items, id_of(number): edited})


def feeds_of(*folders: str) -> set[str]:
    return {f"{folder}feed.{ending}" for folder in folders for ending in ("xml", "json")}


# Feeds hold twenty items: the middle one is too old for the site's, not for its district's.
FEEDS = feeds_of("districts/dongcheng/", "activities/contest/", "issues/2024-07/")


def test_what_did_not_change_makes_no_page_of_sixty_items_stale() -> None:
    assert stale(SIXTY, with_item(MIDDLE, numbered_item(MIDDLE))) == {}


def test_a_body_makes_stale_its_page_and_the_feeds_that_hold_it() -> None:
    found = stale(SIXTY, with_item(MIDDLE, numbered_item(MIDDLE, body="改了。")))
    assert found.keys() == {page_of(MIDDLE)} | FEEDS
    assert found[page_of(MIDDLE)] == ("article",)


def test_a_title_makes_stale_what_shows_it() -> None:
    found = stale(SIXTY, with_item(MIDDLE, numbered_item(MIDDLE, title="改了的题")))
    lists = {
        "news/page/16/index.html",
        "news/2024/07/index.html",
        "districts/dongcheng/page/8/index.html",
        "districts/dongcheng/contest/page/4/index.html",
        "activities/contest/page/4/index.html",
        "issues/2024-07/index.html",
    }
    # The next four of the same district and type show it as related.
    related = {page_of(MIDDLE + step) for step in (4, 8, 12, 16)}
    neighbours = {page_of(MIDDLE - 1), page_of(MIDDLE + 1)}
    series = {page_of(10), page_of(50)}
    own = {page_of(MIDDLE), "old.html"}
    assert found.keys() == own | lists | neighbours | series | related | FEEDS
    assert found[page_of(MIDDLE - 1)] == ("later",)
    assert found[page_of(MIDDLE + 1)] == ("earlier",)
    assert found[page_of(MIDDLE + 4)] == ("related",)
    assert found[page_of(50)] == ("series",)
    assert found["old.html"] == ("title",)
    assert found["news/2024/07/index.html"] == ("stories",)


def is_numbered(file: str) -> bool:
    return "/page/" in file


def test_a_newest_item_leaves_every_numbered_page_as_it_is() -> None:
    after = with_item(COUNT, numbered_item(COUNT))
    found = stale(SIXTY, after)
    assert not [file for file in found if is_numbered(file)]
    assert found[page_of(COUNT)] == (NEW,)
    # Of the old items only the newest one changes: it has a later one now.
    items = {file for file in found if file.startswith("news/2024/0") and "/n" in file[5:]}
    assert items == {page_of(COUNT), page_of(COUNT - 1)}
    assert found[page_of(COUNT - 1)] == ("later",)


def test_the_item_that_fills_a_page_touches_the_last_numbered_page_of_its_lists_alone() -> None:
    one_more = with_item(COUNT, numbered_item(COUNT))
    number = COUNT + 4  # of the same district and type
    after = with_(one_more, items={**one_more.items, id_of(number): numbered_item(number)})
    touched = {f: why for f, why in stale(one_more, after).items() if is_numbered(f)}
    assert touched == {
        "news/page/31/index.html": ("page",),
        "news/page/32/index.html": (NEW,),
        "districts/dongcheng/page/15/index.html": ("page",),
        "districts/dongcheng/page/16/index.html": (NEW,),
        "districts/dongcheng/training/page/7/index.html": ("page",),
        "districts/dongcheng/training/page/8/index.html": (NEW,),
        "activities/training/page/7/index.html": ("page",),
        "activities/training/page/8/index.html": (NEW,),
    }


def test_renaming_a_district_makes_stale_only_what_shows_it() -> None:
    """One item stands between others of other districts; its district gets another name."""
    number = 41
    before = with_item(number, numbered_item(number, districts="[haidian]"))
    renamed = DISTRICTS.replace("name: 海淀区", "name: 新海淀区")
    after = with_(before, vocabulary=vocabulary_of(renamed))
    of_district = {
        "districts/haidian/index.html",
        "districts/haidian/bargaining/index.html",
        *feeds_of("districts/haidian/"),
    }
    of_item = {
        page_of(number),
        page_of(number - 1),
        page_of(number + 1),
        "news/page/21/index.html",
        "news/2024/08/index.html",
        "activities/bargaining/page/6/index.html",
        *feeds_of("activities/bargaining/"),
    }
    # These name every district, or those of the type's own items.
    of_all = {
        "index.html",
        "404.html",
        "matrix/index.html",
        "districts/index.html",
        "activities/bargaining/index.html",
    }
    assert stale(before, after).keys() == of_district | of_item | of_all


def test_a_new_street_makes_stale_no_item_and_no_list() -> None:
    more = DISTRICTS.replace("建国门街道]", "建国门街道, 龙潭街道]")
    found = stale(SIXTY, with_(SIXTY, vocabulary=vocabulary_of(more)))
    assert not [file for file in found if is_numbered(file) or "/n" in file]
    assert "feed.xml" not in found
    assert "districts/chaoyang/index.html" not in found


def test_the_sitemap_is_stale_only_when_an_address_or_a_day_is_another() -> None:
    assert "sitemap.xml" not in stale(SIXTY, with_item(MIDDLE, numbered_item(MIDDLE, title="改")))
    updated = numbered_item(MIDDLE, updated="2024-09-09")
    assert stale(SIXTY, with_item(MIDDLE, updated))["sitemap.xml"] == ("lines",)


def test_every_page_that_can_be_planned_has_marks_for_all_its_inputs() -> None:
    for page in SIXTY.plan():
        assert len(marks_of(page)) == len(page.inputs)
        if isinstance(page.recipe, Template):
            assert recipe_name(page) == f"{page.recipe.name} {page.recipe.view.__name__}"
    assert any(
        isinstance(page.recipe, Template) and page.recipe.view is list_view for page in SIXTY.plan()
    )


# --- what templates name


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ('{% extends "a.html" %}', ("a.html",)),
        ("{%extends'a.html'%}", ("a.html",)),
        ('{%- include "a.html" ignore missing -%}', ("a.html",)),
        ('{% include "a.html" without context %}', ("a.html",)),
        ('{% import "a.html" as m with context -%}', ("a.html",)),
        ('{% from "a.html" import b as c %}', ("a.html",)),
        ('{% include\n  "a.html"\n%}', ("a.html",)),
        ('{% include "a.html" if x else "b.html" %}', ("*",)),
        ('{% include "a" ~ b %}', ("*",)),
        ('{% include "a.html" + b %}', ("*",)),
        ('{% include ["a.html", "b.html"] %}', ("*",)),
        ("{% include name %}", ("*",)),
        ("{{ included }}{% if extends %}{% endif %}", ()),
    ],
)
def test_a_template_names_what_it_needs_or_else_all(statement: str, named: tuple[str, ...]) -> None:
    assert references({"x.html": statement})["x.html"] == named


def test_the_names_that_are_found_are_those_that_jinja_finds() -> None:
    ours = PROJECT / "templates"
    texts = {name: t.text for name, t in read_theme(ours, ours).templates.items()}
    parse = jinja2.Environment(autoescape=True).parse
    assert references(texts) == {
        name: tuple(sorted(set(jinja2.meta.find_referenced_templates(parse(text)))))  # type: ignore[type-var]
        for name, text in texts.items()
    }
