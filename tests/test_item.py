"""A Markdown file → Item, or everything that is wrong with it."""

from __future__ import annotations

import pytest

from bulletin.item import Credit, Item, read_byline
from bulletin.itemkeys import BYLINE_KEYS, CORRECTION_KEYS, GENRES, IMAGE_KEYS, ITEM_KEYS
from bulletin.keys import Key
from bulletin.problem import Language, has_errors
from tests.samples import (
    codes,
    item,
    moment,
    places,
    read_item,
    read_keys,
    read_written,
    with_keys,
)

# The names of item-model.md; editors have learnt them, so none may be lost.
PROMISED = {
    "title": "标题 正题",
    "kicker": "引题 肩题 眉题",
    "subtitle": "副题 副标题",
    "date": "日期 发布日期",
    "updated": "更新",
    "embargo": "解禁",
    "expires": "失效",
    "status": "状态",
    "districts": "区 地区",
    "places": "街道 乡镇 地点",
    "activities": "活动类型 类型",
    "tags": "标签 关键词",
    "byline": "署名",
    "reporter": "记者",
    "correspondent": "通讯员",
    "photographer": "摄影",
    "editor": "编辑",
    "source": "来源",
    "source_url": "来源网址",
    "summary": "摘要 提要",
    "genre": "体裁",
    "publication": "报名",
    "edition": "期次",
    "page": "版次",
    "page_name": "版名",
    "issue": "期 期号",
    "priority": "权重",
    "images": "图片",
    "related": "相关",
    "series": "系列",
    "slug": "网址名",
    "aliases": "旧网址",
    "corrections": "更正",
    "ednote": "编者按内部",
    "extra": "extra",
}
# What to type for each key, and what the item then says.
TYPED: dict[str, tuple[str, object]] = {
    "title": ("甲乙", "甲乙"),
    "kicker": ("甲", "甲"),
    "subtitle": ("甲", "甲"),
    "date": ("2024-08-06", moment("2024-08-06")),
    "updated": ("2024-08-06 10:00", moment("2024-08-06 10:00")),
    "embargo": ("2024-08-06 08:00", moment("2024-08-06 08:00")),
    "expires": ("2024-12-31", moment("2024-12-31")),
    "status": ("草稿", "draft"),
    "districts": ("密云", ("miyun",)),
    "places": ("鼓楼街道", ["鼓楼街道"]),
    "activities": ("培训", ("training",)),
    "tags": ("甲、乙", ("甲", "乙")),
    "byline": ("记者 甲", (Credit("甲", "reporter", ""),)),
    "reporter": ("甲", (Credit("甲", "reporter", ""),)),
    "correspondent": ("甲", (Credit("甲", "correspondent", ""),)),
    "photographer": ("甲", (Credit("甲", "photographer", ""),)),
    "editor": ("甲", (Credit("甲", "editor", ""),)),
    "author": ("甲", (Credit("甲", "author", ""),)),
    "source": ("甲", "甲"),
    "source_url": ("https://a.cn/", "https://a.cn/"),
    "summary": ("甲", "甲"),
    "genre": ("消息", "消息"),
    "publication": ("甲", "甲"),
    "edition": ("甲", "甲"),
    "page": ("02", "02"),
    "page_name": ("甲", "甲"),
    "issue": ("014", "014"),
    "priority": ("9", 9),
    "images": ("[{src: a.jpg, alt: 甲}]", ["a.jpg"]),
    "related": ("[2024-08-01-a]", ["2024-08-01-a"]),
    "series": ("甲", "甲"),
    "slug": ("academy", "news/2024/08/05/academy/"),
    "aliases": ("[/old/]", ("old/",)),
    "corrections": ("[{date: 2024-08-06, text: 甲}]", ["甲"]),
    "ednote": ("甲", None),
    "extra": ("{甲: 乙}", (("甲", "乙"),)),
}
ROLES = {"reporter", "correspondent", "photographer", "editor", "author"}


