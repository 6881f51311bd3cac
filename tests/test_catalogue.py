"""Everything that the site shows, ordered, indexed and with its references found."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.catalogue import RELATED, Catalogue, to_catalogue
from bulletin.issue import to_issue
from bulletin.picture import PictureFacts
from bulletin.problem import Language, Problem
from bulletin.source import digest_of
from bulletin.story import (
    Article,
    BrokenPicture,
    Figure,
    Missing,
    Picture,
    Read,
    Story,
    Target,
    picture_path,
)
from bulletin.textpage import TextPage, to_text_page
from tests.samples import (
    ANY_LOAD,
    SETTINGS,
    VOCABULARY,
    Written,
    moment,
    read_written,
    source,
    written,
)

NOW = "2024-12-31"
FOLDER = "content/news/2024/08/"


def picture(name: str) -> Picture:
    return Picture(FOLDER + name, FOLDER + name, digest_of(name.encode()), PictureFacts(4, 3))


def page(text: str = "正文。", name: str = "about") -> TextPage:
    made, problems = to_text_page(
        source(f"---\ntitle: 关于\n---\n{text}\n", f"content/pages/{name}.md")
    )
    assert made, problems
    return made


def read(
    *items: Written,
    pages: tuple[TextPage, ...] = (),
    pictures: tuple[Picture, ...] = (),
    broken: tuple[BrokenPicture, ...] = (),
    issues: dict[str, str] | None = None,
) -> Read:
    made = []
    for name, text in (issues or {}).items():
        issue, problems = to_issue(source(text, f"content/issues/{name}.yaml"), SETTINGS)
        assert problems == []
        made.append(issue)
    return Read(
        manuscripts=tuple(one.manuscript for one in items),
        issues=tuple(made),
        pages=pages,
        pictures=pictures,
        broken_pictures=broken,
        documents={one.manuscript.body: one.document for one in items},
        faulty=frozenset(),
    )


def catalogue(*items: Written, now: str = NOW, drafts: bool = False) -> Catalogue:
    return to_catalogue(read(*items), VOCABULARY, moment(now), drafts)[0]


def complaints(what: Read, now: str = NOW) -> list[Problem]:
    return to_catalogue(what, VOCABULARY, moment(now), False)[1]


def told(problems: list[Problem]) -> list[tuple[str, int]]:
    return [(found.code, found.line) for found in problems]


def ids(stories: tuple[Story, ...]) -> list[str]:
    return [story.item.id for story in stories]


def article(made: Catalogue, id_: str) -> Article:
    """A story with its text, by the name of its file."""
    return made.articles[made.by_id[id_].item.path]


A, B, C = written("2024-08-01-a"), written("2024-08-02-b"), written("2024-08-03-c")


# --- order and time


def test_the_newest_item_comes_first() -> None:
    assert ids(catalogue(A, C, B).stories) == ["2024-08-03-c", "2024-08-02-b", "2024-08-01-a"]


def test_within_a_day_weight_goes_before_time() -> None:
    low = written("2024-08-01-low", "priority: 1")
    high = written("2024-08-01-high", "priority: 9")
    assert ids(catalogue(low, A, high).stories) == ["2024-08-01-high", A.item.id, "2024-08-01-low"]


def test_within_a_day_and_a_weight_the_later_time_comes_first() -> None:
    text = "---\ntitle: 甲\ndate: 2024-08-01 {}\n---\n正文。\n"
    early, _ = read_written(text.format("08:00"), "early")
    late, _ = read_written(text.format("20:00"), "late")
    assert early
    assert late
    assert ids(catalogue(early, late, A).stories) == ["late", "early", A.item.id]


@ANY_LOAD
@given(st.permutations(range(8)))
def test_the_order_does_not_depend_on_the_order_of_reading(order: list[int]) -> None:
    items = [written(f"2024-08-0{1 + n % 3}-{n}", f"priority: {1 + n % 2}") for n in order]
    assert ids(catalogue(*items).stories) == ids(
        catalogue(*sorted(items, key=lambda made: made.item.id)).stories
    )


STATES = (
    written("2024-08-01-published"),
    written("2024-08-02-draft", "status: draft"),
    written("2025-08-03-held"),
    written("2024-08-04-embargo", "embargo: 2025-01-01 08:00"),
    written("2024-08-05-expired", "expires: 2024-09-01"),
    written("2024-08-06-withdrawn", "status: withdrawn"),
)


def test_row26_lists_show_what_is_published_and_due_alone() -> None:
    made = catalogue(*STATES)
    assert ids(made.stories) == ["2024-08-01-published"]
    assert ids(made.withdrawn) == ["2024-08-06-withdrawn"]


def test_row26_what_is_held_is_known_soonest_first() -> None:
    assert [held.id for held in catalogue(*STATES).held] == [
        "2024-08-04-embargo",
        "2025-08-03-held",
    ]


def test_row26_a_held_item_comes_when_it_is_due_and_goes_when_it_expires() -> None:
    assert "2024-08-04-embargo" not in ids(catalogue(*STATES, now="2025-01-01 07:59").stories)
    assert "2024-08-04-embargo" in ids(catalogue(*STATES, now="2025-01-01 08:00").stories)
    assert "2024-08-05-expired" in ids(catalogue(*STATES, now="2024-08-31 23:59").stories)
    assert "2024-08-05-expired" not in ids(catalogue(*STATES, now="2024-09-01").stories)


def test_the_preview_shows_drafts_and_what_is_held() -> None:
    made = catalogue(*STATES, drafts=True)
    assert {story.item.id: story.state for story in made.stories} == {
        "2024-08-01-published": "published",
        "2024-08-02-draft": "draft",
        "2025-08-03-held": "held",
        "2024-08-04-embargo": "held",
    }


# --- indexes


TERMS = (
    written("2024-08-01-a", "districts: 密云\nactivities: 培训"),
    written("2024-08-02-b", "districts: 密云、通州\nactivities: 培训、维权"),
    written("2024-09-01-c", "places: 鼓楼街道\nactivities: 工匠学院"),
    written("2024-09-02-d"),
)


def test_items_are_found_by_their_terms() -> None:
    made = catalogue(*TERMS)
    assert ids(made.by_district["miyun"]) == ["2024-09-01-c", "2024-08-02-b", "2024-08-01-a"]
    assert ids(made.by_district["tongzhou"]) == ["2024-08-02-b"]
    assert ids(made.by_activity["training"]) == ["2024-09-01-c", "2024-08-02-b", "2024-08-01-a"]
    assert ids(made.by_crossing["miyun", "rights"]) == ["2024-08-02-b"]
    assert ids(made.by_month[2024, 9]) == ["2024-09-02-d", "2024-09-01-c"]
    assert "haidian" not in made.by_district


def test_an_item_without_terms_is_found_by_its_month_and_its_name() -> None:
    made = catalogue(*TERMS)
    assert not any("2024-09-02-d" in ids(group) for group in made.by_district.values())
    assert made.by_id["2024-09-02-d"].item == TERMS[3].item


def test_items_of_an_issue_stand_in_the_order_of_the_paper() -> None:
    items = [
        written("2024-08-01-a", "issue: 2024-08\npage: 第10版"),
        written("2024-08-02-b", "issue: 2024-08\npage: 02"),
        written("2024-08-03-c", "issue: 2024-08"),
        written("2024-08-04-d", "issue: 2024-08\npage: 02\npriority: 9"),
    ]
    assert ids(catalogue(*items).by_issue["2024-08"]) == [
        "2024-08-04-d",
        "2024-08-02-b",
        "2024-08-01-a",
        "2024-08-03-c",
    ]


def test_an_issue_is_known_by_its_file_or_by_its_name_and_the_newest_comes_first() -> None:
    items = (written("2024-08-01-a", "issue: 2024-08"), written("2024-09-01-b", "issue: 第9期"))
    made, _ = to_catalogue(
        read(*items, issues={"2024-08": "title: 八月号\n", "2024-07": "title: 没有新闻\n"}),
        VOCABULARY,
        moment(NOW),
        False,
    )
    assert [(issue.id, issue.title) for issue in made.issues] == [
        ("第9期", "第9期"),
        ("2024-08", "八月号"),
    ]


def test_the_date_of_an_issue_orders_it() -> None:
    items = (written("2024-08-01-a", "issue: a"), written("2024-09-01-b", "issue: b"))
    made, _ = to_catalogue(
        read(*items, issues={"a": "date: 2024-12-01\n"}), VOCABULARY, moment(NOW), False
    )
    assert [issue.id for issue in made.issues] == ["a", "b"]


def test_items_of_a_series_are_found() -> None:
    items = (written("2024-08-01-a", "series: 巡礼"), written("2024-08-02-b", "series: 巡礼"), C)
    assert ids(catalogue(*items).by_series["巡礼"]) == ["2024-08-02-b", "2024-08-01-a"]


# --- neighbours and related


def test_a_story_knows_its_neighbours_in_time() -> None:
    made = catalogue(A, B, C)
    newest, middle, oldest = made.stories
    assert made.neighbours(middle) == (oldest, newest)
    assert made.neighbours(newest) == (middle, None)
    assert made.neighbours(oldest) == (None, middle)


def test_a_withdrawn_story_has_no_neighbours() -> None:
    made = catalogue(*STATES)
    assert made.neighbours(made.withdrawn[0]) == (None, None)


def test_related_stories_are_those_the_author_names_then_like_ones() -> None:
    named = written("2023-01-01-named")
    chosen = written(
        "2024-08-05-x", "districts: 密云\nactivities: 培训\nrelated: [2023-01-01-named]"
    )
    made = catalogue(named, *TERMS, chosen)
    found = made.related(made.by_id["2024-08-05-x"])
    assert [(other.item.id, reason) for other, reason in found] == [
        ("2023-01-01-named", "编辑推荐"),
        ("2024-08-02-b", "密云区 · 技能培训"),
        ("2024-08-01-a", "密云区 · 技能培训"),
        ("2024-09-01-c", "密云区 · 技能培训"),
    ]


def test_a_story_is_not_related_to_itself_and_none_is_named_twice() -> None:
    made = catalogue(*TERMS)
    for story in made.stories:
        found = [other.item.id for other, _ in made.related(story)]
        assert story.item.id not in found
        assert len(set(found)) == len(found) <= RELATED


def test_a_newer_item_does_not_change_what_an_old_one_is_related_to() -> None:
    lines = "districts: 密云\nactivities: 培训"
    old = [written(f"2024-08-{day:02}-x", lines) for day in range(1, 12)]
    before, after = catalogue(*old), catalogue(*old, written("2024-09-01-new", lines))
    for story in before.stories[:-RELATED]:
        again = after.by_id[story.item.id]
        assert [o.item.id for o, _ in before.related(story)] == [
            o.item.id for o, _ in after.related(again)
        ]


def test_row37_a_related_item_that_is_not_there_is_told_with_the_nearest() -> None:
    (found,) = complaints(read(A, written("2024-08-05-x", "related: [2024-08-01-aa]")))
    assert (found.code, found.path, found.line) == ("B222", FOLDER + "2024-08-05-x.md", 4)
    assert "2024-08-01-a" in found.sentence(Language.CHINESE)


# --- references of a body


def body(text: str, *others: Written, **more: tuple[Picture, ...]) -> tuple[object, ...]:
    made = written("2024-08-05-x", "", text)
    found, _ = to_catalogue(
        read(made, *others, pages=(page(),), **more),  # type: ignore[arg-type]
        VOCABULARY,
        moment(NOW),
        False,
    )
    return tuple(
        piece for piece in article(found, "2024-08-05-x").body if not isinstance(piece, str)
    )


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("2024-08-01-a.md", Target("news/2024/08/01/a/", "")),
        ("./2024-08-01-a.md", Target("news/2024/08/01/a/", "")),
        ("../08/2024-08-01-a.md", Target("news/2024/08/01/a/", "")),
        ("/news/2024/08/2024-08-01-a.md", Target("news/2024/08/01/a/", "")),
        ("2024-08-01-a.md#安排", Target("news/2024/08/01/a/", "安排")),
        ("../../../pages/about.md", Target("about/", "")),
        ("/about/", Target("about/", "")),
        ("/news/#top", Target("news/", "top")),
        ("nowhere.md", Target(None, "")),
        ("../../../../../etc/passwd", Target(None, "")),
    ],
)
def test_a_link_leads_to_the_address_of_its_file(typed: str, target: Target) -> None:
    other = written("2024-08-01-a", "", "## 安排")
    assert body(f"[甲]({typed})", other) == (target,)


def test_a_link_to_a_heading_of_its_own_page_is_found() -> None:
    assert body("[甲](#安排)\n\n## 安排") == (Target("news/2024/08/05/x/", "安排", same_page=True),)
    assert body("[甲](<#“培训”安排>)\n\n## “培训”安排") == (
        Target("news/2024/08/05/x/", "培训-安排", same_page=True),
    )


def test_a_link_to_a_file_in_decomposed_form_is_found() -> None:
    other = written("2024-08-01-caf\u00e9", "slug: cafe")
    assert body("[甲](2024-08-01-cafe\u0301.md)", other) == (Target("news/2024/08/01/cafe/", ""),)


def test_row37_a_link_to_nothing_is_told_with_the_nearest_file() -> None:
    (found,) = complaints(read(A, written("2024-08-05-x", "", "甲\n\n[乙](2024-08-01-b.md)")))
    assert (found.code, found.line) == ("B403", 8)
    assert "2024-08-01-a.md" in found.sentence(Language.CHINESE)


def test_row37_a_link_to_a_file_of_that_name_elsewhere_names_its_folder() -> None:
    (found,) = complaints(read(A, written("2024-08-05-x", "", "[乙](../07/2024-08-01-a.md)")))
    assert "2024-08-01-a.md" in dict(found.facts)["nearest"]


def test_row37_an_anchor_to_nothing_is_told() -> None:
    assert told(complaints(read(written("2024-08-05-x", "", "[甲](#没有)")))) == [("B405", 6)]
    assert told(complaints(read(A, written("2024-08-05-x", "", "[甲](2024-08-01-a.md#没有)")))) == [
        ("B405", 6)
    ]


def test_a_link_to_what_is_not_published_yet_is_told_and_shown_as_text() -> None:
    later = written("2025-08-01-later")
    made = written("2024-08-05-x", "", "[甲](2025-08-01-later.md)")
    found, problems = to_catalogue(read(made, later), VOCABULARY, moment(NOW), False)
    assert told(problems) == [("B411", 6)]
    assert Target(None, "") in article(found, "2024-08-05-x").body


def test_a_picture_beside_the_file_is_found() -> None:
    found = body("![图](a.jpg)", pictures=(picture("a.jpg"),))
    assert found == (Figure(picture("a.jpg"), "图", "", "", True),)
    assert picture_path(picture("a.jpg")) == "media/news/2024/08/a.jpg"


def test_a_picture_named_in_front_matter_too_takes_its_caption_and_credit_from_there() -> None:
    lines = "images: [{src: a.jpg, alt: 甲, caption: 图注, credit: 丁}]"
    made = written("2024-08-05-x", lines, "![图](a.jpg)")
    found, problems = to_catalogue(
        read(made, pictures=(picture("a.jpg"),)), VOCABULARY, moment(NOW), False
    )
    shown = article(found, "2024-08-05-x")
    assert problems == []
    assert shown.figures == ()
    assert shown.story.picture == Figure(picture("a.jpg"), "图", "图注", "丁", True)
    assert found.pictures == (picture("a.jpg"),)


def test_a_picture_of_front_matter_alone_is_the_one_that_lists_show() -> None:
    made = written("2024-08-05-x", "images: [{src: b.jpg, alt: 乙}]", "![图](a.jpg)")
    found, _ = to_catalogue(
        read(made, pictures=(picture("a.jpg"), picture("b.jpg"), picture("c.jpg"))),
        VOCABULARY,
        moment(NOW),
        False,
    )
    assert found.stories[0].picture == Figure(picture("b.jpg"), "乙", "", "", True)
    assert found.pictures == (picture("a.jpg"), picture("b.jpg"))


def test_row37_a_picture_without_a_description_is_told_unless_front_matter_has_one() -> None:
    def told_with(lines: str) -> list[tuple[str, int]]:
        made = written("2024-08-05-x", lines, "![](a.jpg)")
        return told(complaints(read(made, pictures=(picture("a.jpg"),))))

    assert told_with("") == [("B406", 6)]
    assert told_with("images: [{src: a.jpg, alt: 图}]") == []
    assert told_with("images: [{src: a.jpg, decorative: true}]") == []


def test_row37_a_picture_that_is_not_there_leaves_its_words_and_is_told() -> None:
    made = written("2024-08-05-x", "", "![图](b.jpg)")
    found, problems = to_catalogue(
        read(made, pictures=(picture("a.jpg"),)), VOCABULARY, moment(NOW), False
    )
    assert told(problems) == [("B404", 6)]
    assert Missing("图", None, True) in article(found, "2024-08-05-x").body


def test_row37_a_picture_in_another_case_is_told_with_the_right_one() -> None:
    made = written("2024-08-05-x", "", "![图](A.JPG)")
    (found,) = complaints(read(made, pictures=(picture("a.jpg"),)))
    assert found.code == "B404"
    assert "a.jpg" in found.sentence(Language.CHINESE)


def test_row37_a_picture_that_is_none_is_told_with_the_reason() -> None:
    made = written("2024-08-05-x", "", "![图](a.jpg)")
    (found,) = complaints(read(made, broken=(BrokenPicture(FOLDER + "a.jpg", "内容不是图片"),)))
    assert (found.code, found.line) == ("B409", 6)
    assert "内容不是图片" in found.sentence(Language.CHINESE)


def test_a_picture_on_another_host_becomes_a_link_and_is_told() -> None:
    made = written("2024-08-05-x", "", "![图](https://a.cn/a.jpg)")
    found, problems = to_catalogue(read(made), VOCABULARY, moment(NOW), False)
    assert told(problems) == [("B408", 6)]
    assert Missing("图", "https://a.cn/a.jpg", True) in article(found, "2024-08-05-x").body


def test_row37_a_picture_of_front_matter_that_is_not_there_is_told_at_its_line() -> None:
    made = written("2024-08-05-x", "images:\n  - {src: a.jpg, alt: 甲}")
    assert told(complaints(read(made))) == [("B404", 5)]


def test_references_of_text_pages_are_found_too() -> None:
    found, problems = to_catalogue(
        read(A, pages=(page("[甲](../news/2024/08/2024-08-01-a.md) [乙](没有.md)"),)),
        VOCABULARY,
        moment(NOW),
        False,
    )
    assert [p for p in found.pages[0].body if isinstance(p, Target)] == [
        Target("news/2024/08/01/a/", ""),
        Target(None, ""),
    ]
    assert [p.path for p in problems] == ["content/pages/about.md"]


# --- the whole


def test_an_item_changed_last_with_its_update_or_its_correction() -> None:
    lines = "updated: 2024-08-06\ncorrections: [{date: 2024-08-09, text: 甲}]"
    assert catalogue(written("2024-08-05-x", lines)).stories[0].changed == moment("2024-08-09")
    assert catalogue(A).stories[0].changed == A.item.date


def test_a_catalogue_of_nothing_is_empty() -> None:
    made = catalogue()
    assert (made.stories, made.withdrawn, made.held) == ((), (), ())
    assert (made.issues, made.pages, made.pictures) == ((), (), ())


def test_the_catalogue_does_not_depend_on_the_order_of_reading() -> None:
    items = [*TERMS, *STATES, A, B, C]
    unique = list({made.item.source_path: made for made in items}.values())
    shuffled = random.Random(1).sample(unique, len(unique))
    assert whole(catalogue(*unique)) == whole(catalogue(*shuffled))


def whole(made: Catalogue) -> object:
    """All that a catalogue holds, stories and articles opened; these know no equality."""

    def opened(value: object) -> object:
        assert isinstance(value, (Story, Article))
        shown = {name: getattr(value, name) for name in value.__slots__ if name[0] != "_"}
        return shown | ({"document": value.document} if isinstance(value, Article) else {})

    return msgspec.to_builtins(made, enc_hook=opened)