def said(made: Item, name: str) -> object:
    """What an item says under a key."""
    if name in ROLES:
        return made.byline
    own: dict[str, object] = {
        "places": [place.name for place in made.places],
        "images": [image.src for image in made.images],
        "related": [reference.id for reference in made.related],
        "corrections": [correction.text for correction in made.corrections],
        "slug": made.path,
        "ednote": None,
    }
    return own[name] if name in own else getattr(made, name)


def read_key(typed_key: str, name: str) -> Item:
    lines = {"title": "title: 甲", "date": "date: 2024-08-05"}
    lines[name] = f"{typed_key}: {TYPED[name][0]}"
    made, problems = read_item("---\n" + "\n".join(lines.values()) + "\n---\n正文。\n")
    assert made, problems
    assert not has_errors(problems)
    return made


@pytest.mark.parametrize(
    ("name", "typed"), [(key.name, typed) for key in ITEM_KEYS for typed in key.names]
)
def test_every_key_is_read_by_each_of_its_names(name: str, typed: str) -> None:
    assert said(read_key(typed, name), name) == TYPED[name][1]


@pytest.mark.parametrize(
    ("name", "typed"), [(name, typed) for name in PROMISED for typed in PROMISED[name].split()]
)
def test_every_promised_chinese_name_is_read(name: str, typed: str) -> None:
    assert said(read_key(typed, name), name) == TYPED[name][1]


def test_every_key_has_something_to_type_in_these_tests() -> None:
    assert set(TYPED) == {key.name for key in ITEM_KEYS}
    assert set(PROMISED) | {"author"} == set(TYPED)


@pytest.mark.parametrize("schema", [ITEM_KEYS, IMAGE_KEYS, BYLINE_KEYS, CORRECTION_KEYS])
def test_no_name_belongs_to_two_keys(schema: tuple[Key, ...]) -> None:
    names = [name for key in schema for name in key.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", ITEM_KEYS, ids=lambda key: key.name)
def test_the_example_of_every_key_can_be_typed_as_it_stands(key: Key) -> None:
    # The examples name no district of any city; the vocabulary of the tests has these.
    example = key.example.replace("某区", "密云区").replace("东街街道", "鼓楼街道")
    lines = {"title": "title: 甲", "date": "date: 2024-08-05"} | {key.name: example}
    made, problems = read_item("---\n" + "\n".join(lines.values()) + "\n---\n正文。\n")
    assert made, problems
    assert not has_errors(problems)


def test_the_internal_note_stands_nowhere_in_an_item() -> None:
    assert "绝不发布" not in repr(read_keys("ednote: 绝不发布")[0])


# --- status and time


@pytest.mark.parametrize(
    ("lines", "now", "state"),
    [
        ("", "2024-08-05 00:00", "published"),
        ("", "2024-08-04 23:59", "held"),
        ("embargo: 2024-08-06 08:00", "2024-08-06 07:59", "held"),
        ("embargo: 2024-08-06 08:00", "2024-08-06 08:00", "published"),
        ("embargo: 2024-08-01", "2024-08-04", "held"),
        ("expires: 2024-09-01", "2024-08-31 23:59", "published"),
        ("expires: 2024-09-01", "2024-09-01 00:00", "expired"),
        ("status: draft", "2030-01-01", "draft"),
        ("status: draft", "2020-01-01", "draft"),
        ("status: withdrawn", "2030-01-01", "withdrawn"),
        ("status: withdrawn\nexpires: 2024-09-01", "2030-01-01", "withdrawn"),
    ],
)
def test_row26_an_item_is_held_until_it_is_due_and_goes_when_it_expires(
    lines: str, now: str, state: str
) -> None:
    made, _ = read_keys(lines)
    assert made
    assert made.state(moment(now)) == state


def test_row26_an_item_is_due_at_its_date_or_its_later_embargo() -> None:
    late, early = read_keys("embargo: 2024-08-09")[0], read_keys("embargo: 2024-08-01")[0]
    assert late
    assert early
    assert (late.due, early.due) == (moment("2024-08-09"), moment("2024-08-05"))


@pytest.mark.parametrize("typed", ["草稿", "draft", "DRAFT"])
def test_a_draft_is_called_so_in_both_languages(typed: str) -> None:
    made, _ = read_keys(f"状态: {typed}")
    assert made
    assert made.status == "draft"


@pytest.mark.parametrize("typed", ["发布", "published", "已发布"])
def test_published_is_called_so_in_both_languages(typed: str) -> None:
    made, _ = read_keys(f"status: {typed}")
    assert made
    assert made.status == "published"


def test_a_withdrawn_item_needs_no_district_or_activity() -> None:
    assert read_keys("status: 撤回")[1] == []


# --- bad input, by the rows of faults.md

ROW_22 = {
    "bad-yaml": ("---\ntitle: 'a\ndate: 2024-08-05\n---\n正文。\n", "B203"),
    "text-behind-a-list": ("---\ntags:\n  - a\nb\n---\n正文。\n", "B203"),
    "no-closing-fence": ("---\ntitle: 甲\n正文。\n", "B202"),
    "a-list": ("---\n- 甲\n---\n正文。\n", "B204"),
    "a-scalar": ("---\n甲\n---\n正文。\n", "B204"),
    "no-front-matter": ("正文。\n", "B201"),
    "only-a-fence": ("---\n", "B202"),
}


@pytest.mark.parametrize(("text", "code"), ROW_22.values(), ids=[f"row22-{k}" for k in ROW_22])
def test_broken_front_matter_is_an_error_with_its_line(text: str, code: str) -> None:
    made, problems = read_item(text)
    assert made is None
    assert [found.code for found in problems if has_errors([found])] == [code]
    assert problems[0].line > 0
    assert problems[0].text


@pytest.mark.parametrize("body", ["---\n\n正文。", "---\n正文。\n---\n又一段。", "--- 正文。"])
def test_row22_a_body_that_starts_with_a_fence_keeps_its_text(body: str) -> None:
    made, problems = read_written(with_keys("", body))
    assert made, problems
    assert "正文。" in made.document.plain
    assert ("又一段。" in made.document.plain) == ("又一段。" in body)


def test_row24_a_key_given_twice_names_both_lines() -> None:
    made, problems = read_item("---\ntitle: 甲\ndate: 2024-08-05\ntitle: 乙\n---\n正文。\n")
    assert made is None
    found = next(p for p in problems if p.code == "B205")
    assert (found.line, dict(found.facts)["first"]) == (4, "2")
    assert "2" in found.sentence(Language.CHINESE)


def test_row24_an_unknown_key_names_the_nearest() -> None:
    made, problems = read_keys("tgas: [甲]")
    assert made is None
    found = next(p for p in problems if p.code == "B209")
    assert found.line == 4
    assert "tags" in found.sentence(Language.CHINESE)


ROW_25 = {
    "title-missing": ("date: 2024-08-05", "B210"),
    "title-empty": ("title:\ndate: 2024-08-05", "B210"),
    "title-a-list": ("title: [甲]\ndate: 2024-08-05", "B211"),
    "title-a-mapping": ("title: {甲: 乙}\ndate: 2024-08-05", "B211"),
    "title-a-date": ("title: 2024-08-05\ndate: 2024-08-05", "B215"),
    "title-a-chinese-date": ("title: 2024年8月5日\ndate: 2024-08-05", "B215"),
    "title-no-such-day": ("title: 2024-02-30\ndate: 2024-08-05", "B215"),
    "title-no": ("title: no\ndate: 2024-08-05", "B215"),
    "title-null": ("title: ~\ndate: 2024-08-05", "B215"),
    "status-是": ("title: 甲\ndate: 2024-08-05\nstatus: 是", "B212"),
    "date-missing": ("title: 甲", "B210"),
    "date-明天": ("title: 甲\ndate: 明天", "B214"),
    "date-2024-13-45": ("title: 甲\ndate: 2024-13-45", "B213"),
    "date-2024-02-30": ("title: 甲\ndate: 2024-02-30", "B213"),
    "updated-明天": ("title: 甲\ndate: 2024-08-05\nupdated: 明天", "B214"),
    "embargo-no-such-day": ("title: 甲\ndate: 2024-08-05\nembargo: 2024-02-30", "B213"),
    "expires-a-list": ("title: 甲\ndate: 2024-08-05\nexpires: [2024-09-01]", "B211"),
    "priority-0": ("title: 甲\ndate: 2024-08-05\npriority: 0", "B211"),
    "genre-unknown": ("title: 甲\ndate: 2024-08-05\ngenre: 诗歌", "B212"),
}


@pytest.mark.parametrize(("lines", "code"), ROW_25.values(), ids=[f"row25-{k}" for k in ROW_25])
def test_a_value_that_cannot_be_meant_is_an_error(lines: str, code: str) -> None:
    made, problems = read_item(f"---\n{lines}\n---\n正文。\n")
    assert made is None
    assert [found.code for found in problems if has_errors([found])] == [code]


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_is_read(genre: str) -> None:
    made, _ = read_keys(f"体裁: {genre}")
    assert made
    assert made.genre == genre


ROW_29 = {
    "source-javascript": ("source_url: javascript:alert(1)", "正文。", "B216"),
    "source-data": ("source_url: data:text/html,x", "正文。", "B216"),
    "source-relative": ("source_url: /x", "正文。", "B216"),
    "image-javascript": ("images: [{src: 'javascript:x', alt: 图}]", "正文。", "B402"),
    "image-data": ("images: [{src: 'data:image/png;base64,A', alt: 图}]", "正文。", "B402"),
    "body-link-javascript": ("", "[甲](javascript:x)", "B402"),
    "body-link-data": ("", "[甲](data:text/html,x)", "B402"),
    "body-image-data": ("", "![甲](data:image/png;base64,A)", "B402"),
    "body-autolink": ("", "<javascript:x>", "B402"),
}


@pytest.mark.parametrize(
    ("lines", "body", "code"), ROW_29.values(), ids=[f"row29-{k}" for k in ROW_29]
)
def test_an_address_that_runs_is_an_error(lines: str, body: str, code: str) -> None:
    made, problems = read_keys(lines, body)
    assert made is None
    assert [found.code for found in problems if has_errors([found])] == [code]


def test_row29_raw_html_is_shown_as_text_and_reported_at_its_line() -> None:
    lines, body = "districts: 密云\nactivities: 培训", "正文\n\n<script>x</script>"
    made, problems = read_written(with_keys(lines, body))
    assert made
    assert places(problems) == ["B401 9:1"]
    assert made.document.plain == "正文\n<script>x</script>"
    assert "<script>" not in "".join(str(piece) for piece in made.document.pieces)


TERMS = "districts: 密云\nactivities: 培训"


@pytest.mark.parametrize("key", ["title", "引题", "subtitle"])
def test_a_tag_in_a_line_of_the_title_is_told_at_its_line(key: str) -> None:
    head = "date: 2024-08-05" if key == "title" else "title: 甲\ndate: 2024-08-05"
    made, problems = read_item(f"---\n{head}\n{TERMS}\n{key}: 甲<br>乙\n---\n正文。\n")
    assert made
    line = 5 if key == "title" else 6
    assert places(problems) == [f"B415 {line}:{len(key) + 3}"]


@pytest.mark.parametrize("title", ["5 < 6 > 4", "甲《乙》", "a<5", "<甲>"])
def test_a_title_without_a_tag_is_not_told_of(title: str) -> None:
    _, problems = read_item(f"---\ntitle: {title}\ndate: 2024-08-05\n{TERMS}\n---\n正文。\n")
    assert places(problems) == []


@pytest.mark.parametrize("body", ["", "<!-- 待写 -->", "　　", "---", "##"])
def test_an_item_with_nothing_to_read_is_told_of(body: str) -> None:
    made, problems = read_keys(TERMS, body)
    assert made
    assert places(problems) == ["B417 1:0"]


@pytest.mark.parametrize(
    ("more", "body"),
    [
        ("", "正文。"),
        ("", "![现场](a.jpg)"),
        ("", "```\n甲\n```"),
        ("\nimages: [{src: a.jpg, alt: 甲}]", ""),
        ("\nstatus: withdrawn", ""),
    ],
)
def test_an_item_with_something_to_see_or_withdrawn_is_not_told_of(more: str, body: str) -> None:
    _, problems = read_keys(TERMS + more, body)
    assert places(problems) == []


ROW_31 = {
    "climbs": "../../x",
    "parent": "..",
    "absolute": "/etc/x",
    "encoded": "'%2e%2e'",
    "empty": "''",
    "blank": "'  '",
    "reserved": "con",
    "reserved-index": "index.html",
    "hundred-han": "字" * 100,
    "hidden": ".x",
    "slash": "a/b",
    "query": "a?b",
}


@pytest.mark.parametrize("slug", ROW_31.values(), ids=[f"row31-{key}" for key in ROW_31])
def test_a_slug_that_leads_elsewhere_is_an_error_at_its_line(slug: str) -> None:
    made, problems = read_keys(f"slug: {slug}")
    assert made is None
    assert [p.line for p in problems if p.code == "B217"] == [4]


ALIASES = {
    "climbs": "../../x",
    "host": "//evil.example/x",
    "absolute": "https://evil.example/",
    "encoded": "/%2e%2e/x",
    "reserved": "/con/",
    "hundred-han": "/" + "字" * 100,
    "root": "/",
}


@pytest.mark.parametrize("alias", ALIASES.values(), ids=[f"row31-{key}" for key in ALIASES])
def test_an_alias_that_leads_elsewhere_is_an_error_at_its_line(alias: str) -> None:
    made, problems = read_keys(f"aliases: [/old/, '{alias}']")
    assert made is None
    assert [p.line for p in problems if p.code == "B217"] == [4]


@pytest.mark.parametrize("stem", ["2024-08-05-..", "2024-08-05-con", "2024-08-05-index.html"])
def test_row31_a_file_name_is_checked_like_a_slug(stem: str) -> None:
    made, problems = read_item("---\ntitle: 甲\ndate: 2024-08-05\n---\n正文。\n", stem)
    assert made is None
    assert "B217" in codes(problems)


@pytest.mark.parametrize("issue", ["../x", "a/b", ".", "con"])
def test_row31_an_issue_is_a_folder_of_the_site(issue: str) -> None:
    made, problems = read_keys(f"issue: {issue}")
    assert made is None
    assert "B217" in codes(problems)


ROW_36 = {
    "district": ("districts: [蜜云区]", "B301", "密云区"),
    "activity": ("activities: [技能陪训]", "B302", "技能培训"),
    "place": ("places: [古楼街道]", "B303", "鼓楼街道"),
}


@pytest.mark.parametrize(
    ("lines", "code", "near"), ROW_36.values(), ids=[f"row36-unknown-{key}" for key in ROW_36]
)
def test_an_unknown_term_is_an_error_with_the_nearest_terms(
    lines: str, code: str, near: str
) -> None:
    made, problems = read_keys(lines)
    assert made is None
    found = next(p for p in problems if p.code == code)
    assert found.line == 4
    assert near in found.sentence(Language.CHINESE)
    assert near in found.sentence(Language.ENGLISH)


def test_row36_a_place_in_another_district_is_a_warning() -> None:
    made, problems = read_keys("districts: [海淀]\nplaces: [鼓楼街道]\nactivities: [培训]")
    assert made
    assert made.districts == ("haidian", "miyun")
    assert places(problems) == ["B304 5:10"]
    assert "密云区" in problems[0].cure(Language.CHINESE)


# --- address, byline, images


@pytest.mark.parametrize(
    ("stem", "lines", "path"),
    [
        ("2024-08-05-academy", "", "news/2024/08/05/academy/"),
        ("academy", "", "news/2024/08/05/academy/"),
        ("20240805-academy", "", "news/2024/08/05/academy/"),
        ("2023-01-01-academy", "", "news/2024/08/05/academy/"),
        ("2024-08-05-工匠", "slug: gongjiang", "news/2024/08/05/gongjiang/"),
        ("2024-08-05-a", "slug: 工匠", "news/2024/08/05/工匠/"),
    ],
)
def test_the_address_is_the_date_and_the_name(stem: str, lines: str, path: str) -> None:
    made, problems = read_item(f"---\ntitle: 甲\ndate: 2024-08-05\n{lines}\n---\n正文。\n", stem)
    assert made, problems
    assert made.path == path
    assert made.id == stem


def test_a_chinese_file_name_works_at_once_and_a_warning_offers_a_slug() -> None:
    text = "---\ntitle: 甲\ndate: 2024-08-05\n---\n正文。\n"
    made, problems = read_item(text, "2024-08-05-工匠学院")
    assert made
    assert made.path.isascii()
    assert "B218" in codes(problems)
    again, _ = read_item(text.replace("甲", "乙"), "2024-08-05-工匠学院")
    assert again
    assert again.path == made.path


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("记者 甲 乙 通讯员 丙", "reporter 甲, reporter 乙, correspondent 丙"),
        ("记者：甲、乙；通讯员：丙", "reporter 甲, reporter 乙, correspondent 丙"),
        ("本报记者 甲", "reporter 甲"),
        ("文/甲 图/乙", "author 甲, photographer 乙"),
        ("摄影 甲", "photographer 甲"),
        ("编辑部", "author 编辑部"),
        ("通讯员　丙", "correspondent 丙"),
        ("", ""),
        ("记者", ""),
    ],
)
def test_a_byline_typed_as_one_text_is_taken_apart(typed: str, people: str) -> None:
    assert ", ".join(f"{credit.role} {credit.name}" for credit in read_byline(typed)) == people


def test_a_byline_knows_the_organisation_in_brackets() -> None:
    assert read_byline("通讯员 丙（密云区总工会） 丁(工会)") == [
        Credit("丙", "correspondent", "密云区总工会"),
        Credit("丁", "correspondent", "工会"),
    ]


def test_nobody_is_named_twice_in_one_role() -> None:
    made, _ = read_keys("byline: 记者 甲\n记者: 甲、乙")
    assert made
    assert [credit.name for credit in made.byline] == ["甲", "乙"]


def test_a_summary_is_made_of_whole_sentences_of_at_most_a_hundred_and_ten_characters() -> None:
    sentence = "工" * 59 + "。"
    made, _ = read_keys("", sentence * 3)
    assert made
    assert made.summary == sentence


def test_row37_a_picture_without_a_description_is_told_unless_it_is_decorative() -> None:
    assert "B406" in codes(read_keys("images: [{src: a.jpg}]")[1])
    assert "B406" not in codes(read_keys("images: [{src: a.jpg, decorative: true}]")[1])
    assert "B406" not in codes(read_keys("images: [{src: a.jpg, alt: 图}]")[1])


def test_a_picture_without_a_file_is_told() -> None:
    assert "B210" in codes(read_keys("images: [{alt: 图}]")[1])


def test_problems_of_front_matter_and_body_are_told_together() -> None:
    made, problems = read_keys("tgas: 甲\nstatus: 是", "[甲](javascript:x)")
    assert made is None
    assert {"B209", "B212", "B402"} <= set(codes(problems))


def test_a_file_with_only_warnings_is_published() -> None:
    made, problems = read_keys("")
    assert made
    assert codes(problems) == ["B219", "B220"]


def test_items_of_the_same_file_are_equal() -> None:
    assert item("2024-08-05-a") == item("2024-08-05-a")


def test_an_alias_copied_from_the_address_bar_is_told_with_the_part_to_keep() -> None:
    _, problems = read_keys("aliases: https://a.example/old/1.html\n")
    (found,) = [one for one in problems if one.code == "B217"]
    assert dict(found.facts)["example"] == "/old/1.html"
